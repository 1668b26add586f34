package sheet

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"milieu/internal/archive"
)

// Limits of workbooks that are sources: much more than people bring by hand, and still
// bounded. A sheet has at most 1,048,576 rows by its own format.
const (
	mostSheetRows    = 1 << 20
	mostSheetColumns = 1024
	mostParts        = 4 << 30    // all parts unpacked
	mostTexts        = 1 << 30    // shared texts, which are kept in memory
	mostSmallPart    = 64 << 20   // workbook, styles, relations
	mostToken        = 16 << 20   // between two tags
	mostRowText      = 1024 << 10 // text of a row
)

// IsWorkbook says, by its bytes, whether the file is an XLSX workbook and not a ZIP of
// other files. What cannot be read is no workbook: whoever reads it then says why.
func IsWorkbook(file string) bool {
	z, err := zip.OpenReader(file)
	if err != nil {
		return false
	}
	defer z.Close()
	return isWorkbook(z.File)
}

func isWorkbook(parts []*zip.File) bool {
	return slices.ContainsFunc(parts, func(f *zip.File) bool { return strings.HasPrefix(f.Name, "xl/workbook.") })
}

// Unpacked is how many bytes a workbook unpacks to, by its own word; 0 for a file that is none.
func Unpacked(file string) (bytes uint64) {
	z, err := zip.OpenReader(file)
	if err != nil {
		return 0
	}
	defer z.Close()
	if !isWorkbook(z.File) {
		return 0
	}
	for _, f := range z.File {
		bytes += f.UncompressedSize64
	}
	return bytes
}

// Workbook is an XLSX file that is open for reading. It streams: of a sheet
// only the row at hand is in memory, of the workbook the shared texts.
//
// It is a reader of its own, beside the library that reads what people bring,
// because a source wants to know what that does not tell: whether a cell is a
// number or text, whether it is shown as a date or a percentage, and that
// the sheet is damaged.
type Workbook struct {
	file    *archive.File
	parts   map[string]archive.Member
	sheets  []sheetPart
	formats []format
	texts   *texts // nil until a sheet is read
	mac     bool   // days are counted from 1904
}

type sheetPart struct {
	name, part string
	hidden     bool
}

// Open opens a workbook. The errors say what is wrong with it and what to do.
func Open(file string) (*Workbook, error) {
	a, err := archive.Open(file, "", archive.Limits{Bytes: mostParts, Members: 10 * mostMembers})
	if err != nil {
		return nil, err
	}
	w := &Workbook{file: a, parts: map[string]archive.Member{}}
	for _, m := range a.Members {
		w.parts[strings.TrimPrefix(m.Name, "/")] = m
	}
	if err := w.open(); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return w, nil
}

// Close releases the file.
func (w *Workbook) Close() error { return w.file.Close() }

func (w *Workbook) open() error {
	const main = "xl/workbook.xml"
	if _, ok := w.parts[main]; !ok {
		return errors.New("the workbook is not in the form of .xlsx; save it as .xlsx, or save the sheet as CSV")
	}
	var book struct {
		Properties struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string `xml:"name,attr"`
			State string `xml:"state,attr"`
			ID    string `xml:"id,attr"`
		} `xml:"sheets>sheet"`
	}
	var relations struct {
		All []struct {
			ID     string `xml:"Id,attr"`
			Type   string `xml:"Type,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := errors.Join(w.decode(main, &book), w.decode("xl/_rels/workbook.xml.rels", &relations)); err != nil {
		return err
	}
	w.mac = book.Properties.Date1904 == "1" || book.Properties.Date1904 == "true"
	styles := ""
	target := map[string]string{}
	for _, r := range relations.All {
		part := path.Join("xl", r.Target)
		if strings.HasPrefix(r.Target, "/") {
			part = strings.TrimPrefix(path.Clean(r.Target), "/")
		}
		switch path.Base(r.Type) {
		case "worksheet":
			target[r.ID] = part
		case "sharedStrings":
			w.texts = &texts{part: part}
		case "styles":
			styles = part
		}
	}
	for _, s := range book.Sheets {
		if part, ok := target[s.ID]; ok { // sheets that are charts have no rows
			w.sheets = append(w.sheets, sheetPart{strings.TrimSpace(s.Name), part, s.State != "" && s.State != "visible"})
		}
	}
	if len(w.sheets) == 0 {
		return errors.New("the workbook has no sheet")
	}
	if _, ok := w.parts[styles]; !ok {
		return nil
	}
	return w.readFormats(styles)
}

// Sheets are the names of the sheets that match the pattern (path.Match, without
// regard to case), in the workbook's order; without a pattern those that are not hidden.
func (w *Workbook) Sheets(pattern string) ([]string, error) {
	var names, all []string
	for _, s := range w.sheets {
		all = append(all, fmt.Sprintf("%q", s.name))
		match := !s.hidden
		if pattern != "" {
			var err error
			if match, err = path.Match(strings.ToLower(pattern), strings.ToLower(s.name)); err != nil {
				return nil, fmt.Errorf("sheet is %q, which is no pattern: %w", pattern, err)
			}
		}
		if match {
			names = append(names, s.name)
		}
	}
	if len(names) == 0 && pattern == "" {
		return nil, fmt.Errorf("all sheets of the workbook are hidden (%s); say which with sheet = \"...\"", strings.Join(all, ", "))
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("the workbook has no sheet that matches %q; it has %s", pattern, strings.Join(all, ", "))
	}
	return names, nil
}

// decode reads a small part.
func (w *Workbook) decode(part string, into any) error {
	m, ok := w.parts[part]
	if !ok {
		return fmt.Errorf("the workbook lacks its part %s; save it again", part)
	}
	rc, err := m.Open()
	if err != nil {
		return err
	}
	defer rc.Close()
	if m.Size > mostSmallPart {
		return fmt.Errorf("the part %s of the workbook has %d MB, more than any needs; save the sheet alone, or as CSV", part, m.Size>>20)
	}
	b, err := io.ReadAll(rc)
	if err != nil {
		return err
	}
	if err := xml.Unmarshal(b, into); err != nil {
		return damaged(part, err)
	}
	return nil
}

func damaged(part string, err error) error {
	return fmt.Errorf("the workbook is damaged in its part %s (%v); save it again, or save the sheet as CSV", part, err)
}
