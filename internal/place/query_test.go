package place_test

import (
	"context"
	"errors"
	"io/fs"
	"testing"
	"time"

	"milieu/internal/evidence"
	"milieu/internal/example"
	"milieu/internal/geo"
	"milieu/internal/lake"
	"milieu/internal/org"
	"milieu/internal/place"
)

func TestQueries(t *testing.T) {
	dir := t.TempDir()
	if _, err := example.Write(example.AMID, dir, false); err != nil {
		t.Fatal(err)
	}
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	stages, err := place.Stages()
	if err != nil {
		t.Fatal(err)
	}
	orgs, err := org.Stages(org.Settings{SameAddress: 100, SamePostcode: 300})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	res, err := evidence.Build(ctx, ws, evidence.BuildOptions{Stages: append(stages, orgs...), Now: func() time.Time { return time.Unix(0, 0).UTC() }, MemoryMB: 512})
	if err != nil {
		t.Fatal(err)
	}
	db, err := res.Release.Open(ctx, lake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()

	sets, err := place.Sets(ctx, db)
	if err != nil || len(sets) != 1 || !sets[0].Drawn || sets[0].Label() != "Drawn by the team" {
		t.Fatalf("%+v %v", sets, err)
	}
	areas, err := place.Areas(ctx, db, "")
	if err != nil || len(areas) != sets[0].N {
		t.Errorf("%d areas, want %d, %v", len(areas), sets[0].N, err)
	}
	// A position on the park and one in the North Sea.
	amp, err := place.Find(ctx, db, "team", "amp")
	if err != nil || !amp.Contains(-1.3800, 53.3870) || amp.Contains(2, 54) {
		t.Errorf("amp: %v %v", amp.Name, err)
	}
	if _, err := place.Find(ctx, db, "team", "nowhere"); !errors.Is(err, place.ErrNotFound) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an area that is not there: %v", err)
	}
	inside, err := place.Shapes(ctx, db, "", amp.Box, 0)
	if err != nil || len(inside) == 0 || len(inside) == len(areas) {
		t.Errorf("%d of %d areas meet the park's box, %v", len(inside), len(areas), err)
	}
	none, err := place.Shapes(ctx, db, "team", geo.Box{West: 1, South: 1, East: 2, North: 2}, 0)
	if err != nil || len(none) != 0 {
		t.Errorf("%d areas in the Atlantic, %v", len(none), err)
	}
	if back, err := place.Backdrop(ctx, db); err != nil || len(back) == 0 {
		t.Errorf("%d lines of the backdrop, %v", len(back), err)
	}
	box, ok, err := place.Extent(ctx, db)
	if err != nil || !ok || !(box.West < box.East && box.South < box.North) {
		t.Errorf("%+v %v %v", box, ok, err)
	}
}
