package evidence

import (
	"context"
	"fmt"
	"strings"

	"milieu/internal/lake"
	"milieu/internal/tabular"
)

// FaultTable and EffectTable are tables that a stage of the domain may bring. The
// first says of lines of decisions (column nth of decision_line) why the domain could
// not apply them (why_not); the second has the columns of the table decided, for what
// decisions changed outside the team tables.
const (
	FaultTable  = "decision_fault"
	EffectTable = "decision_effect"
)

// States of a decision in a release.
const (
	Applied    = "applied"
	Superseded = "superseded"  // later decisions override each of its fields
	NotApplied = "not applied" // the sources hold nothing that it could change, or it cannot be read
)

// brings says that a stage of the domain makes the table.
func (a assembly) brings(table string) bool {
	for _, s := range a.domain {
		if s.Name == table {
			return true
		}
	}
	return false
}

var decisionColumns = []NounColumn{{"decision_id", "varchar"}, {`"at"`, "varchar"}, {"by_id", "varchar"}, {"kind", "varchar"}, {"table_name", "varchar"}, {"subject", "varchar"},
	{"other", "varchar"}, {"fields", "varchar"}, {"reason", "varchar"}, {"source_url", "varchar"}, {"state", "varchar"}, {"why_not", "varchar"}, {"source", "varchar"},
	{"file", "varchar"}, {"line", "bigint"}, {"nth", "bigint"}}

// decisionQuery says what became of each decision; its gap is more faults. A decision
// is applied when any of its lines is; why_not then says what was left of the others.
const decisionQuery = `with fault as (
  select nth, string_agg(distinct why, '; ' order by why) as why from (
    select nth, fault as why from decision_line where fault is not null%s
  ) t group by nth
),
heir as (
  select source, decision_id, string_agg(overridden, ', ' order by first) as heirs from (
    select source, decision_id, overridden, min(overridden_nth) as first from decision_line where overridden is not null group by source, decision_id, overridden
  ) t group by source, decision_id
),
fate as (
  select l.source, l.decision_id, min(l.nth) as first, arg_min(l.decided_at, l.nth) as decided_at, arg_min(l.by_id, l.nth) as by_id, arg_min(l.kind, l.nth) as kind,
    arg_min(l.table_name, l.nth) as table_name, arg_min(l.subject, l.nth) as subject, max(l.value) filter (where l.kind in ('same', 'different')) as other,
    string_agg(distinct l.field, ';' order by l.field) as fields, arg_min(l.reason, l.nth) as reason, arg_min(l.source_url, l.nth) as source_url,
    bool_or(l.stands and f.why is null) as applied, string_agg(distinct f.why, '; ' order by f.why) as why, arg_min(l.file, l.nth) as file, arg_min(l.line, l.nth) as line
  from decision_line l
  left join fault f on f.nth = l.nth
  group by l.source, l.decision_id
)
select d.decision_id, d.decided_at as "at", d.by_id, d.kind, d.table_name, d.subject, d.other, d.fields, d.reason, d.source_url,
  case when d.applied then 'applied' when d.why is not null then 'not applied' else 'superseded' end as state,
  coalesce(d.why, case when not d.applied then 'superseded by ' || h.heirs end) as why_not, d.source, d.file, d.line, d.first as nth
from fate d
left join heir h on h.source = d.source and h.decision_id = d.decision_id
order by d.first`

// decisionStage makes the table decision: what became of each.
func (a assembly) decisionStage() lake.Stage {
	s := lake.Stage{Name: "decision", Grain: "one row a decision", Key: []string{"source", "decision_id"}}
	if len(a.said.sources) == 0 {
		s.SQL = noRows(decisionColumns)
		return s
	}
	s.Inputs = []string{lineTable}
	var more strings.Builder
	for _, t := range a.decided() {
		s.Inputs = append(s.Inputs, patchName(t.Name))
		more.WriteString("\n    union all\n    " + t.faults())
	}
	if a.said.excludes {
		s.Inputs = append(s.Inputs, excludedTable)
		more.WriteString("\n    union all\n    select l.nth, 'no source holds organisations ' || l.value from decision_line l join " + excludedTable +
			" x on x.key = l.value where l.stands and l.kind = 'exclude' and l.table_name = 'organisations' and not x.held")
	}
	if a.brings(FaultTable) {
		s.Inputs = append(s.Inputs, FaultTable)
		more.WriteString("\n    union all\n    select nth, why_not from " + FaultTable)
	}
	s.SQL = fmt.Sprintf(decisionQuery, more.String())
	return s
}

// faults selects the lines on a table whose row no source holds, where the decision
// does not give a whole row.
func (t TeamTable) faults() string {
	name := lake.Literal(t.Name)
	s := "select l.nth, 'no source holds " + t.Name + " ' || l.subject || ', and the decision does not give ' || p.missing from decision_line l join " + patchName(t.Name) +
		" p on p.subject = l.subject where l.stands and l.table_name = " + name + " and l.kind in ('add', 'set') and not p.held and p.missing <> ''"
	if t.Name == organisations {
		return s
	}
	return s + "\n    union all\n    select l.nth, 'no source holds " + t.Name + " ' || l.subject from decision_line l join " + patchName(t.Name) +
		" p on p.subject = l.subject where l.stands and l.table_name = " + name + " and l.kind = 'exclude' and not p.held" +
		" and l.subject not in (select subject from decision_line where table_name = " + name + " and kind in ('add', 'set'))"
}

