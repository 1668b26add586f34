package network

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"

	"milieu/internal/evidence"
	"milieu/internal/graph"
)

// IndexFile is the name of the index in a release.
const IndexFile = "network.idx"

// indexForm stands at the head of the file; it changes when the layout of the file does.
const indexForm = "milieu network 1\n"

// writer writes numbers and texts; strings that repeat (roles, towns, codes) are written once.
type writer struct {
	buf   []byte
	words map[string]uint64
}

func (w *writer) uint(v uint64) { w.buf = binary.AppendUvarint(w.buf, v) }
func (w *writer) int(v int64)   { w.buf = binary.AppendVarint(w.buf, v) }
func (w *writer) float(v float64) {
	w.buf = binary.LittleEndian.AppendUint64(w.buf, math.Float64bits(v))
}
func (w *writer) text(s string) {
	w.uint(uint64(len(s)))
	w.buf = append(w.buf, s...)
}

func (w *writer) word(s string) {
	if n, ok := w.words[s]; ok {
		w.uint(n)
		return
	}
	w.uint(0)
	w.text(s)
	w.words[s] = uint64(len(w.words) + 1)
}

func (w *writer) list(of []int32) {
	w.uint(uint64(len(of)))
	for _, v := range of {
		w.uint(uint64(v))
	}
}

func (w *writer) flag(v bool) {
	if v {
		w.uint(1)
	} else {
		w.uint(0)
	}
}

// WriteTo writes the book as a file for [Open].
func (b *Book) WriteTo(out io.Writer) (int64, error) {
	w := &writer{buf: []byte(indexForm), words: map[string]uint64{}}
	w.uint(uint64(len(b.sectors)))
	for _, s := range b.sectors {
		w.text(s.ID)
		w.text(s.Name)
	}
	w.uint(uint64(len(b.themes)))
	for _, t := range b.themes {
		w.text(t)
	}
	w.uint(uint64(len(b.kinds)))
	for _, k := range b.kinds {
		w.text(k.Key)
	}
	w.uint(uint64(len(b.nodes)))
	for i := range b.nodes {
		w.node(&b.nodes[i])
	}
	w.uint(uint64(len(b.links)))
	for _, l := range b.links {
		w.link(l)
	}
	w.uint(uint64(len(b.meetings)))
	for _, m := range b.meetings {
		w.meeting(m)
	}
	q := b.quality
	w.uint(uint64(q.Nodes))
	w.uint(uint64(q.Pairs))
	w.flag(q.Exact)
	w.float(q.Bound)
	w.uint(uint64(q.Communities))
	n, err := out.Write(w.buf)
	return int64(n), err
}

func (w *writer) node(n *Node) {
	w.text(n.ID)
	w.text(n.Name)
	w.word(n.Role)
	w.word(strings.Join(n.Roles, ";"))
	w.word(n.Origin)
	w.word(n.Town)
	w.word(n.Industry)
	w.word(n.Section)
	w.word(n.Status)
	w.flag(n.Placed)
	if n.Placed {
		w.float(n.Lon)
		w.float(n.Lat)
	}
	w.int(int64(n.Employees))
	w.uint(uint64(n.Sectors))
	w.list(n.Themes)
	w.list(n.Offers)
	w.list(n.Needs)
	w.flag(n.Whole.Tied)
	if n.Whole.Tied {
		w.float(n.Whole.X)
		w.float(n.Whole.Y)
		w.uint(uint64(n.Whole.Degree))
		w.float(n.Whole.Betweenness)
		w.uint(uint64(n.Whole.Community))
	}
}

func (w *writer) link(l Link) {
	w.uint(uint64(l.A))
	w.uint(uint64(l.B))
	w.uint(uint64(l.Kind))
	w.uint(uint64(l.First))
	w.uint(uint64(l.Last))
	w.uint(uint64(l.Records))
	w.float(l.Weight)
}

func (w *writer) meeting(m Meeting) {
	for _, s := range []string{m.ID, m.Name, m.Kind, m.Place, m.PlaceID, m.Theme, m.Date} {
		w.text(s)
	}
	w.int(int64(m.Year))
	w.flag(m.Placed)
	w.float(m.Lon)
	w.float(m.Lat)
	w.list(m.Orgs)
}

