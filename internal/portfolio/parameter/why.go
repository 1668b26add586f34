package parameter

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// RefKind is the kind of references to parameters: parameter/ID.
const RefKind = "parameter"

// Ref is the reference to a parameter.
func Ref(id string) string { return evidence.MakeRef(RefKind, strings.Split(id, "/")) }

// Explainers explain parameter/ID by the set that load gives, which is that of the workspace today.
func Explainers(load func() (Set, error)) evidence.Explainers {
	return evidence.Explainers{RefKind: func(_ context.Context, _ lake.Querier, r evidence.Ref) (evidence.Chain, error) {
		id := strings.Join(r.Args, "/")
		if id == "" {
			return evidence.Chain{}, evidence.BadRef("write it as parameter/ID, such as parameter/discount/green-book")
		}
		s, err := load()
		if err != nil {
			return evidence.Chain{}, err
		}
		p, ok := s.Get(id)
		if !ok {
			return evidence.Chain{}, fmt.Errorf("parameter %q: %w", id, evidence.ErrNoFigure)
		}
		return p.Chain(s.Day()), nil
	}}
}

// Chain says where a parameter comes from, who answers for it, and whether it is overdue on a day.
func (p Parameter) Chain(day string) evidence.Chain {
	c := evidence.Chain{Title: p.Name, Value: p.Says(), Method: "parameters", URL: p.Reference.URL}
	var how []string
	add := func(format string, args ...any) { how = append(how, fmt.Sprintf(format, args...)) }
	if p.Changed != "" {
		add("Changed for this look; it was %s.", p.Changed)
	}
	if p.Assumed {
		add("Assumed: %s", sentence(p.Note))
	} else if p.Note != "" {
		add("%s", sentence(p.Note))
	}
	if p.Reference.Title != "" {
		add("Reference: %s", sentence(p.Reference.Title))
	}
	if p.Unit != "" {
		add("Unit: %s%s.", p.Unit, before(", in prices of ", p.priceYear()))
	}
	if p.From != "" {
		add("In force from %s%s. Owner: %s. To be reviewed by %s.", p.From, before(", version ", p.Version), p.Owner, p.ReviewBy)
	}
	if p.Stale(day) {
		add("The day of review has passed.")
	}
	if p.File != "" {
		add("Kept in %s, line %d.", p.Place(), p.Line)
	}
	c.How = strings.Join(how, " ")
	return c
}

func (p Parameter) priceYear() string {
	if p.PriceYear == 0 {
		return ""
	}
	return strconv.Itoa(p.PriceYear)
}

// Place is the file in words.
func (p Parameter) Place() string {
	if name, ok := strings.CutPrefix(p.File, shippedMark); ok {
		return "the parameters shipped with Milieu, " + name
	}
	return p.File
}

func sentence(s string) string {
	if strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}

func before(mark, s string) string {
	if s == "" {
		return ""
	}
	return mark + s
}
