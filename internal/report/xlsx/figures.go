package xlsx

import (
	"fmt"
	"net/url"
	"strings"

	"milieu/internal/report"
)

// at is a block of a document: its section and its place there.
type at struct{ section, block int }

// place knows in which rows figures and chains stand, so that cells can lead to them.
type place struct {
	figures []figure
	rows    map[key]int    // row of the first figure of a text among the figures
	first   map[string]int // row of the first figure of a reference
	chain   map[string]int // row in which the chain of a reference begins
}

// key is a text of a document.
type key struct {
	at
	text int // place among the texts of its block
}

// figure is a figure with where it stands.
type figure struct {
	report.Figure
	key
	part, where, sentence string
}

// headRows are the rows above a list.
const headRows = 3

// places finds where all figures of a document stand.
func places(d report.Document) *place {
	p := &place{rows: map[key]int{}, first: map[string]int{}, chain: map[string]int{}}
	for s, section := range d.Sections {
		for k, b := range section.Blocks {
			for n, t := range b.Texts() {
				for _, f := range inSentences(t) {
					f.key, f.part, f.where = key{at{s, k}, n}, section.Title, "text"
					if b.Table != nil {
						f.where = b.Table.Caption
						f.sentence = inTable(*b.Table, n, t, f.sentence)
					}
					row := len(p.figures) + headRows + 1
					if _, seen := p.rows[key{at{s, k}, n}]; !seen {
						p.rows[key{at{s, k}, n}] = row
					}
					if _, seen := p.first[f.Ref]; !seen {
						p.first[f.Ref] = row
					}
					p.figures = append(p.figures, f)
				}
			}
		}
	}
	row := headRows + 1
	for _, proof := range d.Proofs {
		p.chain[proof.Ref] = row
		row += 1 + len(proof.Steps)
		if proof.More > 0 {
			row++
		}
	}
	return p
}

// inSentences are the figures of a text with their sentences.
func inSentences(t report.Text) []figure {
	var out []figure
	for _, sentence := range report.Sentences(t) {
		for _, f := range sentence.Figures() {
			out = append(out, figure{Figure: f, sentence: strings.TrimSpace(sentence.Plain())})
		}
	}
	return out
}

// inTable says where a figure of the n-th text of a table stands: row and column, with the sentence where the cell is one.
func inTable(table report.Table, n int, t report.Text, sentence string) string {
	words := cellOf(table, n)
	_, _, only := alone(t)
	switch {
	case words == "":
		return sentence
	case only || len(t) == 1:
		return words
	}
	return words + ": " + sentence
}

// cellOf names the n-th cell of a table by its row and its column; empty for the note below it.
func cellOf(t report.Table, n int) string {
	for _, rows := range [][][]report.Text{t.Rows, t.Foot} {
		for _, row := range rows {
			if n >= len(row) {
				n -= len(row)
				continue
			}
			if n >= len(t.Header) {
				return ""
			}
			if n == 0 {
				return t.Header[0]
			}
			return row[0].Plain() + ": " + t.Header[n]
		}
	}
	return ""
}

// figuresOf names the figures of some texts of a block by their numbers, and leads to the first.
func (p *place) figuresOf(where at, from, to int) report.Cell {
	first, last := 0, 0
	for text := from; text < to; text++ {
		row, ok := p.rows[key{where, text}]
		if !ok {
			continue
		}
		if first == 0 {
			first = row
		}
		for last = row; last-headRows < len(p.figures) && p.figures[last-headRows].key == (key{where, text}); last++ {
		}
	}
	if first == 0 {
		return report.Cell{}
	}
	words := fmt.Sprint(first - headRows)
	if last > first {
		words += fmt.Sprintf("–%d", last-headRows)
	}
	c := report.WordsCell(words)
	c.Link = fmt.Sprintf("#%s!A%d", quoted(figuresName), first)
	return c
}

// linked leads a cell to the first of its figures.
func (p *place) linked(c report.Cell, where at, text int) report.Cell {
	if row, ok := p.rows[key{where, text}]; ok {
		c.Link = fmt.Sprintf("#%s!A%d", quoted(figuresName), row)
	}
	return c
}

// list begins a sheet that is a list: a heading, a remark and the headers.
func list(name, heading, remark string, header ...string) report.Sheet {
	row := make([]report.Cell, len(header))
	for k, h := range header {
		row[k] = report.WordsCell(h).In(report.Header)
	}
	return report.Sheet{Name: name, Head: headRows, Rows: [][]report.Cell{{report.WordsCell(heading).In(report.Heading)}, {report.WordsCell(remark).In(report.Remark)}, row}}
}

// wrapped is a cell of long words.
func wrapped(words string) report.Cell {
	c := report.WordsCell(words)
	c.Wrap = true
	return c
}

