package interview

import (
	"context"

	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/typed"
)

// errAnonymous says why an interview cannot ask an anonymous survey.
var errAnonymous = &typed.InputError{Fields: map[string]string{"": "an anonymous survey cannot be asked in an interview: who asks would know who answered"}}

// Askable says whether a survey can be asked in an interview: it has a published instrument, is open, its answers are no
// invention, and it is not anonymous, since who is in the room knows who answered.
func Askable(s fieldwork.Survey) bool {
	return s.State == fieldwork.Open && s.Published > 0 && !s.Invented && s.Level != survey.Anonymous
}

// mayAsk refuses a survey that can never be asked in an interview. One that has closed meanwhile is taken: what was written
// down while there was no connection is kept all the same.
func (b Book) mayAsk(ctx context.Context, a auth.Actor, id string) error {
	s, err := b.surveys().Survey(ctx, a, id)
	switch {
	case err != nil:
		return err
	case s.Level == survey.Anonymous:
		return errAnonymous
	case s.Invented:
		return &typed.InputError{Fields: map[string]string{"": "a survey with invented answers cannot be asked in an interview: what firms say is never mixed with it"}}
	}
	return nil
}

func (b Book) surveys() fieldwork.Book {
	return fieldwork.Book{DB: b.DB, Workspace: b.Workspace, Now: b.Now}
}

// stays hands nothing over.
func stays(store.Querier) error { return nil }

// handOver makes ready what a finished interview gives to its survey: a function that does so in a transaction.
func (b Book) handOver(ctx context.Context, a auth.Actor, i Interview) (func(q store.Querier) error, error) {
	s, err := b.surveys().Survey(ctx, a, i.SurveyID)
	if err != nil {
		return nil, err
	}
	if s.Level == survey.Anonymous {
		return nil, errAnonymous
	}
	in, _, err := b.surveys().Instrument(ctx, i.SurveyID, 0)
	if err != nil {
		return nil, err
	}
	answers, faults := i.Typed.Answers(in)
	if len(faults) > 0 {
		return nil, &typed.InputError{Fields: faults}
	}
	c := i.Consent.Answers()
	if s.Level != survey.Attributable {
		c.Named, c.Ties = false, false
	}
	return func(q store.Querier) error {
		_, err := b.surveys().AddResponseIn(ctx, q, a, s.ID, i.OrgID, i.OrgName, "", fieldwork.ModeInterview, answers, c)
		return err
	}, nil
}
