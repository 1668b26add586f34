package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/interview"
	"milieu/internal/survey/invent"
	"milieu/internal/survey/telling/tellingtest"
)

func (w *teamWorld) fieldwork() fieldwork.Book {
	return fieldwork.Book{DB: w.db, Workspace: teamWorkspace, Now: w.clock}
}

// Whoever looks at a result page of an invented survey, in whichever form, reads that the answers are invented.
func TestVoiceResults_everyPageSaysInvented(t *testing.T) {
	w := teamSite(t)
	first := tellingtest.Make(t, w.fieldwork(), tellingtest.Survey{Title: "Ours 2025", Series: "ours", Wave: "2025", Seed: 1, Public: true})
	id := tellingtest.Make(t, w.fieldwork(), tellingtest.Survey{Title: "Ours 2026", Series: "ours", Wave: "2026", Seed: 2, Public: true})
	at := "/voices/" + id
	for path, want := range map[string]string{
		at + "/results":                                "Why firms are here",
		at + "/results?part=obstacles":                 "What gets in the way",
		at + "/results?part=obstacles&by=size":         "10 to 49",
		at + "/results?part=here&by=arrival":           "250 or more",
		at + "/results?format=csv":                     "barriers",
		at + "/method":                                 "word for word",
		at + "/codebook.csv":                           "column",
		at + "/compare?with=" + first:                  "Question by question",
		at + "/compare?with=" + first + "&format=csv":  "wave_before",
		"/why?ref=voice/" + id + "/barriers?by%3Dsize": "interval",
		"/why?ref=voice%2F" + id:                       "firms that were asked",
	} {
		rec := w.get(auth.Nobody, path)
		body := rec.Body.String()
		if rec.Code != http.StatusOK {
			t.Errorf("%s: status %d\n%s", path, rec.Code, body)
			continue
		}
		if !strings.Contains(body, want) && !strings.Contains(path, "by=arrival") {
			t.Errorf("%s lacks %q", path, want)
		}
		if !strings.Contains(body, invent.Note) {
			t.Errorf("%s does not say that the answers are invented", path)
		}
		if strings.Contains(body, "firm-0") || strings.Contains(body, "Firm 1") {
			t.Errorf("%s names a firm", path)
		}
		if n := len(body); n > 100<<10 && !strings.Contains(path, "csv") {
			t.Errorf("%s has %d kB", path, n>>10)
		}
	}
}

// Results are shown when a survey is closed, to the team until they are public, and single answers to those who may read them.
func TestVoiceResults_who(t *testing.T) {
	w := teamSite(t)
	open := tellingtest.Make(t, w.fieldwork(), tellingtest.Survey{Title: "Open", StayOpen: true})
	closed := tellingtest.Make(t, w.fieldwork(), tellingtest.Survey{Title: "Closed"})
	for _, x := range []struct {
		role   auth.Role
		path   string
		status int
		want   string
	}{
		{auth.Owner, open + "/results", http.StatusOK, "Results are shown when the survey is closed"},
		{auth.Owner, open + "/results?format=csv", http.StatusConflict, "when the survey is closed"},
		{auth.Owner, open + "/answers.csv", http.StatusConflict, "when the survey is closed"},
		{auth.Owner, open + "/method", http.StatusOK, "What was asked"},
		{auth.Nobody, closed + "/results", http.StatusNotFound, ""},
		{auth.Nobody, closed + "/method", http.StatusNotFound, ""},
		{auth.Reader, closed + "/results", http.StatusOK, "What they say"},
		{auth.Reader, closed + "/answers.csv", http.StatusForbidden, ""},
		{auth.Analyst, closed + "/answers.csv", http.StatusOK, invent.Note},
		{auth.Reader, closed + "/results?part=nosuch", http.StatusBadRequest, "no section"},
		{auth.Reader, closed + "/results?part=here&by=weather", http.StatusBadRequest, "be broken down by"},
		{auth.Reader, closed + "/compare", http.StatusOK, "No other wave of this series is closed"},
		{auth.Reader, closed + "/compare?with=" + closed, http.StatusBadRequest, "with itself"},
		{auth.Reader, closed + "/compare?with=nosuch", http.StatusNotFound, ""},
		{auth.Reader, "nosuch/results", http.StatusNotFound, ""},
	} {
		rec := w.get(x.role, "/voices/"+x.path)
		if rec.Code != x.status || !strings.Contains(rec.Body.String(), x.want) {
			t.Errorf("%s as %q: status %d (want %d), want %q in\n%.600s", x.path, x.role, rec.Code, x.status, x.want, rec.Body)
		}
	}
	if rec := w.get(auth.Analyst, "/voices/"+closed+"/answers.csv"); rec.Header().Get("Cache-Control") != "no-store" || strings.Contains(rec.Body.String(), "firm-0") {
		t.Error("single answers may be kept by caches, or name a firm")
	}
}

