package web

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	asked "milieu/internal/survey/frame"
)

// everyKind is an instrument with a question of each kind, routing and what can be filled in.
//
//go:embed testdata/questions.toml
var everyKind string

// answerWorld is a team site with an open survey whose links are known.
type answerWorld struct {
	*teamWorld
	book    fieldwork.Book
	survey  string
	links   []string // secrets
	firms   []string // whom they are for, "" of an anonymous survey
	cookies []*http.Cookie
	log     bytes.Buffer
}

// answerSite is a site with an open survey of a level.
func answerSite(t *testing.T, level survey.Level, options ...teamOption) *answerWorld {
	t.Helper()
	w := &answerWorld{teamWorld: teamSite(t, options...)}
	w.site.cfg.Log = slog.New(slog.NewTextHandler(&w.log, nil))
	w.book, _ = w.site.voices()
	w.survey, w.links, w.firms = w.askFirms(level)
	return w
}

// askFirms opens a survey of a level over a made-up frame of twelve firms, all of which are asked, and gives the secrets of
// their links and whom they are for.
func (w *teamWorld) askFirms(level survey.Level) (id string, links, firms []string) {
	w.t.Helper()
	book, _ := w.site.voices()
	a, ctx := w.people[auth.Owner], w.t.Context()
	in, err := survey.Parse([]byte(everyKind))
	w.must(err)
	id, err = book.New(ctx, a, fieldwork.Survey{Title: "Firms 2026", Level: level, Contact: "Ann Other, ann@example.org", KeepUntil: "2029-01-01", Draft: everyKind})
	w.must(err)
	version := func() int64 {
		s, err := book.Survey(ctx, a, id)
		w.must(err)
		return s.Version
	}
	_, err = book.Publish(ctx, a, id, version(), in, "")
	w.must(err)
	f := asked.Frame{Strata: []asked.Stratum{{Key: "all", Label: "All", Units: 12}}}
	for k := range 12 {
		f.Units = append(f.Units, asked.Unit{OrgID: fmt.Sprintf("firm-%02d", k), Name: fmt.Sprintf("Firm %d Ltd", k), Stratum: "all", Employees: 12, DistanceKM: -1,
			Known: map[string]string{"employees": "12"}, Source: map[string]string{"employees": "Companies House, 2024"}})
	}
	w.must(book.Freeze(ctx, a, id, version(), f))
	w.must(book.Draw(ctx, a, id, version(), map[string]int{"all": 12}, 1))
	w.must(book.Open(ctx, a, id, version()))
	_, err = book.Links(ctx, a, id, fieldwork.Invite, fieldwork.SenderFunc(func(_ context.Context, to fieldwork.Addressee, secret string) error {
		links, firms = append(links, secret), append(firms, to.OrgID)
		return nil
	}))
	w.must(err)
	return id, links, firms
}

func (w *teamWorld) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// ask follows a link with the cookies that the browser has been given.
func (w *answerWorld) ask(method, path string, form url.Values) *httptest.ResponseRecorder {
	w.t.Helper()
	r := w.request(auth.Nobody, method, path, form)
	for _, c := range w.cookies {
		r.AddCookie(c)
	}
	rec := w.checked(path, w.do(r))
	w.cookies = append(w.cookies, rec.Result().Cookies()...)
	for name, want := range map[string]string{"Referrer-Policy": "same-origin", "Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"} {
		if got := rec.Header().Get(name); got != want {
			w.t.Errorf("%s %s: %s is %q, want %q", method, r.Pattern, name, got, want)
		}
	}
	return rec
}

func (w *answerWorld) open(path string) *httptest.ResponseRecorder {
	return w.ask(http.MethodGet, path, nil)
}

