package fieldwork

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/store/storetest"
	"milieu/internal/survey"
	"milieu/internal/typed"
)

func TestSurvey_states(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, who := newBook(t, db, "w")
		editor := who[auth.Editor]
		id, err := b.New(ctx, editor, Survey{Title: " Firms\n2026 ", Level: survey.Confidential, Draft: questions, KeepUntil: "2027-01-01", Contact: "us"})
		must(t, err)
		s, err := b.Survey(ctx, who[auth.Reader], id)
		must(t, err)
		if s.Title != "Firms 2026" || s.State != Drafted || s.Threshold != LeastThreshold || s.Version != 1 || s.Draft != questions || s.MadeBy != editor.PersonID {
			t.Errorf("a new survey: %+v", s)
		}
		var bad *typed.InputError
		if err := b.Open(ctx, editor, id, 1); !errors.As(err, &bad) {
			t.Errorf("opened without an instrument: %v", err)
		}
		must(t, b.SaveDraft(ctx, editor, id, 1, "half a text"))
		var conflict *ConflictError
		if err := b.SaveDraft(ctx, editor, id, 1, "other"); !errors.As(err, &conflict) || conflict.Version != 2 {
			t.Errorf("an old version: %v", err)
		}
		if n, err := b.Publish(ctx, editor, id, 2, testInstrument(t), "first"); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		must(t, b.Open(ctx, editor, id, 3))
		for field, set := range map[string]Settings{
			"threshold": {Title: "x", KeepUntil: "2027-01-01", Threshold: 4}, "keep_until": {Title: "x", KeepUntil: "2027-01-02"}, "title": {KeepUntil: "2027-01-01"}, "results": {Title: "x", KeepUntil: "2026-12-31", Results: "all"},
		} {
			if err := b.Change(ctx, editor, id, 4, set); !errors.As(err, &bad) || bad.Fields[field] == "" {
				t.Errorf("%s: %v", field, err)
			}
		}
		must(t, b.Change(ctx, editor, id, 4, Settings{Title: "y", KeepUntil: "2026-12-31", Threshold: 8}))
		if err := b.Change(ctx, editor, id, 5, Settings{Title: "y", KeepUntil: "2026-12-31"}); !errors.As(err, &bad) {
			t.Errorf("a lower threshold: %v", err)
		}
		if err := b.Close(ctx, editor, "no such", 1); !errors.Is(err, ErrNotFound) {
			t.Error(err)
		}
		s, err = b.Survey(ctx, who[auth.Reader], id)
		if err != nil || s.Level != survey.Confidential || s.Published != 1 || s.Threshold != 8 {
			t.Errorf("in the end: %+v, %v", s, err)
		}
	})
}

