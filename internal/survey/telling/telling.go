// Package telling says what the results of a survey say: who may see them and when, headline findings in sentences, figures with
// references, and the way back from a figure to how it was reckoned. It owns those words; it reckons no result (package result), keeps
// nothing (package fieldwork) and renders nothing.
package telling

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"milieu/internal/auth"
	"milieu/internal/evidence"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/result"
)

// Faults that a caller may tell apart.
var (
	// ErrNotYet says that the results are not shown to this person now, because answers are still coming in.
	ErrNotYet = errors.New("results are shown when the survey is closed: whoever sees them before and after an answer comes in would know that answer")
	// ErrDraft says that nobody has been asked yet.
	ErrDraft = errors.New("nobody has been asked yet")
)

// Told is a survey with its results.
type Told struct {
	Survey fieldwork.Survey
	Input  result.Input // single answers: for result.AnswerTable, and for people who may read those
	Report result.Report
	Frozen fieldwork.Frozen // the frame as counts; zero where none is frozen
}

// Read reckons the results of a survey for somebody who may see them: of a survey whose results are public everybody, else those
// who may see surveys. While it takes answers only those who may read single answers see them, and of an anonymous
// survey nobody. Errors are ErrNotYet, fieldwork.ErrWithheld and ErrDraft with Told.Survey, fieldwork.ErrNotFound, a *auth.DeniedError, or of the store.
func Read(ctx context.Context, b fieldwork.Book, a auth.Actor, id string) (Told, error) {
	s, err := b.Survey(ctx, a, id)
	if err != nil {
		return Told{}, err
	}
	t := Told{Survey: s}
	switch {
	case s.State == fieldwork.Drafted:
		return t, ErrDraft
	case s.State != fieldwork.Closed && (s.Level == survey.Anonymous || !a.May(auth.ReadAnswers)):
		return t, ErrNotYet
	}
	c, err := b.Collected(ctx, a, id)
	if errors.Is(err, fieldwork.ErrNotYet) {
		err = ErrNotYet
	}
	if err != nil {
		return t, err
	}
	t.Input, t.Frozen = result.From(c), c.Frozen
	if t.Report, err = reckoned(t.Input); err != nil {
		return t, fmt.Errorf("results of survey %s: %w", id, err)
	}
	return t, nil
}

// Untold says that an error of Read is why there is nothing to see now, and no fault.
func Untold(err error) bool {
	return errors.Is(err, ErrNotYet) || errors.Is(err, ErrDraft) || errors.Is(err, fieldwork.ErrWithheld)
}

// Published are the surveys whose results everybody may see now, in the order of the book.
func Published(ctx context.Context, b fieldwork.Book) ([]fieldwork.Survey, error) {
	all, err := b.Surveys(ctx, auth.Actor{Workspace: b.Workspace})
	if err != nil {
		return nil, err
	}
	var out []fieldwork.Survey
	for _, s := range all {
		if s.Results == fieldwork.Public && s.State == fieldwork.Closed && !s.Withheld() {
			out = append(out, s)
		}
	}
	return out, nil
}

// Ref is the reference of figures: of the survey as a whole (question ""), of a question, or of a question by a grouping.
func Ref(surveyID, question, by string) string {
	args := []string{surveyID}
	if question != "" {
		args = append(args, question)
	}
	if by != "" {
		return evidence.MakeRef(Kind, args, "by", by)
	}
	return evidence.MakeRef(Kind, args)
}

// Kind is the kind of the references of results.
const Kind = "voice"

// mostKept is how many reports are kept: reckoning one that hides cells takes seconds, and every page asks for it.
const mostKept = 48

// kept are the newest reports by the hash of what they were reckoned from, the oldest first in order.
var kept struct {
	sync.Mutex
	order   [][sha256.Size]byte
	reports map[[sha256.Size]byte]*reckoning
}

// reckoning is a report that is reckoned once, however many ask for it at the same time.
type reckoning struct {
	once   sync.Once
	report result.Report
	err    error
}

// reckoned is the report of an input.
func reckoned(in result.Input) (result.Report, error) {
	text, err := json.Marshal(in)
	if err != nil {
		return result.Report{}, err
	}
	key := sha256.Sum256(text)
	kept.Lock()
	work := kept.reports[key]
	if work == nil {
		work = &reckoning{}
		if kept.reports == nil {
			kept.reports = map[[sha256.Size]byte]*reckoning{}
		}
		kept.reports[key], kept.order = work, append(kept.order, key)
		if len(kept.order) > mostKept {
			delete(kept.reports, kept.order[0])
			kept.order = kept.order[1:]
		}
	}
	kept.Unlock()
	work.once.Do(func() { work.report, work.err = result.Reckon(in) })
	return work.report, work.err
}
