package outcome

import (
	"fmt"

	"milieu/internal/portfolio/appraisal"
)

// totalled are the sums of an appraisal that are kept, with whether they are money.
var totalled = []struct {
	key   string
	money bool
}{{appraisal.KeyPublic, true}, {appraisal.KeyJobs, false}, {appraisal.KeyGVA, true}, {appraisal.KeyNPSV, true}}

// OfTotal is what an appraisal makes of a set of interventions: net if all work, with what is gross beside it. Ref gives
// the reference of a sum.
func OfTotal(t appraisal.Total, ref func(key string) string) []Measure {
	var out []Measure
	for _, k := range totalled {
		s := t.Sum(k.key)
		m := Measure{Key: "appraised-" + k.key, Label: appraisal.Label(k.key) + ", net if all work", Unit: unit(k.money), Known: s.N > 0, Value: s.Net, Lo: s.Low, Hi: s.High, Ranged: true, Ref: ref(k.key)}
		switch {
		case s.N == 0:
			m.Why = "none of them has what it takes"
		case k.key == appraisal.KeyNPSV || k.key == appraisal.KeyPublic:
			m.Why = fmt.Sprintf("of %d of %d, discounted", s.N, len(t.IDs))
		default:
			m.Why = fmt.Sprintf("gross %s; of %d of %d", appraisal.Text(k.key, s.Gross), s.N, len(t.IDs))
		}
		out = append(out, m)
		if k.key == appraisal.KeyJobs {
			out = append(out, expected(s, len(t.IDs), ref(k.key)))
		}
	}
	return append(out, perJob(t, ref(appraisal.KeyCostPerJob)))
}

func unit(money bool) string {
	if money {
		return "£"
	}
	return ""
}

// expected counts the chance that each works; those whose chance nobody has studied are not in it.
func expected(s appraisal.Sum, all int, ref string) Measure {
	m := Measure{Key: "appraised-jobs-expected", Label: appraisal.Label(appraisal.KeyJobs) + ", the chance that each works counted", Known: s.Chanced > 0, Value: s.Expected, Lo: s.ExpectedLow, Hi: s.ExpectedHigh, Ranged: true, Ref: ref,
		Why: fmt.Sprintf("of %d of %d whose chance studies tell", s.Chanced, all)}
	if !m.Known {
		m.Why = "no study tells the chance of any that has jobs on record"
	}
	return m
}

func perJob(t appraisal.Total, ref string) Measure {
	p := t.PerJob
	m := Measure{Key: "appraised-cost-per-job", Label: "Public cost for each net job, if all work", Unit: "£", Known: p.OK, Value: p.Value, Lo: p.Low, Hi: p.High, Ranged: true, Ref: ref}
	switch {
	case !p.OK:
		m.Why = "no intervention has both a public cost and jobs"
	case p.Gross.OK:
		m.Why = fmt.Sprintf("gross %s; of %d", appraisal.Pounds(p.Gross.Value), p.N)
	}
	return m
}

// OfItem is what an appraisal makes of one intervention.
func OfItem(res appraisal.Result, item appraisal.Item) Outcome {
	o := Outcome{Finding: "Appraisal of " + item.Intervention.Name}
	for _, m := range item.Measures {
		v := Measure{Key: "appraised-" + m.Key, Label: appraisal.Label(m.Key) + ", net if it works", Known: m.Known, Why: m.Why, Value: m.Net, Lo: m.Low, Hi: m.High, Ranged: true, Decimals: 1, Ref: appraisal.Ref(item.Intervention.ID, m.Key, res.Settings)}
		switch m.Key {
		case appraisal.KeyJobs, appraisal.KeySafeguarded, appraisal.KeyJobYears:
			v.Decimals = 0
		case appraisal.KeyBCR:
			v.Decimals = 2
		default:
			v.Unit = "£"
		}
		if m.Known && m.HasGross {
			v.Why = "gross " + appraisal.Text(m.Key, m.Gross)
		}
		o.Measures = append(o.Measures, v)
	}
	for _, w := range item.Warnings {
		o.Cautions = append(o.Cautions, w.Text)
	}
	o.Cautions = few(o.Cautions)
	return o
}

// OfAppraisal is what an appraisal makes of a list of interventions.
func OfAppraisal(t appraisal.Total, ref func(key string) string) Outcome {
	o := Outcome{Finding: fmt.Sprintf("%d interventions appraised", len(t.IDs)), Measures: OfTotal(t, ref)}
	if n := len(t.Twice); n > 0 {
		o.Cautions = append(o.Cautions, fmt.Sprintf("the sums of money leave out %d whose cost another of the list holds", n))
	}
	return o
}

func few(cautions []string) []string {
	if len(cautions) <= mostCautions {
		return cautions
	}
	return append(cautions[:mostCautions:mostCautions], fmt.Sprintf("and %d more, on the page", len(cautions)-mostCautions))
}
