package ledger

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/typed"
)

// Who may read that an organisation is a champion.
const (
	ListedPublic = "public"  // everybody
	ListedTeam   = "team"    // people of the workspace
	Refused      = "refused" // nobody: they were asked and said no
)

// Consent is what the people of an organisation agreed to when they were asked, or that they refused.
type Consent struct {
	ID           string
	Org, OrgName string
	Listed       string // ListedPublic, ListedTeam or Refused
	Scope        string // what they agreed to do and to have said of them
	Contact      string // who said yes, how and when
	RecordedAt   string // as store.Time writes it
	RecordedBy   string // id of a person
	WithdrawnAt  string // "" while it holds
	WithdrawnBy  string
	WithdrawnWhy string
	ErasedAt     string // scope, contact and why were emptied on request
	ErasedBy     string
}

// Holds says that it is a yes and has not been withdrawn.
func (c Consent) Holds() bool { return c.WithdrawnAt == "" && c.Listed != Refused }

// Stands says that it is the last word of the organisation, a yes or a no.
func (c Consent) Stands() bool { return c.WithdrawnAt == "" }

const (
	consentWrite = `insert into champion_consent (workspace, consent_id, organisation_id, organisation_name, listed, scope, contact, recorded_at, recorded_by,
  withdrawn_at, withdrawn_by, withdrawn_why, erased_at, erased_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', '', '', '', '')`
	consentEnd   = `update champion_consent set withdrawn_at = $3, withdrawn_by = $4, withdrawn_why = $5 where workspace = $1 and consent_id = $2 and withdrawn_at = '' returning organisation_id`
	consentErase = `update champion_consent set contact = '', scope = '', withdrawn_why = '', erased_at = $3, erased_by = $4 where workspace = $1 and consent_id = $2 returning organisation_id`

	consentColumns = `select consent_id, organisation_id, organisation_name, listed, scope, contact, recorded_at, recorded_by, withdrawn_at, withdrawn_by, withdrawn_why, erased_at, erased_by
from champion_consent where workspace = $1 `
	consentAll    = consentColumns + `order by recorded_at, consent_id`
	consentPublic = `select organisation_id, organisation_name, recorded_at from champion_consent where workspace = $1 and withdrawn_at = '' and listed = 'public' order by recorded_at, consent_id`
	consentThere  = `select count(consent_id) from champion_consent where workspace = $1 and consent_id = $2`
)

// Consent keeps that an organisation's people agreed to be named as a champion, or refused. Who
// that was and how stands in Contact, which the log does not repeat. An organisation has one
// answer at a time: the error is store.ErrExists where one stands.
func (b Book) Consent(ctx context.Context, a auth.Actor, c Consent) (string, error) {
	f := typed.Faults{}
	if c.Org == "" || len(c.Org) > mostID {
		f.Add("organisation", "is missing: choose one of the list")
	}
	c.OrgName = typed.Cut(c.OrgName, MostName)
	c.Scope, c.Contact = f.Text("scope", c.Scope, MostNote), f.Text("contact", c.Contact, MostNote)
	if c.Contact == "" {
		f.Add("contact", "is missing: say who said yes, how and when")
	}
	if c.Scope == "" && c.Listed != Refused {
		f.Add("scope", "is missing: say what they agreed to")
	}
	if c.Listed != ListedPublic && c.Listed != ListedTeam && c.Listed != Refused {
		f.Add("answer", "is missing: say whether they agreed, and who may read it")
	}
	if err := f.Err(); err != nil {
		return "", err
	}
	id := store.NewID("c")
	err := b.change(ctx, a, func(q store.Querier, now time.Time) (audit.Event, error) {
		if _, err := q.ExecContext(ctx, consentWrite, b.Workspace, id, c.Org, c.OrgName, c.Listed, c.Scope, c.Contact, store.Time(now), a.PersonID); err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Action: "champion.consent", Subject: id, Detail: map[string]string{"organisation": c.Org, "listed": c.Listed}}, nil
	})
	return id, err
}

// Withdraw ends a consent: from then on no page names the organisation as a champion. Of a
// refusal it says that they may be asked again.
func (b Book) Withdraw(ctx context.Context, a auth.Actor, id, why string) error {
	f := typed.Faults{}
	why = f.Text("reason", why, MostNote)
	if err := f.Err(); err != nil {
		return err
	}
	return b.change(ctx, a, func(q store.Querier, now time.Time) (audit.Event, error) {
		org, err := b.end(ctx, q, a, id, why, now)
		return audit.Event{Action: "champion.withdraw", Subject: id, Detail: map[string]string{"organisation": org}}, err
	})
}

// errWithdrawn says that somebody was first.
var errWithdrawn error = &ConflictError{What: "consent"}

func (b Book) end(ctx context.Context, q store.Querier, a auth.Actor, id, why string, now time.Time) (org string, err error) {
	err = q.QueryRowContext(ctx, consentEnd, b.Workspace, id, store.Time(now), a.PersonID, why).Scan(&org)
	if !errors.Is(err, sql.ErrNoRows) {
		return org, err
	}
	var n int
	if err := q.QueryRowContext(ctx, consentThere, b.Workspace, id).Scan(&n); err != nil {
		return "", err
	}
	if n == 0 {
		return "", ErrNotFound
	}
	return "", errWithdrawn
}

// Erase empties what a consent says of people, for somebody who asks for that, and withdraws it
// if it still holds. That there was one, and who erased it, stays.
func (b Book) Erase(ctx context.Context, a auth.Actor, id string) error {
	return b.change(ctx, a, func(q store.Querier, now time.Time) (audit.Event, error) {
		if _, err := b.end(ctx, q, a, id, "", now); err != nil && !errors.Is(err, errWithdrawn) {
			return audit.Event{}, err
		}
		var org string
		err := q.QueryRowContext(ctx, consentErase, b.Workspace, id, store.Time(now), a.PersonID).Scan(&org)
		return audit.Event{Action: "champion.erase", Subject: id, Detail: map[string]string{"organisation": org}}, err
	})
}

// Consents reads all consents with contacts, in the order in which they were recorded.
func (b Book) Consents(ctx context.Context, a auth.Actor) ([]Consent, error) {
	var out []Consent
	err := b.read(ctx, a, func(q store.Querier) error {
		return store.Each(ctx, q, consentAll, []any{b.Workspace}, func(scan func(...any) error) error {
			var c Consent
			err := scan(&c.ID, &c.Org, &c.OrgName, &c.Listed, &c.Scope, &c.Contact, &c.RecordedAt, &c.RecordedBy, &c.WithdrawnAt, &c.WithdrawnBy, &c.WithdrawnWhy, &c.ErasedAt, &c.ErasedBy)
			out = append(out, c)
			return err
		})
	})
	return out, err
}

// Listing is a champion as everybody may see it.
type Listing struct{ Org, OrgName, Since string }

// Listed are the organisations whose consent to be named to everybody holds at this moment. It
// says nothing of people and is for everybody.
func (b Book) Listed(ctx context.Context) ([]Listing, error) {
	var out []Listing
	err := store.Each(ctx, b.DB.Read(), consentPublic, []any{b.Workspace}, func(scan func(...any) error) error {
		var l Listing
		err := scan(&l.Org, &l.OrgName, &l.Since)
		out = append(out, l)
		return err
	})
	return out, err
}
