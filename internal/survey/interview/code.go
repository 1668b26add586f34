package interview

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/survey"
	"milieu/internal/typed"
)

// Code is an entry of the code book: what an excerpt can be said to be about.
type Code struct {
	ID         string
	Label      string
	Definition string // when it is given, and when not
	Topic      string // key of survey.Topics, "" for none
	RetiredAt  string // "" while it can be given
	Version    int64
	MadeAt     string
	MadeBy     string
	Given      int // excerpts that have it from at least one coder
}

const (
	codeInsert  = `insert into code (workspace, code_id, label, definition, topic, retired_at, version, made_at, made_by) values ($1, $2, $3, $4, $5, '', 1, $6, $7)`
	codeUpdate  = `update code set version = version + 1, label = $4, definition = $5, topic = $6 where workspace = $1 and code_id = $2 and version = $3 returning version`
	codeRetire  = `update code set version = version + 1, retired_at = $4 where workspace = $1 and code_id = $2 and version = $3 returning version`
	codeVersion = `select code_id, version from code where workspace = $1 and code_id = $2`
	codesQuery  = `select code_id, label, definition, topic, retired_at, version, made_at, made_by from code where workspace = $1 order by made_at, code_id`
)

// check cleans a code and holds it against those that are there.
func (c Code) check(there []Code) (Code, error) {
	f := typed.Faults{}
	if c.Label = f.Text("label", c.Label, 80); c.Label == "" {
		f.Add("label", "is missing: name what the words are about, in two or three words")
	}
	if c.Definition = f.Text("definition", c.Definition, MostWords); c.Definition == "" {
		f.Add("definition", "is missing: say when this code is given and when not, so that two coders give it alike")
	}
	if c.Topic != "" && !slices.ContainsFunc(survey.Topics, func(t survey.Topic) bool { return t.Key == c.Topic }) {
		f.Add("topic", "is not one of the list")
	}
	for _, o := range there {
		if o.ID != c.ID && strings.EqualFold(o.Label, c.Label) {
			f.Add("label", "is taken: a code of that name is in the book already")
		}
	}
	return c, f.Err()
}

// SaveCode adds a code, or changes the one of its id if it still has the version that was shown.
func (b Book) SaveCode(ctx context.Context, a auth.Actor, c Code) (string, error) {
	made := c.ID == ""
	err := b.change(ctx, a, auth.RunSurvey, func(q store.Querier, now time.Time) (audit.Event, error) {
		there, err := codes(ctx, q, b.Workspace)
		if err != nil {
			return audit.Event{}, err
		}
		if c, err = c.check(there); err != nil {
			return audit.Event{}, err
		}
		if made {
			c.ID = store.NewID("d")
			_, err := q.ExecContext(ctx, codeInsert, b.Workspace, c.ID, c.Label, c.Definition, c.Topic, store.Time(now), a.PersonID)
			return audit.Event{Action: "code.add", Subject: c.ID, Detail: map[string]string{"label": c.Label}}, err
		}
		return b.turnCode(ctx, q, audit.Event{Action: "code.change", Subject: c.ID, Detail: map[string]string{"label": c.Label}}, codeUpdate, c.ID, c.Version, c.Label, c.Definition, c.Topic)
	})
	return c.ID, err
}

func (b Book) turnCode(ctx context.Context, q store.Querier, e audit.Event, update, id string, version int64, values ...any) (audit.Event, error) {
	err := q.QueryRowContext(ctx, update, append([]any{b.Workspace, id, version}, values...)...).Scan(&version)
	if errors.Is(err, sql.ErrNoRows) {
		return audit.Event{}, versionOf(ctx, q, "code", codeVersion, b.Workspace, id)
	}
	return e, err
}

