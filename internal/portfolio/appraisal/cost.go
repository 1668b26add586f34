package appraisal

import (
	"cmp"
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

// costsOf is the layout of an intervention's costs by years (portfolio.LayOut, which a plan counts too), and from what it is made.
func costsOf(i portfolio.Intervention, rows []portfolio.Cost, now int) (out []YearCost, l portfolio.Layout, how string) {
	l = portfolio.LayOut(i, rows, now)
	for _, p := range l.Parts {
		c := YearCost{Year: p.Year, Funder: p.Row.Funder, Kind: p.Row.Kind, Asset: p.Row.Asset, Status: p.Row.Status, Stated: cash.Pence(p.AmountP), PriceYear: p.Price,
			Assumed: strings.Join(assumedOf(p, l.Open), ", "), row: p.Row.ID, Record: p.Row.Record}
		if c.row == "" {
			c.Record = i.Record
		}
		out = append(out, c)
	}
	switch {
	case !l.Known:
		how = "no cost is on record"
	case l.RowsP == 0:
		how = "the stated total; by whom and when it is paid is not on record"
	case l.StatedP > l.RowsP:
		how = "rows of costs, and what the stated total has beyond them"
	default:
		how = "rows of costs"
	}
	return out, l, how
}

// assumedOf is what of a part no source says.
func assumedOf(p portfolio.YearPart, open bool) []string {
	var out []string
	add := func(yes bool, what string) {
		if yes {
			out = append(out, what)
		}
	}
	add(p.Row.ID == "", "who pays")
	add(!p.Dated && (p.Row.ID != "" || p.Year == 0), "its year")
	add(open && !p.Dated, "its end")
	add(p.Even, "an even spread over its years")
	add(!p.Priced && p.Year != 0, "prices of its year on record")
	add(!p.Priced && p.Year == 0, "prices of the year of its source")
	return out
}

// let says that an amount cannot turn out below what is stated: it is committed or spent, or its year has passed.
func let(i portfolio.Intervention, c YearCost, base int) bool {
	return c.Status == "committed" || c.Status == "spent" || portfolio.Finished(i) || (!portfolio.Unbegun(i) && c.Year < base)
}

// firstYear is the year in which the register says that an intervention begins; 0 where it does not.
func firstYear(i portfolio.Intervention) int { return cmp.Or(int(i.Start.Int64), int(i.End.Int64)) }

// assumedAsset is the type of work that stands in where a cost names none, with the reason. Budgets of programmes
// are fixed: what is uncertain of them is what they buy, not what they cost.
func (w *work) assumedAsset(i portfolio.Intervention, c YearCost) (asset, why string) {
	switch {
	case c.Asset != "":
		return c.Asset, ""
	case c.Status == "spent":
		return "none", "money that is spent has no optimism bias"
	case portfolio.Finished(i):
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
