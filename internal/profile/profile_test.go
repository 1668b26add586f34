package profile

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/evidence"
	"milieu/internal/geo"
	"milieu/internal/geo/tally"
	"milieu/internal/lake"
	"milieu/internal/org"
	"milieu/internal/place"
	"milieu/internal/sector"
)

// firms is the size of the invented register; sameAddress of them at one address make it one of
// mass registration.
const firms, sameAddress = 1500, 60

// write makes a workspace of an invented town: firms with industries, some at an address of mass registration, some
// without a place, some with accounts, some that the team gives a place of work, and three sets of areas.
func write(t *testing.T, dir string) {
	t.Helper()
	r := rand.New(rand.NewPCG(5, 5))
	codes := []string{"25620 - Machining", "62012 - Business and domestic software development", "62020 - Information technology consultancy activities", "01110 - Growing of cereals", "86210 - General medical practice activities", "99999 - Dormant Company", ""}
	register, accounts := "CompanyName,CompanyNumber,RegAddress.AddressLine1,RegAddress.AddressLine2,RegAddress.PostTown,RegAddress.PostCode,CompanyCategory,CompanyStatus,IncorporationDate,DissolutionDate,Accounts.AccountCategory,SICCode.SicText_1,SICCode.SicText_2,SICCode.SicText_3,SICCode.SicText_4\n",
		"CompanyNumber,enddate,Employees_thisyear,Employees_lastyear\n"
	team, postcodes := "id,name,role,kind,site,postcode,company_number,ror_id,activities,lon,lat,located_by,precision_m,source_url,source_year,notes\n", "Postcode,lat,long\n"
	for k := range 200 {
		postcodes += fmt.Sprintf("S%d %d%c%c,%.6f,%.6f\n", 1+k/100, k%10, 'A'+k/10%10, 'B', 53.3+0.2*r.Float64(), -1.6+0.3*r.Float64())
	}
	for k := range firms {
		n := r.IntN(220) // some postcodes are of no place
		street := fmt.Sprintf("%d Mill Lane", k)
		if k%15 == 0 {
			n, street = 7, "1 Paper Street"
		}
		number, founded := fmt.Sprintf("%08d", 10_000_000+k), fmt.Sprintf("%02d/%02d/%d", 1+r.IntN(28), 1+r.IntN(12), 1980+r.IntN(45))
		register += fmt.Sprintf("FIRM %d LTD,%s,%s,,SHEFFIELD,S%d %d%c%c,Private Limited Company,Active,%s,,SMALL,%s,,,\n", k, number, street, 1+n/100, n%10, 'A'+n/10%10, 'B', founded, codes[r.IntN(len(codes))])
		if k%3 == 0 {
			accounts += fmt.Sprintf("%s,31/03/2024,%d,%s\n", number, r.IntN(60), []string{"", fmt.Sprint(r.IntN(60))}[r.IntN(2)])
		}
		if k%10 == 0 {
			place := fmt.Sprintf("%.5f,%.5f,hand,100", -1.6+0.3*r.Float64(), 53.3+0.2*r.Float64())
			if k%40 == 0 {
				place = ",,,"
			}
			team += fmt.Sprintf("team-%d,Firm %d Works,firm,maker,Works,,%s,,,%s,https://example.org/firm,2026,\n", k, k, number, place)
		}
	}
	square := func(id string, west, south, east, north float64) string {
		return fmt.Sprintf(`{"type":"Feature","properties":{"code":%q,"label":"Area %s"},"geometry":{"type":"Polygon","coordinates":[[[%g,%g],[%g,%g],[%g,%g],[%g,%g],[%g,%g]]]}}`, id, id, west, south, east, south, east, north, west, north, west, south)
	}
	set := func(features ...string) string {
		return `{"type":"FeatureCollection","features":[` + strings.Join(features, ",") + `]}`
	}
	config := "name = \"Invented\"\n[registration]\nsame_address = " + fmt.Sprint(sameAddress) + "\n"
	source := func(id, kind, file, options string) {
		config += fmt.Sprintf("[[source]]\nid = %q\ntype = %q\npath = %q\nretrieved = \"2026-11-01\"\n%s", id, kind, file, options)
	}
	source("register", "companies-house", "register.csv", "")
	source("accounts", "company-employees", "accounts.csv", "")
	source("postcodes", "postcodes", "postcodes.csv", "")
	source("team", "team-organisations", "team.csv", "")
	for name, text := range map[string]string{"register.csv": register, "accounts.csv": accounts, "postcodes.csv": postcodes, "team.csv": team,
		"town.geojson": set(square("T1", -1.7, 53.2, -1.2, 53.6)), "half.geojson": set(square("H1", -1.6, 53.3, -1.45, 53.5), square("H2", -1.45, 53.3, -1.3, 53.5)),
		"ward.geojson": set(square("W1", -1.6, 53.4, -1.5, 53.5), square("W2", -1.5, 53.4, -1.4, 53.5), square("W3", -1.5, 53.3, -1.35, 53.4))} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range []string{"town", "half", "ward"} {
		source(s, "areas", s+".geojson", fmt.Sprintf("options = { set = %q, id = \"code\", name = \"label\" }\n", s))
	}
	if err := os.WriteFile(filepath.Join(dir, evidence.File), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
}

// open builds the invented town and opens its release.
func open(t *testing.T) (*Book, *lake.DB) {
	t.Helper()
	dir := t.TempDir()
	write(t, dir)
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []lake.Stage
	for _, of := range []func() ([]lake.Stage, error){place.Stages, func() ([]lake.Stage, error) {
		return org.Stages(org.Settings{SameAddress: ws.Registration.SameAddress, SamePostcode: ws.Registration.SamePostcode})
	}, func() ([]lake.Stage, error) {
		list, err := sector.Load(ws.Dir, ws.Sectors)
		return sector.Stages(list, ws.Sectors), err
	}, Stages} {
		stages, err := of()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, stages...)
	}
	now := func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }
	res, err := evidence.Build(t.Context(), ws, evidence.BuildOptions{Stages: all, Now: now, MemoryMB: 512})
	if err != nil {
		t.Fatal(err)
	}
	db, err := res.Release.Open(t.Context(), lake.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	b, err := Open(t.Context(), db, func(file string) ([]byte, error) { return os.ReadFile(res.Release.Path(file)) })
	if err != nil {
		t.Fatal(err)
	}
	if err := b.index.Verify(); err != nil {
		t.Fatal(err)
	}
	return b, db
}

