package result

import (
	"fmt"
	"maps"

	"milieu/internal/disclosure"
)

// grid is a table of a question by the groups of a breakdown that is to be protected: rows are groups, their sums are known.
type grid struct {
	secret    []bool // by row: never published, such as those who are in no group
	columns   []column
	at        [][]int64       // by row and column
	sensitive [][]bool        // the same
	room      [][]int64       // the same: the most that the cell can be, as is known; nil: no more than its row
	known     map[[2]int]bool // cells that everybody knows
	force     map[[2]int]bool // cells that are hidden, sensitive or not
}

// column is one of a grid's.
type column struct {
	kind  disclosure.Kind // Table, Inner or Public, of its cells
	shown bool            // its sum over all rows is published
	inner bool            // its sum is not known, though its cells are shown
	cost  float64         // of hiding a cell of it, 0: by what is in the cell
}

// put sets a cell.
func (g *grid) put(row, col int, v int64, sensitive bool) {
	g.at[row][col], g.sensitive[row][col] = v, sensitive
}

func newGrid(secret []bool, columns []column) grid {
	g := grid{secret: secret, columns: columns}
	for range secret {
		g.at = append(g.at, make([]int64, len(columns)))
		g.sensitive = append(g.sensitive, make([]bool, len(columns)))
	}
	return g
}

// protect says which cells are hidden. It is false where no protection was found: then nothing of the grid may be shown.
func (g grid) protect(r rule) ([][]bool, bool, error) {
	known := map[[2]int]bool{}
	maps.Copy(known, g.known)
	for range 20 {
		p, cells := g.problem(known)
		pattern, err := r.protect(p)
		if err != nil {
			return nil, false, fmt.Errorf("protect a table: %w", err)
		}
		if len(pattern.Open) == 0 {
			return g.hidden(cells, pattern), true, nil
		}
		// A column that is hidden as a whole is hidden in all rows. Where a row cannot hold any of it, everybody knows that, and
		// 0 may as well be shown.
		for _, open := range pattern.Open {
			at, ok := place(cells, open)
			if !ok || g.at[at[0]][at[1]] != 0 || g.sensitive[at[0]][at[1]] {
				return nil, false, nil
			}
			known[at] = true
		}
	}
	return nil, false, nil
}

func place(cells [][]int, cell int) ([2]int, bool) {
	for r, row := range cells {
		for c, i := range row {
			if i == cell {
				return [2]int{r, c}, true
			}
		}
	}
	return [2]int{}, false
}

func (g grid) problem(known map[[2]int]bool) (disclosure.Problem, [][]int) {
	var p disclosure.Problem
	cells := make([][]int, len(g.at))
	wholes := make([]int64, len(g.columns))
	down := make([][]int, len(g.columns))
	for r, row := range g.at {
		sum := int64(0)
		for c, v := range row {
			i := p.Add(g.cell(r, c, known[[2]int{r, c}]))
			cells[r], down[c] = append(cells[r], i), append(down[c], i)
			sum, wholes[c] = sum+v, wholes[c]+v
			if g.room != nil {
				rest := p.Add(disclosure.Cell{Name: "room", Value: g.room[r][c] - v, Kind: disclosure.Inner})
				p.Total(p.Add(disclosure.Cell{Name: "most", Value: g.room[r][c], Kind: disclosure.Public}), i, rest)
			}
		}
		p.Total(p.Add(disclosure.Cell{Name: fmt.Sprintf("row %d", r), Value: sum, Kind: disclosure.Public}), cells[r]...)
	}
	for c, v := range wholes {
		kind := disclosure.Inner
		if g.columns[c].shown && !g.columns[c].inner {
			kind = disclosure.Public
		}
		p.Total(p.Add(disclosure.Cell{Name: fmt.Sprintf("column %d", c), Value: v, Kind: kind}), down[c]...)
	}
	return p, cells
}

func (g grid) cell(r, c int, known bool) disclosure.Cell {
	col, v := g.columns[c], g.at[r][c]
	out := disclosure.Cell{Name: fmt.Sprintf("row %d column %d", r, c), Value: v, Kind: col.kind, Cost: col.cost}
	if out.Cost == 0 {
		out.Cost = cost(v)
	}
	switch {
	case known:
		out.Kind = disclosure.Public
	case col.kind != disclosure.Table:
	case g.secret[r]:
		out.Kind, out.Sensitive = disclosure.Secret, g.sensitive[r][c]
	default:
		// What is hidden though nobody is in it needs no protection: where it is known to be 0, that is shown.
		hide := !col.shown || g.force[[2]int{r, c}]
		out.Sensitive, out.Given = g.sensitive[r][c] || hide && v > 0, hide && v == 0
	}
	return out
}

// cost is what is lost when a count is hidden: little more for much, so that few cells are hidden and rather small ones.
func cost(v int64) float64 { return 1 + 0.05*float64(min(v, 100)) }

func (g grid) hidden(cells [][]int, t disclosure.Pattern) [][]bool {
	out := make([][]bool, len(cells))
	for r, row := range cells {
		out[r] = make([]bool, len(row))
		for c, i := range row {
			out[r][c] = t.Hidden[i] || g.secret[r]
		}
	}
	return out
}
