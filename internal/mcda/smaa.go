package mcda

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"

	"milieu/internal/chance"
)

// Limits of a problem: what a ranking of people's options can need many times over.
const (
	MostOptions  = 2000
	MostCriteria = 1000
	MostDraws    = 1_000_000_000
)

// What the numbers of a seed are drawn for.
const (
	forWeights = 1
	forValues  = 2
)

// Problem is options by criteria of which values or weights are not known for certain.
type Problem struct {
	Cells     [][]chance.Dist // what is known of each option in each criterion, in the criterion's own unit
	Functions []Function      // a value function each criterion
	Weights   WeightSet
}

// Options of a run.
type Options struct {
	Draws      int
	Seed       uint64
	Pairwise   bool // also reckon how often each option beats each other
	Confidence bool // also reckon confidence factors
	Workers    int  // goroutines; 0 is one a core. The result does not depend on it.
}

// Result is what the draws say. All shares are of draws, so each has the standard error √(p(1−p)/Draws).
type Result struct {
	Draws int
	// Rank[i][r] is how often option i has rank r+1 (rank acceptability). Equal options share the rank,
	// so the shares of a rank need not be 1 together.
	Rank [][]float64
	// Central[i] are the mean weights of the draws in which option i is first; nil where it never is.
	Central [][]float64
	// Confidence[i] is how often i is first with its central weights, over the values alone (at most 10,000 draws of
	// them); NaN where it never is first. Nil unless asked for.
	Confidence []float64
	// Pairwise[i][j] is how often i has the higher value than j; nil unless asked for.
	Pairwise [][]float64
	// Value is the mean value of each option, between 0 and 1.
	Value []float64
}

// Validate says what is wrong with a problem.
func (p Problem) Validate() error {
	n, m := len(p.Cells), len(p.Functions)
	if n == 0 || m == 0 {
		return fmt.Errorf("there are %d options and %d criteria: give at least one of each", n, m)
	}
	if n > MostOptions || m > MostCriteria {
		return fmt.Errorf("%d options and %d criteria: at most %d and %d are taken", n, m, MostOptions, MostCriteria)
	}
	for i, row := range p.Cells {
		if len(row) != m {
			return fmt.Errorf("option %d has %d values for %d criteria", i+1, len(row), m)
		}
		for j, d := range row {
			if err := d.Validate(); err != nil {
				return fmt.Errorf("option %d, criterion %d: %w", i+1, j+1, err)
			}
		}
	}
	return p.Weights.check(m)
}

// Run draws weights and values and counts ranks (SMAA-2: Lahdelma & Salminen 2001; Tervonen & Figueira 2008).
// It fails when the problem is not usable or ctx ends.
func Run(ctx context.Context, p Problem, o Options) (Result, error) {
	if err := p.Validate(); err != nil {
		return Result{}, err
	}
	if o.Draws < 1 || o.Draws > MostDraws {
		return Result{}, fmt.Errorf("%d draws: give from 1 to %d", o.Draws, MostDraws)
	}
	k := newKernel(p, o)
	if err := k.run(ctx); err != nil {
		return Result{}, err
	}
	r := k.result()
	if o.Confidence {
		return r, k.confidence(ctx, &r)
	}
	return r, nil
}

// kernel holds what all goroutines read, and the sums of each chunk of draws.
type kernel struct {
	p         Problem
	o         Options
	n, m      int
	base      []float64 // values of the cells that are certain, option by option
	uncertain [][]int   // criteria of each option that are not
	any       bool
	chunks    int
	counts    []int64     // draws by option and rank
	beats     []int64     // draws by pair
	first     [][]float64 // by chunk: sums of weights by option that is first
	value     [][]float64 // by chunk: sums of values by option
}

// mostChunks is how many parts the draws are cut into. Sums of numbers are made within parts and then in
// the order of the parts, so that they are the same on any number of cores.
const mostChunks = 64

