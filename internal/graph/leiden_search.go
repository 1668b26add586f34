package graph

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

const (
	// smallWork is the nodes and arcs up to which the most starts are made, largeWork those above which there is one.
	smallWork, mostStarts, largeWork = 10_000, 24, 300_000
	// kicks is how many times the best partition of a small graph is disturbed at once, inVain how often without a gain
	// and mostWaves how often in all.
	kicks, inVain, mostWaves = 16, 8, 24
	// patience is how many passes in vain end a search of a small graph.
	patience = 3
	// poolSize is how many of the best partitions are combined in pairs, rounds how often at most.
	poolSize, rounds = 6, 5
	// enough is the gain of a pass under which a search ends; on a graph of more arcs than largeArcs passes end earlier,
	// for there each is slow and gains a little for long.
	enough, enoughLarge, largeArcs = 1e-12, 1e-4, 500_000
)

// found is a partition and its quality.
type found struct {
	of []int32
	q  float64
}

// search makes the starts, combines the best and returns the best of all; of equals the first.
func search(ctx context.Context, base *level, o LeidenOptions) ([]int32, error) {
	n := base.len()
	if base.total == 0 {
		return identity(n), ctx.Err()
	}
	starts, work := o.Starts, n+len(base.heads)
	if starts == 0 && work > largeWork {
		starts = 1
	} else if starts == 0 {
		starts = max(2, min(mostStarts, mostStarts*smallWork/work))
	}
	pool := make([]found, starts)
	err := sideBySide(starts, func(i int) (err error) {
		s := newLeiden(ctx, base, o.Resolution, o.Seed, uint64(i))
		s.wild = i > 0
		of := identity(n)
		if i%3 == 1 {
			s.deal(of, 1+(i+2)/3)
		}
		pool[i], err = s.converge(base, of, o)
		return err
	})
	if err != nil {
		return nil, err
	}
	rankFound(&pool)
	for round := 0; round < rounds && len(pool) > 1; round++ {
		before := pool[0].q
		if err := breed(ctx, base, o, &pool, uint64(round+1)<<32); err != nil {
			return nil, err
		}
		if pool[0].q <= before+enough {
			break
		}
	}
	if starts < mostStarts {
		return pool[0].of, nil
	}
	best, err := kick(ctx, base, o, pool[0])
	return best.of, err
}

// kick takes a part of the nodes out of their communities, again and again, and searches from there.
func kick(ctx context.Context, base *level, o LeidenOptions, best found) (found, error) {
	for wave, vain := uint64(1), 0; vain < inVain && wave <= mostWaves; wave++ {
		tries := make([]found, kicks)
		err := sideBySide(kicks, func(i int) (err error) {
			s := newLeiden(ctx, base, o.Resolution, o.Seed, wave<<48+uint64(i))
			s.wild = true
			of := slices.Clone(best.of)
			tries[i], err = s.converge(base, s.loosen(of, 0.1+float64(0.05*float64(i))), o)
			return err
		})
		if err != nil {
			return best, err
		}
		rankFound(&tries)
		vain++
		if tries[0].q > best.q+enough {
			best, vain = tries[0], 0
		}
	}
	return best, nil
}

// deal puts nodes into a number of communities by chance.
func (s *leiden) deal(of []int32, k int) {
	for v := range of {
		of[v] = s.r.Int32N(int32(min(k, len(of))))
	}
}

// loosen makes a share of the nodes communities of their own.
func (s *leiden) loosen(of []int32, share float64) []int32 {
	n := int32(len(of))
	next := n
	wide := make([]int32, n)
	for v, c := range of {
		wide[v] = c
		if s.r.Float64() < share {
			wide[v] = next
			next++
		}
	}
	number := make(map[int32]int32, n)
	for v, c := range wide {
		if _, ok := number[c]; !ok {
			number[c] = int32(len(number))
		}
		of[v] = number[c]
	}
	return of
}

