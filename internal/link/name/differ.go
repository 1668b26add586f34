package name

import (
	"math/bits"
	"strings"
)

// What a difference between two words costs, 1 for words that are not the same.
const (
	apart          = 1.0
	foldPenalty    = 0.05 // Mueller, Muller
	shortPenalty   = 0.12 // a usual abbreviation
	cutPenalty     = 0.22 // an unusual one
	scriptPenalty  = 0.12 // the same sounds in another script
	inflectPenalty = 0.25 // Engineers, Engineering
	letterPenalty  = 0.30 // J, John
	typoPenalty    = 0.12 // a letter
)

// mostSlips is how many letters may be wrong in the longest words.
const mostSlips = 3

// differ is how far two words are from being the same one.
func (m *match) differ(t, u *token) float64 {
	if t.num >= 0 || u.num >= 0 {
		if t.num > 0 && foreignNumbers[u.plain] == t.num || u.num > 0 && foreignNumbers[t.plain] == u.num {
			return joinedPenalty
		}
		return apart
	}
	if (t.flags|u.flags)&mixed != 0 {
		return confused(t.plain, u.plain)
	}
	d := apart
	if m.a.script != m.b.script {
		by := max(m.a.script, m.b.script)
		d = min(sounds(t.plain, u.plain, by), sounds(t.text, u.text, by))
	}
	if t.flags&u.flags&place == 0 && folded(t.text, u.text) {
		return foldPenalty
	}
	d = min(d, m.shortened(t, u), m.shortened(u, t))
	if d <= shortPenalty {
		return d
	}
	if inflected(t, u) {
		d = min(d, inflectPenalty)
	}
	return min(d, m.typo(t, u))
}

// confused compares words of letters and digits: only a letter that looks like the digit may stand for it.
func confused(a, b string) float64 {
	if len(a) != len(b) {
		return apart
	}
	for i := 0; i < len(a); i++ {
		if a[i] != b[i] && look(a[i]) != look(b[i]) {
			return apart
		}
	}
	return typoPenalty
}

func look(c byte) byte {
	switch c {
	case 'o':
		return '0'
	case 'l', 'i':
		return '1'
	case 's':
		return '5'
	}
	return c
}

// shortened is the cost of taking s for a short form of w.
func (m *match) shortened(s, w *token) float64 {
	if len(s.plain) >= len(w.plain) || s.flags&shortForm == 0 && (s.plain[0] != w.plain[0] || s.own&^w.mask != 0) {
		return apart
	}
	for _, long := range m.l.short[s.text] {
		if long == w.text && (len(s.text) > 1 || m.rarest >= leastRare) {
			return shortPenalty
		}
	}
	if s.plain[0] != w.plain[0] {
		return apart
	}
	n, beside := len(s.plain), m.rarest >= leastRare
	marked := s.flags&dotted != 0
	switch {
	case n == 1:
		if beside && (marked && len(m.a.tokens) > 2 || w.flags&given != 0) {
			return letterPenalty
		}
	case n == 2 && marked && beside && (strings.HasPrefix(w.plain, s.plain) || consonants(s.plain, w.plain)):
		return cutPenalty
	case n >= 3 && marked && strings.HasPrefix(w.plain, s.plain):
		return cutPenalty
	case n >= 4 && beside && s.flags&known == 0 && strings.HasPrefix(w.plain, s.plain) && len(w.plain) >= n+2:
		return cutPenalty
	case n >= 3 && strings.HasPrefix(w.text, s.text) && s.flags&(english|place|surname|given) == 0 && len(w.text) >= n+3 && w.flags&english != 0 && w.bits < leastRare:
		return cutPenalty
	case n >= 4 && s.flags&known == 0 && w.flags&english != 0 && len(w.text) >= 6 && consonants(s.text, w.text):
		return cutPenalty
	case n >= 3 && beside && s.flags&known == 0 && (len(w.plain) >= 6 && n <= 5 && ends(s.plain, w.plain) || bare(s.plain, w.plain)):
		return cutPenalty
	}
	return apart
}

