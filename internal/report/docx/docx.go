// Package docx writes a report's document as a Word file: headings, tables, captions, footers and links of the format itself, so that it
// can be edited, and every figure leads to where it came from. It owns the parts of the file and the styles; it does not draw pictures,
// find a browser or know what the document is about. The same document gives the same bytes.
package docx

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"milieu/internal/report"
)

// Options are what a document does not say itself. The zero value is good.
type Options struct {
	// Raster draws the SVG of a chart as a PNG file of that many pixels. Where it is nil or gives nothing, the table behind the chart
	// stands in its place, with a line that says so.
	Raster func(svg string, width, height int) ([]byte, error)
}

// Write writes the document as an Office Open XML file (ECMA-376, transitional), paper A4, in British English. An error is one of Raster
// or of w.
func Write(w io.Writer, d report.Document, opts Options) error {
	f := newFile(d)
	if err := f.draw(opts.Raster); err != nil {
		return fmt.Errorf("write the Word file: %w", err)
	}
	sections := f.sections()
	annexes := f.annexes()
	// The last run of pages needs a paragraph, even where the one before it took all.
	body := f.cover() + f.contents() + sections + annexes + para("AfterTable", "", "") + f.upright()
	if err := pack(w, f.parts(body)); err != nil {
		return fmt.Errorf("write the Word file: %w", err)
	}
	return nil
}

// file is a document being written.
type file struct {
	d        report.Document
	entryOf  []report.Proof // entries of the annex of figures
	proofs   map[string]int // number of each reference's entry
	used     map[int]bool   // entries whose first use has its bookmark
	seen     map[string]int // steps of chains that have been written, with all below them
	quoted   []string       // addresses of quotations in the order of first use
	links    []string       // addresses outside, by relationship
	pictures []drawn        // of all charts in reading order
	tables   int            // captions so far
	figures  int
	charts   int  // charts met so far
	lists    int  // numbered lists so far
	annex    int  // annexes so far
	split    bool // a range begins a line of its own: where it does not fit behind its figure it would be broken within
	flowing  bool // the next run goes on on the same page
	covered  bool // the run of pages that begins with the cover has ended
	ids      int  // bookmarks and drawings so far
	entries  []entry
	apart    []apart // tables behind charts that have a picture
}

// newFile numbers the entries of the annex: the chains in their order, and behind them the references that have none.
func newFile(d report.Document) *file {
	f := &file{d: d, proofs: map[string]int{}, used: map[int]bool{}, seen: map[string]int{}}
	f.entryOf = slices.Clone(d.Proofs)
	for k, p := range d.Proofs {
		if f.proofs[p.Ref] == 0 {
			f.proofs[p.Ref] = k + 1
		}
	}
	for _, ref := range d.Refs() {
		if f.proofs[ref] == 0 {
			f.entryOf = append(f.entryOf, report.Proof{Ref: ref, Title: ref, How: "Its chain is not part of this document"})
			f.proofs[ref] = len(f.entryOf)
		}
	}
	return f
}

// id is a number that nothing else in the file has.
func (f *file) id() int { f.ids++; return f.ids }

// sections writes the text of the document.
func (f *file) sections() string {
	var b strings.Builder
	for k, s := range f.d.Sections {
		lead := f.heading(1, fmt.Sprint(k+1), s.Title)
		if s.Question != "" {
			lead += para("Question", "", run("", s.Question))
		}
		sub := 0
		for _, block := range s.Blocks {
			if kindOf(block) == headingBlock {
				sub++
				lead += f.heading(2, fmt.Sprintf("%d.%d", k+1, sub), block.Heading)
				continue
			}
			b.WriteString(f.block(block, lead))
			lead = ""
		}
		b.WriteString(lead)
		if len(s.Blocks) == 0 {
			b.WriteString(f.gap(report.Gap{What: "Nothing has been written here yet."}))
		}
	}
	return b.String()
}

// kind is what a block is.
type kind int

const (
	textBlock kind = iota
	headingBlock
	listBlock
	tableBlock
	chartBlock
	gapBlock
)

func kindOf(b report.Block) kind {
	switch {
	case b.Heading != "":
		return headingBlock
	case b.List != nil:
		return listBlock
	case b.Table != nil:
		return tableBlock
	case b.Chart != nil:
		return chartBlock
	case b.Gap != nil:
		return gapBlock
	}
	return textBlock
}

// block writes a block below its headings, which go with it where it stands on a page that is turned.
func (f *file) block(b report.Block, lead string) string {
	switch kindOf(b) {
	case tableBlock:
		return f.table(*b.Table, lead)
	case chartBlock:
		return f.chart(*b.Chart, lead)
	case listBlock:
		return lead + f.list(*b.List)
	case gapBlock:
		return lead + f.gap(*b.Gap)
	}
	return lead + para("", "", f.text(b.Text, true))
}

func (f *file) list(l report.List) string {
	style, props := "ListBullet", ""
	if l.Ordered {
		f.lists++
		style, props = "ListNumber", fmt.Sprintf(`<w:numPr><w:ilvl w:val="0"/><w:numId w:val="%d"/></w:numPr>`, firstList+f.lists)
	}
	var b strings.Builder
	for _, item := range l.Items {
		b.WriteString(para(style, props, f.text(item, true)))
	}
	return b.String()
}

func (f *file) gap(g report.Gap) string {
	words := strings.TrimSpace(g.What + " " + g.Next)
	runs := run(bold+`<w:color w:val="A8470B"/>`, "Gap. ") + run("", words)
	if g.Owner != "" {
		runs += run("", " Owed by "+g.Owner+".")
	}
	return para("Gap", "", runs)
}
