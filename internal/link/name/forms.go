package name

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed forms.txt
var formsText string

// forms are the legal forms as words, with the families that use them as bits.
type forms struct {
	last, first map[string]uint32
	any         map[string]bool // forms that names of any family have
	words       int             // of the longest form
	heads       map[string]bool // first words of forms of several that begin names
	tails       map[string]int  // by the last word of forms: the words of the longest
}

var legalForms = sync.OnceValue(func() forms {
	f := forms{last: map[string]uint32{}, first: map[string]uint32{}, any: map[string]bool{}, tails: map[string]int{}, heads: map[string]bool{}}
	families := map[string]uint32{}
	for line := range dataLines(formsText) {
		head, list, _ := strings.Cut(line, ":")
		code, isFirst := strings.CutPrefix(head, "first ")
		bit := ^uint32(0)
		if code != "any" {
			if families[code] == 0 {
				families[code] = 1 << len(families)
			}
			bit = families[code]
		}
		for _, form := range strings.Split(list, "|") {
			form = strings.TrimSpace(form)
			if isFirst {
				f.first[form] |= bit
				if head, _, several := strings.Cut(form, " "); several {
					f.heads[head] = true
				}
				continue
			}
			f.last[form] |= bit
			f.any[form] = f.any[form] || code == "any"
			words := strings.Count(form, " ") + 1
			f.words = max(f.words, words)
			tail := form[strings.LastIndexByte(form, ' ')+1:]
			f.tails[tail] = max(f.tails[tail], words)
		}
	}
	return f
})

func firstForms() map[string]uint32 { return legalForms().first }

// further are forms that may stand before another: Acme Company Limited.
var further = setOf("co company corp corporation private public pvt pte pty limited ltd plc persero san tic")

// doubtful are forms that are words as well: they count when written as forms are.
var doubtful = setOf("spa as is me at pp ip an ans da ba ca sc rt or pat too vat ad sl pc ab ek eg bt mb ii ou cv ud ks epic sia sas kk gie nl se am bm tas dd ee sci eg")

// stripForms takes the legal form off the end of a name, and gives its families.
func stripForms(words []raw) ([]raw, uint32) {
	f := legalForms()
	found := uint32(0)
	for {
		n := len(words)
		for n > 1 && words[n-1].stop {
			n--
		}
		take, mask := f.ending(words[:n], found != 0)
		if take == 0 || take >= n || onlyStops(words[:n-take]) {
			return trimFirst(words[:n], f, found)
		}
		if found == 0 || mask != ^uint32(0) {
			if found == 0 || found == ^uint32(0) {
				found = mask
			} else if mask&found != 0 {
				found &= mask
			}
		}
		words = words[:n-take]
	}
}

// ending is how many words at the end are a legal form.
func (f forms) ending(words []raw, again bool) (int, uint32) {
	if len(words) == 0 {
		return 0, 0
	}
	// Forms with "and" between their words have more words than the table counts.
	most := f.tails[words[len(words)-1].text]
	if most == 0 {
		return 0, 0
	}
	var buf [64]byte
	for k := min(most+1, len(words)-1); k > 0; k-- {
		tail := words[len(words)-k:]
		text := appendJoined(buf[:0], tail)
		mask, ok := f.last[string(text)]
		if !ok || k == 1 && doubtful[string(text)] && !tail[0].formal || again && !further[string(text)] {
			continue
		}
		return k, mask
	}
	return 0, 0
}

// joined writes words with spaces, without and.
func joined(words []raw) string {
	if len(words) == 1 {
		return words[0].text
	}
	return string(appendJoined(nil, words))
}

func appendJoined(b []byte, words []raw) []byte {
	for i := range words {
		if words[i].text == "and" {
			continue
		}
		if len(b) > 0 {
			b = append(b, ' ')
		}
		b = append(b, words[i].text...)
	}
	return b
}

func onlyStops(words []raw) bool {
	for _, w := range words {
		if !w.stop {
			return false
		}
	}
	return true
}

// trimFirst takes a form of several words off the beginning. Those of one word stay, marked,
// because they may be initials: AB Autos.
func trimFirst(words []raw, f forms, found uint32) ([]raw, uint32) {
	var buf [64]byte
	for k := min(5, len(words)-1); k > 1 && f.heads[words[0].text]; k-- {
		if mask, ok := f.first[string(appendJoined(buf[:0], words[:k]))]; ok {
			if found == 0 {
				found = mask
			}
			return words[k:], found
		}
	}
	return words, found
}
