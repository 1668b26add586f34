package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/geo/mvt"
	"milieu/internal/geo/points"
	"milieu/internal/live"
	"milieu/internal/org"
)

const (
	tilePlaces = 2000 // more single places than this are drawn as a grid of counts
	townPlaces = 300  // the same for tiles of a town, down to townZoom
	townZoom   = 13
	farPlaces  = 100 // the same for tiles of a region and more, down to farZoom
	farZoom    = 11
	cellBlock  = 4  // cells of the index along the side of one that is drawn, so that numbers can be read
	sizeLeast  = 10 // employees from which a mark grows visibly
)

// siteSizes is the number of employees by document number, for those with at least
// sizeLeast.
func siteSizes(ctx context.Context, snap *live.Snapshot) ([]int32, error) {
	return live.Remember(&snap.Cache, "sizes", func() ([]int32, error) { return org.Sizes(ctx, snap.DB, sizeLeast) })
}

func (s *Server) siteTile(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	z, err1 := strconv.Atoi(r.PathValue("z"))
	x, err2 := strconv.Atoi(r.PathValue("x"))
	y, err3 := strconv.Atoi(strings.TrimSuffix(r.PathValue("y"), ".mvt"))
	if err1 != nil || err2 != nil || err3 != nil {
		return badRequest("A tile is named by three whole numbers, as in /tiles/sites/12/2032/1323.mvt.")
	}
	tile, err := mvt.NewTile(z, x, y)
	if err != nil {
		return badRequest("%s.", err)
	}
	f, err := parseSiteFilter(r.URL.Query())
	if err != nil {
		return err
	}
	if unchanged(w, r, snap) {
		return nil
	}
	var found points.Result
	if !f.None {
		most := tilePlaces
		switch {
		case z <= farZoom:
			most = farPlaces
		case z <= townZoom:
			most = townPlaces
		}
		if found, err = snap.Sites.Tile(z, x, y, f.Filter, most); err != nil {
			return err
		}
	}
	sizes, err := siteSizes(r.Context(), snap)
	if err != nil {
		return err
	}
	data, err := mvt.Encode(tile, []mvt.Layer{{Name: "sites", Features: siteFeatures(snap, found, sizes)}})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/vnd.mapbox-vector-tile")
	_, err = w.Write(data)
	return err
}

// siteFeatures are the marks of a tile: single places with the organisation's id
// and name, and counts where several share a place or a cell.
func siteFeatures(snap *live.Snapshot, found points.Result, sizes []int32) []mvt.Feature {
	var out []mvt.Feature
	for _, p := range found.Places {
		attrs := []mvt.Attr{{Key: "class", Value: mvt.Int(int64(p.Class))}, {Key: "group", Value: mvt.Int(int64(p.Group))}, {Key: "n", Value: mvt.Int(int64(p.Count))}}
		if p.Count == 1 {
			if id, name, ok := snap.Search.Document(p.Docs[0]); ok {
				attrs = append(attrs, mvt.Attr{Key: "id", Value: mvt.String(id)}, mvt.Attr{Key: "name", Value: mvt.String(name)})
			}
			if doc := int(p.Docs[0]); doc < len(sizes) && sizes[doc] > 0 {
				attrs = append(attrs, mvt.Attr{Key: "size", Value: mvt.Int(int64(sizes[doc]))})
			}
		}
		if p.Flags&org.FlagApprox != 0 {
			attrs = append(attrs, mvt.Attr{Key: "approx", Value: mvt.Int(1)})
		}
		out = append(out, mvt.Feature{Geometry: pointAt(p.Lon, p.Lat), Attrs: attrs})
	}
	return append(out, blockFeatures(found.Cells)...)
}

// block is several cells of the index drawn as one mark.
type block struct {
	n        int
	lon, lat float64 // sums over the sites
	class    [points.MaxClass + 1]int
}

// blockFeatures joins cells so far apart that their numbers can be read: each mark
// stands at the mean place of its sites and has the colour of the most frequent of
// their cells' leading roles.
func blockFeatures(cells []points.Cell) []mvt.Feature {
	blocks := map[[2]int]*block{}
	var order [][2]int
	for _, c := range cells {
		at := [2]int{c.X / cellBlock, c.Y / cellBlock}
		b := blocks[at]
		if b == nil {
			b = &block{}
			blocks[at] = b
			order = append(order, at)
		}
		b.n += c.Count
		b.lon += c.Lon * float64(c.Count)
		b.lat += c.Lat * float64(c.Count)
		b.class[c.Class] += c.ClassCount
	}
	var out []mvt.Feature
	for _, at := range order {
		b := blocks[at]
		top := 0
		for class, n := range b.class {
			if n > b.class[top] {
				top = class
			}
		}
		out = append(out, mvt.Feature{Geometry: pointAt(b.lon/float64(b.n), b.lat/float64(b.n)),
			Attrs: []mvt.Attr{{Key: "class", Value: mvt.Int(int64(top))}, {Key: "n", Value: mvt.Int(int64(b.n))}}})
	}
	return out
}

func pointAt(lon, lat float64) geom.Geometry {
	return geom.XY{X: lon, Y: lat}.AsPoint().AsGeometry()
}
