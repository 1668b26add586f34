package compare

// soundexCodes are the codes of the letters a to z; 0 parts equal codes, '-' does not.
const soundexCodes = "01230120022455012623010202"

// Soundex appends the American Soundex code of the first word's letters (Russell
// 1918, as the United States archives use it: h and w do not part equal codes).
func Soundex(dst, s []byte) []byte {
	start := len(dst)
	last := byte(0)
	for _, c := range s {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c < 'a' || c > 'z' {
			if c == ' ' && len(dst) > start {
				break
			}
			continue
		}
		code := soundexCodes[c-'a']
		switch {
		case len(dst) == start:
			dst, last = append(dst, c), code
			continue
		case c == 'h' || c == 'w':
			continue
		case code != '0' && code != last:
			dst = append(dst, code)
		}
		last = code
		if len(dst) == start+4 {
			return dst
		}
	}
	for len(dst) > start && len(dst) < start+4 {
		dst = append(dst, '0')
	}
	return dst
}

// sounds are spellings that sound alike in English names, the longer first.
var sounds = []struct{ from, to string }{
	{"sch", "s"}, {"tch", "c"}, {"ght", "t"}, {"ph", "f"}, {"gh", ""}, {"ck", "k"}, {"kn", "n"}, {"wr", "r"}, {"qu", "k"},
	{"ce", "s"}, {"ci", "s"}, {"cy", "s"}, {"sh", "s"}, {"ch", "c"}, {"th", "t"}, {"dg", "j"}, {"x", "ks"}, {"z", "s"}, {"c", "k"}, {"q", "k"},
	{"v", "f"}, {"h", ""},
}

// Sound appends a rough key of how s sounds: spellings of one sound become one,
// vowels after the first letter go, double letters are one.
func Sound(dst, s []byte) []byte {
	start := len(dst)
	add := func(c byte, first bool) {
		if vowel(c) {
			if !first {
				return
			}
			c = 'a'
		}
		if len(dst) == start || dst[len(dst)-1] != c {
			dst = append(dst, c)
		}
	}
	for i := 0; i < len(s); {
		c := s[i]
		if c < 'a' || c > 'z' {
			if c >= 0x80 {
				dst = append(dst, c)
			}
			i++
			continue
		}
		n, to := 1, s[i:i+1]
		for _, p := range sounds {
			if len(s)-i >= len(p.from) && string(s[i:i+len(p.from)]) == p.from {
				n, to = len(p.from), []byte(p.to)
				break
			}
		}
		first := i == 0
		for _, c := range to {
			add(c, first)
		}
		i += n
	}
	return dst
}

func vowel(c byte) bool {
	switch c {
	case 'a', 'e', 'i', 'o', 'u', 'y', 'w':
		return true
	}
	return false
}
