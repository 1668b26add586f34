package auth

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"milieu/internal/store"
)

// How long a session counts: without use, and at all.
const (
	SessionIdle = 14 * 24 * time.Hour
	SessionLife = 30 * 24 * time.Hour
)

// Session is one browser in which a person is signed in.
type Session struct {
	ID        string
	BegunAt   time.Time
	SeenAt    time.Time
	ExpiresAt time.Time // at the latest
	Address   string
	Agent     string
	Current   bool // it is the one that asks
}

const (
	sessionInsert = `insert into session (session_id, secret_hash, workspace, person_id, created_at, seen_at, expires_at, ended_at, address, agent)
values ($1, $2, $3, $4, $5, $6, $7, '', $8, $9)`
	sessionPurge  = `delete from session where workspace = $1 and person_id = $2 and expires_at < $3`
	memberSignsIn = `update member set signed_in_at = $3 where workspace = $1 and person_id = $2`
)

// begin starts a session, always with a new secret: one that the browser brought may
// have been put there by somebody else. It gives the secret for the cookie, of which
// only the hash is kept.
func (s *Service) begin(ctx context.Context, q store.Querier, now time.Time, a account, v visit, how string) (string, Actor, error) {
	// What ended long ago is of use to nobody; the log keeps that it was.
	if _, err := q.ExecContext(ctx, sessionPurge, s.workspace, a.id, store.Time(now.Add(-SessionLife))); err != nil {
		return "", Actor{}, err
	}
	secret, id, at := store.NewSecret(), store.NewID("s"), store.Time(now)
	_, err := q.ExecContext(ctx, sessionInsert, id, store.Hash(secret), s.workspace, a.id, at, at, store.Time(now.Add(SessionLife)), v.address, v.agent)
	if err != nil {
		return "", Actor{}, err
	}
	if _, err := q.ExecContext(ctx, memberSignsIn, s.workspace, a.id, at); err != nil {
		return "", Actor{}, err
	}
	actor := s.actor(a, id, v)
	return secret, actor, s.log(ctx, q, now, actor, "session.begin", id, map[string]string{"how": how, "address": v.address})
}

const (
	sessionQuery = `select s.session_id, s.seen_at, p.person_id, p.name, p.email, m.role
from session s
join person p on p.person_id = s.person_id
join member m on m.workspace = s.workspace and m.person_id = s.person_id
where s.secret_hash = $1 and s.workspace = $2 and s.ended_at = '' and s.expires_at > $3 and s.seen_at > $4`
	sessionSeen = `update session set seen_at = $3 where workspace = $1 and session_id = $2 and seen_at = $4`
)

// FromSession gives who acts in the browser that sent the secret, with the role of
// this moment; ErrSignedOut where the session does not count. The caller fills in
// the address.
func (s *Service) FromSession(ctx context.Context, secret string) (Actor, error) {
	if secret == "" {
		return Actor{}, ErrSignedOut
	}
	now := s.now()
	a := Actor{Workspace: s.workspace, Via: ViaWeb}
	var seen string
	err := s.db.Read().QueryRowContext(ctx, sessionQuery, store.Hash(secret), s.workspace, store.Time(now), store.Time(now.Add(-SessionIdle))).
		Scan(&a.SessionID, &seen, &a.PersonID, &a.Name, &a.Email, &a.Role)
	if errors.Is(err, sql.ErrNoRows) {
		return Actor{}, ErrSignedOut
	}
	if err != nil {
		return Actor{}, err
	}
	if now.Sub(store.ParseTime(seen)) >= seenEvery {
		s.touch(ctx, now, sessionSeen, s.workspace, a.SessionID, store.Time(now), seen)
	}
	return a, nil
}

const sessionList = `select session_id, created_at, seen_at, expires_at, address, agent from session
where workspace = $1 and person_id = $2 and ended_at = '' and expires_at > $3 and seen_at > $4 order by seen_at desc, session_id`

