package profile

import (
	"sort"

	"milieu/internal/geo/tally"
	"milieu/internal/org"
	"milieu/internal/stat"
)

// The levels at which organisations are grouped.
const (
	LevelIndustry = "industry" // the register's code of five digits
	LevelDivision = "division" // its first two
	LevelSection  = "section"  // the letter
	LevelSector   = "sector"   // the workspace's own; an organisation may be in several
)

// Levels in the order in which they are offered.
var Levels = []string{LevelSector, LevelSection, LevelDivision, LevelIndustry}

// Count is a group of organisations. Employees are those stated in accounts of the Known
// organisations whose first placed site is inside; they may work elsewhere.
type Count struct {
	Named
	Organisations int   `json:"organisations"`
	Known         int   `json:"employees_known"`
	Employees     int64 `json:"employees"`
	squares       float64
}

// Growth is the employees of this year's accounts against last year's, over the organisations whose
// accounts state both.
type Growth struct {
	Organisations int     `json:"organisations"`
	Grew          int     `json:"grew"`
	Same          int     `json:"same"`
	Shrank        int     `json:"shrank"`
	Before        int64   `json:"before"`
	After         int64   `json:"after"`
	Change        float64 `json:"change"` // After / Before - 1, with its 95 % interval
	Lo            float64 `json:"lo"`
	Hi            float64 `json:"hi"`
	Defined       bool    `json:"defined"`
}

// Year is how many organisations that are on the register now were founded in a year.
type Year struct {
	Year          int `json:"year"`
	Organisations int `json:"organisations"`
}

// Answer is what an area holds.
type Answer struct {
	Question      Question `json:"-"`
	Km2           float64  `json:"km2"` // 0 for the whole release
	Organisations int      `json:"organisations"`
	Sites         int      `json:"sites"`
	Approximate   int      `json:"sites_approximate"` // of the sites, placed by hand
	Known         int      `json:"employees_known"`
	Employees     int64    `json:"employees"`
	Growth        Growth   `json:"growth"`
	Founded       []Year   `json:"founded"`
	NoYear        int      `json:"no_year"`
	NoIndustry    int      `json:"no_industry"`
	Industries    []Count  `json:"industries"` // by code, each with an organisation at least, as all levels
	Divisions     []Count  `json:"divisions"`
	Sections      []Count  `json:"sections"`
	Sectors       []Count  `json:"sectors"`
	squares       float64
}

// Level is the groups of a level.
func (a Answer) Level(level string) []Count {
	switch level {
	case LevelIndustry:
		return a.Industries
	case LevelDivision:
		return a.Divisions
	case LevelSection:
		return a.Sections
	case LevelSector:
		return a.Sectors
	}
	return nil
}

// Find is the group of a level with a code; where the area has none it is empty.
func (a Answer) Find(level, code string) Count {
	for _, c := range a.Level(level) {
		if c.Code == code {
			return c
		}
	}
	return Count{Named: Named{Code: code}}
}

// Latest is the last year in which an organisation was founded, 0 where no year is known.
func (a Answer) Latest() int {
	if len(a.Founded) == 0 {
		return 0
	}
	return a.Founded[len(a.Founded)-1].Year
}

// Since is how many organisations were founded in a year or later.
func (a Answer) Since(year int) int {
	n := 0
	for _, y := range a.Founded {
		if y.Year >= year {
			n += y.Organisations
		}
	}
	return n
}

// answer gives the sums of an area their names.
func (b *Book) answer(s tally.Sum, q Question) Answer {
	a := Answer{Question: q, Organisations: s.Organisations, Sites: s.Sites, Approximate: s.Approximate, Known: s.Known, Employees: s.Employees, squares: float64(s.Squares),
		Growth: growthOf(s.Change), NoIndustry: s.Industry[0].Organisations}
	divisions, sections := map[string]*Count{}, map[string]*Count{}
	for n, c := range s.Industry {
		if n == 0 || c == (tally.Counts{}) {
			continue
		}
		i := b.industries[n]
		a.Industries = append(a.Industries, *new(Count{Named: i.Named}).plus(c))
		if i.section != "" {
			group(divisions, i.division).plus(c)
			group(sections, Named{i.section, org.SectionLabel(i.section)}).plus(c)
		}
	}
	a.Divisions, a.Sections = sorted(divisions), sorted(sections)
	for bit, c := range s.Sector {
		if bit < len(b.sectors) && c != (tally.Counts{}) {
			a.Sectors = append(a.Sectors, *new(Count{Named: b.sectors[bit]}).plus(c))
		}
	}
	for y, n := range s.Founded {
		if y == 0 {
			a.NoYear = n
		} else if n > 0 {
			a.Founded = append(a.Founded, Year{y, n})
		}
	}
	return a
}

func (c *Count) plus(t tally.Counts) *Count {
	c.Organisations += t.Organisations
	c.Known += t.Known
	c.Employees += t.Employees
	c.squares += float64(t.Squares)
	return c
}

func group(m map[string]*Count, n Named) *Count {
	if m[n.Code] == nil {
		m[n.Code] = &Count{Named: n}
	}
	return m[n.Code]
}

func sorted(m map[string]*Count) []Count {
	out := make([]Count, 0, len(m))
	for _, c := range m {
		out = append(out, *c)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Code < out[j].Code })
	return out
}

func growthOf(c tally.Change) Growth {
	g := Growth{Organisations: c.Organisations, Grew: c.Grew, Same: c.Organisations - c.Grew - c.Shrank, Shrank: c.Shrank, Before: c.Before, After: c.After}
	q := stat.SumChange(c.Organisations, stat.Summed{Total: float64(c.Before), Squares: float64(c.BeforeSquares)}, stat.Summed{Total: float64(c.After), Squares: float64(c.AfterSquares)},
		float64(c.Crossings), confidence)
	g.Change, g.Lo, g.Hi, g.Defined = q.Value, q.Lo, q.Hi, q.Defined
	return g
}

// confidence of all intervals.
const confidence = 0.95

// founded lists counts by year; 0 is a year that is not known.
func founded(years map[int]int) []Year {
	var out []Year
	for y, n := range years {
		if y > 0 && n > 0 {
			out = append(out, Year{y, n})
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Year < out[j].Year })
	return out
}
