package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/chart"
	"milieu/internal/cluster/density"
	"milieu/internal/geo"
	"milieu/internal/live"
	"milieu/internal/place"
	"milieu/internal/report"
)

// ClusterSectorPage is the clusters of firms of one sector.
type ClusterSectorPage struct {
	Base
	Finding     string
	Lede        report.Text
	Label       string
	Map         chart.Chart
	MapPath     string
	Sure, Maybe []ClusterRow // more than chance; perhaps chance
	More        int          // of the latter, not shown
	How, Test   string
	LeftOut     string
	Set         string // name of the areas that are crossed
	CSV         string
	GeoJSON     string
}

// ClusterRow is one cluster.
type ClusterRow struct {
	Name, Path                      string
	Organisations, Ratio, Employees report.Figure
	P, Jaccard                      report.Figure
	Stable                          string // stable, so-so or unstable
	Growth, Founded                 *report.Figure
	Crosses                         string
}

// maybeRows is how many clusters that may be chance are shown; the CSV has all.
const maybeRows = 30

// mapHulls is how many outlines are drawn.
const mapHulls = 80

func (s *Server) clusterSector(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	run, err := clusterRun(r, snap, r.PathValue("sector"))
	if err != nil {
		return err
	}
	firms, err := clusterFirms(r.Context(), snap, run)
	if err != nil {
		return err
	}
	here := clusterPath(run.Sector, 0)
	set := crossedSet(firms)
	switch r.URL.Query().Get("format") {
	case "csv":
		return writeCSV(w, "clusters-"+run.Sector, firmHeader, firmTable(firms))
	case "geojson":
		var out []geo.Feature
		for _, f := range firms {
			out = append(out, hullFeature(f))
		}
		return s.writeGeo(w, r, snap, "clusters-"+run.Sector, out, leftOutWords(run))
	}
	p := ClusterSectorPage{Base: s.base(r, snap, "Clusters of "+run.Label, "/clusters"), Label: run.Label, How: capitalise(run.How()) + ".", Test: capitalise(run.Test()) + ".", LeftOut: "Each organisation is " + run.LeftOut() + ".",
		CSV: here + "?format=csv", GeoJSON: here + "?format=geojson", MapPath: "/map?clusters=" + url.QueryEscape(run.Sector)}
	p.Method = clusterMethod
	if set != "" {
		p.Set = place.SetLabel(set)
	}
	for _, f := range firms {
		if f.Significant {
			p.Sure = append(p.Sure, clusterRow(f, set))
		} else {
			p.Maybe = append(p.Maybe, clusterRow(f, set))
		}
	}
	p.More = max(0, len(p.Maybe)-maybeRows)
	p.Maybe = p.Maybe[:len(p.Maybe)-p.More]
	p.find(run, firms, set)
	if len(firms) > 0 {
		if p.Map, err = clusterMap(r.Context(), snap, "Clusters of "+run.Label, firms, set, nil); err != nil {
			return err
		}
	}
	return s.render(w, r, "clustersector", p)
}

// crossedSet is the set of areas by which crossing is told: of the sets with few areas around the clusters the one with the
// most, districts before others.
func crossedSet(firms []density.Firm) string {
	areas := map[string]map[string]bool{}
	for _, f := range firms {
		for _, a := range f.Areas {
			if areas[a.Set] == nil {
				areas[a.Set] = map[string]bool{}
			}
			areas[a.Set][a.ID] = true
		}
	}
	if len(areas["lad"]) > 0 {
		return "lad"
	}
	best := ""
	for set, ids := range areas {
		better := len(ids) > len(areas[best]) || len(ids) == len(areas[best]) && set < best
		if len(ids) <= 30 && (best == "" || better) {
			best = set
		}
	}
	return best
}

// crosses names the areas of a set in which members lie, the most first.
func crosses(f density.Firm, set string) []density.Crossed {
	var out []density.Crossed
	for _, a := range f.Areas {
		if a.Set == set {
			out = append(out, a)
		}
	}
	return out
}

