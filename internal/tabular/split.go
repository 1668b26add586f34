package tabular

import (
	"bytes"
	"context"
	"errors"
	"io"
)

// chunk is a run of whole records.
type chunk struct {
	data []byte
	line int // line of its first byte
}

const blockSize = 4 << 20

// splitter cuts a stream into chunks at record ends without parsing it: a line
// end after an even number of quotes ends a record.
type splitter struct {
	r        io.Reader
	quote    byte
	delim    byte
	end      byte // '\n', or '\r' for classic Mac files
	maxField int
	rest     []byte
	line     int
	eof      bool
}

// next returns the following chunk; io.EOF when there is none.
func (s *splitter) next(ctx context.Context) (chunk, error) {
	for {
		if err := ctx.Err(); err != nil {
			return chunk{}, err
		}
		if s.eof {
			if len(s.rest) == 0 {
				return chunk{}, io.EOF
			}
			c := chunk{s.rest, s.line}
			s.rest = nil
			return c, nil
		}
		buf := make([]byte, len(s.rest)+blockSize)
		copy(buf, s.rest)
		n, err := io.ReadFull(s.r, buf[len(s.rest):])
		buf = buf[:len(s.rest)+n]
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			s.eof = true
		case err != nil:
			return chunk{}, fatalf(s.line, "cannot read on: %v", err)
		}
		if s.eof {
			s.rest = buf
			continue
		}
		cut := s.cut(buf)
		if cut == 0 && len(buf) >= 2*blockSize {
			cut = s.walk(buf)
		}
		if cut == 0 {
			if len(buf) > s.maxField+2*blockSize {
				return chunk{}, fatalf(s.line, "a field is longer than %d bytes; is a quote opened here and never closed?", s.maxField)
			}
			s.rest = buf
			continue
		}
		c := chunk{buf[:cut:cut], s.line}
		s.line += bytes.Count(c.data, []byte{s.end})
		s.rest = append([]byte(nil), buf[cut:]...)
		return c, nil
	}
}

// cut returns the position after the last line end that stands outside quotes,
// 0 when there is none.
func (s *splitter) cut(buf []byte) int {
	at := len(buf)
	odd := false
	if s.quote != NoQuote {
		odd = bytes.Count(buf, []byte{s.quote})%2 == 1
	}
	for {
		i := bytes.LastIndexByte(buf[:at], s.end)
		if i < 0 {
			return 0
		}
		if s.quote != NoQuote && bytes.Count(buf[i:at], []byte{s.quote})%2 == 1 {
			odd = !odd
		}
		if !odd {
			return i + 1
		}
		at = i
	}
}

// walk finds the last record end by parsing. It is slower than cut and right
// where cut is not: after a lone quote inside bare text.
func (s *splitter) walk(buf []byte) int {
	p := &parser{spec: &Spec{}, delim: s.delim, quote: s.quote, end: s.end}
	at := 0
	for at < len(buf) {
		n, _, err := p.record(buf[at:], 0)
		if err != nil || at+n >= len(buf) {
			break
		}
		at += n
	}
	return at
}
