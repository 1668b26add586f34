// Package growth owns what a place could grow into, what shrinks in it and which
// places are like it, from the employment table: relatedness and complexity of
// industries, shift-share, structural distance, each with what rounding and chance
// leave open. The formulas are in the kernel stat.
package growth

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/stat"
)

// LeastAreas is how many areas of one kind relatedness and likeness need.
const LeastAreas = 10

// Draws is how often the table is drawn anew, Seed where chance begins.
const (
	Draws = 200
	Seed  = 20260101
)

// ErrFew says that the employment table has too few areas of one kind to compare.
var ErrFew = errors.New("too few areas of one kind in the employment table")

// Question asks about an area of the employment table.
type Question struct {
	Area   string // code, name or slug of either
	Year   int    // 0: the latest
	Scheme string // classification; empty: the finest of the area
}

// Area is one area of the table.
type Area struct{ Code, Name string }

// Table is the employment of all areas of one kind in a year, in one
// classification.
type Table struct {
	Scheme   string
	Year     int
	Years    []int // that the area has in this classification
	Areas    []Area
	Own      int      // the area that was asked for
	LeftOut  []string // areas of another kind, or that hold the others
	Rounding string   // how the publisher rounded
	names    map[string]string
	grid     stat.Grid
	class    stat.Rounding
	given    bool // cells bring bounds of their own
}

// Name is an industry's name by its code.
func (t Table) Name(code string) string {
	if n := t.names[code]; n != "" {
		return n
	}
	return code
}

// area is the area that was asked for.
func (t Table) area() Area { return t.Areas[t.Own] }

// Area is the area that was asked for.
func (t Table) Area() Area { return t.area() }

const areasQuery = `select area_code, max(area), sum(jobs) from employment where year = $1 and scheme = $2 group by area_code order by area_code`

const cellsQuery = `select area_code, industry_code, coalesce(industry, ''), jobs, lower, upper, coalesce(rounding, 'none')
from employment where year = $1 and scheme = $2 and list_contains(string_split($3, chr(31)), area_code) order by area_code, industry_code, source, line`

// Read reads the table around an area. The error is ErrFew, wrapped, where there are
// too few areas; evidence.ErrNoFigure where there is no such area, year or
// classification.
func Read(ctx context.Context, q lake.Querier, ask Question) (Table, error) {
	t := Table{names: map[string]string{}, Year: ask.Year, Scheme: ask.Scheme}
	own, err := choose(ctx, q, ask.Area)
	if err != nil {
		return t, err
	}
	if err := t.settle(ctx, q, own.Code); err != nil {
		return t, err
	}
	if err := t.peers(ctx, q, own); err != nil {
		return t, err
	}
	if err := t.load(ctx, q); err != nil {
		return t, err
	}
	return t, nil
}

func choose(ctx context.Context, q lake.Querier, name string) (Area, error) {
	rows, err := q.QueryContext(ctx, "select area_code, max(area) from employment group by area_code order by area_code")
	if err != nil {
		return Area{}, fmt.Errorf("areas of the employment table: %w", err)
	}
	defer rows.Close()
	var found Area
	for rows.Next() {
		var a Area
		if err := rows.Scan(&a.Code, &a.Name); err != nil {
			return Area{}, err
		}
		if found.Code == "" && (a.Code == name || strings.EqualFold(a.Name, name) || evidence.Slug(a.Name) == name || evidence.Slug(a.Code) == name) {
			found = a
		}
	}
	if found.Code == "" {
		return found, errors.Join(fmt.Errorf("area %q is not in the employment table: %w", name, evidence.ErrNoFigure), rows.Err())
	}
	return found, rows.Err()
}

// settle finds the classification with the most industries and the latest year where
// they were not asked for, and the years that there are.
func (t *Table) settle(ctx context.Context, q lake.Querier, code string) error {
	if t.Scheme == "" {
		err := q.QueryRowContext(ctx, "select scheme from employment where area_code = $1 and ($2 = 0 or year = $2) group by scheme order by count(distinct industry_code) desc, scheme limit 1", code, t.Year).Scan(&t.Scheme)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("no employment of %s in %d: %w", code, t.Year, evidence.ErrNoFigure)
		}
		if err != nil {
			return fmt.Errorf("classification of %s: %w", code, err)
		}
	}
	rows, err := q.QueryContext(ctx, "select distinct year from employment where area_code = $1 and scheme = $2 order by year", code, t.Scheme)
	if err != nil {
		return fmt.Errorf("years of %s: %w", code, err)
	}
	defer rows.Close()
	for rows.Next() {
		var y int
		if err := rows.Scan(&y); err != nil {
			return err
		}
		t.Years = append(t.Years, y)
	}
	if len(t.Years) == 0 {
		return fmt.Errorf("no employment of %s by %q: %w", code, t.Scheme, evidence.ErrNoFigure)
	}
	if t.Year == 0 {
		t.Year = t.Years[len(t.Years)-1]
	}
	if !slices.Contains(t.Years, t.Year) {
		return fmt.Errorf("no employment of %s by %s in %d: %w", code, t.Scheme, t.Year, evidence.ErrNoFigure)
	}
	return rows.Err()
}

