// Package evidence turns a workspace's sources into a release: an immutable
// folder of Parquet tables with a manifest that names every input by hash,
// licence and date. It owns the workspace file, the source definitions (data, one
// folder each under source/), the nouns that sources contribute to, rejects,
// manifests, releases and the way back from a fact to its file and line. It applies
// what people decided to the tables that a team keeps, and says what became of each
// decision; it does not keep decisions. It does not say which records are the same
// organisation or what a place is: the packages above bring those stages.
package evidence

import (
	"fmt"
	"slices"
	"strings"
)

// Noun is a kind of fact that sources contribute to. Each contribution also
// carries source, file and line.
type Noun struct {
	Name    string
	Columns []NounColumn
}

// NounColumn is one column of a noun's table.
type NounColumn struct {
	Name string
	Type string
}

// Nouns are the tables that source folders may fill: the file organisation.sql
// of a source folder fills the noun organisation. The evidence table of a noun is
// named ev_<noun>.
//
//   - key names an organisation inside a source: a slug given by the team, or
//     scheme:value of an official identifier.
//   - money is in pence, coordinates are WGS84 degrees, years are integers.
//   - the weight of a tie is its strength as the source gives it, above 0.
var Nouns = []Noun{
	noun("organisation", "key varchar, origin varchar, name varchar, kind varchar, status varchar, founded date, main_code varchar, note varchar, source_url varchar, source_year integer"),
	noun("role", "key varchar, role varchar"),
	noun("identifier", "key varchar, scheme varchar, value varchar"),
	noun("site", "key varchar, kind varchar, address varchar, town varchar, postcode varchar, lon double, lat double, located_by varchar, precision_m double, label varchar"),
	noun("activity", "key varchar, scheme varchar, code varchar, label varchar, position integer"),
	noun("headcount", "key varchar, period_end date, employees bigint, employees_before bigint"),
	noun("tie", "tie_id varchar, from_key varchar, to_key varchar, kind varchar, start_year integer, end_year integer, amount_p bigint, project varchar, source_url varchar, source_year integer, weight double"),
	noun("facility", "facility_id varchar, name varchar, host varchar, host_key varchar, place varchar, tags varchar, description varchar, access varchar, lon double, lat double, located_by varchar, precision_m double, source_url varchar, source_year integer"),
	noun("indicator", "indicator_id varchar, indicator varchar, place varchar, year integer, value double, unit varchar, status varchar, note varchar, source_url varchar"),
	noun("employment", "area_code varchar, area varchar, year integer, scheme varchar, industry_code varchar, industry varchar, jobs double, lower double, upper double, rounding varchar, source_url varchar"),
	noun("intervention", "intervention_id varchar, name varchar, place varchar, lead varchar, category varchar, cost_p bigint, start_year integer, end_year integer, expected_outputs varchar, status varchar, stage varchar, region varchar, horizon varchar, benefits varchar, scope varchar, effect_type varchar, demand_kinds varchar, classified_by varchar, basis varchar, note varchar, source_url varchar, source_year integer, problem varchar, problem_url varchar, partners varchar, grade varchar, classes varchar"),
	noun("intervention_cost", "cost_id varchar, intervention_id varchar, amount_p bigint, from_year integer, to_year integer, funder varchar, status varchar, kind varchar, asset varchar, price_year integer, note varchar, source_url varchar, source_year integer"),
	noun("intervention_outcome", "outcome_id varchar, intervention_id varchar, kind varchar, outcome varchar, quantity double, low double, high double, unit varchar, per varchar, additional varchar, from_year integer, to_year integer, place varchar, firm_size varchar, note varchar, source_url varchar, source_year integer"),
	noun("intervention_relation", "relation_id varchar, from_id varchar, to_id varchar, kind varchar, lag_years double, bonus double, reason varchar, classified_by varchar, note varchar, source_url varchar, source_year integer"),
	noun("intervention_risk", "risk_id varchar, intervention_id varchar, risk varchar, likelihood varchar, impact varchar, mitigation varchar, owner varchar, note varchar, source_url varchar, source_year integer"),
	noun("delivery", "delivery_id varchar, intervention_id varchar, kind varchar, what varchar, day date, year integer, planned double, actual double, planned_day date, actual_day date, funder varchar, design varchar, finding varchar, note varchar, source_url varchar, source_year integer"),
	noun("public_award", "award_id varchar, key varchar, granter varchar, scheme varchar, amount_p bigint, day date, year integer, basis varchar, published varchar, intervention_id varchar, note varchar, source_url varchar, source_year integer"),
	noun("name", "key varchar, name varchar, kind varchar, language varchar"),
	noun("project", "project_id varchar, title varchar, programme varchar, funder varchar, funder_key varchar, reference varchar, status varchar, start_date date, end_date date, amount_p bigint, cost_p bigint, currency varchar, source_url varchar"),
	noun("participation", "participation_id varchar, project_id varchar, key varchar, role varchar, amount_p bigint, cost_p bigint, currency varchar, start_date date, end_date date, source_url varchar"),
	noun("meeting", "meeting_id varchar, name varchar, kind varchar, date date, year integer, place varchar, facility_id varchar, area varchar, lon double, lat double, theme varchar, organiser_key varchar, source_url varchar, source_year integer"),
	noun("attendance", "meeting_id varchar, key varchar, role varchar, note varchar"),
	noun("need", "need_id varchar, key varchar, kind varchar, theme varchar, what varchar, source_url varchar, source_year integer"),
	noun("demand", "survey_id varchar, survey varchar, wave varchar, intervention_id varchar, label varchar, measure varchar, grouping varchar, category varchar, value double, lower double, upper double, level double, base integer, invented boolean, day date"),
	noun("voice", "voice_id varchar, key varchar, survey_id varchar, survey varchar, wave varchar, question_id varchar, topic varchar, question varchar, answer varchar, chose varchar, day date"),
	noun("control", "key varchar, controller_name varchar, controller_kind varchar, controller_key varchar, nature varchar, share_low integer, share_high integer, notified date, ceased date"),
	noun("effect", "effect_type varchar, label varchar, positive integer, studies integer, reference varchar, note varchar, source_url varchar"),
	noun("postcode", "postcode varchar, lon double, lat double"),
	noun("industry", "code varchar, label varchar, parent varchar"),
	noun("area", "area_set varchar, area_id varchar, name varchar, kind varchar, note varchar, km2 double, lon double, lat double, west double, south double, east double, north double, geometry varchar"),
	noun("context", "kind varchar, name varchar, geometry varchar"),
	noun("observation", "indicator varchar, label varchar, area_code varchar, area varchar, area_level varchar, scheme varchar, industry_code varchar, industry varchar, period varchar, year integer, value double, lower double, upper double, unit varchar, measure varchar, vintage varchar, status varchar, source_url varchar"),
	noun("indicator_about", "indicator varchar, label varchar, description varchar, unit varchar, vintage varchar, publisher varchar, source_url varchar"),
	noun("sector_definition", "id varchar, name varchar, definition varchar, note varchar, source_url varchar"),
	noun("decision_line", "decision_id varchar, decided_at varchar, by_id varchar, kind varchar, table_name varchar, subject varchar, field varchar, value varchar, reason varchar, source_url varchar"),
}

