package atlas

import (
	"context"
	"fmt"
	"math"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/cluster/placed"
	"milieu/internal/geo/proj"
	"milieu/internal/lake"
	"milieu/internal/spatial"
)

// readAreas counts the organisations of each area of a set that holds any, by id,
// and says how many areas hold none. An organisation with several sites in an area
// counts once there; employees count at the first site of all only.
func readAreas(ctx context.Context, q lake.Querier, set string, b placed.Basis, v Value) (areas []Area, empty int, err error) {
	base, event := "o.section is not null", "false"
	switch v.Kind {
	case "share", "lq":
		event = v.Sector.Members()
		if len(v.Sector.ID) > 1 {
			base = "true" // whoever is in a defined sector need not have a code
		}
	case "young":
		base, event = "o.founded is not null", "year(o.founded) > (select max(year(founded)) from organisation) - 5"
	case "employees":
		base = "h.leads and o.employees is not null"
	}
	query := "with " + b.Sites("") + `,
held as (
  select a.area_id, b.org_id, bool_or(b.leads) as leads from basis b join site_area a on a.site_id = b.site_id
  where a.area_set = $1 group by a.area_id, b.org_id
)
select a.area_id, coalesce(a.name, a.area_id), coalesce(a.km2, 0), coalesce(a.lon, 0), coalesce(a.lat, 0), count(o.org_id),
  count(*) filter (where o.org_id is not null and (` + base + `)), count(*) filter (where o.org_id is not null and (` + base + ") and (" + event + `)),
  coalesce(sum(o.employees) filter (where h.leads), 0)::bigint
from area a left join held h on h.area_id = a.area_id left join organisation o on o.org_id = h.org_id
where a.area_set = $1 group by a.area_id, a.name, a.km2, a.lon, a.lat order by a.area_id`
	rows, err := q.QueryContext(ctx, query, set)
	if err != nil {
		return nil, 0, fmt.Errorf("organisations by area of set %s: %w", set, err)
	}
	defer rows.Close()
	for rows.Next() {
		var a Area
		if err := rows.Scan(&a.ID, &a.Name, &a.Km2, &a.Lon, &a.Lat, &a.Organisations, &a.Base, &a.Events, &a.Employees); err != nil {
			return nil, 0, fmt.Errorf("organisations by area of set %s: %w", set, err)
		}
		if a.Organisations == 0 {
			empty++
			continue
		}
		areas = append(areas, a)
	}
	return areas, empty, rows.Err()
}

// Rules of who is whose neighbour.
const (
	nearM         = 100  // borders this close count as one: they were thinned each for itself
	mostContigous = 4000 // areas of which borders are compared; above it the nearest middles are taken
	nearestMiddle = 6
)

// neighbours makes the weights of the areas, row-standardised, and says by which rule.
func neighbours(ctx context.Context, q lake.Querier, set string, areas []Area) (spatial.Weights, string, error) {
	if len(areas) > mostContigous {
		var x, y []float64
		for _, a := range areas {
			e, n := proj.ToGrid(a.Lon, a.Lat)
			x, y = append(x, e), append(y, n)
		}
		return spatial.NearestNeighbours(x, y, nearestMiddle).RowStandardised(), fmt.Sprintf("neighbours are the %d areas with the nearest middles, all of equal weight", nearestMiddle), nil
	}
	shapes, err := readShapes(ctx, q, set, areas)
	if err != nil {
		return spatial.Weights{}, "", err
	}
	w := spatial.Contiguity(shapes, spatial.ContiguityOptions{Near: nearM})
	return w.RowStandardised(), fmt.Sprintf("neighbours are areas whose borders touch at a point or come within %d m, all of equal weight", nearM), nil
}

// readShapes reads the areas' shapes on the National Grid, in their order.
func readShapes(ctx context.Context, q lake.Querier, set string, areas []Area) ([]geom.Geometry, error) {
	at := map[string]int{}
	for i, a := range areas {
		at[a.ID] = i
	}
	out := make([]geom.Geometry, len(areas))
	rows, err := q.QueryContext(ctx, "select area_id, geometry from area where area_set = $1", set)
	if err != nil {
		return nil, fmt.Errorf("shapes of set %s: %w", set, err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, text string
		if err := rows.Scan(&id, &text); err != nil {
			return nil, fmt.Errorf("shapes of set %s: %w", set, err)
		}
		i, ok := at[id]
		if !ok {
			continue
		}
		g, err := geom.UnmarshalGeoJSON([]byte(text), geom.NoValidate{})
		if err != nil {
			return nil, fmt.Errorf("area %s of set %s: %w", id, set, err)
		}
		out[i] = g.TransformXY(func(p geom.XY) geom.XY {
			x, y := proj.ToGrid(p.X, p.Y)
			return geom.XY{X: x, Y: y}
		})
	}
	return out, rows.Err()
}

func known(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
