package evidence_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// The expected numbers were counted apart from this program, in Python with decimal arithmetic
// from the documents.
var realJSON = []realList{
	{"wolfson-currency", "360giving", "360giving/grantnav_test/a002400000KeYdsAAF-currency.json", ``, realCounts{
		Read: 379, Accepted: 379, Organisations: 306, Identifiers: 1, Sites: 298, Postcodes: 290, Projects: 379, Started: 379,
		AmountP: 31_178_456_00, Participations: 758, ParticipationP: 31_178_456_00,
	}},
	{"wolfson", "360giving", "360giving/grantnav_test/a002400000KeYdsAAF.json", ``, realCounts{
		Read: 379, Accepted: 379, Organisations: 306, Identifiers: 2, Sites: 298, Postcodes: 290, Projects: 379, Started: 379,
		AmountP: 31_178_456_00, Participations: 758, ParticipationP: 31_178_456_00,
	}},
	{"lloyds", "360giving", "360giving/grantnav_test/a002400000OiDBQAA3.json", ``, realCounts{
		Read: 4_116, Accepted: 4_116, Organisations: 3_625, Identifiers: 3_623, Sites: 3_624, Postcodes: 3_613, Projects: 4_116, Started: 4_116, Ended: 4_116,
		AmountP: 115_795_635_69, Participations: 8_232, ParticipationP: 115_795_635_69,
	}},
	{"ptc", "360giving", "360giving/grantnav_test/a002400000nO46WAAS.json", ``, realCounts{
		Read: 870, Accepted: 870, Organisations: 695, Identifiers: 820, Sites: 678, Postcodes: 672, Projects: 870, Started: 870, Ended: 583,
		AmountP: 51_625_696_54, Participations: 1_740, ParticipationP: 51_625_696_54,
	}},
	{"individuals", "360giving", "360giving/grantnav_test/awefw001p00000zgyHZAAY.json", ``, realCounts{
		Read: 154, Accepted: 154, Organisations: 73, Identifiers: 72, Projects: 154, Started: 154, Ended: 20,
		AmountP: 16_589_361_49, Participations: 209, ParticipationP: 16_510_802_26, // 99 grants to individuals
	}},
	{"eff", "360giving", "360giving/grantnav_test/grantnav-20180903134856.json", ``, realCounts{
		Read: 5, Accepted: 5, Organisations: 6, Identifiers: 3, Sites: 5, Postcodes: 5, Projects: 5, Started: 5,
		AmountP: 1_946_486_00, Participations: 10, ParticipationP: 1_946_486_00,
	}},
	{"ror", "ror", "ror/ror_gb_schema2.json", ``, realCounts{
		Read: 993, Accepted: 993, Organisations: 993, Names: 1_254, Identifiers: 3_641, Sites: 993, Points: 993,
	}},
	{"ror-search", "ror", "ror/ror_api_search_sample_v2.json", `country = "all"`, realCounts{
		Read: 20, Accepted: 20, Organisations: 20, Names: 17, Identifiers: 118, Sites: 20, Points: 20,
	}},
}

