package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/live"
	"milieu/internal/portfolio/scenario"
	"milieu/internal/portfolio/scenario/outcome"
)

// ScenarioComparePage holds two scenarios side by side, or one against what it was when it was kept.
type ScenarioComparePage struct {
	Base
	Finding  string
	Lede     string
	A, B     SideView
	On       string
	Ons      []Choice
	Ready    bool // two sides are chosen
	Settings []SettingRow
	OnlyA    []ItemRow
	OnlyB    []ItemRow
	Both     []ItemRow
	Moved    []SettingRow
	Dearer   []SettingRow
	Spend    []SpendPairRow
	Total    SpendPairRow
	Picture  chart.Chart
	Figures  []FigurePair
	Choices  []Choice // for side A; current is A
	ChoicesB []Choice
	CSV      string
	None     bool // neither side chooses interventions
}

// SideView is one side of the comparison.
type SideView struct{ ID, Name, Path, KindIs, Says, Open, KeptOn, Note string }

// SpendPairRow is money of a year on both sides.
type SpendPairRow struct{ Year, Funder, A, B, Change string }

// FigurePair is a figure on both sides.
type FigurePair struct {
	Label, Says string
	A, B        FigureRow
}

// Ways to choose the release on which two sides are reckoned.
const (
	onNow   = "now"   // both on the release that is being served: what differs is the settings
	onKept  = "kept"  // both as they were kept
	onSince = "since" // the first as kept, the second now: what the evidence changed
)

var onLabels = map[string]string{onNow: "both on today’s release", onKept: "both as they were when they were kept", onSince: "the first as kept, the second on today’s release"}

func (s *Server) scenarioCompare(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	q := r.URL.Query()
	on := q.Get("on")
	if on == "" {
		if on = onNow; q.Get("a") != "" && q.Get("a") == q.Get("b") {
			on = onSince
		}
	}
	if onLabels[on] == "" {
		return badRequest("Compare on %.20q is not a way to compare: it is now, kept or since.", on)
	}
	all, err := s.scenarioBook().Scenarios(r.Context(), actorOf(r), false)
	if err != nil {
		return err
	}
	p := ScenarioComparePage{Base: s.base(r, snap, "Compare scenarios", "/scenarios"), On: on, CSV: withQuery("/scenarios/compare", q, "format", "csv")}
	p.choices(all, q.Get("a"), q.Get("b"))
	p.Finding, p.Lede = "Compare two scenarios", "Choose two, or one twice to see what newer evidence changed."
	if q.Get("a") == "" || q.Get("b") == "" {
		return s.render(w, r, "scenariocompare", p)
	}
	a, b, err := s.sides(r, q.Get("a"), q.Get("b"))
	if err != nil {
		return err
	}
	oa, err := s.sideOutcome(r, snap, a, on != onNow)
	if err != nil {
		return err
	}
	ob, err := s.sideOutcome(r, snap, b, on == onKept)
	if err != nil {
		return err
	}
	p.Ready, p.A, p.B = true, sideView(a, oa), sideView(b, ob)
	p.Title = a.Name + " and " + b.Name
	p.show(a, b, oa, ob)
	if wantsCSV(r) {
		return p.csv(w)
	}
	return s.render(w, r, "scenariocompare", p)
}

// scenarioLabel names a scenario in a list; where another has its name too, by when it was made.
func scenarioLabel(sc scenario.Scenario, all []scenario.Scenario) string {
	kind := lowerFirst(sc.Kind.Label())
	for _, o := range all {
		if o.ID != sc.ID && o.Name == sc.Name && o.Kind == sc.Kind {
			return fmt.Sprintf("%s (%s, made %s, %s)", sc.Name, kind, dayTime(sc.MadeAt), sc.ID)
		}
	}
	return sc.Name + " (" + kind + ")"
}

// sides reads both scenarios; one that was deleted can still be looked at.
func (s *Server) sides(r *http.Request, a, b string) (x, y scenario.Scenario, err error) {
	if x, err = s.scenarioBook().Scenario(r.Context(), actorOf(r), a); err != nil {
		return x, y, err
	}
	y, err = s.scenarioBook().Scenario(r.Context(), actorOf(r), b)
	return x, y, err
}

