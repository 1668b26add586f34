package web

import (
	"encoding/csv"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParametersPage(t *testing.T) {
	site := demoSite(t)
	body := page(t, site, "/parameters")
	for _, want := range []string{"none is overdue for review", "Social time preference rate", "3.5 % to year 30", "Owner, review by", "this workspace's own", "£45,722", "2021 prices", "parameter%2Fdiscount%2Fgreen-book", "Assumed."} {
		if !strings.Contains(readable(body), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if len(body) > 100_000 {
		t.Errorf("the page has %d bytes", len(body))
	}
	rows, err := csv.NewReader(strings.NewReader(page(t, site, "/parameters?format=csv"))).ReadAll()
	if err != nil || len(rows) < 80 || strings.Join(rows[0], ",") != strings.Join(parameterHeader, ",") {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	if why := page(t, site, "/why?ref=parameter%2Fbias%2Fstandard-building%2Fcapital"); !strings.Contains(readable(why), "24 %") {
		t.Error("the reference of a parameter is not explained")
	}
}

// A workspace's own parameters are taken up at once; one that is overdue stands on top, and a wrong file is told.
func TestParametersPage_own(t *testing.T) {
	dir, site, err := buildSite()
	defer func() { _ = os.RemoveAll(dir) }()
	if err != nil {
		t.Fatal(err)
	}
	defer site.cfg.Shelf.Close()
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, "parameters", "own.toml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const own = "[[parameter]]\nid = \"default/any/displacement\"\nvalue = %\nowner = \"Ana <b>\"\nreview_by = \"2026-01-01\"\nin_force = \"2020-01-01\"\nreference = \"Our evaluation\"\n"
	write(strings.Replace(own, "%", "0.4", 1))
	body := page(t, site, "/parameters")
	for _, want := range []string{"1 of them overdue for review", "Overdue for review</h2>", "Our evaluation", "Ana &lt;b&gt;", "1 January 2026, overdue"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	write(strings.Replace(own, "%", "40", 1))
	if code, body, _ := get(t, site, "/parameters"); code != http.StatusInternalServerError || !strings.Contains(body, "parameters/own.toml:1") || !strings.Contains(body, "milieu check") {
		t.Errorf("a wrong file: %d", code)
	}
}
