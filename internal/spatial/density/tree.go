package density

import (
	"context"
	"math"
	"math/bits"
	"runtime"
	"sync"
	"sync/atomic"
)

// leafSize is the number of places in a leaf, at most: measured on a million points.
const leafSize = 10

// box is the smallest rectangle around the places of a node.
type box struct{ x0, y0, x1, y1 float64 }

// dist2 is the squared distance of a position from the box, never more than the squared distance that within
// reckons to any place in it: subtraction, multiplication and addition of floats keep the order.
func (b *box) dist2(x, y float64) float64 {
	var dx, dy float64
	if x < b.x0 {
		dx = b.x0 - x
	} else if x > b.x1 {
		dx = x - b.x1
	}
	if y < b.y0 {
		dy = b.y0 - y
	} else if y > b.y1 {
		dy = y - b.y1
	}
	return float64(dx*dx) + float64(dy*dy)
}

// far2 is the squared distance of the farthest two positions of two boxes.
func (b *box) far2(o *box) float64 {
	dx, dy := max(o.x1-b.x0, b.x1-o.x0), max(o.y1-b.y0, b.y1-o.y0)
	return float64(dx*dx) + float64(dy*dy)
}

// near2 is the squared distance of the nearest two positions of two boxes.
func (b *box) near2(o *box) float64 {
	dx, dy := max(o.x0-b.x1, b.x0-o.x1, 0), max(o.y0-b.y1, b.y0-o.y1, 0)
	return float64(dx*dx) + float64(dy*dy)
}

// tree is a kd-tree (Bentley 1975) over places as flat slices: node i has the children 2i+1 and 2i+2, all leaves are
// on the lowest level, and the places of a node are contiguous. Slot is a place's position in that order.
type tree struct {
	x, y, w []float64 // by slot
	slot    []int32   // by place
	box     []box     // by node
	lo, hi  []int32   // by node: its slots
	leaves  int
}

func newTree(places []place) *tree {
	n := len(places)
	depth := 0
	if n > leafSize {
		depth = bits.Len(uint((n - 1) / leafSize))
	}
	t := &tree{x: make([]float64, n), y: make([]float64, n), w: make([]float64, n), slot: make([]int32, n), leaves: 1 << depth}
	nodes := 2*t.leaves - 1
	t.box, t.lo, t.hi = make([]box, nodes), make([]int32, nodes), make([]int32, nodes)
	work := append([]place(nil), places...)
	t.split(work, 0, 0, n, bits.Len(uint(runtime.GOMAXPROCS(0))))
	for s, p := range work {
		t.x[s], t.y[s], t.w[s] = p.x, p.y, p.w
		t.slot[p.id] = int32(s)
	}
	return t
}

func (t *tree) leaf(node int) bool { return node >= t.leaves-1 }

func (t *tree) split(work []place, node, lo, hi, apart int) {
	t.lo[node], t.hi[node] = int32(lo), int32(hi)
	b := around(work[lo:hi])
	t.box[node] = b
	if t.leaf(node) {
		return
	}
	mid := (lo + hi) / 2
	if b.x1-b.x0 >= b.y1-b.y0 {
		nth(work[lo:hi], mid-lo, func(a, b *place) bool { return a.x < b.x || a.x == b.x && a.y < b.y })
	} else {
		nth(work[lo:hi], mid-lo, func(a, b *place) bool { return a.y < b.y || a.y == b.y && a.x < b.x })
	}
	if apart == 0 || hi-lo < 4096 {
		t.split(work, 2*node+1, lo, mid, 0)
		t.split(work, 2*node+2, mid, hi, 0)
		return
	}
	var wg sync.WaitGroup
	wg.Go(func() { t.split(work, 2*node+1, lo, mid, apart-1) })
	t.split(work, 2*node+2, mid, hi, apart-1)
	wg.Wait()
}

func around(places []place) box {
	b := box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for i := range places {
		p := &places[i]
		b.x0, b.x1 = min(b.x0, p.x), max(b.x1, p.x)
		b.y0, b.y1 = min(b.y0, p.y), max(b.y1, p.y)
	}
	return b
}

// nth moves the k smallest places to the front (Hoare's find). Places differ, so the two sides are the same whatever
// the order was; the pivot is the middle of three, which suits places sorted in either direction.
func nth(a []place, k int, less func(a, b *place) bool) {
	for lo, hi := 0, len(a)-1; lo < hi; {
		m := (lo + hi) / 2
		if less(&a[m], &a[lo]) {
			a[m], a[lo] = a[lo], a[m]
		}
		if less(&a[hi], &a[lo]) {
			a[hi], a[lo] = a[lo], a[hi]
		}
		if less(&a[hi], &a[m]) {
			a[hi], a[m] = a[m], a[hi]
		}
		pivot := a[m]
		i, j := lo, hi
		for i <= j {
			for less(&a[i], &pivot) {
				i++
			}
			for less(&pivot, &a[j]) {
				j--
			}
			if i <= j {
				a[i], a[j] = a[j], a[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			hi = j
		case k >= i:
			lo = i
		default:
			return
		}
	}
}

// dist2 is the squared distance of two slots. The conversions forbid fused multiplication, so that every machine
// finds the same ties.
func (t *tree) dist2(x, y float64, s int32) float64 {
	dx, dy := t.x[s]-x, t.y[s]-y
	return float64(dx*dx) + float64(dy*dy)
}

// closer orders the children of a node by their distance from a position, the nearer first.
func (t *tree) closer(node int, x, y float64) (first, second int, d1, d2 float64) {
	first, second = 2*node+1, 2*node+2
	d1, d2 = t.box[first].dist2(x, y), t.box[second].dist2(x, y)
	if d2 < d1 {
		return second, first, d2, d1
	}
	return first, second, d1, d2
}

// chunk is how many slots one worker takes at a time.
const chunk = 2048

// eachChunk runs do on all ranges of slots side by side, with one worker value for each goroutine, and stops with the
// context. What do writes may depend on its range only.
func eachChunk[W any](ctx context.Context, n int, worker func() W, do func(w W, lo, hi int)) error {
	chunks := (n + chunk - 1) / chunk
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), chunks) {
		wg.Go(func() {
			w := worker()
			for ctx.Err() == nil {
				c := int(next.Add(1)) - 1
				if c >= chunks {
					return
				}
				do(w, c*chunk, min(n, (c+1)*chunk))
			}
		})
	}
	wg.Wait()
	if ctx.Err() != nil {
		return errStopped
	}
	return nil
}
