package portfolio

import (
	"context"
	"fmt"
	"math"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/portfolio/choice"
)

// Robust solves the plan once for each draw of what interventions are worth and cost: how
// often each is chosen. The draws are of Ask.DrawCount and Ask.Seed. It fails where nothing
// can be drawn.
func (p Plan) Robust(ctx context.Context, progress func(done, total int)) (choice.DrawResult, error) {
	values, err := drawn(ctx, p.Worth.Draws, p.DrawCount(), p.Seed)
	if err != nil {
		return choice.DrawResult{}, err
	}
	factors, err := drawn(ctx, p.Worth.Overruns, p.DrawCount(), p.Seed)
	if err != nil {
		return choice.DrawResult{}, err
	}
	q := p.Problem
	q.Draws = p.draws(values, factors)
	base := []string{}
	for _, i := range p.Chosen {
		base = append(base, i.ID)
	}
	r, err := choice.Draws(ctx, q, base, choice.DrawOptions{MaxNodes: drawNodes, Progress: progress})
	r.Seed = p.Seed
	return r, err
}

// Keeps is the share of Ask.DrawCount draws of costs with optimism bias in which the chosen set
// keeps its budgets and shares; false where costs cannot be drawn. What the interventions are worth has no part in it.
func (p Plan) Keeps() (float64, bool) {
	if p.Worth.Overruns == nil || len(p.Chosen) == 0 {
		return 0, false
	}
	factors, err := drawn(context.Background(), p.Worth.Overruns, p.DrawCount(), p.Seed)
	if err != nil {
		return 0, false
	}
	q := p.Problem
	q.Draws = p.draws(nil, factors)
	var ids []string
	for _, i := range p.Chosen {
		ids = append(ids, i.ID)
	}
	share, err := choice.Keeps(q, ids)
	return share, err == nil
}

// drawNodes bounds the search of one draw; a choice that is not proven by then is counted as such.
const drawNodes = 20000

// drawn draws, where there is something to draw.
func drawn(ctx context.Context, draw func(context.Context, int, uint64) (map[string][]float64, error), n int, seed uint64) (map[string][]float64, error) {
	if draw == nil {
		return nil, nil
	}
	out, err := draw(ctx, n, seed)
	if err != nil {
		return nil, fmt.Errorf("plan: draws: %w", err)
	}
	return out, nil
}

// draws joins the draws of values and of factors on costs; nil draws nothing.
func (p Plan) draws(values, factors map[string][]float64) []choice.Draw {
	out := make([]choice.Draw, p.DrawCount())
	for k := range out {
		w := choice.Draw{Values: map[string]float64{}, Costs: map[string]choice.Pence{}, Bonus: map[string]float64{}}
		for _, o := range p.Problem.Options {
			if v := values[o.ID]; k < len(v) {
				w.Values[o.ID] = v[k]
			}
			if f := factors[o.ID]; k < len(f) && o.Total() > 0 {
				// To the pound: pence of a guess are of no use.
				w.Costs[o.ID] = choice.Pence(100 * math.Round(float64(o.Total())*f[k]/100))
			}
		}
		for _, s := range p.Problem.Synergies {
			w.Bonus[s.Name] = p.bonus(s, w)
		}
		out[k] = w
	}
	return out
}

// bonus is what two options add in a draw: the same share of the smaller value as without draws.
func (p Plan) bonus(s choice.Synergy, w choice.Draw) float64 {
	base, drawn := math.Inf(1), math.Inf(1)
	for _, id := range s.Options {
		v := p.Worth.Of[id].Value
		base = math.Min(base, v)
		if d, ok := w.Values[id]; ok {
			v = d
		}
		drawn = math.Min(drawn, v)
	}
	if base == 0 {
		return 0
	}
	return s.Bonus * drawn / base
}

// SureChain explains how often interventions are chosen over the draws.
func (p Plan) SureChain(d choice.DrawResult) evidence.Chain {
	c := evidence.Chain{Title: "How often each intervention is chosen over the draws", Value: fmt.Sprintf("%d draws", d.Done), Method: "core index",
		How: fmt.Sprintf("The plan is solved once for each draw (seed %d) of what the interventions are worth and, where they are known, of costs with optimism bias; what rests on the same evidence shares its draw. "+
			"Core: chosen in at least 95 %% of the draws; exterior: in at most 5 %%; borderline: between (after Liesiö, Mild and Salo 2007). With %d draws a share is right to about %s points", d.Seed, d.Done, chart.Number(196*math.Sqrt(0.25/float64(max(1, d.Done))), 0))}
	if b := d.Base; b != nil {
		c.How += fmt.Sprintf(". The plan shown is the best in %s %% of the draws and keeps its rules in %s %%", chart.Number(100*b.Best, 0), chart.Number(100*b.Feasible, 0))
	}
	by := map[string]Intervention{}
	for _, i := range p.Options() {
		by[i.ID] = i
	}
	for _, o := range d.Options {
		i := by[o.ID]
		c.Steps = append(c.Steps, evidence.Chain{Title: i.Name, Value: chart.Number(100*o.Share, 0) + " % of draws", How: o.Class, Records: []evidence.Record{i.Record}, URL: i.SourceURL})
	}
	return c
}

// Frontier is the best value for parts and multiples of all budgets and caps.
func (p Plan) Frontier(ctx context.Context) ([]choice.Point, error) {
	return choice.Frontier(ctx, p.Problem, FrontierFactors, drawNodes)
}

// FrontierFactors are the parts and multiples of the budget that a frontier has.
var FrontierFactors = []float64{0.25, 0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 2}
