// Package report owns the document model: sections of paragraphs, tables,
// charts and gaps, in which every number is a figure with a reference. It writes
// documents as Markdown; the web writes the same model as HTML. It knows nothing
// of what a document is about.
package report

import (
	"fmt"
	"io"
	"strings"

	"milieu/internal/chart"
)

// Document is a titled list of sections, made from one release.
type Document struct {
	Title, Subtitle string
	Owner           string
	Release         string // id
	Date            string // of the release
	Sections        []Section
	Sources         []SourceNote
}

// Section is a numbered part. A section without blocks is a gap by itself.
type Section struct {
	ID, Title string
	Question  string // what the section answers
	Blocks    []Block
}

// Block is one of a paragraph, a table, a chart or a gap; exactly one is set.
type Block struct {
	Text  Text
	Table *Table
	Chart *chart.Chart
	Gap   *Gap
}

// Text is a run of words and figures.
type Text []Span

// Span is words or a figure.
type Span struct {
	Words  string
	Figure *Figure
}

// Table is a grid with a caption; its cells are texts.
type Table struct {
	Caption string
	Header  []string
	Numeric []bool // right-aligned columns
	Rows    [][]Text
}

// Gap says what is not known, who owes it, and how to fill it.
type Gap struct {
	What, Next string
}

// SourceNote is a source in the document's list.
type SourceNote struct {
	ID, Title, Publisher, Licence, Attribution, Retrieved, URL string
}

// Say makes a text from a pattern in which each %v stands for the next figure
// or words.
func Say(pattern string, parts ...any) Text {
	var t Text
	pieces := strings.Split(pattern, "%v")
	for i, words := range pieces {
		if words != "" {
			t = append(t, Span{Words: words})
		}
		if i == len(pieces)-1 {
			break
		}
		switch p := parts[i].(type) {
		case Figure:
			t = append(t, Span{Figure: &p})
		default:
			t = append(t, Span{Words: fmt.Sprint(p)})
		}
	}
	return t
}

// Paragraph makes a block of text.
func Paragraph(pattern string, parts ...any) Block { return Block{Text: Say(pattern, parts...)} }

// Missing makes a gap.
func Missing(what, next string) Block { return Block{Gap: &Gap{what, next}} }

// Plain is the text without references: figures with their interval and unit.
func (t Text) Plain() string {
	var b strings.Builder
	for _, s := range t {
		if s.Figure == nil {
			b.WriteString(s.Words)
			continue
		}
		b.WriteString(s.Figure.Text)
		if s.Figure.Unit == "%" {
			b.WriteString(" %")
		}
		if s.Figure.Range != "" {
			b.WriteString(" (" + s.Figure.Range + ")")
		}
	}
	return b.String()
}

// Figures lists all figures in reading order.
func (d Document) Figures() []Figure {
	var out []Figure
	add := func(t Text) {
		for _, s := range t {
			if s.Figure != nil {
				out = append(out, *s.Figure)
			}
		}
	}
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			add(b.Text)
			if b.Table == nil {
				continue
			}
			for _, row := range b.Table.Rows {
				for _, c := range row {
					add(c)
				}
			}
		}
	}
	return out
}

// Gaps counts the gaps.
func (d Document) Gaps() int {
	n := 0
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			if b.Gap != nil {
				n++
			}
		}
	}
	return n
}

// WriteMarkdown writes the document; figures are followed by their reference
// as a footnote.
func WriteMarkdown(w io.Writer, d Document) error {
	m := &markdown{}
	owner := ""
	if d.Owner != "" {
		owner = d.Owner + ". "
	}
	m.line("# %s\n\n%s\n\n%sRelease %s of %s.", d.Title, d.Subtitle, owner, d.Release, d.Date)
	for i, s := range d.Sections {
		m.line("\n## %d. %s\n\n*%s*", i+1, s.Title, s.Question)
		for _, b := range s.Blocks {
			m.block(b)
		}
	}
	m.line("\n## Sources\n")
	for _, s := range d.Sources {
		m.line("- %s. %s. %s. %s %s", s.Title, s.Publisher, s.Licence, s.Attribution, retrieved(s.Retrieved))
	}
	m.line("\n## References of figures\n\nOpen one with `milieu why REFERENCE`.\n")
	for i, ref := range m.refs {
		m.line("%d. `%s`", i+1, ref)
	}
	_, err := io.WriteString(w, m.b.String())
	return err
}

func retrieved(date string) string {
	if date == "" {
		return "Date of retrieval not recorded."
	}
	return "Retrieved " + date + "."
}

type markdown struct {
	b    strings.Builder
	refs []string
}

func (m *markdown) line(format string, args ...any) { fmt.Fprintf(&m.b, format+"\n", args...) }

func (m *markdown) text(t Text) string {
	var b strings.Builder
	for _, s := range t {
		if s.Figure == nil {
			b.WriteString(s.Words)
			continue
		}
		m.refs = append(m.refs, s.Figure.Ref)
		b.WriteString(Text{s}.Plain())
		fmt.Fprintf(&b, " [%d]", len(m.refs))
	}
	return b.String()
}

func (m *markdown) block(b Block) {
	switch {
	case b.Gap != nil:
		m.line("\n> **Gap.** %s %s", b.Gap.What, b.Gap.Next)
	case b.Table != nil:
		m.line("\n%s\n\n| %s |\n|%s", b.Table.Caption, strings.Join(b.Table.Header, " | "), strings.Repeat("---|", len(b.Table.Header)))
		for _, row := range b.Table.Rows {
			cells := make([]string, len(row))
			for i, c := range row {
				cells[i] = strings.ReplaceAll(m.text(c), "|", "\\|")
			}
			m.line("| %s |", strings.Join(cells, " | "))
		}
	case b.Chart != nil:
		m.line("\n*%s.*\n\n| %s |\n|%s", b.Chart.Title, strings.Join(b.Chart.Table.Header, " | "), strings.Repeat("---|", len(b.Chart.Table.Header)))
		for _, row := range b.Chart.Table.Rows {
			cells := make([]string, len(row))
			for i, c := range row {
				cells[i] = strings.ReplaceAll(c, "|", "\\|")
			}
			m.line("| %s |", strings.Join(cells, " | "))
		}
	default:
		m.line("\n%s", m.text(b.Text))
	}
}
