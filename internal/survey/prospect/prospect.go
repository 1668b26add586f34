// Package prospect owns firms that thought of coming: how far each has come, what drew it and what kept it away, and which
// organisation of the register it became. It keeps a version for each, so that two people do not overwrite each other, and
// writes the audit log in the same transaction. It contacts nobody and adds no organisation; who lands is joined to one that
// is there, or that is about to be.
//
// Stages and reasons are for people who have signed in; contacts and notes for those who may read single answers. Nothing of
// it is in a release.
package prospect

import (
	"context"
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

// Stage is how far a prospect has come.
type Stage string

// The stages. The last three are ends.
const (
	Identified  Stage = "identified"
	Contacted   Stage = "contacted"
	Considering Stage = "considering"
	Visited     Stage = "visited"
	Decided     Stage = "decided"
	Landed      Stage = "landed"
	Elsewhere   Stage = "elsewhere"
	Lost        Stage = "lost"
)

// Stages are all stages in their order, with what they are called and mean.
var Stages = []struct {
	Stage          Stage
	Label, Meaning string
}{
	{Identified, "Identified", "somebody thinks that it might come; nobody has spoken with it"},
	{Contacted, "Contacted", "somebody has spoken with it"},
	{Considering, "Considering", "it is thinking about it"},
	{Visited, "Visited", "it has been here to look"},
	{Decided, "Decided to come", "it has said that it comes"},
	{Landed, "Landed", "it is here: an organisation of the register"},
	{Elsewhere, "Went elsewhere", "it chose another place"},
	{Lost, "Lost", "it stays where it is, or nobody hears of it any more"},
}

// Known says that the stage is one of Stages.
func (s Stage) Known() bool { return s.rank() >= 0 }

// Ended says that the stage is an end.
func (s Stage) Ended() bool { return s == Landed || s == Elsewhere || s == Lost }

// Label is how the stage is called in lists.
func (s Stage) Label() string {
	if k := s.rank(); k >= 0 {
		return Stages[k].Label
	}
	return string(s)
}

func (s Stage) rank() int {
	for k, x := range Stages {
		if x.Stage == s {
			return k
		}
	}
	return -1
}

// Topics of reasons, of survey.Topics: what firms that are here say of others is asked under the same.
const (
	Attract = "attract"
	Deter   = "deter"
)

// Reason is what draws a prospect or keeps it away: an option of an instrument, or words of its own.
type Reason struct {
	Topic  string `json:"topic"`            // Attract or Deter
	Option string `json:"option,omitempty"` // id; "" for words of its own
	Label  string `json:"label"`            // as it was when it was chosen
}

// Key tells reasons apart: two prospects that gave an option count together, also when its label has changed.
func (r Reason) Key() string {
	if r.Option == "" {
		return r.Topic + "|" + strings.ToLower(r.Label)
	}
	return r.Topic + ":" + r.Option
}

// Choices are the reasons that an instrument offers: the options of its questions on what draws others and what stops them.
func Choices(in survey.Instrument) []Reason {
	var out []Reason
	seen := map[string]bool{}
	for _, q := range in.Questions() {
		if q.Topic != Attract && q.Topic != Deter {
			continue
		}
		for _, o := range q.Options {
			if r := (Reason{q.Topic, o.ID, o.Label}); !o.Alone && !seen[r.Key()] {
				seen[r.Key()] = true
				out = append(out, r)
			}
		}
	}
	return out
}

// Draft is what somebody says of a prospect.
type Draft struct {
	Name      string
	ComesFrom string // where it is now
	Sector    string
	Size      string // of Sizes, "" not known
	Contact   string // whom to ask, in words
}

// Sizes of firms by employees, as frames of surveys have them.
var Sizes = []struct{ Key, Label string }{{"micro", "Micro, up to 9 people"}, {"small", "Small, 10 to 49"}, {"medium", "Medium, 50 to 249"}, {"large", "Large, 250 and more"}}

// Step is something that happened on a prospect's way.
type Step struct {
	N       int64
	Stage   Stage
	Reasons []Reason
	WentTo  string // of one that went elsewhere
	Day     string // 2026-11-20
	Note    string
	At      string
	By      string // id of a person
}

// Prospect is a firm that thought of coming.
type Prospect struct {
	Draft
	ID        string
	OrgID     string // of the register, once it has landed
	Stage     Stage
	Reasons   []Reason // all that its steps give, each once
	WentTo    string
	Since     string // day of the last step
	Version   int64
	MadeAt    string
	MadeBy    string
	ChangedAt string
	ErasedAt  string
}

// Book is the prospects of a workspace.
type Book struct {
	DB        *store.DB
	Workspace string
	Now       func() time.Time
}

// ErrNotFound says that the workspace has no such prospect.
var ErrNotFound = errors.New("there is no such prospect in this workspace")

// ConflictError says that somebody else has changed the prospect since it was shown.
type ConflictError struct {
	ID      string
	Version int64 // now
}

func (e *ConflictError) Error() string {
	return "somebody else has changed this prospect since you opened it; look at what they did, then send yours again"
}

// Longest texts that are taken, in characters.
const (
	MostName    = 200
	MostNote    = 2000
	MostReasons = 20
	mostID      = 600 // bytes of the id of an organisation
)

func (d Draft) check(f typed.Faults) Draft {
	d.Name, d.ComesFrom, d.Sector = f.Text("name", d.Name, MostName), f.Text("from", d.ComesFrom, MostName), f.Text("sector", d.Sector, MostName)
	d.Contact = f.Text("contact", d.Contact, MostNote)
	if d.Name == "" {
		f.Add("name", "is missing: give the firm's name")
	}
	if d.Size != "" && !slices.ContainsFunc(Sizes, func(s struct{ Key, Label string }) bool { return s.Key == d.Size }) {
		f.Add("size", "is none of the list")
	}
	return d
}

// check holds a step against the rules; today is the last day that can be given.
func (s Step) check(f typed.Faults, today string) Step {
	if !s.Stage.Known() {
		f.Add("stage", "is none of the list")
	}
	s.Note, s.WentTo = f.Text("note", s.Note, MostNote), f.Text("place", s.WentTo, MostName)
	if s.Stage != Elsewhere {
		s.WentTo = ""
	}
	if s.Day == "" {
		s.Day = today
	}
	if _, err := time.Parse(time.DateOnly, s.Day); err != nil {
		f.Add("day", "%.20q is not a day: write it as 2026-03-01", s.Day)
	} else if s.Day > today {
		f.Add("day", "has not come yet: a step is what has happened")
	}
	var reasons []Reason
	seen := map[string]bool{}
	for _, r := range s.Reasons {
		r.Label = f.Text("reasons", r.Label, MostName)
		if r.Topic != Attract && r.Topic != Deter {
			f.Add("reasons", "are of what draws and what keeps away")
		}
		if r.Label != "" && !seen[r.Key()] {
			seen[r.Key()] = true
			reasons = append(reasons, r)
		}
	}
	if len(reasons) > MostReasons {
		f.Add("reasons", "are more than %d", MostReasons)
	}
	s.Reasons = reasons
	return s
}

// change runs a transaction of somebody who may do the action. Permission comes first and the log last.
func (b Book) change(ctx context.Context, a auth.Actor, action auth.Action, f func(q store.Querier, now time.Time) (audit.Event, error)) error {
	return b.DB.Update(ctx, func(q store.Querier) error {
		if err := auth.PermitWrite(ctx, q, b.Workspace, a, action); err != nil {
			return err
		}
		now := b.Now()
		e, err := f(q, now)
		if err != nil {
			return err
		}
		e.Actor, e.Via = a.PersonID, a.Via
		_, err = audit.Append(ctx, q, b.Workspace, now, e)
		return err
	})
}

func (b Book) today() string { return b.Now().UTC().Format(time.DateOnly) }
