package interview

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/typed"
)

// State is how far an interview has come.
type State string

// The states.
const (
	Open   State = "open"   // it can still be written
	Done   State = "done"   // answers have been handed to the survey; notes can be mended
	Erased State = "erased" // nothing but the fact is left
)

// Interview is what is kept of one conversation.
type Interview struct {
	ID, Key string
	Content
	State            State
	Version          int64
	MadeAt, MadeBy   string // as store.Time writes it; id of a person
	Changed, By      string
	ErasedAt         string // "" where it was not
	Excerpts, Coders int    // excerpts that are there, and people who coded one of them
}

const (
	interviewInsert = `insert into interview (workspace, interview_id, client_key, survey_id, org_id, org_name, day, who, consent, notes, answers, state, version, made_at, made_by, changed_at, changed_by, erased_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'open', 1, $12, $13, $12, $13, '') on conflict (workspace, client_key) do nothing returning version`
	interviewUpdate = `update interview set version = version + 1, org_id = $4, org_name = $5, day = $6, who = $7, consent = $8, notes = $9, answers = $10, changed_at = $11, changed_by = $12
where workspace = $1 and interview_id = $2 and version = $3 and erased_at = '' returning version`
	interviewColumns = `select i.interview_id, i.client_key, i.survey_id, i.org_id, i.org_name, i.day, i.who, i.consent, i.notes, i.answers, i.state, i.version, i.made_at, i.made_by, i.changed_at, i.changed_by, i.erased_at,
  (select count(e.excerpt_id) from excerpt e where e.workspace = i.workspace and e.interview_id = i.interview_id and e.erased_at = ''),
  (select count(distinct c.coder) from coding c join excerpt e on e.workspace = c.workspace and e.excerpt_id = c.excerpt_id where e.workspace = i.workspace and e.interview_id = i.interview_id and e.erased_at = '')
from interview i where i.workspace = $1 `
	interviewByKey   = interviewColumns + `and i.client_key = $2`
	interviewByID    = interviewColumns + `and i.interview_id = $2`
	interviewAll     = interviewColumns + `and ($2 = '' or i.org_id = $2) order by i.day desc, i.made_at desc, i.interview_id`
	interviewVersion = `select interview_id, version from interview where workspace = $1 and interview_id = $2`
)

// Save keeps an interview as it was sent, and says which one it is and its version. What is sent again is kept once: a
// device that had no answer sends the same anew. Errors are an *typed.InputError, a *ConflictError where the server has
// something else than the device last saw (with the interview as the server has it), ErrErased, one of auth.ErrDenied,
// or of the store.
func (b Book) Save(ctx context.Context, a auth.Actor, d Draft) (Interview, error) {
	d, err := d.check(b.Now())
	if err != nil {
		return Interview{}, err
	}
	if d.Version == 0 && d.SurveyID != "" {
		if err := b.mayAsk(ctx, a, d.SurveyID); err != nil {
			return Interview{}, err
		}
	}
	var out Interview
	err = b.change(ctx, a, auth.RunSurvey, func(q store.Querier, now time.Time) (audit.Event, error) {
		have, err := one(ctx, q, interviewByKey, b.Workspace, d.Key)
		if errors.Is(err, ErrNotFound) && d.Version == 0 {
			var made bool
			if made, err = b.insert(ctx, q, a, d, now); err != nil {
				return audit.Event{}, err
			}
			if out, err = one(ctx, q, interviewByKey, b.Workspace, d.Key); err != nil || made {
				return audit.Event{Action: "interview.make", Subject: out.ID, Detail: about(out.Content)}, err
			}
			have = out
		}
		if err != nil {
			return audit.Event{}, err
		}
		out, err = b.replace(ctx, q, a, have, d, now)
		if err != nil || !worthLogging(have, out) {
			return audit.Event{}, err
		}
		return audit.Event{Action: "interview.change", Subject: out.ID, Detail: about(out.Content)}, nil
	})
	return out, err
}

// worthLogging says whether a change is told in the log. A device sends what is typed every few seconds: of those
// changes the log has the first of each person and day, and each of the consent or the firm.
func worthLogging(was, is Interview) bool {
	day := func(at string) string { return at[:min(len(at), len(time.DateOnly))] }
	return is.Version != was.Version && (is.By != was.By || day(is.Changed) != day(was.Changed) || is.Consent != was.Consent || is.OrgID != was.OrgID)
}

// about is what the log may say of an interview: which firm and which survey, and nothing that was said.
func about(c Content) map[string]string {
	return map[string]string{"organisation": c.OrgID, "survey": c.SurveyID}
}

func (b Book) insert(ctx context.Context, q store.Querier, a auth.Actor, d Draft, now time.Time) (made bool, err error) {
	consent, typed, err := d.texts()
	if err != nil {
		return false, err
	}
	var version int64
	err = q.QueryRowContext(ctx, interviewInsert, b.Workspace, store.NewID("v"), d.Key, d.SurveyID, d.OrgID, d.OrgName, d.Day, d.Who, consent, d.Notes, typed, store.Time(now), a.PersonID).Scan(&version)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil // the same device was here a moment before
	}
	return err == nil, err
}

