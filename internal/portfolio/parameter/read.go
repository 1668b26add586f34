package parameter

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/BurntSushi/toml"
)

//go:embed shipped/*.toml
var shippedFS embed.FS

// Folder is where a workspace keeps its own parameters.
const Folder = "parameters"

// shippedMark begins the name of a file that comes with Milieu.
const shippedMark = "shipped:"

// maxFile is the largest file of parameters that is read.
const maxFile = 1 << 20

// file is parameters as they are written. What stands above the first parameter holds for all that do not
// say otherwise.
type file struct {
	stated
	Parameters []entry `toml:"parameter"`
}

// stated is what can be said once for a file.
type stated struct {
	Version   string  `toml:"version"`
	InForce   tomlDay `toml:"in_force"`
	Reference string  `toml:"reference"`
	URL       string  `toml:"url"`
	Owner     string  `toml:"owner"`
	ReviewBy  tomlDay `toml:"review_by"`
}

// tomlDay is a day as 2026-11-27, written as a text or as a day of TOML, without quotes.
type tomlDay string

// UnmarshalTOML implements toml.Unmarshaler.
func (d *tomlDay) UnmarshalTOML(v any) error {
	switch v := v.(type) {
	case string:
		*d = tomlDay(v)
	case time.Time:
		*d = tomlDay(v.Format(time.DateOnly))
	default:
		return fmt.Errorf("%v is not a day; write it as 2026-11-27", v)
	}
	return nil
}

type entry struct {
	stated
	ID      string   `toml:"id"`
	Name    string   `toml:"name"`
	Kind    string   `toml:"kind"`
	Value   *float64 `toml:"value"`
	Low     *float64 `toml:"low"`
	High    *float64 `toml:"high"`
	Text    string   `toml:"text"`
	None    string   `toml:"none"`
	Unit    string   `toml:"unit"`
	Prices  int      `toml:"price_year"`
	Bands   []Band   `toml:"bands"`
	Levels  []Level  `toml:"levels"`
	Assumed bool     `toml:"assumed"`
	Note    string   `toml:"note"`
}

var loadShipped = sync.OnceValues(func() ([]Parameter, error) {
	names, err := fs.Glob(shippedFS, "shipped/*.toml")
	if err != nil {
		return nil, err
	}
	var all []Parameter
	for _, name := range names {
		text, err := shippedFS.ReadFile(name)
		if err != nil {
			return nil, err
		}
		ps, err := parse(shippedMark+path.Base(name), string(text), nil)
		if err != nil {
			return nil, err
		}
		all = append(all, ps...)
	}
	return all, twice(all)
})

// Shipped are the parameters that come with Milieu, in force on a day such as 2026-11-27.
func Shipped(day string) (Set, error) {
	all, err := loadShipped()
	if err != nil {
		return Set{}, fmt.Errorf("shipped parameters: %w", err)
	}
	return inForce(all, day), nil
}

// Load are the parameters of a workspace in the folder dir on a day: those shipped, and over them, by id, those of
// its parameters/*.toml. A workspace without the folder has those shipped.
func Load(dir, day string) (Set, error) {
	shipped, err := loadShipped()
	if err != nil {
		return Set{}, fmt.Errorf("shipped parameters: %w", err)
	}
	own, err := readFolder(filepath.Join(dir, Folder), shipped)
	if err != nil {
		return Set{}, err
	}
	if len(own) == 0 {
		return inForce(shipped, day), nil
	}
	replaced := map[string]bool{}
	for _, p := range own {
		replaced[p.ID] = true
	}
	all := slices.DeleteFunc(slices.Clone(shipped), func(p Parameter) bool { return replaced[p.ID] })
	return inForce(append(all, own...), day), nil
}

func readFolder(folder string, shipped []Parameter) ([]Parameter, error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("parameters: %w", err)
	}
	known := map[string]Parameter{}
	for _, p := range shipped {
		known[p.ID] = p
	}
	var own []Parameter
	for _, e := range entries { // by name
		if e.IsDir() || filepath.Ext(e.Name()) != ".toml" {
			continue
		}
		if info, err := e.Info(); err == nil && info.Size() > maxFile {
			return nil, fmt.Errorf("%s/%s: is larger than %d kB; part it", Folder, e.Name(), maxFile>>10)
		}
		text, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			return nil, fmt.Errorf("parameters: %w", err)
		}
		ps, err := parse(Folder+"/"+e.Name(), string(text), known)
		if err != nil {
			return nil, err
		}
		own = append(own, ps...)
	}
	return own, twice(own)
}

