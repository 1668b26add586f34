package predict

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"milieu/internal/stat"
)

// planted is organisations on a square of about 60 km whose ties were drawn from a known model.
func planted(n int, seed uint64) ([]Trait, [][2]int32) {
	r := rand.New(rand.NewPCG(seed, 2))
	nodes := make([]Trait, n)
	for v := range nodes {
		nodes[v] = Trait{Role: []string{"driver", "firm", "firm"}[r.IntN(3)], Section: []string{"", "C", "M"}[r.IntN(3)], Sectors: 1 << r.IntN(3),
			Lon: -1.5 + r.Float64(), Lat: 53 + 0.5*r.Float64(), Placed: r.IntN(10) > 0}
	}
	var tied [][2]int32
	var row [8]float64
	for b := range int32(n) {
		for a := range b {
			fixed(&nodes[a], &nodes[b], row[:])
			v := -2.5 + float64(1.2*row[0]) - float64(0.5*row[3]) - float64(2*row[4])
			if nodes[a].Role != nodes[b].Role {
				v += 1
			}
			if r.Float64() < stat.Logistic(v) {
				tied = append(tied, [2]int32{b, a})
			}
		}
	}
	return nodes, tied
}

func TestFitExpected(t *testing.T) {
	nodes, tied := planted(400, 1)
	m, err := FitExpected(nodes, tied)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]Term{}
	for _, term := range m.Terms {
		got[term.Key] = term
	}
	for key, want := range map[string]float64{termSector: 1.2, termDistance: -0.5, termUnplaced: -2, termSection: 0} {
		if d := got[key]; math.Abs(d.Coefficient-want) > 4*d.SE {
			t.Errorf("%s: %.3f with standard error %.3f, planted %.1f", key, d.Coefficient, d.SE, want)
		}
	}
	if m.Baseline != "driver and firm" || got["roles/firm/firm"].Coefficient > -0.5 {
		t.Errorf("roles against %q: %+v", m.Baseline, got["roles/firm/firm"])
	}
	f := m.Fit
	if f.Ties != len(tied) || f.Pairs != 400*399/2 || f.Sampled() || !(f.McFadden > 0.02 && f.AUC > 0.65 && f.AUC < 1) {
		t.Errorf("fit %+v", f)
	}
	off := 0
	for _, b := range f.Calibration {
		if b.Expected < b.Lo || b.Expected > b.Hi {
			off++
		}
	}
	if off > 3 {
		t.Errorf("%d of %d bins of a true model lie outside their interval", off, len(f.Calibration))
	}
	// What is expected of all pairs together is what there is.
	sum := 0.0
	for b := range nodes {
		for a := range b {
			if m.Of(&nodes[a], &nodes[b]) != m.Of(&nodes[b], &nodes[a]) {
				t.Fatal("the expected tie depends on which stands first")
			}
			sum += m.Of(&nodes[a], &nodes[b])
		}
	}
	if math.Abs(sum-float64(len(tied))) > 0.02*float64(len(tied)) {
		t.Errorf("%.1f ties expected, %d on record", sum, len(tied))
	}
}

// TestFitExpected_sampled holds what is fitted on a sample against the model that ties were drawn from.
func TestFitExpected_sampled(t *testing.T) {
	nodes, tied := planted(1000, 3) // 499,500 pairs
	m, err := FitExpected(nodes, tied)
	if err != nil {
		t.Fatal(err)
	}
	if !m.Fit.Sampled() {
		t.Fatal("it was to be sampled")
	}
	for _, term := range m.Terms {
		want, known := map[string]float64{termSector: 1.2, termDistance: -0.5, termUnplaced: -2, termConstant: -1.5}[term.Key]
		if known && math.Abs(term.Coefficient-want) > 4*term.SE {
			t.Errorf("%s: %.3f with standard error %.3f, planted %.1f", term.Key, term.Coefficient, term.SE, want)
		}
	}
	again, err := FitExpected(nodes, tied)
	if err != nil || again.Terms[0] != m.Terms[0] {
		t.Errorf("the same input gave %+v and %+v, %v", m.Terms[0], again.Terms[0], err)
	}
}

func TestFitExpected_few(t *testing.T) {
	nodes, tied := planted(60, 1)
	if _, err := FitExpected(nodes, tied[:10]); !errors.Is(err, ErrTooFew) {
		t.Errorf("ten ties: %v", err)
	}
	if _, err := FitExpected(nil, nil); !errors.Is(err, ErrTooFew) {
		t.Errorf("nothing: %v", err)
	}
	var none Model
	if none.Of(&nodes[0], &nodes[1]) != 0 || none.Found() {
		t.Error("the zero model expects something")
	}
}

func TestModel_rows(t *testing.T) {
	nodes, tied := planted(200, 5)
	m, err := FitExpected(nodes, tied)
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]int{}
	for _, r := range m.rows() {
		parts[r[0]]++
		if len(r) != 10 {
			t.Errorf("row %q", r)
		}
	}
	if parts["term"] != len(m.Terms) || parts["fit"] != 10 || parts["calibration"] != len(m.Fit.Calibration) {
		t.Errorf("parts %v", parts)
	}
}

// BenchmarkExpected is one pair.
func BenchmarkExpected(b *testing.B) {
	nodes, tied := planted(200, 5)
	m, err := FitExpected(nodes, tied)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for i := range b.N {
		m.Of(&nodes[i%200], &nodes[(i*7+1)%200])
	}
}
