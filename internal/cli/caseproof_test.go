package cli

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/bizcase"
	"milieu/internal/bizcase/compare"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/report"
	"milieu/internal/report/format"
	"milieu/internal/report/pdf"
)

// testDesk is the case desk of a workspace on its newest release, with the flags of a command line.
func testDesk(t *testing.T, ws *evidence.Workspace, args ...string) caseDesk {
	t.Helper()
	fs := flag.NewFlagSet("case", flag.ContinueOnError)
	f := declareCase(fs)
	if err := fs.Parse(args); err != nil {
		t.Fatal(err)
	}
	rel, err := evidence.Current(ws)
	if err != nil {
		t.Fatal(err)
	}
	return caseDesk{testProgram(io.Discard, io.Discard), f, ws, rel}
}

func testCase(t *testing.T, d caseDesk) bizcase.Made {
	t.Helper()
	_, made, err := d.made(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// spot is one sentence, or one cell of a table or chart, with what its figures open.
type spot struct {
	at   string // sentence, table NAME or chart NAME
	row  string // of a cell: the first of its row, which says what the row is about
	text string
	figs []report.Figure
}

func (s spot) rests(rests map[string]bool) bool {
	return slices.ContainsFunc(s.figs, func(f report.Figure) bool { return rests[f.Ref] })
}

// spots are all of a document in reading order. They are found here by themselves: compare's own way is what is being tested.
func spots(d report.Document) []spot {
	var out []spot
	add := func(at, row string, t report.Text) {
		s := spot{at, row, strings.TrimSpace(t.Plain()), t.Figures()}
		if s.text != "" {
			out = append(out, s)
		}
	}
	sentences := func(t report.Text) {
		for _, s := range report.Sentences(t) {
			add("sentence", "", s)
		}
	}
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			sentences(b.Text)
			if b.List != nil {
				for _, item := range b.List.Items {
					sentences(item)
				}
			}
			if b.Table != nil {
				for _, row := range slices.Concat(b.Table.Rows, b.Table.Foot) {
					for _, cell := range row {
						add("table "+b.Name, row[0].Plain(), cell)
					}
				}
				sentences(b.Table.Note)
			}
			if b.Chart != nil {
				for _, row := range b.Chart.Table.Rows {
					for _, cell := range row {
						add("chart "+b.Name, row[0], report.Text{{Words: cell}})
					}
				}
			}
		}
	}
	return out
}

// listed are the changes of a comparison in the form "at: was → now".
func listed(c compare.Changes) []string {
	var out []string
	for _, s := range c.Sentences {
		out = append(out, fmt.Sprintf("sentence: %s → %s", s.Was, s.Now))
	}
	for what, all := range map[string][]compare.Table{"table ": c.Tables, "chart ": c.Charts} {
		for _, t := range all {
			for _, cell := range t.Cells {
				out = append(out, fmt.Sprintf("%s: %s → %s", what+t.Name, cell.Was, cell.Now))
			}
			if len(t.Rows)+len(t.Columns) > 0 || t.Kind != compare.Changed {
				out = append(out, fmt.Sprintf("%s%s came, went or has other rows", what, t.Name))
			}
		}
	}
	slices.Sort(out)
	return out
}

