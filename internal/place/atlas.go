package place

import (
	"context"
	"sort"

	"milieu/internal/lake"
)

// Atlas is all areas of a release, ready to say which lie around a position. It
// does not change and may be used by many goroutines at once. The zero value has
// no areas.
type Atlas struct {
	sets []set
}

// Ref names an area.
type Ref struct{ Set, ID, Name string }

// ReadAtlas reads the areas of a release.
func ReadAtlas(ctx context.Context, q lake.Querier) (Atlas, error) {
	sets, err := readSets(ctx, q)
	return Atlas{sets}, err
}

// Around lists the areas that contain the position, by set, then by name.
func (a Atlas) Around(lon, lat float64) []Ref {
	var out []Ref
	for _, s := range a.sets {
		from := len(out)
		for _, i := range s.locator.Locate(lon, lat) {
			out = append(out, Ref{s.name, s.ids[i], s.names[i]})
		}
		of := out[from:]
		sort.SliceStable(of, func(x, y int) bool { return of[x].Name < of[y].Name })
	}
	return out
}
