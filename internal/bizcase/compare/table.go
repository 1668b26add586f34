package compare

import (
	"slices"
	"strings"

	"milieu/internal/report"
)

// grid is a table, or the table behind a chart, with where it stands.
type grid struct {
	name, section string
	caption       string
	header        []string
	rows          [][]report.Text
	picture       string // of a chart
}

// grids are the tables and the charts of a document, in reading order.
func grids(d report.Document) (tables, charts []grid) {
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			if t := b.Table; t != nil {
				tables = append(tables, grid{name: b.Name, section: s.ID, caption: t.Caption, header: t.Header, rows: slices.Concat(t.Rows, t.Foot)})
			}
			if c := b.Chart; c != nil {
				g := grid{name: b.Name, section: s.ID, caption: c.Title, header: c.Table.Header, picture: c.SVG + "\x00" + c.Desc}
				for _, row := range c.Table.Rows {
					cells := make([]report.Text, len(row))
					for k, words := range row {
						cells[k] = report.Text{{Words: words}}
					}
					g.rows = append(g.rows, cells)
				}
				charts = append(charts, g)
			}
		}
	}
	return tables, charts
}

func tables(before, after report.Document, rebound *[]Rebound) (tables, charts []Table) {
	wasTables, wasCharts := grids(before)
	nowTables, nowCharts := grids(after)
	return compareGrids(wasTables, nowTables, rebound), compareGrids(wasCharts, nowCharts, rebound)
}

// compareGrids compares by name: in the order of the later document, and then what went.
func compareGrids(was, now []grid, rebound *[]Rebound) []Table {
	find := func(all []grid, name string) int {
		return slices.IndexFunc(all, func(g grid) bool { return g.name == name })
	}
	var out []Table
	for _, g := range now {
		i := find(was, g.name)
		if i < 0 {
			out = append(out, Table{Kind: Added, Name: g.name, Section: g.section, Title: g.caption})
			continue
		}
		if t, differs := compareGrid(was[i], g, rebound); differs {
			out = append(out, t)
		}
	}
	for _, g := range was {
		if find(now, g.name) < 0 {
			out = append(out, Table{Kind: Removed, Name: g.name, Section: g.section, Title: g.caption})
		}
	}
	return out
}

func compareGrid(was, now grid, rebound *[]Rebound) (Table, bool) {
	t := Table{Kind: Changed, Name: now.name, Section: now.section, Title: now.caption}
	if was.caption != now.caption {
		t.Caption = &Word{"caption", was.caption, now.caption}
	}
	columns := columnPairs(was.header, now.header)
	t.Columns = headers(columns, was.header, now.header)
	last := -1
	for _, p := range rowPairs(was.rows, now.rows) {
		switch {
		case p.now < 0:
			t.Rows = append(t.Rows, rowOf(Removed, was.rows[p.was]))
			continue
		case p.was < 0:
			t.Rows = append(t.Rows, rowOf(Added, now.rows[p.now]))
			continue
		case p.was < last:
			t.Reordered = true
		}
		last = max(last, p.was)
		t.Cells = append(t.Cells, cells(was.rows[p.was], now.rows[p.now], columns, now, rebound)...)
	}
	told := t.Caption != nil || t.Reordered || len(t.Columns)+len(t.Rows)+len(t.Cells) > 0
	t.Redrawn = !told && was.picture != now.picture
	return t, told || t.Redrawn
}

func rowOf(k Kind, row []report.Text) Row {
	r := Row{Kind: k, Label: label(row), Cells: []string{}}
	for _, c := range row {
		r.Cells = append(r.Cells, plain(c))
	}
	return r
}

func label(row []report.Text) string {
	if len(row) == 0 {
		return ""
	}
	return plain(row[0])
}

// cells are those of two rows that differ, by the columns that both have.
func cells(was, now []report.Text, columns []pair, g grid, rebound *[]Rebound) []Cell {
	var out []Cell
	for _, p := range columns {
		if p.was < 0 || p.now < 0 || p.was >= len(was) || p.now >= len(now) {
			continue
		}
		a, b := was[p.was], now[p.now]
		if reading(a) == reading(b) {
			*rebound = append(*rebound, rebounds(g.section, a, b)...)
			continue
		}
		out = append(out, Cell{Row: label(now), Column: g.header[p.now], Was: plain(a), Now: plain(b), WasText: a, NowText: b, Figures: figures(a, b)})
	}
	return out
}

