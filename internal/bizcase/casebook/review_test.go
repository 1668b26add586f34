package casebook

import (
	"errors"
	"testing"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/bizcase"
	"milieu/internal/store"
	"milieu/internal/store/storetest"
)

func TestBook_comments(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, "w")
		id := w.start()
		first, err := w.b.Comment(ctx, w.reader, id, Comment{Part: "summary", Sentence: "First.", Text: "Why?", N: 1})
		w.must(err)
		w.must(w.b.Resolve(ctx, w.editor, id, first, 1))
		reply, err := w.b.Comment(ctx, w.editor, id, Comment{ReplyTo: first, Text: "Because."})
		w.must(err)
		all, err := w.b.Comments(ctx, w.reader, id)
		w.must(err)
		if len(all) != 2 || all[0].ResolvedAt != "" || all[0].Version != 3 || all[1].ID != reply || all[1].Part != "summary" || all[1].Sentence != "First." {
			t.Fatalf("comments %+v", all)
		}
		_, err = w.b.Comment(ctx, w.reader, id, Comment{ReplyTo: reply, Text: "x"})
		w.input(err, "began the thread")
		_, err = w.b.Comment(ctx, w.reader, id, Comment{Part: "nothing", Text: "x"})
		w.input(err, "no part")
		_, err = w.b.Comment(ctx, w.reader, id, Comment{Part: "summary", Text: "  "})
		w.input(err, "is empty")
		_, err = w.b.Comment(ctx, auth.Actor{Workspace: "w"}, id, Comment{Part: "summary", Text: "x"})
		w.is(err, auth.ErrDenied)
		w.conflict(w.b.Resolve(ctx, w.reader, id, first, 1))
		w.is(w.b.Erase(ctx, w.reader, id, reply, 1), auth.ErrDenied)
		w.must(w.b.Erase(ctx, w.editor, id, first, 3))
		w.conflict(w.b.Erase(ctx, w.editor, id, first, 4))
		if all, err = w.b.Comments(ctx, w.reader, id); err != nil || all[0].Text != "" || all[0].Erased == "" {
			t.Errorf("erased: %+v %v", all[0], err)
		}
		if c := w.get(id); c.Version != 1 {
			t.Error("a comment changed the version of the case, so that writers would be refused")
		}
		if _, err := audit.Verify(ctx, db, "w"); err != nil {
			t.Errorf("the log: %v", err)
		}
	})
}

func TestBook_suggestions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, "w")
		id := w.start()
		suggest := func(part, from, to string) string {
			s, err := w.b.Suggest(ctx, w.reader, id, Suggestion{Part: part, From: from, To: to, Reason: "clearer", N: 1})
			w.must(err)
			return s
		}
		one, two, three := suggest("strategic", "Why.", "Why here."), suggest("strategic", "Why.", "Not why."), suggest("vision", "", "And better.")
		_, err := w.b.Accept(ctx, w.reader, id, one, 1, 1, nil)
		w.is(err, auth.ErrDenied)
		n, err := w.b.Accept(ctx, w.editor, id, one, 1, 1, document("x", "r1"))
		w.must(err)
		c := w.get(id)
		if n != 2 || c.N != 2 || c.Content.Sections[1].Text != "Why here.\n\nHere {{lq x y}}." || c.Note == "" {
			t.Errorf("accepted: %+v", c)
		}
		var stale *StaleError
		if _, err = w.b.Accept(ctx, w.editor, id, two, 1, 2, nil); !errors.As(err, &stale) {
			t.Errorf("a suggestion on words that have gone: %v", err)
		}
		_, err = w.b.Accept(ctx, w.editor, id, three, 1, 1, nil)
		w.conflict(err)
		_, err = w.b.Accept(ctx, w.editor, id, one, 2, 2, nil)
		w.conflict(err)
		w.input(w.b.Reject(ctx, w.editor, id, two, 1, ""), "is missing")
		w.must(w.b.Reject(ctx, w.editor, id, two, 1, "It went."))
		w.input(w.b.Withdraw(ctx, w.editor, id, three, 1), "by who made it only")
		w.must(w.b.Withdraw(ctx, w.reader, id, three, 1))
		all, err := w.b.Suggestions(ctx, w.reader, id)
		w.must(err)
		if all[0].State != Accepted || all[0].AcceptedN != 2 || all[1].State != Rejected || all[1].Answer != "It went." || all[2].State != Withdrawn {
			t.Errorf("suggestions %+v", all)
		}
		_, err = w.b.Suggest(ctx, w.reader, id, Suggestion{Part: "summary", From: "First.", To: "First."})
		w.input(err, "is what stands there")
		if _, err = w.b.Suggest(ctx, w.reader, id, Suggestion{Part: "goals", From: "x", To: "y"}); !errors.As(err, &stale) {
			t.Errorf("of a part without text: %v", err)
		}
	})
}

