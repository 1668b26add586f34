package workings

import (
	"fmt"
	"math"

	"milieu/internal/cash"
	"milieu/internal/portfolio/appraisal"
	"milieu/internal/portfolio/parameter"
	"milieu/internal/report"
)

// lastYear is the last year that the workings look at.
func (b *builder) lastYear() int {
	last := b.r.BaseYear
	for _, w := range b.items {
		last = max(last, w.First+b.r.Horizon-1)
		for _, c := range w.Costs {
			last = max(last, c.Year)
		}
	}
	return last
}

// discounting is the sheet of rates and factors by year.
func (b *builder) discounting() (report.Sheet, error) {
	schedule, p, err := b.r.Params.Schedule("")
	if err != nil {
		return report.Sheet{}, fmt.Errorf("workings: %w", err)
	}
	g := newGrid(DiscountName, "Discounting: "+schedule.Name,
		"A pound of a year is worth its factor in the base year. Each year is discounted by its own rate on top of the years before it; years before the base year are neither discounted nor compounded.")
	g.add(words("Schedule"), reference(parameter.Ref(p.ID)))
	g.header("From year", "Rate a year")
	first := g.next()
	for _, band := range schedule.Bands {
		g.add(number(float64(band.From), report.Plain).In(report.Input), number(band.Rate, report.Percent).In(report.Input))
	}
	bands := rows{first, g.next() - 1}
	g.add()
	g.header("Year after the base year", "Financial year from", "Rate", "Factor")
	head := g.next()
	for t := 0; t <= b.lastYear()-b.r.BaseYear; t++ {
		row := g.next()
		year := formula(fmt.Sprintf("base_year+%s", cellAt(0, row)), float64(b.r.BaseYear+t), report.Plain)
		if t == 0 {
			g.add(number(0, report.Plain), year, words(""), number(1, report.Factor))
			continue
		}
		rate := formula(fmt.Sprintf("IF(%s<%s,0,LOOKUP(%s,%s,%s))", cellAt(0, row), "$A$"+fmt.Sprint(bands.first), cellAt(0, row), span(bands, 0), span(bands, 1)), rateOf(schedule, t), report.Percent)
		g.add(number(float64(t), report.Plain), year, rate, formula(fmt.Sprintf("%s/(1+%s)", cellAt(3, row-1), cellAt(2, row)), schedule.Factor(t), report.Factor))
	}
	b.factors = rows{head, g.next() - 1}.span(DiscountName, 3)
	g.Widths = []float64{24, 20, 12, 12}
	return g.Sheet, nil
}

// span is a column of a list on the same sheet.
func span(r rows, col int) string {
	return fmt.Sprintf("$%s$%d:$%s$%d", letter(col), r.first, letter(col), r.last)
}

// rateOf is the rate of year t of a schedule.
func rateOf(s cash.Schedule, t int) float64 {
	rate := 0.0
	for _, band := range s.Bands {
		if band.From <= t {
			rate = band.Rate
		}
	}
	return rate
}

// factor is the formula of a year's discount factor; year is a cell.
func (b *builder) factor(year string) string {
	return fmt.Sprintf("IF(%s<=base_year,1,INDEX(%s,%s-base_year+1))", year, b.factors, year)
}

// Columns of the sheet of costs.
const (
	costID = iota
	costName
	costYear
	costFunder
	costPurse
	costKind
	costStatus
	costStated
	costPriceYear
	costReal
	costWork
	costBias
	costBiased
	costFactor
	costGross
	costNet
	costAssumed
)

// Purses.
const (
	public  = "public"
	private = "private"
)

