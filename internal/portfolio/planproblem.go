package portfolio

import (
	"fmt"
	"slices"
	"strings"

	"milieu/internal/portfolio/choice"
)

// builder parts interventions into options and others, and makes the problem of the options.
type builder struct {
	ask      Ask
	in       Input
	byID     map[string]Intervention
	options  []Intervention
	is       map[string]bool // is an option
	phasings map[string]Phasing
	closed   int
	unvalued []Left
	over     []Left
	notes    []string
}

// Names of rules that a plan has from its ask.
const (
	ruleBudget   = "budget"
	ruleExisting = "share for existing businesses"
	tagExisting  = "existing"
	tagPlace     = "place "
)

func newBuilder(in Input, ask Ask) (*builder, error) {
	b := &builder{ask: ask, in: in, byID: map[string]Intervention{}, is: map[string]bool{}, phasings: map[string]Phasing{}}
	for _, i := range in.All {
		b.byID[i.ID] = i
	}
	if err := b.known(); err != nil {
		return nil, err
	}
	b.sort()
	for b.hold() {
	}
	b.strangeFunders()
	for _, id := range ask.Take {
		if !b.is[id] {
			return nil, FieldError{"include", fmt.Sprintf("%s cannot be set: %s.", b.byID[id].Name, b.whyNot(id))}
		}
	}
	return b, nil
}

// known refuses ids that no intervention has.
func (b *builder) known() error {
	check := func(field, id string) error {
		if _, ok := b.byID[id]; !ok {
			return FieldError{field, fmt.Sprintf("No intervention has the id %q.", id)}
		}
		return nil
	}
	for _, id := range b.ask.Take {
		if err := check("include", id); err != nil {
			return err
		}
	}
	for _, id := range b.ask.Leave {
		if err := check("leave", id); err != nil {
			return err
		}
	}
	for _, s := range b.ask.Starts {
		if err := check("start", s.ID); err != nil {
			return err
		}
	}
	for _, p := range b.ask.Places {
		if !slices.ContainsFunc(b.in.All, func(i Intervention) bool { return PlaceWeight(i, p.Place) > 0 }) {
			return FieldError{"place", fmt.Sprintf("No intervention has the place or region %q.", p.Place)}
		}
	}
	return nil
}

func (b *builder) whyNot(id string) string {
	for _, l := range b.unvalued {
		if l.ID == id {
			return l.Reason
		}
	}
	return "it is not open to choice"
}

