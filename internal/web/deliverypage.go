package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/live"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/delivery"
	"milieu/internal/report"
)

// DeliveryPage shows how interventions that are approved, in delivery or reported on stand against what was planned.
type DeliveryPage struct {
	Base
	Finding  string
	Lede     report.Text
	Stats    []Stat
	Lights   []Choice // to narrow the list by
	Light    string
	Regions  []Choice // whose interventions are shown
	regions  string   // as the address has them
	Rows     []DeliveryRow
	Spend    []SpendRow
	SpendRef string
	Total    SpendRow
	Within   []string
	Picture  chart.Chart
	Priors   []PriorRow
	Still    int // types that no evaluation here has moved
	Left     []LeftRow
	Classes  []ClassRow
	Unknown  []portfolio.Delivered
	Odd      []portfolio.Delivered // rows of status with a word that counts in no light
	Rule     string
	Add      []addRow
	CSV      string
	Empty    bool
	Silent   bool // nothing at all has been reported
}

// DeliveryRow is an intervention of the list.
type DeliveryRow struct {
	delivery.Status
	Path       string
	Light      LightView
	Spent      report.Figure
	SpentOf    string
	Milestones string
	Results    []string
	Ref        string
}

// LightView is a light with its class of the style sheet; the word says it, the colour only helps.
type LightView struct{ Word, Class, Why string }

// SpendRow is a funder's money in a year.
type SpendRow struct {
	Year, Funder, Planned, Actual, Share, Basis string
}

func lightView(s delivery.Status) LightView {
	class := map[delivery.Light]string{delivery.Green: "ok", delivery.Amber: "flag", delivery.Red: "flag", delivery.Done: "ok", delivery.Unknown: "unknown"}[s.Light]
	if len(s.Beside) > 0 && s.Light == delivery.Done {
		class = "flag"
	}
	return LightView{Word: capital(s.Word()), Class: class, Why: strings.Join(s.Reasons, "; ")}
}

func (s *Server) deliveryPage(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	rep, err := s.followed(r, snap)
	if err != nil {
		return err
	}
	light := r.URL.Query().Get("light")
	if light != "" && !slices.Contains(lights, delivery.Light(light)) {
		return badRequest("There is no light %.40q: it is one of %s.", light, joinLights())
	}
	all, err := readInterventions(r, snap)
	if err != nil {
		return err
	}
	reg, err := followRegister(r, snap)
	if err != nil {
		return err
	}
	regions, err := followedRegions(r, snap, all)
	if err != nil {
		return err
	}
	whole := len(rep.All)
	rep = rep.In(regions, reg.Relations)
	if wantsCSV(r) {
		return deliveryCSV(w, rep)
	}
	p := DeliveryPage{Base: s.base(r, snap, "Delivery", "/delivery"), Light: light, Rule: delivery.Rule(), Unknown: rep.Unknown, Odd: rep.Odd, Within: interventionNames(all, rep.Within)}
	p.Method = "delivery"
	p.choose(regions, askNow(snap, all).Regions, all)
	p.CSV = p.path("format", "csv")
	p.Empty, p.Silent = len(rep.All) == 0, len(rep.All) == rep.Silent && len(rep.Unknown) == 0
	if p.Who.Decides {
		p.Add = addDelivery("")
	}
	p.list(rep)
	p.say(rep, whole-len(rep.All))
	p.money(rep)
	p.priors(rep.Priors, all)
	p.classes(rep, delivery.ReferenceClasses(all, reg))
	if err := s.published(&p); err != nil {
		return err
	}
	return s.render(w, r, "delivery", p)
}

var lights = []delivery.Light{delivery.Red, delivery.Amber, delivery.Green, delivery.Done, delivery.Unknown}

func joinLights() string {
	var out []string
	for _, l := range lights {
		out = append(out, string(l))
	}
	return strings.Join(out, ", ")
}

func interventionNames(all []portfolio.Intervention, ids []string) []string {
	var out []string
	for _, i := range all {
		if slices.Contains(ids, i.ID) {
			out = append(out, i.Name)
		}
	}
	return out
}

// list makes the rows, the gravest light first.
func (p *DeliveryPage) list(rep delivery.Report) {
	n := map[delivery.Light]int{}
	for _, l := range lights {
		for _, s := range rep.All {
			if s.Light != l {
				continue
			}
			n[l]++
			if p.Light == "" || p.Light == string(l) {
				p.Rows = append(p.Rows, deliveryRow(rep, s))
			}
		}
	}
	p.Lights = append(p.Lights, Choice{Label: "All", N: len(rep.All), Path: p.path("", ""), Current: p.Light == ""})
	for _, l := range lights {
		if n[l] > 0 {
			p.Lights = append(p.Lights, Choice{Label: capital(string(l)), N: n[l], Path: p.path("light", string(l)), Current: p.Light == string(l)})
		}
	}
}

