// Package named judges ties that firms name in a survey: how far the two ends agree, what those who did not answer leave unknown,
// and how questions that take few names cut them off. It reads answers with their firms, so who shows a Report asks for
// the right to read single answers; it reads no store.
package named

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"milieu/internal/network"
	"milieu/internal/stat"
	"milieu/internal/survey"
)

// Confidence of the intervals of a Report.
const Confidence = 0.95

// Answered is a firm with its answers.
type Answered struct {
	OrgID, Name string
	N           int // version of the instrument
	Answers     survey.Answers
	Ties        bool // agreed that its ties enter the network
}

// Input is what ties are judged by.
type Input struct {
	Instruments map[int]survey.Instrument
	Answers     []Answered
	Asked       map[string]string // name by id of the firms that were drawn, those that answered among them
}

// Ways in which the other end of a tie is known.
const (
	Both     = "both"     // it answered and named the tie too
	Unshared = "unshared" // it answered, could have named it, and did not
	Unasked  = "unasked"  // it answered, and was not asked a question that could name it, or did not answer that question
	Silent   = "silent"   // it was asked and did not answer
	Outside  = "outside"  // it was not asked
)

// Ways are the ways in the order in which they are shown, with what they are called.
var Ways = []struct{ Key, Label, Meaning string }{
	{Both, "Named by both", "each of the two named the other"},
	{Unshared, "Named by one", "the other answered, could have named it, and did not"},
	{Unasked, "The other was not asked for it", "the other answered, but not a question that could name it"},
	{Silent, "The other did not answer", "it was asked and is silent"},
	{Outside, "The other was not asked at all", "it is outside the firms that were drawn"},
}

// Tie is a tie that somebody named.
type Tie struct {
	From, To         string // ids; of undirected kinds From < To
	FromName, ToName string
	Kind             string   // of network.Kinds
	By               []string // ids of the ends that named it
	Way              string
}

// Kind is what the ties of a kind came to.
type Kind struct {
	Key, Label string
	Ties       int
	Ways       map[string]int
	Agreed     Share // named by both, of those that both could have named
}

// Share is K of N with Wilson's interval. Ties of one firm are not independent of each other, so the interval is the least doubt.
type Share struct {
	K, N   int
	Lo, Hi float64
}

// Value is K / N; 0 of none.
func (s Share) Value() float64 {
	if s.N == 0 {
		return 0
	}
	return float64(s.K) / float64(s.N)
}

// Question is what a question on organisations brought.
type Question struct {
	ID, Text, Relation string
	Most               int // names that it takes, 0 any number
	Firms              int // that named somebody
	States             map[survey.State]int
	Named              int // names given
	Found              int // of them in the register
	Full               int // firms that gave as many names as it takes: they may have had more to name
}

// Mention is an organisation with how many firms named it.
type Mention struct {
	OrgID, Name string
	Firms       int
	Way         string // Both where it answered, Silent, Outside
}

// Report is what the named ties are worth.
type Report struct {
	Asked, Answered int
	Consented       int // firms that agreed that their ties enter the network
	// Pairs of firms that were asked, by how many of the two answered. A tie between two that are silent cannot be seen at all
	// (Stork & Richards, "Nonrespondents in communication network studies", Group & Organization Management 17 (1992)).
	Pairs, PairsBoth, PairsOne, PairsNone int
	Named, Found, Self                    int // names given; found in the register; of the firm itself
	Questions                             []Question
	Kinds                                 []Kind
	Ties                                  []Tie
	Mentions                              []Mention // the most named first
}

// claim is one firm's word that a tie is there.
type claim struct{ from, to, kind string }

// Reckon judges the ties.
func Reckon(in Input) Report {
	in.Answers = slices.Clone(in.Answers)
	slices.SortStableFunc(in.Answers, func(a, b Answered) int { return strings.Compare(a.OrgID, b.OrgID) })
	r := Report{Asked: len(in.Asked), Answered: len(in.Answers)}
	answered := map[string]Answered{}
	for _, a := range in.Answers {
		answered[a.OrgID] = a
		if a.Ties {
			r.Consented++
		}
	}
	r.pairs(in, answered)
	claims, names := r.read(in)
	maps.Copy(names, in.Asked)
	r.ties(in, answered, claims, names)
	r.mentions(in, answered, claims, names)
	return r
}

func (r *Report) pairs(in Input, answered map[string]Answered) {
	n, heard := len(in.Asked), 0
	for id := range in.Asked {
		if _, ok := answered[id]; ok {
			heard++
		}
	}
	r.Pairs, r.PairsBoth, r.PairsOne = n*(n-1)/2, heard*(heard-1)/2, heard*(n-heard)
	r.PairsNone = r.Pairs - r.PairsBoth - r.PairsOne
}

