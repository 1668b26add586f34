package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/profile"
)

// membersOf are the organisations of an area with most employees known, then by the release's order of
// importance; one with several sites inside stands once.
func membersOf(snap *live.Snapshot, a foundArea, q profile.Question, most int) []MemberLine {
	return named(snap, snap.Book.Largest(a.Geometry, q, most))
}

// everyMember is all of membersOf, at most csvMost: sorting all takes less than keeping very many in order.
func everyMember(snap *live.Snapshot, a foundArea, q profile.Question) []MemberLine {
	at := map[uint32]int{}
	var all []profile.Site
	for _, site := range snap.Book.Sites(profile.Filter{Question: q, Shape: a.Geometry}) {
		if i, seen := at[site.Doc]; seen {
			all[i].Employees = max(all[i].Employees, site.Employees)
			continue
		}
		at[site.Doc] = len(all)
		all = append(all, site)
	}
	slices.SortFunc(all, func(x, y profile.Site) int {
		return cmp.Or(cmp.Compare(y.Employees, x.Employees), cmp.Compare(x.Doc, y.Doc))
	})
	return named(snap, all[:min(len(all), csvMost)])
}

// named gives the organisations of sites their names and pages.
func named(snap *live.Snapshot, sites []profile.Site) []MemberLine {
	out := make([]MemberLine, 0, len(sites))
	for _, site := range sites {
		if id, name, ok := snap.Search.Document(site.Doc); ok {
			out = append(out, MemberLine{ID: id, Name: name, Path: orgPath(id), Lon: site.Lon, Lat: site.Lat, Employees: int(site.Employees)})
		}
	}
	return out
}

// MembersPage lists the organisations of an area.
type MembersPage struct {
	Base
	Area  foundArea
	Path  string
	Basis string
	Rows  []MemberLine
	Pager Pager
	CSV   string
	// CSVNote says how much of a very long list the CSV holds.
	CSVNote string
	Away    string
}

// profileMembers lists the organisations of any area: ?area=SET/ID or what /profile takes.
func (s *Server) profileMembers(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	q := r.URL.Query()
	var a foundArea
	var err error
	if ref := q.Get("area"); ref != "" {
		a, err = s.findArea(r, snap, ref)
	} else {
		a, err = s.askedArea(r, snap)
	}
	if err != nil {
		return err
	}
	ask, err := parseProfile(q)
	if err != nil {
		return err
	}
	if snap.Book == nil {
		return noIndex()
	}
	if wantsCSV(r) {
		return writeCSV(w, "organisations-"+evidence.Slug(orText(a.ID, a.Name)), membersHeader, membersTable(everyMember(snap, a, ask.Question)))
	}
	page, err := pageNumber(q)
	if err != nil {
		return err
	}
	total := snap.Book.Profile(a.Geometry, ask.Question).Organisations
	p := MembersPage{Base: s.base(r, snap, "Organisations in "+a.Name, "/areas"), Area: a, Path: a.path(), Pager: pager("/profile/organisations", q, page, pageRows, total),
		CSV: withQuery("/profile/organisations", q, "format", "csv", "page", ""), Away: leftOut(snap, ask.Question)}
	for _, b := range basisNames {
		if b.basis == ask.Basis {
			p.Basis = b.clause
		}
	}
	if total > csvMost {
		p.CSVNote = "the first " + chart.Number(csvMost, 0)
	}
	rows := membersOf(snap, a, ask.Question, page*pageRows)
	p.Rows = rows[min((page-1)*pageRows, len(rows)):]
	return s.render(w, r, "members", p)
}

var membersHeader = []string{"id", "name", "lon", "lat", "employees"}

func membersTable(all []MemberLine) [][]string {
	var out [][]string
	for _, m := range all {
		employees := ""
		if m.Employees >= 0 {
			employees = strconv.Itoa(m.Employees)
		}
		out = append(out, []string{m.ID, m.Name, strconv.FormatFloat(m.Lon, 'f', 6, 64), strconv.FormatFloat(m.Lat, 'f', 6, 64), employees})
	}
	return out
}

// noIndex says that the release was built by an earlier program.
func noIndex() error {
	return notFound("This release was built before profiles of areas were kept. Build again, and they are there.")
}
