package growth

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/evidence"
	"milieu/internal/geo"
	"milieu/internal/lake"
	"milieu/internal/observation"
	"milieu/internal/place"
)

// district is an area that has series of businesses.
type district struct{ code, name string }

// districtsIn lists the areas with series of active businesses whose middle lies in the
// area of a code, by code; none where the release does not have the area's boundary.
func districtsIn(ctx context.Context, q lake.Querier, code string) ([]district, error) {
	shape, err := findShape(ctx, q, code)
	if err != nil || shape.ID == "" {
		return nil, err
	}
	inside := geo.NewLocator([]geom.Geometry{shape.Geometry})
	rows, err := q.QueryContext(ctx, `select a.area_id, min(a.name), min(a.lon), min(a.lat) from area a
where a.lon is not null and a.area_id <> $1 and a.area_id in (select area_key from series where indicator = 'business-active') group by a.area_id order by a.area_id`, shape.ID)
	if err != nil {
		return nil, fmt.Errorf("districts in %s: %w", code, err)
	}
	defer rows.Close()
	var out []district
	for rows.Next() {
		var d district
		var lon, lat float64
		if err := rows.Scan(&d.code, &d.name, &lon, &lat); err != nil {
			return nil, err
		}
		if len(inside.Locate(lon, lat)) > 0 {
			out = append(out, d)
		}
	}
	return out, rows.Err()
}

// findShape finds the boundary of an area by its code, whichever set it is in; its zero value
// where there is none.
func findShape(ctx context.Context, q lake.Querier, code string) (place.Shape, error) {
	for _, id := range []string{code, observation.AreaKey(code)} {
		var set string
		rows, err := q.QueryContext(ctx, "select area_set from area where area_id = $1 order by area_set limit 1", id)
		if err != nil {
			return place.Shape{}, fmt.Errorf("boundary of %s: %w", code, err)
		}
		found := rows.Next()
		if found {
			err = rows.Scan(&set)
		}
		if err = errors.Join(err, rows.Err(), rows.Close()); err != nil {
			return place.Shape{}, fmt.Errorf("boundary of %s: %w", code, err)
		}
		if found {
			return place.Find(ctx, q, set, id)
		}
	}
	return place.Shape{}, nil
}

// inList are the codes of districts as a list of literals.
func inList(of []district) string {
	var codes []string
	for _, d := range of {
		codes = append(codes, lake.Literal(d.code))
	}
	return strings.Join(codes, ", ")
}

// addedUp adds up the districts in an area. A year counts where all of them have a figure;
// bounds of sums are the sums of the bounds.
func addedUp(ctx context.Context, q lake.Querier, code string) (Businesses, error) {
	var out Businesses
	of, err := districtsIn(ctx, q, code)
	if err != nil || len(of) == 0 {
		return out, err
	}
	rows, err := q.QueryContext(ctx, `select indicator, year, sum(value), sum(coalesce(lower, value)), sum(coalesce(upper, value)) from observation
where area_key in (`+inList(of)+`) and in_use and industry_code = '' and indicator in ('business-active', 'business-births', 'business-deaths')
group by indicator, year having count(distinct area_key) = $1 order by year, indicator`, len(of))
	if err != nil {
		return out, fmt.Errorf("businesses of the districts in %s: %w", code, err)
	}
	defer rows.Close()
	for rows.Next() {
		var indicator string
		var year int
		var value, lo, hi float64
		if err := rows.Scan(&indicator, &year, &value, &lo, &hi); err != nil {
			return out, err
		}
		out.add(indicator, year, value, lo, hi, evidence.MakeRef("businesses", []string{evidence.Slug(code), indicator, strconv.Itoa(year)}))
	}
	if len(out.Years) > 0 {
		for _, d := range of {
			out.Of = append(out.Of, d.name)
		}
	}
	return out, rows.Err()
}

// whyBusinesses explains businesses/AREA/INDICATOR/YEAR: a sum over districts.
func whyBusinesses(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) != 3 {
		return evidence.Chain{}, evidence.BadRef("write it as businesses/AREA/INDICATOR/YEAR")
	}
	year, err := strconv.Atoi(r.Args[2])
	if err != nil {
		return evidence.Chain{}, evidence.BadRef("year %q is not a number", r.Args[2])
	}
	of, err := districtsIn(ctx, q, strings.ToUpper(r.Args[0]))
	if err != nil {
		return evidence.Chain{}, err
	}
	c := evidence.Chain{Title: fmt.Sprintf("%s of the districts in %s, %d", r.Args[1], strings.ToUpper(r.Args[0]), year), Method: "Series of official figures",
		How: "sum of the districts whose middle lies in the area; its interval is the sum of what rounding leaves of each"}
	sum := 0.0
	for _, d := range of {
		id := r.Args[1] + "." + d.code
		values, err := observation.Values(ctx, q, id)
		if err != nil {
			return c, err
		}
		for _, v := range observation.InUse(values) {
			if v.Year == year {
				sum += v.Value
				c.Steps = append(c.Steps, evidence.Chain{Title: d.name, Value: observation.Number(v.Value), Records: []evidence.Record{v.Record}})
			}
		}
	}
	if len(of) == 0 || len(c.Steps) != len(of) {
		return c, fmt.Errorf("businesses of %s in %d: %w", r.Args[0], year, evidence.ErrNoFigure)
	}
	c.Value = observation.Number(sum)
	return c, nil
}
