package portfolio

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// Kinds of references to what the register holds of a set of interventions, named by the setting ids: risks/WHAT and stated/STATUS (costs
// with a status).
const (
	RefRisks  = "risks"
	RefStated = "stated"
)

// CostStatuses are how sure money of a row of costs can be.
var CostStatuses = []string{"committed", "asked", "expected", "spent"}

// StatedP is what rows of costs with a status come to for some interventions, as stated, and how many rows there are.
func (r Register) StatedP(ids []string, status string) (sum int64, rows int) {
	for _, c := range r.Costs {
		if c.Status == status && slices.Contains(ids, c.Intervention) {
			sum, rows = sum+c.AmountP, rows+1
		}
	}
	return sum, rows
}

// StatedRef is the reference of that sum.
func StatedRef(status string, ids []string) string {
	return evidence.MakeRef(RefStated, []string{status}, "ids", strings.Join(ids, ";"))
}

func whyStated(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) != 1 || !slices.Contains(CostStatuses, r.Args[0]) {
		return evidence.Chain{}, evidence.BadRef("write it as stated/committed, asked, expected or spent, with the setting ids")
	}
	reg, err := ReadRegister(ctx, q)
	if err != nil {
		return evidence.Chain{}, err
	}
	ids := listed(r.Set.Get("ids"))
	sum, rows := reg.StatedP(ids, r.Args[0])
	if rows == 0 {
		return evidence.Chain{}, fmt.Errorf("no cost of these interventions is %s: %w", r.Args[0], evidence.ErrNoFigure)
	}
	c := evidence.Chain{Title: "Costs of these interventions that are " + r.Args[0], Value: chart.Money(sum), How: "sum of the rows as their sources state them: all years, in prices of their own years, private money among them"}
	for _, row := range reg.Costs {
		if row.Status == r.Args[0] && slices.Contains(ids, row.Intervention) {
			c.Steps = append(c.Steps, row.chain())
		}
	}
	return c, nil
}

// Lack is something without which an intervention cannot be compared or appraised.
type Lack struct{ Key, Words string }

// Lacks are the kinds that plan/lacking-… counts.
var Lacks = []Lack{{"cost", "no cost is on record"}, {"outcome", "no expected output or outcome is on record as a quantity"}, {"study", "no sound study of its type of programme looked at jobs"}}

// LackAny stands for at least one of Lacks.
const LackAny = "any"

// LacksOf are the keys of what an intervention lacks. r is the register of all.
func (r Register) LacksOf(i Intervention) []string {
	own := r.Of(i.ID)
	var out []string
	if !i.CostP.Valid && len(own.Costs) == 0 {
		out = append(out, "cost")
	}
	if !slices.ContainsFunc(own.Outcomes, func(o Outcome) bool { return o.Quantity.Valid }) {
		out = append(out, "outcome")
	}
	if !i.Growth.Known {
		out = append(out, "study")
	}
	return out
}

// Lacking are the proposals of which something is missing: open to choice, not under way, and not compared. key is of Lacks, or LackAny.
func (p Plan) Lacking(key string) []Left {
	var out []Left
	for _, l := range p.Unvalued {
		lacks := p.lacks[l.ID]
		if UnderWay(l.Intervention) || len(lacks) == 0 || key != LackAny && !slices.Contains(lacks, key) {
			continue
		}
		l.Reason = "missing: " + strings.Join(lacks, ", ")
		out = append(out, l)
	}
	return out
}

// LackRef is what plan/… is called for how many Lacking are.
func LackRef(key string) string { return lackOf + key }

const lackOf = "lacking-"

func (p Plan) lackChain(key string) (evidence.Chain, error) {
	at := slices.IndexFunc(Lacks, func(l Lack) bool { return l.Key == key })
	if at < 0 && key != LackAny {
		return evidence.Chain{}, evidence.BadRef("write it as plan/lacking-cost, -outcome, -study or -any")
	}
	c := evidence.Chain{Title: "Proposals not under way that could not be compared, of which something is missing: a cost, a quantity that is expected, or a study of the type", How: "interventions counted", Method: "plan under a budget"}
	if at >= 0 {
		c.Title = "Proposals not under way that could not be compared, of which " + Lacks[at].Words
	}
	list := p.Lacking(key)
	c.Value = strconv.Itoa(len(list))
	for _, l := range list {
		c.Steps = append(c.Steps, evidence.Chain{Title: l.Name, How: l.Reason, Records: []evidence.Record{l.Record}, URL: l.SourceURL})
	}
	return c, nil
}

func both(ctx context.Context, q lake.Querier) ([]Intervention, Register, error) {
	all, err := Interventions(ctx, q)
	if err != nil {
		return nil, Register{}, err
	}
	reg, err := ReadRegister(ctx, q)
	return all, reg, err
}

// RisksRef is the reference of a count of risks of some interventions: count, high (likelihood or impact is high) or without (of how
// many none is on record).
func RisksRef(what string, ids []string) string {
	return evidence.MakeRef(RefRisks, []string{what}, "ids", strings.Join(ids, ";"))
}

// High says that the likelihood or the impact is high.
func (k Risk) High() bool { return k.Likelihood == "high" || k.Impact == "high" }

func whyRisks(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) != 1 || !slices.Contains([]string{"count", "high", "without"}, r.Args[0]) {
		return evidence.Chain{}, evidence.BadRef("write it as risks/count, risks/high or risks/without with the setting ids")
	}
	all, reg, err := both(ctx, q)
	if err != nil {
		return evidence.Chain{}, err
	}
	c := evidence.Chain{Title: "Risks on record of these interventions", How: "rows counted; likelihood and impact are the judgement of whoever wrote them down"}
	n := 0
	for _, id := range listed(r.Set.Get("ids")) {
		at := slices.IndexFunc(all, func(i Intervention) bool { return i.ID == id })
		if at < 0 {
			return c, fmt.Errorf("intervention %q: %w", id, evidence.ErrNoFigure)
		}
		risks := reg.Of(id).Risks
		if r.Args[0] == "without" {
			if len(risks) == 0 {
				n++
				c.Steps = append(c.Steps, evidence.Chain{Title: all[at].Name, Records: []evidence.Record{all[at].Record}})
			}
			continue
		}
		for _, k := range risks {
			if r.Args[0] == "count" || k.High() {
				n++
				c.Steps = append(c.Steps, evidence.Chain{Title: all[at].Name + ": " + k.Risk, How: said(k.Mitigation, k.Note), Records: []evidence.Record{k.Record}, URL: k.SourceURL})
			}
		}
	}
	switch r.Args[0] {
	case "high":
		c.Title = "Risks of these interventions whose likelihood or impact is high"
	case "without":
		c.Title, c.How = "Interventions of which no risk is on record, which is not to say that there is none", "interventions counted"
	}
	c.Value = strconv.Itoa(n)
	return c, nil
}
