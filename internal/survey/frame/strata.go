package frame

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Whole is the key of the stratum of a frame that is not put into strata.
const Whole = "all"

// cell is a combination of categories, by their places in their groupings.
type cell struct {
	at  []int
	key string
}

// pile is cells that are one stratum.
type pile struct {
	cells []cell
	units int
}

// mostCombined is how many combinations of categories a frame may be put into before small ones are put together, and mostStrata
// how many may be left: nobody can look after more, and each is drawn by itself.
const mostCombined, mostStrata = 500, 200

// stratify puts the units into strata by the groupings that the query names, and small strata together.
func (f *Frame) stratify() error {
	by := make([]Grouping, len(f.Query.Strata))
	for i, key := range f.Query.Strata {
		by[i], _ = f.Grouping(key)
	}
	if len(by) == 0 {
		for i := range f.Units {
			f.Units[i].Stratum = Whole
		}
		f.Strata = []Stratum{{Whole, "All firms", len(f.Units)}}
		return nil
	}
	cells := f.piles(by)
	if len(cells) > mostCombined {
		return &QueryError{"strata", fmt.Sprintf("make %d combinations, and %d are the most: take one of the groups away", len(cells), mostCombined)}
	}
	piles := mergePiles(cells, f.Query.Least)
	if len(piles) > mostStrata {
		return &QueryError{"strata", fmt.Sprintf("are %d, and %d are the most: raise the least of a stratum, or take one of the groups away", len(piles), mostStrata)}
	}
	in := map[string]string{}
	f.Strata = nil
	for _, p := range piles {
		s := Stratum{Key: p.key(), Label: p.label(by), Units: p.units}
		for _, c := range p.cells {
			in[c.key] = s.Key
		}
		f.Strata = append(f.Strata, s)
	}
	for i, u := range f.Units {
		f.Units[i].Stratum = in[f.cellKey(u)]
	}
	return nil
}

// cellKey names the cell that a unit is in.
func (f *Frame) cellKey(u Unit) string {
	parts := make([]string, len(f.Query.Strata))
	for i, key := range f.Query.Strata {
		parts[i] = u.Groups[key]
	}
	return strings.Join(parts, ".")
}

// piles are the cells that hold units, one a pile, in the order of their categories.
func (f *Frame) piles(by []Grouping) []pile {
	at := map[string]int{}
	var out []pile
	for _, u := range f.Units {
		key := f.cellKey(u)
		i, ok := at[key]
		if !ok {
			c := cell{key: key, at: make([]int, len(by))}
			for k, g := range by {
				c.at[k] = slices.IndexFunc(g.Categories, func(c Category) bool { return c.Key == u.Groups[g.Key] })
			}
			i, at[key] = len(out), len(out)
			out = append(out, pile{cells: []cell{c}})
		}
		out[i].units++
	}
	slices.SortFunc(out, byCell)
	return out
}

func byCell(a, b pile) int { return slices.Compare(a.cells[0].at, b.cells[0].at) }

// mergePiles puts each pile with fewer units than least together with the one most like it, the smallest first, until none is
// small or one is left. It is the same for the same piles, whatever the order in which units came.
func mergePiles(piles []pile, least int) []pile {
	for len(piles) > 1 {
		small := 0
		for i, p := range piles {
			if p.units < piles[small].units {
				small = i
			}
		}
		if piles[small].units >= least {
			return piles
		}
		into := mostLike(piles, small)
		a, b := min(small, into), max(small, into)
		piles[a].cells = append(piles[a].cells, piles[b].cells...)
		piles[a].units += piles[b].units
		slices.SortFunc(piles[a].cells, func(x, y cell) int { return slices.Compare(x.at, y.at) })
		piles = slices.Delete(piles, b, b+1)
		slices.SortFunc(piles, byCell)
	}
	return piles
}

// mostLike is the pile that shares the most with pile i: it differs in the fewest groupings, in the last of them before the
// first, by the fewest steps, and then is the smallest.
func mostLike(piles []pile, i int) int {
	best, how := -1, []int(nil)
	for j, p := range piles {
		if j == i {
			continue
		}
		if d := append(unlike(piles[i], p), p.units); best < 0 || slices.Compare(d, how) < 0 {
			best, how = j, d
		}
	}
	return best
}

// unlike is how far two piles are apart by their nearest cells: in how many groupings they differ, then the steps in each, the
// first grouping first.
func unlike(a, b pile) []int {
	var best []int
	for _, x := range a.cells {
		for _, y := range b.cells {
			d := make([]int, 1+len(x.at))
			for k := range x.at {
				d[k+1] = max(x.at[k]-y.at[k], y.at[k]-x.at[k])
				if d[k+1] > 0 {
					d[0]++
				}
			}
			if best == nil || slices.Compare(d, best) < 0 {
				best = d
			}
		}
	}
	return best
}

// key names a stratum: its first cell, and how many more it holds.
func (p pile) key() string {
	if len(p.cells) == 1 {
		return p.cells[0].key
	}
	return fmt.Sprintf("%s+%d", p.cells[0].key, len(p.cells)-1)
}

// mostCells is how many cells a label names one by one.
const mostCells = 3

// label says what a stratum holds: one set of categories for each grouping where its cells are all of their combinations, or
// else cell by cell.
func (p pile) label(by []Grouping) string {
	sets := make([][]int, len(by))
	whole := 1
	for k := range by {
		for _, c := range p.cells {
			if !slices.Contains(sets[k], c.at[k]) {
				sets[k] = append(sets[k], c.at[k])
			}
		}
		slices.SortFunc(sets[k], cmp.Compare[int])
		whole *= len(sets[k])
	}
	if whole == len(p.cells) {
		parts := make([]string, len(by))
		for k, g := range by {
			parts[k] = names(g, sets[k])
		}
		return strings.Join(parts, " · ")
	}
	var out []string
	for _, c := range p.cells[:min(len(p.cells), mostCells)] {
		parts := make([]string, len(by))
		for k, g := range by {
			parts[k] = brief(g.Categories[c.at[k]])
		}
		out = append(out, strings.Join(parts, " · "))
	}
	if more := len(p.cells) - len(out); more > 0 {
		out = append(out, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(out, "; ")
}

// names joins the labels of categories: neighbours of an order by their ends, others one by one, and of many the first.
func names(g Grouping, at []int) string {
	if run := span(g, at); run != "" {
		return run
	}
	var out []string
	for _, i := range at[:min(len(at), mostCells)] {
		out = append(out, brief(g.Categories[i]))
	}
	if more := len(at) - len(out); more > 0 {
		return fmt.Sprintf("%s + %d more", strings.Join(out, " + "), more)
	}
	if n := len(out); n > 1 {
		return strings.Join(out, " + ")
	}
	return out[0]
}

// span says in one what several categories of size or distance are that follow each other, "" where it cannot be said so.
func span(g Grouping, at []int) string {
	n := len(at)
	first, last := g.Categories[at[0]], g.Categories[at[n-1]]
	if n < 2 || at[n-1]-at[0] != n-1 || last.Key == Unknown {
		return ""
	}
	switch g.Key {
	case Size:
		return brief(first) + " to " + strings.ToLower(brief(last))
	case Distance:
		from, _, _ := strings.Cut(first.Key, "-")
		if _, to, ok := strings.Cut(last.Key, "-"); ok {
			return from + " to " + to + " km"
		}
		return from + " km and more"
	}
	return ""
}

// brief is a category's label without its explanation.
func brief(c Category) string {
	label, _, _ := strings.Cut(c.Label, ":")
	return label
}