func deliveryRow(rep delivery.Report, s delivery.Status) DeliveryRow {
	row := DeliveryRow{Status: s, Path: deliveryPath(s.ID), Light: lightView(s), Ref: rep.Ref(s.ID, "light")}
	t := delivery.Sum(s.Spend, 0)
	row.Spent, row.SpentOf = spentFigure(t, rep.Ref(s.ID, "spend"))
	if n := delivery.Count(s.Milestones); len(s.Milestones) > 0 {
		row.Milestones = fmt.Sprintf("%d of %d reached", n.Reached, len(s.Milestones))
		if n.Overdue > 0 {
			row.Milestones += fmt.Sprintf(", %d overdue", n.Overdue)
		}
	}
	for _, r := range s.Results {
		if r.Known {
			row.Results = append(row.Results, resultWords(r))
		}
	}
	return row
}

func deliveryPath(id string) string { return "/delivery/" + url.PathEscape(id) }

// spentFigure is money spent, and against what.
func spentFigure(t delivery.Total, ref string) (report.Figure, string) {
	if t.Actual == 0 {
		if t.Planned > 0 {
			return report.Figure{}, "of " + chart.Money(t.PlannedP) + " planned, none reported"
		}
		return report.Figure{}, ""
	}
	f := report.MoneyFigure(t.ActualP, ref)
	ratio, ok := t.Ratio()
	switch {
	case ok:
		return f, fmt.Sprintf("%s %% of plan%s", chart.Number(100*ratio, 0), t.Says())
	}
	return f, "no plan on record to hold it against"
}

func resultWords(r delivery.Result) string {
	text := words(r.Key) + " " + r.Amount(r.Actual)
	if share, ok := r.Share(); ok {
		text += fmt.Sprintf(" of %s (%s %%)", r.Amount(r.Forecast), chart.Number(100*share, 0))
	}
	return text
}

// quantityWords writes a quantity with a decimal only where it has one.
func quantityWords(v float64) string {
	if v == float64(int64(v)) {
		return chart.Number(v, 0)
	}
	return chart.Number(v, 1)
}

// say says how it stands; others are followed in regions that are not shown.
func (p *DeliveryPage) say(rep delivery.Report, others int) {
	n := map[delivery.Light]int{}
	overdue := 0
	for _, s := range rep.All {
		n[s.Light]++
		overdue += delivery.Count(s.Milestones).Overdue
	}
	t := rep.TotalAll(0)
	switch {
	case len(rep.All) == 0:
		p.Finding, p.Lede = "Nothing is in delivery yet", report.Say("Interventions that are approved or in delivery, and those on which something was reported, stand here.")
		return
	case p.Silent:
		p.Finding = fmt.Sprintf("%s in delivery, and nothing has been reported of any", counted(len(rep.All), "intervention is", "interventions are"))
	default:
		p.Finding = fmt.Sprintf("%d of %d followed are red or amber; of %d nothing has been reported", n[delivery.Red]+n[delivery.Amber], len(rep.All), rep.Silent)
	}
	fig := func(text string) report.Figure { return report.Figure{Text: text, Ref: rep.RefAll("lights")} }
	spend := report.Figure{Text: chart.Money(t.ActualP), Ref: rep.RefAll("spend")}
	if ratio, ok := t.Ratio(); ok {
		p.Lede = report.Say("%v are reported as spent. Where plan and outturn of the same thing are both on record, %v were spent of %v planned, %v. %v", spend, chart.Money(t.LikeActualP), chart.Money(t.LikePlannedP), chart.Number(100*ratio, 0)+" %", placesWords(rep, others))
	} else if t.Actual > 0 {
		p.Lede = report.Say("%v are reported as spent; no plan of the same is on record to hold it against. %v", spend, placesWords(rep, others))
	} else {
		p.Lede = report.Say("No spend has been reported, so nothing can be said of plan and outturn. Silence is not shown as green. %v", placesWords(rep, others))
	}
	p.Stats = []Stat{{fig(strconv.Itoa(len(rep.All))), "followed", "#list"}, {fig(strconv.Itoa(n[delivery.Red])), "red", p.path("light", "red")}, {fig(strconv.Itoa(n[delivery.Amber])), "amber", p.path("light", "amber")},
		{fig(strconv.Itoa(n[delivery.Green] + n[delivery.Done])), "green or done", "#list"}, {fig(strconv.Itoa(rep.Silent)), "not reported on", p.path("light", string(delivery.Unknown))}, {fig(strconv.Itoa(overdue)), "milestones overdue", "#list"}}
}

