package network

import (
	"context"
	"fmt"

	"milieu/internal/graph"
)

// Community is a group of organisations with more ties among them than chance would give.
type Community struct {
	Number  int
	Members []int32 // nodes of the view
	// Inside and Outside count the pairs of two members, and of a member and somebody else.
	Inside, Outside int
	// Stability is how much of the group comes back when a tenth of the ties is left out at random (mean best Jaccard;
	// Hennig, "Cluster-wise assessment of cluster stability", Computational Statistics & Data Analysis 52 (2007)): from 0.75
	// on it is stable, below 0.6 it should not be believed. It is negative where it was not reckoned.
	Stability float64
}

// Communities are the groups of a view.
type Communities struct {
	graph.Partition
	Groups []Community
}

// Networks of more than coarsePairs ties are scanned in larger steps with fewer runs each, or the build would take minutes.
const (
	coarsePairs = 200_000
	coarseSteps = 14
	coarseRuns  = 2
)

// Communities finds groups by the Leiden algorithm on modularity at resolution 1, weighted. With stability it also says how sure
// each group is, which takes about twenty times as long.
func (v *View) Communities(ctx context.Context, stability bool) (Communities, error) {
	o := graph.LeidenOptions{Seed: communitySeed, Weighted: true}
	p, err := graph.Leiden(ctx, v.Graph, o)
	if err != nil {
		return Communities{}, fmt.Errorf("network: communities: %w", err)
	}
	out := Communities{Partition: p, Groups: make([]Community, p.N)}
	for i := range out.Groups {
		out.Groups[i].Number, out.Groups[i].Stability = i, -1
	}
	for n, c := range p.Of {
		out.Groups[c].Members = append(out.Groups[c].Members, int32(n))
	}
	for _, pair := range v.Pairs {
		if a, b := p.Of[pair.A], p.Of[pair.B]; a == b {
			out.Groups[a].Inside++
		} else {
			out.Groups[a].Outside++
			out.Groups[b].Outside++
		}
	}
	if !stability {
		return out, nil
	}
	s, err := graph.Stabilities(ctx, v.Graph, p, graph.StabilityOptions{Leiden: o})
	if err != nil {
		return out, fmt.Errorf("network: stability of communities: %w", err)
	}
	for i := range out.Groups {
		out.Groups[i].Stability = s.Community[i]
	}
	return out, nil
}

// Scan looks for communities at a range of resolutions, so that it can be seen which number of groups holds over a wide range.
func (v *View) Scan(ctx context.Context) (graph.Scan, error) {
	o := graph.ScanOptions{Seed: communitySeed, Weighted: true}
	if len(v.Pairs) > coarsePairs {
		o.Steps, o.Runs = coarseSteps, coarseRuns
	}
	s, err := graph.ScanResolution(ctx, v.Graph, o)
	if err != nil {
		return s, fmt.Errorf("network: scan of resolutions: %w", err)
	}
	return s, nil
}
