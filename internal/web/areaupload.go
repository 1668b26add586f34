package web

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/archive"
	"milieu/internal/geo"
	"milieu/internal/geo/shape"
	"milieu/internal/live"
)

// mostShapeAddress is how many characters of a shape an address holds; a longer one is simplified.
const mostShapeAddress = 6000

// mostKept is how many positions an area may have that no address holds: its text stands in the
// references of its figures.
const mostKept = 5000

// tolerances are the distances in metres by which a boundary may move so that it fits an address.
var tolerances = []float64{1, 2, 5, 10, 20, 50, 100}

// uploadArea takes an area that comes as a file or as text, and leads to its profile.
func (s *Server) uploadArea(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	var a foundArea
	var notes []string
	err := snap.Cache.Slow(r.Context(), func() error {
		found, said, made, err := bringShapes(r)
		if err == nil {
			notes = said
			a, err = oneArea(r, found, made)
		}
		return err
	})
	if err == nil {
		return see(w, r, s.addressOf(a, notes), "")
	}
	if errors.Is(err, live.ErrBusy) {
		return err
	}
	var se statusError
	if errors.As(err, &se) {
		return err
	}
	p, err2 := s.newAreaPage(r, snap)
	if err2 != nil {
		return err2
	}
	p.Fault = capital(err.Error()) + "."
	s.write(w, r, http.StatusUnprocessableEntity, "profilenew", p)
	return nil
}

// bringShapes reads the shapes of a form: its file, or else its text.
func bringShapes(r *http.Request) (found []geo.Feature, notes []string, made string, err error) {
	f, h, err := r.FormFile("file")
	if err == nil && h.Size > 0 {
		defer f.Close()
		data, err := io.ReadAll(io.LimitReader(f, shape.MostBytes+1))
		if err != nil {
			return nil, nil, "", fmt.Errorf("the file did not arrive whole (%v); send it again", err)
		}
		found, notes, err = readShapes(data)
		return found, notes, "uploaded from " + fileName(h.Filename), err
	}
	if text := strings.TrimSpace(r.PostForm.Get("text")); text != "" {
		found, notes, err = shape.Read([]byte(text))
		return found, notes, "typed in as text", err
	}
	return nil, nil, "", errors.New("no file was chosen and no text was given; choose a GeoJSON, KML or zipped shapefile, or paste the text")
}

// fileName is a file's name as it may be shown.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	if !utf8.ValidString(name) || name == "." || name == "/" {
		return "a file"
	}
	if r := []rune(name); len(r) > 80 {
		name = string(r[:80])
	}
	return name
}

// readShapes reads a file that was brought, which may be a ZIP with a shapefile, a KML or a GeoJSON.
func readShapes(data []byte) ([]geo.Feature, []string, error) {
	if !archive.IsZIP(data) {
		return shape.Read(data)
	}
	z, err := archive.OpenZIP(data, "", archive.Limits{Bytes: 4 * shape.MostBytes, Members: 200})
	if err != nil {
		return nil, nil, err
	}
	defer z.Close()
	var shp, other []byte
	prj := map[string][]byte{}
	var shpName string
	for _, m := range z.Members {
		ext := strings.ToLower(path.Ext(m.Name))
		switch ext {
		case ".shp", ".prj", ".kml", ".json", ".geojson":
		default:
			continue
		}
		text, err := zipMember(m)
		if err != nil {
			return nil, nil, err
		}
		switch {
		case ext == ".prj":
			prj[strings.TrimSuffix(m.Name, path.Ext(m.Name))] = text
		case ext == ".shp" && shp == nil:
			shp, shpName = text, strings.TrimSuffix(m.Name, path.Ext(m.Name))
		case ext == ".shp":
			return nil, nil, errors.New("the ZIP holds several shapefiles; bring one")
		case other == nil:
			other = text
		}
	}
	switch {
	case shp != nil:
		return shape.ReadShapefile(shp, prj[shpName])
	case other != nil:
		return shape.Read(other)
	}
	return nil, nil, errors.New("the ZIP holds no shapefile (.shp), KML or GeoJSON")
}

func zipMember(m archive.Member) ([]byte, error) {
	rc, err := m.Open()
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	text, err := io.ReadAll(io.LimitReader(rc, shape.MostBytes+1))
	if err == nil && len(text) > shape.MostBytes {
		err = fmt.Errorf("%s is larger than %d MiB; simplify the shapes", m.Name, shape.MostBytes>>20)
	}
	return text, err
}

