package density

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	spatial "milieu/internal/spatial/density"
	"milieu/internal/stat"
)

// Settings say how clusters of firms are found and tested.
type Settings struct {
	// MinPoints is the least number of firms of a dense place and, unless MinSize says otherwise, of a cluster.
	MinPoints int
	// MinSize is the least number of firms of a cluster; MinPoints when zero.
	MinSize int
	// Cap is the most that the firms on one position count, so that one postcode full of firms is no cluster by itself.
	Cap int
	// MaxShare is the largest share of a sector that one cluster may hold; more is cut into its parts where it has any.
	MaxShare float64
	// ApartM is the distance below which clusters are not told apart, in metres; 0 tells all apart.
	ApartM float64
	// ReachM is how far around its members a cluster reaches, in metres: whose nearest firm of the sector is a member and not
	// farther counts as there.
	ReachM float64
	// Rounds is how many subsamples the stability is taken from.
	Rounds int
	// Shuffles is how many times the labels are shuffled, at most.
	Shuffles int
	// Budget is how many positions all shuffles of a sector may cluster together; large sectors are shuffled less, but
	// never fewer than leastShuffles times.
	Budget int
	Seed   uint64
}

// leastShuffles allows a p-value of 0.05 exactly.
const leastShuffles = 19

// shuffles is how many times a sector on so many positions is shuffled.
func (s Settings) shuffles(positions int) int {
	return max(min(s.Shuffles, leastShuffles), min(s.Shuffles, s.Budget/max(1, positions)))
}

// rounds is how many subsamples a sector on so many positions is clustered in: fewer, but at least ten, for large ones.
func (s Settings) rounds(positions int) int {
	return max(min(s.Rounds, 10), min(s.Rounds, s.Budget/5/max(1, positions)))
}

// ground is where all organisations are: the distinct positions on the British National Grid in metres, and for each
// organisation its positions.
type ground struct {
	x, y  []float64
	first []int32 // by organisation and one more: where its positions begin in at
	at    []int32 // positions
	// alone counts by position the organisations that are only there; several are those of more than one position.
	alone   []int32
	several []int
}

// settle counts what does not depend on the sector; it is called once all organisations are there.
func (g *ground) settle() {
	g.alone, g.several = make([]int32, len(g.x)), nil
	for org := range g.organisations() {
		if p := g.places(org); len(p) == 1 {
			g.alone[p[0]]++
		} else {
			g.several = append(g.several, org)
		}
	}
}

func (g *ground) organisations() int { return len(g.first) - 1 }

func (g *ground) places(org int) []int32 { return g.at[g.first[org]:g.first[org+1]] }

// found is the clusters of a set of organisations.
type found struct {
	in      []bool          // by organisation: is one of the sector
	count   []int32         // by position: organisations of the sector
	alone   []int32         // by position: those that are only there
	cluster []int           // by position: of the sector's positions, the cluster or noise
	reach   []int           // by position: the cluster that reaches it, or noise
	result  spatial.Result  // by the sector's positions
	tested  []concentration // by cluster
	at      []int           // the sector's positions
	n       int
}

// concentration compares a cluster with all organisations there.
type concentration struct {
	own, all int     // organisations of the sector, and all, that the cluster reaches
	expected float64 // of the sector if it had everywhere its share of all
	llr      float64 // Kulldorff's log likelihood ratio; 0 where there are no more than expected
}

func (s Settings) options(n int) spatial.Options {
	o := spatial.Options{MinPoints: float64(s.MinPoints), MinWeight: float64(s.MinSize), MinDistance: s.ApartM}
	if s.MaxShare > 0 {
		o.MaxWeight = max(s.MaxShare*float64(n), 2*float64(max(s.MinSize, s.MinPoints)))
	}
	return o
}

// weigh is the points of the sector's positions, each counting its firms up to the cap.
func (s Settings) weigh(g *ground, count []int32) ([]int, spatial.Points) {
	var at []int
	var p spatial.Points
	for i, n := range count {
		if n > 0 {
			at = append(at, i)
			p.X, p.Y, p.Weight = append(p.X, g.x[i]), append(p.Y, g.y[i]), append(p.Weight, float64(min(int(n), s.Cap)))
		}
	}
	return at, p
}

// find clusters the organisations marked in, and counts what each cluster reaches.
func (s Settings) find(ctx context.Context, g *ground, in []bool) (*found, error) {
	f := &found{in: in, count: make([]int32, len(g.x)), alone: make([]int32, len(g.x))}
	for org, is := range in {
		if !is {
			continue
		}
		f.n++
		places := g.places(org)
		for _, at := range places {
			f.count[at]++
		}
		if len(places) == 1 {
			f.alone[places[0]]++
		}
	}
	at, p := s.weigh(g, f.count)
	f.at = at
	var err error
	if f.result, err = spatial.HDBSCAN(ctx, p, s.options(weightOf(p))); err != nil {
		return nil, fmt.Errorf("clusters of %d positions: %w", len(at), err)
	}
	near, err := spatial.Nearest(ctx, p, g.x, g.y, s.ReachM)
	if err != nil {
		return nil, fmt.Errorf("what %d positions reach: %w", len(at), err)
	}
	f.cluster, f.reach = slices.Repeat([]int{spatial.Noise}, len(g.x)), slices.Repeat([]int{spatial.Noise}, len(g.x))
	for i, k := range at {
		f.cluster[k] = f.result.Label[i]
	}
	for i, k := range near {
		if k >= 0 {
			f.reach[i] = f.result.Label[k]
		}
	}
	f.compare(g)
	return f, nil
}

