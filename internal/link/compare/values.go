package compare

import (
	"math"
	"strconv"
	"time"
)

// Date is a date as digits yyyymmdd. Digits that are no date (a typing slip) can
// still be compared as digits.
type Date struct {
	Digits [8]byte
	Days   int32 // since 1970-01-01; NoDay when the digits are no date
}

// NoDay stands for digits that are no date.
const NoDay = math.MinInt32

// ParseDate reads 1971-06-24, 19710624, 24/06/1971 and 24.6.1971; ok is false
// where there are not eight digits.
func ParseDate(s []byte) (d Date, ok bool) {
	var parts [3][]byte
	n, from := 0, -1
	for i := 0; i <= len(s); i++ {
		digit := i < len(s) && s[i] >= '0' && s[i] <= '9'
		switch {
		case digit && from < 0:
			from = i
		case !digit && from >= 0:
			if n == 3 {
				i = len(s)
				break
			}
			parts[n], n, from = s[from:i], n+1, -1
		}
	}
	switch {
	case n >= 1 && len(parts[0]) == 8:
		copy(d.Digits[:], parts[0])
	case n == 3 && len(parts[0]) == 4 && len(parts[1]) <= 2 && len(parts[2]) <= 2:
		put(&d, parts[0], parts[1], parts[2])
	case n == 3 && len(parts[2]) == 4 && len(parts[0]) <= 2 && len(parts[1]) <= 2:
		put(&d, parts[2], parts[1], parts[0])
	default:
		return d, false
	}
	y, m, day := int(num(d.Digits[:4])), int(num(d.Digits[4:6])), int(num(d.Digits[6:]))
	t := time.Date(y, time.Month(m), day, 0, 0, 0, 0, time.UTC)
	d.Days = NoDay
	if t.Month() == time.Month(m) && t.Day() == day && y > 0 {
		d.Days = int32(t.Unix() / 86400)
	}
	return d, true
}

func put(d *Date, y, m, day []byte) {
	for i := range d.Digits {
		d.Digits[i] = '0'
	}
	copy(d.Digits[4-len(y):4], y)
	copy(d.Digits[6-len(m):6], m)
	copy(d.Digits[8-len(day):], day)
}

func num(s []byte) int64 {
	n := int64(0)
	for _, c := range s {
		n = n*10 + int64(c-'0')
	}
	return n
}

// DaysApart returns the days between two dates, NaN when one is none.
func DaysApart(a, b Date) float64 {
	if a.Days == NoDay || b.Days == NoDay {
		return math.NaN()
	}
	return math.Abs(float64(a.Days) - float64(b.Days))
}

// DateParts counts which of year, month and day are the same. Day and month that
// have changed places count as one.
func DateParts(a, b Date) int {
	n := 0
	year := string(a.Digits[:4]) == string(b.Digits[:4])
	month := string(a.Digits[4:6]) == string(b.Digits[4:6])
	day := string(a.Digits[6:]) == string(b.Digits[6:])
	for _, same := range []bool{year, month, day} {
		if same {
			n++
		}
	}
	if !month && !day && string(a.Digits[4:6]) == string(b.Digits[6:]) && string(a.Digits[6:]) == string(b.Digits[4:6]) {
		n++
	}
	return n
}

// Postcode holds hashes of the parts of a postcode, 0 where it has none.
type Postcode struct{ Full, Sector, District, Area uint32 }

// PostcodeParts cuts a postcode into unit, sector, district and area. What is not
// of the British form is cut by length: all, all but one, three and two characters.
func PostcodeParts(s []byte) (full, sector, district, area []byte) {
	var buf [12]byte
	n := 0
	for _, c := range s {
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		if (c >= 'A' && c <= 'Z' || c >= '0' && c <= '9') && n < len(buf) {
			buf[n] = c
			n++
		}
	}
	p := buf[:n:n]
	letters := 0
	for letters < n && p[letters] >= 'A' {
		letters++
	}
	digit := func(c byte) bool { return c <= '9' }
	if n >= 5 && n <= 7 && letters >= 1 && letters <= 2 && digit(p[n-3]) && !digit(p[n-2]) && !digit(p[n-1]) {
		return p, p[:n-2], p[:n-3], p[:letters]
	}
	if letters >= 1 && letters <= 2 && n >= 2 && n <= 4 { // a district alone
		return nil, nil, p, p[:letters]
	}
	return p, p[:max(n-1, 0)], p[:min(3, n)], p[:min(2, n)]
}

// ParsePostcode hashes the parts of a postcode.
func ParsePostcode(s []byte) Postcode {
	full, sector, district, area := PostcodeParts(s)
	return Postcode{hash32(full), hash32(sector), hash32(district), hash32(area)}
}

// PostcodeDepth returns 4 when two postcodes are the same, 3 for the same sector,
// 2 district, 1 area, 0 none.
func PostcodeDepth(a, b Postcode) int {
	switch {
	case a.Full != 0 && a.Full == b.Full:
		return 4
	case a.Sector != 0 && a.Sector == b.Sector:
		return 3
	case a.District != 0 && a.District == b.District:
		return 2
	case a.Area != 0 && a.Area == b.Area:
		return 1
	}
	return 0
}

// hash32 is FNV-1a; 0 for no text only.
func hash32(s []byte) uint32 {
	if len(s) == 0 {
		return 0
	}
	h := uint32(2166136261)
	for _, c := range s {
		h = (h ^ uint32(c)) * 16777619
	}
	if h == 0 {
		return 1
	}
	return h
}

// Number reads a number with an optional sign, separators of thousands left out;
// NaN when it is none.
func Number(s []byte) float64 {
	var buf [40]byte
	n := 0
	for _, c := range s {
		if c == ',' || c == ' ' {
			continue
		}
		if n == len(buf) {
			return math.NaN()
		}
		buf[n] = c
		n++
	}
	v, err := strconv.ParseFloat(string(buf[:n]), 64)
	if err != nil || math.IsInf(v, 0) {
		return math.NaN()
	}
	return v
}

// Kilometres returns the distance on the sphere between two points in degrees.
func Kilometres(lonA, latA, lonB, latB float64) float64 {
	const rad = math.Pi / 180
	s1, s2 := math.Sin((latB-latA)*rad/2), math.Sin((lonB-lonA)*rad/2)
	h := s1*s1 + math.Cos(latA*rad)*math.Cos(latB*rad)*s2*s2
	return 2 * 6371.0088 * math.Asin(math.Sqrt(min(1, h)))
}
