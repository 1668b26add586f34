package fieldwork

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/survey"
	"milieu/internal/typed"
)

// States of a survey.
const (
	Drafted = "draft"  // nobody has been asked
	Open    = "open"   // answers are taken
	Closed  = "closed" // no more, until it is opened again
)

// Public is the value of Survey.Results with which everybody may read its results.
const Public = "public"

// LeastThreshold is the fewest answers that may stand behind anything that is shown, whatever the survey says.
const LeastThreshold = 5

// KeepMeaning says what happens after the day KeepUntil, for those who answer.
const KeepMeaning = "After that day nothing is kept that names a firm or a person: who was asked, addresses, names and words are erased; only ticked answers stay, without a firm."

// Survey is a survey as it is managed.
type Survey struct {
	ID, Title, About string
	Level            survey.Level // never changes
	Series, Wave     string       // waves of a series ask the same again
	State            string       // Drafted, Open or Closed
	Invented         bool         // its answers are made by a model; never changes
	Contact          string       // who asks, and how they are reached
	Threshold        int          // least answers behind what is shown, LeastThreshold or more
	KeepUntil        string       // day, "" for ever; see KeepMeaning
	Draft            string       // text of the instrument that is not published yet
	Results          string       // "" for the team, or Public
	Evidence         string       // "" or the day since which releases take it
	ExpiredAt        string       // when what names anybody was erased, "" while it is there
	ShownAt          string       // when it was first closed with answers, "" before: since then threshold and instrument stay
	Changes          int          // answers that came since it was last closed with results for others; see Withheld
	Version          int64
	MadeAt, MadeBy   string
	ChangedAt        string
	Published        int // newest published instrument, 0 for none
}

// Withheld says that results are kept from those who may not read single answers: so few answers came since others could see results
// that the difference would tell what they say.
func (s Survey) Withheld() bool { return s.ShownAt != "" && s.Changes > 0 && s.Changes < s.Threshold }

// Settings are what can be changed of a survey.
type Settings struct {
	Title, About, Series, Wave, Contact string
	Threshold                           int
	KeepUntil, Results, Evidence        string
}

// Settings are the survey's as they stand.
func (s Survey) Settings() Settings {
	return Settings{s.Title, s.About, s.Series, s.Wave, s.Contact, s.Threshold, s.KeepUntil, s.Results, s.Evidence}
}

func (s Settings) check() (Settings, error) {
	f := typed.Faults{}
	if s.Title = f.Text("title", typed.Line(s.Title), MostTitle); s.Title == "" {
		f.Add("title", "is missing: say what the survey is called")
	}
	s.About = f.Text("about", s.About, MostNote)
	s.Series, s.Wave = f.Text("series", typed.Line(s.Series), MostName), f.Text("wave", typed.Line(s.Wave), MostName)
	s.Contact = f.Text("contact", s.Contact, MostNote)
	if s.Threshold == 0 {
		s.Threshold = LeastThreshold
	}
	if s.Threshold < LeastThreshold || s.Threshold > 1000 {
		f.Add("threshold", "is %d: it is %d at least", s.Threshold, LeastThreshold)
	}
	s.KeepUntil, s.Evidence = f.Day("keep_until", s.KeepUntil), f.Day("evidence", s.Evidence)
	if s.Results != "" && s.Results != Public {
		f.Add("results", "are for the team or %s", Public)
	}
	return s, f.Err()
}

const (
	surveyWrite = `insert into survey (workspace, survey_id, title, about, level, series, wave, state, invented, contact, threshold, keep_until, draft, results, evidence, expired_at,
  shown_at, changes, version, made_at, made_by, changed_at) values ($1, $2, $3, $4, $5, $6, $7, 'draft', $8, $9, $10, $11, $12, $13, '', '', '', 0, 1, $14, $15, $14)`
	surveyBump = `update survey set version = version + 1, changed_at = $4 where workspace = $1 and survey_id = $2 and version = $3 returning version`
	surveySet  = `update survey set title = $3, about = $4, series = $5, wave = $6, contact = $7, threshold = $8, keep_until = $9, results = $10, evidence = $11
where workspace = $1 and survey_id = $2`
	surveyState   = `update survey set state = $3 where workspace = $1 and survey_id = $2`
	surveyShown   = `update survey set shown_at = $3, changes = 0 where workspace = $1 and survey_id = $2`
	answersGiven  = `select count(response_id) from survey_response where workspace = $1 and survey_id = $2 and state <> 'erased'`
	surveyVersion = `select version from survey where workspace = $1 and survey_id = $2`
	surveyColumns = `select s.survey_id, s.title, s.about, s.level, s.series, s.wave, s.state, s.invented, s.contact, s.threshold, s.keep_until, s.draft, s.results, s.evidence,
  s.expired_at, s.shown_at, s.changes, s.version, s.made_at, s.made_by, s.changed_at,
  (select coalesce(max(i.n), 0) from survey_instrument i where i.workspace = s.workspace and i.survey_id = s.survey_id)
from survey s where s.workspace = $1 `
	surveyOne = surveyColumns + `and s.survey_id = $2`
	surveyAll = surveyColumns + `order by s.made_at desc, s.survey_id`
)

