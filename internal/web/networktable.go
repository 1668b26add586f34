package web

import (
	"fmt"
	"net/http"
	"strconv"

	"milieu/internal/chart"
	"milieu/internal/network"
	"milieu/internal/network/structure"
	"milieu/internal/report"
)

// NetTables are the network as two tables.
type NetTables struct {
	Head     []NetHead
	Nodes    []NodeRow
	NodeLeaf Leaves
	Ties     []TiedRow
	TieLeaf  Leaves
	NodesCSV string
	TiesCSV  string
}

// NetHead is the head of a column of organisations that can be sorted by.
type NetHead struct {
	Label, Path, Sort string // Sort is what aria-sort says, "" where it is another
	Numeric           bool
}

// TiedRow is two organisations with their ties under the filter.
type TiedRow struct {
	A, AID, B, BID string
	Kinds, When    string
	Strong         bool
	Records        report.Figure
	Weight         string
}

// nodeSorts are the orders of the table of organisations; those that are not there yet cannot be chosen.
var nodeSorts = []struct {
	key, label string
	up         bool // the least first
	of         func(netMeasured) []float64
}{
	{"between", "Between", false, func(m netMeasured) []float64 {
		return slowValues(m, func(s *netSlow, i int) float64 { return s.Betweenness[i] })
	}},
	{"degree", "Tied to", false, func(m netMeasured) []float64 { return floats(m.basics().degree) }},
	{"strength", "Strength", false, func(m netMeasured) []float64 {
		return quickValues(m, func(q *network.Measures, i int) float64 { return q.Strength[i] })
	}},
	{"pagerank", "PageRank, %", false, func(m netMeasured) []float64 {
		return quickValues(m, func(q *network.Measures, i int) float64 { return q.PageRank[i] })
	}},
	{"constraint", "Constraint", true, func(m netMeasured) []float64 {
		return quickValues(m, func(q *network.Measures, i int) float64 { return q.Constraint[i] })
	}},
	{"effective", "Effective size", false, func(m netMeasured) []float64 {
		return quickValues(m, func(q *network.Measures, i int) float64 { return q.EffectiveSize[i] })
	}},
	{"core", "Core", false, func(m netMeasured) []float64 {
		return quickValues(m, func(q *network.Measures, i int) float64 { return float64(q.Core[i]) })
	}},
	{"community", "Community", true, func(m netMeasured) []float64 {
		return slowValues(m, func(s *netSlow, i int) float64 { return float64(s.Community.Of[i]) })
	}},
}

func floats(list []int) []float64 {
	out := make([]float64, len(list))
	for i, v := range list {
		out[i] = float64(v)
	}
	return out
}

// slowValues and quickValues are a measure of every node; nil while it is being reckoned.
func slowValues(m netMeasured, of func(*netSlow, int) float64) []float64 {
	if m.slow == nil {
		return nil
	}
	out := make([]float64, len(m.Nodes))
	for i := range out {
		out[i] = of(m.slow, i)
	}
	return out
}

func quickValues(m netMeasured, of func(*network.Measures, int) float64) []float64 {
	if m.quick == nil {
		return nil
	}
	out := make([]float64, len(m.Nodes))
	for i := range out {
		out[i] = of(m.quick, i)
	}
	return out
}

func netTables(r *http.Request, m netMeasured) (NetTables, error) {
	var t NetTables
	by := orText(r.URL.Query().Get("sort"), map[bool]string{true: "between", false: "degree"}[m.slow != nil])
	t.Head = append(t.Head, NetHead{Label: "Organisation", Path: readdress(r, "sort", "name") + "#nodes", Sort: map[bool]string{true: "ascending"}[by == "name"]})
	found := by == "name"
	less := func(a, b int) bool { return m.Node(a).Name < m.Node(b).Name }
	for _, s := range nodeSorts {
		h := NetHead{Label: s.label, Numeric: true, Path: readdress(r, "sort", s.key) + "#nodes"}
		values := s.of(m)
		if values == nil {
			h.Path = ""
		}
		if s.key == by {
			found = true
			h.Sort = map[bool]string{true: "ascending", false: "descending"}[s.up]
			if values != nil {
				less = func(a, b int) bool { return values[a] != values[b] && (values[a] < values[b]) == s.up }
			}
		}
		t.Head = append(t.Head, h)
	}
	if !found {
		return t, badRequest("The table cannot be sorted by %.20q; its heads say by what it can.", by)
	}
	var nodes, pairs []int
	nodes, t.NodeLeaf = bestLeaf(r, m.all(), "nodes", "organisations", less)
	t.Nodes = m.rows(nodes)
	order := make([]int, len(m.Pairs))
	for i := range order {
		order[i] = i
	}
	pairs, t.TieLeaf = bestLeaf(r, order, "ties", "ties", m.heavier)
	for _, i := range pairs {
		t.Ties = append(t.Ties, pairRow(m.netView, m.Pairs[i]))
	}
	t.NodesCSV = m.ask.with("/network", "format", "csv")
	t.TiesCSV = m.ask.with("/network", "format", "csv", "table", "ties")
	return t, nil
}

