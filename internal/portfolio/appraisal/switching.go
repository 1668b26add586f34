package appraisal

import (
	"fmt"
	"math"

	"milieu/internal/cash"
)

// Switch is what an input would have to be for a test to turn, with all others at their central values.
type Switch struct {
	Input     string // what would have to change
	Test      string // what it would turn
	Unit      string // of the value: GBP, share, factor, years
	Now       float64
	HasNow    bool
	Value     float64
	OK        bool    // false: no value of the input turns the test
	Lower     bool    // the input must be at most Value, not at least
	Low, High float64 // over the draws of all inputs, where HasRange
	HasRange  bool
	Why       string // where no value does: the reason
	Ref       string // key of the switch
}

// Tests of switching values.
const (
	testNational = "benefits to the country equal costs"
	testLocal    = "output gained by the place equals the public cost"
)

// Mind says what to mind of a test.
func Mind(test string) string {
	if test == testLocal {
		return "A low bar: output is not welfare, and the work and capital behind it cost something too. What passes need not be worth it; what fails is not."
	}
	return ""
}

// switches are the switching values of an item. What a job would have to be worth needs no value of anything; the others turn
// the national test where outcomes have a national value, and else the local one.
func switches(item *Item, m *model, t *tally) []Switch {
	var out []Switch
	if !m.hasCost {
		return nil
	}
	at := m.central()
	now := m.at(&at)
	if m.has(countsJobs) {
		out = append(out, jobWorth(m, now, t)...)
	}
	switch {
	case m.valued():
		out = append(out, turning(item, m, testNational, figures.npsv, inWideDisplacement)...)
	case m.has(countsJobs) && m.gross[0] > 0 && m.ids[inGVA] == "":
		s := Switch{Ref: "gva", Input: "output of a net additional job and year in the place", Test: testLocal, Unit: "GBP", Why: "no job is net additional in the place under these levels"}
		if v := cash.Over(now.public, now.jobYearsPV); v.OK {
			s.Value, s.OK = v.Value, true
			o := summary(t.output)
			s.Low, s.High, s.HasRange = o.Low, o.High, o.N > 0
		}
		out = append(out, s)
	case m.has(countsJobs) && m.gross[0] > 0:
		out = append(out, turning(item, m, testLocal, func(f figures) float64 { return f.gva - f.public }, inDisplacement)...)
	}
	return out
}

// jobWorth is what a net additional job would have to be worth: to the country, a year and over its life.
func jobWorth(m *model, now figures, t *tally) []Switch {
	short := now.cost() - now.otherBenefits
	year := Switch{Ref: "job-year", Input: "what a net additional job in the country is worth a year", Test: testNational, Unit: "GBP"}
	life := Switch{Ref: "job", Input: "what such a job is worth over its life here, at present value", Test: testNational, Unit: "GBP"}
	if v := cash.Over(short, now.wideYearsPV); v.OK && v.Value >= 0 {
		year.Value, year.OK = v.Value, true
		if n := cash.Over(now.wideYearsPV, m.wideJobs()); n.OK {
			life.Value, life.OK = v.Value*n.Value, true
		}
	} else {
		year.Why = "no job is net additional in the country under these levels, so none can be worth enough"
		if short <= 0 {
			year.Why = "other benefits are above the costs already"
		}
		life.Why = year.Why
	}
	if years := cash.Over(now.wideYearsPV, m.wideJobs()); year.OK && years.OK {
		s := summary(t.jobYear)
		year.Low, year.High, year.HasRange = s.Low, s.High, s.N > 0
		life.Low, life.High, life.HasRange = s.Low*years.Value, s.High*years.Value, s.N > 0
	}
	return []Switch{year, life}
}

// wideJobs is the jobs that are net additional in the country, at central values.
func (m *model) wideJobs() float64 {
	at := m.central()
	sum := 0.0
	for k := range m.streams {
		if s := &m.streams[k]; s.counts == countsJobs {
			if s.net {
				sum += s.quantity.value * wide(&at, 0)
			} else {
				sum += s.quantity.value * wide(&at, at[inDeadweight])
			}
		}
	}
	return sum
}

