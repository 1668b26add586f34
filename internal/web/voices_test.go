package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/invent"
	"milieu/internal/survey/telling/tellingtest"
)

// form finds the form of a page that goes to an address, as an editor's browser would send it, with fields changed.
func (w *teamWorld) voiceForm(path, action string, pairs ...string) url.Values {
	w.t.Helper()
	for _, f := range forms(w.page(auth.Editor, path)) {
		if f.action == action && f.method == "post" {
			out := url.Values{}
			for name, values := range f.fields {
				out[name] = values
			}
			for i := 0; i < len(pairs); i += 2 {
				out.Set(pairs[i], pairs[i+1])
			}
			return out
		}
	}
	w.t.Fatalf("%s has no form to %s", path, action)
	return nil
}

// sends posts a form as an editor and wants to be led on, with what is said there.
func (w *teamWorld) sends(action string, form url.Values, said string) string {
	w.t.Helper()
	rec := w.do(w.request(auth.Editor, http.MethodPost, action, form))
	to := rec.Header().Get("Location")
	if rec.Code != http.StatusSeeOther || !strings.HasSuffix(to, "said="+said) {
		w.t.Fatalf("%s: status %d to %q, want said=%s\n%s", action, rec.Code, to, said, mainOf(rec.Body.String()))
	}
	at, _, _ := strings.Cut(to, "?")
	return at
}

// TestVoices_whole goes the way of a survey through its pages: made from the shipped questions, published, frozen, drawn, opened,
// links taken, closed, published.
func TestVoices_whole(t *testing.T) {
	w := teamSite(t)
	w.says(w.get(auth.Editor, "/voices"), http.StatusOK, "Nobody has been asked yet", "Start with the questions that come with the program")
	w.says(w.get(auth.Nobody, "/voices"), http.StatusOK, "No results are public yet")
	w.says(w.post(auth.Editor, "/voices/new", "from", "shipped:none", "threshold", "many"), http.StatusUnprocessableEntity, "is not one of those that come with the program", `"many" is not a whole number`)
	w.says(w.post(auth.Editor, "/voices/new", "from", "text", "text", voiceText, "threshold", "5"), http.StatusUnprocessableEntity, "how far answers can be traced")
	at := w.sends("/voices/new", w.voiceForm("/voices/new", "/voices/new", "level", "confidential", "contact", "Ada, ada@example.org"), "voice-made")
	at = strings.TrimSuffix(at, "/instrument")
	w.says(w.get(auth.Editor, at), http.StatusOK, "It is being made: nobody has been asked", "Publish the questions", "The team that asks can see who answered what.")
	w.says(w.get(auth.Nobody, at), http.StatusNotFound, "no survey with public results")

	w.says(w.get(auth.Editor, at+"/instrument"), http.StatusOK, "The questions are ready to be published", "Which interventions to ask about")
	w.sends(at+"/instrument/publish", w.voiceForm(at+"/instrument", at+"/instrument", "note", "the first"), "published")
	w.says(w.get(auth.Reader, at+"/instrument"), http.StatusOK, "Version 1 is what is asked", "the first")

	frame := w.get(auth.Editor, at+"/frame")
	w.says(frame, http.StatusOK, "could be asked", "Freeze these", "With 95 % confidence"[5:])
	w.says(w.get(auth.Editor, at+"/frame?role=nothing"), http.StatusOK, "Nobody could be asked by this choice")
	w.says(w.get(auth.Editor, at+"/frame?strata=distance&strata=size&least=0&anchor="), http.StatusOK, "from which distance is measured is needed")
	w.sends(at+"/frame", w.voiceForm(at+"/frame", at+"/frame"), "frozen")
	w.says(w.get(auth.Editor, at+"/frame?total=40&response=50"), http.StatusOK, "The frame holds", "40 firms asked")
	w.sends(at+"/draw", w.voiceForm(at+"/frame?total=40", at+"/draw"), "drawn")
	w.says(w.get(auth.Editor, at+"/frame"), http.StatusOK, "40 firms are drawn from", "seed")
	w.says(w.get(auth.Editor, at+"/people"), http.StatusOK, "40 firms are waiting to be asked", "Links are made while the survey is open")
	w.sends(at+"/open", w.voiceForm(at, at+"/open"), "voice-open")

	rec := w.do(w.request(auth.Editor, http.MethodPost, at+"/links", fields("kind", "invite", "how", "file")))
	if rec.Code != http.StatusOK || !strings.HasPrefix(rec.Header().Get("Content-Type"), "text/csv") || strings.Count(rec.Body.String(), "/answer/") != 2*40 || rec.Header().Get("Cache-Control") != "no-store" {
		t.Fatalf("the file of links: status %d, %v\n%s", rec.Code, rec.Header(), rec.Body)
	}
	secret := rec.Body.String()[strings.Index(rec.Body.String(), "/answer/")+len("/answer/"):][:26]
	for _, path := range []string{"", "/people", "/frame", "/instrument", "/people?format=csv"} {
		if strings.Contains(w.get(auth.Owner, at+path).Body.String(), secret) {
			t.Errorf("%s shows a link", path)
		}
	}
	w.says(w.post(auth.Editor, at+"/links", "kind", "remind", "how", "mail"), http.StatusConflict, "No mail server is set here")
	w.says(w.post(auth.Editor, at+"/links", "kind", "invite", "how", "file"), http.StatusOK, "0 firms were sent a link", "Nobody was due one")
	w.says(w.get(auth.Editor, at), http.StatusOK, "0 answers from 40 firms that were asked so far", "How far it has come")
	w.says(w.get(auth.Editor, at+"/people?state=sent"), http.StatusOK, "40 firms have been asked", "sent a link")
	w.says(w.post(auth.Editor, at+"/frame", "version", "99", "choice", "role=firm"), http.StatusConflict, "Somebody else has changed this survey")
	w.sends(at+"/close", w.voiceForm(at, at+"/close"), "voice-closed")
	w.sends(at+"/share", w.voiceForm(at, at+"/share"), "results-public")
	w.says(w.get(auth.Nobody, "/voices"), http.StatusOK, "1 survey has public results")
	w.sent(w.get(auth.Nobody, at), at+"/results")
	w.says(w.get(auth.Editor, "/voices/new?of="+strings.TrimPrefix(at, "/voices/")), http.StatusOK, "New wave of", "The same as before")
}

