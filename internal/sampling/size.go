package sampling

import (
	"fmt"
	"math"
)

// Precision is how sure a share over all firms shall be.
type Precision struct {
	Population   int     // firms in the frame; 0 is without end
	Margin       float64 // half the interval's width, as 0.05 for ±5 points
	Share        float64 // that is expected; 0 is 0.5, where most answers are needed
	Confidence   float64 // 0 is 0.95
	DesignEffect float64 // by which weights and clusters raise the variance; 0 is 1
	Response     float64 // share of those asked that is expected to answer; 0 is 1
}

// Needed is how many answers a precision takes.
type Needed struct {
	Answers, Ask int
	Enough       bool // false: even if all are asked the margin is not to be expected; Ask is the whole frame then
}

// Needed reckons the answers for a share with a given margin, with the finite population correction (Cochran 1977, section
// 4.4), and how many firms must be asked for them.
func (p Precision) Needed() (Needed, error) {
	confidence, err := orUsual(p.Confidence)
	if err != nil {
		return Needed{}, err
	}
	share, deff, response := orOne(p.Share, 0.5), orOne(p.DesignEffect, 1), orOne(p.Response, 1)
	switch {
	case !(p.Margin > 0 && p.Margin < 1):
		return Needed{}, fmt.Errorf("a margin of %v is not between 0 and 1: 0.05 is 5 points to either side", p.Margin)
	case !(share > 0 && share < 1):
		return Needed{}, fmt.Errorf("an expected share of %v is not between 0 and 1", share)
	case !(deff > 0) || math.IsInf(deff, 0):
		return Needed{}, fmt.Errorf("a design effect of %v is not above 0", deff)
	case !(response > 0 && response <= 1):
		return Needed{}, fmt.Errorf("a response of %v is not a share above 0", response)
	case p.Population < 0:
		return Needed{}, fmt.Errorf("a population of %d is negative", p.Population)
	}
	z := normal(confidence)
	n := deff * z * z * share * (1 - share) / (p.Margin * p.Margin)
	if p.Population == 1 {
		n = 1
	} else if p.Population > 0 {
		// (1 - n/N) · N/(N-1) · p(1-p) · deff / n = (margin/z)², solved for n.
		big := float64(p.Population)
		n *= big / (big - 1)
		n /= 1 + n/big
	}
	out := Needed{Answers: up(n), Ask: up(float64(up(n)) / response), Enough: true}
	if p.Population > 0 && out.Ask > p.Population {
		out.Ask, out.Enough = p.Population, false
	}
	return out, nil
}

// up rounds up, but for what is a whole number within the last digits.
func up(x float64) int { return int(math.Ceil(x - 1e-9*math.Max(1, math.Abs(x)))) }

func orOne(x, usual float64) float64 {
	if x == 0 {
		return usual
	}
	return x
}

// Expected is how sure a share will be when firms are asked as planned.
type Expected struct {
	Asked        int
	Uncovered    int     // firms of strata that nobody is asked in: nothing will be said of them
	Answers      float64 // with the response expected
	Margin       float64 // half the interval's width; +Inf where nobody answers
	DesignEffect float64 // variance over that of as many answers drawn from all strata alike
	Effective    float64 // answers of a simple random sample that are worth as much: Answers / DesignEffect
}

// Expect says before anybody is asked how wide the interval of a share will be over all strata and in each, with stratified
// variance and finite population correction (Cochran 1977, sections 5.3 and 5.9); the share is taken as the same in all. A
// share of 0 stands for 0.5, a confidence of 0 for 0.95.
func Expect(strata []Stratum, plan map[string]int, share, confidence float64) (whole Expected, by map[string]Expected, err error) {
	if err := check(strata); err != nil {
		return whole, nil, err
	}
	if confidence, err = orUsual(confidence); err != nil {
		return whole, nil, err
	}
	share = orOne(share, 0.5)
	if !(share > 0 && share < 1) {
		return whole, nil, fmt.Errorf("an expected share of %v is not between 0 and 1", share)
	}
	if err := checkPlan(plan, sizesOf(strata)); err != nil {
		return whole, nil, err
	}
	z, covered, variance := normal(confidence), 0.0, 0.0
	by = map[string]Expected{}
	for _, s := range strata {
		asked, size := plan[s.Key], float64(s.Size)
		answers := float64(asked) * s.response()
		e := Expected{Asked: asked, Answers: answers, Margin: math.Inf(1), DesignEffect: 1, Effective: answers}
		if answers > 0 {
			v := spread(size, answers, share)
			e.Margin = z * math.Sqrt(v)
			variance += size * size * v
			covered += size
		} else {
			e.Uncovered = s.Size
		}
		by[s.Key] = e
		whole.Asked += asked
		whole.Answers += answers
		whole.Uncovered += e.Uncovered
	}
	whole.Margin, whole.DesignEffect, whole.Effective = math.Inf(1), 1, whole.Answers
	if covered > 0 {
		variance /= covered * covered
		whole.Margin = z * math.Sqrt(variance)
		if plain := spread(covered, whole.Answers, share); plain > 0 {
			whole.DesignEffect = variance / plain
			whole.Effective = whole.Answers / whole.DesignEffect
		}
	}
	return whole, by, nil
}

// spread is the variance of a share from a simple random sample without replacement.
func spread(size, answers, share float64) float64 {
	if size <= 1 {
		return 0
	}
	return (1 - answers/size) * size / (size - 1) * share * (1 - share) / answers
}

func sizesOf(strata []Stratum) map[string]int {
	out := make(map[string]int, len(strata))
	for _, s := range strata {
		out[s.Key] = s.Size
	}
	return out
}
