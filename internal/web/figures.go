package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/live"
	"milieu/internal/observation"
	"milieu/internal/report"
)

// FiguresPage lists the series of official figures.
type FiguresPage struct {
	Base
	Lede       report.Text
	Words      string
	Area       string
	Indicators []Choice
	Levels     []Choice
	Parted     bool // series by industry too
	Flagged    bool
	Rows       []SeriesRow
	Total      int
	Pager      Pager
	CSV        string
}

// SeriesRow is one series of the list.
type SeriesRow struct {
	Label, Detail, Area, Path string
	Years                     string
	Last                      report.Figure
	LastYear                  int
	Unit                      string
	Flags                     []string
}

func seriesPath(id string) string { return "/figures/" + url.PathEscape(id) }

func seriesRow(s observation.Series) SeriesRow {
	row := SeriesRow{Label: s.Label, Area: s.Area, Path: seriesPath(s.ID), Years: yearsText(s.First, s.Last), LastYear: s.Last, Unit: s.Unit,
		Last: report.Figure{Text: observation.Number(s.LastValue), Ref: observation.Ref(s.ID, s.Last)}}
	var detail []string
	for _, part := range []string{s.Measure, s.Industry} {
		if part != "" {
			detail = append(detail, part)
		}
	}
	row.Detail = strings.Join(detail, "; ")
	if s.Outliers > 0 {
		row.Flags = append(row.Flags, counted(s.Outliers, "outlier", "outliers"))
	}
	if s.Revised > 0 {
		row.Flags = append(row.Flags, counted(s.Revised, "figure revised", "figures revised"))
	}
	return row
}

func yearsText(first, last int) string {
	if first == last {
		return strconv.Itoa(first)
	}
	return strconv.Itoa(first) + "–" + strconv.Itoa(last)
}

// figuresFilter reads what the address asks for.
func figuresFilter(q url.Values) observation.Filter {
	f := observation.Filter{Words: strings.TrimSpace(q.Get("q")), Indicator: q.Get("indicator"), Level: q.Get("level"), Flagged: q.Get("flagged") == "1", Industry: "all"}
	if f.Words = strings.TrimSpace(q.Get("words")); q.Get("industries") == "1" {
		f.Industry = ""
	}
	if a := strings.TrimSpace(q.Get("area")); a != "" {
		f.AreaKeys = []string{a}
	}
	return f
}

const figureRows = 50

var seriesHeader = []string{"series", "indicator", "label", "measure", "unit", "area_code", "area", "level", "industry_code", "industry", "first_year", "last_year", "values", "last_value", "vintages", "vintage", "revised", "outliers", "repeated", "publisher", "source"}

func (s *Server) figures(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	q := r.URL.Query()
	f := figuresFilter(q)
	if wantsCSV(r) {
		return s.streamCSV(r.Context(), w, "figures", seriesHeader, func(row func([]string) error) error {
			all, err := observation.List(r.Context(), snap.DB, f, 0, 0)
			if err != nil {
				return err
			}
			for _, x := range all {
				if err := row([]string{x.ID, x.Indicator, x.Label, x.Measure, x.Unit, x.AreaKey, x.Area, x.Level, x.IndustryCode, x.Industry, strconv.Itoa(x.First), strconv.Itoa(x.Last), strconv.Itoa(x.N), strconv.FormatFloat(x.LastValue, 'g', -1, 64), strconv.Itoa(x.Vintages), x.Vintage,
					strconv.Itoa(x.Revised), strconv.Itoa(x.Outliers), strconv.Itoa(x.Repeated), x.Publisher, x.Source}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	page, err := pageNumber(q)
	if err != nil {
		return err
	}
	p := FiguresPage{Base: s.base(r, snap, "Figures", "/figures"), Words: f.Words, Area: strings.TrimSpace(q.Get("area")), Parted: f.Industry == "", Flagged: f.Flagged, CSV: withQuery("/figures", q, "format", "csv", "page", "")}
	if p.Total, err = observation.Count(r.Context(), snap.DB, f); err != nil {
		return err
	}
	if (page-1)*figureRows >= max(p.Total, 1) {
		return badRequest("There is no page %d of this list.", page)
	}
	if err := p.choices(r, snap, f); err != nil {
		return err
	}
	rows, err := observation.List(r.Context(), snap.DB, f, figureRows, (page-1)*figureRows)
	if err != nil {
		return err
	}
	for _, x := range rows {
		p.Rows = append(p.Rows, seriesRow(x))
	}
	p.Pager = pager("/figures", q, page, figureRows, p.Total)
	return s.render(w, r, "figures", p)
}

func (p *FiguresPage) choices(r *http.Request, snap *live.Snapshot, f observation.Filter) error {
	all, err := live.Remember(&snap.Cache, "figures/indicators", func() ([]observation.Indicator, error) { return observation.Indicators(r.Context(), snap.DB) })
	if err != nil {
		return err
	}
	levels, err := live.Remember(&snap.Cache, "figures/levels", func() ([]string, error) { return observation.Levels(r.Context(), snap.DB) })
	if err != nil {
		return err
	}
	series := 0
	for _, i := range all {
		series += i.Series
		p.Indicators = append(p.Indicators, Choice{Value: i.ID, Label: i.Label, N: i.Series, Current: i.ID == f.Indicator})
	}
	for _, l := range levels {
		p.Levels = append(p.Levels, Choice{Value: l, Label: l, Current: l == f.Level})
	}
	if len(all) > 0 {
		p.Lede = report.Say("%v series of %v indicators, each with its unit, vintage and source. A newer vintage takes the place of an older one, which stays beside it; an outlier is marked and not removed.",
			chart.Number(float64(series), 0), strconv.Itoa(len(all)))
	}
	return nil
}
