package sampling

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestAllocate(t *testing.T) {
	frame := []Stratum{{Key: "large", Size: 12, Deviation: 0.5}, {Key: "medium", Size: 88, Deviation: 0.4}, {Key: "small", Size: 900, Deviation: 0.2}}
	for _, c := range []struct {
		name  string
		a     Allocation
		total int
		want  map[string]int
	}{
		// 100 of 1,000 is a tenth of each: 1.2, 8.8 and 90; the largest remainder takes the one left.
		{"proportional", Allocation{}, 100, map[string]int{"large": 1, "medium": 9, "small": 90}},
		{"minimum", Allocation{Minimum: 10}, 100, map[string]int{"large": 10, "medium": 10, "small": 80}},
		{"take all", Allocation{TakeAll: 12}, 100, map[string]int{"large": 12, "medium": 8, "small": 80}},
		// N·S is 6, 35.2 and 180: of 221.2, 50 go as 1.36, 7.96 and 40.69.
		{"Neyman", Allocation{Rule: Neyman}, 50, map[string]int{"large": 1, "medium": 8, "small": 41}},
		{"Neyman beyond a stratum", Allocation{Rule: Neyman, Minimum: 12}, 1000, map[string]int{"large": 12, "medium": 88, "small": 900}},
		{"equal", Allocation{Rule: Equal}, 60, map[string]int{"large": 12, "medium": 24, "small": 24}},
		{"nobody", Allocation{}, 0, map[string]int{"large": 0, "medium": 0, "small": 0}},
	} {
		got, err := c.a.Allocate(frame, c.total)
		if err != nil || !maps.Equal(got, c.want) {
			t.Errorf("%s: %v, %v, want %v", c.name, got, err, c.want)
		}
	}
	// Who answers half as often is asked √2 times as often.
	got, err := Allocation{Rule: Neyman}.Allocate([]Stratum{{Key: "a", Size: 1000}, {Key: "b", Size: 1000, Response: 0.5}}, 241)
	if err != nil || got["a"] != 100 || got["b"] != 141 {
		t.Errorf("by response: %v, %v, want 100 and 141", got, err)
	}
}

func TestAllocate_refuses(t *testing.T) {
	frame := []Stratum{{Key: "a", Size: 10}, {Key: "b", Size: 20}}
	for _, c := range []struct {
		a     Allocation
		frame []Stratum
		total int
		says  string
	}{
		{Allocation{}, frame, 31, "the frame has 30"},
		{Allocation{Minimum: 5}, frame, 9, "at least 10 are needed"},
		{Allocation{TakeAll: 10}, frame, 9, "at least 10 are needed"},
		{Allocation{Rule: "best"}, frame, 9, `no rule "best"`},
		{Allocation{Minimum: -1}, frame, 9, "not negative"},
		{Allocation{}, append(frame, frame[0]), 9, "given twice"},
		{Allocation{}, []Stratum{{Key: "a", Size: -1}}, 0, "not negative"},
		{Allocation{}, []Stratum{{Key: "a", Size: 3, Response: 2}}, 1, "share from 0 to 1"},
		{Allocation{}, []Stratum{{Key: "a", Size: 3, Deviation: math.NaN()}}, 1, "standard deviation"},
	} {
		if _, err := c.a.Allocate(c.frame, c.total); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v of %d: %v, want %q", c.a, c.total, err, c.says)
		}
	}
}

// TestAllocate_property: numbers sum to the total and stay between minimum and size, and nothing hangs on the order.
func TestAllocate_property(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		var frame []Stratum
		least, most := 0, 0
		a := Allocation{Rule: Rules[rng.IntN(len(Rules))], Minimum: rng.IntN(6), TakeAll: rng.IntN(10)}
		for k := range 1 + rng.IntN(12) {
			s := Stratum{Key: fmt.Sprint(k), Size: rng.IntN(60), Deviation: rng.Float64(), Response: rng.Float64()}
			frame = append(frame, s)
			most += s.Size
			if s.Size <= a.TakeAll {
				least += s.Size
			} else {
				least += min(a.Minimum, s.Size)
			}
		}
		total := least + rng.IntN(most-least+1)
		plan, err := a.Allocate(frame, total)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0
		for _, s := range frame {
			n := plan[s.Key]
			sum += n
			if n > s.Size || n < min(a.Minimum, s.Size) || s.Size <= a.TakeAll && n != s.Size {
				t.Fatalf("%+v of %d: stratum %+v is asked %d times", a, total, s, n)
			}
		}
		if sum != total {
			t.Fatalf("%+v: %v sums to %d, want %d", a, plan, sum, total)
		}
		rng.Shuffle(len(frame), func(i, j int) { frame[i], frame[j] = frame[j], frame[i] })
		if again, _ := a.Allocate(frame, total); !maps.Equal(plan, again) {
			t.Fatalf("in another order %v, before %v", again, plan)
		}
	}
}

