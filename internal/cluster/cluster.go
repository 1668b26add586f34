// Package cluster owns what a place is special in: the specialisation of areas
// by industry from the employment table, with the intervals that official
// rounding allows, and the chain behind each quotient. The formulas are in the
// kernel stat; which organisations there are is org's. Its parts find clusters of
// firms (density), hold them against chance (concentration), map values (atlas) and
// say what could grow (growth).
package cluster

import (
	"context"
	"database/sql"
	"fmt"
	"sort"
	"strings"

	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/stat"
)

// Question asks for the quotients of an area.
type Question struct {
	Area      string // code or name of an area of the employment table, or its slug
	Reference string // the same; empty: all areas of the table together
	Year      int    // 0: the latest
	Scheme    string // classification; empty: the finest that the area has
}

// Industry is one industry of an area with its quotient.
type Industry struct {
	Code, Name string
	Jobs       stat.Estimate // in the area
	Wider      stat.Estimate // in the reference
	Quotient   stat.Quotient
	Record     evidence.Record // of the area's cell
	Ref        string
}

// Profile is what an area is special in, in a year.
type Profile struct {
	Area, AreaCode string
	Reference      string
	Year           int
	Years          []int
	Scheme         string
	Total, Wider   stat.Estimate
	Industries     []Industry // by code
	Rounding       string     // how the publisher rounded, or "bounds given"
	against        string     // the reference area in references; "" for all areas together
}

// AreaChoice is an area that the employment table knows.
type AreaChoice struct {
	Code, Name string
	Years      []int
}

// Areas lists the areas of the employment table by name.
func Areas(ctx context.Context, q lake.Querier) ([]AreaChoice, error) {
	rows, err := q.QueryContext(ctx, "select area_code, max(area), year from employment group by area_code, year order by max(area), area_code, year")
	if err != nil {
		return nil, fmt.Errorf("areas of the employment table: %w", err)
	}
	defer rows.Close()
	var out []AreaChoice
	for rows.Next() {
		var code, name string
		var year int
		if err := rows.Scan(&code, &name, &year); err != nil {
			return nil, err
		}
		if n := len(out); n == 0 || out[n-1].Code != code {
			out = append(out, AreaChoice{Code: code, Name: name})
		}
		out[len(out)-1].Years = append(out[len(out)-1].Years, year)
	}
	return out, rows.Err()
}

func choose(areas []AreaChoice, name string) (AreaChoice, error) {
	for _, a := range areas {
		if a.Code == name || strings.EqualFold(a.Name, name) || evidence.Slug(a.Name) == name || evidence.Slug(a.Code) == name {
			return a, nil
		}
	}
	return AreaChoice{}, fmt.Errorf("area %q is not in the employment table: %w", name, evidence.ErrNoFigure)
}

// cell is one row of the employment table.
type cell struct {
	area, code, name string
	jobs             stat.Estimate
	record           evidence.Record
	url              string
}

// table is the cells that a question is about.
type table struct {
	area, reference AreaChoice
	all             bool // the reference is all areas together
	question        Question
	own, wider      map[string][]cell // by industry
	codes           []string          // industries of the area, sorted
	ownTotal        stat.Estimate
	widerTotal      stat.Estimate
	rounding        string
	ownCells        int
	widerCells      int
}

// Special reads the profile of an area.
func Special(ctx context.Context, q lake.Querier, ask Question) (Profile, error) {
	t, err := read(ctx, q, ask)
	if err != nil {
		return Profile{}, err
	}
	p := Profile{Area: t.area.Name, AreaCode: t.area.Code, Reference: t.reference.Name, Year: t.question.Year, Years: t.area.Years,
		Scheme: t.question.Scheme, Total: t.ownTotal, Wider: t.widerTotal, Rounding: t.rounding}
	if t.all {
		p.Reference = "all areas of the table"
	} else {
		p.against = evidence.Slug(t.reference.Code)
	}
	for _, code := range t.codes {
		own, wider := sum(t.own[code]), sum(t.wider[code])
		first := t.own[code][0]
		p.Industries = append(p.Industries, Industry{Code: code, Name: first.name, Jobs: own, Wider: wider, Record: first.record,
			Quotient: stat.LocationQuotient(own, t.ownTotal, wider, t.widerTotal), Ref: t.ref("lq", code)})
	}
	return p, nil
}

// Ref is the reference of a figure about an industry of the profile's area: lq
// or jobs.
func (t table) ref(kind, code string) string {
	set := []string{"scheme", t.question.Scheme}
	if !t.all {
		set = append(set, "against", evidence.Slug(t.reference.Code))
	}
	return evidence.MakeRef(kind, []string{evidence.Slug(t.area.Code), code, fmt.Sprint(t.question.Year)}, set...)
}

// Large is the industries with at least minJobs jobs whose quotient can be
// reckoned, by code.
func (p Profile) Large(minJobs float64) []Industry {
	var out []Industry
	for _, i := range p.Industries {
		if i.Quotient.Defined && i.Jobs.Value >= minJobs {
			out = append(out, i)
		}
	}
	return out
}

// Most is the industries with at least minJobs jobs whose quotient is surely
// above 1, the highest lower bound first: what the area is surely special in.
func (p Profile) Most(minJobs float64) []Industry {
	var out []Industry
	for _, i := range p.Large(minJobs) {
		if i.Quotient.Above(1) {
			out = append(out, i)
		}
	}
	sort.SliceStable(out, func(a, b int) bool { return out[a].Quotient.Lo > out[b].Quotient.Lo })
	return out
}

