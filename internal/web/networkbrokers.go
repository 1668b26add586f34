package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"milieu/internal/chart"
	"milieu/internal/live"
	"milieu/internal/network"
	"milieu/internal/network/structure"
	"milieu/internal/report"
)

// BrokersPage says who matters in the network and why.
type BrokersPage struct {
	Base
	Tabs     []NetTab
	Finding  string
	Lede     string
	Filter   NetFilter
	Empty    bool
	Pending  bool
	Poll     int // milliseconds after which the page asks again, 0 for never
	Brokers  []NodeRow
	Error    string // how far sampled betweenness may be off
	Hubs     []NodeRow
	Free     []NodeRow
	Holding  []NodeRow
	Roles    RoleTable
	Groups   GroupTable
	Leaving  []LeaveColumn
	Anchors  []Choice // organisations to choose from
	CSV      string
	RolesCSV string
	GroupCSV string
}

// RoleTable is how often organisations stand between two others that have no tie, by the groups of the three (Gould and
// Fernandez).
type RoleTable struct {
	Ways []NetTab
	By   string
	Rows []BrokerRole
	None string // why there is nothing
}

// BrokerRole is one organisation's brokerage roles.
type BrokerRole struct {
	Name, Path, Role, Group                         string
	Coordinator, Gatekeeper, Consultant, Liaison, N report.Figure
}

// LeaveColumn is what happens when one organisation goes.
type LeaveColumn struct {
	Name, Path               string
	Ties                     report.Figure
	Parts, Distance, Density string
	Lost                     report.Figure
	Share                    string
	CutOff                   []string
	More                     int
	Sampled                  string
}

const (
	brokersShown   = 12
	hubsShown      = 8
	rolesShown     = 12
	leaveShown     = 3
	cutOffNamed    = 12
	anchorsOffered = 60
	roleTies       = 20_000 // ties up to which roles and leaving are reckoned while the visitor waits
)

func (s *Server) networkBrokers(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	ask, err := s.askNetwork(r, snap)
	if err != nil {
		return err
	}
	m, err := s.measured(r, snap, ask)
	if err != nil {
		return err
	}
	v := m.netView
	p := BrokersPage{Base: s.base(r, snap, "Who matters", "/network"), Tabs: netTabs(ask, "/network/brokers"), Finding: "Who matters in the network, and why", Empty: len(v.Pairs) == 0}
	p.MainClass, p.Method = "wide", "measures of the ties that the filter keeps"
	if err := p.roles(s, r, snap, ask, v); err != nil {
		return err
	}
	if !p.Empty {
		if err := p.groups(s, r, snap, ask, v); err != nil {
			return err
		}
		if err := p.leaving(s, r, snap, m); err != nil {
			return err
		}
	}
	if wantsCSV(r) {
		return p.csv(w, r, m)
	}
	if p.Filter, err = s.netForm(r, snap, ask, v); err != nil {
		return err
	}
	p.fill(m)
	p.CSV = readdress(r, "format", "csv")
	p.RolesCSV, p.GroupCSV = p.CSV+"&table=roles", p.CSV+"&table=communities"
	return s.render(w, r, "networkbrokers", p)
}

func (p *BrokersPage) fill(m netMeasured) {
	if m.pending() {
		p.Pending, p.Poll = true, 3000
	}
	if m.slow != nil {
		best := m.brokers(m.all(), brokersShown)
		p.Brokers = m.rows(best)
		for k, i := range best {
			p.Brokers[k].Why = brokerWhy(m, i)
		}
		p.find(m, best)
		if !m.slow.Exact {
			p.Error = fmt.Sprintf("Betweenness is reckoned from a sample of organisations: each value is right to within %s pairs in nineteen runs of twenty. Whose ranges overlap cannot be told apart.", chart.Number(m.slow.Bound, 0))
		}
	}
	p.Hubs = m.rows(m.hubs(m.all(), hubsShown))
	if m.quick == nil {
		return
	}
	var free, hold []int
	for _, i := range m.all() {
		if m.quick.Articulation[i] {
			hold = append(hold, i)
		}
		if m.basics().degree[i] >= 4 {
			free = append(free, i)
		}
	}
	p.Free = m.rows(topBy(free, hubsShown, func(a, b int) bool { return m.quick.Constraint[a] < m.quick.Constraint[b] }))
	p.Holding = holding(m, hold)
}

// holding are those without whom most are cut off, of the best tied; in large networks the best tied of those without whom anybody is.
func holding(m netMeasured, nodes []int) []NodeRow {
	nodes = m.hubs(nodes, 3*hubsShown)
	if len(m.Pairs) > roleTies {
		return m.rows(nodes[:min(len(nodes), hubsShown)])
	}
	cut := make([]int, len(m.Nodes))
	for _, i := range nodes {
		cut[i] = structure.CutOff(m.View, i)
	}
	nodes = topBy(nodes, hubsShown, func(a, b int) bool { return cut[a] > cut[b] })
	out := m.rows(nodes)
	for k, i := range nodes {
		out[k].Cut = report.CountFigure(int64(cut[i]), structure.LeavesRef(out[k].ID, m.ask.filter))
	}
	return out
}

