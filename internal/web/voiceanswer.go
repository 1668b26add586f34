package web

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/report"
	"milieu/internal/survey"
	"milieu/internal/survey/result"
	"milieu/internal/survey/telling"
)

// VoiceAnswer is what was answered to one question.
type VoiceAnswer struct {
	ID, Text, Help string
	Asked          string // a rule of the question, such as how many could be chosen
	Base           report.Figure
	States         string // those without an answer, by kind
	Hidden         bool   // too few answers
	Words          bool   // answered in words, of which nothing is shown here
	Measures       []VoiceMeasure
	Says           string // what the intervals allow to be said of the order
	By             VoiceBy
}

// VoiceMeasure is a table of one measure.
type VoiceMeasure struct {
	Label  string
	Scale  string // of the pictures, "" without pictures
	Ranked bool
	Bounds bool
	Rows   []VoiceItem
	Hidden string // options of which nothing may be shown
}

// VoiceItem is an option with its figure.
type VoiceItem struct {
	Label  string
	Figure report.Figure
	Range  chart.Chart
	Place  string // the places that the intervals allow
	Bounds string // with all who did not answer
}

// VoiceBy is a question by groups.
type VoiceBy struct {
	Label   string
	Ref     string
	Groups  []VoiceGroup
	Rows    []VoiceByRow
	Forests []VoiceForest
}

// VoiceForest draws an option in all groups.
type VoiceForest struct {
	Option string
	Chart  chart.Chart
}

// VoiceGroup is a column.
type VoiceGroup struct{ Label, Members, Answers, States string }

// VoiceByRow is an option in all groups.
type VoiceByRow struct {
	Label string
	Cells []report.Figure
}

func voiceAnswer(r result.Report, q result.Question, by string) VoiceAnswer {
	ref := telling.Ref(r.SurveyID, q.ID, "")
	v := VoiceAnswer{ID: q.ID, Text: q.Text, Help: q.Help, Base: telling.CountFigure(q.Whole.Base, ref), States: telling.States(q.Whole), Hidden: q.Whole.Base.Hidden, Words: len(q.Whole.Items) == 0}
	switch {
	case q.Kind == survey.Rank && q.Most > 0:
		v.Asked = "up to " + chart.Number(float64(q.Most), 0) + ", in order"
	case q.Kind == survey.Multi && q.Most > 0:
		v.Asked = "up to " + chart.Number(float64(q.Most), 0)
	case q.Kind == survey.Multi:
		v.Asked = "any number could be chosen"
	case q.Kind == survey.Budget:
		v.Asked = "100 points to share out"
	}
	if by != "" {
		if v.By = voiceBy(r, q, by); v.By.Label != "" {
			return v
		}
	}
	for _, m := range q.Measures() {
		v.Measures = append(v.Measures, voiceMeasure(q, m, ref))
	}
	if !v.Hidden && !v.Words {
		v.Says = orderSays(q)
	}
	return v
}

// voiceMeasure lists the items, the highest first where they are ranked; a choice of steps keeps the order of the question.
func voiceMeasure(q result.Question, measure, ref string) VoiceMeasure {
	m := VoiceMeasure{Label: telling.MeasureLabel(q, measure)}
	var items []result.Item
	for _, i := range q.Whole.Items {
		if i.Measure == measure {
			items = append(items, i)
			m.Ranked = m.Ranked || i.RankLow > 0
		}
	}
	if m.Ranked && q.Kind != survey.Single {
		slices.SortStableFunc(items, func(a, b result.Item) int { return cmp.Compare(b.Value, a.Value) })
	}
	m.Scale = voiceScale(q, measure)
	var hidden []string
	for _, i := range items {
		if i.Hidden {
			hidden = append(hidden, orText(i.Label, "mean"))
			continue
		}
		row := VoiceItem{Label: orText(i.Label, "Mean"), Figure: telling.Figure(measure, i.Estimate, ref), Bounds: telling.Bounds(measure, i.Estimate)}
		if m.Scale != "" {
			row.Range = voiceRange(q, i)
		}
		if i.RankLow > 0 {
			row.Place = chart.Number(float64(i.RankLow), 0)
			if i.RankHigh > i.RankLow {
				row.Place += "–" + chart.Number(float64(i.RankHigh), 0)
			}
		}
		m.Bounds = m.Bounds || row.Bounds != ""
		m.Rows = append(m.Rows, row)
	}
	m.Hidden = strings.Join(hidden, "; ")
	return m
}

// voiceScale is the scale on which the items of a measure are drawn; a number without bounds has none.
func voiceScale(q result.Question, measure string) string {
	switch {
	case measure == result.Points:
		return "0 to 100"
	case measure != result.Mean:
		return "0 to 100 %"
	case q.Kind == survey.Scale:
		return chart.Number(q.Min, 0) + " to " + chart.Number(q.Max, 0)
	}
	return ""
}

