package evidence_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// TestBuild_carried counts up from release to release until three: what comes from the
// release before enters the next, and a build that changes nothing gives the same release.
func TestBuild_carried(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, kept)
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	stages := []lake.Stage{
		evidence.Carried("counted", evidence.NounColumn{Name: "n", Type: "bigint"}),
		{Name: "count_now", Inputs: []string{"previous_counted"}, Private: true, Always: true, Grain: "one row", Run: func(ctx context.Context, w lake.Work) error {
			return w.DB.Copy(ctx, "select least(3, coalesce(max(n), 0) + 1)::bigint as n from previous_counted", filepath.Join(w.Dir, lake.TableFile))
		}},
		{Name: "counted", Inputs: []string{"count_now"}, Grain: "one row", SQL: "select n, 'more' as word from count_now"},
	}
	var ids []string
	for range 4 {
		res, err := evidence.Build(t.Context(), ws, evidence.BuildOptions{Stages: stages, Now: clock})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, res.Release.ID)
		for _, s := range res.Release.Manifest.Stages {
			if s.Name == "count_now" || s.Name == "previous_counted" {
				t.Errorf("stage %s stands in the manifest", s.Name)
			}
		}
		if len(ids) == 4 {
			if d := cmp.Diff([]string{"3|more"}, ask(t, open(t, res), "select n, word from counted")); d != "" {
				t.Error(d)
			}
			if !res.Unchanged || res.Made != 0 {
				t.Errorf("unchanged %v, %d made", res.Unchanged, res.Made)
			}
		}
	}
	if ids[0] == ids[1] || ids[1] == ids[2] || ids[2] != ids[3] {
		t.Errorf("releases %v", ids)
	}
}
