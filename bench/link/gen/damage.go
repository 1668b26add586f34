package main

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// damager writes organisations as another list does.
type damager struct {
	r *rand.Rand
	m *maker
}

func (d damager) percent(p int) bool { return d.r.IntN(100) < p }

// name writes the name as somebody typed it from memory or from a letterhead.
func (d damager) name(c company) string {
	w := append([]string{}, c.words...)
	w = d.dropped(w, c.told)
	for i := range w {
		switch {
		case w[i] == "&" && d.percent(50):
			w[i] = "AND"
		case w[i] == "AND" && d.percent(50):
			w[i] = "&"
		case shorts[w[i]] != nil && d.percent(12):
			w[i] = shorts[w[i]][d.r.IntN(len(shorts[w[i]]))]
		case strings.HasSuffix(w[i], ".") && d.percent(60), strings.HasPrefix(w[i], "(") && d.percent(40), strings.Contains(w[i], "'") && d.percent(50):
			w[i] = strings.NewReplacer(".", "", "(", "", ")", "", "'", "").Replace(w[i])
		}
	}
	if len(w) > 1 && d.percent(4) {
		i := d.r.IntN(len(w) - 1)
		w[i], w[i+1] = w[i+1], w[i]
	}
	s := strings.Join(w, " ")
	if d.percent(22) {
		s = d.typo(s)
		if d.percent(20) {
			s = d.typo(s)
		}
	}
	s = strings.TrimSpace(s + " " + d.form(c.form))
	if d.percent(1) {
		s += " T/A " + d.m.coin() + " " + d.m.trade.draw(d.r)
	}
	if d.percent(60) {
		s = title(s)
	}
	return s
}

// dropped leaves out a word; never one that tells sisters apart, and seldom the first.
func (d damager) dropped(w []string, told int) []string {
	free := len(w) - told
	if w[0] == "THE" && d.percent(40) {
		return w[1:]
	}
	if free < 3 && !(free == 2 && len(w) > 2) || !d.percent(15) {
		return w
	}
	i := 1 + d.r.IntN(free-1)
	if d.percent(15) {
		i = 0
	}
	// A word beside "and" stays: without it nobody would write the "and".
	if near := w[max(0, i-1):min(len(w), i+2)]; slices.Contains(near, "&") || slices.Contains(near, "AND") {
		return w
	}
	return append(w[:i], w[i+1:]...)
}

// form writes the legal form as people do: in full, short, not at all, now and then another one.
func (d damager) form(f string) string {
	switch k := d.r.IntN(100); {
	case k < 30:
		return f
	case k < 55:
		return ""
	case k < 60 && (f == "LIMITED" || f == "LTD"):
		return []string{"PLC", "LTD CO", "CO LTD"}[d.r.IntN(3)]
	}
	switch f {
	case "LIMITED":
		return []string{"LTD", "LTD", "LTD."}[d.r.IntN(3)]
	case "LTD":
		return "LIMITED"
	case "PLC":
		return "P.L.C."
	}
	return f
}

// typo changes one letter of a word of four letters or more, seldom the first: one more, one less, another, or two
// swapped. Digits stay: another number is another organisation.
func (d damager) typo(s string) string {
	b := []byte(s)
	var at []int
	for i, from := 0, 0; i <= len(b); i++ {
		if i < len(b) && b[i] >= 'A' && b[i] <= 'Z' {
			continue
		}
		for j := from; j < i && i-from > 3; j++ {
			if j > from || d.r.IntN(4) == 0 {
				at = append(at, j)
			}
		}
		from = i + 1
	}
	if len(at) == 0 {
		return s
	}
	i := at[d.r.IntN(len(at))]
	letter := byte('A' + d.r.IntN(26))
	switch d.r.IntN(4) {
	case 0:
		return string(b[:i]) + string(letter) + string(b[i:])
	case 1:
		return string(b[:i]) + string(b[i+1:])
	case 2:
		b[i] = letter
	default:
		if i+1 < len(b) && b[i+1] >= 'A' && b[i+1] <= 'Z' {
			b[i], b[i+1] = b[i+1], b[i]
		}
	}
	return string(b)
}

func title(s string) string {
	b := []byte(strings.ToLower(s))
	for i := range b {
		if (i == 0 || !(b[i-1] >= 'a' && b[i-1] <= 'z' || b[i-1] >= 'A' && b[i-1] <= 'Z' || b[i-1] == '\'')) && b[i] >= 'a' && b[i] <= 'z' {
			b[i] -= 32
		}
	}
	return string(b)
}

// address writes the address of the other list: a quarter have moved, some lack parts, the rest are written otherwise.
func (d damager) address(a address) address {
	if d.percent(25) {
		if d.percent(40) {
			a = d.m.places.in(a.at)
		} else {
			a = d.m.places.next()
		}
	}
	if d.percent(10) {
		a.postcode = ""
	} else if d.percent(3) && len(a.postcode) > 4 {
		b := []byte(a.postcode)
		b[len(b)-1] = inward[d.r.IntN(len(inward))]
		a.postcode = string(b)
	}
	if d.percent(5) {
		a.town = ""
	}
	w := strings.Fields(a.street)
	for i := range w {
		if s := shorts[w[i]]; s != nil && d.percent(30) {
			w[i] = s[0]
		}
	}
	a.street = strings.Join(w, " ")
	switch k := d.r.IntN(100); {
	case k < 5:
		a.street = ""
	case k < 15:
		a.street = d.typo(a.street)
	}
	if d.percent(60) {
		a.street, a.town = title(a.street), title(a.town)
	}
	return a
}

// mildly writes the address of the first list, a register's: complete but for a few postcodes.
func (d damager) mildly(a address) address {
	if d.percent(2) {
		a.postcode = ""
	}
	return a
}
