package web

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/geo"
	"milieu/internal/live"
	"milieu/internal/org"
	"milieu/internal/place"
	"milieu/internal/report"
)

// AreaValuesPage is the table behind a map of areas.
type AreaValuesPage struct {
	Base
	Set, SetLabel, Unit, How, Way string
	MapPath                       string
	CSV, GeoJSON                  string
	Picture                       *chart.Chart
	Rows                          []AreaValueRow
	Interval                      bool
	Few, Not, All                 int
	Pager                         Pager
}

// AreaValueRow is one area of the table.
type AreaValueRow struct {
	Name, Path, Class string
	Value             report.Figure
	Organisations     int
	Few               bool
}

const (
	valueRows     = 50   // areas on a page
	mostMapAreas  = 500  // of which a drawing is made on the page
	mostGeoValues = 5000 // shapes in one GeoJSON
)

func (s *Server) areaValuesPage(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	q := r.URL.Query()
	set, err := findSet(r, snap, q.Get("set"))
	if err != nil {
		return err
	}
	c, err := askedClasses(r, snap, set.Name)
	if err != nil {
		return err
	}
	name := "areas-" + set.Name + "-" + strings.ReplaceAll(c.measure.String(), ":", "-")
	switch {
	case wantsCSV(r):
		return writeCSV(w, strings.ToLower(name), areaValueHeader, c.table())
	case q.Get("format") == "geojson":
		return s.areaValuesGeo(w, r, snap, strings.ToLower(name), c)
	}
	p := AreaValuesPage{Base: s.base(r, snap, c.measure.Label()+", "+place.SetLabel(set.Name), "/map"), Set: set.Name, SetLabel: place.SetLabel(set.Name), Unit: c.measure.Label(), How: c.measure.How(), Way: c.classes.Way(),
		MapPath: "/map?" + url.Values{"set": {set.Name}, "value": {c.measure.String()}}.Encode(), CSV: withQuery("/map/values", q, "format", "csv"), GeoJSON: withQuery("/map/values", q, "format", "geojson"), Few: c.few, Not: c.not, All: len(c.values)}
	if p.From, err = areaSources(r, snap, set.Name); err != nil {
		return err
	}
	p.Method = c.measure.How() + "; classes: " + lowerFirst(c.classes.Way())
	if len(c.values)-c.not <= mostMapAreas && len(c.values)-c.not > 0 {
		picture, err := classPicture(r, snap, c)
		if err != nil {
			return err
		}
		p.Picture = &picture
	}
	if err := p.rows(r, c); err != nil {
		return err
	}
	return s.render(w, r, "areavalues", p)
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// areaSources are the sources of the organisations and of the areas of a set, "" for none.
func areaSources(r *http.Request, snap *live.Snapshot, set string) ([]string, error) {
	return live.Remember(&snap.Cache, "map/sources/"+set, func() ([]string, error) {
		ids, err := org.Sources(r.Context(), snap.DB)
		if err != nil || set == "" {
			return ids, err
		}
		areas, err := place.Areas(r.Context(), snap.DB, set)
		for _, a := range areas {
			if !slices.Contains(ids, a.Record.Source) {
				ids = append(ids, a.Record.Source)
			}
		}
		return ids, err
	})
}

// classPicture draws the classes; a drawing by the reader's own breaks is not kept.
func classPicture(r *http.Request, snap *live.Snapshot, c *areaClasses) (chart.Chart, error) {
	draw := func() (chart.Chart, error) {
		shapes, err := setShapes(r.Context(), snap, c.set)
		if err != nil {
			return chart.Chart{}, err
		}
		return chart.Map(c.spec(shapes)), nil
	}
	if c.kept == "" {
		return draw()
	}
	return live.Remember(&snap.Cache, "picture/"+c.kept, draw)
}

// rows fills a page of the table, the largest values first; those of which nothing can be said come last.
func (p *AreaValuesPage) rows(r *http.Request, c *areaClasses) error {
	order := c.ordered()
	page := 1
	if text := r.URL.Query().Get("page"); text != "" {
		var err error
		if page, err = strconv.Atoi(text); err != nil || page < 1 || (page-1)*valueRows >= max(len(order), 1) {
			return badRequest("There is no page %q of this list.", text)
		}
	}
	p.Pager = pager("/map/values", r.URL.Query(), page, valueRows, len(order))
	labels := c.classes.Labels(c.measure.Decimals())
	for _, v := range order[(page-1)*valueRows : min(page*valueRows, len(order))] {
		row := AreaValueRow{Name: v.Name, Path: areaPath(c.set, v.ID), Organisations: v.Organisations, Few: v.Few}
		ref := org.AreaValueRef(c.set, v.ID, c.measure)
		if v.Hi > 0 {
			row.Value = report.NumberFigure(v.Value, v.Lo, v.Hi, c.measure.Decimals(), ref)
			p.Interval = true
		} else {
			row.Value = report.Figure{Text: chart.Number(v.Value, c.measure.Decimals()), Ref: ref}
		}
		if k := c.of[v.ID]; k >= 0 {
			row.Class = labels[k]
		}
		p.Rows = append(p.Rows, row)
	}
	return nil
}

// ordered is the areas that hold anything: by the lower bound where there are intervals, because a high value of a few
// organisations need not be high; those with too few last.
func (c *areaClasses) ordered() []org.AreaValue {
	var out []org.AreaValue
	for _, v := range c.values {
		if c.of[v.ID] != -2 {
			out = append(out, v)
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		a, b := out[i], out[j]
		if a.Few != b.Few {
			return b.Few
		}
		if a.Hi > 0 || b.Hi > 0 {
			return a.Lo > b.Lo
		}
		return a.Value > b.Value
	})
	return out
}

var areaValueHeader = []string{"set", "id", "name", "measure", "value", "low", "high", "class", "class_from", "class_to", "too_few", "organisations", "with_known_industry", "of_section", "employees_known", "km2"}

func (c *areaClasses) table() [][]string {
	n := func(v float64) string {
		if math.IsNaN(v) {
			return ""
		}
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	var out [][]string
	for _, v := range c.values {
		row := []string{c.set, v.ID, v.Name, c.measure.String(), n(v.Value), "", "", "", "", "", strconv.FormatBool(v.Few), strconv.Itoa(v.Organisations), strconv.Itoa(v.Known), strconv.Itoa(v.In), strconv.FormatInt(v.Employees, 10), n(v.Km2)}
		if v.Hi > 0 {
			row[5], row[6] = n(v.Lo), n(v.Hi)
		}
		if k := c.of[v.ID]; k >= 0 {
			row[7], row[8], row[9] = strconv.Itoa(k+1), n(c.classes.Bounds[k]), n(c.classes.Bounds[k+1])
		}
		out = append(out, row)
	}
	return out
}

// areaValuesGeo sends the areas with their values for a map program, as they lie in view where a box is asked for.
func (s *Server) areaValuesGeo(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, name string, c *areaClasses) error {
	view := world
	if text := r.URL.Query().Get("bbox"); text != "" {
		var err error
		if view, err = parseBox(text); err != nil {
			return err
		}
	}
	shapes, err := setShapes(r.Context(), snap, c.set)
	if err != nil {
		return err
	}
	rows := map[string][]string{}
	for _, row := range c.table() {
		rows[row[1]] = row
	}
	var features []geo.Feature
	left := 0
	for _, shape := range shapes {
		row := rows[shape.ID]
		if row == nil || c.of[shape.ID] == -2 || !shape.Box.Overlaps(view) {
			continue
		}
		if len(features) == mostGeoValues {
			left++
			continue
		}
		props := map[string]string{}
		for i, key := range areaValueHeader {
			if row[i] != "" {
				props[key] = row[i]
			}
		}
		features = append(features, geo.Feature{Properties: props, Geometry: shape.Geometry})
	}
	text := ""
	if left > 0 {
		text = fmt.Sprintf("%d more areas lie in view; a file holds at most %d", left, mostGeoValues)
	}
	return s.writeGeo(w, r, snap, name, features, text)
}
