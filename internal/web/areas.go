package web

import (
	"net/http"
	"net/url"
	"sort"
	"strconv"

	"milieu/internal/chart"
	"milieu/internal/cluster"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/org"
	"milieu/internal/place"
	"milieu/internal/report"
)

// AreasPage lists the areas by set, and those of the employment table.
type AreasPage struct {
	Base
	Finding    string
	Lede       report.Text
	Sets       []SetView
	Waiting    []WaitingArea
	Employment []Choice
}

// WaitingArea is an area that somebody saved since the release was built.
type WaitingArea struct {
	Name, Path, Km2, Made, Note, Row string
}

func waitingViews(areas []foundArea) []WaitingArea {
	var out []WaitingArea
	for _, a := range areas {
		out = append(out, WaitingArea{a.Name, a.path(), km2(a.Km2), a.Made, a.Note, rowPath(teamAreas, a.ID)})
	}
	return out
}

// SetView is a set of areas with those that hold most.
type SetView struct {
	Name, Label, Path string
	Drawn             bool
	N, Holding        int
	Rows              []AreaRow
}

// AreaRow is one area with what it holds.
type AreaRow struct {
	Name, Path              string
	Organisations           report.Figure
	Counted, Crowded        int
	Employees, Km2, Density string
	// The same as numbers, for CSV and sorting.
	Set, ID    string
	N          int
	EmployeesN int64
	Km2N       float64
	Note       string
}

const (
	setTop  = 8   // areas of a set shown on the page of all sets
	setRows = 100 // areas on a page of one set
)

// areaRows are the areas of a set, those that hold most first; an empty set is all.
func areaRows(r *http.Request, snap *live.Snapshot, set string) ([]AreaRow, error) {
	return live.Remember(&snap.Cache, "areas/rows/"+set, func() ([]AreaRow, error) {
		areas, err := place.Areas(r.Context(), snap.DB, set)
		if err != nil {
			return nil, err
		}
		counts, err := org.AreaCounts(r.Context(), snap.DB, set, "")
		if err != nil {
			return nil, err
		}
		held := map[string]org.AreaCount{}
		for _, c := range counts {
			held[c.Set+"/"+c.ID] = c
		}
		out := make([]AreaRow, 0, len(areas))
		for _, a := range areas {
			out = append(out, areaRow(a, held[a.Set+"/"+a.ID]))
		}
		sort.SliceStable(out, func(i, j int) bool { return out[i].N > out[j].N })
		return out, nil
	})
}

func areaRow(a place.Area, c org.AreaCount) AreaRow {
	row := AreaRow{Name: a.Name, Path: areaPath(a.Set, a.ID), Set: a.Set, ID: a.ID, N: c.Organisations, Counted: c.Counted, Crowded: c.Crowded, EmployeesN: c.Employees, Km2N: a.Km2, Note: a.Note,
		Organisations: report.CountFigure(int64(c.Organisations), evidence.MakeRef("count", []string{"organisations"}, "area_set", a.Set, "area", a.ID)), Km2: km2(a.Km2)}
	if c.Counted > 0 {
		row.Employees = chart.Number(float64(c.Employees), 0)
	}
	if a.Km2 > 0 {
		row.Density = chart.Number(float64(c.Organisations)/a.Km2, decimalsFor(float64(c.Organisations)/a.Km2))
	}
	return row
}

// km2 writes a size so that a park and a region can both be read.
func km2(v float64) string {
	if v <= 0 {
		return ""
	}
	return chart.Number(v, decimalsFor(v))
}

func decimalsFor(v float64) int {
	switch {
	case v >= 100:
		return 0
	case v >= 1:
		return 1
	case v >= 0.1:
		return 2
	}
	return 3
}

func areaPath(set, id string) string {
	return "/areas/" + url.PathEscape(set) + "/" + url.PathEscape(id)
}

var areaHeader = []string{"set", "id", "name", "organisations", "only_mass_registered", "organisations_with_employees_known", "employees_known", "km2", "note"}

func areaTable(rows []AreaRow) [][]string {
	var out [][]string
	for _, a := range rows {
		out = append(out, []string{a.Set, a.ID, a.Name, strconv.Itoa(a.N), strconv.Itoa(a.Crowded), strconv.Itoa(a.Counted), strconv.FormatInt(a.EmployeesN, 10), strconv.FormatFloat(a.Km2N, 'f', -1, 64), a.Note})
	}
	return out
}

