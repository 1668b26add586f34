package api

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/evidence"
	"milieu/internal/geo/shape"
	"milieu/internal/place"
	"milieu/internal/profile"
	"milieu/internal/stat"
)

// profileAnswer is what an area holds.
type profileAnswer struct {
	Release   string          `json:"release"`
	Area      string          `json:"area"` // reference: set/id, nation/all, or shape for one that was sent
	Name      string          `json:"name"`
	Basis     string          `json:"basis"`
	Mass      bool            `json:"mass_registration"`
	LeftOut   profile.LeftOut `json:"left_out"` // of the whole release
	Km2       *float64        `json:"km2"`
	Organised int             `json:"organisations"`
	Sites     int             `json:"sites"`
	Hand      int             `json:"sites_approximate"`
	Known     int             `json:"employees_known"`
	Employees *int64          `json:"employees"` // none known is not 0
	Growth    *growthItem     `json:"growth"`
	Founded   []profile.Year  `json:"founded"`
	NoYear    int             `json:"no_year"`
	NoCode    int             `json:"no_industry"`
	Sectors   []countItem     `json:"sectors"`
	Sections  []countItem     `json:"sections"`
	Divisions []countItem     `json:"divisions"`
	Industry  []countItem     `json:"industries"`
	Against   string          `json:"against"`
	Level     string          `json:"level"`
	Quotients []quotientItem  `json:"quotients"`
}

type growthItem struct {
	Organisations int     `json:"organisations"`
	Grew          int     `json:"grew"`
	Same          int     `json:"same"`
	Shrank        int     `json:"shrank"`
	Before        int64   `json:"employees_before"`
	After         int64   `json:"employees_after"`
	Change        float64 `json:"change"`
	Lo            float64 `json:"change_low"`
	Hi            float64 `json:"change_high"`
}

type countItem struct {
	Code          string `json:"code"`
	Name          string `json:"name"`
	Organisations int    `json:"organisations"`
	Known         int    `json:"employees_known"`
	Employees     *int64 `json:"employees"`
}

type quotientItem struct {
	Code          string     `json:"code"`
	Name          string     `json:"name"`
	Organisations int        `json:"organisations"`
	Wider         int        `json:"reference_organisations"`
	Quotient      *rangeItem `json:"quotient"`
	P             float64    `json:"p"`
	Adjusted      float64    `json:"p_adjusted"`
	Verdict       string     `json:"verdict"`
	EmployeesLQ   *rangeItem `json:"employees_quotient"`
}

// rangeItem is a value with its 95 % interval.
type rangeItem struct {
	Value float64 `json:"value"`
	Lo    float64 `json:"low"`
	Hi    float64 `json:"high"`
}

// profileParams are what addresses of profiles take.
var profileParams = []string{"basis", "mass", "against", "level"}

// areaProfile is the profile of an area of the release.
func (s *Server) areaProfile(a *ask) error {
	area, err := profile.FindArea(a.r.Context(), a.snap.DB, a.r.PathValue("set")+"/"+a.r.PathValue("id"))
	if err != nil {
		return profileFault(err)
	}
	return s.sendProfile(a, area, area.Code)
}

// wholeProfile is the profile of the whole release.
func (s *Server) wholeProfile(a *ask) error {
	return s.sendProfile(a, profile.Area{Named: profile.Named{Code: profile.NationArea, Name: "the whole release"}, Nation: true}, profile.NationArea)
}

// shapeMost is how many bytes of a shape are taken.
const shapeMost = 2 << 20

// shapeProfile is the profile of the shapes that are sent, joined.
func (s *Server) shapeProfile(a *ask) error {
	data, err := io.ReadAll(http.MaxBytesReader(a.w, a.r.Body, shapeMost))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return failed(badParameter, "The shape has more than %d bytes. Simplify it.", shapeMost)
	}
	if err != nil {
		return failed(badParameter, "The shape did not come whole. Send it again.")
	}
	shapes, _, err := shape.Read(data)
	if err != nil {
		return failed(badParameter, "The body cannot be read as GeoJSON, KML or WKT: %v.", err)
	}
	gs := make([]geom.Geometry, len(shapes))
	for i, f := range shapes {
		gs[i] = f.Geometry
	}
	area := profile.Area{Named: profile.Named{Code: profile.DrawnSet, Name: "the shape that was sent"}}
	if area.Shape, err = shape.Join(gs); err != nil {
		return failed(badParameter, "The shapes cannot be joined: %v.", err)
	}
	return s.sendProfile(a, area, profile.DrawnSet)
}

