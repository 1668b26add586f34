package choice

// How far a solution is proven.
const (
	Optimal    = "optimal"    // no choice is worth more
	Feasible   = "feasible"   // the best found; bound says what a better one could reach
	Infeasible = "infeasible" // no choice meets all rules
	Unknown    = "unknown"    // time ran out before a choice or a proof that there is none
)

// Solution is the answer to a Problem. Money is in pounds in JSON.
type Solution struct {
	Title  string `json:"title,omitempty"`
	Status string `json:"status"`
	Proven bool   `json:"proven"` // the status is optimal or infeasible

	Value    float64 `json:"value"`    // of the choice, with its synergies
	Bound    float64 `json:"bound"`    // proven: no choice is worth more
	Gap      float64 `json:"gap"`      // (bound - value) / |value|; 0 when optimal
	Only     bool    `json:"only"`     // proven: no other choice is worth as much
	Cheapest bool    `json:"cheapest"` // proven: no choice that is worth as much costs less
	Cost     Pence   `json:"cost"`     // of the choice
	Nodes    int     `json:"nodes"`    // of all searches
	Stopped  bool    `json:"stopped"`  // time ran out before everything was reckoned
	Says     string  `json:"says"`     // the answer in a sentence

	Chosen    []string        `json:"chosen"` // ids, in the order of the problem
	Options   []OptionResult  `json:"options"`
	Rules     []RuleResult    `json:"rules"`   // budgets, shares, groups, rules, what options need and exclude, take, leave
	Binding   []string        `json:"binding"` // names of the rules that have no slack or hold the value back
	Spend     []Cost          `json:"spend"`   // of the choice by year and funder
	Synergies []SynergyResult `json:"synergies,omitempty"`

	Alternatives         []Alternative `json:"alternatives,omitempty"`
	AlternativesComplete bool          `json:"alternatives_complete"` // proven: there are no others within the loss that was asked for

	Conflict        []RuleName `json:"conflict,omitempty"`         // rules that cannot hold together
	ConflictMinimal bool       `json:"conflict_minimal,omitempty"` // proven: without any one of them the others can

	Draws    *DrawResult `json:"draws,omitempty"`
	Frontier []Point     `json:"frontier,omitempty"`
	Warnings []string    `json:"warnings,omitempty"`
}

// RuleName is a rule with where it stands in the problem.
type RuleName struct {
	Path  string `json:"path"`
	Kind  string `json:"kind"`
	Name  string `json:"name"`
	Words string `json:"words"`
}

// OptionResult is what became of an option.
type OptionResult struct {
	ID     string  `json:"id"`
	Name   string  `json:"name,omitempty"`
	Chosen bool    `json:"chosen"`
	Value  float64 `json:"value"`
	Cost   Pence   `json:"cost"`
	Turn           // what it costs to decide the other way
	// Budget says what more the budgets would have to hold for a choice with the option that is worth as much.
	Budget []BudgetMore `json:"budget,omitempty"`
	// BudgetCost is what that choice costs; BudgetProven that no such choice costs less.
	BudgetCost   *Pence `json:"budget_cost,omitempty"`
	BudgetProven bool   `json:"budget_proven,omitempty"`
}

// Turn is what the best value loses when one decision is the other way: an option that is
// out comes in, or one that is in goes out.
type Turn struct {
	Why       string     `json:"why,omitempty"`
	Barred    bool       `json:"barred,omitempty"`     // no choice that meets the rules decides so
	Loss      *float64   `json:"loss,omitempty"`       // proven
	LossLeast *float64   `json:"loss_least,omitempty"` // where the loss is not proven: it is at least this
	LossMost  *float64   `json:"loss_most,omitempty"`  // and at most this
	In        []string   `json:"in,omitempty"`         // what else would come in
	Out       []string   `json:"out,omitempty"`        // what else would go
	Conflict  []RuleName `json:"conflict,omitempty"`   // rules that cannot hold with that decision
}

// BudgetMore is how much more a budget would have to hold.
type BudgetMore struct {
	Path string `json:"path"`
	Name string `json:"name"`
	More Pence  `json:"more"`
}

// RuleResult is how a rule stands at the choice.
type RuleResult struct {
	RuleName
	Unit   string   `json:"unit,omitempty"` // pounds, share or options
	Least  *float64 `json:"least,omitempty"`
	Most   *float64 `json:"most,omitempty"`
	Actual *float64 `json:"actual,omitempty"`
	Slack  *float64 `json:"slack,omitempty"` // to the nearer limit
	Tight  bool     `json:"tight"`           // no slack
	// Gain is what the best value gains without the rule: above 0, the rule holds it back.
	Gain      *float64 `json:"gain,omitempty"`
	GainLeast *float64 `json:"gain_least,omitempty"` // where the gain is not proven
	GainMost  *float64 `json:"gain_most,omitempty"`
	More      *More    `json:"more,omitempty"`
}

// More is what a budget is worth at the margin: the problem solved again with a larger amount.
type More struct {
	By        Pence    `json:"by"`
	Value     float64  `json:"value"`                // the best then
	Gain      *float64 `json:"gain,omitempty"`       // proven
	GainLeast *float64 `json:"gain_least,omitempty"` // where it is not proven
	GainMost  *float64 `json:"gain_most,omitempty"`
	PerPound  *float64 `json:"per_pound,omitempty"` // gain for each pound more
	In        []string `json:"in,omitempty"`
	Out       []string `json:"out,omitempty"`
}

// SynergyResult says whether a synergy is earned.
type SynergyResult struct {
	Name    string   `json:"name,omitempty"`
	Options []string `json:"options"`
	Bonus   float64  `json:"bonus"`
	Earned  bool     `json:"earned"`
}

// Alternative is another choice near the best.
type Alternative struct {
	Value  float64  `json:"value"`
	Loss   float64  `json:"loss"`
	Cost   Pence    `json:"cost"`
	Chosen []string `json:"chosen"`
	In     []string `json:"in"`  // not in the best
	Out    []string `json:"out"` // only in the best
}
