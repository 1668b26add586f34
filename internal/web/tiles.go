package web

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/geo/mvt"
	"milieu/internal/geo/points"
	"milieu/internal/geo/proj"
	"milieu/internal/live"
	"milieu/internal/org"
)

const (
	squareZoom = 9    // to this zoom all is drawn as squares of counts, so that a country has one kind of mark
	tilePlaces = 2000 // more single places than this are drawn as squares of counts
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
	tile, err := tileOf(r)
	if err != nil {
		return err
	}
	z, x, y := tile.Z, tile.X, tile.Y
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
		case z <= squareZoom:
			most = 0
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
	data, err := mvt.Encode(tile, []mvt.Layer{{Name: "cells", Features: squareFeatures(tile, found.Cells)}, {Name: "sites", Features: siteFeatures(snap, found, sizes)}})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/vnd.mapbox-vector-tile")
	_, err = w.Write(data)
	return err
}

// tileOf reads the numbers of a tile from an address.
func tileOf(r *http.Request) (mvt.Tile, error) {
	z, err1 := strconv.Atoi(r.PathValue("z"))
	x, err2 := strconv.Atoi(r.PathValue("x"))
	y, err3 := strconv.Atoi(strings.TrimSuffix(r.PathValue("y"), ".mvt"))
	if err1 != nil || err2 != nil || err3 != nil {
		return mvt.Tile{}, badRequest("A tile is named by three whole numbers, as in /tiles/sites/12/2032/1323.mvt.")
	}
	tile, err := mvt.NewTile(z, x, y)
	if err != nil {
		return tile, badRequest("%s.", err)
	}
	return tile, nil
}

// siteFeatures are the marks of a tile: single places with the organisation's id
// and name, and counts where several share a place.
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
	return out
}

// block is several cells of the index drawn as one square.
type block struct {
	n     int
	class [points.MaxClass + 1]int
}

// square is a block with its shape and the most frequent of its cells' leading roles.
type square struct {
	n, class int
	shape    geom.Geometry
}

// squares joins cells so far that their numbers can be read.
func squares(tile mvt.Tile, cells []points.Cell) []square {
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
		b.class[c.Class] += c.ClassCount
	}
	var out []square
	for _, at := range order {
		b := blocks[at]
		top := 0
		for class, n := range b.class {
			if n > b.class[top] {
				top = class
			}
		}
		out = append(out, square{b.n, top, squareAt(tile, at)})
	}
	return out
}

// squareFeatures are the squares of a tile with how many sites lie in each.
func squareFeatures(tile mvt.Tile, cells []points.Cell) []mvt.Feature {
	var out []mvt.Feature
	for _, q := range squares(tile, cells) {
		out = append(out, mvt.Feature{Geometry: q.shape, Attrs: []mvt.Attr{{Key: "class", Value: mvt.Int(int64(q.class))}, {Key: "n", Value: mvt.Int(int64(q.n))}}})
	}
	return out
}

// squareAt is the outline of a block of cells.
func squareAt(tile mvt.Tile, at [2]int) geom.Geometry {
	const side = float64(cellBlock) / points.GridSide
	world := math.Ldexp(1, tile.Z)
	west, north := proj.FromMercator((float64(tile.X)+float64(at[0])*side)/world, (float64(tile.Y)+float64(at[1])*side)/world)
	east, south := proj.FromMercator((float64(tile.X)+float64(at[0]+1)*side)/world, (float64(tile.Y)+float64(at[1]+1)*side)/world)
	return geom.NewPolygonXY([]float64{west, south, east, south, east, north, west, north, west, south}).AsGeometry()
}

func pointAt(lon, lat float64) geom.Geometry {
	return geom.XY{X: lon, Y: lat}.AsPoint().AsGeometry()
}
