package web

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"

	"milieu/internal/chart"
	"milieu/internal/cluster/density"
	"milieu/internal/geo"
	"milieu/internal/live"
	"milieu/internal/report"
)

// ClustersPage lists the sectors with their clusters of firms.
type ClustersPage struct {
	Base
	Finding string
	Lede    string
	Rows    []ClusterRunRow
	Shuffle string // how chance was held against them
	CSV     string
	GeoJSON string
}

// ClusterRunRow is one sector.
type ClusterRunRow struct {
	Label, Path                                 string
	Organisations, Clusters, Significant, Share report.Figure
	Strongest, StrongestPath                    string
	Ratio                                       report.Figure
	LeftOut                                     string
}

// clusterMethod is what taken-away charts and maps say of how clusters were made.
const clusterMethod = "clusters of firms"

// clusterRuns are the sectors of the release with how their clusters were found.
func clusterRuns(ctx context.Context, snap *live.Snapshot) ([]density.Run, error) {
	return live.Remember(&snap.Cache, "clusters/runs", func() ([]density.Run, error) { return density.Runs(ctx, snap.DB) })
}

// clusterFirms are the clusters of a sector, those that chance would least make first.
func clusterFirms(ctx context.Context, snap *live.Snapshot, run density.Run) ([]density.Firm, error) {
	return live.Remember(&snap.Cache, "clusters/of/"+run.Sector, func() ([]density.Firm, error) { return density.Firms(ctx, snap.DB, run) })
}

// clusterRun finds the sector that an address names.
func clusterRun(r *http.Request, snap *live.Snapshot, sector string) (density.Run, error) {
	runs, err := clusterRuns(r.Context(), snap)
	if err != nil {
		return density.Run{}, err
	}
	if run, ok := density.FindRun(runs, sector); ok {
		return run, nil
	}
	return density.Run{}, notFound("No clusters were looked for in a sector %q. The page Clusters lists the sectors.", sector)
}

func clusterPath(sector string, n int) string {
	if n == 0 {
		return "/clusters/" + url.PathEscape(sector)
	}
	return "/clusters/" + url.PathEscape(sector) + "/" + strconv.Itoa(n)
}

func (s *Server) clusters(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	runs, err := clusterRuns(r.Context(), snap)
	if err != nil {
		return err
	}
	switch r.URL.Query().Get("format") {
	case "csv":
		return writeCSV(w, "clusters", runHeader, runTable(runs))
	case "geojson":
		return s.clusterHulls(w, r, snap)
	}
	p := ClustersPage{Base: s.base(r, snap, "Clusters of firms", "/clusters"), CSV: "/clusters?format=csv", GeoJSON: "/clusters?format=geojson"}
	p.Method = clusterMethod
	found, sure := 0, 0
	for _, run := range runs {
		row, err := runRow(r.Context(), snap, run)
		if err != nil {
			return err
		}
		p.Rows = append(p.Rows, row)
		found, sure = found+run.Clusters, sure+run.Significant
		if p.Shuffle == "" && run.Shuffles > 0 {
			p.Shuffle = capitalise(run.Test()) + "."
		}
	}
	p.find(len(runs), found, sure)
	return s.render(w, r, "clusters", p)
}

func (p *ClustersPage) find(sectors, found, sure int) {
	switch {
	case sectors == 0:
		p.Finding, p.Lede = "Clusters of firms", "Where the firms of a sector stand close together, whatever the boundaries."
	case found == 0:
		p.Finding, p.Lede = "No sector has a cluster of firms here", "Nowhere do enough firms of one sector stand close together."
	case sure == 0:
		p.Finding, p.Lede = "No cluster of firms is more than chance", fmt.Sprintf("%s found; shuffled labels make as large ones.", capitalise(counted(found, "cluster was", "clusters were")))
	default:
		p.Finding = fmt.Sprintf("%s of firms %s more than chance", counted(sure, "cluster", "clusters"), map[bool]string{true: "is", false: "are"}[sure == 1])
		p.Lede = fmt.Sprintf("%s found in %s by how close firms stand, whatever the boundaries. A cluster is more than chance when hardly one shuffle of the labels in twenty makes any like it.",
			capitalise(counted(found, "was", "were")), counted(sectors, "sector", "sectors"))
	}
}