// TestVoices_readers: who may only read sees no form that changes something, no address of anybody, and pages are light.
func TestVoices_readers(t *testing.T) {
	w := teamSite(t)
	v := w.surveyed("open")
	at := voicePath(v.ID)
	b, ed := w.fieldwork(), w.people[auth.Editor]
	if _, err := b.ImportContacts(t.Context(), ed, v.ID, []fieldwork.ContactRow{{Line: 2, OrgID: "zz-03", Email: "ada@example.org", Contact: "Ada Byron"}, {Line: 3, OrgID: "zz-05", Email: "bea@example.org"}, {Line: 4, OrgID: "zz-07", Email: "cleo@example.org"}, {Line: 5, OrgID: "zz-09", Email: "dora@example.org"}}); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/voices", at, at + "/instrument", at + "/frame", at + "/people", at + "/people?format=csv"} {
		body := w.page(auth.Reader, path)
		for _, f := range forms(body) {
			if f.method == "post" && strings.HasPrefix(f.action, "/voices") {
				t.Errorf("%s offers a reader the form %s", path, f.action)
			}
		}
		if strings.Contains(body, "@example.org") && path != at || strings.Contains(body, "Byron") {
			t.Errorf("%s shows a reader whom to write to", path)
		}
		if len(w.page(auth.Editor, path)) > mostBytes {
			t.Errorf("%s weighs more than %d bytes", path, mostBytes)
		}
	}
	if body := w.page(auth.Editor, at+"/people?format=csv"); !strings.Contains(body, "@example.org") {
		t.Error("an editor's list has no addresses")
	}
}

// TestVoices_contacts: lines of a file that cannot be taken are named with their reason, the others are taken.
func TestVoices_contacts(t *testing.T) {
	w := teamSite(t)
	v := w.surveyed("drawn")
	units, err := w.fieldwork().Units(t.Context(), w.people[auth.Editor], v.ID, fieldwork.UnitFilter{})
	if err != nil {
		t.Fatal(err)
	}
	at := voicePath(v.ID)
	bring := func(text string) string {
		rec := w.do(w.letterRequest(auth.Editor, letter{path: at + "/contacts", name: "a.csv", file: []byte(text)}))
		return fmt.Sprint(rec.Code, " ", readable(rec.Body.String()))
	}
	got := bring("org_id,name,email,contact\n" + units[0].OrgID + ",,ada@example.org,Ada\nnobody,,x@example.org,\n" + units[1].OrgID + ",,not an address,\n" + units[2].OrgID + ",,,\n")
	for _, want := range []string{"200 ", "1 address was taken from a.csv", "2 lines were not", "Line 3: no firm that was drawn is called", "Line 4: "} {
		if !strings.Contains(got, want) {
			t.Errorf("the answer lacks %q\n%s", want, mainOf(got))
		}
	}
	if strings.Contains(got, "Line 5:") {
		t.Error("a line that is not filled in yet counts as one that was not taken")
	}
	if got := bring("town,street\nSheffield,High Street\n"); !strings.Contains(got, "422 ") || !strings.Contains(got, "The addresses were not taken") {
		t.Errorf("a file without addresses: %s", mainOf(got))
	}
}

