package evidence_test

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// kept is a workspace with tables that a team keeps.
var kept = map[string]string{
	"milieu.toml": `name = "Test place"
keep = 2
[[source]]
id = "organisations"
type = "team-organisations"
path = "organisations.csv"
[[source]]
id = "more"
type = "team-organisations"
path = "more.csv"
[[source]]
id = "ties"
type = "team-ties"
path = "ties.csv"
[[source]]
id = "facilities"
type = "team-facilities"
path = "facilities.csv"
`,
	"organisations.csv": "id,name,role,postcode,lon,lat,source_url,source_year\nhub,Hub,cultivator,S98 1AA,-1.5,53.25,https://example.org/hub,2020\nworks,Works,firm,,,,https://example.org/works,\n",
	"more.csv":          "id,name,role,source_url\nlab,Lab,driver,https://example.org/lab\n",
	"ties.csv":          "id,from_id,to_id,kind,start_year,amount_gbp,source_url\nt1,hub,works,member_of,2019,100000000,https://example.org/t1\nt2,hub,lab,supplies,,0.5,https://example.org/t2\n",
	"facilities.csv":    "id,name,host,host_id,source_url\nhall,Hall,Hub,hub,https://example.org/hall\n",
}

// line is a decision line; what the tests do not look at is the same in all.
func line(id, kind, table, subject, field, value string) evidence.DecisionLine {
	return evidence.DecisionLine{ID: id, At: "2026-11-20T09:00:00Z", By: "p1", Kind: kind, Table: table, Subject: subject, Field: field, Value: value,
		Reason: "Because of " + id + ".", SourceURL: "https://example.org/" + id}
}

