package growth

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/stat"
)

// Explainers explain potential/AREA/INDUSTRY/YEAR, shift/AREA/INDUSTRY/Y0-Y1 (the
// industry "all" means the whole area), similar/AREA/OTHER/YEAR and complexity/AREA/YEAR, with the
// setting scheme.
func Explainers() evidence.Explainers {
	return evidence.Explainers{"potential": whyPotential, "shift": whyShift, "similar": whySimilar, "complexity": whyComplexity, "businesses": whyBusinesses}
}

func tableOf(ctx context.Context, q lake.Querier, r evidence.Ref, args int, form string) (Table, error) {
	if len(r.Args) != args {
		return Table{}, evidence.BadRef("write it as %s", form)
	}
	last := r.Args[args-1]
	if _, to, ok := strings.Cut(last, "-"); ok {
		last = to
	}
	year, err := strconv.Atoi(last)
	if err != nil {
		return Table{}, evidence.BadRef("year %q is not a number", last)
	}
	return Read(ctx, q, Question{Area: r.Args[0], Year: year, Scheme: r.Set.Get("scheme")})
}

const recordsQuery = "select source, file, line from employment where scheme = $1 and area_code = $2 and industry_code = $3 and year = $4 order by source, line"

// cell is the step of one cell of the table.
func (t Table) cell(ctx context.Context, q lake.Querier, a Area, code string, year int, e stat.Estimate) (evidence.Chain, error) {
	c := evidence.Chain{Title: fmt.Sprintf("Jobs in %s, %s, %d", t.Name(code), a.Name, year), Value: jobs(e)}
	var err error
	if c.Records, err = evidence.Records(ctx, q, recordsQuery, t.Scheme, a.Code, code, year); err != nil {
		return c, err
	}
	if len(c.Records) == 0 {
		c.Value, c.How = "0", "the table has no row for it"
	}
	return c, nil
}

func jobs(e stat.Estimate) string {
	if e.Lo == e.Hi {
		return chart.Number(e.Value, 0)
	}
	return fmt.Sprintf("%s (%s to %s)", chart.Number(e.Value, 0), chart.Number(e.Lo, 0), chart.Number(e.Hi, 0))
}

// ground says what the table holds.
func (t Table) ground() string {
	s := fmt.Sprintf("over %d areas and %d industries of the employment table (%s, %d), rounding %s", len(t.Areas), len(t.grid.Industries), t.Scheme, t.Year, t.Rounding)
	if len(t.LeftOut) > 0 {
		s += "; left out, as areas of another kind or that hold the others: " + strings.Join(t.LeftOut, ", ")
	}
	return s
}

// Ground says what the table holds, for a page.
func (t Table) Ground() string { return t.ground() }

func whyPotential(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	t, err := tableOf(ctx, q, r, 3, "potential/AREA/INDUSTRY/YEAR")
	if err != nil {
		return evidence.Chain{}, err
	}
	p, err := Reach(t, Draws)
	if err != nil {
		return evidence.Chain{}, err
	}
	for _, c := range p.Candidates {
		if c.Code == r.Args[1] {
			return p.chain(ctx, q, c)
		}
	}
	return evidence.Chain{}, fmt.Errorf("%s is not an industry that %s lacks in %d: %w", r.Args[1], t.area().Name, t.Year, evidence.ErrNoFigure)
}

func (p Potential) chain(ctx context.Context, q lake.Querier, c Candidate) (evidence.Chain, error) {
	t := p.Table
	out := evidence.Chain{Title: fmt.Sprintf("How near %s is to %s, %d", c.Name, t.area().Name, t.Year),
		Value:  fmt.Sprintf("density %s, on the shortlist of %d in %s of %d draws", chart.Number(c.Density, 3), p.Listed, percent(c.Stays), p.Draws),
		How:    fmt.Sprintf("the relatedness (proximity) around the industry that lies in the %d industries which the area has by a location quotient of 1 or more, over all of it; %s; each draw takes every cell evenly within its bounds and then by chance about that (Poisson), seed %d", p.Has, t.ground(), p.Seed),
		Method: "relatedness and density"}
	if c.Guard != "" {
		out.Value = "density " + chart.Number(c.Density, 3) + ", not ranked: " + c.Guard
	}
	if !math.IsNaN(c.Complexity) {
		out.Steps = append(out.Steps, evidence.Chain{Title: "Complexity of the industry", Value: chart.Signed(c.Complexity, 2), How: "the mean of its areas on the scale of the areas' index"})
	} else {
		out.Steps = append(out.Steps, evidence.Chain{Title: "Complexity of the industry", Value: "not determined", How: p.Open})
	}
	own, err := t.cell(ctx, q, t.area(), c.Code, t.Year, c.Jobs)
	if err != nil {
		return out, err
	}
	out.Steps = append(out.Steps, own)
	for _, n := range t.neighbours(c.Code) {
		step, err := t.cell(ctx, q, t.area(), n.code, t.Year, t.grid.At(t.Own, n.at))
		if err != nil {
			return out, err
		}
		step.Title = fmt.Sprintf("Related industry that the area has, proximity %s: %s", chart.Number(n.phi, 2), step.Title)
		out.Steps = append(out.Steps, step)
	}
	return out, nil
}

