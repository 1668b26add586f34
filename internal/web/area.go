package web

import (
	"fmt"
	"net/http"
	"net/url"
	"sort"
	"strings"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/auth"
	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/geo"
	"milieu/internal/live"
	"milieu/internal/observation"
	"milieu/internal/org"
	"milieu/internal/place"
	"milieu/internal/profile"
	"milieu/internal/report"
)

// AreaPage is what one area holds.
type AreaPage struct {
	Base
	Area       place.Area
	SetLabel   string
	Sentence   report.Text
	Row        AreaRow
	Roles      []MixRow
	Sections   []MixRow
	Largest    []OrganisationRow
	AnySize    bool // of some of the largest the employees are known
	Facilities []FacilityView
	Shape      chart.Chart
	MapPath    string
	ListPath   string
	Employment string // path of the employment table's area of the same name
	Figures    string // path of the official figures of the area, where there are any
	Found      foundArea
	Profile    *ProfileView
	Save       *SaveForm // of an area that is only drawn
	Compare    string    // path of the comparison with others
	CSV        string
	GeoJSON    string
}

// SaveForm is what saving a drawn area needs.
type SaveForm struct {
	Shape, Kept, Name, Made string
	May                     bool
}

// MixRow is one part of what an area holds, with its share.
type MixRow struct {
	Key, Label, Path string
	Figure           report.Figure
	Percent          int // of the largest, for the bar
}

// largestRows is how many organisations an area's profile names.
const largestRows = 15

