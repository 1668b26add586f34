package appraisal

import (
	"cmp"
	"fmt"
	"sort"

	"milieu/internal/cash"
	"milieu/internal/evidence"
)

// Worth is a figure of an intervention as a plan may add it up: its central value and one value for each draw. Draw i has
// the same shared inputs for all interventions.
type Worth struct {
	Known     bool
	Value     float64
	Low, High float64
	Draws     []float64
	Why       string // what it rests on, or why it is not known
	Ref       string
}

// NetJobs is the net additional jobs of each intervention in its area, with the chance that it works counted in. Where no
// study tells of the chance it is unknown: it must not win a place because nothing is known of it.
func NetJobs(r Result) map[string]Worth { return r.worth(KeyJobs) }

// NPSV is the national net present social value of each intervention in pounds of the base year, as a value of the base year; the
// chance counts for benefits that come from jobs, if somebody gives those a national value, and else the value is if it works.
func NPSV(r Result) map[string]Worth { return r.worth(KeyNPSV) }

func (r Result) worth(key string) map[string]Worth {
	out := make(map[string]Worth, len(r.Items))
	draws := make([][]float64, len(r.Items))
	each(len(r.Items), func(k int) { draws[k] = r.draws(k, key, true) })
	for k, item := range r.Items {
		m := item.Measure(key)
		w := Worth{Known: m.Known, Value: m.Net, Low: m.Low, High: m.High, Draws: draws[k], Why: m.Why, Ref: Ref(item.Intervention.ID, key, r.Settings)}
		switch {
		case !m.Known:
		case !m.Counted && (key == KeyJobs || r.models[k].fromJobs()):
			w = Worth{Why: item.Chance.Why, Ref: w.Ref}
		case !m.Counted:
			w.Why = "net present social value if it works: no study tells of the chance that such benefits come"
		case key == KeyNPSV:
			w.Value, w.Low, w.High, w.Why = m.Expected, m.ExpectedLow, m.ExpectedHigh, "net present social value with the chance counted for jobs; "+item.Chance.Why
		default:
			w.Value, w.Low, w.High, w.Why = m.Expected, m.ExpectedLow, m.ExpectedHigh, "net additional jobs in the area; "+item.Chance.Why
		}
		out[item.Intervention.ID] = w
	}
	return out
}

// Sum is a measure added over interventions, draw by draw, so that what they share does not cancel out.
type Sum struct {
	Key                       string
	Gross                     float64
	Net                       float64 // if all work
	Low, High                 float64
	Expected                  float64 // the chance counted, of those whose chance is known
	ExpectedLow, ExpectedHigh float64
	Error                     float64  // standard error of the mean of the draws of Net
	N                         int      // interventions that it holds
	Chanced                   int      // of them in Expected
	Without                   []string // ids that it does not hold, for want of what they bring or cost
	Held                      []string // ids that it does not hold since the cost of another that it holds has theirs in it
	Claimed                   float64  // part of Gross that is stated net: what it would be gross is not stated
}

// Total is what a set of interventions comes to. Jobs are added wherever they are; whether the interventions compete for the same
// firms is not known, and nothing is taken off for it.
type Total struct {
	IDs             []string
	Sums            []Sum // cost, public cost, jobs, jobs kept, job-years, output, benefits, net present social value
	PerJob          Ratio // public cost of those with jobs on record, for each net job
	ByPlace, BySize []Part
	Twice           []Held // parts whose cost another of the set holds: sums of money leave them out
}

// Held is a part that sums of money leave out, with its public cost in pounds of the base year.
type Held struct {
	Part, Whole string // ids
	Gross, Net  float64
}

// Ratio is a quotient with its range over the draws.
type Ratio struct {
	cash.Ratio
	Gross     cash.Ratio
	Low, High float64
	N         int // interventions that it holds
}

// Sum finds a sum.
func (t Total) Sum(key string) Sum {
	for _, s := range t.Sums {
		if s.Key == key {
			return s
		}
	}
	return Sum{Key: key}
}

// Total adds interventions. An id that is not in the register is an error.
func (r Result) Total(ids []string) (Total, error) {
	t := Total{IDs: ids}
	var at []int
	seen := map[string]bool{}
	for _, id := range ids {
		k, ok := r.at[id]
		if !ok {
			return t, fmt.Errorf("intervention %q: %w", id, evidence.ErrNoFigure)
		}
		if !seen[id] {
			at = append(at, k)
		}
		seen[id] = true
	}
	held := r.held(at)
	t.Sums, t.PerJob = r.add(at, held)
	for _, k := range at {
		if whole, is := held[k]; is {
			m := r.Items[k].Measure(KeyPublic)
			t.Twice = append(t.Twice, Held{r.Items[k].Intervention.ID, r.Items[whole].Intervention.ID, m.Gross, m.Net})
		}
		t.ByPlace, t.BySize = merge(t.ByPlace, r.Items[k].ByPlace), merge(t.BySize, r.Items[k].BySize)
	}
	return t, nil
}

// held are the items of a set whose cost another of the set holds, by that other (see portfolio.Register.Inside).
func (r Result) held(at []int) map[int]int {
	var costed []string
	for _, k := range at {
		if r.models[k].hasCost {
			costed = append(costed, r.Items[k].Intervention.ID)
		}
	}
	out := map[int]int{}
	for part, whole := range r.register.Inside(costed) {
		out[r.at[part]] = r.at[whole]
	}
	return out
}

