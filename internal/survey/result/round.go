package result

import "math"

// round rounds to so many decimals. What is published is rounded: sums of weights at full precision would tell how many of which
// stratum are in them.
func round(x float64, decimals int) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	k := math.Pow(10, float64(decimals))
	return math.Round(x*k) / k
}

// roundTo rounds to the nearest multiple of the step.
func roundTo(x, step float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return round(math.Round(x/step)*step, 6)
}

// significant rounds to so many significant digits.
func significant(x float64, digits int) float64 {
	if x == 0 || math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return round(x, digits-1-int(math.Floor(math.Log10(math.Abs(x)))))
}
