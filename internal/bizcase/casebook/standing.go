package casebook

import (
	"context"
	"fmt"
	"slices"

	"milieu/internal/auth"
	"milieu/internal/store"
)

// Standing is how far a case has been approved.
type Standing struct {
	Roles    []RoleStanding // in the order of the case's approvers
	Others   []Approval     // of the version in force, by people who were not asked
	Approved bool           // each of the roles has approved the version in force; never where none must
	At       string         // when the last of them did
	Release  string         // on which they approved; empty where they did on several
}

// RoleStanding is where a role that must approve stands.
type RoleStanding struct {
	Approver
	Approved bool     // the version in force
	Approval Approval // the last one that was not withdrawn, which may be of an earlier version; ID "" where there is none
}

// Stand judges approvals by the version in force.
func Stand(c Case, all []Approval) Standing {
	var out Standing
	releases := map[string]bool{}
	out.Approved = len(c.Approvers) > 0
	for _, who := range c.Approvers {
		r := RoleStanding{Approver: who}
		for _, p := range all {
			if p.Role == who.Role && p.By == who.Person && p.WithdrawnAt == "" {
				r.Approval = p
			}
		}
		r.Approved = r.Approval.ID != "" && r.Approval.N == c.N
		if !r.Approved {
			out.Approved = false
		} else {
			releases[r.Approval.Release] = true
			out.At = max(out.At, r.Approval.At)
			out.Release = r.Approval.Release
		}
		out.Roles = append(out.Roles, r)
	}
	if len(releases) > 1 {
		out.Release = ""
	}
	for _, p := range all {
		if p.N == c.N && p.WithdrawnAt == "" && !slices.Contains(c.Approvers, Approver{p.Role, p.By}) {
			out.Others = append(out.Others, p)
		}
	}
	return out
}

// Status says in words where the text in force stands, for a document that is made on a release. A text that was approved on other
// evidence than that is said to be so.
func (s Standing) Status(c Case, release string) string {
	if !s.Approved {
		return fmt.Sprintf("Draft, version %d", c.N)
	}
	day := store.ParseTime(s.At).Format("2 January 2006")
	if s.Release != release {
		return fmt.Sprintf("Version %d, approved on %s on other evidence than is shown here", c.N, day)
	}
	return fmt.Sprintf("Approved as version %d on %s", c.N, day)
}

// Standing reads a case with how far it has been approved.
func (b Book) Standing(ctx context.Context, a auth.Actor, id string) (Case, Standing, error) {
	var c Case
	var s Standing
	err := b.read(ctx, a, func(q store.Querier) (err error) {
		if c, err = b.one(ctx, q, id); err != nil {
			return err
		}
		all, err := b.approvals(ctx, q, id)
		s = Stand(c, all)
		return err
	})
	return c, s, err
}
