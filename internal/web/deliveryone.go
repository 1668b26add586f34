package web

import (
	"net/http"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/live"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/delivery"
	"milieu/internal/report"
)

// DeliveryOnePage shows how one intervention stands against what was planned.
type DeliveryOnePage struct {
	Base
	S          delivery.Status
	Finding    string
	Light      LightView
	LightRef   string
	Register   string // address of its page
	Followed   bool
	Spend      []SpendRow
	SpendRef   string
	Total      SpendRow
	Within     bool
	Milestones []MilestoneRow
	StepsRef   string
	Results    []ResultRow
	Evaluated  []EvaluationRow
	Prior      *PriorRow
	Add        []addRow
	CSV        string
	Rule       string
}

// MilestoneRow is a step.
type MilestoneRow struct{ Name, Planned, Actual, Says, Note, Class string }

// ResultRow is an output or outcome.
type ResultRow struct {
	Kind, Key, Unit, Forecast, Share, Basis, When string
	Actual                                        report.Figure
}

// EvaluationRow is an evaluation, and whether it counts.
type EvaluationRow struct {
	portfolio.Delivered
	Counts string
}

func (s *Server) deliveryOne(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	all, err := readInterventions(r, snap)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	var i *portfolio.Intervention
	for k := range all {
		if all[k].ID == id {
			i = &all[k]
		}
	}
	if i == nil {
		return notFound("There is no intervention %q in this release.", id)
	}
	rep, err := s.followed(r, snap)
	if err != nil {
		return err
	}
	p := DeliveryOnePage{Base: s.base(r, snap, "Delivery of "+i.Name, "/delivery"), Register: interventionPath(id), Rule: delivery.Rule(), CSV: deliveryPath(id) + "?format=csv"}
	p.Method = "delivery"
	if p.S, p.Followed = rep.Of(id); !p.Followed {
		p.S = delivery.Status{Intervention: *i, Light: delivery.Unknown, Reasons: []string{"nothing has been reported, and it is neither approved nor in delivery"}}
	}
	if wantsCSV(r) {
		return deliveryOneCSV(w, p.S)
	}
	if p.Who.Decides {
		p.Add = addDelivery(id)
	}
	p.show(rep)
	return s.render(w, r, "deliveryone", p)
}

func (p *DeliveryOnePage) show(rep delivery.Report) {
	s := p.S
	p.Light, p.Finding = lightView(s), capital(s.Word())
	if len(s.Reasons) > 0 {
		p.Finding += ": " + s.Reasons[0]
	}
	p.LightRef, p.SpendRef, p.StepsRef = rep.Ref(s.ID, "light"), rep.Ref(s.ID, "spend"), rep.Ref(s.ID, "milestones")
	for _, row := range s.Spend {
		p.Spend = append(p.Spend, spendRow(row))
	}
	t := delivery.Sum(s.Spend, 0)
	p.Total = SpendRow{Planned: moneyKnown(t.Planned > 0, t.PlannedP), Actual: moneyKnown(t.Actual > 0, t.ActualP)}
	if ratio, ok := t.Ratio(); ok {
		p.Total.Share = chart.Number(100*ratio, 0) + " % of plan" + t.Says()
	}
	for _, m := range s.Milestones {
		row := MilestoneRow{Name: m.Name, Planned: m.Planned, Actual: m.Actual, Says: m.Says(), Note: m.Note}
		if m.State == delivery.Overdue {
			row.Class = "flag"
		}
		p.Milestones = append(p.Milestones, row)
	}
	for _, r := range s.Results {
		p.Results = append(p.Results, resultRow(rep, s.ID, r))
	}
	p.evaluations(rep)
}

func resultRow(rep delivery.Report, id string, r delivery.Result) ResultRow {
	row := ResultRow{Kind: r.Kind, Key: words(r.Key), Unit: r.Unit, Basis: strings.Join(r.Basis, " and "), When: r.In}
	if r.Foreseen {
		row.Forecast = r.Amount(r.Forecast)
	}
	if r.Known {
		row.Actual = report.Figure{Text: r.Amount(r.Actual), Ref: rep.Ref(id, r.Kind, r.Key)}
	}
	if share, ok := r.Share(); ok {
		row.Share = chart.Number(100*share, 0) + " %"
	}
	if r.Reported {
		row.Basis = "plan as reported"
	}
	return row
}

// evaluations says of each whether it counts, and what those of the type come to.
func (p *DeliveryOnePage) evaluations(rep delivery.Report) {
	for _, t := range rep.Priors {
		if t.EffectType != p.S.EffectType {
			continue
		}
		row := priorRow(t)
		if t.Local.Studies == 0 {
			row.After, row.Own = row.Before, "none"
		}
		p.Prior = &row
		for _, d := range p.S.Evaluated {
			e := EvaluationRow{Delivered: d, Counts: "counts as a study"}
			for _, l := range t.Local.Left {
				if l.ID == d.ID {
					e.Counts = "does not count: " + l.Reason
				}
			}
			p.Evaluated = append(p.Evaluated, e)
		}
		return
	}
	for _, d := range p.S.Evaluated {
		p.Evaluated = append(p.Evaluated, EvaluationRow{Delivered: d, Counts: "does not count: the intervention has no type of programme"})
	}
}

func deliveryOneCSV(w http.ResponseWriter, s delivery.Status) error {
	var rows [][]string
	for _, x := range s.Spend {
		v := spendRow(x)
		rows = append(rows, []string{"spend", v.Year, x.Funder, poundsKnown(x.Planned.Valid, x.Planned.Int64), poundsKnown(x.Actual.Valid, x.Actual.Int64), v.Basis})
	}
	for _, m := range s.Milestones {
		rows = append(rows, []string{"milestone", "", m.Name, m.Planned, m.Actual, m.Says()})
	}
	for _, x := range s.Results {
		v := resultRow(delivery.Report{}, s.ID, x)
		rows = append(rows, []string{x.Kind, x.When, x.Key, v.Forecast, v.Actual.Text, v.Basis})
	}
	return writeCSV(w, "delivery-"+s.ID, []string{"kind", "year_or_day", "what", "planned", "actual", "says"}, rows)
}
