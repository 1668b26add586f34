package chart

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		v        float64
		decimals int
		want     string
	}{
		{0, 0, "0"}, {0, 1, "0.0"}, {7, 1, "7.0"}, {999, 0, "999"}, {1000, 0, "1,000"}, {1234567.891, 2, "1,234,567.89"},
		{999.95, 1, "1,000.0"}, {2.675, 2, "2.68"}, {0.5, 0, "1"}, {-0.04, 1, "0.0"}, {-1500, 0, "−1,500"}, {-0.05, 1, "−0.1"},
		{math.Copysign(0, -1), 0, "0"}, {math.NaN(), 1, "not known"}, {math.Inf(1), 1, "not known"}, {12, -3, "12"}, {1e21, 0, "1,000,000,000,000,000,000,000"},
	} {
		if got := Number(c.v, c.decimals); got != c.want {
			t.Errorf("Number(%v, %d) = %q, want %q", c.v, c.decimals, got, c.want)
		}
	}
}

// A written number reads back as the value, to half a unit of its last decimal.
func TestNumber_readsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64Range(-1e9, 1e9).Draw(t, "v")
		d := rapid.IntRange(0, 4).Draw(t, "decimals")
		s := strings.NewReplacer(",", "", "−", "-").Replace(Number(v, d))
		back, err := strconv.ParseFloat(s, 64)
		if err != nil || math.Abs(back-v) > 0.5000001*math.Pow(10, -float64(d))+1e-6 {
			t.Fatalf("Number(%v, %d) = %q reads as %v, %v", v, d, s, back, err)
		}
	})
}

func TestMoney(t *testing.T) {
	for _, c := range []struct {
		pence int64
		want  string
	}{
		{0, "£0"}, {1200, "£12"}, {1249, "£12"}, {1250, "£13"}, {99_949, "£999"}, {99_950, "£1k"}, {340_000_00, "£340k"}, {999_499_99, "£999k"},
		{999_500_00, "£1m"}, {1_200_000_00, "£1.2m"}, {2_000_000_00, "£2m"}, {999_949_999_99, "£999.9m"}, {999_950_000_00, "£1bn"}, {3_400_000_000_00, "£3.4bn"},
		{-340_000_00, "−£340k"}, {-20, "£0"}, {math.MaxInt64, "£92,233,720.4bn"}, {math.MinInt64, "−£92,233,720.4bn"},
	} {
		if got := Money(c.pence); got != c.want {
			t.Errorf("Money(%d) = %q, want %q", c.pence, got, c.want)
		}
	}
}
