package density

import "math"

// dendrogram is the order in which components join: leaves are slots 0..n-1, join k makes node n+k.
type dendrogram struct {
	n           int
	left, right []int32
	level       []float64 // distance at which the two become one
	weight      []float64 // by node
	// large is the number of components that weigh enough to be clusters just below the level at which a node was made
	// and that lie in it. Joins at one level are one event of several components (Campello and others: edges of equal
	// weight are removed together), so that a tie never makes a cluster that lives for no distance at all.
	large []int32
	core  []float64 // distance, by slot
	least float64
}

// newDendrogram joins the slots along the edges, which are in order. Distances are multiplied by unit.
func newDendrogram(t *tree, core2 []float64, edges []edge, unit, least float64) *dendrogram {
	n := len(core2)
	d := &dendrogram{n: n, least: least, left: make([]int32, len(edges)), right: make([]int32, len(edges)), level: make([]float64, len(edges)),
		weight: append(make([]float64, 0, 2*n), t.w...), large: make([]int32, len(edges)), core: make([]float64, n)}
	for i, c := range core2 {
		d.core[i] = math.Sqrt(c) * unit
	}
	u := newSets(n)
	node := make([]int32, n) // of a set, by its root
	for i := range node {
		node[i] = int32(i)
	}
	for k, e := range edges {
		a, b := node[u.find(e.a)], node[u.find(e.b)]
		d.left[k], d.right[k] = a, b
		d.level[k] = math.Sqrt(e.w) * unit
		d.weight = append(d.weight, d.weight[a]+d.weight[b])
		d.large[k] = d.largeIn(a, d.level[k]) + d.largeIn(b, d.level[k])
		u.join(e.a, e.b)
		node[u.find(e.a)] = int32(n + k)
	}
	return d
}

// largeIn is how many components of a node are heavy enough just below a level.
func (d *dendrogram) largeIn(node int32, level float64) int32 {
	own := d.levelOf(node)
	if int(node) >= d.n && own == level {
		return d.large[int(node)-d.n]
	}
	if d.weight[node] >= d.least && own < level {
		return 1
	}
	return 0
}

// levelOf is the distance from which a node is one dense component: of several points on one place their core distance.
func (d *dendrogram) levelOf(node int32) float64 {
	if int(node) < d.n {
		return d.core[node]
	}
	return d.level[int(node)-d.n]
}

// branch is one cluster of the condensed tree (Campello, Moulavi and Sander 2013): it appears where a denser split of
// its parent leaves it heavy enough, loses points as the distance shrinks, and ends when it splits or has none left.
type branch struct {
	parent    int32 // -1 for the root
	birth     float64
	stability float64 // sum over its weight of the density at which it leaves less the density of birth; density is 1/distance
	densest   float64 // the greatest density at which anything in it or its children leaves
	weight    float64
}

// condensed is the condensed tree. Branches come after their parents.
type condensed struct {
	branches []branch
	of       []int32   // by slot: the branch it leaves
	density  []float64 // by slot: 1/distance at which it does
}

type visit struct{ node, branch int32 }

// condense walks down the joins from the last.
func (d *dendrogram) condense() condensed {
	c := condensed{of: make([]int32, d.n), density: make([]float64, d.n)}
	top := int32(d.n + len(d.left) - 1)
	c.branches = []branch{{parent: -1, weight: d.weight[top]}}
	var below []int32
	todo := []visit{{top, 0}}
	for len(todo) > 0 {
		v := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if int(v.node) < d.n {
			below = c.leave(d, v, d.core[v.node], below)
			continue
		}
		k := int(v.node) - d.n
		level := d.level[k]
		for _, side := range [2]int32{d.right[k], d.left[k]} {
			switch n := d.largeIn(side, level); {
			case n == 0:
				below = c.leave(d, visit{side, v.branch}, level, below)
			case n == 1 && d.large[k] > 1:
				todo = append(todo, visit{side, c.born(v.branch, level, d.weight[side], d.heavy(side, level))})
			default:
				todo = append(todo, visit{side, v.branch})
			}
		}
	}
	for i := len(c.branches) - 1; i > 0; i-- {
		p := &c.branches[c.branches[i].parent]
		p.densest = max(p.densest, c.branches[i].densest)
	}
	return c
}

// heavy is the weight of the one large component in a node just below a level.
func (d *dendrogram) heavy(node int32, level float64) float64 {
	for int(node) >= d.n && d.level[int(node)-d.n] == level {
		k := int(node) - d.n
		if node = d.left[k]; d.largeIn(node, level) == 0 {
			node = d.right[k]
		}
	}
	return d.weight[node]
}

// born starts a branch where its parent splits. With is its weight with the points that only touch it at that level:
// they leave the parent there, too, and are the branch's own for no distance at all.
func (c *condensed) born(parent int32, level, with, weight float64) int32 {
	c.branches[parent].gain(with, 1/level)
	c.branches = append(c.branches, branch{parent: parent, birth: 1 / level, weight: weight})
	return int32(len(c.branches) - 1)
}

// gain counts weight that leaves a branch at a density.
func (b *branch) gain(weight, density float64) {
	b.densest = max(b.densest, density)
	if density > b.birth {
		b.stability += weight * (density - b.birth)
	}
}

// leave lets all slots of a node leave its branch at a distance.
func (c *condensed) leave(d *dendrogram, v visit, distance float64, below []int32) []int32 {
	density := 1 / distance
	c.branches[v.branch].gain(d.weight[v.node], density)
	below = append(below[:0], v.node)
	for len(below) > 0 {
		node := below[len(below)-1]
		below = below[:len(below)-1]
		if int(node) < d.n {
			c.of[node], c.density[node] = v.branch, density
			continue
		}
		below = append(below, d.left[int(node)-d.n], d.right[int(node)-d.n])
	}
	return below
}

// choose selects branches by excess of mass: a branch where it is at least as stable as the best choice among its
// children together, equality taken up to rounding. The root is never one. It returns which branches are clusters.
func (c condensed) choose(o Options) []bool {
	n := len(c.branches)
	chosen, under := make([]bool, n), make([]float64, n)
	for i := n - 1; i > 0; i-- {
		b := &c.branches[i]
		tooHeavy := o.MaxWeight > 0 && b.weight > o.MaxWeight && under[i] > 0 // and has parts
		if own := b.stability; own >= under[i]*(1-1e-9) && !tooHeavy {
			chosen[i] = true
			under[i] = own
		}
		under[b.parent] += under[i]
	}
	cover := make([]bool, n) // a cluster lies above
	for i := 1; i < n; i++ {
		p := c.branches[i].parent
		cover[i] = cover[p] || chosen[p]
		chosen[i] = chosen[i] && !cover[i]
	}
	if o.MinDistance > 0 {
		c.widen(chosen, 1/o.MinDistance)
	}
	return chosen
}

// widen replaces clusters that appear only at distances below the least by their first ancestor that appears above it
// (Malzer and Baum 2020); the last below the root stands in where there is none.
func (c condensed) widen(chosen []bool, density float64) {
	for i := len(chosen) - 1; i > 0; i-- {
		if !chosen[i] {
			continue
		}
		at := int32(i)
		for c.branches[at].birth > density && c.branches[at].parent > 0 {
			at = c.branches[at].parent
		}
		if at != int32(i) {
			chosen[i], chosen[at] = false, true
		}
	}
	for i := 1; i < len(chosen); i++ {
		for p := c.branches[i].parent; p > 0; p = c.branches[p].parent {
			if chosen[p] {
				chosen[i] = false
			}
		}
	}
}
