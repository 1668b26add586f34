package appraisal

import (
	"math"

	"milieu/internal/cash"
)

// Keys of the measures, in the order in which they are shown.
const (
	KeyCost        = "cost"             // present value of all costs
	KeyPublic      = "public-cost"      // of those to the public purse
	KeyPrivate     = "private-cost"     // of those to firms and investors
	KeyJobs        = "jobs"             // additional in the area, at full effect
	KeySafeguarded = "jobs-safeguarded" // the same of jobs kept
	KeyJobYears    = "job-years"        // over the horizon
	KeyCostPerJob  = "cost-per-job"     // public cost for each job
	KeyGVA         = "gva"              // present value of the output of the jobs, in the area
	KeyBenefits    = "benefits"         // present value of what has a national value
	KeyNPSV        = "npsv"             // net present social value
	KeyBCR         = "bcr"              // benefit-cost ratio
)

// Keys are all keys of measures.
func Keys() []string {
	return []string{KeyCost, KeyPublic, KeyPrivate, KeyJobs, KeySafeguarded, KeyJobYears, KeyCostPerJob, KeyGVA, KeyBenefits, KeyNPSV, KeyBCR}
}

// kind is how a measure is read from figures.
type kind struct {
	key     string
	of      func(figures) cash.Ratio
	known   func(Item, *model) string                 // why it is not known; empty where it is
	counted func(f figures, works float64) cash.Ratio // with works, 0, 1 or a chance, counted; nil where the chance is not of this
}

func value(v float64) cash.Ratio { return cash.Ratio{Value: v, OK: true} }

func needsCost(_ Item, m *model) string {
	if !m.hasCost {
		return "no cost is on record"
	}
	return ""
}

// NoPublic is why a public cost is not known where all money on record is private.
const NoPublic = "no public money is on record for it"

func needsPublic(i Item, m *model) string {
	if why := needsCost(i, m); why != "" {
		return why
	}
	if m.gross[0] == 0 {
		return NoPublic
	}
	return ""
}

func needsJobs(_ Item, m *model) string {
	if !m.has(countsJobs) {
		return "no jobs are stated"
	}
	return ""
}

func both(i Item, m *model) string {
	if why := needsPublic(i, m); why != "" {
		return why
	}
	return needsJobs(i, m)
}

func needsGVA(i Item, m *model) string {
	if m.ids[inGVA] == "" {
		return "no value of the output of a job is on record"
	}
	return needsJobs(i, m)
}

func needsWorth(i Item, m *model) string {
	if why := needsCost(i, m); why != "" {
		return why
	}
	if !m.valued() {
		return "no outcome on record has a national value; jobs have none by themselves"
	}
	return ""
}

// lucky is a measure that is nothing where the intervention does not work.
func lucky(of func(figures) float64) func(figures, float64) cash.Ratio {
	return func(f figures, works float64) cash.Ratio { return value(works * of(f)) }
}

// fromJobs says whether somebody assumes that jobs are a benefit to the country: then the chance counts for benefits as well.
func (m *model) fromJobs() bool {
	for k := range m.streams {
		if m.streams[k].counts == countsJobs && m.streams[k].worthID != "" {
			return true
		}
	}
	return false
}

// withChance are figures in which only a share of the benefits of jobs comes.
func (f figures) withChance(share float64) figures {
	f.benefits = f.otherBenefits + share*(f.benefits-f.otherBenefits)
	return f
}

func kinds() []kind {
	jobs := func(f figures) float64 { return f.jobs }
	kept := func(f figures) float64 { return f.safeguarded }
	years := func(f figures) float64 { return f.jobYears }
	gva := func(f figures) float64 { return f.gva }
	plain := func(of func(figures) float64) func(figures) cash.Ratio {
		return func(f figures) cash.Ratio { return value(of(f)) }
	}
	return []kind{
		{KeyCost, plain(figures.cost), needsCost, nil},
		{KeyPublic, func(f figures) cash.Ratio { return value(f.public) }, needsPublic, nil},
		{KeyPrivate, func(f figures) cash.Ratio { return value(f.private) }, needsCost, nil},
		{KeyJobs, plain(jobs), needsJobs, lucky(jobs)},
		{KeySafeguarded, plain(kept), func(_ Item, m *model) string {
			if !m.has(countsSafeguarded) {
				return "no jobs kept are stated"
			}
			return ""
		}, lucky(kept)},
		{KeyJobYears, plain(years), needsJobs, lucky(years)},
		{KeyCostPerJob, figures.costPerJob, both, func(f figures, works float64) cash.Ratio { return cash.Over(f.public, f.jobs*works) }},
		{KeyGVA, plain(gva), needsGVA, lucky(gva)},
		{KeyBenefits, plain(func(f figures) float64 { return f.benefits }), func(i Item, m *model) string {
			if !m.valued() {
				return "no outcome on record has a national value; jobs have none by themselves"
			}
			return ""
		}, func(f figures, works float64) cash.Ratio { return value(f.withChance(works).benefits) }},
		{KeyNPSV, plain(figures.npsv), needsWorth, func(f figures, works float64) cash.Ratio { return value(f.withChance(works).npsv()) }},
		{KeyBCR, figures.bcr, needsWorth, func(f figures, works float64) cash.Ratio { return f.withChance(works).bcr() }},
	}
}

