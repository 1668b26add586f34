package web

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"math"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/auth"
	"milieu/internal/entry"
	"milieu/internal/geo"
	"milieu/internal/geo/shape"
	"milieu/internal/profile"
)

// drawnSquare is a square at Waverley, as GeoJSON and encoded: one that lies across the district's border.
const (
	squareJSON = `{"type":"Polygon","coordinates":[[[-1.4,53.3],[-1.3,53.3],[-1.3,53.4],[-1.4,53.4],[-1.4,53.3]]]}`
	squareText = "BBBE_txIglqlKgxTAAgxT_wTA"
)

func TestProfile_addresses(t *testing.T) {
	s := demoSite(t)
	for path, wants := range map[string][]string{
		"/profile?shape=" + squareText:                       {"Drawn area", "Drawn, not saved", "format=geojson", "/compare?area=shape%2F" + squareText, "74.1 km²"},
		"/profile?shape=" + squareText + "&name=Valley":      {"<h1>Valley</h1>"},
		"/profile?near=-1.381,53.387&m=1500":                 {"1.5 km around longitude -1.3810, latitude 53.3870", "7.1 km²"},
		"/profile?near=-1.381,53.387&m=1500&name=A%3Cb%3E":   {"<h1>A&lt;b&gt;</h1>"},
		"/profile?site=aesseal-plc&m=800":                    {"800 m around "},
		"/profile?join=team/amp,team/corridor":               {"joined from Advanced Manufacturing Park, Waverley and Corridor"},
		"/profile?join=team/amp&join=team/corridor&name=All": {"<h1>All</h1>"},
		"/compare?area=team/amp&area=shape/" + squareText:    {"side by side", "The whole release", "Or by its code"},
		"/compare":                             {"No area is chosen"},
		"/profile/organisations?area=team/amp": {"organisations in Advanced"},
		"/profile/new":                         {"Around a postcode", `<option value="team/amp">`, "/map#draw"},
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

func TestProfile_wrongAddresses(t *testing.T) {
	s := demoSite(t)
	for path, want := range map[string]struct {
		status int
		says   string
	}{
		"/profile":            {400, "names no area"},
		"/profile?shape=BBBE": {400, "cannot be read"},
		"/profile?shape=" + strings.Repeat("A", 1e5):                         {400, "not written in a form"},
		"/profile?shape=" + squareText + "&name=" + strings.Repeat("x", 121): {400, "at most 120 characters"},
		"/profile?near=-1.381&m=1500":                                        {400, "is not a position"},
		"/profile?near=-1.381,53.387":                                        {400, "is not a distance"},
		"/profile?near=-1.381,53.387&m=NaN":                                  {400, "is not a distance"},
		"/profile?near=-1.381,53.387&m=1e9":                                  {400, "at most 100,000"},
		"/profile?near=12,41&m=100":                                          {400, "outside Great Britain"},
		"/profile?near=NaN,NaN&m=100":                                        {400, "no position"},
		"/profile?site=nobody&m=100":                                         {404, "nothing at this address"},
		"/profile?join=team/amp":                                             {400, "From 2 to 20 areas"},
		"/profile?join=team/amp,amp":                                         {400, "not written as set/id"},
		"/profile?join=team/amp,team/nowhere":                                {404, "nothing at this address"},
		"/profile?join=" + strings.Repeat("team/amp,", 21):                   {400, "these are 21"},
		"/profile?shape=" + squareText + "&units=25":                         {400, "too few organisations"},
		"/profile?shape=" + squareText + "&basis=home":                       {400, "none of any, work and office"},
		"/profile?shape=" + squareText + "&level=street":                     {400, "there are industry, division, section and sector"},
		"/profile?shape=" + squareText + "&against=x":                        {400, "not written as set/id"},
		"/profile?shape=" + squareText + "&against=team/x":                   {404, "nothing at this address"},
		"/compare?area=team/nowhere":                                         {404, "nothing at this address"},
		"/compare?area=x":                                                    {400, "not written as set/id"},
		"/compare?area=" + strings.Join(elevenAreas(), ","):                  {400, "At most 10"},
		"/profile/organisations":                                             {400, "names no area"},
		"/profile?kept=00":                                                   {404, "it is gone"},
		"/profile/new?postcode=S60+5WG&m=":                                   {400, "is not a distance"},
		"/profile/new?postcode=ZZ99+9ZZ&m=100":                               {422, "No organisation on record is at the postcode"},
		"/profile/new?postcode=nowhere-at-all&m=100":                         {422, "is not a postcode"},
		"/areas/at.json?at=1":                                                {400, "longitude and latitude"},
		"/areas/team/nowhere":                                                {404, "nothing at this address"},
	} {
		status, body, _ := get(t, s, path)
		if status != want.status || !strings.Contains(body, want.says) {
			t.Errorf("%.80s: status %d, want %d and %q", path, status, want.status, want.says)
		}
		wellFormed(t, path, body)
	}
}

// elevenAreas are one more than can be compared.
func elevenAreas() []string {
	var out []string
	for i := range 11 {
		g, err := shape.Circle(-1.4, 53.4, 1000+100*float64(i))
		if err != nil {
			panic(err)
		}
		text, err := geo.EncodeShape(g)
		if err != nil {
			panic(err)
		}
		out = append(out, "shape/"+text)
	}
	return out
}

// TestProfile_csv reads the tables that can be taken away.
func TestProfile_csv(t *testing.T) {
	s := demoSite(t)
	for path, wants := range map[string][]string{
		"/profile?shape=" + squareText + "&format=csv":                    {"measure,key,label,value,low,high,reading", "\norganisations,,,", "\nbasis,,any,"},
		"/compare?area=team/amp&area=shape/" + squareText + "&format=csv": {"area,name,measure,label,unit,value,low,high", "\nteam/amp,\"Advanced Manufacturing Park, Waverley\",organisations,", "\nnation/all,the whole release,"},
		"/profile/organisations?area=team/amp&format=csv":                 {"id,name,lon,lat,employees", "\ncastings-technology-international"},
	} {
		status, body, _ := get(t, s, path)
		if status != http.StatusOK {
			t.Errorf("%s: status %d", path, status)
		}
		for _, want := range wants {
			if !strings.Contains(strings.ReplaceAll(body, "\r\n", "\n"), want) {
				t.Errorf("%s does not hold %q", path, want)
			}
		}
	}
}

func TestProfile_geojson(t *testing.T) {
	s := demoSite(t)
	status, body, header := get(t, s, "/profile?shape="+squareText+"&format=geojson")
	found, _, err := geo.ReadGeoJSON(strings.NewReader(body), geo.Options{AreasOnly: true})
	if status != http.StatusOK || err != nil || len(found) != 1 || header.Get("Content-Type") != "application/geo+json" {
		t.Fatalf("status %d, %v", status, err)
	}
	if text, err := geo.EncodeShape(found[0].Geometry); err != nil || text != squareText {
		t.Errorf("taken away and encoded again it is %q, %v", text, err)
	}
}

// brought is a request that sends a file with fields.
func brought(t *testing.T, name string, data []byte, pairs ...string) *http.Request {
	t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	f, err := m.CreateFormFile("file", name)
	if err == nil {
		_, err = f.Write(data)
	}
	for i := 0; i < len(pairs) && err == nil; i += 2 {
		err = m.WriteField(pairs[i], pairs[i+1])
	}
	if err == nil {
		err = m.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/profile", &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return r
}

func zipOf(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range files {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestProfile_upload(t *testing.T) {
	s := demoSite(t)
	kml := `<kml><Placemark><name>Works</name><Polygon><outerBoundaryIs><LinearRing><coordinates>-1.4,53.3 -1.3,53.3 -1.3,53.4 -1.4,53.4 -1.4,53.3</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></kml>`
	for _, c := range []struct {
		name   string
		data   []byte
		pairs  []string
		status int
		says   string // of the address it leads to, or of the page
	}{
		{"a.geojson", []byte(squareJSON), nil, 303, "shape=" + squareText},
		{`C:\maps\a.geojson`, []byte(squareJSON), nil, 303, "made=uploaded+from+a.geojson"},
		{"a.kml", []byte(kml), nil, 303, "name=Works&shape=" + squareText},
		{"a.kmz", zipOf(t, map[string]string{"doc.kml": kml, "files/x.png": "x"}), nil, 303, "shape=" + squareText},
		{"a.wkt", []byte("POINT(-1.38 53.39)"), []string{"m", "1000"}, 303, "with+1+km+around+it"},
		{"a.wkt", []byte("POINT(-1.38 53.39)"), nil, 422, "is no area: give a distance"},
		{"a.wkt", []byte("POINT(-1.38 53.39)"), []string{"m", "far"}, 400, "is not a distance"},
		{"a.zip", zipOf(t, map[string]string{"a.txt": "x"}), nil, 422, "no shapefile"},
		{"a.zip", zipOf(t, map[string]string{"../a.shp": "x"}), nil, 422, "points outside the archive"},
		{"a.zip", zipOf(t, map[string]string{"a.shp": "x"}), nil, 422, "does not begin as a shapefile"},
		{"a.zip", zipOf(t, map[string]string{"a.kml": strings.Repeat(" ", shape.MostBytes+1)}), nil, 422, "larger than 20 MiB"},
		{"a.json", []byte(`{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}`), nil, 422, "crosses or touches itself"},
		{"empty", nil, nil, 422, "No file was chosen"},
		{"empty", nil, []string{"text", squareJSON}, 303, "made=typed+in+as+text"},
	} {
		rec := httptest.NewRecorder()
		s.Handler().ServeHTTP(rec, brought(t, c.name, c.data, c.pairs...))
		if got := rec.Header().Get("Location") + rec.Body.String(); rec.Code != c.status || !strings.Contains(got, c.says) {
			t.Errorf("%s %v: status %d, want %d and %q:\n%.600s", c.name, c.pairs, rec.Code, c.status, c.says, got)
		}
		if rec.Code == http.StatusSeeOther {
			page(t, s, rec.Header().Get("Location"))
		}
	}
}

// TestProfile_uploadDetailed brings shapes that an address cannot hold as they are.
func TestProfile_uploadDetailed(t *testing.T) {
	s := demoSite(t)
	wavy := func(n int, amplitude float64) string {
		var b strings.Builder
		for i := range n + 1 {
			a := 2 * math.Pi * float64(i%n) / float64(n)
			r := 0.1 + amplitude*float64(i%2)
			fmt.Fprintf(&b, ",%.6f %.6f", -1.4+r*math.Cos(a), 53.4+0.6*r*math.Sin(a))
		}
		return "POLYGON((" + b.String()[1:] + "))"
	}
	for _, c := range []struct{ text, want string }{
		{wavy(4000, 0.00002), "simplified+by+at+most"},
		{wavy(4000, 0.002), "kept="},
	} {
		rec := httptest.NewRecorder()
		s.Handler().ServeHTTP(rec, brought(t, "a.wkt", []byte(c.text)))
		to := rec.Header().Get("Location")
		if !strings.Contains(to, c.want) || len(to) > mostShapeAddress+600 {
			t.Fatalf("%d positions lead to %.200s", strings.Count(c.text, ","), to)
		}
		if body := page(t, s, to); !strings.Contains(body, "uploaded from a.wkt") {
			t.Errorf("the page does not say where the shape is from")
		}
	}
}

func TestDrawnAreas_bounds(t *testing.T) {
	var d drawnAreas
	for i := range 10 * drawnMost {
		d.put(fmt.Sprint(i), foundArea{Text: strings.Repeat("x", 1<<17)})
	}
	if len(d.kept) != len(d.order) || d.size > drawnCharacter || d.size != len(d.kept)<<17 || len(d.kept) != drawnCharacter>>17 {
		t.Errorf("%d kept, %d in order, %d characters", len(d.kept), len(d.order), d.size)
	}
	if _, ok := d.get(fmt.Sprint(10*drawnMost - 1)); !ok {
		t.Error("the newest is gone")
	}
	a, err := d.remember("new", func() (foundArea, error) { return foundArea{Ref: "made"}, nil })
	b, _ := d.remember("new", func() (foundArea, error) { return foundArea{Ref: "again"}, nil })
	if err != nil || a.Ref != "made" || b.Ref != "made" {
		t.Errorf("%v, %v, %v", a.Ref, b.Ref, err)
	}
}

// TestSaveArea saves a drawn area, and finds it everywhere before it is built.
func TestSaveArea(t *testing.T) {
	w := teamSite(t)
	for role, says := range map[auth.Role]string{auth.Nobody: "to save it with a name", auth.Reader: "Saving takes the role of an editor"} {
		w.says(w.get(role, "/profile?shape="+squareText), 200, says)
	}
	if body := w.page(auth.Nobody, "/profile?shape="+squareText); !strings.Contains(body, "/sign-in?next=%2fprofile%3fshape%3d"+squareText) {
		t.Error("signing in does not keep the drawing")
	}
	if rec := w.post(auth.Reader, "/profile/save", "shape", squareText, "name", "Valley", "reason", "Because."); rec.Code != http.StatusForbidden {
		t.Errorf("a reader's area is taken: %d", rec.Code)
	}
	save := func(pairs ...string) *httptest.ResponseRecorder {
		return w.post(auth.Editor, "/profile/save", append([]string{"shape", squareText, "name", "Don Valley", "reason", "Where the works are.", "made", "drawn on the map"}, pairs...)...)
	}
	w.sent(save(), "/areas/team/don-valley?said=area-saved")
	w.sent(save(), "/areas/team/don-valley-2?said=area-saved")
	w.says(w.post(auth.Editor, "/profile/save", "shape", squareText, "name", "", "reason", "x"), 422, "has no name")
	w.says(w.post(auth.Editor, "/profile/save", "shape", squareText, "name", "Nameless", "reason", ""), 422, "Reason is missing")
	w.says(w.post(auth.Editor, "/profile/save", "shape", "BBB", "name", "Broken", "reason", "x"), 400, "cannot be read")
	w.sent(w.post(auth.Editor, "/profile/save", "shape", squareText, "name", "Advanced Manufacturing Park", "reason", "x"), "/areas/team/advanced-manufacturing-park?said=area-saved")

	w.says(w.get(auth.Reader, "/areas/team/don-valley"), 200, "Don Valley", "Saved, not built yet", "drawn on the map", "74.1 km²")
	w.says(w.get(auth.Reader, "/areas"), 200, "Saved, not built yet", "Don Valley", "Where the works are.")
	w.says(w.get(auth.Editor, "/profile?join=team/don-valley,team/amp"), 200, "joined from Don Valley and Advanced")
	w.says(w.get(auth.Editor, "/areas/at.json?at=-1.35,53.35"), 200, "team/don-valley", "saved, not built yet")
	w.says(w.get(auth.Editor, "/tables/areas/rows/don-valley"), 200, "See the area", "waits for the next build")
	w.says(w.get(auth.Editor, "/tables/areas"), 200, "Don Valley")
	w.says(w.get(auth.Nobody, "/areas/team/don-valley"), 404, "nothing at this address")

	w.says(w.post(auth.Editor, "/decisions/D1/undo", "reason", "A mistake."), 303)
	w.says(w.get(auth.Editor, "/areas/team/don-valley"), 404)
}

func TestSaveArea_elsewhere(t *testing.T) {
	w := teamSite(t)
	r := w.request(auth.Editor, http.MethodPost, "/profile/save", url.Values{"shape": {squareText}, "name": {"x"}, "reason": {"x"}})
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	rec := httptest.NewRecorder()
	entry.Wrap(w.site.Handler(), entry.Options{}).ServeHTTP(rec, r)
	if rec.Code != http.StatusForbidden {
		t.Errorf("another site's form is taken: %d", rec.Code)
	}
}

// TestSquare holds the two forms of the square against each other.
func TestSquare(t *testing.T) {
	found, _, err := shape.Read([]byte(squareJSON))
	if err != nil {
		t.Fatal(err)
	}
	g, err := geo.DecodeShape(squareText)
	if err != nil {
		t.Fatal(err)
	}
	if same, err := geom.Equals(g, found[0].Geometry); err != nil || !same {
		t.Errorf("%s, %v", g.AsText(), err)
	}
}

// TestProfile_tooLarge sends more than is taken, and is not read on.
func TestProfile_tooLarge(t *testing.T) {
	s := demoSite(t)
	rest := &filler{n: 2 * shape.MostBytes}
	r := httptest.NewRequest(http.MethodPost, "/profile", io.MultiReader(strings.NewReader("--y\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n"), rest))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=y")
	rec := httptest.NewRecorder()
	s.Handler().ServeHTTP(rec, r)
	if rec.Code != http.StatusRequestEntityTooLarge || rest.read > shape.MostBytes+2<<20 {
		t.Errorf("status %d, %d bytes read", rec.Code, rest.read)
	}
}

// TestMembers holds the first of an area against the sorted list of all.
func TestMembers(t *testing.T) {
	s := demoSite(t)
	snap := served(t, s)
	a, err := drawnArea(squareText, "", "")
	if err != nil {
		t.Fatal(err)
	}
	all := everyMember(snap, a, profile.Question{})
	if len(all) < 20 || len(all) != snap.Book.Profile(a.Geometry, profile.Question{}).Organisations {
		t.Errorf("%d members", len(all))
	}
	for _, most := range []int{1, 7, 1000} {
		if got := membersOf(snap, a, profile.Question{}, most); !slices.Equal(got, all[:min(most, len(all))]) {
			t.Errorf("the first %d are not those of the list of all", most)
		}
	}
}
