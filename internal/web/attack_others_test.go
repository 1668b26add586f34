package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/decision"
	"milieu/internal/evidence"
	"milieu/internal/job"
	"milieu/internal/store"
)

// otherSecret stands in every text of the other workspace: no page of ours may show it.
const otherSecret = "confidential-of-the-other"

// otherPlace is a second workspace in the same store, with one of everything.
type otherPlace struct {
	person     auth.Actor
	session    string // secret of its owner's
	decision   decision.Decision
	batch      string
	upload     string
	job        string
	token      auth.Token
	invitation string
	link       string
}

// other makes a second workspace beside ours.
func (w *teamWorld) other() otherPlace {
	w.t.Helper()
	const name = "other"
	must := func(err error) {
		if err != nil {
			w.t.Helper()
			w.t.Fatal(err)
		}
	}
	var o otherPlace
	ctx, s := w.t.Context(), auth.New(auth.Options{DB: w.db, Workspace: name, Now: w.clock})
	_, err := s.Add(ctx, auth.Machine(name), otherSecret+"@example.org", otherSecret, auth.Owner, teamPassword)
	must(err)
	o.session, o.person, err = s.SignIn(ctx, otherSecret+"@example.org", teamPassword, "192.0.2.9", "")
	must(err)
	book := decision.Book{DB: w.db, Workspace: name, Now: w.clock}
	for range 3 { // ours has fewer, so that some numbers are theirs alone
		o.batch = store.NewID("u")
		o.decision, err = book.Decide(ctx, o.person, decision.Draft{Kind: decision.Add, Table: decision.Organisations, Subject: "of-the-other-" + o.batch[2:], Batch: o.batch,
			Fields: map[string]string{"name": otherSecret, "source_url": "https://example.org/"}, Reason: otherSecret, Source: "https://example.org/"})
		if err != nil {
			break
		}
	}
	must(err)
	o.upload, err = book.Keep(ctx, o.person, decision.Upload{Table: decision.Organisations, File: otherSecret + ".csv", Content: []byte(strings.ReplaceAll(goodRows, "New Works", otherSecret))})
	must(err)
	runner := job.New(job.Runner{DB: w.db, Workspace: name, Now: w.clock, Kinds: map[string]job.Func{BuildJob: func(context.Context, *job.Run) error { return nil }}})
	j, _, err := runner.Ask(ctx, o.person, BuildJob)
	must(err)
	o.job = j.ID
	must(w.db.Update(ctx, func(q store.Querier) error {
		_, err := q.ExecContext(ctx, `insert into job_log (job_id, n, at, line) values ($1, 1, $2, $3)`, j.ID, store.Time(w.clock()), otherSecret)
		return err
	}))
	_, o.token, err = s.NewToken(ctx, o.person, otherSecret, auth.Reader, 30)
	must(err)
	secret, i, err := s.Invite(ctx, o.person, "guest@example.org", otherSecret, auth.Owner)
	must(err)
	o.invitation, o.link = i.ID, "/join/"+secret
	return o
}

// asking is a request for something of somebody else.
type asking struct {
	method, path string
	form         url.Values
}

// ofOther are all addresses by which somebody might reach what the other workspace has.
func ofOther(o otherPlace) []asking {
	row := "/tables/organisations/rows/" + o.decision.Subject
	reason := fields("reason", because, "version", "1", "source", "https://example.org/")
	edit := fields("reason", because, "version", "1", "source", "https://example.org/", "f.name", "Taken", "b.name", otherSecret)
	return []asking{
		{"GET", "/decisions/" + o.decision.ID(), nil}, {"POST", "/decisions/" + o.decision.ID() + "/undo", reason}, {"POST", "/decisions/" + o.decision.ID() + "/redo", reason},
		{"POST", "/decisions/batch/" + o.batch + "/undo", reason},
		{"GET", row, nil}, {"GET", row + "/edit", nil}, {"POST", row + "/edit", edit}, {"POST", row + "/exclude", reason},
		{"GET", "/organisations/" + o.decision.Subject, nil}, {"GET", "/organisations/" + o.decision.Subject + "/decide", nil},
		{"GET", "/imports/" + o.upload, nil}, {"POST", "/imports/" + o.upload, fields("reason", because, "source", "rows.csv")},
		{"GET", "/builds/" + o.job, nil}, {"GET", "/builds/" + o.job + "?format=json", nil}, {"GET", "/builds/" + o.job + "/log.txt", nil}, {"POST", "/builds/" + o.job + "/cancel", nil},
		{"POST", "/account/sessions/" + o.person.SessionID + "/end", nil}, {"POST", "/account/tokens/" + o.token.ID + "/revoke", nil},
		{"POST", "/people/invitations/" + o.invitation + "/withdraw", nil},
		{"POST", "/people/" + o.person.PersonID + "/role", fields("role", "reader")}, {"POST", "/people/" + o.person.PersonID + "/link", nil},
		{"POST", "/people/" + o.person.PersonID + "/end", nil}, {"POST", "/people/" + o.person.PersonID + "/remove", nil},
	}
}

