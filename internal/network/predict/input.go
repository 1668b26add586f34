// Package predict says which ties are to be expected, in two senses. A [Model] gives the probability that two organisations are tied on record
// given no more than their roles, sectors and distance: what lies far above or below it stands out. A [Predictor] says which two will be tied
// next, from who works with whom, on what and how lately; it is learnt on years before those it is judged by. The build stages fit both and
// report how good they are, against Adamic-Adar, preferential attachment and chance.
package predict

import (
	"cmp"
	"slices"
)

// Event is something that organisations begin to do together at a time: a joint project, or one record of a tie. One with a single member
// says that the organisation is at work, and on what.
type Event struct {
	At      float64 // year with its fraction, such as 2019.5 for 2 July 2019
	Members []int32 // nodes, each once
	Lead    int32   // the member that leads it, -1 where none is known
	Themes  []string
}

// Input is what predictions are made from. Nodes are numbered from 0.
type Input struct {
	Nodes  int
	Roles  []string // by node; "" is not known
	Events []Event
}

// before is the events that begin before the time, and which nodes have one.
func (in Input) before(at float64) (events []Event, known []bool) {
	known = make([]bool, in.Nodes)
	for _, e := range in.Events {
		if e.At < at {
			events = append(events, e)
			for _, v := range e.Members {
				known[v] = true
			}
		}
	}
	return events, known
}

// pairKey is two nodes, the lower first.
type pairKey struct{ a, b int32 }

func keyOf(a, b int32) pairKey { return pairKey{min(a, b), max(a, b)} }

// pairsBetween are the pairs that share an event which begins in [from, to).
func (in Input) pairsBetween(from, to float64) map[pairKey]bool {
	out := map[pairKey]bool{}
	for _, e := range in.Events {
		if e.At < from || e.At >= to {
			continue
		}
		for i, a := range e.Members {
			for _, b := range e.Members[:i] {
				if a != b {
					out[keyOf(a, b)] = true
				}
			}
		}
	}
	return out
}

// years are the first and the last time of an event.
func (in Input) years() (first, last float64) {
	for i, e := range in.Events {
		if i == 0 {
			first, last = e.At, e.At
		}
		first, last = min(first, e.At), max(last, e.At)
	}
	return first, last
}

func sortedKeys(m map[pairKey]bool) []pairKey {
	out := make([]pairKey, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.SortFunc(out, func(x, y pairKey) int { return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b)) })
	return out
}
