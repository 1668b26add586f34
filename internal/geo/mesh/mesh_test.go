package mesh

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// Two areas that share a wavy line keep the same points along it, whichever way each goes around.
func TestThin_sharedLinesStayShared(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Float64Range(2, 20).Draw(t, "a"), rapid.Float64Range(2, 20).Draw(t, "b")
		tol := rapid.Float64Range(0.5, 8).Draw(t, "tol")
		turn := rapid.IntRange(0, 150).Draw(t, "turn")
		var wave []Unit
		for i := range 200 {
			wave = append(wave, Unit{int32(math.Round(200 + 20*math.Sin(float64(i)/a)*math.Cos(float64(i)/b))), int32(4 * i)})
		}
		left, right := []Unit{{0, 796}, {0, 0}}, []Unit{{400, 0}, {400, 796}}
		for i := range wave {
			left = append(left, wave[i])
			right = append(right, wave[len(wave)-1-i])
		}
		turn %= len(right)
		right = append(append([]Unit{}, right[turn:]...), right[:turn]...)
		thin := Thin([]Outline{{left}, {right}}, tol)
		on := func(o Outline) map[Unit]bool {
			m := map[Unit]bool{}
			for _, u := range o[0] {
				if u.X > 0 && u.X < 400 {
					m[u] = true
				}
			}
			return m
		}
		l, r := on(thin[0]), on(thin[1])
		if len(l) != len(r) || len(l) < 2 {
			t.Fatalf("%d points on one side, %d on the other", len(l), len(r))
		}
		for u := range l {
			if !r[u] {
				t.Fatalf("%v is on one side only", u)
			}
		}
	})
}

// No point of a ring that is left out lies farther from the thinned ring than the tolerance.
func TestThin_tolerance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(8, 80).Draw(t, "n")
		var ring []Unit
		for i := range n {
			r := rapid.Float64Range(60, 100).Draw(t, "r")
			ring = append(ring, Unit{int32(math.Round(r * math.Cos(2*math.Pi*float64(i)/float64(n)))), int32(math.Round(r * math.Sin(2*math.Pi*float64(i)/float64(n))))})
		}
		ring = Ring(ring)
		tol := rapid.Float64Range(0.5, 10).Draw(t, "tol")
		thin := Thin([]Outline{{ring}}, tol)[0][0]
		for _, u := range ring {
			least := math.Inf(1)
			for i := range thin {
				least = min(least, apart2(u, thin[i], thin[(i+1)%len(thin)]))
			}
			if math.Sqrt(least) > tol+1e-9 {
				t.Fatalf("%v lies %.2f off", u, math.Sqrt(least))
			}
		}
	})
}

func TestThin_small(t *testing.T) {
	got := Thin([]Outline{{{{0, 0}, {1, 0}}}, {}, {nil, {{0, 0}, {9, 0}, {9, 9}}}}, 1)
	if len(got) != 3 || len(got[0][0]) != 2 || len(got[1]) != 0 || got[2][0] != nil || len(got[2][1]) != 3 {
		t.Errorf("%v", got)
	}
}
