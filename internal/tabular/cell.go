package tabular

import (
	"fmt"
	"strconv"
	"strings"
)

// normalise turns the text of one cell into its clean form. The error says what
// is wrong; the caller adds where.
func normalise(c *Column, s string, asOf string) (string, error) {
	if s == "" {
		return "", nil
	}
	if c.Kind != Text && c.Kind != Code && c.Kind != "" && saysNothing(s) {
		return "", nil
	}
	var out string
	var err error
	switch c.Kind {
	case Integer, Number, Year:
		out, err = number(c, s)
	case Money, Percent:
		out, err = amount(c, s)
	case Date:
		out, err = date(s)
		if err == nil && c.Past && asOf != "" && out > asOf {
			err = fmt.Errorf("%s is after %s, the day the source was retrieved", out, asOf)
		}
	case Postcode:
		out, err = postcode(s)
	case Shape:
		out, err = area(s)
	case Code:
		out = strings.ToUpper(strings.Join(strings.Fields(s), ""))
	default:
		out = s
	}
	if err == nil && len(c.OneOf) > 0 {
		err = oneOf(c, out)
	}
	return out, err
}

// saysNothing is whether a cell says in a word that it has no value.
func saysNothing(s string) bool {
	switch s[0] {
	case 'n', 'N', '#', '-', 0xe2: // how the words of nothing begin: cells are many, and few of them do
		return nothing[strings.ToLower(s)]
	}
	return false
}

func oneOf(c *Column, s string) error {
	for _, v := range c.OneOf {
		if v == s {
			return nil
		}
	}
	return fmt.Errorf("is none of %s", strings.Join(c.OneOf, ", "))
}

// number reads 1,234.5 | £1 234 | 12% | 3.4E7 | (12) and returns plain decimal text.
func number(c *Column, s string) (string, error) {
	if !thousands(s) {
		return "", fmt.Errorf("has a comma that does not part thousands; write decimals with a point")
	}
	t := strings.Map(func(r rune) rune {
		switch r {
		case ',', ' ', '\u00a0', '\u202f', '£', '€', '$', '%', '\'':
			return -1
		}
		return r
	}, s)
	if len(t) > 2 && t[0] == '(' && t[len(t)-1] == ')' {
		t = "-" + t[1:len(t)-1]
	}
	if c.Kind != Number && plainInteger(t) {
		return t, bounds(c, t)
	}
	f, err := strconv.ParseFloat(t, 64)
	if err != nil || f != f || f > 1e300 || f < -1e300 {
		return "", fmt.Errorf("is not a number")
	}
	if c.Kind != Number {
		if f != float64(int64(f)) {
			return "", fmt.Errorf("is not a whole number")
		}
		t = strconv.FormatInt(int64(f), 10)
	} else {
		t = strconv.FormatFloat(f, 'f', -1, 64)
	}
	return t, bounds(c, t)
}

// thousands says whether each comma of s parts three digits from those before:
// 50,38 with its comma taken out would be a hundred times too much.
func thousands(s string) bool {
	for i := strings.IndexByte(s, ','); i >= 0; {
		if i == 0 || !isDigit(s[i-1]) || strings.IndexByte(s[:i], '.') >= 0 || len(s) < i+4 || !digits(s[i+1:i+4]) || len(s) > i+4 && isDigit(s[i+4]) {
			return false
		}
		next := strings.IndexByte(s[i+1:], ',')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	return true
}

func plainInteger(t string) bool {
	if t == "" || len(t) > 15 {
		return false
	}
	for i := 0; i < len(t); i++ {
		if t[i] < '0' || t[i] > '9' {
			return false
		}
	}
	return t[0] != '0' || len(t) == 1
}

func bounds(c *Column, t string) error {
	lo, hi := c.Min, c.Max
	if c.Kind == Year && lo == nil && hi == nil {
		if len(t) != 4 {
			return fmt.Errorf("is not a year of four digits")
		}
		return nil
	}
	if lo == nil && hi == nil {
		return nil
	}
	f, err := strconv.ParseFloat(t, 64)
	if err != nil {
		return err
	}
	if lo != nil && f < *lo {
		return fmt.Errorf("is below %g, the smallest value allowed", *lo)
	}
	if hi != nil && f > *hi {
		return fmt.Errorf("is above %g, the largest value allowed", *hi)
	}
	return nil
}

func digits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// postcode writes a United Kingdom postcode in upper case with one space.
// Form: one or two letters, a digit, an optional letter or digit; a digit and
// two letters (British Standard 7666).
func postcode(s string) (string, error) {
	var b [8]byte
	n := 0
	for i := 0; i < len(s); i++ {
		ch := s[i]
		switch {
		case ch == ' ' || ch == '\t':
			continue
		case ch >= 'a' && ch <= 'z':
			ch -= 32
		case ch >= 'A' && ch <= 'Z', ch >= '0' && ch <= '9':
		default:
			return "", fmt.Errorf("is not a United Kingdom postcode")
		}
		if n == 7 {
			return "", fmt.Errorf("is not a United Kingdom postcode")
		}
		b[n] = ch
		n++
	}
	if n < 5 || !isDigit(b[n-3]) || !isAlpha(b[n-2]) || !isAlpha(b[n-1]) || !outward(b[:n-3]) {
		return "", fmt.Errorf("is not a United Kingdom postcode")
	}
	return string(b[:n-3]) + " " + string(b[n-3:n]), nil
}

func outward(b []byte) bool {
	if !isAlpha(b[0]) {
		return false
	}
	i := 1
	if isAlpha(b[1]) {
		i = 2
	}
	if i >= len(b) || !isDigit(b[i]) {
		return string(b) == "GIR"
	}
	return i+1 == len(b) || i+2 == len(b)
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }
func isAlpha(b byte) bool { return b >= 'A' && b <= 'Z' }

// Clean turns text that a person typed for the column into what a file's cell would
// have become. An empty result means no value; the error says what is wrong with
// the text, for a sentence that begins with the cell.
func (c Column) Clean(text string) (string, error) {
	text = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' || r == '\ufeff' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd")))
	out, err := normalise(&c, text, "")
	if err != nil {
		return "", err
	}
	if out == "" && c.NotNull {
		return "", fmt.Errorf("is empty and must not be")
	}
	return out, nil
}

// Taken says which column each header of a table is for, -1 for those that no column
// takes, by the rules by which files are read.
func Taken(header []string, cols []Column) ([]int, error) {
	loose := make([]Column, len(cols))
	for i, c := range cols {
		c.Optional = true
		loose[i] = c
	}
	pos, _, _, _, err := match(header, loose)
	if err != nil {
		return nil, err
	}
	out := make([]int, len(header))
	for i := range out {
		out[i] = -1
	}
	for c, at := range pos {
		if at >= 0 {
			out[at] = c
		}
	}
	return out, nil
}
