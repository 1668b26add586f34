package workings

import (
	"fmt"
	"slices"

	"milieu/internal/cash"
	"milieu/internal/portfolio/appraisal"
	"milieu/internal/report"
)

// Columns of the sheet of outcomes.
const (
	outID = iota
	outName
	outWhat
	outUnit
	outCounts
	outQuantity
	outClaim
	outLocal
	outWide
	outNet
	outWorth
	outFirst
	outStart
	outDelay
	outRamp
	outFull
	outDecay
	outTo
	outCourse
	outYears      // years of one unit
	outPV         // the same discounted
	outGrossYears // of the quantity
	outNetYears
	outGrossGVA
	outNetGVA
	outGrossWorth
	outNetWorth
	outFirstYear // of the years
)

// Courses in words.
const (
	courseFades = "builds up and fades"
	courseUntil = "builds up, until the last year"
	courseOnce  = "once"
	courseEven  = "a total, spread evenly"
)

var outHeader = []string{"Id", "Intervention", "Outcome", "Unit", "Counts as", "Quantity, as stated", "Stated net or gross", "Net in the place, share", "Net in the country, share", "Net in the place", "National value of one, £",
	"First year", "Begins in", "Years of delay", "Years of building up", "Years at full effect", "Share lost a year after that", "Last year", "Course", "Years of one", "The same, discounted",
	"Unit-years as stated", "Unit-years net", "Output as stated, £", "Output net, £", "National value as stated, £", "National value net, £"}

// outcomes is the sheet of outcomes, with the share of the full effect in each year.
func (b *builder) outcomes() (report.Sheet, error) {
	g := newGrid(OutcomesName, "Outcomes: what is additional, and when",
		"Quantities and years on a yellow ground may be changed. The columns of years hold the share of the full effect that is there in each; years are whole. Money is present value.",
		"A horizon longer than the years laid out is cut at the last of them.")
	years := b.years()
	header := slices.Clone(outHeader)
	g.header(header...)
	head := len(g.Rows)
	for _, y := range years {
		g.Rows[head-1] = append(g.Rows[head-1], number(float64(y), report.Plain).In(report.Header))
	}
	g.Head = head
	g.Widths = []float64{24, 44, 24, 16, 14, 14, 10, 13, 13, 14, 14, 8, 8, 9, 10, 10, 11, 8, 26, 14, 14, 16, 16, 22, 22, 22, 22}
	schedule, _, err := b.r.Params.Schedule("")
	if err != nil {
		return g.Sheet, fmt.Errorf("workings: %w", err)
	}
	factors := b.factorRow(g, years, schedule)
	b.outRows = rows{first: g.next()}
	for _, w := range b.items {
		for _, f := range w.Flows {
			if err := b.outcomeRow(g, outcomeRow{w: w, f: f, years: years, head: head, factors: factors, schedule: schedule}); err != nil {
				return g.Sheet, fmt.Errorf("workings of %s: %w", w.Intervention.ID, err)
			}
		}
	}
	b.outRows.last = g.next() - 1
	if b.outRows.last < b.outRows.first {
		b.outRows.last = b.outRows.first
		g.add(words("no outcome with a quantity is on record"))
	}
	return g.Sheet, nil
}

// years are the calendar years that are laid out.
func (b *builder) years() []int {
	first, last := 0, 0
	for _, w := range b.items {
		if first == 0 || w.First < first {
			first = w.First
		}
		last = max(last, w.First+b.r.Horizon-1)
	}
	out := make([]int, 0, last-first+1)
	for y := first; y <= last; y++ {
		out = append(out, y)
	}
	return out
}

// factorRow is the row of discount factors above the shares.
func (b *builder) factorRow(g *grid, years []int, s cash.Schedule) int {
	row := g.next()
	cells := make([]report.Cell, outFirstYear, outFirstYear+len(years))
	cells[outID] = words("Discount factor").In(report.Remark)
	for k, y := range years {
		cells = append(cells, formula(b.factor(letter(outFirstYear+k)+"$"+fmt.Sprint(row-1)), s.Factor(y-b.r.BaseYear), report.Factor))
	}
	return g.add(cells...)
}

// outcomeRow is what a row of the sheet is made of.
type outcomeRow struct {
	w             appraisal.Workings
	f             appraisal.Flow
	years         []int
	head, factors int // rows of the years and of their discount factors
	schedule      cash.Schedule
}

