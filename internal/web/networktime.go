package web

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"milieu/internal/chart"
	"milieu/internal/live"
	"milieu/internal/network"
	"milieu/internal/report"
)

// NetTimePage follows the network over the years: ties born and ended, how many there are, who brokers now and who did.
type NetTimePage struct {
	Base
	Tabs     []NetTab
	Finding  string
	Lede     report.Text
	Filter   NetFilter
	Pending  bool
	Poll     int
	Since    int
	Now      int
	Starts   []Choice
	Years    []YearRow
	Stock    chart.Chart
	Moves    chart.Chart
	Density  chart.Chart
	Kinds    []KindRow
	Brokers  []ThenNow
	NoBroker string // why brokers then and now are not held against each other
	Undated  report.Figure
	Few      string // why there is nothing
	CSV      string
	KindsCSV string
}

// YearRow is one year.
type YearRow struct {
	Year                                       int
	Stock, Born, Ended, Organisations, Density report.Figure
}

// KindRow is a kind of tie then and now.
type KindRow struct {
	Label         string
	Then, Now     report.Figure
	Change        string
	Born, Undated report.Figure
}

// ThenNow is an organisation that brokers in one of the two years.
type ThenNow struct {
	Name, Path, Role    string
	Then, Now           report.Figure
	ThenPlace, NowPlace int // place among the brokers of the year, 0 for none
}

const (
	timeYears    = 20 // years back to where the page begins where nothing is said
	timePairs    = 5_000
	brokersThen  = 10
	yearsOffered = 60
)

func (s *Server) networkTime(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	ask, err := s.askNetwork(r, snap)
	if err != nil {
		return err
	}
	v := netViewOf(snap, ask)
	p := NetTimePage{Base: s.base(r, snap, "The network over time", "/network"), Tabs: netTabs(ask, "/network/time"), Finding: "The network over time"}
	p.Method = "dated ties, year by year"
	if p.Filter, err = s.netForm(r, snap, ask, v); err != nil {
		return err
	}
	if err := p.span(r, snap.Network); err != nil {
		return err
	}
	p.Undated = report.CountFigure(int64(v.Undated), network.NetRef("undated", ask.filter))
	p.CSV, p.KindsCSV = readdress(r, "format", "csv"), readdress(r, "format", "csv")+"&table=kinds"
	if p.Few == "" {
		if err := p.fill(s, r, snap, ask, v); err != nil {
			return err
		}
	}
	if wantsCSV(r) {
		return p.csv(w, r)
	}
	return s.render(w, r, "networktime", p)
}

// span reads the years from which to which the page goes.
func (p *NetTimePage) span(r *http.Request, b *network.Book) error {
	first, last := b.Years()
	if last == 0 {
		p.Few = "No tie on record has a year. Give ties a start in their table: without it nobody can say what has changed."
		return nil
	}
	p.Now, p.Since = last, max(first, last-timeYears)
	if text := r.URL.Query().Get("since"); text != "" {
		y, err := strconv.Atoi(text)
		if err != nil || y < 1000 || y > last {
			return badRequest("%.20q is not a year to begin with: ties name %d to %d.", text, first, last)
		}
		p.Since = max(y, first)
	}
	for y := last - 1; y >= max(first, last-yearsOffered); y-- {
		p.Starts = append(p.Starts, Choice{Value: strconv.Itoa(y), Label: strconv.Itoa(y), Current: y == p.Since})
	}
	return nil
}

// netChanges are the years of a view, of all kinds and of each.
type netChanges struct {
	years   []network.Year
	undated int
	kinds   []kindChanges
}

type kindChanges struct {
	kind    network.Kind
	years   []network.Year
	undated int
}

// changesOf counts by year; kinds that the filter leaves out are not counted.
func changesOf(v *netView, since, now int) netChanges {
	var c netChanges
	f := v.Filter
	c.years, c.undated = v.Book.Changes(f, since, now)
	var bits uint32
	for _, p := range v.Pairs {
		bits |= p.Kinds
	}
	for i, k := range v.Book.Kinds() {
		if bits>>i&1 == 0 {
			continue
		}
		own := f
		own.Kinds, own.Families = []string{k.Key}, nil
		kc := kindChanges{kind: k}
		kc.years, kc.undated = v.Book.Changes(own, since, now)
		c.kinds = append(c.kinds, kc)
	}
	return c
}

