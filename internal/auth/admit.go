package auth

import (
	"context"
	"errors"
	"time"

	"milieu/internal/store"
)

// admit begins a session for somebody for whom the provider vouches: a member whom
// it has vouched for before, a member with that e-mail, or whoever was invited under it.
func (s *Service) admit(ctx context.Context, now time.Time, id identity, v visit) (string, Actor, error) {
	var secret string
	var actor Actor
	var known string // the account that was found, for the log
	err := s.db.Update(ctx, func(q store.Querier) error {
		acc, err := s.match(ctx, q, now, id)
		known = acc.id
		if err != nil {
			return err
		}
		secret, actor, err = s.begin(ctx, q, now, acc, v, "provider")
		return err
	})
	if errors.Is(err, ErrDenied) {
		if fault := s.logFailed(ctx, now, known, v, "provider"); fault != nil {
			return "", Actor{}, fault
		}
	}
	if err != nil {
		return "", Actor{}, err
	}
	return secret, actor, nil
}

func (s *Service) match(ctx context.Context, q store.Querier, now time.Time, id identity) (account, error) {
	acc, err := s.account(ctx, q, accountBySubject, id.issuer, id.subject)
	if err != nil {
		return acc, err
	}
	linked := acc.id != ""
	if !linked {
		if acc, err = s.account(ctx, q, accountByEmail, id.email); err != nil {
			return acc, err
		}
	}
	if acc.id != "" {
		// Nobody sets a password or joins while this is decided.
		if acc, err = s.lockedAccount(ctx, q, acc.id); err != nil {
			return acc, err
		}
	}
	switch {
	case acc.id != "" && !linked && acc.subject != "":
		// An address that the provider gave to somebody else does not bring the account along.
		return acc, say(ErrDenied, "the account %s is linked with somebody else at a provider: run milieu user password %s on the server, which ends the link, and begin again", id.email, id.email)
	case linked && acc.role != Nobody:
		return acc, nil
	case acc.role != Nobody:
		err := s.linkProvider(ctx, q, now, &acc, id)
		return acc, err
	}
	return s.joinInvited(ctx, q, now, acc, id)
}

// joinInvited makes somebody a member by the newest open invitation for the e-mail.
func (s *Service) joinInvited(ctx context.Context, q store.Querier, now time.Time, acc account, id identity) (account, error) {
	open, err := s.invitations(ctx, q, now, invitationByEmail, id.email)
	if err != nil {
		return acc, err
	}
	if len(open) == 0 {
		return acc, &UninvitedError{id.email}
	}
	// Whoever made the account in another workspace may have been the first to type
	// this address there, and would come in with the password of that account. So an
	// account with a password joins by its password.
	if acc.hash != "" {
		return acc, say(ErrDenied, "%s has an account already: open the link of the invitation and accept it with the password of that account; after that the provider is enough", acc.email)
	}
	if acc.id == "" {
		acc = account{email: id.email, name: id.name, issuer: id.issuer, subject: id.subject}
		if err := s.newPerson(ctx, q, now, &acc); err != nil {
			return acc, err
		}
	}
	err = s.join(ctx, q, now, &acc, open[0])
	return acc, err
}

const providerLink = `update person set oidc_issuer = $2, oidc_subject = $3 where person_id = $1 and oidc_subject = ''`

// linkProvider notes under which subject the provider knows a member, so that from
// then on the e-mail no longer decides.
func (s *Service) linkProvider(ctx context.Context, q store.Querier, now time.Time, acc *account, id identity) error {
	if _, err := q.ExecContext(ctx, providerLink, acc.id, id.issuer, id.subject); err != nil {
		return err
	}
	acc.issuer, acc.subject = id.issuer, id.subject
	return s.log(ctx, q, now, s.actor(*acc, "", visit{}), "provider.link", acc.id, nil)
}
