package density

import (
	"fmt"
	"math/rand/v2"
)

// Resampling says how often and how thinly Jaccard draws.
type Resampling struct {
	Rounds int     // 20 when zero
	Share  float64 // of the points in each round; 0.8 when zero
	Seed   uint64
}

func (r Resampling) withDefaults() Resampling {
	if r.Rounds == 0 {
		r.Rounds = 20
	}
	if r.Share == 0 {
		r.Share = 0.8
	}
	return r
}

// Jaccard returns for each of the clusters of a labelling how well it is found again in a part of the points: the mean
// over rounds of the greatest Jaccard similarity of the cluster, as far as it was drawn, with a cluster of the sample
// (Hennig, "Cluster-wise assessment of cluster stability", Computational Statistics & Data Analysis 52, 2007, scheme
// "subset"). Hennig reads 0.75 and above as stable, below 0.6 as not to be trusted. Each round draws its share of the
// points without replacement; again clusters the drawn points, which come in ascending order, and returns a label for
// each. A round that draws no point of a cluster does not count for it. Same seed, same result.
func Jaccard(label []int, clusters int, r Resampling, again func(rows []int) ([]int, error)) ([]float64, error) {
	r = r.withDefaults()
	if !(r.Share > 0 && r.Share <= 1) || r.Rounds < 0 {
		return nil, fmt.Errorf("density: subsampling of %v of the points in %d rounds is not possible", r.Share, r.Rounds)
	}
	sum, rounds := make([]float64, clusters), make([]float64, clusters)
	for b := range r.Rounds {
		rows := drawn(len(label), int(r.Share*float64(len(label))+0.5), rand.New(rand.NewPCG(r.Seed, uint64(b))))
		found, err := again(rows)
		if err != nil {
			return nil, fmt.Errorf("density: cluster subsample %d: %w", b+1, err)
		}
		size, match := matches(label, clusters, rows, found)
		for k := range sum {
			if size[k] > 0 {
				sum[k] += match[k]
				rounds[k]++
			}
		}
	}
	for k := range sum {
		if rounds[k] > 0 {
			sum[k] /= rounds[k]
		}
	}
	return sum, nil
}

// drawn is k of the numbers 0..n-1 in ascending order, each set equally likely (Knuth's selection sampling).
func drawn(n, k int, r *rand.Rand) []int {
	rows := make([]int, 0, k)
	for i := range n {
		if r.Float64()*float64(n-i) < float64(k-len(rows)) {
			rows = append(rows, i)
		}
	}
	return rows
}

// matches is the size of each cluster in the sample and its best Jaccard similarity with a cluster of the sample.
func matches(label []int, clusters int, rows, found []int) (size, best []float64) {
	size, best = make([]float64, clusters), make([]float64, clusters)
	foundSize, both := map[int]float64{}, map[[2]int]float64{}
	for i, row := range rows {
		a, b := label[row], found[i]
		if a != Noise {
			size[a]++
		}
		if b != Noise {
			foundSize[b]++
		}
		if a != Noise && b != Noise {
			both[[2]int{a, b}]++
		}
	}
	for pair, n := range both {
		a, b := pair[0], pair[1]
		best[a] = max(best[a], n/(size[a]+foundSize[b]-n))
	}
	return size, best
}
