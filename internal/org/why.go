package org

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// Explainers explain facts about organisations: org/ID, link/RECORD/RECORD,
// award/ID, awards/ID/CURRENCY, public-award/ID, group/ID, employees/ID, tie/ID, facility/ID, indicator/ID, need/ID, and counts: count/organisations (settings role,
// section, area_set, area, origin,
// status, sector, crowded=no, placed=no), count/ties, count/facilities,
// count/interventions, count/areas, count/targets (indicators with the status target), count/targets-stated (those that their sources state
// as targets).
func Explainers() evidence.Explainers {
	return evidence.Explainers{"org": whyOrganisation, "link": whyLink, "award": whyRow, "awards": whyAwards, "public-award": whyRow, "group": whyGroup, "employees": whyEmployees, "tie": whyRow, "facility": whyRow, "indicator": whyRow, "need": whyRow, "count": whyCount, "areavalue": whyAreaValue}
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
	c := evidence.Chain{Title: originWords(j.Origin, j.Record.Source) + ": " + j.Name, Records: []evidence.Record{j.Record}}
	d := j.ByDecision()
	switch {
	case d != "":
	case j.ByEvidence():
		step, err := whyPair(ctx, q, j.Key, j.With)
		c.How, c.Value, c.Steps = "joined by the evidence: "+step.How, step.Value, step.Steps
		return c, err
	case j.JoinedBy == "key":
		c.How = "joined because both sources name it by the same key"
		return c, nil
	default:
		c.How = "joined because the " + j.JoinedBy + " is the same"
		return c, nil
	}
	step, err := evidence.FindDecision(ctx, q, d)
	step.Title += ": the same organisation"
	c.How, c.Steps = "joined by decision "+d, []evidence.Chain{step}
	return c, err
}

// originWords is what a record is.
func originWords(origin, source string) string {
	switch origin {
	case "register":
		return "Register entry"
	case "team":
		return "Record of the team"
	}
	return "Record of " + source
}

// whyLink explains what two records that were compared have in common: the weight of
// each part of the comparison, which add up to that of the pair.
func whyLink(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) != 2 || r.Args[0] == "" || r.Args[1] == "" {
		return evidence.Chain{}, evidence.BadRef("write it as link/RECORD/RECORD")
	}
	return whyPair(ctx, q, r.Args[0], r.Args[1])
}

// verdictWords say what came of a pair.
var verdictWords = map[string]string{VerdictJoined: "one organisation", VerdictReview: "waits for a decision", VerdictApart: "kept apart", VerdictRefused: "kept apart by a rule",
	VerdictSame: "one organisation by decision", VerdictDifferent: "kept apart by decision"}

func whyPair(ctx context.Context, q lake.Querier, a, b string) (evidence.Chain, error) {
	p, err := Pair(ctx, q, a, b)
	if errors.Is(err, ErrNotFound) {
		return evidence.Chain{}, fmt.Errorf("%w: %w", err, evidence.ErrNoFigure)
	}
	if err != nil {
		return evidence.Chain{}, err
	}
	c := evidence.Chain{Title: "Are " + p.AName + " (" + p.ASource + ") and " + p.BName + " (" + p.BSource + ") one organisation?", Value: percent(p.Probability), Method: "one organisation from many records",
		How: fmt.Sprintf("the parts add up to %s in log2 units, which is a probability of %s; %s", signed(p.Weight), percent(p.Probability), verdictWords[p.Verdict])}
	if p.Reason != "" {
		c.How += " (" + p.Reason + ")"
	}
	for _, part := range p.Why {
		c.Steps = append(c.Steps, evidence.Chain{Title: capital(part.Name), Value: signed(part.Weight), How: part.Detail})
	}
	for _, s := range p.Sides {
		c.Records = append(c.Records, s.Record)
	}
	return c, nil
}

// signed is a weight with its sign.
func signed(v float64) string {
	if v < 0 {
		return "\u2212" + chart.Number(-v, 1)
	}
	return "+" + chart.Number(v, 1)
}

// percent is a probability; near 0 and 1 as far as it can be told from them.
func percent(p float64) string {
	for digits := 0; digits < 6; digits++ {
		if s := chart.Number(100*p, digits); s != chart.Number(0, digits) && s != chart.Number(100, digits) {
			return s + " %"
		}
	}
	if p < 0.5 {
		return "less than 0.00001 %"
	}
	return "more than 99.99999 %"
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
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
	"award": `select org_name || ': ' || coalesce(title, project_id) || coalesce(' (' || role || ')', ''), coalesce(currency || ' ' || format('{:,.2f}', amount_p / 100.0), ''), coalesce(source_url, ''), source, file, line
from participation where participation_id = $1`,
	"public-award": `select org_name || ': ' || coalesce(scheme || ', ', '') || granter, '£' || format('{:,.2f}', amount_p / 100.0) || coalesce(', ' || strftime(day, '%-d %B %Y'), ', financial year beginning ' || year, ''), coalesce(source_url, ''), source, file, line
from public_award where award_id = $1`,
	"need":      "select org_name || ': ' || kind || ': ' || theme, coalesce(what, ''), coalesce(source_url, ''), source, file, line from need where need_id = $1",
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
	"targets":       "select source, file, line from indicator where status = 'target' order by source, file, line",
	// without those whose note says that the source does not call it one
	"targets-stated": "select source, file, line from indicator where status = 'target' and coalesce(note, '') not like '%status is our reading%' order by source, file, line",
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
	switch what {
	case "targets":
		c.Title = "Number of published figures that are read as targets"
	case "targets-stated":
		c.Title = "Number of published figures that their sources state as targets"
	}
	if what == "organisations" {
		f := Filter{Role: r.Set.Get("role"), Section: r.Set.Get("section"), AreaSet: r.Set.Get("area_set"), AreaID: r.Set.Get("area"), Origin: r.Set.Get("origin"), Status: r.Set.Get("status"), Sector: r.Set.Get("sector"), Clean: r.Set.Get("crowded") == "no", Unplaced: r.Set.Get("placed") == "no"}
		query = "select o.source, o.file, o.line from organisation o where " + f.where() + " order by o.source, o.file, o.line"
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
		if f.Clean {
			c.Title += ", but those only at addresses of mass registration"
		}
		if f.Sector != "" {
			c.Title += " in the sector " + f.Sector
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
