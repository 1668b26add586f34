package evidence_test

import (
	"path/filepath"
	"strings"
	"testing"

	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// built packs and builds the sample of a source folder, with changes of its files.
func built(t *testing.T, typ string, change map[string]string) (*evidence.Workspace, *evidence.Result, error) {
	t.Helper()
	dir := t.TempDir()
	folder := filepath.Join("source", typ)
	if err := pack(filepath.Join(folder, "sample"), dir); err != nil {
		t.Fatal(err)
	}
	write(t, dir, change)
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, stages := nounsOf(t, folder)
	res, err := evidence.Build(t.Context(), ws, evidence.BuildOptions{Stages: stages, Now: clock})
	return ws, res, err
}

// Every fact from JSON leads back to its record. The samples have people in them, all of whom are called Nobody: no
// table and no page may name them, nor what was told of them.
func TestJSON_cited(t *testing.T) {
	for _, typ := range []string{"360giving", "ror", "gateway-to-research", "persons-with-significant-control"} {
		t.Run(typ, func(t *testing.T) {
			t.Parallel()
			ws, res, err := built(t, typ, nil)
			if err != nil {
				t.Fatal(err)
			}
			db, err := res.Release.Open(t.Context(), lake.Options{TempDir: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			nouns, _ := nounsOf(t, filepath.Join("source", typ))
			for _, n := range nouns {
				records, err := evidence.Records(t.Context(), db, "select '"+ws.Sources[0].ID+"' as source, file, line from want_"+n.Name)
				if err != nil || len(records) == 0 {
					t.Fatalf("%d records, %v", len(records), err)
				}
				for _, r := range records {
					c := evidence.Cite(ws, res.Release.Manifest, r, false)
					if c.Problem != "" || !strings.HasPrefix(c.Text, "{") || strings.Contains(c.Text, "Nobody") {
						t.Errorf("%s:%d: %s %s", r.File, r.Line, c.Text, c.Problem)
					}
				}
			}
			holdsNoName(t, filepath.Join(ws.Dir, evidence.Derived), "Nobody", "Nowhere Street")
		})
	}
}

// Records of a document without line ends are told apart.
func TestJSON_oneLine(t *testing.T) {
	ws, res, err := built(t, "360giving", nil)
	if err != nil {
		t.Fatal(err)
	}
	for line, want := range map[int]string{1: `{"id": "360G-example-b 1", "title": "On one line"`, 2: `{"id": "360G-example-b 2", "title": "Beside it"`, 3: ""} {
		c := evidence.Cite(ws, res.Release.Manifest, evidence.Record{Source: "grants", File: "b-university.json", Line: line}, false)
		if !strings.HasPrefix(c.Text, want) || (c.Text == "") != (want == "") || (c.Problem == "") != (want != "") {
			t.Errorf("line %d: %s %s", line, c.Text, c.Problem)
		}
	}
}

func TestJSON_broken(t *testing.T) {
	for text, want := range map[string]string{
		"{\"grants\":[\n{\"id\":\"x\",}]}": "a-funder.json: line 2: column 11: the JSON is broken: invalid character '}' looking for beginning of object key string; correct it, or fetch the file again",
		"{\"grants\":[\n{\"id\":\"x\"}":    "a-funder.json: line 2: column 11: the file ends where ',' is expected; it is cut: fetch it again",
		"{\"grant\":[]}":                   `a-funder.json: the file has no "grants"; it has "grant"; is this the right file?`,
		"<!doctype html>":                  "a-funder.json: line 1: is XML or a web page, not JSON",
	} {
		if _, _, err := built(t, "360giving", map[string]string{"a-funder.json": text}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
	_, _, err := built(t, "360giving", map[string]string{"a-funder.json": `{"grants":[{"title":"x"}]}`, "b-university.json": `[{"title":"y"}]`})
	if want := "none of the 2 rows can be taken; the first: a-funder.json: line 1: id is empty and must be filled"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, want %s", err, want)
	}
}

// The engine's functions for JSON are part of it: it may not fetch anything.
func TestJSON_engine(t *testing.T) {
	db, err := lake.Open(lake.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var got string
	scan(t, db, `select string_agg(r.a || coalesce(r.b[1].c, '-'), ' ') from (select unnest(from_json('[{"a":"x","b":[{"c":1.50}]},{"a":"y"}]', '[{"a":"VARCHAR","b":[{"c":"VARCHAR"}]}]')) as r)`, &got)
	if got != "x1.5 y-" {
		t.Error(got)
	}
}
