package docx

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"milieu/internal/chart"
	"milieu/internal/report"
)

func figure(text, between, ref string) report.Figure {
	return report.Figure{Text: text, Range: between, Ref: ref}
}

// sample is a document with one of everything.
func sample() report.Document {
	cost := report.MoneyFigure(8_310_000_000, "plan/cost")
	lq := figure("7.0", "6.4–7.6", "lq/valley/25/2021?against=great-britain")
	jobs := figure("1,234", "900–1,600", "plan/jobs")
	share := report.Figure{Text: "42", Unit: "%", Ref: "share/firms", Note: "estimate"}
	bars := chart.Bars(chart.BarsSpec{Title: "Jobs by industry", Unit: "Jobs", Bars: []chart.Bar{{Label: "Metals & alloys", Value: 1200}, {Label: "Tools <cutting>", Value: 300}}})
	dots := chart.Scatter(chart.ScatterSpec{Title: "Growth and size"})
	quote := report.Span{Quote: &report.Quote{Words: "1,300 new jobs", URL: "https://example.org/page?a=1&b=2"}}
	rich := append(report.Say("The plan costs %v and brings %v jobs; metals are %v times the national share. The board says ", cost, jobs, lq), quote,
		report.Span{Words: ". "}, report.Span{Words: "Read this", Strong: true}, report.Span{Words: " and "}, report.Span{Words: "that", Em: true, Link: "https://example.org/that"}, report.Span{Words: "."})
	options := &report.Table{Caption: "Options compared", Header: []string{"Option", "Cost", "Net jobs", "Why"}, Numeric: []bool{false, true, true, false},
		Rows: [][]report.Text{
			{report.Say("Preferred plan"), report.Say("%v", cost), report.Say("%v", jobs), report.Say("It gives the most for what it costs, and what it rests on has been looked at by others.")},
			{report.Say("Business as usual"), report.Say("%v", report.MoneyFigure(0, "bau")), {{Words: "not known"}}},
		},
		Foot: [][]report.Text{{{{Words: "Together", Strong: true}}, report.Say("%v", figure("£83.1m", "", "plan/cost")), {}, {}}},
		Note: report.Say("Money of 2026. Shares are of %v.", share)}
	return report.Document{
		Title: "The case for the valley – “steel” & <tools>", Subtitle: "What is asked for, and what for", Owner: "The board of the valley", Status: "Draft", Release: "0a1b2c3d", Date: "2026-11-27",
		Address: "https://example.org", Path: "/case",
		Sections: []report.Section{
			{ID: "summary", Title: "In brief", Question: "What is asked for?", Blocks: []report.Block{{Text: rich}, {Heading: "Within it"},
				{List: &report.List{Items: []report.Text{report.Say("First point"), report.Say("Second point with %v", cost)}}},
				{List: &report.List{Ordered: true, Items: []report.Text{report.Say("One step"), report.Say("Another step")}}},
				{Gap: &report.Gap{What: "Who pays for the rest is not known.", Next: "Ask the funders.", Owner: "The treasurer"}}}},
			{ID: "economic", Title: "Economic case", Blocks: []report.Block{
				{Name: "options", Table: options}, {Name: "jobs", Chart: &bars},
				{List: &report.List{Ordered: true, Items: []report.Text{report.Say("It begins at one again")}}},
				{Name: "growth", Chart: &dots}, report.Paragraph("Half of it is %v.", figure("5", "", "no/chain"))}},
			{ID: "wide", Title: "A wide table", Blocks: []report.Block{{Name: "wide", Table: wideTable()}}},
			{ID: "empty", Title: "Nothing yet"},
		},
		Assumptions: []report.Assumption{{Name: "Discount rate", Value: "3.5 %", Ref: "parameter/discount"}, {Name: "Budget", Value: "£100m", Ref: "plan/cost"}},
		Proofs: []report.Proof{
			{Ref: "plan/cost", Title: "What the plan costs", Value: "£83.1m", How: "The sum of four costs", Method: "METHODS, Plan", More: 3,
				Steps: []report.Step{{Depth: 1, Title: "Cost of the hall", Value: "£80m"}, {Depth: 2, Title: "row 3", Source: "Costs kept by hand", Licence: "OGL 3.0", Retrieved: "2026-11-01", File: "tables/costs.csv", Line: 4, Text: `hall,"80,000,000"`, URL: "https://example.org/hall"}, {Depth: 2, File: "tables/costs.csv", Line: 9, Problem: "the file is kept elsewhere"}}},
			{Ref: "plan/jobs", Title: "Net jobs", Value: "1,234 (900–1,600)"}, {Ref: "lq/valley/25/2021?against=great-britain", Title: "Specialisation", Value: "7.0 (6.4–7.6)"},
			{Ref: "bau", Title: "Nothing", Value: "£0"}, {Ref: "share/firms", Title: "Share", Value: "42 %"},
		},
		Sources: []report.SourceNote{{ID: "a", Title: "A register", Publisher: "An office", Licence: "OGL 3.0", Attribution: "Contains data of the office.", Retrieved: "2026-11-01", URL: "https://example.org/register"}, {ID: "b", Title: "Another"}},
	}
}

// wideTable has more long words than fit across an upright page.
func wideTable() *report.Table {
	t := &report.Table{Caption: "Wide"}
	var row []report.Text
	for range 9 {
		t.Header = append(t.Header, "Responsibilities")
		row = append(row, report.Say("interdisciplinary"))
	}
	t.Rows = [][]report.Text{row}
	return t
}

// plain draws every picture as a grey one.
func plain(svg string, w, h int) ([]byte, error) {
	img := image.NewGray(image.Rect(0, 0, w, h))
	for k := range img.Pix {
		img.Pix[k] = color.Gray{Y: 220}.Y
	}
	var b bytes.Buffer
	err := png.Encode(&b, img)
	return b.Bytes(), err
}

func written(t *testing.T, d report.Document, opts Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, d, opts); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// normal is a text with single spaces.
func normal(s string) string { return strings.Join(strings.Fields(s), " ") }
