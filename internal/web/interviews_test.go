package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/interview"
)

// sendInterview sends the form as the script does.
func (w *teamWorld) sendInterview(role auth.Role, pairs ...string) (int, savedAnswer) {
	w.t.Helper()
	r := w.request(role, http.MethodPost, "/interviews", fields(pairs...))
	r.Header.Set("Accept", "application/json")
	rec := w.do(r)
	var a savedAnswer
	if strings.HasPrefix(rec.Header().Get("Content-Type"), "application/json") {
		if err := json.Unmarshal(rec.Body.Bytes(), &a); err != nil {
			w.t.Fatalf("%v: %s", err, rec.Body)
		}
	}
	return rec.Code, a
}

// unagreed is a form without the consent.
func unagreed(pairs []string) []string {
	i := slices.Index(pairs, "_kept")
	return slices.Delete(slices.Clone(pairs), i, i+2)
}

// TestInterview holds a conversation: consent, notes, excerpts, codes by two, agreement, quotes, erasure.
func TestInterview(t *testing.T) {
	w := teamSite(t)
	w.says(w.get(auth.Editor, "/interviews"), http.StatusOK, "No conversation is on record yet", "New interview")
	w.says(w.get(auth.Analyst, "/interviews"), http.StatusOK, "Editors of this workspace hold interviews")
	w.says(w.get(auth.Editor, "/interviews/new?org="+hub), http.StatusOK, "New interview", "Advanced Manufacturing Research Centre", "They agreed that notes")
	key := clientKey()
	w.says(w.post(auth.Editor, "/interviews", unagreed(interviewFields(key, "0"))...), http.StatusUnprocessableEntity, "The consent is missing", "the works manager")
	if all, err := w.interviewBook().Interviews(t.Context(), w.people[auth.Editor]); err != nil || len(all) != 0 {
		t.Fatalf("kept without consent: %v %v", all, err)
	}
	rec := w.post(auth.Editor, "/interviews", interviewFields(key, "0")...)
	at, _, _ := strings.Cut(rec.Header().Get("Location"), "?")
	w.sent(rec, at+"?said=kept")
	w.says(w.get(auth.Editor, at), http.StatusOK, "On the server.", because, "Finish", "Add an excerpt")
	w.says(w.get(auth.Analyst, at), http.StatusOK, "It is still being written", because)
	w.sent(w.get(auth.Editor, "/interviews/new?key="+key), at)
	w.sent(w.post(auth.Editor, "/interviews", interviewFields(key, "1", "_do", "finish")...), at+"?said=interview-done")
	w.says(w.get(auth.Editor, at), http.StatusOK, "What was agreed", "Quoted with the firm’s name", "Mend the notes")
	w.says(w.get(auth.Editor, at+"?edit=1"), http.StatusOK, "Mend what was written")

	w.says(w.post(auth.Editor, at+"/excerpts", "text", "At Forgemasters’ neighbour, the AMRC, we learn", "permission", ""), http.StatusUnprocessableEntity, "The permission is missing", "we learn")
	w.sent(w.post(auth.Editor, at+"/excerpts", "text", "The bus stops at six", "permission", "named"), at+"?said=kept#excerpts")
	w.says(w.get(auth.Editor, "/codebook"), http.StatusOK, "The code book is empty", "Begin with nine codes")
	w.sent(w.post(auth.Editor, "/codebook/start"), "/codebook?said=kept")
	book, err := w.interviewBook().Codes(t.Context(), w.people[auth.Editor])
	if err != nil || len(book) != 9 {
		t.Fatal(book, err)
	}
	w.says(w.post(auth.Editor, "/codebook", "label", "barrier", "definition", "x"), http.StatusUnprocessableEntity, "is taken")
	excerpts, err := w.interviewBook().Excerpts(t.Context(), w.people[auth.Editor])
	if err != nil || len(excerpts) != 1 {
		t.Fatal(excerpts, err)
	}
	id, of := excerpts[0].ID, strings.TrimPrefix(at, "/interviews/")
	w.sent(w.post(auth.Editor, "/excerpts/"+id+"/code", "interview", of, "code", book[2].ID), at+"?said=kept#x-"+id)
	if body := w.page(auth.Manager, at); strings.Contains(body, "<b>Barrier</b>") || !strings.Contains(readable(body), "you see what they gave once you have coded it too") {
		t.Error("a second coder sees the codes of the first")
	}
	if body := w.page(auth.Analyst, at); !strings.Contains(body, "<b>Barrier</b>") {
		t.Error("who does not code does not see the codes")
	}
	w.sent(w.post(auth.Manager, "/excerpts/"+id+"/code", "interview", of, "code", book[2].ID, "code", book[0].ID), at+"?said=kept#x-"+id)
	w.says(w.get(auth.Manager, at), http.StatusOK, "Person of editor")
	w.says(w.get(auth.Manager, "/interviews/agreement"), http.StatusOK, "How far 2 coders agree", "Barrier", "Reason to be here", "1 of 2", "cannot be said")
	w.says(w.get(auth.Manager, "/codebook?code="+book[2].ID), http.StatusOK, "Change “Barrier”", "Retire it")
	w.says(w.get(auth.Manager, "/why?ref="+interview.CodeRef(book[2].ID)), http.StatusOK, "Agreement of coders on “Barrier”")
	for _, path := range []string{"/interviews?format=csv", "/interviews?format=csv&table=excerpts", "/codebook?format=csv", "/interviews/agreement?format=csv"} {
		if rec := w.get(auth.Analyst, path); rec.Code != http.StatusOK || !strings.Contains(rec.Header().Get("Content-Type"), "csv") || strings.Count(rec.Body.String(), "\n") < 2 {
			t.Errorf("%s: %d %s", path, rec.Code, rec.Body)
		}
	}
	if q, err := w.interviewBook().Quotes(t.Context(), "barrier"); err != nil || len(q) != 1 || q[0].OrgID != hub {
		t.Errorf("%+v %v", q, err)
	}
	w.says(w.get(auth.Editor, "/codebook?code=none"), http.StatusNotFound, "no code")
	w.sent(w.post(auth.Manager, at+"/erase"), at+"?said=erased")
	w.says(w.get(auth.Editor, at), http.StatusOK, "An interview that was erased")
	if body := w.page(auth.Editor, "/interviews"); strings.Contains(body, "AMRC") || !strings.Contains(body, "erased") {
		t.Error("the list still names the firm")
	}
	status, a := w.sendInterview(auth.Editor, interviewFields(key, "9")...)
	if status != http.StatusGone || !a.Erased {
		t.Errorf("%d %+v", status, a)
	}
}

