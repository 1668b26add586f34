package web

import (
	"math"
	"net/http"
	"sort"
	"strconv"

	"milieu/internal/chart"
	"milieu/internal/live"
	"milieu/internal/observation"
	"milieu/internal/report"
)

// FigureSeriesPage is one series with its values, and the same of other areas.
type FigureSeriesPage struct {
	Base
	Series     observation.Series
	Name       string
	Finding    report.Text
	Chart      chart.Chart
	Rows       []ValueRow
	Vintages   bool // older vintages are among the rows
	Bounded    bool
	Others     []Choice // the same of other areas, to compare with
	With       []SeriesRow
	CSV        string
	Industries string // path to the same by industry
}

// ValueRow is one figure.
type ValueRow struct {
	Year    int
	Value   report.Figure
	Vintage string
	State   string
	Change  string // against the year before
}

// compareMost is how many other areas a series can be held against.
const compareMost = 9

var valueHeader = []string{"series", "label", "area_code", "area", "measure", "unit", "year", "value", "lower", "upper", "vintage", "in_use", "superseded", "revised", "repeated", "outlier", "source", "file", "line"}

func (s *Server) figureSeries(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	one, err := observation.Find(r.Context(), snap.DB, r.PathValue("id"))
	if err != nil {
		return err
	}
	list := []observation.Series{one}
	with := r.URL.Query()["with"]
	if len(with) > compareMost {
		return badRequest("A series can be held against %d others at most.", compareMost)
	}
	for _, id := range with {
		if id == "" || id == one.ID {
			continue
		}
		other, err := observation.Find(r.Context(), snap.DB, id)
		if err != nil {
			return err
		}
		list = append(list, other)
	}
	values := make([][]observation.Value, len(list))
	for i, x := range list {
		if values[i], err = observation.Values(r.Context(), snap.DB, x.ID); err != nil {
			return err
		}
	}
	if wantsCSV(r) {
		return writeCSV(w, "figures-"+one.ID, valueHeader, valueTable(list, values))
	}
	p := FigureSeriesPage{Base: s.base(r, snap, one.Name(), "/figures"), Series: one, Name: one.Name(), Bounded: one.Bounded, CSV: withQuery(seriesPath(one.ID), r.URL.Query(), "format", "csv"),
		Industries: "/figures?industries=1&indicator=" + one.Indicator + "&area=" + one.AreaKey}
	p.From = []string{one.Source}
	p.fill(one, values[0])
	p.Chart = seriesChart(list, values)
	for _, x := range list[1:] {
		p.With = append(p.With, seriesRow(x))
	}
	if err := p.others(r, snap, list); err != nil {
		return err
	}
	return s.render(w, r, "figureseries", p)
}

func (p *FigureSeriesPage) fill(s observation.Series, values []observation.Value) {
	used := observation.InUse(values)
	before := observation.Value{Value: math.NaN()}
	for _, v := range values {
		row := ValueRow{Year: v.Year, Vintage: v.Vintage, Value: valueFigure(s, v)}
		switch {
		case v.InUse && v.Outlier:
			row.State = "outlier"
		case v.Repeated:
			row.State = "given twice; counts once"
			if v.Differs(values) {
				row.State = "given again with another value; not in use"
			}
		case v.Revised:
			row.State = "revised since"
		case v.Superseded:
			row.State = "older vintage, the same"
		}
		if v.InUse {
			if before.Value > 0 && v.Value > 0 && v.Year == before.Year+1 {
				row.Change = chart.Signed(100*(v.Value/before.Value-1), 1) + " %"
			}
			before = v
		}
		p.Vintages = p.Vintages || v.Superseded
		p.Rows = append(p.Rows, row)
	}
	sort.SliceStable(p.Rows, func(a, b int) bool { return p.Rows[a].Year > p.Rows[b].Year })
	if n := len(used); n > 1 {
		first, last := used[0], used[n-1]
		p.Finding = report.Say("%v in %v, %v in %v.", valueFigure(s, first), strconv.Itoa(first.Year), valueFigure(s, last), strconv.Itoa(last.Year))
		if s.Outliers > 0 {
			p.Finding = report.Say("%v in %v, %v in %v; %v.", valueFigure(s, first), strconv.Itoa(first.Year), valueFigure(s, last), strconv.Itoa(last.Year), counted(s.Outliers, "year is marked as an outlier", "years are marked as outliers"))
		}
	}
}