// oneArea makes one area of what was brought: a distance around it where the form gives one, and all
// shapes joined.
func oneArea(r *http.Request, found []geo.Feature, made string) (foundArea, error) {
	var m float64
	if text := strings.TrimSpace(r.PostForm.Get("m")); text != "" {
		var err error
		if m, err = metres(text); err != nil {
			return foundArea{}, err
		}
	}
	var areas []geom.Geometry
	var places []geom.Point
	for _, f := range found {
		g := f.Geometry
		if g.Dimension() == 0 && m > 0 {
			places = append(places, pointsOf(g)...)
			continue
		}
		if g.Dimension() < 2 && m == 0 {
			return foundArea{}, fmt.Errorf("the file holds a %s, which is no area: give a distance around it", strings.ToLower(g.Type().String()))
		}
		if m > 0 {
			var err error
			if g, err = shape.Buffer(g, m); err != nil {
				return foundArea{}, err
			}
		}
		areas = append(areas, g)
	}
	if len(places) > 0 {
		// Together, for circles of many places overlap each other.
		g, err := shape.Buffer(geom.NewMultiPoint(places).AsGeometry(), m)
		if err != nil {
			return foundArea{}, err
		}
		areas = append(areas, g)
	}
	g, err := shape.Join(areas)
	if err != nil {
		return foundArea{}, err
	}
	if len(found) > 1 {
		made += fmt.Sprintf(", %d shapes joined", len(found))
	}
	if m > 0 {
		made += ", with " + distanceWords(m) + " around it"
	}
	name := strings.TrimSpace(r.PostForm.Get("name"))
	if name == "" && len(found) == 1 {
		name = found[0].Properties["name"]
	}
	if r := []rune(name); len(r) > mostMadeName {
		name = string(r[:mostMadeName])
	}
	g, thin := fitted(g)
	if n := g.DumpCoordinates().Length(); n > mostKept {
		return foundArea{}, fmt.Errorf("the boundary has %d positions even when it is simplified by %g m; at most %d are taken: simplify it in a map program", n, tolerances[len(tolerances)-1], mostKept)
	}
	if thin > 0 {
		made += fmt.Sprintf(", simplified by at most %g m", thin)
	}
	return shapedArea(g, name, made)
}

func pointsOf(g geom.Geometry) []geom.Point {
	if p, ok := g.AsPoint(); ok {
		return []geom.Point{p}
	}
	if m, ok := g.AsMultiPoint(); ok {
		return m.Dump()
	}
	return nil
}

// fitted simplifies a shape so that an address can hold it, by as little as that takes, and says by
// how many metres a line may have moved: 0 where nothing was changed or no tolerance is enough.
func fitted(g geom.Geometry) (geom.Geometry, float64) {
	if fits(g) {
		return g, 0
	}
	for _, m := range tolerances {
		if thin := shape.Thin(g, m); fits(thin) {
			return thin, m
		}
	}
	if g.DumpCoordinates().Length() > mostKept {
		last := tolerances[len(tolerances)-1]
		return shape.Thin(g, last), last
	}
	return g, 0
}

// fits says that an address can hold the shape. A position takes two characters at least, so
// that most shapes that are too long need not be encoded to be told.
func fits(g geom.Geometry) bool {
	if g.DumpCoordinates().Length() > mostShapeAddress/2 {
		return false
	}
	text, err := geo.EncodeShape(g)
	return err == nil && len(text) <= mostShapeAddress
}

// addressOf is the page of a shape that was brought; notes are what was doubtful about the file.
func (s *Server) addressOf(a foundArea, notes []string) string {
	if len(notes) > 0 {
		a.Made += fmt.Sprintf("; repaired or left out: %d (%s)", len(notes), notes[0])
	}
	q := url.Values{"made": {cutText(a.Made, mostMade)}}
	if a.Name != drawnName {
		q.Set("name", a.Name)
	}
	if len(a.Text) <= mostShapeAddress {
		q.Set("shape", a.Text)
	} else {
		q.Set("kept", s.keep(a))
	}
	return "/profile?" + q.Encode()
}

func cutText(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}
