package schedule

import (
	"fmt"
	"math"
	"sort"
)

// Rule is what kind of rule is broken.
type Rule string

// The rules.
const (
	TooEarly  Rule = "too early" // before its earliest start, or not at its fixed one
	TooLate   Rule = "too late"  // after its latest start
	Overruns  Rule = "overruns"  // ends after the horizon
	OutOfTurn Rule = "order"     // begins before what it waits for allows
	TooMuch   Rule = "too much"  // uses more than there is
)

// Breach is a rule that starts break.
type Breach struct {
	Rule  Rule
	Says  string // the rule in words
	Task  string // id; "" for a capacity
	Other string // id of the task that it waits for
	From  int    // period of a start, or first period of a capacity
	By    int64  // periods, or units of the resource
}

// String says the rule and by how much it is broken.
func (b Breach) String() string { return fmt.Sprintf("%s: broken by %d", b.Says, b.By) }

// Check names every rule that the starts break, in the order of the tasks, the links
// and the capacities; none means that they can be kept. Starts are one for each task
// and may lie anywhere.
func Check(p Problem, starts []int) ([]Breach, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if err := p.sameLength(starts); err != nil {
		return nil, err
	}
	var out []Breach
	add := func(r Rule, says, task, other string, from int, by int64) {
		if by > 0 {
			out = append(out, Breach{r, says, task, other, from, by})
		}
	}
	for i, t := range p.Tasks {
		s := starts[i]
		switch {
		case t.Fixed.Set:
			add(TooEarly, p.earliestName(t), t.ID, "", s, int64(t.Fixed.At-s))
			add(TooLate, p.earliestName(t), t.ID, "", s, int64(s-t.Fixed.At))
		default:
			add(TooEarly, p.earliestName(t), t.ID, "", s, int64(t.Earliest-s))
			if t.Latest.Set {
				add(TooLate, fmt.Sprintf("%s begins in %d at the latest", t.name(), p.period(t.Latest.At)), t.ID, "", s, int64(s-t.Latest.At))
			}
		}
		add(Overruns, fmt.Sprintf("%s ends with %d at the latest", t.name(), p.period(p.Horizon-1)), t.ID, "", s, int64(s+t.Duration-p.Horizon))
	}
	index := p.index()
	for _, l := range p.Links {
		a, b := index[l.After], index[l.Before]
		add(OutOfTurn, p.linkName(l, p.Tasks[b], p.Tasks[a]), l.After, l.Before, starts[a], int64(starts[b]+l.distance(p.Tasks[b])-starts[a]))
	}
	for _, c := range p.Capacities {
		add(TooMuch, p.capacityName(c), "", "", c.From, p.used(c, starts)-c.Amount)
	}
	return out, nil
}

func (p Problem) sameLength(starts []int) error {
	if len(starts) != len(p.Tasks) {
		return fmt.Errorf("%d starts for %d tasks; give one each", len(starts), len(p.Tasks))
	}
	return nil
}

// used is what the tasks take of a capacity.
func (p Problem) used(c Capacity, starts []int) int64 {
	var sum int64
	for i, t := range p.Tasks {
		sum += c.of(t, starts[i])
	}
	return sum
}

// of is what a task takes of a capacity when it begins at a start.
func (c Capacity) of(t Task, start int) int64 {
	var sum int64
	for _, u := range t.Uses {
		if at := start + u.Offset; at >= c.From && at < c.To && (c.Resource == "" || c.Resource == u.Resource) {
			sum += u.Amount
		}
	}
	return sum
}

// Worth is the sum of the values, each discounted to period 0 from the end of its task.
func Worth(p Problem, starts []int) float64 {
	sum := 0.0
	for i, t := range p.Tasks {
		sum += p.worth(t, starts[i])
	}
	return sum
}

func (p Problem) worth(t Task, start int) float64 {
	return t.Value * math.Pow(1+p.Discount, -float64(start+t.Duration))
}

// Spend is what is used of each resource by period, up to the horizon.
func Spend(p Problem, starts []int) map[string][]int64 {
	out := map[string][]int64{}
	for i, t := range p.Tasks {
		for _, u := range t.Uses {
			if out[u.Resource] == nil {
				out[u.Resource] = make([]int64, p.Horizon)
			}
			if at := starts[i] + u.Offset; at >= 0 && at < p.Horizon {
				out[u.Resource][at] += u.Amount
			}
		}
	}
	return out
}

// Resources lists the resources that tasks use, sorted.
func Resources(p Problem) []string {
	seen := map[string]bool{}
	var out []string
	for _, t := range p.Tasks {
		for _, u := range t.Uses {
			if !seen[u.Resource] {
				seen[u.Resource] = true
				out = append(out, u.Resource)
			}
		}
	}
	sort.Strings(out)
	return out
}
