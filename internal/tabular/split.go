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

// splitter cuts a stream into chunks at record ends; of the text it looks at
// quotes and line ends only.
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
// 0 when there is none. buf begins with a record. As in the parser, a quote
// opens a field only at its beginning; elsewhere in bare text it is text.
func (s *splitter) cut(buf []byte) int {
	last, i := 0, 0
	for s.quote != NoQuote {
		k := bytes.IndexByte(buf[i:], s.quote)
		if k < 0 {
			break
		}
		if j := bytes.LastIndexByte(buf[i:i+k], s.end); j >= 0 {
			last = i + j + 1
		}
		i += k + 1
		if i > 1 && buf[i-2] != s.delim && buf[i-2] != s.end {
			continue
		}
		if i = s.closing(buf, i); i < 0 {
			return last
		}
	}
	if j := bytes.LastIndexByte(buf[i:], s.end); j >= 0 {
		last = i + j + 1
	}
	return last
}

// closing returns the position after the quote that closes the field whose text
// begins at i, -1 when there is none.
func (s *splitter) closing(buf []byte, i int) int {
	for {
		k := bytes.IndexByte(buf[i:], s.quote)
		if k < 0 {
			return -1
		}
		i += k + 1
		if i == len(buf) || buf[i] != s.quote {
			return i
		}
		i++
	}
}
