// Package champion proposes organisations that could carry news and trust
// through a network: few that together reach most of it within two ties, that
// others name as trusted, and that do not all come from one sector. It proposes
// organisations, never persons, and nobody is a champion without a recorded
// consent: who has not consented is somebody to be asked.
//
// The set is chosen by greedy maximum coverage (Nemhauser, Wolsey & Fisher 1978)
// with lazy evaluation (Minoux 1978). Reach and trust are both coverage: the
// organisations within two ties of the set, and those that named one of it, so
// that their weighted sum is monotone and submodular.
package champion

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Input is a network: organisations ascending by id, and by their places in the
// list who is tied to whom and who named whom.
type Input struct {
	Orgs  []Org
	Ties  []Edge
	Names []Nomination
	// Betweenness is shown beside the reach; nil where it is not known.
	Betweenness []float64
}

// Org is an organisation. Node is its number in the network it comes from.
type Org struct {
	Node           int
	ID, Name, Role string
	Sectors        []string
	Group          string // organisations of one group share it; "" for none
}

// Edge is two organisations that are tied, in any order.
type Edge struct{ A, B int32 }

// Nomination says that one organisation named another as one it trusts.
type Nomination struct{ By, Of int32 }

// Ask says what set is wanted. The zero value asks for twelve with at most a
// quarter from one sector.
type Ask struct {
	K         int             // 0: 12
	Share     float64         // most of the K from one sector or role, 0 < Share <= 1; 0: 0.25
	By        string          // "sector" (also ""), or "role"
	Roles     []string        // who may be chosen; empty: all but funder and amenity
	Sector    string          // whose organisations are to be reached; "" all
	Trust     *float64        // weight of trust against reach, 0 to 1; nil: 0.3
	Consented map[string]bool // ids with a recorded consent
	Declined  map[string]bool // ids that said no; never chosen
	Fixed     []string        // ids taken first
	// Least is how many organisations one must add to be chosen, unless somebody
	// not heard before named it; 0: two, or one in a thousand if that is more.
	Least int
}

const (
	defaultK     = 12
	defaultShare = 0.25
	defaultTrust = 0.3
)

// Set is who was chosen.
type Set struct {
	Order      []Choice // in the order chosen
	Candidates []Choice // of these, to be asked
	Champions  []Choice // of these, with a recorded consent
	Of         int      // organisations to be reached
	Reached    int      // of them, within two ties of one of the set
	// Bound is an upper bound: no set of K organisations, whatever their sectors,
	// reaches more.
	Bound int
	// Guarantee is the share of the best possible value of reach and trust that a
	// greedy choice is sure to reach: 1 - 1/e without a binding share; with one
	// 1/(q+1), q being the number of limits that one organisation counts for.
	Guarantee float64
	Binding   []string // sectors or roles of which no further organisation could be chosen
	// Named counts distinct nominators of the set, Nominators those of anybody.
	Named, Nominators int
	Least             int // who adds fewer organisations was not chosen, so that there may be fewer than K
	// LeftOut counts nominations that were not counted: of one's own group, or returned.
	LeftOut int
}

// Choice is an organisation that was chosen, with what the set was when it was.
type Choice struct {
	Node           int
	ID, Name, Role string
	Slot           string  // the sectors, or the role, that it counts for
	Reach          int     // organisations within two ties of it
	Gain           int     // of them, not reached by those chosen before
	Together       int     // reached by all chosen so far
	Nominations    int     // organisations that named it
	Betweenness    float64 // -1: not known
	Consented      bool
	Why            string
}

// Choose chooses the set. The same input gives the same set.
func Choose(ctx context.Context, in Input, a Ask) (Set, error) {
	g, err := newGreedy(in, a)
	if err != nil {
		return Set{}, err
	}
	first := g.bound() // before anything is chosen
	for _, id := range a.Fixed {
		v := slices.IndexFunc(in.Orgs, func(o Org) bool { return o.ID == id })
		if v < 0 {
			return Set{}, fmt.Errorf("no organisation %q is in this part of the network; take it off the list of those taken first, or widen the filter", id)
		}
		if !g.chosen[v] && len(g.set.Order) < g.k {
			g.take(int32(v))
		}
	}
	for len(g.set.Order) < g.k {
		v := g.next()
		if v < 0 {
			break
		}
		g.take(v)
		if err := ctx.Err(); err != nil {
			return Set{}, err
		}
	}
	s := g.set
	s.Of, s.Nominators, s.Least = g.of, g.nominators, g.least
	s.Bound = min(first, s.Reached+g.bound(), g.of)
	s.Binding, s.Guarantee = g.binding(), 1-1/math.E
	if len(s.Binding) > 0 {
		s.Guarantee = 1 / float64(g.most+1)
	}
	for _, c := range s.Order {
		if c.Consented {
			s.Champions = append(s.Champions, c)
		} else {
			s.Candidates = append(s.Candidates, c)
		}
	}
	return s, nil
}

func (a Ask) check() error {
	switch {
	case a.K < 0 || a.K > 1000:
		return fmt.Errorf("%d organisations cannot be asked for; say 1 to 1000", a.K)
	case !(a.Share >= 0 && a.Share <= 1):
		return fmt.Errorf("a share of %v is none; say a number above 0 and up to 1", a.Share)
	case a.By != "" && a.By != "sector" && a.By != "role":
		return fmt.Errorf("a share is by sector or by role, not by %q", a.By)
	case a.Trust != nil && !(*a.Trust >= 0 && *a.Trust <= 1):
		return fmt.Errorf("a weight of trust of %v is none; say 0 to 1", *a.Trust)
	}
	return nil
}

// say puts a choice in words.
func say(c Choice, of int) string {
	parts := []string{fmt.Sprintf("within two ties of %d of %d", c.Reach, of)}
	if c.Gain < c.Reach {
		parts = append(parts, fmt.Sprintf("%d of them reached by nobody before it", c.Gain))
	}
	switch c.Nominations {
	case 0:
	case 1:
		parts = append(parts, "named by one organisation")
	default:
		parts = append(parts, fmt.Sprintf("named by %d organisations", c.Nominations))
	}
	return strings.Join(parts, "; ")
}