// chains explain references on a release, whole: not as a document prints them.
func chains(t *testing.T, d caseDesk, refs []string) map[string]evidence.Chain {
	t.Helper()
	db, err := d.rel.Open(t.Context(), lake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	all := d.p.allExplainers(d.ws, d.rel, d.p.parametersOf(d.ws))
	out := map[string]evidence.Chain{}
	for _, ref := range refs {
		if out[ref], err = all.Explain(t.Context(), db, ref); err != nil {
			t.Fatalf("%s cannot be explained: %v", ref, err)
		}
	}
	return out
}

// holds says that a chain ends, among others, at a line of a file.
func holds(c evidence.Chain, source, file string, line int) bool {
	for _, r := range c.Records {
		if r.Source == source && r.File == file && r.Line == line {
			return true
		}
	}
	return slices.ContainsFunc(c.Steps, func(s evidence.Chain) bool { return holds(s, source, file, line) })
}

// oneCell is a cell of the bundled district that a test changes.
type oneCell struct {
	name, source string
	file         string // within the workspace
	find         string // in the line and in no other
	old, now     string // the cell, with as much beside it as makes it unique in the line
}

var oneCells = []oneCell{
	{"an indicator", "indicators", "tables/indicators.csv", "i001,", ",2019,66,", ",2019,67,"},
	{"jobs of an industry", "employment", "tables/employment.csv", "South Yorkshire,2021,25,", ",11435,", ",12001,"},
	{"jobs that a programme expects", "outcomes", "tables/outcomes.csv", "o024,", ",7000,", ",7400,"},
	{"the cost of a programme", "costs", "tables/costs.csv", "c028,", ",170000000,", ",171000000,"},
}

// TestCase proves what a case promises, on the bundled district.
func TestCase(t *testing.T) {
	ws := testPlace(t)
	first := testDesk(t, ws)
	before := testCase(t, first)
	t.Run("figures of the PDF are traced", func(t *testing.T) { tracePDF(t, first, before) })
	was := chains(t, first, before.Doc.Refs())
	for _, cell := range oneCells {
		t.Run("one cell: "+cell.name, func(t *testing.T) { cell.try(t, ws, before.Doc, was) })
	}
}

// try changes the cell, builds again and holds three things against each other: what the rebuilt case says otherwise, what rests on the
// cell by the chains of the figures, and what the comparison lists. What is said otherwise is exactly what is listed; all of it rests
// on the cell; and what rests on the cell is said otherwise, or is listed as read the same.
func (cell oneCell) try(t *testing.T, ws *evidence.Workspace, before report.Document, was map[string]evidence.Chain) {
	line, back := editCell(t, filepath.Join(ws.Dir, cell.file), cell.find, cell.old, cell.now)
	defer back() // the next one is built without this change
	d := testDesk(t, buildPlace(t, ws.Dir))
	after := testCase(t, d).Doc
	rests := map[string]bool{}
	came := slices.DeleteFunc(after.Refs(), func(ref string) bool { _, known := was[ref]; return known })
	for _, all := range []map[string]evidence.Chain{was, chains(t, d, came)} {
		for ref, c := range all {
			rests[ref] = rests[ref] || holds(c, cell.source, cell.file, line)
		}
	}
	holdOneCell(t, before, after, rests)
}

func holdOneCell(t *testing.T, before, after report.Document, rests map[string]bool) {
	t.Helper()
	changes := compare.Compare(before, after)
	a, b := spots(before), spots(after)
	if len(a) != len(b) {
		t.Fatalf("the document has %d sentences and cells, and then %d: the cell is to change no rows", len(a), len(b))
	}
	beneath := map[string]bool{}
	for _, x := range changes.Beneath {
		beneath[x.Ref] = true
	}
	on := onCell(a, b, rests)
	var want []string
	for k := range a {
		differs, on := a[k].text != b[k].text, on[k]
		if differs {
			want = append(want, fmt.Sprintf("%s: %s → %s", a[k].at, a[k].text, b[k].text))
		}
		hidden := slices.ContainsFunc(a[k].figs, func(f report.Figure) bool { return rests[f.Ref] && beneath[f.Ref] })
		switch {
		case differs && !on:
			t.Errorf("%s changes though nothing in it rests on the cell: %q → %q (%v)", a[k].at, a[k].text, b[k].text, b[k].figs)
		case !differs && on && !hidden && len(a[k].figs) > 0:
			t.Errorf("%s rests on the cell, reads the same and is not listed as such: %q (%v)", a[k].at, a[k].text, a[k].figs)
		}
	}
	slices.Sort(want)
	if len(want) == 0 {
		t.Error("nothing of the case changes with the cell")
	}
	if diff := cmp.Diff(want, listed(changes)); diff != "" {
		t.Errorf("what changed (-) is not what is listed (+):\n%s", diff)
	}
	t.Logf("%s %d more rest on the cell and read the same.", changes.Summary(), len(changes.Beneath))
}

// onCell says which spots rest on the cell. Sentences and cells of tables do by the chains of their figures. Cells of charts are words: they
// do where a table has a row about the same, or where they say what a figure says that rests on the cell, before and after.
func onCell(a, b []spot, rests map[string]bool) []bool {
	out := make([]bool, len(a))
	about := map[string]bool{}
	var said [][2]string
	for k := range a {
		out[k] = a[k].rests(rests) || b[k].rests(rests)
		if !out[k] {
			continue
		}
		if a[k].row != "" {
			about[a[k].row] = true
		}
		for n := range min(len(a[k].figs), len(b[k].figs)) {
			if f, g := a[k].figs[n], b[k].figs[n]; rests[g.Ref] && f.Text != g.Text {
				said = append(said, [2]string{f.Text, g.Text})
			}
		}
	}
	for k := range a {
		if strings.HasPrefix(a[k].at, "chart ") {
			out[k] = about[a[k].row] || slices.ContainsFunc(said, func(s [2]string) bool { return strings.Contains(a[k].text, s[0]) && strings.Contains(b[k].text, s[1]) })
		}
	}
	return out
}

// editCell changes a part of the only line of a file that begins with find. It says which line that is, and how to undo it.
func editCell(t *testing.T, file, find, old, now string) (int, func()) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(data), "\n")
	at := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, find) })
	if at < 0 || strings.Count(lines[at], old) != 1 {
		t.Fatalf("%s: no line begins with %q and has %q once", file, find, old)
	}
	lines[at] = strings.Replace(lines[at], old, now, 1)
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(strings.Join(lines, "\n"))
	return at + 1, func() { write(string(data)) }
}

