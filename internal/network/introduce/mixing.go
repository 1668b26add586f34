package introduce

import (
	"cmp"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"
)

// traits is how many traits mixing looks at: roles, industry divisions, sectors
// and the commonest words of themes.
const traits = 256

// Families of traits. Only traits of one family are held against each other, and
// each family's lift counts as much as it says of what two organisations do.
const (
	ofRole = iota
	ofDivision
	ofSector
	ofWord
)

var familyFactor = [...]float64{ofRole: 0.4, ofDivision: 0.8, ofSector: 0.6, ofWord: 1}

const (
	mostDivisions = 60
	// leastOrgs is how many organisations of the one trait must be tied to
	// some of the other before mixing says anything: a lift that one hub
	// makes is none.
	leastOrgs = 3
	// prior ties are added to what was seen and what was expected.
	mixPrior = 2
	// leastPower keeps reasons out that would move nothing.
	leastPower = 0.1
	// lowerZ takes the lower end of a one-sided 95 % interval of what was seen
	// (Poisson), so that chance among many traits seldom counts.
	lowerZ = 1.645
)

type trait struct {
	family int
	name   string
}

// mixing is how much more often two traits are tied than the numbers of ties
// of their holders explain.
type mixing struct {
	traits []trait
	of     [][]uint8 // traits of each organisation, ascending
	lift   []float32 // traits x traits, 0 where nothing can be said
	power  []float32 // strength 0 to 1, likewise
	like   []float32 // lift of each trait with itself, 1 where nothing can be said
}

type mask [traits / 64]uint64

func newMixing(x *Index, ties []Tie) *mixing {
	m := &mixing{}
	m.name(x)
	n := len(m.traits)
	m.lift, m.power, m.like = make([]float32, n*n), make([]float32, n*n), make([]float32, n)
	masks, around := make([]mask, len(m.of)), make([]mask, len(m.of))
	for v, list := range m.of {
		for _, t := range list {
			masks[v][t/64] |= 1 << (t % 64)
		}
	}
	ends, count, total := make([]float64, n), make([]int32, n*n), 0.0
	for _, t := range ties {
		if !t.Working || t.Family != "tie" || t.A == t.B {
			continue
		}
		total += 2
		for _, p := range m.of[t.A] {
			ends[p]++
			for _, q := range m.of[t.B] {
				count[int(p)*n+int(q)]++
				count[int(q)*n+int(p)]++
			}
		}
		for _, q := range m.of[t.B] {
			ends[q]++
		}
		for i := range masks[t.A] {
			around[t.A][i] |= masks[t.B][i]
			around[t.B][i] |= masks[t.A][i]
		}
	}
	m.reckon(count, ends, total, m.spread(around))
	return m
}

// spread counts the organisations of each trait that are tied to another trait.
func (m *mixing) spread(around []mask) []int32 {
	n := len(m.traits)
	out := make([]int32, n*n)
	for v, list := range m.of {
		for i, word := range around[v] {
			for ; word != 0; word &= word - 1 {
				q := i*64 + bits.TrailingZeros64(word)
				for _, p := range list {
					out[int(p)*n+q]++
				}
			}
		}
	}
	return out
}

func (m *mixing) reckon(count []int32, ends []float64, total float64, spread []int32) {
	n := len(m.traits)
	for p := range n {
		m.like[p] = 1
		if total > 0 {
			// the upper end of the interval: few ties seen where few were to be
			// expected say nothing
			seen := float64(count[p*n+p]) + mixPrior
			m.like[p] = float32((seen + float64(lowerZ*math.Sqrt(seen))) / (float64(ends[p]*ends[p]/total) + mixPrior))
		}
		for q := range n {
			i, j := p*n+q, q*n+p
			if p == q || m.traits[p].family != m.traits[q].family || spread[i] < leastOrgs || spread[j] < leastOrgs {
				continue
			}
			// each tie has two directions, and so has the expectation
			want := ends[p] * ends[q] / total
			seen := float64(count[i]) + mixPrior
			lift := (seen - float64(lowerZ*math.Sqrt(seen))) / (want + mixPrior)
			if lift <= 1 {
				continue
			}
			if power := min(1, math.Log2(lift)/2) * familyFactor[m.traits[p].family]; power >= leastPower {
				m.lift[i], m.power[i] = float32(seen/(want+mixPrior)), float32(power)
			}
		}
	}
}