// read gives the claims by the firm that made them, and the names of organisations as answers have them.
func (r *Report) read(in Input) (claims map[string][]claim, names map[string]string) {
	claims, names = map[string][]claim{}, map[string]string{}
	at := map[string]int{}
	for _, a := range in.Answers {
		for _, q := range in.Instruments[a.N].Questions() {
			if q.Kind != survey.Organisations {
				continue
			}
			k, ok := at[q.ID]
			if !ok {
				k = len(r.Questions)
				at[q.ID] = k
				r.Questions = append(r.Questions, Question{ID: q.ID, Text: q.Text, Relation: q.Relation, Most: q.Most, States: map[survey.State]int{}})
			}
			claims[a.OrgID] = append(claims[a.OrgID], r.answer(&r.Questions[k], q, a, names)...)
		}
	}
	return claims, names
}

func (r *Report) answer(count *Question, q survey.Question, a Answered, names map[string]string) []claim {
	answer := a.Answers[q.ID]
	state := answer.State
	if state == "" {
		state = survey.NotAsked
	}
	count.States[state]++
	if state != survey.Answered {
		return nil
	}
	var out []claim
	if len(answer.Orgs) > 0 {
		count.Firms++
	}
	if q.Most > 0 && len(answer.Orgs) >= q.Most {
		count.Full++
	}
	for _, o := range answer.Orgs {
		r.Named++
		count.Named++
		switch o.OrgID {
		case "":
			continue
		case a.OrgID:
			r.Self++
			continue
		}
		r.Found++
		count.Found++
		names[o.OrgID] = o.Name
		out = append(out, claimOf(q, a.OrgID, o.OrgID))
	}
	return out
}

// claimOf is the tie that a question's answer names. Undirected kinds have the lesser id first, so that both ends say the same.
func claimOf(q survey.Question, one, other string) claim {
	kind, turned := strings.CutPrefix(q.Relation, "<")
	if kind == "" {
		kind = "linked"
	}
	if turned || !network.KindOf(kind).Directed && other < one {
		one, other = other, one
	}
	return claim{one, other, kind}
}

// could says that a firm answered a question that could have named the tie.
func could(a Answered, in survey.Instrument, c claim) bool {
	other := c.from
	if other == a.OrgID {
		other = c.to
	}
	for _, q := range in.Questions() {
		if q.Kind == survey.Organisations && claimOf(q, a.OrgID, other) == c && a.Answers[q.ID].State == survey.Answered {
			return true
		}
	}
	return false
}

func (r *Report) ties(in Input, answered map[string]Answered, claims map[string][]claim, names map[string]string) {
	by := map[claim][]string{}
	for _, id := range slices.Sorted(maps.Keys(claims)) {
		for _, c := range claims[id] {
			if !slices.Contains(by[c], id) {
				by[c] = append(by[c], id)
			}
		}
	}
	kinds := map[string]*Kind{}
	for c, who := range by {
		t := Tie{From: c.from, To: c.to, FromName: cmp.Or(names[c.from], nameIn(answered, c.from)), ToName: cmp.Or(names[c.to], nameIn(answered, c.to)), Kind: c.kind, By: who}
		t.Way = way(in, answered, c, who)
		r.Ties = append(r.Ties, t)
		k := kinds[c.kind]
		if k == nil {
			k = &Kind{Key: c.kind, Label: network.KindOf(c.kind).Label, Ways: map[string]int{}}
			kinds[c.kind] = k
		}
		k.Ties++
		k.Ways[t.Way]++
	}
	slices.SortFunc(r.Ties, func(a, b Tie) int {
		return strings.Compare(a.Kind+"\x00"+a.From+"\x00"+a.To, b.Kind+"\x00"+b.From+"\x00"+b.To)
	})
	for _, key := range slices.Sorted(maps.Keys(kinds)) {
		k := kinds[key]
		n := k.Ways[Both] + k.Ways[Unshared]
		w := stat.WilsonInterval(k.Ways[Both], n, Confidence)
		k.Agreed = Share{k.Ways[Both], n, w.Lo, w.Hi}
		r.Kinds = append(r.Kinds, *k)
	}
}

func nameIn(answered map[string]Answered, id string) string { return cmp.Or(answered[id].Name, id) }

// way says what is known of the other end.
func way(in Input, answered map[string]Answered, c claim, by []string) string {
	if len(by) > 1 {
		return Both
	}
	other := c.from
	if other == by[0] {
		other = c.to
	}
	a, heard := answered[other]
	_, asked := in.Asked[other]
	switch {
	case heard && could(a, in.Instruments[a.N], c):
		return Unshared
	case heard:
		return Unasked
	case asked:
		return Silent
	}
	return Outside
}

func (r *Report) mentions(in Input, answered map[string]Answered, claims map[string][]claim, names map[string]string) {
	by := map[string]map[string]bool{}
	for id, list := range claims {
		for _, c := range list {
			other := c.from
			if other == id {
				other = c.to
			}
			if by[other] == nil {
				by[other] = map[string]bool{}
			}
			by[other][id] = true
		}
	}
	for _, id := range slices.Sorted(maps.Keys(by)) {
		m := Mention{OrgID: id, Name: cmp.Or(names[id], id), Firms: len(by[id]), Way: Outside}
		if _, ok := in.Asked[id]; ok {
			m.Way = Silent
		}
		if _, ok := answered[id]; ok {
			m.Way = Both
		}
		r.Mentions = append(r.Mentions, m)
	}
	slices.SortStableFunc(r.Mentions, func(a, b Mention) int { return b.Firms - a.Firms })
}
