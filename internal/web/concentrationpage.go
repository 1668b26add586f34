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

	"milieu/internal/chart"
	"milieu/internal/cluster/concentration"
	"milieu/internal/cluster/placed"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/report"
	"milieu/internal/spatial"
)

// ConcentrationPage is how concentrated a sector is in an area, against chance by distance.
type ConcentrationPage struct {
	Base
	Finding  string
	Lede     report.Text
	Sector   string
	Area     string
	AreaPath string
	Choices  ConcentrationChoices
	Few      bool
	Least    int
	M, Kd    chart.Chart
	KdSays   string
	KdError  string
	Rows     []ConcentrationRow
	Notes    []string
	How      string
	CSV      string
	Sharper  string // address with more simulations
	Next     int
	Sims     int
}

// ConcentrationChoices are what the form offers.
type ConcentrationChoices struct {
	Sectors, Areas []ChoiceGroup
	Area           string // that is not among Areas
	AreaName       string
	Bases, Weights []Choice
}

// ConcentrationRow is one distance.
type ConcentrationRow struct {
	Km, Band, Verdict string
	M                 report.Figure
	Known             bool
	Alone             int // organisations without a neighbour that near
}

// sharper are the numbers of simulations that a page offers, one after the other.
var sharper = []int{concentration.DefaultSimulations, pageSimulations}

// pageSimulations are the most that a page reckons, some seconds; the command takes more.
const pageSimulations = 199

// concentrationStart sends the form's answer to the sector's page, or shows the form.
func (s *Server) concentrationStart(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	q := r.URL.Query()
	if sector := q.Get("sector"); sector != "" {
		keep := url.Values{}
		for k, v := range q {
			if k != "sector" && len(v) > 0 && v[0] != "" {
				keep[k] = v
			}
		}
		http.Redirect(w, r, "/concentration/"+url.PathEscape(sector)+"?"+keep.Encode(), http.StatusSeeOther)
		return nil
	}
	p := ConcentrationPage{Base: s.base(r, snap, "Concentration by distance", "/atlas"), Finding: "Concentration against chance, by distance"}
	var err error
	if p.Choices, err = concentrationChoices(r.Context(), snap, concentration.Question{Sector: "C"}, q.Get("area"), ""); err != nil {
		return err
	}
	return s.render(w, r, "concentration", p)
}

func (s *Server) concentration(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	q := r.URL.Query()
	ask := concentration.Question{Sector: r.PathValue("sector"), Employees: q.Get("weights") == "employees", Simulations: concentration.DefaultSimulations}
	var err error
	if ask.Basis, err = placed.ParseBasis(q.Get("basis")); err != nil {
		return badRequest("%s.", capital(err.Error()))
	}
	if v := q.Get("weights"); v != "" && v != "employees" && v != "count" {
		return badRequest("%q is not a weight: count or employees.", v)
	}
	if text := q.Get("simulations"); text != "" {
		if ask.Simulations, err = strconv.Atoi(text); err != nil || !slices.Contains(sharper, ask.Simulations) {
			return badRequest("Simulations are %d or %d here, not %q; milieu concentration takes any number.", concentration.DefaultSimulations, pageSimulations, text)
		}
	}
	ref := q.Get("area")
	if ref == "" {
		if ref, err = usualArea(r.Context(), snap); err != nil {
			return err
		}
	}
	if ref == "" {
		return notFound("No area of this release holds an organisation with a position.")
	}
	area, err := s.findArea(r, snap, ref)
	if err != nil {
		return err
	}
	ask.Area = area.Shape
	result, err := concentrationOf(r.Context(), snap, ask, area.Ref)
	if err != nil {
		return concentrationError(err, ask.Sector)
	}
	if wantsCSV(r) {
		return writeCSV(w, "concentration-"+evidence.Slug(result.Label)+"-"+evidence.Slug(area.Name), concentrationHeader, concentrationTable(result))
	}
	p := ConcentrationPage{Base: s.base(r, snap, result.Label+" in "+area.Name+": concentration by distance", "/atlas"), Sector: result.Label, Area: area.Name, Few: result.Few, Least: concentration.Fewest, How: capital(result.How()), Sims: ask.Simulations}
	p.Method = result.How()
	if area.Set != "" && area.Built {
		p.AreaPath = areaPath(area.Set, area.ID)
	}
	if p.Choices, err = concentrationChoices(r.Context(), snap, ask, area.Ref, area.Name); err != nil {
		return err
	}
	p.fill(result, area.explained())
	p.more(r.URL, ask.Simulations)
	return s.render(w, r, "concentration", p)
}

