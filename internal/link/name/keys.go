package name

import "sort"

// Keys for blocking: names of one organisation nearly always share one of each kind,
// names of two seldom.

// RareWords are the k words of the name, and of each other name in it, that are rarest,
// rarest first. Numbers and single letters are none unless there is nothing else.
func (n *Name) RareWords(k int) []string {
	out := rarest(n.part, k)
	for _, a := range n.alts {
		out = append(out, rarest(a, k)...)
	}
	return out
}

func rarest(p part, k int) []string {
	order := make([]int, 0, len(p.tokens))
	for i, t := range p.tokens {
		if t.num < 0 && len(t.text) > 1 && t.flags&(weak|formLike) == 0 {
			order = append(order, i)
		}
	}
	if len(order) == 0 {
		for i := range p.tokens {
			order = append(order, i)
		}
	}
	sort.SliceStable(order, func(i, j int) bool {
		a, b := p.tokens[order[i]], p.tokens[order[j]]
		if a.bits != b.bits {
			return a.bits > b.bits
		}
		return a.text < b.text
	})
	var out []string
	for _, i := range order[:min(k, len(order))] {
		out = append(out, p.tokens[i].text)
	}
	return out
}

// RarePairs are pairs of the k rarest words, each pair in the order of letters. A name of one word gives the word.
func (n *Name) RarePairs(k int) []string {
	out := wordPairs(rarest(n.part, k))
	for _, a := range n.alts {
		out = append(out, wordPairs(rarest(a, k))...)
	}
	return out
}

func wordPairs(words []string) []string {
	if len(words) == 1 {
		return words
	}
	var out []string
	for i := range words {
		for j := i + 1; j < len(words); j++ {
			a, b := words[i], words[j]
			if a > b {
				a, b = b, a
			}
			out = append(out, a+" "+b)
		}
	}
	return out
}

// Squeezed are the first letters of the name without spaces, at most size of them: what stays
// when words are written together.
func (n *Name) Squeezed(size int) []string {
	out := []string{n.squeezed[:min(size, len(n.squeezed))]}
	for _, a := range n.alts {
		out = append(out, a.squeezed[:min(size, len(a.squeezed))])
	}
	return out
}

// Sounds are the consonants of the k rarest words: what stays when vowels slip or a name is transliterated.
func (n *Name) Sounds(k int) []string {
	var out []string
	for _, w := range n.RareWords(k) {
		var buf [soundLetters]byte
		if m := skeleton(w, buf[:], false, n.script == unvoweled); m > 1 {
			out = append(out, string(buf[:m]))
		}
	}
	return out
}

// Acronyms are the first letters of the name's words, and the name itself where it is one short word.
func (n *Name) Acronyms() []string {
	var out []string
	add := func(p *part) {
		if len(p.tokens) == 1 && len(p.tokens[0].plain) >= leastAcronym && len(p.tokens[0].plain) <= 8 {
			out = append(out, p.tokens[0].plain)
		}
		if len(p.tokens) < leastAcronym {
			return
		}
		var all, short []byte
		for _, x := range p.letters {
			all = append(all, x.c)
			if !x.may {
				short = append(short, x.c)
			}
		}
		out = append(out, string(short))
		if len(all) > len(short) {
			out = append(out, string(all))
		}
	}
	add(&n.part)
	for i := range n.alts {
		add(&n.alts[i])
	}
	return out
}
