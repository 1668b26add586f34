package density

import (
	"context"
	"math"
	"slices"
)

// Outline is a shape around the positions of a cluster: rings of positions in the units of the points, the outer one
// first, anticlockwise, then holes, clockwise; the last position of a ring is its first.
type Outline [][][2]float64

// most is how many cells of the raster an outline has along its longer side, at most.
const most = 240

// NewOutline draws the outline of points that belong together: bays narrower than twice reach are filled and
// everything stays pad outside the points (a morphological closing of the points and of the segments of their minimum
// spanning tree, so that it is always one piece; Serra 1982). It is drawn on a raster of a quarter of pad, or coarser for
// a shape longer than 240 cells, whose pad then is four cells at least. Holes wider than twice reach stay. It is nil
// without points, and fails on a point without a position, on reach or pad not above 0, and when ctx ends.
func NewOutline(ctx context.Context, p Points, reach, pad float64) (Outline, error) {
	for name, v := range map[string]float64{"reach": reach, "pad": pad} {
		if err := checkLeast("the "+name+" of an outline", v, math.SmallestNonzeroFloat64); err != nil {
			return nil, err
		}
	}
	s, err := p.collapse()
	if err != nil || len(s.places) == 0 {
		return nil, err
	}
	t := newTree(s.places)
	edges, err := t.mst(ctx, make([]float64, len(t.x)))
	if err != nil {
		return nil, err
	}
	r := newRaster(t.box[0], reach/s.unit, pad/s.unit)
	if len(edges) == 0 {
		r.stamp(t.x[0], t.y[0], t.x[0], t.y[0])
	}
	for _, e := range edges {
		r.stamp(t.x[e.a], t.y[e.a], t.x[e.b], t.y[e.b])
	}
	r.erode()
	rings := r.contour()
	for _, ring := range rings {
		for i := range ring {
			ring[i][0], ring[i][1] = ring[i][0]*s.unit, ring[i][1]*s.unit
		}
	}
	return rings, nil
}

// raster holds a value at each crossing of a square grid.
type raster struct {
	x0, y0, cell float64
	nx, ny       int
	reach, pad   float64
	v            []float64
}

func newRaster(b box, reach, pad float64) *raster {
	r := &raster{reach: reach, pad: pad}
	side := max(b.x1-b.x0, b.y1-b.y0)
	r.cell = max(pad/4, side/most)
	r.pad = max(pad, 4*r.cell)
	r.reach = max(reach, r.pad)
	edge := r.reach + 2*r.cell
	r.x0, r.y0 = b.x0-edge, b.y0-edge
	r.nx, r.ny = int((b.x1-b.x0+2*edge)/r.cell)+2, int((b.y1-b.y0+2*edge)/r.cell)+2
	if limit := 4 * most; r.nx > limit || r.ny > limit { // a reach far beyond the points: they are one blob
		r.reach = max(r.pad, min(r.reach, side))
		edge = r.reach + 2*r.cell
		r.x0, r.y0 = b.x0-edge, b.y0-edge
		r.nx, r.ny = int((b.x1-b.x0+2*edge)/r.cell)+2, int((b.y1-b.y0+2*edge)/r.cell)+2
	}
	r.v = make([]float64, r.nx*r.ny)
	for i := range r.v {
		r.v[i] = math.Inf(1)
	}
	return r
}

// stamp lowers the values around a segment to the squared distance from it.
func (r *raster) stamp(ax, ay, bx, by float64) {
	i0, i1 := r.span(min(ax, bx)-r.x0, max(ax, bx)-r.x0, r.nx)
	j0, j1 := r.span(min(ay, by)-r.y0, max(ay, by)-r.y0, r.ny)
	dx, dy := bx-ax, by-ay
	long := dx*dx + dy*dy
	inverse := 0.0
	if long > 0 {
		inverse = 1 / long
	}
	for j := j0; j <= j1; j++ {
		py := r.y0 + float64(j)*r.cell - ay
		row := r.v[j*r.nx:]
		for i := i0; i <= i1; i++ {
			px := r.x0 + float64(i)*r.cell - ax
			f := (px*dx + py*dy) * inverse
			if f < 0 {
				f = 0
			} else if f > 1 {
				f = 1
			}
			ex, ey := px-f*dx, py-f*dy
			if d := ex*ex + ey*ey; d < row[i] {
				row[i] = d
			}
		}
	}
}

func (r *raster) span(lo, hi float64, n int) (int, int) {
	return max(0, int((lo-r.reach)/r.cell)), min(n-1, int((hi+r.reach)/r.cell)+1)
}

// erode turns distances from the points into distances from the outside, which is where they are above reach.
func (r *raster) erode() {
	for i, d := range r.v {
		r.v[i] = math.Inf(1)
		if d > r.reach*r.reach {
			r.v[i] = 0
		}
	}
	column := make([]float64, r.ny)
	for i := range r.nx {
		for j := range r.ny {
			column[j] = r.v[j*r.nx+i]
		}
		for j, v := range squaredDistances(column) {
			r.v[j*r.nx+i] = v
		}
	}
	for j := range r.ny {
		row := r.v[j*r.nx : (j+1)*r.nx]
		for i, v := range squaredDistances(row) {
			row[i] = math.Sqrt(v) * r.cell
		}
	}
}

