package org

import (
	"context"
	"database/sql"
	"errors"
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
		return "", evidence.BadRef("write it as %s/ID", r.Kind)
	}
	return r.Args[0], nil
}

const whyOrganisationQuery = "select name, coalesce(source_url, ''), source, file, line from organisation where org_id = $1"

func whyOrganisation(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	id, err := one(r)
	if err != nil {
		return evidence.Chain{}, err
	}
	var c evidence.Chain
	var own evidence.Record
	err = q.QueryRowContext(ctx, whyOrganisationQuery, id).Scan(&c.Title, &c.URL, &own.Source, &own.File, &own.Line)
	if err == sql.ErrNoRows {
		return c, fmt.Errorf("organisation %q: %w", id, evidence.ErrNoFigure)
	}
	if err != nil {
		return c, err
	}
	c.Records = []evidence.Record{own}
	records, err := joined(ctx, q, id)
	if err != nil {
		return c, err
	}
	subjects := []string{id}
	for _, j := range records {
		if j.Key != id {
			subjects = append(subjects, j.Key)
		}
		if j.JoinedBy == "own" {
			continue
		}
		step, err := whyJoined(ctx, q, j)
		if err != nil {
			return c, err
		}
		c.Steps = append(c.Steps, step)
	}
	decided, err := whyDecided(ctx, q, id, subjects)
	c.Steps = append(c.Steps, decided...)
	return c, err
}

// whyJoined is the step to a record that is joined with the organisation's own.
func whyJoined(ctx context.Context, q lake.Querier, j JoinedRecord) (evidence.Chain, error) {
	c := evidence.Chain{Title: "Record of the team: " + j.Name, How: "joined because the company number is the same", Records: []evidence.Record{j.Record}}
	if j.Origin == "register" {
		c.Title = "Register entry: " + j.Name
	}
	d := j.ByDecision()
	if d == "" {
		return c, nil
	}
	step, err := evidence.FindDecision(ctx, q, d)
	step.Title += ": the same organisation"
	c.How, c.Steps = "joined by decision "+d, []evidence.Chain{step}
	return c, err
}

// addressQuery finds the addresses of an organisation's registered offices, and their
// postcodes, as decisions name them.
const addressQuery = `select postcode || '|' || coalesce(address, ''), postcode || '|' from site
where org_id = $1 and kind = 'registered-office' and postcode is not null order by site_id`

// whyDecided are the steps to decisions on the records of an organisation, on their
// sites and on the addresses of their offices.
func whyDecided(ctx context.Context, q lake.Querier, id string, keys []string) ([]evidence.Chain, error) {
	var out []evidence.Chain
	seen := map[string]bool{}
	add := func(table, subject string) error {
		if seen[table+" "+subject] {
			return nil
		}
		seen[table+" "+subject] = true
		steps, err := evidence.DecisionSteps(ctx, q, table, subject)
		out = append(out, steps...)
		return err
	}
	var addresses []string
	err := each(ctx, q, addressQuery, func(r *sql.Rows) error {
		var a, postcode string
		err := r.Scan(&a, &postcode)
		addresses = append(addresses, a, postcode)
		return err
	}, id)
	for _, k := range keys {
		err = errors.Join(err, add("organisations", k), add("sites", k+":site"), add("sites", k+":ro"))
	}
	for _, a := range addresses {
		err = errors.Join(err, add("addresses", a))
	}
	return out, err
}

const whyEmployeesQuery = `select o.name, coalesce(strftime(h.period_end, '%-d %B %Y'), 'a day that is not known'), h.employees, h.source, h.file, h.line
from headcount h join organisation o on o.org_id = h.org_id where h.org_id = $1 order by h.period_end desc nulls last, h.employees desc, h.source, h.file, h.line`

func whyEmployees(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	id, err := one(r)
	if err != nil {
		return evidence.Chain{}, err
	}
	c := evidence.Chain{How: "the latest accounts count"}
	err = each(ctx, q, whyEmployeesQuery, func(rows *sql.Rows) error {
		var name, day string
		var n int64
		var rec evidence.Record
		if err := rows.Scan(&name, &day, &n, &rec.Source, &rec.File, &rec.Line); err != nil {
			return err
		}
		value := chart.Number(float64(n), 0)
		if len(c.Steps) == 0 {
			c.Title, c.Value = "Employees of "+name, value
		}
		c.Steps = append(c.Steps, evidence.Chain{Title: "Accounts to " + day, Value: value, Records: []evidence.Record{rec}})
		return nil
	}, id)
	if err == nil && len(c.Steps) == 0 {
		err = fmt.Errorf("no accounts of %q state employees: %w", id, evidence.ErrNoFigure)
	}
	return c, err
}

// factQueries find one row by id; each gives title, value, url, source, file and line.
var factQueries = map[string]string{
	"tie": `select from_name || ': ' || replace(kind, '_', ' ') || ': ' || to_name, coalesce(start_year::varchar, ''), coalesce(source_url, ''), source, file, line
from tie where tie_id = $1`,
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
	err = q.QueryRowContext(ctx, factQueries[r.Kind], id).Scan(&c.Title, &c.Value, &c.URL, &rec.Source, &rec.File, &rec.Line)
	if err == sql.ErrNoRows {
		return c, fmt.Errorf("%s %q: %w", r.Kind, id, evidence.ErrNoFigure)
	}
	if err != nil {
		return c, err
	}
	c.Records = []evidence.Record{rec}
	return c, nil
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
	c.Records, err = evidence.Records(ctx, q, query+fmt.Sprintf(" limit %d", mostCited), args...)
	return c, err
}
