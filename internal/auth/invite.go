package auth

import (
	"context"
	"time"

	"milieu/internal/store"
)

// InvitationLife is how long a link to join, or to set a new password, works.
const InvitationLife = 7 * 24 * time.Hour

// Invitation is an open link by which one person joins, or by which a member sets a
// new password (Reset). It has been neither used nor withdrawn.
type Invitation struct {
	ID         string
	Email      string
	Name       string
	Role       Role // Nobody in a Reset
	Reset      bool
	HasAccount bool // accepting takes the password of the account, and not a new one
	CreatedAt  time.Time
	CreatedBy  string
	ExpiresAt  time.Time

	personID string // of the account with the e-mail
	member   Role   // its role here
}

const (
	invitationInsert = `insert into invitation (invitation_id, secret_hash, workspace, email, name, role, created_at, created_by, expires_at, used_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, '')`
	invitationColumns = `select i.invitation_id, i.email, i.name, i.role, i.created_at, i.created_by, i.expires_at, coalesce(b.role, ''), coalesce(p.person_id, ''), coalesce(m.role, '')
from invitation i
left join member b on b.workspace = i.workspace and b.person_id = i.created_by
left join person p on p.email = i.email
left join member m on m.workspace = i.workspace and m.person_id = p.person_id
where i.workspace = $1 and i.used_at = '' and i.expires_at > $2 `
	invitationBySecret = invitationColumns + `and i.secret_hash = $3`
	invitationByID     = invitationColumns + `and i.invitation_id = $3`
	invitationByEmail  = invitationColumns + `and i.email = $3 and i.role <> '' order by i.created_at desc, i.invitation_id`
	invitationAll      = invitationColumns + `order by i.created_at, i.invitation_id`
	invitationUse      = `update invitation set used_at = $3 where workspace = $1 and invitation_id = $2 and used_at = '' and expires_at > $3`
	invitationEnd      = `update invitation set expires_at = $3 where workspace = $1 and invitation_id = $2 and used_at = '' and expires_at > $3`
	// Of one member, when removed; and of one address, when it has joined.
	invitationsEnd  = `update invitation set expires_at = $3 where workspace = $1 and created_by = $2 and used_at = '' and expires_at > $3`
	invitationsDone = `update invitation set expires_at = $3 where workspace = $1 and email = $2 and role <> '' and used_at = '' and expires_at > $3`
)

// invitations reads open invitations that still stand: who made them may still make
// them. A manager who was removed or demoted leaves no back door.
func (s *Service) invitations(ctx context.Context, q store.Querier, now time.Time, query string, more ...any) ([]Invitation, error) {
	rows, err := q.QueryContext(ctx, query, append([]any{s.workspace, store.Time(now)}, more...)...)
	if err != nil {
		return nil, err
	}
	var out []Invitation
	_, err = collect(rows, func() (Invitation, error) {
		var i Invitation
		var created, expires string
		var by Role
		err := rows.Scan(&i.ID, &i.Email, &i.Name, &i.Role, &created, &i.CreatedBy, &expires, &by, &i.personID, &i.member)
		i.CreatedAt, i.ExpiresAt = store.ParseTime(created), store.ParseTime(expires)
		i.Reset = i.Role == Nobody
		i.HasAccount = i.personID != "" && !i.Reset
		if i.CreatedBy == machine {
			by = Owner
		}
		if i.stands(by) {
			out = append(out, i)
		}
		return i, err
	})
	return out, err
}

// stands says whether somebody of the role could make the invitation now.
func (i Invitation) stands(by Role) bool {
	gives := i.Role
	if i.Reset {
		// Whoever sets the password of a member acts as that member.
		gives = i.member
		if gives == Nobody {
			return false
		}
	}
	return by.May(ManagePeople) && by.AtLeast(gives) && (gives != Owner || by.May(NameOwners))
}

// invitation finds one open invitation.
func (s *Service) invitation(ctx context.Context, q store.Querier, now time.Time, query, key string) (Invitation, error) {
	list, err := s.invitations(ctx, q, now, query, key)
	if err == nil && len(list) == 0 {
		err = say(ErrNotFound, "this link has been used or withdrawn, or is older than 7 days: ask for a new one")
	}
	if err != nil {
		return Invitation{}, err
	}
	return list[0], nil
}

// Invite makes a link by which the owner of an e-mail address joins with a role at
// or below the actor's. The secret for the link is given once; only its hash is kept.
func (s *Service) Invite(ctx context.Context, a Actor, email, name string, role Role) (string, Invitation, error) {
	email, err := NormalEmail(email)
	if err != nil {
		return "", Invitation{}, err
	}
	if name != "" {
		if name, err = CleanName(name); err != nil {
			return "", Invitation{}, err
		}
	}
	if err := knownRole(role); err != nil {
		return "", Invitation{}, err
	}
	now := s.now()
	i := Invitation{Email: email, Name: name, Role: role, CreatedAt: now, CreatedBy: a.PersonID, ExpiresAt: now.Add(InvitationLife)}
	secret := store.NewSecret()
	err = s.change(ctx, a, ManagePeople, func(q store.Querier) error {
		if err := s.mayName(ctx, q, a, role); err != nil {
			return err
		}
		acc, err := s.account(ctx, q, accountByEmail, email)
		if err != nil {
			return err
		}
		if acc.role != Nobody {
			return &InputError{"email", email + " is a member already: change the role instead"}
		}
		i.HasAccount = acc.id != ""
		return s.putInvitation(ctx, q, now, a, &i, secret, "invitation.make", "")
	})
	if err != nil {
		return "", Invitation{}, err
	}
	return secret, i, nil
}

