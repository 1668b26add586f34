package web

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"milieu/internal/auth"
	"milieu/internal/decision"
	"milieu/internal/evidence"
	"milieu/internal/job"
	"milieu/internal/sheet"
	"milieu/internal/store"
	"milieu/internal/tabular"
)

// bring uploads a file and gives the address of its preview.
func (w *teamWorld) bring(table, name string, data []byte) string {
	w.t.Helper()
	rec := w.checked("upload", w.do(w.letterRequest(auth.Editor, letter{path: tablePath(table) + "/import", name: name, file: data})))
	to := rec.Header().Get("Location")
	if rec.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/imports/") {
		w.t.Fatalf("upload of %s: status %d to %q\n%s", name, rec.Code, to, texts(rec.Body.String(), "main"))
	}
	return to
}

// taken is a table that is taken away.
func (w *teamWorld) taken(table, format string) []byte {
	w.t.Helper()
	return []byte(w.page(auth.Analyst, tablePath(table)+"/export?format="+format))
}

// TestImport shows what a file would do before it is done, does it, and takes it back.
func TestImport(t *testing.T) {
	w := teamSite(t)
	w.offers("/tables/ties", `href="/tables/ties/import"`, auth.Editor)
	w.says(w.get(auth.Analyst, "/tables/ties/import"), http.StatusForbidden)
	w.says(w.get(auth.Editor, "/tables/ties/import"), 200, "from_id", "needed", `enctype="multipart/form-data"`, "partner_in_project")
	file := "id,from_id,to_id,kind,start_year,source_url,colour\n" +
		"t001,amrc-factory-2050,advanced-manufacturing-research-centre,part_of,2016,http://www.sheffield.ac.uk/news/nr/duke-york-opens-factory-2050-advanced-manufacturing-1.694656,red\n" +
		"new-one," + hub + ",university-of-sheffield,part_of,2020,https://example.org/1,\n" +
		"new-two," + hub + ",university-of-sheffield,member_of,,https://example.org/2,\n" +
		"New Three," + hub + ",university-of-sheffield,member_of,,https://example.org/3,\n" +
		"new-four," + hub + ",university-of-sheffield,member_of,soon,https://example.org/4,\n" +
		"new-five," + hub + ",,member_of,,https://example.org/5,\n" +
		"new-one," + hub + ",university-of-sheffield,part_of,2021,https://example.org/1,\n"
	to := w.bring("ties", "ties of May.csv", []byte(file))
	rec := w.get(auth.Editor, to)
	w.says(rec, 200, "The file has 2 new records, 1 record that says something else and 4 rows that cannot be taken.", "ties of May.csv. Nothing has been done yet.", "The table has no column colour: passed over.",
		"the id stands already in line 3", "the id of a new record is lower-case letters", "soon", "is empty and must not be")
	if del, ins := texts(rec.Body.String(), "del"), texts(rec.Body.String(), "ins"); !slices.Contains(del, "2015") || !slices.Contains(ins, "2016") {
		t.Errorf("the preview does not show the cell that changes: %v, %v", del, ins)
	}
	form := formTo(t, rec.Body.String(), to)
	if form.Get("source") != "ties of May.csv" || form.Has("leave") {
		t.Errorf("the form begins with %v", form)
	}
	w.says(w.send(auth.Editor, to, form), http.StatusUnprocessableEntity, "Reason is missing")
	for _, id := range []string{"t001", "new-one", "new-two"} {
		form.Add("leave", id)
	}
	form.Set("reason", "From the survey.")
	rec = w.send(auth.Editor, to, form)
	w.says(rec, http.StatusUnprocessableEntity, "Every row that would change something")
	if again := formTo(t, rec.Body.String(), to); len(again["leave"]) != 3 || again.Get("reason") != "From the survey." {
		t.Errorf("what was ticked and typed is lost: %v", again)
	}
	form["leave"] = []string{"new-two"}
	batch := strings.TrimPrefix(to, "/imports/")
	w.sent(w.send(auth.Editor, to, form), "/decisions?batch="+batch+"&said=imported")
	w.says(w.get(auth.Reader, "/decisions?batch="+batch), 200, "1 to 2 of 2", "t001", "new-one", "From the survey.", "ties of May.csv")
	w.says(w.get(auth.Reader, "/tables/ties/rows/new-two"), http.StatusNotFound)
	w.says(w.get(auth.Reader, "/tables/ties/rows/t001"), 200, "2015", "2016")
	// The form again finds nothing: it has been done.
	w.says(w.send(auth.Editor, to, form), http.StatusNotFound, "it has been imported")
	// The same file again has only what was left out.
	w.says(w.get(auth.Editor, w.bring("ties", "again.csv", []byte(file))), 200, "The file has 1 new record, 2 rows that change nothing and 4 rows that cannot be taken.")
	// The whole import goes back at once.
	undo := "/decisions/batch/" + batch + "/undo"
	if strings.Contains(w.page(auth.Analyst, "/decisions?batch="+batch), undo) {
		t.Error("an analyst is offered to undo an import")
	}
	w.sent(w.send(auth.Editor, undo, w.filled(auth.Editor, "/decisions?batch="+batch, undo, "reason", "The survey was wrong.")), "/decisions?batch="+batch+"&said=undone")
	w.says(w.get(auth.Reader, "/decisions?batch="+batch+"&state=holds"), 200, "No decision passes these filters")
	w.says(w.send(auth.Editor, undo, fields("reason", because)), http.StatusNotFound)
}