// columnPairs pairs columns by their headers. What is left is paired in order where both sides have as many: such a column has
// another header.
func columnPairs(was, now []string) []pair {
	out := keyed(was, now, func(name string) string { return name })
	var gone, came []int // places in out
	for k, p := range out {
		switch {
		case p.now < 0:
			gone = append(gone, k)
		case p.was < 0:
			came = append(came, k)
		}
	}
	if len(gone) != len(came) {
		return out
	}
	for k := range came {
		out[came[k]].was = out[gone[k]].was
	}
	return out[:len(out)-len(gone)] // what went stands last
}

// headers are the columns that came, went or are called otherwise.
func headers(pairs []pair, was, now []string) []Column {
	var out []Column
	for _, p := range pairs {
		switch {
		case p.now < 0:
			out = append(out, Column{Kind: Removed, Name: was[p.was]})
		case p.was < 0:
			out = append(out, Column{Kind: Added, Name: now[p.now]})
		case was[p.was] != now[p.now]:
			out = append(out, Column{Changed, now[p.now], was[p.was]})
		}
	}
	return out
}

// closing lists pairs in the order of the later side, and then what only the earlier one has. at is the partner of each of the later.
func closing(taken []bool, at []int) []pair {
	var out []pair
	for j, i := range at {
		out = append(out, pair{i, j})
	}
	for i, t := range taken {
		if !t {
			out = append(out, pair{i, -1})
		}
	}
	return out
}

// rowPairs pairs rows: first those that are wholly the same, then those with the same first cell, then those that have at least half
// of their cells in common; of several the one with most cells in common, and the first of these.
func rowPairs(was, now [][]report.Text) []pair {
	m := matcher{a: readings(was), b: readings(now), taken: make([]bool, len(was)), at: make([]int, len(now))}
	for j := range m.at {
		m.at[j] = -1
	}
	m.pass(func(a, b []string) bool { return slices.Equal(a, b) })
	unique := onlyOnce(m.a, m.b)
	m.pass(func(a, b []string) bool {
		return len(a) > 0 && len(b) > 0 && a[0] == b[0] && (unique[a[0]] || shared(a, b) > 1)
	})
	m.pass(func(a, b []string) bool { return 2*shared(a, b) >= max(len(a), len(b)) && len(a) > 0 })
	return closing(m.taken, m.at)
}

func readings(rows [][]report.Text) [][]string {
	out := make([][]string, len(rows))
	for k, row := range rows {
		for _, c := range row {
			out[k] = append(out[k], reading(c))
		}
	}
	return out
}

// matcher pairs rows in passes, each of which takes what the ones before left.
type matcher struct {
	a, b  [][]string
	taken []bool
	at    []int
}

func (m matcher) pass(fits func(a, b []string) bool) {
	for j := range m.b {
		if m.at[j] >= 0 {
			continue
		}
		best, most := -1, -1
		for i := range m.a {
			if m.taken[i] || !fits(m.a[i], m.b[j]) {
				continue
			}
			if n := shared(m.a[i], m.b[j]); n > most {
				best, most = i, n
			}
		}
		if best >= 0 {
			m.at[j], m.taken[best] = best, true
		}
	}
}

// shared counts the cells that two rows have in common, column by column.
func shared(a, b []string) int {
	n := 0
	for k := range min(len(a), len(b)) {
		if a[k] == b[k] && strings.TrimSpace(a[k]) != "" {
			n++
		}
	}
	return n
}

// onlyOnce are the first cells that no side has twice.
func onlyOnce(sides ...[][]string) map[string]bool {
	out := map[string]bool{}
	for _, side := range sides {
		n := map[string]int{}
		for _, row := range side {
			if len(row) > 0 {
				n[row[0]]++
			}
		}
		for k, v := range n {
			once, seen := out[k]
			out[k] = v == 1 && (once || !seen)
		}
	}
	return out
}
