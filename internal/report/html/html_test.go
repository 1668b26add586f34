package html

import (
	"bytes"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"milieu/internal/chart"
	"milieu/internal/report"
)

var keep = flag.String("keep", "", "also write the file of the test's document to this `file`, to look at")

// sample is a document with everything that one can hold.
func sample() report.Document {
	cost := report.MoneyFigure(8_310_000_000, "plan/cost?budget=1")
	lq := report.NumberFigure(7, 6.4, 7.6, 1, "lq/south-yorkshire/25/2021")
	share := report.Figure{Text: "66", Unit: "%", Ref: "share/x", Note: "target"}
	name := report.Figure{Text: "Metals & “alloys”", Words: true, Ref: "special/1"}
	bars := chart.Bars(chart.BarsSpec{Title: "Jobs by industry", Bars: []chart.Bar{{Label: "Metals", Value: 1200}, {Label: "Tools <&>", Value: 300}}})
	return report.Document{Title: "The case for the valley: steel & \"skills\"", Subtitle: "What is asked for, and what for", Owner: "A board", Status: "Draft, not approved", Release: "0a1b2c3d", Date: "2026-11-27",
		Address: "https://example.org", Path: "/case?budget=1",
		Sections: []report.Section{
			{ID: "summary", Title: "In brief", Question: "What is asked for, and what for?", Blocks: []report.Block{
				{Text: append(append(report.Say("The plan costs %v. ", cost), report.Span{Words: "That is ", Strong: true}, report.Span{Quote: &report.Quote{Words: "4,000 jobs", URL: "https://example.org/a?b=c&d"}}, report.Span{Words: " by 2030, see "}), report.Span{Words: "the page", Link: "https://example.org/page"}, report.Span{Words: " and <script>.", Em: true}, report.Span{Words: "no", Link: "javascript:alert(1)"})},
				{Heading: "What is special"},
				{List: &report.List{Items: []report.Text{report.Say("%v has %v times the share", name, lq), report.Say("%v of it", share)}}},
				{List: &report.List{Ordered: true, Items: []report.Text{report.Say("first"), report.Say("second: %v again", cost)}}},
			}},
			{ID: "economic", Title: "Economic case", Question: "Which options?", Blocks: []report.Block{
				{Name: "options", Table: &report.Table{Caption: "Options", Header: []string{"Option", "Cost", ""}, Numeric: []bool{false, true, false},
					Rows: [][]report.Text{{report.Say("Business as usual"), report.Say("%v", report.MoneyFigure(0, "bau")), report.Say("none")}, {report.Say("Plan"), report.Say("%v", cost), nil}},
					Foot: [][]report.Text{{report.Say("All"), report.Say("%v", cost), nil}}, Note: report.Say("In prices of 2026.")}},
				{Name: "jobs", Chart: &bars},
				{Gap: &report.Gap{What: "What firms say is not known.", Next: "Hold the survey.", Owner: "the board"}},
			}},
			{ID: "management", Title: "Management case"},
		},
		Assumptions: []report.Assumption{{Name: "Budget", Value: "£100m", Ref: "parameter/budget"}},
		Proofs: []report.Proof{{Ref: "plan/cost?budget=1", Title: "Cost of the plan", Value: "£83.1m", How: "the sum of costs", Method: "METHODS, section 9", More: 3, Steps: []report.Step{
			{Depth: 1, Title: "Cost of a", Value: "£80m"}, {Depth: 2, Title: "row 3", File: "tables/cost.csv", Line: 4, Text: "a,80<b>", Source: "Costs", Licence: "OGL 3.0", Retrieved: "2026-01-01", URL: "https://example.org/c"}, {Depth: 1, Title: "Cost of b", Value: "£3.1m", Problem: "the file is gone", URL: "a talk with <b>Ada</b>"}}},
			{Ref: "lq/south-yorkshire/25/2021", Title: "Location quotient", Value: "7.0"}, {Ref: "share/x", Title: "Share"}, {Ref: "special/1", Title: "Most special"}},
		Sources: []report.SourceNote{{ID: "brs", Title: "A register", Publisher: "An office", Licence: "OGL 3.0", URL: "https://example.org/brs"}}}
}

