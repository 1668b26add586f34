package textindex

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"
	"unicode"
	"unicode/utf8"
)

const (
	// mergeFrom is the length of the shortest list from which bit maps are intersected beforehand.
	mergeFrom = 1 << 14
	// maxHits bounds the limit of a search.
	maxHits = 1000
	// window is how many of the most important matches are looked at for better ones.
	window = 256
	// maxSteps bounds the documents that a search steps over: about 5 ms.
	maxSteps = 400_000
	// maxTerms is how many words of a query are looked up.
	maxTerms = 16
	// maxQueryBytes is where a query is cut.
	maxQueryBytes = 1024
	// maxUnion bounds the lists that a beginning without a ready list joins; a sound index stays far below it.
	maxUnion = 1 << 20
)

// scratch is what one search needs and the next may use again.
type scratch struct {
	query, name tokeniser
	canon, text []byte
	terms       []term
	cursors     []cursor
	marks       [][]byte
	used        int
	found       []ranked
}

// term is one word of the query.
type term struct {
	text   []byte
	prefix bool
}

// ranked is a document found, with the class of its match: smaller is better.
type ranked struct {
	class int
	hit   Hit
}

const (
	classExact = iota
	classBegins
	classFirst
	classOther
)

// Search returns up to limit documents (at most 1,000) whose names have every word of the query; see Result for their
// order. It takes a few milliseconds for any query over millions of names.
func (x *Index) Search(query string, limit int) Result {
	limit = min(limit, maxHits)
	if limit <= 0 || x.docs == 0 {
		return Result{}
	}
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	cut := s.parse(query)
	if len(s.terms) == 0 {
		return Result{Truncated: cut}
	}
	s.found = s.found[:0]
	x.exact(s, limit)
	want := max(window, 4*limit)
	short := x.intersect(s, want)
	slices.SortStableFunc(s.found, func(a, b ranked) int {
		if a.class != b.class {
			return a.class - b.class
		}
		return int(int64(a.hit.Doc) - int64(b.hit.Doc))
	})
	hits := make([]Hit, 0, min(limit, len(s.found)))
	for _, f := range s.found[:min(limit, len(s.found))] {
		hits = append(hits, f.hit)
	}
	clear(s.found)
	return Result{Hits: hits, Truncated: cut || short}
}

// parse sets the terms of the query and reports whether it was cut.
func (s *scratch) parse(query string) (cut bool) {
	if len(query) > maxQueryBytes {
		query, cut = query[:maxQueryBytes], true
	}
	if !s.query.split(query) {
		cut = true
	}
	end, _ := utf8.DecodeLastRuneInString(query)
	open := !unicode.IsSpace(end)
	s.terms = s.terms[:0]
	for pass := 0; pass < 2 && len(s.terms) == 0; pass++ {
		for i := range s.query.len() {
			t := term{text: s.query.token(i), prefix: open && i == s.query.len()-1}
			if pass == 0 && legalForms[string(t.text)] {
				continue
			}
			if len(s.terms) == maxTerms {
				cut = true
				break
			}
			s.terms = append(s.terms, t)
		}
	}
	s.canon = s.query.canonical(s.canon[:0])
	return cut
}

// exact adds the documents whose name is the query, but for the legal form.
func (x *Index) exact(s *scratch, limit int) {
	b := x.bucket(hashName(s.canon))
	for n := 0; len(b) >= 4 && len(s.found) < limit && n < 4*maxHits; b, n = b[4:], n+1 {
		d := binary.LittleEndian.Uint32(b)
		if d >= x.docs {
			return
		}
		key, name := x.doc(d)
		s.name.split(name)
		if s.text = s.name.canonical(s.text[:0]); bytes.Equal(s.text, s.canon) {
			s.found = append(s.found, ranked{classExact, Hit{d, key, name}})
		}
	}
}

