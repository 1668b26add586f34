package cash

import (
	"fmt"
	"math"
)

// Ratio is a quotient that may not exist: OK is false where nothing, or less than nothing, stands
// below the line.
type Ratio struct {
	Value float64
	OK    bool
}

// Over is above / below, where below is above 0.
func Over(above, below float64) Ratio {
	v := above / below
	if !(below > 0) || v != v || math.IsInf(v, 0) {
		return Ratio{}
	}
	return Ratio{v, true}
}

// Case is what is appraised. Costs are the net costs of the public funder: they, and nothing else,
// stand below the line of the benefit-cost ratio; all other effects, unwanted ones as negative
// amounts, are Benefits and stand above it. Amounts are in the prices of one year.
type Case struct {
	Base            int // year to which is discounted
	Schedule        Schedule
	Costs, Benefits []Flow
	Bias            float64 // optimism bias on all costs, as a share
	Additionality   Additionality
}

// Side is the present values of an appraisal, in the prices and unit of the flows.
type Side struct {
	Costs, Benefits float64
	NPSV            float64 // net present social value: Benefits - Costs
	BCR             Ratio   // Benefits / Costs
}

// Result is an appraisal as stated and as corrected. Gross applies nothing; Net applies additionality
// to benefits and optimism bias to costs. The two belong side by side.
type Result struct{ Gross, Net Side }

// Appraise discounts costs and benefits to the base year.
func Appraise(c Case) (Result, error) {
	if err := c.Schedule.Check(); err != nil {
		return Result{}, err
	}
	if err := c.Additionality.Check(); err != nil {
		return Result{}, err
	}
	if !(c.Bias >= 0) || math.IsInf(c.Bias, 0) {
		return Result{}, fmt.Errorf("optimism bias is %v; it is a share of cost, not below 0", c.Bias)
	}
	costs, err := c.Schedule.Present(c.Base, c.Costs)
	if err != nil {
		return Result{}, fmt.Errorf("costs: %w", err)
	}
	benefits, err := c.Schedule.Present(c.Base, c.Benefits)
	if err != nil {
		return Result{}, fmt.Errorf("benefits: %w", err)
	}
	r := Result{Gross: side(costs, benefits), Net: side(costs*(1+c.Bias), benefits*c.Additionality.Factor())}
	for _, v := range []float64{r.Gross.NPSV, r.Net.NPSV} {
		if v != v || math.IsInf(v, 0) {
			return Result{}, fmt.Errorf("the amounts are too large to be added")
		}
	}
	return r, nil
}

func side(costs, benefits float64) Side {
	return Side{Costs: costs, Benefits: benefits, NPSV: benefits - costs, BCR: Over(benefits, costs)}
}

// UnitCost is what one unit of an output costs.
func UnitCost(cost, quantity float64) Ratio { return Over(cost, quantity) }
