// Package sheet reads and writes the spreadsheets that people bring and take away:
// CSV and XLSX, told apart by their bytes and not by their names. Workbooks that are
// sources it reads row by row, however long, as text for the reader of sources ([Open]).
// It owns the limits and refusals that keep a hostile file from doing harm, and the only
// use of the XLSX library; what the cells mean is for the caller.
package sheet

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"milieu/internal/tabular"
)

// Limits of what is read.
const (
	MostBytes   = 10 << 20
	MostRows    = 20_000
	mostColumns = 200
	mostMembers = 500
	mostZipped  = 256 << 20 // all parts of an XLSX unpacked
	spillFrom   = 16 << 20  // a part of an XLSX larger than this is unpacked to a temporary file
	mostRatio   = 200       // unpacked to packed, looked at above suspectFrom
	suspectFrom = 8 << 20
)

// Table is a spreadsheet as it was read: for each wanted column whether the file
// has it, and the rows with one cell a wanted column.
type Table struct {
	Present []bool
	Unused  []string // headers that no column takes
	Rows    []Row
	Rejects []tabular.Reject // rows that could not be read at all
}

// Row is one row with the line (CSV) or row number (XLSX) where it stands.
type Row struct {
	Line  int
	Cells []string
}

// Read reads the bytes of a spreadsheet. Headers are matched to the columns' names
// and accepted headers. Cells come as text, not checked: the caller says what may
// stand in them. Errors say what is wrong with the file and what to do.
func Read(ctx context.Context, data []byte, cols []tabular.Column) (Table, error) {
	switch {
	case len(data) == 0:
		return Table{}, errors.New("the file is empty")
	case len(data) > MostBytes:
		return Table{}, fmt.Errorf("the file has more than %d MB; bring it in parts", MostBytes>>20)
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return readXLSX(data, cols)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return Table{}, errors.New("this is a workbook of the old form (.xls), or one with a password; save it as .xlsx without a password, or as CSV")
	case bytes.IndexByte(data[:min(len(data), 64<<10)], 0) >= 0:
		return Table{}, errors.New("this is neither CSV nor a workbook (.xlsx); save the table as one of them")
	}
	return readCSV(ctx, data, cols)
}

// readCSV lets the reader of sources do the work: encodings, dialects, line ends.
func readCSV(ctx context.Context, data []byte, cols []tabular.Column) (Table, error) {
	spec := tabular.Spec{Workers: 1}
	for _, c := range cols {
		spec.Columns = append(spec.Columns, tabular.Column{Name: c.Name, Headers: c.Headers, Optional: true})
	}
	var t Table
	var out bytes.Buffer
	bad := 0
	st, err := tabular.Read(ctx, bytes.NewReader(data), &out, spec, func(r tabular.Reject) {
		if !r.Row {
			return
		}
		if bad++; bad <= MostRows {
			t.Rejects = append(t.Rejects, r)
		}
	})
	if err != nil {
		return t, err
	}
	if st.Read > MostRows {
		return t, errTooMany()
	}
	t.Present = make([]bool, len(cols))
	for i, c := range cols {
		t.Present[i] = true
		for _, a := range st.Absent {
			t.Present[i] = t.Present[i] && a != c.Name
		}
	}
	t.Unused = st.Unused
	for line := range strings.Lines(out.String()) {
		if len(t.Rows) == MostRows {
			return t, errTooMany()
		}
		cells := strings.Split(strings.TrimSuffix(line, "\n"), string(tabular.Separator))
		n, err := strconv.Atoi(cells[0])
		if err != nil {
			return t, fmt.Errorf("clean text: %w", err)
		}
		for i := range cells[1:] {
			cells[i+1] = Bare(cells[i+1])
		}
		t.Rows = append(t.Rows, Row{n, cells[1:]})
	}
	return t, nil
}

func errTooMany() error {
	return fmt.Errorf("the table has more than %d rows; bring it in parts", MostRows)
}

// checkZIP looks at the directory of a workbook before anything is unpacked.
func checkZIP(data []byte) error {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return errors.New("the workbook is cut or damaged; save it again")
	}
	if len(z.File) > mostMembers {
		return fmt.Errorf("the workbook has %d parts, more than any table needs; save the sheet alone", len(z.File))
	}
	var packed, unpacked uint64
	for _, f := range z.File {
		packed += f.CompressedSize64
		unpacked += f.UncompressedSize64
	}
	if unpacked > mostZipped || unpacked > suspectFrom && unpacked > mostRatio*max(packed, 1) {
		return fmt.Errorf("the workbook unpacks to %d MB, which is more than a table of this size needs; save the sheet alone, as CSV", unpacked>>20)
	}
	return nil
}

