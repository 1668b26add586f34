package web

import (
	"fmt"
	"math"
	"net/http"
	"strconv"

	"milieu/internal/chart"
	"milieu/internal/live"
	"milieu/internal/network"
	"milieu/internal/network/predict"
	"milieu/internal/report"
)

// NetModelPage says which ties are to be expected by role, sector and distance, how well that fits, and how well new ties are foretold.
type NetModelPage struct {
	Base
	Tabs     []NetTab
	Found    bool // there are enough ties for a model
	Lede     report.Text
	Facts    []NetFact
	Terms    []ModelTerm
	Baseline string // pairs of roles that the others are held against
	Odds     chart.Chart
	Beyond   int // terms that lie beyond the picture
	Bins     []ModelBin
	Sampled  bool
	Foretold []Foretold
	Likely   []LikelyTie
	Effects  []predict.Effect
}

// NetFact is a figure with what it counts.
type NetFact struct {
	Label string
	Value report.Figure
}

// ModelTerm is a term of the model as an odds ratio.
type ModelTerm struct {
	Label  string
	Figure report.Figure
}

// ModelBin is a tenth of the pairs by the probability that the model gives them.
type ModelBin struct {
	Pairs, Expected, Observed, Range string
	Off                              bool // what was seen is not within what the model leaves to chance
}

// Foretold is how well ties of held-out years were foretold.
type Foretold struct {
	Title, What string
	Cuts        []int
	Rows        []ForetoldRow
}

// ForetoldRow is one method.
type ForetoldRow struct {
	Method    string
	Ours      bool
	AUC       report.Figure
	Precision []report.Figure
}

// LikelyTie is a new tie that the predictor holds likely.
type LikelyTie struct {
	A, AID, B, BID string
	Share          report.Figure
}

const likelyShown = 20

// modelMaterial is what the page reads from the release.
type modelMaterial struct {
	model predict.Model
	found bool
	said  predict.Predictions
}

func readModel(r *http.Request, snap *live.Snapshot) (modelMaterial, error) {
	return live.Remember(&snap.Cache, "network/model", func() (m modelMaterial, err error) {
		if m.model, m.found, err = predict.Load(r.Context(), snap.DB); err != nil {
			return m, err
		}
		m.said, err = predict.LoadPredictions(r.Context(), snap.DB)
		return m, err
	})
}

func (s *Server) networkModel(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	ask, err := s.askNetwork(r, snap)
	if err != nil {
		return err
	}
	m, err := readModel(r, snap)
	if err != nil {
		return err
	}
	p := NetModelPage{Base: s.base(r, snap, "Expected ties", "/network"), Tabs: netTabs(ask, "/network/model"), Found: m.found}
	p.Method = "expected ties"
	if wantsCSV(r) {
		return modelCSV(w, r, snap.Network, m)
	}
	if m.found {
		p.fit(m.model)
	}
	for _, j := range []predict.Judged{m.said.New, m.said.Every} {
		if j.Found() {
			p.Foretold = append(p.Foretold, foretold(j))
		}
	}
	p.Effects = m.said.Effects
	p.likely(snap.Network, m.said.Likely)
	return s.render(w, r, "networkmodel", p)
}

// fit shows the model and how well it fits.
func (p *NetModelPage) fit(m predict.Model) {
	f := m.Fit
	p.Sampled, p.Baseline = f.Sampled(), m.Baseline
	ref := predict.ModelRef
	p.Lede = report.Say("Of %v pairs of organisations %v have a tie on record, %v in a hundred. Roles, sectors, themes and distance tell which: of a tied pair and one that is not, the model puts the tied one first %v times in a hundred.",
		report.CountFigure(int64(f.Pairs), ref("pairs")), report.CountFigure(int64(f.Ties), ref("ties")), report.Figure{Text: smallShare(f.Rate), Ref: ref("rate")}, plainFigure(100*f.AUC, 0, ref("auc")))
	auc := plainFigure(f.AUC, 3, ref("auc"))
	auc.Range = chart.Number(max(0, f.AUC-1.96*f.AUCSE), 3) + "–" + chart.Number(min(1, f.AUC+1.96*f.AUCSE), 3)
	p.Facts = []NetFact{{"organisations", report.CountFigure(int64(f.Nodes), ref("nodes"))}, {"of them without a known place", report.CountFigure(int64(f.Unplaced), ref("unplaced"))},
		{"McFadden’s R²", plainFigure(f.McFadden, 3, ref("mcfadden"))}, {"area under the curve, of pairs not fitted on", auc}, {"pairs fitted on", report.CountFigure(int64(f.Fitted), ref("fitted"))}}
	spec := chart.ForestSpec{Title: "Odds of a tie, times", Log: true, Axis: chart.Axis{Decimals: 2, Refs: []chart.Ref{{At: 1}}}, Width: 620}
	for _, t := range m.Terms[1:] {
		p.Terms = append(p.Terms, ModelTerm{t.Label, oddsFigure(t, ref(t.Key))})
		if t.Lo < oddsDrawn || t.Hi > 1/oddsDrawn {
			p.Beyond++
			continue
		}
		spec.Rows = append(spec.Rows, chart.ForestRow{Label: t.Label, Value: t.OddsRatio, Interval: chart.Interval{Lo: t.Lo, Hi: t.Hi}})
	}
	p.Odds = chart.Forest(spec)
	for _, b := range f.Calibration {
		p.Bins = append(p.Bins, ModelBin{chart.Number(float64(b.Rows), 0), smallShare(b.Expected), smallShare(b.Observed), smallShare(b.Lo) + "–" + smallShare(b.Hi), b.Expected < b.Lo || b.Expected > b.Hi})
	}
}