// profileFault is what an area that cannot be found or read says to who asked.
func profileFault(err error) error {
	var bad *evidence.RefError
	if errors.As(err, &bad) {
		return failed(badParameter, "%s.", bad.Msg)
	}
	if errors.Is(err, evidence.ErrNoFigure) {
		return place.ErrNotFound
	}
	return err
}

func (s *Server) sendProfile(a *ask, area profile.Area, ref string) error {
	q := profile.Question{Basis: profile.Basis(a.query.choice("basis", string(profile.Any), string(profile.Work), string(profile.Office))), Mass: a.query.choice("mass", "yes", "no") == "yes"}
	if q.Basis == "" {
		q.Basis = profile.Any
	}
	level := a.query.choice("level", profile.Levels...)
	if level == "" {
		level = profile.LevelSection
	}
	against := a.query.text("against")
	if against == "" {
		against = profile.NationArea
	}
	if against != "" && !strings.Contains(against, "/") {
		a.query.bad("against %q is not written as set/id, as in lad/E08000018.", clip(against))
	}
	if err := a.query.err(); err != nil {
		return err
	}
	wider, err := profile.FindArea(a.r.Context(), a.snap.DB, against)
	if errors.Is(err, evidence.ErrNoFigure) {
		return failed(badParameter, "The release has no area %s to hold it against.", clip(against))
	}
	if err != nil {
		return profileFault(err)
	}
	got := a.snap.Book.Answer(area, q)
	qs, err := profile.Quotients(got, a.snap.Book.Answer(wider, q), level)
	if err != nil {
		return err
	}
	out := profileItem(got)
	out.Release, out.Area, out.Name, out.Basis, out.Mass, out.LeftOut = a.snap.Rel.ID, ref, area.Name, string(q.Basis), q.Mass, a.snap.Book.LeftOut(q)
	out.Against, out.Level, out.Quotients = against, level, make([]quotientItem, 0, len(qs))
	for _, x := range qs {
		out.Quotients = append(out.Quotients, quotientItem{x.Code, x.Name, x.Organisations, x.Wider, rangeOf(x.LQ), x.P, x.Adjusted, x.Verdict, rangeOf(x.EmployeesLQ)})
	}
	return a.send(out)
}

func profileItem(p profile.Answer) profileAnswer {
	out := profileAnswer{Organised: p.Organisations, Sites: p.Sites, Hand: p.Approximate, Known: p.Known, Employees: stated(p.Known, p.Employees), Founded: []profile.Year{}, NoYear: p.NoYear, NoCode: p.NoIndustry,
		Sectors: countItems(p.Sectors), Sections: countItems(p.Sections), Divisions: countItems(p.Divisions), Industry: countItems(p.Industries)}
	if p.Km2 > 0 {
		out.Km2 = &p.Km2
	}
	out.Founded = append(out.Founded, p.Founded...)
	if g := p.Growth; g.Defined {
		out.Growth = &growthItem{g.Organisations, g.Grew, g.Same, g.Shrank, g.Before, g.After, g.Change, g.Lo, g.Hi}
	}
	return out
}

func countItems(counts []profile.Count) []countItem {
	out := make([]countItem, 0, len(counts))
	for _, c := range counts {
		out = append(out, countItem{c.Code, c.Name, c.Organisations, c.Known, stated(c.Known, c.Employees)})
	}
	return out
}

// stated is a number of employees, null where nobody states any.
func stated(known int, n int64) *int64 {
	if known == 0 {
		return nil
	}
	return &n
}

func rangeOf(q stat.Quotient) *rangeItem {
	if !q.Defined {
		return nil
	}
	return &rangeItem{q.Value, q.Lo, q.Hi}
}