func TestApply(t *testing.T) {
	c := bizcase.Content{Vision: "one two two", Sections: []bizcase.Section{{ID: "a", Text: "line\r\nnext\n\nlast"}}}
	for _, x := range []struct {
		s    Suggestion
		want string // "" for one that cannot be applied
	}{
		{Suggestion{Part: "vision", From: "one", To: "1"}, "1 two two"},
		{Suggestion{Part: "vision", From: "two", To: "2"}, ""},
		{Suggestion{Part: "vision", From: "three", To: "3"}, ""},
		{Suggestion{Part: "a", From: "line\nnext", To: "other"}, "other\n\nlast"},
		{Suggestion{Part: "a", From: "last", To: ""}, "line\nnext"},
		{Suggestion{Part: "a", To: "end"}, "line\nnext\n\nlast\n\nend"},
		{Suggestion{Part: "b", To: "x"}, ""},
	} {
		got, err := Apply(c, x.s)
		text, _ := PartText(got, x.s.Part)
		if x.want == "" && err == nil || x.want != "" && (err != nil || text != x.want) {
			t.Errorf("%+v: %q %v, want %q", x.s, text, err, x.want)
		}
	}
	if c.Sections[0].Text != "line\r\nnext\n\nlast" {
		t.Error("the text that was given was changed")
	}
}

func TestBook_approvals(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, "w")
		id := w.start()
		ask := []Approver{{"Finance director", w.reader.PersonID}, {"Chair", w.manager.PersonID}, {"", ""}}
		w.is(w.b.SetApprovers(ctx, w.editor, id, 1, ask), auth.ErrDenied)
		w.must(w.b.SetApprovers(ctx, w.manager, id, 1, ask))
		w.conflict(w.b.SetApprovers(ctx, w.manager, id, 1, ask))
		w.input(w.b.SetApprovers(ctx, w.manager, id, 2, []Approver{{"x", "nobody"}}), "no member")
		w.input(w.b.SetApprovers(ctx, w.manager, id, 2, []Approver{{"x", w.reader.PersonID}, {" x ", w.manager.PersonID}}), "there twice")
		_, err := w.b.Approve(ctx, w.editor, id, 1, Approval{Role: "Chair"})
		w.input(err, "not asked")
		_, err = w.b.Approve(ctx, w.reader, id, 2, Approval{Role: "Finance director"})
		w.conflict(err)
		mine, err := w.b.Approve(ctx, w.reader, id, 1, Approval{Role: "Finance director", Words: "Fine.", Release: "r1"})
		w.must(err)
		_, err = w.b.Approve(ctx, w.reader, id, 1, Approval{Role: "Finance director"})
		w.input(err, "already")
		_, err = w.b.Approve(ctx, w.editor, id, 1, Approval{})
		w.must(err)
		c, s, err := w.b.Standing(ctx, w.reader, id)
		if err != nil || s.Approved || !s.Roles[0].Approved || s.Roles[1].Approved || len(s.Others) != 1 || s.Others[0].Own != auth.Editor || s.Status(c, "r1") != "Draft, version 1" {
			t.Errorf("one of two: %+v %v", s, err)
		}
		_, err = w.b.Approve(ctx, w.manager, id, 1, Approval{Role: "Chair", Release: "r1"})
		w.must(err)
		c, s, err = w.b.Standing(ctx, w.reader, id)
		if err != nil || !s.Approved || s.Status(c, "r1") != "Approved as version 1 on 26 November 2026" || s.Status(c, "r2") != "Version 1, approved on 26 November 2026 on other evidence than is shown here" {
			t.Errorf("both: %+v %v, %s", s, err, s.Status(c, "r2"))
		}
		w.input(w.b.Unapprove(ctx, w.manager, id, mine), "by who gave it only")
		w.must(w.b.Unapprove(ctx, w.reader, id, mine))
		w.conflict(w.b.Unapprove(ctx, w.reader, id, mine))
		if _, s, err = w.b.Standing(ctx, w.reader, id); err != nil || s.Approved || s.Roles[0].Approval.ID != "" {
			t.Errorf("withdrawn: %+v %v", s, err)
		}
		_, err = w.b.Keep(ctx, w.editor, id, 1, draft("Another.", "r1"))
		w.must(err)
		if _, s, err = w.b.Standing(ctx, w.reader, id); err != nil || s.Roles[1].Approved || s.Roles[1].Approval.N != 1 {
			t.Errorf("of an earlier version: %+v %v", s, err)
		}
		if all, err := w.b.List(ctx, w.reader, false); err != nil || all[0].Required != 2 || all[0].Approved != 0 {
			t.Errorf("list %+v %v", all, err)
		}
	})
}

