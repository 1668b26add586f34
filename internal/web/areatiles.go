package web

import (
	"context"
	"fmt"
	"math"
	"net/http"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/geo"
	"milieu/internal/geo/mesh"
	"milieu/internal/geo/mvt"
	"milieu/internal/geo/proj"
	"milieu/internal/live"
	"milieu/internal/place"
)

// Areas are drawn from our own tiles: the set's shapes are read once for a release and thinned once for every second
// zoom, all areas together so that neighbours stay joined.
const (
	areaDeepest = 14  // deepest zoom with its own detail; what is deeper draws it larger
	areaSteps   = 4.0 // units of thinning a pixel, where a tile is 512 pixels wide
	areaTol     = 1.5 // units by which a line may move
	manyAreas   = 1000
	tooManyFar  = 10_000
)

// areaFar is the zoom from which areas of a set are drawn: below it most would be smaller than a pixel.
func areaFar(n int) int {
	switch {
	case n > tooManyFar:
		return 8
	case n > manyAreas:
		return 6
	}
	return 0
}

// tileArea is one area thinned for a zoom.
type tileArea struct {
	id, name string
	box      geo.Box
	shape    geom.Geometry
}

// areaLevel is the zoom for which the shapes of a tile's zoom are thinned.
func areaLevel(z int) int { return min(max((z+1)/2*2, 4), areaDeepest) }

func setShapes(ctx context.Context, snap *live.Snapshot, set string) ([]place.Shape, error) {
	return live.Remember(&snap.Cache, "tiles/shapes/"+set, func() ([]place.Shape, error) { return place.Shapes(ctx, snap.DB, set, world, 0) })
}

// tileAreas is the set as it is drawn at a level.
func tileAreas(ctx context.Context, snap *live.Snapshot, set string, level int) ([]tileArea, error) {
	return live.Remember(&snap.Cache, fmt.Sprintf("tiles/areas/%s/%d", set, level), func() ([]tileArea, error) {
		shapes, err := setShapes(ctx, snap, set)
		if err != nil {
			return nil, err
		}
		return thinAreas(shapes, level), nil
	})
}

// thinAreas places the rings of all areas on units of the level, thins them together and makes shapes of them again.
func thinAreas(shapes []place.Shape, level int) []tileArea {
	scale := math.Ldexp(512*areaSteps, level)
	var parts []mesh.Outline // one a polygon
	var owner []int
	for i, s := range shapes {
		for _, part := range s.Geometry.Dump() {
			poly, ok := part.AsPolygon()
			if !ok {
				continue
			}
			var o mesh.Outline
			for _, ring := range poly.DumpRings() {
				o = append(o, mesh.Ring(placeRing(ring.Coordinates(), scale)))
			}
			if len(o) > 0 && mesh.Extent(o[0]) >= 1.5*areaSteps { // at least about a pixel
				parts, owner = append(parts, o), append(owner, i)
			}
		}
	}
	thin := mesh.Thin(parts, areaTol)
	polys := make([][]geom.Polygon, len(shapes))
	for k, o := range thin {
		if p, ok := polygonOf(o, scale); ok {
			polys[owner[k]] = append(polys[owner[k]], p)
		}
	}
	var out []tileArea
	for i, s := range shapes {
		if len(polys[i]) > 0 {
			out = append(out, tileArea{s.ID, s.Name, s.Box, geom.NewMultiPolygon(polys[i]).AsGeometry()})
		}
	}
	return out
}

func placeRing(seq geom.Sequence, scale float64) []mesh.Unit {
	out := make([]mesh.Unit, seq.Length())
	for i := range out {
		at := seq.GetXY(i)
		x, y := proj.Mercator(at.X, at.Y)
		out[i] = mesh.Unit{X: int32(math.Round(x * scale)), Y: int32(math.Round(y * scale))}
	}
	return out
}

// polygonOf is an outline in degrees; false when its outer ring has gone.
func polygonOf(o mesh.Outline, scale float64) (geom.Polygon, bool) {
	var rings [][]float64
	for i, ring := range o {
		if len(ring) < 3 {
			if i == 0 {
				return geom.Polygon{}, false
			}
			continue
		}
		flat := make([]float64, 0, 2*len(ring)+2)
		for k := range len(ring) + 1 {
			u := ring[k%len(ring)]
			lon, lat := proj.FromMercator(float64(u.X)/scale, float64(u.Y)/scale)
			flat = append(flat, lon, lat)
		}
		rings = append(rings, flat)
	}
	return geom.NewPolygonXY(rings...), true
}

// areaTile draws a set's areas with id, name and, where a value is asked for, the number of its class (k; -1: too few
// or not known).
func (s *Server) areaTile(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	tile, err := tileOf(r)
	if err != nil {
		return err
	}
	set, err := findSet(r, snap, r.PathValue("set"))
	if err != nil {
		return err
	}
	var classed *areaClasses
	if r.URL.Query().Get("value") != "" {
		if classed, err = askedClasses(r, snap, set.Name); err != nil {
			return err
		}
	}
	if unchanged(w, r, snap) {
		return nil
	}
	var features []mvt.Feature
	if tile.Z >= areaFar(set.N) {
		all, err := tileAreas(r.Context(), snap, set.Name, areaLevel(tile.Z))
		if err != nil {
			return err
		}
		features = areaFeatures(tile, all, classed)
	}
	data, err := mvt.Encode(tile, []mvt.Layer{{Name: "areas", Features: features}})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/vnd.mapbox-vector-tile")
	_, err = w.Write(data)
	return err
}

func areaFeatures(tile mvt.Tile, all []tileArea, classed *areaClasses) []mvt.Feature {
	west, south, east, north := tile.BufferedBounds()
	view := geo.Box{West: west, South: south, East: east, North: north}
	var out []mvt.Feature
	for _, a := range all {
		if !a.box.Overlaps(view) {
			continue
		}
		attrs := []mvt.Attr{{Key: "id", Value: mvt.String(a.id)}, {Key: "name", Value: mvt.String(a.name)}}
		if classed != nil {
			attrs = append(attrs, mvt.Attr{Key: "k", Value: mvt.Int(int64(classed.of[a.id]))}, mvt.Attr{Key: "say", Value: mvt.String(classed.say[a.id])})
		}
		out = append(out, mvt.Feature{Geometry: a.shape, Attrs: attrs})
	}
	return out
}
