package link

import (
	"cmp"
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// realData returns a folder of the real test data, or skips.
func realData(t testing.TB, parts ...string) string {
	root := os.Getenv("MILIEU_TESTDATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	dir := filepath.Join(append([]string{root}, parts...)...)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("real data are not here (set MILIEU_TESTDATA): %v", err)
	}
	return dir
}

// readCSV reads a table of a test; also returns the text of a column by id.
func readCSV(t testing.TB, m Model, file, id string, unique bool) *Table {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.TrimLeadingSpace = true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var columns []string
	idAt := -1
	for i, h := range rows[0] {
		h = strings.TrimSpace(h)
		if h == id {
			idAt = i
		}
		for _, c := range m.Columns() {
			if c.Name == h || slices.Contains(c.Also, h) {
				h = c.Name
			}
		}
		columns = append(columns, h)
	}
	table := NewTable(filepath.Base(file), columns, unique)
	for _, row := range rows[1:] {
		if err := table.Add(strings.TrimSpace(row[idAt]), row); err != nil {
			t.Fatal(err)
		}
	}
	return table
}

// persons is the person of each record of some tables.
type persons map[*Table][]string

// febrl takes the person from the id: rec-12-org, rec-12-dup-0.
func febrl(tables ...*Table) persons {
	t := persons{}
	for _, tab := range tables {
		for r := range tab.Len() {
			t[tab] = append(t[tab], strings.Split(tab.ID(r), "-")[1])
		}
	}
	return t
}

// pairs counts the true pairs.
func (t persons) pairs(tables []*Table) int {
	n := 0
	before := map[string]int{}
	for _, tab := range tables {
		own := map[string]int{}
		for _, p := range t[tab] {
			n += before[p]
			if !tab.Unique() {
				n += own[p]
			}
			own[p]++
		}
		for p, k := range own {
			before[p] += k
		}
	}
	return n
}

// quality is F1 at the best threshold and at the model's.
func quality(t testing.TB, m Model, tables []*Table, person persons, o Options) (best, at float64) {
	t.Helper()
	all := person.pairs(tables)
	type scored struct {
		weight float64
		hit    bool
	}
	var pairs []scored
	o.Keep = 1e-4
	_, err := Run(context.Background(), m, tables, o, func(p Pair) error {
		pairs = append(pairs, scored{p.Weight, person[tables[p.Left.Table]][p.Left.Row] == person[tables[p.Right.Table]][p.Right.Row]})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(pairs, func(a, b scored) int { return cmp.Compare(b.weight, a.weight) })
	hits := 0
	for i, p := range pairs {
		if p.hit {
			hits++
		}
		f := 2 * float64(hits) / float64(all+i+1)
		best = max(best, f)
		if Probability(p.weight) >= m.Match {
			at = f
		}
	}
	return best, at
}

// TestPeople_real holds the quality of the model of people on the public test sets,
// with the model's numbers and after training. For comparison, F1 of Splink 4 with the
// settings of its documentation at its best threshold: fake_1000 0.861, febrl1 1.000, febrl2 0.997,
// febrl3 0.996, febrl4 1.000 (bench/link).
func TestPeople_real(t *testing.T) {
	dir := realData(t, "entity_resolution", "splink")
	m, err := Shipped("people")
	if err != nil {
		t.Fatal(err)
	}
	table := func(name, id string, unique bool) *Table { return readCSV(t, m, filepath.Join(dir, name), id, unique) }
	fake := table("fake_1000.csv", "unique_id", false)
	clusters := persons{}
	text, err := os.ReadFile(filepath.Join(dir, "fake_1000.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range strings.Split(strings.TrimSpace(string(text)), "\n")[1:] {
		clusters[fake] = append(clusters[fake], l[strings.LastIndexByte(l, ',')+1:])
	}
	one, two, three := table("febrl/dataset1.csv", "rec_id", false), table("febrl/dataset2.csv", "rec_id", false), table("febrl/dataset3.csv", "rec_id", false)
	left, right := table("febrl/dataset4a.csv", "rec_id", true), table("febrl/dataset4b.csv", "rec_id", true)
	tests := []struct {
		name                             string
		tables                           []*Table
		person                           persons
		best, at, trainedBest, trainedAt float64
	}{
		{"fake_1000", []*Table{fake}, clusters, 0.935, 0.905, 0.94, 0.935},
		{"febrl1", []*Table{one}, febrl(one), 1, 1, 1, 1},
		{"febrl2", []*Table{two}, febrl(two), 0.9995, 0.9995, 0.9995, 0.9995},
		{"febrl3", []*Table{three}, febrl(three), 0.9995, 0.9995, 0.9995, 0.9995},
		{"febrl4", []*Table{left, right}, febrl(left, right), 0.9998, 0.9998, 0.9998, 0.9998},
	}
	if raced {
		tests = tests[1:2]
	}
	for _, test := range tests {
		best, at := quality(t, m, test.tables, test.person, Options{})
		trained, trainedAt := quality(t, m, test.tables, test.person, Options{Train: true})
		t.Logf("%-10s F1 %.4f at best, %.4f at %.2f; trained %.4f and %.4f", test.name, best, at, m.Match, trained, trainedAt)
		for i, v := range [][2]float64{{best, test.best}, {at, test.at}, {trained, test.trainedBest}, {trainedAt, test.trainedAt}} {
			if v[0] < v[1] {
				t.Errorf("%s: F1 %.5f, want %.4f (%s)", test.name, v[0], v[1], []string{"best", "at the threshold", "trained, best", "trained, at the threshold"}[i])
			}
		}
	}
}
