package outcome

import (
	"fmt"
	"slices"
	"strings"

	"milieu/internal/milp"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/sequence"
)

// costWhy says what the cost of a sequence is of: not what a plan's is.
func costWhy(s sequence.Sequence) string {
	text := fmt.Sprintf("only years from %s to %s", portfolio.YearName(s.Setting.From), portfolio.YearName(s.Setting.Last()))
	if n := s.Unstated(); n > 0 {
		text += fmt.Sprintf("; the cost of %d is not stated", n)
	}
	return text
}

// OfSequence is when the chosen of a plan begin and what they cost in each year that is looked at.
func OfSequence(s sequence.Sequence) Outcome {
	var o Outcome
	switch {
	case len(s.Cycle) > 0:
		o.Finding = "Each waits for the next: " + strings.Join(s.Cycle, ", ")
		return o
	case len(s.Conflict) > 0:
		o.Finding = "No sequence keeps all rules: " + strings.Join(s.Conflict, "; ")
	case len(s.Years) == 0 && len(s.Rows) > 0:
		o.Finding = "No sequence was found"
	default:
		o.Finding = fmt.Sprintf("%d interventions in time, the last until %s", len(s.Rows), portfolio.YearName(s.End))
	}
	if len(s.Years) == 0 && len(s.Rows) > 0 {
		return o // what has no years has no cost in them
	}
	spend := map[Spend]int64{}
	moved := 0
	for _, r := range s.Rows {
		o.Chosen = append(o.Chosen, Item{ID: r.ID, Name: r.Name, CostP: r.CostP, Known: !r.Uncosted(), Start: r.From, End: r.To})
		if r.Moved {
			moved++
		}
	}
	for _, y := range s.Years {
		for k, f := range s.Funders {
			if k < len(y.SpendP) && y.SpendP[k] != 0 {
				spend[Spend{Year: y.Year, Funder: f}] += y.SpendP[k]
			}
		}
	}
	for k, p := range spend {
		o.Spend = append(o.Spend, Spend{k.Year, k.Funder, p})
	}
	sortSpend(o.Spend)
	slices.SortFunc(o.Chosen, func(a, b Item) int { return strings.Compare(a.ID, b.ID) })
	for _, b := range s.Breaches {
		o.Cautions = append(o.Cautions, b.Says)
	}
	o.Cautions = few(o.Cautions)
	o.Measures = []Measure{
		{Key: "count", Label: "Interventions in time", Known: true, Value: float64(len(s.Rows)), Ref: s.Ref("count")},
		{Key: "cost", Label: "Cost in the years looked at", Unit: "£", Known: s.Unstated() == 0 || s.Unstated() < len(s.Rows), Value: float64(s.CostP) / 100, Why: costWhy(s), Ref: s.Ref("cost")},
		{Key: "sequence-value", Label: "Value, less for what comes later", Known: s.Status != milp.Unknown, Value: s.Value, Decimals: 2, Why: s.Proof(), Ref: s.Ref("value")},
		{Key: "moved", Label: "Moved by hand", Known: true, Value: float64(moved), Ref: s.Ref("count")},
		{Key: "breaches", Label: "Rules broken by moves", Known: true, Value: float64(len(s.Breaches)), Ref: s.Ref("end")},
	}
	return o
}
