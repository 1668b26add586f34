package predict

import (
	"cmp"
	"math"
	"slices"
)

// What the features of a pair rest on. None of these numbers is fitted: they were set by hand and not varied. METHODS says how the features
// were chosen.
const (
	lagYears    = 2.0  // ties are predicted for so many years
	halfLife    = 1.5  // years in which what an organisation works on counts half
	tieHalfLife = 4.0  // years in which a joint project counts half
	dropOut     = 0.08 // share of organisations that stop for good in a year
	seedEvents  = 0.5  // an organisation starts with half an event in a year and a half
	seedYears   = 1.5
	mostYears   = 8.0 // further back nothing counts towards how often and how lately
)

// habit is how often an organisation begins something and whether it still does.
type habit struct {
	first, last float64 // age in years of its first and last event
	events      int
}

func (h *habit) see(age float64) {
	if h.events == 0 {
		h.first, h.last = age, age
	}
	h.first, h.last = max(h.first, age), min(h.last, age)
	h.events++
}

// rate is events a year; alive the probability that the organisation has not stopped for good, given how long it has been silent for its
// habit: 1 / (1 + m/(r+m) (exp((r+m) t) - 1)) with rate r, drop-out m and silence t (Schmittlein, Morrison & Colombo, "Counting your
// customers", Management Science 33 (1987), the probability for one customer of known rate).
func (h habit) rate() (rate, alive float64) {
	if h.events == 0 {
		return seedEvents / seedYears, 0
	}
	rate = (float64(h.events) + seedEvents) / (min(h.first, mostYears) + seedYears)
	sum := rate + dropOut
	return rate, 1 / (1 + dropOut/sum*math.Expm1(min(float64(sum*min(h.last, mostYears)), 50)))
}

// shared is what two organisations did together.
type shared struct {
	other  int32
	events int
	recent float64 // each event counts half as much every tieHalfLife years
}

// Past is what is known at a time: the features of any pair can be read from it. It does not change and may be used by many goroutines.
type Past struct {
	nodes  int
	roles  []string
	known  []bool
	any    []habit // all events
	joint  []habit // events with others
	lead   []float64
	ties   [][]shared // by node, ascending by the other
	themes [][]weighted
	norm   []float64 // length of a node's themes
}

type weighted struct {
	theme  int32
	amount float64 // log(1 + decayed number of events)
	idf    float64
}

// PastAt is what the input says of the time before at.
func PastAt(in Input, at float64) *Past {
	events, known := in.before(at)
	p := &Past{nodes: in.Nodes, roles: in.Roles, known: known, any: make([]habit, in.Nodes), joint: make([]habit, in.Nodes), lead: make([]float64, in.Nodes)}
	together := map[pairKey]*shared{}
	for _, e := range events {
		age := at - e.At
		for i, a := range e.Members {
			p.any[a].see(age)
			if len(e.Members) < 2 {
				continue
			}
			p.joint[a].see(age)
			if a == e.Lead {
				p.lead[a] += math.Exp2(-age / halfLife)
			}
			for _, b := range e.Members[:i] {
				k := keyOf(a, b)
				if together[k] == nil {
					together[k] = &shared{}
				}
				together[k].events++
				together[k].recent += math.Exp2(-age / tieHalfLife)
			}
		}
	}
	p.tie(together)
	p.learnThemes(events, at)
	return p
}

func (p *Past) tie(together map[pairKey]*shared) {
	p.ties = make([][]shared, p.nodes)
	keys := make(map[pairKey]bool, len(together))
	for k := range together {
		keys[k] = true
	}
	for _, k := range sortedKeys(keys) {
		s := *together[k]
		s.other = k.b
		p.ties[k.a] = append(p.ties[k.a], s)
		s.other = k.a
		p.ties[k.b] = append(p.ties[k.b], s)
	}
	for v := range p.ties {
		slices.SortFunc(p.ties[v], func(x, y shared) int { return cmp.Compare(x.other, y.other) })
	}
}

