package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"milieu/internal/auth"
	"milieu/internal/bizcase/casebook"
	"milieu/internal/live"
	"milieu/internal/report"
)

// CaseVersionsPage lists the versions of a case.
type CaseVersionsPage struct {
	Base
	Tabs     []Choice
	Here     string
	C        casebook.Case
	Rows     []CaseVersionRow
	Sides    []Choice // what can be compared
	MayWrite bool
}

// CaseVersionRow is a version of a case.
type CaseVersionRow struct {
	casebook.Version
	Who, When, Evidence string
	Current             bool
	Renamed             string   // the title, where it is not that of the version before
	Approvals           []string // who approved it
	Before              string   // where it is compared with the version that it was made from
}

func (s *Server) caseVersions(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	b, a, id := s.caseBook(), actorOf(r), r.PathValue("id")
	c, err := b.Read(r.Context(), a, id)
	if err != nil {
		return err
	}
	all, err := b.Versions(r.Context(), a, id)
	if err != nil {
		return err
	}
	approvals, err := b.Approvals(r.Context(), a, id)
	if err != nil {
		return err
	}
	var ids []string
	for _, v := range all {
		ids = append(ids, v.By)
	}
	for _, p := range approvals {
		ids = append(ids, p.By)
	}
	names, err := s.peopleNames(r, ids...)
	if err != nil {
		return err
	}
	p := CaseVersionsPage{Base: s.base(r, snap, "Versions: "+c.Content.Title, "/cases"), Tabs: caseTabs(a, id, "versions"), Here: casePath(id), C: c, MayWrite: a.May(auth.WriteCase) && c.Deleted == ""}
	if wantsCSV(r) {
		return versionsCSV(w, all, names)
	}
	for k := len(all) - 1; k >= 0; k-- {
		p.Rows = append(p.Rows, versionRow(all, k, c, approvals, names, snap.Rel.ID))
	}
	p.Sides = sidesOf(all)
	return s.render(w, r, "caseversions", p)
}

func versionRow(all []casebook.Version, k int, c casebook.Case, approvals []casebook.Approval, names map[string]string, release string) CaseVersionRow {
	v := all[k]
	row := CaseVersionRow{Version: v, Who: nameOf(v.By, names), When: dayTime(v.At), Current: v.N == c.N}
	switch v.Release {
	case "":
		row.Evidence = "not made when it was kept"
	case release:
		row.Evidence = "today’s"
	default:
		row.Evidence = "release " + shortRelease(v.Release)
	}
	if k > 0 {
		if all[k-1].Title != v.Title {
			row.Renamed = v.Title
		}
		row.Before = caseComparePath(c.ID, strconv.FormatInt(all[k-1].N, 10), strconv.FormatInt(v.N, 10))
	}
	for _, p := range approvals {
		if p.N == v.N && p.WithdrawnAt == "" {
			row.Approvals = append(row.Approvals, nameOf(p.By, names)+" ("+orText(p.Role, "in their own name")+")")
		}
	}
	return row
}

// sidesOf are what can stand on a side of a comparison, the newest first.
func sidesOf(all []casebook.Version) []Choice {
	out := []Choice{{Value: sideNow, Label: "The text in force on today’s evidence"}}
	for k := len(all) - 1; k >= 0; k-- {
		label := fmt.Sprintf("Version %d", all[k].N)
		if all[k].Note != "" {
			label += ": " + short(firstWords(all[k].Note, 60))
		}
		out = append(out, Choice{Value: strconv.FormatInt(all[k].N, 10), Label: label})
	}
	return out
}

func caseComparePath(id, from, to string) string {
	return casePath(id) + "/compare?" + url.Values{"from": {from}, "to": {to}}.Encode()
}

func versionsCSV(w http.ResponseWriter, all []casebook.Version, names map[string]string) error {
	var rows [][]string
	for _, v := range all {
		rows = append(rows, []string{strconv.FormatInt(v.N, 10), strconv.FormatInt(v.From, 10), v.Title, string(v.Stage), v.Note, v.Release, v.At, nameOf(v.By, names)})
	}
	return writeCSV(w, "case-versions", []string{"version", "made_from", "title", "stage", "note", "release", "kept", "by"}, rows)
}

// CaseVersionPage is a version as it read when it was kept.
type CaseVersionPage struct {
	Base
	Tabs    []Choice
	Here    string
	C       casebook.Case
	V       casebook.Version
	By      string
	When    string
	Doc     report.Document
	Made    bool
	Older   bool // made on another release than the one that is being served
	Compare string
}

func (s *Server) caseVersion(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	n, err := strconv.ParseInt(r.PathValue("n"), 10, 64)
	if err != nil || n < 1 {
		return casebook.ErrNotFound
	}
	b, a, id := s.caseBook(), actorOf(r), r.PathValue("id")
	c, err := b.Read(r.Context(), a, id)
	if err != nil {
		return err
	}
	v, _, err := b.Text(r.Context(), a, id, n)
	if err != nil {
		return err
	}
	p := CaseVersionPage{Base: s.base(r, snap, fmt.Sprintf("Version %d: %s", n, v.Title), "/cases"), Tabs: caseTabs(a, id, "versions"), Here: casePath(id), C: c, V: v, When: dayTime(v.At), Compare: caseComparePath(id, r.PathValue("n"), sideNow)}
	names, err := s.peopleNames(r, v.By)
	if err != nil {
		return err
	}
	p.By = nameOf(v.By, names)
	if p.Doc, p.Made, err = s.madeVersion(r, snap, c, n); err != nil {
		return err
	}
	p.Older = p.Doc.Release != snap.Rel.ID
	return s.render(w, r, "caseversion", p)
}

// madeVersion is what a version came to when it was kept, or where it was not made then, what it comes to now; true for the first.
func (s *Server) madeVersion(r *http.Request, snap *live.Snapshot, c casebook.Case, n int64) (report.Document, bool, error) {
	b, a := s.caseBook(), actorOf(r)
	d, made, err := b.Document(r.Context(), a, c.ID, n)
	if err != nil || made {
		return d, made, err
	}
	_, content, err := b.Text(r.Context(), a, c.ID, n)
	if err != nil {
		return d, false, err
	}
	m, err := s.makeCase(r, snap, content, casePath(c.ID))
	return m.Doc, false, err
}

func (s *Server) backCase(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	n, err := formVersion(r)
	if err != nil {
		return err
	}
	to, err := formNumber(r, "to")
	if err != nil {
		return err
	}
	b, a, id := s.caseBook(), actorOf(r), r.PathValue("id")
	_, content, err := b.Text(r.Context(), a, id, to)
	if err != nil {
		return err
	}
	made, err := s.makeCase(r, snap, content, casePath(id))
	if err != nil {
		return err
	}
	if _, err := b.Back(r.Context(), a, id, n, to, documentToKeep(content, made)); err != nil {
		return err
	}
	return see(w, r, casePath(id)+"/versions", "case-back")
}
