package sector

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
	"golang.org/x/text/unicode/norm"
)

// file is a definition as it is written.
type file struct {
	ID        string `toml:"id,omitempty" json:"id,omitempty"`
	Name      string `toml:"name,omitempty" json:"name,omitempty"`
	Summary   string `toml:"summary,omitempty" json:"summary,omitempty"`
	Version   string `toml:"version,omitempty" json:"version,omitempty"`
	Reference string `toml:"reference,omitempty" json:"reference,omitempty"`
	URL       string `toml:"url,omitempty" json:"url,omitempty"`
	Reading   string `toml:"reading,omitempty" json:"reading,omitempty"`
	Codes     string `toml:"codes,omitempty" json:"codes,omitempty"`
	Include   []rule `toml:"include,omitempty" json:"include,omitempty"`
	Exclude   []rule `toml:"exclude,omitempty" json:"exclude,omitempty"`
}

type rule struct {
	Codes         []string `toml:"codes,omitempty" json:"codes,omitempty"`
	Words         []string `toml:"words,omitempty" json:"words,omitempty"`
	In            []string `toml:"in,omitempty" json:"in,omitempty"`
	Organisations []string `toml:"organisations,omitempty" json:"organisations,omitempty"`
	Reason        string   `toml:"reason,omitempty" json:"reason,omitempty"`
}

// Largest definitions that are taken.
const (
	MaxText  = 20_000 // bytes: what a decision can hold
	maxRules = 200
	maxItems = 2_000 // codes, words and organisations together
)

// typeError is how the reader of TOML says that a value is of another type.
var typeError = regexp.MustCompile(`(?s)^toml: line (\d+) (.*)$`)

var idForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,59}$`)

// Parse reads a definition from TOML, or from the same as JSON (one line, as a table keeps
// it). Errors name the file and, where it can be told, the
// line:
//
//	id = "metals"
//	name = "Metals"
//	codes = "first"            # or "any": which of an organisation's codes count
//	[[include]]
//	codes = ["24", "25.1", "26-28"]
//	reason = "…"
//	[[exclude]]
//	words = ["scrap dealer"]   # whole words; "weld*" any ending
//	in = ["activity", "name"]  # or note
//	[[exclude]]
//	organisations = ["00445790"]
func Parse(name, text string) (Definition, error) {
	d, err := parse(text)
	if err != nil {
		return d, fmt.Errorf("%s%w", name, err)
	}
	return d, nil
}

// at is an error with the line where text first holds what is wrong.
func at(text, what, format string, args ...any) error {
	line := 1
	if i := strings.Index(text, what); i >= 0 && what != "" {
		line = 1 + strings.Count(text[:i], "\n")
	}
	return fmt.Errorf(":%d: %w", line, fmt.Errorf(format, args...))
}

func parse(text string) (Definition, error) {
	if len(text) > MaxText {
		return Definition{}, fmt.Errorf(":1: the definition has %d characters; %d are the most", len(text), MaxText)
	}
	var f file
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		dec := json.NewDecoder(strings.NewReader(text))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&f); err != nil {
			return Definition{}, fmt.Errorf(":1: the definition is no JSON of the form wanted: %w", err)
		}
		if _, err := dec.Token(); err != io.EOF {
			return Definition{}, errors.New(":1: something stands after the definition")
		}
		return f.definition(text)
	}
	meta, err := toml.Decode(text, &f)
	var pe toml.ParseError
	if errors.As(err, &pe) {
		return Definition{}, fmt.Errorf(":%d: %s", pe.Position.Line, pe.Message)
	}
	if err != nil {
		if m := typeError.FindStringSubmatch(err.Error()); m != nil {
			return Definition{}, fmt.Errorf(":%s: %s", m[1], m[2])
		}
		return Definition{}, fmt.Errorf(":1: %w", err)
	}
	if extra := meta.Undecoded(); len(extra) > 0 {
		key := extra[0][len(extra[0])-1]
		return Definition{}, at(text, key, "there is no key %q; a definition has id, name, summary, version, reference, url, reading, codes, include and exclude", extra[0].String())
	}
	return f.definition(text)
}

func (f file) definition(text string) (Definition, error) {
	d := Definition{ID: f.ID, Name: strings.TrimSpace(f.Name), Summary: strings.TrimSpace(f.Summary), Version: strings.TrimSpace(f.Version),
		Reference: strings.TrimSpace(f.Reference), URL: strings.TrimSpace(f.URL), Reading: strings.TrimSpace(f.Reading), Text: text}
	if f.ID == "new" || len(f.ID) == 1 || strings.HasPrefix(f.ID, "sic-") {
		return d, at(text, "id", "id %q is taken: new is the page on which sectors are made, letters and sic- are sections of the industry classification", f.ID)
	}
	if !idForm.MatchString(f.ID) {
		return d, at(text, "id", "id is %q; it is up to 60 lower-case letters, digits and hyphens", f.ID)
	}
	if d.Name == "" || utf8.RuneCountInString(d.Name) > 80 {
		return d, at(text, "name", "name is missing or longer than 80 characters")
	}
	if d.URL != "" && !strings.HasPrefix(d.URL, "https://") && !strings.HasPrefix(d.URL, "http://") {
		return d, at(text, d.URL, "url %q is not a web address", d.URL)
	}
	switch f.Codes {
	case "", "first":
	case "any":
		d.AnyCode = true
	default:
		return d, at(text, "codes", "codes is %q; it is first or any", f.Codes)
	}
	if len(f.Include) == 0 {
		return d, at(text, "", "nothing is included: write at least one [[include]]")
	}
	if n := len(f.Include) + len(f.Exclude); n > maxRules {
		return d, at(text, "", "%d rules; %d are the most", n, maxRules)
	}
	var err error
	items := 0
	for _, side := range []struct {
		name string
		from []rule
		to   *[]Rule
	}{{"include", f.Include, &d.Include}, {"exclude", f.Exclude, &d.Exclude}} {
		for i, r := range side.from {
			var made Rule
			if made, err = r.rule(text, fmt.Sprintf("%s rule %d", side.name, i+1)); err != nil {
				return d, err
			}
			items += len(made.Codes) + len(made.Words) + len(made.Organisations)
			*side.to = append(*side.to, made)
		}
	}
	if items > maxItems {
		return d, at(text, "", "%d codes, words and organisations; %d are the most", items, maxItems)
	}
	return d, nil
}

func (r rule) rule(text, name string) (Rule, error) {
	out := Rule{Reason: strings.TrimSpace(r.Reason)}
	if len(r.Codes)+len(r.Words)+len(r.Organisations) == 0 {
		return out, at(text, "", "%s names no codes, words or organisations", name)
	}
	if len(r.Organisations) > 0 && len(r.Codes)+len(r.Words) > 0 {
		return out, at(text, quoted(r.Organisations[0]), "%s: organisations stand in a rule of their own", name)
	}
	for _, c := range r.Codes {
		prefixes, err := codes(c)
		if err != nil {
			return out, at(text, quoted(c), "%s: %w", name, err)
		}
		out.Codes = append(out.Codes, prefixes...)
	}
	for _, w := range r.Words {
		folded := Fold(strings.TrimSuffix(strings.TrimSpace(w), "*"))
		if utf8.RuneCountInString(folded) < 3 {
			return out, at(text, quoted(w), "%s: %q is too short to tell anything; three letters are the least", name, w)
		}
		if strings.HasSuffix(strings.TrimSpace(w), "*") {
			folded += "*"
		}
		out.Words = append(out.Words, folded)
	}
	for _, in := range r.In {
		if !slices.Contains(fields, in) {
			return out, at(text, quoted(in), "%s: words are looked for in %s, not in %q", name, strings.Join(fields, ", "), in)
		}
	}
	if len(r.Words) > 0 {
		if out.In = r.In; len(out.In) == 0 {
			out.In = []string{"activity", "name"}
		}
	} else if len(r.In) > 0 {
		return out, at(text, quoted(r.In[0]), "%s: in says where words are looked for, and there are none", name)
	}
	for _, o := range r.Organisations {
		if o = strings.TrimSpace(o); o == "" {
			return out, at(text, "organisations", "%s: an organisation is empty", name)
		}
		out.Organisations = append(out.Organisations, o)
	}
	return out, nil
}

func quoted(s string) string { return `"` + s + `"` }

// fields are where words can be looked for.
var fields = []string{"activity", "name", "note"}

var (
	codeForm  = regexp.MustCompile(`^[0-9]{2}(\.?[0-9]{1,2}([/.]?[0-9])?)?$`)
	rangeForm = regexp.MustCompile(`^([0-9]{2})-([0-9]{2})$`)
)

// divisions are those of the Standard Industrial Classification 2007, as ranges.
var divisions = [][2]int{{1, 3}, {5, 9}, {10, 33}, {35, 39}, {41, 43}, {45, 47}, {49, 53}, {55, 56}, {58, 66}, {68, 75}, {77, 82}, {84, 88}, {90, 99}}

// sections are the divisions of each section letter.
var sections = map[string][2]int{"A": {1, 3}, "B": {5, 9}, "C": {10, 33}, "D": {35, 35}, "E": {36, 39}, "F": {41, 43}, "G": {45, 47}, "H": {49, 53}, "I": {55, 56}, "J": {58, 63},
	"K": {64, 66}, "L": {68, 68}, "M": {69, 75}, "N": {77, 82}, "O": {84, 84}, "P": {85, 85}, "Q": {86, 88}, "R": {90, 93}, "S": {94, 96}, "T": {97, 98}, "U": {99, 99}}

func isDivision(n int) bool {
	return slices.ContainsFunc(divisions, func(r [2]int) bool { return r[0] <= n && n <= r[1] })
}

// codes are the prefixes that a code of any level, a section letter or a range of
// divisions stands for.
func codes(s string) ([]string, error) {
	s = strings.TrimSpace(s)
	from, to := 0, 0
	if r, ok := sections[s]; ok {
		from, to = r[0], r[1]
	} else if m := rangeForm.FindStringSubmatch(s); m != nil {
		from, to = number(m[1]), number(m[2])
		if from >= to {
			return nil, fmt.Errorf("the range %q does not rise", s)
		}
		if !isDivision(from) || !isDivision(to) {
			return nil, fmt.Errorf("the range %q does not begin and end with divisions of the SIC 2007", s)
		}
	}
	if to > 0 {
		var out []string
		for n := from; n <= to; n++ {
			if isDivision(n) {
				out = append(out, fmt.Sprintf("%02d", n))
			}
		}
		return out, nil
	}
	if !codeForm.MatchString(s) {
		return nil, fmt.Errorf("%q is no code of the SIC 2007: write a section (C), a division (25), a range of them (10-33) or a code of three to five digits (25.7, 25.73, 25730)", s)
	}
	digits := strings.NewReplacer(".", "", "/", "").Replace(s)
	if err := known(s, digits); err != nil {
		return nil, err
	}
	return []string{digits}, nil
}

func number(s string) int {
	n := 0
	for _, r := range s {
		n = 10*n + int(r-'0')
	}
	return n
}

// Fold writes text as it is compared: lower case, without accents, words parted by one space.
// The build folds in SQL in the same way.
func Fold(s string) string {
	var b strings.Builder
	space := false
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r < 128 && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(r)
		default:
			space = true
		}
	}
	return b.String()
}
