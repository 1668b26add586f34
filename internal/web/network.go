package web

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/network"
	"milieu/internal/org"
	"milieu/internal/report"
)

// NetworkPage says who is tied to whom, and who lies between others.
type NetworkPage struct {
	Base
	Finding   string
	Lede      report.Text
	Roles     []Box
	Kinds     []Box
	Filtered  bool
	RoleOne   string // the one role or kind shown, "" for several
	KindOne   string
	Picture   chart.Chart
	Cut       string // what the still picture leaves out
	Brokers   []NodeRow
	Nodes     []NodeRow
	NodesSort string
	NodePages Leaves
	Ties      []TieRow
	TiePages  Leaves
	NodesCSV  string
	TiesCSV   string
	query     func(name, value string) string
}

// SortLink is the address of the table of organisations in another order.
func (p NetworkPage) SortLink(by string) string { return p.query("sort", by) + "#nodes" }

// Box is a tick box or option of a filter.
type Box struct {
	Value, Label string
	N            int
	On           bool
}

// NodeRow is an organisation of the network.
type NodeRow struct {
	ID, Name, Role      string
	Degree, Betweenness report.Figure
}

// TieRow is a tie with its evidence.
type TieRow struct {
	From, FromID, To, ToID string
	Kind, When, Project    string
	URL                    string
	Figure                 report.Figure
}

// Leaves are the links between the parts of a long table.
type Leaves struct {
	Label          string
	From, To, All  int
	Before, Behind string // addresses, "" at the ends
}

const (
	leafRows      = 25  // rows of a table on one page
	pictureNodes  = 300 // most organisations of the still picture
	pictureNames  = 14  // most names in it
	networkRinged = 8   // brokers with a ring, as in the live picture
	brokersListed = 5
)

func readNetwork(r *http.Request, snap *live.Snapshot) (network.Network, error) {
	return live.Remember(&snap.Cache, "network", func() (network.Network, error) { return network.Read(r.Context(), snap.DB) })
}

// networkFilter reads the filter of an address; values that the network does not
// have are left out.
func networkFilter(r *http.Request, roles, kinds []Box) network.Filter {
	take := func(name string, known []Box) []string {
		var out []string
		for _, v := range r.URL.Query()[name] {
			if slices.ContainsFunc(known, func(c Box) bool { return c.Value == v }) {
				out = append(out, v)
			}
		}
		if len(out) == len(known) {
			return nil
		}
		return out
	}
	return network.Filter{Roles: take("role", roles), Kinds: take("kind", kinds)}
}

func (s *Server) network(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	net, err := readNetwork(r, snap)
	if err != nil {
		return err
	}
	p := NetworkPage{Base: s.base(r, snap, "Network", "/network"), Roles: roleChoices(net), Kinds: kindChoices(net)}
	p.MainClass = "wide"
	f := networkFilter(r, p.Roles, p.Kinds)
	tick(p.Roles, f.Roles)
	tick(p.Kinds, f.Kinds)
	p.Filtered = len(f.Roles)+len(f.Kinds) > 0
	if len(f.Roles) == 1 {
		p.RoleOne = f.Roles[0]
	}
	if len(f.Kinds) == 1 {
		p.KindOne = f.Kinds[0]
	}
	part := net.Only(f)
	p.NodesCSV = readdress(r, "format", "csv")
	p.TiesCSV = p.NodesCSV + "&table=ties"
	p.query = func(name, value string) string { return readdress(r, name, value) }
	p.NodesSort = r.URL.Query().Get("sort")
	sortNodes(part.Nodes, p.NodesSort)
	if wantsCSV(r) {
		return networkCSV(w, r, part)
	}
	if err := p.find(r, snap, net); err != nil {
		return err
	}
	p.Picture, p.Cut = networkPicture(part, net.Brokers(networkRinged))
	var nodes []network.Node
	nodes, p.NodePages = leaf(r, part.Nodes, "nodes", "organisations")
	for _, n := range nodes {
		p.Nodes = append(p.Nodes, nodeRow(n))
	}
	var ties []org.Tie
	ties, p.TiePages = leaf(r, part.Ties, "ties", "ties")
	for _, t := range ties {
		p.Ties = append(p.Ties, tieRow(t))
	}
	return s.render(w, r, "network", p)
}

