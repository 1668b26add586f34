package evidence_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// realList is a published list of grants and what must come of it.
type realList struct {
	id, kind, path, options string
	want                    realCounts
}

// realCounts are the counts of one list. Pence (or cents) of all projects and of
// all participations; rejects by column and reason.
type realCounts struct {
	Read, Accepted, Cells             int
	Organisations, Names, Identifiers int
	Sites, Postcodes, Points          int
	Projects, Started, Ended          int
	AmountP, CostP                    int64
	Participations                    int
	ParticipationP                    int64
	Rejects                           string
}

// The expected numbers were counted apart from this program, in Python from the files' own text with decimal
// arithmetic.
var realLists = []realList{
	{"england", "structural-funds", "esif/ESIF_England_2014-2020_beneficiaries_Oct2016.csv", ``, realCounts{
		Read: 394, Accepted: 394, Cells: 13, Organisations: 201, Names: 2, Sites: 195, Postcodes: 195, Projects: 394, Started: 386, Ended: 392,
		AmountP: 1_451_379_143_11, CostP: 2_733_478_930_13, Participations: 394, ParticipationP: 1_451_379_143_11,
		Rejects: "1 end_date has day 31 in a month of 30 days\n1 end_date is not a date (day first, or year-month-day)\n3 postcode is not a United Kingdom postcode\n" +
			"1 start_date has day 31 in a month of 30 days\n7 start_date is not a date (day first, or year-month-day)",
	}},
	{"scotland", "structural-funds", "esif/ESF_ERDF_Scotland_2014-2020.csv", ``, realCounts{
		Read: 210, Accepted: 210, Cells: 5, Organisations: 59, Names: 2, Sites: 58, Postcodes: 58, Projects: 210, Started: 209, Ended: 207,
		AmountP: 397_934_435_68, CostP: 922_649_986_72, Participations: 210, ParticipationP: 397_934_435_68,
		Rejects: "3 end_date has day 31 in a month of 30 days\n1 postcode is not a United Kingdom postcode\n1 start_date is not a date (day first, or year-month-day)",
	}},
	{"wales", "structural-funds", "esif/Wales_2014-2020.csv", ``, realCounts{
		Read: 145, Accepted: 145, Organisations: 41, Projects: 145, AmountP: 1_315_964_731_00, CostP: 2_485_893_704_00, Participations: 145,
		ParticipationP: 1_315_964_731_00,
	}},
	{"northern-ireland", "structural-funds", "esif/ERDF_NI_2014-2020_original.xlsx", ``, realCounts{
		Read: 196, Accepted: 196, Cells: 48, Organisations: 175, Sites: 127, Postcodes: 127, Projects: 196, Started: 196, Ended: 196,
		AmountP: 53_756_015_87, CostP: 89_593_359_77, Participations: 196, ParticipationP: 53_756_015_87, Rejects: "48 postcode is not a United Kingdom postcode",
	}},
	{"uk-2007-2013", "structural-funds", "esif/UK_ERDF_2007-2013_LAU1.csv", `period = "2007-2013"`, realCounts{
		Read: 15_983, Accepted: 15_982, Cells: 6_358, Organisations: 4_773, Names: 91, Identifiers: 1_528, Sites: 4_175, Postcodes: 3_095, Points: 981,
		Projects: 15_982, Started: 10_989, Ended: 10_988, AmountP: 11_027_593_316_00, CostP: 18_815_963_647_00, Participations: 15_980, ParticipationP: 11_027_180_382_00,
		Rejects: "1 end_date has day 31 in a month of 30 days\n3191 end_date is not a date (day first, or year-month-day)\n" +
			"13 lat is above 61.5, the largest value allowed\n4 lat is below 49.5, the smallest value allowed\n11 lon is above 2.5, the largest value allowed\n" +
			"3 lon is below -9.5, the smallest value allowed\n1 recipient is empty and must be filled\n3135 start_date is not a date (day first, or year-month-day)",
	}},
	{"norway", "h2020-norway", "cordis/norway_eu_h2020_participations.csv", ``, realCounts{
		Read: 2_931, Accepted: 2_931, Organisations: 692, Names: 114, Identifiers: 692, Sites: 689, Projects: 1_957, Started: 1_956, Ended: 1_956,
		Participations: 2_928, ParticipationP: 1_671_969_071_12,
	}},
}

