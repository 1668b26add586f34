package result

import (
	"slices"

	"milieu/internal/disclosure"
	"milieu/internal/survey"
)

// unanimousFactor times the threshold is the number of answers below which it is hidden that all said the same: it would tell of
// each of them what he said.
const unanimousFactor = 4

// groupFactor times the threshold is the fewest answers of a group that tables are broken down by.
const groupFactor = 2

// dominance is the p of the p %-rule (Cox 1981; Hundepool and others 2012): a sum is hidden where the second largest contributor
// could work out the largest to within so much of it.
const dominance = 0.10

// rule says what is sensitive, and protects it.
type rule struct {
	threshold int
	protect   func(disclosure.Problem) (disclosure.Pattern, error)
	blur      bool // shares are rounded so far that they do not tell the strata
}

// protected protects a table and checks the proof that comes with it.
func protected(p disclosure.Problem) (disclosure.Pattern, error) {
	t, err := disclosure.Protect(p)
	if err != nil {
		return t, err
	}
	return t, p.Verify(t)
}

// small says of a number of answers that it must not be known.
func (r rule) small(n int) bool { return n > 0 && n < r.threshold }

// unanimous says that all of few said it.
func (r rule) unanimous(count, base int) bool {
	return base > 0 && count == base && base < unanimousFactor*r.threshold
}

// share says that a number out of a base must not be known.
func (r rule) share(count, base int) bool {
	return r.small(base) || r.small(count) || r.unanimous(count, base)
}

// mean says that the mean of these answers must not be known: there are too few, or all say the same, or one is nearly all of it.
func (r rule) mean(values []float64) bool {
	n := len(values)
	if n == 0 || r.small(n) {
		return r.small(n)
	}
	v := slices.Clone(values)
	slices.Sort(v)
	return v[0] == v[n-1] && n < unanimousFactor*r.threshold
}

// value is what of mean, sum and scale goes for the question.
func (r rule) value(d data, values []float64) bool {
	switch d.Kind {
	case survey.Number:
		return r.sum(values)
	case survey.Scale:
		return r.scale(values, d.Min, d.Max)
	}
	return r.mean(values)
}

// scale is mean, and says whether the sum is so near to one end that few answers can stand elsewhere.
func (r rule) scale(values []float64, least, most float64) bool {
	if r.mean(values) {
		return true
	}
	low, high := 0.0, 0.0
	for _, v := range values {
		low, high = low+v-least, high+most-v
	}
	return len(values) > 0 && min(low, high) < float64(r.threshold)
}

// sum is mean, and says whether one of the values is nearly all of their sum; values are from 0.
func (r rule) sum(values []float64) bool {
	if r.mean(values) {
		return true
	}
	if len(values) < 2 {
		return false
	}
	v := slices.Clone(values)
	slices.Sort(v)
	largest, total := v[len(v)-1], 0.0
	for _, x := range v[:len(v)-2] {
		total += x
	}
	return largest > 0 && total < dominance*largest
}

// item says that an item must not be known of the answers that are in.
func (r rule) item(d data, m measured, in []bool, base int) bool {
	if m.yes != nil {
		n := 0
		for i, yes := range m.yes {
			if yes && in[i] {
				n++
			}
		}
		return n > 0 && r.share(n, base)
	}
	var values []float64
	for i, v := range m.y {
		if in[i] {
			values = append(values, v)
		}
	}
	return r.value(d, values)
}

// Tellable says that totals over these answers to a question may be known: of each option nobody or at least the threshold said
// it, few did not all say the same, and no mean is that of few or of one. It is for what is left of a total when answers of firms
// that agreed to be named are taken away.
func Tellable(q survey.Question, answers []survey.Answer, threshold int) bool {
	r := rule{threshold: max(threshold, LeastThreshold)}
	d := data{Question: q, answers: answers, answered: make([]bool, len(answers))}
	base := 0
	states := map[survey.State]int{}
	for i, a := range answers {
		d.answered[i] = a.State == survey.Answered
		if d.answered[i] {
			base++
		} else {
			states[a.State]++
		}
	}
	for state, n := range states {
		if sensitiveState(state) && r.small(n) {
			return false
		}
	}
	for _, m := range d.measures() {
		if r.item(d, m, d.answered, base) {
			return false
		}
	}
	return !r.small(base)
}
