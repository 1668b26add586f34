package decision

import (
	"fmt"
	"strings"

	"milieu/internal/evidence"
	"milieu/internal/sheet"
)

// What an import would do with a row.
const (
	RowAdd     = "add"
	RowChange  = "change"
	RowSame    = "same"
	RowInvalid = "invalid"
)

// Plan is what importing a spreadsheet would do, row by row.
type Plan struct {
	Table   evidence.TeamTable
	Columns []string // of the table that the file has, in the table's order
	Ignored []string // headers of the file that the table has not
	Rows    []PlanRow
	Counts  map[string]int // rows by what would be done
	Absent  []string       // ids of the table that the file lacks; they stay as they are
}

// PlanRow is one row of the file.
type PlanRow struct {
	Line  int
	ID    string
	Does  string
	Fault string // of the whole row
	Cells []PlanCell
}

// PlanCell is one cell of the file that says something else than the table.
type PlanCell struct {
	Column string
	Text   string // as it would be kept; as it stands when Fault is set
	Was    string
	Fault  string
}

// MakePlan holds a spreadsheet against the rows of a table as they are now, by id, and
// against those that decisions leave out, by id with the decision. Columns that the
// file lacks are left alone; a cell that is empty in the file empties the cell of the table.
func MakePlan(t evidence.TeamTable, now map[string]map[string]string, out map[string]string, s sheet.Table) (Plan, error) {
	p := Plan{Table: t, Ignored: s.Unused, Counts: map[string]int{}}
	idAt := -1
	for i, c := range t.Definition.Columns {
		if !s.Present[i] {
			continue
		}
		if c.Name == "id" {
			idAt = i
		}
		p.Columns = append(p.Columns, c.Name)
	}
	if idAt < 0 {
		return p, fmt.Errorf("the file has no column id, which says what record a row is about; take the table away first, and edit that file")
	}
	seen := map[string]int{}
	for _, r := range s.Rejects {
		p.add(PlanRow{Line: r.Line, Does: RowInvalid, Fault: r.Reason})
	}
	for _, r := range s.Rows {
		row := PlanRow{Line: r.Line, ID: clean(r.Cells[idAt])}
		if first := seen[row.ID]; first > 0 {
			row.Does, row.Fault = RowInvalid, fmt.Sprintf("the id stands already in line %d; one row a record", first)
			p.add(row)
			continue
		}
		seen[row.ID] = r.Line
		if by := out[row.ID]; by != "" {
			row.Does, row.Fault = RowInvalid, fmt.Sprintf("%s leaves this record out; undo that decision first, if it is to be taken in again", by)
			p.add(row)
			continue
		}
		p.add(planRow(t, row, r.Cells, s.Present, now[row.ID]))
	}
	for _, id := range sortedKeys(now) {
		if seen[id] == 0 {
			p.Absent = append(p.Absent, id)
		}
	}
	return p, nil
}

func (p *Plan) add(r PlanRow) {
	p.Rows = append(p.Rows, r)
	p.Counts[r.Does]++
}

// planRow compares one row of the file with the table's.
func planRow(t evidence.TeamTable, row PlanRow, cells []string, present []bool, was map[string]string) PlanRow {
	row.Does = RowSame
	if was == nil {
		row.Does = RowAdd
	}
	for i, c := range t.Definition.Columns {
		if c.Name == "id" || !present[i] {
			continue
		}
		v, err := CleanCell(t, c.Name, cells[i])
		switch {
		case err != nil:
			row.Cells = append(row.Cells, PlanCell{c.Name, cells[i], was[c.Name], err.Error()})
			row.Does = RowInvalid
		case v != was[c.Name]:
			row.Cells = append(row.Cells, PlanCell{Column: c.Name, Text: v, Was: was[c.Name]})
			if row.Does == RowSame {
				row.Does = RowChange
			}
		}
	}
	if was == nil && row.Does == RowAdd {
		row.checkNew(t)
	}
	return row
}

// checkNew holds a row that would be added against what a new record needs.
func (r *PlanRow) checkNew(t evidence.TeamTable) {
	if !newID.MatchString(r.ID) && !registerID.MatchString(r.ID) || len(r.ID) > mostID {
		r.Does, r.Fault = RowInvalid, "the id of a new record is lower-case letters, digits and hyphens, such as acme-forge"
		return
	}
	has := map[string]bool{"id": true}
	for _, c := range r.Cells {
		has[c.Column] = c.Text != ""
	}
	var lacks []string
	for _, c := range t.Definition.Columns {
		if c.NotNull && !has[c.Name] {
			lacks = append(lacks, c.Name)
		}
	}
	if len(lacks) > 0 {
		r.Does, r.Fault = RowInvalid, "a new record needs "+strings.Join(lacks, ", ")
	}
}

// Drafts are the decisions that the chosen rows come to; rows that change nothing or
// cannot be taken make none. versions are those of the subjects when the rows were read.
func (p Plan) Drafts(chosen func(id string) bool, versions map[string]int64, reason, source, batch string) []Draft {
	var out []Draft
	for _, r := range p.Rows {
		if r.Does != RowAdd && r.Does != RowChange || !chosen(r.ID) {
			continue
		}
		d := Draft{Kind: Set, Table: p.Table.Name, Subject: r.ID, Fields: map[string]string{}, Before: map[string]string{}, Reason: reason, Source: source,
			Batch: batch, Version: versions[r.ID]}
		if r.Does == RowAdd {
			d.Kind = Add
		}
		for _, c := range r.Cells {
			d.Fields[c.Column] = c.Text
			if r.Does == RowChange {
				d.Before[c.Column] = c.Was
			}
		}
		out = append(out, d)
	}
	return out
}
