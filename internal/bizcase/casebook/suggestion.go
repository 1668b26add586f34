package casebook

import (
	"context"
	"fmt"
	"slices"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/bizcase"
	"milieu/internal/report"
	"milieu/internal/store"
	"milieu/internal/typed"
)

// States of a suggestion.
const (
	Open      = "open"
	Accepted  = "accepted"
	Rejected  = "rejected"
	Withdrawn = "withdrawn"
)

// Suggestion is a change of a part's text that somebody suggests: From, which stands in it once, becomes To. From is empty for a text
// to be added at the end, To for one to be taken out.
type Suggestion struct {
	ID, Part               string
	From, To, Reason       string
	N                      int64 // version that was read
	State                  string
	Answer                 string // of who rejected it
	AnsweredAt, AnsweredBy string
	AcceptedN              int64 // version that was made by accepting it
	Version                int64
	At, By                 string
}

const (
	writeSuggestion = `insert into case_suggestion (workspace, case_id, suggestion_id, part, from_text, to_text, reason, n, state, answer, answered_at, answered_by, accepted_n, version, made_at, made_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, 'open', '', '', '', 0, 1, $9, $10)`
	changeSuggestion = `update case_suggestion set state = $4, answer = $5, answered_at = $6, answered_by = $7, accepted_n = $8, version = version + 1 where workspace = $1 and case_id = $2 and suggestion_id = $3`
	suggestionsQuery = `select suggestion_id, part, from_text, to_text, reason, n, state, answer, answered_at, answered_by, accepted_n, version, made_at, made_by from case_suggestion
where workspace = $1 and case_id = $2 order by made_at, suggestion_id`
)

// Suggestions reads all suggestions of a case, the oldest first.
func (b Book) Suggestions(ctx context.Context, a auth.Actor, id string) ([]Suggestion, error) {
	var out []Suggestion
	err := b.read(ctx, a, func(q store.Querier) (err error) {
		out, err = b.suggestions(ctx, q, id)
		return err
	})
	return out, err
}

func (b Book) suggestions(ctx context.Context, q store.Querier, id string) ([]Suggestion, error) {
	var out []Suggestion
	err := store.Each(ctx, q, suggestionsQuery, []any{b.Workspace, id}, func(scan func(...any) error) error {
		var s Suggestion
		if err := scan(&s.ID, &s.Part, &s.From, &s.To, &s.Reason, &s.N, &s.State, &s.Answer, &s.AnsweredAt, &s.AnsweredBy, &s.AcceptedN, &s.Version, &s.At, &s.By); err != nil {
			return err
		}
		out = append(out, s)
		return nil
	})
	return out, err
}

// Suggest keeps what the actor suggests: Part, From, To, Reason and N of s. A *StaleError says that From does not stand in the text in
// force, once.
func (b Book) Suggest(ctx context.Context, a auth.Actor, id string, s Suggestion) (string, error) {
	f := typed.Faults{}
	s.From, s.To = f.Text("suggestion", s.From, bizcase.MostText), f.Text("suggestion", s.To, bizcase.MostText)
	s.Reason = f.Text("reason", s.Reason, MostWords)
	if s.From == s.To {
		f.Add("", "what is suggested is what stands there: change it, or comment on it instead")
	}
	if err := f.Err(); err != nil {
		return "", err
	}
	s.ID = store.NewID("su")
	err := b.keep(ctx, a, auth.CommentCase, func(q store.Querier, now time.Time) (audit.Event, error) {
		of, err := b.there(ctx, q, id)
		if err != nil {
			return audit.Event{}, err
		}
		next, err := Apply(of.Content, s)
		if err != nil {
			return audit.Event{}, err
		}
		if err := next.Check(); err != nil {
			return audit.Event{}, typed.Whole("%s", err)
		}
		all, err := b.suggestions(ctx, q, id)
		if err != nil {
			return audit.Event{}, err
		}
		if len(all) >= MostRemarks {
			return audit.Event{}, typed.Whole("the case has %d suggestions, which is the most that are kept", MostRemarks)
		}
		if s.N < 1 || s.N > of.N {
			s.N = of.N
		}
		_, err = q.ExecContext(ctx, writeSuggestion, b.Workspace, id, s.ID, s.Part, s.From, s.To, s.Reason, s.N, store.Time(now), a.PersonID)
		return audit.Event{Action: "case.suggest", Subject: id, Detail: map[string]string{"suggestion": s.ID, "part": s.Part}}, err
	})
	return s.ID, err
}

