package delivery

import (
	"fmt"
	"math"
	"strings"

	"milieu/internal/chart"
)

// Light is how an intervention stands in one word.
type Light string

// The lights. Unknown is for what nobody has reported on: silence is not green.
const (
	Unknown Light = "not known"
	Green   Light = "green"
	Amber   Light = "amber"
	Red     Light = "red"
	Done    Light = "done"
)

// Thresholds of the rule. They are this program's own: nobody prescribes them.
const (
	RedDays     = 90   // a milestone overdue by more is red, by less amber
	AmberOver   = 0.10 // spend above plan by more is amber
	RedOver     = 0.20 // and by this red
	AmberUnder  = 0.20 // spend below plan by more is amber: money unspent is work not done
	AmberShort  = 0.90 // less than this share of a result that is due is amber
	RedShort    = 0.50 // and less than this red
	StaleDays   = 180  // no report for longer is amber
	MostReasons = 6
)

// Rule says the rule of the lights in words.
func Rule() string {
	return fmt.Sprintf("Red: reported late or stopped, a milestone overdue by more than %d days, spend in years that have ended more than %.0f %% over plan, or less than %.0f %% of a result that is due. "+
		"Amber: reported at risk, a milestone overdue by less, spend more than %.0f %% over or %.0f %% under plan, less than %.0f %% of a result that is due, or no report for %d days; a milestone alone is no report. "+
		"Green: reported on, and none of these. Done: reported done, or at the stage delivered or ended; what was late, over plan or short is said beside it. Not known: nothing has been reported.",
		RedDays, 100*RedOver, 100*RedShort, 100*AmberOver, 100*AmberUnder, 100*AmberShort, StaleDays)
}

// judge gives the light with its reasons, the gravest first.
// Beside are words for what was late, over or under plan or short.
func judge(s Status, day string, year int) (light Light, beside, reasons []string) {
	if s.Reports == 0 && len(s.Milestones) == 0 {
		return Unknown, nil, []string{"nothing has been reported"}
	}
	var red, amber []string
	for _, check := range []struct {
		word string // what it says of something finished
		of   func(Status, string, int) (r, a []string)
	}{{"", lightSaid}, {"late", lightMilestones}, {spendWord(s, year), lightSpend}, {"short", lightResults}} {
		r, a := check.of(s, day, year)
		if len(r)+len(a) > 0 && check.word != "" {
			beside = append(beside, check.word)
		}
		red, amber = append(red, r...), append(amber, a...)
	}
	reasons = append(red, amber...)
	if len(reasons) > MostReasons {
		reasons = append(reasons[:MostReasons:MostReasons], fmt.Sprintf("and %d more", len(reasons)-MostReasons))
	}
	switch {
	case s.Finished:
		return Done, beside, reasons
	case len(red) > 0:
		return Red, beside, reasons
	case len(amber) > 0:
		return Amber, beside, reasons
	}
	return Green, nil, []string{"reported on, nothing is late, over plan or short"}
}

func lightSaid(s Status, day string, _ int) (red, amber []string) {
	switch s.Says {
	case Late, Stopped:
		red = append(red, strings.TrimSpace("reported "+s.Says+" "+s.SaysIn))
	case AtRisk:
		amber = append(amber, strings.TrimSpace("reported at risk "+s.SaysIn))
	}
	if s.Reports == 0 {
		amber = append(amber, "only milestones are on record: nothing has been reported of how it stands")
	}
	if s.Last != "" && !s.Finished && s.Says != Stopped {
		if n, ok := between(s.Last, day); ok && n > StaleDays {
			amber = append(amber, fmt.Sprintf("the last report was %s, more than %d days ago", s.LastIn, StaleDays))
		}
	}
	return red, amber
}

func lightMilestones(s Status, _ string, _ int) (red, amber []string) {
	for _, m := range s.Milestones {
		if m.State != Overdue {
			continue
		}
		text := fmt.Sprintf("%s is overdue by %s", m.Name, days(m.Days))
		if m.Days > RedDays {
			red = append(red, text)
		} else {
			amber = append(amber, text)
		}
	}
	return red, amber
}

// lightSpend compares years that have ended, over all funders together: money moved from one to another is no overspend.
func lightSpend(s Status, _ string, year int) (red, amber []string) {
	t := Sum(s.Spend, year-1)
	ratio, ok := t.Ratio()
	if !ok {
		return nil, nil
	}
	text := fmt.Sprintf("%s spent of %s planned%s", chart.Money(t.LikeActualP), chart.Money(t.LikePlannedP), t.Says())
	switch over := ratio - 1; {
	case over > RedOver:
		red = append(red, text)
	case over > AmberOver, over < -AmberUnder:
		amber = append(amber, text)
	}
	return red, amber
}

// spendWord says on which side of the plan the spend is.
func spendWord(s Status, year int) string {
	if ratio, ok := Sum(s.Spend, year-1).Ratio(); ok && ratio < 1 {
		return "under plan"
	}
	return "over plan"
}

// Word is the light in words; of what is done also what was late, over plan or short: "done, over plan".
func (s Status) Word() string {
	if s.Light != Done {
		return string(s.Light)
	}
	return strings.Join(append([]string{string(s.Light)}, s.Beside...), ", ")
}

// lightResults judges results whose last year has ended, and all of what is finished.
func lightResults(s Status, _ string, year int) (red, amber []string) {
	for _, r := range s.Results {
		share, ok := r.Share()
		if !ok || !s.Finished && (r.Due == 0 || r.Due >= year) {
			continue
		}
		text := fmt.Sprintf("%s: %s of %s", r.Key, r.Amount(r.Actual), r.Amount(r.Forecast))
		switch {
		case share < RedShort:
			red = append(red, text)
		case share < AmberShort:
			amber = append(amber, text)
		}
	}
	return red, amber
}

// quantity writes a quantity with no more digits than it has.
func quantity(v float64) string {
	if v == math.Trunc(v) {
		return chart.Number(v, 0)
	}
	return chart.Number(v, 1)
}