// TestImport_conflict: somebody decides on a row of the file after its preview.
func TestImport_conflict(t *testing.T) {
	w := teamSite(t)
	file := "id,name,notes,source_url\n" + hub + ",From the file,mine,https://example.org/\nnew-works,New Works,,https://example.org/\n"
	to := w.bring("organisations", "rows.csv", []byte(file))
	form := w.filled(auth.Editor, to, to, "reason", because)
	theirs := correction("theirs")
	theirs.Fields["name"] = "From the other"
	w.decide(theirs)
	rec := w.send(auth.Editor, to, form)
	w.says(rec, http.StatusConflict, "Somebody else has decided on some of these records since you opened this page; they are marked", "decided on by somebody else meanwhile", "From the other")
	if n := strings.Count(rec.Body.String(), "decided on by somebody else meanwhile"); n != 1 {
		t.Errorf("%d rows are marked, want 1", n)
	}
	if n := w.number(`select count(seq) from decision`); n != 1 {
		t.Errorf("%d decisions: an import is done whole or not at all", n)
	}
	again := formTo(t, rec.Body.String(), to)
	if again.Get("reason") != because {
		t.Error("the reason is lost")
	}
	w.sent(w.send(auth.Editor, to, again), "/decisions?batch="+strings.TrimPrefix(to, "/imports/")+"&said=imported")
	d, err := w.book().One(t.Context(), w.people[auth.Reader], 2)
	if err != nil || d.Fields["name"] != "From the file" || d.Before["name"] != "From the other" {
		t.Errorf("%+v, %v", d, err)
	}
}