// squaredDistances is the lower envelope of parabolas rooted at f (Felzenszwalb and Huttenlocher, "Distance
// transforms of sampled functions", Theory of Computing 8, 2012).
func squaredDistances(f []float64) []float64 {
	out := make([]float64, len(f))
	var at []int
	var from []float64
	for q, v := range f {
		if math.IsInf(v, 1) {
			continue
		}
		start := math.Inf(-1)
		for len(at) > 0 {
			k := at[len(at)-1]
			start = ((v + float64(q*q)) - (f[k] + float64(k*k))) / float64(2*(q-k))
			if start > from[len(from)-1] {
				break
			}
			at, from = at[:len(at)-1], from[:len(from)-1]
			start = math.Inf(-1)
		}
		at, from = append(at, q), append(from, start)
	}
	k := 0
	for q := range out {
		if len(at) == 0 {
			out[q] = math.Inf(1)
			continue
		}
		for k+1 < len(at) && from[k+1] < float64(q) {
			k++
		}
		out[q] = float64((q-at[k])*(q-at[k])) + f[at[k]]
	}
	return out
}

// contour follows the line where the distance from outside is reach less pad (marching squares), the inside on the
// left. Holes narrower than twice reach are filled.
func (r *raster) contour() Outline {
	level := max(r.reach-r.pad, r.cell/2)
	next := r.segments(level)
	starts := make([][2]int, 0, len(next))
	for s := range next {
		starts = append(starts, s)
	}
	slices.SortFunc(starts, func(a, b [2]int) int {
		if a[0] != b[0] {
			return a[0] - b[0]
		}
		return a[1] - b[1]
	})
	var out Outline
	var size []float64
	for _, s := range starts {
		var ring [][2]float64
		for at, ok := s, true; ok; {
			ring = append(ring, r.crossing(at, level))
			to, has := next[at]
			delete(next, at)
			at, ok = to, has
			if ok && at == s {
				break
			}
		}
		if len(ring) > 2 {
			ring = append(ring, ring[0])
			out, size = append(out, ring), append(size, signedArea(ring))
		}
	}
	return keepRings(out, size, 4*r.reach*r.reach)
}

// keepRings puts the largest ring first and keeps of the others the holes above a size.
func keepRings(rings Outline, size []float64, least float64) Outline {
	if len(rings) == 0 {
		return nil
	}
	first := 0
	for i, a := range size {
		if a > size[first] {
			first = i
		}
	}
	out := Outline{rings[first]}
	for i, a := range size {
		if -a > least {
			out = append(out, rings[i])
		}
	}
	return out
}

func signedArea(ring [][2]float64) float64 {
	var sum float64
	o := ring[0]
	for i := 0; i+1 < len(ring); i++ {
		a, b := ring[i], ring[i+1]
		sum += (a[0]-o[0])*(b[1]-o[1]) - (b[0]-o[0])*(a[1]-o[1])
	}
	return sum / 2
}

// An edge of the grid is its lower or left crossing and 0 for the edge to the right, 1 for the one upwards.

// crossing is where the level lies on an edge.
func (r *raster) crossing(e [2]int, level float64) [2]float64 {
	i, j := e[0]%r.nx, e[0]/r.nx
	x, y := r.x0+float64(i)*r.cell, r.y0+float64(j)*r.cell
	a := r.v[e[0]]
	if e[1] == 0 {
		return [2]float64{x + r.cell*share(a, r.v[e[0]+1], level), y}
	}
	return [2]float64{x, y + r.cell*share(a, r.v[e[0]+r.nx], level)}
}

// share keeps away from the ends, so that no two crossings are one position.
func share(a, b, level float64) float64 { return min(0.99, max(0.01, (level-a)/(b-a))) }

// segments maps each crossed edge to the next one with the inside on the left.
func (r *raster) segments(level float64) map[[2]int][2]int {
	next := map[[2]int][2]int{}
	for j := range r.ny - 1 {
		for i := range r.nx - 1 {
			c := j*r.nx + i
			in := r.v[c] >= level
			if in == (r.v[c+1] >= level) && in == (r.v[c+r.nx] >= level) && in == (r.v[c+r.nx+1] >= level) {
				continue
			}
			corner := [4]float64{r.v[c], r.v[c+1], r.v[c+r.nx+1], r.v[c+r.nx]} // anticlockwise from the lower left
			side := [4][2]int{{c, 0}, {c + 1, 1}, {c + r.nx, 0}, {c, 1}}       // from corner k to k+1
			inside := func(k int) bool { return corner[k%4] >= level }
			var enter, leave []int // sides where the walk around the cell enters and leaves the inside
			for k := range 4 {
				if !inside(k) && inside(k+1) {
					enter = append(enter, k)
				} else if inside(k) && !inside(k+1) {
					leave = append(leave, k)
				}
			}
			if len(enter) == 1 {
				next[side[leave[0]]] = side[enter[0]]
				continue
			}
			if len(enter) == 0 {
				continue
			}
			// A saddle: the inside corners are one where the middle is inside.
			joined := (corner[0]+corner[1]+corner[2]+corner[3])/4 >= level
			for _, l := range leave {
				to := (l + 3) % 4 // cut off the inside corner l
				if joined {
					to = (l + 1) % 4 // cut off the outside corner l+1
				}
				next[side[l]] = side[to]
			}
		}
	}
	return next
}
