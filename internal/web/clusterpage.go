package web

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/chart"
	"milieu/internal/cluster"
	"milieu/internal/cluster/density"
	"milieu/internal/evidence"
	"milieu/internal/geo"
	"milieu/internal/live"
	"milieu/internal/place"
	"milieu/internal/report"
)

// ClusterPage is one cluster of firms.
type ClusterPage struct {
	Base
	Finding    string
	Lede       report.Text
	Label      string
	SectorPath string
	Row        ClusterRow
	Everyone   report.Figure // organisations of all kinds there
	Expected   report.Figure
	Known      report.Figure // members whose employees are known
	GrowthOf   report.Figure // members behind the growth
	Km2        report.Figure
	Sure       bool
	Reach      string
	Map        chart.Chart
	Areas      []ClusterArea
	Industries []ClusterIndustry
	MoreKinds  int
	Members    []ClusterMemberRow
	Pager      Pager
	CSV        string
	GeoJSON    string
}

// ClusterArea is an area that a cluster crosses.
type ClusterArea struct {
	Set, Name, Path string
	Organisations   report.Figure
}

// ClusterIndustry is one industry of a cluster's members.
type ClusterIndustry struct {
	Code, Name    string
	Organisations report.Figure
}

// ClusterMemberRow is one place of a member.
type ClusterMemberRow struct {
	Name, Path, Industry, Postcode string
	Founded                        string
	Employees                      *report.Figure
}

// industryRows is how many industries of a cluster are shown; the CSV has each member's.
const industryRows = 15

// clusterAreas is how many areas of a set a cluster shows.
const clusterAreas = 8

func (s *Server) clusterFirm(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	run, err := clusterRun(r, snap, r.PathValue("sector"))
	if err != nil {
		return err
	}
	firms, err := clusterFirms(r.Context(), snap, run)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(firms, func(f density.Firm) bool { return strconv.Itoa(f.Cluster) == r.PathValue("n") })
	if at < 0 {
		return notFound("%s has no cluster %q; it has %s.", run.Label, r.PathValue("n"), counted(len(firms), "cluster", "clusters"))
	}
	f := firms[at]
	members, err := density.Members(r.Context(), snap.DB, run.Sector, f.Cluster)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("cluster-%s-%d", run.Sector, f.Cluster)
	switch r.URL.Query().Get("format") {
	case "csv":
		return writeCSV(w, name, memberHeader, memberTable(f, members))
	case "geojson":
		return s.writeGeo(w, r, snap, name, memberFeatures(f, members), "")
	}
	page, err := clusterPageNumber(r)
	if err != nil {
		return err
	}
	p := ClusterPage{Base: s.base(r, snap, f.Name+": cluster of "+run.Label, "/clusters"), Label: run.Label, SectorPath: clusterPath(run.Sector, 0), Sure: f.Significant, Reach: chart.Number(run.ReachM, 0)}
	p.Method = clusterMethod
	p.fill(f, firms)
	p.members(members, page, clusterPath(run.Sector, f.Cluster), r)
	p.find(run, f)
	if p.Map, err = clusterMap(r.Context(), snap, f.Name+": outline and places of members", []density.Firm{f}, crossedSet(firms), memberPoints(members)); err != nil {
		return err
	}
	return s.render(w, r, "cluster", p)
}