// page is the address of a reference's page; empty where the document has no site.
func page(d report.Document, ref string) string {
	if d.Address == "" || ref == "" {
		return ""
	}
	return d.Address + "/why?ref=" + url.QueryEscape(ref)
}

// figuresSheet lists all figures in reading order.
func (p *place) figuresSheet(d report.Document) report.Sheet {
	s := list(figuresName, "Every figure of the document, in reading order",
		"Number, low and high are as printed, so rounded. A reference opens the page of the figure where the document has a site; “milieu why REFERENCE” prints the same. The chain says how it was made.",
		"Figure", "Part", "Where", "Sentence, or row and column", "As printed", "Number", "Low", "High", "Unit", "Caution", "Reference", "Chain")
	for k, f := range p.figures {
		row := []report.Cell{report.NumberCell(float64(k+1), report.Plain), report.WordsCell(f.part), wrapped(f.where), wrapped(f.sentence), report.WordsCell(f.Plain()), {}, {}, {}, report.WordsCell(f.Unit), report.WordsCell(f.Note), report.WordsCell(f.Ref), {}}
		if n, ok := f.Number(); ok {
			row[5], row[8] = report.NumberCell(n.Value, report.General), report.WordsCell(n.Unit)
			if n.HasRange {
				row[6], row[7] = report.NumberCell(n.Low, report.General), report.NumberCell(n.High, report.General)
			}
		}
		row[10].Link = page(d, f.Ref)
		if at, ok := p.chain[f.Ref]; ok {
			_, n := d.Proof(f.Ref)
			row[11] = report.WordsCell(fmt.Sprintf("chain %d", n))
			row[11].Link = fmt.Sprintf("#%s!A%d", quoted(chainsName), at)
		}
		s.Rows = append(s.Rows, row)
	}
	s.Widths = []float64{8, 18, 30, 56, 22, 14, 12, 12, 12, 14, 50, 11}
	return s
}

// chainsSheet lists the chain of each reference, down to the line of the file.
func (p *place) chainsSheet(d report.Document) report.Sheet {
	s := list(chainsName, "How each figure was made",
		"One chain for each reference: first the figure, then what it was made from, one step deeper at each depth, down to the line of the file.",
		"Chain", "Used in", "Reference", "Depth", "What", "Value", "How", "Method", "Page cited", "Source", "Licence", "Retrieved", "File", "Line", "The line as it stands", "Why it cannot be shown")
	for k, proof := range d.Proofs {
		n := report.NumberCell(float64(k+1), report.Plain)
		used := report.Cell{}
		if row, ok := p.first[proof.Ref]; ok {
			used = report.WordsCell(fmt.Sprintf("figure %d", row-headRows))
			used.Link = fmt.Sprintf("#%s!A%d", quoted(figuresName), row)
		}
		ref := report.WordsCell(proof.Ref)
		ref.Link = page(d, proof.Ref)
		s.Rows = append(s.Rows, []report.Cell{n, used, ref, report.NumberCell(0, report.Plain), wrapped(proof.Title).In(report.Result), wrapped(proof.Value), wrapped(proof.How), wrapped(proof.Method)})
		for _, step := range proof.Steps {
			s.Rows = append(s.Rows, stepRow(k+1, proof.Ref, step))
		}
		if proof.More > 0 {
			s.Rows = append(s.Rows, []report.Cell{report.NumberCell(float64(k+1), report.Plain), {}, report.WordsCell(proof.Ref), {}, report.WordsCell(fmt.Sprintf("%d more, which the page of the figure shows", proof.More))})
		}
	}
	s.Widths = []float64{8, 11, 36, 7, 44, 18, 56, 26, 30, 34, 26, 12, 34, 8, 56, 24}
	return s
}

func stepRow(n int, ref string, step report.Step) []report.Cell {
	title := wrapped(strings.Repeat("   ", max(step.Depth, 0)) + step.Title)
	url := report.WordsCell(step.URL)
	if strings.HasPrefix(step.URL, "http://") || strings.HasPrefix(step.URL, "https://") {
		url.Link = step.URL
	}
	line := report.Cell{}
	if step.File != "" && step.Line > 0 {
		line = report.NumberCell(float64(step.Line), report.Plain)
	}
	return []report.Cell{report.NumberCell(float64(n), report.Plain), {}, report.WordsCell(ref), report.NumberCell(float64(step.Depth), report.Plain), title, wrapped(step.Value), wrapped(step.How), {}, url,
		wrapped(step.Source), wrapped(step.Licence), report.WordsCell(step.Retrieved), report.WordsCell(step.File), line, wrapped(step.Text), wrapped(step.Problem)}
}
