package web

import (
	"cmp"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"

	"milieu/internal/chart"
	"milieu/internal/live"
	"milieu/internal/report"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/result"
	"milieu/internal/survey/telling"
)

// VoiceComparePage sets two waves side by side, as far as they asked the same.
type VoiceComparePage struct {
	VoiceHead
	Why       string // why there is nothing to compare
	Waves     []Choice
	With      string
	Before    string // how the earlier wave is called
	After     string
	BeforeN   report.Figure
	AfterN    report.Figure
	Finding   string
	Moved     string // how many figures moved, and how many chance would move
	Questions []VoiceChange
	Left      int // questions of the later wave that the earlier did not ask in the same words
	Largest   []VoiceMove
	CSV       string
}

// VoiceMove is a difference among the largest.
type VoiceMove struct {
	VoiceChangeRow
	ID, Text string // of the question
	Unit     string
	Range    chart.Chart
	size     float64
}

// VoiceChange is a question in both waves.
type VoiceChange struct {
	ID, Text string
	Measures []VoiceChangeTable
}

// VoiceChangeTable is its items by one measure.
type VoiceChangeTable struct {
	Label string
	Rows  []VoiceChangeRow
}

// VoiceChangeRow is an option in both waves.
type VoiceChangeRow struct {
	Label                     string
	Before, After, Difference report.Figure
	Verdict                   string
	Moved                     bool // beyond what the intervals allow to be chance
}

var voiceChangeHeader = []string{"survey_before", "wave_before", "survey_after", "wave_after", "question", "text", "measure", "option", "label", "before", "before_lower", "before_upper", "after", "after_lower", "after_upper", "difference", "lower", "upper", "hidden", "verdict"}

func (s *Server) voiceCompare(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	b, head, err := s.voiceHead(r, snap, "results", "waves compared")
	if err != nil {
		return err
	}
	p := VoiceComparePage{VoiceHead: head, With: r.URL.Query().Get("with"), CSV: readdress(r, "format", "csv")}
	if p.Waves, err = s.otherWaves(r, b, head.Survey); err != nil {
		return err
	}
	if p.With == "" && len(p.Waves) == 1 {
		p.With = p.Waves[0].Value
	}
	for i := range p.Waves {
		p.Waves[i].Current = p.Waves[i].Value == p.With
	}
	if p.With == "" {
		p.Finding = "Choose a wave to compare with"
		return s.render(w, r, "voicecompare", p)
	}
	before, after, err := s.bothWaves(r, b, &p)
	if err != nil {
		return err
	}
	if p.Why != "" {
		p.Finding = "There is nothing to compare yet"
		return s.render(w, r, "voicecompare", p)
	}
	list := result.Compare(before.Report, after.Report)
	if wantsCSV(r) {
		header, rows := noted(after.Report.Invented, voiceChangeHeader, voiceChangeTable(before, after, list))
		return writeCSV(w, "waves-"+head.Survey.ID, header, rows)
	}
	p.fill(before.Report, after.Report, list)
	return s.render(w, r, "voicecompare", p)
}

// bothWaves reads both surveys, the earlier first. Invented answers are never set beside what firms said.
func (s *Server) bothWaves(r *http.Request, b fieldwork.Book, p *VoiceComparePage) (before, after telling.Told, err error) {
	other, err := b.Survey(r.Context(), actorOf(r), p.With)
	if err != nil {
		return before, after, err
	}
	switch {
	case other.ID == p.Survey.ID:
		return before, after, badRequest("A survey cannot be compared with itself: choose another wave.")
	case other.Invented != p.Survey.Invented:
		return before, after, badRequest("Invented answers are never set beside what firms said: choose another survey.")
	}
	first, second := other, p.Survey
	if laterWave(first, second) {
		first, second = second, first
	}
	var why string
	if before, why, err = s.told(r, b, first.ID); err != nil || why != "" {
		p.Why = why
		return before, after, err
	}
	after, p.Why, err = s.told(r, b, second.ID)
	return before, after, err
}

// laterWave says that a is the later wave: by the name of the wave, which is mostly a year, else by when it was made.
func laterWave(a, b fieldwork.Survey) bool {
	if a.Wave != b.Wave && a.Wave != "" && b.Wave != "" {
		return a.Wave > b.Wave
	}
	return a.MadeAt > b.MadeAt
}

