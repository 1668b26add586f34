package tabular

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// parser turns chunks into clean rows. One parser serves one worker.
type parser struct {
	spec    *Spec
	pos     []int    // field index of each column
	series  [][]int  // field indices of each series column
	names   []string // headers, where a column is a series
	width   int      // fields a record must have
	delim   byte
	quote   byte
	end     byte
	fields  []field
	scratch []byte
}

// field is one raw cell of the record at hand.
type field struct {
	data   []byte
	quoted bool // doubled quotes may stand inside
}

// result is what one chunk became.
type result struct {
	clean   []byte
	rejects []Reject
	stats   Stats
	blank   int
	err     error
}

// chunk parses all records of c.
func (p *parser) chunk(c chunk) (res result) {
	res.clean = make([]byte, 0, len(c.data)*3/4)
	valid := p.spec.Encoding != Windows1252 && utf8.Valid(c.data)
	data, line := c.data, c.line
	for len(data) > 0 {
		n, lines, err := p.record(data, line)
		if err != nil {
			res.err = err
			return res
		}
		raw := data[:n]
		data = data[n:]
		p.row(raw, line, valid, &res)
		line += lines
	}
	res.stats.Lines = line - c.line
	return res
}

// record splits the first record of data into p.fields and returns its length
// with its line end and the number of lines that it spans.
func (p *parser) record(data []byte, line int) (n, lines int, err error) {
	p.fields = p.fields[:0]
	i := 0
	for {
		start := i
		if p.quote != NoQuote && i < len(data) && data[i] == p.quote {
			end, nl, ok := p.quoted(data, i+1)
			if !ok {
				return 0, 0, fatalf(line, "a quote is opened and never closed; close it, or say quote = \"none\" for this source")
			}
			lines += nl
			p.fields = append(p.fields, field{data[start+1 : end], true})
			i = end + 1
			if i < len(data) && data[i] != p.delim && data[i] != p.end && data[i] != '\r' {
				// Text after a closing quote: keep it, as spreadsheets do.
				j := p.plain(data, i)
				f := &p.fields[len(p.fields)-1]
				f.data = append(append([]byte(nil), f.data...), data[i:j]...)
				i = j
			}
		} else {
			i = p.plain(data, i)
			p.fields = append(p.fields, field{data[start:i], false})
		}
		if i < len(data) && data[i] == p.delim {
			i++
			continue
		}
		if i < len(data) && data[i] == '\r' && p.end == '\n' {
			i++
		}
		if i < len(data) && data[i] == p.end {
			i++
		}
		if len(p.fields) > 0 && p.end == '\n' {
			last := &p.fields[len(p.fields)-1]
			if !last.quoted {
				last.data = bytes.TrimSuffix(last.data, []byte{'\r'})
			}
		}
		return i, lines + 1, nil
	}
}

// quoted finds the closing quote of a field whose text begins at i.
func (p *parser) quoted(data []byte, i int) (end, lines int, ok bool) {
	for {
		k := bytes.IndexByte(data[i:], p.quote)
		if k < 0 {
			return 0, 0, false
		}
		lines += bytes.Count(data[i:i+k], []byte{p.end})
		i += k
		if i+1 < len(data) && data[i+1] == p.quote {
			i += 2
			continue
		}
		return i, lines, true
	}
}

// plain finds the end of an unquoted field.
func (p *parser) plain(data []byte, i int) int {
	if p.spec.Rest && len(p.fields) == p.width-1 {
		if k := bytes.IndexByte(data[i:], p.end); k >= 0 {
			return i + k
		}
		return len(data)
	}
	for i < len(data) && data[i] != p.delim && data[i] != p.end {
		i++
	}
	return i
}

// row checks and writes the record at hand.
func (p *parser) row(raw []byte, line int, valid bool, res *result) {
	if p.blankRecord() {
		res.blank++
		return
	}
	res.stats.Read++
	decode := false
	if !valid {
		switch {
		case p.spec.Encoding == Windows1252:
			decode = true
		case utf8.Valid(raw):
		case p.spec.Encoding == UTF8:
			p.reject(res, Reject{Line: line, Row: true, Text: sample(raw),
				Reason: "has bytes that are not UTF-8; save the file as UTF-8 or say encoding = \"windows-1252\" for this source"})
			return
		default:
			decode = true
			res.stats.Decoded++
		}
	}
	if p.spec.Sheet {
		p.fit()
	}
	if len(p.fields) != p.width {
		p.reject(res, Reject{Line: line, Row: true, Text: sample(raw),
			Reason: fmt.Sprintf("has %d fields where the header has %d; is a delimiter or a quote missing or too many?", len(p.fields), p.width)})
		return
	}
	p.write(line, decode, res)
}

// fit makes the record as wide as the header: cells of a sheet stand in their
// columns, so that none can be lost between two others.
func (p *parser) fit() {
	for len(p.fields) < p.width {
		p.fields = append(p.fields, field{})
	}
	p.fields = p.fields[:p.width]
}

func (p *parser) blankRecord() bool {
	for _, f := range p.fields {
		if len(bytes.TrimSpace(f.data)) > 0 {
			return false
		}
	}
	return true
}

