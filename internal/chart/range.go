package chart

// RangeSpec is one row's interval on a scale that all rows share.
type RangeSpec struct {
	Title    string // what the value is, such as the row's name
	Value    float64
	Interval Interval
	Min, Max float64 // the shared scale; Min == Max is 0 to twice the reference
	Ref      float64 // where the mark to compare with stands; NaN for none
	Decimals int
	Mark     Mark
}

const (
	rangeW, rangeH = 200.0, 16.0
	rangePad       = 6.0 // room for the dot at either end
)

// Range draws an interval bar with its value as a dot and a reference line. What leaves the scale is cut at its end,
// with an arrow head for a value. An unknown value draws the reference line only.
func Range(r RangeSpec) Chart {
	lo, hi := r.Min, r.Max
	if !finite(lo) || !finite(hi) || lo >= hi {
		lo, hi = 0, 2
		if finite(r.Ref) && r.Ref > 0 {
			hi = 2 * r.Ref
		}
	}
	s := newSVG(rangeW, rangeH)
	x := scale{lo, hi, rangePad, rangeW - rangePad}
	if finite(r.Ref) && x.holds(r.Ref) {
		s.line(x.at(r.Ref), 0, x.at(r.Ref), rangeH, paint("line-2"), 1, "")
	}
	const mid = rangeH / 2
	if finite(r.Value) {
		if r.Interval.known() && r.Interval.Lo <= hi && r.Interval.Hi >= lo {
			s.line(x.at(r.Interval.Lo), mid, x.at(r.Interval.Hi), mid, r.Mark.paint(), 6, ` opacity=".35"`)
		}
		switch {
		case r.Value > hi:
			s.b.WriteString(`<path d="M` + num(rangeW-7) + ` 3l6 5-6 5z" fill="` + r.Mark.paint() + `"/>`)
		case r.Value < lo:
			s.b.WriteString(`<path d="M7 3l-6 5 6 5z" fill="` + r.Mark.paint() + `"/>`)
		default:
			s.circle(x.at(r.Value), mid, 4, r.Mark.paint(), "")
		}
	}
	l, h := bounds(r.Interval, r.Decimals)
	title := figure(r.Value, r.Interval, r.Decimals)
	if r.Title != "" {
		title = r.Title + ": " + title
	}
	desc := "Scale from " + Number(lo, r.Decimals) + " to " + Number(hi, r.Decimals)
	if finite(r.Ref) {
		desc += "; the line marks " + Number(r.Ref, r.Decimals)
	}
	c := Chart{Title: title, Desc: sentences(desc), Table: Table{
		Header:  []string{"Name", "Value", "Low", "High"},
		Rows:    [][]string{{r.Title, Number(r.Value, r.Decimals), l, h}},
		Numeric: []bool{false, true, true, true},
	}}
	c.SVG = s.done("range", c.Title, c.Desc)
	return c
}