// find writes the finding from the whole network, whatever the filter.
func (p *NetworkPage) find(r *http.Request, snap *live.Snapshot, net network.Network) error {
	untied, err := live.Remember(&snap.Cache, "untied", func() (int64, error) { return network.Untied(r.Context(), snap.DB) })
	if err != nil {
		return err
	}
	total := snap.Rel.Manifest.Rows("organisation")
	alone := report.CountFigure(untied, evidence.MakeRef("untied", nil))
	all := report.CountFigure(total, evidence.MakeRef("count", []string{"organisations"}))
	brokers := net.Brokers(brokersListed)
	for _, n := range brokers {
		p.Brokers = append(p.Brokers, nodeRow(n))
	}
	if len(brokers) == 0 {
		p.Finding = "No organisation on record lies between others"
		p.Lede = report.Say("Of %v organisations, %v have no tie on record.", all, alone)
		return nil
	}
	p.Finding = brokers[0].Name + " lies between more organisations than any other"
	if len(brokers) > 1 {
		p.Finding = fmt.Sprintf("%s and %s lie between the others", brokers[0].Name, brokers[1].Name)
	}
	p.Lede = report.Say("The shortest paths of %v pairs of organisations pass through %v. Of %v organisations, %v have no tie on record, which says what is written down here, not that they work alone.",
		nodeRow(brokers[0]).Betweenness, brokers[0].Name, all, alone)
	return nil
}

func nodeRow(n network.Node) NodeRow {
	return NodeRow{ID: n.ID, Name: n.Name, Role: n.Role, Degree: report.CountFigure(int64(n.Degree), evidence.MakeRef("degree", []string{n.ID})),
		Betweenness: report.NumberFigure(n.Betweenness, n.Betweenness, n.Betweenness, 0, evidence.MakeRef("betweenness", []string{n.ID}))}
}

func tieRow(t org.Tie) TieRow {
	return TieRow{From: t.FromName, FromID: t.FromID, To: t.ToName, ToID: t.ToID, Kind: t.Kind, When: tieYears(t), Project: t.Project, URL: t.SourceURL,
		Figure: report.Figure{Text: tieYears(t), Ref: evidence.MakeRef("tie", []string{t.ID})}}
}

func tieYears(t org.Tie) string {
	switch {
	case t.Start.Valid && t.End.Valid && t.Start.Int64 != t.End.Int64:
		return fmt.Sprintf("%d–%d", t.Start.Int64, t.End.Int64)
	case t.Start.Valid:
		return fmt.Sprint(t.Start.Int64)
	case t.End.Valid:
		return fmt.Sprintf("to %d", t.End.Int64)
	}
	return "not dated"
}

func roleChoices(net network.Network) []Box {
	n := map[string]int{}
	for _, v := range net.Nodes {
		n[v.Role]++
	}
	var out []Box
	for _, role := range org.Roles {
		if n[role.Key] > 0 {
			out = append(out, Box{Value: role.Key, Label: role.Label, N: n[role.Key]})
		}
	}
	return out
}

func kindChoices(net network.Network) []Box {
	var out []Box
	for _, c := range net.Kinds() {
		out = append(out, Box{Value: c.Key, Label: sentence(c.Key), N: c.N})
	}
	return out
}

// sentence writes a key as words with a capital.
func sentence(key string) string {
	return capital(strings.NewReplacer("_", " ", "-", " ").Replace(key))
}

// capital gives a text its capital.
func capital(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return strings.ToUpper(s[:n]) + s[n:]
}

// tick marks the choices in the list; an empty list stands for all.
func tick(choices []Box, list []string) {
	for i := range choices {
		choices[i].On = len(list) == 0 || slices.Contains(list, choices[i].Value)
	}
}

// sortNodes sorts by betweenness, by degree or by name; nothing said is betweenness.
func sortNodes(nodes []network.Node, by string) {
	sort.SliceStable(nodes, func(a, b int) bool {
		x, y := nodes[a], nodes[b]
		switch {
		case by == "name":
		case by == "degree" && x.Degree != y.Degree:
			return x.Degree > y.Degree
		case by != "degree" && x.Betweenness != y.Betweenness:
			return x.Betweenness > y.Betweenness
		}
		return x.Name < y.Name
	})
}

// leaf cuts the part of a table that the address asks for, by the parameter name.
func leaf[T any](r *http.Request, all []T, name, label string) ([]T, Leaves) {
	n, err := strconv.Atoi(r.URL.Query().Get(name))
	last := max(1, (len(all)+leafRows-1)/leafRows)
	if err != nil {
		n = 1
	}
	n = min(max(n, 1), last)
	from, to := (n-1)*leafRows, min(n*leafRows, len(all))
	l := Leaves{Label: label, From: min(from+1, to), To: to, All: len(all)}
	address := func(k int) string { return readdress(r, name, strconv.Itoa(k)) + "#" + name }
	if n > 1 {
		l.Before = address(n - 1)
	}
	if n < last {
		l.Behind = address(n + 1)
	}
	return all[from:to], l
}

