package docx

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/report"
)

// text writes the runs of a text. With numbers, each figure and quotation is followed by the number of its entry in the annex: what is
// printed has no links to follow.
func (f *file) text(t report.Text, numbers bool) string {
	var b strings.Builder
	for _, s := range t {
		switch {
		case s.Figure != nil:
			b.WriteString(f.figure(s, numbers))
		case s.Quote != nil:
			b.WriteString(f.quote(s, numbers))
		case f.entered(s.Link):
			b.WriteString(goTo(s.Link[1:], "", run(styled("Hyperlink")+emphasis(s), s.Words)))
		case s.Link != "":
			b.WriteString(f.open(s.Link, run(styled("Hyperlink")+emphasis(s), s.Words)))
		default:
			b.WriteString(run(emphasis(s), s.Words))
		}
	}
	return b.String()
}

// entered says that a link is one to an entry of the annex of figures, as its own tables hold.
func (f *file) entered(link string) bool {
	_, digits, _ := strings.Cut(link, "_")
	n, err := strconv.Atoi(digits)
	return err == nil && n > 0 && n <= len(f.entryOf) && link == "#"+sourceMark(n)
}

func emphasis(s report.Span) string {
	out := ""
	if s.Strong {
		out += bold
	}
	if s.Em {
		out += italic
	}
	return out
}

// figure leads to its entry in the annex.
func (f *file) figure(s report.Span, numbers bool) string {
	style := styled("Figure")
	if s.Figure.Words { // a line below a whole sentence would be loud
		style = ""
	}
	style += emphasis(s)
	words := run(style, s.Plain())
	if before, _, ok := strings.Cut(s.Plain(), " ("+s.Figure.Range+")"); ok && f.split && s.Figure.Range != "" {
		words = run(style, before) + lineEnd + run(style, "("+s.Figure.Range+")")
	}
	n := f.proofs[s.Figure.Ref]
	if n == 0 { // it says no reference
		return run(emphasis(s), s.Plain())
	}
	tip := f.entryOf[n-1].Title
	if s.Figure.Note != "" {
		tip += " (" + s.Figure.Note + ")"
	}
	out := goTo(sourceMark(n), tip, words)
	if !f.used[n] {
		f.used[n] = true
		out = f.mark(fmt.Sprintf("use_%d", n), out)
	}
	if numbers {
		out += goTo(sourceMark(n), "", run(styled("Reference"), fmt.Sprintf("[%d]", n)))
	}
	return out
}

func sourceMark(n int) string { return fmt.Sprintf("source_%d", n) }

// page is the address at which a figure opens; empty where the document has no site.
func (f *file) page(ref string) string {
	if f.d.Address == "" || ref == "" {
		return ""
	}
	return f.d.Address + "/why?ref=" + url.QueryEscape(ref)
}

// quote leads to where the words stand.
func (f *file) quote(s report.Span, numbers bool) string {
	if followed(s.Quote.URL) == "" {
		return run(emphasis(s), s.Quote.Words)
	}
	letter := letters(f.quotation(s.Quote.URL))
	out := f.open(s.Quote.URL, run(styled("Figure")+emphasis(s), s.Quote.Words))
	if numbers {
		out += goTo("quote_"+letter, "", run(styled("Reference"), "["+letter+"]"))
	}
	return out
}

// quotation is the number of an address among those that are quoted.
func (f *file) quotation(address string) int {
	if k := slices.Index(f.quoted, address); k >= 0 {
		return k + 1
	}
	f.quoted = append(f.quoted, address)
	return len(f.quoted)
}

// letters counts a, b, … z, aa, ab, … from 1.
func letters(n int) string {
	out := ""
	for ; n > 0; n = (n - 1) / 26 {
		out = string(rune('a'+(n-1)%26)) + out
	}
	return out
}

// sourcesOf writes the numbers of the entries of all figures and quotations of some texts, runs of them joined.
func (f *file) sourcesOf(texts []report.Text) string {
	var figures, quotes []int
	for _, t := range texts {
		for _, s := range t {
			if s.Figure != nil && f.proofs[s.Figure.Ref] > 0 {
				figures = append(figures, f.proofs[s.Figure.Ref])
			}
			if s.Quote != nil && followed(s.Quote.URL) != "" {
				quotes = append(quotes, f.quotation(s.Quote.URL))
			}
		}
	}
	parts := append(joined(figures, strconv.Itoa, "source_"), joined(quotes, letters, "quote_")...)
	if len(parts) == 0 {
		return ""
	}
	return run("", "Sources of the figures: ") + strings.Join(parts, run("", " ")) + run("", ".")
}

// joined makes links of numbers, in order and each once; three and more in a row become one range.
func joined(ns []int, write func(int) string, mark string) []string {
	slices.Sort(ns)
	ns = slices.Compact(ns)
	link := func(n int) string {
		return goTo(mark+write(n), "", run(`<w:color w:val="0B5F73"/>`, "["+write(n)+"]"))
	}
	var out []string
	for i := 0; i < len(ns); {
		j := i
		for j+1 < len(ns) && ns[j+1] == ns[j]+1 {
			j++
		}
		switch {
		case j >= i+2:
			out = append(out, link(ns[i])+run("", "–")+link(ns[j]))
		default:
			for k := i; k <= j; k++ {
				out = append(out, link(ns[k]))
			}
		}
		i = j + 1
	}
	return out
}
