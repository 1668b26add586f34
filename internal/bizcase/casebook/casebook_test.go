package casebook

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/bizcase"
	"milieu/internal/report"
	"milieu/internal/store"
	"milieu/internal/store/storetest"
	"milieu/internal/typed"
)

var ctx = context.Background()

// world is a book with people in it.
type world struct {
	t                       *testing.T
	b                       Book
	reader, editor, manager auth.Actor
}

func newWorld(t *testing.T, db *store.DB, workspace string) *world {
	t.Helper()
	w := &world{t: t, b: Book{DB: db, Workspace: workspace, Now: storetest.Clock()}}
	err := db.Update(ctx, func(q store.Querier) error {
		for _, p := range []struct {
			to   *auth.Actor
			role auth.Role
		}{{&w.reader, auth.Reader}, {&w.editor, auth.Editor}, {&w.manager, auth.Manager}} {
			id := string(p.role) + "-" + workspace
			*p.to = auth.Actor{Workspace: workspace, PersonID: id, Role: p.role, Via: auth.ViaWeb}
			if _, err := q.ExecContext(ctx, `insert into person (person_id, email, name, password_hash, oidc_issuer, oidc_subject, created_at) values ($1, $1, $1, '', '', '', '')`, id); err != nil {
				return err
			}
			if _, err := q.ExecContext(ctx, `insert into member (workspace, person_id, role, added_at, added_by, signed_in_at) values ($1, $2, $3, '', '', '')`, workspace, id, p.role); err != nil {
				return err
			}
		}
		return nil
	})
	w.must(err)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// input says that an error is one of what was typed, with words.
func (w *world) input(err error, words string) {
	w.t.Helper()
	var in *typed.InputError
	if !errors.As(err, &in) || !strings.Contains(err.Error(), words) {
		w.t.Errorf("got %v, want an input error with %q", err, words)
	}
}

func (w *world) conflict(err error) {
	w.t.Helper()
	var c *ConflictError
	if !errors.As(err, &c) {
		w.t.Errorf("got %v, want a conflict", err)
	}
}

func (w *world) is(err, want error) {
	w.t.Helper()
	if !errors.Is(err, want) {
		w.t.Errorf("got %v, want %v", err, want)
	}
}

func (w *world) start() string {
	w.t.Helper()
	id, err := w.b.Start(ctx, w.editor, draft("First.", "r1"))
	w.must(err)
	return id
}

func (w *world) get(id string) Case {
	w.t.Helper()
	c, err := w.b.Read(ctx, w.reader, id)
	w.must(err)
	return c
}

func content(text string) bizcase.Content {
	return bizcase.Content{Title: "A case", Stage: bizcase.Outline, Vision: "More.", Sections: []bizcase.Section{{ID: "summary", Text: text}, {ID: "strategic", Text: "Why.\n\nHere {{lq x y}}."}}}
}

func draft(text, release string) Draft {
	d := Draft{Content: content(text)}
	if release != "" {
		d.Made = document(text, release)
	}
	return d
}

func document(text, release string) *report.Document {
	return &report.Document{Title: "A case", Release: release, Sections: []report.Section{{ID: "summary", Title: "In brief", Blocks: []report.Block{report.Paragraph("%v jobs", report.Figure{Text: "7", Range: "6–8", Ref: "x"}), report.Paragraph(text)}}}}
}

func TestBook_versions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, "w")
		id := w.start()
		c := w.get(id)
		if c.N != 1 || c.From != 0 || c.Version != 1 || c.Release != "r1" || c.By != w.editor.PersonID || c.Content.Sections[0].Text != "First." {
			t.Fatalf("kept %+v", c)
		}
		n, err := w.b.Keep(ctx, w.editor, id, 1, Draft{Content: content("Second."), Note: "shorter", Made: document("Second.", "r1")})
		w.must(err)
		same, err := w.b.Keep(ctx, w.editor, id, n, draft("Second.", "r1"))
		w.must(err)
		if n != 2 || same != 2 || w.get(id).Version != 2 {
			t.Errorf("kept %d, then the same as %d", n, same)
		}
		if n, err = w.b.Keep(ctx, w.editor, id, 2, draft("Second.", "r2")); err != nil || n != 3 {
			t.Errorf("the same text on new evidence: %d %v", n, err)
		}
		if n, err = w.b.Back(ctx, w.editor, id, 3, 1, nil); err != nil || n != 4 {
			t.Errorf("back: %d %v", n, err)
		}
		if c = w.get(id); c.Content.Sections[0].Text != "First." || c.From != 1 || c.Note != "Back to version 1." || c.Release != "" {
			t.Errorf("back: %+v", c)
		}
		versions, err := w.b.Versions(ctx, w.reader, id)
		w.must(err)
		var got []string
		for _, v := range versions {
			got = append(got, v.Release+" "+v.Note)
		}
		if d := cmp.Diff([]string{"r1 ", "r1 shorter", "r2 ", " Back to version 1."}, got); d != "" {
			t.Errorf("versions (-want +got)\n%s", d)
		}
		v, text, err := w.b.Text(ctx, w.reader, id, 2)
		if err != nil || v.Note != "shorter" || text.Sections[0].Text != "Second." || !v.Document {
			t.Errorf("version 2: %+v %v", v, err)
		}
		d, made, err := w.b.Document(ctx, w.reader, id, 2)
		if diff := cmp.Diff(*document("Second.", "r1"), d); err != nil || !made || diff != "" {
			t.Errorf("document of version 2: %v %v %s", made, err, diff)
		}
		if _, made, err := w.b.Document(ctx, w.reader, id, 4); err != nil || made {
			t.Errorf("document of version 4, which was not made: %v %v", made, err)
		}
		if _, err := audit.Verify(ctx, db, "w"); err != nil {
			t.Errorf("the log: %v", err)
		}
	})
}

