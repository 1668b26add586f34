package tabular

import (
	"regexp"
	"strings"
)

// Series columns take all headers that fit an expression and that no other column takes:
// a table with a column a year is read without naming the years. Their clean form is
// header=value;header=value in the order of the file, with a value for each header, so that
// columns of one name can be told by their place. Values are numbers of the column's kind.

// matchSeries marks the headers that series columns take. One that takes none is missing.
func matchSeries(header []string, cols []Column, used []bool, near int, absent []string, err error) (int, []string, error) {
	for i, at := range seriesOf(header, cols, used) {
		c := cols[i]
		switch {
		case c.Matching == "":
		case len(at) > 0:
			near++
		case c.Optional:
			absent = append(absent, c.Name)
		default:
			err = first(err, fatalf(1, "no column fits %q; the file has %s; check that this is the right file", c.Matching, quoteList(header)))
		}
		for _, k := range at {
			used[k] = true
		}
	}
	return near, absent, err
}

// seriesOf lists for each column the headers that it takes as a series.
func seriesOf(header []string, cols []Column, used []bool) [][]int {
	out := make([][]int, len(cols))
	for i, c := range cols {
		if c.Matching == "" {
			continue
		}
		fits, err := regexp.Compile(c.Matching)
		if err != nil {
			continue // definitions are tested; none fits then
		}
		for k, h := range header {
			if !used[k] && strings.TrimSpace(h) != "" && fits.MatchString(strings.TrimSpace(h)) {
				out[i] = append(out[i], k)
			}
		}
	}
	return out
}

// usedBy marks the headers at the positions of other columns.
func usedBy(pos []int, width int) []bool {
	used := make([]bool, width)
	for _, p := range pos {
		if p >= 0 {
			used[p] = true
		}
	}
	return used
}

// writeSeries writes the values of a series column. A value that cannot be read is left empty
// and named by its header.
func (p *parser) writeSeries(line, i int, decode bool, res *result) {
	c := p.spec.Columns[i]
	for n, at := range p.series[i] {
		if n > 0 {
			res.clean = append(res.clean, ';')
		}
		res.clean = append(append(res.clean, p.names[at]...), '=')
		before := len(res.clean)
		if reason := p.cell(&c, p.fields[at], decode, res); reason != "" {
			res.clean = res.clean[:before]
			p.reject(res, Reject{Line: line, Column: p.names[at], Reason: reason, Text: shorten(string(p.text(p.fields[at], decode)))})
		}
	}
}

// seriesName is a header as it stands in the clean form, in which ; and = part.
func seriesName(h string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == ';' || r == '=' || r < ' ' {
			return ' '
		}
		return r
	}, h))
}
