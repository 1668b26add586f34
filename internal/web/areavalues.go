package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/live"
	"milieu/internal/org"
	"milieu/internal/place"
)

// areaClasses is a measure of a set's areas in classes.
type areaClasses struct {
	set      string
	measure  org.AreaMeasure
	values   []org.AreaValue
	classes  chart.Classes
	of       map[string]int    // class by area id; -1 too few or not known
	say      map[string]string // the value in words
	few, not int
	kept     string // key of the memo, "" for a reader's own breaks
}

// askedClasses reads value=, method= (natural, quantiles, equal or given), classes= and breaks= of an address.
func askedClasses(r *http.Request, snap *live.Snapshot, set string) (*areaClasses, error) {
	q := r.URL.Query()
	m, err := org.ParseAreaMeasure(q.Get("value"))
	if err != nil {
		return nil, badRequest("%s.", capital(err.Error()))
	}
	method, k := orText(q.Get("method"), "natural"), 5
	if text := q.Get("classes"); text != "" {
		if k, err = strconv.Atoi(text); err != nil {
			return nil, badRequest("The number of classes %q is not a whole number.", text)
		}
	}
	var inner []float64
	if text := q.Get("breaks"); text != "" {
		method = "given"
		for _, part := range strings.Split(text, ",") {
			v, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
			if err != nil {
				return nil, badRequest("The break %q is not a number.", part)
			}
			inner = append(inner, v)
		}
	}
	if method == "natural" && m.Kind == "lq" && q.Get("method") == "" {
		method, inner = "given", []float64{0.5, 0.8, 1, 1.25, 2}
	}
	if _, err := chart.Classify(method, []float64{0, 1}, k, inner); err != nil {
		return nil, badRequest("%s.", capital(err.Error()))
	}
	key := fmt.Sprint("map/classes/", set, "/", m, "/", method, "/", k)
	if q.Get("breaks") != "" { // anybody's breaks are not kept
		return classesOf(r, snap, set, m, method, k, inner)
	}
	return live.Remember(&snap.Cache, key, func() (*areaClasses, error) {
		c, err := classesOf(r, snap, set, m, method, k, inner)
		if err == nil {
			c.kept = key
		}
		return c, err
	})
}

func areaValuesOf(r *http.Request, snap *live.Snapshot, set string, m org.AreaMeasure) ([]org.AreaValue, error) {
	return live.Remember(&snap.Cache, "map/values/"+set+"/"+m.String(), func() ([]org.AreaValue, error) {
		return org.AreaValues(r.Context(), snap.DB, set, m)
	})
}

func classesOf(r *http.Request, snap *live.Snapshot, set string, m org.AreaMeasure, method string, k int, inner []float64) (*areaClasses, error) {
	values, err := areaValuesOf(r, snap, set, m)
	if err != nil {
		return nil, err
	}
	c := &areaClasses{set: set, measure: m, values: values, of: map[string]int{}, say: map[string]string{}}
	var shown []float64
	for _, v := range values {
		// An area that holds nothing at all is not part of what the place is: it stays ground.
		if !v.Few && v.Organisations > 0 {
			shown = append(shown, v.Value)
		}
	}
	if c.classes, err = chart.Classify(method, shown, k, inner); err != nil {
		return nil, badRequest("%s.", capital(err.Error()))
	}
	for _, v := range values {
		class := c.classes.Of(v.Value)
		switch {
		case v.Organisations == 0 || class < 0 && !v.Few:
			class = -2
			c.not++
			c.say[v.ID] = "no organisation with a place here"
		case v.Few:
			class = -1
			c.few++
			c.say[v.ID] = "too few to say"
		default:
			c.say[v.ID] = valueText(m, v)
		}
		c.of[v.ID] = class
	}
	return c, nil
}

func valueText(m org.AreaMeasure, v org.AreaValue) string {
	text := chart.Number(v.Value, m.Decimals())
	if v.Hi > 0 {
		text += " (" + chart.Number(v.Lo, m.Decimals()) + "–" + chart.Number(v.Hi, m.Decimals()) + ")"
	}
	return text
}

// spec is the map of the classes with its table.
func (c *areaClasses) spec(shapes []place.Shape) chart.MapSpec {
	sp := chart.MapSpec{Title: c.measure.Label() + ": " + place.SetLabel(c.set), Name: "Area", Unit: c.measure.Label(), Decimals: c.measure.Decimals(), Classes: c.classes}
	sp.Centre, sp.Diverging = c.measure.Centre()
	byID := map[string]place.Shape{}
	for _, s := range shapes {
		byID[s.ID] = s
	}
	for _, v := range c.values {
		if c.of[v.ID] == -2 {
			continue
		}
		sp.Areas = append(sp.Areas, chart.MapArea{ID: v.ID, Label: v.Name, Geometry: byID[v.ID].Geometry, Value: v.Value, Interval: chart.Interval{Lo: v.Lo, Hi: v.Hi}, Few: v.Few})
	}
	return sp
}

// mapValues is the legend of a choropleth, for the map.
func (s *Server) mapValues(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	set, err := findSet(r, snap, r.URL.Query().Get("set"))
	if err != nil {
		return err
	}
	c, err := askedClasses(r, snap, set.Name)
	if err != nil {
		return err
	}
	if unchanged(w, r, snap) {
		return nil
	}
	centre, diverging := c.measure.Centre()
	paints := c.classes.Paints(diverging, centre)
	for i, p := range paints { // "var(--q1,#…)": the map asks for the token
		paints[i] = p[len("var("):strings.Index(p, ",")]
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(struct {
		Set    string    `json:"set"`
		Value  string    `json:"value"`
		Unit   string    `json:"unit"`
		How    string    `json:"how"`
		Method string    `json:"method"`
		Bounds []float64 `json:"bounds"`
		Labels []string  `json:"labels"`
		Counts []int     `json:"counts"`
		Tokens []string  `json:"tokens"`
		Few    int       `json:"few"`
		Empty  int       `json:"empty"`
		Fit    float64   `json:"fit"`
		From   int       `json:"from_zoom"`
	}{set.Name, c.measure.String(), c.measure.Label(), c.measure.How(), c.classes.Way(), c.classes.Bounds, c.classes.Labels(c.measure.Decimals()), c.classes.Counts, paints, c.few, c.not, c.classes.Fit, areaFar(set.N)})
}
