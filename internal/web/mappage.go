package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/geo"
	"milieu/internal/geo/points"
	"milieu/internal/live"
	"milieu/internal/org"
	"milieu/internal/place"
	"milieu/internal/report"
)

// MapPage shows who is where.
type MapPage struct {
	Base
	Lede        report.Text
	Away        bool   // some organisations have no place on the map
	Bounds      string // w,s,e,n
	Classes     string // JSON for the map: number, key and label of each role
	Legend      []LegendItem
	Sections    []Choice
	Mass        bool
	Hidden      int // sites at addresses of mass registration
	Areas       []Choice
	AreasPath   string
	Set         string        // of official areas, "" for none
	AreaTiles   string        // their tiles
	Values      []ChoiceGroup // what areas may be coloured by
	Value       string        // by which they are
	ValuesPath  string        // the table behind
	Over        bool          // sites lie over coloured areas
	Clusters    []Choice      // sectors whose clusters may be outlined
	Squares     string        // JSON for the map: breaks of squares by zoom
	Source      string        // where the map is from, a paragraph a line
	Approximate int
	Tiles       string // outside base map
	Attribution string
	List        MapList
}

// LegendItem is one role of the legend, which is also a filter.
type LegendItem struct {
	ID         int
	Key, Label string
	N          int
	Checked    bool
}

// Choice is one of several values of a setting, as an option or a link.
type Choice struct {
	Value, Label, Path string
	N                  int
	Current            bool
}

// MapListPage is the list alone, which the map asks for as it moves.
type MapListPage struct {
	Base
	List MapList
}

// MapList is the organisations in a box, the most important first.
type MapList struct {
	Total int
	Rows  []MapRow
}

// MapRow is one site of the list beside the map.
type MapRow struct {
	Lng, Lat         float64
	Name, Path       string
	Role, Label      string
	Section          string
	Size             int
	Mass, Approx, RO bool
}

// namedAreas is how many official areas are named on the map; more come without names, from tiles alone.
const namedAreas = 400

// listMost is how many sites the list beside the map shows.
const listMost = 50

func (s *Server) mapPage(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	f, err := parseSiteFilter(r.URL.Query())
	if err != nil {
		return err
	}
	p := MapPage{Base: s.base(r, snap, "Map", "/map"), Mass: f.Mass, Tiles: snap.WS.Map.Base, Attribution: snap.WS.Map.Attribution}
	p.MainClass = "full"
	box, err := mapBounds(r, snap)
	if err != nil {
		return err
	}
	p.Bounds = fmt.Sprintf("%.4f,%.4f,%.4f,%.4f", box.West, box.South, box.East, box.North)
	if err := p.legend(snap, f); err != nil {
		return err
	}
	if err := p.areas(r, snap); err != nil {
		return err
	}
	if err := p.values(r); err != nil {
		return err
	}
	if err := p.clusters(r, snap); err != nil {
		return err
	}
	if p.Value != "" && r.URL.Query().Get("at") == "" {
		if box, err = valuesBox(r, snap, p.Set, box); err != nil {
			return err
		}
		p.Bounds = fmt.Sprintf("%.4f,%.4f,%.4f,%.4f", box.West, box.South, box.East, box.North)
	}
	breaks, err := squareBreaks(snap)
	if err != nil {
		return err
	}
	squares, err := json.Marshal(breaks)
	if err != nil {
		return err
	}
	p.Squares = string(squares)
	if p.From, err = areaSources(r, snap, p.Set); err != nil {
		return err
	}
	p.Over, p.Source = r.URL.Query().Get("over") == "1", strings.Join(p.source(address(r)).lines(), "\n")
	if p.List, err = listIn(r, snap, box, f); err != nil {
		return err
	}
	away, err := org.Total(r.Context(), snap.DB, org.Filter{Unplaced: true})
	if err != nil {
		return err
	}
	p.Away = away > 0
	if p.Lede, err = mapLede(r, snap, away); err != nil {
		return err
	}
	return s.render(w, r, "map", p)
}