// explained is the reference by which an explainer finds the area: one that is not in the release yet by its shape.
func (a foundArea) explained() string {
	if a.Built || a.Text == "" {
		return a.Ref
	}
	return drawnSet + "/" + a.Text
}

func concentrationError(err error, sector string) error {
	if errors.Is(err, evidence.ErrNoFigure) {
		return notFound("There is no sector %q in this release.", sector)
	}
	return err
}

func concentrationOf(ctx context.Context, snap *live.Snapshot, q concentration.Question, ref string) (concentration.Result, error) {
	reckon := func() (concentration.Result, error) {
		// Others may wait for the result too, so that one who leaves does not end it.
		return concentration.Test(context.WithoutCancel(ctx), snap.DB, q)
	}
	return live.RememberSlow(ctx, &snap.Cache, fmt.Sprint("concentration/", q.Sector, "/", ref, "/", q.Basis, "/", q.Employees, "/", q.Simulations), reckon)
}

// usualArea is where the page begins: the area of the release's focus is not known by code, so the one that holds the
// most organisations among those of few to a set.
func usualArea(ctx context.Context, snap *live.Snapshot) (string, error) {
	groups, err := live.Remember(&snap.Cache, "list/areas", func() ([]ChoiceGroup, error) { return areaChoices(ctx, snap) })
	if err != nil {
		return "", err
	}
	best := Choice{}
	for _, g := range groups {
		for _, c := range g.Choices {
			if c.N > best.N {
				best = c
			}
		}
	}
	return best.Value, nil
}

func concentrationChoices(ctx context.Context, snap *live.Snapshot, ask concentration.Question, ref, name string) (ConcentrationChoices, error) {
	var c ConcentrationChoices
	var err error
	if c.Sectors, err = sectorChoices(ctx, snap, ask.Sector); err != nil {
		return c, err
	}
	groups, err := live.Remember(&snap.Cache, "list/areas", func() ([]ChoiceGroup, error) { return areaChoices(ctx, snap) })
	if err != nil {
		return c, err
	}
	c.Area, c.AreaName = ref, name
	for _, g := range groups {
		own := ChoiceGroup{Label: g.Label}
		for _, choice := range g.Choices {
			if choice.Current = choice.Value == ref; choice.Current {
				c.Area = ""
			}
			own.Choices = append(own.Choices, choice)
		}
		c.Areas = append(c.Areas, own)
	}
	c.Bases = basisChoices(orBasis(ask.Basis))
	c.Weights = []Choice{{Value: "count", Label: "organisations, each once", Current: !ask.Employees}, {Value: "employees", Label: "their employees", Current: ask.Employees}}
	return c, nil
}

func orBasis(b placed.Basis) placed.Basis {
	if b == "" {
		return placed.Any
	}
	return b
}

// more offers the next larger number of simulations.
func (p *ConcentrationPage) more(u *url.URL, now int) {
	q := u.Query()
	p.CSV = withQuery(u.EscapedPath(), q, "format", "csv")
	for _, n := range sharper {
		if n > now {
			p.Sharper, p.Next = withQuery(u.EscapedPath(), q, "simulations", strconv.Itoa(n)), n
			return
		}
	}
}

