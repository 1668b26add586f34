// Package workings lays the appraisal of a plan out as sheets with formulas, so that whoever changes a parameter, a cost or a quantity
// sees what follows. It owns the sheets; what they come to is reckoned by package appraisal, and each formula says beside
// itself what that was. Ranges come from draws, which a workbook does not make again: they stand as published, and say so where they hold no longer.
package workings

import (
	"fmt"
	"math"
	"strings"

	"milieu/internal/portfolio/appraisal"
	"milieu/internal/report"
)

// Names of the sheets.
const (
	ResultsName    = "Appraisal workings"
	ParametersName = "Appraisal parameters"
	CostsName      = "Appraisal costs"
	OutcomesName   = "Appraisal outcomes"
	DiscountName   = "Appraisal discounting"
)

// Sheets are the workings of the interventions of a total, which is that of a plan, in its order: results, parameters, costs, outcomes,
// discounting. An intervention that the appraisal does not hold is an error. No interventions: no sheets.
func Sheets(r appraisal.Result, t appraisal.Total) ([]report.Sheet, error) {
	b := &builder{r: r, total: t, names: map[string]string{}}
	seen := map[string]bool{}
	for _, id := range t.IDs {
		if seen[id] {
			continue
		}
		seen[id] = true
		w, ok := r.Workings(id)
		if !ok {
			return nil, fmt.Errorf("workings: the appraisal has no intervention %q", id)
		}
		b.items = append(b.items, w)
		b.ids = append(b.ids, id)
	}
	if len(b.items) == 0 {
		return nil, nil
	}
	discount, err := b.discounting()
	if err != nil {
		return nil, err
	}
	costs, err := b.costs()
	if err != nil {
		return nil, err
	}
	outcomes, err := b.outcomes()
	if err != nil {
		return nil, err
	}
	results, err := b.results()
	if err != nil {
		return nil, err
	}
	parameters, err := b.parameters() // last: it holds what the others asked for
	if err != nil {
		return nil, err
	}
	return []report.Sheet{results, parameters, costs, outcomes, discount}, nil
}

// builder holds what the sheets share.
type builder struct {
	r     appraisal.Result
	total appraisal.Total
	items []appraisal.Workings
	ids   []string

	names    map[string]string // of cells by what they stand for
	wanted   []parameterCell   // in the order in which they were asked for
	prices   []int             // years whose prices are turned into those of the base year
	factors  string            // range of the discount factors, from year 0
	costRows rows
	outRows  rows
}

// rows are the first and last row of a list.
type rows struct{ first, last int }

// span is a column of a list as formulas of other sheets call it.
func (r rows) span(sheet string, col int) string {
	c := letter(col)
	return fmt.Sprintf("'%s'!$%s$%d:$%s$%d", sheet, c, r.first, c, max(r.last, r.first))
}

// letter is the name of a column, from 0.
func letter(col int) string {
	out := ""
	for col++; col > 0; col = (col - 1) / 26 {
		out = string(rune('A'+(col-1)%26)) + out
	}
	return out
}

// cellAt is a cell of the same sheet; columns from 0, rows from 1.
func cellAt(col, row int) string { return fmt.Sprintf("$%s%d", letter(col), row) }

// name gives what a cell stands for a name that formulas can call, and always the same one.
func (b *builder) name(prefix, of string) string {
	key := prefix + of
	if n, ok := b.names[key]; ok {
		return n
	}
	clean := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToLower(of))
	taken := map[string]bool{}
	for _, n := range b.names {
		taken[n] = true
	}
	n := prefix + clean
	for k := 2; taken[n]; k++ {
		n = fmt.Sprintf("%s%s_v%d", prefix, clean, k)
	}
	b.names[key] = n
	return n
}

// grid is a sheet in the making.
type grid struct{ report.Sheet }

func newGrid(name, heading string, remarks ...string) *grid {
	g := &grid{report.Sheet{Name: name}}
	g.add(report.WordsCell(heading).In(report.Heading))
	for _, words := range remarks {
		g.add(report.WordsCell(words).In(report.Remark))
	}
	return g
}

// add adds a row and returns its number, from 1.
func (g *grid) add(cells ...report.Cell) int {
	g.Rows = append(g.Rows, cells)
	return len(g.Rows)
}

func (g *grid) header(words ...string) int {
	cells := make([]report.Cell, len(words))
	for k, w := range words {
		cells[k] = report.WordsCell(w).In(report.Header)
	}
	return g.add(cells...)
}

// next is the number of the row that comes next.
func (g *grid) next() int { return len(g.Rows) + 1 }

// words and number are short for cells.
func words(s string) report.Cell { return report.WordsCell(s) }

func wrapped(s string) report.Cell {
	c := report.WordsCell(s)
	c.Wrap = true
	return c
}

// reference is a cell that leads to the page of a reference.
func reference(ref string) report.Cell { return report.Cell{Words: ref, Ref: ref} }

func number(v float64, f report.CellFormat) report.Cell {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return report.WordsCell("not known")
	}
	return report.NumberCell(v, f)
}

func formula(f string, now float64, format report.CellFormat) report.Cell {
	if math.IsNaN(now) || math.IsInf(now, 0) {
		now = 0
	}
	return report.FormulaCell(f, now, format)
}
