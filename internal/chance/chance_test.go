package chance

import (
	"math"
	"testing"
)

// The blocks of numpy: np.random.Philox(key=[42, 7], counter=c).random_raw(4), which
// counts one up before the first block (oracle/chance/philox.py).
func TestBlock(t *testing.T) {
	for _, c := range []struct {
		s                 Stream
		draw, input, more uint64
		want              [4]uint64
	}{
		{Stream{}, 1, 0, 0, blockZero},
		{Stream{Seed: 42, Purpose: 7}, 1000001, 17, 3, blockSome},
	} {
		if got := c.s.Block(c.draw, c.input, c.more); got != c.want {
			t.Errorf("block %d/%d/%d of %v = %#v, want %#v", c.draw, c.input, c.more, c.s, got, c.want)
		}
	}
}

func TestDist_at(t *testing.T) {
	for _, d := range []Dist{{Uniform, 2, 6, 0}, {Triangular, 1, 2, 9}, {PERT, 1, 2, 9}, {Normal, 3, 2, 0}, {Lognormal, 2, 0.5, 0}, {Beta, 8, 3, 0}, {Fixed, 4, 0, 0}, {Triangular, 5, 5, 5}, {PERT, 5, 5, 5}} {
		if err := d.Validate(); err != nil {
			t.Fatal(err)
		}
		const n = 20000
		sum, last := 0.0, math.Inf(-1)
		for i := range n {
			v := d.At((float64(i) + 0.5) / n)
			if v < last {
				t.Fatalf("%v falls at %d", d, i)
			}
			last = v
			sum += v / n
		}
		if math.Abs(sum-d.Mean()) > 2e-3*math.Max(1, math.Abs(d.Mean())) {
			t.Errorf("%v: mean of the inverse %g, Mean %g", d, sum, d.Mean())
		}
	}
}

func TestDist_refused(t *testing.T) {
	for _, d := range []Dist{{Uniform, 2, 1, 0}, {Triangular, 1, 3, 2}, {Normal, 0, -1, 0}, {Lognormal, 0, 1, 0}, {Beta, 0, 1, 0}, {"weird", 0, 0, 0}, {Fixed, math.NaN(), 0, 0}} {
		if d.Validate() == nil {
			t.Errorf("%v was taken", d)
		}
	}
}

func TestJoint(t *testing.T) {
	j, err := NewJoint([]Dist{{Normal, 0, 1, 0}, {Lognormal, 1, 1, 0}, {Uniform, 0, 1, 0}}, []Pair{{0, 1, 0.8}})
	if err != nil {
		t.Fatal(err)
	}
	const n = 50000
	var xy, x2, y2, xu float64
	out := make([]float64, 3)
	for i := range n {
		j.Draw(Stream{Seed: 1}, i, out)
		x, y, u := out[0], math.Log(out[1]), out[2]-0.5
		xy, x2, y2, xu = xy+x*y, x2+x*x, y2+y*y, xu+x*u
	}
	if r := xy / math.Sqrt(x2*y2); math.Abs(r-0.8) > 0.01 {
		t.Errorf("correlation %g, want 0.8", r)
	}
	if r := xu / n; math.Abs(r) > 0.01 {
		t.Errorf("uncorrelated input is correlated: %g", r)
	}
	if _, err := NewJoint(make3(), []Pair{{0, 1, 0.9}, {1, 2, 0.9}, {0, 2, -0.9}}); err == nil {
		t.Error("correlations that cannot hold together were taken")
	}
}

func make3() []Dist { return []Dist{{Uniform, 0, 1, 0}, {Uniform, 0, 1, 0}, {Uniform, 0, 1, 0}} }

// A draw is the same whatever was asked before it and however many inputs there are.
func TestJoint_addressed(t *testing.T) {
	j, _ := NewJoint(make3(), nil)
	one, _ := NewJoint(make3()[:1], nil)
	a, b := make([]float64, 3), make([]float64, 1)
	j.Draw(Stream{Seed: 9}, 77, a)
	one.Draw(Stream{Seed: 9}, 77, b)
	if a[0] != b[0] {
		t.Errorf("draw 77 is %g of three inputs and %g of one", a[0], b[0])
	}
}

func TestSummarise(t *testing.T) {
	s := Summarise([]float64{4, 1, 3, 2, -5}, 0.8)
	if s.N != 5 || s.Mean != 1 || s.P50 != 2 || s.Above != 0.8 || math.Abs(s.Low-(-2.6)) > 1e-12 || math.Abs(s.High-3.6) > 1e-12 {
		t.Errorf("summary %+v", s)
	}
	if s := Summarise(nil, 0.9); !math.IsNaN(s.Mean) {
		t.Errorf("nothing has the mean %g", s.Mean)
	}
}

var (
	blockZero = [4]uint64{0x2f4ba6408e4d89b, 0x3dd62b0b9ca8c5b2, 0x1c8667a55d902e79, 0x907d7a052fd5b4dc}
	blockSome = [4]uint64{0x30cba61c8a7c51ea, 0x3dc42a8874973b91, 0xa323f7976de05364, 0xaea1844b0c57e4b1}
)
