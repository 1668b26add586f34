package org_test

import (
	_ "embed"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/link"
	"milieu/internal/org"
	"milieu/internal/place"
	"milieu/internal/textindex"
)

//go:embed testdata/small.toml
var smallModel string

// grants writes grants of the 360Giving standard: each "amount, id, name, postcode",
// where the id may be missing, all from one funder.
func grants(prefix string, each ...string) string {
	var out []string
	for i, g := range each {
		f := strings.Split(g, ", ")
		id := ""
		if f[1] != "-" {
			id = fmt.Sprintf(`"id": %q, `, f[1])
		}
		out = append(out, fmt.Sprintf(`{"id": "360G-%s-%d", "title": "Grant %s %d", "currency": "GBP", "amountAwarded": %s, "awardDate": "2020-0%d-01",
"recipientOrganization": [{%s"name": %q, "postalCode": %q}], "fundingOrganization": [{"id": "GB-GOR-T1", "name": "Example Fund"}]}`, prefix, i+1, prefix, i+1, f[0], i+1, id, f[2], f[3]))
	}
	return `{"grants": [` + strings.Join(out, ",\n") + "]}"
}

// listed is the town with two files of grants.
var listed = map[string]string{
	"milieu.toml": town["milieu.toml"] + `[[source]]
id = "grants"
type = "360giving"
path = "grants.json"
[[source]]
id = "more"
type = "360giving"
path = "more.json"
`,
	"register.csv": town["register.csv"] +
		"FORGE HOLDINGS LIMITED,99990005,9 Low Street,S98 1AB,Active,01/02/2001,24100 - Steel\n" +
		"FORGE HOLDINGS LIMITED,99990006,8 Low Street,S98 1AB,Active,01/02/2002,24100 - Steel\n",
	"grants.json": grants("a", "1000, GB-COH-99990001, Works, S98 1AB", "2000, -, TOOLS LIMITED, S98 1AA", "4000, -, TOOLS LIMITD, S98 1AC", "8000, -, Forge Holdings Limited, S98 1AB", "16000, GB-CHC-1099999, Nobody Else, S98 1AA"),
	"more.json":   grants("b", "32000, -, Tools Limited, S98 1AA", "64000, GB-CHC-1099999, Nobody Else, S98 1AA"),
}

// place is a workspace that is built again and again.
type placed struct {
	t     *testing.T
	dir   string
	model string
}

func newPlace(t *testing.T, files ...map[string]string) *placed {
	p := &placed{t: t, dir: t.TempDir(), model: smallModel}
	p.put(append([]map[string]string{town, listed}, files...)...)
	return p
}

func (p *placed) put(files ...map[string]string) {
	for _, f := range files {
		for name, text := range f {
			if err := os.WriteFile(filepath.Join(p.dir, name), []byte(text), 0o600); err != nil {
				p.t.Fatal(err)
			}
		}
	}
}

func (p *placed) build(decisions ...[]evidence.DecisionLine) (*lake.DB, *evidence.Result) {
	p.t.Helper()
	ws, err := evidence.OpenWorkspace(p.dir)
	if err != nil {
		p.t.Fatal(err)
	}
	m, err := link.ParseModel(p.model)
	if err != nil {
		p.t.Fatal(err)
	}
	places, err := place.Stages()
	if err != nil {
		p.t.Fatal(err)
	}
	orgs, err := org.Stages(org.Settings{SameAddress: 3, SamePostcode: 300, Linkage: org.Linkage{Model: m, Dir: filepath.Join(p.dir, evidence.Derived, "link")}})
	if err != nil {
		p.t.Fatal(err)
	}
	o := evidence.BuildOptions{Stages: append(places, orgs...), Now: func() time.Time { return time.Unix(0, 0).UTC() }, MemoryMB: 512}
	for _, d := range decisions {
		o.Decisions = append(o.Decisions, d...)
	}
	res, err := evidence.Build(p.t.Context(), ws, o)
	if err != nil {
		p.t.Fatal(err)
	}
	db, err := res.Release.Open(p.t.Context(), lake.Options{TempDir: p.t.TempDir()})
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { db.Close() })
	return db, res
}

