package web

import (
	"net/http"

	"milieu/internal/chart"
	"milieu/internal/cluster"
	"milieu/internal/live"
	"milieu/internal/place"
	"milieu/internal/profile"
)

// UnitsView holds one part of an area's profile against other boundaries around it: what hangs on
// where the line was drawn shows here (the modifiable areal unit problem).
type UnitsView struct {
	Code, Name string
	Here       string // organisations in the area itself
	Own        string // quotient in the area itself
	OwnRange   chart.Chart
	Rows       []UnitLine
}

// UnitLine is the area of one set that holds most of the shape's organisations.
type UnitLine struct {
	Set, Name, Path string
	Percent         string // of the shape's organisations that lie in it
	Whole           string // organisations in the whole of it
	Quotient        string
	Range           chart.Chart
}

func (v *ProfileView) units(r *http.Request, snap *live.Snapshot, a foundArea, ask profileAsked, all []profile.Quotient) error {
	var own *profile.Quotient
	for i, x := range all {
		if x.Verdict == "few" {
			continue
		}
		v.UnitCodes = append(v.UnitCodes, Choice{Value: x.Code, Label: x.Code + " " + cluster.ShortName(x.Name), Current: x.Code == ask.units})
		if x.Code == ask.units {
			own = &all[i]
		}
	}
	if ask.units == "" {
		return nil
	}
	if own == nil {
		return badRequest("The area has too few organisations in %.40q for a quotient, so it cannot be held against other boundaries.", ask.units)
	}
	units, err := snap.Book.Units(r.Context(), snap.DB, a.Geometry, ask.Question, ask.level, ask.units)
	if err != nil {
		return err
	}
	u := &UnitsView{Here: chart.Number(float64(v.Answer.Organisations), 0), Code: own.Code, Name: own.Name, Own: quotientWords(own.LQ.Value, own.LQ.Lo, own.LQ.Hi)}
	top := max(2, min(own.LQ.Hi, quotientTop))
	for _, x := range units {
		if x.Quotient.LQ.Defined {
			top = max(top, min(x.Quotient.LQ.Hi, quotientTop))
		}
	}
	interval := func(q profile.Quotient) chart.Chart {
		return chart.Range(chart.RangeSpec{Title: "Quotient", Value: q.LQ.Value, Interval: chart.Interval{Lo: q.LQ.Lo, Hi: q.LQ.Hi}, Max: top, Ref: 1, Decimals: 1})
	}
	u.OwnRange = interval(*own)
	for _, x := range units {
		line := UnitLine{Set: place.SetLabel(x.Set), Name: x.Name, Path: areaPath(x.Set, x.ID), Percent: chart.Number(100*x.Share, 0), Whole: chart.Number(float64(x.Organisations), 0)}
		if x.Quotient.LQ.Defined {
			line.Quotient, line.Range = quotientWords(x.Quotient.LQ.Value, x.Quotient.LQ.Lo, x.Quotient.LQ.Hi), interval(x.Quotient)
		}
		u.Rows = append(u.Rows, line)
	}
	v.Units = u
	return nil
}
