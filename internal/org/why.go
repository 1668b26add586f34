package org

import (
	"context"
	"database/sql"
	"fmt"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// Explainers explain facts about organisations: org/ID, employees/ID, tie/ID,
// facility/ID, indicator/ID, and counts: count/organisations (settings role,
// section, area_set, area, origin,
// status, placed=no), count/ties, count/facilities,
// count/interventions, count/areas.
func Explainers() evidence.Explainers {
	return evidence.Explainers{"org": whyOrganisation, "employees": whyEmployees, "tie": whyRow, "facility": whyRow, "indicator": whyRow, "count": whyCount}
}

func one(r evidence.Ref) (string, error) {
	if len(r.Args) != 1 || r.Args[0] == "" {
		return "", fmt.Errorf("write it as %s/ID", r.Kind)
	}
	return r.Args[0], nil
}

func whyOrganisation(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	id, err := one(r)
	if err != nil {
		return evidence.Chain{}, err
	}
	o, err := Find(ctx, q, id)
	if err != nil {
		return evidence.Chain{}, fmt.Errorf("%w: %w", err, evidence.ErrNoFigure)
	}
	c := evidence.Chain{Title: o.Name, Records: []evidence.Record{o.Record}, URL: o.SourceURL}
	if o.Origin == "team" && o.Register.Source != "" {
		c.Steps = append(c.Steps, evidence.Chain{Title: "Register entry: " + o.RegisterName, How: "joined because the company number is the same", Records: []evidence.Record{o.Register}})
	}
	return c, nil
}

func whyEmployees(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	id, err := one(r)
	if err != nil {
		return evidence.Chain{}, err
	}
	o, err := Find(ctx, q, id)
	if err != nil {
		return evidence.Chain{}, fmt.Errorf("%w: %w", err, evidence.ErrNoFigure)
	}
	if len(o.Headcounts) == 0 {
		return evidence.Chain{}, fmt.Errorf("no accounts of %s state employees: %w", o.Name, evidence.ErrNoFigure)
	}
	c := evidence.Chain{Title: "Employees of " + o.Name, Value: fmt.Sprint(o.Headcounts[0].Employees), How: "the latest accounts count"}
	for _, h := range o.Headcounts {
		c.Steps = append(c.Steps, evidence.Chain{Title: "Accounts to " + h.PeriodEnd.Time.Format("2 January 2006"), Value: fmt.Sprint(h.Employees), Records: []evidence.Record{h.Record}})
	}
	return c, nil
}

// rowQueries find one row by id; each gives title, value, url, source, file and line.
var rowQueries = map[string]string{
	"tie": `select f.name || ': ' || replace(t.kind, '_', ' ') || ': ' || g.name, coalesce(t.start_year::varchar, ''), coalesce(t.source_url, ''), t.source, t.file, t.line
from tie t join organisation f on f.org_id = t.from_id join organisation g on g.org_id = t.to_id where t.tie_id = $1`,
	"facility":  "select name, '', coalesce(source_url, ''), source, file, line from facility where facility_id = $1",
	"indicator": "select indicator || ', ' || coalesce(place, '') || ', ' || coalesce(year::varchar, ''), format('{:,}', value) || ' ' || coalesce(unit, ''), coalesce(source_url, ''), source, file, line from indicator where indicator_id = $1",
}

func whyRow(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	id, err := one(r)
	if err != nil {
		return evidence.Chain{}, err
	}
	var c evidence.Chain
	var rec evidence.Record
	err = q.QueryRowContext(ctx, rowQueries[r.Kind], id).Scan(&c.Title, &c.Value, &c.URL, &rec.Source, &rec.File, &rec.Line)
	if err == sql.ErrNoRows {
		return c, fmt.Errorf("%s %q: %w", r.Kind, id, evidence.ErrNoFigure)
	}
	c.Records = []evidence.Record{rec}
	return c, err
}

// countQueries give the records behind a count.
var countQueries = map[string]string{
	"ties":          "select source, file, line from tie order by source, file, line",
	"facilities":    "select source, file, line from facility order by source, file, line",
	"interventions": "select source, file, line from intervention order by source, file, line",
	"areas":         "select source, file, line from area order by source, file, line",
}

// mostCited is how many records of a count are cited one by one.
const mostCited = 10

func whyCount(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	what, err := one(r)
	if err != nil {
		return evidence.Chain{}, err
	}
	query, args := countQueries[what], []any(nil)
	c := evidence.Chain{Title: "Number of " + what}
	if what == "organisations" {
		f := Filter{Role: r.Set.Get("role"), Section: r.Set.Get("section"), AreaSet: r.Set.Get("area_set"), AreaID: r.Set.Get("area"), Origin: r.Set.Get("origin"), Status: r.Set.Get("status"), Unplaced: r.Set.Get("placed") == "no"}
		query = "select o.source, o.file, o.line from organisation o where " + condition + " order by o.source, o.file, o.line"
		args = f.args()
		if f.Role != "" {
			c.Title += " with the role " + f.Role
		}
		if f.AreaID != "" {
			c.Title += " in " + f.AreaID
		}
		if f.Section != "" {
			c.Title += " in " + SectionLabel(f.Section)
		}
		if f.Unplaced {
			c.Title += " without a place on the map"
		}
	}
	if query == "" {
		return c, fmt.Errorf("count/%s: %w", what, evidence.ErrNoFigure)
	}
	var total int64
	if err := q.QueryRowContext(ctx, "select count(*) from ("+query+")", args...).Scan(&total); err != nil {
		return c, err
	}
	c.Value, c.How = chart.Number(float64(total), 0), "rows counted"
	c.More = int(max(0, total-mostCited))
	err = each(ctx, q, query+fmt.Sprintf(" limit %d", mostCited), func(rows *sql.Rows) error {
		var rec evidence.Record
		err := rows.Scan(&rec.Source, &rec.File, &rec.Line)
		c.Records = append(c.Records, rec)
		return err
	}, args...)
	return c, err
}
