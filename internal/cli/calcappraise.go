package cli

import (
	"context"
	"flag"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"milieu/internal/cash"
	"milieu/internal/portfolio/parameter"
)

const aboutAppraise = "Present values of costs and benefits by year, their difference (net present social value) and their ratio. " +
	"Gross applies nothing; net applies additionality to benefits and optimism bias to costs. Years count from the base year, which is not discounted; " +
	"an amount before it is refused. All that stands below the line of the ratio are rows of kind cost; bcr is empty where they come to nothing or less. " +
	"Amounts are in the prices of one year, in any unit; unwanted effects are negative benefits. " +
	"Without --base-year it is 0 where all years are below 1000, else the first year of the file."

// appraiseMethods are the methods of calc on costs and benefits.
func appraiseMethods() []method {
	return []method{{"appraise", "year,kind,amount (kind: cost or benefit)", "measure,gross,net", aboutAppraise, calcAppraise}}
}

// Bounds of what is taken for meant.
const (
	mostYears = 1000 // after the base year
	mostBias  = 10.0 // 1000 % of cost
	mostTimes = 100.0
	calendar  = 1000 // years below it are counted from 0
)

type appraiseFlags struct {
	base, schedule                                *string
	deadweight, leakage, displacement, substitute *string
	multiplier, bias                              *string
}

func calcAppraise(fs *flag.FlagSet) func(context.Context, csvTable) ([]string, [][]string, error) {
	f := appraiseFlags{
		base:         fs.String("base-year", "", "`YEAR` to which is discounted"),
		schedule:     fs.String("schedule", "green-book", "`NAME` of a schedule (green-book, green-book-health, green-book-2026-sensitivity), or a rate such as 0.035 or 3.5%"),
		deadweight:   fs.String("deadweight", "0", "`SHARE` of the benefits that would come about anyway, such as 0.3 or 30%"),
		leakage:      fs.String("leakage", "0", "`SHARE` of the benefits that goes to others than those meant"),
		displacement: fs.String("displacement", "0", "`SHARE` of the benefits that is taken from others"),
		substitute:   fs.String("substitution", "0", "`SHARE` of the benefits that takes the place of another activity"),
		multiplier:   fs.String("multiplier", "1", "`TIMES` that the benefits are more by what suppliers and earners spend"),
		bias:         fs.String("optimism-bias", "0", "`SHARE` by which costs are expected to be higher, such as 0.24 or 24%"),
	}
	return func(_ context.Context, t csvTable) ([]string, [][]string, error) {
		c, err := f.assumptions()
		if err != nil {
			return nil, nil, err
		}
		findBase := strings.TrimSpace(*f.base) == ""
		if err := t.flows(&c, findBase); err != nil {
			return nil, nil, err
		}
		r, err := cash.Appraise(c)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", t.name, err)
		}
		if findBase {
			t.warn("base year: %d (set another with --base-year)", c.Base)
		}
		t.appraiseNotes(c, r)
		return []string{"measure", "gross", "net"}, [][]string{
			{"pv_costs", full(r.Gross.Costs), full(r.Net.Costs)},
			{"pv_benefits", full(r.Gross.Benefits), full(r.Net.Benefits)},
			{"npsv", full(r.Gross.NPSV), full(r.Net.NPSV)},
			{"bcr", fullRatio(r.Gross.BCR), fullRatio(r.Net.BCR)},
		}, nil
	}
}

