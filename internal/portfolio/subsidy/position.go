package subsidy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"milieu/internal/cash"
)

// States of an enterprise against the limit.
const (
	Within    = "within"
	MayBeOver = "may-be-over" // over only with what is uncertain
	Over      = "over"
)

// Counted is an award that counts, for certain or not.
type Counted struct {
	Award
	Sure bool
	Why  string // what is uncertain
}

// Position is where an enterprise stands on a day.
type Position struct {
	Enterprise
	From, To   string     // the period, both days included
	Sure       cash.Pence // minimal assistance for certain
	Most       cash.Pence // with all that is uncertain
	Limit      cash.Pence
	Plus       cash.Pence // of both sums, what is only thought of as given
	State      string
	Awards     []Counted // that count, in the order of time
	Large      []Counted // awards of the period on no known basis that are above the limit by themselves: they are in no sum
	Elsewhere  int       // awards of the period that do not count: under a scheme, standing alone, or no subsidy
	Unreported []Report  // awards above the threshold of transparency that are not published, or may not be
}

// Report is an award that has, or may have, to be entered in the public database.
type Report struct {
	Award
	Sure bool
	Why  string
}

// Headroom is what may still be given as minimal assistance: at least where all that is uncertain counts, at most
// where none of it does. Both are 0 where nothing is left.
func (p Position) Headroom() (least, most cash.Pence) {
	return max(0, p.Limit-p.Most), max(0, p.Limit-p.Sure)
}

// Position is where the enterprise of an organisation stands on a day, as 2026-11-27.
func (b Book) Position(org, name, day string, l Limits) (Position, error) {
	from, to, err := Period(day)
	if err != nil {
		return Position{}, err
	}
	p := Position{Enterprise: b.Enterprise(org, name), From: from, To: to, Limit: l.MFA}
	i, known := b.of[org]
	for _, a := range b.awards {
		if known && b.of[a.OrgID] == i {
			p.take(a, l)
		}
	}
	p.settle()
	return p, nil
}

// Positions are those of all enterprises with an award that counts or is to be reported, the most assisted first.
func (b Book) Positions(day string, l Limits) ([]Position, error) {
	from, to, err := Period(day)
	if err != nil {
		return nil, err
	}
	all := make([]Position, len(b.enterprises))
	for i, e := range b.enterprises {
		all[i] = Position{Enterprise: e, From: from, To: to, Limit: l.MFA}
	}
	for _, a := range b.awards {
		all[b.of[a.OrgID]].take(a, l)
	}
	all = slices.DeleteFunc(all, func(p Position) bool { return len(p.Awards)+len(p.Large)+len(p.Unreported) == 0 })
	for i := range all {
		all[i].settle()
	}
	slices.SortFunc(all, func(x, y Position) int {
		return cmp.Or(cmp.Compare(y.Sure, x.Sure), cmp.Compare(y.Most, x.Most), cmp.Compare(x.Name, y.Name), cmp.Compare(x.ID, y.ID))
	})
	return all, nil
}

// take counts an award where it belongs.
func (p *Position) take(a Award, l Limits) {
	if r, ok := report(a, l, p.To); ok {
		p.Unreported = append(p.Unreported, r)
	}
	in, sure, why := p.when(a)
	if !in {
		return
	}
	switch a.Basis {
	case MFA, SPEI:
	case Unknown:
		if a.AmountP > l.MFA {
			p.Large = append(p.Large, Counted{a, false, tooLarge})
			return
		}
		sure, why = false, a.unclear(why)
	default:
		p.Elsewhere++
		return
	}
	p.Awards = append(p.Awards, Counted{a, sure, why})
	p.Most += a.AmountP
	if sure {
		p.Sure += a.AmountP
	}
}

// tooLarge says why an award on no known basis is in no sum.
const tooLarge = "too large to be minimal assistance: it must rest on another basis"

// unclear says that the basis is not known, beside what else is not.
func (a Award) unclear(also string) string {
	why := "its basis is not known"
	if a.Payment {
		why = "it comes from a list of grants that does not say on what basis they were given"
	}
	if also != "" {
		why += "; " + also
	}
	return why
}

