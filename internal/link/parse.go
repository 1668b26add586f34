package link

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// ModelError is a fault of a model's text.
type ModelError struct {
	Line int
	Msg  string
}

func (e *ModelError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Msg) }

// modelText is the text of a model as TOML has it.
type modelText struct {
	Name        string           `toml:"name"`
	About       string           `toml:"about"`
	Matches     float64          `toml:"matches"`
	Match       float64          `toml:"match"`
	Review      float64          `toml:"review"`
	Columns     []Column         `toml:"column"`
	Fields      []fieldText      `toml:"field"`
	Blocks      []blockText      `toml:"block"`
	Trains      []blockText      `toml:"train"`
	Comparisons []comparisonText `toml:"comparison"`
}

type fieldText struct {
	Name  string   `toml:"name"`
	From  []string `toml:"from"`
	Kind  kind     `toml:"kind"`
	Clean []string `toml:"clean"`
	Split string   `toml:"split"`
	None  []string `toml:"none"`
}

type blockText struct {
	Name string   `toml:"name"`
	Keys []string `toml:"keys"`
	Then []string `toml:"then"`
	Cap  int64    `toml:"cap"`
}

type comparisonText struct {
	Name    string   `toml:"name"`
	Missing []string `toml:"missing"`
	// Fixed says that training leaves the numbers alone.
	Fixed  bool        `toml:"fixed"`
	Levels []levelText `toml:"levels"`
}

type levelText struct {
	Name  string   `toml:"name"`
	When  string   `toml:"when"`
	M     *float64 `toml:"m"`
	U     *float64 `toml:"u"`
	TF    bool     `toml:"tf"`
	Damp  *float64 `toml:"damp"`
	Least *float64 `toml:"least"`
	// Steady is a number of records that are taken to be there too, among which the
	// value has the share u: in small tables shares are chance.
	Steady *float64 `toml:"steady"`
	// Silent says that when the level holds, the comparison says nothing: another
	// comparison has counted what is seen there.
	Silent bool `toml:"silent"`
}

const (
	defaultCap  = 200_000
	leastChance = 1e-12 // m and u are kept from it to 1: weights stay finite
	maxLevels   = 20
)

// ParseModel reads a model. A fault is a *ModelError, which names the line and
// says what to do.
func ParseModel(text string) (Model, error) {
	var t modelText
	md, err := toml.Decode(text, &t)
	var pe toml.ParseError
	if errors.As(err, &pe) {
		return Model{}, &ModelError{max(pe.Position.Line, 1), pe.Message}
	}
	if err != nil {
		return Model{}, &ModelError{1, err.Error()}
	}
	b := &builder{src: scanSource(text)}
	if unknown := md.Undecoded(); len(unknown) > 0 {
		k := unknown[0]
		return Model{}, &ModelError{b.src.find(k.String()), fmt.Sprintf("there is no key %q; remove it or mend its spelling", k.String())}
	}
	b.m = Model{Name: t.Name, About: t.About, Matches: t.Matches, Match: t.Match, Review: t.Review, src: b.src}
	for _, part := range []func(){
		b.head, func() { b.columns(t.Columns) }, func() { b.fields(t.Fields) },
		func() { b.m.blocks = b.rules("block", t.Blocks) }, func() { b.m.trains = b.rules("train", t.Trains) },
		func() { b.comparisons(t.Comparisons) },
	} {
		if part(); b.err != nil {
			return Model{}, b.err
		}
	}
	return b.m, nil
}

// builder makes a model of its text; the first fault ends it.
type builder struct {
	m   Model
	src *source
	err error
}

func (b *builder) fail(path, format string, args ...any) {
	if b.err == nil {
		b.err = &ModelError{b.src.lineOf(path), fmt.Sprintf(format, args...)}
	}
}

func (b *builder) head() {
	m := &b.m
	if m.Name == "" {
		b.fail("name", "the model has no name; write name = \"...\"")
	}
	for _, v := range []struct {
		path string
		to   *float64
		def  float64
	}{{"match", &m.Match, 0.9}, {"review", &m.Review, 0.1}} {
		if _, ok := b.src.at[v.path]; !ok {
			*v.to = v.def
		}
		if !(*v.to > 0 && *v.to < 1) {
			b.fail(v.path, "%s is %v; it is a probability between 0 and 1", v.path, *v.to)
		}
	}
	if m.Review > m.Match {
		b.fail("review", "review is %v, above match (%v); pairs to be reviewed are those below the matches", m.Review, m.Match)
	}
	if _, ok := b.src.at["matches"]; !ok {
		m.Matches = 1
	}
	if !(m.Matches > 0 && m.Matches < 1e6) {
		b.fail("matches", "matches is %v; it is the expected number of matches of a record, above 0", m.Matches)
	}
}

