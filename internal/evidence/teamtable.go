package evidence

import (
	"fmt"
	"strings"

	"milieu/internal/lake"
	"milieu/internal/tabular"
)

// Names of the tables that stand between a team table's sources and its readers
// where decisions touch the table.
func patchName(table string) string           { return "patch_" + table }
func patchedName(source string) string        { return "patched_" + rawName(source) }
func addedName(table string) string           { return "added_" + table }
func addedByName(table, source string) string { return addedName(table) + "_by_" + rawName(source) }

// excludedTable lists the records that decisions leave out.
const excludedTable = "excluded"

// table is what stands for the raw table of a source: the same with decisions
// applied, where decisions touch the source's table.
func (a assembly) table(in input) string {
	if short, ok := strings.CutPrefix(in.def.Name, teamPrefix); ok && a.said.tables[short] {
		return patchedName(in.source.ID)
	}
	return rawName(in.source.ID)
}

// of are the inputs of a team table.
func (a assembly) of(t TeamTable) []input {
	var out []input
	for _, in := range a.inputs {
		if in.def.Name == t.Definition.Name {
			out = append(out, in)
		}
	}
	return out
}

// decisionStages apply decisions to the team tables and say what became of them.
func (a assembly) decisionStages() []lake.Stage {
	stages := []lake.Stage{a.lineStage()}
	for _, t := range a.decided() {
		stages = append(stages, a.patchStage(t), a.addedStage(t))
		for _, in := range a.of(t) {
			stages = append(stages, patchedStage(t, in))
		}
		for _, id := range a.said.sources {
			stages = append(stages, lake.Stage{Name: addedByName(t.Name, id), Inputs: []string{addedName(t.Name)}, View: true, Private: true,
				Grain: "one row a row that decisions of one source add",
				SQL:   "select file, line, " + t.names("") + " from " + lake.Ident(addedName(t.Name)) + " where source = " + lake.Literal(id)})
		}
	}
	if a.said.excludes {
		stages = append(stages, lake.Stage{Name: excludedTable, Inputs: []string{lineTable, allName("organisation")}, Grain: "one row a record that decisions leave out",
			Key: []string{"key"}, Private: true,
			SQL: "select l.value as key, bool_or(o.key is not null) as held from " + lineTable + " l left join " + allName("organisation") + " o on o.key = l.value " +
				"where l.stands and l.kind = 'exclude' and l.table_name = 'organisations' group by l.value order by l.value"})
	}
	for _, t := range a.teams {
		stages = append(stages, a.tableStage(t))
	}
	return append(stages, a.decisionStage(), a.decidedStage())
}

// names lists the table's columns, each after a prefix.
func (t TeamTable) names(prefix string) string {
	var out []string
	for _, c := range t.Definition.Columns {
		out = append(out, prefix+lake.Ident(c.Name))
	}
	return strings.Join(out, ", ")
}

// sqlType is the engine's type of a column.
func sqlType(c tabular.Column) string {
	if t := sqlTypes[c.Kind]; t != "" {
		return t
	}
	return "VARCHAR"
}

// said are the columns of a patch: whether a decision gives the column, and what.
func saidColumns(c tabular.Column) (given, value string) {
	return lake.Ident("given " + c.Name), lake.Ident("value " + c.Name)
}

// patchStage folds the decisions on a table: one row a subject, with the fields that
// they give, whether a source holds the row, whether it is left out, and what a new
// row would lack.
func (a assembly) patchStage(t TeamTable) lake.Stage {
	s := lake.Stage{Name: patchName(t.Name), Inputs: []string{lineTable}, Private: true, Sorted: []string{"subject"}, Key: []string{"subject"},
		Grain: "one row a row of " + t.Name + " on which decisions were made"}
	ids := []string{"select null::varchar as id where false"}
	for _, in := range a.of(t) {
		s.Inputs = append(s.Inputs, rawName(in.source.ID))
		ids = append(ids, "select id from "+lake.Ident(rawName(in.source.ID)))
	}
	folded, missing := []string{}, []string{"null"}
	for _, c := range t.Definition.Columns {
		if c.Name == "id" {
			continue
		}
		given, value := saidColumns(c)
		is := "l.field = " + lake.Literal(c.Name)
		of := "max(l.value) filter (where " + is + ")"
		if t.Name == organisations && c.Name == "company_number" {
			// A company of the register is named by its number.
			of = "coalesce(" + of + ", nullif(regexp_extract(l.subject, '^GB-COH-(.+)$', 1), ''))"
		}
		folded = append(folded, "coalesce(bool_or("+is+"), false) as "+given, of+" as "+value)
		if c.NotNull {
			missing = append(missing, "case when max(l.value) filter (where "+is+") is null then "+lake.Literal(c.Name)+" end")
		}
	}
	kinds := "'add', 'set', 'exclude'"
	if t.Name == organisations {
		kinds = "'add', 'set'"
	}
	s.SQL = "with held as (\n" + strings.Join(ids, "\nunion all\n") + "\n),\n" +
		"said as (select subject, kind = 'exclude' as gone, case when kind <> 'exclude' then field end as field, case when kind <> 'exclude' then value end as value from " +
		lineTable + " where stands and table_name = " + lake.Literal(t.Name) + " and kind in (" + kinds + "))\n" +
		"select l.subject, bool_or(h.id is not null) as held, bool_or(l.gone) as gone, concat_ws(', ', " + strings.Join(missing, ", ") + ") as missing,\n  " +
		strings.Join(folded, ",\n  ") + "\nfrom said l left join (select distinct id from held) h on h.id = l.subject group by l.subject"
	return s
}

