package web

import (
	"encoding/csv"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"milieu/internal/auth"
)

// stored is what the store says of a person.
func (w *teamWorld) stored(role auth.Role) auth.Role {
	w.t.Helper()
	list, err := w.auth.People(w.t.Context(), auth.Machine(teamWorkspace))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, m := range list {
		if m.PersonID == w.people[role].PersonID {
			return m.Role
		}
	}
	return auth.Nobody
}

func (w *teamWorld) personPath(role auth.Role, what string) string {
	return "/people/" + w.people[role].PersonID + "/" + what
}

// TestPeople: managers and owners see everybody, with buttons for those whom they may
// change; others see nothing.
func TestPeople(t *testing.T) {
	w := teamSite(t)
	for _, role := range []auth.Role{auth.Reader, auth.Analyst, auth.Editor} {
		w.says(w.get(role, "/people"), http.StatusForbidden, "This takes the role manager or more")
		w.says(w.get(role, "/people?format=csv"), http.StatusForbidden)
		if strings.Contains(w.page(role, "/"), `href="/people"`) {
			t.Errorf("%s is led to the page of people", role)
		}
	}
	w.says(w.get(auth.Nobody, "/people"), http.StatusUnauthorized)
	for _, role := range []auth.Role{auth.Manager, auth.Owner} {
		body := w.page(role, "/people")
		for _, other := range auth.Roles {
			if !strings.Contains(body, "Person of "+string(other)) || !strings.Contains(body, teamEmail(other)) || !strings.Contains(body, "<dt>"+string(other)+"</dt>") {
				t.Errorf("%s does not see %s", role, other)
			}
			for _, what := range []string{"role", "remove", "end", "link"} {
				want := mayGive(w.people[role], other) && (other != role || what == "role")
				if got := strings.Contains(body, `action="`+w.personPath(other, what)+`"`); got != want {
					t.Errorf("%s is offered %s of %s: %v, want %v", role, what, other, got, want)
				}
			}
		}
		if got := strings.Contains(body, `<option value="owner"`); got != (role == auth.Owner) {
			t.Errorf("%s is offered to make owners: %v", role, got)
		}
	}
}

func TestPeople_csv(t *testing.T) {
	w := teamSite(t)
	w.inviteLink("eve@example.org", "", "reader")
	if err := w.auth.Remove(t.Context(), auth.Machine(teamWorkspace), w.people[auth.Reader].PersonID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.auth.Add(t.Context(), auth.Machine(teamWorkspace), "formula@example.org", "=cmd|' /C calc'!A0", auth.Reader, teamPassword); err != nil {
		t.Fatal(err)
	}
	rec := w.get(auth.Manager, "/people?format=csv")
	rows, err := csv.NewReader(rec.Body).ReadAll()
	if err != nil || rec.Code != 200 || len(rows) != 1+len(auth.Roles) || strings.Join(rows[0], " ") != "name email role added_at signed_in_at sessions" {
		t.Fatalf("status %d, %v: %v", rec.Code, err, rows)
	}
	if rec.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("the table may be kept: %v", rec.Header())
	}
	for _, row := range rows[1:] {
		if strings.HasPrefix(row[0], "=") {
			t.Errorf("a cell is live: %q", row[0])
		}
		if row[1] == "formula@example.org" && (row[4] != "" || row[5] != "0") {
			t.Errorf("who never came has signed in: %v", row)
		}
	}
}