// voiceRange draws the interval of an item on the scale of its measure.
func voiceRange(q result.Question, i result.Item) chart.Chart {
	sp := chart.RangeSpec{Title: orText(i.Label, "Mean"), Value: 100 * i.Value, Interval: chart.Interval{Lo: 100 * i.Lower, Hi: 100 * i.Upper}, Max: 100, Ref: math.NaN()}
	switch i.Measure {
	case result.Points:
		sp.Value, sp.Interval = i.Value, chart.Interval{Lo: i.Lower, Hi: i.Upper}
	case result.Mean:
		sp.Value, sp.Interval, sp.Decimals, sp.Min, sp.Max = i.Value, chart.Interval{Lo: i.Lower, Hi: i.Upper}, 1, q.Min, q.Max
	}
	return chart.Range(sp)
}

// orderSays says what may be said of the order of the answers.
func orderSays(q result.Question) string {
	measure := telling.Main(q.Whole)
	var first []string
	ranked := 0
	for _, i := range q.Ranked(measure) {
		if i.RankLow == 0 {
			return ""
		}
		ranked++
		if i.RankLow == 1 {
			first = append(first, "“"+i.Label+"”")
		}
	}
	switch {
	case ranked < 2:
		return ""
	case len(first) == 1:
		return first[0] + " comes first: the intervals leave no doubt of that."
	case len(first) == ranked:
		return "The intervals do not part any of these from the others: there is no order to tell."
	case len(first) > 4:
		return chart.Number(float64(len(first)), 0) + " of them may come first: the intervals do not say which."
	}
	return strings.Join(first[:len(first)-1], ", ") + " or " + first[len(first)-1] + " comes first: the intervals do not say which."
}

// voiceBy sets the groups of a breakdown beside each other.
func voiceBy(r result.Report, q result.Question, by string) VoiceBy {
	v := VoiceBy{Ref: telling.Ref(r.SurveyID, q.ID, by)}
	i := slices.IndexFunc(r.Breakdowns, func(b result.Breakdown) bool { return b.Key == by })
	parts := q.By[by]
	if i < 0 || len(parts) == 0 || len(q.Whole.Items) == 0 {
		return v
	}
	v.Label = telling.ByLabel(r.Breakdowns[i])
	for k, p := range parts {
		g := VoiceGroup{Label: p.Label, Answers: p.Base.Text(), States: telling.States(p)}
		if k < len(r.Breakdowns[i].Groups) {
			g.Members = strings.Join(r.Breakdowns[i].Groups[k].Members, ", ")
		}
		v.Groups = append(v.Groups, g)
	}
	measure := telling.Main(q.Whole)
	list := q.Ranked(measure)
	for _, item := range q.Whole.Items {
		if item.Measure == measure && item.Hidden {
			list = append(list, item)
		}
	}
	for _, item := range list {
		row := VoiceByRow{Label: orText(item.Label, "Mean"), Cells: []report.Figure{telling.Figure(measure, item.Estimate, v.Ref)}}
		for _, p := range parts {
			cell, _ := p.Item(measure, item.Option)
			row.Cells = append(row.Cells, telling.Figure(measure, cell.Estimate, v.Ref))
		}
		v.Rows = append(v.Rows, row)
	}
	drawn := forestOptions
	if len(parts) > manyGroups {
		drawn = 1
	}
	for _, item := range list[:min(len(list), drawn)] {
		if c, ok := voiceForest(q, item, parts, v.Label); ok {
			v.Forests = append(v.Forests, VoiceForest{orText(item.Label, telling.MeasureLabel(q, measure)), c})
		}
	}
	return v
}

// forestOptions is how many options are drawn by groups, the first ones; one where there are more than manyGroups. The table has all.
const (
	forestOptions = 2
	manyGroups    = 8
)

// voiceForest draws an option in all groups in which it is shown; false where that is one at most.
func voiceForest(q result.Question, item result.Item, parts []result.Part, label string) (chart.Chart, bool) {
	if item.Hidden {
		return chart.Chart{}, false
	}
	by, axis := 100.0, chart.Axis{Min: 0, Max: 100}
	switch item.Measure {
	case result.Points:
		by = 1
	case result.Mean:
		by, axis = 1, chart.Axis{Decimals: 1}
		if q.Kind == survey.Scale {
			axis.Min, axis.Max = q.Min, q.Max
		}
	}
	row := func(label string, e result.Estimate, mark chart.Mark) chart.ForestRow {
		return chart.ForestRow{Label: label, Value: by * e.Value, Interval: chart.Interval{Lo: by * e.Lower, Hi: by * e.Upper}, Mark: mark}
	}
	sp := chart.ForestSpec{Title: strings.TrimSpace(q.Text+" "+item.Label) + ", by " + strings.ToLower(label), Unit: telling.MeasureLabel(q, item.Measure), Axis: axis, Width: 420, Rows: []chart.ForestRow{row("All", item.Estimate, chart.MarkOther)}}
	for _, p := range parts {
		if cell, ok := p.Item(item.Measure, item.Option); ok && !cell.Hidden {
			sp.Rows = append(sp.Rows, row(p.Label, cell.Estimate, chart.MarkUs))
		}
	}
	return chart.Forest(sp), len(sp.Rows) > 1
}
