package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/cash"
	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/portfolio/scenario"
	"milieu/internal/portfolio/scenario/outcome"
	"milieu/internal/portfolio/workshop"
	"milieu/internal/portfolio/worth"
	"milieu/internal/store"
)

const scenariosHelp = `
Settings of the plan, the appraisal, the sequence or a workshop that people kept under a name, with what they came to on the
release of that day. Scenarios are kept on the pages; here they are read:

  milieu scenarios list
  milieu scenarios show sc-7k2m4c
  milieu scenarios compare sc-7k2m4c sc-9p3q5d         two of them, as they were kept
  milieu scenarios compare sc-7k2m4c                   a plan as it was kept, against the release of now; what an
                                                       appraisal makes of it is compared on the page`

// scenarioDesk is the scenarios of a workspace, as the command line reads them.
type scenarioDesk struct {
	p      *Program
	ws     *evidence.Workspace
	book   scenario.Book
	actor  auth.Actor
	asJSON bool
}

func scenariosCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	dir := fs.String("dir", ".", "workspace `folder`")
	asJSON := fs.Bool("json", false, "write JSON")
	return func(ctx context.Context, args []string) error {
		if len(args) == 0 {
			args = []string{"list"}
		}
		verb, ids := args[0], args[1:]
		run, most, least := (scenarioDesk).list, 0, 0
		switch verb {
		case "list":
		case "show":
			run, most, least = (scenarioDesk).show, 1, 1
		case "compare":
			run, most, least = (scenarioDesk).compare, 2, 1
		default:
			return usagef("there is no %q; there are list, show, compare", verb)
		}
		if len(ids) < least || len(ids) > most {
			return usagef("scenarios %s takes %s", verb, map[string]string{"list": "no ids", "show": "the id of a scenario", "compare": "the ids of one or two scenarios"}[verb])
		}
		ws, err := evidence.OpenWorkspace(*dir)
		if err != nil {
			return err
		}
		db, err := p.openStore(ctx, ws)
		if err != nil {
			return err
		}
		d := scenarioDesk{p, ws, scenario.Book{DB: db, Workspace: ws.ID, Now: p.Now}, auth.Machine(ws.ID), *asJSON}
		return errors.Join(run(d, ctx, ids), db.Close())
	}
}

// scenarioJSON is a scenario for programs.
type scenarioJSON struct {
	ID      string          `json:"id"`
	Kind    string          `json:"kind"`
	Name    string          `json:"name"`
	Note    string          `json:"note,omitempty"`
	Version int64           `json:"settings_version"`
	Address string          `json:"address"`
	Release string          `json:"release"`
	Shared  bool            `json:"shared"`
	Changed string          `json:"changed"`
	Outcome outcome.Outcome `json:"outcome"`
}

func scenarioOf(s scenario.Scenario) scenarioJSON {
	return scenarioJSON{s.ID, string(s.Kind), s.Name, s.Note, s.N, s.Address, s.Release, s.SharedAt != "", s.Changed, s.Outcome}
}

func (d scenarioDesk) list(ctx context.Context, _ []string) error {
	all, err := d.book.Scenarios(ctx, d.actor, false)
	if err != nil {
		return err
	}
	if d.asJSON {
		out := []scenarioJSON{}
		for _, s := range all {
			out = append(out, scenarioOf(s))
		}
		return d.p.json(out)
	}
	if len(all) == 0 {
		fmt.Fprintln(d.p.Stdout, "No scenario is kept. They are kept at the foot of the pages /plan, /appraisal and /plan/sequence.")
	}
	for _, s := range all {
		fmt.Fprintf(d.p.Stdout, "%s  %-9s  %s  %s\n", s.ID, s.Kind, store.ParseTime(s.Changed).Format("2006-01-02"), s.Name)
	}
	return nil
}

func (d scenarioDesk) show(ctx context.Context, ids []string) error {
	s, err := d.find(ctx, ids[0])
	if err != nil {
		return err
	}
	if d.asJSON {
		return d.p.json(scenarioOf(s))
	}
	w := d.p.Stdout
	fmt.Fprintf(w, "%s (%s, version %d of %d)\n", s.Name, s.Kind, s.N, s.Newest)
	if s.Note != "" {
		fmt.Fprintln(w, s.Note)
	}
	fmt.Fprintf(w, "\nSettings: %s\n", s.Address)
	for _, c := range scenario.Pairs(s.Address) {
		fmt.Fprintf(w, "  %-10s %s\n", c.Key, c.A)
	}
	fmt.Fprintf(w, "\nOn release %s:\n", s.Release)
	printOutcome(w, s.Outcome)
	return nil
}

func (d scenarioDesk) find(ctx context.Context, id string) (scenario.Scenario, error) {
	s, err := d.book.Scenario(ctx, d.actor, id)
	if errors.Is(err, scenario.ErrNotFound) {
		return s, fmt.Errorf("there is no scenario %s here; see: milieu scenarios list", id)
	}
	return s, err
}

func printOutcome(w io.Writer, o outcome.Outcome) {
	if o.Finding != "" {
		fmt.Fprintf(w, "  %s\n", o.Finding)
	}
	for _, m := range o.Measures {
		fmt.Fprintf(w, "  %s: %s\n", m.Label, measureText(m, true))
	}
	for _, i := range o.Chosen {
		fmt.Fprintf(w, "  chosen: %s (%s)\n", i.Name, i.ID)
	}
	for _, c := range o.Cautions {
		fmt.Fprintf(w, "  caution: %s\n", c)
	}
}

