package web

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/decision"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/sheet"
	"milieu/internal/tabular"
)

// TablesPage lists the tables that the team keeps.
type TablesPage struct {
	Base
	Rows []TableSummary
}

// TableSummary is one table in the list.
type TableSummary struct {
	Name, Label, About, Path string
	N, Decided               int
}

// TablePage shows a table with its rows as they are now: what sources hold, with the
// decisions that hold.
type TablePage struct {
	Base
	Table   TableSummary
	Columns []string // shown
	Rows    []TableLine
	Text    string
	Pager   Pager
	CSV     string
	XLSX    string
	May     bool // export
	Import  bool
	Decide  bool
}

// TableLine is one row of the page.
type TableLine struct {
	ID, Path string
	Cells    []string
	Mark     string // what decisions did to it
}

func (s *Server) tableRoutes() {
	s.get("/tables", auth.ReadDecisions, s.tables)
	s.get("/tables/{table}", auth.ReadDecisions, s.table)
	s.get("/tables/{table}/export", auth.ExportTables, s.exportTable)
	s.get("/tables/{table}/rows/{id}", auth.ReadDecisions, s.rowPage)
	s.get("/tables/{table}/rows/{id}/edit", auth.Decide, s.editRow)
	s.post("/tables/{table}/rows/{id}/edit", auth.Decide, formMost, s.saveRow)
	s.post("/tables/{table}/rows/{id}/exclude", auth.Decide, formMost, s.excludeRow)
	s.get("/tables/{table}/new", auth.Decide, s.newRow)
	s.post("/tables/{table}/new", auth.Decide, formMost, s.saveNewRow)
	s.get("/tables/{table}/import", auth.Import, s.importForm)
	s.post("/tables/{table}/import", auth.Import, sheet.MostBytes+(1<<20), s.upload)
	s.get("/imports/{id}", auth.Import, s.importPreview)
	s.post("/imports/{id}", auth.Import, 4<<20, s.importRows)
}

func tablePath(table string) string { return "/tables/" + url.PathEscape(table) }

func rowPath(table, id string) string { return tablePath(table) + "/rows/" + url.PathEscape(id) }

// tableOf finds the table that an address names.
func tableOf(r *http.Request) (evidence.TeamTable, error) {
	t, ok, err := decision.TeamTable(r.PathValue("table"))
	if err == nil && !ok {
		err = notFound("There is no table %q in a workspace.", r.PathValue("table"))
	}
	return t, err
}

// tableState is a whole table at this moment.
type tableState struct {
	table    evidence.TeamTable
	ids      []string // of rows that are not left out, in the order of the release, then those that wait
	now      map[string]map[string]string
	source   map[string]map[string]string // what sources say; nil rows were added by decisions
	on       map[string][]decision.Decision
	versions map[string]int64
	out      map[string]string // rows that are left out, with the decision
}

// releaseRows are the rows of a team table as sources have them, read once a release.
type releaseRows struct {
	ids    []string
	source map[string]map[string]string
}

// sourceRows takes the decisions that the release applied off its rows again.
func sourceRows(ctx context.Context, snap *live.Snapshot, t evidence.TeamTable) (releaseRows, error) {
	return live.Remember(&snap.Cache, "table/"+t.Name, func() (releaseRows, error) {
		out := releaseRows{source: map[string]map[string]string{}}
		rows, err := evidence.TableRows(ctx, snap.DB, t.Name)
		if err != nil {
			return out, err
		}
		for _, row := range rows {
			if row.Record.Source == evidence.Decisions {
				continue // added by decisions; those that hold are put on again
			}
			cells := map[string]string{}
			for i, c := range t.Definition.Columns {
				cells[c.Name] = row.Cells[i]
			}
			out.ids = append(out.ids, row.ID)
			out.source[row.ID] = cells
		}
		changed, err := changedFields(ctx, snap)
		if err != nil {
			return out, err
		}
		for on, fields := range changed {
			cells := out.source[on.ID]
			if on.Table != t.Name || cells == nil {
				continue
			}
			for _, f := range fields {
				cells[f.Field] = f.SourceValue
			}
		}
		return out, nil
	})
}

// readTable puts what sources say and what people have decided together.
func (s *Server) readTable(r *http.Request, snap *live.Snapshot, t evidence.TeamTable) (tableState, error) {
	st := tableState{table: t, now: map[string]map[string]string{}, on: map[string][]decision.Decision{}, out: map[string]string{}}
	rows, err := sourceRows(r.Context(), snap, t)
	if err != nil {
		return st, err
	}
	ds, versions, err := s.cfg.Team.Book.Holding(r.Context(), actorOf(r), t.Name)
	if err != nil {
		return st, err
	}
	st.source, st.versions = rows.source, versions
	var order []string
	for _, d := range ds {
		if st.on[d.Subject] == nil && rows.source[d.Subject] == nil {
			order = append(order, d.Subject)
		}
		st.on[d.Subject] = append(st.on[d.Subject], d)
	}
	for _, id := range append(append([]string{}, rows.ids...), order...) {
		if d, out := decision.Excluded(st.on[id]); out {
			st.out[id] = d.ID()
			continue
		}
		now := decision.Apply(rows.source[id], st.on[id])
		now["id"] = id
		if st.source[id] == nil && lacks(t, now) {
			continue // corrections of a row that no source holds any more
		}
		st.ids = append(st.ids, id)
		st.now[id] = now
	}
	return st, nil
}

