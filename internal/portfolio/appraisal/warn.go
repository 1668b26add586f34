package appraisal

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"milieu/internal/portfolio"
)

// Keys of warnings.
const (
	WarnBothCounted = "jobs-and-gva"
	WarnNoStudies   = "no-studies"
	WarnGrossOnly   = "gross-only"
	WarnHolds       = "part-of"
	WarnDelivered   = "delivered"
	WarnClaimedNet  = "claimed-net"
	WarnUnknownNet  = "additional-unknown"
	WarnStale       = "stale"
	WarnHorizon     = "horizon"
	WarnTwice       = "stated-twice"
	WarnFunder      = "funder"
	WarnLocal       = "local-only"
	WarnChance      = "chance-and-deadweight"
	WarnBeyond      = "costs-beyond-horizon"
	WarnRows        = "rows-and-total"
	WarnRange       = "no-range"
	WarnAgo         = "hindsight"
	WarnInvestment  = "private-investment"
)

// mostLate is the share of benefits after what studies followed from which it is said.
const mostLate = 0.25

// warn is what an economist would object to an item.
func (r *Result) warn(item *Item, m *model) []Warning {
	var out []Warning
	say := func(key, text, reason string) { out = append(out, Warning{key, text, reason}) }
	r.warnOutcomes(item, m, say)
	r.warnCosts(item, m, say)
	if c := item.Chance; !c.Known && len(item.Outcomes) > 0 {
		say(WarnNoStudies, "There is no evidence of how likely it is to work.", c.Why+". All figures are what it would bring if it works; plan an evaluation with it.")
	} else if c.Known && m.has(countsJobs) {
		say(WarnChance, "The figures with the chance counted may take deadweight away twice.", "Deadweight levels are averages over schemes of which some had no effect, and the chance takes those away again. Read the figure if it works and the one with the chance counted as the two ends between which the truth lies.")
	}
	var stale []string
	for _, u := range item.Used {
		if u.Stale {
			stale = append(stale, u.Name)
		}
	}
	if len(stale) > 0 {
		say(WarnStale, fmt.Sprintf("%d parameters behind these figures are past their day of review.", len(stale)), "Ask their owners: "+strings.Join(stale, ", ")+".")
	}
	return out
}

func (r *Result) warnOutcomes(item *Item, m *model, say func(key, text, reason string)) {
	has := map[string]int{}
	var claimed, unknown, rangeless []string
	for _, o := range item.Outcomes {
		if !o.Known || !o.counted() {
			continue
		}
		has[o.Key+"\x00"+o.Place+"\x00"+o.FirmSize]++
		has[o.Key]++
		if !o.counts {
			continue
		}
		if o.ClaimedNet {
			claimed = append(claimed, words(o.Key))
		}
		if o.rangeless {
			rangeless = append(rangeless, words(o.Key))
		}
	}
	for _, o := range r.unknownAdditional(item) {
		unknown = append(unknown, words(o))
	}
	if has["jobs"] > 0 && has["gva"] > 0 {
		say(WarnBothCounted, "Jobs and output are both stated.", "The output is that of the jobs: the two say one thing twice. They are shown side by side and never added.")
	}
	if has["private-investment"] > 0 {
		say(WarnInvestment, "Private investment is claimed as an outcome.", "It is a cost to those who pay it, and no benefit. It is in no figure here; but the jobs rest on it too, so that public money for each job is not what a job costs.")
	}
	if len(claimed) > 0 {
		say(WarnClaimedNet, "Its proposer says that "+list(claimed)+" are net.", "Nothing more is taken away from them in the area, and what they would be gross is not stated. For the country, what jobs take from elsewhere in it is taken away. Nobody else has checked the claim: ask how net was reckoned, and at which level."+ifGross(m))
	}
	if len(unknown) > 0 {
		say(WarnUnknownNet, "Whether "+list(unknown)+" are gross or net is not stated.", "They are taken as gross, and the levels of the category are taken away from them.")
	}
	if len(unknown) == 0 && len(claimed) == 0 && (has["jobs"] > 0 || has["jobs-safeguarded"] > 0) {
		say(WarnGrossOnly, "The jobs that its source states are gross.", "They hold what would come anyway and what is taken from others: never quote them without the net figure beside them.")
	}
	if len(rangeless) > 0 {
		say(WarnRange, "The source gives no range for "+list(rangeless)+".", "One is assumed that leans downwards, since targets are missed more often than beaten.")
	}
	for _, k := range slices.Sorted(maps.Keys(has)) {
		if n := has[k]; n > 1 && strings.Contains(k, "\x00") {
			key, _, _ := strings.Cut(k, "\x00")
			say(WarnTwice, fmt.Sprintf("%d rows of the outcome “%s” for the same place and size are added.", n, words(key)), "Check that they do not state the same thing.")
		}
	}
	if m.has(countsJobs) {
		if !m.valued() && !item.Measure(KeyNPSV).Known {
			say(WarnLocal, "All that it brings counts for the place only.", "A job that is filled in one place is as a rule not filled in another, so jobs have no national value by themselves. There is no net present social value; the switching values say what a job would have to be worth.")
		}
		if f := m.at(ptr(m.central())); f.jobYearsPV > 0 && f.lateJobs/f.jobYearsPV > mostLate {
			say(WarnHorizon, fmt.Sprintf("%.0f %% of the jobs’ worth falls after the years that studies follow.", 100*f.lateJobs/f.jobYearsPV), "What is said of those years is assumption, not evidence.")
		}
	}
}

