package profile

import (
	"context"
	"fmt"
	"sync"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/geo"
	"milieu/internal/geo/tally"
	"milieu/internal/lake"
	"milieu/internal/org"
)

// Named is a code with its name.
type Named struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// Book is the opened index of a release with the names of what it counts. It does not change and may
// be used by many goroutines at once.
type Book struct {
	index      *tally.Index
	industries []industry // by the index's number; the first is "not known"
	sectors    []Named    // by bit
	left       map[Question]LeftOut

	mu     sync.Mutex
	nation map[Question]*nationEntry
}

type nationEntry struct {
	once   sync.Once
	answer Answer
}

// industry is a code of the index with the groups it belongs to.
type industry struct {
	Named
	section  string // letter, "" where the code has none
	division Named
}

// workers is how many goroutines one question may use. More would only take time from others.
const workers = 2

// Open opens the index of a release; mapped gives the bytes of one of its files.
func Open(ctx context.Context, q lake.Querier, mapped func(file string) ([]byte, error)) (*Book, error) {
	data, err := mapped(TallyFile)
	if err != nil {
		return nil, err
	}
	b := &Book{nation: map[Question]*nationEntry{}}
	if b.index, err = tally.Open(data); err != nil {
		return nil, err
	}
	if b.industries, err = readIndustries(ctx, q); err != nil {
		return nil, err
	}
	if b.sectors, err = readSectors(ctx, q); err != nil {
		return nil, err
	}
	b.left, err = readLeftOut(ctx, q)
	return b, err
}

// Sectors are the sectors of the release in the order of their bits.
func (b *Book) Sectors() []Named { return b.sectors }

// LeftOut is how many organisations of the whole release a question leaves out, and why.
func (b *Book) LeftOut(q Question) LeftOut { return b.left[q.filled()] }

// Profile is what the polygons of a geometry in degrees hold, boundary included.
func (b *Book) Profile(g geom.Geometry, q Question) Answer {
	q = q.filled()
	a := b.answer(b.index.Sum(b.index.Within(g), q.rule(), len(b.industries), workers), q)
	a.Km2 = geo.AreaKm2(g)
	return a
}

// Nation is all that the release holds. It is worked out once.
func (b *Book) Nation(q Question) Answer {
	q = q.filled()
	b.mu.Lock()
	e := b.nation[q]
	if e == nil {
		e = &nationEntry{}
		b.nation[q] = e
	}
	b.mu.Unlock()
	e.once.Do(func() { e.answer = b.answer(b.index.Sum(b.index.All(), q.rule(), len(b.industries), workers), q) })
	return e.answer
}

func readIndustries(ctx context.Context, q lake.Querier) ([]industry, error) {
	rows, err := q.QueryContext(ctx, "select code, coalesce(section, ''), label, coalesce(division_label, '') from profile_industry order by number")
	if err != nil {
		return nil, fmt.Errorf("industries of the index of areas' counts: %w", err)
	}
	defer rows.Close()
	out := []industry{{}}
	for rows.Next() {
		var i industry
		if err := rows.Scan(&i.Code, &i.section, &i.Name, &i.division.Name); err != nil {
			return nil, fmt.Errorf("industries of the index of areas' counts: %w", err)
		}
		if i.section != "" && len(i.Code) >= 2 {
			i.division.Code = i.Code[:2]
			if i.division.Name == "" {
				i.division.Name = "Division " + i.division.Code + " (" + org.SectionLabel(i.section) + ")"
			}
		}
		out = append(out, i)
	}
	if len(out) > 1<<16 {
		return nil, fmt.Errorf("the release has %d industry codes; at most %d can be counted by area", len(out)-1, 1<<16-1)
	}
	return out, rows.Err()
}

func readLeftOut(ctx context.Context, q lake.Querier) (map[Question]LeftOut, error) {
	rows, err := q.QueryContext(ctx, "select basis, mass, reason, organisations from profile_left_out order by basis, mass, reason")
	if err != nil {
		return nil, fmt.Errorf("organisations that profiles leave out: %w", err)
	}
	defer rows.Close()
	out := map[Question]LeftOut{}
	for rows.Next() {
		var ask Question
		var reason string
		var n int
		if err := rows.Scan(&ask.Basis, &ask.Mass, &reason, &n); err != nil {
			return nil, fmt.Errorf("organisations that profiles leave out: %w", err)
		}
		l := out[ask]
		switch reason {
		case "no-position":
			l.NoPosition = n
		case "only-mass":
			l.OnlyMass = n
		case "no-work":
			l.NoWork = n
		case "no-office":
			l.NoOffice = n
		}
		out[ask] = l
	}
	return out, rows.Err()
}
