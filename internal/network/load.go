package network

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/lake"
)

// query is a list of columns with where they come from.
type query struct{ columns, from string }

// spooled selects the columns, one field each.
func (q query) spooled() string { return "select " + q.columns + " " + q.from }

// lined selects each row as one text, as [lake.DB.Spool] writes it.
func (q query) lined() string {
	var parts []string
	for c := range strings.SplitSeq(q.columns, ", ") {
		parts = append(parts, "coalesce("+c+"::varchar, '')")
	}
	return "select " + strings.Join(parts, " || chr(31) || ") + " " + q.from
}

// Queries that fill a book.
var (
	recordQuery  = query{"from_id, to_id, kind, first, last, weight", "from network_record order by least(from_id, to_id), greatest(from_id, to_id), kind, from_id, first, last, weight"}
	linkQuery    = query{"from_id, to_id, kind, first_year, last_year, records, weight", "from network_tie order by least(from_id, to_id), greatest(from_id, to_id), kind, from_id, first_year"}
	orgQuery     = query{"org_id, name, main_role, roles, origin, town, lon, lat, industry, section, status, employees, sectors", "from network_org order by org_id"}
	themeQuery   = query{"org_id, kind, theme", "from network_theme order by org_id, kind, theme"}
	sectorQuery  = query{"sector, name", "from (select sector, coalesce(name, sector) as name, position from sector) t order by position"}
	meetingQuery = query{"meeting_id, name, kind, place, facility_id, theme, date, year, lon, lat", "from (select meeting_id, coalesce(name, meeting_id) as name, kind, coalesce(place, facility_name) as place, facility_id, theme, date, coalesce(year, year(date)) as year, lon, lat from meeting) t order by year, date, meeting_id"}
	attendQuery  = query{"meeting_id, org_id", "from attendance order by meeting_id, org_id"}
	wholeQuery   = query{"org_id, degree, betweenness, betweenness_bound, community, x, y", "from network_node order by org_id"}
)

// lines hands on the rows of a query, one by one.
type lines func(ctx context.Context, q query, row func(*fields)) error

