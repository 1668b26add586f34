package link

import (
	"context"
	"errors"
	"math"
	"math/bits"
	"slices"

	"milieu/internal/link/compare"
	"milieu/internal/link/name"
)

// values are the fields of the records that are compared. A record has a number
// among these; a distinct value has one too, from 1, and is read once.
type values struct {
	c      *corpus
	recs   []uint32 // records that are compared, in order
	tables []uint8  // table of each
	fields []column
	of     []uint32 // values by record and field: those of one record lie side by side
	width  int      // of a record in of: its fields, and two cells for each field of names
	bits   []int    // by field of names: where those stand, the information and the name
}

// at returns the value of a field of a compared record, 0 where it is missing.
func (v *values) at(field int, place uint32) uint32 { return v.of[int(place)*v.width+field] }

// nameBits returns the information in the names of a compared record: the most that
// one of them has.
func (v *values) nameBits(field int, place uint32) float64 {
	return float64(math.Float32frombits(v.of[int(place)*v.width+v.bits[field]]))
}

// column is one field of the compared records.
type column struct {
	text   packed   // by value - 1
	hashes []uint64 // by value - 1

	// The values as their kind reads them, by value - 1; one of these is filled.
	dates    []compare.Date
	codes    []compare.Postcode
	points   [][2]float64
	nums     []float64
	addrs    []compare.Address
	words    lists
	names    []name.Name
	nameText packed
	nameBits []float32 // information in each name
	items    lists     // of a list: its values, from 0 in names or in the words' hashes
	share    []float64 // of each value among all records
	total    float64   // records that have a value
}

// lists are lists of numbers, end to end.
type lists struct {
	all  []uint32
	ends []uint32
}

func (l *lists) at(i uint32) []uint32 {
	from := uint32(0)
	if i > 0 {
		from = l.ends[i-1]
	}
	return l.all[from:l.ends[i]]
}

func (l *lists) add(items []uint32) {
	l.all = append(l.all, items...)
	l.ends = append(l.ends, uint32(len(l.all)))
}

// readValues reads the fields of some records: those of recs, which are in order.
// Shares of values are counted over all records.
func readValues(ctx context.Context, c *corpus, recs []uint32, workers int) (*values, error) {
	v := &values{c: c, recs: recs, tables: make([]uint8, len(recs)), fields: make([]column, len(c.m.fields)), width: len(c.m.fields), bits: make([]int, len(c.m.fields))}
	for i, f := range c.m.fields {
		if f.kind == kindName {
			v.bits[i] = v.width
			v.width += 2
		}
	}
	v.of = make([]uint32, len(recs)*v.width)
	for i, r := range recs {
		v.tables[i] = uint8(c.table(r))
	}
	used := c.m.compared()
	err := parallel(ctx, workers, len(v.fields), 1, func(_, i, _ int) error {
		if !used[i] {
			return nil
		}
		return v.read(i)
	})
	if err != nil {
		return nil, err
	}
	for i := range v.fields {
		if f := &v.fields[i]; used[i] && c.m.fields[i].kind == kindName {
			if err := v.readNames(ctx, i, f, workers); err != nil {
				return nil, err
			}
		}
	}
	return v, ctx.Err()
}

// compared says which fields comparisons use; the others serve blocking only.
func (m Model) compared() []bool {
	used := make([]bool, len(m.fields))
	for _, c := range m.comparisons {
		for _, f := range c.missing {
			used[f] = true
		}
		for _, l := range c.levels {
			for _, t := range l.terms {
				used[m.field(t.field)] = true
				if t.other != "" {
					used[m.field(t.other)] = true
				}
			}
		}
	}
	return used
}

// read reads a field of all records.
func (v *values) read(i int) error {
	f, col := &v.c.m.fields[i], &v.fields[i]
	rd := reader{c: v.c}
	in := &intern{col: col}
	var list []byte
	for j, r := range v.recs {
		t := int(v.tables[j])
		row := int(r) - v.c.starts[t]
		if f.split == "" {
			if s := rd.value(f, t, row); len(s) > 0 {
				v.of[j*v.width+i] = in.add(s)
			}
			continue
		}
		// A list is one value: its items, sorted where order says nothing.
		list = list[:0]
		rd.items(f, t, row, func(s []byte) {
			list = append(append(list, s...), 0)
		})
		if len(list) > 0 {
			v.of[j*v.width+i] = in.add(list)
		}
	}
	if v.c.m.frequencies(i) {
		v.count(i, f, col, in, &rd)
	}
	return errors.Join(in.err, v.interpret(i, f, col))
}

// interpret reads the distinct values as their kind says.
func (v *values) interpret(field int, f *field, col *column) error {
	if f.kind == kindName || f.split != "" || f.kind == kindText && v.c.m.uses(field, "words") {
		return col.itemise(f)
	}
	for i := range col.text.len() {
		s := col.text.bytes(i)
		switch f.kind {
		case kindDate:
			d, ok := compare.ParseDate(s)
			if !ok {
				d.Days = compare.NoDay
				copy(d.Digits[:], s)
			}
			col.dates = append(col.dates, d)
		case kindPostcode:
			col.codes = append(col.codes, compare.ParsePostcode(s))
		case kindPoint:
			lon, lat, ok := point(s)
			if !ok {
				lon = math.NaN()
			}
			col.points = append(col.points, [2]float64{lon, lat})
		case kindNumber:
			col.nums = append(col.nums, compare.Number(s))
		case kindAddress:
			col.addrs = append(col.addrs, compare.ParseAddress(s))
		}
	}
	return nil
}

