package org_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/evidence"
	"milieu/internal/example"
	"milieu/internal/lake"
	"milieu/internal/org"
	"milieu/internal/place"
)

// demo builds the bundled example and opens its tables.
func demo(t *testing.T) *lake.DB {
	t.Helper()
	dir := t.TempDir()
	if _, err := example.Write(example.AMID, dir, false); err != nil {
		t.Fatal(err)
	}
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	places, err := place.Stages()
	if err != nil {
		t.Fatal(err)
	}
	orgs, err := org.Stages(org.Settings{SameAddress: 100, SamePostcode: 300})
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Unix(0, 0).UTC() }
	res, err := evidence.Build(context.Background(), ws, evidence.BuildOptions{Stages: append(places, orgs...), Now: now, MemoryMB: 512})
	if err != nil {
		t.Fatal(err)
	}
	db, err := res.Release.Open(context.Background(), lake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// What the tally says is what counting the organisations one by one says.
func TestTally_agreesWithOrganisations(t *testing.T) {
	db := demo(t)
	ctx := context.Background()
	everyone, err := org.List(ctx, db, org.Filter{}, org.ByRank, 1000, 0)
	if err != nil {
		t.Fatal(err)
	}
	all := make([]uint32, len(everyone))
	for i := range all {
		all[i] = uint32(i)
	}
	filters := []org.Filter{{}, {Role: "driver"}, {Section: "C"}, {AreaSet: "team", AreaID: "amp"}, {Role: "firm", AreaSet: "team", AreaID: "nucleus"}, {Origin: "team"}, {Origin: "register"}, {Unplaced: true}, {Unplaced: true, Role: "funder"}, {AreaSet: "team", AreaID: "nowhere"}}
	for _, f := range filters {
		counted := f
		counted.Docs = all // counts row by row
		n, err := org.Total(ctx, db, f)
		if err != nil {
			t.Fatal(err)
		}
		list, err := org.List(ctx, db, f, org.ByName, 1000, 0)
		if err != nil {
			t.Fatal(err)
		}
		want, err := org.Total(ctx, db, counted)
		if err != nil || n != want || len(list) != want {
			t.Errorf("%+v: %d tallied, %d listed, %d counted, %v", f, n, len(list), want, err)
		}
		for name, count := range map[string]func(context.Context, lake.Querier, org.Filter) ([]org.Count, error){"role": org.CountByRole, "section": org.CountBySection} {
			a, err1 := count(ctx, db, f)
			b, err2 := count(ctx, db, counted)
			if d := cmp.Diff(b, a); d != "" || err1 != nil || err2 != nil {
				t.Errorf("%+v by %s: %v %v\n%s", f, name, err1, err2, d)
			}
		}
	}
}

func TestList_order(t *testing.T) {
	db := demo(t)
	ctx := context.Background()
	first, err := org.List(ctx, db, org.Filter{}, org.ByRank, 10, 0)
	if err != nil {
		t.Fatal(err)
	}
	second, err := org.List(ctx, db, org.Filter{}, org.ByRank, 5, 5)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(first[5:], second); d != "" {
		t.Errorf("the second five are not the rest of the first ten:\n%s", d)
	}
	// The document number is the rank: a search that finds documents 3 and 1 lists 1 first.
	some, err := org.List(ctx, db, org.Filter{Docs: []uint32{3, 1}}, org.ByRank, 10, 0)
	if err != nil || len(some) != 2 || some[0].ID != first[1].ID || some[1].ID != first[3].ID {
		t.Errorf("%v %v", some, err)
	}
	if none, err := org.List(ctx, db, org.Filter{Docs: []uint32{}}, org.ByRank, 10, 0); err != nil || len(none) != 0 {
		t.Errorf("no documents gave %d, %v", len(none), err)
	}
	if _, err := org.List(ctx, db, org.Filter{}, "size", 1, 0); err == nil || org.Sort("size").Known() {
		t.Error("an order that does not exist was taken")
	}
}

func TestAreaCounts(t *testing.T) {
	db := demo(t)
	ctx := context.Background()
	held, err := org.AreaCounts(ctx, db, "", "")
	if err != nil || len(held) == 0 {
		t.Fatal(err)
	}
	for _, a := range held {
		n, err := org.Total(ctx, db, org.Filter{AreaSet: a.Set, AreaID: a.ID})
		if err != nil || n != a.Organisations || a.Counted > n || a.Crowded > n {
			t.Errorf("%+v: total %d, %v", a, n, err)
		}
	}
}

func TestSizes(t *testing.T) {
	db := demo(t)
	got, err := org.Sizes(context.Background(), db, 1)
	if err != nil || len(got) != 0 {
		t.Errorf("the example states no accounts, but there are %d sizes, %v", len(got), err)
	}
}