func scanSurvey(scan func(...any) error) (Survey, error) {
	var s Survey
	var invented, threshold, published, changes int64
	err := scan(&s.ID, &s.Title, &s.About, &s.Level, &s.Series, &s.Wave, &s.State, &invented, &s.Contact, &threshold, &s.KeepUntil, &s.Draft, &s.Results, &s.Evidence,
		&s.ExpiredAt, &s.ShownAt, &changes, &s.Version, &s.MadeAt, &s.MadeBy, &s.ChangedAt, &published)
	s.Invented, s.Threshold, s.Published, s.Changes = invented == 1, int(threshold), int(published), int(changes)
	return s, err
}

func (b Book) surveyIn(ctx context.Context, q store.Querier, id string) (Survey, error) {
	s, err := scanSurvey(q.QueryRowContext(ctx, surveyOne, b.Workspace, id).Scan)
	return s, none(err)
}

// New keeps a new survey, in state Drafted, and gives its id. Of s the level, whether it is invented, the settings and the draft
// are taken. Errors are an *typed.InputError, one of auth.ErrDenied, or of the store.
func (b Book) New(ctx context.Context, a auth.Actor, s Survey) (string, error) {
	set, err := s.Settings().check()
	if err != nil {
		return "", err
	}
	if !s.Level.Known() {
		return "", &typed.InputError{Fields: map[string]string{"level": "is missing: say how far answers can be traced; it can never be changed"}}
	}
	if len(s.Draft) > survey.MostText {
		return "", &typed.InputError{Fields: map[string]string{"draft": fmt.Sprintf("is longer than %d kB", survey.MostText>>10)}}
	}
	if set.Evidence != "" {
		return "", &typed.InputError{Fields: map[string]string{"evidence": "cannot be set before anybody has answered"}}
	}
	id := store.NewID("v")
	invented := 0
	if s.Invented {
		invented = 1
	}
	err = b.change(ctx, a, auth.RunSurvey, func(q store.Querier, now time.Time) (audit.Event, error) {
		_, err := q.ExecContext(ctx, surveyWrite, b.Workspace, id, set.Title, set.About, string(s.Level), set.Series, set.Wave, invented, set.Contact, set.Threshold, set.KeepUntil,
			store.Storable(s.Draft), set.Results, store.Time(now), a.PersonID)
		return audit.Event{Action: "survey.make", Subject: id, Detail: map[string]string{"title": set.Title, "level": string(s.Level)}}, err
	})
	return id, err
}

// edit runs a change of a survey that still has the version that was shown, and raises it.
func (b Book) edit(ctx context.Context, a auth.Actor, id string, version int64, f func(q store.Querier, now time.Time, s Survey) (audit.Event, error)) error {
	return b.change(ctx, a, auth.RunSurvey, func(q store.Querier, now time.Time) (audit.Event, error) {
		var v int64
		err := q.QueryRowContext(ctx, surveyBump, b.Workspace, id, version, store.Time(now)).Scan(&v)
		if errors.Is(err, sql.ErrNoRows) {
			if err := none(q.QueryRowContext(ctx, surveyVersion, b.Workspace, id).Scan(&v)); err != nil {
				return audit.Event{}, err
			}
			return audit.Event{}, &ConflictError{What: "survey", ID: id, Version: v}
		}
		if err != nil {
			return audit.Event{}, err
		}
		s, err := b.surveyIn(ctx, q, id)
		if err != nil {
			return audit.Event{}, err
		}
		e, err := f(q, now, s)
		e.Subject = id
		return e, err
	})
}

// Change sets what can be changed of a survey. What was promised to those who have been asked can be made stricter and not looser:
// once the survey has been opened the threshold does not fall and the day until which answers are kept does not move away.
func (b Book) Change(ctx context.Context, a auth.Actor, id string, version int64, set Settings) error {
	set, err := set.check()
	if err != nil {
		return err
	}
	return b.edit(ctx, a, id, version, func(q store.Querier, _ time.Time, s Survey) (audit.Event, error) {
		if s.State != Drafted {
			f := typed.Faults{}
			switch {
			case s.ShownAt != "" && set.Threshold != s.Threshold:
				f.Add("threshold", "was %d when results could first be seen and stays: two versions of the same tables show what each of them hides", s.Threshold)
			case set.Threshold < s.Threshold:
				f.Add("threshold", "was %d when firms were asked and cannot be lowered", s.Threshold)
			}
			if s.KeepUntil != "" && (set.KeepUntil == "" || set.KeepUntil > s.KeepUntil) {
				f.Add("keep_until", "was %s when firms were asked and cannot be put off", s.KeepUntil)
			}
			if err := f.Err(); err != nil {
				return audit.Event{}, err
			}
		}
		_, err := q.ExecContext(ctx, surveySet, b.Workspace, id, set.Title, set.About, set.Series, set.Wave, set.Contact, set.Threshold, set.KeepUntil, set.Results, set.Evidence)
		return audit.Event{Action: "survey.change", Detail: map[string]string{"results": set.Results, "evidence": set.Evidence, "keep_until": set.KeepUntil, "threshold": fmt.Sprint(set.Threshold)}}, err
	})
}

