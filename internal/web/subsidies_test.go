package web

import (
	"encoding/csv"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const subsidyAwards = `id,organisation,granter,scheme,amount_gbp,day,year,basis,published,intervention_id,note,source_url,source_year
b1,metlase-ltd,Council,,250000,2021-03-31,,mfa,yes,,,,
b2,metlase-ltd,Council,Growth Fund,60000,2023-03-31,,mfa,no,,,,
b3,itm-power-plc,Council,,300000,2026-05-01,,mfa,no,,,,
b4,itm-power-plc,Council,,20000,2026-06-01,,unknown,unknown,,,,
b5,advanced-manufacturing-sheffield-limited,Council,,1980000,2026-06-01,,unknown,unknown,,"an investment, not a grant",,
`

func subsidySite(t *testing.T) *Server {
	t.Helper()
	dir, site, err := buildSite()
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err != nil {
		t.Fatal(err)
	}
	site.cfg.Shelf.Close()
	if err := os.WriteFile(filepath.Join(dir, "tables", "awards.csv"), []byte(subsidyAwards), 0o600); err != nil {
		t.Fatal(err)
	}
	if site, err = serveDir(dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { site.cfg.Shelf.Close() })
	return site
}

func TestSubsidiesPage(t *testing.T) {
	site := subsidySite(t)
	says := func(path string, wants ...string) {
		t.Helper()
		body := readable(page(t, site, path))
		for _, want := range wants {
			if !strings.Contains(body, want) {
				t.Errorf("%s does not say %q", path, want)
			}
		}
	}
	says("/subsidies", "No enterprise is over the limit for certain; 1 may be", "£300,000", "£320,000", "£0 to £15,000", "may be over", "it is not published", "its basis is not known")
	says("/subsidies", "Too large to be minimal assistance", "£1,980,000", "an investment, not a grant")
	// The published example: the day decides which years count.
	says("/subsidies?org=metlase-ltd&amount=£5,000&day=2023-03-31", "£310,000", "It may be given as minimal financial assistance")
	says("/subsidies?org=metlase-ltd&amount=5000.01&day=2023-03-31", "It is over the limit: at most £5,000 may be given")
	says("/subsidies?org=metlase-ltd&amount=200000&day=2023-04-01", "It may be given as minimal financial assistance", "entered in the public database", "No group of it is on record")
	says("/subsidies?org=itm-power-plc&amount=10000", "only if enough of what is uncertain does not count")
	says("/subsidies?org=&amount=5", "Name the organisation.")
	says("/subsidies?org=itm-power-plc&amount=much", "Give the amount in pounds")
	says("/subsidies?org=nobody-at-all-anywhere&amount=5", "No organisation is found by these words")
	says("/subsidies?day=2010-01-01", "No assistance of the last three financial years is on record", "Add awards")
	says("/why?ref=subsidy%2Fitm-power-plc%2Fmost%3Fday%3D2026-11-23", "£320,000", "£20,000")
	if code, _, _ := get(t, site, "/subsidies?day=soon"); code != http.StatusBadRequest {
		t.Errorf("a day that is none: %d", code)
	}
	for path, n := range map[string]int{"/subsidies?format=csv": 3, "/subsidies?format=csv&list=publish": 3} {
		rows, err := csv.NewReader(strings.NewReader(page(t, site, path))).ReadAll()
		if err != nil || len(rows) != n {
			t.Errorf("%s: %d rows, %v: %v", path, len(rows), err, rows)
		}
	}
}
