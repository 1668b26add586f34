package compare

// most is how many bytes of a text are looked at by the measures that compare
// character by character.
const most = 128

// Jaro returns the similarity of Jaro (1989), between 0 and 1. Bytes are
// characters: fold texts first.
func Jaro(a, b []byte) float64 {
	a, b = cut(a), cut(b)
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) == 0 {
		return 0
	}
	window := max(len(b)/2-1, 0)
	var usedB [most]bool
	var hitA [most]byte
	m := 0
	for i, c := range a {
		lo, hi := max(0, i-window), min(len(b), i+window+1)
		for j := lo; j < hi; j++ {
			if b[j] == c && !usedB[j] {
				usedB[j], hitA[m] = true, c
				m++
				break
			}
		}
	}
	if m == 0 {
		return 0
	}
	t, k := 0, 0
	for j := range b {
		if usedB[j] {
			if b[j] != hitA[k] {
				t++
			}
			k++
		}
	}
	f := float64(m)
	return (f/float64(len(a)) + f/float64(len(b)) + (f-float64(t/2))/f) / 3
}

// JaroWinkler raises Jaro by a common beginning of up to four characters
// (Winkler 1990), where it is above 0.7.
func JaroWinkler(a, b []byte) float64 {
	j := Jaro(a, b)
	if j <= 0.7 {
		return j
	}
	p := 0
	for p < 4 && p < len(a) && p < len(b) && a[p] == b[p] {
		p++
	}
	return j + float64(p)*0.1*(1-j)
}

// Levenshtein returns the number of insertions, deletions and replacements that
// make b of a.
func Levenshtein(a, b []byte) int { return edits(a, b, false) }

// Damerau counts an exchange of neighbours as one edit too (optimal string
// alignment).
func Damerau(a, b []byte) int { return edits(a, b, true) }

func edits(a, b []byte, swaps bool) int {
	a, b = cut(a), cut(b)
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a) == 0 || len(b) == 0 {
		return len(a) + len(b)
	}
	var rows [3][most + 1]int16
	before, last, this := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = int16(j)
	}
	for i := 1; i <= len(a); i++ {
		this[0] = int16(i)
		for j := 1; j <= len(b); j++ {
			d := last[j-1]
			if a[i-1] != b[j-1] {
				d = min(d, last[j], this[j-1]) + 1
				if swaps && i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
					d = min(d, before[j-2]+1)
				}
			}
			this[j] = d
		}
		before, last, this = last, this, before
	}
	return int(last[len(b)])
}

func cut(s []byte) []byte {
	if len(s) > most {
		return s[:most]
	}
	return s
}

// Common returns how many values two sorted lists share.
func Common(a, b []uint32) int {
	n, i, j := 0, 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			n, i, j = n+1, i+1, j+1
		}
	}
	return n
}

// Jaccard returns the share of all words that both sorted lists have.
func Jaccard(a, b []uint32) float64 {
	n := Common(a, b)
	if n == 0 {
		return 0
	}
	return float64(n) / float64(len(a)+len(b)-n)
}

// Starts says whether one text begins the other: an initial and its name.
func Starts(a, b []byte) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	return len(a) > 0 && string(b[:len(a)]) == string(a)
}
