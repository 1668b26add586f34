package structure

import (
	"slices"

	"milieu/internal/graph"
	"milieu/internal/network"
)

// Ego is one organisation with those that it is tied to.
type Ego struct {
	Node   int     // in the view
	Alters []int32 // nodes of the view, ascending
	Among  int     // pairs of alters that are tied to each other
	// Density is the share of the alters' pairs that are tied; 0 where there are fewer than two.
	Density float64
	Second  int // organisations two steps away
	Strong  int // alters with a strong tie to it
}

// Around reads the surroundings of a node of the view.
func Around(v *network.View, node int) Ego {
	alters, _ := v.Graph.Neighbours(node)
	e := Ego{Node: node, Alters: alters}
	near := map[int32]bool{int32(node): true}
	for _, a := range alters {
		near[a] = true
	}
	second := map[int32]bool{}
	for _, a := range alters {
		next, _ := v.Graph.Neighbours(int(a))
		for _, w := range next {
			switch {
			case int(w) == node:
			case near[w]:
				e.Among++
			default:
				second[w] = true
			}
		}
	}
	e.Among /= 2
	e.Second = len(second)
	if n := len(alters); n > 1 {
		e.Density = float64(e.Among) / (float64(n) * float64(n-1) / 2)
	}
	for _, a := range alters {
		if p, ok := PairOf(v, int32(node), a); ok && p.Strong {
			e.Strong++
		}
	}
	return e
}

// PairOf finds the pair of two nodes of the view.
func PairOf(v *network.View, a, b int32) (network.Pair, bool) {
	if a > b {
		a, b = b, a
	}
	i, ok := slices.BinarySearchFunc(v.Pairs, network.Pair{A: a, B: b}, func(p, q network.Pair) int {
		if p.A != q.A {
			return int(p.A) - int(q.A)
		}
		return int(p.B) - int(q.B)
	})
	if !ok {
		return network.Pair{}, false
	}
	return v.Pairs[i], true
}

// Brokers counts the pairs of others that an organisation is tied to and that are not tied to each other, by the groups of
// the three (Gould & Fernandez 1989). Without direction whoever lets in also speaks for its group: the two roles are one.
type Brokers struct {
	Coordinator int64 // all three of one group
	Gatekeeper  int64 // one of the two is of its group
	Consultant  int64 // the two are of one group, it of another
	Liaison     int64 // three groups
}

// All is the number of pairs.
func (b Brokers) All() int64 { return b.Coordinator + b.Gatekeeper + b.Consultant + b.Liaison }

// Brokerage counts the roles of each node of the view; group has one group a node, -1 for those in none, which are left out.
func Brokerage(v *network.View, group []int) ([]Brokers, error) {
	all, err := graph.Brokerage(v.Graph, group)
	if err != nil {
		return nil, err
	}
	out := make([]Brokers, len(all))
	for i, r := range all { // undirected, each pair is counted once each way
		out[i] = Brokers{r.Coordinator / 2, (r.Gatekeeper + r.Representative) / 2, r.Consultant / 2, r.Liaison / 2}
	}
	return out, nil
}
