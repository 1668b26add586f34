package web

import (
	"testing"

	"milieu/internal/geo/proj"
)

// The projection itself is checked on published points in geo/proj; here is how
// a position is written.
func TestGridPosition(t *testing.T) {
	lon, lat := proj.FromGrid(442_384, 388_146)
	if got, want := gridPosition(lon, lat), "442,384 m east, 388,146 m north (SK 423 881)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := gridPosition(-4, 80); got != "" {
		t.Errorf("a position far off the grid gives %q", got)
	}
}
