package jsonrow

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"milieu/internal/tabular"
)

// Limits of what is read. A record is held in memory, the document is not.
const (
	mostRecord  = 64 << 20
	mostChecked = 1 << 20 // values that are passed over are checked up to this size
	mostDepth   = 1000
)

// input is the document as it is read: a window of bytes, and where it stands.
type input struct {
	r         io.Reader
	buf       []byte
	pos       int // next byte
	keep      int // first byte that must stay in buf, -1: none
	off       int64
	line      int
	lineStart int64
	err       error
}

func newInput(r io.Reader) *input {
	return &input{r: r, buf: make([]byte, 0, 256<<10), keep: -1, line: 1}
}

// more reads on; false at the end, or when something fails.
func (in *input) more() bool {
	if in.err != nil {
		return false
	}
	from := in.pos
	if in.keep >= 0 {
		from = in.keep
	}
	n := copy(in.buf, in.buf[from:])
	in.buf, in.pos, in.off = in.buf[:n], in.pos-from, in.off+int64(from)
	if in.keep >= 0 {
		in.keep = 0
	}
	if cap(in.buf)-n < 64<<10 {
		grown := make([]byte, n, 2*cap(in.buf))
		copy(grown, in.buf)
		in.buf = grown
	}
	for range 100 {
		read, err := in.r.Read(in.buf[n:cap(in.buf)])
		in.buf = in.buf[:n+read]
		in.err = err
		if read > 0 {
			return true
		}
		if err != nil {
			return false
		}
	}
	in.err = io.ErrNoProgress
	return false
}

// peek is the next byte that is no space; 0 at the end. (A zero byte is no JSON either.)
func (in *input) peek() byte {
	for in.pos < len(in.buf) || in.more() {
		switch c := in.buf[in.pos]; c {
		case '\n':
			in.newline()
		case ' ', '\t', '\r':
		default:
			return c
		}
		in.pos++
	}
	return 0
}

func (in *input) newline() {
	in.line++
	in.lineStart = in.off + int64(in.pos) + 1
}

// fault is an error at the next byte.
func (in *input) fault(format string, args ...any) error {
	return faultAt(in.line, int(in.off+int64(in.pos)-in.lineStart)+1, format, args...)
}

func faultAt(line, column int, format string, args ...any) error {
	return &tabular.Error{Line: line, Msg: fmt.Sprintf("column %d: ", column) + fmt.Sprintf(format, args...)}
}

// unexpected is the error for a byte, or an end, that must not be here.
func (in *input) unexpected(wanted string) error {
	if in.pos >= len(in.buf) {
		if in.err != nil && !errors.Is(in.err, io.EOF) {
			return in.err
		}
		return in.fault("the file ends where %s is expected; it is cut: fetch it again", wanted)
	}
	return in.fault("the JSON is broken: %q stands where %s is expected; correct it, or fetch the file again", in.buf[in.pos], wanted)
}

// take goes past one byte that must be there.
func (in *input) take(c byte) error {
	if in.peek() != c {
		return in.unexpected(fmt.Sprintf("%q", c))
	}
	in.pos++
	return nil
}

// value takes the next value and gives its bytes, which are good until more is read.
// Of a value with more bytes than most it gives nil where cut is allowed, and an error
// otherwise. Only brackets and quotes are looked at: the rest is seen when the value is read.
func (in *input) value(most int, cut bool) (raw []byte, line, column int, err error) {
	if in.peek() == 0 {
		return nil, 0, 0, in.unexpected("a value")
	}
	line, column = in.line, int(in.off+int64(in.pos)-in.lineStart)+1
	in.keep = in.pos
	defer func() { in.keep = -1 }()
	var open []byte
	for {
		if in.pos >= len(in.buf) && !in.more() {
			if len(open) == 0 && errors.Is(in.err, io.EOF) {
				break
			}
			return nil, 0, 0, in.endless(line, open)
		}
		if in.keep >= 0 && in.pos-in.keep > most {
			if !cut {
				return nil, 0, 0, faultAt(line, column, "what begins here is longer than %d MiB, too long for a record; is the path to the records right, and a bracket or quote missing?", most>>20)
			}
			in.keep = -1
		}
		if open, err = in.step(open); err != nil {
			return nil, 0, 0, err
		}
		if len(open) == 0 && in.ends() {
			break
		}
	}
	if in.keep < 0 {
		return nil, line, column, nil
	}
	return in.buf[in.keep:in.pos], line, column, nil
}

