package fieldwork

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/survey"
	"milieu/internal/typed"
)

// Response is answers that were given, with the firm. There is none of an anonymous survey.
type Response struct {
	ID, SurveyID   string
	SurveyTitle    string
	Wave           string
	N              int // version of the instrument
	Stratum        string
	UnitID         string // "" where the firm was not drawn
	OrgID, OrgName string
	Groups         map[string]string
	Mode           string
	Answers        survey.Answers
	Consent        survey.Consent
	DoneAt, By     string
	State          string
	Version        int64
}

const (
	responseColumns = `select r.response_id, r.survey_id, s.title, s.wave, r.instrument, r.stratum, r.unit_id, r.org_id, r.org_name, r.groups, r.mode, r.answers, r.consent, r.done_at, r.by_person, r.state, r.version
from survey_response r join survey s on s.workspace = r.workspace and s.survey_id = r.survey_id where r.workspace = $1 and r.state <> 'erased' `
	responsesOf    = responseColumns + `and r.survey_id = $2 order by r.response_id`
	responsesOfOrg = responseColumns + `and r.org_id = $2 and s.level <> 'anonymous' order by r.done_at desc, r.response_id`
	responsesSaid  = responseColumns + `and r.org_id = $2 and s.level = 'attributable' and s.invented = 0 order by r.done_at desc, r.response_id`
)

func scanResponse(scan func(...any) error) (Response, error) {
	var r Response
	var n int64
	var groups, answers, agreed string
	err := scan(&r.ID, &r.SurveyID, &r.SurveyTitle, &r.Wave, &n, &r.Stratum, &r.UnitID, &r.OrgID, &r.OrgName, &groups, &r.Mode, &answers, &agreed, &r.DoneAt, &r.By, &r.State, &r.Version)
	if err != nil {
		return r, err
	}
	r.N = int(n)
	return r, r.parse(groups, answers, agreed)
}

// parse reads the parts that are kept as JSON.
func (r *Response) parse(groups, answers, agreed string) error {
	for _, part := range []struct {
		text string
		to   any
	}{{groups, &r.Groups}, {answers, &r.Answers}, {agreed, &r.Consent}} {
		if part.text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(part.text), part.to); err != nil {
			return fmt.Errorf("response %s: %w", r.ID, err)
		}
	}
	return nil
}

func (b Book) responsesIn(ctx context.Context, q store.Querier, query, arg string) ([]Response, error) {
	var out []Response
	err := store.Each(ctx, q, query, []any{b.Workspace, arg}, func(scan func(...any) error) error {
		r, err := scanResponse(scan)
		out = append(out, r)
		return err
	})
	return out, err
}

// Responses are the single answers of a survey, with the firms that gave them; ErrAnonymous where nobody can say which did.
func (b Book) Responses(ctx context.Context, a auth.Actor, id string) ([]Response, error) {
	var out []Response
	err := b.read(ctx, a, auth.ReadAnswers, func(q store.Querier) error {
		s, err := b.surveyIn(ctx, q, id)
		if err != nil {
			return err
		}
		if s.Level == survey.Anonymous {
			return ErrAnonymous
		}
		out, err = b.responsesIn(ctx, q, responsesOf, id)
		return err
	})
	return out, err
}

// AnsweredBy are the answers that a firm gave in all surveys but anonymous ones, the newest first.
func (b Book) AnsweredBy(ctx context.Context, a auth.Actor, orgID string) ([]Response, error) {
	var out []Response
	err := b.read(ctx, a, auth.ReadAnswers, func(q store.Querier) error {
		var err error
		out, err = b.responsesIn(ctx, q, responsesOfOrg, orgID)
		return err
	})
	return out, err
}

// SaidBy is what a firm agreed to have said of it with its name, the newest first. It is for everybody; nothing invented is in it. Who
// agreed and who wrote it down is not.
func (b Book) SaidBy(ctx context.Context, orgID string) ([]Response, error) {
	if orgID == "" {
		return nil, nil
	}
	all, err := b.responsesIn(ctx, b.DB.Read(), responsesSaid, orgID)
	out := []Response{}
	for _, r := range all {
		if r.Consent.Named {
			r.Consent.By, r.By, r.UnitID = "", "", ""
			out = append(out, r)
		}
	}
	return out, err
}

// AddResponse keeps answers that came in otherwise than by a link, and gives the response's id. A firm that was drawn is
// done with that. An anonymous survey takes them on paper alone, without a firm and with the stratum: who speaks with somebody knows who it is. Errors
// are an *typed.InputError, ErrDone where the firm has answered already, ErrClosed, ErrNotFound, one of auth.ErrDenied, or of the store.
func (b Book) AddResponse(ctx context.Context, a auth.Actor, surveyID, orgID, orgName, stratum, mode string, ans survey.Answers, c survey.Consent) (string, error) {
	var id string
	err := b.change(ctx, a, auth.RunSurvey, func(q store.Querier, _ time.Time) (audit.Event, error) {
		var err error
		id, err = b.AddResponseIn(ctx, q, a, surveyID, orgID, orgName, stratum, mode, ans, c)
		return audit.Event{Action: "survey.answer", Subject: surveyID, Detail: map[string]string{"mode": mode}}, err
	})
	if err != nil {
		return "", err
	}
	return id, nil
}

