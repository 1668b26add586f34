package tabular

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// date reads day-first and ISO dates: 14/04/2005, 1.11.23, 2023-09-30,
// 25.05.2020 00:00, 01. Nov 15, 1 November 2015, 2014-06-05T00:00:00Z; and the
// number of days by which spreadsheets keep dates. A two-digit year means
// 1950 to 2049. Times are left out.
func date(s string) (string, error) {
	if len(s) == 10 && (s[2] == '/' || s[2] == '.') && s[5] == s[2] && digits(s[0:2]) && digits(s[3:5]) && digits(s[6:10]) {
		return civil(s[6:10], s[3:5], s[0:2])
	}
	if len(s) >= 10 && s[4] == '-' && s[7] == '-' && digits(s[0:4]) && digits(s[5:7]) && digits(s[8:10]) {
		if len(s) == 10 || s[10] == 'T' || s[10] == ' ' {
			return civil(s[0:4], s[5:7], s[8:10])
		}
	}
	if len(s) >= 5 && digits(s[:5]) && (len(s) == 5 || s[5] == '.' && digits(s[6:])) {
		return serial(atoi(s[:5]))
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '/' || r == '.' || r == '-' || r == ' ' || r == ',' })
	if len(parts) < 3 {
		return "", fmt.Errorf("is not a date (day first, or year-month-day)")
	}
	d, m, y := parts[0], month(parts[1]), parts[2]
	if len(d) == 4 && digits(d) {
		d, y = y, d
	}
	if !digits(d) || !digits(m) || !digits(y) {
		return "", fmt.Errorf("is not a date (day first, or year-month-day)")
	}
	if len(y) == 2 {
		if y < "50" {
			y = "20" + y
		} else {
			y = "19" + y
		}
	}
	return civil(y, pad2(m), pad2(d))
}

// firstSerial to lastSerial, 1927-05-18 to 2099-12-31, are the days taken from a bare number:
// smaller ones are more likely years or counts.
const (
	firstSerial = 10000
	lastSerial  = 73050
)

// serial is the date of a spreadsheet's day number, counted from 30 December 1899.
func serial(days int) (string, error) {
	if days < firstSerial || days > lastSerial {
		return "", fmt.Errorf("is not a date (day first, or year-month-day)")
	}
	return time.Date(1899, time.December, 30+days, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), nil
}

func pad2(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

var monthDays = [13]int{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

func civil(y, m, d string) (string, error) {
	if len(y) != 4 || len(m) != 2 || len(d) != 2 {
		return "", fmt.Errorf("is not a date (day first, or year-month-day)")
	}
	yi, mi, di := atoi(y), atoi(m), atoi(d)
	if mi < 1 || mi > 12 {
		return "", fmt.Errorf("has month %d; dates are read day first", mi)
	}
	last := monthDays[mi]
	if mi == 2 && yi%4 == 0 && (yi%100 != 0 || yi%400 == 0) {
		last = 29
	}
	if di < 1 || di > last {
		return "", fmt.Errorf("has day %d in a month of %d days", di, last)
	}
	return y + "-" + m + "-" + d, nil
}

func atoi(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

var months = [...][]string{{"jan", "jän"}, {"feb"}, {"mar", "mär", "mrz", "maer"}, {"apr"}, {"may", "mai"}, {"jun"}, {"jul"}, {"aug"}, {"sep"}, {"oct", "okt"}, {"nov"}, {"dec", "dez"}}

// month turns an English or German month name into its number; numbers pass.
func month(s string) string {
	if digits(s) {
		return s
	}
	l := strings.ToLower(s)
	for i, names := range months {
		for _, n := range names {
			if strings.HasPrefix(l, n) {
				return pad2(strconv.Itoa(i + 1))
			}
		}
	}
	return s
}
