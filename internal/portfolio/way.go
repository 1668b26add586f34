package portfolio

import (
	"fmt"

	"milieu/internal/chart"
)

// Way is a set of interventions with which a plan is compared, or the plan itself.
type Way struct {
	Key      string // WayNone, WayLeast, WayPlan, or near-1 and on
	Name     string
	Chosen   []Intervention
	CostP    int64    // of those whose cost is on record, by the rule by which costs are held against the budget
	Uncosted []string // names of those of which no cost is on record
	Blind    []string // names of those that could not be compared, such as for want of evidence, and whose cost is in CostP
	Loss     float64  // by how much less than the plan it is worth, of a way near the best
	Why      string   // what it stands for
}

// Keys of ways.
const (
	WayNone  = "bau"     // business as usual: what net figures are measured against
	WayLeast = "minimum" // only what is approved or under way goes on
	WayPlan  = "plan"
	wayNear  = "near-"
)

// Ways are the courses that are open beside the plan: none of the interventions (against which net figures are measured), only
// those that are approved or in delivery, the plan, and the sets that are worth nearly as much. A plan that was not found has
// none but the first two.
func (p Plan) Ways() []Way {
	none := Way{Key: WayNone, Name: "Business as usual: none of them", Why: "What would come without any of these interventions. Net figures are measured against it, so that it adds nothing by definition; what would come anyway is in the gross figures of the others."}
	least := Way{Key: WayLeast, Name: "Do minimum: what is approved or under way", Why: "What is approved or in delivery, and not over by its years on record, goes on to its end, whether its money is committed or not, and nothing new begins."}
	for _, i := range p.Options() {
		if UnderWay(i) {
			least = p.with(least, i)
		}
	}
	for _, l := range p.Unvalued {
		if UnderWay(l.Intervention) {
			least = p.with(least, l.Intervention)
		}
	}
	out := []Way{none, least}
	if len(p.Chosen) == 0 {
		return out
	}
	plan := Way{Key: WayPlan, Name: "The plan", Why: "What is worth most under the budget and the rules, by " + p.Worth.Label + "."}
	for _, i := range p.Chosen {
		plan = p.with(plan, i)
	}
	out = append(out, plan)
	byID := map[string]Intervention{}
	for _, i := range p.Options() {
		byID[i.ID] = i
	}
	for k, a := range p.Solution.Alternatives {
		w := Way{Key: fmt.Sprintf("%s%d", wayNear, k+1), Name: fmt.Sprintf("Alternative %d", k+1), Loss: a.Loss, Why: p.nearWhy(a.Loss, a.In, a.Out, byID)}
		for _, id := range a.Chosen {
			w = p.with(w, byID[id])
		}
		out = append(out, w)
	}
	return out
}

// Way is one of the ways by its key.
func (p Plan) Way(key string) (Way, bool) {
	for _, w := range p.Ways() {
		if w.Key == key {
			return w, true
		}
	}
	return Way{}, false
}

// IDs are those of the interventions of the way.
func (w Way) IDs() []string {
	var out []string
	for _, i := range w.Chosen {
		out = append(out, i.ID)
	}
	return out
}

func (p Plan) with(w Way, i Intervention) Way {
	w.Chosen = append(w.Chosen, i)
	ph, ok := p.phasing(i.ID)
	if !ok {
		w.Uncosted = append(w.Uncosted, i.Name)
		return w
	}
	w.CostP += ph.TotalP()
	if _, compared := p.Phasings[i.ID]; !compared {
		w.Blind = append(w.Blind, i.Name)
	}
	return w
}

// phasing is the cost of an option, or of what is under way though it could not be compared; false where none is on record.
func (p Plan) phasing(id string) (Phasing, bool) {
	if ph, ok := p.Phasings[id]; ok {
		return ph, true
	}
	ph, ok := p.running[id]
	return ph, ok
}

// nearWhy says what an alternative changes.
func (p Plan) nearWhy(loss float64, in, out []string, byID map[string]Intervention) string {
	s := fmt.Sprintf("Worth %s less than the plan", p.show(loss))
	if loss < 1e-9 {
		s = "Worth as much as the plan"
	}
	if len(in) > 0 {
		s += "; with " + namesOf(in, byID)
	}
	if len(out) > 0 {
		s += "; without " + namesOf(out, byID)
	}
	return s + "."
}

func namesOf(ids []string, byID map[string]Intervention) string {
	s := ""
	for k, id := range ids {
		if k > 0 {
			s += ", "
		}
		s += byID[id].Name
	}
	return s
}

// CostText is the cost of the way in words; "not known" where no cost of it is on record.
func (w Way) CostText() string {
	if len(w.Chosen) > 0 && len(w.Uncosted) == len(w.Chosen) {
		return "not known"
	}
	return chart.Money(w.CostP)
}