// bestLeaf is leaf of a list in an order, of which no more is sorted than the leaf needs.
func bestLeaf(r *http.Request, all []int, name, label string, less func(a, b int) bool) ([]int, Leaves) {
	_, l := leaf(r, all, name, label)
	return topBy(all, l.To, less)[max(0, l.From-1):], l
}

func pairRow(v *netView, p network.Pair) TiedRow {
	a, b := v.Node(int(p.A)), v.Node(int(p.B))
	return TiedRow{A: a.Name, AID: a.ID, B: b.Name, BID: b.ID, Kinds: kindWords(v.Book, p), When: pairYears(p.First, p.Last), Strong: p.Strong,
		Records: report.CountFigure(int64(p.Records), network.TiedRef(a.ID, b.ID)), Weight: chart.Number(p.Weight, 2)}
}

// networkCSV sends the organisations, or with table=ties the ties, of the filter.
func (s *Server) networkCSV(w http.ResponseWriter, r *http.Request, m netMeasured) error {
	if r.URL.Query().Get("table") == "ties" {
		return s.streamCSV(r.Context(), w, "ties", []string{"from_id", "from", "kind", "to_id", "to", "start_year", "end_year", "records", "weight", "strong_pair", "evidence"}, func(row func([]string) error) error {
			for _, p := range m.Pairs {
				for _, l := range structure.KeptLinks(m.View, p) {
					if err := row(linkRow(m.View, p, l)); err != nil {
						return err
					}
				}
			}
			return nil
		})
	}
	return s.streamCSV(r.Context(), w, "network", nodeHeader, func(row func([]string) error) error { return m.cells(m.all(), row) })
}

func linkRow(v *network.View, p network.Pair, l network.Link) []string {
	a, b := v.Book.Node(int(l.A)), v.Book.Node(int(l.B))
	return []string{a.ID, a.Name, v.Book.Kind(l).Key, b.ID, b.Name, yearCell(l.First), yearCell(l.Last), strconv.Itoa(int(l.Records)), plainNumber(l.Weight), strconv.FormatBool(p.Strong), network.TiedRef(a.ID, b.ID)}
}

// yearCell is a year of a link in a table; nothing where it is not known or goes on.
func yearCell(y int16) string {
	if y == 0 || y == network.Forever {
		return ""
	}
	return strconv.Itoa(int(y))
}

var nodeHeader = []string{"org_id", "name", "role", "degree", "strength", "betweenness", "betweenness_error", "component", "core", "pagerank", "constraint", "effective_size", "articulation", "community", "lon", "lat"}

// cells hands rows of nodes to a table; what is not reckoned is empty.
func (m netMeasured) cells(nodes []int, row func([]string) error) error {
	for _, i := range nodes {
		n := m.Node(i)
		out := []string{n.ID, n.Name, n.Role, strconv.Itoa(m.basics().degree[i]), "", "", "", strconv.Itoa(m.basics().component[i]), "", "", "", "", "", "", "", ""}
		if q := m.quick; q != nil {
			out[4], out[8], out[9], out[10], out[11], out[12] = plainNumber(q.Strength[i]), strconv.Itoa(q.Core[i]), plainNumber(q.PageRank[i]), plainNumber(q.Constraint[i]), plainNumber(q.EffectiveSize[i]), strconv.FormatBool(q.Articulation[i])
		}
		if m.slow != nil {
			out[5], out[6], out[13] = plainNumber(m.slow.Betweenness[i]), plainNumber(m.slow.Bound), strconv.Itoa(m.slow.Community.Of[i]+1)
		}
		if n.Placed {
			out[14], out[15] = fmt.Sprintf("%.5f", n.Lon), fmt.Sprintf("%.5f", n.Lat)
		}
		if err := row(out); err != nil {
			return err
		}
	}
	return nil
}
