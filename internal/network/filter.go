package network

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/geo"
)

// Filter narrows the network. The zero value is all ties of family tie, of all years.
type Filter struct {
	Roles   []string // main roles; both ends must have one of them
	Kinds   []string
	Sectors []string // ids
	// From and To keep the ties that lasted in some year of the range; 0 is open.
	From, To int
	Dated    bool   // leave out links that no year is known of
	Strength string // "", [Strong] or [Weak]
	// Area is the reference of an area, as SET/ID; Within says which positions lie in it and must be set with it.
	Area   string
	Within func(lon, lat float64) bool
	// Both keeps only ties with both ends in the area and in the sectors; otherwise one is enough.
	Both bool
	// Families of kinds; nothing is [FamilyTie], unless kinds of another family are named.
	Families []string
}

// Strengths of a pair.
const (
	Strong = "strong"
	Weak   = "weak"
)

// Whole says that the filter leaves nothing out.
func (f Filter) Whole() bool { return f.Key() == "" }

// Values are the settings of the filter as they stand in an address, sorted and without those that say nothing.
func (f Filter) Values() url.Values {
	v := url.Values{}
	list := func(name string, of []string) {
		of = slices.Clone(of)
		slices.Sort(of)
		if of = slices.Compact(of); len(of) > 0 {
			v[name] = of
		}
	}
	one := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	year := func(name string, y int) {
		if y != 0 {
			v.Set(name, strconv.Itoa(y))
		}
	}
	list("role", f.Roles)
	list("kind", f.Kinds)
	list("sector", f.Sectors)
	list("family", f.Families)
	year("from", f.From)
	year("to", f.To)
	one("strength", f.Strength)
	one("area", f.Area)
	if f.Dated {
		v.Set("undated", "no")
	}
	if f.Both && (f.Area != "" || len(f.Sectors) > 0) {
		v.Set("ends", "both")
	}
	return v
}

// Key is the filter as text: the same for filters that keep the same. It is "" for the whole.
func (f Filter) Key() string { return f.Values().Encode() }

// Settings are the filter as name, value pairs for [milieu/internal/evidence.MakeRef]; lists are joined by commas.
func (f Filter) Settings() []string {
	var out []string
	v := f.Values()
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for k := range v {
			if !yield(k) {
				return
			}
		}
	}) {
		out = append(out, name, strings.Join(v[name], ","))
	}
	return out
}

// ParseFilter reads the settings of a filter; lists may stand as several values or joined by commas. What it knows nothing
// about is left alone; a value that means nothing is an error. Within is for the caller to set where Area is given.
func ParseFilter(v url.Values) (Filter, error) {
	var f Filter
	list := func(name string) []string {
		var out []string
		for _, s := range v[name] {
			for part := range strings.SplitSeq(s, ",") {
				if part = strings.TrimSpace(part); part != "" {
					out = append(out, part)
				}
			}
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	f.Roles, f.Kinds, f.Sectors, f.Families = list("role"), list("kind"), list("sector"), list("family")
	var err error
	if f.From, err = parseYear(v.Get("from")); err != nil {
		return f, fmt.Errorf("from: %w", err)
	}
	if f.To, err = parseYear(v.Get("to")); err != nil {
		return f, fmt.Errorf("to: %w", err)
	}
	if f.From != 0 && f.To != 0 && f.From > f.To {
		return f, fmt.Errorf("the years run backwards: from %d to %d", f.From, f.To)
	}
	switch f.Strength = v.Get("strength"); f.Strength {
	case "", Strong, Weak:
	default:
		return f, fmt.Errorf("strength %.20q is neither strong nor weak", f.Strength)
	}
	for _, name := range f.Families {
		if name != FamilyTie && name != FamilyMet && name != FamilyNamed {
			return f, fmt.Errorf("family %.20q is none of tie, met, named", name)
		}
	}
	f.Area, f.Both, f.Dated = v.Get("area"), v.Get("ends") == "both", v.Get("undated") == "no"
	return f, nil
}

// In sets the area of the filter: what of the network lies in the shape, whose reference is ref.
func (f Filter) In(ref string, shape geom.Geometry) Filter {
	l := geo.NewLocator([]geom.Geometry{shape})
	f.Area, f.Within = ref, func(lon, lat float64) bool {
		var few [1]int32
		return len(l.LocateInto(few[:0], lon, lat)) > 0
	}
	return f
}

func parseYear(s string) (int, error) {
	if s == "" {
		return 0, nil
	}
	y, err := strconv.Atoi(s)
	if err != nil || y < 1000 || y >= Forever {
		return 0, fmt.Errorf("%.20q is not a year", s)
	}
	return y, nil
}
