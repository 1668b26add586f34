package name

import "strings"

// split cuts a name in ASCII into words.
func split(s string) []raw {
	low := strings.ToLower(s)
	for _, p := range phrases {
		if i := strings.Index(low, p); i > 0 {
			low, s = low[:i]+" "+low[i+len(p):], s[:i]+" "+s[i+len(p):]
		}
	}
	c := cutter{s: s, low: low, words: make([]raw, 0, 8)}
	for i := range len(low) {
		c.take(i)
	}
	c.end()
	return c.words
}

// cutter gathers the letters of a word until it ends.
type cutter struct {
	s, low string
	words  []raw
	buf    []byte
	upper  bool // has a capital
	lower  bool // has a small letter
	last   bool // the last letter is a capital
	dot    bool // has a dot
	inner  bool // has a dot between letters
	single int  // letters since the last dot
}

func (c *cutter) end() {
	if len(c.buf) > 0 {
		w := string(c.buf)
		c.words = append(c.words, raw{text: w, num: -1, upper: c.upper && !c.lower, dotted: c.dot, spaced: c.inner,
			stop: len(w) < 4 && stops[w] && !c.inner, formal: c.inner || c.last || c.upper && len(w) == 2 && !plainWords[w]})
	}
	*c = cutter{s: c.s, low: c.low, words: c.words, buf: c.buf[:0]}
}

func (c *cutter) take(i int) {
	switch b := c.low[i]; {
	case b >= 'a' && b <= 'z':
		c.last = c.s[i] != b
		c.upper, c.lower = c.upper || c.last, c.lower || !c.last
		c.buf = append(c.buf, b)
		c.single++
	case isDigit(b):
		c.buf = append(c.buf, b)
		c.single = 2
	case b == '\'' || b == '`':
	case b == '.':
		c.point(i)
	case b == ',' && i > 0 && isDigit(c.low[i-1]) && c.digitAt(i+1):
	case b == '%':
		c.end()
		c.words = append(c.words, raw{text: "percent", num: -1})
	case b == '&' || b == '+':
		c.end()
		c.words = append(c.words, raw{text: "and", stop: true, num: -1})
	default:
		c.end()
	}
}

// plainWords are forms of two letters that are words of English: with one capital they are no forms.
var plainWords = setOf("as is me at an or ad am")

// point takes a dot: of a number, between letters (S.p.A., E.ON), or after a short form.
func (c *cutter) point(i int) {
	if len(c.buf) == 0 {
		return
	}
	next := letters(c.low[i+1:])
	switch {
	case isDigit(c.buf[len(c.buf)-1]) && c.digitAt(i+1):
		c.buf = append(c.buf, '.')
	case c.single == 1 && (next == 1 || next == 2):
		c.dot, c.inner, c.single = true, true, 0
	case c.dot && c.single == 1:
		c.end()
	default:
		c.dot = true
		if next > 0 || c.digitAt(i+1) {
			c.end()
		}
	}
}

func (c *cutter) digitAt(i int) bool { return i < len(c.low) && isDigit(c.low[i]) }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// letters is how many letters s begins with.
func letters(s string) int {
	n := 0
	for n < len(s) && s[n] >= 'a' && s[n] <= 'z' {
		n++
	}
	return n
}
