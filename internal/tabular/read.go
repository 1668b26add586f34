package tabular

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"runtime"
)

// Read reads all of r and writes the clean rows to w in the order of the input.
// Rejects come in the order of the input too. The error is an *Error when the
// file as a whole cannot be read; what was written to w until then is void.
func Read(ctx context.Context, r io.Reader, w io.Writer, spec Spec, reject func(Reject)) (Stats, error) {
	spec = defaults(spec)
	counted := &counter{r: r}
	br := bufio.NewReaderSize(counted, 1<<20)
	head, err := headOf(br)
	if err != nil {
		return Stats{}, err
	}
	p, st, err := opening(br, &spec, head)
	if err != nil {
		return st, err
	}
	s := &splitter{r: br, quote: p.quote, delim: p.delim, end: p.end, maxField: spec.MaxField, line: st.Lines + 1}
	err = pump(ctx, s, p, w, reject, &st)
	st.Bytes = counted.n
	if err == nil && st.Read == 0 {
		err = fatalf(st.Lines, "the file has a header and no rows; fill it, fetch it again or remove the source")
	}
	return st, err
}

func defaults(s Spec) Spec {
	if s.MaxField == 0 {
		s.MaxField = 1 << 20
	}
	if s.Encoding == "" {
		s.Encoding = Auto
	}
	if s.Quote == 0 {
		s.Quote = '"'
	}
	if s.Workers <= 0 {
		s.Workers = runtime.GOMAXPROCS(0)
	}
	cols := make([]Column, len(s.Columns))
	for i, c := range s.Columns {
		if c.Kind == "" {
			c.Kind = Text
		}
		cols[i] = c
	}
	s.Columns = cols
	return s
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// headOf looks at the first bytes without taking them, but for a byte order mark.
func headOf(br *bufio.Reader) ([]byte, error) {
	head, err := br.Peek(1 << 20)
	if len(head) == 0 {
		if err == nil || errors.Is(err, io.EOF) {
			return nil, fatalf(0, "the file is empty; fetch it again or remove the source")
		}
		return nil, fatalf(0, "cannot be read: %v", err)
	}
	if bytes.HasPrefix(head, []byte{0xff, 0xfe}) || bytes.HasPrefix(head, []byte{0xfe, 0xff}) {
		return nil, fatalf(1, "is UTF-16 text; save it as CSV UTF-8")
	}
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		return nil, fatalf(1, "is a ZIP archive or a spreadsheet, not text; give it its ending .zip, or save the sheet as CSV UTF-8")
	}
	if bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")) {
		return nil, fatalf(1, "is a workbook of the old form (.xls), or one with a password; save it as .xlsx without a password, or as CSV UTF-8")
	}
	if bytes.IndexByte(head, 0) >= 0 {
		return nil, fatalf(1, "holds zero bytes, so it is not text; is this the right file?")
	}
	if bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}) {
		if _, err := br.Discard(3); err != nil {
			return nil, err
		}
		head = head[3:]
	}
	return head, nil
}

// pump runs the workers and writes their results in order.
func pump(ctx context.Context, s *splitter, p *parser, w io.Writer, reject func(Reject), st *Stats) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type job struct {
		c   chunk
		out chan result
	}
	jobs := make(chan job)
	order := make(chan chan result, p.spec.Workers+1)
	var readErr error
	go func() {
		defer close(order)
		defer close(jobs)
		for {
			c, err := s.next(ctx)
			if err != nil {
				if !errors.Is(err, io.EOF) {
					readErr = err
				}
				return
			}
			j := job{c, make(chan result, 1)}
			select {
			case order <- j.out:
			case <-ctx.Done():
				return
			}
			jobs <- j
		}
	}()
	for range p.spec.Workers {
		own := &parser{spec: p.spec, pos: p.pos, series: p.series, names: p.names, width: p.width, delim: p.delim, quote: p.quote, end: p.end}
		go func() {
			for j := range jobs {
				j.out <- own.chunk(j.c)
			}
		}()
	}
	var failed error
	for out := range order {
		res := <-out
		if failed == nil {
			failed = take(res, w, reject, st)
			if failed != nil {
				cancel()
			}
		}
	}
	if failed != nil {
		return failed
	}
	if readErr != nil {
		return readErr
	}
	return ctx.Err()
}

func take(res result, w io.Writer, reject func(Reject), st *Stats) error {
	if res.err != nil {
		return res.err
	}
	st.Read += res.stats.Read
	st.Accepted += res.stats.Accepted
	st.Rejected += res.stats.Rejected
	st.Cells += res.stats.Cells
	st.Decoded += res.stats.Decoded
	st.Lines += res.stats.Lines
	st.Longest = max(st.Longest, res.stats.Longest)
	st.Blank += res.blank
	for _, r := range res.rejects {
		reject(r)
	}
	_, err := w.Write(res.clean)
	return err
}
