package stat

import (
	"fmt"
	"strings"
)

// Rounding is a disclosure rule by which an office rounds employment counts.
// The zero value is None: the figures are taken as exact.
//
// The four classes are those of the Business Register and Employment Survey:
// public tables and tables for licensed users (EUL), each relaxed, or strict
// for cells that fail the rules on number of enterprises and dominance
// (nomisweb.co.uk/articles/1103, table in doc/METHODS.md section 2).
type Rounding int

// The classes of rounding.
const (
	None Rounding = iota
	PublicRelaxed
	PublicStrict
	EULRelaxed
	EULStrict
)

var roundingNames = [...]string{"none", "public-relaxed", "public-strict", "eul-relaxed", "eul-strict"}

// bandTops are the exclusive upper ends of the size bands; the last band is open.
var bandTops = [...]float64{50, 250, 500, 1000, 2500, 5000}

// roundingSteps holds the step by class and size band.
var roundingSteps = [...][7]float64{
	None:          {},
	PublicRelaxed: {5, 25, 50, 100, 250, 500, 1000},
	PublicStrict:  {10, 50, 100, 200, 500, 1000, 2000},
	EULRelaxed:    {5, 10, 25, 50, 125, 250, 500},
	EULStrict:     {5, 25, 50, 100, 250, 500, 1000},
}

// ParseRounding reads a class from its name: none, public-relaxed,
// public-strict, eul-relaxed or eul-strict.
func ParseRounding(name string) (Rounding, error) {
	for i, n := range roundingNames {
		if n == name {
			return Rounding(i), nil
		}
	}
	return None, fmt.Errorf("rounding %q is not known: use one of %s", name, strings.Join(roundingNames[:], ", "))
}

// String returns the name that ParseRounding reads.
func (r Rounding) String() string {
	if !r.valid() {
		return fmt.Sprintf("Rounding(%d)", int(r))
	}
	return roundingNames[r]
}

func (r Rounding) valid() bool { return r >= None && r <= EULStrict }

// HalfStep returns half of the rounding step for a published value: the true
// count lies within that distance. It is 0 for None, and half of the smallest
// step for a published 0. It panics on a Rounding that is not one of the
// constants.
func (r Rounding) HalfStep(value float64) float64 {
	if !r.valid() {
		panic(fmt.Sprintf("stat: %v is not a rounding class", r))
	}
	band := 0
	for band < len(bandTops) && value >= bandTops[band] {
		band++
	}
	return roundingSteps[r][band] / 2
}

// Interval returns the range in which the true count behind a published value
// lies. It is never below 0.
func (r Rounding) Interval(value float64) Interval {
	h := r.HalfStep(value)
	return Interval{Lo: max(0, value-h), Hi: value + h}
}

// Estimate returns the published value with the range of the true count.
func (r Rounding) Estimate(value float64) Estimate {
	iv := r.Interval(value)
	return Estimate{Value: value, Lo: iv.Lo, Hi: iv.Hi}
}
