package profile

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/evidence"
	"milieu/internal/geo"
	"milieu/internal/geo/tally"
	"milieu/internal/lake"
)

// mostCited is how many records of a count are cited one by one.
const mostCited = 20

// found is what counting the records themselves gives.
type found struct {
	organisations, known int
	employees            int64
	change               tally.Change
	records              []evidence.Record // of the first organisations
	employers            []evidence.Record // accounts of the first employers
}

// placed is one organisation's site as the records tell it.
type placed struct {
	org             string
	lon, lat        float64
	first           bool
	employees, last sql.NullInt64
	code, section   string
	year            int
	record          evidence.Record
	account         evidence.Record
}

// counted counts the organisations of an area that a choice takes, with the first of their records.
func counted(ctx context.Context, q lake.Querier, area Area, ask Question, g choice) (found, error) {
	var f found
	seen := map[string]bool{}
	if area.Nation {
		return countedAll(ctx, q, ask, g)
	}
	if !g.employees {
		return countedInside(ctx, q, area.Shape, ask, g)
	}
	err := eachPlaced(ctx, q, area.Shape, ask, g, func(p placed) {
		f.add(p, seen, g)
	})
	return f, err
}

// insideQuery reads the sites of a choice in a box without what is needed for employees only, so that an area may
// hold millions.
const insideQuery = `with work as (select distinct org_id from site where kind <> 'registered-office'),
b as (
  select s.org_id, s.lon, s.lat, s.kind = 'registered-office' as office, s.mass_registration as mass, s.kind <> 'registered-office' or w.org_id is null as in_any
  from site s left join work w on w.org_id = s.org_id where s.lon between $%[1]d and $%[2]d and s.lat between $%[3]d and $%[4]d
)
select b.doc, b.lon, b.lat from (
  select b.org_id, b.lon, b.lat, b.office, b.mass, b.in_any, o.doc, case when o.section is not null then o.main_code end as main_code, o.section, year(o.founded) as founded_year from b join organisation o on o.org_id = b.org_id
) b where %[5]s`

// countedInside counts the organisations of a choice inside a shape.
func countedInside(ctx context.Context, q lake.Querier, shape geom.Geometry, ask Question, g choice) (found, error) {
	var f found
	box, ok := geo.Bounds(shape)
	if !ok {
		return f, nil
	}
	where, args := condition(ask, g)
	at := len(args)
	rows, err := q.QueryContext(ctx, fmt.Sprintf(insideQuery, at+1, at+2, at+3, at+4, where), append(args, box.West, box.East, box.South, box.North)...)
	if err != nil {
		return f, fmt.Errorf("records of an area: %w", err)
	}
	defer rows.Close()
	l := geo.NewLocator([]geom.Geometry{shape})
	seen := map[uint32]bool{}
	for rows.Next() {
		var doc uint32
		var lon, lat float64
		if err := rows.Scan(&doc, &lon, &lat); err != nil {
			return f, fmt.Errorf("records of an area: %w", err)
		}
		if !seen[doc] && len(l.Locate(lon, lat)) > 0 {
			seen[doc] = true
		}
	}
	if err := rows.Err(); err != nil {
		return f, fmt.Errorf("records of an area: %w", err)
	}
	f.organisations = len(seen)
	first := slices.Sorted(maps.Keys(seen))
	list := make([]string, 0, mostCited)
	for _, doc := range first[:min(len(first), mostCited)] {
		list = append(list, fmt.Sprint(doc))
	}
	if len(list) > 0 {
		f.records, err = evidence.Records(ctx, q, "select source, file, line from organisation where doc in ("+strings.Join(list, ", ")+") order by doc")
	}
	return f, err
}

func (f *found) add(p placed, seen map[string]bool, g choice) {
	if p.first && p.employees.Valid && (!g.both || p.last.Valid) {
		f.known++
		f.employees += p.employees.Int64
		if p.last.Valid {
			f.grow(p.last.Int64, p.employees.Int64)
		}
		if len(f.employers) < mostCited {
			f.employers = append(f.employers, p.account)
		}
	}
	if seen[p.org] {
		return
	}
	seen[p.org] = true
	f.organisations++
	if len(f.records) < mostCited {
		f.records = append(f.records, p.record)
	}
}

func (f *found) grow(before, after int64) {
	c := &f.change
	c.Organisations++
	switch {
	case after > before:
		c.Grew++
	case after < before:
		c.Shrank++
	}
	c.Before += before
	c.After += after
	c.BeforeSquares += uint64(before * before)
	c.AfterSquares += uint64(after * after)
	c.Crossings += uint64(before * after)
}

