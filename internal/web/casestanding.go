package web

import (
	"fmt"
	"net/http"
	"slices"

	"milieu/internal/auth"
	"milieu/internal/bizcase/casebook"
	"milieu/internal/live"
)

// StandingView is how far a case has been approved, with what the visitor may do about it.
type StandingView struct {
	Says      string
	Approved  bool
	Roles     []StandingRow
	Others    []StandingRow
	As        []Choice // roles in which the visitor may approve the version in force
	Forms     bool     // the visitor may say who must approve
	Approvers []casebook.Approver
	People    []Choice
}

// StandingRow is an approval, or a role of which one is waited for.
type StandingRow struct {
	Role, Who, Says, Words string
	Approved               bool
	Mine                   string // id of the visitor's own approval, which can be withdrawn
}

func (s *Server) standingView(r *http.Request, snap *live.Snapshot, c casebook.Case, st casebook.Standing, names map[string]string) (StandingView, error) {
	a := actorOf(r)
	v := StandingView{Says: st.Status(c, snap.Rel.ID), Approved: st.Approved, Approvers: c.Approvers}
	mine := func(p casebook.Approval) string {
		if p.By == a.PersonID && a.SignedIn() && c.Deleted == "" {
			return p.ID
		}
		return ""
	}
	own := true
	for _, x := range st.Roles {
		row := StandingRow{Role: x.Role, Who: nameOf(x.Person, names), Approved: x.Approved, Says: "has not approved it yet"}
		if p := x.Approval; p.ID != "" {
			row.Says, row.Words, row.Mine = approvalSays(p, c, snap.Rel.ID), p.Words, mine(p)
		}
		v.Roles = append(v.Roles, row)
		if x.Person == a.PersonID && !x.Approved {
			v.As = append(v.As, Choice{Value: x.Role, Label: x.Role})
		}
		own = own && x.Person != a.PersonID
	}
	for _, p := range st.Others {
		v.Others = append(v.Others, StandingRow{Role: orText(p.Role, string(p.Own)+", not asked"), Who: nameOf(p.By, names), Approved: true, Says: approvalSays(p, c, snap.Rel.ID), Words: p.Words, Mine: mine(p)})
		own = own && p.By != a.PersonID
	}
	if own && a.May(auth.ApproveCase) {
		v.As = append(v.As, Choice{Label: "In my own name"})
	}
	if c.Deleted != "" {
		v.As = nil
	}
	if v.Forms = a.May(auth.PublishCase) && c.Deleted == ""; !v.Forms {
		return v, nil
	}
	people, err := s.cfg.Team.Auth.People(r.Context(), a)
	if err != nil {
		return v, err
	}
	for _, p := range people {
		v.People = append(v.People, Choice{Value: p.PersonID, Label: p.Name})
	}
	for _, x := range c.Approvers {
		// Somebody who has left stays named until another is.
		if !slices.ContainsFunc(v.People, func(p Choice) bool { return p.Value == x.Person }) {
			v.People = append(v.People, Choice{Value: x.Person, Label: nameOf(x.Person, names) + " (no longer a member)"})
		}
	}
	v.Approvers = append(slices.Clone(c.Approvers), casebook.Approver{}, casebook.Approver{})
	return v, nil
}

// approvalSays is an approval in words, judged by the version in force and the release that is being served.
func approvalSays(p casebook.Approval, c casebook.Case, release string) string {
	out := fmt.Sprintf("approved version %d on %s", p.N, dayTime(p.At))
	switch {
	case p.N != c.N:
		out += fmt.Sprintf("; version %d is in force now", c.N)
	case p.Release != release:
		out += ", on other evidence than is served now"
	}
	return out
}