// learnThemes weighs what each node works on: log(1 + decayed events) and the inverse document frequency log((1 + n) / (1 + nodes with the theme)).
func (p *Past) learnThemes(events []Event, at float64) {
	number := map[string]int32{}
	amount := make([]map[int32]float64, p.nodes)
	for _, e := range events {
		w := math.Exp2(-(at - e.At) / halfLife)
		for _, t := range e.Themes {
			n, seen := number[t]
			if !seen {
				n = int32(len(number))
				number[t] = n
			}
			for _, v := range e.Members {
				if amount[v] == nil {
					amount[v] = map[int32]float64{}
				}
				amount[v][n] += w
			}
		}
	}
	nodes, with := 0, make([]int, len(number))
	for v, m := range amount {
		if p.known[v] {
			nodes++
		}
		for t := range m {
			with[t]++
		}
	}
	p.themes, p.norm = make([][]weighted, p.nodes), make([]float64, p.nodes)
	for v, m := range amount {
		for t, w := range m {
			p.themes[v] = append(p.themes[v], weighted{t, math.Log1p(w), math.Log(float64(1+nodes) / float64(1+with[t]))})
		}
		slices.SortFunc(p.themes[v], func(x, y weighted) int { return cmp.Compare(x.theme, y.theme) })
		for _, w := range p.themes[v] {
			p.norm[v] += float64(float64(w.amount*w.idf) * float64(w.amount*w.idf))
		}
		p.norm[v] = math.Sqrt(p.norm[v])
	}
}

// between is what two did together, the zero value where nothing.
func (p *Past) between(a, b int32) shared {
	if i, ok := slices.BinarySearchFunc(p.ties[a], b, func(s shared, b int32) int { return cmp.Compare(s.other, b) }); ok {
		return p.ties[a][i]
	}
	return shared{}
}

// overlap is how much two work on the same: the sum over themes of idf times both amounts, and the cosine of their weights.
func (p *Past) overlap(a, b int32) (sum, cosine float64) {
	x, y := p.themes[a], p.themes[b]
	dot := 0.0
	for len(x) > 0 && len(y) > 0 {
		switch {
		case x[0].theme < y[0].theme:
			x = x[1:]
		case x[0].theme > y[0].theme:
			y = y[1:]
		default:
			both := float64(x[0].amount * y[0].amount)
			sum += float64(x[0].idf * both)
			dot += float64(float64(x[0].idf*x[0].idf) * both)
			x, y = x[1:], y[1:]
		}
	}
	if dot > 0 {
		cosine = dot / float64(p.norm[a]*p.norm[b])
	}
	return sum, cosine
}

// common calls each partner that two have in common.
func (p *Past) common(a, b int32, each func(v int32)) {
	x, y := p.ties[a], p.ties[b]
	for len(x) > 0 && len(y) > 0 {
		switch {
		case x[0].other < y[0].other:
			x = x[1:]
		case x[0].other > y[0].other:
			y = y[1:]
		default:
			each(x[0].other)
			x, y = x[1:], y[1:]
		}
	}
}

// AdamicAdar is the sum over common partners of 1 / log(their partners) (Adamic & Adar, "Friends and neighbors on the Web", Social
// Networks 25 (2003)).
func (p *Past) AdamicAdar(a, b int32) float64 {
	sum := 0.0
	p.common(a, b, func(v int32) { sum += 1 / math.Log(float64(len(p.ties[v]))) })
	return sum
}

// Common is the number of partners that two have in common.
func (p *Past) Common(a, b int32) float64 {
	n := 0.0
	p.common(a, b, func(int32) { n++ })
	return n
}

// Attachment is the product of the numbers of partners (Barabási & Albert, "Emergence of scaling in random networks", Science 286 (1999)).
func (p *Past) Attachment(a, b int32) float64 {
	return float64(len(p.ties[a])) * float64(len(p.ties[b]))
}

// Allocation is the sum over common partners of 1 / their partners (Zhou, Lü & Zhang, "Predicting missing links via local information",
// European Physical Journal B 71 (2009)).
func (p *Past) Allocation(a, b int32) float64 {
	sum := 0.0
	p.common(a, b, func(v int32) { sum += 1 / float64(len(p.ties[v])) })
	return sum
}
