package density

import (
	"context"

	spatial "milieu/internal/spatial/density"
)

// drawn is the share of the firms in a subsample.
const drawn = 0.8

// resampled is how well each cluster is found again in four fifths of the sector's firms: the mean over rounds of the
// greatest Jaccard similarity of the firms drawn (Hennig 2007). With a fifth of the firms gone a place is a fifth less
// dense: the least numbers of firms shrink alike. A firm is where its first position is.
func (s Settings) resampled(ctx context.Context, g *ground, f *found) ([]float64, error) {
	var firms []int
	for org, is := range f.in {
		if is && len(g.places(org)) > 0 {
			firms = append(firms, org)
		}
	}
	label := make([]int, len(firms))
	for i, org := range firms {
		label[i] = f.cluster[g.places(org)[0]]
	}
	thin := s
	thin.MinPoints, thin.MinSize = max(2, int(drawn*float64(s.MinPoints)+0.5)), max(2, int(drawn*float64(s.MinSize)+0.5))
	count := make([]int32, len(g.x))
	again := func(rows []int) ([]int, error) {
		clear(count)
		for _, r := range rows {
			for _, at := range g.places(firms[r]) {
				count[at]++
			}
		}
		at, p := s.weigh(g, count)
		res, err := spatial.HDBSCAN(ctx, p, thin.options(weightOf(p)))
		if err != nil {
			return nil, err
		}
		of := make(map[int32]int, len(at))
		for i, k := range at {
			of[int32(k)] = res.Label[i]
		}
		out := make([]int, len(rows))
		for i, r := range rows {
			out[i] = of[g.places(firms[r])[0]]
		}
		return out, nil
	}
	return spatial.Jaccard(label, len(f.result.Clusters), spatial.Resampling{Rounds: s.Rounds, Share: drawn, Seed: s.Seed}, again)
}

func weightOf(p spatial.Points) int {
	var sum float64
	for _, w := range p.Weight {
		sum += w
	}
	return int(sum)
}
