package predict

import (
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
)

// madeUp is 90 organisations in three fields over ten years. Some begin often, some seldom; each field works on its own theme; a third of the
// organisations stops in 2014. Projects join organisations of one field, so that pace, field and still being there foretell ties.
func madeUp(seed uint64) Input {
	r := rand.New(rand.NewPCG(seed, 1))
	in := Input{Nodes: 90}
	for v := range in.Nodes {
		in.Roles = append(in.Roles, []string{"driver", "firm"}[v%2])
	}
	for i := range 500 {
		at := 2010 + 10*float64(i)/500
		field := r.IntN(3)
		e := Event{At: at, Lead: -1, Themes: []string{[]string{"steel", "glass", "film"}[field]}}
		used := map[int32]bool{}
		for range 1 + r.IntN(4) {
			// low numbers of the field begin most often
			v := int32(30*field + int(30*math.Pow(r.Float64(), 2)))
			if stopped := v%3 == 2; used[v] || stopped && at > 2014 {
				continue
			}
			used[v] = true
			e.Members = append(e.Members, v)
		}
		if len(e.Members) > 0 {
			e.Lead = e.Members[0]
			in.Events = append(in.Events, e)
		}
	}
	return in
}

func TestJudge_madeUp(t *testing.T) {
	for seed := uint64(1); seed <= 3; seed++ {
		for _, w := range []Which{New, Every} {
			q, err := Judge(madeUp(seed), 2018, w)
			if err != nil {
				t.Fatal(err)
			}
			ours := q.Of("ours")
			for _, m := range []string{"adamic-adar", "common-partners", "preferential-attachment", "chance"} {
				// The predictor for all pairs reads neither themes nor partners in common.
				if w == New && ours.AUC <= q.Of(m).AUC {
					t.Errorf("seed %d, %s pairs: AUC %.3f, %s %.3f", seed, w, ours.AUC, m, q.Of(m).AUC)
				}
			}
			if !(ours.At(50) > 5*q.Expected) {
				t.Errorf("seed %d, %s pairs: precision at 50 %.3f, by chance %.3f", seed, w, ours.At(50), q.Expected)
			}
			again, err := Judge(madeUp(seed), 2018, w)
			if err != nil || !reflect.DeepEqual(again.Results[0], ours) {
				t.Errorf("the same input gave another result: %v", err)
			}
		}
	}
}

func TestLearn_few(t *testing.T) {
	in := madeUp(1)
	in.Events = in.Events[:40]
	if _, err := Learn(in, 2018, New); !errors.Is(err, ErrTooFew) {
		t.Errorf("few events: %v", err)
	}
	if _, err := Judge(Input{}, 2018, Every); !errors.Is(err, ErrTooFew) {
		t.Errorf("nothing: %v", err)
	}
}

// TestPast holds the features of a small past against values by hand.
func TestPast(t *testing.T) {
	in := Input{Nodes: 4, Events: []Event{
		{At: 2010, Members: []int32{0, 1}, Lead: 0, Themes: []string{"a"}},
		{At: 2012, Members: []int32{1, 2}, Lead: -1, Themes: []string{"a", "b"}},
		{At: 2013, Members: []int32{3}, Lead: -1, Themes: []string{"b"}},
		{At: 2016, Members: []int32{0, 3}, Lead: -1},
	}}
	p := PastAt(in, 2014)
	if got, want := p.AdamicAdar(0, 2), 1/math.Log(2); got != want {
		t.Errorf("Adamic-Adar %v, want %v", got, want)
	}
	if p.Common(0, 2) != 1 || p.Attachment(0, 1) != 2 || p.Allocation(0, 2) != 0.5 {
		t.Errorf("common %v, attachment %v, allocation %v", p.Common(0, 2), p.Attachment(0, 1), p.Allocation(0, 2))
	}
	if s := p.between(1, 0); s.events != 1 || math.Abs(s.recent-0.5) > 1e-15 {
		t.Errorf("one joint project four years ago: %+v", s)
	}
	if p.between(0, 3).events != 0 {
		t.Error("a project after the time counts")
	}
	// One event four years ago: rate 1.5 / 5.5; alive 1 / (1 + m/(r+m) (exp(4 (r+m)) - 1)).
	rate, alive := p.any[0].rate()
	r := 1.5 / 5.5
	if want := 1 / (1 + 0.08/(r+0.08)*(math.Exp(4*(r+0.08))-1)); math.Abs(rate-r) > 1e-15 || math.Abs(alive-want) > 1e-12 {
		t.Errorf("rate %v, alive %v, want %v, %v", rate, alive, r, want)
	}
	sum, cosine := p.overlap(1, 1)
	if math.Abs(cosine-1) > 1e-12 || sum <= 0 {
		t.Errorf("a node with itself: %v, %v", sum, cosine)
	}
	if sum, cosine := p.overlap(0, 3); sum != 0 || cosine != 0 {
		t.Errorf("nothing in common: %v, %v", sum, cosine)
	}
}
