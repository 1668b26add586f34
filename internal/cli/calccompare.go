package cli

import (
	"context"
	"flag"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/mcda"
)

// compareMethods are the methods of calc that are there to be set beside smaa.
func compareMethods() []method {
	return []method{
		{"ahp", "a,b,ratio", "name,weight",
			"Weights by pairwise comparison (AHP: Saaty 1980): ratio is how many times as important a is as b. Each pair stands once; its opposite is the inverse. --method geometric or eigenvector. --measure consistency: measure,value (lambda, index, ratio); above a ratio of 0.1 the comparisons should be looked at again.", calcAHP},
		{"topsis", "option,criterion,value", "option,closeness,rank",
			"Closeness to the best values of all options (Hwang & Yoon 1981), weights equal or of --weights. More is better, but for criteria of --lower. Ranks can turn when an option is added: such pairs are named on standard error.", calcTOPSIS},
		{"promethee", "option,criterion,value", "option,plus,minus,net,rank",
			"Flows of preference (PROMETHEE II: Brans & Vincke 1985) with the usual shape: any difference counts fully. Weights equal or of --weights; more is better, but for criteria of --lower. Ranks can turn when an option is added: such pairs are named on standard error.", calcPromethee},
	}
}

func calcAHP(fs *flag.FlagSet) calcRun {
	how := fs.String("method", mcda.Geometric, "the `METHOD`, geometric or eigenvector")
	measure := fs.String("measure", "weights", "what to tell, a `MEASURE`: weights or consistency")
	return func(_ context.Context, t csvTable) ([]string, [][]string, error) {
		if *how != mcda.Geometric && *how != mcda.Eigenvector {
			return nil, nil, usagef("--method %s is neither geometric nor eigenvector", *how)
		}
		if *measure != "weights" && *measure != "consistency" {
			return nil, nil, usagef("--measure %s is neither weights nor consistency", *measure)
		}
		names, table, err := t.comparisons()
		if err != nil {
			return nil, nil, err
		}
		p, err := mcda.AHP(table, *how)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", t.name, err)
		}
		if *measure == "consistency" {
			index := 0.0
			if n := float64(len(names)); n > 1 {
				index = (p.Lambda - n) / (n - 1)
			}
			return []string{"measure", "value"}, [][]string{{"lambda", full(p.Lambda)}, {"index", full(index)}, {"ratio", orEmpty(p.Ratio)}}, nil
		}
		var rows [][]string
		for i, n := range names {
			rows = append(rows, []string{n, full(p.Weights[i])})
		}
		return []string{"name", "weight"}, rows, nil
	}
}

