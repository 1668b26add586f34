package profile

import (
	"context"
	"fmt"

	"milieu/internal/geo/tally"
	"milieu/internal/lake"
)

// sectorInputs and masksQuery are where the sectors of organisations come from: the bit of each
// sector they belong to.
var sectorInputs = []string{"sector", "sector_member"}

const masksQuery = `select m.org_id, bit_or(1::bigint << s.position) as mask from sector_member m join sector s on s.sector = m.sector group by m.org_id`

// sectorCondition is membership of the sector $1 in SQL over basis_site (b).
const sectorCondition = "b.org_id in (select org_id from sector_member where sector = $1)"

func readSectors(ctx context.Context, q lake.Querier) ([]Named, error) {
	rows, err := q.QueryContext(ctx, "select sector, coalesce(name, sector), position from sector order by position")
	if err != nil {
		return nil, fmt.Errorf("sectors of the index of areas' counts: %w", err)
	}
	defer rows.Close()
	var out []Named
	for rows.Next() {
		var n Named
		var position int
		if err := rows.Scan(&n.Code, &n.Name, &position); err != nil {
			return nil, fmt.Errorf("sectors of the index of areas' counts: %w", err)
		}
		if position != len(out) || position >= tally.MaxSectors {
			return nil, fmt.Errorf("sector %s has the number %d; a workspace has at most %d sectors, numbered without a gap", n.Code, position, tally.MaxSectors)
		}
		out = append(out, n)
	}
	return out, rows.Err()
}
