package xlsx

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"milieu/internal/chart"
	"milieu/internal/report"
)

func ranged(text, interval, ref string) report.Figure {
	return report.Figure{Text: text, Range: interval, Ref: ref}
}

func document() report.Document {
	share := report.Figure{Text: "12.5", Unit: "%", Ref: "share/a"}
	return report.Document{Title: "A case & its proof", Subtitle: "For a test", Owner: "A body", Release: "r-1", Date: "2026-11-27", Address: "https://example.org", Path: "/case",
		Sections: []report.Section{
			{ID: "strategic", Title: "Strategic case", Blocks: []report.Block{
				report.Paragraph("It costs %v. Of that %v is spent in 2 years.", report.MoneyFigure(120_000_00, "plan/cost"), share),
				{Name: "options", Table: &report.Table{Caption: "Options compared", Header: []string{"What", "Cost", "Jobs"}, Numeric: []bool{false, true, true},
					Rows: [][]report.Text{
						{report.Say("=A1 | b"), report.Say("%v", report.MoneyFigure(1_234_567_00, "cost/a")), report.Say("%v", ranged("1,200", "900–1,500", "jobs/a"))},
						{report.Say("c"), report.Say("not known"), report.Say("about %v jobs", ranged("7.0", "6.4–7.6", "jobs/c"))},
					},
					Foot: [][]report.Text{{report.Say("All"), report.Say("%v", report.MoneyFigure(1_234_567_00, "cost/all")), {}}},
					Note: report.Say("Of %v.", report.CountFigure(3, "count/n"))}},
				{Name: "options", Chart: &chart.Chart{Title: "Costs by year", Desc: "One bar.", Table: chart.Table{Header: []string{"Year", "Cost"}, Numeric: []bool{false, true}, Rows: [][]string{{"2026", "£1.2m"}, {"2027", "not known"}}}}},
				{Gap: &report.Gap{What: "Benefits are not known.", Next: "Appraise them.", Owner: "The board"}},
			}},
		},
		Assumptions: []report.Assumption{{Name: "Discounting", Value: "3.5 %", Ref: "parameter/discount"}},
		Proofs: []report.Proof{{Ref: "plan/cost", Title: "Cost of the plan", Value: "£120k", How: "1 + 2", Steps: []report.Step{
			{Depth: 1, Title: "Cost of a", Value: "£100"}, {Depth: 2, File: "costs.csv", Line: 7, Source: "A register", Licence: "OGL", Text: "a,100"}}, More: 4}, {Ref: "jobs/a", Title: "Jobs"}},
		Sources: []report.SourceNote{{ID: "reg", Title: "A register", Licence: "OGL", URL: "https://example.org/reg"}},
		Sheets: []report.Sheet{{Name: "Workings", Head: 1, Rows: [][]report.Cell{
			{report.WordsCell("Workings").In(report.Heading)},
			{report.WordsCell("Rate"), report.NumberCell(0.035, report.Percent).In(report.Input).Called("p_rate")},
			{report.WordsCell("Double"), report.FormulaCell("2*p_rate", 0.07, report.Percent)},
		}}},
	}
}

func written(t *testing.T, d report.Document) (*excelize.File, []byte) {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, d, nil); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f, b.Bytes()
}

