// Package placed says where an organisation counts in a spatial result: the basis,
// and who belongs to a sector. It owns the text of the queries that every result of
// distance and of areas has in common, and how many are left out and why.
package placed

import (
	"context"
	"fmt"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/org"
)

// Basis is which of an organisation's positions count.
type Basis string

// The bases: places of work and, where an organisation has none on record, its
// registered office unless that is an address of mass registration; places of work
// only; registered offices only.
const (
	Any    Basis = "any"
	Work   Basis = "work"
	Office Basis = "office"
)

// ParseBasis reads a basis; no text is Any.
func ParseBasis(s string) (Basis, error) {
	switch b := Basis(s); b {
	case "":
		return Any, nil
	case Any, Work, Office:
		return b, nil
	}
	return "", fmt.Errorf("basis %q is none of any, work, office", s)
}

// Words says what the basis is.
func (b Basis) Words() string {
	switch b {
	case Work:
		return "places of work only"
	case Office:
		return "registered offices, without addresses of mass registration"
	}
	return "places of work, or else the registered office unless it is an address of mass registration"
}

// Sites is the text of common table expressions of which the last, "basis", has one
// row a position of an organisation that counts: site_id, org_id, lon, lat and
// leads, which holds at the organisation's first position. Within is a condition on
// s.org_id that keeps the work small, or nothing.
func (b Basis) Sites(within string) string {
	of := map[Basis]string{
		Work:   "s.kind <> 'registered-office'",
		Office: "s.kind = 'registered-office' and not coalesce(s.mass_registration, false)",
		Any:    "(s.kind <> 'registered-office' or (not coalesce(s.mass_registration, false) and s.org_id not in (select org_id from working)))",
	}[b]
	if within != "" {
		of += " and " + within
	}
	return `working as (select distinct org_id from site where kind <> 'registered-office' and org_id is not null),
counting as (
  select s.site_id, s.org_id, s.lon, s.lat from site s where s.lon is not null and ` + of + `
),
several as (select org_id, min(site_id) as site_id from counting group by org_id having count(*) > 1),
basis as (
  select c.site_id, c.org_id, c.lon, c.lat, v.site_id is null or v.site_id = c.site_id as leads
  from counting c left join several v on v.org_id = c.org_id
)`
}

// Sector is a part of the organisations: a section of the Standard Industrial
// Classification by its letter, or a sector that was defined for the workspace.
type Sector struct {
	ID, Label string
	member    string // a condition on organisation o
}

// Members is a condition that holds for organisations of the sector; the table
// organisation is o.
func (s Sector) Members() string { return s.member }

// InSentence is the label as it stands within a sentence.
func (s Sector) InSentence() string { return lowerFirst(s.Label) }

func lowerFirst(s string) string {
	if s == "" || len(s) > 1 && s[1] >= 'A' && s[1] <= 'Z' {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// section finds a section by its letter.
func section(letter string) (Sector, bool) {
	for _, s := range org.SICSections {
		if s.Letter == letter {
			return Sector{letter, s.Label, "o.section = " + lake.Literal(letter)}, true
		}
	}
	return Sector{}, false
}

// FindSector finds a section by letter ("C", "sic-C") or a defined sector by id; the error is
// evidence.ErrNoFigure where there is none.
func FindSector(ctx context.Context, q lake.Querier, id string) (Sector, error) {
	if s, ok := section(strings.TrimPrefix(id, "sic-")); ok {
		return s, nil
	}
	defined, err := definedSectors(ctx, q)
	if err != nil {
		return Sector{}, err
	}
	for _, s := range defined {
		if s.ID == id {
			return s, nil
		}
	}
	return Sector{}, fmt.Errorf("sector %q: %w", id, evidence.ErrNoFigure)
}

// Sectors lists the defined sectors, then the sections that any organisation has.
func Sectors(ctx context.Context, q lake.Querier) ([]Sector, error) {
	out, err := definedSectors(ctx, q)
	if err != nil {
		return nil, err
	}
	rows, err := q.QueryContext(ctx, "select distinct section from organisation where section is not null order by section")
	if err != nil {
		return nil, fmt.Errorf("sections: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var letter string
		if err := rows.Scan(&letter); err != nil {
			return nil, fmt.Errorf("sections: %w", err)
		}
		if s, ok := section(letter); ok {
			out = append(out, s)
		}
	}
	return out, rows.Err()
}

// hasTable says whether the release has the table.
func hasTable(ctx context.Context, q lake.Querier, name string) (bool, error) {
	var n int
	err := q.QueryRowContext(ctx, "select count(*) from information_schema.tables where table_name = $1", name).Scan(&n)
	return n > 0, err
}

// LeftOut is how many organisations of the whole release have no position under a
// basis, by reason.
type LeftOut struct {
	NoPosition int // none of the addresses on record could be placed
	OnlyMass   int // known only at an address of mass registration
	NoWork     int // no place of work on record
	NoOffice   int
}

// ReadLeftOut reads who is left out under a basis.
func ReadLeftOut(ctx context.Context, q lake.Querier, b Basis) (LeftOut, error) {
	var l LeftOut
	rows, err := q.QueryContext(ctx, "select reason, organisations from profile_left_out where basis = $1 and not mass", string(b))
	if err != nil {
		return l, fmt.Errorf("who is left out: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var reason string
		var n int
		if err := rows.Scan(&reason, &n); err != nil {
			return l, fmt.Errorf("who is left out: %w", err)
		}
		switch reason {
		case "no-position":
			l.NoPosition = n
		case "only-mass":
			l.OnlyMass = n
		case "no-work":
			l.NoWork = n
		case "no-office":
			l.NoOffice = n
		}
	}
	return l, rows.Err()
}

// Words says who is left out.
func (l LeftOut) Words() string {
	var parts []string
	for _, p := range []struct {
		n   int
		why string
	}{{l.NoPosition, "without a known position"}, {l.OnlyMass, "known only at an address of mass registration"}, {l.NoWork, "without a place of work on record"}, {l.NoOffice, "without a registered office"}} {
		if p.n > 0 {
			parts = append(parts, chart.Number(float64(p.n), 0)+" "+p.why)
		}
	}
	if len(parts) == 0 {
		return "no organisation of the release is left out for want of a position"
	}
	return "left out of the whole release: " + strings.Join(parts, ", ")
}

// definedSectors are those of the table sector_member.
func definedSectors(ctx context.Context, q lake.Querier) ([]Sector, error) {
	has, err := hasTable(ctx, q, "sector")
	if err != nil || !has {
		return nil, err
	}
	rows, err := q.QueryContext(ctx, "select sector, name from sector order by position, sector")
	if err != nil {
		return nil, fmt.Errorf("sectors: %w", err)
	}
	defer rows.Close()
	var out []Sector
	for rows.Next() {
		var s Sector
		if err := rows.Scan(&s.ID, &s.Label); err != nil {
			return nil, fmt.Errorf("sectors: %w", err)
		}
		s.member = "exists (select 1 from sector_member m where m.org_id = o.org_id and m.sector = " + lake.Literal(s.ID) + ")"
		out = append(out, s)
	}
	return out, rows.Err()
}
