package choice

import (
	"fmt"
	"strings"

	"milieu/internal/milp"
)

// addTies adds what an option needs and excludes.
func (m *model) addTies(path string, j int, o Option) {
	for k, id := range o.Needs {
		other := m.p.Options[m.at[id]]
		m.tie(rule{kind: KindNeeds, path: place(path+".needs", k), name: o.ID + " needs " + id,
			words: fmt.Sprintf("%s needs %s", o.label(), other.label())},
			[]milp.Term{{Var: j, Coef: 1}, {Var: m.at[id], Coef: -1}}, 0)
	}
	if len(o.NeedsAny) > 0 {
		terms := []milp.Term{{Var: j, Coef: 1}}
		var names []string
		for _, id := range o.NeedsAny {
			terms = append(terms, milp.Term{Var: m.at[id], Coef: -1})
			names = append(names, m.p.Options[m.at[id]].label())
		}
		m.tie(rule{kind: KindNeeds, path: path + ".needs_any", name: o.ID + " needs one of " + strings.Join(o.NeedsAny, " "),
			words: fmt.Sprintf("%s needs one of %s", o.label(), few(names))}, terms, 0)
	}
	for k, id := range o.Excludes {
		other := m.p.Options[m.at[id]]
		if m.taken[id+" excludes "+o.ID] {
			continue // said from the other side
		}
		m.tie(rule{kind: KindExclude, path: place(path+".excludes", k), name: o.ID + " excludes " + id,
			words: fmt.Sprintf("%s and %s exclude each other", o.label(), other.label())},
			[]milp.Term{{Var: j, Coef: 1}, {Var: m.at[id], Coef: 1}}, 1)
	}
}

func (m *model) tie(r rule, terms []milp.Term, most float64) {
	r.name = m.unique(r.name)
	r.rows = []milp.Row{{Name: r.name, Terms: terms, Sense: milp.AtMost, RHS: most}}
	m.keep(r)
}

func (m *model) addFix(path, kind, id string, on bool) {
	name, words := "take "+id, m.p.Options[m.at[id]].label()+" must be chosen"
	if !on {
		name, words = "leave "+id, m.p.Options[m.at[id]].label()+" must not be chosen"
	}
	r := rule{kind: kind, path: path, name: m.unique(name), words: words}
	r.fix = &milp.Fix{Name: r.name, Var: m.at[id], On: on}
	m.keep(r)
}

// addSynergy adds a variable that is 1 when all options of the synergy are chosen and 0
// when one is not, whatever the sign of its bonus.
func (m *model) addSynergy(k int, s Synergy) {
	z := len(m.names)
	name := s.Name
	if name == "" {
		name = "synergy of " + strings.Join(s.Options, " ")
	}
	m.names = append(m.names, name)
	m.value = append(m.value, s.Bonus)
	all := milp.Row{Name: m.unique(fmt.Sprintf("synergy %d", k+1)), Sense: milp.AtLeast, RHS: float64(1 - len(s.Options)), Terms: []milp.Term{{Var: z, Coef: 1}}}
	for n, id := range s.Options {
		j := m.at[id]
		all.Terms = append(all.Terms, milp.Term{Var: j, Coef: -1})
		m.pairs = append(m.pairs, milp.Row{Name: m.unique(fmt.Sprintf("synergy %d option %d", k+1, n+1)), Terms: []milp.Term{{Var: z, Coef: 1}, {Var: j, Coef: -1}}})
	}
	m.pairs = append(m.pairs, all)
}
