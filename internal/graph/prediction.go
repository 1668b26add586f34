package graph

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// Predictor names a measure of how likely two nodes without a tie are to get one (Liben-Nowell and Kleinberg, "The
// link-prediction problem for social networks", JASIST 58, 2007). Below, z runs over the neighbours of both a and b,
// k is a degree, s a strength and w a weight; the weighted forms are those of Murata and Moriyasu (2007) and Lü and Zhou
// (EPL 89, 2010).
type Predictor int

const (
	// CommonNeighbours is the number of z; weighted, Σ w(a,z) + w(b,z).
	CommonNeighbours Predictor = iota
	// Jaccard is the number of z over the number of neighbours of either; weighted, Σ min over Σ max of w(a,·), w(b,·).
	Jaccard
	// AdamicAdar is Σ 1/ln k(z) (Social Networks 25, 2003); weighted, Σ (w(a,z) + w(b,z)) / ln(1 + s(z)).
	AdamicAdar
	// ResourceAllocation is Σ 1/k(z) (Zhou, Lü and Zhang, European Physical Journal B 71, 2009); weighted, Σ (w(a,z) +
	// w(b,z)) / s(z).
	ResourceAllocation
	// PreferentialAttachment is k(a)·k(b) (Barabási and Albert, Science 286, 1999); weighted, s(a)·s(b).
	PreferentialAttachment
)

// Candidate is a pair A < B of nodes without a tie, with a score.
type Candidate struct {
	A, B  int32
	Value float64
}

// Scorer gives scores to pairs of an undirected graph.
type Scorer struct {
	g        *Graph
	p        Predictor
	weighted bool
	strength []float64
	worth    []float64 // of a node as a common neighbour
}

// NewScorer makes ready a measure. It fails on a directed graph: the measures do not tell who would tie itself to whom.
func NewScorer(g *Graph, p Predictor, weighted bool) (*Scorer, error) {
	if g.directed {
		return nil, fmt.Errorf("graph: scores of pairs read ties both ways: build the graph undirected")
	}
	s := &Scorer{g: g, p: p, weighted: weighted, worth: make([]float64, g.Len()), strength: make([]float64, g.Len())}
	for v := range s.worth {
		nodes, weights := g.Neighbours(v)
		s.strength[v] = float64(len(nodes))
		if weighted {
			s.strength[v] = sum(weights)
		}
		switch {
		case p == AdamicAdar && weighted:
			s.worth[v] = 1 / math.Log1p(s.strength[v])
		case p == AdamicAdar:
			s.worth[v] = 1 / math.Log(s.strength[v]) // a common neighbour has a degree of at least 2
		case p == ResourceAllocation:
			s.worth[v] = 1 / s.strength[v]
		default:
			s.worth[v] = 1
		}
	}
	return s, nil
}

// step is what a common neighbour z adds, tied to the two with weights wa and wb.
func (s *Scorer) step(z int32, wa, wb float64) float64 {
	switch {
	case s.p == Jaccard && s.weighted:
		return min(wa, wb)
	case s.p == Jaccard || !s.weighted:
		return s.worth[z]
	}
	return float64((wa + wb) * s.worth[z]) // not fused with the sum: same bits on every processor
}

// finish turns the sum over common neighbours into the score.
func (s *Scorer) finish(a, b int32, common float64) float64 {
	switch {
	case s.p == PreferentialAttachment:
		return s.strength[a] * s.strength[b]
	case s.p == Jaccard && common > 0:
		return common / (s.strength[a] + s.strength[b] - common)
	}
	return common
}

// Of returns the score of nodes a and b, whether they are tied or not; 0 of a node with itself.
func (s *Scorer) Of(a, b int) float64 {
	if a == b {
		return 0
	}
	if a > b {
		a, b = b, a
	}
	na, wa := s.g.Neighbours(a)
	nb, wb := s.g.Neighbours(b)
	common := 0.0
	for i, j := 0, 0; i < len(na) && j < len(nb); {
		switch {
		case na[i] < nb[j]:
			i++
		case na[i] > nb[j]:
			j++
		default:
			common += s.step(na[i], wa[i], wb[j])
			i++
			j++
		}
	}
	return s.finish(int32(a), int32(b), common)
}

// Each hands every pair without a tie and with a score above 0 to f, by A then B, until f returns false. It fails only
// when ctx ends. It takes time in proportion to the squares of the degrees; preferential attachment, to those of nodes.
func (s *Scorer) Each(ctx context.Context, f func(Candidate) bool) error {
	n := s.g.Len()
	common, tied, found := make([]float64, n), make([]bool, n), []int32(nil)
	for a := range n {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("graph: scores of pairs stopped at node %d of %d: %w", a, n, err)
		}
		nodes, _ := s.g.Neighbours(a)
		for _, v := range nodes {
			tied[v] = true
		}
		found = s.gather(a, tied, common, found[:0])
		stop := false
		for _, b := range found {
			v := s.finish(int32(a), b, common[b])
			common[b] = 0
			if stop = stop || v > 0 && !f(Candidate{int32(a), b, v}); stop {
				return nil
			}
		}
		for _, v := range nodes {
			tied[v] = false
		}
	}
	return nil
}

// gather lists in order the nodes above a that are not tied to it and may have a score.
func (s *Scorer) gather(a int, tied []bool, common []float64, found []int32) []int32 {
	if s.p == PreferentialAttachment {
		for b := a + 1; b < len(tied) && s.strength[a] > 0; b++ {
			if !tied[b] {
				found = append(found, int32(b))
			}
		}
		return found
	}
	nodes, weights := s.g.Neighbours(a)
	for i, z := range nodes {
		row, far := s.g.Neighbours(int(z))
		from, _ := slices.BinarySearch(row, int32(a+1))
		for j := from; j < len(row); j++ {
			b := row[j]
			if tied[b] {
				continue
			}
			if common[b] == 0 {
				found = append(found, b)
			}
			common[b] += s.step(z, weights[i], far[j])
		}
	}
	slices.Sort(found)
	return found
}
