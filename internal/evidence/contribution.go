package evidence

import (
	"fmt"
	"regexp"
	"strings"

	"milieu/internal/lake"
)

var placeholder = regexp.MustCompile(`\{\{ *(raw|source|retrieved|option\.([a-z_]+)) *\}\}`)

// contributions are the views that give each noun its rows from all sources,
// in the order in which the workspace lists them, with decisions applied.
func (a assembly) contributions() ([]lake.Stage, error) {
	var stages []lake.Stage
	for _, n := range Nouns {
		s, err := a.contribution(n)
		if err != nil {
			return nil, err
		}
		if !a.said.excludes || !n.keyed() {
			stages = append(stages, s)
			continue
		}
		in := s
		in.Name = allName(n.Name)
		s.Inputs, s.SQL = []string{in.Name, excludedTable}, n.without(in.Name)
		stages = append(stages, in, s)
	}
	return stages, nil
}

// contribution is the view of one noun.
func (a assembly) contribution(n Noun) (lake.Stage, error) {
	s := lake.Stage{Name: "ev_" + n.Name, Grain: "one row a " + n.Name + " in a source", View: true, Private: true}
	parts := []string{n.empty()}
	for _, in := range a.inputs {
		text, ok := in.def.nouns[n.Name]
		if !ok {
			continue
		}
		table := a.table(in)
		sql, err := fill(text, table, in.source, in.def)
		if err != nil {
			return s, fmt.Errorf("source %s: %w", in.source.ID, err)
		}
		parts = append(parts, n.project(in.source.ID, sql))
		s.Inputs = append(s.Inputs, table)
	}
	for _, t := range a.decided() {
		text, ok := t.Definition.nouns[n.Name]
		if !ok {
			continue
		}
		for _, id := range a.said.sources {
			table := addedByName(t.Name, id)
			sql, err := fill(text, table, Source{}, t.Definition)
			if err != nil {
				return s, fmt.Errorf("decisions on %s: %w", t.Name, err)
			}
			parts = append(parts, n.project(id, sql))
			s.Inputs = append(s.Inputs, table)
		}
	}
	s.SQL = strings.Join(parts, "\nunion all\n")
	return s, nil
}

// fill puts the table, the source's id, the date of retrieval and the options into a contribution's text.
func fill(text, table string, s Source, d Definition) (string, error) {
	var fault error
	out := placeholder.ReplaceAllStringFunc(text, func(m string) string {
		p := placeholder.FindStringSubmatch(m)
		if p[1] == "raw" {
			return lake.Ident(table)
		}
		if p[1] == "source" {
			return lake.Literal(s.ID)
		}
		if p[1] == "retrieved" {
			return lake.Literal(s.Retrieved)
		}
		v, err := d.option(s, p[2])
		if err != nil {
			fault = err
		}
		return lake.Literal(v)
	})
	return strings.TrimRight(strings.TrimSpace(out), ";"), fault
}

func rawName(source string) string { return "raw_" + strings.ReplaceAll(source, "-", "_") }

// allName is the view of a noun before records are left out.
func allName(noun string) string { return "all_" + noun }

// recordColumns are the columns of each noun that name a record: with the record,
// the row goes.
var recordColumns = map[string][]string{
	"organisation": {"key"}, "role": {"key"}, "identifier": {"key"}, "site": {"key"}, "activity": {"key"}, "headcount": {"key"}, "tie": {"from_key", "to_key"},
	"name": {"key"}, "participation": {"key"}, "control": {"key"}, "attendance": {"key"}, "need": {"key"}, "voice": {"key"}, "public_award": {"key"},
}

// hostColumns are those whose record may go without the row.
var hostColumns = map[string]string{"facility": "host_key", "project": "funder_key", "meeting": "organiser_key"}

// keyed says that rows of the noun name records.
func (n Noun) keyed() bool { return len(recordColumns[n.Name]) > 0 || hostColumns[n.Name] != "" }

// without selects the noun's rows but for those of records that a decision leaves out.
func (n Noun) without(from string) string {
	cols := []string{"n.source", "n.file", "n.line"}
	for _, c := range n.Columns {
		if c.Name == hostColumns[n.Name] {
			cols = append(cols, "case when h.key is null then n."+c.Name+" end as "+c.Name)
			continue
		}
		cols = append(cols, "n."+c.Name)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "select %s from %s n", strings.Join(cols, ", "), lake.Ident(from))
	for i, c := range recordColumns[n.Name] {
		fmt.Fprintf(&b, "\nanti join %s x%d on x%d.key = n.%s", excludedTable, i, i, c)
	}
	if c := hostColumns[n.Name]; c != "" {
		fmt.Fprintf(&b, "\nleft join %s h on h.key = n.%s", excludedTable, c)
	}
	return b.String()
}
