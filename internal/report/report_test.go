package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSay(t *testing.T) {
	text := Say("%v of %v firms: %v", CountFigure(1234, "count/a"), 5000, NumberFigure(7, 6.4, 7.6, 1, "lq/x"))
	if got, want := text.Plain(), "1,234 of 5000 firms: 7.0 (6.4–7.6)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestNumberFigure_exact(t *testing.T) {
	if f := NumberFigure(2, 2, 2, 1, "x"); f.Range != "" {
		t.Errorf("an exact number has the range %q", f.Range)
	}
}

func document() Document {
	return Document{Title: "A case", Sections: []Section{{Title: "One", Blocks: []Block{
		Paragraph("It costs %v.", MoneyFigure(120_000_00, "plan/cost")),
		{Table: &Table{Caption: "Costs", Header: []string{"What", "Cost"}, Rows: [][]Text{{Say("a | b"), Say("%v", MoneyFigure(100, "cost/a"))}}}},
		Missing("Benefits are not known.", "Appraise them."),
	}}}, Sources: []SourceNote{{Title: "A register", Licence: "OGL"}}}
}

func TestDocument(t *testing.T) {
	d := document()
	var refs []string
	for _, f := range d.Figures() {
		refs = append(refs, f.Ref)
	}
	if diff := cmp.Diff([]string{"plan/cost", "cost/a"}, refs); diff != "" {
		t.Error(diff)
	}
	if d.Gaps() != 1 {
		t.Errorf("%d gaps, want 1", d.Gaps())
	}
}

// Every figure of the Markdown has its reference, bars in cells are escaped, and
// a gap is called one.
func TestWriteMarkdown(t *testing.T) {
	var b strings.Builder
	if err := WriteMarkdown(&b, document()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"# A case", "It costs £120k [1].", `a \| b`, "£1 [2]", "`plan/cost`", "`cost/a`", "**Gap.** Benefits are not known. Appraise them.", "Date of retrieval not recorded."} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the Markdown lacks %q:\n%s", want, b.String())
		}
	}
}
