package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/cluster"
	"milieu/internal/cluster/growth"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/report"
)

// SimilarPage is which areas have a mix of industries like an area's.
type SimilarPage struct {
	Base
	Finding      string
	Lede         report.Text
	Area, Slug   string
	Year         int
	Areas, Years []Choice
	Few          string
	Rows         []LikeRow
	Chart        chart.Chart
	Ground       string
	Draws        int
	Seed         uint64
	Closest      int
	CSV          string
}

// LikeRow is one area with what makes it alike and what apart.
type LikeRow struct {
	Name, Path, Similar string
	Distance            report.Figure
	Krugman, Cosine     string
	Places, Stays       string
	Alike, Apart        []string
}

const likeRows = 20

func (s *Server) similar(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	ask, _, err := growthQuestion(r, snap, r.PathValue("slug"))
	if err != nil {
		return err
	}
	p := SimilarPage{Base: s.base(r, snap, "Places like it", "/growth"), Draws: growth.Draws, Seed: growth.Seed}
	t, err := growthTable(r.Context(), snap, ask)
	if errors.Is(err, growth.ErrFew) {
		p.Finding, p.Few = "Not enough areas to compare", fewWords(err)
		return s.render(w, r, "similar", p)
	}
	if err != nil {
		return err
	}
	a, err := live.RememberSlow(r.Context(), &snap.Cache, growthKey("similar", t), func() (growth.Alikes, error) { return growth.Similar(t, growth.Draws) })
	if err != nil {
		return err
	}
	if wantsCSV(r) {
		return writeSimilarCSV(w, a)
	}
	p.Base.Title, p.Base.Method = "Places like "+t.Area().Name, "structural distance"
	p.Area, p.Slug, p.Year, p.Ground, p.Closest = t.Area().Name, evidence.Slug(t.Area().Code), t.Year, capital(t.Ground()), a.Closest
	p.CSV = withQuery(r.URL.EscapedPath(), r.URL.Query(), "format", "csv")
	for _, y := range slices.Backward(t.Years) {
		p.Years = append(p.Years, Choice{Value: strconv.Itoa(y), Label: strconv.Itoa(y), Current: y == t.Year})
	}
	p.fill(a)
	return s.render(w, r, "similar", p)
}

func (p *SimilarPage) fill(a growth.Alikes) {
	var near []string
	bars := chart.BarsSpec{Title: "Distance of the mix of industries from that of " + p.Area, Unit: "Hellinger's distance", Axis: chart.Axis{Decimals: 3}, Width: 900}
	for k, l := range a.Areas {
		if l.Stays >= 0.8 && k < a.Closest {
			near = append(near, l.Area.Name)
		}
		if k >= likeRows {
			continue
		}
		mark := chart.MarkOther
		if l.Stays >= 0.8 {
			mark = chart.MarkUs
		}
		bars.Bars = append(bars.Bars, chart.Bar{Label: l.Area.Name, Value: l.Hellinger, Mark: mark})
		row := LikeRow{Name: l.Area.Name, Path: "/areas/employment/" + evidence.Slug(l.Area.Code), Similar: "/similar/" + evidence.Slug(l.Area.Code),
			Distance: report.NumberFigure(l.Hellinger, l.Hellinger, l.Hellinger, 3, l.Ref), Krugman: chart.Number(l.Krugman, 2), Cosine: chart.Number(l.Cosine, 2),
			Places: strconv.Itoa(l.RankLo), Stays: percentOf(l.Stays)}
		if l.RankHi > l.RankLo {
			row.Places = fmt.Sprintf("%d to %d", l.RankLo, l.RankHi)
		}
		for _, x := range l.Alike {
			row.Alike = append(row.Alike, reasonName(x))
		}
		for _, x := range l.Apart {
			more := "less"
			if x.OwnMoreOfThis {
				more = "more"
			}
			row.Apart = append(row.Apart, fmt.Sprintf("%s %s (%s against %s %%)", more, cluster.InSentence(reasonName(x)), chart.Number(100*x.Own, 1), chart.Number(100*x.Other, 1)))
		}
		p.Rows = append(p.Rows, row)
	}
	p.Chart = chart.Bars(bars)
	p.Finding = fmt.Sprintf("No area is surely nearest to %s in what it does", p.Area)
	if len(near) > 0 {
		p.Finding = fmt.Sprintf("Most like %s in what they do: %s", p.Area, andList(near[:min(3, len(near))]))
		if len(near) == 1 {
			p.Finding = fmt.Sprintf("Most like %s in what it does: %s", p.Area, near[0])
		}
	}
	first := p.Rows[0]
	p.Lede = report.Say("By the shares of jobs in each industry in %v. %v is at a distance of %v, where 0 is the same mix and 1 nothing in common.", strconv.Itoa(p.Year), first.Name, first.Distance)
}

func reasonName(x growth.Reason) string { return cluster.Gist(cluster.ShortName(x.Name)) }

func writeSimilarCSV(w http.ResponseWriter, a growth.Alikes) error {
	t := a.Table
	names := func(list []growth.Reason) string {
		var out []string
		for _, x := range list {
			out = append(out, x.Name)
		}
		return strings.Join(out, "; ")
	}
	var rows [][]string
	for k, l := range a.Areas {
		rows = append(rows, []string{t.Area().Name, strconv.Itoa(t.Year), t.Scheme, strconv.Itoa(k + 1), l.Area.Code, l.Area.Name, cellOf(l.Hellinger), cellOf(l.Krugman), cellOf(l.Cosine),
			strconv.Itoa(l.RankLo), strconv.Itoa(l.RankHi), cellOf(l.Stays), names(l.Alike), names(l.Apart)})
	}
	return writeCSV(w, fmt.Sprintf("similar-%s-%d", evidence.Slug(t.Area().Name), t.Year),
		[]string{"area", "year", "scheme", "place", "other_code", "other", "hellinger", "krugman", "cosine", "place_lo", "place_hi", "share_of_draws_among_nearest", "alike", "apart"}, rows)
}