func (p *MapPage) legend(snap *live.Snapshot, f siteFilter) error {
	shown, err := countLegend(snap, f)
	if err != nil {
		return err
	}
	type class struct {
		ID    int    `json:"id"`
		Key   string `json:"key"`
		Label string `json:"label"`
	}
	var classes []class
	for i, role := range org.Roles {
		classes = append(classes, class{i, role.Key, role.Label})
		if shown.Class[i] > 0 {
			p.Legend = append(p.Legend, LegendItem{i, role.Key, role.Label, shown.Class[i], f.Classes == nil || f.Classes[i]})
		}
	}
	data, err := json.Marshal(classes)
	if err != nil {
		return err
	}
	p.Classes, p.Approximate = string(data), shown.Approx
	for _, sec := range org.SICSections {
		if n := shown.Section[sec.Letter[0]-'A'+1]; n > 0 {
			p.Sections = append(p.Sections, Choice{Value: sec.Letter, Label: sec.Label, N: n, Current: f.Section == sec.Letter})
		}
	}
	p.Hidden, err = live.Remember(&snap.Cache, "map/hidden", func() (int, error) {
		return siteFilter{}.count(snap.Sites) - siteFilter{Filter: points.Filter{FlagsNone: org.FlagMass}}.count(snap.Sites), nil
	})
	return err
}

// areas offers the official sets, one at a time, and picks one where none is named.
func (p *MapPage) areas(r *http.Request, snap *live.Snapshot) error {
	q := r.URL.Query()
	set := q.Get("set")
	if set == "" {
		var err error
		if set, err = defaultSet(r, snap); err != nil {
			return err
		}
	} else if _, err := findSet(r, snap, set); set != "none" && err != nil {
		return err
	}
	sets, err := areaSets(r.Context(), snap)
	if err != nil {
		return err
	}
	p.AreasPath = "/map/areas.geojson"
	for _, each := range sets {
		if each.Drawn {
			continue
		}
		p.Areas = append(p.Areas, Choice{Value: each.Name, Label: each.Label(), N: each.N, Path: withQuery("/map", q, "set", each.Name), Current: each.Name == set})
		if each.Name == set {
			if each.N <= namedAreas {
				p.AreasPath += "?set=" + url.QueryEscape(set)
			}
			p.Set, p.AreaTiles = set, "/tiles/areas/"+url.PathEscape(set)+"/{z}/{x}/{y}.mvt"
		}
	}
	if len(p.Areas) > 0 {
		p.Areas = append(p.Areas, Choice{Value: "none", Label: "None", Path: withQuery("/map", q, "set", "none"), Current: set == "none" || set == ""})
	}
	return nil
}

// clusters offers the sectors of which clusters of firms were found.
func (p *MapPage) clusters(r *http.Request, snap *live.Snapshot) error {
	runs, err := clusterRuns(r.Context(), snap)
	if err != nil {
		return err
	}
	for _, run := range runs {
		if run.Clusters > 0 {
			p.Clusters = append(p.Clusters, Choice{Value: run.Sector, Label: run.Label, N: run.Clusters, Current: run.Sector == r.URL.Query().Get("clusters")})
		}
	}
	return nil
}

// valuesBox is the frame around the areas of a set that hold any organisation; otherwise without any.
func valuesBox(r *http.Request, snap *live.Snapshot, set string, otherwise geo.Box) (geo.Box, error) {
	return live.Remember(&snap.Cache, "map/box/"+set, func() (geo.Box, error) {
		areas, err := place.Areas(r.Context(), snap.DB, set)
		if err != nil {
			return otherwise, err
		}
		held, err := org.AreaCounts(r.Context(), snap.DB, set, "")
		if err != nil {
			return otherwise, err
		}
		holds := map[string]bool{}
		for _, h := range held {
			holds[h.ID] = h.Organisations > 0
		}
		box, any := otherwise, false
		for _, a := range areas {
			switch {
			case !holds[a.ID]:
			case !any:
				box, any = a.Box, true
			default:
				box = geo.Box{West: min(box.West, a.Box.West), South: min(box.South, a.Box.South), East: max(box.East, a.Box.East), North: max(box.North, a.Box.North)}
			}
		}
		return box, nil
	})
}

