package workshop

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/evidence"
	"milieu/internal/store"
	"milieu/internal/store/storetest"
	"milieu/internal/typed"
)

var ctx = context.Background()

// newBook is the book of a workspace with an editor and two readers.
func newBook(t *testing.T, db *store.DB) (b Book, editor, reader, other auth.Actor) {
	t.Helper()
	const workspace = "amid"
	actor := func(p string, r auth.Role) auth.Actor {
		return auth.Actor{Workspace: workspace, PersonID: p, Role: r, Via: auth.ViaWeb}
	}
	editor, reader, other = actor("ed", auth.Editor), actor("re", auth.Reader), actor("ot", auth.Reader)
	err := db.Update(ctx, func(q store.Querier) error {
		for _, a := range []auth.Actor{editor, reader, other} {
			if _, err := q.ExecContext(ctx, `insert into person (person_id, email, name, password_hash, oidc_issuer, oidc_subject, created_at) values ($1, $1, $1, '', '', '', '')`, a.PersonID); err != nil {
				return err
			}
			if _, err := q.ExecContext(ctx, `insert into member (workspace, person_id, role, added_at, added_by, signed_in_at) values ($1, $2, $3, '', '', '')`, workspace, a.PersonID, a.Role); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return Book{DB: db, Workspace: workspace, Now: storetest.Clock()}, editor, reader, other
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// sample is the closed form of METHODS section 12: A=(1,0), B=(0,1), C=(.6,.6).
func sample() Setup {
	s := Setup{Question: "Which comes first?", Options: []Option{{"a", "A"}, {"b", "B"}, {"c", "C"}},
		Criteria: []Criterion{{Key: "c1", Name: "Reach", Worst: 0, Best: 10}, {Key: "c2", Name: "Speed", Worst: 0, Best: 1}}}
	for _, x := range []Score{{Option: "a", Criterion: "c1", Value: 10}, {Option: "a", Criterion: "c2"}, {Option: "b", Criterion: "c1"}, {Option: "b", Criterion: "c2", Value: 1},
		{Option: "c", Criterion: "c1", Value: 6}, {Option: "c", Criterion: "c2", Value: .6}} {
		x.Lo, x.Hi, x.Reason, x.By = x.Value, x.Value, "agreed in the room", "ed"
		s.Scores = append(s.Scores, x)
	}
	return s
}

func points(a, b float64) Swings {
	return Swings{Points: map[string]float64{"c1": a, "c2": b}}
}

// TestBook follows a workshop from its making to its undoing.
func TestBook(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, ed, re, ot := newBook(t, db)
		if _, err := b.Make(ctx, re, sample()); !errors.Is(err, auth.ErrDenied) {
			t.Errorf("a reader made a workshop: %v", err)
		}
		id, err := b.Make(ctx, ed, sample())
		must(t, err)
		next := sample()
		next.Question = "Which comes second?"
		must(t, b.Change(ctx, ed, id, 1, next, "question"))
		var conflict *ConflictError
		if err := b.Change(ctx, ed, id, 1, sample(), "again"); !errors.As(err, &conflict) || conflict.Version != 2 {
			t.Errorf("an old version was taken: %v", err)
		}
		must(t, b.Back(ctx, ed, id, 2, 1))
		w, err := b.Get(ctx, re, id)
		must(t, err)
		if w.Setup.Question != "Which comes first?" || w.Version != 3 || len(w.Setup.Scores) != 6 || w.Setup.Scores[0].By != "ed" {
			t.Errorf("%+v", w)
		}
		versions, err := b.Versions(ctx, re, id, "")
		if err != nil || len(versions) != 3 || versions[0].What != "back to version 1" {
			t.Errorf("%+v %v", versions, err)
		}
		testWeights(t, b, ed, re, ot, id)
		must(t, b.Delete(ctx, ed, id, 3))
		if all, err := b.List(ctx, re); err != nil || len(all) != 1 || all[0].Deleted == "" || all[0].Stakeholders != 2 {
			t.Errorf("%+v %v", all, err)
		}
		must(t, b.Restore(ctx, ed, id, 4))
		if _, err := b.Get(ctx, auth.Actor{Workspace: "amid"}, id); !errors.Is(err, auth.ErrDenied) {
			t.Errorf("a visitor read weights: %v", err)
		}
		if r, err := audit.Verify(ctx, b.DB, b.Workspace); err != nil || len(r.Problems) > 0 || r.Events != 11 {
			t.Errorf("log: %+v %v", r, err)
		}
	})
}

// testWeights leaves two sets of weights and six lines in the log.
func testWeights(t *testing.T, b Book, ed, re, ot auth.Actor, id string) {
	t.Helper()
	own, err := b.Weigh(ctx, re, id, Weights{Name: "University", Person: "re", Swings: points(100, 50)})
	must(t, err)
	var conflict *ConflictError
	if _, err := b.Weigh(ctx, re, id, Weights{Name: "Again", Person: "re", Swings: points(1, 2)}); !errors.As(err, &conflict) {
		t.Errorf("a second set of one's own: %v", err)
	}
	if _, err := b.Weigh(ctx, re, id, Weights{Name: "Somebody", Swings: points(1, 2)}); !errors.Is(err, auth.ErrDenied) {
		t.Errorf("a reader weighed for somebody else: %v", err)
	}
	if _, err := b.Weigh(ctx, ot, id, Weights{ID: own, Name: "Mine now", Person: "ot", Swings: points(1, 2), Version: 1}); !errors.Is(err, ErrNotFound) {
		t.Errorf("a reader changed the weights of another: %v", err)
	}
	if _, err := b.Weigh(ctx, ed, id, Weights{ID: own, Name: "Mine now", Swings: points(1, 2), Version: 1}); !errors.Is(err, ErrNotFound) {
		t.Errorf("an editor changed what a person said: %v", err)
	}
	if _, err := b.Weigh(ctx, ed, id, Weights{Name: "Firms", Swings: points(20, 100)}); err != nil {
		t.Errorf("an editor could not enter weights: %v", err)
	}
	var taken *typed.InputError
	if _, err := b.Weigh(ctx, ed, id, Weights{Name: "firms", Swings: points(100, 20)}); !errors.As(err, &taken) || taken.Fields["name"] == "" {
		t.Errorf("two sets of weights under one name: %v", err)
	}
	_, err = b.Weigh(ctx, re, id, Weights{ID: own, Name: "University", Person: "re", Swings: points(100, 10), Version: 1})
	must(t, err)
	must(t, b.BackWeights(ctx, re, id, own, 2, 1))
	if err := b.BackWeights(ctx, ed, id, own, 3, 2); !errors.Is(err, ErrNotFound) {
		t.Errorf("an editor turned back what a person said: %v", err)
	}
	must(t, b.TakeOut(ctx, ed, id, own, 3))
	must(t, b.PutBack(ctx, re, id, own, 4))
	w, err := b.Get(ctx, ot, id)
	must(t, err)
	if len(w.Weights) != 2 || w.Weights[1].Swings.Points["c2"] != 50 || w.Weights[1].Version != 5 {
		t.Errorf("%+v", w.Weights)
	}
	var faults *typed.InputError
	for _, bad := range []Swings{{}, points(0, 0), points(101, 0), points(-1, 5), {Points: map[string]float64{"c1": 5}}, {Points: map[string]float64{"c1": 5, "c2": 5}, Doubt: 1}} {
		if _, err := b.Weigh(ctx, ot, id, Weights{Name: "Bad", Person: "ot", Swings: bad}); !errors.As(err, &faults) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

func TestSetup_check(t *testing.T) {
	half := 20.0
	for what, change := range map[string]func(*Setup){
		"question":      func(s *Setup) { s.Question = " " },
		"anchors":       func(s *Setup) { s.Criteria[0].Best = 0 },
		"half":          func(s *Setup) { s.Criteria[0].Half = &half },
		"name":          func(s *Setup) { s.Criteria[1].Name = "Reach" },
		"key":           func(s *Setup) { s.Criteria[1].Key = "c1" },
		"source":        func(s *Setup) { s.Criteria[1].Source = "stars" },
		"reason":        func(s *Setup) { s.Scores[0].Reason = "" },
		"range":         func(s *Setup) { s.Scores[0].Lo = 11 },
		"option":        func(s *Setup) { s.Options[0].ID = "" },
		"many criteria": func(s *Setup) { s.Criteria = make([]Criterion, MostCriteria+1) },
		"many options":  func(s *Setup) { s.Options = make([]Option, MostOptions+1) },
	} {
		s := sample()
		change(&s)
		var faults *typed.InputError
		if _, err := s.check(); !errors.As(err, &faults) {
			t.Errorf("%s: %v", what, err)
		}
	}
	// Scores of what is gone go too, and an option stands once.
	s := sample()
	s.Options = append(s.Options[1:], s.Options[1])
	s.Criteria = s.Criteria[:1]
	if s, err := s.check(); err != nil || len(s.Options) != 2 || len(s.Scores) != 2 {
		t.Errorf("%+v %v", s, err)
	}
	if k := sample().NextKey("c3"); k != "c4" {
		t.Errorf("next key %s", k)
	}
}

func weighed() Workshop {
	return Workshop{ID: "w", Setup: sample(), Weights: []Weights{{ID: "s1", Name: "Firms", Swings: points(20, 100)}, {ID: "s2", Name: "University", Swings: points(100, 50)}}}
}

func TestReckon(t *testing.T) {
	r, err := Reckon(ctx, weighed(), Facts{})
	must(t, err)
	if s := r.All.Result.Rank[2]; s[0] < .17 || s[0] > .23 || s[2] != 0 {
		t.Errorf("C over all weights: %v", s)
	}
	// Firms weigh ⅙ and ⅚: B .833, C .6, A .167.
	firms := r.Each[0]
	if firms.Best[1] != 1 || firms.Worst[1] != 1 || firms.Best[0] != 3 {
		t.Errorf("firms: %v %v", firms.Best, firms.Worst)
	}
	if c := firms.Put[2]; !c.Possible || c.Moved < .2333 || c.Moved > .2334 { // .6 = w₂
		t.Errorf("to put C first: %+v", c)
	}
	if m := firms.Moves[2][1]; !m.Possible || m.From < .399 || m.To > .601 {
		t.Errorf("C is first between %+v", m)
	}
	if got := r.Common(); len(got) != 0 {
		t.Errorf("common: %v", got)
	}
	if got := r.Top(2); !slices.Equal(got, []int{2}) {
		t.Errorf("all have in their first two: %v", got)
	}
	kinds := kindsOf(r.Warnings)
	if !slices.Contains(kinds, OneView) || !slices.Contains(kinds, OneSource) || slices.Contains(kinds, Unknown) {
		t.Errorf("warnings %v", r.Warnings)
	}
	if r, err := Reckon(ctx, Workshop{Setup: Setup{Options: []Option{{"a", "A"}}}}, nil); err != nil || r.Cells != nil {
		t.Errorf("too little to reckon: %+v %v", r, err)
	}
}

func kindsOf(all []Warning) (kinds []string) {
	for _, w := range all {
		kinds = append(kinds, w.Kind)
	}
	return kinds
}

func TestReckon_warnings(t *testing.T) {
	w := weighed()
	w.Setup.Criteria[0].Name, w.Setup.Criteria[1].Name = "Net additional jobs", "GVA"
	w.Setup.Criteria = append(w.Setup.Criteria, Criterion{Key: "c3", Name: "Growth", Source: "growth", Worst: 0, Best: 100, Unit: "%"})
	f := Facts{"growth": {"a": {Value: 50, Lo: 30, Hi: 70}, "b": {Value: 50, Lo: 30, Hi: 70}}}
	w.Setup.Scores[0].Value, w.Setup.Scores[0].Hi = 11, 11
	r, err := Reckon(ctx, w, f)
	must(t, err)
	kinds := kindsOf(r.Warnings)
	for _, k := range []string{Double, Unknown, Beyond, Unweighed, OneSource} {
		if !slices.Contains(kinds, k) {
			t.Errorf("%s is missing of %v", k, r.Warnings)
		}
	}
	if x := r.Cells[2][2]; x.Known {
		t.Errorf("what is not known became %+v", x)
	}
	if r.Hollow(0) || r.Hollow(2) {
		t.Error("one of three criteria that is not known makes an option hollow")
	}
	w.Setup.Scores = w.Setup.Scores[:5]
	if r, err = Reckon(ctx, w, f); err != nil || !r.Hollow(2) {
		t.Errorf("two of three criteria are not known of C: %v", err)
	}
	if len(r.Each[0].Missing) != 1 {
		t.Errorf("missing %v", r.Each[0].Missing)
	}
}

// A criterion that held all points of somebody goes: what is left has none, and the results of all still come.
func TestReckon_pointsGone(t *testing.T) {
	w := weighed()
	w.Weights[0].Swings = Swings{Points: map[string]float64{"c1": 0, "c2": 0, "c9": 100}}
	r, err := Reckon(ctx, w, Facts{})
	must(t, err)
	if v := r.Each[0]; !slices.Equal(v.Missing, []string{"Reach", "Speed"}) || v.Shares != nil || v.Result.Rank == nil {
		t.Errorf("%+v", v)
	}
	if v := r.Each[1]; len(v.Missing) != 0 || v.Value[0] < .66 {
		t.Errorf("others: %+v", v)
	}
	if i := slices.IndexFunc(r.Warnings, func(w Warning) bool { return w.Kind == Unweighed }); i < 0 || !strings.Contains(r.Warnings[i].Text, "Firms has no points for Reach, Speed") {
		t.Errorf("warnings %v", r.Warnings)
	}
	x, err := WorthOf(ctx, w, w.Weights[0], Facts{})
	must(t, err)
	if v := x.Values["c"]; v.Value < 55 || v.Value > 65 || len(x.Unknown) != 2 {
		t.Errorf("C is worth %+v, unknown %v", v, x.Unknown)
	}
}

// What was deleted is changed by nobody until it is put back, and weights come back under a name of their own only.
func TestBook_refused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, ed, re, _ := newBook(t, db)
		id, err := b.Make(ctx, ed, sample())
		must(t, err)
		first, err := b.Weigh(ctx, ed, id, Weights{Name: "Firms", Swings: points(20, 100)})
		must(t, err)
		must(t, b.TakeOut(ctx, ed, id, first, 1))
		second, err := b.Weigh(ctx, ed, id, Weights{Name: "firms", Swings: points(100, 20)})
		must(t, err)
		var refused *typed.InputError
		if err := b.PutBack(ctx, ed, id, first, 2); !errors.As(err, &refused) || !strings.Contains(refused.Fields[""], `"Firms" stands over other weights`) {
			t.Errorf("weights came back under a name that others have: %v", err)
		}
		_, err = b.Weigh(ctx, ed, id, Weights{ID: second, Name: "Banks", Swings: points(100, 20), Version: 1})
		must(t, err)
		must(t, b.PutBack(ctx, ed, id, first, 2))
		if err := b.BackWeights(ctx, ed, id, second, 2, 1); !errors.As(err, &refused) {
			t.Errorf("an old name came back that others have: %v", err)
		}
		must(t, b.Delete(ctx, ed, id, 1))
		_, weighed := b.Weigh(ctx, re, id, Weights{Name: "Mine", Person: "re", Swings: points(1, 2)})
		for what, err := range map[string]error{"change": b.Change(ctx, ed, id, 2, sample(), "x"), "back": b.Back(ctx, ed, id, 2, 1), "weigh": weighed,
			"delete": b.Delete(ctx, ed, id, 2), "take out": b.TakeOut(ctx, ed, id, first, 3), "old weights": b.BackWeights(ctx, ed, id, first, 3, 1)} {
			if !errors.As(err, &refused) || !strings.Contains(refused.Fields[""], "was deleted: put it back first") {
				t.Errorf("%s of a workshop that was deleted: %v", what, err)
			}
		}
		must(t, b.Restore(ctx, ed, id, 2))
		must(t, b.Change(ctx, ed, id, 3, sample(), "x"))
		if w, err := b.Get(ctx, re, id); err != nil || len(w.Weights) != 2 || w.Version != 4 {
			t.Errorf("%+v %v", w, err)
		}
	})
}

func TestWorth(t *testing.T) {
	w := weighed()
	x, err := WorthOf(ctx, w, w.Weights[0], Facts{})
	must(t, err)
	if v := x.Values["c"]; v.Value < 59.999 || v.Value > 60.001 {
		t.Errorf("C is worth %+v", v)
	}
	if _, there := x.Values["z"]; there {
		t.Error("an intervention that is no option has a worth")
	}
	w.Weights[0].Swings.Doubt = .5
	x, err = WorthOf(ctx, w, w.Weights[0], Facts{})
	must(t, err)
	few, many := x.Draws(10, 5), x.Draws(50, 5)
	if !slices.Equal(few["a"], many["a"][:10]) || few["a"][0] == few["a"][1] {
		t.Errorf("draws %v", few["a"])
	}
	if v := x.Values["b"]; v.Lo >= v.Value || v.Hi <= v.Value {
		t.Errorf("B is worth %+v", v)
	}
}

func TestExplain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, ed, re, _ := newBook(t, db)
		id, err := b.Make(ctx, ed, sample())
		must(t, err)
		parse := func(s string) evidence.Ref {
			r, err := evidence.ParseRef(s)
			must(t, err)
			return r
		}
		c, err := Explain(ctx, b, re, nil, parse(Ref(id)))
		if err != nil || !strings.Contains(c.How, "SMAA") || len(c.Steps) != 2 {
			t.Errorf("%+v %v", c, err)
		}
		c, err = Explain(ctx, b, re, nil, parse(Ref(id, "a")))
		if err != nil || c.Steps[0].Value != "10" || !c.Steps[0].Decided {
			t.Errorf("%+v %v", c, err)
		}
		for _, bad := range []string{Ref("gone"), Ref(id, "z")} {
			if _, err := Explain(ctx, b, re, nil, parse(bad)); !errors.Is(err, evidence.ErrNoFigure) {
				t.Errorf("%s: %v", bad, err)
			}
		}
		var ref *evidence.RefError
		if _, err := Explain(ctx, b, auth.Actor{}, nil, parse(Ref(id))); !errors.As(err, &ref) {
			t.Errorf("a visitor: %v", err)
		}
	})
}
