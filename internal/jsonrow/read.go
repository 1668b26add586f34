// Package jsonrow reads JSON documents of any size into clean, typed rows: records are
// found at a path in the document, and columns take values at paths in the record. It
// owns the paths, the way through the document (which is not held in memory) and what is
// said of broken JSON; cells go through the rules of package tabular, and the clean text
// is the same. It does not know sources, nouns or databases.
//
// A file is one document, or one after the other as in JSON Lines. A document that is a list
// holds a record in each element. In an object, records are looked for at the places
// that [Spec.Records] names: each holds a list of records, or one.
//
// The line of a record is the one on which it begins. Where several begin on one line, as
// in documents without line ends, the second counts as if it stood a line lower and so on, so that
// file and line always mean one record; [Show] finds it again by the same rule.
package jsonrow

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"unicode/utf8"

	"milieu/internal/tabular"
)

// Spec says how to read a file.
type Spec struct {
	// Records are the places of the records: members joined by points (items,
	// projectOverview.projectComposition); with [*]. the way from an element of a list to
	// its record (hits.hits[*]._source); "." for documents that are themselves records,
	// unless a member with which another place begins stands in the first MiB. None
	// means ".".
	Records []string
	Skip    []string     // path=value: what has this value is passed over, and not counted
	Table   tabular.Spec // columns, whose headers are paths (see [Path]); a list is joined with the column's Split
}

// layout is a Spec with its paths read.
type layout struct {
	spots   []spot
	skip    []rule
	columns []column
	table   tabular.Spec
}

type rule struct {
	path  Path
	value string
}

// Check says what is wrong with the paths of a spec.
func (s Spec) Check() error {
	_, err := s.layout()
	return err
}

func (s Spec) layout() (*layout, error) {
	l := &layout{table: s.Table}
	records := s.Records
	if len(records) == 0 {
		records = []string{itself}
	}
	for _, r := range records {
		at, err := parseSpot(r)
		if err != nil {
			return nil, err
		}
		l.spots = append(l.spots, at)
	}
	for _, text := range s.Skip {
		at := strings.LastIndexByte(text, '=')
		if at < 0 {
			return nil, fmt.Errorf("skip = %q: write path=value", text)
		}
		p, err := ParsePath(text[:at])
		if err != nil {
			return nil, err
		}
		l.skip = append(l.skip, rule{p, text[at+1:]})
	}
	for _, c := range s.Table.Columns {
		col := column{Column: c}
		headers := c.Headers
		if len(headers) == 0 {
			headers = []string{c.Name}
		}
		for _, h := range headers {
			p, err := ParsePath(h)
			if err != nil {
				return nil, fmt.Errorf("column %s: %w", c.Name, err)
			}
			col.paths = append(col.paths, p)
		}
		l.columns = append(l.columns, col)
	}
	return l, nil
}

