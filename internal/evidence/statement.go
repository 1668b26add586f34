package evidence

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"milieu/internal/lake"
)

// lineColumns are those of the table decision_line: the lines of decisions in their
// order with what the lines alone tell of their fate. Stages of the domain read it.
//
//   - nth is the place among all lines; a later one holds in the place of an earlier.
//   - stands says that the line is to be applied.
//   - fault is why it cannot be; overridden is the decision that holds in its place.
var lineColumns = []NounColumn{{"nth", "bigint"}, {"source", "varchar"}, {"file", "varchar"}, {"line", "bigint"}, {"decision_id", "varchar"}, {"decided_at", "varchar"},
	{"by_id", "varchar"}, {"kind", "varchar"}, {"table_name", "varchar"}, {"subject", "varchar"}, {"field", "varchar"}, {"value", "varchar"}, {"reason", "varchar"},
	{"source_url", "varchar"}, {"stands", "boolean"}, {"fault", "varchar"}, {"overridden", "varchar"}, {"overridden_nth", "bigint"}}

// lineTable is its name.
const lineTable = "decision_line"

// lineStage makes the table decision_line. Without decisions it is an empty view.
func (a assembly) lineStage() lake.Stage {
	s := lake.Stage{Name: lineTable, Grain: "one row a line of a decision", Private: true}
	if len(a.said.sources) == 0 {
		s.View, s.SQL = true, noRows(lineColumns)
		return s
	}
	s.Inputs, s.Key = []string{"ev_" + lineTable}, []string{"nth"}
	// What is read depends on the columns of the tables and on the order of sources.
	s.Version = "1 " + strings.Join(a.said.sources, " ")
	for _, t := range a.teams {
		s.Version += "\n" + t.Definition.hash
	}
	s.Run = func(ctx context.Context, w lake.Work) error {
		lines, err := readLines(ctx, w.DB)
		if err != nil {
			return err
		}
		inOrder(lines, a.said.sources)
		judge(lines, a.teams)
		text := filepath.Join(w.Dir, "lines.txt")
		longest, err := writeLines(lines, text)
		if err != nil {
			return err
		}
		if err := w.DB.CopyFast(ctx, readText(text, lineColumns, longest)+" order by nth", filepath.Join(w.Dir, lake.TableFile)); err != nil {
			return err
		}
		return os.Remove(text)
	}
	return s
}

func readLines(ctx context.Context, q lake.Querier) ([]*statement, error) {
	rows, err := q.QueryContext(ctx, `select source, file, line, decision_id, coalesce(decided_at, ''), coalesce(by_id, ''), kind, table_name, subject,
  coalesce(field, ''), coalesce(value, ''), coalesce(reason, ''), coalesce(source_url, '') from ev_decision_line`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []*statement
	for rows.Next() {
		s := new(statement)
		if err := rows.Scan(&s.Source, &s.File, &s.Line, &s.ID, &s.At, &s.By, &s.Kind, &s.Table, &s.Subject, &s.Field, &s.Value, &s.Reason, &s.SourceURL); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// writeLines writes the lines as clean text and says how long the longest is.
func writeLines(lines []*statement, file string) (longest int, err error) {
	f, err := os.Create(file)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	for _, s := range lines {
		over, at := "", ""
		if s.over != nil {
			over, at = s.over.ID, strconv.Itoa(s.over.nth)
		}
		text := strings.Join([]string{strconv.Itoa(s.nth), s.Source, s.File, strconv.Itoa(s.Line), s.ID, s.At, s.By, s.Kind, s.Table, s.Subject, s.Field, s.Value,
			s.Reason, s.SourceURL, strconv.FormatBool(s.stands()), s.fault, over, at}, "\x1f")
		longest = max(longest, len(text))
		fmt.Fprintln(w, text)
	}
	if err := w.Flush(); err != nil {
		return 0, err
	}
	return longest, f.Close()
}

// readText selects the typed columns of clean text.
func readText(file string, columns []NounColumn, longest int) string {
	var names, types []string
	for _, c := range columns {
		names = append(names, c.Name)
		types = append(types, lake.Literal(c.Name)+": "+lake.Literal(strings.ToUpper(c.Type)))
	}
	return "select " + strings.Join(names, ", ") + " from read_csv(" + lake.Literal(file) +
		", header = false, auto_detect = false, delim = '\x1f', quote = '', escape = '', nullstr = '', new_line = '\\n', max_line_size = " + lineLimit(longest) +
		", columns = {" + strings.Join(types, ", ") + "})"
}
