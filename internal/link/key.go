package link

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// key is one part of a blocking rule: a field, and what of its value must agree.
type key struct {
	field int
	text  string // as the model has it
	part  string
	n     int
}

// keyParts are the parts of values that keys can ask for, by kind.
var keyParts = map[kind][]string{
	kindText:     {"whole", "first", "last", "words", "sound", "soundex", "sorted", "sounds"},
	kindDate:     {"whole", "year", "month", "day"},
	kindPostcode: {"whole", "sector", "district", "area"},
	kindPoint:    {"km"},
	kindNumber:   {"whole"},
	kindAddress:  {"line", "number"},
	kindName:     {"core", "rare", "pairs", "sounds", "sound-pairs", "squeezed", "acronym"},
}

// keyNumbers are the parts that take a number, with its default; 0: it must be given.
var keyNumbers = map[string]int{"first": 0, "last": 0, "km": 0, "rare": 3, "pairs": 3, "sound-pairs": 3, "squeezed": 8}

// parseKey reads a key: FIELD [PART [NUMBER]].
func (m Model) parseKey(s string) (key, error) {
	words := strings.Fields(s)
	if len(words) == 0 || len(words) > 3 {
		return key{}, fmt.Errorf("%q is no key; write FIELD, FIELD PART or FIELD PART NUMBER", s)
	}
	k := key{field: m.field(words[0]), text: s}
	if k.field < 0 {
		return k, fmt.Errorf("there is no field %q; declare it as [[field]]", words[0])
	}
	parts := keyParts[m.fields[k.field].kind]
	k.part = parts[0]
	if len(words) > 1 {
		k.part = words[1]
	}
	if !slices.Contains(parts, k.part) {
		return k, fmt.Errorf("a field of kind %s has no part %q; it has %s", m.fields[k.field].kind, k.part, strings.Join(parts, ", "))
	}
	def, takes := keyNumbers[k.part]
	if k.part == "sounds" && m.fields[k.field].kind == kindName {
		def, takes = 2, true
	}
	k.n = def
	if len(words) == 3 {
		n, err := strconv.Atoi(words[2])
		if err != nil || n < 1 || n > 1000 || !takes {
			return k, fmt.Errorf("key %q: %s takes no number %q", s, k.part, words[2])
		}
		k.n = n
	}
	if takes && k.n == 0 {
		return k, fmt.Errorf("key %q needs a number: %s %s 3", s, words[0], k.part)
	}
	return k, nil
}
