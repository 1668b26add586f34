// Package frame makes the sampling frame of a survey: the organisations of a release that a query lets pass, each with the
// groups that it is in and the stratum that it is drawn from. It reads releases, writes a frame as bytes that are the same for
// the same frame, and reads them back. It keeps nothing, draws nobody and knows no answer.
package frame

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Query says which organisations could be asked, and how they are put into groups and strata. Empty fields do not narrow.
type Query struct {
	Role         string   `json:"role,omitempty"`    // key of a role; an organisation may hold several
	Section      string   `json:"section,omitempty"` // letter of the industry classification
	Sector       string   `json:"sector,omitempty"`  // id of a sector of the release
	AreaSet      string   `json:"area_set,omitempty"`
	AreaID       string   `json:"area_id,omitempty"`
	Status       string   `json:"status,omitempty"` // Running, or a status as the register writes it
	Origin       string   `json:"origin,omitempty"` // team, register or list
	MinEmployees int      `json:"min_employees,omitempty"`
	MaxEmployees int      `json:"max_employees,omitempty"` // 0: no bound. With either bound those of unknown size are out.
	Anchor       string   `json:"anchor,omitempty"`        // id of the organisation from which distance is measured; "": no distances
	Areas        string   `json:"areas,omitempty"`         // set of areas by which firms are grouped; "": not grouped by area
	Strata       []string `json:"strata,omitempty"`        // keys of groupings that make the strata, coarsest first; none: one stratum
	Least        int      `json:"least,omitempty"`         // strata with fewer firms are put together with those most like them; 0: none are
}

// Running is the status of those that are not closed, being closed or insolvent by the register, and of those without a status.
const Running = "running"

// Keys of groupings.
const (
	Size     = "size"
	Section  = "section"
	Area     = "area"
	Distance = "distance"
)

// Keys are all groupings in the order in which they are shown.
var Keys = []string{Size, Section, Area, Distance}

// Unknown is the category of those of which it is not known where they belong.
const Unknown = "unknown"

// LeastAnonymous is the fewest firms of the frame that a stratum of an anonymous survey may hold.
const LeastAnonymous = 10

// Most is the most firms that a frame may hold.
const Most = 500_000

// Unit is an organisation of the frame.
type Unit struct {
	OrgID, Name string
	Stratum     string            // key of one of the frame's strata
	Groups      map[string]string // category by the key of the grouping
	Employees   int               // stated in accounts; -1: not known
	DistanceKM  float64           // along the sphere from the anchor's nearest place of work; -1: not known
	Known       map[string]string // what the register says, by the keys of survey.Facts
	Source      map[string]string // where each known fact comes from: a source's id, or its title after Titled
}

// Category is a part of a grouping.
type Category struct {
	Key   string `json:"key"`
	Label string `json:"label"`
}

// Grouping puts each unit into one category. Categories are in the order in which they are shown, Unknown last.
type Grouping struct {
	Key        string     `json:"key"`
	Label      string     `json:"label"`
	Categories []Category `json:"categories"`
}

// Stratum is a part of the frame from which units are drawn on their own.
type Stratum struct {
	Key   string `json:"key"`
	Label string `json:"label"`
	Units int    `json:"units"`
}

// Frame is the firms that could be asked, as they stood in a release. Units are in the order of their ids.
type Frame struct {
	Query     Query
	ReleaseID string
	Units     []Unit
	Groupings []Grouping // with more than nothing to tell apart; categories that no unit is in are left out
	Strata    []Stratum  // in the order of their categories
}

// ErrEmpty says that no organisation passes the query.
var ErrEmpty = errors.New("no organisation of the release passes this choice: take a filter away")

// QueryError is a query that cannot be asked; Field is its name in Query as JSON writes it.
type QueryError struct{ Field, Reason string }

func (e *QueryError) Error() string { return fmt.Sprintf("the frame's %s %s", e.Field, e.Reason) }

// Check says what is wrong with the query in itself, whatever the release holds.
func (q Query) Check() error {
	switch {
	case (q.AreaSet == "") != (q.AreaID == ""):
		return &QueryError{"area_set", "and area_id go together: give both or neither"}
	case q.MinEmployees < 0 || q.MaxEmployees < 0:
		return &QueryError{"min_employees", "and max_employees are numbers from 0"}
	case q.MaxEmployees > 0 && q.MinEmployees > q.MaxEmployees:
		return &QueryError{"max_employees", fmt.Sprintf("is %d, below the least of %d", q.MaxEmployees, q.MinEmployees)}
	case q.Least < 0:
		return &QueryError{"least", "is a number from 0"}
	}
	for i, key := range q.Strata {
		switch {
		case !slices.Contains(Keys, key):
			return &QueryError{"strata", fmt.Sprintf("names %q; there are %s", key, strings.Join(Keys, ", "))}
		case slices.Contains(q.Strata[:i], key):
			return &QueryError{"strata", fmt.Sprintf("names %q twice", key)}
		case key == Area && q.Areas == "":
			return &QueryError{"areas", "is needed for strata by area: name the set of areas"}
		case key == Distance && q.Anchor == "":
			return &QueryError{"anchor", "is needed for strata by distance: name the organisation from which it is measured"}
		}
	}
	return nil
}

// Grouping is one of the frame's groupings by its key; false where the frame does not have it.
func (f Frame) Grouping(key string) (Grouping, bool) {
	i := slices.IndexFunc(f.Groupings, func(g Grouping) bool { return g.Key == key })
	if i < 0 {
		return Grouping{}, false
	}
	return f.Groupings[i], true
}

// Called is how a category is called; its key where the grouping does not have it.
func (g Grouping) Called(category string) string {
	for _, c := range g.Categories {
		if c.Key == category {
			return c.Label
		}
	}
	return category
}

// StratumLabel is how a stratum is called; its key where the frame does not have it.
func (f Frame) StratumLabel(key string) string {
	for _, s := range f.Strata {
		if s.Key == key {
			return s.Label
		}
	}
	return key
}

// Counts are the units in each category of a grouping.
func (f Frame) Counts(grouping string) map[string]int {
	out := map[string]int{}
	for _, u := range f.Units {
		out[u.Groups[grouping]]++
	}
	return out
}

// ByStratum are the units in each stratum.
func (f Frame) ByStratum() map[string]int {
	out := map[string]int{}
	for _, s := range f.Strata {
		out[s.Key] = s.Units
	}
	return out
}

// Small are the strata with fewer units than least.
func (f Frame) Small(least int) []Stratum {
	var out []Stratum
	for _, s := range f.Strata {
		if s.Units < least {
			out = append(out, s)
		}
	}
	return out
}

// Find is the unit of an organisation; false where the frame does not have it.
func (f Frame) Find(orgID string) (Unit, bool) {
	i, ok := slices.BinarySearchFunc(f.Units, orgID, func(u Unit, id string) int { return cmp.Compare(u.OrgID, id) })
	if !ok {
		return Unit{}, false
	}
	return f.Units[i], true
}

// Titled is the frame with the ids of sources replaced by what they are called, for those who are shown what is known of them.
func (f Frame) Titled(titles map[string]string) Frame {
	units := slices.Clone(f.Units)
	for i, u := range units {
		source := make(map[string]string, len(u.Source))
		for fact, id := range u.Source {
			source[fact] = cmp.Or(titles[id], id)
		}
		units[i].Source = source
	}
	f.Units = units
	return f
}