// Sessions lists where a person is signed in: the own ones, or as a manager those of
// a member.
func (s *Service) Sessions(ctx context.Context, a Actor, personID string) ([]Session, error) {
	now := s.now()
	var out []Session
	err := s.view(ctx, a, ownOr(a, personID, OwnAccount), func(q store.Querier) error {
		if _, err := s.member(ctx, q, personID); err != nil {
			return err
		}
		rows, err := q.QueryContext(ctx, sessionList, s.workspace, personID, store.Time(now), store.Time(now.Add(-SessionIdle)))
		if err != nil {
			return err
		}
		out, err = collect(rows, func() (Session, error) {
			var v Session
			var begun, seen, expires string
			err := rows.Scan(&v.ID, &begun, &seen, &expires, &v.Address, &v.Agent)
			v.BegunAt, v.SeenAt, v.ExpiresAt = store.ParseTime(begun), store.ParseTime(seen), store.ParseTime(expires)
			v.Current = v.ID == a.SessionID
			return v, err
		})
		return err
	})
	return out, err
}

// ownOr is the action that it takes to deal with what belongs to a person: own for
// oneself, ManagePeople for others.
func ownOr(a Actor, personID string, own Action) Action {
	if a.PersonID == personID {
		return own
	}
	return ManagePeople
}

// collect reads all rows.
func collect[T any](rows *sql.Rows, scan func() (T, error)) ([]T, error) {
	defer func() { _ = rows.Close() }() // Err tells what went wrong
	var out []T
	for rows.Next() {
		v, err := scan()
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

const (
	sessionOwner = `select person_id from session where workspace = $1 and session_id = $2 and ended_at = ''`
	sessionEnd   = `update session set ended_at = $3 where workspace = $1 and session_id = $2 and ended_at = ''`
	sessionsEnd  = `update session set ended_at = $3 where workspace = $1 and person_id = $2 and ended_at = '' and session_id <> $4`
)

// SignOut ends the session in which the actor acts.
func (s *Service) SignOut(ctx context.Context, a Actor) error {
	if a.SessionID == "" {
		return nil
	}
	err := s.EndSession(ctx, a, a.SessionID)
	if errors.Is(err, ErrNotFound) || errors.Is(err, ErrDenied) {
		return nil // it has ended already, or its person is no longer a member
	}
	return err
}

// EndSession ends a session: an own one, or as a manager one of a member whose role
// is not above the own. To others it is as if it did not exist.
func (s *Service) EndSession(ctx context.Context, a Actor, sessionID string) error {
	return s.endOne(ctx, a, sessionID, "session", sessionOwner, sessionEnd, OwnAccount)
}

// endOne ends a session or a token, whose owner the query tells, for its owner or
// for a manager.
func (s *Service) endOne(ctx context.Context, a Actor, id, noun, ownerQuery, endQuery string, own Action) error {
	missing := say(ErrNotFound, "there is no such %s, or it has ended already", noun)
	now := s.now()
	return s.db.Update(ctx, func(q store.Querier) error {
		if err := s.permit(ctx, q, a, own); err != nil {
			return err
		}
		var person string
		err := q.QueryRowContext(ctx, ownerQuery, s.workspace, id).Scan(&person)
		if errors.Is(err, sql.ErrNoRows) {
			return missing
		}
		if err != nil {
			return err
		}
		if person == a.PersonID {
			if err := PermitWrite(ctx, q, s.workspace, a, own); err != nil {
				return err
			}
		} else {
			if err := s.permit(ctx, q, a, ManagePeople); errors.Is(err, ErrDenied) {
				return missing
			} else if err != nil {
				return err
			}
			if _, err := s.touchable(ctx, q, a, person); err != nil {
				return err
			}
		}
		if _, err := q.ExecContext(ctx, endQuery, s.workspace, id, store.Time(now)); err != nil {
			return err
		}
		return s.log(ctx, q, now, a, noun+".end", id, map[string]string{"person": person})
	})
}

// EndSessions ends the other sessions of the actor, or as a manager all of a member
// whose role is not above the own, and says how many.
func (s *Service) EndSessions(ctx context.Context, a Actor, personID string) (int, error) {
	now, n := s.now(), int64(0)
	end := func(q store.Querier, keep string) error {
		r, err := q.ExecContext(ctx, sessionsEnd, s.workspace, personID, store.Time(now), keep)
		if err != nil {
			return err
		}
		if n, err = r.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return s.log(ctx, q, now, a, "session.end-all", personID, nil)
	}
	var err error
	if a.PersonID == personID {
		err = s.change(ctx, a, OwnAccount, func(q store.Querier) error { return end(q, a.SessionID) })
	} else {
		err = s.changeMember(ctx, a, personID, func(q store.Querier, _ touched) error { return end(q, "") })
	}
	return int(n), err
}
