package auth

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"milieu/internal/store"
)

// Member is a person in the workspace.
type Member struct {
	PersonID   string
	Email      string
	Name       string
	Role       Role
	AddedAt    time.Time
	AddedBy    string    // id of a person, or of the command line
	SignedInAt time.Time // zero: never
	Sessions   int       // that count now
	Password   bool      // has one
	Provider   bool      // is known to the OIDC provider
}

const (
	memberColumns = `select p.person_id, p.email, p.name, m.role, m.added_at, m.added_by, m.signed_in_at, p.password_hash <> '', p.oidc_subject <> '',
(select count(s.session_id) from session s where s.workspace = m.workspace and s.person_id = m.person_id and s.ended_at = '' and s.expires_at > $2 and s.seen_at > $3)
from member m join person p on p.person_id = m.person_id
where m.workspace = $1`
	memberOne = memberColumns + ` and m.person_id = $4`
	memberAll = memberColumns + ` order by p.email`
)

func (s *Service) members(ctx context.Context, q store.Querier, query string, more ...any) ([]Member, error) {
	now := s.now()
	rows, err := q.QueryContext(ctx, query, append([]any{s.workspace, store.Time(now), store.Time(now.Add(-SessionIdle))}, more...)...)
	if err != nil {
		return nil, err
	}
	return collect(rows, func() (Member, error) {
		var m Member
		var added, signedIn string
		err := rows.Scan(&m.PersonID, &m.Email, &m.Name, &m.Role, &added, &m.AddedBy, &signedIn, &m.Password, &m.Provider, &m.Sessions)
		m.AddedAt, m.SignedInAt = store.ParseTime(added), store.ParseTime(signedIn)
		return m, err
	})
}

// member finds one member; ErrNotFound where the person is none.
func (s *Service) member(ctx context.Context, q store.Querier, personID string) (Member, error) {
	list, err := s.members(ctx, q, memberOne, personID)
	if err == nil && len(list) == 0 {
		err = say(ErrNotFound, "there is no such member here")
	}
	if err != nil {
		return Member{}, err
	}
	return list[0], nil
}

// People lists the members by name.
func (s *Service) People(ctx context.Context, a Actor) ([]Member, error) {
	var out []Member
	err := s.view(ctx, a, ReadPeople, func(q store.Querier) (err error) {
		out, err = s.members(ctx, q, memberAll)
		return err
	})
	// Here and not in SQL: the databases differ in how they order letters.
	slices.SortStableFunc(out, func(x, y Member) int {
		return cmp.Compare(strings.ToLower(x.Name), strings.ToLower(y.Name))
	})
	return out, err
}

// Person is one member: oneself, or as a manager anybody.
func (s *Service) Person(ctx context.Context, a Actor, personID string) (Member, error) {
	action := ReadPeople
	if a.PersonID == personID {
		action = OwnAccount
	}
	var out Member
	err := s.view(ctx, a, action, func(q store.Querier) (err error) {
		out, err = s.member(ctx, q, personID)
		return err
	})
	return out, err
}

// namesAtOnce is how many ids one statement asks for.
const namesAtOnce = 500

