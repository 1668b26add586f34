package appraisal

import (
	"fmt"
	"slices"
	"strings"

	"milieu/internal/cash"
	"milieu/internal/evidence"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/parameter"
)

// Outcome is a row of expected outputs or outcomes with what is left of it.
type Outcome struct {
	ID, Key, Kind   string
	Unit, Per       string
	Place, FirmSize string
	Known           bool    // the quantity is stated, or lies between stated ends
	Gross           float64 // as stated
	Low, High       float64 // the range that the draws use
	Net             float64 // what is additional in the area, at central inputs, if it works
	ClaimedNet      bool    // the source says it is net: nothing more is taken away
	From, To        int     // years of effect; To 0: until it fades
	Worth           string  // how it is valued nationally, or why not
	Assumed         string
	GrossUnit       cash.Ratio // cost of one, without optimism bias
	NetUnit         cash.Ratio // cost of one that is additional, with it
	Record          evidence.Record
	counts          bool // it counts for a measure
	unstated        bool // the source does not say whether it is gross or net
	rangeless       bool // the source gives no full range: one is assumed
}

// rng is an input with the range that its draws come from.
type rng struct{ low, value, high float64 }

func fixed(v float64) rng { return rng{v, v, v} }

func (r rng) certain() bool { return r.low == r.high }

// at is the value at x between -1, the low end, and 1, the high end; 0 is the central value.
func (r rng) at(x float64) float64 {
	if x < 0 {
		return r.value + x*(r.value-r.low)
	}
	return r.value + x*(r.high-r.value)
}

// What a stream counts for.
const (
	countsNothing = iota
	countsJobs
	countsSafeguarded
	countsWorth // it has a national value
)

// stream is an outcome over the years. pv and years hold, for each whole number of years at full effect from fullFrom on, what one
// unit of it comes to over the horizon: discounted, and counted in unit-years. Between them lies a straight line.
type stream struct {
	outcome  int // place in Item.Outcomes
	counts   int
	net      bool // nothing is taken away
	quantity rng
	worth    rng // pounds a unit, or a unit and year
	worthID  string
	pv       [3][]float64 // by the low, central and high share lost a year
	years    [3][]float64
	late     [3][]float64 // part of pv that falls after what studies followed
	profile  []float64    // by year from the first, at central inputs
	when     timing       // at central inputs
}

// stated reads the quantity of an outcome. Where its source gives no range, the one assumed for all such outcomes stands in.
func (w *work) stated(o portfolio.Outcome, out *Outcome) rng {
	low, value, high := o.Low.Float64, o.Quantity.Float64, o.High.Float64
	switch {
	case o.Quantity.Valid && o.Low.Valid && o.High.Valid:
	case !o.Quantity.Valid && o.Low.Valid && o.High.Valid:
		value = (low + high) / 2
		out.Assumed = join(out.Assumed, "the middle of the stated range is taken")
	case !o.Quantity.Valid:
		return rng{}
	default:
		r := w.number(idOutcomeRange, "range of outcomes whose source gives none")
		if !o.Low.Valid {
			low = value * r.low
		}
		if !o.High.Valid {
			high = value * r.high
		}
		out.rangeless, out.Assumed = true, join(out.Assumed, "the source gives no full range: one is assumed")
	}
	out.Known = true
	return rng{min(low, value), value, max(high, value)}
}

// timing is the course of an outcome over the years from the first year of the intervention.
type timing struct {
	start   int // year
	to      int // last year; 0: until it fades
	persist cash.Persistence
	once    bool // one amount in the year in which it comes
	even    bool // a total, spread over start to to
}