// PlaceWeight is how much of an intervention is in a place: all where the place or the
// region has that name, an equal part where it names several places with semicolons.
func PlaceWeight(i Intervention, place string) float64 {
	if strings.EqualFold(i.Region, place) || strings.EqualFold(strings.TrimSpace(i.Place), place) {
		return 1
	}
	parts := listed(i.Place)
	n := 0
	for _, p := range parts {
		if strings.EqualFold(p, place) {
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return round6(float64(n) / float64(len(parts)))
}

// sort parts the interventions. What is to be taken is an option whatever its stage and region.
func (b *builder) sort() {
	for _, i := range b.in.All {
		ph := b.in.Phase(i, b.ask)
		v := b.in.Worth.Of[i.ID]
		switch {
		case !i.Open(b.ask.Regions, b.ask.Stages) && !slices.Contains(b.ask.Take, i.ID):
			b.closed++
		case b.past(i) != "":
			b.over = append(b.over, Left{Intervention: i, Reason: b.past(i)})
		case !ph.Known:
			b.unvalued = append(b.unvalued, Left{Intervention: i, Reason: "its cost is not known"})
		case !v.Known:
			why := v.Why
			if why == "" {
				why = "what it is worth is not known"
			}
			b.unvalued = append(b.unvalued, Left{Intervention: i, Reason: why})
		default:
			i.CostP.Int64, i.CostP.Valid = ph.StatedP, true
			b.options, b.is[i.ID], b.phasings[i.ID] = append(b.options, i), true, ph
		}
	}
}

// strangeFunders warns of caps on funders that no counted cost names.
func (b *builder) strangeFunders() {
	known := Plan{Phasings: b.phasings}.Funders()
	there := "no cost that is counted names a funder"
	if len(known) > 0 {
		there = "the funders there are: " + strings.Join(known, "; ")
	}
	for _, c := range b.ask.Caps {
		if c.Funder != "" && !slices.Contains(known, c.Funder) {
			b.note("The cap on “%s” holds nothing back: no public cost that is counted names this funder; %s.", c.Funder, there)
		}
	}
}

// past says why an intervention that was approved or begun is over by its years on record;
// it is empty where it is not, where it is to be taken, or where its beginning was moved.
func (b *builder) past(i Intervention) string {
	if _, isMoved := b.ask.StartOf(i.ID); isMoved || slices.Contains(b.ask.Take, i.ID) {
		return ""
	}
	return b.in.Register.Over(i, b.ask.Now)
}

// met says that what needs this one has it without a plan: it is under way or done.
func (b *builder) met(id string) bool {
	i := b.byID[id]
	return i.Stage == "in-delivery" || i.Stage == "delivered" || (decided(i) && !b.is[id])
}

// hold takes away one option that cannot be compared for what another is; it says whether
// there was one.
func (b *builder) hold() bool {
	for k, i := range b.options {
		why := b.holdsUp(i)
		if why == "" {
			continue
		}
		b.options = slices.Delete(b.options, k, k+1)
		delete(b.is, i.ID)
		b.unvalued = append(b.unvalued, Left{Intervention: i, Reason: why})
		return true
	}
	return false
}

func (b *builder) holdsUp(i Intervention) string {
	for _, r := range b.in.Register.Relations {
		other, ok := b.byID[r.To]
		switch {
		case r.Kind == Needs && r.From == i.ID && ok && !b.is[r.To] && !b.met(r.To):
			return fmt.Sprintf("it needs %s, which is not decided and cannot be chosen here: %s", other.Name, b.whyNot(r.To))
		case r.Kind == Excludes && r.From == i.ID && ok && !b.is[r.To] && decided(other):
			return fmt.Sprintf("%s, which rules it out, is %s", other.Name, strings.ReplaceAll(other.Stage, "-", " "))
		case r.Kind == Excludes && r.To == i.ID && !b.is[r.From] && decided(b.byID[r.From]):
			return fmt.Sprintf("%s, which rules it out, is %s", b.byID[r.From].Name, strings.ReplaceAll(b.byID[r.From].Stage, "-", " "))
		}
	}
	return ""
}

// problem is the choice between the options.
func (b *builder) problem() choice.Problem {
	p := choice.Problem{Title: "Plan", Unit: b.in.Worth.Unit, Options: []choice.Option{}}
	at := map[string]int{}
	for _, i := range b.options {
		o := choice.Option{ID: i.ID, Name: i.Name, Value: b.in.Worth.Of[i.ID].Value, Tags: b.tags(i)}
		for _, l := range b.phasings[i.ID].Lines {
			o.Costs = append(o.Costs, choice.Cost{Year: l.Year, Funder: l.Funder, Amount: choice.Pence(l.AmountP)})
		}
		at[i.ID] = len(p.Options)
		p.Options = append(p.Options, o)
	}
	budget := choice.Pence(b.ask.BudgetP)
	p.Budgets = append(p.Budgets, choice.Budget{Name: ruleBudget, Amount: &budget})
	for _, c := range b.ask.Caps {
		amount := choice.Pence(c.AmountP)
		p.Budgets = append(p.Budgets, choice.Budget{Name: c.Label(), Amount: &amount, Year: c.Year, Funder: c.Funder})
	}
	if len(b.options) > 0 {
		p.Shares = b.shares()
	}
	b.relate(&p, at)
	p.Take = append(p.Take, b.ask.Take...)
	for _, id := range b.ask.Leave {
		if b.is[id] {
			p.Leave = append(p.Leave, id)
		}
	}
	return p
}

// Label is the cap in words.
func (c Cap) Label() string {
	switch {
	case c.Year != 0 && c.Funder != "":
		return fmt.Sprintf("cap of %s in %d", c.Funder, c.Year)
	case c.Year != 0:
		return fmt.Sprintf("cap of %d", c.Year)
	case c.Funder != "":
		return "cap of " + c.Funder
	}
	return "cap in all"
}

func (b *builder) tags(i Intervention) map[string]float64 {
	tags := map[string]float64{tagExisting: ExistingWeight(i.Benefits)}
	for _, p := range b.ask.Places {
		tags[tagPlace+p.Place] = PlaceWeight(i, p.Place)
	}
	return tags
}

func (b *builder) shares() []choice.Share {
	var out []choice.Share
	if b.ask.MinExisting > 0 {
		out = append(out, choice.Share{Name: ruleExisting, Tag: tagExisting, Least: &b.ask.MinExisting})
	}
	for _, p := range b.ask.Places {
		out = append(out, choice.Share{Name: "share for " + p.Place, Tag: tagPlace + p.Place, Least: &p.Share})
	}
	return out
}

// relate turns the relations of the register between options into rules.
func (b *builder) relate(p *choice.Problem, at map[string]int) {
	for _, r := range b.in.Register.Relations {
		from, isFrom := at[r.From]
		to, isTo := at[r.To]
		if !isFrom || !isTo || from == to {
			if _, ok := b.byID[r.To]; isFrom && !ok {
				b.note("%s has the relation “%s” to %q, which is not on record: it is not looked at.", b.byID[r.From].Name, strings.ReplaceAll(r.Kind, "-", " "), r.To)
			}
			if r.Kind == PartOf && isFrom && decided(b.byID[r.To]) {
				b.note("The cost of %s may be part of that of %s, which is %s: do not count it twice.", b.byID[r.From].Name, b.byID[r.To].Name, strings.ReplaceAll(b.byID[r.To].Stage, "-", " "))
			}
			continue
		}
		o := &p.Options[from]
		switch r.Kind {
		case Needs:
			if !b.met(r.To) && !slices.Contains(o.Needs, r.To) {
				o.Needs = append(o.Needs, r.To)
			}
		case Excludes, PartOf:
			if !slices.Contains(o.Excludes, r.To) {
				o.Excludes = append(o.Excludes, r.To)
			}
		case Adds:
			if bonus := round6(r.Bonus * min(p.Options[from].Value, p.Options[to].Value)); r.Bonus != 0 {
				p.Synergies = append(p.Synergies, choice.Synergy{Name: r.ID, Options: []string{r.From, r.To}, Bonus: bonus})
			}
		}
	}
}

func (b *builder) note(format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	if !slices.Contains(b.notes, s) {
		b.notes = append(b.notes, s)
	}
}