var questions = []Question{{Any, false}, {Any, true}, {Work, false}, {Work, true}, {Office, false}, {Office, true}}

// Every organisation is counted in the whole release or left out for a reason.
func TestLeftOut(t *testing.T) {
	b, db := open(t)
	total, err := org.Total(t.Context(), db, org.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range questions {
		n, left := b.Nation(q).Organisations, b.LeftOut(q)
		if n == 0 || n+left.Total() != int(total) {
			t.Errorf("%+v: %d counted and %+v left out, of %d", q, n, left, total)
		}
		f, err := counted(t.Context(), db, Area{Nation: true}, q, choice{employees: true})
		if err != nil || f.organisations != n || f.employees != b.Nation(q).Employees {
			t.Errorf("%+v: the records give %d organisations and %d employees, the index %d and %d (%v)", q, f.organisations, f.employees, n, b.Nation(q).Employees, err)
		}
		if counted, err := countedBefore(t.Context(), db, q, choice{}); err != nil || counted != n {
			t.Errorf("%+v: the build counted %d organisations, the index %d (%v)", q, counted, n, err)
		}
	}
}

// The index and the way to the records give the same, by area, question and choice.
func TestProfile_equalsRecords(t *testing.T) {
	b, db := open(t)
	areas, err := place.Areas(t.Context(), db, "")
	if err != nil || len(areas) == 0 {
		t.Fatal(len(areas), err)
	}
	some := 0
	for k, a := range areas {
		area, err := FindArea(t.Context(), db, a.Set+"/"+a.ID)
		if err != nil {
			t.Fatal(err)
		}
		q := questions[k%len(questions)]
		got := b.Answer(area, q)
		want, _, err := answerOf(t.Context(), db, area, q, true)
		if err != nil {
			t.Fatal(err)
		}
		if got.Organisations > 0 {
			some++
		}
		for _, list := range [][]Count{got.Sections, got.Divisions, want.Sections, want.Divisions} {
			for i := range list { // the records do not name groups, nor sum their employees
				list[i] = Count{Named: Named{Code: list[i].Code}, Organisations: list[i].Organisations}
			}
		}
		got.Industries, got.Sectors, got.NoIndustry, got.Sites, got.Approximate, got.squares = nil, nil, 0, 0, 0, 0
		if d := cmp.Diff(want, got, cmp.AllowUnexported(Answer{}, Count{})); d != "" {
			t.Errorf("%s %+v: records and index differ: %s", area.Code, q, d)
		}
	}
	if some < 3 {
		t.Errorf("only %d areas hold organisations: the test says little", some)
	}
}

func TestQuotients(t *testing.T) {
	b, db := open(t)
	area, answer := largest(t, b, db)
	nation := b.Nation(Question{})
	for _, level := range Levels {
		qs, err := Quotients(answer, nation, level)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, q := range qs {
			n += q.Organisations
			if math.IsNaN(q.P) || math.IsNaN(q.Adjusted) || q.Adjusted < q.P {
				t.Errorf("%s %s: p %v, adjusted %v", level, q.Code, q.P, q.Adjusted)
			}
			if q.Organisations < FewOrganisations && q.Verdict == More {
				t.Errorf("%s %s: %d organisations are said to be more than chance", level, q.Code, q.Organisations)
			}
		}
		if n != answer.base(level).Organisations && level != LevelSector {
			t.Errorf("%s: quotients hold %d organisations, the area %d", level, n, answer.base(level).Organisations)
		}
		ranked := Ranked(qs)
		for i, q := range ranked {
			if q.Organisations < FewOrganisations || i > 0 && q.LQ.Lo > ranked[i-1].LQ.Lo {
				t.Errorf("%s: place %d is %+v", level, i+1, q)
			}
		}
		if len(ranked) == 0 {
			continue
		}
		ref := Ref(area.Code, Question{}, "", "quotient", level, ranked[0].Code)
		c, err := Explainers().Explain(t.Context(), db, ref)
		if err != nil {
			t.Fatal(err)
		}
		if want := (Measure{Value: ranked[0].LQ.Value, Lo: ranked[0].LQ.Lo, Hi: ranked[0].LQ.Hi, Decimals: 2, Known: true, Interval: true}).Text(); c.Value != want {
			t.Errorf("%s: explained as %s, shown as %s", ref, c.Value, want)
		}
		if len(c.Steps) != 4 || len(c.Steps[0].Records) == 0 {
			t.Errorf("%s leads to no records", ref)
		}
	}
	if _, err := Quotients(answer, nation, "shire"); err == nil {
		t.Error("an unknown level gave no error")
	}
}

// largest is the area of the example with most organisations.
func largest(t *testing.T, b *Book, db *lake.DB) (Area, Answer) {
	t.Helper()
	areas, err := place.Areas(t.Context(), db, "")
	if err != nil {
		t.Fatal(err)
	}
	var best Area
	var most Answer
	for _, a := range areas {
		area, err := FindArea(t.Context(), db, a.Set+"/"+a.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got := b.Profile(area.Shape, Question{}); got.Organisations > most.Organisations {
			best, most = area, got
		}
	}
	return best, most
}

// Every measure of a comparison, and every figure of a drawn area, leads to its records with the
// value that is shown.
func TestWhy(t *testing.T) {
	b, db := open(t)
	area, _ := largest(t, b, db)
	text, err := geo.EncodeShape(area.Shape)
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := FindArea(t.Context(), db, "shape/"+text)
	if err != nil {
		t.Fatal(err)
	}
	q := Question{Basis: Any, Mass: true}
	a := b.Answer(drawn, q)
	want := map[string]string{
		Ref(drawn.Code, q, "", "organisations"): whole(a.Organisations),
		Ref(drawn.Code, q, "", "employees"):     whole64(a.Employees),
		Ref(NationArea, q, "", "organisations"): whole(b.Nation(q).Organisations),
	}
	for _, m := range Measures(a, b.Nation(q)) {
		want[Ref(drawn.Code, q, "", "measure", m.Key)] = m.Text()
	}
	for _, level := range Levels {
		for i, c := range a.Level(level) {
			if i < 3 {
				want[Ref(drawn.Code, q, "", "organisations", level, c.Code)] = whole(c.Organisations)
				want[Ref(drawn.Code, q, "", "employees", level, c.Code)] = whole64(c.Employees)
			}
		}
	}
	for ref, value := range want {
		c, err := Explainers().Explain(t.Context(), db, ref)
		if err != nil || c.Value != value {
			t.Errorf("%.40s…%s: %q, want %q (%v)", ref, ref[max(0, len(ref)-40):], c.Value, value, err)
		}
	}
	for _, ref := range []string{"profile/lad", "profile/lad/none/organisations", "profile/shape/!/organisations", "profile/nation/all/wealth", "profile/nation/all/organisations/shire/X", "profile/nation/all/founded/soon", "profile/nation/all/organisations?basis=home"} {
		if c, err := Explainers().Explain(t.Context(), db, ref); err == nil {
			t.Errorf("%s gave %q", ref, c.Value)
		}
	}
}

func TestCompare(t *testing.T) {
	b, db := open(t)
	area, answer := largest(t, b, db)
	table := Compare([]Named{area.Named, {"shape/x", "Nowhere"}}, []Answer{answer, b.Profile(geom.Geometry{}, Question{})}, b.Nation(Question{}))
	if len(table.Areas) != 3 {
		t.Fatalf("%d areas", len(table.Areas))
	}
	for _, r := range table.Rows {
		if len(r.Cells) != 3 {
			t.Fatalf("%s has %d cells", r.Key, len(r.Cells))
		}
		for _, c := range r.Cells {
			if math.IsNaN(c.Value) || math.IsInf(c.Value, 0) || c.Interval && !(c.Lo <= c.Value && c.Value <= c.Hi) {
				t.Errorf("%s: %+v", r.Key, c)
			}
		}
	}
	if u, err := b.Units(t.Context(), db, area.Shape, Question{}, LevelSection, "C"); err != nil || len(u) == 0 {
		t.Errorf("areal units: %v, %v", u, err)
	}
}

func TestSites(t *testing.T) {
	b, db := open(t)
	area, answer := largest(t, b, db)
	docs := map[uint32]bool{}
	var employees int64
	for _, s := range b.Sites(Filter{Shape: area.Shape}) {
		docs[s.Doc] = true
		if s.Employees >= 0 {
			employees += int64(s.Employees)
		}
	}
	if len(docs) != answer.Organisations || employees != answer.Employees {
		t.Errorf("sites hold %d organisations and %d employees, the area %d and %d", len(docs), employees, answer.Organisations, answer.Employees)
	}
	sites := b.Sites(Filter{Section: "C"})
	x, y, weight := Points(sites)
	if len(x) == 0 || len(x) != len(y) || len(x) != len(weight) || len(x) > len(sites) {
		t.Errorf("%d points of %d sites", len(x), len(sites))
	}
}

func TestReadSite(t *testing.T) {
	got, err := readSite(strings.ReplaceAll("-1.5,53.4,7,3,5,1999,12,-1,37", ",", "\x1f"))
	if err != nil || got != (tally.Site{Lon: -1.5, Lat: 53.4, Doc: 7, Industry: 3, Sectors: 5, Founded: 1999, Employees: 12, Before: -1, Flags: 37}) {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := readSite("north"); err == nil {
		t.Error("a line without numbers gave no error")
	}
	file := filepath.Join(t.TempDir(), "sites")
	if err := os.WriteFile(file, []byte("north\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := addLines(context.Background(), file, new(tally.Builder)); err == nil {
		t.Error("a file without numbers gave no error")
	}
}