// condition is the question and the choice as SQL over the columns of basis_site (b); its argument
// is the code or year.
func condition(ask Question, g choice) (string, []any) {
	parts := []string{map[Basis]string{Any: "b.in_any", Work: "not b.office", Office: "b.office"}[ask.filled().Basis]}
	var args []any
	if !ask.Mass {
		parts = append(parts, "not b.mass")
	}
	switch {
	case g.year > 0:
		parts, args = append(parts, "b.founded_year = $1"), append(args, g.year)
	case g.level == LevelSector:
		parts, args = append(parts, sectorCondition), append(args, g.code)
	case g.level != "" && g.code == "":
		parts = append(parts, map[string]string{LevelIndustry: "b.main_code is not null"}[g.level])
		if g.level != LevelIndustry {
			parts[len(parts)-1] = "b.section is not null"
		}
	case g.level == LevelIndustry:
		parts, args = append(parts, "b.main_code = $1"), append(args, g.code)
	case g.level == LevelDivision:
		parts, args = append(parts, "b.section is not null and left(b.main_code, 2) = $1"), append(args, g.code)
	case g.level == LevelSection:
		parts, args = append(parts, "b.section = $1"), append(args, g.code)
	}
	return strings.Join(parts, " and "), args
}

// firstColumn is the column that says that employees count at a site.
func firstColumn(ask Question) string {
	if ask.Mass {
		return "b.nth_mass = 1"
	}
	return "b.nth = 1"
}

const placedColumns = `b.org_id, b.lon, b.lat, %s, if(b.employees between 0 and %d, b.employees, null), if(b.employees_before between 0 and %d, b.employees_before, null), coalesce(b.main_code, ''), coalesce(b.section, ''), coalesce(b.founded_year, 0),
  o.source, o.file, o.line, coalesce(h.source, ''), coalesce(h.file, ''), coalesce(h.line, 0)`

// accountsQuery is the accounts of each organisation that count.
const accountsQuery = `select org_id, (max({'at': (coalesce(period_end, date '1900-01-01') - date '1900-01-01') * 1000000000 + least(employees, 999999999), 'employees': employees, 'before': employees_before, 'source': source, 'file': file, 'line': line})) as said
from headcount where employees is not null group by org_id`

func columns(ask Question) string {
	return fmt.Sprintf(placedColumns, firstColumn(ask), tally.MaxEmployees, tally.MaxEmployees)
}

// basisSite is the text of the view basis_site, over tables of these names.
func basisSite(site, headcount string) (string, error) {
	text, err := stageFS.ReadFile("stage/basis_site.sql")
	if err != nil {
		return "", err
	}
	s, err := lake.ParseStage("basis_site.sql", string(text))
	if err != nil {
		return "", err
	}
	return strings.NewReplacer("from site ", "from "+site+" ", "from headcount ", "from "+headcount+" ").Replace(s.SQL), nil
}

// rowsQuery reads the sites of a choice around the organisations of the query near, the foremost organisations
// first; where holds beside the choice. The whole view would be as slow as the release is large.
func rowsQuery(near string, ask Question, g choice, where string) (string, error) {
	view, err := basisSite("near_site", "near_headcount")
	if err != nil {
		return "", err
	}
	choose, _ := condition(ask, g)
	return fmt.Sprintf(`with near as materialized (%s),
near_site as (select site_id, org_id, lon, lat, kind, mass_registration, located_by from site where org_id in (select org_id from near)),
near_headcount as (select org_id, period_end, employees, employees_before, source, file, line from headcount where %t and org_id in (select org_id from near)),
b as (%s),
h as (%s)
select %s from b join organisation o on o.org_id = b.org_id left join (select org_id, said.source as source, said.file as file, said.line as line from h) h on h.org_id = b.org_id
where %s and %s order by b.doc, b.site_id`, near, g.employees, view, strings.Replace(accountsQuery, "from headcount", "from near_headcount", 1), columns(ask), choose, where), nil
}

