package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"milieu/internal/auth"
	"milieu/internal/evidence"
	"milieu/internal/sheet"
	"milieu/internal/tabular"
	"milieu/internal/typed"
)

// payloads are texts that run, load or lead somewhere where they stand unescaped, or
// escaped for another place than the one where they stand.
var payloads = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `javascript:alert(1)`, `'-alert(1)-'`, `{{.}}{{template "page"}}`, `</title><svg/onload=alert(1)>`,
	`</textarea></select><iframe src=//evil.example>`, "\u202e\u2066<script\u200b>\u00adalert(1)", "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e", `&lt;script&gt;alert(1)&lt;/script&gt;`,
	`%3Cscript%3Ealert(1)%3C/script%3E`, "`${alert(1)}`</script>\u2028.", `" onmouseover="alert(1)" x="`, `=HYPERLINK("https://evil.example";"x")`, `<!--`, `]]>`, `//evil.example/`, `data:text/html,<script>alert(1)</script>`,
}

// standing are the payloads that stand in a page as they would run.
func standing(page string) []string {
	var out []string
	for _, p := range payloads {
		if strings.ContainsAny(p, `<"`) && strings.Contains(page, p) {
			out = append(out, p)
		}
	}
	return out
}

// judged are the answers that harmless has looked at.
var judged sync.Map

// harmless holds any answer against what may be sent to a browser.
func harmless(t testing.TB, what string, rec *httptest.ResponseRecorder) {
	t.Helper()
	h, body := rec.Header(), rec.Body.String()
	if h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "default-src 'self'") {
		t.Errorf("%s: the headers that confine are not all there: %v", what, h)
	}
	if to := h.Get("Location"); to != "" && (!strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n")) {
		t.Errorf("%s: sends to %q", what, to)
	}
	sum := sha256.Sum256(append(rec.Body.Bytes(), h.Get("Content-Type")...))
	if _, known := judged.LoadOrStore(sum, true); known {
		return // many addresses give the same answer
	}
	kind, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	switch kind {
	case "text/html":
		if h.Get("Content-Disposition") != "" {
			stillDocument(t, what, body)
			return
		}
		for _, fault := range append(unsafe(body), standing(body)...) {
			t.Errorf("%s: %s", what, fault)
		}
		if strings.Contains(body, "ZgotmplZ") {
			t.Errorf("%s: a value is in the wrong place", what)
		}
	case "application/json", "application/geo+json":
		if !json.Valid(rec.Body.Bytes()) || strings.Contains(body, "<") {
			t.Errorf("%s: no JSON, or one that a page could take for HTML", what)
		}
	case "text/csv":
		deadCells(t, what, body)
	case "application/zip":
		deadTable(t, what, rec.Body.Bytes())
	case "image/svg+xml":
		stillPicture(t, what, body)
	case "application/graphml+xml", "application/gexf+xml":
		deadGraph(t, what, rec)
	case "application/pdf":
		if strings.Contains(body, "/JavaScript") || strings.Contains(body, "/Launch") {
			t.Errorf("%s: a PDF that does something", what)
		}
	case "application/vnd.openxmlformats-officedocument.wordprocessingml.document": // package docx holds its parts against what they may hold
	case "text/plain", "text/css", "text/markdown", "application/jsonl", "application/vnd.mapbox-vector-tile", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "text/javascript", "font/woff2":
	case "":
		if rec.Body.Len() > 0 {
			t.Errorf("%s: an answer without a type", what)
		}
	default:
		t.Errorf("%s: an answer of the type %q", what, kind)
	}
}

// deadGraph wants a file for network programs that no browser shows, whose texts are no elements.
func deadGraph(t testing.TB, what string, rec *httptest.ResponseRecorder) {
	t.Helper()
	if !strings.HasPrefix(rec.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("%s: a browser would show it", what)
	}
	for d := xml.NewDecoder(bytes.NewReader(rec.Body.Bytes())); ; {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Errorf("%s: no XML: %v", what, err)
			return
		}
		if e, ok := tok.(xml.StartElement); ok && (slices.Contains([]string{"script", "img", "svg", "iframe"}, strings.ToLower(e.Name.Local)) || strings.Contains(e.Name.Space, "w3.org")) {
			t.Errorf("%s: an element %v", what, e.Name)
		}
	}
}

