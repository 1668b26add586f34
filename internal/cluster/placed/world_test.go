package placed_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/cluster/placed"
	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// world has one organisation of each kind of placing.
func world(t *testing.T) *lake.DB {
	t.Helper()
	db, err := lake.Open(lake.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	for _, text := range []string{
		`create table organisation (org_id varchar, section varchar)`,
		`insert into organisation values ('both', 'C'), ('office', 'J'), ('mass', 'C'), ('nowhere', null)`,
		`create table site (site_id varchar, org_id varchar, kind varchar, lon double, lat double, mass_registration boolean)`,
		`insert into site values ('both:ro', 'both', 'registered-office', 1, 51, false), ('both:site', 'both', 'site', 2, 52, false), ('both:x', 'both', 'address', 3, 53, false),
			('office:ro', 'office', 'registered-office', 4, 54, false), ('mass:ro', 'mass', 'registered-office', 5, 55, true), ('nowhere:ro', 'nowhere', 'registered-office', null, null, false)`,
		`create table profile_left_out (basis varchar, mass boolean, reason varchar, organisations bigint)`,
		`insert into profile_left_out values ('any', false, 'only-mass', 1), ('any', false, 'no-position', 1), ('any', true, 'no-position', 1), ('work', false, 'no-work', 3)`,
	} {
		if err := db.Exec(t.Context(), text); err != nil {
			t.Fatal(text, err)
		}
	}
	return db
}

func TestBasis(t *testing.T) {
	db := world(t)
	for basis, want := range map[placed.Basis][]string{
		placed.Any:    {"both:site true", "both:x false", "office:ro true"},
		placed.Work:   {"both:site true", "both:x false"},
		placed.Office: {"both:ro true", "office:ro true"},
	} {
		rows, err := db.QueryContext(t.Context(), "with "+basis.Sites("s.org_id <> ''")+" select site_id || ' ' || leads from basis order by site_id")
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				t.Fatal(err)
			}
			got = append(got, s)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("basis %s (-want +got)\n%s", basis, d)
		}
	}
	if b, err := placed.ParseBasis(""); b != placed.Any || err != nil {
		t.Errorf("no basis is %q, %v", b, err)
	}
	if _, err := placed.ParseBasis("home"); err == nil {
		t.Error(`basis "home" was taken`)
	}
}

func TestLeftOut(t *testing.T) {
	db := world(t)
	for basis, want := range map[placed.Basis]string{
		placed.Any:    "left out of the whole release: 1 without a known position, 1 known only at an address of mass registration",
		placed.Work:   "left out of the whole release: 3 without a place of work on record",
		placed.Office: "no organisation of the release is left out for want of a position",
	} {
		l, err := placed.ReadLeftOut(t.Context(), db, basis)
		if err != nil || l.Words() != want {
			t.Errorf("%s: %q, %v; want %q", basis, l.Words(), err, want)
		}
	}
}

func TestSectors(t *testing.T) {
	db := world(t)
	s, err := placed.FindSector(t.Context(), db, "sic-C")
	if err != nil || s.ID != "C" || s.InSentence() != "manufacturing" {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err := placed.FindSector(t.Context(), db, "metals"); !errors.Is(err, evidence.ErrNoFigure) {
		t.Errorf("a sector that is not there: %v", err)
	}
	for _, text := range []string{"create table sector (sector varchar, position int, name varchar)", "insert into sector values ('metals', 0, 'Metals')",
		"create table sector_member (sector varchar, org_id varchar)", "insert into sector_member values ('metals', 'office')"} {
		if err := db.Exec(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	all, err := placed.Sectors(t.Context(), db)
	if err != nil || len(all) != 3 || all[0].ID != "metals" || all[1].ID != "C" || all[2].ID != "J" {
		t.Errorf("%+v, %v", all, err)
	}
	var who string
	if err := db.QueryRowContext(t.Context(), "select org_id from organisation o where "+all[0].Members()).Scan(&who); err != nil || who != "office" {
		t.Errorf("members of metals: %q, %v", who, err)
	}
}
