package introduce

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"milieu/internal/network/predict"
)

// describe puts a scored pair in words.
func (x *Index) describe(s *scope, c candidate) Pair {
	m := x.measure(c.a, c.b, c.sharing, c.parallel, s)
	p := Pair{A: int(c.a), B: int(c.b), Score: c.score, Via: int(x.via(c.a, c.b)), Km: x.kilometres(c.a, c.b)}
	for i, v := range m {
		if v < 0.01 || s.weight[i] == 0 {
			continue
		}
		r := Reason{Key: table[i].Key, Weight: s.weight[i], Strength: v, Points: s.weight[i] * v}
		r.Text, r.Refs = x.word(i, c.a, c.b, &p)
		if table[i].Against {
			p.Against = append(p.Against, r)
		} else {
			p.For = append(p.For, r)
		}
	}
	most := func(a, b Reason) int { return cmp.Compare(b.Points, a.Points) }
	slices.SortStableFunc(p.For, most)
	slices.SortStableFunc(p.Against, most)
	return p
}

// name is how an organisation is called in a sentence: by the initials that its
// name gives in brackets, or without what stands in brackets.
func (x *Index) name(v int32) string { return short(x.orgs[v].Name) }

func short(name string) string {
	i := strings.LastIndex(name, " (")
	if i <= 0 || !strings.HasSuffix(name, ")") {
		return name
	}
	inside := name[i+2 : len(name)-1]
	if len(inside) > 1 && len(inside) < 9 && !strings.ContainsFunc(inside, func(r rune) bool { return !unicode.IsUpper(r) && !unicode.IsDigit(r) }) {
		return inside
	}
	return name[:i]
}

func (x *Index) refs(list ...int32) []string {
	var out []string
	for _, v := range list {
		out = append(out, "org/"+x.orgs[v].ID)
	}
	return out
}

func (x *Index) word(reason int, a, b int32, p *Pair) (string, []string) {
	switch reason {
	case needOffer:
		return x.wordNeed(a, b), x.refs(a, b)
	case theme:
		return x.wordTheme(a, b), x.refs(a, b)
	case complementary:
		_, i, j := x.mix.best(a, b)
		return x.mix.say(x, i, j), x.refs(a, b)
	case sharedPartner:
		return x.wordShared(a, b, p.Via)
	case peers:
		return x.wordPeers(a, b)
	case met:
		n, _ := x.saw.at(a, b)
		return "were at the same meeting " + times(int(n)) + "; no tie followed", x.refs(a, b)
	case dormant:
		if year, sure, _ := x.ended(a, b); sure {
			return fmt.Sprintf("were tied until %d", year), x.refs(a, b)
		} else {
			return fmt.Sprintf("were tied; nothing on record says that it went on after %d", year), x.refs(a, b)
		}
	case expected:
		e := x.model.Expected(int(a), int(b))
		return fmt.Sprintf("%s of pairs with these roles, sectors and distance are tied, of all pairs %s", percent(e), percent(x.rate)), []string{predict.Ref(x.orgs[a].ID, x.orgs[b].ID)}
	case near:
		if p.Km <= walkKm {
			return "within walking distance (" + distance(p.Km) + ")", x.refs(a, b)
		}
		return distance(p.Km) + " apart", x.refs(a, b)
	case bridges:
		return x.wordBridge(a, b), x.refs(a, b)
	}
	return x.wordAgainst(reason, a, b, p)
}