// chanced says whether the chance counts for a measure of an item.
func (kd kind) chanced(item Item, m *model) bool {
	national := kd.key == KeyBenefits || kd.key == KeyNPSV || kd.key == KeyBCR
	return kd.counted != nil && item.Chance.Known && (!national || m.fromJobs())
}

// measure fills the figures of an item from its model and the draws.
func (r *Result) measure(k int) {
	item, m := &r.Items[k], &r.models[k]
	all := kinds()
	net, counted := make([][]float64, len(all)), make([][]float64, len(all))
	for j, kd := range all {
		if kd.known(*item, m) == "" {
			net[j] = make([]float64, r.Draws)
			if kd.chanced(*item, m) {
				counted[j] = make([]float64, r.Draws)
			}
		}
	}
	at := m.central()
	now, stated := m.at(&at), m.asStated()
	sums := newTally(r.Draws)
	m.run(item.Intervention.ID, r.stream, r.shared, func(d int, f figures, works float64) {
		for j, kd := range all {
			if net[j] != nil {
				net[j][d] = orNaN(kd.of(f))
			}
			if counted[j] != nil {
				counted[j][d] = orNaN(kd.counted(f, works))
			}
		}
		sums.add(d, f)
	})
	for j, kd := range all {
		item.Measures = append(item.Measures, kd.read(*item, m, now, stated, net[j], counted[j]))
	}
	r.finish(item, m, now, stated, sums)
}

func orNaN(r cash.Ratio) float64 {
	if !r.OK {
		return math.NaN()
	}
	return r.Value
}

// read makes a measure of its central values and its draws.
func (kd kind) read(item Item, m *model, now, stated figures, net, counted []float64) Measure {
	out := Measure{Key: kd.key, Why: kd.known(item, m)}
	if out.Why != "" {
		return out
	}
	n, g := kd.of(now), kd.of(stated)
	out.Gross, out.HasGross = g.Value, g.OK && !m.netOnly(kd.key)
	if !n.OK {
		out.Why = "nothing is left below the line"
		return out
	}
	s := summary(net)
	out.Known, out.Net, out.Low, out.High, out.Mean, out.Error = true, n.Value, s.Low, s.High, s.Mean, s.Error
	if counted == nil {
		return out
	}
	e := kd.counted(now, item.Chance.Mean)
	if kd.key == KeyCostPerJob {
		low, high, nothing := openEnded(counted)
		out.Counted, out.Expected, out.ExpectedLow, out.ExpectedHigh, out.Nothing = e.OK, e.Value, low, high, nothing
		return out
	}
	c := summary(counted)
	out.Counted, out.Expected, out.ExpectedLow, out.ExpectedHigh = e.OK, e.Value, c.Low, c.High
	return out
}

// tally keeps the draws of switching values that are quotients: what a job of the country, or its output in the place, would have to be
// worth a year.
type tally struct{ jobYear, output []float64 }

func newTally(n int) *tally { return &tally{make([]float64, n), make([]float64, n)} }

func (t *tally) add(d int, f figures) {
	t.jobYear[d] = orNaN(cash.Over(f.cost()-f.otherBenefits, f.wideYearsPV))
	t.output[d] = orNaN(cash.Over(f.public, f.jobYearsPV))
}

// finish fills what follows from the measures.
func (r *Result) finish(item *Item, m *model, now, stated figures, t *tally) {
	local := m.localFactor()
	for k := range m.streams {
		s := &m.streams[k]
		o := &item.Outcomes[s.outcome]
		factor := local
		if s.net {
			factor = 1
		}
		o.Net = o.Gross * factor
		if !o.counted() {
			o.Net = o.Gross
		}
		if m.hasCost && m.gross[0] > 0 {
			o.GrossUnit, o.NetUnit = cash.UnitCost(stated.public, o.Gross), cash.UnitCost(now.public, o.Net)
		}
	}
	item.Years = years(*item, m, local)
	item.ByPlace = parts(item.Outcomes, func(o Outcome) string { return o.Place })
	item.BySize = parts(item.Outcomes, func(o Outcome) string { return o.FirmSize })
	item.Switches = switches(item, m, t)
	item.Tornado = tornado(item, m)
	item.Warnings = r.warn(item, m)
	item.Missing = missing(item, m)
}

// draws are the draws of a measure of an intervention, counted with its chance where counted is asked for and the
// chance is known; nil where the measure is not known.
func (r Result) draws(k int, key string, counted bool) []float64 {
	m := &r.models[k]
	for _, kd := range kinds() {
		if kd.key != key || kd.known(r.Items[k], m) != "" {
			continue
		}
		out := make([]float64, r.Draws)
		m.run(r.Items[k].Intervention.ID, r.stream, r.shared, func(d int, f figures, works float64) {
			if counted && kd.chanced(r.Items[k], m) {
				out[d] = orNaN(kd.counted(f, works))
				return
			}
			out[d] = orNaN(kd.of(f))
		})
		return out
	}
	return nil
}
