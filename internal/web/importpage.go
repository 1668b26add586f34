package web

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"milieu/internal/decision"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/sheet"
)

// ImportPage asks for a spreadsheet.
type ImportPage struct {
	Base
	Table   TableSummary
	Columns []ImportColumn
	Fault   string
	CSV     string
	XLSX    string
}

// ImportColumn is a column that a spreadsheet may have.
type ImportColumn struct {
	Name, Kind, Meaning string
	Needed              bool
}

// PreviewPage shows what importing a spreadsheet would do, before it is done.
type PreviewPage struct {
	Base
	Table    TableSummary
	File     string
	ID       string
	Adds     []PreviewRow
	Changes  []PreviewRow
	Invalid  []PreviewRow
	Same     int
	Absent   int
	Columns  []string
	Ignored  []string
	Versions string         // of the records that the file names: one "VERSION ID" a line
	More     map[string]int // rows that are not shown, by what would be done with them
	Reason   string
	Source   string
	Fault    string
	Finding  string
}

// PreviewRow is one row of the file.
type PreviewRow struct {
	decision.PlanRow
	Path    string
	Left    bool // ticked to be left
	Clashes bool // somebody else has decided on it since the preview
}

func (s *Server) importForm(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	t, err := tableOf(r)
	if err != nil {
		return err
	}
	return s.render(w, r, "import", s.importPage(r, snap, t))
}

func (s *Server) importPage(r *http.Request, snap *live.Snapshot, t evidence.TeamTable) ImportPage {
	p := ImportPage{Base: s.base(r, snap, "Import into "+t.Name, "/tables"), Table: tableState{table: t}.summary(), CSV: tablePath(t.Name) + "/export?format=csv", XLSX: tablePath(t.Name) + "/export?format=xlsx"}
	for _, c := range t.Definition.Columns {
		meaning := c.Meaning
		if len(c.OneOf) > 0 {
			meaning = strings.TrimSpace(meaning + " (" + strings.Join(c.OneOf, ", ") + ")")
		}
		kind := string(c.Kind)
		if kind == "" {
			kind = "text"
		}
		p.Columns = append(p.Columns, ImportColumn{c.Name, kind, meaning, c.NotNull})
	}
	return p
}

// upload takes a spreadsheet in and shows what it would do. It is kept for the one who
// brought it, for a day.
func (s *Server) upload(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	t, err := tableOf(r)
	if err != nil {
		return err
	}
	name, data, err := uploaded(r)
	var in sheet.Table
	if err == nil {
		in, err = sheet.Read(r.Context(), data, t.Definition.Columns)
	}
	if err == nil {
		_, err = decision.MakePlan(t, nil, nil, in) // what cannot be held against the table is not kept
	}
	if err != nil {
		p := s.importPage(r, snap, t)
		p.Fault = capital(err.Error()) + "."
		s.write(w, r, http.StatusUnprocessableEntity, "import", p)
		return nil
	}
	id, err := s.cfg.Team.Book.Keep(r.Context(), actorOf(r), decision.Upload{Table: t.Name, File: name, Content: data})
	if err != nil {
		return err
	}
	return see(w, r, "/imports/"+id, "")
}

// uploaded is the file of a form.
func uploaded(r *http.Request) (name string, data []byte, err error) {
	f, h, err := r.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return "", nil, errors.New("no file was chosen; choose a CSV file or a workbook (.xlsx)")
	}
	if err != nil {
		return "", nil, errors.New("the file did not arrive whole; send it again")
	}
	defer f.Close()
	if h.Size > sheet.MostBytes {
		return "", nil, errors.New("the file has more than 10 MB; bring it in parts")
	}
	data, err = io.ReadAll(f)
	// The name is shown and kept, never opened.
	name = strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f || c == '/' || c == '\\' {
			return -1
		}
		return c
	}, h.Filename)
	if len(name) > 120 {
		name = strings.ToValidUTF8(name[len(name)-120:], "")
	}
	return name, data, err
}

// pending is an upload with what it would do now.
type pending struct {
	decision.Upload
	table evidence.TeamTable
	plan  decision.Plan
	state tableState
}

// readUpload finds an upload of this person and holds it against the table as it is now.
func (s *Server) readUpload(r *http.Request, snap *live.Snapshot) (pending, error) {
	var p pending
	var err error
	p.Upload, err = s.cfg.Team.Book.Upload(r.Context(), actorOf(r), r.PathValue("id"))
	if errors.Is(err, decision.ErrNotFound) {
		err = notFound("This upload is no longer here: it has been imported, is older than a day, or was somebody else's. Bring the file again.")
	}
	if err != nil {
		return p, err
	}
	var ok bool
	if p.table, ok, err = decision.TeamTable(p.Table); err != nil || !ok {
		return p, errors.Join(err, notFound("There is no table %q.", p.Table))
	}
	if p.state, err = s.readTable(r, snap, p.table); err != nil {
		return p, err
	}
	in, err := sheet.Read(r.Context(), p.Content, p.table.Definition.Columns)
	if err != nil {
		return p, err
	}
	if p.plan, err = decision.MakePlan(p.table, p.state.now, p.state.out, in); err != nil {
		return p, statusError{http.StatusUnprocessableEntity, capital(err.Error()) + "."}
	}
	return p, nil
}

