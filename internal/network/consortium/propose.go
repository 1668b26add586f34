package consortium

import (
	"cmp"
	"context"
	"fmt"
	"math/bits"
	"slices"
)

// Options limits the work. The zero value makes three proposals.
type Options struct {
	Proposals int // 0: 3
	MaxNodes  int // partial sets looked at for each proposal; 0: 200,000
}

const (
	defaultProposals = 3
	defaultNodes     = 200_000
	mostNear         = 5
)

// Answer is what Propose found.
type Answer struct {
	Proposals  []Proposal `json:"proposals"`
	Gaps       []Gap      `json:"gaps"`
	Candidates int        `json:"organisations_that_meet_something"`
	// Lower says that no set has fewer new ties: proved by looking at all of them.
	// Exact is whether the first proposal has as few; Complete whether all sets
	// with as few were looked at, so that none is more strongly tied.
	Lower    int  `json:"new_ties_at_least"`
	Exact    bool `json:"fewest_proved"`
	Complete bool `json:"strongest_proved"`
	Searched int  `json:"sets_looked_at"` // partial ones too
	// RuleUnknown counts organisations that meet something and were left out
	// because a fact for a rule of the whole call (place, size) is not known.
	RuleUnknown int `json:"left_out_facts_not_known"`
}

// Proposal is a set of members.
type Proposal struct {
	Members  []Member       `json:"members"`
	NewTies  int            `json:"new_ties"` // ties to make for the members to be connected
	Links    []Link         `json:"ties"`
	Missing  []Introduction `json:"ties_to_make"`
	Unmet    []string       `json:"not_covered"` // requirements, with how many are missing
	Strength int            `json:"strength"`    // existing ties, strong ones counted twice
	Key      string         `json:"key_member"`  // id of the member without whom the next proposal is made
}

// Member is an organisation of a proposal.
type Member struct {
	Node      int      `json:"-"`
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Role      string   `json:"role"`
	Meets     []string `json:"meets"`
	Unknown   []string `json:"not_known"` // requirements that it may meet; facts are not known
	Fixed     bool     `json:"fixed"`
	Connector bool     `json:"only_joins_others"` // it meets nothing
}

// Link is an existing tie between two members, by node.
type Link struct {
	A      int    `json:"-"`
	B      int    `json:"-"`
	Strong bool   `json:"strong"`
	AID    string `json:"a"`
	BID    string `json:"b"`
}

// Introduction is a new tie between two members, by node; Via could introduce
// them, -1 for nobody.
type Introduction struct {
	A     int    `json:"-"`
	B     int    `json:"-"`
	Via   int    `json:"-"`
	AID   string `json:"a"`
	BID   string `json:"b"`
	ViaID string `json:"could_introduce"`
}

// Gap is a requirement that too few organisations meet.
type Gap struct {
	Need string     `json:"need"`
	Want int        `json:"want"`
	Have int        `json:"have"`
	Near []NearMiss `json:"near"` // nearest first
}

// NearMiss is an organisation that nearly meets a requirement: conditions that
// fail, and those that cannot be judged.
type NearMiss struct {
	Node    int      `json:"-"`
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Lacks   []string `json:"lacks"`
	Unknown []string `json:"not_known"`
}

// Propose proposes sets for a call. Where some requirement has too few
// candidates, the proposals cover as much of it as there is and the gap is listed.
// The further proposals do without the key member of those before. It fails when
// the call makes no sense or names what there is not.
func Propose(ctx context.Context, f Facts, c Call, o Options) (Answer, error) {
	p, err := newProblem(&f, c)
	if err != nil {
		return Answer{}, err
	}
	k := newPool(p)
	out := Answer{Candidates: k.n, RuleUnknown: k.rules, Gaps: k.gaps()}
	s := newSolver(ctx, k, 0)
	for i := range cmp.Or(o.Proposals, defaultProposals) {
		s.budget = cmp.Or(o.MaxNodes, defaultNodes)
		r := s.run()
		if err := ctx.Err(); err != nil {
			return Answer{}, err
		}
		if i == 0 {
			out.Lower, out.Searched, out.Complete = r.lower, s.looked, r.complete
			out.Exact = r.best != nil && r.best.newTies == r.lower
		}
		if r.best == nil {
			if set := s.fill(); i == 0 && len(set) > 0 {
				out.Proposals = append(out.Proposals, k.proposal(s.weigh(set).set))
			}
			break
		}
		pr := k.proposal(r.best.set)
		key := s.key(r.best.set)
		if key >= 0 {
			pr.Key = f.Orgs[key].ID
			s.without[key] = true
		}
		out.Proposals = append(out.Proposals, pr)
		if key < 0 {
			break
		}
	}
	return out, nil
}

// key is the member whom the next proposal does without: of those who can be
// replaced who meets most requirements, then who has most ties in the set; -1 when
// nobody can be.
func (s *solver) key(set []int32) int32 {
	best, most := int32(-1), [2]int{}
	for _, v := range set {
		if slices.Contains(s.p.fixed, v) || !s.replaceable(v) {
			continue
		}
		ties := 0
		for _, u := range set {
			ties += s.bond(v, u)
		}
		if m := [2]int{bits.OnesCount64(s.meets[v]), ties}; best < 0 || slices.Compare(m[:], most[:]) > 0 {
			best, most = v, m
		}
	}
	return best
}

