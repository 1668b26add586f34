package auth

import (
	"context"
	"errors"
	"time"

	"milieu/internal/store"
)

// Accept uses the link with the secret and begins a session. Who has no account gets
// one with the name and password; who has one from another workspace proves it with
// its password, since the holder of a link must not set a new one; a member who was
// given a link for a new password gets it, and all other sessions end.
func (s *Service) Accept(ctx context.Context, secret, name, password, address, agent string) (string, Actor, error) {
	now, v := s.now(), newVisit(address, agent)
	i, err := s.invitation(ctx, s.db.Read(), now, invitationBySecret, store.Hash(secret))
	if err != nil {
		return "", Actor{}, err
	}
	a := accepting{s: s, now: now, v: v, key: store.Hash(secret)}
	switch {
	case i.Reset:
		return a.reset(ctx, i, password)
	case i.member != Nobody:
		return "", Actor{}, &InputError{"email", i.Email + " is a member already: sign in"}
	case i.HasAccount:
		return a.withAccount(ctx, i, password)
	}
	return a.asNew(ctx, i, name, password)
}

// accepting is the use of one link.
type accepting struct {
	s   *Service
	now time.Time
	v   visit
	key string // hash of the secret
}

// open finds the invitation again, inside the transaction that uses it.
func (a accepting) open(ctx context.Context, q store.Querier) (Invitation, error) {
	return a.s.invitation(ctx, q, a.now, invitationBySecret, a.key)
}

func (a accepting) asNew(ctx context.Context, i Invitation, name, password string) (string, Actor, error) {
	if name == "" {
		name = i.Name
	}
	acc, err := a.s.newAccount(ctx, i.Email, name, password)
	if err != nil {
		return "", Actor{}, err
	}
	var secret string
	var actor Actor
	err = a.s.db.Update(ctx, func(q store.Querier) error {
		i, err := a.open(ctx, q)
		if err != nil {
			return err
		}
		if err := a.s.newPerson(ctx, q, a.now, &acc); err != nil {
			return err
		}
		if err := a.s.join(ctx, q, a.now, &acc, i); err != nil {
			return err
		}
		secret, actor, err = a.s.begin(ctx, q, a.now, acc, a.v, "invitation")
		return err
	})
	if errors.Is(err, store.ErrExists) {
		return "", Actor{}, &InputError{"email", i.Email + " has an account by now: open the link again"}
	}
	if err != nil {
		return "", Actor{}, err
	}
	return secret, actor, nil
}

func (a accepting) withAccount(ctx context.Context, i Invitation, password string) (string, Actor, error) {
	if err := a.s.limit(a.now, a.v.address, i.Email); err != nil {
		return "", Actor{}, err
	}
	acc, proof, err := a.s.prove(ctx, i.Email, password)
	if err != nil {
		return "", Actor{}, err
	}
	if acc.hash == "" {
		return "", Actor{}, &InputError{"password", "this account has no password: sign in through the provider, or run milieu user password " + i.Email + " on the server"}
	}
	if !proof.right {
		return "", Actor{}, a.s.refused(ctx, a.now, acc.id, a.v, "invitation")
	}
	var secret string
	var actor Actor
	err = a.s.db.Update(ctx, func(q store.Querier) error {
		is, err := a.s.provenStill(ctx, q, acc, proof)
		if err != nil {
			return err
		}
		i, err := a.open(ctx, q)
		if err != nil {
			return err
		}
		if err := a.s.join(ctx, q, a.now, &is, i); err != nil {
			return err
		}
		secret, actor, err = a.s.begin(ctx, q, a.now, is, a.v, "invitation")
		return err
	})
	if errors.Is(err, store.ErrExists) {
		return "", Actor{}, &InputError{"email", i.Email + " is a member already: sign in"}
	}
	if err != nil {
		return "", Actor{}, err
	}
	a.s.byAccount.forget(accountKey(i.Email))
	return secret, actor, nil
}

func (a accepting) reset(ctx context.Context, i Invitation, password string) (string, Actor, error) {
	if err := CheckPassword(password, i.Email, i.Name); err != nil {
		return "", Actor{}, err
	}
	hash, err := a.s.hasher.make(ctx, password)
	if err != nil {
		return "", Actor{}, err
	}
	var secret string
	var actor Actor
	err = a.s.db.Update(ctx, func(q store.Querier) error {
		// The locks come first: what is allowed depends on the role and on other
		// memberships, and neither may change between the question and the deed.
		if _, err := q.ExecContext(ctx, lockPerson, i.personID); err != nil {
			return err
		}
		if _, err := q.ExecContext(ctx, memberLock, a.s.workspace, i.personID); err != nil {
			return err
		}
		acc, err := a.s.account(ctx, q, accountByID, i.personID)
		if err != nil {
			return err
		}
		i, err := a.open(ctx, q)
		if err != nil {
			return err
		}
		if err := a.s.resettable(ctx, q, acc); err != nil {
			return err
		}
		if err := a.s.use(ctx, q, a.now, i); err != nil {
			return err
		}
		if err := a.s.setPassword(ctx, q, a.now, acc, hash, ""); err != nil {
			return err
		}
		if err := a.s.log(ctx, q, a.now, a.s.actor(acc, "", a.v), "password.reset", acc.id, map[string]string{"link": i.ID, "by": i.CreatedBy}); err != nil {
			return err
		}
		secret, actor, err = a.s.begin(ctx, q, a.now, acc, a.v, "link")
		return err
	})
	if err != nil {
		return "", Actor{}, err
	}
	a.s.byAccount.forget(accountKey(i.Email))
	return secret, actor, nil
}

// join makes a person a member by an open invitation; other invitations of the
// address end with it.
func (s *Service) join(ctx context.Context, q store.Querier, now time.Time, acc *account, i Invitation) error {
	if err := s.use(ctx, q, now, i); err != nil {
		return err
	}
	acc.role = i.Role
	if err := s.newMember(ctx, q, now, *acc, i.CreatedBy); err != nil {
		return err
	}
	if _, err := q.ExecContext(ctx, invitationsDone, s.workspace, i.Email, store.Time(now)); err != nil {
		return err
	}
	return s.log(ctx, q, now, s.actor(*acc, "", visit{}), "invitation.accept", i.ID, map[string]string{"role": string(i.Role), "by": i.CreatedBy})
}
