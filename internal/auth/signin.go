package auth

import (
	"context"
	"errors"
	"time"

	"milieu/internal/store"
)

// SignIn begins a session for a member who knows the password and gives the secret
// for the cookie. Whatever is wrong (no such account, no password, another password,
// not a member) the answer is ErrWrongCredentials after the same work.
func (s *Service) SignIn(ctx context.Context, email, password, address, agent string) (string, Actor, error) {
	now, v := s.now(), newVisit(address, agent)
	if err := s.limit(now, v.address, email); err != nil {
		return "", Actor{}, err
	}
	acc, proof, err := s.prove(ctx, email, password)
	if err != nil {
		return "", Actor{}, err
	}
	if !proof.right || acc.role == Nobody {
		return "", Actor{}, s.refused(ctx, now, acc.id, v, "password")
	}
	var secret string
	var actor Actor
	err = s.db.Update(ctx, func(q store.Querier) error {
		is, err := s.provenStill(ctx, q, acc, proof)
		if err != nil {
			return err
		}
		secret, actor, err = s.begin(ctx, q, now, is, v, "password")
		return err
	})
	if errors.Is(err, ErrWrongCredentials) {
		return "", Actor{}, s.refused(ctx, now, acc.id, v, "password")
	}
	if err != nil {
		return "", Actor{}, err
	}
	s.byAccount.forget(accountKey(email))
	return secret, actor, nil
}

// proof is the outcome of checking a password.
type proof struct {
	right bool
	fresh string // the hash anew, where its cost has changed
}

// prove checks a password. Hashing takes long, so it is done outside of
// transactions; provenStill asks inside whether it still holds.
func (s *Service) prove(ctx context.Context, email, password string) (account, proof, error) {
	normal, err := NormalEmail(email)
	if err != nil {
		normal = "" // no account has it; the work is done all the same
	}
	acc, err := s.account(ctx, s.db.Read(), accountByEmail, normal)
	if err != nil {
		return account{}, proof{}, err
	}
	var p proof
	var old bool
	if p.right, old, err = s.hasher.check(ctx, acc.hash, password); err != nil {
		return account{}, proof{}, err
	}
	if p.right && old {
		if p.fresh, err = s.hasher.make(ctx, password); err != nil {
			return account{}, proof{}, err
		}
	}
	return acc, p, nil
}

// provenStill locks an account whose password was proven and says
// ErrWrongCredentials when it has another one by now, or lost its membership.
func (s *Service) provenStill(ctx context.Context, q store.Querier, was account, p proof) (account, error) {
	is, err := s.lockedAccount(ctx, q, was.id)
	if err != nil {
		return is, err
	}
	if is.hash != was.hash || was.role != Nobody && is.role == Nobody {
		return is, ErrWrongCredentials
	}
	if p.fresh != "" {
		is.hash = p.fresh
		_, err = q.ExecContext(ctx, passwordSet, is.id, p.fresh)
	}
	return is, err
}

// refused writes a sign-in that failed into the log and gives the one answer.
func (s *Service) refused(ctx context.Context, now time.Time, personID string, v visit, how string) error {
	if err := s.logFailed(ctx, now, personID, v, how); err != nil {
		return err
	}
	return ErrWrongCredentials
}

// logFailed writes a sign-in that failed into the log. Of the account only a known id
// is kept: people type passwords into the wrong field.
func (s *Service) logFailed(ctx context.Context, now time.Time, personID string, v visit, how string) error {
	if personID == "" {
		personID = "unknown"
	}
	return s.db.Update(ctx, func(q store.Querier) error {
		return s.log(ctx, q, now, Actor{}, "signin.fail", personID, map[string]string{"how": how, "address": v.address})
	})
}

const (
	passwordSet = `update person set password_hash = $2 where person_id = $1`
	// The account is one for all workspaces, so a new password ends sessions in all.
	passwordSessions = `update session set ended_at = $2 where person_id = $1 and ended_at = '' and session_id <> $3`
	passwordLinks    = `update invitation set expires_at = $2 where email = $1 and role = '' and used_at = '' and expires_at > $2`
)