type neighbour struct {
	code string
	at   int
	phi  float64
}

// neighbours are the industries that the area has which are most related to one.
func (t Table) neighbours(code string) []neighbour {
	present := t.grid.Presence(t.grid.Values())
	phi, own := present.Proximity(), -1
	for i, c := range t.grid.Industries {
		if c == code {
			own = i
		}
	}
	var out []neighbour
	for i, c := range t.grid.Industries {
		if own < 0 || i == own || !present.Has(t.Own, i) || present.Ubiquity[i] < LeastHomes {
			continue
		}
		n := neighbour{c, i, phi.At(own, i)}
		k := len(out)
		for k > 0 && out[k-1].phi < n.phi {
			k--
		}
		if k < 5 {
			out = append(out[:k], append([]neighbour{n}, out[k:]...)...)
			out = out[:min(5, len(out))]
		}
	}
	return out
}

func percent(share float64) string { return chart.Number(100*share, 0) + "%" }

func whyShift(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	t, err := tableOf(ctx, q, r, 3, "shift/AREA/INDUSTRY/YEAR-YEAR")
	if err != nil {
		return evidence.Chain{}, err
	}
	first, last, ok := strings.Cut(r.Args[2], "-")
	from, err := strconv.Atoi(first)
	if !ok || err != nil {
		return evidence.Chain{}, evidence.BadRef("years %q are not written as 2015-2021", r.Args[2])
	}
	to, _ := strconv.Atoi(last)
	s, err := Parted(ctx, q, t, from, to)
	if err != nil {
		return evidence.Chain{}, err
	}
	if r.Args[1] == "all" {
		return s.chainOfAll(), nil
	}
	for _, i := range s.Industries {
		if i.Code == r.Args[1] {
			return s.chain(ctx, q, i)
		}
	}
	return evidence.Chain{}, fmt.Errorf("%s has no industry %s between %d and %d: %w", t.area().Name, r.Args[1], from, to, evidence.ErrNoFigure)
}

func signed(e stat.Estimate) string {
	if e.Lo == e.Hi {
		return chart.Signed(e.Value, 0)
	}
	return fmt.Sprintf("%s (%s to %s)", chart.Signed(e.Value, 0), chart.Signed(e.Lo, 0), chart.Signed(e.Hi, 0))
}

func (s Shifts) chainOfAll() evidence.Chain {
	w, y := s.Whole, s.Yearly
	return evidence.Chain{Title: fmt.Sprintf("Change of jobs in %s, %d to %d, parted", s.Table.area().Name, s.From, s.To), Value: signed(w.Change), Method: "shift-share",
		How: fmt.Sprintf("sums over %d industries, %s; ranges hold 95 of 100 draws within the rounding of the area's cells (%d draws, seed %d)", len(s.Industries), s.Table.ground(), s.Draws, s.Seed),
		Steps: []evidence.Chain{
			{Title: "As all areas together grew", Value: signed(w.National), How: "jobs at the start times the growth of all, " + chart.Signed(100*s.Growth, 1) + "%"},
			{Title: "For its mix of industries", Value: signed(w.Mix)},
			{Title: "Of its own", Value: signed(w.Regional)},
			{Title: fmt.Sprintf("The same as the sum over %d years", s.Steps), Value: signed(y.Change), How: fmt.Sprintf("as all grew %s, mix %s, own %s", signed(y.National), signed(y.Mix), signed(y.Regional))},
		}}
}

