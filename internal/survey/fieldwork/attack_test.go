package fieldwork

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/store/storetest"
	"milieu/internal/survey"
	"milieu/internal/typed"
)

// Who made the mail-merge file looks at what has come in before and after an answer, and at every link: neither says which firm it was.
func TestAttack_closeAndReopen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, who := newBook(t, db, "w")
		editor := who[auth.Editor]
		id := asked(t, b, editor, Survey{Level: survey.Anonymous}, 12)
		links := sent(t, b, editor, id, Invite)
		orgs := slices.Sorted(maps.Keys(links))
		device := NewSecret()
		for _, org := range orgs[:6] {
			must(t, b.Submit(ctx, Bind(links[org], device), 0, said(org), survey.Consent{}))
		}
		for _, a := range who {
			if _, err := b.Collected(ctx, a, id); !errors.Is(err, ErrNotYet) && !errors.Is(err, auth.ErrDenied) {
				t.Errorf("while answers come in, %s sees them: %v", a.Role, err)
			}
		}
		for i, org := range orgs {
			for _, probe := range []string{links[org], Bind(links[org], NewSecret())} {
				if v, err := b.Enter(ctx, probe); err != nil || v.Done || v.Refused || v.Version != 0 {
					t.Errorf("the link of firm %d tells that it was used: %+v, %v", i, v, err)
				}
				if n, err := b.Save(ctx, Bind(links[org], NewSecret()), 0, said("probe")); err != nil || n != 1 {
					t.Errorf("saving by the link of firm %d tells that it was used: %v", i, err)
				}
				if err := b.Refuse(ctx, probe); i < 6 && err != nil {
					t.Errorf("refusing by the link of firm %d tells that it was used: %v", i, err)
				}
			}
		}
		if v, err := b.Enter(ctx, Bind(links[orgs[0]], device)); err != nil || !v.Done {
			t.Errorf("who answered is not told: %+v, %v", v, err)
		}
		if c := came(t, b, id); len(c.Rows) != 6 || c.Progress.Total.Done != 6 {
			t.Errorf("the probes changed what has come in: %+v", c.Progress.Total)
		}
		must(t, b.Close(ctx, editor, id, version(t, b, id)))
		var bad *typed.InputError
		if err := b.Reopen(ctx, editor, id, version(t, b, id)); !errors.As(err, &bad) {
			t.Errorf("it was opened again: %v", err)
		}
		if _, err := b.Collected(ctx, who[auth.Reader], id); err != nil {
			t.Errorf("after the end: %v", err)
		}
	})
}

// Results that were seen are not shown again with a few answers more, with another threshold or other questions.
func TestAttack_differences(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, who := newBook(t, db, "w")
		editor, reader := who[auth.Editor], who[auth.Reader]
		id := asked(t, b, editor, Survey{Level: survey.Confidential, Results: Public}, 30)
		links := sent(t, b, editor, id, Invite)
		orgs := slices.Sorted(maps.Keys(links))
		give := func(firms []string) {
			for _, org := range firms {
				must(t, b.Submit(ctx, links[org], 0, said(org), survey.Consent{}))
			}
		}
		see := func(when string, a auth.Actor, want error) {
			t.Helper()
			if _, err := b.Collected(ctx, a, id); !errors.Is(err, want) {
				t.Errorf("%s: %v", when, err)
			}
		}
		turn := func(do func(Book, int64) error) { t.Helper(); must(t, do(b, version(t, b, id))) }
		closing := func(b Book, v int64) error { return b.Close(ctx, editor, id, v) }
		opening := func(b Book, v int64) error { return b.Reopen(ctx, editor, id, v) }
		give(orgs[:8])
		see("open", reader, ErrNotYet)
		see("open, to who may read answers", who[auth.Analyst], nil)
		turn(closing)
		see("closed", reader, nil)
		see("closed, to visitors", who[auth.Nobody], nil)
		turn(opening)
		give(orgs[8:10])
		turn(closing)
		see("two answers more", reader, ErrWithheld)
		see("two answers more, to visitors", who[auth.Nobody], ErrWithheld)
		see("two answers more, to who may read answers", who[auth.Analyst], nil)
		turn(opening)
		give(orgs[10:13])
		turn(closing)
		see("five answers more", reader, nil)
		turn(opening)
		turn(closing)
		see("nothing more", reader, nil)
		var bad *typed.InputError
		s, err := b.Survey(ctx, editor, id)
		must(t, err)
		set := s.Settings()
		set.Threshold = 7
		if err := b.Change(ctx, editor, id, s.Version, set); !errors.As(err, &bad) || bad.Fields["threshold"] == "" {
			t.Errorf("another threshold: %v", err)
		}
		turn(opening)
		if _, err := b.Publish(ctx, editor, id, version(t, b, id), testInstrument(t), "other questions"); !errors.As(err, &bad) {
			t.Errorf("another version: %v", err)
		}
		turn(closing)
		got, err := b.Erase(ctx, who[auth.Manager], orgs[0], "request")
		if err != nil || len(got.Withdrawn) != 1 {
			t.Errorf("erased: %+v, %v", got, err)
		}
		see("after an erasure, to visitors", who[auth.Nobody], auth.ErrDenied)
	})
}

