package evidence_test

import (
	"archive/zip"
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/evidence"
	"milieu/internal/lake"
)

var update = flag.Bool("update", false, "write what the samples become into the want folders")

// The tests' workspaces say themselves where their data is.
func TestMain(m *testing.M) {
	os.Unsetenv("MILIEU_DATA")
	os.Exit(m.Run())
}

// TestSources builds the sample of each source folder and compares what every
// noun and the rejects became with the folder's want files. A folder's sample is a
// workspace with that one source; folders in it named *.zip and *.xlsx are packed first.
func TestSources(t *testing.T) {
	folders, err := os.ReadDir("source")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range folders {
		t.Run(f.Name(), func(t *testing.T) {
			t.Parallel()
			testSource(t, filepath.Join("source", f.Name()))
		})
	}
}

func testSource(t *testing.T, folder string) {
	dir := t.TempDir()
	if err := pack(filepath.Join(folder, "sample"), dir); err != nil {
		t.Fatalf("a source folder has a sample: a workspace with that one source: %v", err)
	}
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(ws.Sources) != 1 || ws.Sources[0].Type != filepath.Base(folder) {
		t.Fatalf("the sample's workspace has the sources %v; want one of type %s", ws.Sources, filepath.Base(folder))
	}
	nouns, stages := nounsOf(t, folder)
	res, err := evidence.Build(t.Context(), ws, evidence.BuildOptions{Stages: stages, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	r := res.Release.Manifest.Sources[0].Reading
	if r.Read != r.Accepted+r.Rejected || r.Accepted == 0 {
		t.Errorf("read %d, accepted %d, rejected %d", r.Read, r.Accepted, r.Rejected)
	}
	db, err := res.Release.Open(t.Context(), lake.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	compare(t, db, filepath.Join(folder, "want", "rejects.csv"), "reject", []string{"file", "line", "whole_row", "column_name", "reason", "found"})
	for _, n := range nouns {
		compare(t, db, filepath.Join(folder, "want", n.Name+".csv"), "want_"+n.Name, columns(n))
	}
	files, err := filepath.Glob(filepath.Join(folder, "want", "*"))
	if err != nil || len(files) != len(nouns)+1 {
		t.Errorf("the want folder holds %v (%v); want rejects.csv and a file for each noun that the source fills", files, err)
	}
}

// clock is the time of all builds in tests.
func clock() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

// nounsOf lists the nouns that a folder fills, with a stage for each that puts
// its rows into the release.
func nounsOf(t *testing.T, folder string) (nouns []evidence.Noun, stages []lake.Stage) {
	t.Helper()
	for _, n := range evidence.Nouns {
		if _, err := os.Stat(filepath.Join(folder, n.Name+".sql")); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		nouns = append(nouns, n)
		stages = append(stages, lake.Stage{Name: "want_" + n.Name, Inputs: []string{"ev_" + n.Name}, Grain: "one row a " + n.Name,
			SQL: "select " + strings.Join(columns(n), ", ") + " from ev_" + n.Name})
	}
	if len(nouns) == 0 {
		t.Fatalf("%s fills no noun", folder)
	}
	return nouns, stages
}

// columns are those of a noun after the place of the record.
func columns(n evidence.Noun) []string {
	names := []string{"file", "line"}
	for _, c := range n.Columns {
		names = append(names, c.Name)
	}
	return names
}

// compare holds the rows of a table against a want file.
func compare(t *testing.T, db *lake.DB, file, table string, fields []string) {
	t.Helper()
	got, err := asCSV(t.Context(), db, table, fields)
	if err != nil {
		t.Fatalf("%s: %v", table, err)
	}
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Errorf("%v; read the sample's outcome, then write it with: go test ./internal/evidence -run TestSources -update", err)
		return
	}
	if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); d != "" {
		t.Errorf("%s (-want +got):\n%s", file, d)
	}
}

// asCSV writes fields of a table in the order of their values. A missing value
// is empty, an empty text is ”.
func asCSV(ctx context.Context, q lake.Querier, table string, fields []string) ([]byte, error) {
	var texts []string
	for _, f := range fields {
		texts = append(texts, f+"::varchar")
	}
	rows, err := q.QueryContext(ctx, "select "+strings.Join(texts, ", ")+" from "+table+" order by "+strings.Join(fields, ", "))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	_ = w.Write(fields) // a buffer takes everything
	cells := make([]sql.NullString, len(fields))
	into := make([]any, len(fields))
	for i := range cells {
		into[i] = &cells[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		line := make([]string, len(fields))
		for i, c := range cells {
			if line[i] = c.String; c.Valid && c.String == "" {
				line[i] = "''"
			}
		}
		_ = w.Write(line)
	}
	w.Flush()
	return out.Bytes(), rows.Err()
}

// pack copies a sample into dir; a folder named like a ZIP or a workbook becomes one.
func pack(sample, dir string) error {
	return filepath.WalkDir(sample, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(sample, path)
		if err != nil {
			return err
		}
		to := filepath.Join(dir, rel)
		if !d.IsDir() {
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			return os.WriteFile(to, b, 0o600)
		}
		if strings.HasSuffix(rel, ".zip") || strings.HasSuffix(rel, ".xlsx") {
			b, err := zipFolder(path)
			if err != nil {
				return err
			}
			if err := os.WriteFile(to, b, 0o600); err != nil {
				return err
			}
			return fs.SkipDir
		}
		return os.MkdirAll(to, 0o755)
	})
}

func zipFolder(folder string) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	if err := z.AddFS(os.DirFS(folder)); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
