package name

import (
	"strings"
)

// raw is a word as it stands.
type raw struct {
	text   string // lower case, without dots and apostrophes; numbers as digits
	plain  string // as it stood, where text is a number
	upper  bool   // all letters are capitals
	dotted bool
	spaced bool // letters that were parted by dots or spaces
	formal bool // written as forms are: SpA, s.r.o., KG
	stop   bool // joins words and weighs nothing
	join   bool // joins words and may be missing
	num    int32
}

// stops join words in names and weigh nothing.
var stops = setOf("the of and for")

// joins join words too where they stand between others; elsewhere they may be a name. They weigh, but one name
// may lack them.
var joins = setOf("in at to on by with de la le les du des der die das dem den und et y e i o og och del della delle dei degli di do dos da el los las van von zu zur fur fuer pour para per im am voor het an a aan te ten l d en auf tis tes tou ton ta ve al")

// articles are joins that may begin a name.
var articles = setOf("la le les die der das el los las het il lo gli an al")

func setOf(list string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}

// phrases are said of an organisation and are no part of its name.
var phrases = []string{"a company limited by guarantee", "company limited by guarantee", "a charitable company limited by guarantee", "and subsidiary undertakings", "and its subsidiaries", "and subsidiaries", "in liquidation", "in administration", "limited by guarantee"}

// part reads one name.
func (l *Lexicon) part(s string) part {
	words := split(s)
	words = l.spellNumbers(words)
	kept, forms := stripForms(words)
	after := words[min(len(kept), len(words)):]
	p := l.weigh(markJoins(mergeInitials(kept)), forms)
	for _, w := range after {
		if w.text == "company" || w.text == "corporation" {
			p.letters = append(p.letters, letter{w.text[0], true, -1})
		}
	}
	return p
}

// mergeInitials writes runs of single letters as one word: D B Smith, J & V Cleaning.
func mergeInitials(words []raw) []raw {
	out := words[:0]
	for i := 0; i < len(words); i++ {
		w := words[i]
		if !lone(w) {
			out = append(out, w)
			continue
		}
		text, last := w.text, i
		for j := i + 1; j < len(words); j++ {
			if lone(words[j]) {
				text += words[j].text
				last = j
			} else if words[j].text != "and" || j+1 >= len(words) || !lone(words[j+1]) {
				break
			}
		}
		if last > i {
			w = raw{text: text, upper: true, dotted: true, spaced: true, num: -1}
		}
		out = append(out, w)
		i = last
	}
	return out
}

func lone(w raw) bool { return len(w.text) == 1 && w.num < 0 && w.text[0] >= 'a' }

// markJoins finds the words that join others.
func markJoins(words []raw) []raw {
	for i := range words {
		w := words[i].text
		switch {
		case len(w) > 5 || !joins[w] || words[i].spaced || i == len(words)-1:
		case i == 0:
			words[i].join = articles[w]
		default:
			words[i].join = words[i-1].text != "and" && words[i+1].text != "and"
		}
	}
	return words
}

// weigh folds the words and looks up what they weigh.
func (l *Lexicon) weigh(words []raw, forms uint32) part {
	p := part{forms: forms, tokens: make([]token, 0, len(words))}
	shout := true
	for _, w := range words {
		if !w.upper && !isDigit(w.text[0]) && !w.stop {
			shout = false
		}
	}
	var all, full strings.Builder
	for _, w := range words {
		if w.text != "and" {
			full.WriteString(w.text)
		}
	}
	p.full = full.String()
	p.whole = hash(p.full)
	add := func(w raw) {
		t := l.token(w, shout && len(words) > 1)
		all.WriteString(t.text)
		p.letters = append(p.letters, letter{w.text[0], w.join, int8(len(p.tokens))})
		if len(w.text) == 2 && (countries[w.text] || !vowel(w.text[0]) && !vowel(w.text[1])) {
			// Letters themselves: HM Revenue and Customs, HMRC.
			p.letters = append(p.letters, letter{w.text[1], true, int8(len(p.tokens))})
		}
		if len(p.tokens) == 0 && len(words) > 1 {
			if mask := firstForms()[w.text]; mask != 0 && (forms == 0 && !w.spaced || forms&mask != 0) {
				t.flags |= formLike
			}
		}
		p.tokens = append(p.tokens, t)
	}
	for _, w := range words {
		if len(p.tokens) == mostTokens || len(p.letters) >= mostLetters {
			break
		}
		if w.stop {
			p.letters = append(p.letters, letter{w.text[0], true, -1})
			continue
		}
		add(w)
	}
	if len(p.tokens) == 0 {
		p.letters = p.letters[:0]
		for _, w := range words[:min(len(words), mostTokens)] {
			add(w)
		}
	}
	p.squeezed = all.String()
	p.dropAcronym()
	return p
}

func (l *Lexicon) token(w raw, shout bool) token {
	t := token{text: w.text, plain: w.text, num: w.num}
	if w.plain != "" {
		t.plain = w.plain
	}
	var k word
	k, t.text = l.look(w.text, !w.spaced)
	t.bits, t.flags = k.bits, k.flags
	if w.num >= 0 {
		t.bits = 6
	}
	if w.dotted {
		t.flags |= dotted
	}
	if w.spaced {
		t.flags |= initial
	}
	if w.join {
		t.flags |= weak
	}
	if w.upper && !shout {
		t.flags |= capital
	}
	if digits, chars := count(t.text); digits > 0 && chars > 0 && t.num < 0 {
		t.flags |= mixed
	}
	t.hash, t.own = hash(t.text), mask(t.plain)
	t.mask = t.own | mask(t.text)
	return t
}

func count(s string) (digits, chars int) {
	for i := 0; i < len(s); i++ {
		if isDigit(s[i]) {
			digits++
		} else {
			chars++
		}
	}
	return digits, chars
}

// mask has a bit for each letter of the word, and one for digits.
func mask(s string) uint32 {
	m := uint32(0)
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= 'a' && c <= 'z' {
			m |= 1 << (c - 'a')
		} else {
			m |= 1 << 31
		}
	}
	return m
}

// hash is FNV-1a.
func hash(s string) uint32 {
	h := uint32(2166136261)
	for i := 0; i < len(s); i++ {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}

// dropAcronym takes out a word that is only the first letters of the others: Advanced
// Manufacturing Research Centre (AMRC).
func (p *part) dropAcronym() {
	n := len(p.tokens)
	if n < 3 {
		return
	}
	for _, i := range []int{n - 1, 0} {
		t := p.tokens[i]
		if len(t.plain) < leastAcronym || len(t.plain) > 8 || t.num >= 0 || t.flags&mixed != 0 || !p.abbreviated(t.plain, i) {
			continue
		}
		p.tokens = append(p.tokens[:i:i], p.tokens[i+1:]...)
		kept := p.letters[:0]
		for _, x := range p.letters {
			if int(x.word) == i {
				continue
			}
			if int(x.word) > i {
				x.word--
			}
			kept = append(kept, x)
		}
		p.letters = kept
		p.squeezed = ""
		for _, k := range p.tokens {
			p.squeezed += k.text
		}
		return
	}
}

// abbreviated says that the text is the first letters of all words but one.
func (p *part) abbreviated(text string, but int) bool {
	var rest [mostLetters]letter
	n := 0
	for _, x := range p.letters {
		if int(x.word) != but && n < len(rest) {
			rest[n] = x
			n++
		}
	}
	used, ok := spells(rest[:n], text, nil)
	return ok && used == n
}