func (p *NetTimePage) fill(s *Server, r *http.Request, snap *live.Snapshot, ask netAsk, v *netView) error {
	name := fmt.Sprintf("changes/%d/%d", p.Since, p.Now)
	c, ok, err := netLater(s, r, snap, v, name, timePairs, func(context.Context) (netChanges, error) { return changesOf(v, p.Since, p.Now), nil })
	if err != nil {
		return err
	}
	if !ok {
		p.Pending, p.Poll = true, 3000
		return nil
	}
	f := ask.filter
	f.From, f.To = 0, 0
	p.Undated = report.CountFigure(int64(c.undated), network.NetRef("undated", f))
	for i := len(c.years) - 1; i >= 0; i-- {
		p.Years = append(p.Years, yearRow(c.years[i], f))
	}
	p.charts(c)
	p.kindRows(c, f)
	p.find(c, f)
	return p.brokers(s, r, snap, ask, f)
}

func yearRow(y network.Year, f network.Filter) YearRow {
	year := strconv.Itoa(y.Year)
	return YearRow{Year: y.Year, Stock: report.CountFigure(int64(y.Stock), network.NetRef("stock", f, year)), Born: report.CountFigure(int64(y.Born), network.NetRef("born", f, year)),
		Ended: report.CountFigure(int64(y.Ended), network.NetRef("ended", f, year)), Organisations: report.Figure{Text: chart.Number(float64(y.Organisations), 0)},
		Density: report.Figure{Text: chart.Number(100*y.Density, 3), Unit: "%"}}
}

func (p *NetTimePage) charts(c netChanges) {
	axis := chart.Axis{Label: "Year"}
	var stock, born, ended, density []chart.Step
	for _, y := range c.years {
		x := float64(y.Year)
		stock = append(stock, chart.Step{X: x, Y: float64(y.Stock)})
		born = append(born, chart.Step{X: x, Y: float64(y.Born)})
		ended = append(ended, chart.Step{X: x, Y: float64(y.Ended)})
		density = append(density, chart.Step{X: x, Y: 100 * y.Density})
	}
	p.Stock = chart.Line(chart.LineSpec{Title: "Tied pairs by year", X: axis, Y: chart.Axis{Label: "Tied pairs"}, PlainX: true, Series: []chart.Series{{Label: "tied", Steps: stock}}})
	p.Moves = chart.Line(chart.LineSpec{Title: "Ties born and ended by year", X: axis, Y: chart.Axis{Label: "Pairs"}, PlainX: true, Series: []chart.Series{{Label: "born", Mark: chart.MarkGood, Steps: born}, {Label: "ended", Mark: chart.MarkWarn, Steps: ended}}})
	p.Density = chart.Line(chart.LineSpec{Title: "Density by year", X: axis, Y: chart.Axis{Label: "% of possible pairs", Decimals: 2}, PlainX: true, Series: []chart.Series{{Label: "density", Steps: density}}})
}

func (p *NetTimePage) kindRows(c netChanges, f network.Filter) {
	for _, k := range c.kinds {
		own := f
		own.Kinds, own.Families = []string{k.kind.Key}, nil
		then, now := k.years[0], k.years[len(k.years)-1]
		born := 0
		for _, y := range k.years {
			born += y.Born
		}
		row := KindRow{Label: k.kind.Label, Then: yearRow(then, own).Stock, Now: yearRow(now, own).Stock, Born: report.Figure{Text: chart.Number(float64(born), 0)}, Undated: report.CountFigure(int64(k.undated), network.NetRef("undated", own))}
		row.Change = signed(now.Stock - then.Stock)
		p.Kinds = append(p.Kinds, row)
	}
}

// signed writes a change with its sign.
func signed(n int) string {
	switch {
	case n > 0:
		return "+" + chart.Number(float64(n), 0)
	case n < 0:
		return "−" + chart.Number(float64(-n), 0)
	}
	return "0"
}

