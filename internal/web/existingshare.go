package web

import (
	"fmt"

	"milieu/internal/chart"
	"milieu/internal/portfolio"
	"milieu/internal/report"
)

// ExistingShare holds whom the money serves against the share that the workspace aims at.
type ExistingShare struct {
	Share    report.Figure
	Cost     string // counted in the share
	Target   string // "" where none is set
	Breach   string // by how much it is missed
	N        int
	Open     int // to choice by stage and region
	Unstated int
	Held     int // their cost lies within another's
	Over     int // approved or under way, but over by their years on record
}

// existingShare is nil where nothing open to choice has a stated cost.
func existingShare(ask portfolio.Ask, all []portfolio.Intervention, reg portfolio.Register) *ExistingShare {
	open := portfolio.OpenTo(all, ask.Regions, ask.Stages)
	s := portfolio.Serving(open, reg)
	if s.CostP == 0 {
		return nil
	}
	out := &ExistingShare{Share: report.Figure{Text: chart.Number(100*s.Share, 0), Unit: "%", Ref: portfolio.ServedRef(ask.Regions, ask.Stages)}, Cost: chart.Money(s.CostP),
		N: len(s.Counted), Open: len(open), Unstated: len(s.Unstated), Held: len(s.Held)}
	for _, i := range open {
		if reg.Over(i, ask.Now) != "" {
			out.Over++
		}
	}
	if ask.MinExisting > 0 {
		out.Target = chart.Number(100*ask.MinExisting, 0) + " %"
		if s.Share < ask.MinExisting {
			out.Breach = fmt.Sprintf("%s percentage points below the target", chart.Number(100*(ask.MinExisting-s.Share), 0))
		}
	}
	return out
}

// gradeWords say how well it is shown that an intervention would work.
var gradeWords = map[string]string{
	"controlled": "Controlled study",
	"compared":   "Before and after compared",
	"reasoned":   "Reasoned",
	"asserted":   "Asserted only",
}