// reader reads what writer wrote; the first fault is kept and everything after it is zero.
type reader struct {
	data  []byte
	words []string
	err   error
}

var errIndex = errors.New("the index of the network is cut or not of this form")

func (r *reader) uint() uint64 {
	v, n := binary.Uvarint(r.data)
	if n <= 0 {
		r.err, r.data = errIndex, nil
		return 0
	}
	r.data = r.data[n:]
	return v
}

func (r *reader) int() int64 {
	v, n := binary.Varint(r.data)
	if n <= 0 {
		r.err, r.data = errIndex, nil
		return 0
	}
	r.data = r.data[n:]
	return v
}

func (r *reader) float() float64 {
	if len(r.data) < 8 {
		r.err, r.data = errIndex, nil
		return 0
	}
	v := math.Float64frombits(binary.LittleEndian.Uint64(r.data))
	r.data = r.data[8:]
	return v
}

func (r *reader) text() string {
	n := r.uint()
	if n > uint64(len(r.data)) {
		r.err, r.data = errIndex, nil
		return ""
	}
	s := string(r.data[:n])
	r.data = r.data[n:]
	return s
}

func (r *reader) word() string {
	n := r.uint()
	if n == 0 {
		s := r.text()
		r.words = append(r.words, s)
		return s
	}
	if n > uint64(len(r.words)) {
		r.err, r.data = errIndex, nil
		return ""
	}
	return r.words[n-1]
}

// count is a length; nothing in the file takes less than a byte, so that one that is too large is a fault.
func (r *reader) count() int {
	n := r.uint()
	if n > uint64(len(r.data)) {
		r.err, r.data = errIndex, nil
		return 0
	}
	return int(n)
}

// below is a number under a limit.
func (r *reader) below(limit int) int32 {
	v := r.uint()
	if v >= uint64(limit) {
		r.err, r.data = errIndex, nil
		return 0
	}
	return int32(v)
}

func (r *reader) list(limit int) []int32 {
	n := r.count()
	if n == 0 {
		return nil
	}
	out := make([]int32, n)
	for i := range out {
		out[i] = r.below(limit)
	}
	return out
}

func (r *reader) flag() bool { return r.uint() == 1 }

// OpenRelease reads the index of a release.
func OpenRelease(rel evidence.Release) (*Book, error) {
	data, err := os.ReadFile(rel.Path(IndexFile))
	if err != nil {
		return nil, fmt.Errorf("network of release %s: %w; build again", rel.ID, err)
	}
	return Open(data)
}

// Open reads an index. The bytes are not needed afterwards.
func Open(data []byte) (*Book, error) {
	rest, ok := strings.CutPrefix(string(data[:min(len(data), len(indexForm))]), indexForm)
	if !ok || rest != "" {
		return nil, errIndex
	}
	r := &reader{data: data[len(indexForm):]}
	b := &Book{}
	b.sectors = make([]Named, r.count())
	for i := range b.sectors {
		b.sectors[i] = Named{r.text(), r.text()}
	}
	b.themes = make([]string, r.count())
	for i := range b.themes {
		b.themes[i] = r.text()
	}
	b.kinds = make([]Kind, r.count())
	for i := range b.kinds {
		b.kinds[i] = KindOf(r.text())
	}
	if len(b.kinds) > mostKinds {
		return nil, errIndex
	}
	b.nodes = make([]Node, r.count())
	for i := range b.nodes {
		r.node(&b.nodes[i], len(b.themes))
	}
	b.links = make([]Link, r.count())
	for i := range b.links {
		b.links[i] = Link{A: r.below(len(b.nodes)), B: r.below(len(b.nodes)), Kind: uint8(r.below(len(b.kinds))), First: int16(r.uint()), Last: int16(r.uint()), Records: int32(r.uint()), Weight: r.float()}
	}
	b.meetings = make([]Meeting, r.count())
	for i := range b.meetings {
		b.meetings[i] = r.meeting(len(b.nodes))
	}
	b.quality = Quality{int(r.uint()), int(r.uint()), r.flag(), r.float(), int(r.uint())}
	if r.err != nil {
		return nil, r.err
	}
	return b, b.check()
}

