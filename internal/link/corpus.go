package link

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"milieu/internal/link/compare"
)

// corpus is the tables of a run laid end to end: a record has a number over all of
// them, in the order of tables and rows.
type corpus struct {
	m      Model
	tables []*Table
	starts []int   // number of the first record of each table, and the end
	cols   [][]int // by table: the column of the table for each column of the model, -1
}

func newCorpus(m Model, tables []*Table) (*corpus, error) {
	c := &corpus{m: m, tables: tables, starts: []int{0}}
	if len(m.comparisons) == 0 {
		return nil, fmt.Errorf("link: the model is empty; see ParseModel and Shipped")
	}
	if len(tables) > 255 {
		return nil, fmt.Errorf("link: %d tables are more than 255; put small ones together", len(tables))
	}
	for _, t := range tables {
		at := make([]int, len(m.columns))
		for i, col := range m.columns {
			at[i] = t.column(col.Name)
			if at[i] < 0 && col.Required {
				return nil, fmt.Errorf("table %s has no column %q, which model %s needs", t.name, col.Name, m.Name)
			}
		}
		c.cols = append(c.cols, at)
		c.starts = append(c.starts, c.starts[len(c.starts)-1]+t.Len())
	}
	if c.len() > 1<<32-2 {
		return nil, fmt.Errorf("link: %d records are more than the engine numbers", c.len())
	}
	return c, nil
}

func (c *corpus) len() int { return c.starts[len(c.starts)-1] }

// table returns the table of a record.
func (c *corpus) table(rec uint32) int {
	t := 0
	for int(rec) >= c.starts[t+1] {
		t++
	}
	return t
}

func (c *corpus) ref(rec uint32) Ref {
	t := c.table(rec)
	return Ref{t, int(rec) - c.starts[t]}
}

func (c *corpus) id(rec uint32) []byte {
	r := c.ref(rec)
	return c.tables[r.Table].ids.bytes(r.Row)
}

// cell returns the text of a column of the model.
func (c *corpus) cell(table, row, col int) []byte {
	at := c.cols[table][col]
	if at < 0 {
		return nil
	}
	return c.tables[table].cells[at].bytes(row)
}

// reader brings cells into the form of fields. It belongs to one goroutine.
type reader struct {
	c    *corpus
	a, b []byte
}

// clean returns the cleaned text of one value, valid until the next call.
func (r *reader) clean(f *field, s []byte) []byte {
	cur, other := r.a, r.b
	for _, step := range f.clean {
		other = step(other[:0], s)
		s = other
		cur, other = other, cur
	}
	r.a, r.b = cur, other
	for _, n := range f.none {
		if string(s) == n {
			return nil
		}
	}
	return s
}

// value returns a field of a record that holds one value, cleaned; empty where it
// is missing. It is valid until the next call.
func (r *reader) value(f *field, table, row int) []byte {
	if len(f.columns) == 1 {
		s := r.c.cell(table, row, f.columns[0])
		if len(s) == 0 {
			return nil
		}
		return r.clean(f, s)
	}
	joined := make([]byte, 0, 128)
	for i, col := range f.columns {
		s := r.c.cell(table, row, col)
		if f.kind == kindPoint {
			if len(s) == 0 {
				return nil
			}
			if i > 0 {
				joined = append(joined, ' ')
			}
		} else if len(s) > 0 && len(joined) > 0 {
			joined = append(joined, ' ')
		}
		joined = append(joined, s...)
	}
	if len(joined) == 0 {
		return nil
	}
	return r.clean(f, joined)
}

// items calls each for every value of a field that holds a list.
func (r *reader) items(f *field, table, row int, each func([]byte)) {
	for _, col := range f.columns {
		s := r.c.cell(table, row, col)
		for len(s) > 0 {
			item := s
			if i := indexOf(s, f.split); i >= 0 {
				item, s = s[:i], s[i+len(f.split):]
			} else {
				s = nil
			}
			item = trimmed(item)
			if len(item) == 0 {
				continue
			}
			if item = r.clean(f, item); len(item) > 0 {
				each(item)
			}
		}
	}
}

// each calls f for every value of a field, one or several.
func (r *reader) each(f *field, table, row int, do func([]byte)) {
	if f.split != "" {
		r.items(f, table, row, do)
	} else if s := r.value(f, table, row); len(s) > 0 {
		do(s)
	}
}

func indexOf(s []byte, sep string) int {
	if sep == "" {
		return -1
	}
	for i := 0; i+len(sep) <= len(s); i++ {
		if string(s[i:i+len(sep)]) == sep {
			return i
		}
	}
	return -1
}

func trimmed(s []byte) []byte {
	for len(s) > 0 && s[0] <= ' ' {
		s = s[1:]
	}
	for len(s) > 0 && s[len(s)-1] <= ' ' {
		s = s[:len(s)-1]
	}
	return s
}

// point reads the two numbers of a point; ok is false when they are no degrees.
func point(s []byte) (lon, lat float64, ok bool) {
	i := indexOf(s, " ")
	if i < 0 {
		return 0, 0, false
	}
	lon, lat = compare.Number(s[:i]), compare.Number(s[i+1:])
	return lon, lat, lon >= -180 && lon <= 180 && lat >= -90 && lat <= 90
}

// parallel cuts 0..n into ranges and works on them with several goroutines. It
// stops at the first error and when ctx ends.
func parallel(ctx context.Context, workers, n, size int, do func(worker, from, to int) error) error {
	var next atomic.Int64
	var wg sync.WaitGroup
	errs := make([]error, workers)
	for w := range workers {
		wg.Go(func() {
			for errs[w] == nil {
				from := int(next.Add(int64(size))) - size
				if from >= n {
					return
				}
				if errs[w] = ctx.Err(); errs[w] == nil {
					errs[w] = do(w, from, min(n, from+size))
				}
				if errs[w] != nil {
					next.Store(int64(n))
				}
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (o Options) workers() int {
	if o.Workers > 0 {
		return o.Workers
	}
	return runtime.GOMAXPROCS(0)
}