// name gives the traits numbers and every organisation its traits.
func (m *mixing) name(x *Index) {
	number := map[trait]uint8{}
	add := func(t trait) {
		if _, ok := number[t]; !ok && len(m.traits) < traits {
			number[t] = uint8(len(m.traits))
			m.traits = append(m.traits, t)
		}
	}
	roles, divisions := map[string]int{}, map[string]int{}
	for i := range x.orgs {
		roles[x.orgs[i].Role]++
		if d := division(x.orgs[i].Industry); d != "" {
			divisions[d]++
		}
	}
	for _, r := range commonest(roles, 24) {
		add(trait{ofRole, r})
	}
	for _, d := range commonest(divisions, mostDivisions) {
		add(trait{ofDivision, d})
	}
	for _, s := range x.sectors {
		add(trait{ofSector, s.ID})
	}
	for _, w := range x.words.common(traits - len(m.traits)) {
		add(trait{ofWord, x.words.names[w]})
	}
	m.of = make([][]uint8, len(x.orgs))
	for v := range x.orgs {
		m.of[v] = m.traitsOf(x, v, number)
	}
}

func (m *mixing) traitsOf(x *Index, v int, number map[trait]uint8) []uint8 {
	o := &x.orgs[v]
	var out []uint8
	put := func(t trait) {
		if n, ok := number[t]; ok {
			out = append(out, n)
		}
	}
	put(trait{ofRole, o.Role})
	put(trait{ofDivision, division(o.Industry)})
	for i, s := range x.sectors {
		if o.Sectors&(1<<i) != 0 {
			put(trait{ofSector, s.ID})
		}
	}
	for _, w := range x.have[v] {
		put(trait{ofWord, x.words.names[w]})
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// commonest is the keys with the largest counts, ties by name.
func commonest(count map[string]int, most int) []string {
	out := make([]string, 0, len(count))
	for k := range count {
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(cmp.Compare(count[b], count[a]), strings.Compare(a, b)) })
	return out[:min(most, len(out))]
}

// division is the first two digits of an industry code that says what a firm
// does; "" for none, for a non-trading company and for a dormant one.
func division(code string) string {
	if len(code) < 2 || code == "74990" || code == "99999" {
		return ""
	}
	return code[:2]
}

// best is the pair of traits of two organisations with the highest strength. A
// trait that both have is likeness and not looked at.
func (m *mixing) best(a, b int32) (strength float64, p, q int) {
	n := len(m.traits)
	most := float32(0)
	for _, i := range m.of[a] {
		row := m.power[int(i)*n : int(i)*n+n]
		for _, j := range m.of[b] {
			if row[j] <= most || slices.Contains(m.of[b], i) || slices.Contains(m.of[a], j) {
				continue
			}
			most, p, q = row[j], int(i), int(j)
		}
	}
	return float64(most), p, q
}

// likeness is how much each word counts when two organisations share it: less
// where its holders are tied to each other more seldom than chance would have it.
func (m *mixing) likeness(words []string) []float64 {
	known := map[string]float64{}
	for p, t := range m.traits {
		if t.family == ofWord {
			known[t.name] = min(1, max(0.25, float64(m.like[p])))
		}
	}
	out := make([]float64, len(words))
	for w, name := range words {
		out[w] = 1
		if v, ok := known[name]; ok {
			out[w] = v
		}
	}
	return out
}

// say puts a pair of traits in words.
func (m *mixing) say(x *Index, p, q int) string {
	lift := m.lift[p*len(m.traits)+q]
	a, b := m.traits[p], m.traits[q]
	what := map[int]string{ofRole: "a role of %s and one of %s", ofDivision: "industry division %s and division %s", ofSector: "the sectors %s and %s", ofWord: "%s and %s"}[a.family]
	if a.family == ofSector {
		a.name, b.name = x.sectorName(a.name), x.sectorName(b.name)
	}
	return fmt.Sprintf(what+" are tied here %.1f times as often as chance would have it", a.name, b.name, lift)
}

func (x *Index) sectorName(id string) string {
	for _, s := range x.sectors {
		if s.ID == id {
			return strings.ToLower(s.Name)
		}
	}
	return id
}
