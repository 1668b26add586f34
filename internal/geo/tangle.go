package geo

import (
	"errors"

	"github.com/peterstace/simplefeatures/geom"
	"github.com/peterstace/simplefeatures/rtree"
)

// MostCrossings is how often boundaries may cross before they are dissolved or joined: what
// the work of that grows with. Areas that people draw cross a few times, those of one set never.
const MostCrossings = 5000

// ErrTangled says that boundaries cross too often to be worked with.
var ErrTangled = errors.New("the boundaries cross in more than 5,000 places; draw them more simply")

// Tangled says whether the boundaries of areas, all together, cross each other in more than
// most places. It looks at a bounded number of pairs of edges and takes what would need more
// for tangled.
func Tangled(areas []geom.Geometry, most int) bool {
	var segs []segment
	for _, g := range areas {
		for _, p := range polygonsOf(g) {
			segs = append(segs, segments(p)...)
		}
	}
	items := make([]rtree.BulkItem, len(segs))
	for i, s := range segs {
		items[i] = rtree.BulkItem{Box: segBox(s), RecordID: i}
	}
	tree := rtree.BulkLoad(items)
	found, looked := 0, 0
	for i, s := range segs {
		_ = tree.RangeSearch(segBox(s), func(j int) error { // the only error is the one that ends the search
			if j <= i {
				return nil
			}
			if looked++; properly(s, segs[j]) {
				found++
			}
			if found > most || looked > 100*most+50*len(segs) {
				return rtree.Stop
			}
			return nil
		})
		if found > most || looked > 100*most+50*len(segs) {
			return true
		}
	}
	return false
}

// properly says that two segments cross at a point inside both.
func properly(s, t segment) bool {
	return cross(s.a, s.b, t.a)*cross(s.a, s.b, t.b) < 0 && cross(t.a, t.b, s.a)*cross(t.a, t.b, s.b) < 0
}

func polygonsOf(g geom.Geometry) []geom.Polygon {
	switch g.Type() {
	case geom.TypePolygon:
		return []geom.Polygon{g.MustAsPolygon()}
	case geom.TypeMultiPolygon:
		return g.MustAsMultiPolygon().Dump()
	}
	return nil
}