// theirs wants that nothing at all of what is asked for is given or changed.
func (w *teamWorld) theirs(role auth.Role, asks []asking) {
	w.t.Helper()
	before := w.kept()
	for _, a := range asks {
		rec := w.do(w.request(role, a.method, a.path, a.form))
		if rec.Code != http.StatusNotFound && rec.Code != http.StatusForbidden && rec.Code != http.StatusUnauthorized {
			w.t.Errorf("%s %s as %q: status %d to %q", a.method, a.path, role, rec.Code, rec.Header().Get("Location"))
		}
		if strings.Contains(rec.Body.String(), otherSecret) {
			w.t.Errorf("%s %s as %q: the answer holds what is not theirs", a.method, a.path, role)
		}
	}
	w.same(before, fmt.Sprintf("requests of %q", role))
}

// TestAttack_otherWorkspace: what another workspace of the same store has is not there
// for anybody of ours, whatever their role, and what its owner has counts for nothing here.
func TestAttack_otherWorkspace(t *testing.T) {
	w := teamSite(t)
	o := w.other()
	w.decide(correction("ours"))
	for _, role := range everyRole {
		w.theirs(role, ofOther(o))
	}
	// Lists, exports and searches of ours hold nothing of theirs.
	for _, path := range []string{"/decisions", "/decisions?format=csv", "/decisions?text=confidential", "/decisions?batch=" + o.batch, "/decisions?by=" + o.person.PersonID, "/decisions?subject=" + o.decision.Subject,
		"/tables", "/tables/organisations", "/tables/organisations?text=confidential", "/tables/organisations/export?format=csv", "/tables/organisations/export?format=xlsx", "/builds",
		"/people", "/people?format=csv", "/audit", "/audit?format=csv", "/audit.jsonl", "/audit?actor=" + o.person.PersonID, "/audit?subject=" + o.decision.ID(), "/account", "/search?q=confidential", "/organisations?name=confidential"} {
		if body := w.page(auth.Owner, path); strings.Contains(body, otherSecret) || strings.Contains(body, o.person.PersonID) && !strings.Contains(path, o.person.PersonID) {
			t.Errorf("%s shows what the other workspace has", path)
		}
	}
	// Their owner is a visitor here, and their link leads nowhere.
	w.secret[auth.Owner] = o.session
	before := w.kept()
	for _, d := range deeds() {
		if d.role != auth.Nobody && d.pattern != "/sign-out" {
			l := letter{path: samplePath(d.pattern), fields: fields("reason", because)}
			if rec := w.do(w.letterRequest(auth.Owner, l)); refused(rec) != "sign in" {
				t.Errorf("%s with the session of another workspace: status %d", d.pattern, rec.Code)
			}
		}
	}
	w.says(w.get(auth.Nobody, o.link), http.StatusNotFound)
	w.says(w.post(auth.Nobody, o.link, "name", "Eve", "password", "lantern gravel sofa hymn"), http.StatusNotFound)
	w.same(before, "the session and the link of another workspace")
}

