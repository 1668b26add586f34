package portfolio_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/portfolio"
)

// relations reads "a needs b" words.
func relations(words ...string) []portfolio.Relation {
	var out []portfolio.Relation
	for k, w := range words {
		p := strings.Fields(w)
		out = append(out, portfolio.Relation{ID: fmt.Sprintf("r%d", k+1), From: p[0], Kind: p[1], To: p[2]})
	}
	return out
}

func TestCircles(t *testing.T) {
	tests := []struct {
		name string
		rel  []portfolio.Relation
		want []string
	}{
		{"none", relations("a needs b", "b after c", "a needs c"), nil},
		{"two", relations("b needs a", "a after b"), []string{"a → b → a (r2 r1)"}},
		{"oneself", relations("a needs a"), []string{"a → a (r1)"}},
		{"a pilot the other way round", relations("a pilot-of b", "a after b"), []string{"a → b → a (r2 r1)"}},
		{"no time in it", relations("a part-of b", "b part-of a", "a excludes b", "b excludes a", "a adds b", "b adds a"), nil},
		{"the shortest of a knot", relations("a needs b", "b needs c", "c needs d", "d needs a", "c needs b"), []string{"b → c → b (r2 r5)"}},
		{"two knots", relations("y needs x", "x needs y", "b needs a", "a needs b", "a needs y"), []string{"a → b → a (r4 r3)", "x → y → x (r2 r1)"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, c := range (portfolio.Register{Relations: tt.rel}).Circles() {
				var by []string
				for _, l := range c.Relations {
					by = append(by, l.ID)
				}
				got = append(got, c.String()+" ("+strings.Join(by, " ")+")")
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

// TestCircles_holds checks on random registers that what is called a circle is one, and that where none is found the
// interventions can be put in an order in which everyone comes after what it waits for.
func TestCircles_holds(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	for n := range 500 {
		var words []string
		for range rng.IntN(12) {
			words = append(words, fmt.Sprintf("i%d %s i%d", rng.IntN(7), []string{portfolio.Needs, portfolio.After, portfolio.PilotOf}[rng.IntN(3)], rng.IntN(7)))
		}
		r := portfolio.Register{Relations: relations(words...)}
		circles := r.Circles()
		if got, want := len(circles) == 0, ordered(r.Relations); got != want {
			t.Fatalf("%d: %v: no circle is %v, an order exists is %v", n, words, got, want)
		}
		for _, c := range circles {
			for k, l := range c.Relations {
				from, to := l.From, l.To
				if l.Kind == portfolio.PilotOf {
					from, to = to, from
				}
				if from != c.Interventions[k] || to != c.Interventions[(k+1)%len(c.Interventions)] {
					t.Fatalf("%d: %v: %s does not follow its relations", n, words, c)
				}
			}
		}
	}
}

// ordered takes away what waits for nothing until nothing is left.
func ordered(rel []portfolio.Relation) bool {
	for {
		waiting := map[string]bool{}
		for _, l := range rel {
			if l.Kind == portfolio.PilotOf {
				waiting[l.To] = true
			} else {
				waiting[l.From] = true
			}
		}
		var left []portfolio.Relation
		for _, l := range rel {
			awaited := l.To
			if l.Kind == portfolio.PilotOf {
				awaited = l.From
			}
			if waiting[awaited] {
				left = append(left, l)
			}
		}
		if len(left) == len(rel) {
			return len(rel) == 0
		}
		rel = left
	}
}
