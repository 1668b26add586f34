package cli

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/sequence"
	"milieu/internal/portfolio/worth"
)

const sequenceHelp = `
Puts what the plan chooses in time: what comes first comes first, no year costs more than its cap, and what is worth
most comes early, proven so. What is under way keeps its years on record. --address takes the settings of the address
of the page /plan/sequence, so that a page can be done again here. Exit code 1 when the rules cannot be kept
together, or go in a circle; the rules are named. Examples:

  milieu sequence
  milieu sequence --address 'stages=proposed,bid,idea&yearly=20000000'
  milieu sequence --address 'start=compass-composites-facility:2029' --json`

func sequenceCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	address := fs.String("address", "", "settings as in the `ADDRESS` of /plan/sequence, without the question mark")
	asJSON := fs.Bool("json", false, "write JSON")
	return func(ctx context.Context, args []string) error {
		ws, err := workspaceArg(args)
		if err != nil {
			return err
		}
		rel, err := evidence.Current(ws)
		if err != nil {
			return err
		}
		db, err := rel.Open(ctx, lake.Options{})
		if err != nil {
			return err
		}
		defer db.Close()
		s, err := p.askSequence(ctx, ws, rel, db, *address)
		if err != nil {
			return err
		}
		if *asJSON {
			err = p.json(sequenceJSON(s))
		} else {
			printSequence(p.Stdout, s)
		}
		if err == nil && (s.Cycle != nil || s.Conflict != nil) {
			return fmt.Errorf("no sequence keeps these rules")
		}
		return err
	}
}

// askSequence makes the sequence that an address asks for.
func (p *Program) askSequence(ctx context.Context, ws *evidence.Workspace, rel evidence.Release, db lake.Querier, address string) (sequence.Sequence, error) {
	q, err := url.ParseQuery(address)
	if err != nil {
		return sequence.Sequence{}, usagef("--address %q cannot be read: %v", address, err)
	}
	base, err := askNow(ctx, ws, rel, db)
	if err != nil {
		return sequence.Sequence{}, err
	}
	ask, err := portfolio.ReadAsk(q, base)
	if err != nil {
		return sequence.Sequence{}, usagef("%v", err)
	}
	params, err := p.parametersOf(ws)()
	if err != nil {
		return sequence.Sequence{}, err
	}
	def := sequence.Default(base.Now + 1)
	if def.Rate, _, err = sequence.RateOf(params); err != nil {
		return sequence.Sequence{}, err
	}
	set, err := sequence.ParseSetting(q.Get, def)
	if err != nil {
		return sequence.Sequence{}, usagef("%v", err)
	}
	in := worth.Input{DB: db, Params: p.parametersOf(ws)}
	if _, _, weighed := ask.Workshop(); weighed {
		people, err := p.openStore(ctx, ws)
		if err != nil {
			return sequence.Sequence{}, err
		}
		defer people.Close()
		in = p.weighedInput(ws, db, people)
	}
	s, _, err := sequence.Find(ctx, in, ask, set)
	return s, err
}

// askNow is the question of the workspace in the financial year of the release's sources, as pages ask it: a command and
// a page that are asked the same must answer the same.
func askNow(ctx context.Context, ws *evidence.Workspace, rel evidence.Release, db lake.Querier) (portfolio.Ask, error) {
	ask := portfolio.DefaultAsk(ws.Plan)
	all, err := portfolio.Interventions(ctx, db)
	if err != nil {
		return ask, err
	}
	var days []string
	for _, src := range rel.Manifest.Sources {
		days = append(days, src.Retrieved)
	}
	ask.Now = sequence.FirstYear(days, all) - 1
	return ask, nil
}

