package sampling

import (
	"math"
	"strings"
	"testing"

	"milieu/internal/stat"
)

func TestWorstCase(t *testing.T) {
	for _, c := range []struct {
		name   string
		of     []Reply
		lo, hi float64
		want   stat.Interval
	}{
		// Half of 100 answered and 30 of them said yes: 30 to 80 of 100.
		{"half answered", []Reply{{Asked: 100, Answered: 50, Sum: 30}}, 0, 1, stat.Interval{Lo: 0.3, Hi: 0.8}},
		// Weighed by the frame: (900·0.3 + 100·1)/1000 and (900·0.8 + 100·1)/1000.
		{"two strata", []Reply{{Size: 900, Asked: 100, Answered: 50, Sum: 30}, {Size: 100, Asked: 20, Answered: 20, Sum: 20}}, 0, 1, stat.Interval{Lo: 0.37, Hi: 0.82}},
		// A scale from 1 to 5: 10 answers of 4, 10 missing: (40+10)/20 and (40+50)/20.
		{"a scale", []Reply{{Asked: 20, Answered: 10, Sum: 40}}, 1, 5, stat.Interval{Lo: 2.5, Hi: 4.5}},
		{"nobody asked", []Reply{{Size: 50}, {Size: 50, Asked: 10, Answered: 10, Sum: 10}}, 0, 1, stat.Interval{Lo: 0.5, Hi: 1}},
		{"nothing", nil, 0, 1, stat.Interval{Lo: 0, Hi: 1}},
	} {
		got, err := WorstCase(c.of, c.lo, c.hi)
		if err != nil || math.Abs(got.Lo-c.want.Lo) > 1e-12 || math.Abs(got.Hi-c.want.Hi) > 1e-12 {
			t.Errorf("%s: %+v, %v, want %+v", c.name, got, err, c.want)
		}
	}
	for _, c := range []struct {
		of   Reply
		says string
	}{
		{Reply{Asked: 5, Answered: 6}, "each is at most the next"},
		{Reply{Size: 4, Asked: 5, Answered: 5}, "each is at most the next"},
		{Reply{Asked: 5, Answered: 5, Sum: 6}, "is not within"},
		{Reply{Asked: math.NaN()}, "each is at most the next"},
	} {
		if _, err := WorstCase([]Reply{c.of}, 0, 1); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v, want %q", c.of, err, c.says)
		}
	}
	if _, err := WorstCase(nil, 1, 0); err == nil {
		t.Error("values from 1 to 0 are taken")
	}
}

func TestRates(t *testing.T) {
	// 60 complete, 10 partial, 20 refused, 50 not reached, 5 others, 40 unknown, 15 out of scope: e = 145/160.
	got := Outcomes{Complete: 60, Partial: 10, Refused: 20, NonContact: 50, Other: 5, Unknown: 40, Ineligible: 15}.Rates()
	e := 145. / 160
	want := Rates{RR1: 60. / 185, RR2: 70. / 185, RR3: 60 / (145 + e*40), RR4: 70 / (145 + e*40), RR5: 60. / 145, RR6: 70. / 145, COOP1: 60. / 95, REF1: 20. / 185, CON1: 95. / 185, Eligible: e}
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if r := (Outcomes{Complete: 3}).Rates(); r.RR1 != 1 || r.RR3 != 1 || r.Eligible != 1 {
		t.Errorf("all complete: %+v", r)
	}
	if r := (Outcomes{}).Rates(); !math.IsNaN(r.RR1) || !math.IsNaN(r.RR3) {
		t.Errorf("nobody: %+v", r)
	}
}
