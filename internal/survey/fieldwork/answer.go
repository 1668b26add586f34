package fieldwork

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"milieu/internal/store"
	"milieu/internal/survey"
	"milieu/internal/typed"
)

// Visit is what somebody who follows a link is shown.
type Visit struct {
	Survey         Survey // without its draft
	Instrument     survey.Instrument
	N              int // version of the instrument
	Stratum        string
	OrgID, OrgName string            // "" of an anonymous survey
	Answers        survey.Answers    // so far
	Version        int64             // of the answers so far, 0 where there are none: goes with Save and Submit
	Known, Sources map[string]string // what the register says, by survey.Facts, and where that comes from; empty of an anonymous survey
	Done, Refused  bool              // Done: the answers were given, and none of them are shown. Of an anonymous survey only the device that did so is told
}

// States of a link of an anonymous survey.
const (
	linkNew     = "new"
	linkOpened  = "opened"
	linkStarted = "started"
	linkDone    = "done"
	linkRefused = "refused"
)

const (
	linkHold  = `update survey_link set state = state where workspace = $1 and link_hash = $2 returning survey_id, stratum, unit_id, state, proof`
	linkRead  = `select survey_id, stratum, unit_id, state, proof from survey_link where workspace = $1 and link_hash = $2`
	linkState = `update survey_link set state = $3, proof = $4 where workspace = $1 and link_hash = $2`
	unitHold  = `update survey_unit set version = version where workspace = $1 and survey_id = $2 and unit_id = $3`

	unitOpen   = `update survey_unit set version = version + 1, state = $4, opened_at = $5 where workspace = $1 and survey_id = $2 and unit_id = $3`
	unitStart  = `update survey_unit set version = version + 1, state = $4, started_at = $5 where workspace = $1 and survey_id = $2 and unit_id = $3`
	unitFinish = `update survey_unit set version = version + 1, state = $4, done_at = $5 where workspace = $1 and survey_id = $2 and unit_id = $3`
	unitTurn   = `update survey_unit set version = version + 1, state = $4 where workspace = $1 and survey_id = $2 and unit_id = $3`

	draftRead  = `select instrument, answers, version from survey_draft where workspace = $1 and draft_key = $2`
	draftWrite = `insert into survey_draft (workspace, draft_key, survey_id, instrument, answers, version) values ($1, $2, $3, $4, $5, 1)`
	draftTurn  = `update survey_draft set answers = $4, version = version + 1 where workspace = $1 and draft_key = $2 and version = $3 returning version`
	draftEnd   = `delete from survey_draft where workspace = $1 and draft_key = $2`
)

// link is a link with what it leads to.
type link struct {
	key     key
	survey  Survey
	stratum string
	state   string // of an anonymous survey
	proof   string // of an anonymous survey: by what the device that answered is known
	unit    Unit   // of the others
}

func (l link) anonymous() bool { return l.survey.Level == survey.Anonymous }

// tells says that who holds the link may be told what became of it: of an anonymous survey only the device that answered, or whoever
// sent the link could go through all of them to see who has taken part.
func (l link) tells() bool {
	return !l.anonymous() || l.proof != "" && l.proof == l.key.proof()
}

func (l link) done() bool {
	if l.anonymous() {
		return l.state == linkDone
	}
	return l.unit.State == UnitDone || l.unit.State == UnitErased
}

func (l link) refused() bool {
	if l.anonymous() {
		return l.state == linkRefused
	}
	return l.unit.State == UnitRefused
}

// started says that answers have been kept.
func (l link) started() bool {
	if l.anonymous() {
		return l.state == linkStarted
	}
	return l.unit.State == UnitStarted
}

// linkIn finds a link. With hold nobody else changes it or its firm until q's transaction ends.
func (b Book) linkIn(ctx context.Context, q store.Querier, secret string, hold bool) (link, error) {
	k, ok := keyOf(secret)
	if !ok {
		return link{}, ErrNotFound
	}
	l := link{key: k}
	var id, unit string
	query := linkRead
	if hold {
		query = linkHold
	}
	if err := none(q.QueryRowContext(ctx, query, b.Workspace, k.hash()).Scan(&id, &l.stratum, &unit, &l.state, &l.proof)); err != nil {
		return l, err
	}
	var err error
	if l.survey, err = b.surveyIn(ctx, q, id); err != nil {
		return l, err
	}
	l.survey.Draft = ""
	if unit == "" {
		return l, nil
	}
	if hold {
		if _, err := q.ExecContext(ctx, unitHold, b.Workspace, id, unit); err != nil {
			return l, err
		}
	}
	l.unit, err = scanUnit(q.QueryRowContext(ctx, unitOne, b.Workspace, id, unit).Scan)
	return l, none(err)
}

// Enter opens a link. It marks that it was opened, which a mail program that looks at links ahead of people does too. Errors are
// ErrNotFound, ErrClosed with a Visit that has the survey, or of the store.
func (b Book) Enter(ctx context.Context, secret string) (Visit, error) {
	var v Visit
	var first bool
	err := b.DB.View(ctx, func(q store.Querier) error {
		l, err := b.linkIn(ctx, q, secret, false)
		if err != nil {
			return err
		}
		v, err = b.visit(ctx, q, l)
		first = err == nil && !v.Done && (l.anonymous() && l.state == linkNew || !l.anonymous() && l.unit.OpenedAt == "")
		return err
	})
	if err != nil || !first {
		return v, err
	}
	return v, b.opened(ctx, secret)
}

