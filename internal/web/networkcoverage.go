package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"milieu/internal/chart"
	"milieu/internal/live"
	"milieu/internal/network"
	"milieu/internal/network/structure"
	"milieu/internal/place"
	"milieu/internal/report"
)

// CoveragePage says which drivers and cultivators are tied to whom, and which are not.
type CoveragePage struct {
	Base
	Tabs      []NetTab
	Finding   string
	Lede      string
	Filter    NetFilter
	Ways      []NetTab // by area, sector or role
	Sets      []NetTab // sets of areas
	By        string
	Groups    []CoverGroup
	Wide      Leaves // of the groups
	Anchors   []CoverRow
	Tall      Leaves // of the anchors
	Gaps      []CoverGap
	GapLeaf   Leaves
	Alone     []CoverGap // anchors without any tie
	AloneMore int
	Between   CoverBetween
	CSV       string
	GapsCSV   string
}

// CoverGroup is a place, a sector or a role.
type CoverGroup struct {
	Label       string
	Total, Tied report.Figure
}

// CoverRow is an anchor with how many of each group it is tied to.
type CoverRow struct {
	ID, Name, Role, Path string
	Degree               report.Figure
	Cells                []CoverCell
}

// CoverCell is a number with how dark it is shown; None marks an empty cell.
type CoverCell struct {
	Figure report.Figure
	Heat   int // 0 to 5
	None   bool
	Out    bool // the group holds nobody but the anchor
}

// CoverGap is an anchor and a group that no tie joins.
type CoverGap struct {
	Group, Anchor, Path, Role string
	Total                     int
	Meet                      string // address of introductions
}

const (
	coverGroups = 10
	aloneShown  = 60 // anchors without a tie that are named
)

// anchorRoles are the roles of those who drive and cultivate innovation.
var anchorRoles = []string{"driver", "cultivator"}

func (s *Server) networkCoverage(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	ask, err := s.askNetwork(r, snap)
	if err != nil {
		return err
	}
	v := netViewOf(snap, ask)
	by := orText(r.URL.Query().Get("by"), structure.BySector)
	if r.URL.Query().Get("by") == "" && len(bookRows(snap, structure.BySector)) == 0 {
		by = structure.ByRole
	}
	p := CoveragePage{Base: s.base(r, snap, "Who is tied to whom", "/network"), Tabs: netTabs(ask, "/network/coverage"), By: by}
	rows, err := p.rows(r, snap, ask, by)
	if err != nil {
		return err
	}
	set := ""
	for _, t := range p.Sets {
		if t.Current {
			set = t.Label
		}
	}
	held, err := netKeep(v, "cover/"+by+"/"+set, func() (coverHeld, error) {
		c := structure.Cover(v.View, rows, structure.Anchors(v.View, anchorRoles...))
		return coverHeld{c, c.Gaps(), tiedAnchors(v)}, nil
	})
	if err != nil {
		return err
	}
	c := held.Coverage
	if wantsCSV(r) {
		return coverageCSV(w, r, v, c)
	}
	p.MainClass, p.Method = "wide", "counts of organisations with a tie on record"
	if p.Filter, err = s.netForm(r, snap, ask, v); err != nil {
		return err
	}
	p.fill(r, v, ask, held)
	p.between(v, ask, c.Columns)
	p.Between.Tied = held.tied
	p.CSV, p.GapsCSV = readdress(r, "format", "csv"), readdress(r, "format", "csv")+"&table=gaps"
	return s.render(w, r, "networkcoverage", p)
}

// rows are the groups of the page, and the links to other ways of grouping.
func (p *CoveragePage) rows(r *http.Request, snap *live.Snapshot, ask netAsk, by string) ([]structure.Row, error) {
	for _, way := range []Choice{{Value: structure.BySector, Label: "By sector"}, {Value: structure.ByArea, Label: "By place"}, {Value: structure.ByRole, Label: "By role"}} {
		p.Ways = append(p.Ways, NetTab{way.Label, ask.with("/network/coverage", "by", way.Value), way.Value == by})
	}
	switch by {
	case structure.BySector:
		return bookRows(snap, by), nil
	case structure.ByRole:
		return bookRows(snap, by), nil
	case structure.ByArea:
		rows, _, tabs, err := coverAreas(r, snap, ask)
		p.Sets = tabs
		return rows, err
	}
	return nil, badRequest("Coverage is by area, sector or role, not by %.20q.", by)
}