// TestExport_roundTrip takes every table away in both forms, brings it back unchanged,
// and then with one cell changed.
func TestExport_roundTrip(t *testing.T) {
	w := teamSite(t)
	w.decide(correction("an 'apostrophe', a \"quote\";\tand = signs"))
	for _, id := range []string{"valley", "hill"} {
		w.decide(decision.Draft{Kind: decision.Add, Table: teamAreas, Subject: id, Fields: map[string]string{"name": id, "shape": squareText}})
	}
	exports := 0
	tables, err := evidence.TeamTables()
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		if rows, err := sourceRows(t.Context(), served(t, w.site), table); err == nil && len(rows.ids) == 0 && table.Name != teamAreas {
			continue // nothing to take away
		}
		exports += 2
		w.offers(tablePath(table.Name), `href="`+tablePath(table.Name)+`/export?format=csv"`, auth.Analyst)
		for _, format := range []string{"csv", "xlsx"} {
			w.says(w.get(auth.Reader, tablePath(table.Name)+"/export?format="+format), http.StatusForbidden, "This takes the role analyst")
			data := w.taken(table.Name, format)
			w.says(w.get(auth.Editor, w.bring(table.Name, "back."+format, data)), 200, "There is nothing to import", "that change nothing.")
			w.says(w.get(auth.Editor, w.bring(table.Name, "changed."+format, changed(t, table, data, format))), 200, "The file has 1 record that says something else and ")
		}
	}
	w.says(w.get(auth.Analyst, "/tables/ties/export?format=pdf"), http.StatusBadRequest, "not as \"pdf\"")
	if n := w.number(`select count(seq) from audit_event where action = 'export.table'`); n != exports {
		t.Errorf("%d exports are in the log, want %d", n, exports)
	}
}

// changed is a table as somebody edits it in a spreadsheet: another page is cited in its
// first row. The rest is written anew, in the other order of columns.
func changed(t *testing.T, table evidence.TeamTable, data []byte, format string) []byte {
	t.Helper()
	in, err := sheet.Read(t.Context(), data, table.Definition.Columns)
	if err != nil {
		t.Fatal(err)
	}
	var header []string
	var numeric []bool
	for _, c := range slices.Backward(table.Definition.Columns) {
		header = append(header, c.Name)
		numeric = append(numeric, c.Kind == tabular.Number || c.Kind == tabular.Year)
	}
	var rows [][]string
	for i, r := range in.Rows {
		row := slices.Clone(r.Cells)
		slices.Reverse(row)
		if i == 0 {
			row[slices.Index(header, "source_url")] = "https://example.org/another"
		}
		rows = append(rows, row)
	}
	var out bytes.Buffer
	if format == "csv" {
		err = sheet.WriteCSV(&out, header, rows)
	} else {
		err = sheet.WriteXLSX(&out, table.Name, header, numeric, rows)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestBuilds asks for a build, finds it waiting, and cancels it.
func TestBuilds(t *testing.T) {
	w := teamSite(t)
	w.offers("/builds", `action="/builds"`, auth.Editor)
	w.says(w.get(auth.Reader, "/builds"), 200, "No build has been asked for here yet")
	w.says(w.send(auth.Analyst, "/builds", fields()), http.StatusForbidden)
	rec := w.send(auth.Editor, "/builds", fields())
	at, _, _ := strings.Cut(rec.Header().Get("Location"), "?")
	w.sent(rec, at+"?said=asked")
	w.says(w.get(auth.Reader, at+"?said=asked"), 200, "The build has been asked for.", "waiting for its turn", "Person of editor", `data-poll="1500"`)
	// While one waits a second would do nothing more.
	w.sent(w.send(auth.Manager, "/builds", fields()), at+"?said=asked")
	w.says(w.get(auth.Reader, "/builds"), 200, "waiting for its turn", "Person of editor")
	w.offers(at, `action="`+at+`/cancel"`, auth.Editor)
	w.says(w.send(auth.Reader, at+"/cancel", fields()), http.StatusForbidden)
	w.sent(w.send(auth.Editor, at+"/cancel", fields()), at+"?said=cancelled")
	rec = w.get(auth.Reader, at)
	w.says(rec, 200, "cancelled")
	if strings.Contains(rec.Body.String(), at+"/cancel") || strings.Contains(rec.Body.String(), `data-poll="1500"`) {
		t.Error("a build that is over can be cancelled, or is looked after further")
	}
	w.says(w.send(auth.Editor, at+"/cancel", fields()), http.StatusConflict, "This build has ended already")
	w.says(w.get(auth.Reader, "/builds/j_none"), http.StatusNotFound)
}

// TestBuilds_run has a build do its work: its page shows how far it is, its log, and
// what came of it.
func TestBuilds_run(t *testing.T) {
	begun, goOn, fail := make(chan struct{}), make(chan struct{}), false
	w := teamSite(t, func(team *Team, _ *auth.Options) {
		r := *team.Jobs
		r.Kinds = map[string]job.Func{BuildJob: func(ctx context.Context, run *job.Run) error {
			run.Logf("reading <everything> & more")
			run.Progress(1, 4, "the first of four")
			select {
			case begun <- struct{}{}:
			case <-ctx.Done(): // the test has ended early
				return ctx.Err()
			}
			select {
			case <-goOn:
			case <-ctx.Done():
				return ctx.Err()
			}
			if fail {
				return context.DeadlineExceeded
			}
			run.Result("r-new-release")
			return nil
		}}
		team.Jobs = job.New(r)
	})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); w.jobs().Work(ctx) }()
	t.Cleanup(func() { stop(); <-done })
	at := strings.TrimSuffix(w.send(auth.Editor, "/builds", fields()).Header().Get("Location"), "?said=asked")
	<-begun
	w.says(w.get(auth.Reader, at), 200, "running", `data-poll="1500"`)
	goOn <- struct{}{}
	v := w.over(at)
	if v.State != "done" || v.Release != "r-new-release" || v.Wrong {
		t.Errorf("%+v", v)
	}
	rec := w.get(auth.Reader, at)
	w.says(rec, 200, "r-new-release", "reading <everything> & more")
	rec = w.get(auth.Reader, at+"/log.txt")
	w.says(rec, 200, "reading <everything> & more")
	if kind := rec.Header().Get("Content-Type"); kind != "text/plain; charset=utf-8" || rec.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("the log is sent as %q", kind)
	}
	fail = true
	at = strings.TrimSuffix(w.send(auth.Editor, "/builds", fields()).Header().Get("Location"), "?said=asked")
	<-begun
	goOn <- struct{}{}
	if v := w.over(at); v.State != "failed" || !v.Wrong {
		t.Errorf("%+v", v)
	}
	w.says(w.get(auth.Reader, at), 200, "failed", "What went wrong")
}