// measureText is a figure with its range; has says that there is one.
func measureText(m outcome.Measure, has bool) string {
	if !has {
		return "none"
	}
	if !m.Known {
		return strings.TrimSpace("not known " + m.Why)
	}
	number := func(v float64) string {
		if m.Unit == "£" {
			return chart.Money(cash.Round(100 * v))
		}
		return chart.Number(v, m.Decimals)
	}
	text := number(m.Value)
	if m.Ranged {
		text += fmt.Sprintf(" (%s to %s)", number(m.Lo), number(m.Hi))
	}
	if m.Unit != "£" && m.Unit != "" {
		text += " " + m.Unit
	}
	return text
}

// compare holds two scenarios side by side as they were kept, or a plan as it was kept against the release of now.
func (d scenarioDesk) compare(ctx context.Context, ids []string) error {
	a, err := d.find(ctx, ids[0])
	if err != nil {
		return err
	}
	b := a
	if len(ids) == 2 {
		b, err = d.find(ctx, ids[1])
	} else {
		b.Outcome, err = d.now(ctx, a)
		b.Name += " now"
		a.Outcome = onBoth(a.Outcome)
	}
	if err != nil {
		return err
	}
	diff := outcome.Compare(a.Outcome, b.Outcome)
	if d.asJSON {
		return d.p.json(map[string]any{"first": scenarioOf(a), "second": scenarioOf(b), "settings": scenario.Differ(a.Address, b.Address), "difference": diff})
	}
	printDifference(d.p.Stdout, a, b, diff)
	return nil
}

// now reckons a plan's scenario on the current release.
func (d scenarioDesk) now(ctx context.Context, s scenario.Scenario) (outcome.Outcome, error) {
	if s.Kind != scenario.Plan {
		return outcome.Outcome{}, fmt.Errorf("only a plan is reckoned anew here; the page /scenarios/compare?a=%s&b=%s does it for every kind", s.ID, s.ID)
	}
	rel, err := evidence.Current(d.ws)
	if err != nil {
		return outcome.Outcome{}, err
	}
	db, err := rel.Open(ctx, lake.Options{})
	if err != nil {
		return outcome.Outcome{}, err
	}
	defer db.Close()
	base, err := askNow(ctx, d.ws, rel, db)
	if err != nil {
		return outcome.Outcome{}, err
	}
	o, err := outcome.ReckonPlan(ctx, d.p.weighedInput(d.ws, db, d.book.DB), base, s.Address)
	o.Release, o.Built = rel.ID, rel.Built.Date()
	return o, err
}

// weighedInput is what a plan is made of, the weights of the workspace's workshops included.
func (p *Program) weighedInput(ws *evidence.Workspace, db lake.Querier, people *store.DB) worth.Input {
	workshops := workshop.Book{DB: people, Workspace: ws.ID, Now: p.Now}
	return worth.Input{DB: db, Params: p.parametersOf(ws), Workshop: func(ctx context.Context, f workshop.Facts, id, who string) (workshop.Worth, error) {
		return workshops.Worth(ctx, auth.Machine(ws.ID), f, id, who)
	}}
}

// onBoth leaves out what an appraisal makes of what was kept: it is reckoned anew on the page only.
func onBoth(o outcome.Outcome) outcome.Outcome {
	o.Measures = slices.DeleteFunc(slices.Clone(o.Measures), func(m outcome.Measure) bool { return strings.HasPrefix(m.Key, "appraised-") })
	return o
}

func printDifference(w io.Writer, a, b scenario.Scenario, diff outcome.Difference) {
	fmt.Fprintf(w, "A: %s (release %s)\nB: %s (release %s)\n", a.Name, a.Outcome.Release, b.Name, b.Outcome.Release)
	for _, c := range scenario.Differ(a.Address, b.Address) {
		fmt.Fprintf(w, "setting %s: %s | %s\n", c.Key, orNone(c.A), orNone(c.B))
	}
	for _, m := range diff.Measures {
		note := ""
		if says := m.Unlike(); says != "" {
			note = "  (" + says + ")"
		} else if m.Overlaps && m.A.Value != m.B.Value {
			note = "  (the ranges overlap)"
		}
		fmt.Fprintf(w, "%s: %s | %s%s\n", m.Label, measureText(m.A, m.HasA), measureText(m.B, m.HasB), note)
	}
	for _, i := range diff.OnlyA {
		fmt.Fprintf(w, "only in A: %s (%s)\n", i.Name, i.ID)
	}
	for _, i := range diff.OnlyB {
		fmt.Fprintf(w, "only in B: %s (%s)\n", i.Name, i.ID)
	}
	fmt.Fprintf(w, "in both: %d\n", len(diff.Both))
	for _, m := range diff.Moved {
		fmt.Fprintf(w, "starts in %d | %d: %s\n", m.A, m.B, m.Name)
	}
	for _, s := range diff.Spend {
		if s.AP != s.BP {
			fmt.Fprintf(w, "%d %s: %s | %s\n", s.Year, orNone(s.Funder), chart.Money(s.AP), chart.Money(s.BP))
		}
	}
	if diff.Same() {
		fmt.Fprintln(w, "Both come to the same.")
	}
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
