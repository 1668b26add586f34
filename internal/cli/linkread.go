package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"milieu/internal/archive"
	"milieu/internal/link"
	"milieu/internal/tabular"
)

// linkRead says how a file was read.
type linkRead struct {
	File     string            `json:"file"`
	Rows     int               `json:"rows"`
	Rejected int               `json:"rejected"`
	ID       string            `json:"id"`
	Columns  map[string]string `json:"columns"` // of the model, by the headers that were taken for them
	Unused   []string          `json:"unused"`
}

// listedRejects is how many rejects are printed; the others are counted.
const listedRejects = 20

// readLink reads a CSV into a table of the model's columns.
func (p *Program) readLink(ctx context.Context, file string, m link.Model, f *linkFlags, unique bool, name string) (*link.Table, linkRead, error) {
	read := linkRead{File: file, Columns: map[string]string{}}
	a, err := archive.Open(file, "", archive.Limits{})
	if err != nil {
		return nil, read, err
	}
	defer a.Close()
	if len(a.Members) != 1 {
		return nil, read, fmt.Errorf("%s holds %d files; give an archive with one CSV file in it", file, len(a.Members))
	}
	header, err := linkHeader(ctx, a.Members[0])
	if err != nil {
		return nil, read, fmt.Errorf("%s: %w", file, err)
	}
	cols, err := f.match(header, m, &read)
	if err != nil {
		return nil, read, fmt.Errorf("%s: %w", file, err)
	}
	in, err := a.Members[0].Open()
	if err != nil {
		return nil, read, err
	}
	defer in.Close()
	names := make([]string, len(cols)-1)
	for i, c := range cols[1:] {
		names[i] = c.Name
	}
	t := link.NewTable(name, names, unique)
	rejects := &linkRejects{p: p, file: file}
	if err := fillTable(ctx, in, t, cols, f.workers, rejects); err != nil {
		return nil, read, fmt.Errorf("%s: %w", file, err)
	}
	read.Rows, read.Rejected = t.Len(), rejects.n
	if rejects.n > listedRejects {
		fmt.Fprintf(p.Stderr, "%s: %d rows and cells were not taken; the first %d are listed\n", file, rejects.n, listedRejects)
	}
	fmt.Fprintf(p.Stderr, "%s: %s rows, id %s", filepath.Base(file), thousands(int64(read.Rows)), read.ID)
	for _, c := range names {
		fmt.Fprintf(p.Stderr, ", %s", c)
		if h := read.Columns[c]; !strings.EqualFold(h, c) {
			fmt.Fprintf(p.Stderr, " (%s)", h)
		}
	}
	fmt.Fprintln(p.Stderr)
	return t, read, nil
}

// linkHeader returns the headers of a file, read from its beginning.
func linkHeader(ctx context.Context, m archive.Member) ([]string, error) {
	in, err := m.Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	start, err := io.ReadAll(io.LimitReader(in, 1<<18))
	if err != nil {
		return nil, err
	}
	if i := bytes.LastIndexByte(start, '\n'); i > 0 && len(start) == 1<<18 {
		start = start[:i+1]
	}
	stats, err := tabular.Read(ctx, bytes.NewReader(start), io.Discard, tabular.Spec{Columns: []tabular.Column{{Name: "none", Optional: true}}}, func(tabular.Reject) {})
	if err != nil && len(stats.Header) == 0 {
		return nil, err
	}
	return stats.Header, nil
}

// idHeaders are the headers that name rows, the first found.
var idHeaders = []string{"id", "unique_id", "rec_id"}

// match finds the columns of the model among the headers. The first column of the
// result is the id.
func (f *linkFlags) match(header []string, m link.Model, read *linkRead) ([]tabular.Column, error) {
	find := func(names ...string) string {
		for _, n := range names {
			for _, h := range header {
				if plainHeader(h) == plainHeader(n) {
					return h
				}
			}
		}
		return ""
	}
	used := map[string]bool{}
	var cols []tabular.Column
	for _, c := range m.Columns() {
		h := find(append([]string{c.Name}, c.Also...)...)
		// What --map and --id name may stand in one of the files only.
		if want, ok := f.columns[c.Name]; ok && find(want) != "" {
			h = find(want)
			f.seen(want)
		}
		if h == "" && c.Required {
			return nil, fmt.Errorf("no column is %s; say which with --map %s=COLUMN. The headers are %s", c.Name, c.Name, strings.Join(header, ", "))
		}
		if h == "" || used[h] {
			continue
		}
		used[h] = true
		cols = append(cols, tabular.Column{Name: c.Name, Headers: []string{strings.TrimSpace(h)}})
		read.Columns[c.Name] = strings.TrimSpace(h)
	}
	if len(cols) == 0 {
		return nil, fmt.Errorf("no column is one of the model's; say which with --map FIELD=COLUMN. The headers are %s", strings.Join(header, ", "))
	}
	id := find(idHeaders...)
	if f.id != "" && find(f.id) != "" {
		id = find(f.id)
		f.seen(f.id)
	}
	if id == "" {
		id = header[0]
	}
	read.ID = strings.TrimSpace(id)
	for _, h := range header {
		if !used[h] && h != id {
			read.Unused = append(read.Unused, strings.TrimSpace(h))
		}
	}
	return slices.Insert(cols, 0, tabular.Column{Name: "\x00id", Headers: []string{read.ID}, NotNull: true}), nil
}

