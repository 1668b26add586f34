package growth

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/stat"
)

// Shift is the change of one industry of an area between two years, parted. Regional has
// the bounds that rounding leaves.
type Shift struct {
	Code, Name              string
	Start, End              stat.Estimate
	Change, National, Mix   float64
	Regional                stat.Estimate
	Competitive, Allocation float64
	NewToAll                bool // no area had it at the start: it has no rate
	NewToArea               bool
	Ref                     string
	widerStart, widerEnd    float64 // in all areas together
}

// Losing says that the area lost against the industry everywhere, whatever rounding
// hides; Gaining that it gained.
func (s Shift) Losing() bool  { return s.Regional.Hi < 0 }
func (s Shift) Gaining() bool { return s.Regional.Lo > 0 }

// Parts are the parts of a whole area's change.
type Parts struct {
	Change, National, Mix, Regional stat.Estimate
	// Competitive and Allocation part Regional over the industries with LeastStart jobs in the area
	// at the start: below, a rate of growth from next to nothing would swamp both.
	Competitive, Allocation stat.Estimate
	Small                   stat.Estimate // Regional of the other industries
}

// LeastStart is the jobs that an industry has in the area at the start for its regional part
// to be parted further.
const LeastStart = 500

// Shifts is the change of an area between two years.
type Shifts struct {
	Table      Table
	From, To   int
	Industries []Shift // by regional part, the greatest loss first
	Whole      Parts   // from the end points; bounds hold 95 of 100 draws within rounding
	Yearly     Parts   // sum over the years, without bounds
	Steps      int     // years of Yearly
	NewToAll   []string
	Growth     float64 // of all areas together
	Draws      int
	Seed       uint64
	Ref        string
}

const ownQuery = `select year, industry_code, coalesce(industry, ''), jobs, lower, upper, coalesce(rounding, 'none')
from employment where scheme = $1 and area_code = $2 and year between $3 and $4 order by year, industry_code, source, line`

const widerQuery = `select year, industry_code, sum(jobs) from employment
where scheme = $1 and list_contains(string_split($2, chr(31)), area_code) and year between $3 and $4 group by year, industry_code order by year, industry_code`

// series is an area's and all areas' employment by year and industry.
type series struct {
	own   map[int]map[string]stat.Estimate
	wider map[int]map[string]float64
	names map[string]string // of industries that the table's year has not
}

// Parted parts the change of the table's area between two years, against all areas of
// the table together.
func Parted(ctx context.Context, q lake.Querier, t Table, from, to int) (Shifts, error) {
	out := Shifts{Table: t, From: from, To: to, Draws: Draws, Seed: Seed, Ref: t.ref("shift", "all", fmt.Sprintf("%d-%d", from, to))}
	if !slices.Contains(t.Years, from) || !slices.Contains(t.Years, to) || from >= to {
		return out, fmt.Errorf("years %d to %d: the table has %v of %s: %w", from, to, t.Years, t.area().Name, evidence.ErrNoFigure)
	}
	s, err := t.series(ctx, q, from, to)
	if err != nil {
		return out, err
	}
	if err := out.industries(s); err != nil {
		return out, err
	}
	return out, out.whole(s)
}

func (t *Table) series(ctx context.Context, q lake.Querier, from, to int) (series, error) {
	s := series{map[int]map[string]stat.Estimate{}, map[int]map[string]float64{}, map[string]string{}}
	rows, err := q.QueryContext(ctx, ownQuery, t.Scheme, t.area().Code, from, to)
	if err != nil {
		return s, fmt.Errorf("employment of %s: %w", t.area().Name, err)
	}
	defer rows.Close()
	for rows.Next() {
		var year int
		var code, name string
		e, err := t.scan(rows, &year, &code, &name)
		if err != nil {
			return s, err
		}
		if s.own[year] == nil {
			s.own[year] = map[string]stat.Estimate{}
		}
		s.own[year][code] = plus(s.own[year][code], e)
		if t.names[code] == "" {
			s.names[code] = name // others read the table meanwhile: its own names stay as they are
		}
	}
	if err := rows.Err(); err != nil {
		return s, err
	}
	all, err := q.QueryContext(ctx, widerQuery, t.Scheme, t.codes(), from, to)
	if err != nil {
		return s, fmt.Errorf("employment of all areas: %w", err)
	}
	defer all.Close()
	for all.Next() {
		var year int
		var code string
		var jobs float64
		if err := all.Scan(&year, &code, &jobs); err != nil {
			return s, err
		}
		if s.wider[year] == nil {
			s.wider[year] = map[string]float64{}
		}
		s.wider[year][code] = jobs
	}
	return s, all.Err()
}

// rest is what the other areas have: all less the area's own.
const rest = "\x1frest"

// step is the table of the area and the rest at two years.
func (s series) step(from, to int) []stat.Growth {
	seen := map[string]bool{}
	var codes []string
	for _, y := range [2]int{from, to} {
		for code := range s.wider[y] {
			if !seen[code] {
				seen[code], codes = true, append(codes, code)
			}
		}
	}
	slices.Sort(codes)
	var out []stat.Growth
	for _, code := range codes {
		a, b := s.own[from][code].Value, s.own[to][code].Value
		out = append(out, stat.Growth{Region: "own", Industry: code, Start: a, End: b},
			stat.Growth{Region: rest, Industry: code, Start: max(0, s.wider[from][code]-a), End: max(0, s.wider[to][code]-b)})
	}
	return out
}

