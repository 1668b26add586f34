package textindex

import (
	"unicode"
	"unicode/utf8"
)

const (
	// maxTokenBytes is the length at which a token is cut, on both sides alike, so that one absurd name cannot
	// make the dictionary large.
	maxTokenBytes = 64
	// maxTokens is how many tokens of a name or a query are looked at.
	maxTokens = 64
)

// Classes of ASCII characters beside the letters and digits, which stand for themselves.
const (
	classSplit byte = iota
	classJoin
	classAnd
	classDot
)

// asciiClass maps an ASCII character to its folded letter or digit, or to one of the classes.
var asciiClass = func() (t [utf8.RuneSelf]byte) {
	for c := byte('0'); c <= '9'; c++ {
		t[c] = c
	}
	for c := byte('a'); c <= 'z'; c++ {
		t[c] = c
		t[c-'a'+'A'] = c
	}
	t['\''], t['`'] = classJoin, classJoin
	t['&'] = classAnd
	t['.'] = classDot
	return t
}()

// Base letters of U+00C0..U+017F and U+1E00..U+1EFF: lower case of the compatibility decomposition without its
// marks; '*' is a letter of two (see foldPairs), '?' is no letter. Made with Python's unicodedata.
const (
	foldLatin = "aaaaaa*ceeeeiiiidnooooo?ouuuuy**aaaaaa*ceeeeiiiidnooooo?ouuuuy*y" +
		"aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii**jjkkklllllll" +
		"lllnnnnnnnnnoooooo**rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"
	foldAdditional = "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm" +
		"mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv" +
		"wwwwwwwwwwxxxxyyzzzzzzhtwyasss*daaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee" +
		"eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy**vvyy"
)

var foldPairs = map[rune]string{
	'Æ': "ae", 'æ': "ae", 'Œ': "oe", 'œ': "oe", 'Þ': "th", 'þ': "th", 'ß': "ss", 'ẞ': "ss", 'Ĳ': "ij", 'ĳ': "ij",
	'Ỻ': "ll", 'ỻ': "ll",
}

// legalForms are the words that a query may carry without asking for them.
var legalForms = map[string]bool{"ltd": true, "limited": true, "plc": true, "llp": true}

// tokeniser cuts a name into folded tokens. Its buffers are reused from name to name.
type tokeniser struct {
	buf  []byte
	ends []int
	// seg counts the letters since the last dot or start of token: initials are segments of one letter.
	seg int
}

// start is the offset at which the token being built begins.
func (t *tokeniser) start() int {
	if len(t.ends) == 0 {
		return 0
	}
	return t.ends[len(t.ends)-1]
}

// token returns the i-th token; valid until the next split.
func (t *tokeniser) token(i int) []byte {
	if i == 0 {
		return t.buf[:t.ends[0]]
	}
	return t.buf[t.ends[i-1]:t.ends[i]]
}

func (t *tokeniser) len() int { return len(t.ends) }

// flush ends the token being built, if any.
func (t *tokeniser) flush() {
	s := t.start()
	t.seg = 0
	if len(t.buf) == s {
		return
	}
	if len(t.buf)-s > maxTokenBytes {
		cut := s + maxTokenBytes
		for !utf8.RuneStart(t.buf[cut]) {
			cut--
		}
		t.buf = t.buf[:cut]
	}
	t.ends = append(t.ends, len(t.buf))
}

// split replaces the tokens by those of s. It reports whether all of s was looked at.
func (t *tokeniser) split(s string) (complete bool) {
	t.buf, t.ends, t.seg = t.buf[:0], t.ends[:0], 0
	for i := 0; i < len(s); {
		if len(t.ends) >= maxTokens {
			return false
		}
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			i += n
			t.rune(r)
			continue
		}
		i++
		switch a := asciiClass[c]; a {
		case classSplit:
			t.flush()
		case classJoin:
		case classAnd:
			t.flush()
			if len(t.ends) < maxTokens {
				t.buf = append(t.buf, "and"...)
				t.flush()
			}
		case classDot:
			if t.initial() && oneLetter(s[i:]) {
				t.seg = 0
			} else {
				t.flush()
			}
		default:
			t.buf = append(t.buf, a)
			t.seg++
		}
	}
	if len(t.ends) >= maxTokens {
		return len(t.buf) == t.start()
	}
	t.flush()
	return true
}

// initial reports whether the current segment is a single letter, as in "J.R.".
func (t *tokeniser) initial() bool {
	return t.seg == 1 && t.buf[len(t.buf)-1] >= 'a'
}

// oneLetter reports whether s begins with an ASCII letter that stands alone.
func oneLetter(s string) bool {
	if len(s) == 0 || s[0] >= utf8.RuneSelf || asciiClass[s[0]] < 'a' {
		return false
	}
	return len(s) == 1 || (s[1] < utf8.RuneSelf && asciiClass[s[1]] < '0')
}

// rune adds one character from outside ASCII.
func (t *tokeniser) rune(r rune) {
	var base byte
	switch {
	case r >= 0xC0 && r <= 0x17F:
		base = foldLatin[r-0xC0]
	case r >= 0x1E00 && r <= 0x1EFF:
		base = foldAdditional[r-0x1E00]
	case r >= 0x300 && r <= 0x36F, r == '’', r == '‘', r == 'ʼ', r == '´':
		return
	case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r) && len(t.buf) > t.start():
		t.buf = utf8.AppendRune(t.buf, unicode.ToLower(r))
		t.seg++
		return
	}
	switch base {
	case 0, '?':
		t.flush()
	case '*':
		t.buf = append(t.buf, foldPairs[r]...)
		t.seg++
	default:
		t.buf = append(t.buf, base)
		t.seg++
	}
}

// canonical appends the tokens of the name without its legal forms, separated by spaces: the text by which two
// names are the same. A name of legal forms alone keeps them.
func (t *tokeniser) canonical(dst []byte) []byte {
	from := len(dst)
	for pass := 0; pass < 2 && len(dst) == from; pass++ {
		for i := range t.ends {
			tok := t.token(i)
			if pass == 0 && legalForms[string(tok)] {
				continue
			}
			dst = append(append(dst, tok...), ' ')
		}
	}
	return dst
}

// hashName is FNV-1a over the canonical name, folded to 32 bits.
func hashName(b []byte) uint32 {
	h := uint64(14695981039346656037)
	for _, c := range b {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return uint32(h>>32) ^ uint32(h)
}

// Tokens returns the words under which a name is found: lower case, without accents ("é" is "e", "ß" is "ss"), split
// at everything that is neither letter nor digit, with '&' read as "and", apostrophes dropped ("O'Neil" is "oneil")
// and dotted initials joined ("J.R. Smith" is "jr", "smith").
func Tokens(name string) []string {
	var t tokeniser
	t.split(name)
	out := make([]string, t.len())
	for i := range out {
		out[i] = string(t.token(i))
	}
	return out
}