func TestBook_refuses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, "w")
		other := newWorld(t, db, "v")
		id := w.start()
		_, err := w.b.Keep(ctx, w.editor, id, 9, draft("x", ""))
		w.conflict(err)
		_, err = w.b.Keep(ctx, w.reader, id, 1, draft("x", ""))
		w.is(err, auth.ErrDenied)
		_, err = w.b.Start(ctx, w.editor, Draft{})
		w.input(err, "no title")
		_, err = w.b.Back(ctx, w.editor, id, 1, 1, nil)
		w.input(err, "in force")
		_, err = w.b.Back(ctx, w.editor, id, 1, 7, nil)
		w.is(err, ErrNotFound)
		_, err = w.b.List(ctx, auth.Actor{}, false)
		w.is(err, auth.ErrDenied)
		_, err = w.b.Read(ctx, other.editor, id)
		w.is(err, auth.ErrDenied)
		_, err = other.b.Read(ctx, other.editor, id)
		w.is(err, ErrNotFound)
		_, err = other.b.Keep(ctx, other.editor, id, 1, draft("x", ""))
		w.is(err, ErrNotFound)
		_, _, err = other.b.Document(ctx, other.editor, id, 1)
		w.is(err, ErrNotFound)
		w.must(w.b.Delete(ctx, w.editor, id, 1))
		_, err = w.b.Keep(ctx, w.editor, id, 1, draft("x", ""))
		w.input(err, "was deleted")
		if all, err := w.b.List(ctx, w.reader, false); err != nil || len(all) != 0 {
			t.Errorf("a deleted case is listed: %v %v", all, err)
		}
		if all, err := w.b.List(ctx, w.reader, true); err != nil || len(all) != 1 || all[0].Deleted == "" {
			t.Errorf("deleted cases: %v %v", all, err)
		}
		w.conflict(w.b.Restore(ctx, w.editor, id, 1))
		w.must(w.b.Restore(ctx, w.editor, id, 2))
	})
}

// Of many who keep on one version at a time, one is taken.
func TestBook_keepAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, "w")
		id := w.start()
		var wg sync.WaitGroup
		errs := make([]error, 8)
		for k := range errs {
			wg.Go(func() {
				_, errs[k] = w.b.Keep(ctx, []auth.Actor{w.editor, w.manager}[k%2], id, 1, draft(strings.Repeat("x", k+1), ""))
			})
		}
		wg.Wait()
		kept := 0
		for _, err := range errs {
			if err == nil {
				kept++
				continue
			}
			w.conflict(err)
		}
		if c := w.get(id); kept != 1 || c.N != 2 {
			t.Errorf("%d were kept, version %d is in force", kept, c.N)
		}
	})
}

func TestMerge(t *testing.T) {
	base := content("a")
	mine, now := content("mine"), content("a")
	now.Sections[1].Text = "theirs"
	mine.Seen, now.Seen = map[string]string{"x": "1"}, map[string]string{"y": "2"}
	got, both := Merge(base, mine, now)
	if len(both) > 0 || got.Sections[0].Text != "mine" || got.Sections[1].Text != "theirs" || len(got.Seen) != 2 {
		t.Errorf("two sections: %+v %v", got, both)
	}
	now.Sections[0].Text, now.Vision, mine.Vision = "other", "theirs", "mine"
	if got, both = Merge(base, mine, now); !cmp.Equal(both, []string{"summary", "vision"}) || got.Vision != "theirs" || got.Sections[0].Text != "other" {
		t.Errorf("one section: %+v %v", got, both)
	}
	now, mine = content("a"), content("mine")
	now.Sections = now.Sections[:1]
	if got, both = Merge(base, mine, now); !cmp.Equal(both, []string{"sections"}) || len(got.Sections) != 1 {
		t.Errorf("a section that went: %+v %v", got, both)
	}
	if _, both = Merge(base, content("mine"), content("mine")); len(both) > 0 {
		t.Errorf("the same change: %v", both)
	}
}