func clusterRow(f density.Firm, set string) ClusterRow {
	ref := density.Ref(f.Sector, f.Cluster)
	row := ClusterRow{Name: f.Name, Path: clusterPath(f.Sector, f.Cluster), Organisations: report.CountFigure(int64(f.Organisations), ref), Ratio: ratioFigure(f),
		P: pFigure(f), Jaccard: report.Figure{Text: chart.Number(f.Jaccard, 2), Ref: ref}, Stable: stableWord(f.Jaccard), Growth: growthFigure(f), Founded: foundedFigure(f)}
	if f.EmployeesKnown > 0 {
		row.Employees = report.CountFigure(int64(f.Employees), ref)
	}
	var names []string
	for _, a := range crosses(f, set) {
		names = append(names, fmt.Sprintf("%s %d", a.Name, a.Organisations))
	}
	row.Crosses = strings.Join(names, ", ")
	return row
}

// pFigure writes a p-value, with what the number of shuffles leaves open where that decides.
func pFigure(f density.Firm) report.Figure {
	fig := report.Figure{Text: chart.Number(f.P, 3), Ref: density.Ref(f.Sector, f.Cluster)}
	if !f.Significant && f.P <= 0.05 {
		fig.Range = "up to " + chart.Number(f.PHi, 3)
	}
	return fig
}

// stableWord reads a Jaccard similarity as Hennig (2007) does.
func stableWord(j float64) string {
	switch {
	case j >= 0.75:
		return "stable"
	case j >= 0.6:
		return "a pattern, edges vary"
	}
	return "not stable"
}

// fewGrowth is the least number of members whose growth is shown.
const fewGrowth = 5

func growthFigure(f density.Firm) *report.Figure {
	if f.GrowthKnown < fewGrowth || f.Before == 0 {
		return nil
	}
	change := 100 * (float64(f.EmployeesNow)/float64(f.Before) - 1)
	text := chart.Number(change, 1)
	if change > 0 {
		text = "+" + text
	}
	return &report.Figure{Text: text, Unit: "%", Ref: density.Ref(f.Sector, f.Cluster)}
}

func foundedFigure(f density.Firm) *report.Figure {
	if f.FoundedKnown == 0 {
		return nil
	}
	return &report.Figure{Text: strconv.Itoa(int(f.Founded)), Ref: density.Ref(f.Sector, f.Cluster)}
}

func (p *ClusterSectorPage) find(run density.Run, firms []density.Firm, set string) {
	ref := density.Ref(run.Sector, 0)
	in := report.CountFigure(int64(run.InClusters), ref)
	placed := report.CountFigure(int64(run.Placed), ref)
	across := 0
	for _, f := range firms {
		if f.Significant && len(crosses(f, set)) > 1 {
			across++
		}
	}
	switch {
	case len(firms) == 0:
		p.Finding = run.Label + ": no cluster of firms"
		p.Lede = report.Say("Nowhere do %v of its %v placed organisations stand close together.", run.MinSize, placed)
		return
	case len(p.Sure) == 0:
		p.Finding = run.Label + ": no cluster is more than chance"
		p.Lede = report.Say("%v clusters hold %v of its %v placed organisations, but shuffled labels make as strong ones.", report.CountFigure(int64(run.Clusters), ref), in, placed)
		return
	}
	p.Finding = fmt.Sprintf("%s: %s more than chance", run.Label, counted(len(p.Sure), "cluster is", "clusters are"))
	p.Lede = report.Say("%v clusters hold %v of its %v placed organisations.", report.CountFigure(int64(run.Clusters), ref), in, placed)
	if across > 0 {
		p.Lede = append(p.Lede, report.Say(" Of those that are more than chance, %v %v a boundary of %v.", report.CountFigure(int64(across), ref), map[bool]string{true: "crosses", false: "cross"}[across == 1], strings.ToLower(place.SetLabel(set)))...)
	}
}

