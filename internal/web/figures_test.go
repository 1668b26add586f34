package web

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/chart"
)

// figuresPlace is a workspace of official figures: two vintages, bounds, an outlier, industries.
var figuresPlace struct {
	once sync.Once
	site *Server
	err  error
}

var figuresFiles = map[string]string{
	"milieu.toml": `name = "Place of figures"
[[source]]
id = "old"
type = "ons-gva"
path = "old.csv"
options = { label = "Gross value added", vintage = "2023-04" }
[[source]]
id = "new"
type = "ons-gva"
path = "new.csv"
options = { label = "Gross value added", vintage = "2024-04" }
[[source]]
id = "births"
type = "business-demography"
path = "births.csv"
options = { indicator = "business-births" }
[[source]]
id = "funding"
type = "regional-indicators"
path = "funding.csv"
[[source]]
id = "sections"
type = "employment-sections"
path = "sections.csv"
`,
	"old.csv":      "ITL code,Region name,SIC07 code,SIC07 description,2020,2021\nTLE3,South Yorkshire,Total,All industries,\"20,000\",\"21,000\"\n",
	"new.csv":      "ITL code,Region name,SIC07 code,SIC07 description,2020,2021,2022\nTLE3,South Yorkshire,Total,All industries,\"20,000\",\"21,500\",\"22,000\"\nTLE3,South Yorkshire,C,Manufacturing,1,2,3\nTLE4,West Yorkshire,Total,All industries,9,9,c\n",
	"births.csv":   "code,region,2017,2018,2020\nE08000018,Rotherham,1070,1100,1120\nE08000019,Sheffield & <b>,1,2,3\n",
	"funding.csv":  "year,nuts_id,nuts_year_spec,gbp\n2012,UKE3,2010,12.3\n2013,UKE3,2010,11.7\n2014,UKE3,2013,21.7\n2015,UKE3,2013,24.9\n2016,UKE3,2013,15.8\n2017,UKE3,2016,19.6\n2018,UKE3,2016,140.3\n2019,UKE3,2016,12.5\n2019,UKE3,2016,13\n",
	"sections.csv": "DATE,GEOGRAPHY_NAME,SIC_SECTION_NAME,COUNT\n2020,South Yorkshire,Manufacturing,60\n",
}

func figuresSite(t *testing.T) *Server {
	t.Helper()
	figuresPlace.once.Do(func() {
		dir, err := os.MkdirTemp("", "milieu-figures-")
		for name, text := range figuresFiles {
			if err == nil {
				err = os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600)
			}
		}
		if figuresPlace.err = err; err == nil {
			figuresPlace.site, figuresPlace.err = serveDir(dir)
		}
	})
	if figuresPlace.err != nil {
		t.Fatal(figuresPlace.err)
	}
	return figuresPlace.site
}

func TestFigures_pages(t *testing.T) {
	s := figuresSite(t)
	list := page(t, s, "/figures")
	wants(t, list, "7 series of 4 indicators", "South Yorkshire", "1 outlier", "1 figure revised", `name="words"`, "Sheffield &amp; &lt;b&gt;")
	if strings.Contains(list, "Manufacturing") {
		t.Error("series by industry stand in the list that did not ask for them")
	}
	wants(t, page(t, s, "/figures?industries=1&words=manufacturing"), "2 series", "Manufacturing")
	wants(t, page(t, s, "/figures?area=UKE3"), "2 series", "Gross value added") // of TLE3 too
	wants(t, page(t, s, "/figures?words=none+such"), "No series fits")
	wants(t, page(t, s, "/figures/gva.current-prices.TLE3"), "Gross value added, South Yorkshire", "21,500", "revised since", "21,000", "older vintage, the same", "Vintage 2023-04", "2024-04", `class="chart"`)
	wants(t, page(t, s, "/figures/gbp.TLE3"), "1 year is marked as an outlier", `<span class="flag">outlier</span>`, "615.8 %", "given again with another value")
	wants(t, page(t, s, "/figures/gva.current-prices.TLE3?with=gva.current-prices.TLE4"), "West Yorkshire")
	births := page(t, s, "/figures/business-births.E08000018")
	wants(t, births, "1,070", "1,067.5–1,072.5", "rounding", "2.8 %")
	if strings.Contains(births, "1.8 %") {
		t.Error("2020 is held against 2018 as the year before")
	}
	// The source of sections names the area without a code; others say which one it is.
	wants(t, page(t, s, "/figures?words=employment&industries=1"), "/figures/employment.by-section-name.TLE3.manufacturing")
}

// Every mark of a figure opens its source: the file and the line.
func TestFigures_marksOpen(t *testing.T) {
	s := figuresSite(t)
	for ref, want := range map[string][]string{
		"observation/gva.current-prices.TLE3/2021":   {"21,500", "new.csv", "21,000", "revised since"},
		"observation/gbp.TLE3/2018":                  {"140.3", "outlier", "funding.csv"},
		"observation/gbp.TLE3/2019":                  {"12.5", "another value"},
		"observation/business-births.E08000018/2017": {"1,067.5 to 1,072.5", "births.csv"},
	} {
		wants(t, page(t, s, "/why?ref="+ref), want...)
	}
}

func TestFigures_wrongAddress(t *testing.T) {
	s := figuresSite(t)
	for path, want := range map[string]int{"/figures/none": 404, "/figures/gbp.TLE3?with=none": 404, "/figures?page=0": 400, "/figures?page=9": 400, "/why?ref=observation/gbp.TLE3/1900": 404,
		"/figures/gbp.TLE3?" + strings.Repeat("with=gbp.TLE3&", 10): 400, "/figures?words=it%27s": 200, "/figures?words=%00": 400, "/figures?level=%27": 200} {
		if status, body, _ := get(t, s, path); status != want {
			t.Errorf("%s: status %d, want %d\n%.300s", path, status, want, body)
		}
	}
}

func TestFigures_data(t *testing.T) {
	s := figuresSite(t)
	for path, rows := range map[string]int{"/figures?format=csv": 6, "/figures?format=csv&industries=1": 8, "/figures/gva.current-prices.TLE3?format=csv": 6, "/figures/gbp.TLE3?format=csv&with=gva.current-prices.TLE4": 12} {
		_, body, _ := get(t, s, path)
		table, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff"))).ReadAll()
		if err != nil || len(table) != rows {
			t.Errorf("%s: %d rows, %v; want %d\n%.800s", path, len(table), err, rows, body)
		}
	}
}

// A workspace without official figures says which sources have them.
func TestFigures_none(t *testing.T) {
	wants(t, page(t, demoSite(t), "/figures"), "no series of official figures", "milieu sources")
}

// Lines that mark outliers are named where the names have room.
func TestOutlierMark(t *testing.T) {
	var marks []chart.Ref
	for _, year := range []int{2000, 2001, 2010} {
		marks = append(marks, outlierMark(marks, year, 24))
	}
	want := []chart.Ref{{At: 2000, Label: "outlier"}, {At: 2001}, {At: 2010, Label: "outlier"}}
	if d := cmp.Diff(want, marks); d != "" {
		t.Error(d)
	}
}
