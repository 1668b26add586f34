package stat

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Fixture A of doc/METHODS.md section 2 (the EconGeo example matrix).
var fixtureA = [5][4]float64{
	{44, 63, 8, 83}, {48, 42, 10, 1}, {74, 54, 96, 16}, {39, 26, 28, 13}, {89, 61, 45, 76},
}

func cellsOf(m [5][4]float64) []Cell {
	var cells []Cell
	for r, row := range m {
		for s, v := range row {
			cells = append(cells, Cell{fmt.Sprintf("R%d", r+1), fmt.Sprintf("I%d", s+1), v})
		}
	}
	return cells
}

func mustTable(t testing.TB, cells []Cell, r Rounding) Table {
	t.Helper()
	table, err := NewTable(cells, r)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestTable_fixtureA(t *testing.T) {
	table := mustTable(t, cellsOf(fixtureA), None)
	got := table.Quotients()
	// The first row is EconGeo's (doc/METHODS.md section 2), all are from
	// oracle/stat/lq.py.
	want := []float64{
		0.6923658352, 1.1847745750, 0.1979149787, 2.0316391428,
		1.4807031724, 1.5484182565, 0.4849896754, 0.0479857510,
		0.9606575964, 0.8378048780, 1.9593582888, 0.3231040564,
		1.1463226800, 0.9133302654, 1.2939158511, 0.5943895378,
		1.0232196200, 0.8381483815, 0.8133867435, 1.3591831156,
	}
	if len(got) != len(want) {
		t.Fatalf("%d cells, want %d", len(got), len(want))
	}
	for i, q := range got {
		region, industry := fmt.Sprintf("R%d", i/4+1), fmt.Sprintf("I%d", i%4+1)
		if q.Region != region || q.Industry != industry || !near(q.LQ.Value, want[i], 1e-9) {
			t.Errorf("cell %d: %+v, want %s %s %v", i, q, region, industry, want[i])
		}
		if q.LQ.Lo != q.LQ.Value || q.LQ.Hi != q.LQ.Value {
			t.Errorf("cell %d: exact counts have bounds %+v", i, q.LQ)
		}
	}
	if table.Total().Value != 916 { // sum of the matrix by hand
		t.Errorf("total %v", table.Total())
	}
}

func TestTable_golden(t *testing.T) {
	// The other cells bring the totals to those of the worked example.
	cells := []Cell{
		{"B", "x", 45_000 - 20}, {"A", "x", 12}, {"A", "y", 12_000 - 20}, {"A", "x", 8},
		{"B", "y", 30_000_000 - 45_000 - 12_000 + 20},
	}
	got := mustTable(t, cells, PublicRelaxed).Quotients()
	if len(got) != 4 {
		t.Fatalf("%d cells, want 4: the repeated one is summed", len(got))
	}
	q := got[0]
	if q.Region != "A" || q.Industry != "x" || q.Cell.Value != 20 || !near(q.LQ.Lo, 0.9231, 5e-5) || !near(q.LQ.Hi, 1.3190, 5e-5) {
		t.Errorf("%+v, want [0.9231, 1.3190]", q)
	}
}

func TestTable_bounds(t *testing.T) {
	cell := func(r, s string, v, lo, hi float64) BoundedCell { return BoundedCell{r, s, Estimate{v, lo, hi}} }
	table, err := NewBoundedTable([]BoundedCell{cell("A", "x", 2, 1, 3), cell("A", "y", 4, 4, 4), cell("B", "x", 6, 5, 8), cell("A", "x", 1, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Total{{"A", Estimate{7, 5, 8}}, {"B", Estimate{6, 5, 8}}}, table.Regions()); diff != "" {
		t.Errorf("regions (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]Total{{"x", Estimate{9, 6, 12}}, {"y", Estimate{4, 4, 4}}}, table.Industries()); diff != "" {
		t.Errorf("industries (-want +got):\n%s", diff)
	}
	if table.Total() != (Estimate{13, 10, 16}) {
		t.Errorf("total %v", table.Total())
	}
}

func TestTable_errors(t *testing.T) {
	for _, v := range []float64{-1, math.NaN(), math.Inf(1)} {
		_, err := NewTable([]Cell{{"A", "x", 1}, {"A", "y", v}}, None)
		if err == nil || !strings.Contains(err.Error(), `cell 2 (region "A", industry "y")`) {
			t.Errorf("value %v: error %v does not name the cell", v, err)
		}
	}
	if _, err := NewBoundedTable([]BoundedCell{{"A", "x", Estimate{1, 2, 3}}}); err == nil {
		t.Error("a value outside its bounds: no error")
	}
	if _, err := NewTable([]Cell{{"A", "x", math.MaxFloat64}, {"A", "y", math.MaxFloat64}}, None); err == nil {
		t.Error("a sum that overflows: no error")
	}
}

func TestTable_empty(t *testing.T) {
	var zero Table
	if len(zero.Quotients()) != 0 || len(zero.Specialisations()) != 0 {
		t.Error("the zero table has cells")
	}
	table := mustTable(t, []Cell{{"A", "x", 0}, {"B", "x", 3}}, None)
	got := table.Quotients()
	if got[0].LQ.Defined || !got[1].LQ.Defined {
		t.Errorf("%+v", got)
	}
	if s := table.Specialisations(); s[0] != (Specialisation{Region: "A"}) || !s[1].Defined {
		t.Errorf("%+v", s)
	}
}

func TestSpecialisations_fixtureA(t *testing.T) {
	got := mustTable(t, cellsOf(fixtureA), None).Specialisations()
	// doc/METHODS.md section 3.
	krugman := []float64{.5249658154, .6031389165, .3917030568, .2139326028, .1631270243}
	hachman := []float64{.7191781398, .7162856327, .7751983400, .9429776165, .9606729639}
	hhi := []float64{.3279767371, .4086854230, .3101388889, .2803488786, .2647431271}
	entropy := []float64{1.721, 1.433, 1.797, 1.907, 1.956} // EconGeo rounds
	for i, s := range got {
		if !near(s.Krugman, krugman[i], 1e-9) || !near(s.Hoover, krugman[i]/2, 1e-9) ||
			!near(s.Hachman, hachman[i], 1e-9) || !near(s.HHI, hhi[i], 1e-9) || !near(s.EntropyBits, entropy[i], 5.1e-4) {
			t.Errorf("%+v", s)
		}
	}
}

func drawCells(t *rapid.T) []Cell {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Cell {
		return Cell{
			Region:   rapid.StringMatching(`[a-d]`).Draw(t, "region"),
			Industry: rapid.StringMatching(`[p-u]`).Draw(t, "industry"),
			Value:    float64(rapid.IntRange(0, 9000).Draw(t, "value")),
		}
	}), 0, 30).Draw(t, "cells")
}

func TestTable_scaling(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells := drawCells(t)
		factor := rapid.Float64Range(1e-3, 1e3).Draw(t, "factor")
		scaled := make([]Cell, len(cells))
		for i, c := range cells {
			scaled[i] = Cell{c.Region, c.Industry, c.Value * factor}
		}
		a, err1 := NewTable(cells, None)
		b, err2 := NewTable(scaled, None)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		qb := b.Quotients()
		for i, q := range a.Quotients() {
			if q.LQ.Defined != qb[i].LQ.Defined || !near(q.LQ.Value, qb[i].LQ.Value, 1e-9*(1+q.LQ.Value)) {
				t.Fatalf("times %v: %+v became %+v", factor, q, qb[i])
			}
		}
	})
}

