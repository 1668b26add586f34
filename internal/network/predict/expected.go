package predict

import (
	"math"
	"slices"
	"strings"

	"milieu/internal/geo/proj"
	"milieu/internal/network"
	"milieu/internal/stat"
)

// Trait is what the model of expected ties knows of an organisation.
type Trait struct {
	Role, Section string // main role; section of its industry, "" where not known
	Sectors       uint32
	Themes        []int32 // ascending
	Lon, Lat      float64
	Placed        bool
}

// TraitOf is what the model knows of a node.
func TraitOf(n *network.Node) Trait {
	return Trait{Role: n.Role, Section: n.Section, Sectors: n.Sectors, Themes: n.Themes, Lon: n.Lon, Lat: n.Lat, Placed: n.Placed}
}

// Keys of terms that are not pairs of roles.
const (
	termConstant = "constant"
	termSector   = "sector"
	termTheme    = "theme"
	termSection  = "section"
	termDistance = "distance"
	termUnplaced = "unplaced"
	termRoles    = "roles/" // and the two roles, the lower first, with a stroke between
)

// fixedTerms stand before the pairs of roles.
var fixedTerms = []struct{ key, label string }{
	{termSector, "They share a sector"},
	{termTheme, "They share a theme"},
	{termSection, "Their industries are of one section"},
	{termDistance, "Distance doubles"},
	{termUnplaced, "The place of one of them is not known"},
}

// fixed writes the terms of a pair that are not pairs of roles. Distance is log2(1 + kilometres), so that its odds ratio is that of about twice the
// distance.
func fixed(a, b *Trait, out []float64) {
	clear(out[:len(fixedTerms)])
	if a.Sectors&b.Sectors != 0 {
		out[0] = 1
	}
	if meet(a.Themes, b.Themes) {
		out[1] = 1
	}
	if a.Section != "" && a.Section == b.Section {
		out[2] = 1
	}
	if a.Placed && b.Placed {
		out[3] = math.Log2(1 + proj.DistanceM(a.Lon, a.Lat, b.Lon, b.Lat)/1000)
	} else {
		out[4] = 1
	}
}

func meet(x, y []int32) bool {
	for len(x) > 0 && len(y) > 0 {
		switch {
		case x[0] < y[0]:
			x = x[1:]
		case x[0] > y[0]:
			y = y[1:]
		default:
			return true
		}
	}
	return false
}

// Term is one coefficient of the model.
type Term struct {
	Key, Label      string
	Coefficient, SE float64
	OddsRatio       float64
	Lo, Hi          float64 // 95 % interval of the odds ratio
}

// Model gives the probability that two organisations are tied on record, from their roles, sectors, themes and distance alone (a
// logistic regression on pairs; METHODS, "expected ties"). It says what is usual, not why. The zero value knows nothing and expects no tie.
// It does not change and may be used by many goroutines.
type Model struct {
	Terms    []Term // the constant first
	Fit      Fit
	Baseline string // the pair of roles that the terms of roles are against

	constant float64
	fixed    []float64
	roles    map[[2]string]float64
}

// Found says that there is a model.
func (m Model) Found() bool { return len(m.Terms) > 0 }

// ready makes the tables that Expected reads.
func (m Model) ready() Model {
	m.fixed, m.roles = make([]float64, len(fixedTerms)), map[[2]string]float64{}
	for _, t := range m.Terms {
		if t.Key == termConstant {
			m.constant = t.Coefficient
			continue
		}
		if rest, ok := strings.CutPrefix(t.Key, termRoles); ok {
			a, b, _ := strings.Cut(rest, "/")
			m.roles[rolesOf(a, b)] = t.Coefficient
			continue
		}
		for j, f := range fixedTerms {
			if f.key == t.Key {
				m.fixed[j] = t.Coefficient
			}
		}
	}
	return m
}

// Expected is the probability that x and y, nodes of the book, are tied on record; whether they are is not looked at. 0 without a model.
func (m Model) Expected(b *network.Book, x, y int) float64 {
	s, t := TraitOf(b.Node(x)), TraitOf(b.Node(y))
	return m.Of(&s, &t)
}

// Of is Expected for two organisations that need not be in a book.
func (m Model) Of(a, b *Trait) float64 {
	if !m.Found() {
		return 0
	}
	var row [8]float64
	fixed(a, b, row[:])
	v := m.constant + m.roles[rolesOf(a.Role, b.Role)]
	for j, c := range m.fixed {
		v += float64(c * row[j])
	}
	return stat.Logistic(v)
}

// Lift is Expected against the share of all pairs that are tied: 3 says that pairs like this one are tied three times as often as any.
func (m Model) Lift(b *network.Book, x, y int) float64 {
	if m.Fit.Rate == 0 {
		return 0
	}
	return m.Expected(b, x, y) / m.Fit.Rate
}

// Part is one reason in an expected tie.
type Part struct {
	Key, Text string
	OddsRatio float64 // of this pair's value of the term against none
}

// Why lists what raises and lowers the expected tie of two nodes, the strongest first.
func (m Model) Why(b *network.Book, x, y int) []Part {
	s, t := TraitOf(b.Node(x)), TraitOf(b.Node(y))
	var row [8]float64
	fixed(&s, &t, row[:])
	var out []Part
	for _, term := range m.Terms {
		p := Part{Key: term.Key, Text: term.Label}
		if rest, ok := strings.CutPrefix(term.Key, termRoles); ok {
			if r := rolesOf(s.Role, t.Role); rest != r[0]+"/"+r[1] {
				continue
			}
			p.OddsRatio = math.Exp(term.Coefficient)
			out = append(out, p)
			continue
		}
		for j, f := range fixedTerms {
			if f.key != term.Key || row[j] == 0 {
				continue
			}
			p.OddsRatio = math.Exp(float64(term.Coefficient * row[j]))
			if f.key == termDistance {
				p.Text = "Their distance"
			}
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(p, q Part) int {
		a, b := math.Abs(math.Log(p.OddsRatio)), math.Abs(math.Log(q.OddsRatio))
		switch {
		case a > b:
			return -1
		case a < b:
			return 1
		}
		return 0
	})
	return out
}
