package workings

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"milieu/internal/portfolio"
	"milieu/internal/portfolio/appraisal"
	"milieu/internal/portfolio/parameter"
	"milieu/internal/report"
	"milieu/internal/report/xlsx"
	"milieu/internal/report/xlsx/xlsxtest"
)

// day is a fixed day: which parameters are in force must not hang on the day of the test.
const day = "2026-11-27"

func year(v int64) sql.NullInt64       { return sql.NullInt64{Int64: v, Valid: v != 0} }
func amount(v float64) sql.NullFloat64 { return sql.NullFloat64{Float64: v, Valid: true} }

// varied are interventions that have, among them, every kind of cost and course that the workings must lay out.
func varied(t *testing.T) appraisal.Inputs {
	t.Helper()
	set, err := parameter.Shipped(day)
	if err != nil {
		t.Fatal(err)
	}
	in := appraisal.Inputs{Params: set, Priors: map[string]portfolio.Prior{"grants": {EffectType: "grants", Label: "grants", Positive: 7, Studies: 10}}}
	add := func(i portfolio.Intervention) { in.All = append(in.All, i) }
	cost := func(of string, pounds float64, from, to, prices int64, more portfolio.Cost) {
		more.ID, more.Intervention, more.AmountP = fmt.Sprintf("c%d", len(in.Register.Costs)), of, int64(math.Round(pounds*100))
		more.From, more.To, more.PriceYear = year(from), year(to), year(prices)
		in.Register.Costs = append(in.Register.Costs, more)
	}
	outcome := func(of, key string, quantity float64, from, to int64, more portfolio.Outcome) {
		more.ID, more.Intervention, more.Outcome, more.Quantity = fmt.Sprintf("o%d", len(in.Register.Outcomes)), of, key, amount(quantity)
		more.From, more.To = year(from), year(to)
		if more.Kind == "" {
			more.Kind = "outcome"
		}
		in.Register.Outcomes = append(in.Register.Outcomes, more)
	}
	add(portfolio.Intervention{ID: "advice", Name: "Advice to “small” firms", Category: "business-support", Stage: "proposed", EffectType: "grants", Start: year(2027)})
	cost("advice", 1_234_567.89, 2027, 2029, 2021, portfolio.Cost{Funder: "Department", Kind: "revenue", Status: "expected"})
	outcome("advice", "jobs", 120, 0, 0, portfolio.Outcome{Unit: "jobs", Additional: "gross"})
	outcome("advice", "firms-supported", 300, 0, 0, portfolio.Outcome{Kind: "output", Unit: "firms"})
	add(portfolio.Intervention{ID: "works-1", Name: "Works", Category: "place-making", Stage: "in-delivery", Start: year(2024)})
	cost("works-1", 9_000_000, 2024, 2027, 0, portfolio.Cost{Funder: "Combined authority", Kind: "capital", Status: "committed", Asset: "standard-civil"})
	cost("works-1", 500_000, 2025, 2025, 2025, portfolio.Cost{Funder: "Private investor", Kind: "capital", Status: "spent"})
	outcome("works-1", "jobs", 80, 0, 2031, portfolio.Outcome{Unit: "jobs", Additional: "net"})
	outcome("works-1", "jobs-safeguarded", 40, 2028, 0, portfolio.Outcome{Unit: "jobs", Additional: "gross"})
	outcome("works-1", "land-value", 2_000_000, 2029, 0, portfolio.Outcome{Unit: "GBP", Per: "once", Additional: "gross"})
	add(portfolio.Intervention{ID: "works_1", Name: "Road", Category: "infrastructure", Stage: "proposed", Start: year(2030), EffectType: "grants"})
	cost("works_1", 20_000_000, 2030, 2034, 2026, portfolio.Cost{Funder: "Department", Kind: "capital", Asset: "non-standard-civil", Status: "asked"})
	outcome("works_1", "travel-time", 900_000, 2035, 2054, portfolio.Outcome{Unit: "GBP", Per: "year", Additional: "gross"})
	outcome("works_1", "cost-saving", 3_000_000, 2032, 2036, portfolio.Outcome{Unit: "GBP", Per: "total", Additional: "net"})
	outcome("works_1", "land-value", 700_000, 0, 0, portfolio.Outcome{Unit: "GBP", Per: "total", Additional: "gross"})
	outcome("works_1", "jobs", 55.5, 2036, 0, portfolio.Outcome{Unit: "jobs", Additional: "gross"})
	add(portfolio.Intervention{ID: "bridge", Name: "Bridge of the road", Category: "infrastructure", Stage: "proposed", Start: year(2031)})
	cost("bridge", 4_000_000, 2031, 2031, 2026, portfolio.Cost{Funder: "Department", Kind: "capital", Asset: "non-standard-civil", Status: "asked"})
	add(portfolio.Intervention{ID: "idea", Name: "Idea", Category: "skills", Stage: "proposed"})
	in.Register.Relations = []portfolio.Relation{{ID: "r1", From: "bridge", To: "works_1", Kind: portfolio.PartOf}}
	out := appraisal.Make(in.All, in.Register, in.Params)
	out.Priors = in.Priors
	return out
}