func (x *Index) wordAgainst(reason int, a, b int32, p *Pair) (string, []string) {
	switch reason {
	case competitors:
		return "both are firms in industry " + x.orgs[a].Industry[:4] + " and may compete", x.refs(a, b)
	case sameRole:
		return "both have the role of " + x.orgs[a].Role, x.refs(a, b)
	case far:
		return distance(p.Km) + " apart", x.refs(a, b)
	case noPosition:
		return "no position on record of " + x.which(a, b, func(v int32) bool { return !x.orgs[v].Placed }), x.refs(a, b)
	case crowded:
		v := a
		if x.crowd(b) > x.crowd(a) {
			v = b
		}
		return fmt.Sprintf("%s has %d ties already", x.name(v), x.tied.degree(v)), x.refs(v)
	case sameGroup:
		_, top := x.together(a, b)
		if top < 0 {
			return fmt.Sprintf("both names begin with %q: they may be one group, of which nothing is on record", split(x.name(a))[0]), x.refs(a, b)
		}
		if x.parents.has(top, a) && x.parents.has(top, b) {
			return x.name(top) + " is part of both", x.refs(top)
		}
		return "both are part of " + x.name(top), x.refs(top)
	case throughGroup:
		_, top, to := x.groupTie(a, b)
		is := "is"
		if !x.tied.has(top, to) {
			is = "was"
		}
		switch {
		case top == a:
			return fmt.Sprintf("%s %s tied to %s, of which %s is part", x.name(a), is, x.name(to), x.name(b)), x.refs(a, to)
		case to == b:
			return fmt.Sprintf("%s, of which %s is part, %s tied to %s", x.name(top), x.name(a), is, x.name(b)), x.refs(top, b)
		}
		return fmt.Sprintf("%s, of which %s is part, %s tied to %s, of which %s is part", x.name(top), x.name(a), is, x.name(to), x.name(b)), x.refs(top, to)
	case closed:
		v := a
		if shut(x.orgs[b].Closed) > shut(x.orgs[a].Closed) {
			v = b
		}
		return x.name(v) + " is on record as " + x.orgs[v].Closed, x.refs(v)
	case declined:
		return "one of the two declined a short time ago", x.refs(a, b)
	case thin:
		return "no theme on record of " + x.which(a, b, func(v int32) bool { return len(x.have[v]) == 0 && len(x.need[v]) == 0 }), x.refs(a, b)
	case oldEvidence:
		v := a
		if x.stale(b) > x.stale(a) {
			v = b
		}
		return fmt.Sprintf("the newest dated tie of %s is of %d", x.name(v), x.newest[v]), x.refs(v)
	}
	return table[reason].Label, x.refs(a, b)
}

// which names those of the two for which something holds.
func (x *Index) which(a, b int32, holds func(int32) bool) string {
	switch {
	case holds(a) && holds(b):
		return "both"
	case holds(a):
		return x.name(a)
	}
	return x.name(b)
}

func (x *Index) wordNeed(a, b int32) string {
	if x.meets(b, a) > x.meets(a, b) {
		a, b = b, a
	}
	words := x.sharedWords(x.need[a], x.offer[b])
	verb := "offers it"
	if len(words) == 0 {
		words, verb = x.sharedWords(x.need[a], x.have[b]), "works on it"
	}
	return fmt.Sprintf("%s needs %s; %s %s", x.name(a), join(words), x.name(b), verb)
}

func (x *Index) wordTheme(a, b int32) string {
	text := "both work on " + join(x.sharedWords(x.have[a], x.have[b]))
	if ra, rb := x.orgs[a].Role, x.orgs[b].Role; ra != rb && ra != "" && rb != "" {
		text += fmt.Sprintf(", one as %s, the other as %s", ra, rb)
	}
	return text
}

// sharedWords is the words in both lists, the rarest first, at most four.
func (x *Index) sharedWords(p, q []int32) []string {
	var list []int32
	shared(p, q, func(w int32) { list = append(list, w) })
	slices.SortStableFunc(list, func(u, v int32) int { return cmp.Compare(x.words.idf[v], x.words.idf[u]) })
	var out []string
	for _, w := range list[:min(4, len(list))] {
		out = append(out, x.words.names[w])
	}
	return out
}

