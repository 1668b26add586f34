package web

import (
	"context"
	"math"
	"net/http"

	"milieu/internal/chart"
	"milieu/internal/cluster/atlas"
	"milieu/internal/cluster/placed"
	"milieu/internal/live"
	"milieu/internal/place"
	"milieu/internal/report"
	"milieu/internal/spatial"
)

// atlasMaps are the two pictures of a value.
type atlasMaps struct {
	value, kinds chart.Chart
	way          string
}

// mostDrawn is of how many areas a picture is drawn.
const mostDrawn = 8000

func drawAtlas(ctx context.Context, snap *live.Snapshot, ask atlasQuestion, r atlas.Result) (atlasMaps, error) {
	var out atlasMaps
	if len(r.Areas) > mostDrawn {
		return out, nil
	}
	shapes, err := shapesByID(ctx, snap, ask.Set)
	if err != nil {
		return out, err
	}
	classes, err := valueClasses(ask, r)
	if err != nil {
		return out, err
	}
	out.way = classes.Way()
	if classes.Method == "given" {
		out.way = "Breaks at " + andList([]string{"0.5", "0.8", "1", "1.25", "2"})
	}
	sp := chart.MapSpec{Title: r.Value.Label() + ", " + lowerFirst(place.SetLabel(r.Set)), Name: "Area", Unit: r.Value.Label(), Decimals: r.Value.Decimals(), Classes: classes, MostHeight: 460}
	sp.Centre, sp.Diverging = r.Value.Centre()
	for _, a := range r.Areas {
		sp.Areas = append(sp.Areas, chart.MapArea{ID: a.ID, Label: a.Name, Geometry: shapes[a.ID].Geometry, Value: a.Value, Interval: chart.Interval{Lo: a.Lo, Hi: a.Hi}, Few: a.Few})
	}
	out.value = chart.Map(sp)
	out.kinds = kindMap(r, shapes, ask.gi, 0)
	return out, nil
}

func valueClasses(ask atlasQuestion, r atlas.Result) (chart.Classes, error) {
	var shown []float64
	for _, a := range r.Areas {
		if !a.Few {
			shown = append(shown, a.Value)
		}
	}
	if ask.Value.Kind == "lq" && ask.method == "" {
		return chart.GivenBreaks(shown, []float64{0.5, 0.8, 1, 1.25, 2}), nil
	}
	return chart.Classify(orText(ask.method, "natural"), shown, ask.classes, nil)
}

func shapesByID(ctx context.Context, snap *live.Snapshot, set string) (map[string]place.Shape, error) {
	shapes, err := setShapes(ctx, snap, set)
	out := make(map[string]place.Shape, len(shapes))
	for _, s := range shapes {
		out[s.ID] = s
	}
	return out, err
}

// kindMap draws the classes of areas among their neighbours, by local Moran or by Gi*. Classes of the first order are
// dark, those of an area that differs from its neighbours light.
func kindMap(r atlas.Result, shapes map[string]place.Shape, gi bool, width float64) chart.Chart {
	sp := chart.MapSpec{Title: "Areas among their neighbours by local Moran: " + r.Value.Label(), Name: "Area", Unit: "Beyond chance (5 % false discoveries)", Width: width, MostHeight: 460,
		Kinds: []chart.MapKind{{Label: "High among high", Shade: "v9"}, {Label: "High among low", Shade: "v7"}, {Label: "Low among high", Shade: "v3"}, {Label: "Low among low", Shade: "v1"}}}
	of := map[spatial.Quadrant]int{spatial.HighHigh: 1, spatial.HighLow: 2, spatial.LowHigh: 3, spatial.LowLow: 4}
	if gi {
		sp.Title = "Areas among high or low values by Gi*: " + r.Value.Label()
		sp.Kinds = []chart.MapKind{{Label: "Among high values", Shade: "v9"}, {Label: "Among low values", Shade: "v1"}}
	}
	for _, a := range r.Areas {
		m := chart.MapArea{ID: a.ID, Label: a.Name, Geometry: shapes[a.ID].Geometry, Value: a.Value, Kind: of[a.Class], Few: a.Few && a.Class == spatial.None}
		if gi {
			m.Kind = map[int]int{1: 1, -1: 2}[a.Hot()]
		}
		if width > 0 && m.Kind == 0 {
			m.Label = "" // small pictures name only what stands out
		}
		sp.Areas = append(sp.Areas, m)
	}
	return chart.Map(sp)
}

