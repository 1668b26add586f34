package density

import (
	"math"
	"slices"
)

// brute is HDBSCAN from its definition, in cubic time: components at every threshold by looking at all pairs. It
// takes distinct positions with weights.
type brute struct {
	x, y, w []float64
	core    []float64
	d       [][]float64 // mutual reachability
	least   float64
	label   []int
	// branches of the condensed tree
	parent    []int
	birth     []float64
	stability []float64
	of        []int
	chosen    []bool
}

func newBrute(p Points, o Options) *brute {
	b := &brute{x: p.X, y: p.Y, w: p.Weight, least: o.MinWeight}
	n := len(p.X)
	if b.w == nil {
		b.w = slices.Repeat([]float64{1}, n)
	}
	if b.least == 0 {
		b.least = o.MinPoints
	}
	b.core, b.d, b.of = make([]float64, n), make([][]float64, n), make([]int, n)
	for i := range n {
		order := b.byDistance(i)
		sum := 0.0
		b.core[i] = math.Inf(1)
		for _, j := range order {
			if sum += b.w[j]; sum >= o.MinPoints {
				b.core[i] = b.plain2(i, j)
				break
			}
		}
	}
	for i := range n {
		b.d[i] = make([]float64, n)
		for j := range n {
			b.d[i][j] = max(b.plain2(i, j), b.core[i], b.core[j])
		}
	}
	return b
}

func (b *brute) plain2(i, j int) float64 {
	dx, dy := b.x[i]-b.x[j], b.y[i]-b.y[j]
	return float64(dx*dx) + float64(dy*dy)
}

func (b *brute) byDistance(i int) []int {
	order := make([]int, len(b.x))
	for j := range order {
		order[j] = j
	}
	slices.SortStableFunc(order, func(s, t int) int {
		if b.plain2(i, s) < b.plain2(i, t) {
			return -1
		} else if b.plain2(i, s) > b.plain2(i, t) {
			return 1
		}
		return 0
	})
	return order
}

// parts is the components of a set under distances below or, when with, up to a level.
func (b *brute) parts(set []int, level float64, with bool) [][]int {
	left := slices.Clone(set)
	var out [][]int
	for len(left) > 0 {
		part := []int{left[0]}
		left = left[1:]
		for k := 0; k < len(part); k++ {
			left = slices.DeleteFunc(left, func(j int) bool {
				d := b.d[part[k]][j]
				if d < level || with && d == level {
					part = append(part, j)
					return true
				}
				return false
			})
		}
		out = append(out, part)
	}
	return out
}

func (b *brute) weight(set []int) float64 {
	var sum float64
	for _, i := range set {
		sum += b.w[i]
	}
	return sum
}

// large says whether a component found below a level is a cluster there.
func (b *brute) large(part []int, level float64) bool {
	return b.weight(part) >= b.least && (len(part) > 1 || b.core[part[0]] < level)
}

// run labels the points.
func (b *brute) run() []int {
	n := len(b.x)
	b.label = slices.Repeat([]int{Noise}, n)
	if n < 2 || math.IsInf(b.core[0], 1) {
		return b.label
	}
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	b.parent, b.birth, b.stability = []int{-1}, []float64{0}, []float64{0}
	b.shrink(all, 0)
	b.chosen = make([]bool, len(b.parent))
	b.choose(0)
	for i := range n {
		for k := b.of[i]; k > 0; k = b.parent[k] {
			if b.chosen[k] {
				b.label[i] = k
			}
		}
	}
	return b.label
}

func (b *brute) shrink(set []int, branch int) {
	level := 0.0
	if len(set) == 1 {
		b.leave(set, branch, b.core[set[0]])
		return
	}
	for level = b.highest(set); ; level = b.highest(set) {
		parts := b.parts(set, level, false)
		var large [][]int
		for _, p := range parts {
			if b.large(p, level) {
				large = append(large, p)
			}
		}
		switch len(large) {
		case 0:
			b.leave(set, branch, level)
			return
		case 1:
			for _, p := range parts {
				if p[0] != large[0][0] {
					b.leave(p, branch, level)
				}
			}
			set = large[0]
			if len(set) == 1 {
				b.leave(set, branch, b.core[set[0]])
				return
			}
		default:
			b.part(parts, branch, level)
			return
		}
	}
}

// highest is the level at which a component becomes one: the longest edge of its tree.
func (b *brute) highest(set []int) float64 {
	var levels []float64
	for _, i := range set {
		for _, j := range set {
			if i != j {
				levels = append(levels, b.d[i][j])
			}
		}
	}
	slices.Sort(levels)
	for _, l := range slices.Compact(levels) {
		if len(b.parts(set, l, true)) == 1 {
			return l
		}
	}
	panic("a component that never becomes one")
}

