package spatial

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Link says that j counts with weight W among the neighbours of i.
type Link struct {
	I, J int
	W    float64
}

// Weights is a matrix of spatial weights, sparse, by row. It need not be
// symmetric. A place may be its own neighbour, which counts in every sum.
type Weights struct {
	n     int
	start []int
	to    []int32
	w     []float64
}

// NewWeights makes the matrix of n places from links. Links of one pair add up (as
// they do in the sparse matrix of PySAL's W). It panics on a place out of range.
func NewWeights(n int, links []Link) (Weights, error) {
	sorted := slices.Clone(links)
	slices.SortStableFunc(sorted, func(a, b Link) int { return cmp.Or(cmp.Compare(a.I, b.I), cmp.Compare(a.J, b.J)) })
	w := Weights{n: n, start: make([]int, n+1)}
	for k, l := range sorted {
		if l.I < 0 || l.I >= n || l.J < 0 || l.J >= n {
			panic("spatial: a link names a place that is not there")
		}
		if !finite(l.W) {
			return Weights{}, fmt.Errorf("the weight of place %d with place %d is %v: weights are finite numbers", l.I+1, l.J+1, l.W)
		}
		if k > 0 && sorted[k-1].I == l.I && sorted[k-1].J == l.J {
			w.w[len(w.w)-1] += l.W
			continue
		}
		w.to, w.w = append(w.to, int32(l.J)), append(w.w, l.W)
		w.start[l.I+1]++
	}
	for i := range n {
		w.start[i+1] += w.start[i]
	}
	return w, nil
}

// Len is the number of places.
func (w Weights) Len() int { return w.n }

// Row gives the neighbours of i and their weights; neither may be changed.
func (w Weights) Row(i int) ([]int32, []float64) {
	return w.to[w.start[i]:w.start[i+1]], w.w[w.start[i]:w.start[i+1]]
}

// Neighbours is how many neighbours i has with a weight other than 0.
func (w Weights) Neighbours(i int) int {
	n := 0
	_, ws := w.Row(i)
	for _, v := range ws {
		if v != 0 {
			n++
		}
	}
	return n
}

// Islands are the places with no neighbour. They stay among the places: they count
// in n and in the mean, and their lag is 0 (the rule of PySAL; spdep takes them out
// of n unless told otherwise).
func (w Weights) Islands() []int {
	var out []int
	for i := range w.n {
		if w.Neighbours(i) == 0 {
			out = append(out, i)
		}
	}
	return out
}

// RowStandardised divides each row by its sum; a row that sums to 0 stays as it is.
func (w Weights) RowStandardised() Weights {
	out := Weights{n: w.n, start: w.start, to: w.to, w: slices.Clone(w.w)}
	for i := range w.n {
		row := out.w[w.start[i]:w.start[i+1]]
		var s float64
		for _, v := range row {
			s += v
		}
		if s == 0 {
			continue
		}
		for k := range row {
			row[k] /= s
		}
	}
	return out
}

// WithSelf gives each place itself as a neighbour of weight v, for Gi*.
func (w Weights) WithSelf(v float64) Weights {
	links := w.links()
	for i := range w.n {
		links = append(links, Link{i, i, v})
	}
	out, _ := NewWeights(w.n, links) // finite weights stay finite
	return out
}

func (w Weights) links() []Link {
	out := make([]Link, 0, len(w.w))
	for i := range w.n {
		to, ws := w.Row(i)
		for k, j := range to {
			out = append(out, Link{i, int(j), ws[k]})
		}
	}
	return out
}

// Lag is the weighted sum of the neighbours' values.
func (w Weights) Lag(y []float64) []float64 {
	out := make([]float64, w.n)
	for i := range w.n {
		to, ws := w.Row(i)
		for k, j := range to {
			out[i] += ws[k] * y[j]
		}
	}
	return out
}

// moments are the sums that the variances of the global measures need (Cliff and
// Ord 1981): s0 the sum of weights, s1 half the sum of (w_ij + w_ji)^2, s2 the sum
// of (row sum + column sum)^2.
type moments struct{ s0, s1, s2 float64 }

