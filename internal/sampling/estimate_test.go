package sampling

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"milieu/internal/stat"
)

// TestMean_cochran: a stratified sample by hand. Strata of 100 and 300 firms; 10, 12, 14 and 1, 3, 5, 7 are answered.
// Mean 0.25·12 + 0.75·4 = 6; variance 0.25²·(1-3/100)·4/3 + 0.75²·(1-4/300)·(20/3)/4 (Cochran 1977, section 5.4).
func TestMean_cochran(t *testing.T) {
	d, err := NewDesign(Sampled{Strata: []string{"a", "a", "a", "b", "b", "b", "b"}, Sizes: map[string]float64{"a": 100, "b": 300}})
	if err != nil {
		t.Fatal(err)
	}
	y := []float64{10, 12, 14, 1, 3, 5, 7}
	e, err := d.Mean(y, nil, How{})
	if err != nil {
		t.Fatal(err)
	}
	want := math.Sqrt(0.0625*0.97*4/3 + 0.5625*(1-4./300)*(20./3)/4)
	if math.Abs(e.Value-6) > 1e-12 || math.Abs(e.SE-want) > 1e-12 || e.N != 7 || e.DF != 5 || e.Weight != 400 {
		t.Errorf("%+v, want 6 and %v", e, want)
	}
	// t of 5 degrees of freedom at 97.5 %: 2.5705818.
	if math.Abs(e.Hi-6-2.5705818*want) > 1e-6 || math.Abs(e.Lo-6+2.5705818*want) > 1e-6 {
		t.Errorf("interval %v to %v", e.Lo, e.Hi)
	}
	total, _ := d.Total(y, nil, How{})
	if math.Abs(total.Value-2400) > 1e-9 || math.Abs(total.SE-400*want) > 1e-9 {
		t.Errorf("total %+v", total)
	}
	// The ratio of a value to itself is 1 and sure; and comparing all of one stratum with the other is the difference.
	if r, _ := d.Ratio(y, y, nil, How{}); math.Abs(r.Value-1) > 1e-12 || r.SE > 1e-12 {
		t.Errorf("ratio %+v", r)
	}
	a := []bool{true, true, true, false, false, false, false}
	b := []bool{false, false, false, true, true, true, true}
	c, err := d.Compare(y, a, b, How{})
	if want := math.Sqrt(0.97*4/3 + (1-4./300)*(20./3)/4); err != nil || math.Abs(c.Value-8) > 1e-12 || math.Abs(c.SE-want) > 1e-12 {
		t.Errorf("comparison %+v, %v, want 8 and %v", c, err, want)
	}
	if same, _ := d.Compare(y, a, a, How{}); same.Value != 0 || same.SE != 0 {
		t.Errorf("a group against itself: %+v", same)
	}
}

