package geo

import (
	"testing"

	"github.com/peterstace/simplefeatures/geom"
)

// comb is a comb of n teeth along x, or along y when turned.
func comb(n int, turned bool) geom.Geometry {
	var xy []float64
	add := func(x, y float64) {
		if turned {
			x, y = y, x
		}
		xy = append(xy, x, y)
	}
	add(0, -1)
	for i := range n {
		add(float64(2*i), float64(2*n))
		add(float64(2*i)+1, float64(2*n))
		add(float64(2*i)+1, 0)
		add(float64(2*i)+2, 0)
	}
	add(float64(2*n), -1)
	add(0, -1)
	return geom.NewPolygonXY(xy).AsGeometry()
}

func TestTangled(t *testing.T) {
	one, two := comb(20, false), comb(20, true)
	if Tangled([]geom.Geometry{one}, 0) {
		t.Error("a comb does not cross itself")
	}
	// Twenty teeth have forty long edges, and each crosses each of the other comb's.
	if !Tangled([]geom.Geometry{one, two}, 1000) || Tangled([]geom.Geometry{one, two}, 2000) {
		t.Error("two combs of twenty teeth cross in about 1,600 places")
	}
	if Tangled(nil, 0) || Tangled([]geom.Geometry{geom.NewPointXY(1, 2).AsGeometry()}, 0) {
		t.Error("what has no boundary does not cross")
	}
}

// However large the combs are, the answer comes after a bounded number of pairs.
func TestTangled_bounded(t *testing.T) {
	if !Tangled([]geom.Geometry{comb(20000, false), comb(20000, true)}, MostCrossings) {
		t.Error("combs of 20,000 teeth are tangled")
	}
}
