package bizcase

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/report"
)

// known are facts of three figures, a name and a table.
type known map[string]report.Figure

func (k known) Figure(_ context.Context, words []string) (report.Figure, error) {
	if f, ok := k[strings.Join(words, " ")]; ok {
		return f, nil
	}
	return report.Figure{}, &UnknownError{"there is no figure " + strings.Join(words, " ")}
}

func (k known) Blocks(_ context.Context, kind, name string) ([]report.Block, error) {
	if kind == "table" && name == "costs" {
		return []report.Block{{Name: "costs", Table: &report.Table{Caption: "Costs", Header: []string{"Year", "Cost"}, Numeric: []bool{false, true}, Rows: [][]report.Text{{{{Words: "2026–27"}}, report.Say("%v", k["cost"])}}}}}, nil
	}
	return nil, &UnknownError{"there is no " + kind + " " + name}
}

func (k known) Names(context.Context) ([]Name, error) { return nil, nil }

func (k known) Proofs(_ context.Context, refs []string) ([]report.Proof, error) {
	var out []report.Proof
	for _, r := range refs {
		out = append(out, report.Proof{Ref: r, Title: "of " + r})
	}
	return out, nil
}

func (k known) Frame(context.Context) (report.Document, error) {
	return report.Document{Release: "r1", Date: "2026-11-27"}, nil
}

func facts() known {
	return known{
		"firms":   report.CountFigure(1234, "count/firms"),
		"lq":      report.NumberFigure(7, 6.4, 7.6, 1, "lq/x"),
		"cost":    report.MoneyFigure(120_000_00, "plan/cost"),
		"special": {Text: "Manufacture of machinery", Ref: "special/1", Words: true},
	}
}

func writing(sections ...Section) Content {
	return Content{Title: "A case", Stage: Outline, Sections: sections}
}

func TestMake(t *testing.T) {
	c := writing(Section{ID: "strategic", Text: "### Who is here\n\nThere are {{firms}} firms since 2001. **{{special}}** leads with {{lq}}.\n\n{{table costs}}\n\n{{table costs}}\n\n{{gap \"Who pays?\" owner=\"The authority\" next=\"Ask.\"}}\n\n- It costs {{cost}}.\n- They say {{quote \"1,300 jobs\" https://example.org/a}} at {{name \"Unit 19\"}}."})
	m, err := Make(context.Background(), c, facts())
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Problems) != 0 || m.Draft() {
		t.Fatalf("%+v", m.Problems)
	}
	var got []string
	for _, b := range m.Doc.Sections[0].Blocks {
		switch {
		case b.Heading != "":
			got = append(got, "# "+b.Heading)
		case b.Table != nil:
			got = append(got, b.Name)
		case b.Gap != nil:
			got = append(got, b.Gap.What+b.Gap.Owner+b.Gap.Next)
		default:
			for _, text := range b.Texts() {
				got = append(got, text.Plain())
			}
		}
	}
	want := []string{"# Who is here", "There are 1,234 firms since 2001. Manufacture of machinery leads with 7.0 (6.4–7.6).", "costs", "costs-2", "Who pays?The authorityAsk.", "It costs £120k.", "They say 1,300 jobs at Unit 19."}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if s := m.Doc.Sections[0]; s.Title != "Strategic case" || s.Question != "Why here, why this, why now?" {
		t.Errorf("%q %q", s.Title, s.Question)
	}
	if diff := cmp.Diff([]string{"count/firms", "special/1", "lq/x", "plan/cost"}, m.Doc.Refs()); diff != "" {
		t.Error(diff)
	}
	if _, n := m.Doc.Proof("plan/cost"); n != 4 {
		t.Errorf("the proof of the cost has number %d", n)
	}
}

