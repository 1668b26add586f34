package evidence_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// good is a workspace without a fault; each test breaks one or two of its files.
var good = map[string]string{
	"milieu.toml": `name = "Test place"
keep = 3

[focus]
year = 2021

[[source]]
id = "organisations"
type = "team-organisations"
path = "organisations.csv"
encoding = "utf-8"

[[source]]
id = "register"
type = "companies-house"
path = "register.zip"
retrieved = "2026-11-01"

[[source]]
id = "areas"
type = "areas"
path = "areas.geojson"
`,
	"organisations.csv": "id,name,source_url\nsample-hub,Sample Hub,https://example.org/hub\nsample-works,Sample Works,https://example.org/works\n",
	"register.zip":      packed("register.csv", register),
	"areas.geojson": "{\"type\":\"FeatureCollection\",\"features\":[\n" +
		"{\"type\":\"Feature\",\"properties\":{\"id\":\"park\",\"name\":\"Park\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[-1.4,53.3],[-1.3,53.3],[-1.3,53.4],[-1.4,53.3]]]}}\n]}\n",
}

const register = "CompanyName, CompanyNumber,RegAddress.PostCode,IncorporationDate,SICCode.SicText_1\n" +
	"SAMPLE WORKS LIMITED,99990001,S98 1AA,14/04/2005,25620 - Machining\nSAMPLE TOOLS LIMITED,99990002,S98 1AB,01/02/2010,25730 - Manufacture of tools\n"

// packed is the text of a ZIP with one member.
func packed(name, text string) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	if err == nil {
		_, err = w.Write([]byte(text))
	}
	if err != nil || z.Close() != nil {
		panic("a ZIP in memory cannot be written")
	}
	return b.String()
}

func zipped(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil || z.Close() != nil {
		panic("gzip in memory cannot be written")
	}
	return b.String()
}

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// build opens and builds a workspace as the program does.
func build(t *testing.T, dir string, stages ...lake.Stage) (*evidence.Result, error) {
	t.Helper()
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		return nil, err
	}
	return evidence.Build(t.Context(), ws, evidence.BuildOptions{Stages: stages, Now: clock})
}

