package tabular

import (
	"fmt"
	"strconv"
	"strings"
)

// Amounts of money and percentages stand in published tables in the ways of several
// countries. What a comma or a point means is told from the cell itself:
//
//	1,234,567.89   1.234.567,89   both signs: the last is the decimal sign
//	4.578.474      4,578,474      one sign several times: it parts thousands
//	£1 234         1'234          spaces and apostrophes part thousands
//	667,00         50,3           one comma before one or two digits: decimal sign
//	1,234                         one comma before three digits: it parts thousands
//	667.00         0.125          one point: decimal sign, but
//	1.234                         before three digits it may be either: refused
//	1 234,567      1234,567       refused too, and so is 0,125
//
// A column that says decimal = "," (or ".") has no such doubt: the other sign parts
// thousands there. A percentage has no thousands to speak of, so that its one comma or
// point is always the decimal sign. Thousands are groups of exactly three digits; whatever
// else stands in the cell makes it no amount. Nothing is taken that could be wrong by
// a power of ten.

// mostMoney keeps amounts in pence within 64 bits; noise is what sums in spreadsheets leave in
// place of nothing.
const (
	mostMoney = 1e15
	noise     = 1e-9
)

// nothing are the ways in which tables say that there is no value.
var nothing = map[string]bool{"-": true, "–": true, "—": true, "--": true, "n/a": true, "na": true, "n.a.": true, "#n/a": true,
	"not available": true, "not applicable": true}

// amount reads money and percentages and returns plain decimal text.
func amount(c *Column, s string) (string, error) {
	s = strings.TrimSpace(spaced(s))
	if nothing[strings.ToLower(s)] {
		return "", nil
	}
	t, negative := bareAmount(c.Kind, s)
	sign := ""
	if negative {
		sign = "-"
	}
	if nothing[t] && !negative {
		return "", nil
	}
	out, err := plainAmount(c, t)
	if err != nil {
		return "", err
	}
	if out == "0" {
		sign = ""
	}
	return sign + out, bounds(c, sign+out)
}

// spaced makes one plain space of each of the spaces that part thousands.
func spaced(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '\u00a0', '\u202f', '\u2009', '\u2007', '\t':
			return ' '
		case '\u2212':
			return '-'
		}
		return r
	}, s)
}

// units are what may stand before or behind the digits.
var units = map[Kind][]string{Money: {"£", "€", "$", "GBP", "EUR", "USD"}, Percent: {"%"}}

// bareAmount takes signs and units off, in whatever order they stand: -£5, £-5, (£5), £(5), 5 €.
func bareAmount(k Kind, s string) (digits string, negative bool) {
	signs := 0
	for unit := ""; ; {
		s = strings.TrimSpace(s)
		switch {
		case len(s) > 2 && s[0] == '(' && s[len(s)-1] == ')' && signs == 0:
			s, negative, signs = s[1:len(s)-1], true, 1
			continue
		case len(s) > 1 && (s[0] == '-' || s[0] == '+') && signs == 0:
			s, negative, signs = s[1:], s[0] == '-', 1
			continue
		}
		rest, u := s, ""
		for _, u = range units[k] {
			if rest = strings.TrimSuffix(strings.TrimPrefix(s, u), u); rest != s {
				break
			}
		}
		if rest == s || unit != "" {
			return s, negative
		}
		s, unit = rest, u
	}
}

// plainAmount reads digits with their separators.
func plainAmount(c *Column, t string) (string, error) {
	if t == "" {
		return "", errAmount(c)
	}
	if strings.ContainsAny(t, "eE") {
		return scientific(c, t)
	}
	whole, part, err := decimals(c, t)
	if err != nil {
		return "", err
	}
	if strings.Trim(whole+part, "0123456789 .,'’") != "" || part != "" && !digits(part) {
		return "", errAmount(c)
	}
	if whole, err = grouped(whole); err != nil {
		return "", err
	}
	whole, part = strings.TrimLeft(whole, "0"), strings.TrimRight(part, "0")
	if len(whole) > 15 || len(part) > 20 {
		return "", fmt.Errorf("has more digits than an amount can have")
	}
	if whole == "" {
		whole = "0"
	}
	if part != "" {
		return whole + "." + part, nil
	}
	return whole, nil
}

func errAmount(c *Column) error {
	if c.Kind == Percent {
		return fmt.Errorf("is not a percentage")
	}
	return fmt.Errorf("is not an amount of money")
}

// scientific reads 3.4442927E7.
func scientific(c *Column, t string) (string, error) {
	f, err := strconv.ParseFloat(t, 64)
	if err != nil || !isDigit(t[0]) || strings.ContainsAny(t, "xX_pPnN") {
		return "", errAmount(c)
	}
	if f >= mostMoney {
		return "", fmt.Errorf("has more digits than an amount can have")
	}
	if f < noise {
		return "0", nil
	}
	return strconv.FormatFloat(f, 'f', -1, 64), nil
}

// decimals cuts the amount at its decimal sign; the whole part keeps its thousands signs.
func decimals(c *Column, t string) (whole, part string, err error) {
	points, commas := strings.Count(t, "."), strings.Count(t, ",")
	at := strings.LastIndexAny(t, ".,")
	switch {
	case at < 0:
		return t, "", nil
	case c.Decimal != "":
		if strings.Count(t, c.Decimal) == 0 {
			return t, "", nil
		}
		at = strings.LastIndex(t, c.Decimal)
	case points > 0 && commas > 0: // the last is the decimal sign
	case c.Kind == Percent && points+commas == 1:
	case points+commas > 1:
		return t, "", nil
	default:
		thousand, err := loneSign(t, at)
		if err != nil {
			return "", "", err
		}
		if thousand {
			return t, "", nil
		}
	}
	whole, part = t[:at], t[at+1:]
	if strings.IndexByte(whole, t[at]) >= 0 || part == "" && whole == "" {
		return "", "", errAmount(c)
	}
	return whole, part, nil
}

// loneSign says whether the only comma or point of t, at at, parts thousands.
func loneSign(t string, at int) (bool, error) {
	comma, after := t[at] == ',', len(t)-at-1
	plain := digits(t[:at]) // no spaces that part thousands already
	lead := plain && at <= 3 && t[0] != '0'
	switch {
	case after == 3 && comma && lead:
		return true, nil
	case after == 3 && (comma || lead || !plain && at > 0):
		return false, fmt.Errorf("can be read in two ways: %q before three digits may part thousands or decimals", t[at:at+1])
	case comma && (after > 3 || after == 0):
		return false, fmt.Errorf("has a comma that parts neither thousands nor pence")
	}
	return false, nil
}

// grouped takes out the signs that part thousands: one sign only, each before
// exactly three digits.
func grouped(t string) (string, error) {
	at := strings.IndexAny(t, " .,'’")
	if at < 0 {
		return t, nil
	}
	sign := string([]rune(t[at:])[0])
	parts := strings.Split(t, sign)
	for i, p := range parts {
		if !digits(p) || i > 0 && len(p) != 3 || i == 0 && len(p) > 3 {
			return "", fmt.Errorf("parts its digits into groups that are not of three")
		}
	}
	return strings.Join(parts, ""), nil
}
