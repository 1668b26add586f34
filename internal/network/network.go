// Package network owns the ties between organisations as a network: how
// connected each is, who lies between others, and where to draw them. It makes
// the table network_node and reads it with the ties. The measures are the kernel
// graph's; the organisations are org's.
package network

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/graph"
	"milieu/internal/lake"
	"milieu/internal/org"
)

// layoutSeed fixes where nodes are drawn: the same ties give the same picture.
const layoutSeed = 1

// Stages make the table network_node: degree, betweenness, component and the
// position in the drawing of every organisation that has a tie.
func Stages() []lake.Stage {
	return []lake.Stage{{Name: "network_node", Inputs: []string{"tie"}, Grain: "one row an organisation with a tie", Key: []string{"org_id"},
		Version: "1", Run: measure}}
}

func measure(ctx context.Context, w lake.Work) error {
	rows, err := w.DB.QueryContext(ctx, "select from_id, to_id from tie order by tie_id")
	if err != nil {
		return err
	}
	defer rows.Close()
	var edges []graph.Edge
	for rows.Next() {
		e := graph.Edge{Weight: 1}
		if err := rows.Scan(&e.From, &e.To); err != nil {
			return err
		}
		edges = append(edges, e)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	text := filepath.Join(w.Dir, "nodes.txt")
	if err := writeNodes(ctx, edges, text); err != nil {
		return err
	}
	err = w.DB.Copy(ctx, "select org_id, degree, betweenness, component, x, y from read_csv("+lake.Literal(text)+
		", header = false, auto_detect = false, delim = '\x1f', quote = '', escape = '', columns = {'org_id': 'VARCHAR', 'degree': 'BIGINT', 'betweenness': 'DOUBLE', 'component': 'BIGINT', 'x': 'DOUBLE', 'y': 'DOUBLE'}) order by org_id",
		filepath.Join(w.Dir, lake.TableFile))
	if err != nil {
		return err
	}
	return os.Remove(text)
}

func writeNodes(ctx context.Context, edges []graph.Edge, file string) error {
	g, err := graph.New(edges, graph.Options{})
	if err != nil {
		return err
	}
	between, err := graph.Betweenness(ctx, g, graph.BetweennessOptions{})
	if err != nil {
		return err
	}
	degree, component := graph.Degree(g), graph.Components(g)
	at := graph.Layout(g, graph.LayoutOptions{Seed: layoutSeed})
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	num := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	for v := range g.Len() {
		fmt.Fprintf(w, "%s\x1f%d\x1f%s\x1f%d\x1f%s\x1f%s\n", g.Name(v), degree[v], num(between[v]), component[v], num(at[v].X), num(at[v].Y))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

// Node is an organisation in the network.
type Node struct {
	ID, Name, Role string
	Roles          string
	Degree         int
	Betweenness    float64 // unordered pairs on whose shortest paths it lies
	Component      int
	X, Y           float64 // in the unit square
}

// Network is the nodes by id and the ties by tie id.
type Network struct {
	Nodes []Node
	Ties  []org.Tie
}

const nodeQuery = `select n.org_id, o.name, o.main_role, o.roles, n.degree, n.betweenness, n.component, n.x, n.y
from network_node n join organisation o on o.org_id = n.org_id order by n.org_id`

// Read reads the whole network.
func Read(ctx context.Context, q lake.Querier) (Network, error) {
	var net Network
	rows, err := q.QueryContext(ctx, nodeQuery)
	if err != nil {
		return net, fmt.Errorf("network: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var n Node
		if err := rows.Scan(&n.ID, &n.Name, &n.Role, &n.Roles, &n.Degree, &n.Betweenness, &n.Component, &n.X, &n.Y); err != nil {
			return net, fmt.Errorf("network: %w", err)
		}
		net.Nodes = append(net.Nodes, n)
	}
	if err := rows.Err(); err != nil {
		return net, fmt.Errorf("network: %w", err)
	}
	net.Ties, err = org.Ties(ctx, q)
	return net, err
}

// Kinds counts ties by kind, the most frequent first.
func (n Network) Kinds() []org.Count {
	count := map[string]int{}
	for _, t := range n.Ties {
		count[t.Kind]++
	}
	var out []org.Count
	for k, c := range count {
		out = append(out, org.Count{Key: k, N: c})
	}
	sort.Slice(out, func(a, b int) bool {
		if out[a].N != out[b].N {
			return out[a].N > out[b].N
		}
		return out[a].Key < out[b].Key
	})
	return out
}

// Brokers is the nodes with the highest betweenness, at most most; a node that
// lies between no others is none.
func (n Network) Brokers(most int) []Node {
	var out []Node
	for _, v := range n.Nodes {
		if v.Betweenness > 0 {
			out = append(out, v)
		}
	}
	sort.SliceStable(out, func(a, b int) bool { return out[a].Betweenness > out[b].Betweenness })
	return out[:min(most, len(out))]
}

// Filter narrows a network. Empty lists do not narrow.
type Filter struct {
	Roles []string // main roles of the organisations
	Kinds []string // kinds of ties
}

// Only is the part of the network that passes the filter: the ties of the kinds
// between organisations of the roles, and, under a filter of kinds, only the
// organisations that such a tie names. The measures stay those of the whole.
func (n Network) Only(f Filter) Network {
	in := func(list []string, v string) bool { return len(list) == 0 || slices.Contains(list, v) }
	role := map[string]bool{}
	for _, v := range n.Nodes {
		role[v.ID] = in(f.Roles, v.Role)
	}
	var out Network
	tied := map[string]bool{}
	for _, t := range n.Ties {
		if in(f.Kinds, t.Kind) && role[t.FromID] && role[t.ToID] {
			out.Ties = append(out.Ties, t)
			tied[t.FromID], tied[t.ToID] = true, true
		}
	}
	for _, v := range n.Nodes {
		if role[v.ID] && (len(f.Kinds) == 0 || tied[v.ID]) {
			out.Nodes = append(out.Nodes, v)
		}
	}
	return out
}

// untied selects the organisations without a tie.
const untied = "from organisation o anti join network_node n on n.org_id = o.org_id"

// Untied counts the organisations that no tie names.
func Untied(ctx context.Context, q lake.Querier) (n int64, err error) {
	if err = q.QueryRowContext(ctx, "select count(*) "+untied).Scan(&n); err != nil {
		err = fmt.Errorf("organisations without a tie: %w", err)
	}
	return n, err
}

// Explainers explain degree/ORG, betweenness/ORG and untied.
func Explainers() evidence.Explainers {
	return evidence.Explainers{"degree": why, "betweenness": why, "untied": whyUntied}
}

// mostCited is how many records of a count are cited one by one.
const mostCited = 10

func whyUntied(ctx context.Context, q lake.Querier, _ evidence.Ref) (evidence.Chain, error) {
	n, err := Untied(ctx, q)
	if err != nil {
		return evidence.Chain{}, err
	}
	c := evidence.Chain{Title: "Organisations without a tie on record", Value: chart.Number(float64(n), 0),
		How: "organisations that no row of the table of ties names; it says what is on record, not that they work alone", More: int(max(0, n-mostCited))}
	c.Records, err = evidence.Records(ctx, q, "select o.source, o.file, o.line "+untied+" order by o.source, o.file, o.line limit "+strconv.Itoa(mostCited))
	return c, err
}

func why(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) != 1 {
		return evidence.Chain{}, evidence.BadRef("write it as %s/ORGANISATION", r.Kind)
	}
	net, err := Read(ctx, q)
	if err != nil {
		return evidence.Chain{}, err
	}
	for _, n := range net.Nodes {
		if n.ID != r.Args[0] {
			continue
		}
		c := evidence.Chain{Title: "Degree of " + n.Name, Value: fmt.Sprint(n.Degree), How: "number of organisations tied to it", Method: "degree"}
		if r.Kind == "betweenness" {
			c.Title, c.Value, c.Method = "Betweenness of "+n.Name, chart.Number(n.Betweenness, 1), "betweenness"
			c.How = fmt.Sprintf("pairs of other organisations, of %s, whose shortest paths pass through it; Brandes' algorithm over all %d ties, not weighted",
				chart.Number(float64((len(net.Nodes)-1)*(len(net.Nodes)-2)/2), 0), len(net.Ties))
		}
		own := evidence.Chain{Title: "Its own ties"}
		for _, t := range net.Ties {
			if t.FromID == n.ID || t.ToID == n.ID {
				own.Records = append(own.Records, t.Record)
			}
		}
		own.Value = fmt.Sprint(len(own.Records))
		c.Steps = []evidence.Chain{own}
		return c, nil
	}
	return evidence.Chain{}, fmt.Errorf("%s has no tie: %w", r.Args[0], evidence.ErrNoFigure)
}
