package portfolio

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// RefExisting is the kind of reference that explains a Served: existing/open with the settings regions and stages.
const RefExisting = "existing"

// Served is how the stated money of interventions divides between businesses that are there already and newcomers.
type Served struct {
	CostP    int64          // of those counted
	Share    float64        // of CostP that serves existing businesses; those for both count half. Only with CostP above 0
	Counted  []Intervention // with a stated cost, and not part of another one counted
	Unstated []Intervention // without a cost: their share is not known, which is not nought
	Held     []Intervention // part of another one that is counted
}

// TotalsP is what each intervention costs in all, in pence: its rows by year and funder, or else the total that its own
// row states. Those of which neither is known are not in it.
func (r Register) TotalsP(list []Intervention) map[string]int64 {
	rows := map[string]int64{}
	has := map[string]bool{}
	for _, c := range r.Costs {
		rows[c.Intervention] += c.AmountP
		has[c.Intervention] = true
	}
	out := map[string]int64{}
	for _, i := range list {
		switch {
		case has[i.ID]:
			out[i.ID] = rows[i.ID]
		case i.CostP.Valid:
			out[i.ID] = i.CostP.Int64
		}
	}
	return out
}

// Serving adds up whom interventions serve. Relations say which is part of which, so that no money counts twice.
func Serving(list []Intervention, r Register) Served {
	total := r.TotalsP(list)
	var costed []string
	for _, i := range list {
		if _, ok := total[i.ID]; ok {
			costed = append(costed, i.ID)
		}
	}
	inside := r.Inside(costed)
	var s Served
	existing := 0.0
	for _, i := range list {
		switch {
		case !slices.Contains(costed, i.ID):
			s.Unstated = append(s.Unstated, i)
		case inside[i.ID] != "":
			s.Held = append(s.Held, i)
		default:
			s.Counted = append(s.Counted, i)
			s.CostP += total[i.ID]
			existing += ExistingWeight(i.Benefits) * float64(total[i.ID])
		}
	}
	if s.CostP > 0 {
		s.Share = existing / float64(s.CostP)
	}
	return s
}

// OpenTo keeps the interventions that are open to choice in regions and stages.
func OpenTo(all []Intervention, regions, stages []string) []Intervention {
	return keep(all, func(i Intervention) bool { return i.Open(regions, stages) })
}

// ServedRef is the reference of the share among the interventions open in regions and stages.
func ServedRef(regions, stages []string) string {
	return evidence.MakeRef(RefExisting, []string{"open"}, "regions", strings.Join(regions, ";"), "stages", strings.Join(stages, ";"))
}

func whyExisting(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) != 1 || r.Args[0] != "open" {
		return evidence.Chain{}, evidence.BadRef("write it as existing/open?regions=…&stages=…")
	}
	all, err := Interventions(ctx, q)
	if err != nil {
		return evidence.Chain{}, err
	}
	reg, err := ReadRegister(ctx, q)
	if err != nil {
		return evidence.Chain{}, err
	}
	s := Serving(OpenTo(all, listed(r.Set.Get("regions")), listed(r.Set.Get("stages"))), reg)
	if s.CostP == 0 {
		return evidence.Chain{}, fmt.Errorf("no intervention open to choice has a stated cost: %w", evidence.ErrNoFigure)
	}
	c := evidence.Chain{Title: "Share of the stated cost of interventions open to choice that serves existing businesses", Value: chart.Number(100*s.Share, 0) + " %",
		How: fmt.Sprintf("weighted by cost, %s in all; one for both existing and new businesses counts half; %d without a stated cost and %d that are part of another are left out", chart.Money(s.CostP), len(s.Unstated), len(s.Held))}
	total := reg.TotalsP(all)
	for _, i := range s.Counted {
		c.Steps = append(c.Steps, evidence.Chain{Title: i.Name, Value: chart.Money(total[i.ID]), How: "serves " + benefitWords(i.Benefits), Records: []evidence.Record{i.Record}})
	}
	return c, nil
}

func benefitWords(benefits string) string {
	switch benefits {
	case "existing", "new":
		return benefits + " businesses"
	case "both":
		return "existing and new businesses"
	}
	return "whom, is not stated: counted as none of the existing"
}
