package web

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// makers is a workspace with two groups of makers 4 km apart among shops, one of them across the border of two districts.
var makers struct {
	once sync.Once
	site *Server
	err  error
}

const makersSettings = `name = "Place of makers"
[[source]]
id = "register"
type = "companies-house"
path = "register.csv"
[[source]]
id = "postcodes"
type = "postcodes"
path = "postcodes.csv"
[[source]]
id = "districts"
type = "areas"
path = "lad.geojson"
options = { id = "id", name = "name", set = "lad" }
`

func makersSite(t *testing.T) *Server {
	t.Helper()
	makers.once.Do(func() {
		dir, err := os.MkdirTemp("", "milieu-makers-")
		if err != nil {
			makers.err = err
			return
		}
		if makers.err = writeMakers(dir); makers.err == nil {
			makers.site, makers.err = serveDir(dir)
		}
	})
	if makers.err != nil {
		t.Fatal(makers.err)
	}
	return makers.site
}

func writeMakers(dir string) error {
	r := rand.New(rand.NewPCG(1, 1))
	var firms, codes strings.Builder
	firms.WriteString("CompanyNumber,CompanyName,RegAddress.PostCode,RegAddress.PostTown,CompanyStatus,IncorporationDate,SICCode.SicText_1\n")
	codes.WriteString("Postcode,lat,long\n")
	n := 0
	firm := func(lon, lat float64, sic string) {
		code := fmt.Sprintf("S%d %d%c%c", 1+n/100, n%9+1, "ABDEFGHJLNPQ"[n/9%12], "ABDEFGHJLNPQ"[n/108%12])
		fmt.Fprintf(&codes, "%s,%.5f,%.5f\n", code, lat, lon)
		fmt.Fprintf(&firms, "%d,Firm %d,%s,SHEFFIELD,Active,01/02/%d,%s\n", 10000001+n, n, code, 1990+n%30, sic)
		n++
	}
	for i := range 90 {
		at := [2]float64{-1.45, 53.40}
		if i%3 == 0 {
			at = [2]float64{-1.39, 53.41}
		}
		firm(at[0]+r.NormFloat64()*.001, at[1]+r.NormFloat64()*.0007, "25620 - Machining")
	}
	for range 200 {
		firm(-1.50+r.Float64()*.16, 53.37+r.Float64()*.07, "47190 - Other retail sale in non-specialised stores")
	}
	box := func(w, e float64) string {
		return fmt.Sprintf("[[[%v,53.3],[%v,53.3],[%v,53.5],[%v,53.5],[%v,53.3]]]", w, e, e, w, w)
	}
	areas := fmt.Sprintf(`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"W","name":"West"},"geometry":{"type":"Polygon","coordinates":%s}},
{"type":"Feature","properties":{"id":"E","name":"East"},"geometry":{"type":"Polygon","coordinates":%s}}]}`, box(-1.6, -1.45), box(-1.45, -1.3))
	for name, text := range map[string]string{"milieu.toml": makersSettings, "register.csv": firms.String(), "postcodes.csv": codes.String(), "lad.geojson": areas} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// wants fails for each text that the page does not hold.
func wants(t *testing.T, body string, texts ...string) {
	t.Helper()
	for _, w := range texts {
		if !strings.Contains(body, w) {
			t.Errorf("the page does not say %q\n%.3000s", w, body[max(0, strings.Index(body, "<main")):])
		}
	}
}

func TestClusters_pages(t *testing.T) {
	s := makersSite(t)
	wants(t, page(t, s, "/clusters"), " clusters of firms are more than chance", `<a href="/clusters/sic-C">Manufacturing</a>`, "shuffled 199 times", "Life sciences")
	sector := page(t, s, "/clusters/sic-C")
	wants(t, sector, "Manufacturing: 2 clusters are more than chance", "crosses", "local authority districts", `class="chart"`, "West ", "East ", `/why?ref=cluster%2Fsic-C%2F1`, "stable", "Table behind the picture")
	if len(sector) > 100_000 {
		t.Errorf("the page of a sector has %d bytes", len(sector))
	}
	wants(t, page(t, s, "/clusters/manufacturing"), "Manufacturing: 2 clusters")
	wants(t, page(t, s, "/clusters/sic-C/1"), "a cluster of manufacturing, more than chance", "Machining", "25620", "Areas that it crosses", `<a href="/areas/lad/W">West</a>`, "Members", "Firm ", "60")
	wants(t, page(t, s, "/clusters/sic-C/1?page=2"), "Firm ")
	wants(t, page(t, s, "/clusters/space"), "no cluster of firms", "No cluster here", "[clusters]")
	wants(t, page(t, s, "/why?ref=cluster/sic-C/1"), "Kulldorff 1997", "register.csv")
}

// Every mark of a figure opens its source.
func TestClusters_marksOpen(t *testing.T) {
	s := makersSite(t)
	marks := regexp.MustCompile(`href="(/why\?[^"]*)"`)
	seen := map[string]bool{}
	for _, path := range []string{"/clusters", "/clusters/sic-C", "/clusters/sic-C/2", "/clusters/metals"} {
		for _, m := range marks.FindAllStringSubmatch(page(t, s, path), -1) {
			if to := html.UnescapeString(m[1]); !seen[to] {
				seen[to] = true
				if status, body, _ := get(t, s, to); status != http.StatusOK {
					t.Errorf("%s: mark %s gives %d\n%.300s", path, to, status, body)
				}
			}
		}
	}
	if len(seen) < 5 {
		t.Errorf("only %d marks found", len(seen))
	}
}

func TestClusters_wrongAddress(t *testing.T) {
	s := makersSite(t)
	for path, want := range map[string]int{"/clusters/pottery": http.StatusNotFound, "/clusters/sic-C/9": http.StatusNotFound, "/clusters/sic-C/x": http.StatusNotFound, "/clusters/sic-C/1?page=0": http.StatusBadRequest,
		"/clusters/hulls.geojson?sector=pottery": http.StatusNotFound} {
		if status, body, _ := get(t, s, path); status != want {
			t.Errorf("%s: status %d, want %d\n%.300s", path, status, want, body)
		}
	}
}

func TestClusters_data(t *testing.T) {
	s := makersSite(t)
	for path, rows := range map[string]int{"/clusters?format=csv": 9, "/clusters/sic-C?format=csv": 3, "/clusters/sic-C/2?format=csv": 31} {
		_, body, _ := get(t, s, path)
		table, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff"))).ReadAll()
		if err != nil || len(table) != rows {
			t.Errorf("%s: %d rows, %v; want %d\n%.500s", path, len(table), err, rows, body)
		}
	}
	for path, features := range map[string]int{"/clusters/hulls.geojson?sector=sic-C": 2, "/clusters/sic-C?format=geojson": 2, "/clusters/sic-C/2?format=geojson": 31} {
		_, body, _ := get(t, s, path)
		var fc struct {
			Features []struct {
				Geometry   struct{ Type string }
				Properties map[string]string
			}
			Source any
		}
		if err := json.Unmarshal([]byte(body), &fc); err != nil || len(fc.Features) != features || fc.Source == nil {
			t.Fatalf("%s: %d features, source %v, %v; want %d", path, len(fc.Features), fc.Source, err, features)
		}
		if f := fc.Features[0]; f.Geometry.Type != "Polygon" || f.Properties["sector"] != "sic-C" || !strings.HasPrefix(f.Properties["url"], "/clusters/sic-C/") {
			t.Errorf("%s: %+v", path, f)
		}
	}
}

// Without a sector all outlines come.
func TestClusters_allOutlines(t *testing.T) {
	s := makersSite(t)
	_, all, _ := get(t, s, "/clusters?format=geojson")
	_, same, _ := get(t, s, "/clusters/hulls.geojson")
	for _, body := range []string{all, same} {
		for _, sector := range []string{"sic-C", "metals"} {
			if !strings.Contains(body, `"sector":"`+sector+`"`) {
				t.Errorf("no outline of %s in\n%.500s", sector, body)
			}
		}
	}
}

// Where no sector has a cluster, the page says so and what to do.
func TestClusters_none(t *testing.T) {
	wants(t, page(t, demoSite(t), "/clusters"), "No sector has a cluster of firms here")
}