// Names gives the names of people by id, of former members too: what they decided
// stays theirs. Ids that nobody has are left out. Callers ask only for ids that stand
// in records which the reader may see.
func (s *Service) Names(ctx context.Context, ids []string) (map[string]string, error) {
	out := map[string]string{}
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	for part := range slices.Chunk(ids, namesAtOnce) {
		marks, args := make([]string, len(part)), make([]any, len(part))
		for i, id := range part {
			marks[i], args[i] = fmt.Sprintf("$%d", i+1), id
			if id == machine {
				out[id] = Machine(s.workspace).Name
			}
		}
		rows, err := s.db.Read().QueryContext(ctx, `select person_id, name from person where person_id in (`+strings.Join(marks, ", ")+`)`, args...)
		if err != nil {
			return nil, err
		}
		_, err = collect(rows, func() (string, error) {
			var id, name string
			err := rows.Scan(&id, &name)
			out[id] = name
			return id, err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

const (
	membersToLock = `select person_id from member where workspace = $1 and (person_id = $2 or person_id = $3 or role = 'owner') order by person_id`
	memberTake    = `update member set role = role where workspace = $1 and person_id = $2 returning role`
)

// touched is a member whom somebody is about to change.
type touched struct {
	role   Role
	owners int // in the workspace, with this one
}

// touchable finds a member, keeps others from changing it, the actor or the owners until
// the transaction ends, and says whether the actor may change somebody of that role.
// Everybody takes the rows in the same order; the caller has none of them yet.
func (s *Service) touchable(ctx context.Context, q store.Querier, a Actor, personID string) (touched, error) {
	rows, err := q.QueryContext(ctx, membersToLock, s.workspace, personID, a.PersonID)
	if err != nil {
		return touched{}, err
	}
	ids, err := collect(rows, func() (id string, err error) {
		err = rows.Scan(&id)
		return id, err
	})
	if err != nil {
		return touched{}, err
	}
	var t touched
	for _, id := range ids {
		role, err := roleNow(ctx, q, memberTake, s.workspace, id) // nobody: removed meanwhile
		if err != nil {
			return t, err
		}
		if id == personID {
			t.role = role
		}
		if role == Owner {
			t.owners++
		}
	}
	if err := s.permit(ctx, q, a, ManagePeople); err != nil {
		return t, err
	}
	if t.role == Nobody {
		return t, say(ErrNotFound, "there is no such member here")
	}
	return t, s.mayName(ctx, q, a, t.role)
}

// mayName says whether the actor may make, change and unmake members of a role:
// those at or below the own, and owners only with NameOwners.
func (s *Service) mayName(ctx context.Context, q store.Querier, a Actor, role Role) error {
	own, err := current(ctx, q, a)
	if err != nil {
		return err
	}
	if !own.AtLeast(role) {
		return &DeniedError{Action: ManagePeople, Least: role, Signed: a.SignedIn()}
	}
	if role == Owner {
		return s.permit(ctx, q, a, NameOwners)
	}
	return nil
}

func knownRole(role Role) error {
	if role.Known() {
		return nil
	}
	names := make([]string, len(Roles))
	for i, r := range Roles {
		names[i] = string(r)
	}
	return &InputError{"role", "choose a role: " + strings.Join(names, ", ")}
}

const (
	memberRole   = `update member set role = $3 where workspace = $1 and person_id = $2`
	memberDelete = `delete from member where workspace = $1 and person_id = $2`
	tokensEnd    = `update token set revoked_at = $3 where workspace = $1 and person_id = $2 and revoked_at = ''`
)

// SetRole gives a member another role. With a role that may have no tokens, those
// that the member has are revoked: they could no longer be seen or revoked by their owner.
func (s *Service) SetRole(ctx context.Context, a Actor, personID string, role Role) error {
	if err := knownRole(role); err != nil {
		return err
	}
	now := s.now()
	return s.changeMember(ctx, a, personID, func(q store.Querier, was touched) error {
		if err := s.mayName(ctx, q, a, role); err != nil {
			return err
		}
		if was.role == role {
			return nil
		}
		if was.role == Owner && was.owners == 1 {
			return ErrLastOwner
		}
		if _, err := q.ExecContext(ctx, memberRole, s.workspace, personID, role); err != nil {
			return err
		}
		if !role.May(OwnTokens) {
			if _, err := q.ExecContext(ctx, tokensEnd, s.workspace, personID, store.Time(now)); err != nil {
				return err
			}
		}
		return s.log(ctx, q, now, a, "person.role", personID, map[string]string{"from": string(was.role), "to": string(role)})
	})
}

// Remove takes a member out of the workspace: sessions end, tokens and the
// invitations that the member made no longer count. What the member did keeps its name.
func (s *Service) Remove(ctx context.Context, a Actor, personID string) error {
	now := s.now()
	return s.changeMember(ctx, a, personID, func(q store.Querier, was touched) error {
		if was.role == Owner && was.owners == 1 {
			return ErrLastOwner
		}
		at := store.Time(now)
		for _, query := range []string{tokensEnd, invitationsEnd} {
			if _, err := q.ExecContext(ctx, query, s.workspace, personID, at); err != nil {
				return err
			}
		}
		if _, err := q.ExecContext(ctx, sessionsEnd, s.workspace, personID, at, ""); err != nil {
			return err
		}
		if _, err := q.ExecContext(ctx, memberDelete, s.workspace, personID); err != nil {
			return err
		}
		return s.log(ctx, q, now, a, "person.remove", personID, map[string]string{"from": string(was.role)})
	})
}

// Add makes a new account and its member, for the command line. Without a password
// it makes an invitation instead and gives its secret.
func (s *Service) Add(ctx context.Context, a Actor, email, name string, role Role, password string) (secret string, err error) {
	if !a.isMachine() {
		return "", say(ErrDenied, "people are given a password on the command line only: send an invitation")
	}
	if password == "" {
		secret, _, err := s.Invite(ctx, a, email, name, role)
		return secret, err
	}
	acc, err := s.newAccount(ctx, email, name, password)
	if err != nil {
		return "", err
	}
	if err := knownRole(role); err != nil {
		return "", err
	}
	acc.role = role
	now := s.now()
	return "", s.change(ctx, a, ManagePeople, func(q store.Querier) error {
		was, err := s.account(ctx, q, accountByEmail, acc.email)
		switch {
		case err != nil:
			return err
		case was.role != Nobody:
			return &InputError{"email", was.email + " is a member already"}
		case was.id != "":
			return &InputError{"email", was.email + " has an account already: leave the password out, and the invitation is accepted with the password of that account"}
		}
		if err := s.newPerson(ctx, q, now, &acc); err != nil {
			return err
		}
		if err := s.newMember(ctx, q, now, acc, a.PersonID); err != nil {
			return err
		}
		return s.log(ctx, q, now, a, "person.add", acc.id, map[string]string{"role": string(role)})
	})
}

// newAccount checks what a new account is to have and hashes its password.
func (s *Service) newAccount(ctx context.Context, email, name, password string) (account, error) {
	var a account
	var err error
	if a.email, err = NormalEmail(email); err != nil {
		return a, err
	}
	if a.name, err = CleanName(name); err != nil {
		return a, err
	}
	if err = CheckPassword(password, a.email, a.name); err != nil {
		return a, err
	}
	a.hash, err = s.hasher.make(ctx, password)
	return a, err
}
