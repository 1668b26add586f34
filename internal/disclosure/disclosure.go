// Package disclosure hides table cells so that what is published gives none of the hidden ones away. It owns the
// choice of what else to hide beside the cells that must not be known (complementary cell suppression), the proof
// that no hidden cell can be worked out, and an attack that tries to. It does not know what the cells count, which
// of them are sensitive, or how they are shown.
//
// A table is counts (whole numbers from 0) and relations between them that everybody knows: a total is the sum of
// its parts. What is published are the values of all cells that are not hidden. A hidden cell is safe when another
// table of whole numbers from 0 agrees with everything that is published and has another value there: then no
// linear algebra gives the cell, and neither do bounds. Protect finds such a table for each hidden cell, keeps the
// difference to the true one as its proof, and hides as little as it can for that, counted by the cells' costs.
//
// The model is the usual one of cell suppression (Fischetti & Salazar-González 2001; Willenborg & de Waal 2001,
// chapter 9). The search goes from cell to cell along the relations that are out of balance, as the shortest-path
// heuristics do on networks (Gusfield 1988; Castro 2007), for relations of any coefficients. It is a heuristic for
// what is hidden and exact in what it proves. An intruder who is himself one of those who are counted, or who knows
// by which rule a cell was judged sensitive, knows more than is assumed here; the threshold of the caller is for that.
package disclosure

import (
	"fmt"
	"slices"
)

// Kind says how a cell is known.
type Kind int

// The kinds of cells. The zero value is Table.
const (
	Table  Kind = iota // published, unless it is hidden
	Public             // known to everybody; cannot be hidden
	Inner              // never published and needs no protection
	Secret             // never published; protected where it is sensitive
)

// Cell is a count.
type Cell struct {
	Name      string
	Value     int64 // from 0
	Kind      Kind
	Sensitive bool    // must not be known
	Given     bool    // hidden beforehand, for a reason of the caller's; nothing more is hidden for it
	Cost      float64 // what is lost when it is hidden; 0 is 1
}

// Term is a coefficient times a cell, given by its place in Problem.Cells.
type Term struct {
	Cell int
	Coef int64
}

// Relation is a sum of terms that is 0, as everybody knows.
type Relation []Term

// Problem is the cells of all tables that are published together and what connects them.
type Problem struct {
	Cells     []Cell
	Relations []Relation
}

// Add adds a cell and returns its place.
func (p *Problem) Add(c Cell) int {
	p.Cells = append(p.Cells, c)
	return len(p.Cells) - 1
}

// Total adds the relation that a cell is the sum of the parts.
func (p *Problem) Total(total int, parts ...int) {
	r := make(Relation, 0, len(parts)+1)
	for _, c := range parts {
		r = append(r, Term{c, 1})
	}
	p.Relations = append(p.Relations, append(r, Term{total, -1}))
}

// Validate says what is wrong with the problem: a cell below 0, a relation that does not hold or that names a cell that
// is not there, a sensitive cell that everybody knows.
func (p Problem) Validate() error {
	for i, c := range p.Cells {
		switch {
		case c.Value < 0:
			return fmt.Errorf("cell %d (%s) is %d: counts are from 0", i, c.Name, c.Value)
		case c.Sensitive && c.Kind == Public:
			return fmt.Errorf("cell %d (%s) is sensitive and public: what everybody knows cannot be hidden", i, c.Name)
		case c.Cost < 0:
			return fmt.Errorf("cell %d (%s) costs %g to hide: give 0 or more", i, c.Name, c.Cost)
		}
	}
	for i, r := range p.Relations {
		sum := int64(0)
		for _, t := range r {
			if t.Cell < 0 || t.Cell >= len(p.Cells) {
				return fmt.Errorf("relation %d names cell %d: there are %d", i, t.Cell, len(p.Cells))
			}
			sum += t.Coef * p.Cells[t.Cell].Value
		}
		if sum != 0 {
			return fmt.Errorf("relation %d (%s) sums to %d in place of 0", i, p.words(r), sum)
		}
	}
	return nil
}

func (p Problem) words(r Relation) string {
	out := ""
	for i, t := range r {
		if i == 3 {
			return out + " …"
		}
		out += fmt.Sprintf("%+d × %s ", t.Coef, p.Cells[t.Cell].Name)
	}
	return out
}

// Pattern says which cells are hidden, with the proof that none of them can be worked out.
type Pattern struct {
	Hidden             []bool // by cell; only cells of kind Table
	Primary, Secondary int    // hidden because they are sensitive, and to protect those
	Open               []int  // sensitive and given cells for which no protection was found; they are hidden, and may come out
	moves              [][]Term
	proof              []int // by cell: its move, -1 without
}

// Alternative is what could be added to the true table so that everything published stays as it is and the cell
// changes; nil where the pattern has no such proof, because the cell is not hidden or stands open.
func (t Pattern) Alternative(cell int) []Term {
	if t.proof[cell] < 0 {
		return nil
	}
	return slices.Clone(t.moves[t.proof[cell]])
}

// Verify checks in whole numbers that each hidden cell has its proof. It trusts nothing of how the pattern was found.
func (p Problem) Verify(t Pattern) error {
	for i, c := range p.Cells {
		needs := c.Kind == Table && t.Hidden[i] || c.Kind == Secret && c.Sensitive
		if !needs || slices.Contains(t.Open, i) {
			continue
		}
		if c.Sensitive && c.Kind == Table && !t.Hidden[i] {
			return fmt.Errorf("cell %s is sensitive and shown", c.Name)
		}
		if err := p.holds(t, i); err != nil {
			return fmt.Errorf("cell %s: %w", c.Name, err)
		}
	}
	return nil
}

func (p Problem) holds(t Pattern, cell int) error {
	change := make([]int64, len(p.Cells))
	for _, m := range t.Alternative(cell) {
		change[m.Cell] += m.Coef
	}
	if change[cell] == 0 {
		return fmt.Errorf("its alternative does not change it")
	}
	for i, d := range change {
		c := p.Cells[i]
		switch {
		case d == 0:
		case c.Kind == Public || c.Kind == Table && !t.Hidden[i]:
			return fmt.Errorf("its alternative changes %s, which is shown", c.Name)
		case c.Value+d < 0:
			return fmt.Errorf("its alternative makes %s less than nothing", c.Name)
		}
	}
	for i, r := range p.Relations {
		sum := int64(0)
		for _, term := range r {
			sum += term.Coef * change[term.Cell]
		}
		if sum != 0 {
			return fmt.Errorf("its alternative breaks relation %d", i)
		}
	}
	return nil
}
