package density

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/peterstace/simplefeatures/geom"
)

// polygon is an outline as a geometry, which validates it.
func polygon(t *testing.T, o Outline) geom.Polygon {
	t.Helper()
	var rings []geom.LineString
	for _, r := range o {
		var xy []float64
		for _, p := range r {
			xy = append(xy, p[0], p[1])
		}
		rings = append(rings, geom.NewLineStringXY(xy...))
	}
	p := geom.NewPolygon(rings)
	if err := p.Validate(); err != nil {
		t.Fatal(err)
	}
	return p
}

// Every point lies inside, the pad's width from the outline, and the outline is valid, one piece and anticlockwise.
func TestNewOutline(t *testing.T) {
	for _, s := range shapes {
		if s.name == "far" {
			continue
		}
		for seed := range uint64(20) {
			r := rand.New(rand.NewPCG(seed, 9))
			p := s.draw(r, 1+r.IntN(200))
			size := max(1e-3, slices.Max(p.X)-slices.Min(p.X))
			pad, reach := size/20, size/float64(3+r.IntN(10))
			o, err := NewOutline(t.Context(), p, reach, pad)
			if err != nil {
				t.Fatal(err)
			}
			area := polygon(t, o)
			if !area.IsCCW() {
				t.Errorf("%s, seed %d: the outer ring is clockwise", s.name, seed)
			}
			edge := area.Boundary().AsGeometry()
			for i := range p.X {
				at := geom.XY{X: p.X[i], Y: p.Y[i]}.AsPoint().AsGeometry()
				d, _ := geom.Distance(edge, at)
				in, _ := geom.Distance(area.AsGeometry(), at)
				if in > 0 || d < pad/2 {
					t.Fatalf("%s, seed %d: point %d is %v outside and %v from the outline, pad %v", s.name, seed, i, in, d, pad)
				}
			}
		}
	}
}

// A disc: one point with its pad.
func TestNewOutline_disc(t *testing.T) {
	o, err := NewOutline(t.Context(), Points{X: []float64{430000}, Y: []float64{390000}}, 100, 100)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := polygon(t, o).Area(), math.Pi*100*100; math.Abs(got-want) > .2*want {
		t.Errorf("area %v, want about %v", got, want)
	}
}

// A ring of points keeps its hole when it is wider than twice the reach, and loses it when it is not.
func TestNewOutline_hole(t *testing.T) {
	i := 0.0
	p := fill(100, func() (float64, float64) {
		i++
		return 1000 * math.Cos(i/100*2*math.Pi), 1000 * math.Sin(i/100*2*math.Pi)
	})
	for reach, want := range map[float64]int{300: 2, 1500: 1} {
		o, err := NewOutline(t.Context(), p, reach, 100)
		if err != nil {
			t.Fatal(err)
		}
		if len(o) != want {
			t.Errorf("reach %v: %d rings, want %d", reach, len(o), want)
		}
	}
}

// Two clusters that are far apart are always found again; a chance one among even points is not.
func TestJaccard(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	p := fill(400, func() (float64, float64) { return r.Float64() * 100, r.Float64() * 100 })
	for i := range 200 {
		p.X[i], p.Y[i] = 1000*float64(i%2)+r.NormFloat64(), 1000+r.NormFloat64()
	}
	again := func(rows []int) ([]int, error) {
		var q Points
		for _, i := range rows {
			q.X, q.Y = append(q.X, p.X[i]), append(q.Y, p.Y[i])
		}
		res, err := HDBSCAN(t.Context(), q, Options{MinPoints: 5})
		return res.Label, err
	}
	all, err := again(drawn(400, 400, r))
	if err != nil {
		t.Fatal(err)
	}
	k := kinds(all)
	got, err := Jaccard(all, k, Resampling{Seed: 1}, again)
	if err != nil {
		t.Fatal(err)
	}
	if got[all[0]] < .9 || got[all[1]] < .9 {
		t.Errorf("the two clusters have %v and %v, want above 0.9", got[all[0]], got[all[1]])
	}
	once, err := Jaccard(all, k, Resampling{Seed: 1, Share: 1, Rounds: 1}, again)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(slices.Repeat([]float64{1}, k), once); d != "" {
		t.Error("all points drawn:", d)
	}
	second, err := Jaccard(all, k, Resampling{Seed: 1}, again)
	if err != nil || !slices.Equal(got, second) {
		t.Errorf("same seed: %v and %v", got, second)
	}
}
