package portfolio

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// Kinds of references to one row of the register, and to the costs of an intervention together.
const (
	RefCost     = "cost"
	RefCosts    = "costs"
	RefOutcome  = "outcome"
	RefRelation = "relation"
	RefRisk     = "risk"
	RefDelivery = "delivery"
	RefKept     = "kept"
)

// withRegister adds the explainers of the register.
func withRegister(all evidence.Explainers) evidence.Explainers {
	maps.Copy(all, registerExplainers())
	return all
}

// registerExplainers explain cost/ID, outcome/ID, relation/ID, risk/ID and delivery/ID (each one row of the register)
// costs/INTERVENTION (what an intervention costs by year and funder) existing/open (whom the money serves) and kept/WHAT (how many rows the register
// holds: costed, costs, outcomes, relations, risks or delivery), and what whyopen.go counts.
func registerExplainers() evidence.Explainers {
	out := evidence.Explainers{RefCosts: whyCosts, RefExisting: whyExisting, RefKept: whyKept, RefRisks: whyRisks, RefStated: whyStated}
	for _, kind := range []string{RefCost, RefOutcome, RefRelation, RefRisk, RefDelivery} {
		out[kind] = whyRegister
	}
	return out
}

func whyRegister(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) != 1 || r.Args[0] == "" {
		return evidence.Chain{}, evidence.BadRef("write it as %s/ID", r.Kind)
	}
	reg, err := ReadRegister(ctx, q)
	if err != nil {
		return evidence.Chain{}, err
	}
	if c, ok := reg.chain(r.Kind, r.Args[0]); ok {
		return c, nil
	}
	return evidence.Chain{}, fmt.Errorf("%s %q: %w", r.Kind, r.Args[0], evidence.ErrNoFigure)
}

// chain is one row as a chain.
func (r Register) chain(kind, id string) (evidence.Chain, bool) {
	switch kind {
	case RefCost:
		for _, c := range r.Costs {
			if c.ID == id {
				return c.chain(), true
			}
		}
	case RefOutcome:
		for _, o := range r.Outcomes {
			if o.ID == id {
				return o.chain(), true
			}
		}
	case RefRelation:
		for _, l := range r.Relations {
			if l.ID == id {
				return evidence.Chain{Title: l.From + " " + l.Kind + " " + l.To, How: said(l.Reason, by(l.ClassifiedBy)), Records: []evidence.Record{l.Record}, URL: l.SourceURL}, true
			}
		}
	case RefRisk:
		for _, k := range r.Risks {
			if k.ID == id {
				return evidence.Chain{Title: "Risk of " + k.Intervention + ": " + k.Risk, How: said(k.Mitigation, k.Note), Records: []evidence.Record{k.Record}, URL: k.SourceURL}, true
			}
		}
	case RefDelivery:
		for _, d := range r.Delivery {
			if d.ID == id {
				return d.chain(), true
			}
		}
	}
	return evidence.Chain{}, false
}

func (c Cost) chain() evidence.Chain {
	when := "years not stated"
	if c.From.Valid {
		when = "financial years from " + SpanWords(c.From, c.To)
	}
	title := "Cost of " + c.Intervention
	if c.Funder != "" {
		title += ", " + c.Funder
	}
	how := "as its source states it"
	if c.Status != "" {
		how += ", " + c.Status
	}
	return evidence.Chain{Title: title, Value: chart.Money(c.AmountP), How: said(how, when, c.Note), Records: []evidence.Record{c.Record}, URL: c.SourceURL}
}

// YearWords writes a span of years: 2026, or 2026 to 2028.
func SpanWords(from, to sql.NullInt64) string {
	if !to.Valid || to.Int64 == from.Int64 {
		return fmt.Sprint(from.Int64)
	}
	return fmt.Sprintf("%d to %d", from.Int64, to.Int64)
}

func (o Outcome) chain() evidence.Chain {
	c := evidence.Chain{Title: strings.ReplaceAll(o.Outcome, "-", " ") + " of " + o.Intervention, Value: "not stated", Records: []evidence.Record{o.Record}, URL: o.SourceURL,
		How: said("as its source states it: "+AdditionalWords(o.Additional), o.Note)}
	if o.Quantity.Valid {
		c.Value = strings.TrimSpace(chart.Number(o.Quantity.Float64, decimals(o.Quantity.Float64)) + " " + o.Unit)
	}
	return c
}