// inText goes through a text up to its end, or to that of the window.
func (in *input) inText(open []byte) ([]byte, error) {
	i := in.pos
	for i < len(in.buf) && in.buf[i] != '"' && in.buf[i] != '\\' && in.buf[i] != '\n' {
		i++
	}
	if in.pos = i; i == len(in.buf) {
		return open, nil
	}
	switch in.buf[i] {
	case '"':
		in.pos++
		return open[:len(open)-1], nil
	case '\n':
		return nil, in.fault("the JSON is broken: a text that is opened on this line is not closed on it; close it, or fetch the file again")
	}
	in.pos++ // a backslash: whatever it is before does not end the text
	if in.pos < len(in.buf) || in.more() {
		if in.buf[in.pos] != '\n' {
			in.pos++
		}
	}
	return open, nil
}

// step goes past one byte inside a value, or as far as a text goes. open holds the brackets, and a quote on top when
// a text is open.
func (in *input) step(open []byte) ([]byte, error) {
	if n := len(open); n > 0 && open[n-1] == '"' {
		return in.inText(open)
	}
	c := in.buf[in.pos]
	in.pos++
	switch c {
	case '\n':
		in.pos--
		in.newline()
		in.pos++
	case '"', '{', '[':
		if len(open) >= mostDepth {
			in.pos--
			return nil, in.fault("objects and lists lie in each other more than %d deep", mostDepth)
		}
		return append(open, c), nil
	case '}', ']':
		n := len(open)
		if n == 0 || open[n-1] != c-2 {
			in.pos--
			return nil, in.unexpected("another bracket, a comma or a value")
		}
		return open[:n-1], nil
	}
	return open, nil
}

// ends says whether a value with no open bracket is at its end.
func (in *input) ends() bool {
	switch last := in.buf[in.pos-1]; last {
	case '}', ']', '"':
		return true
	}
	if in.pos >= len(in.buf) && !in.more() {
		return true
	}
	return bytes.IndexByte([]byte(",]} \t\r\n"), in.buf[in.pos]) >= 0
}

// endless is the error for a value that does not end.
func (in *input) endless(line int, open []byte) error {
	if !errors.Is(in.err, io.EOF) {
		return in.err
	}
	what := "value"
	if n := len(open); n > 0 {
		what = map[byte]string{'"': "text", '{': "object", '[': "list"}[open[n-1]]
	}
	return in.fault("the file ends inside a %s of what begins in line %d; it is cut, or a bracket or quote is missing: fetch it again", what, line)
}

// skip goes past a value that nobody wants. Up to a size it is checked.
func (in *input) skip() error {
	raw, line, column, err := in.value(mostChecked, true)
	if err != nil || raw == nil {
		return err
	}
	return check(raw, line, column)
}

// check says what is wrong with a value that begins at a place.
func check(raw []byte, line, column int) error {
	var any json.RawMessage
	return place(json.Unmarshal(raw, &any), raw, line, column)
}

// place turns what the decoder says into an error with line and column.
func place(err error, raw []byte, line, column int) error {
	if err == nil {
		return nil
	}
	at := len(raw)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		at = min(max(int(syntax.Offset)-1, 0), len(raw))
	}
	before := raw[:at]
	if n := bytes.Count(before, []byte{'\n'}); n > 0 {
		line, column = line+n, at-bytes.LastIndexByte(before, '\n')
	} else {
		column += at
	}
	return faultAt(line, column, "the JSON is broken: %v; correct it, or fetch the file again", err)
}