// TestShare_printed is the sentence of the issue: 64 % of 50 answers, 32, has an interval.
func TestShare_printed(t *testing.T) {
	yes, w := make([]bool, 50), make([]float64, 50)
	for i := range yes {
		yes[i], w[i] = i < 32, 1
	}
	d := plainDesign(t, w...)
	e, err := d.Share(yes, nil, How{Interval: KornGraubard})
	// The variance has 49 in place of 50 below it, so 49 answers count: qbeta(0.025, 31.36, 18.64) and qbeta(0.975, 32.36, 17.64) of R.
	if err != nil || math.Abs(e.Lo-0.4903139) > 1e-7 || math.Abs(e.Hi-0.7721051) > 1e-7 {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestShare_edges(t *testing.T) {
	all := func(n int, yes bool) (out []bool) {
		for range n {
			out = append(out, yes)
		}
		return out
	}
	frame := func(answers int, size float64) Design {
		d, err := NewDesign(Sampled{Strata: make([]string, answers), Sizes: map[string]float64{"": size}})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	// Nobody of 20 said yes, of very many firms: Clopper & Pearson, 1 - 0.025^(1/20) = 0.16843.
	e, _ := frame(20, 1e9).Share(all(20, false), nil, How{})
	if e.Method != KornGraubard || e.Lo != 0 || math.Abs(e.Hi-0.168433) > 1e-5 {
		t.Errorf("none of 20: %+v", e)
	}
	// The same of a frame of 25: what is not known is 5 firms, 20/(1-0.8) = 100 answers' worth.
	e, _ = frame(20, 25).Share(all(20, true), nil, How{})
	if e.Hi != 1 || math.Abs(e.Lo-math.Pow(0.025, 0.01)) > 1e-9 {
		t.Errorf("all of 20 of 25: %+v", e)
	}
	// All have answered: nothing is left to chance.
	if e, _ = frame(20, 20).Share(all(20, true), nil, How{}); e.Lo != 1 || e.Hi != 1 {
		t.Errorf("all of all: %+v", e)
	}
	// One answer says little, none nothing.
	if e, _ = frame(1, 100).Share(all(1, true), nil, How{}); e.Lo > 0.03 || e.Hi != 1 {
		t.Errorf("one answer: %+v", e)
	}
	e, err := frame(3, 100).Share(all(3, true), all(3, false), How{})
	if err != nil || !math.IsNaN(e.Value) || e.Lo != 0 || e.Hi != 1 || e.Method != None || e.N != 0 {
		t.Errorf("no answer: %+v, %v", e, err)
	}
	// All yes in one stratum and all no in the other: no variance shows, and still nothing is proved of the rest.
	d, _ := NewDesign(Sampled{Strata: []string{"a", "a", "b", "b"}, Sizes: map[string]float64{"a": 50, "b": 50}})
	if e, _ = d.Share([]bool{true, true, false, false}, nil, How{}); e.Lo > 0.1 || e.Hi < 0.9 {
		t.Errorf("two and two: %+v", e)
	}
}

func TestMean_edges(t *testing.T) {
	d, err := NewDesign(Sampled{Strata: []string{"a", "b", "b"}, Sizes: map[string]float64{"a": 9, "b": 9, "c": 4}})
	if err != nil {
		t.Fatal(err)
	}
	if m := d.Missing(); len(m) != 1 || m[0] != "c" {
		t.Errorf("strata without an answer: %v", m)
	}
	if s := d.Single(); len(s) != 1 || s[0] != "a" {
		t.Errorf("strata with one answer: %v", s)
	}
	one := []bool{true, false, false}
	if e, _ := d.Mean([]float64{3, math.NaN(), math.NaN()}, one, How{}); e.Value != 3 || !math.IsInf(e.Hi, 1) || e.Method != None {
		t.Errorf("one answer: %+v", e)
	}
	if e, _ := d.Mean(make([]float64, 3), make([]bool, 3), How{}); !math.IsNaN(e.Value) || !math.IsInf(e.Lo, -1) {
		t.Errorf("no answer: %+v", e)
	}
	if e, _ := d.Compare([]float64{1, 2, 3}, one, []bool{false, true, true}, How{}); e.Value != -1.5 || e.Method != None || !math.IsInf(e.Lo, -1) {
		t.Errorf("one against two: %+v", e)
	}
	for _, c := range []struct {
		err  error
		says string
	}{
		{second(d.Mean([]float64{1, 2, math.NaN()}, nil, How{})), "answer 3 is NaN"},
		{second(d.Mean([]float64{1}, nil, How{})), "1 values are given for 3"},
		{second(d.Mean(make([]float64, 3), []bool{true}, How{})), "of 1 answers"},
		{second(d.Mean(make([]float64, 3), nil, How{Interval: Logit})), "for shares"},
		{second(d.Share(make([]bool, 3), nil, How{Interval: "exact"})), `no interval "exact"`},
		{second(d.Share(make([]bool, 2), nil, How{})), "2 values"},
		{second(d.Share(make([]bool, 3), nil, How{Confidence: 95})), "confidence 95"},
		{second(d.Compare(make([]float64, 3), nil, one, How{})), "two domains"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.says) {
			t.Errorf("%v, want %q", c.err, c.says)
		}
	}
}

func second(_ Estimate, err error) error { return err }

func TestNewDesign_refuses(t *testing.T) {
	for _, c := range []struct {
		s    Sampled
		says string
	}{
		{Sampled{Strata: []string{"a", "a"}, Sizes: map[string]float64{"a": 1}}, "has 2 answers and the frame has 1"},
		{Sampled{Strata: []string{"a", "b"}, Sizes: map[string]float64{"a": 1}}, `stratum "b" has 1 answers, no size`},
		{Sampled{Strata: []string{"a"}, Weights: []float64{1, 2}}, "1 strata are given for 2"},
		{Sampled{Clusters: []string{"a"}, Weights: []float64{1, 2}}, "1 clusters are given for 2"},
		{Sampled{Strata: []string{"a", "b"}, Weights: []float64{1}}, "1 weights are given for 2"},
		{Sampled{Weights: []float64{1, 0}}, "answer 2 is 0"},
		{Sampled{Strata: []string{"a"}, Sizes: map[string]float64{"a": math.Inf(1)}}, "number of firms"},
		{Sampled{Clusters: []string{"k", "l"}, Sizes: map[string]float64{"": 1}, Weights: []float64{1, 1}}, "2 clusters"},
	} {
		if _, err := NewDesign(c.s); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v, want %q", c.s, err, c.says)
		}
	}
	if d, err := NewDesign(Sampled{}); err != nil || d.N() != 0 || d.Kish(nil) != 1 || d.Effective(nil) != 0 {
		t.Errorf("no answers: %+v, %v", d, err)
	}
}

// TestScale: what is counted in other units says the same of shares, and a share of no is one less the share of yes.
func TestScale(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	for range 50 {
		d, margins := world(rng, 80)
		d, _, _ = d.Rake(margins, RakeRule{})
		twice := d
		yes, no := make([]bool, 80), make([]bool, 80)
		for i := range yes {
			yes[i] = rng.Float64() < 0.3
			no[i] = !yes[i]
		}
		e, _ := d.Share(yes, nil, How{})
		n, _ := d.Share(no, nil, How{})
		if math.Abs(e.Value+n.Value-1) > 1e-12 || math.Abs(e.Lo+n.Hi-1) > 1e-9 || math.Abs(e.SE-n.SE) > 1e-12 {
			t.Fatalf("yes %+v, no %+v", e, n)
		}
		twice.weights = twice.Weights()
		for i := range twice.weights {
			twice.weights[i] *= 2
		}
		if math.Abs(twice.Kish(nil)-d.Kish(nil)) > 1e-12 || math.Abs(d.Kish(nil)*d.Effective(nil)-80) > 1e-9 {
			t.Fatal("Kish's design effect hangs on the scale")
		}
	}
}

// TestChange has Newcombe's (1998) table II, (a): 56 of 70 and 48 of 80, 0.0524 to 0.3339 by method 10.
func TestChange(t *testing.T) {
	of := func(k, n int) Estimate {
		iv := stat.WilsonInterval(k, n, 0.95)
		p := float64(k) / float64(n)
		return Estimate{Value: p, SE: math.Sqrt(p * (1 - p) / float64(n)), Lo: iv.Lo, Hi: iv.Hi, N: n, DF: n - 1}
	}
	e := Change(of(48, 80), of(56, 70))
	if math.Abs(e.Value-0.2) > 1e-12 || math.Abs(e.Lo-0.0524) > 5e-5 || math.Abs(e.Hi-0.3339) > 5e-5 || e.N != 150 || e.Method != Mover {
		t.Errorf("%+v", e)
	}
	// 10 of 10 and 0 of 10: 0.6075 to 1 (table II, (h) is 10/10 - 0/10).
	if e = Change(of(0, 10), of(10, 10)); math.Abs(e.Lo-0.6075) > 5e-5 || e.Hi != 1 {
		t.Errorf("all after none: %+v", e)
	}
	none := Estimate{Value: math.NaN(), Lo: 0, Hi: 1, Method: None}
	if e = Change(none, of(5, 10)); e.Method != None || math.IsNaN(e.Lo) || e.Lo >= 0 {
		t.Errorf("after nothing: %+v", e)
	}
}

// BenchmarkShare reckons one share with its interval from 1,200 raked answers.
func BenchmarkShare(b *testing.B) {
	d, margins := world(rand.New(rand.NewPCG(5, 5)), 1200)
	d, _, err := d.Rake(margins, RakeRule{Residuals: Levered})
	if err != nil {
		b.Fatal(err)
	}
	yes := make([]bool, 1200)
	for i := range yes {
		yes[i] = i%3 == 0
	}
	for b.Loop() {
		if _, err := d.Share(yes, nil, How{}); err != nil {
			b.Fatal(err)
		}
	}
}
