package choice

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
)

// oracle answers a problem by trying every choice. It reads the problem, not the programme,
// so that both are checked.
type oracle struct {
	p    Problem
	at   map[string]int
	best *big.Rat
	all  []uint32 // choices with the best value
	cost Pence    // the least of these
	any  bool
}

func solveAll(p Problem) oracle {
	o := oracle{p: p, at: p.index()}
	for x := range uint32(1) << len(p.Options) {
		if !o.meets(x) {
			continue
		}
		v, c := o.value(x), o.costOf(x)
		switch cmp := 0; {
		case !o.any:
			cmp = 1
			fallthrough
		default:
			if o.any {
				cmp = v.Cmp(o.best)
			} else {
				cmp = 1
			}
			if cmp > 0 {
				o.best, o.all, o.cost = v, nil, c
			}
			if cmp >= 0 {
				o.all = append(o.all, x)
				o.cost = min(o.cost, c)
			}
		}
		o.any = true
	}
	return o
}

func (o oracle) has(x uint32, id string) bool { return x>>o.at[id]&1 == 1 }

func (o oracle) value(x uint32) *big.Rat {
	sum := new(big.Rat)
	for j, a := range o.p.Options {
		if x>>j&1 == 1 {
			sum.Add(sum, exact(a.Value))
		}
	}
	for _, s := range o.p.Synergies {
		if !slices.ContainsFunc(s.Options, func(id string) bool { return !o.has(x, id) }) {
			sum.Add(sum, exact(s.Bonus))
		}
	}
	return sum
}

func (o oracle) costOf(x uint32) Pence {
	var sum Pence
	for j, a := range o.p.Options {
		if x>>j&1 == 1 {
			sum += a.Total()
		}
	}
	return sum
}

func (o oracle) meets(x uint32) bool {
	for j, a := range o.p.Options {
		if x>>j&1 == 0 {
			continue
		}
		for _, id := range a.Needs {
			if !o.has(x, id) {
				return false
			}
		}
		for _, id := range a.Excludes {
			if o.has(x, id) {
				return false
			}
		}
		if len(a.NeedsAny) > 0 && !slices.ContainsFunc(a.NeedsAny, func(id string) bool { return o.has(x, id) }) {
			return false
		}
	}
	for _, id := range o.p.Take {
		if !o.has(x, id) {
			return false
		}
	}
	for _, id := range o.p.Leave {
		if o.has(x, id) {
			return false
		}
	}
	return o.meetsBudgets(x) && o.meetsShares(x) && o.meetsCounts(x)
}

func (o oracle) meetsBudgets(x uint32) bool {
	if o.p.Budget != nil && o.costOf(x) > *o.p.Budget {
		return false
	}
	for _, b := range o.p.Budgets {
		sum := new(big.Rat)
		for j, a := range o.p.Options {
			if x>>j&1 == 0 {
				continue
			}
			lines := a.Costs
			if a.Cost != nil {
				lines = []Cost{{Amount: *a.Cost}}
			}
			for _, c := range lines {
				in := (b.Year == 0 || b.Year == c.Year) && (b.Funder == "" || b.Funder == c.Funder)
				if b.From != 0 && c.Year < b.From || b.To != 0 && (c.Year > b.To || c.Year == 0) {
					in = false
				}
				if !in {
					continue
				}
				v := big.NewRat(int64(c.Amount), 100)
				if b.Tag != "" {
					v.Mul(v, exact(a.Tags[b.Tag]))
				}
				sum.Add(sum, v)
			}
		}
		if b.Amount != nil && sum.Cmp(big.NewRat(int64(*b.Amount), 100)) > 0 || b.Least != nil && sum.Cmp(big.NewRat(int64(*b.Least), 100)) < 0 {
			return false
		}
	}
	return true
}

