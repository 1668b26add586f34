// Package concentration holds the organisations of a sector in an area against
// chance by distance: M of Marcon and Puech and the K-density of Duranton and
// Overman, with envelopes. It reads positions by basis (placed), leaves the
// mathematics to the kernel spatial, and says who is left out.
package concentration

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/cluster/placed"
	"milieu/internal/geo"
	"milieu/internal/geo/proj"
	"milieu/internal/lake"
	"milieu/internal/place"
	"milieu/internal/spatial"
)

// Question asks how concentrated a sector is in an area.
type Question struct {
	Sector string // id of a sector, or letter of a section
	Area   place.Shape
	Basis  placed.Basis
	// Employees weighs organisations by employees instead of counting them.
	Employees bool
	// Simulations of the envelopes; 0 is DefaultSimulations.
	Simulations int
}

// Limits of what a page reckons. References beyond MostReferences are a random
// sample, drawn with Seed, which also seeds the simulations.
const (
	DefaultSimulations = 39
	MostSimulations    = 999
	MostReferences     = 500
	Fewest             = 10 // organisations of the sector inside, below which nothing is said
	Seed               = 1
	mostPoints         = 60_000 // organisations in the area and its buffer; beyond it a random part stands for all
	mostPaired         = 1500   // organisations of the sector whose pairs K_d looks at
)

// Result is the concentration of a sector in an area. M and Kd are zero where Few.
type Result struct {
	Question
	Label    string // of the sector
	Inside   int    // organisations placed in the area
	Outside  int    // in the buffer
	Own      int    // of the sector, in the area
	OwnOut   int    // of the sector, in the buffer
	Known    int    // of Own, with employees on record at the position that counts
	Stacked  int    // of Own, at exactly the position of another organisation of any kind
	Sampled  int    // references of M, where they are a sample of Own; else 0
	Paired   int    // organisations, of Own and OwnOut, whose pairs are in K_d
	OneIn    int    // 1, or how many organisations each that was counted stands for
	BufferKm float64
	LeftOut  placed.LeftOut
	Few      bool // fewer than Fewest of the sector (with employees, where they weigh)
	M        spatial.M
	Kd       spatial.Kd
}

// RadiiKm are the distances looked at, up to 20 km and to half of the area's
// diagonal. Postcodes place an organisation to about 100 m, so the first is 250 m.
func RadiiKm(diagonalKm float64) []float64 {
	var out []float64
	for _, r := range []float64{0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20} {
		if r <= max(2, diagonalKm/2) {
			out = append(out, r)
		}
	}
	return out
}

// Test reads the organisations and tests the sector.
func Test(ctx context.Context, q lake.Querier, ask Question) (Result, error) {
	if ask.Basis == "" {
		ask.Basis = placed.Any
	}
	if ask.Simulations == 0 {
		ask.Simulations = DefaultSimulations
	}
	r := Result{Question: ask}
	sector, err := placed.FindSector(ctx, q, ask.Sector)
	if err != nil {
		return r, err
	}
	r.Label = sector.Label
	if r.LeftOut, err = placed.ReadLeftOut(ctx, q, ask.Basis); err != nil {
		return r, err
	}
	radii := RadiiKm(diagonalKm(ask.Area.Box))
	r.BufferKm = radii[len(radii)-1]
	firms, oneIn, err := read(ctx, q, ask.Basis, sector, widened(ask.Area.Box, r.BufferKm))
	if err != nil {
		return r, err
	}
	r.OneIn = oneIn
	firms.place(ask.Area.Geometry)
	if ask.Employees {
		firms = firms.employing()
	}
	firms.count(&r)
	r.Few = r.Own < Fewest || ask.Employees && r.Known < Fewest
	if r.Few {
		return r, nil
	}
	return r, r.reckon(firms, radii)
}

// diagonalKm is the diagonal of a box on the ground.
func diagonalKm(b geo.Box) float64 {
	return proj.DistanceM(b.West, b.South, b.East, b.North) / 1000
}

// widened is the box with so many kilometres added on each side.
func widened(b geo.Box, km float64) geo.Box {
	lat := km / 111
	lon := lat / math.Max(math.Cos(b.North*math.Pi/180), 0.1)
	return geo.Box{West: b.West - lon, South: b.South - lat, East: b.East + lon, North: b.North + lat}
}

// firm is one organisation at the position that counts.
type firm struct {
	lon, lat, x, y float64
	own, outside   bool
	employees      float64 // NaN where not known or counted at another position
}

type firms []firm

