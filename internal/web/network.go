package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/network"
	"milieu/internal/org"
	"milieu/internal/report"
)

// NetworkPage shows who is tied to whom: as a picture, as tables or on a map, under a filter.
type NetworkPage struct {
	Base
	Tabs    []NetTab
	Finding string
	Lede    report.Text
	Filter  NetFilter
	View    string   // picture, table or map
	Views   []NetTab // the three
	Stats   []NetStat
	Empty   bool // no tie passes, or there is none
	Any     bool // the release has ties
	Pending bool // slow measures are being reckoned
	Picture chart.Chart
	Cut     string // what the picture leaves out
	Src     string // address of the live picture's data
	Look    []NetLook
	Brokers []NodeRow
	List    []NodeRow // the best tied, for who does not see the picture
	Ego     *NetEgo
	Tables  NetTables
	Map     chart.Chart
	MapSays string
}

// NetStat is a figure of the network with its meaning.
type NetStat struct {
	Label  string
	Figure report.Figure
}

// NetLook is a choice of how the picture looks.
type NetLook struct {
	Name, Label string
	Options     []Choice
}

const (
	networkRinged = 8 // brokers with a ring, as in the live picture
	brokersListed = 6
	nodesListed   = 40
)

func (s *Server) network(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	ask, err := s.askNetwork(r, snap)
	if err != nil {
		return err
	}
	m, err := s.measured(r, snap, ask)
	if err != nil {
		return err
	}
	if wantsCSV(r) {
		return s.networkCSV(w, r, m)
	}
	p := NetworkPage{Base: s.base(r, snap, "Network", "/network"), Tabs: netTabs(ask, "/network"), Any: len(snap.Network.Links()) > 0, Empty: len(m.Pairs) == 0, Pending: m.pending()}
	p.MainClass, p.Method = "wide", "measures of the ties that the filter keeps"
	if p.Filter, err = s.netForm(r, snap, ask, m.netView); err != nil {
		return err
	}
	if err := p.choose(r, ask); err != nil {
		return err
	}
	if err := p.find(r, snap, m); err != nil {
		return err
	}
	switch {
	case p.Empty:
	case p.View == "table":
		p.Tables, err = netTables(r, m)
	case p.View == "map":
		p.Map, p.MapSays, err = s.netMap(r, snap, ask, m.netView)
	default:
		err = p.draw(r, snap, m)
	}
	if err != nil {
		return err
	}
	return s.render(w, r, "network", p)
}

// choose reads which form is asked for, and how the picture is to look.
func (p *NetworkPage) choose(r *http.Request, ask netAsk) error {
	q := r.URL.Query()
	p.View = orText(q.Get("view"), "picture")
	org := q.Get("org")
	for _, t := range []Choice{{Value: "picture", Label: "Picture"}, {Value: "table", Label: "Table"}, {Value: "map", Label: "Map"}} {
		view := t.Value
		if view == "picture" {
			view = ""
		}
		p.Views = append(p.Views, NetTab{Label: t.Label, Path: ask.with("/network", "view", view, "org", org), Current: p.View == t.Value})
	}
	if !slices.ContainsFunc(p.Views, func(t NetTab) bool { return t.Current }) {
		return badRequest("The network is shown as picture, table or map, not as %.20q.", p.View)
	}
	for _, l := range []NetLook{
		{"colour", "Colour", []Choice{{Value: "role", Label: "role"}, {Value: "sector", Label: "sector"}, {Value: "group", Label: "community"}}},
		{"size", "Size", []Choice{{Value: "degree", Label: "ties"}, {Value: "between", Label: "betweenness"}}},
		{"lines", "Lines", []Choice{{Value: "strength", Label: "strength"}, {Value: "kind", Label: "kind of tie"}}},
	} {
		now, on := orText(q.Get(l.Name), l.Options[0].Value), false
		for i := range l.Options {
			l.Options[i].Current = l.Options[i].Value == now
			on = on || l.Options[i].Current
		}
		if !on {
			return badRequest("%s is by %s, not by %.20q.", l.Label, orList(l.Options), now)
		}
		p.Look = append(p.Look, l)
	}
	return nil
}

