package interview

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/store/storetest"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/typed"
)

var ctx = context.Background()

// world is the book of a workspace with people of all roles that matter here.
type world struct {
	t *testing.T
	Book
	ed, ed2, ed3, analyst, reader, manager auth.Actor
}

func newWorld(t *testing.T, db *store.DB, workspace string) world {
	t.Helper()
	w := world{t: t, Book: Book{DB: db, Workspace: workspace, Now: storetest.Clock()}}
	for _, p := range []struct {
		to   *auth.Actor
		id   string
		role auth.Role
	}{{&w.ed, "ed", auth.Editor}, {&w.ed2, "ed2", auth.Editor}, {&w.ed3, "ed3", auth.Editor}, {&w.analyst, "an", auth.Analyst}, {&w.reader, "re", auth.Reader}, {&w.manager, "ma", auth.Manager}} {
		*p.to = auth.Actor{Workspace: workspace, PersonID: p.id + "-" + workspace, Role: p.role, Via: auth.ViaWeb}
		err := db.Update(ctx, func(q store.Querier) error {
			if _, err := q.ExecContext(ctx, `insert into person (person_id, email, name, password_hash, oidc_issuer, oidc_subject, created_at) values ($1, $1, $1, '', '', '', '')`, p.to.PersonID); err != nil {
				return err
			}
			_, err := q.ExecContext(ctx, `insert into member (workspace, person_id, role, added_at, added_by, signed_in_at) values ($1, $2, $3, '', '', '')`, workspace, p.to.PersonID, p.to.Role)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// onBoth runs a test on a workspace in a store of each kind.
func onBoth(t *testing.T, f func(t *testing.T, w world)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) { f(t, newWorld(t, db, "amid")) })
}

const secretWords = "the bypass floods every winter"

func draft(key string) Draft {
	return Draft{Key: key, Content: Content{OrgID: "acme", OrgName: "Acme Castings Limited", Day: "2026-11-02", Who: "Ada, works manager",
		Consent: Consent{Kept: true, By: "Ada, in the room", Quotes: Named}, Notes: secretWords + "\nsecond line"}}
}

func (w world) kept(key string) Interview {
	w.t.Helper()
	i, err := w.Save(ctx, w.ed, draft(key))
	must(w.t, err)
	return i
}

func fault(err error, field string) string {
	var in *typed.InputError
	if !errors.As(err, &in) {
		return ""
	}
	return in.Fields[field]
}

// TestSave keeps nothing without consent, keeps once what is sent twice, and tells of changes by others.
func TestSave(t *testing.T) {
	onBoth(t, func(t *testing.T, w world) {
		d := draft("k1")
		d.Consent = Consent{}
		if _, err := w.Save(ctx, w.ed, d); fault(err, "consent") == "" || fault(err, "agreed") == "" {
			t.Fatalf("without consent: %v", err)
		}
		if all, err := w.Interviews(ctx, w.ed); err != nil || len(all) != 0 {
			t.Fatalf("something was kept without consent: %v %v", all, err)
		}
		one := w.kept("k1")
		if one.Version != 1 || one.State != Open || one.Consent.At != "2026-11-02" || !strings.Contains(one.Notes, "\nsecond") {
			t.Fatalf("%+v", one)
		}
		again, err := w.Save(ctx, w.ed, draft("k1"))
		if err != nil || again.ID != one.ID || again.Version != 1 {
			t.Fatalf("sent again: %+v %v", again, err)
		}
		more := draft("k1")
		more.Version, more.Notes, more.Typed = 1, "longer", Typed{"why": {"land", ""}, "n": {"about 20"}, "empty": {""}}
		two, err := w.Save(ctx, w.ed, more)
		if err != nil || two.Version != 2 || len(two.Typed) != 2 || two.Typed["n"][0] != "about 20" || len(two.Typed["why"]) != 1 {
			t.Fatalf("%+v %v", two, err)
		}
		if lost, err := w.Save(ctx, w.ed, more); err != nil || lost.Version != 2 {
			t.Fatalf("an answer that was lost on the way: %+v %v", lost, err)
		}
		other := draft("k1")
		other.Version, other.Notes = 1, "mine"
		var c *ConflictError
		if have, err := w.Save(ctx, w.ed2, other); !errors.As(err, &c) || c.Version != 2 || have.Notes != "longer" {
			t.Fatalf("an old version: %+v %v", have, err)
		}
		other.Version = 2
		if _, err := w.Save(ctx, w.ed2, other); err != nil {
			t.Fatal(err)
		}
		ghost := draft("k2")
		ghost.Version = 3
		if _, err := w.Save(ctx, w.ed, ghost); !errors.Is(err, ErrNotFound) {
			t.Fatalf("a version of nothing: %v", err)
		}
	})
}

// TestSave_refuses wants every fault named by its field.
func TestSave_refuses(t *testing.T) {
	w := newWorld(t, storetest.Open(t), "amid")
	for field, change := range map[string]func(*Draft){
		"":             func(d *Draft) { d.Key = "" },
		"organisation": func(d *Draft) { d.OrgName = " \x00 " },
		"day":          func(d *Draft) { d.Day = "2027-01-01" },
		"notes":        func(d *Draft) { d.Notes = strings.Repeat("ä", MostNotes+1) },
		"people":       func(d *Draft) { d.Who = strings.Repeat("a", MostWords+1) },
		"quotes":       func(d *Draft) { d.Consent.Quotes = "shout" },
		"consent day":  func(d *Draft) { d.Consent.At = "yesterday" },
	} {
		d := draft("k")
		change(&d)
		if _, err := w.Save(ctx, w.ed, d); fault(err, field) == "" {
			t.Errorf("%q: %v", field, err)
		}
	}
	d := draft("k")
	d.Typed = Typed{"q": {strings.Repeat("x", mostTyped)}}
	if _, err := w.Save(ctx, w.ed, d); fault(err, "") == "" {
		t.Errorf("too many answers: %v", err)
	}
}

// TestRoles: who may read answers reads, who runs surveys writes, managers erase.
func TestRoles(t *testing.T) {
	w := newWorld(t, storetest.Open(t), "amid")
	i := w.kept("k1")
	q, err := w.AddExcerpt(ctx, w.ed, i.ID, "We flood", Named)
	must(t, err)
	visitor := auth.Actor{Workspace: "amid", Via: auth.ViaWeb}
	stranger := w.manager
	stranger.Workspace = "other"
	for what, do := range map[string]func(a auth.Actor) error{
		"save":    func(a auth.Actor) error { _, err := w.Save(ctx, a, draft("k9")); return err },
		"excerpt": func(a auth.Actor) error { _, err := w.AddExcerpt(ctx, a, i.ID, "x", Named); return err },
		"permit":  func(a auth.Actor) error { return w.PermitExcerpt(ctx, a, q, 1, Named) },
		"remove":  func(a auth.Actor) error { return w.RemoveExcerpt(ctx, a, q, 1) },
		"code":    func(a auth.Actor) error { return w.Code(ctx, a, q, nil) },
		"book":    func(a auth.Actor) error { _, err := w.SaveCode(ctx, a, Code{Label: "a", Definition: "b"}); return err },
		"start":   func(a auth.Actor) error { return w.StartCodes(ctx, a) },
		"finish":  func(a auth.Actor) error { return w.Finish(ctx, a, i.ID, 1, false) },
		"retire":  func(a auth.Actor) error { return w.RetireCode(ctx, a, "d", 1, false) },
	} {
		for _, a := range []auth.Actor{visitor, w.reader, w.analyst, stranger} {
			if err := do(a); !errors.Is(err, auth.ErrDenied) {
				t.Errorf("%s as %q of %s: %v", what, a.Role, a.Workspace, err)
			}
		}
	}
	for what, do := range map[string]func(a auth.Actor) error{
		"list":     func(a auth.Actor) error { _, err := w.Interviews(ctx, a); return err },
		"one":      func(a auth.Actor) error { _, _, err := w.Interview(ctx, a, i.ID); return err },
		"excerpts": func(a auth.Actor) error { _, err := w.Excerpts(ctx, a); return err },
		"codes":    func(a auth.Actor) error { _, err := w.Codes(ctx, a); return err },
	} {
		for _, a := range []auth.Actor{visitor, w.reader, stranger} {
			if err := do(a); !errors.Is(err, auth.ErrDenied) {
				t.Errorf("%s as %q: %v", what, a.Role, err)
			}
		}
		must(t, do(w.analyst))
	}
	if err := w.Erase(ctx, w.ed, i.ID); !errors.Is(err, auth.ErrDenied) {
		t.Errorf("an editor erases: %v", err)
	}
}

// TestExcerpt: the permission goes no further than the consent, and words without a name hold none.
func TestExcerpt(t *testing.T) {
	onBoth(t, func(t *testing.T, w world) {
		w.Telling = func(string) []string { return []string{"acme"} }
		d := draft("k1")
		d.Consent.Quotes = Anonymous
		i, err := w.Save(ctx, w.ed, d)
		must(t, err)
		if _, err := w.AddExcerpt(ctx, w.ed, i.ID, "We like it", Named); fault(err, "permission") == "" {
			t.Fatalf("further than the consent: %v", err)
		}
		for _, words := range []string{"Here at ACME castings limited we pour.", "“Acme” pours", "acme"} {
			if _, err := w.AddExcerpt(ctx, w.ed, i.ID, words, Anonymous); fault(err, "text") == "" {
				t.Errorf("%q names the firm: %v", words, err)
			}
		}
		id, err := w.AddExcerpt(ctx, w.ed, i.ID, "Acmetown is near", Anonymous)
		must(t, err)
		if _, err := w.AddExcerpt(ctx, w.ed, i.ID, " ", Anonymous); fault(err, "text") == "" {
			t.Errorf("no words: %v", err)
		}
		var c *ConflictError
		if err := w.PermitExcerpt(ctx, w.ed, id, 9, NotQuoted); !errors.As(err, &c) || c.Version != 1 {
			t.Errorf("%v", err)
		}
		must(t, w.PermitExcerpt(ctx, w.ed, id, 1, NotQuoted))
		if q, err := w.Quotes(ctx, ""); err != nil || len(q) != 0 {
			t.Errorf("%v %v", q, err)
		}
		must(t, w.Code(ctx, w.ed, id, nil))
		must(t, w.RemoveExcerpt(ctx, w.ed, id, 2))
		if err := w.Code(ctx, w.ed, id, nil); !errors.Is(err, ErrErased) {
			t.Errorf("coding what was removed: %v", err)
		}
		if _, all, err := w.Interview(ctx, w.ed, i.ID); err != nil || len(all) != 0 {
			t.Errorf("%v %v", all, err)
		}
	})
}

// TestQuotes gives everybody no more than consent, permission and codes allow, at every moment.
func TestQuotes(t *testing.T) {
	onBoth(t, func(t *testing.T, w world) {
		i := w.kept("k1")
		must(t, w.StartCodes(ctx, w.ed))
		book, err := w.Codes(ctx, w.ed)
		must(t, err)
		barrier, reason := book[2], book[0]
		if barrier.Topic != "barrier" || reason.Topic != "reason" {
			t.Fatalf("%+v", book)
		}
		named, err := w.AddExcerpt(ctx, w.ed, i.ID, "The bus stops at six", Named)
		must(t, err)
		_, err = w.AddExcerpt(ctx, w.ed, i.ID, "We came for the furnace", Anonymous)
		must(t, err)
		_, err = w.AddExcerpt(ctx, w.ed, i.ID, "Do not print this", NotQuoted)
		must(t, err)
		must(t, w.Code(ctx, w.ed, named, []string{barrier.ID}))
		all, err := w.Quotes(ctx, "")
		must(t, err)
		if len(all) != 2 {
			t.Fatalf("%+v", all)
		}
		for _, q := range all {
			if strings.HasPrefix(q.Text, "We came") && (q.OrgID != "" || q.OrgName != "" || q.Day != "") {
				t.Errorf("a quote without name has one: %+v", q)
			}
			if strings.Contains(q.Text, "print") {
				t.Errorf("%+v", q)
			}
		}
		if said, err := w.SaidIn(ctx, "acme"); err != nil || len(said) != 1 || said[0].OrgName != "Acme Castings Limited" || !slices.Equal(said[0].Topics, []string{"barrier"}) {
			t.Errorf("%+v %v", said, err)
		}
		if q, err := w.Quotes(ctx, "barrier"); err != nil || len(q) != 1 {
			t.Errorf("%v %v", q, err)
		}
		must(t, w.Code(ctx, w.ed2, named, []string{reason.ID}))
		must(t, w.Code(ctx, w.ed3, named, []string{reason.ID}))
		if q, err := w.Quotes(ctx, "barrier"); err != nil || len(q) != 0 {
			t.Errorf("one of three coders makes a topic: %v %v", q, err)
		}
		// Consent that is taken back holds at once for all that was quoted.
		less := draft("k1")
		less.Version, less.Consent.Quotes = 1, Anonymous
		_, err = w.Save(ctx, w.ed, less)
		must(t, err)
		if said, err := w.SaidIn(ctx, "acme"); err != nil || len(said) != 0 {
			t.Errorf("%v %v", said, err)
		}
		if q, _ := w.Quotes(ctx, "reason"); len(q) != 1 || q[0].OrgName != "" {
			t.Errorf("%+v", q)
		}
		if q, err := w.SaidIn(ctx, ""); err != nil || len(q) != 0 {
			t.Errorf("%v %v", q, err)
		}
	})
}

// TestCode_blind: who codes sees the codes of others only after giving their own, and what is changed after that does not
// count towards agreement.
func TestCode_blind(t *testing.T) {
	onBoth(t, func(t *testing.T, w world) {
		i := w.kept("k1")
		must(t, w.StartCodes(ctx, w.ed))
		book, err := w.Codes(ctx, w.ed)
		must(t, err)
		id, err := w.AddExcerpt(ctx, w.ed, i.ID, "words", Named)
		must(t, err)
		see := func(a auth.Actor) Excerpt {
			t.Helper()
			_, all, err := w.Interview(ctx, a, i.ID)
			must(t, err)
			return all[0]
		}
		must(t, w.Code(ctx, w.ed, id, []string{book[1].ID}))
		must(t, w.Code(ctx, w.ed, id, []string{book[0].ID})) // nobody else has coded: it is still the first
		if e := see(w.ed2); e.Others != nil || e.Mine != nil || e.Coders != 1 {
			t.Errorf("another coder sees %+v", e)
		}
		if e := see(w.analyst); len(e.Others) != 1 {
			t.Errorf("who does not code sees %+v", e)
		}
		must(t, w.Code(ctx, w.ed2, id, []string{book[2].ID}))
		if e := see(w.ed2); len(e.Others) != 1 || e.Others[0].Codes[0] != book[0].ID {
			t.Errorf("after coding: %+v", e)
		}
		must(t, w.Code(ctx, w.ed2, id, []string{book[0].ID})) // gives in
		e := see(w.ed)
		if got := e.Others[0]; got.Codes[0] != book[0].ID || got.First[0] != book[2].ID {
			t.Errorf("%+v", got)
		}
		if e := see(w.ed); e.Mine.First[0] != book[0].ID {
			t.Errorf("%+v", e.Mine)
		}
		must(t, w.RetireCode(ctx, w.ed, book[3].ID, 1, false))
		if err := w.Code(ctx, w.ed3, id, []string{book[3].ID}); fault(err, "codes") == "" {
			t.Errorf("a retired code: %v", err)
		}
		must(t, w.RetireCode(ctx, w.ed, book[3].ID, 2, true))
		must(t, w.Code(ctx, w.ed3, id, []string{book[3].ID, book[3].ID}))
	})
}

// TestCodes keeps labels apart and versions.
func TestCodes(t *testing.T) {
	onBoth(t, func(t *testing.T, w world) {
		id, err := w.SaveCode(ctx, w.ed, Code{Label: "Parking", Definition: "Room for cars", Topic: "barrier"})
		must(t, err)
		for field, c := range map[string]Code{"label": {Label: "parking", Definition: "x"}, "definition": {Label: "Bus"}, "topic": {Label: "Bus", Definition: "x", Topic: "nothing"}} {
			if _, err := w.SaveCode(ctx, w.ed, c); fault(err, field) == "" {
				t.Errorf("%s: %v", field, err)
			}
		}
		_, err = w.SaveCode(ctx, w.ed, Code{ID: id, Version: 1, Label: "Parking", Definition: "Room for cars and vans"})
		must(t, err)
		var c *ConflictError
		if _, err = w.SaveCode(ctx, w.ed, Code{ID: id, Version: 1, Label: "Parking", Definition: "mine"}); !errors.As(err, &c) || c.Version != 2 {
			t.Errorf("%v", err)
		}
		if _, err = w.SaveCode(ctx, w.ed, Code{ID: "d-none", Version: 1, Label: "New", Definition: "mine"}); !errors.Is(err, ErrNotFound) {
			t.Errorf("%v", err)
		}
		if err := w.StartCodes(ctx, w.ed); fault(err, "") == "" {
			t.Errorf("a book that has codes is started: %v", err)
		}
	})
}

// TestErase leaves the fact and nothing else, in every reader and every table but the log, which never had it.
func TestErase(t *testing.T) {
	onBoth(t, func(t *testing.T, w world) {
		i := w.kept("k1")
		id, err := w.AddExcerpt(ctx, w.ed, i.ID, secretWords, Named)
		must(t, err)
		must(t, w.Code(ctx, w.ed, id, nil))
		must(t, w.Erase(ctx, w.manager, i.ID))
		got, all, err := w.Interview(ctx, w.ed, i.ID)
		must(t, err)
		if got.State != Erased || got.ErasedAt == "" || got.OrgName != "" || got.Who != "" || got.Notes != "" || got.Consent.By != "" || len(all) != 0 {
			t.Errorf("%+v %v", got, all)
		}
		if q, err := w.Quotes(ctx, ""); err != nil || len(q) != 0 {
			t.Errorf("%v %v", q, err)
		}
		if _, err := w.Save(ctx, w.ed, draft("k1")); !errors.Is(err, ErrErased) {
			t.Errorf("a device sends it again: %v", err)
		}
		if _, err := w.AddExcerpt(ctx, w.ed, i.ID, "x", NotQuoted); !errors.Is(err, ErrErased) {
			t.Errorf("%v", err)
		}
		if err := w.Finish(ctx, w.ed, i.ID, got.Version, false); !errors.Is(err, ErrErased) {
			t.Errorf("%v", err)
		}
		if err := w.Erase(ctx, w.manager, i.ID); !errors.Is(err, ErrErased) {
			t.Errorf("%v", err)
		}
		if err := w.Erase(ctx, w.manager, "v-none"); !errors.Is(err, ErrNotFound) {
			t.Errorf("%v", err)
		}
		w.holdsNothing("bypass", "Ada", "Acme")
	})
}

// holdsNothing wants no row of any table to hold a text.
func (w world) holdsNothing(texts ...string) {
	w.t.Helper()
	must(w.t, w.DB.View(ctx, func(q store.Querier) error {
		return store.DumpWorkspace(ctx, q, w.Workspace, store.Tables, func(table string, _ []string, row []any) error {
			line := fmt.Sprint(row)
			for _, s := range texts {
				if strings.Contains(line, s) {
					w.t.Errorf("table %s still holds %q: %s", table, s, line)
				}
			}
			return nil
		})
	}))
}

// TestAudit has no word of what was said, and does not grow with every key that is typed.
func TestAudit(t *testing.T) {
	w := newWorld(t, storetest.Open(t), "amid")
	i := w.kept("k1")
	for v := range int64(20) {
		d := draft("k1")
		d.Version, d.Notes = v+1, fmt.Sprint(secretWords, v)
		_, err := w.Save(ctx, w.ed, d)
		must(t, err)
	}
	_, err := w.AddExcerpt(ctx, w.ed, i.ID, secretWords, Named)
	must(t, err)
	must(t, w.DB.View(ctx, func(q store.Querier) error {
		return store.DumpWorkspace(ctx, q, w.Workspace, store.Tables, func(table string, _ []string, row []any) error {
			if line := fmt.Sprint(row); strings.HasPrefix(table, "audit") && (strings.Contains(line, "bypass") || strings.Contains(line, "Ada")) {
				t.Errorf("the log says what was said: %s", line)
			}
			return nil
		})
	}))
	if r, err := audit.Verify(ctx, w.DB, w.Workspace); err != nil || len(r.Problems) > 0 || r.Events != 2 {
		t.Errorf("%+v %v, want 2 events", r, err)
	}
}

const small = `id = "small"
title = "Small"
[[section]]
id = "a"
title = "A"
[[section.question]]
id = "why"
kind = "single"
text = "Why here?"
required = true
[[section.question.option]]
id = "land"
label = "Land"
[[section.question.option]]
id = "people"
label = "People"
[[section.question]]
id = "jobs"
kind = "number"
text = "Jobs?"
`

// asked is an open survey of a level.
func (w world) asked(level survey.Level) fieldwork.Survey {
	w.t.Helper()
	fw := w.surveys()
	id, err := fw.New(ctx, w.ed, fieldwork.Survey{Title: "Small", Level: level, Contact: "the team"})
	must(w.t, err)
	in, err := survey.Parse([]byte(small))
	must(w.t, err)
	s, err := fw.Survey(ctx, w.ed, id)
	must(w.t, err)
	_, err = fw.Publish(ctx, w.ed, id, s.Version, in, "")
	must(w.t, err)
	s, err = fw.Survey(ctx, w.ed, id)
	must(w.t, err)
	must(w.t, w.DB.Update(ctx, func(q store.Querier) error {
		_, err := q.ExecContext(ctx, `update survey set state = 'open' where workspace = $1 and survey_id = $2`, w.Workspace, id)
		return err
	}))
	s, err = fw.Survey(ctx, w.ed, id)
	must(w.t, err)
	return s
}

// TestFinish hands answers to the survey once, with what was agreed, and says what cannot be taken.
func TestFinish(t *testing.T) {
	onBoth(t, func(t *testing.T, w world) {
		s := w.asked(survey.Attributable)
		d := draft("k1")
		d.SurveyID, d.Typed, d.Consent.Named = s.ID, Typed{"jobs": {"about 20"}}, true
		i, err := w.Save(ctx, w.ed, d)
		must(t, err)
		if err := w.Finish(ctx, w.ed, i.ID, 1, false); fault(err, "jobs") == "" || fault(err, "why") == "" {
			t.Fatalf("%v", err)
		}
		d.Version, d.Typed = 1, Typed{"jobs": {"20"}, "why": {"land"}}
		_, err = w.Save(ctx, w.ed, d)
		must(t, err)
		var c *ConflictError
		if err := w.Finish(ctx, w.ed, i.ID, 1, false); !errors.As(err, &c) {
			t.Fatalf("%v", err)
		}
		must(t, w.Finish(ctx, w.ed, i.ID, 2, false))
		if err := w.Finish(ctx, w.ed, i.ID, 2, false); !errors.As(err, &c) {
			t.Fatalf("finished twice: %v", err)
		}
		got, err := w.surveys().Responses(ctx, w.analyst, s.ID)
		if err != nil || len(got) != 1 || got[0].OrgID != "acme" || got[0].Mode != fieldwork.ModeInterview || got[0].Answers["jobs"].Number != 20 || !got[0].Consent.Named {
			t.Fatalf("%+v %v", got, err)
		}
		done, _, err := w.Interview(ctx, w.ed, i.ID)
		if err != nil || done.State != Done || len(done.Typed) != 0 || done.Notes == "" {
			t.Fatalf("%+v %v", done, err)
		}
		// Notes can be mended; what was handed over cannot come back by an old device.
		d.Version, d.Notes = 3, "mended"
		mended, err := w.Save(ctx, w.ed, d)
		if err != nil || mended.Notes != "mended" || len(mended.Typed) != 0 || mended.State != Done {
			t.Fatalf("%+v %v", mended, err)
		}
	})
}

// TestFinish_here keeps answers in the interview where the survey cannot take them.
func TestFinish_here(t *testing.T) {
	w := newWorld(t, storetest.Open(t), "amid")
	s := w.asked(survey.Confidential)
	d := draft("k1")
	d.SurveyID, d.Typed = s.ID, Typed{"why": {"land"}}
	i, err := w.Save(ctx, w.ed, d)
	must(t, err)
	s, err = w.surveys().Survey(ctx, w.ed, s.ID)
	must(t, err)
	must(t, w.surveys().Close(ctx, w.ed, s.ID, s.Version))
	if err := w.Finish(ctx, w.ed, i.ID, 1, false); !errors.Is(err, fieldwork.ErrClosed) {
		t.Fatalf("%v", err)
	}
	must(t, w.Finish(ctx, w.ed, i.ID, 1, true))
	if got, _, err := w.Interview(ctx, w.ed, i.ID); err != nil || got.State != Done || got.Typed["why"][0] != "land" {
		t.Fatalf("%+v %v", got, err)
	}
}

// TestSave_surveys refuses surveys that cannot be asked in an interview.
func TestSave_surveys(t *testing.T) {
	w := newWorld(t, storetest.Open(t), "amid")
	d := draft("k1")
	d.SurveyID = w.asked(survey.Anonymous).ID
	if _, err := w.Save(ctx, w.ed, d); fault(err, "") == "" {
		t.Errorf("an anonymous survey: %v", err)
	}
	d.SurveyID = "s-none"
	if _, err := w.Save(ctx, w.ed, d); !errors.Is(err, fieldwork.ErrNotFound) {
		t.Errorf("%v", err)
	}
}
