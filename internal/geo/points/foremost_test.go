package points

import (
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

func TestForemost_agreesWithInBounds(t *testing.T) {
	x := mustOpen(t, crowd(3, 5000))
	p := crowd(3, 5000)[0]
	boxes := [][4]float64{{-180, -85, 180, 85}, {p.Lon - 0.5, p.Lat - 0.3, p.Lon + 0.5, p.Lat + 0.3}, {p.Lon, p.Lat, p.Lon, p.Lat}, {1, 1, 0, 0}}
	filters := []Filter{{}, {ClassMask: 3}, {FlagsNone: 1}}
	for _, b := range boxes {
		for _, f := range filters {
			all, _ := x.InBounds(b[0], b[1], b[2], b[3], f, 1<<20)
			slices.SortStableFunc(all, func(a, b Hit) int { return int(int64(a.Doc) - int64(b.Doc)) })
			for _, limit := range []int{0, 1, 50, 1 << 20} {
				got, total := x.Foremost(b[0], b[1], b[2], b[3], f, limit)
				want := all[:min(limit, len(all))]
				if total != len(all) || len(got) != len(want) || (len(got) > 0 && gocmp.Diff(want, got) != "") {
					t.Fatalf("box %v, filter %+v, limit %d: %d of %d, want %d of %d\n%s", b, f, limit, len(got), total, len(want), len(all), gocmp.Diff(want, got))
				}
			}
		}
	}
}

func TestTile_sharedFlags(t *testing.T) {
	x := mustOpen(t, []Point{{Lon: 1, Lat: 1, Flags: 6}, {Lon: 1, Lat: 1, Doc: 1, Flags: 2}, {Lon: 2, Lat: 2, Flags: 4}})
	got, err := x.Tile(0, 0, 0, Filter{}, 10)
	if err != nil || len(got.Places) != 2 {
		t.Fatal(got, err)
	}
	flags := []uint16{got.Places[0].Flags, got.Places[1].Flags}
	slices.Sort(flags)
	if d := gocmp.Diff([]uint16{2, 4}, flags); d != "" {
		t.Error(d)
	}
}
