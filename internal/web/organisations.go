package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/org"
	"milieu/internal/place"
	"milieu/internal/report"
)

// OrganisationsPage lists organisations under filters.
type OrganisationsPage struct {
	Base
	Heading   string
	Lede      report.Text
	Name      string // of the box
	Narrowed  bool   // some filter is set
	Truncated bool   // the search by name found more than it gives
	Roles     []Choice
	Sections  []Choice
	Areas     []ChoiceGroup
	Sectors   []Choice
	// SectorName is that of the one chosen.
	SectorName string
	Origins    []Choice
	Unplaced   bool
	Sort       string
	Kept       []Choice // settings that the form keeps without showing them
	Rows       []OrganisationRow
	AnyTies    bool // some organisation of the page has one
	AnySize    bool // of some the employees are known
	ByName     SortHead
	ByJobs     SortHead
	Pager      Pager
	CSV        string
	CSVNote    string
}

// ChoiceGroup is choices under a heading.
type ChoiceGroup struct {
	Label   string
	Choices []Choice
}

// OrganisationRow is one line of the list.
type OrganisationRow struct {
	Name, Path, Ref string
	Roles           []string
	Section, Where  string
	Status          string // only where it is not active
	Employees       *report.Figure
	Ties            int
}

// SortHead is a column by which the list can be sorted.
type SortHead struct{ Path, Aria string }

// Pager leads through a long list.
type Pager struct {
	From, To, Total int
	Pages           []Choice
	Prev, Next      string
}

const (
	pageRows   = 50
	nameHits   = 1000    // what a search by name gives at most
	csvMost    = 100_000 // rows of a CSV file
	pagesMost  = csvMost / pageRows
	areasShown = 120 // sets with more areas than this are not offered in the form
)

// listQuestion is what the address of the list asks for.
type listQuestion struct {
	filter    org.Filter
	name      string
	sort      org.Sort
	page      int
	truncated bool
}

func parseList(snap *live.Snapshot, q url.Values) (listQuestion, error) {
	l := listQuestion{name: strings.TrimSpace(q.Get("name")), sort: org.Sort(q.Get("sort")), page: 1}
	l.filter = org.Filter{Role: q.Get("role"), Section: q.Get("section"), Origin: q.Get("origin"), Status: q.Get("status"), Sector: q.Get("sector"), Unplaced: q.Get("placed") == "no"}
	if a := q.Get("area"); a != "" {
		set, id, ok := strings.Cut(a, "/")
		if !ok {
			return l, badRequest("Area %q is not written as set/id, as in area=ward/E05010857.", a)
		}
		l.filter.AreaSet, l.filter.AreaID = set, id
	}
	if !l.sort.Known() {
		return l, badRequest("The list cannot be sorted by %q; there are name, -name, employees and -employees.", l.sort)
	}
	if p := q.Get("page"); p != "" {
		n, err := strconv.Atoi(p)
		if err != nil || n < 1 || n > pagesMost {
			return l, badRequest("Page %q is not one of 1 to %d; narrow the list instead.", p, pagesMost)
		}
		l.page = n
	}
	if l.name != "" {
		found := snap.Search.Search(l.name, nameHits)
		l.filter.Docs = []uint32{}
		for _, h := range found.Hits {
			l.filter.Docs = append(l.filter.Docs, h.Doc)
		}
		l.truncated = found.Truncated || len(found.Hits) == nameHits
	}
	return l, nil
}

// key names the question, without its page and order, for what is remembered.
func (l listQuestion) key() string {
	f := l.filter
	return strings.Join([]string{f.Role, f.Section, f.AreaSet, f.AreaID, f.Origin, f.Status, f.Sector, fmt.Sprint(f.Unplaced), l.name}, "\x1f")
}

// ref is the reference of the count of what passes.
func (l listQuestion) ref() string {
	var set []string
	for _, p := range [][2]string{{"role", l.filter.Role}, {"section", l.filter.Section}, {"area_set", l.filter.AreaSet}, {"area", l.filter.AreaID}, {"origin", l.filter.Origin}, {"status", l.filter.Status}, {"sector", l.filter.Sector}} {
		if p[1] != "" {
			set = append(set, p[0], p[1])
		}
	}
	if l.filter.Unplaced {
		set = append(set, "placed", "no")
	}
	return evidence.MakeRef("count", []string{"organisations"}, set...)
}

// listCounts is what a filter lets pass.
type listCounts struct {
	Total           int
	Roles, Sections []org.Count
}

