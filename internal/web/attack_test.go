package web

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/decision"
	"milieu/internal/job"
	"milieu/internal/store"
)

// The tests of the files attack_*_test.go are an attacker's list: each tries what
// somebody would who means harm, and says what has to come of it.

// hub is an organisation of the example that tests decide on.
const hub = "advanced-manufacturing-research-centre"

// letter is what a form sends: to where, and with what in it.
type letter struct {
	path   string
	fields url.Values
	name   string // of a file that goes with it; then it is sent in parts
	file   []byte
}

func fields(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

// letterRequest is the request that sends a letter.
func (w *teamWorld) letterRequest(role auth.Role, l letter) *http.Request {
	w.t.Helper()
	if l.name == "" {
		return w.request(role, http.MethodPost, l.path, l.fields)
	}
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for name, values := range l.fields {
		for _, v := range values {
			if err := m.WriteField(name, v); err != nil {
				w.t.Fatal(err)
			}
		}
	}
	p, err := m.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file"; filename="` + l.name + `"`}, "Content-Type": {"text/csv"}})
	if err == nil {
		_, err = p.Write(l.file)
	}
	if err == nil {
		err = m.Close()
	}
	if err != nil {
		w.t.Fatal(err)
	}
	r := w.request(role, http.MethodPost, l.path, nil)
	r.Body, r.ContentLength = io.NopCloser(&body), int64(body.Len())
	r.Header.Set("Content-Type", m.FormDataContentType())
	return r
}

// kept is all that the store holds, one row a line, without what only notes a visit.
func (w *teamWorld) kept() []string {
	w.t.Helper()
	var out []string
	err := store.Dump(w.t.Context(), w.db.Read(), func(table string, columns []string, row []any) error {
		line := table
		for i, c := range columns {
			if c != "seen_at" && (table != "token" || c != "used_at") {
				line += fmt.Sprintf("|%v", row[i])
			}
		}
		out = append(out, line)
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// same wants that the store holds what it held before.
func (w *teamWorld) same(before []string, after string) {
	w.t.Helper()
	now := w.kept()
	for _, line := range now {
		if !slices.Contains(before, line) {
			w.t.Errorf("%s: the store holds %.300s", after, line)
		}
	}
	for _, line := range before {
		if !slices.Contains(now, line) {
			w.t.Errorf("%s: the store no longer holds %.300s", after, line)
		}
	}
}

func (w *teamWorld) book() decision.Book { return w.site.cfg.Team.Book }

func (w *teamWorld) jobs() *job.Runner { return w.site.cfg.Team.Jobs }

// decide makes a decision as the editor.
func (w *teamWorld) decide(d decision.Draft) decision.Decision {
	w.t.Helper()
	if d.Reason == "" {
		d.Reason = "It stands so on the page."
	}
	if d.Source == "" {
		d.Source = "https://example.org/page"
	}
	_, version, err := w.book().On(w.t.Context(), w.people[auth.Editor], d.Table, d.Subject)
	if err != nil {
		w.t.Fatal(err)
	}
	d.Version = version
	out, err := w.book().Decide(w.t.Context(), w.people[auth.Editor], d)
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

func correction(value string) decision.Draft {
	return decision.Draft{Kind: decision.Set, Table: decision.Organisations, Subject: hub, Fields: map[string]string{"notes": value}}
}

// asked puts a build into the queue, as the editor.
func (w *teamWorld) asked() string {
	w.t.Helper()
	j, _, err := w.jobs().Ask(w.t.Context(), w.people[auth.Editor], BuildJob)
	if err != nil {
		w.t.Fatal(err)
	}
	return j.ID
}

// brought keeps a spreadsheet of organisations, as the editor.
func (w *teamWorld) brought(text string) string {
	w.t.Helper()
	id, err := w.book().Keep(w.t.Context(), w.people[auth.Editor], decision.Upload{Table: decision.Organisations, File: "rows.csv", Content: []byte(text)})
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

const goodRows = "id,name,source_url\nnew-works,New Works,https://example.org/new\n"

// deed is something that a form of the site does, with all that it takes.
type deed struct {
	pattern string
	role    auth.Role
	write   func(w *teamWorld) letter
}

func plain(path string, pairs ...string) func(*teamWorld) letter {
	return func(*teamWorld) letter { return letter{path: path, fields: fields(pairs...)} }
}

const because = "Because the page says so."

// deeds are all addresses that change something, each with a letter that would.
func deeds() []deed {
	return slices.Concat(decideDeeds(), accountDeeds(), peopleDeeds(), introDeeds(), meetingDeeds(), interviewDeeds(), voiceDeeds(), answerDeeds(), prospectDeeds(), workshopDeeds(), scenarioDeeds(), caseDeeds(), caseReviewDeeds())
}

func decideDeeds() []deed {
	org, shown := "/organisations/"+hub, []string{"version", "0", "reason", because, "source", "https://example.org/page"}
	on := func(path string, more ...string) func(*teamWorld) letter {
		return plain(path, append(more, shown...)...)
	}
	return []deed{
		{"/decisions/{id}/undo", auth.Editor, func(w *teamWorld) letter {
			return letter{path: "/decisions/" + w.decide(correction("x")).ID() + "/undo", fields: fields("reason", because)}
		}},
		{"/decisions/{id}/redo", auth.Editor, func(w *teamWorld) letter {
			d := w.decide(correction("x"))
			if err := w.book().Undo(w.t.Context(), w.people[auth.Editor], d.Seq, because); err != nil {
				w.t.Fatal(err)
			}
			return letter{path: "/decisions/" + d.ID() + "/redo", fields: fields("reason", because)}
		}},
		{"/decisions/batch/{batch}/undo", auth.Editor, func(w *teamWorld) letter {
			d := correction("x")
			d.Batch = "u_batch"
			w.decide(d)
			return letter{path: "/decisions/batch/u_batch/undo", fields: fields("reason", because)}
		}},
		{"/tables/{table}/rows/{id}/edit", auth.Editor, on("/tables/organisations/rows/"+hub+"/edit", "f.name", "Another name", "b.name", "Advanced Manufacturing Research Centre (AMRC)")},
		{"/tables/{table}/rows/{id}/exclude", auth.Editor, on("/tables/organisations/rows/" + hub + "/exclude")},
		{"/tables/{table}/new", auth.Editor, on("/tables/organisations/new", "id", "new-works", "f.name", "New Works", "f.source_url", "https://example.org/new")},
		{"/tables/{table}/import", auth.Editor, func(*teamWorld) letter {
			return letter{path: "/tables/organisations/import", name: "rows.csv", file: []byte(goodRows)}
		}},
		{"/imports/{id}", auth.Editor, func(w *teamWorld) letter {
			return letter{path: "/imports/" + w.brought(goodRows), fields: fields("reason", because, "source", "rows.csv")}
		}},
		{"/organisations/{id}/same", auth.Editor, on(org+"/same", "other", "university-of-sheffield")},
		{"/organisations/{id}/different", auth.Editor, on(org+"/different", "other", "university-of-sheffield")},
		{"/organisations/{id}/move", auth.Editor, on(org+"/move", "site", hub+":site", "lat", "53.4", "lon", "-1.4")},
		{"/organisations/{id}/address", auth.Editor, on(org+"/address", "address", "S60 5WG|", "agent", "yes")},
		{"/review/decide", auth.Editor, func(w *teamWorld) letter { return w.verdictLetter("same") }},
		{"/review/undo", auth.Editor, func(w *teamWorld) letter {
			p := w.asksFirst(auth.Editor)
			w.says(w.send(auth.Editor, "/review/decide", w.verdictLetter("different").fields), http.StatusSeeOther)
			return letter{path: "/review/undo", fields: fields("what", w.lastDecision().ID(), "subject", p.subject())}
		}},
		{"/review/bulk", auth.Editor, func(w *teamWorld) letter {
			w.linked()
			return letter{path: "/review/bulk", fields: fields("pair", w.bulkable(), "reason", because)}
		}},
		{"/sectors/{id}/keep", auth.Editor, plain("/sectors/metals/keep", "definition", keptMetals, "reason", because, "source", "https://example.org/metals")},
		{"/profile/save", auth.Editor, plain("/profile/save", "shape", squareText, "name", "Valley", "reason", because)},
		{"/builds", auth.Editor, plain("/builds")},
		{"/builds/{id}/cancel", auth.Editor, func(w *teamWorld) letter { return letter{path: "/builds/" + w.asked() + "/cancel"} }},
	}
}

func accountDeeds() []deed {
	return []deed{
		{"/sign-in", auth.Nobody, plain("/sign-in", "email", teamEmail(auth.Reader), "password", teamPassword, "next", "/plan")},
		{"/sign-out", auth.Reader, plain("/sign-out")},
		{"/join/{secret}", auth.Nobody, func(w *teamWorld) letter {
			return letter{path: w.inviteLink("ada@example.org", "Ada", "reader"), fields: fields("name", "Ada", "password", "lantern gravel sofa hymn")}
		}},
		{"/account/password", auth.Analyst, plain("/account/password", "current", teamPassword, "password", "lantern gravel sofa hymn")},
		{"/account/sessions/end", auth.Analyst, func(w *teamWorld) letter {
			w.twice(auth.Analyst, "")
			return letter{path: "/account/sessions/end"}
		}},
		{"/account/sessions/{id}/end", auth.Analyst, func(w *teamWorld) letter {
			a, err := w.auth.FromSession(w.t.Context(), w.twice(auth.Analyst, ""))
			if err != nil {
				w.t.Fatal(err)
			}
			return letter{path: "/account/sessions/" + a.SessionID + "/end"}
		}},
		{"/account/tokens", auth.Analyst, plain("/account/tokens", "name", "nightly", "role", "reader", "days", "30")},
		{"/account/tokens/{id}/revoke", auth.Analyst, func(w *teamWorld) letter {
			return letter{path: "/account/tokens/" + w.token(auth.Analyst).ID + "/revoke"}
		}},
	}
}

func peopleDeeds() []deed {
	with := func(what string, pairs ...string) func(*teamWorld) letter {
		return func(w *teamWorld) letter {
			return letter{path: w.personPath(auth.Reader, what), fields: fields(pairs...)}
		}
	}
	return []deed{
		{"/people/invite", auth.Manager, plain("/people/invite", "email", "eve@example.org", "name", "Eve", "role", "reader")},
		{"/people/invitations/{id}/withdraw", auth.Manager, func(w *teamWorld) letter {
			_, i, err := w.auth.Invite(w.t.Context(), w.people[auth.Manager], "eve@example.org", "Eve", auth.Reader)
			if err != nil {
				w.t.Fatal(err)
			}
			return letter{path: "/people/invitations/" + i.ID + "/withdraw"}
		}},
		{"/people/{id}/role", auth.Manager, with("role", "role", "editor")},
		{"/people/{id}/link", auth.Manager, with("link")},
		{"/people/{id}/end", auth.Manager, with("end")},
		{"/people/{id}/remove", auth.Manager, with("remove")},
	}
}

// token makes a token of somebody.
func (w *teamWorld) token(role auth.Role) auth.Token {
	w.t.Helper()
	_, token, err := w.auth.NewToken(w.t.Context(), w.people[role], "nightly", auth.Reader, 30)
	if err != nil {
		w.t.Fatal(err)
	}
	return token
}

// TestDeeds_all: every address that takes a form has its deed in the list above.
func TestDeeds_all(t *testing.T) {
	var listed []string
	for _, d := range deeds() {
		listed = append(listed, d.pattern)
	}
	listed = append(listed, "/profile", "/sectors/{id}/edit", "/cases/{id}/write/{part}/preview") // they answer to what is sent and keep nothing in the store
	for _, route := range teamSite(t).site.Routes() {
		if route.Method == http.MethodPost && !slices.Contains(listed, route.Pattern) {
			t.Errorf("no deed for %s: say in deeds what it does", route.Pattern)
		}
	}
}

// TestAttack_otherSites sends every form as a page of another site would have the
// browser send it, in all ways in which browsers tell, then as our own page would.
func TestAttack_otherSites(t *testing.T) {
	foreign := []http.Header{
		{"Sec-Fetch-Site": {"cross-site"}}, {"Sec-Fetch-Site": {"same-site"}}, {"Sec-Fetch-Site": {"cross-site"}, "Origin": {"http://example.com"}},
		{"Origin": {"https://evil.example"}}, {"Origin": {"null"}}, {"Origin": {"http://example.com.evil.example"}}, {"Origin": {"http://example.com:81"}},
	}
	for _, d := range deeds() {
		t.Run(strings.ReplaceAll(strings.Trim(d.pattern, "/"), "/", " "), func(t *testing.T) {
			w := teamSite(t)
			l := d.write(w)
			before := w.kept()
			for _, headers := range foreign {
				r := w.letterRequest(d.role, l)
				for name, value := range headers {
					r.Header[name] = value
				}
				rec := w.do(r)
				if rec.Code != http.StatusForbidden || len(rec.Result().Cookies()) > 0 || rec.Header().Get("Location") != "" {
					t.Errorf("%v: status %d, %v", headers, rec.Code, rec.Header())
				}
				w.same(before, fmt.Sprint(headers))
			}
			r := w.letterRequest(d.role, l)
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			if rec := w.do(r); rec.Code != http.StatusSeeOther && rec.Code != http.StatusOK {
				t.Errorf("the letter itself is no good: status %d\n%s", rec.Code, rec.Body)
			}
			if slices.Equal(before, w.kept()) {
				t.Error("the letter itself changes nothing, so the test says nothing")
			}
		})
	}
}
