package jsonrow

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// decode reads the record into maps and lists.
func (f found) decode() (any, error) {
	dec := json.NewDecoder(bytes.NewReader(f.raw))
	dec.UseNumber()
	var v any
	if err := place(dec.Decode(&v), f.raw, f.real, f.column); err != nil {
		return nil, err
	}
	if dec.InputOffset() != int64(len(f.raw)) {
		return nil, check(f.raw, f.real, f.column)
	}
	if f.inner != nil {
		v, _ = f.inner.find(v)
	}
	return v, nil
}

func (f found) notObject() string {
	if f.inner != nil {
		return fmt.Sprintf("has no object at %s", f.inner.text)
	}
	return "is no object, so it has no members that columns could take"
}

// ErrNoRecord says that no record begins where one is asked for.
var ErrNoRecord = errors.New("the file has no record there")

// Show gives the record of a line, by the rule by which records have lines, as one
// object that holds what the columns take, each by its path, and nothing else: whatever
// is not taken may name people. It is shortened when it is long.
func Show(r io.Reader, spec Spec, line int) (string, error) {
	l, err := spec.layout()
	if err != nil {
		return "", err
	}
	text, hit := "", false
	err = find(r, l.spots, func(f found) error {
		switch {
		case f.line > line:
			return errStop
		case f.line < line:
			return nil
		}
		hit = true
		v, err := f.decode()
		if err != nil {
			return err
		}
		text = l.show(v)
		return errStop
	})
	if err != nil && err != errStop {
		return "", err
	}
	if !hit {
		return "", ErrNoRecord
	}
	return text, nil
}

func (l *layout) show(v any) string {
	out := []byte{'{'}
	for i := range l.columns {
		cell, p := l.columns[i].cell(v)
		if p == nil {
			continue
		}
		if len(out) > 1 {
			out = append(out, ", "...)
		}
		out = append(appendString(out, p.label()), ": "...)
		switch {
		case cell.Bare || p.fields != nil && cell.Fault == "":
			out = append(out, cell.Text...)
		default:
			out = appendString(out, string(cell.Text))
		}
	}
	return shorten(string(append(out, '}')), mostShown)
}

// label names the members on the way, without saying how an element was found.
func (p *Path) label() string {
	var out []string
	for _, s := range p.steps {
		if s.index >= 0 {
			s.name = fmt.Sprintf("%s[%d]", s.name, s.index)
		}
		out = append(out, s.name)
	}
	return strings.Join(out, ".")
}

// mostShown is how much of a record is shown.
const mostShown = 4096

// shorten cuts a text between two characters.
func shorten(s string, most int) string {
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
