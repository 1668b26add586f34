package stat

import (
	"encoding/json"
	"math"
	"os"
	"testing"
)

// TestAgreement_oracle holds kappa and alpha against krippendorff, statsmodels and scikit-learn (oracle/stat/coders.py).
func TestAgreement_oracle(t *testing.T) {
	text, err := os.ReadFile("testdata/agreement.json")
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Worlds []struct {
			Name             string
			Ratings          [][]int
			Alpha, Published float64
			Fleiss, Cohen    *float64
		}
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	for _, w := range want.Worlds {
		got, err := KrippendorffAlpha(w.Ratings, Resampling{})
		if err != nil || math.Abs(got.Value-w.Alpha) > 1e-12 {
			t.Errorf("%s: alpha %v, %v, want %v", w.Name, got.Value, err, w.Alpha)
		}
		if w.Published != 0 && math.Abs(got.Value-w.Published) > 0.0005 {
			t.Errorf("%s: alpha %v, published %v", w.Name, got.Value, w.Published)
		}
		if w.Fleiss != nil {
			if got, err := FleissKappa(w.Ratings, Resampling{}); err != nil || math.Abs(got.Value-*w.Fleiss) > 1e-12 {
				t.Errorf("%s: Fleiss' kappa %v, %v, want %v", w.Name, got.Value, err, *w.Fleiss)
			}
		}
		if w.Cohen != nil {
			var a, b []int
			for _, u := range w.Ratings {
				a, b = append(a, u[0]), append(b, u[1])
			}
			if got, err := CohenKappa(a, b, Resampling{}); err != nil || math.Abs(got.Value-*w.Cohen) > 1e-12 {
				t.Errorf("%s: Cohen's kappa %v, %v, want %v", w.Name, got.Value, err, *w.Cohen)
			}
		}
	}
}

// TestAgreement_published has the tables that textbooks show: Fleiss' ten subjects by 14 raters (kappa 0.210) and the
// yes-no table 20, 5, 10, 15 of two readers (kappa 0.4).
func TestAgreement_published(t *testing.T) {
	counts := [][]int{{0, 0, 0, 0, 14}, {0, 2, 6, 4, 2}, {0, 0, 3, 5, 6}, {0, 3, 9, 2, 0}, {2, 2, 8, 1, 1}, {7, 7, 0, 0, 0}, {3, 2, 6, 3, 0}, {2, 5, 3, 2, 2}, {6, 5, 2, 1, 0}, {0, 2, 2, 3, 7}}
	var ratings [][]int
	for _, row := range counts {
		var unit []int
		for c, n := range row {
			for range n {
				unit = append(unit, c)
			}
		}
		ratings = append(ratings, unit)
	}
	if got, err := FleissKappa(ratings, Resampling{}); err != nil || math.Abs(got.Value-0.210) > 0.0005 {
		t.Errorf("Fleiss' kappa %v, %v, want 0.210", got.Value, err)
	}
	var a, b []int
	for _, cell := range [][3]int{{1, 1, 20}, {1, 0, 5}, {0, 1, 10}, {0, 0, 15}} {
		for range cell[2] {
			a, b = append(a, cell[0]), append(b, cell[1])
		}
	}
	got, err := CohenKappa(a, b, Resampling{Draws: 2000, Seed: 3})
	if err != nil || math.Abs(got.Value-0.4) > 1e-12 || got.Units != 50 || got.Ratings != 100 {
		t.Errorf("Cohen's kappa %+v, %v, want 0.4 of 50 units", got, err)
	}
	// The large-sample interval of Fleiss, Cohen & Everitt (1969) is 0.4 ± 1.96·0.1270: 0.151 to 0.649 (statsmodels).
	if math.Abs(got.Lo-0.151) > 0.03 || math.Abs(got.Hi-0.649) > 0.03 {
		t.Errorf("interval %v to %v, want about 0.151 to 0.649", got.Lo, got.Hi)
	}
	if again, _ := CohenKappa(a, b, Resampling{Draws: 2000, Seed: 3}); again != got {
		t.Errorf("the same seed gives %+v, then %+v", got, again)
	}
}

func TestAgreement_edges(t *testing.T) {
	for _, c := range []struct {
		name    string
		ratings [][]int
		value   float64
		defined bool
		units   int
	}{
		{"nothing", nil, 0, false, 0},
		{"one coder", [][]int{{1}, {0}}, 0, false, 0},
		{"all missing", [][]int{{Missing, Missing}}, 0, false, 0},
		{"one category only", [][]int{{1, 1}, {1, 1}}, 0, false, 2},
		{"always agree", [][]int{{1, 1}, {0, 0}, {2, Missing}}, 1, true, 2},
		{"never agree", [][]int{{1, 0}, {0, 1}}, -0.5, true, 2},
	} {
		got, err := KrippendorffAlpha(c.ratings, Resampling{Draws: 50})
		if err != nil || got.Defined != c.defined || got.Units != c.units || c.defined && math.Abs(got.Value-c.value) > 1e-12 {
			t.Errorf("%s: %+v, %v, want %v, %v of %d units", c.name, got, err, c.value, c.defined, c.units)
		}
		if !math.IsNaN(got.Lo) && got.Lo > got.Hi {
			t.Errorf("%s: interval %v to %v", c.name, got.Lo, got.Hi)
		}
	}
	if _, err := KrippendorffAlpha([][]int{{-2, 1}}, Resampling{}); err == nil {
		t.Error("a category of -2 is taken")
	}
	if _, err := FleissKappa([][]int{{1, 1}, {1, Missing}}, Resampling{}); err == nil {
		t.Error("Fleiss' kappa takes a missing rating")
	}
	if _, err := CohenKappa([]int{1}, []int{1, 0}, Resampling{}); err == nil {
		t.Error("two coders of different units are taken")
	}
	if _, err := KrippendorffAlpha([][]int{{1, 1}}, Resampling{Confidence: 1.5}); err == nil {
		t.Error("a confidence of 1.5 is taken")
	}
}

func BenchmarkKrippendorffAlpha(b *testing.B) {
	ratings := make([][]int, 400)
	for i := range ratings {
		ratings[i] = []int{i % 2, i * 7 % 11 % 2, i % 2}
	}
	for b.Loop() {
		if _, err := KrippendorffAlpha(ratings, Resampling{Draws: 1000, Seed: 1}); err != nil {
			b.Fatal(err)
		}
	}
}
