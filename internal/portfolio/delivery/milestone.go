package delivery

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"milieu/internal/evidence"
	"milieu/internal/portfolio"
)

// SoonDays is how near a milestone is that is due soon.
const SoonDays = 90

// States of milestones.
const (
	Reached   = "reached"
	Overdue   = "overdue"
	DueSoon   = "due soon"
	Ahead     = "ahead"
	NoDay     = "no day planned"
	BadReport = "days cannot be read"
)

// Milestone is a step of an intervention.
type Milestone struct {
	Name            string
	Planned, Actual string // days
	State           string
	Days            int // reached: days after the planned day, less than 0 before it; overdue: days since; due: days until
	Dated           bool
	Note            string
	Record          evidence.Record
}

// Says is the state in words.
func (m Milestone) Says() string {
	switch {
	case m.State == Reached && !m.Dated:
		return "reached"
	case m.State == Reached && m.Days > 0:
		return fmt.Sprintf("reached %s late", days(m.Days))
	case m.State == Reached && m.Days < 0:
		return fmt.Sprintf("reached %s early", days(-m.Days))
	case m.State == Reached:
		return "reached on the day"
	case m.State == Overdue:
		return fmt.Sprintf("overdue by %s", days(m.Days))
	case m.State == DueSoon || m.State == Ahead:
		return fmt.Sprintf("due in %s", days(m.Days))
	}
	return m.State
}

func days(n int) string {
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}

// milestones lists the steps by name, each as the latest row of that name says, in the order of their days; those
// without one last.
func milestones(reports []portfolio.Delivered, day string) []Milestone {
	var out []Milestone
	for _, d := range reports {
		if d.Kind != portfolio.KindMilestone {
			continue
		}
		m := Milestone{Name: d.What, Planned: d.PlannedDay, Actual: d.ActualDay, Note: d.Note, Record: d.Record}
		at := slices.IndexFunc(out, func(o Milestone) bool { return o.Name == m.Name })
		if at < 0 {
			out = append(out, m)
			continue
		}
		if m.Planned == "" {
			m.Planned = out[at].Planned
		}
		if m.Actual == "" {
			m.Actual = out[at].Actual
		}
		out[at] = m
	}
	for i := range out {
		out[i].judge(day)
	}
	slices.SortStableFunc(out, func(a, b Milestone) int { return strings.Compare(a.order(), b.order()) })
	return out
}

func (m Milestone) order() string {
	switch {
	case m.Planned != "":
		return m.Planned
	case m.Actual != "":
		return m.Actual
	}
	return "9999"
}

func (m *Milestone) judge(day string) {
	if m.Actual != "" && m.Actual <= day {
		m.State = Reached
		if m.Planned != "" {
			m.Days, m.Dated = between(m.Planned, m.Actual)
		}
		return
	}
	if m.Planned == "" {
		m.State = NoDay
		return
	}
	n, ok := between(day, m.Planned)
	switch {
	case !ok:
		m.State = BadReport
	case n < 0:
		m.State, m.Days = Overdue, -n
	case n <= SoonDays:
		m.State, m.Days = DueSoon, n
	default:
		m.State, m.Days = Ahead, n
	}
}

func parseDay(s string) (time.Time, error) { return time.Parse(Day, s) }

// between is the days from one day to another; false where one cannot be read.
func between(from, to string) (int, bool) {
	a, err := parseDay(from)
	if err != nil {
		return 0, false
	}
	b, err := parseDay(to)
	return int(b.Sub(a).Hours() / 24), err == nil
}

// MilestoneCount is how many milestones there are in each state.
type MilestoneCount struct{ Reached, Late, Overdue, Soon, Ahead, Undated int }

// Count counts milestones; Late are those that were reached after their day, which are in Reached too.
func Count(list []Milestone) MilestoneCount {
	var c MilestoneCount
	for _, m := range list {
		switch m.State {
		case Reached:
			c.Reached++
			if m.Dated && m.Days > 0 {
				c.Late++
			}
		case Overdue:
			c.Overdue++
		case DueSoon:
			c.Soon++
		case Ahead:
			c.Ahead++
		default:
			c.Undated++
		}
	}
	return c
}