// assumptions reads the flags; the base year only where it is given.
func (f appraiseFlags) assumptions() (cash.Case, error) {
	c := cash.Case{Additionality: cash.Whole()}
	shipped, err := parameter.Shipped(time.Now().UTC().Format(time.DateOnly))
	if err != nil {
		return c, err
	}
	if strings.TrimSpace(*f.schedule) == "" {
		return c, usagef("--schedule is empty; name one of %s, or a rate such as 0.035 or 3.5%%", strings.Join(shipped.Schedules(), ", "))
	}
	if c.Schedule, _, err = shipped.Schedule(*f.schedule); err != nil {
		return c, usagef("--schedule: %v", err)
	}
	if text := strings.TrimSpace(*f.base); text != "" {
		if c.Base, err = strconv.Atoi(text); err != nil {
			return c, usagef("--base-year %q is not a year", *f.base)
		}
	}
	a := &c.Additionality
	for _, v := range []struct {
		flag, text string
		most       float64
		to         *float64
	}{
		{"deadweight", *f.deadweight, 1, &a.Deadweight}, {"leakage", *f.leakage, 1, &a.Leakage}, {"displacement", *f.displacement, 1, &a.Displacement},
		{"substitution", *f.substitute, 1, &a.Substitution}, {"multiplier", *f.multiplier, mostTimes, &a.Multiplier}, {"optimism-bias", *f.bias, mostBias, &c.Bias},
	} {
		if *v.to, err = parameter.Share(v.text); err != nil {
			return c, usagef("--%s %q is not a number of at least 0; write a share as 0.25 or 25%%", v.flag, v.text)
		}
		if *v.to > v.most {
			return c, usagef("--%s %s is more than %g; write a share as 0.25 or 25%%", v.flag, v.text, v.most)
		}
	}
	return c, nil
}

// flows reads the rows into the case; without a base year it finds one.
func (t csvTable) flows(c *cash.Case, findBase bool) error {
	at, err := t.columns("year", "kind", "amount")
	if err != nil {
		return err
	}
	if len(t.rows) == 0 {
		return t.noRows()
	}
	years := make([]int, len(t.rows))
	for i := range t.rows {
		if years[i], err = t.year(i, at[0]); err != nil {
			return err
		}
	}
	if findBase {
		c.Base = baseOf(years)
	}
	for i, row := range t.rows {
		amount, err := t.number(i, at[2], "amount")
		if err != nil {
			return err
		}
		if years[i] < c.Base {
			return fmt.Errorf("%s:%d: year %d is before the base year %d; leave out what is spent already, or set an earlier --base-year", t.name, t.lines[i], years[i], c.Base)
		}
		if years[i]-c.Base > mostYears {
			return fmt.Errorf("%s:%d: year %d is %d years after the base year %d, and %d are the most; set --base-year as the years of the file are counted", t.name, t.lines[i], years[i], years[i]-c.Base, c.Base, mostYears)
		}
		flow := cash.Flow{Year: years[i], Amount: amount}
		switch strings.ToLower(strings.TrimSpace(row[at[1]])) {
		case "cost":
			c.Costs = append(c.Costs, flow)
		case "benefit":
			c.Benefits = append(c.Benefits, flow)
		default:
			return fmt.Errorf("%s:%d: kind is %q; it is cost or benefit", t.name, t.lines[i], row[at[1]])
		}
	}
	return nil
}

// year reads a whole year; spreadsheets may have written 2026.0.
func (t csvTable) year(row, col int) (int, error) {
	v, err := t.number(row, col, "year")
	if err != nil {
		return 0, err
	}
	if v != math.Trunc(v) || math.Abs(v) > 1e6 {
		return 0, fmt.Errorf("%s:%d: year is %q, which is not a whole year", t.name, t.lines[row], t.rows[row][col])
	}
	return int(v), nil
}

func baseOf(years []int) int {
	first, last := years[0], years[0]
	for _, y := range years {
		first, last = min(first, y), max(last, y)
	}
	if last < calendar {
		return 0
	}
	return first
}

// appraiseNotes says what a reader of the figures should know.
func (t csvTable) appraiseNotes(c cash.Case, r cash.Result) {
	switch {
	case len(c.Costs) == 0:
		t.warn("there are no costs: bcr is empty")
	case !r.Gross.BCR.OK || !r.Net.BCR.OK:
		t.warn("costs come to nothing or less: bcr is empty")
	}
	if len(c.Benefits) == 0 {
		t.warn("there are no benefits")
	}
	if c.Additionality == cash.Whole() && c.Bias == 0 {
		t.warn("no additionality and no optimism bias are given: net is as gross")
	}
}

// fullRatio is a ratio with all its digits, empty where there is none.
func fullRatio(r cash.Ratio) string {
	if !r.OK {
		return ""
	}
	return full(r.Value)
}