// decide builds the workspace in dir with decisions.
func decide(t *testing.T, dir string, lines ...evidence.DecisionLine) *evidence.Result {
	t.Helper()
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	var stages []lake.Stage
	for _, n := range evidence.Nouns {
		if n.Name == "organisation" || n.Name == "role" || n.Name == "site" || n.Name == "tie" || n.Name == "facility" {
			stages = append(stages, lake.Stage{Name: n.Name, Inputs: []string{"ev_" + n.Name}, Grain: "one row a " + n.Name,
				SQL: "select source, " + strings.Join(columns(n), ", ") + " from ev_" + n.Name + " order by source, file, line"})
		}
	}
	res, err := evidence.Build(t.Context(), ws, evidence.BuildOptions{Stages: stages, Now: clock, Decisions: lines})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func open(t *testing.T, res *evidence.Result) *lake.DB {
	t.Helper()
	db, err := res.Release.Open(t.Context(), lake.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// ask gives the rows of a query as text, cells parted by a bar, missing ones -.
func ask(t *testing.T, q lake.Querier, query string) []string {
	t.Helper()
	rows, err := q.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for rows.Next() {
		cells := make([]sql.NullString, len(cols))
		into := make([]any, len(cols))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, c := range cells {
			if !c.Valid {
				c.String = "-"
			}
			texts = append(texts, c.String)
		}
		out = append(out, strings.Join(texts, "|"))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

const statesQuery = "select decision_id, state, why_not from decision order by nth"

// TestBuild_decisions: what each decision does to the tables, and what is said of it.
func TestBuild_decisions(t *testing.T) {
	cases := []struct {
		name   string
		lines  []evidence.DecisionLine
		query  string
		want   []string
		states []string
	}{
		{"set", []evidence.DecisionLine{line("D1", "set", "ties", "t1", "start_year", "2018"), line("D1", "set", "ties", "t1", "project", "Tools")},
			"select tie_id, start_year, project, amount_p, source, file, line from tie",
			[]string{"t1|2018|Tools|10000000000|ties|ties.csv|2", "t2|-|-|50|ties|ties.csv|3"}, []string{"D1|applied|-"}},
		{"set in the second source of a table", []evidence.DecisionLine{line("D1", "set", "organisations", "lab", "name", "Laboratory")},
			"select key, name, source, line from organisation", []string{"lab|Laboratory|more|2", "hub|Hub|organisations|2", "works|Works|organisations|3"}, []string{"D1|applied|-"}},
		{"a cell emptied", []evidence.DecisionLine{line("D1", "set", "organisations", "hub", "postcode", ""), line("D1", "set", "organisations", "hub", "lon", ""), line("D1", "set", "organisations", "hub", "lat", "")},
			"select count(*) from site", []string{"0"}, []string{"D1|applied|-"}},
		{"values as people type them", []evidence.DecisionLine{line("D1", "set", "ties", "t1", "amount_gbp", "£1,234.50"), line("D2", "set", "organisations", "hub", "postcode", "s981ab")},
			"select amount_p, (select postcode from site) from tie where tie_id = 't1'", []string{"123450|S98 1AB"}, []string{"D1|applied|-", "D2|applied|-"}},
		{"add", []evidence.DecisionLine{line("D1", "add", "organisations", "forge", "name", "Forge"), line("D1", "add", "organisations", "forge", "role", "firm;driver"), line("D1", "add", "organisations", "forge", "source_url", "https://example.org/forge")},
			"select o.name, o.source, o.line, r.role from organisation o join role r on r.key = o.key where o.key = 'forge' order by r.role",
			[]string{"Forge|decisions|4|driver", "Forge|decisions|4|firm"}, []string{"D1|applied|-"}},
		{"add what a source holds", []evidence.DecisionLine{line("D1", "add", "ties", "t2", "kind", "trains_for")},
			"select tie_id, kind, source, line from tie", []string{"t1|member_of|ties|2", "t2|trains_for|ties|3"}, []string{"D1|applied|-"}},
		{"add too little", []evidence.DecisionLine{line("D1", "add", "organisations", "forge", "role", "firm")},
			"select count(*) from organisation", []string{"3"}, []string{"D1|not applied|no source holds organisations forge, and the decision does not give name, source_url"}},
		{"add in two decisions", []evidence.DecisionLine{line("D1", "add", "facilities", "cell", "name", "Cell"), line("D2", "set", "facilities", "cell", "source_url", "https://example.org/cell")},
			"select facility_id, name, source, line from facility", []string{"cell|Cell|decisions|3", "hall|Hall|facilities|2"}, []string{"D1|applied|-", "D2|applied|-"}},
		{"add to a table without a source", []evidence.DecisionLine{line("D1", "add", "interventions", "hall", "name", "A hall")},
			"select intervention_id, name, source from intervention", []string{"hall|A hall|decisions"}, []string{"D1|applied|-"}},
		{"superseded", []evidence.DecisionLine{line("D1", "set", "ties", "t1", "start_year", "2017"), line("D2", "set", "ties", "t1", "start_year", "2018"), line("D2", "set", "ties", "t1", "project", "Tools"), line("D9", "set", "ties", "t1", "start_year", "2019"), line("D11", "set", "ties", "t1", "project", "")},
			"select start_year, project from tie where tie_id = 't1'", []string{"2019|-"},
			[]string{"D1|superseded|superseded by D9", "D2|superseded|superseded by D9, D11", "D9|applied|-", "D11|applied|-"}},
		{"unreadable", []evidence.DecisionLine{line("D1", "set", "ties", "t1", "start_year", "2018"), line("D2", "set", "ties", "t1", "start_year", "soon"), line("D2", "set", "ties", "t1", "project", "Tools"), line("D3", "set", "ties", "t1", "source_url", ""), line("D4", "set", "ties", "t1", "colour", "red"), line("D5", "set", "shops", "s1", "name", "Shop"), line("D6", "set", "ties", "t1", "id", "t3")},
			"select start_year, project, source_url from tie where tie_id = 't1'", []string{"2018|Tools|https://example.org/t1"},
			[]string{"D1|applied|-", `D2|applied|start_year "soon" is not a number`, "D3|not applied|source_url is empty and must not be", `D4|not applied|ties has no column "colour"`,
				`D5|not applied|there is no table "shops"; there are areas, attendance, awards, costs, delivery, events, facilities, indicators, interventions, needs, organisations, outcomes, relations, risks, sectors, ties`, "D6|not applied|the id of a row cannot be changed"}},
		{"exclude a row", []evidence.DecisionLine{line("D1", "set", "ties", "t1", "kind", "supplies"), line("D2", "exclude", "ties", "t1", "", ""), line("D3", "set", "ties", "t1", "kind", "part_of"), line("D4", "exclude", "ties", "t9", "", "")},
			"select tie_id from tie", []string{"t2"}, []string{"D1|superseded|superseded by D2", "D2|applied|-", "D3|not applied|D2 leaves out ties t1", "D4|not applied|no source holds ties t9"}},
		{"exclude what was added", []evidence.DecisionLine{line("D1", "add", "facilities", "cell", "name", "Cell"), line("D1", "add", "facilities", "cell", "source_url", "https://example.org/cell"), line("D2", "exclude", "facilities", "cell", "", "")},
			"select facility_id from facility", []string{"hall"}, []string{"D1|superseded|superseded by D2", "D2|applied|-"}},
		{"exclude an organisation", []evidence.DecisionLine{line("D1", "exclude", "organisations", "hub", "key", "hub"), line("D2", "exclude", "organisations", "gone", "key", "gone")},
			"select (select count(*) from organisation where key = 'hub'), (select count(*) from role where key = 'hub'), (select count(*) from site), (select count(*) from tie), f.host, f.host_key, (select count(*) from table_organisations) from facility f",
			[]string{"0|0|0|0|Hub|-|2"}, []string{"D1|applied|-", "D2|not applied|no source holds organisations gone"}},
		{"verdicts that cannot be read", []evidence.DecisionLine{line("D1", "same", "ties", "hub", "other", "lab"), line("D2", "same", "organisations", "hub", "with", "lab"), line("D3", "different", "organisations", "hub", "other", "hub"),
			line("D4", "move", "sites", "hub", "lon", "-1.4"), line("D5", "move", "sites", "hub:site", "lon", "-1.4"), line("D6", "move", "sites", "hub:site", "lon", "-1.4"), line("D6", "move", "sites", "hub:site", "lat", "5.4"),
			line("D7", "move", "sites", "hub:site", "height", "3"), line("D8", "agent", "addresses", "s98 1aa|", "agent", "yes"), line("D9", "agent", "addresses", "Sheffield|", "agent", "yes"), line("D10", "agent", "addresses", "S98 1AA|", "agent", "maybe"),
			line("D11", "exclude", "organisations", "hub", "", ""), line("D12", "exclude", "shops", "s1", "", "")},
			"select count(*) from organisation", []string{"3"}, []string{"D1|not applied|kind same is about organisations, not ties",
				`D2|not applied|it names no other record: the field is "other", the value a record's key`, "D3|not applied|it names one record twice",
				"D4|not applied|its subject is no site: write KEY:site, or KEY:ro for a registered office", "D5|not applied|a move gives both lon and lat",
				`D6|not applied|a move gives both lon and lat; lat "5.4" is below 49.5, the smallest value allowed`, `D7|not applied|a move has no field "height"; it gives lon, lat and precision_m`,
				`D8|not applied|postcode "s98 1aa" is written S98 1AA`, `D9|not applied|postcode "Sheffield" is not a United Kingdom postcode`,
				`D10|not applied|an address is one of mass registration or not: the field is "agent", the value yes or no`,
				`D11|not applied|it names no record: the field is "key", the value a record's key`, `D12|not applied|there is no table "shops"; there are areas, attendance, awards, costs, delivery, events, facilities, indicators, interventions, needs, organisations, outcomes, relations, risks, sectors, ties`}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write(t, dir, kept)
			db := open(t, decide(t, dir, c.lines...))
			if d := cmp.Diff(c.want, ask(t, db, c.query)); d != "" {
				t.Errorf("%s:\n%s", c.query, d)
			}
			if d := cmp.Diff(c.states, ask(t, db, statesQuery)); d != "" {
				t.Errorf("decisions:\n%s", d)
			}
		})
	}
}

// TestBuild_undone: what holds decides, not what has been: a decision that is not
// there leaves no trace, and the same decisions give the same release anywhere.
func TestBuild_undone(t *testing.T) {
	lines := []evidence.DecisionLine{line("D1", "set", "organisations", "hub", "name", "The Hub"), line("D2", "exclude", "ties", "t1", "", ""), line("D3", "add", "facilities", "cell", "name", "Cell"),
		line("D3", "add", "facilities", "cell", "source_url", "https://example.org/cell")}
	dir, other := t.TempDir(), t.TempDir()
	write(t, dir, kept)
	write(t, other, kept)
	without := decide(t, dir)
	with := decide(t, dir, lines...)
	if with.Release.ID == without.Release.ID {
		t.Error("decisions change nothing")
	}
	if d := cmp.Diff([]string{"D1", "D2", "D3"}, with.Release.Manifest.Decisions); d != "" {
		t.Errorf("decisions in the manifest:\n%s", d)
	}
	if id := decide(t, other, lines...).Release.ID; id != with.Release.ID {
		t.Errorf("elsewhere the release is %s, want %s", id, with.Release.ID)
	}
	if id := decide(t, dir, lines[:2]...).Release.ID; id == with.Release.ID {
		t.Error("one decision less changes nothing")
	}
	again := decide(t, dir)
	if again.Release.ID != without.Release.ID {
		t.Errorf("undone, the release is %s, want %s as before", again.Release.ID, without.Release.ID)
	}
	for _, s := range again.Release.Manifest.Stages {
		for _, of := range []string{"decision_line", "patch", "added", "excluded"} {
			if strings.HasPrefix(s.Name, of) {
				t.Errorf("without decisions there is a stage %s", s.Name)
			}
		}
	}
}

// TestBuild_decisionsReach: a decision remakes the tables that it touches and those
// that say what was decided, no more.
func TestBuild_decisionsReach(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, kept)
	decide(t, dir, line("D1", "set", "organisations", "hub", "name", "The Hub"))
	res := decide(t, dir, line("D1", "set", "organisations", "hub", "name", "The Hub"), line("D2", "set", "ties", "t1", "kind", "part_of"))
	// raw_decisions, decision_line, patch_organisations and added_organisations (from the
	// lines), patch_ties, patched_raw_ties, added_ties, table_ties, tie, decision, decided and reject.
	if res.Made != 12 {
		t.Errorf("%d stages made, want 12", res.Made)
	}
}

// TestBuild_decisionFile: the decisions are a source with a file, whose lines can be
// looked up, and the file goes with the last release that was made from it.
func TestBuild_decisionFile(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, kept)
	long := line("D2", "set", "ties", "t1", "project", "Tools,\nnew")
	first := decide(t, dir, line("D1", "set", "ties", "t1", "kind", "part_of"), long)
	files, err := filepath.Glob(filepath.Join(dir, ".milieu", "decisions", "*.csv"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files of decisions: %v %v", files, err)
	}
	db := open(t, first)
	got := ask(t, db, "select field, source_value, team_value, decision_id, source, line, decision_source, decision_line from decided order by field")
	if d := cmp.Diff([]string{"kind|member_of|part_of|D1|ties|2|decisions|2", "project|-|Tools, new|D2|ties|2|decisions|3"}, got); d != "" {
		t.Error(d)
	}
	changed, err := evidence.Decided(t.Context(), db)
	fields := changed[evidence.Subject{Table: "ties", ID: "t1"}]
	if err != nil || len(fields) != 2 {
		t.Fatalf("%v %v", fields, err)
	}
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	c := evidence.Cite(ws, first.Release.Manifest, fields[1].Decision, false)
	if want := `D2,2026-11-20T09:00:00Z,p1,set,ties,t1,project,"Tools, new",Because of D2.,https://example.org/D2`; c.Problem != "" || c.Text != want || c.Licence != "the workspace's own" || c.Retrieved != "2026-11-20" {
		t.Errorf("%+v\nwant %s", c, want)
	}
	if s, ok := first.Release.Manifest.Source(evidence.Decisions); !ok || len(evidence.Concerns(s)) > 0 {
		t.Errorf("source of the decisions: %+v, %v", s, evidence.Concerns(s))
	}
	for _, n := range []int{1, 0} { // keep = 2
		decide(t, dir, []evidence.DecisionLine{long}[:n]...)
	}
	left, err := filepath.Glob(filepath.Join(dir, ".milieu", "decisions", "*"))
	if err != nil || len(left) != 1 || left[0] == files[0] {
		t.Errorf("left are %v (%v), of which %s should be gone", left, err, files[0])
	}
}

// TestBuild_damagedDecisionFile: the file is named after its text; another text under
// its name is not taken for it.
func TestBuild_damagedDecisionFile(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, kept)
	l := line("D1", "set", "ties", "t1", "kind", "part_of")
	first := decide(t, dir, l)
	files, err := filepath.Glob(filepath.Join(dir, ".milieu", "decisions", "*.csv"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	if err := os.WriteFile(files[0], []byte("decision_id\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if again := decide(t, dir, l); again.Release.ID != first.Release.ID {
		t.Errorf("release %s, want %s", again.Release.ID, first.Release.ID)
	}
}

// TestBuild_decisionsInGit: a workspace may keep decisions in a file of its own; those
// of the program come after.
func TestBuild_decisionsInGit(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, kept)
	write(t, dir, map[string]string{
		"milieu.toml":  kept["milieu.toml"] + "[[source]]\nid = \"agreed\"\ntype = \"decisions\"\npath = \"agreed.csv\"\n",
		"agreed.csv":   "decision_id,kind,table,subject,field,value\nD1,set,ties,t1,kind,supplies\nD2,set,ties,t2,kind,part_of\nD3,add,facilities,cell,name,Cell\nD3,add,facilities,cell,source_url,https://example.org/cell\n",
		"unused.ignor": "",
	})
	db := open(t, decide(t, dir, line("D1", "set", "ties", "t1", "kind", "tenant_of")))
	if d := cmp.Diff([]string{"t1|tenant_of", "t2|part_of"}, ask(t, db, "select tie_id, kind from tie")); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"agreed|D1|superseded by D1", "agreed|D2|-", "agreed|D3|-", "decisions|D1|-"}, ask(t, db, "select source, decision_id, why_not from decision order by nth")); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"agreed|5"}, ask(t, db, "select source, line from facility where facility_id = 'cell'")); d != "" {
		t.Error(d)
	}
}

