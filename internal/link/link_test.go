package link

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// cityModel compares one column exactly, with term frequencies: m = 1 and u = 0.2 as
// near as a model may have them.
const cityModel = `
name = "city"
review = 0.000001
[[column]]
name = "city"
[[field]]
name = "city"
from = ["city"]
[[block]]
keys = ["city"]
[[comparison]]
name = "city"
levels = [
  { name = "same", when = "city same", m = 0.999999999999, u = 0.2, tf = true%s },
  { name = "differs", when = "else", m = 0.000000000001, u = 0.8 },
]
`

func parse(t testing.TB, text string) Model {
	t.Helper()
	m, err := ParseModel(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestRun_termFrequency: 40 London, 8 Birmingham, 2 Truro give factors of 1.25, 6.25
// and 25 where the base is 5; with a floor of 0.1 Truro has 10 (splink
// tests/test_term_frequencies.py, doc/METHODS.md).
func TestRun_termFrequency(t *testing.T) {
	tests := []struct {
		more string
		want map[string]float64
	}{
		{"", map[string]float64{"London": 1.25, "Birmingham": 6.25, "Truro": 25}},
		{", least = 0.1", map[string]float64{"London": 1.25, "Birmingham": 6.25, "Truro": 10}},
		{", damp = 0.5", map[string]float64{"London": 2.5, "Birmingham": math.Sqrt(5 * 6.25), "Truro": math.Sqrt(5 * 25)}},
	}
	for _, test := range tests {
		m := parse(t, fmt.Sprintf(cityModel, test.more))
		table := NewTable("t", []string{"city"}, false)
		for i := range 50 {
			city := "London"
			if i >= 40 {
				city = "Birmingham"
			}
			if i >= 48 {
				city = "Truro"
			}
			if err := table.Add(fmt.Sprint(i), []string{city}); err != nil {
				t.Fatal(err)
			}
		}
		got := map[string]float64{}
		_, err := Run(context.Background(), m, []*Table{table}, Options{Keep: 1e-12, Parts: true}, func(p Pair) error {
			got[table.Cell(p.Left.Row, 0)] = math.Exp2(p.Parts[1].Weight)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for city, want := range test.want {
			if math.Abs(got[city]-want) > 1e-9*want+1e-9 {
				t.Errorf("%s%s: factor %v, want %v", city, test.more, got[city], want)
			}
		}
	}
}

// TestProbability_waterfall: the sum and the probabilities that Splink's
// documentation shows (doc/METHODS.md).
func TestProbability_waterfall(t *testing.T) {
	sum := -6.67 + 4.74 + 6.49 - 1.97 - 1.12 + 8.00
	if math.Abs(sum-9.47) > 0.02 || math.Abs(Probability(sum)-0.9986) > 5e-5 {
		t.Errorf("weight %v, probability %v; want 9.48 (rounded) and 0.9986", sum, Probability(sum))
	}
	for w, want := range map[float64]float64{0: 0.5, 2: 0.8, 3: 0.889, 4: 0.941, 7: 0.992} {
		if got := Probability(w); math.Abs(got-want) > 5e-4 {
			t.Errorf("weight %v: probability %v, want %v", w, got, want)
		}
	}
}

const testModel = `
name = "test"
review = 0.01
matches = 0.5
[[column]]
name = "name"
[[column]]
name = "town"
[[column]]
name = "born"
[[column]]
name = "codes"
[[field]]
name = "name"
from = ["name"]
[[field]]
name = "town"
from = ["town"]
[[field]]
name = "born"
from = ["born"]
kind = "date"
[[field]]
name = "codes"
from = ["codes"]
split = "|"
[[block]]
name = "code"
keys = ["codes"]
[[block]]
name = "word"
keys = ["name words"]
then = ["town", "born year"]
cap = 60
[[block]]
name = "town and year"
keys = ["town", "born year"]
cap = 40
[[comparison]]
name = "name"
levels = [
  { name = "same", when = "name same", m = 0.7, u = 0.01, tf = true },
  { name = "alike", when = "name jaro-winkler >= 0.85", m = 0.2, u = 0.05 },
  { name = "differs", when = "else" },
]
[[comparison]]
name = "town"
levels = [
  { name = "same", when = "town same", m = 0.8, u = 0.1, tf = true },
  { name = "differs", when = "else" },
]
[[comparison]]
name = "born"
levels = [
  { name = "same", when = "born same", m = 0.8, u = 0.001 },
  { name = "slip", when = "born slips <= 1", m = 0.1, u = 0.01 },
  { name = "differs", when = "else" },
]
[[comparison]]
name = "code"
levels = [
  { name = "one shared", when = "codes same", m = 0.9, u = 0.0001 },
  { name = "none shared", when = "else" },
]
`

// people makes a table with duplicates by a seed: about a third of the rows repeat
// an earlier one, with slips and gaps.
func people(seed uint64, name string, n int, unique bool) *Table {
	r := rand.New(rand.NewPCG(seed, 1))
	t := NewTable(name, []string{"name", "town", "born", "codes"}, unique)
	word := func(k int) string {
		return []string{"anna", "bert", "clara", "dora", "emil", "frida", "gustav", "hanna", "ivo", "jana", "karl", "lena"}[r.IntN(k)]
	}
	var rows [][]string
	for i := range n {
		row := []string{word(12) + " " + word(12) + word(12), word(4) + "ton", fmt.Sprintf("19%02d-0%d-1%d", 50+r.IntN(20), 1+r.IntN(9), r.IntN(9)), ""}
		if r.IntN(4) == 0 {
			row[3] = fmt.Sprintf("c%d|d%d", r.IntN(n), r.IntN(n))
		}
		if len(rows) > 0 && r.IntN(3) == 0 {
			row = slices.Clone(rows[r.IntN(len(rows))])
			switch r.IntN(4) {
			case 0:
				row[0] = strings.Replace(row[0], "a", "", 1)
			case 1:
				row[1] = ""
			case 2:
				row[2] = row[2][:8] + "11"
			}
		}
		rows = append(rows, row)
		if err := t.Add(fmt.Sprintf("%s%d", name, i), row); err != nil {
			panic(err)
		}
	}
	return t
}

// result runs a linkage and writes all that it gives as text.
func result(t testing.TB, m Model, tables []*Table, o Options) (string, Report) {
	t.Helper()
	var b strings.Builder
	rep, err := Run(context.Background(), m, tables, o, func(p Pair) error {
		fmt.Fprintf(&b, "%s,%s,%x,%v,%v\n", tables[p.Left.Table].ID(p.Left.Row), tables[p.Right.Table].ID(p.Right.Row), p.Weight, p.Match, p.Levels)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String(), rep
}

// TestRun_sameBytes: workers, memory and an own folder change nothing.
func TestRun_sameBytes(t *testing.T) {
	m := parse(t, testModel)
	tables := []*Table{people(1, "a", 700, false), people(2, "b", 500, true), people(3, "c", 300, true)}
	want, rep := result(t, m, tables, Options{Workers: 1})
	if rep.Kept < 300 || rep.Scored < 3000 {
		t.Fatalf("the test links too little to say much: %+v", rep)
	}
	for _, o := range []Options{{Workers: 8}, {Workers: 3, MemoryMB: 1}, {Workers: 2, Dir: t.TempDir()}, {Workers: 8, MemoryMB: 1, Dir: t.TempDir()}} {
		got, _ := result(t, m, tables, o)
		if got != want {
			t.Errorf("%+v gives other pairs than one worker in memory:\n%s", o, cmp.Diff(want, got))
		}
	}
}

// TestRun_order: pairs come by table and id, each once, and never inside a unique table.
func TestRun_order(t *testing.T) {
	m := parse(t, testModel)
	tables := []*Table{people(1, "a", 400, false), people(2, "b", 400, true)}
	last := ""
	_, err := Run(context.Background(), m, tables, Options{}, func(p Pair) error {
		l, r := tables[p.Left.Table].ID(p.Left.Row), tables[p.Right.Table].ID(p.Right.Row)
		if p.Left.Table > p.Right.Table || p.Left.Table == p.Right.Table && (l >= r || tables[p.Left.Table].Unique()) {
			t.Errorf("pair %s %s of tables %d and %d", l, r, p.Left.Table, p.Right.Table)
		}
		at := fmt.Sprintf("%d %s %d %s", p.Left.Table, l, p.Right.Table, r)
		if at <= last {
			t.Errorf("%q after %q", at, last)
		}
		last = at
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestRun_spill: with a limit of almost nothing, keys and pairs go to disk and the
// result stays.
func TestRun_spill(t *testing.T) {
	m := parse(t, testModel)
	tables := []*Table{people(1, "a", 700, false)}
	want, _ := result(t, m, tables, Options{})
	c, err := newCorpus(m, tables)
	if err != nil {
		t.Fatal(err)
	}
	space := &workspace{}
	o := Options{}
	if err := o.check(m); err != nil {
		t.Fatal(err)
	}
	x, err := buildIndex(context.Background(), c, m.blocks, o, 1000, space)
	if err != nil {
		t.Fatal(err)
	}
	if space.dir == "" {
		t.Error("no key went to disk")
	}
	whole, err := buildIndex(context.Background(), c, m.blocks, o, 1<<30, &workspace{})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(whole, x, cmp.AllowUnexported(index{}, lists{})); d != "" {
		t.Errorf("blocks differ when keys went to disk:\n%s", d)
	}
	res, err := newResults(1, "", 0, space)
	if err != nil {
		t.Fatal(err)
	}
	if err := res.put(0, make([]byte, 30)); err != nil || res.spilled != 30 {
		t.Errorf("a result over the limit stayed in memory (%v)", err)
	}
	if err := space.close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(space.dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the temporary folder is still there: %v", err)
	}
	if got, _ := result(t, m, tables, Options{MemoryMB: 1}); got != want {
		t.Error("a small limit gives other pairs")
	}
}

// TestRun_resume: a run that ends in the middle goes on where it stood.
func TestRun_resume(t *testing.T) {
	m := parse(t, testModel)
	tables := []*Table{people(1, "a", 900, false)}
	defer setChunkPairs(200)()
	want, whole := result(t, m, tables, Options{Workers: 1})
	if whole.Chunks < 8 {
		t.Fatalf("only %d chunks", whole.Chunks)
	}
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	o := Options{Dir: dir, Workers: 1, Progress: func(_, _ int64, unit string) {
		if unit == "pairs" {
			if n++; n == whole.Chunks/2 {
				cancel()
			}
		}
	}}
	if _, err := Run(ctx, m, tables, o, func(Pair) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v, want that the run was stopped", err)
	}
	done, err := filepath.Glob(filepath.Join(dir, "link", "chunks-*", "*.pairs"))
	if err != nil || len(done) < 3 {
		t.Fatalf("%d chunks are kept (%v)", len(done), err)
	}
	// What a loss of power leaves: a file that was cut between two pairs, and one without its head.
	cut := 0
	for _, file := range done {
		if fi, err := os.Stat(file); err == nil && fi.Size() > chunkHead && cut == 0 {
			if err := os.Truncate(file, fi.Size()-int64(16+len(m.comparisons))); err != nil {
				t.Fatal(err)
			}
			cut++
		} else if cut == 1 {
			if err := os.Truncate(file, 3); err != nil {
				t.Fatal(err)
			}
			cut++
		}
	}
	got, rep := result(t, m, tables, Options{Dir: dir, Workers: 1})
	if got != want {
		t.Error("the run that went on gives other pairs")
	}
	if cut != 2 || rep.Resumed != len(done)-cut || rep.Resumed >= rep.Chunks || rep.Scored != whole.Scored {
		t.Errorf("resumed %d of %d chunks, %d were kept and %d of them cut; scored %d of %d", rep.Resumed, rep.Chunks, len(done), cut, rep.Scored, whole.Scored)
	}
	left, err := filepath.Glob(filepath.Join(dir, "link", "chunks-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("chunks are left: %v %v", left, err)
	}
}

// TestRun_chunks: however many pairs there are, the files that are merged stay few.
func TestRun_chunks(t *testing.T) {
	m := parse(t, testModel)
	tables := []*Table{people(1, "a", 300, false)}
	want, _ := result(t, m, tables, Options{})
	defer setChunkPairs(1)()
	if got, rep := result(t, m, tables, Options{Dir: t.TempDir()}); got != want || rep.Chunks != mostChunks {
		t.Errorf("%d chunks, at most %d may be; the same pairs: %v", rep.Chunks, mostChunks, got == want)
	}
}

// TestRun_incremental: a later run scores only what is new and gives what a full run
// gives; also when rows change, go, and when blocks grow over their cap and
// shrink again.
func TestRun_incremental(t *testing.T) {
	m := parse(t, testModel)
	dir := t.TempDir()
	rows := people(1, "a", 900, false)
	table := func(n int, change map[int]string, order uint64) *Table {
		out := NewTable("a", rows.Columns(), false)
		idx := rand.New(rand.NewPCG(order, 0)).Perm(n)
		for _, i := range idx {
			cells := []string{rows.Cell(i, 0), rows.Cell(i, 1), rows.Cell(i, 2), rows.Cell(i, 3)}
			if c, ok := change[i]; ok {
				cells[0] = c
			}
			if err := out.Add(rows.ID(i), cells); err != nil {
				t.Fatal(err)
			}
		}
		return out
	}
	steps := []struct {
		name string
		t    *Table
		few  bool // few pairs are scored
	}{
		{"first", table(800, nil, 1), false},
		{"nothing new, rows in another order", table(800, nil, 2), true},
		{"rows added", table(810, nil, 3), true},
		{"a row changed", table(810, map[int]string{5: "anna hannaivo"}, 4), true},
		{"rows gone", table(700, nil, 5), false},
		{"and back", table(900, nil, 6), false},
	}
	for _, s := range steps {
		want, full := result(t, m, []*Table{s.t}, Options{})
		got, rep := result(t, m, []*Table{s.t}, Options{Dir: dir})
		if got != want {
			t.Errorf("%s: other pairs than a full run:\n%s", s.name, cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")))
		}
		t.Logf("%s: scored %d of %d, reused %d of %d", s.name, rep.Scored, full.Scored, rep.Reused, rep.Kept)
		if s.few && (rep.Scored > full.Scored/2 || rep.Reused == 0) {
			t.Errorf("%s: scored %d pairs of %d, reused %d", s.name, rep.Scored, full.Scored, rep.Reused)
		}
	}
}

// TestRun_symmetric: tables in another order and rows in another order give the same
// pairs with the same weights.
func TestRun_symmetric(t *testing.T) {
	m := parse(t, testModel)
	for seed := range uint64(5) {
		a, b := people(seed, "a", 150, false), people(seed+100, "b", 150, false)
		weights := func(tables ...*Table) map[string]string {
			out := map[string]string{}
			_, err := Run(context.Background(), m, tables, Options{}, func(p Pair) error {
				l, r := tables[p.Left.Table].ID(p.Left.Row), tables[p.Right.Table].ID(p.Right.Row)
				out[min(l, r)+" "+max(l, r)] = fmt.Sprintf("%x %v", p.Weight, p.Levels)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		shuffled := NewTable("a", a.Columns(), false)
		for _, i := range rand.New(rand.NewPCG(seed, 9)).Perm(a.Len()) {
			if err := shuffled.Add(a.ID(i), []string{a.Cell(i, 0), a.Cell(i, 1), a.Cell(i, 2), a.Cell(i, 3)}); err != nil {
				t.Fatal(err)
			}
		}
		want := weights(a, b)
		if d := cmp.Diff(want, weights(b, a)); d != "" {
			t.Errorf("tables changed places:\n%s", d)
		}
		if d := cmp.Diff(want, weights(shuffled, b)); d != "" {
			t.Errorf("rows changed places:\n%s", d)
		}
	}
}

// TestExplain_sums: the parts add up to the weight that Run gives, to the last bit,
// also for the shipped models.
func TestExplain_sums(t *testing.T) {
	m := parse(t, testModel)
	tables := []*Table{people(1, "a", 200, false), people(2, "b", 200, true)}
	n := 0
	_, err := Run(context.Background(), m, tables, Options{Parts: true}, func(p Pair) error {
		sum := 0.0
		for _, part := range p.Parts {
			sum += part.Weight
		}
		if sum != p.Weight {
			t.Errorf("parts add up to %v, the weight is %v", sum, p.Weight)
		}
		if n++; n%20 == 0 {
			alone, err := Explain(context.Background(), m, tables, Options{}, p.Right, p.Left)
			if err != nil {
				t.Fatal(err)
			}
			p.Levels = slices.Clone(p.Levels)
			if d := cmp.Diff(p, alone); d != "" {
				t.Errorf("Explain differs from Run:\n%s", d)
			}
		}
		return nil
	})
	if err != nil || n == 0 {
		t.Fatal(err, n)
	}
}

// TestRun_caps: what is over the cap is divided or refused, and told.
func TestRun_caps(t *testing.T) {
	m := parse(t, strings.Replace(testModel, "cap = 60", "cap = 3", 1))
	tables := []*Table{people(1, "a", 500, false)}
	told := false
	_, rep := result(t, m, tables, Options{Counted: func(r []RuleReport) error { told = len(r) == 3; return nil }})
	word := rep.Rules[1]
	if !told || word.Split == 0 || word.RefusedBlocks == 0 || word.RefusedPairs < word.RefusedBlocks || len(word.Refused) == 0 {
		t.Fatalf("rule %+v, told %v", word, told)
	}
	if k := word.Refused[0].Key; strings.Count(k, ",") != 2 || word.Refused[0].Records < 3 {
		t.Errorf("the largest refused block is %+v; the key is a word, a town and a year", word.Refused[0])
	}
	stop := errors.New("too many")
	if _, err := Run(context.Background(), m, tables, Options{Counted: func([]RuleReport) error { return stop }}, func(Pair) error { return nil }); !errors.Is(err, stop) {
		t.Errorf("error %v after counting, want that of the caller", err)
	}
}

// TestRun_single: a row is matched to the best row of a unique table only.
func TestRun_single(t *testing.T) {
	m := parse(t, strings.NewReplacer("cap = 60", "cap = 100000", "cap = 40", "cap = 100000").Replace(testModel))
	a, b := NewTable("a", []string{"name", "town", "born"}, true), NewTable("b", []string{"name", "town", "born"}, true)
	for i, row := range [][]string{{"anna dora", "aton", "1950-01-10"}, {"anna dora", "aton", "1950-01-11"}, {"karl emil", "bton", "1960-02-02"}} {
		if err := errors.Join(a.Add(fmt.Sprint("a", i), row), b.Add(fmt.Sprint("b", i), row)); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	run := func(o Options) {
		got = nil
		if _, err := Run(context.Background(), m, []*Table{a, b}, o, func(p Pair) error {
			if p.Match {
				got = append(got, a.ID(p.Left.Row)+"="+b.ID(p.Right.Row))
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	run(Options{Threshold: 0.2})
	if len(got) != 5 {
		t.Errorf("without Single: %v", got)
	}
	run(Options{Threshold: 0.2, Single: true})
	if d := cmp.Diff([]string{"a0=b0", "a1=b1", "a2=b2"}, got); d != "" {
		t.Error(d)
	}
}

// TestRun_faults: errors say what is wrong.
func TestRun_faults(t *testing.T) {
	org, err := Shipped("organisations")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Run(context.Background(), org, []*Table{NewTable("x", []string{"town"}, false)}, Options{}, nil); err == nil || !strings.Contains(err.Error(), `no column "name"`) {
		t.Errorf("a required column is missing: %v", err)
	}
	table := NewTable("x", []string{"name"}, false)
	if err := errors.Join(table.Add("1", []string{"a"}), table.Add("2", nil)); err != nil {
		t.Fatal(err)
	}
	if err := table.Add("1", nil); err == nil || !strings.Contains(err.Error(), "rows 1 and 3") {
		t.Errorf("an id twice: %v", err)
	}
	if err := table.Add("", nil); err == nil {
		t.Error("a record without an id is taken")
	}
	if err := table.Add("4", []string{"a", "b"}); err == nil {
		t.Error("more cells than columns are taken")
	}
	if rep, err := Run(context.Background(), org, nil, Options{}, nil); err != nil || rep.Kept != 0 {
		t.Errorf("no tables: %v", err)
	}
	if _, err := Run(context.Background(), Model{}, nil, Options{}, nil); err == nil {
		t.Error("an empty model is taken")
	}
	stop := errors.New("disk full")
	if _, err := Run(context.Background(), parse(t, testModel), []*Table{people(1, "a", 100, false)}, Options{Dir: t.TempDir()}, func(Pair) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("the caller's error is %v", err)
	}
}

// TestTable reads back what was put in, with columns that begin late.
func TestTable(t *testing.T) {
	table := NewTable("x", []string{"a", "b"}, true)
	for i := range 1000 {
		cells := []string{fmt.Sprint(" v", i, " ")}
		if i > 500 {
			cells = append(cells, "late")
		}
		if err := table.Add(fmt.Sprint("id", i), cells); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 1000 {
		r, ok := table.Row(fmt.Sprint("id", i))
		if !ok || r != i || table.Cell(i, 0) != fmt.Sprint("v", i) || (table.Cell(i, 1) != "") != (i > 500) {
			t.Fatalf("record %d: row %d, cells %q %q", i, r, table.Cell(i, 0), table.Cell(i, 1))
		}
	}
	if _, ok := table.Row("id1000"); ok {
		t.Error("a record is found that is not there")
	}
}

func TestSteps(t *testing.T) {
	for n, want := range map[int]int{0: 0, 1: 1, 50: 50, 64: 64, 65: 64, 100: 96, 1000: 1024, 1_000_000: 1_048_576, 5_500_000: 5_242_880} {
		if got := steps(n); got != want {
			t.Errorf("steps(%d) = %d, want %d", n, got, want)
		}
	}
}