// eachPlaced calls f for the sites of a choice inside a shape, the foremost organisations first.
func eachPlaced(ctx context.Context, q lake.Querier, shape geom.Geometry, ask Question, g choice, f func(placed)) error {
	box, ok := geo.Bounds(shape)
	if !ok {
		return nil
	}
	_, args := condition(ask, g)
	at := len(args)
	inBox := func(of string) string {
		return fmt.Sprintf("%slon between $%d and $%d and %slat between $%d and $%d", of, at+1, at+2, of, at+3, at+4)
	}
	query, err := rowsQuery("select distinct org_id from site where "+inBox(""), ask, g, inBox("b."))
	if err != nil {
		return err
	}
	l := geo.NewLocator([]geom.Geometry{shape})
	return eachRow(ctx, q, query, append(args, box.West, box.East, box.South, box.North), func(p placed) {
		if len(l.Locate(p.lon, p.lat)) > 0 {
			f(p)
		}
	})
}

func eachRow(ctx context.Context, q lake.Querier, query string, args []any, f func(placed)) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("records of an area: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var p placed
		if err := rows.Scan(&p.org, &p.lon, &p.lat, &p.first, &p.employees, &p.last, &p.code, &p.section, &p.year, &p.record.Source, &p.record.File, &p.record.Line,
			&p.account.Source, &p.account.File, &p.account.Line); err != nil {
			return fmt.Errorf("records of an area: %w", err)
		}
		f(p)
	}
	return rows.Err()
}

// countedAll counts in the whole release, where the engine can do all of it.
func countedAll(ctx context.Context, q lake.Querier, ask Question, g choice) (found, error) {
	var f found
	var err error
	if !g.employees && g.level != LevelSector {
		if f.organisations, err = countedBefore(ctx, q, ask, g); err == nil {
			f.records, f.employers, err = foremost(ctx, q, ask, g)
		}
		return f, err
	}
	headcount := "headcount"
	if !g.employees {
		headcount = noHeadcount
	}
	view, err := basisSite("site", headcount)
	if err != nil {
		return f, err
	}
	where, args := condition(ask, g)
	first := firstColumn(ask) + fmt.Sprintf(" and b.employees between 0 and %d", tally.MaxEmployees)
	both := first + fmt.Sprintf(" and b.employees_before between 0 and %d", tally.MaxEmployees)
	if g.both {
		first = both
	}
	sum := func(what string) string { return "coalesce(sum(" + what + ") filter (where " + both + "), 0)::ubigint" }
	query := fmt.Sprintf(`with b as (%s) select count(distinct b.org_id), count(*) filter (where %[3]s), coalesce(sum(b.employees) filter (where %[3]s), 0)::bigint,
  count(*) filter (where %[4]s), count(*) filter (where %[4]s and b.employees > b.employees_before), count(*) filter (where %[4]s and b.employees < b.employees_before),
  %[5]s, %[6]s, %[7]s, %[8]s, %[9]s from b where %[2]s`, view, where, first, both, sum("b.employees_before"), sum("b.employees"), sum("b.employees_before * b.employees_before"),
		sum("b.employees * b.employees"), sum("b.employees * b.employees_before"))
	c := &f.change
	var before, after uint64
	if err := q.QueryRowContext(ctx, query, args...).Scan(&f.organisations, &f.known, &f.employees, &c.Organisations, &c.Grew, &c.Shrank, &before, &after, &c.BeforeSquares, &c.AfterSquares, &c.Crossings); err != nil {
		return f, fmt.Errorf("records of the whole release: %w", err)
	}
	c.Before, c.After = int64(before), int64(after)
	f.records, f.employers, err = foremost(ctx, q, ask, g)
	return f, err
}

// candidates is how many of the foremost organisations are looked at for the first records of a choice: some
// of them have no site that counts.
const candidates = 400

// foremost are the first records and accounts of a choice in the whole release.
func foremost(ctx context.Context, q lake.Querier, ask Question, g choice) (records, employers []evidence.Record, err error) {
	_, args := condition(ask, g)
	near := "select b.org_id from organisation b where " + g.ofOrganisation() + fmt.Sprintf(" order by b.doc limit %d", candidates)
	query, err := rowsQuery(near, ask, g, "true")
	if err != nil {
		return nil, nil, err
	}
	seen := map[string]bool{}
	var some found
	err = eachRow(ctx, q, query, args, func(p placed) { some.add(p, seen, g) })
	return some.records, some.employers, err
}

// ofOrganisation is a choice as SQL over the columns of organisation (b).
func (g choice) ofOrganisation() string {
	switch {
	case g.year > 0:
		return "year(b.founded) = $1"
	case g.level == LevelSector:
		return sectorCondition
	case g.level == LevelIndustry && g.code != "":
		return "b.main_code = $1"
	case g.level == LevelDivision && g.code != "":
		return "left(b.main_code, 2) = $1"
	case g.level == LevelSection && g.code != "":
		return "b.section = $1"
	}
	return "b.placed"
}

