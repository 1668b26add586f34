package name

const (
	acronymPenalty = 0.20
	lettersPenalty = 0.40 // for a whole name of two letters
	leastAcronym   = 3    // letters that may stand alone
	leastOrdinary  = 6    // bits of one ordinary word
	leastRare      = 11   // bits of one word that is none
)

// acronym pairs the first letters of words with the words.
func (m *match) acronym() {
	m.spelled(m.a, &m.inA, m.b, &m.inB)
	m.spelled(m.b, &m.inB, m.a, &m.inA)
}

func (m *match) spelled(p *part, inP *[mostTokens]bool, q *part, inQ *[mostTokens]bool) {
	if !two(q, inQ) {
		return
	}
	for i := range p.tokens {
		t := &p.tokens[i]
		if inP[i] || !m.mayBeAcronym(p, t) {
			continue
		}
		for j := range q.letters {
			if w := q.letters[j].word; w < 0 || inQ[w] {
				continue
			}
			used, ok := spells(q.letters[j:], t.plain, inQ)
			if !ok || !m.whole(q, q.letters[j:j+used]) {
				continue
			}
			inP[i] = true
			m.take(q, inQ, q.letters[j:j+used], t)
			return
		}
	}
}

// whole says that no letter is that of a word of one letter.
func (m *match) whole(q *part, letters []letter) bool {
	for _, x := range letters {
		if x.word >= 0 && len(q.tokens[x.word].plain) < 2 && !x.may {
			return false
		}
	}
	return true
}

// take marks the words whose first letters were found.
func (m *match) take(q *part, inQ *[mostTokens]bool, letters []letter, t *token) {
	for _, x := range letters {
		if x.word >= 0 {
			inQ[x.word] = true
			m.bits += min(float64(q.tokens[x.word].bits), 3)
		}
	}
	cost := acronymPenalty
	if len(t.plain) < leastAcronym && m.rarest < leastRare {
		cost = lettersPenalty
	}
	m.charge(cost)
	m.steps.say(t.plain, "is the first letters of the words")
}

// mayBeAcronym: a word of few letters that is none of the language, or is written in capitals.
func (m *match) mayBeAcronym(p *part, t *token) bool {
	n := len(t.plain)
	if n < 2 || n > 8 || t.num >= 0 || t.flags&mixed != 0 {
		return false
	}
	if n < leastAcronym && m.rarest < leastRare && len(p.tokens) > 1 {
		return false
	}
	return t.flags&(english|place) == 0 || t.flags&(capital|dotted|initial) != 0
}

// spells says whether words begin with the letters of the text in a row, and how many
// words that takes at most. Words that weigh nothing may be left out. Words that have found their counterpart
// are not used; a nil in leaves all free.
func spells(words []letter, text string, in *[mostTokens]bool) (used int, ok bool) {
	// Bit k of the state: the words so far spell the first k letters.
	state, whole := uint32(1), uint32(1)<<len(text)
	for i, w := range words {
		next := uint32(0)
		if w.may {
			next = state
		}
		if w.word < 0 || in == nil || !in[w.word] {
			for k := range len(text) {
				if state&(1<<k) != 0 && text[k] == w.c {
					next |= 1 << (k + 1)
				}
			}
		}
		if state = next; state == 0 {
			break
		}
		if state&whole != 0 {
			used, ok = i+1, true
		}
	}
	return used, ok
}

// isSpelled says that the text is the first letters of the whole name.
func (p *part) isSpelled(text string) bool {
	if n := len(text); n < leastAcronym || n > len(p.letters) || n > 8 || p.letters[0].c != text[0] && !p.letters[0].may {
		return false
	}
	used, ok := spells(p.letters, text, nil)
	return ok && used == len(p.letters)
}
