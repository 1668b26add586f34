// Package report owns the document model: sections of paragraphs, lists, tables, charts and gaps, in which every number is a
// figure with a reference and a chain of proof. Its sub-packages write the one model in each format; it writes Markdown
// itself. It knows nothing of what a document is about.
package report

import (
	"slices"

	"milieu/internal/chart"
)

// Document is a titled list of sections, made from one release. It is plain values, so that it can be kept as JSON.
type Document struct {
	Title, Subtitle string
	Owner           string
	Status          string // where it stands, such as "Draft" or "Approved on 27 November 2026"; may be empty
	Release         string // id
	Date            string // of the release
	Address         string // of the site that made it, such as https://example.org, without a slash at the end; empty where there is none
	Path            string // of the document's page on that site
	Sections        []Section
	Assumptions     []Assumption // what was assumed, with the values in force
	Proofs          []Proof      // the chain of every reference, in the order of first use
	Sources         []SourceNote
	Sheets          []Sheet // workings that a workbook holds beside the document's tables
}

// Section is a part with a heading. One without blocks is a gap by itself.
type Section struct {
	ID, Title string
	Question  string // what the section answers; may be empty
	Blocks    []Block
}

// Block is one of a heading, a paragraph, a list, a table, a chart or a gap; exactly one is set.
type Block struct {
	Name    string // of a table or chart, by which versions of a document are compared; unique in it
	Heading string // one level below that of the section
	Text    Text
	List    *List
	Table   *Table
	Chart   *chart.Chart
	Gap     *Gap
}

// List is a list of texts, numbered where Ordered.
type List struct {
	Ordered bool
	Items   []Text
}

// Table is a grid with a caption; its cells are texts.
type Table struct {
	Caption string
	Header  []string
	Numeric []bool // right-aligned columns
	Rows    [][]Text
	Foot    [][]Text // totals; may be empty
	Note    Text     // below the table; may be empty
}

// Gap says what is not known, who owes it, and how to fill it.
type Gap struct {
	What, Next string
	Owner      string // who owes it; empty where nobody has been named
}

// Assumption is a value that was assumed, or a setting by which the document was made.
type Assumption struct{ Name, Value, Ref string }

// SourceNote is a source in the document's list.
type SourceNote struct {
	ID, Title, Publisher, Licence, Attribution, Retrieved, URL string
}

// Missing makes a gap that nobody is named for.
func Missing(what, next string) Block { return Block{Gap: &Gap{What: what, Next: next}} }

// Texts are all texts of a block in reading order: paragraphs, items, cells, totals, notes.
func (b Block) Texts() []Text {
	var out []Text
	if len(b.Text) > 0 {
		out = append(out, b.Text)
	}
	if b.List != nil {
		out = append(out, b.List.Items...)
	}
	if t := b.Table; t != nil {
		for _, rows := range [][][]Text{t.Rows, t.Foot} {
			for _, row := range rows {
				out = append(out, row...)
			}
		}
		out = append(out, t.Note)
	}
	return out
}

// Figures lists all figures in reading order.
func (d Document) Figures() []Figure {
	var out []Figure
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			for _, t := range b.Texts() {
				out = append(out, t.Figures()...)
			}
		}
	}
	return out
}

// Refs are the references of all figures, each once, in the order of first use.
func (d Document) Refs() []string {
	var out []string
	seen := map[string]bool{}
	for _, f := range d.Figures() {
		if f.Ref != "" && !seen[f.Ref] {
			seen[f.Ref] = true
			out = append(out, f.Ref)
		}
	}
	return out
}

// Gaps counts the gaps.
func (d Document) Gaps() int {
	n := 0
	for _, s := range d.Sections {
		n += s.Gaps()
	}
	return n
}

// Gaps counts the gaps of a section.
func (s Section) Gaps() int {
	n := 0
	for _, b := range s.Blocks {
		if b.Gap != nil {
			n++
		}
	}
	return n
}

// Proof finds the chain of a reference, and its number in the document, from 1; 0 where it has none.
func (d Document) Proof(ref string) (Proof, int) {
	k := slices.IndexFunc(d.Proofs, func(p Proof) bool { return p.Ref == ref })
	if k < 0 {
		return Proof{}, 0
	}
	return d.Proofs[k], k + 1
}
