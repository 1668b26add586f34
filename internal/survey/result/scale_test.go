package result

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"milieu/internal/survey"
	"milieu/internal/survey/frame"
	"milieu/internal/survey/invent"
)

// shipped is the shipped questionnaire answered by the model of invented answers: a frame of so many firms in four groupings, of
// which so many are drawn.
func shipped(t testing.TB, firms, drawn int) Input {
	in := Input{SurveyID: "shipped", Level: survey.Confidential, Instruments: map[int]survey.Instrument{}, Drawn: map[string]int{}, Invented: true}
	instrument := mustParse(t, string(survey.Shipped()[0].Text))
	instrument = instrument.Fill("interventions", []survey.Option{{ID: "i1", Label: "One"}, {ID: "i2", Label: "Two"}, {ID: "i3", Label: "Three"}, {ID: "i4", Label: "Four"}, {ID: "i5", Label: "Five"}})
	in.Instruments[1] = instrument
	rng := rand.New(rand.NewPCG(5, 5))
	sizes := []int{5, 18, 8, 22}
	for k, key := range frame.Keys {
		g := frame.Grouping{Key: key, Label: key}
		for c := range sizes[k] {
			g.Categories = append(g.Categories, frame.Category{Key: fmt.Sprint(key, c), Label: fmt.Sprint(key, " ", c)})
		}
		in.Groupings = append(in.Groupings, g)
	}
	var f frame.Frame
	var asked []invent.Firm
	for i := range firms {
		groups := map[string]string{}
		for _, g := range in.Groupings {
			k := min(rng.IntN(len(g.Categories)), rng.IntN(len(g.Categories)))
			groups[g.Key] = g.Categories[k].Key
		}
		u := frame.Unit{OrgID: fmt.Sprint(i), Groups: groups, Stratum: groups[frame.Size] + "|" + groups[frame.Area]}
		f.Units = append(f.Units, u)
		if rng.IntN(firms) < drawn {
			in.Drawn[u.Stratum]++
			asked = append(asked, invent.Firm{Key: u.OrgID, Stratum: u.Stratum, Groups: groups, Employees: 10})
		}
	}
	in.Cells = Cells(f)
	model, _, err := invent.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	replies, err := invent.Replies(instrument, asked, model, 3)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range replies {
		if r.Outcome == invent.Done {
			in.Rows = append(in.Rows, Row{Stratum: asked[r.Firm].Stratum, Groups: asked[r.Firm].Groups, N: 1, Answers: r.Answers})
		}
	}
	return in
}

// BenchmarkReckon reckons the shipped questionnaire over a frame of a county.
func BenchmarkReckon(b *testing.B) {
	for _, c := range [][2]int{{600, 250}, {46_611, 1_200}, {46_611, 6_000}} {
		in := shipped(b, c[0], c[1])
		b.Run(fmt.Sprintf("firms=%d,answers=%d", c[0], len(in.Rows)), func(b *testing.B) {
			for b.Loop() {
				r, err := Reckon(in)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(len(r.Table())-1), "figures")
				b.ReportMetric(float64(r.Hidden), "hidden")
				b.ReportMetric(float64(r.Protecting), "protecting")
			}
		})
	}
}
