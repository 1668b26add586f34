// Package structure reads a view of the network for what people ask of it: which anchors are tied to whom and which are not,
// what happens when one of them leaves, how two are joined, what surrounds one. It owns these reckonings; the ties are
// network's and the measures graph's. It reads no tables and shows nothing.
package structure

import (
	"slices"
	"sort"

	"milieu/internal/network"
)

// Row is a group of organisations of a coverage table: a place, a sector or a role.
type Row struct {
	Key, Label string
	Orgs       []int32 // numbers in the book, ascending
}

// Column is an anchor of a coverage table.
type Column struct {
	Org    int32 // number in the book
	Degree int   // organisations that it is tied to in the view
}

// Coverage says how many organisations of each row are tied to each column.
type Coverage struct {
	Rows    []Row
	Columns []Column
	// Cells[row][column] counts organisations of the row with a tie to the column in the view. The column itself never
	// counts.
	Cells [][]int
	// Tied[row] counts those with a tie to any column, Of[row] those of the row.
	Tied, Of []int
}

// Anchors are the organisations of the given main roles: the best tied in the view first, equals by id. Those without a tie
// come last.
func Anchors(v *network.View, roles ...string) []Column {
	degree := degrees(v)
	var out []Column
	for n := range v.Book.Len() {
		if slices.Contains(roles, v.Book.Node(n).Role) {
			out = append(out, Column{int32(n), degree[n]})
		}
	}
	sort.SliceStable(out, func(a, b int) bool { return out[a].Degree > out[b].Degree })
	return out
}

// degrees counts neighbours in the view by number of the book.
func degrees(v *network.View) []int {
	out := make([]int, v.Book.Len())
	for _, p := range v.Pairs {
		out[v.Nodes[p.A]]++
		out[v.Nodes[p.B]]++
	}
	return out
}

// Cover counts who of each row is tied to each column. An organisation may be in several rows.
func Cover(v *network.View, rows []Row, columns []Column) Coverage {
	c := Coverage{Rows: rows, Columns: columns, Cells: make([][]int, len(rows)), Tied: make([]int, len(rows)), Of: make([]int, len(rows))}
	at := make([]int32, v.Book.Len()) // column of an organisation, plus one
	for i, col := range columns {
		at[col.Org] = int32(i) + 1
	}
	// The columns that an organisation is tied to lie side by side.
	first := make([]int32, v.Book.Len()+1)
	each := func(note func(who, column int32)) {
		for _, p := range v.Pairs {
			a, b := v.Nodes[p.A], v.Nodes[p.B]
			if at[b] > 0 {
				note(a, at[b]-1)
			}
			if at[a] > 0 {
				note(b, at[a]-1)
			}
		}
	}
	each(func(who, _ int32) { first[who+1]++ })
	for i := range v.Book.Len() {
		first[i+1] += first[i]
	}
	list, next := make([]int32, first[v.Book.Len()]), slices.Clone(first)
	each(func(who, column int32) { list[next[who]] = column; next[who]++ })
	for r, row := range rows {
		c.Cells[r], c.Of[r] = make([]int, len(columns)), len(row.Orgs)
		for _, o := range row.Orgs {
			mine := list[first[o]:first[o+1]]
			if len(mine) > 0 {
				c.Tied[r]++
			}
			for _, i := range mine {
				c.Cells[r][i]++
			}
		}
	}
	return c
}

// Gap is an empty cell: nobody of the row has a tie with the anchor on record.
type Gap struct{ Row, Column int }

// Gaps are the empty cells of rows that hold somebody other than the column itself: the largest rows first, within a row the
// best tied anchors first.
func (c Coverage) Gaps() []Gap {
	var out []Gap
	for r := range c.Rows {
		for i, n := range c.Cells[r] {
			others := c.Of[r]
			if _, in := slices.BinarySearch(c.Rows[r].Orgs, c.Columns[i].Org); in {
				others--
			}
			if n == 0 && others > 0 {
				out = append(out, Gap{r, i})
			}
		}
	}
	sort.SliceStable(out, func(a, b int) bool {
		x, y := out[a], out[b]
		if c.Of[x.Row] != c.Of[y.Row] {
			return c.Of[x.Row] > c.Of[y.Row]
		}
		return x.Row < y.Row
	})
	return out
}

// Close says how near each row anchor is to each column anchor in the view.
type Close struct {
	Rows, Columns []Column
	// Steps is 1 where the two are tied, 2 where they share a partner, 0 where neither is on record.
	Steps [][]int
	// Shared counts common partners.
	Shared [][]int
}

// Nearness holds two lists of anchors against each other.
func Nearness(v *network.View, rows, columns []Column) Close {
	c := Close{Rows: rows, Columns: columns}
	node := map[int32]int{}
	for i, n := range v.Nodes {
		node[n] = i
	}
	around := func(org int32) []int32 {
		i, ok := node[org]
		if !ok {
			return nil
		}
		list, _ := v.Graph.Neighbours(i)
		return list
	}
	for _, r := range rows {
		mine := around(r.Org)
		steps, shared := make([]int, len(columns)), make([]int, len(columns))
		for i, col := range columns {
			if col.Org == r.Org {
				continue
			}
			theirs := around(col.Org)
			shared[i] = common(mine, theirs)
			j, in := node[col.Org]
			switch {
			case in && slices.Contains(mine, int32(j)):
				steps[i] = 1
			case shared[i] > 0:
				steps[i] = 2
			}
		}
		c.Steps, c.Shared = append(c.Steps, steps), append(c.Shared, shared)
	}
	return c
}

// common counts what two ascending lists share.
func common(a, b []int32) int {
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			n, i, j = n+1, i+1, j+1
		}
	}
	return n
}
