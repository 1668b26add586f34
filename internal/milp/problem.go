// Package milp solves 0-1 linear programmes to proven optimality: which of a
// set of yes-or-no options to take so that a linear objective is largest and
// linear rules hold. It owns the model, the search, the proof, the smallest
// conflict of an infeasible model, and the CPLEX LP text with which an outside
// solver can check the answer. It does not know what the options are, and has
// no general integer or continuous variables.
//
// Method: branch and bound (Land & Doig 1960) on the linear relaxation, which a
// bounded-variable dual simplex with bound flipping (Lemke 1954; Maros 2003)
// re-solves after each decision. Lifted covers (Balas 1975; Gu, Nemhauser &
// Savelsbergh 1998) and mixed-integer rounding of tableau rows (Marchand & Wolsey
// 2001, made safe as by Cook, Dash, Fukasawa & Goycoolea 2009) tighten the
// relaxation; choices are split after tries (reliability branching: Achterberg,
// Koch & Martin 2005). The tableau only proposes: every subtree that
// is cut off is cut off by a bound or an infeasibility certificate computed
// afresh from the original rows with any multipliers (Neumaier & Shcherbina
// 2004), so a worn tableau costs time and never the optimum. The order of
// search depends on the problem and the options alone.
//
// Tolerances. Coefficients are read as the decimals they print as. A row whose
// decimals scale to whole numbers below 2^53 is checked exactly, and a solution
// satisfies it exactly; the same holds for the objective, whose optimum is then
// exact. Any other row holds to 1e-9 of the size of its terms, and any other
// objective is optimal to 1e-9 of its value or of its largest coefficient,
// whichever is larger.
package milp

import (
	"fmt"
	"math"
	"slices"
)

// Sense is the relation of a row to its right-hand side.
type Sense int

// The relations. The zero value is AtMost.
const (
	AtMost  Sense = iota // sum <= rhs
	AtLeast              // sum >= rhs
	Equal                // sum = rhs
)

// String returns the relation as an operator.
func (s Sense) String() string {
	switch s {
	case AtMost:
		return "<="
	case AtLeast:
		return ">="
	case Equal:
		return "="
	}
	return fmt.Sprintf("Sense(%d)", int(s))
}

// Term is a coefficient times a variable, given by its place in
// Problem.Objective.
type Term struct {
	Var  int
	Coef float64
}

// Row is a linear rule. Terms of the same variable add up.
type Row struct {
	Name  string
	Terms []Term
	Sense Sense
	RHS   float64
}

// Fix is a choice that is made beforehand: variable Var is 1 when On is true,
// else 0. Name is what a conflict calls it.
type Fix struct {
	Name string
	Var  int
	On   bool
}

// Problem is: maximise the sum of Objective[j]*x[j] over x[j] in {0, 1} such
// that every row holds and every variable of Fixed has its value. Names is empty
// or has one name for each variable. A row without a name is called by its
// number, "row 1" being the first, and a fix by what it says. Names are labels:
// they need not differ. Two fixes of one variable to different values are a
// conflict, not an error.
type Problem struct {
	Names     []string
	Objective []float64
	Rows      []Row
	Fixed     []Fix
}

// maxTableau is the largest number of variables times rows: half a gigabyte.
const maxTableau = 1 << 26

// Validate returns an error that names the first thing wrong with the problem.
func (p Problem) Validate() error {
	n := len(p.Objective)
	if len(p.Names) != 0 && len(p.Names) != n {
		return fmt.Errorf("%d names for %d variables: give one each or none", len(p.Names), n)
	}
	if n > 0 && len(p.Rows) >= maxTableau/n {
		return fmt.Errorf("%d variables and %d rows are too many: their product must stay below %d", n, len(p.Rows), maxTableau)
	}
	for j, c := range p.Objective {
		if !usable(c) {
			return fmt.Errorf("objective of variable %s is %v: give a number below 1e100", p.varName(j), c)
		}
	}
	for i, r := range p.Rows {
		if err := r.validate(n); err != nil {
			return fmt.Errorf("%s: %w", p.rowName(i), err)
		}
	}
	for _, f := range p.Fixed {
		if f.Var < 0 || f.Var >= n {
			return fmt.Errorf("fix %q: variable %d does not exist: the problem has %d", f.Name, f.Var, n)
		}
	}
	return nil
}

func (r Row) validate(n int) error {
	if r.Sense < AtMost || r.Sense > Equal {
		return fmt.Errorf("sense %d is not AtMost, AtLeast or Equal", int(r.Sense))
	}
	if !usable(r.RHS) {
		return fmt.Errorf("right-hand side is %v: give a number below 1e100, or leave the row out", r.RHS)
	}
	for _, t := range r.Terms {
		if t.Var < 0 || t.Var >= n {
			return fmt.Errorf("variable %d does not exist: the problem has %d", t.Var, n)
		}
		if !usable(t.Coef) {
			return fmt.Errorf("coefficient of variable %d is %v: give a number below 1e100", t.Var, t.Coef)
		}
	}
	return nil
}

func usable(x float64) bool { return math.Abs(x) < 1e100 }

