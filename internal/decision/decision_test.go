package decision

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/evidence"
	"milieu/internal/sheet"
	"milieu/internal/store"
	"milieu/internal/store/storetest"
)

var ctx = context.Background()

// newBook is the book of workspace amid, with an editor and a reader.
func newBook(t *testing.T, db *store.DB, workspace string) (b Book, editor, reader auth.Actor) {
	t.Helper()
	err := db.Update(ctx, func(q store.Querier) error {
		for _, p := range []string{"ed", "re"} {
			id := p + "-" + workspace
			if _, err := q.ExecContext(ctx, `insert into person (person_id, email, name, password_hash, oidc_issuer, oidc_subject, created_at) values ($1, $1, $1, '', '', '', '')`, id); err != nil {
				return err
			}
			role := map[string]auth.Role{"ed": auth.Editor, "re": auth.Reader}[p]
			if _, err := q.ExecContext(ctx, `insert into member (workspace, person_id, role, added_at, added_by, signed_in_at) values ($1, $2, $3, '', '', '')`, workspace, id, role); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	actor := func(p string, r auth.Role) auth.Actor {
		return auth.Actor{Workspace: workspace, PersonID: p + "-" + workspace, Role: r, Via: auth.ViaWeb}
	}
	return Book{DB: db, Workspace: workspace, Now: storetest.Clock()}, actor("ed", auth.Editor), actor("re", auth.Reader)
}

func set(subject string, version int64, pairs ...string) Draft {
	d := Draft{Kind: Set, Table: Organisations, Subject: subject, Fields: map[string]string{}, Reason: "read it", Source: "https://example.org/a", Version: version}
	for i := 0; i < len(pairs); i += 2 {
		d.Fields[pairs[i]] = pairs[i+1]
	}
	return d
}

func decide(t *testing.T, b Book, a auth.Actor, d Draft) Decision {
	t.Helper()
	got, err := b.Decide(ctx, a, d)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestBook(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, ed, re := newBook(t, db, "amid")
		other, otherEd, _ := newBook(t, db, "scotland")
		first := decide(t, b, ed, set("acme", 0, "name", "Acme  Ltd", "postcode", "s11aa"))
		if first.ID() != "D1" || first.Fields["postcode"] != "S1 1AA" {
			t.Errorf("%+v", first)
		}
		second := decide(t, b, ed, set("acme", 1, "name", "Acme Forge"))
		if got := decide(t, other, otherEd, set("acme", 0, "name", "Another Acme")); got.ID() != "D1" {
			t.Errorf("another workspace counts on from this one: %s", got.ID())
		}
		ds, v, err := b.On(ctx, re, Organisations, "acme")
		if err != nil || v != 2 {
			t.Fatal(v, err)
		}
		if d := cmp.Diff([]Decision{first, second}, ds); d != "" {
			t.Error(d)
		}
		if got := Apply(map[string]string{"name": "ACME", "kind": "firm"}, ds); got["name"] != "Acme Forge" || got["kind"] != "firm" || got["postcode"] != "S1 1AA" {
			t.Errorf("%v", got)
		}
		if err := b.Undo(ctx, ed, 2, "wrong firm"); err != nil {
			t.Fatal(err)
		}
		if err := b.Undo(ctx, ed, 2, "wrong firm"); !errors.Is(err, ErrUndone) {
			t.Errorf("undone twice: %v", err)
		}
		lines, err := b.Lines(ctx)
		want := []evidence.DecisionLine{
			{ID: "D1", At: first.At, By: "ed-amid", Kind: "set", Table: "organisations", Subject: "acme", Field: "name", Value: "Acme  Ltd", Reason: "read it", SourceURL: "https://example.org/a"},
			{ID: "D1", At: first.At, By: "ed-amid", Kind: "set", Table: "organisations", Subject: "acme", Field: "postcode", Value: "S1 1AA", Reason: "read it", SourceURL: "https://example.org/a"}}
		if d := cmp.Diff(want, lines); d != "" || err != nil {
			t.Error(d, err)
		}
		if err := b.Redo(ctx, ed, 2, "right firm after all"); err != nil {
			t.Fatal(err)
		}
		if ds, total, err := b.List(ctx, re, Filter{State: "holds", Text: "FORGE"}); err != nil || total != 1 || len(ds) != 1 || ds[0].Seq != 2 {
			t.Errorf("%v %d %v", ds, total, err)
		}
		if r, err := audit.Verify(ctx, db, "amid"); err != nil || len(r.Problems) > 0 || r.Events != 4 {
			t.Errorf("%+v %v", r, err)
		}
	})
}

// TestBook_denied asks everything of everybody who may not have it.
func TestBook_denied(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, ed, re := newBook(t, db, "amid")
		other, otherEd, _ := newBook(t, db, "scotland")
		decide(t, b, ed, set("acme", 0, "name", "Acme"))
		if _, err := b.Decide(ctx, re, set("acme", 1, "name", "X")); !errors.Is(err, auth.ErrDenied) {
			t.Errorf("a reader decides: %v", err)
		}
		if err := b.Undo(ctx, re, 1, "why"); !errors.Is(err, auth.ErrDenied) {
			t.Errorf("a reader undoes: %v", err)
		}
		if _, _, err := b.List(ctx, auth.Actor{Workspace: "amid"}, Filter{}); !errors.Is(err, auth.ErrDenied) {
			t.Errorf("a visitor lists: %v", err)
		}
		// An editor of one workspace is nobody in another, whatever role the request claims.
		stranger := otherEd
		stranger.Workspace = "amid"
		if _, err := b.One(ctx, stranger, 1); !errors.Is(err, auth.ErrDenied) {
			t.Errorf("an editor of another workspace reads: %v", err)
		}
		if _, err := b.One(ctx, otherEd, 1); !errors.Is(err, auth.ErrDenied) {
			t.Errorf("the role of another workspace counts here: %v", err)
		}
		if _, err := other.One(ctx, otherEd, 1); !errors.Is(err, ErrNotFound) {
			t.Errorf("a decision of another workspace is found: %v", err)
		}
		if err := other.Undo(ctx, otherEd, 1, "why"); !errors.Is(err, ErrNotFound) {
			t.Errorf("a decision of another workspace is undone: %v", err)
		}
	})
}

