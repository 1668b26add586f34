package growth

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"milieu/internal/lake"
	"milieu/internal/observation"
	"milieu/internal/report"
)

// BusinessYear is the businesses of an area in a year. A figure without a text is not known.
type BusinessYear struct {
	Year                   int
	Active, Births, Deaths report.Figure
	Born, Died             float64 // 0 where not known
}

// Cohort is the share of the businesses born in a year that live one to five years
// later, in percent.
type Cohort struct {
	Year  int
	Alive [5]report.Figure
}

// Businesses are the births, deaths and survival of businesses in an area, in
// order of time.
type Businesses struct {
	Years   []BusinessYear
	Cohorts []Cohort
	// Of are the districts whose figures were added up, where the area has none of its own.
	Of []string
}

const businessQuery = `select indicator, year, value, lower, upper, series from observation
where area_key = $1 and in_use and coalesce(industry_code, '') = '' and value is not null and (indicator in ('business-active', 'business-births', 'business-deaths') or starts_with(indicator, 'business-survival-'))
order by year, indicator, series`

// ReadBusinesses reads them by the code of an area. An area without series of its own has the
// sums of the districts that have some and whose middle lies in it. It is empty where the
// release has neither.
func ReadBusinesses(ctx context.Context, q lake.Querier, code string) (Businesses, error) {
	var out Businesses
	var tables int
	if err := q.QueryRowContext(ctx, "select count(*) from information_schema.tables where table_name = 'observation'").Scan(&tables); err != nil || tables == 0 {
		return out, err
	}
	rows, err := q.QueryContext(ctx, businessQuery, observation.AreaKey(code))
	if err != nil {
		return out, fmt.Errorf("businesses of %s: %w", code, err)
	}
	defer rows.Close()
	for rows.Next() {
		var indicator, series string
		var year int
		var value float64
		var lower, upper sql.NullFloat64
		if err := rows.Scan(&indicator, &year, &value, &lower, &upper, &series); err != nil {
			return out, fmt.Errorf("businesses of %s: %w", code, err)
		}
		lo, hi := value, value
		if lower.Valid && upper.Valid {
			lo, hi = lower.Float64, upper.Float64
		}
		out.add(indicator, year, value, lo, hi, observation.Ref(series, year))
	}
	if err := rows.Err(); err != nil || len(out.Years)+len(out.Cohorts) > 0 {
		return out, err
	}
	return addedUp(ctx, q, code)
}

func (b *Businesses) add(indicator string, year int, value, lo, hi float64, ref string) {
	if after, ok := strings.CutPrefix(indicator, "business-survival-"); ok {
		if len(after) != 1 || after[0] < '1' || after[0] > '5' {
			return
		}
		if n := len(b.Cohorts); n == 0 || b.Cohorts[n-1].Year != year {
			b.Cohorts = append(b.Cohorts, Cohort{Year: year})
		}
		f := report.NumberFigure(value, lo, hi, 1, ref)
		f.Unit = "%"
		b.Cohorts[len(b.Cohorts)-1].Alive[after[0]-'1'] = f
		return
	}
	if n := len(b.Years); n == 0 || b.Years[n-1].Year != year {
		b.Years = append(b.Years, BusinessYear{Year: year})
	}
	y, f := &b.Years[len(b.Years)-1], report.NumberFigure(value, lo, hi, 0, ref)
	switch indicator {
	case "business-active":
		y.Active = f
	case "business-births":
		y.Births, y.Born = f, value
	case "business-deaths":
		y.Deaths, y.Died = f, value
	}
}
