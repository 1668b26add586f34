package chart

import (
	"math"
	"strconv"
	"strings"
)

// Number writes a value with thousands separators and a fixed count of decimals (0 to 12), rounded half away from
// zero on its decimal digits, with the true minus sign. A value that is not finite is "not known".
func Number(v float64, decimals int) string {
	if !finite(v) {
		return unknown
	}
	decimals = min(max(decimals, 0), 12)
	s := round(math.Abs(v), decimals)
	whole, frac, _ := strings.Cut(s, ".")
	out := thousands(whole)
	if frac != "" {
		out += "." + frac
	}
	if v < 0 && strings.Trim(s, "0.") != "" {
		return "−" + out
	}
	return out
}

// round rounds v >= 0 on its shortest decimal digits, so that 2.675 becomes 2.68 and not, as in binary, 2.67.
func round(v float64, decimals int) string {
	s := strconv.FormatFloat(v, 'f', -1, 64)
	whole, frac, _ := strings.Cut(s, ".")
	if len(frac) <= decimals {
		if decimals == 0 {
			return whole
		}
		return whole + "." + frac + strings.Repeat("0", decimals-len(frac))
	}
	digits := []byte(whole + frac[:decimals])
	if frac[decimals] >= '5' {
		digits = increment(digits)
	}
	if decimals == 0 {
		return string(digits)
	}
	at := len(digits) - decimals
	return string(digits[:at]) + "." + string(digits[at:])
}

// increment adds one to a decimal number written as digits.
func increment(digits []byte) []byte {
	for i := len(digits) - 1; i >= 0; i-- {
		if digits[i] < '9' {
			digits[i]++
			return digits
		}
		digits[i] = '0'
	}
	return append([]byte{'1'}, digits...)
}

func thousands(whole string) string {
	var b strings.Builder
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Money writes pence as pounds at a size people read: £12, £340k, £1.2m, £3.4bn. Amounts are rounded half away from
// zero; one decimal is kept from a million up. Sums that round up to the next unit are written in it.
func Money(pence int64) string {
	sign := ""
	p := uint64(pence)
	if pence < 0 {
		sign, p = "−", -p // two's complement: right for the smallest int64 too
	}
	pounds := (p + 50) / 100
	switch {
	case pounds < 1000:
		if pounds == 0 {
			sign = ""
		}
		return sign + "£" + strconv.FormatUint(pounds, 10)
	case p < 999_500_00:
		return sign + "£" + strconv.FormatUint((p+500_00)/1000_00, 10) + "k"
	case p < 999_950_000_00:
		return sign + "£" + tenths(p, 1_000_000_00) + "m"
	}
	return sign + "£" + tenths(p, 1_000_000_000_00) + "bn"
}

// tenths writes p in units with one decimal, dropped when it is nought.
func tenths(p, unit uint64) string {
	t := (p + unit/20) / (unit / 10)
	whole := thousands(strconv.FormatUint(t/10, 10))
	if t%10 == 0 {
		return whole
	}
	return whole + "." + strconv.FormatUint(t%10, 10)
}