// TestBook_twoEditors lets two people save what they made of the same page.
func TestBook_twoEditors(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, ed, _ := newBook(t, db, "amid")
		decide(t, b, ed, set("acme", 0, "name", "Acme", "kind", "firm"))
		decide(t, b, ed, set("acme", 1, "name", "Acme One"))
		_, err := b.Decide(ctx, ed, set("acme", 1, "name", "Acme Two"))
		var c *ConflictError
		if !errors.As(err, &c) || c.Version != 2 || len(c.Since) != 1 || c.Since[0].Fields["name"] != "Acme One" {
			t.Fatalf("%v %+v", err, c)
		}
		// An undo is something that the second editor has to see too.
		if err := b.Undo(ctx, ed, 2, "no"); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Decide(ctx, ed, set("acme", 2, "name", "Acme Two")); !errors.As(err, &c) || len(c.Since) != 1 || c.Since[0].Holds() {
			t.Errorf("%v", err)
		}
		decide(t, b, ed, set("acme", 3, "name", "Acme Two"))
		// Nothing of a batch is made when one of it is in conflict.
		if _, err := b.DecideAll(ctx, ed, []Draft{set("zeta", 0, "name", "Zeta"), set("acme", 1, "name", "X")}); !errors.As(err, &c) {
			t.Errorf("%v", err)
		}
		if _, v, err := b.On(ctx, ed, Organisations, "zeta"); v != 0 || err != nil {
			t.Errorf("half a batch was made: %d %v", v, err)
		}
	})
}

// TestBook_race lets many editors raise the same record at once: each version is
// given once, and nobody's decision is lost.
func TestBook_race(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, ed, _ := newBook(t, db, "amid")
		b.Now = func() time.Time { return storetest.Start }
		const editors, each = 6, 10
		var wg sync.WaitGroup
		made := make(chan int64, editors*each)
		for e := range editors {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for n := 0; n < each; {
					_, v, err := b.On(ctx, ed, Organisations, "acme")
					if err != nil {
						t.Error(err)
						return
					}
					d, err := b.Decide(ctx, ed, set("acme", v, "notes", fmt.Sprintf("%d/%d", e, n)))
					var c *ConflictError
					if errors.As(err, &c) {
						continue
					}
					if err != nil {
						t.Error(err)
						return
					}
					made <- d.Version
					n++
				}
			}()
		}
		wg.Wait()
		close(made)
		seen := map[int64]bool{}
		for v := range made {
			if seen[v] {
				t.Errorf("version %d was given twice", v)
			}
			seen[v] = true
		}
		ds, v, err := b.On(ctx, ed, Organisations, "acme")
		if err != nil || len(ds) != editors*each || v != editors*each {
			t.Errorf("%d decisions, version %d, %v", len(ds), v, err)
		}
		if r, err := audit.Verify(ctx, db, "amid"); err != nil || len(r.Problems) > 0 {
			t.Errorf("%+v %v", r, err)
		}
	})
}

