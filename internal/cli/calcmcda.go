package cli

import (
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/chance"
	"milieu/internal/mcda"
)

// mcdaMethods are the methods of calc that compare options by several criteria.
func mcdaMethods() []method {
	return append([]method{
		{"smaa", "option,criterion,value[,lo,hi]", "option,rank,acceptability",
			"How often each option has each rank over all weights (SMAA-2: Lahdelma & Salminen 2001), uniform on the simplex. More is better, but for criteria of --lower. A value function is straight between the worst and the best value given; lo,hi widen it (fixed anchors, which may stand in any row of the criterion). With --intervals the value is uniform between its lo and hi. Equal options share the rank, so the shares of a rank need not be 1 together. --measure central: option,criterion,weight, the mean weights with which an option is first, empty where it never is; confidence: option,first,confidence; pairwise: option,other,share; value: option,value.", calcSMAA},
	}, compareMethods()...)
}

// smaaTable is options by criteria in the order in which they first stand in the file.
type smaaTable struct {
	options, criteria []string
	cells             [][]smaaCell
	seen              []int // line on which each option first stands
}

// smaaCell is a row of the file; lo and hi are NaN where they are empty, line 0 where there is no row.
type smaaCell struct {
	value, lo, hi float64
	line          int
}

var smaaMeasures = []string{"acceptability", "central", "confidence", "pairwise", "value"}

func calcSMAA(fs *flag.FlagSet) calcRun {
	draws := fs.Int("draws", 200_000, "`N` draws of weights; the standard error of a share p is √(p(1−p)/N)")
	seed := fs.Uint64("seed", 1, "`SEED` of the draws; the same seed gives the same figures on any number of cores")
	measure := fs.String("measure", "acceptability", "what to tell, a `MEASURE`: "+strings.Join(smaaMeasures, ", "))
	lower := fs.String("lower", "", "`CRITERIA` of which less is better, with commas between")
	order := fs.String("order", "", "`CRITERIA` by falling weight, as growth>jobs>cost; those not named are free")
	central := fs.String("weights-out", "", "`FILE` to write the central weights to besides (option,criterion,weight)")
	intervals := fs.Bool("intervals", false, "lo and hi are how far the value itself may be off, uniform between, and widen the scale too")
	return func(ctx context.Context, t csvTable) ([]string, [][]string, error) {
		if !slices.Contains(smaaMeasures, *measure) {
			return nil, nil, usagef("--measure %s is none of %s", *measure, strings.Join(smaaMeasures, ", "))
		}
		if *draws < 1 || *draws > mcda.MostDraws {
			return nil, nil, usagef("--draws %d: give from 1 to %d", *draws, mcda.MostDraws)
		}
		in, err := t.smaa(*intervals)
		if err != nil {
			return nil, nil, err
		}
		less, err := in.named(*lower, ",", "lower")
		if err != nil {
			return nil, nil, err
		}
		p := in.problem(less, *intervals, t.warn)
		if *order != "" {
			chain, err := in.named(*order, ">", "order")
			if err != nil {
				return nil, nil, err
			}
			p.Weights.Chains = [][]int{chain}
		}
		r, err := mcda.Run(ctx, p, mcda.Options{Draws: *draws, Seed: *seed, Pairwise: *measure == "pairwise", Confidence: *measure == "confidence"})
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", t.name, err)
		}
		if *central != "" {
			if err := in.writeCentral(*central, r); err != nil {
				return nil, nil, err
			}
		}
		head, rows := in.tell(*measure, r)
		return head, rows, nil
	}
}

// smaa reads the table; every option needs a value in every criterion.
func (t csvTable) smaa(intervals bool) (smaaTable, error) {
	var in smaaTable
	at, err := t.columns("option", "criterion", "value")
	if err != nil {
		return in, err
	}
	bounds := [2]int{-1, -1}
	for k, name := range []string{"lo", "hi"} {
		if _, ok := t.header[name]; ok {
			col, err := t.columns(name)
			if err != nil {
				return in, err
			}
			bounds[k] = col[0]
		}
	}
	if intervals && (bounds[0] < 0 || bounds[1] < 0) {
		return in, fmt.Errorf("%s:1: --intervals reads the columns lo and hi, which are not both there", t.name)
	}
	if len(t.rows) == 0 {
		return in, t.noRows()
	}
	option, criterion := map[string]int{}, map[string]int{}
	for row := range t.rows {
		o, err := t.text(row, at[0], "option")
		if err != nil {
			return in, err
		}
		c, err := t.text(row, at[1], "criterion")
		if err != nil {
			return in, err
		}
		cell, err := t.smaaCell(row, at[2], bounds, intervals)
		if err != nil {
			return in, err
		}
		if err := in.put(t, option, criterion, o, c, cell); err != nil {
			return in, err
		}
	}
	return in, in.whole(t)
}

func (t csvTable) smaaCell(row, col int, bounds [2]int, intervals bool) (smaaCell, error) {
	c := smaaCell{lo: math.NaN(), hi: math.NaN(), line: t.lines[row]}
	var err error
	if c.value, err = t.number(row, col, "value"); err != nil {
		return c, err
	}
	for k, to := range []*float64{&c.lo, &c.hi} {
		if bounds[k] < 0 || strings.TrimSpace(t.rows[row][bounds[k]]) == "" {
			continue
		}
		if *to, err = t.number(row, bounds[k], []string{"lo", "hi"}[k]); err != nil {
			return c, err
		}
	}
	if c.lo > c.hi {
		return c, fmt.Errorf("%s:%d: lo is %s and hi %s; give the smaller first", t.name, c.line, full(c.lo), full(c.hi))
	}
	if intervals && (c.value < c.lo || c.value > c.hi) {
		return c, fmt.Errorf("%s:%d: the value %s is not between lo and hi", t.name, c.line, full(c.value))
	}
	return c, nil
}

