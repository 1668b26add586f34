package sampling

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Stratum is a part of the frame that is drawn by itself.
type Stratum struct {
	Key       string
	Size      int     // firms in the frame
	Deviation float64 // expected standard deviation of what is measured, for Neyman; 0 is 0.5, that of a share of one half
	Response  float64 // share of those asked that is expected to answer; 0 is 1
}

func (s Stratum) response() float64 {
	if s.Response == 0 {
		return 1
	}
	return s.Response
}

func (s Stratum) deviation() float64 {
	if s.Deviation == 0 {
		return 0.5
	}
	return s.Deviation
}

// check says what is wrong with a list of strata.
func check(strata []Stratum) error {
	seen := map[string]bool{}
	for _, s := range strata {
		switch {
		case seen[s.Key]:
			return fmt.Errorf("stratum %q is given twice", s.Key)
		case s.Size < 0:
			return fmt.Errorf("stratum %q has %d firms; a size is not negative", s.Key, s.Size)
		case !(s.Deviation >= 0) || math.IsInf(s.Deviation, 0):
			return fmt.Errorf("stratum %q has a standard deviation of %v; it is not negative", s.Key, s.Deviation)
		case !(s.Response >= 0 && s.Response <= 1):
			return fmt.Errorf("stratum %q has a response of %v; it is a share from 0 to 1", s.Key, s.Response)
		}
		seen[s.Key] = true
	}
	return nil
}

// Rule says in which proportion strata are asked.
type Rule string

// The rules of allocation.
const (
	Proportional Rule = "proportional" // as many of a hundred firms in each: best for results over all firms
	Neyman       Rule = "neyman"       // more where firms differ more and answer less (Neyman 1934): least variance for the number asked
	Equal        Rule = "equal"        // as many firms in each: best for comparing strata
)

// Rules are all rules of allocation.
var Rules = []Rule{Proportional, Neyman, Equal}

// Allocation says how many firms of each stratum are asked.
type Allocation struct {
	Rule    Rule // empty is Proportional
	Minimum int  // the least asked in each stratum, or all of a smaller one
	TakeAll int  // strata of at most this size are asked whole
}

// Allocate shares total firms to be asked among strata: in the proportion of the rule, between the minimum and the size of
// each, in whole numbers by largest remainders, ties in the order of keys. The numbers sum to total. It fails where total is
// less than minimum and take-all need, or more than there are firms.
func (a Allocation) Allocate(strata []Stratum, total int) (map[string]int, error) {
	if err := check(strata); err != nil {
		return nil, err
	}
	if a.Minimum < 0 || a.TakeAll < 0 {
		return nil, fmt.Errorf("minimum %d and take-all %d are not negative", a.Minimum, a.TakeAll)
	}
	parts := make([]part, len(strata))
	least, most := 0, 0
	for i, s := range strata {
		score, err := a.score(s)
		if err != nil {
			return nil, err
		}
		low := min(a.Minimum, s.Size)
		if s.Size <= a.TakeAll {
			low = s.Size
		}
		parts[i] = part{key: s.Key, score: score, low: low, high: s.Size}
		least += low
		most += s.Size
	}
	switch {
	case total > most:
		return nil, fmt.Errorf("%d firms are to be asked and the frame has %d", total, most)
	case total < least:
		return nil, fmt.Errorf("%d firms are to be asked, and at least %d are needed: strata of at most %d are asked whole, of all others at least %d; ask more or lower these", total, least, a.TakeAll, a.Minimum)
	}
	return shared(parts, total), nil
}

// score is the proportion in which a stratum is asked.
func (a Allocation) score(s Stratum) (float64, error) {
	switch a.Rule {
	case "", Proportional:
		return float64(s.Size), nil
	case Neyman:
		// The variance of n asked is N²S²/(n·response), so the best n goes with N·S/√response.
		return float64(s.Size) * s.deviation() / math.Sqrt(s.response()), nil
	case Equal:
		return 1, nil
	}
	names := make([]string, len(Rules))
	for i, r := range Rules {
		names[i] = string(r)
	}
	return 0, fmt.Errorf("there is no rule %q of allocation; there are %s", a.Rule, strings.Join(names, ", "))
}

// part is a stratum while numbers are shared out.
type part struct {
	key       string
	score     float64
	low, high int
}

func (p part) at(scale float64) float64 {
	return min(max(scale*p.score, float64(p.low)), float64(p.high))
}

// shared finds the scale at which the parts, kept between their bounds, sum to total, and rounds them.
func shared(parts []part, total int) map[string]int {
	sum := func(scale float64) float64 {
		s := 0.0
		for _, p := range parts {
			s += p.at(scale)
		}
		return s
	}
	lo, hi := 0.0, 1.0
	for sum(hi) < float64(total) && hi < 1e300 {
		hi *= 2
	}
	for range 200 {
		if mid := (lo + hi) / 2; sum(mid) < float64(total) {
			lo = mid
		} else {
			hi = mid
		}
	}
	type rest struct {
		i    int
		over float64
	}
	out, left, rests := make([]int, len(parts)), total, make([]rest, 0, len(parts))
	for i, p := range parts {
		exact := p.at(hi)
		out[i] = int(exact + 1e-9) // a whole number may come out a hair below itself
		left -= out[i]
		rests = append(rests, rest{i, exact - float64(out[i])})
	}
	slices.SortFunc(rests, func(a, b rest) int {
		return cmp.Or(-cmp.Compare(round9(a.over), round9(b.over)), cmp.Compare(parts[a.i].key, parts[b.i].key))
	})
	for left > 0 {
		before := left
		for _, r := range rests {
			if left > 0 && out[r.i] < parts[r.i].high {
				out[r.i]++
				left--
			}
		}
		if left == before {
			break // strata without firms only; Allocate has seen to it that this does not happen
		}
	}
	plan := make(map[string]int, len(parts))
	for i, p := range parts {
		plan[p.key] = out[i]
	}
	return plan
}

func round9(x float64) float64 { return math.Round(x*1e9) / 1e9 }
