package champion

import (
	"context"
	"fmt"
	"net/url"
	"strconv"

	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/network"
)

// ReachRef is the reference of how many organisations lie within two ties of one,
// over all ties of the network.
func ReachRef(org string) string { return evidence.MakeRef("reach", []string{org}) }

// SetRef is the reference of how many organisations a set chosen from the release
// alone reaches. What consents and refusals change is not in it.
func SetRef(a Ask) string {
	set := []string{}
	add := func(name, value string) {
		if value != "" && value != "0" {
			set = append(set, name, value)
		}
	}
	add("k", strconv.Itoa(a.K))
	add("share", strconv.FormatFloat(a.Share, 'g', -1, 64))
	add("by", a.By)
	add("sector", a.Sector)
	if a.Trust != nil {
		set = append(set, "trust", strconv.FormatFloat(*a.Trust, 'g', -1, 64))
	}
	return evidence.MakeRef("champions", nil, set...)
}

// Explainers explain reach/ORG and champions?k=…&share=…&by=…&sector=…&trust=….
func Explainers() evidence.Explainers {
	return evidence.Explainers{"reach": whyReach, "champions": whySet}
}

const howReach = "organisations at one or two ties from it, over all ties on record; itself is not counted"

func whyReach(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) != 1 {
		return evidence.Chain{}, evidence.BadRef("write it as reach/ORGANISATION")
	}
	b, err := network.Read(ctx, q)
	if err != nil {
		return evidence.Chain{}, err
	}
	v := b.View(network.Filter{})
	i, ok := v.Find(r.Args[0])
	if !ok {
		return evidence.Chain{}, fmt.Errorf("%s has no tie: %w", r.Args[0], evidence.ErrNoFigure)
	}
	in := FromView(v)
	g, err := newGreedy(Input{Orgs: in.Orgs, Ties: in.Ties}, Ask{})
	if err != nil {
		return evidence.Chain{}, err
	}
	all, _ := g.within(int32(i), false)
	c := evidence.Chain{Title: "Reach of " + v.Node(i).Name, Value: strconv.Itoa(all), How: howReach, Method: "champions"}
	own := evidence.Chain{Title: "Its own ties", Value: strconv.Itoa(len(g.ties(int32(i))))}
	for _, u := range g.ties(int32(i)) {
		if len(own.Steps) == mostSteps {
			own.More++
			continue
		}
		proofs, err := network.Evidence(ctx, q, r.Args[0], in.Orgs[u].ID)
		if err != nil {
			return c, err
		}
		step := evidence.Chain{Title: "Tied to " + in.Orgs[u].Name, Value: strconv.Itoa(len(proofs))}
		for _, p := range proofs {
			step.Records = append(step.Records, p.Record)
		}
		own.Steps = append(own.Steps, step)
	}
	c.Steps = []evidence.Chain{own}
	return c, nil
}

// mostSteps is how many ties a chain shows one by one.
const mostSteps = 10

func whySet(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	a, err := askOf(r.Set)
	if err != nil {
		return evidence.Chain{}, err
	}
	b, err := network.Read(ctx, q)
	if err != nil {
		return evidence.Chain{}, err
	}
	s, err := Choose(ctx, FromView(b.View(network.Filter{})), a)
	if err != nil {
		return evidence.Chain{}, evidence.BadRef("%v", err)
	}
	c := evidence.Chain{Title: "Organisations within two ties of the set", Value: strconv.Itoa(s.Reached), Method: "champions",
		How: fmt.Sprintf("chosen one by one for what each adds to reach and trust (greedy maximum coverage), of %d; no set of so many reaches more than %d", s.Of, s.Bound)}
	for _, o := range s.Order {
		c.Steps = append(c.Steps, evidence.Chain{Title: o.Name, Value: strconv.Itoa(o.Gain), How: o.Why})
	}
	return c, nil
}

func askOf(set url.Values) (Ask, error) {
	a := Ask{By: set.Get("by"), Sector: set.Get("sector")}
	var err error
	if s := set.Get("k"); s != "" {
		if a.K, err = strconv.Atoi(s); err != nil {
			return a, evidence.BadRef("k=%.20q is no number", s)
		}
	}
	if s := set.Get("share"); s != "" {
		if a.Share, err = strconv.ParseFloat(s, 64); err != nil {
			return a, evidence.BadRef("share=%.20q is no number", s)
		}
	}
	if s := set.Get("trust"); s != "" {
		t, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return a, evidence.BadRef("trust=%.20q is no number", s)
		}
		a.Trust = &t
	}
	return a, nil
}