func TestCheck(t *testing.T) {
	add := func(pairs ...string) Draft {
		d := set("acme-forge", 0, pairs...)
		d.Kind = Add
		return d
	}
	with := func(d Draft, f func(*Draft)) Draft { f(&d); return d }
	for name, c := range map[string]struct {
		d    Draft
		want string // field: beginning of what is wrong; "" when it is taken
	}{
		"good":                  {set("acme", 0, "name", "A"), ""},
		"no reason":             {with(set("acme", 0, "name", "A"), func(d *Draft) { d.Reason = " " }), "reason: is missing"},
		"no source":             {with(set("acme", 0, "name", "A"), func(d *Draft) { d.Source = "" }), "source: is missing"},
		"bad source":            {with(set("acme", 0, "name", "A"), func(d *Draft) { d.Source = "ftp://x" }), "source: is not a web address"},
		"conversation":          {with(set("acme", 0, "name", "A"), func(d *Draft) { d.Source = "call with the firm, 3 November" }), ""},
		"script as page":        {set("acme", 0, "source_url", "javascript:alert(1)"), "source_url: is not a web address"},
		"emptied name":          {set("acme", 0, "name", " "), "name: is empty"},
		"no such column":        {set("acme", 0, "colour", "red"), "colour: is not a column"},
		"bad postcode":          {set("acme", 0, "postcode", "S1"), "postcode: is not a United Kingdom postcode"},
		"far away":              {set("acme", 0, "lon", "100"), "lon: is above"},
		"nothing":               {set("acme", 0), ": nothing has changed"},
		"no such table":         {with(set("acme", 0, "name", "A"), func(d *Draft) { d.Table = "people" }), ": there is no table"},
		"add":                   {add("name", "Acme"), ""},
		"add without name":      {add("kind", "firm"), "name: is missing"},
		"add with a bad id":     {with(add("name", "A"), func(d *Draft) { d.Subject = "../x" }), "id: is lower-case"},
		"company":               {with(add("name", "A"), func(d *Draft) { d.Subject = "GB-COH-01234567" }), ""},
		"exclude":               {Draft{Kind: Exclude, Table: Organisations, Subject: "acme", Fields: map[string]string{"keys": "acme; GB-COH-01234567"}, Reason: "closed"}, ""},
		"pair of one":           {Draft{Kind: Same, Fields: map[string]string{"one": "a", "other": "a"}, Subject: "a", Reason: "r"}, "other: is the record itself"},
		"pair":                  {Draft{Kind: Different, Fields: map[string]string{"one": "b", "other": "a"}, Subject: "a", Reason: "r"}, ""},
		"move":                  {Draft{Kind: Move, Subject: "acme:site", Fields: map[string]string{"lon": "-1.4", "lat": "53.4"}, Reason: "r", Source: "map"}, ""},
		"move to nowhere":       {Draft{Kind: Move, Subject: "acme:site", Fields: map[string]string{"lon": "NaN", "lat": "53.4"}, Reason: "r", Source: "map"}, "lon: is a number"},
		"move of what":          {Draft{Kind: Move, Subject: "acme", Fields: map[string]string{"lon": "-1.4", "lat": "53.4"}, Reason: "r", Source: "map"}, "id: names no site"},
		"agent":                 {Draft{Kind: Agent, Subject: "S1 1AA|1 High Street", Fields: map[string]string{"agent": "yes"}, Reason: "r"}, ""},
		"agent perhaps":         {Draft{Kind: Agent, Subject: "S1 1AA|", Fields: map[string]string{"agent": "perhaps"}, Reason: "r"}, "agent: is yes or no"},
		"control characters go": {set("acme", 0, "name", "A\x00b\x1bc"), ""},
	} {
		d, err := Check(c.d)
		got := ""
		var in *InputError
		if errors.As(err, &in) {
			k := sortedKeys(in.Fields)[0]
			got = k + ": " + in.Fields[k]
		} else if err != nil {
			t.Fatal(err)
		}
		if (c.want == "") != (got == "") || !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		for _, v := range d.Fields {
			if strings.ContainsAny(v, "\x00\x1b") {
				t.Errorf("%s: control characters are kept: %q", name, v)
			}
		}
	}
}

