package atlas

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"

	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// findFigure finds an official figure by its indicator.
func findFigure(ctx context.Context, q lake.Querier, indicator string) (Value, error) {
	v := Value{Kind: "figure", Indicator: indicator}
	err := q.QueryRowContext(ctx, "select label, coalesce(measure, ''), coalesce(unit, '') from series where indicator = $1 and coalesce(industry_code, '') = '' order by measure, label limit 1", indicator).Scan(&v.label, &v.measure, &v.published)
	if errors.Is(err, sql.ErrNoRows) {
		return v, fmt.Errorf("official figure %q: %w", indicator, evidence.ErrNoFigure)
	}
	if err != nil {
		return v, fmt.Errorf("official figure %q: %w", indicator, err)
	}
	return v, nil
}

// Figures lists the official figures that at least fewestAreas areas of a set have.
func Figures(ctx context.Context, q lake.Querier, set string) ([]Value, error) {
	const query = `select s.indicator, min(s.label), min(coalesce(s.measure, '')), min(coalesce(s.unit, ''))
from series s join area a on a.area_set = $1 and a.area_id = s.area_key
where coalesce(s.industry_code, '') = '' group by s.indicator having count(distinct s.area_key) >= $2 order by min(s.label), s.indicator`
	rows, err := q.QueryContext(ctx, query, set, fewestAreas)
	if err != nil {
		return nil, fmt.Errorf("official figures of set %s: %w", set, err)
	}
	defer rows.Close()
	var out []Value
	for rows.Next() {
		v := Value{Kind: "figure"}
		if err := rows.Scan(&v.Indicator, &v.label, &v.measure, &v.published); err != nil {
			return nil, fmt.Errorf("official figures of set %s: %w", set, err)
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// readFigures reads an official figure of the areas of a set in the year that most
// of them have, the latest of these. Areas without it are counted as empty.
func readFigures(ctx context.Context, q lake.Querier, set string, v *Value) (areas []Area, empty int, err error) {
	const having = `observation o join area a on a.area_set = $1 and a.area_id = o.area_key
where o.indicator = $2 and coalesce(o.measure, '') = $3 and coalesce(o.industry_code, '') = '' and o.in_use and o.value is not null`
	err = q.QueryRowContext(ctx, "select o.year from "+having+" group by o.year order by count(distinct a.area_id) desc, o.year desc limit 1", set, v.Indicator, v.measure).Scan(&v.Year)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, fmt.Errorf("official figure %s by area: %w", v.Indicator, err)
	}
	rows, err := q.QueryContext(ctx, `select a.area_id, coalesce(a.name, a.area_id), coalesce(a.km2, 0), coalesce(a.lon, 0), coalesce(a.lat, 0), o.value, o.lower, o.upper, o.source, o.file, o.line from `+having+
		" and o.year = $4 qualify row_number() over (partition by a.area_id order by o.source, o.file, o.line) = 1 order by a.area_id", set, v.Indicator, v.measure, v.Year)
	if err != nil {
		return nil, 0, fmt.Errorf("official figure %s by area: %w", v.Indicator, err)
	}
	defer rows.Close()
	for rows.Next() {
		var a Area
		var lo, hi sql.NullFloat64
		if err := rows.Scan(&a.ID, &a.Name, &a.Km2, &a.Lon, &a.Lat, &a.Value, &lo, &hi, &a.Record.Source, &a.Record.File, &a.Record.Line); err != nil {
			return nil, 0, fmt.Errorf("official figure %s by area: %w", v.Indicator, err)
		}
		if lo.Valid && hi.Valid {
			a.Lo, a.Hi = lo.Float64, hi.Float64
		}
		if a.Tested = a.Value; math.IsInf(a.Value, 0) {
			a.Tested = math.NaN()
		}
		areas = append(areas, a)
	}
	if err := rows.Err(); err != nil {
		return nil, 0, err
	}
	v.decimals = decimalsOf(areas)
	var all int
	if err := q.QueryRowContext(ctx, "select count(*) from area where area_set = $1", set).Scan(&all); err != nil {
		return nil, 0, fmt.Errorf("areas of set %s: %w", set, err)
	}
	return areas, all - len(areas), nil
}

// decimalsOf is how many decimals the values need: none for whole numbers and large
// ones, up to two for small ones.
func decimalsOf(areas []Area) int {
	most, whole := 0.0, true
	for _, a := range areas {
		most = max(most, math.Abs(a.Value))
		whole = whole && a.Value == math.Trunc(a.Value)
	}
	switch {
	case whole || most >= 1000:
		return 0
	case most >= 10:
		return 1
	}
	return 2
}
