package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/portfolio"
	"milieu/internal/report"
)

// PlanPage asks for a budget and rules, and shows the best set under them.
type PlanPage struct {
	Base
	Finding  string
	Lede     report.Text
	Form     PlanForm
	Solved   bool // the form could be read and a set was found
	Plan     portfolio.Plan
	Stats    []Stat
	Means    string // what the value means
	Proof    string
	Money    chart.Chart
	Chosen   []PlanRow
	Left     []PlanRow
	Unvalued []PlanRow
	Conflict []ConflictRow
	CSV      string
	LP       string
	CasePath string
}

// PlanForm is the question as typed, with what is wrong with it.
type PlanForm struct {
	Budget, Existing string
	Lens             portfolio.Lens
	Regions, Stages  []Box
	Field, Error     string // the field that cannot be read
}

// PlanRow is an intervention that the plan takes or leaves.
type PlanRow struct {
	portfolio.Intervention
	CostKnown bool
	CostShown report.Figure
	Score     report.Figure
	Reason    string
	Loss      string
	Flag      bool // the basis warns of counting twice
}

// ConflictRow is a rule of a set that cannot hold together, with what to do.
type ConflictRow struct{ Rule, Next string }

// planTime is how long a page waits for a proof.
const planTime = time.Second

// defaultAsk is the question of the workspace.
func defaultAsk(snap *live.Snapshot) portfolio.Ask {
	p := snap.WS.Plan
	ask := portfolio.Ask{BudgetP: int64(p.BudgetGBP * 100), Lens: portfolio.Lens(p.Lens), MinExisting: p.MinExisting, Regions: p.Regions, Stages: p.Stages}
	if _, err := portfolio.ParseLens(p.Lens); err != nil {
		ask.Lens = portfolio.Growth
	}
	return ask
}

// readAsk reads the question of an address. A field that is not there keeps the
// workspace's default; regions or stages that are there and empty stand for all.
func readAsk(r *http.Request, snap *live.Snapshot, all []portfolio.Intervention) (portfolio.Ask, error) {
	q := r.URL.Query()
	def := defaultAsk(snap)
	if q.Has("regions") {
		def.Regions = nil
	}
	if q.Has("stages") {
		def.Stages = nil
	}
	ask, err := portfolio.ParseAsk(func(name string) string { return strings.Join(listed(q, name), ",") }, def)
	if err != nil {
		return ask, err
	}
	if v, ok := stranger(ask.Regions, listed(q, "regions"), portfolio.Values(all, region)); ok {
		return ask, portfolio.FieldError{Field: "regions", Message: fmt.Sprintf("No intervention has the region %q.", v)}
	}
	if v, ok := stranger(ask.Stages, listed(q, "stages"), portfolio.Values(all, stage)); ok {
		return ask, portfolio.FieldError{Field: "stages", Message: fmt.Sprintf("No intervention has the stage %q.", v)}
	}
	return ask, nil
}

func region(i portfolio.Intervention) string { return i.Region }
func stage(i portfolio.Intervention) string  { return i.Stage }

// listed is the values of a field: boxes send one each, links join them with commas.
func listed(q url.Values, name string) []string {
	var out []string
	for _, v := range q[name] {
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, v)
		}
	}
	if name == "regions" || name == "stages" {
		return strings.FieldsFunc(strings.Join(out, ","), func(r rune) bool { return r == ',' })
	}
	return out[:min(1, len(out))]
}

// stranger finds a value that was asked for and is not known. Those of the
// workspace's defaults may be unknown: a table need not use them all.
func stranger(ask, asked, known []string) (string, bool) {
	if len(asked) == 0 {
		return "", false
	}
	for _, v := range ask {
		if !slices.Contains(known, v) {
			return v, true
		}
	}
	return "", false
}

// solvePlan finds the plan for an ask, once for a release. A plan whose proof
// ran out of time is not kept: the next visitor may find a quieter machine.
func solvePlan(r *http.Request, snap *live.Snapshot, ask portfolio.Ask) (portfolio.Plan, error) {
	all, err := readInterventions(r, snap)
	if err != nil {
		return portfolio.Plan{}, err
	}
	key := "plan?" + askQuery(ask)
	p, err := live.Remember(&snap.Cache, key, func() (portfolio.Plan, error) {
		// What is remembered must not hang on this visitor's staying.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), planTime)
		defer cancel()
		return portfolio.Solve(ctx, all, ask)
	})
	if p.Stopped {
		snap.Cache.Forget(key)
	}
	return p, err
}