func (s *Server) areaProfile(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	a, err := s.findArea(r, snap, r.PathValue("set")+"/"+r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.showArea(w, r, snap, a)
}

// profilePage is the profile of an area that its address describes.
func (s *Server) profilePage(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	a, err := s.askedArea(r, snap)
	if err != nil {
		return err
	}
	return s.showArea(w, r, snap, a)
}

// showArea is the profile of any area: of the release, saved or drawn.
func (s *Server) showArea(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, a foundArea) error {
	if r.URL.Query().Get("format") == "geojson" {
		return s.areaGeoJSON(w, r, snap, a)
	}
	p, err := s.areaPage(r, snap, a)
	if err != nil {
		return err
	}
	if wantsCSV(r) {
		return writeCSV(w, "area-"+evidence.Slug(orText(a.Set, "drawn")+"-"+orText(a.ID, a.Name)), areaHead, p.table())
	}
	p.Base = s.base(r, snap, p.Area.Name, "/areas")
	return s.render(w, r, "area", p)
}

// areaGeoJSON sends the shape for a map program.
func (s *Server) areaGeoJSON(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, a foundArea) error {
	props := map[string]string{"name": a.Name, "set": a.Set, "id": a.ID, "made_from": a.Made, "note": a.Note}
	for k, v := range props {
		if v == "" {
			delete(props, k)
		}
	}
	return s.writeGeo(w, r, snap, "area", []geo.Feature{{Properties: props, Geometry: a.Geometry}}, "")
}

// areaPage puts the page together.
func (s *Server) areaPage(r *http.Request, snap *live.Snapshot, a foundArea) (AreaPage, error) {
	p := AreaPage{Area: a.Area, SetLabel: place.SetLabel(a.Set), Shape: areaSketch(a.Shape), MapPath: mapAround(a.Shape), Row: areaRow(a.Area, org.AreaCount{})}
	var err error
	if a.Built && countsTables(snap) {
		if p, err = live.Remember(&snap.Cache, "area/"+a.Ref, func() (AreaPage, error) { return areaOf(r, snap, a.Shape) }); err != nil {
			return p, err
		}
	}
	if p.Employment, err = employmentOf(r, snap, a); err != nil {
		return p, err
	}
	if p.Figures, err = figuresOf(r, snap, a); err != nil {
		return p, err
	}
	p.Found = a
	if !a.Built {
		p.Row.Density = "" // nothing has been counted
	}
	if a.Note != "" {
		p.Area.Note = strings.TrimSuffix(a.Note, ".") + "."
	}
	q := r.URL.Query()
	p.CSV, p.GeoJSON = withQuery(r.URL.EscapedPath(), q, "format", "csv"), withQuery(r.URL.EscapedPath(), q, "format", "geojson")
	if p.Profile, err = s.profileView(r, snap, a); err != nil {
		return p, err
	}
	if p.Profile != nil {
		p.sayProfile(a)
		p.ListPath = orText(p.ListPath, p.Profile.Members)
	}
	if p.Facilities, err = facilitiesIn(r, snap, a.Shape); err != nil {
		return p, err
	}
	p.Compare = "/compare?" + url.Values{"area": {a.Ref}}.Encode()
	if a.Text != "" && len(a.Text) <= mostShapeAddress {
		p.MapPath += "&shape=" + a.Text
	}
	if a.Text != "" && s.cfg.Team != nil {
		p.Save = saveForm(a, q.Get("kept"), actorOf(r).May(auth.Decide))
	}
	return p, nil
}

// figuresOf leads to the series of official figures of an area.
func figuresOf(r *http.Request, snap *live.Snapshot, a foundArea) (string, error) {
	if !a.Built || a.ID == "" {
		return "", nil
	}
	n, err := live.Remember(&snap.Cache, "figures/of/"+a.ID, func() (int, error) {
		return observation.Count(r.Context(), snap.DB, observation.Filter{AreaKeys: []string{a.ID}, Industry: "all"})
	})
	if err != nil || n == 0 {
		return "", err
	}
	return "/figures?area=" + url.QueryEscape(a.ID), nil
}

func saveForm(a foundArea, kept string, may bool) *SaveForm {
	f := &SaveForm{Shape: a.Text, Made: a.Made, May: may}
	if a.Name != drawnName {
		f.Name = a.Name
	}
	if kept != "" {
		f.Shape, f.Kept = "", kept
	}
	return f
}

// tablesMost is up to how many organisations of a release the tables are asked what an area holds by
// role: of a national register that takes seconds, and its organisations have no roles.
const tablesMost = 200_000

func countsTables(snap *live.Snapshot) bool {
	return snap.Book == nil || snap.Book.Nation(profile.Question{}).Organisations <= tablesMost
}

// employmentOf is the path of the employment table's area of the same name.
func employmentOf(r *http.Request, snap *live.Snapshot, a foundArea) (string, error) {
	if a.Text != "" {
		return "", nil
	}
	all, err := employmentAreas(r, snap)
	for _, e := range all {
		if strings.EqualFold(e.Name, a.Name) {
			return employmentPath(all, e), err
		}
	}
	return "", err
}

// areaOf is what the tables of the release say of one of its areas.
func areaOf(r *http.Request, snap *live.Snapshot, shape place.Shape) (AreaPage, error) {
	var p AreaPage
	ctx, set, id := r.Context(), shape.Set, shape.ID
	held, err := org.AreaCounts(ctx, snap.DB, set, id)
	if err != nil {
		return p, err
	}
	p.Area, p.SetLabel = shape.Area, place.SetLabel(set)
	p.Row = areaRow(shape.Area, append(held, org.AreaCount{})[0])
	l := listQuestion{filter: org.Filter{AreaSet: set, AreaID: id}, page: 1}
	p.ListPath = "/organisations?area=" + url.QueryEscape(set+"/"+id)
	counts, err := countList(r, snap, l.filter)
	if err != nil {
		return p, err
	}
	p.mix(l, counts)
	if p.Largest, err = listRows(r, snap, l); err != nil {
		return p, err
	}
	p.Largest = p.Largest[:min(largestRows, len(p.Largest))]
	for _, o := range p.Largest {
		p.AnySize = p.AnySize || o.Employees != nil
	}
	p.Shape = areaSketch(shape)
	p.MapPath = mapAround(shape)
	p.say()
	return p, nil
}

// facilitiesIn are the facilities that stand in an area.
func facilitiesIn(r *http.Request, snap *live.Snapshot, shape place.Shape) ([]FacilityView, error) {
	all, err := live.Remember(&snap.Cache, "facilities", func() ([]org.Facility, error) { return org.Facilities(r.Context(), snap.DB) })
	if err != nil || len(all) == 0 {
		return nil, err
	}
	var out []FacilityView
	within := geo.NewLocator([]geom.Geometry{shape.Geometry})
	for _, f := range all {
		if f.Lon.Valid && f.Lat.Valid && len(within.Locate(f.Lon.Float64, f.Lat.Float64)) > 0 {
			out = append(out, FacilityView{f, evidence.MakeRef("facility", []string{f.ID})})
		}
	}
	return out, nil
}

func (p *AreaPage) mix(l listQuestion, c listCounts) {
	most := 1
	for _, role := range c.Roles {
		most = max(most, role.N)
	}
	for _, role := range c.Roles {
		q := l
		q.filter.Role = role.Key
		p.Roles = append(p.Roles, MixRow{role.Key, org.RoleLabel(role.Key), p.ListPath + "&role=" + url.QueryEscape(role.Key), report.CountFigure(int64(role.N), q.ref()), 100 * role.N / most})
	}
	most = 1
	for _, sec := range c.Sections {
		most = max(most, sec.N)
	}
	sort.SliceStable(c.Sections, func(a, b int) bool { return c.Sections[a].N > c.Sections[b].N })
	for _, sec := range c.Sections {
		q := l
		q.filter.Section = sec.Key
		p.Sections = append(p.Sections, MixRow{sec.Key, org.SectionLabel(sec.Key), p.ListPath + "&section=" + sec.Key, report.CountFigure(int64(sec.N), q.ref()), 100 * sec.N / most})
	}
}

// say writes the first sentence.
func (p *AreaPage) say() {
	if p.Row.N == 0 {
		p.Sentence = report.Say("No organisation on record has a site here.")
		return
	}
	size := ""
	if p.Row.Km2 != "" {
		size = " on " + p.Row.Km2 + " km²"
	}
	t := report.Say("%v organisations have a site here%v.", p.Row.Organisations, size)
	if p.Row.Counted > 0 {
		t = append(t, report.Say(" %v of them state employees in their accounts, %v in all; what they employ elsewhere is in that number too.", chart.Number(float64(p.Row.Counted), 0), p.Row.Employees)...)
	}
	if p.Row.Crowded > 0 {
		t = append(t, report.Say(" %v are here only by an address of mass registration.", chart.Number(float64(p.Row.Crowded), 0))...)
	}
	p.Sentence = t
}

// areaHead are the columns of an area's CSV.
var areaHead = []string{"measure", "key", "label", "value", "low", "high", "reading"}

func (p *AreaPage) table() [][]string {
	if p.Profile != nil {
		return p.Profile.table()
	}
	rows := [][]string{{"organisations", "", "", fmt.Sprint(p.Row.N)}, {"only_mass_registered", "", "", fmt.Sprint(p.Row.Crowded)}, {"organisations_with_employees_known", "", "", fmt.Sprint(p.Row.Counted)},
		{"employees_known", "", "", fmt.Sprint(p.Row.EmployeesN)}, {"km2", "", "", fmt.Sprint(p.Row.Km2N)}}
	for _, m := range p.Roles {
		rows = append(rows, []string{"organisations_by_role", m.Key, m.Label, strings.ReplaceAll(m.Figure.Text, ",", "")})
	}
	for _, m := range p.Sections {
		rows = append(rows, []string{"organisations_by_section", m.Key, m.Label, strings.ReplaceAll(m.Figure.Text, ",", "")})
	}
	for _, f := range p.Facilities {
		rows = append(rows, []string{"facility", f.ID, f.Name, ""})
	}
	return rows
}
