package shape

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/geo"
)

// shapefileMagic begins every .shp file (ESRI Shapefile Technical Description, July 1998).
var shapefileMagic = []byte{0, 0, 0x27, 0x0a}

// Types of shapes in a shapefile; the same with heights are 10 more, with measures 20 more.
const (
	shpNull    = 0
	shpPolygon = 5
)

// ReadShapefile reads the polygons of a shapefile: shp is the text of the .shp file, prj that of
// the .prj file beside it, which says in which system the coordinates are. WGS84 (and ETRS89,
// which is within a metre of it) and the British National Grid are known; without a .prj the
// coordinates must be degrees. Heights and measures are dropped. Notes say what was left out.
func ReadShapefile(shp, prj []byte) (shapes []geo.Feature, notes []string, err error) {
	if len(shp) < 100 || string(shp[:4]) != string(shapefileMagic) {
		return nil, nil, errors.New("the .shp file does not begin as a shapefile does; export it again")
	}
	if len(shp) > MostBytes {
		return nil, nil, fmt.Errorf("the .shp file is larger than %d MiB; simplify the shapes or split it", MostBytes>>20)
	}
	onGrid, err := systemOf(string(prj))
	if err != nil {
		return nil, nil, err
	}
	if kind := int(binary.LittleEndian.Uint32(shp[32:])); kind%10 != shpPolygon || kind > 25 {
		return nil, nil, fmt.Errorf("the shapefile holds shapes of type %d, not polygons (5, 15 or 25)", kind)
	}
	vertices := 0
	for at, n := 100, 1; at < len(shp); n++ {
		if n > mostShapes {
			return nil, nil, fmt.Errorf("more than %d shapes; split the file", mostShapes)
		}
		if at+8 > len(shp) {
			return nil, nil, fmt.Errorf("the .shp file ends in the head of shape %d; it was cut, export it again", n)
		}
		size := 2 * int64(binary.BigEndian.Uint32(shp[at+4:]))
		at += 8
		if size < 4 || size > int64(len(shp)-at) {
			return nil, nil, fmt.Errorf("the .shp file ends in the middle of shape %d; it was cut, export it again", n)
		}
		record := shp[at : at+int(size)]
		at += int(size)
		g, err := shpShape(record)
		if err != nil {
			return nil, nil, fmt.Errorf("shape %d: %w", n, err)
		}
		if g.IsEmpty() {
			continue
		}
		if vertices += g.DumpCoordinates().Length(); vertices > mostVertices {
			return nil, nil, fmt.Errorf("more than %d positions in the file; simplify it", mostVertices)
		}
		if onGrid {
			g = fromGrid(g)
		}
		shapes, notes = take(shapes, notes, "", n, g)
	}
	return some(shapes, notes, nil)
}

// systemOf tells from the text of a .prj file (WKT of a coordinate system) whether coordinates are
// metres of the National Grid or degrees.
func systemOf(prj string) (onGrid bool, err error) {
	upper := strings.ToUpper(strings.NewReplacer(" ", "_", "\n", "", "\r", "").Replace(prj))
	projected := strings.Contains(upper, "PROJCS") || strings.Contains(upper, "PROJCRS")
	switch {
	case strings.TrimSpace(prj) == "":
		return false, nil
	case strings.Contains(upper, "BRITISH_NATIONAL_GRID"), projected && strings.Contains(upper, "27700"):
		return true, nil
	case !projected && (strings.Contains(upper, "WGS_1984") || strings.Contains(upper, "WGS_84") || strings.Contains(upper, "ETRS")):
		return false, nil
	}
	_, name, _ := strings.Cut(prj, `"`)
	name, _, _ = strings.Cut(name, `"`)
	return false, fmt.Errorf("the coordinates are in %.60q, which is not known here; export the shapes in WGS84 (EPSG:4326) or the British National Grid (EPSG:27700)", name)
}

