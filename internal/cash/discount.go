package cash

import (
	"fmt"
	"math"
)

// Band is the discount rate from a year on: From is counted in years after the base year.
type Band struct {
	From int
	Rate float64
}

// Schedule is the discount rates of years to come. Its bands are in the order of their years, and
// the first begins at year 0 or 1. The zero value does not discount.
type Schedule struct {
	Name  string
	Bands []Band
}

// Flat is the schedule of one rate for all years.
func Flat(rate float64) Schedule {
	return Schedule{Name: fmt.Sprintf("%g", rate), Bands: []Band{{0, rate}}}
}

// Check says what is wrong with a schedule.
func (s Schedule) Check() error {
	for i, b := range s.Bands {
		switch {
		case !(b.Rate > -1) || math.IsInf(b.Rate, 0):
			return fmt.Errorf("schedule %s: the rate from year %d is %v, which is no rate", s.Name, b.From, b.Rate)
		case i == 0 && (b.From < 0 || b.From > 1):
			return fmt.Errorf("schedule %s: its first band begins at year %d; it must begin at year 0 or 1", s.Name, b.From)
		case i > 0 && b.From <= s.Bands[i-1].From:
			return fmt.Errorf("schedule %s: the band from year %d stands after that from year %d; put them in order", s.Name, b.From, s.Bands[i-1].From)
		}
	}
	return nil
}

// Factor is what a pound of year t is worth in the base year. Year 0 is not discounted; each later
// year is discounted by the rate of its own band on top of the years before it (declining
// rates accumulate: Green Book, annex on discounting). Years before the base year have factor 1.
func (s Schedule) Factor(t int) float64 { return 1 / s.growth(t) }

// growth is what a pound of the base year has grown to by year t. Amounts are divided by it, which is more
// exact than to multiply them with its reciprocal.
func (s Schedule) growth(t int) float64 {
	g := 1.0
	for i, b := range s.Bands {
		from, to := max(b.From, 1), t
		if i+1 < len(s.Bands) {
			to = min(t, s.Bands[i+1].From-1)
		}
		if years := to - from + 1; years > 0 {
			g *= math.Pow(1+b.Rate, float64(years))
		}
	}
	return g
}

// Factors are those of the years 0 to n-1.
func (s Schedule) Factors(n int) []float64 {
	out := make([]float64, max(n, 0))
	for t := range out {
		out[t] = s.Factor(t)
	}
	return out
}

// Flow is an amount in a year. Years are calendar or financial years, or counted from 0; all of a
// calculation in the same way.
type Flow struct {
	Year   int
	Amount float64
}

// Present is the value in the base year of amounts in that year and later ones. An amount before
// the base year is an error: it is spent, and compounding it is a decision that the caller has to make.
func (s Schedule) Present(base int, flows []Flow) (float64, error) {
	values := make([]float64, len(flows))
	for i, f := range flows {
		if f.Year < base {
			return 0, fmt.Errorf("an amount falls in %d, before the base year %d; leave out what is sunk, or choose an earlier base year", f.Year, base)
		}
		values[i] = f.Amount / s.growth(f.Year-base)
	}
	return Sum(values), nil
}

// Level is a price index in a year.
type Level struct {
	Year  int
	Level float64
}

// Index is a price level by years, in the order of the years. Outside its years, and between two that
// are not next to each other, prices are assumed to grow by Growth a year; the ends of
// the index are what is known.
type Index struct {
	Name   string
	Levels []Level
	Growth float64
}

// Real is the factor that turns an amount in prices of year from into prices of year to. assumed
// says that a year lies outside the index, so that the assumed growth of prices was used.
func (x Index) Real(from, to int) (factor float64, assumed bool, err error) {
	if from == to {
		return 1, false, nil
	}
	a, guessA, err := x.level(from)
	if err != nil {
		return 0, false, err
	}
	b, guessB, err := x.level(to)
	if err != nil {
		return 0, false, err
	}
	return b / a, guessA || guessB, nil
}

func (x Index) level(year int) (float64, bool, error) {
	if !(x.Growth > -1) || math.IsInf(x.Growth, 0) {
		return 0, false, fmt.Errorf("index %s: prices cannot grow by %v a year", x.Name, x.Growth)
	}
	if len(x.Levels) == 0 {
		return math.Pow(1+x.Growth, float64(year)), true, nil
	}
	near := x.Levels[0]
	for _, l := range x.Levels {
		if !(l.Level > 0) || math.IsInf(l.Level, 0) {
			return 0, false, fmt.Errorf("index %s: the level of %d is %v; it must be above 0", x.Name, l.Year, l.Level)
		}
		if l.Year <= year {
			near = l
		}
	}
	if near.Year == year {
		return near.Level, false, nil
	}
	return near.Level * math.Pow(1+x.Growth, float64(year-near.Year)), true, nil
}
