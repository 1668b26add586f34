package evidence

import (
	"context"
	"errors"
	"fmt"
	"io"

	"milieu/internal/sheet"
	"milieu/internal/tabular"
)

// workbook reads the sheets of an XLSX file as the members of a ZIP are read. A record's line
// is its row in the sheet, its file FILE!SHEET.
func (r *rawReader) workbook(ctx context.Context, i int) error {
	rows, err := r.sheets(ctx, r.in.paths[i], r.in.names[i])
	if err != nil {
		return fmt.Errorf("%s: %w", r.in.names[i], err)
	}
	r.reading.Files = append(r.reading.Files, FileRead{r.in.names[i], r.in.hashes[i], r.in.sizes[i], rows})
	return nil
}

func (r *rawReader) sheets(ctx context.Context, path, file string) (rows int, err error) {
	book, err := sheet.Open(path)
	if err != nil {
		return 0, err
	}
	defer book.Close()
	names, err := book.Sheets(r.in.source.Sheet)
	if err != nil {
		return 0, err
	}
	if r.in.source.Sheet == "" {
		if names, err = firstTable(book, names, r.in.def.Columns); err != nil {
			return 0, err
		}
	}
	for _, name := range names {
		n, err := r.sheet(ctx, book, name, file+"!"+name)
		if err != nil {
			return 0, fmt.Errorf("sheet %q: %w", name, err)
		}
		rows += n
	}
	return rows, nil
}

func (r *rawReader) sheet(ctx context.Context, book *sheet.Workbook, sheetName, name string) (int, error) {
	src, err := book.Rows(sheetName)
	if err != nil {
		return 0, err
	}
	defer src.Close()
	spec := tabular.Spec{Columns: r.spec.Columns, Delimiter: ',', Encoding: tabular.UTF8, AsOf: r.spec.AsOf, Sheet: true}
	return r.text(ctx, src.Text(), name, spec)
}

// firstTable is the first sheet that has the columns: notes and covers often stand before
// it. When none has, it is the first sheet, whose reading then says what is missing.
func firstTable(book *sheet.Workbook, names []string, cols []tabular.Column) ([]string, error) {
	for _, name := range names {
		if len(names) == 1 {
			break
		}
		head, err := topRows(book, name)
		if err != nil {
			return nil, fmt.Errorf("sheet %q: %w", name, err)
		}
		if tabular.Header(head, cols) >= 0 {
			return []string{name}, nil
		}
	}
	return names[:1], nil
}

// topRows are the first rows of a sheet that have text.
func topRows(book *sheet.Workbook, name string) ([][]string, error) {
	rows, err := book.Rows(name)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var top [][]string
	for len(top) < tabular.HeaderWithin {
		_, cells, err := rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if len(cells) > 0 {
			top = append(top, cellTexts(cells))
		}
	}
	return top, nil
}

func cellTexts(cells []sheet.Cell) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = c.Text
	}
	return out
}
