package web

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"milieu/internal/cluster"
	"milieu/internal/evidence"
	"milieu/internal/example"
	"milieu/internal/lake"
	"milieu/internal/live"
	"milieu/internal/network"
	"milieu/internal/network/predict"
	"milieu/internal/observation"
	"milieu/internal/org"
	"milieu/internal/place"
	"milieu/internal/profile"
	"milieu/internal/sector"
)

// demo is the site of the bundled example, built once for all tests.
var demo struct {
	once sync.Once
	dir  string
	site *Server
	err  error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if demo.site != nil {
		demo.site.cfg.Shelf.Close()
	}
	if linkedDemo.site != nil {
		linkedDemo.site.cfg.Shelf.Close()
	}
	for _, dir := range []string{demo.dir, linkedDemo.dir} {
		if dir != "" {
			_ = os.RemoveAll(dir) // a temporary folder that stays is no fault of a test
		}
	}
	os.Exit(code)
}

// demoSite is a server of a release that was built from the bundled example with
// the stages and explainers that the program wires.
func demoSite(t testing.TB) *Server {
	t.Helper()
	demo.once.Do(func() { demo.dir, demo.site, demo.err = buildSite() })
	if demo.err != nil {
		t.Fatal(demo.err)
	}
	return demo.site
}

func buildSite() (dir string, site *Server, err error) {
	if dir, err = os.MkdirTemp("", "milieu-web-"); err != nil {
		return "", nil, err
	}
	if _, err = example.Write(example.AMID, dir, false); err != nil {
		return dir, nil, err
	}
	site, err = serveDir(dir)
	return dir, site, err
}

// serveDir builds the workspace in dir and serves it.
func serveDir(dir string) (*Server, error) {
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		return nil, err
	}
	stages, err := testStages(ws)
	if err != nil {
		return nil, err
	}
	ctx := context.Background() // it outlives the test that comes first
	if _, err := evidence.Build(ctx, ws, evidence.BuildOptions{Stages: stages, Now: testNow, MemoryMB: 512}); err != nil {
		return nil, err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	shelf, err := live.New(ctx, ws, log)
	if err != nil {
		return nil, err
	}
	return New(Config{Shelf: shelf, Explainers: ReleaseExplainers(), Log: log, Now: testNow})
}

// served is the release that the site serves, held until the test ends.
func served(t testing.TB, s *Server) *live.Snapshot {
	t.Helper()
	snap := s.cfg.Shelf.Acquire()
	t.Cleanup(snap.Release)
	return snap
}

// testNow is a fixed time: what is shown must not hang on the day of the test.
func testNow() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }

func testStages(ws *evidence.Workspace) ([]lake.Stage, error) {
	stages, err := place.Stages()
	if err != nil {
		return nil, err
	}
	linkage, err := testLinkage(ws)
	if err != nil {
		return nil, err
	}
	orgs, err := org.Stages(org.Settings{SameAddress: ws.Registration.SameAddress, SamePostcode: ws.Registration.SamePostcode, Linkage: linkage})
	if err != nil {
		return nil, err
	}
	all := append(append(append(stages, orgs...), network.Stages()...), predict.Stages()...)
	for _, of := range []func() ([]lake.Stage, error){observation.Stages, func() ([]lake.Stage, error) {
		list, err := sector.Load(ws.Dir, ws.Sectors)
		return sector.Stages(list, ws.Sectors), err
	}, profile.Stages, func() ([]lake.Stage, error) { return cluster.Stages(ws.Clusters) }} {
		more, err := of()
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
}

// get asks the site for a path as a browser would.
func get(t testing.TB, s *Server, path string) (status int, body string, header http.Header) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	b, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.Code, string(b), w.Result().Header
}

// page gets a page that must be there and be well formed.
func page(t testing.TB, s *Server, path string) string {
	t.Helper()
	status, body, _ := get(t, s, path)
	if status != http.StatusOK {
		t.Fatalf("%s: status %d\n%s", path, status, body)
	}
	wellFormed(t, path, body)
	return body
}

var (
	tagForm  = regexp.MustCompile(`<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^>"]|"[^"]*")*?)(/?)>`)
	idForm   = regexp.MustCompile(`\sid="([^"]*)"`)
	voidTags = map[string]bool{"meta": true, "link": true, "input": true, "br": true, "hr": true, "img": true}
	rawText  = regexp.MustCompile(`(?s)<(script|style)([^>]*)>.*?</(?:script|style)>`)
)

// wellFormed checks that elements close in the order in which they open, that
// ids are there once, that each page has one h1, and that nothing was printed as
// a fault of a template.
func wellFormed(t testing.TB, path, html string) {
	t.Helper()
	var open []string
	for _, m := range tagForm.FindAllStringSubmatch(rawText.ReplaceAllString(html, "<$1$2></$1>"), -1) {
		name := strings.ToLower(m[2])
		switch {
		case voidTags[name] || m[4] == "/":
		case m[1] == "":
			open = append(open, name)
		case len(open) == 0 || open[len(open)-1] != name:
			t.Fatalf("%s: </%s> closes %v", path, name, open)
		default:
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Errorf("%s: never closed: %v", path, open)
	}
	seen := map[string]bool{}
	for _, m := range idForm.FindAllStringSubmatch(html, -1) {
		if seen[m[1]] {
			t.Errorf("%s: id %q is there twice", path, m[1])
		}
		seen[m[1]] = true
	}
	if n := strings.Count(html, "<h1"); n != 1 && strings.HasPrefix(html, "<!doctype") {
		t.Errorf("%s: %d h1", path, n)
	}
	for _, fault := range []string{"%!", "<no value>", "ZgotmplZ", ">NaN"} {
		if strings.Contains(html, fault) {
			t.Errorf("%s: the page holds %q", path, fault)
		}
	}
}

// TestTemplates: each template says which struct it shows, and all parse.
func TestTemplates(t *testing.T) {
	all, err := parseTemplates()
	if err != nil {
		t.Fatal(err)
	}
	for name := range all {
		b, err := templateFS.ReadFile("templates/" + name + ".html")
		if err != nil {
			t.Fatal(err)
		}
		if !regexp.MustCompile(`^\{\{/\* \w+ `).Match(b) {
			t.Errorf("%s.html does not begin with the name of its struct", name)
		}
	}
}

// The same page twice is the same bytes.
func TestSameBytes(t *testing.T) {
	s := demoSite(t)
	for _, path := range []string{"/", "/network", "/priorities", "/plan", "/case", "/sources"} {
		if a, b := page(t, s, path), page(t, s, path); a != b {
			t.Errorf("%s differs between two visits", path)
		}
	}
}

func BenchmarkPages(b *testing.B) {
	s := demoSite(b)
	for _, path := range []string{"/", "/network", "/priorities", "/plan", "/case", "/sources"} {
		b.Run(fmt.Sprintf("page=%s", path), func(b *testing.B) {
			for b.Loop() {
				if status, _, _ := get(b, s, path); status != http.StatusOK {
					b.Fatal(status)
				}
			}
		})
	}
}
