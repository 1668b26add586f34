package cli

import (
	"context"
	"flag"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/graph"
)

// networkMethods are the methods of calc on the kernel graph.
func networkMethods() []method {
	return []method{
		{"network", "from,to[,weight]", "node,value (pairs from,to,value; bridges from,to; communities node,community; of the whole measure,value; brokerage node,group and roles; scan resolution,groups,modularity,ami,vi,plateau)",
			"Measures of a network. Parallel ties add their weights; ties of a node with itself are dropped and counted on standard error. Weights are strengths: paths use 1/weight. " +
				"degree: neighbours (strength with --weighted; ties in and out together with --directed). betweenness: Brandes 2001, each unordered pair once. closeness: Wasserman and Faust; harmonic: sum of 1/distance; directed, both by distances towards the node. " +
				"pagerank: damping 0.85, sum 1. eigenvector: length 1. constraint, effective-size: Burt; empty for a node without ties. core: k-core number. clustering: share of closed pairs. components: from 0 by size, directions left aside. " +
				"articulation: only the nodes that hold a component together, each with 1. bridges: the ties that do. " +
				"common-neighbours, jaccard, adamic-adar, resource-allocation, preferential-attachment: every pair without a tie and with a score above 0; with --weighted in their weighted form. " +
				"communities: Leiden on modularity, from 0 by size; modularity: of those communities; scan: communities over resolutions, with the agreement of repeated runs. " +
				"brokerage: Gould and Fernandez' roles, with --groups; undirected ties count both ways. transitivity, assortativity, density: of the whole network.", calcNetwork},
	}
}

// networkFlags are what a call of calc network asks for.
type networkFlags struct {
	measure                        string
	directed, weighted, normalised bool
	resolution                     float64
	seed                           uint64
	sample                         int
	error                          float64
	groups                         string
}

// networkMeasure makes the table of one measure.
type networkMeasure func(ctx context.Context, n networkRun) ([]string, [][]string, error)

// networkRun is a network that was read, with what was asked.
type networkRun struct {
	networkFlags
	g *graph.Graph
	t csvTable
}

// networkMeasures are the measures by the name of --measure.
func networkMeasures() map[string]networkMeasure {
	all := map[string]networkMeasure{
		"betweenness": networkBetweenness, "components": networkComponents, "articulation": networkArticulation, "bridges": networkBridges,
		"communities": networkCommunities, "modularity": networkModularity, "scan": networkScan, "brokerage": networkBrokerage,
		"density": ofWhole(func(n networkRun) float64 { return graph.Density(n.g) }), "transitivity": ofWhole(func(n networkRun) float64 { return graph.Transitivity(n.g) }),
		"assortativity": ofWhole(func(n networkRun) float64 { return graph.Assortativity(n.g) }),
	}
	for name, f := range nodeMeasures {
		all[name] = nodeValues(f)
	}
	for name, p := range pairMeasures {
		all[name] = networkPairs(p)
	}
	return all
}

func calcNetwork(fs *flag.FlagSet) calcRun {
	measures := networkMeasures()
	var names []string
	for name := range measures {
		names = append(names, name)
	}
	slices.Sort(names)
	var f networkFlags
	fs.StringVar(&f.measure, "measure", "degree", "the `MEASURE`: "+strings.Join(names, ", "))
	fs.BoolVar(&f.directed, "directed", false, "ties have a direction")
	fs.BoolVar(&f.weighted, "weighted", false, "use the weight column: strength, and paths over 1/weight")
	fs.BoolVar(&f.normalised, "normalised", false, "divide betweenness by the number of pairs, (n-1)(n-2)/2 (twice that when directed), degree and harmonic by n-1")
	fs.Float64Var(&f.resolution, "resolution", 1, "resolution `G` of communities and modularity: more makes smaller communities")
	fs.Uint64Var(&f.seed, "seed", 1, "`SEED` of communities, scan, --sample and --error")
	fs.IntVar(&f.sample, "sample", 0, "estimate betweenness from `N` sources drawn at random; adds the column stderr")
	fs.Float64Var(&f.error, "error", 0, "estimate betweenness from as many sources as keep every error below the `SHARE` of the pairs, with 95 % confidence, and the standard error of the ten highest below that share of their value; adds the column stderr")
	fs.StringVar(&f.groups, "groups", "", "`FILE` with node,group, for brokerage")
	return func(ctx context.Context, t csvTable) ([]string, [][]string, error) {
		run, ok := measures[f.measure]
		if !ok {
			return nil, nil, usagef("there is no measure %q; take one of %s", f.measure, strings.Join(names, ", "))
		}
		if err := f.check(); err != nil {
			return nil, nil, err
		}
		g, err := t.network(f.directed, f.weighted)
		if err != nil {
			return nil, nil, err
		}
		return run(ctx, networkRun{f, g, t})
	}
}