// A round that would go to few firms of a stratum of an anonymous survey goes to none of them, and rounds are not to be told apart.
func TestAttack_smallRounds(t *testing.T) {
	b, who := newBook(t, storetest.Open(t), "w")
	editor := who[auth.Editor]
	id := asked(t, b, editor, Survey{Level: survey.Anonymous}, 12)
	units, err := b.Units(ctx, editor, id, UnitFilter{})
	must(t, err)
	for _, u := range units[:6] {
		must(t, b.SetContact(ctx, editor, id, u.ID, u.Version, "a@example.org", ""))
	}
	round, err := b.Links(ctx, editor, id, Invite, &byMail{})
	if err != nil || round.Sent != 6 {
		t.Fatal(round, err)
	}
	must(t, b.SetContact(ctx, editor, id, units[9].ID, units[9].Version, "late@example.org", ""))
	if round, err := b.Links(ctx, editor, id, Invite, &byMail{}); err != nil || round.Sent != 0 {
		t.Errorf("a round to one firm: %+v, %v", round, err)
	}
	round, err = b.Links(ctx, editor, id, Remind, &byMail{})
	if err != nil || round.Sent != 7 {
		t.Errorf("the next reminder to all: %+v, %v", round, err)
	}
	late, err := b.Unit(ctx, editor, id, units[9].ID)
	if err != nil || late.State != UnitSent || late.Reminded != 0 || !strings.HasSuffix(late.SentAt, "T00:00:00.000000Z") {
		t.Errorf("the late one: %+v, %v", late, err)
	}
	for _, u := range units[:6] {
		now, err := b.Unit(ctx, editor, id, u.ID)
		must(t, err)
		must(t, b.SetContact(ctx, editor, id, u.ID, now.Version, "", ""))
	}
	if round, err := b.Links(ctx, editor, id, Remind, &byMail{}); err != nil || round.Sent != 0 {
		t.Errorf("a reminder to one firm: %+v, %v", round, err)
	}
}

// What is kept by name alone is found by its own id; what names nobody known is no subject of the log.
func TestAttack_eraseByName(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, who := newBook(t, db, "w")
		manager := who[auth.Manager]
		id := asked(t, b, who[auth.Editor], Survey{Level: survey.Confidential}, 12)
		response, err := b.AddResponse(ctx, who[auth.Editor], id, "", "Acme Forge", "", ModePaper, said("forge words"), survey.Consent{})
		must(t, err)
		var bad *typed.InputError
		if _, err := b.Erase(ctx, manager, "Acme Forge", "request"); !errors.As(err, &bad) {
			t.Errorf("by its name: %v", err)
		}
		got, err := b.EraseResponse(ctx, manager, response, "request")
		if err != nil || got.Responses != 1 {
			t.Errorf("%+v, %v", got, err)
		}
		dump := dumped(t, db)
		if found := append(holds(dump, "Acme"), holds(dump, "forge words")...); len(found) > 0 {
			t.Errorf("it stands in %v", found)
		}
		if _, err := b.EraseResponse(ctx, manager, response, "request"); !errors.Is(err, ErrNotFound) {
			t.Errorf("a second time: %v", err)
		}
	})
}

