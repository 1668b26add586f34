package docx

import (
	"strings"
	"unicode/utf8"

	"milieu/internal/report"
)

// Widths in twentieths of a point, that is 1440 to the inch: the text of an upright page and of one that is turned, and the edges of a
// cell.
const (
	textWidth   = 9412
	turnedWidth = 14004
	edges       = 180
	longWord    = 24 // letters: a longer one is broken, such as an address
)

// face is how a table's words are set.
type face struct {
	letter, bold int    // width of a character, and of one of the heads
	breaks       string // where lines may end beside spaces
	suffix       string // of the styles
}

// The faces: ranges are kept in one line where there is room.
var (
	roomy = face{96, 104, "-/", ""}
	tight = face{84, 92, "-/–", "Small"}
)

// setting is how a table is set: in the usual letters where its longest words fit, else in small ones, else on a page that is turned.
func setting(t report.Table) (sized, face, bool) {
	s := measure(t, roomy)
	if sum(s.least) <= textWidth {
		return s, roomy, false
	}
	if small := measure(t, tight); sum(small.least) <= textWidth {
		return small, tight, false
	}
	return s, roomy, true
}

// sized is a table in sizes: of each column the width of its longest word, and of each cell that of its words in one line.
type sized struct {
	least []int
	cells [][]int
}

// measure reckons sizes from numbers of characters: the format has no way to say that a column is as wide as it needs to be which all
// programs follow.
func measure(t report.Table, in face) sized {
	n := len(t.Header)
	for _, rows := range [][][]report.Text{t.Rows, t.Foot} {
		for _, row := range rows {
			n = max(n, len(row))
		}
	}
	s := sized{least: make([]int, n)}
	heads := make([]int, n)
	for k := range s.least {
		s.least[k] = edges + 4*in.letter
		if k < len(t.Header) {
			heads[k] = s.add(k, t.Header[k], in.bold, in.breaks)
		}
	}
	s.cells = append(s.cells, heads)
	for _, rows := range [][][]report.Text{t.Rows, t.Foot} {
		for _, row := range rows {
			cells := make([]int, n)
			for k := range row {
				cells[k] = s.add(k, row[k].Plain(), in.letter, in.breaks)
			}
			s.cells = append(s.cells, cells)
		}
	}
	return s
}

// add measures the words of a cell.
func (s sized) add(k int, words string, letter int, breaks string) int {
	for _, w := range strings.FieldsFunc(words, func(r rune) bool { return r == ' ' || strings.ContainsRune(breaks, r) }) {
		s.least[k] = max(s.least[k], edges+letter*min(utf8.RuneCountInString(w)+1, longWord))
	}
	return letter * utf8.RuneCountInString(words)
}

func sum(widths []int) int {
	total := 0
	for _, w := range widths {
		total += w
	}
	return total
}

// share parts a width among columns so that the table is as short as can be: each column gets what its longest word needs, and step by
// step the rest goes to the one that saves most lines. What is still left when all stand in one line is parted alike. The widths add up
// to the total.
func (s sized) share(total int) []int {
	if len(s.least) == 0 {
		return nil
	}
	out := append([]int{}, s.least...)
	if least := sum(out); least > total { // too much: all give in alike
		for k := range out {
			out[k] = out[k] * total / least
		}
	}
	const step = 120
	for sum(out)+step <= total {
		k := s.neediest(out, step)
		if k < 0 {
			break
		}
		out[k] += step
	}
	left := total - sum(out)
	for k := range out {
		out[k] += left / len(out)
	}
	out[0] += total - sum(out)
	return out
}

// neediest is the column that makes the rows shortest by one step more; -1 where all stand in one line.
func (s sized) neediest(widths []int, step int) int {
	saved := make([]float64, len(widths))
	for _, row := range s.cells {
		tall, lines, next := -1, 1.0, 1.0
		for k, w := range row {
			n := float64(w) / float64(widths[k]-edges+1)
			if n > lines {
				tall, next, lines = k, lines, n
			} else if n > next {
				next = n
			}
		}
		if tall >= 0 {
			saved[tall] += lines - max(next, float64(row[tall])/float64(widths[tall]+step-edges+1))
		}
	}
	best := -1
	for k, v := range saved {
		if v > 0 && (best < 0 || v > saved[best]) {
			best = k
		}
	}
	return best
}
