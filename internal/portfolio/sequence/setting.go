// Package sequence owns when the interventions of a plan begin: each where the record or
// somebody's hand has set it, all others so that what comes first comes first, no year
// costs more than its cap, and what is worth most comes early, proven so. It owns too the
// choice between trying out first and scaling up, for interventions that are pilots of
// others. Which interventions are chosen is package portfolio's business, the
// optimisation that of the kernel schedule.
package sequence

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"milieu/internal/portfolio"
	"milieu/internal/portfolio/parameter"
)

// Setting is what a sequence asks beside the ask of its plan.
type Setting struct {
	From    int     // first financial year in which something can begin: 2027 is 2027-28
	Years   int     // how many years are looked at
	YearlyP int64   // the most that may be spent in each year, in pence; 0 is no such cap
	Rate    float64 // by how much a value counts less for each year
	Length  int     // years that an intervention takes for which none are on record
	// NeedsBegun says that what another needs has only to have begun, not to have ended.
	NeedsBegun bool
	// Also says whether what is open to choice but has no cost or no evidence is put in time
	// too: AlsoUnvalued or AlsoNone; empty is the first where fewer than two of what the
	// plan chooses wait to begin, so that there is no order among them.
	Also  string
	Pilot PilotSetting
}

// PilotSetting is what is assumed of pilots: nothing of it is on record.
type PilotSetting struct {
	Sensitivity float64 // chance that a pilot of what works says so
	Specificity float64 // chance that a pilot of what does not work says that
	CostShare   float64 // the pilot's cost as a share of the scheme's, where not both are on record
	Delay       int     // years by which trying out puts the scheme off
	Return      float64 // what the scheme is worth when it works, as a multiple of its cost; 0 is not known
}

// Defaults of a sequence. Those of pilots are assumptions to be changed, not findings.
const (
	DefaultYears = 10
	DefaultRate  = 0.035
	mostYears    = 40
)

// What can be put in time beside what the plan chooses.
const (
	AlsoUnvalued = "unvalued"
	AlsoNone     = "none"
)

// Default is the setting for a first year.
func Default(from int) Setting {
	return Setting{From: from, Years: DefaultYears, Rate: DefaultRate, Length: portfolio.DefaultLength, Pilot: PilotSetting{Sensitivity: 0.8, Specificity: 0.8, CostShare: 0.1, Delay: 2}}
}

// Last is the last year that is looked at.
func (s Setting) Last() int { return s.From + s.Years - 1 }

// RateOf is the rate by which a value counts less a year later: the first of the discount
// schedule in force, with the parameter that it comes from.
func RateOf(set parameter.Set) (float64, parameter.Parameter, error) {
	sched, p, err := set.Schedule("")
	if err != nil {
		return 0, p, err
	}
	return sched.Bands[0].Rate, p, nil
}

