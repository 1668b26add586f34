package main

import (
	"math/rand/v2"
	"strconv"
)

// namer makes up company names.
type namer struct {
	r                                                       *rand.Rand
	surname, first, trade, adjective, noun, street, kind, s drawer
	place                                                   *sampler
}

func newNamer(r *rand.Rand) *namer {
	pops := make([]float64, len(towns))
	for i := range towns {
		pops[i] = towns[i].pop
	}
	return &namer{r: r, surname: newDrawer(surnames, 4, 0.85), first: newDrawer(firstNames, 5, 0.7), trade: newDrawer(trades, 3, 0.9),
		adjective: newDrawer(adjectives, 5, 0.6), noun: newDrawer(nouns, 8, 0.6), street: newDrawer(streets, 3, 0.8),
		kind: newDrawer(streetKinds, 1, 1), s: newDrawer(syllables, 20, 0.7), place: newSampler(pops)}
}

// invented appends a word that nobody has used; most appear once or a few times in the whole register.
func (n *namer) invented(b []byte) []byte {
	for range 2 + n.r.IntN(3) {
		b = append(b, n.s.draw(n.r)...)
	}
	return b
}

func (n *namer) initial(b []byte) []byte { return append(b, byte('A'+n.r.IntN(26))) }

// stem appends a name without its legal form.
func (n *namer) stem(b []byte) []byte {
	r := n.r
	switch p := r.IntN(1000); {
	case p < 200:
		b = sp(n.surname.draw(r), b)
		b = append(b, n.trade.draw(r)...)
	case p < 440:
		b = append(n.invented(b), ' ')
		b = append(b, n.trade.draw(r)...)
	case p < 520:
		b = n.invented(b)
	case p < 600:
		b = sp(n.first.draw(r), b)
		b = sp(n.surname.draw(r), b)
		if r.IntN(2) == 0 {
			b = append(b, n.trade.draw(r)...)
		}
	case p < 690:
		b = sp(n.adjective.draw(r), b)
		b = sp(n.noun.draw(r), b)
		b = append(b, n.trade.draw(r)...)
	case p < 760:
		b = sp(towns[n.place.draw(r)].name, b)
		b = append(b, n.trade.draw(r)...)
	case p < 830:
		b = n.initials(b)
	case p < 870:
		b = n.building(b)
	case p < 900:
		b = append(sp(n.surname.draw(r), b), "& "...)
		b = sp([]string{"SONS", "SON", "CO", "DAUGHTERS", n.surname.draw(r)}[r.IntN(5)], b)
	case p < 930:
		b = append(append(b, "THE "...), n.noun.draw(r)...)
		b = sp(" "+n.noun.draw(r), b)
		b = append(b, n.trade.draw(r)...)
	case p < 960:
		b = n.invented(b)
		b = append(b, []string{" (UK)", " GROUP", " HOLDINGS", " INTERNATIONAL", " GLOBAL"}[r.IntN(5)]...)
	default:
		b = sp(n.surname.draw(r), b)
		b = sp(n.trade.draw(r), b)
		b = append(append(b, "& "...), n.trade.draw(r)...)
	}
	for b[len(b)-1] == ' ' {
		b = b[:len(b)-1]
	}
	return b
}

// initials appends names such as "J R SMITH", "J.R. SMITH", "ABC SERVICES".
func (n *namer) initials(b []byte) []byte {
	r := n.r
	sep := []string{" ", ".", "", ""}[r.IntN(4)]
	for range 2 + r.IntN(2) {
		b = append(n.initial(b), sep...)
	}
	if sep != " " {
		b = append(b, ' ')
	}
	if r.IntN(2) == 0 {
		b = sp(n.surname.draw(r), b)
	}
	return append(b, n.trade.draw(r)...)
}

// building appends the name of a residents' company.
func (n *namer) building(b []byte) []byte {
	r := n.r
	b = append(strconv.AppendInt(b, int64(1+r.IntN(200)), 10), ' ')
	b = sp(n.street.draw(r), b)
	b = sp(n.kind.draw(r), b)
	return append(b, []string{"MANAGEMENT COMPANY", "RESIDENTS ASSOCIATION", "FREEHOLD", "RTM COMPANY", "MANAGEMENT"}[r.IntN(5)]...)
}

// name appends a full name with the ending of its category; a few have what breaks careless readers.
func (n *namer) name(b []byte, cat *category) []byte {
	switch n.r.IntN(2000) {
	case 0:
		b = append(b, `"`...)
		b = append(n.stem(b), `" `...)
		b = append(b, n.trade.draw(n.r)...)
	case 1:
		b = append(append(n.stem(b), ", "...), n.trade.draw(n.r)...)
	case 2:
		b = append(append(b, "CAF\u00c9 "...), n.surname.draw(n.r)...)
	default:
		b = n.stem(b)
	}
	return append(append(b, ' '), cat.endings[n.r.IntN(len(cat.endings))]...)
}

func sp(w string, b []byte) []byte { return append(append(b, w...), ' ') }
