package web

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/cluster"
	"milieu/internal/cluster/growth"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/report"
	"milieu/internal/stat"
)

// GrowthPage is what an area could grow into, and what shrinks in it.
type GrowthPage struct {
	Base
	Finding      string
	Lede         report.Text
	Area         string
	Slug         string
	Year         int
	From, To     int
	Areas, Years []Choice
	Starts       []Choice
	Few          string // why there is nothing to show
	Top          []ReachRow
	TopChart     chart.Chart
	Draws        int
	Seed         uint64
	Ground       string
	Ranked       int
	Listed       int
	Guards       []GuardRow
	Whole        []PartRow
	Losing       []ShiftRow
	Gaining      []ShiftRow
	ShiftChart   chart.Chart
	NewToAll     []string
	Least        int
	Complexity   ComplexityPart
	Business     growth.Businesses
	BornChart    chart.Chart
	Like         string // address of places like it
}

// ReachRow is an industry on the shortlist.
type ReachRow struct {
	Code, Name, Stays, Complexity, Gain string
	Jobs, Quotient, Density             report.Figure
	Steady                              bool
}

// GuardRow says how many industries are not ranked for a reason.
type GuardRow struct {
	Why string
	N   int
}

// PartRow is one part of the change of the whole area.
type PartRow struct {
	Label  string
	Figure report.Figure
	Yearly string
}

// ShiftRow is the change of an industry.
type ShiftRow struct {
	Code, Name, Start, End string
	Change                 string
	Own                    report.Figure
}

// ComplexityPart is the complexity of areas.
type ComplexityPart struct {
	Open      string // why it is not ranked
	Direction string
	Chart     chart.Chart
	One, Far  []string // the ends, where the direction is open
	Own       report.Figure
	Lost      int
}

const shiftRows = 12

// fewRanked is the industries under which a shortlist says little.
const fewRanked = 50

