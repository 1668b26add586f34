package portfolio

import (
	"fmt"
	"slices"
	"strings"

	"milieu/internal/evidence"
)

// Kinds of rows of the table delivery.
const (
	KindStatus     = "status"
	KindSpend      = "spend"
	KindMilestone  = "milestone"
	KindOutput     = "output"
	KindOutcome    = "outcome"
	KindEvaluation = "evaluation"
)

// LocalEffect is what the workspace's own evaluations say of a type of programme. Only evaluations with a comparison
// group count as studies, and an intervention counts once, however often it was evaluated: interim and final reports
// of one scheme are not independent.
type LocalEffect struct {
	EffectType        string
	Positive, Studies int            // counted evaluations, and those of them that found that jobs grew
	Counted           []Delivered    // sorted by intervention
	Left              []LeftDelivery // evaluations that do not count, in the order of the source
}

// LeftDelivery is a report that a reckoning leaves out, with the reason.
type LeftDelivery struct {
	Delivered
	Reason string
}

// LocalEvidence counts the workspace's evaluations by type of programme. Under the empty type are those that no type
// can take: of an intervention that is not known or has no type. Types without an evaluation are not in the map.
func LocalEvidence(r Register, all []Intervention) map[string]LocalEffect {
	byID := map[string]Intervention{}
	for _, i := range all {
		byID[i.ID] = i
	}
	out := map[string]LocalEffect{}
	last := lastStudies(r.Delivery)
	for _, d := range r.Delivery {
		if d.Kind != KindEvaluation {
			continue
		}
		i, known := byID[d.Intervention]
		e := out[i.EffectType]
		e.EffectType = i.EffectType
		switch reason := leftOut(d, i, known); {
		case reason != "":
			e.Left = append(e.Left, LeftDelivery{d, reason})
		case last[d.Intervention].ID != d.ID:
			e.Left = append(e.Left, LeftDelivery{d, fmt.Sprintf("a later evaluation of the same intervention (%s) takes its place", last[d.Intervention].ID)})
		default:
			e.Counted = append(e.Counted, d)
			e.Studies++
			if d.Finding == "positive" {
				e.Positive++
			}
		}
		out[i.EffectType] = e
	}
	for k, e := range out {
		slices.SortStableFunc(e.Counted, func(a, b Delivered) int { return strings.Compare(a.Intervention, b.Intervention) })
		out[k] = e
	}
	return out
}

// leftOut says why an evaluation is no study of a type; empty where it is one.
func leftOut(d Delivered, i Intervention, known bool) string {
	switch {
	case !known:
		return fmt.Sprintf("the intervention %s is not in the register", d.Intervention)
	case i.EffectType == "":
		return "the intervention has no type of programme: set effect_type in the table of interventions"
	case d.Design == "":
		return "the design is not stated: only evaluations with a comparison group count"
	case d.Design != "controlled":
		return fmt.Sprintf("design “%s” has no comparison group: what would have happened anyway is not known", d.Design)
	case d.Finding == "":
		return "the finding is not stated"
	}
	return ""
}

// lastStudies is the latest evaluation of each intervention that has a comparison group and a finding.
func lastStudies(reports []Delivered) map[string]Delivered {
	return LastFindings(keep(reports, func(d Delivered) bool { return d.Design == "controlled" }))
}

// LastFindings is the latest evaluation of each intervention that has a finding; of equal days the later row.
func LastFindings(reports []Delivered) map[string]Delivered {
	out := map[string]Delivered{}
	for _, d := range reports {
		if d.Kind != KindEvaluation || d.Finding == "" {
			continue
		}
		if before, has := out[d.Intervention]; !has || d.When() >= before.When() {
			out[d.Intervention] = d
		}
	}
	return out
}

// CountsEvaluationOf says that the growth score counts an own evaluation of another intervention (or of this one): it is of the
// same type, and its finding is in the chance already.
func (i Intervention) CountsEvaluationOf(id string) bool {
	return slices.ContainsFunc(i.local.Counted, func(d Delivered) bool { return d.Intervention == id })
}

// When is the day of the report as 2026-11-27; where no day is known the end of its financial year, and empty where
// neither is.
func (d Delivered) When() string {
	switch {
	case d.Day != "":
		return d.Day
	case d.Year.Valid:
		return fmt.Sprintf("%04d-03-31", d.Year.Int64+1)
	}
	return ""
}

// WhenSays is the day of the report in words, or its financial year where no day is known: "on 2026-11-27", "in 2025-26".
func (d Delivered) WhenSays() string {
	switch {
	case d.Day != "":
		return "on " + d.Day
	case d.Year.Valid:
		return "in " + YearName(int(d.Year.Int64))
	}
	return ""
}

// Prior is what is known of the chance that a type of programme shows an effect: studies of the review that the
// release holds, and the workspace's own.
type Prior struct {
	EffectType, Label string
	Positive, Studies int  // of the review
	Reviewed          bool // the review knows the type
	Local             LocalEffect
}

// Before are the parameters of the Beta distribution from the review alone, on a uniform prior.
func (p Prior) Before() (a, b float64) { return beta(p.Positive, p.Studies) }

// After are the parameters with the workspace's own studies added, each with the weight of one study of the review.
func (p Prior) After() (a, b float64) {
	return beta(p.Positive+p.Local.Positive, p.Studies+p.Local.Studies)
}

// Known says that there is a study: without one there is no chance, which is not a chance of one half.
func (p Prior) Known() bool { return p.Studies+p.Local.Studies > 0 }

func beta(k, n int) (a, b float64) { return float64(1 + k), float64(1 + n - k) }

// Priors are the types of programme that interventions have, sorted by type, with the studies for each.
func Priors(r Register, all []Intervention) []Prior {
	local := LocalEvidence(r, all)
	byType := map[string]Prior{}
	for _, i := range all {
		if i.EffectType == "" {
			continue
		}
		label := i.effect.label
		if label == "" {
			label = i.EffectType
		}
		byType[i.EffectType] = Prior{EffectType: i.EffectType, Label: label, Positive: i.effect.positive, Studies: i.effect.studies,
			Reviewed: i.effect.kind != "", Local: local[i.EffectType]}
	}
	out := make([]Prior, 0, len(byType))
	for _, p := range byType {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b Prior) int { return strings.Compare(a.EffectType, b.EffectType) })
	return out
}

// ReviewRecord is the line of the review that counts the studies of the intervention's type, with its address; the zero
// record where the review does not know the type.
func (i Intervention) ReviewRecord() (evidence.Record, string) { return i.effect.record, i.effect.url }