// Who may do what is asked inside the transactions.
func TestPermissions(t *testing.T) {
	b, who := newBook(t, storetest.Open(t), "w")
	id := asked(t, b, who[auth.Editor], Survey{Level: survey.Attributable, Contact: "us", Draft: questions}, 10)
	units, err := b.Units(ctx, who[auth.Reader], id, UnitFilter{})
	must(t, err)
	for name, try := range map[string]struct {
		least auth.Role
		do    func(a auth.Actor) error
	}{
		"units":     {auth.Reader, func(a auth.Actor) error { _, err := b.Units(ctx, a, id, UnitFilter{}); return err }},
		"frame":     {auth.Reader, func(a auth.Actor) error { _, err := b.Frame(ctx, a, id); return err }},
		"progress":  {auth.Reader, func(a auth.Actor) error { _, err := b.Progress(ctx, a, id); return err }},
		"collected": {auth.Reader, func(a auth.Actor) error { _, err := b.Collected(ctx, a, id); return err }},
		"responses": {auth.Analyst, func(a auth.Actor) error { _, err := b.Responses(ctx, a, id); return err }},
		"by firm":   {auth.Analyst, func(a auth.Actor) error { _, err := b.AnsweredBy(ctx, a, "org-0-001"); return err }},
		"new": {auth.Editor, func(a auth.Actor) error {
			_, err := b.New(ctx, a, Survey{Title: "x", Level: survey.Anonymous})
			return err
		}},
		"mark":   {auth.Editor, func(a auth.Actor) error { return b.Mark(ctx, a, id, units[0].ID, 99, "", "") }},
		"links":  {auth.Editor, func(a auth.Actor) error { _, err := b.Links(ctx, a, id, Remind, &byMail{}); return err }},
		"erase":  {auth.Manager, func(a auth.Actor) error { _, err := b.Erase(ctx, a, "nobody", "request"); return err }},
		"expire": {auth.Manager, func(a auth.Actor) error { _, err := b.Expire(ctx, a, "2026-01-01"); return err }},
	} {
		for _, r := range append([]auth.Role{auth.Nobody}, auth.Roles...) {
			if err := try.do(who[r]); errors.Is(err, auth.ErrDenied) == r.AtLeast(try.least) {
				t.Errorf("%s as %q: %v", name, r, err)
			}
		}
		if err := try.do(auth.Actor{Workspace: "other", PersonID: who[auth.Owner].PersonID, Role: auth.Owner}); !errors.Is(err, auth.ErrDenied) {
			t.Errorf("%s from another workspace: %v", name, err)
		}
	}
	if all, err := b.Surveys(ctx, who[auth.Nobody]); err != nil || len(all) != 0 {
		t.Errorf("a visitor sees %d surveys, %v", len(all), err)
	}
	must(t, b.Change(ctx, who[auth.Editor], id, version(t, b, id), Settings{Title: "Firms", Results: Public, Contact: "us"}))
	if z, err := b.Frozen(ctx, who[auth.Nobody], id); err != nil || z.Seed != 0 || z.By != "" || z.Counts.Firms != 10 {
		t.Errorf("a visitor sees of the draw %+v, %v", z, err)
	}
	all, err := b.Surveys(ctx, who[auth.Nobody])
	if err != nil || len(all) != 1 || all[0].Draft+all[0].Contact+all[0].MadeBy != "" {
		t.Errorf("a visitor sees %+v, %v", all, err)
	}
	if _, err := b.Collected(ctx, who[auth.Nobody], id); !errors.Is(err, auth.ErrDenied) {
		t.Errorf("public results while answers come in: %v", err)
	}
	must(t, b.Close(ctx, who[auth.Editor], id, version(t, b, id)))
	if _, err := b.Collected(ctx, who[auth.Nobody], id); err != nil {
		t.Errorf("public results: %v", err)
	}
}

