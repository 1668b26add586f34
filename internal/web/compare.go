package web

import (
	"math"
	"net/http"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/live"
	"milieu/internal/profile"
	"milieu/internal/report"
)

// ComparePage holds up to ten areas side by side, with the whole release.
type ComparePage struct {
	Base
	Finding string
	Areas   []CompareArea
	Rows    []CompareRow
	Charts  []CompareChart
	Basis   []Choice
	Says    string // whom the basis counts and leaves out
	Groups  []ChoiceGroup
	CSV     string
	Full    bool
}

// CompareArea is one column.
type CompareArea struct{ Ref, Name, Path, Without string }

// CompareRow is one measure with its figure in each area, then in the whole release.
type CompareRow struct {
	Label   string
	Figures []report.Figure // without text where it is not known
}

// CompareChart shows one measure in all areas.
type CompareChart struct {
	Label string
	Chart chart.Chart
}

// longHeading is the longest heading that names all areas.
const longHeading = 60

// comparedMost is how many areas can be held side by side.
const comparedMost = profile.MostCompared

// nationRef is how references name the whole of the release.
const nationRef = profile.NationArea

func (s *Server) comparePage(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	ask, err := parseProfile(r.URL.Query())
	if err != nil {
		return err
	}
	areas, err := s.comparedAreas(r, snap)
	if err != nil {
		return err
	}
	p := ComparePage{Base: s.base(r, snap, "Compare areas", "/areas"), Finding: "Compare areas", Full: len(areas) == comparedMost}
	if p.Groups, err = s.comparable(r, snap, areas); err != nil {
		return err
	}
	for _, b := range basisNames {
		p.Basis = append(p.Basis, Choice{Value: string(b.basis), Label: b.label, Current: b.basis == ask.Basis})
		if b.basis == ask.Basis {
			p.Says = b.clause
		}
	}
	if len(areas) == 0 {
		return s.render(w, r, "compare", p)
	}
	if snap.Book == nil {
		return noIndex()
	}
	p.Says += leftOut(snap, ask.Question)
	measures := compared(snap, areas, ask.Question)
	if wantsCSV(r) {
		return writeCSV(w, "comparison", compareHeader, compareTable(areas, measures))
	}
	p.columns(r, areas)
	p.rows(areas, measures, ask.Question)
	p.CSV = withQuery("/compare", r.URL.Query(), "format", "csv")
	return s.render(w, r, "compare", p)
}

// comparedAreas are the areas of the address, each once.
func (s *Server) comparedAreas(r *http.Request, snap *live.Snapshot) ([]foundArea, error) {
	var out []foundArea
	seen := map[string]bool{}
	for _, text := range r.URL.Query()["area"] {
		for _, ref := range strings.Split(text, ",") {
			if ref = strings.TrimSpace(ref); ref == "" || seen[ref] {
				continue
			}
			seen[ref] = true
			if len(out) == comparedMost {
				return nil, badRequest("At most %d areas can be held side by side; take one away first.", comparedMost)
			}
			a, err := s.findArea(r, snap, ref)
			if err != nil {
				return nil, err
			}
			out = append(out, a)
		}
	}
	return out, nil
}

// compared are the measures of each area, and of the whole release as the last.
func compared(snap *live.Snapshot, areas []foundArea, q profile.Question) [][]profile.Measure {
	nation := snap.Book.Nation(q)
	var out [][]profile.Measure
	for _, a := range areas {
		out = append(out, profile.Measures(snap.Book.Profile(a.Geometry, q), nation))
	}
	return append(out, profile.Measures(nation, nation))
}

