package evidence_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// The expected numbers were counted apart from this program, in Python from the files' own bytes (text, and the XML inside
// the workbook) with decimal arithmetic.
var realGrants = []realList{
	{"schemes-2013", "uk-government-grants", "uk_government_grants/government-grant-schemes-2013-14.csv", ``, realCounts{
		Read: 1_019, Accepted: 1_019, Organisations: 14, Names: 12, Projects: 1_019, Started: 1_019, Ended: 1_019, AmountP: 146_828_100_380_67, Participations: 1_018,
	}},
	{"schemes-2014", "uk-government-grants", "uk_government_grants/government-grant-schemes-2014-15.csv", ``, realCounts{
		Read: 1_180, Accepted: 1_179, Organisations: 17, Names: 16, Projects: 1_179, Started: 1_179, Ended: 1_179, AmountP: 132_032_225_406_90, Participations: 1_179,
		Rejects: "1 title is empty and must be filled",
	}},
	{"schemes-2015", "uk-government-grants", "uk_government_grants/government-grant-schemes-2015-16.csv", ``, realCounts{
		Read: 1_349, Accepted: 1_349, Organisations: 18, Projects: 1_349, Started: 1_349, Ended: 1_349, AmountP: 109_037_558_971_00, Participations: 1_349,
	}},
	{"schemes-2016", "uk-government-grants", "uk_government_grants/government-grant-schemes-2016-17.csv", ``, realCounts{
		Read: 1_207, Accepted: 1_207, Organisations: 19, Projects: 1_207, Started: 1_207, Ended: 1_207, AmountP: 99_835_148_027_00, Participations: 1_207,
	}},
	{"awards-2016", "uk-government-grant-awards", "uk_government_grants/government-grant-awards-2016-17.xlsx", ``, realCounts{
		Read: 3_351, Accepted: 3_351, Cells: 12, Organisations: 2_026, Names: 18, Identifiers: 1_011, Sites: 1_142, Postcodes: 1_133, Projects: 3_351, Started: 3_351, Ended: 3_351,
		AmountP: 3_920_986_733_00, Participations: 6_702, ParticipationP: 3_920_986_733_00, Rejects: "12 postcode is not a United Kingdom postcode",
	}},
}

// TestSources_realGrants reads the government's published lists whole: classic Mac line ends, a layout each year,
// tens of thousands of blank rows, a workbook.
func TestSources_realGrants(t *testing.T) {
	ws := realWorkspace(t, realData(t, "uk_government_grants"), realGrants)
	res, err := evidence.Build(t.Context(), ws, evidence.BuildOptions{Stages: allNouns("organisation", "name", "identifier", "site", "project", "participation"), Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	db, err := res.Release.Open(t.Context(), lake.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	blank := map[string]int{"schemes-2014": 64_177}
	for i, l := range realGrants {
		t.Run(l.id, func(t *testing.T) {
			got := countReal(t, db, l.id)
			r := res.Release.Manifest.Sources[i].Reading
			got.Read, got.Accepted, got.Cells = r.Read, r.Accepted, r.Cells
			if d := cmp.Diff(l.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			if r.Blank != blank[l.id] {
				t.Errorf("%d blank rows, want %d", r.Blank, blank[l.id])
			}
		})
	}
	t.Run("cited", func(t *testing.T) { citedRow(t, ws, res.Release, db) })
}

// citedRow looks up a row of the workbook as the page of sources does. Its days are counted from 1904.
func citedRow(t *testing.T, ws *evidence.Workspace, rel evidence.Release, db *lake.DB) {
	r := evidence.Record{Source: "awards-2016"}
	scan(t, db, "select file, line from want_project where reference = '360G-cabinetoffice-GA-035383'", &r.File, &r.Line)
	c := evidence.Cite(ws, rel.Manifest, r, true)
	if r.Line != 3352 || c.Problem != "" || !strings.HasPrefix(c.Text, "Identifier: 360G-cabinetoffice-GA-035383 | Title: Witness Service | Currency: GBP | Amount Awarded: 11266182 | Award Date: 2016-04-01 | ") {
		t.Errorf("row %d of %s: %s %s", r.Line, r.File, c.Text, c.Problem)
	}
}

// realWorkspace is a workspace of published lists.
func realWorkspace(t *testing.T, data string, lists []realList) *evidence.Workspace {
	t.Helper()
	var toml strings.Builder
	fmt.Fprintf(&toml, "name = \"Real lists\"\ndata = %q\n", data)
	for _, l := range lists {
		fmt.Fprintf(&toml, "[[source]]\nid = %q\ntype = %q\npath = %q\noptions = { %s }\n", l.id, l.kind, "data:"+l.path, l.options)
	}
	dir := t.TempDir()
	write(t, dir, map[string]string{evidence.File: toml.String()})
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	return ws
}
