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

// All that a document can hold stands in the Markdown, and what is no mark is not read as one.
func TestWriteMarkdown_all(t *testing.T) {
	d := Document{Title: "A *case*", Release: "r-1", Date: "2026-11-27", Status: "Draft", Address: "https://example.org", Path: "/case", Sections: []Section{{Title: "One", Question: "Why?", Blocks: []Block{
		{Heading: "Under it"},
		{List: &List{Ordered: true, Items: []Text{Say("first %v", CountFigure(5, "a/b")), {{Words: "strong ", Strong: true}, {Words: "said", Em: true}, {Quote: &Quote{"1,300 jobs", "https://example.org/p"}}}}}},
		{List: &List{Items: []Text{Say("- dashed")}}},
		Paragraph("2026. A year at the start, and _marks_."),
		{Table: &Table{Caption: "Costs", Header: []string{"What", "Cost"}, Numeric: []bool{false, true}, Rows: [][]Text{{Say("a"), Say("%v", CountFigure(1, "c"))}}, Foot: [][]Text{{Say("All"), Say("%v", CountFigure(1, "a/b"))}}, Note: Say("Of all.")}},
		{Gap: &Gap{What: "Not known.", Next: "Ask.", Owner: "the board"}},
	}}}, Assumptions: []Assumption{{"Rate", "3.5 %", "parameter/rate"}},
		Proofs: []Proof{{Ref: "a/b", Title: "Firms", Value: "5", How: "2 + 3", Steps: []Step{{Depth: 1, Title: "Some", Value: "2"}, {Depth: 2, File: "a.csv", Line: 7, Text: "x,2", Source: "A register", Licence: "OGL"}}, More: 3}}}
	var b strings.Builder
	if err := WriteMarkdown(&b, d); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`# A \*case\*`, "Draft. Release r-1 of 2026-11-27.", "<https://example.org/case>", "### Under it", "1. first 5 [1]", "2. **strong** *said*[1,300 jobs](<https://example.org/p>)", `- \- dashed`, `2026\. A year at the start, and \_marks\_.`,
		"|---|---:|", "| **All** | **1 [1]** |", "| a | 1 [2] |", "\nOf all.", "> **Gap.** Not known. *Owed by the board.* Ask.", "| Rate | 3.5 % | [`parameter/rate`](<https://example.org/why?ref=parameter%2Frate>) |",
		"1. [`a/b`](<https://example.org/why?ref=a%2Fb>) Firms: 5. 2 + 3.", "   - Some: 2", "     - a.csv, line 7; x,2; A register; OGL", "   - 3 more", "2. [`c`]"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the Markdown lacks %q:\n%s", want, b.String())
		}
	}
}