// coverAreas are the areas of a set that hold organisations of the network, the largest first; the set that ?set= names, or the first that has
// not very many.
func coverAreas(r *http.Request, snap *live.Snapshot, ask netAsk) (rows []structure.Row, now string, tabs []NetTab, err error) {
	sets, err := areaSets(r.Context(), snap)
	if err != nil {
		return nil, "", nil, err
	}
	now = r.URL.Query().Get("set")
	for _, set := range sets {
		if set.N > areasShown {
			continue
		}
		if now == "" {
			now = set.Name
		}
		tabs = append(tabs, NetTab{set.Label(), ask.with("/network/coverage", "by", structure.ByArea, "set", set.Name), set.Name == now})
	}
	if len(tabs) == 0 {
		return nil, "", nil, nil
	}
	if !slices.ContainsFunc(tabs, func(t NetTab) bool { return t.Current }) {
		return nil, "", nil, badRequest("There is no set of areas %.40q here; the page Areas lists the sets.", now)
	}
	rows, err = live.Remember(&snap.Cache, "network/rows/"+now, func() ([]structure.Row, error) {
		shapes, err := setShapes(r.Context(), snap, now)
		if err != nil {
			return nil, err
		}
		return areaRowsOf(snap.Network, shapes), nil
	})
	return rows, now, tabs, err
}

// bookRows are the sectors or the roles of the network.
func bookRows(snap *live.Snapshot, by string) []structure.Row {
	rows, _ := live.Remember(&snap.Cache, "network/rows/by/"+by, func() ([]structure.Row, error) { // it cannot fail
		if by == structure.BySector {
			return structure.SectorRows(snap.Network), nil
		}
		return structure.RoleRows(snap.Network), nil
	})
	return rows
}

func areaRowsOf(b *network.Book, shapes []place.Shape) []structure.Row {
	var out []structure.Row
	for _, a := range shapes {
		if row := structure.AreaRow(b, a.Set+"/"+a.ID, a.Name, a.Geometry); len(row.Orgs) > 0 {
			out = append(out, row)
		}
	}
	return topBy(out, len(out), func(a, b structure.Row) bool { return len(a.Orgs) > len(b.Orgs) })
}

// coverHeld is a coverage table with its empty cells.
type coverHeld struct {
	structure.Coverage
	gaps []structure.Gap
	tied int // pairs of a driver and a cultivator
}

func tiedAnchors(v *netView) int {
	n := 0
	for _, pair := range v.Pairs {
		a, b := v.Node(int(pair.A)).Role, v.Node(int(pair.B)).Role
		if a != b && slices.Contains(anchorRoles, a) && slices.Contains(anchorRoles, b) {
			n++
		}
	}
	return n
}

func (p *CoveragePage) fill(r *http.Request, v *netView, ask netAsk, held coverHeld) {
	c, gaps := held.Coverage, held.gaps
	p.Finding = "Which drivers and cultivators are tied to whom"
	cells := 0
	for range c.Rows {
		cells += len(c.Columns)
	}
	if cells > 0 {
		p.Lede = fmt.Sprintf("%s and %s: %s of %s pairings have no tie on record. None on record is not the same as none: it is where to ask first.", counted(len(c.Columns), "driver or cultivator", "drivers and cultivators"),
			counted(len(c.Rows), "group", "groups"), chart.Number(float64(len(gaps)), 0), chart.Number(float64(cells), 0))
	}
	first := 0
	p.Wide = widths(r, len(c.Rows), &first)
	last := min(first+coverGroups, len(c.Rows))
	most := 0
	for i := first; i < last; i++ {
		row := c.Rows[i]
		ref := structure.CoveredRef(p.By, row.Key, "", ask.filter)
		p.Groups = append(p.Groups, CoverGroup{row.Label, report.CountFigure(int64(c.Of[i]), ref), report.Figure{Text: chart.Number(float64(c.Tied[i]), 0), Ref: ref}})
		most = max(most, slices.Max(append([]int{0}, c.Cells[i]...)))
	}
	order := make([]int, len(c.Columns))
	for i := range order {
		order[i] = i
	}
	var shown []int
	shown, p.Tall = leaf(r, order, "anchors", "drivers and cultivators")
	for _, i := range shown {
		p.Anchors = append(p.Anchors, p.anchor(v, ask, c, i, first, last, most))
	}
	alone := 0
	for _, i := range order {
		if c.Columns[i].Degree > 0 {
			continue
		}
		if alone++; alone <= aloneShown {
			n := v.Book.Node(int(c.Columns[i].Org))
			p.Alone = append(p.Alone, CoverGap{Anchor: n.Name, Path: orgPath(n.ID), Role: n.Role, Meet: meetLink(n.ID, "", "")})
		}
	}
	p.AloneMore = alone - len(p.Alone)
	var leafOf []structure.Gap
	leafOf, p.GapLeaf = leaf(r, gaps, "gaps", "pairings without a tie")
	for _, g := range leafOf {
		n, row := v.Book.Node(int(c.Columns[g.Column].Org)), c.Rows[g.Row]
		p.Gaps = append(p.Gaps, CoverGap{Group: row.Label, Anchor: n.Name, Path: orgPath(n.ID), Role: n.Role, Total: c.Of[g.Row], Meet: meetLink(n.ID, p.By, row.Key)})
	}
}