// comparisons reads a,b,ratio as a whole table.
func (t csvTable) comparisons() (names []string, table [][]float64, err error) {
	at, err := t.columns("a", "b", "ratio")
	if err != nil {
		return nil, nil, err
	}
	if len(t.rows) == 0 {
		return nil, nil, t.noRows()
	}
	ratio, line := map[[2]string]float64{}, map[[2]string]int{}
	for row := range t.rows {
		a, err := t.text(row, at[0], "a")
		if err != nil {
			return nil, nil, err
		}
		b, err := t.text(row, at[1], "b")
		if err != nil {
			return nil, nil, err
		}
		v, err := t.number(row, at[2], "ratio")
		if err != nil {
			return nil, nil, err
		}
		here := t.lines[row]
		switch was := max(line[[2]string{a, b}], line[[2]string{b, a}]); {
		case v <= 0:
			return nil, nil, fmt.Errorf("%s:%d: ratio is %s; give a number above 0, such as 3, or 1/3 as 0.3333", t.name, here, full(v))
		case a == b && v != 1:
			return nil, nil, fmt.Errorf("%s:%d: %q is %s times itself; leave the row out", t.name, here, a, full(v))
		case was > 0:
			return nil, nil, fmt.Errorf("%s:%d: %q and %q are compared on line %d already; the opposite is the inverse and needs no row", t.name, here, a, b, was)
		}
		for _, n := range []string{a, b} {
			if !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
		ratio[[2]string{a, b}], line[[2]string{a, b}] = v, here
	}
	table = make([][]float64, len(names))
	for i, a := range names {
		table[i] = make([]float64, len(names))
		for j, b := range names {
			switch v, back := ratio[[2]string{a, b}], ratio[[2]string{b, a}]; {
			case i == j:
				table[i][j] = 1
			case v > 0:
				table[i][j] = v
			case back > 0:
				table[i][j] = 1 / back
			default:
				return nil, nil, fmt.Errorf("%s: %q and %q are not compared; give every pair once", t.name, a, b)
			}
		}
	}
	return names, table, nil
}

// comparison is what topsis and promethee read.
type comparison struct {
	in      smaaTable
	raw     [][]float64
	weights []float64
	less    []bool
}

// compareFlags declares the flags of both and gives a function that reads their table.
func compareFlags(fs *flag.FlagSet) func(t csvTable) (comparison, error) {
	file := fs.String("weights", "", "`FILE` of criterion,weight with one for each criterion; they are made to be 1 together")
	lower := fs.String("lower", "", "`CRITERIA` of which less is better, with commas between")
	return func(t csvTable) (comparison, error) {
		var c comparison
		var err error
		if c.in, err = t.smaa(false); err != nil {
			return c, err
		}
		less, err := c.in.named(*lower, ",", "lower")
		if err != nil {
			return c, err
		}
		c.less = make([]bool, len(c.in.criteria))
		for _, j := range less {
			c.less[j] = true
		}
		for _, row := range c.in.cells {
			values := make([]float64, len(row))
			for j, cell := range row {
				values[j] = cell.value
			}
			c.raw = append(c.raw, values)
		}
		points := slices.Repeat([]float64{1}, len(c.in.criteria))
		if *file != "" {
			given, err := readLookup(*file, "criterion", "weight", csvTable.count)
			if err != nil {
				return c, err
			}
			for j, name := range c.in.criteria {
				w, ok := given[name]
				if !ok {
					return c, fmt.Errorf("%s: criterion %q has no weight", *file, name)
				}
				points[j] = w
				delete(given, name)
			}
			if len(given) > 0 {
				return c, fmt.Errorf("%s: names criteria that the table has not; it has %s", *file, strings.Join(c.in.criteria, ", "))
			}
		}
		if c.weights, err = mcda.SwingWeights(points); err != nil {
			return c, fmt.Errorf("%s: %w", *file, err)
		}
		return c, nil
	}
}

// reversals names pairs that change places when an option is left out.
func (c comparison) reversals(t csvTable, value func(raw [][]float64) ([]float64, error)) error {
	const most = 200 // options: n times the work of one ranking
	n := len(c.raw)
	if n < 3 || n > most {
		return nil
	}
	found, err := mcda.Reversals(n, func(kept []int) ([]float64, error) {
		raw := make([][]float64, len(kept))
		for a, i := range kept {
			raw[a] = c.raw[i]
		}
		return value(raw)
	})
	if err != nil {
		return err
	}
	name := c.in.options
	for _, r := range found[:min(len(found), 10)] {
		t.warn("%s is before %s, but not when %s is left out", name[r.First], name[r.Second], name[r.Left])
	}
	if len(found) > 10 {
		t.warn("and %d more pairs turn when an option is left out", len(found)-10)
	}
	return nil
}

func calcTOPSIS(fs *flag.FlagSet) calcRun {
	read := compareFlags(fs)
	return func(_ context.Context, t csvTable) ([]string, [][]string, error) {
		c, err := read(t)
		if err != nil {
			return nil, nil, err
		}
		value := func(raw [][]float64) ([]float64, error) { return mcda.TOPSIS(raw, c.weights, c.less) }
		scores, err := value(c.raw)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", t.name, err)
		}
		if math.IsNaN(scores[0]) {
			return nil, nil, fmt.Errorf("%s: all options have the same values, so that none is nearer to the best", t.name)
		}
		var rows [][]string
		for i, rank := range mcda.Ranks(scores) {
			rows = append(rows, []string{c.in.options[i], full(scores[i]), strconv.Itoa(rank)})
		}
		return []string{"option", "closeness", "rank"}, rows, c.reversals(t, value)
	}
}

func calcPromethee(fs *flag.FlagSet) calcRun {
	read := compareFlags(fs)
	return func(_ context.Context, t csvTable) ([]string, [][]string, error) {
		c, err := read(t)
		if err != nil {
			return nil, nil, err
		}
		flows, err := mcda.Promethee(c.raw, c.weights, c.less, nil)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", t.name, err)
		}
		net := func(flows []mcda.Flows) []float64 {
			out := make([]float64, len(flows))
			for i, f := range flows {
				out[i] = math.Round(f.Net*1e12) / 1e12 // ties stay ties whatever the order of the sums
			}
			return out
		}
		var rows [][]string
		for i, rank := range mcda.Ranks(net(flows)) {
			f := flows[i]
			rows = append(rows, []string{c.in.options[i], full(f.Plus), full(f.Minus), full(f.Net), strconv.Itoa(rank)})
		}
		err = c.reversals(t, func(raw [][]float64) ([]float64, error) {
			flows, err := mcda.Promethee(raw, c.weights, c.less, nil)
			return net(flows), err
		})
		return []string{"option", "plus", "minus", "net", "rank"}, rows, err
	}
}
