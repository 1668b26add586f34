package compare

import (
	"unicode"
	"unicode/utf8"
)

// foldLatin are the base letters of U+00C0..U+017F; '*' is written with two
// letters (foldPairs), '?' is no letter.
const foldLatin = "aaaaaa*ceeeeiiiidnooooo?ouuuuy**aaaaaa*ceeeeiiiidnooooo?ouuuuy*y" +
	"aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii**jjkkklllllll" +
	"lllnnnnnnnnnoooooo**rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"

var foldPairs = map[rune]string{
	'Æ': "ae", 'æ': "ae", 'Œ': "oe", 'œ': "oe", 'Þ': "th", 'þ': "th", 'ß': "ss", 'ẞ': "ss", 'Ĳ': "ij", 'ĳ': "ij",
}

// Fold appends s in lower case with Latin letters bare of their marks, apostrophes
// and dots between letters dropped, and whatever is no letter or digit as one
// space. Letters of other scripts stay.
func Fold(dst, s []byte) []byte {
	start := len(dst)
	space := false
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			switch {
			case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			case c >= 'A' && c <= 'Z':
				c += 'a' - 'A'
			case c == '\'' || c == '`':
				continue
			default:
				space = true
				continue
			}
			if space && len(dst) > start {
				dst = append(dst, ' ')
			}
			space = false
			dst = append(dst, c)
			continue
		}
		r, n := utf8.DecodeRune(s[i:])
		i += n
		if r == '’' || r == '‘' || unicode.Is(unicode.Mn, r) {
			continue
		}
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			space = true
			continue
		}
		if space && len(dst) > start {
			dst = append(dst, ' ')
		}
		space = false
		dst = foldRune(dst, r)
	}
	return dst
}

func foldRune(dst []byte, r rune) []byte {
	if two, ok := foldPairs[r]; ok {
		return append(dst, two...)
	}
	if r >= 0xC0 && r <= 0x17F {
		if c := foldLatin[r-0xC0]; c != '?' && c != '*' {
			return append(dst, c)
		}
	}
	return utf8.AppendRune(dst, unicode.ToLower(r))
}

// Keep appends the bytes of s for which keep holds; bytes above ASCII are kept
// with the letters.
func Keep(dst, s []byte, letters, digits, spaces bool) []byte {
	for _, c := range s {
		switch {
		case c >= '0' && c <= '9':
			if digits {
				dst = append(dst, c)
			}
		case c == ' ':
			if spaces {
				dst = append(dst, c)
			}
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= utf8.RuneSelf:
			if letters {
				dst = append(dst, c)
			}
		}
	}
	return dst
}

// CompanyNumber appends a British company number as the register writes it: upper
// case, eight characters, zeros between prefix and digits.
func CompanyNumber(dst, s []byte) []byte {
	start := len(dst)
	letters := 0
	for _, c := range s {
		switch {
		case c >= 'a' && c <= 'z':
			c -= 'a' - 'A'
			fallthrough
		case c >= 'A' && c <= 'Z':
			dst = append(dst, c)
			if len(dst)-start-1 == letters {
				letters++
			}
		case c >= '0' && c <= '9':
			dst = append(dst, c)
		}
	}
	n := len(dst) - start
	if n == 0 || n >= 8 || letters > 2 {
		return dst
	}
	for range 8 - n {
		dst = append(dst, '0')
	}
	copy(dst[start+letters+8-n:], dst[start+letters:start+n])
	for i := range 8 - n {
		dst[start+letters+i] = '0'
	}
	return dst
}