func written(t *testing.T, d report.Document) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, d, Options{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWrite(t *testing.T) {
	got := written(t, sample())
	if *keep != "" {
		if err := os.WriteFile(*keep, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{
		`<html lang="en-GB">`, `<title>The case for the valley: steel &amp; &#34;skills&#34;</title>`, `<p class="status">Draft, not approved</p>`,
		`<span class="fig">£83.1m</span><sup class="ref">&nbsp;<a id="u1-1" href="#f1" aria-label="[1], source of £83.1m">[1]</a></sup>`,
		`<li id="f1">`, `href="https://example.org/why?ref=plan%2Fcost%3Fbudget%3D1"`, `<span class="range">(6.4–7.6)</span>`, `66&nbsp;%`,
		`<span class="quote">4,000 jobs</span>`, `<li id="q-a">[a] <a href="https://example.org/a?b=c&amp;d"`, `<th scope="row">Plan</th>`, `<th scope="col" class="n">Cost</th>`, `<b>Table 1.</b> Options`,
		`<b>Figure 1.</b> Jobs by industry.`, `<a href="#d-jobs">Data behind figure 1</a>`, `id="d-jobs"`, `Owed by the board`, `tables/cost.csv, line 4`, `<code>tables/cost.csv</code>, line 4: Costs, retrieved 2026-01-01`, `From Cost of a = £80m; Cost of b = £3.1m.`, `a,80&lt;b&gt;`, `the file is gone`, `a talk with &lt;b&gt;Ada&lt;/b&gt;`,
		`Its chain is not part of this document.`, `An office. OGL 3.0.`, `Date of retrieval not recorded.`, `<tfoot>`, `In prices of 2026.`, `Nothing has been written here yet.`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the file lacks %q", want)
		}
	}
	for _, not := range []string{"javascript:", "<script", "ZgotmplZ", "src=\"http", "@import"} {
		if strings.Contains(got, not) {
			t.Errorf("the file holds %q", not)
		}
	}
	if again := written(t, sample()); again != got {
		t.Error("the same document gives other bytes")
	}
}

// Every address within the file leads somewhere, and no id stands twice.
func TestWrite_links(t *testing.T) {
	got := written(t, sample())
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(got, -1) {
		if ids[m[1]] {
			t.Errorf("the id %q stands twice", m[1])
		}
		ids[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`(?:href="#|aria-labelledby=")([^"]+)"`).FindAllStringSubmatch(got, -1) {
		if !ids[m[1]] {
			t.Errorf("a link or label leads to %q, which is not there", m[1])
		}
	}
}

func TestWrite_noAddress(t *testing.T) {
	d := sample()
	d.Address = ""
	got := written(t, d)
	if strings.Contains(got, "/why?") || !strings.Contains(got, "milieu why REFERENCE") || strings.Contains(got, "<dt>Address</dt>") {
		t.Error("a document without an address leads to one, or does not say how its figures are opened")
	}
}

// No text of a document can end the style in which its title stands.
func TestCSSString(t *testing.T) {
	if got, want := cssString("a</style>\"\\é\n"), `"a\00003c\00002fstyle\00003e\000022\00005c\0000e9"`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestLetters(t *testing.T) {
	for k, want := range map[int]string{0: "a", 25: "z", 26: "aa", 27: "ab", 701: "zz", 702: "aaa"} {
		if got := letters(k); got != want {
			t.Errorf("letter %d is %q, want %q", k, got, want)
		}
	}
}

func TestNest(t *testing.T) {
	tree, rest := nest([]report.Step{{Depth: 1, Title: "a"}, {Depth: 3, Title: "b"}, {Depth: 2, Title: "c"}, {Depth: 1, Title: "d"}}, 1)
	if len(rest) != 0 || len(tree) != 2 || len(tree[0].Steps) != 2 || tree[1].Title != "d" {
		t.Errorf("got %+v, left %d", tree, len(rest))
	}
}
