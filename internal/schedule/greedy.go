package schedule

import (
	"cmp"
	"slices"
)

// greedy is a schedule to begin the search with: tasks one after the other, each at
// the first start that fits (serial schedule generation; Kolisch 1996), in three
// orders of which the best counts. It is nil where none fits.
func (s *solver) greedy() []int {
	w := s.p.windows(s.p.Horizon)
	orders := []func(i int) float64{
		func(i int) float64 { return float64(w.hi[i]) },
		func(i int) float64 { return -s.p.Tasks[i].Value / float64(s.p.Tasks[i].Duration) },
		func(i int) float64 { return -s.p.Tasks[i].Value / (1 + s.p.Tasks[i].amount()) },
	}
	var best []int
	for _, key := range orders {
		starts := s.p.place(w, key)
		if starts == nil {
			continue
		}
		better := best == nil || s.time && Worth(s.p, starts) > Worth(s.p, best) || !s.time && s.p.end(starts) < s.p.end(best)
		if better {
			best = starts
		}
	}
	return best
}

func (t Task) amount() float64 {
	sum := 0.0
	for _, u := range t.Uses {
		sum += float64(u.Amount)
	}
	return sum
}

// place puts the tasks in time, always the one with the lowest key of those whose
// predecessors have their place.
func (p Problem) place(w window, key func(int) float64) []int {
	index, n := p.index(), len(p.Tasks)
	starts, placed := make([]int, n), make([]bool, n)
	used := make([]int64, len(p.Capacities))
	for range n {
		var ready []int
		for i := range p.Tasks {
			if !placed[i] && p.ready(i, index, placed) {
				ready = append(ready, i)
			}
		}
		i := slices.MinFunc(ready, func(a, b int) int { return cmp.Or(cmp.Compare(key(a), key(b)), cmp.Compare(a, b)) })
		at, ok := p.firstFit(i, w, index, starts, used)
		if !ok {
			return nil
		}
		starts[i], placed[i] = at, true
		for k, c := range p.Capacities {
			used[k] += c.of(p.Tasks[i], at)
		}
	}
	return starts
}

func (p Problem) ready(i int, index map[string]int, placed []bool) bool {
	for _, l := range p.Links {
		if l.After == p.Tasks[i].ID && !placed[index[l.Before]] {
			return false
		}
	}
	return true
}

func (p Problem) firstFit(i int, w window, index map[string]int, starts []int, used []int64) (int, bool) {
	lo := w.lo[i]
	for _, l := range p.Links {
		if l.After == p.Tasks[i].ID {
			b := index[l.Before]
			lo = max(lo, starts[b]+l.distance(p.Tasks[b]))
		}
	}
	for s := lo; s <= w.hi[i]; s++ {
		fits := true
		for k, c := range p.Capacities {
			fits = fits && used[k]+c.of(p.Tasks[i], s) <= c.Amount
		}
		if fits {
			return s, true
		}
	}
	return 0, false
}
