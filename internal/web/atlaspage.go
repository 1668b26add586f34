package web

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"sort"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/cluster/atlas"
	"milieu/internal/cluster/placed"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/place"
	"milieu/internal/report"
	"milieu/internal/spatial"
)

// AtlasPage is a value over a set of areas: its map, and whether like values lie together.
type AtlasPage struct {
	Base
	Finding  string
	Lede     report.Text
	Choices  AtlasChoices
	Label    string // of the value
	SetLabel string
	How      string
	Way      string // how the classes were made
	Basis    string
	LeftOut  string
	Value    chart.Chart
	Kinds    chart.Chart // classes of areas among their neighbours
	KindName string
	Gi       bool
	One      bool     // so many areas that one picture is shown at a time
	Shows    []Choice // the pictures, with their addresses
	ByKm     string   // address of the sector's concentration by distance
	Tested   bool
	Rate     bool
	Official bool // an official figure, not counted here
	Few      int
	Empty    int
	Rows     []AtlasRow
	Pager    Pager
	CSV      string
	GeoJSON  string
	Units    []AtlasUnit
	ShowUnit bool
}

// AtlasChoices are what the form offers.
type AtlasChoices struct {
	Sets, Kinds, Figures, Methods, Bases []Choice
	Sectors                              []ChoiceGroup
}

// AtlasRow is one area of the table.
type AtlasRow struct {
	Name, Path string
	Value      report.Figure
	Known, Few bool
	N          int
	Class, Hot string
	P          string
}

// AtlasUnit is the same value at one geography.
type AtlasUnit struct {
	Label, Path, Moran string
	Figure             report.Figure
	Tested             bool
	N, High, Low       int
	Map                chart.Chart
}

const atlasRows = 50

// atlasQuestion is what the address asks for.
type atlasQuestion struct {
	atlas.Question
	kind, sector, method string
	classes, page        int
	show                 string // "", "lisa" or "gi"
	gi, units            bool
}

func (s *Server) parseAtlas(r *http.Request, snap *live.Snapshot) (atlasQuestion, error) {
	q := r.URL.Query()
	ask := atlasQuestion{kind: orText(q.Get("value"), "density"), sector: q.Get("sector"), method: q.Get("method"), classes: 5, page: 1, show: q.Get("show"), gi: q.Get("show") == "gi", units: q.Get("units") == "1"}
	if kind, sector, ok := strings.Cut(ask.kind, ":"); ok {
		ask.kind, ask.sector = kind, sector
	}
	text := ask.kind
	switch ask.kind {
	case "share", "lq":
		ask.sector = orText(ask.sector, "C")
		text += ":" + ask.sector
	case "figure":
		text += ":" + ask.sector
		ask.kind, ask.sector = text, ""
	}
	var err error
	if ask.Value, err = atlas.ParseValue(r.Context(), snap.DB, text); err != nil {
		if errors.Is(err, evidence.ErrNoFigure) {
			return ask, notFound("There is no sector or official figure %q in this release.", orText(ask.sector, strings.TrimPrefix(ask.kind, "figure:")))
		}
		return ask, badRequest("%s.", capital(err.Error()))
	}
	if ask.Basis, err = placed.ParseBasis(q.Get("basis")); err != nil {
		return ask, badRequest("%s.", capital(err.Error()))
	}
	for name, to := range map[string]*int{"classes": &ask.classes, "page": &ask.page} {
		if text := q.Get(name); text != "" {
			if *to, err = strconv.Atoi(text); err != nil || *to < 1 {
				return ask, badRequest("%q is not a number for %s.", text, name)
			}
		}
	}
	if ask.method != "" && ask.method != "natural" && ask.method != "quantiles" && ask.method != "equal" {
		return ask, badRequest("%q is not a way to make classes: natural, quantiles or equal.", ask.method)
	}
	if ask.show != "" && ask.show != "lisa" && ask.show != "gi" {
		return ask, badRequest("There is no picture %q: lisa or gi.", ask.show)
	}
	if _, err := chart.Classify(orText(ask.method, "natural"), nil, ask.classes, nil); err != nil {
		return ask, badRequest("%s.", capital(err.Error()))
	}
	ask.Set = q.Get("set")
	if ask.Set == "" {
		ask.Set, err = usualSet(r.Context(), snap)
		return ask, err
	}
	set, err := findSet(r, snap, ask.Set)
	ask.Set = set.Name
	return ask, err
}

// testableSet is a set of areas of which so many hold organisations.
type testableSet struct {
	place.Set
	Held int
}

