package docx

import (
	"fmt"
	"strings"

	"milieu/internal/report"
)

// most are the steps of one chain that are printed: the others stand on the page of the figure.
const most = 10

// steps writes the steps of a chain. One that has been written before, with all that it was made from, is only named, with a link to where
// it stands: most lines of sources and most assumptions bear many figures. More are steps that the document leaves out itself.
func (f *file) steps(steps []report.Step, more int) string {
	var b strings.Builder
	i := 0
	for printed := 0; i < len(steps) && printed < most; printed++ {
		end := i + 1
		for end < len(steps) && steps[end].Depth > steps[i].Depth {
			end++
		}
		key := branch(steps[i:end])
		if n, known := f.seen[key]; known {
			words := run(styled("Hyperlink"), naming(steps[i]))
			b.WriteString(para("SourceStep", indent(steps[i]), goTo(fmt.Sprintf("step_%d", n), "", words)+run("", ", as above.")))
			i = end
			continue
		}
		f.seen[key] = len(f.seen) + 1
		b.WriteString(f.step(steps[i], fmt.Sprintf("step_%d", f.seen[key])))
		i++
	}
	if more += len(steps) - i; more > 0 {
		b.WriteString(para("SourceStep", "", run(italic, fmt.Sprintf("and %d more, which the figure's page shows.", more))))
	}
	return b.String()
}

// branch is what tells a step with all below it from others, wherever it stands.
func branch(steps []report.Step) string {
	var b strings.Builder
	for _, s := range steps {
		s.Depth -= steps[0].Depth
		fmt.Fprintf(&b, "%+v\n", s)
	}
	return b.String()
}

// naming are the words by which a step is known.
func naming(s report.Step) string {
	value := s.Value
	if s.File != "" {
		value = fmt.Sprintf("%s, line %d", s.File, s.Line)
	}
	if value == "" {
		return s.Title
	}
	return strings.TrimSpace(ending(s.Title, ":") + " " + value)
}

// indent sets a step in by its depth.
func indent(s report.Step) string {
	return fmt.Sprintf(`<w:ind w:left="%d"/>`, 284+140*min(max(s.Depth, 0), 8))
}

// step writes a step, or the line of a source, under a bookmark.
func (f *file) step(s report.Step, mark string) string {
	source := s.Source
	if source == s.Title {
		source = ""
	}
	var runs string
	if s.File == "" {
		runs = f.mark(mark, run("", ending(naming(s), ".")))
	} else {
		colon := ": "
		if s.Retrieved != "" {
			colon = " (retrieved " + s.Retrieved + "): "
		}
		runs = f.mark(mark, run("", naming(s))) + run("", colon) + run(styled("Code"), shorten(s.Text, 300)) + run(italic, s.Problem)
	}
	if more := join(s.How, source); more != "" {
		runs += run("", " "+more)
	}
	if s.URL != "" {
		words := s.URL
		if strings.Contains(s.Text, s.URL) {
			words = "Open the page"
		}
		runs += run("", " ") + f.open(s.URL, run(styled("Hyperlink"), words))
	}
	return para("SourceStep", indent(s), runs)
}
