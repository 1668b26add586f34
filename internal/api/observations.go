package api

import (
	"database/sql"
	"fmt"

	"milieu/internal/stat"
)

// Kinds of observations.
const (
	indicatorKind  = "indicator"  // a single published figure
	employmentKind = "employment" // a cell of the employment table
)

// observationItem is one published value with the bounds within which it is true.
type observationItem struct {
	ID           string   `json:"id"`
	Kind         string   `json:"kind"`
	Indicator    string   `json:"indicator"`
	Place        *string  `json:"place"`
	AreaCode     *string  `json:"area_code"`
	Scheme       *string  `json:"scheme"`
	IndustryCode *string  `json:"industry_code"`
	Industry     *string  `json:"industry"`
	Year         *int64   `json:"year"`
	Value        *float64 `json:"value"`
	Lower        *float64 `json:"lower"`
	Upper        *float64 `json:"upper"`
	Unit         *string  `json:"unit"`
	Status       *string  `json:"status"`
	Note         *string  `json:"note"`
	SourceURL    *string  `json:"source_url"`
	Record       record   `json:"record"`
}

var observationColumns = []string{"id", "kind", "indicator", "place", "area_code", "scheme", "industry_code", "industry", "year", "value", "lower", "upper", "unit", "status", "note",
	"source_url", "source", "file", "line"}

func (o observationItem) cells() []string {
	return append([]string{o.ID, o.Kind, o.Indicator, cell(o.Place), cell(o.AreaCode), cell(o.Scheme), cell(o.IndustryCode), cell(o.Industry), cell(o.Year), cell(o.Value), cell(o.Lower),
		cell(o.Upper), cell(o.Unit), cell(o.Status), cell(o.Note), cell(o.SourceURL)}, o.Record.cells()...)
}

// observed is both tables as one, under the filters of the list.
const observed = ` from (
  select 'indicator' as kind, indicator_id as id, indicator, place, null::varchar as area_code, null::varchar as scheme, null::varchar as industry_code, null::varchar as industry,
    year, value, null::double as lower, null::double as upper, 'none' as rounding, unit, status, note, source_url, source, file, line
  from indicator
  union all
  select 'employment', concat_ws('/', scheme, year, area_code, industry_code), 'jobs', area, area_code, scheme, industry_code, industry,
    year, jobs, lower, upper, coalesce(rounding, 'none'), 'jobs', null, null, source_url, source, file, line
  from employment
) o
where ($1 = '' or kind = $1) and ($2 = '' or lower(indicator) = lower($2)) and ($3 = '' or lower(place) = lower($3)) and ($4 = '' or area_code = $4)
  and ($5 = '' or industry_code = $5) and ($6 = '' or scheme = $6) and ($7 = 0 or year = $7)`

const (
	observedCount = `select count(*)` + observed
	observedRows  = `select kind, id, indicator, coalesce(place, ''), coalesce(area_code, ''), coalesce(scheme, ''), coalesce(industry_code, ''), coalesce(industry, ''), year, value, lower, upper,
  rounding, coalesce(unit, ''), coalesce(status, ''), coalesce(note, ''), coalesce(source_url, ''), source, file, line` + observed + `
order by kind desc, scheme, year, area_code, industry_code, id, source, line limit $8 offset $9`
)

func scanObservation(rows *sql.Rows) (observationItem, error) {
	var o observationItem
	var placed, area, scheme, code, industry, rounding, unit, status, note, page string
	var year sql.NullInt64
	var value, lower, upper sql.NullFloat64
	if err := rows.Scan(&o.Kind, &o.ID, &o.Indicator, &placed, &area, &scheme, &code, &industry, &year, &value, &lower, &upper, &rounding, &unit, &status, &note, &page,
		&o.Record.Source, &o.Record.File, &o.Record.Line); err != nil {
		return o, err
	}
	o.Place, o.AreaCode, o.Scheme, o.IndustryCode, o.Industry = optText(placed), optText(area), optText(scheme), optText(code), optText(industry)
	o.Year, o.Value, o.Lower, o.Upper = optInt(year), optFloat(value), optFloat(lower), optFloat(upper)
	o.Unit, o.Status, o.Note, o.SourceURL = optText(unit), optText(status), optText(note), optText(page)
	if o.Lower != nil && o.Upper != nil || o.Value == nil {
		return o, nil
	}
	class, err := stat.ParseRounding(rounding)
	if err != nil {
		return o, err
	}
	// Without a class nobody says how far off the value may be, which is not that it is exact.
	if o.Lower, o.Upper = nil, nil; class != stat.None {
		e := class.Estimate(*o.Value)
		o.Lower, o.Upper = &e.Lo, &e.Hi
	}
	return o, nil
}

func (s *Server) observations(a *ask) error {
	q, ctx := &a.query, a.r.Context()
	args := []any{q.choice("kind", indicatorKind, employmentKind), q.text("indicator"), q.text("place"), q.text("area"), q.text("industry"), q.text("scheme"), q.number("year", 1, 9999, 0)}
	w := a.window()
	if err := q.err(); err != nil {
		return err
	}
	var total int
	if err := a.snap.DB.QueryRowContext(ctx, observedCount, args...).Scan(&total); err != nil {
		return fmt.Errorf("observations: %w", err)
	}
	p := newPage[observationItem](a, w, total)
	each := func(do func(observationItem) error) error {
		rows, err := a.snap.DB.QueryContext(ctx, observedRows, append(args, w.limit, w.offset)...)
		if err != nil {
			return fmt.Errorf("observations: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			o, err := scanObservation(rows)
			if err != nil {
				return fmt.Errorf("observations: %w", err)
			}
			if err := do(o); err != nil {
				return err
			}
		}
		return rows.Err()
	}
	if a.format == asCSV {
		return s.table(a, w, p.Total, "observations", observationColumns, func(row func(...string) error) error {
			return each(func(o observationItem) error { return row(o.cells()...) })
		})
	}
	if err := each(func(o observationItem) error {
		p.Items = append(p.Items, o)
		return nil
	}); err != nil {
		return err
	}
	return a.send(p)
}
