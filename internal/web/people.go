package web

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/entry"
	"milieu/internal/live"
	"milieu/internal/store"
)

// PeoplePage lists who is in the workspace and who has been asked to come.
type PeoplePage struct {
	Base
	People  []PersonRow
	Invited []InvitedRow
	Invite  InviteForm
	Faulty  []FaultLink
	Manages bool
	Roles   []RoleMeaning
	CSV     string
}

// PersonRow is one member.
type PersonRow struct {
	ID, Name, Email string
	Role            auth.Role
	Roles           []Choice // that can be given; empty where the role cannot be changed
	Self            bool
	SignedIn        string
	Sessions        int
	Change          bool // the one who looks may remove this one and end sessions
	Reset           bool // and make a link for a new password
}

// InvitedRow is a link that is open.
type InvitedRow struct {
	ID, Name, Email, What, By, Until string
	Withdraw                         bool
}

// InviteForm is what was typed of an invitation.
type InviteForm struct {
	Email, Name string
	Roles       []Choice
	Faults      map[string]string
}

// RoleMeaning explains a role.
type RoleMeaning struct {
	Role    auth.Role
	Meaning string
}

func (s *Server) peopleRoutes() {
	s.get("/people", auth.ReadPeople, s.people)
	s.post("/people/invite", auth.ManagePeople, signMost, s.invite)
	s.post("/people/invitations/{id}/withdraw", auth.ManagePeople, signMost, s.withdraw)
	s.post("/people/{id}/role", auth.ManagePeople, signMost, s.setRole)
	s.post("/people/{id}/link", auth.ManagePeople, signMost, s.resetLink)
	s.post("/people/{id}/end", auth.ManagePeople, signMost, s.endPersonSessions)
	s.post("/people/{id}/remove", auth.ManagePeople, signMost, s.removePerson)
}

// absolute is an address of this site as others can open it.
func (s *Server) absolute(r *http.Request, path string) string {
	if base := s.cfg.Team.URL; base != "" {
		return strings.TrimSuffix(base, "/") + path
	}
	scheme := "http"
	if entry.Secure(r) {
		scheme = "https"
	}
	return scheme + "://" + r.Host + path
}

func (s *Server) people(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	if wantsCSV(r) {
		return s.peopleCSV(w, r)
	}
	p, err := s.peopleOf(r, snap)
	if err != nil {
		return err
	}
	return s.render(w, r, "people", p)
}

