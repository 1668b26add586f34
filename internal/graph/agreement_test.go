package graph

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// agreementCase is two partitions with scikit-learn's values, made by oracle/graph/agreement.py; long ones stand as runs
// of 100·a + b with their lengths.
type agreementCase struct {
	Name              string
	A, B              []int
	Runs              [][2]int
	NMI, AMI, ARI, VI float64
}

func TestAgree_oracle(t *testing.T) {
	for _, c := range readJSON[[]agreementCase](t, "testdata/agreement.json") {
		for _, r := range c.Runs {
			c.A = append(c.A, slices.Repeat([]int{r[0] / 100}, r[1])...)
			c.B = append(c.B, slices.Repeat([]int{r[0] % 100}, r[1])...)
		}
		got := Agree(c.A, c.B)
		near(t, c.Name, []float64{got.NMI, got.AMI, got.ARI, got.VI}, []float64{c.NMI, c.AMI, c.ARI, c.VI})
		if want := c.VI / math.Log(float64(len(c.A))); math.Abs(got.NVI-want) > 1e-9 {
			t.Errorf("%s: NVI %v, want %v", c.Name, got.NVI, want)
		}
	}
}

// TestAgree_any: an agreement is symmetric and does not see what communities are called; VI is a distance.
func TestAgree_any(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 30).Draw(t, "nodes")
		labels := func(name string) []int { return rapid.SliceOfN(rapid.IntRange(-2, 5), n, n).Draw(t, name) }
		a, b, c := labels("a"), labels("b"), labels("c")
		ab, ba := Agree(a, b), Agree(b, a)
		if math.Abs(ab.AMI-ba.AMI) > 1e-9 || math.Abs(ab.VI-ba.VI) > 1e-9 || math.Abs(ab.ARI-ba.ARI) > 1e-9 || math.Abs(ab.NMI-ba.NMI) > 1e-9 {
			t.Fatalf("%+v one way, %+v the other", ab, ba)
		}
		renamed := make([]int, n)
		for i, x := range a {
			renamed[i] = 7 - 3*x
		}
		if same := Agree(a, renamed); same != (Agreement{NMI: 1, AMI: 1, ARI: 1}) {
			t.Fatalf("with itself: %+v", same)
		}
		if ac, bc := Agree(a, c), Agree(b, c); ab.VI > ac.VI+bc.VI+1e-9 {
			t.Fatalf("VI %v is more than %v and %v over a third", ab.VI, ac.VI, bc.VI)
		}
		if ab.NMI < 0 || ab.NMI > 1 || ab.NVI < 0 || ab.NVI > 1 || ab.AMI > 1+1e-9 || ab.ARI > 1 {
			t.Fatalf("%+v", ab)
		}
	})
}
