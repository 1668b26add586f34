package survey

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/BurntSushi/toml"
)

// Fault is one thing that is wrong in the text of an instrument.
type Fault struct {
	Line  int    // from 1; 0 where no line can be named
	Where string // the question or section, "" for the whole
	What  string
}

func (f Fault) String() string {
	s := f.What
	if f.Where != "" {
		s = f.Where + ": " + s
	}
	if f.Line > 0 {
		s = fmt.Sprintf("line %d: %s", f.Line, s)
	}
	return s
}

// ParseError lists all that is wrong with an instrument.
type ParseError struct{ Faults []Fault }

func (e *ParseError) Error() string {
	if len(e.Faults) == 1 {
		return e.Faults[0].String()
	}
	return fmt.Sprintf("%s (and %d more)", e.Faults[0], len(e.Faults)-1)
}

// MostText is the longest text of an instrument that is read, in bytes.
const MostText = 512 << 10

// Parse reads an instrument from TOML. The error is a *ParseError with all faults, in the order of their lines.
func Parse(text []byte) (Instrument, error) {
	var in Instrument
	if len(text) > MostText {
		return in, &ParseError{[]Fault{{What: fmt.Sprintf("the text is longer than %d kB", MostText>>10)}}}
	}
	meta, err := toml.NewDecoder(bytes.NewReader(text)).Decode(&in)
	if err != nil {
		return in, &ParseError{[]Fault{syntaxFault(err)}}
	}
	var faults []Fault
	for _, k := range meta.Undecoded() {
		key := k.String()
		faults = append(faults, Fault{Line: lineOfKey(text, k[len(k)-1]), What: fmt.Sprintf("there is no key %q", key)})
	}
	if in.Language == "" {
		in.Language = "en"
	}
	for _, f := range in.faults() {
		f.Line = lineOfID(text, f.id)
		faults = append(faults, f.Fault)
	}
	if len(faults) > 0 {
		return in, &ParseError{faults}
	}
	return in, nil
}

func syntaxFault(err error) Fault {
	var pe toml.ParseError
	if errors.As(err, &pe) {
		return Fault{Line: pe.Position.Line, What: strings.TrimSpace(pe.Message)}
	}
	return Fault{What: strings.TrimPrefix(err.Error(), "toml: ")}
}

// lineOfID is the line on which a section or question gives its id; 0 where none does.
func lineOfID(text []byte, id string) int {
	if id == "" {
		return 0
	}
	n := 0
	for line := range bytes.Lines(text) {
		n++
		name, value, ok := strings.Cut(strings.TrimSpace(string(line)), "=")
		if ok && strings.TrimSpace(name) == "id" && strings.Trim(strings.TrimSpace(value), `"'`) == id {
			return n
		}
	}
	return 0
}

// lineOfKey is the first line on which a key stands; 0 where none does.
func lineOfKey(text []byte, key string) int {
	n := 0
	for line := range bytes.Lines(text) {
		n++
		if name, _, ok := strings.Cut(strings.TrimSpace(string(line)), "="); ok && strings.TrimSpace(name) == key {
			return n
		}
		if strings.Contains(strings.Trim(strings.TrimSpace(string(line)), "[]"), "."+key) {
			return n
		}
	}
	return 0
}

// TOML writes the instrument so that Parse reads the same one from it.
func (in Instrument) TOML() ([]byte, error) {
	var b bytes.Buffer
	enc := toml.NewEncoder(&b)
	enc.Indent = ""
	if err := enc.Encode(in); err != nil {
		return nil, fmt.Errorf("instrument %s: %w", in.ID, err)
	}
	return b.Bytes(), nil
}
