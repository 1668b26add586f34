package appraisal

import (
	"fmt"
	"slices"
	"strings"

	"milieu/internal/cash"
	"milieu/internal/evidence"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/parameter"
)

// YearCost is what an intervention costs a funder in a financial year.
type YearCost struct {
	Year      int
	Funder    string // empty where the source does not say
	Private   bool   // money of firms and investors: it is no cost to the public purse
	Kind      string
	Asset     string // type for optimism bias
	Status    string
	Stated    cash.Pence // in the prices of PriceYear
	PriceYear int
	Real      float64 // pounds of the base year
	Bias      float64 // optimism bias that net figures add, as a share
	Assumed   string  // what of it is assumed, in words; empty where nothing is
	Record    evidence.Record
	row       string // id of the row of the register
}

// NotStated is the funder of a cost whose source does not name one.
const NotStated = "not stated"

// costsOf lays the costs of an intervention out by years: rows of the register, and what its stated total has
// beyond them. It does not move them.
func costsOf(i portfolio.Intervention, rows []portfolio.Cost) (out []YearCost, how string) {
	var total cash.Pence
	for _, c := range rows {
		total += cash.Pence(c.AmountP)
		out = append(out, spread(i, c)...)
	}
	switch {
	case len(rows) == 0 && !i.CostP.Valid:
		return nil, "no cost is on record"
	case len(rows) == 0:
		return rest(i, cash.Pence(i.CostP.Int64)), "the stated total; by whom and when it is paid is not on record"
	case i.CostP.Valid && i.CostP.Int64 > int64(total):
		left := cash.Pence(i.CostP.Int64) - total
		return append(out, rest(i, left)...), "rows of costs, and what the stated total has beyond them"
	}
	return out, "rows of costs"
}

// spread parts a row evenly over its years, so that the parts add up to it.
func spread(i portfolio.Intervention, c portfolio.Cost) []YearCost {
	var why []string
	from := int(c.From.Int64)
	if !c.From.Valid {
		from = firstYear(i)
		if c.To.Valid && (!i.Start.Valid || from > int(c.To.Int64)) {
			from = int(c.To.Int64)
		}
		why = append(why, "its year")
	}
	to := max(from, int(c.To.Int64))
	switch {
	case !c.From.Valid && !c.To.Valid && i.Start.Valid && i.End.Valid:
		to = max(from, int(i.End.Int64))
	case !c.To.Valid:
		to = from
	}
	price := func(year int) int { return int(c.PriceYear.Int64) }
	if !c.PriceYear.Valid {
		price = func(year int) int { return cashYear(i, year) }
		why = append(why, cashOf(from))
	}
	if to > from {
		why = append(why, "an even spread over its years")
	}
	parts := cash.Split(cash.Pence(c.AmountP), make([]float64, to-from+1))
	out := make([]YearCost, len(parts))
	for k, p := range parts {
		out[k] = YearCost{Year: from + k, Funder: c.Funder, Kind: c.Kind, Asset: c.Asset, Status: c.Status, Stated: p, PriceYear: price(from + k), Assumed: strings.Join(why, ", "), row: c.ID, Record: c.Record}
	}
	return out
}

// rest is an amount of which only the total is stated: evenly over the years of the intervention.
func rest(i portfolio.Intervention, amount cash.Pence) []YearCost {
	from := firstYear(i)
	to := from
	if i.Start.Valid && i.End.Valid {
		to = max(from, int(i.End.Int64))
	}
	why := "who pays, " + cashOf(from)
	if to > from {
		why = "an even spread over its years, " + why
	}
	if from == 0 {
		why = "the year, " + why
	}
	parts := cash.Split(amount, make([]float64, to-from+1))
	out := make([]YearCost, len(parts))
	for k, p := range parts {
		out[k] = YearCost{Year: from + k, Stated: p, PriceYear: cashYear(i, from+k), Assumed: why, Record: i.Record}
	}
	return out
}

