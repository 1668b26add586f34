package web

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"milieu/internal/cash"
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
	Head     string // of the column of what each is worth
	Stats    []Stat
	Means    string // what the value means
	Counted  string // what is held against the budget, and what is not
	Proof    string
	Cautions []string // of the measure, then of relations and costs
	Money    chart.Chart
	Years    []PlanYear
	Chosen   []PlanRow
	Left     []PlanRow
	Unvalued []PlanRow
	Over     []PlanRow
	Set      []PlanSet
	Rules    []PlanRule
	Others   []PlanOther
	AllOther bool // proven: there are no others so near
	Sure     PlanSure
	Conflict []ConflictRow
	CSV      string
	LP       string
	JSON     string
	CasePath string
	Sequence string
	Appraise string
	Keep     KeepForm
}

// PlanRow is an intervention that the plan takes or leaves.
type PlanRow struct {
	portfolio.Intervention
	CostKnown bool
	CostShown report.Figure
	Score     report.Figure
	Reason    string
	LetIn     string
	Loss      string
	Beside    []string // what of its cost is not held against the budget
	Claim     string   // what of its worth is only its proposer's claim
	Assumed   []string // of its costs by year
	Flag      bool     // the basis warns of counting twice
	Core      string   // how often it is chosen over the draws
	Class     string
	Move      string // address of the plan with it set the other way
}

// PlanSet is an intervention that was set by hand, with the address that lets it go.
type PlanSet struct{ Name, How, Undo string }

// ConflictRow is a rule of a set that cannot hold together, with what to do.
type ConflictRow struct{ Rule, Next string }

func (s *Server) plan(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	if to := planMerged(r.URL.Query()); to != "" {
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	}
	all, err := readInterventions(r, snap)
	if err != nil {
		return err
	}
	p := PlanPage{Base: s.base(r, snap, "Plan", "/plan")}
	ask, err := readAsk(r, snap, all)
	p.Form = s.planForm(r, ask, all)
	reg, failed := followRegister(r, snap)
	if failed != nil {
		return failed
	}
	p.Form.Funders = costFunders(all, reg)
	if err == nil {
		p.Plan, err = s.solvePlan(r, snap, ask)
	}
	var fe portfolio.FieldError
	if errors.As(err, &fe) {
		p.Form.Field, p.Form.Error = fe.Field, fe.Message
		if fe.Field == "existing" {
			p.Form.Existing = r.URL.Query().Get("existing")
		}
		p.Form.typed(r.URL.Query())
		p.Finding, p.Lede = "This plan cannot be asked for yet", report.Say("%v", fe.Message)
		s.write(w, r, http.StatusBadRequest, "plan", p)
		return nil
	}
	if err != nil {
		return err
	}
	wait := sureWait
	if wantsCSV(r) {
		wait = sureFile
	}
	if p.Sure, err = s.sureness(r, snap, p.Plan, wait); err != nil {
		return err
	}
	if wantsCSV(r) {
		return planCSV(w, p.Plan, p.Sure)
	}
	query := askQuery(ask)
	p.CSV, p.LP, p.JSON, p.CasePath = "/plan?"+query+"&format=csv", "/plan.lp?"+query, "/plan.json?"+query, "/case?"+query
	p.Sequence, p.Appraise = "/plan/sequence?"+query, "/appraisal?"+query
	p.Keep = s.keepForm(r, "/plan?"+query)
	p.show(all)
	return s.render(w, r, "plan", p)
}