func (s *Server) sideOutcome(r *http.Request, snap *live.Snapshot, sc scenario.Scenario, kept bool) (outcome.Outcome, error) {
	if kept {
		return sc.Outcome, nil
	}
	_, o, err := s.outcomeOf(r, snap, sc.Kind, sc.Address)
	return o, err
}

func sideView(sc scenario.Scenario, o outcome.Outcome) SideView {
	return SideView{ID: sc.ID, Name: sc.Name, Path: scenarioPath(sc.ID), KindIs: sc.Kind.Label(), Says: o.Finding, Open: sc.Address, Note: sc.Note, KeptOn: keptOn(o.Release, o.Built)}
}

func (p *ScenarioComparePage) choices(all []scenario.Scenario, a, b string) {
	for _, sc := range all {
		c := Choice{Value: sc.ID, Label: scenarioLabel(sc, all), Current: sc.ID == a}
		p.Choices = append(p.Choices, c)
		c.Current = sc.ID == b
		p.ChoicesB = append(p.ChoicesB, c)
	}
	for _, on := range []string{onNow, onKept, onSince} {
		p.Ons = append(p.Ons, Choice{Value: on, Label: onLabels[on], Current: on == p.On})
	}
}

func (p *ScenarioComparePage) show(a, b scenario.Scenario, oa, ob outcome.Outcome) {
	d := outcome.Compare(oa, ob)
	p.Settings = differRows(a.Address, b.Address)
	for _, i := range d.OnlyA {
		p.OnlyA = append(p.OnlyA, itemRow(i))
	}
	for _, i := range d.OnlyB {
		p.OnlyB = append(p.OnlyB, itemRow(i))
	}
	for _, i := range d.Both {
		p.Both = append(p.Both, itemRow(i))
	}
	for _, m := range d.Moved {
		p.Moved = append(p.Moved, SettingRow{m.Name, spendYear(m.A), spendYear(m.B)})
	}
	for _, c := range d.Dearer {
		p.Dearer = append(p.Dearer, SettingRow{c.Name, orText(moneyKnown(c.KnownA, c.AP), "not known"), orText(moneyKnown(c.KnownB, c.BP), "not known")})
	}
	p.money(d.Spend)
	for _, m := range d.Measures {
		p.Figures = append(p.Figures, figurePair(m, len(d.Both) > 0))
	}
	p.None = len(oa.Chosen)+len(ob.Chosen) == 0
	p.say(a, b, d)
}

func (p *ScenarioComparePage) say(a, b scenario.Scenario, d outcome.Difference) {
	same := a.ID == b.ID
	switch {
	case d.Same() && len(p.Settings) == 0:
		p.Finding = "Nothing differs"
	case d.Same():
		p.Finding = "Other settings, and they come to the same"
	case p.None:
		p.Finding = "The figures differ"
	case len(d.OnlyA)+len(d.OnlyB) == 0:
		p.Finding = "The same interventions are chosen, with other figures"
	default:
		p.Finding = fmt.Sprintf("%s in both; %d only in the first, %d only in the second", capital(counted(len(d.Both), "intervention is", "interventions are")), len(d.OnlyA), len(d.OnlyB))
	}
	p.Lede = fmt.Sprintf("“%s” against “%s”, %s.", a.Name, b.Name, onLabels[p.On])
	if same && p.On == onSince {
		p.Lede = fmt.Sprintf("“%s” as it was kept on %s, against what the same settings come to on today’s release. What differs, the evidence changed, or the program did.", a.Name, p.A.KeptOn)
	}
	if a.Kind != b.Kind {
		p.Lede += fmt.Sprintf(" They are of different pages (%s and %s), so only what both have can be held side by side.", lowerFirst(a.Kind.Label()), lowerFirst(b.Kind.Label()))
	}
	if p.On != onSince && slices.ContainsFunc(p.Settings, func(r SettingRow) bool { return r.Label == settingName("worth") || r.Label == settingName("lens") }) {
		p.Lede += " They are valued by different things: their values are in different units and must not be held against each other."
	}
}