// pdfLink is a link of a PDF to an address.
var pdfLink = regexp.MustCompile(`/URI\s*\(((?:[^()\\]|\\.)*)\)`)

// tracePDF picks ten figures of the exported PDF by its links, by chance that is the same every time, and follows each to the lines of
// files that it was made from.
func tracePDF(t *testing.T, d caseDesk, made bizcase.Made) {
	const site = "https://place.example"
	made.Doc.Address = site
	doc, err := bizcase.Export(made)
	if err != nil {
		t.Fatal(err)
	}
	browser := format.NewShared("", true)
	defer browser.Close()
	var file bytes.Buffer
	if err := format.Write(t.Context(), &file, "pdf", doc, format.Options{Browser: browser}); err != nil {
		if errors.Is(err, pdf.ErrNoBrowser) {
			t.Skip(err)
		}
		t.Fatal(err)
	}
	refs := linkedRefs(t, file.Bytes(), site+"/why?ref=")
	figures := doc.Refs()
	for _, ref := range figures {
		if !slices.Contains(refs, ref) {
			t.Errorf("the PDF does not link to the page of %s", ref)
		}
	}
	refs = slices.DeleteFunc(refs, func(ref string) bool { return !slices.Contains(figures, ref) }) // others are those of assumptions
	refs = slices.DeleteFunc(refs, func(ref string) bool {                                          // a setting, and what is nought by definition, come from no file
		return strings.HasPrefix(ref, "plan/budget") || strings.HasPrefix(ref, "plan/way-bau-")
	})
	if len(refs) < 40 {
		t.Fatalf("the PDF has links to %d figures only", len(refs))
	}
	text := oneLine(pdfText(t, file.Bytes()))
	rng := rand.New(rand.NewPCG(9, 2026))
	rng.Shuffle(len(refs), func(i, j int) { refs[i], refs[j] = refs[j], refs[i] })
	for _, ref := range refs[:10] {
		k := slices.IndexFunc(doc.Figures(), func(f report.Figure) bool { return f.Ref == ref })
		printed := doc.Figures()[k].Text
		if text != "" && !strings.Contains(text, oneLine(printed)) {
			t.Errorf("the PDF links to %s but does not print %q", ref, printed)
		}
		chain, err := d.p.chainOf(t.Context(), d.ws, d.rel, ref)
		if err != nil {
			t.Errorf("%s: %v", ref, err)
			continue
		}
		at := firstLine(d, chain)
		if at == "" {
			t.Errorf("%s (%s) leads to no line that can be shown", ref, printed)
		}
		t.Logf("%s = %s: %s", ref, printed, at)
	}
}

// linkedRefs are the references that a PDF links to under a prefix, each once, in order of their text.
func linkedRefs(t *testing.T, pdf []byte, prefix string) []string {
	t.Helper()
	var out []string
	for _, m := range pdfLink.FindAllSubmatch(pdf, -1) {
		address := strings.NewReplacer(`\(`, "(", `\)`, ")", `\\`, `\`).Replace(string(m[1]))
		if rest, ok := strings.CutPrefix(address, prefix); ok {
			ref, err := url.QueryUnescape(rest)
			if err != nil {
				t.Fatalf("%s: %v", address, err)
			}
			out = append(out, ref)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// pdfText is what a PDF reads, or nothing where poppler is not there.
func pdfText(t *testing.T, pdf []byte) string {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Log("pdftotext is not there: what is printed is not looked for")
		return ""
	}
	cmd := exec.CommandContext(t.Context(), "pdftotext", "-", "-")
	cmd.Stdin = bytes.NewReader(pdf)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// firstLine is the first line of a file that a chain ends at and that stands there as it was read.
func firstLine(d caseDesk, c evidence.Chain) string {
	for _, r := range c.Records {
		if cited := evidence.Cite(d.ws, d.rel.Manifest, r, true); cited.Problem == "" && cited.Text != "" {
			return fmt.Sprintf("%s line %d", r.File, r.Line)
		}
	}
	for _, s := range c.Steps {
		if at := firstLine(d, s); at != "" {
			return at
		}
	}
	return ""
}