// inForce keeps of each id the newest that holds on the day; where none holds yet, the first that will.
func inForce(all []Parameter, day string) Set {
	best := map[string]Parameter{}
	for _, p := range all {
		old, ok := best[p.ID]
		switch {
		case !ok,
			p.From <= day && (old.From > day || p.From > old.From),
			p.From > day && old.From > day && p.From < old.From:
			best[p.ID] = p
		}
	}
	s := Set{day: day, all: make([]Parameter, 0, len(best))}
	for _, p := range best {
		s.all = append(s.all, p)
	}
	slices.SortFunc(s.all, func(a, b Parameter) int { return strings.Compare(a.ID, b.ID) })
	return s
}

// twice finds a parameter that stands twice for the same day.
func twice(all []Parameter) error {
	at := map[string]Parameter{}
	for _, p := range all {
		key := p.ID + " " + p.From
		if old, ok := at[key]; ok {
			return fmt.Errorf("%s:%d: %s stands in %s:%d already for the same day; keep one", p.File, p.Line, p.ID, old.File, old.Line)
		}
		at[key] = p
	}
	return nil
}

var (
	headerForm = regexp.MustCompile(`(?m)^[ \t]*\[\[[ \t]*parameter[ \t]*\]\]`)
	idForm     = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*(/[a-z0-9][a-z0-9.-]*)+$`)
	lineForm   = regexp.MustCompile(`(?s)^toml: line (\d+)(?: \(last key [^)]*\))?: (.*)$`)
)

// parse reads a file. known are the parameters whose name, kind and unit an entry of the same id may leave out; they are nil
// for what is shipped.
func parse(name, text string, known map[string]Parameter) ([]Parameter, error) {
	var f file
	md, err := toml.Decode(text, &f)
	if err != nil {
		if m := lineForm.FindStringSubmatch(err.Error()); m != nil {
			return nil, fmt.Errorf("%s:%s: %s", name, m[1], m[2])
		}
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if odd := md.Undecoded(); len(odd) > 0 {
		key := odd[0][len(odd[0])-1]
		return nil, fmt.Errorf("%s:%d: %q is no field of a parameter; the fields are id, name, kind, value, low, high, text, none, unit, price_year, bands, levels, in_force, version, reference, url, owner, review_by, assumed and note", name, lineOf(text, key), key)
	}
	starts := headerForm.FindAllStringIndex(text, -1)
	out := make([]Parameter, len(f.Parameters))
	for i, e := range f.Parameters {
		line := 1
		if i < len(starts) {
			line = 1 + strings.Count(text[:starts[i][0]], "\n")
		}
		p, err := e.parameter(f.stated, known)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, line, err)
		}
		p.File, p.Line, p.Ours = name, line, known != nil
		out[i] = p
	}
	return out, nil
}

// lineOf is the first line that sets a key.
func lineOf(text, key string) int {
	for i, line := range strings.Split(text, "\n") {
		if strings.Contains(line, key) {
			return i + 1
		}
	}
	return 1
}

func (e entry) parameter(all stated, known map[string]Parameter) (Parameter, error) {
	if !idForm.MatchString(e.ID) {
		return Parameter{}, fmt.Errorf("the id %q is not written as group/name, in small letters, figures and hyphens", e.ID)
	}
	old := known[e.ID]
	p := Parameter{ID: e.ID, Name: cmp.Or(e.Name, old.Name), Kind: cmp.Or(e.Kind, old.Kind, Number), Unit: cmp.Or(e.Unit, old.Unit),
		PriceYear: e.Prices, Value: e.Value, Low: e.Low, High: e.High, Text: e.Text, None: e.None, Bands: e.Bands, Levels: e.Levels,
		Version: cmp.Or(e.Version, all.Version), From: string(cmp.Or(e.InForce, all.InForce)), Owner: cmp.Or(e.Owner, all.Owner), ReviewBy: string(cmp.Or(e.ReviewBy, all.ReviewBy)),
		Reference: Reference{cmp.Or(e.Reference, all.Reference), cmp.Or(e.URL, all.URL)}, Assumed: e.Assumed, Note: e.Note}
	if e.Reference != "" && e.URL == "" {
		p.Reference.URL = "" // the address of the file's reference is not that of another
	}
	if err := p.check(); err != nil {
		return p, fmt.Errorf("%s: %w", e.ID, err)
	}
	return p, nil
}

// check says what is wrong with a parameter, and what to do.
func (p Parameter) check() error {
	switch {
	case p.Name == "":
		return errors.New("has no name; say in a few words what it is")
	case p.Owner == "":
		return errors.New("has no owner; name who answers for it")
	case !p.Assumed && p.Reference.Title == "":
		return errors.New("has no reference; name the source, or say assumed = true with the reason as note")
	case p.Assumed && p.Note == "":
		return errors.New("is assumed without a reason; give it as note")
	case p.Reference.URL != "" && !strings.HasPrefix(p.Reference.URL, "https://") && !strings.HasPrefix(p.Reference.URL, "http://"):
		return fmt.Errorf("the url %q does not begin with https://", p.Reference.URL)
	}
	for _, d := range []struct{ field, day string }{{"in_force", p.From}, {"review_by", p.ReviewBy}} {
		if _, err := time.Parse(time.DateOnly, d.day); err != nil {
			return fmt.Errorf("%s is %q; write the day as 2026-11-27", d.field, d.day)
		}
	}
	return p.checkValue()
}

func (p Parameter) checkValue() error {
	if p.None != "" {
		if p.Value != nil || p.Text != "" || len(p.Bands)+len(p.Levels) > 0 {
			return errors.New("has a value and a reason for having none; keep one of the two")
		}
		return nil
	}
	switch p.Kind {
	case Number:
		return p.checkNumber()
	case Text:
		if p.Text == "" {
			return errors.New("has no text; give it, or say none = the reason")
		}
	case Schedule:
		if len(p.Bands) == 0 {
			return errors.New(`has no bands; write bands = [{ from = 0, bp = 350 }], with bp in hundredths of a percent`)
		}
		for _, b := range p.Bands {
			if b.From != math.Trunc(b.From) || b.BP < 0 || b.BP >= 10_000 {
				return fmt.Errorf("the band from %v with %d basis points is not a whole year with a rate from 0 to 9999", b.From, b.BP)
			}
		}
		return p.cash().Check()
	case Index:
		return p.checkLevels()
	case Rating:
		for i, b := range p.Bands {
			if b.Name == "" || i > 0 && !(b.From > p.Bands[i-1].From) {
				return fmt.Errorf("the bands are not in order of from, each with a name")
			}
		}
		if len(p.Bands) == 0 {
			return errors.New(`has no bands; write bands = [{ from = 1, name = "low" }]`)
		}
	default:
		return fmt.Errorf("the kind %q is none of number, text, schedule, index and rating", p.Kind)
	}
	return nil
}

func (p Parameter) checkNumber() error {
	low, value, high, ok := p.Range()
	switch {
	case !ok:
		return errors.New("has no value; give it, or say none = the reason")
	case math.IsNaN(low+value+high) || math.IsInf(low, 0) || math.IsInf(value, 0) || math.IsInf(high, 0):
		return errors.New("has a value that is no finite number")
	case low > value || value > high:
		return fmt.Errorf("low %v, value %v and high %v are not in this order", low, value, high)
	case p.Unit == "share" && (low < 0 || high > 1):
		return fmt.Errorf("is a share with the range %v to %v; shares lie between 0 and 1 (0.25 is 25 %%)", low, high)
	}
	return nil
}

func (p Parameter) checkLevels() error {
	if len(p.Levels) == 0 {
		return errors.New("has no levels; write levels = [{ year = 2024, level = 100.0 }]")
	}
	for i, l := range p.Levels {
		if !(l.Level > 0) || math.IsInf(l.Level, 0) || i > 0 && l.Year <= p.Levels[i-1].Year {
			return fmt.Errorf("the level of %d is not above 0, or the years are not in order", l.Year)
		}
	}
	return nil
}
