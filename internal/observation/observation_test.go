package observation_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/observation"
)

const workspace = `name = "Figures"
[[source]]
id = "old"
type = "ons-gva"
path = "old.csv"
options = { indicator = "gva", label = "Gross value added", vintage = "2023-04" }
[[source]]
id = "new"
type = "ons-gva"
path = "new.csv"
options = { indicator = "gva", label = "Gross value added", vintage = "2024-04" }
[[source]]
id = "births"
type = "business-demography"
path = "births.csv"
options = { indicator = "business-births", vintage = "2023-11" }
[[source]]
id = "funding"
type = "regional-indicators"
path = "funding.csv"
[[source]]
id = "about"
type = "regional-indicators-about"
path = "funding.yaml"
`

var files = map[string]string{
	"milieu.toml": workspace,
	"old.csv":     "ITL code,Region name,SIC07 code,SIC07 description,2020,2021\nTLE3,South Yorkshire,Total,All industries,\"20,000\",\"21,000\"\n",
	"new.csv":     "ITL region code,ITL region name,SIC07 code,SIC07 description,2020,2021,2022\nTLE3,South Yorkshire,Total,All industries,\"20,000\",\"21,500\",\"22,000\"\nTLE3,South Yorkshire,C,Manufacturing,1,2,3\n",
	"births.csv":  "code,region,2017,2018\nE08000018,Rotherham,1070,1070\n",
	// The shape of South Yorkshire's awards: two years hold one large award each.
	"funding.csv":  "year,nuts_id,nuts_year_spec,gbp\n2010,UKE3,2010,4.6\n2011,UKE3,2010,122\n2012,UKE3,2010,12.3\n2013,UKE3,2010,11.7\n2014,UKE3,2013,21.7\n2015,UKE3,2013,24.9\n2016,UKE3,2013,15.8\n2017,UKE3,2016,19.6\n2018,UKE3,2016,140.3\n2019,UKE3,2016,12.5\n2018,UKE3,2016,141\n",
	"funding.yaml": "title: Funding\nschema:\n  value:\n    id: gbp\n    type: GBP\nsource_name: Innovate UK\ndata_date: 20200821\n",
}

func build(t *testing.T) *lake.DB {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return buildDir(t, dir)
}

func TestVintages(t *testing.T) {
	db := build(t)
	s, err := observation.Find(t.Context(), db, "gva.current-prices.TLE3")
	if err != nil {
		t.Fatal(err)
	}
	if s.N != 3 || s.Vintages != 2 || s.Vintage != "2024-04" || s.Revised != 1 || s.LastValue != 22000 || s.Unit != "£ million" || s.Area != "South Yorkshire" {
		t.Errorf("%+v", s)
	}
	values, err := observation.Values(t.Context(), db, s.ID)
	if err != nil || len(values) != 5 {
		t.Fatalf("%d values, %v", len(values), err)
	}
	// 2020 is the same in both, 2021 was revised; the older ones stay.
	for _, v := range values {
		old := v.Vintage == "2023-04"
		if v.InUse == old || v.Superseded != old || v.Revised != (old && v.Year == 2021) {
			t.Errorf("%+v", v)
		}
	}
	if used := observation.InUse(values); len(used) != 3 || used[1].Value != 21500 {
		t.Errorf("in use: %+v", used)
	}
}

func TestOutliers(t *testing.T) {
	db := build(t)
	s, err := observation.Find(t.Context(), db, "gbp.TLE3")
	if err != nil {
		t.Fatal(err)
	}
	if s.Label != "Funding" || s.Unit != "GBP" || s.Publisher != "Innovate UK" || s.Vintage != "2020-08-21" || s.Area != "South Yorkshire" || s.Level != "ITL2" {
		t.Errorf("metadata and the area of the same region's other series: %+v", s)
	}
	values, err := observation.Values(t.Context(), db, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	flagged := map[int]bool{}
	repeated := 0
	for _, v := range values {
		if v.Outlier {
			flagged[v.Year] = true
		}
		if v.Repeated {
			repeated++
		}
	}
	if len(flagged) != 2 || !flagged[2011] || !flagged[2018] || repeated != 1 || len(values) != 11 {
		t.Errorf("outliers %v, %d repeated, %d values", flagged, repeated, len(values))
	}
}

func TestBoundsAndLists(t *testing.T) {
	db := build(t)
	values, err := observation.Values(t.Context(), db, "business-births.E08000018")
	if err != nil || len(values) != 2 || values[0].Lower.Float64 != 1067.5 || values[0].Upper.Float64 != 1072.5 {
		t.Errorf("%+v %v", values, err)
	}
	for _, c := range []struct {
		f    observation.Filter
		want int
	}{
		{observation.Filter{}, 4},
		{observation.Filter{Industry: "all"}, 3},
		{observation.Filter{Industry: "C"}, 1},
		{observation.Filter{Words: "value south"}, 2},
		{observation.Filter{AreaKeys: []string{"UKE3"}, Industry: "all"}, 2},
		{observation.Filter{AreaKeys: []string{}}, 0},
		{observation.Filter{Level: "LAD"}, 1},
		{observation.Filter{Flagged: true}, 2},
		{observation.Filter{Words: "it's"}, 0},
	} {
		n, err := observation.Count(t.Context(), db, c.f)
		list, err2 := observation.List(t.Context(), db, c.f, 0, 0)
		if err != nil || err2 != nil || n != c.want || len(list) != c.want {
			t.Errorf("%+v: %d and %d, want %d; %v %v", c.f, n, len(list), c.want, err, err2)
		}
	}
	if _, err := observation.Find(t.Context(), db, "nothing"); !errors.Is(err, observation.ErrNotFound) {
		t.Errorf("%v", err)
	}
}

func TestWhy(t *testing.T) {
	db := build(t)
	why := observation.Explainers()["observation"]
	ref, err := evidence.ParseRef(observation.Ref("gva.current-prices.TLE3", 2021))
	if err != nil {
		t.Fatal(err)
	}
	c, err := why(t.Context(), db, ref)
	if err != nil || c.Value != "21,500 £ million" || len(c.Records) != 1 || c.Records[0].File != "new.csv" || len(c.Steps) != 1 || c.Steps[0].Value != "21,000" {
		t.Errorf("%+v %v", c, err)
	}
	ref, err = evidence.ParseRef(observation.Ref("gva.current-prices.TLE3", 1900))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := why(t.Context(), db, ref); !errors.Is(err, evidence.ErrNoFigure) {
		t.Errorf("%v", err)
	}
}

func TestAreaKey(t *testing.T) {
	for code, want := range map[string]string{"UKE3": "TLE3", "UKE31": "TLE31", "UKE": "TLE", "UK": "UK", "UKX": "UKX", "E08000018": "E08000018", "TLE3": "TLE3"} {
		if got := observation.AreaKey(code); got != want {
			t.Errorf("%s: %s, want %s", code, got, want)
		}
	}
}
