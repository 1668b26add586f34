// Package parameter keeps what an appraisal assumes as dated data: discount schedules, a price index, optimism
// bias, additionality, persistence, what a unit of an outcome is worth, ratings of benefit-cost ratios, and thresholds of
// subsidy control. Each parameter has a value with its range, a reference, an owner and a day by which it is to be
// reviewed. Milieu ships a set (shipped/*.toml); a workspace's parameters/*.toml replace it, one by one.
//
// It owns the files and their meaning; it reckons nothing (package cash does) and knows no intervention.
package parameter

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
)

// Kinds of parameters by what they hold.
const (
	Number   = "number"   // a value with low and high, or none
	Text     = "text"     // a word, such as the name of a schedule
	Schedule = "schedule" // discount rates by years
	Index    = "index"    // a price level by years
	Rating   = "rating"   // names of benefit-cost ratios from a value on
)

// Band is a discount rate from a year on (Rate, in basis points), or the name of a ratio from a value on.
type Band struct {
	From float64 `toml:"from" json:"from"`
	BP   int64   `toml:"bp" json:"bp,omitempty"`
	Name string  `toml:"name" json:"name,omitempty"`
}

// Level is a price level in a year.
type Level struct {
	Year  int     `toml:"year" json:"year"`
	Level float64 `toml:"level" json:"level"`
}

// Reference is where a value comes from.
type Reference struct {
	Title string `json:"title"`
	URL   string `json:"url,omitempty"`
}

// Parameter is one assumption. Shares and rates are fractions; Unit says what the value is of.
type Parameter struct {
	ID    string   `json:"id"`
	Name  string   `json:"name"`
	Kind  string   `json:"kind"`
	Value *float64 `json:"value"`
	Low   *float64 `json:"low,omitempty"`
	High  *float64 `json:"high,omitempty"`
	Text  string   `json:"text,omitempty"`
	None  string   `json:"none,omitempty"` // why there is no value; "" when there is one
	Unit  string   `json:"unit,omitempty"`
	// PriceYear is the year whose prices an amount of money is in; 0 where it is not in money, or in those of any year.
	PriceYear int     `json:"price_year,omitempty"`
	Bands     []Band  `json:"bands,omitempty"`
	Levels    []Level `json:"levels,omitempty"`
	Version   string  `json:"version,omitempty"`
	From      string  `json:"in_force"` // day from which it holds
	// Reference is the source; an assumption (Assumed) has its reason in Note.
	Reference Reference `json:"reference"`
	Owner     string    `json:"owner"`
	ReviewBy  string    `json:"review_by"`
	Assumed   bool      `json:"assumed"`
	Note      string    `json:"note,omitempty"`
	File      string    `json:"file"`
	Line      int       `json:"line"`
	Ours      bool      `json:"ours"`              // from the workspace's own files
	Changed   string    `json:"changed,omitempty"` // what it said before [Set.Assume] changed it; "" where it did not
}

// Stale says whether the parameter should have been reviewed before a day, given as 2026-11-27.
func (p Parameter) Stale(day string) bool { return p.ReviewBy != "" && p.ReviewBy < day }

// Range is the low, central and high value. Without a stated range all three are the value. ok is false
// when there is none.
func (p Parameter) Range() (low, value, high float64, ok bool) {
	if p.Value == nil {
		return 0, 0, 0, false
	}
	low, value, high = *p.Value, *p.Value, *p.Value
	if p.Low != nil {
		low = *p.Low
	}
	if p.High != nil {
		high = *p.High
	}
	return low, value, high, true
}

// Group is the first part of the id, such as discount.
func (p Parameter) Group() string {
	g, _, _ := strings.Cut(p.ID, "/")
	return g
}

// Set is the parameters in force on a day, by id. It is a value: nothing changes it. The zero value holds
// none.
type Set struct {
	day string
	all []Parameter // in the order of their ids
}

// Day is the day on which the set is in force, as 2026-11-27.
func (s Set) Day() string { return s.day }

// All are the parameters in the order of their ids.
func (s Set) All() []Parameter { return slices.Clone(s.all) }

// Get finds a parameter.
func (s Set) Get(id string) (Parameter, bool) {
	i, ok := slices.BinarySearchFunc(s.all, id, func(p Parameter, id string) int { return strings.Compare(p.ID, id) })
	if !ok {
		return Parameter{}, false
	}
	return s.all[i], true
}

// Number is the central value of a parameter, ok when it has one.
func (s Set) Number(id string) (value float64, ok bool) {
	_, value, _, ok = s.Range(id)
	return value, ok
}

// Range is the low, central and high value of a parameter, ok when it has one.
func (s Set) Range(id string) (low, value, high float64, ok bool) {
	p, found := s.Get(id)
	if !found {
		return 0, 0, 0, false
	}
	return p.Range()
}

// Stale are the parameters whose day of review has passed.
func (s Set) Stale() []Parameter {
	var out []Parameter
	for _, p := range s.all {
		if p.Stale(s.day) {
			out = append(out, p)
		}
	}
	return out
}

// Hash tells sets with different parameters apart, as a key of what was reckoned with them. The day is not
// part of it: two days with the same parameters in force have one hash.
func (s Set) Hash() string {
	text, err := json.Marshal(s.all)
	if err != nil {
		// Values are finite: the reader takes no others.
		return "unhashed/" + s.day
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// Slug is a category as ids write it: R&D facility is r-d-facility.
func Slug(category string) string {
	var b strings.Builder
	for _, c := range strings.ToLower(category) {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			b.WriteRune(c)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.TrimSuffix(b.String(), "-")
}

// Category is the slug of the category of intervention that a parameter is for, "any" where it is for all, "" where it is
// for none.
func (p Parameter) Category() string {
	parts := strings.Split(p.ID, "/")
	if g := parts[0]; len(parts) == 3 && (g == "default" || g == "persistence") {
		return parts[1]
	}
	return ""
}