// cashYear is the year of the prices of an amount whose source names none: such amounts are cash of the year in which they are
// spent; without a year, of the year of the source.
func cashYear(i portfolio.Intervention, year int) int {
	if year == 0 {
		return int(i.SourceYear.Int64)
	}
	return year
}

// cashOf says it.
func cashOf(year int) string {
	if year == 0 {
		return "prices of the year of its source"
	}
	return "prices of the year in which it is spent"
}

// let says that an amount cannot turn out below what is stated: it is committed or spent, or its year has passed.
func let(i portfolio.Intervention, c YearCost, base int) bool {
	return c.Status == "committed" || c.Status == "spent" || over(i.Stage) || (!portfolio.Unbegun(i) && c.Year < base)
}

// firstYear is the year in which the register says that an intervention begins; 0 where it does not.
func firstYear(i portfolio.Intervention) int {
	switch {
	case i.Start.Valid:
		return int(i.Start.Int64)
	case i.End.Valid:
		return int(i.End.Int64)
	}
	return 0
}

// over says whether an intervention has been carried out, so that its stated cost is taken for what it did cost.
func over(stage string) bool { return stage == "delivered" || stage == "ended" }

// assumedAsset is the type of work that stands in where a cost names none, with the reason. Budgets of programmes
// are fixed: what is uncertain of them is what they buy, not what they cost.
func (w *work) assumedAsset(i portfolio.Intervention, c YearCost) (asset, why string) {
	switch {
	case c.Asset != "":
		return c.Asset, ""
	case c.Status == "spent":
		return "none", "money that is spent has no optimism bias"
	case over(i.Stage):
		return "none", "the stage is " + i.Stage + ", so the stated cost is taken for the outturn"
	case c.Kind == "revenue":
		return "none", "a budget of revenue is taken as fixed"
	}
	p, ok := w.params.Get("appraisal/asset/" + parameter.Slug(i.Category))
	if !ok {
		p, ok = w.params.Get("appraisal/asset/any")
	}
	if !ok || p.Text == "" {
		return "non-standard-civil", "the source names no type of work: the one with the highest bias is assumed"
	}
	w.use(p.ID, "type of work where the source names none", 0, 0, 0)
	return p.Text, "the source names no type of work: “" + words(p.Text) + "” is assumed for the category"
}

// more says whether the rows of costs add up to more than the stated total.
func more(i portfolio.Intervention, rows []portfolio.Cost) bool {
	var total int64
	for _, c := range rows {
		total += c.AmountP
	}
	return i.CostP.Valid && total > i.CostP.Int64
}

// price puts costs into prices of the base year and gives each its optimism bias.
func (w *work) price(i portfolio.Intervention, costs []YearCost) ([]YearCost, error) {
	index, deflator := w.params.Deflator()
	for k := range costs {
		c := &costs[k]
		if c.Year == 0 {
			c.Year = w.base
		}
		if c.PriceYear == 0 {
			c.PriceYear = c.Year
		}
		factor, guessed, err := index.Real(c.PriceYear, w.base)
		if err != nil {
			return nil, errorf(i.ID, "prices of %d: %w", c.PriceYear, err)
		}
		if c.PriceYear != w.base {
			w.use(deflator.ID, "prices of "+fmt.Sprint(w.base), factor, factor, factor)
		}
		if guessed {
			c.Assumed = join(c.Assumed, "prices beyond the index")
		}
		c.Private = w.private(c.Funder)
		c.Real = c.Stated.Pounds() * factor
		asset, why := w.assumedAsset(i, *c)
		if why != "" {
			c.Assumed = join(c.Assumed, why)
		}
		c.Asset = asset
		if asset != "none" && c.Status != "spent" {
			c.Bias = w.bias(asset, i.Stage == "in-delivery")
			if i.Stage == "in-delivery" {
				c.Assumed = join(c.Assumed, "works are under way, so contracts are taken as let: the lower bound of optimism bias")
			}
		}
	}
	slices.SortStableFunc(costs, func(a, b YearCost) int { return a.Year - b.Year })
	return costs, nil
}

func join(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "" || strings.Contains(a, b):
		return a
	}
	return a + "; " + b
}