// ParseSetting reads from, years, yearly, rate, length, needs, also, hit, reject, trial, wait and
// returns; one that is empty is taken from def. The error is a portfolio.FieldError.
func ParseSetting(get func(string) string, def Setting) (Setting, error) {
	s := def
	for _, f := range []struct {
		name     string
		to       *int
		lo, hi   int
		what, as string
	}{{"from", &s.From, 2000, 2090, "first year", "2027"}, {"years", &s.Years, 1, mostYears, "number of years", "10"}, {"length", &s.Length, 1, 20, "length in years", "3"}, {"wait", &s.Pilot.Delay, 0, 20, "delay in years", "2"}} {
		if v := strings.TrimSpace(get(f.name)); v != "" {
			n, err := strconv.Atoi(v)
			if err != nil || n < f.lo || n > f.hi {
				return s, portfolio.FieldError{Field: f.name, Message: fmt.Sprintf("The %s %q is not a whole number from %d to %d: write it as %s.", f.what, v, f.lo, f.hi, f.as)}
			}
			*f.to = n
		}
	}
	for _, f := range []struct {
		name   string
		to     *float64
		lo, hi float64
		what   string
	}{{"rate", &s.Rate, 0, 0.5, "rate"}, {"hit", &s.Pilot.Sensitivity, 0.5, 1, "chance that a pilot of what works says so"}, {"reject", &s.Pilot.Specificity, 0.5, 1, "chance that a pilot of what does not work says that"},
		{"trial", &s.Pilot.CostShare, 0, 1, "pilot's share of the cost"}} {
		text := strings.TrimSpace(get(f.name))
		if text == "" {
			continue
		}
		v, err := parameter.Share(text)
		if err != nil || v < f.lo || v > f.hi {
			return s, portfolio.FieldError{Field: f.name, Message: fmt.Sprintf("The %s %q is not a share from %g%% to %g%%: write it as 10%% or 0.1.", f.what, text, 100*f.lo, 100*f.hi)}
		}
		*f.to = v
	}
	switch v := strings.TrimSpace(get("needs")); v {
	case "", "ended":
		s.NeedsBegun = s.NeedsBegun && v == ""
	case "begun":
		s.NeedsBegun = true
	default:
		return s, portfolio.FieldError{Field: "needs", Message: fmt.Sprintf("The setting needs=%.40q is not known: write ended or begun.", v)}
	}
	switch v := strings.TrimSpace(get("also")); v {
	case "":
	case AlsoUnvalued, AlsoNone:
		s.Also = v
	default:
		return s, portfolio.FieldError{Field: "also", Message: fmt.Sprintf("The setting also=%.40q is not known: write unvalued to add what has no cost or no evidence, or none.", v)}
	}
	return s.parseMoney(get)
}

func (s Setting) parseMoney(get func(string) string) (Setting, error) {
	if v := strings.TrimSpace(get("yearly")); v != "" {
		p, err := portfolio.ParsePounds(v)
		if err != nil {
			return s, portfolio.FieldError{Field: "yearly", Message: fmt.Sprintf("The most in one year, %q, is not an amount in pounds: write it as 10,000,000.", get("yearly"))}
		}
		s.YearlyP = int64(p)
	}
	if v := strings.TrimSpace(get("returns")); v != "" {
		n, err := strconv.ParseFloat(v, 64)
		if err != nil || !(n >= 0 && n <= 1000) {
			return s, portfolio.FieldError{Field: "returns", Message: fmt.Sprintf("The worth of a scheme that works, %q, is not a multiple of its cost: write it as 2.5.", get("returns"))}
		}
		s.Pilot.Return = n
	}
	return s, nil
}

// Settings are the setting as settings of a reference, without what is as in Default; the
// rate is always there.
func (s Setting) Settings() []string {
	def := Default(s.From)
	out := []string{"from", strconv.Itoa(s.From)}
	add := func(name, value string, differs bool) {
		if differs {
			out = append(out, name, value)
		}
	}
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	add("years", strconv.Itoa(s.Years), s.Years != def.Years)
	add("yearly", portfolio.PoundsOf(s.YearlyP), s.YearlyP != 0)
	add("rate", number(s.Rate), true) // its default is a dated parameter
	add("length", strconv.Itoa(s.Length), s.Length != def.Length)
	add("needs", "begun", s.NeedsBegun)
	add("also", s.Also, s.Also != "")
	add("hit", number(s.Pilot.Sensitivity), s.Pilot.Sensitivity != def.Pilot.Sensitivity)
	add("reject", number(s.Pilot.Specificity), s.Pilot.Specificity != def.Pilot.Specificity)
	add("trial", number(s.Pilot.CostShare), s.Pilot.CostShare != def.Pilot.CostShare)
	add("wait", strconv.Itoa(s.Pilot.Delay), s.Pilot.Delay != def.Pilot.Delay)
	add("returns", number(s.Pilot.Return), s.Pilot.Return != 0)
	return out
}

// Query are the settings of an ask and a sequence for an address.
func Query(ask portfolio.Ask, s Setting) url.Values {
	q := ask.Query()
	set := s.Settings()
	for k := 0; k+1 < len(set); k += 2 {
		q.Set(set[k], set[k+1])
	}
	return q
}
