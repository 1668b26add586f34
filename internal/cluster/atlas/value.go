// Package atlas maps a value over a set of areas and tests whether like values lie
// together: Moran's I of the whole, local Moran (LISA) and Gi* of each area with the
// false-discovery rate held, the same at other geographies. It counts organisations
// by area (placed) and leaves the mathematics to the kernels stat and spatial.
package atlas

import (
	"context"
	"fmt"
	"math"
	"strings"

	"milieu/internal/cluster/placed"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/spatial"
	"milieu/internal/stat"
)

// Value is what is mapped.
type Value struct {
	Kind      string // "density", "employees", "young", "share", "lq" or "figure"
	Sector    placed.Sector
	Indicator string // of an official figure
	Year      int    // of an official figure, once it has been read

	label, measure, published string
	decimals                  int // of an official figure
}

// Official says whether the value is an official figure, not counted here.
func (v Value) Official() bool { return v.Kind == "figure" }

// Choices are the kinds of values, in the order of the pages.
var Choices = []struct{ Kind, Label string }{
	{"density", "Organisations per km²"}, {"share", "Share of a sector"}, {"lq", "Location quotient of a sector"},
	{"young", "Share founded in the last five years"}, {"employees", "Employees on record per organisation that states them"},
}

// ParseValue reads density, employees, young, share:SECTOR or lq:SECTOR, where SECTOR
// is the letter of a section or the id of a defined sector, or figure:INDICATOR.
func ParseValue(ctx context.Context, q lake.Querier, text string) (Value, error) {
	kind, sector, of := strings.Cut(text, ":")
	switch {
	case !of && (kind == "density" || kind == "employees" || kind == "young"):
		return Value{Kind: kind}, nil
	case of && (kind == "share" || kind == "lq"):
		s, err := placed.FindSector(ctx, q, sector)
		return Value{Kind: kind, Sector: s}, err
	case of && kind == "figure":
		return findFigure(ctx, q, sector)
	}
	return Value{}, fmt.Errorf("%q is not a value of areas: density, employees, young, share:SECTOR, lq:SECTOR or figure:INDICATOR", text)
}

func (v Value) String() string {
	switch {
	case v.Official():
		return v.Kind + ":" + v.Indicator
	case v.Sector.ID != "":
		return v.Kind + ":" + v.Sector.ID
	}
	return v.Kind
}

// Label is the value in words.
func (v Value) Label() string {
	switch v.Kind {
	case "figure":
		if v.Year > 0 {
			return fmt.Sprintf("%s, %d", v.label, v.Year)
		}
		return v.label
	case "density":
		return "Organisations per km²"
	case "employees":
		return "Employees per organisation"
	case "young":
		return "Founded in the last five years, %"
	case "share":
		return "Share of " + v.Sector.InSentence() + ", %"
	}
	return "Quotient of " + v.Sector.InSentence()
}

// Decimals is how many are worth writing.
func (v Value) Decimals() int {
	switch v.Kind {
	case "figure":
		return v.decimals
	case "lq":
		return 2
	}
	return 1
}

// Centre is what parts low from high, false where there is nothing such.
func (v Value) Centre() (float64, bool) { return 1, v.Kind == "lq" }

// Rate says whether the value is a share of organisations, which is unsteady where
// they are few.
func (v Value) Rate() bool { return v.Kind == "share" || v.Kind == "lq" || v.Kind == "young" }

// How says how the value is reckoned.
func (v Value) How() string {
	switch v.Kind {
	case "figure":
		how := "the official figure as published, the newest vintage"
		if v.published != "" {
			how += ", in " + v.published
		}
		return how + "; the year that most areas have"
	case "density":
		return "organisations with a position in the area, each once, divided by the area's size"
	case "employees":
		return "mean of the employees in the latest accounts of organisations whose first position is in the area; they may work elsewhere"
	case "young":
		return "of the organisations whose founding year is known, those of the last five years of the release; only those that still exist are on record"
	case "share":
		return "of the organisations whose industry is known, those of the sector; the interval is Wilson's at 95 %, what chance alone would allow"
	}
	return "the sector's share of the organisations whose industry is known, over its share in all areas of the map together; the interval is Wilson's at 95 %"
}

// Fewest is how many organisations an area needs for a rate to be shown.
const Fewest = 5

// Area is one area with its value and its place among its neighbours.
type Area struct {
	ID, Name      string
	Km2, Lon, Lat float64
	Organisations int
	Base, Events  int // of a rate: how many of how many
	Employees     int64
	Value         float64 // NaN where not known
	Lo, Hi        float64 // 95 % interval of a rate; both 0 for others
	Few           bool    // fewer than Fewest in Base: not shown, and smoothed for the tests
	Tested        float64 // what the tests used: the value, of rates smoothed by empirical Bayes
	Neighbours    int
	Local         spatial.LocalMoran
	Q             float64          // of Local.P by Benjamini and Hochberg
	Class         spatial.Quadrant // None where Q is above the level
	Gi            spatial.LocalG   // Gi*
	GiQ           float64
	Record        evidence.Record // of an official figure
}

// fill computes the values from the counts; all areas hold organisations.
func (v Value) fill(areas []Area) {
	events, base := 0, 0
	for _, a := range areas {
		events, base = events+a.Events, base+a.Base
	}
	whole := float64(events) / float64(base)
	for i := range areas {
		a := &areas[i]
		a.Value = math.NaN()
		switch {
		case v.Kind == "density" && a.Km2 > 0:
			a.Value = float64(a.Organisations) / a.Km2
		case v.Kind == "employees" && a.Base > 0:
			a.Value = float64(a.Employees) / float64(a.Base)
			a.Few = a.Base < Fewest
		case v.Rate():
			a.Few = a.Base < Fewest
			if a.Base > 0 {
				unit := v.unit(whole)
				w := stat.WilsonInterval(a.Events, a.Base, 0.95)
				a.Value, a.Lo, a.Hi = float64(a.Events)/float64(a.Base)*unit, w.Lo*unit, w.Hi*unit
			}
		}
		if a.Tested = a.Value; a.Few {
			a.Tested = math.NaN() // rates are smoothed instead
		}
	}
	if v.Rate() && base > 0 {
		v.smooth(areas, whole)
	}
}

// unit turns a share into the value.
func (v Value) unit(whole float64) float64 {
	if v.Kind == "lq" {
		return 1 / whole
	}
	return 100
}

func (v Value) smooth(areas []Area, whole float64) {
	events, base := make([]float64, len(areas)), make([]float64, len(areas))
	for i, a := range areas {
		events[i], base[i] = float64(a.Events), float64(a.Base)
	}
	for i, rate := range spatial.EmpiricalBayes(events, base) {
		areas[i].Tested = rate * v.unit(whole)
	}
}