func (o oracle) meetsShares(x uint32) bool {
	for _, s := range o.p.Shares {
		part, whole := new(big.Rat), new(big.Rat)
		for j, a := range o.p.Options {
			if x>>j&1 == 0 {
				continue
			}
			w := big.NewRat(1, 1)
			if s.Of != OfCount {
				w.SetInt64(0)
				for _, c := range a.lines() {
					if (s.Year == 0 || s.Year == c.Year) && (s.Funder == "" || s.Funder == c.Funder) {
						w.Add(w, big.NewRat(int64(c.Amount), 100))
					}
				}
			}
			whole.Add(whole, w)
			part.Add(part, new(big.Rat).Mul(w, exact(a.Tags[s.Tag])))
		}
		if s.Least != nil && part.Cmp(new(big.Rat).Mul(whole, exact(*s.Least))) < 0 {
			return false
		}
		if s.Most != nil && part.Cmp(new(big.Rat).Mul(whole, exact(*s.Most))) > 0 {
			return false
		}
	}
	return true
}

func (o oracle) meetsCounts(x uint32) bool {
	for _, g := range o.p.Groups {
		n := 0
		for j, a := range o.p.Options {
			if x>>j&1 == 1 && (slices.Contains(g.Options, a.ID) || g.Tag != "" && a.Tags[g.Tag] > 0) {
				n++
			}
		}
		if g.Least != nil && n < *g.Least || g.Most != nil && n > *g.Most {
			return false
		}
	}
	for _, r := range o.p.Rules {
		sum := new(big.Rat)
		for id, v := range r.Terms {
			if o.has(x, id) {
				sum.Add(sum, exact(v))
			}
		}
		if r.Least != nil && sum.Cmp(exact(*r.Least)) < 0 || r.Most != nil && sum.Cmp(exact(*r.Most)) > 0 {
			return false
		}
	}
	return true
}

func ptr[T any](v T) *T { return &v }

// random makes a problem of up to 16 options with every kind of rule, each there half the time.
func random(r *rand.Rand, most int) Problem {
	n := 1 + r.IntN(most)
	var p Problem
	tags := []string{"north", "south", "existing"}
	funders := []string{"", "DSIT", "SYMCA"}
	coin := func() bool { return r.IntN(2) == 0 }
	id := func(j int) string { return fmt.Sprintf("o%02d", j) }
	step := []float64{1, 0.1, 0.05, 1.0 / 3}[r.IntN(4)]
	for j := range n {
		o := Option{ID: id(j), Value: math.Round(float64(r.IntN(200)-30)*step*1e6) / 1e6, Tags: map[string]float64{}}
		for _, t := range tags {
			if coin() {
				o.Tags[t] = []float64{0.5, 1, 0.3, 1.0 / 3}[r.IntN(4)]
			}
		}
		if r.IntN(4) == 0 {
			o.Cost = ptr(Pence(r.IntN(5000)))
		} else {
			for range r.IntN(4) {
				o.Costs = append(o.Costs, Cost{[]int{0, 2026, 2027, 2028}[r.IntN(4)], funders[r.IntN(3)], Pence(r.IntN(3000))})
			}
		}
		p.Options = append(p.Options, o)
	}
	other := func(j int) []string {
		if k := r.IntN(n); k != j {
			return []string{id(k)}
		}
		return nil
	}
	for j := range p.Options {
		switch o := &p.Options[j]; r.IntN(8) {
		case 0:
			o.Needs = other(j)
		case 1:
			o.Excludes = other(j)
		case 2:
			o.NeedsAny = other(j)
			if v := other(j); len(o.NeedsAny) > 0 && len(v) > 0 && v[0] != o.NeedsAny[0] {
				o.NeedsAny = append(o.NeedsAny, v[0])
			}
		}
	}
	money := func(most int) *Pence { return ptr(Pence(r.IntN(most))) }
	some := func(least int) []string {
		var out []string
		for j := range n {
			if r.IntN(3) == 0 {
				out = append(out, id(j))
			}
		}
		for j := 0; len(out) < least && j < n; j++ {
			if !slices.Contains(out, id(j)) {
				out = append(out, id(j))
			}
		}
		return out
	}
	hasTag := map[string]bool{}
	for _, o := range p.Options {
		for t := range o.Tags {
			hasTag[t] = true
		}
	}
	if coin() {
		p.Budget = money(2000 * n)
	}
	if coin() {
		p.Budgets = append(p.Budgets, Budget{Amount: money(900 * n), Year: 2026}, Budget{Amount: money(900 * n), Year: 2027, Funder: "DSIT"})
	}
	if coin() {
		p.Budgets = append(p.Budgets, Budget{Amount: money(1500 * n), From: 2026, To: 2027}, Budget{Amount: money(1500 * n), Funder: "SYMCA"})
	}
	if r.IntN(4) == 0 {
		p.Budgets = append(p.Budgets, Budget{Least: money(300 * n), From: 2027})
	}
	if hasTag["north"] && coin() {
		p.Budgets = append(p.Budgets, Budget{Amount: money(900 * n), Tag: "north"})
	}
	if hasTag["existing"] && coin() {
		p.Shares = append(p.Shares, Share{Tag: "existing", Least: ptr(float64(r.IntN(6)) / 10)})
	}
	if hasTag["south"] && coin() {
		p.Shares = append(p.Shares, Share{Tag: "south", Of: OfCount, Least: ptr(0.1), Most: ptr(0.1 + float64(r.IntN(9))/10)})
	}
	if hasTag["north"] && r.IntN(3) == 0 {
		p.Shares = append(p.Shares, Share{Tag: "north", Most: ptr(0.5), Year: 2027})
	}
	if coin() {
		p.Groups = append(p.Groups, Group{Options: some(1), Least: ptr(r.IntN(2)), Most: ptr(1 + r.IntN(4))})
	}
	if hasTag["south"] && r.IntN(3) == 0 {
		p.Groups = append(p.Groups, Group{Tag: "south", Most: ptr(1 + r.IntN(4))})
	}
	if n > 2 && coin() {
		p.Synergies = append(p.Synergies, Synergy{Options: some(2), Bonus: float64(r.IntN(60)-20) / 2}, Synergy{Options: []string{id(0), id(1)}, Bonus: float64(r.IntN(60) - 20)})
	}
	if coin() {
		rule := Rule{Terms: map[string]float64{}, Most: ptr(float64(r.IntN(20)))}
		for _, id := range some(1) {
			rule.Terms[id] = float64(r.IntN(14) - 4)
		}
		p.Rules = append(p.Rules, rule)
	}
	if r.IntN(3) == 0 {
		p.Take = []string{id(r.IntN(n))}
	}
	if r.IntN(3) == 0 {
		p.Leave = []string{id(r.IntN(n))}
	}
	return p
}

