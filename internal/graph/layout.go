package graph

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Point is a place in the unit square, y downwards or upwards as the reader likes.
type Point struct{ X, Y float64 }

// LayoutOptions steer a drawing. The zero value is good for any graph.
type LayoutOptions struct {
	Seed uint64
	// Iterations is the number of sweeps over all pairs of nodes of a component drawn by distances; 0 means 300 for small
	// components, falling to 30. Components drawn by forces make twice as many steps at most.
	Iterations int
	// Limit is the number of nodes that are drawn, those with the most ties; 0 means 20,000.
	Limit int
	// Radius is how large each node will be drawn, in sides of the square, one a node; nil means as Drawing.Radius says.
	Radius []float64
}

// Drawing is where nodes lie.
type Drawing struct {
	// At has one point a node. A node that is left out lies at (−1, −1).
	At []Point
	// Radius is how large each node can be drawn without touching another, in sides of the square: those asked for, less
	// where the square was too small for them. Unless asked, a node without ties has 0.35 of the radius of the best tied,
	// and between them the square root of the number of ties counts.
	Radius []float64
	// Left is the number of nodes left out.
	Left int
}

const (
	// mostDrawn is how many nodes are drawn when the caller sets no limit: more are seen as a cloud.
	mostDrawn = 20_000
	// byDistance is the size of component up to which distances on paper follow distances in the graph; above it nodes
	// repel and ties attract, which keeps communities together and parts them.
	byDistance = 250
)

// Layout places the nodes in the unit square. It is Draw without a limit in time; points of nodes left out are
// (−1, −1), and a radius list that does not fit is not used.
func Layout(g *Graph, o LayoutOptions) []Point {
	if len(o.Radius) != g.Len() {
		o.Radius = nil
	}
	o.Limit = max(0, o.Limit)
	d, err := Draw(context.Background(), g, o)
	if err != nil {
		panic(err) // the options are good and the context does not end
	}
	return d.At
}

// Draw places the nodes in the unit square. Small components are drawn by stress, so that distances on paper follow
// distances in the graph (Zheng, Pawar & Goodman, "Graph Drawing by Stochastic Gradient Descent", IEEE TVCG 25
// (2019)); larger ones by the forces of ForceAtlas2 (Jacomy, Venturini, Heymann & Bastian, PLoS ONE 9 (2014)) with the
// tree of Barnes & Hut, from the parts that Leiden's first steps find down to single nodes: what holds together in
// communities lies together (Noack, "Modularity clustering is force-directed layout", Physical Review E 79 (2009)).
// Then nodes are moved apart until they do not overlap, components are turned so that they are wider than high and
// packed, the largest first. Weights and directions are not used. Above the limit the best tied nodes are drawn with
// the ties between them. The result depends only on the graph and the options. It fails on a limit below 0, a list of
// radii that does not fit and when ctx ends.
func Draw(ctx context.Context, g *Graph, o LayoutOptions) (Drawing, error) {
	if o.Limit == 0 {
		o.Limit = mostDrawn
	}
	if o.Limit < 0 || o.Radius != nil && len(o.Radius) != g.Len() {
		return Drawing{}, fmt.Errorf("graph: drawing of %d nodes with a limit of %d and %d radii: give a limit above 0 and one radius a node or none", g.Len(), o.Limit, len(o.Radius))
	}
	if g.Len() <= o.Limit {
		return draw(ctx, g, o)
	}
	part, nodes, err := bestTied(g, o.Limit)
	if err != nil {
		return Drawing{}, err
	}
	radius := o.Radius
	if radius != nil {
		o.Radius = make([]float64, len(nodes))
		for i, v := range nodes {
			o.Radius[i] = radius[v]
		}
	}
	small, err := draw(ctx, part, o)
	if err != nil {
		return Drawing{}, err
	}
	d := Drawing{At: make([]Point, g.Len()), Radius: make([]float64, g.Len()), Left: g.Len() - len(nodes)}
	for v := range d.At {
		d.At[v] = Point{-1, -1}
	}
	for i, v := range nodes {
		d.At[v], d.Radius[v] = small.At[i], small.Radius[i]
	}
	return d, nil
}

// BestTied returns the numbers of the n nodes with the most ties, ascending; of equals those with the smaller number.
func BestTied(g *Graph, n int) []int {
	degree := Degree(g)
	order := make([]int, g.Len())
	for v := range order {
		order[v] = v
	}
	slices.SortStableFunc(order, func(a, b int) int { return degree[b] - degree[a] })
	order = order[:max(0, min(n, len(order)))]
	slices.Sort(order)
	return order
}

// bestTied returns the graph of the best tied nodes.
func bestTied(g *Graph, n int) (*Graph, []int, error) {
	nodes := BestTied(g, n)
	number := make([]int32, g.Len())
	for v := range number {
		number[v] = -1
	}
	names := make([]string, len(nodes))
	for i, v := range nodes {
		number[v], names[i] = int32(i), g.names[v]
	}
	var from, to []int32
	for i, v := range nodes {
		for _, w := range g.heads[g.rows[v]:g.rows[v+1]] {
			if number[w] >= 0 && (g.directed || int(w) > v) {
				from, to = append(from, int32(i)), append(to, number[w])
			}
		}
	}
	part, err := Indexed(names, from, to, nil, g.directed)
	return part, nodes, err
}

// layouter is the working memory of a drawing.
type layouter struct {
	ctx    context.Context
	g      *Graph
	points []Point
	place  []int32 // of a node in its component
	r      *rand.Rand
	seed   uint64
	sweeps int
}

func draw(ctx context.Context, g *Graph, o LayoutOptions) (Drawing, error) {
	d := Drawing{At: make([]Point, g.Len()), Radius: o.Radius}
	if o.Radius == nil {
		d.Radius = radii(g)
	}
	var parts [][]int32
	for v, c := range Components(g) {
		for len(parts) <= c {
			parts = append(parts, nil)
		}
		parts[c] = append(parts[c], int32(v))
	}
	l := &layouter{ctx: ctx, g: g, points: d.At, place: make([]int32, g.Len()), r: rand.New(rand.NewPCG(o.Seed, 0)), seed: o.Seed, sweeps: o.Iterations}
	boxes := make([]box, len(parts))
	for i, nodes := range parts {
		if len(nodes) <= byDistance {
			l.spread(nodes)
		} else if err := l.push(nodes); err != nil {
			return Drawing{}, fmt.Errorf("graph: drawing of %d nodes stopped: %w", g.Len(), err)
		}
		l.turn(nodes)
		boxes[i] = l.measure(nodes)
	}
	l.pack(parts, boxes)
	d.Radius = apart(d.At, d.Radius)
	return d, ctx.Err()
}

// radii are the sizes that nodes have unless the caller says otherwise: together they cover a small part of the square.
func radii(g *Graph) []float64 {
	degree := Degree(g)
	most := 1
	for _, k := range degree {
		most = max(most, k)
	}
	largest := min(0.012, 0.3/math.Sqrt(float64(max(1, g.Len()))))
	r := make([]float64, len(degree))
	for v, k := range degree {
		r[v] = largest * (0.35 + float64(0.65*math.Sqrt(float64(k)/float64(most))))
	}
	return r
}
