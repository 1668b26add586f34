package web

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"milieu/internal/geo"
	"milieu/internal/geo/proj"
	"milieu/internal/place"
)

var takeLink = regexp.MustCompile(`<a class="take" href="(\?[^"]*take=svg[^"]*)" data-take>`)

// Every chart of a page can be taken away as a picture that stands alone and as a table, by the links that the page has.
func TestTakeaway_charts(t *testing.T) {
	s := demoSite(t)
	for path, least := range map[string]int{"/priorities": 1, "/plan": 1, "/": 1, "/network": 1, "/map/values?set=team&value=density": 1} {
		body := page(t, s, path)
		links := takeLink.FindAllStringSubmatch(body, -1)
		if len(links) < least || len(links) != strings.Count(body, chartMark) {
			t.Errorf("%s has %d charts and %d links", path, strings.Count(body, chartMark), len(links))
		}
		base, _, _ := strings.Cut(path, "?")
		for i, link := range links {
			to := base + strings.ReplaceAll(link[1], "&amp;", "&")
			status, svg, header := get(t, s, to)
			if status != 200 || header.Get("Content-Type") != "image/svg+xml" || !strings.Contains(header.Get("Content-Disposition"), ".svg") {
				t.Fatalf("%s: %d %v", to, status, header)
			}
			stillPicture(t, to, svg)
			for _, want := range []string{served(t, s).Rel.ID, "Sources: "} {
				if !strings.Contains(svg, want) {
					t.Errorf("%s does not say %q", to, want)
				}
			}
			if strings.Contains(svg, "var(--") || strings.Count(svg, "<svg") != 1 {
				t.Errorf("%s hangs on the page", to)
			}
			status, table, _ := get(t, s, strings.Replace(to, "take=svg", "take=csv", 1))
			rows, err := csv.NewReader(strings.NewReader(table)).ReadAll()
			if status != 200 || err != nil || len(rows) < 2 {
				t.Errorf("%s chart %d: table %d %v of %d rows", path, i+1, status, err, len(rows))
			}
		}
	}
}

// deadTable wants a table with its source to hold no live cell.
func deadTable(t testing.TB, what string, body []byte) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil || len(z.File) != 2 {
		t.Errorf("%s: no table with its source: %v", what, err)
		return
	}
	f, err := z.File[0].Open()
	if err != nil {
		t.Error(what, err)
		return
	}
	text, err := io.ReadAll(f)
	if err != nil {
		t.Error(what, err)
	}
	deadCells(t, what, string(text))
}

// stillPicture wants an SVG that does nothing and leads nowhere.
func stillPicture(t testing.TB, what, text string) {
	t.Helper()
	still := map[string]bool{"svg": true, "title": true, "desc": true, "g": true, "path": true, "rect": true, "circle": true, "text": true, "defs": true, "pattern": true}
	dec := xml.NewDecoder(strings.NewReader(text))
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Errorf("%s: %v", what, err)
			return
		}
		el, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		if !still[el.Name.Local] {
			t.Errorf("%s: element %s", what, el.Name.Local)
		}
		for _, a := range el.Attr {
			if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "href" || a.Name.Local == "style" {
				t.Errorf("%s: attribute %s", what, a.Name.Local)
			}
		}
	}
}

func TestTakeaway_wrong(t *testing.T) {
	s := demoSite(t)
	for path, want := range map[string]int{
		"/priorities?take=png&chart=1": 400, "/priorities?take=svg": 400, "/priorities?take=svg&chart=0": 400, "/priorities?take=svg&chart=99": 404, "/sources?take=svg&chart=1": 404,
		"/map/values?set=nowhere&value=density": 404, "/map/values?set=team&value=size": 400, "/map/values?set=team": 400, "/map/values?set=team&value=lq:Z": 400,
		"/map/values?set=team&value=density&classes=99": 400, "/map/values?set=team&value=density&breaks=2,1": 400, "/map/values?set=team&value=density&page=9": 400,
		"/map?set=team&value=x": 200, "/map/sites.geojson": 400, "/map/squares": 400, "/map/squares?bbox=-2,53,-1,54": 400, "/map/squares?bbox=-2,53,-1,54&zoom=99": 400, "/map/squares?bbox=-9,49,2,60&zoom=16": 400, "/map/values.json?set=team&value=density&method=pretty": 400,
		"/tiles/areas/nowhere/1/0/0.mvt": 404, "/tiles/areas/team/1/9/0.mvt": 400, "/tiles/areas/team/1/0/0.mvt?value=x": 400,
	} {
		if status, _, _ := get(t, s, path); status != want {
			t.Errorf("%s: status %d, want %d", path, status, want)
		}
	}
}