func (b *builder) outcomeRow(g *grid, o outcomeRow) error {
	row := g.next()
	at := func(col int) string { return cellAt(col, row) }
	cells := make([]report.Cell, outFirstYear, outFirstYear+len(o.years))
	claim := "gross"
	if o.f.Outcome.ClaimedNet {
		claim = "net"
	}
	cells[outID], cells[outName], cells[outWhat], cells[outUnit] = words(o.w.Intervention.ID), words(o.w.Intervention.Name), words(o.f.Outcome.Key), words(o.f.Outcome.Unit)
	cells[outCounts], cells[outClaim] = words(o.f.Counts), words(claim)
	cells[outQuantity] = number(o.f.Quantity, report.General).In(report.Input)
	local, wide, err := b.shares(o)
	if o.f.Outcome.Kind != "outcome" { // an output is what is made: nothing of it is taken away
		local, wide = number(1, report.Factor), number(1, report.Factor)
	}
	if err != nil {
		return err
	}
	cells[outLocal], cells[outWide] = local, wide
	cells[outNet] = formula(at(outQuantity)+"*"+at(outLocal), o.f.Quantity*local.Number, report.Hundredths)
	if cells[outWorth], err = b.worth(o); err != nil {
		return err
	}
	if err := b.course(cells, o, row); err != nil {
		return err
	}
	for k := range o.years {
		cells = append(cells, o.share(k, row))
	}
	if err := b.unit(cells, o, row); err != nil {
		return err
	}
	g.add(cells...)
	return nil
}

// shares are what is left of a gross effect in the place and in the country. What is claimed to be net stays whole in the place; of
// jobs so claimed, what was taken from elsewhere in the country is still taken off for the country.
func (b *builder) shares(o outcomeRow) (local, wide report.Cell, err error) {
	names := make([]string, 0, 8)
	for k, in := range slices.Concat(o.w.Local[:], o.w.Wide[:]) {
		purpose := []string{"deadweight", "leakage", "displacement", "substitution", "multiplier", "leakage from the country", "displacement in the country", "substitution in the country"}[k]
		n, err := b.input(in, purpose)
		if err != nil {
			return local, wide, err
		}
		names = append(names, n)
	}
	l, f := o.w.Local, o.w.Wide
	far := (1 - f[0].Value) * (1 - f[1].Value) * (1 - f[2].Value)
	farFormula := fmt.Sprintf("(1-%s)*(1-%s)*(1-%s)", names[5], names[6], names[7])
	local = formula(fmt.Sprintf("(1-%s)*(1-%s)*(1-%s)*(1-%s)*%s", names[0], names[1], names[2], names[3], names[4]), (1-l[0].Value)*(1-l[1].Value)*(1-l[2].Value)*(1-l[3].Value)*l[4].Value, report.Factor)
	wide = formula(fmt.Sprintf("(1-%s)*", names[0])+farFormula, (1-l[0].Value)*far, report.Factor)
	if !o.f.Outcome.ClaimedNet {
		return local, wide, nil
	}
	if o.f.Counts == appraisal.FlowJobs {
		return number(1, report.Factor), formula(farFormula, far, report.Factor), nil
	}
	return number(1, report.Factor), number(1, report.Factor), nil
}

// worth is the national value of one.
func (b *builder) worth(o outcomeRow) (report.Cell, error) {
	if o.f.Worth.Parameter == "" {
		return words("none"), nil
	}
	name, err := b.value(o.f.Worth.Parameter, "national value")
	return formula(name, o.f.Worth.Value, report.Pence), err
}

// course fills in how the outcome comes and goes.
func (b *builder) course(cells []report.Cell, o outcomeRow, row int) error {
	c := o.f.Course
	input := func(v int) report.Cell { return number(float64(v), report.Plain).In(report.Input) }
	cells[outFirst], cells[outStart], cells[outDelay], cells[outRamp] = number(float64(o.w.First), report.Plain), input(c.Start), input(c.Delay), input(c.RampUp)
	cells[outCourse] = words(courseFades)
	full, err := b.input(c.Full, "years at full effect")
	if err != nil {
		return err
	}
	decay, err := b.input(c.Decay, "share of the effect lost a year")
	if err != nil {
		return err
	}
	cells[outFull], cells[outDecay] = formula(full, c.Full.Value, report.General), formula(decay, c.Decay.Value, report.General)
	if c.To != 0 {
		cells[outTo], cells[outCourse] = input(c.To), words(courseUntil)
		at := func(col int) string { return cellAt(col, row) }
		cells[outFull] = formula(fmt.Sprintf("MAX(%s-%s-%s-%s+1,0)", at(outTo), at(outStart), at(outDelay), at(outRamp)), float64(max(c.To-c.Start-c.Delay-c.RampUp+1, 0)), report.Plain)
	}
	switch {
	case c.Once:
		cells[outCourse], cells[outFull], cells[outDecay] = words(courseOnce), report.Cell{}, report.Cell{}
	case c.Even:
		cells[outCourse], cells[outFull], cells[outDecay] = words(courseEven), report.Cell{}, report.Cell{}
	}
	return nil
}

