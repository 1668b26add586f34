package appraisal

import (
	"fmt"
	"math"

	"milieu/internal/cash"
	"milieu/internal/chart"
)

// Label is what a measure is called.
func Label(key string) string {
	switch key {
	case KeyCost:
		return "Cost, present value"
	case KeyPublic:
		return "Public cost, present value"
	case KeyPrivate:
		return "Private cost, present value"
	case KeyJobs:
		return "Jobs in the area"
	case KeySafeguarded:
		return "Jobs kept in the area"
	case KeyJobYears:
		return "Years of work in the area"
	case KeyCostPerJob:
		return "Public cost for each job"
	case KeyGVA:
		return "Output of these jobs in the area, present value"
	case KeyBenefits:
		return "Benefits to the country, present value"
	case KeyNPSV:
		return "Net present social value"
	case KeyBCR:
		return "Benefit-cost ratio"
	}
	return key
}

// money says whether a measure is pounds; ratio whether it is a quotient of like things.
func money(key string) bool {
	switch key {
	case KeyJobs, KeySafeguarded, KeyJobYears, KeyBCR:
		return false
	}
	return true
}

func ratio(key string) bool { return key == KeyBCR }

// Text writes a value of a measure.
func Text(key string, v float64) string {
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return "not known"
	case money(key):
		return Pounds(v)
	case ratio(key):
		return chart.Number(v, 2)
	}
	return chart.Number(v, decimals(v))
}

// decimals keeps a small count of jobs from looking like a whole one.
func decimals(v float64) int {
	if math.Abs(v) < 10 && v != math.Trunc(v) {
		return 1
	}
	return 0
}

// Pounds writes an amount in pounds at a size that people read.
func Pounds(v float64) string { return chart.Money(int64(cash.FromPounds(v))) }

// Span writes a range of a measure; what is certain is one value.
func Span(key string, low, high float64) string {
	l, h := Text(key, low), Text(key, high)
	if l == h {
		return l
	}
	if low < 0 {
		return l + " to " + h
	}
	return l + "–" + h
}

// ExpectedSpan writes the range of a measure with the chance counted. What is divided by a gain that is nothing in some draws has
// no upper end.
func (m Measure) ExpectedSpan() string {
	if !math.IsInf(m.ExpectedHigh, 1) {
		return Span(m.Key, m.ExpectedLow, m.ExpectedHigh)
	}
	why := fmt.Sprintf("no upper end: nothing is gained in %s of 100 draws", chart.Number(100*m.Nothing, 0))
	if math.IsInf(m.ExpectedLow, 1) {
		return why
	}
	return "from " + Text(m.Key, m.ExpectedLow) + ", " + why
}

// SwitchText writes a value of a switching value's unit.
func SwitchText(unit string, v float64) string {
	switch unit {
	case "GBP":
		return Pounds(v)
	case "share":
		return chart.Number(100*v, 0) + " %"
	case "years":
		return chart.Number(v, 1) + " years"
	}
	return "× " + chart.Number(v, 2)
}

// Short is the value of an input of a tornado in words.
func Short(name string, v float64) string {
	switch name {
	case inputNames[inCost], inputNames[inMultiplier]:
		return "× " + chart.Number(v, 2)
	case inputNames[inQuantity], inputNames[inWorth]:
		if v < 0 {
			return "lowest"
		}
		return "highest"
	case inputNames[inFull]:
		return chart.Number(v, 0) + " years"
	case inputNames[inGVA]:
		return Pounds(v)
	}
	return chart.Number(100*v, 0) + " %"
}