// peers are the areas of the same kind by their codes, without one that holds the
// others.
func (t *Table) peers(ctx context.Context, q lake.Querier, own Area) error {
	rows, err := q.QueryContext(ctx, areasQuery, t.Year, t.Scheme)
	if err != nil {
		return fmt.Errorf("areas of the employment table: %w", err)
	}
	defer rows.Close()
	var jobs []float64
	all := 0.0
	for rows.Next() {
		var a Area
		var n float64
		if err := rows.Scan(&a.Code, &a.Name, &n); err != nil {
			return err
		}
		if kind(a.Code) != kind(own.Code) {
			t.LeftOut = append(t.LeftOut, a.Name)
			continue
		}
		t.Areas, jobs, all = append(t.Areas, a), append(jobs, n), all+n
	}
	if err := rows.Err(); err != nil {
		return err
	}
	var kept []Area
	for i, a := range t.Areas {
		if len(t.Areas) > 2 && jobs[i] >= 0.45*all && a != own {
			t.LeftOut = append(t.LeftOut, a.Name)
			continue
		}
		if a == own {
			t.Own = len(kept)
		}
		kept = append(kept, a)
	}
	t.Areas = kept
	if len(kept) < LeastAreas {
		return fmt.Errorf("%s by %s has %d areas of the kind of %s in %d, %d are the least: %w", own.Name, t.Scheme, len(kept), own.Code, t.Year, LeastAreas, ErrFew)
	}
	return nil
}

// districts are the first letters of codes of local authorities in the United Kingdom.
var districts = []string{"E06", "E07", "E08", "E09", "W06", "S12", "N09"}

// kind tells areas of one kind by their codes: local authorities are one; other codes of
// nine characters by their first three; the rest by length, as levels of ITL and NUTS are.
func kind(code string) string {
	if len(code) != 9 {
		return fmt.Sprint(len(code))
	}
	if slices.Contains(districts, code[:3]) {
		return "district"
	}
	return code[:3]
}

// codes are the peers' codes as one parameter of a query.
func (t Table) codes() string {
	var out []string
	for _, a := range t.Areas {
		out = append(out, a.Code)
	}
	return strings.Join(out, "\x1f")
}

func (t *Table) load(ctx context.Context, q lake.Querier) error {
	rows, err := q.QueryContext(ctx, cellsQuery, t.Year, t.Scheme, t.codes())
	if err != nil {
		return fmt.Errorf("employment: %w", err)
	}
	defer rows.Close()
	var cells []stat.BoundedCell
	for rows.Next() {
		var c stat.BoundedCell
		var name string
		e, err := t.scan(rows, &c.Region, &c.Industry, &name)
		if err != nil {
			return err
		}
		c.Estimate = e
		if name != "" {
			t.names[c.Industry] = name
		}
		cells = append(cells, c)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	table, err := stat.NewBoundedTable(cells)
	if err != nil {
		return fmt.Errorf("employment of %d: %w", t.Year, err)
	}
	t.grid = table.Grid()
	return nil
}

// scan reads what leads a row and then its jobs with their bounds.
func (t *Table) scan(rows *sql.Rows, lead ...any) (stat.Estimate, error) {
	var e stat.Estimate
	var lower, upper sql.NullFloat64
	var rounding string
	if err := rows.Scan(append(lead, &e.Value, &lower, &upper, &rounding)...); err != nil {
		return e, err
	}
	class, err := stat.ParseRounding(rounding)
	if err != nil {
		return e, err
	}
	t.class = class
	if lower.Valid && upper.Valid {
		t.given, t.Rounding = true, "bounds given with the table"
		return stat.Estimate{Value: e.Value, Lo: lower.Float64, Hi: upper.Float64}, nil
	}
	if !t.given {
		t.Rounding = class.String()
	}
	return class.Estimate(e.Value), nil
}

// total bounds a sum of cells: by the sums of given bounds, otherwise as the publisher
// would round a figure of its size.
func (t Table) total(sum stat.Estimate) stat.Estimate {
	if t.given {
		return sum
	}
	return t.class.Estimate(sum.Value)
}

func plus(a, b stat.Estimate) stat.Estimate {
	return stat.Estimate{Value: a.Value + b.Value, Lo: a.Lo + b.Lo, Hi: a.Hi + b.Hi}
}

// quotients are the location quotients of an area's industries against all areas of the
// table, in the order of the grid.
func (t Table) quotients(area int) ([]stat.Quotient, []stat.Estimate) {
	n := len(t.grid.Industries)
	wider := make([]stat.Estimate, n)
	var own, all stat.Estimate
	for r := range t.grid.Regions {
		for i := range n {
			c := t.grid.At(r, i)
			wider[i] = plus(wider[i], c)
			all = plus(all, c)
			if r == area {
				own = plus(own, c)
			}
		}
	}
	out := make([]stat.Quotient, n)
	for i := range n {
		wider[i] = t.total(wider[i])
		out[i] = stat.LocationQuotient(t.grid.At(area, i), t.total(own), wider[i], t.total(all))
	}
	return out, wider
}

// workers is how many draws run at once; results do not hang on it.
func workers() int { return runtime.GOMAXPROCS(0) }

// ref is the reference of a figure about the table's area.
func (t Table) ref(kind string, args ...string) string {
	return evidence.MakeRef(kind, append([]string{evidence.Slug(t.area().Code)}, args...), "scheme", t.Scheme)
}
