package density

import (
	"context"
	"math"
)

// DBSCAN finds the clusters of points within eps of one another (Ester, Kriegel, Sander and Xu 1996) and returns the
// label of each point, or Noise. A point is core when points of weight minPoints lie within eps, itself counted;
// clusters are the components of core points at most eps apart. Another point within eps of a core point goes to the
// cluster of the nearest; of equally near ones to the cluster with the first core point. It fails on a point without
// a position or a positive weight, on eps that is not above 0, on minPoints below 1, and when ctx ends.
func DBSCAN(ctx context.Context, p Points, eps, minPoints float64) ([]int, error) {
	if !(eps > 0 && eps <= math.MaxFloat64) {
		return nil, checkLeast("the distance eps", eps, math.SmallestNonzeroFloat64)
	}
	if err := checkLeast("the least number of points", minPoints, 1); err != nil {
		return nil, err
	}
	s, err := p.collapse()
	if err != nil {
		return nil, err
	}
	label := make([]int, p.Len())
	if len(label) == 0 {
		return label, ctx.Err()
	}
	r := &ranger{t: newTree(s.places), eps2: float64(eps/s.unit) * float64(eps/s.unit), least: minPoints}
	if err := r.mark(ctx); err != nil {
		return nil, err
	}
	r.join()
	of, err := r.assign(ctx, s)
	if err != nil {
		return nil, err
	}
	numbers := map[int32]int{}
	for i, pl := range s.of {
		root := of[r.t.slot[pl]]
		if root < 0 {
			label[i] = Noise
			continue
		}
		k, ok := numbers[root]
		if !ok {
			k = len(numbers)
			numbers[root] = k
		}
		label[i] = k
	}
	number(label, p, len(numbers))
	return label, nil
}

// ranger is a run of DBSCAN at one squared distance.
type ranger struct {
	t           *tree
	eps2, least float64
	weight      []float64 // by node
	core        []bool    // by slot
	cores       []int32   // core slots, by node
	sets        *sets
	one         []bool // all core slots of a node are in one set
	some        []int32
}

// mark finds the core slots.
func (r *ranger) mark(ctx context.Context) error {
	t := r.t
	r.weight, r.cores, r.some, r.one = make([]float64, len(t.lo)), make([]int32, len(t.lo)), make([]int32, len(t.lo)), make([]bool, len(t.lo))
	for node := len(t.lo) - 1; node >= 0; node-- {
		if !t.leaf(node) {
			r.weight[node] = r.weight[2*node+1] + r.weight[2*node+2]
			continue
		}
		for i := t.lo[node]; i < t.hi[node]; i++ {
			r.weight[node] += t.w[i]
		}
	}
	r.core = make([]bool, len(t.x))
	err := eachChunk(ctx, len(t.x), func() struct{} { return struct{}{} }, func(_ struct{}, lo, hi int) {
		for i := lo; i < hi; i++ {
			r.core[i] = r.count(0, t.x[i], t.y[i], 0) >= r.least
		}
	})
	for node := len(t.lo) - 1; node >= 0; node-- {
		r.some[node] = -1
		if !t.leaf(node) {
			r.cores[node] = r.cores[2*node+1] + r.cores[2*node+2]
			r.some[node] = max(r.some[2*node+1], r.some[2*node+2])
			continue
		}
		for i := t.lo[node]; i < t.hi[node]; i++ {
			if r.core[i] {
				r.cores[node]++
				r.some[node] = i
			}
		}
	}
	return err
}

// count adds the weight within reach to sum and stops when it is enough.
func (r *ranger) count(node int, x, y, sum float64) float64 {
	t := r.t
	if b := &t.box[node]; b.far2(&box{x, y, x, y}) <= r.eps2 {
		return sum + r.weight[node]
	}
	if t.leaf(node) {
		for i := t.lo[node]; i < t.hi[node]; i++ {
			if t.dist2(x, y, i) <= r.eps2 {
				sum += t.w[i]
			}
		}
		return sum
	}
	a, b, da, db := t.closer(node, x, y)
	if da <= r.eps2 && sum < r.least {
		sum = r.count(a, x, y, sum)
	}
	if db <= r.eps2 && sum < r.least {
		sum = r.count(b, x, y, sum)
	}
	return sum
}

