package report

import "milieu/internal/chart"

// Figure is a number ready to be shown: formatted once, with its interval and
// the reference that opens its source. Every page and document shows figures in
// this one form.
type Figure struct {
	Text  string // "7.0", "£1.2m", "183"
	Range string // "6.4–7.6"; empty when the value is exact
	Unit  string // said once in a header or after the number
	Ref   string // what milieu why opens; never empty
	Words bool   // it is words that come from the data, such as the name of the first of a ranking, not a number
	Note  string // a caution, such as "target" or "estimate"
}

// CountFigure is a whole number.
func CountFigure(n int64, ref string) Figure {
	return Figure{Text: chart.Number(float64(n), 0), Ref: ref}
}

// NumberFigure is a number with an interval, which is left out when it is the
// number itself.
func NumberFigure(v, lo, hi float64, decimals int, ref string) Figure {
	f := Figure{Text: chart.Number(v, decimals), Ref: ref}
	if l, h := chart.Number(lo, decimals), chart.Number(hi, decimals); l != f.Text || h != f.Text {
		f.Range = l + "–" + h
	}
	return f
}

// MoneyFigure is an amount in pence.
func MoneyFigure(pence int64, ref string) Figure { return Figure{Text: chart.Money(pence), Ref: ref} }

// Plain is the figure as it is read: text, unit and interval.
func (f Figure) Plain() string {
	out := f.Text
	if f.Unit == "%" {
		out += " %"
	}
	if f.Range != "" {
		out += " (" + f.Range + ")"
	}
	return out
}