const (
	toolsA  = "360g-tools-limited-S98-1AA"
	toolsNo = "360g-tools-limitd-S98-1AC"
	forge   = "360g-forge-holdings-limited-S98-1AB"
	nobody  = "360g-GB-CHC-1099999"
	pairsOf = "select a, b, verdict, reason from link_pair order by a, b"
)

func TestLink(t *testing.T) {
	db, _ := newPlace(t).build()
	once(t, db, 11)
	want(t, db, "select org_id, name, roles, origin, register_key, status from organisation where origin <> 'register' order by org_id",
		"360g-GB-CHC-1099999|Nobody Else|other|list|-|-", "360g-GB-GOR-T1|Example Fund|funder|list|-|-", forge+"|Forge Holdings Limited|other|list|-|-",
		toolsNo+"|TOOLS LIMITD|other|list|-|-", "hub|Hub|cultivator|team|-|-", "mill|The Mill|driver|team|GB-COH-99990002|Active", "works|Works|firm|team|GB-COH-99990001|Active")
	want(t, db, "select org_id, key, joined_by, weight is not null, with_key from record where org_id <> 'mill' order by org_id, joined_by <> 'own', key, source",
		"360g-GB-CHC-1099999|360g-GB-CHC-1099999|own|false|-", "360g-GB-CHC-1099999|360g-GB-CHC-1099999|key|false|-",
		"360g-GB-GOR-T1|360g-GB-GOR-T1|own|false|-", "360g-GB-GOR-T1|360g-GB-GOR-T1|key|false|-",
		"GB-COH-99990003|GB-COH-99990003|own|false|-", "GB-COH-99990003|"+toolsA+"|evidence|true|GB-COH-99990003", "GB-COH-99990003|"+toolsA+"|evidence|true|GB-COH-99990003",
		"works|works|own|false|-", "works|360g-GB-COH-99990001|company number|false|GB-COH-99990001", "works|GB-COH-99990001|company number|false|works")
	want(t, db, pairsOf, "360g-GB-COH-99990001|works|joined|-", forge+"|GB-COH-99990005|review|-", forge+"|GB-COH-99990006|review|-", toolsNo+"|"+toolsA+"|review|-",
		toolsNo+"|GB-COH-99990003|review|-", toolsNo+"|GB-COH-99990004|review|-", toolsA+"|GB-COH-99990003|joined|-", toolsA+"|GB-COH-99990004|apart|-")
	// Of the two pairs that ask about the same two organisations one is asked about.
	want(t, db, "select count(*) from link_pair where question > 0 and a_org = '"+toolsNo+"'", "2")
}

// Two companies of one name: each is as good as the other, so that neither is taken.
func TestLink_rivals(t *testing.T) {
	db, _ := newPlace(t).build()
	want(t, db, "select a, b, verdict, probability < 0.6 from link_pair where a = '"+forge+"' order by b", forge+"|GB-COH-99990005|review|true", forge+"|GB-COH-99990006|review|true")
	p, err := org.Pair(t.Context(), db, "GB-COH-99990006", forge)
	if err != nil {
		t.Fatal(err)
	}
	last := p.Why[len(p.Why)-1]
	if last.Name != "rivals" || last.Weight >= 0 || p.A != forge || p.Sides[1].Key != "GB-COH-99990006" || p.Sides[1].Postcode != "S98 1AB" {
		t.Errorf("%+v", p)
	}
	sum := 0.0
	for _, part := range p.Why {
		sum += part.Weight
	}
	if math.Abs(sum-p.Weight) > 1e-6 {
		t.Errorf("the parts add up to %v, the weight is %v", sum, p.Weight)
	}
	// A decision against one of them leaves the other.
	db, _ = newPlace(t).build(different("D1", forge, "GB-COH-99990005"))
	want(t, db, "select org_id, joined_by from record where key = '"+forge+"'", "GB-COH-99990006|evidence")
	want(t, db, "select verdict, reason from link_pair where b = 'GB-COH-99990005'", "decided-different|decision D1")
	want(t, db, statesOf, "D1|applied|-")
}

