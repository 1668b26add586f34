package interview

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"milieu/internal/auth"
	"milieu/internal/stat"
	"milieu/internal/store"
)

// resampling is how intervals of agreement are made: excerpts are drawn anew.
var resampling = stat.Resampling{Draws: 1000, Seed: 20240607, Confidence: 0.95}

// Thresholds of Krippendorff (Content Analysis, 4th edition, 2018, section 12.8): figures above Reliable can be relied
// on; between Tentative and Reliable they allow tentative conclusions only.
const (
	Reliable  = 0.8
	Tentative = 0.667
)

// CodeAgreement is how far coders agree on one code: whether each of them gave it to an excerpt or not.
type CodeAgreement struct {
	Code     Code
	Excerpts int            // that two people or more coded while the code was in the book
	Given    int            // of these, to which at least one of them gave it
	All      int            // of these, to which all of them gave it
	Alpha    stat.Agreement // Krippendorff's alpha for nominal data, with a bootstrap interval over excerpts
	Kappa    stat.Agreement // Cohen's kappa, where Pair
	Pair     bool           // exactly two people coded
}

// Agreement is how far those who code agree, from the codes they gave before they saw each other's.
type Agreement struct {
	Coders   []string // ids of people, in order
	Excerpts int      // coded by two people or more
	Once     int      // coded by one
	Uncoded  int      // coded by nobody
	Codes    []CodeAgreement
	Together stat.Agreement // alpha over all codes: each excerpt by each code is one thing to judge; its interval draws excerpts with all their codes
}

// Enough says that something can be reckoned.
func (a Agreement) Enough() bool { return a.Excerpts > 0 }

// Agreement reckons how far coders agree on each code of the book that was given to anything, retired ones too.
func (b Book) Agreement(ctx context.Context, a auth.Actor) (out Agreement, err error) {
	err = b.read(ctx, a, func(q store.Querier) error {
		out, err = b.agreement(ctx, q)
		return err
	})
	return out, err
}

func (b Book) agreement(ctx context.Context, q store.Querier) (Agreement, error) {
	book, err := codes(ctx, q, b.Workspace)
	if err != nil {
		return Agreement{}, err
	}
	given, err := b.codings(ctx, q)
	if err != nil {
		return Agreement{}, err
	}
	all, err := excerptRows(ctx, q, excerptsOfAll, b.Workspace)
	if err != nil {
		return Agreement{}, err
	}
	return agree(all, book, given)
}

// agree reckons agreement from codings by excerpt. The order of excerpts is that of the list, so that the same codings
// give the same interval.
func agree(excerpts []Excerpt, book []Code, given map[string][]Coding) (Agreement, error) {
	var out Agreement
	var units [][]Coding
	for _, e := range excerpts {
		switch g := given[e.ID]; len(g) {
		case 0:
			out.Uncoded++
		case 1:
			out.Once++
		default:
			units = append(units, g)
			for _, c := range g {
				if !slices.Contains(out.Coders, c.Coder) {
					out.Coders = append(out.Coders, c.Coder)
				}
			}
		}
	}
	slices.Sort(out.Coders)
	out.Excerpts = len(units)
	byExcerpt := make([][][]int, len(units))
	for _, c := range book {
		ratings := ratingsOf(units, out.Coders, c)
		if !anyGiven(ratings) {
			continue
		}
		one, err := agreeOn(c, ratings)
		if err != nil {
			return Agreement{}, err
		}
		out.Codes = append(out.Codes, one)
		for i, row := range ratings {
			byExcerpt[i] = append(byExcerpt[i], row)
		}
	}
	var err error
	if out.Together, err = together(byExcerpt); err != nil {
		return Agreement{}, fmt.Errorf("agreement over all codes: %w", err)
	}
	return out, nil
}