// RetireCode takes a code out of use: what has it keeps it. With back it is put into use again.
func (b Book) RetireCode(ctx context.Context, a auth.Actor, id string, version int64, back bool) error {
	return b.change(ctx, a, auth.RunSurvey, func(q store.Querier, now time.Time) (audit.Event, error) {
		at, what := store.Time(now), "code.retire"
		if back {
			at, what = "", "code.restore"
		}
		return b.turnCode(ctx, q, audit.Event{Action: what, Subject: id}, codeRetire, id, version, at)
	})
}

// firstCodes are the codes with which a book can begin: one for each topic of the shipped questions that people talk about.
var firstCodes = []Code{
	{Topic: "reason", Label: "Reason to be here", Definition: "A cause for the firm’s choice of this place, past or present. Not what it has gained since: that is a benefit."},
	{Topic: "benefit", Label: "Benefit of being here", Definition: "Something the firm gained or gains from being here, in its own account. Not a hope for later."},
	{Topic: "barrier", Label: "Barrier", Definition: "Something that gets in the way of the firm here: land, transport, planning, finance, rules. Missing people or skills are a code of their own."},
	{Topic: "innovate", Label: "Help to innovate", Definition: "What would let the firm innovate more: access, money, partners, equipment. Also what it tried and could not get."},
	{Topic: "meeting", Label: "Meeting others", Definition: "Contact between firms, or between firms and institutes: where, when, or why not."},
	{Topic: "skills", Label: "Skills that are missing", Definition: "People or training that the firm looks for and does not find."},
	{Topic: "attract", Label: "Draws others here", Definition: "What would bring other firms, in the words of one that is here or thought of coming."},
	{Topic: "deter", Label: "Keeps others away", Definition: "What stops other firms from coming, or sent one elsewhere."},
	{Topic: "investment", Label: "Investment", Definition: "Money the firm has spent, will spend or would spend here, and on what that hangs."},
}

// StartCodes puts a first set of codes into an empty book.
func (b Book) StartCodes(ctx context.Context, a auth.Actor) error {
	return b.change(ctx, a, auth.RunSurvey, func(q store.Querier, now time.Time) (audit.Event, error) {
		there, err := codes(ctx, q, b.Workspace)
		if err != nil {
			return audit.Event{}, err
		}
		if len(there) > 0 {
			return audit.Event{}, &typed.InputError{Fields: map[string]string{"": "the code book has codes already: add to them one by one"}}
		}
		for k, c := range firstCodes {
			// A millisecond between them keeps them in order; all are there from now on.
			at := store.Time(now.Add(time.Duration(k-len(firstCodes)) * time.Millisecond))
			if _, err := q.ExecContext(ctx, codeInsert, b.Workspace, store.NewID("d"), c.Label, c.Definition, c.Topic, at, a.PersonID); err != nil {
				return audit.Event{}, err
			}
		}
		return audit.Event{Action: "code.start", Subject: "codebook"}, nil
	})
}

// Codes reads the code book in the order in which it was made, with how many excerpts have each code.
func (b Book) Codes(ctx context.Context, a auth.Actor) (out []Code, err error) {
	err = b.read(ctx, a, func(q store.Querier) error {
		out, err = b.codesGiven(ctx, q)
		return err
	})
	return out, err
}

func (b Book) codesGiven(ctx context.Context, q store.Querier) ([]Code, error) {
	out, err := codes(ctx, q, b.Workspace)
	if err != nil {
		return nil, err
	}
	given, err := b.codings(ctx, q)
	for i := range out {
		for _, of := range given {
			if slices.ContainsFunc(of, func(c Coding) bool { return slices.Contains(c.Codes, out[i].ID) }) {
				out[i].Given++
			}
		}
	}
	return out, err
}

func codes(ctx context.Context, q store.Querier, workspace string) (out []Code, err error) {
	err = store.Each(ctx, q, codesQuery, []any{workspace}, func(scan func(...any) error) error {
		var c Code
		err := scan(&c.ID, &c.Label, &c.Definition, &c.Topic, &c.RetiredAt, &c.Version, &c.MadeAt, &c.MadeBy)
		out = append(out, c)
		return err
	})
	return out, err
}