// join makes the sets of core slots: within each node, then between its children, by a walk of the tree against itself
// that passes over pairs of nodes too far apart or joined already.
func (r *ranger) join() {
	r.sets = newSets(len(r.t.x))
	for node := len(r.t.lo) - 1; node >= 0; node-- {
		if r.cores[node] > 1 {
			if r.t.leaf(node) {
				r.leaves(node, node)
			} else {
				r.pair(2*node+1, 2*node+2)
			}
		}
		r.one[node] = r.whole(node)
	}
}

// whole says whether all core slots of a node, whose children are done, are in one set.
func (r *ranger) whole(node int) bool {
	if r.one[node] || r.cores[node] <= 1 {
		return true
	}
	if !r.t.leaf(node) {
		a, b := 2*node+1, 2*node+2
		// What joined the children to others since may have made them whole.
		r.one[a], r.one[b] = r.one[a] || r.whole(a), r.one[b] || r.whole(b)
		if r.cores[a] == 0 || r.cores[b] == 0 {
			return r.one[a] && r.one[b]
		}
		return r.one[a] && r.one[b] && r.sets.find(r.some[a]) == r.sets.find(r.some[b])
	}
	root := r.sets.find(r.some[node])
	for i := r.t.lo[node]; i < r.t.hi[node]; i++ {
		if r.core[i] && r.sets.find(i) != root {
			return false
		}
	}
	return true
}

func (r *ranger) pair(a, b int) {
	t := r.t
	if r.cores[a] == 0 || r.cores[b] == 0 || t.box[a].near2(&t.box[b]) > r.eps2 {
		return
	}
	if r.one[a] && r.one[b] {
		if r.sets.find(r.some[a]) == r.sets.find(r.some[b]) {
			return
		}
		if t.box[a].far2(&t.box[b]) <= r.eps2 {
			r.sets.join(r.some[a], r.some[b])
			return
		}
	}
	if t.leaf(a) && t.leaf(b) {
		r.leaves(a, b)
		return
	}
	// Both are on one level of the tree: all leaves are on the lowest.
	for _, x := range [2]int{2*a + 1, 2*a + 2} {
		for _, y := range [2]int{2*b + 1, 2*b + 2} {
			r.pair(x, y)
		}
	}
}

func (r *ranger) leaves(a, b int) {
	t := r.t
	for i := t.lo[a]; i < t.hi[a]; i++ {
		if !r.core[i] {
			continue
		}
		for j := max(t.lo[b], i+1); j < t.hi[b]; j++ {
			if r.core[j] && t.dist2(t.x[i], t.y[i], j) <= r.eps2 {
				r.sets.join(i, j)
			}
		}
	}
}

// assign returns the set of every slot, by its root, or -1.
func (r *ranger) assign(ctx context.Context, s scaled) ([]int32, error) {
	t := r.t
	of := make([]int32, len(t.x))
	rows := make([]int32, len(t.x)) // first point of a set's core slots, by root
	for i := range of {
		of[i], rows[i] = -1, math.MaxInt32
		if r.core[i] {
			of[i] = r.sets.find(int32(i))
		}
	}
	for i, pl := range s.of {
		if root := of[t.slot[pl]]; root >= 0 {
			rows[root] = min(rows[root], int32(i))
		}
	}
	err := eachChunk(ctx, len(of), func() *border { return &border{r: r, rows: rows} }, func(q *border, lo, hi int) {
		for i := lo; i < hi; i++ {
			if !r.core[i] {
				q.x, q.y, q.d, q.root = t.x[i], t.y[i], r.eps2, -1
				q.of = of
				q.visit(0)
				rootOf := q.root
				of[i] = rootOf
			}
		}
	})
	return of, err
}

// border looks for the cluster of a point that is not core.
type border struct {
	r        *ranger
	rows, of []int32
	x, y, d  float64
	root     int32
}

func (q *border) visit(node int) {
	t := q.r.t
	if q.r.cores[node] == 0 || t.box[node].dist2(q.x, q.y) > q.d {
		return
	}
	if !t.leaf(node) {
		a, b, _, _ := t.closer(node, q.x, q.y)
		q.visit(a)
		q.visit(b)
		return
	}
	for i := t.lo[node]; i < t.hi[node]; i++ {
		if !q.r.core[i] {
			continue
		}
		if d := t.dist2(q.x, q.y, i); d < q.d || d == q.d && (q.root < 0 || q.rows[q.of[i]] < q.rows[q.root]) {
			q.d, q.root = d, q.of[i]
		}
	}
}
