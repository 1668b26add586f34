package observation_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/observation"
)

// TestOutliers_real holds the rule against a known one: South Yorkshire's awards of Innovate UK in 2018, £140.3 million beside 19.6
// and 12.5 in the years around it, are one large award.
func TestOutliers_real(t *testing.T) {
	root := os.Getenv("MILIEU_TESTDATA")
	if root == "" {
		root = "../../../shared/data"
	}
	root, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "beis_indicators")); err != nil {
		t.Skip("real data is not here; set MILIEU_TESTDATA to its folder: ", err)
	}
	dir := t.TempDir()
	text := fmt.Sprintf("name = \"Awards\"\ndata = %q\n[[source]]\nid = \"awards\"\ntype = \"regional-indicators\"\npath = \"data:beis_indicators/innovate_uk/*.csv\"\n", root)
	if err := os.WriteFile(filepath.Join(dir, evidence.File), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	db := buildDir(t, dir)
	values, err := observation.Values(t.Context(), db, "gbp-innovate-uk-funding.TLE3")
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, v := range observation.InUse(values) {
		if v.Year == 2018 {
			found = v.Outlier && v.Value > 140.3e6 && v.Value < 140.4e6
		}
	}
	if !found {
		t.Errorf("2018 is not flagged, or not in use: %+v", values)
	}
	// Most series have no outlier: a rule that flags many says nothing.
	var flagged, all int
	if err := db.QueryRowContext(t.Context(), "select count(*) filter (where outlier), count(*) from observation where in_use").Scan(&flagged, &all); err != nil || flagged*10 > all {
		t.Errorf("%d of %d flagged, %v", flagged, all, err)
	}
}

func buildDir(t *testing.T, dir string) *lake.DB {
	t.Helper()
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	stages, err := observation.Stages()
	if err != nil {
		t.Fatal(err)
	}
	res, err := evidence.Build(context.Background(), ws, evidence.BuildOptions{Stages: stages, Now: func() time.Time { return time.Unix(0, 0).UTC() }, MemoryMB: 256})
	if err != nil {
		t.Fatal(err)
	}
	db, err := res.Release.Open(context.Background(), lake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}