// hidden are the fields that a page's form carries.
var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`)

// fill sends the form of a page with these fields and what the page itself carries; shown questions are those that are not hidden.
func (w *answerWorld) fill(path, way string, pairs ...string) *httptest.ResponseRecorder {
	w.t.Helper()
	rec := w.open(path)
	return w.send(rec, path, way, pairs...)
}

func (w *answerWorld) send(page *httptest.ResponseRecorder, path, way string, pairs ...string) *httptest.ResponseRecorder {
	w.t.Helper()
	form := url.Values{"go": {way}}
	body := disabledSets.ReplaceAllString(page.Body.String(), "")
	for _, m := range hiddenField.FindAllStringSubmatch(body, -1) {
		if !strings.HasSuffix(m[1], ".id") {
			form.Add(m[1], html.UnescapeString(m[2]))
		}
	}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return w.ask(http.MethodPost, path, form)
}

var disabledSets = regexp.MustCompile(`(?s)<fieldset[^>]* disabled>.*?</fieldset>`)

func TestAnswer_wholeWay(t *testing.T) {
	w := answerSite(t, survey.Attributable)
	at := "/answer/" + w.links[0]
	w.says(w.open(at), http.StatusOK, "<h1>Firms 2026</h1>", "We ask so that", "Attributable.", survey.Attributable.Meaning(), "Ann Other", fieldwork.KeepMeaning, "About 4 minutes", "1 field is filled in", "Begin")
	first := w.open(at + "/part/firm")
	w.says(first, http.StatusOK, `value="12"`, "Filled in from: Companies House, 2024", "Page 1 of 3")
	if strings.Contains(disabledSets.ReplaceAllString(first.Body.String(), ""), "Why did it come?</legend>") {
		t.Error("a question that is not asked can be sent")
	}

	// What needs an answer is asked for once more, and what was typed stays.
	again := w.send(first, at+"/part/firm", goNext, "staff", "14")
	w.says(again, http.StatusUnprocessableEntity, "“Did the firm come here from elsewhere?” This needs an answer", `value="14"`, "On record: 12 (Companies House, 2024)")
	// Choosing yes asks more on the same page: without a script the server says so.
	more := w.send(again, at+"/part/firm", goNext, "staff", "14", "came", "yes")
	w.says(more, http.StatusOK, "1 more question is asked", "Why did it come?", "Page 1 of 4")
	w.sent(w.send(more, at+"/part/firm", goNext, "staff", "14", "came", "yes", "why", "people", "why", "rent"), at+"/part/place")

	// Leaving and coming back.
	w.sent(w.fill(at+"/part/place", goLeave, "happy", "7", "first.1", "lab", "buys.1", "Acme Ltd"), at)
	w.says(w.open(at), http.StatusOK, "Go on where you left", `href="`+at+`/part/place"`) // some of it is empty still
	w.says(w.open(at+"/part/place"), http.StatusOK, `value="7" checked`, `value="lab" selected`, `value="Acme Ltd"`)
	w.sent(w.fill(at+"/part/place", goBack, "happy", "7", "first.1", "lab", "buys.1", "Acme Ltd", "buys.2", "sheffield  forgemasters international ltd", "money.state", "refused"), at+"/part/firm")
	w.sent(w.fill(at+"/part/came_from", goNext, "where", "Leeds"), at+"/check")

	check := w.open(at + "/check")
	w.says(check, http.StatusOK, "14 people", "People with the skills\nWhat space costs", "I prefer not to say", "1. A shared laboratory", "may be shown with our firm’s name", "may be shown as linked", "left empty")
	w.says(w.send(check, at+"/check", "", "named", "yes"), http.StatusUnprocessableEntity, "Say who agrees")
	done := w.send(check, at+"/check", "", "named", "yes", "ties", "yes", "by", "Ann, director")
	w.says(done, http.StatusOK, "Thank you: your answers are in", "Acme Ltd", "Take a copy")
	w.says(w.open(at), http.StatusOK, "Thank you: your answers are in", "each link counts once")
	if strings.Contains(w.open(at).Body.String(), "Acme") {
		t.Error("the link shows answers after they were sent")
	}
	copied := w.send(done, at+"/copy", "")
	if body := copied.Body.String(); copied.Code != http.StatusOK || !strings.Contains(body, "Where did it come from?,Leeds") {
		t.Errorf("the copy holds %d %q", copied.Code, body)
	}
	all, err := w.book.Responses(t.Context(), w.people[auth.Owner], w.survey)
	w.must(err)
	if len(all) != 1 || !all[0].Consent.Named || !all[0].Consent.Ties || all[0].Consent.Contact || all[0].Consent.By != "Ann, director" || all[0].Consent.At != testNow().Format("2006-01-02") || all[0].OrgID != w.firms[0] {
		t.Fatalf("kept: %+v", all)
	}
	got := all[0].Answers
	if got["staff"].Number != 14 || got["staff"].Known || got["money"].State != survey.Refused || got["words"].State != survey.Blank || got["buys"].Orgs[0].Name != "Acme Ltd" {
		t.Errorf("answers: %+v", got)
	}
	// A name that was typed is joined to the register where it is one of it, and stays as it was typed.
	if orgs := got["buys"].Orgs; len(orgs) != 2 || orgs[0].OrgID != "" || orgs[1].OrgID != forge || orgs[1].Name != "sheffield forgemasters international ltd" {
		t.Errorf("named: %+v", orgs)
	}
}

// What is filled in and left is kept as known; routes that are left again leave no answer.
func TestAnswer_knownAndRouted(t *testing.T) {
	w := answerSite(t, survey.Confidential)
	at := "/answer/" + w.links[0]
	w.fill(at+"/part/firm", goNext, "staff", "12", "came", "yes")
	w.sent(w.fill(at+"/part/firm", goNext, "staff", "12", "came", "yes", "why", "rent"), at+"/part/place")
	w.fill(at+"/part/came_from", goNext, "where", "Leeds")
	w.sent(w.fill(at+"/part/firm", goNext, "staff", "12", "came", "no"), at+"/part/place")
	w.sent(w.fill(at+"/part/place", goNext), at+"/check")
	check := w.open(at + "/check")
	w.says(check, http.StatusOK, "as on record", "No, it began here")
	if body := readable(check.Body.String()); strings.Contains(body, "Leeds") || strings.Contains(body, "shown with our firm") || !strings.Contains(body, "may come back to us") {
		t.Error("the check shows what is not asked, or asks for a consent that the level does not have")
	}
	w.says(w.send(check, at+"/check", ""), http.StatusOK, "Thank you")
	all, err := w.book.Responses(t.Context(), w.people[auth.Owner], w.survey)
	w.must(err)
	if a := all[0].Answers; !a["staff"].Known || a["why"].State != survey.NotAsked || a["where"].State != survey.NotAsked {
		t.Errorf("answers: %+v", a)
	}
}

// An answer and "I do not know" may both come without a script: the newer holds.
func TestAnswer_stateOrAnswer(t *testing.T) {
	q := survey.Question{ID: "q", Kind: survey.Single, Other: true, Options: []survey.Option{{ID: "a", Label: "A"}, {ID: "b", Label: "B"}}}
	chosen := survey.Answer{State: survey.Answered, Choices: []string{"a"}}
	for name, c := range map[string]struct {
		form   string
		before survey.Answer
		state  survey.State
		choice string
	}{
		"an answer":               {"q=a", survey.Answer{}, survey.Answered, "a"},
		"none":                    {"q.state=refused", survey.Answer{}, survey.Refused, ""},
		"state after an answer":   {"q=a&q.state=unknown", chosen, survey.DoesntKnow, ""},
		"answer after a state":    {"q=b&q.state=unknown", survey.Answer{State: survey.DoesntKnow}, survey.Answered, "b"},
		"both at once":            {"q=b&q.state=na", survey.Answer{}, survey.NotApply, ""},
		"words without the tick":  {"q.other=mine", survey.Answer{}, survey.Answered, "other"},
		"words beside another":    {"q=a&q.other=mine", survey.Answer{}, survey.Answered, "a"},
		"nothing":                 {"q.state=", survey.Answer{}, survey.Blank, ""},
		"a state that is none":    {"q.state=blank&q=a", survey.Answer{}, survey.Answered, "a"},
		"back to nothing at last": {"q.state=", survey.Answer{State: survey.Refused}, survey.Blank, ""},
	} {
		form, _ := url.ParseQuery(c.form)
		a, fault := readAnswer(q, form, c.before)
		if a.State != c.state || fault != "" || c.choice != "" && !slices.Equal(a.Choices, []string{c.choice}) {
			t.Errorf("%s: %+v, fault %q", name, a, fault)
		}
	}
}

// Answers of an anonymous survey that are being given are for the device on which they are given.
func TestAnswer_anonymousDevice(t *testing.T) {
	w := answerSite(t, survey.Anonymous)
	at := "/answer/" + w.links[0]
	w.says(w.open(at), http.StatusOK, "Anonymous.", "on this device only", "No name goes with this link")
	if len(w.cookies) != 1 || !w.cookies[0].HttpOnly || w.cookies[0].Path != "/answer/" || w.cookies[0].SameSite != http.SameSiteLaxMode {
		t.Fatalf("cookies: %v", w.cookies)
	}
	first := w.open(at + "/part/firm")
	if strings.Contains(first.Body.String(), "Companies House") || strings.Contains(first.Body.String(), "Firm 0") {
		t.Error("an anonymous form knows the firm")
	}
	w.sent(w.send(first, at+"/part/firm", goNext, "came", "no", "staff", "9"), at+"/part/place")
	w.says(w.open(at+"/part/firm"), http.StatusOK, `value="9"`)
	own := w.cookies
	w.cookies = nil
	if body := w.open(at + "/part/firm").Body.String(); strings.Contains(body, `value="9"`) {
		t.Error("another device reads what was saved")
	}
	// A browser that keeps no cookies is told what that means.
	bare := "/answer/" + w.links[1]
	unbound := func(method, path string, form url.Values) *httptest.ResponseRecorder {
		w.cookies = nil
		return w.ask(method, path, form)
	}
	form := url.Values{"go": {goNext}, "section": {"firm"}, "version": {"0"}, "shown": {"staff", "called", "came"}, "came": {"no"}}
	w.sent(unbound(http.MethodPost, bare+"/part/firm", form), bare+"/part/place")
	w.says(unbound(http.MethodGet, bare+"/part/place", nil), http.StatusOK, "keeps no cookies", "whoever has this very link")
	w.cookies = own
	w.sent(w.fill(at+"/part/place", goNext, "happy", "3"), at+"/check")
	check := w.open(at + "/check")
	if strings.Contains(check.Body.String(), "What you agree to") {
		t.Error("an anonymous survey asks for consent")
	}
	w.says(w.send(check, at+"/check", ""), http.StatusOK, "Thank you", "you included")
	w.says(w.open(at+"/part/firm"), http.StatusOK, "Thank you: your answers are in")
}

// The script saves a page as it is filled in; what was changed elsewhere on the same page is never overwritten unseen.
func TestAnswer_saveAndConflict(t *testing.T) {
	w := answerSite(t, survey.Confidential)
	at := "/answer/" + w.links[0]
	form := func(version, was string, more ...string) url.Values {
		f := url.Values{"section": {"firm"}, "version": {version}, "was": {was}, "shown": {"staff", "came"}}
		for i := 0; i < len(more); i += 2 {
			f.Set(more[i], more[i+1])
		}
		return f
	}
	save := func(f url.Values) (int, saved) {
		rec := w.ask(http.MethodPost, at+"/save", f)
		var s saved
		if rec.Body.Len() > 0 {
			w.must(json.Unmarshal(rec.Body.Bytes(), &s))
		}
		return rec.Code, s
	}
	in, _ := survey.Parse([]byte(everyKind))
	empty := sectionMark(in.Sections[0], survey.Answers{})
	status, one := save(form("0", empty, "came", "no", "staff", "many"))
	if status != http.StatusOK || one.Version != "1" || one.Was == "" {
		t.Fatalf("%d %+v", status, one)
	}
	// Another page saved meanwhile is no conflict for this one.
	w.sent(w.fill(at+"/part/place", goLeave, "happy", "4"), at)
	if status, two := save(form(one.Version, one.Was, "came", "no", "staff", "5")); status != http.StatusOK || two.Version != "3" {
		t.Fatalf("%d %+v", status, two)
	}
	// The same page elsewhere is.
	status, three := save(form(one.Version, one.Was, "came", "yes"))
	if status != http.StatusConflict || three.Says == "" {
		t.Fatalf("%d %+v", status, three)
	}
	stale := form(one.Version, one.Was, "came", "yes")
	stale.Set("go", goNext)
	again := w.ask(http.MethodPost, at+"/part/firm", stale)
	w.says(again, http.StatusConflict, "answered elsewhere", `value="yes" checked`)
	w.says(w.open(at+"/part/firm"), http.StatusOK, `value="5"`, `value="no" checked`)
	w.sent(w.send(again, at+"/part/firm", goNext, "came", "yes", "staff", "5"), at+"/part/place")
	if status, s := save(url.Values{"section": {"nowhere"}}); status != http.StatusConflict || s.Says == "" {
		t.Errorf("%d %+v", status, s)
	}
}

func TestAnswer_noAnswers(t *testing.T) {
	w := answerSite(t, survey.Confidential)
	at := "/answer/" + w.links[0]
	w.says(w.open("/answer/"+strings.Repeat("a", 26)), http.StatusNotFound, "This link leads nowhere")
	w.says(w.open("/answer/x"), http.StatusNotFound, "This link leads nowhere")
	w.says(w.open(at+"/elsewhere"), http.StatusNotFound, "This link leads nowhere")
	w.sent(w.open(at+"/part/nowhere"), at)
	w.sent(w.open(at+"/part/came_from"), at) // it is not asked yet
	w.sent(w.open(at+"/check"), at)          // nothing to check yet
	w.says(w.open(at+"/refuse"), http.StatusOK, "I do not take part")
	w.sent(w.ask(http.MethodPost, at+"/refuse", url.Values{}), at+"/refuse")
	w.says(w.open(at+"/refuse"), http.StatusOK, "You are not taking part")
	w.says(w.open(at), http.StatusOK, "You can still change your mind")
	a := w.people[auth.Owner]
	s, err := w.book.Survey(t.Context(), a, w.survey)
	w.must(err)
	w.must(w.book.Close(t.Context(), a, w.survey, s.Version))
	w.says(w.open(at), http.StatusOK, "takes no answers now", "Ann Other")
	w.says(w.ask(http.MethodPost, at+"/part/firm", url.Values{"go": {goNext}}), http.StatusOK, "takes no answers now")
}

// Names are offered where visitors can read the register anyway.
func TestAnswer_names(t *testing.T) {
	w := answerSite(t, survey.Attributable)
	at := "/answer/" + w.links[0] + "/names?q="
	var found []struct{ ID, Name string }
	w.must(json.Unmarshal(w.open(at+"advanced+manu").Body.Bytes(), &found))
	if len(found) == 0 || found[0].ID == "" || found[0].Name == "" {
		t.Errorf("found %v", found)
	}
	for _, q := range []string{"ad", strings.Repeat("a", 200)} {
		if got := strings.TrimSpace(w.open(at + q).Body.String()); got != "[]" {
			t.Errorf("%.10q: %s", q, got)
		}
	}
	closed := answerSite(t, survey.Attributable, closedSite)
	if got := strings.TrimSpace(closed.open("/answer/" + closed.links[0] + "/names?q=advanced").Body.String()); got != "[]" {
		t.Errorf("a closed workspace gives names: %s", got)
	}
	closed.says(closed.open("/answer/"+closed.links[0]), http.StatusOK, "Begin")
}

// A fault of this side is written down without the link.
func TestAnswer_logNamesNoLink(t *testing.T) {
	w := answerSite(t, survey.Confidential)
	w.must(w.db.Close())
	rec := w.open("/answer/" + w.links[0])
	w.says(rec, http.StatusInternalServerError, "Something went wrong on this side")
	signed := w.request(auth.Reader, http.MethodGet, "/answer/"+w.links[0], nil) // fails where it is asked who comes
	w.do(signed)
	if log := w.log.String(); !strings.Contains(log, "failed") || strings.Contains(log, w.links[0]) {
		t.Errorf("the log says %s", log)
	}
}

func TestVoicePreview(t *testing.T) {
	w := answerSite(t, survey.Anonymous)
	at := "/voices/" + w.survey + "/preview"
	w.says(w.get(auth.Reader, at), http.StatusOK, "Version 1, as published", "Anonymous.", "10 questions", "From whom here do you buy?")
	w.says(w.get(auth.Reader, at+"?show=all"), http.StatusOK, "Asked where “Did the firm come here from elsewhere?” is answered by “Yes”.")
	w.says(w.get(auth.Reader, at+"?draft=1&came=yes"), http.StatusOK, "The draft, which is not published")
	w.says(w.get(auth.Reader, at+"?n=2"), http.StatusNotFound)
	w.says(w.get(auth.Reader, at+"?n=x"), http.StatusBadRequest, "not a number")
	w.says(w.get(auth.Nobody, at), http.StatusUnauthorized)
	if body := w.page(auth.Reader, at); len(body) > pageWeight {
		t.Errorf("it weighs %d bytes", len(body))
	}
}
