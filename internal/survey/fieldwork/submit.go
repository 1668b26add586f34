package fieldwork

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"milieu/internal/store"
	"milieu/internal/survey"
	"milieu/internal/typed"
)

// Ways in which answers come in.
const (
	ModeWeb       = "web"
	ModeInterview = "interview"
	ModeTelephone = "telephone"
	ModePaper     = "paper"
	ModeInvented  = "invented" // made by a model
)

// States of a response.
const (
	given   = "given"
	erased  = "erased"  // emptied on the firm's request
	expired = "expired" // what names anybody was emptied when its time was over
)

const (
	linkUse = `update survey_link set state = 'done', proof = case when link_hash = $4 then $5 else proof end where workspace = $1 and (link_hash = $4 or link_hash in
  (select l.link_hash from survey_link l where l.workspace = $1 and l.survey_id = $2 and l.stratum = $3 and l.state = 'done' order by random() limit 100))`
	// surveyChanged counts answers that came after results could be seen.
	surveyChanged = `update survey set changes = changes + 1 where workspace = $1 and survey_id = $2`
	surveyHold    = `update survey set version = version where workspace = $1 and survey_id = $2`
)

const responseWrite = `insert into survey_response (workspace, response_id, survey_id, instrument, stratum, unit_id, org_id, org_name, groups, mode, answers, consent, done_at, by_person, state, version)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'given', 1)`

// Submit gives the answers: they replace those that were being given, and count from now on. A second time it is ErrDone,
// so that who has heard nothing can send again. Of consent only what the survey's level allows is kept. Errors are an *InputError by question,
// a *ConflictError, ErrDone, ErrClosed, ErrNotFound, or of the store. The answers are on disk when it returns nil.
func (b Book) Submit(ctx context.Context, secret string, version int64, a survey.Answers, c survey.Consent) error {
	anonymous := false
	err := b.DB.Update(ctx, func(q store.Querier) error {
		if err := b.queue(ctx, q, secret); err != nil {
			return err
		}
		l, d, err := b.answering(ctx, q, secret, version)
		if anonymous = l.anonymous(); l.done() && l.tells() {
			return ErrDone
		}
		if err != nil {
			return err
		}
		in, n, err := b.instrumentIn(ctx, q, l.survey.ID, d.n)
		if err != nil {
			return err
		}
		settled, err := settle(in, a)
		if err != nil {
			return err
		}
		if l.done() { // said now and not before, so that nobody learns of a link that it was used by sending what is not taken
			return ErrDone
		}
		r := Response{SurveyID: l.survey.ID, N: n, Stratum: l.stratum, Mode: ModeWeb, Answers: settled, Consent: c,
			UnitID: l.unit.ID, OrgID: l.unit.OrgID, OrgName: l.unit.Name, Groups: l.unit.Groups}
		if _, err := b.putResponse(ctx, q, l.survey, in, r); err != nil {
			return err
		}
		if _, err := q.ExecContext(ctx, draftEnd, b.Workspace, l.key.draft(l.survey.ID, l.unit.ID)); err != nil {
			return err
		}
		if l.anonymous() {
			return b.useLink(ctx, q, l)
		}
		_, err = q.ExecContext(ctx, unitFinish, b.Workspace, l.survey.ID, l.unit.ID, UnitDone, store.Time(b.Now()))
		return err
	})
	if err == nil && anonymous {
		b.DB.SettleSoon() // the log of the store holds together what was written together
	}
	return err
}

// queue has those who send answers to one anonymous survey wait for each other, before any of them holds a link: each of them
// writes links of others.
func (b Book) queue(ctx context.Context, q store.Querier, secret string) error {
	l, err := b.linkIn(ctx, q, secret, false)
	if err != nil || !l.anonymous() {
		return err
	}
	_, err = q.ExecContext(ctx, surveyHold, b.Workspace, l.survey.ID)
	return err
}

// useLink marks a link of an anonymous survey as used, and writes a hundred others of its stratum that were used before anew, drawn by
// chance, or all where there are fewer. PostgreSQL keeps with each row which transaction wrote it last (xmin): the response and the
// one link that was used would have the same. As it is, links that share it with a response are no likelier to be its own than others.
func (b Book) useLink(ctx context.Context, q store.Querier, l link) error {
	_, err := q.ExecContext(ctx, linkUse, b.Workspace, l.survey.ID, l.stratum, l.key.hash(), l.key.proof())
	return err
}