// when is the course of an outcome. shift moves stated years with a moved beginning.
func (w *work) when(o portfolio.Outcome, out *Outcome, first, span, shift int, persist cash.Persistence) timing {
	t, money := timing{start: first, persist: persist}, w.money(o.Outcome)
	if o.From.Valid {
		t.start, t.persist.Delay = int(o.From.Int64)+shift, 0
	} else {
		t.persist.RampUp = max(t.persist.RampUp, span-1)
		out.Assumed = join(out.Assumed, "when it comes is not stated: it is assumed to build up evenly while money is spent")
	}
	switch {
	case o.To.Valid && !o.From.Valid && o.Per != "total" && !money:
		by := int(o.To.Int64) + shift
		t.persist.RampUp = max(by-first-t.persist.Delay, 0)
		out.Assumed = join(fmt.Sprintf("%d is taken as the year by which all of it is there", by), "how long it lasts is not stated: it is assumed by category")
	case o.To.Valid:
		t.to = int(o.To.Int64) + shift
		if o.Per == "year" && o.From.Valid {
			t.persist.RampUp = 0 // the same each year, as stated
		}
	case o.Per != "total" && out.counted():
		out.Assumed = join(out.Assumed, "how long it lasts is not stated: it is assumed by category")
	}
	out.From, out.To = t.start+t.persist.Delay, t.to
	switch {
	case o.Per == "total":
		t.even = true
		out.From, out.To = t.evenYears()
	case o.Per == "once" && money, o.Per == "" && money:
		t.once = true
	}
	return t
}

// evenYears are the years over which a total is spread: it begins after the delay, but not after the last year that is stated; where none
// is, it comes over the years of the ramp-up.
func (t timing) evenYears() (first, last int) {
	first = t.start + t.persist.Delay
	if t.to != 0 {
		return min(first, t.to), t.to
	}
	return first, first + max(t.persist.RampUp, 0)
}

// money says whether an outcome is an amount of pounds (see portfolio.MoneyOutcome).
func (w *work) money(key string) bool {
	if portfolio.MoneyOutcome(key) {
		return true
	}
	return slices.ContainsFunc([]string{parameter.National, parameter.Local}, func(perspective string) bool {
		p, ok := w.params.Worth(key, perspective)
		return ok && p.Unit == portfolio.MoneyUnit
	})
}

// Yearly says of which ones a unit cost is: an outcome that is counted for a year comes each year.
func (o Outcome) Yearly() string {
	if o.Per == "year" {
		return " a year"
	}
	return ""
}

func (o Outcome) counted() bool { return o.Kind == "outcome" }

// course is the share of the full effect in each year from first on, n of them, with full years at full effect.
func (t timing) course(first, n, full int) []float64 {
	p := t.persist
	p.Full = full
	out := make([]float64, n)
	for k := range out {
		year := first + k
		since := year - t.start
		switch {
		case since < 0:
		case t.once:
			if since == p.Delay {
				out[k] = 1
			}
		case t.even:
			if from, last := t.evenYears(); from <= year && year <= last {
				out[k] = 1 / float64(last-from+1)
			}
		case t.to != 0:
			p.Full = max(t.to-t.start-p.Delay-p.RampUp+1, 0)
			if year <= t.to {
				out[k] = p.At(since)
			}
		default:
			out[k] = p.At(since)
		}
	}
	return out
}

// lay sets the present value and the unit-years of one unit for each number of years at full effect and each decay.
func (s *stream) lay(t timing, m *model, after int) {
	s.when = t
	for j, decay := range []float64{m.ranges[inDecay].low, m.ranges[inDecay].value, m.ranges[inDecay].high} {
		t.persist.Decay = decay
		for full := m.fullFrom; full <= m.fullTo; full++ {
			var pv, years, late float64
			c := t.course(m.first, len(m.discount), full)
			for k, share := range c {
				pv += share * m.discount[k]
				years += share
				if k >= after {
					late += share * m.discount[k]
				}
			}
			s.pv[j], s.years[j], s.late[j] = append(s.pv[j], pv), append(s.years[j], years), append(s.late[j], late)
			if j == 1 && full == int(m.ranges[inFull].value+0.5) {
				s.profile = c
			}
		}
	}
}

// worthOf values an outcome from the national point of view.
func (w *work) worthOf(key string, s *stream, out *Outcome) (err error) {
	p, ok := w.params.Worth(key, "national")
	switch {
	case !ok:
		out.Worth = "no national value is on record for it"
	case p.Value == nil:
		out.Worth = p.None
	default:
		s.counts, s.worthID = countsWorth, p.ID
		s.worth, err = w.takeReal(p, "national value of "+words(key))
		out.Worth = fmt.Sprintf("£%g a unit", s.worth.value)
	}
	return err
}

func words(key string) string { return strings.NewReplacer("-", " ", "_", " ").Replace(key) }
