package web

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/evidence"
	"milieu/internal/example"
	"milieu/internal/live"
)

// rebuild serves the release that a build makes of the decisions, in a place whose own
// files mean harm too.
func (w *teamWorld) rebuild() {
	w.t.Helper()
	dir := w.t.TempDir()
	if _, err := example.Write(example.AMID, dir, false); err != nil {
		w.t.Fatal(err)
	}
	hostileFiles(w.t, dir)
	w.serveBuild(dir)
	states, err := decisionStates(w.t.Context(), served(w.t, w.site))
	applied := 0
	for _, s := range states {
		if s.State == "applied" {
			applied++
		}
	}
	if err != nil || applied < 10*len(payloads) {
		w.t.Fatalf("only %d of %d decisions are in the release, %v", applied, len(states), err)
	}
}

// serveBuild builds the workspace of a folder with the decisions that hold, and serves it.
func (w *teamWorld) serveBuild(dir string) {
	w.t.Helper()
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		w.t.Fatal(err)
	}
	stages, err := testStages(ws)
	if err != nil {
		w.t.Fatal(err)
	}
	lines, err := w.book().Lines(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := evidence.Build(w.t.Context(), ws, evidence.BuildOptions{Stages: stages, Now: testNow, MemoryMB: 512, Decisions: lines}); err != nil {
		w.t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	shelf, err := live.New(w.t.Context(), ws, log)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(shelf.Close)
	if w.site, err = New(Config{Shelf: shelf, Explainers: ReleaseExplainers(), Log: log, Now: w.clock, Team: w.site.cfg.Team}); err != nil {
		w.t.Fatal(err)
	}
}

// hostileFiles writes payloads into the files of a workspace, as whoever makes them could.
func hostileFiles(t testing.TB, dir string) {
	t.Helper()
	change := func(file string, f func(text string) string) {
		path := filepath.Join(dir, file)
		old, err := os.ReadFile(path)
		if err == nil {
			err = os.WriteFile(path, []byte(f(string(old))), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var orgs, facilities bytes.Buffer
	var shapes strings.Builder
	o, f := csv.NewWriter(&orgs), csv.NewWriter(&facilities)
	for i, p := range payloads {
		id := fmt.Sprintf("zz%d%s", i, p) // ids of files have no form that anybody asks for
		_ = o.Write([]string{id, p, "firm", p, p, "", "", p, p, "-1.41", "53.39", "hand", "100", p, "2020", p})
		_ = f.Write([]string{fmt.Sprintf("zz-file-%d", i), p, p, p, p, p, p, p, "-1.4", "53.4", "hand", "9", p, "2020"})
		shape, err := json.Marshal(map[string]any{"type": "Feature", "properties": map[string]string{"id": id, "name": p, "kind": "drawn", "drawn_by": p, "note": p},
			"geometry": map[string]any{"type": "Polygon", "coordinates": [][][2]float64{{{-1.42, 53.38}, {-1.4, 53.38}, {-1.4, 53.4}, {-1.42, 53.38}}}}})
		if err != nil {
			t.Fatal(err)
		}
		shapes.WriteString(string(shape) + ",\n")
	}
	o.Flush()
	f.Flush()
	change("tables/organisations.csv", func(text string) string { return text + orgs.String() })
	change("tables/facilities.csv", func(text string) string { return text + facilities.String() })
	change("places/team.geojson", func(text string) string {
		return strings.Replace(text, `"features":[`, `"features":[`+shapes.String(), 1)
	})
	change("milieu.toml", func(text string) string {
		text = strings.ReplaceAll(text, `publisher = "Milieu team`, `publisher = "<script>alert(1)</script>\"'`)
		text = strings.Replace(text, `short = "`, `short = "<b onclick='alert(1)'>{{.}}</title><script>alert(1)</script>`, 1)
		return strings.Replace(text, `title = "Facilities"`, `title = "\"><img src=x onerror=alert(1)>"`, 1)
	})
}

// parted are pages that give a part of themselves to scripts.
var parted = regexp.MustCompile(`^/(why|search|organisations|map/list|builds/[^/?]+)(\?|$)`)

// crawl follows every link from the overview, as somebody, and holds every page and
// every part of a page against what may be sent. No link leads to nothing.
func (w *teamWorld) crawl(role auth.Role) {
	w.t.Helper()
	queue := []string{"/", "/why?ref=nothing", "/search?q=alert", "/search?q=zz", "/organisations?name=alert", "/map/list?bbox=-180,-85,180,85", "/network.json", "/map/facilities.geojson", "/map/areas.geojson?set=team",
		"/map/context.geojson", "/network?format=csv", "/organisations?format=csv", "/priorities?format=csv", "/case.md", "/plan.lp", "/sign-in"}
	if role != auth.Nobody {
		queue = append(queue, "/decisions?text=alert", "/decisions?format=csv", "/tables", "/audit", "/audit?format=csv", "/people?format=csv", "/account")
	}
	touched, seen, from, pages := w.touched(), map[string]int{}, map[string]string{}, 0
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if k, most := kind(at, touched); seen[k] >= most || strings.HasPrefix(at, "/assets/") || role == auth.Nobody && k == at && !third(at) {
			continue // a page of a row shows visitors what it shows the owner, less what they may not see
		} else {
			seen[k]++
		}
		for _, fragment := range []string{"", "true"} {
			if fragment != "" && !parted.MatchString(at) {
				continue
			}
			r := w.request(role, http.MethodGet, at, nil)
			r.Header.Set("HX-Request", fragment)
			rec := w.do(r)
			harmless(w.t, at, rec)
			forbidden := rec.Code == http.StatusConflict && (strings.Contains(at, "/export.") || strings.HasPrefix(at, "/case.")) // a text whose figures are gone does not leave
			if rec.Code >= 400 && at != "/why?ref=nothing" && !bogus(at) && !forbidden {
				w.t.Errorf("%s, from %s: status %d", at, from[at], rec.Code)
			}
			if pages++; fragment == "" && strings.HasPrefix(rec.Header().Get("Content-Type"), "text/html") {
				wellFormed(w.t, at, rec.Body.String())
				for _, to := range links(rec.Body.String()) {
					queue = append(queue, to)
					if from[to] == "" {
						from[to] = at
					}
				}
			}
		}
	}
	w.t.Logf("%q: %d answers", role, pages)
	if pages < 500 {
		w.t.Errorf("%q: only %d answers were looked at", role, pages)
	}
}

// touched are the rows of the example that the tests correct.
func (w *teamWorld) touched() []string {
	w.t.Helper()
	out := []string{"zz", hub, "university-of-sheffield"}
	tables, err := evidence.TeamTables()
	for _, table := range tables {
		var rows releaseRows
		if err == nil {
			rows, err = sourceRows(w.t.Context(), served(w.t, w.site), table)
		}
		if err != nil {
			w.t.Fatal(err)
		}
		out = append(out, rows.ids[:min(len(payloads), len(rows.ids))]...)
	}
	return out
}

var idPart = regexp.MustCompile(`^/(organisations|tables/[a-z]+/rows|decisions|priorities|appraisal|delivery|cases)/[^/?]+`)

// sameForm are the forms of rows: those of all tables are one template.
var sameForm = regexp.MustCompile(`^/tables/[a-z-]+/rows/[^/]+/(edit|exclude)$`)

// third takes a third of addresses, always the same: not every payload in each of many alike pages, but each in some.
func third(at string) bool {
	h := fnv.New32a()
	h.Write([]byte(at))
	return h.Sum32()%3 == 0
}

// kind is what sort of page is at an address, and how many of the sort are looked at:
// all that show what the tests brought in, and some of those that do not.
func kind(at string, touched []string) (string, int) {
	path, query, _ := strings.Cut(at, "?")
	for _, id := range touched {
		switch {
		case path == "/why" && strings.Contains(query, id):
			return "touched " + kindOf(at), 3 // each shows the same payloads in the same places
		case strings.Contains(path, id) && query == "":
			if sameForm.MatchString(path) && !third(path) {
				return "form", 0
			}
			return at, 1
		}
	}
	if _, file, is := strings.Cut(path, "/export."); is {
		return "export of a case as " + file, 2 // writing one takes long
	}
	if m := idPart.FindString(at); m != "" {
		return kindOf(m[:strings.LastIndexByte(m, '/')] + strings.TrimPrefix(at, m)), 8
	}
	return kindOf(at), 2
}

// TestAttack_changedFile: a file that somebody changes under a release is found out on
// the page that cites it, also when it has been cited before and is as long as it was.
func TestAttack_changedFile(t *testing.T) {
	w, dir := teamSite(t), t.TempDir()
	if _, err := example.Write(example.AMID, dir, false); err != nil {
		t.Fatal(err)
	}
	w.serveBuild(dir)
	const why, changed = "/why?ref=org%2F" + hub, "the file has changed since the release was made"
	for range 2 {
		if strings.Contains(w.page(auth.Nobody, why), changed) {
			t.Error("a file that nobody has touched is said to have changed")
		}
	}
	file := filepath.Join(dir, "tables", "organisations.csv")
	text, err := os.ReadFile(file)
	if err == nil {
		err = os.WriteFile(file, bytes.Replace(text, []byte("research centre"), []byte("Research Centre"), 1), 0o600)
	}
	if err == nil {
		err = os.Chtimes(file, testNow(), testNow())
	}
	if err != nil {
		t.Fatal(err)
	}
	w.says(w.get(auth.Nobody, why), 200, changed)
}

// links are the addresses of this site to which a page leads.
func links(page string) []string {
	all, _ := parts(page)
	var out []string
	for _, p := range all {
		if to, _, _ := strings.Cut(p.attrs["href"], "#"); p.name == "a" && strings.HasPrefix(to, "/") {
			out = append(out, to)
		}
	}
	return out
}

// bogus says that an address is that of an organisation which the tests said is the
// same as another, and which never was.
func bogus(at string) bool {
	id, err := url.PathUnescape(strings.TrimPrefix(at, "/organisations/"))
	return err == nil && slices.Contains(payloads, id)
}