func newKernel(p Problem, o Options) *kernel {
	k := &kernel{p: p, o: o, n: len(p.Cells), m: len(p.Functions)}
	k.base = make([]float64, k.n*k.m)
	k.uncertain = make([][]int, k.n)
	for i, row := range p.Cells {
		for j, d := range row {
			f := p.Functions[j]
			if d.Kind == chance.Fixed || f.Level() || d.At(1e-9) == d.At(1-1e-9) {
				k.base[i*k.m+j] = f.At(d.At(0.5))
				continue
			}
			k.uncertain[i] = append(k.uncertain[i], j)
			k.any = true
		}
	}
	k.chunks = min(mostChunks, (o.Draws+1023)/1024)
	k.counts = make([]int64, k.n*k.n)
	if o.Pairwise {
		k.beats = make([]int64, k.n*k.n)
	}
	k.first, k.value = make([][]float64, k.chunks), make([][]float64, k.chunks)
	return k
}

func (k *kernel) run(ctx context.Context) error {
	workers := k.o.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	var next atomic.Int64
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range min(workers, k.chunks) {
		wg.Go(func() {
			w := newWorker(k)
			for c := int(next.Add(1) - 1); c < k.chunks; c = int(next.Add(1) - 1) {
				if !w.chunk(ctx, c) {
					break
				}
			}
			mu.Lock()
			defer mu.Unlock()
			for x, v := range w.counts {
				k.counts[x] += v
			}
			for x, v := range w.beats {
				k.beats[x] += v
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}

func (k *kernel) result() Result {
	n, m, d := k.n, k.m, float64(k.o.Draws)
	r := Result{Draws: k.o.Draws, Rank: shares(k.counts, n, d), Central: make([][]float64, n), Value: make([]float64, n)}
	if k.o.Pairwise {
		r.Pairwise = shares(k.beats, n, d)
	}
	for i := range n {
		for c := range k.chunks {
			r.Value[i] += k.value[c][i]
		}
		r.Value[i] /= d
		if k.counts[i*n] == 0 {
			continue
		}
		w := make([]float64, m)
		for c := range k.chunks {
			for j := range w {
				w[j] += k.first[c][i*m+j]
			}
		}
		for j := range w {
			w[j] /= float64(k.counts[i*n])
		}
		r.Central[i] = w
	}
	return r
}

func shares(counts []int64, n int, draws float64) [][]float64 {
	out := make([][]float64, n)
	for i := range out {
		out[i] = make([]float64, n)
		for j := range out[i] {
			out[i][j] = float64(counts[i*n+j]) / draws
		}
	}
	return out
}

// confidenceDraws are enough for a share whose standard error is at most half a point.
const confidenceDraws = 10_000

func (k *kernel) confidence(ctx context.Context, r *Result) error {
	r.Confidence = make([]float64, k.n)
	draws := 1
	if k.any {
		draws = min(k.o.Draws, confidenceDraws)
	}
	w := newWorker(k)
	for d := range draws {
		if d%64 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		values := w.draw(d)
		for i, central := range r.Central {
			if central == nil {
				r.Confidence[i] = math.NaN()
				continue
			}
			w.totals(values, central)
			if w.isFirst(i) {
				r.Confidence[i] += 1 / float64(draws)
			}
		}
	}
	for i, c := range r.Confidence {
		r.Confidence[i] = math.Round(c*float64(draws)) / float64(draws)
	}
	return nil
}

// Totals gives the value of each option in each draw, by option and draw: what Run counts ranks of. Draw i is the
// same in both, and whatever the number of draws.
func Totals(ctx context.Context, p Problem, o Options) ([][]float64, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if o.Draws < 1 || o.Draws > MostDraws {
		return nil, fmt.Errorf("%d draws: give from 1 to %d", o.Draws, MostDraws)
	}
	w := newWorker(newKernel(p, o))
	out := make([][]float64, w.n)
	for i := range out {
		out[i] = make([]float64, o.Draws)
	}
	s := chance.Stream{Seed: o.Seed, Purpose: forWeights}
	for d := range o.Draws {
		if d%256 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		w.p.Weights.draw(s, d, w.weights, w.gap)
		w.totals(w.draw(d), w.weights)
		for i, v := range w.total {
			out[i][d] = v
		}
	}
	return out, nil
}