func (x *Index) wordShared(a, b int32, via int) (string, []string) {
	n := 0
	shared(x.tied.of(a), x.tied.of(b), func(z int32) {
		p, _ := x.tied.at(a, z)
		q, _ := x.tied.at(z, b)
		if p&q&isOutside != 0 {
			n++
		}
	})
	if via < 0 {
		return fmt.Sprintf("%d shared partners", n), x.refs(a, b)
	}
	text := x.name(int32(via)) + " is tied to both and could introduce them"
	if n > 1 {
		text += fmt.Sprintf("; %d shared partners in all", n)
	}
	return text, x.refs(int32(via))
}

// wordPeers names the organisation tied to the second that shares most partners
// with the first, or the other way round.
func (x *Index) wordPeers(a, b int32) (string, []string) {
	p, n := x.peer(a, b)
	q, m := x.peer(b, a)
	if m > n {
		a, b, p, n = b, a, q, m
	}
	if p < 0 {
		return "partners of the one are tied to partners of the other", x.refs(a, b)
	}
	what := "a partner"
	if n > 1 {
		what = strconv.Itoa(n) + " partners"
	}
	return fmt.Sprintf("%s shares %s with %s and is tied to %s", x.name(p), what, x.name(a), x.name(b)), x.refs(p, a, b)
}

// peer is who, of those tied to b, shares most partners with a.
func (x *Index) peer(a, b int32) (int32, int) {
	best, most := int32(-1), 0
	last := x.tied.vals(b)
	for i, w := range x.tied.of(b) {
		if last[i]&isWorking == 0 {
			continue
		}
		n := 0
		shared(x.tied.of(a), x.tied.of(w), func(u int32) {
			p, _ := x.tied.at(a, u)
			q, _ := x.tied.at(u, w)
			if p&q&isWorking != 0 {
				n++
			}
		})
		if n > most {
			best, most = w, n
		}
	}
	return best, most
}

func (x *Index) wordBridge(a, b int32) string {
	if x.part[a] == x.part[b] {
		return "joins two communities with " + ties(x.between[pairKey(x.group[a], x.group[b])]) + " between them"
	}
	for _, v := range [...]int32{a, b} {
		if x.size[x.part[v]] < 2 {
			return "would be the only tie on record now of " + x.name(v)
		}
	}
	return fmt.Sprintf("joins two parts of the network that have no path between them (%d and %d organisations)", x.size[x.part[a]], x.size[x.part[b]])
}

// via is the best go-between: tied to both, with few ties of its own, strong
// ties before weak; -1 for none. Funders and amenities come last, since they
// seldom bring partners together.
func (x *Index) via(a, b int32) int32 {
	best, most := int32(-1), 0.0
	shared(x.tied.of(a), x.tied.of(b), func(z int32) {
		if x.orgs[z].Closed != "" {
			return
		}
		p, _ := x.tied.at(a, z)
		q, _ := x.tied.at(z, b)
		if p&q&isOutside == 0 {
			return
		}
		points := (1 + float64(p&isStrong) + float64(q&isStrong)) / float64(x.tied.degree(z))
		if r := x.orgs[z].Role; r == "funder" || r == "amenity" {
			points /= 10
		}
		if points > most {
			best, most = z, points
		}
	})
	return best
}

func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return strconv.Itoa(n) + " times"
}

func ties(n int) string {
	switch n {
	case 0:
		return "no tie"
	case 1:
		return "one tie"
	}
	return strconv.Itoa(n) + " ties"
}

func join(words []string) string {
	switch len(words) {
	case 0:
		return "the same"
	case 1:
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// distance is metres to the next hundred, from ten kilometres on whole kilometres.
func distance(km float64) string {
	switch {
	case km < 0.1:
		return "less than 100 m"
	case km < 1:
		return fmt.Sprintf("%.0f m", float64(int(km*10+0.5))*100)
	case km < 10:
		return fmt.Sprintf("%.1f km", km)
	}
	return fmt.Sprintf("%.0f km", km)
}

func percent(p float64) string {
	if p < 0.001 {
		return fmt.Sprintf("%.3f %%", 100*p)
	}
	return fmt.Sprintf("%.1f %%", 100*p)
}
