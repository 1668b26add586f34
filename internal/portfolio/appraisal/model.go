package appraisal

import (
	"math"

	"milieu/internal/cash"
)

// The inputs of a model that are uncertain, by their place in a point.
const (
	inCost     = iota // factor on costs that can overrun; 1 is the cost with its optimism bias
	inQuantity        // -1 to 1 through the ranges of all quantities; 0 is central
	inDeadweight
	inLeakage
	inDisplacement
	inSubstitution
	inMultiplier
	inWideLeakage // from here: for the whole country
	inWideDisplacement
	inWideSubstitution
	inFull  // years at full effect
	inDecay // share of the effect lost a year after that
	inGVA   // output of a job and year, pounds
	inWorth // -1 to 1 through the ranges of national values
	inputs
)

// point is a value for each uncertain input.
type point [inputs]float64

// model is an intervention as a function from its inputs to its figures. It holds no text.
type model struct {
	first    int        // year
	discount []float64  // by year from the first
	gross    [2]float64 // present value of costs as stated: public, private
	biased   [2]float64 // the part of them that can overrun, with optimism bias
	let      [2]float64 // the part that can overrun and not fall below what is stated, with optimism bias
	floor    [2]float64 // what is stated of that part
	settled  [2]float64 // the part that is certain
	hasCost  bool
	streams  []stream
	ranges   [inputs]rng
	ids      [inputs]string // of the parameter behind an input; empty for the intervention's own
	fullFrom int            // numbers of years at full effect for which streams are laid out
	fullTo   int
	spread   float64 // standard deviation of the logarithm of the factor on costs
	chance   Chance
}

// figures are what a model comes to at a point.
type figures struct {
	public, private float64 // present value of costs
	jobs            float64 // net additional in the area, at full effect
	safeguarded     float64
	jobYears        float64 // over the horizon, not discounted
	jobYearsPV      float64 // discounted
	wideYearsPV     float64 // discounted, net in the whole country
	gva             float64 // present value of output of the jobs in the area
	benefits        float64 // present value of what has a national value
	otherBenefits   float64 // of that, what does not come from jobs
	lateJobs        float64 // part of jobYearsPV after what studies followed
}

func (f figures) cost() float64 { return f.public + f.private }
func (f figures) npsv() float64 { return f.benefits - f.private - f.public }

// bcr has the net cost to the public purse, and nothing else, below the line; private costs are taken from benefits.
func (f figures) bcr() cash.Ratio { return cash.Over(f.benefits-f.private, f.public) }

// costPerJob is public money for each job.
func (f figures) costPerJob() cash.Ratio { return cash.Over(f.public, f.jobs) }

// central is the point of all central values.
func (m *model) central() point {
	var p point
	for k := range m.ranges {
		p[k] = m.ranges[k].value
	}
	return p
}

// localFactor is what a gross effect is multiplied with to be net in the area, at central values.
func (m *model) localFactor() float64 {
	p := m.central()
	return cash.Additionality{Deadweight: p[inDeadweight], Leakage: p[inLeakage], Displacement: p[inDisplacement], Substitution: p[inSubstitution], Multiplier: p[inMultiplier]}.Factor()
}

// at is what the model comes to at a point, with everything applied, if the intervention works.
func (m *model) at(p *point) figures {
	local := cash.Additionality{Deadweight: p[inDeadweight], Leakage: p[inLeakage], Displacement: p[inDisplacement], Substitution: p[inSubstitution], Multiplier: p[inMultiplier]}
	f := m.sum(p, local.Factor(), wide(p, p[inDeadweight]), wide(p, 0))
	f.public, f.private = m.spent(0, p[inCost]), m.spent(1, p[inCost])
	return f
}

// wide is what is left for the whole country of a gross effect, without a multiplier. Of what a source calls net in the area
// deadweight is gone already; but what it took from elsewhere in the country is not.
func wide(p *point, deadweight float64) float64 {
	return cash.Additionality{Deadweight: deadweight, Leakage: p[inWideLeakage], Displacement: p[inWideDisplacement], Substitution: p[inWideSubstitution], Multiplier: 1}.Factor()
}

// spent is the present value of costs to the public (0) or to firms (1) at a factor on costs that can overrun.
func (m *model) spent(who int, factor float64) float64 {
	return m.settled[who] + factor*m.biased[who] + max(factor*m.let[who], m.floor[who])
}

// canOverrun says whether any cost can.
func (m *model) canOverrun() bool { return m.biased != [2]float64{} || m.let != [2]float64{} }

// asStated is what the model comes to when nothing is taken away or added: central quantities, no optimism bias.
func (m *model) asStated() figures {
	p := m.central()
	f := m.sum(&p, 1, 1, 1)
	f.public, f.private = m.gross[0], m.gross[1]
	return f
}

