package result

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"

	"milieu/internal/survey"
	"milieu/internal/survey/frame"
)

const madeInstrument = `
id = "made"
title = "Made up"
[[section]]
id = "a"
title = "First"
[[section.question]]
id = "came"
kind = "single"
text = "How did the firm come here?"
topic = "arrival"
option = [{ id = "started", label = "Started here" }, { id = "moved", label = "Moved here" }, { id = "bought", label = "Was bought" }]
[[section.question]]
id = "from"
kind = "single"
text = "From where?"
show_if = { question = "came", any = ["moved"] }
option = [{ id = "near", label = "Near" }, { id = "far", label = "Far" }]
[[section.question]]
id = "stops"
kind = "multi"
text = "What gets in the way?"
topic = "barrier"
other = true
option = [{ id = "skills", label = "Skills" }, { id = "space", label = "Space" }, { id = "money", label = "Money" }, { id = "none", label = "Nothing", alone = true }]
[[section]]
id = "b"
title = "Second"
show_if = { question = "stops", any = ["skills", "space"] }
[[section.question]]
id = "first"
kind = "rank"
text = "What would help most?"
most = 2
option = [{ id = "train", label = "Training" }, { id = "land", label = "Land" }, { id = "loans", label = "Loans" }]
[[section]]
id = "c"
title = "Third"
[[section.question]]
id = "points"
kind = "budget"
text = "Share 100 points"
topic = "demand"
option = [{ id = "x", label = "X" }, { id = "y", label = "Y" }, { id = "z", label = "Z" }]
[[section.question]]
id = "stay"
kind = "scale"
text = "How likely to stay?"
min = 0
max = 4
[[section.question]]
id = "jobs"
kind = "number"
text = "How many work here?"
min = 0
max = 100000
[[section.question]]
id = "words"
kind = "text"
text = "Anything else?"
`

func mustParse(t testing.TB, text string) survey.Instrument {
	in, err := survey.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// made is an input over a frame of so many firms of which about the given share answers, by chance from the seed alone. Strata
// are sizes by areas; a third grouping lies across, a fourth puts areas together.
func made(t testing.TB, seed uint64, firms int, rate float64) Input {
	rng := rand.New(rand.NewPCG(seed, 99))
	instrument := mustParse(t, madeInstrument)
	in := Input{SurveyID: "made", Title: "Made up", Level: survey.Confidential, Instruments: map[int]survey.Instrument{1: instrument}, Drawn: map[string]int{}}
	grouping := func(key string, categories ...string) {
		g := frame.Grouping{Key: key, Label: "By " + key}
		for _, c := range categories {
			g.Categories = append(g.Categories, frame.Category{Key: c, Label: "The " + c})
		}
		in.Groupings = append(in.Groupings, g)
	}
	grouping("size", "small", "medium", "large")
	grouping("area", "north", "south")
	grouping("section", "A", "B", "C")
	pick := func(g frame.Grouping, odds ...float64) string {
		x := rng.Float64()
		for i, o := range odds {
			if x < o {
				return g.Categories[i].Key
			}
			x -= o
		}
		return g.Categories[len(odds)-1].Key
	}
	var f frame.Frame
	for i := range firms {
		groups := map[string]string{"size": pick(in.Groupings[0], 0.6, 0.3, 0.1), "area": pick(in.Groupings[1], 0.6, 0.4), "section": pick(in.Groupings[2], 0.5, 0.35, 0.15)}
		f.Units = append(f.Units, frame.Unit{OrgID: strconv.Itoa(i), Groups: groups, Stratum: groups["size"] + "/" + groups["area"]})
	}
	in.Cells = Cells(f)
	for _, u := range f.Units {
		in.Drawn[u.Stratum]++
		if rng.Float64() < rate {
			in.Rows = append(in.Rows, Row{Stratum: u.Stratum, Groups: u.Groups, N: 1, Answers: madeAnswers(rng, instrument)})
		}
	}
	return in
}

func madeAnswers(rng *rand.Rand, in survey.Instrument) survey.Answers {
	out := survey.Answers{}
	for _, q := range in.Questions() {
		if x := rng.Float64(); x < 0.12 {
			out[q.ID] = survey.Answer{State: survey.States[1+rng.IntN(4)]}
			continue
		}
		a := survey.Answer{State: survey.Answered}
		switch q.Kind {
		case survey.Single:
			a.Choices = []string{q.Options[min(rng.IntN(len(q.Options)+1), len(q.Options)-1)].ID}
		case survey.Multi:
			for i, o := range q.Options {
				if !o.Alone && rng.Float64() < 0.15+0.2*float64(i) {
					a.Choices = append(a.Choices, o.ID)
				}
			}
			if len(a.Choices) == 0 {
				a.Choices = []string{"none"}
			}
		case survey.Rank:
			for _, k := range rng.Perm(len(q.Options))[:1+rng.IntN(q.Most)] {
				a.Choices = append(a.Choices, q.Options[k].ID)
			}
		case survey.Budget:
			x := float64(5 * rng.IntN(15))
			y := float64(rng.IntN(int(100-x) + 1))
			a.Points = []survey.Point{{Option: "x", Points: x}, {Option: "y", Points: y}, {Option: "z", Points: 100 - x - y}}
		case survey.Scale:
			a.Number = float64(min(4, rng.IntN(7)))
		case survey.Number:
			a.Number = float64(1 + rng.IntN(20))
			if rng.Float64() < 0.05 {
				a.Number *= 500
			}
		default:
			a.Text = fmt.Sprint("words ", rng.IntN(1000))
		}
		out[q.ID] = a
	}
	return in.Settle(out)
}
