package disclosure

import (
	"math/rand/v2"
	"strconv"
	"testing"
)

// cross is a table of counts with its margins, all published; the margins are as given. Counts from 1 to 4 are sensitive.
func cross(counts [][]int64, margin Kind) Problem {
	var p Problem
	sensitive := func(v int64) bool { return v > 0 && v < 5 }
	cells := make([][]int, len(counts))
	cols := make([][]int, len(counts[0]))
	for i, row := range counts {
		for j, v := range row {
			c := p.Add(Cell{Name: "r" + strconv.Itoa(i) + "c" + strconv.Itoa(j), Value: v, Sensitive: sensitive(v)})
			cells[i] = append(cells[i], c)
			cols[j] = append(cols[j], c)
		}
	}
	add := func(name string, parts []int) int {
		sum := int64(0)
		for _, c := range parts {
			sum += p.Cells[c].Value
		}
		c := p.Add(Cell{Name: name, Value: sum, Kind: margin, Sensitive: margin == Table && sensitive(sum), Cost: 10})
		p.Total(c, parts...)
		return c
	}
	var rows, columns []int
	for i := range cells {
		rows = append(rows, add("r"+strconv.Itoa(i), cells[i]))
	}
	for j := range cols {
		columns = append(columns, add("c"+strconv.Itoa(j), cols[j]))
	}
	all := add("all", rows)
	p.Total(all, columns...)
	return p
}

// TestProtect_rectangle hides the smallest rectangle that protects one cell: the classic example of a 3 by 3 table.
func TestProtect_rectangle(t *testing.T) {
	p := cross([][]int64{{20, 50, 10}, {8, 19, 22}, {17, 3, 12}}, Public)
	got, err := Protect(p)
	if err != nil || len(got.Open) > 0 {
		t.Fatal(got.Open, err)
	}
	if got.Primary != 1 || got.Secondary != 3 {
		t.Errorf("hidden %d and %d, want 1 and 3", got.Primary, got.Secondary)
	}
	if err := p.Verify(got); err != nil {
		t.Error(err)
	}
}

// TestRecover_known gives the attack tables whose answers are worked out by hand.
func TestRecover_known(t *testing.T) {
	for _, c := range []struct {
		name   string
		counts [][]int64
		hide   []string
		want   map[string]string
	}{
		{"alone in its row", [][]int64{{20, 50, 10}, {8, 19, 22}, {17, 3, 12}}, []string{"r2c1"}, map[string]string{"r2c1": "algebra"}},
		{"two in a row, alone in their columns", [][]int64{{20, 50}, {3, 19}}, []string{"r1c0", "r1c1"}, map[string]string{"r1c0": "algebra", "r1c1": "algebra"}},
		{"rectangle", [][]int64{{20, 50, 10}, {8, 19, 22}, {17, 3, 12}}, []string{"r2c1", "r2c0", "r1c0", "r1c1"}, nil},
		// The parts of the rectangle sum to 0 in one row, so that no counts but 0 are left for it, and then for the others.
		{"pinned by bounds", [][]int64{{0, 0, 10}, {7, 3, 22}}, []string{"r0c0", "r0c1", "r1c0", "r1c1"}, map[string]string{"r0c0": "bounds", "r0c1": "bounds", "r1c0": "bounds", "r1c1": "bounds"}},
	} {
		p := cross(c.counts, Public)
		hidden := make([]bool, len(p.Cells))
		for i, cell := range p.Cells {
			for _, name := range c.hide {
				hidden[i] = hidden[i] || cell.Name == name
			}
		}
		got, err := Recover(p, hidden)
		if err != nil || len(got.Undecided) > 0 {
			t.Fatal(c.name, got.Undecided, err)
		}
		if len(got.Leaks) != len(c.want) {
			t.Errorf("%s: leaks %v, want %v", c.name, got.Leaks, c.want)
		}
		for _, l := range got.Leaks {
			cell := p.Cells[l.Cell]
			if l.Value != cell.Value || c.want[cell.Name] != l.By {
				t.Errorf("%s: %s came out as %d by %s; it is %d, want by %q", c.name, cell.Name, l.Value, l.By, cell.Value, c.want[cell.Name])
			}
		}
	}
}