func (p *parser) reject(res *result, r Reject) {
	res.rejects = append(res.rejects, r)
	if r.Row {
		res.stats.Rejected++
	} else {
		res.stats.Cells++
	}
}

// write appends the clean record, or takes it back when a cell that must be
// there is not.
func (p *parser) write(line int, decode bool, res *result) {
	mark, marks := len(res.clean), len(res.rejects)
	res.clean = appendInt(res.clean, line)
	for i := range p.spec.Columns {
		res.clean = append(res.clean, Separator)
		if len(p.series) > 0 && len(p.series[i]) > 0 {
			p.writeSeries(line, i, decode, res)
			continue
		}
		if p.pos[i] < 0 {
			continue
		}
		c := &p.spec.Columns[i]
		before := len(res.clean)
		reason := p.cell(c, p.fields[p.pos[i]], decode, res)
		if reason == "" && c.NotNull && len(res.clean) == before {
			reason = "is empty and must be filled"
		}
		if reason == "" {
			continue
		}
		text := shorten(string(p.text(p.fields[p.pos[i]], decode)))
		if c.NotNull {
			res.clean = res.clean[:mark]
			res.rejects = res.rejects[:marks]
			p.reject(res, Reject{Line: line, Column: c.Name, Reason: reason, Text: text, Row: true})
			return
		}
		res.clean = res.clean[:before]
		p.reject(res, Reject{Line: line, Column: c.Name, Reason: reason, Text: text})
	}
	res.clean = append(res.clean, '\n')
	res.stats.Longest = max(res.stats.Longest, len(res.clean)-mark)
	res.stats.Accepted++
}

// cell appends the clean form of f and returns a reason when it has none.
func (p *parser) cell(c *Column, f field, decode bool, res *result) string {
	if len(f.data) > p.spec.MaxField {
		return fmt.Sprintf("is %d bytes long; at most %d are taken", len(f.data), p.spec.MaxField)
	}
	if c.Kind == Text && len(c.OneOf) == 0 {
		if !f.quoted && !decode {
			res.clean = appendClean(res.clean, trim(f.data))
		} else {
			res.clean = appendClean(res.clean, p.text(f, decode))
		}
		return ""
	}
	t := p.text(f, decode)
	if len(t) == 0 {
		return ""
	}
	if p.spec.Sheet && !f.quoted && c.Kind == Money && c.Decimal != "." {
		point := *c
		point.Decimal = "."
		c = &point
	}
	out, err := normalise(c, string(t), p.spec.AsOf)
	if err != nil {
		return err.Error()
	}
	res.clean = appendClean(res.clean, []byte(out))
	return ""
}

// text is the cell's text: quotes undoubled, decoded, trimmed.
func (p *parser) text(f field, decode bool) []byte {
	b := f.data
	if f.quoted && bytes.IndexByte(b, p.quote) >= 0 {
		p.scratch = p.scratch[:0]
		for i := 0; i < len(b); i++ {
			p.scratch = append(p.scratch, b[i])
			if b[i] == p.quote && i+1 < len(b) && b[i+1] == p.quote {
				i++
			}
		}
		b = p.scratch
	}
	if decode {
		b = decode1252(b)
	}
	return trim(b)
}

// sample is the beginning of a record, for a message.
func sample(raw []byte) string {
	return shorten(strings.TrimSpace(strings.ToValidUTF8(string(raw[:min(len(raw), 200)]), "\ufffd")))
}

func trim(b []byte) []byte {
	for len(b) > 0 && (b[0] <= ' ') {
		b = b[1:]
	}
	for len(b) > 0 && (b[len(b)-1] <= ' ') {
		b = b[:len(b)-1]
	}
	if len(b) > 0 && (b[0] == 0xc2 || b[len(b)-1] == 0xa0) {
		return bytes.Trim(b, "\u00a0 \t")
	}
	return b
}

// appendClean copies b with control characters as spaces.
func appendClean(dst, b []byte) []byte {
	start := len(dst)
	dst = append(dst, b...)
	for i := start; i < len(dst); i++ {
		if dst[i] < ' ' {
			dst[i] = ' '
		}
	}
	return dst
}

func appendInt(dst []byte, n int) []byte {
	var buf [20]byte
	i := len(buf)
	for {
		i--
		buf[i] = byte('0' + n%10)
		n /= 10
		if n == 0 {
			return append(dst, buf[i:]...)
		}
	}
}

// windows1252 maps the bytes 0x80 to 0x9f; the rest is Latin-1.
var windows1252 = [32]rune{'€', '\ufffd', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\ufffd', 'Ž', '\ufffd',
	'\ufffd', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\ufffd', 'ž', 'Ÿ'}

func decode1252(b []byte) []byte {
	out := make([]byte, 0, len(b)+8)
	for _, ch := range b {
		switch {
		case ch < 0x80:
			out = append(out, ch)
		case ch < 0xa0:
			out = utf8.AppendRune(out, windows1252[ch-0x80])
		default:
			out = utf8.AppendRune(out, rune(ch))
		}
	}
	return out
}
