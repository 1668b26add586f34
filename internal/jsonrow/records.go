package jsonrow

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"milieu/internal/tabular"
)

// spot is one of the places in a document where records may be.
type spot struct {
	text  string
	names []string
	inner *Path // from an element of the list to the record
}

// itself as a place says that each document of the file is a record.
const itself = "."

func parseSpot(text string) (spot, error) {
	s := spot{text: text}
	if text == itself {
		return s, nil
	}
	outer, inner, found := strings.Cut(text, "[*].")
	if found {
		p, err := ParsePath(inner)
		if err != nil || p.fields != nil || p.exists {
			return s, fmt.Errorf("records = %q: after [*]. comes the path from an element to the record", text)
		}
		s.inner = &p
	}
	s.names = strings.Split(outer, ".")
	for _, n := range s.names {
		if n == "" || strings.ContainsAny(n, "[]{}=?*") {
			return s, fmt.Errorf("records = %q: write members joined by points, such as items or hits.hits[*]._source", text)
		}
	}
	return s, nil
}

// found is one record: its bytes, good until the next, and where it begins.
type found struct {
	raw    []byte
	line   int // by which it is cited
	real   int // where its first byte stands
	column int
	inner  *Path
}

// finder walks through the documents of a file.
type finder struct {
	in    *input
	spots []spot
	yield func(found) error
	last  int
	any   bool     // a place was found
	seen  []string // members of the first document
}

// errStop ends the walk early.
var errStop = errors.New("stop")

// find gives each record of a file, in order.
func find(r io.Reader, spots []spot, yield func(found) error) error {
	br := bufio.NewReaderSize(r, headSize)
	head, err := headOf(br)
	if err != nil {
		return err
	}
	f := &finder{in: newInput(br), spots: spots, yield: yield}
	whole := slices.ContainsFunc(spots, func(s spot) bool { return s.text == itself })
	if whole {
		whole = !holds(head, spots)
	}
	for n := 0; ; n++ {
		c := f.in.peek()
		if c == 0 && f.in.pos >= len(f.in.buf) {
			break
		}
		switch {
		case c == '[':
			f.any = true
			err = f.list(nil)
		case whole:
			f.any = true
			err = f.record(nil)
		case c == '{':
			err = f.object(spots, 0, n == 0)
		default:
			err = f.in.unexpected("{ or [")
		}
		if err != nil {
			return err
		}
	}
	if f.in.err != nil && !errors.Is(f.in.err, io.EOF) {
		return f.in.err
	}
	if !f.any {
		return &tabular.Error{Msg: fmt.Sprintf("the file has no %s; it has %s; is this the right file?", spotTexts(spots), quoted(f.seen))}
	}
	return nil
}

// object walks into an object for those places that lie in it.
func (f *finder) object(spots []spot, depth int, note bool) error {
	f.in.pos++
	for first := true; ; first = false {
		c := f.in.peek()
		if c == '}' {
			f.in.pos++
			return nil
		}
		if !first {
			if err := f.in.take(','); err != nil {
				return err
			}
			c = f.in.peek()
		}
		if c != '"' {
			return f.in.unexpected("a member's name in quotes")
		}
		raw, line, column, err := f.in.value(mostChecked, false)
		if err != nil {
			return err
		}
		var name string
		if err := place(json.Unmarshal(raw, &name), raw, line, column); err != nil {
			return err
		}
		if note && len(f.seen) < 12 {
			f.seen = append(f.seen, name)
		}
		if err := f.in.take(':'); err != nil {
			return err
		}
		if err := f.member(name, spots, depth); err != nil {
			return err
		}
	}
}

// member reads what a name stands for.
func (f *finder) member(name string, spots []spot, depth int) error {
	var deeper []spot
	for _, s := range spots {
		if len(s.names) <= depth || s.names[depth] != name {
			continue
		}
		if len(s.names) > depth+1 {
			deeper = append(deeper, s)
			continue
		}
		switch f.in.peek() {
		case '[':
			f.any = true
			return f.list(s.inner)
		case '{':
			f.any = true
			return f.record(s.inner)
		}
	}
	if len(deeper) > 0 && f.in.peek() == '{' {
		return f.object(deeper, depth+1, false)
	}
	return f.in.skip()
}

// list gives the elements of a list.
func (f *finder) list(inner *Path) error {
	f.in.pos++
	for first := true; ; first = false {
		if f.in.peek() == ']' {
			f.in.pos++
			return nil
		}
		if !first {
			if err := f.in.take(','); err != nil {
				return err
			}
		}
		if err := f.record(inner); err != nil {
			return err
		}
	}
}

// record gives the value that comes next. Records are told apart by their lines: one that
// begins on the line of another counts as if it began on the next.
func (f *finder) record(inner *Path) error {
	raw, line, column, err := f.in.value(mostRecord, false)
	if err != nil {
		return err
	}
	f.last = max(line, f.last+1)
	return f.yield(found{raw: raw, line: f.last, real: line, column: column, inner: inner})
}

// headSize is how much of a file is looked at before it is read.
const headSize = 1 << 20

// headOf looks at the beginning of the file, and takes a byte order mark away.
func headOf(br *bufio.Reader) ([]byte, error) {
	head, err := br.Peek(headSize)
	if len(head) == 0 {
		if err == nil || errors.Is(err, io.EOF) {
			return nil, &tabular.Error{Msg: "the file is empty; fetch it again or remove the source"}
		}
		return nil, err
	}
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return nil, &tabular.Error{Line: 1, Msg: "is UTF-16 text; JSON is UTF-8: save it so"}
	case bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}):
		_, err := br.Discard(3)
		return head[3:], err
	case bytes.HasPrefix(bytes.TrimLeft(head, " \t\r\n"), []byte("<")):
		return nil, &tabular.Error{Line: 1, Msg: "is XML or a web page, not JSON; fetch the JSON form from its publisher"}
	}
	return head, nil
}

// holds says whether the first document has, in its head, a member with which one of the
// places begins.
func holds(head []byte, spots []spot) bool {
	dec := json.NewDecoder(bytes.NewReader(head))
	for depth, name := 0, true; ; {
		t, err := dec.Token()
		if err != nil {
			return false
		}
		switch d, _ := t.(json.Delim); d {
		case '{', '[':
			depth++
			name = depth == 1
		case '}', ']':
			if depth--; depth == 0 {
				return false
			}
			name = true
		default:
			if text, ok := t.(string); depth == 1 && name && ok && slices.ContainsFunc(spots, func(s spot) bool { return len(s.names) > 0 && s.names[0] == text }) {
				return true
			}
			name = depth != 1 || !name
		}
	}
}

func spotTexts(spots []spot) string {
	var out []string
	for _, s := range spots {
		if s.text != itself {
			out = append(out, s.text)
		}
	}
	return quoted(out)
}

func quoted(names []string) string {
	if len(names) == 0 {
		return "no members"
	}
	var out []string
	for _, n := range names {
		out = append(out, fmt.Sprintf("%q", shorten(n, 40)))
	}
	return strings.Join(out, ", ")
}
