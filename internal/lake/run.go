package lake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Runner runs stages with a cache: what a stage makes is kept in a folder named
// after everything that it depends on, so that a stage whose inputs and text are
// unchanged is not run again.
type Runner struct {
	DB    *DB
	Cache string
	Now   func() time.Time
	// Report is told of each step; nil is silent.
	Report func(Event)

	dirs map[string]string // folder of each stage made or found
}

// Event tells what the runner is doing.
type Event struct {
	Stage       string
	State       State
	Done, Total int64 // progress inside a stage, in Unit
	Unit        string
	Rows        int64
	Took        time.Duration
}

// State of a stage.
type State string

// The states of a stage.
const (
	Started State = "started"
	Working State = "working"
	Made    State = "made"
	Skipped State = "skipped" // unchanged
)

// Output is what a stage made.
type Output struct {
	Name    string   `json:"name"`
	Key     string   `json:"key"`              // hash of text and inputs
	SHA256  string   `json:"sha256,omitempty"` // of the file; empty for views
	Rows    int64    `json:"rows"`
	Bytes   int64    `json:"bytes"`
	File    string   `json:"file,omitempty"`
	Inputs  []string `json:"inputs,omitempty"`
	Dir     string   `json:"-"`
	Skipped bool     `json:"-"`
	Private bool     `json:"-"`
	View    bool     `json:"-"`
	ByInput bool     `json:"-"`
	Always  bool     `json:"-"`
}

// Run runs the stages, inputs first, and returns their outputs in that order.
// A failed check or a broken key is an error; nothing of the failed stage is kept.
func (r *Runner) Run(ctx context.Context, stages []Stage) ([]Output, error) {
	sorted, err := order(stages)
	if err != nil {
		return nil, err
	}
	version, err := r.DB.Version(ctx)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(r.Cache, 0o755); err != nil {
		return nil, err
	}
	hash := map[string]string{}
	r.dirs = map[string]string{}
	var outs []Output
	for _, s := range sorted {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		out, err := r.stage(ctx, s, stageKey(s, version, hash))
		if err != nil {
			return nil, fmt.Errorf("stage %s: %w", s.Name, err)
		}
		hash[s.Name] = out.Key
		r.dirs[s.Name] = out.Dir
		if out.SHA256 != "" && !s.ByInput {
			// Who reads this table depends on its bytes, not on how they came
			// about: a change that makes the same bytes rebuilds nothing more.
			hash[s.Name] = out.SHA256
		}
		outs = append(outs, out)
	}
	return outs, nil
}

func stageKey(s Stage, engine string, hash map[string]string) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s\n%s\n%s\n%v %v %v\n", engine, layout, s.Name, s.Version, s.File, s.Key, s.Sorted, s.Private)
	fmt.Fprintf(h, "%d %s\n", len(s.SQL), s.SQL)
	for _, c := range s.Checks {
		fmt.Fprintf(h, "check %s\n", c.SQL)
	}
	for _, in := range s.Inputs {
		fmt.Fprintf(h, "%s %s\n", in, hash[in])
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

// layout is how tables are written; it is part of every key.
const layout = "parquet, zstd, private lz4, row groups of 40960"

func (r *Runner) report(e Event) {
	if r.Report != nil {
		r.Report(e)
	}
}

func (r *Runner) stage(ctx context.Context, s Stage, key string) (Output, error) {
	out := Output{Name: s.Name, Key: key, Inputs: s.Inputs, Private: s.Private, View: s.View, ByInput: s.ByInput, Always: s.Always, File: s.File}
	if s.View {
		return out, r.DB.Exec(ctx, "create or replace view "+Ident(s.Name)+" as "+s.SQL)
	}
	if out.File == "" {
		out.File = TableFile
	}
	out.Dir = filepath.Join(r.Cache, s.Name+"-"+key)
	if kept, ok := readOutput(out); ok && !s.Always {
		kept.Skipped = true
		r.report(Event{Stage: s.Name, State: Skipped, Rows: kept.Rows})
		return kept, r.use(ctx, kept)
	}
	start := r.Now()
	report := r.report
	if s.Always {
		report = func(Event) {}
	}
	report(Event{Stage: s.Name, State: Started})
	tmp := out.Dir + ".part"
	if err := os.RemoveAll(tmp); err != nil {
		return out, err
	}
	if err := os.MkdirAll(tmp, 0o755); err != nil {
		return out, err
	}
	defer os.RemoveAll(tmp)
	if err := r.make(ctx, s, tmp); err != nil {
		return out, err
	}
	if err := r.measure(ctx, s, tmp, &out); err != nil {
		return out, err
	}
	if err := os.RemoveAll(out.Dir); err != nil {
		return out, err
	}
	if err := os.Rename(tmp, out.Dir); err != nil {
		return out, err
	}
	report(Event{Stage: s.Name, State: Made, Rows: out.Rows, Took: r.Now().Sub(start)})
	return out, r.use(ctx, out)
}

func (r *Runner) make(ctx context.Context, s Stage, dir string) error {
	if s.Run == nil {
		return r.table(ctx, s, filepath.Join(dir, TableFile))
	}
	inputs := map[string]string{}
	for _, in := range s.Inputs {
		inputs[in] = r.dirs[in]
	}
	return s.Run(ctx, Work{DB: r.DB, Dir: dir, Inputs: inputs, Progress: func(done, total int64, unit string) {
		r.report(Event{Stage: s.Name, State: Working, Done: done, Total: total, Unit: unit})
	}})
}

// table writes a stage's rows in their declared order.
func (r *Runner) table(ctx context.Context, s Stage, file string) error {
	query := strings.TrimSuffix(strings.TrimSpace(s.SQL), ";")
	if len(s.Sorted) > 0 {
		query += "\norder by " + strings.Join(s.Sorted, ", ")
	}
	if s.Private {
		return r.DB.CopyFast(ctx, query, file)
	}
	return r.DB.Copy(ctx, query, file)
}

// Copy writes the rows of a query to a Parquet file, in their order.
func (db *DB) Copy(ctx context.Context, query, file string) error {
	return db.copy(ctx, query, file, "zstd")
}

// CopyFast is Copy for tables that only later stages read: less time, more bytes.
func (db *DB) CopyFast(ctx context.Context, query, file string) error {
	return db.copy(ctx, query, file, "lz4_raw")
}

func (db *DB) copy(ctx context.Context, query, file, compression string) error {
	return db.Exec(ctx, "copy ("+strings.TrimSuffix(strings.TrimSpace(query), ";")+"\n) to "+Literal(file)+
		" (format parquet, compression "+compression+", row_group_size 40960)")
}

// measure checks the table and writes down what it is.
func (r *Runner) measure(ctx context.Context, s Stage, dir string, out *Output) error {
	file := filepath.Join(dir, out.File)
	if out.File == TableFile {
		if err := r.DB.view(ctx, s.Name, file); err != nil {
			return err
		}
		if err := r.verify(ctx, s, out); err != nil {
			return err
		}
	}
	sum, size, err := FileHash(file)
	if err != nil {
		return err
	}
	out.SHA256, out.Bytes = sum, size
	b, err := json.Marshal(out)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "output.json"), b, 0o644)
}

