package web

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"time"

	"milieu/internal/chart"
	"milieu/internal/live"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/choice"
	"milieu/internal/report"
)

// PlanSure is how sure the choice is: how often each intervention is chosen when effects and
// costs are drawn, and what other budgets would be worth.
type PlanSure struct {
	Waiting  bool   // it is being reckoned
	Says     string // what keeps it from being reckoned
	Core     report.Figure
	Border   report.Figure
	Exterior report.Figure
	Best     report.Figure // share of the draws in which no other plan is worth more
	Fits     report.Figure // share in which it keeps its budgets
	Drawn    string        // what was drawn, in words
	Of       map[string]choice.OptionDraws
	Frontier chart.Chart
	HasCurve bool
}

// sureWait is how long a page waits for the draws before it says that they are being reckoned.
const sureWait = 400 * time.Millisecond

// sureFile is how long a file waits, which cannot be looked at again by itself.
const sureFile = 20 * time.Second

type sureMade struct {
	draws  choice.DrawResult
	points []choice.Point
	none   string
}

// sureness is how sure a plan is, made once for a problem.
func (s *Server) sureness(r *http.Request, snap *live.Snapshot, p portfolio.Plan, wait time.Duration) (PlanSure, error) {
	if len(p.Chosen) == 0 {
		return PlanSure{}, nil
	}
	key, err := s.sureKey(p)
	if err != nil {
		return PlanSure{}, err
	}
	made, ok, err := soon(r.Context(), snap, key, wait, func(ctx context.Context) (sureMade, error) {
		var m sureMade
		draws, err := p.Robust(ctx, nil)
		if err != nil {
			m.none = capital(err.Error()) + "."
		}
		m.draws = draws
		m.points, err = p.Frontier(ctx)
		return m, err
	})
	if err != nil {
		return PlanSure{}, err
	}
	if !ok {
		return PlanSure{Waiting: true}, nil
	}
	return showSure(p, made), nil
}

// sureKey names the draws of a plan by all that they are drawn from: the problem, the ends of what each is worth, and the
// parameters, which say how far costs overrun.
func (s *Server) sureKey(p portfolio.Plan) (string, error) {
	set, err := s.parameters()
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(p.Problem)
	if err != nil {
		return "", err
	}
	from := fmt.Appendf(append(text, askQuery(p.Ask)...), "\n%s\n%v", set.Hash(), p.Worth.Of)
	return fmt.Sprintf("sure/%s/%d/%d/%x", p.Worth.By, p.DrawCount(), p.Seed, sha256.Sum256(from)), nil
}

func showSure(p portfolio.Plan, m sureMade) PlanSure {
	v := PlanSure{Says: m.none, Of: map[string]choice.OptionDraws{}}
	n := map[string]int{}
	for _, o := range m.draws.Options {
		v.Of[o.ID] = o
		n[o.Class]++
	}
	count := func(class string) report.Figure { return planFigure(p, "sure", fmt.Sprint(n[class])) }
	v.Core, v.Border, v.Exterior = count(choice.Core), count(choice.Borderline), count(choice.Exterior)
	share := func(x float64) report.Figure {
		f := planFigure(p, "sure", chart.Number(100*x, 0))
		f.Unit = "%"
		return f
	}
	if b := m.draws.Base; b != nil {
		v.Best, v.Fits = share(b.Best), share(b.Feasible)
		v.Fits.Unit = ""
	}
	v.Drawn = fmt.Sprintf("%d draws, seed %d", m.draws.Done, m.draws.Seed)
	if k := m.draws.Infeasible; k > 0 {
		v.Drawn += fmt.Sprintf("; in %d nothing met the rules", k)
	}
	if k := m.draws.Unproven; k > 0 {
		v.Drawn += fmt.Sprintf("; in %d the choice is not proven the best", k)
	}
	if len(m.points) > 1 {
		v.Frontier, v.HasCurve = frontierChart(p, m.points), true
	}
	return v
}

// frontierChart draws the best value against the budget.
func frontierChart(p portfolio.Plan, points []choice.Point) chart.Chart {
	const m = 1e8 // pence in a million pounds
	line := chart.Series{Label: "Best value"}
	for _, pt := range points {
		x := float64(p.BudgetP) * pt.Factor / m
		y := pt.Value
		if pt.Status == choice.Infeasible || pt.Status == choice.Unknown {
			y = math.NaN()
		}
		line.Steps = append(line.Steps, chart.Step{X: x, Y: y})
	}
	label, decimals := "Best value", 2
	if p.Worth.Unit != "" {
		label, decimals = "Best value, "+p.Worth.Unit, 0
	}
	return chart.Line(chart.LineSpec{Title: "What other budgets would be worth", X: chart.Axis{Label: "Budget, £m", Decimals: 1, Refs: []chart.Ref{{At: float64(p.BudgetP) / m, Label: "this budget"}}}, Y: chart.Axis{Label: label, Decimals: decimals}, Series: []chart.Series{line}, Width: 640})
}
