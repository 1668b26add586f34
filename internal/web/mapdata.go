package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"milieu/internal/geo"
	"milieu/internal/geo/points"
	"milieu/internal/live"
	"milieu/internal/org"
	"milieu/internal/place"
)

// siteFilter is what of the sites the map shows, as its addresses say it.
type siteFilter struct {
	points.Filter
	Classes map[int]bool // ticked roles; nil: all
	None    bool         // no role is ticked
	Section string
	Mass    bool // addresses of mass registration too
}

// parseSiteFilter reads class=0,2 or class=0&class=2 (-1: none), section=C and mass=1.
func parseSiteFilter(q url.Values) (siteFilter, error) {
	var f siteFilter
	for _, list := range q["class"] {
		for _, text := range strings.Split(list, ",") {
			c, err := strconv.Atoi(text)
			if err != nil || c < -1 || c > len(org.Roles) {
				return f, badRequest("Class %q is not one of 0 to %d.", text, len(org.Roles))
			}
			if f.Classes == nil {
				f.Classes = map[int]bool{}
			}
			if c >= 0 {
				f.Classes[c] = true
				f.ClassMask |= 1 << c
			}
		}
	}
	f.None = f.Classes != nil && f.ClassMask == 0
	if f.Section = q.Get("section"); f.Section != "" {
		if len(f.Section) != 1 || f.Section < "A" || f.Section > "U" {
			return f, badRequest("Section %q is not a letter from A to U.", f.Section)
		}
		f.GroupMask = 1 << (f.Section[0] - 'A' + 1)
	}
	if f.Mass = q.Get("mass") == "1"; !f.Mass {
		f.FlagsNone = org.FlagMass
	}
	return f, nil
}

// count is the number of sites that pass.
func (f siteFilter) count(x *points.Index) int {
	if f.None {
		return 0
	}
	r, err := x.Tile(0, 0, 0, f.Filter, 0)
	if err != nil {
		return 0 // there is always a tile 0/0/0
	}
	return r.Total
}

// mapAge is how long a browser may keep what the map draws before it asks again.
const mapAge = "private, max-age=300"

// unchanged answers for a browser that has the release's answer already. What the
// map draws depends on its address and the release only.
func unchanged(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) bool {
	tag := `"` + snap.Rel.ID + `-2"`
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", mapAge)
	if r.Header.Get("If-None-Match") != tag {
		return false
	}
	w.WriteHeader(http.StatusNotModified)
	return true
}

// mapBounds is the frame in which the map begins.
func mapBounds(r *http.Request, snap *live.Snapshot) (geo.Box, error) {
	if b := snap.WS.Map.Bounds; len(b) == 4 {
		return geo.Box{West: b[0], South: b[1], East: b[2], North: b[3]}, nil
	}
	return live.Remember(&snap.Cache, "map/bounds", func() (geo.Box, error) {
		box, ok, err := place.Extent(r.Context(), snap.DB)
		if !ok {
			box = geo.Box{West: -8, South: 50, East: 2, North: 59} // Great Britain, for want of sites
		}
		return box, err
	})
}

// holdsLeast is the part of a set's organisations, 1 in so many, from which an area
// counts in the choice of the default set.
const holdsLeast = 100

// defaultSet is the official set that the map draws unasked: none where the team
// has drawn areas, else the set in which the organisations lie in the fewest areas
// but more than one. Of equals, the one that parts them most evenly.
func defaultSet(r *http.Request, snap *live.Snapshot) (string, error) {
	return live.Remember(&snap.Cache, "map/set", func() (string, error) {
		sets, err := areaSets(r.Context(), snap)
		if err != nil || len(sets) == 0 || sets[0].Drawn {
			return "", err
		}
		held, err := org.AreaCounts(r.Context(), snap.DB, "", "")
		if err != nil {
			return "", err
		}
		type parted struct{ sum, areas, top int }
		by := map[string]*parted{}
		for _, set := range sets {
			by[set.Name] = &parted{}
		}
		for _, a := range held {
			by[a.Set].sum += a.Organisations
		}
		for _, a := range held {
			p := by[a.Set]
			p.top = max(p.top, a.Organisations)
			if a.Organisations*holdsLeast >= p.sum {
				p.areas++
			}
		}
		best := ""
		for _, set := range sets {
			p, b := by[set.Name], by[best]
			if p.areas > 1 && (b == nil || p.areas < b.areas || p.areas == b.areas && p.top*b.sum < b.top*p.sum) {
				best = set.Name
			}
		}
		return best, nil
	})
}

