package web

import (
	"math"
	"net/http"
	"strconv"

	"milieu/internal/geo"
	"milieu/internal/geo/mvt"
	"milieu/internal/geo/points"
	"milieu/internal/geo/proj"
	"milieu/internal/live"
	"milieu/internal/org"
)

// mostSquareTiles is how many tiles of squares are taken away at once: more than any screen shows.
const mostSquareTiles = 100

var squareHeader = []string{"zoom", "west", "south", "east", "north", "sites", "leading_role"}

// mapSquares is the table behind the squares of the map, or their shapes: how many sites lie in each square of a box
// at a zoom. Squares that hold none are left out.
func (s *Server) mapSquares(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	f, err := parseSiteFilter(r.URL.Query())
	if err != nil {
		return err
	}
	box, err := parseBox(r.URL.Query().Get("bbox"))
	if err != nil {
		return err
	}
	z, err := strconv.Atoi(r.URL.Query().Get("zoom"))
	if err != nil || z < 0 || z > mvt.MaxZoom {
		return badRequest("The zoom is a whole number from 0 to %d, as in zoom=8.", mvt.MaxZoom)
	}
	tiles := tilesIn(box, z)
	if len(tiles) > mostSquareTiles {
		return badRequest("The box holds %d tiles at zoom %d; at most %d are taken away at once: ask for a smaller box or a lower zoom.", len(tiles), z, mostSquareTiles)
	}
	var rows [][]string
	var features []geo.Feature
	for _, tile := range tiles {
		if f.None {
			break
		}
		found, err := snap.Sites.Tile(tile.Z, tile.X, tile.Y, f.Filter, 0)
		if err != nil {
			return err
		}
		for _, sq := range squares(tile, found.Cells) {
			row := sq.row(z)
			rows = append(rows, row)
			features = append(features, geo.Feature{Properties: map[string]string{"zoom": row[0], "sites": row[5], "leading_role": row[6]}, Geometry: sq.shape})
		}
	}
	if r.URL.Query().Get("format") == "geojson" {
		return s.writeGeo(w, r, snap, "squares", features, "")
	}
	return writeCSV(w, "squares", squareHeader, rows)
}

func (q square) row(z int) []string {
	lo, hi, _ := q.shape.Envelope().MinMaxXYs()
	deg := func(v float64) string { return strconv.FormatFloat(v, 'f', 6, 64) }
	role := ""
	if q.class < len(org.Roles) {
		role = org.Roles[q.class].Key
	}
	return []string{strconv.Itoa(z), deg(lo.X), deg(lo.Y), deg(hi.X), deg(hi.Y), strconv.Itoa(q.n), role}
}

// squareDeepest is the deepest zoom of which the fullest square is known; deeper ones are coloured like it.
const squareDeepest = 13

// squareBreaks are the breaks by which squares are coloured at each zoom, from the fullest square there: a country and
// a city need other ones, and at one zoom they stay while the map is moved.
func squareBreaks(snap *live.Snapshot) ([][]int, error) {
	return live.Remember(&snap.Cache, "map/squares", func() ([][]int, error) {
		most, err := fullest(snap.Sites)
		if err != nil {
			return nil, err
		}
		out := make([][]int, len(most))
		for z, n := range most {
			out[z] = breaksTo(n)
		}
		return out, nil
	})
}

// breaksTo gives at most six rising breaks from 1, each the largest of 1, 2 or 5 times a power of ten within a part of most.
func breaksTo(most int) []int {
	out := []int{1}
	for _, part := range []int{500, 100, 25, 8, 3} {
		v := 1
		for _, m := range []int{2, 5, 10} {
			for p := 1; m*p <= most/part; p *= 10 {
				v = max(v, m*p)
			}
		}
		if v > out[len(out)-1] {
			out = append(out, v)
		}
	}
	return out
}

// fullest is how many sites lie in the fullest square at each zoom, without those at addresses of mass registration.
// The squares of a zoom are made of four of the next, so that all are counted from the deepest.
func fullest(x *points.Index) ([]int, error) {
	const coarse = squareDeepest - 8 // the cells of its tiles are tiles, whose cells are the squares of the deepest zoom
	count := map[[2]int]int{}
	f := points.Filter{FlagsNone: org.FlagMass}
	for ty := range 1 << coarse {
		for tx := range 1 << coarse {
			found, err := x.Tile(coarse, tx, ty, f, 0)
			if err != nil {
				return nil, err
			}
			for _, c := range found.Cells {
				fx, fy := tx*points.GridSide+c.X, ty*points.GridSide+c.Y
				fine, err := x.Tile(coarse+6, fx, fy, f, 0)
				if err != nil {
					return nil, err
				}
				for _, k := range fine.Cells {
					count[[2]int{fx*points.GridSide + k.X, fy*points.GridSide + k.Y}] += k.Count
				}
			}
		}
	}
	most := make([]int, squareDeepest+1)
	for z := squareDeepest; z >= 0; z-- {
		up := map[[2]int]int{}
		for at, n := range count {
			most[z] = max(most[z], n)
			up[[2]int{at[0] / 2, at[1] / 2}] += n
		}
		count = up
	}
	return most, nil
}

// tilesIn lists the tiles of a zoom that a box meets, from the north-west; none where there are far too many.
func tilesIn(box geo.Box, z int) []mvt.Tile {
	n := math.Ldexp(1, z)
	x0, y0 := proj.Mercator(box.West, box.North)
	x1, y1 := proj.Mercator(box.East, box.South)
	var out []mvt.Tile
	for y := int(y0 * n); y <= int(y1*n); y++ {
		for x := int(x0 * n); x <= int(x1*n); x++ {
			if out = append(out, mvt.Tile{Z: z, X: x, Y: y}); len(out) > 10*mostSquareTiles {
				return out
			}
		}
	}
	return out
}
