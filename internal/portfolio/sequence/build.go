package sequence

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/cash"
	"milieu/internal/chart"
	"milieu/internal/portfolio"
	"milieu/internal/schedule"
)

// Item is an intervention that is to be put in time.
type Item struct {
	portfolio.Intervention
	Value      float64           // what it is worth in the plan; 0 where Unvalued
	Unvalued   bool              // not in the plan: it has no cost or no evidence
	Start, End int               // years on record, End within it; 0 is none
	Lines      []portfolio.Spend // as the plan counts it
	Costed     bool              // a cost is on record, be it none that the plan counts
	Assumed    []string
}

// Money is what an intervention costs by year as a plan counts it.
type Money func(portfolio.Intervention) portfolio.Phasing

// Items makes items of interventions with their costs by year: the years are those on record, the amounts those that
// the plan holds against its budget, so that both say the same. Now is the year in which the plan is made, 0 where nobody
// says. Where no end is on record the cost of what is still to begin has no years.
func Items(chosen []portfolio.Intervention, costs []portfolio.Cost, money Money, now int, value func(id string) float64) []Item {
	var out []Item
	for _, i := range chosen {
		record, counted := portfolio.Phase(i, costs, 0), money(i)
		it := Item{Intervention: i, Value: value(i.ID), Start: int(i.Start.Int64), End: int(i.End.Int64), Costed: record.Known}
		if record.Start != 0 && (it.Start == 0 || record.Start < it.Start) {
			it.Start = record.Start
		}
		if i.End.Valid || record.Dated || endStated(i.ID, costs) {
			it.End, it.Assumed = max(it.End, record.End), odd(record.Assumed)
		}
		if counted.PrivateP > 0 {
			it.Assumed = append(it.Assumed, chart.Money(counted.PrivateP)+" of private money stands beside its public cost")
		}
		moved := 0
		if now != 0 && it.Start != 0 && it.Start <= now && portfolio.Unbegun(i) {
			moved = now + 1 - it.Start // the plan puts it where it can begin
		}
		for _, l := range counted.Lines {
			switch {
			case it.End == 0 && !portfolio.UnderWay(i):
				l.Year = 0
			case l.Year != 0:
				l.Year -= moved
			}
			it.Lines = append(it.Lines, l)
		}
		out = append(out, it)
	}
	return out
}

// odd leaves out what is assumed of every amount over several years: the page says it once.
func odd(assumed []string) []string {
	var out []string
	for _, a := range assumed {
		if !strings.Contains(a, "of several years are spread evenly") {
			out = append(out, a)
		}
	}
	return out
}

// endStated says that a cost of the intervention names its last year.
func endStated(id string, costs []portfolio.Cost) bool {
	return slices.ContainsFunc(costs, func(c portfolio.Cost) bool { return c.Intervention == id && c.To.Valid })
}

// Uncosted says that no cost is on record.
func (it Item) Uncosted() bool { return !it.Costed }

// total is the cost of all years that the plan counts.
func (it Item) total() int64 {
	var sum int64
	for _, l := range it.Lines {
		sum += l.AmountP
	}
	return sum
}

// Input is what a sequence is made of.
type Input struct {
	Items     []Item
	All       []portfolio.Intervention // for what items wait for and is not among them
	Relations []portfolio.Relation
	Delivery  []portfolio.Delivered // for pilots that are over
	Ask       portfolio.Ask         // its caps and moved starts
	Setting   Setting
}

// slot is an item with where the record puts it.
type slot struct {
	Item
	underWay bool // approved or in delivery: begins when the record says
	past     bool // ended before the first year
	length   int  // years, from the first year on where it began before
	began    int  // first year on record where it is under way; 0
	moved    bool
	moveTo   int
	notes    []string
}

// place reads where the record puts an item.
func place(it Item, in Input) slot {
	set := in.Setting
	s := slot{Item: it, underWay: portfolio.UnderWay(it.Intervention), notes: slices.Clone(it.Assumed)}
	start := it.Start
	switch {
	case start == 0:
		s.length = set.Length
		s.notes = append(s.notes, fmt.Sprintf("no years are on record: %s assumed", years(set.Length)))
	case it.End == 0 && it.Stage == "in-delivery" && start+set.Length <= set.From:
		s.length = set.From - start + 1
		s.notes = append(s.notes, fmt.Sprintf("still under way with no end on record: assumed to end with %s, the cost spread evenly over %s", portfolio.YearName(set.From), years(s.length)))
	case it.End == 0:
		s.length = set.Length
		s.notes = append(s.notes, fmt.Sprintf("no end is on record: %s assumed, the cost spread evenly over them", years(set.Length)))
	default:
		s.length = max(it.End-start+1, 1)
	}
	s.moveTo, s.moved = in.Ask.StartOf(it.ID)
	switch {
	case s.moved || start == 0:
	case s.underWay:
		s.began = start
		if start+s.length <= set.From {
			s.past = true
			s.notes = append(s.notes, fmt.Sprintf("under way, but its years on record (%s) are over: what is still to be spent is not known", portfolio.SpanOf(start, start+s.length-1)))
		}
	case start < set.From:
		s.notes = append(s.notes, fmt.Sprintf("its year on record, %d, has passed", start))
	}
	return s
}

func years(n int) string {
	if n == 1 {
		return "1 year"
	}
	return strconv.Itoa(n) + " years"
}

