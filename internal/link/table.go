package link

import (
	"fmt"
	"math"
	"strings"
)

// Table is a table of records in memory: columns of text packed end to end, each
// record with an id of its own. The zero value is not ready; see NewTable.
type Table struct {
	name    string
	columns []string
	unique  bool
	ids     packed
	cells   []packed
	byID    idSet
}

// NewTable makes an empty table. A unique table holds no two records of the same
// thing, so that no pairs inside it are looked at. Columns are those of the
// model; one that the model does not know is carried and not used.
func NewTable(name string, columns []string, unique bool) *Table {
	return &Table{name: name, columns: columns, unique: unique, cells: make([]packed, len(columns))}
}

// Add adds a record. The cells stand in the order of the columns; missing ones
// are empty. An id that was there already is an error.
func (t *Table) Add(id string, cells []string) error {
	if id == "" {
		return fmt.Errorf("table %s: the record after row %d has no id", t.name, t.Len())
	}
	if len(cells) > len(t.columns) {
		return fmt.Errorf("table %s: record %s has %d cells for %d columns", t.name, id, len(cells), len(t.columns))
	}
	row := t.Len()
	if row == math.MaxInt32 {
		return fmt.Errorf("table %s: more than %d records", t.name, math.MaxInt32)
	}
	same := func(r uint32) bool { return string(t.ids.bytes(int(r))) == id }
	hash := func(r uint32) uint64 { return hashBytes(0, t.ids.bytes(int(r))) }
	if was, ok := t.byID.add(hashString(id), uint32(row), same, hash); !ok {
		return fmt.Errorf("table %s: id %q stands in rows %d and %d; an id names one record", t.name, id, was+1, row+1)
	}
	if err := t.ids.add(row, id); err != nil {
		return fmt.Errorf("table %s: ids: %w", t.name, err)
	}
	for i, c := range cells {
		if err := t.cells[i].add(row, strings.TrimSpace(c)); err != nil {
			return fmt.Errorf("table %s: column %s: %w", t.name, t.columns[i], err)
		}
	}
	return nil
}

// Name returns the name of the table.
func (t *Table) Name() string { return t.name }

// Columns returns the names of the columns.
func (t *Table) Columns() []string { return t.columns }

// Unique says whether the table holds no duplicates.
func (t *Table) Unique() bool { return t.unique }

// Len returns the number of records.
func (t *Table) Len() int { return t.ids.len() }

// ID returns the id of record i.
func (t *Table) ID(i int) string { return t.ids.at(i) }

// Row returns the record with an id.
func (t *Table) Row(id string) (i int, ok bool) {
	r, ok := t.byID.find(hashString(id), func(r uint32) bool { return string(t.ids.bytes(int(r))) == id })
	return int(r), ok
}

// Cell returns the text of a column of record i.
func (t *Table) Cell(i, col int) string { return t.cells[col].at(i) }

// column finds a column by name, -1 when the table has none.
func (t *Table) column(name string) int {
	for i, c := range t.columns {
		if strings.EqualFold(c, name) {
			return i
		}
	}
	return -1
}

// packed holds texts end to end. A column that is empty for all records so far
// takes no room.
type packed struct {
	text []byte
	ends []uint32
}

func (p *packed) len() int { return len(p.ends) }

func (p *packed) add(row int, s string) error {
	if s == "" && len(p.ends) == 0 {
		return nil
	}
	if len(p.text)+len(s) > math.MaxUint32 {
		return fmt.Errorf("holds more than 4 GiB of text; link the table in parts")
	}
	for len(p.ends) < row {
		p.ends = append(p.ends, uint32(len(p.text)))
	}
	p.text = append(p.text, s...)
	p.ends = append(p.ends, uint32(len(p.text)))
	return nil
}

func (p *packed) bytes(i int) []byte {
	if i >= len(p.ends) {
		return nil
	}
	from := uint32(0)
	if i > 0 {
		from = p.ends[i-1]
	}
	return p.text[from:p.ends[i]]
}

func (p *packed) at(i int) string { return string(p.bytes(i)) }

// idSet finds rows by the hash of their id: open addressing, half full at most.
type idSet struct {
	slots []uint32 // row + 1
	tags  []uint8  // a byte of the hash, so that most other rows are passed over unseen
	n     int
}

func (s *idSet) find(h uint64, same func(uint32) bool) (uint32, bool) {
	if len(s.slots) == 0 {
		return 0, false
	}
	mask := uint64(len(s.slots) - 1)
	for i := h & mask; s.slots[i] != 0; i = (i + 1) & mask {
		if s.tags[i] == uint8(h>>56) && same(s.slots[i]-1) {
			return s.slots[i] - 1, true
		}
	}
	return 0, false
}

// add puts row in under h, or returns the row that is there already. Growing
// needs the hashes again, which hash gives.
func (s *idSet) add(h uint64, row uint32, same func(uint32) bool, hash func(uint32) uint64) (uint32, bool) {
	if was, ok := s.find(h, same); ok {
		return was, false
	}
	if 2*(s.n+1) > len(s.slots) {
		old := s.slots
		s.slots, s.tags = make([]uint32, max(64, 2*len(old))), make([]uint8, max(64, 2*len(old)))
		for _, r := range old {
			if r != 0 {
				s.put(hash(r-1), r)
			}
		}
	}
	s.put(h, row+1)
	s.n++
	return row, true
}

func (s *idSet) put(h uint64, slot uint32) {
	mask := uint64(len(s.slots) - 1)
	i := h & mask
	for s.slots[i] != 0 {
		i = (i + 1) & mask
	}
	s.slots[i], s.tags[i] = slot, uint8(h>>56)
}