func (p *NetTimePage) find(c netChanges, f network.Filter) {
	then, now := yearRow(c.years[0], f), yearRow(c.years[len(c.years)-1], f)
	n, m := c.years[0].Stock, c.years[len(c.years)-1].Stock
	switch {
	case m > n:
		p.Finding = fmt.Sprintf("More organisations are tied than in %d", p.Since)
	case m < n:
		p.Finding = fmt.Sprintf("Fewer organisations are tied than in %d", p.Since)
	default:
		p.Finding = fmt.Sprintf("As many pairs are tied as in %d", p.Since)
	}
	p.Lede = report.Say("%v pairs were tied in "+strconv.Itoa(p.Since)+", %v are in "+strconv.Itoa(p.Now)+", by ties that have a year. %v pairs have none and are left out. A tie without an end lasts as long as its kind does by the methods; what is not written down yet makes the newest years look thin.", then.Stock, now.Stock, p.Undated)
}

// brokers holds who brokered in the first year against who does in the last.
func (p *NetTimePage) brokers(s *Server, r *http.Request, snap *live.Snapshot, ask netAsk, f network.Filter) error {
	if p.Since >= p.Now {
		p.NoBroker = "Choose an earlier year to begin with."
		return nil
	}
	var sides [2]netMeasured
	for i, year := range []int{p.Since, p.Now} {
		own := ask
		own.filter = f
		own.filter.From, own.filter.To, own.filter.Dated = year, year, true
		own.key = own.filter.Key()
		v := netViewOf(snap, own)
		slow, err := s.slowOf(r, snap, v)
		if err != nil {
			return err
		}
		if slow == nil {
			p.Poll, p.NoBroker = 3000, "Betweenness of the two years is being reckoned."
			return nil
		}
		sides[i] = netMeasured{netView: v, ask: own, slow: slow}
	}
	p.Brokers = thenAndNow(sides)
	p.Brokers = topBy(p.Brokers, len(p.Brokers), func(a, b ThenNow) bool { return placeOr(a.NowPlace) < placeOr(b.NowPlace) })
	if len(p.Brokers) == 0 {
		p.NoBroker = "In neither year does anybody lie between others."
	}
	return nil
}

// thenAndNow are the strongest brokers of either side with their places on both.
func thenAndNow(sides [2]netMeasured) []ThenNow {
	var out []ThenNow
	at := map[string]int{} // place in out
	var ranked [2][]int
	for i, m := range sides {
		ranked[i] = m.brokers(m.all(), len(m.Nodes))
		for _, n := range ranked[i][:min(len(ranked[i]), brokersThen)] {
			v := m.Node(n)
			if _, have := at[v.ID]; !have {
				at[v.ID] = len(out)
				out = append(out, ThenNow{Name: v.Name, Role: v.Role, Path: orgPath(v.ID)})
			}
		}
	}
	for i, m := range sides {
		for place, n := range ranked[i] {
			k, have := at[m.Node(n).ID]
			switch {
			case !have:
			case i == 0:
				out[k].Then, out[k].ThenPlace = m.row(n).Betweenness, place+1
			default:
				out[k].Now, out[k].NowPlace = m.row(n).Betweenness, place+1
			}
		}
	}
	return out
}

func placeOr(n int) int {
	if n == 0 {
		return 1 << 30
	}
	return n
}

func (p *NetTimePage) csv(w http.ResponseWriter, r *http.Request) error {
	var rows [][]string
	if r.URL.Query().Get("table") == "kinds" {
		for _, k := range p.Kinds {
			rows = append(rows, []string{k.Label, strconv.Itoa(p.Since), k.Then.Text, strconv.Itoa(p.Now), k.Now.Text, k.Born.Text, k.Undated.Text})
		}
		return writeCSV(w, "network-kinds", []string{"kind", "since", "then", "until", "now", "born", "undated"}, rows)
	}
	for _, y := range p.Years {
		rows = append(rows, []string{strconv.Itoa(y.Year), y.Stock.Text, y.Born.Text, y.Ended.Text, y.Organisations.Text, y.Density.Text})
	}
	return writeCSV(w, "network-years", []string{"year", "tied_pairs", "born", "ended", "organisations", "density_percent"}, rows)
}
