package portfolio

import (
	"fmt"
	"io"
	"math"
	"sort"
	"strconv"
	"strings"

	"milieu/internal/milp"
)

// FieldError is a setting of an ask that cannot be read.
type FieldError struct {
	Field   string // budget, lens, existing, regions or stages
	Message string // what is wrong and how to write it
}

// Error is the message.
func (e FieldError) Error() string { return e.Message }

// mostBudget is the largest budget in pounds; a plan is exact below it.
const mostBudget = 1e12

// ParseAsk reads an ask from the settings of a reference or of a page; a setting
// that is empty is taken from def. The budget is in whole pounds, the share is a
// number between 0 and 1 or a percentage such as 50%. The error is a FieldError.
func ParseAsk(get func(string) string, def Ask) (Ask, error) {
	a := def
	if s := strings.NewReplacer(",", "", "£", "", " ", "").Replace(get("budget")); s != "" {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil || !(v >= 0 && v <= mostBudget) { // not a number fails both
			return a, FieldError{"budget", fmt.Sprintf("The budget %q is not an amount in pounds: write it as 100,000,000.", get("budget"))}
		}
		a.BudgetP = int64(math.Round(v)) * 100
	}
	if s := get("lens"); s != "" {
		l, err := ParseLens(s)
		if err != nil {
			return a, FieldError{"lens", fmt.Sprintf("The lens %q is neither growth nor demand.", s)}
		}
		a.Lens = l
	}
	if s := get("existing"); strings.TrimSpace(s) != "" {
		v, err := parseShare(s)
		if err != nil {
			return a, FieldError{"existing", fmt.Sprintf("The share for existing businesses %q is not a share: write 50%% or 0.5.", s)}
		}
		a.MinExisting = v
	}
	if s := get("regions"); s != "" {
		a.Regions = strings.Split(s, ",")
	}
	if s := get("stages"); s != "" {
		a.Stages = strings.Split(s, ",")
	}
	return a, nil
}

// parseShare reads 0.5 or 50%.
func parseShare(s string) (float64, error) {
	number, percent := strings.CutSuffix(strings.TrimSpace(s), "%")
	v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil {
		return 0, err
	}
	if percent {
		v /= 100
	}
	if !(v >= 0 && v <= 1) {
		return 0, fmt.Errorf("%g is not between 0 and 1", v)
	}
	return round6(v), nil
}

// Values lists the different values of a property of the interventions, sorted;
// empty ones are left out.
func Values(all []Intervention, of func(Intervention) string) []string {
	seen := map[string]bool{}
	var out []string
	for _, i := range all {
		if v := of(i); v != "" && !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	sort.Strings(out)
	return out
}

// WriteLP writes the programme that Solve solves, in the CPLEX LP format: one
// binary variable an option, costs in pounds, so that an outside solver can check
// the plan.
func WriteLP(w io.Writer, all []Intervention, ask Ask) error {
	p := Plan{Ask: ask}
	return milp.WriteLP(w, build(p.sort(all), ask))
}
