package graph

import "sync"

// reducer hands on the sums of the chunks in the order of the chunks.
type reducer struct {
	mu      sync.Mutex
	size    int // of a sum
	take    func(chunk int, sum []float64)
	next    int
	waiting map[int][]float64
	free    [][]float64
	// room bounds the sums under way or waiting, and with them the memory.
	room chan struct{}
}

// buffer returns a sum of zeros.
func (r *reducer) buffer() []float64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := len(r.free); n > 0 {
		b := r.free[n-1]
		r.free = r.free[:n-1]
		clear(b)
		return b
	}
	return make([]float64, r.size)
}

func (r *reducer) add(chunk int, sum []float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting[chunk] = sum
	for {
		s, ok := r.waiting[r.next]
		if !ok {
			return
		}
		r.take(r.next, s)
		delete(r.waiting, r.next)
		r.free = append(r.free, s)
		r.next++
		<-r.room
	}
}
