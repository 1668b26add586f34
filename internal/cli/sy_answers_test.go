package cli

import (
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/geo"
	"milieu/internal/geo/proj"
	"milieu/internal/lake"
)

// syCompany is a row of sy_companies_2024.csv.gz, which another office located:
// its local authority and its point on the National Grid are the answers.
type syCompany struct {
	authority         string
	sic               string // code of the first activity, "" when none
	postcode          string
	easting, northing float64
}

func syCompanies(t *testing.T, data string) map[string]syCompany {
	t.Helper()
	f, err := os.Open(filepath.Join(data, "companies_house/sy_companies_2024.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(z)
	header, err := r.Read()
	if err != nil {
		t.Fatal(err)
	}
	col := map[string]int{}
	for i, h := range header {
		col[h] = i
	}
	out := map[string]syCompany{}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		c := syCompany{authority: row[col["localauthority_code"]], postcode: row[col["Postcode"]]}
		if code, _, ok := strings.Cut(row[col["SICCode.SicText_1"]], " - "); ok {
			c.sic = code
		}
		c.easting, _ = strconv.ParseFloat(row[col["easting"]], 64)
		c.northing, _ = strconv.ParseFloat(row[col["northing"]], 64)
		out[row[col["CompanyNumber"]]] = c
	}
}

// syAuthorities: the local authority in which a site lies is the one that the
// file names, but for those near a border.
func syAuthorities(t *testing.T, db *lake.DB, data string, companies map[string]syCompany) {
	rows, err := db.QueryContext(t.Context(), `select substr(s.org_id, 8) as number, s.lon, s.lat, coalesce(a.area_id, '')
		from site s
		left join site_area a on a.site_id = s.site_id and a.area_set = 'lad'
		where s.lon is not null and s.org_id like 'GB-COH-%' order by number`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	judge := newJudge(t, data)
	located, agree := 0, 0
	kinds := map[string]int{}
	postcodes := map[string]int{}
	for rows.Next() {
		var number, area string
		var lon, lat float64
		if err := rows.Scan(&number, &lon, &lat, &area); err != nil {
			t.Fatal(err)
		}
		c, ok := companies[number]
		if !ok {
			t.Fatalf("company %s is not in the file of answers", number)
		}
		located++
		if area == c.authority {
			agree++
			continue
		}
		kind := judge.kind(c, lon, lat)
		kinds[kind]++
		postcodes[c.postcode+" is in "+c.authority+", found in "+area]++
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	share := float64(agree) / float64(located)
	t.Logf("%d of 46611 located (%.2f %%); authority agrees in %d of them (%.3f %%)", located, 100*float64(located)/46_611, agree, 100*share)
	for _, k := range mostFirst(kinds) {
		t.Logf("  differs, %s: %d", k, kinds[k])
	}
	keys := mostFirst(postcodes)
	for _, k := range keys[:min(len(keys), 12)] {
		t.Logf("    %3d x %s", postcodes[k], k)
	}
	if n := kinds[unexplained]; n > 0 {
		t.Errorf("for %d sites nothing explains why the authority differs", n)
	}
	if share < 0.995 {
		t.Errorf("the local authority agrees for %.3f %% of the sites located, want 99.5 %%", 100*share)
	}
	if located < 46_000 {
		t.Errorf("%d sites are located, want nearly all of 46611", located)
	}
}

// judge says why our local authority is not the one of the file of answers.
type judge struct {
	codes  []string
	shapes map[string]geom.Geometry
	areas  *geo.Locator
}

func newJudge(t *testing.T, data string) judge {
	t.Helper()
	f, err := os.Open(filepath.Join(data, "boundaries/geogALL2022UK.topojson"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	features, _, err := geo.ReadTopoJSON(f, "LTLA", geo.Options{AreasOnly: true, Repair: true})
	if err != nil {
		t.Fatal(err)
	}
	j := judge{shapes: map[string]geom.Geometry{}}
	var shapes []geom.Geometry
	for _, f := range features {
		code := f.Properties["AREACD"]
		j.codes = append(j.codes, code)
		j.shapes[code] = f.Geometry
		shapes = append(shapes, f.Geometry)
	}
	j.areas = geo.NewLocator(shapes)
	return j
}

// Kinds of disagreement.
const (
	coarseBorder = "border as drawn is coarser than the true one (the file's own point falls outside its authority too, by less than 500 m)"
	postcodeMove = "postcode lists differ (our point and the file's are more than 100 m apart)"
	atBorder     = "at the border (the two points are less than 100 m apart on two sides of it)"
	noGridPoint  = "no grid point in the file"
	unexplained  = "not explained"
)

// kind tells the reasons apart by the file's own grid point.
func (j judge) kind(c syCompany, lon, lat float64) string {
	if c.easting == 0 {
		return noGridPoint
	}
	theirLon, theirLat := proj.FromGrid(c.easting, c.northing)
	inside := false
	for _, i := range j.areas.Locate(theirLon, theirLat) {
		inside = inside || j.codes[i] == c.authority
	}
	if !inside {
		// A degree is 111 km or less.
		off, ok := geom.Distance(j.shapes[c.authority], geom.NewPointXY(theirLon, theirLat).AsGeometry())
		if ok && off*111_000 < 500 {
			return coarseBorder
		}
		return unexplained
	}
	if proj.DistanceM(lon, lat, theirLon, theirLat) > 100 {
		return postcodeMove
	}
	return atBorder
}

func mostFirst(n map[string]int) []string {
	keys := make([]string, 0, len(n))
	for k := range n {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(cmp.Compare(n[b], n[a]), cmp.Compare(a, b)) })
	return keys
}

// syManufacturers counts companies whose first code begins with 10 to 33, in
// the release and in the file.
func syManufacturers(t *testing.T, db *lake.DB, companies map[string]syCompany) {
	const want = 2866 // shared DATA.md; counted again from the file here
	all, modern := 0, 0
	for _, c := range companies {
		if c.authority != "E08000018" && c.authority != "E08000019" || len(c.sic) < 4 {
			continue
		}
		if d := c.sic[:2]; d >= "10" && d <= "33" {
			all++
			if len(c.sic) == 5 {
				modern++
			}
		}
	}
	if all != want {
		t.Errorf("the file has %d companies, want %d", all, want)
	}
	var gotAll, gotModern int
	err := db.QueryRowContext(t.Context(), `select count(distinct org_id), count(distinct org_id) filter (where scheme = 'SIC2007')
		from activity where position = 1 and scheme in ('SIC2007', 'SIC2003') and left(code, 2) between '10' and '33'`).Scan(&gotAll, &gotModern)
	if err != nil {
		t.Fatal(err)
	}
	// Codes of four digits are of the classification of 2003, where 10 to 33 means something else.
	t.Logf("%d companies, of which %d by a code of 2007", gotAll, gotModern)
	if gotAll != want || gotModern != modern {
		t.Errorf("the release has %d companies, %d by a code of 2007; the file %d and %d", gotAll, gotModern, all, modern)
	}
}

// syEmployment: the cells of two industries as published, see the rows of
// BRES_open_ITL2_5digitSIC_2015-2021.csv.gz.
func syEmployment(t *testing.T, db *lake.DB) {
	type cell struct {
		Area, Industry, Rounding string
		Jobs                     float64
	}
	want := map[string]cell{
		"24100": {"South Yorkshire", "Manufacture of basic iron and steel and of ferro-alloys", "public-relaxed", 3500},
		"25730": {"South Yorkshire", "Manufacture of tools", "public-relaxed", 1500},
	}
	got := map[string]cell{}
	rows, err := db.QueryContext(t.Context(), `select industry_code, area, industry, rounding, jobs from employment
		where scheme = 'SIC2007' and year = 2021 and area_code = 'UKE3' and industry_code in ('24100', '25730') order by industry_code`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var code string
		var c cell
		if err := rows.Scan(&code, &c.Area, &c.Industry, &c.Rounding, &c.Jobs); err != nil {
			t.Fatal(err)
		}
		got[code] = c
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if d := gocmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for code := range want {
		c := cellsForLocationQuotient(t, db, "UKE3", code, 2021)
		t.Logf("%s: cell %.0f, area %.0f, industry %.0f, all %.0f", code, c.cell, c.area, c.industry, c.all)
		if c.cell != want[code].Jobs || c.area < 500_000 || c.industry < c.cell || c.all < 25_000_000 {
			t.Errorf("%s: the four sums of a location quotient are %+v", code, c)
		}
	}
}

// quotientCells are the four figures of a location quotient,
// (cell/area)/(industry/all), as published; the reference is all areas together.
type quotientCells struct{ cell, area, industry, all float64 }

// cellsForLocationQuotient reads them from the release, without any method of the
// product, so that a test of the quotient (tools in South Yorkshire about 7.0, basic
// iron and steel about 6.9, says shared DATA.md) has something to stand on.
func cellsForLocationQuotient(t *testing.T, db *lake.DB, area, industry string, year int) quotientCells {
	t.Helper()
	var c quotientCells
	err := db.QueryRowContext(t.Context(), `select
		sum(jobs) filter (where area_code = $1 and industry_code = $2), sum(jobs) filter (where area_code = $1),
		sum(jobs) filter (where industry_code = $2), sum(jobs)
		from employment where scheme = 'SIC2007' and year = $3`, area, industry, year).Scan(&c.cell, &c.area, &c.industry, &c.all)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
