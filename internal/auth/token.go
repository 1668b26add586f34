package auth

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"milieu/internal/store"
)

// tokenPrefix tells people and scanners of leaked secrets what they have found.
const tokenPrefix = "milieu_"

// mostTokenDays is how long a token may last.
const mostTokenDays = 366

// Token lets a program act for a person, with a role of its own at most as large.
type Token struct {
	ID        string
	Name      string
	Role      Role
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    time.Time // zero: never
}

const tokenInsert = `insert into token (token_id, secret_hash, workspace, person_id, name, role, created_at, expires_at, used_at, revoked_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, '', '')`

// NewToken makes a token of the actor and gives its text, once. Tokens do not make
// tokens: one that leaked could otherwise outlive its end.
func (s *Service) NewToken(ctx context.Context, a Actor, name string, role Role, days int) (string, Token, error) {
	if a.TokenID != "" || a.isMachine() {
		return "", Token{}, say(ErrDenied, "tokens belong to people: sign in with a browser to make one")
	}
	name, err := CleanName(name)
	if err != nil {
		return "", Token{}, &InputError{"name", "name the token in at most 100 characters, after the program that will use it"}
	}
	if err := knownRole(role); err != nil {
		return "", Token{}, err
	}
	if days < 1 || days > mostTokenDays {
		return "", Token{}, &InputError{"days", fmt.Sprintf("let the token last from 1 to %d days", mostTokenDays)}
	}
	now, secret := s.now(), store.NewSecret()
	t := Token{Name: name, Role: role, CreatedAt: now, ExpiresAt: now.Add(time.Duration(days) * 24 * time.Hour)}
	err = s.change(ctx, a, OwnTokens, func(q store.Querier) error {
		own, err := current(ctx, q, a)
		if err != nil {
			return err
		}
		if !own.AtLeast(role) {
			return &InputError{"role", fmt.Sprintf("a token has at most your own role, %s", own)}
		}
		t.ID = store.NewID("t")
		if _, err := q.ExecContext(ctx, tokenInsert, t.ID, store.Hash(secret), s.workspace, a.PersonID, t.Name, t.Role, store.Time(t.CreatedAt), store.Time(t.ExpiresAt)); err != nil {
			return err
		}
		return s.log(ctx, q, now, a, "token.make", t.ID, map[string]string{"role": string(role), "expires": store.Time(t.ExpiresAt)})
	})
	if err != nil {
		return "", Token{}, err
	}
	return tokenPrefix + secret, t, nil
}

const (
	tokenQuery = `select t.token_id, t.role, t.used_at, p.person_id, p.name, p.email, m.role
from token t
join person p on p.person_id = t.person_id
join member m on m.workspace = t.workspace and m.person_id = t.person_id
where t.secret_hash = $1 and t.workspace = $2 and t.revoked_at = '' and t.expires_at > $3`
	tokenUsed = `update token set used_at = $3 where workspace = $1 and token_id = $2 and used_at = $4`
)

// FromToken gives who acts by the token, with the lesser of its role and its
// owner's role of this moment; ErrSignedOut where the token does not count. The
// caller fills in the address.
func (s *Service) FromToken(ctx context.Context, text string) (Actor, error) {
	bad := say(ErrSignedOut, "this token is unknown, revoked or has run out: make a new one")
	secret, ok := strings.CutPrefix(text, tokenPrefix)
	if !ok {
		return Actor{}, bad
	}
	now := s.now()
	a := Actor{Workspace: s.workspace, Via: ViaAPI}
	var role Role
	var used string
	err := s.db.Read().QueryRowContext(ctx, tokenQuery, store.Hash(secret), s.workspace, store.Time(now)).
		Scan(&a.TokenID, &role, &used, &a.PersonID, &a.Name, &a.Email, &a.Role)
	if errors.Is(err, sql.ErrNoRows) {
		return Actor{}, bad
	}
	if err != nil {
		return Actor{}, err
	}
	a.Role = lesser(a.Role, role)
	if now.Sub(store.ParseTime(used)) >= seenEvery {
		s.touch(ctx, now, tokenUsed, s.workspace, a.TokenID, store.Time(now), used)
	}
	return a, nil
}

const tokenList = `select token_id, name, role, created_at, expires_at, used_at from token
where workspace = $1 and person_id = $2 and revoked_at = '' and expires_at > $3 order by created_at, token_id`

// Tokens lists the tokens of a person that count: the own ones, or as a manager
// those of a member.
func (s *Service) Tokens(ctx context.Context, a Actor, personID string) ([]Token, error) {
	now := s.now()
	var out []Token
	err := s.view(ctx, a, ownOr(a, personID, OwnTokens), func(q store.Querier) error {
		if _, err := s.member(ctx, q, personID); err != nil {
			return err
		}
		rows, err := q.QueryContext(ctx, tokenList, s.workspace, personID, store.Time(now))
		if err != nil {
			return err
		}
		out, err = collect(rows, func() (Token, error) {
			var t Token
			var created, expires, used string
			err := rows.Scan(&t.ID, &t.Name, &t.Role, &created, &expires, &used)
			t.CreatedAt, t.ExpiresAt, t.UsedAt = store.ParseTime(created), store.ParseTime(expires), store.ParseTime(used)
			return t, err
		})
		return err
	})
	return out, err
}

const (
	tokenOwner = `select person_id from token where workspace = $1 and token_id = $2 and revoked_at = ''`
	tokenEnd   = `update token set revoked_at = $3 where workspace = $1 and token_id = $2 and revoked_at = ''`
)

// RevokeToken ends a token: an own one, or as a manager one of a member whose role
// is not above the own. To others it is as if it did not exist.
func (s *Service) RevokeToken(ctx context.Context, a Actor, tokenID string) error {
	return s.endOne(ctx, a, tokenID, "token", tokenOwner, tokenEnd, OwnTokens)
}