// Read reads all of r and writes the clean rows to w in the order of the input. Rejects
// come in the order of the input too. The error is a *tabular.Error with line and column
// when the JSON is broken; what was written to w until then is void.
func Read(ctx context.Context, r io.Reader, w io.Writer, spec Spec, reject func(tabular.Reject)) (tabular.Stats, error) {
	var st tabular.Stats
	l, err := spec.layout()
	if err != nil {
		return st, err
	}
	if l.table.Encoding == tabular.Windows1252 {
		return st, fmt.Errorf("encoding is %s; JSON is UTF-8: leave the encoding out", l.table.Encoding)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	unused, present := map[string]bool{}, make([]bool, len(l.columns))
	var failed error
	for out := range l.pump(ctx, r) {
		res := <-out
		if failed != nil {
			continue
		}
		if failed = res.err; failed == nil {
			add(&st, res.rows.Stats)
			for _, j := range res.rows.Rejects {
				reject(j)
			}
			for i, p := range res.present {
				present[i] = present[i] || p
			}
			for n := range res.unused {
				unused[n] = true
			}
			_, failed = w.Write(res.rows.Text)
		}
		if failed != nil {
			cancel()
		}
	}
	if failed == nil {
		failed = ctx.Err()
	}
	if failed == nil && st.Read+st.Blank == 0 {
		failed = &tabular.Error{Msg: "the file has no records; fill it, fetch it again or remove it from the source"}
	}
	st.Unused = sortedKeys(unused)
	for i, p := range present {
		if !p && l.columns[i].Optional {
			st.Absent = append(st.Absent, l.columns[i].Name)
		}
	}
	return st, failed
}

func add(st *tabular.Stats, more tabular.Stats) {
	st.Read += more.Read
	st.Accepted += more.Accepted
	st.Rejected += more.Rejected
	st.Cells += more.Cells
	st.Blank += more.Blank
	st.Longest = max(st.Longest, more.Longest)
}

// batch is some records on their way to a worker; result is what they became.
type batch struct {
	found []found
	text  []byte // the bytes of all, one after the other
	ends  []int  // where those of each end
	out   chan result
}

type result struct {
	rows    tabular.Cleaned
	present []bool
	unused  map[string]bool
	err     error
}

const batchSize = 1 << 20

// pump walks through the file and has the records read by workers. The results come in
// the order of the file; after one with an error come none that count.
func (l *layout) pump(ctx context.Context, r io.Reader) <-chan chan result {
	workers := l.table.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	jobs := make(chan batch)
	order := make(chan chan result, workers+1)
	for range workers {
		go func() {
			m := l.maker()
			for b := range jobs {
				b.out <- m.batch(b)
			}
		}()
	}
	go func() {
		defer close(order)
		defer close(jobs)
		var b batch
		send := func() error {
			b.out = make(chan result, 1)
			select {
			case order <- b.out:
			case <-ctx.Done():
				return errStop
			}
			jobs <- b
			b = batch{}
			return nil
		}
		err := find(r, l.spots, func(f found) error {
			b.text = append(b.text, f.raw...)
			b.ends = append(b.ends, len(b.text))
			f.raw = nil
			b.found = append(b.found, f)
			if len(b.text) >= batchSize {
				return send()
			}
			return nil
		})
		if len(b.found) > 0 && err != errStop {
			if s := send(); s != nil {
				err = s
			}
		}
		if err != nil && err != errStop {
			out := make(chan result, 1)
			out <- result{err: err}
			select {
			case order <- out:
			case <-ctx.Done():
			}
		}
	}()
	return order
}

// maker makes rows of records; one serves one worker.
type maker struct {
	l       *layout
	clean   *tabular.Cleaner
	used    map[string]bool
	cells   []tabular.Cell
	present []bool
	unused  map[string]bool
}

func (l *layout) maker() *maker {
	m := &maker{l: l, clean: tabular.NewCleaner(l.table), used: map[string]bool{}, cells: make([]tabular.Cell, len(l.columns))}
	for _, c := range l.columns {
		for _, p := range c.paths {
			m.used[p.top()] = true
		}
	}
	return m
}

func (m *maker) batch(b batch) (res result) {
	m.present, m.unused = make([]bool, len(m.l.columns)), map[string]bool{}
	at := 0
	for i, f := range b.found {
		f.raw, at = b.text[at:b.ends[i]], b.ends[i]
		if err := m.record(f); err != nil {
			res.err = err
			return res
		}
	}
	return result{rows: m.clean.Take(), present: m.present, unused: m.unused}
}

// record makes a row of one record.
func (m *maker) record(f found) error {
	v, err := f.decode()
	if err != nil {
		return err
	}
	if !utf8.Valid(f.raw) {
		m.clean.Refuse(f.line, "has bytes that are not UTF-8, as JSON must be; save the file as UTF-8")
		return nil
	}
	rec, ok := v.(map[string]any)
	if !ok {
		m.clean.Refuse(f.line, f.notObject())
		return nil
	}
	if m.l.skips(rec) {
		m.clean.Pass()
		return nil
	}
	for i := range m.l.columns {
		var p *Path
		m.cells[i], p = m.l.columns[i].cell(rec)
		m.present[i] = m.present[i] || p != nil
	}
	if len(m.unused) < mostUnused {
		for n := range rec {
			if !m.used[n] {
				m.unused[n] = true
			}
		}
	}
	m.clean.Row(f.line, m.cells)
	return nil
}

// mostUnused bounds the members that are told as unused: some documents have names for
// data.
const mostUnused = 40

func (l *layout) skips(rec any) bool {
	return slices.ContainsFunc(l.skip, func(r rule) bool {
		v, ok := r.path.find(rec)
		t, plain := scalar(v)
		return ok && plain && t == r.value
	})
}
