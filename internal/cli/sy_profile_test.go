package cli

import (
	"testing"

	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/place"
	"milieu/internal/profile"
)

// TestSouthYorkshire_profile holds the index of areas against the table site_area, which says by another
// way (a locator over each set, position by position) what lies in each official area.
func TestSouthYorkshire_profile(t *testing.T) {
	dir := syWorkspace(t, syData(t))
	res, _ := syBuild(t, dir)
	b, db, done, err := openBook(t.Context(), res.Release)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	want := syHeld(t, db)
	areas, err := place.Areas(t.Context(), db, "")
	if err != nil {
		t.Fatal(err)
	}
	held := 0
	for _, a := range areas {
		area, err := profile.FindArea(t.Context(), db, a.Set+"/"+a.ID)
		if err != nil {
			t.Fatal(err)
		}
		got, w := b.Profile(area.Shape, profile.Question{Basis: profile.Office}), want[area.Code]
		if got.Organisations != w.organisations || got.Find(profile.LevelSection, "C").Organisations != w.makers || got.Known != w.known || got.Employees != w.employees {
			t.Errorf("%s: %d organisations, %d manufacturers, %d employees of %d; the tables say %+v", area.Code, got.Organisations, got.Find(profile.LevelSection, "C").Organisations, got.Employees, got.Known, w)
		}
		if w.organisations > 0 {
			held++
		}
	}
	// 28 + 25 wards, 102 middle layer areas, two districts and what is around them.
	if held < 155 {
		t.Errorf("only %d areas hold organisations", held)
	}
	if got := b.Nation(profile.Question{Basis: profile.Office, Mass: true}); got.Organisations+b.LeftOut(profile.Question{Basis: profile.Office, Mass: true}).Total() != 46_611 {
		t.Errorf("%d organisations are placed and %d left out, of 46,611", got.Organisations, b.LeftOut(profile.Question{Basis: profile.Office, Mass: true}).Total())
	}
	for _, ref := range []string{profile.Ref("lad/E08000018", profile.Question{}, "", "quotient", profile.LevelSection, "C"), profile.Ref("lad/E08000018", profile.Question{}, "lad/E08000019", "quotient", profile.LevelIndustry, "25620")} {
		syWhyProfile(t, b, db, ref)
	}
	// The count that a map's value is explained by is the one that it was reckoned from.
	chain, err := explainers().Explain(t.Context(), db, "areavalue/lad/E08000018?value=lq:C")
	if err != nil {
		t.Fatal(err)
	}
	if n := len(chain.Steps); n != 5 || chain.Steps[2].Value != chain.Steps[n-1].Value || chain.Steps[2].Value == "0" {
		t.Errorf("%+v", chain.Steps)
	}
}

// heldIn is what the tables say of an area.
type heldIn struct {
	organisations, makers, known int
	employees                    int64
}

func syHeld(t *testing.T, db *lake.DB) map[string]heldIn {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `select p.area_set || '/' || p.area_id, count(distinct s.org_id), count(distinct s.org_id) filter (where o.section = 'C'), count(o.employees), coalesce(sum(o.employees), 0)::bigint
from site_area p join site s on s.site_id = p.site_id join organisation o on o.org_id = s.org_id
where s.kind = 'registered-office' and not s.mass_registration group by p.area_set, p.area_id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	out := map[string]heldIn{}
	for rows.Next() {
		var ref string
		var h heldIn
		if err := rows.Scan(&ref, &h.organisations, &h.makers, &h.known, &h.employees); err != nil {
			t.Fatal(err)
		}
		out[ref] = h
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// syWhyProfile holds a quotient of the page against its explanation by the records.
func syWhyProfile(t *testing.T, b *profile.Book, db *lake.DB, ref string) {
	t.Helper()
	r, err := evidence.ParseRef(ref)
	if err != nil {
		t.Fatal(err)
	}
	area, err := profile.FindArea(t.Context(), db, r.Args[0]+"/"+r.Args[1])
	if err != nil {
		t.Fatal(err)
	}
	against := b.Nation(profile.Question{})
	if of := r.Set.Get("against"); of != "" {
		a, err := profile.FindArea(t.Context(), db, of)
		if err != nil {
			t.Fatal(err)
		}
		against = b.Answer(a, profile.Question{})
	}
	qs, err := profile.Quotients(b.Answer(area, profile.Question{}), against, r.Args[3])
	if err != nil {
		t.Fatal(err)
	}
	c, err := explainers().Explain(t.Context(), db, ref)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range qs {
		if q.Code != r.Args[4] {
			continue
		}
		if want := interval(q.LQ); c.Value != want || len(c.Steps) != 4 || len(c.Steps[0].Records) == 0 {
			t.Errorf("%s is explained as %s with %d steps, and shown as %s", ref, c.Value, len(c.Steps), want)
		}
		return
	}
	t.Errorf("%s: there is no such quotient", ref)
}
