// Package schedule puts tasks in time: when each begins so that what comes first
// comes first, no period uses more than there is, and what is worth most comes
// early, proven so. It owns the model of tasks, links and capacities, the proof,
// the check of starts that somebody else set, slack and the critical path, and the
// choice between scaling up now and trying out first. It does not know what a task
// is or what a period is called.
//
// Method: time-indexed 0-1 programme, one variable for each start that a task can
// have (Pritsker, Watters & Wolfe 1969), precedence in its disaggregated form
// (Christofides, Alvarez-Valdes & Tamarit 1987), solved by package milp; windows and
// slack by the critical path method (Kelley & Walker 1959).
package schedule

import (
	"fmt"
	"math"
)

// Limit is a period that bounds a start, or none: the zero value bounds nothing.
type Limit struct {
	At  int
	Set bool
}

// At is the limit at a period.
func At(period int) Limit { return Limit{period, true} }

// Use is what a task takes of a resource in one of its periods.
type Use struct {
	Resource string
	Offset   int   // 0 is the first period of the task
	Amount   int64 // in whole units of the resource, such as pence; not negative
}

// Task is something that begins in one period and lasts for some without a break.
type Task struct {
	ID       string
	Name     string // for words; "" is ID
	Duration int    // in periods, 1 or more
	Earliest int    // first period in which it may begin
	Latest   Limit  // last period in which it may begin
	Fixed    Limit  // the period in which it begins, whatever Earliest and Latest say
	Value    float64
	Uses     []Use
	// FixedName is what the rule of Fixed is called in words; "" is made from the rest.
	FixedName string
}

// Kind says which ends of two tasks a link ties.
type Kind int

// The kinds. The zero value is EndToStart.
const (
	EndToStart   Kind = iota // After begins when Before has ended, Lag periods later at the earliest
	StartToStart             // After begins Lag periods after Before has begun at the earliest
)

// Link says that a task waits for another. A negative Lag lets them overlap.
type Link struct {
	Before, After string // ids
	Kind          Kind
	Lag           int
	Name          string // what the rule is called in words; "" is made from the tasks
}

// Capacity is the most that all tasks together may use of a resource in the periods
// From to To, To left out, added up.
type Capacity struct {
	Name     string // what the rule is called in words; "" is made from the rest
	Resource string // "" is all resources added up
	From, To int
	Amount   int64
}

// Problem is a set of tasks which all have to be done within the periods 0 to
// Horizon-1.
type Problem struct {
	Tasks      []Task
	Links      []Link
	Capacities []Capacity
	Horizon    int
	// Discount is how much less a value counts for each period that passes before
	// the task has ended: 0.035 is 3.5 %.
	Discount float64
	// Origin is what period 0 is called in words, such as 2027.
	Origin int
}

const (
	maxHorizon = 1200
	maxTasks   = 2000
)

func (t Task) name() string {
	if t.Name != "" {
		return t.Name
	}
	return t.ID
}

// Validate returns an error that names the first thing wrong. Links that lead in a
// circle give a *CycleError.
func (p Problem) Validate() error {
	if p.Horizon < 1 || p.Horizon > maxHorizon {
		return fmt.Errorf("the horizon is %d periods; give 1 to %d", p.Horizon, maxHorizon)
	}
	if len(p.Tasks) > maxTasks {
		return fmt.Errorf("%d tasks are too many; give at most %d", len(p.Tasks), maxTasks)
	}
	if !(p.Discount > -1 && p.Discount < 10) {
		return fmt.Errorf("the discount is %g a period; give a share such as 0.035", p.Discount)
	}
	index := map[string]int{}
	for i, t := range p.Tasks {
		if err := t.validate(); err != nil {
			return err
		}
		if _, twice := index[t.ID]; twice {
			return fmt.Errorf("task %q stands twice; give each its own id", t.ID)
		}
		index[t.ID] = i
	}
	for _, c := range p.Capacities {
		if c.Amount < 0 || c.From < 0 || c.To > p.Horizon || c.From >= c.To {
			return fmt.Errorf("%s is %d for the periods %d to %d; give an amount of 0 or more and periods within 0 to %d", p.capacityName(c), c.Amount, c.From, c.To, p.Horizon)
		}
	}
	for _, l := range p.Links {
		for _, id := range []string{l.Before, l.After} {
			if _, ok := index[id]; !ok {
				return fmt.Errorf("a link ties %q to %q, but there is no task %q", l.After, l.Before, id)
			}
		}
		if l.Kind != EndToStart && l.Kind != StartToStart || l.Lag > maxHorizon || l.Lag < -maxHorizon {
			return fmt.Errorf("the link from %q to %q has the kind %d and the lag %d; the kind is EndToStart or StartToStart and the lag at most %d", l.Before, l.After, l.Kind, l.Lag, maxHorizon)
		}
	}
	if c := p.cycle(index); c != nil {
		return &CycleError{c}
	}
	return nil
}

func (t Task) validate() error {
	switch {
	case t.ID == "":
		return fmt.Errorf("a task has no id; give each one")
	case t.Duration < 1 || t.Duration > maxHorizon:
		return fmt.Errorf("task %q lasts %d periods; give 1 to %d", t.ID, t.Duration, maxHorizon)
	case !(math.Abs(t.Value) < 1e15):
		return fmt.Errorf("task %q has the value %g; give a number", t.ID, t.Value)
	case t.Earliest < 0 || t.Latest.Set && t.Latest.At < 0 || t.Fixed.Set && t.Fixed.At < 0:
		return fmt.Errorf("task %q has a start before period 0", t.ID)
	}
	for _, u := range t.Uses {
		if u.Offset < 0 || u.Offset >= t.Duration {
			return fmt.Errorf("task %q uses %s in its period %d, but lasts %d; the first period is 0", t.ID, u.Resource, u.Offset, t.Duration)
		}
		if u.Amount < 0 || u.Amount > 1<<52 {
			return fmt.Errorf("task %q uses %d of %s; give 0 or more", t.ID, u.Amount, u.Resource)
		}
	}
	return nil
}

// index gives the place of each task by its id.
func (p Problem) index() map[string]int {
	at := make(map[string]int, len(p.Tasks))
	for i, t := range p.Tasks {
		at[t.ID] = i
	}
	return at
}

// distance is how many periods After begins after Before at the least.
func (l Link) distance(before Task) int {
	if l.Kind == StartToStart {
		return l.Lag
	}
	return before.Duration + l.Lag
}
