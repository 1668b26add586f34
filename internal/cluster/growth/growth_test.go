package growth

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"milieu/internal/evidence"
	"milieu/internal/lake"
)

func openLake(t testing.TB) *lake.DB {
	t.Helper()
	db, err := lake.Open(lake.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// fill makes the employment table from a query.
func fill(t testing.TB, db *lake.DB, query string) {
	t.Helper()
	for _, text := range []string{
		"create table employment (area_code varchar, area varchar, year integer, scheme varchar, industry_code varchar, industry varchar, jobs double, lower double, upper double, rounding varchar, source varchar, file varchar, line integer, source_url varchar)",
		"insert into employment (area_code, area, year, scheme, industry_code, industry, jobs, lower, upper, rounding, source, file, line) " + query,
	} {
		if err := db.Exec(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
}

// world is twelve areas (A01 to A12) in two camps of industries that go together: m0 to m5 in
// the first six areas, s0 to s5 in the others; A01 lacks m5, which all of its camp have.
// There are r, found everywhere, and tiny, of one area; and a whole, W.
func world(t testing.TB) *lake.DB {
	t.Helper()
	rng := rand.New(rand.NewPCG(3, 4))
	var rows []string
	whole := map[string]float64{}
	for _, year := range []int{2019, 2020, 2021} {
		line := 1
		add := func(area, name, industry string, jobs float64) {
			line++
			rows = append(rows, fmt.Sprintf("('%s', '%s', %d, 'test', '%s', 'Making %s', %v, null, null, 'eul-relaxed', 'jobs', 'jobs.csv', %d)", area, name, year, industry, industry, jobs, line))
			if area != "W00" {
				whole[fmt.Sprint(year, industry)] += jobs
			}
		}
		for a := range 12 {
			area, name := fmt.Sprintf("A%02d", a+1), fmt.Sprintf("Place %d", a+1)
			for i := range 6 {
				m, s := 1000+float64(rng.IntN(200)), 50.0
				if a >= 6 {
					m, s = s, m
				}
				if a == 0 && i == 5 {
					m = 20
				}
				if a == 0 && i == 0 && year == 2021 {
					m = 400
				}
				add(area, name, fmt.Sprint("m", i), m)
				add(area, name, fmt.Sprint("s", i), s)
			}
			add(area, name, "r", 2000)
		}
		add("A02", "Place 2", "tiny", 30)
		if year == 2021 {
			add("A01", "Place 1", "new", 25)
		}
		for _, i := range []string{"m0", "m1", "m2", "m3", "m4", "m5", "s0", "s1", "s2", "s3", "s4", "s5", "r"} {
			add("W00", "All places", i, whole[fmt.Sprint(year, i)])
		}
	}
	db := openLake(t)
	fill(t, db, "select a, b, c, d, e, f, g, h, i, j, k, l, m from (values "+strings.Join(rows, ",")+") v(a, b, c, d, e, f, g, h, i, j, k, l, m)")
	return db
}

func read(t testing.TB, db *lake.DB, ask Question) Table {
	t.Helper()
	table, err := Read(t.Context(), db, ask)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestRead(t *testing.T) {
	db := world(t)
	table := read(t, db, Question{Area: "place-1"})
	if len(table.Areas) != 12 || table.area().Code != "A01" || table.Year != 2021 || table.Scheme != "test" || table.Rounding != "eul-relaxed" {
		t.Errorf("%+v", table.Areas)
	}
	if len(table.LeftOut) != 1 || table.LeftOut[0] != "All places" {
		t.Errorf("left out: %v", table.LeftOut)
	}
	for ask, want := range map[Question]error{{Area: "nowhere"}: evidence.ErrNoFigure, {Area: "A01", Year: 1066}: evidence.ErrNoFigure, {Area: "A01", Scheme: "none"}: evidence.ErrNoFigure} {
		if _, err := Read(t.Context(), db, ask); !errors.Is(err, want) {
			t.Errorf("%+v: %v", ask, err)
		}
	}
}

func TestRead_few(t *testing.T) {
	db := openLake(t)
	fill(t, db, "select 'UKE3', 'Here', 2021, 'x', 'a', 'A', 10.0, null, null, 'none', 's', 'f', 2 union all select 'K03', 'There', 2021, 'x', 'a', 'A', 100.0, null, null, 'none', 's', 'f', 3")
	if _, err := Read(t.Context(), db, Question{Area: "UKE3"}); !errors.Is(err, ErrFew) {
		t.Errorf("%v", err)
	}
}

// What the camp has and the area lacks comes first, in all draws; what a single area has is never
// ranked.
func TestReach(t *testing.T) {
	table := read(t, world(t), Question{Area: "A01"})
	p, err := Reach(table, 50)
	if err != nil {
		t.Fatal(err)
	}
	if c := p.Top()[0]; c.Code != "m5" || c.Stays != 1 || !(c.Density > 0.5) {
		t.Errorf("%+v", c)
	}
	for _, c := range p.Guarded() {
		if !strings.Contains(" tiny new r m0 ", " "+c.Code+" ") {
			t.Errorf("%s is guarded: %s", c.Code, c.Guard)
		}
	}
	if len(p.Guarded()) == 0 {
		t.Error("nothing is guarded")
	}
	again, err := Reach(table, 50)
	if err != nil || fmt.Sprint(again.Candidates) != fmt.Sprint(p.Candidates) {
		t.Errorf("two runs differ: %v", err)
	}
}

func TestParted(t *testing.T) {
	db := world(t)
	table := read(t, db, Question{Area: "A01"})
	s, err := Parted(t.Context(), db, table, 2019, 2021)
	if err != nil {
		t.Fatal(err)
	}
	if first := s.Industries[0]; first.Code != "m0" || !first.Losing() {
		t.Errorf("%+v", first)
	}
	if len(s.NewToAll) != 1 || s.NewToAll[0] != "new" {
		t.Errorf("new: %v", s.NewToAll)
	}
	change, regional := 0.0, 0.0
	for _, i := range s.Industries {
		change += i.Change
		regional += i.Regional.Value
		if i.Regional.Lo > i.Regional.Value || i.Regional.Hi < i.Regional.Value {
			t.Errorf("%s is outside its bounds: %+v", i.Code, i.Regional)
		}
		if math.Abs(i.Competitive+i.Allocation-i.Regional.Value) > 1e-6 || math.Abs(i.National+i.Mix+i.Regional.Value-i.Change) > 1e-6 {
			t.Errorf("the parts of %s do not add up", i.Code)
		}
	}
	w := s.Whole
	competitive, allocation := 0.0, 0.0
	for _, i := range s.Industries {
		if i.Start.Value >= LeastStart {
			competitive += i.Competitive
			allocation += i.Allocation
		}
	}
	if math.Abs(competitive-w.Competitive.Value) > 1e-6 || math.Abs(allocation-w.Allocation.Value) > 1e-6 || math.Abs(competitive+allocation+w.Small.Value-w.Regional.Value) > 1e-6 {
		t.Errorf("further parts %v, %v of %+v", competitive, allocation, w)
	}
	if math.Abs(change-w.Change.Value) > 1e-6 || math.Abs(regional-w.Regional.Value) > 1e-6 || math.Abs(s.Yearly.Change.Value-w.Change.Value) > 1e-6 || s.Steps != 2 {
		t.Errorf("%v, %v, %+v, %+v", change, regional, w, s.Yearly)
	}
	if _, err := Parted(t.Context(), db, table, 2021, 2019); !errors.Is(err, evidence.ErrNoFigure) {
		t.Errorf("%v", err)
	}
}

// Those of the same camp are nearer than those of the other.
func TestSimilar(t *testing.T) {
	a, err := Similar(read(t, world(t), Question{Area: "A02"}), 20)
	if err != nil {
		t.Fatal(err)
	}
	for k, l := range a.Areas {
		if camp := l.Area.Code <= "A06"; camp != (k < 5) {
			t.Errorf("place %d is %s", k+1, l.Area.Code)
		}
		if l.RankLo < 1 || l.RankHi > 11 || l.RankLo > l.RankHi || len(l.Apart) != 3 {
			t.Errorf("%+v", l)
		}
	}
}

func TestComplex(t *testing.T) {
	c, err := Complex(read(t, world(t), Question{Area: "A01"}), 20)
	if err != nil {
		t.Fatal(err)
	}
	if c.Open == "" && len(c.Areas) == 0 {
		t.Errorf("%+v", c)
	}
}

func TestReadBusinesses(t *testing.T) {
	db := openLake(t)
	if b, err := ReadBusinesses(t.Context(), db, "E08000018"); err != nil || len(b.Years) > 0 {
		t.Errorf("without the table: %+v, %v", b, err)
	}
	for _, text := range []string{
		"create table observation (series varchar, indicator varchar, area_key varchar, industry_code varchar, year integer, value double, lower double, upper double, in_use boolean)",
		`insert into observation values ('s1', 'business-births', 'E08000018', null, 2020, 900, 897.5, 902.5, true), ('s1', 'business-births', 'E08000018', null, 2020, 890, null, null, false),
('s2', 'business-deaths', 'E08000018', null, 2020, 800, null, null, true), ('s3', 'business-survival-3', 'E08000018', null, 2018, 57.5, 56, 59, true), ('s9', 'business-births', 'E08000019', null, 2020, 1, null, null, true)`,
	} {
		if err := db.Exec(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	b, err := ReadBusinesses(t.Context(), db, "E08000018")
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Years) != 1 || b.Years[0].Births.Text != "900" || b.Years[0].Deaths.Text != "800" || b.Years[0].Active.Text != "" || b.Years[0].Births.Ref == "" {
		t.Errorf("%+v", b.Years)
	}
	if len(b.Cohorts) != 1 || b.Cohorts[0].Alive[2].Text != "57.5" || b.Cohorts[0].Alive[0].Text != "" {
		t.Errorf("%+v", b.Cohorts)
	}
}
