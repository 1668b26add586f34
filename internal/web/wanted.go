package web

import (
	"cmp"
	"math"
	"net/http"
	"slices"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/live"
	"milieu/internal/portfolio"
	"milieu/internal/report"
	"milieu/internal/survey/voices"
)

// WantedView is what a survey came to on an intervention: by all firms and by group.
type WantedView struct {
	Title, Path, Says string
	Figure            report.Figure
	Base              int
	Level             string
	Invented          bool
	Groups            []WantedGroup

	survey, day, measure string
}

// WantedGroup is the categories of a grouping.
type WantedGroup struct {
	Label string
	Rows  []WantedRow
}

// WantedRow is a group of firms.
type WantedRow struct {
	Category string
	Figure   report.Figure
	Range    chart.Chart
	Base     int
}

// NamedAsk is a firm that agreed to be named and chose the intervention.
type NamedAsk struct {
	Name, Path string
	Said       []voices.Said
}

// wanted says who asked for the intervention. Invented answers are shown only where no firm has been asked.
func (p *InterventionPage) wanted(s *Server, r *http.Request, snap *live.Snapshot) error {
	real := false
	for _, a := range p.I.Asked {
		real = real || !a.Invented
	}
	for _, a := range p.I.Asked {
		if a.Invented && real || a.Grouping != "" {
			continue
		}
		p.Wanted = append(p.Wanted, wantedView(a, p.I.Asked))
	}
	slices.SortStableFunc(p.Wanted, func(a, b WantedView) int { // that of the lens first
		return cmp.Or(strings.Compare(b.day, a.day), strings.Compare(b.survey, a.survey), portfolio.MeasureRank(a.measure)-portfolio.MeasureRank(b.measure))
	})
	for k := range p.Wanted {
		if k > 0 && p.Wanted[k].survey == p.Wanted[k-1].survey {
			p.Wanted[k].Title, p.Wanted[k].Invented = "", false // said above
			continue
		}
		p.Wanted[k].Path = s.surveyLink(r, p.Wanted[k].survey)
	}
	said, err := voices.SaidOf(r.Context(), snap.DB, p.I.ID)
	if err == nil {
		said, err = s.standing(r, said)
	}
	if err != nil {
		return err
	}
	at := map[string]int{}
	for _, x := range said {
		k, ok := at[x.OrgID]
		if !ok {
			k = len(p.Named)
			at[x.OrgID] = k
			p.Named = append(p.Named, NamedAsk{Name: x.OrgName, Path: orgPath(x.OrgID)})
		}
		x.Answer = aboutIt(x.Answer, p.I.Name)
		p.Named[k].Said = append(p.Named[k].Said, x)
	}
	return nil
}

// aboutIt is the part of an answer that speaks of an intervention: what was said of others stands on the firm's page. Answers
// are as voices.InWords writes them: "2. NAME" of a ranking, "NAME: 40 points" of a budget.
func aboutIt(answer, name string) string {
	for part := range strings.SplitSeq(answer, "; ") {
		before, after, found := strings.Cut(part, name)
		place, ranked := strings.CutSuffix(strings.TrimSpace(before), ".")
		points, shared := strings.CutPrefix(after, ": ")
		switch {
		case found && after == "" && ranked:
			return "its choice number " + place
		case found && before == "" && shared:
			return points + " of 100"
		case found:
			return part
		}
	}
	return answer
}

func wantedView(a portfolio.Asked, all []portfolio.Asked) WantedView {
	v := WantedView{Title: a.Title(), survey: a.SurveyID, day: a.Day, measure: a.Measure, Says: a.Says(), Figure: a.Figure(), Base: a.Base, Invented: a.Invented, Level: chart.Number(100*a.Level, 0) + " %"}
	for _, g := range all {
		if g.Grouping == "" || g.SurveyID != a.SurveyID || g.Measure != a.Measure {
			continue
		}
		if n := len(v.Groups); n == 0 || v.Groups[n-1].Label != g.Grouping {
			v.Groups = append(v.Groups, WantedGroup{Label: g.Grouping})
		}
		last := &v.Groups[len(v.Groups)-1]
		last.Rows = append(last.Rows, WantedRow{Category: g.Category, Figure: g.Figure(), Base: g.Base,
			Range: chart.Range(chart.RangeSpec{Title: g.Category + ", %", Value: 100 * g.Value, Interval: chart.Interval{Lo: 100 * g.Lo, Hi: 100 * g.Hi}, Min: 0, Max: 100, Ref: math.NaN()})})
	}
	return v
}