// TestAttack_otherPeople: what belongs to one person is not there for another of the
// same workspace, even for those who may more.
func TestAttack_otherPeople(t *testing.T) {
	w := teamSite(t)
	upload := w.brought(strings.ReplaceAll(goodRows, "New Works", otherSecret))
	for _, role := range []auth.Role{auth.Nobody, auth.Reader, auth.Analyst, auth.Manager, auth.Owner} {
		w.theirs(role, []asking{{"GET", "/imports/" + upload, nil}, {"POST", "/imports/" + upload, fields("reason", because, "source", "rows.csv")}})
	}
	w.says(w.get(auth.Editor, "/imports/"+upload), http.StatusOK, otherSecret)
	// Sessions and tokens: who manages people may end those of others below them; nobody else.
	token := w.token(auth.Editor)
	for _, role := range []auth.Role{auth.Nobody, auth.Reader, auth.Analyst} {
		w.theirs(role, []asking{{"POST", "/account/sessions/" + w.people[auth.Editor].SessionID + "/end", nil}, {"POST", "/account/tokens/" + token.ID + "/revoke", nil}})
	}
	w.theirs(auth.Manager, []asking{{"POST", "/account/sessions/" + w.people[auth.Owner].SessionID + "/end", nil}, {"POST", w.personPath(auth.Owner, "remove"), nil},
		{"POST", w.personPath(auth.Owner, "role"), fields("role", "reader")}, {"POST", w.personPath(auth.Owner, "link"), nil}, {"POST", w.personPath(auth.Owner, "end"), nil}})
}

// TestAttack_guessedIDs: ids that nobody was given lead nowhere, in every address that
// takes one. Whoever tries them finds out nothing but that.
func TestAttack_guessedIDs(t *testing.T) {
	w := teamSite(t)
	before := w.kept()
	for _, id := range []string{"D1", "D999999999", "D0", "D-1", "D1e3", "D9223372036854775808", "u_x", "j_x", "%00", "%ff%fe", "..%2f..%2fetc", "'", strings.Repeat("a", 5000)} {
		for _, route := range w.site.Routes() {
			if !strings.Contains(route.Pattern, "{id}") && !strings.Contains(route.Pattern, "{batch}") && !strings.Contains(route.Pattern, "{secret}") {
				continue
			}
			for _, wild := range []string{"{id}", "{batch}", "{secret}"} {
				route.Pattern = strings.ReplaceAll(route.Pattern, wild, id)
			}
			path := samplePath(route.Pattern)
			rec := w.do(w.request(auth.Owner, route.Method, path, fields("reason", because, "version", "0", "role", "reader", "source", "https://example.org/", "other", hub, "address", "no address", "site", "none", "agent", "yes", "lat", "53", "lon", "-1")))
			if rec.Code < 400 || rec.Code >= 500 {
				t.Errorf("%s %.80s: status %d to %q", route.Method, path, rec.Code, rec.Header().Get("Location"))
			}
		}
	}
	w.same(before, "guessed ids")
}

// TestAttack_otherRows: a row of a workspace table cannot be added twice, also not by way
// of an address with another table's row.
func TestAttack_otherRows(t *testing.T) {
	w := teamSite(t)
	tables, err := evidence.TeamTables()
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		if table.Name != decision.Organisations {
			w.says(w.get(auth.Editor, rowPath(table.Name, hub)), http.StatusNotFound)
			w.says(w.post(auth.Editor, rowPath(table.Name, hub)+"/edit", "version", "0", "reason", because, "source", "https://example.org/", "f.source_url", "https://example.org/2"), http.StatusNotFound)
			w.says(w.post(auth.Editor, rowPath(table.Name, hub)+"/exclude", "version", "0", "reason", because), http.StatusNotFound)
		}
	}
	w.says(w.post(auth.Editor, "/tables/organisations/new", "id", hub, "f.name", "X", "f.source_url", "https://example.org/", "reason", because, "source", "https://example.org/"), http.StatusUnprocessableEntity, "is taken")
	w.says(w.get(auth.Editor, "/tables/person"), http.StatusNotFound)
	w.says(w.get(auth.Editor, "/tables/sqlite_master/export?format=csv"), http.StatusNotFound)
	if n := w.number(`select count(seq) from decision`); n != 0 {
		t.Errorf("%d decisions were made", n)
	}
}
