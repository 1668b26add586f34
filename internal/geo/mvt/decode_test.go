package mvt

import (
	"encoding/binary"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A strict decoder, only for the tests: whatever the specification does not allow fails.

type decodedLayer struct {
	name            string
	version, extent uint64
	keys            []string
	values          []any
	features        []decodedFeature
}

type decodedFeature struct {
	id, kind uint64
	attrs    map[string]any
	commands []uint64
	parts    [][]cell
}

type field struct {
	number, kind int
	value        uint64
	bytes        []byte
}

func fields(t *testing.T, b []byte) []field {
	t.Helper()
	var out []field
	next := func() uint64 {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			t.Fatal("bad varint")
		}
		b = b[n:]
		return v
	}
	for len(b) > 0 {
		key := next()
		f := field{number: int(key >> 3), kind: int(key & 7)}
		switch f.kind {
		case 0:
			f.value = next()
		case 1:
			f.value = binary.LittleEndian.Uint64(b)
			b = b[8:]
		case 2:
			n := next()
			if n > uint64(len(b)) {
				t.Fatal("field runs out of the message")
			}
			f.bytes, b = b[:n], b[n:]
		default:
			t.Fatalf("wire type %d", f.kind)
		}
		out = append(out, f)
	}
	return out
}

func packed(t *testing.T, b []byte) []uint64 {
	t.Helper()
	var out []uint64
	for len(b) > 0 {
		v, n := binary.Uvarint(b)
		if n <= 0 || v > math.MaxUint32 {
			t.Fatal("bad packed number")
		}
		out, b = append(out, v), b[n:]
	}
	return out
}

func unzigzag(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }

func decode(t *testing.T, b []byte) []decodedLayer {
	t.Helper()
	var out []decodedLayer
	for _, f := range fields(t, b) {
		if f.number != 3 {
			t.Fatalf("field %d in the tile", f.number)
		}
		out = append(out, decodeLayer(t, f.bytes))
	}
	return out
}

func decodeLayer(t *testing.T, b []byte) decodedLayer {
	t.Helper()
	var l decodedLayer
	var raw [][]byte
	for _, f := range fields(t, b) {
		switch f.number {
		case 1:
			l.name = string(f.bytes)
		case 2:
			raw = append(raw, f.bytes)
		case 3:
			if slices.Contains(l.keys, string(f.bytes)) {
				t.Fatalf("key %q twice", f.bytes)
			}
			l.keys = append(l.keys, string(f.bytes))
		case 4:
			l.values = append(l.values, decodeValue(t, f.bytes))
		case 5:
			l.extent = f.value
		case 15:
			l.version = f.value
		default:
			t.Fatalf("field %d in the layer", f.number)
		}
	}
	for _, b := range raw {
		l.features = append(l.features, decodeFeature(t, &l, b))
	}
	return l
}

func decodeValue(t *testing.T, b []byte) any {
	t.Helper()
	fs := fields(t, b)
	if len(fs) != 1 {
		t.Fatal("a value must have one field")
	}
	switch f := fs[0]; f.number {
	case 1:
		return string(f.bytes)
	case 3:
		return math.Float64frombits(f.value)
	case 4:
		return int64(f.value)
	case 6:
		return unzigzag(f.value)
	case 7:
		return f.value == 1
	}
	t.Fatalf("value of kind %d", fs[0].number)
	return nil
}

func decodeFeature(t *testing.T, l *decodedLayer, b []byte) decodedFeature {
	t.Helper()
	f := decodedFeature{attrs: map[string]any{}}
	for _, x := range fields(t, b) {
		switch x.number {
		case 1:
			f.id = x.value
		case 2:
			tags := packed(t, x.bytes)
			for i := 0; i < len(tags); i += 2 {
				k := l.keys[tags[i]]
				if _, twice := f.attrs[k]; twice {
					t.Fatalf("attribute %q twice", k)
				}
				f.attrs[k] = l.values[tags[i+1]]
			}
		case 3:
			f.kind = x.value
		case 4:
			f.commands = packed(t, x.bytes)
		default:
			t.Fatalf("field %d in the feature", x.number)
		}
	}
	f.parts = decodeParts(t, f.kind, f.commands)
	return f
}

func decodeParts(t *testing.T, kind uint64, in []uint64) [][]cell {
	t.Helper()
	var parts [][]cell
	var at cell
	for len(in) > 0 {
		id, n := in[0]&7, int(in[0]>>3)
		in = in[1:]
		if id == commandEnd {
			if kind != kindPolygon || n != 1 {
				t.Fatal("close where none belongs")
			}
			continue
		}
		if n == 0 || len(in) < 2*n || (id == commandMove && kind != kindPoint && n != 1) {
			t.Fatalf("command %d with %d positions", id, n)
		}
		if id == commandMove {
			parts = append(parts, nil)
		}
		for range n {
			at.x, at.y = at.x+unzigzag(in[0]), at.y+unzigzag(in[1])
			parts[len(parts)-1] = append(parts[len(parts)-1], at)
			in = in[2:]
		}
	}
	return parts
}

// shape writes the geometry for comparing: P, L, and R+ or R- for rings by their winding.
func (f decodedFeature) shape() string {
	var b strings.Builder
	for _, part := range f.parts {
		switch {
		case f.kind == kindPoint:
			b.WriteString("P(")
		case f.kind == kindLine:
			b.WriteString("L(")
		case surveyor(part) > 0:
			b.WriteString("R+(")
		default:
			b.WriteString("R-(")
		}
		for i, c := range part {
			if i > 0 {
				b.WriteString(",")
			}
			fmt.Fprintf(&b, "%d %d", c.x, c.y)
		}
		b.WriteString(")")
	}
	return b.String()
}

var ringText = regexp.MustCompile(`R([+-])\(([^)]*)\)`)

// canonical turns every ring to begin at its smallest position, so that the start does not matter.
func canonical(s string) string {
	return ringText.ReplaceAllStringFunc(s, func(ring string) string {
		m := ringText.FindStringSubmatch(ring)
		points := strings.Split(m[2], ",")
		first := slices.Index(points, slices.Min(points))
		return "R" + m[1] + "(" + strings.Join(slices.Concat(points[first:], points[:first]), ",") + ")"
	})
}
