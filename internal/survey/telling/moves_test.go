package telling_test

import (
	"testing"

	"milieu/internal/survey/result"
	"milieu/internal/survey/telling"
)

// Of 40 differences two lie beyond their intervals, as many as chance brings; judged together, the 1-0.025/40 quantile 3.227 over
// 1.960 (R: qnorm) widens intervals 1.647 times, which one of the two survives.
func TestMovesOf(t *testing.T) {
	still := result.Change{Difference: 0.02, Lower: -0.08, Upper: 0.12}
	c := result.Comparison{Changes: []result.Change{{Difference: 0.15, Lower: 0.05, Upper: 0.25}, {Difference: -0.2, Lower: -0.3, Upper: -0.08}, {Hidden: true}}}
	for range 38 {
		c.Changes = append(c.Changes, still)
	}
	got := telling.MovesOf([]result.Comparison{c})
	if want := (telling.Moves{Of: 40, Beyond: 2, ByChance: 2, Held: 1}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := telling.MovesOf(nil); got != (telling.Moves{}) {
		t.Errorf("nothing moved %+v", got)
	}
}