// read are the rows as they come from the engine.
func read(db lake.Querier) lines {
	return func(ctx context.Context, q query, row func(*fields)) error {
		rows, err := db.QueryContext(ctx, q.lined())
		if err != nil {
			return fmt.Errorf("network: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			var f fields
			if err := rows.Scan(&f.line); err != nil {
				return fmt.Errorf("network: %w", err)
			}
			if row(&f); f.err != nil {
				return fmt.Errorf("network: %w", f.err)
			}
		}
		return rows.Err()
	}
}

// spool are the rows by way of a file in dir, which is many times as fast where there are very many.
func spool(db *lake.DB, dir string) lines {
	return func(ctx context.Context, q query, row func(*fields)) error {
		return eachLine(ctx, db, dir, q.spooled(), row)
	}
}

// holding is a release of which the book is in memory already.
type holding struct {
	lake.Querier
	book *Book
}

// With gives a release with its book, so that [Read] need not make it again for every question.
func With(q lake.Querier, b *Book) lake.Querier {
	if b == nil {
		return q
	}
	return holding{q, b}
}

// Read fills a book from the tables of a release, as the index of the release holds it; of a release that comes with its book
// ([With]) it is that one.
func Read(ctx context.Context, q lake.Querier) (*Book, error) {
	if h, ok := q.(holding); ok {
		return h.book, nil
	}
	b := &Book{}
	if err := b.fill(ctx, read(q)); err != nil {
		return nil, err
	}
	return b, b.loadWhole(ctx, read(q))
}

// fill reads organisations and links.
func (b *Book) fill(ctx context.Context, from lines) error {
	if err := b.loadNodes(ctx, from); err != nil {
		return err
	}
	if err := b.loadLinks(ctx, from); err != nil {
		return err
	}
	b.sortLinks()
	return b.check()
}

// fields reads the fields of one spooled line in order. The first fault is kept.
type fields struct {
	line string
	err  error
}

func (f *fields) text() string {
	s, rest, _ := strings.Cut(f.line, "\x1f")
	f.line = rest
	return s
}

// number is a whole number, or other where the field is empty.
func (f *fields) number(other int) int {
	s := f.text()
	if s == "" {
		return other
	}
	v, err := strconv.Atoi(s)
	if err != nil && f.err == nil {
		f.err = err
	}
	return v
}

func (f *fields) float() (float64, bool) {
	s := f.text()
	if s == "" {
		return 0, false
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil && f.err == nil {
		f.err = err
	}
	return v, true
}

// eachLine spools a query into dir and hands on its rows.
func eachLine(ctx context.Context, db *lake.DB, dir, query string, row func(*fields)) error {
	file := filepath.Join(dir, "spool.txt")
	if err := db.Spool(ctx, query, file); err != nil {
		return err
	}
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer os.Remove(file)
	defer in.Close()
	sc := bufio.NewScanner(in)
	sc.Buffer(nil, 1<<24)
	for n := 1; sc.Scan(); n++ {
		if n%65536 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		f := fields{line: sc.Text()}
		if row(&f); f.err != nil {
			return fmt.Errorf("network: row %q: %w", sc.Text(), f.err)
		}
	}
	return sc.Err()
}

// loadNodes reads the organisations, their themes and the sectors.
func (b *Book) loadNodes(ctx context.Context, from lines) error {
	b.kinds = slices.Clone(shippedKinds)
	err := from(ctx, orgQuery, func(f *fields) {
		n := Node{ID: f.text(), Name: f.text(), Role: f.text(), Roles: strings.Split(f.text(), ";"), Origin: f.text(), Town: f.text()}
		var lat bool
		n.Lon, n.Placed = f.float()
		n.Lat, lat = f.float()
		n.Placed = n.Placed && lat
		n.Industry, n.Section, n.Status = f.text(), f.text(), f.text()
		n.Employees = f.number(-1)
		n.Sectors = uint32(f.number(0))
		b.nodes = append(b.nodes, n)
	})
	if err != nil {
		return err
	}
	// The engine sorts by bytes, as Go does; should it ever not, ids would not be found.
	slices.SortFunc(b.nodes, func(x, y Node) int { return strings.Compare(x.ID, y.ID) })
	err = from(ctx, sectorQuery, func(f *fields) { b.sectors = append(b.sectors, Named{f.text(), f.text()}) })
	if err != nil {
		return err
	}
	if err := b.loadThemes(ctx, from); err != nil {
		return err
	}
	return b.loadMeetings(ctx, from)
}

func (b *Book) loadMeetings(ctx context.Context, from lines) error {
	at := map[string]int{}
	err := from(ctx, meetingQuery, func(f *fields) {
		m := Meeting{ID: f.text(), Name: f.text(), Kind: f.text(), Place: f.text(), PlaceID: f.text(), Theme: f.text(), Date: f.text(), Year: f.number(0)}
		var lat bool
		m.Lon, m.Placed = f.float()
		m.Lat, lat = f.float()
		m.Placed = m.Placed && lat
		at[m.ID] = len(b.meetings)
		b.meetings = append(b.meetings, m)
	})
	if err != nil {
		return err
	}
	return from(ctx, attendQuery, func(f *fields) {
		i, known := at[f.text()]
		v, ok := b.Find(f.text())
		if known && ok {
			b.meetings[i].Orgs = append(b.meetings[i].Orgs, int32(v))
		}
	})
}

func (b *Book) loadThemes(ctx context.Context, from lines) error {
	type said struct {
		node  int
		kind  string
		theme string
	}
	var all []said
	err := from(ctx, themeQuery, func(f *fields) {
		s := said{-1, "", ""}
		if v, ok := b.Find(f.text()); ok {
			s = said{v, f.text(), f.text()}
			all = append(all, s)
			b.themes = append(b.themes, s.theme)
		}
	})
	if err != nil {
		return err
	}
	slices.Sort(b.themes)
	b.themes = slices.Compact(b.themes)
	for _, s := range all {
		n, t := &b.nodes[s.node], int32(0)
		i, _ := slices.BinarySearch(b.themes, s.theme)
		t = int32(i)
		switch s.kind {
		case "offers":
			n.Offers = append(n.Offers, t)
		case "needs":
			n.Needs = append(n.Needs, t)
		default:
			n.Themes = append(n.Themes, t)
		}
	}
	return nil
}

// loadRecords reads the single records and joins them to spells.
func (b *Book) loadRecords(ctx context.Context, from lines) error {
	return from(ctx, recordQuery, func(f *fields) {
		a, okA := b.Find(f.text())
		z, okZ := b.Find(f.text())
		kind := b.number(f.text())
		first, last := f.number(0), f.number(0)
		weight, _ := f.float()
		if !okA || !okZ || a == z {
			return
		}
		b.add(int32(a), int32(z), kind, first, last, 1, weight)
	})
}

// loadLinks reads spells that the build has made.
func (b *Book) loadLinks(ctx context.Context, from lines) error {
	return from(ctx, linkQuery, func(f *fields) {
		a, okA := b.Find(f.text())
		z, okZ := b.Find(f.text())
		kind := b.number(f.text())
		l := Link{A: int32(a), B: int32(z), Kind: kind, First: int16(f.number(0)), Last: int16(f.number(Forever)), Records: int32(f.number(1))}
		l.Weight, _ = f.float()
		if okA && okZ {
			b.links = append(b.links, l)
		}
	})
}

// loadWhole reads what the build reckoned of the whole network.
func (b *Book) loadWhole(ctx context.Context, from lines) error {
	communities := int32(-1)
	err := from(ctx, wholeQuery, func(f *fields) {
		v, ok := b.Find(f.text())
		if !ok {
			return
		}
		w := &b.nodes[v].Whole
		w.Tied, w.Degree = true, int32(f.number(0))
		w.Betweenness, _ = f.float()
		b.quality.Bound, _ = f.float()
		w.Community = int32(f.number(0))
		w.X, _ = f.float()
		w.Y, _ = f.float()
		communities = max(communities, w.Community)
		b.quality.Nodes++
		b.quality.Pairs += int(w.Degree)
	})
	b.quality.Pairs /= 2
	b.quality.Exact, b.quality.Communities = b.quality.Bound == 0, int(communities)+1
	return err
}

// add puts one record into the book: into the spell before it where the two overlap or touch, else into a new one. Records come
// sorted by pair, kind, direction and first year.
func (b *Book) add(from, to int32, kind uint8, first, last int, records int32, weight float64) {
	k := b.kinds[kind]
	if !k.Directed && from > to {
		from, to = to, from
	}
	l := Link{A: from, B: to, Kind: kind, First: year16(first), Last: lasts(k, first, last), Records: records, Weight: weight}
	if n := len(b.links); n > 0 {
		p := &b.links[n-1]
		if p.A == l.A && p.B == l.B && p.Kind == l.Kind && (p.First == 0) == (l.First == 0) && int(l.First) <= int(p.Last)+1 {
			p.Last = max(p.Last, l.Last)
			p.Records += l.Records
			p.Weight += l.Weight
			return
		}
	}
	b.links = append(b.links, l)
}

// lasts is the last year of a tie.
func lasts(k Kind, first, last int) int16 {
	switch {
	case last > 0:
		return year16(max(first, last))
	case k.Lasts > 0 && first > 0:
		return year16(first + k.Lasts)
	}
	return Forever
}

// year16 is a year as it is kept; one that cannot be right is none.
func year16(y int) int16 {
	if y < 1000 || y > Forever {
		return 0
	}
	return int16(y)
}

// sortLinks puts the links into the order of the book.
func (b *Book) sortLinks() {
	slices.SortStableFunc(b.links, func(x, y Link) int {
		return cmp.Or(cmp.Compare(min(x.A, x.B), min(y.A, y.B)), cmp.Compare(max(x.A, x.B), max(y.A, y.B)), cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.A, y.A), cmp.Compare(x.First, y.First))
	})
}