func mustBuild(t *testing.T, dir string, stages ...lake.Stage) *evidence.Result {
	t.Helper()
	res, err := build(t, dir, stages...)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// stillGood fails unless the release is the current one and can be read.
func stillGood(t *testing.T, dir, id string) {
	t.Helper()
	rel, err := evidence.Current(&evidence.Workspace{Dir: dir})
	if err != nil || rel.ID != id {
		t.Fatalf("the current release is %q (%v), want the last good one, %s", rel.ID, err, id)
	}
	db, err := rel.Open(t.Context(), lake.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var n int
	if err := db.QueryRowContext(t.Context(), "select count(*) from reject").Scan(&n); err != nil {
		t.Errorf("the last good release cannot be read: %v", err)
	}
}

func replace(file, old, new string) map[string]string {
	if strings.Count(good[file], old) == 0 {
		panic(fmt.Sprintf("%s has no %q", file, old))
	}
	return map[string]string{file: strings.Replace(good[file], old, new, 1)}
}

// TestBuild_stopsAt: faults for which there is no release. The message names
// source, file and line and says what to do; the last good release stays.
func TestBuild_stopsAt(t *testing.T) {
	cases := []struct {
		name   string
		broken map[string]string
		want   []string
	}{
		{"empty file", map[string]string{"organisations.csv": ""},
			[]string{"source organisations: organisations.csv: the file is empty; fetch it again or remove the source"}},
		{"header without rows", map[string]string{"organisations.csv": "id,name,source_url\n"},
			[]string{"source organisations: organisations.csv: line 1: the file has a header and no rows; fill it, fetch it again or remove the source"}},
		{"wrong columns", map[string]string{"organisations.csv": "name;street\nSample Hub;High Street\n"},
			[]string{`source organisations: organisations.csv: line 1: column "id" is missing; the file has "name", "street"; rename the column or check that this is the right file`}},
		{"a column twice", replace("organisations.csv", "id,name,source_url", "id,name,source_url,Name "),
			[]string{`source organisations: organisations.csv: line 1: column "name" stands 2 times (columns 2 and 4); remove or rename all but one`}},
		{"a quote never closed", replace("organisations.csv", "works,Sample", "works,\"Sample"),
			[]string{"source organisations: organisations.csv: line 3: a quote is opened and never closed; close it"}},
		{"spreadsheet under a wrong name", map[string]string{"organisations.csv": "PK\x03\x04 and so on"},
			[]string{"source organisations: organisations.csv: the ZIP is cut or damaged", "fetch it again"}},
		{"no row to take", map[string]string{"organisations.csv": "id,name,source_url\nsample-hub,,https://example.org/hub\n,Sample Works,\n"},
			[]string{"source organisations: none of the 2 rows can be taken; the first: organisations.csv: line 2: name is empty and must be filled"}},
		{"cut ZIP", map[string]string{"register.zip": good["register.zip"][:len(good["register.zip"])/2]},
			[]string{"source register: register.zip: the ZIP is cut or damaged", "fetch it again"}},
		{"cut gzip", map[string]string{"register.zip": "", "register.csv.gz": zipped(register)[:len(zipped(register))-6], "milieu.toml": strings.Replace(good["milieu.toml"], "register.zip", "register.csv.gz", 1)},
			[]string{"source register: register.csv.gz: ", "the gzip file is cut or damaged", "fetch it again"}},
		{"ZIP that points outside", map[string]string{"register.zip": packed("../register.csv", "CompanyName\nX\n")},
			[]string{`source register: register.zip: the ZIP has a member named "../register.csv", which points outside the archive; it is refused whole`}},
		{"ZIP without the file", map[string]string{"register.zip": packed("readme.txt", "text")},
			[]string{`source register: register.zip: the ZIP has no member that matches "*.csv"`}},
		{"wrong columns in a ZIP", map[string]string{"register.zip": packed("register.csv", "Number,Name\n1,X\n")},
			[]string{`source register: register.zip!register.csv: line 1: column "CompanyNumber" is missing; the file has "Number", "Name"`}},
		{"areas that are no JSON", map[string]string{"areas.geojson": "{\"type\":\"FeatureCollection\",\n\"features\":[\n{\"type\":"},
			[]string{"source areas: areas.geojson: line 3"}},
		{"only an area that crosses itself", replace("areas.geojson", "[[[-1.4,53.3],[-1.3,53.3],[-1.3,53.4],[-1.4,53.3]]]", "[[[-1.4,53.3],[-1.3,53.4],[-1.3,53.3],[-1.4,53.4],[-1.4,53.3]]]"),
			[]string{"source areas: none of the 1 rows can be taken; the first: areas.geojson: line 2: geometry the boundary crosses or touches itself at (-1.35, 53.35); move the points there"}},
		{"file gone", replace("milieu.toml", `"register.zip"`, `"registers/*.zip"`),
			[]string{"source register (milieu.toml line 13): no file at registers/*.zip; put it there, or take the source out of milieu.toml"}},
		{"data folder not said", replace("milieu.toml", `"register.zip"`, `"data:register.zip"`),
			[]string{"source register (milieu.toml line 13): path data:register.zip: say data = \"folder\" in milieu.toml or set MILIEU_DATA"}},
		{"two faulty sources", map[string]string{"organisations.csv": "", "register.zip": "PK\x03\x04 cut"},
			[]string{"source organisations: organisations.csv: the file is empty", "source register: register.zip: the ZIP is cut or damaged"}},
		{"two files gone", map[string]string{"milieu.toml": strings.NewReplacer(`"register.zip"`, `"gone.zip"`, `"areas.geojson"`, `"gone.geojson"`).Replace(good["milieu.toml"])},
			[]string{"source register (milieu.toml line 13): no file at gone.zip", "source areas (milieu.toml line 19): no file at gone.geojson"}},
		{"unknown encoding", replace("milieu.toml", `encoding = "utf-8"`, `encoding = "latin-9"`),
			[]string{`source organisations: encoding is "latin-9"; it may be auto, utf-8 or windows-1252`}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write(t, dir, good)
			first := mustBuild(t, dir)
			write(t, dir, c.broken)
			_, err := build(t, dir)
			if err == nil {
				t.Fatal("no error")
			}
			for _, w := range c.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("error %q\nwant     %q", err, w)
				}
			}
			stillGood(t, dir, first.Release.ID)
			write(t, dir, good)
			if again := mustBuild(t, dir); again.Release.ID != first.Release.ID {
				t.Errorf("mended, the release is %s, want %s again", again.Release.ID, first.Release.ID)
			}
		})
	}
}

