package name

import "strings"

// Result is what a comparison comes to.
type Result struct {
	// Score says how far two names are of one organisation: 1 the same words, from
	// Same upwards all words that tell bodies apart are in both, below it some are not.
	Score float64
	// Bits is the information in the words that agree, in log2: how unlikely it is that
	// a name which is of another organisation holds them.
	Bits float64
	// Why says in words what agrees and what does not; Explain fills it.
	Why string
}

// Same is the least score of names of one organisation.
const Same = 0.5

// Scores that names with a fault come to at most.
const (
	mostSlip    = 0.48 // a word may be a slip, or another body's
	mostSubset  = 0.45 // one name has a word more
	mostApart   = 0.30 // each has a word that the other lacks
	mostNumber  = 0.15 // their numbers differ
	mostForm    = 0.40 // their legal forms are of different countries
	laterShare  = 0.4  // of the cost of differences after the greatest
	alternative = 0.03 // off for agreement with a trading name
)

// What is read of a name at most: longer ones are lists or texts.
const (
	mostTokens  = 24
	mostLetters = 72
)

// Compare compares two names. It is the same from both sides and allocates nothing.
func (l *Lexicon) Compare(a, b *Name) Result {
	best := l.compare(&a.part, &b.part, nil)
	if len(a.alts) == 0 && len(b.alts) == 0 || best.Score == 1 {
		return best
	}
	other := func(p, q *part) {
		r := l.compare(p, q, nil)
		r.Score -= alternative
		if r.Score > best.Score {
			best = r
		}
	}
	for i := range a.alts {
		other(&a.alts[i], &b.part)
	}
	for j := range b.alts {
		other(&a.part, &b.alts[j])
	}
	return best
}

// match is a pairing of words of two names.
type match struct {
	a, b    *part
	l       *Lexicon
	inA     [mostTokens]bool // words that have found their counterpart
	inB     [mostTokens]bool
	penalty float64 // of all words together
	worst   float64 // of one word
	bits    float64
	rarest  float64 // bits of the rarest word that agrees
	steps   *steps
}

func (l *Lexicon) compare(a, b *part, s *steps) Result {
	if len(a.tokens) == 0 || len(b.tokens) == 0 {
		return Result{}
	}
	if swap(a, b) {
		a, b = b, a
	}
	m := match{a: a, b: b, l: l, steps: s}
	if a.whole == b.whole && a.full == b.full {
		// The same, or the same but for spaces.
		m.all()
	}
	m.equal()
	if m.left() {
		m.joined()
	}
	if m.left() {
		m.acronym()
	}
	if m.left() {
		m.similar()
	}
	if m.left() && max(a.script, b.script) >= loose && a.script != b.script {
		m.soundAlike()
	}
	return m.result()
}

// swap puts two names in one order, so that a comparison is the same from both sides.
func swap(a, b *part) bool {
	if len(a.tokens) != len(b.tokens) {
		return len(a.tokens) > len(b.tokens)
	}
	return a.whole > b.whole
}

// all pairs everything.
func (m *match) all() {
	for i := range m.a.tokens {
		m.inA[i] = true
		m.bits += float64(m.a.tokens[i].bits)
		m.rarest = max(m.rarest, float64(m.a.tokens[i].bits))
	}
	for j := range m.b.tokens {
		m.inB[j] = true
	}
	if len(m.a.tokens) != len(m.b.tokens) {
		m.charge(joinedPenalty)
	}
}

// left says that words of both names have no counterpart yet.
func (m *match) left() bool { return m.open(m.a, &m.inA) && m.open(m.b, &m.inB) }

func (m *match) open(p *part, in *[mostTokens]bool) bool {
	for i := range p.tokens {
		if !in[i] {
			return true
		}
	}
	return false
}

// equal pairs words that are the same.
func (m *match) equal() {
	for i := range m.a.tokens {
		t := &m.a.tokens[i]
		for j := range m.b.tokens {
			u := &m.b.tokens[j]
			if !m.inB[j] && (same(t, u) || i == len(m.a.tokens)-1 && j == len(m.b.tokens)-1 && (romanFor(t, u) || romanFor(u, t))) {
				m.pair(i, j, variant(t, u), float64(t.bits))
				break
			}
		}
	}
}

// variant is the cost of a word that is the same only when it is folded: Property and Properties.
func variant(t, u *token) float64 {
	if t.plain == u.plain || t.num >= 0 || u.num >= 0 {
		return 0
	}
	return variantPenalty
}

const variantPenalty = 0.04

func same(t, u *token) bool {
	return t.hash == u.hash && t.text == u.text || t.num >= 0 && t.num == u.num || (t.flags|u.flags)&initial != 0 && t.plain == u.plain
}

// romanFor says that the last letter of one name is the number at the end of the other: Lyon I, Lyon 1.
func romanFor(t, u *token) bool {
	return t.num > 0 && len(u.plain) == 1 && romans[u.plain] == t.num
}

func (m *match) pair(i, j int, penalty, bits float64) {
	m.inA[i], m.inB[j] = true, true
	m.charge(penalty)
	m.bits += bits
	m.rarest = max(m.rarest, bits)
}

// charge adds the cost of a difference.
func (m *match) charge(penalty float64) {
	m.penalty += penalty
	m.worst = max(m.worst, penalty)
}

const joinedPenalty = 0.02

// chosenBits is how much rarer a whole name is than its words let expect: names are chosen to differ from those
// that are taken. In the companies register whole names agree 10 to 100 times less often.
const chosenBits = 3

