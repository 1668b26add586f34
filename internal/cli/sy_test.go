package cli

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// TestSouthYorkshire builds testdata/sy from real files from end to end and
// holds the release against what the files themselves say.
func TestSouthYorkshire(t *testing.T) {
	data := syData(t)
	dir := syWorkspace(t, data)
	first, made := syBuild(t, dir)
	if len(made) != first.Made || first.Skipped != 0 {
		t.Errorf("a first build says %d stages made and %d skipped; it made %d", first.Made, first.Skipped, len(made))
	}
	db, err := first.Release.Open(t.Context(), lake.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	companies := syCompanies(t, data)
	t.Run("counts", func(t *testing.T) { syCounts(t, first.Release.Manifest) })
	t.Run("authorities", func(t *testing.T) { syAuthorities(t, db, data, companies) })
	t.Run("manufacturers", func(t *testing.T) { syManufacturers(t, db, companies) })
	t.Run("employment", func(t *testing.T) { syEmployment(t, db) })
	t.Run("again", func(t *testing.T) {
		again, made := syBuild(t, dir)
		if again.Release.ID != first.Release.ID || !again.Unchanged || len(made) > 0 {
			t.Errorf("release %s after %s, stages made %v; want the same release and none", again.Release.ID, first.Release.ID, made)
		}
	})
	t.Run("one source changed", func(t *testing.T) { syChanges(t, dir, first.Release.ID) })
}

// syData is the folder of real data; the test is skipped where there is none.
func syData(t *testing.T) string {
	t.Helper()
	root := os.Getenv("MILIEU_TESTDATA")
	if root == "" {
		root = "../../../shared/data"
	}
	root, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "companies_house")); err != nil {
		t.Skip("real data is not here; set MILIEU_TESTDATA to its folder: ", err)
	}
	return root
}

// syOwn are the sources of which the test's workspace has a copy, so that the
// test may change them.
var syOwn = map[string]string{
	"sic.tsv":       "sic/openregister/industrial-classification-2007.tsv",
	"wards.geojson": "boundaries/small_area/ward/E08000018.geojson",
}

// syWorkspace copies the description of testdata/sy into a folder of the test.
func syWorkspace(t *testing.T, data string) string {
	t.Helper()
	t.Setenv("MILIEU_DATA", data)
	dir := t.TempDir()
	text, err := os.ReadFile("../../testdata/sy/" + evidence.File)
	if err != nil {
		t.Fatal(err)
	}
	for own, from := range syOwn {
		if !strings.Contains(string(text), `"data:`+from+`"`) {
			t.Fatalf("the workspace does not read %s", from)
		}
		text = []byte(strings.ReplaceAll(string(text), `"data:`+from+`"`, `"`+own+`"`))
		b, err := os.ReadFile(filepath.Join(data, from))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, own), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, evidence.File), text, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// syBuild builds with the program's own wiring and returns the names of the
// stages that ran, sorted.
func syBuild(t *testing.T, dir string) (*evidence.Result, []string) {
	t.Helper()
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	all, err := stages(ws)
	if err != nil {
		t.Fatal(err)
	}
	var made []string
	start := time.Now()
	res, err := evidence.Build(t.Context(), ws, evidence.BuildOptions{Stages: all, Now: time.Now, Report: func(e lake.Event) {
		if e.State == lake.Made {
			made = append(made, e.Stage)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("release %s, %d stages made, %.1f s", res.Release.ID, len(made), time.Since(start).Seconds())
	slices.Sort(made)
	return res, made
}

// syCounts: no row of any source is lost.
func syCounts(t *testing.T, m evidence.Manifest) {
	for _, s := range m.Sources {
		r := s.Reading
		rows := 0
		for _, f := range r.Files {
			rows += f.Rows
		}
		if r.Read != r.Accepted+r.Rejected || rows != r.Accepted {
			t.Errorf("source %s: read %d, accepted %d, rejected %d, in files %d: rows are lost", s.ID, r.Read, r.Accepted, r.Rejected, rows)
		}
		t.Logf("%-22s read %7d  rejected %4d  cells %d", s.ID, r.Read, r.Rejected, r.Cells)
	}
	// 46,611 is the sum of the rows of Sheffield and Rotherham in sy_companies_2024.csv.gz.
	if s, _ := m.Source("register"); s.Reading.Read != 46_611 || m.Rows("organisation") != 46_611 || m.Rows("site") != 46_611 {
		t.Errorf("register: %d rows read, %d organisations, %d sites; want 46611 of each", s.Reading.Read, m.Rows("organisation"), m.Rows("site"))
	}
}

// syChanges: a change of one source remakes what reads it, as far as the bytes
// differ, and nothing else.
func syChanges(t *testing.T, dir, id string) {
	cases := []struct {
		name, file, old, new string
		want                 []string
	}{
		// A label enters the table of industries, which profiles read too, and stops there: the index
		// of sites has numbers of industries, not their names.
		{"industry", "sic.tsv", "\tManufacture of tools\t", "\tManufacture of Tools\t", []string{"industry", "profile_industry", "raw_sic", "reject"}},
		// A name of an area makes the areas anew and with them the assignment of points; that
		// comes out the same, so that the sites are not touched. Clusters and series are named after areas.
		{"area", "wards.geojson", `"Anston & Woodsetts"`, `"Anston and Woodsetts"`, []string{"area", "area_measured", "cluster_firm", "point_area", "raw_wards_rotherham", "reject", "series"}},
	}
	for _, c := range cases {
		file := filepath.Join(dir, c.file)
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(text), c.old); n != 1 {
			t.Fatalf("%s: %q stands %d times", c.file, c.old, n)
		}
		if err := os.WriteFile(file, []byte(strings.Replace(string(text), c.old, c.new, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		res, made := syBuild(t, dir)
		if d := cmp.Diff(c.want, made); d != "" {
			t.Errorf("%s: stages made: %s", c.name, d)
		}
		if res.Release.ID == id || res.Previous != id {
			t.Errorf("%s: release %s after %s, want another", c.name, res.Release.ID, res.Previous)
		}
		id = res.Release.ID
	}
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	rel, err := evidence.Current(ws)
	if err != nil || rel.ID != id {
		t.Errorf("the current release is %s, want %s (%v)", rel.ID, id, err)
	}
}