func valueFigure(s observation.Series, v observation.Value) report.Figure {
	f := report.Figure{Text: observation.Number(v.Value), Ref: observation.Ref(s.ID, v.Year)}
	if v.Lower.Valid && v.Upper.Valid {
		f.Range = observation.Bound(v.Lower.Float64) + "–" + observation.Bound(v.Upper.Float64)
	}
	return f
}

// seriesChart draws the figures in use of each series, and of the first the bounds and
// the older vintages.
func seriesChart(list []observation.Series, values [][]observation.Value) chart.Chart {
	spec := chart.BandSpec{Title: list[0].Label, X: chart.Axis{Label: "Year"}, Y: chart.Axis{Label: list[0].Unit}, PlainX: true}
	for i, s := range list {
		line := chart.Series{Label: s.Area}
		if i > 0 {
			line.Mark = chart.MarkOther
		}
		var band chart.BandStrip
		for _, v := range observation.InUse(values[i]) {
			line.Steps = append(line.Steps, chart.Step{X: float64(v.Year), Y: v.Value})
			if i == 0 && v.Outlier {
				spec.X.Refs = append(spec.X.Refs, outlierMark(spec.X.Refs, v.Year, s.Last-s.First))
			}
			if i == 0 && v.Lower.Valid && v.Upper.Valid {
				band.Steps = append(band.Steps, chart.BandStep{X: float64(v.Year), Lo: v.Lower.Float64, Hi: v.Upper.Float64})
			}
		}
		if len(band.Steps) > 0 {
			band.Label = "What rounding allows"
			spec.Bands = append(spec.Bands, band)
		}
		spec.Lines = append(spec.Lines, line)
	}
	for label, points := range olderVintages(values[0]) {
		spec.Lines = append(spec.Lines, chart.Series{Label: label, Steps: points, Mark: chart.MarkOther})
	}
	return chart.Band(spec)
}

// outlierMark is a line upright at a year. One close to another goes without its name.
func outlierMark(marked []chart.Ref, year, span int) chart.Ref {
	const namesAcross = 8 // that have room side by side
	mark := chart.Ref{At: float64(year), Label: "outlier"}
	for _, m := range marked {
		if m.Label != "" && mark.At-m.At < float64(span)/namesAcross {
			mark.Label = ""
		}
	}
	return mark
}

// olderVintages are the figures of the newest vintage that is not in use.
func olderVintages(values []observation.Value) map[string][]chart.Step {
	newest := ""
	for _, v := range values {
		if v.Superseded && v.Vintage > newest {
			newest = v.Vintage
		}
	}
	if newest == "" {
		return nil
	}
	var points []chart.Step
	for _, v := range values {
		if v.Superseded && v.Vintage == newest && !v.Repeated {
			points = append(points, chart.Step{X: float64(v.Year), Y: v.Value})
		}
	}
	return map[string][]chart.Step{"Vintage " + newest: points}
}

// others are the same series of other areas at the level, to be added to the picture.
func (p *FigureSeriesPage) others(r *http.Request, snap *live.Snapshot, shown []observation.Series) error {
	one := shown[0]
	industry := one.IndustryCode
	if industry == "" {
		industry = "all"
	}
	all, err := observation.List(r.Context(), snap.DB, observation.Filter{Indicator: one.Indicator, Level: one.Level, Industry: industry}, 500, 0)
	if err != nil {
		return err
	}
	for _, x := range all {
		if x.Measure != one.Measure || x.ID == one.ID {
			continue
		}
		current := false
		for _, y := range shown {
			current = current || y.ID == x.ID
		}
		p.Others = append(p.Others, Choice{Value: x.ID, Label: x.Area, Current: current})
	}
	return nil
}

func valueTable(list []observation.Series, values [][]observation.Value) [][]string {
	full := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	flag := map[bool]string{true: "1", false: "0"}
	var out [][]string
	for i, s := range list {
		for _, v := range values[i] {
			lo, hi := "", ""
			if v.Lower.Valid && v.Upper.Valid {
				lo, hi = full(v.Lower.Float64), full(v.Upper.Float64)
			}
			out = append(out, []string{s.ID, s.Label, s.AreaKey, s.Area, s.Measure, s.Unit, strconv.Itoa(v.Year), full(v.Value), lo, hi, v.Vintage, flag[v.InUse], flag[v.Superseded], flag[v.Revised], flag[v.Repeated], flag[v.Outlier],
				v.Record.Source, v.Record.File, strconv.FormatInt(int64(v.Record.Line), 10)})
		}
	}
	return out
}