func (r *reader) node(n *Node, themes int) {
	n.ID, n.Name, n.Role = r.text(), r.text(), r.word()
	n.Roles = strings.Split(r.word(), ";")
	n.Origin, n.Town, n.Industry, n.Section, n.Status = r.word(), r.word(), r.word(), r.word(), r.word()
	if n.Placed = r.flag(); n.Placed {
		n.Lon, n.Lat = r.float(), r.float()
	}
	n.Employees, n.Sectors = int(r.int()), uint32(r.uint())
	n.Themes, n.Offers, n.Needs = r.list(themes), r.list(themes), r.list(themes)
	if n.Whole.Tied = r.flag(); n.Whole.Tied {
		n.Whole.X, n.Whole.Y = r.float(), r.float()
		n.Whole.Degree = int32(r.uint())
		n.Whole.Betweenness = r.float()
		n.Whole.Community = int32(r.uint())
	}
}

func (r *reader) meeting(nodes int) Meeting {
	m := Meeting{ID: r.text(), Name: r.text(), Kind: r.text(), Place: r.text(), PlaceID: r.text(), Theme: r.text(), Date: r.text()}
	m.Year, m.Placed, m.Lon, m.Lat = int(r.int()), r.flag(), r.float(), r.float()
	m.Orgs = r.list(nodes)
	return m
}

// check says what the rest of the package relies on: ids ascend, links stand by pair and weigh something.
func (b *Book) check() error {
	for i := 1; i < len(b.nodes); i++ {
		if b.nodes[i-1].ID >= b.nodes[i].ID {
			return fmt.Errorf("network: organisation %q stands twice or out of order", b.nodes[i].ID)
		}
	}
	for i, l := range b.links {
		if !(l.Weight > 0) || math.IsInf(l.Weight, 0) || l.A == l.B {
			return fmt.Errorf("network: link %d of %q and %q weighs %v", i, b.nodes[l.A].ID, b.nodes[l.B].ID, l.Weight)
		}
		if i > 0 && pairOf(b.links[i-1]) > pairOf(l) {
			return fmt.Errorf("network: links of %q and %q stand apart", b.nodes[l.A].ID, b.nodes[l.B].ID)
		}
	}
	return nil
}

// pairOf is a number by which links of one pair stand together.
func pairOf(l Link) uint64 { return uint64(min(l.A, l.B))<<32 | uint64(max(l.A, l.B)) }

// NewBook is a book of nodes and links that stand in no order, for tests and for programs that have no release. Kinds are numbers of
// [Kinds]. The error says which organisation or link is at fault.
func NewBook(nodes []Node, links []Link, sectors []Named, themes []string, meetings []Meeting) (*Book, error) {
	b := &Book{kinds: slices.Clone(shippedKinds), sectors: sectors, themes: themes, meetings: meetings}
	order := make([]int32, len(nodes))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(x, y int32) int { return strings.Compare(nodes[x].ID, nodes[y].ID) })
	at := make([]int32, len(nodes))
	for i, o := range order {
		at[o] = int32(i)
		b.nodes = append(b.nodes, nodes[o])
	}
	for i, l := range links {
		if int(l.A) >= len(nodes) || int(l.B) >= len(nodes) || int(l.Kind) >= len(b.kinds) || l.A < 0 || l.B < 0 {
			return nil, fmt.Errorf("network: link %d names an organisation or a kind that there is not", i)
		}
		l.A, l.B = at[l.A], at[l.B]
		if !b.kinds[l.Kind].Directed && l.A > l.B {
			l.A, l.B = l.B, l.A
		}
		b.links = append(b.links, l)
	}
	for i := range b.meetings {
		for j, o := range b.meetings[i].Orgs {
			b.meetings[i].Orgs[j] = at[o]
		}
		slices.Sort(b.meetings[i].Orgs)
	}
	b.sortLinks()
	if err := b.check(); err != nil {
		return nil, err
	}
	b.place(graph.LayoutOptions{Seed: layoutSeed})
	return b, nil
}
