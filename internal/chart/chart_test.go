package chart

import (
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files of testdata anew")

// samples are the charts of the golden files; figures are those of the design's reference page, or made up.
func samples() map[string]Chart {
	lenses := ScatterSpec{
		Title: "Interventions under two lenses",
		X:     Axis{Label: "Grows the cluster", Min: 0, Max: 1, Decimals: 2, Refs: []Ref{{At: 0.5}}},
		Y:     Axis{Label: "Wanted now", Min: 0, Max: 1, Decimals: 2, Refs: []Ref{{At: 0.5, Label: "half"}}},
		Points: []Point{
			{Label: "Supply-chain R&D support", X: 0.79, Y: 0.81, XRange: Interval{0.69, 0.89}, YRange: Interval{0.72, 0.88}},
			{Label: "Meeting places", X: 0.21, Y: 0.76, XRange: Interval{0.1, 0.33}, YRange: Interval{0.68, 0.85}, Mark: MarkWarn},
			{Label: "Tram-train", X: 0.75, Y: 0.38, XRange: Interval{0.62, 0.87}, YRange: Interval{0.28, 0.47}, Mark: MarkOther},
			{Label: "Large plant", X: 0.46, Y: 0.28, Size: 3},
			{Label: "Large plant, second site", X: 0.47, Y: 0.29, Size: 1, Mark: "firm"},
			{Label: "Not measured", X: math.NaN(), Y: 0.5},
		},
	}
	return map[string]Chart{
		"range":         Range(RangeSpec{Title: "Tools", Value: 7.0, Interval: Interval{6.4, 7.6}, Max: 20, Ref: 1, Decimals: 1}),
		"range-unknown": Range(RangeSpec{Title: "Tools", Value: math.NaN(), Max: 20, Ref: 1}),
		"range-beyond":  Range(RangeSpec{Title: "Copper", Value: 31, Interval: Interval{18, 40}, Max: 20, Ref: 1, Mark: MarkOther}),
		"scatter":       Scatter(lenses),
		"scatter-empty": Scatter(ScatterSpec{Title: "Nothing yet"}),
		"bars": Bars(BarsSpec{Title: "Jobs by industry", Unit: "Jobs", Bars: []Bar{
			{Label: "Basic iron and steel", Value: 3500, Interval: Interval{3250, 3750}}, {Label: "Tools", Value: 1500, Mark: "firm"},
			{Label: "A very long industry name that will not fit beside its bar", Value: 400, Mark: MarkOther}, {Label: "Unknown", Value: math.NaN()},
		}}),
		"bars-negative": Bars(BarsSpec{Title: "Change", Unit: "Change, %", Axis: Axis{Decimals: 1}, Bars: []Bar{{Label: "Up", Value: 4.2}, {Label: "Down", Value: -3.1, Interval: Interval{-5, -1}, Mark: MarkWarn}}}),
		"line": Line(LineSpec{Title: "Quotient of tools", PlainX: true, X: Axis{Label: "Year"}, Y: Axis{Label: "Quotient", Decimals: 1, Refs: []Ref{{1, "national share"}}}, Series: []Series{
			{Label: "South Yorkshire", Steps: []Step{{2015, 6.1, Interval{5.6, 6.6}}, {2017, 6.4, Interval{5.9, 6.9}}, {2019, 6.8, Interval{6.2, 7.4}}, {2021, 7, Interval{6.4, 7.6}}}},
			{Label: "West Midlands", Mark: MarkOther, Steps: []Step{{X: 2015, Y: 3.4}, {X: 2017, Y: math.NaN()}, {X: 2019, Y: 3.1}, {X: 2021, Y: 3}}},
		}}),
		"waterfall": Waterfall(WaterfallSpec{Title: "Are they one?", Unit: "Weight, log2", Total: "Score", End: "99 %", Steps: []WaterfallStep{
			{Label: "Prior", Detail: "one pair in 31 is a match", Value: -4.9, Base: true},
			{Label: "Name", Detail: "all words agree: Rolls-Royce plc / ROLLS ROYCE: rolls (13 bits), royce (14 bits) agree, and a good deal more words than there is room for on three lines of a drawing as narrow as this one, so that the last of them ends in an ellipsis", Value: 14.2},
			{Label: "Place", Detail: "far apart: S98 1AA / S98 1AB", Value: -2.6}, {Label: "Town and <other>", Detail: "say nothing", Value: 0}, {Label: "Unknown", Value: math.NaN()}}}),
		"waterfall-empty": Waterfall(WaterfallSpec{Title: "Nothing yet"}),
		"band": Band(BandSpec{Title: "Concentration by distance", X: Axis{Label: "km", Refs: []Ref{{2, "2 km"}}}, Y: Axis{Label: "M", Decimals: 2, Refs: []Ref{{1, "chance"}}},
			Bands: []BandStrip{{Label: "what chance allows", Mark: MarkOther, Steps: []BandStep{{1, 0.8, 1.2}, {2, 0.85, 1.15}, {math.NaN(), 0, 1}, {3, 0.9, 1.1}, {4, 0.9, 1.1}}}},
			Lines: []Series{{Label: "Tools", Steps: []Step{{X: 1, Y: 2.1}, {X: 2, Y: 1.6}, {X: 3, Y: 1.05}, {X: 4, Y: 0.7}}}}}),
		"columns":   Columns(ColumnsSpec{Title: "Births", Unit: "Firms", Name: "Year", Axis: Axis{Refs: []Ref{{35, "mean"}}}, Columns: []Column{{"2019", 30, Interval{25, 36}, MarkUs}, {"2020", 22, Interval{}, MarkUs}, {"2021", math.NaN(), Interval{}, MarkUs}, {"2022", 41, Interval{}, MarkOther}}}),
		"histogram": Histogram(HistogramSpec{Title: "Distances", X: Axis{Label: "km", Refs: []Ref{{2.5, "median"}}}, Unit: "Pairs", Edges: []float64{0, 1, 2, 3, 4}, Counts: []int{2, 9, 5, 1}}),
		"forest": Forest(ForestSpec{Title: "Quotients", Unit: "Quotient", Log: true, Axis: Axis{Decimals: 1, Refs: []Ref{{1, "the nation"}}}, Rows: []ForestRow{
			{"Tools", 7, Interval{6.4, 7.6}, MarkUs}, {"A very long name of an industry that does not fit beside it", 0.6, Interval{0.4, 0.8}, MarkOther}, {"None", 0, Interval{}, MarkOther}, {"Unknown", math.NaN(), Interval{}, MarkUs}}}),
		"forest-plain":  Forest(ForestSpec{Title: "Change, %", Axis: Axis{Refs: []Ref{{At: 0}}}, Rows: []ForestRow{{"Up", 4, Interval{1, 7}, MarkUs}, {"Down", -3, Interval{-4, -2}, MarkWarn}}}),
		"flow":          Flow(logic()),
		"tornado":       Tornado(TornadoSpec{Title: "Cost of a job", Unit: "£", Now: 20000, Bars: []TornadoBar{{"Displacement", "0 %", "50 %", 14000, 31000}, {"A very long name of an input that does not fit beside its bar", "1", "2", 22000, 19000}, {"Unknown", "0", "1", math.NaN(), 1}}}),
		"tornado-empty": Tornado(TornadoSpec{Title: "Nothing yet"}),
		"map":           Map(mapSample()), "map-kinds": Map(kindSample()), "map-empty": Map(MapSpec{Title: "Nothing yet"}),
		"sparkline": Sparkline("Patents a year", []float64{3, 5, 4, math.NaN(), 9, 7}, 0),
		"network": Network(NetworkSpec{Title: "Ties", Nodes: []Node{
			{ID: "a", Label: "AMRC", Role: "driver", X: 0.5, Y: 0.5, Size: 9, Broker: true, Named: true}, {ID: "b", Label: "Rolls-Royce", Role: "firm", X: 0.8, Y: 0.3, Size: 4, Named: true},
			{ID: "c", Label: "Combined authority", Role: "funder", X: 0.2, Y: 0.2, Size: 1, Named: true}, {ID: "d", Label: "Unplaced", X: math.NaN()},
		}, Edges: []Edge{{"a", "b", "research", MarkUs}, {"c", "a", "funding", MarkOther}, {"a", "zz", "lost", MarkUs}}}),
	}
}

func TestCharts_golden(t *testing.T) {
	for name, c := range samples() {
		got := c.SVG + "\n\n" + c.Title + "\n" + c.Desc + "\n\n" + tableText(c.Table)
		file := filepath.Join("testdata", name+".golden")
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatalf("%v: run go test -update once", err)
		}
		if d := cmp.Diff(string(want), got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

func TestCharts_sound(t *testing.T) {
	for name, c := range samples() {
		if err := sound(c); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func tableText(t Table) string {
	var b strings.Builder
	for _, row := range append([][]string{t.Header}, t.Rows...) {
		b.WriteString(strings.Join(row, " | ") + "\n")
	}
	return b.String()
}

// sound says what every chart must be: well-formed, named, described, without scripts, its table rectangular.
func sound(c Chart) error {
	var names []string
	dec := xml.NewDecoder(strings.NewReader(c.SVG))
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("not XML: %w in %.200s", err, c.SVG)
		}
		if el, ok := tok.(xml.StartElement); ok {
			names = append(names, el.Name.Local)
			for _, a := range el.Attr {
				if strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf") || strings.HasPrefix(a.Name.Local, "on") {
					return fmt.Errorf("attribute %s=%q", a.Name.Local, a.Value)
				}
			}
		}
	}
	allowed := map[string]bool{"svg": true, "title": true, "desc": true, "path": true, "rect": true, "circle": true, "text": true, "g": true, "defs": true, "pattern": true}
	for _, n := range names {
		if !allowed[n] {
			return fmt.Errorf("element %s", n)
		}
	}
	if len(names) < 3 || names[0] != "svg" || names[1] != "title" || names[2] != "desc" || !strings.Contains(c.SVG, `role="img"`) {
		return fmt.Errorf("elements %v: want svg with title, desc and role", names)
	}
	if len(c.Table.Header) != len(c.Table.Numeric) {
		return fmt.Errorf("table has %d headings and %d kinds", len(c.Table.Header), len(c.Table.Numeric))
	}
	for _, row := range c.Table.Rows {
		if len(row) != len(c.Table.Header) {
			return fmt.Errorf("row of %d cells under %d headings", len(row), len(c.Table.Header))
		}
	}
	return nil
}

func FuzzCharts(f *testing.F) {
	f.Add("Tools & dies <b>", "\x00\xff\"'>", 1.0, 7.0, 20.0)
	f.Add("", "", math.NaN(), math.Inf(1), math.Inf(-1))
	f.Add("]]>", "\ufffe\u2028", math.MaxFloat64, -math.MaxFloat64, 5e-324)
	f.Fuzz(func(t *testing.T, a, b string, x, y, z float64) {
		for name, c := range drawAll(a, b, x, y, z) {
			if err := sound(c); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		once, again := drawAll(a, b, x, y, z), drawAll(a, b, x, y, z)
		if once["network"].SVG != again["network"].SVG {
			t.Error("the same values gave other bytes")
		}
	})
}

// drawAll draws every kind of chart from the same few texts and numbers.
func drawAll(a, b string, x, y, z float64) map[string]Chart {
	iv := Interval{x, y}
	axis := Axis{Label: a, Min: x, Max: z, Decimals: len(b) - 3, Refs: []Ref{{y, b}}}
	free := Axis{Label: b, Refs: []Ref{{z, a}}}
	mark := Mark(a)
	return map[string]Chart{
		"range":     Range(RangeSpec{Title: a, Value: x, Interval: iv, Min: y, Max: z, Ref: z, Decimals: len(a), Mark: mark}),
		"scatter":   Scatter(ScatterSpec{Title: a, X: axis, Y: free, Width: x, Height: y, Points: []Point{{Label: a, X: x, Y: y, XRange: iv, YRange: iv, Size: z, Mark: mark}, {Label: b, X: z, Y: x}}}),
		"bars":      Bars(BarsSpec{Title: b, Unit: a, Axis: free, Width: z, Bars: []Bar{{Label: a, Value: x, Interval: iv, Mark: mark}, {Label: b, Value: z}}}),
		"bars axis": Bars(BarsSpec{Title: b, Axis: axis, Bars: []Bar{{Label: a, Value: y}}}),
		"line":      Line(LineSpec{Title: a, X: axis, Y: free, PlainX: len(a) > 3, Series: []Series{{Label: b, Mark: mark, Steps: []Step{{x, y, iv}, {y, z, iv}, {z, x, Interval{}}}}, {Label: a}}}),
		"line free": Line(LineSpec{Title: a, X: free, Y: axis, Series: []Series{{Label: b, Steps: []Step{{x, y, iv}}}}}),
		"waterfall": Waterfall(WaterfallSpec{Title: "Are they one?", Unit: "Weight, log2", Total: "Score", End: "99 %", Steps: []WaterfallStep{
			{Label: "Prior", Detail: "one pair in 31 is a match", Value: -4.9, Base: true},
			{Label: "Name", Detail: "all words agree: Rolls-Royce plc / ROLLS ROYCE: rolls (13 bits), royce (14 bits) agree, and a good deal more words than there is room for on three lines of a drawing as narrow as this one, so that the last of them ends in an ellipsis", Value: 14.2},
			{Label: "Place", Detail: "far apart: S98 1AA / S98 1AB", Value: -2.6}, {Label: "Town and <other>", Detail: "say nothing", Value: 0}, {Label: "Unknown", Value: math.NaN()}}}),
		"waterfall-empty": Waterfall(WaterfallSpec{Title: "Nothing yet"}),
		"band":            Band(BandSpec{Title: a, X: axis, Y: free, Bands: []BandStrip{{a, []BandStep{{x, y, z}, {y, z, x}}, mark}}, Lines: []Series{{Label: b, Steps: []Step{{x, y, iv}, {y, z, iv}}}}}),
		"columns":         Columns(ColumnsSpec{Title: a, Unit: b, Axis: axis, Columns: []Column{{a, x, iv, mark}, {b, z, Interval{}, MarkUs}}}),
		"histogram":       Histogram(HistogramSpec{Title: a, X: free, Unit: b, Edges: []float64{x, y, z}, Counts: []int{len(a), len(b)}}),
		"forest":          Forest(ForestSpec{Title: a, Axis: free, Log: len(a)%2 == 0, Rows: []ForestRow{{a, x, iv, mark}, {b, z, Interval{y, z}, mark}}}),
		"map":             Map(MapSpec{Title: a, Unit: b, Decimals: len(a), Classes: Quantiles([]float64{x, y, z}, 3), Areas: []MapArea{{Label: a, Geometry: square(-1.5, 53.4, 0.1), Value: x, Interval: iv}, {Label: b, Value: y}}, Points: []MapPoint{{a, -1.4, 53.3, x, mark}, {b, y, z, z, mark}}}),
		"sparkline":       Sparkline(a, []float64{x, y, z}, len(b)),
		"network":         Network(NetworkSpec{Title: a, Nodes: []Node{{ID: a, Label: b, Role: mark, X: x, Y: y, Size: z, Broker: true, Named: true}, {ID: b, Label: a, X: 0.5, Y: y}}, Edges: []Edge{{a, b, a, mark}}}),
	}
}

// Names never lie on each other: the promise of the placer.
func TestPlacer_namesKeepApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := placer{area: box{0, 0, 500, 400}}
		n := rapid.IntRange(1, 40).Draw(t, "n")
		var placed []box
		for range n {
			x, y := rapid.Float64Range(0, 500).Draw(t, "x"), rapid.Float64Range(0, 400).Draw(t, "y")
			text := rapid.StringMatching(`[A-Za-z ]{1,20}`).Draw(t, "text")
			tx, ty, ok := p.place(x, y, 4, labelSize, text)
			if !ok {
				continue
			}
			b := box{tx, ty - labelSize*0.8, tx + wide(text, labelSize), ty + labelSize*0.3}
			for _, o := range placed {
				if b.meets(o) {
					t.Fatalf("%v lies on %v", b, o)
				}
			}
			if b.x0 < 0 || b.y0 < 0 || b.x1 > 500.000001 || b.y1 > 400.000001 {
				t.Fatalf("%v leaves the picture", b)
			}
			placed = append(placed, b)
		}
	})
}

// Ticks stand within the axis and rise; the axis holds all its data.
func TestAxis_holdsItsData(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(-1e12, 1e12), 1, 20).Draw(t, "values")
		lo, hi := Axis{}.span(values)
		for _, v := range values {
			if v < lo-1e-9*math.Abs(lo) || v > hi+1e-9*math.Abs(hi) {
				t.Fatalf("span %g to %g leaves out %g", lo, hi, v)
			}
		}
		last := math.Inf(-1)
		for _, v := range ticks(lo, hi) {
			if v <= last {
				t.Fatalf("ticks %v do not rise", ticks(lo, hi))
			}
			last = v
		}
	})
}

func BenchmarkScatter(b *testing.B) {
	sp := ScatterSpec{Title: "Many"}
	for i := range 200 {
		v := float64(i)
		sp.Points = append(sp.Points, Point{Label: fmt.Sprintf("Point %d", i), X: math.Mod(v*37, 100), Y: math.Mod(v*61, 100), XRange: Interval{v, v + 1}})
	}
	for b.Loop() {
		Scatter(sp)
	}
}
