package mcda

import "milieu/internal/chance"

// Ranges are the lowest and the highest value of each option in each criterion, so far as the middle share
// (level) of each distribution goes.
func (p Problem) Ranges(level float64) (lo, hi [][]float64) {
	tail := (1 - level) / 2
	lo, hi = make([][]float64, len(p.Cells)), make([][]float64, len(p.Cells))
	for i, row := range p.Cells {
		lo[i], hi[i] = make([]float64, len(row)), make([]float64, len(row))
		for j, d := range row {
			f := p.Functions[j]
			a, b := f.At(d.At(max(tail, 1e-9))), f.At(d.At(1-max(tail, 1e-9)))
			if d.Kind == chance.Fixed {
				b = a
			}
			lo[i][j], hi[i][j] = min(a, b), max(a, b)
		}
	}
	return lo, hi
}

// Dominates says that an option whose values are at least lo has, whatever the weights of the set, at least the
// value of another whose values are at most hi, and more for some of them. With lo and hi the values themselves and
// the zero WeightSet it is dominance as the textbooks have it.
func Dominates(lo, hi []float64, w WeightSet) bool {
	d := make([]float64, len(lo))
	for j := range d {
		d[j] = lo[j] - hi[j]
	}
	least := w.least(d)
	for j := range d {
		d[j] = -d[j]
	}
	return least >= 0 && w.least(d) < 0
}

// least is the smallest weighted sum of d over the weights of the set; where swings are bounded, a number of
// its sign.
func (w WeightSet) least(d []float64) float64 {
	switch {
	case w.Fixed != nil:
		return Additive(d, w.Fixed)
	case w.Lo != nil:
		sum := 0.0
		for j, v := range d {
			if v > 0 {
				sum += w.Lo[j] * v
			} else {
				sum += w.Hi[j] * v
			}
		}
		return sum
	}
	return w.corner(d)
}

// corner looks at the corners of the weights that keep the chains' orders: the first few of a chain share all
// weight equally, or one that is in no chain has it.
func (w WeightSet) corner(d []float64) float64 {
	chained := make([]bool, len(d))
	least, any := 0.0, false
	take := func(v float64) {
		if !any || v < least {
			least, any = v, true
		}
	}
	for _, c := range w.Chains {
		sum := 0.0
		for k, j := range c {
			chained[j] = true
			sum += d[j]
			take(sum / float64(k+1))
		}
	}
	for j, v := range d {
		if !chained[j] {
			take(v)
		}
	}
	return least
}

// Dominated gives for each option those that dominate it (see Dominates), by place.
func (p Problem) Dominated(level float64) [][]int {
	lo, hi := p.Ranges(level)
	out := make([][]int, len(p.Cells))
	for i := range p.Cells {
		for k := range p.Cells {
			if k != i && Dominates(lo[k], hi[i], p.Weights) {
				out[i] = append(out[i], k)
			}
		}
	}
	return out
}

// Reversal is a pair whose order turns when an option is left out: with it First is before Second,
// without it the other way round.
type Reversal struct{ Left, First, Second int }

// Reversals leaves out one option at a time and tells which pairs of the others change places. The function
// gives the values of the options that are kept, in their order; methods that scale by the options at hand, as
// TOPSIS does, can reverse, the additive value with fixed anchors cannot.
func Reversals(n int, value func(kept []int) ([]float64, error)) ([]Reversal, error) {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	whole, err := value(all)
	if err != nil {
		return nil, err
	}
	var out []Reversal
	for left := range n {
		kept := make([]int, 0, n)
		for i := range n {
			if i != left {
				kept = append(kept, i)
			}
		}
		part, err := value(kept)
		if err != nil {
			return nil, err
		}
		for a, i := range kept {
			for b, k := range kept {
				if whole[i] > whole[k] && part[a] < part[b] {
					out = append(out, Reversal{left, i, k})
				}
			}
		}
	}
	return out, nil
}

// Holistic is the holistic acceptability of each option: its rank acceptabilities weighed by what each rank is
// worth (Lahdelma & Salminen 2001), first rank first. RankOrderCentroid(n) scaled so that the first is 1 is the usual choice.
func Holistic(rank [][]float64, worth []float64) []float64 {
	out := make([]float64, len(rank))
	for i, row := range rank {
		for r, share := range row {
			out[i] += worth[r] * share
		}
	}
	return out
}

// Span is the first and the last rank of each option, counted from 1, so that at most (1−level)/2 of the draws lie on
// either side. A level of 1 gives the best and the worst rank that any draw gave.
func Span(rank [][]float64, level float64) (best, worst []int) {
	tail := (1 - level) / 2
	best, worst = make([]int, len(rank)), make([]int, len(rank))
	for i, row := range rank {
		sum := 0.0
		for r, share := range row {
			if sum += share; sum > tail+1e-12 {
				best[i] = r + 1
				break
			}
		}
		sum = 0
		for r := len(row) - 1; r >= 0; r-- {
			if sum += row[r]; sum > tail+1e-12 {
				worst[i] = r + 1
				break
			}
		}
	}
	return best, worst
}