func (s *Server) importPreview(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	up, err := s.readUpload(r, snap)
	if err != nil {
		return err
	}
	none := func(string) bool { return false }
	return s.render(w, r, "preview", s.preview(r, snap, up, none, none))
}

// previewRows is how many rows of a kind a preview shows; all are taken none the less.
const previewRows = 500

func (s *Server) preview(r *http.Request, snap *live.Snapshot, up pending, left, clashes func(string) bool) PreviewPage {
	p := PreviewPage{Base: s.base(r, snap, "Import "+up.File, "/tables"), Table: up.state.summary(), File: up.File, ID: up.ID, Columns: up.plan.Columns, Ignored: up.plan.Ignored,
		Same: up.plan.Counts[decision.RowSame], Absent: len(up.plan.Absent), Source: up.File, More: map[string]int{}}
	var versions strings.Builder
	groups := map[string]*[]PreviewRow{decision.RowAdd: &p.Adds, decision.RowChange: &p.Changes, decision.RowInvalid: &p.Invalid}
	for _, row := range up.plan.Rows {
		if v := up.state.versions[row.ID]; v > 0 && (row.Does == decision.RowAdd || row.Does == decision.RowChange) {
			fmt.Fprintf(&versions, "%d %s\n", v, row.ID)
		}
		group := groups[row.Does]
		if group == nil {
			continue
		}
		v := PreviewRow{PlanRow: row, Path: rowPath(up.table.Name, row.ID), Left: left(row.ID), Clashes: clashes(row.ID)}
		if len(*group) >= previewRows && !v.Clashes {
			p.More[row.Does]++
			continue
		}
		*group = append(*group, v)
	}
	p.Versions = versions.String()
	c := up.plan.Counts
	p.Finding = importFinding(c[decision.RowAdd], c[decision.RowChange], c[decision.RowInvalid], p.Same)
	return p
}

// importFinding says in one sentence what the file would do.
func importFinding(adds, changes, invalid, same int) string {
	var parts []string
	if adds > 0 {
		parts = append(parts, counted(adds, "new record", "new records"))
	}
	if changes > 0 {
		parts = append(parts, counted(changes, "record that says something else", "records that say something else"))
	}
	if same > 0 {
		parts = append(parts, counted(same, "row that changes nothing", "rows that change nothing"))
	}
	if invalid > 0 {
		parts = append(parts, counted(invalid, "row that cannot be taken", "rows that cannot be taken"))
	}
	if len(parts) == 0 {
		return "The file has no rows."
	}
	return "The file has " + andList(parts) + "."
}

// importRows makes decisions of the rows that were chosen.
func (s *Server) importRows(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	up, err := s.readUpload(r, snap)
	if err != nil {
		return err
	}
	left := map[string]bool{}
	for _, id := range r.PostForm["leave"] {
		left[id] = true
	}
	seen := map[string]int64{}
	for line := range strings.Lines(lineEnds(r.PostForm.Get("versions"))) {
		n, id, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if seen[id], err = strconv.ParseInt(n, 10, 64); err != nil {
			return badRequest("The form cannot be read: open the preview again.")
		}
	}
	leave := func(id string) bool { return left[id] }
	clash := func(id string) bool { return !left[id] && up.state.versions[id] != seen[id] }
	reason, source := r.PostForm.Get("reason"), r.PostForm.Get("source")
	drafts := up.plan.Drafts(func(id string) bool { return !left[id] }, seen, reason, source, up.ID)
	again := func(status int, fault string) error {
		p := s.preview(r, snap, up, leave, clash)
		p.Reason, p.Source, p.Fault = reason, source, fault
		s.write(w, r, status, "preview", p)
		return nil
	}
	if len(drafts) == 0 {
		return again(http.StatusUnprocessableEntity, "Every row that would change something is ticked to be left.")
	}
	_, err = s.cfg.Team.Book.DecideAll(r.Context(), actorOf(r), drafts)
	var input *decision.InputError
	var conflict *decision.ConflictError
	switch {
	case errors.As(err, &conflict):
		return again(http.StatusConflict, "Somebody else has decided on some of these records since you opened this page; they are marked. Look at what the table says now, then import again.")
	case errors.As(err, &input):
		return again(http.StatusUnprocessableEntity, capital(words(input.Error()))+".")
	case err != nil:
		return err
	}
	if err := s.cfg.Team.Book.Imported(r.Context(), actorOf(r), up.Upload, len(drafts)); err != nil {
		return err
	}
	return see(w, r, "/decisions?batch="+url.QueryEscape(up.ID), "imported")
}
