package web

import (
	"errors"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/sampling"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
)

// PlanView is how many firms of each stratum would be asked, and how sure the results can be expected to be.
type PlanView struct {
	Total, Minimum, TakeAll    int
	Margin, Response           string // as they were typed, in points and per cent
	Rule                       string
	Rules                      []Choice
	Rows                       []DrawRow
	Asked                      int
	Answers, Expected, Design  string
	Uncovered                  int
	Finding                    string
	Fault                      string // why there is no plan
	Enough                     bool   // the margin that was asked for can be expected
	Own                        bool   // some stratum's number was typed
	LeastAsked, StrataTooSmall int    // anonymous: a stratum is asked that often at least
}

// DrawRow is one stratum of the plan.
type DrawRow struct {
	Key, Label       string
	Frame, Ask       int
	Answers, Margin  string
	NotAsked, Unsure bool
}

// planAsk is what an address asks of a plan.
type planAsk struct {
	total, minimum, takeAll int
	margin, response        float64 // as parts of one
	rule                    sampling.Rule
	own                     map[string]int // typed for single strata
}

// The usual plan: results within 5 points either way, where 3 of 10 firms answer.
const (
	usualMargin   = 0.05
	usualResponse = 0.3
)

// parsePlan reads a plan from an address or a form.
func parsePlan(v fieldwork.Survey, q url.Values) (planAsk, error) {
	p := planAsk{rule: sampling.Rule(orText(q.Get("rule"), string(sampling.Proportional)))}
	if p.rule != sampling.Proportional && p.rule != sampling.Equal {
		return p, badRequest("Firms are shared out %s or %s, not %.20q.", sampling.Proportional, sampling.Equal, p.rule)
	}
	if v.Level == survey.Anonymous {
		p.minimum = v.Threshold
	}
	for _, n := range []struct {
		name string
		to   *int
	}{{"total", &p.total}, {"minimum", &p.minimum}, {"takeall", &p.takeAll}} {
		text := strings.TrimSpace(q.Get(n.name))
		if text == "" {
			continue
		}
		x, err := strconv.Atoi(text)
		if err != nil || x < 0 || x > fieldwork.MostDrawn {
			return p, badRequest("%.20q is no number of firms from 0 to %d.", text, fieldwork.MostDrawn)
		}
		*n.to = x
	}
	var ok bool
	if p.margin, ok = parseShare(asPercent(q.Get("margin")), usualMargin); !ok || p.margin < 0.001 || p.margin > 0.5 {
		return p, badRequest("The margin %.20q is not from 0.1 to 50 points: write 5.", q.Get("margin"))
	}
	if p.response, ok = parseShare(asPercent(q.Get("response")), usualResponse); !ok || p.response < 0.01 {
		return p, badRequest("The share that is expected to answer %.20q is not from 1 to 100 %%: write 30.", q.Get("response"))
	}
	for name, list := range q {
		key, ok := strings.CutPrefix(name, "ask.")
		if !ok || len(list) == 0 || strings.TrimSpace(list[0]) == "" {
			continue
		}
		x, err := strconv.Atoi(strings.TrimSpace(list[0]))
		if err != nil || x < 0 {
			return p, badRequest("%.20q is no number of firms.", list[0])
		}
		if p.own == nil {
			p.own = map[string]int{}
		}
		p.own[key] = x
	}
	return p, nil
}

// asPercent writes a number that was typed as a share in per cent.
func asPercent(s string) string {
	if s = strings.TrimSpace(s); s == "" || strings.HasSuffix(s, "%") {
		return s
	}
	return s + "%"
}