// TestInterview_script: what a device sends again is kept once, and what others changed is told with both sides.
func TestInterview_script(t *testing.T) {
	w := teamSite(t)
	key := clientKey()
	status, a := w.sendInterview(auth.Editor, interviewFields(key, "0")...)
	if status != http.StatusOK || a.Version != 1 || a.ID == "" || !a.Known || a.At == "" {
		t.Fatalf("%d %+v", status, a)
	}
	if status, again := w.sendInterview(auth.Editor, interviewFields(key, "0")...); status != http.StatusOK || again.ID != a.ID || again.Version != 1 {
		t.Fatalf("%d %+v", status, again)
	}
	other := interviewFields(key, "1")
	other[len(other)-1] = "Notes of a colleague"
	if status, b := w.sendInterview(auth.Manager, other...); status != http.StatusOK || b.Version != 2 {
		t.Fatalf("%d %+v", status, b)
	}
	mine := interviewFields(key, "1")
	mine[len(mine)-1] = "My own notes"
	status, c := w.sendInterview(auth.Editor, mine...)
	if status != http.StatusConflict || c.Version != 2 || len(c.Clash) != 1 || c.Clash[0].Mine != "My own notes" || c.Clash[0].Theirs != "Notes of a colleague" || c.By != "Person of manager" {
		t.Fatalf("%d %+v", status, c)
	}
	w.says(w.post(auth.Editor, "/interviews", mine...), http.StatusConflict, "Person of manager has changed this meanwhile", "My own notes", "Notes of a colleague")
	status, f := w.sendInterview(auth.Editor, unagreed(interviewFields(key, "2"))...)
	if status != http.StatusUnprocessableEntity || len(f.Faults) == 0 {
		t.Errorf("%d %+v", status, f)
	}
	for _, bad := range [][]string{interviewFields("no key", "0"), interviewFields(key, "x"), {}} {
		if status, _ := w.sendInterview(auth.Editor, bad...); status != http.StatusBadRequest {
			t.Errorf("%v: status %d", bad, status)
		}
	}
	if status, _ := w.sendInterview(auth.Nobody, interviewFields(key, "2")...); status != http.StatusUnauthorized {
		t.Errorf("status %d", status)
	}
	if status, _ := w.sendInterview(auth.Reader, interviewFields(key, "2")...); status != http.StatusForbidden {
		t.Errorf("status %d", status)
	}
	w.says(w.get(auth.Editor, "/interviews/new?key=none"), http.StatusBadRequest, "cannot be read")
	w.says(w.get(auth.Editor, "/interviews/none"), http.StatusNotFound, "nothing at this address")
	w.says(w.get(auth.Nobody, "/interviews"), http.StatusUnauthorized)
}