// displayLines is into how many steps the frame's width is parted: finer detail
// of a border is not drawn.
const displayLines = 3000

func (s *Server) mapAreas(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	set := r.URL.Query().Get("set")
	if _, err := findSet(r, snap, set); set != "" && err != nil {
		return err
	}
	waiting, err := s.waitingAreas(r, snap)
	if err != nil {
		return err
	}
	if len(waiting) == 0 && unchanged(w, r, snap) {
		return nil
	}
	features, err := live.Remember(&snap.Cache, "map/areas/"+set, func() ([]geo.Feature, error) { return areaShapes(r, snap, set) })
	if err != nil {
		return err
	}
	features = features[:len(features):len(features)]
	for _, a := range waiting {
		features = append(features, geo.Feature{Properties: map[string]string{"name": a.Name, "area_id": a.ID, "kind": place.Drawn}, Geometry: a.Geometry})
	}
	return writeGeoJSON(w, geo.AppendFeatureCollection(nil, features))
}

func areaShapes(r *http.Request, snap *live.Snapshot, set string) ([]geo.Feature, error) {
	b, err := mapBounds(r, snap)
	if err != nil {
		return nil, err
	}
	wide, high := b.East-b.West, b.North-b.South
	around := geo.Box{West: b.West - wide, South: b.South - high, East: b.East + wide, North: b.North + high}
	shapes, err := place.Shapes(r.Context(), snap.DB, "", geo.Box{West: -180, South: -90, East: 180, North: 90}, 0)
	if err != nil {
		return nil, err
	}
	if set != "" {
		official, err := place.Shapes(r.Context(), snap.DB, set, around, wide/displayLines)
		if err != nil {
			return nil, err
		}
		shapes = append(official, shapes...)
	}
	var features []geo.Feature
	seen := map[string]bool{}
	for _, s := range shapes {
		key := s.Set + "\x1f" + s.ID
		if seen[key] {
			continue // a drawn set may also be the one asked for
		}
		seen[key] = true
		kind := "official"
		if s.Kind == place.Drawn {
			kind = place.Drawn
		}
		features = append(features, geo.Feature{Properties: map[string]string{"name": s.Name, "area_id": s.ID, "kind": kind}, Geometry: s.Geometry})
	}
	return features, nil
}

func (s *Server) mapContext(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	if unchanged(w, r, snap) {
		return nil
	}
	data, err := live.Remember(&snap.Cache, "map/context", func() ([]byte, error) {
		f, err := place.Backdrop(r.Context(), snap.DB)
		return geo.AppendFeatureCollection(nil, f), err
	})
	if err != nil {
		return err
	}
	return writeGeoJSON(w, data)
}

func (s *Server) mapFacilities(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	if unchanged(w, r, snap) {
		return nil
	}
	data, err := live.Remember(&snap.Cache, "map/facilities", func() ([]byte, error) {
		all, err := org.Facilities(r.Context(), snap.DB)
		var features []geo.Feature
		for _, f := range all {
			if f.Lon.Valid && f.Lat.Valid {
				features = append(features, geo.Feature{Properties: map[string]string{"name": f.Name, "host": f.Host}, Geometry: pointAt(f.Lon.Float64, f.Lat.Float64)})
			}
		}
		return geo.AppendFeatureCollection(nil, features), err
	})
	if err != nil {
		return err
	}
	return writeGeoJSON(w, data)
}

// mostGeoSites is how many sites one GeoJSON holds.
const mostGeoSites = 5000

