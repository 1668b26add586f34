package cli

import (
	"context"
	"flag"

	"milieu/internal/link/name"
)

func calcNames(fs *flag.FlagSet) func(context.Context, csvTable) ([]string, [][]string, error) {
	threshold := fs.Float64("threshold", name.Same, "least `SCORE` of a match, 0 to 1")
	explain := fs.Bool("explain", false, "add a column that says why")
	return func(ctx context.Context, t csvTable) ([]string, [][]string, error) {
		if *threshold < 0 || *threshold > 1 {
			return nil, nil, usagef("threshold is %v; it is between 0 and 1", *threshold)
		}
		at, err := t.columns("left", "right")
		if err != nil {
			return nil, nil, err
		}
		head := []string{"left", "right", "score", "match"}
		if *explain {
			head = append(head, "why")
		}
		lexicon := name.Shipped()
		out := make([][]string, len(t.rows))
		for i, row := range t.rows {
			if i%4096 == 0 && ctx.Err() != nil {
				return nil, nil, ctx.Err()
			}
			out[i] = namesRow(lexicon, row[at[0]], row[at[1]], *threshold, *explain)
		}
		return head, out, nil
	}
}

func namesRow(l *name.Lexicon, left, right string, threshold float64, explain bool) []string {
	a, b := l.Parse(left), l.Parse(right)
	r := l.Compare(&a, &b)
	match := "0"
	if r.Score >= threshold && !a.Empty() && !b.Empty() {
		match = "1"
	}
	out := []string{left, right, full(r.Score), match}
	if explain {
		out = append(out, l.Explain(&a, &b).Why)
	}
	return out
}
