package tabular

import (
	"bufio"
	"bytes"
	"errors"
)

// HeaderWithin is how many records with text may stand up to the header. Titles, notes
// and dates of issue often stand above it.
const HeaderWithin = 20

// candidate is a record that may be the header.
type candidate struct {
	pos  []int
	st   Stats
	end  int // its last byte, in the first bytes of the file
	near int // wanted columns that it has
	err  error
}

// opening reads up to the header and prepares the parser. The header is the first record
// that has all columns that must be there; when none has, the first that comes
// nearest is the one that the error speaks of.
func opening(br *bufio.Reader, spec *Spec, head []byte) (*parser, Stats, error) {
	p := &parser{spec: spec, quote: spec.Quote, end: lineEnd(head), delim: spec.Delimiter}
	h, err := p.header(head)
	if err != nil {
		return nil, Stats{}, err
	}
	if h.err != nil {
		return nil, h.st, h.err
	}
	p.pos, p.width, p.delim = h.pos, len(h.st.Header), h.st.Delimiter
	p.series = seriesOf(h.st.Header, spec.Columns, usedBy(h.pos, p.width))
	for _, name := range h.st.Header {
		p.names = append(p.names, seriesName(name))
	}
	_, err = br.Discard(h.end)
	return p, h.st, err
}

func (p *parser) header(head []byte) (candidate, error) {
	rest := p.spec.Rest
	p.spec.Rest = false
	defer func() { p.spec.Rest = rest }()
	best := candidate{near: -1}
	for at, line, seen := 0, 1, 0; at < len(head) && seen < HeaderWithin; {
		if p.spec.Delimiter == 0 {
			p.delim = delimiterOf(head[at:], p.end)
		}
		n, lines, err := p.record(head[at:], line)
		if err != nil && best.near < 0 {
			return best, err
		}
		if err != nil {
			break
		}
		at, line = at+n, line+lines
		if p.blankRecord() {
			continue
		}
		seen++
		c := candidate{end: at, st: Stats{Lines: line - 1, Delimiter: p.delim, Header: p.headers()}}
		c.pos, c.st.Unused, c.st.Absent, c.near, c.err = match(c.st.Header, p.spec.Columns)
		if c.near > best.near {
			best = c
			var e *Error
			if errors.As(c.err, &e) {
				e.Line = line - lines
			}
		}
		if c.err == nil && c.near > 0 {
			return c, nil
		}
	}
	if best.near < 0 {
		return best, fatalf(0, "the file has no text; fetch it again or remove the source")
	}
	return best, nil
}

// headers are the texts of the record at hand.
func (p *parser) headers() []string {
	var out []string
	for _, f := range p.fields {
		out = append(out, string(bytes.ToValidUTF8(p.text(f, false), []byte("\ufffd"))))
	}
	return out
}

// Header is the index of the row that a file would be read by, of its first rows; -1
// when none will do.
func Header(rows [][]string, cols []Column) int {
	seen := 0
	for i, r := range rows {
		if blankCells(r) {
			continue
		}
		if seen++; seen > HeaderWithin {
			break
		}
		if _, _, _, near, err := match(r, cols); err == nil && near > 0 {
			return i
		}
	}
	return -1
}

func blankCells(row []string) bool {
	for _, c := range row {
		if len(bytes.TrimSpace([]byte(c))) > 0 {
			return false
		}
	}
	return true
}

// LineEnd is the byte that ends lines in a file that begins with head: '\n', or '\r' in
// those of the classic Mac.
func LineEnd(head []byte) byte { return lineEnd(head) }

// lineEnd goes by the first line end that stands outside quotes: cells of a classic Mac
// file may well hold line feeds.
func lineEnd(head []byte) byte {
	quoted := false
	for i, b := range head {
		switch {
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == '\n':
			return '\n'
		case b == '\r':
			if i+1 < len(head) && head[i+1] == '\n' {
				return '\n'
			}
			if bytes.IndexByte(head, '\n') < 0 || bytes.Count(head, []byte{'\r'}) > bytes.Count(head, []byte{'\n'}) {
				return '\r'
			}
			return '\n'
		}
	}
	if bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0 {
		return '\r'
	}
	return '\n'
}

// delimiterOf counts candidates in the header line, outside quotes.
func delimiterOf(head []byte, end byte) byte {
	counts := map[byte]int{}
	in := false
	for _, b := range head {
		if b == '"' {
			in = !in
		}
		if in {
			continue
		}
		if b == end {
			break
		}
		counts[b]++
	}
	best := byte(',')
	for _, d := range []byte{',', ';', '\t', '|'} {
		if counts[d] > counts[best] {
			best = d
		}
	}
	return best
}