func (s Shifts) chain(ctx context.Context, q lake.Querier, i Shift) (evidence.Chain, error) {
	t := s.Table
	out := evidence.Chain{Title: fmt.Sprintf("Change of jobs in %s, %s, %d to %d, of the area's own", i.Name, t.area().Name, s.From, s.To), Value: signed(i.Regional), Method: "shift-share",
		How: fmt.Sprintf("%s to %s jobs; in all %d areas %s to %s; change %s = as all areas grew %s + for the industry %s + own %s; the range is what rounding allows (%s)",
			chart.Number(i.Start.Value, 0), chart.Number(i.End.Value, 0), len(t.Areas), chart.Number(i.widerStart, 0), chart.Number(i.widerEnd, 0),
			chart.Signed(i.Change, 0), chart.Signed(i.National, 0), chart.Signed(i.Mix, 0), chart.Signed(i.Regional.Value, 0), t.Rounding)}
	if i.NewToAll {
		out.How = "no area had the industry at the start, so it has no rate of growth: all that it brings is the area's own"
	}
	for _, at := range []struct {
		year int
		jobs stat.Estimate
	}{{s.From, i.Start}, {s.To, i.End}} {
		step, err := t.cell(ctx, q, t.area(), i.Code, at.year, at.jobs)
		if err != nil {
			return out, err
		}
		out.Steps = append(out.Steps, step)
	}
	return out, nil
}

func whySimilar(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	t, err := tableOf(ctx, q, r, 3, "similar/AREA/OTHER/YEAR")
	if err != nil {
		return evidence.Chain{}, err
	}
	a, err := Similar(t, Draws)
	if err != nil {
		return evidence.Chain{}, err
	}
	for _, l := range a.Areas {
		if l.Area.Code == r.Args[1] || evidence.Slug(l.Area.Code) == r.Args[1] {
			return a.chain(ctx, q, l)
		}
	}
	return evidence.Chain{}, fmt.Errorf("%s is not compared with %s: %w", r.Args[1], t.area().Name, evidence.ErrNoFigure)
}

func (a Alikes) chain(ctx context.Context, q lake.Querier, l Like) (evidence.Chain, error) {
	t := a.Table
	out := evidence.Chain{Title: fmt.Sprintf("How alike the industries of %s and %s are, %d", t.area().Name, l.Area.Name, t.Year), Method: "structural distance",
		Value: fmt.Sprintf("Hellinger %s, Krugman %s, cosine %s", chart.Number(l.Hellinger, 3), chart.Number(l.Krugman, 3), chart.Number(l.Cosine, 3)),
		How: fmt.Sprintf("root of half the sum of squared differences of the roots of shares, 0 the same and 1 nothing in common; %s; place %d to %d in nine of ten of %d draws (seed %d)",
			t.ground(), l.RankLo, l.RankHi, a.Draws, a.Seed)}
	for _, r := range append(append([]Reason{}, l.Apart...), l.Alike...) {
		for k, area := range []Area{t.area(), l.Area} {
			step, err := t.cell(ctx, q, area, r.Code, t.Year, t.at(area, r.Code))
			if err != nil {
				return out, err
			}
			step.How = fmt.Sprintf("%s of the area's jobs", chart.Number(100*[2]float64{r.Own, r.Other}[k], 2)+"%")
			out.Steps = append(out.Steps, step)
		}
	}
	return out, nil
}

// at is the cell of an area and an industry.
func (t Table) at(a Area, code string) stat.Estimate {
	for r, x := range t.Areas {
		for i, c := range t.grid.Industries {
			if x == a && c == code {
				return t.grid.At(r, i)
			}
		}
	}
	return stat.Estimate{}
}

func whyComplexity(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	t, err := tableOf(ctx, q, r, 2, "complexity/AREA/YEAR")
	if err != nil {
		return evidence.Chain{}, err
	}
	c, err := Complex(t, Draws)
	if err != nil {
		return evidence.Chain{}, err
	}
	out := evidence.Chain{Title: fmt.Sprintf("Economic complexity of areas, %d", t.Year), Method: "economic complexity", Value: "not determined",
		How: "second eigenvector of the areas that share industries (location quotient of 1 or more), standardised; " + t.ground()}
	if c.Open != "" {
		out.How += "; " + c.Open
	}
	for _, a := range c.Areas {
		if c.Open == "" && a.Own {
			out.Value = fmt.Sprintf("%s is %s (%s to %s)", a.Area.Name, chart.Signed(a.Index, 2), chart.Signed(a.Lo, 2), chart.Signed(a.Hi, 2))
		}
		out.Steps = append(out.Steps, evidence.Chain{Title: a.Area.Name, Value: fmt.Sprintf("%s, %d industries", chart.Signed(a.Index, 2), a.Diversity)})
	}
	return out, nil
}
