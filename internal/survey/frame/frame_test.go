package frame_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/lake"
	"milieu/internal/survey/frame"
)

// made is a release of six firms around an anchor, with only the columns that a frame reads.
var made = []string{
	`create table organisation (org_id varchar, name varchar, roles varchar, section varchar, status varchar, origin varchar, employees bigint, founded date, main_code varchar, source varchar, register_source varchar)`,
	`insert into organisation values
('anchor','The  Anchor','cultivator','M',null,'team',120,null,null,'team',null),
('mill','The Mill','firm;driver','C','Active','team',9,'2010-02-01','24100','team','register'),
('old','Old Works','firm','C','Dissolved','register',3,'1999-02-01','25730','register',null),
('strike','Going','firm','C','Active - Proposal to Strike off','register',null,null,null,'register',null),
('tools','Tools','firm','C','Active','register',10,'2011-02-01','25730','register',null),
('web','Webs','firm',null,'Active','register',250,null,null,'register',null)`,
	`create table site (site_id varchar, org_id varchar, kind varchar, address varchar, town varchar, postcode varchar, lon double, lat double, mass_registration boolean, source varchar)`,
	`insert into site values
('anchor:site','anchor','site','1 Park',null,null,-1.40,53.40,false,'team'),
('mill:ro','mill','registered-office','9 Far Street',null,'AB1 2CD',0,51,false,'register'),
('mill:site','mill','site','2 Park','Tinsley','S98 1AA',-1.41,53.40,false,'team'),
('tools:ro','tools','registered-office','3 High Street',null,'S98 1AB',-1.40,53.44,false,'register'),
('web:ro','web','registered-office','1 Agents Row',null,'EC1 1AA',-1.40,53.41,true,'register')`,
	`create table area (area_set varchar, area_id varchar, name varchar)`,
	`insert into area values ('ward','w2','Abbey'),('ward','w1','Mill Ward'),('ward','w3','Nobody')`,
	`create table site_area (org_id varchar, site_id varchar, area_set varchar, area_id varchar)`,
	`insert into site_area values ('mill','mill:site','ward','w1'),('tools','tools:ro','ward','w2'),('web','web:ro','ward','w2')`,
	`create table headcount (org_id varchar, period_end date, employees bigint, source varchar)`,
	`insert into headcount values ('mill','2022-03-31',8,'older'),('mill','2023-03-31',9,'accounts'),('tools','2023-03-31',10,'accounts'),('web',null,250,'accounts')`,
	`create table activity (org_id varchar, code varchar, label varchar, position integer, source varchar)`,
	`insert into activity values ('mill',null,'rolling',null,'team'),('mill','24100','Steel',1,'register'),('tools','25620','Machining',1,'register'),('tools','25730','Tools',2,'register')`,
	`create table sector_member (sector varchar, org_id varchar)`, `insert into sector_member values ('am','mill'),('am','tools')`,
}

