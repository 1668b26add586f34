package choice

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// kind is the type of a JSON value, in words.
type kind string

const (
	object kind = "an object"
	list   kind = "a list"
	text   kind = "a text"
	num    kind = "a number"
	truth  kind = "true or false"
	null   kind = "null"
)

// node is a JSON value with its line.
type node struct {
	kind   kind
	line   int
	text   string // of a text, or the digits of a number
	keys   []string
	lines  []int // of the keys
	values []node
}

// says is the value for a message.
func (n node) says() string {
	switch n.kind {
	case text:
		return fmt.Sprintf("%q", n.text)
	case num, truth:
		return n.text
	}
	return string(n.kind)
}

// reader reads JSON to nodes.
type reader struct {
	d    *json.Decoder
	data []byte
	at   int // offset of the last line count
	line int
	deep int
}

// deepest is how far brackets and braces may be nested.
const deepest = 50

// parseText reads exactly one JSON value.
func parseText(data []byte) (node, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(data) {
		return node{}, Errors{{Message: "the text is not UTF-8: save it as UTF-8"}}
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return node{}, Errors{{Message: "the problem is empty: write a JSON object with options, as the example of --help"}}
	}
	r := &reader{d: json.NewDecoder(bytes.NewReader(data)), data: data, line: 1}
	r.d.UseNumber()
	n, err := r.value()
	if err != nil {
		return n, r.wrong(err)
	}
	end := r.here()
	if _, err := r.d.Token(); err != io.EOF {
		if err != nil {
			return n, r.wrong(err)
		}
		return n, Errors{{Line: end, Message: "something follows the problem: the text must end with its last brace"}}
	}
	return n, nil
}

// here is the line where the decoder stands.
func (r *reader) here() int {
	to := min(int(r.d.InputOffset()), len(r.data))
	r.line += bytes.Count(r.data[r.at:to], []byte("\n"))
	r.at = to
	return r.line
}

func (r *reader) wrong(err error) error {
	var s *json.SyntaxError
	switch {
	case errors.As(err, &s):
		return Errors{{Line: 1 + bytes.Count(r.data[:r.offending(s)], []byte("\n")), Message: "this is not JSON: " + s.Error()}}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return Errors{{Line: 1 + bytes.Count(bytes.TrimSpace(r.data), []byte("\n")), Message: "the text ends before the problem does: a bracket or brace is not closed"}}
	}
	var e Errors
	if errors.As(err, &e) {
		return e
	}
	return fmt.Errorf("problem: %w", err)
}

// offending is where the character stands that an error names: at its offset the decoder
// has just passed it, or stands before the blanks in front of it.
func (r *reader) offending(s *json.SyntaxError) int {
	at := min(int(s.Offset), len(r.data))
	if at > 0 && bytes.Contains([]byte(s.Error()), []byte{'\'', r.data[at-1], '\''}) {
		return at - 1
	}
	for at < len(r.data) && bytes.IndexByte([]byte(" \t\r\n"), r.data[at]) >= 0 {
		at++
	}
	return at
}

func (r *reader) value() (node, error) {
	t, err := r.d.Token()
	if err != nil {
		return node{}, err
	}
	n := node{line: r.here()}
	switch v := t.(type) {
	case json.Delim:
		if r.deep++; r.deep > deepest {
			return n, Errors{{Line: n.line, Message: "brackets are nested deeper than any problem needs"}}
		}
		defer func() { r.deep-- }()
		if v == '{' {
			n.kind = object
			return r.members(n)
		}
		n.kind = list
		return r.items(n)
	case string:
		n.kind, n.text = text, v
	case json.Number:
		n.kind, n.text = num, v.String()
	case bool:
		n.kind, n.text = truth, fmt.Sprint(v)
	default:
		n.kind = null
	}
	return n, nil
}

func (r *reader) members(n node) (node, error) {
	seen := map[string]bool{}
	for r.d.More() {
		t, err := r.d.Token()
		if err != nil {
			return n, err
		}
		key, line := t.(string), r.here()
		if seen[key] {
			return n, Errors{{Line: line, Message: fmt.Sprintf("%q stands twice in one object: leave one out", key)}}
		}
		seen[key] = true
		v, err := r.value()
		if err != nil {
			return n, err
		}
		n.keys, n.lines, n.values = append(n.keys, key), append(n.lines, line), append(n.values, v)
	}
	_, err := r.d.Token()
	return n, err
}

func (r *reader) items(n node) (node, error) {
	for r.d.More() {
		v, err := r.value()
		if err != nil {
			return n, err
		}
		n.values = append(n.values, v)
	}
	_, err := r.d.Token()
	return n, err
}