func (p *ScenarioComparePage) money(pairs []outcome.SpendPair) {
	a, b := map[int]int64{}, map[int]int64{}
	var years []int
	totalA, totalB := int64(0), int64(0)
	for _, s := range pairs {
		p.Spend = append(p.Spend, SpendPairRow{Year: spendYear(s.Year), Funder: s.Funder, A: chart.Money(s.AP), B: chart.Money(s.BP), Change: signedMoney(s.BP - s.AP)})
		totalA, totalB = totalA+s.AP, totalB+s.BP
		if s.Year > 0 && !slices.Contains(years, s.Year) {
			years = append(years, s.Year)
		}
		a[s.Year] += s.AP
		b[s.Year] += s.BP
	}
	p.Total = SpendPairRow{A: chart.Money(totalA), B: chart.Money(totalB), Change: signedMoney(totalB - totalA)}
	if len(years) < 2 {
		return
	}
	slices.Sort(years)
	series := func(label string, mark chart.Mark, by map[int]int64) chart.Series {
		s := chart.Series{Label: label, Mark: mark}
		for _, y := range years {
			s.Steps = append(s.Steps, chart.Step{X: float64(y), Y: float64(by[y]) / 1e8})
		}
		return s
	}
	p.Picture = chart.Line(chart.LineSpec{Title: "Cost of the chosen by financial year, £m", Width: 760, Height: 240, PlainX: true, X: chart.Axis{Label: "Financial year begins"}, Y: chart.Axis{Label: "£m"},
		Series: []chart.Series{series("second", chart.MarkUs, b), series("first", chart.MarkOther, a)}})
}

func signedMoney(p int64) string {
	switch {
	case p == 0:
		return "none"
	case p > 0:
		return "+" + chart.Money(p)
	}
	return "−" + chart.Money(-p)
}

// figurePair puts a figure of both sides beside each other; shared says that they hold some interventions both.
func figurePair(m outcome.MeasurePair, shared bool) FigurePair {
	row := FigurePair{Label: m.Label}
	if m.HasA {
		row.A = figureRow(m.A)
	}
	if m.HasB {
		row.B = figureRow(m.B)
	}
	switch {
	case !m.HasA || !m.HasB:
		row.Says = "only one of them has it"
	case m.Unlike() != "":
		row.Says = m.Unlike()
	case !m.A.Known || !m.B.Known:
		row.Says = "not known on both sides"
	case m.A.Value == m.B.Value && m.A.Lo == m.B.Lo && m.A.Hi == m.B.Hi:
		row.Says = "the same"
	case m.Overlaps && shared:
		row.Says = "the ranges overlap; what both hold is in both, so the difference rests on what only one of them holds"
	case m.Overlaps:
		row.Says = "the ranges overlap: this alone does not show that they differ"
	case m.A.Ranged && m.B.Ranged:
		row.Says = "the ranges do not overlap"
	}
	return row
}

func (p *ScenarioComparePage) csv(w http.ResponseWriter) error {
	var rows [][]string
	add := func(kind, what, a, b, note string) { rows = append(rows, []string{kind, what, a, b, note}) }
	add("name", "", p.A.Name, p.B.Name, p.On)
	for _, s := range p.Settings {
		add("setting", s.Label, s.A, s.B, "")
	}
	for _, f := range p.Figures {
		add("figure", f.Label, strings.TrimSpace(f.A.Figure.Text+" "+f.A.Figure.Range), strings.TrimSpace(f.B.Figure.Text+" "+f.B.Figure.Range), f.Says)
	}
	for _, i := range p.OnlyA {
		add("chosen", i.Name, "in", "out", i.Cost)
	}
	for _, i := range p.OnlyB {
		add("chosen", i.Name, "out", "in", i.Cost)
	}
	for _, i := range p.Both {
		add("chosen", i.Name, "in", "in", i.Cost)
	}
	for _, s := range p.Moved {
		add("start", s.Label, s.A, s.B, "")
	}
	for _, s := range p.Spend {
		add("spend", s.Year+" "+s.Funder, s.A, s.B, s.Change)
	}
	add("count", "chosen in both", strconv.Itoa(len(p.Both)), strconv.Itoa(len(p.Both)), "")
	return writeCSV(w, "scenarios-compared", []string{"kind", "what", "first", "second", "note"}, rows)
}
