package web

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/decision"
	"milieu/internal/sheet"
)

const importPath = "/tables/organisations/import"

// workbook is a good workbook in which one part is replaced by another text.
func workbook(t testing.TB, part string, text func() io.Reader) []byte {
	t.Helper()
	var good, out bytes.Buffer
	if err := sheet.WriteXLSX(&good, "organisations", []string{"id", "name", "source_url"}, []bool{false, false, false}, [][]string{{"new-works", "New Works", "https://example.org/"}}); err != nil {
		t.Fatal(err)
	}
	in, err := zip.NewReader(bytes.NewReader(good.Bytes()), int64(good.Len()))
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(&out)
	for _, f := range in.File {
		w, err := z.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if from := io.Reader(r); f.Name == part {
			from = text()
			_, err = io.Copy(w, from)
		} else {
			_, err = io.Copy(w, from)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

const firstSheet = "xl/worksheets/sheet1.xml"

// zeros is a text of n characters that packs to next to nothing.
func zeros(n int64) io.Reader { return io.LimitReader(endless{}, n) }

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func zipped(t testing.TB, names ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range names {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, "id,name\n")
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// lying is a workbook whose directory says that its parts unpack to 99 bytes each.
func lying(data []byte) []byte {
	const entry, size = "PK\x01\x02", 24 // of an entry of the directory, and where in it the unpacked size stands
	for at := bytes.Index(data, []byte(entry)); at >= 0; {
		binary.LittleEndian.PutUint32(data[at+size:], 99)
		next := bytes.Index(data[at+4:], []byte(entry))
		if next < 0 {
			break
		}
		at += 4 + next
	}
	return data
}

// TestAttack_uploads brings files that are no tables, under names that say they are.
func TestAttack_uploads(t *testing.T) {
	w, temp := teamSite(t), t.TempDir()
	t.Setenv("TMPDIR", temp) // after the release, which has its files in the old one
	laughs := `<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&c;</t></is></c></row></sheetData></worksheet>`
	outside := `<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&a;</t></is></c></row></sheetData></worksheet>`
	var many []string
	for i := range 600 {
		many = append(many, fmt.Sprintf("xl/part%d.xml", i))
	}
	before := w.kept()
	for name, data := range map[string][]byte{
		"picture.csv":       []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01"),
		"page.csv":          []byte("<!doctype html><html><body><script>alert(1)</script></body></html>\n<p>x</p>\n"),
		"page.html":         []byte("<html>\n<p>id,name</p>\n"),
		"archive.xlsx":      zipped(t, "../../../../tmp/evil", "/etc/cron.d/evil", "table.csv"),
		"program.csv":       append([]byte("MZ\x90\x00\x03\x00\x00\x00"), make([]byte, 500)...),
		"old.xls":           append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 500)...),
		"zero.csv":          []byte("id,name,source_url\nnew-works,New\x00Works,https://example.org/\n"),
		"letter.pdf":        []byte("%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"),
		"empty.csv":         {},
		"words.csv":         []byte("nothing of a table at all"),
		"data.json":         []byte(`[{"id": "new-works", "name": "New Works"}]`),
		"nothing known.csv": []byte("a,b,c\n1,2,3\n"),
		"twice.csv":         []byte("id,id,name\na,b,c\n"),
		"bomb.xlsx":         workbook(t, firstSheet, func() io.Reader { return zeros(40 << 20) }),
		"bomb in strings":   workbook(t, "xl/styles.xml", func() io.Reader { return zeros(40 << 20) }),
		"lying.xlsx":        lying(workbook(t, firstSheet, func() io.Reader { return zeros(40 << 20) })),
		"laughs.xlsx":       workbook(t, firstSheet, func() io.Reader { return strings.NewReader(laughs) }),
		"outside.xlsx":      workbook(t, firstSheet, func() io.Reader { return strings.NewReader(outside) }),
		"parts.xlsx":        zipped(t, many...),
		"cut.xlsx":          workbook(t, "", nil)[:900],
		"no workbook.xlsx":  zipped(t, "[Content_Types].xml", "xl/workbook.xml"),
	} {
		rec := w.do(w.letterRequest(auth.Editor, letter{path: importPath, name: name, file: data}))
		if rec.Code != http.StatusUnprocessableEntity || !strings.Contains(rec.Body.String(), "The file cannot be read") {
			t.Errorf("%s: status %d to %q\n%s", name, rec.Code, rec.Header().Get("Location"), texts(rec.Body.String(), "main"))
			continue
		}
		harmless(t, name, rec)
		if said := texts(rec.Body.String(), "div"); len(said) == 0 || len(said[0]) < 40 || strings.Contains(rec.Body.String(), "root:") {
			t.Errorf("%s: the page does not say what is wrong: %q", name, said)
		}
	}
	w.same(before, "files that are no tables")
	if n := w.number(`select count(upload_id) from upload`); n != 0 {
		t.Errorf("%d files were kept", n)
	}
	wantEmpty(t, temp)
}

// wantEmpty wants that nothing stands in a folder.
func wantEmpty(t testing.TB, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && path != dir {
			t.Errorf("%s stays in the folder of temporary files", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestAttack_uploadForms sends uploads that are not written as browsers write them.
func TestAttack_uploadForms(t *testing.T) {
	w := teamSite(t)
	before := w.kept()
	part := func(header, body string) string {
		return "--x\r\n" + header + "\r\n\r\n" + body + "\r\n--x--\r\n"
	}
	for name, c := range map[string]struct {
		kind, body string
		want       int
	}{
		"no file":           {"multipart/form-data; boundary=x", part(`Content-Disposition: form-data; name="other"`, "x"), 422},
		"a field":           {"multipart/form-data; boundary=x", part(`Content-Disposition: form-data; name="file"`, goodRows), 422},
		"no parts":          {"multipart/form-data; boundary=x", "--x--\r\n", 422},
		"no boundary":       {"multipart/form-data", part(`Content-Disposition: form-data; name="file"; filename="a.csv"`, goodRows), 400},
		"another boundary":  {"multipart/form-data; boundary=y", part(`Content-Disposition: form-data; name="file"; filename="a.csv"`, goodRows), 400},
		"cut":               {"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nid,na", 400},
		"a header too many": {"multipart/form-data; boundary=x", part(strings.Repeat("X-A: b\r\n", 20_000)+`Content-Disposition: form-data; name="file"; filename="a.csv"`, goodRows), 400},
		"a field too many":  {"multipart/form-data; boundary=x", strings.Repeat("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n", 5000) + "--x--\r\n", 400},
		"not in parts":      {"application/x-www-form-urlencoded", "file=id%2Cname", 422},
		"as JSON":           {"application/json", `{"file":"id,name"}`, 422},
		"as text":           {"text/plain", "file=id,name", 422},
		"no type":           {"", goodRows, 422},
	} {
		r := w.request(auth.Editor, http.MethodPost, importPath, nil)
		r.Body = io.NopCloser(strings.NewReader(c.body))
		r.Header.Set("Content-Type", c.kind)
		if c.kind == "" {
			r.Header.Del("Content-Type")
		}
		if rec := w.do(r); rec.Code != c.want || len(texts(rec.Body.String(), "h1")) != 1 {
			t.Errorf("%s: status %d, want %d\n%s", name, rec.Code, c.want, texts(rec.Body.String(), "main"))
		}
	}
	w.same(before, "uploads that are not written well")
}

// TestAttack_fileNames: a name is kept and shown, and never leads anywhere.
func TestAttack_fileNames(t *testing.T) {
	w, temp, here := teamSite(t), t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", temp)
	t.Chdir(here)
	for sent, want := range map[string]string{
		`../../../../x.csv`: "x.csv", `..\\..\\x.csv`: "....x.csv", `/etc/passwd`: "passwd", `C:\\Windows\\win.ini`: "C:Windowswin.ini", `..`: "..", `.htaccess`: ".htaccess",
		"new\\\"line.csv": `new"line.csv`, `%2e%2e%2fx.csv`: "%2e%2e%2fx.csv", "\xff\xfe.csv": "\ufffd\ufffd.csv", strings.Repeat("long", 100) + ".csv": strings.Repeat("long", 29) + ".csv", `<script>alert(1)<script>.csv`: `<script>alert(1)<script>.csv`,
		`con.csv`: "con.csv", `x.csv;.exe`: "x.csv;.exe", "\u202egpj.exe": "\u202egpj.exe",
	} {
		rec := w.do(w.letterRequest(auth.Editor, letter{path: importPath, name: sent, file: []byte(goodRows)}))
		if rec.Code != http.StatusSeeOther {
			t.Errorf("%q: status %d\n%s", sent, rec.Code, texts(rec.Body.String(), "main"))
			continue
		}
		to := rec.Header().Get("Location")
		u, err := w.book().Upload(t.Context(), w.people[auth.Editor], strings.TrimPrefix(to, "/imports/"))
		if err != nil || u.File != want {
			t.Errorf("%q is kept as %q, want %q (%v)", sent, u.File, want, err)
		}
		harmless(t, to, w.do(w.request(auth.Editor, http.MethodGet, to, nil)))
	}
	wantEmpty(t, temp)
	wantEmpty(t, here)
}

// TestAttack_largeUpload: a file over 10 MB is refused with words, and what a large one
// takes on the disk while it is read is given back.
func TestAttack_largeUpload(t *testing.T) {
	w, temp := teamSite(t), t.TempDir()
	t.Setenv("TMPDIR", temp) // after the release, which has its files in the old one
	before := w.kept()
	row := "a-0000000,Name,https://example.org/\n"
	table := func(size int) []byte {
		return append([]byte("id,name,source_url\n"), bytes.Repeat([]byte(row), size/len(row))...)
	}
	for size, want := range map[int]struct {
		status int
		says   string
	}{sheet.MostBytes + 500: {422, "more than 10 MB"}, sheet.MostBytes + 2<<20: {413, "more than 11 MB"}, 3 << 20: {422, "more than 20000 rows"}, 40 << 20: {413, "more than 11 MB"}} {
		rec := w.do(w.letterRequest(auth.Editor, letter{path: importPath, name: "large.csv", file: table(size)}))
		w.says(rec, want.status, want.says)
		wantEmpty(t, temp)
	}
	w.same(before, "files that are too large")
	good := w.do(w.letterRequest(auth.Editor, letter{path: importPath, name: "good.csv", file: []byte("id,name,source_url,notes\nnew-works,New,https://example.org/,\"" + strings.Repeat("word ", 600_000) + "\"\n")}))
	if good.Code != http.StatusSeeOther {
		t.Errorf("a good file of 3 MB: status %d", good.Code)
	}
	wantEmpty(t, temp)
}

// TestAttack_paths asks for what lies outside of what is served, in every way of writing it.
func TestAttack_paths(t *testing.T) {
	w := teamSite(t)
	secret := filepath.Join(t.TempDir(), "secret.csv")
	if err := os.WriteFile(secret, []byte("id,name\n"+otherSecret+",x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	before := w.kept()
	up := []string{"..", "%2e%2e", "%2E%2E", ".%2e", "..%2f", "..%5c", `..\`, "%252e%252e", "..%00", "....//", "%c0%ae%c0%ae", "..;"}
	var paths []string
	for _, u := range up {
		climb := strings.Repeat(u+"/", 8)
		paths = append(paths, "/assets/"+climb+"etc/passwd", "/assets/"+u+"/app.js", "/assets/x/"+u, "/sources/"+u, "/sources/"+climb+"milieu.toml", "/areas/"+u+"/"+u, "/tables/"+u+"/export?format=csv", "/tables/organisations/rows/"+climb+"etc",
			"/imports/"+u, "/builds/"+u+"/log.txt", "/organisations/"+u, "/priorities/"+u, "/tiles/sites/"+u+"/0/0.mvt", "/tiles/sites/0/0/"+u, "/"+climb+"etc/passwd", "/why?ref=org/"+u+"/"+u, "/join/"+u, "/enter/"+u)
	}
	paths = append(paths, "/assets/"+strings.TrimPrefix(secret, "/"), "/assets//etc/passwd", "/assets/%2fetc%2fpasswd", "/.milieu/workspace.db", "/.git/config", "/milieu.toml", "/tables/organisations.csv", "//etc/passwd", "/sources/file:%2f%2f%2fetc%2fpasswd",
		"/map/areas.geojson?set=..%2f..%2f..%2fetc%2fpasswd", "/case/print.css?release=..%2f..%2fetc")
	for _, path := range paths {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		u, err := url.ParseRequestURI(path) // as servers read it, without resolving anything
		if err != nil {
			continue // no client can ask for it
		}
		r.URL, r.RequestURI = u, path
		r.AddCookie(&http.Cookie{Name: sessionName, Value: w.secret[auth.Owner]})
		rec := w.do(r)
		body := rec.Body.String()
		if rec.Code >= 500 || rec.Code == http.StatusOK && !strings.HasPrefix(path, "/why") || strings.Contains(body, "root:") || strings.Contains(body, otherSecret) || strings.Contains(body, "[[source]]") {
			t.Errorf("%s: status %d", path, rec.Code)
		}
		if to := rec.Header().Get("Location"); to != "" && (!strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//")) {
			t.Errorf("%s: sends to %q", path, to)
		}
	}
	w.same(before, "paths")
}

// TestAttack_keptUploads: what somebody brought is gone after a day, and after its import.
func TestAttack_keptUploads(t *testing.T) {
	w := teamSite(t)
	id := w.brought(goodRows)
	w.says(w.post(auth.Editor, "/imports/"+id, "reason", because, "source", "rows.csv"), http.StatusSeeOther)
	w.says(w.get(auth.Editor, "/imports/"+id), http.StatusNotFound, "This upload is no longer here")
	id = w.brought(strings.ReplaceAll(goodRows, "new-works", "later-works"))
	w.later(25 * 3600e9)
	w.renew(auth.Editor)
	w.says(w.get(auth.Editor, "/imports/"+id), http.StatusNotFound)
	w.says(w.post(auth.Editor, "/imports/"+id, "reason", because, "source", "rows.csv"), http.StatusNotFound)
	if _, err := w.book().Keep(t.Context(), w.people[auth.Editor], decision.Upload{Table: decision.Organisations, File: "x.csv", Content: []byte(goodRows)}); err != nil {
		t.Fatal(err)
	}
	if n := w.number(`select count(upload_id) from upload`); n != 1 {
		t.Errorf("%d files are kept, want the last alone", n)
	}
}