func (w Weights) moments() moments {
	rows, cols := make([]float64, w.n), make([]float64, w.n)
	var m moments
	for i := range w.n {
		to, ws := w.Row(i)
		for k, j := range to {
			rows[i] += ws[k]
			cols[j] += ws[k]
			m.s0 += ws[k]
			// Over ordered pairs, 1/2 sum (w_ij+w_ji)^2 = sum w_ij^2 + sum w_ij w_ji.
			m.s1 += ws[k]*ws[k] + ws[k]*w.of(int(j), int32(i))
		}
	}
	for i := range w.n {
		m.s2 += (rows[i] + cols[i]) * (rows[i] + cols[i])
	}
	return m
}

func (w Weights) of(i int, j int32) float64 {
	to, ws := w.Row(i)
	if k, ok := slices.BinarySearch(to, j); ok {
		return ws[k]
	}
	return 0
}

// NearestNeighbours gives each point its k nearest others, with weight 1; of points
// at one distance the one with the smaller number comes first. With fewer than k
// others all are taken.
func NearestNeighbours(x, y []float64, k int) Weights {
	n := len(x)
	rows := make([][]Link, n)
	g := newGrid(x, y)
	parallel(n, func(i int) { rows[i] = g.nearest(i, k) })
	w, _ := NewWeights(n, slices.Concat(rows...)) // weights are 1
	return w
}

// DistanceBand makes neighbours, with weight 1, of all points at most d apart,
// those at the same position included.
func DistanceBand(x, y []float64, d float64) Weights {
	n := len(x)
	rows := make([][]Link, n)
	g := newGrid(x, y)
	parallel(n, func(i int) {
		g.within(i, d, func(j int, _ float64) { rows[i] = append(rows[i], Link{i, j, 1}) })
	})
	w, _ := NewWeights(n, slices.Concat(rows...)) // weights are 1
	return w
}

// grid is an index of points by square cells, about two points a cell.
type grid struct {
	x, y       []float64
	minX, minY float64
	cell       float64
	cols, rows int
	at         [][]int32
}

func newGrid(x, y []float64) *grid {
	g := &grid{x: x, y: y, cell: 1, cols: 1, rows: 1}
	if len(x) == 0 {
		return g
	}
	g.minX, g.minY = slices.Min(x), slices.Min(y)
	wide, high := slices.Max(x)-g.minX, slices.Max(y)-g.minY
	if side := max(math.Sqrt(wide*high*2/float64(len(x))), max(wide, high)/float64(len(x))); side > 0 {
		g.cell = side
	}
	g.cols, g.rows = int(wide/g.cell)+1, int(high/g.cell)+1
	g.at = make([][]int32, g.cols*g.rows)
	for i := range x {
		c := g.row(y[i])*g.cols + g.col(x[i])
		g.at[c] = append(g.at[c], int32(i))
	}
	return g
}

func (g *grid) col(x float64) int { return min(max(int((x-g.minX)/g.cell), 0), g.cols-1) }
func (g *grid) row(y float64) int { return min(max(int((y-g.minY)/g.cell), 0), g.rows-1) }

// within calls f with each other point at most d from point i.
func (g *grid) within(i int, d float64, f func(j int, d2 float64)) {
	x, y := g.x[i], g.y[i]
	for r := g.row(y - d); r <= g.row(y+d); r++ {
		for c := g.col(x - d); c <= g.col(x+d); c++ {
			for _, j := range g.at[r*g.cols+c] {
				if d2 := square(g.x[j]-x, g.y[j]-y); int(j) != i && d2 <= d*d {
					f(int(j), d2)
				}
			}
		}
	}
}

func (g *grid) nearest(i, k int) []Link {
	type found struct {
		j  int
		d2 float64
	}
	k = min(k, len(g.x)-1)
	var near []found
	for d := 2 * g.cell; k > 0; d *= 2 {
		near = near[:0]
		g.within(i, d, func(j int, d2 float64) { near = append(near, found{j, d2}) })
		if len(near) >= k {
			break
		}
	}
	slices.SortFunc(near, func(a, b found) int { return cmp.Or(cmp.Compare(a.d2, b.d2), cmp.Compare(a.j, b.j)) })
	out := make([]Link, 0, max(k, 0))
	for _, f := range near[:max(k, 0)] {
		out = append(out, Link{i, f.j, 1})
	}
	return out
}