func (f networkFlags) check() error {
	_, pairs := pairMeasures[f.measure]
	switch {
	case !(f.resolution > 0) || math.IsInf(f.resolution, 0):
		return usagef("resolution is %v; it is a number above 0", f.resolution)
	case f.sample < 0:
		return usagef("sample is %d; it is a number of sources", f.sample)
	case f.sample > 0 && f.measure != "betweenness":
		return usagef("--sample is of betweenness, not of %s", f.measure)
	case f.error < 0 || f.error >= 1 || math.IsNaN(f.error):
		return usagef("error is %v; it is a share from 0 to 1", f.error)
	case f.error > 0 && (f.measure != "betweenness" || f.sample > 0):
		return usagef("--error is of betweenness, in place of --sample")
	case f.groups != "" && f.measure != "brokerage":
		return usagef("--groups is of brokerage, not of %s", f.measure)
	case f.groups == "" && f.measure == "brokerage":
		return usagef("brokerage needs --groups FILE with node,group")
	case pairs && f.directed:
		return usagef("%s scores pairs without regard to direction: leave out --directed", f.measure)
	}
	return nil
}

// network reads from,to[,weight].
func (t csvTable) network(directed, weighted bool) (*graph.Graph, error) {
	at, err := t.columns("from", "to")
	if err != nil {
		return nil, err
	}
	weight, has := t.header["weight"]
	if weighted && !has {
		return nil, fmt.Errorf("%s:1: --weighted needs a column \"weight\"", t.name)
	}
	if has && slices.Contains(t.twice, "weight") {
		return nil, fmt.Errorf("%s:1: column \"weight\" stands twice; rename or remove one", t.name)
	}
	edges := make([]graph.Edge, len(t.rows))
	for i, row := range t.rows {
		e := graph.Edge{From: strings.TrimSpace(row[at[0]]), To: strings.TrimSpace(row[at[1]]), Weight: 1}
		if has {
			if e.Weight, err = t.number(i, weight, "weight"); err != nil {
				return nil, err
			}
		}
		if e.From == "" || e.To == "" || e.Weight <= 0 {
			return nil, fmt.Errorf("%s:%d: a tie has two names and a weight above 0", t.name, t.lines[i])
		}
		if e.Weight < 1e-300 {
			return nil, fmt.Errorf("%s:%d: weight is %v; the least that can be reckoned with is 1e-300", t.name, t.lines[i], e.Weight)
		}
		edges[i] = e
	}
	if len(edges) == 0 {
		return nil, t.noRows()
	}
	g, err := graph.New(edges, graph.Options{Directed: directed})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.name, err)
	}
	if n := g.Loops(); n > 0 {
		t.warn("%d ties of a node with itself were dropped", n)
	}
	return g, nil
}

// nodeMeasures have one value a node.
var nodeMeasures = map[string]func(ctx context.Context, n networkRun) ([]float64, error){
	"degree": func(_ context.Context, n networkRun) ([]float64, error) {
		if n.weighted {
			return n.perOther(graph.Strength(n.g)), nil
		}
		return n.perOther(floats(graph.Degree(n.g))), nil
	},
	"closeness": func(ctx context.Context, n networkRun) ([]float64, error) {
		return graph.Closeness(ctx, n.g, n.weighted)
	},
	"harmonic": func(ctx context.Context, n networkRun) ([]float64, error) {
		v, err := graph.Harmonic(ctx, n.g, n.weighted)
		return n.perOther(v), err
	},
	"pagerank": func(_ context.Context, n networkRun) ([]float64, error) {
		return graph.PageRank(n.g, graph.PageRankOptions{Weighted: n.weighted}), nil
	},
	"eigenvector": func(_ context.Context, n networkRun) ([]float64, error) { return graph.Eigenvector(n.g, n.weighted) },
	"constraint": func(_ context.Context, n networkRun) ([]float64, error) {
		return graph.Constraint(n.g, n.weighted), nil
	},
	"effective-size": func(_ context.Context, n networkRun) ([]float64, error) {
		return graph.EffectiveSize(n.g, n.weighted), nil
	},
	"core": func(_ context.Context, n networkRun) ([]float64, error) { return floats(graph.Core(n.g)), nil },
	"clustering": func(_ context.Context, n networkRun) ([]float64, error) {
		return graph.Clustering(n.g, n.weighted), nil
	},
}

// perOther divides by the number of other nodes, where that was asked for.
func (n networkRun) perOther(values []float64) []float64 {
	if n.normalised && n.g.Len() > 1 {
		for v := range values {
			values[v] /= float64(n.g.Len() - 1)
		}
	}
	return values
}

func floats(list []int) []float64 {
	out := make([]float64, len(list))
	for i, v := range list {
		out[i] = float64(v)
	}
	return out
}

// nodeValues writes node,value.
func nodeValues(f func(context.Context, networkRun) ([]float64, error)) networkMeasure {
	return func(ctx context.Context, n networkRun) ([]string, [][]string, error) {
		values, err := f(ctx, n)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", n.t.name, err)
		}
		out := make([][]string, len(values))
		for v, x := range values {
			out[v] = []string{n.g.Name(v), orEmpty(x)}
		}
		return []string{"node", "value"}, out, nil
	}
}

