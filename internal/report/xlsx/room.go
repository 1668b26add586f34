package xlsx

import (
	"strings"
	"unicode/utf8"

	"milieu/internal/report"
)

// Room of words: heights in points, widths in characters. Programs do not agree on when they find the height of a row by
// themselves, so it is set, by an estimate that is rather too high.
const (
	lineHeight    = 15.0
	headingHeight = 22.0
	mostHeight    = 150.0 // of longer words the cell has more than it shows
	usualWidth    = 9.0
)

// small says that a row is small print alone, which runs over all columns.
func small(row []report.Cell) bool {
	return len(row) == 1 && row[0].Style == report.Remark && row[0].Is == report.IsWords
}

// spread is over how many columns small print runs: as many as fit a screen.
func spread(s report.Sheet) int {
	room := 0.0
	for k := range s.Widths {
		if room += widthOf(s, k); room > 130 {
			return k + 1
		}
	}
	return max(len(s.Widths), 1)
}

func widthOf(s report.Sheet, col int) float64 {
	if col < len(s.Widths) && s.Widths[col] > 0 {
		return s.Widths[col]
	}
	return usualWidth
}

// height is what a row needs.
func height(s report.Sheet, row []report.Cell) float64 {
	if len(row) > 0 && row[0].Style == report.Heading {
		return headingHeight
	}
	lines := 1.0
	for k, c := range row {
		width := widthOf(s, k)
		switch {
		case small(row):
			width = 0
			for col := range spread(s) {
				width += widthOf(s, col)
			}
		case c.Is != report.IsWords || !c.Wrap && c.Style != report.Header:
			continue
		}
		lines = max(lines, linesOf(c.Words, width))
	}
	return min(lines*lineHeight, mostHeight)
}

// linesOf estimates over how many lines words run.
func linesOf(words string, width float64) float64 {
	lines := 0.0
	for _, part := range strings.Split(words, "\n") {
		need, used := 1.0, 0.0
		for _, word := range strings.Fields(part) {
			n := float64(utf8.RuneCountInString(word)) + 1
			if used > 0 && used+n > width {
				need, used = need+1, 0
			}
			for used += n; used > width+1; used -= width {
				need++
			}
		}
		lines += need
	}
	return lines
}

// numeric says whether a header stands over numbers.
func numeric(s report.Sheet, n, col int) bool {
	for _, row := range s.Rows[n+1 : min(n+6, len(s.Rows))] {
		if col < len(row) && (row[col].Is != report.IsWords || row[col].Words != "") {
			return row[col].Is != report.IsWords
		}
	}
	return false
}
