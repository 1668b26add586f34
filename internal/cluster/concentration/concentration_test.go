package concentration

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/cluster/placed"
	"milieu/internal/evidence"
	"milieu/internal/geo"
	"milieu/internal/lake"
	"milieu/internal/place"
)

// world has 800 organisations over about 20 km: those of section C stand together
// in the middle of the area, those of J anywhere, three of K, and 100 outside.
func world(t *testing.T) (*lake.DB, place.Shape) {
	t.Helper()
	db, err := lake.Open(lake.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	r := rand.New(rand.NewPCG(1, 1))
	var orgs, sites []string
	for i := range 800 {
		lon, lat, section := -1.5+r.Float64()*0.2, 53.3+r.Float64()*0.12, "G"
		switch {
		case i < 60:
			lon, lat, section = -1.4+r.NormFloat64()*.004, 53.36+r.NormFloat64()*.002, "C"
		case i < 160:
			section = "J"
		case i < 163:
			section = "K"
		case i >= 700:
			lon, section = lon+0.22, "J"
		}
		employees := "null"
		if i%2 == 0 {
			employees = fmt.Sprint(1 + r.IntN(50))
		}
		orgs = append(orgs, fmt.Sprintf("('o%03d', '%s', %s)", i, section, employees))
		sites = append(sites, fmt.Sprintf("('o%03d:ro', 'o%03d', 'registered-office', %f, %f, false)", i, i, lon, lat))
		if i == 5 { // a second position of the same kind never counts it twice
			sites = append(sites, fmt.Sprintf("('o%03d:z', 'o%03d', 'registered-office', %f, %f, false)", i, i, lon+.001, lat))
		}
	}
	for _, text := range []string{
		"create table organisation (org_id varchar, section varchar, employees bigint)", "insert into organisation values " + strings.Join(orgs, ","),
		"create table site (site_id varchar, org_id varchar, kind varchar, lon double, lat double, mass_registration boolean)", "insert into site values " + strings.Join(sites, ","),
		"create table profile_left_out (basis varchar, mass boolean, reason varchar, organisations bigint)", "insert into profile_left_out values ('any', false, 'only-mass', 7)",
	} {
		if err := db.Exec(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	g, err := geom.UnmarshalWKT("POLYGON((-1.51 53.29,-1.29 53.29,-1.29 53.43,-1.51 53.43,-1.51 53.29))")
	if err != nil {
		t.Fatal(err)
	}
	return db, place.Measure(place.Area{Set: "lad", ID: "here", Name: "Here"}, g)
}

func TestTest(t *testing.T) {
	db, area := world(t)
	r, err := Test(t.Context(), db, Question{Sector: "C", Area: area, Simulations: 99})
	if err != nil {
		t.Fatal(err)
	}
	if r.Inside != 700 || r.Outside == 0 || r.Own != 60 || r.OwnOut != 0 || r.Few || r.Sampled != 0 {
		t.Errorf("counted %+v", r)
	}
	if r.M.P > 0.011 || r.M.Value[1] < 4 || !strings.HasPrefix(r.Summary(), "more concentrated than chance within 0.25–") || Verdicts(r.Kd.Curve)[0] != Above {
		t.Errorf("C: %s, M %v, K_d p %v", r.Summary(), r.M.Value, r.Kd.P)
	}
	j, err := Test(t.Context(), db, Question{Sector: "J", Area: area, Simulations: 99})
	if err != nil {
		t.Fatal(err)
	}
	if j.Own != 100 || j.OwnOut == 0 {
		t.Errorf("J: %d inside, %d outside", j.Own, j.OwnOut)
	}
	w, err := Test(t.Context(), db, Question{Sector: "C", Area: area, Employees: true})
	if err != nil || w.Own != 30 || w.Known != 30 || w.Few {
		t.Errorf("by employees: %d, %d, %v", w.Own, w.Known, err)
	}
	k, err := Test(t.Context(), db, Question{Sector: "K", Area: area})
	if err != nil || !k.Few || k.Summary() != "too few to say" || len(k.M.Radii) != 0 {
		t.Errorf("three organisations: %+v, %v", k, err)
	}
	if _, err := Test(t.Context(), db, Question{Sector: "nothing", Area: area}); !errors.Is(err, evidence.ErrNoFigure) {
		t.Errorf("no such sector: %v", err)
	}
}

// Labels shuffled over the same positions are not significant.
func TestTest_shuffled(t *testing.T) {
	db, area := world(t)
	if err := db.Exec(t.Context(), "update organisation set section = case when hash(org_id) % 10 = 0 then 'C' else 'G' end"); err != nil {
		t.Fatal(err)
	}
	r, err := Test(t.Context(), db, Question{Sector: "C", Area: area, Simulations: 99})
	if err != nil || r.M.P <= 0.05 || r.Kd.P <= 0.05 || !strings.HasPrefix(r.Summary(), "not distinguishable") {
		t.Errorf("%s, K_d p %v, %v", r.Summary(), r.Kd.P, err)
	}
}

func TestWhy(t *testing.T) {
	db, area := world(t)
	text, err := geo.EncodeShape(area.Geometry)
	if err != nil {
		t.Fatal(err)
	}
	r := Result{Question: Question{Sector: "C", Basis: placed.Any, Employees: true, Simulations: 19}}
	ref := r.Ref("shape/" + text)
	c, err := Explainers().Explain(t.Context(), db, ref)
	if err != nil || !strings.Contains(c.Title, "Manufacturing in the area drawn") || len(c.Steps) < 10 || !strings.Contains(c.How, "19 random labellings") {
		t.Errorf("%s: %+v, %v", ref, c, err)
	}
	for _, bad := range []string{"concentration/C/lad", "concentration/C/shape/!!", "concentration/C/shape/" + text + "?basis=home", "concentration/C/shape/" + text + "?simulations=x"} {
		var re *evidence.RefError
		if _, err := Explainers().Explain(t.Context(), db, bad); !errors.As(err, &re) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestRadiiKm(t *testing.T) {
	if r := RadiiKm(0.1); r[len(r)-1] != 2 {
		t.Errorf("a small area looks to %v km", r[len(r)-1])
	}
	if r := RadiiKm(500); r[len(r)-1] != 20 {
		t.Errorf("a large area looks to %v km", r[len(r)-1])
	}
}

func TestThin(t *testing.T) {
	own := make([]bool, 5000)
	for i := range own {
		own[i] = i%2 == 0
	}
	n := 0
	for i, is := range thin(own, 100) {
		if is {
			n++
			if !own[i] {
				t.Error("one was drawn that is not of the sector")
			}
		}
	}
	if n != 100 {
		t.Errorf("%d of 100 drawn", n)
	}
}
