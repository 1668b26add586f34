package report

import (
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
)

// WriteMarkdown writes the document in CommonMark with tables. Each figure is followed by the number of its chain in brackets; the chains
// stand at the end, down to the line of the file, with what was assumed and the sources. Where the document has a site, references lead to it.
func WriteMarkdown(w io.Writer, d Document) error {
	m := &markdown{numbers: map[string]int{}}
	for _, p := range d.Proofs {
		m.number(p.Ref)
	}
	for _, ref := range d.Refs() { // those without a chain come behind
		m.number(ref)
	}
	m.front(d)
	for i, s := range d.Sections {
		m.section(i+1, s)
	}
	m.assumptions(d)
	m.sources(d.Sources)
	m.chains(d)
	_, err := io.WriteString(w, m.b.String())
	return err
}

type markdown struct {
	b       strings.Builder
	refs    []string       // in the order of their numbers
	numbers map[string]int // of chains by reference, from 1
}

func (m *markdown) number(ref string) {
	if m.numbers[ref] == 0 {
		m.refs = append(m.refs, ref)
		m.numbers[ref] = len(m.refs)
	}
}

func (m *markdown) line(format string, args ...any) { fmt.Fprintf(&m.b, format+"\n", args...) }

func (m *markdown) front(d Document) {
	m.line("# %s", escape(d.Title))
	if d.Subtitle != "" {
		m.line("\n%s", escape(d.Subtitle))
	}
	about := ""
	for _, words := range []string{d.Owner, d.Status} {
		if words != "" {
			about += escape(words) + ". "
		}
	}
	m.line("\n%sRelease %s of %s.", about, d.Release, d.Date)
	if d.Address != "" {
		m.line("\nPage of the document: <%s%s>", d.Address, d.Path)
	}
}

func (m *markdown) section(n int, s Section) {
	m.line("\n## %d. %s", n, escape(s.Title))
	if s.Question != "" {
		m.line("\n*%s*", escape(s.Question))
	}
	for _, b := range s.Blocks {
		m.block(b)
	}
}

func (m *markdown) block(b Block) {
	switch {
	case b.Heading != "":
		m.line("\n### %s", escape(b.Heading))
	case b.Gap != nil:
		owner := ""
		if b.Gap.Owner != "" {
			owner = "*Owed by " + escape(b.Gap.Owner) + ".* "
		}
		m.line("\n> **Gap.** %s %s%s", escape(b.Gap.What), owner, escape(b.Gap.Next))
	case b.List != nil:
		m.line("")
		for k, item := range b.List.Items {
			mark := "-"
			if b.List.Ordered {
				mark = fmt.Sprintf("%d.", k+1)
			}
			m.line("%s %s", mark, started(m.text(item)))
		}
	case b.Table != nil:
		m.table(*b.Table)
	case b.Chart != nil:
		m.line("\n*%s.*", escape(strings.TrimSuffix(b.Chart.Title, ".")))
		m.head(b.Chart.Table.Header, b.Chart.Table.Numeric)
		for _, row := range b.Chart.Table.Rows {
			cells := make([]string, len(row))
			for i, c := range row {
				cells[i] = escape(c)
			}
			m.row(cells)
		}
	default:
		m.line("\n%s", started(m.text(b.Text)))
	}
}

func (m *markdown) table(t Table) {
	m.line("\n**%s**", escape(t.Caption))
	m.head(t.Header, t.Numeric)
	for k, row := range slices.Concat(t.Rows, t.Foot) {
		cells := make([]string, len(row))
		for i, c := range row {
			cells[i] = m.text(c)
			if k >= len(t.Rows) && cells[i] != "" {
				cells[i] = "**" + cells[i] + "**"
			}
		}
		m.row(cells)
	}
	if len(t.Note) > 0 {
		m.line("\n%s", started(m.text(t.Note)))
	}
}

func (m *markdown) head(header []string, numeric []bool) {
	m.line("")
	cells, rule := make([]string, len(header)), make([]string, len(header))
	for k, h := range header {
		cells[k], rule[k] = escape(h), "---"
		if k < len(numeric) && numeric[k] {
			rule[k] = "---:"
		}
	}
	m.row(cells)
	m.line("|%s|", strings.Join(rule, "|"))
}

func (m *markdown) row(cells []string) {
	for k := range cells {
		cells[k] = strings.ReplaceAll(strings.ReplaceAll(cells[k], "|", "\\|"), "\n", " ")
	}
	m.line("| %s |", strings.Join(cells, " | "))
}

