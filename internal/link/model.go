package link

import (
	"embed"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Model says how records are compared. It is data: see ParseModel for the text and
// the folder model for those that are shipped. Models do not change; Train gives
// a new one.
type Model struct {
	Name  string
	About string
	// Matches is the expected number of matches of a record of the smaller side
	// among all records of the larger; the prior follows from it and the sizes.
	Matches float64
	// Match and Review are the probabilities from which a pair is a match, and from
	// which it is given out.
	Match, Review float64

	columns     []Column
	fields      []field
	blocks      []blockRule
	trains      []blockRule
	comparisons []comparison
	src         *source
}

// Column is a column that the model reads.
type Column struct {
	Name     string   `toml:"name"`
	Also     []string `toml:"also"` // headers under which files have it
	Required bool     `toml:"required"`
}

// field is a value of records as it is compared: columns, cleaned and read as a kind.
type field struct {
	name    string
	kind    kind
	columns []int // of Model.columns
	clean   []cleaner
	split   string // parts the values of a list; "" for one value
	none    []string
}

// blockRule says which records are looked at together: those that agree in all keys.
type blockRule struct {
	name string
	keys []key
	then []key // divide blocks over the cap, one after the other
	cap  int64 // pairs in a block
}

// comparison is what one aspect of two records says, as ordered levels.
type comparison struct {
	name    string
	fixed   bool  // training leaves its numbers alone
	missing []int // fields that must be there on both sides for the last level to hold
	levels  []level
}

// level is one outcome of a comparison.
type level struct {
	name  string
	terms []term
	m, u  float64
	// tf swaps u for the share of the value, or of the rarity of the words of a name.
	tf      bool
	tfField int
	damp    float64 // how much of the swap is taken, 0 to 1
	least   float64 // smallest share taken
	steady  float64 // records with the model's u that are counted in, so that small tables do not mislead
	silent  bool    // the comparison says nothing when it holds
	hasM    bool    // m stands in the text
	hasU    bool
}

//go:embed model
var shipped embed.FS

// Shipped returns a model that comes with the program.
func Shipped(name string) (Model, error) {
	text, err := shipped.ReadFile(path.Join("model", path.Base(name)+".toml"))
	if err != nil {
		return Model{}, fmt.Errorf("there is no model %q; shipped are %s", name, strings.Join(ShippedNames(), " and "))
	}
	return ParseModel(string(text))
}

// ShippedNames lists the models that come with the program.
func ShippedNames() []string {
	entries, err := shipped.ReadDir("model")
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		out = append(out, strings.TrimSuffix(e.Name(), ".toml"))
	}
	return out
}

// Columns returns the columns that the model reads.
func (m Model) Columns() []Column { return slices.Clone(m.columns) }

// Comparisons returns the names of the comparisons, in the order of Pair.Levels.
func (m Model) Comparisons() []string {
	var out []string
	for _, c := range m.comparisons {
		out = append(out, c.name)
	}
	return out
}

// Text returns the model as TOML with its present numbers: the text that was
// parsed, comments and all, with trained numbers in the place of the old ones.
func (m Model) Text() string {
	if m.src == nil {
		return ""
	}
	type change struct {
		span
		by string
	}
	var changes []change
	put := func(path string, v float64) {
		sp, ok := m.src.at[path]
		if !ok {
			return
		}
		// A number that has not changed stays as it was written.
		if was, err := strconv.ParseFloat(strings.ReplaceAll(m.src.text[sp.from:sp.to], "_", ""), 64); err != nil || was != v {
			changes = append(changes, change{sp, number(v)})
		}
	}
	put("matches", m.Matches)
	for i, c := range m.comparisons {
		for j, l := range c.levels {
			put(fmt.Sprintf("comparison[%d].levels[%d].m", i, j), l.m)
			put(fmt.Sprintf("comparison[%d].levels[%d].u", i, j), l.u)
		}
	}
	slices.SortFunc(changes, func(a, b change) int { return a.from - b.from })
	var b strings.Builder
	at := 0
	for _, c := range changes {
		b.WriteString(m.src.text[at:c.from])
		b.WriteString(c.by)
		at = c.to
	}
	b.WriteString(m.src.text[at:])
	return b.String()
}

// number writes a float that TOML reads as one, and reads back the same.
func number(v float64) string {
	s := strconv.FormatFloat(v, 'g', -1, 64)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return s
}

// Hash names the model: equal hashes, equal results.
func (m Model) Hash() string {
	h := fnv.New128a()
	h.Write([]byte(m.Text()))
	return hex.EncodeToString(h.Sum(nil))
}

// clone copies the numbers that training changes.
func (m Model) clone() Model {
	m.comparisons = slices.Clone(m.comparisons)
	for i := range m.comparisons {
		m.comparisons[i].levels = slices.Clone(m.comparisons[i].levels)
	}
	return m
}

func (m Model) field(name string) int {
	return slices.IndexFunc(m.fields, func(f field) bool { return f.name == name })
}

// columnsOf returns the columns from which a comparison reads.
func (m Model) columnsOf(c comparison) map[int]bool {
	out := map[int]bool{}
	for _, l := range c.levels {
		for _, t := range l.terms {
			for _, n := range []string{t.field, t.other} {
				if f := m.field(n); f >= 0 {
					for _, col := range m.fields[f].columns {
						out[col] = true
					}
				}
			}
		}
	}
	return out
}

func names[V any](m map[string]V) string { return strings.Join(slices.Sorted(maps.Keys(m)), ", ") }