// ofWhole writes one row, measure,value.
func ofWhole(f func(networkRun) float64) networkMeasure {
	return func(_ context.Context, n networkRun) ([]string, [][]string, error) {
		return []string{"measure", "value"}, [][]string{{n.measure, orEmpty(f(n))}}, nil
	}
}

func networkBetweenness(ctx context.Context, n networkRun) ([]string, [][]string, error) {
	if n.sample == 0 && n.error == 0 {
		return nodeValues(func(ctx context.Context, n networkRun) ([]float64, error) {
			return graph.Betweenness(ctx, n.g, graph.BetweennessOptions{Weighted: n.weighted, Normalised: n.normalised})
		})(ctx, n)
	}
	s, err := graph.BetweennessSampled(ctx, n.g, graph.SampleOptions{Weighted: n.weighted, Normalised: n.normalised, Seed: n.seed, Pivots: n.sample, Epsilon: n.error, Relative: n.error})
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", n.t.name, err)
	}
	n.t.warn("%d of %d sources; all values are within %.3g of the pairs with confidence %v", s.Pivots, s.Of, s.Epsilon, s.Confidence)
	out := make([][]string, n.g.Len())
	for v := range out {
		out[v] = []string{n.g.Name(v), full(s.Values[v]), full(s.StdErr[v])}
	}
	return []string{"node", "value", "stderr"}, out, nil
}

func networkComponents(_ context.Context, n networkRun) ([]string, [][]string, error) {
	return n.labels("value", graph.Components(n.g))
}

// labels writes a number a node.
func (n networkRun) labels(column string, of []int) ([]string, [][]string, error) {
	out := make([][]string, len(of))
	for v, c := range of {
		out[v] = []string{n.g.Name(v), strconv.Itoa(c)}
	}
	return []string{"node", column}, out, nil
}

func networkArticulation(_ context.Context, n networkRun) ([]string, [][]string, error) {
	var out [][]string
	for _, v := range graph.ArticulationPoints(n.g) {
		out = append(out, []string{n.g.Name(int(v)), "1"})
	}
	return []string{"node", "value"}, out, nil
}

func networkBridges(_ context.Context, n networkRun) ([]string, [][]string, error) {
	var out [][]string
	for _, b := range graph.Bridges(n.g) {
		out = append(out, []string{n.g.Name(int(b[0])), n.g.Name(int(b[1]))})
	}
	return []string{"from", "to"}, out, nil
}

// pairMeasures score pairs without a tie.
var pairMeasures = map[string]graph.Predictor{
	"common-neighbours": graph.CommonNeighbours, "jaccard": graph.Jaccard, "adamic-adar": graph.AdamicAdar,
	"resource-allocation": graph.ResourceAllocation, "preferential-attachment": graph.PreferentialAttachment,
}

func networkPairs(p graph.Predictor) networkMeasure {
	return func(ctx context.Context, n networkRun) ([]string, [][]string, error) {
		s, err := graph.NewScorer(n.g, p, n.weighted)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", n.t.name, err)
		}
		var out [][]string
		err = s.Each(ctx, func(c graph.Candidate) bool {
			out = append(out, []string{n.g.Name(int(c.A)), n.g.Name(int(c.B)), orEmpty(c.Value)})
			return true
		})
		return []string{"from", "to", "value"}, out, err
	}
}

func (n networkRun) leiden(ctx context.Context) (graph.Partition, error) {
	p, err := graph.Leiden(ctx, n.g, graph.LeidenOptions{Resolution: n.resolution, Seed: n.seed, Weighted: n.weighted})
	if err != nil {
		err = fmt.Errorf("%s: %w", n.t.name, err)
	}
	return p, err
}

func networkCommunities(ctx context.Context, n networkRun) ([]string, [][]string, error) {
	p, err := n.leiden(ctx)
	if err != nil {
		return nil, nil, err
	}
	return n.labels("community", p.Of)
}

func networkModularity(ctx context.Context, n networkRun) ([]string, [][]string, error) {
	p, err := n.leiden(ctx)
	if err != nil {
		return nil, nil, err
	}
	return []string{"measure", "value"}, [][]string{{"modularity", orEmpty(p.Quality)}}, nil
}

func networkScan(ctx context.Context, n networkRun) ([]string, [][]string, error) {
	scan, err := graph.ScanResolution(ctx, n.g, graph.ScanOptions{Seed: n.seed, Weighted: n.weighted})
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", n.t.name, err)
	}
	out := make([][]string, len(scan.Steps))
	for i, s := range scan.Steps {
		out[i] = []string{full(s.Resolution), strconv.Itoa(s.Groups), orEmpty(s.Modularity), orEmpty(s.AMI), orEmpty(s.VI), strconv.Itoa(s.Plateau)}
	}
	return []string{"resolution", "groups", "modularity", "ami", "vi", "plateau"}, out, nil
}
