package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/live"
	"milieu/internal/org"
)

// LinkagePage says how good the linkage is and where it is weak.
type LinkagePage struct {
	Base
	Finding  string
	Lede     string
	Any      bool // records of several sources were compared
	Measures []MeasureView
	Spread   chart.Chart
	Bands    *chart.Chart // what people said, by probability
	Waiting  int
	Blocks   []org.Block
	Clusters []ClusterView
	Made     int // organisations of several records
	Flagged  int
	New, All []EventView
	Before   string // date of the release before, "" where there is none to compare with
	CSV      map[string]string
}

// MeasureView is a measure with what it means in plain words.
type MeasureView struct {
	Label, Value, Range, Means string
	N                          int
}

// ClusterView is an organisation that is made of several records.
type ClusterView struct {
	org.LinkCluster
	Path, Weak, WeakPath string
	Flags                []string
	Bridged              []BridgeView
}

// BridgeView is a pair without which an organisation would fall in two.
type BridgeView struct{ Names, Path string }

// EventView is what happened to the id of an organisation.
type EventView struct {
	org.Event
	What      string
	Path, Off string // pages of the organisation and of the other
}

const (
	clustersShown = 20
	eventsShown   = 20
)

func (s *Server) linkage(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	if wantsCSV(r) {
		return s.linkageCSV(w, r, snap)
	}
	p, err := live.Remember(&snap.Cache, "linkage", func() (LinkagePage, error) { return linkageOf(r.Context(), snap) })
	if err != nil {
		return err
	}
	p.Base = s.base(r, snap, "Linkage", "/linkage")
	return s.render(w, r, "linkage", p)
}

// linkageOf reads all of the page but what hangs on who looks at it.
func linkageOf(ctx context.Context, snap *live.Snapshot) (LinkagePage, error) {
	p := LinkagePage{CSV: map[string]string{}}
	for _, t := range []string{"measures", "probabilities", "clusters", "events", "blocks", "pairs"} {
		p.CSV[t] = withQuery("/linkage", url.Values{}, "table", t, "format", "csv")
	}
	measures, err := org.Quality(ctx, snap.DB)
	if err != nil {
		return p, err
	}
	bands, err := org.ProbabilityBands(ctx, snap.DB)
	if err != nil {
		return p, err
	}
	state, err := org.State(ctx, snap.DB)
	if err != nil {
		return p, err
	}
	p.Waiting, p.Blocks = state.Review, state.Refused
	if p.Made, p.Flagged, err = org.CountClusters(ctx, snap.DB); err != nil {
		return p, err
	}
	clusters, err := org.Clusters(ctx, snap.DB, clustersShown, 0)
	if err != nil {
		return p, err
	}
	for _, c := range clusters {
		v := viewCluster(c)
		if c.Bridges > 0 {
			pairs, err := org.PairsOf(ctx, snap.DB, c.OrgID)
			if err != nil {
				return p, err
			}
			v.Bridged = bridges(pairs)
		}
		p.Clusters = append(p.Clusters, v)
	}
	if err := p.events(ctx, snap); err != nil {
		return p, err
	}
	p.measures(measures)
	p.Spread, p.Any = spread(bands)
	p.Bands = calibration(measures)
	p.say(measures)
	return p, nil
}

// measureWords say what a measure is called and means.
var measureWords = map[string][2]string{
	org.MeasurePrecision: {"Expected precision", "Of the pairs that the evidence joined, the share that are one organisation, if each is so with the probability that it was given. What is missing to 100 % would be records joined wrongly."},
	org.MeasureRecall:    {"Expected recall", "Of the pairs that were compared and are one organisation, the share that are joined. What is missing waits for a decision or was kept apart. Pairs that no rule brought together are not counted, so it is an upper bound."},
	org.MeasureDecided:   {"Precision by decisions", "The same as the expected precision, from what people decided instead of what the evidence says of itself. The least certain pairs are looked at first, which is allowed for by bands of probability."},
	org.MeasureJoined:    {"Pairs joined", "Pairs of records that the evidence joins, without those that a number or a decision joins."},
	org.MeasureReview:    {"Pairs in doubt", "Pairs between the two thresholds. Several may ask about the same two organisations, of which the queue asks once."},
}

// measureOrder is the order of the table.
var measureOrder = []string{org.MeasurePrecision, org.MeasureDecided, org.MeasureRecall, org.MeasureJoined, org.MeasureReview}

func (p *LinkagePage) measures(all []org.Measure) {
	at := map[string]org.Measure{}
	for _, m := range all {
		at[m.Name] = m
	}
	for _, name := range measureOrder {
		m, known := at[name]
		if !known || !m.Value.Valid {
			continue
		}
		words := measureWords[name]
		v := MeasureView{Label: words[0], Means: words[1], N: m.N, Value: share(m.Value.Float64)}
		if m.Name == org.MeasureJoined || m.Name == org.MeasureReview {
			v.Value, v.N = chart.Number(m.Value.Float64, 0), 0
		}
		if m.Lo.Valid && m.Hi.Valid {
			v.Range = strings.TrimPrefix(share(m.Lo.Float64), "over ") + " to " + upTo(m.Hi.Float64)
		}
		p.Measures = append(p.Measures, v)
	}
}

// share is a share in per cent, never 100 % where it is not all.
func share(v float64) string {
	switch {
	case v >= 0.99995:
		return "over 99.99 %"
	case v > 0.995:
		return chart.Number(100*v, 2) + " %"
	}
	return chart.Number(100*v, 1) + " %"
}

// upTo is the upper end of an interval.
func upTo(v float64) string {
	if v >= 1 {
		return "100 %"
	}
	return share(v)
}