// intersect adds up to want documents that have every term, in document order, and reports whether it gave up.
func (x *Index) intersect(s *scratch, want int) (short bool) {
	s.cursors, s.used = s.cursors[:0], 0
	for i, t := range s.terms {
		if i > 0 && slices.ContainsFunc(s.terms[:i], func(o term) bool { return o.prefix == t.prefix && bytes.Equal(o.text, t.text) }) {
			continue
		}
		c := x.cursor(s, t)
		if c.n == 0 {
			return false
		}
		s.cursors = append(s.cursors, c)
	}
	slices.SortStableFunc(s.cursors, func(a, b cursor) int { return a.n - b.n })
	if s.cursors[0].n > mergeFrom {
		x.merge(s)
	}
	known := len(s.found)
	steps, d := 0, s.cursors[0].next()
	for got := 0; d != done && got < want; {
		if steps += len(s.cursors); steps > maxSteps {
			return true
		}
		next := d
		for i := 1; i < len(s.cursors) && next == d; i++ {
			next = s.cursors[i].seek(d)
		}
		if next == done {
			return false
		}
		if next != d {
			d = s.cursors[0].seek(next)
			continue
		}
		got++
		if !slices.ContainsFunc(s.found[:known], func(r ranked) bool { return r.hit.Doc == d }) {
			s.found = append(s.found, x.rank(s, d))
		}
		d = s.cursors[0].next()
	}
	return false
}

// merge puts one bit map, their intersection, in the place of all bit maps among the cursors: two frequent words that
// hardly ever meet would otherwise use up the budget.
func (x *Index) merge(s *scratch) {
	maps := 0
	for _, c := range s.cursors {
		if c.bits != nil {
			maps++
		}
	}
	if maps < 2 {
		return
	}
	var both []byte
	rest := s.cursors[:0]
	for _, c := range s.cursors {
		switch {
		case c.bits == nil:
			rest = append(rest, c)
		case both == nil:
			both = s.bitmap(x.docs)
			copy(both, c.bits)
		default:
			and(both, c.bits)
		}
	}
	n := 0
	for i := 0; i < len(both); i += 8 {
		n += bits.OnesCount64(binary.LittleEndian.Uint64(both[i:]))
	}
	s.cursors = append(rest, bitmapCursor(both, n, x.docs))
	slices.SortStableFunc(s.cursors, func(a, b cursor) int { return a.n - b.n })
}

// and intersects two bit maps of the same length in whole words.
func and(dst, src []byte) {
	for i := 0; i < len(dst); i += 8 {
		w := binary.LittleEndian.Uint64(dst[i:]) & binary.LittleEndian.Uint64(src[i:])
		binary.LittleEndian.PutUint64(dst[i:], w)
	}
}

// cursor returns the documents of a term. A beginning without a ready list has few documents: its tokens' lists are
// joined in a bit map.
func (x *Index) cursor(s *scratch, t term) cursor {
	lo, hi, whole := x.tokenRange(t.text)
	if lo == hi {
		return cursor{}
	}
	if hi-lo == 1 && t.prefix || whole && !t.prefix {
		return openList(x.list(lo), x.docs)
	}
	if list, ok := x.heavyList(t.text); ok {
		return openList(list, x.docs)
	}
	marks, n := s.bitmap(x.docs), 0
	for i := lo; i < hi && n < maxUnion; i++ {
		c := openList(x.list(i), x.docs)
		n += c.n
		for d := c.next(); d != done; d = c.next() {
			marks[d/8] |= 1 << (d % 8)
		}
	}
	return bitmapCursor(marks, n, x.docs)
}

// bitmap returns an empty bit map for one term of the query at hand.
func (s *scratch) bitmap(docs uint32) []byte {
	if s.used == len(s.marks) {
		s.marks = append(s.marks, make([]byte, bitmapBytes(docs)))
	}
	s.used++
	clear(s.marks[s.used-1])
	return s.marks[s.used-1]
}

// rank reads a document and says how well its name fits the query.
func (x *Index) rank(s *scratch, d uint32) ranked {
	key, name := x.doc(d)
	r := ranked{classOther, Hit{d, key, name}}
	s.name.split(name)
	if s.name.len() == 0 || !bytes.HasPrefix(s.name.token(0), s.terms[0].text) {
		return r
	}
	r.class = classFirst
	if len(s.terms) > s.name.len() {
		return r
	}
	for i, t := range s.terms {
		w := s.name.token(i)
		if !bytes.HasPrefix(w, t.text) || !t.prefix && len(w) != len(t.text) {
			return r
		}
	}
	r.class = classBegins
	return r
}
