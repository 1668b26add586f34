package cli

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"milieu/internal/chart"
	"milieu/internal/cluster/density"
	"milieu/internal/evidence"
	"milieu/internal/geo"
	"milieu/internal/lake"
)

const clustersHelp = `
Lists the sectors with their clusters of firms in the current release, or the clusters of one sector: how many
organisations, how many times the share of all organisations there, the p-value over all clusters of the sector
against shuffled labels, and how stable the cluster is when a fifth of the firms is left out. Clusters ignore
boundaries. Settings are under [clusters] in milieu.toml.

  milieu clusters
  milieu clusters manufacturing
  milieu clusters manufacturing --geojson > manufacturing.geojson`

func clustersCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	asJSON := fs.Bool("json", false, "write JSON")
	asGeo := fs.Bool("geojson", false, "write the outlines as GeoJSON")
	return func(ctx context.Context, args []string) error {
		if *asJSON && *asGeo {
			return usagef("say --json or --geojson, not both")
		}
		sector, dir, err := clusterArgs(args)
		if err != nil {
			return err
		}
		db, err := openCurrent(ctx, []string{dir})
		if err != nil {
			return err
		}
		defer db.Close()
		runs, err := clusterRuns(ctx, db, sector)
		if err != nil {
			return err
		}
		switch {
		case *asGeo:
			return p.clusterOutlines(ctx, db, runs)
		case *asJSON:
			return p.clustersJSON(ctx, db, runs)
		case sector == "":
			return p.printRuns(runs)
		}
		return p.printClusters(ctx, db, runs[0])
	}
}

// clusterArgs reads [SECTOR] [DIR]: one argument alone is a folder when it holds a workspace.
func clusterArgs(args []string) (sector, dir string, err error) {
	switch len(args) {
	case 0:
		return "", ".", nil
	case 1:
		if _, err := os.Stat(filepath.Join(args[0], evidence.File)); err == nil {
			return "", args[0], nil
		}
		return args[0], ".", nil
	case 2:
		return args[0], args[1], nil
	}
	return "", "", usagef("give a sector and a folder, not %d arguments", len(args))
}

func clusterRuns(ctx context.Context, db *lake.DB, sector string) ([]density.Run, error) {
	runs, err := density.Runs(ctx, db)
	if err != nil {
		return nil, err
	}
	if sector == "" {
		return runs, nil
	}
	if run, ok := density.FindRun(runs, sector); ok {
		return []density.Run{run}, nil
	}
	var ids []string
	for _, r := range runs {
		ids = append(ids, r.Sector)
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("the release has no clusters; build it again: milieu build")
	}
	return nil, fmt.Errorf("no clusters were looked for in a sector %q; there are %s", sector, strings.Join(ids, ", "))
}

func (p *Program) printRuns(runs []density.Run) error {
	w := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "sector\torganisations\tplaced\tclusters\tmore than chance\tin a cluster")
	for _, r := range runs {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\n", r.Sector, r.Organisations, r.Placed, r.Clusters, r.Significant, r.InClusters)
	}
	return w.Flush()
}

func (p *Program) printClusters(ctx context.Context, db *lake.DB, run density.Run) error {
	firms, err := density.Firms(ctx, db, run)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "cluster\tname\torganisations\ttimes the share\tp\tstability\temployees (firms known)")
	for _, f := range firms {
		fmt.Fprintf(w, "%d\t%s\t%d\t%s (%s to %s)\t%s\t%s\t%d (%d)\n", f.Cluster, f.Name, f.Organisations, chart.Number(f.Ratio, 2), chart.Number(f.Lo, 2), chart.Number(f.Hi, 2),
			chart.Number(f.P, 3), chart.Number(f.Jaccard, 2), f.Employees, f.EmployeesKnown)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(p.Stdout, "\n%s: %s.\nEach organisation is %s.\nTest: %s.\n", run.Label, run.How(), run.LeftOut(), run.Test())
	return nil
}

// clusterJSON is one cluster for programs.
type clusterJSON struct {
	Cluster       int      `json:"cluster"`
	Name          string   `json:"name"`
	Organisations int      `json:"organisations"`
	Everyone      int      `json:"all_organisations"`
	Ratio         float64  `json:"ratio"`
	Lo            float64  `json:"ratio_lo"`
	Hi            float64  `json:"ratio_hi"`
	P             float64  `json:"p_family_wise"`
	Significant   bool     `json:"significant"`
	Jaccard       float64  `json:"jaccard"`
	Persistence   float64  `json:"persistence"`
	Employees     int      `json:"employees"`
	Known         int      `json:"employees_known"`
	Areas         []string `json:"areas"`
}

type clusterRunJSON struct {
	Sector        string        `json:"sector"`
	Label         string        `json:"label"`
	Basis         string        `json:"basis"`
	Organisations int           `json:"organisations"`
	Placed        int           `json:"placed"`
	NoPosition    int           `json:"no_position"`
	OnlyMass      int           `json:"only_mass_registration"`
	InClusters    int           `json:"in_clusters"`
	Shuffles      int           `json:"shuffles"`
	Seed          uint64        `json:"seed"`
	Clusters      []clusterJSON `json:"clusters"`
}

func (p *Program) clustersJSON(ctx context.Context, db *lake.DB, runs []density.Run) error {
	out := []clusterRunJSON{}
	for _, r := range runs {
		j := clusterRunJSON{Sector: r.Sector, Label: r.Label, Basis: "any", Organisations: r.Organisations, Placed: r.Placed, NoPosition: r.NoPosition, OnlyMass: r.OnlyMass, InClusters: r.InClusters,
			Shuffles: r.Shuffles, Seed: r.Seed, Clusters: []clusterJSON{}}
		firms, err := density.Firms(ctx, db, r)
		if err != nil {
			return err
		}
		for _, f := range firms {
			c := clusterJSON{Cluster: f.Cluster, Name: f.Name, Organisations: f.Organisations, Everyone: f.Everyone, Ratio: f.Ratio, Lo: f.Lo, Hi: f.Hi, P: f.P, Significant: f.Significant,
				Jaccard: f.Jaccard, Persistence: f.Persistence, Employees: f.Employees, Known: f.EmployeesKnown, Areas: []string{}}
			for _, a := range f.Areas {
				c.Areas = append(c.Areas, a.Set+"/"+a.ID)
			}
			j.Clusters = append(j.Clusters, c)
		}
		out = append(out, j)
	}
	return p.json(out)
}

func (p *Program) clusterOutlines(ctx context.Context, db *lake.DB, runs []density.Run) error {
	var out []geo.Feature
	for _, r := range runs {
		firms, err := density.Firms(ctx, db, r)
		if err != nil {
			return err
		}
		for _, f := range firms {
			out = append(out, geo.Feature{Geometry: f.Geometry, Properties: map[string]string{"sector": f.Sector, "cluster": fmt.Sprint(f.Cluster), "name": f.Name,
				"organisations": fmt.Sprint(f.Organisations), "p": full(f.P), "jaccard": full(f.Jaccard)}})
		}
	}
	_, err := p.Stdout.Write(geo.AppendFeatureCollection(nil, out))
	return err
}