// setPassword gives an account a new password: its other sessions end, and links to
// set one no longer work.
func (s *Service) setPassword(ctx context.Context, q store.Querier, now time.Time, a account, hash, keepSession string) error {
	if _, err := q.ExecContext(ctx, passwordSet, a.id, hash); err != nil {
		return err
	}
	if _, err := q.ExecContext(ctx, passwordSessions, a.id, store.Time(now), keepSession); err != nil {
		return err
	}
	_, err := q.ExecContext(ctx, passwordLinks, a.email, store.Time(now))
	return err
}

// ChangePassword gives the actor a new password, for the present one. All other
// sessions of the account end.
func (s *Service) ChangePassword(ctx context.Context, a Actor, present, password string) error {
	now, v := s.now(), newVisit(a.Address, "")
	if err := s.permit(ctx, s.db.Read(), a, OwnAccount); err != nil {
		return err
	}
	acc, err := s.account(ctx, s.db.Read(), accountByID, a.PersonID)
	if err != nil {
		return err
	}
	if acc.hash == "" {
		return &InputError{"current", "this account has no password: it signs in in another way"}
	}
	if password == present {
		return &InputError{"password", "the new password is the present one: take another"}
	}
	if err := CheckPassword(password, acc.email, acc.name); err != nil {
		return err
	}
	if err := s.limit(now, v.address, acc.email); err != nil {
		return err
	}
	right, _, err := s.hasher.check(ctx, acc.hash, present)
	if err != nil {
		return err
	}
	wrong := &InputError{"current", "this is not your present password"}
	if !right {
		if err := s.logFailed(ctx, now, acc.id, v, "change"); err != nil {
			return err
		}
		return wrong
	}
	hash, err := s.hasher.make(ctx, password)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(q store.Querier) error {
		// The account before the member, as signing in takes them.
		is, err := s.lockedAccount(ctx, q, acc.id)
		if err != nil {
			return err
		}
		if err := PermitWrite(ctx, q, s.workspace, a, OwnAccount); err != nil {
			return err
		}
		if is.hash != acc.hash {
			return wrong
		}
		if err := s.setPassword(ctx, q, now, is, hash, a.SessionID); err != nil {
			return err
		}
		return s.log(ctx, q, now, a, "password.change", acc.id, nil)
	})
}

const providerForget = `update person set oidc_issuer = '', oidc_subject = '' where person_id = $1`

// SetPassword gives any account of the store a new password, for the command line:
// the way out when no link is allowed. It also forgets the link to the provider, so
// that an e-mail address which the provider has given to somebody else can be linked anew.
func (s *Service) SetPassword(ctx context.Context, a Actor, email, password string) error {
	if !a.isMachine() {
		return say(ErrDenied, "passwords of others are set on the command line only: make a link for a new password")
	}
	email, err := NormalEmail(email)
	if err != nil {
		return err
	}
	acc, err := s.account(ctx, s.db.Read(), accountByEmail, email)
	if err != nil {
		return err
	}
	if acc.id == "" {
		return say(ErrNotFound, "there is no account %s", email)
	}
	if err := CheckPassword(password, acc.email, acc.name); err != nil {
		return err
	}
	hash, err := s.hasher.make(ctx, password)
	if err != nil {
		return err
	}
	now := s.now()
	return s.change(ctx, a, ManagePeople, func(q store.Querier) error {
		if _, err := s.lockedAccount(ctx, q, acc.id); err != nil {
			return err
		}
		if _, err := q.ExecContext(ctx, providerForget, acc.id); err != nil {
			return err
		}
		if err := s.setPassword(ctx, q, now, acc, hash, ""); err != nil {
			return err
		}
		return s.log(ctx, q, now, a, "password.set", acc.id, nil)
	})
}