// sum adds the streams with the shares of them that are net in the area and in the country; claimed is the latter for jobs that
// are net in the area already.
func (m *model) sum(p *point, local, wide, claimed float64) figures {
	var f figures
	for k := range m.streams {
		s := &m.streams[k]
		near, far := local, wide
		if s.net {
			near, far = 1, 1
			if s.counts == countsJobs {
				far = claimed
			}
		}
		q := s.quantity.at(p[inQuantity])
		switch s.counts {
		case countsJobs:
			pv := m.between(&s.pv, p)
			f.jobs += q * near
			f.jobYears += q * near * m.between(&s.years, p)
			f.jobYearsPV += q * near * pv
			f.wideYearsPV += q * far * pv
			f.gva += q * near * pv * p[inGVA]
			f.lateJobs += q * near * m.between(&s.late, p)
			if s.worthID != "" {
				f.benefits += q * far * pv * s.worth.at(p[inWorth])
			}
		case countsSafeguarded:
			f.safeguarded += q * near
		case countsWorth:
			v := q * far * m.between(&s.pv, p) * s.worth.at(p[inWorth])
			f.benefits += v
			f.otherBenefits += v
		}
	}
	return f
}

// between reads a table by years at full effect and decay, on the straight lines between what is laid out.
func (m *model) between(table *[3][]float64, p *point) float64 {
	r := m.ranges[inDecay]
	d := p[inDecay]
	switch {
	case d < r.value && r.low < r.value:
		w := (r.value - d) / (r.value - r.low)
		return w*m.along(table[0], p[inFull]) + (1-w)*m.along(table[1], p[inFull])
	case d > r.value && r.high > r.value:
		w := (d - r.value) / (r.high - r.value)
		return w*m.along(table[2], p[inFull]) + (1-w)*m.along(table[1], p[inFull])
	}
	return m.along(table[1], p[inFull])
}

func (m *model) along(table []float64, full float64) float64 {
	x := min(max(full-float64(m.fullFrom), 0), float64(len(table)-1))
	k := int(x)
	if k+1 >= len(table) {
		return table[len(table)-1]
	}
	return table[k] + (x-float64(k))*(table[k+1]-table[k])
}

// valued says whether anything has a national value.
func (m *model) valued() bool {
	for k := range m.streams {
		if m.streams[k].worthID != "" {
			return true
		}
	}
	return false
}

// has says whether the model has streams of a kind.
func (m *model) has(counts int) bool {
	for k := range m.streams {
		if m.streams[k].counts == counts {
			return true
		}
	}
	return false
}

// discountFrom are the factors of n years from first on. Years before the base year are neither discounted nor compounded
// (cash.Schedule.Factor): what stands in them counts in prices of the base year.
func discountFrom(s cash.Schedule, first, base, n int) []float64 {
	out := make([]float64, n)
	for k := range out {
		out[k] = s.Factor(first + k - base)
	}
	return out
}

// netOnly says that what a measure rests on is, at least in part, net by its proposer's account: what it would be gross is not stated.
func (m *model) netOnly(key string) bool {
	for k := range m.streams {
		s := &m.streams[k]
		if !s.net {
			continue
		}
		switch key {
		case KeyJobs, KeyJobYears, KeyGVA, KeyCostPerJob:
			if s.counts == countsJobs {
				return true
			}
		case KeySafeguarded:
			if s.counts == countsSafeguarded {
				return true
			}
		case KeyBenefits, KeyNPSV, KeyBCR:
			if s.worthID != "" {
				return true
			}
		}
	}
	return false
}

// spend sets the present values of costs. Costs beyond the horizon count in full: a bill does not end with the look at it.
func (m *model) spend(item *Item, s cash.Schedule, base int) {
	for _, c := range item.Costs {
		f := s.Factor(c.Year - base)
		who := 0
		if c.Private {
			who = 1
		}
		m.gross[who] += c.Real * f
		switch {
		case c.Bias == 0:
			m.settled[who] += c.Real * f
		case let(item.Intervention, c, base):
			m.let[who], m.floor[who] = m.let[who]+c.Real*(1+c.Bias)*f, m.floor[who]+c.Real*f
		default:
			m.biased[who] += c.Real * (1 + c.Bias) * f
		}
	}
	m.hasCost = len(item.Costs) > 0
}

// overrun is the factor on costs at a normal score: lognormal with the mean 1, so that optimism bias stays the expected overrun.
func (m *model) overrun(z float64) float64 {
	if m.spread == 0 {
		return 1
	}
	return math.Exp(m.spread*z - m.spread*m.spread/2)
}