// readdress is the address of the request with one parameter changed.
func readdress(r *http.Request, name, value string) string {
	q := url.Values{}
	for k, v := range r.URL.Query() {
		q[k] = v
	}
	q.Set(name, value)
	return r.URL.Path + "?" + q.Encode()
}

// networkPicture is the still picture; cut says what it leaves out.
func networkPicture(net network.Network, brokers []network.Node) (c chart.Chart, cut string) {
	nodes := append([]network.Node{}, net.Nodes...)
	sort.SliceStable(nodes, func(a, b int) bool { return nodes[a].Degree > nodes[b].Degree })
	if len(nodes) > pictureNodes {
		cut = fmt.Sprintf("The picture shows the %d organisations with most ties, of %d.", pictureNodes, len(nodes))
		nodes = nodes[:pictureNodes]
	}
	ringed := map[string]bool{}
	for _, b := range brokers {
		ringed[b.ID] = true
	}
	sp := chart.NetworkSpec{Title: "Organisations and their ties", Width: 900, Height: 620}
	for k, n := range nodes {
		sp.Nodes = append(sp.Nodes, chart.Node{ID: n.ID, Label: n.Name, Role: chart.Mark(n.Role), X: n.X, Y: n.Y, Size: float64(n.Degree), Broker: ringed[n.ID], Named: k < pictureNames || ringed[n.ID]})
	}
	for _, t := range net.Ties {
		sp.Edges = append(sp.Edges, chart.Edge{From: t.FromID, To: t.ToID, Kind: t.Kind})
	}
	return chart.Network(sp), cut
}

func networkCSV(w http.ResponseWriter, r *http.Request, net network.Network) error {
	var rows [][]string
	if r.URL.Query().Get("table") == "ties" {
		for _, t := range net.Ties {
			rows = append(rows, []string{t.ID, t.FromID, t.FromName, t.Kind, t.ToID, t.ToName, nullInt(t.Start), nullInt(t.End), nullPounds(t.AmountP), t.Project, t.SourceURL, t.Record.File, strconv.Itoa(t.Record.Line)})
		}
		return writeCSV(w, "ties", []string{"tie_id", "from_id", "from", "kind", "to_id", "to", "start_year", "end_year", "amount_gbp", "project", "source_url", "file", "line"}, rows)
	}
	for _, n := range net.Nodes {
		rows = append(rows, []string{n.ID, n.Name, n.Role, n.Roles, strconv.Itoa(n.Degree), strconv.FormatFloat(n.Betweenness, 'g', -1, 64), strconv.Itoa(n.Component)})
	}
	return writeCSV(w, "network", []string{"org_id", "name", "role", "roles", "degree", "betweenness", "component"}, rows)
}

// nullInt and nullPounds write a number of the evidence, "" where it is unknown.
func nullInt(v sql.NullInt64) string {
	if !v.Valid {
		return ""
	}
	return strconv.FormatInt(v.Int64, 10)
}

func nullPounds(pence sql.NullInt64) string {
	if !pence.Valid {
		return ""
	}
	return strconv.FormatFloat(float64(pence.Int64)/100, 'f', -1, 64)
}

// networkFile is the network as the island reads it.
type networkFile struct {
	Nodes []networkFileNode `json:"nodes"`
	Edges []networkFileEdge `json:"edges"`
}

type networkFileNode struct {
	ID          string  `json:"id"`
	Label       string  `json:"label"`
	Role        string  `json:"role"`
	X           float64 `json:"x"`
	Y           float64 `json:"y"`
	Degree      int     `json:"degree"`
	Betweenness float64 `json:"betweenness"`
	URL         string  `json:"url"`
}

type networkFileEdge struct {
	ID    string `json:"id"`
	From  string `json:"from"`
	To    string `json:"to"`
	Kind  string `json:"kind"`
	Label string `json:"label"`
	URL   string `json:"url"`
}

func (s *Server) networkJSON(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	net, err := readNetwork(r, snap)
	if err != nil {
		return err
	}
	f := networkFile{Nodes: []networkFileNode{}, Edges: []networkFileEdge{}}
	for _, n := range net.Nodes {
		f.Nodes = append(f.Nodes, networkFileNode{n.ID, n.Name, n.Role, n.X, n.Y, n.Degree, n.Betweenness, orgPath(n.ID)})
	}
	for _, t := range net.Ties {
		label := t.Project
		if when := tieYears(t); when != "not dated" {
			label = strings.Trim(label+", "+when, ", ")
		}
		f.Edges = append(f.Edges, networkFileEdge{t.ID, t.FromID, t.ToID, t.Kind, label, whyLink(evidence.MakeRef("tie", []string{t.ID}))})
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	return json.NewEncoder(w).Encode(f)
}