// TestTableRows: the tables as they are shown and exported, with decisions applied.
func TestTableRows(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, kept)
	db := open(t, decide(t, dir, line("D1", "set", "ties", "t1", "end_year", "2020"), line("D2", "add", "ties", "t3", "from_id", "lab"), line("D2", "add", "ties", "t3", "to_id", "works"), line("D2", "add", "ties", "t3", "kind", "supplies"), line("D2", "add", "ties", "t3", "source_url", "https://example.org/t3")))
	rows, err := evidence.TableRows(t.Context(), db, "ties")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range rows {
		got = append(got, strings.Join(r.Cells, ",")+" of "+r.Record.Source)
	}
	want := []string{"t1,hub,,works,,member_of,2019,2020,100000000,,https://example.org/t1,, of ties", "t2,hub,,lab,,supplies,,,0.5,,https://example.org/t2,, of ties",
		"t3,lab,,works,,supplies,,,,,https://example.org/t3,, of decisions"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if r := rows[1]; r.ID != "t2" || r.Record.Line != 3 {
		t.Errorf("%+v", r)
	}
	if _, err := evidence.TableRows(t.Context(), db, "shops"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
	// A table of which the workspace has no source is there and empty.
	if rows, err := evidence.TableRows(t.Context(), db, "interventions"); err != nil || len(rows) != 0 {
		t.Errorf("%v %v", rows, err)
	}
	all, err := evidence.TableRows(t.Context(), db, "organisations")
	if err != nil || len(all) != 3 || all[0].ID != "hub" || all[2].ID != "lab" {
		t.Errorf("%v %v", all, err)
	}
}

func TestDecisionSteps(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, kept)
	db := open(t, decide(t, dir, line("D1", "set", "ties", "t1", "start_year", "2017"), line("D2", "set", "ties", "t1", "start_year", "2018"), line("D2", "set", "ties", "t1", "project", "Tools"),
		line("D3", "set", "ties", "t1", "kind", "member_of"), line("D4", "different", "organisations", "hub", "other", "lab"), line("D5", "add", "organisations", "forge", "name", "Forge"), line("D5", "add", "organisations", "forge", "source_url", "https://example.org/f")))
	steps := func(table, subject string) []string {
		c, err := evidence.DecisionSteps(t.Context(), db, table, subject)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, s := range c {
			if len(s.Records) == 0 || s.Records[0].Source != evidence.Decisions || s.How == "" || s.URL == "" || !s.Decided {
				t.Errorf("%+v", s)
			}
			out = append(out, s.Title)
		}
		return out
	}
	if d := cmp.Diff([]string{`Decision D2: project is "Tools", the source says nothing; start year is "2018", the source says "2019"`, "Decision D3: stated by the team"}, steps("ties", "t1")); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"Decision D4: not the same organisation as hub"}, steps("organisations", "lab")); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{`Decision D5: added by the team; name is "Forge"; source url is "https://example.org/f"`}, steps("organisations", "forge")); d != "" {
		t.Error(d)
	}
	states, err := evidence.DecisionStates(t.Context(), db)
	if err != nil || states["D1"].State != evidence.Superseded || states["D1"].WhyNot != "superseded by D2" || states["D2"].State != evidence.Applied || states["D2"].Record.Line != 3 {
		t.Errorf("%+v %v", states, err)
	}
}

