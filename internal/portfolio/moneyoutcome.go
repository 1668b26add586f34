package portfolio

import "slices"

// MoneyUnit is the unit of what a pound of an outcome is worth: an outcome valued in it is stated in pounds.
const MoneyUnit = "£ a £"

// MoneyOutcome says that an outcome of a key is an amount of pounds, which comes once or by the years that are stated, and not a stock
// that is there year after year. The parameters may hold a worth for further keys: those are money where its unit is MoneyUnit.
func MoneyOutcome(key string) bool {
	return slices.Contains([]string{"gva", "private-investment", "land-value", "travel-time", "cost-saving"}, key)
}