// clusterMap draws outlines over the areas that they cross: those that are more than chance in colour.
func clusterMap(ctx context.Context, snap *live.Snapshot, title string, firms []density.Firm, set string, points []chart.MapPoint) (chart.Chart, error) {
	sp := chart.MapSpec{Title: title, Name: "Cluster", Points: points, PointUnit: "Members on one position"}
	box := geo.Box{West: 180, South: 90, East: -180, North: -90}
	drawn := firms[:min(len(firms), mapHulls)]
	for _, f := range slices.Backward(drawn) { // the surest last, on top
		mark := chart.MarkOther
		if f.Significant {
			mark = chart.MarkUs
		}
		sp.Hulls = append(sp.Hulls, chart.MapHull{Label: fmt.Sprintf("%s: %d organisations, %s times the share", f.Name, f.Organisations, chart.Number(f.Ratio, 1)), Geometry: f.Geometry, Mark: mark})
		if b, ok := geo.Bounds(f.Geometry); ok {
			box = geo.Box{West: min(box.West, b.West), South: min(box.South, b.South), East: max(box.East, b.East), North: max(box.North, b.North)}
		}
	}
	if set == "" {
		return chart.Map(sp), nil
	}
	touched := map[string]bool{}
	for _, f := range drawn {
		for _, a := range crosses(f, set) {
			touched[a.ID] = true
		}
	}
	shapes, err := place.Shapes(ctx, snap.DB, set, box, 0.0005)
	if err != nil {
		return chart.Chart{}, err
	}
	for _, a := range shapes {
		if touched[a.ID] {
			sp.Borders = append(sp.Borders, a.Geometry)
		}
	}
	if len(drawn) == 1 {
		sp.Borders = linesWithin(sp.Borders, box)
	}
	return chart.Map(sp), nil
}

// linesWithin cuts areas to the surroundings of one cluster.
func linesWithin(borders []geom.Geometry, b geo.Box) []geom.Geometry {
	dx, dy := 0.6*(b.East-b.West), 0.6*(b.North-b.South)
	window := geom.NewEnvelope(geom.XY{X: b.West - dx, Y: b.South - dy}, geom.XY{X: b.East + dx, Y: b.North + dy}).AsGeometry()
	var out []geom.Geometry
	for _, g := range borders {
		// An area that cannot be cut is left out: it is ground, not what the map shows.
		if cut, err := geom.Intersection(g, window); err == nil && !cut.IsEmpty() {
			out = append(out, cut)
		}
	}
	return out
}

var firmHeader = []string{"sector", "cluster", "name", "organisations", "positions", "all_organisations_reached", "expected", "ratio", "ratio_lo", "ratio_hi", "llr", "p_family_wise", "p_family_wise_hi", "significant", "jaccard", "persistence", "excess_of_mass",
	"distance_m", "employees", "employees_known", "growth_known", "employees_now", "employees_before", "median_founded", "founded_known", "km2", "lon", "lat", "areas"}

func firmTable(firms []density.Firm) [][]string {
	sorted := slices.Clone(firms)
	slices.SortFunc(sorted, func(a, b density.Firm) int { return cmp.Compare(a.Cluster, b.Cluster) })
	var out [][]string
	for _, f := range sorted {
		var areas []string
		for _, a := range f.Areas {
			areas = append(areas, fmt.Sprintf("%s/%s %s %d", a.Set, a.ID, a.Name, a.Organisations))
		}
		i := strconv.Itoa
		out = append(out, []string{f.Sector, i(f.Cluster), f.Name, i(f.Organisations), i(f.Positions), i(f.Everyone), plainNumber(f.Expected), plainNumber(f.Ratio), plainNumber(f.Lo), plainNumber(f.Hi), plainNumber(f.LLR), plainNumber(f.P), plainNumber(f.PHi),
			strconv.FormatBool(f.Significant), plainNumber(f.Jaccard), plainNumber(f.Persistence), plainNumber(f.Stability), plainNumber(f.DistanceM), i(f.Employees), i(f.EmployeesKnown), i(f.GrowthKnown), i(f.EmployeesNow), i(f.Before),
			plainNumber(f.Founded), i(f.FoundedKnown), plainNumber(f.Km2), plainNumber(f.Lon), plainNumber(f.Lat), strings.Join(areas, "; ")})
	}
	return out
}