func readXLSX(data []byte, cols []tabular.Column) (t Table, err error) {
	// The library is not ours: a workbook that makes it fail must not take the server along.
	defer func() {
		if p := recover(); p != nil {
			err = errors.New("the workbook cannot be read; save it again, or save the sheet as CSV")
		}
	}()
	if err := checkZIP(data); err != nil {
		return t, err
	}
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: mostZipped, UnzipXMLSizeLimit: spillFrom, RawCellValue: true})
	if err != nil {
		return t, errors.New("the workbook cannot be read; save it again, or save the sheet as CSV")
	}
	defer f.Close()
	names := f.GetSheetList()
	if len(names) == 0 {
		return t, errors.New("the workbook has no sheet")
	}
	rows, err := f.Rows(names[0])
	if err != nil {
		return t, fmt.Errorf("the first sheet cannot be read; save it as CSV")
	}
	defer rows.Close()
	return xlsxRows(rows, cols)
}

// xlsxRows reads the first row as headers and the others as rows; empty rows are
// passed over, as they are in CSV.
func xlsxRows(rows *excelize.Rows, cols []tabular.Column) (Table, error) {
	t := Table{Present: make([]bool, len(cols))}
	var taken []int
	for line := 1; rows.Next(); line++ {
		cells, err := rows.Columns()
		if err != nil {
			return t, fmt.Errorf("row %d of the first sheet cannot be read; save the sheet as CSV", line)
		}
		if strings.TrimSpace(strings.Join(cells, "")) == "" {
			continue
		}
		if len(cells) > mostColumns {
			return t, fmt.Errorf("row %d has %d columns; at most %d are read", line, len(cells), mostColumns)
		}
		if taken == nil {
			if taken, err = t.header(cells, cols); err != nil {
				return t, err
			}
			continue
		}
		if len(t.Rows) == MostRows {
			return t, errTooMany()
		}
		row := Row{line, make([]string, len(cols))}
		for i, c := range cells {
			if i < len(taken) && taken[i] >= 0 {
				row.Cells[taken[i]] = Bare(strings.TrimSpace(c))
			}
		}
		t.Rows = append(t.Rows, row)
	}
	if taken == nil {
		return t, errors.New("the first sheet is empty; the table stands in the first sheet, headers in its first row")
	}
	return t, rows.Error()
}

func (t *Table) header(cells []string, cols []tabular.Column) ([]int, error) {
	taken, err := tabular.Taken(cells, cols)
	if err != nil {
		return nil, err
	}
	for i, c := range taken {
		if c >= 0 {
			t.Present[c] = true
		} else if h := strings.TrimSpace(cells[i]); h != "" {
			t.Unused = append(t.Unused, h)
		}
	}
	return taken, nil
}

// live are the first characters by which a spreadsheet takes a cell for a formula; in
// some languages also the wide forms of them.
const live = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"

// Safe puts an apostrophe in front of a cell that a spreadsheet would take for a
// formula, and of one that looks as if that had been done; numbers stay as they are.
func Safe(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && Safe(rest) != rest {
		return "'" + cell
	}
	if first, _ := utf8.DecodeRuneInString(cell); cell == "" || !strings.ContainsRune(live, first) {
		return cell
	}
	if _, err := strconv.ParseFloat(cell, 64); err == nil && cell[0] != '+' {
		return cell
	}
	return "'" + cell
}

// Bare takes off the apostrophe that Safe put on, so that a table that comes back
// is as it went.
func Bare(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && Safe(rest) == cell {
		return rest
	}
	return cell
}

// SafeRow is Safe for each cell.
func SafeRow(row []string) []string {
	out := make([]string, len(row))
	for i, c := range row {
		out[i] = Safe(c)
	}
	return out
}

// WriteCSV writes a table.
func WriteCSV(w io.Writer, header []string, rows [][]string) error {
	c := csv.NewWriter(w)
	if err := c.Write(SafeRow(header)); err != nil {
		return err
	}
	for _, r := range rows {
		if err := c.Write(SafeRow(r)); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// WriteXLSX writes a table as the first sheet of a workbook. Texts are typed as
// texts and made safe for those who save them as CSV; columns that numeric says are
// numbers are numbers.
func WriteXLSX(w io.Writer, name string, header []string, numeric []bool, rows [][]string) error {
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetSheetName("Sheet1", name); err != nil {
		return err
	}
	s, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	if err := s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	for n, r := range append([][]string{header}, rows...) {
		cells := make([]any, len(r))
		for i, c := range r {
			cells[i] = Safe(c)
			if v, err := strconv.ParseFloat(c, 64); err == nil && n > 0 && numeric[i] {
				cells[i] = v
			} else if n == 0 {
				cells[i] = excelize.Cell{StyleID: bold, Value: c}
			}
		}
		at, err := excelize.CoordinatesToCellName(1, n+1)
		if err != nil {
			return err
		}
		if err := s.SetRow(at, cells); err != nil {
			return err
		}
	}
	if err := s.Flush(); err != nil {
		return err
	}
	return f.Write(w)
}
