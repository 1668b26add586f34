package observation

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// Explainers explain observation/SERIES/YEAR: the figure in use with the older vintages beside it.
func Explainers() evidence.Explainers { return evidence.Explainers{"observation": why} }

// Ref is the reference of the figure of a series in a year.
func Ref(series string, year int) string {
	return evidence.MakeRef("observation", []string{series, strconv.Itoa(year)})
}

// Number writes a figure so that small and large ones can be read.
func Number(v float64) string {
	switch a := max(v, -v); {
	case a >= 1000 || v == math.Trunc(v):
		return chart.Number(v, 0)
	case a >= 10:
		return chart.Number(v, 1)
	}
	return chart.Number(v, 2)
}

// Bound writes an end of an interval. What rounding to 5 leaves ends on a half, which is not rounded away.
func Bound(v float64) string {
	if a := max(v, -v); a >= 1000 && a < 1e6 && v != math.Trunc(v) {
		return chart.Number(v, 1)
	}
	return Number(v)
}

// Name is the series in words.
func (s Series) Name() string {
	parts := []string{s.Label}
	if s.Industry != "" {
		parts = append(parts, s.Industry)
	}
	parts = append(parts, s.Area)
	if s.Measure != "" {
		parts = append(parts, s.Measure)
	}
	return strings.Join(parts, ", ")
}

func why(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) != 2 {
		return evidence.Chain{}, evidence.BadRef("write it as observation/SERIES/YEAR")
	}
	year, err := strconv.Atoi(r.Args[1])
	if err != nil {
		return evidence.Chain{}, evidence.BadRef("year %q is not a number", r.Args[1])
	}
	s, err := Find(ctx, q, r.Args[0])
	if errors.Is(err, ErrNotFound) {
		err = fmt.Errorf("%w: %w", err, evidence.ErrNoFigure)
	}
	if err != nil {
		return evidence.Chain{}, err
	}
	values, err := Values(ctx, q, s.ID)
	if err != nil {
		return evidence.Chain{}, err
	}
	c := evidence.Chain{Title: s.Name() + ", " + strconv.Itoa(year), How: "as published", Method: "observations"}
	for _, v := range values {
		switch {
		case v.Year != year:
		case v.InUse:
			c.Value, c.URL, c.Records = strings.TrimSpace(Number(v.Value)+" "+s.Unit), v.URL, []evidence.Record{v.Record}
			if v.Lower.Valid && v.Upper.Valid {
				c.How = fmt.Sprintf("as published; rounding leaves %s to %s", Bound(v.Lower.Float64), Bound(v.Upper.Float64))
			}
			if v.Vintage != "" {
				c.How += "; vintage " + v.Vintage
			}
			if v.Outlier {
				c.How += "; flagged as an outlier: it is far from the median of the five years around it. It is not removed"
			}
		default:
			step := evidence.Chain{Title: "Vintage " + orNone(v.Vintage), Value: Number(v.Value), How: map[bool]string{true: "revised since", false: "the same value"}[v.Revised], Records: []evidence.Record{v.Record}}
			if v.Repeated {
				step.How = again(v, values)
			}
			c.Steps = append(c.Steps, step)
		}
	}
	if c.Value == "" {
		return c, fmt.Errorf("%s has no figure for %d: %w", s.ID, year, evidence.ErrNoFigure)
	}
	return c, nil
}

// again says of a repeated figure whether the one that counts is the same.
func again(v Value, values []Value) string {
	if v.Differs(values) {
		return "given again in the same vintage with another value; the first is in use. Name the vintages of the sources if they have two"
	}
	return "given again by a source; it counts once"
}

func orNone(s string) string {
	if s == "" {
		return "not stated"
	}
	return s
}
