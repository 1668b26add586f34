package graph

import (
	"context"
	"math/rand/v2"
)

// leiden is the working memory of one search.
type leiden struct {
	ctx context.Context
	r   *rand.Rand
	// half is γ/(2·total): joining v to c costs half·(out_v·in_c + in_v·out_c).
	half float64
	// wild lets refinement choose among the parts where a node gains, by gain, rather than the best.
	wild bool
	// near is the weight from a node to each community, all zero between uses; touched are those above zero.
	near    []float64
	touched []int32
	order   []int32
	queued  []bool
	// heads and weights take the arcs of an aggregate until their number is known.
	heads   []int32
	weights []float64
	// of each community: strengths, and number of nodes.
	out, in []float64
	count   []int32
}

func newLeiden(ctx context.Context, l *level, resolution float64, seed, stream uint64) *leiden {
	n := l.len()
	s := &leiden{ctx: ctx, r: rand.New(rand.NewPCG(seed, stream)), near: make([]float64, n), order: make([]int32, n), queued: make([]bool, n),
		out: make([]float64, n), count: make([]int32, n)}
	s.in = s.out
	if l.total > 0 {
		s.half = resolution / (2 * l.total)
	}
	if l.directed {
		s.in, s.half = make([]float64, n), resolution/l.total
	}
	return s
}

// cost is what the null model expects between two parts.
func (s *leiden) cost(outA, inA, outB, inB float64) float64 {
	return float64(s.half * (float64(outA*inB) + float64(inA*outB)))
}

// slack is the share of a node's strength by which a move must gain, so that rounding cannot make it go round.
const slack = 1e-11

// pass runs the three steps from the communities given until they change no more, and writes the new ones back.
func (s *leiden) pass(base *level, of []int32) error {
	l, comm := base, append([]int32(nil), of...)
	var node []int32 // of each node of the base at this level; nil: itself
	for {
		k, err := s.move(l, comm)
		if err != nil {
			return err
		}
		if k == l.len() {
			break
		}
		fine, parts, err := s.refine(l, comm, k)
		if err != nil {
			return err
		}
		if parts == l.len() {
			break
		}
		next := s.aggregate(l, fine, parts)
		up := make([]int32, parts)
		for v, f := range fine {
			up[f] = comm[v]
		}
		if node == nil {
			node = fine
		} else {
			for b, v := range node {
				node[b] = fine[v]
			}
		}
		l, comm = next, up
	}
	for b := range of {
		if node == nil {
			of[b] = comm[b]
		} else {
			of[b] = comm[node[b]]
		}
	}
	return nil
}

// shuffled returns the nodes in random order.
func (s *leiden) shuffled(n int) []int32 {
	order := s.order[:n]
	for v := range order {
		order[v] = int32(v)
	}
	s.r.Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
	return order
}

// strengths sums the nodes of each community.
func (s *leiden) strengths(l *level, comm []int32) {
	n := l.len()
	clear(s.out[:n])
	clear(s.in[:n])
	clear(s.count[:n])
	for v, c := range comm {
		s.out[c] += l.out[v]
		if l.directed {
			s.in[c] += l.in[v]
		}
		s.count[c]++
	}
}

// shift moves the strength of v into c (sign 1) or out of it (-1).
func (s *leiden) shift(l *level, v, c int32, sign float64) {
	s.out[c] += sign * l.out[v]
	if l.directed {
		s.in[c] += sign * l.in[v]
	}
	s.count[c] += int32(sign)
}

// move takes nodes from a queue, first all in random order, puts each where it gains most and queues the neighbours
// it left behind. It numbers the communities from 0 and returns how many there are.
func (s *leiden) move(l *level, comm []int32) (int, error) {
	n := l.len()
	queue := s.shuffled(n) // a ring; a node is in it at most once
	queued := s.queued[:n]
	for v := range queued {
		queued[v] = true
	}
	s.strengths(l, comm)
	var free []int32 // numbers without a node
	for c := n - 1; c >= 0; c-- {
		if s.count[c] == 0 {
			free = append(free, int32(c))
		}
	}
	head, waiting := 0, n
	for steps := 0; waiting > 0; steps++ {
		if steps&0xffff == 0 && s.ctx.Err() != nil {
			return 0, s.ctx.Err()
		}
		v := queue[head]
		if head++; head == n {
			head = 0
		}
		waiting--
		queued[v] = false
		old := comm[v]
		c := s.best(l, comm, v)
		if c == old {
			continue
		}
		if c < 0 { // a community of its own; there is a free number, for old holds another node
			c, free = free[len(free)-1], free[:len(free)-1]
		}
		s.shift(l, v, old, -1)
		s.shift(l, v, c, 1)
		comm[v] = c
		if s.count[old] == 0 {
			free = append(free, old)
		}
		for _, w := range l.heads[l.rows[v]:l.rows[v+1]] {
			if comm[w] != c && !queued[w] {
				queued[w] = true
				tail := head + waiting
				if tail >= n {
					tail -= n
				}
				queue[tail] = w
				waiting++
			}
		}
	}
	return s.compact(comm, n), nil
}