var decidedColumns = []NounColumn{{"table_name", "varchar"}, {"subject", "varchar"}, {"field", "varchar"}, {"source_value", "varchar"}, {"team_value", "varchar"},
	{"decision_id", "varchar"}, {"source", "varchar"}, {"file", "varchar"}, {"line", "bigint"}, {"decision_source", "varchar"},
	{"decision_file", "varchar"}, {"decision_line", "bigint"}}

// decidedStage makes the table decided: what the sources say where decisions say
// otherwise. Of rows that decisions added it has each field with the line that gives
// it; source, file and line are empty there.
func (a assembly) decidedStage() lake.Stage {
	s := lake.Stage{Name: "decided", Grain: "one row a field that decisions changed in a record of a source, or gave to a row that no source holds"}
	var names []string
	for _, c := range decidedColumns {
		names = append(names, c.Name)
	}
	list := strings.Join(names, ", ")
	parts := []string{noRows(decidedColumns)}
	for _, t := range a.decided() {
		for _, in := range a.of(t) {
			s.Inputs = append(s.Inputs, rawName(in.source.ID), patchName(t.Name))
			parts = append(parts, t.changed(in))
		}
		s.Inputs = append(s.Inputs, addedName(t.Name))
		parts = append(parts, t.given())
	}
	if len(parts) > 1 {
		s.Inputs = append(s.Inputs, lineTable)
	}
	if len(a.said.sources) > 0 && a.brings(EffectTable) {
		s.Inputs = append(s.Inputs, EffectTable)
		parts = append(parts, "select "+list+" from "+EffectTable)
	}
	s.SQL = "select " + list + " from (\n" + strings.Join(parts, "\nunion all\n") + "\n) t\norder by table_name, subject, field, source, file, line"
	return s
}

// changed selects the cells of a source that decisions changed, as text.
func (t TeamTable) changed(in input) string {
	var names, texts []string
	for _, c := range t.Definition.Columns {
		if c.Name == "id" {
			continue
		}
		names = append(names, lake.Literal(c.Name))
		texts = append(texts, asText(c, lake.Ident(c.Name)))
	}
	return "select " + lake.Literal(t.Name) + " as table_name, r.id as subject, r.field, r.said as source_value, r.team as team_value, r.decision_id, " +
		lake.Literal(in.source.ID) + " as source, r.file, r.line, r.decision_source, r.decision_file, r.decision_line\nfrom (\n  select c.id, c.file, c.line, c.field, c.said, l.decision_id, " +
		"l.source as decision_source, l.file as decision_file, l.line as decision_line, " + t.teamValue() + " as team\n  from (select id, file, line, unnest([" + strings.Join(names, ", ") + "]) as field, unnest([" +
		strings.Join(texts, ", ") + "]) as said\n    from " + lake.Ident(rawName(in.source.ID)) + "\n    where id in (select subject from " + patchName(t.Name) + ")) c\n  join decision_line l on l.subject = c.id and l.field = c.field\n" +
		"  where l.stands and l.kind in ('add', 'set') and l.table_name = " + lake.Literal(t.Name) + "\n) r\nwhere r.said is distinct from r.team"
}

// given selects what decisions say of the rows that they add.
func (t TeamTable) given() string {
	return "select l.table_name, l.subject, l.field, null as source_value, " + t.teamValue() + " as team_value, l.decision_id, null as source, null as file, null as line, " +
		"l.source as decision_source, l.file as decision_file, l.line as decision_line\nfrom decision_line l join " + addedName(t.Name) + " a on a.id = l.subject\n" +
		"where l.stands and l.kind in ('add', 'set') and l.table_name = " + lake.Literal(t.Name) + " and l.field <> 'id' and l.value <> ''"
}

// teamValue is the value of a line l as people read it.
func (t TeamTable) teamValue() string {
	team := "l.value"
	for _, c := range t.Definition.Columns {
		if c.Kind == tabular.Number {
			team = "case when l.field = " + lake.Literal(c.Name) + " then " + asText(c, "try_cast(l.value as DOUBLE)") + " else " + team + " end"
		}
	}
	return team
}

// asText is a cell as people read it: whole numbers without a fraction.
func asText(c tabular.Column, cell string) string {
	if c.Kind != tabular.Number {
		return cell + "::varchar"
	}
	return fmt.Sprintf("case when %s = trunc(%s) and abs(%s) < 1e15 then %s::bigint::varchar else %s::varchar end", cell, cell, cell, cell, cell)
}

// appliedDecisions are the ids of those that are in the release, in their order.
func appliedDecisions(ctx context.Context, q lake.Querier) ([]string, error) {
	rows, err := q.QueryContext(ctx, "select decision_id from decision where state = 'applied' order by nth")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := []string{}
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, rows.Err()
}