// TestExplain_decisions: whatever a chain cites, it says which decisions changed that,
// once, and ends in the lines that hold what the figure shows.
func TestExplain_decisions(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, kept)
	res := decide(t, dir, line("D1", "set", "ties", "t1", "start_year", "2018"), line("D1", "set", "ties", "t1", "amount_gbp", "1234567"),
		line("D2", "add", "facilities", "cell", "name", "Cell"), line("D2", "add", "facilities", "cell", "source_url", "https://example.org/cell"), line("D3", "set", "facilities", "cell", "place", "Rotherham"))
	db := open(t, res)
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	records := func(table string) []evidence.Record {
		r, err := evidence.Records(t.Context(), db, "select source, file, line from "+table+" order by source, file, line")
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	ties, facilities := records("tie"), records("facility")
	if len(ties) != 2 || len(facilities) != 2 || facilities[0].Source != evidence.Decisions {
		t.Fatal(ties, facilities)
	}
	steps, err := evidence.DecisionSteps(t.Context(), db, "ties", "t1")
	if err != nil {
		t.Fatal(err)
	}
	chains := map[string]evidence.Chain{
		"sum":   {Steps: []evidence.Chain{{Records: ties[:1]}, {Records: ties[1:]}}},
		"count": {Records: []evidence.Record{ties[0], ties[1], ties[0]}},
		"said":  {Records: ties[:1], Steps: steps},
		"added": {Records: facilities[:1]},
		"none":  {Title: "nothing behind it"},
	}
	e := evidence.Explainers{"chain": func(_ context.Context, _ lake.Querier, r evidence.Ref) (evidence.Chain, error) {
		return chains[r.Args[0]], nil
	}}
	const amount, year = `amount gbp is "1234567", the source says "100000000"`, `start year is "2018", the source says "2019"`
	both := []string{",amount_gbp,1234567,", ",start_year,2018,"}
	for name, want := range map[string]struct {
		titles, lines []string
	}{
		"sum":   {[]string{"Decision D1: " + amount + "; " + year}, both},
		"count": {[]string{"Decision D1 on t1: " + amount + "; " + year}, both},
		"said":  {[]string{"Decision D1: " + amount + "; " + year}, both},
		"added": {[]string{`Decision D2: added by the team; name is "Cell"; source url is "https://example.org/cell"`, `Decision D3: place is "Rotherham"`},
			[]string{",name,Cell,", ",source_url,https://example.org/cell,", ",place,Rotherham,"}},
		"none": {},
	} {
		c, err := e.Explain(t.Context(), db, "chain/"+name)
		if err != nil {
			t.Fatal(err)
		}
		var titles, texts []string
		var walk func(c evidence.Chain)
		walk = func(c evidence.Chain) {
			if c.Decided {
				titles = append(titles, c.Title)
				for _, r := range c.Records {
					texts = append(texts, evidence.Cite(ws, res.Release.Manifest, r, true).Text)
				}
			}
			for _, s := range c.Steps {
				walk(s)
			}
		}
		walk(c)
		if d := cmp.Diff(want.titles, titles); d != "" {
			t.Errorf("%s:\n%s", name, d)
		}
		if len(texts) != len(want.lines) {
			t.Errorf("%s: lines %q, want %q", name, texts, want.lines)
			continue
		}
		for k, text := range texts {
			if !strings.Contains(text, want.lines[k]) {
				t.Errorf("%s: line %q does not hold %q", name, text, want.lines[k])
			}
		}
	}
	// Rows that decisions added differ from no source.
	changed, err := evidence.Decided(t.Context(), db)
	if err != nil || len(changed) != 1 {
		t.Errorf("%v %v", changed, err)
	}
}
