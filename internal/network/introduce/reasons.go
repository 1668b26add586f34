package introduce

import "slices"

// The reasons by number, in the order of the table below.
const (
	needOffer = iota
	theme
	complementary
	sharedPartner
	peers
	met
	dormant
	expected
	near
	bridges
	competitors
	sameRole
	sameGroup
	throughGroup
	closed
	declined
	thin
	far
	crowded
	oldEvidence
	noPosition
	kinds
)

// ReasonKind is a kind of reason with its prior weight: by how much, on a
// log-odds-like scale, a reason at full strength moves a pair. The priors are
// judgements, ordered as the literature ranks the effects; outcomes move them
// (Learned).
type ReasonKind struct {
	Key, Label string
	Weight     float64
	Against    bool
	Basis      string // why it counts
}

var table = [kinds]ReasonKind{
	{"need-offer", "Need meets offer", 2.2, false, "one side said that it needs what the other said that it offers or does"},
	{"theme", "Same theme", 1.6, false, "both work on it; rare themes count more (inverse document frequency, Spärck Jones 1972); full strength only across roles, such as research and firm"},
	{"complementary", "Complementary activity", 1.8, false, "what the one does is tied to what the other does more often than their numbers of ties explain (mixing, Newman 2003)"},
	{"shared-partner", "Shared partners", 1.2, false, "organisations tied to both; those with few ties count more (resource allocation, Zhou, Lü & Zhang 2009)"},
	{"peers", "Peers are tied to it", 1.2, false, "organisations with the same partners as the one are tied to the other (paths of length three, Kovács et al. 2019)"},
	{"met", "Have met", 1.2, false, "were at the same meeting, and no tie followed so far"},
	{"dormant", "Were tied before", 1.0, false, "dormant ties are quick to revive and bring news (Levin, Walter & Murnighan 2011)"},
	{"expected", "Expected by role, sector and distance", 0.5, false, "the null model gives such a pair a tie more often than the average pair"},
	{"near", "Near", 0.7, false, "within walking distance, or a short way apart (Allen 1977; Boschma 2005)"},
	{"bridges", "Joins two groups", 0.5, false, "closes a structural hole between components or communities (Burt 1992)"},
	{"competitors", "May compete", 1.2, true, "two firms in the same narrow industry"},
	{"same-role", "Same role", 1.3, true, "two that research, two that teach or two that run places: the aim is to link those who know with those who make, and such pairs find each other without help"},
	{"same-group", "Same group", 1.6, true, "both are part of the same organisation and need no introduction from outside"},
	{"through-group", "Tied through the group", 1.1, true, "what the one is part of is tied to the other, or to what that is part of: they can meet without help"},
	{"closed", "Closed or dormant", 5, true, "one of the two is on record as dissolved, dormant or closed"},
	{"declined", "Declined before", 2.5, true, "one side said no a short time ago"},
	{"thin", "Little is known", 0.9, true, "no theme is on record of one or both"},
	{"far", "Far apart", 0.8, true, "joint work falls with distance; from 50 km on, in full from 250 km"},
	{"crowded", "Many ties already", 0.6, true, "attention is limited: one of the two has far more ties than most"},
	{"old-evidence", "Old evidence", 0.6, true, "what is on record of one of the two is eight years old or more"},
	{"no-position", "Position not known", 0.3, true, "the distance cannot be reckoned"},
}

// Reasons is all kinds of reasons in a fixed order.
func Reasons() []ReasonKind { return slices.Clone(table[:]) }

// KindOf finds a kind of reason by its key.
func KindOf(key string) (ReasonKind, bool) {
	for _, k := range table {
		if k.Key == key {
			return k, true
		}
	}
	return ReasonKind{}, false
}

// substantive are the reasons without which a pair is no introduction, and the
// least strength: being near or joining groups alone does not give two
// organisations something to talk about.
var substantive = [kinds]float64{needOffer: 0.01, theme: 0.15, complementary: 0.3, sharedPartner: 0.4, peers: 0.3, met: 0.01, dormant: 0.01}
