package fieldwork

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/store/storetest"
	"milieu/internal/survey"
	"milieu/internal/typed"
)

func TestAnswer_wholeWay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, who := newBook(t, db, "w")
		id := asked(t, b, who[auth.Editor], Survey{Level: survey.Attributable, Contact: "The team"}, 12, 11)
		links := sent(t, b, who[auth.Editor], id, Invite)
		if len(links) != 23 {
			t.Fatalf("%d links", len(links))
		}
		link := links["org-0-003"]
		v, err := b.Enter(ctx, link)
		must(t, err)
		if v.OrgName != "Firm org-0-003" || v.Known["employees"] != "13" || v.Sources["employees"] != "the register" || v.N != 1 || v.Version != 0 || v.Survey.Draft != "" || v.Survey.Contact != "The team" {
			t.Errorf("the first visit: %+v", v)
		}
		n, err := b.Save(ctx, link, 0, survey.Answers{"why": {State: survey.Answered, Choices: []string{"rent"}}, "no such": {State: survey.Answered}})
		must(t, err)
		if _, err := b.Publish(ctx, who[auth.Editor], id, version(t, b, id), testInstrument(t), "second"); err != nil {
			t.Fatal(err)
		}
		// A reminder goes to those who have not answered; its link leads to the same answers, of the version that was begun.
		again := sent(t, b, who[auth.Editor], id, Remind)["org-0-003"]
		v, err = b.Enter(ctx, again)
		must(t, err)
		if v.Version != n || v.N != 1 || len(v.Answers) != 1 || v.Answers["why"].Choices[0] != "rent" {
			t.Errorf("the second visit: %+v", v)
		}
		var bad *typed.InputError
		if err := b.Submit(ctx, again, n, survey.Answers{"staff": {State: survey.Answered, Number: 4}}, survey.Consent{}); !errors.As(err, &bad) || bad.Fields["why"] == "" {
			t.Errorf("a required question was left empty: %v", err)
		}
		must(t, b.Submit(ctx, again, n, said("lathes"), survey.Consent{Named: true, By: "Ann\nSmith"}))
		for _, l := range []string{link, again} {
			if err := b.Submit(ctx, l, n, said("other"), survey.Consent{}); !errors.Is(err, ErrDone) {
				t.Errorf("a second time: %v", err)
			}
			v, err := b.Enter(ctx, l)
			if err != nil || !v.Done || len(v.Answers) != 0 {
				t.Errorf("a visit after that: %+v, %v", v, err)
			}
		}
		all, err := b.Responses(ctx, who[auth.Analyst], id)
		must(t, err)
		if len(all) != 1 || all[0].OrgID != "org-0-003" || all[0].Answers["words"].Text != "lathes" || all[0].Answers["rent_high"].State != survey.Blank || all[0].Consent.By != "Ann Smith" || all[0].DoneAt == "" || all[0].Groups["size"] != "small" {
			t.Errorf("the responses: %+v", all)
		}
		open, err := b.SaidBy(ctx, "org-0-003")
		if err != nil || len(open) != 1 || open[0].Consent.By != "" {
			t.Errorf("said by the firm: %+v, %v", open, err)
		}
	})
}

func TestSave_conflicts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, who := newBook(t, db, "w")
		for _, level := range []survey.Level{survey.Anonymous, survey.Confidential} {
			id := asked(t, b, who[auth.Editor], Survey{Level: level}, 10)
			link := sent(t, b, who[auth.Editor], id, Invite)["org-0-001"]
			n, err := b.Save(ctx, link, 0, said("a"))
			must(t, err)
			for _, old := range []int64{0, n + 1} {
				var conflict *ConflictError
				if _, err := b.Save(ctx, link, old, said("b")); !errors.As(err, &conflict) || conflict.Version != n {
					t.Errorf("%s: version %d was taken: %v", level, old, err)
				}
				if err := b.Submit(ctx, link, old, said("b"), survey.Consent{}); !errors.As(err, &conflict) {
					t.Errorf("%s: version %d was sent: %v", level, old, err)
				}
			}
			n, err = b.Save(ctx, link, n, said("c"))
			must(t, err)
			v, err := b.Enter(ctx, link)
			if err != nil || v.Version != n || v.Answers["words"].Text != "c" {
				t.Errorf("%s: %+v, %v", level, v, err)
			}
			must(t, b.Close(ctx, who[auth.Editor], id, version(t, b, id)))
			if v, err := b.Enter(ctx, link); !errors.Is(err, ErrClosed) || v.Survey.Title == "" {
				t.Errorf("%s: closed: %+v, %v", level, v, err)
			}
			if _, err := b.Save(ctx, link, n, said("d")); !errors.Is(err, ErrClosed) {
				t.Errorf("%s: kept after the end: %v", level, err)
			}
			if err := b.Submit(ctx, link, n, said("d"), survey.Consent{}); !errors.Is(err, ErrClosed) {
				t.Errorf("%s: sent after the end: %v", level, err)
			}
			must(t, b.Reopen(ctx, who[auth.Editor], id, version(t, b, id)))
			must(t, b.Submit(ctx, link, n, said("d"), survey.Consent{Named: true, Ties: true, By: "me"}))
		}
		for _, bad := range []string{"", "x", NewSecret(), NewSecret() + ".", NewSecret() + "." + NewSecret() + "x", "' or 1=1 --"} {
			if _, err := b.Enter(ctx, bad); !errors.Is(err, ErrNotFound) {
				t.Errorf("link %q: %v", bad, err)
			}
		}
	})
}

