package fieldwork

import (
	"context"
	"fmt"
	"slices"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/survey"
	"milieu/internal/typed"
)

// Invention is what a model makes of a drawn firm: how far it comes, and its answers where State is UnitDone.
type Invention struct {
	UnitID   string
	State    string // UnitSent, UnitOpened, UnitStarted, UnitDone, UnitRefused, UnitBounced or UnitOutOfScope
	Reminded bool
	Answers  survey.Answers
	Consent  survey.Consent
}

const (
	inventUnit = `update survey_unit set version = version + 1, state = $4, sent_at = $5, reminded = $6, reminded_at = $7, opened_at = $8, started_at = $9, done_at = $10
where workspace = $1 and survey_id = $2 and unit_id = $3`
	inventLink = `insert into survey_link (workspace, link_hash, survey_id, stratum, unit_id, state, proof) values ($1, $2, $3, $4, $5, $6, '')`
)

// Invent keeps the answers that a model made, in one transaction. The survey is one of invented answers, is open, and nobody has
// been asked by it; links that nobody holds stand for those that would have been sent. It gives the number of responses.
func (b Book) Invent(ctx context.Context, a auth.Actor, id string, made []Invention) (int, error) {
	responses := 0
	err := b.change(ctx, a, auth.RunSurvey, func(q store.Querier, now time.Time) (audit.Event, error) {
		responses = 0
		s, err := b.surveyIn(ctx, q, id)
		switch {
		case err != nil:
			return audit.Event{}, err
		case !s.Invented:
			return audit.Event{}, typed.Whole("answers are invented for surveys that say so from their beginning; this one is for firms")
		case s.State != Open:
			return audit.Event{}, ErrClosed
		}
		if err := b.untouched(ctx, q, id); err != nil {
			return audit.Event{}, err
		}
		in, n, err := b.instrumentIn(ctx, q, id, 0)
		if err != nil {
			return audit.Event{}, err
		}
		for _, m := range made {
			if err := b.invent(ctx, q, s, in, n, m, now); err != nil {
				return audit.Event{}, fmt.Errorf("firm %s: %w", m.UnitID, err)
			}
			count(&responses, m.State == UnitDone)
		}
		return audit.Event{Action: "survey.invent", Subject: id, Detail: map[string]string{"firms": fmt.Sprint(len(made)), "responses": fmt.Sprint(responses)}}, nil
	})
	if err != nil {
		return 0, err
	}
	return responses, nil
}

// steps are the states in which one follows the other.
var steps = []string{UnitSent, UnitOpened, UnitStarted, UnitDone}

func (b Book) invent(ctx context.Context, q store.Querier, s Survey, in survey.Instrument, n int, m Invention, now time.Time) error {
	u, err := scanUnit(q.QueryRowContext(ctx, unitOne, b.Workspace, s.ID, m.UnitID).Scan)
	if err != nil {
		return none(err)
	}
	step := slices.Index(steps, m.State)
	if step < 0 && !slices.Contains([]string{UnitRefused, UnitBounced, UnitOutOfScope}, m.State) {
		return typed.Whole("%.20q is no state that a firm can be made to have", m.State)
	}
	if err := b.inventTrace(ctx, q, s, u, m, step, store.Time(now)); err != nil {
		return err
	}
	if m.State != UnitDone {
		return nil
	}
	settled, err := settle(in, m.Answers)
	if err != nil {
		return err
	}
	_, err = b.putResponse(ctx, q, s, in, Response{SurveyID: s.ID, N: n, Stratum: u.Stratum, UnitID: u.ID, OrgID: u.OrgID, OrgName: u.Name, Groups: u.Groups, Mode: ModeInvented,
		Answers: settled, Consent: m.Consent})
	return err
}

// inventTrace marks the firm, or in an anonymous survey the link, with how far it has come.
func (b Book) inventTrace(ctx context.Context, q store.Querier, s Survey, u Unit, m Invention, step int, at string) error {
	reached := func(i int) string {
		if step >= i {
			return at
		}
		return ""
	}
	reminded, remindedAt := 0, ""
	if m.Reminded {
		reminded, remindedAt = 1, at
	}
	unit, state, linkTo := u.ID, m.State, linkNew
	opened, started, done := reached(1), reached(2), reached(3)
	if s.Level == survey.Anonymous {
		if step >= 0 {
			linkTo = []string{linkNew, linkOpened, linkStarted, linkDone}[step]
			state = UnitSent
		}
		if m.State == UnitRefused {
			linkTo, state = linkRefused, UnitSent
		}
		unit, opened, started, done = "", "", "", ""
	}
	if _, err := q.ExecContext(ctx, inventUnit, b.Workspace, s.ID, u.ID, state, at, reminded, remindedAt, opened, started, done); err != nil {
		return err
	}
	_, err := q.ExecContext(ctx, inventLink, b.Workspace, key{link: NewSecret()}.hash(), s.ID, u.Stratum, unit, linkTo)
	return err
}
