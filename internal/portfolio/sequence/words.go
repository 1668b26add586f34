package sequence

import (
	"fmt"

	"milieu/internal/chart"
)

// Known says that AmountP says something: a year in which only interventions of unknown cost run has no sum.
func (y Year) Known() bool { return y.Stated > 0 || y.Unstated == 0 }

// AmountText is what is spent in words: "not stated" where it is not known.
func (y Year) AmountText() string {
	if !y.Known() {
		return NotStated
	}
	return chart.Money(y.AmountP)
}

// Caveat says of how many that run in the year the cost is not stated; empty where it is of all.
func (y Year) Caveat() string {
	switch {
	case y.Unstated == 0:
		return ""
	case y.Stated == 0:
		return fmt.Sprintf("only %d of unknown cost", y.Unstated)
	}
	return fmt.Sprintf("and %d of unknown cost", y.Unstated)
}

// NotStated stands where a cost is unknown: that is never nought.
const NotStated = "not stated"

// CostText is the cost in the years looked at, in words.
func (r Row) CostText() string {
	if r.Uncosted() {
		return NotStated
	}
	return chart.Money(r.CostP)
}

// Unstated counts what is put in time without a cost on record.
func (s Sequence) Unstated() int {
	n := 0
	for _, r := range s.Rows {
		if r.Uncosted() {
			n++
		}
	}
	return n
}

// CostText is the cost of all that is put in time, as far as costs are stated.
func (s Sequence) CostText() string {
	if n := s.Unstated(); n > 0 && n == len(s.Rows) {
		return NotStated
	}
	return chart.Money(s.CostP)
}

// Prices says what money is counted, and in which prices.
func (s Sequence) Prices() string {
	if s.Base == 0 {
		return "in the prices of the sources"
	}
	return fmt.Sprintf("public money in prices of %d", s.Base)
}
