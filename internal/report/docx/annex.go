package docx

import (
	"fmt"
	"strings"

	"milieu/internal/report"
)

// annexes writes what stands behind the text; those of which there is nothing are left out.
func (f *file) annexes() string {
	return f.assumptions() + f.figuresAndSources() + f.numbers() + f.sources()
}

// numbers writes the tables behind the charts.
func (f *file) numbers() string {
	if len(f.apart) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString(f.annexHeading("Data behind the pictures"))
	for _, a := range f.apart {
		caption := f.mark(numbersMark(a.figure), run("", fmt.Sprintf("Data behind figure %d. %s. ", a.figure, a.chart.Title)))
		caption += goTo(fmt.Sprintf("figure_%d", a.figure), "", run(aside, fmt.Sprintf("Back to figure %d", a.figure)))
		t := behind(a.chart)
		b.WriteString(f.onPage(t, f.captioned(t, caption)))
	}
	return b.String()
}

// aside are the properties of a link in a caption.
const aside = `<w:b w:val="0"/><w:bCs w:val="0"/><w:color w:val="0B5F73"/>`

func (f *file) annexHeading(title string) string {
	f.annex++
	letter := string(rune('A' + f.annex - 1))
	props := ""
	if f.annex == 1 {
		props = `<w:pageBreakBefore/><w:spacing w:before="0" w:after="160"/>`
	}
	out := f.enter(1, "", title, "AnnexHeading", props)
	f.entries[len(f.entries)-1].title = "Annex " + letter + ". " + title // the style says it at the heading
	return out
}

// assumptions writes what was assumed, each with the number of its chain, or else with the page that opens it. A reference itself is left
// out: it is long, and says nothing on paper.
func (f *file) assumptions() string {
	if len(f.d.Assumptions) == 0 {
		return ""
	}
	t := report.Table{Caption: "Assumptions and settings with the values in force", Header: []string{"What is assumed", "Value", "Source"}}
	for _, a := range f.d.Assumptions {
		var source report.Text
		if n := f.proofs[a.Ref]; n > 0 {
			source = report.Text{{Words: fmt.Sprintf("[%d]", n), Link: "#" + sourceMark(n)}}
		} else if page := f.page(a.Ref); page != "" {
			source = report.Text{{Words: "Open", Link: page}}
		}
		t.Rows = append(t.Rows, []report.Text{{{Words: a.Name}}, {{Words: a.Value}}, source})
	}
	return f.annexHeading("Assumptions") + f.table(t, "")
}

// figuresAndSources writes the chain of every figure.
func (f *file) figuresAndSources() string {
	if len(f.entryOf) == 0 {
		return ""
	}
	intro := "Each entry says what a figure is and how it was reckoned, and below it what it was made from, down to the line of the file of the source. What stands above already is only named."
	head := f.annexHeading("Figures and sources") + para("", "", run("", intro))
	var b strings.Builder
	for k, p := range f.entryOf {
		b.WriteString(f.proof(k+1, p))
	}
	return head + f.inColumns(b.String())
}

// proof writes the entry of one figure.
func (f *file) proof(n int, p report.Proof) string {
	what := p.Title
	if p.Value != "" {
		what = ending(p.Title, ":") + " " + p.Value
	}
	runs := f.mark(sourceMark(n), run(bold, fmt.Sprintf("[%d]", n))+tab+run(bold, what)) + run("", ". ")
	if page := f.page(p.Ref); page != "" {
		runs += f.open(page, run(styled("Hyperlink"), "Open this figure")) + run("", " · ")
	}
	if f.used[n] {
		runs += goTo(fmt.Sprintf("use_%d", n), "", run(styled("Hyperlink"), "Back to the text"))
	}
	var b strings.Builder
	b.WriteString(para("SourceEntry", "", runs))
	method := ""
	if p.Method != "" {
		method = "Method: " + p.Method
	}
	b.WriteString(para("SourceStep", "", run("", strings.TrimSpace(join(p.How, method)+" Reference:")+" ")+run(styled("Code"), p.Ref)))
	b.WriteString(f.steps(p.Steps, p.More))
	return b.String()
}

// ending gives words an ending that they do not have.
func ending(words, with string) string {
	words = strings.TrimRight(words, " .:")
	if words == "" {
		return ""
	}
	return words + with
}

// join makes sentences of parts.
func join(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p = ending(p, "."); p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, " ")
}

// sources lists the sources with their licences, and the pages that are quoted.
func (f *file) sources() string {
	if len(f.d.Sources)+len(f.quoted) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString(f.annexHeading("Sources and licences"))
	if len(f.d.Sources) > 0 {
		b.WriteString(f.table(sourceTable(f.d.Sources), ""))
	}
	if len(f.quoted) > 0 {
		b.WriteString(para("", "<w:keepNext/>", run(bold, "What others say")))
	}
	for k, address := range f.quoted {
		letter := letters(k + 1)
		b.WriteString(para("SourceEntry", "", f.mark("quote_"+letter, run(bold, "["+letter+"]"))+tab+f.open(address, run(styled("Hyperlink"), address))))
	}
	return b.String()
}

func sourceTable(sources []report.SourceNote) report.Table {
	t := report.Table{Caption: "Sources, with their licences", Header: []string{"Source", "Publisher", "Licence and how it is named", "Retrieved"}}
	for _, s := range sources {
		retrieved, licence := s.Retrieved, s.Licence
		if retrieved == "" {
			retrieved = "not recorded"
		}
		if licence == "" {
			licence = "No licence stated"
		}
		t.Rows = append(t.Rows, []report.Text{{{Words: s.Title, Link: s.URL}}, {{Words: s.Publisher}}, {{Words: strings.TrimSpace(ending(licence, ".") + " " + s.Attribution)}}, {{Words: retrieved}}})
	}
	return t
}
