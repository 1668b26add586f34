package tabular

import "bytes"

// Cell is a value that some other reader than that of delimited text has found for a
// column.
type Cell struct {
	Text  []byte
	Bare  bool   // a number by its form, so that its point is the decimal sign
	Fault string // why there is no text, for a reject
}

// Cleaner turns cells into clean text as [Read] does, with the same rules for types,
// empty cells and rejects. The cells of a row are those of Spec.Columns, in their
// order. A Cleaner serves one goroutine.
type Cleaner struct {
	p   parser
	res result
}

// Cleaned is what rows became.
type Cleaned struct {
	Text    []byte // clean text
	Rejects []Reject
	Stats   Stats
}

// NewCleaner prepares for rows of the spec's columns.
func NewCleaner(spec Spec) *Cleaner {
	spec = defaults(spec)
	spec.Sheet = true
	c := &Cleaner{p: parser{spec: &spec, quote: NoQuote, width: len(spec.Columns)}}
	for i := range spec.Columns {
		c.p.pos = append(c.p.pos, i)
	}
	return c
}

// Row takes one row. The text of its cells is copied.
func (c *Cleaner) Row(line int, cells []Cell) {
	c.res.stats.Read++
	c.p.fields = c.p.fields[:0]
	for i, cell := range cells {
		if col := &c.p.spec.Columns[i]; cell.Fault != "" && col.NotNull {
			c.p.reject(&c.res, Reject{Line: line, Column: col.Name, Reason: cell.Fault, Text: shorten(string(cell.Text)), Row: true})
			return
		}
		f := field{cell.Text, !cell.Bare}
		if cell.Fault != "" {
			f.data = nil
		}
		c.p.fields = append(c.p.fields, f)
	}
	accepted := c.res.stats.Accepted
	c.p.write(line, false, &c.res)
	if c.res.stats.Accepted == accepted {
		return
	}
	for i, cell := range cells {
		if cell.Fault != "" {
			c.p.reject(&c.res, Reject{Line: line, Column: c.p.spec.Columns[i].Name, Reason: cell.Fault, Text: shorten(string(cell.Text))})
		}
	}
}

// Refuse counts a row that has no cells at all and says why.
func (c *Cleaner) Refuse(line int, reason string) {
	c.res.stats.Read++
	c.p.reject(&c.res, Reject{Line: line, Reason: reason, Row: true})
}

// Pass counts a record that is no row.
func (c *Cleaner) Pass() { c.res.stats.Blank++ }

// Take gives what the rows since the last Take became.
func (c *Cleaner) Take() Cleaned {
	out := Cleaned{bytes.Clone(c.res.clean), c.res.rejects, c.res.stats}
	c.res = result{clean: c.res.clean[:0]}
	return out
}