func TestDraw(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, who := newBook(t, db, "w")
		editor := who[auth.Editor]
		id, err := b.New(ctx, editor, Survey{Title: "Firms", Level: survey.Confidential})
		must(t, err)
		_, err = b.Publish(ctx, editor, id, 1, testInstrument(t), "")
		must(t, err)
		if err := b.Draw(ctx, editor, id, 2, map[string]int{"s0": 4}, 1); !errors.Is(err, ErrNotFound) {
			t.Errorf("drawn from nothing: %v", err)
		}
		must(t, b.Freeze(ctx, editor, id, 2, testFrame(40, 3)))
		f, err := b.Frame(ctx, editor, id)
		must(t, err)
		if len(f.Units) != 43 || f.Units[0].Known["employees"] != "10" {
			t.Errorf("the frame came back as %d units, first %+v", len(f.Units), f.Units[0])
		}
		var bad *typed.InputError
		for _, plan := range []map[string]int{{}, {"s0": 0}, {"s0": 41}, {"s9": 1}, {"s0": -1}} {
			if err := b.Draw(ctx, editor, id, 3, plan, 1); !errors.As(err, &bad) {
				t.Errorf("plan %v: %v", plan, err)
			}
		}
		ids := func() (out []string) {
			units, err := b.Units(ctx, editor, id, UnitFilter{})
			must(t, err)
			for _, u := range units {
				out = append(out, u.OrgID)
			}
			return out
		}
		draw := func(n int, seed uint64) error {
			return b.Draw(ctx, editor, id, version(t, b, id), map[string]int{"s0": n, "s1": 3}, seed)
		}
		must(t, draw(8, 1))
		first := ids()
		units, err := b.Units(ctx, editor, id, UnitFilter{Stratum: "s0"})
		must(t, err)
		must(t, b.SetContact(ctx, editor, id, units[0].ID, units[0].Version, "Ann <ann@example.org>", "Ann"))
		must(t, draw(8, 2))
		if slices.Equal(first, ids()) {
			t.Error("two seeds drew the same")
		}
		must(t, draw(8, 1))
		if diff := cmp.Diff(first, ids()); diff != "" {
			t.Errorf("the same seed drew others: %s", diff)
		}
		must(t, b.Open(ctx, editor, id, version(t, b, id)))
		sent(t, b, editor, id, Invite)
		if err := draw(8, 2); !errors.As(err, &bad) {
			t.Errorf("firms that were asked were left out: %v", err)
		}
		if err := b.Freeze(ctx, editor, id, version(t, b, id), testFrame(40, 3)); !errors.As(err, &bad) {
			t.Errorf("another frame after firms were asked: %v", err)
		}
		must(t, draw(20, 1))
		if all := ids(); len(all) != 23 || slices.ContainsFunc(first, func(o string) bool { return !slices.Contains(all, o) }) {
			t.Errorf("more firms: %d", len(all))
		}
		if n := len(sent(t, b, editor, id, Invite)); n != 12 {
			t.Errorf("%d new firms were invited", n)
		}
		z, err := b.Frozen(ctx, editor, id)
		if err != nil || z.Seed != 1 || z.Plan["s0"] != 20 || z.Counts.Firms != 43 || z.Counts.Groupings[0].Categories[0].ByStratum["s0"] != 40 ||
			len(z.Counts.Cells) != 4 || !slices.Equal(z.Counts.Cells[1].Groups, []string{"small", "m"}) || z.Counts.Cells[1].Frame != 20 {
			t.Errorf("what is frozen: %+v, %v", z, err)
		}
	})
}

func TestImportContacts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, who := newBook(t, db, "w")
		editor := who[auth.Editor]
		id := asked(t, b, editor, Survey{Level: survey.Confidential}, 10)
		got, err := b.ImportContacts(ctx, editor, id, []ContactRow{
			{Line: 2, OrgID: "org-0-001", Email: " ann@example.org ", Contact: "Ann"},
			{Line: 3, Name: "FIRM  org-0-002", Email: "Ben <ben@example.org>"},
			{Line: 4, OrgID: "org-9-001", Email: "c@example.org"},
			{Line: 5, OrgID: "org-0-003", Email: "nonsense"},
			{Line: 6, OrgID: "org-0-004", Email: "x@example.org\r\nBcc: all@example.org"},
			{Line: 7, OrgID: "org-0-001", Email: "again@example.org"},
			{Line: 8, Email: "d@example.org"},
			{Line: 9, OrgID: "org-0-005"},
		})
		must(t, err)
		var lines []int
		for _, r := range got.Rejects {
			lines = append(lines, r.Line)
		}
		if diff := cmp.Diff([]int{4, 5, 6, 7, 8, 9}, lines); got.Taken != 2 || diff != "" {
			t.Errorf("%+v: %s", got, diff)
		}
		units, err := b.Units(ctx, editor, id, UnitFilter{})
		must(t, err)
		if units[1].Email != "ann@example.org" || units[1].Contact != "Ann" || units[2].Email != "ben@example.org" || units[4].Email != "" {
			t.Errorf("%+v", units[:5])
		}
		if found := holds(dumped(t, db), "ann@example.org"); !slices.Equal(found, []string{"survey_unit"}) {
			t.Errorf("an address stands in %v", found)
		}
	})
}

