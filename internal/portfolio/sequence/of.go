package sequence

import (
	"context"
	"time"

	"milieu/internal/portfolio"
	"milieu/internal/portfolio/worth"
)

// Of puts what a plan chose in time. The plan is that of the ask without its moved starts
// (Unmoved), so that a moved bar never changes what is chosen.
func Of(ctx context.Context, in portfolio.Input, p portfolio.Plan, ask portfolio.Ask, set Setting) (Sequence, error) {
	value := func(id string) float64 { return in.Worth.Of[id].Value }
	money := func(i portfolio.Intervention) portfolio.Phasing { return in.Phase(i, Unmoved(ask)) }
	items := Items(p.Chosen, in.Register.Costs, money, ask.Now, value)
	auto := set.Also == ""
	if auto {
		set.Also = AlsoNone
		if toBegin(p.Chosen) < 2 { // there is no order among them
			set.Also = AlsoUnvalued
		}
	}
	if set.Also == AlsoUnvalued {
		var rest []portfolio.Intervention
		for _, l := range p.Unvalued {
			if !portfolio.UnderWay(l.Intervention) { // those are no choices
				rest = append(rest, l.Intervention)
			}
		}
		for _, it := range Items(rest, in.Register.Costs, money, ask.Now, func(string) float64 { return 0 }) {
			it.Unvalued = true
			items = append(items, it)
		}
	}
	s, err := Make(ctx, Input{Items: items, All: in.All, Relations: in.Register.Relations, Delivery: in.Register.Delivery, Ask: ask, Setting: set})
	s.Added, s.Base = auto && set.Also == AlsoUnvalued, in.Counting.Base
	return s, err
}

func toBegin(list []portfolio.Intervention) int {
	n := 0
	for _, i := range list {
		if !portfolio.UnderWay(i) {
			n++
		}
	}
	return n
}

// Unmoved is the ask whose plan is put in time.
func Unmoved(ask portfolio.Ask) portfolio.Ask {
	ask.Starts = nil
	return ask
}

// Find solves the plan of an ask and puts it in time.
func Find(ctx context.Context, from worth.Input, ask portfolio.Ask, set Setting) (Sequence, portfolio.Plan, error) {
	in, err := from.Plan(ctx, ask)
	if err != nil {
		return Sequence{}, portfolio.Plan{}, err
	}
	p, err := portfolio.Solve(ctx, in, Unmoved(ask))
	if err != nil {
		return Sequence{}, p, err
	}
	s, err := Of(ctx, in, p, ask, set)
	return s, p, err
}

// FirstYear is the financial year after the newest of some days such as 2026-11-22: the
// first in which what is decided on that evidence can begin. Days that cannot be read are
// passed over; without any it is the year after the latest one that an intervention names.
func FirstYear(days []string, all []portfolio.Intervention) int {
	newest := time.Time{}
	for _, d := range days {
		if len(d) > len(time.DateOnly) {
			d = d[:len(time.DateOnly)]
		}
		if t, err := time.Parse(time.DateOnly, d); err == nil && t.After(newest) {
			newest = t
		}
	}
	if !newest.IsZero() {
		return portfolio.FinancialYear(newest) + 1
	}
	last := 0
	for _, i := range all {
		last = max(last, int(i.Start.Int64), int(i.SourceYear.Int64))
	}
	if last == 0 {
		return 2027
	}
	return last + 1
}