// leavesOut says whether a sum leaves out an item for another that holds its cost.
func (r Result) leavesOut(key string, k int, held map[int]int) bool {
	whole, is := held[k]
	switch key {
	case KeyCost, KeyPublic, KeyPrivate, KeyNPSV:
		return is && r.Items[whole].Measure(key).Known
	}
	return false
}

// summed are the measures that are added over interventions.
var summed = []string{KeyCost, KeyPublic, KeyPrivate, KeyJobs, KeySafeguarded, KeyJobYears, KeyGVA, KeyBenefits, KeyNPSV}

// adding is a sum in the making.
type adding struct {
	Sum
	kind          kind
	net, expected []float64
}

// add adds interventions, each drawn once.
func (r Result) add(at []int, held map[int]int) ([]Sum, Ratio) {
	var sums []*adding
	for _, kd := range kinds() {
		for _, key := range summed {
			if kd.key == key {
				sums = append(sums, &adding{Sum: Sum{Key: key}, kind: kd, net: make([]float64, r.Draws), expected: make([]float64, r.Draws)})
			}
		}
	}
	per := perJob{cost: make([]float64, r.Draws), jobs: make([]float64, r.Draws)}
	for _, k := range at {
		r.include(k, held, sums, &per)
	}
	out := make([]Sum, len(sums))
	for j, a := range sums {
		if a.N > 0 {
			n := summary(a.net)
			a.Low, a.High, a.Error = n.Low, n.High, n.Error
		}
		if a.Chanced > 0 {
			e := summary(a.expected)
			a.ExpectedLow, a.ExpectedHigh = e.Low, e.High
		}
		out[j] = a.Sum
	}
	return out, per.ratio()
}

// include adds one intervention to the sums.
func (r Result) include(k int, held map[int]int, sums []*adding, per *perJob) {
	item, m := r.Items[k], &r.models[k]
	var in []*adding
	for _, a := range sums {
		v := item.Measure(a.Key)
		if !v.Known {
			a.Without = append(a.Without, item.Intervention.ID)
			continue
		}
		if r.leavesOut(a.Key, k, held) {
			a.Held = append(a.Held, item.Intervention.ID)
			continue
		}
		in = append(in, a)
		a.N++
		a.Gross, a.Net = a.Gross+v.Gross, a.Net+v.Net
		if !v.HasGross {
			a.Claimed += v.Gross
		}
		if v.Counted {
			a.Chanced++
			a.Expected += v.Expected
		}
	}
	whole, is := held[k]
	pair := !(is && hasBoth(r.Items[whole])) && per.include(item)
	if len(in) == 0 {
		return
	}
	m.run(item.Intervention.ID, r.stream, r.shared, func(d int, f figures, works float64) {
		for _, a := range in {
			a.net[d] += a.kind.of(f).Value
			if a.kind.chanced(item, m) {
				a.expected[d] += a.kind.counted(f, works).Value
			}
		}
		if pair {
			per.cost[d] += f.public
			per.jobs[d] += f.jobs
		}
	})
}

// perJob is the public cost of those interventions that have a cost and jobs on record, for each of their net jobs.
type perJob struct {
	cost, jobs             []float64
	c, j, grossC, grossJob float64
	n                      int
}

// include adds the central figures of an intervention that has both.
func (p *perJob) include(item Item) bool {
	c, j := item.Measure(KeyPublic), item.Measure(KeyJobs)
	if !hasBoth(item) {
		return false
	}
	p.n++
	p.c, p.j = p.c+c.Net, p.j+j.Net
	if j.HasGross {
		p.grossC, p.grossJob = p.grossC+c.Gross, p.grossJob+j.Gross
	}
	return true
}

// hasBoth says that a public cost and jobs are known of an item.
func hasBoth(item Item) bool { return item.Measure(KeyPublic).Known && item.Measure(KeyJobs).Known }

func (p *perJob) ratio() Ratio {
	out := Ratio{Ratio: cash.Over(p.c, p.j), Gross: cash.Over(p.grossC, p.grossJob), N: p.n}
	if !out.OK {
		return out
	}
	for d := range p.cost {
		p.cost[d] = orNaN(cash.Over(p.cost[d], p.jobs[d]))
	}
	s := summary(p.cost)
	out.Low, out.High = s.Low, s.High
	return out
}

// parts are the jobs of outcomes by a property, the largest first.
func parts(outcomes []Outcome, of func(Outcome) string) []Part {
	var out []Part
	for _, o := range outcomes {
		if o.Known && o.Key == "jobs" && o.counted() {
			out = merge(out, []Part{{cmp.Or(of(o), NotStated), o.Gross, o.Net, o.ClaimedNet}})
		}
	}
	return out
}

// merge adds parts by name, the largest first.
func merge(a, b []Part) []Part {
	by := map[string]Part{}
	for _, list := range [][]Part{a, b} {
		for _, p := range list {
			s := by[p.Name]
			by[p.Name] = Part{p.Name, s.Gross + p.Gross, s.Net + p.Net, s.NetOnly || p.NetOnly}
		}
	}
	out := make([]Part, 0, len(by))
	for _, p := range by {
		out = append(out, p)
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].Net != out[j].Net {
			return out[i].Net > out[j].Net
		}
		return out[i].Name < out[j].Name
	})
	return out
}

// DrawsOf are the draws of a measure of an intervention, if it works; nil where the measure is not known. A quotient that has no value
// in a draw is not a number there.
func (r Result) DrawsOf(id, key string) []float64 {
	if k, ok := r.at[id]; ok {
		return r.draws(k, key, false)
	}
	return nil
}
