package portfolio

import (
	"fmt"
	"sort"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/portfolio/choice"
)

// explainLeft says of each option that is out why.
func (p *Plan) explainLeft(options []Intervention) {
	names := map[string]string{}
	for _, i := range options {
		names[i.ID] = i.Name
	}
	for k, o := range p.Solution.Options {
		if !o.Chosen {
			p.Left = append(p.Left, p.left(options[k], o, names))
		}
	}
	sort.SliceStable(p.Left, func(a, b int) bool {
		x, y := p.Left[a], p.Left[b]
		if x.Barred != y.Barred {
			return y.Barred
		}
		return x.Loss < y.Loss
	})
}

func (p *Plan) left(i Intervention, o choice.OptionResult, names map[string]string) Left {
	l := Left{Intervention: i, Barred: o.Barred}
	switch {
	case o.Barred:
		l.Reason = p.barred(i, o.Conflict)
	case o.Loss != nil:
		l.Loss, l.LossMost = *o.Loss, *o.Loss
		l.Reason = p.swap(l, o.Out, names)
	case o.LossLeast != nil && o.LossMost != nil:
		l.Loss, l.LossMost = *o.LossLeast, *o.LossMost
		l.Reason = p.swap(l, o.Out, names)
	default:
		l.Open = true
		l.Reason = "what it would displace is not reckoned: time ran out"
		p.Stopped = true
	}
	l.LetIn = letIn(o)
	return l
}

// barred says which rules keep an option out.
func (p *Plan) barred(i Intervention, conflict []choice.RuleName) string {
	if len(conflict) == 1 {
		switch r := conflict[0]; {
		case r.Name == ruleBudget && p.CostOf(i.ID) > p.BudgetP:
			return fmt.Sprintf("it costs %s, more than the budget of %s", chart.Money(p.CostOf(i.ID)), chart.Money(p.BudgetP))
		case r.Kind == choice.KindShare:
			return "with it the " + r.Name + " cannot be met"
		case r.Kind == choice.KindLeave:
			return "it is to be left out"
		case r.Kind == choice.KindExclude:
			return r.Words
		}
		return "with it this cannot hold: " + conflict[0].Words
	}
	var words []string
	for _, r := range conflict {
		words = append(words, r.Words)
	}
	return "with it these cannot hold together: " + strings.Join(words, "; ")
}

// swap says what would have to go for an option to come in.
func (p *Plan) swap(l Left, out []string, names map[string]string) string {
	if l.LossMost < 1e-9 {
		return "another set with it is worth just as much"
	}
	const most = 2
	gone := ""
	var list []string
	for _, id := range out {
		list = append(list, names[id])
	}
	switch n := len(list); {
	case n > most:
		gone = fmt.Sprintf(" (%s and %d more would go)", strings.Join(list[:most], ", "), n-most)
	case n > 0:
		gone = fmt.Sprintf(" (%s would go)", strings.Join(list, ", "))
	}
	if l.LossMost > l.Loss+1e-9 {
		return fmt.Sprintf("with it the best value falls by %s to %s%s", p.show(l.Loss), p.show(l.LossMost), gone)
	}
	return fmt.Sprintf("with it the best value falls from %s to %s%s", p.show(p.Value), p.show(p.Value-l.Loss), gone)
}

// show is a value of the plan for words.
func (p Plan) show(v float64) string { return p.Worth.Show(v, 2) }

// letIn says what more the budgets would have to hold.
func letIn(o choice.OptionResult) string {
	if len(o.Budget) == 0 {
		return ""
	}
	var parts []string
	for _, b := range o.Budget {
		parts = append(parts, fmt.Sprintf("%s more in the %s", chart.Money(int64(b.More)), b.Name))
	}
	s := strings.Join(parts, " and ") + " would let it in without loss"
	if !o.BudgetProven {
		s = "at most " + s
	}
	return s
}
