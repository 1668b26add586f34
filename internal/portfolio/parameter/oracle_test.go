package parameter

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"milieu/internal/cash"
)

// TestAppraise_oracle holds package cash with the shipped schedules against exact rational arithmetic
// (oracle/cash/appraise.py).
func TestAppraise_oracle(t *testing.T) {
	text, err := os.ReadFile("../../cash/testdata/appraise.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Schedule         string
		Base             int
		Bias, Multiplier float64
		Shares           [4]float64
		Costs, Benefits  [][2]float64
		Gross, Net       [4]*float64
	}
	if err := json.Unmarshal(text, &cases); err != nil || len(cases) < 60 {
		t.Fatalf("%d cases, %v", len(cases), err)
	}
	s := shipped(t)
	for i, c := range cases {
		schedule, _, err := s.Schedule(c.Schedule)
		if err != nil {
			t.Fatal(err)
		}
		r, err := cash.Appraise(cash.Case{Base: c.Base, Schedule: schedule, Costs: flowsOf(c.Costs), Benefits: flowsOf(c.Benefits), Bias: c.Bias,
			Additionality: cash.Additionality{Deadweight: c.Shares[0], Leakage: c.Shares[1], Displacement: c.Shares[2], Substitution: c.Shares[3], Multiplier: c.Multiplier}})
		if err != nil {
			t.Fatalf("case %d: %v", i, err)
		}
		compare(t, i, r.Gross, c.Gross)
		compare(t, i, r.Net, c.Net)
	}
}

func flowsOf(rows [][2]float64) []cash.Flow {
	out := make([]cash.Flow, len(rows))
	for i, r := range rows {
		out[i] = cash.Flow{Year: int(r[0]), Amount: r[1]}
	}
	return out
}

func compare(t *testing.T, i int, got cash.Side, want [4]*float64) {
	t.Helper()
	scale := math.Abs(*want[0]) + math.Abs(*want[1]) + 1e-6
	for k, v := range []float64{got.Costs, got.Benefits, got.NPSV} {
		if math.Abs(v-*want[k]) > 1e-12*scale {
			t.Errorf("case %d: measure %d is %v, want %v", i, k, v, *want[k])
		}
	}
	if (want[3] != nil) != got.BCR.OK || got.BCR.OK && math.Abs(got.BCR.Value-*want[3]) > 1e-10*(1+math.Abs(*want[3])) {
		t.Errorf("case %d: ratio %v, want %v", i, got.BCR, want[3])
	}
}