// mapSites sends the sites in view for a map program, the most important first.
func (s *Server) mapSites(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	f, err := parseSiteFilter(r.URL.Query())
	if err != nil {
		return err
	}
	box, err := parseBox(r.URL.Query().Get("bbox"))
	if err != nil {
		return err
	}
	sizes, err := siteSizes(r.Context(), snap)
	if err != nil {
		return err
	}
	var hits []points.Hit
	total := 0
	if !f.None {
		hits, total = snap.Sites.Foremost(box.West, box.South, box.East, box.North, f.Filter, mostGeoSites)
	}
	var features []geo.Feature
	for _, h := range hits {
		id, name, ok := snap.Search.Document(h.Doc)
		if !ok {
			return fmt.Errorf("site of document %d: the search index does not have it; build again", h.Doc)
		}
		props := map[string]string{"organisation": id, "name": name, "registered_office": strconv.FormatBool(h.Flags&org.FlagOffice != 0), "approximate": strconv.FormatBool(h.Flags&org.FlagApprox != 0), "mass_registration": strconv.FormatBool(h.Flags&org.FlagMass != 0)}
		if int(h.Class) < len(org.Roles) {
			props["role"] = org.Roles[h.Class].Key
		}
		if h.Group > 0 {
			props["section"] = string('A' + rune(h.Group) - 1)
		}
		if int(h.Doc) < len(sizes) && sizes[h.Doc] > 0 {
			props["employees"] = strconv.Itoa(int(sizes[h.Doc]))
		}
		features = append(features, geo.Feature{Properties: props, Geometry: pointAt(h.Lon, h.Lat)})
	}
	left := ""
	if total > len(hits) {
		left = fmt.Sprintf("%d of %d sites in view: those of the team first, then by employees; the others are left out, since a file holds at most %d", len(hits), total, mostGeoSites)
	}
	return s.writeGeo(w, r, snap, "sites", features, left)
}

func writeGeoJSON(w http.ResponseWriter, data []byte) error {
	w.Header().Set("Content-Type", "application/geo+json")
	_, err := w.Write(data)
	return err
}

// parseBox reads bbox=w,s,e,n.
func parseBox(text string) (geo.Box, error) {
	parts := strings.Split(text, ",")
	var v [4]float64
	if len(parts) != 4 {
		return geo.Box{}, badRequest("A box is four numbers, as in bbox=-1.5,53.3,-1.3,53.5 (west, south, east, north).")
	}
	for i, p := range parts {
		n, err := strconv.ParseFloat(strings.TrimSpace(p), 64)
		if err != nil || !(n >= -540 && n <= 540) {
			return geo.Box{}, badRequest("%q in the box is not a number of degrees.", p)
		}
		v[i] = n
	}
	// A map that is scrolled out shows more than the world; the index holds only what lies on it.
	return geo.Box{West: max(v[0], -180), South: max(v[1], -85), East: min(v[2], 180), North: min(v[3], 85)}, nil
}

// legendCounts is the number of sites by role and by section under one setting
// of the switch for mass registration.
type legendCounts struct {
	Class   [64]int
	Section [64]int
	Approx  int
}

func countLegend(snap *live.Snapshot, f siteFilter) (legendCounts, error) {
	return live.Remember(&snap.Cache, fmt.Sprint("map/legend/", f.Mass), func() (legendCounts, error) {
		var c legendCounts
		base := points.Filter{FlagsNone: f.FlagsNone}
		count := func(p points.Filter) int { return siteFilter{Filter: p}.count(snap.Sites) }
		total := count(base)
		for i := 0; i <= len(org.Roles); i++ {
			base.ClassMask = 1 << i
			c.Class[i] = count(base)
		}
		base.ClassMask = 0
		for g := 1; g <= 21; g++ {
			base.GroupMask = 1 << g
			c.Section[g] = count(base)
		}
		base.GroupMask = 0
		base.FlagsNone |= org.FlagApprox
		c.Approx = total - count(base)
		return c, nil
	})
}
