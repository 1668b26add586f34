package appraisal

import (
	"cmp"
	"fmt"
	"strings"

	"milieu/internal/cash"
	"milieu/internal/evidence"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/parameter"
	"milieu/internal/stat"
)

// Parameters that only appraisals use.
const (
	idBaseYear     = "appraisal/base-year"
	idHorizon      = "appraisal/horizon"
	idCostSpread   = "appraisal/cost-spread"
	idOutcomeRange = "appraisal/outcome-range"
	idCosts        = "appraisal/correlation-costs"
	idCostOutcome  = "appraisal/correlation-cost-outcome"
	idPrivate      = "appraisal/private-funders"
	idEvidence     = "appraisal/evidence-years"
)

// private says whether a funder is firms, investors or charities and not the public purse. The register has no field for it: the
// parameter lists words, one of which the name of such a funder holds.
func (w *work) private(funder string) bool {
	if !PrivateFunder(w.params, funder) {
		return false
	}
	w.use(idPrivate, "which money is private", 0, 0, 0)
	return true
}

// unnamed says whether the register does not know who pays.
func unnamed(funder string) bool {
	f := strings.ToLower(strings.TrimSpace(funder))
	return f == "" || f == "not named" || f == NotStated
}

// work gathers what one item is made of and which parameters it used.
type work struct {
	params  parameter.Set
	changed map[string]bool
	base    int
	horizon int
	used    []Used
	fault   error
}

// number reads a parameter that must be there.
func (w *work) number(id, purpose string) rng {
	p, ok := w.params.Get(id)
	if !ok || p.Value == nil {
		if w.fault == nil {
			w.fault = fmt.Errorf("the parameter %s has no value: give it one in a file of the folder parameters", id)
		}
		return rng{}
	}
	return w.take(p, purpose)
}

// take uses a parameter that has a value.
func (w *work) take(p parameter.Parameter, purpose string) rng {
	r := fixed(*p.Value)
	if !w.changed[p.ID] {
		if p.Low != nil {
			r.low = min(*p.Low, r.value)
		}
		if p.High != nil {
			r.high = max(*p.High, r.value)
		}
	}
	w.use(p.ID, purpose, r.low, r.value, r.high)
	return r
}

// takeReal uses a parameter in pounds: what it is in the prices of the base year.
func (w *work) takeReal(p parameter.Parameter, purpose string) (rng, error) {
	factor := 1.0
	if p.PriceYear != 0 && !w.changed[p.ID] {
		index, deflator := w.params.Deflator()
		f, _, err := index.Real(p.PriceYear, w.base)
		if err != nil {
			return rng{}, fmt.Errorf("prices of %s: %w", p.ID, err)
		}
		factor = f
		if p.PriceYear != w.base {
			w.use(deflator.ID, "prices of "+fmt.Sprint(w.base), factor, factor, factor)
		}
	}
	r := w.take(p, purpose)
	return rng{r.low * factor, r.value * factor, r.high * factor}, nil
}

// use notes that a figure rests on a parameter.
func (w *work) use(id, purpose string, low, value, high float64) {
	for k := range w.used {
		if w.used[k].ID == id {
			if !strings.Contains(w.used[k].For, purpose) {
				w.used[k].For += "; " + purpose
			}
			return
		}
	}
	p, ok := w.params.Get(id)
	if !ok {
		return
	}
	w.used = append(w.used, Used{ID: id, Name: p.Name, Unit: p.Unit, Low: low, Value: value, High: high, Assumed: p.Assumed, Changed: w.changed[id], Stale: p.Stale(w.params.Day()), For: purpose})
}

// bias is the optimism bias of a type of work after mitigation. Once contracts are let it is at its lower bound (Green Book
// supplementary guidance on optimism bias).
func (w *work) bias(asset string, let bool) float64 {
	b, p, _ := w.params.Bias(asset, "capital")
	if let {
		w.use(p.ID, "optimism bias of "+words(asset)+", lower bound", b.Lower, b.Lower, b.Upper)
		return b.Lower
	}
	m := w.params.Mitigation()
	share := 0.0
	if m.Value != nil {
		share = *m.Value
		w.use(m.ID, "mitigation of optimism bias", share, share, share)
	}
	w.use(p.ID, "optimism bias of "+words(asset), b.Lower, b.Upper, b.Upper)
	return b.Mitigated(share)
}

// additionality reads the levels of a category of intervention for an area: in the order of deadweight, leakage,
// displacement, substitution and multiplier.
func (w *work) additionality(category, spatial string) (out [5]rng, ids [5]string, err error) {
	l, err := w.params.Additionality(category, spatial)
	if err != nil {
		return out, ids, err
	}
	for k, p := range l.All() {
		if p.Value == nil {
			return out, ids, fmt.Errorf("the parameter %s has no value", p.ID)
		}
		out[k], ids[k] = w.take(p, inputNames[inDeadweight+k]+", "+spatial), p.ID
	}
	return out, ids, nil
}

// persistence reads how effects of a category come and go; the years at full effect and the decay are uncertain.
func (w *work) persistence(category string, m *model) cash.Persistence {
	p, params := w.params.Persistence(category)
	m.ranges[inFull], m.ranges[inDecay] = fixed(float64(p.Full)), fixed(p.Decay)
	for _, v := range params {
		if v.Value == nil {
			continue
		}
		r := w.take(v, "how effects come and go")
		switch {
		case strings.HasSuffix(v.ID, "/full"):
			m.ranges[inFull], m.ids[inFull] = r, v.ID
		case strings.HasSuffix(v.ID, "/decay"):
			m.ranges[inDecay], m.ids[inDecay] = r, v.ID
		}
	}
	return p
}

// chanceOf is the chance that an intervention shows an effect on jobs.
func chanceOf(i portfolio.Intervention, priors map[string]portfolio.Prior) Chance {
	p, ok := priors[i.EffectType]
	switch {
	case i.EffectType == "":
		return Chance{Why: "no reviewed type of programme fits it, so nothing is known of the chance that it works"}
	case !ok || !p.Known():
		return Chance{Type: i.EffectType, Label: p.Label, Local: p.Local, Why: fmt.Sprintf("no sound study of the type “%s” looked at jobs: the chance that it works is not known, which is not a chance of one half", cmp.Or(p.Label, i.EffectType))}
	}
	c := Chance{Known: true, Type: i.EffectType, Label: p.Label, Positive: p.Positive, Studies: p.Studies, Local: p.Local}
	c.A, c.B = p.After()
	c.Mean, c.Low, c.High = stat.BetaInterval(p.Positive+p.Local.Positive, p.Studies+p.Local.Studies, Level)
	c.Why = fmt.Sprintf("%d of %d sound studies of the type “%s” found that jobs grew", p.Positive, p.Studies, p.Label)
	if p.Local.Studies > 0 {
		c.Why += fmt.Sprintf(", and %d of %d evaluations here", p.Local.Positive, p.Local.Studies)
	}
	return c
}

// Ref is the reference of a measure of an intervention.
func Ref(id string, measure string, s Settings) string {
	return evidence.MakeRef("appraisal", []string{id, measure}, s.List()...)
}
