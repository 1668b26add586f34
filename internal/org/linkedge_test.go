package org

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// judged makes verdicts on "a b weight" pairs; keys that begin with r stand in the
// register, with u in a list without duplicates.
func judged(pairs []string, set func(*joining)) joining {
	j := joining{accept: 0.9, review: 0.05, unique: map[string]bool{teamTable: true, registerTable: true, "u": true}, different: map[[2]string]string{}, known: map[string]bool{}, official: map[string]map[string][]string{}, place: map[string]string{}}
	table := func(key string) string {
		return map[byte]string{'r': registerTable, 'u': "u", 't': teamTable}[key[0]]
	}
	for _, s := range pairs {
		f := strings.Fields(s)
		var w float64
		fmt.Sscan(f[2], &w)
		j.pairs = append(j.pairs, scored{a: f[0], b: f[1], aTable: table(f[0]), bTable: table(f[1]), weight: w, chance: 1 / (1 + math.Exp2(-w))})
	}
	if set != nil {
		set(&j)
	}
	j.judge()
	return j
}

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		name  string
		pairs []string
		set   func(*joining)
		want  []string
	}{
		{"by weight", []string{"a b 9", "c d 1", "e f -9"}, nil, []string{"a b joined", "c d review", "e f apart"}},
		{"through others", []string{"a b 9", "a c 1", "b c 9"}, nil, []string{"a b joined", "a c joined (joined through other records)", "b c joined"}},
		{"the best of the register", []string{"a r1 20", "a r2 5"}, nil, []string{"a r1 joined", "a r2 apart (the register holds no organisation twice: r1 and r2)"}},
		{"two as good", []string{"a r1 20", "a r2 20"}, nil, []string{"a r1 review", "a r2 review"}},
		{"each record of a list may be one of the register", []string{"a r1 20", "b r1 20"}, nil, []string{"a r1 joined", "b r1 joined"}},
		{"no two of the register through others", []string{"a b 20", "a r1 20", "b r2 19"}, nil,
			[]string{"a b joined", "a r1 joined", "b r2 refused (r1 and r2 both stand in register, which holds no duplicates)"}},
		{"a question that a rule has answered", []string{"a r1 20", "b r2 20", "a b 1"}, nil, []string{"a r1 joined", "b r2 joined", "a b apart (the register holds no organisation twice: r1 and r2)"}},
		{"decisions", []string{"a b 20", "c d -9", "b e 20"}, func(j *joining) {
			j.different[[2]string{"a", "b"}] = "D1"
			j.known = map[string]bool{"c": true, "d": true}
			j.same = []said{{a: "c", b: "d", by: "decision D2", joined: true}}
		}, []string{"a b decided-different (decision D1)", "c d decided-same", "b e joined"}},
		{"numbers join and keep apart", []string{"a b 20", "a c 1"}, func(j *joining) {
			j.official["ROR"] = map[string][]string{"a": {"1"}, "b": {"2"}}
			j.numbers = []said{{a: "a", b: "c", by: "UKPRN", strength: 6}}
		}, []string{"a b refused (a has ROR identifier 1 and b has 2)", "a c joined (UKPRN)", "a c UKPRN true"}},
		{"a number joins no two of the team", nil, func(j *joining) {
			j.place = map[string]string{"t1": teamTable, "t2": teamTable}
			j.numbers = []said{{a: "t1", b: "t2", by: "ROR identifier", strength: 5, team: true}}
		}, []string{"t1 t2 ROR identifier false"}},
		{"but for the company number that the team gives", nil, func(j *joining) {
			j.place = map[string]string{"t1": teamTable, "t2": teamTable}
			j.numbers = []said{{a: "GB-COH-1", b: "t1", by: byNumber, strength: 9, team: true}, {a: "GB-COH-1", b: "t2", by: byNumber, strength: 9, team: true}}
		}, []string{"GB-COH-1 t1 company number true", "GB-COH-1 t2 company number true"}},
		{"a list that gives two numbers has one", nil, func(j *joining) {
			j.numbers = []said{{a: "GB-COH-1", b: "a", by: byNumber, strength: 9}, {a: "GB-COH-2", b: "a", by: byNumber, strength: 9}}
		}, []string{"GB-COH-1 a company number true", "GB-COH-2 a company number false"}},
		{"a decision against a number", nil, func(j *joining) {
			j.different[[2]string{"GB-COH-1", "a"}] = "D1"
			j.numbers = []said{{a: "GB-COH-1", b: "a", by: byNumber, strength: 9}}
		}, []string{"GB-COH-1 a company number false"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			j := judged(c.pairs, c.set)
			var got []string
			for _, p := range j.pairs {
				s := p.a + " " + p.b + " " + p.verdict
				if p.reason != "" {
					s += " (" + p.reason + ")"
				}
				got = append(got, s)
			}
			for _, n := range j.numbers {
				got = append(got, fmt.Sprint(n.a, " ", n.b, " ", n.by, " ", n.joined))
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

// Of thirty companies that fit equally well each has one chance in thirty, under the
// bound of the queue; people are asked all the same.
func TestJudge_manyRivals(t *testing.T) {
	pairs := []string{"a s 1"}
	for i := range 30 {
		pairs = append(pairs, fmt.Sprintf("a r%02d 20", i))
	}
	for _, p := range judged(pairs, nil).pairs {
		if p.verdict != VerdictReview {
			t.Errorf("%s is %s (%.3f), want %s", p.b, p.verdict, p.chance, VerdictReview)
		}
	}
}

// A bridge hangs two parts together by one pair.
func TestJudge_bridge(t *testing.T) {
	j := judged([]string{"a b 9", "c d 9", "b c 8"}, nil)
	for _, p := range j.pairs {
		if p.bridge != (p.a == "b") {
			t.Errorf("%s %s: bridge %v", p.a, p.b, p.bridge)
		}
	}
}

func TestMeasures(t *testing.T) {
	var y tallies
	for range 10 {
		y.add(0.99, true, VerdictJoined)
	}
	y.add(0.5, false, VerdictReview)
	y.add(0.5, false, VerdictReview)
	y.add(0.2, false, VerdictApart)
	y.add(0.97, true, VerdictSame)
	y.add(0.97, true, VerdictSame)
	y.add(0.97, false, VerdictDifferent)
	got := map[string]Measure{}
	for _, m := range y.measures() {
		got[m.Name] = m
	}
	// Of the joined: (10 * 0.99 + 2 * 0.97) / 12.
	if m := got[MeasurePrecision]; math.Abs(m.Value.Float64-0.986667) > 1e-6 || m.N != 12 || m.Lo.Float64 >= m.Value.Float64 || m.Hi.Float64 > 1 {
		t.Errorf("%+v", m)
	}
	// 11.84 of 11.84 + 0.5 + 0.5 + 0.97.
	if m := got[MeasureRecall]; math.Abs(m.Value.Float64-11.84/13.81) > 1e-6 || m.Lo.Float64 >= m.Value.Float64 {
		t.Errorf("%+v", m)
	}
	// Two of three, by Wilson 0.2077 to 0.9385 (R: binom::binom.confint(2, 3, methods = "wilson")).
	if m := got["band.0.95-0.99"]; math.Abs(m.Lo.Float64-0.2077) > 1e-4 || math.Abs(m.Hi.Float64-0.9385) > 1e-4 || m.N != 3 {
		t.Errorf("%+v", m)
	}
	// Ten pairs of the band from 0.99 count with 0.99, two of the band below with two thirds.
	if m := got[MeasureDecided]; math.Abs(m.Value.Float64-(10*0.99+2*2.0/3)/12) > 1e-6 || m.N != 3 {
		t.Errorf("%+v", m)
	}
	if got[MeasureReview].N != 2 || got[MeasureJoined].N != 12 {
		t.Errorf("%+v", got)
	}
	if m := new(tallies).measures(); len(m) != 2 {
		t.Errorf("of nothing: %+v", m)
	}
}

func TestHeadOf(t *testing.T) {
	up := map[string]string{"a": "b", "b": "c", "x": "y", "y": "z", "z": "y"}
	for from, want := range map[string]string{"a": "c", "b": "c", "c": "c", "x": "y", "z": "y"} {
		if got := headOf(up, from); got != want {
			t.Errorf("%s: %s, want %s", from, got, want)
		}
	}
}
