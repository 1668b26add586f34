package profile

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/report"
)

// Explainers explain profile/SET/ID/MEASURE (see [Ref]). They do not read the index: they count the
// records themselves, so that a figure of the index is checked by the way to its records.
func Explainers() evidence.Explainers { return evidence.Explainers{"profile": why} }

// asked is a reference read.
type asked struct {
	area, against Area
	question      Question
	measure       string
	group         choice
}

// choice chooses organisations of an area: of a level and code, or founded in a year or since.
type choice struct {
	level, code string
	year        int
	employees   bool // are wanted
	both        bool // those of both years on record count
}

func readRef(ctx context.Context, q lake.Querier, r evidence.Ref) (asked, error) {
	var a asked
	if len(r.Args) < 3 {
		return a, evidence.BadRef("write it as profile/SET/ID/MEASURE, such as profile/lad/E08000018/organisations")
	}
	var err error
	if a.area, err = FindArea(ctx, q, r.Args[0]+"/"+r.Args[1]); err != nil {
		return a, err
	}
	against := r.Set.Get("against")
	if against == "" {
		against = NationArea
	}
	if a.against, err = FindArea(ctx, q, against); err != nil {
		return a, err
	}
	if a.question.Basis, err = ParseBasis(r.Set.Get("basis")); err != nil {
		return a, evidence.BadRef("%v", err)
	}
	a.question.Mass = r.Set.Get("mass") == "yes"
	a.measure = r.Args[2]
	return a, a.readGroup(r.Args[3:])
}

func (a *asked) readGroup(rest []string) error {
	form := map[string]int{"quotient": 2, "founded": 1, "measure": 1, "growth": 0}
	want, known := form[a.measure]
	if a.measure == "organisations" || a.measure == "employees" {
		want, known = len(rest), len(rest) == 0 || len(rest) == 2
	}
	if !known || len(rest) != want {
		return evidence.BadRef("%s is no measure of an area: organisations, employees, growth, organisations/LEVEL/CODE, employees/LEVEL/CODE, quotient/LEVEL/CODE, founded/YEAR, measure/KEY", strings.Join(append([]string{a.measure}, rest...), "/"))
	}
	switch {
	case a.measure == "founded":
		year, err := strconv.Atoi(rest[0])
		if err != nil {
			return evidence.BadRef("year %q is not a number", rest[0])
		}
		a.group.year = year
	case a.measure == "measure":
		a.measure = "measure/" + rest[0]
	case len(rest) == 2:
		if !slices.Contains(Levels, rest[0]) {
			return evidence.BadRef("level %q is none of %s", rest[0], strings.Join(Levels, ", "))
		}
		a.group.level, a.group.code = rest[0], rest[1]
	}
	return nil
}

func why(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	a, err := readRef(ctx, q, r)
	if err != nil {
		return evidence.Chain{}, err
	}
	switch a.measure {
	case "quotient":
		return whyQuotient(ctx, q, a)
	case "employees":
		return whyEmployees(ctx, q, a)
	case "growth":
		return whyGrowth(ctx, q, a)
	case "organisations", "founded":
		return whyCount(ctx, q, a.area, a.question, a.group)
	}
	return whyMeasure(ctx, q, a)
}

// whyCount explains a number of organisations by their records.
func whyCount(ctx context.Context, q lake.Querier, area Area, ask Question, g choice) (evidence.Chain, error) {
	f, err := counted(ctx, q, area, ask, g)
	if err != nil {
		return evidence.Chain{}, err
	}
	c := evidence.Chain{Title: "Organisations" + g.words() + " in " + area.Name, Value: whole(f.organisations), Records: f.records, More: max(0, f.organisations-len(f.records)),
		How: strings.ToLower(ask.Words()[:1]) + ask.Words()[1:] + "; each counts once"}
	if area.Record.Source != "" {
		c.Steps = append(c.Steps, evidence.Chain{Title: "The boundary of " + area.Name, Records: []evidence.Record{area.Record}})
	}
	return c, nil
}

func whyEmployees(ctx context.Context, q lake.Querier, a asked) (evidence.Chain, error) {
	a.group.employees = true
	f, err := counted(ctx, q, a.area, a.question, a.group)
	if err != nil {
		return evidence.Chain{}, err
	}
	return evidence.Chain{Title: "Employees stated in accounts of organisations" + a.group.words() + " in " + a.area.Name, Value: whole64(f.employees), Records: f.employers, More: max(0, f.known-len(f.employers)),
		How: fmt.Sprintf("sum of the latest accounts of %s organisations whose first site on the map is inside; they may work elsewhere", whole(f.known))}, nil
}