func (p *ConcentrationPage) fill(r concentration.Result, area string) {
	n := func(v int) string { return chart.Number(float64(v), 0) }
	ref := r.Ref(area)
	own := report.CountFigure(int64(r.Own), ref)
	sector := placed.Sector{Label: r.Label}.InSentence()
	if r.Few {
		p.Finding = fmt.Sprintf("%s in %s: too few to test", r.Label, r.Area.Name)
		p.Lede = report.Say("%v organisations of %v have a position in %v; a test by distance needs %v.", own, sector, r.Area.Name, concentration.Fewest)
		if r.Employees {
			p.Lede = report.Say("%v organisations of %v in %v have employees on record at the position that counts; a test by distance needs %v.", own, sector, r.Area.Name, concentration.Fewest)
		}
		p.notes(r)
		return
	}
	p.find(r, own, sector, ref)
	p.M, p.Kd = mChart(r), kdChart(r)
	verdicts := concentration.Verdicts(r.M.Curve)
	for k, m := range r.M.Radii {
		row := ConcentrationRow{Km: chart.Number(m/1000, 2), Known: !math.IsNaN(r.M.Value[k]), M: report.Figure{Text: chart.Number(r.M.Value[k], 2), Ref: ref}, Verdict: verdicts[k].String(), Alone: r.M.Alone[k]}
		row.Band = chart.Number(r.M.GlobalLo[k], 2) + "–" + chart.Number(r.M.GlobalHi[k], 2)
		p.Rows = append(p.Rows, row)
	}
	p.KdSays = "K-density: " + kdSummary(r) + "."
	if r.Paired < r.Own+r.OwnOut {
		p.KdSays += fmt.Sprintf(" Of %s drawn at random among the sector's %s.", n(r.Paired), n(r.Own+r.OwnOut))
	}
	if r.Kd.BinError > 0 {
		p.KdError = fmt.Sprintf("So many pairs are counted on a narrow grid of distances, which moves the curve by less than %s.", chart.Number(math.Ceil(max(r.Kd.BinError*1000, 1e-4)*1e4)/1e4, 4))
	}
	if r.OwnOut+r.Outside > 0 {
		p.Notes = append(p.Notes, fmt.Sprintf("Around the border: organisations within %s km outside it count as neighbours, but are not looked from (%s, of which %s of the sector). Beyond what the release holds nothing is known.", chart.Number(r.BufferKm, 0), n(r.Outside), n(r.OwnOut)))
	} else {
		p.Notes = append(p.Notes, "The release holds no organisation around the area, so those near its border seem to have fewer neighbours than they have.")
	}
	p.notes(r)
}

// notes say who is counted, who is left out, and why.
func (p *ConcentrationPage) notes(r concentration.Result) {
	n := func(v int) string { return chart.Number(float64(v), 0) }
	p.Notes = append(p.Notes, fmt.Sprintf("Organisations count at: %s. %s hold a position in the area; %s.", r.Basis.Words(), n(r.Inside), r.LeftOut.Words()))
	if r.Employees {
		p.Notes = append(p.Notes, "Only organisations with employees on record take part. Employees are of the latest accounts and may work elsewhere.")
	}
	if r.OneIn > 1 {
		p.Notes = append(p.Notes, fmt.Sprintf("There are so many organisations here that one in %d, drawn at random, stands for all: the counts on this page are of these.", r.OneIn))
	}
	if r.Stacked > 0 {
		p.Notes = append(p.Notes, fmt.Sprintf("%s of the sector share their exact position with another organisation, mostly a postcode. Pairs at distance 0 are left out of M: what is very near is understated.", n(r.Stacked)))
	}
}

// find writes the finding: only what the test of the whole curve supports.
func (p *ConcentrationPage) find(r concentration.Result, own report.Figure, sector, ref string) {
	p.Finding = fmt.Sprintf("%s in %s: as chance allows", r.Label, r.Area.Name)
	at := firstBeyond(r)
	if at < 0 {
		p.Lede = report.Say("%v organisations of %v stand among %v. Seen as a whole, their distances are not distinguishable from chance (p %v after %v simulations).", own, sector, chart.Number(float64(r.Inside), 0), concentration.PText(r.M.P), r.Simulations)
		return
	}
	m := report.Figure{Text: chart.Number(r.M.Value[at], 2), Ref: ref}
	km := chart.Number(r.M.Radii[at]/1000, 2)
	above, below := concentration.Spans(r.M.Curve, concentration.Above), concentration.Spans(r.M.Curve, concentration.Below)
	if above == "" {
		p.Finding = fmt.Sprintf("%s in %s keeps apart", r.Label, r.Area.Name)
		p.Lede = report.Say("%v organisations of %v stand among %v. Within %v km of each the sector's share is %v times what it is in the whole; less than chance allows within %v (p %v after %v simulations).", own, sector, chart.Number(float64(r.Inside), 0), km, m, below, concentration.PText(r.M.P), r.Simulations)
		return
	}
	p.Finding = fmt.Sprintf("%s in %s stands together more than chance", r.Label, r.Area.Name)
	p.Lede = report.Say("%v organisations of %v stand among %v. Within %v km of each the sector's share is %v times what it is in the whole; more than chance allows within %v%v (p %v after %v simulations).", own, sector, chart.Number(float64(r.Inside), 0), km, m, above, also(below), concentration.PText(r.M.P), r.Simulations)
}

func also(below string) string {
	if below == "" {
		return ""
	}
	return ", less within " + below
}

