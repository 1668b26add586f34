package fieldwork

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/survey"
	"milieu/internal/typed"
)

// Whys are the reasons for which something is erased, as the audit log keeps them; words of people would be personal.
var Whys = []struct{ Key, Label string }{
	{"request", "The firm asked for it"}, {"mistake", "It was entered by mistake"}, {"order", "A court or an authority ordered it"},
}

// Erased says what was emptied.
type Erased struct {
	Responses, Drafts, Units int
	Interviews, Excerpts     int
	// Surveys are those in which the firm had said something.
	Surveys []string
	// Withdrawn are titles of closed surveys whose results everybody could see until now: whoever kept them can subtract. They are for the
	// team again, until somebody publishes them anew.
	Withdrawn []string
	// Anonymous are titles of anonymous surveys in which the firm was asked. Whether and what it answered cannot be found, and stays.
	Anonymous []string
}

const (
	eraseResponses = `update survey_response set org_name = '', unit_id = '', groups = '', answers = '', consent = '', done_at = '', by_person = '', state = 'erased', version = version + 1
where workspace = $1 and org_id = $2 and state <> 'erased' returning survey_id`
	eraseUnits = `update survey_unit set name = '', email = '', contact = '', facts = '', note = '', opened_at = '', started_at = '', done_at = '', state = 'erased', version = version + 1
where workspace = $1 and org_id = $2 and state <> 'erased' returning survey_id, unit_id`
	eraseOneNamed = `update survey_response set org_name = '', unit_id = '', groups = '', answers = '', consent = '', done_at = '', by_person = '', state = 'erased', version = version + 1
where workspace = $1 and response_id = $2 and org_id = '' and org_name <> '' and state = 'given' returning survey_id`
	eraseResults   = `update survey set results = '', version = version + 1 where workspace = $1 and survey_id = $2 and results <> '' and state = 'closed' returning title`
	eraseLinks     = `delete from survey_link where workspace = $1 and survey_id = $2 and unit_id = $3`
	interviewsIn   = `select interview_id from interview where workspace = $1 and survey_id = $2 and state <> 'erased' order by interview_id`
	interviewsOf   = `select interview_id from interview where workspace = $1 and org_id = $2 and state <> 'erased' order by interview_id`
	eraseInterview = `update interview set org_id = '', org_name = '', who = '', consent = '', notes = '', answers = '', state = 'erased', version = version + 1, erased_at = $3, changed_at = $3, changed_by = $4
where workspace = $1 and interview_id = $2`
	eraseCodings = `delete from coding where workspace = $1 and excerpt_id in (select e.excerpt_id from excerpt e where e.workspace = $1 and e.interview_id = $2)`
	eraseExcerpt = `update excerpt set text = '', permission = 'none', version = version + 1, erased_at = $3 where workspace = $1 and interview_id = $2 and erased_at = ''`
)

// Erase empties all that a firm said: answers, consents, answers that were being given, whom to write to, interviews and excerpts
// with their codes. That there was something, who erased it and when stays, and the firm is not asked again by the surveys
// that had drawn it. The frames stay, which list the firms of the register and not what any of them said. Public results of closed surveys
// are taken back. Releases that hold any of it are the caller's to remove: the next build leaves it out. It is an *InputError where
// nothing of the firm is there.
func (b Book) Erase(ctx context.Context, a auth.Actor, orgID, why string) (Erased, error) {
	var out Erased
	if orgID == "" || len(orgID) > mostID {
		return out, &typed.InputError{Fields: map[string]string{"organisation": "is missing: say whose answers are to be erased"}}
	}
	if !slices.ContainsFunc(Whys, func(w struct{ Key, Label string }) bool { return w.Key == why }) {
		return out, &typed.InputError{Fields: map[string]string{"why": "is missing: choose one of the list"}}
	}
	err := b.change(ctx, a, auth.EraseAnswers, func(q store.Querier, now time.Time) (audit.Event, error) {
		out = Erased{}
		surveys := map[string]bool{}
		if err := b.eraseSaid(ctx, q, orgID, surveys, &out); err != nil {
			return audit.Event{}, err
		}
		if err := b.eraseInterviews(ctx, q, a, interviewsOf, orgID, now, &out); err != nil {
			return audit.Event{}, err
		}
		out.Surveys = sortedKeys(surveys)
		if out.Responses+out.Units+out.Interviews == 0 {
			return audit.Event{}, &typed.InputError{Fields: map[string]string{"organisation": "has said nothing here, and was not asked"}}
		}
		if err := b.takeResultsBack(ctx, q, &out); err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Action: "answers.erase", Subject: orgID, Detail: map[string]string{"why": why, "responses": fmt.Sprint(out.Responses), "drafts": fmt.Sprint(out.Drafts),
			"units": fmt.Sprint(out.Units), "interviews": fmt.Sprint(out.Interviews), "excerpts": fmt.Sprint(out.Excerpts), "surveys": strings.Join(out.Surveys, " ")}}, nil
	})
	if err != nil {
		return Erased{}, err
	}
	b.settle(ctx)
	return out, nil
}