func (c Content) texts() (consent, typed string, err error) {
	agreed, err := json.Marshal(c.Consent)
	if err != nil {
		return "", "", fmt.Errorf("consent of an interview: %w", err)
	}
	typed, err = c.Typed.encode()
	return string(agreed), typed, err
}

// replace puts a draft in the place of what the server has, unless that is the same or was changed since.
func (b Book) replace(ctx context.Context, q store.Querier, a auth.Actor, have Interview, d Draft, now time.Time) (Interview, error) {
	if have.State == Erased {
		return Interview{}, ErrErased
	}
	d.SurveyID = have.SurveyID
	if have.State == Done {
		d.Typed, d.OrgID, d.OrgName = have.Typed, have.OrgID, have.OrgName // the answers have gone to the survey, as that firm's
		if looser(have.Consent, d.Consent) {
			return have, &typed.InputError{Fields: map[string]string{"quotes": "cannot allow more than was agreed: say who agreed to it, and on which day"}}
		}
	}
	if have.Content.Equal(d.Content) {
		return have, nil
	}
	if have.Version != d.Version {
		return have, &ConflictError{What: "interview", ID: have.ID, Version: have.Version}
	}
	consent, typed, err := d.texts()
	if err != nil {
		return have, err
	}
	version := int64(0)
	err = q.QueryRowContext(ctx, interviewUpdate, b.Workspace, have.ID, d.Version, d.OrgID, d.OrgName, d.Day, d.Who, consent, d.Notes, typed, store.Time(now), a.PersonID).Scan(&version)
	if errors.Is(err, sql.ErrNoRows) {
		return have, versionOf(ctx, q, "interview", interviewVersion, b.Workspace, have.ID)
	}
	if err != nil {
		return have, err
	}
	return one(ctx, q, interviewByID, b.Workspace, have.ID)
}

// looser says that a consent allows more than the one before without saying who agreed to that.
func looser(was, is Consent) bool {
	more := is.Quotes.rank() > was.Quotes.rank() || is.Named && !was.Named || is.Ties && !was.Ties
	return more && is.By == was.By && is.At == was.At
}

// Interview reads one with its excerpts. Of an excerpt the codes of others are there for those who may not code, and for
// coders once they have coded it themselves.
func (b Book) Interview(ctx context.Context, a auth.Actor, id string) (i Interview, excerpts []Excerpt, err error) {
	err = b.read(ctx, a, func(q store.Querier) error {
		if i, err = one(ctx, q, interviewByID, b.Workspace, id); err != nil {
			return err
		}
		excerpts, err = b.excerpts(ctx, q, a, id)
		return err
	})
	return i, excerpts, err
}

// Interviews reads all, those held last first.
func (b Book) Interviews(ctx context.Context, a auth.Actor) ([]Interview, error) {
	return b.InterviewsOf(ctx, a, "")
}

// InterviewsOf reads those with a firm of the register, "" for all, those held last first.
func (b Book) InterviewsOf(ctx context.Context, a auth.Actor, orgID string) (out []Interview, err error) {
	err = b.read(ctx, a, func(q store.Querier) error {
		out, err = interviews(ctx, q, interviewAll, b.Workspace, orgID)
		return err
	})
	return out, err
}

func one(ctx context.Context, q store.Querier, query string, args ...any) (Interview, error) {
	some, err := interviews(ctx, q, query, args...)
	if err == nil && len(some) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Interview{}, err
	}
	return some[0], nil
}

func interviews(ctx context.Context, q store.Querier, query string, args ...any) (out []Interview, err error) {
	err = store.Each(ctx, q, query, args, func(scan func(...any) error) error {
		var i Interview
		var consent, typed string
		err := scan(&i.ID, &i.Key, &i.SurveyID, &i.OrgID, &i.OrgName, &i.Day, &i.Who, &consent, &i.Notes, &typed, &i.State, &i.Version, &i.MadeAt, &i.MadeBy, &i.Changed, &i.By, &i.ErasedAt, &i.Excerpts, &i.Coders)
		if err != nil {
			return err
		}
		if i.Consent, err = decodeConsent(consent); err != nil {
			return fmt.Errorf("interview %s: %w", i.ID, err)
		}
		if i.Typed, err = decodeTyped(typed); err != nil {
			return fmt.Errorf("interview %s: %w", i.ID, err)
		}
		out = append(out, i)
		return nil
	})
	return out, err
}

// ByKey reads the interview that a device knows by its key.
func (b Book) ByKey(ctx context.Context, a auth.Actor, key string) (i Interview, err error) {
	err = b.read(ctx, a, func(q store.Querier) error {
		i, err = one(ctx, q, interviewByKey, b.Workspace, key)
		return err
	})
	return i, err
}