// compare counts for each cluster the organisations that it reaches, each once.
func (f *found) compare(g *ground) {
	f.tested = make([]concentration, len(f.result.Clusters))
	for at, k := range f.reach {
		if k >= 0 {
			f.tested[k].all += int(g.alone[at])
			f.tested[k].own += int(f.alone[at])
		}
	}
	for _, org := range g.several {
		places := g.places(org)
		for i, at := range places {
			k := f.reach[at]
			if k < 0 || slices.ContainsFunc(places[:i], func(b int32) bool { return f.reach[b] == k }) {
				continue
			}
			f.tested[k].all++
			if f.in[org] {
				f.tested[k].own++
			}
		}
	}
	for k := range f.tested {
		c := &f.tested[k]
		c.expected = float64(f.n) * float64(c.all) / float64(g.organisations())
		c.llr = likelihoodRatio(c.own, c.all, f.n, g.organisations())
	}
}

// likelihoodRatio is Kulldorff's log likelihood ratio of the Bernoulli model (Kulldorff, "A spatial scan statistic",
// Communications in Statistics 26, 1997): how much better two shares, inside and outside, explain own of all inside and n
// of total altogether than one does; 0 where the share inside is not the greater.
func likelihoodRatio(own, all, n, total int) float64 {
	c, m, nn, tt := float64(own), float64(all), float64(n), float64(total)
	if all == 0 || c*tt <= nn*m {
		return 0
	}
	if all >= total {
		return 0
	}
	h := func(k, of float64) float64 { return xlog(k, of) + xlog(of-k, of) }
	return h(c, m) + h(nn-c, tt-m) - h(nn, tt)
}

// xlog is k ln(k/of), 0 for none.
func xlog(k, of float64) float64 {
	if k <= 0 {
		return 0
	}
	return k * math.Log(k/of)
}

// chance is the greatest log likelihood ratio of any cluster in each shuffle of the labels over all organisations, sorted. The
// k-th shuffle depends on seed and k alone; they are made side by side. Done is told how many are ready.
func (s Settings) chance(ctx context.Context, g *ground, in []bool, shuffles int, done func(n int)) ([]float64, error) {
	out, faults := make([]float64, shuffles), make([]error, shuffles)
	var next atomic.Int64
	var ready int
	var lock sync.Mutex
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), shuffles) {
		wg.Go(func() {
			for k := int(next.Add(1)) - 1; k < shuffles; k = int(next.Add(1)) - 1 {
				out[k], faults[k] = s.shuffle(ctx, g, in, uint64(k)+1)
				lock.Lock()
				ready++
				done(ready)
				lock.Unlock()
			}
		})
	}
	wg.Wait()
	for k, err := range faults {
		if err != nil {
			return nil, fmt.Errorf("shuffle %d: %w", k+1, err)
		}
	}
	slices.Sort(out)
	return out, nil
}

// shuffle is the greatest log likelihood ratio in one shuffle.
func (s Settings) shuffle(ctx context.Context, g *ground, in []bool, nth uint64) (float64, error) {
	f, err := s.find(ctx, g, shuffled(in, rand.New(rand.NewPCG(s.Seed, nth))))
	if err != nil {
		return 0, err
	}
	var most float64
	for _, c := range f.tested {
		most = max(most, c.llr)
	}
	return most, nil
}

// shuffled gives the labels to as many organisations, each equally likely.
func shuffled(in []bool, r *rand.Rand) []bool {
	n := 0
	for _, is := range in {
		if is {
			n++
		}
	}
	out := make([]bool, len(in))
	draw, mark := n, true
	if 2*n > len(in) { // draw those that go without
		for i := range out {
			out[i] = true
		}
		draw, mark = len(in)-n, false
	}
	for draw > 0 {
		if i := r.IntN(len(in)); out[i] != mark {
			out[i] = mark
			draw--
		}
	}
	return out
}

// pValue is the share of the shuffles, the data themselves counted among them, whose greatest ratio is as large: the
// chance that any cluster at all would look like this one.
func pValue(llr float64, chance []float64) float64 {
	below, _ := slices.BinarySearch(chance, llr)
	return float64(len(chance)-below+1) / float64(len(chance)+1)
}

// highestP is the upper end of what so many shuffles leave open about a p-value (Wilson 95 %).
func highestP(p float64, shuffles int) float64 {
	if shuffles == 0 {
		return 1
	}
	as := int(math.Round(p*float64(shuffles+1))) - 1
	return stat.WilsonInterval(as, shuffles, 0.95).Hi
}

// enoughShuffles is how many shuffles make the interval of a p-value narrow enough to be held against the level.
const enoughShuffles = 99

// moreThanChance says that a p-value is at most the level, and that another seed would hardly say otherwise: with enough
// shuffles the upper end of its interval must be at most the level, too.
func moreThanChance(p float64, shuffles int) bool {
	return p <= significant && (shuffles < enoughShuffles || highestP(p, shuffles) <= significant)
}