// plan reckons how many to ask in each stratum and what to expect of it.
func (p planAsk) plan(v fieldwork.Survey, c fieldwork.Counts) (PlanView, map[string]int, error) {
	view := PlanView{Total: p.total, Minimum: p.minimum, TakeAll: p.takeAll, Margin: chart.Number(100*p.margin, 1), Response: chart.Number(100*p.response, 0), Own: p.own != nil}
	for _, r := range []struct {
		rule  sampling.Rule
		label string
	}{{sampling.Proportional, "in proportion to their firms"}, {sampling.Equal, "the same from each"}} {
		view.Rules = append(view.Rules, Choice{Value: string(r.rule), Label: r.label, Current: r.rule == p.rule})
	}
	strata := make([]sampling.Stratum, len(c.Strata))
	for i, s := range c.Strata {
		strata[i] = sampling.Stratum{Key: s.Key, Size: s.Frame, Response: p.response}
	}
	if view.Total == 0 {
		need, err := sampling.Precision{Population: c.Firms, Margin: p.margin, Response: p.response}.Needed()
		if err != nil {
			return view, nil, err
		}
		view.Total = min(need.Ask, fieldwork.MostDrawn)
	}
	if v.Level == survey.Anonymous {
		view.LeastAsked = v.Threshold
	}
	// The least of each stratum may come to more than the total: then they are the total.
	view.Total = max(min(view.Total, c.Firms), leastOf(strata, p.minimum, p.takeAll))
	plan, err := sampling.Allocation{Rule: p.rule, Minimum: p.minimum, TakeAll: p.takeAll}.Allocate(strata, view.Total)
	if err != nil {
		return view, nil, err
	}
	for _, s := range strata {
		if n, ok := p.own[s.Key]; ok {
			plan[s.Key] = min(n, s.Size)
		}
	}
	whole, by, err := sampling.Expect(strata, plan, 0.5, 0.95)
	if err != nil {
		return view, nil, err
	}
	for _, s := range c.Strata {
		e := by[s.Key]
		view.Rows = append(view.Rows, DrawRow{Key: s.Key, Label: s.Label, Frame: s.Frame, Ask: plan[s.Key], Answers: expectedAnswers(e.Answers), Margin: marginPoints(e.Margin), NotAsked: plan[s.Key] == 0, Unsure: e.Answers < float64(v.Threshold)})
	}
	view.expect(whole, p)
	return view, plan, nil
}

// leastOf is how many firms the least of each stratum come to.
func leastOf(strata []sampling.Stratum, minimum, takeAll int) int {
	n := 0
	for _, s := range strata {
		if s.Size <= takeAll {
			n += s.Size
		} else {
			n += min(minimum, s.Size)
		}
	}
	return n
}

func (view *PlanView) expect(whole sampling.Expected, p planAsk) {
	view.Asked, view.Uncovered, view.Answers, view.Expected, view.Design = whole.Asked, whole.Uncovered, chart.Number(whole.Answers, 0), marginPoints(whole.Margin), chart.Number(whole.DesignEffect, 2)
	view.Enough = whole.Margin <= p.margin*1.005
	switch {
	case whole.Asked == 0:
		view.Finding = "Nobody would be asked."
	case marginPoints(whole.Margin) == "":
		view.Finding = "Too few would answer to say anything."
	default:
		view.Finding = fmt.Sprintf("%s asked, about %s answers, and a share of one half would be known to %s points either way.", counted(whole.Asked, "firm", "firms"), view.Answers, view.Expected)
	}
}

// expectedAnswers writes how many answers are expected.
func expectedAnswers(n float64) string {
	if n > 0 && n < 1 {
		return "under 1"
	}
	return chart.Number(n, 0)
}

// widest is the margin from which nothing is known of a share: it may be anything.
const widest = 0.5

// marginPoints writes a margin in points, such as ±4.9; "" where nothing is known.
func marginPoints(m float64) string {
	if math.IsNaN(m) || m >= widest {
		return ""
	}
	return "±" + chart.Number(100*m, 1)
}

// planFault is the plan's view with why there is no plan.
func planFault(view PlanView, err error) (PlanView, error) {
	var se statusError
	if errors.As(err, &se) {
		return view, err
	}
	view.Fault = capital(err.Error()) + "."
	return view, nil
}
