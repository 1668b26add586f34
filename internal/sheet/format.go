package sheet

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// format is what a cell's number is shown as.
type format byte

const (
	plain format = iota
	date
	percent
)

// readFormats reads for each style of the workbook how it shows numbers.
func (w *Workbook) readFormats(part string) error {
	var styles struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := w.decode(part, &styles); err != nil {
		return err
	}
	own := map[int]format{}
	for _, f := range styles.Formats {
		own[f.ID] = formatOf(f.Code)
	}
	for _, c := range styles.Cells {
		f, ok := own[c.Format]
		if !ok {
			f = builtIn(c.Format)
		}
		w.formats = append(w.formats, f)
	}
	return nil
}

// builtIn is the format of the numbers that have no code in the file (ECMA-376 part 1,
// 18.8.30). Those of times of day are no dates.
func builtIn(id int) format {
	switch {
	case id == 9 || id == 10:
		return percent
	case id >= 14 && id <= 17, id == 22, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 58:
		return date
	}
	return plain
}

// formatOf reads a format code such as dd/mm/yyyy, [$-809]d mmm yy, 0.0% or "day "0. What
// stands in quotes, brackets and behind a backslash is text; the first section counts.
func formatOf(code string) format {
	f := plain
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '"', '[':
			end := byte('"')
			if c == '[' {
				end = ']'
			}
			k := strings.IndexByte(code[i+1:], end)
			if k < 0 {
				return f
			}
			i += k + 1
		case '\\', '_', '*':
			i++
		case ';':
			return f
		case 'y', 'Y', 'd', 'D':
			return date
		case '%':
			f = percent
		}
	}
	return f
}

// shown is the text of a number as it is shown, and whether it is still a number.
func (w *Workbook) shown(raw string, style int) (text string, number bool) {
	v, err := strconv.ParseFloat(raw, 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		return raw, false
	}
	f := plain
	if style >= 0 && style < len(w.formats) {
		f = w.formats[style]
	}
	switch f {
	case date:
		if t, ok := w.day(v); ok {
			return t, false
		}
	case percent:
		return decimal(v*100) + "%", false
	}
	return decimal(v), true
}

// decimal writes a number with the fifteen digits that spreadsheets keep, without the
// noise of binary fractions and without an exponent.
func decimal(v float64) string {
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 15, 64), 64)
	if err != nil {
		r = v
	}
	if r == 0 {
		return "0"
	}
	if a := math.Abs(r); a < 1e-12 || a > 1e21 {
		return strconv.FormatFloat(r, 'g', -1, 64)
	}
	return strconv.FormatFloat(r, 'f', -1, 64)
}

const secondsOfDay = 86400

// day is the date, with the time where there is one, of a number of days. Spreadsheets
// count from 1 January 1900 as day 1 and hold that year for a leap year, so that days
// from March on count from 30 December 1899; or they count from 1 January 1904.
func (w *Workbook) day(v float64) (string, bool) {
	if v < 1 || v >= 2958466 { // 31 December 9999
		return "", false
	}
	days := int(v)
	seconds := int(math.Round((v - float64(days)) * secondsOfDay))
	if seconds == secondsOfDay { // half a second before midnight is the next day
		days, seconds = days+1, 0
	}
	zero := time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case w.mac:
		zero = time.Date(1904, time.January, 1, 0, 0, 0, 0, time.UTC)
	case days == 60:
		return "", false // 29 February 1900, which was no day
	case days < 60:
		zero = zero.AddDate(0, 0, 1)
	}
	t := zero.AddDate(0, 0, days).Add(time.Duration(seconds) * time.Second)
	if seconds == 0 {
		return t.Format(time.DateOnly), true
	}
	return t.Format("2006-01-02T15:04:05"), true
}