// Open lets answers be given. It needs a published instrument.
func (b Book) Open(ctx context.Context, a auth.Actor, id string, version int64) error {
	return b.turn(ctx, a, id, version, Open, Drafted)
}

// Close ends that. Answers that were being given and were not sent stay as they are, and are not counted. Of an anonymous survey with
// answers they are deleted; its answers are written anew in the order of their ids, so that the database does not show in which order
// they came; and its links lead nowhere any more, so that who kept a copy of them cannot see which were used.
func (b Book) Close(ctx context.Context, a auth.Actor, id string, version int64) error {
	return b.turn(ctx, a, id, version, Closed, Open)
}

// Reopen lets answers be given again. An anonymous survey with answers stays closed: results before and after one more answer would
// say what it is. Of another level others see results again when as many answers as the threshold have come.
func (b Book) Reopen(ctx context.Context, a auth.Actor, id string, version int64) error {
	return b.turn(ctx, a, id, version, Open, Closed)
}

func (b Book) turn(ctx context.Context, a auth.Actor, id string, version int64, to, from string) error {
	err := b.edit(ctx, a, id, version, func(q store.Querier, now time.Time, s Survey) (audit.Event, error) {
		var n int
		if err := q.QueryRowContext(ctx, answersGiven, b.Workspace, id).Scan(&n); err != nil {
			return audit.Event{}, err
		}
		switch {
		case s.State != from:
			return audit.Event{}, typed.Whole("the survey is %s; this can be done when it is %s", s.State, from)
		case s.Published == 0:
			return audit.Event{}, typed.Whole("no version of the instrument is published: publish one first")
		case s.ExpiredAt != "":
			return audit.Event{}, typed.Whole("what names firms has been erased from this survey; make a new wave of it")
		case from == Closed && s.Level == survey.Anonymous && n > 0:
			return audit.Event{}, typed.Whole("an anonymous survey with answers stays closed: results before and after one more answer would say what it is; make a new wave of it")
		}
		if to == Closed && s.Level == survey.Anonymous && n > 0 {
			if err := errors.Join(b.scatter(ctx, q, id), b.forgetLinks(ctx, q, id)); err != nil {
				return audit.Event{}, err
			}
		}
		if to == Closed && n > 0 && !s.Withheld() {
			if _, err := q.ExecContext(ctx, surveyShown, b.Workspace, id, orElse(s.ShownAt, store.Time(now))); err != nil {
				return audit.Event{}, err
			}
		}
		_, err := q.ExecContext(ctx, surveyState, b.Workspace, id, to)
		return audit.Event{Action: "survey.state", Detail: map[string]string{"state": to}}, err
	})
	if err == nil && to == Closed {
		b.settle(ctx)
	}
	return err
}

// settle empties the log of the store, now or where somebody reads just then a little later.
func (b Book) settle(ctx context.Context) {
	if b.DB.Settle(context.WithoutCancel(ctx)) != nil {
		b.DB.SettleSoon()
	}
}

// Surveys reads all surveys, the newest first. Who may not read whom surveys ask gets those whose results are public, as Survey does.
func (b Book) Surveys(ctx context.Context, a auth.Actor) ([]Survey, error) {
	var out []Survey
	err := b.DB.View(ctx, func(q store.Querier) error {
		team, err := b.isTeam(ctx, q, a)
		if err != nil {
			return err
		}
		return store.Each(ctx, q, surveyAll, []any{b.Workspace}, func(scan func(...any) error) error {
			s, err := scanSurvey(scan)
			if err == nil && (team || s.Results == Public) {
				out = append(out, s.forReader(team))
			}
			return err
		})
	})
	return out, err
}

// Survey reads one. Who may not read whom surveys ask gets it when its results are public, without draft and contact; else ErrNotFound.
func (b Book) Survey(ctx context.Context, a auth.Actor, id string) (Survey, error) {
	var s Survey
	err := b.DB.View(ctx, func(q store.Querier) error {
		team, err := b.isTeam(ctx, q, a)
		if err != nil {
			return err
		}
		if s, err = b.surveyIn(ctx, q, id); err != nil {
			return err
		}
		if !team && s.Results != Public {
			return ErrNotFound
		}
		s = s.forReader(team)
		return nil
	})
	if err != nil {
		return Survey{}, err
	}
	return s, nil
}

func (s Survey) forReader(team bool) Survey {
	if !team {
		s.Draft, s.Contact, s.MadeBy = "", "", ""
	}
	return s
}

// isTeam says whether the actor may read whom surveys ask.
func (b Book) isTeam(ctx context.Context, q store.Querier, a auth.Actor) (bool, error) {
	err := auth.PermitIn(ctx, q, b.Workspace, a, auth.ReadSurveys)
	if errors.Is(err, auth.ErrDenied) {
		return false, nil
	}
	return err == nil, err
}