// replaceable says that enough others meet what a member meets.
func (s *solver) replaceable(v int32) bool {
	for m := s.meets[v]; m != 0; m &= m - 1 {
		r, n := bits.TrailingZeros64(m), 0
		for _, u := range s.cands[r] {
			if u != v && !s.without[u] {
				n++
			}
		}
		if n < s.want[r] {
			return false
		}
	}
	return true
}

// labels is the requirements of a mask, fixed members left out.
func (k *pool) labels(mask uint64) []string {
	var out []string
	for r, req := range k.p.reqs {
		if mask&(1<<r) != 0 && !req.fixed {
			out = append(out, req.label)
		}
	}
	return out
}

func (k *pool) proposal(set []int32) Proposal {
	p := Proposal{Strength: k.strength(set), Unmet: k.unmet(set)}
	for _, v := range set {
		o := &k.p.f.Orgs[v]
		m := Member{Node: int(v), ID: o.ID, Name: o.Name, Role: o.Role, Meets: k.labels(k.meets[v]), Unknown: k.labels(k.may[v]), Fixed: slices.Contains(k.p.fixed, v)}
		m.Connector = len(m.Meets) == 0 && !m.Fixed
		p.Members = append(p.Members, m)
	}
	for i, a := range set {
		for _, b := range set[i+1:] {
			if bond := k.bond(a, b); bond > 0 {
				p.Links = append(p.Links, Link{int(a), int(b), bond > 1, k.id(a), k.id(b)})
			}
		}
	}
	p.Missing = k.missing(set)
	p.NewTies = len(p.Missing)
	return p
}

func (k *pool) unmet(set []int32) []string {
	have := make([]int, len(k.p.reqs))
	for _, v := range set {
		for m := k.meets[v]; m != 0; m &= m - 1 {
			have[bits.TrailingZeros64(m)]++
		}
	}
	var out []string
	for r, req := range k.p.reqs {
		switch {
		case have[r] >= req.want:
		case req.want == 1:
			out = append(out, req.label)
		default:
			out = append(out, fmt.Sprintf("%s (%d of %d)", req.label, have[r], req.want))
		}
	}
	return out
}

// missing is a smallest set of new ties that connects the members: pairs with a
// go-between first, those whose go-between has the fewest ties first.
func (k *pool) missing(set []int32) []Introduction {
	of, n := k.components(set)
	type option struct {
		i, j int
		via  int32
		cost int
	}
	var list []option
	for i := range set {
		for j := i + 1; j < len(set); j++ {
			if of[i] == of[j] {
				continue
			}
			via := k.between(set[i], set[j])
			cost := 1 << 30
			if via >= 0 {
				cost = len(k.ties(via))
			}
			list = append(list, option{i, j, via, cost})
		}
	}
	slices.SortStableFunc(list, func(a, b option) int { return cmp.Compare(a.cost, b.cost) })
	var out []Introduction
	for _, o := range list {
		if of[o.i] == of[o.j] || len(out) == n-1 {
			continue
		}
		from, to := of[o.j], of[o.i]
		for l := range of {
			if of[l] == from {
				of[l] = to
			}
		}
		out = append(out, Introduction{int(set[o.i]), int(set[o.j]), int(o.via), k.id(set[o.i]), k.id(set[o.j]), k.id(o.via)})
	}
	return out
}

func (k *pool) id(v int32) string {
	if v < 0 {
		return ""
	}
	return k.p.f.Orgs[v].ID
}

// between is who is tied to both and has the fewest ties; -1 for nobody.
func (k *pool) between(a, b int32) int32 {
	best := int32(-1)
	for _, z := range k.ties(a) {
		if k.bond(b, z) > 0 && (best < 0 || len(k.ties(z)) < len(k.ties(best))) {
			best = z
		}
	}
	return best
}

// gaps is the requirements with too few candidates, and who comes nearest.
func (k *pool) gaps() []Gap {
	var out []Gap
	for r, req := range k.p.reqs {
		if len(k.cands[r]) >= req.want {
			continue
		}
		out = append(out, Gap{Need: req.label, Want: req.want, Have: len(k.cands[r]), Near: k.near(r)})
	}
	return out
}

// near is who misses fewest conditions of a requirement: what is not known counts
// half of what fails.
func (k *pool) near(r int) []NearMiss {
	req := k.p.reqs[r]
	var out []NearMiss
	for v := range k.p.f.Orgs {
		o := &k.p.f.Orgs[v]
		if !k.open[v] || k.meets[v]&(1<<r) != 0 {
			continue
		}
		_, lacks, notKnown := req.judge(o)
		if len(lacks) == len(req.conds) {
			continue
		}
		out = append(out, NearMiss{v, o.ID, o.Name, lacks, notKnown})
	}
	slices.SortStableFunc(out, func(a, b NearMiss) int {
		return cmp.Or(cmp.Compare(2*len(a.Lacks)+len(a.Unknown), 2*len(b.Lacks)+len(b.Unknown)), cmp.Compare(len(k.ties(int32(b.Node))), len(k.ties(int32(a.Node)))), cmp.Compare(a.Name, b.Name))
	})
	return slices.Clip(out[:min(mostNear, len(out))])
}
