package subsidy

import (
	"errors"
	"strings"
	"testing"

	"milieu/internal/cash"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/portfolio/parameter"
)

// release is a small release: Mill owns Works; Spin is held by a head that no source holds; the university is no firm.
const release = `
create table public_award (award_id varchar, org_id varchar, org_name varchar, granter varchar, scheme varchar, amount_p bigint, day date, year integer, basis varchar, published varchar, intervention_id varchar, note varchar, source_url varchar, source varchar, file varchar, line bigint);
insert into public_award values
  ('a1', 'works', 'Works', 'Council', 'Growth Fund', 20000000, date '2026-05-01', 2026, 'mfa', 'no', null, null, 'https://example.org', 'awards', 'awards.csv', 2),
  ('a2', 'mill', 'Mill', 'Council', null, 10000000, null, 2025, 'mfa', 'unknown', null, null, null, 'awards', 'awards.csv', 3),
  ('a3', 'spin', 'Spin', 'Council', null, 5000000, date '2026-05-01', 2026, 'unknown', 'yes', null, null, null, 'awards', 'awards.csv', 4);
create table organisation (org_id varchar, name varchar, roles varchar);
insert into organisation values ('mill', 'Mill', 'firm'), ('works', 'Works', 'firm;driver'), ('spin', 'Spin', null), ('uni', 'University', 'education');
create table participation (participation_id varchar, org_id varchar, org_name varchar, role varchar, amount_p bigint, currency varchar, start_date date, funder varchar, programme varchar, title varchar, source_url varchar, source varchar, file varchar, line bigint);
insert into participation values
  ('p1', 'mill', 'Mill', 'recipient', 3000000, 'GBP', date '2025-06-01', 'Innovate UK', 'Smart', 'A loom', null, 'iuk', 'iuk.csv', 2),
  ('p2', 'mill', 'Mill', 'recipient', 10000000, 'GBP', date '2025-06-01', 'Innovate UK', null, 'The same as a2', null, 'iuk', 'iuk.csv', 3),
  ('p3', 'uni', 'University', 'recipient', 90000000, 'GBP', date '2025-06-01', 'Innovate UK', null, 'Research', null, 'iuk', 'iuk.csv', 4),
  ('p4', 'mill', 'Mill', 'recipient', 4000000, 'EUR', date '2025-06-01', 'EU', null, 'Euros', null, 'iuk', 'iuk.csv', 5),
  ('p5', 'mill', 'Mill', 'funder', 4000000, 'GBP', date '2025-06-01', 'Mill', null, 'Own money', null, 'iuk', 'iuk.csv', 6),
  ('p6', 'mill', 'Mill', 'recipient', 4000000, 'GBP', date '2025-06-01', 'A trust', null, 'Charity', null, 'trusts', 'trusts.json', 1);
create table org_group (group_id varchar, group_name varchar, org_id varchar, org_name varchar, parent_id varchar, parent_name varchar, via varchar, share_low bigint, source varchar, file varchar, line bigint);
insert into org_group values
  ('mill', 'Mill', 'mill', 'Mill', null, null, 'head', null, 'ties', 'ties.csv', 2), ('mill', 'Mill', 'works', 'Works', 'mill', 'Mill', 'owned_by', null, 'ties', 'ties.csv', 2),
  (null, 'Far Holdings', 'spin', 'Spin', null, 'Far Holdings', 'control', 75, 'psc', 'psc.txt', 1);`

func open(t *testing.T) *lake.DB {
	t.Helper()
	db, err := lake.Open(lake.Options{MemoryMB: 256, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Exec(t.Context(), release); err != nil {
		t.Fatal(err)
	}
	return db
}

var manifest = evidence.Manifest{Sources: []evidence.ManifestSource{{ID: "iuk", Type: "innovate-uk"}, {ID: "trusts", Type: "360giving"}, {ID: "awards", Type: "team-awards"}}}

func TestRead(t *testing.T) {
	b, err := Read(t.Context(), open(t), manifest)
	if err != nil {
		t.Fatal(err)
	}
	all, err := b.Positions("2026-11-27", limits(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 2 || all[0].Name != "Mill" || all[1].Name != "Far Holdings" || all[1].ID != "spin" || b.Dropped != 1 {
		t.Fatalf("%+v", all)
	}
	mill := all[0]
	if mill.Sure != 30_000_000 || mill.Most != 33_000_000 || mill.State != MayBeOver || len(mill.Members) != 2 {
		t.Errorf("Mill: %d to %d, %s", mill.Sure, mill.Most, mill.State)
	}
	if len(mill.Unreported) != 1 || mill.Unreported[0].ID != "a1" || !mill.Unreported[0].Sure {
		t.Errorf("to be published: %+v", mill.Unreported)
	}
	if least, most := mill.Headroom(); least != 0 || most != cash.FromPounds(15_000) {
		t.Errorf("headroom %d to %d", least, most)
	}
	none, err := Read(t.Context(), open(t), evidence.Manifest{})
	if err != nil || len(none.awards) != 3 {
		t.Errorf("without lists of payments: %d awards, %v", len(none.awards), err)
	}
}

func TestExplainers(t *testing.T) {
	db := open(t)
	explainers := Explainers(func() (parameter.Set, evidence.Manifest, error) {
		s, err := parameter.Shipped("2026-11-27")
		return s, manifest, err
	})
	explain := func(ref string) (evidence.Chain, error) {
		r, err := evidence.ParseRef(ref)
		if err != nil {
			t.Fatal(err)
		}
		return explainers[r.Kind](t.Context(), db, r)
	}
	for ref, want := range map[string]string{"subsidy/works/sure": "£300,000", "subsidy/mill/most?day=2026-11-27": "£330,000", "subsidy/mill/headroom": "£0 to £15,000", "subsidy/uni/headroom": "£315,000", "subsidy/works/sure?day=2026-11-27&plus=1000001": "£310,000.01", "subsidy/mill/sure?day=2026-04-30": "£100,000"} {
		c, err := explain(ref)
		if err != nil || c.Value != want || c.How == "" {
			t.Errorf("%s is %q, want %q (%v)", ref, c.Value, want, err)
		}
	}
	if _, err := explain("subsidy/nobody/sure"); !errors.Is(err, evidence.ErrNoFigure) {
		t.Error(err)
	}
	for _, ref := range []string{"subsidy/mill", "subsidy/mill/all", "subsidy/mill/sure?day=soon", "subsidy/mill/sure?plus=-5", "subsidy/mill/sure?plus=x"} {
		var bad *evidence.RefError
		if _, err := explain(ref); !errors.As(err, &bad) {
			t.Errorf("%s: %v", ref, err)
		}
	}
	p := Position{Enterprise: Enterprise{ID: "mill"}, To: "2026-11-27"}
	if ref := p.Ref(MeasureSure); !strings.HasPrefix(ref, "subsidy/mill/sure?day=") {
		t.Error(ref)
	}
}
