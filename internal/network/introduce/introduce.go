// Package introduce ranks pairs of organisations that are not tied and should
// be: for one organisation, an area, a theme, a sector or the whole network. Each
// pair carries its reasons, what speaks against it, and who could introduce the
// two. The score is a sum of weights times strengths on a log-odds-like scale; it
// puts pairs in order and is no probability. "Not tied" means that no tie is on
// record.
//
// Sources of the reasons: resource allocation over shared partners (Zhou, Lü &
// Zhang 2009; Adamic & Adar 2003), mixing of attributes under the degree-corrected
// null model (Newman 2003; Newman & Girvan 2004), inverse document frequency of
// themes (Spärck Jones 1972), structural holes (Burt 1992), proximity (Allen
// 1977; Boschma 2005), dormant ties (Levin, Walter & Murnighan 2011).
package introduce

import (
	"context"
	"fmt"
	"slices"
)

// Ask says for whom pairs are wanted. The zero value asks for the ten best of
// the whole network.
type Ask struct {
	Org    string           // id of an organisation: partners for it
	Within func(v int) bool // nil: everywhere; else both ends must be in
	Either bool             // with Within: one end in it is enough
	Theme  string           // one of the two holds the theme, the other holds it too or is complementary
	Sector string           // id of a sector that one of the two is in
	Roles  []string         // main roles of both; empty: DefaultRoles, or for an organisation's partners all but amenity
	N      int              // pairs wanted; 0: 10
	PerOrg int              // most pairs of one organisation in the list of a place; 0: 2
	// Declined names pairs that said no a short time ago; Hidden those that are
	// taken up already and are not listed.
	Declined, Hidden []Couple
	Learned          Learned // what became of earlier introductions
}

// Couple is two organisations by id, in any order.
type Couple struct{ A, B string }

// List is a ranking with what it leaves out.
type List struct {
	Pairs   []Pair
	Scored  int      // pairs that were scored with all reasons
	LeftOut []Count  // what was left out, and why
	Weights []Weight // the weights used, in the order of Reasons
}

// Count is a number of things and why they are counted.
type Count struct {
	Why string
	N   int
}

// Pair is two organisations to be introduced, by number. Of a list for one
// organisation A is that one; else A < B.
type Pair struct {
	A, B         int
	Score        float64  // points of For less points of Against
	For, Against []Reason // most points first
	Via          int      // who is tied to both and could introduce them; -1 for nobody
	Km           float64  // distance; -1 when a position is not known
}

// Reason is one thing that speaks for or against a pair.
type Reason struct {
	Key      string
	Text     string   // a clause in plain words
	Weight   float64  // of the reason, as learned so far
	Strength float64  // how far it applies here, 0 to 1
	Points   float64  // Weight times Strength
	Refs     []string // references of the organisations that the text names
}

const (
	defaultN      = 10
	defaultPerOrg = 2
)

// DefaultRoles are the main roles that lists for places pair: organisations that
// do the work of innovation. Money, public offices and amenities are tied by
// application and location rather than by introduction.
func DefaultRoles() []string {
	return []string{"driver", "cultivator", "education", "firm", "intermediary"}
}

// Rank lists the pairs asked for, best first. The same index and the same ask
// give the same list. It fails when the ask names what is not there, or the
// context ends.
func (x *Index) Rank(ctx context.Context, a Ask) (List, error) {
	s, err := x.scope(a)
	if err != nil {
		return List{}, err
	}
	found, scored, err := x.score(ctx, s)
	if err != nil {
		return List{}, err
	}
	out := List{Scored: scored, LeftOut: s.leftOut, Weights: s.weights}
	n, most := a.N, a.PerOrg
	if n <= 0 {
		n = defaultN
	}
	if most <= 0 {
		most = defaultPerOrg
	}
	used := map[int32]int{}
	crowd, renewed, old := 0, max(1, n/5), 0
	for _, f := range found {
		if len(out.Pairs) == n {
			break
		}
		if s.org < 0 && (used[f.a] >= most || used[f.b] >= most) {
			crowd++
			continue
		}
		if _, _, ok := x.ended(f.a, f.b); ok && s.org < 0 {
			if renewed == 0 {
				old++
				continue
			}
			renewed--
		}
		used[f.a]++
		used[f.b]++
		out.Pairs = append(out.Pairs, x.describe(s, f))
	}
	if crowd > 0 {
		out.LeftOut = append(out.LeftOut, Count{fmt.Sprintf("higher-scoring pairs of organisations that are in the list %d times already", most), crowd})
	}
	if old > 0 {
		out.LeftOut = append(out.LeftOut, Count{"higher-scoring pairs that were tied before (at most one in five of a list for a place is a tie to renew)", old})
	}
	return out, nil
}