// askQuery is the settings of an ask as a query.
func askQuery(a portfolio.Ask) string {
	v := url.Values{}
	set := a.Settings()
	for k := 0; k+1 < len(set); k += 2 {
		v.Set(set[k], set[k+1])
	}
	return v.Encode()
}

func (s *Server) plan(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	all, err := readInterventions(r, snap)
	if err != nil {
		return err
	}
	p := PlanPage{Base: s.base(r, snap, "Plan", "/plan")}
	ask, err := readAsk(r, snap, all)
	p.Form = planForm(r, ask, all)
	var fe portfolio.FieldError
	if errors.As(err, &fe) {
		p.Form.Field, p.Form.Error = fe.Field, fe.Message
		if fe.Field == "existing" {
			p.Form.Existing = r.URL.Query().Get("existing")
		}
		p.Finding, p.Lede = "This plan cannot be asked for yet", report.Say("%v", fe.Message)
		s.write(w, r, http.StatusBadRequest, "plan", p)
		return nil
	}
	if err != nil {
		return err
	}
	if p.Plan, err = solvePlan(r, snap, ask); err != nil {
		return err
	}
	if wantsCSV(r) {
		return planCSV(w, p.Plan)
	}
	query := askQuery(ask)
	p.CSV, p.LP, p.CasePath = "/plan?"+query+"&format=csv", "/plan.lp?"+query, "/case?"+query
	p.show(len(all))
	return s.render(w, r, "plan", p)
}

// planForm fills the form with what was asked, or with what was typed where it
// could not be read.
func planForm(r *http.Request, ask portfolio.Ask, all []portfolio.Intervention) PlanForm {
	f := PlanForm{Budget: chart.Number(float64(ask.BudgetP)/100, 0), Existing: chart.Number(100*ask.MinExisting, 1) + "%", Lens: ask.Lens}
	f.Existing = strings.Replace(f.Existing, ".0%", "%", 1)
	q := r.URL.Query()
	if v := q.Get("budget"); v != "" {
		f.Budget = v
	}
	boxes := func(of func(portfolio.Intervention) string, name func(string) string, on []string) []Box {
		n := map[string]int{}
		for _, i := range all {
			n[of(i)]++
		}
		var out []Box
		for _, v := range portfolio.Values(all, of) {
			out = append(out, Box{Value: v, Label: name(v), N: n[v], On: slices.Contains(on, v)})
		}
		return out
	}
	f.Regions, f.Stages = boxes(region, regionName, ask.Regions), boxes(stage, sentence, ask.Stages)
	return f
}

// show fills the page from its plan.
func (p *PlanPage) show(all int) {
	plan := p.Plan
	for _, l := range plan.Unvalued {
		p.Unvalued = append(p.Unvalued, planRow(l, plan.Lens))
	}
	switch {
	case len(plan.Conflict) > 0:
		p.Finding = "No set of interventions meets these rules together"
		p.Lede = report.Say("The rules that cannot hold together are named below, with what to do.")
		for _, c := range plan.Conflict {
			p.Conflict = append(p.Conflict, ConflictRow{capital(c), loosen(c)})
		}
		return
	case all == 0:
		p.Finding = "There is nothing to choose from yet"
		p.Lede = report.Say("No interventions are on record: add a table of what is proposed, by whom and at what cost, and build again.")
		return
	case plan.Stopped && plan.Chosen == nil && !plan.Proven:
		p.Finding = "No plan was found in the time that a page may take"
		p.Lede = report.Say("Ask for fewer regions or stages, or take the programme as an LP file to a solver of your own.")
		return
	case len(plan.Chosen) == 0:
		p.Finding = "Nothing fits this budget"
		p.Lede = report.Say("Of %v interventions on record, none that is open to choice has a cost and evidence and fits %v. Raise the budget, or open more regions or stages.", strconv.Itoa(all), chart.Money(plan.BudgetP))
		p.leave()
		return
	default:
		p.Finding = fmt.Sprintf("%d interventions for %s of %s", len(plan.Chosen), chart.Money(plan.CostP), chart.Money(plan.BudgetP))
		p.Lede = report.Say("The best set under the lens “%v”. %v were compared, %v could not be.", plan.Lens.Label(),
			planFigure(plan, "options", strconv.Itoa(len(plan.Chosen)+len(plan.Left))), planFigure(plan, "unvalued", strconv.Itoa(len(plan.Unvalued))))
	}
	p.Solved = true
	p.numbers()
	for _, i := range plan.Chosen {
		p.Chosen = append(p.Chosen, planRow(portfolio.Left{Intervention: i}, plan.Lens))
	}
	p.leave()
}

