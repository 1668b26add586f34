package web

import (
	"context"
	"fmt"
	"net/http"
	"sort"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/graph"
	"milieu/internal/live"
	"milieu/internal/network"
	"milieu/internal/org"
	"milieu/internal/report"
)

// GroupTable is the communities of the network with how sure they are, and how their number hangs on the resolution.
type GroupTable struct {
	Rows       []GroupRow
	All        int
	Modularity report.Figure
	Untried    bool // too many ties for stability and the scan
	Scan       chart.Chart
	Says       string // what the scan says
}

// GroupRow is one community.
type GroupRow struct {
	Number          int
	Name, Path      string
	Mostly          string
	Members         report.Figure
	Inside, Outside int
	Stability       report.Figure
	Sure            string // in words
}

// netGroups are the communities of a view with their stability and the scan of resolutions.
type netGroups struct {
	network.Communities
	scan graph.Scan
	all  bool // stability and scan were reckoned
}

const groupsShown = 12

func (p *BrokersPage) groups(s *Server, r *http.Request, snap *live.Snapshot, ask netAsk, v *netView) error {
	got, ok, err := netLater(s, r, snap, v, "groups", netAtOnce, func(ctx context.Context) (netGroups, error) { return groupsOf(ctx, v) })
	if err != nil {
		return err
	}
	if !ok {
		p.Pending, p.Poll = true, 3000
		return nil
	}
	t := &p.Groups
	t.All, t.Untried = got.N, !got.all
	t.Modularity = report.NumberFigure(got.Modularity, got.Modularity, got.Modularity, 2, network.NetRef("modularity", ask.filter))
	ref := network.NetRef("communities", ask.filter)
	for i, g := range got.Groups[:min(len(got.Groups), groupsShown)] {
		row := GroupRow{Number: i + 1, Name: groupName(v, g.Members), Mostly: mostlyWords(v, g.Members), Members: report.CountFigure(int64(len(g.Members)), ref), Inside: g.Inside, Outside: g.Outside}
		if g.Stability >= 0 {
			row.Stability, row.Sure = report.NumberFigure(g.Stability, g.Stability, g.Stability, 2, ref), sureWords(g.Stability)
		}
		t.Rows = append(t.Rows, row)
	}
	if got.all {
		t.Scan, t.Says = scanChart(got.scan)
	}
	return nil
}

func groupsOf(ctx context.Context, v *netView) (netGroups, error) {
	all := len(v.Pairs) <= netStableTies
	c, err := v.View.Communities(ctx, all)
	if err != nil {
		return netGroups{}, err
	}
	out := netGroups{Communities: c, all: all}
	if all {
		out.scan, err = v.View.Scan(ctx)
	}
	return out, err
}

// sureWords reads stability as Hennig (2007) does.
func sureWords(stability float64) string {
	switch {
	case stability >= 0.75:
		return "stable"
	case stability >= 0.6:
		return "doubtful"
	}
	return "not to be believed"
}

// mostlyWords says what most of a group have in common: role, sector and place, where more than half do.
func mostlyWords(v *netView, members []int32) string {
	role, town, sector := map[string]int{}, map[string]int{}, map[string]int{}
	for _, m := range members {
		n := v.Node(int(m))
		role[n.Role]++
		if n.Town != "" {
			town[n.Town]++
		}
		for b, s := range v.Book.Sectors() {
			if n.Sectors>>b&1 == 1 {
				sector[s.Name]++
			}
		}
	}
	var parts []string
	add := func(of map[string]int, word func(string) string) {
		if key, n := commonest(of); 2*n > len(members) && n > 1 {
			parts = append(parts, fmt.Sprintf("%s (%d)", word(key), n))
		}
	}
	add(role, func(k string) string { return lowerFirst(org.RoleLabel(k)) })
	add(sector, func(k string) string { return k })
	add(town, func(k string) string { return k })
	if len(parts) == 0 {
		return "mixed"
	}
	return strings.Join(parts, ", ")
}

// commonest is the most frequent key, equals by name.
func commonest(of map[string]int) (string, int) {
	keys := make([]string, 0, len(of))
	for k := range of {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	best, n := "", 0
	for _, k := range keys {
		if of[k] > n {
			best, n = k, of[k]
		}
	}
	return best, n
}

// scanChart draws how many communities there are at each resolution, with the widest plateau marked.
func scanChart(s graph.Scan) (chart.Chart, string) {
	if len(s.Steps) == 0 {
		return chart.Chart{}, ""
	}
	sp := chart.ColumnsSpec{Title: "Communities by resolution", Unit: "Communities", Name: "Resolution", Width: 720}
	says := "No number of communities holds over a range of resolutions: the network has no one right division, and any that is chosen is the reader's."
	for i, step := range s.Steps {
		mark := chart.MarkOther
		if s.Best >= 0 && i >= s.Plateaus[s.Best].First && i <= s.Plateaus[s.Best].Last {
			mark = chart.MarkUs
		}
		sp.Columns = append(sp.Columns, chart.Column{Label: chart.Number(step.Resolution, 2), Value: float64(step.Groups), Mark: mark})
	}
	if s.Best >= 0 {
		b := s.Plateaus[s.Best]
		says = fmt.Sprintf("The division into %d communities holds longest, from resolution %s to %s (marked). The communities above are those at resolution 1.", b.Groups, chart.Number(b.Low, 2), chart.Number(b.High, 2))
	}
	return chart.Columns(sp), says
}
