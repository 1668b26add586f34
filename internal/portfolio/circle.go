package portfolio

import (
	"slices"
	"sort"
	"strings"
)

// Circle is interventions of which each waits for the next, and the last for the first: no order of time can satisfy
// them all. Interventions begins with the least id; Relations are those that close it, in the same order.
type Circle struct {
	Interventions []string
	Relations     []Relation
}

// String names the interventions of the circle, the first again at its end.
func (c Circle) String() string {
	return strings.Join(append(slices.Clone(c.Interventions), c.Interventions[0]), " → ")
}

// waits says which end of a relation waits for the other: of "needs" and "after" the first end, of "pilot-of" the
// second. Other kinds say nothing of time.
func (l Relation) waits() (waiting, awaited string, ok bool) {
	switch l.Kind {
	case Needs, After:
		return l.From, l.To, true
	case PilotOf:
		return l.To, l.From, true
	}
	return "", "", false
}

// Circles finds where relations of time go in a circle: one circle, the shortest, for each knot of interventions that
// all wait for each other, in the order of their least ids. Knots are the strongly connected components of the graph
// of who waits for whom.
func (r Register) Circles() []Circle {
	next := map[string][]Relation{}
	for _, l := range r.Relations {
		if from, _, ok := l.waits(); ok {
			next[from] = append(next[from], l)
		}
	}
	ids := make([]string, 0, len(next))
	for id := range next {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	var out []Circle
	seen := map[string]bool{}
	for _, id := range ids {
		if seen[id] {
			continue
		}
		knot := knotOf(id, next)
		if len(knot) == 0 {
			continue
		}
		best := Circle{}
		for _, k := range knot {
			seen[k] = true
			if c := shortest(k, next); best.Interventions == nil || len(c.Interventions) < len(best.Interventions) {
				best = c
			}
		}
		out = append(out, best.turned())
	}
	return out
}

// knotOf lists, in order, what can be reached from an intervention and leads back to it: with itself, where it lies on
// a circle, or nothing.
func knotOf(id string, next map[string][]Relation) []string {
	ahead := reach(id, next)
	if !ahead[id] {
		return nil
	}
	var out []string
	for k := range ahead {
		if reach(k, next)[id] {
			out = append(out, k)
		}
	}
	sort.Strings(out)
	return out
}

// reach is what is awaited, directly or through others.
func reach(id string, next map[string][]Relation) map[string]bool {
	out := map[string]bool{}
	queue := []string{id}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, l := range next[at] {
			if _, to, _ := l.waits(); !out[to] {
				out[to] = true
				queue = append(queue, to)
			}
		}
	}
	return out
}

// shortest is a shortest circle through an intervention that lies on one, by breadth first.
func shortest(id string, next map[string][]Relation) Circle {
	type step struct {
		by   Relation
		from string
	}
	came := map[string]step{}
	queue := []string{id}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, l := range next[at] {
			_, to, _ := l.waits()
			if _, been := came[to]; been {
				continue
			}
			came[to] = step{l, at}
			if to != id {
				queue = append(queue, to)
				continue
			}
			var c Circle
			for k := id; len(c.Relations) == 0 || k != id; k = came[k].from {
				c.Relations = append(c.Relations, came[k].by)
				c.Interventions = append(c.Interventions, came[k].from)
			}
			slices.Reverse(c.Relations)
			slices.Reverse(c.Interventions)
			return c
		}
	}
	return Circle{}
}

// turned begins the circle with its least id.
func (c Circle) turned() Circle {
	k := slices.Index(c.Interventions, slices.Min(c.Interventions))
	return Circle{append(slices.Clone(c.Interventions[k:]), c.Interventions[:k]...), append(slices.Clone(c.Relations[k:]), c.Relations[:k]...)}
}