// Decisions go before evidence, also where they speak of others in between.
func TestLink_decided(t *testing.T) {
	db, res := newPlace(t).build(different("D1", toolsA, "GB-COH-99990003"), same("D2", toolsNo, "GB-COH-99990003"))
	want(t, db, "select key, org_id from identity where key like '360g-tools%' order by key", toolsNo+"|GB-COH-99990003")
	want(t, db, pairsOf+" limit 2 offset 3", toolsNo+"|"+toolsA+"|apart|decision D1 keeps GB-COH-99990003 and "+toolsA+" apart", toolsNo+"|GB-COH-99990003|decided-same|-")
	want(t, db, pairsOf+" limit 1 offset 6", toolsA+"|GB-COH-99990003|decided-different|decision D1")
	want(t, db, statesOf, "D1|applied|-", "D2|applied|-")
	// The organisation is found by the name of its other record, and shown by its own.
	data, err := os.ReadFile(res.Release.Path(org.SearchFile))
	if err != nil {
		t.Fatal(err)
	}
	index, err := textindex.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	if hits := index.Search("limitd", 5).Hits; len(hits) != 1 || hits[0].Name != "TOOLS LIMITED" {
		t.Errorf("%+v", hits)
	}
}

// Another number keeps apart what the names would join.
func TestLink_numbers(t *testing.T) {
	p := newPlace(t, map[string]string{"more.json": grants("b", "1, GB-COH-99990009, TOOLS LIMITED, S98 1AA")})
	db, _ := p.build()
	want(t, db, "select verdict, reason is not null from link_pair where a = '360g-GB-COH-99990009' and b = 'GB-COH-99990003'", "refused|true")
	want(t, db, "select count(*) from organisation where lower(name) = 'tools limited'", "2")
}

func TestLink_tables(t *testing.T) {
	db, res := newPlace(t, map[string]string{"ties.csv": town["ties.csv"] + "t4,hub,mill,part_of,https://example.org/t4\nt5,works,hub,owned_by,https://example.org/t5\n"}).build()
	want(t, db, "select org_id, role, amount_p, currency, title, funder_id from participation where org_id in ('works', 'GB-COH-99990003') order by participation_id", "works|recipient|100000|GBP|Grant a 1|360g-GB-GOR-T1",
		"GB-COH-99990003|recipient|200000|GBP|Grant a 2|360g-GB-GOR-T1", "GB-COH-99990003|recipient|3200000|GBP|Grant b 1|360g-GB-GOR-T1")
	want(t, db, "select name, kind from org_name where org_id = 'mill'", "MILL LIMITED|record")
	want(t, db, "select group_id, org_id, parent_id, via from org_group order by org_id, via", "mill|hub|mill|part_of", "mill|mill|-|head", "mill|works|hub|owned_by")
	want(t, db, "select org_id, records, sources, flag from link_cluster order by org_id limit 1", "360g-GB-CHC-1099999|2|2|")
	want(t, db, "select measure from link_quality order by nth", "pairs.joined", "pairs.review", "precision.expected", "recall.expected")
	r, err := org.NewReader(t.Context(), db, func(file string) ([]byte, error) { return os.ReadFile(res.Release.Path(file)) })
	if err != nil {
		t.Fatal(err)
	}
	o, err := r.Find(t.Context(), "GB-COH-99990003")
	if err != nil || len(o.Projects) != 2 || len(o.Joined) != 3 || !o.Joined[1].ByEvidence() || o.Joined[1].With != "GB-COH-99990003" {
		t.Fatalf("%+v %v", o, err)
	}
	if d := cmp.Diff([]org.Money{{Currency: "GBP", Amount: 3400000, Awards: 2}}, o.Received()); d != "" {
		t.Error(d)
	}
	if o, err = r.Find(t.Context(), "hub"); err != nil || o.Group.ID != "mill" || len(o.Group.Parents) != 1 || len(o.Group.Members) != 2 {
		t.Errorf("%+v %v", o.Group, err)
	}
	queue, err := org.Queue(t.Context(), db, 10, 0)
	if n, err2 := org.QueueLength(t.Context(), db); err != nil || err2 != nil || n != len(queue) || n == 0 || queue[0].Question < queue[len(queue)-1].Question {
		t.Errorf("%d %v %v %+v", n, err, err2, queue)
	}
	s, err := org.State(t.Context(), db)
	if err != nil || s.Review != len(queue) || len(s.Refused) != 0 {
		t.Errorf("%+v %v", s, err)
	}
	if _, err := org.Pair(t.Context(), db, "hub", "mill"); !errors.Is(err, org.ErrNotFound) {
		t.Error(err)
	}
}