// money makes the table and the picture of spend by year and funder.
func (p *DeliveryPage) money(rep delivery.Report) {
	rows := rep.SpendAll()
	p.SpendRef = rep.RefAll("spend")
	for _, s := range rows {
		p.Spend = append(p.Spend, spendRow(s))
	}
	t := rep.TotalAll(0)
	p.Total = SpendRow{Planned: moneyKnown(t.Planned > 0, t.PlannedP), Actual: moneyKnown(t.Actual > 0, t.ActualP)}
	if ratio, ok := t.Ratio(); ok {
		p.Total.Share = chart.Number(100*ratio, 0) + " % where both are known"
	}
	p.Picture = ratioPicture(rep.All)
}

func moneyKnown(ok bool, p int64) string {
	if !ok {
		return ""
	}
	return chart.Money(p)
}

func spendRow(s delivery.Spend) SpendRow {
	row := SpendRow{Year: "not known", Funder: s.Funder, Planned: moneyKnown(s.Planned.Valid, s.Planned.Int64), Actual: moneyKnown(s.Actual.Valid, s.Actual.Int64)}
	if s.Year > 0 {
		row.Year = portfolio.YearName(s.Year)
	}
	if s.Both() && s.Reported && s.Planned.Int64 > 0 {
		row.Share = chart.Number(100*float64(s.Actual.Int64)/float64(s.Planned.Int64), 0) + " %"
	}
	switch {
	case s.Reported:
		row.Basis = "plan as reported"
	case s.Spread:
		row.Basis = "several years’ amount spread evenly: assumed"
	case s.Planned.Valid:
		row.Basis = "plan from costs on record"
	}
	return row
}

// ratioPicture draws spent over planned of each intervention that has both; years are not drawn, since an outturn often holds
// several of them.
func ratioPicture(all []delivery.Status) chart.Chart {
	var bars []chart.Bar
	for _, s := range all {
		ratio, ok := delivery.Sum(s.Spend, 0).Ratio()
		if !ok {
			continue
		}
		b := chart.Bar{Label: short(s.Name), Value: 100 * ratio, Mark: chart.MarkOther}
		if ratio > 1+delivery.RedOver {
			b.Mark = chart.MarkWarn
		}
		bars = append(bars, b)
	}
	if len(bars) == 0 {
		return chart.Chart{}
	}
	slices.SortStableFunc(bars, func(a, b chart.Bar) int { return cmp.Compare(b.Value, a.Value) })
	return chart.Bars(chart.BarsSpec{Title: "Spent as a share of plan, where both are on record, %", Unit: "%", Bars: bars, Axis: chart.Axis{Refs: []chart.Ref{{At: 100, Label: "as planned"}}}, Width: 640})
}

func deliveryCSV(w http.ResponseWriter, rep delivery.Report) error {
	var rows [][]string
	for _, s := range rep.All {
		t, n := delivery.Sum(s.Spend, 0), delivery.Count(s.Milestones)
		ratio, share := "", ""
		if v, ok := t.Ratio(); ok {
			ratio = strconv.FormatFloat(v, 'f', 4, 64)
		}
		var results []string
		for _, r := range s.Results {
			if r.Known {
				results = append(results, resultWords(r))
			}
		}
		share = strings.Join(results, "; ")
		rows = append(rows, []string{s.ID, s.Name, s.Stage, s.Region, string(s.Light), strings.Join(s.Reasons, "; "), s.Says, s.SaysWhen, s.Last, poundsKnown(t.Planned > 0, t.PlannedP), poundsKnown(t.Actual > 0, t.ActualP), ratio,
			strconv.Itoa(n.Reached), strconv.Itoa(n.Late), strconv.Itoa(n.Overdue), strconv.Itoa(n.Soon), share, s.Record.File, strconv.Itoa(s.Record.Line)})
	}
	return writeCSV(w, "delivery", []string{"id", "name", "stage", "region", "light", "reasons", "status", "status_day", "last_report", "planned_gbp", "actual_gbp", "actual_over_planned_where_both", "milestones_reached", "reached_late", "overdue", "due_soon", "results", "file", "line"}, rows)
}

func poundsKnown(ok bool, p int64) string {
	if !ok {
		return ""
	}
	return pencePounds(p)
}