// values offers what the areas of the set may be coloured by.
func (p *MapPage) values(r *http.Request) error {
	if p.Set == "" {
		return nil
	}
	if text := r.URL.Query().Get("value"); text != "" {
		m, err := org.ParseAreaMeasure(text)
		if err != nil {
			return badRequest("%s.", capital(err.Error()))
		}
		p.Value = m.String()
		p.ValuesPath = "/map/values?" + url.Values{"set": {p.Set}, "value": {p.Value}}.Encode()
	}
	add := func(name string, measures ...string) {
		g := ChoiceGroup{Label: name}
		for _, text := range measures {
			if m, err := org.ParseAreaMeasure(text); err == nil {
				g.Choices = append(g.Choices, Choice{Value: text, Label: m.Label(), Current: text == p.Value})
			}
		}
		p.Values = append(p.Values, g)
	}
	var shares, quotients []string
	for _, sec := range p.Sections {
		shares, quotients = append(shares, "share:"+sec.Value), append(quotients, "lq:"+sec.Value)
	}
	add("Amounts", "organisations", "density", "employees")
	add("Shares of a section", shares...)
	add("Quotients against the set", quotients...)
	return nil
}

func areaSets(ctx context.Context, snap *live.Snapshot) ([]place.Set, error) {
	return live.Remember(&snap.Cache, "sets", func() ([]place.Set, error) { return place.Sets(ctx, snap.DB) })
}

func findSet(r *http.Request, snap *live.Snapshot, name string) (place.Set, error) {
	sets, err := areaSets(r.Context(), snap)
	if err != nil {
		return place.Set{}, err
	}
	for _, set := range sets {
		if set.Name == name {
			return set, nil
		}
	}
	return place.Set{}, notFound("There is no set of areas called %q in this release.", name)
}

// withQuery is an address with one setting changed and the others kept.
func withQuery(path string, q url.Values, pairs ...string) string {
	v := url.Values{}
	for k, list := range q {
		if k != "format" && k != "at" {
			v[k] = list
		}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Del(pairs[i])
		if pairs[i+1] != "" {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

func mapLede(r *http.Request, snap *live.Snapshot, away int) (report.Text, error) {
	return live.Remember(&snap.Cache, "map/lede", func() (report.Text, error) {
		total, err := org.Total(r.Context(), snap.DB, org.Filter{})
		if err != nil {
			return nil, err
		}
		all := report.CountFigure(int64(total), evidence.MakeRef("count", []string{"organisations"}))
		if away == 0 {
			return report.Say("All %v organisations have a place on the map.", all), nil
		}
		not := report.CountFigure(int64(away), evidence.MakeRef("count", []string{"organisations"}, "placed", "no"))
		return report.Say("%v organisations have a place here; %v do not, because they work nationally or elsewhere or no source says where they are.",
			chart.Number(float64(total-away), 0), not), nil
	})
}

// listIn is the list beside the map for a box.
func listIn(r *http.Request, snap *live.Snapshot, b geo.Box, f siteFilter) (MapList, error) {
	var out MapList
	if f.None {
		return out, nil
	}
	sizes, err := siteSizes(r.Context(), snap)
	if err != nil {
		return out, err
	}
	hits, total := snap.Sites.Foremost(b.West, b.South, b.East, b.North, f.Filter, listMost)
	out.Total = total
	for _, h := range hits {
		id, name, ok := snap.Search.Document(h.Doc)
		if !ok {
			return out, fmt.Errorf("site of document %d: the search index does not have it; build again", h.Doc)
		}
		row := MapRow{Lng: h.Lon, Lat: h.Lat, Name: name, Path: orgPath(id), Mass: h.Flags&org.FlagMass != 0, Approx: h.Flags&org.FlagApprox != 0, RO: h.Flags&org.FlagOffice != 0}
		if int(h.Class) < len(org.Roles) {
			row.Role, row.Label = org.Roles[h.Class].Key, org.Roles[h.Class].Label
		}
		if h.Group > 0 {
			row.Section = org.SectionLabel(string('A' + rune(h.Group) - 1))
		}
		if int(h.Doc) < len(sizes) {
			row.Size = int(sizes[h.Doc])
		}
		out.Rows = append(out.Rows, row)
	}
	return out, nil
}

func (s *Server) mapList(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	q := r.URL.Query()
	f, err := parseSiteFilter(q)
	if err != nil {
		return err
	}
	box, err := parseBox(q.Get("bbox"))
	if err != nil {
		return err
	}
	p := MapListPage{Base: s.base(r, snap, "Sites in a part of the map", "/map")}
	if p.List, err = listIn(r, snap, box, f); err != nil {
		return err
	}
	return s.render(w, r, "maplist", p)
}