// text is a text with emphasis, links and the numbers of chains.
func (m *markdown) text(t Text) string {
	var b strings.Builder
	for _, s := range t {
		words := escape(s.Plain())
		switch {
		case s.Quote != nil && s.Quote.URL != "":
			words = link(words, s.Quote.URL)
		case s.Figure == nil && s.Link != "":
			words = link(words, s.Link)
		}
		if mark := emphasis(s); mark != "" && strings.TrimSpace(words) != "" { // a mark does not stand beside a space
			inner := strings.TrimSpace(words)
			before, after, _ := strings.Cut(words, inner)
			words = before + mark + inner + mark + after
		}
		b.WriteString(words)
		if s.Figure != nil && m.numbers[s.Figure.Ref] > 0 {
			fmt.Fprintf(&b, " [%d]", m.numbers[s.Figure.Ref])
		}
	}
	return b.String()
}

func emphasis(s Span) string {
	switch {
	case s.Strong:
		return "**"
	case s.Em:
		return "*"
	}
	return ""
}

func link(words, to string) string {
	return "[" + words + "](<" + strings.NewReplacer("<", "%3C", ">", "%3E", "\n", "").Replace(to) + ">)"
}

// special are characters that would be marks.
var special = strings.NewReplacer("\\", "\\\\", "`", "\\`", "*", "\\*", "_", "\\_", "[", "\\[", "]", "\\]", "<", "\\<")

func escape(words string) string { return special.Replace(words) }

// started is a line whose beginning is no mark of a list or a heading.
func started(line string) string {
	if line == "" {
		return line
	}
	if strings.ContainsRune("#-+>", rune(line[0])) {
		return "\\" + line
	}
	digits := len(line) - len(strings.TrimLeft(line, "0123456789"))
	if digits > 0 && digits < len(line) && (line[digits] == '.' || line[digits] == ')') && (digits+1 == len(line) || line[digits+1] == ' ') {
		return line[:digits] + "\\" + line[digits:]
	}
	return line
}

func (m *markdown) assumptions(d Document) {
	if len(d.Assumptions) == 0 {
		return
	}
	m.line("\n## Assumptions")
	m.head([]string{"What", "Value", "Reference"}, nil)
	for _, a := range d.Assumptions {
		ref := ""
		if a.Ref != "" {
			ref = reference(d, a.Ref)
		}
		m.row([]string{escape(a.Name), escape(a.Value), ref})
	}
}

func (m *markdown) sources(notes []SourceNote) {
	m.line("\n## Sources\n")
	for _, s := range notes {
		var parts []string
		for _, words := range []string{s.Title, s.Publisher, s.Licence, s.Attribution} {
			if words != "" {
				parts = append(parts, escape(strings.TrimSuffix(words, "."))+".")
			}
		}
		if s.URL != "" {
			parts = append(parts, "<"+s.URL+">")
		}
		m.line("- %s %s", strings.Join(parts, " "), retrieved(s.Retrieved))
	}
}

func retrieved(date string) string {
	if date == "" {
		return "Date of retrieval not recorded."
	}
	return "Retrieved " + date + "."
}

// reference is a reference as code, which leads to its page where the document has a site.
func reference(d Document, ref string) string {
	code := "`" + strings.ReplaceAll(ref, "`", "") + "`"
	if d.Address == "" {
		return code
	}
	return link(code, d.Address+"/why?ref="+url.QueryEscape(ref))
}

// chains lists how each figure was made.
func (m *markdown) chains(d Document) {
	m.line("\n## References of figures\n\nOpen one with `milieu why REFERENCE`.\n")
	for k, ref := range m.refs {
		p, _ := d.Proof(ref)
		line := fmt.Sprintf("%d. %s", k+1, reference(d, ref))
		if p.Title != "" {
			line += " " + escape(p.Title)
			if p.Value != "" {
				line += ": " + escape(p.Value)
			}
			line += "."
		}
		m.line("%s%s", line, how(p.How, p.Method))
		indent := strings.Repeat(" ", len(fmt.Sprint(k+1))+2)
		for _, s := range p.Steps {
			m.line("%s%s- %s", indent, strings.Repeat("  ", max(s.Depth-1, 0)), step(s))
		}
		if p.More > 0 {
			m.line("%s- %d more, which the page of the figure shows.", indent, p.More)
		}
	}
}

func how(how, method string) string {
	out := ""
	for _, words := range []string{how, method} {
		if words = strings.Join(strings.Fields(words), " "); words != "" {
			out += " " + escape(strings.TrimSuffix(words, ".")) + "."
		}
	}
	return out
}

// step is a step of a chain in a line.
func step(s Step) string {
	var parts []string
	add := func(words string) {
		if words = strings.Join(strings.Fields(words), " "); words != "" {
			parts = append(parts, escape(words))
		}
	}
	title := s.Title
	if s.Value != "" && title != "" {
		title += ": "
	}
	add(title + s.Value)
	add(s.How)
	if s.File != "" {
		add(fmt.Sprintf("%s, line %d", s.File, s.Line))
	}
	add(s.Text)
	add(s.Source)
	add(s.Licence)
	if s.URL != "" {
		parts = append(parts, "<"+s.URL+">")
	}
	if s.Retrieved != "" {
		add("retrieved " + s.Retrieved)
	}
	add(s.Problem)
	return strings.Join(parts, "; ")
}
