// Package subsidy holds awards from public funds against the thresholds of the Subsidy Control Act 2022: minimal financial
// assistance, £315,000 to one enterprise over this financial year so far and the two before (section 36), and the duty
// to publish what is above £100,000 (section 33). An enterprise is a group: organisations under one head count as one.
//
// It owns the rule and what is said of each enterprise. It is no legal advice: what the records do not say, such as the
// basis of an award, counts in the upper figure only, and is named.
package subsidy

import (
	"fmt"
	"time"

	"milieu/internal/cash"
	"milieu/internal/evidence"
	"milieu/internal/portfolio"
)

// Bases of awards, as the source type team-awards writes them.
const (
	MFA     = "mfa"  // minimal financial assistance
	SPEI    = "spei" // assistance to services of public economic interest, which counts with it
	Scheme  = "scheme"
	Alone   = "subsidy"
	None    = "none"
	Unknown = "unknown"
)

// Award is money from public funds that an organisation was given.
type Award struct {
	ID, OrgID, Org   string
	Granter, Scheme  string
	AmountP          cash.Pence
	Day              string // as 2026-11-27, "" when not known
	Year             int    // financial year that begins in it; 0 when not known
	Basis, Published string // published: yes, no or unknown
	// Payment is a grant of a published list, which says nothing of basis or publication.
	Payment   bool
	Note      string // of the row, such as that the award is an investment
	Ref       string
	SourceURL string
	Record    evidence.Record
}

// Member is an organisation of an enterprise.
type Member struct{ ID, Name string }

// Enterprise is an organisation with those that one head owns or controls.
type Enterprise struct {
	ID      string // of the head, or of a member where the head is no organisation of the release
	Name    string
	Grouped bool     // the release holds a group; otherwise nobody is known to own it or to be owned
	Members []Member // in the order of the names
}

// Limits are the thresholds with the day from which they hold.
type Limits struct {
	MFA, Transparency cash.Pence
	From              string // day the duties began
}

// Book is the awards of a release with its enterprises.
type Book struct {
	awards      []Award
	enterprises []Enterprise   // in the order of name, then id
	of          map[string]int // organisation -> enterprise
	Dropped     int            // payments left out because the same sum stands among the awards too
}

// NewBook makes a book of awards. groups are the enterprises of more than one organisation; an organisation of an
// award that is in none is an enterprise by itself.
func NewBook(awards []Award, groups []Enterprise) Book {
	b := Book{of: map[string]int{}}
	for _, g := range groups {
		for _, m := range g.Members {
			b.of[m.ID] = len(b.enterprises)
		}
		b.enterprises = append(b.enterprises, g)
	}
	given := map[string]bool{}
	for _, a := range awards {
		if !a.Payment {
			given[a.sum()] = true
		}
	}
	for _, a := range awards {
		if a.Payment && given[a.sum()] {
			b.Dropped++
			continue
		}
		if _, ok := b.of[a.OrgID]; !ok {
			b.of[a.OrgID] = len(b.enterprises)
			b.enterprises = append(b.enterprises, alone(a.OrgID, a.Org))
		}
		b.awards = append(b.awards, a)
	}
	return b
}

// sum tells one award by whom it was given to, when and how much, where two sources name it.
func (a Award) sum() string { return fmt.Sprint(a.OrgID, " ", a.year(), " ", int64(a.AmountP)) }

// year is the financial year of the award, 0 when not known.
func (a Award) year() int {
	if y, ok := financialYear(a.Day); ok {
		return y
	}
	return a.Year
}

func alone(id, name string) Enterprise {
	return Enterprise{ID: id, Name: name, Members: []Member{{id, name}}}
}

// Enterprise is that of an organisation; name is used where the book knows nothing of it.
func (b Book) Enterprise(org, name string) Enterprise {
	if i, ok := b.of[org]; ok {
		return b.enterprises[i]
	}
	return alone(org, name)
}

// financialYear is the year in which the financial year of a day begins: 31 March 2021 is of 2020.
func financialYear(day string) (int, bool) {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return 0, false
	}
	return portfolio.FinancialYear(t), true
}

// Period is the time over which assistance is summed on a day: from 1 April two financial years before its
// own to the day itself. An error says that the day cannot be read.
func Period(day string) (from, to string, err error) {
	y, ok := financialYear(day)
	if !ok {
		return "", "", fmt.Errorf("%q is not a day; write it as 2026-11-27", day)
	}
	return fmt.Sprintf("%04d-04-01", y-2), day, nil
}