func runRow(ctx context.Context, snap *live.Snapshot, run density.Run) (ClusterRunRow, error) {
	ref := density.Ref(run.Sector, 0)
	row := ClusterRunRow{Label: run.Label, Path: clusterPath(run.Sector, 0), Organisations: report.CountFigure(int64(run.Placed), ref), Clusters: report.CountFigure(int64(run.Clusters), ref),
		Significant: report.CountFigure(int64(run.Significant), ref), LeftOut: leftOutWords(run)}
	if run.Placed > 0 {
		row.Share = report.Figure{Text: chart.Number(100*float64(run.InClusters)/float64(run.Placed), 0), Unit: "%", Ref: ref}
	}
	firms, err := clusterFirms(ctx, snap, run)
	if err != nil {
		return row, err
	}
	if len(firms) > 0 && firms[0].Significant {
		f := strongest(firms)
		row.Strongest, row.StrongestPath, row.Ratio = f.Name, clusterPath(run.Sector, f.Cluster), ratioFigure(f)
	}
	return row, nil
}

// strongest is the significant cluster whose ratio has the highest lower bound.
func strongest(firms []density.Firm) density.Firm {
	best := firms[0]
	for _, f := range firms {
		if f.Significant && f.Lo > best.Lo {
			best = f
		}
	}
	return best
}

// leftOutWords says who of a sector has no position, and why.
func leftOutWords(run density.Run) string {
	var parts []string
	if run.NoPosition > 0 {
		parts = append(parts, chart.Number(float64(run.NoPosition), 0)+" without a known position")
	}
	if run.OnlyMass > 0 {
		parts = append(parts, chart.Number(float64(run.OnlyMass), 0)+" with only an address of mass registration")
	}
	if len(parts) == 0 {
		return "none"
	}
	return andList(parts)
}

func ratioFigure(f density.Firm) report.Figure {
	return report.NumberFigure(f.Ratio, f.Lo, f.Hi, 1, density.Ref(f.Sector, f.Cluster))
}

var runHeader = []string{"sector", "label", "basis", "organisations", "placed", "no_position", "only_mass_registration", "positions", "all_placed", "clusters", "significant", "organisations_in_clusters",
	"min_points", "min_size", "one_address", "max_share", "reach_m", "shuffles", "seed", "rounds", "significant_from_llr"}

func runTable(runs []density.Run) [][]string {
	var out [][]string
	for _, v := range runs {
		row := []string{v.Sector, v.Label, "any"}
		for _, n := range []int{v.Organisations, v.Placed, v.NoPosition, v.OnlyMass, v.Positions, v.AllPlaced, v.Clusters, v.Significant, v.InClusters, v.MinPoints, v.MinSize, v.OneAddress} {
			row = append(row, strconv.Itoa(n))
		}
		out = append(out, append(row, plainNumber(v.MaxShare), plainNumber(v.ReachM), strconv.Itoa(v.Shuffles), strconv.FormatUint(v.Seed, 10), strconv.Itoa(v.Rounds), plainNumber(v.ChanceLLR)))
	}
	return out
}

// plainNumber is a number for a table to be taken away; empty where there is none.
func plainNumber(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// clusterHulls sends the outlines of clusters, of one sector where the address names it.
func (s *Server) clusterHulls(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	runs, err := clusterRuns(r.Context(), snap)
	if err != nil {
		return err
	}
	if sector := r.URL.Query().Get("sector"); sector != "" {
		run, err := clusterRun(r, snap, sector)
		if err != nil {
			return err
		}
		runs = []density.Run{run}
	}
	var out []geo.Feature
	for _, run := range runs {
		firms, err := clusterFirms(r.Context(), snap, run)
		if err != nil {
			return err
		}
		for _, f := range firms {
			out = append(out, hullFeature(f))
		}
	}
	return s.writeGeo(w, r, snap, "clusters", out, "")
}

func hullFeature(f density.Firm) geo.Feature {
	return geo.Feature{Geometry: f.Geometry, Properties: map[string]string{"sector": f.Sector, "cluster": strconv.Itoa(f.Cluster), "name": f.Name, "organisations": strconv.Itoa(f.Organisations),
		"ratio": plainNumber(f.Ratio), "p": plainNumber(f.P), "significant": strconv.FormatBool(f.Significant), "jaccard": plainNumber(f.Jaccard), "url": clusterPath(f.Sector, f.Cluster)}}
}
