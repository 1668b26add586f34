// Package tabular reads delimited text of any common encoding, line end and
// dialect into clean, typed rows, and says of every row and cell that it could
// not take where it stood and why. It owns dialect detection, header matching
// and cell normalisation (dates, numbers, postcodes); it does not know sources,
// nouns or databases: callers hand it a [Spec] and a reader and receive clean
// text, a list of rejects and counts.
//
// The clean text is one record a line, fields parted by the unit separator
// (U+001F), never quoted; missing values are empty; control characters inside
// values become spaces. The first field is the line of the record in the input.
package tabular

import (
	"fmt"
	"strings"
)

// Separator parts the fields of clean text.
const Separator = '\x1f'

// Kind is the type of a column; it decides how cells are normalised.
type Kind string

// The kinds. Dates become ISO 8601, numbers lose separators and signs of
// currency, postcodes gain their one space. Money becomes a decimal number of whole
// units (pounds, not pence), percent the number before the sign (50,38% is 50.38);
// both take decimal commas and points, see amount.go for the rules.
const (
	Text     Kind = "text"
	Integer  Kind = "integer"
	Number   Kind = "number"
	Date     Kind = "date"
	Year     Kind = "year"
	Money    Kind = "money"
	Percent  Kind = "percent"
	Postcode Kind = "postcode"
	Code     Kind = "code"  // upper case, inner spaces removed
	Shape    Kind = "shape" // an area; its clean form is the text of geo.EncodeShape
)

// Column describes one column to keep.
type Column struct {
	Name     string   `toml:"name"`     // name in the clean rows
	Headers  []string `toml:"header"`   // accepted headers, compared without case and outer space; first found wins
	Kind     Kind     `toml:"type"`     // default text
	Optional bool     `toml:"optional"` // the column may be missing from the file
	NotNull  bool     `toml:"not_null"` // an empty or bad cell rejects the row
	Past     bool     `toml:"past"`     // a date after Spec.AsOf is bad
	Min      *float64 `toml:"min"`      // smallest number allowed
	Max      *float64 `toml:"max"`      // largest number allowed
	OneOf    []string `toml:"one_of"`   // allowed values
	Decimal  string   `toml:"decimal"`  // money: the decimal sign, "." or ","; left out, each cell tells
	Matching string   `toml:"matching"` // expression for headers: takes all that fit and that no other column takes, as header=value;header=value
	Split    string   `toml:"split"`    // documentation only: separator of lists inside the cell
	Meaning  string   `toml:"meaning"`  // one line for the reference
}

// Encoding names how bytes become text.
type Encoding string

// The encodings. Auto reads UTF-8 and takes a row that is not UTF-8 as
// Windows-1252, which is counted.
const (
	Auto        Encoding = "auto"
	UTF8        Encoding = "utf-8"
	Windows1252 Encoding = "windows-1252"
)

// Spec says how to read a file.
type Spec struct {
	Columns   []Column
	Delimiter byte     // 0: found from the header line
	Quote     byte     // 0: '"'; NoQuote: quotes mean nothing
	Encoding  Encoding // "" means Auto
	AsOf      string   // ISO date; dates after it are in the future ("" allows all)
	MaxField  int      // longest field in bytes, default 1 MiB
	Rest      bool     // the last column takes the rest of the line, delimiters included
	Sheet     bool     // the text was made from a sheet: bare cells are numbers, quoted ones text, and rows end with their last cell
	Workers   int      // default: number of CPUs
}

// NoQuote as Spec.Quote switches quoting off.
const NoQuote byte = 0xff

// Reject is one row or cell that was not taken.
type Reject struct {
	Line   int
	Column string // empty when the whole row is at fault
	Reason string // what is wrong and what to do
	Text   string // what stood there, shortened
	Row    bool   // the row was left out; otherwise only the cell was emptied
}

// Stats counts what was read. Read = Accepted + Rejected always holds.
type Stats struct {
	Read      int      // records after the header
	Accepted  int      // records written
	Rejected  int      // records left out
	Cells     int      // cells emptied because they could not be read
	Blank     int      // lines without any text, passed over
	Decoded   int      // rows taken as Windows-1252
	Lines     int      // physical lines, header included
	Bytes     int64    // bytes read
	Header    []string // headers as they stand in the file
	Unused    []string // headers that no column takes
	Absent    []string // optional columns that the file lacks
	Delimiter byte
	Longest   int // bytes of the longest clean row
}

// Error is a fault that stops the reading of a file.
type Error struct {
	Line int
	Msg  string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Msg
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Msg)
}

func fatalf(line int, format string, args ...any) error {
	return &Error{Line: line, Msg: fmt.Sprintf(format, args...)}
}

// match finds for each column the position of its header. A header that a
// column takes and that stands twice is an error, because the reader could not
// know which of the two is meant. With an error comes how many of the columns
// that must be there are: by that a title is told from a header.
func match(header []string, cols []Column) (pos []int, unused, absent []string, near int, err error) {
	at := make(map[string][]int, len(header))
	for i, h := range header {
		k := fold(h)
		at[k] = append(at[k], i)
	}
	used := make([]bool, len(header))
	pos = make([]int, len(cols))
	for i, c := range cols {
		pos[i] = -1
		if c.Matching != "" {
			continue
		}
		for _, h := range headersOf(c) {
			found := at[fold(h)]
			if len(found) > 1 {
				err = first(err, fatalf(1, "column %q stands %d times (columns %s); remove or rename all but one",
					h, len(found), places(found)))
			}
			if len(found) > 0 {
				pos[i] = found[0]
				used[found[0]] = true
				break
			}
		}
		if pos[i] >= 0 {
			near++
			continue
		}
		if !c.Optional {
			err = first(err, fatalf(1, "column %q is missing; the file has %s; rename the column or check that this is the right file",
				headersOf(c)[0], quoteList(header)))
			continue
		}
		absent = append(absent, c.Name)
	}
	near, absent, err = matchSeries(header, cols, used, near, absent, err)
	for i, u := range used {
		if !u {
			unused = append(unused, strings.TrimSpace(header[i]))
		}
	}
	return pos, unused, absent, near, err
}

func first(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

func headersOf(c Column) []string {
	if len(c.Headers) == 0 {
		return []string{c.Name}
	}
	return c.Headers
}

func fold(h string) string { return strings.ToLower(strings.Join(strings.Fields(h), " ")) }

func places(at []int) string {
	s := make([]string, len(at))
	for i, p := range at {
		s[i] = fmt.Sprint(p + 1)
	}
	return strings.Join(s, " and ")
}

func quoteList(h []string) string {
	const most = 12
	var b strings.Builder
	for i, s := range h {
		if i == most {
			fmt.Fprintf(&b, " and %d more", len(h)-most)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%q", shorten(strings.TrimSpace(s)))
	}
	return b.String()
}

// shorten keeps messages readable when a cell is huge.
func shorten(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && s[cut]&0xc0 == 0x80 {
		cut--
	}
	return s[:cut] + "…"
}
