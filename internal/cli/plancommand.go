package cli

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/choice"
	"milieu/internal/portfolio/sequence"
	"milieu/internal/portfolio/worth"
)

const planHelp = `
Finds the set of interventions that is worth most under the budget, the caps by year and funder, the shares and what
they need and rule out: proven, with what binds and why the others are out. What a plan is worth is one measure
(growth, demand, jobs or npsv), never a sum of several. --address takes the settings of the address of the page /plan.
--draws solves it anew with drawn effects and costs and says which interventions hardly depend on chance. Exit code 1
when nothing fits; the rules that clash are named. Examples:

  milieu plan
  milieu plan --worth jobs --draws 200
  milieu plan --address 'budget=50000000&cap=2027:SYMCA:5000000&place=Rotherham:30%' --json
  milieu plan --problem plan.json && milieu calc portfolio plan.json --reasons full`

type planFlags struct {
	address, budget, worth, problem, lp *string
	draws                               *int
	asJSON                              *bool
}

func planCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	f := planFlags{
		address: fs.String("address", "", "settings as in the `ADDRESS` of /plan, without the question mark"),
		budget:  fs.String("budget", "", "`POUNDS` to spend; not given: as the workspace says"),
		worth:   fs.String("worth", "", "what a plan is worth, a `MEASURE`: growth, demand, jobs or npsv"),
		problem: fs.String("problem", "", "writes the problem to a `FILE` for: milieu calc portfolio"),
		lp:      fs.String("lp", "", "writes the programme to a `FILE` in the CPLEX LP format"),
		draws:   fs.Int("draws", 0, "solves it anew for a `NUMBER` of draws"),
		asJSON:  fs.Bool("json", false, "write JSON"),
	}
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
		ask, err := f.ask(ctx, ws, rel, db)
		if err != nil {
			return err
		}
		in, err := worth.Input{DB: db, Params: p.parametersOf(ws)}.Plan(ctx, ask)
		if err != nil {
			return err
		}
		return f.run(ctx, p, in, ask)
	}
}

func (f planFlags) ask(ctx context.Context, ws *evidence.Workspace, rel evidence.Release, db lake.Querier) (portfolio.Ask, error) {
	q, err := url.ParseQuery(*f.address)
	if err != nil {
		return portfolio.Ask{}, usagef("--address %q cannot be read: %v", *f.address, err)
	}
	if *f.budget != "" {
		q.Set("budget", *f.budget)
	}
	if *f.worth != "" {
		q.Set("worth", *f.worth)
	}
	if *f.draws > 0 {
		q.Set("draws", fmt.Sprint(*f.draws))
	}
	def := portfolio.DefaultAsk(ws.Plan)
	all, err := portfolio.Interventions(ctx, db)
	if err != nil {
		return def, err
	}
	var days []string
	for _, src := range rel.Manifest.Sources {
		days = append(days, src.Retrieved)
	}
	def.Now = sequence.FirstYear(days, all) - 1
	ask, err := portfolio.ReadAsk(q, def)
	if err != nil {
		return ask, usagef("%v", err)
	}
	return ask, nil
}

func (f planFlags) run(ctx context.Context, p *Program, in portfolio.Input, ask portfolio.Ask) error {
	plan, err := portfolio.Solve(ctx, in, ask)
	if err != nil {
		return err
	}
	if *f.problem != "" {
		text, err := json.MarshalIndent(plan.Problem, "", "  ")
		if err != nil {
			return err
		}
		if err := os.WriteFile(*f.problem, append(text, '\n'), 0o644); err != nil {
			return err
		}
	}
	if *f.lp != "" {
		if err := writeLPFile(*f.lp, plan.Problem); err != nil {
			return err
		}
	}
	var draws *choice.DrawResult
	if *f.draws > 0 && len(plan.Chosen) > 0 {
		r, err := plan.Robust(ctx, nil)
		if err != nil {
			return err
		}
		draws = &r
	}
	if *f.asJSON {
		err = p.json(planJSON(plan, draws))
	} else {
		printPlan(p.Stdout, plan, draws)
	}
	if err == nil && len(plan.Conflict) > 0 {
		return errFound
	}
	return err
}

// plannedRow is an intervention of a plan for programs.
type plannedRow struct {
	ID     string  `json:"id"`
	Name   string  `json:"name"`
	Place  string  `json:"place"` // chosen, left out or not compared
	Value  float64 `json:"value,omitempty"`
	Low    float64 `json:"low,omitempty"`
	High   float64 `json:"high,omitempty"`
	Cost   float64 `json:"cost_gbp,omitempty"` // as it is held against the budget
	Stated float64 `json:"cost_stated_gbp,omitempty"`
	Beside string  `json:"cost_beside,omitempty"`
	Claim  string  `json:"claim,omitempty"`
	Core   string  `json:"core,omitempty"`
	Share  float64 `json:"chosen_in_draws,omitempty"`
	Why    string  `json:"why,omitempty"`
	LetsIn string  `json:"lets_in,omitempty"`
}