// ifGross is what would be left of jobs that are called net, if they were gross like those of others.
func ifGross(m *model) string {
	sum := 0.0
	for k := range m.streams {
		if s := &m.streams[k]; s.counts == countsJobs && s.net {
			sum += s.quantity.value
		}
	}
	if sum == 0 {
		return ""
	}
	return fmt.Sprintf(" If the jobs were gross, the levels of the category would leave about %s.", Text(KeyJobs, sum*m.localFactor()))
}

func ptr(p point) *point { return &p }

// unknownAdditional are the outcomes of an item of which the register does not say whether they are gross or net.
func (r *Result) unknownAdditional(item *Item) []string {
	var out []string
	for _, o := range item.Outcomes {
		if o.counts && o.unstated && !slices.Contains(out, o.Key) {
			out = append(out, o.Key)
		}
	}
	return out
}

func (r *Result) warnCosts(item *Item, m *model, say func(key, text, reason string)) {
	i := item.Intervention
	if !m.hasCost {
		return
	}
	if portfolio.Finished(i) {
		say(WarnDelivered, "It has been carried out.", "What stands here is hindsight: its money is spent, and no choice can win it back. Its stated cost is taken for the outturn, without optimism bias.")
	} else if item.anew {
		say(WarnAgo, fmt.Sprintf("It has not begun, and its years on record begin in %d.", item.Recorded), fmt.Sprintf("It is taken to begin in %d, at the costs of its old proposal in prices of %d: ask for today’s costs and years before it is chosen.", r.BaseYear, r.BaseYear))
	} else if item.past {
		say(WarnAgo, fmt.Sprintf("It began in %d, before the base year %d.", item.First, r.BaseYear), "It is appraised as a whole; years that have passed count in prices of the base year and are neither discounted nor compounded. For a decision to go on, only what is not yet spent counts.")
	}
	switch {
	case len(item.Holds) > 0:
		say(WarnHolds, "Its cost holds that of another intervention, or is held by it.", "Do not add it to that of "+list(r.called(item.Holds))+"; sums here leave the part out.")
	case i.Overlaps():
		say(WarnHolds, "Its cost may hold that of another row, or be held by it.", i.Basis)
	}
	nobody, stated := 0.0, 0.0
	for _, c := range item.Costs {
		stated += c.Real
		if unnamed(c.Funder) {
			nobody += c.Real
		}
	}
	if nobody > 0 {
		say(WarnFunder, fmt.Sprintf("Who pays %.0f %% of the cost is not on record.", 100*nobody/stated), "All of it is put below the line as if it were public money; where firms pay a part, the cost to the public for each job is lower and the ratio higher.")
	}
	if item.rowsOver {
		say(WarnRows, "The rows of costs add up to more than the stated total.", "The rows are used. Check whether one of them holds another.")
	}
	if last := item.Costs[len(item.Costs)-1].Year; last >= item.First+r.Horizon {
		say(WarnBeyond, fmt.Sprintf("Money is spent up to %d, beyond the horizon of %d years.", last, r.Horizon), "The cost counts in full, what it brings after the horizon does not.")
	}
}

// called are the names of interventions.
func (r *Result) called(ids []string) []string {
	out := make([]string, len(ids))
	for k, id := range ids {
		out[k] = cmp.Or(r.names[id], id)
	}
	return out
}

// missing is what an appraisal of an item lacks.
func missing(item *Item, m *model) []Missing {
	var out []Missing
	add := func(what, next string) { out = append(out, Missing{what, next}) }
	switch {
	case len(item.Costs) == 0:
		add("its cost", "add a row of costs: how much, when, and who pays")
	case item.Costs[0].row == "":
		add("costs by year and funder", "add rows of costs: only a total is on record")
	}
	if !m.has(countsJobs) && !m.valued() && !m.has(countsSafeguarded) {
		add("outcomes with a quantity", "add a row of outcomes: what changes, by how much, for whom")
	}
	if m.has(countsJobs) && !m.valued() {
		add("an outcome with a national value", "add what it is worth to the country, such as land value or travel time, if it is worth something")
	}
	if !item.Chance.Known {
		add("evidence that it works", "plan an evaluation with a comparison group")
	}
	return out
}

func list(s []string) string {
	slices.Sort(s)
	s = slices.Compact(s)
	if len(s) < 2 {
		return strings.Join(s, "")
	}
	return strings.Join(s[:len(s)-1], ", ") + " and " + s[len(s)-1]
}
