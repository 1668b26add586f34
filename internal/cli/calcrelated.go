package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"milieu/internal/stat"
)

func calcRelatedness(fs *flag.FlagSet) calcRun {
	measure := fs.String("measure", "proximity", "the `MEASURE`: proximity, probability, association, cosine or jaccard")
	counted := fs.Bool("cooccurrence", false, "the file holds counts of co-occurrence, a,b,count, each pair in either order or both")
	by := fs.String("presence", "lq", "what counts as `PRESENT`: lq (a location quotient of at least 1) or value (above 0)")
	return func(_ context.Context, t csvTable) ([]string, [][]string, error) {
		if !slices.Contains([]string{"proximity", "probability", "association", "cosine", "jaccard"}, *measure) {
			return nil, nil, usagef("measure %q is none of proximity, probability, association, cosine and jaccard", *measure)
		}
		if *counted && *measure == "proximity" {
			return nil, nil, usagef("proximity needs region,industry,value: counts of co-occurrence do not say how many regions have each industry")
		}
		way, ok := presences[*by]
		if !ok {
			return nil, nil, usagef("presence %q is neither lq nor value", *by)
		}
		pairs, err := calcPairs(t, *measure, *counted, way)
		if err != nil {
			return nil, nil, err
		}
		out := [][]string{}
		for i, a := range pairs.Names {
			for j := i + 1; j < len(pairs.Names); j++ {
				out = append(out, []string{a, pairs.Names[j], orEmpty(pairs.At(i, j))})
			}
		}
		return []string{"a", "b", "value"}, out, nil
	}
}

// presences are the ways to say what a region has.
var presences = map[string]stat.PresenceBy{"lq": stat.ByQuotient, "value": stat.ByValue}

func calcPairs(t csvTable, measure string, counted bool, way stat.PresenceBy) (stat.Pairs, error) {
	var counts stat.Pairs
	if counted {
		var err error
		if counts, err = t.pairs(); err != nil {
			return counts, err
		}
	} else {
		table, err := t.table()
		if err != nil {
			return counts, err
		}
		present := table.Present(way)
		if measure == "proximity" {
			return present.Proximity(), nil
		}
		counts = present.Cooccurrence()
	}
	out, err := counts.Related(stat.Relatedness(measure))
	if err != nil {
		return out, fmt.Errorf("%s: %w", t.name, err)
	}
	return out, nil
}

// pairs reads a,b,count. A file may give each pair once, in either order, or the whole
// matrix, in which both orders say the same. The diagonal is left out.
func (t csvTable) pairs() (stat.Pairs, error) {
	at, err := t.columns("a", "b", "count")
	if err != nil {
		return stat.Pairs{}, err
	}
	type pair struct{ a, b string }
	values, lines, names, own := map[pair]float64{}, map[pair]int{}, map[string]int{}, 0
	for i := range t.rows {
		var p pair
		if p.a, err = t.text(i, at[0], "a"); err != nil {
			return stat.Pairs{}, err
		}
		if p.b, err = t.text(i, at[1], "b"); err != nil {
			return stat.Pairs{}, err
		}
		v, err := t.count(i, at[2], "count")
		if err != nil {
			return stat.Pairs{}, err
		}
		names[p.a], names[p.b] = 0, 0
		if p.a == p.b {
			own++
			continue
		}
		if line, twice := lines[p]; twice {
			return stat.Pairs{}, fmt.Errorf("%s:%d: the pair %s, %s stands in line %d already", t.name, t.lines[i], p.a, p.b, line)
		}
		if line, twice := lines[pair{p.b, p.a}]; twice && values[pair{p.b, p.a}] != v {
			return stat.Pairs{}, fmt.Errorf("%s:%d: the pair %s, %s is %s here and %s in line %d; co-occurrence has no direction", t.name, t.lines[i], p.a, p.b, full(v), full(values[pair{p.b, p.a}]), line)
		}
		values[p], lines[p] = v, t.lines[i]
	}
	if len(t.rows) == 0 {
		return stat.Pairs{}, t.noRows()
	}
	if own > 0 {
		t.warn("%d rows of the diagonal were left out", own)
	}
	sorted := slices.Sorted(maps.Keys(names))
	for i, n := range sorted {
		names[n] = i
	}
	out := stat.NewPairs(sorted)
	for p, v := range values {
		out.Set(names[p.a], names[p.b], v)
	}
	return out, nil
}

func calcComplexity(fs *flag.FlagSet) calcRun {
	by := fs.String("presence", "lq", "what counts as `PRESENT`: lq (a location quotient of at least 1) or value (above 0)")
	of := fs.String("of", "regions", "whose `INDEX` to print: regions or industries")
	return func(_ context.Context, t csvTable) ([]string, [][]string, error) {
		way, ok := presences[*by]
		if !ok {
			return nil, nil, usagef("presence %q is neither lq nor value", *by)
		}
		if *of != "regions" && *of != "industries" {
			return nil, nil, usagef("--of %q is neither regions nor industries", *of)
		}
		table, err := t.table()
		if err != nil {
			return nil, nil, err
		}
		p := table.Present(way)
		c, err := p.Complexity()
		var open *stat.UndeterminedError
		if errors.As(err, &open) {
			return nil, nil, fmt.Errorf("%s: direction not determined, so nothing is ranked: %s", t.name, open.Why)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", t.name, err)
		}
		names, values := p.Regions, c.Region
		if *of == "industries" {
			names, values = p.Industries, c.Industry
		}
		var out [][]string
		var without []string
		for i, n := range names {
			if math.IsNaN(values[i]) {
				without = append(without, n)
				continue
			}
			out = append(out, []string{n, full(values[i])})
		}
		if len(without) > 0 {
			t.warn("left out, for they have nothing that counts as present: %s", strings.Join(without, ", "))
		}
		return []string{"name", "index"}, out, nil
	}
}
