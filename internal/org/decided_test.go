package org_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/org"
	"milieu/internal/place"
)

// town is a workspace in which a register and a team speak of the same firms.
var town = map[string]string{
	"milieu.toml": `name = "Test place"
[[source]]
id = "team"
type = "team-organisations"
path = "team.csv"
[[source]]
id = "ties"
type = "team-ties"
path = "ties.csv"
[[source]]
id = "facilities"
type = "team-facilities"
path = "facilities.csv"
[[source]]
id = "register"
type = "companies-house"
path = "register.csv"
[[source]]
id = "accounts"
type = "company-employees"
path = "accounts.csv"
[[source]]
id = "postcodes"
type = "postcodes"
path = "postcodes.csv"
`,
	"team.csv": "id,name,role,postcode,company_number,activities,source_url\n" +
		"hub,Hub,cultivator,S98 1AA,,,https://example.org/hub\n" +
		"works,Works,firm,S98 1AB,99990001,machining,https://example.org/works\n" +
		"mill,The Mill,driver,,99990002,rolling,https://example.org/mill\n",
	"ties.csv":       "id,from_id,to_id,kind,source_url\nt1,works,mill,supplies,https://example.org/t1\nt2,hub,works,member_of,https://example.org/t2\nt3,GB-COH-99990003,hub,tenant_of,https://example.org/t3\n",
	"facilities.csv": "id,name,host,host_id,source_url\nhall,Hall,The Mill,mill,https://example.org/hall\n",
	"register.csv": "CompanyName,CompanyNumber,RegAddress.AddressLine1,RegAddress.PostCode,CompanyStatus,IncorporationDate,SICCode.SicText_1\n" +
		"WORKS LIMITED,99990001,1 High Street,S98 1AA,Active,14/04/2005,25620 - Machining\n" +
		"MILL LIMITED,99990002,1 High Street,S98 1AA,Active,01/02/2010,24100 - Steel\n" +
		"TOOLS LIMITED,99990003,1 High Street,S98 1AA,Active,01/02/2011,25730 - Tools\n" +
		"TOOLS (OLD) LIMITED,99990004,2 Low Street,S98 1AB,Dissolved,01/02/1999,25730 - Tools\n",
	"accounts.csv":  "CompanyNumber,enddate,Employees_thisyear,Employees_lastyear\n99990001,2023-03-31,10,\n99990002,2023-03-31,20,\n99990003,2023-03-31,30,\n99990004,2023-03-31,3,\n99990004,2019-03-31,4,\n",
	"postcodes.csv": "Postcode,lat,long\nS98 1AA,53.40,-1.40\nS98 1AB,53.41,-1.41\n",
}

func says(id, kind, table, subject string, pairs ...string) []evidence.DecisionLine {
	var out []evidence.DecisionLine
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, evidence.DecisionLine{ID: id, At: "2026-11-20T09:00:00Z", By: "p1", Kind: kind, Table: table, Subject: subject, Field: pairs[i], Value: pairs[i+1],
			Reason: "Because of " + id + ".", SourceURL: "https://example.org/" + id})
	}
	return out
}

func same(id, one, other string) []evidence.DecisionLine {
	return says(id, "same", "organisations", one, "other", other)
}

func different(id, one, other string) []evidence.DecisionLine {
	return says(id, "different", "organisations", one, "other", other)
}

