// Package geo reads areas, lines and points from GeoJSON and TopoJSON text, finds which areas a
// position lies in, and does the small geometry that maps need: size, bounding box, a point
// inside, simplification, and GeoJSON text. The shapes themselves are those of the simplefeatures
// geom package; geo owns the checking of what people bring and the fast [Locator].
//
// All coordinates are WGS84 decimal degrees, longitude first. The package does not project (that
// is geo/proj), does not encode tiles (geo/mvt) and opens no files. Areas that cross the
// 180th meridian are not supported as one ring.
package geo

import (
	"fmt"

	"github.com/peterstace/simplefeatures/geom"
)

// Feature is one shape with its properties as read from a file.
type Feature struct {
	// Properties holds every property as text: numbers as they were written, true and false
	// as words, lists and objects as JSON. A null is left out. The feature's id, when it has
	// one, is under "id" unless a property has that name.
	Properties map[string]string
	// Geometry is two-dimensional, valid, with outer rings anticlockwise and holes clockwise.
	Geometry geom.Geometry
	// Line is the line of the input on which the feature begins, counted from 1.
	Line int
}

// Problem says why a feature was left out, or what is doubtful about the whole file.
type Problem struct {
	// Line is the line of the input on which the feature begins, counted from 1.
	Line int
	// Index is the feature's place in the file, counted from 0, or -1 for the file itself.
	Index int
	// Name is the feature's name where a property tells it.
	Name string
	// Reason is what is wrong, where, and what to do about it.
	Reason string
	// Kept says that the feature is among those returned, repaired as the reason tells.
	Kept bool
}

// String writes the problem as one line for people.
func (p Problem) String() string {
	if p.Index < 0 {
		return fmt.Sprintf("line %d: %s", p.Line, p.Reason)
	}
	if p.Name == "" {
		return fmt.Sprintf("line %d: feature %d: %s", p.Line, p.Index+1, p.Reason)
	}
	return fmt.Sprintf("line %d: feature %d (%s): %s", p.Line, p.Index+1, p.Name, p.Reason)
}

// Box is a rectangle in degrees. The zero Box means no rectangle at all.
type Box struct{ West, South, East, North float64 }

// Contains says whether the position lies in the box or on its edge.
func (b Box) Contains(lon, lat float64) bool {
	return lon >= b.West && lon <= b.East && lat >= b.South && lat <= b.North
}

// Overlaps says whether the two boxes share a point.
func (b Box) Overlaps(o Box) bool {
	return b.West <= o.East && o.West <= b.East && b.South <= o.North && o.South <= b.North
}

// Options sets what the readers accept. The zero value is right for most files.
type Options struct {
	// AreasOnly makes points and lines a problem.
	AreasOnly bool
	// Within, when not zero, makes a feature wholly outside this box a problem: usually
	// longitude and latitude are then the wrong way round.
	Within Box
	// Repair keeps areas whose boundary touches or slightly crosses itself, as some official
	// generalised boundaries do, by dissolving them; the size may change by at most one in a
	// hundred. Each is reported as a Problem with Kept set.
	Repair bool
	// MaxBytes, MaxFeatures and MaxVertices bound the input; zero means 256 MiB, one million
	// features and fifty million positions. More is an error, not a problem.
	MaxBytes                 int64
	MaxFeatures, MaxVertices int
}

func (o Options) withDefaults() Options {
	if o.MaxBytes == 0 {
		o.MaxBytes = 256 << 20
	}
	if o.MaxFeatures == 0 {
		o.MaxFeatures = 1e6
	}
	if o.MaxVertices == 0 {
		o.MaxVertices = 50e6
	}
	return o
}