// together is the alpha over all codes. The codes of one excerpt hang together, so that excerpts are drawn anew whole.
func together(byExcerpt [][][]int) (stat.Agreement, error) {
	out, err := stat.KrippendorffAlpha(slices.Concat(byExcerpt...), stat.Resampling{})
	if err != nil || !out.Defined || len(byExcerpt) < 2 {
		return out, err
	}
	var values []float64
	for draw := range resampling.Draws {
		rng := rand.New(rand.NewPCG(resampling.Seed, uint64(draw)))
		var drawn [][]int
		for range byExcerpt {
			drawn = append(drawn, byExcerpt[rng.IntN(len(byExcerpt))]...)
		}
		one, err := stat.KrippendorffAlpha(drawn, stat.Resampling{})
		if err != nil {
			return out, err
		}
		if one.Defined {
			values = append(values, one.Value)
		}
	}
	// As in package stat: no interval where more than one draw in twenty tells nothing.
	if 20*(resampling.Draws-len(values)) > resampling.Draws {
		return out, nil
	}
	slices.Sort(values)
	tail := (1 - resampling.Confidence) / 2
	at := func(p float64) float64 { return values[int(math.Round(p*float64(len(values)-1)))] }
	out.Lo, out.Hi = at(tail), at(1-tail)
	return out, nil
}

// ratingsOf says for each excerpt and coder whether the code was given: 1, 0, or stat.Missing where the coder did not code the
// excerpt, or did so before the code was in the book or after it was retired.
func ratingsOf(units [][]Coding, coders []string, c Code) [][]int {
	var out [][]int
	for _, given := range units {
		row := make([]int, len(coders))
		for k, who := range coders {
			row[k] = stat.Missing
			i := slices.IndexFunc(given, func(g Coding) bool { return g.Coder == who })
			if i < 0 || given[i].Since < c.MadeAt || c.RetiredAt != "" && given[i].Since > c.RetiredAt {
				continue
			}
			row[k] = 0
			if slices.Contains(given[i].First, c.ID) {
				row[k] = 1
			}
		}
		out = append(out, row)
	}
	return out
}

// known says that two coders or more judged it.
func known(row []int) bool {
	return len(slices.DeleteFunc(slices.Clone(row), func(r int) bool { return r == stat.Missing })) > 1
}

func anyGiven(ratings [][]int) bool {
	return slices.ContainsFunc(ratings, func(row []int) bool { return known(row) && slices.Contains(row, 1) })
}

func agreeOn(c Code, ratings [][]int) (CodeAgreement, error) {
	out := CodeAgreement{Code: c}
	seen := map[int]bool{}
	for _, row := range ratings {
		if !known(row) {
			continue
		}
		out.Excerpts++
		if slices.Contains(row, 1) {
			out.Given++
			if !slices.Contains(row, 0) {
				out.All++
			}
		}
		for k, r := range row {
			if r != stat.Missing {
				seen[k] = true
			}
		}
	}
	var err error
	if out.Alpha, err = alpha(ratings); err != nil {
		return out, fmt.Errorf("agreement on code %q: %w", c.Label, err)
	}
	if out.Pair = len(seen) == 2; !out.Pair {
		return out, nil
	}
	if out.Kappa, err = kappa(ratings, seen); err != nil {
		return out, fmt.Errorf("kappa of code %q: %w", c.Label, err)
	}
	return out, nil
}

func alpha(ratings [][]int) (stat.Agreement, error) {
	return stat.KrippendorffAlpha(ratings, resampling)
}

// kappa is Cohen's of the two coders that are there.
func kappa(ratings [][]int, who map[int]bool) (stat.Agreement, error) {
	var sides [2][]int
	for _, row := range ratings {
		k := 0
		for at, r := range row {
			if who[at] { // the others are missing throughout
				sides[k] = append(sides[k], r)
				k++
			}
		}
	}
	return stat.CohenKappa(sides[0], sides[1], resampling)
}

// Verdict says in words what an alpha with its interval allows to be said.
func Verdict(a stat.Agreement) string {
	switch {
	case !a.Defined:
		return "cannot be said: everybody chose the same throughout"
	case !(a.Lo <= a.Hi): // NaN: no interval
		return "too few excerpts for an interval"
	case a.Lo >= Reliable:
		return "can be relied on"
	case a.Lo >= Tentative:
		return "good enough for tentative conclusions"
	case a.Hi < Tentative:
		return "too low: mend the definition, code again"
	}
	return "not clear yet: code more by two"
}
