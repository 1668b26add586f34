package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/chart"
	"milieu/internal/geo/shape"
	"milieu/internal/live"
	"milieu/internal/org"
)

// Limits of what an address may ask for.
const (
	mostJoined   = 20  // areas that are joined
	mostMadeName = 120 // characters of an area's name
	mostMade     = 300 // characters on how it came about
)

// askedArea is the area that the address of the page /profile asks for.
func (s *Server) askedArea(r *http.Request, snap *live.Snapshot) (foundArea, error) {
	q := r.URL.Query()
	name, made := strings.TrimSpace(q.Get("name")), strings.TrimSpace(q.Get("made"))
	if utf8.RuneCountInString(name) > mostMadeName || utf8.RuneCountInString(made) > mostMade {
		return foundArea{}, badRequest("The name of an area has at most %d characters, and how it came about %d.", mostMadeName, mostMade)
	}
	switch {
	case q.Get("shape") != "":
		return drawnArea(q.Get("shape"), name, made)
	case q.Get("kept") != "":
		return s.keptArea(q.Get("kept"), name, made)
	case q.Get("near") != "":
		return s.nearArea(q, name)
	case q.Get("site") != "":
		return s.siteArea(r, snap, q, name)
	case q.Get("join") != "":
		return s.joinedArea(r, snap, q["join"], name)
	}
	return foundArea{}, badRequest("The address names no area: draw one on the map, or go to /profile/new.")
}

// metres reads the distance of a question.
func metres(text string) (float64, error) {
	m, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || !(m > 0 && m <= shape.MaxBufferM) {
		return 0, badRequest("%.20q is not a distance: give metres above 0 and at most %s.", text, chart.Number(shape.MaxBufferM, 0))
	}
	return m, nil
}

// distanceWords writes a distance for people.
func distanceWords(m float64) string {
	if m < 1000 {
		return chart.Number(m, 0) + " m"
	}
	return strconv.FormatFloat(m/1000, 'f', -1, 64) + " km"
}

// nearArea is a circle around a position.
func (s *Server) nearArea(q url.Values, name string) (foundArea, error) {
	lonText, latText, ok := strings.Cut(q.Get("near"), ",")
	lon, err1 := strconv.ParseFloat(strings.TrimSpace(lonText), 64)
	lat, err2 := strconv.ParseFloat(strings.TrimSpace(latText), 64)
	if !ok || err1 != nil || err2 != nil {
		return foundArea{}, badRequest("%.40q is not a position: give longitude and latitude, as in near=-1.38,53.39.", q.Get("near"))
	}
	return circle(lon, lat, q.Get("m"), name, fmt.Sprintf("longitude %.4f, latitude %.4f", lon, lat))
}

// circle is what lies within a distance of a position that is called around.
func circle(lon, lat float64, distance, name, around string) (foundArea, error) {
	m, err := metres(distance)
	if err != nil {
		return foundArea{}, err
	}
	g, err := shape.Circle(lon, lat, m)
	if err != nil {
		return foundArea{}, badRequest("%s.", capital(err.Error()))
	}
	made := distanceWords(m) + " around " + around
	if name == "" {
		name = capital(made)
	}
	return shapedArea(g, name, made)
}

// siteArea is what lies within a distance of an organisation's places: its places of work, or its
// registered office where none is on record.
func (s *Server) siteArea(r *http.Request, snap *live.Snapshot, q url.Values, name string) (foundArea, error) {
	o, err := snap.Orgs.Find(r.Context(), q.Get("site"))
	if err != nil {
		return foundArea{}, err
	}
	m, err := metres(q.Get("m"))
	if err != nil {
		return foundArea{}, err
	}
	places := placesOf(o)
	if len(places) == 0 {
		return foundArea{}, badRequest("No source says where %s is, so nothing can be drawn around it.", o.Name)
	}
	points := geom.NewMultiPoint(places).AsGeometry()
	g, err := shape.Buffer(points, m)
	if err != nil {
		return foundArea{}, badRequest("%s.", capital(err.Error()))
	}
	made := distanceWords(m) + " around " + o.Name
	if len(places) > 1 {
		made += fmt.Sprintf(" (%d sites)", len(places))
	}
	if name == "" {
		name = capital(made)
	}
	return shapedArea(g, name, made)
}

const registeredOffice = "registered-office"

func placesOf(o org.Organisation) []geom.Point {
	var work, office []geom.Point
	for _, site := range o.Sites {
		if !site.Lon.Valid || !site.Lat.Valid {
			continue
		}
		p := geom.NewPointXY(site.Lon.Float64, site.Lat.Float64)
		if site.Kind == registeredOffice {
			office = append(office, p)
		} else {
			work = append(work, p)
		}
	}
	if len(work) > 0 {
		return work
	}
	return office
}

// joinedArea is several areas as one.
func (s *Server) joinedArea(r *http.Request, snap *live.Snapshot, asked []string, name string) (foundArea, error) {
	var refs []string
	for _, text := range asked {
		for _, ref := range strings.Split(text, ",") {
			if ref = strings.TrimSpace(ref); ref != "" {
				refs = append(refs, ref)
			}
		}
	}
	if len(refs) < 2 || len(refs) > mostJoined {
		return foundArea{}, badRequest("From 2 to %d areas can be joined, as in join=lad/E08000018,lad/E08000019; these are %d.", mostJoined, len(refs))
	}
	var parts []geom.Geometry
	var names []string
	built := true
	for _, ref := range refs {
		a, err := s.findArea(r, snap, ref)
		if err != nil {
			return foundArea{}, err
		}
		parts, names, built = append(parts, a.Geometry), append(names, a.Name), built && a.Built
	}
	made := "joined from " + andList(names)
	if name == "" {
		name = andList(names)
	}
	if utf8.RuneCountInString(name) > mostMadeName {
		name = fmt.Sprintf("%d areas joined", len(refs))
	}
	join := func() (a foundArea, err error) {
		err = snap.Cache.Slow(r.Context(), func() error {
			g, err := shape.Join(parts)
			if err != nil {
				return badRequest("%s.", capital(err.Error()))
			}
			a, err = shapedArea(g, name, made)
			return err
		})
		return a, err
	}
	if !built {
		return join()
	}
	// Official boundaries have thousands of positions: joining them takes longer than all the rest.
	return s.drawn.remember(snap.Rel.ID+"\x1f"+strings.Join(refs, ",")+"\x1f"+name, join)
}