// leave lists what the plan leaves out.
func (p *PlanPage) leave() {
	for _, l := range p.Plan.Left {
		p.Left = append(p.Left, planRow(l, p.Plan.Lens))
	}
}

// numbers makes the figures of the plan, what they mean, and the bar.
func (p *PlanPage) numbers() {
	plan := p.Plan
	fig := func(what, text string) report.Figure { return planFigure(plan, what, text) }
	value := fig("value", chart.Number(plan.Value, 1))
	value.Range = chart.Number(plan.Lo, 1) + "–" + chart.Number(plan.Hi, 1)
	share := fig("existing", chart.Number(100*plan.Existing, 0))
	share.Unit = "%"
	p.Stats = []Stat{{fig("count", strconv.Itoa(len(plan.Chosen))), "interventions chosen", "#chosen"}, {fig("cost", chart.Money(plan.CostP)), "cost", "#money"},
		{share, "of the money serves businesses already here", "#chosen"}, {value, "value", "#means"}}
	p.Means = "Value is " + portfolio.Worth(plan.Options(), plan.Lens) + "."
	p.Proof = fmt.Sprintf("Proven best: no other set of the %d options is worth more (%d nodes searched).", len(plan.Chosen)+len(plan.Left), plan.Nodes)
	if !plan.Proven {
		p.Proof = fmt.Sprintf("Not proven best in the time a page may take: no set can be worth more than %s (%d nodes searched).", chart.Number(plan.Bound, 2), plan.Nodes)
	}
	switch {
	case plan.Alternative:
		p.Proof += " Another set is worth just as much: see what is left out with no loss."
	case plan.Only:
		p.Proof += " No other set is worth as much."
	case plan.Proven:
		p.Proof += " Whether another set is worth as much was not settled."
	}
	if n := plan.Committed(); n > 0 {
		p.Proof += fmt.Sprintf(" Of the %d chosen, %d are approved or in delivery already: for those the plan says what to keep, not what to start.", len(plan.Chosen), n)
	}
	p.Money = portfolio.MoneyBars(plan, 640)
}

// planFigure is a figure of a plan, which the settings of its question find again.
func planFigure(p portfolio.Plan, what, text string) report.Figure {
	return report.Figure{Text: text, Ref: evidence.MakeRef("plan", []string{what}, p.Settings()...)}
}

// loosen says what to do about a rule.
func loosen(rule string) string {
	switch rule {
	case "budget":
		return "Raise the budget."
	case "share for existing businesses":
		return "Ask for a smaller share, or open regions or stages with interventions that serve existing businesses."
	}
	return "Loosen it."
}

func planRow(l portfolio.Left, lens portfolio.Lens) PlanRow {
	row := PlanRow{Intervention: l.Intervention, CostKnown: l.CostP.Valid, CostShown: l.Cost(), Reason: l.Reason, Flag: l.Overlaps()}
	if l.Score(lens).Known {
		row.Score = bare(l.Score(lens).Figure())
	}
	if !l.Barred {
		row.Loss = chart.Number(l.Loss, 2)
	}
	return row
}

func planCSV(w http.ResponseWriter, p portfolio.Plan) error {
	var rows [][]string
	add := func(place string, l portfolio.Left) {
		s := l.Score(p.Lens)
		cells := scoreCells(s, l.Rank(p.Lens))
		loss := ""
		if place == "left out" && !l.Barred {
			loss = strconv.FormatFloat(l.Loss, 'f', 4, 64)
		}
		rows = append(rows, []string{place, l.ID, l.Name, l.Lead, l.Benefits, l.Stage, l.Region, nullPounds(l.CostP), cells[0], cells[1], cells[2], l.Reason, loss, l.Basis, l.SourceURL, l.Record.File, strconv.Itoa(l.Record.Line)})
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
	return writeCSV(w, "plan", []string{"place", "id", "name", "lead", "benefits", "stage", "region", "cost_gbp", "score_percent", "score_low", "score_high", "reason", "loss", "basis", "source_url", "file", "line"}, rows)
}

// planLP sends the programme for an outside solver.
func (s *Server) planLP(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	all, err := readInterventions(r, snap)
	if err != nil {
		return err
	}
	ask, err := readAsk(r, snap, all)
	if err != nil {
		return badRequest("%v", err)
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="plan.lp"`)
	return portfolio.WriteLP(w, all, ask)
}