// deadCells wants a table that no spreadsheet runs.
func deadCells(t testing.TB, what, text string) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Errorf("%s: %v", what, err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if _, err := strconv.ParseFloat(cell, 64); err == nil && !strings.HasPrefix(cell, "+") {
				continue
			}
			if first, _ := utf8.DecodeRuneInString(cell); cell != "" && strings.ContainsRune("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20", first) {
				t.Errorf("%s: a cell is live: %q", what, cell)
			}
		}
	}
}

// hostileRow is a row of a team table with a payload in every column that takes text.
func hostileRow(t evidence.TeamTable, payload string) url.Values {
	v := url.Values{}
	for _, c := range t.Definition.Columns {
		value := payload
		switch {
		case c.Name == "id":
			continue
		case c.Name == "source_url":
			value = "https://example.org/a?b=" + payload
		case c.Name == "from_id":
			value = hub
		case c.Name == "to_id" || c.Name == "host_id":
			value = "university-of-sheffield"
		case len(c.OneOf) > 0:
			value = c.OneOf[0]
		case c.Name == "role":
			value = "firm;" + payload
		case c.Name == "event_id":
			value = "zz-events-0" // which addHostile makes
		case c.Name == "org_id" || c.Name == "organiser_id":
			value = hub
		case c.Name == "region":
			value = "district"
		case c.Kind == tabular.Date:
			value = "2020-05-05"
		case c.Kind == tabular.Postcode, c.Kind == tabular.Code:
			value = ""
		case c.Kind == tabular.Year:
			value = "2020"
		case c.Kind == tabular.Shape:
			value = squareText
		case c.Name == "lon":
			value = "-1.4"
		case c.Name == "lat":
			value = "53.4"
		case c.Kind == tabular.Number, c.Kind == tabular.Integer:
			value = "7"
		}
		v.Set("f."+c.Name, value)
	}
	return v
}

// TestAttack_scripts has an editor put every payload everywhere, builds the release
// that comes of it, and reads every page as the owner and as a visitor.
func TestAttack_scripts(t *testing.T) {
	if testing.Short() {
		t.Skip("it asks for thousands of pages")
	}
	w := teamSite(t)
	tables, err := evidence.TeamTables()
	if err != nil {
		t.Fatal(err)
	}
	for k, table := range tables {
		for i, payload := range payloads {
			w.addHostile(table, payload, i, (i+k)%3 == 0 || k == 0)
			w.correctHostile(table, payload, i)
		}
	}
	w.hostileOrganisation()
	w.hostilePeople()
	w.hostileImport()
	w.hostileQueries()
	w.hostileLedger()
	w.hostileScenarios()
	w.hostileCases()
	w.hostileReviews()
	w.hostileInterviews()
	w.hostileVoices()
	w.rebuild()
	for _, role := range []auth.Role{auth.Owner, auth.Nobody} {
		w.crawl(role)
	}
}

// typed sends a form, holds the answer against what may be sent, and gives it.
func (w *teamWorld) typed(role auth.Role, path string, form url.Values) *httptest.ResponseRecorder {
	w.t.Helper()
	rec := w.do(w.request(role, http.MethodPost, path, form))
	harmless(w.t, "POST "+path, rec)
	if rec.Code >= 500 {
		w.t.Errorf("POST %s: status %d", path, rec.Code)
	}
	return rec
}

// addHostile adds a row; wrongly too has it send what is refused first. The form that comes back is one template for all
// tables, so that not every payload need go through that of each.
func (w *teamWorld) addHostile(table evidence.TeamTable, payload string, i int, wrongly bool) {
	w.t.Helper()
	path := tablePath(table.Name) + "/new"
	form := hostileRow(table, payload)
	form.Set("reason", payload)
	form.Set("source", payload)
	form.Set("id", payload)
	if wrongly {
		w.refusedHostile(table, path, form, payload)
	}
	form.Set("id", fmt.Sprintf("zz-%s-%d", table.Name, i))
	if strings.Contains(payload, "://") {
		form.Set("source", "page "+payload[:10])
	}
	if rec := w.typed(auth.Editor, path, form); rec.Code != http.StatusSeeOther {
		w.t.Fatalf("%s with %q: status %d\n%s", path, payload, rec.Code, readable(rec.Body.String()))
	}
}

// refusedHostile sends rows that are refused: what was typed is on the page again.
func (w *teamWorld) refusedHostile(table evidence.TeamTable, path string, form url.Values, payload string) {
	w.t.Helper()
	w.says(w.typed(auth.Editor, path, form), http.StatusUnprocessableEntity, "such as acme-forge")
	for _, c := range table.Definition.Columns {
		if c.Kind != "" || len(c.OneOf) > 0 {
			form.Set("f."+c.Name, payload)
		}
	}
	w.says(w.typed(auth.Editor, path, form), http.StatusUnprocessableEntity)
	for name, values := range hostileRow(table, payload) {
		form[name] = values
	}
}

