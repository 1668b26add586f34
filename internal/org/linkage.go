package org

import (
	"bufio"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/link"
)

// Linkage says how records are compared and from when they are taken for one
// organisation. The zero value uses the model that comes with the program.
type Linkage struct {
	Model    link.Model // without a name: the shipped model of organisations
	Accept   float64    // least probability at which evidence joins two records; 0: the model's
	Review   float64    // least probability at which people are asked; 0: the model's
	Unique   []string   // sources of which each holds no organisation twice
	Dir      string     // folder in which the work is kept between builds; "": none
	MemoryMB int        // for the comparison, beside the records; 0: 1024
}

// ModelName is the shipped model by which organisations are compared.
const ModelName = "organisations"

// large is the number of records from which an organisation is worth a look.
const large = 50

// filled is the linkage with what was left out put in.
func (l Linkage) filled() (Linkage, error) {
	if l.Model.Name == "" {
		m, err := link.Shipped(ModelName)
		if err != nil {
			return l, fmt.Errorf("model of organisations: %w", err)
		}
		l.Model = m
	}
	if l.Accept == 0 {
		l.Accept = l.Model.Match
	}
	if l.Review == 0 {
		l.Review = l.Model.Review
	}
	if l.MemoryMB == 0 {
		l.MemoryMB = 1024
	}
	if l.Review > l.Accept {
		return l, fmt.Errorf("linkage: review is %v and accept %v; what is asked about begins below what is accepted", l.Review, l.Accept)
	}
	return l, nil
}

// linkStages compare records, join them and keep the ids of organisations.
func linkStages(l Linkage) []lake.Stage {
	return []lake.Stage{scoredStage(l), edgeStage(l), clusterStage(), identityStage(), qualityStage(l), groupStage(),
		evidence.Carried("identity", evidence.NounColumn{Name: "key", Type: "varchar"}, evidence.NounColumn{Name: "org_id", Type: "varchar"}),
		evidence.Carried("organisation", evidence.NounColumn{Name: "org_id", Type: "varchar"}, evidence.NounColumn{Name: "origin", Type: "varchar"}),
		evidence.Carried("identity_event", evidence.NounColumn{Name: "n", Type: "bigint"}, evidence.NounColumn{Name: "kind", Type: "varchar"}, evidence.NounColumn{Name: "org_id", Type: "varchar"},
			evidence.NounColumn{Name: "other_id", Type: "varchar"}, evidence.NounColumn{Name: "records", Type: "bigint"}, evidence.NounColumn{Name: "why", Type: "varchar"})}
}

// column is a column of a table that a Go stage makes.
type column struct{ name, kind string }

// columnsOf reads "a varchar, n bigint".
func columnsOf(s string) []column {
	var out []column
	for _, c := range strings.Split(s, ", ") {
		name, kind, _ := strings.Cut(c, " ")
		out = append(out, column{name, kind})
	}
	return out
}

// rowWriter writes the rows of a table as text; the first fault stays.
type rowWriter struct {
	w    *bufio.Writer
	cols []column
	err  error
}

// unbroken keeps cells to their place in a line.
var unbroken = strings.NewReplacer("\x1f", " ", "\n", " ", "\r", " ")

// row writes a row; nil and NaN are empty cells.
func (r *rowWriter) row(cells ...any) {
	if len(cells) != len(r.cols) && r.err == nil {
		r.err = fmt.Errorf("a row of %d cells for %d columns", len(cells), len(r.cols))
	}
	for i, c := range cells {
		if i > 0 {
			r.w.WriteByte('\x1f')
		}
		switch v := c.(type) {
		case nil:
		case string:
			r.w.WriteString(unbroken.Replace(v))
		case float64:
			if !math.IsNaN(v) {
				r.w.WriteString(strconv.FormatFloat(v, 'g', -1, 64))
			}
		default:
			fmt.Fprint(r.w, v)
		}
	}
	r.w.WriteByte('\n')
}

// writeTable makes a stage's table from rows that write gives, in the order of the
// columns named. Empty text is no text.
func writeTable(ctx context.Context, w lake.Work, columns, order string, fast bool, write func(*rowWriter) error) error {
	text := filepath.Join(w.Dir, "rows.txt")
	out, err := os.Create(text)
	if err != nil {
		return err
	}
	defer out.Close()
	r := &rowWriter{w: bufio.NewWriterSize(out, 1<<20), cols: columnsOf(columns)}
	if err := write(r); err != nil {
		return err
	}
	if r.err != nil {
		return r.err
	}
	if err := r.w.Flush(); err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	var names, types []string
	for _, c := range r.cols {
		names = append(names, c.name)
		types = append(types, lake.Literal(c.name)+": "+lake.Literal(strings.ToUpper(c.kind)))
	}
	query := "select " + strings.Join(names, ", ") + " from read_csv(" + lake.Literal(text) + ", header = false, auto_detect = false, delim = '\x1f', quote = '', escape = '', nullstr = '', max_line_size = 16777216, columns = {" +
		strings.Join(types, ", ") + "}) order by " + order
	save := w.DB.Copy
	if fast {
		save = w.DB.CopyFast
	}
	if err := save(ctx, query, filepath.Join(w.Dir, lake.TableFile)); err != nil {
		return err
	}
	return os.Remove(text)
}
