package web

import (
	"net/http"

	"milieu/internal/graph"
	"milieu/internal/live"
	"milieu/internal/network"
	"milieu/internal/report"
)

// netMeasured is a view with its measures under the filter, by node: those of ties and parts at once, the others where they have been
// reckoned.
type netMeasured struct {
	*netView
	ask   netAsk
	quick *network.Measures
	slow  *netSlow
}

// netQuickTies is up to how many ties constraint, PageRank and their like are reckoned while the visitor waits.
const netQuickTies = 60_000

// netBasics are what no network is too large for.
type netBasics struct {
	degree     []int
	component  []int // 0 is the largest
	components int
	density    float64
}

// basics are the measures that are there at once.
func (v *netView) basics() netBasics {
	v.once.Do(func() {
		g := v.Graph
		b := netBasics{degree: graph.Degree(g), component: graph.Components(g), density: graph.Density(g)}
		for _, c := range b.component {
			b.components = max(b.components, c+1)
		}
		v.basic = b
	})
	return v.basic
}

// measured is the view that an address asks for, with what has been reckoned of it.
func (s *Server) measured(r *http.Request, snap *live.Snapshot, ask netAsk) (netMeasured, error) {
	m := netMeasured{netView: netViewOf(snap, ask), ask: ask}
	var err error
	if m.quick, err = s.quickOf(r, snap, m.netView); err != nil {
		return m, err
	}
	m.slow, err = s.slowOf(r, snap, m.netView)
	return m, err
}

// pending says that something is still being reckoned.
func (m netMeasured) pending() bool { return m.slow == nil || m.quick == nil }

// NodeRow is an organisation of the network with its measures under the filter; a figure without a reference has not been reckoned.
type NodeRow struct {
	ID, Name, Role, Path                      string
	Degree, Betweenness                       report.Figure
	Strength, PageRank, Constraint, Effective report.Figure
	Core, Community                           report.Figure
	Articulation                              bool
	Why                                       string
	Cut                                       report.Figure // organisations that are cut off without it
}

// row makes the figures of a node.
func (m netMeasured) row(i int) NodeRow {
	v, f := m.Node(i), m.ask.filter
	n := NodeRow{ID: v.ID, Name: v.Name, Role: v.Role, Path: m.ask.with("/network", "org", v.ID)}
	ref := func(measure string) string { return network.NodeRef(v.ID, measure, f) }
	number := func(x float64, decimals int, measure string) report.Figure {
		return report.NumberFigure(x, x, x, decimals, ref(measure))
	}
	n.Degree = report.CountFigure(int64(m.basics().degree[i]), ref("degree"))
	if q := m.quick; q != nil {
		n.Strength, n.PageRank = number(q.Strength[i], 2, "strength"), number(100*q.PageRank[i], 2, "pagerank")
		n.Constraint, n.Effective = number(q.Constraint[i], 2, "constraint"), number(q.EffectiveSize[i], 1, "effective-size")
		n.Core, n.Articulation = report.CountFigure(int64(q.Core[i]), ref("core")), q.Articulation[i]
	}
	if m.slow == nil {
		return n
	}
	between := m.slow.Betweenness[i]
	n.Betweenness = number(between, map[bool]int{true: 1, false: 0}[between > 0 && between < 10], "betweenness")
	if !m.slow.Exact {
		n.Betweenness = report.NumberFigure(between, max(0, between-m.slow.Bound), between+m.slow.Bound, 0, ref("betweenness"))
	}
	n.Community = report.CountFigure(int64(m.slow.Community.Of[i]+1), ref("community"))
	return n
}

// rows are the figures of several nodes.
func (m netMeasured) rows(nodes []int) []NodeRow {
	out := make([]NodeRow, len(nodes))
	for k, i := range nodes {
		out[k] = m.row(i)
	}
	return out
}

// all are the nodes of the view.
func (m netMeasured) all() []int {
	out := make([]int, len(m.Nodes))
	for i := range out {
		out[i] = i
	}
	return out
}

// brokers are the nodes that lie between most pairs, at most most; whoever lies between none is no broker.
func (m netMeasured) brokers(among []int, most int) []int {
	if m.slow == nil {
		return nil
	}
	var out []int
	for _, i := range among {
		if m.slow.Betweenness[i] > 0 {
			out = append(out, i)
		}
	}
	return topBy(out, most, func(a, b int) bool { return m.slow.Betweenness[a] > m.slow.Betweenness[b] })
}

// hubs are the nodes with most ties.
func (m netMeasured) hubs(among []int, most int) []int {
	degree := m.basics().degree
	return topBy(among, most, func(a, b int) bool { return degree[a] > degree[b] })
}
