package facts

import "testing"

// TestHangsOnReader: what comes from the store is kept for nobody else, however it is written.
func TestHangsOnReader(t *testing.T) {
	for _, c := range []struct {
		words []string
		want  bool
	}{
		{nil, false},
		{[]string{"organisations"}, false},
		{[]string{"plan", "cost"}, false},
		{[]string{"asked", "tram"}, false}, // of the release
		{[]string{"lq/sheffield/25/2021?against=great-britain"}, false},
		{[]string{"plan/cost?budget=100000000&worth=jobs"}, false},
		{[]string{"voice", "firms", "needs", "skills"}, true},
		{[]string{"Voice", "firms", "needs", "skills"}, true},
		{[]string{"voice/firms/needs"}, true},
		{[]string{"workshop/w1"}, true},
		{[]string{"interviews/skills"}, true},
		{[]string{"coded/c1"}, true},
		{[]string{"agreement/skills"}, true},
		{[]string{"prospects/2027"}, true},
		{[]string{"named/x"}, true},
		{[]string{"plan/cost?budget=100000000&worth=w%3Awo-1%3Asu-1"}, true},
		{[]string{"plan/cost?%zz"}, true},
	} {
		if got := HangsOnReader(c.words); got != c.want {
			t.Errorf("%q: %t", c.words, got)
		}
	}
}
