// Package xlsx writes a document as a workbook: each of its tables on a sheet of its own, every figure with its reference and
// its chain of proof, what was assumed, the gaps, the sources, and workings with formulas that recalculate. It does not reckon.
package xlsx

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"milieu/internal/report"
	"milieu/internal/sheet"
)

// Write writes the workbook of a document: a page to begin with, its tables, its workings and extra ones, its figures, their chains,
// assumptions, gaps and sources. The same document gives the same bytes. Sheets of tables are named so that all names differ; a
// name of a working that is taken, or that no workbook can have, is an error.
func Write(w io.Writer, d report.Document, extra []report.Sheet) error {
	sheets, err := Sheets(d, extra)
	if err != nil {
		return err
	}
	b := &book{d: d, f: excelize.NewFile(), styles: map[look]int{}, cells: map[string]string{}}
	defer b.f.Close()
	if err := b.write(sheets); err != nil {
		return fmt.Errorf("write the workbook of %s: %w", d.Title, err)
	}
	if err := b.save(w); err != nil {
		return fmt.Errorf("write the workbook of %s: %w", d.Title, err)
	}
	return nil
}

// Sheets are the sheets of the workbook in their order.
func Sheets(d report.Document, extra []report.Sheet) ([]report.Sheet, error) {
	workings := slices.Concat(d.Sheets, extra)
	names := newNames(figuresName, chainsName, assumptionsName, gapsName, sourcesName, readName)
	for _, s := range workings {
		if err := names.take(s.Name); err != nil {
			return nil, err
		}
	}
	p := places(d)
	tables := tables(d, names, p)
	last := []report.Sheet{p.figuresSheet(d), p.chainsSheet(d), assumptions(d), gaps(d), sources(d)}
	all := slices.Concat(tables, workings, last)
	return append([]report.Sheet{readMe(d, all)}, all...), nil
}

// book is a workbook in the making.
type book struct {
	d      report.Document
	f      *excelize.File
	styles map[look]int
	cells  map[string]string // where each named cell stands
}

func (b *book) write(sheets []report.Sheet) error {
	for k, s := range sheets {
		if k == 0 {
			if err := b.f.SetSheetName("Sheet1", s.Name); err != nil {
				return err
			}
		} else if _, err := b.f.NewSheet(s.Name); err != nil {
			return fmt.Errorf("sheet %q: %w", s.Name, err)
		}
	}
	for _, s := range sheets {
		if err := b.sheet(s); err != nil {
			return fmt.Errorf("sheet %q: %w", s.Name, err)
		}
	}
	return b.about()
}

// about sets what programs show of the file itself. The day is that of the release, never that of writing.
func (b *book) about() error {
	d := b.d
	day := "2000-01-01"
	if len(d.Date) >= 10 {
		day = d.Date[:10]
	}
	stamp := day + "T00:00:00Z"
	if err := b.f.SetDocProps(&excelize.DocProperties{Title: d.Title, Subject: d.Subtitle, Creator: d.Owner, LastModifiedBy: d.Owner, Language: "en-GB",
		Created: stamp, Modified: stamp, Version: d.Release, ContentStatus: d.Status}); err != nil {
		return err
	}
	yes := true
	return b.f.SetCalcProps(&excelize.CalcPropsOptions{FullCalcOnLoad: &yes})
}

// sheet writes one sheet.
func (b *book) sheet(s report.Sheet) error {
	fit := true // before the writer, which writes properties of the sheet at once
	if err := b.f.SetSheetProps(s.Name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	w, err := b.f.NewStreamWriter(s.Name)
	if err != nil {
		return err
	}
	if err := b.columns(w, s); err != nil {
		return err
	}
	for n := range s.Rows {
		if err := b.row(w, s, n); err != nil {
			return fmt.Errorf("row %d: %w", n+1, err)
		}
	}
	if err := b.print(s); err != nil {
		return err
	}
	return w.Flush()
}

// columns sets the widths of columns, and the rows that stay in sight.
func (b *book) columns(w *excelize.StreamWriter, s report.Sheet) error {
	for k, width := range s.Widths {
		if width <= 0 {
			continue
		}
		if err := w.SetColWidth(k+1, k+1, min(width, 255)); err != nil {
			return err
		}
	}
	if s.Head == 0 {
		return nil
	}
	top, err := excelize.CoordinatesToCellName(1, s.Head+1)
	if err != nil {
		return err
	}
	return w.SetPanes(&excelize.Panes{Freeze: true, YSplit: s.Head, TopLeftCell: top, ActivePane: "bottomLeft"})
}

// print sets how a sheet is printed: across the page, as many pages high as it takes, with the release on each.
func (b *book) print(s report.Sheet) error {
	landscape, a4, one, many := "landscape", 9, 1, 0
	if s.Head > 0 { // the headers stand on each page
		if err := b.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("%s!$%d:$%d", quoted(s.Name), s.Head, s.Head), Scope: s.Name}); err != nil {
			return err
		}
	}
	if err := b.f.SetPageLayout(s.Name, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &a4, FitToWidth: &one, FitToHeight: &many}); err != nil {
		return err
	}
	return b.f.SetHeaderFooter(s.Name, &excelize.HeaderFooterOptions{
		OddHeader: "&L" + spare(b.d.Title, 80) + "&R" + spare(s.Name, 40),
		OddFooter: "&LRelease " + spare(b.d.Release, 80) + "&R&P of &N",
	})
}

