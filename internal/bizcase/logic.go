package bizcase

import (
	"context"
	"slices"

	"milieu/internal/chart"
	"milieu/internal/report"
)

// stepColumns are the headings of StepKinds in the picture.
var stepColumns = []string{"Inputs", "Activities", "Outputs", "Outcomes", "Impact"}

// logicChart draws the logic model. Its boxes hold the same words as the table, in which each figure opens its source.
func (m *maker) logicChart(ctx context.Context) ([]report.Block, error) {
	if len(m.c.Logic) == 0 {
		return []report.Block{m.missing("There is no logic model yet.", "Write inputs, activities, outputs and outcomes, and which leads to which.")}, nil
	}
	sp := chart.FlowSpec{Title: "The logic model: what is put in, what is done with it, and what is to come of it", Columns: stepColumns, Notes: stepAssumes}
	place := map[string]int{}
	for k, s := range m.c.Logic {
		place[s.ID] = k
	}
	words, err := m.steps(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range m.c.Logic {
		box := chart.FlowBox{Column: slices.Index(StepKinds, s.Kind), Text: words[s.ID].text.Plain(), Note: words[s.ID].assumes.Plain()}
		for _, to := range s.To {
			if k, ok := place[to]; ok {
				box.To = append(box.To, k)
			}
		}
		sp.Boxes = append(sp.Boxes, box)
	}
	c := chart.Flow(sp)
	return []report.Block{{Chart: &c}}, nil
}

// stepAssumes is the heading of what a step assumes.
const stepAssumes = "What must hold for that"

// step is the texts of a step with its figures put in.
type step struct{ text, assumes report.Text }

// steps are the texts of the steps by their ids. Their problems are told once, however often picture and table ask.
func (m *maker) steps(ctx context.Context) (map[string]step, error) {
	if m.logic != nil {
		return m.logic, nil
	}
	out := map[string]step{}
	for _, s := range m.c.Logic {
		text, err := m.cell(ctx, "the step "+s.ID, "logic", s.Text)
		if err != nil {
			return nil, err
		}
		assumes, err := m.cell(ctx, "what the step "+s.ID+" assumes", "logic", s.Assumes)
		if err != nil {
			return nil, err
		}
		out[s.ID] = step{text, assumes}
	}
	m.logic = out
	return out, nil
}