// when says whether an award falls into the period, and whether that is certain.
func (p *Position) when(a Award) (in, sure bool, why string) {
	if a.Day != "" {
		return a.Day >= p.From && a.Day <= p.To, true, ""
	}
	if a.Year == 0 {
		return true, false, "when it was given is not known"
	}
	this, _ := financialYear(p.To)
	switch {
	case a.Year < this-2 || a.Year > this:
		return false, false, ""
	case a.Year == this:
		return true, false, "its day is not known, and may be later in the year"
	}
	return true, true, ""
}

func (p *Position) settle() {
	for _, list := range [][]Counted{p.Awards, p.Large} {
		slices.SortStableFunc(list, func(x, y Counted) int {
			return cmp.Or(cmp.Compare(x.year(), y.year()), cmp.Compare(x.Day, y.Day), cmp.Compare(x.ID, y.ID))
		})
	}
	slices.SortStableFunc(p.Unreported, func(x, y Report) int {
		return cmp.Or(cmp.Compare(x.year(), y.year()), cmp.Compare(x.Day, y.Day), cmp.Compare(x.ID, y.ID))
	})
	p.State = state(p.Sure, p.Most, p.Limit)
}

// state compares with the limit, which may be reached but not passed.
func state(sure, most, limit cash.Pence) string {
	switch {
	case sure > limit:
		return Over
	case most > limit:
		return MayBeOver
	}
	return Within
}

// report says whether an award has, or may have, to be entered in the public database by a day.
func report(a Award, l Limits, day string) (Report, bool) {
	if a.AmountP <= l.Transparency || a.Published == "yes" || a.Basis == None || a.Payment {
		return Report{}, false
	}
	begun, _ := financialYear(l.From)
	switch {
	case a.Day != "" && (a.Day < l.From || a.Day > day), a.Day == "" && a.Year != 0 && a.Year < begun:
		return Report{}, false
	}
	r := Report{Award: a, Sure: a.Published == "no" && a.Basis != Unknown && (a.Day != "" || a.Year > begun)}
	var open []string
	if a.Published == "no" {
		open = append(open, "it is not published")
	} else {
		open = append(open, "whether it is published is not known")
	}
	if a.Basis == Unknown {
		open = append(open, "its basis is not known")
	}
	if a.Day == "" && a.Year <= begun {
		open = append(open, "it may have been given before the duty began")
	}
	r.Why = strings.Join(open, "; ")
	return r, true
}

// Answer is what giving an enterprise more would come to.
type Answer struct {
	Before, After Position
	AmountP       cash.Pence
	Publish       bool // the award itself would have to be published
}

// WhatIf adds minimal assistance to the enterprise of an organisation on a day.
func (b Book) WhatIf(org, name string, amount cash.Pence, day string, l Limits) (Answer, error) {
	if amount <= 0 {
		return Answer{}, fmt.Errorf("an award is more than £0")
	}
	before, err := b.Position(org, name, day, l)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Before: before, After: before.with(amount), AmountP: amount, Publish: amount > l.Transparency}, nil
}

// with is the position with more minimal assistance.
func (p Position) with(amount cash.Pence) Position {
	p.Plus += amount
	p.Sure += amount
	p.Most += amount
	p.State = state(p.Sure, p.Most, p.Limit)
	return p
}

// Says is the answer in a sentence or two.
func (a Answer) Says() string {
	least, most := a.Before.Headroom()
	text := ""
	switch a.After.State {
	case Within:
		text = "It may be given as minimal financial assistance: it stays within the limit even if all that is uncertain counts."
	case MayBeOver:
		text = fmt.Sprintf("It is within the limit only if enough of what is uncertain does not count: %s may be given for certain, %s at most.", Pounds(least), Pounds(most))
	case Over:
		text = fmt.Sprintf("It is over the limit: at most %s may be given as minimal financial assistance, %s for certain. The rest needs another basis, with the subsidy control principles assessed.", Pounds(most), Pounds(least))
	}
	if a.Publish {
		text += " It would have to be entered in the public database."
	}
	return text
}