// turning are the switching values of single inputs for a test of which f is the margin.
func turning(item *Item, m *model, test string, f func(figures) float64, displacement int) []Switch {
	at := m.central()
	with := func(in int) func(float64) float64 {
		return func(x float64) float64 {
			p := at
			p[in] = x
			return f(m.at(&p))
		}
	}
	margin := f(m.at(&at))
	one := func(ref, input, unit string, in int, low, high float64, lower bool) Switch {
		s := Switch{Ref: ref, Input: input, Test: test, Unit: unit, Now: at[in], HasNow: true, Lower: lower}
		s.Value, s.OK = cash.Switch(with(in), at[in], low, high)
		if !s.OK {
			s.Why = none(margin, input)
		}
		return s
	}
	out := []Switch{
		one("displacement", inputNames[displacement], "share", displacement, 0, 1, true),
		one("deadweight", "deadweight", "share", inDeadweight, 0, 1, true),
	}
	if m.canOverrun() {
		out = append(out, one("cost", "cost, as a multiple of that with optimism bias", "factor", inCost, 0, 100, true))
	}
	out = append(out, scaled(m, test, f, at, margin))
	if test == testLocal {
		out = append(out, one("gva", "output of a job and year", "GBP", inGVA, 0, 1e7, false))
		out = append(out, chanceNeeded(item, m, at))
	}
	return out
}

// scaled is the switching value of all quantities together, as a multiple of what is stated: what is brought is
// proportional to it.
func scaled(m *model, test string, f func(figures) float64, at point, margin float64) Switch {
	s := Switch{Ref: "quantity", Input: "what it brings, as a multiple of what is stated", Test: test, Unit: "factor", Now: 1, HasNow: true}
	nothing := *m
	nothing.streams = nil
	s.Value, s.OK = cash.Line(0, f(nothing.at(&at)), 1, margin)
	if !s.OK || s.Value < 0 {
		s.OK, s.Why = false, none(margin, "multiple")
	}
	return s
}

// chanceNeeded is the chance that it works at which expected output equals the public cost.
func chanceNeeded(item *Item, m *model, at point) Switch {
	s := Switch{Ref: "chance", Input: "chance that it works", Test: testLocal, Unit: "share", Now: item.Chance.Mean, HasNow: item.Chance.Known}
	now := m.at(&at)
	if v := cash.Over(now.public, now.gva); v.OK && v.Value <= 1 {
		s.Value, s.OK = v.Value, true
	} else {
		s.Why = "even if it works for certain, the output is below the cost"
	}
	return s
}

func none(margin float64, input string) string {
	if margin >= 0 {
		return fmt.Sprintf("the test holds whatever the %s", input)
	}
	return fmt.Sprintf("the test fails whatever the %s", input)
}

// Tornado is how far a measure moves when one input at a time has its low and its high value.
type Tornado struct {
	Key  string // of the measure; empty where there is none to look at
	Now  float64
	Bars []cash.Bar
}

// inputNames are what inputs are called.
var inputNames = [inputs]string{"cost overrun", "quantities of outcomes", "deadweight", "leakage", "displacement", "substitution", "multiplier",
	"leakage from the country", "displacement in the country", "substitution in the country", "years at full effect", "share of the effect lost a year", "output of a job and year", "national values"}

// tornado moves the inputs of the first measure that is known of net present social value, public cost for each
// net job, and net jobs.
func tornado(item *Item, m *model) Tornado {
	var of func(figures) float64
	key := ""
	for _, c := range []struct {
		key string
		of  func(figures) float64
	}{{KeyNPSV, figures.npsv}, {KeyCostPerJob, func(f figures) float64 { return orNaN(f.costPerJob()) }}, {KeyJobs, func(f figures) float64 { return f.jobs }}} {
		if item.Measure(c.key).Known {
			key, of = c.key, c.of
			break
		}
	}
	if key == "" {
		return Tornado{}
	}
	at := m.central()
	var ins []cash.Input
	var place []int
	for k, r := range m.ranges {
		if !r.certain() {
			ins = append(ins, cash.Input{Name: inputNames[k], Low: r.low, Now: r.value, High: r.high})
			place = append(place, k)
		}
	}
	now, bars := cash.Tornado(ins, func(values []float64) float64 {
		p := at
		for j, k := range place {
			p[k] = values[j]
		}
		return of(m.at(&p))
	})
	t := Tornado{Key: key, Now: now}
	for _, b := range bars {
		if s := b.Swing(); s > 1e-9*math.Abs(now) && !math.IsNaN(s) {
			t.Bars = append(t.Bars, b)
		}
	}
	return t
}