// part splits a branch; a small part goes with the large one that it is joined to first, pairs in order of distance.
func (b *brute) part(parts [][]int, branch int, level float64) {
	group, count := make([]int, len(parts)), make([]int, len(parts)) // group of a part; large parts of a group
	home := make([]int, len(parts))                                  // branch of a part
	where := map[int]int{}
	for k, p := range parts {
		group[k], home[k] = k, branch
		for _, i := range p {
			where[i] = k
		}
		if b.large(p, level) {
			count[k] = 1
			b.parent, b.birth, b.stability = append(b.parent, branch), append(b.birth, 1/math.Sqrt(level)), append(b.stability, 0)
			home[k] = len(b.parent) - 1
			b.stability[branch] += b.weight(p) * (1/math.Sqrt(level) - b.birth[branch])
		}
	}
	for _, e := range b.ties(parts, level) {
		s, t := group[where[e[0]]], group[where[e[1]]]
		if s == t {
			continue
		}
		if count[s] == 0 {
			s, t = t, s
		}
		if count[s] == 1 && count[t] == 0 {
			of := branch
			for k := range parts {
				if group[k] == s && b.large(parts[k], level) {
					of = home[k]
				}
			}
			for k := range parts {
				if group[k] == t {
					home[k] = of
				}
			}
		}
		for k := range group {
			if group[k] == t {
				group[k] = s
			}
		}
		count[s] += count[t]
	}
	for k, p := range parts {
		if b.large(p, level) {
			continue
		}
		b.leave(p, home[k], level)
		if home[k] != branch { // it leaves the parent at this level, too
			b.stability[branch] += b.weight(p) * (1/math.Sqrt(level) - b.birth[branch])
		}
	}
	for k, p := range parts {
		if b.large(p, level) {
			b.shrink(p, home[k])
		}
	}
}

// ties is the pairs of different parts at a level, the nearer first.
func (b *brute) ties(parts [][]int, level float64) [][2]int {
	var out [][2]int
	for k, p := range parts {
		for _, q := range parts[k+1:] {
			for _, i := range p {
				for _, j := range q {
					if b.d[i][j] == level {
						out = append(out, [2]int{i, j})
					}
				}
			}
		}
	}
	slices.SortStableFunc(out, func(s, t [2]int) int {
		a, c := b.plain2(s[0], s[1]), b.plain2(t[0], t[1])
		if a < c {
			return -1
		} else if a > c {
			return 1
		}
		return 0
	})
	return out
}

func (b *brute) leave(set []int, branch int, level2 float64) {
	if d := 1 / math.Sqrt(level2); d > b.birth[branch] {
		b.stability[branch] += b.weight(set) * (d - b.birth[branch])
	}
	for _, i := range set {
		b.of[i] = branch
	}
}

func (b *brute) choose(k int) float64 {
	var under float64
	for c := range b.parent {
		if b.parent[c] == k {
			under += b.choose(c)
		}
	}
	if k > 0 && b.stability[k] >= under*(1-1e-9) {
		for c := range b.parent {
			for p := b.parent[c]; p > 0; p = b.parent[p] {
				b.chosen[c] = b.chosen[c] && p != k
			}
		}
		b.chosen[k] = true
		return b.stability[k]
	}
	return under
}

// bruteDBSCAN is DBSCAN from its definition, in square time.
func bruteDBSCAN(p Points, eps, least float64) []int {
	n := p.Len()
	w := func(i int) float64 {
		if p.Weight == nil {
			return 1
		}
		return p.Weight[i]
	}
	d2 := func(i, j int) float64 {
		dx, dy := p.X[i]-p.X[j], p.Y[i]-p.Y[j]
		return float64(dx*dx) + float64(dy*dy)
	}
	core := make([]bool, n)
	for i := range n {
		var sum float64
		for j := range n {
			if d2(i, j) <= eps*eps {
				sum += w(j)
			}
		}
		core[i] = sum >= least
	}
	label := slices.Repeat([]int{Noise}, n)
	clusters := 0
	for i := range n {
		if !core[i] || label[i] != Noise {
			continue
		}
		todo := []int{i}
		label[i] = clusters
		for len(todo) > 0 {
			k := todo[0]
			todo = todo[1:]
			for j := range n {
				if core[j] && label[j] == Noise && d2(k, j) <= eps*eps {
					label[j] = clusters
					todo = append(todo, j)
				}
			}
		}
		clusters++
	}
	for i := range n {
		best := eps * eps
		for j := range n {
			if core[i] || !core[j] || d2(i, j) > best {
				continue
			}
			// clusters are numbered by their first core point
			if label[i] == Noise || d2(i, j) < best || label[j] < label[i] {
				label[i], best = label[j], d2(i, j)
			}
		}
	}
	return label
}