// AdditionalWords say what a stated quantity counts.
func AdditionalWords(additional string) string {
	switch additional {
	case "net":
		return "net, what would have come anyway is taken away"
	case "gross":
		return "gross, with what would have come anyway"
	}
	return "whether what would have come anyway is taken away is not said"
}

// decimals is 0 for whole numbers, else 1.
func decimals(v float64) int {
	if v == float64(int64(v)) {
		return 0
	}
	return 1
}

func (d Delivered) chain() evidence.Chain {
	c := evidence.Chain{Title: strings.TrimSpace(d.Kind+" "+strings.ReplaceAll(d.What, "-", " ")) + " of " + d.Intervention, Records: []evidence.Record{d.Record}, URL: d.SourceURL}
	var parts []string
	if d.Planned.Valid {
		parts = append(parts, "planned "+chart.Number(d.Planned.Float64, decimals(d.Planned.Float64)))
	}
	if d.Actual.Valid {
		parts = append(parts, "came to "+chart.Number(d.Actual.Float64, decimals(d.Actual.Float64)))
	}
	if d.PlannedDay != "" {
		parts = append(parts, "planned for "+d.PlannedDay)
	}
	if d.ActualDay != "" {
		parts = append(parts, "done "+d.ActualDay)
	}
	c.Value, c.How = strings.Join(parts, ", "), d.Note
	return c
}

func by(who string) string {
	if who == "" {
		return ""
	}
	return "classed by " + who
}

// said joins what there is with semicolons.
func said(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, "; ")
}

func whyCosts(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) != 1 {
		return evidence.Chain{}, evidence.BadRef("write it as costs/INTERVENTION")
	}
	i, err := find(ctx, q, r.Args[0])
	if err != nil {
		return evidence.Chain{}, err
	}
	reg, err := ReadRegister(ctx, q)
	if err != nil {
		return evidence.Chain{}, err
	}
	c := evidence.Chain{Title: "Costs of " + i.Name + " by year and funder", URL: i.SourceURL}
	total := int64(0)
	for _, k := range reg.Of(i.ID).Costs {
		total += k.AmountP
		c.Steps = append(c.Steps, k.chain())
	}
	switch {
	case len(c.Steps) > 0:
		c.How = "rows of the table costs; an amount over several years is spread evenly over them, to the penny"
	case i.CostP.Valid:
		total = i.CostP.Int64
		c.How, c.Records = "only the total is stated; it is spread evenly over the stated years, which is assumed", []evidence.Record{i.Record}
	default:
		return c, fmt.Errorf("the cost of %s is not known: %w", i.Name, evidence.ErrNoFigure)
	}
	c.Value = chart.Money(total)
	return c, nil
}

// keptQueries give the rows behind a count.
var keptQueries = map[string]string{
	"costed":    "select source, file, line from intervention i where cost_p is not null or exists (select 1 from intervention_cost c where c.intervention_id = i.intervention_id) order by source, line",
	"costs":     "select source, file, line from intervention_cost order by source, line",
	"outcomes":  "select source, file, line from intervention_outcome order by source, line",
	"relations": "select source, file, line from intervention_relation order by source, line",
	"risks":     "select source, file, line from intervention_risk order by source, line",
	"delivery":  "select source, file, line from delivery order by source, line",
}

// mostKept is how many rows of a count are cited one by one.
const mostKept = 10

func whyKept(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) != 1 || keptQueries[r.Args[0]] == "" {
		return evidence.Chain{}, fmt.Errorf("%s: %w", r.Kind, evidence.ErrNoFigure)
	}
	rows, err := evidence.Records(ctx, q, keptQueries[r.Args[0]])
	if err != nil {
		return evidence.Chain{}, err
	}
	c := evidence.Chain{Title: "Rows of the register: " + r.Args[0], Value: chart.Number(float64(len(rows)), 0), How: "rows counted", Records: rows[:min(len(rows), mostKept)], More: max(0, len(rows)-mostKept)}
	if r.Args[0] == "costed" {
		c.Title = "Interventions with a cost: a stated total, or rows by year and funder"
	}
	return c, nil
}