// share is the cell of the share of the full effect in a year.
func (o outcomeRow) share(k, row int) report.Cell {
	at := func(col int) string { return cellAt(col, row) }
	year := fmt.Sprintf("%s$%d", letter(outFirstYear+k), o.head)
	f := o.courseFormula(year, at)
	now := 0.0
	if t := o.years[k] - o.w.First; t >= 0 && t < len(o.f.Shares) {
		now = o.f.Shares[t]
	}
	return formula(fmt.Sprintf("IF(OR(%s<%s,%s>=%s+p_appraisal_horizon),0,%s)", year, at(outFirst), year, at(outFirst), f), now, report.Factor)
}

// courseFormula is the share of a year within the horizon.
func (o outcomeRow) courseFormula(year string, at func(int) string) string {
	c := o.f.Course
	since := fmt.Sprintf("(%s-%s-%s)", year, at(outStart), at(outDelay))
	switch {
	case c.Once:
		return fmt.Sprintf("IF(%s=0,1,0)", since)
	case c.Even:
		first, last := fmt.Sprintf("(%s+%s)", at(outStart), at(outDelay)), fmt.Sprintf("(%s+%s+MAX(%s,0))", at(outStart), at(outDelay), at(outRamp))
		if c.To != 0 {
			first, last = fmt.Sprintf("MIN(%s+%s,%s)", at(outStart), at(outDelay), at(outTo)), at(outTo)
		}
		return fmt.Sprintf("IF(AND(%s>=%s,%s<=%s),1/(%s-%s+1),0)", year, first, year, last, last, first)
	}
	shape := func(full string) string {
		return fmt.Sprintf("IF(%s<0,0,IF(%s<%s,(%s+1)/(%s+1),IF(%s<%s+%s,1,MAX(0,MIN(1,1-%s))^(%s-%s-%s+1))))", since, since, at(outRamp), since, at(outRamp), since, at(outRamp), full, at(outDecay), since, at(outRamp), full)
	}
	switch {
	case c.To != 0:
		return fmt.Sprintf("IF(%s>%s,0,%s)", year, at(outTo), shape(at(outFull)))
	case whole(c.Full.Value):
		return shape("INT(" + at(outFull) + ")")
	}
	below := "INT(" + at(outFull) + ")" // between whole numbers of years lies a straight line
	return fmt.Sprintf("(%s+1-%s)*%s+(%s-%s)*%s", below, at(outFull), shape(below), at(outFull), below, shape("("+below+"+1)"))
}

// unit fills in what the row comes to over the years.
func (b *builder) unit(cells []report.Cell, o outcomeRow, row int) error {
	at := func(col int) string { return cellAt(col, row) }
	first, last := letter(outFirstYear), letter(outFirstYear+len(o.years)-1)
	span := func(row int, fixed string) string {
		return fmt.Sprintf("$%s%s%d:$%s%s%d", first, fixed, row, last, fixed, row)
	}
	years, pv := 0.0, 0.0
	for k, y := range o.years {
		years += cells[outFirstYear+k].Number
		pv += cells[outFirstYear+k].Number * o.schedule.Factor(y-b.r.BaseYear)
	}
	cells[outYears] = formula("SUM("+span(row, "")+")", years, report.Hundredths)
	cells[outPV] = formula("SUMPRODUCT("+span(row, "")+","+span(o.factors, "$")+")", pv, report.Hundredths)
	q, local, wide, worth := o.f.Quantity, cells[outLocal].Number, cells[outWide].Number, o.f.Worth.Value
	if o.f.Counts == appraisal.FlowJobs {
		cells[outGrossYears] = formula(at(outQuantity)+"*"+at(outYears), q*years, report.Hundredths)
		cells[outNetYears] = formula(at(outNet)+"*"+at(outYears), q*local*years, report.Hundredths)
	}
	if o.f.Counts == appraisal.FlowJobs && o.w.Output.Parameter != "" {
		output, err := b.value(o.w.Output.Parameter, "output of a job")
		if err != nil {
			return err
		}
		cells[outGrossGVA] = formula(at(outQuantity)+"*"+at(outPV)+"*"+output, q*pv*o.w.Output.Value, report.Pence)
		cells[outNetGVA] = formula(at(outNet)+"*"+at(outPV)+"*"+output, q*local*pv*o.w.Output.Value, report.Pence)
	}
	if o.f.Worth.Parameter != "" {
		cells[outGrossWorth] = formula(at(outQuantity)+"*"+at(outPV)+"*"+at(outWorth), q*pv*worth, report.Pence)
		cells[outNetWorth] = formula(fmt.Sprintf("%s*%s*%s*%s", at(outQuantity), at(outWide), at(outPV), at(outWorth)), q*wide*pv*worth, report.Pence)
	}
	return nil
}