func printSequence(w io.Writer, s sequence.Sequence) {
	switch {
	case s.Cycle != nil:
		fmt.Fprintf(w, "These wait for one another in a circle: %s\n", strings.Join(s.Cycle, " → "))
		return
	case len(s.Rows)+len(s.Past) == 0:
		fmt.Fprintln(w, "The plan chooses nothing that could be put in time.")
		return
	}
	for _, c := range s.Conflict {
		fmt.Fprintf(w, "cannot hold together: %s\n", c)
	}
	for _, h := range s.Hints {
		fmt.Fprintf(w, "  %s\n", h)
	}
	if len(s.Years) == 0 && len(s.Rows) > 0 {
		return
	}
	if s.Added {
		fmt.Fprintln(w, "Fewer than two of what the plan chooses wait to begin; what has no cost or no evidence is put in time too (also=none leaves it out).")
	}
	fmt.Fprintf(w, "%-9s  %10s  %4s  %s\n", "years", "cost", "wait", "intervention")
	for _, r := range s.Rows {
		what := ""
		switch {
		case r.Moved:
			what = "  (set by hand)"
		case r.UnderWay:
			what = "  (under way)"
		}
		fmt.Fprintf(w, "%d–%d  %10s  %4d  %s%s\n", r.From, r.To, r.CostText(), r.Slack, r.Name, what)
		for _, n := range r.Notes {
			fmt.Fprintf(w, "%29s%s\n", "", n)
		}
	}
	for _, b := range s.Breaches {
		fmt.Fprintf(w, "broken: %s\n", b.Says)
	}
	fmt.Fprintln(w)
	for _, y := range s.Years {
		over := ""
		if y.Capped {
			over = " of " + chart.Money(y.CapP)
		}
		if y.Stated+y.Unstated > 0 {
			fmt.Fprintf(w, "%s  %s\n", portfolio.YearName(y.Year), strings.Join(nonEmpty(y.AmountText()+over, y.Caveat()), ", "))
		}
	}
	if len(s.Rows) > 0 && len(s.Years) > 0 {
		fmt.Fprintf(w, "\n%s\n", s.Proof())
	}
	for _, r := range s.Past {
		fmt.Fprintf(w, "not put in time: %s: %s\n", r.Name, strings.Join(r.Notes, "; "))
	}
}

// nonEmpty leaves out what is empty.
func nonEmpty(texts ...string) []string {
	return slices.DeleteFunc(texts, func(t string) bool { return t == "" })
}

// sequenceOut is a sequence for programs. An amount that is not known is null.
type sequenceOut struct {
	From     int                `json:"from"`
	To       int                `json:"to"`
	Rows     []sequenceRow      `json:"rows"`
	Years    []sequenceYear     `json:"years"`
	Value    float64            `json:"value"`
	Bound    float64            `json:"bound"`
	Proven   bool               `json:"proven"`
	Cycle    []string           `json:"cycle,omitempty"`
	Conflict []string           `json:"conflict,omitempty"`
	Broken   []string           `json:"broken,omitempty"`
	Past     []sequenceRow      `json:"past,omitempty"`
	Funders  map[string][]int64 `json:"pence_by_funder,omitempty"`
}

type sequenceRow struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	From     int      `json:"from,omitempty"`
	To       int      `json:"to,omitempty"`
	Slack    int      `json:"slack"`
	CostP    *int64   `json:"cost_p"`
	UnderWay bool     `json:"under_way,omitempty"`
	Moved    bool     `json:"moved,omitempty"`
	After    []string `json:"after,omitempty"`
	Notes    []string `json:"notes,omitempty"`
}

type sequenceYear struct {
	Year     int    `json:"year"`
	AmountP  *int64 `json:"amount_p"`
	CapP     *int64 `json:"cap_p"`
	Unstated int    `json:"interventions_of_unknown_cost,omitempty"`
}

func sequenceJSON(s sequence.Sequence) sequenceOut {
	row := func(r sequence.Row) sequenceRow {
		cost := &r.CostP
		if r.Uncosted() || r.SpendP == nil {
			cost = nil
		}
		return sequenceRow{r.ID, r.Name, r.From, r.To, r.Slack, cost, r.UnderWay, r.Moved, r.After, r.Notes}
	}
	out := sequenceOut{From: s.Setting.From, To: s.Setting.Last(), Value: s.Value, Bound: s.Bound, Proven: s.Proven(), Cycle: s.Cycle, Conflict: s.Conflict, Rows: []sequenceRow{}, Years: []sequenceYear{}, Funders: map[string][]int64{}}
	for _, r := range s.Rows {
		out.Rows = append(out.Rows, row(r))
	}
	for _, r := range s.Past {
		out.Past = append(out.Past, row(r))
	}
	for _, y := range s.Years {
		v := sequenceYear{Year: y.Year, Unstated: y.Unstated}
		if y.Known() {
			v.AmountP = &y.AmountP
		}
		if y.Capped {
			v.CapP = &y.CapP
		}
		out.Years = append(out.Years, v)
		for i, f := range s.Funders {
			out.Funders[f] = append(out.Funders[f], y.SpendP[i])
		}
	}
	for _, b := range s.Breaches {
		out.Broken = append(out.Broken, b.Says)
	}
	return out
}
