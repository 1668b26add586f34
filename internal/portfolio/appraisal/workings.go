package appraisal

import "milieu/internal/portfolio/parameter"

// Input is a value of a model with the parameter that it comes from.
type Input struct {
	Value     float64 // in prices of the base year where it is money
	Parameter string  // id; empty for the intervention's own
}

// Course is how an outcome comes and goes: nothing for Delay years from Start, rising evenly for RampUp years, whole for
// Full years, then losing the share Decay of what is left each year.
type Course struct {
	Start, Delay, RampUp int
	Full, Decay          Input
	To                   int  // last year; 0: until it fades. Where it is given, Full is what lies between
	Once                 bool // one amount in the year Start + Delay
	Even                 bool // a total, spread evenly from Start + Delay to To, or over the years of RampUp
}

// Kinds of what a flow counts for.
const (
	FlowJobs        = "jobs"
	FlowSafeguarded = "jobs kept"
	FlowWorth       = "national value"
	FlowNothing     = "nothing"
)

// Flow is an outcome whose quantity is known, with what its central figures are made of.
type Flow struct {
	Outcome  Outcome
	Counts   string // one of the kinds of flows
	Quantity float64
	Worth    Input     // national value of a unit, or of a unit and year; no parameter: it has none
	Course   Course    // at central inputs
	Shares   []float64 // of the full effect by year from the first, at central inputs and whole years at full effect
}

// Workings are what the central figures of an item are made of, beside its costs: with them anybody can reckon them again. Shares of
// additionality are in the order deadweight, leakage, displacement, substitution, multiplier; Wide are leakage, displacement and
// substitution for the whole country.
type Workings struct {
	Item
	Local  [5]Input
	Wide   [3]Input
	Output Input // of a job and year in the place; no parameter: not known
	Flows  []Flow
}

// Workings are those of an intervention.
func (r Result) Workings(id string) (Workings, bool) {
	k, ok := r.at[id]
	if !ok {
		return Workings{}, false
	}
	m := &r.models[k]
	input := func(n int) Input { return Input{m.ranges[n].value, m.ids[n]} }
	w := Workings{Item: r.Items[k], Output: input(inGVA)}
	for n := range w.Local {
		w.Local[n] = input(inDeadweight + n)
	}
	for n := range w.Wide {
		w.Wide[n] = input(inWideLeakage + n)
	}
	for _, s := range m.streams {
		p := s.when.persist
		f := Flow{Outcome: r.Items[k].Outcomes[s.outcome], Counts: countsWords[s.counts], Quantity: s.quantity.value, Worth: Input{s.worth.value, s.worthID}, Shares: s.profile,
			Course: Course{Start: s.when.start, Delay: p.Delay, RampUp: p.RampUp, Full: input(inFull), Decay: input(inDecay), To: s.when.to, Once: s.when.once, Even: s.when.even}}
		w.Flows = append(w.Flows, f)
	}
	return w, true
}

var countsWords = map[int]string{countsNothing: FlowNothing, countsJobs: FlowJobs, countsSafeguarded: FlowSafeguarded, countsWorth: FlowWorth}

// BiasOf says of what a cost's optimism bias is made: the parameter with its bounds, and whether it is at its lower bound because
// contracts are let. False: it has none.
func (r Result) BiasOf(i Item, c YearCost) (p parameter.Parameter, lower, ok bool) {
	if c.Asset == "none" || c.Status == "spent" || c.Bias == 0 {
		return p, false, false
	}
	_, p, _ = r.Params.Bias(c.Asset, "capital")
	return p, i.Intervention.Stage == "in-delivery", p.ID != ""
}

// PriceFactor turns pounds of a year into pounds of the base year.
func (r Result) PriceFactor(year int) (float64, error) {
	index, _ := r.Params.Deflator()
	f, _, err := index.Real(year, r.BaseYear)
	return f, err
}

// FromJobs says whether somebody assumes that jobs of an item have a national value.
func (w Workings) FromJobs() bool {
	for _, f := range w.Flows {
		if f.Counts == FlowJobs && f.Worth.Parameter != "" {
			return true
		}
	}
	return false
}
