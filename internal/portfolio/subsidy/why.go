package subsidy

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"milieu/internal/cash"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/parameter"
)

// RefKind is the kind of references to an enterprise's assistance: subsidy/ORGANISATION/MEASURE?day=DAY, and
// plus=PENCE where more is thought of as given.
const RefKind = "subsidy"

// Measures of an enterprise.
const (
	MeasureSure     = "sure"
	MeasureMost     = "most"
	MeasureHeadroom = "headroom"
)

// Ref is the reference to a figure of a position.
func (p Position) Ref(measure string) string {
	if p.Plus > 0 {
		return evidence.MakeRef(RefKind, []string{p.ID, measure}, "day", p.To, "plus", strconv.FormatInt(int64(p.Plus), 10))
	}
	return evidence.MakeRef(RefKind, []string{p.ID, measure}, "day", p.To)
}

// Explainers explain subsidy/ORGANISATION/MEASURE?day=DAY. load gives the parameters and the sources of the release.
func Explainers(load func() (parameter.Set, evidence.Manifest, error)) evidence.Explainers {
	return evidence.Explainers{RefKind: func(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
		if len(r.Args) != 2 || r.Args[1] != MeasureSure && r.Args[1] != MeasureMost && r.Args[1] != MeasureHeadroom {
			return evidence.Chain{}, evidence.BadRef("write it as subsidy/ORGANISATION/sure, most or headroom, with the day as in ?day=2026-11-27")
		}
		set, m, err := load()
		if err != nil {
			return evidence.Chain{}, err
		}
		day := r.Set.Get("day")
		if day == "" {
			day = set.Day()
		}
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			return evidence.Chain{}, evidence.BadRef("the day %q is not written as 2026-11-27", day)
		}
		l, err := LimitsOf(set)
		if err != nil {
			return evidence.Chain{}, err
		}
		b, err := Read(ctx, q, m)
		if err != nil {
			return evidence.Chain{}, err
		}
		name, err := nameOf(ctx, q, r.Args[0])
		if err != nil {
			return evidence.Chain{}, err
		}
		p, err := b.Position(r.Args[0], name, day, l)
		if err != nil {
			return evidence.Chain{}, err
		}
		if plus := r.Set.Get("plus"); plus != "" {
			pence, err := strconv.ParseInt(plus, 10, 64)
			if err != nil || pence < 1 || pence > mostPlus {
				return evidence.Chain{}, evidence.BadRef("plus is %q; it is an amount in pence", plus)
			}
			p = p.with(cash.Pence(pence))
		}
		limit, _ := set.Get("subsidy/mfa-limit")
		return p.chain(r.Args[1], limit.Chain(set.Day())), nil
	}}
}

// mostPlus is the most that may be thought of as given, in pence.
const mostPlus = 1e14

// nameOf is the name of an organisation of the release.
func nameOf(ctx context.Context, q lake.Querier, id string) (string, error) {
	name, found := "", false
	err := each(ctx, q, "select name from organisation where org_id = $1", []any{id}, func(rows *sql.Rows) error {
		found = true
		return rows.Scan(&name)
	})
	if err == nil && !found {
		err = fmt.Errorf("organisation %q: %w", id, evidence.ErrNoFigure)
	}
	return name, err
}

// mostSteps is how many awards a chain lists.
const mostSteps = 40

func (p Position) chain(measure string, limit evidence.Chain) evidence.Chain {
	least, most := p.Headroom()
	c := evidence.Chain{Method: "subsidy control"}
	period := fmt.Sprintf("awards from %s to %s", p.From, p.To)
	switch measure {
	case MeasureSure:
		c.Title, c.Value = "Minimal financial assistance to "+p.Name+", for certain", Pounds(p.Sure)
		c.How = "sum of " + period + " whose basis is minimal financial assistance or services of public economic interest, to all members of the enterprise"
	case MeasureMost:
		c.Title, c.Value = "Minimal financial assistance to "+p.Name+", at most", Pounds(p.Most)
		c.How = "sum of " + period + ", with those that may count or not"
	default:
		c.Title, c.Value = "What may still be given to "+p.Name, Pounds(least)
		if least != most {
			c.Value += " to " + Pounds(most)
		}
		c.How = fmt.Sprintf("%s less what was given: %s for certain, %s at most", Pounds(p.Limit), Pounds(p.Sure), Pounds(p.Most))
	}
	if measure == MeasureHeadroom {
		c.Steps = append(c.Steps, limit)
	}
	if p.Plus > 0 {
		c.How += "; with an award that is only thought of"
		c.Steps = append(c.Steps, evidence.Chain{Title: "An award that is thought of, on " + p.To, Value: Pounds(p.Plus), How: "as asked on the page; it is not on record"})
	}
	for i, a := range p.Awards {
		if measure == MeasureSure && !a.Sure {
			continue
		}
		if i >= mostSteps {
			c.More = len(p.Awards) - i
			break
		}
		c.Steps = append(c.Steps, a.chain())
	}
	for _, a := range p.Large {
		step := a.chain()
		step.How = strings.Replace(step.How, "may count or not", "not counted", 1)
		c.Steps = append(c.Steps, step)
	}
	if p.Grouped {
		c.Steps = append(c.Steps, evidence.Chain{Title: "One enterprise: the members of the group " + p.Name, How: "organisations under one head count as one; see group/" + p.Members[0].ID})
	}
	return c
}

func (a Counted) chain() evidence.Chain {
	c := evidence.Chain{Title: fmt.Sprintf("%s from %s, %s", a.Org, a.Granter, a.When()), Value: Pounds(a.AmountP), How: "counts for certain", Records: []evidence.Record{a.Record}, URL: a.SourceURL}
	if !a.Sure {
		c.How = "may count or not: " + a.Why
	}
	if a.Note != "" {
		c.How += "; on record with it: " + a.Note
	}
	return c
}

// When is the day of an award, or its financial year, in words.
func (a Award) When() string {
	switch t, err := time.Parse(time.DateOnly, a.Day); {
	case err == nil:
		return t.Format("2 January 2006")
	case a.Year != 0:
		return portfolio.YearName(a.Year) + ", day not known"
	}
	return "day not known"
}
