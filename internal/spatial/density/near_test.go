package density

import (
	"math/rand/v2"
	"testing"
)

func TestNearest(t *testing.T) {
	for _, s := range shapes {
		if s.name == "far" {
			continue
		}
		r := rand.New(rand.NewPCG(4, 4))
		p, to := s.draw(r, 300), s.draw(r, 200)
		within := (p.X[0] - p.X[1]) / 4
		if within < 0 {
			within = -within
		}
		got, err := Nearest(t.Context(), p, to.X, to.Y, within)
		if err != nil {
			t.Fatal(err)
		}
		for i := range to.X {
			want, best := -1, float64(within*within)
			for j := range p.X {
				dx, dy := p.X[j]-to.X[i], p.Y[j]-to.Y[i]
				d := float64(dx*dx) + float64(dy*dy)
				if d > best {
					continue
				}
				if want < 0 || d < best || p.X[j] < p.X[want] || p.X[j] == p.X[want] && p.Y[j] < p.Y[want] {
					want, best = j, d
				}
			}
			if got[i] != want {
				t.Fatalf("%s: position %d: nearest %d, want %d", s.name, i, got[i], want)
			}
		}
	}
}