// askedSurvey is an open survey with three questions, whose frame has the hub.
func (w *teamWorld) askedSurvey(level survey.Level) string {
	w.t.Helper()
	fw, ed := w.fieldwork(), w.people[auth.Editor]
	id, err := fw.New(w.t.Context(), ed, fieldwork.Survey{Title: "Short survey", Level: level, Contact: "the team"})
	if err != nil {
		w.t.Fatal(err)
	}
	in, err := survey.Parse([]byte(shortSurvey))
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := fw.Publish(w.t.Context(), ed, id, 1, in, ""); err != nil {
		w.t.Fatal(err)
	}
	err = w.db.Update(w.t.Context(), func(q store.Querier) error {
		_, err := q.ExecContext(w.t.Context(), `update survey set state = 'open' where workspace = $1 and survey_id = $2`, teamWorkspace, id)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

const shortSurvey = `id = "short"
title = "Short survey"
[[section]]
id = "a"
title = "Being here"
[[section.question]]
id = "came"
kind = "single"
text = "Did the firm come here?"
required = true
[[section.question.option]]
id = "yes"
label = "Yes"
[[section.question.option]]
id = "no"
label = "No"
[[section.question]]
id = "from"
kind = "text"
text = "From where?"
show_if = { question = "came", any = ["yes"] }
[[section.question]]
id = "jobs"
kind = "number"
text = "How many work here?"
`

// TestInterview_survey asks the questions of a survey: what was typed stays as it was typed, what cannot be taken is said
// when it is handed in, and what is handed in counts once.
func TestInterview_survey(t *testing.T) {
	w := teamSite(t)
	id, hidden := w.askedSurvey(survey.Attributable), w.askedSurvey(survey.Anonymous)
	w.says(w.get(auth.Editor, "/interviews/new"), http.StatusOK, "Short survey", "Notes alone", "An anonymous survey cannot be asked here")
	if strings.Contains(w.page(auth.Editor, "/interviews/new"), hidden) {
		t.Error("an anonymous survey is offered")
	}
	w.says(w.get(auth.Editor, "/interviews/new?survey="+id), http.StatusOK, "Did the firm come here?", "Answers may be shown with the firm’s name", "Finish, and hand in the answers")
	w.says(w.get(auth.Editor, "/interviews/new?survey=none"), http.StatusNotFound)
	key := clientKey()
	asked := func(version string, more ...string) []string {
		f := interviewFields(key, version, more...)
		f[5] = id
		return f
	}
	w.says(w.post(auth.Editor, "/interviews", append(asked("0", "jobs", "about 20", "from", "Leeds"), "_do", "finish")...), http.StatusUnprocessableEntity, "“Did the firm come here?”", "“How many work here?”", "about 20", "Leeds")
	i, err := w.interviewBook().ByKey(t.Context(), w.people[auth.Editor], key)
	if err != nil || i.Typed["jobs"][0] != "about 20" || i.State != interview.Open {
		t.Fatalf("%+v %v", i, err)
	}
	if status, c := w.sendInterview(auth.Editor, asked("1", "jobs", "20", "came", "yes", "from", "Leeds")...); status != http.StatusOK || c.Version != 2 {
		t.Fatalf("%d %+v", status, c)
	}
	if status, c := w.sendInterview(auth.Manager, asked("1", "jobs", "30")...); status != http.StatusConflict || len(c.Clash) != 3 || c.Clash[0].Label != "Did the firm come here?" {
		t.Fatalf("%d %+v", status, c)
	}
	at := interviewPath(i.ID)
	w.sent(w.post(auth.Editor, "/interviews", append(asked("2", "jobs", "20", "came", "yes", "from", "Leeds", "_named", "1"), "_do", "finish")...), at+"?said=interview-done")
	got, err := w.fieldwork().Responses(t.Context(), w.people[auth.Analyst], id)
	if err != nil || len(got) != 1 || got[0].Answers["from"].Text != "Leeds" || got[0].OrgID != hub || !got[0].Consent.Named {
		t.Fatalf("%+v %v", got, err)
	}
	w.says(w.get(auth.Editor, at), http.StatusOK, "were handed to", "Short survey")
	f := interviewFields(clientKey(), "0")
	f[5] = hidden
	w.says(w.post(auth.Editor, "/interviews", f...), http.StatusUnprocessableEntity, "cannot be asked in an interview")
}

// TestInterview_closed lets answers stay in the interview when the survey takes none any more.
func TestInterview_closed(t *testing.T) {
	w := teamSite(t)
	id, key := w.askedSurvey(survey.Confidential), clientKey()
	f := append(interviewFields(key, "0", "came", "no"), "_do", "keep")
	f[5] = id
	rec := w.post(auth.Editor, "/interviews", f...)
	at, _, _ := strings.Cut(rec.Header().Get("Location"), "?")
	v, err := w.fieldwork().Survey(t.Context(), w.people[auth.Editor], id)
	if err == nil {
		err = w.fieldwork().Close(t.Context(), w.people[auth.Editor], id, v.Version)
	}
	if err != nil {
		t.Fatal(err)
	}
	f[3], f[len(f)-1] = "1", "finish"
	w.says(w.post(auth.Editor, "/interviews", f...), http.StatusUnprocessableEntity, "The survey takes no answers any more.", "Finish, and leave the answers here")
	f[len(f)-1] = "here"
	w.sent(w.post(auth.Editor, "/interviews", f...), at+"?said=interview-done")
	w.says(w.get(auth.Editor, at), http.StatusOK, "Answers that stayed here", "Did the firm come here?", "No")
}

// TestInterview_names offers organisations by the letters of their names.
func TestInterview_names(t *testing.T) {
	w := teamSite(t)
	if rec := w.get(auth.Editor, "/interviews/names?q=forgemasters"); rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), forge) {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	if rec := w.get(auth.Editor, "/interviews/names?q=f"); strings.TrimSpace(rec.Body.String()) != "[]" {
		t.Errorf("%s", rec.Body)
	}
}