func TestLines_kinds(t *testing.T) {
	for _, c := range []struct {
		d    Draft
		want []string // table subject field value
	}{
		{Draft{Kind: Same, Subject: "x", Fields: map[string]string{"one": "b", "other": "a"}}, []string{"organisations a other b"}},
		{Draft{Kind: Exclude, Table: Organisations, Subject: "a", Fields: map[string]string{"keys": "a;GB-COH-1"}}, []string{"organisations a key a", "organisations a key GB-COH-1"}},
		{Draft{Kind: Exclude, Table: "ties", Subject: "t1"}, []string{"ties t1  "}},
		{Draft{Kind: Move, Subject: "a:ro", Fields: map[string]string{"lon": "-1", "lat": "53"}}, []string{"sites a:ro lat 53", "sites a:ro lon -1"}},
		{Draft{Kind: Agent, Subject: "S1 1AA|", Fields: map[string]string{"agent": "no"}}, []string{"addresses S1 1AA| agent no"}},
	} {
		c.d.Reason, c.d.Source = "r", "s"
		d, err := Check(c.d)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range (Decision{Kind: d.Kind, Table: d.Table, Subject: d.Subject, Fields: d.Fields}).lines() {
			got = append(got, strings.Join([]string{l.Table, l.Subject, l.Field, l.Value}, " "))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.d.Kind, diff)
		}
	}
}

// TestPlan imports a table that was taken away and edited.
func TestPlan(t *testing.T) {
	table, ok, err := TeamTable(Organisations)
	if err != nil || !ok {
		t.Fatal(err)
	}
	now := map[string]map[string]string{
		"acme": {"name": "Acme", "postcode": "S1 1AA", "source_url": "https://example.org"}, "bolt": {"name": "Bolt", "source_url": "https://example.org"}, "left": {"name": "Left"},
	}
	s, err := sheet.Read(ctx, []byte("id,name,postcode,colour,source_url\nacme,Acme Forge,s1 1aa,red,https://example.org\nbolt,Bolt,,blue,https://example.org\n"+
		"new-one,New,,,https://example.org\nacme,Again,,,\nBad Id,X,,,https://example.org\nno-name,,,,https://example.org\nfar,Far,ZZ,,https://example.org\ngone,Gone,,,https://example.org\n"), table.Definition.Columns)
	if err != nil {
		t.Fatal(err)
	}
	p, err := MakePlan(table, now, map[string]string{"gone": "D7"}, s)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range p.Rows {
		cells := ""
		for _, c := range r.Cells {
			cells += fmt.Sprintf(" %s=%q was %q %s", c.Column, c.Text, c.Was, c.Fault)
		}
		got = append(got, fmt.Sprintf("%d %s %s %s%s", r.Line, r.ID, r.Does, r.Fault, cells))
	}
	want := []string{
		`2 acme change  name="Acme Forge" was "Acme" `,
		`3 bolt same `,
		`4 new-one add  name="New" was ""  source_url="https://example.org" was "" `,
		`5 acme invalid the id stands already in line 2; one row a record`,
		`6 Bad Id invalid the id of a new record is lower-case letters, digits and hyphens, such as acme-forge name="X" was ""  source_url="https://example.org" was "" `,
		`7 no-name invalid  name="" was "" is empty and must not be source_url="https://example.org" was "" `,
		`8 far invalid  name="Far" was ""  postcode="ZZ" was "" is not a United Kingdom postcode source_url="https://example.org" was "" `,
		`9 gone invalid D7 leaves this record out; undo that decision first, if it is to be taken in again`,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"left"}, p.Absent); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"colour"}, p.Ignored); d != "" {
		t.Error(d)
	}
	drafts := p.Drafts(func(id string) bool { return id != "bolt" }, map[string]int64{"acme": 4}, "r", "s", "b1")
	if len(drafts) != 2 || drafts[0].Kind != Set || drafts[0].Version != 4 || drafts[1].Kind != Add || drafts[1].Version != 0 {
		t.Errorf("%+v", drafts)
	}
	// What was imported and is brought again changes nothing.
	for _, d := range drafts {
		if now[d.Subject] == nil {
			now[d.Subject] = map[string]string{}
		}
		for k, v := range d.Fields {
			now[d.Subject][k] = v
		}
	}
	if p, err = MakePlan(table, now, map[string]string{"gone": "D7"}, s); err != nil || len(p.Drafts(func(string) bool { return true }, nil, "r", "s", "")) != 0 {
		t.Errorf("a second import decides again: %+v %v", p.Counts, err)
	}
}