// oddsDrawn is the lowest odds ratio of the picture; its inverse is the highest. What lies beyond is in the table.
const oddsDrawn = 0.01

// oddsFigure is an odds ratio; one whose interval spans more than a thousandfold is said not to be known.
func oddsFigure(t predict.Term, ref string) report.Figure {
	if !(t.Hi < 1000*t.Lo) {
		return report.Figure{Text: "cannot be told", Ref: ref}
	}
	return report.Figure{Text: twoDigits(t.OddsRatio), Range: twoDigits(t.Lo) + "–" + twoDigits(t.Hi), Ref: ref}
}

// twoDigits is a positive number with two decimals, or with two digits that count where it is small.
func twoDigits(v float64) string {
	decimals := 2
	for x := v; x > 0 && x < 0.1 && decimals < 8; x *= 10 {
		decimals++
	}
	return chart.Number(v, decimals)
}

func plainFigure(v float64, decimals int, ref string) report.Figure {
	return report.Figure{Text: chart.Number(v, decimals), Ref: ref}
}

// smallShare is a share in per cent.
func smallShare(v float64) string { return twoDigits(100 * v) }

// foretold shows how well each method foretold.
func foretold(j predict.Judged) Foretold {
	f := Foretold{Cuts: predict.Cuts, Title: "New ties: pairs that had none before"}
	if j.For == predict.Every {
		f.Title = "Any pairs, also those with a tie before"
	}
	of := "organisations known"
	if j.Narrow {
		of = fmt.Sprintf("the %d organisations that began something most often", j.Nodes)
	}
	f.What = fmt.Sprintf("%s pairs of %s before %d, of which %s began something together from %d to %d. What was learnt was learnt from earlier years.",
		chart.Number(float64(j.Pairs), 0), of, int(j.At), chart.Number(float64(j.Ties), 0), int(j.At), int(j.To)-1)
	for _, res := range j.Results {
		row := ForetoldRow{Method: res.Text, Ours: res.Key == "ours", AUC: plainFigure(res.AUC, 3, predict.ForetoldRef(j.For, res.Key, 0))}
		for i, k := range predict.Cuts {
			fig := report.Figure{}
			if v := res.At(k); v == v {
				fig = plainFigure(100*v, 0, predict.ForetoldRef(j.For, res.Key, k))
				if v < 0.01 {
					fig.Text = chart.Number(100*v, 2)
				}
				if i < len(res.Lo) && res.Lo[i] == res.Lo[i] && res.Hi[i] > res.Lo[i] {
					fig.Range = chart.Number(100*res.Lo[i], 0) + "–" + chart.Number(100*res.Hi[i], 0)
				}
			}
			row.Precision = append(row.Precision, fig)
		}
		f.Rows = append(f.Rows, row)
	}
	return f
}

func (p *NetModelPage) likely(b *network.Book, list []predict.Named) {
	for _, n := range list[:min(len(list), likelyShown)] {
		x, okX := b.Find(n.A)
		y, okY := b.Find(n.B)
		if okX && okY {
			p.Likely = append(p.Likely, LikelyTie{b.Node(x).Name, n.A, b.Node(y).Name, n.B, plainFigure(100*n.Probability, 1, predict.LikelyRef(n.A, n.B))})
		}
	}
}

// modelCSV writes the terms, or with table=quality how well was foretold, or with table=likely the likely new ties.
func modelCSV(w http.ResponseWriter, r *http.Request, b *network.Book, m modelMaterial) error {
	full := func(v float64) string {
		if v != v {
			return ""
		}
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	var rows [][]string
	switch r.URL.Query().Get("table") {
	case "quality":
		for _, j := range []predict.Judged{m.said.New, m.said.Every} {
			for _, res := range j.Results {
				rows = append(rows, []string{j.For.String(), res.Key, "auc", "", full(res.AUC), "", ""})
				for i, k := range predict.Cuts {
					lo, hi := math.NaN(), math.NaN()
					if i < len(res.Lo) {
						lo, hi = res.Lo[i], res.Hi[i]
					}
					rows = append(rows, []string{j.For.String(), res.Key, "precision", strconv.Itoa(k), full(res.At(k)), full(lo), full(hi)})
				}
			}
		}
		return writeCSV(w, "foretold", []string{"pairs", "method", "measure", "k", "value", "lo", "hi"}, rows)
	case "likely":
		for _, n := range m.said.Likely {
			x, okX := b.Find(n.A)
			y, okY := b.Find(n.B)
			if okX && okY {
				rows = append(rows, []string{n.A, b.Node(x).Name, n.B, b.Node(y).Name, full(n.Probability)})
			}
		}
		return writeCSV(w, "likely", []string{"a_id", "a", "b_id", "b", "probability"}, rows)
	}
	for _, t := range m.model.Terms {
		rows = append(rows, []string{t.Key, t.Label, full(t.Coefficient), full(t.SE), full(t.OddsRatio), full(t.Lo), full(t.Hi)})
	}
	return writeCSV(w, "expected-ties", []string{"term", "label", "coefficient", "se", "odds_ratio", "lo", "hi"}, rows)
}