func (p *ComparePage) columns(r *http.Request, areas []foundArea) {
	var names []string
	drawn := 0
	for _, a := range areas {
		name := a.Name
		if a.Text != "" && name == drawnName {
			if drawn++; drawn > 1 {
				name += " " + strconv.Itoa(drawn)
			}
		}
		var others []string
		for _, b := range areas {
			if b.Ref != a.Ref {
				others = append(others, b.Ref)
			}
		}
		p.Areas = append(p.Areas, CompareArea{Ref: a.Ref, Name: name, Path: a.path(), Without: withQuery("/compare", r.URL.Query(), "area", strings.Join(others, ","))})
		names = append(names, name)
	}
	if p.Finding = andList(names) + " side by side"; len(names) == 1 || len(p.Finding) > longHeading {
		p.Finding = strconv.Itoa(len(areas)) + " areas and the whole release side by side"
		if len(areas) == 1 {
			p.Finding = names[0] + " and the whole release"
		}
	}
}

// charted are the measures that have a chart of their own; the others are in the table.
var charted = map[string]bool{"density": true, "employees_density": true, "young": true, "grew": true, "growth": true, "entropy": true, "hachman": true}

func (p *ComparePage) rows(areas []foundArea, measures [][]profile.Measure, q profile.Question) {
	for k, m := range measures[len(areas)] {
		row := CompareRow{Label: m.Label}
		var forest []chart.ForestRow
		some := false
		for i := range measures {
			x := measures[i][k]
			ref, name, mark := nationRef, "The whole release", chart.MarkOther
			if i < len(areas) {
				ref, name, mark = areas[i].profileRef(), p.Areas[i].Name, chart.MarkUs
			}
			if !x.Known || !finite(x.Value) {
				row.Figures = append(row.Figures, report.Figure{})
				continue
			}
			some = some || x.Value != 0 // what is nought everywhere says nothing
			longRef := ""
			if len(ref) <= mostReference {
				longRef = profile.Ref(ref, q, "", "measure", x.Key)
			}
			row.Figures = append(row.Figures, measureFigure(x, longRef))
			f := chart.ForestRow{Label: name, Value: x.Value, Interval: chart.Interval{Lo: math.NaN(), Hi: math.NaN()}, Mark: mark}
			if x.Interval {
				f.Interval = chart.Interval{Lo: x.Lo, Hi: x.Hi}
			}
			forest = append(forest, f)
		}
		if !some {
			continue
		}
		p.Rows = append(p.Rows, row)
		if charted[m.Key] {
			p.Charts = append(p.Charts, CompareChart{m.Label, chart.Forest(chart.ForestSpec{Title: m.Label, Unit: m.Unit, Axis: chart.Axis{Decimals: m.Decimals}, Rows: forest})})
		}
	}
}

var compareHeader = []string{"area", "name", "measure", "label", "unit", "value", "low", "high"}

func compareTable(areas []foundArea, measures [][]profile.Measure) [][]string {
	var rows [][]string
	for i, of := range measures {
		ref, name := nationRef, "the whole release"
		if i < len(areas) {
			ref, name = areas[i].Ref, areas[i].Name
		}
		for _, m := range of {
			row := []string{ref, name, m.Key, m.Label, m.Unit, "", "", ""}
			if m.Known && finite(m.Value) {
				row[5] = strconv.FormatFloat(m.Value, 'g', -1, 64)
			}
			if m.Known && m.Interval && finite(m.Lo) && finite(m.Hi) {
				row[6], row[7] = strconv.FormatFloat(m.Lo, 'g', -1, 64), strconv.FormatFloat(m.Hi, 'g', -1, 64)
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// comparable are the areas that the form offers to add.
func (s *Server) comparable(r *http.Request, snap *live.Snapshot, taken []foundArea) ([]ChoiceGroup, error) {
	all, err := s.offeredAreas(r, snap)
	if err != nil {
		return nil, err
	}
	has := map[string]bool{}
	for _, a := range taken {
		has[a.Ref] = true
	}
	var out []ChoiceGroup
	for _, g := range all {
		left := ChoiceGroup{Label: g.Label}
		for _, c := range g.Choices {
			if !has[c.Value] {
				left.Choices = append(left.Choices, c)
			}
		}
		if len(left.Choices) > 0 {
			out = append(out, left)
		}
	}
	return out, nil
}
