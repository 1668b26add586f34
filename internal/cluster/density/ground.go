package density

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"milieu/internal/geo/proj"
	"milieu/internal/lake"
)

// place is one position at which a firm of a sector is, as a member of a cluster is written.
type place struct {
	org            int32 // number of the organisation
	at             int32 // position
	site           string
	postcode, town string
	first          bool // the organisation's first placed site of the basis
}

// book is the ground with what is needed to speak of it.
type book struct {
	ground
	sectors []string
	labels  []string  // of the sectors
	member  [][]bool  // by sector: the organisation is one of it
	ids     []string  // by organisation; empty for those of no sector
	placed  [][]place // by sector, in the order of organisations
	left    []leftOut // by sector, and last of all organisations
	lon     []float64 // by position
	lat     []float64
}

// leftOut counts organisations that have no position, by reason.
type leftOut struct{ all, noPosition, onlyMass int }

// siteQuery lists the sites of all organisations with the sectors they are in. The basis is any: places of work, and
// where an organisation has none on record its registered office, unless that is an address of mass registration.
const siteQuery = `with sectors as (select org_id, string_agg(sector, chr(30) order by sector) as sectors from sector_of group by org_id)
select o.org_id, coalesce(m.sectors, ''), coalesce(s.site_id, ''), s.lon, s.lat, coalesce(s.postcode, ''), coalesce(s.town, ''),
  coalesce(s.kind = 'registered-office', false), coalesce(s.mass_registration, false)
from organisation o
left join site s on s.org_id = o.org_id
left join sectors m on m.org_id = o.org_id
order by o.org_id, s.site_id`

// site is one row of siteQuery.
type site struct {
	org, sectors, id string
	lon, lat         sql.NullFloat64
	postcode, town   string
	office, mass     bool
}

// readBook reads all organisations and their positions. Sectors are those that the query withSectors names.
func readBook(ctx context.Context, q lake.Querier, withSectors string) (*book, error) {
	b := &book{}
	b.first = []int32{0}
	number := map[string]int{}
	if err := each(ctx, q, "select sector, min(label) from ("+withSectors+") t group by sector order by sector", func(r *sql.Rows) error {
		var s, label string
		err := r.Scan(&s, &label)
		number[s] = len(b.sectors)
		b.sectors, b.labels = append(b.sectors, s), append(b.labels, label)
		return err
	}); err != nil {
		return nil, fmt.Errorf("sectors: %w", err)
	}
	b.member, b.placed, b.left = make([][]bool, len(b.sectors)), make([][]place, len(b.sectors)), make([]leftOut, len(b.sectors)+1)
	at := map[[2]float64]int32{}
	var group []site
	if err := each(ctx, q, strings.Replace(siteQuery, "sector_of", "("+withSectors+") t", 1), func(r *sql.Rows) error {
		var s site
		if err := r.Scan(&s.org, &s.sectors, &s.id, &s.lon, &s.lat, &s.postcode, &s.town, &s.office, &s.mass); err != nil {
			return err
		}
		if len(group) > 0 && group[0].org != s.org {
			b.add(group, number, at)
			group = group[:0]
		}
		group = append(group, s)
		return nil
	}); err != nil {
		return nil, fmt.Errorf("sites: %w", err)
	}
	if len(group) > 0 {
		b.add(group, number, at)
	}
	b.settle()
	return b, nil
}

// add takes an organisation with its sites.
func (b *book) add(group []site, number map[string]int, at map[[2]float64]int32) {
	var in []int
	if group[0].sectors != "" {
		for s := range strings.SplitSeq(group[0].sectors, "\x1e") {
			in = append(in, number[s])
		}
	}
	kept, reason := basisAny(group)
	for _, k := range append(in, len(b.sectors)) {
		l := &b.left[k]
		l.all++
		switch {
		case reason == onlyMass:
			l.onlyMass++
		case len(kept) == 0:
			l.noPosition++
		}
	}
	if len(kept) == 0 {
		return
	}
	org := int32(b.organisations())
	var places []place
	for i, s := range kept {
		key := [2]float64{s.lon.Float64, s.lat.Float64}
		k, ok := at[key]
		if !ok {
			k = int32(len(b.x))
			at[key] = k
			x, y := proj.ToGrid(key[0], key[1])
			b.x, b.y, b.lon, b.lat = append(b.x, x), append(b.y, y), append(b.lon, key[0]), append(b.lat, key[1])
		}
		// Two sites on one position are one place of the organisation.
		if !slices.ContainsFunc(places, func(p place) bool { return p.at == k }) {
			places = append(places, place{org, k, s.id, s.postcode, s.town, i == 0})
			b.at = append(b.at, k)
		}
	}
	b.first = append(b.first, int32(len(b.at)))
	b.ids = append(b.ids, "")
	for k := range b.member {
		b.member[k] = append(b.member[k], false)
	}
	for _, k := range in {
		b.ids[org] = group[0].org
		b.member[k][org] = true
		b.placed[k] = append(b.placed[k], places...)
	}
}

// Why an organisation has no position.
const (
	placedSomewhere = iota
	notPlaced
	onlyMass
)

// basisAny is the sites that say where an organisation is, and why there is none.
func basisAny(group []site) ([]site, int) {
	var work, office []site
	hasWork, mass := false, false
	for _, s := range group {
		known := s.lon.Valid && s.lat.Valid && proj.OnGrid(proj.ToGrid(s.lon.Float64, s.lat.Float64))
		switch {
		case s.id == "":
		case !s.office:
			hasWork = true
			if known {
				work = append(work, s)
			}
		case s.mass:
			mass = true
		case known:
			office = append(office, s)
		}
	}
	switch {
	case len(work) > 0:
		return work, placedSomewhere
	case hasWork:
		return nil, notPlaced
	case len(office) > 0:
		return office, placedSomewhere
	case mass:
		return nil, onlyMass
	}
	return nil, notPlaced
}

// each runs a query and hands over its rows.
func each(ctx context.Context, q lake.Querier, query string, row func(*sql.Rows) error) error {
	rows, err := q.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
