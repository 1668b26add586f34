package named

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/survey"
)

var asks = map[int]survey.Instrument{1: {Sections: []survey.Section{{Questions: []survey.Question{
	{ID: "sup", Kind: survey.Organisations, Relation: "<supplies", Most: 2}, {ID: "cus", Kind: survey.Organisations, Relation: "supplies", Most: 2},
	{ID: "work", Kind: survey.Organisations, Relation: "works_with"}}}}}}

func says(id string, answers map[string][]string) Answered {
	a := Answered{OrgID: id, Name: "Firm " + id, N: 1, Answers: survey.Answers{}, Ties: id != "c"}
	for q, names := range answers {
		one := survey.Answer{State: survey.Answered}
		for _, n := range names {
			if n == "?" {
				one.Orgs = append(one.Orgs, survey.Named{Name: "Nobody knows"})
				continue
			}
			one.Orgs = append(one.Orgs, survey.Named{OrgID: n, Name: "Firm " + n})
		}
		a.Answers[q] = one
	}
	return a
}

// TestReckon: by hand. a, b and c answered of five that were asked; d and e are silent, x was not asked.
func TestReckon(t *testing.T) {
	in := Input{Instruments: asks, Asked: map[string]string{"a": "A", "b": "B", "c": "C", "d": "D", "e": "E"}, Answers: []Answered{
		says("a", map[string][]string{"sup": {"b", "d"}, "work": {"c", "a", "?"}, "cus": {}}), // b supplies a, d supplies a, a works with c
		says("b", map[string][]string{"cus": {"a", "c"}}),                                     // b supplies a, b supplies c
		says("c", map[string][]string{"sup": {"x"}, "work": {"a"}}),                           // x supplies c, c works with a
	}}
	in.Answers[1].Answers["work"] = survey.Answer{State: survey.Refused}
	r := Reckon(in)
	var got []string
	for _, x := range r.Ties {
		got = append(got, fmt.Sprintf("%s %s %s by %v: %s", x.FromName, x.Kind, x.ToName, x.By, x.Way))
	}
	want := []string{"B supplies A by [a b]: both", "B supplies C by [b]: unshared", "D supplies A by [a]: silent", "Firm x supplies C by [c]: outside", "A works_with C by [a c]: both"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("ties (-want +got)\n%s", d)
	}
	if r.Asked != 5 || r.Answered != 3 || r.Consented != 2 || r.Pairs != 10 || r.PairsBoth != 3 || r.PairsOne != 6 || r.PairsNone != 1 {
		t.Errorf("coverage %+v", r)
	}
	if r.Named != 9 || r.Found != 7 || r.Self != 1 {
		t.Errorf("named %d, found %d, self %d", r.Named, r.Found, r.Self)
	}
	// Wilson's interval of 1 of 2 at 95 %: 0.0945 to 0.9055 (R: prop.test(1, 2, correct = FALSE)$conf.int).
	k := r.Kinds[0]
	if k.Key != "supplies" || k.Ties != 4 || k.Agreed.K != 1 || k.Agreed.N != 2 || k.Agreed.Lo < 0.0945 || k.Agreed.Lo > 0.0946 {
		t.Errorf("supplies %+v", k)
	}
	q := r.Questions[0]
	if q.ID != "sup" || q.Firms != 2 || q.Full != 1 || q.Named != 3 || q.States[survey.Answered] != 2 || q.States[survey.NotAsked] != 1 || r.Questions[2].States[survey.Refused] != 1 {
		t.Errorf("questions %+v", r.Questions)
	}
	if m := r.Mentions[0]; m.OrgID != "a" || m.Firms != 2 || m.Way != Both {
		t.Errorf("mentions %+v", r.Mentions)
	}
}

// TestReckon_unasked: an end that was asked nothing that could name the tie says nothing against it.
func TestReckon_unasked(t *testing.T) {
	r := Reckon(Input{Instruments: asks, Asked: map[string]string{"a": "A", "b": "B"}, Answers: []Answered{says("a", map[string][]string{"work": {"b"}}), says("b", map[string][]string{"sup": {}})}})
	if len(r.Ties) != 1 || r.Ties[0].Way != Unasked || r.Kinds[0].Agreed.N != 0 || r.Kinds[0].Agreed.Hi != 1 {
		t.Errorf("%+v", r)
	}
	if empty := Reckon(Input{}); empty.Pairs != 0 || len(empty.Ties) != 0 {
		t.Errorf("of nothing: %+v", empty)
	}
}

// TestReckon_order: the order of the answers does not matter.
func TestReckon_order(t *testing.T) {
	var list []Answered
	asked := map[string]string{}
	rng := rand.New(rand.NewPCG(7, 1))
	for i := range 30 {
		id := fmt.Sprint("f", i)
		asked[id] = id
		list = append(list, says(id, map[string][]string{"sup": {fmt.Sprint("f", rng.IntN(40))}, "cus": {fmt.Sprint("f", rng.IntN(40)), "?"}, "work": {fmt.Sprint("f", rng.IntN(40))}}))
	}
	one := Reckon(Input{Instruments: asks, Asked: asked, Answers: list})
	rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	if d := cmp.Diff(one, Reckon(Input{Instruments: asks, Asked: asked, Answers: list})); d != "" {
		t.Error(d)
	}
	ways := 0
	for _, k := range one.Kinds {
		for _, n := range k.Ways {
			ways += n
		}
	}
	if ways != len(one.Ties) {
		t.Errorf("%d ties, %d of them known how", len(one.Ties), ways)
	}
}
