package result

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"milieu/internal/survey"
	"milieu/internal/survey/frame"
)

// weighed is an anonymous survey of strata (sizes) of so many firms and answers: the weights differ much, and anybody can reckon them.
func weighed(t testing.TB, seed uint64, firms, answers []int) Input {
	rng := rand.New(rand.NewPCG(seed, 7))
	instrument := mustParse(t, madeInstrument)
	in := Input{SurveyID: "weighed", Title: "W", Level: survey.Anonymous, Instruments: map[int]survey.Instrument{1: instrument}, Drawn: map[string]int{}}
	g := frame.Grouping{Key: "size", Label: "By size"}
	var f frame.Frame
	for k, n := range firms {
		size := sizesOf[k]
		g.Categories = append(g.Categories, frame.Category{Key: size, Label: size})
		for range n {
			f.Units = append(f.Units, frame.Unit{OrgID: strconv.Itoa(len(f.Units)), Groups: map[string]string{"size": size}, Stratum: size})
		}
		in.Drawn[size] = min(n, 2*answers[k]+3*k)
		for range answers[k] {
			in.Rows = append(in.Rows, Row{Stratum: size, Groups: map[string]string{"size": size}, N: 1, Answers: madeAnswers(rng, instrument)})
		}
	}
	in.Groupings = append(in.Groupings, g)
	in.Cells = Cells(f)
	return in
}

var sizesOf = []string{"micro", "small", "medium", "large"}

// TestReport_weightsAttacked tries all numbers of answers by stratum and keeps those that give every published figure of an option,
// shares and both ends of their intervals, of all and of each size. Neither a hidden number nor a small one of a stratum may be the
// only one that is left. The intruder knows how many of each stratum answered the question, and reckons the weights himself.
func TestReport_weightsAttacked(t *testing.T) {
	numbers, pinned, fine, finePinned := 0, 0, 0, 0
	for seed := range uint64(6) {
		in := weighed(t, seed, []int{4000, 600, 90}, []int{25, 20, 15})
		r, err := Reckon(in)
		if err != nil {
			t.Fatal(err)
		}
		n, p := solved(t, in, r)
		numbers, pinned = numbers+n, pinned+p
		if seed > 1 {
			continue
		}
		if r, err = reckon(in, rule{protect: protected}); err != nil { // to one per cent, whatever that tells
			t.Fatal(err)
		}
		n, p = solved(t, in, r)
		fine, finePinned = fine+n, finePinned+p
	}
	if pinned > 0 || numbers < 30 {
		t.Errorf("%d of %d numbers came out", pinned, numbers)
	}
	if finePinned == 0 {
		t.Errorf("none of %d came out of shares to one per cent: the attack is too weak to prove anything", fine)
	}
	t.Logf("%d numbers, none came out; of shares to one per cent %d of %d do", numbers, finePinned, fine)
}

// solved counts the numbers that must not be known, and those of them that are left with one value.
func solved(t *testing.T, in Input, r Report) (numbers, pinned int) {
	s, err := newSample(in, rule{threshold: r.Threshold})
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range r.Questions {
		if q.Kind != survey.Multi || len(q.By["size"]) != 3 {
			continue
		}
		d := s.data(q.Question, survey.Section{})
		for k, item := range q.Whole.Items {
			said, left := s.left(t, d, k, item, q.By["size"])
			for g, n := range said {
				if hidden := q.By["size"][g].Items[k].Hidden; hidden || s.rule.small(n) {
					numbers++
					if len(left[g]) == 1 {
						pinned++
					}
					if !left[g][n] {
						t.Errorf("the attack lost the truth of %s %s in %s", q.ID, item.Option, sizesOf[g])
					}
				}
			}
		}
	}
	return numbers, pinned
}

// left are how many of each stratum said it, and the numbers that agree with all that is published of the item.
func (s sample) left(t *testing.T, d data, k int, whole Item, parts []Part) (said [3]int, left [3]map[int]bool) {
	var rows [3][]int
	for i, r := range s.rows {
		for g := range rows {
			if d.answered[i] && r.Stratum == sizesOf[g] {
				rows[g] = append(rows[g], i)
				if d.items[k].yes[i] {
					said[g]++
				}
			}
		}
	}
	agrees := func(published Item, n [3]int, in []bool) bool {
		if published.Hidden {
			return true
		}
		m := measured{measure: whole.Measure, yes: make([]bool, len(s.rows)), step: published.Step}
		for g, list := range rows {
			for _, i := range list[:n[g]] {
				m.yes[i] = true
			}
		}
		got, err := s.item(m, d, in, false)
		if err != nil {
			t.Fatal(err)
		}
		return got.Value == published.Value && got.Lower == published.Lower && got.Upper == published.Upper
	}
	var can [3][]int
	for g, list := range rows {
		left[g] = map[int]bool{}
		in := make([]bool, len(s.rows))
		for _, i := range list {
			in[i] = true
		}
		for x := range len(list) + 1 {
			var n [3]int
			if n[g] = x; agrees(parts[g].Items[k], n, in) {
				can[g] = append(can[g], x)
			}
		}
	}
	for _, a := range can[0] {
		for _, b := range can[1] {
			for _, c := range can[2] {
				if agrees(whole, [3]int{a, b, c}, d.answered) {
					left[0][a], left[1][b], left[2][c] = true, true, true
				}
			}
		}
	}
	return said, left
}

// TestWeighting_attacked tries all numbers of answers of two strata that stand together, and keeps those that give the published
// effective number: more than one must be left.
func TestWeighting_attacked(t *testing.T) {
	tries, pinned := 0, 0
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 3))
		firms := []int{3000 + rng.IntN(2000), 500 + rng.IntN(300), 200 + rng.IntN(150), 50 + rng.IntN(60)}
		answers := []int{30 + rng.IntN(15), 20 + rng.IntN(10), 1 + rng.IntN(4), 3 + rng.IntN(9)}
		r, err := Reckon(weighed(t, seed, firms, answers))
		if err != nil {
			t.Fatal(err)
		}
		if last := r.Response[len(r.Response)-1]; last.Stratum != Together || len(r.Response) != 3 || r.Response[0].Stratum != "micro" || r.Response[1].Stratum != "small" {
			continue
		}
		tries++
		together, left := answers[2]+answers[3], 0
		for x := 1; x < together; x++ {
			guess, err := Reckon(weighed(t, 1, firms, []int{answers[0], answers[1], x, together - x}))
			if err != nil {
				t.Fatal(err)
			}
			w := r.Weighting
			if g := guess.Weighting; g.Kish == w.Kish && g.Effective == w.Effective && g.Lowest == w.Lowest && g.Highest == w.Highest {
				left++
			}
		}
		if left < 2 {
			pinned++
		}
	}
	if tries < 5 || pinned > 0 {
		t.Errorf("%d of %d came out", pinned, tries)
	}
	t.Logf("%d surveys, none came out", tries)
}
