package cash

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

var (
	greenBook   = Schedule{"green-book", []Band{{0, 0.035}, {31, 0.03}, {76, 0.025}, {126, 0.02}, {201, 0.015}, {301, 0.01}}}
	sensitivity = Schedule{"2026", []Band{{0, 0.03}, {31, 0.0257}, {76, 0.0214}, {126, 0.0171}, {201, 0.0129}, {301, 0.0086}}}
)

// The factors to twelve places were reckoned in decimal arithmetic (Python's decimal, 40 digits) by the closed form
// 1.035^-30 * 1.03^-45 * 1.025^-50 ...; those to six places are published.
func TestFactor(t *testing.T) {
	pow := math.Pow
	for _, c := range []struct {
		s    Schedule
		year int
		want float64
	}{
		{greenBook, 0, 1}, {greenBook, 1, 0.966183574879}, {greenBook, 5, 0.841973166859}, {greenBook, 10, 0.708918813710},
		{greenBook, 30, 0.356278410602}, {greenBook, 31, 0.345901369517},
		{greenBook, 75, 0.094213772577}, {greenBook, 76, 0.091915875685},
		{greenBook, 125, 0.027410763016},
		{greenBook, 301, pow(1.035, -30) * pow(1.03, -45) * pow(1.025, -50) * pow(1.02, -75) * pow(1.015, -100) / 1.01},
		{sensitivity, 30, pow(1.03, -30)}, {sensitivity, 31, pow(1.03, -30) / 1.0257}, {sensitivity, 76, pow(1.03, -30) * pow(1.0257, -45) / 1.0214},
		{Schedule{}, 50, 1}, {Flat(0.05), 2, 1 / 1.1025}, {Schedule{Bands: []Band{{1, 0.05}}}, 2, 1 / 1.1025},
		{greenBook, -3, 1},
	} {
		near(t, c.s.Name+" factor", c.s.Factor(c.year), c.want, 1e-12)
	}
	for year, want := range map[int]float64{75: 0.094214, 76: 0.091916, 125: 0.027411} {
		near(t, "published factor", greenBook.Factor(year), want, 5e-7)
	}
	for year, want := range map[int]float64{30: 0.411987, 31: 0.401664, 76: 0.128757} {
		near(t, "published factor of 2026", sensitivity.Factor(year), want, 5e-7)
	}
	near(t, "annuity of years 1 to 10", Sum(greenBook.Factors(11)[1:]), 8.316605323, 5e-10)
}

func TestPresent_beforeBase(t *testing.T) {
	if _, err := greenBook.Present(2026, []Flow{{2025, 1}}); err == nil {
		t.Error("an amount before the base year is taken")
	}
}

func TestFactor_falls(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		year := rapid.IntRange(0, 600).Draw(t, "year")
		if !(greenBook.Factor(year+1) < greenBook.Factor(year)) {
			t.Fatalf("factor does not fall at year %d", year)
		}
		near := greenBook.Factor(year) / greenBook.Factor(year+1)
		if near < 1.01-1e-12 || near > 1.035+1e-12 {
			t.Fatalf("rate at year %d is %v", year, near-1)
		}
	})
}

func TestSchedule_check(t *testing.T) {
	for _, s := range []Schedule{{"a", []Band{{2, 0.03}}}, {"b", []Band{{0, 0.03}, {0, 0.02}}}, {"c", []Band{{0, -1}}}, {"d", []Band{{0, math.NaN()}}}} {
		if s.Check() == nil {
			t.Errorf("schedule %s is taken", s.Name)
		}
	}
	if err := greenBook.Check(); err != nil {
		t.Error(err)
	}
}

func TestReal(t *testing.T) {
	x := Index{Name: "prices", Levels: []Level{{2020, 80}, {2021, 100}, {2023, 120}}, Growth: 0.02}
	for _, c := range []struct {
		from, to int
		want     float64
		assumed  bool
	}{
		{2020, 2021, 1.25, false}, {2023, 2021, 100.0 / 120, false}, {2021, 2021, 1, false}, {2030, 2030, 1, false},
		{2023, 2025, 1.0404, true}, {2019, 2020, 1.02, true}, {2021, 2022, 1.02, true},
	} {
		got, assumed, err := x.Real(c.from, c.to)
		if err != nil || assumed != c.assumed {
			t.Errorf("Real(%d, %d): assumed %v, err %v", c.from, c.to, assumed, err)
		}
		near(t, "factor", got, c.want, 1e-12)
	}
	if _, _, err := (Index{Levels: []Level{{2020, 0}}}).Real(2020, 2021); err == nil {
		t.Error("a level of 0 is taken")
	}
	if got, assumed, err := (Index{Growth: 0.02}).Real(2020, 2022); err != nil || !assumed || math.Abs(got-1.0404) > 1e-12 {
		t.Errorf("without levels: %v %v %v", got, assumed, err)
	}
}