// correctHostile corrects a row that the example has.
func (w *teamWorld) correctHostile(table evidence.TeamTable, payload string, i int) {
	w.t.Helper()
	st, err := sourceRows(w.t.Context(), served(w.t, w.site), table)
	if err != nil {
		w.t.Fatalf("%s: %v", table.Name, err)
	}
	if i >= len(st.ids) {
		return // the example has fewer rows of this table than there are payloads
	}
	path := rowPath(table.Name, st.ids[i]) + "/edit"
	form := formTo(w.t, w.do(w.request(auth.Editor, http.MethodGet, path, nil)).Body.String(), path)
	for name, values := range hostileRow(table, payload) {
		if name != "f.role" && name != "f.from_id" && name != "f.to_id" {
			form[name] = values
		}
	}
	form.Set("reason", payload)
	form.Set("source", "https://example.org/?"+payload)
	if rec := w.typed(auth.Editor, path, form); rec.Code != http.StatusSeeOther {
		w.t.Fatalf("%s with %q: status %d\n%s", path, payload, rec.Code, readable(rec.Body.String()))
	}
}

// hostileOrganisation decides on pairs, sites and addresses, and undoes.
func (w *teamWorld) hostileOrganisation() {
	w.t.Helper()
	for i, payload := range payloads {
		at := "/organisations/" + hub
		for _, what := range []string{"same", "different"} {
			w.typed(auth.Editor, at+"/"+what, fields("other", payload, "reason", payload, "version", "0"))
		}
		w.typed(auth.Editor, at+"/move", fields("site", payload, "reason", payload, "source", payload, "version", "0", "lon", payload, "lat", payload))
		w.typed(auth.Editor, at+"/move", fields("site", hub+":site", "reason", payload, "source", payload, "version", strconv.Itoa(i), "lon", "-1.4", "lat", "53.4"))
		w.typed(auth.Editor, at+"/address", fields("address", "S60 5WG|"+payload, "agent", "yes", "reason", payload, "version", "0"))
		w.typed(auth.Editor, fmt.Sprintf("/decisions/D%d/undo", i+1), fields("reason", payload))
		if i%2 == 0 {
			w.typed(auth.Editor, fmt.Sprintf("/decisions/D%d/redo", i+1), fields("reason", payload))
		}
	}
}

// hostilePeople invites, joins, signs in and makes tokens under such names.
func (w *teamWorld) hostilePeople() {
	w.t.Helper()
	for i, payload := range payloads {
		w.typed(auth.Manager, "/people/invite", fields("email", payload+"@example.org", "name", payload, "role", payload))
		link := w.hostileLink(fmt.Sprintf("o'hara+{{%d}}&=@example.org", i), payload)
		if i%6 == 0 { // a password is hashed each time
			w.typed(auth.Nobody, link, fields("name", payload, "password", "lantern gravel sofa hymn"))
		}
		w.typed(auth.Owner, "/account/tokens", fields("name", payload, "role", "reader", "days", "30"))
		w.typed(auth.Owner, "/account/tokens", fields("name", payload, "role", payload, "days", payload))
		w.later(time.Minute)
		w.typed(auth.Nobody, "/sign-in", fields("email", payload, "password", "x", "next", payload))
		if i%6 == 1 {
			w.twice(auth.Owner, payload)
		}
	}
}

// hostileLink is inviteLink for names that page does not take.
func (w *teamWorld) hostileLink(email, name string) string {
	w.t.Helper()
	rec := w.typed(auth.Owner, "/people/invite", fields("email", email, "name", name, "role", "reader"))
	m := linkForm.FindStringSubmatch(rec.Body.String())
	if m == nil {
		w.t.Fatalf("no link for %q\n%s", name, readable(rec.Body.String()))
	}
	return m[1]
}