// scope is an Ask looked up in the index.
type scope struct {
	org     int // -1: a place
	focus   []int32
	allowed []bool // the other end
	inFocus []bool
	theme   []int32
	// declined and hidden hold keys of pairs.
	declined, hidden map[uint64]bool
	weight           [kinds]float64
	weights          []Weight
	leftOut          []Count
}

func (x *Index) scope(a Ask) (*scope, error) {
	s := &scope{org: -1, allowed: make([]bool, len(x.orgs)), inFocus: make([]bool, len(x.orgs)), declined: x.couples(a.Declined), hidden: x.couples(a.Hidden)}
	s.weights = a.Learned.Weights()
	for i, w := range s.weights {
		s.weight[i] = w.Now
	}
	if a.Org != "" {
		v, ok := x.find(a.Org)
		if !ok {
			return nil, fmt.Errorf("no organisation %q is in the network; it needs a tie, a meeting, a need or an offer on record first", a.Org)
		}
		s.org = v
	}
	if a.Theme != "" {
		if s.theme = x.words.of(a.Theme); len(s.theme) == 0 {
			return nil, fmt.Errorf("no organisation has the theme %q on record; themes are the activities, tags of facilities, needs and offers", a.Theme)
		}
	}
	var bit uint32
	if a.Sector != "" {
		i := slices.IndexFunc(x.sectors, func(n Named) bool { return n.ID == a.Sector })
		if i < 0 {
			return nil, fmt.Errorf("there is no sector %q; see: milieu sectors", a.Sector)
		}
		bit = 1 << i
	}
	x.choose(s, a, bit)
	return s, nil
}

// choose fills focus and allowed: a pair needs one end in focus and the other
// allowed.
func (x *Index) choose(s *scope, a Ask, bit uint32) {
	roles := a.Roles
	if len(roles) == 0 && s.org < 0 {
		roles = DefaultRoles()
	}
	byRole := 0
	for v := range x.orgs {
		o := &x.orgs[v]
		within := a.Within == nil || a.Within(v)
		fits := slices.Contains(roles, o.Role) || len(roles) == 0 && o.Role != "amenity"
		if !fits && v != s.org {
			if within || a.Either {
				byRole++
			}
			continue
		}
		s.allowed[v] = within || a.Either || s.org >= 0 && a.Within == nil
		in := within && (bit == 0 || o.Sectors&bit != 0) && (len(s.theme) == 0 || x.holds(v, s.theme))
		if s.org >= 0 {
			in = v == s.org
		}
		if in {
			s.inFocus[v] = true
			s.focus = append(s.focus, int32(v))
		}
	}
	if s.org >= 0 && (bit != 0 || len(s.theme) > 0) {
		for v := range x.orgs {
			s.allowed[v] = s.allowed[v] && (bit == 0 || x.orgs[v].Sectors&bit != 0) && (len(s.theme) == 0 || x.holds(v, s.theme))
		}
		s.theme = nil
	}
	if byRole > 0 {
		s.leftOut = append(s.leftOut, Count{"organisations whose main role is not asked for", byRole})
	}
}

func (x *Index) couples(list []Couple) map[uint64]bool {
	out := make(map[uint64]bool, len(list))
	for _, c := range list {
		a, okA := x.find(c.A)
		b, okB := x.find(c.B)
		if okA && okB {
			out[pairKey(int32(a), int32(b))] = true
		}
	}
	return out
}

func pairKey(a, b int32) uint64 {
	if a > b {
		a, b = b, a
	}
	return uint64(a)<<32 | uint64(b)
}
