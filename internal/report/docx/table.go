package docx

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"milieu/internal/chart"
	"milieu/internal/report"
)

// table writes a table below its headings, with its caption above it, and its note and sources below.
func (f *file) table(t report.Table, lead string) string {
	f.tables++
	caption := run("", "Table ") + field(`SEQ Table \* ARABIC`, run("", fmt.Sprint(f.tables))) + run("", ". "+t.Caption)
	return f.onPage(t, lead+f.captioned(t, caption))
}

// captioned writes the caption, the grid and what stands below it.
func (f *file) captioned(t report.Table, caption string) string {
	below := ""
	if len(t.Note) > 0 {
		below += para("TableNote", "", f.text(t.Note, true))
	}
	texts := []report.Text{}
	for _, rows := range [][][]report.Text{t.Rows, t.Foot} {
		for _, row := range rows {
			texts = append(texts, row...)
		}
	}
	grid := f.grid(t)
	if sources := f.sourcesOf(texts); sources != "" {
		below += para("TableNote", "", sources)
	}
	// Two tables without a paragraph between them would become one.
	return para("Caption", "", caption) + grid + below + para("AfterTable", "", "")
}

// onPage turns the page for a table whose words do not fit across it upright.
func (f *file) onPage(t report.Table, written string) string {
	if _, _, turn := setting(t); !turn {
		return written
	}
	return para("AfterTable", f.upright(), "") + written + para("AfterTable", turned, "")
}

// grid writes the rows: the heads are repeated on each page, and no row is broken across two.
func (f *file) grid(t report.Table) string {
	total := textWidth
	sizes, in, turn := setting(t)
	if turn {
		total = turnedWidth
	}
	widths := sizes.share(total)
	var b strings.Builder
	fmt.Fprintf(&b, `<w:tbl><w:tblPr><w:tblStyle w:val="ReportTable"/><w:tblW w:w="%d" w:type="dxa"/><w:tblLayout w:type="fixed"/><w:tblLook w:val="04A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/><w:tblCaption w:val="%s"/></w:tblPr><w:tblGrid>`, total, escape(shorten(t.Caption, 250)))
	for _, w := range widths {
		fmt.Fprintf(&b, `<w:gridCol w:w="%d"/>`, w)
	}
	b.WriteString("</w:tblGrid>\n")
	style := func(k int, head bool) string { return cellStyle(head, k < len(t.Numeric) && t.Numeric[k]) + in.suffix }
	heads := make([]string, len(widths))
	for k := range widths {
		words := ""
		if k < len(t.Header) {
			words = t.Header[k]
		}
		heads[k] = cell(widths[k], "", para(style(k, true), "", run("", words)))
	}
	b.WriteString(`<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>` + strings.Join(heads, "") + "</w:tr>\n")
	rows := slices.Concat(t.Rows, t.Foot)
	for k, row := range rows {
		b.WriteString(f.row(row, shape{widths, style, in.letter, k == len(t.Rows), k == len(rows)-1}))
	}
	b.WriteString("</w:tbl>\n")
	return b.String()
}

// shape is how a row is set.
type shape struct {
	widths []int
	style  func(k int, head bool) string
	letter int
	total  bool // the first of the totals: a line is drawn above it
	last   bool // it stays with what stands below the table
}

// row writes the cells of a row, and empty ones where it has too few.
func (f *file) row(row []report.Text, in shape) string {
	var b strings.Builder
	border, keep := "", ""
	if in.total {
		border = `<w:tcBorders><w:top w:val="single" w:sz="8" w:space="0" w:color="51606E"/></w:tcBorders>`
	}
	if in.last {
		keep = "<w:keepNext/>"
	}
	b.WriteString(`<w:tr><w:trPr><w:cantSplit/></w:trPr>`)
	for k, w := range in.widths {
		runs := ""
		if k < len(row) {
			f.split = len(row[k]) == 1 && in.letter*utf8.RuneCountInString(row[k].Plain()) > w-edges
			runs = f.text(row[k], false)
			f.split = false
		}
		b.WriteString(cell(w, border, para(in.style(k, false), keep, runs)))
	}
	b.WriteString("</w:tr>\n")
	return b.String()
}

func cell(width int, props, content string) string {
	return fmt.Sprintf(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>%s</w:tcPr>%s</w:tc>`, width, props, content)
}

// cellStyle is the style of a cell's words, set right in columns of numbers.
func cellStyle(head, numeric bool) string {
	switch {
	case head && numeric:
		return "TableHeadNumber"
	case head:
		return "TableHead"
	case numeric:
		return "TableNumber"
	}
	return "TableText"
}

// behind is the table behind a chart as a table of the document.
func behind(c chart.Chart) report.Table {
	t := report.Table{Caption: c.Title, Header: c.Table.Header, Numeric: c.Table.Numeric}
	for _, row := range c.Table.Rows {
		cells := make([]report.Text, len(row))
		for k, words := range row {
			cells[k] = report.Text{{Words: words}}
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}
