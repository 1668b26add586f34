package density

import (
	"context"
	"database/sql"
	"fmt"
	"math"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/stat"
)

// Run is how the clusters of a sector were found.
type Run struct {
	Sector, Label                                    string
	Organisations, Placed, NoPosition, OnlyMass      int // of the sector; placed on the basis any
	Positions                                        int // distinct positions of the placed
	AllOrganisations, AllPlaced                      int
	Clusters, Significant, InClusters                int // InClusters: organisations in any
	MinPoints, MinSize, OneAddress, Shuffles, Rounds int
	Seed                                             uint64
	MaxShare, ReachM                                 float64
	ChanceLLR                                        float64 // log likelihood ratio from which a cluster is significant; NaN without clusters
}

// Firm is one cluster of firms of a sector.
type Firm struct {
	Sector, Name  string
	Cluster       int // 1 is the largest by weight
	Organisations int // of the sector in the cluster
	Positions     int // distinct positions of them
	// Everyone is how many organisations of any kind the cluster reaches, Own how many of the sector.
	Own, Everyone int
	Expected      float64 // of the sector, at its share of all organisations
	Ratio         float64 // Own / Expected
	Lo, Hi        float64 // of the ratio: Wilson 95 % of the share, what chance alone would allow
	LLR, P, PHi   float64 // Kulldorff's log likelihood ratio; its family-wise p-value, and what the number of shuffles leaves open upwards
	// Significant says that chance would hardly make any cluster like it: p at most 0.05 over all clusters of the sector, and
	// where there are at least 99 shuffles its upper end, too.
	Significant   bool
	Jaccard       float64 // stability under subsampling, 0 to 1
	Persistence   float64
	Stability     float64 // excess of mass
	DistanceM     float64 // at which the cluster parts from its surroundings
	Lon, Lat, Km2 float64
	// Employees are those of the EmployeesKnown members with accounts that are placed here first.
	Employees, EmployeesKnown         int
	Founded                           float64 // median year; NaN where none is known
	FoundedKnown                      int
	GrowthKnown, EmployeesNow, Before int // members of which the last account names two years
	Geometry                          geom.Geometry
	Areas                             []Crossed
}

// Crossed is an area in which members of a cluster lie.
type Crossed struct {
	Set, ID, Name string
	Organisations int
}

// Member is a place of an organisation in a cluster.
type Member struct {
	ID, Name, Role, Code, Industry string
	Founded                        int // 0 where not known
	Employees                      sql.NullInt64
	Lon, Lat                       float64
	Postcode                       string
	Probability                    float64
	First                          bool // its first placed site
}

// Ready says whether the release has tables of clusters: those of older versions have none.
func Ready(ctx context.Context, q lake.Querier) (bool, error) {
	var n int
	err := each(ctx, q, "select count(*) from information_schema.tables where table_name = 'cluster_run'", func(r *sql.Rows) error { return r.Scan(&n) })
	return n > 0, err
}

const runQuery = `select sector, label, organisations, placed, no_position, only_mass, positions, all_organisations, all_placed, clusters, significant,
  in_clusters, min_points, min_size, one_address, shuffles, rounds, seed, max_share, reach_m, chance_llr from cluster_run order by sector`

