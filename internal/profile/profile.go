// Package profile tells what any area holds, official or drawn: organisations,
// employees, industries, sectors and their location quotients, from an index of sites
// that is read in one pass. It owns that index of a release; shapes come from geo,
// sectors from sector.
package profile

import (
	"fmt"
	"strings"

	"milieu/internal/geo/tally"
)

// Basis says where an organisation is.
type Basis string

// The bases of every spatial result.
const (
	Any    Basis = "any"    // its places of work and, where none is on record, its registered office
	Work   Basis = "work"   // its places of work only
	Office Basis = "office" // its registered offices only
)

// ParseBasis reads a basis; nothing is Any.
func ParseBasis(s string) (Basis, error) {
	switch b := Basis(s); b {
	case "":
		return Any, nil
	case Any, Work, Office:
		return b, nil
	}
	return Any, fmt.Errorf("basis %q is none of any, work and office", s)
}

// Words say what the basis counts.
func (b Basis) Words() string {
	switch b {
	case Work:
		return "places of work"
	case Office:
		return "registered offices"
	}
	return "places of work, or the registered office where none is on record"
}

// Question says which sites count. The zero value is the basis Any without addresses of mass
// registration.
type Question struct {
	Basis Basis
	Mass  bool // addresses of mass registration count too
}

func (q Question) filled() Question {
	if q.Basis == "" {
		q.Basis = Any
	}
	return q
}

func (q Question) rule() tally.Rule {
	r := tally.Rule{Mass: q.Mass}
	switch q.Basis {
	case Work:
		r.Basis = tally.Work
	case Office:
		r.Basis = tally.OfficeOnly
	}
	return r
}

// Words say what a question counts.
func (q Question) Words() string {
	s := "Counted at their " + q.filled().Basis.Words()
	if q.Mass {
		return s + ", addresses of mass registration included"
	}
	return s
}

// LeftOut is how many organisations of the whole release a question leaves out, and why.
type LeftOut struct {
	NoPosition int `json:"no_position"` // their place is not known on the map
	OnlyMass   int `json:"only_mass"`   // they are known only at an address of mass registration
	NoWork     int `json:"no_work"`     // no place of work is on record
	NoOffice   int `json:"no_office"`   // no registered office is on record
}

// Total is all that are left out.
func (l LeftOut) Total() int { return l.NoPosition + l.OnlyMass + l.NoWork + l.NoOffice }

// Words say who is left out and why; "" where nobody is.
func (l LeftOut) Words() string {
	var parts []string
	for _, p := range []struct {
		n   int
		why string
	}{
		{l.OnlyMass, "known only at an address that very many companies share"},
		{l.NoWork, "of which no place of work is on record"},
		{l.NoOffice, "of which no registered office is on record"},
		{l.NoPosition, "whose place is not known on the map"},
	} {
		if p.n > 0 {
			parts = append(parts, whole(p.n)+" "+p.why)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "Left out of the whole release: " + strings.Join(parts, "; ")
}
