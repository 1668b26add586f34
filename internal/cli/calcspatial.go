package cli

import (
	"context"
	"flag"
	"fmt"
	"math"
	"strconv"
	"strings"

	"milieu/internal/spatial"
)

// spatialMethods are the methods of calc on concentration and autocorrelation in space.
func spatialMethods() []method {
	return []method{
		{"m-function", "x,y,type[,weight]", "r,m[,lo,hi]",
			"M of Marcon and Puech (2010): around each point of the type --reference, the share of the type --neighbour in the weight at distance 0 < d <= r, against its share in the whole; 1 is what chance gives. Positions in one unit for both axes. Points at exactly the same position are left out and counted; points without a neighbour are left out of both sums. lo,hi: 2.5 % and 97.5 % of --simulations random labellings. Empty where not defined.", calcM},
		{"moran", "id,value", "i,expected,variance_norm,variance_rand,z_norm,p_norm",
			"Moran's I with its moments under normality and randomisation; p is two-sided. Weights are used as they stand in --weights FILE (i,j,w), one-sided and own ones too; a pair given twice adds up; a place without weights stays in n with a lag of 0. Empty where not defined.", calcMoran},
	}
}

const mostSimulations = 100_000

func calcM(fs *flag.FlagSet) func(context.Context, csvTable) ([]string, [][]string, error) {
	reference := fs.String("reference", "", "the `TYPE` whose surroundings are looked at")
	neighbour := fs.String("neighbour", "", "the `TYPE` that is looked for; the reference type when not given")
	radii := fs.String("radii", "", "distances as a `LIST`: 0.5,1,2")
	simulations := fs.Int("simulations", 0, "random labellings for lo and hi, a `NUMBER`; 0 leaves the two columns out")
	seed := fs.Uint64("seed", 1, "seed of the labellings, a `NUMBER`")
	return func(_ context.Context, t csvTable) ([]string, [][]string, error) {
		list, err := parseRadii(*radii)
		if err != nil {
			return nil, nil, err
		}
		if *reference == "" {
			return nil, nil, usagef("name the type of the reference points with --reference")
		}
		if *simulations < 0 || *simulations > mostSimulations {
			return nil, nil, usagef("--simulations %d is not between 0 and %d", *simulations, mostSimulations)
		}
		if *neighbour == "" {
			*neighbour = *reference
		}
		q := spatial.MQuestion{Radii: list, Simulations: *simulations, Seed: *seed}
		if q.Points, err = typedPoints(t, *reference, *neighbour, &q); err != nil {
			return nil, nil, err
		}
		m, err := spatial.MFunction(q)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", t.name, err)
		}
		mNotes(t, m, *reference)
		head, rows := mRows(m, *simulations > 0)
		return head, rows, nil
	}
}

func parseRadii(s string) ([]float64, error) {
	if strings.TrimSpace(s) == "" {
		return nil, usagef("give the distances with --radii 0.5,1,2")
	}
	var out []float64
	for _, part := range strings.Split(s, ",") {
		r, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || !(r >= 0) || r > 1e150 {
			return nil, usagef("radius %q of --radii is not a number of at least 0", strings.TrimSpace(part))
		}
		out = append(out, r)
	}
	return out, nil
}

// typedPoints reads the points and marks in q those of the two types.
func typedPoints(t csvTable, reference, neighbour string, q *spatial.MQuestion) (spatial.Points, error) {
	at, err := t.columns("x", "y", "type")
	if err != nil {
		return spatial.Points{}, err
	}
	if len(t.rows) == 0 {
		return spatial.Points{}, t.noRows()
	}
	weight, weighted := t.header["weight"]
	var p spatial.Points
	found := map[string]bool{}
	for i, row := range t.rows {
		x, err := t.number(i, at[0], "x")
		if err != nil {
			return p, err
		}
		y, err := t.number(i, at[1], "y")
		if err != nil {
			return p, err
		}
		if max(math.Abs(x), math.Abs(y)) > 1e150 {
			return p, fmt.Errorf("%s:%d: the position is too far out to reckon with", t.name, t.lines[i])
		}
		p.X, p.Y = append(p.X, x), append(p.Y, y)
		if weighted {
			w, err := t.number(i, weight, "weight")
			if err != nil {
				return p, err
			}
			if w < 0 {
				return p, fmt.Errorf("%s:%d: weight is %s; a weight is not negative", t.name, t.lines[i], row[weight])
			}
			p.Weight = append(p.Weight, w)
		}
		kind := strings.TrimSpace(row[at[2]])
		found[kind] = true
		q.Reference, q.Neighbour = append(q.Reference, kind == reference), append(q.Neighbour, kind == neighbour)
	}
	for _, kind := range []string{reference, neighbour} {
		if !found[kind] {
			return p, fmt.Errorf("%s: no point has type %q", t.name, kind)
		}
	}
	return p, nil
}