func TestPeople_role(t *testing.T) {
	w := teamSite(t)
	w.sent(w.post(auth.Manager, w.personPath(auth.Reader, "role"), "role", "editor"), "/people?said=role")
	if got := w.stored(auth.Reader); got != auth.Editor {
		t.Errorf("the role is %s", got)
	}
	w.says(w.get(auth.Reader, "/account"), 200, "Innovation District is editor")
	w.says(w.post(auth.Manager, w.personPath(auth.Reader, "role"), "role", "king"), http.StatusUnprocessableEntity, "Choose a role")
	w.says(w.post(auth.Manager, w.personPath(auth.Reader, "role"), "role", "owner"), http.StatusForbidden)
	w.says(w.post(auth.Manager, w.personPath(auth.Owner, "role"), "role", "reader"), http.StatusForbidden)
	w.says(w.post(auth.Manager, w.personPath(auth.Manager, "role"), "role", "owner"), http.StatusForbidden)
	w.says(w.post(auth.Owner, w.personPath(auth.Owner, "role"), "role", "reader"), http.StatusConflict, "last owner: make somebody else an owner first")
	w.says(w.post(auth.Owner, "/people/p_none/role", "role", "reader"), http.StatusNotFound)
	if w.stored(auth.Owner) != auth.Owner || w.stored(auth.Manager) != auth.Manager || w.stored(auth.Reader) != auth.Editor {
		t.Error("a role was changed by what was refused")
	}
	// Who gives up the page of people does not land on a page that says no.
	w.sent(w.post(auth.Manager, w.personPath(auth.Manager, "role"), "role", "analyst"), "/account?said=role")
	w.says(w.get(auth.Manager, "/people"), http.StatusForbidden)
}

func TestPeople_remove(t *testing.T) {
	w := teamSite(t)
	w.says(w.post(auth.Manager, w.personPath(auth.Owner, "remove")), http.StatusForbidden)
	w.says(w.post(auth.Owner, w.personPath(auth.Owner, "remove")), http.StatusConflict, "last owner")
	w.sent(w.post(auth.Manager, w.personPath(auth.Editor, "remove")), "/people?said=removed")
	if w.stored(auth.Editor) != auth.Nobody || w.counts(w.secret[auth.Editor]) {
		t.Error("who was removed is still there")
	}
	w.says(w.get(auth.Editor, "/account"), http.StatusUnauthorized)
	if strings.Contains(w.page(auth.Manager, "/people"), teamEmail(auth.Editor)) {
		t.Error("who was removed is still on the page")
	}
	rec := w.post(auth.Manager, w.personPath(auth.Manager, "remove"))
	w.sent(rec, "/sign-in?said=removed")
	if len(rec.Result().Cookies()) != 1 {
		t.Error("the browser keeps the session of who left")
	}
}

func TestPeople_end(t *testing.T) {
	w := teamSite(t)
	w.says(w.post(auth.Manager, w.personPath(auth.Owner, "end")), http.StatusForbidden)
	w.sent(w.post(auth.Manager, w.personPath(auth.Reader, "end")), "/people?said=ended-all")
	if w.counts(w.secret[auth.Reader]) || !w.counts(w.secret[auth.Owner]) {
		t.Error("the sessions of somebody else have ended")
	}
	w.sent(w.post(auth.Manager, w.personPath(auth.Reader, "end")), "/people?said=nothing")
}

func TestPeople_resetLink(t *testing.T) {
	w := teamSite(t)
	for _, role := range []auth.Role{auth.Manager, auth.Owner} {
		w.says(w.post(auth.Manager, w.personPath(role, "link")), http.StatusForbidden)
	}
	rec := w.post(auth.Manager, w.personPath(auth.Reader, "link"))
	w.says(rec, 200, "New password for Person of reader", "It is shown this once", "All your sessions end")
	if rec.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("the page may be kept: %v", rec.Header())
	}
	link := linkForm.FindStringSubmatch(rec.Body.String())
	if link == nil {
		t.Fatal("no link on the page")
	}
	w.says(w.get(auth.Owner, "/people"), 200, "to set a new password")
	w.says(w.get(auth.Nobody, link[1]), 200, "Set a new password", `autocomplete="new-password"`, "reader@example.org")
	w.says(w.post(auth.Nobody, link[1], "password", "short"), http.StatusUnprocessableEntity, "too short")
	rec = w.post(auth.Nobody, link[1], "password", "lantern gravel sofa hymn")
	w.sent(rec, "/?said=password")
	if w.counts(w.secret[auth.Reader]) || !w.counts(session(rec).Value) {
		t.Error("with a new password the other sessions end")
	}
	w.says(w.post(auth.Nobody, link[1], "password", teamPassword), http.StatusNotFound)
	w.sent(w.post(auth.Nobody, "/sign-in", "email", "reader@example.org", "password", "lantern gravel sofa hymn"), "/?said=signed-in")
}

