package api

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func FuzzQuery(f *testing.F) {
	for _, s := range []string{"", "q=a", "q=a&limit=3", "q=a&q=b", "q=%zz", "q=%ff", "q=%00", "x=1", "q", "=", "&&", "q=a;limit=3", "limit=1e9&offset=-1", "q=%F0%9F%8F%AD", "q=+a+"} {
		f.Add(s)
	}
	known := []string{"format", "q", "limit", "offset", "release"}
	f.Fuzz(func(t *testing.T, raw string) {
		q, err := parseQuery(raw, known)
		if err != nil {
			var fault *fault
			if !errors.As(err, &fault) || fault.kind.status != 400 || fault.detail == "" || !utf8.ValidString(fault.detail) {
				t.Fatalf("%q: %v", raw, err)
			}
			return
		}
		for name, v := range q.values {
			if !slices.Contains(known, name) || v == "" || !utf8.ValidString(v) || strings.ContainsRune(v, 0) {
				t.Fatalf("%q gives %s=%q", raw, name, v)
			}
		}
		// The canonical text means the same, and is its own canonical text.
		again, err := parseQuery(q.without(), known)
		if err != nil || again.without() != q.without() {
			t.Fatalf("%q is %q, and that is %q, %v", raw, q.without(), again.without(), err)
		}
		n := q.number("limit", 1, pageMost, pageRows)
		if n < 1 || n > pageMost {
			t.Fatalf("%q: limit %d", raw, n)
		}
		if _, err := url.ParseQuery(q.without("limit")); err != nil {
			t.Fatal(err)
		}
	})
}

func TestNegotiate(t *testing.T) {
	all := []format{asJSON, asCSV, asGeoJSON}
	for _, c := range []struct {
		asked, accept string
		have          []format
		want          format
	}{
		{"", "", all, asJSON},
		{"csv", "application/json", all, asCSV},
		{"", "text/csv", all, asCSV},
		{"", "application/geo+json", all, asGeoJSON},
		{"", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", all, asJSON},
		{"", "text/csv;q=0.5, application/geo+json;q=0.9", all, asGeoJSON},
		{"", "application/*", all, asJSON},
		{"", "text/*", all, asCSV},
		{"", "application/json;q=0, */*", all, asCSV},
		{"", "*/*;q=0.1, text/csv;q=0.1", all, asJSON},
		{"", "TEXT/CSV", all, asCSV},
		{"", "nonsense, text/csv", all, asCSV},
		{"", "text/html", all, ""},
		{"", "text/csv;q=0", all, ""},
		{"", "text/csv;q=7", all, ""},
		{"", ";;;", all, ""},
		{"xml", "", all, ""},
		{"CSV", "", all, ""},
		{"geojson", "", []format{asJSON}, ""},
		{"", "text/html", []format{asYAML}, asYAML},
	} {
		got, err := negotiate(c.asked, []string{c.accept}, c.have)
		if got != c.want || (err != nil) != (c.want == "") {
			t.Errorf("%q, Accept %q: %q %v, want %q", c.asked, c.accept, got, err, c.want)
		}
	}
}
