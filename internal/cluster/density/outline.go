package density

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/geo"
	"milieu/internal/geo/proj"
	spatial "milieu/internal/spatial/density"
)

// shape is the outline of a cluster in degrees.
type shape struct {
	text string // GeoJSON
	km2  float64
}

// outlines draws around the positions of each cluster, side by side.
func (s Settings) outlines(ctx context.Context, b *book, f *found) ([]shape, error) {
	points := make([]spatial.Points, len(f.tested))
	for _, at := range f.at {
		if c := f.cluster[at]; c >= 0 {
			points[c].X, points[c].Y = append(points[c].X, b.x[at]), append(points[c].Y, b.y[at])
		}
	}
	out, faults := make([]shape, len(points)), make([]error, len(points))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for c := int(next.Add(1)) - 1; c < len(points); c = int(next.Add(1)) - 1 {
				out[c], faults[c] = s.outline(ctx, points[c])
			}
		})
	}
	wg.Wait()
	for _, err := range faults {
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// outline fills bays narrower than four times the reach and stays outside the positions by six tenths of it.
func (s Settings) outline(ctx context.Context, p spatial.Points) (shape, error) {
	pad := 0.6 * s.ReachM
	o, err := spatial.NewOutline(ctx, p, 2*s.ReachM, pad)
	if err != nil {
		return shape{}, err
	}
	var rings []geom.LineString
	for _, ring := range o {
		var xy []float64
		for _, v := range ring {
			lon, lat := proj.FromGrid(v[0], v[1])
			xy = append(xy, lon, lat)
		}
		rings = append(rings, geom.NewLineStringXY(xy...))
	}
	g := geom.NewPolygon(rings).AsGeometry().ForceCCW()
	// An eighth of the padding is too little to see and halves the text.
	g = geo.Simplify(g, pad/8/111_000)
	return shape{string(geo.AppendGeoJSON(nil, g)), geo.AreaKm2(g)}, nil
}