func (s *Server) areas(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	rows, err := areaRows(r, snap, "")
	if err != nil {
		return err
	}
	if wantsCSV(r) {
		return writeCSV(w, "areas", areaHeader, areaTable(rows))
	}
	sets, err := areaSets(r.Context(), snap)
	if err != nil {
		return err
	}
	p := AreasPage{Base: s.base(r, snap, "Areas", "/areas"), Finding: "No areas yet"}
	for _, set := range sets {
		v := SetView{Name: set.Name, Label: set.Label(), Path: "/areas/" + url.PathEscape(set.Name), Drawn: set.Drawn, N: set.N}
		most := setTop
		if set.N <= 2*setTop {
			most = set.N
		}
		for _, row := range rows {
			if row.Set != set.Name {
				continue
			}
			if row.N > 0 {
				v.Holding++
			}
			if len(v.Rows) < most && (row.N > 0 || set.Drawn) {
				v.Rows = append(v.Rows, row)
			}
		}
		p.Sets = append(p.Sets, v)
	}
	best, err := defaultSet(r, snap)
	if err != nil {
		return err
	}
	p.find(best)
	waiting, err := s.waitingAreas(r, snap)
	if err != nil {
		return err
	}
	p.Waiting = waitingViews(waiting)
	if p.Employment, err = employmentChoices(r, snap); err != nil {
		return err
	}
	return s.render(w, r, "areas", p)
}

// find says which area of a set holds most; an empty set is the first that holds any.
func (p *AreasPage) find(set string) {
	for _, v := range p.Sets {
		if set != "" && v.Name != set || len(v.Rows) == 0 || v.Rows[0].N == 0 {
			continue
		}
		top := v.Rows[0]
		p.Finding = top.Name + " holds the most organisations"
		p.Lede = report.Say("%v organisations have a site in it, more than in any other of the %v areas of the set “%v”. Areas may overlap and an organisation counts once in each.", top.Organisations, chart.Number(float64(v.N), 0), v.Label)
		return
	}
	if len(p.Sets) > 0 {
		p.Finding = "No area holds an organisation yet"
	}
}

// employmentChoices are the areas of the employment table with the years known.
func employmentChoices(r *http.Request, snap *live.Snapshot) ([]Choice, error) {
	all, err := employmentAreas(r, snap)
	if err != nil {
		return nil, err
	}
	var out []Choice
	for _, a := range all {
		out = append(out, Choice{Value: a.Code, Label: a.Name, Path: employmentPath(all, a), N: len(a.Years)})
	}
	return out, nil
}

func employmentAreas(r *http.Request, snap *live.Snapshot) ([]cluster.AreaChoice, error) {
	return live.Remember(&snap.Cache, "employment/areas", func() ([]cluster.AreaChoice, error) { return cluster.Areas(r.Context(), snap.DB) })
}

// employmentPath names an area by its name, or by its code where another has the
// same name.
func employmentPath(all []cluster.AreaChoice, a cluster.AreaChoice) string {
	slug := evidence.Slug(a.Name)
	for _, other := range all {
		if other.Code != a.Code && evidence.Slug(other.Name) == slug {
			slug = evidence.Slug(a.Code)
			break
		}
	}
	return "/areas/employment/" + url.PathEscape(slug)
}

// AreaSetPage lists the areas of one set.
type AreaSetPage struct {
	Base
	Label string
	Rows  []AreaRow
	Pager Pager
	Map   string
}

func (s *Server) areaSet(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	set, err := findSet(r, snap, r.PathValue("set"))
	if err != nil {
		return err
	}
	rows, err := areaRows(r, snap, set.Name)
	if err != nil {
		return err
	}
	if wantsCSV(r) {
		return writeCSV(w, "areas-"+evidence.Slug(set.Name), areaHeader, areaTable(rows))
	}
	page := 1
	if text := r.URL.Query().Get("page"); text != "" {
		if page, err = strconv.Atoi(text); err != nil || page < 1 || (page-1)*setRows >= max(len(rows), 1) {
			return badRequest("There is no page %q of this list.", text)
		}
	}
	p := AreaSetPage{Base: s.base(r, snap, set.Label(), "/areas"), Label: set.Label(), Pager: pager("/areas/"+url.PathEscape(set.Name), r.URL.Query(), page, setRows, len(rows)), Map: "/map?set=" + url.QueryEscape(set.Name)}
	p.Rows = rows[(page-1)*setRows : min(page*setRows, len(rows))]
	return s.render(w, r, "areaset", p)
}