// shpShape reads one record. Rings that run clockwise are outer, the others holes of the outer
// ring around them.
func shpShape(rec []byte) (geom.Geometry, error) {
	kind := int(binary.LittleEndian.Uint32(rec))
	if kind == shpNull {
		return geom.Geometry{}, nil
	}
	if kind%10 != shpPolygon || kind > 25 || len(rec) < 44 {
		return geom.Geometry{}, fmt.Errorf("type %d is not a polygon", kind)
	}
	parts, points := int64(binary.LittleEndian.Uint32(rec[36:])), int64(binary.LittleEndian.Uint32(rec[40:]))
	if points > mostVertices || parts > points || 44+4*parts+16*points > int64(len(rec)) {
		return geom.Geometry{}, fmt.Errorf("it says that it has %d rings of %d positions, for which it is too short; the file is broken, export it again", parts, points)
	}
	at := func(i int64) int64 {
		if i == parts {
			return points
		}
		return int64(binary.LittleEndian.Uint32(rec[44+4*i:]))
	}
	xy := rec[44+4*parts:]
	var rings []shpRing
	for i := range parts {
		from, to := at(i), at(i+1)
		if from < 0 || to < from || to > points {
			return geom.Geometry{}, fmt.Errorf("ring %d begins at a position that is not there; the file is broken, export it again", i+1)
		}
		r := shpRing{}
		for j := from; j < to; j++ {
			x, y := math.Float64frombits(binary.LittleEndian.Uint64(xy[16*j:])), math.Float64frombits(binary.LittleEndian.Uint64(xy[16*j+8:]))
			if !(math.Abs(x) < 1e9 && math.Abs(y) < 1e9) {
				return geom.Geometry{}, fmt.Errorf("ring %d has a position that is no number", i+1)
			}
			r.flat = append(r.flat, x, y)
		}
		if r.measure(); r.area != 0 {
			rings = append(rings, r)
		}
	}
	return assembleRings(rings), nil
}

// shpRing is one ring with its signed area, which is negative when it runs clockwise.
type shpRing struct {
	flat []float64
	area float64
}

func (r *shpRing) measure() {
	f := r.flat
	if len(f) < 8 || f[0] != f[len(f)-2] || f[1] != f[len(f)-1] {
		return
	}
	for i := 0; i+3 < len(f); i += 2 {
		r.area += (f[i]-f[0])*(f[i+3]-f[1]) - (f[i+2]-f[0])*(f[i+1]-f[1])
	}
}

// around says whether the ring holds a position, by the even-odd rule.
func (r shpRing) around(x, y float64) bool {
	in := false
	f := r.flat
	for i := 0; i+3 < len(f); i += 2 {
		if (f[i+1] > y) != (f[i+3] > y) && x < f[i]+(y-f[i+1])/(f[i+3]-f[i+1])*(f[i+2]-f[i]) {
			in = !in
		}
	}
	return in
}

func assembleRings(rings []shpRing) geom.Geometry {
	var outer []int
	for i, r := range rings {
		if r.area < 0 {
			outer = append(outer, i)
		}
	}
	holes := map[int][]int{}
	for i, r := range rings {
		if r.area < 0 {
			continue
		}
		best := -1
		for _, o := range outer {
			if rings[o].around((r.flat[0]+r.flat[2])/2, (r.flat[1]+r.flat[3])/2) && (best < 0 || rings[o].area > rings[best].area) {
				best = o
			}
		}
		if best < 0 {
			best = i // drawn the wrong way round: a ring that nothing surrounds is no hole
			outer = append(outer, i)
			continue
		}
		holes[best] = append(holes[best], i)
	}
	var polygons []geom.Polygon
	for _, o := range outer {
		lines := []geom.LineString{geom.NewLineString(geom.NewSequence(rings[o].flat, geom.DimXY))}
		for _, h := range holes[o] {
			lines = append(lines, geom.NewLineString(geom.NewSequence(rings[h].flat, geom.DimXY)))
		}
		polygons = append(polygons, geom.NewPolygon(lines))
	}
	if len(polygons) == 1 {
		return polygons[0].AsGeometry()
	}
	return geom.NewMultiPolygon(polygons).AsGeometry()
}
