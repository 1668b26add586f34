package main

import (
	"math"
	"math/rand/v2"
	"slices"
)

// tie is two different nodes, the smaller first.
type tie struct{ a, b int32 }

// worlds makes graphs of n nodes and about m ties.
var worlds = map[string]func(n, m int, r *rand.Rand) []tie{
	"power-law": powerLaw, "blocks": blocks, "geometric": geometric, "attachment": attachment,
}

// unique drops doubles and loops.
func unique(ties []tie) []tie {
	for i, t := range ties {
		ties[i] = tie{min(t.a, t.b), max(t.a, t.b)}
	}
	slices.SortFunc(ties, func(x, y tie) int { return int(x.a-y.a)*2 + sign(x.b-y.b) })
	return slices.DeleteFunc(slices.Compact(ties), func(t tie) bool { return t.a == t.b })
}

func sign(x int32) int {
	switch {
	case x < 0:
		return -1
	case x > 0:
		return 1
	}
	return 0
}

// pareto draws from a power law of the exponent between lo and hi.
func pareto(r *rand.Rand, exponent, lo, hi float64) float64 {
	e := 1 - exponent
	a, b := math.Pow(lo, e), math.Pow(hi, e)
	return math.Pow(a+r.Float64()*(b-a), 1/e)
}

// powerLaw ties stubs of power-law numbers, 0.7 of each node's inside its community, of power-law sizes.
func powerLaw(n, m int, r *rand.Rand) []tie {
	var groups [][]int32
	order := r.Perm(n)
	for at := 0; at < n; {
		size := min(n-at, int(pareto(r, 1.5, 20, 1000)))
		var g []int32
		for _, v := range order[at : at+size] {
			g = append(g, int32(v))
		}
		groups = append(groups, g)
		at += size
	}
	degree := make([]float64, n)
	sum := 0.0
	for v := range degree {
		degree[v] = pareto(r, 2.5, 1, 200)
		sum += degree[v]
	}
	scale := 2 * float64(m) / sum
	var ties []tie
	var outside []int32
	for _, g := range groups {
		var inside []int32
		for _, v := range g {
			for range int(degree[v]*scale + r.Float64()) {
				if r.Float64() < 0.7 {
					inside = append(inside, v)
				} else {
					outside = append(outside, v)
				}
			}
		}
		ties = pairUp(inside, r, ties)
	}
	return unique(pairUp(outside, r, ties))
}

func pairUp(stubs []int32, r *rand.Rand, ties []tie) []tie {
	r.Shuffle(len(stubs), func(i, j int) { stubs[i], stubs[j] = stubs[j], stubs[i] })
	for i := 1; i < len(stubs); i += 2 {
		ties = append(ties, tie{stubs[i-1], stubs[i]})
	}
	return ties
}

// blocks makes 400 groups, three in five ties inside.
func blocks(n, m int, r *rand.Rand) []tie {
	const groups = 400
	order := r.Perm(n)
	size := n / groups
	var ties []tie
	for range m {
		a := r.IntN(n)
		b := r.IntN(n)
		if r.Float64() < 0.6 {
			b = min(n-1, a/size*size+r.IntN(size))
		}
		ties = append(ties, tie{int32(order[a]), int32(order[b])})
	}
	return unique(ties)
}

// geometric ties points in the square that are near.
func geometric(n, m int, r *rand.Rand) []tie {
	reach := math.Sqrt(2 * float64(m) / (math.Pi * float64(n) * float64(n)))
	cells := int(1 / reach)
	x, y := make([]float64, n), make([]float64, n)
	grid := make(map[[2]int][]int32)
	cell := func(v int) [2]int {
		return [2]int{min(cells-1, int(x[v]*float64(cells))), min(cells-1, int(y[v]*float64(cells)))}
	}
	var ties []tie
	for v := range n {
		x[v], y[v] = r.Float64(), r.Float64()
		c := cell(v)
		for dx := -1; dx <= 1; dx++ {
			for dy := -1; dy <= 1; dy++ {
				for _, w := range grid[[2]int{c[0] + dx, c[1] + dy}] {
					if math.Hypot(x[v]-x[w], y[v]-y[w]) <= reach {
						ties = append(ties, tie{int32(v), w})
					}
				}
			}
		}
		grid[c] = append(grid[c], int32(v))
	}
	return unique(ties)
}

// attachment gives each new node ties to nodes chosen by their ties (Barabási & Albert 1999).
func attachment(n, m int, r *rand.Rand) []tie {
	each := m / n
	ends := []int32{0}
	var ties []tie
	for v := 1; v < n; v++ {
		for range min(v, each) {
			w := ends[r.IntN(len(ends))]
			ties = append(ties, tie{w, int32(v)})
			ends = append(ends, w)
		}
		for range each {
			ends = append(ends, int32(v))
		}
	}
	return unique(ties)
}