// testableSets are the sets with enough areas that hold organisations for a test, the fewest first.
func testableSets(ctx context.Context, snap *live.Snapshot) ([]testableSet, error) {
	return live.Remember(&snap.Cache, "atlas/sets", func() ([]testableSet, error) {
		held := map[string]int{}
		rows, err := snap.DB.QueryContext(ctx, "select area_set, count(distinct area_id) from site_area group by area_set")
		if err != nil {
			return nil, fmt.Errorf("areas that hold organisations: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			var set string
			var n int
			if err := rows.Scan(&set, &n); err != nil {
				return nil, fmt.Errorf("areas that hold organisations: %w", err)
			}
			held[set] = n
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
		sets, err := areaSets(ctx, snap)
		if err != nil {
			return nil, err
		}
		var out []testableSet
		for _, set := range sets {
			if n := held[set.Name]; n > 0 {
				out = append(out, testableSet{set, n})
			}
		}
		sort.SliceStable(out, func(a, b int) bool { return out[a].Held < out[b].Held })
		return out, nil
	})
}

// usualSet is the set that is shown unless another is asked for: the one with the most areas that still reads as a map.
func usualSet(ctx context.Context, snap *live.Snapshot) (string, error) {
	sets, err := testableSets(ctx, snap)
	if err != nil || len(sets) == 0 {
		return "", err
	}
	best := sets[0]
	for _, set := range sets {
		if set.Held <= 400 {
			best = set
		}
	}
	return best.Name, nil
}

func atlasOf(ctx context.Context, snap *live.Snapshot, q atlas.Question) (atlas.Result, error) {
	return live.RememberSlow(ctx, &snap.Cache, "atlas/"+q.Set+"/"+q.Value.String()+"/"+string(q.Basis), func() (atlas.Result, error) {
		// Others wait for the result too, so that one who leaves does not end it.
		return atlas.Map(context.WithoutCancel(ctx), snap.DB, q)
	})
}

func (s *Server) atlas(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	ask, err := s.parseAtlas(r, snap)
	if err != nil {
		return err
	}
	if ask.Set == "" {
		p := AtlasPage{Base: s.base(r, snap, "Atlas", "/atlas")}
		return s.render(w, r, "atlas", p)
	}
	result, err := atlasOf(r.Context(), snap, ask.Question)
	if err != nil {
		return err
	}
	name := strings.ToLower("atlas-" + ask.Set + "-" + strings.ReplaceAll(ask.Value.String(), ":", "-"))
	switch {
	case wantsCSV(r):
		return writeCSV(w, name, atlasHeader, atlasTable(result))
	case r.URL.Query().Get("format") == "geojson":
		return s.atlasGeo(w, r, snap, name, result)
	}
	ask.Value = result.Value // with its year
	p := AtlasPage{Base: s.base(r, snap, ask.Value.Label()+", "+place.SetLabel(ask.Set), "/atlas"), Label: ask.Value.Label(), SetLabel: place.SetLabel(ask.Set), How: capital(result.How()), Basis: result.Basis.Words(), LeftOut: result.LeftOut.Words(),
		Gi: ask.gi, Tested: result.Tested && !math.IsNaN(result.Moran.Value), Rate: ask.Value.Rate(), Official: ask.Value.Official(), Few: result.FewAreas, Empty: result.Empty, ShowUnit: ask.units}
	p.Method = result.How()
	q := r.URL.Query()
	p.CSV, p.GeoJSON = withQuery("/atlas", q, "format", "csv", "page", "", "units", ""), withQuery("/atlas", q, "format", "geojson", "page", "", "units", "")
	if ask.Value.Sector.ID != "" {
		p.ByKm = "/concentration/" + url.PathEscape(ask.Value.Sector.ID)
	}
	p.One = len(result.Areas) > mostBoth
	p.Shows = atlasShows(q, ask, p.One, p.Tested)
	if p.Choices, err = atlasChoices(r.Context(), snap, ask); err != nil {
		return err
	}
	p.find(result)
	if ask.units {
		p.Units, err = atlasUnits(r, snap, ask)
	} else {
		err = p.fill(r, snap, ask, result)
	}
	if err != nil {
		return err
	}
	return s.render(w, r, "atlas", p)
}

// mostBoth is of how many areas both pictures fit on a page.
const mostBoth = 250

// atlasShows are the pictures that can be asked for.
func atlasShows(q url.Values, ask atlasQuestion, one, tested bool) []Choice {
	var out []Choice
	for _, c := range [][2]string{{"", "Value"}, {"lisa", "Local Moran"}, {"gi", "Gi*"}} {
		switch {
		case c[0] != "" && !tested, c[0] == "lisa" && !one:
			continue
		case c[0] == "" && tested && !one:
			c[1] = "Value and local Moran"
		case c[0] == "gi" && !one:
			c[1] = "Value and Gi*"
		}
		current := !ask.units && (c[0] == ask.show || c[0] == "" && ask.show == "lisa" && !one)
		out = append(out, Choice{Label: c[1], Path: withQuery("/atlas", q, "show", c[0], "page", "", "units", ""), Current: current})
	}
	return append(out, Choice{Label: "Other geographies", Path: withQuery("/atlas", q, "units", "1", "page", "", "show", ""), Current: ask.units})
}

// find writes the finding: only what the tests support.
func (p *AtlasPage) find(r atlas.Result) {
	ref := r.Ref()
	if !p.Tested {
		p.Finding = p.Label + ", " + lowerFirst(p.SetLabel)
		p.Lede = report.Say("%v of these areas have a value: too few, or all too much alike, to test whether like areas lie together.", report.CountFigure(int64(len(r.Areas)), ref))
		return
	}
	m := r.Moran
	switch {
	case !(m.PRand <= 0.05):
		p.Finding = p.Label + ": no pattern beyond chance"
	case m.Value > m.Expected:
		p.Finding = p.Label + ": like areas lie together"
	default:
		p.Finding = p.Label + ": neighbours differ more than by chance"
	}
	i := report.Figure{Text: chart.Number(m.Value, 2), Ref: ref}
	p.Lede = report.Say("Moran's I over %v areas is %v (chance expects %v; z %v, p %v). %v", chart.Number(float64(m.Places), 0), i, chart.Number(m.Expected, 2), chart.Number(m.ZRand, 1), atlas.PText(m.PRand), standOut(r))
}

// standOut says how many areas have which class.
func standOut(r atlas.Result) string {
	var parts []string
	for _, c := range []struct {
		class spatial.Quadrant
		words string
	}{{spatial.HighHigh, "high among high"}, {spatial.LowLow, "low among low"}, {spatial.HighLow, "high among low"}, {spatial.LowHigh, "low among high"}} {
		if n := r.Classed(c.class); n > 0 {
			parts = append(parts, chart.Number(float64(n), 0)+" "+c.words)
		}
	}
	if len(parts) == 0 {
		return "No single area stands out with its neighbours when one false discovery in twenty is allowed."
	}
	return "By themselves stand out, with one false discovery in twenty allowed: " + andList(parts) + "."
}

func (p *AtlasPage) fill(r *http.Request, snap *live.Snapshot, ask atlasQuestion, result atlas.Result) error {
	key := fmt.Sprint("atlas/maps/", ask.Set, "/", ask.Value, "/", ask.Basis, "/", ask.method, "/", ask.classes, "/", ask.gi)
	maps, err := live.Remember(&snap.Cache, key, func() (atlasMaps, error) { return drawAtlas(r.Context(), snap, ask, result) })
	if err != nil {
		return err
	}
	p.Way = maps.way
	if !p.One || ask.show == "" || !p.Tested {
		p.Value = maps.value
	}
	if p.Tested && (!p.One || ask.show != "") {
		p.Kinds = maps.kinds
	}
	p.KindName = map[bool]string{false: "Local Moran", true: "Gi*"}[ask.gi]
	return p.rows(r, ask, result)
}

// rows fills a page of the table: by the lower bound where there are intervals, because a high value of a few
// organisations need not be high; those with too few last.
func (p *AtlasPage) rows(r *http.Request, ask atlasQuestion, result atlas.Result) error {
	order := orderedAreas(result.Areas)
	if (ask.page-1)*atlasRows >= max(len(order), 1) {
		return badRequest("There is no page %d of this list.", ask.page)
	}
	p.Pager = pager("/atlas", r.URL.Query(), ask.page, atlasRows, len(order))
	for _, a := range order[(ask.page-1)*atlasRows : min(ask.page*atlasRows, len(order))] {
		row := AtlasRow{Name: a.Name, Path: areaPath(ask.Set, a.ID), Few: a.Few, N: a.Organisations, Known: !math.IsNaN(a.Value), Class: a.Class.String(), P: atlas.PText(a.Q)}
		if ask.gi {
			row.P = atlas.PText(a.GiQ)
			row.Class = hotLabel(a.Hot())
		}
		ref := ask.AreaRef(a.ID)
		row.Value = report.Figure{Text: chart.Number(a.Value, ask.Value.Decimals()), Ref: ref}
		if a.Hi > 0 {
			row.Value = report.NumberFigure(a.Value, a.Lo, a.Hi, ask.Value.Decimals(), ref)
		}
		p.Rows = append(p.Rows, row)
	}
	return nil
}

func hotLabel(h int) string { return map[int]string{1: "among high", -1: "among low"}[h] }

func orderedAreas(areas []atlas.Area) []atlas.Area {
	out := append([]atlas.Area{}, areas...)
	sort.SliceStable(out, func(i, j int) bool {
		a, b := out[i], out[j]
		switch {
		case a.Few != b.Few:
			return b.Few
		case math.IsNaN(a.Value) != math.IsNaN(b.Value):
			return math.IsNaN(b.Value)
		case a.Hi > 0 || b.Hi > 0:
			return a.Lo > b.Lo
		}
		return a.Value > b.Value
	})
	return out
}
