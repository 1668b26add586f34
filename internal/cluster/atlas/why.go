package atlas

import (
	"context"
	"errors"
	"fmt"

	"milieu/internal/chart"
	"milieu/internal/cluster/placed"
	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// Explainers explain atlas/SET/AREA, the value and class of one area, and
// moran/SET, the test of the whole map; the settings are value and basis.
func Explainers() evidence.Explainers {
	return evidence.Explainers{"atlas": whyArea, "moran": whyMoran}
}

func (q Question) settings() []string {
	s := []string{"value", q.Value.String()}
	if q.Basis != placed.Any && q.Basis != "" {
		s = append(s, "basis", string(q.Basis))
	}
	return s
}

// AreaRef is the reference of an area's value and class.
func (q Question) AreaRef(id string) string {
	return evidence.MakeRef("atlas", []string{q.Set, id}, q.settings()...)
}

// Ref is the reference of the test of the whole map.
func (q Question) Ref() string { return evidence.MakeRef("moran", []string{q.Set}, q.settings()...) }

func ask(ctx context.Context, q lake.Querier, r evidence.Ref, args int, form string) (Result, error) {
	if len(r.Args) != args {
		return Result{}, evidence.BadRef("write it as %s", form)
	}
	v, err := ParseValue(ctx, q, r.Set.Get("value"))
	if err != nil {
		if errors.Is(err, evidence.ErrNoFigure) {
			return Result{}, err
		}
		return Result{}, evidence.BadRef("%v", err)
	}
	b, err := placed.ParseBasis(r.Set.Get("basis"))
	if err != nil {
		return Result{}, evidence.BadRef("%v", err)
	}
	return Map(ctx, q, Question{Set: r.Args[0], Value: v, Basis: b})
}

func whyMoran(ctx context.Context, q lake.Querier, ref evidence.Ref) (evidence.Chain, error) {
	r, err := ask(ctx, q, ref, 1, "moran/SET?value=VALUE")
	if err != nil {
		return evidence.Chain{}, err
	}
	if len(r.Areas) == 0 {
		return evidence.Chain{}, fmt.Errorf("set %s: %w", r.Set, evidence.ErrNoFigure)
	}
	c := evidence.Chain{Title: r.Value.Label() + " over the areas of set " + r.Set, Value: r.Summary(), How: r.How(), Method: "spatial autocorrelation"}
	step := func(title, value string) { c.Steps = append(c.Steps, evidence.Chain{Title: title, Value: value}) }
	step("Areas that take part", number(len(r.Areas)))
	step("Areas that hold nothing and take no part", number(r.Empty))
	if !r.Value.Official() {
		step("Organisations counted by "+r.Basis.Words(), r.LeftOut.Words())
	}
	if r.Tested {
		step("Expected without a pattern", chart.Number(r.Moran.Expected, 4))
		step("Variance under randomisation", chart.Number(r.Moran.VarianceRand, 6))
		step("z", chart.Number(r.Moran.ZRand, 2))
	}
	return c, nil
}

func whyArea(ctx context.Context, q lake.Querier, ref evidence.Ref) (evidence.Chain, error) {
	r, err := ask(ctx, q, ref, 2, "atlas/SET/AREA?value=VALUE")
	if err != nil {
		return evidence.Chain{}, err
	}
	for _, a := range r.Areas {
		if a.ID == ref.Args[1] {
			return r.chain(a), nil
		}
	}
	return evidence.Chain{}, fmt.Errorf("area %s of set %s: %w", ref.Args[1], r.Set, evidence.ErrNoFigure)
}

func number(n int) string { return chart.Number(float64(n), 0) }

func (r Result) chain(a Area) evidence.Chain {
	c := evidence.Chain{Title: r.Value.Label() + " in " + a.Name, Value: chart.Number(a.Value, r.Value.Decimals()), How: r.Value.How(), Method: "spatial autocorrelation"}
	step := func(title, value string) { c.Steps = append(c.Steps, evidence.Chain{Title: title, Value: value}) }
	if r.Value.Official() {
		c.Records = append(c.Records, a.Record)
	} else {
		step("Organisations counted by "+r.Basis.Words(), number(a.Organisations))
	}
	switch r.Value.Kind {
	case "figure":
	case "density":
		step("Size, km²", chart.Number(a.Km2, 2))
	case "employees":
		step("Organisations with employees on record", number(a.Base))
		step("Their employees", chart.Number(float64(a.Employees), 0))
	default:
		step("of them, with what the share is of", number(a.Base))
		step("of these, counted", number(a.Events))
		step("Smoothed for the tests", chart.Number(a.Tested, r.Value.Decimals()+1))
	}
	if r.Tested {
		step("Neighbours", number(a.Neighbours))
		step("Local Moran", chart.Number(a.Local.I, 3)+", "+a.Local.Quadrant.String()+", p "+PText(a.Local.P)+", adjusted "+PText(a.Q))
		step("Gi*", "z "+chart.Number(a.Gi.Z, 2)+", p "+PText(a.Gi.P)+", adjusted "+PText(a.GiQ))
	}
	return c
}
