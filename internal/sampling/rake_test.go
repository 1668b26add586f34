package sampling

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func plainDesign(t testing.TB, weights ...float64) Design {
	t.Helper()
	d, err := NewDesign(Sampled{Weights: weights})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestRake_closed: with one margin raking is post-stratification; with margins that are independent it is their product.
func TestRake_closed(t *testing.T) {
	d := plainDesign(t, 1, 1, 1, 3)
	got, told, err := d.Rake([]Margin{{"m", []string{"a", "a", "b", "b"}, map[string]float64{"a": 10, "b": 20}}}, RakeRule{})
	if err != nil || !told.Converged || told.Rounds != 1 || len(told.Unmet) != 0 {
		t.Fatalf("%+v, %v", told, err)
	}
	if w := got.Weights(); !closeTo(w, []float64{5, 5, 5, 15}, 1e-12) {
		t.Errorf("weights %v", w)
	}
	// One answer in each cell of two by two, margins 30, 70 and 40, 60: 12, 18, 28, 42.
	got, told, err = plainDesign(t, 1, 1, 1, 1).Rake([]Margin{
		{"m", []string{"a", "a", "b", "b"}, map[string]float64{"a": 30, "b": 70}},
		{"n", []string{"x", "y", "x", "y"}, map[string]float64{"x": 40, "y": 60}},
	}, RakeRule{})
	if err != nil || !told.Converged {
		t.Fatalf("%+v, %v", told, err)
	}
	if w := got.Weights(); !closeTo(w, []float64{12, 18, 28, 42}, 1e-9) {
		t.Errorf("weights %v", w)
	}
}

func closeTo(got, want []float64, tol float64) bool {
	return len(got) == len(want) && !slices.ContainsFunc(got, math.IsNaN) && slices.EqualFunc(got, want, func(a, b float64) bool { return math.Abs(a-b) <= tol })
}

// world is a made-up sample with three margins whose totals come from a population in which all combinations are.
func world(rng *rand.Rand, n int) (Design, []Margin) {
	weights, margins := make([]float64, n), make([]Margin, 3)
	for i := range weights {
		weights[i] = 1 + 9*rng.Float64()
	}
	for k := range margins {
		margins[k] = Margin{Name: fmt.Sprintf("m%d", k), Totals: map[string]float64{}}
		categories := 2 + rng.IntN(3)
		for i := range n {
			c := fmt.Sprint(rng.IntN(categories))
			if i < categories {
				c = fmt.Sprint(i)
			}
			margins[k].Of = append(margins[k].Of, c)
		}
	}
	// Totals that can be met: those of other positive weights of the same answers.
	for i := range n {
		w := 1 + 20*rng.Float64()
		for k := range margins {
			margins[k].Totals[margins[k].Of[i]] += w
		}
	}
	d, err := NewDesign(Sampled{Weights: weights})
	if err != nil {
		panic(err)
	}
	return d, margins
}

// TestRake_property: margins are met, and the factor of each weight is a product of a factor a category, which is what makes
// the weights the nearest in relative entropy (Deming & Stephan 1940; Ireland & Kullback 1968). The same factors in the
// linear form of R are held by TestR.
func TestRake_property(t *testing.T) {
	for k := range 200 {
		rng := rand.New(rand.NewPCG(2, uint64(k)))
		d, margins := world(rng, 60+rng.IntN(100))
		got, told, err := d.Rake(margins, RakeRule{Tolerance: 1e-11})
		if err != nil || !told.Converged || told.Gap > 1e-11 || len(told.Unmet) > 0 {
			t.Fatalf("world %d: %+v, %v", k, told, err)
		}
		if w := got.Weights(); slices.Min(w) <= 0 {
			t.Fatalf("world %d: a weight of %v", k, slices.Min(w))
		}
		// Answers of the same categories have the same factor.
		factor := map[string]float64{}
		for i, w := range got.Weights() {
			key := margins[0].Of[i] + margins[1].Of[i] + margins[2].Of[i]
			f := w / d.weights[i]
			if old, ok := factor[key]; ok && math.Abs(old-f) > 1e-9*f {
				t.Fatalf("world %d: cell %s has factors %v and %v", k, key, old, f)
			}
			factor[key] = f
		}
		if again, told2, _ := got.Rake(margins, RakeRule{}); told2.Rounds != 1 || !closeTo(again.Weights(), got.Weights(), 1e-6) {
			t.Fatalf("world %d: raking again changes weights", k)
		}
	}
}

func TestRake_bounds(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	d, margins := world(rng, 300)
	free, _, _ := d.Rake(margins, RakeRule{})
	got, told, err := d.Rake(margins, RakeRule{Lowest: 0.4, Highest: 1.6})
	if err != nil || !told.Converged || told.Bounded == 0 {
		t.Fatalf("%+v, %v", told, err)
	}
	w := got.Weights()
	mean := 0.0
	for _, v := range w {
		mean += v / 300
	}
	if slices.Max(free.Weights()) <= 1.6*mean || slices.Max(w) > 1.6*mean*(1+1e-9) || slices.Min(w) < 0.4*mean*(1-1e-9) {
		t.Errorf("weights from %v to %v of a mean of %v; without bounds to %v", slices.Min(w), slices.Max(w), mean, slices.Max(free.Weights()))
	}
	if got.Kish(nil) >= free.Kish(nil) {
		t.Errorf("bounds raise the design effect from %v to %v", free.Kish(nil), got.Kish(nil))
	}
	// One answer that has to stand for half of all firms cannot, if no weight is above twice the mean.
	tight := plainDesign(t, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)
	of := []string{"a", "b", "b", "b", "b", "b", "b", "b", "b", "b"}
	_, told, err = tight.Rake([]Margin{{"m", of, map[string]float64{"a": 50, "b": 50}}}, RakeRule{Highest: 2})
	if err != nil || told.Converged || len(told.Unmet) != 1 || !strings.Contains(told.Unmet[0].Why, "bounds of weights") || math.Abs(told.Unmet[0].Got-20) > 1e-9 {
		t.Errorf("%+v, %v", told, err)
	}
}

func TestRake_unmet(t *testing.T) {
	d := plainDesign(t, 1, 1, 1, 1)
	// Nobody answered of category c: its 20 firms are spread over a and b, two to one.
	got, told, err := d.Rake([]Margin{
		{"n", []string{"x", "x", "x", "y"}, map[string]float64{"x": 90, "y": 30, "z": 0}},
		{"m", []string{"a", "a", "b", "b"}, map[string]float64{"a": 66 + 2./3, "b": 33 + 1./3, "c": 20}},
	}, RakeRule{})
	if err != nil || !told.Converged || len(told.Unmet) != 1 || told.Unmet[0].Category != "c" || told.Unmet[0].Want != 20 || told.Unmet[0].Got != 0 {
		t.Fatalf("%+v, %v", told, err)
	}
	if w := got.Weights(); math.Abs(w[0]+w[1]-80) > 1e-6 || math.Abs(w[0]+w[1]+w[2]+w[3]-120) > 1e-6 {
		t.Errorf("weights %v", w)
	}
	// No answer is both b and x, and no weights are both margins: a and x are one, and have different totals.
	_, told, err = d.Rake([]Margin{
		{"m", []string{"a", "a", "b", "b"}, map[string]float64{"a": 30, "b": 70}},
		{"n", []string{"x", "x", "y", "y"}, map[string]float64{"x": 40, "y": 60}},
	}, RakeRule{Rounds: 50})
	if err != nil || told.Converged || len(told.Unmet) != 2 || told.Unmet[0].Margin != "m" || !strings.Contains(told.Unmet[0].Why, "50 rounds") || math.Abs(told.Gap-1./3) > 1e-9 {
		t.Errorf("%+v, %v", told, err)
	}
}

func TestRake_refuses(t *testing.T) {
	d := plainDesign(t, 1, 1)
	of := []string{"a", "b"}
	good := Margin{"m", of, map[string]float64{"a": 5, "b": 5}}
	for _, c := range []struct {
		margins []Margin
		rule    RakeRule
		says    string
	}{
		{[]Margin{{"m", of, map[string]float64{"a": 5}}}, RakeRule{}, `category "b", which has no firm`},
		{[]Margin{{"m", of[:1], map[string]float64{"a": 5}}}, RakeRule{}, "1 categories for 2 answers"},
		{[]Margin{{"m", of, map[string]float64{"a": 5, "b": -1}}}, RakeRule{}, "number of firms"},
		{[]Margin{good, {"n", of, map[string]float64{"a": 5, "b": 6}}}, RakeRule{}, "one leaves firms out"},
		{[]Margin{good}, RakeRule{Lowest: 1}, "lowest"},
		{[]Margin{good}, RakeRule{Highest: 1}, "highest"},
		{[]Margin{good}, RakeRule{Tolerance: -1}, "tolerance"},
		{[]Margin{good}, RakeRule{Rounds: -1}, "rounds"},
		{[]Margin{good}, RakeRule{Residuals: "some"}, "residuals"},
	} {
		if _, _, err := d.Rake(c.margins, c.rule); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v %+v: %v, want %q", c.margins, c.rule, err, c.says)
		}
	}
	if _, told, err := d.Rake(nil, RakeRule{}); err != nil || !told.Converged {
		t.Errorf("no margins: %+v, %v", told, err)
	}
}

