// Package observation owns series of official figures: indicator, area, industry
// and period, each value with unit, bounds and vintage. It keeps a revised vintage
// beside the old, flags outliers without removing them, and reads series. It does
// not read files (evidence) and draws nothing.
package observation

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"math"
	"strings"

	"milieu/internal/evidence"
	"milieu/internal/lake"
)

//go:embed stage/*.sql
var stageFS embed.FS

// Stages make the tables observation and series.
func Stages() ([]lake.Stage, error) { return lake.ParseStages(stageFS, "stage") }

// ErrNotFound says that a release has no such series.
var ErrNotFound = fmt.Errorf("there is no such series in this release: %w", fs.ErrNotExist)

// Series is one line of figures: an indicator of an area, and of an industry where it is parted.
type Series struct {
	ID                          string
	Indicator, Label, Measure   string
	Unit                        string
	AreaKey, AreaCode, Area     string // AreaKey joins codes of the NUTS and the ITL
	Level                       string
	IndustryCode, Industry      string
	First, Last                 int // years
	N                           int // years with a value in use
	Vintages                    int
	Vintage                     string // the newest
	Revised, Outliers, Repeated int
	LastValue                   float64
	Bounded                     bool
	About, Publisher, Source    string
}

// Value is one figure of a series.
type Value struct {
	Year                                          int
	Period                                        string
	Value                                         float64
	Lower, Upper                                  sql.NullFloat64
	Vintage                                       string
	InUse, Superseded, Revised, Repeated, Outlier bool
	Record                                        evidence.Record
	URL                                           string
}

// Filter narrows a list of series. Empty fields do not narrow.
type Filter struct {
	Words     string // all in label, area, industry or measure
	Indicator string
	AreaKeys  []string
	Level     string
	Industry  string // "all" is those that are not parted by industry
	Flagged   bool   // with outliers or revisions
}

const seriesColumns = `series, indicator, coalesce(label, indicator), coalesce(measure, ''), coalesce(unit, ''), area_key, coalesce(area_code, ''), coalesce(area, area_key), coalesce(area_level, ''),
coalesce(industry_code, ''), coalesce(industry, ''), first_year, last_year, n, vintages, coalesce(vintage, ''), revised, outliers, repeated, coalesce(last_value, 'nan'::double), bounded, coalesce(description, ''), coalesce(publisher, ''), source`

func (f Filter) where() string {
	var parts []string
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	for _, w := range strings.Fields(strings.ToLower(f.Words)) {
		add("contains(lower(concat_ws(' ', label, indicator, area, industry, measure, area_key)), %s)", lake.Literal(w))
	}
	if f.Indicator != "" {
		add("indicator = %s", lake.Literal(f.Indicator))
	}
	if f.AreaKeys != nil {
		var keys []string
		for _, k := range f.AreaKeys {
			keys = append(keys, lake.Literal(AreaKey(k)))
		}
		add("area_key in (%s)", strings.Join(append(keys, "''"), ", "))
	}
	if f.Level != "" {
		add("area_level = %s", lake.Literal(f.Level))
	}
	switch f.Industry {
	case "":
	case "all":
		add("industry_code is null")
	default:
		add("industry_code = %s", lake.Literal(f.Industry))
	}
	if f.Flagged {
		add("outliers + revised > 0")
	}
	if len(parts) == 0 {
		return "true"
	}
	return strings.Join(parts, " and ")
}

// AreaKey is how an area is named across versions of codes: UKE3 of the NUTS and TLE3 of the
// ITL are both TLE3.
func AreaKey(code string) string {
	if len(code) >= 3 && len(code) <= 5 && strings.HasPrefix(code, "UK") && code[2] >= 'A' && code[2] <= 'N' {
		return "TL" + code[2:]
	}
	return code
}

// List reads the series that pass, by label, area and industry; no limit is all.
func List(ctx context.Context, q lake.Querier, f Filter, limit, offset int) ([]Series, error) {
	if limit <= 0 {
		limit = math.MaxInt32
	}
	return list(ctx, q, f.where(), limit, offset)
}

