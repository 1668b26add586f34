package draft_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"milieu/internal/bizcase"
	"milieu/internal/bizcase/draft"
	"milieu/internal/report"
)

// facts know every figure, table and chart that is not in without; all figures come to value.
type facts struct {
	value   string
	without []string // beginnings of names
	fail    error
}

func (f facts) unknown(name string) bool {
	return slices.ContainsFunc(f.without, func(w string) bool { return strings.HasPrefix(name, w) })
}

func (f facts) Figure(_ context.Context, words []string) (report.Figure, error) {
	name := strings.Join(words, " ")
	switch {
	case f.fail != nil:
		return report.Figure{}, f.fail
	case f.unknown(name):
		return report.Figure{}, &bizcase.UnknownError{Message: name + " is not known"}
	}
	if name == "indicator i1" {
		return report.Figure{Text: f.value, Unit: "jobs", Ref: "indicator/i1"}, nil
	}
	return report.Figure{Text: f.value, Ref: "x/" + strings.ReplaceAll(name, " ", "-")}, nil
}

func (f facts) Blocks(_ context.Context, kind, name string) ([]report.Block, error) {
	if f.unknown(kind + " " + name) {
		return nil, &bizcase.UnknownError{Message: "there is no " + kind + " " + name}
	}
	return []report.Block{{Table: &report.Table{Caption: kind + " " + name}}}, nil
}

func (f facts) Names(context.Context) ([]bizcase.Name, error) {
	var out []bizcase.Name
	for _, n := range []bizcase.Name{{Source: "plan cost-of road", Kind: "figure", Group: "plan"}, {Source: "plan cost-of school", Kind: "figure", Group: "plan"},
		{Source: "indicator i0", Kind: "figure", Group: "indicators", Title: "Jobs in the heyday of mining, 1984 (nominal)"}, {Source: "indicator i1", Kind: "figure", Group: "targets", Title: "New jobs by 2040 (target)"},
		{Source: "indicator i2", Kind: "figure", Group: "targets", Title: "Share of jobs, 2019"}, {Source: "indicator i3", Kind: "figure", Group: "targets", Title: "Jobs promised, 2022 (target by our reading)"},
		{Source: "table costs", Kind: "table"}, {Source: "table options", Kind: "table"},
		{Source: "table risks", Kind: "table"}, {Source: "table leads", Kind: "table"}, {Source: "table chosen", Kind: "table"}, {Source: "chart special", Kind: "chart"}, {Source: "chart costs", Kind: "chart"}, {Source: "chart sequence", Kind: "chart"}} {
		if !f.unknown(n.Source) {
			out = append(out, n)
		}
	}
	return out, nil
}

func (f facts) Proofs(context.Context, []string) ([]report.Proof, error) { return nil, nil }
func (f facts) Frame(context.Context) (report.Document, error)           { return report.Document{}, nil }