// meetLink is the address of introductions for an organisation in a group.
func meetLink(org, by, key string) string {
	q := url.Values{"org": {org}}
	switch by {
	case structure.ByArea:
		q.Set("area", key)
	case structure.BySector:
		q.Set("sector", key)
	}
	return "/introductions?" + q.Encode()
}

func (p *CoveragePage) anchor(v *netView, ask netAsk, c structure.Coverage, i, first, last, most int) CoverRow {
	col := c.Columns[i]
	n := v.Book.Node(int(col.Org))
	row := CoverRow{ID: n.ID, Name: n.Name, Role: n.Role, Path: ask.with("/network", "org", n.ID)}
	if col.Degree == 0 {
		row.Path = orgPath(n.ID)
	}
	row.Degree = report.Figure{Text: chart.Number(float64(col.Degree), 0)}
	if col.Degree > 0 {
		row.Degree.Ref = network.NodeRef(n.ID, "degree", ask.filter)
	}
	for g := first; g < last; g++ {
		many := c.Cells[g][i]
		cell := CoverCell{Figure: report.CountFigure(int64(many), structure.CoveredRef(p.By, c.Rows[g].Key, n.ID, ask.filter)), None: many == 0}
		if many > 0 {
			cell.Heat = 1 + 4*(many-1)/max(1, most-1)
		}
		_, in := slices.BinarySearch(c.Rows[g].Orgs, col.Org)
		cell.Out = in && c.Of[g] == 1
		row.Cells = append(row.Cells, cell)
	}
	return row
}

// widths cuts the groups into tables that fit side by side.
func widths(r *http.Request, all int, first *int) Leaves {
	last := max(1, (all+coverGroups-1)/coverGroups)
	n, err := strconv.Atoi(r.URL.Query().Get("groups"))
	if err != nil {
		n = 1
	}
	n = min(max(n, 1), last)
	*first = (n - 1) * coverGroups
	l := Leaves{Label: "groups", From: min(*first+1, all), To: min(*first+coverGroups, all), All: all}
	if n > 1 {
		l.Before = readdress(r, "groups", strconv.Itoa(n-1)) + "#matrix"
	}
	if n < last {
		l.Behind = readdress(r, "groups", strconv.Itoa(n+1)) + "#matrix"
	}
	return l
}

// coverageCSV sends the whole matrix, its empty cells, or drivers against cultivators.
func coverageCSV(w http.ResponseWriter, r *http.Request, v *netView, c structure.Coverage) error {
	var rows [][]string
	if r.URL.Query().Get("table") == "gaps" {
		for _, g := range c.Gaps() {
			n := v.Book.Node(int(c.Columns[g.Column].Org))
			rows = append(rows, []string{c.Rows[g.Row].Key, c.Rows[g.Row].Label, strconv.Itoa(c.Of[g.Row]), n.ID, n.Name, n.Role, strconv.Itoa(c.Columns[g.Column].Degree)})
		}
		return writeCSV(w, "coverage-gaps", []string{"group_id", "group", "organisations", "org_id", "name", "role", "degree"}, rows)
	}
	header := []string{"org_id", "name", "role", "degree"}
	total := []string{"", "organisations of the group", "", ""}
	for i, row := range c.Rows {
		header, total = append(header, row.Label), append(total, strconv.Itoa(c.Of[i]))
	}
	rows = append(rows, total)
	for i, col := range c.Columns {
		n := v.Book.Node(int(col.Org))
		row := []string{n.ID, n.Name, n.Role, strconv.Itoa(col.Degree)}
		for g := range c.Rows {
			row = append(row, strconv.Itoa(c.Cells[g][i]))
		}
		rows = append(rows, row)
	}
	return writeCSV(w, "coverage", header, rows)
}
