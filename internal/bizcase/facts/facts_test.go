package facts_test

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"milieu/internal/bizcase"
	"milieu/internal/bizcase/facts"
	"milieu/internal/cli"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/appraisal"
	"milieu/internal/portfolio/parameter"
	"milieu/internal/portfolio/sequence"
	"milieu/internal/portfolio/worth"
	"milieu/internal/web"
)

var today = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

// run runs the program, which builds releases.
func run(t *testing.T, args ...string) {
	t.Helper()
	var errs strings.Builder
	p := &cli.Program{Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: &errs, Now: func() time.Time { return today }}
	if code := p.Run(t.Context(), args); code != 0 {
		t.Fatalf("milieu %s: exit code %d: %s", strings.Join(args, " "), code, errs.String())
	}
}

// of are the facts of the current release of a workspace.
func of(t *testing.T, dir string) *facts.Facts {
	t.Helper()
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	rel, err := evidence.Current(ws)
	if err != nil {
		t.Fatal(err)
	}
	db, err := rel.Open(context.Background(), lake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	opened = append(opened, db)
	set, err := parameter.Load(dir, today.Format(time.DateOnly))
	if err != nil {
		t.Fatal(err)
	}
	params := func() (parameter.Set, error) { return set, nil }
	in := worth.Input{DB: db, Params: params}
	from := func(context.Context, lake.Querier) worth.Input { return in }
	all := web.ReleaseExplainers()
	for _, more := range []evidence.Explainers{parameter.Explainers(params), appraisal.Explainers(params), worth.Explainers(from), sequence.Explainers(from)} {
		for k, e := range more {
			all[k] = e
		}
	}
	ask := portfolio.DefaultAsk(ws.Plan)
	ask.Now = 2026
	return facts.New(facts.Sources{Q: db, Workspace: ws, Release: rel, Ask: ask, Params: params, Worth: in, Explainers: all})
}

var (
	demoOnce  sync.Once
	demoDir   string
	demoFacts *facts.Facts
	opened    []*lake.DB // closed when all tests are done
)

// demo are the facts of the demonstration, built and reckoned once for all tests.
func demo(t *testing.T) *facts.Facts {
	t.Helper()
	demoOnce.Do(func() {
		dir, err := os.MkdirTemp("", "facts")
		if err != nil {
			t.Fatal(err)
		}
		run(t, "demo", "--no-serve", "--dir", dir)
		demoDir, demoFacts = dir, of(t, dir)
	})
	if demoFacts == nil {
		t.Fatal("the demonstration was not built")
	}
	return demoFacts
}

func TestMain(m *testing.M) {
	code := m.Run()
	for _, db := range opened {
		_ = db.Close()
	}
	if demoDir != "" {
		_ = os.RemoveAll(demoDir)
	}
	os.Exit(code)
}

// Every name that is listed stands for what the list says, with a reference that an explainer follows to a value or a line.
func TestNames(t *testing.T) {
	f := demo(t)
	names, err := f.Names(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	groups := map[string]int{}
	var refs []string
	for _, n := range names {
		groups[n.Group]++
		if n.Title == "" || n.Group == "" || n.Source == "" {
			t.Errorf("%+v", n)
		}
		if n.Kind == "table" || n.Kind == "chart" {
			continue
		}
		if strings.HasPrefix(n.Source, "indicator ") && (n.Group == "targets") != strings.HasSuffix(n.Title, " (target)") {
			t.Errorf("%s, %q, is in the group %s: targets are those that their sources state", n.Source, n.Title, n.Group)
		}
		fig, err := f.Figure(t.Context(), fields(n.Source))
		if err != nil || fig.Plain() != n.Value || fig.Ref != n.Ref || fig.Text == "" || fig.Ref == "" {
			t.Errorf("%s: %+v, %v; the list says %q", n.Source, fig, err, n.Value)
		}
		if n.Group != "appraisal" || len(refs)%7 == 0 { // there are hundreds of those, made alike
			refs = append(refs, n.Ref)
		}
	}
	for _, g := range []string{"place", "specialisation", "links", "plan", "options", "costs", "appraisal", "sequence", "risks", "targets", "parameters"} {
		if groups[g] == 0 {
			t.Errorf("nothing is listed of %s", g)
		}
	}
	proofs, err := f.Proofs(t.Context(), refs)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range proofs {
		if strings.Contains(p.How, "cannot be followed") || p.Title == "" {
			t.Errorf("%s: %s", p.Ref, p.How)
		}
	}
}

// fields parts a source into words, as the markup does.
func fields(s string) []string {
	var out []string
	for k, part := range strings.Split(s, `"`) {
		if k%2 == 1 {
			out = append(out, part)
			continue
		}
		out = append(out, strings.Fields(part)...)
	}
	return out
}

// What a name comes to is what its reference's own page says.
func TestFigure_agreesWithItsChain(t *testing.T) {
	f := demo(t)
	for name, want := range map[string]string{
		"organisations": "183", "plan cost": "£83.1m", "plan count": "4", "plan unvalued": "29", "option bau jobs-net": "0", "option minimum count": "7",
		"indicator i028": "4,000", "indicator i001": "66 %", "indicator i083": "£1.2bn", "expected o024": "7,000", "stated c028": "£170m", "reported d019 actual": "£71m", "reported d020 actual": "867", "reported d001 planned": "£15m",
		"special 1 name": "Basic metals", "lq advanced-manufacturing south-yorkshire 2021": "1.0 (0.7–1.3)",
		"lq/south-yorkshire/25/2021?against=great-britain": "2.26 (1.68–3.05)",
	} {
		fig, err := f.Figure(t.Context(), fields(name))
		if err != nil || fig.Plain() != want {
			t.Errorf("%s: %q, %v; want %q", name, fig.Plain(), err, want)
		}
	}
}

// A name that is none is answered with the nearest; one that is not known now with why.
func TestFigure_unknown(t *testing.T) {
	f := demo(t)
	for name, want := range map[string]string{
		"organisation":                         "did you mean organisations",
		"plan costs":                           "did you mean plan cost",
		"lq 25 south-yorkshre":                 "did you mean south-yorkshire?",
		"lq space south-yorkshire 2021":        "name an industry",
		"cluster advanced-manufacturing count": "no firm on record is known to be of the sector",
		"appraised npsv":                       "is not known now: no outcome on record has a value",
		"voice x y z":                          "voice",
		"lq/nowhere/25/2021":                   "leads to nothing in this release",
		"series nothing":                       "there is no series",
		"intervention factory-2050 nothing":    "did you mean intervention factory-2050",
	} {
		_, err := f.Figure(t.Context(), fields(name))
		var unknown *bizcase.UnknownError
		if !errors.As(err, &unknown) || !strings.Contains(unknown.Message, want) {
			t.Errorf("%s: %v; want %q in it", name, err, want)
		}
	}
	_, err := f.Blocks(t.Context(), "table", "cost")
	if err == nil || !strings.Contains(err.Error(), "did you mean costs?") {
		t.Errorf("table cost: %v", err)
	}
}

// Every table and chart of the demonstration can be inserted, no number of a table is without a source, and totals add up.
func TestBlocks(t *testing.T) {
	f := demo(t)
	text := ""
	names, err := f.Names(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		if n.Kind == "table" || n.Kind == "chart" {
			text += "{{" + n.Source + "}}\n\n"
		}
	}
	made, err := bizcase.Make(t.Context(), bizcase.Content{Title: "All", Stage: bizcase.Outline, Sections: []bizcase.Section{{ID: "all", Text: text}}}, f)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range append(made.Problems, bizcase.Loose(made.Doc)...) {
		t.Errorf("%s %s: %s (%s)", p.Kind, p.Source, p.Message, p.Sentence)
	}
	seen := map[string]bool{}
	for _, b := range made.Doc.Sections[0].Blocks {
		if b.Table == nil {
			continue
		}
		seen[b.Name] = true
		for k, row := range append(append([][]string{b.Table.Header}, plainRows(b.Table.Rows)...), plainRows(b.Table.Foot)...) {
			if len(row) != len(b.Table.Numeric) {
				t.Errorf("table %s, row %d has %d cells, the head %d", b.Name, k, len(row), len(b.Table.Numeric))
			}
		}
	}
	for _, want := range []string{"options", "chosen", "left", "special", "brokers", "costs", "funding", "appraisal", "sequence", "risks", "targets", "assumptions", "evidence-grades"} {
		if !seen[want] {
			t.Errorf("the table %s is not there", want)
		}
	}
	if len(made.Doc.Assumptions) < 10 || len(made.Doc.Sources) < 10 || made.Doc.Release == "" {
		t.Errorf("the frame has %d assumptions, %d sources, release %q", len(made.Doc.Assumptions), len(made.Doc.Sources), made.Doc.Release)
	}
}
