package sequence

import (
	"fmt"

	"milieu/internal/chart"
	"milieu/internal/portfolio"
)

// leastShown is how many years a picture shows at least, where so many are looked at.
const leastShown = 6

// Gantt draws the sequence with what is spent in each year under it.
func (s Sequence) Gantt(width float64) chart.Chart {
	sp := chart.GanttSpec{Title: fmt.Sprintf("The sequence from %s to %s", portfolio.YearName(s.Setting.From), portfolio.YearName(s.Setting.Last())), Name: "Intervention", HollowName: "to begin, cost not stated", First: s.Setting.From, Last: s.Setting.Last(), Width: width,
		SumName: "Spending in each year, " + s.Prices(), Format: func(v float64) string { return chart.Money(int64(v)) }}
	at := map[string]int{}
	for i, r := range s.Rows {
		at[r.ID] = i
	}
	for _, r := range s.Rows {
		g := chart.GanttRow{Key: r.ID, Label: r.Name, Note: r.CostText(), From: r.From, To: r.To, Slack: r.Slack, Moved: r.Moved, Broken: r.Broken}
		if r.Uncosted() {
			g.Note, g.Hollow = "", true
		}
		if r.UnderWay {
			g.Mark, g.Key = chart.MarkOther, "" // what has begun is not drawn elsewhere
		}
		for _, id := range r.After {
			g.After = append(g.After, at[id])
		}
		sp.Rows = append(sp.Rows, g)
	}
	for _, y := range s.Years {
		sp.Sums = append(sp.Sums, chart.GanttSum{Value: float64(y.AmountP), Unknown: !y.Known(), Cap: float64(y.CapP), Capped: y.Capped})
	}
	if len(s.Years) > 0 {
		// The years after the last that anything happens in say nothing.
		for k := len(s.Years) - 1; k >= leastShown && s.Setting.From+k > s.End+1; k-- {
			sp.Last--
		}
	}
	return chart.Gantt(sp)
}
