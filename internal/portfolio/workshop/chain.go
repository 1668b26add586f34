package workshop

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/chart"
	"milieu/internal/evidence"
)

// Kind is the kind of references to results of workshops: workshop/ID of all of one, workshop/ID/INTERVENTION of an option.
const Kind = "workshop"

// Ref is the reference of a workshop's results, or with an option of what is known of it there.
func Ref(id string, option ...string) string {
	return evidence.MakeRef(Kind, append([]string{id}, option...))
}

// Explain gives the chain behind a reference, for somebody who may see how stakeholders weigh.
func Explain(ctx context.Context, b Book, a auth.Actor, f Facts, ref evidence.Ref) (evidence.Chain, error) {
	if ref.Kind != Kind || len(ref.Args) < 1 || len(ref.Args) > 2 {
		return evidence.Chain{}, evidence.BadRef("write it as %s/WORKSHOP or %s/WORKSHOP/INTERVENTION", Kind, Kind)
	}
	w, err := b.Get(ctx, a, ref.Args[0])
	switch {
	case errors.Is(err, ErrNotFound):
		return evidence.Chain{}, fmt.Errorf("workshop %s: %w", ref.Args[0], evidence.ErrNoFigure)
	case errors.Is(err, auth.ErrDenied):
		return evidence.Chain{}, evidence.BadRef("results of workshops are for people who have signed in")
	case err != nil:
		return evidence.Chain{}, err
	}
	if len(ref.Args) == 1 {
		return w.chain(), nil
	}
	for _, o := range w.Setup.Options {
		if o.ID == ref.Args[1] {
			return w.Setup.option(f, o), nil
		}
	}
	return evidence.Chain{}, fmt.Errorf("option %s of workshop %s: %w", ref.Args[1], w.ID, evidence.ErrNoFigure)
}

// chain explains how ranks were reckoned.
func (w Workshop) chain() evidence.Chain {
	c := evidence.Chain{Title: w.Setup.Question, Value: fmt.Sprintf("%d options by %d criteria, %d stakeholders", len(w.Setup.Options), len(w.Setup.Criteria), len(w.Weights)), Method: "weighing criteria",
		How: fmt.Sprintf("The value of an option is the sum of its values in the criteria, 0 at the worst and 1 at the best anchor, times the weights. Weights of a stakeholder are swing weights: the points they give to the step from worst to best, as shares of all their points; where they are in doubt, drawn from the range they gave. Over all weights, each set of weights is as likely as any other (SMAA: Lahdelma, Hokkanen and Salminen 1998). Values with a range are drawn from it (most often near the middle), those that are not known from all of the scale. A rank range holds 90 of 100 of %s draws (seed %d); a share of draws is right to within %s. Version %d of the workshop.", chart.Number(float64(w.Setup.Draws()), 0), Seed, WithinSay(w.Setup.Draws()), w.Version)}
	for _, x := range w.Setup.Criteria {
		t := evidence.Chain{Title: x.Name, Value: fmt.Sprintf("worst %s, best %s", amount(x.Worst, x.Unit), amount(x.Best, x.Unit)), How: x.Means}
		if x.Half != nil {
			t.Value += ", half way at " + amount(*x.Half, x.Unit)
		}
		if s, ok := SourceOf(x.Source); ok {
			t.How = strings.TrimSpace(t.How + " Filled from the evidence (" + strings.ToLower(s.Name) + ": " + s.Caution + ").")
		} else {
			t.How = strings.TrimSpace(t.How + " Scored by people, each score with a reason.")
		}
		c.Steps = append(c.Steps, t)
	}
	for _, s := range w.Weights {
		t := evidence.Chain{Title: "Weights of " + s.Name, How: s.Swings.Note}
		if s.Swings.Doubt > 0 {
			t.How = strings.TrimSpace(fmt.Sprintf("Each may be up to %.0f %% more or less. ", 100*s.Swings.Doubt) + t.How)
		}
		var parts []string
		if shares := s.Shares(w.Setup); shares != nil {
			for j, x := range w.Setup.Criteria {
				parts = append(parts, fmt.Sprintf("%s %s %%", x.Name, chart.Number(100*shares[j], 0)))
			}
		}
		t.Value = strings.Join(parts, ", ")
		c.Steps = append(c.Steps, t)
	}
	return c
}

// WithinSay is how exact a share of so many draws is, in words.
func WithinSay(draws int) string {
	if n := Within(draws); n > 1 {
		return fmt.Sprintf("%d points", n)
	}
	return "1 point"
}

// option tells what is known of an option, criterion by criterion.
func (s Setup) option(f Facts, o Option) evidence.Chain {
	c := evidence.Chain{Title: o.Name, How: "What is known of it in each criterion of the workshop \"" + s.Question + "\".", Method: "weighing criteria"}
	for _, x := range s.Criteria {
		cell := s.Cell(f, o, x)
		t := evidence.Chain{Title: x.Name, Value: "not known", How: "taken to be anywhere between the anchors"}
		if cell.Known {
			t.Value, t.How = amount(cell.Value, x.Unit), cell.Basis
			if cell.Lo < cell.Hi {
				t.Value += fmt.Sprintf(" (%s to %s)", amount(cell.Lo, x.Unit), amount(cell.Hi, x.Unit))
			}
			if cell.ByHand {
				t.How, t.Decided = "scored by people: "+cell.Basis, true
			}
		}
		c.Steps = append(c.Steps, t)
	}
	return c
}

// amount is a number with its unit.
func amount(v float64, unit string) string {
	places := 0
	if v != float64(int64(v)) {
		places = 1
	}
	text := chart.Number(v, places)
	switch {
	case unit == "":
		return text
	case strings.HasPrefix(unit, "£"):
		return "£" + text + strings.TrimPrefix(unit, "£")
	}
	return text + " " + unit
}