func (s *Server) peopleCSV(w http.ResponseWriter, r *http.Request) error {
	members, err := s.cfg.Team.Auth.People(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	rows := make([][]string, len(members))
	for i, m := range members {
		rows[i] = []string{m.Name, m.Email, string(m.Role), store.Time(m.AddedAt), "", strconv.Itoa(m.Sessions)}
		if !m.SignedInAt.IsZero() {
			rows[i][4] = store.Time(m.SignedInAt)
		}
	}
	if err := s.cfg.Team.Book.Exported(r.Context(), actorOf(r), auth.ReadPeople, "people", "csv", len(rows)); err != nil {
		return err
	}
	return writeCSV(w, "people", []string{"name", "email", "role", "added_at", "signed_in_at", "sessions"}, rows)
}

// mayGive says whether somebody may make, change and unmake members of a role, as
// auth judges it when it is done.
func mayGive(a auth.Actor, role auth.Role) bool {
	return a.May(auth.ManagePeople) && a.Role.AtLeast(role) && (role != auth.Owner || a.May(auth.NameOwners))
}

// givable are the roles that somebody may give, with one marked.
func givable(a auth.Actor, role auth.Role) []Choice {
	var out []Choice
	for _, r := range auth.Roles {
		if mayGive(a, r) {
			out = append(out, Choice{Value: string(r), Label: string(r), Current: r == role})
		}
	}
	return out
}

func (s *Server) peopleOf(r *http.Request, snap *live.Snapshot) (PeoplePage, error) {
	a := actorOf(r)
	p := PeoplePage{Base: s.base(r, snap, "People", "/people"), Manages: a.May(auth.ManagePeople), CSV: "/people?format=csv",
		Invite: InviteForm{Roles: givable(a, auth.Reader)}}
	for _, role := range auth.Roles {
		p.Roles = append(p.Roles, RoleMeaning{role, capital(role.Meaning())})
	}
	members, err := s.cfg.Team.Auth.People(r.Context(), a)
	if err != nil {
		return p, err
	}
	names, roles := map[string]string{}, map[string]auth.Role{}
	for _, m := range members {
		names[m.PersonID], roles[m.Email] = m.Name, m.Role
		row := PersonRow{ID: m.PersonID, Name: m.Name, Email: m.Email, Role: m.Role, Self: m.PersonID == a.PersonID, SignedIn: orText(moment(m.SignedInAt), "never"), Sessions: m.Sessions}
		if mayGive(a, m.Role) {
			row.Roles = givable(a, m.Role)
			row.Change = !row.Self
			row.Reset = row.Change && m.Password && !m.Provider
		}
		p.People = append(p.People, row)
	}
	open, err := s.cfg.Team.Auth.Invitations(r.Context(), a)
	if err != nil {
		return p, err
	}
	for _, i := range open {
		row := InvitedRow{ID: i.ID, Name: i.Name, Email: i.Email, What: "to join as " + string(i.Role), By: nameOf(i.CreatedBy, names), Until: moment(i.ExpiresAt), Withdraw: mayGive(a, i.Role)}
		if i.Reset {
			row.What, row.Withdraw = "to set a new password", mayGive(a, roles[i.Email])
		}
		p.Invited = append(p.Invited, row)
	}
	return p, nil
}

func (s *Server) invite(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	a, role := actorOf(r), auth.Role(r.PostForm.Get("role"))
	form := InviteForm{Email: r.PostForm.Get("email"), Name: r.PostForm.Get("name"), Roles: givable(a, role)}
	secret, i, err := s.cfg.Team.Auth.Invite(r.Context(), a, form.Email, form.Name, role)
	var input *auth.InputError
	if errors.As(err, &input) {
		p, err := s.peopleOf(r, snap)
		if err != nil {
			return err
		}
		form.Faults, p.Faulty = faultOf(input, map[string]string{"email": "email", "name": "name", "role": "role"})
		p.Path, p.Invite = "/people", form
		s.write(w, r, http.StatusUnprocessableEntity, "people", p)
		return nil
	}
	if err != nil {
		return err
	}
	link := s.absolute(r, "/join/"+secret)
	return s.secretPage(w, r, SecretPage{Base: s.base(r, snap, "Invitation for "+orText(i.Name, i.Email), "/people"), Here: "Link", Secret: link, Back: "/people", BackLabel: "People",
		Lede:  "No mail is sent from here: send the link yourself, in a way that only this person reads. It is shown this once, works once, and can be withdrawn on the page of people.",
		Facts: []Labelled{{"For", i.Email}, {"Role", string(i.Role)}, {"Works until", moment(i.ExpiresAt)}},
		Words: fmt.Sprintf("Hello%s,\n\nyou are invited to %s in Milieu, as %s. Open this link to join:\n\n%s\n\nIt works once, until %s, and is meant for %s only.\n\n%s\n", greet(i.Name), snap.WS.Name, i.Role, link, moment(i.ExpiresAt), i.Email, a.Name)})
}

func greet(name string) string {
	if name == "" {
		return ""
	}
	return " " + name
}

func (s *Server) resetLink(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	a := actorOf(r)
	secret, i, err := s.cfg.Team.Auth.ResetLink(r.Context(), a, r.PathValue("id"))
	if err != nil {
		return err
	}
	link := s.absolute(r, "/join/"+secret)
	return s.secretPage(w, r, SecretPage{Base: s.base(r, snap, "New password for "+i.Name, "/people"), Here: "Link", Secret: link, Back: "/people", BackLabel: "People",
		Lede:  "Whoever opens this link sets the password of " + i.Name + " and is signed in: make sure who asked for it, and send it yourself, in a way that only this person reads. It is shown this once, works once, and can be withdrawn on the page of people.",
		Facts: []Labelled{{"For", i.Email}, {"Works until", moment(i.ExpiresAt)}},
		Words: fmt.Sprintf("Hello%s,\n\nopen this link to set a new password for %s in Milieu:\n\n%s\n\nIt works once, until %s. All your sessions end when you use it.\n\n%s\n", greet(i.Name), snap.WS.Name, link, moment(i.ExpiresAt), a.Name)})
}

func (s *Server) withdraw(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	if err := s.cfg.Team.Auth.Withdraw(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	return see(w, r, "/people", "withdrawn")
}

func (s *Server) setRole(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	a, id, role := actorOf(r), r.PathValue("id"), auth.Role(r.PostForm.Get("role"))
	if err := s.cfg.Team.Auth.SetRole(r.Context(), a, id, role); err != nil {
		return err
	}
	if id == a.PersonID && !role.May(auth.ReadPeople) {
		return see(w, r, "/account", "role")
	}
	return see(w, r, "/people", "role")
}

func (s *Server) endPersonSessions(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	n, err := s.cfg.Team.Auth.EndSessions(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	return see(w, r, "/people", endedSaid(n, "ended-all"))
}

func (s *Server) removePerson(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	a, id := actorOf(r), r.PathValue("id")
	if err := s.cfg.Team.Auth.Remove(r.Context(), a, id); err != nil {
		return err
	}
	if id == a.PersonID {
		endSession(w, r)
		return see(w, r, "/sign-in", "removed")
	}
	return see(w, r, "/people", "removed")
}