// TestVoices_instrument: a text with faults is kept, each fault is named by its line, and it cannot be published; of two who change
// it at once the second loses nothing.
func TestVoices_instrument(t *testing.T) {
	w := teamSite(t)
	v := w.surveyed("made")
	at := voicePath(v.ID) + "/instrument"
	wrong := strings.Replace(voiceText, `kind = "text"`, `kind = "song"`, 1)
	w.sends(at, fields("version", "1", "draft", wrong), "draft-kept")
	w.says(w.get(auth.Editor, at), http.StatusOK, "The draft cannot be published yet", "One thing is wrong with the text", "Line 7", "song")
	w.says(w.post(auth.Editor, at+"/publish", "version", "2", "draft", wrong), http.StatusUnprocessableEntity, "mend them, then publish")
	w.says(w.post(auth.Editor, at, "version", "1", "draft", voiceText+"# mine\n"), http.StatusConflict, "# mine", "What they kept", "song")
	w.sends(at+"/publish", fields("version", "2", "draft", voiceText, "note", ""), "published")
	if body := w.page(auth.Reader, at+".toml?n=1"); !strings.Contains(body, "Why are you here?") {
		t.Errorf("version 1 is %q", body)
	}
	w.says(w.get(auth.Reader, at+".toml?n=x"), http.StatusBadRequest, "no version")
	w.says(w.get(auth.Reader, at+".toml?n=9"), http.StatusNotFound)
}

// TestVoices_xlsform: a form of another program becomes a draft, and what could not be taken is named by its row.
func TestVoices_xlsform(t *testing.T) {
	w := teamSite(t)
	data, err := os.ReadFile("../survey/xlsform/testdata/firms.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	bring := func(data []byte) *httptest.ResponseRecorder {
		return w.do(w.letterRequest(auth.Editor, letter{path: "/voices/new", fields: fields("from", "file", "level", "attributable", "threshold", "5"), name: "firms.xlsx", file: data}))
	}
	rec := bring(data)
	if rec.Code != http.StatusSeeOther {
		t.Fatalf("status %d\n%s", rec.Code, mainOf(rec.Body.String()))
	}
	w.says(w.get(auth.Editor, rec.Header().Get("Location")), http.StatusOK, "The questions are ready to be published", "could not be taken", "row 14")
	w.says(bring([]byte("PK no workbook")), http.StatusUnprocessableEntity, "cannot be read as an XLSForm")
	w.says(bring([]byte{0xff, 0xfe, 0}), http.StatusUnprocessableEntity, "neither a text file")
	w.says(bring(nil), http.StatusUnprocessableEntity, "is empty")
}

// TestVoices_invented: every page and file of an invented survey says so, none says of a firm that it answered, and nobody is
// written to.
func TestVoices_invented(t *testing.T) {
	w := teamSite(t)
	at := voicePath(tellingtest.Make(t, w.fieldwork(), tellingtest.Survey{Title: "Made up", Seed: 3, Level: survey.Confidential}))
	for _, path := range []string{"", "/instrument", "/frame", "/people", "?format=csv", "/people?format=csv"} {
		body := w.page(auth.Owner, at+path)
		if !strings.Contains(body, invent.Note) {
			t.Errorf("%s does not say that the answers are invented", path)
		}
		if strings.HasPrefix(path, "/people") && (strings.Contains(body, "has answered") || strings.Contains(body, ",done,")) {
			t.Errorf("%s says of a firm that it answered", path)
		}
	}
	w.says(w.post(auth.Editor, at+"/links", "kind", "invite", "how", "file"), http.StatusConflict, "invented")
}

// TestVoices_erase: what a firm said is found by its name, and erased by a manager only.
func TestVoices_erase(t *testing.T) {
	w := teamSite(t)
	v := w.surveyed("open")
	w.says(w.get(auth.Editor, "/voices/erase"), http.StatusForbidden)
	w.says(w.get(auth.Manager, "/voices/erase?organisation="+hub), http.StatusOK, "Advanced Manufacturing Research Centre", "Erase it all")
	w.says(w.post(auth.Manager, "/voices/erase", "organisation", hub, "why", "because"), http.StatusUnprocessableEntity, "choose one of the list")
	w.says(w.post(auth.Manager, "/voices/erase", "organisation", hub, "why", "request"), http.StatusOK, "lists of whom to ask")
	w.says(w.post(auth.Manager, "/voices/erase", "organisation", hub, "why", "request"), http.StatusUnprocessableEntity, "has said nothing here")
	b, ed := w.fieldwork(), w.people[auth.Editor]
	if _, err := b.AddResponse(t.Context(), ed, v.ID, "", "Acme Forge", "", fieldwork.ModePaper, survey.Answers{"why": {State: survey.Answered, Text: "The people"}}, survey.Consent{}); err != nil {
		t.Fatal(err)
	}
	page := w.page(auth.Manager, "/voices/erase?organisation=acme")
	form := formWith(t, page, "/voices/erase", "response")
	form.Set("why", "request")
	w.says(w.do(w.request(auth.Manager, http.MethodPost, "/voices/erase", form)), http.StatusOK, "1 answer, 0 begun")
	if left, err := b.Responses(t.Context(), w.people[auth.Manager], v.ID); err != nil || strings.Contains(fmt.Sprint(left), "Acme") {
		t.Errorf("of the firm is left %v (%v)", left, err)
	}
	units, err := w.fieldwork().Units(t.Context(), w.people[auth.Editor], v.ID, fieldwork.UnitFilter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range units {
		if u.OrgID == hub && u.State != fieldwork.UnitErased {
			t.Errorf("the hub's state is %s", u.State)
		}
	}
}