// TestProtect_attacked makes up tables, with margins that can be hidden and that cannot, and attacks what is shown. The attack
// shares no code with the protection; without protection it must find hidden cells, or the test would prove nothing.
func TestProtect_attacked(t *testing.T) {
	unprotected, hidden := 0, 0
	for seed := range uint64(150) {
		rng := rand.New(rand.NewPCG(seed, 7))
		counts := make([][]int64, 2+rng.IntN(3))
		for i := range counts {
			counts[i] = make([]int64, 0, 4)
			for range 2 + int(seed%3) {
				counts[i] = append(counts[i], max(0, rng.Int64N(16)-2))
			}
		}
		p := cross(counts, []Kind{Public, Table}[seed%2])
		got, err := Protect(p)
		if err != nil {
			t.Fatal(seed, err)
		}
		if err := p.Verify(got); err != nil {
			t.Fatal(seed, err)
		}
		hidden += got.Primary + got.Secondary
		attack, err := Recover(p, got.Hidden)
		if err != nil || len(attack.Undecided) > 0 {
			t.Fatal(seed, attack.Undecided, err)
		}
		for _, l := range attack.Leaks {
			if !contains(got.Open, l.Cell) {
				t.Errorf("seed %d: %s came out by %s in %v", seed, p.Cells[l.Cell].Name, l.By, counts)
			}
		}
		if len(got.Open) > 0 && len(attack.Leaks) == 0 {
			t.Errorf("seed %d: %v stands open and no attack finds it", seed, got.Open)
		}
		alone := make([]bool, len(p.Cells))
		for i, c := range p.Cells {
			alone[i] = c.Sensitive
		}
		attack, err = Recover(p, alone)
		if err != nil {
			t.Fatal(err)
		}
		unprotected += len(attack.Leaks)
	}
	if unprotected < 50 {
		t.Errorf("without protection only %d cells came out: the attack is too weak to prove anything", unprotected)
	}
	t.Logf("%d cells hidden, none came out; without what protects them %d did", hidden, unprotected)
}

func contains(list []int, x int) bool {
	for _, v := range list {
		if v == x {
			return true
		}
	}
	return false
}

// TestProtect_coefficients protects counts of a scale whose sum of values is known as well, so that pairs do not do.
func TestProtect_coefficients(t *testing.T) {
	var p Problem
	values := []int64{3, 9, 14, 8, 2}
	var mean Relation
	var parts []int
	sum, n := int64(0), int64(0)
	for v, c := range values {
		i := p.Add(Cell{Name: strconv.Itoa(v + 1), Value: c, Sensitive: c < 5})
		parts = append(parts, i)
		mean = append(mean, Term{i, int64(v + 1)})
		sum, n = sum+int64(v+1)*c, n+c
	}
	p.Total(p.Add(Cell{Name: "answers", Value: n, Kind: Public}), parts...)
	p.Relations = append(p.Relations, append(mean, Term{p.Add(Cell{Name: "sum", Value: sum, Kind: Public}), -1}))
	got, err := Protect(p)
	if err != nil || len(got.Open) > 0 {
		t.Fatal(got.Open, err)
	}
	if err := p.Verify(got); err != nil {
		t.Error(err)
	}
	if attack, err := Recover(p, got.Hidden); err != nil || len(attack.Leaks) > 0 {
		t.Error(attack, err)
	}
	if got.Secondary == 0 {
		t.Error("two unknowns and two equations: nothing more was hidden")
	}
}

// TestProtect_open says what cannot be protected: all of a table that is public but one cell.
func TestProtect_open(t *testing.T) {
	var p Problem
	a := p.Add(Cell{Name: "a", Value: 3, Sensitive: true})
	b := p.Add(Cell{Name: "b", Value: 9, Kind: Public})
	p.Total(p.Add(Cell{Name: "all", Value: 12, Kind: Public}), a, b)
	got, err := Protect(p)
	if err != nil || len(got.Open) != 1 || got.Open[0] != a || !got.Hidden[a] {
		t.Error(got, err)
	}
}

