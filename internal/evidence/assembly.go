package evidence

import (
	"context"
	"path/filepath"
	"strings"

	"milieu/internal/lake"
)

// assembly is all that the stages of a build are put together from.
type assembly struct {
	inputs []input
	raws   []lake.Stage
	domain []lake.Stage
	teams  []TeamTable
	said   said
}

// said is what decisions are about. Where they are about nothing, the stages are
// those of a build without decisions and cost no more.
type said struct {
	sources  []string        // ids of the sources of decisions, in order
	tables   map[string]bool // team tables whose rows they touch
	excludes bool            // some leave out organisations
}

// assemble looks at the decisions that were read, if there are any.
func assemble(ctx context.Context, q lake.Querier, inputs []input, raws, domain []lake.Stage) (assembly, error) {
	a := assembly{inputs: inputs, raws: raws, domain: domain, said: said{tables: map[string]bool{}}}
	var err error
	if a.teams, err = TeamTables(); err != nil {
		return a, err
	}
	for _, in := range inputs {
		if in.source.Type == Decisions {
			a.said.sources = append(a.said.sources, in.source.ID)
			if err := a.said.look(ctx, q, rawName(in.source.ID)); err != nil {
				return a, err
			}
		}
	}
	return a, nil
}

func (s *said) look(ctx context.Context, q lake.Querier, raw string) error {
	rows, err := q.QueryContext(ctx, "select distinct kind, table_name from "+lake.Ident(raw)+" where kind in ('add', 'set', 'exclude')")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var kind, table string
		if err := rows.Scan(&kind, &table); err != nil {
			return err
		}
		s.tables[table] = true
		s.excludes = s.excludes || kind == "exclude" && table == organisations
	}
	return rows.Err()
}

// decided are the team tables that decisions touch.
func (a assembly) decided() []TeamTable {
	var out []TeamTable
	for _, t := range a.teams {
		if a.said.tables[t.Name] {
			out = append(out, t)
		}
	}
	return out
}

// run runs everything; what readSources has made is taken from the cache.
func (a assembly) run(ctx context.Context, r *lake.Runner) ([]lake.Output, error) {
	quiet := map[string]bool{}
	for _, s := range a.raws {
		quiet[s.Name] = true
	}
	report := r.Report
	r.Report = func(e lake.Event) {
		if report != nil && !quiet[e.Stage] {
			report(e)
		}
	}
	defer func() { r.Report = report }()
	contrib, err := a.contributions()
	if err != nil {
		return nil, err
	}
	stages := append(append([]lake.Stage{}, a.raws...), contrib...)
	stages = append(stages, nounStages()...)
	stages = append(stages, a.decisionStages()...)
	stages = append(stages, a.domain...)
	stages = append(stages, rejectStage(a.inputs, a.raws))
	return r.Run(ctx, stages)
}

// nounStages store those nouns that no domain stage refines.
func nounStages() []lake.Stage {
	var stages []lake.Stage
	orders := map[string]string{"indicator": "source, file, line", "effect": "effect_type, source, line",
		"employment": "scheme, year, area_code, industry_code, source, line", "industry": "code, source, line", "context": "source, file, line", "intervention": "source, file, line",
		"intervention_cost": "source, file, line", "intervention_outcome": "source, file, line", "intervention_relation": "source, file, line", "intervention_risk": "source, file, line", "delivery": "source, file, line",
		"demand": "invented, day, survey_id, measure, grouping, category, intervention_id"}
	for _, n := range Nouns {
		order, ok := orders[n.Name]
		if !ok {
			continue
		}
		var cols []string
		for _, c := range n.Columns {
			cols = append(cols, c.Name)
		}
		stages = append(stages, lake.Stage{Name: n.Name, Inputs: []string{"ev_" + n.Name}, Key: nounKeys[n.Name], Checks: nounChecks[n.Name], Grain: "one row a " + n.Name + " of a source",
			SQL: "select " + strings.Join(cols, ", ") + ", source, file, line from ev_" + n.Name + " order by " + order})
	}
	return stages
}

// nounKeys are what tells the rows of a noun apart across all sources. Two sources
// that give the same cell of employment would be counted twice in every total.
var nounKeys = map[string][]string{
	"indicator": {"indicator_id"}, "effect": {"effect_type"}, "intervention": {"intervention_id"}, "intervention_cost": {"cost_id"}, "intervention_outcome": {"outcome_id"}, "intervention_relation": {"relation_id"}, "intervention_risk": {"risk_id"},
	"delivery": {"delivery_id"}, "industry": {"code"},
	"employment": {"scheme", "year", "area_code", "industry_code"}, "demand": {"survey_id", "intervention_id", "measure", "grouping", "category"},
}

// nounChecks are what every row of a noun must meet beyond its columns.
var nounChecks = map[string][]lake.Check{
	"effect": {{Meaning: "no more positive studies than studies", SQL: "select count(*) from effect where positive > studies"}},
	"demand": {{Meaning: "every value lies in its interval, within 0 and 1", SQL: "select count(*) from demand where not (0 <= lower and lower <= value and value <= upper and upper <= 1)"},
		{Meaning: "no survey is invented and real", SQL: "select count(*) from (select survey_id from demand group by survey_id having count(distinct invented) > 1)"}},
}

// rejectStage gathers the rejects of all sources into one table.
func rejectStage(inputs []input, raws []lake.Stage) lake.Stage {
	s := lake.Stage{Name: "reject", Grain: "one row a record or cell that was not taken"}
	for _, raw := range raws {
		s.Inputs = append(s.Inputs, raw.Name)
		// A change may touch rejects and leave the table as it was.
		s.Version += raw.Version + "\n"
	}
	s.Run = func(ctx context.Context, w lake.Work) error {
		var cols, types []string
		for _, c := range rejectColumns {
			cols = append(cols, c)
			types = append(types, lake.Literal(c)+": '"+rejectType(c)+"'")
		}
		parts := []string{"select null::varchar as source, null::varchar as file, null::bigint as line, null::boolean as whole_row, null::varchar as column_name, null::varchar as reason, null::varchar as found where false"}
		for _, in := range inputs {
			parts = append(parts, "select "+strings.Join(cols, ", ")+" from read_csv("+lake.Literal(filepath.Join(w.Inputs[rawName(in.source.ID)], rejectFile))+
				", header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', columns = {"+strings.Join(types, ", ")+"})")
		}
		return w.DB.Copy(ctx, strings.Join(parts, "\nunion all\n")+"\norder by source, file, line, column_name, reason", filepath.Join(w.Dir, lake.TableFile))
	}
	return s
}
