package introduce

import "math"

// strengths is how far each reason applies to a pair, 0 to 1.
type strengths [kinds]float64

// Scales of the strengths. They are judgements like the weights.
const (
	walkKm        = 1.0  // a quarter of an hour on foot
	nearKm        = 6.0  // beyond the walk, nearness falls by e every so many km
	nearestKm     = 25.0 // from here on it is not near
	farFrom       = 50.0
	farFull       = 250.0
	fullSharing   = 0.25 // resource allocation at which the strength is 1 - 1/e
	fullParallel  = 0.5  // sum over paths of length three, likewise
	fullWords     = 1.3  // sum of idf of shared words at full strength
	oldAfter      = 8    // years
	leastExpected = 3.0  // times the average probability of a tie
)

// measure reckons all strengths. sharing is the resource allocation of the pair,
// parallel its paths of length three.
func (x *Index) measure(a, b int32, sharing, parallel float64, s *scope) (out strengths) {
	p, q := &x.orgs[a], &x.orgs[b]
	out[needOffer] = max(x.meets(a, b), x.meets(b, a))
	out[theme] = x.alike(a, b)
	out[complementary], _, _ = x.mix.best(a, b)
	out[sharedPartner] = 1 - math.Exp(-sharing/fullSharing)
	out[peers] = 1 - math.Exp(-parallel/fullParallel)
	if n, ok := x.saw.at(a, b); ok {
		out[met] = min(1, 0.7+float64(0.15*float64(n-1)))
	}
	if year, sure, ok := x.ended(a, b); ok {
		out[dormant] = math.Exp(-float64(x.now-year) / 15)
		if !sure {
			out[dormant] /= 2 // it may go on unrecorded
		}
	}
	if x.model != nil && x.rate > 0 {
		if e := x.model.Expected(int(a), int(b)); e >= leastExpected*x.rate {
			out[expected] = min(1, math.Log2(e/x.rate)/6)
		}
	}
	x.distance(a, b, &out)
	out[bridges] = x.joins(a, b)
	if p.Role == "firm" && q.Role == "firm" {
		out[competitors] = rivals(p.Industry, q.Industry)
	}
	if p.Role == q.Role && p.Role != "" && p.Role != "firm" {
		out[sameRole] = 1
	}
	if out[sameGroup], _ = x.together(a, b); out[sameGroup] == 0 && x.namesake(a, b) {
		out[sameGroup] = 0.6
	}
	out[throughGroup], _, _ = x.groupTie(a, b)
	out[closed] = max(shut(p.Closed), shut(q.Closed))
	if s.declined[pairKey(a, b)] {
		out[declined] = 1
	}
	out[thin] = x.unknown(a, b)
	out[crowded] = max(x.crowd(a), x.crowd(b))
	out[oldEvidence] = max(x.stale(a), x.stale(b))
	return out
}

// ended is the year in which the last tie of two ended, and whether a source
// says so.
func (x *Index) ended(a, b int32) (year int, sure, ok bool) {
	val, ok := x.past.at(a, b)
	return int(val / 2), val%2 == 1, ok
}

func (x *Index) distance(a, b int32, out *strengths) {
	km := x.kilometres(a, b)
	switch {
	case km < 0:
		out[noPosition] = 1
	case km <= walkKm:
		out[near] = 1
	case km <= nearestKm:
		out[near] = 0.8 * math.Exp(-(km-walkKm)/nearKm)
	case km > farFrom:
		out[far] = min(1, (km-farFrom)/(farFull-farFrom))
	}
}

// meets is how far a's needs meet b's offers (in full) or themes (for less).
func (x *Index) meets(a, b int32) float64 {
	if len(x.need[a]) == 0 {
		return 0
	}
	p, q := &x.orgs[a], &x.orgs[b]
	needs := [2][]int32{p.Needs}
	offered, done := 0.0, 0.0
	shared(x.need[a], x.offer[b], func(w int32) { offered += float64(x.words.idf[w] * x.words.fit(w, needs, [2][]int32{q.Offers})) })
	shared(x.need[a], x.have[b], func(w int32) {
		done += float64(x.words.idf[w] * x.words.fit(w, needs, [2][]int32{q.Themes, q.Offers}))
	})
	return min(1, max(offered/fullWords*1.3, done/fullWords*0.8))
}

// alike is the likeness of themes: in full across roles, for less among firms
// or among others of one role.
func (x *Index) alike(a, b int32) float64 {
	sum := 0.0
	p, q := &x.orgs[a], &x.orgs[b]
	shared(x.have[a], x.have[b], func(w int32) {
		sum += float64(x.words.idf[w] * x.like[w] * x.words.fit(w, [2][]int32{p.Themes, p.Offers}, [2][]int32{q.Themes, q.Offers}))
	})
	if sum == 0 {
		return 0
	}
	s := min(1, sum/fullWords)
	switch ra, rb := p.Role, q.Role; {
	case ra != rb:
		return s
	case ra == "firm":
		return 0.5 * s
	}
	return 0.7 * s
}

