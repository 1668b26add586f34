package profile

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"milieu/internal/stat"
)

// FewOrganisations is from how many organisations of a group its quotient takes part in a ranking.
const FewOrganisations = 5

// falseShare is the share of false findings that verdicts allow (Benjamini-Hochberg).
const falseShare = 0.05

// What a quotient says beyond chance.
const (
	More  = "more"  // than the reference's share, beyond what chance would do
	Fewer = "fewer" // likewise
	Few   = "few"   // fewer than FewOrganisations: listed, not ranked
)

// Quotient is how much larger the share of a group is in an area than in a reference.
type Quotient struct {
	Named
	Organisations int           `json:"organisations"` // of the group, in the area
	Wider         int           `json:"wider"`         // in the reference
	LQ            stat.Quotient `json:"quotient"`      // on organisations, with a 95 % interval (Wilson)
	P             float64       `json:"p"`             // two-sided, exact binomial
	Adjusted      float64       `json:"adjusted"`      // over the level (Benjamini-Hochberg)
	Verdict       string        `json:"verdict"`       // More, Fewer, Few or "": chance would do
	Known         int           `json:"employees_known"`
	Employees     int64         `json:"employees"`
	EmployeesLQ   stat.Quotient `json:"employees_quotient"` // on employees stated, with a 95 % interval
}

// Quotients are the location quotients of the groups of a level, by code: those that the area or the
// reference has. Shares of sectors are of all organisations that count, shares of industries of those
// whose industry is known.
func Quotients(a, against Answer, level string) ([]Quotient, error) {
	if !slices.Contains(Levels, level) {
		return nil, fmt.Errorf("level %q is none of %s", level, strings.Join(Levels, ", "))
	}
	own, wider := map[string]Count{}, map[string]bool{}
	for _, c := range a.Level(level) {
		own[c.Code] = c
	}
	base, all := a.base(level), against.base(level)
	var out []Quotient
	for _, w := range against.Level(level) {
		wider[w.Code] = true
		out = append(out, quotientOf(own[w.Code], w, base, all))
	}
	for _, c := range a.Level(level) {
		if !wider[c.Code] {
			out = append(out, quotientOf(c, Count{Named: c.Named}, base, all))
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Code < out[j].Code })
	judge(out)
	return out, nil
}

// base is all of which the groups of a level are shares.
func (a Answer) base(level string) Count {
	if level == LevelSector {
		return Count{Organisations: a.Organisations, Known: a.Known, Employees: a.Employees, squares: a.squares}
	}
	var sum Count
	for _, c := range a.Level(level) {
		sum.Organisations += c.Organisations
		sum.Known += c.Known
		sum.Employees += c.Employees
		sum.squares += c.squares
	}
	return sum
}

func quotientOf(c, wider, base, all Count) Quotient {
	q := Quotient{Named: wider.Named, Organisations: c.Organisations, Wider: wider.Organisations, Known: c.Known, Employees: c.Employees, P: math.NaN()}
	q.LQ = stat.CensusQuotient(c.Organisations, base.Organisations, wider.Organisations, all.Organisations, confidence)
	if q.LQ.Defined {
		q.P = stat.BinomialTest(c.Organisations, base.Organisations, float64(wider.Organisations)/float64(all.Organisations))
	}
	q.EmployeesLQ = stat.SumQuotient(stat.Summed{Total: float64(c.Employees), Squares: c.squares}, stat.Summed{Total: float64(base.Employees), Squares: base.squares},
		float64(wider.Employees), float64(all.Employees), confidence)
	return q
}

// judge adjusts the p-values of a level for their number and says what stands beyond chance.
func judge(qs []Quotient) {
	ps := make([]float64, len(qs))
	for i, q := range qs {
		ps[i] = q.P
	}
	for i, adjusted := range stat.BenjaminiHochberg(ps) {
		q := &qs[i]
		q.Adjusted = adjusted
		beyond := adjusted <= falseShare // false for NaN
		switch {
		case beyond && q.LQ.Value < 1:
			q.Verdict = Fewer
		case q.Organisations < FewOrganisations:
			q.Verdict = Few
		case beyond:
			q.Verdict = More
		}
		if !q.LQ.Defined { // no test: nothing can be said
			q.P, q.Adjusted = 1, 1
		}
	}
}

// Ranked are the quotients of at least FewOrganisations organisations, the highest lower bound first: a group
// of one firm, whose quotient may be anything, never leads.
func Ranked(qs []Quotient) []Quotient {
	var out []Quotient
	for _, q := range qs {
		if q.LQ.Defined && q.Organisations >= FewOrganisations {
			out = append(out, q)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].LQ.Lo > out[j].LQ.Lo })
	return out
}