// TestSources_realFunds reads the published lists of structural funds and of participations in
// Horizon 2020 whole.
func TestSources_realFunds(t *testing.T) {
	data := realData(t, "esif")
	var toml strings.Builder
	fmt.Fprintf(&toml, "name = \"Real lists\"\ndata = %q\n", data)
	for _, l := range realLists {
		fmt.Fprintf(&toml, "[[source]]\nid = %q\ntype = %q\npath = %q\noptions = { %s }\n", l.id, l.kind, "data:"+l.path, l.options)
	}
	dir := t.TempDir()
	write(t, dir, map[string]string{evidence.File: toml.String()})
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	res, err := evidence.Build(t.Context(), ws, evidence.BuildOptions{Stages: allNouns("organisation", "name", "identifier", "site", "project", "participation"), Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	db, err := res.Release.Open(t.Context(), lake.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for i, l := range realLists {
		t.Run(l.id, func(t *testing.T) {
			got := countReal(t, db, l.id)
			r := res.Release.Manifest.Sources[i].Reading
			got.Read, got.Accepted, got.Cells = r.Read, r.Accepted, r.Cells
			if d := cmp.Diff(l.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

// countReal counts what one source became, which names no person.
func countReal(t *testing.T, db *lake.DB, id string) realCounts {
	t.Helper()
	var people int
	scan(t, db, `select count(*) from (select name, source from want_organisation union all select name, source from want_name) n where regexp_matches(name, '(?i:^(mr|mrs|miss)\b| t ?[/!] ?a )|^Ms\b') and source = `+lake.Literal(id), &people)
	if people > 0 {
		t.Errorf("%d names are of people", people)
	}
	return countRows(t, db, id)
}

// countRows counts what one source became.
func countRows(t *testing.T, db *lake.DB, id string) (c realCounts) {
	t.Helper()
	twice := 0
	for sql, into := range map[string][]any{
		"select count(*), count(*) - count(distinct key) from want_organisation":                              {&c.Organisations, &twice},
		"select count(*) from want_name":                                                                      {&c.Names},
		"select count(*) from want_identifier":                                                                {&c.Identifiers},
		"select count(distinct key), count(postcode), count(lon) from want_site":                              {&c.Sites, &c.Postcodes, &c.Points},
		"select count(distinct project_id), count(start_date), count(end_date) from want_project":             {&c.Projects, &c.Started, &c.Ended},
		"select coalesce(sum(amount_p), 0)::bigint, coalesce(sum(cost_p), 0)::bigint from want_project":       {&c.AmountP, &c.CostP},
		"select count(distinct participation_id), coalesce(sum(amount_p), 0)::bigint from want_participation": {&c.Participations, &c.ParticipationP},
	} {
		scan(t, db, sql+" where source = "+lake.Literal(id), into...)
	}
	scan(t, db, "select coalesce(string_agg(n || ' ' || column_name || ' ' || reason, '\n' order by column_name, reason), '') from ("+
		"select column_name, reason, count(*) as n from reject where source = "+lake.Literal(id)+" group by column_name, reason) r", &c.Rejects)
	var loose int
	scan(t, db, "select count(*) from want_participation p anti join want_project j on j.project_id = p.project_id and j.source = p.source where p.source = "+lake.Literal(id), &loose)
	if twice > 0 || loose > 0 {
		t.Errorf("%d organisations stand twice, %d participations are in no project", twice, loose)
	}
	return c
}

func scan(t *testing.T, db *lake.DB, sql string, into ...any) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), sql).Scan(into...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// allNouns puts the rows of nouns into the release as want_<noun>.
func allNouns(names ...string) (stages []lake.Stage) {
	for _, n := range evidence.Nouns {
		for _, name := range names {
			if n.Name == name {
				stages = append(stages, lake.Stage{Name: "want_" + n.Name, Inputs: []string{"ev_" + n.Name}, Grain: "one row a " + n.Name,
					SQL: "select source, " + strings.Join(columns(n), ", ") + " from ev_" + n.Name})
			}
		}
	}
	return stages
}

// realData is the folder of real data; the test is skipped where a folder of it is not there.
func realData(t *testing.T, folder string) string {
	t.Helper()
	root := os.Getenv("MILIEU_TESTDATA")
	if root == "" {
		root = "../../../shared/data"
	}
	root, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, folder)); err != nil {
		t.Skip("real data is not here; set MILIEU_TESTDATA to its folder: ", err)
	}
	return root
}
