package mcda

import (
	"cmp"
	"context"
	"slices"

	"milieu/internal/chance"
)

// worker is the room of one goroutine.
type worker struct {
	*kernel
	counts, beats       []int64
	weights, gap        []float64
	values, unit, total []float64
	rank                []int
	order               []ranked
}

type ranked struct {
	value float64
	at    int
}

// mostPaired is up to how many options ranks come from comparing all pairs, which needs no branches.
const mostPaired = 48

func newWorker(k *kernel) *worker {
	w := &worker{kernel: k, counts: make([]int64, k.n*k.n), weights: make([]float64, k.m), gap: make([]float64, k.m),
		values: slices.Clone(k.base), unit: make([]float64, k.m), total: make([]float64, k.n), rank: make([]int, k.n)}
	if k.o.Pairwise {
		w.beats = make([]int64, k.n*k.n)
	} else if k.n > mostPaired {
		w.order = make([]ranked, k.n)
	}
	return w
}

// chunk counts the draws of one part; false when ctx has ended.
func (w *worker) chunk(ctx context.Context, c int) bool {
	n, m := w.n, w.m
	first, value := make([]float64, n*m), make([]float64, n)
	s := chance.Stream{Seed: w.o.Seed, Purpose: forWeights}
	from, to := w.o.Draws*c/w.chunks, w.o.Draws*(c+1)/w.chunks
	for d := from; d < to; d++ {
		if (d-from)%1024 == 0 && ctx.Err() != nil {
			return false
		}
		w.p.Weights.draw(s, d, w.weights, w.gap)
		w.totals(w.draw(d), w.weights)
		w.ranks()
		for i, r := range w.rank {
			w.counts[i*n+r]++
			value[i] += w.total[i]
			if r == 0 {
				for j, v := range w.weights {
					first[i*m+j] += v
				}
			}
		}
	}
	w.first[c], w.value[c] = first, value
	return true
}

// draw gives the values of a draw, option by option.
func (w *worker) draw(d int) []float64 {
	if !w.any {
		return w.base
	}
	s := chance.Stream{Seed: w.o.Seed, Purpose: forValues}
	for i, cells := range w.uncertain {
		if len(cells) == 0 {
			continue
		}
		s.Fill(d, i, w.unit)
		for _, j := range cells {
			w.values[i*w.m+j] = w.p.Functions[j].At(w.p.Cells[i][j].At(w.unit[j]))
		}
	}
	return w.values
}

// totals sets the value of each option. All options are summed in the same order, so that equal ones stay equal.
func (w *worker) totals(values, weights []float64) {
	m := len(weights)
	for i := range w.total {
		row := values[i*m : i*m+m : i*m+m]
		s := 0.0
		for j, v := range row {
			s += weights[j] * v
		}
		w.total[i] = s
	}
}

// ranks sets the rank of each option, from 0: how many have a higher value.
func (w *worker) ranks() {
	if w.order != nil {
		w.sorted()
		return
	}
	n := w.n
	clear(w.rank)
	for i := 1; i < n; i++ {
		v, behind := w.total[i], 0
		for j, u := range w.total[:i] {
			up, down := one(v > u), one(u > v)
			w.rank[j] += up
			behind += down
			if w.beats != nil {
				w.beats[i*n+j] += int64(up)
				w.beats[j*n+i] += int64(down)
			}
		}
		w.rank[i] = behind
	}
}

func one(yes bool) int {
	n := 0
	if yes {
		n = 1
	}
	return n
}

func (w *worker) sorted() {
	for i, v := range w.total {
		w.order[i] = ranked{v, i}
	}
	slices.SortFunc(w.order, func(a, b ranked) int { return cmp.Compare(b.value, a.value) })
	for k, o := range w.order {
		if k > 0 && o.value == w.order[k-1].value {
			w.rank[o.at] = w.rank[w.order[k-1].at]
		} else {
			w.rank[o.at] = k
		}
	}
}

func (w *worker) isFirst(i int) bool {
	for _, v := range w.total {
		if v > w.total[i] {
			return false
		}
	}
	return true
}