func (s *Server) organisations(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	q := r.URL.Query()
	l, err := parseList(snap, q)
	if err != nil {
		return err
	}
	if wantsCSV(r) {
		return s.organisationsCSV(w, r, snap, l)
	}
	counts, err := live.Remember(&snap.Cache, "list/counts/"+l.key(), func() (listCounts, error) { return countList(r, snap, l.filter) })
	if err != nil {
		return err
	}
	p := OrganisationsPage{Base: s.base(r, snap, "Organisations", "/organisations"), Name: l.name, Truncated: l.truncated, Unplaced: l.filter.Unplaced, Sort: string(l.sort)}
	p.Narrowed = l.key() != (listQuestion{}).key()
	if err := p.filters(r, snap, q, l, counts); err != nil {
		return err
	}
	if p.Rows, err = listRows(r, snap, l); err != nil {
		return err
	}
	for _, row := range p.Rows {
		p.AnyTies = p.AnyTies || row.Ties > 0
		p.AnySize = p.AnySize || row.Employees != nil
	}
	p.Pager = pager("/organisations", q, l.page, pageRows, counts.Total)
	p.ByName, p.ByJobs = sortHead(q, l.sort, org.ByName, org.ByNameDown), sortHead(q, l.sort, org.ByEmployees, org.ByFewest)
	p.CSV = withQuery("/organisations", q, "format", "csv", "page", "")
	if counts.Total > csvMost {
		p.CSVNote = fmt.Sprintf("the first %s", chart.Number(csvMost, 0))
	}
	p.say(l, counts)
	return s.render(w, r, "organisations", p)
}

func countList(r *http.Request, snap *live.Snapshot, f org.Filter) (c listCounts, err error) {
	if c.Total, err = org.Total(r.Context(), snap.DB, f); err != nil {
		return c, err
	}
	if c.Roles, err = org.CountByRole(r.Context(), snap.DB, f); err != nil {
		return c, err
	}
	c.Sections, err = org.CountBySection(r.Context(), snap.DB, f)
	return c, err
}

func listRows(r *http.Request, snap *live.Snapshot, l listQuestion) ([]OrganisationRow, error) {
	found, err := live.Remember(&snap.Cache, fmt.Sprintf("list/rows/%s/%s/%d", l.key(), l.sort, l.page), func() ([]org.Summary, error) {
		return org.List(r.Context(), snap.DB, l.filter, l.sort, pageRows, (l.page-1)*pageRows)
	})
	var out []OrganisationRow
	for _, o := range found {
		row := OrganisationRow{Name: o.Name, Path: orgPath(o.ID), Ref: evidence.MakeRef("org", []string{o.ID}), Roles: o.Roles, Section: o.Section, Where: o.Where, Ties: o.Ties}
		if o.Status != "" && !strings.EqualFold(o.Status, "active") {
			row.Status = o.Status
		}
		if o.Employees.Valid {
			f := report.CountFigure(o.Employees.Int64, evidence.MakeRef("employees", []string{o.ID}))
			row.Employees = &f
		}
		out = append(out, row)
	}
	return out, err
}

func (p *OrganisationsPage) filters(r *http.Request, snap *live.Snapshot, q url.Values, l listQuestion, c listCounts) error {
	n := map[string]int{}
	for _, role := range c.Roles {
		n[role.Key] = role.N
	}
	for _, role := range org.Roles {
		if current := l.filter.Role == role.Key; n[role.Key] > 0 || current {
			next := role.Key
			if current {
				next = ""
			}
			p.Roles = append(p.Roles, Choice{Value: role.Key, Label: role.Label, N: n[role.Key], Path: withQuery("/organisations", q, "role", next, "page", ""), Current: current})
		}
	}
	for _, sec := range c.Sections {
		p.Sections = append(p.Sections, Choice{Value: sec.Key, Label: org.SectionLabel(sec.Key), N: sec.N, Current: l.filter.Section == sec.Key})
	}
	for _, o := range []struct{ value, label string }{{"team", "kept by the team"}, {"register", "from a register"}, {"list", "only named in a list"}} {
		p.Origins = append(p.Origins, Choice{Value: o.value, Label: o.label, Current: l.filter.Origin == o.value})
	}
	for _, name := range []string{"role", "status", "sort"} {
		if v := q.Get(name); v != "" {
			p.Kept = append(p.Kept, Choice{Value: v, Label: name})
		}
	}
	var err error
	if p.Sectors, p.SectorName, err = sectorFilter(r, snap, l.filter.Sector); err != nil {
		return err
	}
	groups, err := live.Remember(&snap.Cache, "list/areas", func() ([]ChoiceGroup, error) { return areaChoices(r.Context(), snap) })
	if err != nil {
		return err
	}
	chosen := l.filter.AreaSet + "/" + l.filter.AreaID
	found := chosen == "/"
	for _, g := range groups {
		own := ChoiceGroup{Label: g.Label, Choices: append([]Choice{}, g.Choices...)}
		for i := range own.Choices {
			own.Choices[i].Current = own.Choices[i].Value == chosen
			found = found || own.Choices[i].Current
		}
		p.Areas = append(p.Areas, own)
	}
	if !found {
		a, err := place.Find(r.Context(), snap.DB, l.filter.AreaSet, l.filter.AreaID)
		if err != nil {
			return err
		}
		p.Areas = append(p.Areas, ChoiceGroup{Label: place.SetLabel(a.Set), Choices: []Choice{{Value: chosen, Label: a.Name, Current: true}}})
	}
	return nil
}

