package chance

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// Kind names a distribution.
type Kind string

// The distributions. What A, B and C of a Dist mean is said beside each.
const (
	Fixed      Kind = "fixed"      // A
	Uniform    Kind = "uniform"    // A to B
	Triangular Kind = "triangular" // lowest A, most likely B, highest C
	PERT       Kind = "pert"       // the same with the weight 4 on the most likely (Malcolm et al. 1959)
	Normal     Kind = "normal"     // mean A, standard deviation B
	Lognormal  Kind = "lognormal"  // median A, standard deviation B of the logarithm
	Beta       Kind = "beta"       // shapes A and B, as for a chance of which A-1 of A+B-2 cases are known
)

// Dist is a distribution of an input, told by its inverse: the value below which a
// share u of it lies. Inverses keep the order, so that draws can be correlated.
type Dist struct {
	Kind    Kind
	A, B, C float64
}

// Validate says what is wrong with the parameters.
func (d Dist) Validate() error {
	for _, v := range []float64{d.A, d.B, d.C} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("%s: a parameter is not a number", d.Kind)
		}
	}
	switch d.Kind {
	case Fixed:
		return nil
	case Uniform:
		return order(d.Kind, d.A, d.B)
	case Triangular, PERT:
		return order(d.Kind, d.A, d.B, d.C)
	case Normal:
		return positive(d.Kind, "standard deviation", d.B, true)
	case Lognormal:
		if err := positive(d.Kind, "median", d.A, false); err != nil {
			return err
		}
		return positive(d.Kind, "standard deviation", d.B, true)
	case Beta:
		if err := positive(d.Kind, "first shape", d.A, false); err != nil {
			return err
		}
		return positive(d.Kind, "second shape", d.B, false)
	}
	return fmt.Errorf("distribution %q is none of fixed, uniform, triangular, pert, normal, lognormal and beta", d.Kind)
}

func order(k Kind, vs ...float64) error {
	for i := 1; i < len(vs); i++ {
		if vs[i] < vs[i-1] {
			return fmt.Errorf("%s: %g comes after %g; give lowest first", k, vs[i], vs[i-1])
		}
	}
	return nil
}

func positive(k Kind, what string, v float64, zero bool) error {
	if v < 0 || (v == 0 && !zero) {
		return fmt.Errorf("%s: the %s is %g", k, what, v)
	}
	return nil
}

// At is the value below which the share u of the distribution lies; u strictly between 0 and 1.
func (d Dist) At(u float64) float64 {
	switch d.Kind {
	case Uniform:
		return d.A + (d.B-d.A)*u
	case Triangular:
		return triangular(d.A, d.B, d.C, u)
	case PERT:
		if d.C == d.A {
			return d.A
		}
		a, b := d.pertShapes()
		return d.A + (d.C-d.A)*mathext.InvRegIncBeta(a, b, u)
	case Normal:
		return d.A + d.B*distuv.UnitNormal.Quantile(u)
	case Lognormal:
		return d.A * math.Exp(d.B*distuv.UnitNormal.Quantile(u))
	case Beta:
		return mathext.InvRegIncBeta(d.A, d.B, u)
	}
	return d.A
}

func (d Dist) pertShapes() (a, b float64) {
	return 1 + 4*(d.B-d.A)/(d.C-d.A), 1 + 4*(d.C-d.B)/(d.C-d.A)
}

func triangular(low, mode, high, u float64) float64 {
	if high == low {
		return low
	}
	if cut := (mode - low) / (high - low); u < cut {
		return low + math.Sqrt(u*(high-low)*(mode-low))
	}
	return high - math.Sqrt((1-u)*(high-low)*(high-mode))
}

// Mean is the expected value.
func (d Dist) Mean() float64 {
	switch d.Kind {
	case Uniform:
		return (d.A + d.B) / 2
	case Triangular:
		return (d.A + d.B + d.C) / 3
	case PERT:
		return (d.A + 4*d.B + d.C) / 6
	case Lognormal:
		return d.A * math.Exp(d.B*d.B/2)
	case Beta:
		return d.A / (d.A + d.B)
	}
	return d.A
}