func (out *Shifts) industries(s series) error {
	all, err := stat.ShiftShare(s.step(out.From, out.To))
	if err != nil {
		return fmt.Errorf("shift-share of %s: %w", out.Table.area().Name, err)
	}
	out.NewToAll, out.Growth = all.NewToAll, all.Growth
	for _, c := range all.Cells {
		if c.Region == rest || c.Start == 0 && c.End == 0 {
			continue
		}
		start, end := s.own[out.From][c.Industry], s.own[out.To][c.Industry]
		sh := Shift{Code: c.Industry, Name: cmp.Or(out.Table.names[c.Industry], s.names[c.Industry], c.Industry), Start: start, End: end, Change: c.Change, National: c.National, Mix: c.Mix,
			Competitive: c.Competitive, Allocation: c.Allocation, NewToAll: c.NewToAll, NewToArea: c.NewToRegion,
			Ref:        out.Table.ref("shift", c.Industry, fmt.Sprintf("%d-%d", out.From, out.To)),
			widerStart: s.wider[out.From][c.Industry], widerEnd: s.wider[out.To][c.Industry]}
		sh.Regional = out.Table.regional(c.Regional, sh)
		out.Industries = append(out.Industries, sh)
	}
	slices.SortStableFunc(out.Industries, func(a, b Shift) int {
		return cmp.Or(cmp.Compare(a.Regional.Value, b.Regional.Value), cmp.Compare(a.Code, b.Code))
	})
	return nil
}

// regional bounds end - start * E1/E0 by interval arithmetic on the four counts.
func (t Table) regional(value float64, s Shift) stat.Estimate {
	start, end := t.class.Estimate(s.widerStart), t.class.Estimate(s.widerEnd)
	if t.given || start.Lo <= 0 {
		start, end = stat.Exact(s.widerStart), stat.Exact(s.widerEnd)
	}
	if start.Value == 0 {
		return stat.Estimate{Value: value, Lo: s.End.Lo, Hi: s.End.Hi}
	}
	return stat.Estimate{Value: value, Lo: s.End.Lo - s.Start.Hi*end.Hi/start.Lo, Hi: s.End.Hi - s.Start.Lo*end.Lo/start.Hi}
}

// whole parts the change of the whole area, with the range of draws within the bounds of its own
// cells, and as a sum over years.
func (out *Shifts) whole(s series) error {
	cells := s.step(out.From, out.To)
	value := summed(cells)
	drawn := stat.Repeated(Draws, Seed, workers(), func(_ int, rng *rand.Rand) [7]float64 {
		again := slices.Clone(cells)
		for i := 0; i < len(again); i += 2 {
			c := &again[i]
			c.Start, c.End = within(rng, s.own[out.From][c.Industry]), within(rng, s.own[out.To][c.Industry])
		}
		return summed(again)
	})
	var bounds [7]stat.Estimate
	for k := range bounds {
		var v []float64
		for _, d := range drawn {
			v = append(v, d[k])
		}
		slices.Sort(v)
		bounds[k] = stat.Estimate{Value: value[k], Lo: min(value[k], v[len(v)*25/1000]), Hi: max(value[k], v[len(v)*975/1000])}
	}
	out.Whole = Parts{bounds[0], bounds[1], bounds[2], bounds[3], bounds[4], bounds[5], bounds[6]}
	return out.yearly(s)
}

// partsOf are the parts of the area's own change.
func partsOf(regions []stat.Shift) [4]float64 {
	for _, r := range regions {
		if r.Region == "own" {
			return [4]float64{r.Change, r.National, r.Mix, r.Regional}
		}
	}
	return [4]float64{}
}

// summed is change, national, mix, regional, competitive, allocation and what is not parted
// further of the area, from pairs of its own cell and the rest's: what stat.ShiftShare says, quicker.
func summed(cells []stat.Growth) [7]float64 {
	var own, all, all1 float64
	for i, c := range cells {
		all, all1 = all+c.Start, all1+c.End
		if i%2 == 0 {
			own += c.Start
		}
	}
	g := all1/all - 1
	var out [7]float64
	for i := 0; i < len(cells); i += 2 {
		c, start, end := cells[i], cells[i].Start+cells[i+1].Start, cells[i].End+cells[i+1].End
		gi := g
		if start > 0 {
			gi = end/start - 1
		}
		regional := c.End - c.Start - c.Start*gi
		out[0] += c.End - c.Start
		out[1] += c.Start * g
		out[2] += c.Start * (gi - g)
		out[3] += regional
		if c.Start >= LeastStart {
			competitive := own * start / all * (c.End/c.Start - 1 - gi)
			out[4] += competitive
			out[5] += regional - competitive
		}
	}
	out[6] = out[3] - out[4] - out[5]
	return out
}

// yearly sums the parts of each year from one year of the table to the next.
func (out *Shifts) yearly(s series) error {
	var steps [][]stat.Growth
	before := 0
	for _, y := range out.Table.Years {
		if y < out.From || y > out.To {
			continue
		}
		if before > 0 {
			steps = append(steps, s.step(before, y))
		}
		before = y
	}
	sum, err := stat.ShiftShareYears(steps)
	if err != nil {
		return err
	}
	v := partsOf(sum.Regions)
	out.Yearly = Parts{Change: stat.Exact(v[0]), National: stat.Exact(v[1]), Mix: stat.Exact(v[2]), Regional: stat.Exact(v[3])}
	out.Steps = len(steps)
	return nil
}

func within(rng *rand.Rand, e stat.Estimate) float64 { return e.Lo + rng.Float64()*(e.Hi-e.Lo) }