type plannedJSON struct {
	Worth         string             `json:"worth"`
	Means         string             `json:"means"`
	Settings      string             `json:"settings"`
	Interventions []plannedRow       `json:"interventions"`
	Money         string             `json:"money"`
	Keeps         *float64           `json:"keeps_in_draws,omitempty"` // share of draws of costs in which the set keeps its budgets and shares
	Cautions      []string           `json:"cautions,omitempty"`
	Notes         []string           `json:"notes,omitempty"`
	Solution      choice.Solution    `json:"solution"`
	Draws         *choice.DrawResult `json:"draws,omitempty"`
}

func planJSON(p portfolio.Plan, draws *choice.DrawResult) plannedJSON {
	out := plannedJSON{Worth: p.Worth.By, Means: p.Worth.Means, Settings: p.Query().Encode(), Cautions: p.Worth.Cautions, Notes: p.Notes, Solution: p.Solution, Draws: draws, Interventions: []plannedRow{}, Money: p.MoneyNote()}
	if keeps, ok := p.Keeps(); ok {
		out.Keeps = &keeps
	}
	core := map[string]choice.OptionDraws{}
	if draws != nil {
		for _, o := range draws.Options {
			core[o.ID] = o
		}
	}
	add := func(place string, l portfolio.Left) {
		v := p.ValueOf(l.ID)
		row := plannedRow{ID: l.ID, Name: l.Name, Place: place, Value: v.Value, Low: v.Lo, High: v.Hi, Cost: float64(p.Phasings[l.ID].TotalP()) / 100, Core: core[l.ID].Class, Share: core[l.ID].Share, Why: l.Reason, LetsIn: l.LetIn,
			Stated: float64(l.CostP.Int64) / 100, Beside: strings.Join(p.Beside(l.ID), "; "), Claim: v.Claim}
		out.Interventions = append(out.Interventions, row)
	}
	for _, i := range p.Chosen {
		add("chosen", portfolio.Left{Intervention: i})
	}
	for _, l := range p.Left {
		add("left out", l)
	}
	for _, l := range p.Unvalued {
		add("not compared", l)
	}
	for _, l := range p.Over {
		add("over", l)
	}
	return out
}

func printPlan(w io.Writer, p portfolio.Plan, draws *choice.DrawResult) {
	if len(p.Conflict) > 0 {
		fmt.Fprintln(w, p.Solution.Says)
		return
	}
	proof := "proven best"
	if !p.Proven {
		proof = "not proven: nothing can be worth more than " + p.Worth.Show(p.Bound, 3)
	}
	fmt.Fprintf(w, "%d interventions for %s of %s, worth %s by %s; %s\n", len(p.Chosen), chart.Money(p.CostP), chart.Money(p.BudgetP), p.Worth.Show(p.Value, 2), p.Worth.Label, proof)
	if keeps, ok := p.Keeps(); ok {
		fmt.Fprintf(w, "with costs drawn with optimism bias it keeps its budgets and shares in %.0f of 100 draws\n", 100*keeps)
	}
	fmt.Fprintln(w, p.MoneyNote())
	if why := p.Empty(); why != "" {
		fmt.Fprintln(w, why)
	}
	share := func(string) string { return "" }
	if draws != nil {
		fmt.Fprintf(w, "over the draws: %s\n", draws.Says)
		core := map[string]float64{}
		for _, o := range draws.Options {
			core[o.ID] = o.Share
		}
		share = func(id string) string { return fmt.Sprintf("%4.0f %%  ", 100*core[id]) }
	}
	fmt.Fprintln(w, "\nchosen")
	for _, i := range p.Chosen {
		fmt.Fprintf(w, "  %9s  %9s  %s%s\n", chart.Money(p.CostOf(i.ID)), p.Worth.Show(p.ValueOf(i.ID).Value, 2), share(i.ID), i.Name)
		printBeside(w, p, i.ID)
	}
	if draws != nil && draws.Base != nil {
		fmt.Fprintf(w, "in %.0f %% of the draws nothing is worth more than this plan\n", 100*draws.Base.Best)
	}
	if len(p.Left) > 0 {
		fmt.Fprintln(w, "left out")
	}
	for _, l := range p.Left {
		fmt.Fprintf(w, "  %9s  %9s  %s%s\n      %s\n", chart.Money(p.CostOf(l.ID)), p.Worth.Show(p.ValueOf(l.ID).Value, 2), share(l.ID), l.Name, l.Reason)
		printBeside(w, p, l.ID)
	}
	fmt.Fprintf(w, "%d could not be compared, %d are over by their years on record, %d are not open to choice\n", len(p.Unvalued), len(p.Over), p.Closed)
	for _, n := range append(append([]string{}, p.Worth.Cautions...), p.Notes...) {
		fmt.Fprintf(w, "note: %s\n", n)
	}
}

// printBeside prints what of an option's cost is not held against the budget, and what of its worth is a claim.
func printBeside(w io.Writer, p portfolio.Plan, id string) {
	words := p.Beside(id)
	if claim := p.ValueOf(id).Claim; claim != "" {
		words = append(words, claim)
	}
	if len(words) > 0 {
		fmt.Fprintf(w, "      %s\n", strings.Join(words, "; "))
	}
}