// spare makes words safe for a header, in which & begins a code and at most 255 characters stand.
func spare(words string, most int) string {
	runes := []rune(strings.Join(strings.Fields(words), " "))
	if len(runes) > most {
		runes = append(runes[:most-1], '…')
	}
	return strings.ReplaceAll(string(runes), "&", "&&")
}

func (b *book) row(w *excelize.StreamWriter, s report.Sheet, n int) error {
	row := s.Rows[n]
	cells := make([]any, len(row))
	for k, c := range row {
		if c.Link == "" {
			c.Link = page(b.d, c.Ref)
		}
		at, err := excelize.CoordinatesToCellName(k+1, n+1)
		if err != nil {
			return err
		}
		l := lookOf(c)
		l.right = l.right || c.Style == report.Header && numeric(s, n, k)
		l.wrap = l.wrap || small(row)
		if cells[k], err = b.cell(s.Name, at, c, l); err != nil {
			return fmt.Errorf("cell %s: %w", at, err)
		}
	}
	at, err := excelize.CoordinatesToCellName(1, n+1)
	if err != nil {
		return err
	}
	if across := spread(s); small(row) && across > 1 {
		end, err := excelize.CoordinatesToCellName(across, n+1)
		if err != nil {
			return err
		}
		if err := w.MergeCell(at, end); err != nil {
			return err
		}
	}
	return w.SetRow(at, cells, excelize.RowOpts{Height: height(s, row)})
}

// cell makes a cell and sets its name and its link.
func (b *book) cell(name, at string, c report.Cell, l look) (any, error) {
	style, err := b.style(l)
	if err != nil {
		return nil, err
	}
	if c.Name != "" {
		if was, taken := b.cells[c.Name]; taken {
			return nil, fmt.Errorf("its name %s is that of %s", c.Name, was)
		}
		b.cells[c.Name] = name + "!" + at
		absolute, err := absolute(at)
		if err != nil {
			return nil, err
		}
		if err := b.f.SetDefinedName(&excelize.DefinedName{Name: c.Name, RefersTo: quoted(name) + "!" + absolute}); err != nil {
			return nil, fmt.Errorf("its name %s: %w", c.Name, err)
		}
	}
	if c.Link != "" {
		if err := b.link(name, at, c.Link); err != nil {
			return nil, err
		}
	}
	out := excelize.Cell{StyleID: style}
	switch c.Is {
	case report.IsNumber:
		out.Value = c.Number
	case report.IsFormula:
		out.Formula, out.Value = c.Formula, c.Number
	default:
		if c.Words == "" && c.Style == report.Body {
			return nil, nil
		}
		out.Value = sheet.Safe(c.Words)
	}
	return out, nil
}

// link leads to an address, or to another place of the workbook where it begins with #.
func (b *book) link(name, at, to string) error {
	kind := "External"
	if place, inside := strings.CutPrefix(to, "#"); inside {
		kind, to = "Location", place
	}
	if len(to) > 2000 { // longer ones make some programs refuse the file
		return nil
	}
	return b.f.SetCellHyperLink(name, at, to, kind)
}

func absolute(at string) (string, error) {
	col, row, err := excelize.CellNameToCoordinates(at)
	if err != nil {
		return "", err
	}
	return excelize.CoordinatesToCellName(col, row, true)
}

// quoted is the name of a sheet as formulas and links call it.
func quoted(name string) string { return "'" + name + "'" }
