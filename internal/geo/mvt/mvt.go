// Package mvt encodes map layers as Mapbox Vector Tiles, version 2.1 of the specification: it
// projects shapes given in degrees to one tile, clips and rounds them, and writes the protocol
// buffer by hand. It owns the tile format and nothing else: it does not choose, simplify or style
// what is drawn, does not compress the bytes, and does not decode. The same input gives the same
// bytes.
package mvt

import (
	"errors"
	"fmt"
	"math"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/geo/proj"
)

const (
	// Extent is the number of units along a tile's side.
	Extent = 4096
	// Buffer is how many units beyond its border a tile still draws, so that symbols and
	// outlines do not end at the border.
	Buffer = 64
	// MaxZoom is the deepest zoom level: tiles of about ten metres.
	MaxZoom = 22
)

// Tile names one tile of the Web Mercator pyramid; x counts from the west, y from the north.
type Tile struct{ Z, X, Y int }

// NewTile checks the numbers of a tile, which usually come from an address.
func NewTile(z, x, y int) (Tile, error) {
	if z < 0 || z > MaxZoom {
		return Tile{}, fmt.Errorf("tile zoom %d: only 0 to %d exist", z, MaxZoom)
	}
	if n := 1 << z; x < 0 || x >= n || y < 0 || y >= n {
		return Tile{}, fmt.Errorf("tile %d/%d/%d: at zoom %d x and y run from 0 to %d", z, x, y, z, n-1)
	}
	return Tile{z, x, y}, nil
}

// Bounds returns the tile's edges in degrees, without the buffer.
func (t Tile) Bounds() (west, south, east, north float64) {
	return t.bounds(0)
}

// BufferedBounds returns the edges in degrees of everything that the tile draws.
func (t Tile) BufferedBounds() (west, south, east, north float64) {
	return t.bounds(float64(Buffer) / Extent)
}

func (t Tile) bounds(margin float64) (west, south, east, north float64) {
	n := math.Ldexp(1, t.Z)
	west, north = proj.FromMercator((float64(t.X)-margin)/n, (float64(t.Y)-margin)/n)
	east, south = proj.FromMercator((float64(t.X)+1+margin)/n, (float64(t.Y)+1+margin)/n)
	return west, south, east, north
}

// Layer is a named list of features, drawn in this order.
type Layer struct {
	Name     string
	Features []Feature
}

// Feature is one shape in degrees with its attributes.
type Feature struct {
	// ID is the feature's number for the map's hover state; 0 means none.
	ID       uint64
	Geometry geom.Geometry
	Attrs    []Attr
}

// Attr is a named value of a feature.
type Attr struct {
	Key   string
	Value Value
}

// Value is a text, a whole number, a number or a yes/no. The zero Value is no value, and an
// attribute that has it is left out.
type Value struct {
	kind valueKind
	text string
	bits uint64
}

type valueKind uint8

const (
	noValue valueKind = iota
	textValue
	intValue
	doubleValue
	boolValue
)

// String makes a text value.
func String(s string) Value { return Value{kind: textValue, text: s} }

// Int makes a whole-number value.
func Int(v int64) Value { return Value{kind: intValue, bits: uint64(v)} }

// Double makes a number value. A value that is not finite is left out of the tile, since the
// browser could not show it.
func Double(v float64) Value {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return Value{}
	}
	return Value{kind: doubleValue, bits: math.Float64bits(v)}
}

// Bool makes a yes/no value.
func Bool(v bool) Value {
	if v {
		return Value{kind: boolValue, bits: 1}
	}
	return Value{kind: boolValue}
}

// Encode writes a tile. A feature that has nothing in the tile is left out, and so is a layer
// without features. Layers need different names that are not empty; geometry collections are an
// error. Polygons are expected to be valid, as package geo returns them.
func Encode(t Tile, layers []Layer) ([]byte, error) {
	if _, err := NewTile(t.Z, t.X, t.Y); err != nil {
		return nil, err
	}
	var out buffer
	seen := map[string]bool{}
	for _, l := range layers {
		if l.Name == "" {
			return nil, errors.New("a tile layer has no name; give it one")
		}
		if seen[l.Name] {
			return nil, fmt.Errorf("two tile layers are named %q; names must differ", l.Name)
		}
		seen[l.Name] = true
		body, err := encodeLayer(t, l)
		if err != nil {
			return nil, err
		}
		if body != nil {
			out.bytes(3, body)
		}
	}
	return out, nil
}

// encoder writes one layer; keys and values are stored once and referred to by number.
type encoder struct {
	frame
	keys, values   table
	tags, geometry buffer
	feature        buffer
}

// table numbers things in the order of their first use.
type table struct {
	numbers map[Value]uint32
	list    []Value
}

func (t *table) number(v Value) uint32 {
	n, ok := t.numbers[v]
	if !ok {
		n = uint32(len(t.list))
		t.list = append(t.list, v)
		t.numbers[v] = n
	}
	return n
}

// encodeLayer returns the layer message (field numbers of the specification's vector_tile.proto),
// or nil when nothing of the layer is in the tile.
func encodeLayer(t Tile, l Layer) ([]byte, error) {
	e := encoder{frame: newFrame(t)}
	e.keys.numbers, e.values.numbers = map[Value]uint32{}, map[Value]uint32{}
	var out buffer
	out.bytes(1, []byte(l.Name))
	drawn := false
	for i, f := range l.Features {
		e.geometry = e.geometry[:0]
		kind, err := e.shape(&e.geometry, f.Geometry)
		if err != nil {
			return nil, fmt.Errorf("tile layer %q, feature %d: %w", l.Name, i+1, err)
		}
		if len(e.geometry) == 0 {
			continue
		}
		drawn = true
		out.bytes(2, e.encodeFeature(f, kind))
	}
	if !drawn {
		return nil, nil
	}
	for _, k := range e.keys.list {
		out.bytes(3, []byte(k.text))
	}
	for _, v := range e.values.list {
		out.bytes(4, encodeValue(v))
	}
	out.uint(5, Extent)
	out.uint(15, 2) // version
	return out, nil
}

func (e *encoder) encodeFeature(f Feature, kind uint64) []byte {
	e.tags = e.tags[:0]
	for i, a := range f.Attrs {
		if a.Value.kind == noValue || repeated(f.Attrs[:i], a.Key) {
			continue
		}
		e.tags.varint(uint64(e.keys.number(String(a.Key))))
		e.tags.varint(uint64(e.values.number(a.Value)))
	}
	e.feature = e.feature[:0]
	if f.ID != 0 {
		e.feature.uint(1, f.ID)
	}
	if len(e.tags) > 0 {
		e.feature.bytes(2, e.tags)
	}
	e.feature.uint(3, kind)
	e.feature.bytes(4, e.geometry)
	return e.feature
}

// repeated says whether an attribute of this name came before: the specification forbids two.
func repeated(attrs []Attr, key string) bool {
	for _, a := range attrs {
		if a.Key == key && a.Value.kind != noValue {
			return true
		}
	}
	return false
}

func encodeValue(v Value) []byte {
	var b buffer
	switch v.kind {
	case textValue:
		b.bytes(1, []byte(v.text))
	case doubleValue:
		b.fixed64(3, v.bits)
	case intValue:
		if i := int64(v.bits); i < 0 {
			b.uint(6, zigzag(i)) // sint: short for small negative numbers
		} else {
			b.uint(4, v.bits)
		}
	case boolValue:
		b.uint(7, v.bits)
	}
	return b
}