func TestLink_why(t *testing.T) {
	db, _ := newPlace(t).build()
	c, err := org.Explainers().Explain(t.Context(), db, "link/"+toolsA+"/GB-COH-99990003")
	if err != nil || len(c.Records) != 2 || len(c.Steps) < 3 || !strings.Contains(c.How, "one organisation") {
		t.Errorf("%+v %v", c, err)
	}
	c, err = org.Explainers().Explain(t.Context(), db, "org/works")
	if err != nil || len(c.Steps) != 2 || c.Steps[1].How != "joined because the company number is the same" || c.Steps[1].Title != "Record of grants: Works" {
		t.Errorf("%+v %v", c, err)
	}
	c, err = org.Explainers().Explain(t.Context(), db, "org/GB-COH-99990003")
	if err != nil || len(c.Steps) != 2 || !strings.HasPrefix(c.Steps[0].How, "joined by the evidence: the parts add up to +") || len(c.Steps[0].Steps) < 3 {
		t.Errorf("%+v %v", c, err)
	}
	for _, ref := range []string{"link/hub/mill", "link/hub", "award/none"} {
		if _, err := org.Explainers().Explain(t.Context(), db, ref); err == nil {
			t.Errorf("%s is explained", ref)
		}
	}
}

// Undoing a decision makes the release that there would have been without it, and building again
// the same.
func TestIdentity_undone(t *testing.T) {
	p := newPlace(t)
	_, first := p.build()
	if _, again := p.build(); again.Release.ID != first.Release.ID || again.Made != 0 {
		t.Errorf("again: release %s, %d stages made; want %s and none", again.Release.ID, again.Made, first.Release.ID)
	}
	// The company has more records than the hub, so that its id is kept.
	d := same("D1", "hub", "GB-COH-99990003")
	db, with := p.build(d)
	want(t, db, "select org_id, name, origin, register_key from organisation where org_id in ('hub', 'GB-COH-99990003')", "GB-COH-99990003|Hub|team|GB-COH-99990003")
	want(t, db, "select kind, org_id, other_id, records, why from identity_event order by n", "merge|GB-COH-99990003|hub|1|GB-COH-99990003 and hub are joined by decision D1",
		"kept|GB-COH-99990003|hub|3|its main record is new, its id is not")
	want(t, db, "select site_id from site where org_id = 'GB-COH-99990003' order by site_id", "GB-COH-99990003:ro", "hub:site")
	if id, err := org.Whose(t.Context(), db, "hub"); id != "GB-COH-99990003" || err != nil {
		t.Errorf("hub is part of %q, %v", id, err)
	}
	want(t, db, "select value from identifier where org_id = 'GB-COH-99990003' and scheme = 'GB-COH'", "99990003")
	events, err := org.Events(t.Context(), db)
	if err != nil || len(org.NewEvents(events, nil)) != 2 || len(org.NewEvents(events, events)) != 0 {
		t.Errorf("%+v %v", events, err)
	}
	if _, again := p.build(d); again.Release.ID != with.Release.ID || again.Made != 0 {
		t.Errorf("again with the decision: release %s, %d stages made; want %s and none", again.Release.ID, again.Made, with.Release.ID)
	}
	if _, undone := p.build(); undone.Release.ID != first.Release.ID {
		t.Errorf("undone: release %s, want %s", undone.Release.ID, first.Release.ID)
	}
}