// Runs lists the sectors by name, with how their clusters were found; none where the release has no clusters.
func Runs(ctx context.Context, q lake.Querier) ([]Run, error) {
	if ok, err := Ready(ctx, q); err != nil || !ok {
		return nil, err
	}
	var out []Run
	err := each(ctx, q, runQuery, func(r *sql.Rows) error {
		var v Run
		var llr sql.NullFloat64
		err := r.Scan(&v.Sector, &v.Label, &v.Organisations, &v.Placed, &v.NoPosition, &v.OnlyMass, &v.Positions, &v.AllOrganisations, &v.AllPlaced, &v.Clusters, &v.Significant,
			&v.InClusters, &v.MinPoints, &v.MinSize, &v.OneAddress, &v.Shuffles, &v.Rounds, &v.Seed, &v.MaxShare, &v.ReachM, &llr)
		if v.ChanceLLR = llr.Float64; !llr.Valid {
			v.ChanceLLR = math.NaN()
		}
		out = append(out, v)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("cluster_run: %w", err)
	}
	return out, nil
}

// FindRun finds a sector by its id or by its name as an id, and says whether it is there.
func FindRun(runs []Run, sector string) (Run, bool) {
	for _, r := range runs {
		if r.Sector == sector {
			return r, true
		}
	}
	for _, r := range runs {
		if evidence.Slug(r.Label) == sector {
			return r, true
		}
	}
	return Run{}, false
}

const firmQuery = `select sector, cluster, name, organisations, positions, own, everyone, expected, ratio, llr, p, p_hi, significant, jaccard, persistence, coalesce(stability, 'inf'::double), distance_m,
  lon, lat, km2, coalesce(employees, 0), employees_known, coalesce(founded, 'nan'::double), founded_known, growth_known, coalesce(employees_now, 0), coalesce(employees_before, 0), geometry
from cluster_firm where sector = $1 order by p, llr desc, cluster`

// Firms lists the clusters of a sector with the areas that they cross: those that chance would least make first.
func Firms(ctx context.Context, q lake.Querier, run Run) ([]Firm, error) {
	var out []Firm
	at := map[int]int{}
	share := float64(run.Placed) / float64(max(1, run.AllPlaced))
	rows, err := q.QueryContext(ctx, firmQuery, run.Sector)
	if err != nil {
		return nil, fmt.Errorf("cluster_firm: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var v Firm
		var shape string
		if err := rows.Scan(&v.Sector, &v.Cluster, &v.Name, &v.Organisations, &v.Positions, &v.Own, &v.Everyone, &v.Expected, &v.Ratio, &v.LLR, &v.P, &v.PHi, &v.Significant, &v.Jaccard, &v.Persistence, &v.Stability, &v.DistanceM,
			&v.Lon, &v.Lat, &v.Km2, &v.Employees, &v.EmployeesKnown, &v.Founded, &v.FoundedKnown, &v.GrowthKnown, &v.EmployeesNow, &v.Before, &shape); err != nil {
			return nil, fmt.Errorf("cluster_firm: %w", err)
		}
		if v.Geometry, err = geom.UnmarshalGeoJSON([]byte(shape)); err != nil {
			return nil, fmt.Errorf("outline of cluster %s %d: %w", v.Sector, v.Cluster, err)
		}
		i := stat.WilsonInterval(v.Own, v.Everyone, 0.95)
		v.Lo, v.Hi = i.Lo/share, i.Hi/share
		at[v.Cluster] = len(out)
		out = append(out, v)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("cluster_firm: %w", err)
	}
	return out, crossed(ctx, q, run.Sector, out, at)
}

const crossedQuery = `select c.cluster, c.area_set, c.area_id, a.name, c.organisations from cluster_area c
join area a on a.area_set = c.area_set and a.area_id = c.area_id where c.sector = $1 order by c.cluster, c.area_set, c.organisations desc, c.area_id`

func crossed(ctx context.Context, q lake.Querier, sector string, out []Firm, at map[int]int) error {
	rows, err := q.QueryContext(ctx, crossedQuery, sector)
	if err != nil {
		return fmt.Errorf("cluster_area: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var n int
		var c Crossed
		if err := rows.Scan(&n, &c.Set, &c.ID, &c.Name, &c.Organisations); err != nil {
			return fmt.Errorf("cluster_area: %w", err)
		}
		if i, ok := at[n]; ok {
			out[i].Areas = append(out[i].Areas, c)
		}
	}
	return rows.Err()
}

const memberQuery = `select m.org_id, o.name, coalesce(o.main_role, ''), coalesce(o.main_code, ''), coalesce(i.label, v.label, ''), coalesce(year(o.founded), 0), case when m.at_first then o.employees end, m.lon, m.lat, coalesce(s.postcode, ''),
  m.probability, m.at_first
from cluster_member m
join organisation o on o.org_id = m.org_id
left join site s on s.site_id = m.site_id
left join (select code, min(label) as label from industry group by code) i on i.code = o.main_code
left join (select org_id, min(label) as label from activity where position = 1 group by org_id) v on v.org_id = o.org_id
where m.sector = $1 and m.cluster = $2 order by o.employees desc nulls last, o.name, m.org_id, m.site_id`

// Members lists the members of a cluster, the largest employers first, then by name.
func Members(ctx context.Context, q lake.Querier, sector string, cluster int) ([]Member, error) {
	rows, err := q.QueryContext(ctx, memberQuery, sector, cluster)
	if err != nil {
		return nil, fmt.Errorf("cluster_member: %w", err)
	}
	defer rows.Close()
	var out []Member
	for rows.Next() {
		var m Member
		if err := rows.Scan(&m.ID, &m.Name, &m.Role, &m.Code, &m.Industry, &m.Founded, &m.Employees, &m.Lon, &m.Lat, &m.Postcode, &m.Probability, &m.First); err != nil {
			return nil, fmt.Errorf("cluster_member: %w", err)
		}
		out = append(out, m)
	}
	return out, rows.Err()
}

// Ref is the reference of the figures of a cluster, or with cluster 0 of a sector's clusters together.
func Ref(sector string, cluster int) string {
	if cluster == 0 {
		return evidence.MakeRef("cluster", []string{sector})
	}
	return evidence.MakeRef("cluster", []string{sector, fmt.Sprint(cluster)})
}
