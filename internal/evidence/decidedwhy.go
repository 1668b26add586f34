package evidence

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"milieu/internal/lake"
)

// saying is a decision with one field of those that it changed, if it changed any.
type saying struct {
	place        string // of the record of the chain that it is about, "" when not asked
	id, kind, on string
	other        string
	field        sql.NullString
	was, is      sql.NullString
	added        bool // no source holds the row
	reason, url  string
	line         Record
}

// sayingColumns are those that saying scans after place; x is the table decided, or
// nothing.
const sayingColumns = `d.decision_id, d.kind, coalesce(x.subject, d.subject), coalesce(d.other, ''), x.field, x.source_value, x.team_value, x.decision_id is not null and x.source is null,
  coalesce(d.reason, ''), coalesce(d.source_url, ''), d.source, coalesce(x.decision_file, d.file), coalesce(x.decision_line, d.line)`

func readSayings(ctx context.Context, q lake.Querier, query string, args ...any) ([]saying, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []saying
	for rows.Next() {
		var s saying
		if err := rows.Scan(&s.place, &s.id, &s.kind, &s.on, &s.other, &s.field, &s.was, &s.is, &s.added, &s.reason, &s.url, &s.line.Source, &s.line.File, &s.line.Line); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// decidedSteps makes a step of each decision: what it changed, why, and on which lines
// of the decisions that stands.
func decidedSteps(said []saying, what func(saying) string) []Chain {
	var out []Chain
	for k, s := range said {
		if k > 0 && said[k-1].id == s.id && said[k-1].line.Source == s.line.Source && said[k-1].on == s.on {
			last := &out[len(out)-1]
			last.Title += "; " + s.changed()
			last.Records = append(last.Records, s.line)
			continue
		}
		title := what(s)
		if s.added && s.kind == kindAdd {
			title += "added by the team; "
		}
		out = append(out, Chain{Title: title + s.changed(), How: s.reason, URL: s.url, Records: []Record{s.line}, Decided: true})
	}
	return out
}

const stepsQuery = `select '' as place, ` + sayingColumns + `
from decision d left join decided x on x.decision_id = d.decision_id and x.decision_source = d.source and x.table_name = d.table_name and x.subject = d.subject
where d.table_name = $1 and (d.subject = $2 or d.other = $2 and d.kind = 'different') and d.state = 'applied' and d.kind not in ('same', 'exclude')
order by d.nth, x.field, x.decision_line`

// DecisionSteps are the decisions that were applied to a row, site or address, oldest
// first, as steps of the way back. For an organisation, decisions that it is not
// another are among them.
func DecisionSteps(ctx context.Context, q lake.Querier, table, subject string) ([]Chain, error) {
	said, err := readSayings(ctx, q, stepsQuery, table, subject)
	if err != nil {
		return nil, fmt.Errorf("decisions on %s %s: %w", table, subject, err)
	}
	for k, s := range said {
		if s.on != subject {
			said[k].other = s.on
		}
	}
	return decidedSteps(said, func(s saying) string { return "Decision " + s.id + ": " }), nil
}

// changed says in words what the decision did.
func (s saying) changed() string {
	quoted := func(s sql.NullString) string {
		if s.String == "" {
			return "nothing"
		}
		return fmt.Sprintf("%q", s.String)
	}
	switch {
	case s.kind == kindDifferent:
		return "not the same organisation as " + s.other
	case s.kind == kindAgent && s.is.String == "yes":
		return "an address of mass registration, though few companies are there"
	case s.kind == kindAgent && s.is.String == "no":
		return "not an address of mass registration, though many companies are there"
	case !s.field.Valid:
		return "stated by the team"
	}
	field := strings.ReplaceAll(s.field.String, "_", " ")
	if s.added {
		return field + " is " + quoted(s.is)
	}
	return fmt.Sprintf("%s is %s, the source says %s", field, quoted(s.is), quoted(s.was))
}

// citedQuery finds what decisions say of records: those of sources in which they
// changed a field, and those that stand for a row that decisions added.
const citedQuery = `with cited as (select unnest(string_split($1, chr(30))) as place),
added as (
  select distinct c.place, x.table_name, x.subject from cited c
  join decided x on x.source is null and concat_ws(chr(31), x.decision_source, x.decision_file, x.decision_line) = c.place
),
hit as (
  select c.place, x.table_name, x.subject, x.field, x.source_value, x.team_value, x.decision_id, x.source, x.decision_source, x.decision_file, x.decision_line
  from cited c join decided x on x.source is not null and concat_ws(chr(31), x.source, x.file, x.line) = c.place
  union all
  select a.place, x.table_name, x.subject, x.field, x.source_value, x.team_value, x.decision_id, x.source, x.decision_source, x.decision_file, x.decision_line
  from added a join decided x on x.source is null and x.table_name = a.table_name and x.subject = a.subject
)
select x.place, ` + sayingColumns + `
from hit x join decision d on d.decision_id = x.decision_id and d.source = x.decision_source
order by x.place, x.table_name, x.subject, d.nth, x.field, x.decision_line`

// place is the record as citedQuery names it.
func (r Record) place() string {
	return fmt.Sprintf("%s\x1f%s\x1f%d", r.Source, r.File, r.Line)
}

// complete adds to a chain the decisions on its records that it does not name yet, so
// that a figure and the line that it ends in say the same or say why they do not.
func (c *Chain) complete(ctx context.Context, q lake.Querier) error {
	named, places := map[Record]bool{}, map[string]bool{}
	c.gather(named, places)
	if len(places) == 0 {
		return nil
	}
	said, err := readSayings(ctx, q, citedQuery, strings.Join(sortedKeys(places), "\x1e"))
	if err != nil {
		return fmt.Errorf("decisions on the records: %w", err)
	}
	if len(said) == 0 {
		return nil
	}
	by := map[string][]saying{}
	for _, s := range said {
		by[s.place] = append(by[s.place], s)
	}
	c.attach(by, named)
	return nil
}

// gather finds the lines of decisions that the chain names and the places of all its
// other records.
func (c *Chain) gather(named map[Record]bool, places map[string]bool) {
	for _, r := range c.Records {
		if c.Decided {
			named[r] = true
		} else {
			places[r.place()] = true
		}
	}
	for k := range c.Steps {
		c.Steps[k].gather(named, places)
	}
}

func (c *Chain) attach(by map[string][]saying, named map[Record]bool) {
	if c.Decided {
		return
	}
	for k := range c.Steps {
		c.Steps[k].attach(by, named)
	}
	what := func(s saying) string { return "Decision " + s.id + ": " }
	if len(c.Records) > 1 {
		what = func(s saying) string { return "Decision " + s.id + " on " + s.on + ": " }
	}
	for k, r := range c.Records {
		if slices.Contains(c.Records[:k], r) {
			continue
		}
		for _, step := range decidedSteps(by[r.place()], what) {
			if slices.ContainsFunc(step.Records, func(r Record) bool { return !named[r] }) {
				c.Steps = append(c.Steps, step)
			}
		}
	}
}