// EraseResponse empties the answers of a firm that was kept by its name alone, of which Erase knows no id. It is ErrNotFound where
// there are no such answers.
func (b Book) EraseResponse(ctx context.Context, a auth.Actor, id, why string) (Erased, error) {
	var out Erased
	if !slices.ContainsFunc(Whys, func(w struct{ Key, Label string }) bool { return w.Key == why }) {
		return out, &typed.InputError{Fields: map[string]string{"why": "is missing: choose one of the list"}}
	}
	err := b.change(ctx, a, auth.EraseAnswers, func(q store.Querier, _ time.Time) (audit.Event, error) {
		var survey string
		if err := none(q.QueryRowContext(ctx, eraseOneNamed, b.Workspace, id).Scan(&survey)); err != nil {
			return audit.Event{}, err
		}
		out = Erased{Responses: 1, Surveys: []string{survey}}
		return audit.Event{Action: "answers.erase", Subject: id, Detail: map[string]string{"why": why, "responses": "1", "surveys": survey}}, b.takeResultsBack(ctx, q, &out)
	})
	if err != nil {
		return Erased{}, err
	}
	b.settle(ctx)
	return out, nil
}

// takeResultsBack makes public results of closed surveys in which something was erased results for the team.
func (b Book) takeResultsBack(ctx context.Context, q store.Querier, out *Erased) error {
	for _, id := range out.Surveys {
		err := store.Each(ctx, q, eraseResults, []any{b.Workspace, id}, func(scan func(...any) error) error {
			var title string
			err := scan(&title)
			out.Withdrawn = append(out.Withdrawn, title)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// pair is a survey and a unit of it.
type pair struct{ survey, unit string }

func (b Book) eraseSaid(ctx context.Context, q store.Querier, orgID string, surveys map[string]bool, out *Erased) error {
	err := store.Each(ctx, q, eraseResponses, []any{b.Workspace, orgID}, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		surveys[id] = true
		out.Responses++
		return err
	})
	if err != nil {
		return err
	}
	var units []pair
	err = store.Each(ctx, q, eraseUnits, []any{b.Workspace, orgID}, func(scan func(...any) error) error {
		var p pair
		err := scan(&p.survey, &p.unit)
		units = append(units, p)
		return err
	})
	if err != nil {
		return err
	}
	for _, p := range units {
		s, err := b.surveyIn(ctx, q, p.survey)
		if err != nil {
			return err
		}
		if s.Level == survey.Anonymous {
			out.Anonymous = append(out.Anonymous, s.Title)
		}
		n, err := rows(q.ExecContext(ctx, draftEnd, b.Workspace, key{}.draft(p.survey, p.unit)))
		if err != nil {
			return err
		}
		if _, err := q.ExecContext(ctx, eraseLinks, b.Workspace, p.survey, p.unit); err != nil {
			return err
		}
		out.Drafts += n
		if n > 0 {
			surveys[p.survey] = true
		}
	}
	slices.Sort(out.Anonymous)
	out.Units = len(units)
	return nil
}

// eraseInterviews empties the interviews that a query finds.
func (b Book) eraseInterviews(ctx context.Context, q store.Querier, a auth.Actor, query, arg string, now time.Time, out *Erased) error {
	var ids []string
	err := store.Each(ctx, q, query, []any{b.Workspace, arg}, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		ids = append(ids, id)
		return err
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		if _, err := q.ExecContext(ctx, eraseCodings, b.Workspace, id); err != nil {
			return err
		}
		n, err := rows(q.ExecContext(ctx, eraseExcerpt, b.Workspace, id, store.Time(now)))
		if err != nil {
			return err
		}
		if _, err := q.ExecContext(ctx, eraseInterview, b.Workspace, id, store.Time(now), a.PersonID); err != nil {
			return err
		}
		out.Excerpts += n
	}
	out.Interviews = len(ids)
	return nil
}

// rows is how many rows a statement changed.
func rows(r interface{ RowsAffected() (int64, error) }, err error) (int, error) {
	if err != nil {
		return 0, err
	}
	n, err := r.RowsAffected()
	return int(n), err
}