func (p Problem) varName(j int) string {
	if len(p.Names) > 0 && p.Names[j] != "" {
		return p.Names[j]
	}
	return fmt.Sprintf("x%d", j+1)
}

func (p Problem) rowName(i int) string {
	if p.Rows[i].Name != "" {
		return p.Rows[i].Name
	}
	return fmt.Sprintf("row %d", i+1)
}

func (p Problem) fixName(k int) string {
	f := p.Fixed[k]
	switch {
	case f.Name != "":
		return f.Name
	case f.On:
		return p.varName(f.Var) + " = 1"
	}
	return p.varName(f.Var) + " = 0"
}

// withFixes returns the problem with its fixes as further rows.
func (p Problem) withFixes() Problem {
	rows := slices.Clip(p.Rows)
	for k, f := range p.Fixed {
		r := Row{Name: p.fixName(k), Terms: []Term{{f.Var, 1}}}
		if f.On {
			r.Sense, r.RHS = AtLeast, 1
		}
		rows = append(rows, r)
	}
	p.Rows, p.Fixed = rows, nil
	return p
}

// Status says what a Solution is.
type Status int

// The outcomes of Solve.
const (
	// Unknown: stopped before a solution or a proof that there is none.
	Unknown Status = iota
	// Optimal: no solution is better.
	Optimal
	// Feasible: the best found when the search stopped, or when Options.Gap
	// was met; Bound limits what a better one could reach.
	Feasible
	// Infeasible: proved that no choice meets all rows.
	Infeasible
)

// String returns the status in lower case.
func (s Status) String() string {
	switch s {
	case Unknown:
		return "unknown"
	case Optimal:
		return "optimal"
	case Feasible:
		return "feasible"
	case Infeasible:
		return "infeasible"
	}
	return fmt.Sprintf("Status(%d)", int(s))
}

// Options sets limits. The zero value means: prove the optimum, look for no
// other.
type Options struct {
	// MaxNodes stops each search after so many nodes; 0 means no limit.
	MaxNodes int
	// Gap is the relative gap (bound - objective)/|objective| at which a
	// solution is good enough; 0 asks for the optimum.
	Gap float64
	// Start is a solution known from before, such as that of a problem that
	// differs a little: one choice a variable, or nil. One that meets the rows is
	// the first to beat; one that does not is repaired where that is easy, or left
	// aside. It changes the time and never the optimum.
	Start []bool
	// Alternatives is the number of other solutions to look for: the best after
	// the optimum. Without NearLoss and NearShare they have its value.
	Alternatives int
	// NearLoss and NearShare let alternatives be worse than the optimum, by
	// NearLoss units of the objective plus NearShare times its size.
	NearLoss, NearShare float64
	// Distinct names the variables that make two solutions different; nil is all.
	// Of solutions that differ in others only, one is reported.
	Distinct []int
	// NoConflict skips the search for the conflicting rows of an infeasible
	// problem.
	NoConflict bool
}

// Solution is the answer to a Problem.
type Solution struct {
	Status Status
	// X holds the choice for each variable; nil without a solution.
	X []bool
	// Objective is the value of X.
	Objective float64
	// Bound is proved: no solution has a higher value. It equals Objective when
	// optimal, and means nothing when infeasible.
	Bound float64
	// Gap is (Bound - Objective)/|Objective|, with a divisor of at least 1e-10;
	// 0 when optimal.
	Gap float64
	// Nodes counts the nodes of all searches made.
	Nodes int
	// Binding names the rows without slack at X, in the order of the problem.
	Binding []string
	// Alternatives holds other solutions within the loss of the options, at most
	// Options.Alternatives of them and the best, highest value first.
	Alternatives [][]bool
	// AlternativeObjectives holds the value of each of Alternatives.
	AlternativeObjectives []float64
	// AlternativesComplete is true when it is proved that no further solution
	// lies within the loss.
	AlternativesComplete bool
	// Conflict names rows and fixes that cannot hold together when infeasible, in
	// the order of the problem, rows first.
	Conflict []string
	// ConflictMinimal is true when leaving out any one of Conflict makes the rest
	// possible.
	ConflictMinimal bool
}

func (o Options) validate(n int) error {
	if !(o.Gap >= 0) {
		return fmt.Errorf("gap is %v: give 0 or more", o.Gap)
	}
	if o.MaxNodes < 0 || o.Alternatives < 0 {
		return fmt.Errorf("limits are %d nodes and %d alternatives: give 0 or more", o.MaxNodes, o.Alternatives)
	}
	if !(o.NearLoss >= 0) || !(o.NearShare >= 0) {
		return fmt.Errorf("loss of alternatives is %v and %v: give 0 or more", o.NearLoss, o.NearShare)
	}
	if o.Start != nil && len(o.Start) != n {
		return fmt.Errorf("start has %d choices for %d variables: give one each or none", len(o.Start), n)
	}
	for _, j := range o.Distinct {
		if j < 0 || j >= n {
			return fmt.Errorf("distinct variable %d does not exist: the problem has %d", j, n)
		}
	}
	return nil
}