func whyGrowth(ctx context.Context, q lake.Querier, a asked) (evidence.Chain, error) {
	a.group.employees, a.group.both = true, true
	f, err := counted(ctx, q, a.area, a.question, a.group)
	if err != nil {
		return evidence.Chain{}, err
	}
	g := growthOf(f.change)
	c := evidence.Chain{Title: "Employees of this year's accounts against last year's in " + a.area.Name, Records: f.employers, More: max(0, f.known-len(f.employers)), Method: "what an area holds",
		How: fmt.Sprintf("%s organisations state both years: %s employees before and %s after; %s grew, %s stayed, %s shrank", whole(g.Organisations), whole64(g.Before), whole64(g.After), whole(g.Grew), whole(g.Same), whole(g.Shrank))}
	if g.Defined {
		c.Value = withRange(report.NumberFigure(100*g.Change, 100*g.Lo, 100*g.Hi, 1, "-")) + " %"
	}
	return c, nil
}

func whyQuotient(ctx context.Context, q lake.Querier, a asked) (evidence.Chain, error) {
	var all choice
	if a.group.level != LevelSector {
		all.level = a.group.level // with a known industry
	}
	var steps []evidence.Chain
	var counts []found
	for _, part := range []struct {
		area Area
		g    choice
	}{{a.area, a.group}, {a.area, all}, {a.against, a.group}, {a.against, all}} {
		f, err := counted(ctx, q, part.area, a.question, part.g)
		if err != nil {
			return evidence.Chain{}, err
		}
		counts = append(counts, f)
		steps = append(steps, evidence.Chain{Title: "Organisations" + part.g.words() + " in " + part.area.Name, Value: whole(f.organisations), Records: f.records, More: max(0, f.organisations-len(f.records))})
	}
	k, n, wider, of := counts[0].organisations, counts[1].organisations, counts[2].organisations, counts[3].organisations
	x := quotientOf(Count{Organisations: k}, Count{Organisations: wider}, Count{Organisations: n}, Count{Organisations: of})
	if !x.LQ.Defined {
		return evidence.Chain{}, fmt.Errorf("%s has no organisation%s: %w", a.against.Name, a.group.words(), evidence.ErrNoFigure)
	}
	return evidence.Chain{Title: "Location quotient of organisations" + a.group.words() + " in " + a.area.Name + " against " + a.against.Name, Steps: steps, Method: "what an area holds",
		Value: withRange(report.NumberFigure(x.LQ.Value, x.LQ.Lo, x.LQ.Hi, 2, "-")),
		How: fmt.Sprintf("(%s / %s) / (%s / %s) = %s; the interval is Wilson's of the area's share at 95 %%; p = %s alone, before the number of industries is allowed for",
			whole(k), whole(n), whole(wider), whole(of), chart.Number(x.LQ.Value, 4), chart.Number(x.P, 4))}, nil
}

// ofEmployees are the measures that need employees.
var ofEmployees = []string{"known", "employees", "employees_density", "size", "grew", "growth"}

// whyMeasure explains a figure of a comparison by what it is made of.
func whyMeasure(ctx context.Context, q lake.Querier, a asked) (evidence.Chain, error) {
	key := strings.TrimPrefix(a.measure, "measure/")
	employees := slices.Contains(ofEmployees, key)
	answer, f, err := answerOf(ctx, q, a.area, a.question, employees)
	if err != nil {
		return evidence.Chain{}, err
	}
	var nation Answer // few measures need it
	if key == "young" || key == "hachman" {
		if nation, err = nationGroups(ctx, q, a.question); err != nil {
			return evidence.Chain{}, err
		}
	}
	for _, m := range Measures(answer, nation) {
		if m.Key != key {
			continue
		}
		c := evidence.Chain{Title: m.Label + ", " + a.area.Name, Value: m.Text(), Method: "what an area holds", Records: f.records, More: max(0, f.organisations-len(f.records)), How: "from " + whole(answer.Organisations) + " organisations"}
		if employees {
			c.How += fmt.Sprintf(" and %s employees stated by %s of them", whole64(answer.Employees), whole(answer.Known))
		}
		if answer.Km2 > 0 {
			c.How += ", on " + chart.Number(answer.Km2, 2) + " km²"
		}
		return c, nil
	}
	return evidence.Chain{}, fmt.Errorf("measure %q: %w", key, evidence.ErrNoFigure)
}

// Text is the measure in words with its interval.
func (m Measure) Text() string {
	if !m.Known {
		return "not known"
	}
	f := report.NumberFigure(m.Value, m.Value, m.Value, m.Decimals, "-")
	if m.Interval {
		f = report.NumberFigure(m.Value, m.Lo, m.Hi, m.Decimals, "-")
	}
	if m.Unit != "" {
		return withRange(f) + " " + m.Unit
	}
	return withRange(f)
}

// words tell organisations of a group from all.
func (g choice) words() string {
	switch {
	case g.year > 0:
		return " founded in " + strconv.Itoa(g.year) + " that are on the register"
	case g.level != "" && g.code == "":
		return " with a known industry"
	case g.level == LevelSection:
		return " of section " + g.code
	case g.level != "":
		return " of " + g.level + " " + g.code
	}
	return ""
}

func whole(n int) string     { return chart.Number(float64(n), 0) }
func whole64(n int64) string { return chart.Number(float64(n), 0) }

func withRange(f report.Figure) string {
	if f.Range == "" {
		return f.Text
	}
	return f.Text + " (" + f.Range + ")"
}
