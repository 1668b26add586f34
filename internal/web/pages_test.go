package web

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"milieu/internal/cluster"
	"milieu/internal/evidence"
	"milieu/internal/geo/mvt"
	"milieu/internal/geo/points"
	"milieu/internal/geo/proj"
	"milieu/internal/org"
	"milieu/internal/place"
	"milieu/internal/stat"
)

// pageWeight is the most that a page weighs without the map's code (DESIGN, section 8).
const pageWeight = 100 << 10

func TestEvidencePages(t *testing.T) {
	s := demoSite(t)
	for path, wants := range map[string][]string{
		"/":                                     {"South Yorkshire stands out in basic metals", "Basic metals", "/areas/employment/south-yorkshire"},
		"/map":                                  {`data-bounds="-1.5300,53.3500,-1.3000,53.4500"`, `class="full"`, "/organisations?placed=no", "placed by hand", `name="class" value="0" checked`},
		"/map?class=1&class=2":                  {`name="class" value="1" checked`, `name="class" value="0">`},
		"/organisations":                        {"183 organisations", `aria-label="Pages"`, "format=csv"},
		"/organisations?page=4":                 {"151 to 183"},
		"/organisations?sort=-name&role=driver": {`aria-sort="descending"`, `name="sort" value="-name"`, `name="role" value="driver"`, `aria-current="true"`},
		"/organisations?name=amrc":              {"with “amrc” in the name"},
		"/organisations?name=qqqqq":             {"No organisation passes these filters"},
		"/organisations?placed=no":              {"without a place on the map"},
		"/organisations?area=team/amp":          {"in Advanced Manufacturing Park, Waverley"},
		"/organisations?role=funder&area=team/amp&name=zz":      {"No organisation passes"},
		"/organisations/advanced-manufacturing-research-centre": {"A driver of innovation", "/why?ref=tie%2F", "/why?ref=facility%2F", "Members", "It lies in", "/areas/team/amp"},
		"/areas":                            {"holds the most organisations", "Drawn by hand", "/areas/employment/south-yorkshire"},
		"/areas/team":                       {"Drawn by the team"},
		"/areas/team/amp":                   {"Facilities inside", "not the legal boundary", "/organisations?area=team%2Famp", "organisations a km²"},
		"/areas/employment/south-yorkshire": {"stands out in basic metals", "not distinguishable", "Industries with 1,000 jobs or more", "the national share"},
		"/areas/employment/south-yorkshire?small=1":                    {"Industries under 1,000 jobs"},
		"/areas/employment/south-yorkshire?min=0":                      {"to 50 of"},
		"/areas/employment/great-britain?against=":                     {"all areas of the table"},
		"/areas/employment/south-yorkshire?year=2015&min=100000000000": nil,
	} {
		if wants == nil {
			if status, _, _ := get(t, s, path); status != http.StatusBadRequest {
				t.Errorf("%s: status %d", path, status)
			}
			continue
		}
		body := page(t, s, path)
		for _, want := range wants {
			if !strings.Contains(body, want) {
				t.Errorf("%s does not say %q", path, want)
			}
		}
		if len(body) > pageWeight {
			t.Errorf("%s weighs %d bytes", path, len(body))
		}
	}
}

func TestEvidencePages_wrongAddresses(t *testing.T) {
	s := demoSite(t)
	for path, want := range map[string]int{
		"/organisations/nobody": 404, "/organisations?page=0": 400, "/organisations?page=x": 400, "/organisations?page=999999": 400, "/organisations?sort=size": 400,
		"/organisations?area=amp": 400, "/organisations?area=team/nowhere": 404, "/areas/nowhere": 404, "/areas/team/nowhere": 404, "/areas/team?page=9": 400,
		"/areas/employment/nowhere": 404, "/areas/employment/south-yorkshire?year=1066": 404, "/areas/employment/south-yorkshire?min=many": 400,
		"/map?class=99": 400, "/map?section=Z": 400, "/map?set=nowhere": 404, "/map/areas.geojson?set=nowhere": 404, "/map/list": 400, "/map/list?bbox=1,2,3": 400, "/map/list?bbox=NaN,1,2,3": 400,
		"/tiles/sites/1/9/0.mvt": 400, "/tiles/sites/a/0/0.mvt": 400, "/tiles/sites/99/0/0.mvt": 400,
	} {
		if status, body, _ := get(t, s, path); status != want || !strings.Contains(body, "<h1>") {
			t.Errorf("%s: status %d, want %d", path, status, want)
		}
	}
}

