package evidence_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"milieu/internal/evidence"
)

// sheetSample is the sample of a source that is a workbook, with further settings of the source.
func sheetSample(t *testing.T, more string) *evidence.Workspace {
	t.Helper()
	dir := t.TempDir()
	if err := pack(filepath.Join("source", "uk-government-grant-awards", "sample"), dir); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, evidence.File)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, append(text, more...), 0o600); err != nil {
		t.Fatal(err)
	}
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	return ws
}

// TestCite_workbook looks up rows of a workbook: only what was read of them is shown.
func TestCite_workbook(t *testing.T) {
	ws := sheetSample(t, "")
	res, err := evidence.Build(t.Context(), ws, evidence.BuildOptions{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	cite := func(file string, line int) evidence.Cited {
		return evidence.Cite(ws, res.Release.Manifest, evidence.Record{Source: "sample", File: file, Line: line}, false)
	}
	const table = "awards.xlsx!Awards 2016 to 2017"
	c := cite(table, 3)
	want := "Identifier: 360G-cabinetoffice-GA-000002 | Title: Sample bus grants | Currency: GBP | Amount Awarded: 1234.56 | Award Date: 2016-04-01 | " +
		"Planned Dates:Start Date: 2016-04-01 | Planned Dates:End Date: 2017-03-31 | Recipient Org:Identifier: GB123456789 | Recipient Org:Name: Sample Bus and Coach Ltd | " +
		"Recipient Org:Company Number: 1234567 | Recipient Org:Street Address: 1 Sample Road , | Recipient Org:City: SAMPLEFORD | Recipient Org:Postal Code: S98 1AA | " +
		"Funding Org:Name: Department for Transport | Grant Programme:Title: Sample scheme 2016/17"
	if c.Text != want || c.Problem != "" {
		t.Errorf("%s %s", c.Text, c.Problem)
	}
	for _, r := range []struct {
		file string
		line int
		want string
	}{{table, 7, "no such row"}, {table, 99, "no such row"}, {"awards.xlsx!Awards", 3, `no sheet "Awards"`}, {"awards.xlsx!Notes", 1, "no longer the columns"}, {"awards.xlsx", 1, "no sheet"}} {
		if c := cite(r.file, r.line); !strings.Contains(c.Problem, r.want) || c.Text != "" {
			t.Errorf("%s line %d: %q, want %q", r.file, r.line, c.Problem, r.want)
		}
	}
}

// A page does not wait for a workbook that unpacks to a lot.
func TestCite_largeWorkbook(t *testing.T) {
	ws := sheetSample(t, "")
	res, err := evidence.Build(t.Context(), ws, evidence.BuildOptions{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	parts := filepath.Join(t.TempDir(), "large.xlsx")
	if err := os.CopyFS(parts, os.DirFS(filepath.Join("source", "uk-government-grant-awards", "sample", "awards.xlsx"))); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(parts, "xl", "large.xml"), make([]byte, 40<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := zipFolder(parts)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(ws.Dir, "awards.xlsx"), b, 0o600); err != nil {
		t.Fatal(err)
	}
	r := evidence.Record{Source: "sample", File: "awards.xlsx!Awards 2016 to 2017", Line: 3}
	if c := evidence.Cite(ws, res.Release.Manifest, r, false); c.Problem != "the file is large; see the line with: milieu why 'sample:awards.xlsx!Awards 2016 to 2017:3'" || c.Text != "" {
		t.Errorf("%+v", c)
	}
	if c := evidence.Cite(ws, res.Release.Manifest, r, true); !strings.Contains(c.Problem, "has changed since") || c.Text == "" {
		t.Errorf("%+v", c)
	}
}

// TestBuild_sheet chooses sheets by their names.
func TestBuild_sheet(t *testing.T) {
	for _, c := range []struct{ sheet, want string }{
		{`sheet = "Awards*"`, ""},
		{`sheet = "awards 2016 to 2017"`, ""},
		{`sheet = "Grants"`, `awards.xlsx: the workbook has no sheet that matches "Grants"; it has "Notes", "Awards 2016 to 2017"`},
		{`sheet = "Notes"`, `sheet "Notes": line 3: column "Title" is missing; the file has "Identifier", "of the award"`},
		{`sheet = "*"`, `sheet "Notes": line 3: column "Title" is missing`},
		{`sheet = "["`, "which is no pattern"},
	} {
		res, err := evidence.Build(t.Context(), sheetSample(t, c.sheet+"\n"), evidence.BuildOptions{Now: clock})
		switch {
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: error %v, want %q", c.sheet, err, c.want)
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.sheet, err)
		case c.want == "" && res.Release.Manifest.Sources[0].Reading.Read != 9:
			t.Errorf("%s: %+v", c.sheet, res.Release.Manifest.Sources[0].Reading)
		}
	}
}

// TestCite_withheld shows nothing of a line of text whose columns may name private people.
func TestCite_withheld(t *testing.T) {
	dir := t.TempDir()
	if err := pack(filepath.Join("source", "structural-funds", "sample"), dir); err != nil {
		t.Fatal(err)
	}
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	res, err := evidence.Build(t.Context(), ws, evidence.BuildOptions{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	c := evidence.Cite(ws, res.Release.Manifest, evidence.Record{Source: ws.Sources[0].ID, File: "lists/england.csv", Line: 2}, false)
	if c.Problem != "" || !strings.Contains(c.Text, "not shown here") {
		t.Errorf("%q %q", c.Text, c.Problem)
	}
}
