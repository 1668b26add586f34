package web

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"milieu/internal/cluster/atlas"
	"milieu/internal/place"
	"milieu/internal/spatial"
)

func TestAtlas(t *testing.T) {
	s := demoSite(t)
	for path, wants := range map[string][]string{
		"/atlas":                            {"Organisations per km²", `aria-current="page">Atlas`, "format=geojson", "too few, or all too much alike", "places of work, or else"},
		"/atlas?value=lq&sector=C&set=team": {"Quotient of manufacturing", "/why?ref=moran%2Fteam", "Concentration by distance", "usual breaks"},
		"/atlas?value=share:C&set=team&basis=work": {"Share of manufacturing", "places of work only"},
		"/atlas?value=young&units=1":               {"The same at other geographies", "Boundaries are somebody"},
		"/concentration":                           {"Choose a sector and an area", `action="/concentration"`},
		"/concentration/C?area=team/amp":           {"Manufacturing in Advanced Manufacturing Park", "Organisations count at:"},
		"/concentration/O?area=team/amp":           {"too few to test", "Too few to test"},
	} {
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

func TestAtlas_wrongAddresses(t *testing.T) {
	s := demoSite(t)
	for path, want := range map[string]int{
		"/atlas?value=wealth": 400, "/atlas?set=nowhere": 404, "/atlas?value=lq:nothing": 404, "/atlas?basis=home": 400, "/atlas?method=x": 400, "/atlas?classes=99": 400, "/atlas?classes=x": 400,
		"/atlas?page=99": 400, "/atlas?show=x": 400,
		"/concentration/nothing?area=team/amp": 404, "/concentration/C?area=team/nowhere": 404, "/concentration/C?area=amp": 400, "/concentration/C?area=shape/!!": 400,
		"/concentration/C?area=team/amp&basis=home": 400, "/concentration/C?area=team/amp&weights=kilos": 400, "/concentration/C?area=team/amp&simulations=5": 400,
	} {
		if status, body, _ := get(t, s, path); status != want || !strings.Contains(body, "<h1>") {
			t.Errorf("%s: status %d, want %d", path, status, want)
		}
	}
	if status, _, header := get(t, s, "/concentration?sector=C&area=team%2Famp&weights="); status != http.StatusSeeOther || header.Get("Location") != "/concentration/C?area=team%2Famp" {
		t.Errorf("the form leads to %d %s", status, header.Get("Location"))
	}
}

func TestAtlas_tables(t *testing.T) {
	s := demoSite(t)
	for path, header := range map[string][]string{"/atlas?value=lq:C&set=team&format=csv": atlasHeader, "/concentration/C?area=team/amp&format=csv": concentrationHeader} {
		_, body, h := get(t, s, path)
		rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
		if err != nil || len(rows) == 0 || len(rows[0]) != len(header) || !strings.HasPrefix(h.Get("Content-Type"), "text/csv") {
			t.Errorf("%s: %d rows, %v", path, len(rows), err)
		}
	}
	if _, body, _ := get(t, s, "/atlas?value=density&set=team&format=geojson"); !strings.Contains(body, `"FeatureCollection"`) || !strings.Contains(body, `"measure":"density"`) {
		t.Errorf("GeoJSON: %.200s", body)
	}
}

func TestBesideSets(t *testing.T) {
	var sets []testableSet
	for _, s := range []struct {
		name string
		n    int
	}{{"itl1", 3}, {"ward", 50}, {"msoa", 100}, {"lsoa", 500}, {"oa", 3000}} {
		sets = append(sets, testableSet{place.Set{Name: s.name, N: s.n}, s.n})
	}
	sets = append(sets[:2:2], append([]testableSet{{place.Set{Name: "team", Drawn: true, N: 60}, 60}}, sets[2:]...)...)
	for name, want := range map[string]string{"ward": "ward msoa lsoa", "msoa": "ward msoa lsoa", "lsoa": "msoa lsoa oa", "oa": "msoa lsoa oa", "team": "ward team msoa", "itl1": "itl1 ward msoa", "none": ""} {
		var got []string
		for _, s := range besideSets(sets, name) {
			got = append(got, s.Name)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("beside %s: %v, want %s", name, got, want)
		}
	}
}

func TestStandOut(t *testing.T) {
	r := atlas.Result{}
	if s := standOut(r); !strings.HasPrefix(s, "No single area stands out") {
		t.Error(s)
	}
	r.Areas = []atlas.Area{{Class: spatial.HighHigh}, {Class: spatial.HighHigh}, {Class: spatial.LowLow}, {}}
	if s := standOut(r); !strings.Contains(s, "2 high among high and 1 low among low") {
		t.Error(s)
	}
}