// AddResponseIn is AddResponse within the transaction q of a caller who has asked for permission and writes the log.
func (b Book) AddResponseIn(ctx context.Context, q store.Querier, a auth.Actor, surveyID, orgID, orgName, stratum, mode string, ans survey.Answers, c survey.Consent) (string, error) {
	s, err := b.surveyIn(ctx, q, surveyID)
	switch {
	case err != nil:
		return "", err
	case s.State != Open:
		return "", ErrClosed
	case s.Invented:
		return "", typed.Whole("the answers of this survey are invented: what a firm says is kept in a survey of its own")
	case !slices.Contains([]string{ModeInterview, ModeTelephone, ModePaper}, mode):
		return "", typed.Whole("answers are added by %s, %s or %s, not by %.20q", ModeInterview, ModeTelephone, ModePaper, mode)
	case s.Level == survey.Anonymous && (mode != ModePaper || orgID != "" || orgName != ""):
		return "", typed.Whole("an anonymous survey takes answers by its links, and on paper without the name of a firm: who speaks with somebody knows who it is")
	case s.Level != survey.Anonymous && orgID == "" && typed.Line(orgName) == "":
		return "", &typed.InputError{Fields: map[string]string{"organisation": "is missing: say which firm answered"}}
	}
	in, n, err := b.instrumentIn(ctx, q, surveyID, 0)
	if err != nil {
		return "", err
	}
	settled, err := settle(in, ans)
	if err != nil {
		return "", err
	}
	r := Response{SurveyID: surveyID, N: n, OrgID: orgID, OrgName: typed.Line(orgName), Stratum: stratum, Mode: mode, Answers: settled, Consent: c, By: a.PersonID}
	if err := b.place(ctx, q, s, &r); err != nil {
		return "", err
	}
	return b.putResponse(ctx, q, s, in, r)
}

// place joins a response to the firm that was drawn, which is done with it, or else to what the frame says of the firm.
func (b Book) place(ctx context.Context, q store.Querier, s Survey, r *Response) error {
	f, err := b.frozenIn(ctx, q, s.ID)
	if errors.Is(err, ErrNotFound) {
		r.Stratum = ""
		return nil
	}
	if err != nil {
		return err
	}
	if s.Level == survey.Anonymous {
		if _, ok := f.Counts.stratum(r.Stratum); !ok {
			return &typed.InputError{Fields: map[string]string{"stratum": fmt.Sprintf("%.60q is none of the frame: say from which stratum the paper came", r.Stratum)}}
		}
		return nil
	}
	u, err := scanUnit(q.QueryRowContext(ctx, unitOfOrg, b.Workspace, s.ID, r.OrgID).Scan)
	if err := none(err); err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	if u.ID != "" && r.OrgID != "" {
		return b.finish(ctx, q, s, r, u)
	}
	r.Stratum = ""
	if r.OrgID == "" {
		return nil
	}
	whole, err := b.frameIn(ctx, q, s.ID)
	if err != nil {
		return err
	}
	if x, ok := whole.Find(r.OrgID); ok {
		r.Stratum, r.Groups, r.OrgName = x.Stratum, x.Groups, x.Name
	}
	return nil
}

// finish makes a drawn firm one that has answered.
func (b Book) finish(ctx context.Context, q store.Querier, s Survey, r *Response, u Unit) error {
	if _, err := q.ExecContext(ctx, unitHold, b.Workspace, s.ID, u.ID); err != nil {
		return err
	}
	u, err := scanUnit(q.QueryRowContext(ctx, unitOne, b.Workspace, s.ID, u.ID).Scan)
	if err != nil {
		return none(err)
	}
	if u.State == UnitDone || u.State == UnitErased {
		return ErrDone
	}
	r.UnitID, r.Stratum, r.Groups, r.OrgName = u.ID, u.Stratum, u.Groups, u.Name
	if _, err := q.ExecContext(ctx, draftEnd, b.Workspace, key{}.draft(s.ID, u.ID)); err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, unitFinish, b.Workspace, s.ID, u.ID, UnitDone, store.Time(b.Now()))
	return err
}

const (
	scatterRead   = `select response_id, instrument, stratum, groups, mode, answers, consent, state, version from survey_response where workspace = $1 and survey_id = $2 order by response_id`
	scatterDelete = `delete from survey_response where workspace = $1 and survey_id = $2`
	scatterWrite  = `insert into survey_response (workspace, response_id, survey_id, instrument, stratum, unit_id, org_id, org_name, groups, mode, answers, consent, done_at, by_person, state, version)
values ($1, $2, $3, $4, $5, '', '', '', $6, $7, $8, $9, '', '', $10, $11)`
)

// scatter writes the responses of an anonymous survey anew in the order of their ids, which is chance, all in one transaction.
func (b Book) scatter(ctx context.Context, q store.Querier, id string) error {
	type row struct {
		id, stratum, groups, mode, answers, consent, state string
		n, version                                         int64
	}
	var all []row
	err := store.Each(ctx, q, scatterRead, []any{b.Workspace, id}, func(scan func(...any) error) error {
		var r row
		err := scan(&r.id, &r.n, &r.stratum, &r.groups, &r.mode, &r.answers, &r.consent, &r.state, &r.version)
		all = append(all, r)
		return err
	})
	if err != nil {
		return err
	}
	if _, err := q.ExecContext(ctx, scatterDelete, b.Workspace, id); err != nil {
		return fmt.Errorf("writing answers anew: %w", err)
	}
	for _, r := range all {
		if _, err := q.ExecContext(ctx, scatterWrite, b.Workspace, r.id, id, r.n, r.stratum, r.groups, r.mode, r.answers, r.consent, r.state, r.version); err != nil {
			return fmt.Errorf("writing answers anew: %w", err)
		}
	}
	return nil
}
