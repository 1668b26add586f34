package sector

import (
	"context"
	"errors"
	"fmt"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// Explainers explain sector/ID (how many organisations a sector holds, by rule; with the
// setting rule those of one rule) and member/ID/ORGANISATION.
func Explainers() evidence.Explainers {
	return evidence.Explainers{"sector": whySector, "member": whyMember}
}

// Ref is the reference of the number of organisations in a sector.
func Ref(id string, rule int) string {
	if rule > 0 {
		return evidence.MakeRef("sector", []string{id}, "rule", fmt.Sprint(rule))
	}
	return evidence.MakeRef("sector", []string{id})
}

// MemberRef is the reference of an organisation's place in a sector.
func MemberRef(id, org string) string { return evidence.MakeRef("member", []string{id, org}) }

// shownRecords is how many members an explanation names.
const shownRecords = 20

func find(ctx context.Context, q lake.Querier, r evidence.Ref, args int) (Row, error) {
	if len(r.Args) != args {
		return Row{}, evidence.BadRef("write it as sector/ID or member/ID/ORGANISATION")
	}
	s, err := Find(ctx, q, r.Args[0])
	if errors.Is(err, ErrNotFound) {
		return s, fmt.Errorf("%w: %w", err, evidence.ErrNoFigure)
	}
	return s, err
}

func whySector(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	s, err := find(ctx, q, r, 1)
	if err != nil {
		return evidence.Chain{}, err
	}
	counts, err := s.RuleCounts(ctx, q)
	if err != nil {
		return evidence.Chain{}, err
	}
	c := evidence.Chain{Title: "Organisations in the sector " + s.Name, Value: chart.Number(float64(s.Organisations), 0), URL: s.URL,
		How: fmt.Sprintf("organisations that an inclusion rule of the definition takes in (version %s, %s) and no exclusion keeps out; each counts with the first rule that fits; %d are kept out; of %s organisations of the release they are %.2f %%; accounts of %s of them state %s employees together", orNone(s.Version), s.Origin, s.KeptOut,
			chart.Number(float64(s.Of), 0), s.Share(), chart.Number(float64(s.Known), 0), chart.Number(float64(s.Employees), 0)), Method: "sectors"}
	if s.Record.Line > 0 {
		c.Records = []evidence.Record{s.Record}
	}
	for i, rule := range s.Include {
		if want := r.Set.Get("rule"); want != "" && want != fmt.Sprint(i+1) {
			continue
		}
		members, err := s.Members(ctx, q, i+1, shownRecords, 0)
		if err != nil {
			return c, err
		}
		step := evidence.Chain{Title: fmt.Sprintf("Rule %d: %s", i+1, rule.Phrase()), Value: chart.Number(float64(counts[i]), 0), How: rule.Reason}
		if counts[i] > len(members) {
			step.How += fmt.Sprintf(" (the %d largest are listed)", len(members))
		}
		for _, m := range members {
			step.Records = append(step.Records, m.Record)
		}
		if r.Set.Get("rule") != "" {
			c.Value = step.Value
		}
		c.Steps = append(c.Steps, step)
	}
	return c, nil
}

func orNone(s string) string {
	if s == "" {
		return "not stated"
	}
	return s
}

func whyMember(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	s, err := find(ctx, q, r, 2)
	if err != nil {
		return evidence.Chain{}, err
	}
	m, err := s.Why(ctx, q, r.Args[1])
	if errors.Is(err, ErrNotFound) {
		return evidence.Chain{}, fmt.Errorf("%w: %w", err, evidence.ErrNoFigure)
	}
	if err != nil {
		return evidence.Chain{}, err
	}
	c := evidence.Chain{Title: m.Name + " in the sector " + s.Name, Value: "in it", How: fmt.Sprintf("inclusion rule %d (%s) fits: %s", m.Rule, m.Kind, m.Matched), Method: "sectors", Records: []evidence.Record{m.Record}}
	if m.Reason != "" {
		c.How += "; " + m.Reason
	}
	if m.Out != nil {
		c.Value = "kept out"
		c.How += fmt.Sprintf("; exclusion rule %d (%s) fits: %s", m.Out.Rule, m.Out.Kind, m.Out.Matched)
		if m.Out.Reason != "" {
			c.How += "; " + m.Out.Reason
		}
	}
	return c, nil
}
