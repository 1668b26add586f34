package fieldwork

import (
	"context"
	"fmt"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/survey"
	"milieu/internal/typed"
)

// Version is a version of an instrument as it was published.
type Version struct {
	N    int
	Hash string // SHA-256 of its text
	At   string
	By   string
	Note string
}

const (
	draftSet        = `update survey set draft = $3 where workspace = $1 and survey_id = $2`
	instrumentWrite = `insert into survey_instrument (workspace, survey_id, n, text, hash, published_at, published_by, note) values ($1, $2, $3, $4, $5, $6, $7, $8)`
	instrumentRead  = `select n, text from survey_instrument where workspace = $1 and survey_id = $2 and (n = $3 or $3 = 0) order by n desc limit 1`
	instrumentList  = `select n, hash, published_at, published_by, note from survey_instrument where workspace = $1 and survey_id = $2 order by n`
)

// SaveDraft keeps the text of an instrument that is being written, right or wrong.
func (b Book) SaveDraft(ctx context.Context, a auth.Actor, id string, version int64, text string) error {
	if len(text) > survey.MostText {
		return &typed.InputError{Fields: map[string]string{"draft": fmt.Sprintf("is longer than %d kB", survey.MostText>>10)}}
	}
	return b.edit(ctx, a, id, version, func(q store.Querier, _ time.Time, _ Survey) (audit.Event, error) {
		_, err := q.ExecContext(ctx, draftSet, b.Workspace, id, store.Storable(text))
		return audit.Event{Action: "survey.draft", Detail: map[string]string{"bytes": fmt.Sprint(len(text))}}, err
	})
}

// Publish keeps an instrument as the survey's next version, which never changes. Options that come from elsewhere have been
// filled in (Instrument.Fill). Once the survey was closed with answers its instrument stays, and that of an anonymous survey once it is open. Who is answering an older version goes on with that one.
func (b Book) Publish(ctx context.Context, a auth.Actor, id string, version int64, in survey.Instrument, note string) (n int, err error) {
	f := typed.Faults{}
	note = f.Text("note", note, MostNote)
	for _, q := range in.Unfilled() {
		f.Add("draft", "question %q takes its options from %q, and there are none", q.ID, q.From)
	}
	if err := f.Err(); err != nil {
		return 0, err
	}
	text, err := in.TOML()
	if err != nil {
		return 0, err
	}
	if _, err := survey.Parse(text); err != nil {
		return 0, &typed.InputError{Fields: map[string]string{"draft": "cannot be published: " + err.Error()}}
	}
	err = b.edit(ctx, a, id, version, func(q store.Querier, now time.Time, s Survey) (audit.Event, error) {
		if s.State == Closed {
			return audit.Event{}, typed.Whole("the survey is closed: no other version is published")
		}
		if s.State == Open && s.Level == survey.Anonymous {
			return audit.Event{}, typed.Whole("an anonymous survey that takes answers keeps its questions: the version would say which answers came later; make a new wave of it")
		}
		if s.ShownAt != "" {
			return audit.Event{}, typed.Whole("results of this survey could be seen already, and its questions stay: two versions of the same tables show what each of them hides; make a new wave of it")
		}
		n = s.Published + 1
		hash := store.Hash(string(text))
		_, err := q.ExecContext(ctx, instrumentWrite, b.Workspace, id, n, string(text), hash, store.Time(now), a.PersonID, note)
		return audit.Event{Action: "survey.publish", Detail: map[string]string{"n": fmt.Sprint(n), "hash": hash}}, err
	})
	return n, err
}

// Instrument is a published version, 0 for the newest, with its number. It is no secret: everybody who is asked reads it.
func (b Book) Instrument(ctx context.Context, id string, n int) (survey.Instrument, int, error) {
	return b.instrumentIn(ctx, b.DB.Read(), id, n)
}

func (b Book) instrumentIn(ctx context.Context, q store.Querier, id string, n int) (survey.Instrument, int, error) {
	var text string
	var got int64
	if err := none(q.QueryRowContext(ctx, instrumentRead, b.Workspace, id, n).Scan(&got, &text)); err != nil {
		return survey.Instrument{}, 0, err
	}
	in, err := survey.Parse([]byte(text))
	if err != nil {
		return in, 0, fmt.Errorf("version %d of the instrument of survey %s: %w", got, id, err)
	}
	return in, int(got), nil
}

// Versions are the published versions, the first first.
func (b Book) Versions(ctx context.Context, a auth.Actor, id string) ([]Version, error) {
	var out []Version
	err := b.read(ctx, a, auth.ReadSurveys, func(q store.Querier) error {
		return store.Each(ctx, q, instrumentList, []any{b.Workspace, id}, func(scan func(...any) error) error {
			var v Version
			var n int64
			err := scan(&n, &v.Hash, &v.At, &v.By, &v.Note)
			v.N = int(n)
			out = append(out, v)
			return err
		})
	})
	return out, err
}
