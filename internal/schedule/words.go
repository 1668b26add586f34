package schedule

import (
	"fmt"
	"strings"
)

// CycleError says that tasks wait for one another in a circle.
type CycleError struct {
	Cycle []string // ids: each waits for the one after it, the last is the first again
}

// Error names the circle.
func (e *CycleError) Error() string {
	return fmt.Sprintf("these wait for one another in a circle: %s; take one of the links out", strings.Join(e.Cycle, " → "))
}

// cycle finds a shortest circle of links, the first in the order of the tasks, or nil.
func (p Problem) cycle(index map[string]int) []string {
	waits := make([][]int, len(p.Tasks)) // for whom each waits
	for _, l := range p.Links {
		waits[index[l.After]] = append(waits[index[l.After]], index[l.Before])
	}
	if len(order(waits)) == len(p.Tasks) {
		return nil
	}
	var best []int
	for from := range p.Tasks {
		if c := shortestBack(waits, from); c != nil && (best == nil || len(c) < len(best)) {
			best = c
		}
	}
	out := make([]string, len(best))
	for i, j := range best {
		out[i] = p.Tasks[j].ID
	}
	return out
}

// order lists tasks so that each comes after those it waits for; tasks of a circle,
// and what waits for them, are left out.
func order(waits [][]int) []int {
	open, after := make([]int, len(waits)), make([][]int, len(waits))
	for i, list := range waits {
		open[i] = len(list)
		for _, j := range list {
			after[j] = append(after[j], i)
		}
	}
	var out []int
	for i, n := range open {
		if n == 0 {
			out = append(out, i)
		}
	}
	for k := 0; k < len(out); k++ {
		for _, i := range after[out[k]] {
			if open[i]--; open[i] == 0 {
				out = append(out, i)
			}
		}
	}
	return out
}

// shortestBack is the shortest way from a task along whom it waits for back to itself.
func shortestBack(waits [][]int, from int) []int {
	came := map[int]int{}
	queue := []int{from}
	for k := 0; k < len(queue); k++ {
		for _, next := range waits[queue[k]] {
			if next == from {
				way := []int{from}
				for at := queue[k]; at != from; at = came[at] {
					way = append(way, at)
				}
				way = append(way, from)
				for a, b := 0, len(way)-1; a < b; a, b = a+1, b-1 {
					way[a], way[b] = way[b], way[a]
				}
				return way
			}
			if _, seen := came[next]; !seen {
				came[next] = queue[k]
				queue = append(queue, next)
			}
		}
	}
	return nil
}

func (p Problem) period(t int) int { return p.Origin + t }

func (p Problem) linkName(l Link, before, after Task) string {
	if l.Name != "" {
		return l.Name
	}
	verb := "has ended"
	if l.Kind == StartToStart {
		verb = "has begun"
	}
	when := "when"
	switch {
	case l.Lag > 0:
		when = fmt.Sprintf("%d later than", l.Lag)
	case l.Lag < 0:
		when = fmt.Sprintf("at most %d before", -l.Lag)
	}
	return fmt.Sprintf("%s begins %s %s %s", after.name(), when, before.name(), verb)
}

func (p Problem) capacityName(c Capacity) string {
	switch {
	case c.Name != "":
		return c.Name
	case c.Resource != "" && c.To == c.From+1:
		return fmt.Sprintf("at most %d of %s in %d", c.Amount, c.Resource, p.period(c.From))
	case c.Resource != "":
		return fmt.Sprintf("at most %d of %s from %d to %d", c.Amount, c.Resource, p.period(c.From), p.period(c.To-1))
	case c.To == c.From+1:
		return fmt.Sprintf("at most %d in %d", c.Amount, p.period(c.From))
	}
	return fmt.Sprintf("at most %d from %d to %d", c.Amount, p.period(c.From), p.period(c.To-1))
}

func (p Problem) earliestName(t Task) string {
	if t.Fixed.Set {
		return p.fixedName(t)
	}
	return fmt.Sprintf("%s begins in %d at the earliest", t.name(), p.period(t.Earliest))
}

func (p Problem) fixedName(t Task) string {
	if t.FixedName != "" {
		return t.FixedName
	}
	return fmt.Sprintf("%s begins in %d", t.name(), p.period(t.Fixed.At))
}

// latestName names what bounds the last start of a task, and says which start that is.
func (p Problem) latestName(t Task) string {
	switch {
	case t.Fixed.Set:
		return p.fixedName(t)
	case t.Latest.Set && t.Latest.At <= p.Horizon-t.Duration:
		return fmt.Sprintf("%s begins in %d at the latest", t.name(), p.period(t.Latest.At))
	}
	return fmt.Sprintf("%s lasts %d and all ends with %d", t.name(), t.Duration, p.period(p.Horizon-1))
}