// seen notes that a column which the call names is there.
func (f *linkFlags) seen(column string) {
	if f.found == nil {
		f.found = map[string]bool{}
	}
	f.found[column] = true
}

// unseen returns the columns that the call names and no file has.
func (f *linkFlags) unseen() error {
	var list []string
	for _, c := range f.columns {
		list = append(list, c)
	}
	if f.id != "" {
		list = append(list, f.id)
	}
	slices.Sort(list)
	for _, c := range list {
		if !f.found[c] {
			return fmt.Errorf("no file has a column %q, which --map or --id names", c)
		}
	}
	return nil
}

// plainHeader is a header without case, spaces and strokes.
func plainHeader(h string) string {
	return strings.NewReplacer(" ", "", "_", "", "-", "", "\ufeff", "").Replace(strings.ToLower(h))
}

// linkRejects prints the first rejects with file and line.
type linkRejects struct {
	p    *Program
	file string
	mu   sync.Mutex
	n    int
}

func (r *linkRejects) add(line int, reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.n++; r.n <= listedRejects {
		fmt.Fprintf(r.p.Stderr, "%s:%d: %s\n", r.file, line, reason)
	}
}

// fillTable reads the clean rows of a file into a table.
func fillTable(ctx context.Context, in io.Reader, t *link.Table, cols []tabular.Column, workers int, rejects *linkRejects) error {
	pr, pw := io.Pipe()
	done := make(chan error, 1)
	go func() {
		_, err := tabular.Read(ctx, in, pw, tabular.Spec{Columns: cols, Workers: workers}, func(r tabular.Reject) {
			reason := r.Reason
			if r.Column != "" && r.Column != "\x00id" {
				reason = r.Column + ": " + reason
			}
			rejects.add(r.Line, reason)
		})
		done <- errors.Join(err, pw.CloseWithError(err))
	}()
	lines := bufio.NewScanner(pr)
	lines.Buffer(make([]byte, 1<<16), 1<<26)
	cells := make([]string, len(cols)-1)
	var failed error
	for lines.Scan() {
		rest := lines.Text()
		number, rest, _ := strings.Cut(rest, string(tabular.Separator))
		id, rest, _ := strings.Cut(rest, string(tabular.Separator))
		for i := range cells {
			cells[i], rest, _ = strings.Cut(rest, string(tabular.Separator))
		}
		if err := t.Add(id, cells); err != nil {
			var n int
			fmt.Sscan(number, &n)
			if _, twice := t.Row(id); !twice {
				failed = err
				break
			}
			rejects.add(n, fmt.Sprintf("id %q stands in an earlier row too; the row is left out", id))
		}
	}
	if failed == nil {
		failed = lines.Err()
	}
	pr.CloseWithError(failed)
	err := <-done
	if failed != nil {
		return failed
	}
	return err
}

// linkBar shows how far a run is.
type linkBar struct {
	p    *Program
	mu   sync.Mutex
	last time.Time
	open bool
}

func (b *linkBar) show(done, total int64, unit string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.p.Now()
	if !b.p.Terminal || total == 0 || now.Sub(b.last) < 100*time.Millisecond {
		return
	}
	b.last, b.open = now, true
	filled := int(barWidth * min(done, total) / total)
	fmt.Fprintf(b.p.Stderr, "\r\x1b[2K  %s%s %3d%% of %s", strings.Repeat("█", filled), strings.Repeat("░", barWidth-filled), 100*min(done, total)/total, amount(total, unit))
}

func (b *linkBar) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open {
		fmt.Fprint(b.p.Stderr, "\r\x1b[2K")
		b.open = false
	}
}
