package density

import (
	"context"
	"fmt"
	"strconv"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// Explainers explain cluster/SECTOR/N, a cluster of firms, and cluster/SECTOR, the clusters of a sector.
func Explainers() evidence.Explainers { return evidence.Explainers{"cluster": why} }

// shown is how many members of a cluster are named with their records.
const shown = 12

func why(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) < 1 || len(r.Args) > 2 {
		return evidence.Chain{}, evidence.BadRef("write it as cluster/SECTOR/N")
	}
	runs, err := Runs(ctx, q)
	if err != nil {
		return evidence.Chain{}, err
	}
	run, ok := FindRun(runs, r.Args[0])
	if !ok {
		return evidence.Chain{}, fmt.Errorf("clusters of sector %q: %w", r.Args[0], evidence.ErrNoFigure)
	}
	if len(r.Args) == 1 {
		return whyRun(run), nil
	}
	n, err := strconv.Atoi(r.Args[1])
	if err != nil {
		return evidence.Chain{}, evidence.BadRef("cluster %q is not a number", r.Args[1])
	}
	return whyFirm(ctx, q, run, n)
}

func count(n int) string { return chart.Number(float64(n), 0) }

// whyRun says how the clusters of a sector were found.
func whyRun(run Run) evidence.Chain {
	return evidence.Chain{
		Title: "Clusters of firms: " + run.Label, Value: count(run.Clusters), Method: "clusters of firms", How: run.How(),
		Steps: []evidence.Chain{
			{Title: "Organisations of the sector", Value: count(run.Organisations)},
			{Title: "of which placed", Value: count(run.Placed), How: run.LeftOut()},
			{Title: "Positions on which they are", Value: count(run.Positions)},
			{Title: "Organisations of all kinds that are placed", Value: count(run.AllPlaced), How: fmt.Sprintf("of %s", count(run.AllOrganisations))},
			{Title: "Organisations of the sector in a cluster", Value: count(run.InClusters)},
			{Title: "Clusters that are more than chance", Value: count(run.Significant), How: run.Test()},
		},
	}
}

// How says in words how the clusters were found.
func (r Run) How() string {
	return fmt.Sprintf("HDBSCAN* on the positions in British National Grid metres: a place is dense where %d firms are near, a cluster has at least %d and at most %s of the sector; firms on one position count %d at most",
		r.MinPoints, r.MinSize, percent(r.MaxShare), r.OneAddress)
}

// LeftOut says who has no position, and why.
func (r Run) LeftOut() string {
	return fmt.Sprintf("at its places of work or, where none is on record, its registered office; left out: %s without a known position, %s with only an address of mass registration", count(r.NoPosition), count(r.OnlyMass))
}

// Test says in words how chance was held against the clusters.
func (r Run) Test() string {
	if r.Shuffles == 0 {
		return "there is no cluster to test"
	}
	return fmt.Sprintf("the labels of the sector were shuffled %d times over all %s placed organisations (seed %d) and clustered in the same way; a cluster is more than chance when at most one shuffle in twenty, allowing for their number, has any cluster with so large a log likelihood ratio (here from %s)",
		r.Shuffles, count(r.AllPlaced), r.Seed, chart.Number(r.ChanceLLR, 1))
}

func percent(share float64) string { return chart.Number(100*share, 0) + " %" }

// whyFirm says how the figures of one cluster come about, with the records of its largest members.
func whyFirm(ctx context.Context, q lake.Querier, run Run, n int) (evidence.Chain, error) {
	firms, err := Firms(ctx, q, run)
	if err != nil {
		return evidence.Chain{}, err
	}
	for _, f := range firms {
		if f.Cluster != n {
			continue
		}
		members, err := memberSteps(ctx, q, f)
		if err != nil {
			return evidence.Chain{}, err
		}
		return evidence.Chain{
			Title: fmt.Sprintf("Cluster %d of %s: %s", n, run.Label, f.Name), Value: count(f.Organisations) + " organisations", Method: "clusters of firms", How: run.How(),
			Steps: []evidence.Chain{
				{Title: "Times its share of all organisations", Value: chart.Number(f.Ratio, 2), How: fmt.Sprintf("(%s / %s) / (%s / %s); 95 %% interval %s to %s (Wilson). All organisations count whose nearest firm of the sector is a member, at most %s m away",
					count(f.Own), count(f.Everyone), count(run.Placed), count(run.AllPlaced), chart.Number(f.Lo, 2), chart.Number(f.Hi, 2), chart.Number(run.ReachM, 0))},
				{Title: "Family-wise p-value", Value: chart.Number(f.P, 3), How: fmt.Sprintf("log likelihood ratio %s (Kulldorff 1997); so many shuffles leave open up to %s; %s", chart.Number(f.LLR, 1), chart.Number(f.PHi, 3), run.Test())},
				{Title: "Stability under subsampling", Value: chart.Number(f.Jaccard, 2), How: fmt.Sprintf("mean over %d subsamples of 80 %% of the greatest Jaccard similarity with a cluster found there (Hennig 2007), seed %d", run.Rounds, run.Seed)},
				{Title: "Persistence", Value: chart.Number(f.Persistence, 2), How: "excess of mass as a share of the greatest possible (Campello, Moulavi and Sander 2013)"},
				{Title: "Employees", Value: count(f.Employees), How: fmt.Sprintf("from the latest accounts of the %s members that name them; all count where the organisation is placed first, and may work elsewhere", count(f.EmployeesKnown))},
				{Title: "Employees now and a year before", Value: count(f.EmployeesNow) + " and " + count(f.Before), How: fmt.Sprintf("%s members of which an account names both", count(f.GrowthKnown))},
				members,
			},
		}, nil
	}
	return evidence.Chain{}, fmt.Errorf("cluster %d of sector %s: %w", n, run.Sector, evidence.ErrNoFigure)
}

const recordQuery = `select o.name, s.source, s.file, s.line from (select distinct org_id, site_id from cluster_member where sector = $1 and cluster = $2) m
join organisation o on o.org_id = m.org_id join site s on s.site_id = m.site_id order by o.employees desc nulls last, o.name, m.org_id, m.site_id limit $3`

func memberSteps(ctx context.Context, q lake.Querier, f Firm) (evidence.Chain, error) {
	c := evidence.Chain{Title: "Members, the largest employers first", Value: count(f.Organisations), More: max(0, f.Organisations-shown)}
	rows, err := q.QueryContext(ctx, recordQuery, f.Sector, f.Cluster, shown)
	if err != nil {
		return c, fmt.Errorf("records of a cluster: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var r evidence.Record
		if err := rows.Scan(&name, &r.Source, &r.File, &r.Line); err != nil {
			return c, fmt.Errorf("records of a cluster: %w", err)
		}
		c.Steps = append(c.Steps, evidence.Chain{Title: name, Records: []evidence.Record{r}})
	}
	return c, rows.Err()
}
