package graph

import (
	"fmt"
	"slices"
)

// Roles counts the paths a→b→c on which a node b brokers between two others that are not tied directly, by whose group
// each is of. Gould and Fernandez, "Structures of mediation: a formal approach to brokerage in transaction networks",
// Sociological Methodology 19 (1989).
type Roles struct {
	Coordinator    int64 // all three of one group
	Gatekeeper     int64 // b and c of one group: b lets in
	Representative int64 // a and b of one group: b speaks for it
	Consultant     int64 // a and c of one group, b of another (itinerant broker)
	Liaison        int64 // three groups
}

// Total returns the number of paths.
func (r Roles) Total() int64 {
	return r.Coordinator + r.Gatekeeper + r.Representative + r.Consultant + r.Liaison
}

// Brokerage counts the roles of each node. groups has the group of each node, any number from 0 upwards; a node with a
// negative one is in none, and is no end and no middle of a path. A path counts when there is a tie from a to b and from
// b to c, none from a to c, and a is not c. Undirected ties count as one each way, so that each pair of ends counts twice:
// gatekeeper and representative are then equal. It fails when groups has another length than the graph.
func Brokerage(g *Graph, groups []int) ([]Roles, error) {
	if len(groups) != g.Len() {
		return nil, fmt.Errorf("graph: %d groups for %d nodes: give one for each", len(groups), g.Len())
	}
	c := &roleCounter{g: g, group: renumber(groups)}
	kinds := 0
	for _, k := range c.group {
		kinds = max(kinds, int(k)+1)
	}
	c.in, c.out = make([]int64, kinds), make([]int64, kinds)
	roles := make([]Roles, g.Len())
	for b := range roles {
		if c.group[b] >= 0 {
			c.open(int32(b), &roles[b])
			c.closed(int32(b), &roles[b])
		}
	}
	return roles, nil
}

// renumber gives groups the numbers from 0, without gaps, so that they can be counted in lists.
func renumber(groups []int) []int32 {
	kinds := slices.Clone(groups)
	slices.Sort(kinds)
	kinds = slices.Compact(kinds)
	first, _ := slices.BinarySearch(kinds, 0)
	out := make([]int32, len(groups))
	for v, k := range groups {
		i, _ := slices.BinarySearch(kinds, k)
		out[v] = int32(max(-1, i-first))
	}
	return out
}

// roleCounter counts the roles of one node after another.
type roleCounter struct {
	g       *Graph
	group   []int32
	in, out []int64 // number of ends by group, all 0 between nodes
	touched []int32
}

// open counts all pairs of ends, the same node at both included, as if no two ends were tied.
func (c *roleCounter) open(b int32, r *Roles) {
	own := c.group[b]
	allIn, allOut := c.tally(b)
	inOwn, outOwn := c.in[own], c.out[own]
	r.Coordinator = inOwn * outOwn
	r.Gatekeeper = (allIn - inOwn) * outOwn
	r.Representative = inOwn * (allOut - outOwn)
	for _, k := range c.touched {
		if k != own {
			r.Consultant += c.in[k] * c.out[k]
			r.Liaison += c.in[k] * (allOut - outOwn - c.out[k])
		}
		c.in[k], c.out[k] = 0, 0
	}
	c.in[own], c.out[own] = 0, 0
	c.touched = c.touched[:0]
}

// tally counts the ends of b by group.
func (c *roleCounter) tally(b int32) (in, out int64) {
	before, _ := c.g.Followers(int(b))
	behind, _ := c.g.Neighbours(int(b))
	for i, row := range [2][]int32{before, behind} {
		for _, v := range row {
			k := c.group[v]
			if k < 0 {
				continue
			}
			if c.in[k] == 0 && c.out[k] == 0 {
				c.touched = append(c.touched, k)
			}
			if i == 0 {
				c.in[k]++
				in++
			} else {
				c.out[k]++
				out++
			}
		}
	}
	return in, out
}

// closed takes off the pairs of ends that are one node or tied from a to c.
func (c *roleCounter) closed(b int32, r *Roles) {
	before, _ := c.g.Followers(int(b))
	behind, _ := c.g.Neighbours(int(b))
	for _, a := range before {
		if c.group[a] < 0 {
			continue
		}
		if _, back := slices.BinarySearch(behind, a); back {
			c.less(a, b, a, r)
		}
		ties, _ := c.g.Neighbours(int(a))
		few, many := ties, behind
		if len(few) > len(many) {
			few, many = many, few
		}
		for _, end := range few {
			if c.group[end] < 0 {
				continue
			}
			if _, both := slices.BinarySearch(many, end); both {
				c.less(a, b, end, r)
			}
		}
	}
}

// less takes off one path.
func (c *roleCounter) less(a, b, end int32, r *Roles) {
	switch x, y, z := c.group[a], c.group[b], c.group[end]; {
	case x == y && y == z:
		r.Coordinator--
	case y == z:
		r.Gatekeeper--
	case x == y:
		r.Representative--
	case x == z:
		r.Consultant--
	default:
		r.Liaison--
	}
}