// over waits until a build has ended, however long that takes, and gives what came of it.
func (w *teamWorld) over(at string) BuildView {
	w.t.Helper()
	for w.t.Context().Err() == nil {
		var v BuildView
		if err := json.Unmarshal(w.get(auth.Reader, at+"?format=json").Body.Bytes(), &v); err != nil {
			w.t.Fatal(err)
		}
		if v.Over {
			return v
		}
		time.Sleep(time.Millisecond)
	}
	return BuildView{}
}

// TestAudit narrows the log, takes it away, and finds out when somebody has changed it.
func TestAudit(t *testing.T) {
	w := teamSite(t)
	for _, role := range []auth.Role{auth.Reader, auth.Analyst, auth.Editor} {
		w.says(w.get(role, "/audit"), http.StatusForbidden, "This takes the role manager")
		w.says(w.get(role, "/audit.jsonl"), http.StatusForbidden)
	}
	w.decide(correction("a note"))
	w.later(48 * time.Hour)
	for _, role := range []auth.Role{auth.Editor, auth.Manager} {
		w.renew(role)
	}
	w.sent(w.send(auth.Editor, "/decisions/D1/undo", fields("reason", "It was a slip.")), "/decisions/D1?said=undone")
	editor := w.people[auth.Editor].PersonID
	for query, c := range map[string]struct {
		has, lacks []string
	}{
		"":                                {[]string{"decision.set", "decision.undo", "Person of editor", "It was a slip."}, nil},
		"action=decision.undo":            {[]string{"decision.undo"}, []string{"<td>decision.set</td>"}},
		"action=decision":                 {[]string{"decision.undo", "decision.set"}, []string{"<td>sign-in</td>"}},
		"subject=D1":                      {[]string{"decision.undo", "decision.set"}, []string{"<td>sign-in</td>"}},
		"actor=" + editor:                 {[]string{"decision.undo"}, []string{"Person of owner<br>"}},
		"from=2026-11-25":                 {[]string{"decision.undo"}, []string{"<td>decision.set</td>"}},
		"to=2026-11-23":                   {[]string{"decision.set"}, []string{"<td>decision.undo</td>"}},
		"from=2026-11-23&to=2026-11-25":   {[]string{"decision.set", "decision.undo"}, nil},
		"from=2030-01-01":                 {[]string{"No event passes these filters"}, nil},
		"subject=D1&action=no.such":       {[]string{"No event passes these filters"}, nil},
		"verify=1":                        {[]string{"The chain is whole"}, []string{"The chain is broken"}},
		"before=2&action=member.add":      {nil, []string{"<td>decision.set</td>"}},
		"actor=" + editor + "&verify=yes": {[]string{"The chain is whole"}, nil},
	} {
		body := readable(w.page(auth.Manager, "/audit?"+query))
		for _, text := range c.has {
			if !strings.Contains(body, text) {
				t.Errorf("?%s does not show %q", query, text)
			}
		}
		for _, text := range c.lacks {
			if strings.Contains(body, text) {
				t.Errorf("?%s shows %q", query, text)
			}
		}
	}
	for _, query := range []string{"from=yesterday", "to=2026-1-1", "before=x", "before=-1"} {
		w.says(w.get(auth.Manager, "/audit?"+query), http.StatusBadRequest)
	}
	w.auditTaken()
	err := w.db.Update(t.Context(), func(q store.Querier) error {
		_, err := q.ExecContext(t.Context(), `update audit_event set subject = 'D2' where workspace = $1 and action = 'decision.set'`, teamWorkspace)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	w.says(w.get(auth.Manager, "/audit?verify=1"), 200, "The chain is broken")
}

// auditTaken takes the log away in both forms.
func (w *teamWorld) auditTaken() {
	w.t.Helper()
	rows, err := csv.NewReader(strings.NewReader(w.page(auth.Manager, "/audit?format=csv"))).ReadAll()
	if err != nil || len(rows) < 5 || strings.Join(rows[0], " ") != "seq at actor name via action subject detail hash" {
		w.t.Errorf("%v, %v", rows, err)
	}
	rec := w.get(auth.Manager, "/audit.jsonl")
	lines := strings.Split(strings.TrimSpace(rec.Body.String()), "\n")
	if rec.Code != 200 || len(lines) < len(rows)-1 || !strings.Contains(rec.Header().Get("Content-Disposition"), "audit.jsonl") {
		w.t.Errorf("status %d, %d lines, %d rows", rec.Code, len(lines), len(rows))
	}
	for _, line := range lines {
		if !json.Valid([]byte(line)) {
			w.t.Errorf("no JSON: %s", line)
		}
	}
}

// TestTables lists the tables, and a table's rows with what was decided on them.
func TestTables(t *testing.T) {
	w := teamSite(t)
	w.says(w.get(auth.Nobody, "/tables"), http.StatusUnauthorized)
	w.decide(correction("a note of ours"))
	body := w.page(auth.Reader, "/tables")
	for _, name := range []string{"Organisations", "Ties", "Facilities", "Indicators", "Interventions"} {
		if !slices.Contains(texts(body, "a"), name) {
			t.Errorf("the list does not lead to %s", name)
		}
	}
	w.says(w.get(auth.Reader, "/tables/organisations"), 200, "1 to 50 of 183", `rel="next"`)
	w.says(w.get(auth.Reader, "/tables/organisations?page=4"), 200, "151 to 183 of 183")
	w.says(w.get(auth.Reader, "/tables/organisations?text=NOTE+of+ours"), 200, "1 to 1 of 1", "corrected")
	w.says(w.get(auth.Reader, "/tables/organisations?text=zzzz"), 200, "No record has these words")
	w.says(w.get(auth.Reader, "/tables/nothing"), http.StatusNotFound, "There is no table \"nothing\"")
	w.says(w.get(auth.Reader, "/tables/organisations?page=0"), http.StatusBadRequest)
}