// say writes the heading and the first sentence.
func (p *OrganisationsPage) say(l listQuestion, c listCounts) {
	what := "organisations"
	if l.filter.Role != "" {
		what = strings.ToLower(org.RoleLabel(l.filter.Role))
	}
	if c.Total == 1 && what == "organisations" {
		what = "organisation"
	}
	p.Heading = chart.Number(float64(c.Total), 0) + " " + what
	if l.filter.Unplaced {
		p.Heading += " without a place on the map"
	}
	if l.filter.Section != "" {
		p.Heading += " in " + strings.ToLower(org.SectionLabel(l.filter.Section))
	}
	if p.SectorName != "" {
		p.Heading += " of the sector " + p.SectorName
	}
	for _, g := range p.Areas {
		for _, a := range g.Choices {
			if a.Current {
				p.Heading += " in " + a.Label
			}
		}
	}
	if l.name != "" {
		p.Heading += fmt.Sprintf(" with “%s” in the name", l.name)
	}
	if c.Total == 0 {
		return
	}
	count := report.CountFigure(int64(c.Total), l.ref())
	largest := org.Count{}
	known := 0
	for _, sec := range c.Sections {
		known += sec.N
		if sec.N > largest.N {
			largest = sec
		}
	}
	switch {
	case l.name != "":
		// A count of what a search found has no chain of its own.
	case l.filter.Role != "" || len(c.Roles) < 2 && known*2 < c.Total:
		p.Lede = report.Say("%v are on record, the most important first: those that the team keeps, then by the employees that their accounts state.", count)
	case l.filter.Section != "" || largest.N == 0 || known*2 < c.Total:
		p.Lede = report.Say("Of %v,", count)
		for k, role := range c.Roles[:min(3, len(c.Roles))] {
			set := l
			set.filter.Role = role.Key
			lead := []string{" %v are ", ", %v are ", " and %v are "}[k]
			p.Lede = append(p.Lede, report.Say(lead+strings.ToLower(org.RoleLabel(role.Key)), report.CountFigure(int64(role.N), set.ref()))...)
		}
		p.Lede = append(p.Lede, report.Say("; one can hold several roles.")...)
	default:
		set := l
		set.filter.Section = largest.Key
		p.Lede = report.Say("Of %v, the largest part is in %v: %v.", count, strings.ToLower(org.SectionLabel(largest.Key)), report.CountFigure(int64(largest.N), set.ref()))
	}
}

func sortHead(q url.Values, now, first, second org.Sort) SortHead {
	h := SortHead{Path: withQuery("/organisations", q, "sort", string(first), "page", "")}
	// A count begins with the largest, a name with A.
	aria := map[org.Sort]string{org.ByName: "ascending", org.ByNameDown: "descending", org.ByEmployees: "descending", org.ByFewest: "ascending"}
	switch now {
	case first:
		h.Path, h.Aria = withQuery("/organisations", q, "sort", string(second), "page", ""), aria[first]
	case second:
		h.Path, h.Aria = withQuery("/organisations", q, "sort", "", "page", ""), aria[second]
	}
	return h
}

// pager leads to the pages near the present one, the first and the last.
func pager(path string, q url.Values, page, rows, total int) Pager {
	last := min((total+rows-1)/rows, pagesMost)
	p := Pager{From: (page-1)*rows + 1, To: min(page*rows, total), Total: total}
	if last < 2 {
		return p
	}
	at := func(n int) string {
		if n == 1 {
			return withQuery(path, q, "page", "")
		}
		return withQuery(path, q, "page", strconv.Itoa(n))
	}
	if page > 1 {
		p.Prev = at(page - 1)
	}
	if page < last {
		p.Next = at(page + 1)
	}
	for n := 1; n <= last; n++ {
		if n == 1 || n == last || n >= page-2 && n <= page+2 {
			p.Pages = append(p.Pages, Choice{Value: strconv.Itoa(n), Label: chart.Number(float64(n), 0), Path: at(n), Current: n == page})
		}
	}
	return p
}

func (s *Server) organisationsCSV(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, l listQuestion) error {
	header := []string{"id", "name", "kind", "roles", "section", "status", "where", "employees", "ties", "origin", "source", "file", "line", "source_url"}
	return s.streamCSV(r.Context(), w, "organisations", header, func(row func([]string) error) error {
		return org.Each(r.Context(), snap.DB, l.filter, l.sort, csvMost, 0, func(o org.Summary) error {
			employees := ""
			if o.Employees.Valid {
				employees = strconv.FormatInt(o.Employees.Int64, 10)
			}
			return row([]string{o.ID, o.Name, o.Kind, strings.Join(o.Roles, ";"), o.Section, o.Status, o.Where, employees, strconv.Itoa(o.Ties), o.Origin,
				o.Record.Source, o.Record.File, strconv.FormatInt(int64(o.Record.Line), 10), o.SourceURL})
		})
	})
}