// settle is the answers as they are kept when they were given: each question with one. The error says what is wrong, by question.
func settle(in survey.Instrument, a survey.Answers) (survey.Answers, error) {
	f := typed.Faults{}
	settled := in.Settle(a)
	for _, q := range in.Questions() {
		one := settled[q.ID]
		if !slices.Contains(survey.States, one.State) {
			f.Add(q.ID, "has an answer of a kind that there is not: %.20q", one.State)
		}
		if one.State != survey.Answered {
			settled[q.ID] = survey.Answer{State: one.State} // what was typed before it was taken back is not kept
			continue
		}
		if err := q.Check(one); err != nil {
			f.Add(q.ID, "%v", err)
		}
	}
	for _, q := range in.Missing(a) {
		f.Add(q.ID, "has not been answered; you can also say that you do not know, prefer not to say, or that it does not apply")
	}
	return settled, f.Err()
}

// kept is what of a consent the survey's level allows.
func (c consent) kept(level survey.Level, now time.Time) survey.Consent {
	out := survey.Consent(c)
	if level == survey.Anonymous {
		return survey.Consent{}
	}
	if level != survey.Attributable {
		out.Named, out.Ties = false, false
	}
	out.By = typed.Cut(typed.Line(out.By), MostName)
	if out.At = typed.Line(out.At); out.At == "" {
		out.At = now.UTC().Format(time.DateOnly)
	}
	return out
}

type consent survey.Consent

// putResponse keeps a response. Of an anonymous survey nothing of the firm, of the moment and of the one who wrote it down is kept.
func (b Book) putResponse(ctx context.Context, q store.Querier, s Survey, in survey.Instrument, r Response) (string, error) {
	now := b.Now()
	r.ID = store.NewID("r")
	r.DoneAt = store.Time(now)
	if s.Level == survey.Anonymous {
		r.UnitID, r.OrgID, r.OrgName, r.Groups, r.DoneAt, r.By = "", "", "", nil, "", ""
		r.Mode = ModeWeb // one on paper would stand out
	}
	answers, err := answersText(in, r.Answers)
	if err != nil {
		return "", err
	}
	agreed, err := json.Marshal(consent(r.Consent).kept(s.Level, now))
	if err != nil {
		return "", fmt.Errorf("consent: %w", err)
	}
	groups, err := groupsText(r.Groups)
	if err != nil {
		return "", err
	}
	_, err = q.ExecContext(ctx, responseWrite, b.Workspace, r.ID, s.ID, r.N, r.Stratum, r.UnitID, r.OrgID, typed.Cut(store.Storable(r.OrgName), MostName), groups, r.Mode, answers,
		store.Storable(string(agreed)), r.DoneAt, r.By)
	if err != nil || s.ShownAt == "" {
		return r.ID, err
	}
	_, err = q.ExecContext(ctx, surveyChanged, b.Workspace, s.ID)
	return r.ID, err
}

func groupsText(groups map[string]string) (string, error) {
	if len(groups) == 0 {
		return "", nil
	}
	text, err := json.Marshal(groups)
	if err != nil {
		return "", fmt.Errorf("groups of a firm: %w", err)
	}
	return store.Storable(string(text)), nil
}

// Refuse says that the firm does not want to answer. It may still change its mind.
func (b Book) Refuse(ctx context.Context, secret string) error {
	return b.DB.Update(ctx, func(q store.Querier) error {
		l, err := b.linkIn(ctx, q, secret, true)
		switch {
		case err != nil:
			return err
		case l.done() && l.tells():
			return ErrDone
		case l.survey.State != Open:
			return ErrClosed
		}
		if _, err := q.ExecContext(ctx, draftEnd, b.Workspace, l.key.draft(l.survey.ID, l.unit.ID)); err != nil {
			return err
		}
		if l.done() {
			return nil // on another device, which is not told
		}
		if l.anonymous() {
			_, err = q.ExecContext(ctx, linkState, b.Workspace, l.key.hash(), linkRefused, l.key.proof())
			return err
		}
		_, err = q.ExecContext(ctx, unitTurn, b.Workspace, l.survey.ID, l.unit.ID, UnitRefused)
		return err
	})
}