// firstBeyond is the distance at which the curve is farthest beyond what chance allows, as a factor; -1 where the curve
// as a whole is within.
func firstBeyond(r concentration.Result) int {
	at, most := -1, 0.0
	if r.M.P > 0.05 {
		return at
	}
	for k, v := range concentration.Verdicts(r.M.Curve) {
		if d := math.Abs(math.Log(max(r.M.Value[k], 1e-9))); v != concentration.Within && d > most {
			at, most = k, d
		}
	}
	return at
}

var concentrationHeader = []string{"sector", "area", "basis", "weights", "distance_km", "m", "m_lo", "m_hi", "m_global_lo", "m_global_hi", "m_verdict", "m_p", "kd_per_km", "kd_lo", "kd_hi", "kd_global_lo", "kd_global_hi", "kd_verdict", "kd_p", "references", "without_neighbour", "simulations", "seed"}

func concentrationTable(r concentration.Result) [][]string {
	n := func(v float64) string {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return ""
		}
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	weights := map[bool]string{false: "count", true: "employees"}[r.Employees]
	mv, kv := concentration.Verdicts(r.M.Curve), concentration.Verdicts(r.Kd.Curve)
	var out [][]string
	for k, m := range r.M.Radii {
		out = append(out, []string{r.Sector, r.Area.Name, string(r.Basis), weights, n(m / 1000), n(r.M.Value[k]), n(r.M.Lo[k]), n(r.M.Hi[k]), n(r.M.GlobalLo[k]), n(r.M.GlobalHi[k]), mv[k].String(), n(r.M.P),
			n(r.Kd.Value[k] * 1000), n(r.Kd.Lo[k] * 1000), n(r.Kd.Hi[k] * 1000), n(r.Kd.GlobalLo[k] * 1000), n(r.Kd.GlobalHi[k] * 1000), kv[k].String(), n(r.Kd.P),
			strconv.Itoa(r.M.References), strconv.Itoa(r.M.Alone[k]), strconv.Itoa(r.Simulations), strconv.Itoa(concentration.Seed)})
	}
	return out
}

func kdSummary(r concentration.Result) string {
	p := " (p of the whole curve " + concentration.PText(r.Kd.P) + ")"
	above, below := concentration.Spans(r.Kd.Curve, concentration.Above), concentration.Spans(r.Kd.Curve, concentration.Below)
	switch {
	case r.Kd.P > 0.05 || above == "" && below == "":
		return "the distances between pairs are what chance allows" + p
	case above == "":
		return "fewer pairs than chance allows at " + below + p
	case below == "":
		return "more pairs than chance allows at " + above + p
	}
	return "more pairs than chance allows at " + above + ", fewer at " + below + p
}

func mChart(r concentration.Result) chart.Chart {
	sp := bandSpec(r.M.Curve, "M of "+r.Label+" in "+r.Area.Name, 1, 2)
	sp.Y.Label, sp.Y.Refs = "Times the share in the whole", []chart.Ref{{At: 1, Label: "chance"}}
	return chart.Band(sp)
}

func kdChart(r concentration.Result) chart.Chart {
	sp := bandSpec(r.Kd.Curve, "K-density of "+r.Label+" in and around "+r.Area.Name, 1000, 3)
	sp.Y.Label = "Share of pairs per km"
	return chart.Band(sp)
}

// bandSpec draws a curve with the band of whole curves and, inside it, the pointwise one.
func bandSpec(c spatial.Curve, title string, times float64, decimals int) chart.BandSpec {
	sp := chart.BandSpec{Title: title, X: chart.Axis{Label: "Distance, km", Decimals: 2}, Y: chart.Axis{Decimals: decimals},
		Bands: []chart.BandStrip{{Label: "what chance allows of a whole curve", Mark: chart.MarkOther}, {Label: "what chance allows at one distance", Mark: chart.MarkOther}}, Lines: []chart.Series{{Label: "observed"}}}
	for k, x := range c.Radii {
		x /= 1000
		sp.Bands[0].Steps = append(sp.Bands[0].Steps, chart.BandStep{X: x, Lo: c.GlobalLo[k] * times, Hi: c.GlobalHi[k] * times})
		sp.Bands[1].Steps = append(sp.Bands[1].Steps, chart.BandStep{X: x, Lo: c.Lo[k] * times, Hi: c.Hi[k] * times})
		sp.Lines[0].Steps = append(sp.Lines[0].Steps, chart.Step{X: x, Y: c.Value[k] * times})
	}
	return sp
}