// breed adds the offspring of each pair of the best partitions: what both agree on is contracted and searched again.
func breed(ctx context.Context, base *level, o LeidenOptions, pool *[]found, stream uint64) error {
	best := (*pool)[:min(poolSize, len(*pool))]
	var pairs [][2]int
	for i := range best {
		for j := range i {
			pairs = append(pairs, [2]int{j, i})
		}
	}
	young := make([]found, len(pairs))
	err := sideBySide(len(pairs), func(i int) (err error) {
		s := newLeiden(ctx, base, o.Resolution, o.Seed, stream+uint64(i))
		s.wild = true
		young[i], err = s.combine(base, best[pairs[i][0]].of, best[pairs[i][1]].of, o)
		return err
	})
	*pool = append(slices.Clone(best), young...)
	rankFound(pool)
	return err
}

// rankFound sorts by quality, equals as they stand, and drops what has the quality of the one before, which is nearly
// always the same partition.
func rankFound(pool *[]found) {
	slices.SortStableFunc(*pool, func(a, b found) int { return cmp.Compare(b.q, a.q) })
	*pool = slices.CompactFunc(*pool, func(a, b found) bool { return a.q-b.q <= enough })
}

// combine searches from the nodes that two partitions both put together.
func (s *leiden) combine(base *level, a, b []int32, o LeidenOptions) (found, error) {
	both, k := overlap(a, b)
	small := s.aggregate(base, both, k)
	start := identity(k)
	if err := s.pass(small, start); err != nil {
		return found{}, err
	}
	of := make([]int32, len(both))
	for v, c := range both {
		of[v] = start[c]
	}
	return s.converge(base, of, o)
}

// converge makes passes until one gains nothing that matters, and parts what is not connected.
func (s *leiden) converge(base *level, of []int32, o LeidenOptions) (found, error) {
	least := enough
	if len(base.heads) > largeArcs {
		least = enoughLarge
	}
	vain := 1
	if s.wild && len(base.heads) <= smallWork {
		vain = patience
	}
	q := base.quality(of, o.Resolution)
	for i := 0; vain > 0 && (o.Iterations == 0 || i < o.Iterations); i++ {
		if err := s.pass(base, of); err != nil {
			return found{}, err
		}
		was := q
		if q = base.quality(of, o.Resolution); q <= was+least {
			vain--
		}
	}
	if s.connect(base, of) {
		q = base.quality(of, o.Resolution)
	}
	return found{of, q}, nil
}

// connect parts communities that are not connected, which can only raise the quality, and reports whether there were
// any. Leiden leaves none when it has converged; a search that was cut short may.
func (s *leiden) connect(l *level, of []int32) bool {
	n := l.len()
	part := make([]int32, n)
	for v := range part {
		part[v] = -1
	}
	had, parts := int32(0), int32(0)
	for _, c := range of {
		had = max(had, c+1)
	}
	stack := s.order[:0]
	for v := range part {
		if part[v] >= 0 {
			continue
		}
		part[v] = parts
		for stack = append(stack, int32(v)); len(stack) > 0; {
			u := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			for _, w := range l.heads[l.rows[u]:l.rows[u+1]] {
				if part[w] < 0 && of[w] == of[u] {
					part[w] = parts
					stack = append(stack, w)
				}
			}
		}
		parts++
	}
	copy(of, part)
	return parts > had
}

// overlap numbers the nodes that are together in both partitions.
func overlap(a, b []int32) (both []int32, k int) {
	number := make(map[[2]int32]int32, len(a)/4)
	both = make([]int32, len(a))
	for v := range a {
		key := [2]int32{a[v], b[v]}
		c, ok := number[key]
		if !ok {
			c = int32(len(number))
			number[key] = c
		}
		both[v] = c
	}
	return both, len(number)
}

func identity(n int) []int32 {
	of := make([]int32, n)
	for v := range of {
		of[v] = int32(v)
	}
	return of
}

// sideBySide calls f for 0 to n-1 on all processors and returns the first error by number. f must write only to what
// belongs to its number, so that the result does not depend on who came first.
func sideBySide(n int, f func(i int) error) error {
	errs := make([]error, n)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				errs[i] = f(i)
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