// Every organisation, area and employment area of the example has a page that holds together.
func TestEvidencePages_all(t *testing.T) {
	s := demoSite(t)
	snap := served(t, s)
	all, err := org.List(t.Context(), snap.DB, org.Filter{}, org.ByRank, 1000, 0)
	if err != nil || len(all) != 183 {
		t.Fatal(len(all), err)
	}
	for _, o := range all {
		page(t, s, orgPath(o.ID))
	}
	areas, err := place.Areas(t.Context(), snap.DB, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range areas {
		page(t, s, areaPath(a.Set, a.ID))
	}
}

func TestMapShapes(t *testing.T) {
	s := demoSite(t)
	for path, kind := range map[string]string{"/map/areas.geojson": "drawn", "/map/context.geojson": "river", "/map/facilities.geojson": ""} {
		status, body, header := get(t, s, path)
		var c struct {
			Type     string
			Features []struct {
				Properties map[string]string
				Geometry   struct{ Type string }
			}
		}
		if err := json.Unmarshal([]byte(body), &c); err != nil || status != 200 || c.Type != "FeatureCollection" || len(c.Features) == 0 {
			t.Fatalf("%s: %d %v %s", path, status, err, c.Type)
		}
		found := kind == ""
		for _, f := range c.Features {
			found = found || f.Properties["kind"] == kind
			if f.Geometry.Type == "" {
				t.Errorf("%s: a feature without geometry", path)
			}
		}
		if !found {
			t.Errorf("%s holds nothing of kind %q", path, kind)
		}
		if header.Get("ETag") == "" || !strings.HasPrefix(header.Get("Cache-Control"), "private") {
			t.Errorf("%s: ETag %q, Cache-Control %q", path, header.Get("ETag"), header.Get("Cache-Control"))
		}
	}
}

func TestTiles(t *testing.T) {
	s := demoSite(t)
	hits, _ := served(t, s).Sites.Foremost(-180, -85, 180, 85, points.Filter{ClassMask: 1}, 1)
	id, _, _ := served(t, s).Search.Document(hits[0].Doc)
	fx, fy := proj.Mercator(hits[0].Lon, hits[0].Lat)
	whole := fmt.Sprintf("/tiles/sites/16/%d/%d.mvt", int(math.Ldexp(fx, 16)), int(math.Ldexp(fy, 16)))
	status, body, header := get(t, s, whole)
	if status != 200 || header.Get("Content-Type") != "application/vnd.mapbox-vector-tile" || !strings.Contains(body, id) {
		t.Fatal(status, header, id)
	}
	if _, none, _ := get(t, s, whole+"?class=-1"); none != "" {
		t.Error("no role ticked gives a tile that is not empty")
	}
	if _, firms, _ := get(t, s, whole+"?class=0"); !strings.Contains(firms, id) {
		t.Error("a firm is not among the firms")
	}
	if _, others, _ := get(t, s, whole+"?class=1,2,3,4,5,6,7"); strings.Contains(others, id) {
		t.Error("a firm is among the others")
	}
	if _, far, _ := get(t, s, "/tiles/sites/0/0/0.mvt"); strings.Contains(far, id) {
		t.Error("the whole world shows single sites")
	}
	r := httptest.NewRequest(http.MethodGet, whole, nil)
	r.Header.Set("If-None-Match", header.Get("ETag"))
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	if w.Code != http.StatusNotModified || w.Body.Len() > 0 {
		t.Errorf("a tile that the browser has: status %d, %d bytes", w.Code, w.Body.Len())
	}
}

// The list beside the map, the legend and the tile count the same sites.
func TestMapCountsAgree(t *testing.T) {
	s := demoSite(t)
	snap := served(t, s)
	f, err := parseSiteFilter(url.Values{})
	if err != nil {
		t.Fatal(err)
	}
	legend, err := countLegend(snap, f)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0
	for _, n := range legend.Class {
		sum += n
	}
	body := page(t, s, "/map/list?bbox=-180,-85,180,85")
	if !strings.Contains(body, fmt.Sprintf("%d sites in view", sum)) || sum != f.count(snap.Sites) || sum == 0 {
		t.Errorf("legend %d, index %d, list %s", sum, f.count(snap.Sites), body[:min(len(body), 200)])
	}
	rows := regexp.MustCompile(`data-lng="[-0-9.]+" data-lat="[-0-9.]+"`).FindAllString(body, -1)
	if len(rows) != min(sum, listMost) {
		t.Errorf("%d rows of %d", len(rows), sum)
	}
	if !strings.Contains(page(t, s, "/map/list?bbox=0,0,1,1"), "No site here passes") {
		t.Error("an empty part of the map does not say so")
	}
}

func TestSquareFeatures(t *testing.T) {
	cells := []points.Cell{{X: 0, Y: 0, Count: 1, Class: 2, ClassCount: 1}, {X: 3, Y: 3, Count: 3, Class: 5, ClassCount: 3}, {X: 4, Y: 0, Count: 7}}
	got := squareFeatures(mvt.Tile{Z: 0}, cells)
	if len(got) != 2 {
		t.Fatalf("%d squares, want 2", len(got))
	}
	lo, hi, ok := got[0].Geometry.Envelope().MinMaxXYs()
	// A sixteenth of the world from its north-west corner.
	if !ok || lo.X != -180 || hi.X != -157.5 || math.Abs(hi.Y-proj.MaxMercatorLat) > 1e-9 {
		t.Errorf("square from %v to %v", lo, hi)
	}
	if got[0].Attrs[0].Value != mvt.Int(5) || got[0].Attrs[1].Value != mvt.Int(4) {
		t.Errorf("attributes %v", got[0].Attrs)
	}
}

func TestListCSV(t *testing.T) {
	s := demoSite(t)
	for path, want := range map[string]int{
		"/organisations?format=csv": 183, "/organisations?role=funder&format=csv": 16, "/organisations?name=qqqqq&format=csv": 0,
		"/organisations/advanced-manufacturing-research-centre?format=csv": -1, "/areas?format=csv": -1, "/areas/team?format=csv": -1, "/areas/team/amp?format=csv": -1,
		"/areas/employment/south-yorkshire?format=csv": 88,
	} {
		status, body, header := get(t, s, path)
		rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
		if status != 200 || err != nil || !strings.HasPrefix(header.Get("Content-Type"), "text/csv") {
			t.Errorf("%s: %d %v", path, status, err)
			continue
		}
		if n := len(rows) - 1; want >= 0 && n != want || want < 0 && n < 1 {
			t.Errorf("%s: %d rows, want %d", path, n, want)
		}
	}
}

// The figures of the employment page are those of the domain at full precision.
func TestEmploymentCSV(t *testing.T) {
	s := demoSite(t)
	profile, err := cluster.Special(t.Context(), served(t, s).DB, cluster.Question{Area: "South Yorkshire", Reference: "Great Britain"})
	if err != nil {
		t.Fatal(err)
	}
	_, body, _ := get(t, s, "/areas/employment/south-yorkshire?format=csv")
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	byCode := map[string]cluster.Industry{}
	for _, i := range profile.Industries {
		byCode[i.Code] = i
	}
	last := 1e9
	for _, row := range rows[1:] {
		i := byCode[row[4]]
		if row[12] == "" {
			continue
		}
		lq, err1 := strconv.ParseFloat(row[12], 64)
		lo, err2 := strconv.ParseFloat(row[13], 64)
		if err1 != nil || err2 != nil || lq != i.Quotient.Value || lo != i.Quotient.Lo || lo > last {
			t.Errorf("industry %s: %v from %v after %v, want %v from %v", row[4], lq, lo, last, i.Quotient.Value, i.Quotient.Lo)
		}
		last = lo
	}
}

func TestReading(t *testing.T) {
	q := func(lo, hi float64) cluster.Industry {
		return cluster.Industry{Quotient: stat.Quotient{Value: (lo + hi) / 2, Lo: lo, Hi: hi, Defined: true}}
	}
	for want, i := range map[string]cluster.Industry{readAbove: q(1.1, 2), readBelow: q(0.2, 0.9), readUnclear: q(1, 2), readNone: {}} {
		if got := reading(i); got != want {
			t.Errorf("reading of %+v is %q, want %q", i.Quotient, got, want)
		}
	}
}

// Every source mark of the evidence pages opens.
func TestEvidencePages_marksOpen(t *testing.T) {
	s := demoSite(t)
	marks := regexp.MustCompile(`href="(/why\?[^"]*)"`)
	seen := map[string]bool{}
	for _, path := range []string{"/", "/map", "/organisations", "/organisations?placed=no", "/organisations/advanced-manufacturing-research-centre", "/areas", "/areas/team/amp", "/areas/employment/south-yorkshire"} {
		for _, m := range marks.FindAllStringSubmatch(page(t, s, path), -1) {
			if to := strings.ReplaceAll(m[1], "&amp;", "&"); !seen[to] {
				seen[to] = true
				if status, _, _ := get(t, s, to); status != http.StatusOK {
					t.Errorf("%s: mark %s gives %d", path, to, status)
				}
			}
		}
	}
	if len(seen) < 50 {
		t.Errorf("only %d marks found", len(seen))
	}
}

func TestWithQuery(t *testing.T) {
	q := url.Values{"role": {"firm"}, "page": {"3"}, "format": {"csv"}, "at": {"1/2/3"}}
	if got := withQuery("/x", q, "page", "", "sort", "name"); got != "/x?role=firm&sort=name" {
		t.Error(got)
	}
	if got := withQuery("/x", url.Values{}); got != "/x" {
		t.Error(got)
	}
}

func TestPager(t *testing.T) {
	p := pager("/x", url.Values{}, 5, 50, 46_611)
	var labels []string
	for _, c := range p.Pages {
		labels = append(labels, c.Label)
	}
	if got := strings.Join(labels, " "); got != "1 3 4 5 6 7 933" || p.From != 201 || p.To != 250 || p.Prev != "/x?page=4" {
		t.Errorf("%s, %+v", got, p)
	}
	if p := pager("/x", url.Values{}, 1, 50, 50); len(p.Pages) != 0 || p.To != 50 {
		t.Errorf("%+v", p)
	}
}

func TestLocator(t *testing.T) {
	s := demoSite(t)
	shapes, err := place.Shapes(t.Context(), served(t, s).DB, "", world, 0)
	if err != nil || len(shapes) == 0 {
		t.Fatal(err)
	}
	c, say := locator(shapes, `A & "B"`, shapes[0].Box.West, shapes[0].Box.North+1)
	if !strings.Contains(say, "outside") || !strings.Contains(c.SVG, "A &amp; &#34;B&#34;") || strings.Contains(c.SVG, "NaN") {
		t.Error(say, c.SVG[:200])
	}
}

// A workspace with a name and nothing else has pages that say what to do next.
func TestEmptyWorkspace(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, evidence.File), []byte("name = \"Nowhere\"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := serveDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.cfg.Shelf.Close()
	for path, want := range map[string]string{"/": "Nowhere", "/map": "No site here passes", "/organisations": "The workspace has no organisations yet", "/areas": "The workspace has no areas"} {
		if body := page(t, s, path); !strings.Contains(body, want) {
			t.Errorf("%s does not say %q", path, want)
		}
	}
	for _, path := range []string{"/tiles/sites/0/0/0.mvt", "/map/areas.geojson", "/map/context.geojson", "/organisations?format=csv", "/areas?format=csv"} {
		if status, _, _ := get(t, s, path); status != http.StatusOK {
			t.Errorf("%s: status %d", path, status)
		}
	}
}

func BenchmarkEvidencePages(b *testing.B) {
	s := demoSite(b)
	for _, path := range []string{"/map", "/tiles/sites/12/2031/1324.mvt", "/map/list?bbox=-1.6,53.3,-1.2,53.5", "/organisations", "/areas/employment/south-yorkshire"} {
		b.Run("page="+path, func(b *testing.B) {
			for b.Loop() {
				if status, _, _ := get(b, s, path); status != http.StatusOK {
					b.Fatal(status)
				}
			}
		})
	}
}
