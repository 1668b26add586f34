package lake

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func runner(t *testing.T) (*Runner, *[]Event) {
	t.Helper()
	db, err := Open(Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	var events []Event
	return &Runner{DB: db, Cache: t.TempDir(), Now: func() time.Time { return time.Unix(0, 0) }, Report: func(e Event) { events = append(events, e) }}, &events
}

func stages(t *testing.T, texts ...string) []Stage {
	t.Helper()
	var out []Stage
	for _, text := range texts {
		s, err := ParseStage("test.sql", text)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

const (
	numbers = "-- table: numbers\n-- grain: one row a number\n-- key: n\nselect i as n from range(10) t(i)"
	even    = "-- table: even\n-- inputs: numbers\n-- grain: one row an even number\n-- kind: view\nselect n from numbers where n % 2 = 0"
	total   = "-- table: total\n-- inputs: even\n-- grain: one row\n-- check: positive: select count(*) from total where s <= 0\nselect sum(n)::bigint as s from even"
)

func TestRun_skipsUnchanged(t *testing.T) {
	r, events := runner(t)
	ctx := context.Background()
	first, err := r.Run(ctx, stages(t, total, even, numbers))
	if err != nil {
		t.Fatal(err)
	}
	var s int64
	if err := r.DB.QueryRowContext(ctx, "select s from total").Scan(&s); err != nil || s != 20 {
		t.Fatalf("total %d, %v", s, err)
	}
	*events = nil
	again, err := r.Run(ctx, stages(t, total, even, numbers))
	if err != nil {
		t.Fatal(err)
	}
	for i := range again {
		if !again[i].View && !again[i].Skipped {
			t.Errorf("%s ran again", again[i].Name)
		}
		if again[i].SHA256 != first[i].SHA256 {
			t.Errorf("%s differs", again[i].Name)
		}
	}
	// A change that makes the same bytes stops there.
	*events = nil
	same := strings.Replace(numbers, "range(10)", "range(0, 10)", 1)
	if _, err := r.Run(ctx, stages(t, total, even, same)); err != nil {
		t.Fatal(err)
	}
	states := map[string]State{}
	for _, e := range *events {
		states[e.Stage] = e.State
	}
	if d := cmp.Diff(map[string]State{"numbers": Made, "total": Skipped}, states); d != "" {
		t.Error(d)
	}
}

func TestRun_changeGoesThroughViews(t *testing.T) {
	r, _ := runner(t)
	ctx := context.Background()
	if _, err := r.Run(ctx, stages(t, total, even, numbers)); err != nil {
		t.Fatal(err)
	}
	odd := strings.Replace(even, "= 0", "= 1", 1)
	if _, err := r.Run(ctx, stages(t, total, odd, numbers)); err != nil {
		t.Fatal(err)
	}
	var s int64
	if err := r.DB.QueryRowContext(ctx, "select s from total").Scan(&s); err != nil || s != 25 {
		t.Errorf("total %d, %v; want 25", s, err)
	}
}

func TestRun_faults(t *testing.T) {
	cases := []struct{ name, sql, want string }{
		{"key", "-- table: a\n-- grain: x\n-- key: n\nselect 1 as n from range(2)", `the key n is not unique: 1 values stand more than once, such as "1"`},
		{"check", "-- table: a\n-- grain: x\n-- check: never one: select count(*) from a where n = 1\nselect 1 as n", `check "never one" fails for 1 rows`},
		{"missing input", "-- table: a\n-- grain: x\n-- inputs: b\nselect 1 as n", "needs table b, which nothing makes"},
		{"cycle", "-- table: a\n-- grain: x\n-- inputs: a\nselect 1 as n", "need each other"},
		{"SQL", "-- table: a\n-- grain: x\nselect nothing", "stage a"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r, _ := runner(t)
			_, err := r.Run(context.Background(), stages(t, c.sql))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("error %v, want %q", err, c.want)
			}
			left, _ := filepath.Glob(filepath.Join(r.Cache, "*"))
			if len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// A half-written or damaged cache entry is made again, never used.
func TestRun_damagedCache(t *testing.T) {
	r, _ := runner(t)
	ctx := context.Background()
	outs, err := r.Run(ctx, stages(t, numbers))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(outs[0].Dir, TableFile), 10); err != nil {
		t.Fatal(err)
	}
	outs, err = r.Run(ctx, stages(t, numbers))
	if err != nil || outs[0].Skipped {
		t.Errorf("error %v, skipped %v", err, outs[0].Skipped)
	}
}

// A table comes out in its declared order, and a key that stands twice is found
// among neighbours.
func TestRun_sorted(t *testing.T) {
	r, _ := runner(t)
	ctx := context.Background()
	down := "-- table: down\n-- grain: x\n-- key: n\n-- sorted: n\nselect 10 - i as n from range(10) t(i)"
	up := "-- table: up\n-- grain: x\n-- key: n\n-- sorted: n\nselect i + 1 as n from range(10) t(i)"
	outs, err := r.Run(ctx, stages(t, down, up))
	if err != nil {
		t.Fatal(err)
	}
	if outs[0].SHA256 != outs[1].SHA256 {
		t.Error("the same rows in another order gave other bytes")
	}
	twice := "-- table: twice\n-- grain: x\n-- key: n\n-- sorted: n\nselect i // 2 as n from range(10) t(i)"
	if _, err := r.Run(ctx, stages(t, twice)); err == nil || !strings.Contains(err.Error(), `the key n is not unique: 5 values stand more than once, such as "0"`) {
		t.Errorf("error %v", err)
	}
}

func TestParseStage_faults(t *testing.T) {
	for _, text := range []string{"select 1", "-- table: a\nselect 1", "-- table: a\n-- grain: x\n-- kind: odd\nselect 1", "-- colour: red\nselect 1", "-- table: a\n-- grain: x\n-- check: none\nselect 1"} {
		if _, err := ParseStage("f.sql", text); err == nil || !strings.HasPrefix(err.Error(), "f.sql") {
			t.Errorf("ParseStage(%q): error %v", text, err)
		}
	}
}

func TestOpenTables(t *testing.T) {
	r, _ := runner(t)
	ctx := context.Background()
	dir := t.TempDir()
	if err := r.DB.Copy(ctx, "select 'it''s' as v", filepath.Join(dir, "odd name's.parquet")); err != nil {
		t.Fatal(err)
	}
	db, err := OpenTables(ctx, dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var v string
	if err := db.QueryRowContext(ctx, `select v from "odd name's"`).Scan(&v); err != nil || v != "it's" {
		t.Errorf("%q, %v", v, err)
	}
}

// A stage that is always run is not reported and not taken from the cache; what reads it is, as
// long as it gives the same bytes.
func TestRun_always(t *testing.T) {
	r, events := runner(t)
	ctx := context.Background()
	seen := "a"
	all := append(stages(t, "-- table: reader\n-- inputs: outside\n-- grain: one row\nselect word from outside"),
		Stage{Name: "outside", Grain: "one row", Private: true, Always: true, Run: func(ctx context.Context, w Work) error {
			return w.DB.Copy(ctx, "select "+Literal(seen)+" as word", filepath.Join(w.Dir, TableFile))
		}})
	var keys []string
	for _, c := range []struct {
		word string
		want []string
	}{{"a", []string{"reader started", "reader made"}}, {"a", []string{"reader unchanged"}}, {"b", []string{"reader started", "reader made"}}, {"a", []string{"reader unchanged"}}} {
		seen = c.word
		*events = nil
		outs, err := r.Run(ctx, all)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range *events {
			got = append(got, e.Stage+" "+strings.Replace(string(e.State), "skipped", "unchanged", 1))
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: (-want +got)\n%s", c.word, d)
		}
		if !outs[0].Always || outs[0].Skipped {
			t.Errorf("%+v", outs[0])
		}
		var word string
		if err := r.DB.QueryRowContext(ctx, "select word from reader").Scan(&word); err != nil || word != c.word {
			t.Errorf("the reader has %q, %v; want %q", word, err, c.word)
		}
		keys = append(keys, outs[1].Key)
	}
	if keys[0] != keys[1] || keys[0] == keys[2] || keys[0] != keys[3] {
		t.Errorf("keys of the reader: %v", keys)
	}
}
