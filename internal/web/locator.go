package web

import (
	"fmt"
	"html"
	"math"
	"net/http"
	"net/url"
	"strings"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/chart"
	"milieu/internal/geo"
	"milieu/internal/live"
	"milieu/internal/place"
)

// world is every position.
var world = geo.Box{West: -180, South: -90, East: 180, North: 90}

const (
	locatorW, locatorH = 320.0, 200.0
	locatorPad         = 10.0
	locatorSteps       = 160 // finer detail of an outline is not drawn
)

// simplified thins an area to what a small drawing shows.
func simplified(a place.Shape) geom.Geometry {
	return geo.Simplify(a.Geometry, max(a.Box.East-a.Box.West, a.Box.North-a.Box.South)/locatorSteps)
}

// locator draws areas with one position among them. It is a sketch: longitude is
// shrunk by the cosine of the latitude, which is right enough for a district.
func locator(areas []place.Shape, name string, lon, lat float64) (chart.Chart, string) {
	at := frame(areas, lon, lat)
	within := []string{}
	var b strings.Builder
	for i, a := range areas {
		if a.Contains(lon, lat) {
			within = append(within, a.Name)
		}
		fill := ` fill="var(--accent)" fill-opacity=".06"`
		if i == 0 && len(areas) > 1 {
			fill = ` fill="none"`
		}
		fmt.Fprintf(&b, `<path d="%s"%s stroke="var(--accent)" stroke-width="1"><title>%s</title></path>`, outline(simplified(a), at), fill, html.EscapeString(a.Name))
	}
	x, y := at(lon, lat)
	fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="5" fill="var(--firm)" stroke="var(--card)" stroke-width="1.5"/>`, x, y)
	say := "It lies outside the areas that are drawn here."
	if len(within) > 0 {
		say = "It lies in " + andList(within) + "."
	}
	title := "Where " + name + " is"
	svg := fmt.Sprintf(`<svg class="chart" viewBox="0 0 %g %g" role="img" aria-label="%s">%s</svg>`, locatorW, locatorH, html.EscapeString(title+". "+say), b.String())
	return chart.Chart{SVG: svg, Title: title, Desc: say}, say
}

// frame maps degrees to the drawing so that all areas and the position are in it.
func frame(areas []place.Shape, lon, lat float64) func(x, y float64) (float64, float64) {
	box := geo.Box{West: lon, East: lon, South: lat, North: lat}
	for _, a := range areas {
		box = geo.Box{West: min(box.West, a.Box.West), South: min(box.South, a.Box.South), East: max(box.East, a.Box.East), North: max(box.North, a.Box.North)}
	}
	shrink := math.Cos((box.South + box.North) / 2 * math.Pi / 180)
	scale := min((locatorW-2*locatorPad)/max((box.East-box.West)*shrink, 1e-6), (locatorH-2*locatorPad)/max(box.North-box.South, 1e-6))
	midX, midY := (box.West+box.East)/2, (box.South+box.North)/2
	return func(x, y float64) (float64, float64) {
		return locatorW/2 + (x-midX)*shrink*scale, locatorH/2 - (y-midY)*scale
	}
}

// areaSketch draws one area by itself.
func areaSketch(a place.Shape) chart.Chart {
	title := "Outline of " + a.Name
	path := outline(simplified(a), frame([]place.Shape{a}, (a.Box.West+a.Box.East)/2, (a.Box.South+a.Box.North)/2))
	return chart.Chart{Title: title, SVG: fmt.Sprintf(`<svg class="chart" viewBox="0 0 %g %g" role="img" aria-label="%s"><path d="%s" fill="var(--accent)" fill-opacity=".08" stroke="var(--accent)" stroke-width="1.25"/></svg>`, locatorW, locatorH, html.EscapeString(title), path)}
}

// mapAround is the map with the area in its middle, as large as it fits a common
// window.
func mapAround(a place.Shape) string {
	wide := max(a.Box.East-a.Box.West, 1.6*(a.Box.North-a.Box.South), 1e-4)
	// At zoom z a window of 900 points shows 900/512 * 360/2^z degrees.
	zoom := min(max(math.Log2(360*900/512/wide)-0.3, 4), 16)
	return fmt.Sprintf("/map?set=%s&at=%.2f/%.4f/%.4f", url.QueryEscape(setForMap(a)), zoom, (a.Box.South+a.Box.North)/2, (a.Box.West+a.Box.East)/2)
}

// setForMap is the official set that the map shall draw; drawn areas are always
// there.
func setForMap(a place.Shape) string {
	if a.Kind == place.Drawn {
		return ""
	}
	return a.Set
}

// outline writes the rings of a shape as a path.
func outline(g geom.Geometry, at func(x, y float64) (float64, float64)) string {
	var b strings.Builder
	for _, part := range g.Dump() {
		p, ok := part.AsPolygon()
		if !ok {
			continue
		}
		for _, ring := range p.DumpRings() {
			seq := ring.Coordinates()
			for i := 0; i+1 < seq.Length(); i++ {
				xy := seq.GetXY(i)
				x, y := at(xy.X, xy.Y)
				letter := "L"
				if i == 0 {
					letter = "M"
				}
				fmt.Fprintf(&b, "%s%.1f %.1f", letter, x, y)
			}
			b.WriteByte('z')
		}
	}
	return b.String()
}

// locate draws where the first site lies among the areas that the team drew, or
// else in the smallest area around it.
func (p *OrganisationPage) locate(r *http.Request, snap *live.Snapshot) error {
	for _, s := range p.Sites {
		if !s.Lon.Valid {
			continue
		}
		drawn, err := live.Remember(&snap.Cache, "locator/drawn", func() ([]place.Shape, error) {
			return place.Shapes(r.Context(), snap.DB, "", world, 0)
		})
		if err != nil {
			return err
		}
		if len(drawn) > 0 {
			p.Locator, p.LocatorSay = locator(drawn, p.Name, s.Lon.Float64, s.Lat.Float64)
		} else if len(s.Areas) > 0 {
			around, err := areasAround(r, snap, s.Areas)
			if err != nil {
				return err
			}
			p.Locator, p.LocatorSay = locator(around, p.Name, s.Lon.Float64, s.Lat.Float64)
		}
		return nil
	}
	return nil
}

// areasAround is the area of the map's default set around a site, or the largest,
// and within it the smallest.
func areasAround(r *http.Request, snap *live.Snapshot, refs []place.Ref) ([]place.Shape, error) {
	set, err := defaultSet(r, snap)
	if err != nil {
		return nil, err
	}
	var outer, inner place.Shape
	for _, ref := range refs {
		a, err := live.Remember(&snap.Cache, "locator/"+ref.Set+"/"+ref.ID, func() (place.Shape, error) {
			a, err := place.Find(r.Context(), snap.DB, ref.Set, ref.ID)
			if err == nil {
				a.Geometry = simplified(a)
			}
			return a, err
		})
		if err != nil {
			return nil, err
		}
		if outer.ID == "" || a.Set == set || outer.Set != set && a.Km2 > outer.Km2 {
			outer = a
		}
		if inner.ID == "" || a.Km2 < inner.Km2 {
			inner = a
		}
	}
	if inner.Set == outer.Set && inner.ID == outer.ID {
		return []place.Shape{outer}, nil
	}
	return []place.Shape{outer, inner}, nil
}
