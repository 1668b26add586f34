package org

import (
	"fmt"
	"math"
	"testing"

	"milieu/internal/geo/points"
	"milieu/internal/geo/proj"
)

// Sites that share a hand-given point are all drawn, apart from each other and
// within the distance by which the point may be off; one placed by postcode
// stays where it is.
func TestSpreader(t *testing.T) {
	const lon, lat, precision, n = -1.38, 53.39, 500.0, 40
	s := spreader{add: new(points.Builder)}
	for i := range n {
		line := []string{fmt.Sprint(lon), fmt.Sprint(lat), fmt.Sprint(i), "firm", "C", "false", "true", "false", fmt.Sprint(precision), fmt.Sprintf("s%d", i)}
		if err := s.line(line); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.flush(); err != nil {
		t.Fatal(err)
	}
	if err := s.line([]string{fmt.Sprint(lon), fmt.Sprint(lat), "99", "driver", "", "true", "false", "true", "100", "office"}); err != nil {
		t.Fatal(err)
	}
	x, err := points.Open(s.add.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	hits, _ := x.Near(lon, lat, 10_000, points.Filter{}, 1000)
	if len(hits) != n+1 {
		t.Fatalf("%d sites, want %d", len(hits), n+1)
	}
	nearest := math.Inf(1)
	for i, a := range hits {
		if a.DistanceM > precision {
			t.Errorf("site %d is drawn %.0f m off, more than the %.0f m by which it may be", a.Doc, a.DistanceM, precision)
		}
		if a.Doc == 99 && (a.DistanceM > 1 || a.Flags != FlagMass|FlagOffice) {
			t.Errorf("the office has moved %.1f m, flags %b", a.DistanceM, a.Flags)
		}
		for _, b := range hits[:i] {
			if a.Doc != 99 && b.Doc != 99 {
				nearest = min(nearest, proj.DistanceM(a.Lon, a.Lat, b.Lon, b.Lat))
			}
		}
	}
	if nearest < 20 {
		t.Errorf("two sites are drawn %.1f m apart", nearest)
	}
}
