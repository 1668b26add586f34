package name

import "strings"

// folded says that two words differ only by how a vowel is written without its
// mark: Mueller and Muller, Aarhus and Arhus.
func folded(a, b string) bool {
	if a == b || a[0] != b[0] && !(a[0] == 'o' || b[0] == 'o') {
		return false
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		var x, y byte
		x, i = nextFolded(a, i)
		y, j = nextFolded(b, j)
		if x != y {
			return false
		}
	}
	return len(a) > 3 && len(b) > 3
}

func nextFolded(s string, i int) (byte, int) {
	if i >= len(s) {
		return 0, i
	}
	c := s[i]
	if i+1 < len(s) && (c == 'd' && s[i+1] == 'j' || s[i+1] == 'e' && (c == 'a' || c == 'o' || c == 'u') || c == 'a' && s[i+1] == 'a') {
		return c, i + 2
	}
	return c, i + 1
}

// sounds is the cost of taking a word in Latin letters for one that was transliterated from a script.
func sounds(a, b string, by script) float64 {
	hard := by == unvoweled
	var x, y [soundLetters]byte
	n, m := skeleton(a, x[:], !hard, hard), skeleton(b, y[:], !hard, hard)
	if n > 1 && n == m && x == y && !hard {
		return scriptPenalty / 2
	}
	if by == pinyin {
		return apart
	}
	if !hard {
		x, y = [soundLetters]byte{}, [soundLetters]byte{}
		n, m = skeleton(a, x[:], false, hard), skeleton(b, y[:], false, hard)
	}
	switch {
	case n == m && n >= 3 && x == y, adjective(x[:n], y[:m]), adjective(y[:m], x[:n]):
		return scriptPenalty
	case hard && unvowel(&x, n) == unvowel(&y, m) && unvowel(&x, n) != "":
		return 2 * scriptPenalty
	case n == m && n == 2 && x == y && (hard || len(a) > 3 && len(b) > 3):
		return 2 * scriptPenalty
	case n == m && n >= 3 && near(x[:n], y[:n]):
		return 2 * scriptPenalty
	case n >= 5 && m >= 5 && distance(string(x[:n]), string(y[:m]), 1) <= 1:
		return 2 * scriptPenalty
	}
	return apart
}

// adjective says that one is the other with a Slavic ending: Tretyakovskaya, Tretyakov.
func adjective(a, b []byte) bool {
	return len(b) >= 3 && len(a) == len(b)+2 && string(a[len(b):]) == "sk" && string(a[:len(b)]) == string(b)
}

// unvowel leaves out the letter that may be a v or a vowel; what is left must be two sounds at least.
func unvowel(s *[soundLetters]byte, n int) string {
	out := strings.ReplaceAll(string(s[:n]), "b", "")
	if len(out) < 2 {
		return ""
	}
	return out
}

// soundAlike compares what is left of two names, one of which was transliterated from a script whose Latin names go
// by other rules, as one run of consonants.
func (m *match) soundAlike() {
	var x, y [3 * soundLetters]byte
	hard := max(m.a.script, m.b.script) == unvoweled
	n, k := skeleton(rest(m.a, &m.inA), x[:], false, hard), skeleton(rest(m.b, &m.inB), y[:], false, hard)
	most := max(n, k) / 5
	if min(n, k) < 6 || most == 0 || distance(string(x[:n]), string(y[:k]), most) > most {
		return
	}
	for i := range m.a.tokens {
		m.inA[i] = true
	}
	for j := range m.b.tokens {
		m.inB[j] = true
	}
	m.charge(3 * scriptPenalty)
	m.bits += float64(2 * min(n, k))
	m.steps.end("what is left sounds alike")
}

// rest is the words without counterpart as they stand, without spaces.
func rest(p *part, in *[mostTokens]bool) string {
	var b strings.Builder
	for i := range p.tokens {
		if !in[i] {
			b.WriteString(p.tokens[i].plain)
		}
	}
	return b.String()
}

// confusable are sounds that scripts or marks that were lost confuse.
var confusable = map[[2]byte]bool{{'l', 'r'}: true, {'m', 'n'}: true, {'C', 's'}: true, {'C', 'k'}: true, {'s', 'z'}: true, {'S', 's'}: true, {'Z', 'z'}: true}

// near says that two skeletons differ only in such sounds.
func near(a, b []byte) bool {
	for i := range a {
		x, y := a[i], b[i]
		if x != y && !confusable[[2]byte{x, y}] && !confusable[[2]byte{y, x}] {
			return false
		}
	}
	return true
}

// alikeSounds says that two words in Latin letters have the same consonants: Kimberly, Kimberley.
func alikeSounds(a, b string) bool {
	var x, y [soundLetters]byte
	n, m := skeleton(a, x[:], false, false), skeleton(b, y[:], false, false)
	return n == m && n >= 3 && x == y
}

const soundLetters = 48

// skeleton writes the sounds of a word, with vowels or without, and gives its length. Hard ones leave out what
// may stand for a vowel, and fold p with f and b with v.
func skeleton(s string, out []byte, vowels, hard bool) int {
	n := 0
	put := func(c byte) {
		if n < len(out) && (n == 0 || out[n-1] != c) {
			out[n] = c
			n++
		}
	}
	for i := 0; i < len(s); {
		c, used := sound(s[i:], hard)
		i += used
		if hard {
			c = hardSound(c)
		}
		switch {
		case c == 0:
		case c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u':
			if vowels {
				put(c)
			}
		case c == 'k' && i < len(s)+1 && s[i-1] == 'x':
			put('k')
			put('s')
		default:
			put(c)
		}
	}
	return n
}

func hardSound(c byte) byte {
	switch c {
	case 'v':
		return 'b'
	case 'f':
		return 'p'
	}
	return c
}

// soundPairs are letters that stand for one sound.
var soundPairs = map[string]byte{"sh": 'S', "ch": 'C', "zh": 'Z', "kh": 'h', "ph": 'f', "th": 't', "gh": 'g', "ts": 'z', "tz": 'z', "ck": 'k', "ou": 'u', "ia": 'a', "ya": 'a', "iu": 'u', "yu": 'u',
	"dj": 'j', "dz": 'z', "ks": 'k', "qu": 'k'}

// sound reads one sound: a letter for it and the letters that it takes.
func sound(s string, hard bool) (byte, int) {
	if len(s) > 3 && s[:4] == "shch" {
		return 'S', 4
	}
	if len(s) > 2 && (s[:3] == "sch" || s[:3] == "tch") {
		return 'S', 3
	}
	if len(s) > 1 && s[:2] != "ks" && !(hard && s[0] == 't') {
		if c, ok := soundPairs[s[:2]]; ok {
			if hard && c == 'h' {
				c = 'k'
			}
			return c, 2
		}
	}
	switch c := s[0]; c {
	case 'c':
		if len(s) > 1 && (s[1] == 'e' || s[1] == 'i' || s[1] == 'y') {
			return 's', 1
		}
		return 'k', 1
	case 'q', 'x':
		return 'k', 1
	case 'w':
		if hard {
			return 0, 1 // stands for a vowel
		}
		return 'v', 1
	case 'j':
		if hard {
			return 'j', 1
		}
		return 'i', 1
	case 'y':
		return 'i', 1
	case 'h':
		if len(s) == 1 {
			return 0, 1
		}
		return 'h', 1
	default:
		return c, 1
	}
}