func noun(name, columns string) Noun {
	n := Noun{Name: name}
	for _, c := range strings.Split(columns, ", ") {
		name, typ, ok := strings.Cut(c, " ")
		if !ok {
			panic(fmt.Sprintf("evidence: column %q has no type", c))
		}
		n.Columns = append(n.Columns, NounColumn{name, typ})
	}
	return n
}

// empty selects no rows with the noun's columns.
func (n Noun) empty() string { return noRows(slices.Concat(placeColumns, n.Columns)) }

// placeColumns say where a row came from; they stand before the columns of a noun.
var placeColumns = []NounColumn{{"source", "varchar"}, {"file", "varchar"}, {"line", "bigint"}}

// noRows selects no rows of typed columns.
func noRows(columns []NounColumn) string {
	parts := make([]string, len(columns))
	for i, c := range columns {
		parts[i] = "null::" + c.Type + " as " + c.Name
	}
	return "select " + strings.Join(parts, ", ") + " where false"
}

// project selects the noun's columns, typed, from a contribution, after the
// columns that say where each row came from.
func (n Noun) project(source, from string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "select '%s'::varchar as source, file::varchar as file, line::bigint as line", strings.ReplaceAll(source, "'", "''"))
	for _, c := range n.Columns {
		fmt.Fprintf(&b, ", %s::%s as %s", c.Name, c.Type, c.Name)
	}
	fmt.Fprintf(&b, " from (\n%s\n) c", from)
	return b.String()
}