// Accept puts a suggestion into the text of version n, which is in force, and keeps that as a new version; it gives its number.
// Version is that of the suggestion that was shown; made is what the text comes to with it.
func (b Book) Accept(ctx context.Context, a auth.Actor, id, suggestion string, version, n int64, made *report.Document) (int64, error) {
	return b.next(ctx, a, id, n, func(q store.Querier, c Case) (Draft, int64, string, error) {
		s, err := b.openSuggestion(ctx, q, c, suggestion, version)
		if err != nil {
			return Draft{}, 0, "", err
		}
		content, err := Apply(c.Content, s)
		if err != nil {
			return Draft{}, 0, "", err
		}
		if _, err := q.ExecContext(ctx, changeSuggestion, b.Workspace, id, s.ID, Accepted, "", store.Time(b.Now()), a.PersonID, c.N+1); err != nil {
			return Draft{}, 0, "", fmt.Errorf("suggestion %s: %w", s.ID, err)
		}
		return Draft{Content: content, Note: "A suggestion was accepted in: " + partName(c.Content, s.Part) + ".", Made: made}, c.N, "case.accept", nil
	})
}

func partName(c bizcase.Content, id string) string {
	for _, p := range OwnParts {
		if p.ID == id {
			return p.Title
		}
	}
	for _, s := range c.Sections {
		if s.ID == id && s.Title != "" {
			return s.Title
		}
	}
	return bizcase.PartOf(id).Title
}

// openSuggestion is a suggestion that waits for an answer and has the version that was shown.
func (b Book) openSuggestion(ctx context.Context, q store.Querier, c Case, id string, version int64) (Suggestion, error) {
	all, err := b.suggestions(ctx, q, c.ID)
	if err != nil {
		return Suggestion{}, err
	}
	k := slices.IndexFunc(all, func(x Suggestion) bool { return x.ID == id })
	if k < 0 {
		return Suggestion{}, ErrNotFound
	}
	if all[k].Version != version || all[k].State != Open {
		return Suggestion{}, &ConflictError{c.ID, c.N, c.Version}
	}
	return all[k], nil
}

// Reject answers a suggestion with no, and why.
func (b Book) Reject(ctx context.Context, a auth.Actor, id, suggestion string, version int64, answer string) error {
	f := typed.Faults{}
	if answer = f.Text("answer", answer, MostWords); answer == "" {
		f.Add("answer", "is missing: say why, to whoever suggested it")
	}
	if err := f.Err(); err != nil {
		return err
	}
	return b.answer(ctx, a, auth.WriteCase, id, suggestion, version, func(s *Suggestion) error {
		s.State, s.Answer = Rejected, answer
		return nil
	})
}

// Withdraw takes the actor's own suggestion back.
func (b Book) Withdraw(ctx context.Context, a auth.Actor, id, suggestion string, version int64) error {
	return b.answer(ctx, a, auth.CommentCase, id, suggestion, version, func(s *Suggestion) error {
		if s.By != a.PersonID {
			return typed.Whole("a suggestion can be withdrawn by who made it only: reject it instead")
		}
		s.State = Withdrawn
		return nil
	})
}

func (b Book) answer(ctx context.Context, a auth.Actor, action auth.Action, id, suggestion string, version int64, f func(*Suggestion) error) error {
	return b.keep(ctx, a, action, func(q store.Querier, now time.Time) (audit.Event, error) {
		c, err := b.there(ctx, q, id)
		if err != nil {
			return audit.Event{}, err
		}
		s, err := b.openSuggestion(ctx, q, c, suggestion, version)
		if err != nil {
			return audit.Event{}, err
		}
		if err := f(&s); err != nil {
			return audit.Event{}, err
		}
		if _, err := q.ExecContext(ctx, changeSuggestion, b.Workspace, id, s.ID, s.State, s.Answer, store.Time(now), a.PersonID, 0); err != nil {
			return audit.Event{}, fmt.Errorf("suggestion %s: %w", s.ID, err)
		}
		return audit.Event{Action: "case." + map[string]string{Rejected: "reject", Withdrawn: "withdraw"}[s.State], Subject: id, Detail: map[string]string{"suggestion": s.ID, "part": s.Part}}, nil
	})
}
