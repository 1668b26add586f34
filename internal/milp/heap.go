package milp

// maxOpen is the number of open nodes from which the search no longer takes the
// best of them, to hold memory.
const maxOpen = 100_000

// push puts a node on the heap, which has the highest bound on top.
func (s *search) push(nd *node) {
	h := append(s.heap, nd)
	i := len(h) - 1
	for i > 0 {
		up := (i - 1) / 2
		if h[up].bound >= nd.bound {
			break
		}
		h[i] = h[up]
		i = up
	}
	h[i] = nd
	s.heap = h
}

// take removes the node with the highest bound, or when the heap is full its
// last one, which any heap can lose. It returns nil when there is none.
func (s *search) take() *node {
	h := s.heap
	n := len(h) - 1
	if n < 0 {
		return nil
	}
	top, last := h[0], h[n]
	h[n] = nil
	h = h[:n]
	s.heap = h
	if n == 0 || n >= maxOpen {
		return last
	}
	i := 0
	for {
		c := 2*i + 1
		if c >= n {
			break
		}
		if c+1 < n && h[c+1].bound > h[c].bound {
			c++
		}
		if last.bound >= h[c].bound {
			break
		}
		h[i] = h[c]
		i = c
	}
	h[i] = last
	return top
}