// read reads each organisation with a position in the box once, at its first
// position there; its employees count only at its first position of all. Where there
// are more than mostPoints it takes a random one of so many, by a hash of the id.
func read(ctx context.Context, q lake.Querier, b placed.Basis, s placed.Sector, box geo.Box) (out firms, oneIn int, err error) {
	const inBox = "lon between $1 and $2 and lat between $3 and $4"
	corners := []any{box.West, box.East, box.South, box.North}
	var n int
	if err := q.QueryRowContext(ctx, "select count(distinct org_id) from site where "+inBox, corners...).Scan(&n); err != nil {
		return nil, 0, fmt.Errorf("organisations around the area: %w", err)
	}
	oneIn = max(1, (n+mostPoints-1)/mostPoints)
	within, args := "s.org_id in (select org_id from site where "+inBox+")", corners
	if oneIn > 1 {
		within, args = within+" and hash(s.org_id) % $5 = 0", append(args, oneIn)
	}
	query := "with " + b.Sites(within) + `,
near as (
  select org_id, arg_min(lon, site_id) as lon, arg_min(lat, site_id) as lat, arg_min(leads, site_id) as leads
  from basis where ` + inBox + ` group by org_id
)
select n.lon, n.lat, coalesce(` + s.Members() + `, false), case when n.leads then o.employees end
from near n join organisation o on o.org_id = n.org_id
order by n.lon, n.lat, o.org_id`
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, 0, fmt.Errorf("organisations around the area: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var f firm
		var employees *float64
		if err := rows.Scan(&f.lon, &f.lat, &f.own, &employees); err != nil {
			return nil, 0, fmt.Errorf("organisations around the area: %w", err)
		}
		f.employees = math.NaN()
		if employees != nil {
			f.employees = *employees
		}
		out = append(out, f)
	}
	return out, oneIn, rows.Err()
}

// place puts the positions on the National Grid and says which lie outside.
func (fs firms) place(area geom.Geometry) {
	l := geo.NewLocator([]geom.Geometry{area})
	var found []int32
	for i := range fs {
		f := &fs[i]
		f.x, f.y = proj.ToGrid(f.lon, f.lat)
		found = l.LocateInto(found[:0], f.lon, f.lat)
		f.outside = len(found) == 0
	}
}

// employing keeps those with employees known.
func (fs firms) employing() firms {
	var out firms
	for _, f := range fs {
		if f.employees > 0 {
			out = append(out, f)
		}
	}
	return out
}

func (fs firms) count(r *Result) {
	at := map[[2]float64]int{}
	for _, f := range fs {
		at[[2]float64{f.x, f.y}]++
	}
	for _, f := range fs {
		switch {
		case f.outside && f.own:
			r.OwnOut++
			r.Outside++
		case f.outside:
			r.Outside++
		default:
			r.Inside++
			if f.own {
				r.Own++
				if f.employees > 0 {
					r.Known++
				}
				if at[[2]float64{f.x, f.y}] > 1 {
					r.Stacked++
				}
			}
		}
	}
}

// reckon runs the two tests.
func (r *Result) reckon(fs firms, radiiKm []float64) error {
	p := spatial.Points{}
	own := make([]bool, len(fs))
	for i, f := range fs {
		p.X, p.Y, p.Outside = append(p.X, f.x), append(p.Y, f.y), append(p.Outside, f.outside)
		if r.Employees {
			p.Weight = append(p.Weight, f.employees)
		}
		own[i] = f.own
	}
	var radii []float64
	for _, km := range radiiKm {
		radii = append(radii, km*1000)
	}
	reference := own
	if r.Own > MostReferences {
		reference = r.sample(own)
	}
	var err error
	if r.M, err = spatial.MFunction(spatial.MQuestion{Points: p, Reference: reference, Neighbour: own, Radii: radii, Simulations: r.Simulations, Seed: Seed}); err != nil {
		return err
	}
	if r.Own > MostReferences {
		r.Sampled = r.M.References
	}
	r.Paired = min(r.Own+r.OwnOut, mostPaired)
	r.Kd, err = spatial.KDensity(spatial.KdQuestion{Points: p, Reference: thin(own, mostPaired), Radii: radii, Weighted: r.Employees, Simulations: r.Simulations, Seed: Seed})
	return err
}

// sample draws references from all organisations of the sector, the buffer's too,
// so that chance, which shuffles over all, has as many: about MostReferences of
// them lie inside.
func (r *Result) sample(own []bool) []bool {
	return thin(own, int(float64(r.Own+r.OwnOut)*MostReferences/float64(r.Own)))
}

// thin draws n of those marked, all where there are no more.
func thin(own []bool, n int) []bool {
	var all []int
	for i, is := range own {
		if is {
			all = append(all, i)
		}
	}
	if len(all) <= n {
		return own
	}
	out := make([]bool, len(own))
	for _, k := range rand.New(rand.NewPCG(Seed, 0)).Perm(len(all))[:n] {
		out[all[k]] = true
	}
	return out
}

// Verdict is where a curve stands against what chance allows.
type Verdict int

// Verdicts: within, above or below the band that holds whole curves of chance.
const (
	Within Verdict = iota
	Above
	Below
)

func (v Verdict) String() string {
	return [...]string{"as chance allows", "more than chance", "less than chance"}[v]
}

// Verdicts says for each distance where the curve leaves the global band.
func Verdicts(c spatial.Curve) []Verdict {
	out := make([]Verdict, len(c.Radii))
	for k, v := range c.Value {
		switch {
		case k >= len(c.GlobalHi) || math.IsNaN(v):
		case v > c.GlobalHi[k]:
			out[k] = Above
		case v < c.GlobalLo[k]:
			out[k] = Below
		}
	}
	return out
}
