package sampling

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"milieu/internal/stat"
)

func TestRanks(t *testing.T) {
	// 40 firms: all 40 name a, 20 name b, the other 20 name c, nobody names d.
	options := make([][]float64, 4)
	for k := range options {
		options[k] = make([]float64, 40)
	}
	w := make([]float64, 40)
	for i := range 40 {
		w[i], options[0][i], options[1+i/20][i] = 1, 1, 1
	}
	d := plainDesign(t, w...)
	got, err := d.Ranks(options, nil, 0)
	want := []stat.RankRange{{Best: 1, Worst: 1}, {Best: 2, Worst: 3}, {Best: 2, Worst: 3}, {Best: 4, Worst: 4}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
	one := make([]bool, 40)
	one[3] = true
	if got, _ = d.Ranks(options, one, 0); got[0] != (stat.RankRange{Best: 1, Worst: 4}) {
		t.Errorf("one answer parts %v", got)
	}
	if _, err = d.Ranks([][]float64{{1}}, nil, 0); err == nil || !strings.Contains(err.Error(), "option 1: 1 values") {
		t.Errorf("%v", err)
	}
	if got, err = d.Ranks(nil, nil, 0); err != nil || len(got) != 0 {
		t.Errorf("no options: %v, %v", got, err)
	}
}

// TestRanks_hold: of many small surveys on eight options, of which several are truly even and some rare, at least 95 % have
// no option outside its range, and the ranges are narrower than those of intervals that each hold at 1 - 0.05/8.
func TestRanks_hold(t *testing.T) {
	truth := []float64{0.6, 0.45, 0.45, 0.3, 0.3, 0.1, 0.1, 0.03}
	const surveys = 400
	for _, n := range []int{12, 40, 150} {
		wrong, paired, apart := 0, 0, 0
		for k := range uint64(surveys) {
			rng := rand.New(rand.NewPCG(21, k))
			weights, options, yes := make([]float64, n), make([][]float64, 8), make([][]bool, 8)
			for o := range options {
				options[o], yes[o] = make([]float64, n), make([]bool, n)
			}
			for i := range n {
				weights[i] = 1 + 2*rng.Float64()
				for o := range options {
					if rng.Float64() < truth[o] {
						options[o][i], yes[o][i] = 1, true
					}
				}
			}
			d := plainDesign(t, weights...)
			got, err := d.Ranks(options, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			var intervals []stat.Interval
			for o := range options {
				e, _ := d.Share(yes[o], nil, How{Confidence: 1 - 0.05/8})
				intervals = append(intervals, stat.Interval{Lo: e.Lo, Hi: e.Hi})
			}
			outside := false
			for o, r := range stat.RankRanges(intervals) {
				apart += r.Worst - r.Best
				paired += got[o].Worst - got[o].Best
				outside = outside || !holds(got[o], o, truth)
			}
			if outside {
				wrong++
			}
		}
		t.Logf("%d answers: %.3f wrong; mean width %.2f, of intervals %.2f", n, float64(wrong)/surveys, float64(paired)/surveys/8, float64(apart)/surveys/8)
		if float64(wrong)/surveys > 0.06 {
			t.Errorf("%d answers: %d of %d surveys have an option outside its range", n, wrong, surveys)
		}
		if paired > apart {
			t.Errorf("%d answers: wider than intervals", n)
		}
	}
}

// holds says that a range does not shut out every place that the option can have among options with the same truth.
func holds(r stat.RankRange, option int, truth []float64) bool {
	above, even := 0, 0
	for _, v := range truth {
		if v > truth[option] {
			above++
		} else if v == truth[option] {
			even++
		}
	}
	return r.Best <= above+1 && r.Worst >= above+even
}