func (b Book) visit(ctx context.Context, q store.Querier, l link) (Visit, error) {
	v := Visit{Survey: l.survey, Stratum: l.stratum, Answers: survey.Answers{}, Done: l.done() && l.tells(), Refused: l.refused() && l.tells()}
	if l.unit.ID != "" {
		v.OrgID, v.OrgName, v.Known, v.Sources = l.unit.OrgID, l.unit.Name, l.unit.Known, l.unit.Source
	}
	d, err := b.draftIn(ctx, q, l)
	if err != nil {
		return v, err
	}
	v.Instrument, v.N, err = b.instrumentIn(ctx, q, l.survey.ID, d.n)
	if err != nil {
		return v, err
	}
	if l.survey.State != Open && !v.Done {
		return v, ErrClosed
	}
	if !v.Done && d.version > 0 {
		v.Answers, v.Version = d.answers, d.version
	}
	return v, nil
}

// opened marks that a link was opened.
func (b Book) opened(ctx context.Context, secret string) error {
	return b.DB.Update(ctx, func(q store.Querier) error {
		l, err := b.linkIn(ctx, q, secret, true)
		if err != nil {
			return err
		}
		if l.anonymous() {
			if l.state != linkNew {
				return nil
			}
			_, err = q.ExecContext(ctx, linkState, b.Workspace, l.key.hash(), linkOpened, "")
			return err
		}
		if l.unit.OpenedAt != "" {
			return nil
		}
		to := l.unit.State
		if to == UnitSent || to == UnitBounced {
			to = UnitOpened
		}
		_, err = q.ExecContext(ctx, unitOpen, b.Workspace, l.survey.ID, l.unit.ID, to, store.Time(b.Now()))
		return err
	})
}

// draft is answers that are being given; version 0 is none.
type draft struct {
	n       int
	answers survey.Answers
	version int64
}

func (b Book) draftIn(ctx context.Context, q store.Querier, l link) (draft, error) {
	var d draft
	var text string
	var n int64
	err := q.QueryRowContext(ctx, draftRead, b.Workspace, l.key.draft(l.survey.ID, l.unit.ID)).Scan(&n, &text, &d.version)
	if errors.Is(err, sql.ErrNoRows) {
		return d, nil
	}
	if err != nil {
		return d, err
	}
	d.n = int(n)
	content := []byte(text)
	if l.anonymous() {
		if content, err = l.key.open(text); err != nil {
			return d, err
		}
	}
	if err := json.Unmarshal(content, &d.answers); err != nil {
		return d, fmt.Errorf("answers that are being given: %w", err)
	}
	return d, nil
}

// Save keeps answers that are being given, right or wrong, in place of those of the version that was shown (0: none yet), and
// gives the new version. They are on disk when it returns. Errors are a *ConflictError, ErrDone, ErrClosed, ErrNotFound, an
// *InputError where they are too long, or of the store.
func (b Book) Save(ctx context.Context, secret string, version int64, a survey.Answers) (int64, error) {
	var next int64
	err := b.DB.Update(ctx, func(q store.Querier) error {
		l, d, err := b.answering(ctx, q, secret, version)
		if err != nil {
			return err
		}
		if l.done() && l.tells() {
			return ErrDone
		}
		in, n, err := b.instrumentIn(ctx, q, l.survey.ID, d.n)
		if err != nil {
			return err
		}
		text, err := l.draftText(in, a)
		if err != nil {
			return err
		}
		if next, err = b.putDraft(ctx, q, l, n, version, text); err != nil {
			return err
		}
		if l.started() || l.done() { // done: on another device, which is not told
			return nil
		}
		if l.anonymous() {
			_, err = q.ExecContext(ctx, linkState, b.Workspace, l.key.hash(), linkStarted, "")
			return err
		}
		_, err = q.ExecContext(ctx, unitStart, b.Workspace, l.survey.ID, l.unit.ID, UnitStarted, store.Time(b.Now()))
		return err
	})
	return next, err
}

// answering is a link by which answers are taken now, held, with the answers so far, which must have the version. A link of an
// anonymous survey that was used is one too: the caller says what becomes of it.
func (b Book) answering(ctx context.Context, q store.Querier, secret string, version int64) (link, draft, error) {
	l, err := b.linkIn(ctx, q, secret, true)
	switch {
	case err != nil:
		return l, draft{}, err
	case l.done() && !l.anonymous():
		return l, draft{}, ErrDone
	case l.survey.State != Open:
		return l, draft{}, ErrClosed
	}
	d, err := b.draftIn(ctx, q, l)
	if err == nil && d.version != version {
		err = &ConflictError{What: "answers", Version: d.version}
	}
	return l, d, err
}

// draftText is answers as they are kept: those of the instrument's questions alone, and enciphered in an anonymous survey.
func (l link) draftText(in survey.Instrument, a survey.Answers) (string, error) {
	text, err := answersText(in, a)
	if err != nil || !l.anonymous() {
		return text, err
	}
	return l.key.seal([]byte(text))
}

func answersText(in survey.Instrument, a survey.Answers) (string, error) {
	kept := survey.Answers{}
	for _, q := range in.Questions() {
		if one, ok := a[q.ID]; ok {
			kept[q.ID] = one
		}
	}
	text, err := json.Marshal(kept)
	if err != nil {
		return "", fmt.Errorf("answers: %w", err)
	}
	if len(text) > MostAnswers {
		return "", typed.Whole("these answers are longer than %d kB in all", MostAnswers>>10)
	}
	return store.Storable(string(text)), nil
}

func (b Book) putDraft(ctx context.Context, q store.Querier, l link, n int, version int64, text string) (int64, error) {
	where := l.key.draft(l.survey.ID, l.unit.ID)
	if version == 0 {
		_, err := q.ExecContext(ctx, draftWrite, b.Workspace, where, l.survey.ID, n, text)
		return 1, err
	}
	var next int64
	err := q.QueryRowContext(ctx, draftTurn, b.Workspace, where, version, text).Scan(&next)
	return next, err
}