// One link, many at once: one is taken, and what the others are told is true.
func TestSubmit_once(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, who := newBook(t, db, "w")
		for _, level := range []survey.Level{survey.Anonymous, survey.Attributable} {
			id := asked(t, b, who[auth.Editor], Survey{Level: level}, 10)
			link := sent(t, b, who[auth.Editor], id, Invite)["org-0-001"]
			results := make([]error, 20)
			var wg sync.WaitGroup
			for i := range results {
				wg.Go(func() { results[i] = b.Submit(ctx, link, 0, said(fmt.Sprint(i)), survey.Consent{}) })
			}
			wg.Wait()
			taken := 0
			for _, err := range results {
				if err == nil {
					taken++
				} else if !errors.Is(err, ErrDone) {
					t.Errorf("%s: %v", level, err)
				}
			}
			if kept := len(came(t, b, id).Rows); taken != 1 || kept != 1 {
				t.Errorf("%s: %d taken, %d kept", level, taken, kept)
			}
		}
	})
}

func TestRefuse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, who := newBook(t, db, "w")
		for _, level := range []survey.Level{survey.Anonymous, survey.Confidential} {
			id := asked(t, b, who[auth.Editor], Survey{Level: level}, 10)
			links := sent(t, b, who[auth.Editor], id, Invite)
			link := Bind(links["org-0-001"], NewSecret())
			_, err := b.Save(ctx, link, 0, said("a"))
			must(t, err)
			must(t, b.Refuse(ctx, link))
			v, err := b.Enter(ctx, link)
			if err != nil || !v.Refused || v.Done || len(v.Answers) != 0 {
				t.Errorf("%s: after a refusal: %+v, %v", level, v, err)
			}
			p, err := b.Progress(ctx, who[auth.Reader], id)
			if err != nil || p.Total.Refused != 1 || p.Total.Done != 0 {
				t.Errorf("%s: %+v, %v", level, p.Total, err)
			}
			want := 9
			if level == survey.Anonymous {
				want = 10 // who refused cannot be known
			}
			if n := len(sent(t, b, who[auth.Editor], id, Remind)); n != want {
				t.Errorf("%s: %d reminded, wanted %d", level, n, want)
			}
			must(t, b.Submit(ctx, link, 0, said("changed my mind"), survey.Consent{}))
			if err := b.Refuse(ctx, link); !errors.Is(err, ErrDone) {
				t.Errorf("%s: refused after answering: %v", level, err)
			}
		}
	})
}

// What an interview or a paper form says goes to the firm that was drawn, and to no firm of an anonymous survey.
func TestAddResponse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, who := newBook(t, db, "w")
		editor := who[auth.Editor]
		id := asked(t, b, editor, Survey{Level: survey.Confidential}, 12)
		_, err := b.AddResponse(ctx, editor, id, "org-0-001", "", "", ModeInterview, said("a"), survey.Consent{Named: true, Ties: true, Contact: true})
		must(t, err)
		if _, err := b.AddResponse(ctx, editor, id, "org-0-001", "", "", ModeInterview, said("b"), survey.Consent{}); !errors.Is(err, ErrDone) {
			t.Errorf("a second interview: %v", err)
		}
		_, err = b.AddResponse(ctx, editor, id, "elsewhere", "Other Firm", "s0", ModeTelephone, said("c"), survey.Consent{})
		must(t, err)
		c := came(t, b, id)
		drawn := map[bool]string{}
		for _, r := range c.Rows {
			drawn[r.Drawn] = r.Stratum + r.Answers["words"].Text
		}
		if diff := cmp.Diff(map[bool]string{true: "s0a", false: "c"}, drawn); diff != "" {
			t.Error(diff)
		}
		if c.Progress.Outside != 1 || c.Progress.Total.Done != 1 {
			t.Errorf("progress %+v", c.Progress)
		}
		all, err := b.Responses(ctx, who[auth.Analyst], id)
		must(t, err)
		for _, r := range all {
			if r.Consent.Named || r.Consent.Ties || r.By != editor.PersonID {
				t.Errorf("a confidential answer is kept as %+v", r)
			}
		}
		anon := asked(t, b, editor, Survey{Level: survey.Anonymous}, 12)
		var bad *typed.InputError
		for _, try := range []struct{ org, stratum, mode string }{{"org-0-001", "s0", ModePaper}, {"", "s0", ModeInterview}, {"", "", ModePaper}} {
			if _, err := b.AddResponse(ctx, editor, anon, try.org, "", try.stratum, try.mode, said("d"), survey.Consent{}); !errors.As(err, &bad) {
				t.Errorf("an anonymous answer by %+v: %v", try, err)
			}
		}
		_, err = b.AddResponse(ctx, editor, anon, "", "", "s0", ModePaper, said("e"), survey.Consent{By: "me"})
		must(t, err)
		if _, err := b.Responses(ctx, who[auth.Owner], anon); !errors.Is(err, ErrAnonymous) {
			t.Errorf("single answers of an anonymous survey: %v", err)
		}
	})
}
