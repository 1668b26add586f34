package chart

import (
	"math"
	"strings"
	"testing"

	"github.com/peterstace/simplefeatures/geom"
)

// square is an area with its south-west corner at a position, in degrees.
func square(lon, lat, side float64) geom.Geometry {
	return geom.NewPolygonXY([]float64{lon, lat, lon + side, lat, lon + side, lat + side, lon, lat + side, lon, lat}).AsGeometry()
}

func mapSample() MapSpec {
	values := []float64{0.4, 0.9, 1.3, 2.8, math.NaN(), 1.1}
	sp := MapSpec{Title: "Quotient of tools", Name: "District", Unit: "Quotient", Decimals: 1, Diverging: true, Centre: 1, PointUnit: "Employees",
		Classes: GivenBreaks(values, []float64{0.5, 1, 2}),
		Borders: []geom.Geometry{square(-1.6, 53.2, 0.4)},
		Hulls:   []MapHull{{"Tools, cluster 1", square(-1.45, 53.35, 0.12), MarkWarn}},
		Points:  []MapPoint{{"Works", -1.4, 53.4, 400, MarkUs}, {"Shop", -1.3, 53.3, 12, "firm"}, {"Nowhere", math.NaN(), 1, 5, MarkUs}}}
	for i, v := range values {
		lon, lat := -1.6+0.2*float64(i%3), 53.2+0.2*float64(i/3)
		sp.Areas = append(sp.Areas, MapArea{ID: string(rune('a' + i)), Label: "Area " + string(rune('A'+i)), Geometry: square(lon, lat, 0.2), Value: v, Interval: Interval{v - 0.2, v + 0.3}, Few: i == 5, Us: i == 1})
	}
	return sp
}

func kindSample() MapSpec {
	sp := MapSpec{Title: "Like among like", Name: "Ward", Unit: "Local Moran", Kinds: []MapKind{{"High among high", "v9"}, {"Low among low", "v1"}}}
	for i := range 3 {
		sp.Areas = append(sp.Areas, MapArea{Label: "Ward <" + string(rune('1'+i)) + ">", Geometry: square(10+float64(i), 40, 1), Value: float64(i), Kind: i})
	}
	return sp
}

// Legend and table say the same counts and every area is named in the picture.
func TestMap_legend(t *testing.T) {
	c := Map(mapSample())
	for _, want := range []string{"up to 0.5 (1)", "1.0 to 2.0 (1)", "Too few to say (1)", "Not known (1)", "<title>Area A: 0.4 (0.2–0.7)</title>", "north is up", "var(--v1,"} {
		if !strings.Contains(c.SVG, want) {
			t.Errorf("the picture lacks %q", want)
		}
	}
	if len(c.Table.Rows) != 6+1+3 {
		t.Errorf("%d rows in the table", len(c.Table.Rows))
	}
}