// patchedStage is a source's rows with what decisions say of them.
func patchedStage(t TeamTable, in input) lake.Stage {
	raw := rawName(in.source.ID)
	var cols []string
	for _, c := range t.Definition.Columns {
		name := lake.Ident(c.Name)
		if c.Name == "id" {
			cols = append(cols, "r.id")
			continue
		}
		given, value := saidColumns(c)
		cols = append(cols, fmt.Sprintf("case when p.%s then try_cast(p.%s as %s) else r.%s end as %s", given, value, sqlType(c), name, name))
	}
	return lake.Stage{Name: patchedName(in.source.ID), Inputs: []string{raw, patchName(t.Name)}, Private: true, Sorted: []string{"file", "line"},
		Grain: "one row a record of the source, with decisions applied",
		SQL: "select r.file, r.line, " + strings.Join(cols, ",\n  ") + "\nfrom " + lake.Ident(raw) + " r left join " + patchName(t.Name) + " p on p.subject = r.id\n" +
			"where " + t.stays("p")}
}

// stays is the condition under which a row is not left out. Organisations are left
// out by record, later, because registers hold them too.
func (t TeamTable) stays(patch string) string {
	if t.Name == organisations {
		return "true"
	}
	return "not coalesce(" + patch + ".gone, false)"
}

// addedStage is the rows that decisions add, each with the place of the last line
// that speaks about it.
func (a assembly) addedStage(t TeamTable) lake.Stage {
	var cols []string
	for _, c := range t.Definition.Columns {
		if c.Name == "id" {
			cols = append(cols, "p.subject as id")
			continue
		}
		_, value := saidColumns(c)
		cols = append(cols, fmt.Sprintf("try_cast(p.%s as %s) as %s", value, sqlType(c), lake.Ident(c.Name)))
	}
	return lake.Stage{Name: addedName(t.Name), Inputs: []string{lineTable, patchName(t.Name)}, Private: true, Sorted: []string{"source", "file", "line"},
		Grain: "one row a row that decisions add to " + t.Name,
		SQL: "select l.source, l.file, l.line, " + strings.Join(cols, ",\n  ") + "\nfrom " + patchName(t.Name) + " p\n" +
			"join (select subject, arg_max(source, nth) as source, arg_max(file, nth) as file, arg_max(line, nth) as line from " + lineTable +
			" where stands and table_name = " + lake.Literal(t.Name) + " and kind in ('add', 'set') group by subject) l on l.subject = p.subject\n" +
			"where not p.held and p.missing = '' and " + t.stays("p")}
}

// TableName is the table of a release that holds a team table's rows, those of all
// sources and those that decisions add.
func TableName(table string) string { return "table_" + table }

// tableStage is the table that is shown, edited and exported.
func (a assembly) tableStage(t TeamTable) lake.Stage {
	s := lake.Stage{Name: TableName(t.Name), Grain: "one row a row of the table " + t.Name + " that the team keeps"}
	cols := append([]NounColumn{{"part", "integer"}}, placeColumns...)
	for _, c := range t.Definition.Columns {
		cols = append(cols, NounColumn{lake.Ident(c.Name), sqlType(c)})
	}
	parts := []string{noRows(cols)}
	for i, in := range a.of(t) {
		s.Inputs = append(s.Inputs, a.table(in))
		parts = append(parts, fmt.Sprintf("select %d, %s, file, line, %s from %s", i, lake.Literal(in.source.ID), t.names(""), lake.Ident(a.table(in))))
	}
	if a.said.tables[t.Name] {
		added := addedName(t.Name)
		s.Inputs = append(s.Inputs, added)
		parts = append(parts, fmt.Sprintf("select %d, source, file, line, %s from %s", len(a.inputs), t.names(""), lake.Ident(added)))
	}
	s.SQL = "select " + t.names("t.") + ", t.source, t.file, t.line from (\n" + strings.Join(parts, "\nunion all\n") + "\n) t"
	if t.Name == organisations && a.said.excludes {
		s.Inputs = append(s.Inputs, excludedTable)
		s.SQL += "\nanti join " + excludedTable + " x on x.key = t.id"
	}
	s.SQL += "\norder by t.part, t.source, t.file, t.line"
	return s
}
