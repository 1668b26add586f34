package choice

import (
	"fmt"
	"io"
	"math/big"
	"strings"

	"milieu/internal/milp"
)

// WriteLP writes the programme of a problem in the CPLEX LP format, costs in pounds, so
// that another solver can check the answer. The error is Errors where the problem is wrong.
func WriteLP(w io.Writer, p Problem) error {
	if err := p.Validate(); err != nil {
		return err
	}
	return milp.WriteLP(w, newModel(p).problem(nil))
}

// stand is how a rule stands at a choice.
func (m *model) stand(r rule, x []bool) RuleResult {
	out := RuleResult{RuleName: r.ruleName()}
	switch r.kind {
	case KindTake, KindLeave:
		return out
	case KindNeeds, KindExclude:
		sum := sumOf(r.rows[0].Terms, x)
		out.Tight = sum.Cmp(exact(r.rows[0].RHS)) == 0
		return out
	case KindShare:
		return m.standShare(out, r, x)
	case KindBudget:
		out.Unit = "pounds"
	case KindGroup:
		out.Unit = "options"
	}
	return out.within(sumOf(r.terms, x), r.least, r.most)
}

// within sets actual, slack and whether there is none.
func (r RuleResult) within(sum *big.Rat, least, most *float64) RuleResult {
	r.Least, r.Most = least, most
	actual := float(sum)
	r.Actual = &actual
	var slack *big.Rat
	if most != nil {
		slack = new(big.Rat).Sub(exact(*most), sum)
	}
	if least != nil {
		if low := new(big.Rat).Sub(sum, exact(*least)); slack == nil || low.Cmp(slack) < 0 {
			slack = low
		}
	}
	v := float(slack)
	r.Slack, r.Tight = &v, slack.Sign() == 0
	return r
}

func (m *model) standShare(out RuleResult, r rule, x []bool) RuleResult {
	out.Unit = "share"
	part, whole := new(big.Rat), new(big.Rat)
	for j, o := range m.p.Options {
		if x[j] {
			w := m.weight(j, *r.share)
			whole.Add(whole, w)
			part.Add(part, w.Mul(w, exact(o.Tags[r.share.Tag])))
		}
	}
	if whole.Sign() == 0 {
		out.Least, out.Most = r.share.Least, r.share.Most
		return out // a share of nothing is not a number
	}
	return out.within(part.Quo(part, whole), r.share.Least, r.share.Most)
}

func sumOf(terms []milp.Term, x []bool) *big.Rat {
	sum := new(big.Rat)
	for _, t := range terms {
		if x[t.Var] {
			sum.Add(sum, exact(t.Coef))
		}
	}
	return sum
}

func (r rule) ruleName() RuleName {
	return RuleName{Path: r.path, Kind: r.kind, Name: r.name, Words: r.words}
}

func wordsOf(rules []RuleName) string {
	var out []string
	for _, r := range rules {
		out = append(out, r.Words)
	}
	return strings.Join(out, "; ")
}

// warnings say what the problem leaves open.
func (m *model) warnings() []string {
	var out []string
	if len(m.p.Options) == 0 {
		return []string{"there are no options to choose from"}
	}
	if len(m.p.budgets()) == 0 {
		out = append(out, "there is no budget: every option with a value above 0 that the other rules allow is chosen")
	}
	for _, b := range m.p.budgets() {
		seen := false
		for j := range m.p.Options {
			seen = seen || m.spentOn(j, b.Budget).Sign() != 0
		}
		if !seen {
			out = append(out, fmt.Sprintf("%s: no option has a cost that this budget sees; check year, funder and tag", b.path))
		}
	}
	return append(append(out, m.p.strangeTags()...), m.unseen()...)
}

// strangeTags says which tags of rules no option has: such a tag holds for none of them.
func (p Problem) strangeTags() []string {
	has := map[string]bool{"": true}
	for _, o := range p.Options {
		for t := range o.Tags {
			has[t] = true
		}
	}
	var out []string
	say := func(path, tag string) {
		if !has[tag] {
			out = append(out, fmt.Sprintf("%s: no option has the tag %q: it holds for none of them", path, tag))
		}
	}
	for k, b := range p.Budgets {
		say(place("budgets", k), b.Tag)
	}
	for k, s := range p.Shares {
		say(place("shares", k), s.Tag)
	}
	for k, g := range p.Groups {
		say(place("groups", k), g.Tag)
	}
	return out
}

// unseen says which costs no budget counts.
func (m *model) unseen() []string {
	var missed Pence
	var names []string
	for j, o := range m.p.Options {
		was := missed
		for _, c := range m.amount[j] {
			seen := false
			for _, b := range m.p.budgets() {
				seen = seen || (b.Amount != nil && b.Tag == "" && b.covers(c))
			}
			if !seen {
				missed += c.Amount
			}
		}
		if missed > was {
			names = append(names, o.ID)
		}
	}
	if missed == 0 || len(m.p.budgets()) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("costs of %s are under no budget that has an amount for all options (%s): they are free as far as the rules go", missed, few(names))}
}

// says is the solution in a sentence.
func (s *solver) says() string {
	what := fmt.Sprintf("%d of %d options are chosen, worth %s%s, for %s", len(s.out.Chosen), len(s.m.p.Options), plain(s.out.Value), unit(s.m.p.Unit), s.out.Cost)
	switch {
	case !s.out.Proven:
		return what + fmt.Sprintf("; this is not proven the best: no choice can be worth more than %s", plain(s.out.Bound))
	case s.out.Only:
		return what + "; it is proven that no other choice is worth as much"
	case s.out.Cheapest:
		return what + "; it is proven that no choice is worth more, and that none that is worth as much costs less"
	}
	return what + "; it is proven that no choice is worth more"
}

func unit(u string) string {
	if u == "" {
		return ""
	}
	return " " + u
}
