package evidence

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"

	"milieu/internal/tabular"
)

//go:embed source/*/source.toml source/*/*.sql
var sourceFS embed.FS

// Definition says how to read one type of source. It is data: the file
// source.toml of its folder, with one SQL file for each noun that it fills.
type Definition struct {
	Name        string   `toml:"-"`
	Title       string   `toml:"title"`
	Publisher   string   `toml:"publisher"`
	Licence     string   `toml:"licence"`
	Attribution string   `toml:"attribution"`
	Home        string   `toml:"home"`
	About       string   `toml:"about"`
	Format      string   `toml:"format"`  // table, json, areas or context
	Records     []string `toml:"records"` // json: where records are in the document, see jsonrow.Spec; columns' headers are jsonrow.Path
	Skip        []string `toml:"skip"`    // json: path=value of what is no record
	Member      string   `toml:"member"`
	Sheet       string   `toml:"sheet"` // pattern of sheets of a workbook
	Encoding    string   `toml:"encoding"`
	Delimiter   string   `toml:"delimiter"`
	Quote       string   `toml:"quote"`
	Unique      bool     `toml:"unique"` // it holds no organisation twice: a record of another source is at most one of its
	Rest        bool     `toml:"rest"`   // the last column takes the rest of the line
	Key         []string `toml:"key"`    // columns that tell rows apart; a row whose key stood before is rejected
	// Withhold are columns that may name private people, or say what lines of the file do: they are not shown
	// where a record is cited, and of delimited text, whose other columns are not known, nothing is.
	Withhold []string         `toml:"withhold"`
	Columns  []tabular.Column `toml:"column"`
	Options  []Option         `toml:"option"`

	nouns map[string]string // noun -> SQL with {{raw}}, {{source}}, {{retrieved}} and {{option.name}}
	hash  string
}

// Option is a setting that a workspace gives a source of this type.
type Option struct {
	Name    string   `toml:"name"`
	Default string   `toml:"default"`
	OneOf   []string `toml:"one_of"`
	Meaning string   `toml:"meaning"`
}

var loadDefinitions = sync.OnceValues(func() (map[string]Definition, error) {
	dirs, err := fs.ReadDir(sourceFS, "source")
	if err != nil {
		return nil, err
	}
	defs := map[string]Definition{}
	for _, d := range dirs {
		def, err := parseDefinition(d.Name())
		if err != nil {
			return nil, fmt.Errorf("source definition %s: %w", d.Name(), err)
		}
		defs[d.Name()] = def
	}
	return defs, nil
})

// Definitions are the shipped source types by name.
func Definitions() (map[string]Definition, error) { return loadDefinitions() }

func parseDefinition(name string) (Definition, error) {
	d := Definition{Name: name, nouns: map[string]string{}}
	text, err := sourceFS.ReadFile(path.Join("source", name, "source.toml"))
	if err != nil {
		return d, err
	}
	meta, err := toml.Decode(string(text), &d)
	if err != nil {
		return d, err
	}
	if un := meta.Undecoded(); len(un) > 0 {
		return d, fmt.Errorf("unknown key %s", un[0])
	}
	if err := d.checkJSON(); err != nil {
		return d, err
	}
	d.hash = string(text)
	files, err := fs.Glob(sourceFS, path.Join("source", name, "*.sql"))
	if err != nil {
		return d, err
	}
	for _, f := range files {
		sql, err := sourceFS.ReadFile(f)
		if err != nil {
			return d, err
		}
		n := strings.TrimSuffix(path.Base(f), ".sql")
		if !isNoun(n) {
			return d, fmt.Errorf("%s fills %q, which is no noun", f, n)
		}
		d.nouns[n] = string(sql)
	}
	return d, nil
}

func isNoun(name string) bool {
	for _, n := range Nouns {
		if n.Name == name {
			return true
		}
	}
	return false
}

func (d Definition) hasOption(name string) bool {
	for _, o := range d.Options {
		if o.Name == name {
			return true
		}
	}
	return false
}

func (d Definition) optionNames() string {
	if len(d.Options) == 0 {
		return "none"
	}
	var names []string
	for _, o := range d.Options {
		names = append(names, o.Name)
	}
	return strings.Join(names, ", ")
}

// option is the value that holds for a source.
func (d Definition) option(s Source, name string) (string, error) {
	for _, o := range d.Options {
		if o.Name != name {
			continue
		}
		v, ok := s.Options[name]
		if !ok {
			v = o.Default
		}
		if len(o.OneOf) == 0 {
			return v, nil
		}
		for _, a := range o.OneOf {
			if a == v {
				return v, nil
			}
		}
		return "", fmt.Errorf("option %s is %q; it may be %s", name, v, strings.Join(o.OneOf, ", "))
	}
	return "", fmt.Errorf("type %s has no option %s", d.Name, name)
}

func typeNames(defs map[string]Definition) []string { return sortedKeys(defs) }
