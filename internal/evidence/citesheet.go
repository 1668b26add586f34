package evidence

import (
	"errors"
	"io"
	"slices"
	"strings"

	"milieu/internal/sheet"
	"milieu/internal/tabular"
)

// mostCited is how much of a record a page shows.
const mostCited = 4096

// quickSheet is quickLimit for workbooks, unpacked: they have to be read cell by cell.
const quickSheet = 32 << 20

// recordText is a record as it stands in its file: the line of a text, or the cells of a
// workbook's row with their headers.
func recordText(path, member, typ string, line int) (string, error) {
	defs, err := Definitions()
	if err != nil {
		return "", err
	}
	d := defs[typ]
	switch {
	case d.IsJSON():
		return d.jsonAt(path, member, line)
	case sheet.IsWorkbook(path):
		return d.rowAt(path, member, line)
	}
	if len(d.Withhold) > 0 {
		return withheldLine, nil
	}
	return lineAt(path, member, line)
}

// withheldLine stands for a line whose columns may name people.
const withheldLine = "(The line is not shown here because its columns may name private people. What was read of it is in the tables.)"

// rowAt is a row of a workbook's sheet, with what columns take of it and nothing else: other
// cells may name people whom no table may name. A sheet without the headers that are
// asked for, as one may be that was changed since, shows nothing.
func (d Definition) rowAt(path, name string, line int) (string, error) {
	book, err := sheet.Open(path)
	if err != nil {
		return "", err
	}
	defer book.Close()
	head, err := topRows(book, name)
	if err != nil {
		return "", err
	}
	i := tabular.Header(head, d.Columns)
	if i < 0 {
		return "", errors.New("the sheet has no longer the columns that were read")
	}
	taken, err := tabular.Taken(head[i], d.Columns)
	if err != nil {
		return "", err
	}
	for i, c := range taken {
		if c >= 0 && slices.Contains(d.Withhold, d.Columns[c].Name) {
			taken[i] = -1
		}
	}
	rows, err := book.Rows(name)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	for {
		at, cells, err := rows.Next()
		if errors.Is(err, io.EOF) || err == nil && at > line {
			return "", errors.New("the sheet has no such row")
		}
		if err != nil {
			return "", err
		}
		if at == line {
			return labelled(head[i], taken, cells), nil
		}
	}
}

// labelled writes a row as header: value, without the cells that are empty.
func labelled(header []string, taken []int, cells []sheet.Cell) string {
	var b strings.Builder
	for i, c := range cells {
		text := strings.Join(strings.Fields(c.Text), " ")
		if text == "" || i >= len(taken) || taken[i] < 0 {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(" | ")
		}
		b.WriteString(strings.Join(strings.Fields(header[i]), " ") + ": " + text)
		if b.Len() > mostCited {
			return strings.ToValidUTF8(b.String()[:mostCited], "") + "…"
		}
	}
	return b.String()
}
