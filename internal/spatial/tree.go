package spatial

import (
	"cmp"
	"math"
	"slices"
)

// leafSize is the most points of a leaf: measured best between 16 and 32.
const leafSize = 24

// tree is a k-d tree with the weight of each node, for adding up weights by bins
// of distance. A node whose box lies within one bin counts as a whole.
type tree struct {
	points []leafPoint // in the order of the leaves
	nodes  []node
}

// sum2 is a weight of all points and, of it, that of the points looked for.
type sum2 struct{ all, own float64 }

type leafPoint struct {
	x, y float64
	sum2
}

type node struct {
	minX, minY, maxX, maxY float64
	sum2
	from, to int32
	right    int32 // 0 in a leaf; the left child follows its parent
}

// newTree indexes the positions of take, with their sums.
func newTree(x, y []float64, sums []sum2, take []int) *tree {
	t := &tree{points: make([]leafPoint, len(take))}
	if len(take) == 0 {
		return t
	}
	order := slices.Clone(take)
	t.nodes = make([]node, 0, 4*len(take)/leafSize+4)
	t.build(x, y, order, 0)
	for k, i := range order {
		t.points[k] = leafPoint{x[i], y[i], sums[i]}
	}
	t.weigh()
	return t
}

func (t *tree) build(x, y []float64, order []int, from int) {
	n := node{minX: math.Inf(1), minY: math.Inf(1), maxX: math.Inf(-1), maxY: math.Inf(-1), from: int32(from), to: int32(from + len(order))}
	for _, i := range order {
		n.minX, n.maxX = min(n.minX, x[i]), max(n.maxX, x[i])
		n.minY, n.maxY = min(n.minY, y[i]), max(n.maxY, y[i])
	}
	at := len(t.nodes)
	t.nodes = append(t.nodes, n)
	if len(order) <= leafSize {
		return
	}
	axis := x
	if n.maxY-n.minY > n.maxX-n.minX {
		axis = y
	}
	slices.SortFunc(order, func(a, b int) int {
		if c := cmp.Compare(axis[a], axis[b]); c != 0 {
			return c
		}
		return cmp.Compare(a, b)
	})
	half := len(order) / 2
	t.build(x, y, order[:half], from)
	t.nodes[at].right = int32(len(t.nodes))
	t.build(x, y, order[half:], from+half)
}

func (t *tree) weigh() {
	for k := len(t.nodes) - 1; k >= 0; k-- {
		n := &t.nodes[k]
		if n.right != 0 {
			l, r := t.nodes[k+1], t.nodes[n.right]
			n.all, n.own = l.all+r.all, l.own+r.own
			continue
		}
		for _, p := range t.points[n.from:n.to] {
			n.all += p.all
			n.own += p.own
		}
	}
}

// bins are the squares of rising radii, with a table that finds the bin of a
// squared distance: bin k holds squares above r2[k-1] and at most r2[k].
type bins struct {
	r2    []float64
	start []int32
	scale float64
}

const binTable = 4096

func newBins(radii []float64) bins {
	b := bins{r2: make([]float64, len(radii)), start: make([]int32, binTable+1)}
	for k, r := range radii {
		b.r2[k] = r * r
	}
	last := b.r2[len(b.r2)-1]
	if last > 0 {
		b.scale = binTable / last
	}
	for c := range b.start {
		lo := int32(0)
		// One cell of slack for the rounding of the multiplication by scale.
		for lo < int32(len(b.r2)-1) && b.r2[lo]*b.scale < float64(c-1) {
			lo++
		}
		b.start[c] = lo
	}
	return b
}

// of is the bin of a squared distance of at most the last radius.
func (b bins) of(d2 float64) int32 {
	c := int(d2 * b.scale)
	if c > binTable {
		c = binTable
	}
	k := b.start[c]
	for d2 > b.r2[k] {
		k++
	}
	return k
}

// add adds to out, by bin, the weight of the points at a distance above 0 and at
// most the last radius from (x, y).
func (t *tree) add(x, y float64, b bins, out []sum2) {
	if len(t.nodes) > 0 {
		t.walk(0, x, y, b, out)
	}
}

func (t *tree) walk(at int32, x, y float64, b bins, out []sum2) {
	n := &t.nodes[at]
	last := b.r2[len(b.r2)-1]
	near := square(max(n.minX-x, 0, x-n.maxX), max(n.minY-y, 0, y-n.maxY))
	if near > last {
		return
	}
	far := square(max(x-n.minX, n.maxX-x), max(y-n.minY, n.maxY-y))
	if far == 0 {
		return // the node is the position (x, y) alone
	}
	if near > 0 && far <= last {
		if k := b.of(near); far <= b.r2[k] {
			out[k].all += n.all
			out[k].own += n.own
			return
		}
	}
	if n.right != 0 {
		t.walk(at+1, x, y, b, out)
		t.walk(n.right, x, y, b, out)
		return
	}
	for _, p := range t.points[n.from:n.to] {
		d2 := square(p.x-x, p.y-y)
		if d2 > 0 && d2 <= last {
			o := &out[b.of(d2)]
			o.all += p.all
			o.own += p.own
		}
	}
}