func (p *VoiceComparePage) fill(before, after result.Report, list []result.Comparison) {
	p.Before, p.After = orText(before.Wave, before.Title), orText(after.Wave, after.Title)
	p.BeforeN, p.AfterN = telling.CountFigure(before.Answers, telling.Ref(before.SurveyID, "", "")), telling.CountFigure(after.Answers, telling.Ref(after.SurveyID, "", ""))
	p.Method = "survey results"
	for _, c := range list {
		q := VoiceChange{ID: c.After.ID, Text: c.After.Text}
		for _, x := range c.Changes {
			row := changeRow(before, after, c, x)
			if row.Moved && x.Measure != result.Mean {
				p.Largest = append(p.Largest, voiceMove(row, c, x))
			}
			label := telling.MeasureLabel(c.After, x.Measure)
			if n := len(q.Measures); n == 0 || q.Measures[n-1].Label != label {
				q.Measures = append(q.Measures, VoiceChangeTable{Label: label})
			}
			t := &q.Measures[len(q.Measures)-1]
			t.Rows = append(t.Rows, row)
		}
		if len(q.Measures) > 0 {
			p.Questions = append(p.Questions, q)
		}
	}
	p.Left = len(after.Questions) - len(list)
	p.find(telling.MovesOf(list))
	slices.SortStableFunc(p.Largest, func(a, b VoiceMove) int { return cmp.Compare(b.size, a.size) })
	p.Largest = p.Largest[:min(len(p.Largest), changesDrawn)]
}

// voiceMove is a difference of points with its picture.
func voiceMove(row VoiceChangeRow, c result.Comparison, x result.Change) VoiceMove {
	return VoiceMove{VoiceChangeRow: row, ID: c.After.ID, Text: c.After.Text, Unit: telling.MeasureLabel(c.After, x.Measure), size: math.Abs(scaled(x.Measure, x.Difference)),
		Range: chart.Range(chart.RangeSpec{Title: x.Label + ", difference", Value: scaled(x.Measure, x.Difference), Interval: chart.Interval{Lo: scaled(x.Measure, x.Lower), Hi: scaled(x.Measure, x.Upper)}, Min: -60, Max: 60, Ref: 0, Mark: chart.MarkUs})}
}

// changesDrawn is how many differences are listed as the largest; the tables below have all.
const changesDrawn = 10

// find says how many figures moved, how many chance alone would move, and how many hold when all are judged together.
func (p *VoiceComparePage) find(m telling.Moves) {
	if len(p.Questions) == 0 {
		p.Finding, p.Why = "The two waves asked nothing in the same words", "Questions are compared where words and options are the same in both."
		return
	}
	p.Moved = fmt.Sprintf("%s beyond the interval, of %s; chance alone would bring about %d. ", counted(m.Beyond, "difference lies", "differences lie"), chart.Number(float64(m.Of), 0), m.ByChance)
	if m.Held == 0 {
		p.Finding = "Nothing changed from " + p.Before + " to " + p.After + " that chance does not explain"
		p.Moved += "None holds when all are judged together."
		return
	}
	p.Finding = counted(m.Held, "answer", "answers") + " changed from " + p.Before + " to " + p.After + ", more than chance allows"
	p.Moved += counted(m.Held, "holds", "hold") + " when all are judged together."
}

// scaled is a value as it is shown: shares in per cent.
func scaled(measure string, v float64) float64 {
	if measure == result.Mean || measure == result.Points {
		return v
	}
	return 100 * v
}

func changeRow(before, after result.Report, c result.Comparison, x result.Change) VoiceChangeRow {
	refB, refA := telling.Ref(before.SurveyID, c.Before.ID, ""), telling.Ref(after.SurveyID, c.After.ID, "")
	row := VoiceChangeRow{Label: orText(x.Label, "Mean"), Before: telling.Figure(x.Measure, x.Before, refB), After: telling.Figure(x.Measure, x.After, refA), Verdict: x.Verdict}
	row.Difference = report.Figure{Text: telling.HiddenText, Ref: refA}
	if x.Hidden {
		row.Verdict = ""
		return row
	}
	decimals := 0
	if x.Measure == result.Mean {
		decimals = 1
	}
	row.Difference = report.Figure{Text: chart.Signed(scaled(x.Measure, x.Difference), decimals), Range: chart.Signed(scaled(x.Measure, x.Lower), decimals) + " to " + chart.Signed(scaled(x.Measure, x.Upper), decimals), Ref: refA}
	row.Moved = x.Lower > 0 || x.Upper < 0
	return row
}

func voiceChangeTable(before, after telling.Told, list []result.Comparison) [][]string {
	number := func(v float64, hidden bool) string {
		if hidden {
			return ""
		}
		return strconv.FormatFloat(v, 'f', 6, 64)
	}
	var rows [][]string
	for _, c := range list {
		for _, x := range c.Changes {
			rows = append(rows, []string{before.Survey.ID, before.Survey.Wave, after.Survey.ID, after.Survey.Wave, c.After.ID, c.After.Text, x.Measure, x.Option, x.Label,
				number(x.Before.Value, x.Before.Hidden), number(x.Before.Lower, x.Before.Hidden), number(x.Before.Upper, x.Before.Hidden),
				number(x.After.Value, x.After.Hidden), number(x.After.Lower, x.After.Hidden), number(x.After.Upper, x.After.Hidden),
				number(x.Difference, x.Hidden), number(x.Lower, x.Hidden), number(x.Upper, x.Hidden), strconv.FormatBool(x.Hidden), x.Verdict})
		}
	}
	return rows
}