func orList(of []Choice) string {
	var out []string
	for _, c := range of {
		out = append(out, c.Value)
	}
	return strings.Join(out, " or ")
}

// look is the chosen value of a look.
func (p *NetworkPage) look(name string) string {
	for _, l := range p.Look {
		for _, o := range l.Options {
			if l.Name == name && o.Current {
				return o.Value
			}
		}
	}
	return ""
}

// find writes the finding and the figures of the network under the filter.
func (p *NetworkPage) find(r *http.Request, snap *live.Snapshot, v netMeasured) error {
	p.Finding = "Who is tied to whom"
	if p.Empty {
		return nil
	}
	m, f := v.basics(), v.ask.filter
	count := func(label, measure string, n int) {
		p.Stats = append(p.Stats, NetStat{label, report.CountFigure(int64(n), network.NetRef(measure, f))})
	}
	count("organisations", "organisations", len(v.Nodes))
	count("tied pairs", "ties", len(v.Pairs))
	p.Stats = append(p.Stats, NetStat{"of possible pairs are tied", report.Figure{Text: chart.Number(100*m.density, 2), Unit: "%", Ref: network.NetRef("density", f)}})
	count(map[bool]string{true: "part that hangs together", false: "parts that no tie joins"}[m.components == 1], "components", m.components)
	count("pairs without a year", "undated", v.Undated)
	if v.key == "" {
		n, err := live.Remember(&snap.Cache, "untied", func() (int64, error) { return network.Untied(r.Context(), snap.DB) })
		if err != nil {
			return err
		}
		p.Stats = append(p.Stats, NetStat{"organisations have no tie on record", report.CountFigure(n, evidence.MakeRef("untied", nil))})
	} else {
		count("organisations of the filter have no such tie on record", "alone", v.Alone)
	}
	best := v.brokers(v.all(), brokersListed)
	p.Brokers = v.rows(best)
	if len(best) == 0 {
		return nil
	}
	b, between := p.Brokers, func(k int) float64 { return v.slow.Betweenness[best[k]] }
	switch {
	case len(b) > 1 && between(0)-between(1) > 2*v.slow.Bound && between(1) < 0.8*between(0):
		p.Finding = b[0].Name + " joins more than any other"
	case len(b) > 1:
		p.Finding = fmt.Sprintf("%s and %s join the others", b[0].Name, b[1].Name)
	default:
		p.Finding = b[0].Name + " joins the others"
	}
	p.Lede = report.Say("%v pairs of others are joined through it. What is not drawn is not on record, which is not the same as not there.", b[0].Betweenness)
	if len(b) > 1 && !strings.HasSuffix(p.Finding, "any other") {
		p.Lede = report.Say("%v and %v pairs of others are joined through them. What is not drawn is not on record, which is not the same as not there.", b[0].Betweenness, b[1].Betweenness)
	}
	return nil
}

// draw fills the picture and what stands beside it.
func (p *NetworkPage) draw(r *http.Request, snap *live.Snapshot, m netMeasured) error {
	pic, err := pictureOf(r, snap, m.ask, m.netView)
	if err != nil {
		return err
	}
	p.Src, p.Cut = pic.src, pic.cut()
	draw := func() (chart.Chart, error) { return pic.chart(m, p.look("colour"), p.look("size")), nil }
	if pic.center < 0 {
		p.Picture, err = netKeep(m.netView, fmt.Sprint("chart/", p.look("colour"), "/", p.look("size"), "/", m.slow == nil), draw)
	} else {
		p.Picture, err = draw()
	}
	if err != nil {
		return err
	}
	p.List = m.rows(m.hubs(pic.nodes, nodesListed))
	if pic.center >= 0 {
		p.Ego = egoOf(m, pic)
		p.Finding, p.Lede = p.Ego.Finding, p.Ego.Lede
	}
	return nil
}

// roleWords is a role as a word in a sentence.
func roleWords(role string, n int) string {
	if role == org.RoleOther || role == "" {
		return map[bool]string{true: "organisation", false: "organisations"}[n == 1]
	}
	if n == 1 {
		return orText(roleShort[role], role)
	}
	return lowerFirst(org.RoleLabel(role))
}
