package sheet

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Cell is a cell of a sheet as it is shown: dates as 2014-06-05, percentages as 50.38%, numbers
// without the noise of binary fractions.
type Cell struct {
	Text   string
	Number bool // a bare number
}

// Rows reads a sheet from top to bottom.
type Rows struct {
	book  *Workbook
	part  string
	src   io.ReadCloser
	x     *tokens
	line  int
	cells []Cell
	size  int // bytes of the row's texts
	cell  rawCell
}

// rawCell is the cell at hand as it stands in the file.
type rawCell struct {
	column int
	kind   string
	style  int
	value  []byte
	inline textRun
	in     bool // inside <v>
}

// Rows opens a sheet by its name.
func (w *Workbook) Rows(name string) (*Rows, error) {
	for _, s := range w.sheets {
		if s.name != name {
			continue
		}
		m, ok := w.parts[s.part]
		if !ok {
			return nil, fmt.Errorf("the workbook lacks the part %s of its sheet %q; save it again", s.part, name)
		}
		if err := w.readTexts(); err != nil {
			return nil, err
		}
		rc, err := m.Open()
		if err != nil {
			return nil, err
		}
		return &Rows{book: w, part: s.part, src: rc, x: newTokens(rc)}, nil
	}
	return nil, fmt.Errorf("the workbook has no sheet %q", name)
}

// Close releases the sheet.
func (r *Rows) Close() error { return r.src.Close() }

// Next is the following row that the file has, with its number in the sheet; io.EOF after
// the last. Rows that the file leaves out are empty. The cells are those of the call:
// the next one takes their place.
func (r *Rows) Next() (line int, cells []Cell, err error) {
	for {
		tok, err := r.x.next()
		if errors.Is(err, io.EOF) {
			err = errors.New("it ends too early")
		}
		if err != nil {
			return 0, nil, damaged(r.part, err)
		}
		switch e := tok.(type) {
		case xml.StartElement:
			err = r.start(e)
		case xml.CharData:
			if r.cell.in {
				r.cell.value = append(r.cell.value, e...)
			}
			r.cell.inline.add(e)
		case xml.EndElement:
			switch e.Name.Local {
			case "sheetData":
				return 0, nil, io.EOF
			case "row":
				return r.line, r.cells, nil
			}
			err = r.end(e.Name.Local)
		}
		if err != nil {
			return 0, nil, fmt.Errorf("row %d of the sheet: %w", r.line, err)
		}
	}
}

func (r *Rows) start(e xml.StartElement) error {
	switch e.Name.Local {
	case "row":
		return r.startRow(e.Attr)
	case "c":
		return r.startCell(e.Attr)
	case "v":
		r.cell.in = true
	default:
		r.cell.inline.start(e.Name.Local)
	}
	return nil
}

func (r *Rows) startRow(attrs []xml.Attr) error {
	line := r.line + 1
	for _, a := range attrs {
		if a.Name.Local != "r" {
			continue
		}
		n, err := strconv.Atoi(a.Value)
		if err != nil || n < line {
			return fmt.Errorf("the row that follows is numbered %q; save the workbook again", a.Value)
		}
		line = n
	}
	if line > mostSheetRows {
		return fmt.Errorf("a sheet has at most %d rows; save the workbook again", mostSheetRows)
	}
	r.line, r.cells, r.size = line, r.cells[:0], 0
	r.cell.column = -1
	return nil
}

func (r *Rows) startCell(attrs []xml.Attr) error {
	column := r.cell.column + 1
	r.cell = rawCell{style: -1, value: r.cell.value[:0]}
	for _, a := range attrs {
		switch a.Name.Local {
		case "r":
			at, ok := columnOf(a.Value)
			if !ok || at < column {
				return fmt.Errorf("a cell is named %q; save the workbook again", a.Value)
			}
			column = at
		case "t":
			r.cell.kind = a.Value
		case "s":
			if n, err := strconv.Atoi(a.Value); err == nil {
				r.cell.style = n
			}
		}
	}
	if column >= mostSheetColumns {
		return fmt.Errorf("it has more than %d columns, which no table needs; save the sheet alone, or as CSV", mostSheetColumns)
	}
	r.cell.column = column
	return nil
}

// columnOf is the column of a cell's name, 0 for A1.
func columnOf(name string) (int, bool) {
	n := 0
	for i := 0; i < len(name) && i < 4; i++ {
		c := name[i]
		if isDigit(c) {
			return n - 1, i > 0
		}
		if c < 'A' || c > 'Z' {
			return 0, false
		}
		n = n*26 + int(c-'A') + 1
	}
	return 0, false
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func (r *Rows) end(name string) error {
	switch name {
	case "v":
		r.cell.in = false
	case "c":
		return r.endCell()
	default:
		r.cell.inline.end(name)
	}
	return nil
}

func (r *Rows) endCell() error {
	c, err := r.read()
	if err != nil || c.Text == "" {
		return err
	}
	if r.size += len(c.Text); r.size > mostRowText {
		return errors.New("it has more than a megabyte of text; save the sheet as CSV")
	}
	for len(r.cells) <= r.cell.column {
		r.cells = append(r.cells, Cell{})
	}
	r.cells[r.cell.column] = c
	return nil
}

// read makes of the raw cell what it shows.
func (r *Rows) read() (Cell, error) {
	value := string(r.cell.value)
	switch r.cell.kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(value))
		t, ok := r.book.texts.at(i)
		if value != "" && (err != nil || !ok) {
			return Cell{}, fmt.Errorf("a cell names the text %q, which the workbook has not; save it again", value)
		}
		return Cell{Text: t}, nil
	case "inlineStr":
		return Cell{Text: r.cell.inline.String()}, nil
	case "str":
		return Cell{Text: unescape(value)}, nil
	case "b":
		return Cell{Text: map[string]string{"1": "TRUE", "0": "FALSE"}[value]}, nil
	case "e", "d":
		return Cell{Text: value}, nil
	}
	if value == "" {
		return Cell{}, nil
	}
	text, number := r.book.shown(strings.TrimSpace(value), r.cell.style)
	return Cell{text, number}, nil
}