// show fills the page from its plan.
func (p *PlanPage) show(all []portfolio.Intervention) {
	plan := p.Plan
	p.Head = plan.Worth.Head()
	p.Set = planSet(plan.Ask, all)
	p.Cautions = append(append(p.Cautions, plan.Worth.Cautions...), plan.Notes...)
	for _, l := range plan.Unvalued {
		p.Unvalued = append(p.Unvalued, p.row(l))
	}
	for _, l := range plan.Over {
		p.Over = append(p.Over, p.row(l))
	}
	switch {
	case len(plan.Conflict) > 0:
		p.Finding = "No set of interventions meets these rules together"
		p.Lede = report.Say("The rules that cannot hold together are named below, with what to do.")
		for _, c := range plan.Solution.Conflict {
			p.Conflict = append(p.Conflict, conflictRow(c))
		}
		return
	case len(all) == 0:
		p.Finding = "There is nothing to choose from yet"
		p.Lede = report.Say("No interventions are on record: add a table of what is proposed, by whom and at what cost, and build again.")
		return
	case plan.Stopped && plan.Chosen == nil && !plan.Proven:
		p.Finding = "No plan was found in the time that a page may take"
		p.Lede = report.Say("Ask for fewer regions or stages, or take the problem as a file to the command line: milieu calc portfolio.")
		return
	case len(plan.Chosen)+len(plan.Left) == 0 && len(plan.Unvalued) > 0:
		p.Finding = "Nothing can be compared by " + plan.Worth.Label
		p.Lede = report.Say("Of %v interventions on record none that is open to choice has a cost and is known to be worth something by this measure. That is not to say that they are worth nothing: see the list below for what is missing, or choose another measure.", strconv.Itoa(len(all)))
		return
	case len(plan.Chosen) == 0:
		p.Finding = "Nothing fits this budget"
		p.Lede = report.Say("Of %v interventions on record, none that is open to choice has a cost and evidence and fits %v. Raise the budget, or open more regions or stages.", strconv.Itoa(len(all)), chart.Money(plan.BudgetP))
		if why := plan.Empty(); why != "" {
			p.Lede = report.Say("Of %v interventions on record %v were compared. %v", strconv.Itoa(len(all)), planFigure(plan, "options", strconv.Itoa(len(plan.Left))), why)
			if plan.CanDo() {
				p.Finding = "The best is to do none of them"
			}
		}
		p.Counted = plan.MoneyNote()
		p.leave()
		return
	default:
		p.Finding = fmt.Sprintf("%d interventions for %s of %s", len(plan.Chosen), chart.Money(plan.CostP), chart.Money(plan.BudgetP))
		p.Lede = report.Say("The best set under the lens “%v”. %v were compared, %v could not be.", plan.Worth.Label,
			planFigure(plan, "options", strconv.Itoa(len(plan.Chosen)+len(plan.Left))), planFigure(plan, "unvalued", strconv.Itoa(len(plan.Unvalued))))
		if plan.Ask.Worth != "" {
			p.Lede = report.Say("The best set by %v. %v were compared, %v could not be.", plan.Worth.Label,
				planFigure(plan, "options", strconv.Itoa(len(plan.Chosen)+len(plan.Left))), planFigure(plan, "unvalued", strconv.Itoa(len(plan.Unvalued))))
		}
	}
	if f := p.Sure.Fits; f.Ref != "" {
		p.Lede = append(p.Lede, report.Say(" When costs are drawn with optimism bias it keeps its budgets and shares in %v of 100 draws.", f)...)
	}
	p.Counted = plan.MoneyNote()
	p.Solved = true
	p.numbers()
	for _, i := range plan.Chosen {
		p.Chosen = append(p.Chosen, p.row(portfolio.Left{Intervention: i}))
	}
	p.leave()
	p.Years, p.Rules, p.Others = planYears(plan), planRules(plan), planOthers(plan)
	p.AllOther = plan.Solution.AlternativesComplete
}

// leave lists what the plan leaves out.
func (p *PlanPage) leave() {
	for _, l := range p.Plan.Left {
		p.Left = append(p.Left, p.row(l))
	}
}

