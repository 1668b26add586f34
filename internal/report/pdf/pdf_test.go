package pdf

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"sync"
	"testing"

	"milieu/internal/chart"
	"milieu/internal/report"
)

var keep = flag.String("keep", "", "also write the PDF of the test's document to this `file`, to look at")

// opened is the one browser of the tests of this package.
var opened = sync.OnceValues(func() (*Browser, error) { return Open(context.Background(), "") })

func TestMain(m *testing.M) {
	code := m.Run()
	if b, err := opened(); err == nil {
		if err := b.Close(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// browser is the one of the tests, where the machine has one.
func browser(t *testing.T) *Browser {
	t.Helper()
	b, err := opened()
	if errors.Is(err, ErrNoBrowser) && os.Getenv("MILIEU_BROWSER") == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func sample() report.Document {
	cost := report.MoneyFigure(8_310_000_000, "plan/cost")
	bars := chart.Bars(chart.BarsSpec{Title: "Jobs by industry", Bars: []chart.Bar{{Label: "Metals", Value: 1200}, {Label: "Tools", Value: 300}}})
	return report.Document{Title: "The case for the valley – “steel”", Subtitle: "What is asked for", Owner: "A board", Release: "0a1b2c3d", Date: "2026-11-27", Address: "https://example.org", Status: "Draft",
		Sections: []report.Section{
			{ID: "summary", Title: "In brief", Question: "What is asked for?", Blocks: []report.Block{report.Paragraph("The plan costs %v.", cost), {Heading: "Within it"}, report.Paragraph("More of it."), report.Missing("Jobs are not known.", "Count them.")}},
			{ID: "economic", Title: "Economic case", Blocks: []report.Block{
				{Name: "options", Table: &report.Table{Caption: "Options", Header: []string{"Option", "Cost"}, Numeric: []bool{false, true}, Rows: [][]report.Text{{report.Say("Plan"), report.Say("%v", cost)}, {report.Say("Nothing"), report.Say("%v", report.MoneyFigure(0, "bau"))}}}},
				{Name: "jobs", Chart: &bars}}},
		},
		Proofs:  []report.Proof{{Ref: "plan/cost", Title: "Cost", Value: "£83.1m", Steps: []report.Step{{Depth: 1, Title: "row 3", File: "tables/cost.csv", Line: 4, Text: "a,80"}}}, {Ref: "bau", Title: "Nothing", Value: "£0"}},
		Sources: []report.SourceNote{{ID: "a", Title: "A register", Licence: "OGL 3.0"}}}
}

func TestPrint(t *testing.T) {
	got, f := printed(t)
	if *keep != "" {
		if err := os.WriteFile(*keep, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	again, err := browser(t).Print(t.Context(), sample())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, again) {
		t.Error("the same document gives other bytes")
	}
	pages := f.pages()
	for id, want := range map[string]int{"s-summary": 2, "f1": 3, "sources": 5} {
		if pages[id] != want {
			t.Errorf("%s stands on page %d, want %d", id, pages[id], want)
		}
	}
}

// A browser is asked for nothing once its visitor has left.
func TestPrint_left(t *testing.T) {
	b := browser(t)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := b.Print(ctx, sample()); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}

func TestRaster(t *testing.T) {
	got, err := browser(t).Raster(t.Context(), sample().Sections[1].Blocks[1].Chart.SVG, 560, 200)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(got, []byte("\x89PNG\r\n")) {
		t.Errorf("the picture begins with %q", got[:min(8, len(got))])
	}
}