var all = []string{"advice", "works-1", "works_1", "bridge", "idea"}

func appraise(t *testing.T, assume ...portfolio.Assume) appraisal.Result {
	t.Helper()
	in := varied(t)
	r, err := appraisal.Appraise(context.Background(), in, appraisal.Settings{Draws: 200, Assume: assume})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func sheetsOf(t *testing.T, r appraisal.Result) []report.Sheet {
	t.Helper()
	total, err := r.Total(all)
	if err != nil {
		t.Fatal(err)
	}
	sheets, err := Sheets(r, total)
	if err != nil {
		t.Fatal(err)
	}
	return sheets
}

// book writes the sheets as a workbook.
func book(t *testing.T, sheets []report.Sheet) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := xlsx.Write(&b, report.Document{Title: "Workings", Date: day, Sheets: sheets}, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Workbooks that LibreOffice opens, all in one go: as the appraisal made them, and with a changed cell.
var books = []struct {
	name   string
	assume []portfolio.Assume // what the appraisal is made with
	cell   string             // then changed in the workbook
	value  float64
	as     portfolio.Assume // what that is for the appraisal
}{
	{name: "as shipped"},
	{name: "jobs have a national value, output is known, years are not whole", assume: []portfolio.Assume{{Parameter: "worth/jobs/national", Value: "1500"}, {Parameter: "worth/jobs/local", Value: "51000"},
		{Parameter: "persistence/any/full", Value: "6.5"}, {Parameter: "discount/default", Value: "green-book-health"}, {Parameter: "bias/mitigation", Value: "0.4"}, {Parameter: "appraisal/horizon", Value: "12"}}},
	{name: "deadweight", cell: "p_default_any_deadweight", value: 0.6, as: portfolio.Assume{Parameter: "default/any/deadweight", Value: "60%"}},
	{name: "mitigation", cell: "p_bias_mitigation", value: 0.5, as: portfolio.Assume{Parameter: "bias/mitigation", Value: "0.5"}},
	{name: "horizon", cell: "p_appraisal_horizon", value: 9, as: portfolio.Assume{Parameter: "appraisal/horizon", Value: "9"}},
	{name: "full", cell: "p_persistence_any_full", value: 3, as: portfolio.Assume{Parameter: "persistence/any/full", Value: "3"}},
	{name: "decay", cell: "p_persistence_any_decay", value: 1, as: portfolio.Assume{Parameter: "persistence/any/decay", Value: "100%"}},
}

// LibreOffice opens the workbooks without repair. Every formula comes to what package appraisal reckoned, to the penny where it is
// money, and a parameter that is changed in its cell does what the same assumption does to the appraisal.
func TestSheets_office(t *testing.T) {
	var files [][]byte
	for _, b := range books {
		sheets := sheetsOf(t, appraise(t, b.assume...))
		if b.cell != "" && !setCell(sheets, b.cell, b.value) {
			t.Fatalf("no cell has the name %s", b.cell)
		}
		files = append(files, book(t, sheets))
	}
	for k, got := range xlsxtest.Open(t, false, files...) {
		t.Run(books[k].name, func(t *testing.T) {
			if books[k].cell != "" {
				changed(t, got, books[k].as)
				return
			}
			r := appraise(t, books[k].assume...)
			formulas(t, got, sheetsOf(t, r))
			results(t, got, r)
		})
	}
}

// formulas wants every formula to come to what stands beside it.
func formulas(t *testing.T, got xlsxtest.Sheets, sheets []report.Sheet) {
	t.Helper()
	n := 0
	for _, s := range sheets {
		for r, row := range s.Rows {
			for c, cell := range row {
				if cell.Is != report.IsFormula {
					continue
				}
				n++
				same(t, fmt.Sprintf("%s, row %d, column %s: %s", s.Name, r+1, letter(c), cell.Formula), got.Cell(s.Name, r+1, c+1), cell.Number)
			}
		}
	}
	if n < 300 {
		t.Errorf("%d formulas, want more than 300", n)
	}
}

// results wants the sheet of results to show what the appraisal found, and to say so itself.
func results(t *testing.T, got xlsxtest.Sheets, r appraisal.Result) {
	t.Helper()
	seen := 0
	for _, row := range got[ResultsName] {
		for _, id := range all {
			item, _ := r.Item(id)
			for _, key := range appraisal.Keys() {
				if len(row) <= resNet || row[resID] != id || row[resMeasure] != appraisal.Label(key) {
					continue
				}
				seen++
				m := item.Measure(key)
				if !m.Known {
					if row[resNet] != "not known" {
						t.Errorf("%s %s is %s, and is not known", id, key, row[resNet])
					}
					continue
				}
				same(t, id+" "+key+" net", row[resNet], m.Net)
				same(t, id+" "+key+" as stated", row[resGross], m.Gross)
				if m.Counted {
					same(t, id+" "+key+" expected", row[resExpected], m.Expected)
				}
			}
		}
		if row != nil && row[0] == "Largest difference from what was published" && row[1] != "0" {
			t.Errorf("the sheet finds a difference of %s", row[1])
		}
	}
	if want := len(all) * len(appraisal.Keys()); seen != want {
		t.Errorf("%d measures, want %d", seen, want)
	}
}

// changed wants the results to be those of the appraisal under an assumption, and some of them to have moved.
func changed(t *testing.T, got xlsxtest.Sheets, as portfolio.Assume) {
	t.Helper()
	moved := false
	for n, row := range sheetsOf(t, appraise(t, as))[0].Rows {
		if len(row) <= resNet || row[resNet].Is != report.IsFormula {
			continue
		}
		what := fmt.Sprintf("row %d, %s %s", n+1, row[resID].Words, row[resMeasure].Words)
		same(t, what+", net", got.Cell(ResultsName, n+1, resNet+1), row[resNet].Number)
		if row[resGross].Is == report.IsFormula {
			same(t, what+", as stated", got.Cell(ResultsName, n+1, resGross+1), row[resGross].Number)
		}
		change := got.Cell(ResultsName, n+1, resChange+1)
		if low := got.Cell(ResultsName, n+1, resLow+1); row[resLow].Is == report.IsFormula && (low == NoRange) != (change != "0") {
			t.Errorf("%s: the low end of its range reads %q beside a change of %s", what, low, change)
		}
		moved = moved || change != "0"
	}
	if !moved {
		t.Error("nothing moves")
	}
}

// same wants a cell to hold a number, to the penny and to nine digits.
func same(t *testing.T, what, got string, want float64) {
	t.Helper()
	digits, percent := strings.CutSuffix(got, "%")
	v, err := strconv.ParseFloat(digits, 64)
	if percent {
		v /= 100
	}
	if err != nil || math.Abs(v-want) > 0.005 || math.Abs(v-want) > 1e-9*max(1, math.Abs(want))+1e-9 {
		t.Errorf("%s\ncomes to %q, want %v", what, got, want)
	}
}

// setCell sets the number of a named cell, and leaves what formulas came to as it is.
func setCell(sheets []report.Sheet, name string, to float64) bool {
	for _, s := range sheets {
		for _, row := range s.Rows {
			for k := range row {
				if row[k].Name == name {
					row[k].Number = to
					return true
				}
			}
		}
	}
	return false
}

func TestSheets_refuses(t *testing.T) {
	r := appraise(t)
	if s, err := Sheets(r, appraisal.Total{}); err != nil || s != nil {
		t.Errorf("no interventions give %v (%v)", s, err)
	}
	if _, err := Sheets(r, appraisal.Total{IDs: []string{"nobody"}}); err == nil {
		t.Error("an intervention that is not there has workings")
	}
	rows := func(ids ...string) int {
		total, err := r.Total(ids)
		if err != nil {
			t.Fatal(err)
		}
		s, err := Sheets(r, total)
		if err != nil || len(s) != 5 {
			t.Fatalf("%v have %d sheets (%v)", ids, len(s), err)
		}
		return len(s[0].Rows)
	}
	if once, twice := rows("advice"), rows("advice", "advice"); once != twice {
		t.Error("an intervention that is named twice stands twice")
	}
	if rows("idea") == 0 {
		t.Error("an intervention of which nothing is known has no rows")
	}
}

func TestLetter(t *testing.T) {
	for col, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 701: "ZZ", 702: "AAA"} {
		if got := letter(col); got != want {
			t.Errorf("column %d is %s, want %s", col, got, want)
		}
	}
}
