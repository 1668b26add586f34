package workshop

import (
	"context"
	"fmt"
	"math"

	"milieu/internal/mcda"
)

// How results are drawn. The seed is fixed, so that the same workshop on the same release gives the same figures.
const (
	mostDraws = 10_000 // a share is right to within 1 point
	allDraws  = 2_000_000
	Seed      = 1
	Level     = 0.90 // of ranges of ranks
)

// Report is what the weights and values of a workshop allow to say.
type Report struct {
	Workshop Workshop
	Cells    [][]Cell    // by option and criterion
	Values   [][]float64 // of the cells as they stand, between 0 and 1; NaN where nothing is known
	All      View        // over all weights that there could be
	Each     []View      // by stakeholder, in the order of Workshop.Weights
	Warnings []Warning
}

// View is what follows from one set of weights, or from all.
type View struct {
	Stakeholder string // id; "" of all weights
	Name        string
	Shares      []float64 // weights as they stand; nil of all weights, and where no criterion has points
	Missing     []string  // criteria for which the stakeholder has no points
	Result      mcda.Result
	Best, Worst []int            // ranks of each option that nine of ten draws lie between
	Value       []float64        // at the weights and values as they stand, 0 to 1; what is not known counts half
	Put         []mcda.Change    // the least change of weights that puts each option first, values as they stand
	Dominated   [][]int          // options that dominate each, by place: whatever the weights, and with values as far apart as their ranges go
	Moves       [][]mcda.Stretch // by option and criterion: between which weights of the criterion it is first
}

// Draws is how many draws results come from: 10,000, and fewer where there are more than 200 values to draw.
func (s Setup) Draws() int { return s.draws(mostDraws, allDraws) }

func (s Setup) draws(most, all int) int {
	return max(500, min(most, all/max(1, len(s.Options)*len(s.Criteria))))
}

// Within is to within how many points a share of so many draws is right, in 19 of 20 cases.
func Within(draws int) int { return int(math.Ceil(100 / math.Sqrt(float64(draws)))) }

// Ready says whether there is enough to reckon: two options and a criterion.
func (w Workshop) Ready() bool { return len(w.Setup.Options) >= 2 && len(w.Setup.Criteria) >= 1 }

// Reckon reckons a workshop by what evidence says.
func Reckon(ctx context.Context, w Workshop, f Facts) (Report, error) {
	r := Report{Workshop: w}
	if !w.Ready() {
		return r, nil
	}
	p, cells, err := w.Setup.Problem(f)
	if err != nil {
		return r, err
	}
	r.Cells, r.Values = cells, values(p, cells)
	if r.All, err = view(ctx, p, w.Setup.Draws(), r.Values, nil); err != nil {
		return r, err
	}
	for _, s := range w.Weights {
		set, missing := s.set(w.Setup)
		p.Weights = set
		v, err := view(ctx, p, w.Setup.Draws(), r.Values, s.Shares(w.Setup))
		if err != nil {
			return r, fmt.Errorf("weights of %s: %w", s.Name, err)
		}
		v.Stakeholder, v.Name = s.ID, s.Name
		for _, c := range missing {
			v.Missing = append(v.Missing, c.Name)
		}
		r.Each = append(r.Each, v)
	}
	r.Warnings = r.warn()
	return r, nil
}

// values are the cells as they stand, by value function.
func values(p mcda.Problem, cells [][]Cell) [][]float64 {
	out := make([][]float64, len(cells))
	for i, row := range cells {
		out[i] = make([]float64, len(row))
		for j, c := range row {
			if out[i][j] = math.NaN(); c.Known {
				out[i][j] = p.Functions[j].At(c.Value)
			}
		}
	}
	return out
}

// central puts the middle in the place of what is not known.
func central(values [][]float64) [][]float64 {
	out := make([][]float64, len(values))
	for i, row := range values {
		out[i] = make([]float64, len(row))
		for j, v := range row {
			if out[i][j] = v; v != v {
				out[i][j] = .5
			}
		}
	}
	return out
}

func view(ctx context.Context, p mcda.Problem, draws int, values [][]float64, shares []float64) (View, error) {
	r, err := mcda.Run(ctx, p, mcda.Options{Draws: draws, Seed: Seed, Pairwise: true})
	if err != nil {
		return View{}, err
	}
	v := View{Shares: shares, Result: r, Dominated: p.Dominated(Level)}
	v.Best, v.Worst = mcda.Span(r.Rank, Level)
	middle := central(values)
	weights := shares
	if weights == nil {
		weights = make([]float64, len(p.Functions))
		for j := range weights {
			weights[j] = 1 / float64(len(weights))
		}
	}
	for i, row := range middle {
		v.Value = append(v.Value, mcda.Additive(row, weights))
		change, err := mcda.PutFirst(middle, weights, i)
		if err != nil {
			return v, err
		}
		v.Put = append(v.Put, change)
		v.Moves = append(v.Moves, mcda.FirstBetween(middle, weights, i))
	}
	return v, nil
}

// Sure is from which share of draws on a statement is made as one.
const Sure = 0.95

// Pair is two options of which the first has the higher value, by place.
type Pair struct{ Before, Behind int }

// Common are the pairs of which the first has the higher value in at least 95 of 100 draws under the weights of
// every stakeholder; with none, over all weights.
func (r Report) Common() []Pair {
	views := r.Each
	if len(views) == 0 {
		views = []View{r.All}
	}
	var out []Pair
	for i := range r.Cells {
		for k := range r.Cells {
			always := i != k
			for _, v := range views {
				always = always && v.Result.Pairwise[i][k] >= Sure
			}
			if always {
				out = append(out, Pair{i, k})
			}
		}
	}
	return out
}

// Top are the options whose rank is at most n in at least 95 of 100 draws under the weights of every stakeholder.
func (r Report) Top(n int) []int {
	var out []int
	for i := range r.Cells {
		always := len(r.Each) > 0
		for _, v := range r.Each {
			share := 0.0
			for _, s := range v.Result.Rank[i][:min(n, len(v.Result.Rank[i]))] {
				share += s
			}
			always = always && share >= Sure
		}
		if always {
			out = append(out, i)
		}
	}
	return out
}

// Draws of a preview: enough to play with, and few enough to follow a slider.
const (
	previewDraws    = 2000
	allPreviewDraws = 400_000
)

// Preview reckons what weights that are not kept would come to. Points that are not given count 0.
func Preview(ctx context.Context, w Workshop, f Facts, s Weights) (View, error) {
	if !w.Ready() {
		return View{}, nil
	}
	given := map[string]float64{}
	for _, c := range w.Setup.Criteria {
		given[c.Key] = s.Swings.Points[c.Key]
	}
	s.Swings.Points = given
	shares := s.Shares(w.Setup)
	if shares == nil {
		return View{}, nil
	}
	p, cells, err := w.Setup.Problem(f)
	if err != nil {
		return View{}, err
	}
	p.Weights, _ = s.set(w.Setup)
	r, err := mcda.Run(ctx, p, mcda.Options{Draws: w.Setup.draws(previewDraws, allPreviewDraws), Seed: Seed})
	if err != nil {
		return View{}, err
	}
	v := View{Stakeholder: s.ID, Name: s.Name, Shares: shares, Result: r}
	v.Best, v.Worst = mcda.Span(r.Rank, Level)
	for _, row := range central(values(p, cells)) {
		v.Value = append(v.Value, mcda.Additive(row, shares))
	}
	return v, nil
}
