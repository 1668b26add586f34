package outcome

import (
	"fmt"

	"milieu/internal/portfolio/workshop"
)

// OfWorkshop is what a workshop allows to say over all weights that there could be. What single stakeholders weigh is
// not kept with a scenario: its link would show it to people who may not see it.
func OfWorkshop(r workshop.Report) Outcome {
	w := r.Workshop
	o := Outcome{Finding: w.Setup.Question, Options: len(w.Setup.Options)}
	ref := workshop.Ref(w.ID)
	o.Measures = []Measure{
		{Key: "options", Label: "Options", Known: true, Value: float64(len(w.Setup.Options)), Ref: ref},
		{Key: "criteria", Label: "Criteria", Known: true, Value: float64(len(w.Setup.Criteria)), Ref: ref},
		{Key: "stakeholders", Label: "Sets of weights", Known: true, Value: float64(len(w.Weights)), Ref: ref},
	}
	if !w.Ready() {
		o.Cautions = []string{"too little to reckon: it takes two options and a criterion"}
		return o
	}
	for k, option := range w.Setup.Options {
		m := Measure{Key: "first-" + option.ID, Label: option.Name + ": first, of all weights that there could be", Unit: "%", Known: true, Ref: workshop.Ref(w.ID, option.ID)}
		if k < len(r.All.Result.Rank) && len(r.All.Result.Rank[k]) > 0 {
			m.Value = 100 * r.All.Result.Rank[k][0]
			m.Why = fmt.Sprintf("rank %d to %d in nine of ten draws", r.All.Best[k], r.All.Worst[k])
		} else {
			m.Known, m.Why = false, "not reckoned"
		}
		o.Measures = append(o.Measures, m)
	}
	return o
}
