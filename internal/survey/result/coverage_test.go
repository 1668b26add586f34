package result

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"milieu/internal/sampling"
	"milieu/internal/survey"
	"milieu/internal/survey/frame"
)

// TestReckon_coverage draws from a population that is known and in which answering hangs on the group that weights are raked to:
// the intervals of the whole must hold the truth about as often as they say, and the shares must not lean to one side, as the
// share of the answers themselves does.
func TestReckon_coverage(t *testing.T) {
	const firms, rounds = 900, 120
	instrument := mustParse(t, oneQuestion)
	sections := []string{"A", "B", "C"}
	in := Input{SurveyID: "s", Level: survey.Confidential, Instruments: map[int]survey.Instrument{1: instrument},
		Groupings: []frame.Grouping{{Key: "section", Label: "Section", Categories: []frame.Category{{Key: "A"}, {Key: "B"}, {Key: "C"}}}}}
	rng := rand.New(rand.NewPCG(1, 2))
	var f frame.Frame
	var units []sampling.Unit
	yes := make([]bool, firms)
	truth := 0.0
	for i := range firms {
		stratum, section := []string{"small", "large"}[i%10/7], sections[rng.IntN(3)]
		u := frame.Unit{OrgID: fmt.Sprint(i), Stratum: stratum, Groups: map[string]string{"section": section}}
		f.Units, units = append(f.Units, u), append(units, sampling.Unit{ID: u.OrgID, Stratum: stratum})
		yes[i] = rng.Float64() < map[string]float64{"A": 0.25, "B": 0.5, "C": 0.8}[section]
		if yes[i] {
			truth += 1.0 / firms
		}
	}
	in.Cells = Cells(f)
	in.Drawn = map[string]int{"small": 150, "large": 100}
	held, hidden, lean, plain := 0, 0, 0.0, 0.0
	for seed := range uint64(rounds) {
		picked, err := sampling.Draw(units, in.Drawn, seed)
		if err != nil {
			t.Fatal(err)
		}
		in.Rows = nil
		said := 0
		for _, i := range picked {
			u := f.Units[i]
			if rng.Float64() > map[string]float64{"A": 0.3, "B": 0.5, "C": 0.8}[u.Groups["section"]] {
				continue
			}
			a := survey.Answer{State: survey.Answered, Choices: []string{"no"}}
			if yes[i] {
				a.Choices[0] = "yes"
				said++
			}
			in.Rows = append(in.Rows, Row{Stratum: u.Stratum, Groups: u.Groups, N: 1, Answers: survey.Answers{"grow": a}})
		}
		r, err := Reckon(in)
		if err != nil {
			t.Fatal(seed, err)
		}
		e, _ := r.Questions[0].Whole.Item(Share, "yes")
		if e.Hidden { // too few said one of the two in a stratum
			hidden++
			continue
		}
		if e.Lower <= truth && truth <= e.Upper {
			held++
		}
		lean += e.Value - truth
		plain += float64(said)/float64(len(in.Rows)) - truth
	}
	shown := rounds - hidden
	lean, plain = lean/float64(shown), plain/float64(shown)
	t.Logf("intervals held the truth %d times of %d; weighted shares lean by %.3f, plain ones by %.3f", held, shown, lean, plain)
	if shown < rounds*9/10 || held < shown*90/100 || lean > 0.01 || lean < -0.01 || plain < 0.05 {
		t.Errorf("held %d of %d, lean %.3f (plain %.3f)", held, shown, lean, plain)
	}
}
