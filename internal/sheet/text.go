package sheet

import (
	"io"
	"strings"
	"unicode"
)

// Text is the sheet as delimited text for the reader of sources: line n is row n, numbers are
// bare, everything else stands in quotes, commas part the cells. What would end a line is a
// space there. A row ends with its last cell.
func (r *Rows) Text() io.Reader { return &textReader{rows: r, line: 1} }

type textReader struct {
	rows *Rows
	line int // of the next byte
	buf  []byte
	done int // bytes of buf that were read
	err  error
}

func (t *textReader) Read(p []byte) (int, error) {
	for t.done == len(t.buf) {
		if t.err != nil {
			return 0, t.err
		}
		t.fill()
	}
	n := copy(p, t.buf[t.done:])
	t.done += n
	return n, nil
}

// gap is how many empty rows are written at a time: a file may leave out a million.
const gap = 4096

// fill puts some rows into the buffer.
func (t *textReader) fill() {
	t.buf, t.done = t.buf[:0], 0
	for len(t.buf) < gap {
		line, cells, err := t.rows.Next()
		if err != nil {
			t.err = err
			return
		}
		for ; t.line < line; t.line++ {
			t.buf = append(t.buf, '\n')
		}
		t.buf = append(appendCells(t.buf, cells), '\n')
		t.line++
	}
}

func appendCells(b []byte, cells []Cell) []byte {
	for i, c := range cells {
		if i > 0 {
			b = append(b, ',')
		}
		switch {
		case c.Number:
			b = append(b, c.Text...)
		case c.Text != "":
			b = append(b, '"')
			b = append(b, quotable(c.Text)...)
			b = append(b, '"')
		}
	}
	return b
}

// quotable is text as it may stand between quotes on one line.
func quotable(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == '\ufeff' {
			return ' '
		}
		return r
	}, s)
	return strings.ReplaceAll(strings.TrimSpace(s), `"`, `""`)
}