// itemise cuts the values into their items, which are numbered: the members of a
// list, the words of a text, the names of an organisation.
func (c *column) itemise(f *field) error {
	inside := &column{}
	items := intern{col: inside}
	sep := byte(0)
	if f.split == "" {
		sep = ' '
	}
	var buf []uint32
	for i := range c.text.len() {
		s := c.text.bytes(i)
		buf = buf[:0]
		if f.kind == kindName && f.split == "" {
			buf = append(buf, items.add(s)-1)
		} else {
			for item := range split(s, sep) {
				buf = append(buf, items.add(item)-1)
			}
		}
		if f.kind != kindName { // the first of several names stays the first
			slices.Sort(buf)
			buf = slices.Compact(buf)
		}
		if f.kind == kindName || f.split != "" {
			c.items.add(buf)
		} else {
			c.words.add(buf)
		}
	}
	if f.kind == kindName {
		n := inside.text.len()
		c.names, c.nameBits, c.nameText = make([]name.Name, n), make([]float32, n), inside.text
	}
	return items.err
}

// oneName returns the number of a compared record's name where it has one only.
func (v *values) oneName(field int, place uint32) (uint32, bool) {
	i := v.of[int(place)*v.width+v.bits[field]+1]
	return i - 1, i > 0
}

// readNames reads the distinct names of a field.
func (v *values) readNames(ctx context.Context, field int, col *column, workers int) error {
	err := parallel(ctx, workers, len(col.names), 1024, func(_, from, to int) error {
		for i := from; i < to; i++ {
			col.names[i] = name.Parse(col.nameText.at(i))
			col.nameBits[i] = float32(col.names[i].Bits())
		}
		return nil
	})
	if err != nil {
		return err
	}
	return parallel(ctx, workers, len(v.recs), 4096, func(_, from, to int) error {
		for p := from; p < to; p++ {
			if x := v.at(field, uint32(p)); x > 0 {
				at := p*v.width + v.bits[field]
				v.of[at] = math.Float32bits(float32(col.valueBits(x)))
				if list := col.items.at(x - 1); len(list) == 1 {
					v.of[at+1] = list[0] + 1
				}
			}
		}
		return nil
	})
}

// split yields the parts of s between separators.
func split(s []byte, sep byte) func(func([]byte) bool) {
	return func(yield func([]byte) bool) {
		from := 0
		for i := 0; i <= len(s); i++ {
			if i < len(s) && s[i] != sep {
				continue
			}
			if i > from && !yield(s[from:i]) {
				return
			}
			from = i + 1
		}
	}
}

// uses says whether a level asks for a test on a field.
func (m Model) uses(f int, test string) bool {
	for _, c := range m.comparisons {
		for _, l := range c.levels {
			for _, t := range l.terms {
				if t.test == test && (t.field == m.fields[f].name || t.other == m.fields[f].name) {
					return true
				}
			}
		}
	}
	return false
}

// frequencies says whether a level swaps u for the share of a field's values.
func (m Model) frequencies(f int) bool {
	for _, c := range m.comparisons {
		for _, l := range c.levels {
			if l.tf && l.tfField == f && m.fields[f].kind != kindName {
				return true
			}
		}
	}
	return false
}

// count finds the share of each value among all records that have one.
func (v *values) count(i int, f *field, col *column, in *intern, rd *reader) {
	counts := make([]int, col.text.len())
	total := 0
	if len(v.recs) == v.c.len() {
		for p := range v.recs {
			if x := v.at(i, uint32(p)); x > 0 {
				counts[x-1]++
				total++
			}
		}
	} else {
		for t, table := range v.c.tables {
			for row := range table.Len() {
				s := rd.value(f, t, row)
				if len(s) == 0 {
					continue
				}
				total++
				if x := in.find(s); x > 0 {
					counts[x-1]++
				}
			}
		}
	}
	col.total = float64(steps(total))
	col.share = make([]float64, len(counts))
	for x, n := range counts {
		col.share[x] = float64(steps(n)) / col.total
	}
}

// steps rounds a count above 64 to three binary digits, so that a few more records
// change few shares and priors and the state of an earlier run stays good. A weight
// moves by a sixth of a unit at most.
func steps(n int) int {
	if n <= 64 {
		return n
	}
	k := bits.Len(uint(n)) - 3
	return (n + 1<<(k-1)) >> k << k
}

// valueBits is the information in a value that is a list of names: the most that one
// of them has.
func (c *column) valueBits(x uint32) float64 {
	most := float32(0)
	for _, i := range c.items.at(x - 1) {
		most = max(most, c.nameBits[i])
	}
	return float64(most)
}
