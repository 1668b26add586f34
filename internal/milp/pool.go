package milp

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// pool keeps the best solutions that a search meets.
type pool struct {
	most     int     // how many
	floor    float64 // least value of interest
	distinct []int   // variables that make two solutions different; nil is all
	found    []pooled
}

// pooled is a solution with its value.
type pooled struct {
	x     []bool
	value float64
}

// add takes a solution that is new, or better than one that is not different.
func (p *pool) add(x []bool, value float64) {
	if value < p.floor {
		return
	}
	if at := slices.IndexFunc(p.found, func(o pooled) bool { return p.same(o.x, x) }); at >= 0 {
		if value <= p.found[at].value {
			return
		}
		p.found = slices.Delete(p.found, at, at+1)
	}
	at, _ := slices.BinarySearchFunc(p.found, pooled{x, value}, before)
	p.found = slices.Insert(p.found, at, pooled{x, value})
	if len(p.found) > p.most {
		p.found = p.found[:p.most]
	}
}

// before orders by value, highest first, and among equals by choices, those that
// take early variables first.
func before(a, b pooled) int {
	if a.value != b.value {
		return cmp.Compare(b.value, a.value)
	}
	for j, on := range a.x {
		if on != b.x[j] {
			if on {
				return -1
			}
			return 1
		}
	}
	return 0
}

func (p *pool) same(a, b []bool) bool {
	if p.distinct == nil {
		return slices.Equal(a, b)
	}
	return !slices.ContainsFunc(p.distinct, func(j int) bool { return a[j] != b[j] })
}

// cutoff is the value that a subtree must be able to reach.
func (p *pool) cutoff(m *model) float64 {
	if len(p.found) < p.most {
		return p.floor
	}
	return max(p.floor, m.above(p.found[len(p.found)-1].value))
}

// findAlternatives searches again, with the rows and cuts of the search that found
// the optimum, for all that lies within the loss; one tree finds all of them (Danna, Fenelon, Gu &
// Wunderling 2007).
func findAlternatives(ctx context.Context, o Options, s *search, sol *Solution) {
	loss := (o.NearLoss + o.NearShare*math.Abs(sol.Objective)) * s.m.scale
	floor := s.bestVal - loss - floatTol*max(1, math.Abs(s.bestVal))
	next := newSearch(s.m)
	next.maxNodes = o.MaxNodes
	next.pool = &pool{most: o.Alternatives + 1, floor: floor, distinct: o.Distinct}
	next.past = s.past
	next.pool.add(s.best, s.bestVal)
	next.run(ctx)
	sol.Nodes += next.nodes
	for _, f := range next.pool.found {
		if next.pool.same(f.x, sol.X) {
			continue
		}
		sol.Alternatives = append(sol.Alternatives, f.x)
		sol.AlternativeObjectives = append(sol.AlternativeObjectives, s.m.report(f.x))
	}
	sol.AlternativesComplete = !next.stopped && len(next.pool.found) < next.pool.most
}
