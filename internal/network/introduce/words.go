package introduce

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
)

// vocabulary is the words of themes, so that "titanium casting" and "castings"
// meet.
type vocabulary struct {
	names  []string
	number map[string]int32
	byForm [][]int32 // words of each theme
	idf    []float64 // 0 to 1; 1 for a word of one organisation alone
	held   [][]int32 // organisations that hold the word (themes and offers), ascending
}

// dull words say nothing of what an organisation works on.
var dull = map[string]bool{"and": true, "the": true, "for": true, "with": true, "other": true, "all": true, "sector": true, "service": true, "activity": true,
	"product": true, "manufacture": true, "manufacturing": true, "general": true, "sic": true, "nec": true, "business": true, "development": true, "support": true,
	"system": true, "technology": true, "engineering": true, "advanced": true, "research": true, "innovation": true, "industry": true, "industrial": true, "company": true,
	"high": true, "scale": true, "large": true, "small": true, "full": true, "new": true, "chain": true, "supply": true, "local": true, "non": true, "etc": true, "based": true, "related": true, "various": true, "basic": true, "special": true, "purpose": true, "part": true, "stated": true, "building": true, "project": true, "membership": true, "organization": true, "organisation": true, "association": true, "body": true, "employer": true, "professional": true,
	"buying": true, "selling": true, "letting": true, "operating": true, "own": true, "leased": true, "real": true, "estate": true, "holding": true, "head": true, "office": true, "trading": true, "national": true, "regional": true}

// Words takes a theme apart: lower-case runs of letters and digits, two or more,
// without plural, each once.
func Words(theme string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(strings.ToLower(theme), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if w = singular(w); len(w) > 1 && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// split is the words of a theme that tell organisations apart.
func split(theme string) []string {
	return slices.DeleteFunc(Words(theme), func(w string) bool {
		return len(w) < 3 && w != "5g" || dull[w] || strings.Trim(w, "0123456789") == ""
	})
}

func singular(w string) string {
	switch {
	case len(w) > 4 && strings.HasSuffix(w, "ies"):
		return w[:len(w)-3] + "y"
	case len(w) > 3 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") && !strings.HasSuffix(w, "is") && !strings.HasSuffix(w, "us"):
		return w[:len(w)-1]
	}
	return w
}

func newVocabulary(themes []string) *vocabulary {
	v := &vocabulary{number: map[string]int32{}, byForm: make([][]int32, len(themes))}
	for i, t := range themes {
		for _, w := range split(t) {
			n, ok := v.number[w]
			if !ok {
				n = int32(len(v.names))
				v.number[w] = n
				v.names = append(v.names, w)
			}
			v.byForm[i] = append(v.byForm[i], n)
		}
	}
	return v
}

// of is the known words of a text, ascending.
func (v *vocabulary) of(text string) []int32 {
	var out []int32
	for _, w := range split(text) {
		if n, ok := v.number[w]; ok {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// all is the words of several themes, ascending.
func (v *vocabulary) all(lists ...[]int32) []int32 {
	var out []int32
	for _, l := range lists {
		for _, t := range l {
			out = append(out, v.byForm[t]...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// within is how far the shorter of two themes lies in the other: the share of its
// words, by idf, that the other has too. Both have at least one word.
func (v *vocabulary) within(s, t int32) float64 {
	sum := func(words []int32) (n float64) {
		for _, w := range words {
			n += v.idf[w]
		}
		return n
	}
	both := 0.0
	for _, w := range v.byForm[s] {
		if slices.Contains(v.byForm[t], w) {
			both += v.idf[w]
		}
	}
	if both == 0 {
		return 0
	}
	return both / min(sum(v.byForm[s]), sum(v.byForm[t]))
}

// fit is how much a word that two lists of themes share is the same thing in both:
// 1 when one of the themes that hold it lies wholly in one of the other list, such
// as "welding" in "friction stir welding"; a quarter for one of two words, such as
// in "carbon capture" and "carbon fibre".
func (v *vocabulary) fit(w int32, p, q [2][]int32) float64 {
	best := 0.0
	for _, ps := range p {
		for _, s := range ps {
			if !slices.Contains(v.byForm[s], w) {
				continue
			}
			for _, qs := range q {
				for _, t := range qs {
					if slices.Contains(v.byForm[t], w) {
						best = max(best, v.within(s, t))
					}
				}
			}
		}
	}
	return best * best
}

// weigh counts who holds each word.
func (v *vocabulary) weigh(held [][]int32) {
	v.held = make([][]int32, len(v.names))
	n := 0
	for o, words := range held {
		if len(words) > 0 {
			n++
		}
		for _, w := range words {
			v.held[w] = append(v.held[w], int32(o))
		}
	}
	v.idf = make([]float64, len(v.names))
	if n == 0 {
		return // nobody does or offers anything: words of needs meet nothing
	}
	for w := range v.idf {
		v.idf[w] = math.Log(float64(n+1)/float64(max(1, len(v.held[w])))) / math.Log(float64(n+1))
	}
}

// mostCalled is how many names a word may stand in and still say that two of them
// belong together.
const mostCalled = 4

// rareNames is, by organisation, the words of its name that stand in its own and
// few other names, ascending.
func rareNames(orgs []Org) [][]int32 {
	number, count := map[string]int32{}, []int{}
	out := make([][]int32, len(orgs))
	for v := range orgs {
		for _, w := range split(orgs[v].Name) {
			n, ok := number[w]
			if !ok {
				n = int32(len(count))
				number[w], count = n, append(count, 0)
			}
			count[n]++
			out[v] = append(out[v], n)
		}
	}
	for v := range out {
		out[v] = slices.DeleteFunc(out[v], func(w int32) bool { return count[w] < 2 || count[w] > mostCalled })
		slices.Sort(out[v])
	}
	return out
}

// common is the words of the most organisations, at most most of them, each
// held by three or more; ties by the word itself.
func (v *vocabulary) common(most int) []int32 {
	var out []int32
	for w := range v.names {
		if len(v.held[w]) >= 3 {
			out = append(out, int32(w))
		}
	}
	slices.SortFunc(out, func(a, b int32) int {
		return cmp.Or(cmp.Compare(len(v.held[b]), len(v.held[a])), cmp.Compare(v.names[a], v.names[b]))
	})
	return out[:min(most, len(out))]
}

// shared calls do for every number in both ascending lists.
func shared(a, b []int32, do func(int32)) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			do(a[i])
			i++
			j++
		}
	}
}