// 500 problems of up to 16 options: the optimum, its cost, and whether it is the only one
// are those of trying every choice.
func TestSolve_bruteForce(t *testing.T) {
	feasible, infeasible, ties := 0, 0, 0
	for k := range 500 {
		most := 10
		if k%10 == 0 {
			most = 16
		}
		p := random(rand.New(rand.NewPCG(uint64(k), 1)), most)
		want := solveAll(p)
		got, err := Solve(t.Context(), p, Options{Alternatives: 2})
		if err != nil {
			t.Fatalf("problem %d: %v", k, err)
		}
		if !want.any {
			infeasible++
			if got.Status != Infeasible || len(got.Conflict) == 0 {
				t.Errorf("problem %d: %s with conflict %v, nothing fits", k, got.Status, got.Conflict)
			}
			continue
		}
		feasible++
		if len(want.all) > 1 {
			ties++
		}
		var x uint32
		for _, id := range got.Chosen {
			x |= 1 << want.at[id]
		}
		switch {
		case got.Status != Optimal || got.Value != float(want.best) || got.Bound != got.Value:
			t.Errorf("problem %d: %s %v (bound %v), want %v", k, got.Status, got.Value, got.Bound, float(want.best))
		case !slices.Contains(want.all, x):
			t.Errorf("problem %d: the choice %v is not worth what is said, or breaks a rule", k, got.Chosen)
		case got.Cost != want.cost || !got.Cheapest:
			t.Errorf("problem %d: cost %v (cheapest %v), want %v", k, got.Cost, got.Cheapest, want.cost)
		case got.Only != (len(want.all) == 1):
			t.Errorf("problem %d: only %v, there are %d best choices", k, got.Only, len(want.all))
		}
	}
	t.Logf("%d feasible, %d with ties, %d infeasible", feasible, ties, infeasible)
}