// TestSources_realJSON reads published grants and the register of research organisations whole.
func TestSources_realJSON(t *testing.T) {
	ws := realWorkspace(t, realData(t, "360giving"), realJSON)
	res, err := evidence.Build(t.Context(), ws, evidence.BuildOptions{Stages: allNouns("organisation", "name", "identifier", "site", "project", "participation", "role", "tie"), Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	db, err := res.Release.Open(t.Context(), lake.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for i, l := range realJSON {
		t.Run(l.id, func(t *testing.T) {
			got := countRows(t, db, l.id)
			r := res.Release.Manifest.Sources[i].Reading
			got.Read, got.Accepted, got.Cells = r.Read, r.Accepted, r.Cells
			if d := cmp.Diff(l.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
	for sql, want := range map[string]int{
		"select count(*) from want_role where source = 'individuals'":                                         41,
		"select count(*) from want_role where source = 'ror'":                                                 959,
		"select count(*) from want_tie where source = 'ror' and kind = 'part_of'":                             148,
		"select count(*) from want_tie where source = 'ror' and kind = 'related_to'":                          62,
		"select count(*) from want_organisation where source = 'ror' and note is not null":                    747,
		"select count(*) from want_organisation where source = 'ror' and status = 'active'":                   960,
		"select count(*) from want_project where source = 'individuals' and title = 'Grant to an individual'": 99,
		"select count(*) from want_organisation where name ilike '%individual recipient%'":                    0,
	} {
		var got int
		if scan(t, db, sql, &got); got != want {
			t.Errorf("%s: %d, want %d", sql, got, want)
		}
	}
	t.Run("cited", func(t *testing.T) { citedGrant(t, ws, res.Release, db) })
}

// citedGrant looks up a grant as the page of sources does: what columns take of it, found again
// by its line.
func citedGrant(t *testing.T, ws *evidence.Workspace, rel evidence.Release, db *lake.DB) {
	r := evidence.Record{Source: "lloyds"}
	scan(t, db, "select file, line from want_project where reference = '360G-LBFEW-114001'", &r.File, &r.Line)
	c := evidence.Cite(ws, rel.Manifest, r, true)
	if c.Problem != "" || !strings.HasPrefix(c.Text, `{"id": "360G-LBFEW-114001", "title": "Grant to Women's Aid Leicestershire", "currency": "GBP", "amountAwarded": 15000, "awardDate": "2015-06-10T00:00:00+00:00", `) {
		t.Errorf("line %d of %s: %s %s", r.Line, r.File, c.Text, c.Problem)
	}
}

// TestSources_realControl reads one record of each kind of the snapshot of people with significant control. No
// table and no page may hold what it says of the two individuals.
func TestSources_realControl(t *testing.T) {
	list := []realList{{id: "control", kind: "persons-with-significant-control", path: "companies_house/psc/*.json"}}
	ws := realWorkspace(t, realData(t, "companies_house/psc"), list)
	res, err := evidence.Build(t.Context(), ws, evidence.BuildOptions{Stages: allNouns("control"), Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	// Thirteen files; the one with totals is no record, that of an unknown kind names no company.
	r := res.Release.Manifest.Sources[0].Reading
	if r.Read != 12 || r.Accepted != 11 || r.Rejected != 1 || r.Blank != 1 {
		t.Errorf("read %d, accepted %d, rejected %d, passed over %d", r.Read, r.Accepted, r.Rejected, r.Blank)
	}
	db, err := res.Release.Open(t.Context(), lake.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var kinds, keys string
	scan(t, db, "select string_agg(controller_kind || ' ' || n, ', ' order by controller_kind) from (select controller_kind, count(*) as n from want_control where key = 'GB-COH-01234567' group by controller_kind) k", &kinds)
	scan(t, db, "select string_agg(coalesce(controller_key, '-') || ' ' || controller_name, ', ' order by file) from want_control where controller_name is not null", &keys)
	if kinds != "corporate 4, individual 2, legal-person 1, none 3, super-secure 1" ||
		keys != "GB-COH-89101112 Foo Bar Limited, GB-COH-89101112 Foo Bar Limited, - Foo Bar Limited, - Foo Bar Limited, GB-COH-00056099 Foo Bar Limited" {
		t.Errorf("kinds %s; controllers %s", kinds, keys)
	}
	c := evidence.Cite(ws, res.Release.Manifest, evidence.Record{Source: "control", File: "data:companies_house/psc/psc_individual.json", Line: 1}, true)
	if want := `{"company_number": "1234567", "data.kind": "individual-person-with-significant-control", "data.natures_of_control": "ownership-of-shares-25-to-50-percent;voting-rights-25-to-50-percent", "data.notified_on": "2016-04-06"}`; c.Text != want || c.Problem != "" {
		t.Errorf("cited %s %s", c.Text, c.Problem)
	}
	holdsNoName(t, ws.Dir, "Bloggs", "123 Main", "EX4 2MP", "Exampleshire")
}

// holdsNoName looks into everything that a build has made, tables in the cache included.
func holdsNoName(t *testing.T, dir string, texts ...string) {
	t.Helper()
	db, err := lake.Open(lake.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tables := 0
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		for _, s := range texts {
			var n int
			if filepath.Ext(path) == ".parquet" {
				tables++
				scan(t, db, "select count(*) from (select t::varchar as s from read_parquet("+lake.Literal(path)+") t) r where contains(s, "+lake.Literal(s)+")", &n)
			} else if b, err := os.ReadFile(path); err != nil || strings.Contains(string(b), s) {
				n++
			}
			if n > 0 {
				t.Errorf("%s holds %q", path, s)
			}
		}
		return nil
	})
	if err != nil || tables == 0 {
		t.Errorf("%d tables, %v", tables, err)
	}
}