// decided builds the town, with files of more changed, and decisions.
func decided(t *testing.T, more map[string]string, decisions ...[]evidence.DecisionLine) (*lake.DB, *evidence.Result) {
	t.Helper()
	dir := t.TempDir()
	for _, files := range []map[string]string{town, more} {
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	places, err := place.Stages()
	if err != nil {
		t.Fatal(err)
	}
	orgs, err := org.Stages(org.Settings{SameAddress: 3, SamePostcode: 300})
	if err != nil {
		t.Fatal(err)
	}
	o := evidence.BuildOptions{Stages: append(places, orgs...), Now: func() time.Time { return time.Unix(0, 0).UTC() }, MemoryMB: 512}
	for _, d := range decisions {
		o.Decisions = append(o.Decisions, d...)
	}
	res, err := evidence.Build(t.Context(), ws, o)
	if err != nil {
		t.Fatal(err)
	}
	db, err := res.Release.Open(t.Context(), lake.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db, res
}

// want compares rows of a query, cells parted by a bar, missing ones -.
func want(t *testing.T, q lake.Querier, query string, rows ...string) {
	t.Helper()
	r, err := q.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer r.Close()
	cols, err := r.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for r.Next() {
		cells := make([]sql.NullString, len(cols))
		into := make([]any, len(cols))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := r.Scan(into...); err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, c := range cells {
			if !c.Valid {
				c.String = "-"
			}
			texts = append(texts, c.String)
		}
		got = append(got, strings.Join(texts, "|"))
	}
	if err := r.Err(); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(rows, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", query, d)
	}
}

const (
	orgsOf    = "select org_id, name, roles, origin, register_key, status, employees from organisation order by org_id"
	recordsOf = "select org_id, key, origin, joined_by, source, line from record order by org_id, key, origin"
	sitesOf   = "select site_id, org_id, kind, lon, lat, located_by from site order by site_id"
	statesOf  = "select decision_id, state, why_not from decision order by nth"
)

// once says that every organisation is there once in each table made of them.
func once(t *testing.T, db *lake.DB, n int) {
	t.Helper()
	want(t, db, "select count(*), count(distinct org_id), count(distinct doc), min(doc), max(doc) from organisation", fmt.Sprintf("%d|%d|%d|0|%d", n, n, n, n-1))
	want(t, db, "select sum(organisations)::bigint from tally where area_set = '' and role = ''", fmt.Sprint(n))
	want(t, db, "select count(*) from site s anti join organisation o on o.org_id = s.org_id", "0")
}

func TestJoin_undecided(t *testing.T) {
	db, _ := decided(t, nil)
	once(t, db, 5)
	want(t, db, orgsOf, "GB-COH-99990003|TOOLS LIMITED|firm|register|-|Active|30", "GB-COH-99990004|TOOLS (OLD) LIMITED|firm|register|-|Dissolved|3",
		"hub|Hub|cultivator|team|-|-|-", "mill|The Mill|driver|team|GB-COH-99990002|Active|20", "works|Works|firm|team|GB-COH-99990001|Active|10")
	want(t, db, recordsOf, "mill|GB-COH-99990002|register|company number|register|3", "mill|mill|team|own|team|4",
		"works|GB-COH-99990001|register|company number|register|2", "works|works|team|own|team|3")
	want(t, db, sitesOf, "GB-COH-99990003:ro|GB-COH-99990003|registered-office|-1.4|53.4|postcode", "GB-COH-99990004:ro|GB-COH-99990004|registered-office|-1.41|53.41|postcode",
		"hub:site|hub|site|-1.4|53.4|postcode", "mill:ro|mill|registered-office|-1.4|53.4|postcode", "works:ro|works|registered-office|-1.4|53.4|postcode", "works:site|works|site|-1.41|53.41|postcode")
	want(t, db, statesOf)
}

// Two records of the team that are one: the canonical record's name and facts, and
// everything of both.
func TestJoin_twoOfTheTeam(t *testing.T) {
	db, _ := decided(t, nil, same("D1", "works", "mill"))
	once(t, db, 4)
	want(t, db, orgsOf+" limit 1 offset 3", "mill|The Mill|driver;firm|team|GB-COH-99990002|Active|20")
	want(t, db, recordsOf, "mill|GB-COH-99990001|register|company number|register|2", "mill|GB-COH-99990002|register|company number|register|3", "mill|mill|team|own|team|4", "mill|works|team|decision D1|team|3")
	want(t, db, "select site_id, kind from site where org_id = 'mill' order by site_id", "GB-COH-99990001:ro|registered-office", "mill:ro|registered-office", "works:site|site")
	want(t, db, "select scheme, value, source from identifier where org_id = 'mill' order by value", "GB-COH|99990001|team", "GB-COH|99990002|team")
	want(t, db, "select coalesce(code, label) from activity where org_id = 'mill' order by source, line", "25620", "24100", "machining", "rolling")
	want(t, db, "select employees, line from headcount where org_id = 'mill' order by line", "10|2", "20|3")
	// The tie between the two is none any more; the facility and the other tie are kept.
	want(t, db, "select tie_id, from_id, to_id, to_name from tie order by tie_id", "t2|hub|mill|The Mill", "t3|GB-COH-99990003|hub|Hub")
	want(t, db, "select host_id from facility", "mill")
	want(t, db, "select count(*) from unresolved", "0")
	want(t, db, statesOf, "D1|applied|-")
}

func TestJoin_twoOfTheRegister(t *testing.T) {
	db, _ := decided(t, nil, same("D1", "GB-COH-99990004", "GB-COH-99990003"))
	once(t, db, 4)
	want(t, db, orgsOf+" limit 1", "GB-COH-99990003|TOOLS LIMITED|firm|register|-|Active|30")
	want(t, db, recordsOf+" limit 2", "GB-COH-99990003|GB-COH-99990003|register|own|register|4", "GB-COH-99990003|GB-COH-99990004|register|decision D1|register|5")
	want(t, db, "select site_id from site where org_id = 'GB-COH-99990003' order by site_id", "GB-COH-99990003:ro", "GB-COH-99990004:ro")
	want(t, db, "select scheme, value, line from identifier where org_id = 'GB-COH-99990003'", "GB-COH|99990004|5")
	want(t, db, "select employees from headcount where org_id = 'GB-COH-99990003' order by period_end, employees", "4", "3", "30")
}

// A record of the team, and two companies of which it gives no number.
func TestJoin_teamAndRegister(t *testing.T) {
	db, _ := decided(t, nil, same("D1", "hub", "GB-COH-99990004"), same("D2", "hub", "GB-COH-99990003"))
	once(t, db, 3)
	want(t, db, "select name, origin, register_key, status from organisation where org_id = 'hub'", "Hub|team|GB-COH-99990003|Active")
	want(t, db, "select value, source from identifier where org_id = 'hub' order by value", "99990003|register", "99990004|register")
	want(t, db, "select site_id from site where org_id = 'hub' order by site_id", "GB-COH-99990004:ro", "hub:ro", "hub:site")
	// The register's company was tenant of the hub; it is the hub.
	want(t, db, "select tie_id from tie order by tie_id", "t1", "t2")
}

// Two records of the team that give one company number are one organisation.
func TestJoin_oneNumber(t *testing.T) {
	db, _ := decided(t, map[string]string{"team.csv": strings.Replace(town["team.csv"], "99990002", "99990001", 1)})
	once(t, db, 5) // with the company whose number nobody gives any more
	want(t, db, recordsOf, "mill|GB-COH-99990001|register|company number|register|2", "mill|mill|team|own|team|4", "mill|works|team|company number|team|3")
}

func TestJoin_different(t *testing.T) {
	db, _ := decided(t, nil, different("D1", "GB-COH-99990001", "works"))
	once(t, db, 6)
	want(t, db, "select org_id, name, register_key, status, employees from organisation where name ilike 'works%' order by org_id", "GB-COH-99990001|WORKS LIMITED|-|Active|10", "works|Works|-|-|-")
	want(t, db, "select count(*) from identifier where org_id = 'works'", "0")
	want(t, db, "select site_id, org_id from site where org_id in ('works', 'GB-COH-99990001') order by site_id", "GB-COH-99990001:ro|GB-COH-99990001", "works:site|works")
	want(t, db, statesOf, "D1|applied|-")
}

// The last verdict on two records holds, whichever is named first.
func TestJoin_lastVerdict(t *testing.T) {
	db, _ := decided(t, nil, same("D1", "hub", "GB-COH-99990003"), different("D2", "GB-COH-99990003", "hub"), different("D3", "works", "GB-COH-99990001"), same("D4", "GB-COH-99990001", "works"))
	once(t, db, 5)
	want(t, db, recordsOf+" limit 1 offset 2", "works|GB-COH-99990001|register|company number|register|2")
	want(t, db, statesOf, "D1|superseded|superseded by D2", "D2|applied|-", "D3|superseded|superseded by D4", "D4|applied|-")
}

func TestJoin_contradiction(t *testing.T) {
	db, _ := decided(t, nil, same("D1", "hub", "works"), same("D2", "hub", "mill"), different("D3", "works", "mill"), different("D4", "GB-COH-99990001", "mill"), same("D5", "hub", "nobody"))
	once(t, db, 3)
	want(t, db, statesOf, "D1|applied|-", "D2|applied|-",
		"D3|not applied|they are still one organisation: works with hub by decision D1, hub with mill by decision D2",
		"D4|not applied|they are still one organisation: GB-COH-99990001 with works by company number, works with hub by decision D1, hub with mill by decision D2",
		"D5|not applied|no source holds organisations nobody")
}

// What the team says of a company of the register.
func TestOverlay(t *testing.T) {
	overlay := says("D1", "add", "organisations", "GB-COH-99990003", "name", "Tools", "company_number", "99990003", "source_url", "https://example.org/tools", "postcode", "S98 1AB")
	db, _ := decided(t, nil, overlay)
	once(t, db, 5)
	want(t, db, "select org_id, name, roles, origin, register_key, register_name, status, main_code, employees, source, line from organisation where org_id = 'GB-COH-99990003'",
		"GB-COH-99990003|Tools|firm|team|GB-COH-99990003|TOOLS LIMITED|Active|25730|30|decisions|5")
	want(t, db, recordsOf+" limit 2", "GB-COH-99990003|GB-COH-99990003|register|company number|register|4", "GB-COH-99990003|GB-COH-99990003|team|own|decisions|5")
	want(t, db, "select site_id, located_by from site where org_id = 'GB-COH-99990003' order by site_id", "GB-COH-99990003:ro|postcode", "GB-COH-99990003:site|postcode")
	want(t, db, "select code from activity where org_id = 'GB-COH-99990003'", "25730")
	want(t, db, "select scheme, value from identifier where org_id = 'GB-COH-99990003'", "GB-COH|99990003")
	want(t, db, "select from_name from tie where tie_id = 't3'", "Tools")
	// With a record of the team's own the company is part of that.
	db, _ = decided(t, nil, overlay, same("D2", "hub", "GB-COH-99990003"))
	once(t, db, 4)
	want(t, db, "select name, origin, register_key from organisation where org_id = 'hub'", "Hub|team|GB-COH-99990003")
	want(t, db, "select site_id from site where org_id = 'hub' order by site_id", "GB-COH-99990003:site", "hub:ro", "hub:site")
	// A number that no register holds is a record like others.
	db, _ = decided(t, nil, says("D1", "add", "organisations", "GB-COH-99990009", "name", "New", "source_url", "https://example.org/new"))
	once(t, db, 6)
	want(t, db, "select name, origin, register_key from organisation where org_id = 'GB-COH-99990009'", "New|team|-")
}

func TestExclude(t *testing.T) {
	db, _ := decided(t, nil, says("D1", "exclude", "organisations", "mill", "key", "mill", "key", "GB-COH-99990002"), says("D2", "exclude", "organisations", "GB-COH-99990004", "key", "GB-COH-99990004"), same("D3", "hub", "mill"), says("D4", "move", "sites", "mill:ro", "lon", "-1.3", "lat", "53.3"))
	once(t, db, 3)
	want(t, db, "select tie_id from tie order by tie_id", "t2", "t3")
	want(t, db, "select host, host_id from facility", "The Mill|-")
	want(t, db, "select count(*) from unresolved", "0")
	want(t, db, "select id from table_organisations", "hub", "works")
	want(t, db, statesOf, "D1|applied|-", "D2|applied|-", "D3|not applied|D1 leaves out organisations mill", "D4|not applied|D1 leaves out organisations mill")
}

func TestMove(t *testing.T) {
	db, _ := decided(t, nil, says("D1", "move", "sites", "hub:site", "lon", "-1.3", "lat", "53.3", "precision_m", "50"), says("D2", "move", "sites", "mill:site", "lon", "-1.31", "lat", "53.31"),
		says("D3", "move", "sites", "works:ro", "lon", "-1.32", "lat", "53.32"), says("D4", "move", "sites", "GB-COH-99990002:ro", "lon", "-1.33", "lat", "53.33"),
		says("D5", "move", "sites", "hub:ro", "lon", "-1.3", "lat", "53.3"), says("D6", "move", "sites", "nobody:site", "lon", "-1.3", "lat", "53.3"),
		says("D7", "move", "sites", "hub:site", "lon", "-1.29", "lat", "53.29"), says("D8", "move", "sites", "mill:ro", "lon", "-1.34", "lat", "53.34"),
		says("D9", "move", "sites", "GB-COH-99990001:site", "lon", "-1.3", "lat", "53.3"))
	once(t, db, 5)
	want(t, db, "select site_id, lon, lat, precision_m, located_by, source, line from site where located_by = 'decision' order by site_id", "hub:site|-1.29|53.29|-|decision|team|2",
		"mill:ro|-1.34|53.34|-|decision|register|3", "mill:site|-1.31|53.31|-|decision|decisions|5", "works:ro|-1.32|53.32|-|decision|register|2")
	want(t, db, statesOf, "D1|superseded|superseded by D7", "D2|applied|-", "D3|applied|-", "D4|not applied|a later decision moves the same site",
		"D5|not applied|no source holds a registered office of hub", "D6|not applied|no source holds organisations nobody", "D7|applied|-", "D8|applied|-",
		"D9|not applied|the site is called works:site, so move that")
	want(t, db, "select table_name, subject, field, source_value, team_value, decision_id, source, line, decision_source, decision_line from decided", "sites|hub:site|position|-1.4 53.4 (postcode)|-1.29 53.29|D7|team|2|decisions|15",
		"sites|mill:ro|position|-1.4 53.4 (postcode)|-1.34 53.34|D8|register|3|decisions|17", "sites|works:ro|position|-1.4 53.4 (postcode)|-1.32 53.32|D3|register|2|decisions|7")
}

func TestAgent(t *testing.T) {
	const crowded = "select site_id, mass_registration, registered_here from site where kind = 'registered-office' order by site_id"
	db, _ := decided(t, nil) // three at one address
	want(t, db, crowded, "GB-COH-99990003:ro|true|3", "GB-COH-99990004:ro|false|-", "mill:ro|true|3", "works:ro|true|3")
	db, _ = decided(t, nil, says("D1", "agent", "addresses", "S98 1AA|1 High Street", "agent", "no"), says("D2", "agent", "addresses", "S98 1AB|", "agent", "yes"), says("D3", "agent", "addresses", "S98 1AA|9 High Street", "agent", "yes"))
	want(t, db, crowded, "GB-COH-99990003:ro|false|3", "GB-COH-99990004:ro|true|-", "mill:ro|false|3", "works:ro|false|3")
	want(t, db, "select subject, field, source_value, team_value, decision_id, source, line from decided", "S98 1AA|1 High Street|agent|yes|no|D1|register|2", "S98 1AB||agent|no|yes|D2|register|5")
	want(t, db, statesOf, "D1|applied|-", "D2|applied|-", "D3|not applied|no source holds a registered office there")
	want(t, db, "select count(*) from organisation where crowded", "1")
	// What is said of an address goes before what is said of its postcode, and the place of work of
	// an organisation is no registered office.
	db, _ = decided(t, nil, says("D1", "agent", "addresses", "S98 1AA|1 High Street", "agent", "yes"), says("D2", "agent", "addresses", "S98 1AA|", "agent", "no"))
	want(t, db, crowded+" limit 1", "GB-COH-99990003:ro|true|3")
	want(t, db, "select mass_registration from site where site_id = 'hub:site'", "false")
}

func TestWhy_decisions(t *testing.T) {
	db, _ := decided(t, nil, says("D1", "set", "organisations", "works", "name", "The Works"), same("D2", "hub", "works"), says("D3", "agent", "addresses", "S98 1AA|1 High Street", "agent", "no"),
		says("D4", "move", "sites", "works:site", "lon", "-1.3", "lat", "53.3"), says("D5", "set", "ties", "t1", "kind", "part_of"), says("D6", "set", "facilities", "hall", "name", "Great Hall"), different("D7", "hub", "GB-COH-99990003"))
	titles := func(ref string) []string {
		c, err := org.Explainers().Explain(t.Context(), db, ref)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, s := range c.Steps {
			if len(s.Records) != 1 || s.How == "" {
				t.Errorf("%s: %+v", ref, s)
			}
			out = append(out, s.Title)
			for _, in := range s.Steps {
				out = append(out, "  "+in.Title)
			}
		}
		return out
	}
	for ref, steps := range map[string][]string{
		"org/hub": {"Record of the team: The Works", "  Decision D2: the same organisation", "Register entry: WORKS LIMITED", "Decision D7: not the same organisation as GB-COH-99990003",
			`Decision D1: name is "The Works", the source says "Works"`, `Decision D4: position is "-1.3 53.3", the source says "-1.41 53.41 (postcode)"`, "Decision D3: not an address of mass registration, though many companies are there"},
		"org/mill":      {"Register entry: MILL LIMITED", "Decision D3: not an address of mass registration, though many companies are there"},
		"tie/t1":        {`Decision D5: kind is "part_of", the source says "supplies"`},
		"facility/hall": {`Decision D6: name is "Great Hall", the source says "Hall"`},
	} {
		if d := cmp.Diff(steps, titles(ref)); d != "" {
			t.Errorf("%s:\n%s", ref, d)
		}
	}
}

// The page of an organisation shows of which records it is made.
func TestFind_joined(t *testing.T) {
	db, res := decided(t, nil, same("D1", "works", "mill"), same("D2", "GB-COH-99990003", "GB-COH-99990004"))
	r, err := org.NewReader(t.Context(), db, func(file string) ([]byte, error) { return os.ReadFile(res.Release.Path(file)) })
	if err != nil {
		t.Fatal(err)
	}
	o, err := r.Find(t.Context(), "mill")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, j := range o.Joined {
		got = append(got, j.Key+" "+j.JoinedBy+" "+j.ByDecision())
	}
	if d := cmp.Diff([]string{"mill own ", "works decision D1 D1", "GB-COH-99990001 company number ", "GB-COH-99990002 company number "}, got); d != "" {
		t.Error(d)
	}
	if len(o.Identifiers) != 2 || len(o.Sites) != 3 || len(o.Headcounts) != 2 || o.RegisterKey != "GB-COH-99990002" {
		t.Errorf("%+v", o)
	}
	if o, err = r.Find(t.Context(), "GB-COH-99990003"); err != nil || len(o.Joined) != 2 || len(o.Identifiers) != 2 || len(o.Headcounts) != 3 {
		t.Errorf("%+v %v", o, err)
	}
	if o, err = r.Find(t.Context(), "hub"); err != nil || len(o.Joined) != 0 {
		t.Errorf("%+v %v", o, err)
	}
}

// The same decisions give the same bytes, however many processors there are.
func TestDecided_sameBytes(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	ids := map[string][]int{}
	for _, n := range []int{1, 5} {
		runtime.GOMAXPROCS(n)
		_, res := decided(t, nil, same("D1", "works", "mill"), same("D2", "GB-COH-99990003", "GB-COH-99990004"), different("D3", "mill", "GB-COH-99990002"), says("D4", "move", "sites", "hub:site", "lon", "-1.3", "lat", "53.3"),
			says("D5", "add", "organisations", "GB-COH-99990004", "name", "Old", "source_url", "https://example.org/old"), says("D6", "agent", "addresses", "S98 1AA|", "agent", "no"), says("D7", "exclude", "ties", "t2", "", ""), same("D8", "hub", "nobody"))
		ids[res.Release.ID] = append(ids[res.Release.ID], n)
		if d := cmp.Diff([]string{"D1", "D2", "D3", "D4", "D5", "D6", "D7"}, res.Release.Manifest.Decisions); d != "" {
			t.Error(d)
		}
	}
	if len(ids) != 1 {
		t.Errorf("releases by number of processors: %v; want one", ids)
	}
}
