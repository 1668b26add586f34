package result

import "milieu/internal/sampling"

// Comparison is a question that two waves asked in the same words.
type Comparison struct {
	Before, After Question
	Changes       []Change // of the whole, in the order of the items
}

// Verdicts on a change.
const (
	Higher = "higher"
	Lower  = "lower"
	Same   = "no difference that the intervals support"
)

// Change is the difference of an item between two waves.
type Change struct {
	Option, Label, Measure   string
	Before, After            Estimate
	Hidden                   bool // in one of the waves; there is no difference then
	Difference, Lower, Upper float64
	Verdict                  string // Higher, Lower or Same; empty where hidden
}

// Compare sets two waves of a survey side by side, question by question where both asked the same (survey.Question.Same), in the
// order of the later one. The samples are taken as drawn independently (sampling.Change); each interval holds by itself at 95 %.
func Compare(before, after Report) []Comparison {
	var out []Comparison
	for _, q := range after.Questions {
		old, ok := before.Question(q.ID)
		if !ok || !old.Same(q.Question) {
			continue
		}
		c := Comparison{Before: old, After: q}
		for _, i := range q.Whole.Items {
			was, ok := old.Whole.Item(i.Measure, i.Option)
			if ok {
				c.Changes = append(c.Changes, change(was, i))
			}
		}
		out = append(out, c)
	}
	return out
}

func change(before, after Item) Change {
	c := Change{Option: after.Option, Label: after.Label, Measure: after.Measure, Before: before.Estimate, After: after.Estimate}
	if before.Hidden || after.Hidden || before.N == 0 || after.N == 0 {
		c.Hidden = true
		return c
	}
	d := sampling.Change(before.sampled(), after.sampled())
	decimals := 2
	if after.Measure == Mean || after.Measure == Points {
		decimals = 1
	}
	c.Difference, c.Lower, c.Upper = round(d.Value, decimals), round(d.Lo, decimals), round(d.Hi, decimals)
	switch {
	case c.Lower > 0:
		c.Verdict = Higher
	case c.Upper < 0:
		c.Verdict = Lower
	default:
		c.Verdict = Same
	}
	return c
}

func (e Estimate) sampled() sampling.Estimate {
	return sampling.Estimate{Value: e.Value, Lo: e.Lower, Hi: e.Upper, N: e.N, Method: e.Method}
}