func TestLinks_failures(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, who := newBook(t, db, "w")
		editor := who[auth.Editor]
		for _, level := range []survey.Level{survey.Anonymous, survey.Confidential} {
			id := asked(t, b, editor, Survey{Level: level}, 12)
			units, err := b.Units(ctx, editor, id, UnitFilter{})
			must(t, err)
			for _, u := range units[:10] {
				must(t, b.SetContact(ctx, editor, id, u.ID, u.Version, "a@example.org", ""))
			}
			m := &byMail{fail: map[string]bool{"org-0-003": true}}
			round, err := b.Links(ctx, editor, id, Invite, m)
			must(t, err)
			if round.Sent != 9 || len(round.Unsent) != 3 {
				t.Errorf("%s: %+v", level, round)
			}
			p, err := b.Progress(ctx, editor, id)
			if err != nil || p.Total.Sent != 9 || p.Total.Links != 9 {
				t.Errorf("%s: %+v, %v", level, p.Total, err)
			}
			m.fail = nil
			round, err = b.Links(ctx, editor, id, Invite, m)
			if err != nil || round.Sent != map[survey.Level]int{survey.Confidential: 1}[level] {
				t.Errorf("%s: the second round: %+v, %v", level, round, err)
			}
			// The caller goes away in the middle: who got nothing counts as not reminded.
			some, cancel := context.WithCancel(ctx)
			n := 0
			round, err = b.Links(some, editor, id, Remind, SenderFunc(func(context.Context, Addressee, string) error {
				if n++; n == 4 {
					cancel()
				}
				return nil
			}))
			if !errors.Is(err, context.Canceled) || round.Sent != 4 {
				t.Errorf("%s: cut off: %+v, %v", level, round, err)
			}
			p, err = b.Progress(ctx, editor, id)
			if want := map[survey.Level][]int{survey.Confidential: {4, 14}, survey.Anonymous: {9, 21}}[level]; err != nil || p.Total.Reminded != want[0] || p.Total.Links != want[1] {
				t.Errorf("%s: %+v, %v", level, p.Total, err)
			}
		}
		if found := holds(dumped(t, db), "the server did not take it"); len(found) > 0 {
			t.Errorf("why a mail failed stands in %v", found)
		}
	})
}

func TestProgress(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, who := newBook(t, db, "w")
		editor := who[auth.Editor]
		id := asked(t, b, editor, Survey{Level: survey.Confidential}, 10, 4)
		links := sent(t, b, editor, id, Invite)
		for i, org := range []string{"org-0-000", "org-0-001", "org-0-002", "org-0-003"} {
			_, err := b.Enter(ctx, links[org])
			must(t, err)
			if i == 3 {
				continue // opened
			}
			n, err := b.Save(ctx, links[org], 0, map[int]survey.Answers{0: said("a"), 1: said("b"), 2: {"staff": {State: survey.DoesntKnow}}}[i])
			must(t, err)
			if i == 0 {
				must(t, b.Submit(ctx, links[org], n, said("a"), survey.Consent{}))
			}
		}
		units, err := b.Units(ctx, editor, id, UnitFilter{Stratum: "s1"})
		must(t, err)
		for i, state := range []string{UnitRefused, UnitBounced, UnitOutOfScope} {
			must(t, b.Mark(ctx, editor, id, units[i].ID, units[i].Version, state, "by telephone"))
		}
		var conflict *ConflictError
		if err := b.Mark(ctx, editor, id, units[0].ID, units[0].Version, "", ""); !errors.As(err, &conflict) {
			t.Errorf("an old version: %v", err)
		}
		p, err := b.Progress(ctx, who[auth.Reader], id)
		must(t, err)
		s := p.Strata[0]
		if s.Frame != 10 || s.Drawn != 10 || s.Sent != 10 || s.Opened != 4 || s.Started != 3 || s.Done != 1 || s.Partial != 1 {
			t.Errorf("the first stratum: %+v", s)
		}
		s = p.Strata[1]
		if s.Sent != 4 || s.Refused != 1 || s.Bounced != 1 || s.OutOfScope != 1 {
			t.Errorf("the second stratum: %+v", s)
		}
		// AAPOR: one complete and one partial of the 13 of 14 that are or may be in scope.
		if math.Abs(p.Total.Rates.RR1-1.0/13) > 1e-12 || math.Abs(p.Total.Rates.RR2-2.0/13) > 1e-12 {
			t.Errorf("rates %+v", p.Total.Rates)
		}
		if n := len(sent(t, b, editor, id, Remind)); n != 10 {
			t.Errorf("%d were reminded: nine of the first stratum and one of the second", n)
		}
	})
}

