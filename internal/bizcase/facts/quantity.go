package facts

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"milieu/internal/cash"
	"milieu/internal/chart"
	"milieu/internal/report"
)

// quantity is a number with its unit as a table has it: pounds and per cent are shown with the number, what qualifies it ("more
// than") is a note, and other units are left to the sentence.
func quantity(v float64, unit string, money bool, ref string) report.Figure {
	unit, note := qualified(unit)
	f := report.Figure{Ref: ref, Note: note, Unit: unit}
	switch {
	case unit == "GBP" || money || unit == "£":
		f.Text, f.Unit = chart.Money(cash.Round(100*v)), ""
	case strings.HasPrefix(unit, "GBP "):
		f.Text, f.Unit = chart.Money(cash.Round(100*v)), strings.TrimPrefix(unit, "GBP ")
	case unit == "percent" || unit == "per cent" || unit == "%":
		f.Text, f.Unit = chart.Number(v, digits(v)), "%"
	default:
		f.Text = chart.Number(v, digits(v))
	}
	return f
}

// qualified parts "jobs (more than)" into jobs and more than.
func qualified(unit string) (plain, note string) {
	at := strings.Index(unit, " (")
	if at < 0 || !strings.HasSuffix(unit, ")") {
		return unit, ""
	}
	return unit[:at], unit[at+2 : len(unit)-1]
}

// digits is how many decimals a stated number has, at most two.
func digits(v float64) int {
	for d := range 2 {
		if p := math.Pow(10, float64(d)); math.Abs(v*p-math.Round(v*p)) < 1e-9*max(1, math.Abs(v)) {
			return d
		}
	}
	return 2
}

// byAmount are the keys of sums, the largest first; the empty key is last.
func byAmount(sum map[string]int64) []string {
	out := make([]string, 0, len(sum))
	for k := range sum {
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b string) int {
		if (a == "") != (b == "") {
			return cmp.Compare(len(b), len(a))
		}
		return cmp.Or(cmp.Compare(sum[b], sum[a]), strings.Compare(a, b))
	})
	return out
}