// Ids outlive the source that gave them.
func TestIdentity_sourceGone(t *testing.T) {
	p := newPlace(t)
	p.build()
	p.put(map[string]string{"team.csv": "id,name,role,postcode,company_number,activities,source_url\nhub,Hub,cultivator,S98 1AA,,,https://example.org/hub\nthe-mill,The Mill,driver,,99990002,rolling,https://example.org/mill\n", "ties.csv": "id,from_id,to_id,kind,source_url\nt3,GB-COH-99990003,hub,tenant_of,https://example.org/t3\n"})
	db, changed := p.build()
	want(t, db, "select org_id, name, origin from organisation where org_id in ('mill', 'works', 'the-mill', 'GB-COH-99990001', 'GB-COH-99990002') order by org_id", "mill|The Mill|team", "works|WORKS LIMITED|register")
	want(t, db, "select key, org_id from identity where org_id in ('mill', 'works') order by key", "360g-GB-COH-99990001|works", "GB-COH-99990001|works", "GB-COH-99990002|mill", "the-mill|mill")
	want(t, db, "select site_id from site where org_id in ('mill', 'works') order by site_id", "360g-GB-COH-99990001:address", "mill:ro", "works:ro")
	once(t, db, 11)
	if _, again := p.build(); again.Release.ID != changed.Release.ID {
		t.Errorf("again: release %s, want %s", again.Release.ID, changed.Release.ID)
	}
}

// More records are compared with what is there; the result is that of a full run.
func TestLink_incremental(t *testing.T) {
	more := map[string]string{"more.json": grants("b", "32000, -, Tools Limited, S98 1AA", "5, -, Mill Limited, S98 1AA", "6, -, The Mill, S98 1AB")}
	p := newPlace(t)
	p.build()
	p.put(more)
	_, grown := p.build()
	if err := os.RemoveAll(filepath.Join(p.dir, evidence.Derived)); err != nil {
		t.Fatal(err)
	}
	_, full := p.build()
	for _, table := range []string{"link_pair", "record", "link_cluster"} {
		if a, b := hashOf(t, grown, table), hashOf(t, full, table); a != b {
			t.Errorf("%s differs", table)
		}
	}
}

func hashOf(t *testing.T, r *evidence.Result, table string) string {
	t.Helper()
	for _, tab := range r.Release.Manifest.Tables {
		if tab.Name == table {
			return tab.SHA256
		}
	}
	t.Fatalf("no table %s", table)
	return ""
}

func TestLink_sameBytes(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	ids := map[string]bool{}
	for _, n := range []int{1, 8} {
		runtime.GOMAXPROCS(n)
		_, res := newPlace(t).build(same("D1", "hub", toolsNo))
		ids[res.Release.ID] = true
	}
	if len(ids) != 1 {
		t.Errorf("releases %v; want one", ids)
	}
}

// Without lists there is nothing to compare a register with.
func TestLink_registerAlone(t *testing.T) {
	p := newPlace(t)
	p.put(map[string]string{"milieu.toml": "name = \"Register\"\n[[source]]\nid = \"register\"\ntype = \"companies-house\"\npath = \"register.csv\"\n"})
	db, _ := p.build()
	want(t, db, "select count(*) from organisation", "6")
	for _, table := range []string{"link_pair", "record", "identity", "link_cluster", "participation"} {
		want(t, db, "select count(*) from "+table, "0")
	}
	if _, err := os.Stat(filepath.Join(p.dir, evidence.Derived, "link")); err == nil {
		t.Error("the comparison has left work behind, though there was nothing to compare")
	}
}