func mNotes(t csvTable, m spatial.M, reference string) {
	if m.References == 1 {
		t.warn("only one point has type %q: the value is that of a single place", reference)
	}
	if m.ZeroPairs > 0 {
		t.warn("%d times another point is at exactly the position of a reference point; these are left out", m.ZeroPairs)
	}
	for k, n := range m.Alone {
		if n > 0 {
			t.warn("radius %s: %d of %d reference points have no neighbour and are left out", full(m.Radii[k]), n, m.References)
		}
	}
}

func mRows(m spatial.M, envelope bool) ([]string, [][]string) {
	head := []string{"r", "m"}
	if envelope {
		head = append(head, "lo", "hi")
	}
	var rows [][]string
	for k, r := range m.Radii {
		row := []string{full(r), defined(m.Value[k])}
		if envelope {
			row = append(row, defined(m.Lo[k]), defined(m.Hi[k]))
		}
		rows = append(rows, row)
	}
	return head, rows
}

// defined is a number in full, empty where it is not defined.
func defined(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return ""
	}
	return full(v)
}

func calcMoran(fs *flag.FlagSet) func(context.Context, csvTable) ([]string, [][]string, error) {
	weights := fs.String("weights", "", "a CSV `FILE` with i,j,w: place i has the neighbour j with weight w")
	standardise := fs.Bool("row-standardise", false, "divide the weights of each place by their sum")
	return func(_ context.Context, t csvTable) ([]string, [][]string, error) {
		if *weights == "" {
			return nil, nil, usagef("name the file of the weights with --weights FILE")
		}
		at, err := t.columns("id", "value")
		if err != nil {
			return nil, nil, err
		}
		if len(t.rows) == 0 {
			return nil, nil, t.noRows()
		}
		place := map[string]int{}
		var y []float64
		for i, row := range t.rows {
			id := strings.TrimSpace(row[at[0]])
			v, err := t.number(i, at[1], "value")
			if err != nil {
				return nil, nil, err
			}
			if first, ok := place[id]; ok {
				return nil, nil, fmt.Errorf("%s:%d: id %q is in line %d already", t.name, t.lines[i], id, t.lines[first])
			}
			place[id] = i
			y = append(y, v)
		}
		w, err := readWeights(t, *weights, place)
		if err != nil {
			return nil, nil, err
		}
		if *standardise {
			w = w.RowStandardised()
		}
		m := spatial.Moran(y, w)
		moranNotes(t, m)
		return []string{"i", "expected", "variance_norm", "variance_rand", "z_norm", "p_norm"}, [][]string{{
			defined(m.Value), defined(m.Expected), defined(m.VarianceNorm), defined(m.VarianceRand), defined(m.ZNorm), defined(m.PNorm)}}, nil
	}
}

func moranNotes(t csvTable, m spatial.Test) {
	if m.Islands > 0 {
		t.warn("%d of %d places have no neighbour; they stay in n and in the mean, with a lag of 0", m.Islands, m.Places)
	}
	if math.IsNaN(m.Value) {
		t.warn("Moran's I is not defined: it needs at least two places, values that differ and weights that do not sum to 0")
	}
}

// readWeights reads the weights between the places, which are numbered by id.
func readWeights(values csvTable, name string, place map[string]int) (spatial.Weights, error) {
	t, err := (&Program{Stdin: strings.NewReader("")}).readCalc([]string{name})
	if err != nil {
		return spatial.Weights{}, err
	}
	at, err := t.columns("i", "j", "w")
	if err != nil {
		return spatial.Weights{}, err
	}
	var links []spatial.Link
	seen := map[[2]int]int{}
	twice, own, line := 0, 0, 0
	for k, row := range t.rows {
		var l spatial.Link
		for c, to := range []*int{&l.I, &l.J} {
			id := strings.TrimSpace(row[at[c]])
			i, ok := place[id]
			if !ok {
				return spatial.Weights{}, fmt.Errorf("%s:%d: %q is not an id of %s", name, t.lines[k], id, values.name)
			}
			*to = i
		}
		if l.W, err = t.number(k, at[2], "w"); err != nil {
			return spatial.Weights{}, err
		}
		if _, ok := seen[[2]int{l.I, l.J}]; ok {
			if twice++; twice == 1 {
				line = t.lines[k]
			}
		}
		seen[[2]int{l.I, l.J}] = k
		if l.I == l.J && l.W != 0 {
			own++
		}
		links = append(links, l)
	}
	if twice > 0 {
		values.warn("%s:%d: a pair is given again (%d times in all); the weights of a pair add up", name, line, twice)
	}
	if own > 0 {
		values.warn("%s: %d places are their own neighbours; that counts", name, own)
	}
	return spatial.NewWeights(len(place), links)
}