// atlasChoices are what the form offers; sets of which no area holds anything are left out.
func atlasChoices(ctx context.Context, snap *live.Snapshot, ask atlasQuestion) (AtlasChoices, error) {
	var c AtlasChoices
	sets, err := testableSets(ctx, snap)
	if err != nil {
		return c, err
	}
	for _, s := range sets {
		c.Sets = append(c.Sets, Choice{Value: s.Name, Label: s.Label(), N: s.Held, Current: s.Name == ask.Set})
	}
	for _, k := range atlas.Choices {
		c.Kinds = append(c.Kinds, Choice{Value: k.Kind, Label: k.Label, Current: k.Kind == ask.kind})
	}
	figures, err := live.Remember(&snap.Cache, "atlas/figures/"+ask.Set, func() ([]atlas.Value, error) { return atlas.Figures(ctx, snap.DB, ask.Set) })
	if err != nil {
		return c, err
	}
	for _, f := range figures {
		c.Figures = append(c.Figures, Choice{Value: f.String(), Label: f.Label(), Current: f.String() == ask.kind})
	}
	methods := [][2]string{{"", "natural breaks"}, {"quantiles", "quantiles"}, {"equal", "equal intervals"}}
	if ask.kind == "lq" {
		methods[0][1] = "usual breaks"
		methods = append(methods, [2]string{"natural", "natural breaks"})
	}
	for _, m := range methods {
		c.Methods = append(c.Methods, Choice{Value: m[0], Label: m[1], Current: m[0] == ask.method})
	}
	c.Bases = basisChoices(ask.Basis)
	c.Sectors, err = sectorChoices(ctx, snap, ask.sector)
	return c, err
}

func basisChoices(now placed.Basis) []Choice {
	var out []Choice
	for _, b := range []struct {
		basis placed.Basis
		label string
	}{{placed.Any, "places of work, else offices"}, {placed.Work, "places of work only"}, {placed.Office, "registered offices only"}} {
		out = append(out, Choice{Value: string(b.basis), Label: b.label, Current: b.basis == now})
	}
	return out
}

func sectorChoices(ctx context.Context, snap *live.Snapshot, now string) ([]ChoiceGroup, error) {
	all, err := live.Remember(&snap.Cache, "atlas/sectors", func() ([]placed.Sector, error) { return placed.Sectors(ctx, snap.DB) })
	if err != nil {
		return nil, err
	}
	defined, sections := ChoiceGroup{Label: "Sectors of this workspace"}, ChoiceGroup{Label: "Sections of industry"}
	for _, s := range all {
		g := &sections
		if len(s.ID) > 1 {
			g = &defined
		}
		g.Choices = append(g.Choices, Choice{Value: s.ID, Label: s.Label, Current: s.ID == now})
	}
	var out []ChoiceGroup
	for _, g := range []ChoiceGroup{defined, sections} {
		if len(g.Choices) > 0 {
			out = append(out, g)
		}
	}
	return out, nil
}

// atlasUnits is the value at up to three geographies: the one asked for and those whose areas are nearest in number.
func atlasUnits(r *http.Request, snap *live.Snapshot, ask atlasQuestion) ([]AtlasUnit, error) {
	sets, err := testableSets(r.Context(), snap)
	if err != nil {
		return nil, err
	}
	var out []AtlasUnit
	for _, set := range besideSets(sets, ask.Set) {
		q := ask
		q.Set = set.Name
		result, err := atlasOf(r.Context(), snap, q.Question)
		if err != nil {
			return nil, err
		}
		u := AtlasUnit{Label: set.Label(), Path: withQuery("/atlas", r.URL.Query(), "set", set.Name, "units", "", "page", ""), N: len(result.Areas), High: result.Classed(spatial.HighHigh), Low: result.Classed(spatial.LowLow)}
		if u.Tested = result.Tested && !math.IsNaN(result.Moran.Value); u.Tested {
			u.Figure = report.Figure{Text: chart.Number(result.Moran.Value, 2), Ref: q.Ref()}
			u.Moran = "z " + chart.Number(result.Moran.ZRand, 1) + ", p " + atlas.PText(result.Moran.PRand)
		}
		key := "atlas/unit/" + q.Set + "/" + q.Value.String() + "/" + string(q.Basis)
		u.Map, err = live.Remember(&snap.Cache, key, func() (chart.Chart, error) {
			shapes, err := shapesByID(r.Context(), snap, q.Set)
			if err != nil || len(result.Areas) > mostDrawn {
				return chart.Chart{}, err
			}
			return kindMap(result, shapes, false, 300), nil
		})
		if err != nil {
			return nil, err
		}
		out = append(out, u)
	}
	return out, nil
}

// besideSets are up to three official sets, the fewest areas first: the one asked for and its nearest in size that have
// enough areas for a test, drawn areas apart.
func besideSets(sets []testableSet, name string) []testableSet {
	var usable []testableSet
	at := -1
	for _, s := range sets {
		if s.Name == name {
			at = len(usable)
		} else if s.Drawn || s.Held < 10 {
			continue
		}
		usable = append(usable, s)
	}
	if at < 0 {
		return nil
	}
	from, to := at, at+1
	for to-from < 3 && (from > 0 || to < len(usable)) {
		if from > 0 && (to == len(usable) || nearer(usable[from-1], usable[to], usable[at])) {
			from--
		} else {
			to++
		}
	}
	return usable[from:to]
}

// nearer says that a is nearer to what in number, as a ratio, than b.
func nearer(a, b, what testableSet) bool {
	ratio := func(s testableSet) float64 { return math.Abs(math.Log(float64(s.Held) / float64(what.Held))) }
	return ratio(a) <= ratio(b)
}
