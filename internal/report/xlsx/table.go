package xlsx

import (
	"fmt"
	"unicode/utf8"

	"milieu/internal/chart"
	"milieu/internal/report"
)

// tables are the sheets of all tables of a document, and of the tables behind its charts.
func tables(d report.Document, n names, p *place) []report.Sheet {
	var out []report.Sheet
	for s, section := range d.Sections {
		for k, b := range section.Blocks {
			switch {
			case b.Table != nil:
				out = append(out, tableSheet(n.make(named(b, section, "table")), section.Title, *b.Table, p, at{s, k}))
			case b.Chart != nil:
				out = append(out, chartSheet(n.make(named(b, section, "chart")+" chart"), section.Title, *b.Chart))
			}
		}
	}
	return out
}

func named(b report.Block, s report.Section, kind string) string {
	switch {
	case b.Name != "":
		return b.Name
	case s.ID != "":
		return s.ID + " " + kind
	}
	return kind
}

// intervals says which columns hold figures with intervals: these take two columns more.
func intervals(t report.Table) []bool {
	out := make([]bool, len(t.Header))
	for _, rows := range [][][]report.Text{t.Rows, t.Foot} {
		for _, row := range rows {
			for c, cell := range row {
				if f, n, ok := alone(cell); ok && n.HasRange && f.Range != "" && c < len(out) {
					out[c] = true
				}
			}
		}
	}
	return out
}

// alone is the figure of a cell that holds nothing else, as a number.
func alone(t report.Text) (report.Figure, report.Number, bool) {
	if len(t) != 1 || t[0].Figure == nil {
		return report.Figure{}, report.Number{}, false
	}
	n, ok := t[0].Figure.Number()
	if ok && t[0].Figure.Range != "" && !n.HasRange { // an interval that cannot be read stays where it stands
		ok = false
	}
	return *t[0].Figure, n, ok
}

// tableSheet is a table with a column for each end of an interval. Its last column leads to the figures of each row, and each cell that is
// a number to its own: not all programs keep the links of numbers.
func tableSheet(name, part string, t report.Table, p *place, where at) report.Sheet {
	wide := intervals(t)
	s := report.Sheet{Name: name, Head: 3}
	s.Rows = append(s.Rows, []report.Cell{report.WordsCell(t.Caption).In(report.Heading)}, []report.Cell{report.WordsCell(part).In(report.Remark)})
	var head []report.Cell
	for c, h := range t.Header {
		head = append(head, report.WordsCell(h).In(report.Header))
		if wide[c] {
			head = append(head, report.WordsCell(h+", low").In(report.Header), report.WordsCell(h+", high").In(report.Header))
		}
	}
	s.Rows = append(s.Rows, append(head, report.WordsCell(figuresName).In(report.Header)))
	text := 0
	add := func(row []report.Text, style report.CellStyle) {
		var cells []report.Cell
		first := text
		for c, cell := range row {
			cells = append(cells, p.tableCells(cell, c < len(wide) && wide[c], style, where, text)...)
			text++
		}
		for len(cells) < len(head) {
			cells = append(cells, report.Cell{Style: style})
		}
		s.Rows = append(s.Rows, append(cells, p.figuresOf(where, first, text).In(style)))
	}
	for _, row := range t.Rows {
		add(row, report.Body)
	}
	for _, row := range t.Foot {
		add(row, report.Total)
	}
	if len(t.Note) > 0 {
		s.Rows = append(s.Rows, nil, []report.Cell{report.WordsCell(t.Note.Plain()).In(report.Remark)})
	}
	s.Widths = widths(s.Rows[2:])
	return s
}

// tableCells are the cells that a table's cell becomes: one, or three where its column has intervals.
func (p *place) tableCells(t report.Text, wide bool, style report.CellStyle, where at, text int) []report.Cell {
	_, n, number := alone(t)
	if !number {
		c := report.WordsCell(t.Plain()).In(style)
		c.Wrap = utf8.RuneCountInString(c.Words) > widest
		out := []report.Cell{c}
		if wide {
			out = append(out, report.WordsCell("").In(style), report.WordsCell("").In(style))
		}
		return out
	}
	format := printedFormat(n)
	out := []report.Cell{p.linked(report.NumberCell(n.Value, format).In(style), where, text)}
	switch {
	case wide && n.HasRange:
		out = append(out, report.NumberCell(n.Low, format).In(style), report.NumberCell(n.High, format).In(style))
	case wide:
		out = append(out, report.WordsCell("").In(style), report.WordsCell("").In(style))
	}
	return out
}

// chartSheet is the table behind a chart.
func chartSheet(name, part string, c chart.Chart) report.Sheet {
	s := report.Sheet{Name: name, Head: 3}
	s.Rows = append(s.Rows, []report.Cell{report.WordsCell(c.Title).In(report.Heading)}, []report.Cell{report.WordsCell(part + ". What the chart shows.").In(report.Remark)})
	var head []report.Cell
	for _, h := range c.Table.Header {
		head = append(head, report.WordsCell(h).In(report.Header))
	}
	s.Rows = append(s.Rows, head)
	for _, row := range c.Table.Rows {
		var cells []report.Cell
		for k, words := range row {
			cell := report.WordsCell(words)
			if n, ok := report.ParseNumber(words); ok && k < len(c.Table.Numeric) && c.Table.Numeric[k] {
				cell = report.NumberCell(n.Value, printedFormat(n))
			}
			cell.Wrap = utf8.RuneCountInString(words) > widest
			cells = append(cells, cell)
		}
		s.Rows = append(s.Rows, cells)
	}
	s.Widths = widths(s.Rows[2:])
	if c.Desc != "" {
		s.Rows = append(s.Rows, nil, []report.Cell{report.WordsCell(c.Desc).In(report.Remark)})
	}
	return s
}

// widest is the width of a column of words in characters; longer ones run over lines.
const widest = 56

// widths are those that columns need.
func widths(rows [][]report.Cell) []float64 {
	var out []float64
	for n, row := range rows {
		for c, cell := range row {
			for len(out) <= c {
				out = append(out, 9)
			}
			chars := utf8.RuneCountInString(cell.Words)
			switch {
			case cell.Is != report.IsWords:
				chars = len(fmt.Sprintf("%.0f", cell.Number)) + 7
			case n == 0: // headers run over lines
				chars = min(chars, 18)
			}
			out[c] = max(out[c], float64(min(chars+2, widest)))
		}
	}
	return out
}
