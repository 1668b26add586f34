package link

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

const knownModel = `
name = "known"
matches = 0.1
[[column]]
name = "a"
[[column]]
name = "b"
[[column]]
name = "c"
[[column]]
name = "d"
[[field]]
name = "a"
from = ["a"]
[[field]]
name = "b"
from = ["b"]
[[field]]
name = "c"
from = ["c"]
[[field]]
name = "d"
from = ["d"]
[[block]]
keys = ["a"]
[[block]]
keys = ["b"]
[[comparison]]
name = "a"
levels = [{ when = "a same", m = 0.8, u = 0.1 }, { when = "else" }]
[[comparison]]
name = "b"
levels = [{ when = "b same", m = 0.8, u = 0.1 }, { when = "else" }]
[[comparison]]
name = "c"
levels = [{ when = "c same", m = 0.8, u = 0.1 }, { when = "c starts", m = 0.05, u = 0.01 }, { when = "else" }]
[[comparison]]
name = "d"
levels = [{ when = "d same", m = 0.8, u = 0.1 }, { when = "else" }]
`

// TestTrain_known simulates two tables with known error rates and numbers of values,
// and finds m, u and the number of matches again.
func TestTrain_known(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	values := []int{400, 250, 50, 20}
	agree := []float64{0.95, 0.9, 0.85, 0.7}
	left, right := NewTable("left", []string{"a", "b", "c", "d"}, true), NewTable("right", []string{"a", "b", "c", "d"}, true)
	const n, both = 4000, 2400
	draw := func(k int) string { return fmt.Sprintf("%c%d", 'p'+k, r.IntN(values[k])) }
	for i := range n {
		row := []string{draw(0), draw(1), draw(2), draw(3)}
		if err := left.Add(fmt.Sprint("l", i), row); err != nil {
			t.Fatal(err)
		}
		other := []string{draw(0), draw(1), draw(2), draw(3)}
		for k := range row {
			if i < both && r.Float64() < agree[k] {
				other[k] = row[k]
			}
			if r.IntN(20) == 0 {
				other[k] = ""
			}
		}
		if err := right.Add(fmt.Sprint("r", i), other); err != nil {
			t.Fatal(err)
		}
	}
	m, training, err := Train(context.Background(), parse(t, knownModel), []*Table{left, right}, Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for k, c := range m.comparisons {
		// A value drawn anew agrees by chance.
		wantM, wantU := agree[k]+(1-agree[k])/float64(values[k]), 1/float64(values[k])
		if got := c.levels[0].m; math.Abs(got-wantM) > 0.02 {
			t.Errorf("m of %s is %.4f, want %.4f", c.name, got, wantM)
		}
		if got := c.levels[0].u; math.Abs(got-wantU) > 0.05*wantU {
			t.Errorf("u of %s is %.5f, want %.5f", c.name, got, wantU)
		}
	}
	// steps rounds the sizes, so that the expected number is a share of the rounded one.
	if want := float64(both) / n; math.Abs(m.Matches-want) > 0.05*want {
		t.Errorf("%.3f matches a record, want %.3f", m.Matches, want)
	}
	again, _, err := Train(context.Background(), parse(t, knownModel), []*Table{left, right}, Options{Seed: 1, Workers: 7})
	if err != nil || again.Text() != m.Text() {
		t.Errorf("other workers give another model: %v", err)
	}
	if len(training.Passes) != 2 || strings.Join(training.Passes[0].LeftOut, "") != "a" || !training.Passes[0].Converged {
		t.Errorf("passes %+v", training.Passes)
	}
}

// TestTrain_unseen: what the data hold no example of keeps its numbers and is named.
func TestTrain_unseen(t *testing.T) {
	table := NewTable("t", []string{"a", "b"}, false)
	for i := range 400 {
		if err := table.Add(fmt.Sprint(i), []string{fmt.Sprint("x", i/2), fmt.Sprint("y", i/2%100)}); err != nil {
			t.Fatal(err)
		}
	}
	m, training, err := Train(context.Background(), parse(t, knownModel), []*Table{table}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(training.Unseen, "; ")
	for _, want := range []string{"c: c starts (among matches and other pairs)", "d: d same (among matches and other pairs)"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not among the unseen: %s", want, all)
		}
	}
	if got := m.comparisons[3].levels[0]; got.m != 0.8 || got.u != 0.1 {
		t.Errorf("a comparison without values has m %v and u %v", got.m, got.u)
	}
	if p := training.Passes[0]; p.Skipped == "" {
		t.Errorf("one comparison was left and was trained alone: %+v", p)
	}
	if _, _, err := Train(context.Background(), parse(t, knownModel), []*Table{NewTable("t", nil, false)}, Options{}); err == nil {
		t.Error("no records to train with, and no error")
	}
}
