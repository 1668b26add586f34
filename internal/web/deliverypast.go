package web

import (
	"fmt"
	"net/url"
	"strings"

	"milieu/internal/cash"
	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/delivery"
	"milieu/internal/report"
	"milieu/internal/stat"
)

// PriorRow is what evaluations of the workspace change.
type PriorRow struct {
	Label, Review, Own, Before, After, Ref string
}

// LeftRow is an evaluation that does not count, with the reason.
type LeftRow struct{ Intervention, Path, Reason, Finding string }

// ClassRow is a reference class.
type ClassRow struct {
	Label, Says, Ref string
	Beside           []BesideRow // what is published on the same
	Cases            []CaseRow
	Left             []string
}

// BesideRow is a published figure beside a reference class.
type BesideRow struct {
	Label  string
	Figure report.Figure
}

// CaseRow is a case of a reference class.
type CaseRow struct{ Name, Path, Planned, Actual, Ratio string }

// priors shows what evaluations of the workspace do to the chance that a type works.
func (p *DeliveryPage) priors(list []portfolio.Prior, all []portfolio.Intervention) {
	label := interventionNamesOf(all)
	for _, t := range list {
		for _, l := range t.Local.Left {
			p.Left = append(p.Left, LeftRow{Intervention: orText(label[l.Intervention], l.Intervention), Path: deliveryPath(l.Intervention), Reason: l.Reason, Finding: l.Finding})
		}
		if t.Local.Studies == 0 {
			p.Still++
			continue
		}
		p.Priors = append(p.Priors, priorRow(t))
	}
}

func priorRow(t portfolio.Prior) PriorRow {
	row := PriorRow{Label: t.Label, Review: "not in the review", Own: fmt.Sprintf("%d of %d", t.Local.Positive, t.Local.Studies), Before: "not known", After: shareWords(t.Positive+t.Local.Positive, t.Studies+t.Local.Studies), Ref: priorRef(t.EffectType)}
	if t.Reviewed {
		row.Review = fmt.Sprintf("%d of %d", t.Positive, t.Studies)
	}
	if t.Studies > 0 {
		row.Before = shareWords(t.Positive, t.Studies)
	}
	return row
}

func priorRef(kind string) string { return delivery.KindPrior + "/" + url.PathEscape(kind) }

func shareWords(k, n int) string {
	mean, lo, hi := stat.BetaInterval(k, n, portfolio.Level)
	return fmt.Sprintf("%s %% (%s–%s)", chart.Number(100*mean, 0), chart.Number(100*lo, 0), chart.Number(100*hi, 0))
}

func (p *DeliveryPage) classes(rep delivery.Report, list []delivery.Class) {
	for _, c := range list {
		row := ClassRow{Label: classLabels[c.Kind], Says: capital(c.Says()) + ".", Ref: rep.RefAll("class-" + c.Kind), Left: c.LeftOut}
		for _, e := range c.Cases {
			cr := CaseRow{Name: e.Name, Path: deliveryPath(e.Intervention), Planned: quantityWords(e.Planned), Actual: quantityWords(e.Actual), Ratio: chart.Number(e.Ratio, 2)}
			if c.Kind == delivery.ClassCost {
				cr.Planned, cr.Actual = chart.Money(cash.Round(100*e.Planned)), chart.Money(cash.Round(100*e.Actual))
			} else {
				cr.Name += ": " + words(e.What)
			}
			row.Cases = append(row.Cases, cr)
		}
		p.Classes = append(p.Classes, row)
	}
}

// published puts the optimism bias of capital costs, by kind of asset, beside the reference class of costs.
func (s *Server) published(p *DeliveryPage) error {
	set, err := s.parameters()
	if err != nil {
		return err
	}
	for k := range p.Classes {
		if p.Classes[k].Label != classLabels[delivery.ClassCost] {
			continue
		}
		for _, asset := range []string{"standard-building", "non-standard-building", "standard-civil", "non-standard-civil", "equipment"} {
			id := "bias/" + asset + "/capital"
			if b, _, ok := set.Bias(asset, "capital"); ok {
				p.Classes[k].Beside = append(p.Classes[k].Beside, BesideRow{Label: words(asset), Figure: report.Figure{Text: chart.Number(1+b.Upper, 2), Ref: evidence.MakeRef("parameter", strings.Split(id, "/"))}})
			}
		}
	}
	return nil
}

var classLabels = map[string]string{delivery.ClassCost: "Cost", delivery.ClassOutput: "Outputs", delivery.ClassOutcome: "Outcomes"}
