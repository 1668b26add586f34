package auth

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"milieu/internal/audit"
	"milieu/internal/store"
)

// Options say for which workspace people are known, and how.
type Options struct {
	DB        *store.DB
	Workspace string
	Now       func() time.Time // default: the clock
	OIDC      *OIDCConfig      // nil: passwords only
}

// Service knows the people of one workspace. Accounts (e-mail, name, password, link
// to a provider) are shared by the workspaces of one store; roles, sessions, tokens
// and invitations belong to one workspace each.
type Service struct {
	db        *store.DB
	workspace string
	now       func() time.Time
	hasher    *hasher
	byAccount *Limits
	byAddress *Limits
	sso       *sso // nil without a provider

	linkMu sync.Mutex
	link   ownerLink

	seenWait   time.Duration // see touch; tests have other ones
	quietUntil atomic.Int64  // nanoseconds; see touch
}

// New makes the service.
func New(o Options) *Service {
	s := &Service{db: o.DB, workspace: o.Workspace, now: o.Now, seenWait: seenWait,
		hasher:    newHasher(owasp),
		byAccount: NewLimits(accountBurst, accountEvery, mostKeys),
		byAddress: NewLimits(addressBurst, addressEvery, mostKeys),
	}
	if s.now == nil {
		s.now = time.Now
	}
	if o.OIDC != nil {
		s.sso = newSSO(*o.OIDC, s.now)
	}
	return s
}

// permit is Permit for actors of this workspace: who acts in another one is nobody here.
func (s *Service) permit(ctx context.Context, q store.Querier, a Actor, action Action) error {
	return PermitIn(ctx, q, s.workspace, a, action)
}

// change runs f in one transaction in which the actor may do the action.
func (s *Service) change(ctx context.Context, a Actor, action Action, f func(q store.Querier) error) error {
	return s.db.Update(ctx, func(q store.Querier) error {
		if err := PermitWrite(ctx, q, s.workspace, a, action); err != nil {
			return err
		}
		return f(q)
	})
}

// changeMember runs f in one transaction in which the actor may manage a member.
func (s *Service) changeMember(ctx context.Context, a Actor, personID string, f func(q store.Querier, was touched) error) error {
	return s.db.Update(ctx, func(q store.Querier) error {
		// Those who may not are sent away before they make anybody wait.
		if err := s.permit(ctx, q, a, ManagePeople); err != nil {
			return err
		}
		was, err := s.touchable(ctx, q, a, personID)
		if err != nil {
			return err
		}
		return f(q, was)
	})
}

// view runs reads of one moment in which the actor may do the action.
func (s *Service) view(ctx context.Context, a Actor, action Action, f func(q store.Querier) error) error {
	return s.db.View(ctx, func(q store.Querier) error {
		if err := s.permit(ctx, q, a, action); err != nil {
			return err
		}
		return f(q)
	})
}

// log writes the event into the audit log, in the transaction of the change.
func (s *Service) log(ctx context.Context, q store.Querier, now time.Time, a Actor, action, subject string, detail map[string]string) error {
	via := a.Via
	if via == "" {
		via = ViaWeb
	}
	if a.TokenID != "" {
		if detail == nil {
			detail = map[string]string{}
		}
		detail["token"] = a.TokenID
	}
	_, err := audit.Append(ctx, q, s.workspace, now, audit.Event{Actor: a.PersonID, Via: via, Action: action, Subject: subject, Detail: detail})
	return err
}

// Times between which the last use of a session or a token is not written again,
// and how long a request waits for such a write, or leaves it after one failed.
const (
	seenEvery = 5 * time.Minute
	seenWait  = 250 * time.Millisecond
	seenQuiet = time.Minute
)

// touch writes when a session or a token was last used. Reading must go on when the
// disk is full or an import holds the store, so a failure is left at that, and for a
// minute nobody waits for such a write again.
func (s *Service) touch(ctx context.Context, now time.Time, query string, args ...any) {
	if now.UnixNano() < s.quietUntil.Load() {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.seenWait)
	defer cancel()
	err := s.db.Update(ctx, func(q store.Querier) error {
		_, err := q.ExecContext(ctx, query, args...)
		return err
	})
	if err != nil {
		s.quietUntil.Store(now.Add(seenQuiet).UnixNano())
	}
}

// account is a person with the role in this workspace; Nobody where not a member.
type account struct {
	id, email, name, hash, issuer, subject string
	role                                   Role
}

const (
	accountColumns = `select p.person_id, p.email, p.name, p.password_hash, p.oidc_issuer, p.oidc_subject, coalesce(m.role, '')
from person p left join member m on m.person_id = p.person_id and m.workspace = $1 `
	accountByEmail   = accountColumns + `where p.email = $2`
	accountByID      = accountColumns + `where p.person_id = $2`
	accountBySubject = accountColumns + `where p.oidc_issuer = $2 and p.oidc_subject = $3`
)

// account finds a person; the zero account where there is none.
func (s *Service) account(ctx context.Context, q store.Querier, query string, key ...any) (account, error) {
	var a account
	err := q.QueryRowContext(ctx, query, append([]any{s.workspace}, key...)...).Scan(&a.id, &a.email, &a.name, &a.hash, &a.issuer, &a.subject, &a.role)
	if errors.Is(err, sql.ErrNoRows) {
		return account{}, nil
	}
	return a, err
}

const lockPerson = `update person set email = email where person_id = $1`

// lockedAccount finds a person by id and keeps others from changing the account until
// the transaction ends. Setting a password and joining a workspace both take the
// lock, so that neither rests on what the other is about to change.
func (s *Service) lockedAccount(ctx context.Context, q store.Querier, personID string) (account, error) {
	if _, err := q.ExecContext(ctx, lockPerson, personID); err != nil {
		return account{}, err
	}
	return s.account(ctx, q, accountByID, personID)
}

const (
	personInsert = `insert into person (person_id, email, name, password_hash, oidc_issuer, oidc_subject, created_at) values ($1, $2, $3, $4, $5, $6, $7)`
	memberInsert = `insert into member (workspace, person_id, role, added_at, added_by, signed_in_at) values ($1, $2, $3, $4, $5, '')`
)

// newPerson writes a new account and fills in its id.
func (s *Service) newPerson(ctx context.Context, q store.Querier, now time.Time, a *account) error {
	a.id = store.NewID("p")
	_, err := q.ExecContext(ctx, personInsert, a.id, a.email, a.name, a.hash, a.issuer, a.subject, store.Time(now))
	return err
}

func (s *Service) newMember(ctx context.Context, q store.Querier, now time.Time, a account, by string) error {
	_, err := q.ExecContext(ctx, memberInsert, s.workspace, a.id, a.role, store.Time(now), by)
	return err
}

// actor is the person as who acts, in a browser.
func (s *Service) actor(a account, sessionID string, v visit) Actor {
	return Actor{Workspace: s.workspace, PersonID: a.id, Name: a.name, Email: a.email, Role: a.role, Via: ViaWeb, SessionID: sessionID, Address: v.address}
}
