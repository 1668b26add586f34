package fieldwork

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/survey"
	"milieu/internal/survey/frame"
	"milieu/internal/typed"
)

// Expired says what was emptied because its time was over.
type Expired struct {
	Surveys   []string // titles
	Responses int      // that stay without firm and words
	Emptied   int      // that were emptied, since their stratum is too small to hide a firm
}

const (
	expireDue   = surveyColumns + `and s.keep_until <> '' and s.keep_until < $2 and s.expired_at = '' order by s.survey_id`
	expireUnits = `update survey_unit set org_id = '', name = '', email = '', contact = '', facts = '', note = '', sent_at = '', reminded_at = '', opened_at = '', started_at = '', done_at = '', version = version + 1
where workspace = $1 and survey_id = $2`
	expireFrame    = `update survey_frame set content = $3, hash = '', seed = 0 where workspace = $1 and survey_id = $2`
	expireLinks    = `delete from survey_link where workspace = $1 and survey_id = $2`
	expireDrafts   = `delete from survey_draft where workspace = $1 and survey_id = $2`
	expireSurvey   = `update survey set state = 'closed', contact = '', expired_at = $3, version = version + 1, changed_at = $3 where workspace = $1 and survey_id = $2`
	expireResponse = `update survey_response set unit_id = '', org_id = '', org_name = '', groups = '', answers = $3, consent = '', done_at = '', by_person = '', state = $4, version = version + 1
where workspace = $1 and response_id = $2`
)

// Expire does for each survey what was promised for the day after KeepUntil (KeepMeaning), where that is before the given day
// (2026-03-01). The survey is closed for good, and its frame is emptied but for the counts. Of its answers the ticked ones stay with the stratum alone; those of
// strata with fewer than frame.LeastAnonymous firms are emptied, since the stratum would name them, and so are its interviews.
func (b Book) Expire(ctx context.Context, a auth.Actor, day string) (Expired, error) {
	var out Expired
	f := typed.Faults{}
	if day = f.Day("day", day); day == "" {
		f.Add("day", "is missing")
	}
	if err := f.Err(); err != nil {
		return out, err
	}
	var due []Survey
	err := b.read(ctx, a, auth.EraseAnswers, func(q store.Querier) (err error) {
		due, err = b.dueIn(ctx, q, day)
		return err
	})
	if err != nil || len(due) == 0 {
		return out, err // nothing to do is nothing to write down
	}
	err = b.change(ctx, a, auth.EraseAnswers, func(q store.Querier, now time.Time) (audit.Event, error) {
		out = Expired{}
		due, err := b.dueIn(ctx, q, day)
		if err != nil {
			return audit.Event{}, err
		}
		detail := map[string]string{}
		for _, s := range due {
			if err := b.expireIn(ctx, q, a, s, now, &out); err != nil {
				return audit.Event{}, fmt.Errorf("survey %s: %w", s.ID, err)
			}
			out.Surveys = append(out.Surveys, s.Title)
			detail[s.ID] = s.KeepUntil
		}
		return audit.Event{Action: "answers.expire", Subject: day, Detail: detail}, nil
	})
	if err != nil {
		return Expired{}, err
	}
	b.settle(ctx)
	return out, nil
}

// dueIn are the surveys whose time was over before a day.
func (b Book) dueIn(ctx context.Context, q store.Querier, day string) ([]Survey, error) {
	var due []Survey
	err := store.Each(ctx, q, expireDue, []any{b.Workspace, day}, func(scan func(...any) error) error {
		s, err := scanSurvey(scan)
		due = append(due, s)
		return err
	})
	return due, err
}

func (b Book) expireIn(ctx context.Context, q store.Querier, a auth.Actor, s Survey, now time.Time, out *Expired) error {
	f, err := b.frozenIn(ctx, q, s.ID)
	if err := ignoreNone(err); err != nil {
		return err
	}
	instruments, err := b.allInstruments(ctx, q, s)
	if err != nil {
		return err
	}
	all, err := b.responsesIn(ctx, q, responsesOf, s.ID)
	if err != nil {
		return err
	}
	for _, r := range all {
		c, ok := f.Counts.stratum(r.Stratum)
		answers, state := "", erased
		if ok && c.Frame >= frame.LeastAnonymous {
			text, err := json.Marshal(ticked(instruments[r.N], r.Answers))
			if err != nil {
				return fmt.Errorf("answers: %w", err)
			}
			answers, state = string(text), expired
			out.Responses++
		} else {
			out.Emptied++
		}
		if _, err := q.ExecContext(ctx, expireResponse, b.Workspace, r.ID, answers, state); err != nil {
			return err
		}
	}
	for _, statement := range []string{expireUnits, expireLinks, expireDrafts} {
		if _, err := q.ExecContext(ctx, statement, b.Workspace, s.ID); err != nil {
			return err
		}
	}
	if _, err := q.ExecContext(ctx, expireFrame, b.Workspace, s.ID, []byte{}); err != nil {
		return err
	}
	if err := b.eraseInterviews(ctx, q, a, interviewsIn, s.ID, now, &Erased{}); err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, expireSurvey, b.Workspace, s.ID, store.Time(now))
	return err
}

func (b Book) allInstruments(ctx context.Context, q store.Querier, s Survey) (map[int]survey.Instrument, error) {
	out := map[int]survey.Instrument{}
	for n := 1; n <= s.Published; n++ {
		in, _, err := b.instrumentIn(ctx, q, s.ID, n)
		if err != nil {
			return nil, err
		}
		out[n] = in
	}
	return out, nil
}

// ticked are the answers without words, names and numbers, which may name somebody. That such a question was answered stays as not asked.
func ticked(in survey.Instrument, a survey.Answers) survey.Answers {
	out := survey.Answers{}
	for _, q := range in.Questions() {
		one := a[q.ID]
		switch q.Kind {
		case survey.Single, survey.Multi, survey.Scale, survey.Rank, survey.Budget:
			one.Other, one.Text, one.Orgs = "", "", nil
			out[q.ID] = one
		default:
			if one.State == survey.Answered {
				one = survey.Answer{State: survey.NotAsked}
			}
			out[q.ID] = survey.Answer{State: one.State}
		}
	}
	return out
}