func TestInvent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, who := newBook(t, db, "w")
		editor := who[auth.Editor]
		for _, level := range []survey.Level{survey.Anonymous, survey.Attributable} {
			id := asked(t, b, editor, Survey{Level: level, Invented: true}, 12)
			units, err := b.Units(ctx, editor, id, UnitFilter{})
			must(t, err)
			var made []Invention
			for i, state := range []string{UnitSent, UnitOpened, UnitStarted, UnitDone, UnitDone, UnitRefused, UnitBounced, UnitOutOfScope} {
				made = append(made, Invention{UnitID: units[i].ID, State: state, Reminded: i == 0, Answers: said("made"), Consent: survey.Consent{Named: true, Ties: true}})
			}
			n, err := b.Invent(ctx, editor, id, made)
			if n != 2 || err != nil {
				t.Fatalf("%s: %d, %v", level, n, err)
			}
			p, err := b.Progress(ctx, editor, id)
			must(t, err)
			x := p.Total
			opened := 4
			if level == survey.Anonymous {
				opened = 5 // who refused by a link has opened it
			}
			if diff := cmp.Diff([]int{8, 1, opened, 3, 2, 1, 1, 1}, []int{x.Sent, x.Reminded, x.Opened, x.Started, x.Done, x.Refused, x.Bounced, x.OutOfScope}); diff != "" {
				t.Errorf("%s: %s", level, diff)
			}
			if said, err := b.SaidBy(ctx, units[3].OrgID); err != nil || len(said) > 0 {
				t.Errorf("%s: an invented answer is said by a firm: %+v, %v", level, said, err)
			}
			var bad *typed.InputError
			if _, err := b.Invent(ctx, editor, id, made); !errors.As(err, &bad) {
				t.Errorf("%s: twice: %v", level, err)
			}
			id = asked(t, b, editor, Survey{Level: level}, 12)
			if _, err := b.Invent(ctx, editor, id, made); !errors.As(err, &bad) {
				t.Errorf("%s: among real answers: %v", level, err)
			}
		}
	})
}

// Of anonymous answers the groups are known that all firms of the stratum share, and no other.
func TestCollected_groups(t *testing.T) {
	b, who := newBook(t, storetest.Open(t), "w")
	id := asked(t, b, who[auth.Editor], Survey{Level: survey.Anonymous}, 12)
	must(t, b.Submit(ctx, sent(t, b, who[auth.Editor], id, Invite)["org-0-001"], 0, said("a"), survey.Consent{}))
	c := came(t, b, id)
	if diff := cmp.Diff([]Row{{N: 1, Stratum: "s0", Drawn: true, Groups: map[string]string{"size": "small"}, Mode: ModeWeb, Answers: c.Rows[0].Answers}}, c.Rows); diff != "" {
		t.Error(diff)
	}
	if c.Survey.Contact+c.Survey.Draft != "" || len(c.Instruments) != 1 || !c.HasFrame || c.Newest != 1 {
		t.Errorf("%+v", c)
	}
}