// best returns the community in which v gains most, its own unless another is better, -1 for one of its own.
func (s *leiden) best(l *level, comm []int32, v int32) int32 {
	near, touched, own := s.near, s.touched[:0], comm[v]
	lo, hi := l.rows[v], l.rows[v+1]
	heads, weights := l.heads[lo:hi], l.weights[lo:hi]
	for i, w := range heads {
		c := comm[w]
		if near[c] == 0 {
			touched = append(touched, c)
		}
		near[c] += weights[i]
	}
	s.touched = touched
	out, in := l.out[v], l.in[v]
	top, gain := own, near[own]-s.cost(out, in, s.out[own]-out, s.in[own]-in)
	margin := slack * (out + in)
	if gain < -margin && s.count[own] > 1 {
		top, gain = -1, 0
	}
	for _, c := range touched {
		if c != own {
			if x := near[c] - s.cost(out, in, s.out[c], s.in[c]); x > gain+margin {
				top, gain = c, x
			}
		}
		near[c] = 0
	}
	return top
}

// compact numbers communities from 0 in the order of their first node and returns how many there are.
func (s *leiden) compact(comm []int32, n int) int {
	number := s.count[:n]
	for c := range number {
		number[c] = -1
	}
	k := int32(0)
	for v, c := range comm {
		if number[c] < 0 {
			number[c] = k
			k++
		}
		comm[v] = number[c]
	}
	return int(k)
}

// refine parts each community: its nodes start alone, and a node that is alone and well connected to the rest of the
// community joins the well connected part where it gains most. It returns the part of each node and their number.
func (s *leiden) refine(l *level, comm []int32, k int) (fine []int32, parts int, err error) {
	n := l.len()
	s.strengths(l, comm)
	whole := append([]float64(nil), s.out[:k]...)
	wholeIn := whole
	if l.directed {
		wholeIn = append([]float64(nil), s.in[:k]...)
	}
	fine = make([]int32, n)
	rest := make([]float64, n) // weight from each part to the rest of its community
	for v := range fine {
		fine[v] = int32(v)
		for i := l.rows[v]; i < l.rows[v+1]; i++ {
			if comm[l.heads[i]] == comm[v] {
				rest[v] += l.weights[i]
			}
		}
	}
	s.strengths(l, fine)
	near := s.near
	for i, v := range s.shuffled(n) {
		if i&0xffff == 0 && s.ctx.Err() != nil {
			return nil, 0, s.ctx.Err()
		}
		own, out, in := comm[v], l.out[v], l.in[v]
		if s.count[v] != 1 || rest[v] < s.cost(out, in, whole[own]-out, wholeIn[own]-in) {
			continue
		}
		touched := s.touched[:0]
		for i := l.rows[v]; i < l.rows[v+1]; i++ {
			if w := l.heads[i]; comm[w] == own {
				if near[fine[w]] == 0 {
					touched = append(touched, fine[w])
				}
				near[fine[w]] += l.weights[i]
			}
		}
		s.touched = touched
		to, gain, link, sum := v, slack*(out+in), 0.0, 0.0
		for _, f := range touched {
			x := near[f] - s.cost(out, in, s.out[f], s.in[f])
			if x > gain && rest[f] >= s.cost(s.out[f], s.in[f], whole[own]-s.out[f], wholeIn[own]-s.in[f]) {
				if sum += x; !s.wild {
					to, gain, link = f, x, near[f]
				} else if s.r.Float64()*sum < x {
					to, link = f, near[f]
				}
			}
			near[f] = 0
		}
		if to != v {
			s.shift(l, v, v, -1)
			s.shift(l, v, to, 1)
			rest[to] += rest[v] - 2*link
			fine[v] = to
		}
	}
	return fine, s.compact(fine, n), nil
}