// joined pairs a word with a run of words that is the same without spaces: SmithKline.
func (m *match) joined() {
	m.runs(m.a, &m.inA, m.b, &m.inB)
	m.runs(m.b, &m.inB, m.a, &m.inA)
}

func (m *match) runs(p *part, inP *[mostTokens]bool, q *part, inQ *[mostTokens]bool) {
	if !two(q, inQ) {
		return
	}
	for i := range p.tokens {
		t := &p.tokens[i]
		if inP[i] || len(t.plain) < 2 {
			continue
		}
		for j := range q.tokens {
			k := run(t.plain, q.tokens, inQ, j)
			if k < 2 {
				continue
			}
			inP[i] = true
			bits := 0.0
			for x := j; x < j+k; x++ {
				inQ[x] = true
				bits += float64(q.tokens[x].bits)
			}
			m.bits += min(bits, float64(t.bits)+4)
			m.charge(joinedPenalty)
			m.steps.say(t.plain, "is written together")
			break
		}
	}
}

// two says that at least two words are free.
func two(p *part, in *[mostTokens]bool) bool {
	n := 0
	for i := range p.tokens {
		if !in[i] {
			n++
		}
	}
	return n > 1
}

// run is how many free words from the j-th on make up the text, 0 where they do not. A number
// may stand there in words or in digits.
func run(text string, words []token, in *[mostTokens]bool, j int) int {
	for k := j; k < len(words); k++ {
		if in[k] {
			return 0
		}
		rest, ok := strings.CutPrefix(text, words[k].plain)
		if !ok {
			if rest, ok = strings.CutPrefix(text, words[k].text); !ok {
				return 0
			}
		}
		if rest == "" {
			return k - j + 1
		}
		text = rest
	}
	return 0
}

// similar pairs what is left, the most alike first.
func (m *match) similar() {
	for {
		bi, bj, least := -1, -1, 1.0
		for i := range m.a.tokens {
			if m.inA[i] {
				continue
			}
			for j := range m.b.tokens {
				if m.inB[j] {
					continue
				}
				if d := m.differ(&m.a.tokens[i], &m.b.tokens[j]); d < least {
					bi, bj, least = i, j, d
				}
			}
		}
		if bi < 0 {
			return
		}
		t, u := &m.a.tokens[bi], &m.b.tokens[bj]
		m.pair(bi, bj, least, (1-least)*float64(min(t.bits, u.bits)))
		m.steps.pair(t.plain, u.plain)
	}
}

// result reckons the score.
func (m *match) result() Result {
	leftA, weakA, numA := m.rest(m.a, &m.inA, m.b)
	leftB, weakB, numB := m.rest(m.b, &m.inB, m.a)
	if weakA > 0 && weakB > 0 {
		// Each has a small word that the other lacks: then they tell bodies apart.
		leftA, leftB = leftA+weakA, leftB+weakB
	}
	clash := m.a.forms != 0 && m.b.forms != 0 && m.a.forms&m.b.forms == 0
	// One cause often brings several differences: a name with one abbreviation has more.
	if leftA == 0 && leftB == 0 && m.worst <= joinedPenalty {
		m.bits += chosenBits
	}
	score := max(1-m.worst-laterShare*(m.penalty-m.worst), 0)
	share := m.bits / (m.bits + leftA + leftB + 1e-9)
	switch {
	case leftA > 0 && leftB > 0 && m.maySlip():
		score *= mostSlip
		m.steps.end("one word may be a slip for another")
	case leftA > 0 && leftB > 0:
		score *= mostApart * share
		m.steps.end("each name has words that the other lacks")
	case leftA > 0 || leftB > 0:
		score *= mostSubset * share
		m.steps.end("one name has words that the other lacks")
	}
	if numA || numB {
		score = min(score, mostNumber)
		m.steps.end("the numbers differ")
	}
	if clash {
		score = min(score, mostForm)
		m.steps.end("the legal forms are of different countries")
	}
	return Result{Score: score, Bits: m.bits}
}

// maySlip says that one word of each is left, and they differ by a letter, or two in long words. That
// is too little to say that the names are the same and more than chance: an address may decide.
func (m *match) maySlip() bool {
	t, u := only(m.a, &m.inA), only(m.b, &m.inB)
	if t == nil || u == nil || (t.flags|u.flags)&mixed != 0 || t.num >= 0 || u.num >= 0 || t.flags&u.flags&place != 0 {
		return false
	}
	short := min(len(t.plain), len(u.plain))
	if short < 3 || ordinary(t) && ordinary(u) {
		return false
	}
	most := 1
	if short > 5 {
		most = 2
	}
	return distance(t.plain, u.plain, most) <= most
}

// only is the one word without counterpart, nil where there are none or several.
func only(p *part, in *[mostTokens]bool) *token {
	var found *token
	for i := range p.tokens {
		if !in[i] && p.tokens[i].flags&(weak|formLike) == 0 {
			if found != nil {
				return nil
			}
			found = &p.tokens[i]
		}
	}
	return found
}

// rest is the information in words without counterpart, that in words which may be missing, and whether a
// number is among the first.
func (m *match) rest(p *part, in *[mostTokens]bool, other *part) (bits, weakBits float64, number bool) {
	for i := range p.tokens {
		t := &p.tokens[i]
		if in[i] || other.isSpelled(t.plain) {
			continue
		}
		if t.flags&formLike != 0 {
			continue
		}
		if t.flags&weak != 0 {
			weakBits += 2
			continue
		}
		bits += max(float64(t.bits), 2)
		number = number || t.num >= 0 || t.flags&mixed != 0
		m.steps.without(t.plain)
	}
	return bits, weakBits, number
}
