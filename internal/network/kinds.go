package network

import "strings"

// Families of kinds. Only those of [FamilyTie] count as ties where nothing else is asked for.
const (
	FamilyTie   = "tie"
	FamilyMet   = "met"   // two were at one meeting
	FamilyNamed = "named" // one named the other as somebody it trusts
)

// Kind is a kind of tie.
type Kind struct {
	Key, Label string
	// Directed says that from and to mean different things; the tie is read from one to the other.
	Directed bool
	// Strong says that ties of the kind rest on repeated or contractual exchange; others are weak until they are
	// repeated (Granovetter, "The strength of weak ties", American Journal of Sociology 78 (1973); Hansen, "The
	// search-transfer problem", Administrative Science Quarterly 44 (1999)).
	Strong bool
	Family string
	// Lasts is how many years a tie without an end lasts after its start; 0 is until somebody says otherwise.
	// Bridges decay fastest (Burt, "Decay functions", Social Networks 22 (2000)).
	Lasts int
	Basis string // why it is strong or weak, and lasts so long
}

// mostKinds is how many kinds the index can tell apart; further ones count as "linked".
const mostKinds = 32

// shippedKinds are the kinds with a meaning. Their order is that of the bits of [Pair.Kinds].
var shippedKinds = []Kind{
	{"partner_in_project", "Partner in a project", false, false, FamilyTie, 3, "weak once, strong from the second joint project on; three years where no end is given, as most grants run"},
	{"part_of", "Part of", true, true, FamilyTie, 0, "ownership; until said otherwise"},
	{"funded_by", "Funded by", true, false, FamilyTie, 3, "a grant once is weak; three years where no end is given"},
	{"tenant_of", "Tenant of", true, true, FamilyTie, 0, "a lease is a contract with daily contact; until said otherwise"},
	{"member_of", "Member of", true, false, FamilyTie, 0, "membership is occasional contact; until said otherwise"},
	{"supplies", "Supplies", true, true, FamilyTie, 5, "repeated exchange under contract; five years after it was on record"},
	{"trains_for", "Trains for", true, true, FamilyTie, 5, "repeated exchange; five years after it was on record"},
	{"spin_out_of", "Spin-out of", true, true, FamilyTie, 0, "shared people and property; until said otherwise"},
	{"introduced_by", "Introduced by", true, false, FamilyTie, 2, "a first contact; two years"},
	{"works_with", "Works with", false, true, FamilyTie, 5, "said by one of the two, of regular work; five years"},
	{"linked", "Linked", false, false, FamilyTie, 0, "an edge list says no more than that the two are tied"},
	{"met", "Met", false, false, FamilyMet, 1, "at one meeting; a year"},
	{"trusts", "Trusts", true, false, FamilyNamed, 3, "named by the other in an answer; three years"},
}

// Kinds are the kinds with a meaning, in the order of their bits.
func Kinds() []Kind { return shippedKinds }

// KindOf is the kind of a key; an unknown one is undirected, weak and lasts.
func KindOf(key string) Kind {
	for _, k := range shippedKinds {
		if k.Key == key {
			return k
		}
	}
	return Kind{Key: key, Label: strings.ToUpper(key[:min(1, len(key))]) + strings.ReplaceAll(key[min(1, len(key)):], "_", " "), Family: FamilyTie, Basis: "a kind of this workspace's own"}
}