func clusterPageNumber(r *http.Request) (int, error) {
	text := r.URL.Query().Get("page")
	if text == "" {
		return 1, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > pagesMost {
		return 0, badRequest("%q is not a number of a page.", text)
	}
	return n, nil
}

func (p *ClusterPage) fill(f density.Firm, firms []density.Firm) {
	ref := density.Ref(f.Sector, f.Cluster)
	p.Row = clusterRow(f, crossedSet(firms))
	p.Everyone = report.CountFigure(int64(f.Everyone), ref)
	p.Expected = report.Figure{Text: chart.Number(f.Expected, 0), Ref: ref}
	p.Known, p.GrowthOf = report.CountFigure(int64(f.EmployeesKnown), ref), report.CountFigure(int64(f.GrowthKnown), ref)
	p.Km2 = report.Figure{Text: chart.Number(f.Km2, 1), Ref: ref}
	in := map[string]int{}
	for _, a := range f.Areas {
		if in[a.Set]++; in[a.Set] <= clusterAreas {
			p.Areas = append(p.Areas, ClusterArea{Set: place.SetLabel(a.Set), Name: a.Name, Path: areaPath(a.Set, a.ID), Organisations: report.CountFigure(int64(a.Organisations), ref)})
		}
	}
}

func (p *ClusterPage) members(members []density.Member, page int, here string, r *http.Request) {
	p.CSV, p.GeoJSON = here+"?format=csv", here+"?format=geojson"
	count, name := map[string]int{}, map[string]string{}
	seen := map[string]bool{}
	for _, m := range members {
		if !seen[m.ID] && m.Code != "" {
			count[m.Code]++
			name[m.Code] = m.Industry
		}
		seen[m.ID] = true
	}
	codes := make([]string, 0, len(count))
	for c := range count {
		codes = append(codes, c)
	}
	slices.SortFunc(codes, func(a, b string) int {
		if c := cmp.Compare(count[b], count[a]); c != 0 {
			return c
		}
		return cmp.Compare(a, b)
	})
	p.MoreKinds = max(0, len(codes)-industryRows)
	for _, c := range codes[:len(codes)-p.MoreKinds] {
		p.Industries = append(p.Industries, ClusterIndustry{Code: c, Name: cluster.ShortName(name[c]), Organisations: report.CountFigure(int64(count[c]), p.Row.Organisations.Ref)})
	}
	p.Pager = pager(here, r.URL.Query(), page, pageRows, len(members))
	from := min((page-1)*pageRows, len(members))
	for _, m := range members[from:min(from+pageRows, len(members))] {
		row := ClusterMemberRow{Name: m.Name, Path: orgPath(m.ID), Industry: cluster.ShortName(m.Industry), Postcode: m.Postcode}
		if m.Founded > 0 {
			row.Founded = strconv.Itoa(m.Founded)
		}
		if m.Employees.Valid {
			row.Employees = &report.Figure{Text: chart.Number(float64(m.Employees.Int64), 0), Ref: evidence.MakeRef("employees", []string{m.ID})}
		}
		p.Members = append(p.Members, row)
	}
}

func (p *ClusterPage) find(run density.Run, f density.Firm) {
	verdict := "may be chance"
	if p.Sure {
		verdict = "more than chance"
	}
	p.Finding = fmt.Sprintf("%s: a cluster of %s, %s", f.Name, cluster.InSentence(run.Label), verdict)
	p.Lede = report.Say("%v organisations of the sector, where its share of all %v organisations there would make %v: %v times the share.", p.Row.Organisations, p.Everyone, p.Expected, p.Row.Ratio)
}

func memberPoints(members []density.Member) []chart.MapPoint {
	var out []chart.MapPoint
	type at struct{ lon, lat float64 }
	index := map[at]int{}
	for _, m := range members {
		k, ok := index[at{m.Lon, m.Lat}]
		if !ok {
			index[at{m.Lon, m.Lat}] = len(out)
			out = append(out, chart.MapPoint{Label: m.Postcode, Lon: m.Lon, Lat: m.Lat, Size: 1})
			continue
		}
		out[k].Size++
	}
	for i := range out {
		if out[i].Label == "" {
			out[i].Label = fmt.Sprintf("%.4f, %.4f", out[i].Lat, out[i].Lon)
		}
	}
	return out
}

var memberHeader = []string{"sector", "cluster", "org_id", "name", "role", "industry_code", "industry", "founded", "employees", "postcode", "lon", "lat", "probability", "first_place"}

func memberTable(f density.Firm, members []density.Member) [][]string {
	var out [][]string
	for _, m := range members {
		founded, employees := "", ""
		if m.Founded > 0 {
			founded = strconv.Itoa(m.Founded)
		}
		if m.Employees.Valid {
			employees = strconv.FormatInt(m.Employees.Int64, 10)
		}
		out = append(out, []string{f.Sector, strconv.Itoa(f.Cluster), m.ID, m.Name, m.Role, m.Code, m.Industry, founded, employees, m.Postcode, plainNumber(m.Lon), plainNumber(m.Lat), plainNumber(m.Probability), strconv.FormatBool(m.First)})
	}
	return out
}

func memberFeatures(f density.Firm, members []density.Member) []geo.Feature {
	out := []geo.Feature{hullFeature(f)}
	for _, m := range members {
		out = append(out, geo.Feature{Geometry: geom.XY{X: m.Lon, Y: m.Lat}.AsPoint().AsGeometry(),
			Properties: map[string]string{"id": m.ID, "name": m.Name, "industry": m.Industry, "probability": plainNumber(m.Probability), "url": orgPath(m.ID)}})
	}
	return out
}
