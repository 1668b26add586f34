package profile

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/geo"
	"milieu/internal/geo/tally"
	"milieu/internal/lake"
)

// Unit is an official area, or one of the team's, that holds more of a shape's organisations than any other of
// its set.
type Unit struct {
	Set           string   `json:"set"`
	ID            string   `json:"id"`
	Name          string   `json:"name"`
	Share         float64  `json:"share"`         // of the shape's organisations that lie in it
	Organisations int      `json:"organisations"` // in the whole of it
	Quotient      Quotient `json:"quotient"`
}

// leastShare is the share of a shape's organisations from which an area lies around it.
const leastShare = 0.5

// samples is how many of a shape's sites are asked for the area around them.
const samples = 400

// Units holds a quotient against the same in the areas of each set that lie around a shape: how far the
// finding hangs on where the line was drawn (the modifiable areal unit problem, Openshaw
// 1984). In each set the area is taken in which most of a sample of the shape's sites lie; one that holds
// less than half of the shape's organisations is a part of it rather than another line around it, and left out.
func (b *Book) Units(ctx context.Context, q lake.Querier, g geom.Geometry, ask Question, level, code string) ([]Unit, error) {
	ask = ask.filled()
	runs := b.index.Within(g)
	box, ok := geo.Bounds(g)
	points := b.sample(runs, ask)
	if !ok || len(points) == 0 {
		return nil, nil
	}
	sets, err := around(ctx, q, box)
	if err != nil {
		return nil, err
	}
	own := b.index.Sum(runs, ask.rule(), 0, workers).Organisations
	var out []Unit
	for _, areas := range sets {
		k := most(areas, points)
		if k < 0 {
			continue
		}
		a := areas[k]
		inside := b.index.Within(a.shape)
		whole := b.answer(b.index.Sum(inside, ask.rule(), len(b.industries), workers), ask)
		shared := b.index.Sum(tally.Both(runs, inside), ask.rule(), 0, workers).Organisations
		u := Unit{Set: a.set, ID: a.id, Name: a.name, Organisations: whole.Organisations, Share: float64(shared) / float64(max(1, own))}
		if u.Share < leastShare {
			continue
		}
		qs, err := Quotients(whole, b.Nation(ask), level)
		if err != nil {
			return nil, err
		}
		for _, x := range qs {
			if x.Code == code {
				u.Quotient = x
			}
		}
		out = append(out, u)
	}
	return out, nil
}

// sample is about evenly spaced sites of runs.
func (b *Book) sample(runs []tally.Run, ask Question) []geom.XY {
	total := 0
	for _, r := range runs {
		total += r.To - r.From
	}
	step := max(1, total/samples)
	var out []geom.XY
	n := 0
	for _, r := range runs {
		for i := r.From; i < r.To; i++ {
			if n%step == 0 {
				s := b.index.Site(i)
				out = append(out, geom.XY{X: s.Lon, Y: s.Lat})
			}
			n++
		}
	}
	return out
}

// most is the number of the area that holds most of the points, -1 where none holds any.
func most(areas []unitArea, points []geom.XY) int {
	shapes := make([]geom.Geometry, len(areas))
	for k, a := range areas {
		shapes[k] = a.shape
	}
	l := geo.NewLocator(shapes)
	held := make([]int, len(areas))
	best := -1
	var found []int32
	for _, p := range points {
		found = l.LocateInto(found[:0], p.X, p.Y)
		for _, k := range found {
			if held[k]++; best < 0 || held[k] > held[best] || held[k] == held[best] && int(k) < best {
				best = int(k)
			}
		}
	}
	return best
}

type unitArea struct {
	set, id, name string
	shape         geom.Geometry
}

// around reads the areas that meet a box, a list for each set.
func around(ctx context.Context, q lake.Querier, box geo.Box) ([][]unitArea, error) {
	rows, err := q.QueryContext(ctx, `select area_set, area_id, coalesce(name, area_id), geometry from area
where west <= $3 and east >= $1 and south <= $4 and north >= $2 order by area_set, area_id`, box.West, box.South, box.East, box.North)
	if err != nil {
		return nil, fmt.Errorf("areas around a shape: %w", err)
	}
	defer rows.Close()
	var out [][]unitArea
	for rows.Next() {
		a, err := scanUnit(rows)
		if err != nil {
			return nil, fmt.Errorf("areas around a shape: %w", err)
		}
		if n := len(out); n == 0 || out[n-1][0].set != a.set {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], a)
	}
	return out, rows.Err()
}

func scanUnit(rows *sql.Rows) (unitArea, error) {
	var a unitArea
	var text string
	if err := rows.Scan(&a.set, &a.id, &a.name, &text); err != nil {
		return a, err
	}
	var err error
	a.shape, err = geom.UnmarshalGeoJSON([]byte(text))
	return a, err
}