// answerOf reckons an area's figures from the records, as the index gives them; groups are sections and divisions.
func answerOf(ctx context.Context, q lake.Querier, area Area, ask Question, employees bool) (Answer, found, error) {
	f := found{}
	seen := map[string]bool{}
	a := Answer{Question: ask.filled()}
	divisions, sections, years := map[string]*Count{}, map[string]*Count{}, map[int]int{}
	each := func(p placed) {
		again := seen[p.org]
		f.add(p, seen, choice{})
		if again {
			return
		}
		one := tally.Counts{Organisations: 1}
		if p.section != "" {
			group(sections, Named{Code: p.section}).plus(one)
			group(divisions, Named{Code: p.code[:2]}).plus(one)
		}
		years[p.year]++
	}
	if area.Nation {
		f, err := countedAll(ctx, q, ask, choice{employees: employees})
		if err != nil {
			return a, f, err
		}
		groups, err := nationGroups(ctx, q, ask)
		groups.Organisations, groups.Known, groups.Employees, groups.Growth = f.organisations, f.known, f.employees, growthOf(f.change)
		return groups, f, err
	}
	err := eachPlaced(ctx, q, area.Shape, ask, choice{employees: employees}, each)
	a.Km2 = geo.AreaKm2(area.Shape)
	a.Organisations, a.Known, a.Employees, a.Growth = f.organisations, f.known, f.employees, growthOf(f.change)
	a.Divisions, a.Sections, a.NoYear, a.Founded = sorted(divisions), sorted(sections), years[0], founded(years)
	return a, f, err
}

// noHeadcount stands in for accounts where nobody asks for employees.
const noHeadcount = "(select org_id, period_end, employees, employees_before from headcount where false)"

// nationColumn is the column of profile_nation that counts under a question.
func nationColumn(ask Question) string {
	c := map[Basis]string{Any: "any", Work: "work", Office: "office"}[ask.filled().Basis]
	switch {
	case ask.Mass:
		return c + "_mass"
	case c == "any":
		return "any_basis"
	}
	return c
}

// countedBefore reads how many organisations of a choice the build counted in the whole release.
func countedBefore(ctx context.Context, q lake.Querier, ask Question, g choice) (int, error) {
	where, args := "true", []any{g.code}
	switch {
	case g.year > 0:
		where, args = "n.year = $1", []any{g.year}
	case g.code == "":
		args = nil
		if g.level == LevelIndustry {
			where = "n.code <> ''"
		} else if g.level != "" {
			where = "n.section <> ''"
		}
	case g.level == LevelIndustry:
		where = "n.code = $1"
	case g.level == LevelDivision:
		where = "n.section <> '' and left(n.code, 2) = $1"
	case g.level == LevelSection:
		where = "n.section = $1"
	}
	var total int
	err := q.QueryRowContext(ctx, "select coalesce(sum(n."+nationColumn(ask)+"), 0)::bigint from profile_nation n where "+where, args...).Scan(&total)
	if err != nil {
		return 0, fmt.Errorf("organisations of the whole release: %w", err)
	}
	return total, nil
}

// nationGroups reads the organisations of the whole release by division, section and year.
func nationGroups(ctx context.Context, q lake.Querier, ask Question) (Answer, error) {
	a := Answer{Question: ask.filled()}
	rows, err := q.QueryContext(ctx, fmt.Sprintf("select left(n.code, 2) as code, n.section, n.year, sum(n.%s)::bigint as n from profile_nation n group by 1, 2, 3 order by 1, 2, 3", nationColumn(ask)))
	if err != nil {
		return a, fmt.Errorf("groups of the whole release: %w", err)
	}
	defer rows.Close()
	divisions, sections, years := map[string]*Count{}, map[string]*Count{}, map[int]int{}
	for rows.Next() {
		var code, section string
		var year, n int
		if err := rows.Scan(&code, &section, &year, &n); err != nil {
			return a, fmt.Errorf("groups of the whole release: %w", err)
		}
		a.Organisations += n
		if section != "" && n > 0 {
			group(sections, Named{Code: section}).plus(tally.Counts{Organisations: n})
			group(divisions, Named{Code: code}).plus(tally.Counts{Organisations: n})
		}
		years[year] += n
	}
	a.Divisions, a.Sections, a.NoYear, a.Founded = sorted(divisions), sorted(sections), years[0], founded(years)
	return a, rows.Err()
}
