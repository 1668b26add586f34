package profile

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/evidence"
	"milieu/internal/geo"
	"milieu/internal/lake"
	"milieu/internal/place"
)

// NationArea is the reference of the whole release as an area, and DrawnSet the set of an area whose
// reference holds its shape.
const (
	NationArea = "nation/all"
	DrawnSet   = "shape"
)

// Ref is the reference of a figure of an area, "SET/ID", "shape/TEXT" or [NationArea]. The measure is one of
// organisations, employees, growth; organisations, employees or quotient with a level and a code;
// founded with a year; measure with the key of a [Measure]. Against is the area that a quotient is held
// against; nothing is the whole release.
func Ref(area string, q Question, against string, measure ...string) string {
	set, id, _ := strings.Cut(area, "/")
	var settings []string
	if q = q.filled(); q.Basis != Any {
		settings = append(settings, "basis", string(q.Basis))
	}
	if q.Mass {
		settings = append(settings, "mass", "yes")
	}
	if against != "" && against != NationArea {
		settings = append(settings, "against", against)
	}
	return evidence.MakeRef("profile", append([]string{set, id}, measure...), settings...)
}

// Area is an area with its shape; that of the whole release is empty.
type Area struct {
	Named
	Shape  geom.Geometry
	Nation bool
	Record evidence.Record // of an area of the release; no source for others
}

// FindArea reads the area of a reference. The error is [evidence.ErrNoFigure] where the release has none.
func FindArea(ctx context.Context, q lake.Querier, ref string) (Area, error) {
	set, id, ok := strings.Cut(ref, "/")
	switch {
	case !ok || set == "" || id == "":
		return Area{}, evidence.BadRef("area %.60q is not written as set/id, as in lad/E08000018", ref)
	case ref == NationArea:
		return Area{Named: Named{ref, "the whole release"}, Nation: true}, nil
	case set == DrawnSet:
		g, err := geo.DecodeShape(id)
		if err != nil {
			return Area{}, evidence.BadRef("the shape cannot be read: %v", err)
		}
		return Area{Named: Named{ref, "the drawn area"}, Shape: g}, nil
	}
	s, err := place.Find(ctx, q, set, id)
	if errors.Is(err, place.ErrNotFound) {
		return Area{}, fmt.Errorf("%w: %w", err, evidence.ErrNoFigure)
	}
	return Area{Named: Named{ref, s.Name}, Shape: s.Geometry, Record: s.Record}, err
}

// Answer is what the area holds.
func (b *Book) Answer(a Area, q Question) Answer {
	if a.Nation {
		return b.Nation(q)
	}
	return b.Profile(a.Shape, q)
}