func (in *smaaTable) put(t csvTable, option, criterion map[string]int, o, c string, cell smaaCell) error {
	i, ok := option[o]
	if !ok {
		i = len(in.options)
		option[o] = i
		in.options, in.seen, in.cells = append(in.options, o), append(in.seen, cell.line), append(in.cells, nil)
	}
	j, ok := criterion[c]
	if !ok {
		j = len(in.criteria)
		criterion[c] = j
		in.criteria = append(in.criteria, c)
	}
	for len(in.cells[i]) <= j {
		in.cells[i] = append(in.cells[i], smaaCell{})
	}
	if was := in.cells[i][j].line; was > 0 {
		return fmt.Errorf("%s:%d: option %q has a value for criterion %q on line %d already", t.name, cell.line, o, c, was)
	}
	in.cells[i][j] = cell
	return nil
}

func (in *smaaTable) whole(t csvTable) error {
	for i, o := range in.options {
		for j, c := range in.criteria {
			if j >= len(in.cells[i]) || in.cells[i][j].line == 0 {
				return fmt.Errorf("%s:%d: option %q has no value for criterion %q; give one, or leave the option or the criterion out", t.name, in.seen[i], o, c)
			}
		}
	}
	return nil
}

// named finds criteria by name.
func (in *smaaTable) named(list, sep, flag string) ([]int, error) {
	var out []int
	if strings.TrimSpace(list) == "" {
		return nil, nil
	}
	for _, name := range strings.Split(list, sep) {
		name = strings.TrimSpace(name)
		j := slices.Index(in.criteria, name)
		if j < 0 {
			return nil, usagef("--%s names %q; the criteria are %s", flag, name, strings.Join(in.criteria, ", "))
		}
		if slices.Contains(out, j) {
			return nil, usagef("--%s names %q twice", flag, name)
		}
		out = append(out, j)
	}
	return out, nil
}

// problem makes value functions between the worst and the best of values, lo and hi.
func (in *smaaTable) problem(less []int, intervals bool, warn func(string, ...any)) mcda.Problem {
	p := mcda.Problem{Cells: make([][]chance.Dist, len(in.options)), Functions: make([]mcda.Function, len(in.criteria))}
	if !intervals && in.spread() {
		warn("lo and hi differ within a criterion: they widen its scale from the least to the most; add --intervals if they say how uncertain each value is")
	}
	for j, name := range in.criteria {
		worst, best := math.Inf(1), math.Inf(-1)
		for i := range in.options {
			for _, v := range []float64{in.cells[i][j].value, in.cells[i][j].lo, in.cells[i][j].hi} {
				if v == v { // not empty
					worst, best = min(worst, v), max(best, v)
				}
			}
		}
		if slices.Contains(less, j) {
			worst, best = best, worst
		}
		f, err := mcda.Linear(worst, best)
		if err != nil && len(in.options) > 1 {
			warn("criterion %s is %s for every option and tells none apart", name, full(worst))
		}
		p.Functions[j] = f
	}
	for i, row := range in.cells {
		p.Cells[i] = make([]chance.Dist, len(row))
		for j, c := range row {
			if p.Cells[i][j] = (chance.Dist{Kind: chance.Fixed, A: c.value}); intervals && c.lo < c.hi {
				p.Cells[i][j] = chance.Dist{Kind: chance.Uniform, A: c.lo, B: c.hi}
			}
		}
	}
	return p
}

// spread says that lo and hi differ within a criterion, as they do where they are meant as intervals of values.
func (in *smaaTable) spread() bool {
	for j := range in.criteria {
		lo, hi := math.NaN(), math.NaN()
		for i := range in.options {
			c := in.cells[i][j]
			if c.lo != c.lo || c.hi != c.hi {
				continue
			}
			if lo == lo && (lo != c.lo || hi != c.hi) {
				return true
			}
			lo, hi = c.lo, c.hi
		}
	}
	return false
}

// writeCentral writes the central weights to a file.
func (in *smaaTable) writeCentral(name string, r mcda.Result) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	head, rows := in.tell("central", r)
	err = w.WriteAll(append([][]string{head}, rows...))
	return errors.Join(err, f.Close())
}

func (in *smaaTable) tell(measure string, r mcda.Result) (head []string, rows [][]string) {
	for i, o := range in.options {
		switch measure {
		case "central":
			head = []string{"option", "criterion", "weight"}
			for j, c := range in.criteria {
				w := ""
				if r.Central[i] != nil {
					w = full(r.Central[i][j])
				}
				rows = append(rows, []string{o, c, w})
			}
		case "confidence":
			head = []string{"option", "first", "confidence"}
			rows = append(rows, []string{o, full(r.Rank[i][0]), orEmpty(r.Confidence[i])})
		case "pairwise":
			head = []string{"option", "other", "share"}
			for j, other := range in.options {
				if j != i {
					rows = append(rows, []string{o, other, full(r.Pairwise[i][j])})
				}
			}
		case "value":
			head = []string{"option", "value"}
			rows = append(rows, []string{o, full(r.Value[i])})
		default:
			head = []string{"option", "rank", "acceptability"}
			for k, share := range r.Rank[i] {
				rows = append(rows, []string{o, strconv.Itoa(k + 1), full(share)})
			}
		}
	}
	return head, rows
}
