package telling

import (
	"fmt"
	"math"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/report"
	"milieu/internal/survey"
	"milieu/internal/survey/result"
)

// HiddenText stands where a figure is hidden.
const HiddenText = "hidden"

// Figure is an estimate as it is shown: shares in per cent, points of 100 and means with their interval.
func Figure(measure string, e result.Estimate, ref string) report.Figure {
	if e.Hidden || math.IsNaN(e.Value) {
		return report.Figure{Text: HiddenText, Ref: ref, Note: "too few answers, or others could be worked out from it"}
	}
	switch measure {
	case result.Mean:
		return report.NumberFigure(e.Value, e.Lower, e.Upper, meanDecimals(e.Value), ref)
	case result.Points:
		return report.NumberFigure(e.Value, e.Lower, e.Upper, 0, ref)
	}
	f := report.NumberFigure(100*e.Value, 100*e.Lower, 100*e.Upper, 0, ref)
	f.Unit = "%"
	return f
}

// meanDecimals is how many decimals a mean is shown with: it has two significant digits.
func meanDecimals(mean float64) int {
	if math.Abs(mean) >= 10 {
		return 0
	}
	return 1
}

// CountFigure is a number of answers, or that it is hidden.
func CountFigure(c result.Count, ref string) report.Figure {
	if c.Hidden {
		return report.Figure{Text: HiddenText, Ref: ref}
	}
	return report.CountFigure(int64(c.N), ref)
}

// plain is a figure as text.
func plain(f report.Figure) string { return report.Say("%v", f).Plain() }

// StateLabels are the states of an answer in words, for tables.
var StateLabels = map[survey.State]string{survey.DoesntKnow: "does not know", survey.Refused: "prefers not to say", survey.NotApply: "does not apply", survey.Blank: "left empty", survey.NotAsked: "not asked"}

// States says in words how many gave no answer, by kind; "" where all did.
func States(p result.Part) string {
	var out []string
	for _, s := range p.States {
		switch {
		case s.Count.Hidden:
			out = append(out, StateLabels[s.State]+" ("+HiddenText+")")
		case s.Count.N > 0:
			out = append(out, fmt.Sprintf("%s (%d)", StateLabels[s.State], s.Count.N))
		}
	}
	return strings.Join(out, ", ")
}

// MeasureLabel says what a column of a measure holds.
func MeasureLabel(q result.Question, measure string) string {
	switch measure {
	case result.Mean:
		if q.Unit != "" {
			return "Mean, " + q.Unit
		}
		return "Mean"
	case result.Points:
		return "Points of 100"
	case result.First:
		return "Put first"
	}
	if q.Kind == survey.Rank {
		return "Among the chosen"
	}
	return "Share of firms"
}

// Main is the measure by which a question is told first: the mean, the points, or the share that chose.
func Main(p result.Part) string {
	if len(p.Items) > 0 {
		return p.Items[0].Measure
	}
	return ""
}

// Bounds says what the figure would be if all who were asked and not heard had said the least, or the most; "" where that cannot be said.
func Bounds(measure string, e result.Estimate) string {
	if e.Hidden || e.Worst == 0 && e.Best == 0 {
		return ""
	}
	by, decimals := 100.0, 0
	switch measure {
	case result.Points:
		by = 1
	case result.Mean:
		by, decimals = 1, meanDecimals(e.Value)
	}
	return chart.Number(by*e.Worst, decimals) + "–" + chart.Number(by*e.Best, decimals)
}

// ByLabel is what groups are made by, to be read after "by".
func ByLabel(b result.Breakdown) string {
	if b.Key == result.Arrival {
		return "How the firm came here"
	}
	return b.Label
}