// ends says that the short form is the beginning and the end of the word: Gle, Generale; Ayto, Ayuntamiento.
func ends(s, w string) bool {
	for i := 1; i <= len(s)-2; i++ {
		if strings.HasPrefix(w, s[:i]) && strings.HasSuffix(w, s[i:]) {
			return true
		}
	}
	return false
}

// bare says that the short form is the word without its vowels: Clb, Club.
func bare(s, w string) bool {
	j := 0
	for i := 0; i < len(w); i++ {
		if i > 0 && vowel(w[i]) {
			continue
		}
		if j == len(s) || s[j] != w[i] {
			return false
		}
		j++
	}
	return j == len(s)
}

// consonants says that the short form leaves out vowels and the like: mngmt, srvcs. It keeps the order,
// has few vowels of its own and at least half of the word's consonants.
func consonants(s, w string) bool {
	j, vowels, all := 0, 0, 0
	for i := 0; i < len(w); i++ {
		if !vowel(w[i]) {
			all++
		}
		if j < len(s) && w[i] == s[j] {
			j++
		}
	}
	for i := 1; i < len(s); i++ {
		if vowel(s[i]) {
			vowels++
		}
	}
	return j == len(s) && vowels <= 1 && 2*(len(s)-vowels) >= all
}

func vowel(c byte) bool { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || c == 'y' }

// endings are those of one stem, beside none.
var endings = setOf("s es e y ies ing er ers or ors ed al ic ical ion ions ation ations ive ment ments ance ence ant ent ary ery ry ist ists ship ships en n a o us um is")

// inflected says that two ordinary words are forms of one: Engineers and Engineering. Family
// names are not: Edward and Edwards are two.
func inflected(t, u *token) bool {
	if t.flags&english == 0 && u.flags&english == 0 || (t.flags&(surname|given) != 0 && u.flags&(surname|given) != 0) {
		return false
	}
	a, b := t.text, u.text
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	if n < 5 || 2*n < max(len(a), len(b)) || min(len(a), len(b)) < 5 {
		return false
	}
	x, y := a[n:], b[n:]
	return ending(x) && ending(y)
}

func ending(s string) bool { return s == "" || endings[s] }

// typo is the cost of taking one word for a slip of the other. Two words that are both known
// are two words: East and West, Mars and Marks.
func (m *match) typo(t, u *token) float64 {
	if bits.OnesCount32(t.mask^u.mask) > 2*mostSlips+2 {
		return apart // each slip brings or takes two letters at most; folded forms have a few more
	}
	d, short := m.slips(t, u)
	if d == 0 {
		return apart
	}
	if t.flags&u.flags&place != 0 && !plural(t.plain, u.plain) {
		return apart
	}
	alike := short >= 7 && alikeSounds(t.plain, u.plain)
	cost := typoPenalty * float64(d)
	tKnown, uKnown := t.flags&known != 0, u.flags&known != 0
	if d == 2 && short < 8 && !alike || d == 2 && !alike && !ordinary(t) && !ordinary(u) && short < 10 {
		return apart
	}
	switch {
	case tKnown && uKnown:
		beside := m.rarest >= leastRare-2
		if !(alike && d == 1 && beside) && !(d == 1 && short >= 5 && m.bits >= leastOrdinary && doubled(t.plain, u.plain)) && !(beside && plural(t.plain, u.plain)) && !slipOf(t, u, d, short) && !m.realWord(t, u, d, short) {
			return apart
		}
		cost += 0.12
	case !tKnown && !uKnown:
		if d > 1 && short < 9 && !alike || d > 2 && !alike || d == 1 && short < 5 {
			return apart
		}
		cost += 0.08
	}
	if m.bits == 0 && len(m.a.tokens) == 1 && len(m.b.tokens) == 1 {
		// The word is the whole name: only what slips easily is a slip.
		if short < 7 && !easy(t.plain, u.plain) || d > 1 && !(alike && short >= 9) {
			return apart
		}
		cost += 0.05
	}
	if t.plain[0] != u.plain[0] {
		if d > 1 && short < 11 || m.bits == 0 && !swapped(t.plain, u.plain) {
			return apart
		}
		if (short < 6 || m.rarest < leastRare) && d == 1 && !swapped(t.plain, u.plain) {
			return apart
		}
		cost += 0.12
	}
	if short == 4 {
		if m.rarest < leastRare-1 && !easy(t.plain, u.plain) {
			return apart
		}
		cost += 0.1
	}
	return cost
}

