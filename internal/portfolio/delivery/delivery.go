// Package delivery follows interventions: what was spent, reached and brought about against what was planned, how each
// stands by a stated rule, what evaluations of the workspace say of the chance that a type of programme works, and how
// far plans of the past were from what came. It reads the register of package portfolio; nothing here is kept or drawn.
//
// What is not reported is not known, never nought: a sum of actual spend holds only what somebody reported, and a ratio
// is taken over what is known on both sides.
package delivery

import (
	"maps"
	"slices"
	"time"

	"milieu/internal/portfolio"
)

// Day is the form of days in the register.
const Day = "2006-01-02"

// Status is how an intervention stands.
type Status struct {
	portfolio.Intervention
	Says       string // the latest report of its status, empty where there is none
	SaysWhen   string // day of that report
	SaysIn     string // the same in words, as far as it is known
	Last       string // day of the latest report of any kind, up to the day that is asked for
	LastIn     string // the same in words, as far as it is known
	Spend      []Spend
	Milestones []Milestone
	Results    []Result
	Evaluated  []portfolio.Delivered
	Light      Light
	Reasons    []string // why the light is what it is, the gravest first
	Beside     []string // of what was late, over plan, under plan or short
	Reports    int      // of any kind but milestones, which are plans until they are reached and say nothing of the rest
	Finished   bool     // reported done, or at the stage delivered or ended and not reported otherwise
}

// Report is how all interventions stand on a day.
type Report struct {
	Day     string
	Year    int      // financial year of the day
	All     []Status // reported on, approved or in delivery; in the order of the register
	Silent  int      // of All: nothing at all is on record
	Regions []string // those of the interventions, empty for all
	Priors  []portfolio.Prior
	Unknown []portfolio.Delivered // reports of interventions that the register does not have
	Odd     []portfolio.Delivered // rows of status with a word that is none of Statuses
	Within  []string              // ids left out of sums over all: their cost lies within that of another in the list
}

// Reckon judges all interventions on a day, from the register and the reports up to that day. A report without a day or
// year counts; one of a later day does not.
func Reckon(all []portfolio.Intervention, r portfolio.Register, day time.Time) Report {
	out := Report{Day: day.Format(Day), Year: portfolio.FinancialYear(day), Priors: portfolio.Priors(r, all), Odd: OddStatuses(r)}
	known := map[string]bool{}
	for _, i := range all {
		known[i.ID] = true
		own := r.Of(i.ID)
		own.Delivery = upTo(own.Delivery, out.Day)
		if len(own.Delivery) == 0 && !portfolio.UnderWay(i) {
			continue
		}
		s := stand(i, own, out.Day, out.Year)
		if s.Light == Unknown {
			out.Silent++
		}
		out.All = append(out.All, s)
	}
	for _, d := range r.Delivery {
		if !known[d.Intervention] {
			out.Unknown = append(out.Unknown, d)
		}
	}
	out.Within = within(out.All, r)
	return out
}

// In is the report on the interventions of some regions; none is all. Reports of interventions that the register does not
// have, and what evaluations say, stay those of the whole.
func (r Report) In(regions []string, relations []portfolio.Relation) Report {
	if len(regions) == 0 {
		return r
	}
	out := r
	out.All, out.Silent, out.Regions = nil, 0, regions
	for _, s := range r.All {
		if !slices.Contains(regions, s.Region) {
			continue
		}
		if s.Light == Unknown {
			out.Silent++
		}
		out.All = append(out.All, s)
	}
	out.Within = within(out.All, portfolio.Register{Relations: relations})
	return out
}

// Statuses are the words that a row of the kind status may say.
var Statuses = []string{OnTrack, AtRisk, Late, Stopped, Finished}

// The words of a status.
const (
	OnTrack  = "on-track"
	AtRisk   = "at-risk"
	Late     = "late"
	Stopped  = "stopped"
	Finished = "done"
)

// OddStatuses are the rows whose status is none of Statuses: they say something to a reader, but count in no light.
func OddStatuses(r portfolio.Register) []portfolio.Delivered {
	var out []portfolio.Delivered
	for _, d := range r.Delivery {
		if d.Kind == portfolio.KindStatus && !slices.Contains(Statuses, d.What) {
			out = append(out, d)
		}
	}
	return out
}

// Of is how one intervention stands; false where it is not followed.
func (r Report) Of(id string) (Status, bool) {
	for _, s := range r.All {
		if s.ID == id {
			return s, true
		}
	}
	return Status{}, false
}

func upTo(reports []portfolio.Delivered, day string) []portfolio.Delivered {
	var out []portfolio.Delivered
	for _, d := range reports {
		if d.Day == "" || d.Day <= day {
			out = append(out, d)
		}
	}
	return out
}

func stand(i portfolio.Intervention, own portfolio.Register, day string, year int) Status {
	s := Status{Intervention: i}
	for _, d := range own.Delivery {
		if d.Kind == portfolio.KindMilestone {
			continue
		}
		s.Reports++
		if w := d.When(); w <= day && w > s.Last {
			s.Last, s.LastIn = w, d.WhenSays()
		}
		switch d.Kind {
		case portfolio.KindStatus:
			if w := d.When(); w >= s.SaysWhen {
				s.Says, s.SaysWhen, s.SaysIn = d.What, w, d.WhenSays()
			}
		case portfolio.KindEvaluation:
			s.Evaluated = append(s.Evaluated, d)
		}
	}
	s.Finished = s.Says == Finished || s.Says == "" && (i.Stage == "delivered" || i.Stage == "ended")
	s.Spend = spendOf(i, own)
	s.Milestones = milestones(own.Delivery, day)
	s.Results = results(own)
	s.Light, s.Beside, s.Reasons = judge(s, day, year)
	return s
}

// within lists, in order, those whose cost lies within that of another of the list.
func within(all []Status, r portfolio.Register) []string {
	var spend []string
	for _, s := range all {
		if len(s.Spend) > 0 {
			spend = append(spend, s.ID)
		}
	}
	return slices.Sorted(maps.Keys(r.Inside(spend)))
}