// costs is the sheet of costs by year and funder.
func (b *builder) costs() (report.Sheet, error) {
	g := newGrid(CostsName, "Costs by year and funder",
		"Stated costs, on a yellow ground, may be changed. Real: in prices of the base year. Present value: discounted to the base year; as stated without, net with optimism bias.")
	g.header("Id", "Intervention", "Year", "Funder", "Purse", "Kind", "Status", "Stated, £", "Prices of", "Real, £", "Type of work", "Optimism bias", "Real with bias, £", "Discount factor", "Present value as stated, £", "Present value with bias, £", "What of it is assumed")
	g.Head = len(g.Rows)
	g.Widths = []float64{24, 44, 8, 30, 9, 10, 12, 20, 9, 20, 24, 10, 20, 10, 20, 20, 72}
	b.costRows = rows{first: g.next()}
	schedule, _, err := b.r.Params.Schedule("")
	if err != nil {
		return g.Sheet, fmt.Errorf("workings: %w", err)
	}
	for _, w := range b.items {
		for _, c := range w.Costs {
			if err := b.costRow(g, w, c, schedule); err != nil {
				return g.Sheet, err
			}
		}
	}
	b.costRows.last = g.next() - 1
	if b.costRows.last < b.costRows.first {
		b.costRows.last = b.costRows.first
		g.add(words("no cost is on record"))
	}
	return g.Sheet, nil
}

func (b *builder) costRow(g *grid, w appraisal.Workings, c appraisal.YearCost, s cash.Schedule) error {
	row := g.next()
	at := func(col int) string { return cellAt(col, row) }
	bias, err := b.bias(w, c)
	if err != nil {
		return err
	}
	prices := "1"
	if c.PriceYear != b.r.BaseYear {
		prices = b.wantPrices(c.PriceYear)
	}
	purse := public
	if c.Private {
		purse = private
	}
	funder := c.Funder
	if funder == "" {
		funder = appraisal.NotStated
	}
	f := s.Factor(c.Year - b.r.BaseYear)
	cells := make([]report.Cell, costAssumed+1)
	cells[costID], cells[costName] = words(w.Intervention.ID), words(w.Intervention.Name)
	cells[costYear], cells[costFunder], cells[costPurse] = number(float64(c.Year), report.Plain), words(funder), words(purse)
	cells[costKind], cells[costStatus], cells[costWork] = words(c.Kind), words(c.Status), words(c.Asset)
	cells[costStated], cells[costPriceYear] = number(c.Stated.Pounds(), report.Pence).In(report.Input), number(float64(c.PriceYear), report.Plain)
	cells[costReal] = formula(at(costStated)+"*"+prices, c.Real, report.Pence)
	cells[costBias] = bias
	cells[costBiased] = formula(fmt.Sprintf("%s*(1+%s)", at(costReal), at(costBias)), c.Real*(1+c.Bias), report.Pence)
	cells[costFactor] = formula(b.factor(at(costYear)), f, report.Factor)
	cells[costGross] = formula(at(costReal)+"*"+at(costFactor), c.Real*f, report.Pence)
	cells[costNet] = formula(at(costBiased)+"*"+at(costFactor), c.Real*(1+c.Bias)*f, report.Pence)
	cells[costAssumed] = wrapped(c.Assumed)
	g.add(cells...)
	return nil
}

// bias is the cell of a cost's optimism bias: the upper bound less the share that is managed, and at least the lower bound.
func (b *builder) bias(w appraisal.Workings, c appraisal.YearCost) (report.Cell, error) {
	p, lower, ok := b.r.BiasOf(w.Item, c)
	if !ok {
		return number(c.Bias, report.Percent), nil
	}
	low, err := b.low(p.ID, "optimism bias of "+c.Asset)
	if err != nil {
		return report.Cell{}, err
	}
	if lower {
		return formula(low, c.Bias, report.Percent), nil
	}
	upper, err := b.value(p.ID, "optimism bias of "+c.Asset)
	if err != nil {
		return report.Cell{}, err
	}
	managed := "0"
	if m := b.r.Params.Mitigation(); m.Value != nil {
		if managed, err = b.value(m.ID, "share of what leads to optimism bias that is managed"); err != nil {
			return report.Cell{}, err
		}
	}
	return formula(fmt.Sprintf("MAX(%s*(1-MIN(1,MAX(0,%s))),MIN(%s,%s))", upper, managed, low, upper), c.Bias, report.Percent), nil
}

// whole says that a number has no fraction.
func whole(v float64) bool { return v == math.Trunc(v) }