// joins is 1 for two groups without any tie, less for communities that have
// some, and little for an organisation without ties, which joins nothing.
func (x *Index) joins(a, b int32) float64 {
	if x.part[a] != x.part[b] {
		if x.size[x.part[a]] < 2 || x.size[x.part[b]] < 2 {
			return 0.4
		}
		return 1
	}
	if x.group == nil || x.group[a] == x.group[b] {
		return 0
	}
	return 0.7 * math.Exp(-float64(x.between[pairKey(x.group[a], x.group[b])])/5)
}

// rivals compares industry codes: five digits the same, or four. Codes that
// hold what has no place elsewhere say nothing.
func rivals(p, q string) float64 {
	if len(p) < 4 || len(q) < 4 || p[:4] != q[:4] || catchAll(p) || catchAll(q) {
		return 0
	}
	if p == q {
		return 1
	}
	return 0.7
}

func catchAll(code string) bool {
	return code[:3] == "749" || code[:4] == "9999" || code[:4] == "8299" || code[:4] == "3299"
}

// namesake says that two names begin alike with a word that few other names have:
// the two may be one group of which no source says so.
func (x *Index) namesake(a, b int32) bool {
	rare := false
	shared(x.called[a], x.called[b], func(int32) { rare = true })
	if !rare {
		return false
	}
	p, q := split(x.orgs[a].Name), split(x.orgs[b].Name)
	return len(p) > 0 && len(q) > 0 && p[0] == q[0]
}

// levels is how many steps of part of are followed upwards.
const levels = 3

// together is how close two organisations are in one group: 1 for those of one
// parent, 0.8 for those of which a third is part. It returns the organisation that
// they have in common, -1 for none.
func (x *Index) together(a, b int32) (float64, int32) {
	part := int32(-1)
	shared(x.parts.of(a), x.parts.of(b), func(c int32) { part = c })
	if part >= 0 {
		return 0.8, part
	}
	if x.parents.degree(a) == 0 && x.parents.degree(b) == 0 {
		return 0, -1
	}
	up, down := x.above(a), x.above(b)
	steps, top := math.MaxInt, int32(-1)
	for _, p := range up {
		for _, q := range down {
			if p.org == q.org && (p.steps+q.steps < steps || p.steps+q.steps == steps && p.org < top) {
				steps, top = p.steps+q.steps, p.org
			}
		}
	}
	switch {
	case top < 0:
		return 0, -1
	case steps <= 2:
		return 1, top
	case steps == 3:
		return 0.8, top
	}
	return 0.6, top
}

// groupTie finds a tie between what two organisations are part of: 1 when only
// one step lies between, less with two. It returns the ends of that tie.
func (x *Index) groupTie(a, b int32) (strength float64, p, q int32) {
	if x.parents.degree(a) == 0 && x.parents.degree(b) == 0 {
		return 0, -1, -1
	}
	steps, p, q := 3, int32(-1), int32(-1)
	for _, u := range x.above(a) {
		for _, v := range x.above(b) {
			if n := u.steps + v.steps; n > 0 && n < steps && (x.tied.has(u.org, v.org) || x.past.has(u.org, v.org)) {
				steps, p, q = n, u.org, v.org
			}
		}
	}
	if p < 0 {
		return 0, -1, -1
	}
	// the more parts a group has, the less its ties say of one of them
	strength = 1 - float64(0.4*float64(steps-1))
	if p != a {
		strength /= math.Sqrt(float64(x.parts.degree(p)))
	}
	if q != b {
		strength /= math.Sqrt(float64(x.parts.degree(q)))
	}
	if !x.tied.has(p, q) {
		strength *= 0.7
	}
	return strength, p, q
}

type above struct {
	org   int32
	steps int
}

// above is the organisation itself and what it is part of, up to levels.
func (x *Index) above(v int32) []above {
	out := []above{{v, 0}}
	for i := 0; i < len(out); i++ {
		if out[i].steps == levels {
			break
		}
		for _, p := range x.parents.of(out[i].org) {
			known := false
			for _, o := range out {
				known = known || o.org == p
			}
			if !known {
				out = append(out, above{p, out[i].steps + 1})
			}
		}
	}
	return out
}

func shut(status string) float64 {
	switch status {
	case "":
		return 0
	case "dormant":
		return 0.5
	}
	return 1
}

func (x *Index) unknown(a, b int32) float64 {
	s := 0.0
	for _, v := range [...]int32{a, b} {
		if len(x.have[v]) == 0 && len(x.need[v]) == 0 && len(x.orgs[v].Themes) == 0 {
			s += 0.5
		}
	}
	return s
}

// crowd grows from the number of ties that one organisation in twenty has.
func (x *Index) crowd(v int32) float64 {
	d := float64(x.tied.degree(v))
	if d <= x.limit {
		return 0
	}
	return min(1, 0.3+math.Log2(d/x.limit)/3)
}

func (x *Index) stale(v int32) float64 {
	if x.newest[v] == 0 || x.now-x.newest[v] < oldAfter {
		return 0
	}
	return min(1, 0.3+float64(x.now-x.newest[v]-oldAfter)/10)
}
