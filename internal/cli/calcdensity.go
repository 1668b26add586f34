package cli

import (
	"context"
	"flag"
	"fmt"
	"strconv"

	"milieu/internal/spatial/density"
)

// densityMethods are the methods of calc that find clusters of points.
func densityMethods() []method {
	return []method{
		{"density-clusters", "id,x,y[,weight]", "id,cluster",
			"Clusters of points by DBSCAN (--eps, in the units of x and y) or HDBSCAN (excess of mass, no single root cluster; its smallest cluster has --min-points unless --min-size says otherwise). Distances are straight: project longitude and latitude before. A point counts itself, with its weight, in --min-points. Clusters are numbered from 0 by weight, then by first point; noise is -1.", calcDensity},
	}
}

func calcDensity(fs *flag.FlagSet) func(context.Context, csvTable) ([]string, [][]string, error) {
	how := fs.String("method", "", "the `METHOD`, dbscan or hdbscan; where it is not given, dbscan with --eps, else hdbscan")
	eps := fs.Float64("eps", 0, "`DISTANCE` within which points are neighbours (dbscan)")
	least := fs.Float64("min-points", 5, "`N`, the points within reach that make a dense place, the point itself counted")
	size := fs.Float64("min-size", 0, "least weight `N` of a cluster (hdbscan); min-points where it is not given")
	scores := fs.Bool("scores", false, "add the columns probability and outlier (hdbscan)")
	return func(ctx context.Context, t csvTable) ([]string, [][]string, error) {
		if *how == "" {
			*how = "hdbscan"
			if *eps != 0 {
				*how = "dbscan"
			}
		}
		if err := densityFlags(*how, *eps, *least, *size, *scores); err != nil {
			return nil, nil, err
		}
		ids, p, err := t.points()
		if err != nil {
			return nil, nil, err
		}
		var found density.Result
		if *how == "dbscan" {
			found.Label, err = density.DBSCAN(ctx, p, *eps, *least)
		} else {
			found, err = density.HDBSCAN(ctx, p, density.Options{MinPoints: *least, MinWeight: *size})
		}
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", t.name, err)
		}
		head := []string{"id", "cluster"}
		if *scores {
			head = append(head, "probability", "outlier")
		}
		out := make([][]string, len(ids))
		for i, id := range ids {
			out[i] = []string{id, strconv.Itoa(found.Label[i])}
			if *scores {
				out[i] = append(out[i], full(found.Probability[i]), full(found.Outlier[i]))
			}
		}
		return head, out, nil
	}
}

func densityFlags(how string, eps, least, size float64, scores bool) error {
	switch {
	case how != "dbscan" && how != "hdbscan":
		return usagef("method %q is neither dbscan nor hdbscan", how)
	case how == "dbscan" && !(eps > 0):
		return usagef("dbscan needs --eps DISTANCE above 0")
	case how == "hdbscan" && eps != 0:
		return usagef("hdbscan takes no --eps: it looks at all distances")
	case how == "dbscan" && (size != 0 || scores):
		return usagef("--min-size and --scores are of hdbscan")
	case how == "dbscan" && !(least >= 1):
		return usagef("min-points is %v; it is 1 or more", least)
	case how == "hdbscan" && !(least >= 2):
		return usagef("min-points is %v; it is 2 or more", least)
	case size != 0 && !(size >= 2):
		return usagef("min-size is %v; it is 2 or more", size)
	}
	return nil
}

// points reads id,x,y[,weight].
func (t csvTable) points() ([]string, density.Points, error) {
	var p density.Points
	at, err := t.columns("id", "x", "y")
	if err != nil {
		return nil, p, err
	}
	ids := make([]string, len(t.rows))
	p.X, p.Y = make([]float64, len(ids)), make([]float64, len(ids))
	weight, weighted := t.header["weight"]
	if weighted {
		p.Weight = make([]float64, len(ids))
	}
	for i, row := range t.rows {
		if ids[i] = row[at[0]]; ids[i] == "" {
			return nil, p, fmt.Errorf("%s:%d: the point has no id", t.name, t.lines[i])
		}
		if p.X[i], err = t.number(i, at[1], "x"); err != nil {
			return nil, p, err
		}
		if p.Y[i], err = t.number(i, at[2], "y"); err != nil {
			return nil, p, err
		}
		if !weighted {
			continue
		}
		if p.Weight[i], err = t.number(i, weight, "weight"); err != nil {
			return nil, p, err
		}
		if p.Weight[i] <= 0 {
			return nil, p, fmt.Errorf("%s:%d: weight is %v; it is above 0", t.name, t.lines[i], p.Weight[i])
		}
	}
	return ids, p, nil
}