func TestWrite(t *testing.T) {
	f, _ := written(t, document())
	want := []string{"Read me", "Options", "Options chart", "Workings", "Figures", "Chains", "Assumptions", "Gaps", "Sources"}
	if d := cmp.Diff(want, f.GetSheetList()); d != "" {
		t.Fatal(d)
	}
	for _, c := range []struct{ sheet, cell, want, raw string }{
		{"Options", "A1", "Options compared", ""},
		{"Options", "D3", "Jobs, low", ""},
		{"Options", "A4", "'=A1 | b", ""}, // never a formula, even in a CSV file of it
		{"Options", "B4", "", "1200000"},
		{"Options", "C4", "1,200", "1200"},
		{"Options", "D4", "900", "900"},
		{"Options", "B5", "not known", ""},
		{"Options", "C5", "about 7.0 (6.4–7.6) jobs", ""},
		{"Options", "B6", "", "1200000"},
		{"Options chart", "A4", "2026", ""},
		{"Options chart", "B4", "", "1200000"},
		{"Options chart", "B5", "not known", ""},
		{"Figures", "D4", "It costs £120k.", ""},
		{"Figures", "F4", "120000", ""},
		{"Figures", "F5", "12.5", ""},
		{"Figures", "I5", "%", ""},
		{"Figures", "D6", "'=A1 | b: Cost", ""},
		{"Figures", "G7", "900", ""},
		{"Figures", "D8", "c: Jobs: about 7.0 (6.4–7.6) jobs", ""},
		{"Options", "F4", "3–4", ""},
		{"Options", "F5", "5", ""},
		{"Options", "F6", "6", ""},
		{"Figures", "L4", "chain 1", ""},
		{"Chains", "E4", "Cost of the plan", ""},
		{"Chains", "M6", "costs.csv", ""},
		{"Chains", "N6", "7", ""},
		{"Chains", "E7", "4 more, which the page of the figure shows", ""},
		{"Chains", "E8", "Jobs", ""},
		{"Gaps", "C4", "The board", ""},
		{"Sources", "E4", "not recorded", ""},
		{"Workings", "B3", "7.0%", "0.07"},
	} {
		got, err := f.GetCellValue(c.sheet, c.cell)
		if err != nil || got != c.want && c.want != "" {
			t.Errorf("%s!%s is %q, want %q (%v)", c.sheet, c.cell, got, c.want, err)
		}
		if raw, _ := f.GetCellValue(c.sheet, c.cell, excelize.Options{RawCellValue: true}); c.raw != "" && raw != c.raw {
			t.Errorf("%s!%s holds %q, want %q", c.sheet, c.cell, raw, c.raw)
		}
	}
}

// Figures lead to their row, rows to chains, references to their page, and chains back.
func TestWrite_links(t *testing.T) {
	f, _ := written(t, document())
	for _, c := range []struct{ sheet, cell, want string }{
		{"Options", "B4", "'Figures'!A6"},
		{"Options", "F5", "'Figures'!A8"},
		{"Figures", "K4", "https://example.org/why?ref=plan%2Fcost"},
		{"Figures", "L4", "'Chains'!A4"},
		{"Figures", "L7", "'Chains'!A8"},
		{"Chains", "B4", "'Figures'!A4"},
		{"Chains", "B8", "'Figures'!A7"},
		{"Read me", "B5", "https://example.org/case"},
	} {
		if ok, got, err := f.GetCellHyperLink(c.sheet, c.cell); !ok || err != nil || got != c.want {
			t.Errorf("%s!%s leads to %q, want %q (%v)", c.sheet, c.cell, got, c.want, err)
		}
	}
	h, err := f.GetHeaderFooter("Options")
	if err != nil || !strings.Contains(h.OddFooter, "Release r-1") || !strings.Contains(h.OddHeader, "&&") {
		t.Errorf("pages are headed %+v (%v)", h, err)
	}
}

func TestWrite_sameBytes(t *testing.T) {
	_, first := written(t, document())
	for range 3 {
		if _, again := written(t, document()); !bytes.Equal(first, again) {
			t.Fatal("the same document gives other bytes")
		}
	}
}

// A document without anything is a workbook too.
func TestWrite_empty(t *testing.T) {
	f, _ := written(t, report.Document{Title: "Nothing"})
	if n := len(f.GetSheetList()); n != 6 {
		t.Errorf("%d sheets, want 6: %v", n, f.GetSheetList())
	}
}

func TestSheets_names(t *testing.T) {
	d := document()
	d.Sheets = append(d.Sheets, report.Sheet{Name: "figures"})
	if err := Write(&bytes.Buffer{}, d, nil); err == nil {
		t.Error("a working takes the name of a list")
	}
	n := newNames("costs")
	for _, c := range [][2]string{{"costs", "Costs 2"}, {"a/b: [c]", "Ab c"}, {strings.Repeat("x", 40), "X" + strings.Repeat("x", 30)}, {strings.Repeat("x", 40), "X" + strings.Repeat("x", 28) + " 2"}, {"'", "Table"}} {
		if got := n.make(c[0]); got != c[1] {
			t.Errorf("%q becomes %q, want %q", c[0], got, c[1])
		}
	}
	d = document()
	d.Sheets[0].Rows[1][0] = d.Sheets[0].Rows[1][0].Called("p_rate")
	if err := Write(&bytes.Buffer{}, d, nil); err == nil {
		t.Error("two cells have one name")
	}
}
