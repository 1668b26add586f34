package sequence

import (
	"fmt"
	"math"

	"milieu/internal/portfolio"
	"milieu/internal/schedule"
)

// PilotRow is an intervention that tries another out, and what trying out first is worth.
// Amounts are multiples of the scheme's cost.
type PilotRow struct {
	Relation      portfolio.Relation
	Pilot, Scheme portfolio.Intervention
	CostKnown     bool    // the pilot's share of the cost is on record, else assumed
	CostShare     float64 // of the scheme's
	// ChanceKnown says that studies of the scheme's type are on record; Chance is their mean, with its interval.
	ChanceKnown                  bool
	Chance, ChanceLo, ChanceHi   float64
	Over                         bool   // the pilot is over: nothing is left to wait for
	Finding                      string // of its latest evaluation: positive, none or negative; "" is none on record
	Held                         bool   // Chance counts an evaluation of the pilot already: it is not counted again, and Updated says nothing
	Updated, UpdatedLo, UpdateHi float64
	// Decided says that the worth of a scheme that works was given, so that Waiting holds all;
	// else only its ranges of Values mean something.
	Decided     bool
	HasReturn   bool // what a scheme that works is worth was given, so that Waiting.Chances means something
	Waiting     schedule.Waiting
	Low, High   float64 // of the value of waiting, wherever the chance lies in its interval
	Assumptions []string
}

// pilots looks at every pair of a pilot and a scheme on record.
func pilots(in Input) []PilotRow {
	byID := map[string]portfolio.Intervention{}
	for _, i := range in.All {
		byID[i.ID] = i
	}
	var out []PilotRow
	for _, r := range in.Relations {
		pilot, ok := byID[r.From]
		scheme, ok2 := byID[r.To]
		if r.Kind != portfolio.PilotOf || !ok || !ok2 {
			continue
		}
		row := PilotRow{Relation: r, Pilot: pilot, Scheme: scheme, CostShare: in.Setting.Pilot.CostShare}
		if pilot.CostP.Valid && scheme.CostP.Valid && scheme.CostP.Int64 > 0 && !pilot.Overlaps() {
			row.CostKnown, row.CostShare = true, float64(pilot.CostP.Int64)/float64(scheme.CostP.Int64)
		}
		if s := scheme.Growth; s.Known && s.Asked == nil {
			row.ChanceKnown, row.Chance, row.ChanceLo, row.ChanceHi = true, s.Value, s.Lo, s.Hi
		}
		row.learn(in)
		row.decide(in.Setting)
		out = append(out, row)
	}
	return out
}

// learn reads what the latest evaluation of the pilot found. Reports of one pilot are not independent: where the chance counts
// one of them already there is nothing to update.
func (r *PilotRow) learn(in Input) {
	r.Over = portfolio.Finished(r.Pilot)
	r.Finding = portfolio.LastFindings(in.Delivery)[r.Pilot.ID].Finding
	r.Held = r.ChanceKnown && r.Scheme.CountsEvaluationOf(r.Pilot.ID)
	if r.Finding == "" || !r.ChanceKnown || r.Held {
		return
	}
	p := in.Setting.Pilot
	update := func(chance float64) float64 {
		yes, no := chance*p.Sensitivity, (1-chance)*(1-p.Specificity)
		if r.Finding != "positive" {
			yes, no = chance*(1-p.Sensitivity), (1-chance)*p.Specificity
		}
		if yes+no == 0 {
			return math.NaN()
		}
		return yes / (yes + no)
	}
	r.Updated, r.UpdatedLo, r.UpdateHi = update(r.Chance), update(r.ChanceLo), update(r.ChanceHi)
}

// decide folds the tree of the pair back.
func (r *PilotRow) decide(set Setting) {
	p := set.Pilot
	tree := schedule.Pilot{Chance: r.Chance, Cost: 1, PilotCost: r.CostShare, Delay: float64(p.Delay), Discount: set.Rate, Sensitivity: p.Sensitivity, Specificity: p.Specificity, Value: p.Return}
	r.Assumptions = []string{fmt.Sprintf("a pilot is right %.0f times in 100 about what works and %.0f about what does not", 100*p.Sensitivity, 100*p.Specificity), fmt.Sprintf("trying out puts the scheme off by %s", years(p.Delay))}
	if !r.CostKnown {
		r.Assumptions = append(r.Assumptions, fmt.Sprintf("the pilot costs %.0f %% of the scheme", 100*r.CostShare))
	}
	if r.Over {
		return
	}
	if !r.ChanceKnown {
		tree.Chance = 0.5 // only the ranges of the chance are used
	}
	w, err := tree.Decide()
	if err != nil {
		return
	}
	r.HasReturn = p.Return > 0
	r.Waiting, r.Decided = w, r.ChanceKnown && p.Return > 0
	if !r.Decided {
		return
	}
	spread, err := tree.Spread(r.ChanceLo, r.ChanceHi)
	if err != nil {
		return
	}
	r.Low, r.High = spread.Lo, spread.Hi
}
