package main

import (
	"hash/fnv"
	"math/rand/v2"
	"strconv"
	"strings"
)

// company is one organisation: the words of its name without the legal form, how many of the last words tell it from
// its sisters and so are never left out, and where it is.
type company struct {
	words []string
	told  int
	form  string
	at    address
}

// registered is the name as a register writes it.
func (c company) registered() string {
	return strings.TrimSpace(strings.Join(c.words, " ") + " " + c.form)
}

// maker makes up organisations. Names are unique, as a register demands; a brand comes back as others adopt it (the more
// have it, the likelier), so that words have the long tail of a real register; some are families at one address.
type maker struct {
	r                                        *rand.Rand
	places                                   *placer
	surname, first, trade, adj, noun, street words
	brands                                   []string
	taken                                    map[uint64]struct{}
	queue                                    []company
	towns                                    zipf
}

func newMaker(r *rand.Rand, total int) *maker {
	return &maker{r: r, places: newPlacer(r, total), surname: newWords(surnames, 6, 0.8), first: newWords(firstNames, 5, 0.7),
		trade: newWords(trades, 4, 0.85), adj: newWords(adjectives, 5, 0.6), noun: newWords(nouns, 6, 0.6), street: newWords(streets, 4, 0.7),
		taken: make(map[uint64]struct{}, total), towns: newZipf(len(postTowns), 6, 0.95)}
}

// familyPercent is the share of draws that start a family of sisters.
const familyPercent = 3

func (m *maker) next() company {
	if len(m.queue) > 0 {
		c := m.queue[0]
		m.queue = m.queue[1:]
		return c
	}
	if m.r.IntN(100) < familyPercent {
		m.family()
		return m.next()
	}
	c := company{words: m.name(), form: m.form(), at: m.places.next()}
	m.settle(&c)
	return c
}

// form is a legal form; one in twenty is not that of a company limited by shares.
func (m *maker) form() string {
	if m.r.IntN(20) == 0 {
		return []string{"LLP", "CIC", "PLC"}[m.r.IntN(3)]
	}
	return []string{"LIMITED", "LTD"}[m.r.IntN(2)]
}

// settle makes the name one that nobody has, as a founder does who is refused: a first name, a place or a word more.
func (m *maker) settle(c *company) {
	for try := 0; !m.take(c.words); try++ {
		switch m.r.IntN(4) {
		case 0:
			c.words = append([]string{m.first.draw(m.r)}, c.words...)
		case 1:
			c.words, c.told = append(c.words, "("+m.townName()+")"), 1
		case 2:
			c.words = append([]string{string(rune('A' + m.r.IntN(26)))}, c.words...)
		default:
			c.words = append(c.words, m.trade.draw(m.r))
		}
		if try > 3 {
			c.words = append([]string{m.coin()}, m.trade.draw(m.r))
		}
	}
}

func (m *maker) take(w []string) bool {
	f := fnv.New64a()
	for _, s := range w {
		_, _ = f.Write([]byte(s))
	}
	h := f.Sum64()
	if _, ok := m.taken[h]; ok {
		return false
	}
	m.taken[h] = struct{}{}
	return true
}

// family queues two to nine sisters: numbered ones and departments at one address, branches each in its own town.
func (m *maker) family() {
	r := m.r
	stem := m.stem()
	at := m.places.next()
	form := m.form()
	n := 2 + int(min(7, r.ExpFloat64()*2))
	kind := r.IntN(3)
	start := 1 + r.IntN(3)
	trade := m.trade.draw(r)
	used := map[string]bool{}
	for i := range n {
		c := company{form: form, at: at, told: 1}
		switch kind {
		case 0:
			c.words = append(append(append([]string{}, stem...), trade), strconv.Itoa(start+i))
		case 1:
			town := m.townName()
			c.words, c.at = append(append(append([]string{}, stem...), trade), town), m.places.next()
		default:
			w := m.trade.draw(r)
			if i == 0 {
				w = []string{"HOLDINGS", "GROUP", "(UK)"}[r.IntN(3)]
			}
			c.words = append(append([]string{}, stem...), w)
		}
		if last := c.words[len(c.words)-1]; !used[last] && m.take(c.words) {
			used[last] = true
			m.queue = append(m.queue, c)
		}
	}
}