// Count is how many series pass.
func Count(ctx context.Context, q lake.Querier, f Filter) (int, error) {
	var n int
	err := q.QueryRowContext(ctx, "select count(*) from series where "+f.where()).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("series: %w", err)
	}
	return n, nil
}

func list(ctx context.Context, q lake.Querier, where string, limit, offset int) ([]Series, error) {
	rows, err := q.QueryContext(ctx, "select "+seriesColumns+" from series where "+where+" order by label, measure, area, industry_code nulls first, series limit $1 offset $2", limit, offset)
	if err != nil {
		return nil, fmt.Errorf("series: %w", err)
	}
	defer rows.Close()
	var out []Series
	for rows.Next() {
		var s Series
		if err := rows.Scan(&s.ID, &s.Indicator, &s.Label, &s.Measure, &s.Unit, &s.AreaKey, &s.AreaCode, &s.Area, &s.Level, &s.IndustryCode, &s.Industry, &s.First, &s.Last, &s.N, &s.Vintages, &s.Vintage,
			&s.Revised, &s.Outliers, &s.Repeated, &s.LastValue, &s.Bounded, &s.About, &s.Publisher, &s.Source); err != nil {
			return nil, fmt.Errorf("series: %w", err)
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// Find reads one series. The error is ErrNotFound where there is none.
func Find(ctx context.Context, q lake.Querier, id string) (Series, error) {
	found, err := list(ctx, q, "series = "+lake.Literal(id), 1, 0)
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("series %q: %w", id, ErrNotFound)
	}
	if err != nil {
		return Series{}, err
	}
	return found[0], nil
}

// Values reads all figures of a series, those of older vintages and repeated ones too, by year
// and from the newest vintage on.
func Values(ctx context.Context, q lake.Querier, id string) ([]Value, error) {
	const query = `select year, coalesce(period, ''), value, lower, upper, coalesce(vintage, ''), in_use, superseded, revised, repeated, outlier, source, file, line, coalesce(source_url, '')
from observation where series = $1 order by year, vintage desc nulls last, nth`
	rows, err := q.QueryContext(ctx, query, id)
	if err != nil {
		return nil, fmt.Errorf("values of %s: %w", id, err)
	}
	defer rows.Close()
	var out []Value
	for rows.Next() {
		var v Value
		if err := rows.Scan(&v.Year, &v.Period, &v.Value, &v.Lower, &v.Upper, &v.Vintage, &v.InUse, &v.Superseded, &v.Revised, &v.Repeated, &v.Outlier, &v.Record.Source, &v.Record.File, &v.Record.Line, &v.URL); err != nil {
			return nil, fmt.Errorf("values of %s: %w", id, err)
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// InUse are the figures that count, one a year.
func InUse(values []Value) []Value {
	var out []Value
	for _, v := range values {
		if v.InUse {
			out = append(out, v)
		}
	}
	return out
}

// Differs says that a repeated figure is not that of its year and vintage that came first.
func (v Value) Differs(values []Value) bool {
	for _, o := range values {
		if v.Repeated && !o.Repeated && o.Year == v.Year && o.Vintage == v.Vintage && o.Value != v.Value {
			return true
		}
	}
	return false
}

// Indicator is what series measure.
type Indicator struct {
	ID, Label, Measure string
	Series             int
}

// Indicators lists what the release has series of.
func Indicators(ctx context.Context, q lake.Querier) ([]Indicator, error) {
	rows, err := q.QueryContext(ctx, "select indicator, min(label), count(*) from series group by indicator order by min(label), indicator")
	if err != nil {
		return nil, fmt.Errorf("indicators: %w", err)
	}
	defer rows.Close()
	var out []Indicator
	for rows.Next() {
		var i Indicator
		if err := rows.Scan(&i.ID, &i.Label, &i.Series); err != nil {
			return nil, err
		}
		out = append(out, i)
	}
	return out, rows.Err()
}

// Levels lists the levels of areas that series are of.
func Levels(ctx context.Context, q lake.Querier) ([]string, error) {
	rows, err := q.QueryContext(ctx, "select distinct area_level from series where area_level is not null order by area_level")
	if err != nil {
		return nil, fmt.Errorf("levels of areas: %w", err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}
