package html

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"milieu/internal/report"
)

// text is a text with its marks and links.
func (m *viewer) text(t report.Text) template.HTML {
	var b strings.Builder
	for _, s := range t {
		b.WriteString(m.span(s))
	}
	return template.HTML(b.String())
}

func (m *viewer) span(s report.Span) string {
	var out string
	switch {
	case s.Figure != nil:
		out = m.figure(*s.Figure)
	case s.Quote != nil:
		out = m.quote(*s.Quote)
	case safeAddress(s.Link):
		out = fmt.Sprintf(`<a href="%s" rel="noreferrer">%s</a>`, template.HTMLEscapeString(s.Link), template.HTMLEscapeString(s.Words))
	default:
		out = template.HTMLEscapeString(s.Words)
	}
	if s.Em {
		out = "<em>" + out + "</em>"
	}
	if s.Strong {
		out = "<strong>" + out + "</strong>"
	}
	return out
}

// safeAddress says that an address may be followed: one of the web, and nothing that runs.
func safeAddress(u string) bool {
	return strings.HasPrefix(u, "https://") || strings.HasPrefix(u, "http://")
}

// figure is a figure with the number of its entry in the annex. The number stands in brackets, so that text that is copied
// or read aloud does not run it into the figure.
func (m *viewer) figure(f report.Figure) string {
	value := template.HTMLEscapeString(f.Text)
	if f.Unit == "%" {
		value += "&nbsp;%"
	}
	if f.Range != "" {
		value += ` <span class="range">(` + template.HTMLEscapeString(f.Range) + `)</span>`
	}
	class := "fig"
	if f.Words {
		class = "fig words"
	}
	n := m.numbers[f.Ref]
	if n == 0 {
		return `<span class="` + class + `">` + value + `</span>`
	}
	id := fmt.Sprintf("u%d-%d", n, len(m.uses[f.Ref])+1)
	m.uses[f.Ref] = append(m.uses[f.Ref], use{id, m.part.Number})
	return fmt.Sprintf(`<span class="%s">%s</span><sup class="ref">&nbsp;<a id="%s" href="#%s" aria-label="[%d], source of %s">[%d]</a></sup>`,
		class, value, id, Anchor(n), n, template.HTMLEscapeString(f.Text), n)
}

// quote is what others say, with the letter of the address in the annex of sources.
func (m *viewer) quote(q report.Quote) string {
	words := template.HTMLEscapeString(q.Words)
	if !safeAddress(q.URL) {
		return `<span class="quote">` + words + `</span>`
	}
	mark, known := m.marks[q.URL]
	if !known {
		mark = letters(len(m.quoted))
		m.marks[q.URL] = mark
		m.quoted = append(m.quoted, quoted{mark, q.URL})
	}
	return fmt.Sprintf(`<span class="quote">%s</span><sup class="ref">&nbsp;<a href="#q-%s" aria-label="[%s], where it is said: %s">[%s]</a></sup>`, words, mark, mark, words, mark)
}

// letters counts a, b, … z, aa, ab, …
func letters(k int) string {
	out := ""
	for k++; k > 0; k = (k - 1) / 26 {
		out = string(rune('a'+(k-1)%26)) + out
	}
	return out
}

// entry is the chain of one reference.
type entry struct {
	report.Proof
	Number   int
	Anchor   string
	Open     string // address of its page
	Uses     []use
	Of       []report.Step // what it was made from itself, the first of it
	OfMore   int
	Files    []lines // what it was made from in the end
	Tree     []step
	Withheld bool // the document has no chain of it
}

// lines are those of a file that a figure comes from.
type lines struct {
	File, Source, Retrieved, Problem string
	Numbers                          []int
	More                             int
}

// step is a step of a chain with what it was made from.
type step struct {
	report.Step
	Steps []step
}

// How much of a chain stands in print; the whole of it opens on the screen.
const (
	mostSteps = 4
	mostLines = 8
	mostFiles = 4
)

func (m *viewer) entries() []entry {
	proofs := append([]report.Proof{}, m.doc.Proofs...)
	have := len(proofs)
	for _, ref := range m.doc.Refs() {
		if m.numbers[ref] > have {
			proofs = append(proofs, report.Proof{Ref: ref})
		}
	}
	var out []entry
	for k, p := range proofs {
		e := entry{Proof: p, Number: k + 1, Anchor: Anchor(k + 1), Open: WhyURL(m.doc, p.Ref), Uses: m.uses[p.Ref], Withheld: k >= have, Files: filesOf(p.Steps)}
		e.Tree, _ = nest(p.Steps, 1)
		for _, s := range p.Steps {
			switch {
			case s.Depth != 1 || s.File != "" || s.Value == "":
			case len(e.Of) < mostSteps:
				e.Of = append(e.Of, s)
			default:
				e.OfMore++
			}
		}
		out = append(out, e)
	}
	return out
}

// filesOf gathers the lines of a chain by their files, in the order in which these come.
func filesOf(steps []report.Step) []lines {
	var out []lines
	at := map[string]int{}
	for _, s := range steps {
		if s.File == "" {
			continue
		}
		k, seen := at[s.File]
		if !seen {
			k = len(out)
			at[s.File] = k
			out = append(out, lines{File: s.File, Source: s.Source, Retrieved: s.Retrieved})
		}
		l := &out[k]
		switch {
		case slices.Contains(l.Numbers, s.Line):
		case len(l.Numbers) < mostLines:
			l.Numbers = append(l.Numbers, s.Line)
		default:
			l.More++
		}
		if l.Problem == "" {
			l.Problem = s.Problem
		}
	}
	return out[:min(len(out), mostFiles)]
}

// nest makes a tree of steps that stand in one list with their depths; it gives back what it did not take.
func nest(flat []report.Step, depth int) (tree []step, rest []report.Step) {
	for len(flat) > 0 && flat[0].Depth >= depth {
		if flat[0].Depth > depth && len(tree) > 0 {
			last := &tree[len(tree)-1]
			last.Steps, flat = nest(flat, depth+1)
			continue
		}
		tree = append(tree, step{Step: flat[0]})
		flat = flat[1:]
	}
	return tree, flat
}