// FuzzRake: whatever the answers and totals, raking gives weights above 0 or an error, and never more than it says.
func FuzzRake(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, uint16(10), uint16(20), uint16(30))
	f.Add([]byte{1}, uint16(0), uint16(1), uint16(65535))
	f.Fuzz(func(t *testing.T, answers []byte, a, b, c uint16) {
		if len(answers) == 0 || len(answers) > 200 {
			return
		}
		s, m, n := Sampled{}, Margin{Name: "m", Totals: map[string]float64{"0": float64(a), "1": float64(b), "2": float64(c)}}, Margin{Name: "n"}
		n.Totals = map[string]float64{"0": float64(c), "1": float64(a) + float64(b)}
		for _, v := range answers {
			s.Weights = append(s.Weights, float64(v)+0.5)
			m.Of, n.Of = append(m.Of, fmt.Sprint(v%3)), append(n.Of, fmt.Sprint(v/3%2))
		}
		d, err := NewDesign(s)
		if err != nil {
			t.Fatal(err)
		}
		got, told, err := d.Rake([]Margin{m, n}, RakeRule{Rounds: 30, Highest: 4})
		if err != nil {
			return
		}
		for _, w := range got.Weights() {
			if !(w > 0) || math.IsInf(w, 0) {
				t.Fatalf("a weight of %v; %+v", w, told)
			}
		}
		if told.Converged != (told.Gap <= 1e-9) {
			t.Fatalf("%+v", told)
		}
		e, err := got.Share(make([]bool, got.N()), nil, How{})
		if err != nil || e.Value != 0 || e.Lo != 0 || !(e.Hi >= 0 && e.Hi <= 1) {
			t.Fatalf("nobody says yes: %+v, %v", e, err)
		}
	})
}

// BenchmarkRake rakes 1,200 answers to four margins of a frame.
func BenchmarkRake(b *testing.B) {
	d, margins := world(rand.New(rand.NewPCG(5, 5)), 1200)
	for b.Loop() {
		if _, told, err := d.Rake(margins, RakeRule{}); err != nil || !told.Converged {
			b.Fatal(told, err)
		}
	}
}
