package portfolio

import (
	"fmt"
	"time"
)

// FinancialYear is the financial year in which a day lies, named by the calendar year in which it begins, on 1 April.
func FinancialYear(day time.Time) int {
	if day.Month() < time.April {
		return day.Year() - 1
	}
	return day.Year()
}

// YearName is a financial year as people write it: 2026-27.
func YearName(year int) string { return fmt.Sprintf("%d-%02d", year, (year+1)%100) }
