package jsonrow

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"milieu/internal/tabular"
)

// column is one column with its paths read.
type column struct {
	tabular.Column
	paths []Path
}

// cell is the value of the first path that has one; path is nil when none has.
func (c *column) cell(record any) (cell tabular.Cell, path *Path) {
	for i := range c.paths {
		p := &c.paths[i]
		v, ok := p.find(record)
		if !ok {
			continue
		}
		if p.exists {
			return tabular.Cell{Text: []byte("true")}, p
		}
		if cell = c.text(p, v); len(cell.Text) > 0 || cell.Fault != "" {
			return cell, p
		}
	}
	return tabular.Cell{}, nil
}

// text writes a value as a cell's text.
func (c *column) text(p *Path, v any) tabular.Cell {
	if p.fields != nil {
		out, err := selected(nil, v, p.fields)
		if err != nil {
			return tabular.Cell{Fault: err.Error()} // what stands there may be what is not selected
		}
		return tabular.Cell{Text: out}
	}
	if n, ok := v.(json.Number); ok {
		if c.Kind == tabular.Date {
			if day, ok := epoch(n); ok {
				return tabular.Cell{Text: []byte(day)}
			}
		}
		return tabular.Cell{Text: []byte(n), Bare: true}
	}
	if t, ok := scalar(v); ok {
		return tabular.Cell{Text: []byte(t)}
	}
	if list, ok := v.([]any); ok && (c.Split != "" || len(list) == 0) {
		return joined(list, c.Split)
	}
	return tabular.Cell{Text: appendJSON(nil, v)}
}

// joined writes the values of a list one after the other.
func joined(list []any, split string) tabular.Cell {
	var parts []string
	for _, v := range list {
		t, ok := scalar(v)
		if !ok && v != nil {
			return tabular.Cell{Text: appendJSON(nil, list), Fault: "is a list of objects or lists where plain values are expected"}
		}
		if t = strings.TrimSpace(strings.ReplaceAll(t, split, " ")); t != "" {
			parts = append(parts, t)
		}
	}
	return tabular.Cell{Text: []byte(strings.Join(parts, split))}
}

// selected writes a list of objects, or one, with the members of fields only. A
// list without objects is no text.
func selected(dst []byte, v any, fields []field) ([]byte, error) {
	list := asList(v)
	if len(list) == 0 {
		return dst, nil
	}
	dst = append(dst, '[')
	for i, e := range list {
		m, ok := e.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("holds something that is no object where objects with %s are expected", names(fields))
		}
		if i > 0 {
			dst = append(dst, ',')
		}
		var err error
		if dst, err = appendFields(dst, m, fields); err != nil {
			return nil, err
		}
	}
	return append(dst, ']'), nil
}

func appendFields(dst []byte, m map[string]any, fields []field) ([]byte, error) {
	dst = append(dst, '{')
	first := true
	for _, f := range fields {
		v := m[f.name]
		if v == nil {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(appendString(dst, f.name), ':')
		if f.fields == nil {
			dst = appendJSON(dst, v)
			continue
		}
		before := len(dst)
		var err error
		if dst, err = selected(dst, v, f.fields); err != nil {
			return nil, err
		}
		if len(dst) == before {
			dst = append(dst, "[]"...)
		}
	}
	return append(dst, '}'), nil
}

func names(fields []field) string {
	var out []string
	for _, f := range fields {
		out = append(out, f.name)
	}
	return strings.Join(out, ", ")
}

// scalar is the text of a value that is neither object nor list nor null.
func scalar(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return string(v), true
	case bool:
		return strconv.FormatBool(v), true
	}
	return "", false
}

// firstEpoch is 1973-03-03 in milliseconds: a smaller number is no such time.
const firstEpoch = 100_000_000_000

// epoch is the day of a number of milliseconds since 1970. Services write days as
// the midnight with which they began where the service stands, which in British summer is
// 23:00 of the day before: the day is the one an hour later.
func epoch(n json.Number) (string, bool) {
	ms, err := n.Int64()
	if err != nil || ms < firstEpoch && ms > -firstEpoch {
		return "", false
	}
	t := time.UnixMilli(ms).UTC().Add(time.Hour)
	if t.Year() < 1900 || t.Year() > 2199 {
		return "", false
	}
	return t.Format(time.DateOnly), true
}

// appendJSON writes a value on one line, members in the order of their names.
func appendJSON(dst []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...)
	case string:
		return appendString(dst, v)
	case []any:
		dst = append(dst, '[')
		for i, e := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendJSON(dst, e)
		}
		return append(dst, ']')
	case map[string]any:
		dst = append(dst, '{')
		for i, k := range sortedKeys(v) {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(appendString(dst, k), ':')
			dst = appendJSON(dst, v[k])
		}
		return append(dst, '}')
	}
	t, _ := scalar(v)
	return append(dst, t...)
}

// appendString writes s in quotes, trimmed, with control characters as spaces: what
// SQL takes out of it again is as clean as a cell.
func appendString(dst []byte, s string) []byte {
	s = strings.Trim(s, " \t\r\n\u00a0")
	dst = append(dst, '"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c < ' ':
			dst = append(dst, ' ')
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}