// Invented answers are never set beside what firms said, and a survey of firms is not called invented.
func TestVoiceCompare_neverMixes(t *testing.T) {
	w := teamSite(t)
	id := tellingtest.Make(t, w.fieldwork(), tellingtest.Survey{Title: "Made up", Series: "ours", Wave: "2026"})
	real := tellingtest.Make(t, w.fieldwork(), tellingtest.Survey{Title: "Real", Series: "ours", Wave: "2025", Real: true})
	for _, path := range []string{id + "/compare?with=" + real, real + "/compare?with=" + id} {
		if rec := w.get(auth.Reader, "/voices/"+path); rec.Code != http.StatusBadRequest || !strings.Contains(rec.Body.String(), "never set beside") {
			t.Errorf("%s: status %d\n%.500s", path, rec.Code, rec.Body)
		}
	}
	for _, path := range []string{"/results", "/results?part=here", "/results?format=csv", "/method", "/answers.csv", "/codebook.csv"} {
		if rec := w.get(auth.Analyst, "/voices/"+real+path); rec.Code != http.StatusOK || strings.Contains(rec.Body.String(), invent.Note) {
			t.Errorf("%s of a survey of firms: status %d, or it is called invented", path, rec.Code)
		}
	}
	if rec := w.get(auth.Reader, "/voices/"+id+"/results"); strings.Contains(rec.Body.String(), "Compare with") {
		t.Error("an invented survey offers to be compared with one of firms")
	}
}

// Quotes stand where their topic is asked, without the name where that was agreed; among invented answers there are none that
// somebody said.
func TestVoiceResults_quotes(t *testing.T) {
	w := teamSite(t)
	ctx, editor := t.Context(), w.people[auth.Editor]
	b := interview.Book{DB: w.db, Workspace: teamWorkspace, Now: w.clock}
	code, err := b.SaveCode(ctx, editor, interview.Code{Label: "Roads", Definition: "What is said of traffic.", Topic: "barrier"})
	if err != nil {
		t.Fatal(err)
	}
	for key, text := range map[interview.Permission]string{interview.Named: "the ring road is full by seven", interview.Anonymous: "lorries cannot turn in our yard", interview.NotQuoted: "never say this aloud"} {
		one, err := b.Save(ctx, editor, interview.Draft{Key: string(key), Content: interview.Content{OrgID: "itm-power-plc", OrgName: "ITM Power plc", Day: "2026-01-05", Who: "The works manager", Notes: text,
			Consent: interview.Consent{Kept: true, By: "The works manager, in the room", Quotes: key}}})
		if err != nil {
			t.Fatal(err)
		}
		id, err := b.AddExcerpt(ctx, editor, one.ID, text, key)
		if err == nil {
			err = b.Code(ctx, editor, id, []string{code})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	real := tellingtest.Make(t, w.fieldwork(), tellingtest.Survey{Title: "Real", Real: true, Public: true})
	body := w.get(auth.Nobody, "/voices/"+real+"/results?part=obstacles").Body.String()
	for _, want := range []string{"the ring road is full by seven", "ITM Power plc", "lorries cannot turn in our yard"} {
		if !strings.Contains(body, want) {
			t.Errorf("the section on barriers lacks %q", want)
		}
	}
	if strings.Count(body, "ITM Power plc") != 1 || strings.Contains(body, "never say this aloud") {
		t.Error("a quote has a name, or stands there, without permission")
	}
	if body := w.get(auth.Nobody, "/voices/"+real+"/results?part=here").Body.String(); strings.Contains(body, "ring road") {
		t.Error("a quote stands where its topic is not asked")
	}
	made := tellingtest.Make(t, w.fieldwork(), tellingtest.Survey{Title: "Made up", Public: true})
	if body := w.get(auth.Nobody, "/voices/"+made+"/results?part=obstacles").Body.String(); strings.Contains(body, "ring road") || strings.Contains(body, "lorries") {
		t.Error("what somebody said stands among invented answers")
	}
}

var voiceWhy = regexp.MustCompile(`href="(/why\?ref=[^"]+)"`)

// Every figure of the result pages leads to how it was reckoned.
func TestVoiceResults_everyReference(t *testing.T) {
	w := teamSite(t)
	first := tellingtest.Make(t, w.fieldwork(), tellingtest.Survey{Title: "Ours 2025", Series: "ours", Wave: "2025", Seed: 1, Public: true})
	id := tellingtest.Make(t, w.fieldwork(), tellingtest.Survey{Title: "Ours", Series: "ours", Wave: "2026", Seed: 2, Public: true})
	seen := map[string]bool{}
	for _, path := range []string{"/results", "/results?part=here", "/results?part=next&by=size", "/method", "/compare?with=" + first} {
		for _, m := range voiceWhy.FindAllStringSubmatch(w.get(auth.Nobody, "/voices/"+id+path).Body.String(), -1) {
			seen[strings.ReplaceAll(m[1], "&amp;", "&")] = true
		}
	}
	if len(seen) < 8 {
		t.Errorf("only %d references stand on the pages", len(seen))
	}
	for path := range seen {
		if rec := w.get(auth.Nobody, path); rec.Code != http.StatusOK {
			t.Errorf("%s: status %d", path, rec.Code)
		}
	}
}
