package introduce

import (
	"context"
	"fmt"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/network"
)

// Ref is the reference of the score of a pair, with the weights as shipped.
func Ref(a, b string) string { return evidence.MakeRef("introduction", []string{a, b}) }

// Explainers explain introduction/A/B, the score of a pair.
func Explainers() evidence.Explainers { return evidence.Explainers{"introduction": why} }

func why(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) != 2 {
		return evidence.Chain{}, evidence.BadRef("write it as introduction/ORGANISATION/ORGANISATION")
	}
	b, err := network.Read(ctx, q)
	if err != nil {
		return evidence.Chain{}, err
	}
	x, err := Load(ctx, q, b)
	if err != nil {
		return evidence.Chain{}, err
	}
	to, ok := b.Find(r.Args[1])
	if _, from := b.Find(r.Args[0]); !ok || !from {
		return evidence.Chain{}, fmt.Errorf("the network has not both %s and %s: %w", r.Args[0], r.Args[1], evidence.ErrNoFigure)
	}
	list, err := x.Rank(ctx, Ask{Org: r.Args[0], N: b.Len()})
	if err != nil {
		return evidence.Chain{}, err
	}
	for _, p := range list.Pairs {
		if p.B == to {
			return x.chain(ctx, q, p)
		}
	}
	return evidence.Chain{}, fmt.Errorf("%s and %s are tied, or have no reason of substance to meet: %w", r.Args[0], r.Args[1], evidence.ErrNoFigure)
}

// chain is the score by its reasons, the records of both organisations and of
// their ties to whoever could introduce them.
func (x *Index) chain(ctx context.Context, q lake.Querier, p Pair) (evidence.Chain, error) {
	c := evidence.Chain{Title: "Score of an introduction of " + x.orgs[p.A].Name + " and " + x.orgs[p.B].Name, Value: chart.Number(p.Score, 2), Method: "introductions",
		How: "points that speak for it less those that speak against it, each a weight times a strength from 0 to 1, with the weights as shipped; it puts pairs in order and is no probability"}
	for _, r := range p.For {
		c.Steps = append(c.Steps, r.chain(""))
	}
	for _, r := range p.Against {
		c.Steps = append(c.Steps, r.chain("-"))
	}
	var err error
	c.Records, err = evidence.Records(ctx, q, "select source, file, line from organisation where org_id in ($1, $2) order by org_id", x.orgs[p.A].ID, x.orgs[p.B].ID)
	if err != nil || p.Via < 0 {
		return c, err
	}
	via := evidence.Chain{Title: "Ties of both to " + x.orgs[p.Via].Name}
	for _, end := range []int{p.A, p.B} {
		proofs, err := network.Evidence(ctx, q, x.orgs[end].ID, x.orgs[p.Via].ID)
		if err != nil {
			return c, err
		}
		for _, proof := range proofs {
			via.Records = append(via.Records, proof.Record)
		}
	}
	via.Value = fmt.Sprint(len(via.Records))
	c.Steps = append(c.Steps, via)
	return c, nil
}

func (r Reason) chain(sign string) evidence.Chain {
	k, _ := KindOf(r.Key)
	return evidence.Chain{Title: k.Label, Value: sign + chart.Number(r.Points, 2), How: fmt.Sprintf("%s; weight %s times strength %s", r.Text, chart.Number(r.Weight, 2), chart.Number(r.Strength, 2))}
}
