package geo

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode/utf8"
)

// maxDepth bounds the nesting of brackets. A MultiPolygon in a collection needs nine levels;
// properties may bring some of their own.
const maxDepth = 64

// value is one JSON value inside a document that is known to be valid JSON. Keeping its offset
// is what lets a problem name the line; encoding/json gives no positions of parts.
type value struct {
	raw []byte // from the first byte of the value to the last
	off int    // of raw[0] in the document
}

// readJSON reads a whole document and checks its size, nesting and syntax. It returns the text,
// in which the value's offsets count, as well.
func readJSON(r io.Reader, opt Options) (root value, text []byte, err error) {
	data, err := io.ReadAll(io.LimitReader(r, opt.MaxBytes+1))
	if err != nil {
		return value{}, nil, fmt.Errorf("read areas: %w", err)
	}
	if int64(len(data)) > opt.MaxBytes {
		return value{}, nil, fmt.Errorf("the file is larger than %d bytes; simplify it or split it", opt.MaxBytes)
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if len(bytes.TrimSpace(data)) == 0 {
		return value{}, nil, errors.New("line 1, column 1: the file is empty; a GeoJSON or TopoJSON file is needed")
	}
	if at := tooDeep(data); at >= 0 {
		return value{}, nil, fmt.Errorf("%s: brackets nested more than %d deep; this is not a file of areas", place(data, at), maxDepth)
	}
	var raw json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return value{}, nil, syntaxError(data, err)
	}
	start := bytes.IndexByte(data, raw[0])
	return value{data[start : start+len(raw)], start}, data, nil
}

func syntaxError(data []byte, err error) error {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return fmt.Errorf("not JSON: %w", err)
	}
	at := int(syntax.Offset)
	if strings.Contains(syntax.Error(), "unexpected end") {
		return fmt.Errorf("%s: the file ends in the middle of a value; it was cut, get it again", place(data, len(data)))
	}
	return fmt.Errorf("%s: not JSON: %w", place(data, max(at-1, 0)), syntax)
}

// place writes the line and column of an offset.
func place(data []byte, off int) string {
	before := data[:min(off, len(data))]
	line := bytes.Count(before, []byte{'\n'}) + 1
	column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
	return fmt.Sprintf("line %d, column %d", line, column)
}

// tooDeep returns the offset at which brackets nest too deep, or -1.
func tooDeep(data []byte) int {
	depth := 0
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '"':
			i = stringEnd(data, i) - 1
		case '[', '{':
			if depth++; depth > maxDepth {
				return i
			}
		case ']', '}':
			depth--
		}
	}
	return -1
}

// stringEnd returns the offset after the string that begins at i, or the end of the data.
func stringEnd(data []byte, i int) int {
	for i++; i < len(data); i++ {
		switch data[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(data)
}

// valueEnd returns the offset after the value that begins at i.
func valueEnd(data []byte, i int) int {
	depth := 0
	for ; i < len(data); i++ {
		switch data[i] {
		case '"':
			i = stringEnd(data, i)
			if depth == 0 {
				return i
			}
			i--
		case '[', '{':
			depth++
		case ']', '}':
			if depth--; depth <= 0 {
				return i + 1 + min(depth, 0) // a bracket of the parent is not ours
			}
		case ',', ' ', '\n', '\r', '\t':
			if depth == 0 {
				return i
			}
		}
	}
	return len(data)
}

func skipSpace(data []byte, i int) int {
	for i < len(data) && (data[i] == ' ' || data[i] == '\n' || data[i] == '\r' || data[i] == '\t' || data[i] == ',' || data[i] == ':') {
		i++
	}
	return i
}

func (v value) kind() byte {
	if len(v.raw) == 0 {
		return 'n'
	}
	return v.raw[0]
}

func (v value) isNull() bool { return v.kind() == 'n' }

// items yields the members of an object with their names, or the elements of a list with empty
// names. Any other value has none.
func (v value) items() iter.Seq2[string, value] {
	return func(yield func(string, value) bool) {
		k := v.kind()
		if k != '{' && k != '[' {
			return
		}
		last := len(v.raw) - 1
		for i := skipSpace(v.raw, 1); i < last; i = skipSpace(v.raw, i) {
			var name string
			if k == '{' {
				end := stringEnd(v.raw, i)
				name = value{raw: v.raw[i:end]}.text()
				i = skipSpace(v.raw, end)
			}
			end := valueEnd(v.raw, i)
			if !yield(name, value{v.raw[i:end], v.off + i}) {
				return
			}
			i = end
		}
	}
}

// member returns the named member of an object; the last one when the name is repeated, as
// encoding/json does. A missing member is a null.
func (v value) member(name string) value {
	found := value{off: v.off}
	if v.kind() != '{' {
		return found
	}
	for k, m := range v.items() {
		if k == name {
			found = m
		}
	}
	return found
}

// text returns a string's text, and any other value as it is written.
func (v value) text() string {
	if v.kind() != '"' {
		return string(v.raw)
	}
	if bytes.IndexByte(v.raw, '\\') < 0 {
		return strings.ToValidUTF8(string(v.raw[1:len(v.raw)-1]), "\ufffd")
	}
	var s string
	if err := json.Unmarshal(v.raw, &s); err != nil {
		return string(v.raw)
	}
	return s
}

// brief is the value cut to a length fit for a message.
func (v value) brief() string {
	if len(v.raw) == 0 {
		return "nothing"
	}
	s := strings.ToValidUTF8(string(v.raw[:min(len(v.raw), 200)]), "\ufffd")
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// lineCounter turns offsets into line numbers; rising offsets cost one pass over the document.
type lineCounter struct {
	data      []byte
	off, line int
}

func (c *lineCounter) at(off int) int {
	if off < c.off {
		c.off, c.line = 0, 0
	}
	c.line += bytes.Count(c.data[c.off:off], []byte{'\n'})
	c.off = off
	return c.line + 1
}