// What is wrong is told with its place, stays visible, and says whether it may be exported.
func TestMake_problems(t *testing.T) {
	c := writing(Section{ID: "economic", Text: "First. It has {{firsm}} firms.\n\nAbout 40 firms came; {{firms}} stay.\n\n{{table nothing}}\n\n{{quote \"9 jobs\"}} and twelve more {{"})
	c.Seen = map[string]string{"firms": "1,200"}
	m, err := Make(context.Background(), c, facts())
	if err != nil {
		t.Fatal(err)
	}
	type short struct {
		Kind   ProblemKind
		Line   int
		Source string
	}
	var got []short
	for _, p := range m.Problems {
		if p.Part != "economic" || p.Message == "" {
			t.Errorf("%+v", p)
		}
		got = append(got, short{p.Kind, p.Line, p.Source})
	}
	want := []short{{Syntax, 7, ""}, {Broken, 1, "firsm"}, {Changed, 3, "firms"}, {Unbound, 3, "40"}, {Broken, 5, "table nothing"}, {Syntax, 7, `quote "9 jobs"`}, {Spelled, 7, "twelve"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !m.Forbidden() || !m.Draft() {
		t.Error("a case with a broken figure may be exported")
	}
	if s := m.Of(Broken)[0].Sentence; s != "It has {{firsm}} firms." {
		t.Errorf("the sentence is %q", s)
	}
	if p := m.Of(Changed)[0]; p.Was != "1,200" || p.Now != "1,234" {
		t.Errorf("%+v", p)
	}
}

// A number in a field that takes no insertions opens no source either.
func TestMake_fields(t *testing.T) {
	c := writing(Section{ID: "summary", Text: "{{gap \"What?\" owner=\"40 firms\" next=\"Ask ٣ of them\"}}", Title: "In 3 words"})
	c.Title, c.Goals = "Our 8,000 jobs", []Goal{{Name: "500 more", Owner: "Team of 2"}}
	m, err := Make(context.Background(), c, facts())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range m.Of(Unbound) {
		got = append(got, p.Where+": "+p.Source)
	}
	want := []string{"the title: 8,000", "the name of goal 1: 500", "the owner of goal 1: 2", "the heading of the section summary: 3", "the section summary: ٣", "the section summary: 40"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A target is a decision of the case's owner, and of nobody where it names none; what a goal lacks is a gap.
func TestMake_goals(t *testing.T) {
	c := writing(Section{ID: "strategic", Text: "{{table goals}}"})
	c.Owner = "The board"
	c.Goals = []Goal{{Name: "Jobs", Baseline: "{{firms}}", Target: `{{set "9,000 jobs"}}`, By: "2030", Owner: "Ana", Evidence: "{{lq}}"}, {Name: "Homes", Target: "more"}}
	m, err := Make(context.Background(), c, facts())
	if err != nil || len(m.Problems) != 0 {
		t.Fatal(err, m.Problems)
	}
	blocks := m.Doc.Sections[0].Blocks
	if got := blocks[0].Table.Rows[0][2].Plain(); got != "9,000 jobs (set by The board in this case)" {
		t.Errorf("target %q", got)
	}
	if g := blocks[1].Gap; g == nil || g.What != "Goals that cannot be measured yet: “Homes” lacks a baseline, a date, an owner, evidence." || g.Owner != "The board" {
		t.Errorf("%+v", g)
	}
	c.Sections[0].Text = `We promise {{set "9,000 jobs"}}.`
	if m, err = Make(context.Background(), c, facts()); err != nil || len(m.Of(Syntax)) != 1 {
		t.Errorf("a number set outside the goals: %v %+v", err, m.Problems)
	}
}

// An error of reading is no problem of the text.
func TestMake_unread(t *testing.T) {
	failed := errors.New("the disk is gone")
	_, err := Make(context.Background(), writing(Section{ID: "summary", Text: "{{firms}}"}), failing{facts(), failed})
	if !errors.Is(err, failed) {
		t.Errorf("%v", err)
	}
}

type failing struct {
	known
	err error
}

func (f failing) Figure(context.Context, []string) (report.Figure, error) {
	return report.Figure{}, f.err
}

// Dates, names and numbers of headings are no figures; everything else with a digit is one.
func TestLoose(t *testing.T) {
	for words, want := range map[string][]string{
		"on 27 November 2026, in 2026-27, 2026–27, the 1990s, 2027–2029, by 2030-03-31": nil,
		"November 2026; from 3 to 5 May 2026; the 21st century":                         nil,
		"S60 5WG, M1, 5G, CO2, A630, Horizon 2020, Factory 2050":                        nil,
		"table 3, sections 2 and 4, SIC 25, phase 2, figure 1.2":                        nil,
		"40 firms, £1.2bn, 3.5 %, 12 per cent, 1,000 jobs and 0.7":                      {"40", "£1.2bn", "3.5 %", "12 per cent", "1,000", "0.7"},
		"Growth of 4% to 2030":             {"4%"},
		"about 8,000 jobs by 2030 (2,5 %)": {"8,000", "2,5 %"},
	} {
		if diff := cmp.Diff(want, loose(words)); diff != "" {
			t.Errorf("%q: %s", words, diff)
		}
	}
}

func TestContent_file(t *testing.T) {
	c := writing(Section{ID: "summary", Text: "Line one.\n\n- {{firms}} \"quoted\"\n"})
	c.Goals = []Goal{{Name: "Jobs", Target: `{{quote "4,000 jobs" https://example.org}}`, By: "2030"}}
	c.Logic = []Step{{ID: "money", Kind: "input", Text: "Money", To: []string{"labs"}}, {ID: "labs", Kind: "output", Text: "Labs"}}
	c.Claims = []Claim{{Text: "It works", Grade: "weak", Against: "Nobody looked."}}
	c.Messages = []Message{{Audience: "board", Text: "Keep it."}}
	text, err := c.File()
	if err != nil {
		t.Fatal(err)
	}
	back, err := ParseContent("a.toml", text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, back); diff != "" {
		t.Error(diff)
	}
}

func TestParseContent_refused(t *testing.T) {
	for text, want := range map[string]string{
		"title = \"a\"\nstage = \"half\"\n":                                                      `the stage "half" is not known`,
		"title = \"a\"\nstage = \"full\"\nbudget = 3\n":                                          `the key "budget" is not known`,
		"stage = \"full\"\n":                                                                     "no title",
		"title = \"a\"\nstage = \"full\"\n[[section]]\nid = \"A b\"\ntext = \"\"\n":              `the id of a section, "A b"`,
		"title = \"a\"\nstage = \"full\"\n[[goal]]\nname = \"x\"\nby = \"soon\"\n":               `"soon" is neither a year nor a day`,
		"title = \"a\"\nstage = \"full\"\n[[logic]]\nid = \"x\"\nkind = \"input\"\nto = [\"y\"]": `leads to "y", which is no step`,
		"title = \"a\"\nstage = \"full\"\n[[claim]]\ntext = \"x\"\ngrade = \"sure\"":             "needs a text and a grade of strong",
		"title = \"a\"\nstage = \"full\"\nvision = \"Jobs: \\u202e071\"\n":                       "the vision holds the character U+202E",
		"title = ": "a.toml",
	} {
		if _, err := ParseContent("a.toml", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