func (m *maker) townName() string {
	t, _ := split(postTowns[m.towns.draw(m.r)])
	return t
}

// stem is what sisters share.
func (m *maker) stem() []string {
	switch m.r.IntN(4) {
	case 0:
		return []string{m.adj.draw(m.r), m.noun.draw(m.r)}
	case 1:
		return []string{m.surname.draw(m.r)}
	}
	return []string{m.brand()}
}

// name makes the words of an ordinary name.
func (m *maker) name() []string {
	r := m.r
	switch p := r.IntN(100); {
	case p < 32:
		return []string{m.brand(), m.trade.draw(r)}
	case p < 42:
		return []string{m.brand()}
	case p < 47:
		return []string{m.brand(), m.trade.draw(r), m.trade.draw(r)}
	case p < 50:
		return []string{m.adj.draw(r), m.brand(), m.trade.draw(r)}
	case p < 58:
		return []string{m.surname.draw(r), m.trade.draw(r)}
	case p < 61:
		return []string{m.first.draw(r), m.surname.draw(r)}
	case p < 65:
		return []string{m.first.draw(r), m.surname.draw(r), m.trade.draw(r)}
	case p < 74:
		return m.initials()
	case p < 81:
		return []string{m.adj.draw(r), m.noun.draw(r), m.trade.draw(r)}
	case p < 84:
		return []string{"THE", m.noun.draw(r), m.trade.draw(r)}
	case p < 89:
		return []string{m.townName(), m.noun.draw(r), m.trade.draw(r)}
	case p < 92:
		return []string{m.surname.draw(r), "&", []string{"SONS", "SON", "CO", "PARTNERS", m.surname.draw(r)}[r.IntN(5)]}
	case p < 95:
		return []string{m.surname.draw(r), m.trade.draw(r), "AND", m.trade.draw(r)}
	case p < 98:
		return []string{strconv.Itoa(1 + r.IntN(220)), m.street.draw(r), streetKinds[r.IntN(len(streetKinds))], "MANAGEMENT", "COMPANY"}
	}
	return m.club()
}

func (m *maker) club() []string {
	r := m.r
	return [][]string{
		{"FRIENDS", "OF", m.surname.draw(r), "PARK"},
		{"ST", m.first.draw(r) + "'S", "CHURCH", m.townName()},
		{m.townName(), m.surname.draw(r), "PRIMARY", "SCHOOL"},
		{"ASSOCIATION", "OF", m.noun.draw(r), m.trade.draw(r)},
		{m.townName(), "AND", m.townName(), m.noun.draw(r), "SOCIETY"},
		{m.surname.draw(r), "BROTHERS", m.trade.draw(r)},
	}[r.IntN(6)]
}

// initials are "A B SMITH", "A.B.", "ABC SERVICES".
func (m *maker) initials() []string {
	r := m.r
	n := 2 + r.IntN(2)
	var w []string
	for range n {
		w = append(w, string(rune('A'+r.IntN(26))))
	}
	switch r.IntN(4) {
	case 0:
	case 1:
		w = []string{strings.Join(w, ".") + "."}
	default:
		w = []string{strings.Join(w, "")}
	}
	if r.IntN(2) == 0 {
		w = append(w, m.surname.draw(r))
	}
	return append(w, m.trade.draw(r))
}

// brand is a coined word. Three in ten are words that somebody has already.
func (m *maker) brand() string {
	if n := len(m.brands); n > 0 && m.r.IntN(100) < 30 {
		b := m.brands[m.r.IntN(n)]
		m.brands = append(m.brands, b)
		return b
	}
	b := m.coin()
	m.brands = append(m.brands, b)
	return b
}

// coin makes up a word.
func (m *maker) coin() string {
	r := m.r
	if r.IntN(6) == 0 {
		return m.noun.draw(r) + m.noun.draw(r)
	}
	b := ""
	for range 1 + r.IntN(2) {
		b += consonants[r.IntN(len(consonants))] + vowels[r.IntN(len(vowels))]
	}
	b += consonants[r.IntN(len(consonants))]
	e := endings[r.IntN(len(endings))]
	if !strings.ContainsAny(e[:1], "AEIOU") {
		b += vowels[r.IntN(len(vowels))]
	}
	return b + e
}