func (r *Runner) verify(ctx context.Context, s Stage, out *Output) error {
	if err := r.DB.QueryRowContext(ctx, "select count(*) from "+Ident(s.Name)).Scan(&out.Rows); err != nil {
		return err
	}
	repeated, err := r.repeats(ctx, s)
	if err != nil {
		return err
	}
	if repeated {
		cols := strings.Join(s.Key, ", ")
		var example string
		var n int64
		row := r.DB.QueryRowContext(ctx, "select count(*), coalesce(min(k), '') from (select concat_ws(' | ', "+cols+
			") as k from "+Ident(s.Name)+" group by "+cols+" having count(*) > 1)")
		if err := row.Scan(&n, &example); err != nil {
			return fmt.Errorf("check of the key %s: %w", cols, err)
		}
		if n > 0 {
			return fmt.Errorf("the key %s is not unique: %d values stand more than once, such as %q", cols, n, example)
		}
	}
	for _, c := range s.Checks {
		var n int64
		if err := r.DB.QueryRowContext(ctx, c.SQL).Scan(&n); err != nil {
			return fmt.Errorf("check %q: %w", c.Meaning, err)
		}
		if n > 0 {
			return fmt.Errorf("check %q fails for %d rows", c.Meaning, n)
		}
	}
	return nil
}

// repeats says whether the key may stand more than once. In a table that is
// sorted by its key equal keys are neighbours, which is much faster to see than
// by grouping; for other tables the answer is yes, and grouping tells.
func (r *Runner) repeats(ctx context.Context, s Stage) (bool, error) {
	if len(s.Key) == 0 {
		return false, nil
	}
	if len(s.Sorted) < len(s.Key) || !slices.Equal(s.Sorted[:len(s.Key)], s.Key) {
		return true, nil
	}
	key := "concat_ws(' | ', " + strings.Join(s.Key, ", ") + ")"
	if len(s.Key) == 1 {
		key = s.Key[0]
	}
	var n int64
	err := r.DB.QueryRowContext(ctx, "select count(*) from (select "+key+" as k, lag("+key+") over () as p from "+Ident(s.Name)+") where k = p").Scan(&n)
	if err != nil {
		return false, fmt.Errorf("check of the key %s: %w", strings.Join(s.Key, ", "), err)
	}
	return n > 0, nil
}

// use makes a finished table visible to later stages.
func (r *Runner) use(ctx context.Context, out Output) error {
	if out.File != TableFile {
		return nil
	}
	return r.DB.view(ctx, out.Name, filepath.Join(out.Dir, TableFile))
}

func readOutput(want Output) (Output, bool) {
	b, err := os.ReadFile(filepath.Join(want.Dir, "output.json"))
	if err != nil {
		return want, false
	}
	got := want
	if json.Unmarshal(b, &got) != nil || got.Key != want.Key {
		return want, false
	}
	fi, err := os.Stat(filepath.Join(want.Dir, want.File))
	if err != nil || fi.Size() != got.Bytes {
		return want, false
	}
	return got, true
}

// FileHash is the SHA-256 of a file, in hexadecimal, and its size.
func FileHash(file string) (string, int64, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.CopyBuffer(h, struct{ io.Reader }{f}, make([]byte, 1<<20))
	if err != nil {
		return "", 0, fmt.Errorf("read %s: %w", file, err)
	}
	return hex.EncodeToString(h.Sum(nil)), n, nil
}