// brokerWhy says how a broker joins others: the communities that it is tied to, and who would be cut off without it.
func brokerWhy(m netMeasured, node int) string {
	around, _ := m.Graph.Neighbours(node)
	groups := map[int]bool{}
	for _, a := range around {
		groups[m.slow.Community.Of[a]] = true
	}
	why := "within one community"
	if len(groups) > 1 {
		why = "joins " + counted(len(groups), "community", "communities")
	}
	switch {
	case m.quick == nil || !m.quick.Articulation[node]:
		return why
	case len(m.Pairs) > roleTies:
		return why + "; without it a part falls off"
	}
	return why + "; without it " + counted(structure.CutOff(m.View, node), "organisation is", "organisations are") + " cut off"
}

func (p *BrokersPage) find(m netMeasured, best []int) {
	name := func(k int) string { return m.Node(best[k]).Name }
	switch {
	case len(best) == 0:
		p.Finding = "Nobody lies between others here"
	case len(best) > 1 && m.slow.Betweenness[best[0]]-m.slow.Betweenness[best[1]] <= 2*m.slow.Bound:
		p.Finding = name(0) + " and " + name(1) + " broker most, and cannot be told apart"
	case len(best) > 1:
		p.Finding = name(0) + " brokers most, then " + name(1)
	default:
		p.Finding = name(0) + " joins the others"
	}
}

// roles fills the table of brokerage roles by role, sector or place.
func (p *BrokersPage) roles(s *Server, r *http.Request, snap *live.Snapshot, ask netAsk, v *netView) error {
	by := orText(r.URL.Query().Get("by"), structure.ByRole)
	p.Roles.By = by
	for _, way := range []Choice{{Value: structure.ByRole, Label: "by role"}, {Value: structure.BySector, Label: "by sector"}, {Value: structure.ByArea, Label: "by place"}} {
		p.Roles.Ways = append(p.Roles.Ways, NetTab{way.Label, ask.with("/network/brokers", "by", way.Value) + "#roles", way.Value == by})
	}
	if !slices.Contains([]string{structure.ByRole, structure.BySector, structure.ByArea}, by) {
		return badRequest("Groups are by role, sector or area, not by %.20q.", by)
	}
	if p.Empty {
		return nil
	}
	group, label, set, err := netGrouping(r, snap, v, by)
	if err != nil {
		return err
	}
	all, ok, err := netLater(s, r, snap, v, "roles/"+by, roleTies, func(context.Context) ([]structure.Brokers, error) { return structure.Brokerage(v.View, group) })
	if err != nil {
		return err
	}
	if !ok {
		p.Pending, p.Poll = true, 3000
		return nil
	}
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	total := func(i int) int64 { return all[i].All() }
	for _, i := range topBy(order, rolesShown, func(a, b int) bool { return total(a) > total(b) }) {
		if total(i) == 0 {
			break
		}
		n, x := v.Node(i), all[i]
		ref := structure.RolesRef(n.ID, by, set, ask.filter)
		count := func(c int64) report.Figure { return report.CountFigure(c, ref) }
		p.Roles.Rows = append(p.Roles.Rows, BrokerRole{Name: n.Name, Path: ask.with("/network", "org", n.ID), Role: n.Role, Group: label(group[i]), Coordinator: count(x.Coordinator), Gatekeeper: count(x.Gatekeeper),
			Consultant: count(x.Consultant), Liaison: count(x.Liaison), N: count(total(i))})
	}
	return nil
}

// netGrouping gives each node of the view its group: its role, its smallest sector, or the area that holds it of a set; -1 for none.
func netGrouping(r *http.Request, snap *live.Snapshot, v *netView, by string) (group []int, label func(int) string, set string, err error) {
	var rows []structure.Row
	if by == structure.ByArea {
		if rows, set, _, err = coverAreas(r, snap, netAsk{}); err != nil {
			return nil, nil, "", err
		}
	} else {
		rows = bookRows(snap, by)
	}
	at, err := live.Remember(&snap.Cache, "network/grouping/"+by+"/"+set, func() ([]int, error) { return structure.Grouping(snap.Network, rows), nil })
	if err != nil {
		return nil, nil, "", err
	}
	group = make([]int, len(v.Nodes))
	for i, n := range v.Nodes {
		group[i] = at[n]
	}
	return group, func(g int) string {
		if g < 0 {
			return "none"
		}
		return rows[g].Label
	}, set, nil
}