func TestValidate(t *testing.T) {
	for name, p := range map[string]Problem{
		"below 0":          {Cells: []Cell{{Value: -1}}},
		"does not hold":    {Cells: []Cell{{Value: 1}}, Relations: []Relation{{{0, 1}}}},
		"no such cell":     {Relations: []Relation{{{0, 1}}}},
		"sensitive public": {Cells: []Cell{{Sensitive: true, Kind: Public}}},
		"cost":             {Cells: []Cell{{Cost: -1}}},
	} {
		if _, err := Protect(p); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func BenchmarkProtect(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	counts := make([][]int64, 30)
	for i := range counts {
		for range 14 {
			counts[i] = append(counts[i], max(0, rng.Int64N(30)-2))
		}
	}
	p := cross(counts, Public)
	for b.Loop() {
		if _, err := Protect(p); err != nil {
			b.Fatal(err)
		}
	}
}

// TestProtect_hierarchy attacks tables whose rows are grouped twice, with groups that nobody publishes but that must not come out.
func TestProtect_hierarchy(t *testing.T) {
	hidden := 0
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 11))
		var p Problem
		columns := 3
		add := func(name string, kind Kind, parts [][]int) []int {
			var out []int
			for j := range columns {
				sum := int64(0)
				var of []int
				for _, part := range parts {
					sum, of = sum+p.Cells[part[j]].Value, append(of, part[j])
				}
				c := p.Add(Cell{Name: name, Value: sum, Kind: kind, Sensitive: kind != Public && sum > 0 && sum < 5, Cost: 3})
				p.Total(c, of...)
				out = append(out, c)
			}
			return out
		}
		var regions [][]int
		for region := range 3 {
			var areas [][]int
			for range 2 + rng.IntN(2) {
				var area []int
				sum := int64(0)
				for range columns {
					v := max(0, rng.Int64N(14)-2)
					sum += v
					kind := Table
					if region == 2 {
						kind = Secret
					}
					area = append(area, p.Add(Cell{Name: "area", Value: v, Kind: kind, Sensitive: v > 0 && v < 5}))
				}
				p.Total(p.Add(Cell{Name: "area's sum", Value: sum, Kind: Public}), area...)
				areas = append(areas, area)
			}
			regions = append(regions, add("region", Table, areas))
		}
		add("all", Public, regions)
		got, err := Protect(p)
		if err != nil {
			t.Fatal(seed, err)
		}
		if err := p.Verify(got); err != nil {
			t.Fatal(seed, err)
		}
		hidden += got.Primary + got.Secondary
		attack, err := Recover(p, got.Hidden)
		if err != nil || len(attack.Undecided) > 0 {
			t.Fatal(seed, attack.Undecided, err)
		}
		for _, l := range attack.Leaks {
			if !contains(got.Open, l.Cell) {
				t.Errorf("seed %d: %s came out by %s", seed, p.Cells[l.Cell].Name, l.By)
			}
		}
	}
	t.Logf("%d cells hidden", hidden)
}

// TestProtect_repeats gives the same pattern for the same problem.
func TestProtect_repeats(t *testing.T) {
	p := cross([][]int64{{3, 9, 14}, {8, 2, 1}, {6, 7, 0}, {4, 30, 11}}, Table)
	first, err := Protect(p)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		again, _ := Protect(p)
		for i := range first.Hidden {
			if first.Hidden[i] != again.Hidden[i] {
				t.Fatal("another pattern")
			}
		}
	}
}

// FuzzProtect attacks tables of any counts.
func FuzzProtect(f *testing.F) {
	f.Add([]byte{3, 0, 9, 12, 1, 7, 5, 4, 20})
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < 4 || len(data) > 16 {
			return
		}
		width := 2 + int(data[0]%2)
		var counts [][]int64
		for i := 1; i+width <= len(data); i += width {
			var row []int64
			for _, b := range data[i : i+width] {
				row = append(row, int64(b%24))
			}
			counts = append(counts, row)
		}
		if len(counts) == 0 {
			return
		}
		p := cross(counts, []Kind{Public, Table}[data[0]/2%2])
		got, err := Protect(p)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Verify(got); err != nil {
			t.Fatal(err)
		}
		attack, err := Recover(p, got.Hidden)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range attack.Leaks {
			if !contains(got.Open, l.Cell) {
				t.Fatalf("%s came out by %s of %v", p.Cells[l.Cell].Name, l.By, counts)
			}
		}
	})
}