// numbers makes the figures of the plan, what they mean, and the bar.
func (p *PlanPage) numbers() {
	plan := p.Plan
	fig := func(what, text string) report.Figure { return planFigure(plan, what, text) }
	decimals := 1
	if plan.Worth.Unit != "" {
		decimals = 0
	}
	value := fig("value", chart.Number(plan.Value, decimals))
	value.Range = chart.Number(plan.Lo, decimals) + "–" + chart.Number(plan.Hi, decimals)
	if plan.Worth.Unit == "£" {
		value = fig("value", chart.Money(cash.Round(100*plan.Value)))
		value.Range = chart.Money(cash.Round(100*plan.Lo)) + "–" + chart.Money(cash.Round(100*plan.Hi))
	}
	share := fig("existing", chart.Number(100*plan.Existing, 0))
	share.Unit = "%"
	name := "value"
	if plan.Worth.Unit != "" {
		name = "value: " + plan.Worth.Label
	}
	p.Stats = []Stat{{fig("count", strconv.Itoa(len(plan.Chosen))), "interventions chosen", "#chosen"}, {fig("cost", chart.Money(plan.CostP)), plan.Counting.Label(), "#counted"},
		{share, "of the money serves businesses already here", "#chosen"}, {value, name, "#means"}}
	p.Means = "Value is " + plan.Worth.Means + "."
	p.Proof = proofWords(plan)
	p.Money = portfolio.MoneyBars(plan, 640)
}

func proofWords(plan portfolio.Plan) string {
	proof := fmt.Sprintf("Proven best: no other set of the %d options is worth more (%d nodes searched).", len(plan.Chosen)+len(plan.Left), plan.Nodes)
	if !plan.Proven {
		proof = fmt.Sprintf("Not proven best in the time a page may take: no set can be worth more than %s (%d nodes searched).", chart.Number(plan.Bound, 2), plan.Nodes)
	}
	switch {
	case plan.Alternative:
		proof += " Another set is worth just as much: see what is left out with no loss."
	case plan.Only:
		proof += " No other set is worth as much."
	case plan.Proven:
		proof += " Whether another set is worth as much was not settled."
	}
	if n := plan.Committed(); n > 0 {
		proof += fmt.Sprintf(" Of the %d chosen, %d are approved or in delivery already: for those the plan says what to keep, not what to start.", len(plan.Chosen), n)
	}
	return proof + fmt.Sprintf(" Asked of regions: %s; stages: %s.", planScope(plan.Regions, regionName), planScope(plan.Stages, sentence))
}

// planScope is the values that a plan was asked of, in words.
func planScope(values []string, name func(string) string) string {
	if len(values) == 0 {
		return "all"
	}
	var out []string
	for _, v := range values {
		out = append(out, name(v))
	}
	return strings.Join(out, ", ")
}

// planFigure is a figure of a plan, which the settings of its question find again.
func planFigure(p portfolio.Plan, what, text string) report.Figure {
	return report.Figure{Text: text, Ref: evidence.MakeRef("plan", []string{what}, p.Settings()...)}
}

// row is an intervention of the plan.
func (p *PlanPage) row(l portfolio.Left) PlanRow {
	plan := p.Plan
	row := PlanRow{Intervention: l.Intervention, CostKnown: l.CostP.Valid, CostShown: l.Cost(), Beside: plan.Beside(l.ID), Reason: l.Reason, LetIn: capital(l.LetIn), Flag: l.Overlaps(), Assumed: plan.Phasings[l.ID].Assumed}
	if v := plan.ValueOf(l.ID); v.Known {
		row.Score, row.Claim = plan.Worth.Figure(v), v.Claim
	}
	if ph, ok := plan.Phasings[l.ID]; ok {
		row.CostKnown, row.CostShown = true, planFigure(plan, "cost-of-"+l.ID, chart.Money(ph.TotalP()))
	}
	if o, ok := p.Sure.Of[l.ID]; ok {
		row.Core, row.Class = chart.Number(100*o.Share, 0)+" %", o.Class
	}
	switch {
	case l.Barred || l.Open:
	case l.LossMost > l.Loss:
		row.Loss = plan.Worth.Show(l.Loss, 2) + "–" + plan.Worth.Show(l.LossMost, 2)
	default:
		row.Loss = plan.Worth.Show(l.Loss, 2)
	}
	row.Move = planMoved(plan, l.ID)
	return row
}