// leaving fills what happens when each of the chosen goes: those named by ?leave=, else the strongest brokers among
// drivers and cultivators.
func (p *BrokersPage) leaving(s *Server, r *http.Request, snap *live.Snapshot, m netMeasured) error {
	asked := slices.DeleteFunc(slices.Clone(r.URL.Query()["leave"]), func(id string) bool { return id == "" })
	if len(asked) > leaveShown {
		return badRequest("At most %d organisations are looked at side by side.", leaveShown)
	}
	best := m.brokers(m.all(), anchorsOffered)
	if m.slow == nil {
		best = m.hubs(m.all(), anchorsOffered)
	}
	for _, i := range best {
		n := m.Node(i)
		p.Anchors = append(p.Anchors, Choice{Value: n.ID, Label: n.Name, Current: slices.Contains(asked, n.ID)})
	}
	if len(asked) == 0 {
		asked = usualAnchors(m, best)
	}
	for _, id := range asked {
		node, ok := m.Find(id)
		if !ok {
			return notFound("%.60q has no tie that passes this filter, so nothing changes when it goes.", id)
		}
		l, ok, err := netLater(s, r, snap, m.netView, "leave/"+id, roleTies, func(context.Context) (structure.Leaving, error) { return structure.Leave(m.View, node), nil })
		if err != nil {
			return err
		}
		if !ok {
			p.Pending, p.Poll = true, 3000
			continue
		}
		p.Leaving = append(p.Leaving, leaveColumn(m.ask, m.netView, l))
	}
	return nil
}

// usualAnchors are whom the page begins with: the first drivers and cultivators, or else whoever is first.
func usualAnchors(m netMeasured, best []int) []string {
	var out []string
	for _, i := range best {
		if n := m.Node(i); slices.Contains(anchorRoles, n.Role) && len(out) < leaveShown {
			out = append(out, n.ID)
		}
	}
	if len(out) == 0 && len(best) > 0 {
		out = append(out, m.Node(best[0]).ID)
	}
	return out
}

func leaveColumn(ask netAsk, v *netView, l structure.Leaving) LeaveColumn {
	n := v.Book.Node(int(l.Org))
	change := func(before, after float64, decimals int) string {
		return chart.Number(before, decimals) + " → " + chart.Number(after, decimals)
	}
	ref := structure.LeavesRef(n.ID, ask.filter)
	c := LeaveColumn{Name: n.Name, Path: ask.with("/network", "org", n.ID), Ties: report.CountFigure(int64(l.Degree), network.NodeRef(n.ID, "degree", ask.filter)),
		Parts: change(float64(l.Before.Components), float64(l.After.Components), 0), Distance: change(l.Before.Distance, l.After.Distance, 2), Density: change(100*l.Before.Density, 100*l.After.Density, 2) + " %",
		Lost: report.CountFigure(int64(l.Lost), ref)}
	if l.Before.Joined > 0 {
		c.Share = chart.Number(100*l.Lost/l.Before.Joined, 1) + " % of those that were"
	}
	for _, o := range l.CutOff[:min(len(l.CutOff), cutOffNamed)] {
		c.CutOff = append(c.CutOff, v.Book.Node(int(o)).Name)
	}
	c.More = len(l.CutOff) - len(c.CutOff)
	if l.Before.Sources < l.Before.Organisations-1 {
		c.Sampled = fmt.Sprintf("Steps from %d organisations drawn by chance (seed 7).", l.Before.Sources)
	}
	return c
}

func (p *BrokersPage) csv(w http.ResponseWriter, r *http.Request, m netMeasured) error {
	switch r.URL.Query().Get("table") {
	case "roles":
		var out [][]string
		for _, x := range p.Roles.Rows {
			out = append(out, []string{x.Name, x.Role, x.Group, x.Coordinator.Text, x.Gatekeeper.Text, x.Consultant.Text, x.Liaison.Text, x.N.Text})
		}
		return writeCSV(w, "brokerage-roles", []string{"name", "role", "group", "coordinator", "gatekeeper_or_representative", "consultant", "liaison", "all"}, out)
	case "communities":
		var out [][]string
		for _, g := range p.Groups.Rows {
			out = append(out, []string{strconv.Itoa(g.Number), g.Name, g.Members.Text, g.Mostly, strconv.Itoa(g.Inside), strconv.Itoa(g.Outside), g.Stability.Text})
		}
		return writeCSV(w, "communities", []string{"community", "name", "members", "mostly", "ties_inside", "ties_outside", "stability"}, out)
	}
	var out [][]string
	if err := m.cells(m.brokers(m.all(), len(m.Nodes)), func(row []string) error { out = append(out, row); return nil }); err != nil {
		return err
	}
	return writeCSV(w, "brokers", nodeHeader, out)
}