// While the store is open, its files hold nothing of what was erased, and after the end of an anonymous survey nothing of what was written together.
func TestAttack_files(t *testing.T) {
	dir := t.TempDir()
	db, err := store.Open(ctx, store.Options{File: filepath.Join(dir, "workspace.db"), Now: storetest.Clock()})
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	b, who := newBook(t, db, "w")
	editor, manager := who[auth.Editor], who[auth.Manager]
	files := func(word string) (out []string) {
		names, err := filepath.Glob(filepath.Join(dir, "*"))
		must(t, err)
		for _, name := range names {
			if data, err := os.ReadFile(name); err == nil && bytes.Contains(data, []byte(word)) {
				out = append(out, filepath.Base(name))
			}
		}
		return out
	}
	log := func() int64 {
		f, err := os.Stat(filepath.Join(dir, "workspace.db-wal"))
		must(t, err)
		return f.Size()
	}
	id := asked(t, b, editor, Survey{Level: survey.Confidential, KeepUntil: "2027-01-01"}, 20)
	for org, link := range sent(t, b, editor, id, Invite) {
		must(t, b.Submit(ctx, link, 0, said("ZEBRA of "+org+";"), survey.Consent{By: "QUAGGA of " + org + ";"}))
	}
	if len(files("ZEBRA of org-0-003;")) == 0 {
		t.Fatal("the search finds nothing that is there")
	}
	_, err = b.Erase(ctx, manager, "org-0-003", "request")
	must(t, err)
	if found := append(files("ZEBRA of org-0-003;"), files("QUAGGA of org-0-003;")...); len(found) > 0 {
		t.Errorf("after its erasure it stands in %v", found)
	}
	_, err = b.Expire(ctx, manager, "2027-02-01")
	must(t, err)
	if found := append(files("ZEBRA"), files("QUAGGA")...); len(found) > 0 || log() != 0 {
		t.Errorf("after its time words stand in %v; the log has %d bytes", found, log())
	}
	if _, err := b.Frame(ctx, editor, id); !errors.Is(err, ErrNotFound) {
		t.Errorf("the frame is still there: %v", err)
	}
	anon := asked(t, b, editor, Survey{Level: survey.Anonymous}, 20)
	for org, link := range sent(t, b, editor, anon, Invite) {
		must(t, b.Submit(ctx, Bind(link, NewSecret()), 0, said(fmt.Sprint("ANON ", org)), survey.Consent{}))
	}
	for deadline := time.Now().Add(time.Minute); log() != 0 && time.Now().Before(deadline); { // within some seconds by itself
		time.Sleep(20 * time.Millisecond)
	}
	if log() != 0 {
		t.Error("the log keeps in which order anonymous answers came")
	}
	must(t, b.Close(ctx, editor, anon, version(t, b, anon)))
	if log() != 0 {
		t.Errorf("after the end the log has %d bytes", log())
	}
}

// TestAttack_oracle: who holds the links of an anonymous survey and sends what is not taken learns nothing of who has taken part.
func TestAttack_oracle(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, who := newBook(t, db, "w")
		links := sent(t, b, who[auth.Editor], asked(t, b, who[auth.Editor], Survey{Level: survey.Anonymous}, 12), Invite)
		orgs := slices.Sorted(maps.Keys(links))
		for _, o := range orgs[:5] {
			must(t, b.Submit(ctx, Bind(links[o], NewSecret()), 0, said("x"), survey.Consent{}))
		}
		for how, try := range map[string]func(link string) error{
			"nothing answered": func(l string) error {
				return b.Submit(ctx, Bind(l, NewSecret()), 0, survey.Answers{}, survey.Consent{})
			},
			"another version": func(l string) error {
				return b.Submit(ctx, Bind(l, NewSecret()), 99, said("y"), survey.Consent{})
			},
		} {
			for _, o := range orgs {
				if err := try(links[o]); err == nil || errors.Is(err, ErrDone) {
					t.Errorf("%s: the link of %s says %v", how, o, err)
				}
			}
		}
	})
}
