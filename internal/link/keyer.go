package link

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"milieu/internal/link/compare"
	"milieu/internal/link/name"
)

// keyer finds the blocking keys of records. It belongs to one goroutine and
// remembers what it has read of the present record.
type keyer struct {
	rd     reader
	lex    *name.Lexicon
	table  int
	row    int
	parsed map[int][]name.Name // by field, of the present record
	buf    []byte
	combos []uint64
	more   []uint64
	vals   []uint64
}

func newKeyer(c *corpus) *keyer {
	return &keyer{rd: reader{c: c}, lex: name.Shipped(), table: -1, parsed: map[int][]name.Name{}}
}

// at goes to a record.
func (k *keyer) at(table, row int) {
	if k.table != table || k.row != row {
		k.table, k.row = table, row
		clear(k.parsed)
	}
}

// hashes returns the hashes of the present record's values for some keys, one for
// each combination, without repeats and in order. The result is valid until the
// next call.
func (k *keyer) hashes(seed uint64, keys []key) []uint64 {
	k.combos = append(k.combos[:0], seed)
	for i := range keys {
		k.vals = k.vals[:0]
		k.each(&keys[i], func(s []byte) { k.vals = append(k.vals, hashBytes(uint64(i), s)) })
		if len(k.vals) == 0 {
			return nil
		}
		k.more = k.more[:0]
		for _, c := range k.combos {
			for _, v := range k.vals {
				k.more = append(k.more, hashPair(c, v))
			}
		}
		k.combos, k.more = k.more, k.combos
	}
	if len(k.combos) > 1 {
		slices.Sort(k.combos)
		k.combos = slices.Compact(k.combos)
	}
	return k.combos
}

// words returns the keys of the present record in words, the combination whose hash
// is h: for reports.
func (k *keyer) words(seed uint64, keys []key, h uint64) string {
	type combo struct {
		h    uint64
		text []string
	}
	combos := []combo{{seed, nil}}
	for i := range keys {
		var next []combo
		k.each(&keys[i], func(s []byte) {
			for _, c := range combos {
				next = append(next, combo{hashPair(c.h, hashBytes(uint64(i), s)), append(slices.Clone(c.text), readable(s))})
			}
		})
		combos = next
	}
	for _, c := range combos {
		if c.h == h {
			return strings.Join(c.text, ", ")
		}
	}
	return ""
}

func readable(s []byte) string {
	if !utf8.Valid(s) || slices.ContainsFunc(s, func(c byte) bool { return c < ' ' }) {
		return "(a place or address)"
	}
	return string(s)
}

// each calls do for every value of a key of the present record.
func (k *keyer) each(key *key, do func([]byte)) {
	f := &k.rd.c.m.fields[key.field]
	switch f.kind {
	case kindName:
		for i := range k.names(key.field, f) {
			nameKeys(&k.parsed[key.field][i], key, do)
		}
	case kindText:
		k.rd.each(f, k.table, k.row, func(s []byte) { k.text(key, s, do) })
	default:
		if s := k.rd.value(f, k.table, k.row); len(s) > 0 {
			k.other(f, key, s, do)
		}
	}
}

func (k *keyer) names(at int, f *field) []name.Name {
	if n, ok := k.parsed[at]; ok {
		return n
	}
	var out []name.Name
	k.rd.each(f, k.table, k.row, func(s []byte) { out = append(out, k.lex.Parse(string(s))) })
	k.parsed[at] = out
	return out
}

// text gives the parts of a text.
func (k *keyer) text(key *key, s []byte, do func([]byte)) {
	switch key.part {
	case "first":
		do(s[:min(key.n, len(s))])
	case "last":
		do(s[max(0, len(s)-key.n):])
	case "words":
		for w := range split(s, ' ') {
			do(w)
		}
	case "sound":
		if k.buf = compare.Sound(k.buf[:0], s); len(k.buf) > 0 {
			do(k.buf)
		}
	case "sounds": // of all words, in any order
		var all []string
		for w := range split(s, ' ') {
			all = append(all, string(compare.Sound(nil, w)))
		}
		slices.Sort(all)
		do([]byte(strings.Join(all, " ")))
	case "soundex":
		if k.buf = compare.Soundex(k.buf[:0], s); len(k.buf) > 0 {
			do(k.buf)
		}
	case "sorted":
		k.buf = append(k.buf[:0], s...)
		slices.Sort(k.buf)
		do(k.buf)
	default:
		do(s)
	}
}

// other gives the parts of dates, postcodes, points, numbers and addresses.
func (k *keyer) other(f *field, key *key, s []byte, do func([]byte)) {
	switch f.kind {
	case kindDate:
		d, ok := compare.ParseDate(s)
		if !ok {
			return
		}
		part := map[string][]byte{"whole": d.Digits[:], "year": d.Digits[:4], "month": d.Digits[:6], "day": d.Digits[4:]}[key.part]
		do(part)
	case kindPostcode:
		full, sector, district, area := compare.PostcodeParts(s)
		part := map[string][]byte{"whole": full, "sector": sector, "district": district, "area": area}[key.part]
		if len(part) > 0 {
			do(part)
		}
	case kindPoint:
		if lon, lat, ok := point(s); ok {
			k.cells(lon, lat, float64(key.n), do)
		}
	case kindNumber:
		if v := compare.Number(s); v == v {
			do(binary.LittleEndian.AppendUint64(k.buf[:0], math.Float64bits(v)))
		}
	case kindAddress:
		a := compare.ParseAddress(s)
		v := a.Number
		if key.part == "line" {
			v = a.Line()
		}
		if v != 0 {
			do(binary.LittleEndian.AppendUint32(k.buf[:0], v))
		}
	}
}

// cells gives the four squares of grids shifted by half against each other: two
// points closer than half a side share one. Squares are of equal degrees of
// latitude; in longitude they are widened by bands of latitude.
func (k *keyer) cells(lon, lat, km float64, do func([]byte)) {
	side := 2 * km / 111.2
	for i := range 4 {
		y := math.Floor(lat/side + 0.5*float64(i&1))
		// The width follows the latitude of the row, not of the point, so that all points of a
		// row agree on it.
		width := side / max(0.05, math.Cos(y*side*math.Pi/180))
		x := math.Floor(lon/width + 0.5*float64(i>>1))
		k.buf = binary.LittleEndian.AppendUint64(k.buf[:0], uint64(int64(y)))
		k.buf = binary.LittleEndian.AppendUint64(k.buf, uint64(int64(x)))
		do(append(k.buf, byte(i)))
	}
}

// nameKeys gives the parts of a name.
func nameKeys(n *name.Name, key *key, do func([]byte)) {
	var list []string
	switch key.part {
	case "core":
		words := n.Words()
		slices.Sort(words)
		if len(words) > 0 {
			list = []string{strings.Join(slices.Compact(words), " ")}
		}
	case "rare":
		list = n.RareWords(key.n)
	case "pairs":
		list = n.RarePairs(key.n)
	case "sounds":
		list = n.Sounds(key.n)
	case "sound-pairs":
		list = pairsOf(n.Sounds(key.n))
	case "squeezed":
		list = n.Squeezed(key.n)
	case "acronym":
		list = n.Acronyms()
	}
	for _, s := range list {
		if s != "" {
			do([]byte(s))
		}
	}
}

// pairsOf joins each two of some words, the smaller first; a single word stands by
// itself.
func pairsOf(words []string) []string {
	if len(words) < 2 {
		return words
	}
	slices.Sort(words)
	var out []string
	for i, w := range words {
		for _, o := range words[:i] {
			out = append(out, o+" "+w)
		}
	}
	return out
}