// ordinary says that names often have the word.
func ordinary(t *token) bool { return t.flags&english != 0 && t.bits < leastRare+1 }

// slips is the number of letters by which two words differ, the shorter length beside it; 0 where they are too many.
func (m *match) slips(t, u *token) (d, short int) {
	short = min(len(t.plain), len(u.plain))
	if short < 4 || max(len(t.plain), len(u.plain))-short > 3 {
		return 0, short
	}
	most := 1
	switch {
	case short >= 11:
		most = mostSlips
	case short >= 7:
		most = 2
	}
	d = distance(t.plain, u.plain, most)
	if t.text != t.plain || u.text != u.plain {
		// Against the folded form too: Restaraunts, Restaurant.
		if k := distance(t.text, u.text, most); k > 0 {
			d = min(d, k)
		}
	}
	if d > most {
		return 0, short
	}
	return d, short
}

// slipOf says that of two known words the much rarer one is a slip, and no word or name itself.
func slipOf(t, u *token, d, short int) bool {
	rare, often := t, u
	if rare.bits < often.bits {
		rare, often = u, t
	}
	return d == 1 && short >= 6 && rare.flags&(english|place|surname|given) == 0 && rare.bits-often.bits >= 5
}

// realWord says that an ordinary word of names slipped into another word of the language that names hardly have:
// Steel, Steal. Something rare must agree beside it.
func (m *match) realWord(t, u *token, d, short int) bool {
	rare, often := t, u
	if rare.bits < often.bits {
		rare, often = u, t
	}
	return d == 1 && short >= 5 && m.rarest >= 13 && often.flags&english != 0 && often.bits <= 9.5 && rare.bits >= 15 && rare.flags&(place|surname|given) == 0 && t.plain[0] == u.plain[0]
}

func plural(a, b string) bool { return a+"s" == b || b+"s" == a }

// easy says that two words differ by a swap, or by a letter that is doubled in one.
func easy(a, b string) bool {
	if len(a) == len(b) {
		for i := 0; i+1 < len(a); i++ {
			if a[i] != b[i] {
				return swapped(a[i:], b[i:])
			}
		}
		return false
	}
	return doubled(a, b)
}

// doubled says that one word has a letter twice that the other has once.
func doubled(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	for i := 1; i < len(b) && len(a)+1 == len(b); i++ {
		if b[i] == b[i-1] && b[:i]+b[i+1:] == a {
			return true
		}
	}
	return false
}

func swapped(a, b string) bool {
	return len(a) == len(b) && len(a) > 1 && a[0] == b[1] && a[1] == b[0] && a[2:] == b[2:]
}

// distance is the number of letters left out, put in, changed or swapped with their neighbour between two
// ASCII words (optimal string alignment), most+1 where there are more than most.
func distance(a, b string, most int) int {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > most {
		return most + 1
	}
	if len(a) == 0 {
		return len(b)
	}
	const width = 48
	if len(b) >= width {
		return most + 1
	}
	var rows [3][width]int
	before, row, next := &rows[0], &rows[1], &rows[2]
	for j := 0; j <= len(b); j++ {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			v := min(row[j]+1, next[j-1]+1, row[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				v = min(v, before[j-2]+1)
			}
			next[j] = v
			least = min(least, v)
		}
		if least > most {
			return most + 1
		}
		before, row, next = row, next, before
	}
	return row[len(b)]
}
