package web

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"milieu/internal/portfolio/parameter"
)

const zone = "/appraisal/south-yorkshire-investment-zone"

// TestAppraisal_pages: net stands beside gross, figures open their source, what is not known says why, and bad settings are told in
// words.
func TestAppraisal_pages(t *testing.T) {
	s := demoSite(t)
	all := page(t, s, "/appraisal")
	for _, want := range []string{"jobs that are claimed", "net additional, if all work", "gross not stated", "Over by their years on record", "gross 8,000", "no studies", "that cannot be appraised yet", "Interventions may compete for the same firms"} {
		if !strings.Contains(all, want) {
			t.Errorf("the list does not say %q", want)
		}
	}
	if _, over, _ := strings.Cut(all, `id="over"`); strings.Contains(strings.Split(all, `id="over"`)[0], "COMPASS") || !strings.Contains(over, "its years on record ended in 2024") {
		t.Error("what is over by its years stands among what is open to choice")
	}
	if private := page(t, s, "/appraisal/itm-power-second-factory-tinsley"); !strings.Contains(private, "none on record") || strings.Contains(private, "£0") {
		t.Error("private money alone makes a public cost of nothing")
	}
	if net := page(t, s, "/appraisal/light-weighting-research-centre"); !strings.Contains(net, "not stated") || !strings.Contains(net, "it begins in 2026: its first year on record, 2016, has passed") {
		t.Error("a net claim has a gross, or a proposal begins in the past")
	}
	one := page(t, s, zone)
	for _, want := range []string{"What an economist would object", "What would have to be true", "no outcome on record has a national value", "Try other assumptions", "gross or net is not stated", "standard error", "Chance that it works", "prices of its year on record", "no upper end: nothing is gained in 45 of 100 draws", "that of FerretWorks venture de-risking"} {
		if !strings.Contains(one, want) {
			t.Errorf("the page of the zone does not say %q", want)
		}
	}
	for path, want := range map[string]int{"/appraisal/none-such": http.StatusNotFound, "/appraisal/none-such?try=1": http.StatusNotFound, "/appraisal?sort=price": http.StatusBadRequest, "/appraisal?draws=many": http.StatusBadRequest, "/appraisal?assume=no/such:1": http.StatusBadRequest,
		zone + "?assume=default/any/deadweight:purple": http.StatusBadRequest, zone + "?try=1&v.default/any/deadweight=purple": http.StatusBadRequest, "/appraisal?sort=jobs&regions=&stages=": http.StatusOK} {
		if status, _, _ := get(t, s, path); status != want {
			t.Errorf("%s: status %d, want %d", path, status, want)
		}
	}
}

// Every reference of the pages is explained.
func TestAppraisal_sources(t *testing.T) {
	s := demoSite(t)
	refs := map[string]bool{}
	for _, path := range []string{"/appraisal", zone} {
		for _, m := range regexp.MustCompile(`href="/why\?ref=([^"]+)"`).FindAllStringSubmatch(page(t, s, path), -1) {
			ref, err := url.QueryUnescape(html.UnescapeString(m[1]))
			if err != nil {
				t.Fatal(err)
			}
			refs[ref] = true
		}
	}
	if len(refs) < 30 {
		t.Fatalf("only %d references", len(refs))
	}
	for ref := range refs {
		if body := page(t, s, "/why?ref="+url.QueryEscape(ref)); strings.Contains(body, "cannot be read") {
			t.Errorf("%s is not explained", ref)
		}
	}
}

// What is typed into the form becomes an address with what was changed and nothing else; the address is one of the same figures.
func TestAppraisal_try(t *testing.T) {
	s := demoSite(t)
	set, err := parameter.Load(served(t, s).WS.Dir, "2026-11-23")
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"try": {"1"}, "draws": {"10000"}, "seed": {"2026"}}
	for _, p := range set.All() {
		form.Set("v."+p.ID, parameterText(p))
	}
	form.Set("v.worth/jobs/national", "")
	status, _, header := get(t, s, zone+"?"+form.Encode())
	if got := header.Get("Location"); status != http.StatusSeeOther || got != zone {
		t.Errorf("nothing was changed: %d to %q", status, got)
	}
	form.Set("v.worth/jobs/national", "20,000")
	form.Set("v.default/any/deadweight", "0.6")
	_, _, header = get(t, s, zone+"?"+form.Encode())
	want := zone + "?" + url.Values{"assume": {"default/any/deadweight:0.6", "worth/jobs/national:20,000"}}.Encode()
	if got := header.Get("Location"); got != want {
		t.Errorf("to %q, want %q", got, want)
	}
	changed := page(t, s, want)
	for _, says := range []string{"Changed for this look", "was 50", "net present social value", "Benefit-cost ratio", "Changed for this look: Deadweight, any category; A job, to the country.", "No band is a pass or a fail"} {
		if !strings.Contains(changed, says) {
			t.Errorf("the changed page does not say %q", says)
		}
	}
}

// Values that cannot be used are told at their fields, all at once, and what was typed stays.
func TestAppraisal_tryWrong(t *testing.T) {
	s := demoSite(t)
	q := url.Values{"try": {"1"}, "v.default/any/deadweight": {"150%"}, "v.discount/default": {"banana"}, "draws": {"1000000000"}, "seed": {"-1"}, "v.default/any/leakage": {"31%"}, "start": {"factory-2050:2030"}}
	status, body, _ := get(t, s, zone+"?"+q.Encode())
	if status != http.StatusBadRequest {
		t.Errorf("status %d", status)
	}
	for _, want := range []string{`value="150%"`, `value="banana"`, `value="1000000000"`, `value="-1"`, `name="start" value="factory-2050:2030"`, "Shares lie between 0 and 1", "is neither a schedule", "Give a whole number from 1000 to 10000", "Give a whole number that is not negative", `role="alert"`} {
		if !strings.Contains(body, want) {
			t.Errorf("the form does not say %q", want)
		}
	}
	if n := strings.Count(body, `aria-invalid="true"`); n != 4 {
		t.Errorf("%d fields are marked, want 4", n)
	}
	status, body, _ = get(t, s, zone+"?"+url.Values{"try": {"1"}, "v.appraisal/horizon": {"100000000"}}.Encode())
	if status != http.StatusBadRequest || !strings.Contains(body, `value="100000000"`) {
		t.Errorf("a horizon of many years: status %d", status)
	}
}

// The CSV files have the figures with what is not known left empty.
func TestAppraisal_csv(t *testing.T) {
	s := demoSite(t)
	_, body, header := get(t, s, zone+"?format=csv")
	if !strings.HasPrefix(header.Get("Content-Type"), "text/csv") || !strings.Contains(body, "south-yorkshire-investment-zone,South Yorkshire Investment Zone,in-delivery,jobs,true,8000,2475,") {
		t.Errorf("%.900s", body)
	}
	if !regexp.MustCompile(`,npsv,false,,,,,,,`).MatchString(body) {
		t.Error("a figure that is not known is not empty")
	}
	if _, list, _ := get(t, s, "/appraisal?format=csv&regions=&stages="); strings.Count(list, "\n") < 90*11 {
		t.Errorf("the list has %d lines", strings.Count(list, "\n"))
	}
}
