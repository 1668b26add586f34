package stat

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
)

// Cell is one count of a region x industry table.
type Cell struct {
	Region, Industry string
	Value            float64
}

// BoundedCell is one count with its own bounds.
type BoundedCell struct {
	Region, Industry string
	Estimate
}

// CellQuotient is one cell of a Table with its location quotient.
type CellQuotient struct {
	Region, Industry string
	Cell             Estimate
	LQ               Quotient
}

// Total is the sum of a region or of an industry.
type Total struct {
	Name string
	Estimate
}

// Table is a sparse region x industry table of counts; cells that were not
// given count as 0. It does not change once made. The zero value is an empty
// table.
type Table struct {
	regions, industries []Total
	total               Estimate
	cells               []tableCell // by region, then industry; each pair once
}

type tableCell struct {
	region, industry int
	est              Estimate
}

// NewTable makes a table of published counts. A pair that is given more than
// once is summed first. Under a rounding class each cell, and each total, is
// then bounded by the half step of its own size: totals are treated as figures
// that the office would publish and round in the same way, not as sums of
// rounding errors. Use NewBoundedTable for the cautious reading.
//
// It fails on a value that is negative or not finite.
func NewTable(cells []Cell, rounding Rounding) (Table, error) {
	exact := make([]BoundedCell, len(cells))
	for i, c := range cells {
		exact[i] = BoundedCell{Region: c.Region, Industry: c.Industry, Estimate: Exact(c.Value)}
	}
	t, err := NewBoundedTable(exact)
	if err != nil || rounding == None {
		return t, err
	}
	for i := range t.cells {
		t.cells[i].est = rounding.Estimate(t.cells[i].est.Value)
	}
	for _, totals := range [][]Total{t.regions, t.industries} {
		for i := range totals {
			totals[i].Estimate = rounding.Estimate(totals[i].Value)
		}
	}
	t.total = rounding.Estimate(t.total.Value)
	return t, nil
}

// NewBoundedTable makes a table of counts with bounds. A pair that is given
// more than once is summed; the bounds of sums are the sums of the bounds. It
// fails on a count that is negative, not finite or outside its bounds.
func NewBoundedTable(cells []BoundedCell) (Table, error) {
	regionAt, industryAt := map[string]int{}, map[string]int{}
	for i, c := range cells {
		if err := c.check(); err != nil {
			return Table{}, fmt.Errorf("cell %d (region %q, industry %q): %w", i+1, c.Region, c.Industry, err)
		}
		regionAt[c.Region], industryAt[c.Industry] = 0, 0
	}
	t := Table{regions: index(regionAt), industries: index(industryAt)}
	all := make([]tableCell, len(cells))
	for i, c := range cells {
		all[i] = tableCell{region: regionAt[c.Region], industry: industryAt[c.Industry], est: c.Estimate}
	}
	slices.SortStableFunc(all, func(a, b tableCell) int {
		return cmp.Or(cmp.Compare(a.region, b.region), cmp.Compare(a.industry, b.industry))
	})
	for _, c := range all {
		if n := len(t.cells); n > 0 && t.cells[n-1].region == c.region && t.cells[n-1].industry == c.industry {
			t.cells[n-1].est = t.cells[n-1].est.plus(c.est)
		} else {
			t.cells = append(t.cells, c)
		}
	}
	for _, c := range t.cells {
		r, s := &t.regions[c.region], &t.industries[c.industry]
		r.Estimate, s.Estimate = r.plus(c.est), s.plus(c.est)
		t.total = t.total.plus(c.est)
	}
	if math.IsInf(t.total.Hi, 0) {
		return Table{}, fmt.Errorf("the counts of %d cells are too large to add: check the units", len(cells))
	}
	return t, nil
}

// index numbers the keys in sorted order and returns one empty total for each.
func index(at map[string]int) []Total {
	names := slices.Sorted(maps.Keys(at))
	totals := make([]Total, len(names))
	for i, name := range names {
		at[name] = i
		totals[i].Name = name
	}
	return totals
}

// Regions returns the totals of the regions, sorted by name.
func (t Table) Regions() []Total { return slices.Clone(t.regions) }

// Industries returns the totals of the industries, sorted by name.
func (t Table) Industries() []Total { return slices.Clone(t.industries) }

// Total returns the sum of all cells.
func (t Table) Total() Estimate { return t.total }

// Quotients returns the location quotient of every cell that was given, sorted
// by region, then industry.
func (t Table) Quotients() []CellQuotient {
	out := make([]CellQuotient, len(t.cells))
	for i, c := range t.cells {
		r, s := t.regions[c.region], t.industries[c.industry]
		out[i] = CellQuotient{
			Region: r.Name, Industry: s.Name, Cell: c.est,
			LQ: LocationQuotient(c.est, r.Estimate, s.Estimate, t.total),
		}
	}
	return out
}
