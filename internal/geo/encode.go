package geo

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/peterstace/simplefeatures/geom"
)

// ShapeGrid is the step, in degrees, to which [EncodeShape] rounds positions: about 1.1 m
// northward and, in Great Britain, 0.65 m eastward.
const ShapeGrid = 1e-5

// MaxShapeText is how many characters of an encoded shape are taken.
const MaxShapeText = 200_000

// shapeVersion begins every encoded shape, so that the form may change one day.
const shapeVersion = 1

// shapeDigits are the sixty-four characters of encoded shapes, all of which stand for
// themselves in an address (the alphabet of base64url, RFC 4648 section 5).
const shapeDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// EncodeShape writes a polygon or multipolygon in degrees as text that an address can hold: the
// version, the number of polygons, of each the number of rings, of each ring the number of its
// positions (the closing one left out), and of each position the difference from the one before,
// east and north, in steps of [ShapeGrid]. Numbers are variable-length quantities of five bits a
// character, least significant first, differences zigzag-coded, as in Google's encoded polylines.
//
// Equal shapes give equal text and DecodeShape(EncodeShape(g)) encodes to the same text. Where
// rounding makes a boundary cross itself it is dissolved. It is an error when g is no area or
// nothing is left of it after rounding.
func EncodeShape(g geom.Geometry) (string, error) {
	if g.Dimension() != 2 || g.IsEmpty() || g.IsGeometryCollection() {
		return "", fmt.Errorf("a %s is not an area that can be encoded", strings.ToLower(g.Type().String()))
	}
	g, err := snap(g)
	if err != nil {
		return "", err
	}
	polygons := g.Dump()
	out := appendDigits(nil, shapeVersion)
	out = appendDigits(out, uint64(len(polygons)))
	var at gridXY
	for _, part := range polygons {
		rings := part.MustAsPolygon().DumpRings()
		out = appendDigits(out, uint64(len(rings)))
		for _, ring := range rings {
			seq := ring.Coordinates()
			n := seq.Length() - 1
			out = appendDigits(out, uint64(n))
			for i := range n {
				xy := onGrid(seq.GetXY(i))
				out = appendDigits(out, zigzag(xy.x-at.x))
				out = appendDigits(out, zigzag(xy.y-at.y))
				at = xy
			}
		}
	}
	if len(out) > MaxShapeText {
		return "", fmt.Errorf("the shape needs %d characters, more than %d; simplify it", len(out), MaxShapeText)
	}
	return string(out), nil
}

type gridXY struct{ x, y int64 }

func onGrid(p geom.XY) gridXY {
	return gridXY{int64(math.Round(p.X / ShapeGrid)), int64(math.Round(p.Y / ShapeGrid))}
}

// degrees gives the position on the grid; dividing keeps 53.4 the nearest number to 53.4.
func (p gridXY) degrees() geom.XY { return geom.XY{X: float64(p.x) / 1e5, Y: float64(p.y) / 1e5} }

// snap rounds a shape to the grid and dissolves what then crosses itself. Dissolving makes new
// corners that are rounded again, which settles within a few rounds.
func snap(g geom.Geometry) (geom.Geometry, error) {
	for range 8 {
		g = rounded(g).ForceCCW() // turned before it is judged: of slivers the judgement hangs on the order
		if g.IsEmpty() {
			return g, errors.New("nothing is left of the shape when its positions are rounded to a metre; draw it larger")
		}
		if g.Validate() == nil {
			return g, nil
		}
		if Tangled([]geom.Geometry{g}, MostCrossings) {
			return g, ErrTangled
		}
		fixed, err := geom.Buffer(g, 0)
		if err != nil {
			return g, fmt.Errorf("the boundary crosses itself and cannot be dissolved: %w", err)
		}
		g = fixed
	}
	return g, errors.New("the boundary crosses itself within a metre; simplify the shape")
}

// rounded moves every position to the grid, without repeats; rings and polygons that lose their
// area are left out. The result may be invalid.
func rounded(g geom.Geometry) geom.Geometry {
	var kept []geom.Polygon
	for _, part := range g.Dump() {
		p, ok := part.AsPolygon()
		if !ok {
			continue
		}
		var rings []geom.LineString
		for i, ring := range p.DumpRings() {
			flat := roundedRing(ring.Coordinates())
			if flat == nil && i == 0 {
				break
			}
			if flat != nil {
				rings = append(rings, geom.NewLineString(geom.NewSequence(flat, geom.DimXY)))
			}
		}
		if len(rings) > 0 {
			kept = append(kept, geom.NewPolygon(rings))
		}
	}
	if len(kept) == 1 {
		return kept[0].AsGeometry()
	}
	return geom.NewMultiPolygon(kept).AsGeometry()
}