// lacks says that a row is without something that a row of the table must have.
func lacks(t evidence.TeamTable, row map[string]string) bool {
	for _, c := range t.Definition.Columns {
		if c.NotNull && row[c.Name] == "" {
			return true
		}
	}
	return false
}

func (s *Server) tables(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	all, err := evidence.TeamTables()
	if err != nil {
		return err
	}
	p := TablesPage{Base: s.base(r, snap, "Tables", "/tables")}
	for _, t := range all {
		st, err := s.readTable(r, snap, t)
		if err != nil {
			return err
		}
		p.Rows = append(p.Rows, st.summary())
	}
	return s.render(w, r, "tables", p)
}

func (st tableState) summary() TableSummary {
	return TableSummary{Name: st.table.Name, Label: capital(st.table.Name), About: st.table.Definition.About, Path: tablePath(st.table.Name), N: len(st.ids), Decided: len(st.on)}
}

// shownColumns is how many columns the page of a table shows; the row's own page has all.
const shownColumns = 5

// aside are columns that a list does not show first.
var aside = map[string]bool{"id": true, "lon": true, "lat": true, "located_by": true, "precision_m": true, "source_url": true, "source_year": true, "notes": true, "from_id": true, "to_id": true, "host_id": true,
	"ror_id": true, "description": true, "basis": true, "classified_by": true, "shape": true}

func (s *Server) table(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	t, err := tableOf(r)
	if err != nil {
		return err
	}
	st, err := s.readTable(r, snap, t)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	page, err := pageNumber(q)
	if err != nil {
		return err
	}
	q.Del("said")
	a := actorOf(r)
	p := TablePage{Base: s.base(r, snap, capital(t.Name), "/tables"), Table: st.summary(), Text: strings.TrimSpace(q.Get("text")), May: a.May(auth.ExportTables), Import: a.May(auth.Import), Decide: a.May(auth.Decide),
		CSV: tablePath(t.Name) + "/export?format=csv", XLSX: tablePath(t.Name) + "/export?format=xlsx"}
	for _, c := range t.Definition.Columns {
		if !aside[c.Name] && len(p.Columns) < shownColumns {
			p.Columns = append(p.Columns, c.Name)
		}
	}
	ids := st.found(p.Text)
	p.Pager = pager(tablePath(t.Name), q, page, pageRows, len(ids))
	for i := (page - 1) * pageRows; i < min(page*pageRows, len(ids)); i++ {
		line := TableLine{ID: ids[i], Path: rowPath(t.Name, ids[i]), Mark: st.mark(ids[i])}
		for _, c := range p.Columns {
			line.Cells = append(line.Cells, st.now[ids[i]][c])
		}
		p.Rows = append(p.Rows, line)
	}
	return s.render(w, r, "table", p)
}

// found are the ids of the rows that hold the text in some cell.
func (st tableState) found(text string) []string {
	if text == "" {
		return st.ids
	}
	text = strings.ToLower(text)
	var out []string
	for _, id := range st.ids {
		for _, c := range st.table.Definition.Columns {
			if strings.Contains(strings.ToLower(st.now[id][c.Name]), text) {
				out = append(out, id)
				break
			}
		}
	}
	return out
}

func (st tableState) mark(id string) string {
	switch {
	case st.source[id] == nil:
		return "added"
	case len(st.on[id]) > 0:
		return "corrected"
	}
	return ""
}

// mostXLSXCell is how many characters a cell of a workbook holds.
const mostXLSXCell = 32_767

// exportTable sends the table as it is now, in the layout in which it can be edited
// and imported again.
func (s *Server) exportTable(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	t, err := tableOf(r)
	if err != nil {
		return err
	}
	format := r.URL.Query().Get("format")
	if format != "csv" && format != "xlsx" {
		return badRequest("The table can be taken away as format=csv or format=xlsx, not as %q.", format)
	}
	st, err := s.readTable(r, snap, t)
	if err != nil {
		return err
	}
	var header []string
	var numeric []bool
	for _, c := range t.Definition.Columns {
		header = append(header, c.Name)
		numeric = append(numeric, c.Kind == tabular.Number || c.Kind == tabular.Integer || c.Kind == tabular.Year)
	}
	rows := make([][]string, len(st.ids))
	for i, id := range st.ids {
		for _, c := range header {
			if format == "xlsx" && len(st.now[id][c]) > mostXLSXCell {
				return badRequest("The %s of %s is too long for a cell of a workbook: take the table away as CSV.", c, id)
			}
			rows[i] = append(rows[i], st.now[id][c])
		}
	}
	if err := s.cfg.Team.Book.Exported(r.Context(), actorOf(r), auth.ExportTables, t.Name, format, len(rows)); err != nil {
		return err
	}
	if format == "csv" {
		return writeCSV(w, t.Name, header, rows)
	}
	var buf bytes.Buffer
	if err := sheet.WriteXLSX(&buf, t.Name, header, numeric, rows); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	w.Header().Set("Content-Disposition", `attachment; filename="`+t.Name+`.xlsx"`)
	_, err = buf.WriteTo(w)
	return err
}