// A table with its source is the same table, byte for byte, beside a text that names every source of the release.
func TestTakeaway_tableWithSource(t *testing.T) {
	s := demoSite(t)
	_, plain, header := get(t, s, "/organisations?format=csv")
	if strings.Contains(plain, "#") && strings.HasPrefix(plain, "#") || !strings.HasPrefix(header.Get("Content-Type"), "text/csv") {
		t.Fatal("the plain table is not plain")
	}
	status, body, header := get(t, s, "/organisations?format=csv&cite=1")
	if status != 200 || header.Get("Content-Type") != "application/zip" || !strings.Contains(header.Get("Content-Disposition"), ".zip") {
		t.Fatalf("%d %v", status, header)
	}
	z, err := zip.NewReader(bytes.NewReader([]byte(body)), int64(len(body)))
	if err != nil || len(z.File) != 2 {
		t.Fatal(err)
	}
	read := func(i int, name string) string {
		f, err := z.File[i].Open()
		if err != nil || z.File[i].Name != name {
			t.Fatal(z.File[i].Name, err)
		}
		text, err := io.ReadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if read(0, "table.csv") != plain {
		t.Error("the table differs from the plain one")
	}
	note := read(1, "source.txt")
	for _, src := range served(t, s).Rel.Manifest.Sources {
		if !strings.Contains(note, src.Title) || !strings.Contains(note, src.Licence) {
			t.Errorf("the note does not name %s", src.ID)
		}
	}
	if !strings.Contains(page(t, s, "/areas"), `format=csv&amp;cite=1`) {
		t.Error("the page does not offer the table with its source")
	}
	if status, body, _ := get(t, s, "/organisations?format=csv&cite=1&page=x"); status != 400 || !strings.Contains(body, "<h1>") {
		t.Errorf("a wrong address gives %d", status)
	}
}

func TestTakeaway_geojson(t *testing.T) {
	s := demoSite(t)
	for _, path := range []string{"/map/sites.geojson?bbox=-2,53,-1,54", "/map/squares?bbox=-2,53,-1,54&zoom=8&format=geojson", "/map/values?set=team&value=organisations&format=geojson"} {
		_, body, _ := get(t, s, path)
		var c struct {
			Type   string
			Source struct {
				Release string
				Sources []struct{ Title, Licence string }
			}
			Features []json.RawMessage
		}
		if err := json.Unmarshal([]byte(body), &c); err != nil || c.Type != "FeatureCollection" || len(c.Features) == 0 || c.Source.Release != served(t, s).Rel.ID || len(c.Source.Sources) == 0 {
			t.Errorf("%s: %v %s, %d features, source %+v", path, err, c.Type, len(c.Features), c.Source)
		}
	}
}

// The squares of a box hold all its sites, at every zoom.
func TestMapSquares(t *testing.T) {
	s := demoSite(t)
	f, err := parseSiteFilter(nil)
	if err != nil {
		t.Fatal(err)
	}
	all := f.count(served(t, s).Sites)
	for _, zoom := range []string{"0", "3", "6"} {
		_, text, _ := get(t, s, "/map/squares?bbox=-11,49,3,61&format=csv&zoom="+zoom)
		rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil || len(rows) < 2 {
			t.Fatalf("zoom %s: %v", zoom, err)
		}
		sum := 0
		for _, row := range rows[1:] {
			n, err := strconv.Atoi(row[5])
			if err != nil {
				t.Fatal(err)
			}
			sum += n
		}
		if sum != all {
			t.Errorf("zoom %s: %d sites in squares of %d", zoom, sum, all)
		}
	}
}

// Breaks of squares rise from 1, and the fullest square of the lowest zoom holds all.
func TestSquareBreaks(t *testing.T) {
	for most, want := range map[int][]int{0: {1}, 7: {1, 2}, 183: {1, 5, 20, 50}, 26_000: {1, 50, 200, 1000, 2000, 5000}, 1_176_000: {1, 2000, 10_000, 20_000, 100_000, 200_000}} {
		if got := breaksTo(most); !slices.Equal(got, want) {
			t.Errorf("to %d: %v, want %v", most, got, want)
		}
	}
	s := demoSite(t)
	f, err := parseSiteFilter(nil)
	if err != nil {
		t.Fatal(err)
	}
	most, err := fullest(served(t, s).Sites)
	if err != nil || most[0] != f.count(served(t, s).Sites) || most[squareDeepest] > most[0] {
		t.Errorf("%v %v", most, err)
	}
}

// The legend, the table and the tiles of a map of areas say the same.
func TestAreaValues(t *testing.T) {
	s := demoSite(t)
	_, body, _ := get(t, s, "/map/values.json?set=team&value=density&method=quantiles&classes=3")
	var legend struct {
		Bounds []float64
		Counts []int
		Tokens []string
		Empty  int
	}
	if err := json.Unmarshal([]byte(body), &legend); err != nil || len(legend.Bounds) != len(legend.Counts)+1 || len(legend.Tokens) != len(legend.Counts) {
		t.Fatalf("%v %s", err, body)
	}
	_, text, _ := get(t, s, "/map/values?set=team&value=density&method=quantiles&classes=3&format=csv")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	counts := make([]int, len(legend.Counts))
	empty := 0
	for _, row := range rows[1:] {
		if row[7] == "" {
			empty++
			continue
		}
		k, err := strconv.Atoi(row[7])
		if err != nil {
			t.Fatal(err)
		}
		v, _ := strconv.ParseFloat(row[4], 64)
		if v > legend.Bounds[k] || v < legend.Bounds[k-1] {
			t.Errorf("%s has %g in class %d of %v", row[2], v, k, legend.Bounds)
		}
		counts[k-1]++
	}
	for i := range counts {
		if counts[i] != legend.Counts[i] {
			t.Errorf("the table has %v in the classes, the legend %v", counts, legend.Counts)
		}
	}
	if empty != legend.Empty {
		t.Errorf("%d areas without a class, the legend says %d", empty, legend.Empty)
	}
	shape, err := place.Find(t.Context(), served(t, s).DB, "team", "amp")
	if err != nil {
		t.Fatal(err)
	}
	lon, lat, _ := geo.InsidePoint(shape.Geometry)
	x, y := proj.Mercator(lon, lat)
	_, tile, header := get(t, s, fmt.Sprintf("/tiles/areas/team/13/%d/%d.mvt?value=density", int(x*8192), int(y*8192)))
	if header.Get("ETag") == "" || !strings.Contains(tile, "amp") {
		t.Errorf("the tile of %d bytes lacks the area", len(tile))
	}
	if body := page(t, s, "/why?ref=areavalue%2Fteam%2Famp%3Fvalue%3Ddensity"); !strings.Contains(body, "Size, km²") {
		t.Error("the value is not explained")
	}
}
