package structure

import (
	"fmt"
	"strconv"
	"strings"

	"milieu/internal/network"
	"milieu/internal/network/export"
)

// KeptLinks are the links of a pair that the view's filter keeps: a kind's bit is set where one of it is kept, and of a kind
// those are kept that lasted in the years.
func KeptLinks(v *network.View, p network.Pair) []network.Link {
	var out []network.Link
	for _, l := range v.Book.Between(int(v.Nodes[p.A]), int(v.Nodes[p.B])) {
		if p.Kinds>>l.Kind&1 == 1 && l.Alive(v.Filter.From, v.Filter.To) && !(v.Filter.Dated && l.First == 0) {
			out = append(out, l)
		}
	}
	return out
}

// Taken is the view as it is written for other programs: every organisation with its measures under the filter, every spell of a tie
// with its years, weight and records. Slow may be nil.
func Taken(v *network.View, slow *network.SlowMeasures, sources Sources, title string, about []export.Fact) export.Network {
	n := export.Network{Title: title, About: about}
	m := v.Quick()
	n.Nodes.Columns = nodeColumns
	n.Nodes.Rows = func(yield func(export.Node) bool) {
		for i := range v.Nodes {
			if !yield(takenNode(v, i, m, slow)) {
				return
			}
		}
	}
	n.Ties.Columns = tieColumns
	n.Ties.Rows = func(yield func(export.Tie) bool) {
		id := 0
		for _, p := range v.Pairs {
			for _, l := range KeptLinks(v, p) {
				id++
				if !yield(takenTie(v, id, p, l, sources)) {
					return
				}
			}
		}
	}
	return n
}

// TakenColumns are the columns of organisations and of ties that [Taken] writes.
func TakenColumns() (nodes, ties []export.Column) { return nodeColumns, tieColumns }

var nodeColumns = []export.Column{
	{Key: "role", Type: export.String, About: "main role"}, {Key: "roles", Type: export.String, About: "all roles, parted by commas"},
	{Key: "origin", Type: export.String, About: "where the main record comes from: team, register or list"}, {Key: "town", Type: export.String, About: "town on record"},
	{Key: "lon", Type: export.Double, About: "longitude, degrees WGS84, of the first place of work or else the registered office"}, {Key: "lat", Type: export.Double, About: "latitude"},
	{Key: "industry", Type: export.String, About: "SIC code"}, {Key: "sectors", Type: export.String, About: "sectors of the workspace, parted by commas"},
	{Key: "employees", Type: export.Integer, About: "as its accounts state"},
	{Key: "degree", Type: export.Integer, About: "organisations tied to it, under the filter"}, {Key: "strength", Type: export.Double, About: "sum of the weights of its ties"},
	{Key: "betweenness", Type: export.Double, About: "pairs of others whose shortest paths pass through it"}, {Key: "betweenness_error", Type: export.Double, About: "how far betweenness may be off, in pairs; 0 is exact"},
	{Key: "component", Type: export.Integer, About: "part that hangs together, 0 the largest"}, {Key: "core", Type: export.Integer, About: "core number"},
	{Key: "pagerank", Type: export.Double, About: "PageRank, damping 0.85"}, {Key: "constraint", Type: export.Double, About: "Burt's constraint, weighted"}, {Key: "effective_size", Type: export.Double, About: "Burt's effective size"},
	{Key: "articulation", Type: export.Boolean, About: "without it a part falls apart"}, {Key: "community", Type: export.Integer, About: "community by Leiden at resolution 1, 0 the largest"},
	{Key: "reference", Type: export.String, About: "what milieu why explains"},
}

func takenNode(v *network.View, i int, m network.Measures, slow *network.SlowMeasures) export.Node {
	n := v.Node(i)
	out := export.Node{ID: n.ID, Label: n.Name, Placed: n.Whole.Tied && n.Whole.X >= 0, X: n.Whole.X, Y: n.Whole.Y}
	var sectors []string
	for b, s := range v.Book.Sectors() {
		if n.Sectors>>b&1 == 1 {
			sectors = append(sectors, s.ID)
		}
	}
	lon, lat, employees, between, off, community := "", "", "", "", "", ""
	if n.Placed {
		lon, lat = fmt.Sprintf("%.5f", n.Lon), fmt.Sprintf("%.5f", n.Lat)
	}
	if n.Employees >= 0 {
		employees = strconv.Itoa(n.Employees)
	}
	if slow != nil {
		between, off, community = export.Number(slow.Betweenness[i]), export.Number(slow.Bound), strconv.Itoa(slow.Community.Of[i])
	}
	out.Values = []string{n.Role, strings.Join(n.Roles, ","), n.Origin, n.Town, lon, lat, n.Industry, strings.Join(sectors, ","), employees, strconv.Itoa(m.Degree[i]), export.Number(m.Strength[i]), between, off,
		strconv.Itoa(m.Component[i]), strconv.Itoa(m.Core[i]), export.Number(m.PageRank[i]), export.Number(m.Constraint[i]), export.Number(m.EffectiveSize[i]), strconv.FormatBool(m.Articulation[i]), community, "org/" + n.ID}
	return out
}

var tieColumns = []export.Column{
	{Key: "kind", Type: export.String, About: "kind of tie"}, {Key: "kind_label", Type: export.String, About: "the kind in words"},
	{Key: "directed", Type: export.Boolean, About: "whether it reads from source to target; without, the order means nothing"},
	{Key: "strong_pair", Type: export.Boolean, About: "whether the two have a strong tie: repeated or contractual exchange"},
	{Key: "records", Type: export.Integer, About: "records that say so"}, {Key: "sources", Type: export.String, About: "the first five records as source:file:line, parted by blanks"},
	{Key: "more_sources", Type: export.Integer, About: "records beyond those"}, {Key: "urls", Type: export.String, About: "pages that those records cite, parted by blanks"},
	{Key: "reference", Type: export.String, About: "what milieu why explains: all records of the two"},
}

func takenTie(v *network.View, id int, p network.Pair, l network.Link, sources Sources) export.Tie {
	a, b, kind := v.Book.Node(int(l.A)), v.Book.Node(int(l.B)), v.Book.Kind(l)
	out := export.Tie{ID: strconv.Itoa(id), From: a.ID, To: b.ID, Weight: l.Weight, Start: int(l.First)}
	if l.Last != network.Forever {
		out.End = int(l.Last)
	}
	s := sources[sourceKey{min(l.A, l.B), max(l.A, l.B), kind.Key}]
	more := ""
	if s.more > 0 {
		more = strconv.Itoa(s.more)
	}
	out.Values = []string{kind.Key, kind.Label, strconv.FormatBool(kind.Directed), strconv.FormatBool(p.Strong), strconv.Itoa(int(l.Records)), strings.Join(s.records, " "), more, strings.Join(s.urls, " "), network.TiedRef(a.ID, b.ID)}
	return out
}