func made(t *testing.T, f facts, o draft.Opts) (bizcase.Content, bizcase.Made) {
	t.Helper()
	c, err := draft.Write(context.Background(), f, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Check(); err != nil {
		t.Fatal(err)
	}
	m, err := bizcase.Make(context.Background(), c, f)
	if err != nil {
		t.Fatal(err)
	}
	return c, m
}

// Whatever is known and whatever is not, at each stage: nothing is broken, no number stands in the text, and no count reads as one of
// none or of a single thing in the plural.
func TestWrite(t *testing.T) {
	for _, stage := range bizcase.Stages {
		for name, f := range map[string]facts{
			"all":       {value: "7"},
			"one":       {value: "1"},
			"nothing":   {value: "7", without: []string{""}},
			"no plan":   {value: "7", without: []string{"plan", "appraised", "option", "cost", "year", "table options", "table costs", "lacking"}},
			"no ties":   {value: "7", without: []string{"broker", "ties"}},
			"only plan": {value: "7", without: []string{"organisations", "special", "broker", "ties", "facilities", "indicator"}},
		} {
			c, m := made(t, f, draft.Opts{Stage: stage, Place: "the valley", Area: "Area", Reference: "the country", Owner: "The owner"})
			for _, p := range m.Problems {
				t.Errorf("%s, %s: %+v", stage, name, p)
			}
			if c.Stage != stage || c.Title != "The case for the valley" || len(c.Sections) != len(bizcase.Parts) {
				t.Errorf("%s, %s: %s, %s, %d sections", stage, name, c.Stage, c.Title, len(c.Sections))
			}
			if name == "nothing" && m.Doc.Gaps() < 10 {
				t.Errorf("%s: %d gaps where nothing is known", stage, m.Doc.Gaps())
			}
			for _, s := range m.Doc.Sections {
				for _, b := range s.Blocks {
					if b.Gap != nil && b.Gap.Owner == "" {
						t.Errorf("%s, %s: nobody owes %q", stage, name, b.Gap.What)
					}
				}
			}
		}
	}
}

// A strategic outline is shorter than an outline, and that is no longer than a full case.
func TestWrite_stages(t *testing.T) {
	var long []int
	for _, stage := range bizcase.Stages {
		_, m := made(t, facts{value: "7"}, draft.Opts{Stage: stage})
		n := 0
		for _, s := range m.Doc.Sections {
			n += len(s.Blocks)
		}
		long = append(long, n)
	}
	if long[0] >= long[1] || long[1] > long[2] {
		t.Errorf("blocks by stage: %v", long)
	}
}

func TestWrite_rows(t *testing.T) {
	c, _ := made(t, facts{value: "7"}, draft.Opts{})
	if c.Stage != bizcase.Outline || c.Title != "The case for this place" {
		t.Errorf("%s %q", c.Stage, c.Title)
	}
	if len(c.Logic) != 4 || c.Logic[0].To[0] != "activity-1" || c.Logic[1].Text != "{{intervention road name}}" {
		t.Errorf("logic %+v", c.Logic)
	}
	if len(c.Messages) != 4 || len(c.Claims) != 4 {
		t.Errorf("%d messages, %d claims", len(c.Messages), len(c.Claims))
	}
	again, _ := made(t, facts{value: "7"}, draft.Opts{})
	a, _ := c.File()
	b, _ := again.File()
	if string(a) != string(b) {
		t.Error("the same facts give other drafts")
	}
	back, err := bizcase.ParseContent("x", a)
	if err != nil || len(back.Sections) != len(c.Sections) {
		t.Errorf("the draft does not read back: %v", err)
	}
}

// Only what its source states as a target becomes a goal: a figure that was counted does not, nor one that is read as a target.
func TestWrite_goals(t *testing.T) {
	c, _ := made(t, facts{value: "7"}, draft.Opts{})
	if len(c.Goals) != 1 || c.Goals[0].Target != "{{indicator i1}} jobs" || c.Goals[0].Name != "New jobs by 2040" {
		t.Errorf("goals %+v", c.Goals)
	}
}

// Jobs come of those interventions alone that state some, and never stand beside the money that is still to come.
func TestWrite_jobs(t *testing.T) {
	c, _ := made(t, facts{value: "7", without: []string{"intervention school jobs-net"}}, draft.Opts{})
	to := map[string][]string{}
	for _, s := range c.Logic {
		to[s.ID] = s.To
	}
	if len(c.Logic) != 5 || !slices.Equal(to["activity-1"], []string{"jobs"}) || !slices.Equal(to["activity-2"], []string{"result"}) {
		t.Errorf("logic %+v", c.Logic)
	}
	for _, m := range c.Messages {
		if strings.Contains(m.Evidence, "jobs-net") && (strings.Contains(m.Evidence, "{{plan cost}}") || !strings.Contains(m.Evidence, "{{appraised public-cost}}") || !strings.Contains(m.Evidence, "{{appraised without}}")) {
			t.Errorf("%s: %s", m.Audience, m.Evidence)
		}
	}
}

// A fact that cannot be read is an error, not a gap.
func TestWrite_error(t *testing.T) {
	broken := errors.New("the release cannot be read")
	if _, err := draft.Write(context.Background(), facts{fail: broken}, draft.Opts{}); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}
