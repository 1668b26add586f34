package report

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Number is a figure as a number: what was printed, so rounded as it was printed.
type Number struct {
	Value     float64
	HasRange  bool
	Low, High float64 // where HasRange
	Unit      string  // £, %, or the words behind the number; empty for a bare number
	Currency  string  // before the number, such as £
	Decimals  int     // printed, in the unit of Scale
	Scale     float64 // 1, or what the suffix stands for: 1000 for £12k
	Suffix    string  // printed for Scale: k, m, bn or a word
}

// printed takes a number as it is printed apart: sign, currency, digits, suffix, rest.
var printed = regexp.MustCompile(`^([−-]?)([£$€]?)([−-]?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(k|m|bn|)(?: ?(million|billion|thousand)\b)?(?: ?(%\D*)| (\D+))?$`)

var scales = map[string]float64{"": 1, "k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}

// Number reads the figure's printed text and interval. False: it is words, such as a name or "not known".
func (f Figure) Number() (Number, bool) {
	if f.Words {
		return Number{}, false
	}
	n, ok := parseNumber(f.Text)
	if !ok {
		return Number{}, false
	}
	if n.Unit == "" {
		n.Unit = f.Unit
	}
	n.Low, n.High, n.HasRange = parseRange(f.Range)
	return n, true
}

// ParseNumber reads a number as it is printed alone in a cell: "1,234", "£1.2m", "−5.0", "12 %". False: it is something else.
func ParseNumber(s string) (Number, bool) { return parseNumber(s) }

func parseNumber(s string) (Number, bool) {
	m := printed.FindStringSubmatch(strings.TrimSpace(strings.ReplaceAll(s, "\u00a0", " ")))
	if m == nil || m[1] != "" && m[3] != "" || m[6] != "" && m[7] != "" {
		return Number{}, false
	}
	v, err := strconv.ParseFloat(strings.ReplaceAll(m[4], ",", "")+m[5], 64)
	if err != nil {
		return Number{}, false
	}
	n := Number{Currency: m[2], Decimals: max(len(m[5])-1, 0), Suffix: m[6] + m[7]}
	n.Scale = scales[n.Suffix]
	n.Value = scaled(v, n)
	if m[1]+m[3] != "" {
		n.Value = -n.Value
	}
	n.Unit = strings.TrimSpace(m[2] + m[8])
	if m[9] != "" {
		n.Unit = strings.TrimSpace(m[2] + " " + m[9])
	}
	return n, true
}

// scaled is v times the scale, by way of its digits: 1.2m is 1200000 and not a hair beside it.
func scaled(v float64, n Number) float64 {
	if n.Scale == 1 {
		return v
	}
	out, err := strconv.ParseFloat(strconv.FormatFloat(v, 'f', -1, 64)+"e"+strconv.Itoa(len(strconv.FormatFloat(n.Scale, 'f', 0, 64))-1), 64)
	if err != nil {
		return v * n.Scale
	}
	return out
}

// parseRange reads an interval such as "6.4–7.6", "£1.1m–£1.4m" or "−3 to 5".
func parseRange(s string) (low, high float64, ok bool) {
	for _, between := range []string{" to ", " – ", "–"} {
		a, b, cut := strings.Cut(s, between)
		if !cut {
			continue
		}
		l, okL := parseNumber(a)
		h, okH := parseNumber(b)
		if okL && okH {
			if l.Scale == 1 && h.Scale != 1 && l.Currency == "" { // "1.1–1.4m"
				l.Scale = h.Scale
				l.Value = scaled(l.Value, l)
			}
			return l.Value, h.Value, true
		}
	}
	return 0, 0, false
}

// numeral is a number in running text.
var numeral = regexp.MustCompile(`\d+(?:,\d{3})*(?:\.\d+)?`)

// Numbers lists the numbers of a text in their order, without signs, currencies, units and separators of thousands. Formats of one
// document are held against each other by it.
func Numbers(text string) []string {
	out := numeral.FindAllString(text, -1)
	for k := range out {
		out[k] = strings.ReplaceAll(out[k], ",", "")
	}
	return out
}

// Numbers lists the numbers of the document's body in reading order: headings, texts, captions, headers of tables, cells and gaps. What
// surrounds the body, such as chains and sources, is not in it, and the tables behind charts are in Behind.
func (d Document) Numbers() []string {
	return d.numbers(Block.Plain)
}

// Behind lists the numbers of the tables behind charts.
func (d Document) Behind() []string {
	return d.numbers(func(b Block) []string {
		if b.Chart == nil {
			return nil
		}
		return slices.Concat(append([][]string{b.Chart.Table.Header}, b.Chart.Table.Rows...)...)
	})
}

func (d Document) numbers(of func(Block) []string) []string {
	var out []string
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			for _, words := range of(b) {
				out = append(out, Numbers(words)...)
			}
		}
	}
	return out
}

// Plain is the block as texts without references, in reading order, with captions and headers; of a chart its title.
func (b Block) Plain() []string {
	var out []string
	switch {
	case b.Heading != "":
		out = append(out, b.Heading)
	case b.Gap != nil:
		out = append(out, b.Gap.What, b.Gap.Owner, b.Gap.Next)
	case b.Chart != nil:
		out = append(out, b.Chart.Title)
	case b.Table != nil:
		out = append(append(out, b.Table.Caption), b.Table.Header...)
	}
	for _, t := range b.Texts() {
		out = append(out, t.Plain())
	}
	return out
}
