package evidence

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"milieu/internal/lake"
)

// DecidedField is a field in which a release differs from the source, because a
// decision says so.
type DecidedField struct {
	Field       string
	SourceValue string // "" where the source's cell is empty
	TeamValue   string // "" where the decision empties it
	DecisionID  string
	Record      Record // in the source
	Decision    Record // the line in the file of decisions
}

// Subject is what a decision speaks about: a row of a team table, a site, an address.
type Subject struct{ Table, ID string }

const decidedQuery = `select table_name, subject, field, coalesce(source_value, ''), coalesce(team_value, ''), decision_id, coalesce(source, ''), coalesce(file, ''), coalesce(line, 0),
  decision_source, decision_file, decision_line
from decided where source is not null order by table_name, subject, field, source, file, line`

// Decided reads the fields that decisions changed, by what they were changed on. There
// are as many as people have decided, so all are read at once.
func Decided(ctx context.Context, q lake.Querier) (map[Subject][]DecidedField, error) {
	rows, err := q.QueryContext(ctx, decidedQuery)
	if err != nil {
		return nil, fmt.Errorf("what decisions changed: %w", err)
	}
	defer rows.Close()
	out := map[Subject][]DecidedField{}
	for rows.Next() {
		var on Subject
		var f DecidedField
		if err := rows.Scan(&on.Table, &on.ID, &f.Field, &f.SourceValue, &f.TeamValue, &f.DecisionID, &f.Record.Source, &f.Record.File, &f.Record.Line,
			&f.Decision.Source, &f.Decision.File, &f.Decision.Line); err != nil {
			return nil, fmt.Errorf("what decisions changed: %w", err)
		}
		out[on] = append(out[on], f)
	}
	return out, rows.Err()
}

// DecisionState is what became of a decision in a release.
type DecisionState struct {
	State  string // Applied, Superseded or NotApplied
	WhyNot string // also what was left of a decision that was applied in part
	Record Record // its first line
}

// DecisionStates reads what became of each decision, by id. Where a file of the
// workspace numbers its decisions as the program does, the program's are given.
func DecisionStates(ctx context.Context, q lake.Querier) (map[string]DecisionState, error) {
	rows, err := q.QueryContext(ctx, "select decision_id, state, coalesce(why_not, ''), source, file, line from decision order by nth")
	if err != nil {
		return nil, fmt.Errorf("states of decisions: %w", err)
	}
	defer rows.Close()
	out := map[string]DecisionState{}
	for rows.Next() {
		var id string
		var s DecisionState
		if err := rows.Scan(&id, &s.State, &s.WhyNot, &s.Record.Source, &s.Record.File, &s.Record.Line); err != nil {
			return nil, fmt.Errorf("states of decisions: %w", err)
		}
		out[id] = s
	}
	return out, rows.Err()
}

// TableRow is a row of a team table with decisions applied.
type TableRow struct {
	ID     string
	Cells  []string // text in the order of the definition's columns, "" where empty
	Record Record   // in its source, or the last decision on a row that decisions added
}

// TableRows reads a team table: the rows of each source in their order, then those
// that decisions added. The error is fs.ErrNotExist where there is no such table.
func TableRows(ctx context.Context, q lake.Querier, table string) ([]TableRow, error) {
	teams, err := TeamTables()
	if err != nil {
		return nil, err
	}
	for _, t := range teams {
		if t.Name == table {
			return t.rows(ctx, q)
		}
	}
	return nil, fmt.Errorf("table %s: %w", table, fs.ErrNotExist)
}

func (t TeamTable) rows(ctx context.Context, q lake.Querier) ([]TableRow, error) {
	var texts []string
	id := 0
	for i, c := range t.Definition.Columns {
		texts = append(texts, "coalesce("+asText(c, lake.Ident(c.Name))+", '')")
		if c.Name == "id" {
			id = i
		}
	}
	rows, err := q.QueryContext(ctx, "select source, file, line, "+strings.Join(texts, ", ")+" from "+lake.Ident(TableName(t.Name)))
	if err != nil {
		return nil, fmt.Errorf("table %s: %w", t.Name, err)
	}
	defer rows.Close()
	var out []TableRow
	for rows.Next() {
		r := TableRow{Cells: make([]string, len(texts))}
		into := []any{&r.Record.Source, &r.Record.File, &r.Record.Line}
		for i := range r.Cells {
			into = append(into, &r.Cells[i])
		}
		if err := rows.Scan(into...); err != nil {
			return nil, fmt.Errorf("table %s: %w", t.Name, err)
		}
		r.ID = r.Cells[id]
		out = append(out, r)
	}
	return out, rows.Err()
}

// FindDecision reads what the release says of one decision: its reason, the page that
// it cites and its first line. It is ErrNoFigure where there is none.
func FindDecision(ctx context.Context, q lake.Querier, id string) (Chain, error) {
	c := Chain{Title: "Decision " + id, Decided: true}
	var r Record
	err := q.QueryRowContext(ctx, "select coalesce(reason, ''), coalesce(source_url, ''), source, file, line from decision where decision_id = $1 order by nth desc limit 1", id).
		Scan(&c.How, &c.URL, &r.Source, &r.File, &r.Line)
	if errors.Is(err, sql.ErrNoRows) {
		return c, fmt.Errorf("decision %q: %w", id, ErrNoFigure)
	}
	c.Records = []Record{r}
	return c, err
}