// TestAllocate_neymanIsBest: no exchange of one firm between two strata lowers the variance by more than rounding does.
func TestAllocate_neymanIsBest(t *testing.T) {
	frame := []Stratum{{Key: "a", Size: 4000, Deviation: 0.5}, {Key: "b", Size: 3000, Deviation: 0.3, Response: 0.6}, {Key: "c", Size: 900, Deviation: 0.45, Response: 0.3}}
	plan, err := Allocation{Rule: Neyman}.Allocate(frame, 600)
	if err != nil {
		t.Fatal(err)
	}
	variance := func(p map[string]int) float64 {
		v := 0.0
		for _, s := range frame {
			n := float64(s.Size) * s.deviation()
			v += n * n / (float64(p[s.Key]) * s.response())
		}
		return v
	}
	best := variance(plan)
	for _, from := range frame {
		for _, to := range frame {
			p := maps.Clone(plan)
			p[from.Key] -= 3
			p[to.Key] += 3
			if v := variance(p); v < best*(1-1e-9) {
				t.Errorf("three more in %s and fewer in %s: %v, allocated %v", to.Key, from.Key, v, best)
			}
		}
	}
}

func TestNeeded(t *testing.T) {
	for _, c := range []struct {
		p    Precision
		want Needed
	}{
		{Precision{Margin: 0.05}, Needed{385, 385, true}},                                       // 384.1 without end: every textbook
		{Precision{Margin: 0.05, Population: 46611}, Needed{382, 382, true}},                    // 384.2/(1+384.2/46611) = 381.01
		{Precision{Margin: 0.05, Population: 46611, Response: 0.3}, Needed{382, 1274, true}},    // 382/0.3
		{Precision{Margin: 0.05, Population: 46611, DesignEffect: 1.5}, Needed{570, 570, true}}, // 576.2/(1+576.2/46611) = 569.2
		{Precision{Margin: 0.1, Population: 100, Response: 0.25}, Needed{50, 100, false}},       // 97.0/(1+0.970) = 49.2
		{Precision{Margin: 0.03, Share: 0.1}, Needed{385, 385, true}},                           // 384.1: a tenth within 3 points
		{Precision{Margin: 0.05, Population: 1}, Needed{1, 1, true}},                            // a single firm
		{Precision{Margin: 0.02, Confidence: 0.99, Population: 500}, Needed{447, 447, true}},    // 4155.3/(1+8.3106) = 446.3
		{Precision{Margin: 0.5, Population: 3}, Needed{2, 2, true}},                             // 3.84·3/2 = 5.76, 5.76/(1+1.92) = 1.97
		{Precision{Margin: 0.0001, Population: 2000}, Needed{2000, 2000, true}},                 // all
	} {
		if got, err := c.p.Needed(); err != nil || got != c.want {
			t.Errorf("%+v: %+v, %v, want %+v", c.p, got, err, c.want)
		}
	}
	for _, p := range []Precision{{}, {Margin: -1}, {Margin: 0.1, Share: 1.2}, {Margin: 0.1, Confidence: 2}, {Margin: 0.1, DesignEffect: -1}, {Margin: 0.1, Response: 1.1}, {Margin: 0.1, Population: -5}, {Margin: math.NaN()}} {
		if _, err := p.Needed(); err == nil {
			t.Errorf("%+v is taken", p)
		}
	}
}

func TestExpect(t *testing.T) {
	frame := []Stratum{{Key: "all", Size: 20}, {Key: "none", Size: 30}, {Key: "some", Size: 400, Response: 0.5}}
	whole, by, err := Expect(frame, map[string]int{"all": 20, "some": 100}, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	if by["all"].Margin != 0 || !math.IsInf(by["none"].Margin, 1) || by["none"].Uncovered != 30 {
		t.Errorf("asked whole and not at all: %+v and %+v", by["all"], by["none"])
	}
	// 1.96·√((1-50/400)·400/399·0.25/50) = 0.12983.
	if got := by["some"].Margin; math.Abs(got-0.129800) > 5e-5 {
		t.Errorf("margin of 50 answers of 400: %v", got)
	}
	if math.Abs(whole.Margin-by["some"].Margin*400/420) > 1e-12 || whole.Uncovered != 30 || whole.Answers != 70 || whole.Asked != 120 {
		t.Errorf("over all strata: %+v", whole)
	}
	// Asking a tenth of each is as good as a simple random sample, or a little better; other shares are worse.
	even, _, _ := Expect([]Stratum{{Key: "a", Size: 1000}, {Key: "b", Size: 9000}}, map[string]int{"a": 100, "b": 900}, 0.5, 0.95)
	if math.Abs(even.DesignEffect-1) > 0.001 {
		t.Errorf("proportional: %+v, want a design effect of 1", even)
	}
	// Kish: with weights 2 and 18 on 500 each, 1 + cv² = 2(2²+18²)/(2+18)² = 1.64; finite sizes change it a little.
	odd, _, _ := Expect([]Stratum{{Key: "a", Size: 100000}, {Key: "b", Size: 900000}}, map[string]int{"a": 500, "b": 500}, 0.5, 0.95)
	if math.Abs(odd.DesignEffect-1.64) > 0.01 || math.Abs(odd.Effective-1000/odd.DesignEffect) > 1e-9 {
		t.Errorf("equal: %+v, want a design effect of 1.64", odd)
	}
	if _, _, err := Expect(frame, map[string]int{"many": 1}, 0, 0); err == nil {
		t.Error("a plan for a stratum that is not there is taken")
	}
	if _, _, err := Expect(frame, nil, 1.5, 0); err == nil {
		t.Error("a share of 1.5 is taken")
	}
}
