package link

import (
	"math"

	"milieu/internal/link/compare"
	"milieu/internal/link/name"
)

// measure is a number that tests of one or several levels look at: it is taken once
// for a pair.
type measure struct {
	test   string
	f, g   int // fields; g < 0 when it is no crosswise one
	either bool
	like   func(col *column, x, y uint32) float64
}

// measures are how values of one field are compared, by test. x and y are values,
// both there.
var measures = map[string]func(col *column, x, y uint32) float64{
	"jaro":         texts(compare.Jaro),
	"jaro-winkler": texts(compare.JaroWinkler),
	"levenshtein":  texts(func(a, b []byte) float64 { return float64(compare.Levenshtein(a, b)) }),
	"damerau":      texts(func(a, b []byte) float64 { return float64(compare.Damerau(a, b)) }),
	"similar": texts(func(a, b []byte) float64 {
		return 1 - float64(compare.Damerau(a, b))/float64(max(len(a), len(b)))
	}),
	"starts": texts(func(a, b []byte) float64 { return truth(compare.Starts(a, b)) }),
	"days":   func(c *column, x, y uint32) float64 { return compare.DaysApart(c.dates[x-1], c.dates[y-1]) },
	"slips": func(c *column, x, y uint32) float64 {
		return float64(compare.Damerau(c.dates[x-1].Digits[:], c.dates[y-1].Digits[:]))
	},
	"parts": func(c *column, x, y uint32) float64 {
		return float64(compare.DateParts(c.dates[x-1], c.dates[y-1]))
	},
	"sector":   depth,
	"district": depth,
	"area":     depth,
	"km": func(c *column, x, y uint32) float64 {
		p, q := c.points[x-1], c.points[y-1]
		return compare.Kilometres(p[0], p[1], q[0], q[1])
	},
	"difference": func(c *column, x, y uint32) float64 { return math.Abs(c.nums[x-1] - c.nums[y-1]) },
	"ratio": func(c *column, x, y uint32) float64 {
		a, b := math.Abs(c.nums[x-1]), math.Abs(c.nums[y-1])
		if a == b {
			return 1
		}
		return min(a, b) / max(a, b)
	},
	"number": func(c *column, x, y uint32) float64 {
		a, b := c.addrs[x-1].Number, c.addrs[y-1].Number
		return truth(a != 0 && a == b)
	},
	"words": func(c *column, x, y uint32) float64 {
		if c.addrs != nil {
			return compare.AddressWords(&c.addrs[x-1], &c.addrs[y-1])
		}
		return compare.Jaccard(c.words.at(x-1), c.words.at(y-1))
	},
	"apart": func(c *column, x, y uint32) float64 {
		return truth(!anyScheme(c.text.bytes(int(x-1)), c.text.bytes(int(y-1))))
	},
	"shares": func(c *column, x, y uint32) float64 {
		return float64(compare.Common(c.items.at(x-1), c.items.at(y-1)))
	},
}

// anyScheme says whether two lists of values hold one of the same scheme, which is
// what stands before a colon.
func anyScheme(a, b []byte) bool {
	for p := range split(a, 0) {
		for q := range split(b, 0) {
			i, j := indexOf(p, ":"), indexOf(q, ":")
			if i >= 0 && j >= 0 && string(p[:i]) == string(q[:j]) || i < 0 && j < 0 {
				return true
			}
		}
	}
	return false
}

func texts(like func(a, b []byte) float64) func(*column, uint32, uint32) float64 {
	return func(c *column, x, y uint32) float64 {
		return like(c.text.bytes(int(x-1)), c.text.bytes(int(y-1)))
	}
}

func depth(c *column, x, y uint32) float64 {
	return float64(compare.PostcodeDepth(c.codes[x-1], c.codes[y-1]))
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// sameValue says whether two values are equal; lists, whether they share one.
func sameValue(c *column, x, y uint32) float64 {
	switch {
	case x == y:
		return 1
	case c.names != nil:
		return truth(anyShared(c.items.at(x-1), c.items.at(y-1)))
	case c.items.ends != nil:
		return truth(compare.Common(c.items.at(x-1), c.items.at(y-1)) > 0)
	case c.codes != nil:
		a, b := c.codes[x-1], c.codes[y-1]
		return truth(a.Full != 0 && a == b)
	case c.nums != nil:
		return truth(c.nums[x-1] == c.nums[y-1])
	case c.dates != nil:
		return truth(c.dates[x-1].Digits == c.dates[y-1].Digits)
	}
	return 0
}

// anyShared works on short lists in any order.
func anyShared(a, b []uint32) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}

// nameLike returns the best score of two lists of names, and the information in what
// agrees there.
func nameLike(lex *name.Lexicon, c *column, x, y uint32) (score, bits float64) {
	score = -1
	for _, i := range c.items.at(x - 1) {
		for _, j := range c.items.at(y - 1) {
			if s, b := oneNameLike(lex, c, i, j); s > score || s == score && b > bits {
				score, bits = s, b
			}
		}
	}
	return score, bits
}

// oneNameLike compares two names by their numbers. No more information agrees than
// there is in either.
func oneNameLike(lex *name.Lexicon, c *column, i, j uint32) (score, bits float64) {
	r := lex.Compare(&c.names[i], &c.names[j])
	return r.Score, min(r.Bits, float64(c.nameBits[i]), float64(c.nameBits[j]))
}

// crossLike compares two fields crosswise. Both ways must hold, so that the worse of
// the two counts; with either the better one of those that have values.
func (ms *measure) crossLike(f, g *column, fa, ga, fb, gb uint32) float64 {
	p, q := cross(ms.test, f, fa, g, gb), cross(ms.test, g, ga, f, fb)
	switch {
	case ms.either && p != p:
		return q
	case ms.either && q != q:
		return p
	case p != p || q != q:
		return math.NaN()
	case tests[ms.test].distance == ms.either:
		return min(p, q)
	}
	return max(p, q)
}

// cross compares a value of one field with one of another; NaN where one is missing.
func cross(test string, a *column, x uint32, b *column, y uint32) float64 {
	if x == 0 || y == 0 {
		return math.NaN()
	}
	s, t := a.text.bytes(int(x-1)), b.text.bytes(int(y-1))
	switch test {
	case "jaro":
		return compare.Jaro(s, t)
	case "jaro-winkler":
		return compare.JaroWinkler(s, t)
	case "similar":
		return 1 - float64(compare.Damerau(s, t))/float64(max(len(s), len(t)))
	case "starts":
		return truth(compare.Starts(s, t))
	case "levenshtein":
		return float64(compare.Levenshtein(s, t))
	case "damerau":
		return float64(compare.Damerau(s, t))
	}
	return truth(string(s) == string(t))
}
