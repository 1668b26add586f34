package auth

import (
	"context"
	"crypto/subtle"
	"errors"
	"time"

	"milieu/internal/store"
)

// OwnerLinkLife is how long the link for the own machine works.
const OwnerLinkLife = 15 * time.Minute

// ownerLink is the one link that is open; the zero value is none.
type ownerLink struct {
	hash    string
	expires time.Time
}

// OwnerLink makes the link by which whoever sits at the machine comes in as owner,
// once. It is kept in memory only; a new one ends the one before.
func (s *Service) OwnerLink() (secret string) {
	secret = store.NewSecret()
	s.linkMu.Lock()
	defer s.linkMu.Unlock()
	s.link = ownerLink{store.Hash(secret), s.now().Add(OwnerLinkLife)}
	return secret
}

// Enter uses the owner link and begins a session of the machine's owner, whom it
// makes where there is none. It works from this machine only: behind a proxy the
// caller must pass on the address of the visitor, not that of the proxy.
func (s *Service) Enter(ctx context.Context, secret, address, agent string) (string, Actor, error) {
	now, v := s.now(), newVisit(address, agent)
	if ip, ok := parseAddress(address); !ok || !ip.IsLoopback() {
		return "", Actor{}, say(ErrDenied, "this link works in a browser on the machine itself only: sign in instead")
	}
	if err := s.limitAddress(now, v.address); err != nil {
		return "", Actor{}, err
	}
	// Held until the session stands, so that of two who come with the link one gets
	// in, and a full disk does not use it up.
	s.linkMu.Lock()
	defer s.linkMu.Unlock()
	same := subtle.ConstantTimeCompare([]byte(store.Hash(secret)), []byte(s.link.hash)) == 1
	if !same || !now.Before(s.link.expires) {
		return "", Actor{}, say(ErrNotFound, "this link has been used or replaced, or is older than 15 minutes: start the program again for a new one")
	}
	var cookie string
	var actor Actor
	err := s.db.Update(ctx, func(q store.Querier) error {
		acc, err := s.machineOwner(ctx, q, now)
		if err != nil {
			return err
		}
		cookie, actor, err = s.begin(ctx, q, now, acc, v, "owner-link")
		return err
	})
	if err != nil {
		return "", Actor{}, err
	}
	s.link = ownerLink{}
	return cookie, actor, nil
}

const personKeep = `insert into person (person_id, email, name, password_hash, oidc_issuer, oidc_subject, created_at) values ($1, $2, $3, '', '', '', $4) on conflict (email) do nothing`

// machineOwner finds the account of the machine's owner and makes it a member where
// it is none. A role that somebody gave it since stays.
func (s *Service) machineOwner(ctx context.Context, q store.Querier, now time.Time) (account, error) {
	if _, err := q.ExecContext(ctx, personKeep, store.NewID("p"), machineEmail, machineName, store.Time(now)); err != nil {
		return account{}, err
	}
	acc, err := s.account(ctx, q, accountByEmail, machineEmail)
	if err != nil || acc.role != Nobody {
		return acc, err
	}
	if acc.id == "" {
		return acc, errors.New("the account of the machine's owner cannot be made")
	}
	acc.role = Owner
	if err := s.newMember(ctx, q, now, acc, machine); err != nil {
		return acc, err
	}
	return acc, s.log(ctx, q, now, Machine(s.workspace), "person.add", acc.id, map[string]string{"role": string(Owner)})
}
