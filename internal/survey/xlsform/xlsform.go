// Package xlsform reads questionnaires that were written as XLSForm workbooks, the form in which ODK, KoboToolbox and others
// exchange them (https://xlsform.org), and makes instruments of them. It takes what an instrument can ask and names, row by
// row, what it cannot; it reads no answers, writes no workbooks and asks no other machine.
package xlsform

import (
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"milieu/internal/sheet"
	"milieu/internal/survey"
)

// MostBytes is the largest workbook that is read; questionnaires are far smaller.
const MostBytes = 4 << 20

const (
	mostUnpacked = 64 << 20
	mostRows     = 5000
	mostLabel    = 500 // characters of a text, as survey.Parse takes them
	mostSteps    = 11  // of a scale, likewise
)

// Problem is something of the workbook that the instrument does not hold, or holds otherwise.
type Problem struct {
	Sheet string // "survey", "choices" or "settings"
	Row   int    // as the spreadsheet numbers it, from 1; 0 where no row can be named
	What  string // in words: what it was and what became of it
}

func (p Problem) String() string {
	if p.Row == 0 {
		return fmt.Sprintf("sheet %s: %s", p.Sheet, p.What)
	}
	return fmt.Sprintf("sheet %s, row %d: %s", p.Sheet, p.Row, p.What)
}

// row is a row of a sheet by the names of its columns, in small letters.
type row struct {
	line  int
	cells map[string]string
}

// book is what an XLSForm holds.
type book struct {
	survey, choices, settings []row
}

// Read makes an instrument of a workbook. The instrument is whole as far as it could be read; problems say, in the order of the
// rows, what was left out or changed, and what survey.Parse will still find wrong. The error is for a file that is no XLSForm.
func Read(data []byte) (survey.Instrument, []Problem, error) {
	b, err := open(data)
	if err != nil {
		return survey.Instrument{}, nil, err
	}
	m := newMaker(b)
	for _, r := range b.survey {
		m.row(r)
	}
	m.finish()
	if len(m.in.Questions()) == 0 {
		return m.in, m.problems, errors.New("the sheet survey holds no question that can be asked here; a question is a row with type, name and label")
	}
	return m.in, m.problems, nil
}

// open reads the sheets by way of a temporary file, since workbooks are read in parts.
func open(data []byte) (book, error) {
	var b book
	if len(data) == 0 {
		return b, errors.New("the file is empty")
	}
	if len(data) > MostBytes {
		return b, fmt.Errorf("the file has more than %d MB, which no questionnaire needs", MostBytes>>20)
	}
	f, err := os.CreateTemp("", "xlsform-*.xlsx")
	if err != nil {
		return b, fmt.Errorf("reading the workbook: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		return b, fmt.Errorf("reading the workbook: %w", err)
	}
	if !sheet.IsWorkbook(f.Name()) {
		return b, errors.New("this is no workbook: bring the form as .xlsx")
	}
	if n := sheet.Unpacked(f.Name()); n > mostUnpacked {
		return b, fmt.Errorf("the workbook unpacks to %d MB, which no questionnaire needs", n>>20)
	}
	return readBook(f.Name())
}

func readBook(file string) (book, error) {
	var b book
	w, err := sheet.Open(file)
	if err != nil {
		return b, err
	}
	defer w.Close()
	for name, into := range map[string]*[]row{"survey": &b.survey, "choices": &b.choices, "settings": &b.settings} {
		names, err := w.Sheets(name)
		if err != nil && name == "survey" {
			return b, errors.New("the workbook has no sheet \"survey\", so it is no XLSForm")
		}
		if err != nil {
			continue
		}
		if *into, err = readRows(w, names[0]); err != nil {
			return b, fmt.Errorf("sheet %s: %w", name, err)
		}
	}
	if len(b.survey) == 0 {
		return b, errors.New("the sheet survey has no rows below its header")
	}
	if !slices.ContainsFunc(b.survey, func(r row) bool { return r.cells["type"] != "" }) {
		return b, errors.New("the sheet survey has no column type, so it is no XLSForm")
	}
	return b, nil
}

// readRows reads a sheet whose first row that is not empty holds the names of the columns.
func readRows(w *sheet.Workbook, name string) ([]row, error) {
	rows, err := w.Rows(name)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var header []string
	var out []row
	for {
		line, cells, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if line > mostRows {
			return nil, fmt.Errorf("it has more than %d rows", mostRows)
		}
		texts := make([]string, len(cells))
		filled := false
		for i, c := range cells {
			texts[i] = strings.TrimSpace(c.Text)
			filled = filled || texts[i] != ""
		}
		switch {
		case !filled:
		case header == nil:
			for _, t := range texts {
				header = append(header, columnName(t))
			}
		default:
			out = append(out, row{line, byName(header, texts)})
		}
	}
}

func byName(header, texts []string) map[string]string {
	cells := map[string]string{}
	for i, t := range texts {
		if i < len(header) && header[i] != "" && t != "" && cells[header[i]] == "" {
			cells[header[i]] = clean(t)
		}
	}
	return cells
}

// columnName is a header as this package looks for it: "List Name" is list_name, "label::English (en)" keeps its language.
func columnName(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	name, language, found := strings.Cut(s, ":")
	name = strings.ReplaceAll(strings.TrimSpace(name), " ", "_")
	if !found {
		return name
	}
	return name + "::" + strings.TrimSpace(strings.TrimLeft(language, ":"))
}

// clean takes out of a text what is none.
func clean(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u00a0", " ").Replace(s)
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f || r == utf8.RuneError {
			return -1
		}
		return r
	}, s))
}

var noID = regexp.MustCompile(`[^a-z0-9_-]+`)

// slug makes an id of a name that may hold anything; seen keeps ids apart.
func slug(name, prefix string, most int, seen map[string]bool) string {
	id := strings.Trim(noID.ReplaceAllString(strings.ToLower(name), "_"), "_-")
	if id == "" || prefix != "" && (id[0] < 'a' || id[0] > 'z') {
		id = prefix + id
	}
	if id == "" {
		id = "x"
	}
	id = id[:min(len(id), most)]
	base := id
	for n := 2; seen[id]; n++ {
		tail := fmt.Sprintf("_%d", n)
		id = base[:min(len(base), most-len(tail))] + tail
	}
	seen[id] = true
	return id
}
