package compare

import "slices"

// maxStreet is how many words of an address are kept.
const maxStreet = 10

// Address is a parsed address: the number of the building, and its words without
// those that only say what kind of thing they name.
type Address struct {
	Number uint32 // hash of the number with its letter, 0 for none
	n      uint8
	plain  uint16 // bit i: word i is an ordinary one (street, road)
	words  [maxStreet]uint32
}

// ways are short forms of the ordinary words of addresses; the words that they
// stand for are ordinary too.
var ways = map[string]string{
	"st": "street", "str": "street", "rd": "road", "ave": "avenue", "av": "avenue", "ln": "lane", "dr": "drive", "drv": "drive", "ct": "court",
	"crt": "court", "cl": "close", "cls": "close", "pl": "place", "sq": "square", "cres": "crescent", "cr": "crescent", "crs": "crescent",
	"pk": "park", "pde": "parade", "tce": "terrace", "ter": "terrace", "terr": "terrace", "cct": "circuit", "cir": "circuit", "hwy": "highway",
	"gdns": "gardens", "gdn": "gardens", "garden": "gardens", "gr": "grove", "gro": "grove", "grv": "grove", "est": "estate", "ind": "industrial", "indl": "industrial", "bldg": "building", "bldgs": "buildings",
	"hse": "house", "fl": "floor", "flr": "floor", "blvd": "boulevard", "wy": "way", "rw": "row", "mt": "mount", "n": "north", "s": "south", "e": "east",
	"w": "west", "ctr": "centre", "center": "centre", "bus": "business", "tech": "technology", "uni": "university", "boul": "boulevard", "sth": "south", "nth": "north",
}

var ordinary = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range ways {
		m[w] = true
	}
	for _, w := range []string{"unit", "units", "flat", "suite", "apartment", "apt", "room", "block", "level", "po", "box", "the", "of", "and", "c", "o", "co", "care",
		"first", "second", "third", "ground", "lower", "upper", "old", "new", "great", "little", "united", "kingdom", "england", "scotland", "wales", "uk", "works", "mill", "hill", "view", "end"} {
		m[w] = true
	}
	return m
}()

// rooms are the words whose number is not that of the building.
var rooms = map[string]bool{"unit": true, "units": true, "flat": true, "suite": true, "apartment": true, "apt": true, "room": true, "floor": true, "level": true, "block": true, "box": true}

// ParseAddress parses a folded address (see Fold).
func ParseAddress(s []byte) Address {
	var a Address
	prev, unit := "", uint32(0)
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && s[j] != ' ' {
			j++
		}
		w := s[i:j]
		i = j + 1
		if len(w) == 0 {
			continue
		}
		if w[0] >= '0' && w[0] <= '9' {
			switch {
			case rooms[prev]:
				unit = hash32(w)
			case a.Number == 0:
				a.Number = hash32(w)
			}
			prev = ""
			continue
		}
		if full, ok := ways[string(w)]; ok {
			prev = full
		} else {
			prev = string(w)
		}
		a.add(hash32([]byte(prev)), ordinary[prev])
	}
	if a.Number == 0 {
		a.Number = unit
	}
	return a
}

func (a *Address) add(h uint32, plain bool) {
	at, has := slices.BinarySearch(a.words[:a.n], h)
	if has || a.n == maxStreet {
		return
	}
	low := a.plain & (1<<at - 1)
	a.plain = low | (a.plain&^(1<<at-1))<<1
	if plain {
		a.plain |= 1 << at
	}
	copy(a.words[at+1:a.n+1], a.words[at:a.n])
	a.words[at] = h
	a.n++
}

// Empty says that nothing was found in the address.
func (a *Address) Empty() bool { return a.n == 0 && a.Number == 0 }

const plainWeight = 0.2

// AddressWords returns how much of the shorter address stands in the other, 0 to 1;
// ordinary words count a fifth. An address of one word says too little to be part
// of another, so there the mean length counts; addresses that share nothing but
// ordinary words are as alike as chance: 0.
func AddressWords(a, b *Address) float64 {
	var wa, wb, both float64
	rare := false
	i, j := 0, 0
	weight := func(x *Address, i int) float64 {
		if x.plain>>i&1 != 0 {
			return plainWeight
		}
		return 1
	}
	for i < int(a.n) || j < int(b.n) {
		switch {
		case j == int(b.n) || i < int(a.n) && a.words[i] < b.words[j]:
			wa += weight(a, i)
			i++
		case i == int(a.n) || a.words[i] > b.words[j]:
			wb += weight(b, j)
			j++
		default:
			w := weight(a, i)
			wa, wb, both = wa+w, wb+w, both+w
			rare = rare || w == 1
			i, j = i+1, j+1
		}
	}
	if !rare {
		return 0
	}
	if short := min(wa, wb); short >= 1.5 {
		return both / short
	}
	return 2 * both / (wa + wb)
}

// Line hashes number and words for blocking; 0 when one of them is missing.
func (a *Address) Line() uint32 {
	if a.Number == 0 || a.n == 0 {
		return 0
	}
	h := a.Number
	for i, w := range a.words[:a.n] {
		if a.plain>>i&1 == 0 {
			h = h*16777619 ^ w
		}
	}
	return h
}
