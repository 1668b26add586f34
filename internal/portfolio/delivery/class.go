package delivery

import (
	"cmp"
	"fmt"
	"slices"

	"milieu/internal/evidence"
	"milieu/internal/portfolio"
	"milieu/internal/stat"
)

// ClassLevel is the confidence of the intervals of medians.
const ClassLevel = 0.90

// Kinds of reference classes.
const (
	ClassCost    = "cost"
	ClassOutput  = "output"
	ClassOutcome = "outcome"
)

// Case is one delivered intervention of a reference class: what came over what was forecast.
type Case struct {
	Intervention     string
	Name, What       string // the key of an output or outcome
	Planned, Actual  float64
	Ratio            float64
	Records, Actuals []evidence.Record
}

// Class is a reference class: how what came compares with what was forecast, over all that is delivered (Kahneman &
// Lovallo 2003; Flyvbjerg 2006). The workspace's own past is offered beside the published optimism bias, which is from
// other projects; it is not used in any reckoning unless somebody says so.
type Class struct {
	Kind     string // cost, output or outcome
	Cases    []Case // sorted by ratio
	Of       int    // interventions among them; each counts once, by the median of its keys
	Median   float64
	Interval stat.Interval // of the median at ClassLevel
	Sure     bool          // there are cases enough for an interval
	LeftOut  []string      // delivered, but not compared, with the reason
}

// ReferenceClasses compares forecast and outturn of what is delivered: of costs one case for each intervention, by what
// Sum compares, of outputs and outcomes one for each key. Delivered is what is reported done or has
// the stage delivered or ended.
func ReferenceClasses(all []portfolio.Intervention, r portfolio.Register) []Class {
	out := []Class{{Kind: ClassCost}, {Kind: ClassOutput}, {Kind: ClassOutcome}}
	for _, i := range all {
		st := stand(i, r.Of(i.ID), "9999-12-31", 9999)
		if !st.Finished {
			continue
		}
		out[0].cost(i, st.Spend)
		for _, res := range st.Results {
			if res.Kind == portfolio.KindOutput {
				out[1].result(i, res)
			} else {
				out[2].result(i, res)
			}
		}
	}
	for k := range out {
		out[k].reckon()
	}
	return out
}

func (c *Class) cost(i portfolio.Intervention, rows []Spend) {
	t := Sum(rows, 0)
	ratio, ok := t.Ratio()
	switch {
	case !ok && t.Actual > 0:
		c.LeftOut = append(c.LeftOut, fmt.Sprintf("%s: spend is known, but not what was planned for the same years and funders", i.Name))
		return
	case !ok:
		return // nothing was reported: it is not in the class, and there are many
	}
	e := Case{Intervention: i.ID, Name: i.Name, Planned: float64(t.LikePlannedP) / 100, Actual: float64(t.LikeActualP) / 100, Ratio: ratio}
	for _, s := range rows {
		if s.Planned.Valid || s.Actual.Valid {
			e.Records, e.Actuals = append(e.Records, s.Records...), append(e.Actuals, s.Actuals...)
		}
	}
	c.Cases = append(c.Cases, e)
}

func (c *Class) result(i portfolio.Intervention, r Result) {
	share, ok := r.Share()
	switch {
	case !ok && r.Known:
		c.LeftOut = append(c.LeftOut, fmt.Sprintf("%s, %s: realised, but no forecast is on record", i.Name, r.Key))
		return
	case !ok:
		return
	}
	c.Cases = append(c.Cases, Case{Intervention: i.ID, Name: i.Name, What: r.Key, Planned: r.Forecast, Actual: r.Actual, Ratio: share, Records: r.Records, Actuals: r.Actuals})
}

func (c *Class) reckon() {
	slices.SortStableFunc(c.Cases, func(a, b Case) int {
		return cmp.Or(cmp.Compare(a.Ratio, b.Ratio), cmp.Compare(a.Intervention, b.Intervention))
	})
	byID := map[string][]float64{}
	for _, e := range c.Cases {
		byID[e.Intervention] = append(byID[e.Intervention], e.Ratio)
	}
	// Keys of one intervention are not independent, so that it counts once.
	ratios := make([]float64, 0, len(byID))
	for _, own := range byID {
		ratios = append(ratios, stat.Median(own))
	}
	if c.Of = len(ratios); c.Of == 0 {
		return
	}
	c.Median = stat.Median(ratios)
	c.Interval, c.Sure = stat.MedianInterval(ratios, ClassLevel)
}

// Says is what the class says, in words.
func (c Class) Says() string {
	what := map[string]string{ClassCost: "spend over plan", ClassOutput: "outputs realised over forecast", ClassOutcome: "outcomes realised over forecast"}[c.Kind]
	switch {
	case c.Of == 0:
		return fmt.Sprintf("no delivered intervention has both sides on record, so nothing is known of %s", what)
	case !c.Sure:
		return fmt.Sprintf("the median of %s is %.2f, from %s: too few for an interval (five are needed for %.0f %%), so it is an anecdote, not a rate", what, c.Median, counted(c.Of, "intervention"), 100*ClassLevel)
	}
	return fmt.Sprintf("the median of %s is %.2f (%.2f–%.2f, %.0f %% interval), from %s", what, c.Median, c.Interval.Lo, c.Interval.Hi, 100*ClassLevel, counted(c.Of, "intervention"))
}

func counted(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