// A member of another workspace too: no link sets that password, and the page says why.
func TestPeople_resetLinkElsewhere(t *testing.T) {
	w := teamSite(t)
	other := auth.New(auth.Options{DB: w.db, Workspace: "other", Now: w.clock})
	secret, _, err := other.Invite(t.Context(), auth.Machine("other"), teamEmail(auth.Reader), "", auth.Owner)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := other.Accept(t.Context(), secret, "", teamPassword, "192.0.2.9", ""); err != nil {
		t.Fatal(err)
	}
	w.says(w.post(auth.Manager, w.personPath(auth.Reader, "link")), http.StatusForbidden, "also a member of another workspace")
}

var withdrawForm = regexp.MustCompile(`action="(/people/invitations/[^"/]+/withdraw)"`)

func TestPeople_invite(t *testing.T) {
	w := teamSite(t)
	for _, c := range []struct{ email, name, role, says, field string }{
		{"nobody", "Ada", "reader", "Write the e-mail address as name@example.org", "email-error"},
		{"reader@example.org", "Ada", "reader", "is a member already", "email-error"},
		{"ada@example.org", strings.Repeat("a", 101), "reader", "at most 100 characters", "name-error"},
		{"ada@example.org", "Ada", "king", "hoose a role", "role-error"},
		{"owner@this-machine", "Ada", "reader", "the machine itself", "email-error"},
	} {
		rec := w.post(auth.Manager, "/people/invite", "email", c.email, "name", c.name, "role", c.role)
		w.says(rec, http.StatusUnprocessableEntity, c.says, c.field, `value="`+c.email+`"`, `value="`+c.name+`"`)
	}
	w.says(w.post(auth.Manager, "/people/invite", "email", "ada@example.org", "role", "owner"), http.StatusForbidden)
	w.says(w.post(auth.Editor, "/people/invite", "email", "ada@example.org", "role", "reader"), http.StatusForbidden)
	if n := w.number(`select count(invitation_id) from invitation`); n != 0 {
		t.Errorf("%d invitations were made", n)
	}
	rec := w.post(auth.Manager, "/people/invite", "email", "ada@example.org", "name", "Ada", "role", "analyst")
	w.says(rec, 200, "Invitation for Ada", "No mail is sent from here", "Hello Ada,", "as analyst", "30 Nov 2026", "Person of manager")
	link := linkForm.FindStringSubmatch(rec.Body.String())
	if link == nil || rec.Header().Get("Cache-Control") != "no-store" || rec.Header().Get("Location") != "" {
		t.Fatalf("no link on the page, or one that may be kept: %v", rec.Header())
	}
	body := w.page(auth.Manager, "/people")
	if !strings.Contains(body, "ada@example.org") || !strings.Contains(body, "to join as analyst") || strings.Contains(body, strings.TrimPrefix(link[1], "/join/")) {
		t.Error("the invitation is not on the page, or with its secret")
	}
	w.sent(w.post(auth.Manager, withdrawForm.FindStringSubmatch(body)[1]), "/people?said=withdrawn")
	w.says(w.get(auth.Nobody, link[1]), http.StatusNotFound, "used or withdrawn")
	w.says(w.post(auth.Manager, withdrawForm.FindStringSubmatch(body)[1]), http.StatusNotFound)
}

