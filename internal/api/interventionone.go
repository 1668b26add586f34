package api

import (
	"context"

	"milieu/internal/live"
	"milieu/internal/portfolio"
)

// interventionAnswer is one intervention with what is kept of it beside its own row.
type interventionAnswer struct {
	Release      string             `json:"release"`
	Intervention interventionDetail `json:"intervention"`
}

type interventionDetail struct {
	interventionItem
	Costs     []costItem     `json:"costs"`
	Outcomes  []outcomeItem  `json:"outcomes"`
	Relations []relationItem `json:"relations"`
	Risks     []riskItem     `json:"risks"`
	Delivery  []deliveryItem `json:"delivery"`
}

// costItem is money that the intervention costs a funder over a span of financial years, as its source states it.
type costItem struct {
	ID        string  `json:"id"`
	AmountP   int64   `json:"amount_p"`
	FromYear  *int64  `json:"from_year"`
	ToYear    *int64  `json:"to_year"`
	Funder    *string `json:"funder"`
	Status    *string `json:"status"`
	Kind      *string `json:"kind"`
	Asset     *string `json:"asset"`
	PriceYear *int64  `json:"price_year"`
	Note      *string `json:"note"`
	SourceURL *string `json:"source_url"`
	Record    record  `json:"record"`
}

// outcomeItem is an output or outcome that is expected, as its source states it.
type outcomeItem struct {
	ID         string   `json:"id"`
	Kind       string   `json:"kind"`
	Outcome    string   `json:"outcome"`
	Quantity   *float64 `json:"quantity"`
	Low        *float64 `json:"low"`
	High       *float64 `json:"high"`
	Unit       *string  `json:"unit"`
	Per        *string  `json:"per"`
	Additional string   `json:"additional"`
	FromYear   *int64   `json:"from_year"`
	ToYear     *int64   `json:"to_year"`
	Place      *string  `json:"place"`
	FirmSize   *string  `json:"firm_size"`
	Note       *string  `json:"note"`
	SourceURL  *string  `json:"source_url"`
	Record     record   `json:"record"`
}

// relationItem is what the intervention has to do with another one, at either end.
type relationItem struct {
	ID           string  `json:"id"`
	From         string  `json:"from"`
	To           string  `json:"to"`
	Kind         string  `json:"kind"`
	LagYears     float64 `json:"lag_years"`
	Bonus        float64 `json:"bonus"`
	Reason       *string `json:"reason"`
	ClassifiedBy *string `json:"classified_by"`
	SourceURL    *string `json:"source_url"`
	Record       record  `json:"record"`
}

// riskItem is what could go wrong.
type riskItem struct {
	ID         string  `json:"id"`
	Risk       string  `json:"risk"`
	Likelihood *string `json:"likelihood"`
	Impact     *string `json:"impact"`
	Mitigation *string `json:"mitigation"`
	Owner      *string `json:"owner"`
	Note       *string `json:"note"`
	SourceURL  *string `json:"source_url"`
	Record     record  `json:"record"`
}

// deliveryItem is a report of what became of it.
type deliveryItem struct {
	ID         string   `json:"id"`
	Kind       string   `json:"kind"`
	What       *string  `json:"what"`
	Day        *string  `json:"day"`
	Year       *int64   `json:"year"`
	Planned    *float64 `json:"planned"`
	Actual     *float64 `json:"actual"`
	PlannedDay *string  `json:"planned_day"`
	ActualDay  *string  `json:"actual_day"`
	Funder     *string  `json:"funder"`
	Design     *string  `json:"design"`
	Finding    *string  `json:"finding"`
	Note       *string  `json:"note"`
	SourceURL  *string  `json:"source_url"`
	Record     record   `json:"record"`
}

func (s *Server) intervention(a *ask) error {
	all, err := allInterventions(a)
	if err != nil {
		return err
	}
	id := a.r.PathValue("id")
	for _, i := range all {
		if i.ID != id {
			continue
		}
		reg, err := live.Remember(&a.snap.Cache, "api/register", func() (portfolio.Register, error) {
			return portfolio.ReadRegister(context.WithoutCancel(a.r.Context()), a.snap.DB)
		})
		if err != nil {
			return err
		}
		return a.send(interventionAnswer{a.snap.Rel.ID, wholeIntervention(i, reg.Of(i.ID))})
	}
	return failed(notFound, "There is no intervention %q in this release. /api/v1/interventions lists them.", clip(id))
}

func wholeIntervention(i portfolio.Intervention, r portfolio.Register) interventionDetail {
	d := interventionDetail{interventionOf(i), []costItem{}, []outcomeItem{}, []relationItem{}, []riskItem{}, []deliveryItem{}}
	for _, c := range r.Costs {
		d.Costs = append(d.Costs, costItem{c.ID, c.AmountP, optInt(c.From), optInt(c.To), optText(c.Funder), optText(c.Status), optText(c.Kind), optText(c.Asset), optInt(c.PriceYear), optText(c.Note), optText(c.SourceURL), from(c.Record)})
	}
	for _, o := range r.Outcomes {
		d.Outcomes = append(d.Outcomes, outcomeItem{o.ID, o.Kind, o.Outcome, optFloat(o.Quantity), optFloat(o.Low), optFloat(o.High), optText(o.Unit), optText(o.Per), o.Additional, optInt(o.From), optInt(o.To),
			optText(o.Place), optText(o.FirmSize), optText(o.Note), optText(o.SourceURL), from(o.Record)})
	}
	for _, l := range r.Relations {
		d.Relations = append(d.Relations, relationItem{l.ID, l.From, l.To, l.Kind, l.Lag, l.Bonus, optText(l.Reason), optText(l.ClassifiedBy), optText(l.SourceURL), from(l.Record)})
	}
	for _, k := range r.Risks {
		d.Risks = append(d.Risks, riskItem{k.ID, k.Risk, optText(k.Likelihood), optText(k.Impact), optText(k.Mitigation), optText(k.Owner), optText(k.Note), optText(k.SourceURL), from(k.Record)})
	}
	for _, e := range r.Delivery {
		d.Delivery = append(d.Delivery, deliveryItem{e.ID, e.Kind, optText(e.What), optText(e.Day), optInt(e.Year), optFloat(e.Planned), optFloat(e.Actual), optText(e.PlannedDay), optText(e.ActualDay), optText(e.Funder),
			optText(e.Design), optText(e.Finding), optText(e.Note), optText(e.SourceURL), from(e.Record)})
	}
	return d
}
