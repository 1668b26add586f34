package org

import (
	"context"
	"fmt"

	"milieu/internal/lake"
)

// SectorPlace is how many organisations of a sector have a site in an area.
type SectorPlace struct {
	ID, Name string
	N        int
}

// SectorPlaces lists the areas of a set in which most organisations of a sector have a
// site.
func SectorPlaces(ctx context.Context, q lake.Querier, sector, set string, limit int) ([]SectorPlace, error) {
	const query = `select a.area_id, coalesce(a.name, a.area_id), count(distinct p.org_id) as n
from sector_member m
join site_area p on p.org_id = m.org_id and p.area_set = $2
join area a on a.area_set = p.area_set and a.area_id = p.area_id
where m.sector = $1
group by a.area_id, a.name order by n desc, a.area_id limit $3`
	rows, err := q.QueryContext(ctx, query, sector, set, limit)
	if err != nil {
		return nil, fmt.Errorf("places of the sector %s: %w", sector, err)
	}
	defer rows.Close()
	var out []SectorPlace
	for rows.Next() {
		var p SectorPlace
		if err := rows.Scan(&p.ID, &p.Name, &p.N); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

// SectorTops gives of each sector the area of a set in which most of its organisations have a site.
func SectorTops(ctx context.Context, q lake.Querier, set string) (map[string]SectorPlace, error) {
	const query = `with n as (
  select m.sector, p.area_id, count(distinct p.org_id) as n
  from sector_member m join site_area p on p.org_id = m.org_id and p.area_set = $1
  group by m.sector, p.area_id
)
select n.sector, a.area_id, coalesce(a.name, a.area_id), n.n
from n join area a on a.area_set = $1 and a.area_id = n.area_id
qualify row_number() over (partition by n.sector order by n.n desc, n.area_id) = 1
order by n.sector`
	rows, err := q.QueryContext(ctx, query, set)
	if err != nil {
		return nil, fmt.Errorf("places of sectors: %w", err)
	}
	defer rows.Close()
	out := map[string]SectorPlace{}
	for rows.Next() {
		var id string
		var p SectorPlace
		if err := rows.Scan(&id, &p.ID, &p.Name, &p.N); err != nil {
			return nil, err
		}
		out[id] = p
	}
	return out, rows.Err()
}
