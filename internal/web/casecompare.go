package web

import (
	"fmt"
	"net/http"
	"strconv"

	"milieu/internal/bizcase/casebook"
	"milieu/internal/bizcase/compare"
	"milieu/internal/live"
	"milieu/internal/report"
)

// CaseComparePage says what differs between two versions of a case, or between a version as it was kept and today.
type CaseComparePage struct {
	Base
	Tabs     []Choice
	Here     string
	C        casebook.Case
	Finding  string
	From, To CompareSide
	Sides    []Choice
	Changes  compare.Changes
	Parts    []ComparePart // sentences by section
	Same     bool
	CSV      string
}

// CompareSide is one side of a comparison.
type CompareSide struct {
	Value, Label string
	Says         string // when it was kept and on which evidence
}

// ComparePart is a section with the sentences that differ.
type ComparePart struct {
	Title     string
	Sentences []CompareSentence
}

// CompareSentence is a sentence with what differs in it marked.
type CompareSentence struct {
	Kind, In string
	Was, Now []compare.Piece
	Figures  bool // only figures differ
}

// sideNow is the text in force on the evidence of today.
const sideNow = "now"

func (s *Server) caseCompare(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	b, a, id := s.caseBook(), actorOf(r), r.PathValue("id")
	c, err := b.Read(r.Context(), a, id)
	if err != nil {
		return err
	}
	all, err := b.Versions(r.Context(), a, id)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	from, to := orText(q.Get("from"), strconv.FormatInt(c.N, 10)), orText(q.Get("to"), sideNow)
	p := CaseComparePage{Base: s.base(r, snap, "Compare: "+c.Content.Title, "/cases"), Tabs: caseTabs(a, id, "versions"), Here: casePath(id), C: c, Sides: sidesOf(all)}
	p.CSV = caseComparePath(id, from, to) + "&format=csv"
	var before, after report.Document
	if p.From, before, err = s.compareSide(r, snap, c, all, from); err != nil {
		return err
	}
	if p.To, after, err = s.compareSide(r, snap, c, all, to); err != nil {
		return err
	}
	before.Status, after.Status = "", "" // where each stands is said beside it
	p.Changes = compare.Compare(before, after)
	p.Same = p.Changes.Empty()
	p.Finding = p.Changes.Summary()
	p.Parts = compareParts(p.Changes.Sentences)
	if wantsCSV(r) {
		return compareCSV(w, p.Changes)
	}
	return s.render(w, r, "casecompare", p)
}

// compareSide reads a side: the number of a version, or now.
func (s *Server) compareSide(r *http.Request, snap *live.Snapshot, c casebook.Case, all []casebook.Version, value string) (CompareSide, report.Document, error) {
	if value == sideNow {
		_, made, err := s.storedCase(r, snap, c.ID)
		return CompareSide{Value: value, Label: "Today", Says: fmt.Sprintf("Version %d on today’s evidence, release %s of %s.", c.N, shortRelease(snap.Rel.ID), snap.Rel.Built.Date())}, made.Doc, err
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return CompareSide{}, report.Document{}, badRequest("%.20q is not a version of this case: choose one of 1 to %d, or %s.", value, len(all), sideNow)
	}
	for _, v := range all {
		if v.N != n {
			continue
		}
		d, made, err := s.madeVersion(r, snap, c, n)
		side := CompareSide{Value: value, Label: fmt.Sprintf("Version %d", n), Says: fmt.Sprintf("Kept %s on release %s of %s.", dayTime(v.At), shortRelease(d.Release), d.Date)}
		if !made {
			side.Says = fmt.Sprintf("Kept %s. It was not made then, so it is shown on today’s evidence.", dayTime(v.At))
		}
		return side, d, err
	}
	return CompareSide{}, report.Document{}, casebook.ErrNotFound
}

// compareParts gathers sentences by the section in which they stand.
func compareParts(all []compare.Sentence) []ComparePart {
	var out []ComparePart
	for _, x := range all {
		title := orText(x.SectionTitle, x.Section)
		if len(out) == 0 || out[len(out)-1].Title != title {
			out = append(out, ComparePart{Title: title})
		}
		row := CompareSentence{Kind: string(x.Kind), In: x.In, Figures: x.WordsSame}
		row.Was, row.Now = compare.Pieces(x.WasText, x.NowText)
		last := &out[len(out)-1]
		last.Sentences = append(last.Sentences, row)
	}
	return out
}

// compareCSV lists every difference in one table.
func compareCSV(w http.ResponseWriter, c compare.Changes) error {
	var rows [][]string
	add := func(what string, kind compare.Kind, where, name, was, now string) {
		rows = append(rows, []string{what, string(kind), where, name, was, now})
	}
	for _, x := range c.Head {
		add("heading", compare.Changed, "", x.Name, x.Was, x.Now)
	}
	for _, x := range c.Assumptions {
		add("assumption", x.Kind, "", x.Name, x.Was, x.Now)
	}
	for _, x := range c.Sections {
		add("section", x.Kind, x.ID, x.Title, "", "")
	}
	for _, x := range c.Sentences {
		add("sentence", x.Kind, x.Section, x.In, x.Was, x.Now)
	}
	for _, t := range []struct {
		what string
		list []compare.Table
	}{{"table", c.Tables}, {"chart", c.Charts}} {
		for _, x := range t.list {
			rows = append(rows, tableRows(t.what, x)...)
		}
	}
	for _, x := range c.Gaps {
		add("gap", x.Kind, x.Section, x.What, x.Was, x.Now)
	}
	for _, x := range c.Sources {
		add("source", x.Kind, x.ID, x.Title, x.Was, x.Now)
	}
	for _, x := range c.Beneath {
		add("hidden by rounding", compare.Changed, x.Ref, x.Title, x.Was, x.Now)
	}
	return writeCSV(w, "case-changes", []string{"what", "kind", "where", "name", "was", "now"}, rows)
}

func tableRows(what string, t compare.Table) [][]string {
	rows := [][]string{{what, string(t.Kind), t.Section, t.Title, "", ""}}
	for _, x := range t.Columns {
		rows = append(rows, []string{what + " column", string(x.Kind), t.Section, t.Title + ": " + x.Name, x.Was, x.Name})
	}
	for _, x := range t.Rows {
		rows = append(rows, []string{what + " row", string(x.Kind), t.Section, t.Title + ": " + x.Label, "", ""})
	}
	for _, x := range t.Cells {
		rows = append(rows, []string{what + " cell", string(compare.Changed), t.Section, t.Title + ": " + x.Row + ", " + x.Column, x.Was, x.Now})
	}
	return rows
}
