// Package typed takes what people type: it cleans text, holds it against its longest length and its form, and gathers what is
// wrong by field, so that a form can say it beside each. It knows no record and no page.
package typed

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// InputError says which fields cannot be taken and why. The key "" is the whole.
type InputError struct{ Fields map[string]string }

func (e *InputError) Error() string {
	if whole := e.Fields[""]; whole != "" {
		return whole
	}
	names := slices.Sorted(maps.Keys(e.Fields))
	if len(names) == 0 {
		return "something in the form cannot be taken"
	}
	return "the " + names[0] + " " + e.Fields[names[0]]
}

// Whole is an InputError of the whole.
func Whole(format string, args ...any) error {
	return &InputError{map[string]string{"": fmt.Sprintf(format, args...)}}
}

// Faults gathers what is wrong, by field; of each field the first fault.
type Faults map[string]string

// Add says what is wrong with a field.
func (f Faults) Add(field, format string, args ...any) {
	if f[field] == "" {
		f[field] = fmt.Sprintf(format, args...)
	}
}

// Err is an *InputError, nil where nothing is wrong.
func (f Faults) Err() error {
	if len(f) == 0 {
		return nil
	}
	return &InputError{f}
}

// Text cleans what was typed and holds it against its longest length, in characters.
func (f Faults) Text(field, s string, most int) string {
	s = Clean(s)
	if n := utf8.RuneCountInString(s); n > most {
		f.Add(field, "is longer than %d characters (it has %d)", most, n)
	}
	return s
}

// Day wants a day as 2026-03-01, or nothing.
func (f Faults) Day(field, s string) string {
	s = Clean(s)
	if _, err := time.Parse(time.DateOnly, s); s != "" && err != nil {
		f.Add(field, "%.20q is not a day: write it as 2026-03-01", s)
	}
	return s
}

// Clean takes control characters and outer space from a text; lines and tabs stay.
func Clean(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd")))
}

// Line is a text on one line.
func Line(s string) string { return strings.Join(strings.Fields(Clean(s)), " ") }

// Cut takes what is longer than a number of bytes from the end, at the end of a character.
func Cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}