// growthStart shows the focus area, sends the form's answer to its page, or asks for an area.
func (s *Server) growthStart(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	if area := r.URL.Query().Get("area"); area != "" {
		q := r.URL.Query()
		q.Del("area")
		to := "/growth/" + url.PathEscape(evidence.Slug(area))
		if text := q.Encode(); text != "" {
			to += "?" + text
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	}
	if area := snap.WS.Focus.Area; area != "" {
		return s.showGrowth(w, r, snap, area)
	}
	p := GrowthPage{Base: s.base(r, snap, "Growth", "/growth"), Finding: "What a place could grow into", Few: "Choose an area."}
	var err error
	if p.Areas, err = growthAreas(r, snap, ""); err != nil {
		return err
	}
	if len(p.Areas) == 0 {
		p.Few = noEmployment
	}
	return s.render(w, r, "growth", p)
}

const noEmployment = "The release holds no employment by area and industry. Add a source of the type employment-cells or employment-table to milieu.toml and build again."

func (s *Server) growth(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	return s.showGrowth(w, r, snap, r.PathValue("slug"))
}

func (s *Server) showGrowth(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, area string) error {
	ask, from, err := growthQuestion(r, snap, area)
	if err != nil {
		return err
	}
	p := GrowthPage{Base: s.base(r, snap, "Growth", "/growth"), Draws: growth.Draws, Seed: growth.Seed, Least: growth.LeastStart}
	t, err := growthTable(r.Context(), snap, ask)
	if errors.Is(err, growth.ErrFew) {
		p.Finding, p.Few = "Not enough areas to compare", fewWords(err)
		if p.Areas, err = growthAreas(r, snap, area); err != nil {
			return err
		}
		return s.render(w, r, "growth", p)
	}
	if q := r.URL.Query(); errors.Is(err, evidence.ErrNoFigure) && r.PathValue("slug") == "" && q.Get("year")+q.Get("scheme") == "" {
		p.Finding, p.Few = "What a place could grow into", noEmployment
		return s.render(w, r, "growth", p)
	}
	if err != nil {
		return err
	}
	if from == 0 {
		from = t.Years[0]
	}
	p.Area, p.Slug, p.Year, p.From, p.To = t.Area().Name, evidence.Slug(t.Area().Code), t.Year, from, t.Year
	return s.fillGrowth(w, r, snap, t, p)
}

// fewWords says in a sentence why there are too few areas, and what to do.
func fewWords(err error) string {
	text := strings.TrimSuffix(err.Error(), ": "+growth.ErrFew.Error())
	return capital(text) + ". What goes with what shows only over many areas: add a table of employment by industry for all areas of a country (source type employment-cells) and build again."
}

func growthQuestion(r *http.Request, snap *live.Snapshot, area string) (growth.Question, int, error) {
	q := r.URL.Query()
	ask := growth.Question{Area: area, Scheme: q.Get("scheme")}
	from := 0
	for _, n := range []struct {
		name string
		to   *int
	}{{"year", &ask.Year}, {"from", &from}} {
		text := q.Get(n.name)
		if text == "" {
			continue
		}
		v, err := strconv.Atoi(text)
		if err != nil || v < 1 || v > 9999 {
			return ask, 0, badRequest("%q is not a year.", text)
		}
		*n.to = v
	}
	return ask, from, nil
}

func growthTable(ctx context.Context, snap *live.Snapshot, ask growth.Question) (growth.Table, error) {
	return live.Remember(&snap.Cache, fmt.Sprintf("growth/table/%s/%d/%s", ask.Area, ask.Year, ask.Scheme), func() (growth.Table, error) { return growth.Read(ctx, snap.DB, ask) })
}

func growthKey(kind string, t growth.Table) string {
	return fmt.Sprintf("growth/%s/%s/%d/%s", kind, t.Area().Code, t.Year, t.Scheme)
}

func growthAreas(r *http.Request, snap *live.Snapshot, current string) ([]Choice, error) {
	all, err := employmentAreas(r, snap)
	if err != nil {
		return nil, err
	}
	var out []Choice
	for _, a := range all {
		slug := evidence.Slug(a.Code)
		out = append(out, Choice{Value: slug, Label: a.Name, Current: slug == evidence.Slug(current) || evidence.Slug(a.Name) == evidence.Slug(current)})
	}
	return out, nil
}

func (s *Server) fillGrowth(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, t growth.Table, p GrowthPage) error {
	reach, err := live.RememberSlow(r.Context(), &snap.Cache, growthKey("reach", t), func() (growth.Potential, error) { return growth.Reach(t, growth.Draws) })
	if err != nil {
		return err
	}
	complexity, err := live.RememberSlow(r.Context(), &snap.Cache, growthKey("complexity", t), func() (growth.Complexities, error) { return growth.Complex(t, growth.Draws) })
	if err != nil {
		return err
	}
	var shifts growth.Shifts
	if p.From < p.To {
		shifts, err = live.RememberSlow(r.Context(), &snap.Cache, growthKey(fmt.Sprintf("shift/%d", p.From), t), func() (growth.Shifts, error) { return growth.Parted(r.Context(), snap.DB, t, p.From, p.To) })
		if err != nil {
			return err
		}
	} else if p.From > p.To {
		return badRequest("The change from %d to %d is none: take an earlier year to start with.", p.From, p.To)
	}
	if wantsCSV(r) {
		return writeGrowthCSV(w, r.URL.Query().Get("table"), reach, shifts, complexity)
	}
	p.Base.Title = p.Area + ": what it could grow into"
	p.Base.Method = "relatedness and density"
	p.Like = "/similar/" + p.Slug
	p.Ground = capital(t.Ground())
	if p.Areas, err = growthAreas(r, snap, p.Slug); err != nil {
		return err
	}
	for _, y := range slices.Backward(t.Years) {
		p.Years = append(p.Years, Choice{Value: strconv.Itoa(y), Label: strconv.Itoa(y), Current: y == p.To})
		if y < t.Years[len(t.Years)-1] {
			p.Starts = append(p.Starts, Choice{Value: strconv.Itoa(y), Label: strconv.Itoa(y), Current: y == p.From})
		}
	}
	p.reach(reach)
	p.shifts(shifts)
	p.complexity(complexity)
	p.Business, err = live.Remember(&snap.Cache, "growth/business/"+t.Area().Code, func() (growth.Businesses, error) {
		return growth.ReadBusinesses(r.Context(), snap.DB, t.Area().Code)
	})
	if err != nil {
		return err
	}
	p.born()
	return s.render(w, r, "growth", p)
}

func percentOf(share float64) string { return chart.Number(100*share, 0) + " %" }

func orOpen(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return chart.Signed(v, 2)
}

func (p *GrowthPage) reach(reach growth.Potential) {
	p.Ranked, p.Listed = reach.Ranked, reach.Listed
	bars := chart.BarsSpec{Title: "How often each industry stays on the shortlist", Unit: "Draws, %", Axis: chart.Axis{Max: 100}, Width: 900}
	var steady []string
	for _, c := range reach.Top() {
		name := cluster.ShortName(c.Name)
		row := ReachRow{Code: c.Code, Name: name, Stays: percentOf(c.Stays), Complexity: orOpen(c.Complexity), Gain: orOpen(c.Gain), Steady: c.Steady(),
			Jobs:     report.NumberFigure(c.Jobs.Value, c.Jobs.Lo, c.Jobs.Hi, 0, c.Ref),
			Quotient: report.NumberFigure(c.Quotient.Value, c.Quotient.Lo, c.Quotient.Hi, 2, c.Ref), Density: report.NumberFigure(c.Density, c.Density, c.Density, 3, c.Ref)}
		p.Top = append(p.Top, row)
		mark := chart.MarkOther
		if c.Steady() {
			mark = chart.MarkUs
			steady = append(steady, cluster.InSentence(cluster.Gist(name)))
		}
		bars.Bars = append(bars.Bars, chart.Bar{Label: cluster.Gist(name), Value: 100 * c.Stays, Mark: mark})
	}
	p.TopChart = chart.Bars(bars)
	counts := map[string]int{}
	for _, c := range reach.Guarded() {
		counts[c.Guard]++
	}
	for why, n := range counts {
		p.Guards = append(p.Guards, GuardRow{why, n})
	}
	slices.SortFunc(p.Guards, func(a, b GuardRow) int { return strings.Compare(a.Why, b.Why) })
	p.Finding = fmt.Sprintf("No industry that %s lacks is surely nearer to it than others", p.Area)
	if len(steady) > 0 {
		p.Finding = fmt.Sprintf("Nearest to what %s does, and not there yet: %s", p.Area, andList(steady[:min(2, len(steady))]))
		share := report.NumberFigure(100*reach.Top()[0].Density, 100*reach.Top()[0].Density, 100*reach.Top()[0].Density, 0, reach.Top()[0].Ref)
		share.Unit = "%"
		p.Lede = report.Say("Of %v industries that it has less of than other areas, %v stay among the nearest %v whatever rounding and chance may hide. Of what goes with %v elsewhere, %v is in %v already. Near is not the same as wise: it says what the place has the neighbours for.",
			chart.Number(float64(reach.Ranked), 0), chart.Number(float64(len(steady)), 0), chart.Number(float64(reach.Listed), 0), steady[0], share, p.Area)
		if reach.Ranked < fewRanked {
			p.Lede = append(p.Lede, report.Say(" The classification is coarse, so near says little here.")...)
		}
	}
}

func signedFigure(e stat.Estimate, ref string) report.Figure {
	f := report.NumberFigure(e.Value, e.Lo, e.Hi, 0, ref)
	f.Text = chart.Signed(e.Value, 0)
	if e.Lo != e.Hi {
		f.Range = chart.Signed(e.Lo, 0) + " to " + chart.Signed(e.Hi, 0)
	}
	return f
}

func (p *GrowthPage) shifts(s growth.Shifts) {
	if len(s.Industries) == 0 {
		return
	}
	w, y := s.Whole, s.Yearly
	for _, part := range []struct {
		label  string
		e      stat.Estimate
		yearly string
	}{
		{"Change of jobs", w.Change, chart.Signed(y.Change.Value, 0)},
		{"As all areas together grew", w.National, chart.Signed(y.National.Value, 0)},
		{"For its mix of industries", w.Mix, chart.Signed(y.Mix.Value, 0)},
		{"Of its own", w.Regional, chart.Signed(y.Regional.Value, 0)},
		{"of that, as if it had the usual mix", w.Competitive, ""},
		{"of that, for being where it is strong or weak", w.Allocation, ""},
		{"of that, in industries that began too small to part", w.Small, ""},
	} {
		p.Whole = append(p.Whole, PartRow{part.label, signedFigure(part.e, s.Ref), part.yearly})
	}
	row := func(i growth.Shift) ShiftRow {
		return ShiftRow{i.Code, cluster.ShortName(i.Name), chart.Number(i.Start.Value, 0), chart.Number(i.End.Value, 0), chart.Signed(i.Change, 0), signedFigure(i.Regional, i.Ref)}
	}
	spec := chart.ForestSpec{Title: fmt.Sprintf("What %s lost and won of its own, %d to %d", p.Area, p.From, p.To), Unit: "Jobs", Axis: chart.Axis{Refs: []chart.Ref{{At: 0}}}, Width: 900}
	add := func(i growth.Shift, mark chart.Mark) {
		spec.Rows = append(spec.Rows, chart.ForestRow{Label: cluster.Gist(cluster.ShortName(i.Name)), Value: i.Regional.Value, Interval: chart.Interval{Lo: i.Regional.Lo, Hi: i.Regional.Hi}, Mark: mark})
	}
	for _, i := range s.Industries {
		if i.Losing() && len(p.Losing) < shiftRows {
			p.Losing = append(p.Losing, row(i))
			add(i, chart.MarkWarn)
		}
	}
	for _, i := range slices.Backward(s.Industries) {
		if i.Gaining() && len(p.Gaining) < shiftRows {
			p.Gaining = append(p.Gaining, row(i))
			add(i, chart.MarkUs)
		}
	}
	p.ShiftChart = chart.Forest(spec)
	for _, code := range s.NewToAll {
		p.NewToAll = append(p.NewToAll, cluster.ShortName(s.Table.Name(code)))
	}
}

func (p *GrowthPage) complexity(c growth.Complexities) {
	p.Complexity = ComplexityPart{Open: c.Open, Direction: chart.Number(c.Direction, 2), Lost: c.Lost}
	spec := chart.ForestSpec{Title: "Economic complexity of areas", Unit: "Index", Axis: chart.Axis{Decimals: 1, Refs: []chart.Ref{{At: 0}}}, Width: 900}
	for k, a := range c.Areas {
		mark := chart.MarkOther
		if a.Own {
			mark = chart.MarkUs
			p.Complexity.Own = report.NumberFigure(a.Index, a.Lo, a.Hi, 2, c.Ref)
		}
		if k < 4 {
			p.Complexity.One = append(p.Complexity.One, a.Area.Name)
		}
		if k >= len(c.Areas)-4 {
			p.Complexity.Far = append(p.Complexity.Far, a.Area.Name)
		}
		spec.Rows = append(spec.Rows, chart.ForestRow{Label: a.Area.Name, Value: a.Index, Interval: chart.Interval{Lo: min(a.Lo, a.Index), Hi: max(a.Hi, a.Index)}, Mark: mark})
	}
	if c.Open == "" {
		p.Complexity.Chart = chart.Forest(spec)
	}
}

// born draws births and deaths of businesses over the years.
func (p *GrowthPage) born() {
	if len(p.Business.Years) < 3 {
		return
	}
	births, deaths := chart.Series{Label: "Born"}, chart.Series{Label: "Ended", Mark: chart.MarkOther}
	for _, y := range p.Business.Years {
		add := func(to *chart.Series, v float64, known string) {
			if known == "" {
				v = math.NaN()
			}
			to.Steps = append(to.Steps, chart.Step{X: float64(y.Year), Y: v})
		}
		add(&births, y.Born, y.Births.Text)
		add(&deaths, y.Died, y.Deaths.Text)
	}
	p.BornChart = chart.Line(chart.LineSpec{Title: "Businesses born and ended in " + p.Area, X: chart.Axis{Label: "Year"}, Y: chart.Axis{Label: "Businesses"}, Series: []chart.Series{births, deaths}, Width: 900, PlainX: true})
}
