package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// sequenceStatus asks for an address and gives status, where it leads to and the page.
func sequenceStatus(t *testing.T, s *Server, path string) (int, string, string) {
	t.Helper()
	status, body, head := get(t, s, path)
	return status, head.Get("Location"), body
}

func TestSequence_page(t *testing.T) {
	s := demoSite(t)
	for _, path := range []string{"/plan/sequence", "/plan/sequence?also=unvalued", "/plan/sequence?also=unvalued&yearly=30000000&years=20"} {
		if body := page(t, s, path); len(body) > mostBytes {
			t.Errorf("%s weighs %d bytes; the most is %d", path, len(body), mostBytes)
		}
	}
	text := readable(page(t, s, "/plan/sequence?also=unvalued"))
	for _, want := range []string{"No cap on a year is set", "needs Build the qualitative and quantitative evidence base: begins after it has ended", "Try out first, or scale up now?", "no evaluation of it is on record"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if text = readable(page(t, s, "/plan/sequence?stages=proposed&yearly=1000000")); !strings.Contains(text, "These cannot hold together") || !strings.Contains(text, "in its dearest year") {
		t.Errorf("a cap that nothing fits under is not told:\n%s", text)
	}
	if text = readable(page(t, s, "/plan/sequence?returns=3&also=unvalued")); !strings.Contains(text, "trying out first is the best step when the chance that it works is") {
		t.Errorf("with a worth the chances are not told:\n%s", text)
	}
	_, _, csv := sequenceStatus(t, s, "/plan/sequence?format=csv&also=unvalued")
	if !strings.HasPrefix(csv, "place,id,name,first_year,last_year,") || !strings.Contains(csv, "spend_2027_gbp") || !strings.Contains(csv, "\nto begin,access-to-capital,") {
		t.Errorf("CSV:\n%.400s", csv)
	}
}

func TestSequence_refused(t *testing.T) {
	s := demoSite(t)
	for path, want := range map[string]string{
		"/plan/sequence?years=x":                                    "is not a whole number from 1 to 40",
		"/plan/sequence?yearly=much":                                "is not an amount in pounds",
		"/plan/sequence?needs=x":                                    "write ended or begun",
		"/plan/sequence?move=access-to-capital&to=1999":             "is not one of 2027 to 2036",
		"/plan/sequence?also=unvalued&start=access-to-capital:2020": "cannot begin in 2020",
		"/plan/sequence?hit=2":                                      "is not a share from 50% to 100%",
	} {
		if code, _, body := sequenceStatus(t, s, path); code != http.StatusBadRequest || !strings.Contains(readable(body), want) {
			t.Errorf("%s: status %d, wants %q\n%s", path, code, want, readable(body))
		}
	}
}

// A bar is moved by a button, and the last move undone by a link.
func TestSequence_move(t *testing.T) {
	s := demoSite(t)
	code, to, _ := sequenceStatus(t, s, "/plan/sequence?also=unvalued&put=access-to-capital:2031")
	if code != http.StatusSeeOther || !strings.Contains(to, "start=access-to-capital%3A2031") {
		t.Fatalf("status %d to %q", code, to)
	}
	body := page(t, s, to)
	if !strings.Contains(readable(body), "Access to capital begins in 2031 by hand; the rules would have it in 2027") {
		t.Errorf("the move is not told:\n%s", readable(body))
	}
	undo := regexp.MustCompile(`href="([^"]+)">Undo the last move`).FindStringSubmatch(body)
	if undo == nil {
		t.Fatal("there is nothing to undo it by")
	}
	if back := page(t, s, strings.ReplaceAll(undo[1], "&amp;", "&")); strings.Contains(back, "by hand;") {
		t.Error("undone it is still moved")
	}
	// Against a rule of order it stays where it was put, and the rule is named.
	text := readable(page(t, s, "/plan/sequence?also=unvalued&start=place-making-rooted-in-firm-and-employee-needs:2027&start=build-the-qualitative-and-quantitative-evidence-base:2027"))
	if !strings.Contains(text, "The bars that were moved break the rules") || !strings.Contains(text, "it is 3 years off") {
		t.Errorf("the broken rule is not told:\n%s", text)
	}
}

// A cost that is not known is never nought, and what the table shows adds up as shown.
func TestSequence_unknownCost(t *testing.T) {
	text := readable(page(t, demoSite(t), "/plan/sequence?also=unvalued"))
	if !strings.Contains(text, "not stated") || !strings.Contains(text, "of unknown cost") || regexp.MustCompile(`20\d\d-\d\d £0\b`).MatchString(text) {
		t.Errorf("unknown costs:\n%s", text)
	}
}