// say makes the sentence of finding.
func (p *LinkagePage) say(all []org.Measure) {
	at := map[string]org.Measure{}
	for _, m := range all {
		at[m.Name] = m
	}
	joined, precision := at[org.MeasureJoined], at[org.MeasurePrecision]
	switch {
	case !p.Any:
		p.Finding = "Nothing has been compared"
		p.Lede = "Records are compared when several sources name organisations. What has a number of a register in common is joined without that."
		return
	case precision.Value.Valid:
		p.Finding = "The evidence joins " + counted(int(joined.Value.Float64), "pair of records", "pairs of records") + ", of which " + share(precision.Value.Float64) + " should be right"
	default:
		p.Finding = "The evidence joins no records"
	}
	p.Lede = counted(p.Made, "organisation is made of several records.", "organisations are made of several records.")
	if p.Waiting > 0 {
		p.Lede += " " + counted(p.Waiting, "question waits", "questions wait") + " for people."
	}
}

// spread draws how probable the pairs are.
func spread(bands []org.Band) (chart.Chart, bool) {
	sp := chart.BarsSpec{Title: "Pairs of records by the probability that they are one organisation", Unit: "Pairs", Width: 460}
	any := false
	for i := len(bands) - 1; i >= 0; i-- {
		b := bands[i]
		n := b.Joined + b.Waiting + b.Others
		any = any || n > 0
		mark := chart.MarkOther
		if b.Joined > b.Waiting+b.Others {
			mark = chart.MarkUs
		}
		sp.Bars = append(sp.Bars, chart.Bar{Label: bandLabel(floatText(b.From), floatText(b.To)), Value: float64(n), Mark: mark})
	}
	return chart.Bars(sp), any
}

// bandLabel writes bounds of probability in per cent.
func bandLabel(from, to string) string {
	percent := func(s string) string {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return s
		}
		return strconv.FormatFloat(100*v, 'f', -1, 64)
	}
	return percent(from) + " to " + percent(to) + " %"
}

// calibration draws how many of the pairs in a band of probability people called the same; nil
// where nobody has decided any.
func calibration(all []org.Measure) *chart.Chart {
	sp := chart.BarsSpec{Title: "Share of decided pairs that people called the same, by the probability that they were given", Unit: "Called the same, %", Width: 460, Axis: chart.Axis{Min: 0, Max: 100}}
	for _, m := range all {
		from, to, ok := strings.Cut(strings.TrimPrefix(m.Name, "band."), "-")
		if !ok || !strings.HasPrefix(m.Name, "band.") || !m.Value.Valid {
			continue
		}
		b := chart.Bar{Label: bandLabel(from, to) + ", " + counted(m.N, "pair", "pairs"), Value: 100 * m.Value.Float64}
		if m.Lo.Valid && m.Hi.Valid {
			b.Interval = chart.Interval{Lo: 100 * m.Lo.Float64, Hi: 100 * m.Hi.Float64}
		}
		sp.Bars = append(sp.Bars, b)
	}
	if len(sp.Bars) == 0 {
		return nil
	}
	c := chart.Bars(sp)
	return &c
}

// flagWords say what is odd about an organisation that is made of several records.
var flagWords = map[string]string{"bridge": "hangs on a single pair", "large": "is made of very many records", "numbers": "has several numbers of one register"}

func viewCluster(c org.LinkCluster) ClusterView {
	v := ClusterView{LinkCluster: c, Path: orgPath(c.OrgID)}
	if c.Weakest.Valid {
		v.Weak = chance(c.Weakest.Float64)
		v.WeakPath = pairPath(c.WeakestA, c.WeakestB)
	}
	for _, f := range strings.Split(c.Flag, ",") {
		if f != "" {
			v.Flags = append(v.Flags, orText(flagWords[f], f))
		}
	}
	return v
}

// bridgesShown is how many bridges of one organisation are named.
const bridgesShown = 3

// bridges are the pairs without which an organisation would fall in two, the weakest first.
func bridges(pairs []org.LinkPair) []BridgeView {
	var out []BridgeView
	for i := len(pairs) - 1; i >= 0 && len(out) < bridgesShown; i-- {
		if p := pairs[i]; p.Bridge && p.AOrg == p.BOrg {
			out = append(out, BridgeView{p.AName + " and " + p.BName, pairPath(p.A, p.B)})
		}
	}
	return out
}

// events are those that hold, and those of them that the release before did not have.
func (p *LinkagePage) events(ctx context.Context, snap *live.Snapshot) error {
	now, err := org.Events(ctx, snap.DB)
	if err != nil {
		return err
	}
	for i := len(now) - 1; i >= 0; i-- {
		p.All = append(p.All, idEvent(now[i]))
	}
	before, ok := evidence.Previous(snap.WS, snap.Rel.ID)
	if !ok {
		return nil
	}
	db, err := before.Open(ctx, lake.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	old, err := org.Events(ctx, db)
	if err != nil {
		return nil // a release of a program that kept no events
	}
	p.Before = before.Built.Date()
	for _, e := range org.NewEvents(now, old) {
		p.New = append(p.New, idEvent(e))
	}
	return nil
}

var eventWords = map[string]string{org.EventMerge: "merged", org.EventSplit: "split", org.EventKept: "kept"}

func idEvent(e org.Event) EventView {
	v := EventView{Event: e, What: orText(eventWords[e.Kind], e.Kind)}
	if e.OrgName != "" {
		v.Path = orgPath(e.OrgID)
	}
	if e.OtherName != "" {
		v.Off = orgPath(e.OtherID)
	}
	return v
}
