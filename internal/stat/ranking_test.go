package stat

import (
	"math"
	"math/rand/v2"
	"testing"
)

// orders calls each order of the numbers below n.
func orders(n int, each func(at []int)) {
	at := make([]int, n)
	for i := range at {
		at[i] = i
	}
	var place func(k int)
	place = func(k int) {
		if k == n {
			each(at)
			return
		}
		for i := k; i < n; i++ {
			at[k], at[i] = at[i], at[k]
			place(k + 1)
			at[k], at[i] = at[i], at[k]
		}
	}
	place(0)
}

// TestRanking_brute holds the measures of a ranking with ties against their definitions: all pairs of rows for the AUC, and the mean over all
// orders of the rows that go down by score for precision.
func TestRanking_brute(t *testing.T) {
	const n = 7
	r := rand.New(rand.NewPCG(9, 1))
	for round := range 40 {
		scores, y := make([]float64, n), make([]bool, n)
		ones := 0
		for i := range scores {
			scores[i], y[i] = float64(r.IntN(1+round%4)), r.IntN(2) == 0
			if y[i] {
				ones++
			}
		}
		if ones == 0 || ones == n {
			y[0] = !y[0]
		}
		auc, _ := AUC(scores, y)
		nearAll(t, "AUC", []float64{auc}, []float64{bruteAUC(scores, y)}, 1e-12)
		average, precision := bruteOrders(scores, y)
		nearAll(t, "average precision", []float64{AveragePrecision(scores, y)}, []float64{average}, 1e-12)
		for k := 1; k <= n; k++ {
			nearAll(t, "precision", []float64{PrecisionAt(scores, y, k)}, []float64{precision[k-1]}, 1e-12)
			mean := 0.0
			for _, h := range Hits(scores, y, k) {
				mean += h / float64(k)
			}
			nearAll(t, "mean of hits", []float64{mean}, []float64{precision[k-1]}, 1e-12)
		}
	}
	if v := AveragePrecision([]float64{1, 2}, []bool{false, false}); !math.IsNaN(v) {
		t.Errorf("average precision without a hit: %v", v)
	}
}

func bruteAUC(scores []float64, y []bool) float64 {
	won, pairs := 0.0, 0.0
	for i := range y {
		for j := range y {
			if !y[i] || y[j] {
				continue
			}
			pairs++
			if scores[i] > scores[j] {
				won++
			} else if scores[i] == scores[j] {
				won += 0.5
			}
		}
	}
	return won / pairs
}

// bruteOrders is the mean average precision, and the mean precision at each place, over all orders in which no score rises.
func bruteOrders(scores []float64, y []bool) (average float64, precision []float64) {
	n := len(y)
	precision = make([]float64, n)
	count := 0.0
	orders(n, func(at []int) {
		for i := 1; i < n; i++ {
			if scores[at[i]] > scores[at[i-1]] {
				return
			}
		}
		count++
		hits, sum := 0.0, 0.0
		for i, row := range at {
			if y[row] {
				hits++
				sum += hits / float64(i+1)
			}
			precision[i] += hits / float64(i+1)
		}
		average += sum / hits
	})
	for i := range precision {
		precision[i] /= count
	}
	return average / count, precision
}

// TestBootstrapHits: hits that are shares leave the interval as wide as hits of that rate, which is that of the binomial distribution.
func TestBootstrapHits(t *testing.T) {
	whole, parts := make([]float64, 100), make([]float64, 100)
	for i := range whole {
		parts[i] = 0.3
		if i < 30 {
			whole[i] = 1
		}
	}
	// The middle 90 % of Binomial(100, 0.3) is 23 to 38 (its quantiles at 0.05 and 0.95; scipy.stats.binom.ppf).
	for name, hits := range map[string][]float64{"whole": whole, "parts": parts} {
		lo, hi := BootstrapHits(hits, 0.9, 4000, 3)
		if math.Abs(lo-0.23) > 0.011 || math.Abs(hi-0.38) > 0.011 {
			t.Errorf("%s: %v to %v, want about 0.23 to 0.38", name, lo, hi)
		}
	}
}