// roundedRing is a closed ring on the grid, or nil when it encloses nothing. Spikes, which run
// out and back on the same way, are taken off.
func roundedRing(seq geom.Sequence) []float64 {
	var on []gridXY
	for i := range max(seq.Length()-1, 0) {
		on = append(on, onGrid(seq.GetXY(i)))
		for n := len(on); n >= 2 && on[n-1] == on[n-2] || n >= 3 && on[n-1] == on[n-3]; n = len(on) {
			if on[n-1] == on[n-2] {
				on = on[:n-1]
			} else {
				on = on[:n-2]
			}
		}
	}
	for len(on) > 1 && on[0] == on[len(on)-1] {
		on = on[:len(on)-1]
	}
	var twice int64
	for i, p := range on {
		q := on[(i+1)%len(on)]
		twice += (p.x-on[0].x)*(q.y-on[0].y) - (q.x-on[0].x)*(p.y-on[0].y)
	}
	if len(on) < 3 || twice == 0 {
		return nil
	}
	flat := make([]float64, 0, 2*len(on)+2)
	for i := range len(on) + 1 {
		xy := on[i%len(on)].degrees()
		flat = append(flat, xy.X, xy.Y)
	}
	return flat
}

func zigzag(v int64) uint64   { return uint64(v<<1) ^ uint64(v>>63) }
func unzigzag(u uint64) int64 { return int64(u>>1) ^ -int64(u&1) }

func appendDigits(dst []byte, v uint64) []byte {
	for v >= 32 {
		dst = append(dst, shapeDigits[32|v&31])
		v >>= 5
	}
	return append(dst, shapeDigits[v])
}

// DecodeShape reads what [EncodeShape] writes. The shape is valid, with outer rings
// anticlockwise; anything else is an error that says what is wrong with the text.
func DecodeShape(text string) (geom.Geometry, error) {
	if len(text) > MaxShapeText {
		return geom.Geometry{}, fmt.Errorf("the shape has %d characters, more than %d", len(text), MaxShapeText)
	}
	d := &shapeText{text: text}
	if v := d.number(); d.err == nil && v != shapeVersion {
		return geom.Geometry{}, errors.New("the shape is not written in a form that is known here; draw it again")
	}
	n := d.count("polygons", 1)
	polygons := make([]geom.Polygon, 0, n)
	for range n {
		polygons = append(polygons, d.polygon())
		if d.err != nil {
			break
		}
	}
	if d.err == nil && d.at < len(text) {
		d.err = errors.New("the shape has more characters than it says")
	}
	if d.err != nil {
		return geom.Geometry{}, d.err
	}
	g := geom.NewMultiPolygon(polygons).AsGeometry()
	if n == 1 {
		g = polygons[0].AsGeometry()
	}
	if err := checkValid(g); err != nil {
		return geom.Geometry{}, err
	}
	return g.ForceCCW(), nil
}

// shapeText reads an encoded shape from left to right; the first fault stays.
type shapeText struct {
	text string
	at   int
	last gridXY
	err  error
}

// cut is what is said of a text that ends too early.
var errCutShape = errors.New("the shape is cut: the address was not copied whole")

func (d *shapeText) number() uint64 {
	var v uint64
	for shift := 0; d.err == nil; shift += 5 {
		if d.at == len(d.text) {
			d.err = errCutShape
			break
		}
		digit := strings.IndexByte(shapeDigits, d.text[d.at])
		if digit < 0 || shift > 55 {
			d.err = fmt.Errorf("character %d of the shape does not belong there; copy the address whole", d.at+1)
			break
		}
		d.at++
		v |= uint64(digit&31) << shift
		if digit < 32 {
			return v
		}
	}
	return 0
}

// count reads how many things follow. Each takes at least some characters, so that a false
// count cannot ask for more memory than the text is long.
func (d *shapeText) count(what string, characters int) int {
	v := d.number()
	if d.err == nil && (v == 0 || v > uint64((len(d.text)-d.at)/characters)) {
		d.err = fmt.Errorf("the shape says that it has %d %s, which it has not: %w", v, what, errCutShape)
	}
	if d.err != nil {
		return 0
	}
	return int(v)
}

func (d *shapeText) polygon() geom.Polygon {
	n := d.count("rings", 7)
	var rings []geom.LineString
	for range n {
		flat := d.ring()
		if d.err != nil {
			return geom.Polygon{}
		}
		rings = append(rings, geom.NewLineString(geom.NewSequence(flat, geom.DimXY)))
	}
	return geom.NewPolygon(rings)
}

func (d *shapeText) ring() []float64 {
	n := d.count("positions", 2)
	if d.err == nil && n < 3 {
		d.err = fmt.Errorf("a ring of the shape has %d positions; it needs three", n)
	}
	var flat []float64
	for i := 0; i < n && d.err == nil; i++ {
		d.last.x += unzigzag(d.number())
		d.last.y += unzigzag(d.number())
		if d.last.x < -180e5 || d.last.x > 180e5 || d.last.y < -90e5 || d.last.y > 90e5 {
			d.err = errors.New("the shape leaves the world; copy the address whole")
		}
		xy := d.last.degrees()
		flat = append(flat, xy.X, xy.Y)
	}
	if d.err != nil {
		return nil
	}
	flat = append(flat, flat[0], flat[1])
	if err := checkRing(flat); err != nil {
		d.err = fmt.Errorf("a ring of the shape %w", err)
	}
	return flat
}