const cellQuery = `select area_code, area, industry_code, coalesce(industry, ''), jobs, lower, upper, coalesce(rounding, 'none'), source, file, line, coalesce(source_url, '')
from employment where year = $1 and scheme = $2 and ($3 = '' or area_code = $3 or area_code = $4) order by area_code, industry_code, source, line`

func read(ctx context.Context, q lake.Querier, ask Question) (table, error) {
	t := table{question: ask, own: map[string][]cell{}, wider: map[string][]cell{}}
	areas, err := Areas(ctx, q)
	if err != nil {
		return t, err
	}
	if t.area, err = choose(areas, ask.Area); err != nil {
		return t, err
	}
	t.all = ask.Reference == ""
	if !t.all {
		if t.reference, err = choose(areas, ask.Reference); err != nil {
			return t, err
		}
	}
	if t.question.Year == 0 {
		t.question.Year = t.area.Years[len(t.area.Years)-1]
	}
	if t.question.Scheme == "" {
		if t.question.Scheme, err = finest(ctx, q, t.area.Code, t.question.Year); err != nil {
			return t, err
		}
	}
	return t, t.load(ctx, q)
}

// finest is the classification with the most industries.
func finest(ctx context.Context, q lake.Querier, area string, year int) (string, error) {
	var s string
	err := q.QueryRowContext(ctx, "select scheme from employment where area_code = $1 and year = $2 group by scheme order by count(*) desc, scheme limit 1", area, year).Scan(&s)
	if err == sql.ErrNoRows {
		return "", fmt.Errorf("no employment of %s in %d: %w", area, year, evidence.ErrNoFigure)
	}
	return s, err
}

func (t *table) load(ctx context.Context, q lake.Querier) error {
	only, other := "", ""
	if !t.all {
		only, other = t.area.Code, t.reference.Code
	}
	rows, err := q.QueryContext(ctx, cellQuery, t.question.Year, t.question.Scheme, only, other)
	if err != nil {
		return fmt.Errorf("employment: %w", err)
	}
	defer rows.Close()
	var ownBounds, widerBounds bound
	for rows.Next() {
		var c cell
		var lower, upper sql.NullFloat64
		var rounding string
		if err := rows.Scan(&c.area, new(string), &c.code, &c.name, &c.jobs.Value, &lower, &upper, &rounding, &c.record.Source, &c.record.File, &c.record.Line, &c.url); err != nil {
			return err
		}
		class, err := stat.ParseRounding(rounding)
		if err != nil {
			return err
		}
		given := lower.Valid && upper.Valid
		if given {
			c.jobs.Lo, c.jobs.Hi = lower.Float64, upper.Float64
			t.rounding = "bounds given with the table"
		} else {
			c.jobs = class.Estimate(c.jobs.Value)
			t.rounding = class.String()
		}
		if c.area == t.area.Code {
			t.own[c.code] = append(t.own[c.code], c)
			ownBounds.add(c.jobs, class, given)
			t.ownCells++
		}
		if t.all || c.area == t.reference.Code {
			t.wider[c.code] = append(t.wider[c.code], c)
			widerBounds.add(c.jobs, class, given)
			t.widerCells++
		}
	}
	for code := range t.own {
		t.codes = append(t.codes, code)
	}
	sort.Strings(t.codes)
	t.ownTotal, t.widerTotal = ownBounds.total(), widerBounds.total()
	if len(t.codes) == 0 {
		return fmt.Errorf("no employment of %s in %d: %w", t.area.Name, t.question.Year, evidence.ErrNoFigure)
	}
	return rows.Err()
}

// bound gathers a total. Where cells bring bounds, the total's are their sums
// (conservative); otherwise the total counts as rounded by the class at its own
// size, as published totals are (METHODS, location quotient).
type bound struct {
	sum   stat.Estimate
	class stat.Rounding
	given bool
}

func (b *bound) add(e stat.Estimate, class stat.Rounding, given bool) {
	b.sum.Value += e.Value
	b.sum.Lo += e.Lo
	b.sum.Hi += e.Hi
	b.class, b.given = class, b.given || given
}

func (b *bound) total() stat.Estimate {
	if b.given {
		return b.sum
	}
	return b.class.Estimate(b.sum.Value)
}

// sum adds the cells of one industry.
func sum(cells []cell) stat.Estimate {
	var e stat.Estimate
	for _, c := range cells {
		e.Value += c.jobs.Value
		e.Lo += c.jobs.Lo
		e.Hi += c.jobs.Hi
	}
	return e
}

// Scheme is a classification in which an area's jobs are counted.
type Scheme struct {
	Name       string
	Industries int
}

// Schemes lists the classifications of an area in a year, the finest first.
func Schemes(ctx context.Context, q lake.Querier, areaCode string, year int) ([]Scheme, error) {
	rows, err := q.QueryContext(ctx, "select scheme, count(distinct industry_code) as n from employment where area_code = $1 and year = $2 group by scheme order by n desc, scheme", areaCode, year)
	if err != nil {
		return nil, fmt.Errorf("classifications of %s: %w", areaCode, err)
	}
	defer rows.Close()
	var out []Scheme
	for rows.Next() {
		var s Scheme
		if err := rows.Scan(&s.Name, &s.Industries); err != nil {
			return nil, fmt.Errorf("classifications of %s: %w", areaCode, err)
		}
		out = append(out, s)
	}
	return out, rows.Err()
}
