package web

import (
	"fmt"
	"math"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/portfolio/sequence"
	"milieu/internal/report"
	"milieu/internal/schedule"
)

// SequencePilot is a pair of a pilot and what it tries out, in words.
type SequencePilot struct {
	PilotID, PilotName, SchemeID, SchemeName string
	Reason                                   string
	Says                                     []string
	Assumed                                  string
	Worth                                    report.Figure // value of waiting, where it can be said
	WorthSays                                string
}

// pilots puts the pairs into words.
func (p *SequencePage) pilots(seq sequence.Sequence) {
	for _, r := range seq.Pilots {
		v := SequencePilot{PilotID: r.Pilot.ID, PilotName: r.Pilot.Name, SchemeID: r.Scheme.ID, SchemeName: r.Scheme.Name, Reason: r.Relation.Reason, Assumed: strings.Join(r.Assumptions, "; ")}
		switch {
		case r.Over:
			v.Says, v.Assumed = pilotOver(r), ""
			if r.Updated > 0 {
				v.Assumed = r.Assumptions[0]
			}
		default:
			v.Says = pilotAhead(r)
			if r.Decided {
				v.Worth = report.Figure{Text: chart.Signed(r.Waiting.Worth, 2), Range: chart.Signed(r.Low, 2) + " to " + chart.Signed(r.High, 2), Ref: seq.Ref("pilot", r.Pilot.ID)}
				v.WorthSays = fmt.Sprintf("is the value of waiting, in multiples of the scheme’s cost, with its range as the chance lies anywhere from %s to %s %%. No pilot could be worth more than %s before its cost", percentText(r.ChanceLo), percentText(r.ChanceHi), chart.Number(r.Waiting.Perfect, 2))
			}
		}
		p.Pilots = append(p.Pilots, v)
	}
}

func percentText(v float64) string { return chart.Number(100*v, 0) }

// pilotOver says what a pilot that is over has taught.
func pilotOver(r sequence.PilotRow) []string {
	switch {
	case r.Finding == "":
		return []string{"The pilot is over, but no evaluation of it is on record: it has taught nothing yet about whether the scheme would work. Add its evaluation to the table of delivery, or say that there was none."}
	case !r.ChanceKnown:
		return []string{fmt.Sprintf("The pilot is over and its evaluation found: %s. No studies of this type of scheme are on record, so there is no chance to bring up to date.", r.Finding)}
	}
	return []string{fmt.Sprintf("The pilot is over and its evaluation found: %s. The chance that a scheme of this type works goes from %s %% (%s–%s) to %s %% (%s–%s).", r.Finding, percentText(r.Chance), percentText(r.ChanceLo), percentText(r.ChanceHi), percentText(r.Updated), percentText(r.UpdatedLo), percentText(r.UpdateHi))}
}

// pilotAhead says when it pays to try out first.
func pilotAhead(r sequence.PilotRow) []string {
	var out []string
	if r.Decided {
		out = append(out, fmt.Sprintf("Best by these figures: %s. Scaling up now is worth %s times its cost, trying out first %s.", r.Waiting.Best, chart.Signed(r.Waiting.Now, 2), chart.Signed(r.Waiting.First, 2)))
	}
	if r.ChanceKnown {
		out = append(out, fmt.Sprintf("With a chance of %s %% (%s–%s) that it works, trying out first is the best step %s. Below that leave it, above that scale up at once.", percentText(r.Chance), percentText(r.ChanceLo), percentText(r.ChanceHi), rangeWords(r.Waiting.Values, "when the scheme, if it works, is worth %s times its cost", 1)))
		if len(r.Waiting.Values) == 0 {
			out[len(out)-1] = fmt.Sprintf("With a chance of %s %% (%s–%s) that it works, trying out first is never the best step, whatever the scheme is worth.", percentText(r.Chance), percentText(r.ChanceLo), percentText(r.ChanceHi))
		}
	} else {
		out = append(out, "No studies of this type of scheme are on record, so the chance that it works is not known and no value of waiting can be given.")
	}
	if r.Waiting.Chances != nil && r.HasReturn {
		out = append(out, fmt.Sprintf("If it is worth what is given below, trying out first is the best step %s.", rangeWords(r.Waiting.Chances, "when the chance that it works is %s %%", 100)))
	}
	return out
}

// rangeWords puts ranges into words.
func rangeWords(list []schedule.Range, format string, times float64) string {
	var parts []string
	for _, g := range list {
		decimals := 1
		if times == 100 {
			decimals = 0
		}
		if math.IsInf(g.Hi, 1) {
			parts = append(parts, "more than "+chart.Number(times*g.Lo, decimals))
			continue
		}
		parts = append(parts, chart.Number(times*g.Lo, decimals)+" to "+chart.Number(times*g.Hi, decimals))
	}
	return fmt.Sprintf(format, strings.Join(parts, " or "))
}