// pattern is what is spent in each year of an item, by its offset from the first; what
// has no year on record is spread evenly.
func (s slot) pattern() []schedule.Use {
	var out []schedule.Use
	for _, l := range s.Lines {
		if l.Year != 0 {
			if k := l.Year - s.Start; k >= 0 && (k < s.length || s.End == 0) {
				// Where no end is on record the plan may assume another: what comes later falls into the last year.
				out = append(out, schedule.Use{Resource: l.Funder, Offset: min(k, s.length-1), Amount: l.AmountP})
			}
			continue
		}
		for k, part := range cash.Split(l.AmountP, make([]float64, s.length)) {
			out = append(out, schedule.Use{Resource: l.Funder, Offset: k, Amount: part})
		}
	}
	return out
}

// task is the item for the kernel: what is under way and began before the first year has
// only its years that are left.
func (s slot) task(set Setting) schedule.Task {
	t := schedule.Task{ID: s.ID, Name: s.Name, Duration: s.length, Value: s.Value}
	skip := 0
	switch {
	case s.moved:
		t.Fixed = schedule.At(max(s.moveTo-set.From, 0))
	case s.began != 0 && s.began < set.From:
		skip = set.From - s.began
		t.Fixed = schedule.At(0)
	case s.began != 0:
		t.Fixed = schedule.At(s.began - set.From)
	case s.Start > set.From:
		t.Earliest = s.Start - set.From
	}
	t.Duration -= skip
	if t.Fixed.Set && t.Fixed.At < set.Years {
		t.Duration = min(t.Duration, set.Years-t.Fixed.At) // what goes on beyond the years shown
	}
	for _, u := range s.pattern() {
		if u.Offset -= skip; u.Offset >= 0 && u.Offset < t.Duration {
			t.Uses = append(t.Uses, u)
		}
	}
	if t.Fixed.Set && !s.moved {
		t.FixedName = s.underWayWords(t, set)
	}
	return t
}

// underWayWords says what is under way in the first year that is left of it, and for how much.
func (s slot) underWayWords(t schedule.Task, set Setting) string {
	var first int64
	for _, u := range t.Uses {
		if u.Offset == 0 {
			first += u.Amount
		}
	}
	text := fmt.Sprintf("%s is under way in %d", s.Name, set.From+t.Fixed.At)
	if first > 0 {
		text += " with " + chart.Money(first)
	}
	return text
}

// wait is a rule of order between two interventions, by ids.
type wait struct {
	before, after string
	kind          schedule.Kind
	lag           int
	need          bool   // met where the other is under way
	says          string // the rule in full
	short         string // without the name of what waits
}

// waits reads the relations that have to do with time. What is needed has to end first, as
// its lag is counted from there, or only to begin where the setting says so.
func waits(relations []portfolio.Relation, name func(string) string, set Setting) []wait {
	var out []wait
	for _, r := range relations {
		lag := int(math.Ceil(r.Lag))
		later := ""
		if lag > 0 {
			later = years(lag) + " "
		}
		begins := "begins " + later + "after "
		switch {
		case r.Kind == portfolio.Needs && set.NeedsBegun && lag == 0:
			out = append(out, wait{r.To, r.From, schedule.StartToStart, 0, true, fmt.Sprintf("%s needs %s and begins no sooner", name(r.From), name(r.To)), fmt.Sprintf("needs %s to have begun", name(r.To))})
		case r.Kind == portfolio.Needs:
			out = append(out, wait{r.To, r.From, schedule.EndToStart, lag, true, fmt.Sprintf("%s needs %s and %sit has ended", name(r.From), name(r.To), begins), fmt.Sprintf("needs %s: %sit has ended", name(r.To), begins)})
		case r.Kind == portfolio.After:
			out = append(out, wait{r.To, r.From, schedule.EndToStart, lag, false, fmt.Sprintf("%s %s%s has ended", name(r.From), begins, name(r.To)), fmt.Sprintf("%s%s has ended", begins, name(r.To))})
		case r.Kind == portfolio.PilotOf:
			out = append(out, wait{r.From, r.To, schedule.EndToStart, lag, false, fmt.Sprintf("%s %sits pilot, %s, has ended", name(r.To), begins, name(r.From)), fmt.Sprintf("%sits pilot, %s, has ended", begins, name(r.From))})
		}
	}
	return out
}

// caps are the caps of the ask and of the setting for the kernel. Those of years that are
// not looked at are left out.
func caps(ask portfolio.Ask, set Setting) []schedule.Capacity {
	var out []schedule.Capacity
	for _, c := range ask.Caps {
		who := ""
		if c.Funder != "" {
			who = " by " + c.Funder
		}
		k := c.Year - set.From
		switch {
		case c.Year == 0:
			out = append(out, schedule.Capacity{Name: fmt.Sprintf("at most %s%s in all years together", chart.Money(c.AmountP), who), Resource: c.Funder, From: 0, To: set.Years, Amount: c.AmountP})
		case k >= 0 && k < set.Years:
			out = append(out, schedule.Capacity{Name: fmt.Sprintf("at most %s%s in %d", chart.Money(c.AmountP), who, c.Year), Resource: c.Funder, From: k, To: k + 1, Amount: c.AmountP})
		}
	}
	if set.YearlyP > 0 {
		for k := range set.Years {
			out = append(out, schedule.Capacity{Name: fmt.Sprintf("at most %s in %d", chart.Money(set.YearlyP), set.From+k), From: k, To: k + 1, Amount: set.YearlyP})
		}
	}
	return out
}
