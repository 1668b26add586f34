package atlas

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"milieu/internal/cluster/placed"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/spatial"
)

// world is 10 by 10 square areas, "grid", with 20 organisations each, and one that
// holds none: in the four-by-four corner at the lower left half are of section C,
// elsewhere one in ten. "coarse" is its four quarters.
func world(t *testing.T) *lake.DB {
	t.Helper()
	db, err := lake.Open(lake.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	var orgs, sites, in, areas []string
	for i := range 100 {
		x, y := i%10, i/10
		areas = append(areas, square("grid", fmt.Sprintf("g%02d", i), x, y))
		for k := range 20 {
			id := fmt.Sprintf("o%02d-%02d", i, k)
			section := "G"
			if k < 2 || k < 10 && x < 4 && y < 4 {
				section = "C"
			}
			orgs = append(orgs, fmt.Sprintf("('%s', '%s', date '%d-01-01', %d)", id, section, 2000+k, k))
			sites = append(sites, fmt.Sprintf("('%s:ro', '%s', 'registered-office', %f, %f, false)", id, id, float64(x)*.1-1.95, float64(y)*.06+53.03))
			in = append(in, fmt.Sprintf("('%s:ro', '%s', 'grid', 'g%02d')", id, id, i), fmt.Sprintf("('%s:ro', '%s', 'coarse', 'q%d')", id, id, x/5+2*(y/5)))
		}
	}
	areas = append(areas, square("grid", "nobody", 10, 10))
	for q := range 4 {
		areas = append(areas, square("coarse", fmt.Sprint("q", q), q%2, q/2))
	}
	for _, text := range []string{
		"create table organisation (org_id varchar, section varchar, founded date, employees bigint)", "insert into organisation values " + strings.Join(orgs, ","),
		"create table site (site_id varchar, org_id varchar, kind varchar, lon double, lat double, mass_registration boolean)", "insert into site values " + strings.Join(sites, ","),
		"create table site_area (site_id varchar, org_id varchar, area_set varchar, area_id varchar)", "insert into site_area values " + strings.Join(in, ","),
		"create table area (area_set varchar, area_id varchar, name varchar, km2 double, lon double, lat double, geometry varchar)", "insert into area values " + strings.Join(areas, ","),
		"create table profile_left_out (basis varchar, mass boolean, reason varchar, organisations bigint)",
	} {
		if err := db.Exec(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

func square(set, id string, x, y int) string {
	w, s := float64(x)*.1-2, float64(y)*.06+53
	e, n := float64(x+1)*.1-2, float64(y+1)*.06+53
	return fmt.Sprintf(`('%s', '%s', null, 4, %f, %f, '{"type":"Polygon","coordinates":[[[%f,%f],[%f,%f],[%f,%f],[%f,%f],[%f,%f]]]}')`, set, id, (w+e)/2, (s+n)/2, w, s, e, s, e, n, w, n, w, s)
}

func value(t *testing.T, db *lake.DB, text string) Value {
	t.Helper()
	v, err := ParseValue(t.Context(), db, text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestMap(t *testing.T) {
	db := world(t)
	r, err := Map(t.Context(), db, Question{Set: "grid", Value: value(t, db, "share:C")})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Areas) != 100 || r.Empty != 1 || r.FewAreas != 0 || !r.Tested || r.Moran.Islands != 0 || r.Permutations != 9999 {
		t.Errorf("%d areas, %d empty, %+v", len(r.Areas), r.Empty, r.Moran)
	}
	if r.Moran.Value < .7 || r.Moran.PRand > 1e-6 || !strings.HasPrefix(r.Summary(), "neighbours are more alike") {
		t.Error(r.Summary())
	}
	corner, far := r.Areas[11], r.Areas[99]
	if corner.Value != 50 || corner.Lo >= 50 || corner.Hi <= 50 || corner.Neighbours != 8 || corner.Class != spatial.HighHigh || corner.Hot() != 1 {
		t.Errorf("inside the corner: %+v", corner)
	}
	if far.Value != 10 || far.Neighbours != 3 || far.Class == spatial.HighHigh || far.Hot() == 1 || far.Tested <= 10 {
		t.Errorf("far from it: %+v", far)
	}
	if n := r.Classed(spatial.HighHigh); n < 9 || n > 16 {
		t.Errorf("%d areas are high among high", n)
	}
	q, err := Map(t.Context(), db, Question{Set: "coarse", Value: value(t, db, "lq:C")})
	if err != nil || q.Tested || q.Summary() != "too few areas to test" || len(q.Areas) != 4 {
		t.Errorf("four areas: %+v, %v", q, err)
	}
	// 16 areas of 10 and 9 of 2 among 500 against 16*8+200 of 2,000 in all.
	if got, want := q.Areas[0].Value, (178./500)/(328./2000); math.Abs(got-want) > 1e-12 {
		t.Errorf("quotient %v, want %v", got, want)
	}
}

func TestMap_values(t *testing.T) {
	db := world(t)
	for text, want := range map[string]float64{"density": 5, "employees": 9.5, "young": 25, "lq:C": 50 * 2000 / 328. / 100} {
		r, err := Map(t.Context(), db, Question{Set: "grid", Value: value(t, db, text)})
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Areas[11].Value; math.Abs(got-want) > 1e-9 {
			t.Errorf("%s is %v, want %v", text, got, want)
		}
		if text == "density" && r.Summary() != "all areas have the same value" {
			t.Errorf("%s: %s", text, r.Summary())
		}
		if r.Value.String() != text || r.Value.Label() == "" || r.How() == "" {
			t.Errorf("%s: %s, %s", text, r.Value, r.How())
		}
	}
	// By places of work there is nobody.
	r, err := Map(t.Context(), db, Question{Set: "grid", Value: value(t, db, "density"), Basis: placed.Work})
	if err != nil || len(r.Areas) != 0 || r.Empty != 101 {
		t.Errorf("places of work: %d areas, %v", len(r.Areas), err)
	}
	for _, bad := range []string{"", "share", "density:C", "wealth"} {
		if _, err := ParseValue(t.Context(), db, bad); err == nil {
			t.Errorf("value %q was taken", bad)
		}
	}
}

// An area of few organisations is not shown, and its rate is pulled to that of all.
func TestMap_few(t *testing.T) {
	db := world(t)
	if err := db.Exec(t.Context(), "delete from organisation where org_id like 'o50-%' and org_id > 'o50-02'"); err != nil {
		t.Fatal(err)
	}
	r, err := Map(t.Context(), db, Question{Set: "grid", Value: value(t, db, "share:C")})
	if err != nil || r.FewAreas != 1 {
		t.Fatal(r.FewAreas, err)
	}
	a := r.Areas[50]
	if !a.Few || math.Abs(a.Value-200./3) > 1e-9 || a.Tested > 45 {
		t.Errorf("%+v", a)
	}
}

// An official figure: the year that most areas have, with its line.
func TestMap_figure(t *testing.T) {
	db := world(t)
	var obs []string
	for i := range 100 {
		obs = append(obs, fmt.Sprintf("('births', null, 'g%02d', null, 2022, %d, null, null, true, 'beis', 'b.csv', %d)", i, i, i+2))
	}
	for _, text := range []string{
		"create table series (indicator varchar, label varchar, measure varchar, unit varchar, area_key varchar, industry_code varchar)",
		"insert into series select 'births', 'Business births', null, 'firms', area_id, null from area where area_set = 'grid'",
		"create table observation (indicator varchar, measure varchar, area_key varchar, industry_code varchar, year int, value double, lower double, upper double, in_use boolean, source varchar, file varchar, line bigint)",
		"insert into observation values " + strings.Join(obs, ",") + ", ('births', null, 'g00', null, 2023, 7, null, null, true, 'beis', 'b.csv', 900)",
	} {
		if err := db.Exec(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	r, err := Map(t.Context(), db, Question{Set: "grid", Value: value(t, db, "figure:births")})
	if err != nil || len(r.Areas) != 100 || r.Empty != 1 || !r.Tested || r.Value.Label() != "Business births, 2022" || r.Areas[7].Value != 7 || r.Areas[7].Record.Line != 9 {
		t.Errorf("%d areas, %s, %v", len(r.Areas), r.Value.Label(), err)
	}
	if list, err := Figures(t.Context(), db, "grid"); err != nil || len(list) != 1 || list[0].String() != "figure:births" {
		t.Errorf("%v, %v", list, err)
	}
	ref, err := evidence.ParseRef(r.AreaRef("g07"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := whyArea(t.Context(), db, ref)
	if err != nil || len(c.Records) != 1 || c.Records[0].Line != 9 {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := ParseValue(t.Context(), db, "figure:deaths"); !errors.Is(err, evidence.ErrNoFigure) {
		t.Error(err)
	}
}

func TestWhy(t *testing.T) {
	db := world(t)
	q := Question{Set: "grid", Value: value(t, db, "share:C"), Basis: placed.Any}
	c, err := Explainers().Explain(t.Context(), db, q.AreaRef("g11"))
	if err != nil || !strings.Contains(c.Title, "Share of manufacturing, % in g11") || len(c.Steps) < 6 {
		t.Errorf("%+v, %v", c, err)
	}
	if c, err = Explainers().Explain(t.Context(), db, q.Ref()); err != nil || !strings.Contains(c.Value, "Moran's I 0.") {
		t.Errorf("%+v, %v", c, err)
	}
	for _, none := range []string{"atlas/grid/nowhere?value=density", "moran/nothing?value=density", "moran/grid?value=share%3Anothing"} {
		if _, err := Explainers().Explain(t.Context(), db, none); !errors.Is(err, evidence.ErrNoFigure) {
			t.Errorf("%s: %v", none, err)
		}
	}
	for _, bad := range []string{"atlas/grid", "moran/grid?value=x", "moran/grid?value=density&basis=home"} {
		var re *evidence.RefError
		if _, err := Explainers().Explain(t.Context(), db, bad); !errors.As(err, &re) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
