package web

import (
	"fmt"
	"net/http"
	"net/url"
	"sort"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/org"
	"milieu/internal/place"
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
	set, id := r.PathValue("set"), r.PathValue("id")
	p, err := live.Remember(&snap.Cache, "area/"+set+"/"+id, func() (AreaPage, error) { return areaOf(r, snap, set, id) })
	if err != nil {
		return err
	}
	if wantsCSV(r) {
		return writeCSV(w, "area-"+evidence.Slug(set+"-"+id), []string{"measure", "key", "label", "value"}, p.table())
	}
	p.Base = s.base(r, snap, p.Area.Name, "/areas")
	return s.render(w, r, "area", p)
}

func areaOf(r *http.Request, snap *live.Snapshot, set, id string) (AreaPage, error) {
	var p AreaPage
	ctx := r.Context()
	shape, err := place.Find(ctx, snap.DB, set, id)
	if err != nil {
		return p, err
	}
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
	facilities, err := org.Facilities(ctx, snap.DB)
	if err != nil {
		return p, err
	}
	for _, f := range facilities {
		if f.Lon.Valid && shape.Contains(f.Lon.Float64, f.Lat.Float64) {
			p.Facilities = append(p.Facilities, FacilityView{f, evidence.MakeRef("facility", []string{f.ID})})
		}
	}
	p.Shape = areaSketch(shape)
	p.MapPath = mapAround(shape)
	all, err := employmentAreas(r, snap)
	if err != nil {
		return p, err
	}
	for _, a := range all {
		if strings.EqualFold(a.Name, p.Area.Name) {
			p.Employment = employmentPath(all, a)
		}
	}
	p.say()
	return p, nil
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

func (p *AreaPage) table() [][]string {
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