// Other names and another order of the cells give the same quotients, under
// the new names; and each quotient lies in its bounds, which widen with the
// class.
func TestTable_relabelling(t *testing.T) {
	rename := map[string]string{"a": "z", "b": "m", "c": "a", "d": "q"}
	rapid.Check(t, func(t *rapid.T) {
		cells := drawCells(t)
		class := Rounding(rapid.IntRange(int(None), int(EULStrict)).Draw(t, "class"))
		moved := make([]Cell, len(cells))
		for i, j := range rapid.Permutation(indices(len(cells))).Draw(t, "order") {
			moved[i] = Cell{rename[cells[j].Region], cells[j].Industry, cells[j].Value}
		}
		a, err1 := NewTable(cells, class)
		b, err2 := NewTable(moved, class)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		find := map[[2]string]CellQuotient{}
		for _, q := range b.Quotients() {
			find[[2]string{q.Region, q.Industry}] = q
		}
		for _, q := range a.Quotients() {
			got := find[[2]string{rename[q.Region], q.Industry}]
			if got.LQ != q.LQ || got.Cell != q.Cell {
				t.Fatalf("%+v became %+v", q, got)
			}
			if q.LQ.Defined && !(q.LQ.Lo <= q.LQ.Value && q.LQ.Value <= q.LQ.Hi && finite(q.LQ.Hi)) {
				t.Fatalf("%+v is outside its bounds", q)
			}
		}
	})
}

func indices(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// The size of the ITL2 by 5-digit industry table of the register survey.
func BenchmarkTable_40x729(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	var cells []Cell
	for r := range 40 {
		for s := range 729 {
			cells = append(cells, Cell{fmt.Sprintf("TL%02d", r), fmt.Sprintf("%05d", s), float64(5 * rng.IntN(2000))})
		}
	}
	for b.Loop() {
		table, err := NewTable(cells, PublicRelaxed)
		if err != nil {
			b.Fatal(err)
		}
		if got := table.Quotients(); len(got) != len(cells) {
			b.Fatal(len(got))
		}
	}
}