// A manager neither sees the button nor gets through to withdraw what an owner gives.
func TestPeople_withdrawOwners(t *testing.T) {
	w := teamSite(t)
	link := w.inviteLink("ada@example.org", "", "owner")
	if strings.Contains(w.page(auth.Manager, "/people"), "/withdraw") {
		t.Error("a manager is offered to withdraw the invitation of an owner")
	}
	path := withdrawForm.FindStringSubmatch(w.page(auth.Owner, "/people"))[1]
	w.says(w.post(auth.Manager, path), http.StatusForbidden)
	w.says(w.get(auth.Nobody, link), 200)
}

// Links lead to the address that is configured, else to the one that was asked.
func TestAbsolute(t *testing.T) {
	w := teamSite(t)
	r := w.request(auth.Owner, http.MethodGet, "/people", nil)
	r.Host = "milieu.test:8040"
	if got := w.site.absolute(r, "/join/x"); got != "http://milieu.test:8040/join/x" {
		t.Errorf("got %s", got)
	}
	w = teamSite(t, func(t *Team, _ *auth.Options) { t.URL = "https://milieu.example.org/" })
	if got := w.site.absolute(r, "/join/x"); got != "https://milieu.example.org/join/x" {
		t.Errorf("got %s", got)
	}
}

// Names and addresses are text and nothing else, on every page that shows them.
func TestPeople_hostile(t *testing.T) {
	w := teamSite(t)
	const name = `</td><script>alert(1)</script>"' onmouseover=alert(2)`
	const email = `"><script>alert(3)</script>@example.org`
	w.says(w.post(auth.Owner, "/people/invite", "email", email, "name", name, "role", "reader"), http.StatusUnprocessableEntity)
	link := w.inviteLink("o'hara+{{x}}@example.org", name, "editor")
	rec := w.get(auth.Nobody, link)
	w.says(rec, 200, name)
	joined := w.post(auth.Nobody, link, "name", name, "password", "lantern gravel sofa hymn")
	w.sent(joined, "/?said=welcome")
	w.secret[auth.Editor] = session(joined).Value
	for _, role := range []auth.Role{auth.Owner, auth.Editor} {
		for _, path := range []string{"/people", "/account", "/", "/sign-in", "/decisions", "/audit", "/builds"} {
			if body := w.get(role, path).Body.String(); strings.Contains(body, "<script>alert") || strings.Contains(body, `"' onmouseover`) {
				t.Errorf("%s: a name is HTML on the page", path)
			}
		}
	}
	if body := readable(w.page(auth.Owner, "/people")); !strings.Contains(body, name) || !strings.Contains(body, "o'hara+{{x}}@example.org") {
		t.Error("the page does not show the name as it is")
	}
}

// Who belongs to another workspace of the same store is nobody here, and cannot be reached.
func TestPeople_otherWorkspace(t *testing.T) {
	w := teamSite(t)
	other := auth.New(auth.Options{DB: w.db, Workspace: "other", Now: w.clock})
	if _, err := other.Add(t.Context(), auth.Machine("other"), "ada@example.org", "Ada", auth.Owner, teamPassword); err != nil {
		t.Fatal(err)
	}
	secret, ada, err := other.SignIn(t.Context(), "ada@example.org", teamPassword, "192.0.2.9", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, what := range []string{"role", "remove", "end", "link"} {
		w.says(w.post(auth.Owner, "/people/"+ada.PersonID+"/"+what, "role", "reader"), http.StatusNotFound)
	}
	w.says(w.post(auth.Owner, "/account/sessions/"+ada.SessionID+"/end"), http.StatusNotFound)
	if a, err := other.FromSession(t.Context(), secret); err != nil || a.Role != auth.Owner {
		t.Errorf("the other workspace was changed: %+v, %v", a, err)
	}
	w.secret[auth.Reader] = secret
	w.says(w.get(auth.Reader, "/account"), http.StatusUnauthorized)
	w.says(w.post(auth.Nobody, "/sign-in", "email", "ada@example.org", "password", teamPassword), http.StatusUnauthorized)
	if strings.Contains(w.page(auth.Owner, "/people"), "ada@example.org") {
		t.Error("a person of another workspace is on the page")
	}
}