func release(t *testing.T) *lake.DB {
	t.Helper()
	db, err := lake.Open(lake.Options{MemoryMB: 256, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	for _, s := range made {
		if err := db.Exec(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	return db
}

func TestRead(t *testing.T) {
	f, err := frame.Read(t.Context(), release(t), "r1", frame.Query{Anchor: "anchor", Areas: "ward", Strata: []string{frame.Size}, Status: frame.Running})
	if err != nil {
		t.Fatal(err)
	}
	// 1 degree of latitude is pi/180 x 6371.0088 km = 111.195 km, so 0.04 are 4.448; 0.01 of longitude at 53.40 N are 111.195 x cos(53.40 deg) / 100 = 0.663.
	want := []frame.Unit{
		{OrgID: "anchor", Name: "The Anchor", Stratum: "medium", Employees: 120, DistanceKM: 0, Groups: map[string]string{"size": "medium", "section": "M", "area": "unknown", "distance": "0-2"},
			Known: map[string]string{"name": "The Anchor", "employees": "120", "address": "1 Park"}, Source: map[string]string{"name": "team", "employees": "team", "address": "team"}},
		{OrgID: "mill", Name: "The Mill", Stratum: "micro", Employees: 9, DistanceKM: 0.663, Groups: map[string]string{"size": "micro", "section": "C", "area": "w1", "distance": "0-2"},
			Known:  map[string]string{"name": "The Mill", "employees": "9", "address": "2 Park", "town": "Tinsley", "postcode": "S98 1AA", "industry": "Steel", "founded": "2010-02-01"},
			Source: map[string]string{"name": "team", "employees": "accounts", "address": "team", "town": "team", "postcode": "team", "industry": "register", "founded": "register"}},
		{OrgID: "tools", Name: "Tools", Stratum: "small", Employees: 10, DistanceKM: 4.448, Groups: map[string]string{"size": "small", "section": "C", "area": "w2", "distance": "2-5"},
			Known:  map[string]string{"name": "Tools", "employees": "10", "address": "3 High Street", "postcode": "S98 1AB", "industry": "Tools", "founded": "2011-02-01"},
			Source: map[string]string{"name": "register", "employees": "accounts", "address": "register", "postcode": "register", "industry": "register", "founded": "register"}},
		{OrgID: "web", Name: "Webs", Stratum: "large", Employees: 250, DistanceKM: -1, Groups: map[string]string{"size": "large", "section": "unknown", "area": "unknown", "distance": "unknown"},
			Known: map[string]string{"name": "Webs", "employees": "250", "address": "1 Agents Row", "postcode": "EC1 1AA"}, Source: map[string]string{"name": "register", "employees": "accounts", "address": "register", "postcode": "register"}},
	}
	if d := cmp.Diff(want, f.Units); d != "" {
		t.Error(d)
	}
	area, _ := f.Grouping(frame.Area)
	if d := cmp.Diff([]frame.Category{{Key: "w2", Label: "Abbey"}, {Key: "w1", Label: "Mill Ward"}, {Key: "unknown", Label: "Area not known"}}, area.Categories); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"micro 1", "small 1", "medium 1", "large 1"}, sizes(f)); d != "" {
		t.Error(d)
	}
	if u, ok := f.Find("tools"); !ok || u.Name != "Tools" {
		t.Errorf("find tools: %v %v", u, ok)
	}
	if got := f.Titled(map[string]string{"accounts": "Accounts of companies"}).Units[2].Source["employees"]; got != "Accounts of companies" || f.Units[2].Source["employees"] != "accounts" {
		t.Errorf("the titled source is %q, the frame's own %q", got, f.Units[2].Source["employees"])
	}
}

func sizes(f frame.Frame) []string {
	var out []string
	for _, s := range f.Strata {
		out = append(out, fmt.Sprint(s.Key, " ", s.Units))
	}
	return out
}

func TestRead_filters(t *testing.T) {
	db := release(t)
	for _, c := range []struct {
		ask  frame.Query
		want []string
	}{
		{frame.Query{}, []string{"anchor", "mill", "old", "strike", "tools", "web"}},
		{frame.Query{Role: "driver"}, []string{"mill"}},
		{frame.Query{Section: "C", Status: frame.Running}, []string{"mill", "tools"}},
		{frame.Query{Status: "Dissolved"}, []string{"old"}},
		{frame.Query{Origin: "team"}, []string{"anchor", "mill"}},
		{frame.Query{Sector: "am"}, []string{"mill", "tools"}},
		{frame.Query{AreaSet: "ward", AreaID: "w2"}, []string{"tools", "web"}},
		{frame.Query{MinEmployees: 10, MaxEmployees: 120}, []string{"anchor", "tools"}},
		{frame.Query{MaxEmployees: 9, Status: "Active"}, []string{"mill"}},
		{frame.Query{Sector: "am", Status: "Active", MinEmployees: 10}, []string{"tools"}},
	} {
		f, err := frame.Read(t.Context(), db, "r1", c.ask)
		if err != nil {
			t.Fatalf("%+v: %v", c.ask, err)
		}
		var got []string
		for _, u := range f.Units {
			got = append(got, u.OrgID)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%+v: %s", c.ask, d)
		}
	}
}

func TestRead_refuses(t *testing.T) {
	db := release(t)
	for _, ask := range []frame.Query{
		{AreaSet: "ward"}, {MinEmployees: 9, MaxEmployees: 3}, {MinEmployees: -1}, {Least: -1}, {Strata: []string{"colour"}}, {Strata: []string{"size", "size"}},
		{Strata: []string{"area"}}, {Strata: []string{"distance"}}, {Anchor: "nobody"}, {Anchor: "web"}, {Areas: "county"},
	} {
		var wrong *frame.QueryError
		if _, err := frame.Read(t.Context(), db, "r1", ask); !errors.As(err, &wrong) {
			t.Errorf("%+v: %v", ask, err)
		}
	}
	if _, err := frame.Read(t.Context(), db, "r1", frame.Query{Role: "funder"}); !errors.Is(err, frame.ErrEmpty) {
		t.Errorf("nobody passes: %v", err)
	}
}

// What is written is read back as it was, and writing it twice gives the same bytes.
func TestEncode(t *testing.T) {
	f, err := frame.Read(t.Context(), release(t), "r1", frame.Query{Anchor: "anchor", Areas: "ward", Strata: []string{frame.Size, frame.Area}, Least: 2})
	if err != nil {
		t.Fatal(err)
	}
	data, err := f.Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := frame.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(f, back); d != "" {
		t.Error(d)
	}
	again, err := back.Encode()
	if err != nil || !bytes.Equal(data, again) {
		t.Errorf("the second writing differs (%v)", err)
	}
	if _, err := frame.Decode(data[:len(data)/2]); err == nil {
		t.Error("half a frame is read")
	}
}

func TestDistance(t *testing.T) {
	f, err := frame.Read(t.Context(), release(t), "r1", frame.Query{Anchor: "mill", Origin: "team"})
	if err != nil {
		t.Fatal(err)
	}
	// The mill has a place of work beside the anchor and an office at 51 N 0 E: the nearer counts, and its own is 0.
	if f.Units[0].DistanceKM > 1 || f.Units[1].DistanceKM != 0 || math.IsNaN(f.Units[0].DistanceKM) {
		t.Errorf("distances %v and %v", f.Units[0].DistanceKM, f.Units[1].DistanceKM)
	}
}

func FuzzDecode(f *testing.F) {
	small := frame.Frame{ReleaseID: "r", Units: []frame.Unit{{OrgID: "a", Name: "A", Stratum: "all", Employees: -1, DistanceKM: -1}}, Strata: []frame.Stratum{{Key: "all", Label: "All", Units: 1}}}
	data, err := small.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte("no gzip"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if fr, err := frame.Decode(data); err == nil {
			if _, err := fr.Encode(); err != nil {
				t.Error(err)
			}
		}
	})
}
