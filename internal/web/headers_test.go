package web

import (
	"html"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"milieu/internal/entry"
)

var (
	attrForm   = regexp.MustCompile(`([a-zA-Z_:][-a-zA-Z0-9_:.]*)(?:\s*=\s*"([^"]*)")?`)
	scriptForm = regexp.MustCompile(`(?s)<script([^>]*)>(.*?)</script>`)
	actionForm = regexp.MustCompile(`\{\{.*?\}\}`)
	hrefForm   = regexp.MustCompile(`\s(?:href|action)="(/[^"#]*)`)
)

// inline says what in a page the policy would refuse: styles, handlers and
// scripts that do not stand in a file of this site.
func inline(page string) []string {
	var out []string
	for _, m := range tagForm.FindAllStringSubmatch(page, -1) {
		if strings.EqualFold(m[2], "style") {
			out = append(out, m[0])
		}
		for _, a := range attrForm.FindAllStringSubmatch(m[3], -1) {
			name, value := strings.ToLower(a[1]), strings.ToLower(strings.TrimSpace(html.UnescapeString(a[2])))
			if name == "style" || strings.HasPrefix(name, "on") || strings.HasPrefix(value, "javascript:") {
				out = append(out, m[0])
			}
		}
	}
	for _, m := range scriptForm.FindAllStringSubmatch(page, -1) {
		if !strings.Contains(m[1], ` src="`) || strings.TrimSpace(m[2]) != "" {
			out = append(out, m[0])
		}
	}
	return out
}

func TestInline(t *testing.T) {
	for page, want := range map[string]int{
		`<p class="style" title="style=&quot;a&quot; onclick=b" data-on="x">on style="x" <b>bold</b></p>`: 0,
		`<script type="module" src="/a.js"></script>`:                                                     0,
		`<p style="color:red">`:                                             1,
		`<STYLE>p{}</STYLE>`:                                                2,
		`<button type="button" onclick="go()">`:                             1,
		`<a href=" javascript:go()">`:                                       1,
		`<script>go()</script>`:                                             1,
		`<script src="/a.js">go()</script>`:                                 1,
		`<svg viewBox="0 0 1 1"><rect width="1" style="fill:red"/></svg>`:   1,
		`<svg><style>rect{fill:red}</style><text onload="x">a</text></svg>`: 3,
	} {
		if got := inline(page); len(got) != want {
			t.Errorf("%s: found %q, want %d", page, got, want)
		}
	}
}

// kindOf is an address without the values of its settings, so that of each kind
// of filtered list few are visited.
func kindOf(address string) string {
	path, query, _ := strings.Cut(address, "?")
	v, err := url.ParseQuery(query)
	if err != nil {
		return address
	}
	var names []string
	for name := range v {
		names = append(names, name)
	}
	slices.Sort(names)
	if path == "/why" {
		kind, _, _ := strings.Cut(v.Get("ref"), "/")
		names = append(names, kind)
	}
	return path + "?" + strings.Join(names, "&")
}

// TestPages_nothingInline follows all links from the overview and holds every page
// and fragment against what the policy lets through.
func TestPages_nothingInline(t *testing.T) {
	s := demoSite(t)
	queue := []string{"/", "/network?role=firm&ties=2", "/plan?budget=0", "/plan?budget=lots", "/nowhere", "/search?q=zzzz", "/map/list?bbox=-180,-85,180,85", "/organisations?name=qqqqq", "/why"}
	seen := map[string]bool{}
	pages := 0
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if k := kindOf(at); seen[k] || strings.HasPrefix(at, "/assets/") || strings.HasPrefix(at, "/tiles/") {
			continue
		} else {
			seen[k] = true
		}
		for _, fragment := range []string{"", "true"} {
			r := httptest.NewRequest(http.MethodGet, at, nil)
			r.Header.Set("HX-Request", fragment)
			w := httptest.NewRecorder()
			s.Handler().ServeHTTP(w, r)
			if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
				continue
			}
			if strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
				continue // a file that is taken away carries its styles itself, and never opens on this site
			}
			body := w.Body.String()
			for _, found := range inline(body) {
				t.Errorf("%s (fragment %q): %s", at, fragment, found)
			}
			pages++
			for _, m := range hrefForm.FindAllStringSubmatch(body, -1) {
				queue = append(queue, html.UnescapeString(m[1]))
			}
		}
	}
	t.Logf("%d pages and fragments", pages)
	if pages < 500 { // 183 organisations, twice each, and what the interventions and areas bring
		t.Errorf("only %d pages and fragments were found", pages)
	}
}

// TestTemplates_nothingInline looks also at the parts that the example never shows.
func TestTemplates_nothingInline(t *testing.T) {
	err := fs.WalkDir(templateFS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := templateFS.ReadFile(name)
		if err != nil {
			return err
		}
		for _, found := range inline(actionForm.ReplaceAllString(string(text), "x")) {
			t.Errorf("%s: %s", name, found)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestHarden: every answer carries the headers, whatever it answers.
func TestHarden(t *testing.T) {
	site := entry.Wrap(demoSite(t).Handler(), entry.Options{})
	for _, path := range []string{"/", "/map", "/nowhere", "/tiles/sites/0/0/0.mvt", "/organisations?format=csv", "/case.md"} {
		w := httptest.NewRecorder()
		site.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		h := w.Header()
		for name, want := range map[string]string{
			"Content-Security-Policy":      "default-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
			"Cross-Origin-Opener-Policy":   "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Permissions-Policy":           "camera=(), microphone=(), geolocation=(), payment=()",
			"Referrer-Policy":              "strict-origin-when-cross-origin",
			"X-Content-Type-Options":       "nosniff",
			"X-Frame-Options":              "DENY",
			"Vary":                         "Accept-Encoding, HX-Request, Cookie",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
	}
}

// The style sheet of a printed case names the release that the page names, and
// nothing that is not the name of one gets into it.
func TestCasePrint(t *testing.T) {
	s := demoSite(t)
	m := regexp.MustCompile(`href="(/case/print\.css\?release=[^"]+)"`).FindStringSubmatch(page(t, s, "/case"))
	if m == nil {
		t.Fatal("the case has no style sheet for print")
	}
	status, body, h := get(t, s, m[1])
	if id := served(t, s).Rel.ID; status != http.StatusOK || !strings.Contains(body, `"Release `+id+`"`) || h.Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("%s: status %d\n%s", m[1], status, body)
	}
	for _, bad := range []string{"", `";}*{display:none}`, "xyz", "%0a"} {
		if status, _, _ := get(t, s, "/case/print.css?release="+url.QueryEscape(bad)); status != http.StatusBadRequest {
			t.Errorf("release %q: status %d", bad, status)
		}
	}
}