func (b *builder) columns(cols []Column) {
	if len(cols) == 0 {
		b.fail("", "the model reads no column; write [[column]] with a name for each")
	}
	for i, c := range cols {
		at := fmt.Sprintf("column[%d]", i)
		if c.Name == "" {
			b.fail(at, "the column has no name")
		}
		if slices.ContainsFunc(cols[:i], func(o Column) bool { return o.Name == c.Name }) {
			b.fail(at+".name", "column %q is there twice", c.Name)
		}
	}
	b.m.columns = cols
}

func (b *builder) fields(fields []fieldText) {
	for i, t := range fields {
		at := fmt.Sprintf("field[%d]", i)
		f := field{name: t.Name, kind: t.Kind, split: t.Split, none: t.None}
		if f.kind == "" {
			f.kind = kindText
		}
		if !slices.Contains(kinds, f.kind) {
			b.fail(at+".kind", "there is no kind %q; there are %v", f.kind, kinds)
		}
		if f.name == "" || strings.ContainsAny(f.name, " /\t") {
			b.fail(at+".name", "a field needs a name without spaces and strokes, not %q", f.name)
		}
		if b.m.field(f.name) >= 0 {
			b.fail(at+".name", "field %q is there twice", f.name)
		}
		if len(t.From) == 0 {
			b.fail(at, "field %q names no column; write from = [\"COLUMN\"]", f.name)
		}
		for j, n := range t.From {
			c := slices.IndexFunc(b.m.columns, func(c Column) bool { return c.Name == n })
			if c < 0 {
				b.fail(fmt.Sprintf("%s.from[%d]", at, j), "there is no column %q; declare it as [[column]]", n)
			}
			f.columns = append(f.columns, c)
		}
		if f.kind == kindPoint && len(f.columns) != 2 {
			b.fail(at+".from", "a point is made from two columns, longitude and latitude")
		}
		if f.split != "" && f.kind != kindText && f.kind != kindName {
			b.fail(at+".split", "a field of kind %s holds one value; split is for text and name", f.kind)
		}
		b.cleaning(at, &f, t.Clean)
		b.m.fields = append(b.m.fields, f)
	}
}

func (b *builder) cleaning(at string, f *field, steps []string) {
	if len(steps) > 0 && f.kind != kindText {
		b.fail(at+".clean", "a field of kind %s is read by its kind; clean is for text", f.kind)
	}
	if len(steps) == 0 && (f.kind == kindText || f.kind == kindAddress) {
		steps = []string{"fold"}
	}
	for j, s := range steps {
		c, err := parseCleaner(s)
		if err != nil {
			b.fail(fmt.Sprintf("%s.clean[%d]", at, j), "%v", err)
			return
		}
		f.clean = append(f.clean, c)
	}
}

func (b *builder) rules(what string, rules []blockText) []blockRule {
	if what == "block" && len(rules) == 0 {
		b.fail("", "the model has no [[block]]: without one, every record would be compared with every other")
	}
	var out []blockRule
	for i, t := range rules {
		at := fmt.Sprintf("%s[%d]", what, i)
		r := blockRule{name: t.Name, cap: t.Cap}
		if r.name == "" {
			r.name = strings.Join(t.Keys, ", ")
		}
		if r.cap == 0 {
			r.cap = defaultCap
		}
		if r.cap < 1 {
			b.fail(at+".cap", "cap is %d; it is the largest number of pairs of a block", r.cap)
		}
		if len(t.Keys) == 0 {
			b.fail(at, "the rule has no keys")
		}
		r.keys = b.keys(at+".keys", t.Keys)
		r.then = b.keys(at+".then", t.Then)
		out = append(out, r)
	}
	return out
}

func (b *builder) keys(at string, list []string) []key {
	var out []key
	for j, s := range list {
		k, err := b.m.parseKey(s)
		if err != nil {
			b.fail(fmt.Sprintf("%s[%d]", at, j), "%v", err)
			return nil
		}
		out = append(out, k)
	}
	return out
}