// TestBuild_leavesOut: faults of rows and cells. The release is made without them
// and lists each with file, line, reason and what stood there.
func TestBuild_leavesOut(t *testing.T) {
	type reject struct {
		File   string
		Line   int
		Row    bool
		Column string
		Reason string
		Found  string
	}
	bow := `,` + "\n" + `{"type":"Feature","properties":{"id":"bow","name":"Bow"},"geometry":{"type":"Polygon","coordinates":[[[-1.4,53.3],[-1.3,53.4],[-1.3,53.3],[-1.4,53.4],[-1.4,53.3]]]}}` + "\n]}"
	cases := []struct {
		name   string
		broken map[string]string
		want   []reject
	}{
		{"bytes that are not UTF-8", replace("organisations.csv", "Sample Works", "Caf\xe9 Works"),
			[]reject{{"organisations.csv", 3, true, "", `has bytes that are not UTF-8; save the file as UTF-8 or say encoding = "windows-1252" for this source`, "sample-works,Caf\ufffd Works,https://example.org/works"}}},
		{"a date in the future", map[string]string{"register.zip": packed("register.csv", register+"TOMORROW LIMITED,99990003,S98 1AA,02/11/2026,25620 - Machining\n")},
			[]reject{{"register.zip!register.csv", 4, false, "founded", "2026-11-02 is after 2026-11-01, the day the source was retrieved", "02/11/2026"}}},
		{"a company number twice", map[string]string{"register.zip": packed("register.csv", register+"SAMPLE WORKS LIMITED,9999 0001,S98 1AA,14/04/2005,25620 - Machining\n")},
			[]reject{{"register.zip!register.csv", 4, true, "company_number", "stands already in line 2; the first is kept, remove the other", "99990001"}}},
		{"an area that crosses itself", replace("areas.geojson", "\n]}", bow),
			[]reject{{"areas.geojson", 3, true, "geometry", `the boundary crosses or touches itself at (-1.35, 53.35); move the points there, or repair the shape in a map program ("fix geometries")`, "Bow"}}},
		{"a row cut short", replace("organisations.csv", ",https://example.org/works", ""),
			[]reject{{"organisations.csv", 3, true, "", "has 2 fields where the header has 3; is a delimiter or a quote missing or too many?", "sample-works,Sample Works"}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write(t, dir, good)
			mustBuild(t, dir)
			write(t, dir, c.broken)
			res := mustBuild(t, dir)
			db, err := res.Release.Open(t.Context(), lake.Options{TempDir: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			rows, err := db.QueryContext(t.Context(), "select file, line, whole_row, column_name, reason, found from reject order by file, line")
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close()
			var got []reject
			for rows.Next() {
				var r reject
				var column sql.NullString
				if err := rows.Scan(&r.File, &r.Line, &r.Row, &column, &r.Reason, &r.Found); err != nil {
					t.Fatal(err)
				}
				r.Column = column.String
				got = append(got, r)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
			for _, s := range res.Release.Manifest.Sources {
				if r := s.Reading; r.Read != r.Accepted+r.Rejected || r.Accepted == 0 {
					t.Errorf("source %s: read %d, accepted %d, rejected %d", s.ID, r.Read, r.Accepted, r.Rejected)
				}
			}
		})
	}
}

// TestBuild_failingStage: a stage that fails, too, leaves the last good release.
func TestBuild_failingStage(t *testing.T) {
	stage := func(limit int) lake.Stage {
		return lake.Stage{Name: "few", Inputs: []string{"ev_organisation"}, Grain: "one row an organisation",
			SQL:    "select key from ev_organisation order by key",
			Checks: []lake.Check{{Meaning: "no more than allowed", SQL: fmt.Sprintf("select greatest(0, count(*) - %d) from few", limit)}}}
	}
	dir := t.TempDir()
	write(t, dir, good)
	first := mustBuild(t, dir, stage(4))
	write(t, dir, map[string]string{"organisations.csv": good["organisations.csv"] + "sample-lab,Sample Lab,https://example.org/lab\n"})
	_, err := build(t, dir, stage(4))
	if want := `stage few: check "no more than allowed" fails for 1 rows`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, want %q", err, want)
	}
	stillGood(t, dir, first.Release.ID)
}

// TestOpenWorkspace_faults: each message begins with file and line.
func TestOpenWorkspace_faults(t *testing.T) {
	cases := []struct{ name, old, new, want string }{
		{"unknown key", "keep = 3", "keeps = 3", `milieu.toml:2: unknown key "keeps"; the keys are listed in doc/CONFIG.md`},
		{"unknown key in a table", "[focus]\n", "[focus]\nid = \"x\"\n", `milieu.toml:5: unknown key "focus.id"`},
		{"unknown key that other tables have", "year = 2021", "year = 2021\n[case]\nyear = 2021", `milieu.toml:7: unknown key "case.year"`},
		{"unknown key of a source", `retrieved = "2026-11-01"`, "retrieved = \"2026-11-01\"\nlicense = \"OGL\"", `milieu.toml:18: unknown key "source.license"`},
		{"unknown table", "[focus]", "[focal]", `milieu.toml:4: unknown key "focal"`},
		{"wrong type", "keep = 3", `keep = "three"`, `milieu.toml:2: key "keep" is of type string; write it as integer`},
		{"broken text", `name = "Test place"`, `name = "Test place`, "milieu.toml:1: strings cannot contain newlines"},
		{"no name", `name = "Test place"`, "", "milieu.toml:1: name is missing"},
		{"unknown type", `type = "areas"`, `type = "shapes"`, `milieu.toml:19: source areas has type "shapes"; there are 360giving, `},
		{"unknown option", `type = "areas"`, "type = \"areas\"\noptions = { sett = \"x\" }", `milieu.toml:19: source areas: type areas has no option "sett"; it has object, id, name, set, kind`},
		{"two of one id", `id = "register"`, `id = "organisations"`, `milieu.toml:13: two sources are called "organisations"`},
		{"the id of the decisions", `id = "register"`, `id = "decisions"`, `milieu.toml:13: source id "decisions" is kept for what people decide in the program; call this source something else`},
		{"odd id", `id = "register"`, `id = "The Register"`, `milieu.toml:13: source id "The Register"; an id is`},
		{"no path", "path = \"areas.geojson\"\n", "", "milieu.toml:19: source areas has no path"},
		{"odd date", `retrieved = "2026-11-01"`, `retrieved = "1 Nov 2026"`, `milieu.toml:13: source register: retrieved is "1 Nov 2026"; write it as 2026-11-22`},
		{"three bounds", "[focus]", "[map]\nbounds = [1, 2, 3]\n[focus]", "milieu.toml:5: map.bounds has 3 numbers; it has four"},
		{"no probability", "[focus]", "[linkage]\naccept = 95\n[focus]", "milieu.toml:5: linkage.accept is 95; it is a probability, such as 0.95"},
		{"no probability of review", "[focus]", "[linkage]\nreview = -1.0\n[focus]", "milieu.toml:5: linkage.review is -1; it is a probability, such as 0.2"},
		{"review above accept", "[focus]", "[linkage]\naccept = 0.5\nreview = 0.9\n[focus]", "milieu.toml:6: linkage.review is 0.9, above accept (0.5)"},
		{"no memory", "[focus]", "[linkage]\nmemory_mb = -5\n[focus]", "milieu.toml:5: linkage.memory_mb is -5; write how many megabytes"},
	}
	dir := t.TempDir()
	write(t, dir, good)
	id := mustBuild(t, dir).Release.ID
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			write(t, dir, replace("milieu.toml", c.old, c.new))
			_, err := evidence.OpenWorkspace(dir)
			if err == nil || !strings.Contains(err.Error(), filepath.Join(dir, c.want)) {
				t.Errorf("error %v\nwant  %q", err, c.want)
			}
			stillGood(t, dir, id)
		})
	}
	if _, err := evidence.OpenWorkspace(t.TempDir()); err == nil || !strings.Contains(err.Error(), "is not a workspace: it has no milieu.toml; make one with: milieu init") {
		t.Errorf("error %v", err)
	}
}

// A folder may be called what would be a pattern inside the workspace.
func TestBuild_oddFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "our [new] place?*")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Skip("this system has no such names: ", err)
	}
	write(t, dir, good)
	mustBuild(t, dir)
}