func TestBook_publish(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, "w")
		other := newWorld(t, db, "v")
		id := w.start()
		_, err := w.b.Publish(ctx, w.editor, id, 1, *document("x", "r1"), "")
		w.is(err, auth.ErrDenied)
		secret, err := w.b.Publish(ctx, w.manager, id, 1, *document("First.", "r1"), "to the board")
		w.must(err)
		_, err = w.b.Keep(ctx, w.editor, id, 1, draft("Second.", "r2"))
		w.must(err)
		_, err = w.b.Publish(ctx, w.manager, id, 1, *document("x", "r1"), "")
		w.conflict(err)
		p, d, err := w.b.Published(ctx, secret)
		if err != nil || p.N != 1 || p.Release != "r1" || d.Sections[0].Blocks[1].Text.Plain() != "First." {
			t.Errorf("published, then written on: %+v %v", p, err)
		}
		_, _, err = other.b.Published(ctx, secret)
		w.is(err, ErrNotFound)
		for name, s := range map[string]string{"empty": "", "cut": secret[:20], "of nothing": store.NewSecret(), "the hash": store.Hash(secret)} {
			if _, _, err := w.b.Published(ctx, s); !errors.Is(err, ErrNotFound) {
				t.Errorf("a link that is %s: %v", name, err)
			}
		}
		w.conflict(w.b.Unpublish(ctx, w.manager, id, p.ID, 7))
		w.must(w.b.Unpublish(ctx, w.manager, id, p.ID, 1))
		_, _, err = w.b.Published(ctx, secret)
		w.is(err, ErrNotFound)
		second, err := w.b.Publish(ctx, w.manager, id, 2, *document("Second.", "r2"), "")
		w.must(err)
		w.must(w.b.Delete(ctx, w.editor, id, 2))
		w.must(w.b.Restore(ctx, w.editor, id, 3))
		_, _, err = w.b.Published(ctx, second)
		w.is(err, ErrNotFound)
		all, err := w.b.Publications(ctx, w.reader, id)
		if err != nil || len(all) != 2 || all[0].WithdrawnAt == "" || all[1].WithdrawnAt == "" {
			t.Errorf("publications %+v %v", all, err)
		}
		var n int
		w.must(db.Read().QueryRowContext(ctx, `select count(*) from audit_event where detail like '%' || $1 || '%' or detail like '%' || $2 || '%'`, secret, second).Scan(&n))
		if n > 0 {
			t.Error("a secret is in the log")
		}
	})
}
