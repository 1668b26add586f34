package workings

import (
	"fmt"
	"strconv"

	"milieu/internal/report"
)

// NoRange is what stands for an end of a range once the value that it was drawn for has changed.
const NoRange = "no longer holds"

// held is an end of the range of a row's net, as long as that is what was published: a workbook does not draw again.
func held(end report.Cell, row int) report.Cell {
	return endOf(end, stands(row))
}

// stands is the condition that a row's net is what was published.
func stands(row int) string {
	return fmt.Sprintf("AND(ISNUMBER(%s),ABS(%s)<=%s)", cellAt(resNet, row), cellAt(resChange, row), tolerance("N("+cellAt(resPublished, row)+")"))
}

// heldExpected is an end of the range with the chance counted; published is the value that it was drawn for.
func heldExpected(end report.Cell, row int, published float64) report.Cell {
	was := exact(published)
	return endOf(end, fmt.Sprintf("AND(%s,ISNUMBER(%s),ABS(N(%s)-(%s))<=%s)", stands(row), cellAt(resExpected, row), cellAt(resExpected, row), was, tolerance(was)))
}

// endOf shows an end while a condition holds. An end of words, such as one that is open, stays.
func endOf(end report.Cell, holds string) report.Cell {
	if end.Is != report.IsNumber {
		return end
	}
	return formula(fmt.Sprintf("IF(%s,%s,%s)", holds, exact(end.Number), quote(NoRange)), end.Number, end.Format)
}

// tolerance is by how much a value may differ for want of digits.
func tolerance(of string) string { return fmt.Sprintf("0.000001*MAX(1,ABS(%s))", of) }

// exact is a number as formulas have it, with all its digits.
func exact(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