func (s *Service) putInvitation(ctx context.Context, q store.Querier, now time.Time, a Actor, i *Invitation, secret, action, personID string) error {
	i.ID = store.NewID("i")
	_, err := q.ExecContext(ctx, invitationInsert, i.ID, store.Hash(secret), s.workspace, i.Email, i.Name, i.Role, store.Time(i.CreatedAt), i.CreatedBy, store.Time(i.ExpiresAt))
	if err != nil {
		return err
	}
	detail := map[string]string{"role": string(i.Role)}
	if i.Reset {
		detail = map[string]string{"person": personID}
	}
	return s.log(ctx, q, now, a, action, i.ID, detail)
}

const elsewhere = `select count(workspace) from member where person_id = $1 and workspace <> $2`

// resettable says whether a link may set the password of an account. Accounts are
// one for all workspaces of the store: who manages people in one must not get into another.
func (s *Service) resettable(ctx context.Context, q store.Querier, acc account) error {
	var n int
	if err := q.QueryRowContext(ctx, elsewhere, acc.id, s.workspace).Scan(&n); err != nil {
		return err
	}
	switch {
	case n > 0:
		return say(ErrDenied, "%s is also a member of another workspace, so no link can set the password: run milieu user password %s on the server", acc.name, acc.email)
	case acc.email == machineEmail:
		return say(ErrDenied, "%s has no password: it comes in by the link that the program prints when it starts", acc.name)
	case acc.subject != "":
		return say(ErrDenied, "%s signs in through the provider: set the password there, or run milieu user password %s on the server", acc.name, acc.email)
	}
	return nil
}

// ResetLink makes a link by which a member at or below the actor's role sets a new
// password. The secret is given once. Nobody makes one for oneself: it would make a
// new password of a session that was left open.
func (s *Service) ResetLink(ctx context.Context, a Actor, personID string) (string, Invitation, error) {
	if a.PersonID == personID {
		return "", Invitation{}, say(ErrDenied, "change your own password with the present one, or ask another manager for a link")
	}
	now, secret := s.now(), store.NewSecret()
	i := Invitation{Reset: true, CreatedAt: now, CreatedBy: a.PersonID, ExpiresAt: now.Add(InvitationLife)}
	err := s.changeMember(ctx, a, personID, func(q store.Querier, _ touched) error {
		acc, err := s.account(ctx, q, accountByID, personID)
		if err != nil {
			return err
		}
		if err := s.resettable(ctx, q, acc); err != nil {
			return err
		}
		i.Email, i.Name = acc.email, acc.name
		return s.putInvitation(ctx, q, now, a, &i, secret, "password.link", personID)
	})
	if err != nil {
		return "", Invitation{}, err
	}
	return secret, i, nil
}

// Invitation is what the link with the secret leads to.
func (s *Service) Invitation(ctx context.Context, secret string) (Invitation, error) {
	return s.invitation(ctx, s.db.Read(), s.now(), invitationBySecret, store.Hash(secret))
}

// Invitations lists the open ones, oldest first.
func (s *Service) Invitations(ctx context.Context, a Actor) ([]Invitation, error) {
	var out []Invitation
	err := s.view(ctx, a, ReadPeople, func(q store.Querier) (err error) {
		out, err = s.invitations(ctx, q, s.now(), invitationAll)
		return err
	})
	return out, err
}

// Withdraw ends an open invitation that gives a role at or below the actor's.
func (s *Service) Withdraw(ctx context.Context, a Actor, invitationID string) error {
	now := s.now()
	return s.change(ctx, a, ManagePeople, func(q store.Querier) error {
		i, err := s.invitation(ctx, q, now, invitationByID, invitationID)
		if err != nil {
			return err
		}
		gives := i.Role
		if i.Reset {
			gives = i.member
		}
		if err := s.mayName(ctx, q, a, gives); err != nil {
			return err
		}
		if _, err := q.ExecContext(ctx, invitationEnd, s.workspace, i.ID, store.Time(now)); err != nil {
			return err
		}
		return s.log(ctx, q, now, a, "invitation.withdraw", i.ID, nil)
	})
}

// use takes an open invitation: of two who try at the same moment one gets it.
func (s *Service) use(ctx context.Context, q store.Querier, now time.Time, i Invitation) error {
	r, err := q.ExecContext(ctx, invitationUse, s.workspace, i.ID, store.Time(now))
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n != 1 {
		return say(ErrNotFound, "this link has been used by now: sign in, or ask for a new one")
	}
	return nil
}