// hostileTable is a table as CSV or as a workbook, with cells as they are.
func hostileTable(t testing.TB, workbook bool, header []string, rows [][]string) []byte {
	t.Helper()
	var out bytes.Buffer
	err := sheet.WriteXLSX(&out, "rows", header, make([]bool, len(header)), rows)
	if !workbook {
		out.Reset()
		err = csv.NewWriter(&out).WriteAll(append([][]string{header}, rows...))
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// hostileImport brings files with such names, headers, ids and cells.
func (w *teamWorld) hostileImport() {
	w.t.Helper()
	for i, payload := range payloads {
		rows := [][]string{{fmt.Sprintf("zz-import-%d", i), payload, "https://example.org/?" + payload, payload, payload}, {payload, payload, payload, payload, payload}, {hub, payload, "https://example.org/", payload, ""}}
		data := hostileTable(w.t, i%2 == 0, []string{"id", "name", "source_url", "notes", payload}, rows)
		name := strings.NewReplacer(`"`, `\"`, "\u2028", "").Replace(payload) + ".csv"
		rec := w.do(w.letterRequest(auth.Editor, letter{path: "/tables/organisations/import", name: name, file: data}))
		harmless(w.t, "upload "+name, rec)
		to := rec.Header().Get("Location")
		if rec.Code != http.StatusSeeOther {
			w.t.Fatalf("upload %q: status %d\n%s", name, rec.Code, readable(rec.Body.String()))
		}
		preview := w.do(w.request(auth.Editor, http.MethodGet, to, nil))
		harmless(w.t, to, preview)
		form := formTo(w.t, preview.Body.String(), to)
		form.Set("reason", "")
		w.typed(auth.Editor, to, form)
		form.Set("reason", payload)
		form.Set("source", payload)
		if strings.Contains(payload, "://") {
			form.Set("source", "a page")
		}
		if rec := w.typed(auth.Editor, to, form); rec.Code != http.StatusSeeOther {
			w.t.Errorf("import with %q: status %d\n%s", payload, rec.Code, readable(rec.Body.String()))
		}
		// What is no table at all: the file's own text is not shown as anything else.
		rec = w.do(w.letterRequest(auth.Editor, letter{path: "/tables/organisations/import", name: name, file: []byte(payload + "," + payload + "\n1,2\n")}))
		harmless(w.t, "upload of no table", rec)
	}
}

// hostileQueries puts the payloads into every parameter and into the addresses themselves.
func (w *teamWorld) hostileQueries() {
	w.t.Helper()
	for i, route := range w.site.Routes() {
		if route.Method != http.MethodGet || route.Pattern == "/enter/{secret}" {
			continue
		}
		for k, p := range parameters {
			if route.Action == auth.ReadPublic && (i+k)%3 != 0 || spared(route.Pattern, p, i+k) {
				continue // not every parameter at each address, but each at many
			}
			path := realPath(route.Pattern) + "?" + url.Values{p: {payloads[(i+k)%len(payloads)]}}.Encode()
			harmless(w.t, path, w.do(w.request(auth.Owner, http.MethodGet, path, nil)))
		}
		for k, payload := range payloads {
			if (i+k)%3 != 0 || spared(route.Pattern, "format", i) {
				continue // not every payload in each address, but each in many
			}
			path := route.Pattern
			for _, wild := range []string{"{id}", "{set}", "{slug}", "{table}", "{name}", "{secret}", "{hash}", "{z}", "{sector}", "{n}"} {
				path = strings.ReplaceAll(path, wild, url.PathEscape(payload))
			}
			if path == "/" {
				path += url.PathEscape(payload)
			}
			for _, role := range []auth.Role{auth.Owner, auth.Nobody} { // visitors are sent to sign in and back
				harmless(w.t, path, w.do(w.request(role, http.MethodGet, samplePath(path)+"?"+url.QueryEscape(payload), nil)))
			}
		}
	}
}

// TestPayloads: the tests above find what they look for.
func TestPayloads(t *testing.T) {
	for _, p := range payloads {
		if page := `<p title="` + p + `">` + p + `</p>`; strings.ContainsAny(p, `<"`) && (len(unsafe(page)) == 0 && !slices.Contains([]string{"<!--", "]]>"}, p) || len(standing(page)) == 0) {
			t.Errorf("%q in a page is not found", p)
		}
		if safe := `<p data-x="` + html.EscapeString(p) + `">` + html.EscapeString(p) + `</p>`; p != `javascript:alert(1)` && len(unsafe(safe))+len(standing(safe)) > 0 {
			t.Errorf("%q escaped is taken for harm: %q", p, unsafe(safe))
		}
	}
	if typed.IsWeb("javascript:alert(1)") || typed.IsWeb("https://user:word@example.org/") || typed.IsWeb("//evil.example") || typed.IsWeb("https:evil.example") || !typed.IsWeb("https://example.org/") {
		t.Error("what is no web address is taken for one")
	}
}
