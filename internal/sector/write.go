package sector

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/BurntSushi/toml"
)

// raw is the definition as it is written, with folded words and plain prefixes.
func (d Definition) raw() file {
	f := file{ID: d.ID, Name: d.Name, Summary: d.Summary, Version: d.Version, Reference: d.Reference, URL: d.URL, Reading: d.Reading, Codes: "first"}
	if d.AnyCode {
		f.Codes = "any"
	}
	for _, side := range []struct {
		from []Rule
		to   *[]rule
	}{{d.Include, &f.Include}, {d.Exclude, &f.Exclude}} {
		for _, r := range side.from {
			out := rule(r)
			out.Codes = nil
			for _, c := range r.Codes {
				out.Codes = append(out.Codes, dotted(c))
			}
			*side.to = append(*side.to, out)
		}
	}
	return f
}

// TOML writes the definition for people to edit; it reads back as the same.
func (d Definition) TOML() string {
	text, err := d.raw().toml()
	if err != nil {
		return d.Text // cannot be: the form holds texts and lists only
	}
	return text
}

func (f file) toml() (string, error) {
	var b bytes.Buffer
	enc := toml.NewEncoder(&b)
	enc.Indent = ""
	err := enc.Encode(f)
	return strings.TrimSpace(b.String()) + "\n", err
}

// JSON writes the definition in one line, as the table of sectors keeps it.
func (d Definition) JSON() string {
	b, err := json.Marshal(d.raw())
	if err != nil {
		return d.Text // cannot be: the form holds texts and lists only
	}
	return string(b)
}
