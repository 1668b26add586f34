package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"milieu/internal/cash"
	"milieu/internal/live"
	"milieu/internal/portfolio/parameter"
	"milieu/internal/portfolio/subsidy"
	"milieu/internal/report"
)

// SubsidiesPage holds awards against the limit of minimal financial assistance and the duty to publish.
type SubsidiesPage struct {
	Base
	Finding            string
	Day                string
	Begun              string // day of the Act in words, where the day asked for is before it
	DayWords, FromWord string
	Limit, Threshold   report.Figure
	Form               SubsidyForm
	Answer             *SubsidyAnswer
	Rows               []SubsidyRow
	Reports            []PublishRow
	Pages              Leaves
	ReportPages        Leaves
	Large              []GivenRow // too large to be minimal assistance by themselves, on no known basis
	Elsewhere          string     // awards of the period that do not count, in words
	CSV                string
	ReportsCSV         string
}

// SubsidyForm is the question what giving more would come to, as typed.
type SubsidyForm struct {
	Org, Amount  string
	Which        []Choice
	Field, Error string
}

// SubsidyAnswer is what comes of it.
type SubsidyAnswer struct {
	subsidy.Answer
	Amount     string
	Name, Path string     // of the organisation that was asked of, which may be a member of a group
	Row        SubsidyRow // before
	With       SubsidyRow
}

// SubsidyRow is an enterprise with what it was given.
type SubsidyRow struct {
	subsidy.Position
	Path       string
	Sure, Most report.Figure
	Room       report.Figure
	Exact      bool // nothing is uncertain
	Given      []GivenRow
}

// GivenRow is an award that counts.
type GivenRow struct {
	subsidy.Counted
	Shown   report.Figure
	OrgPath string
}

// PublishRow is an award that has, or may have, to be published.
type PublishRow struct {
	subsidy.Report
	Enterprise string
	Shown      report.Figure
	OrgPath    string
}

// subsidyStates are the states in words.
var subsidyStates = map[string]string{subsidy.Within: "within", subsidy.MayBeOver: "may be over", subsidy.Over: "over"}

// StateWords is the state for people.
func (r SubsidyRow) StateWords() string { return subsidyStates[r.State] }

var (
	subsidyHeader = []string{"organisation", "enterprise", "members", "group_on_record", "period_from", "period_to", "certain_gbp", "at_most_gbp", "limit_gbp", "headroom_least_gbp", "headroom_most_gbp", "state", "awards", "uncertain", "too_large_gbp"}
	publishHeader = []string{"award", "organisation", "enterprise", "granter", "scheme", "amount_gbp", "day", "financial_year", "basis", "published", "certain", "why", "note", "source_url"}
)

func (s *Server) subsidies(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	set, err := s.parameters()
	if err != nil {
		return err
	}
	limits, err := subsidy.LimitsOf(set)
	if err != nil {
		return err
	}
	day := orText(strings.TrimSpace(r.URL.Query().Get("day")), set.Day())
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return badRequest("The day %.20q is not written as 2026-11-27.", day)
	}
	book, err := live.Remember(&snap.Cache, "subsidies", func() (subsidy.Book, error) { return subsidy.Read(r.Context(), snap.DB, snap.Rel.Manifest) })
	if err != nil {
		return err
	}
	all, err := book.Positions(day, limits)
	if err != nil {
		return err
	}
	switch {
	case wantsCSV(r) && r.URL.Query().Get("list") == "publish":
		return writeCSV(w, "awards-to-publish", publishHeader, publishTable(all))
	case wantsCSV(r):
		return writeCSV(w, "subsidies", subsidyHeader, subsidyTable(all))
	}
	p := SubsidiesPage{Base: s.base(r, snap, "Subsidies", "/subsidies"), Day: day, DayWords: dayWords(day), CSV: "/subsidies?format=csv&day=" + url.QueryEscape(day), ReportsCSV: "/subsidies?format=csv&list=publish&day=" + url.QueryEscape(day),
		Limit:     report.Figure{Text: subsidy.Pounds(limits.MFA), Ref: parameter.Ref("subsidy/mfa-limit")},
		Threshold: report.Figure{Text: subsidy.Pounds(limits.Transparency), Ref: parameter.Ref("subsidy/transparency")}}
	from, _, err := subsidy.Period(day)
	if err != nil {
		return err
	}
	p.FromWord = dayWords(from)
	if day < limits.From {
		p.Begun = dayWords(limits.From)
	}
	p.list(r, all)
	if err := p.ask(r, snap, book, limits); err != nil {
		return err
	}
	return s.render(w, r, "subsidies", p)
}

// list fills the two tables and the finding.
func (p *SubsidiesPage) list(r *http.Request, all []subsidy.Position) {
	var rows []SubsidyRow
	var reports []PublishRow
	over, may, elsewhere := 0, 0, 0
	for _, x := range all {
		elsewhere += x.Elsewhere
		for _, u := range x.Unreported {
			reports = append(reports, PublishRow{Report: u, Enterprise: x.Name, OrgPath: orgPath(u.OrgID), Shown: report.Figure{Text: subsidy.Pounds(u.AmountP), Ref: u.Ref}})
		}
		for _, a := range x.Large {
			p.Large = append(p.Large, givenRow(a))
		}
		if len(x.Awards) == 0 {
			continue
		}
		switch x.State {
		case subsidy.Over:
			over++
		case subsidy.MayBeOver:
			may++
		}
		rows = append(rows, subsidyRow(x))
	}
	if elsewhere > 0 {
		p.Elsewhere = counted(elsewhere, "award of the period does", "awards of the period do")
	}
	p.Rows, p.Pages = leaf(r, rows, "enterprises", "enterprises")
	p.Reports, p.ReportPages = leaf(r, reports, "publish", "awards")
	switch {
	case len(rows) == 0 && len(p.Large) > 0:
		p.Finding = "No minimal assistance of the last three financial years is on record; " + counted(len(p.Large), "award is", "awards are") + " too large to be it"
	case len(rows) == 0:
		p.Finding = "No assistance of the last three financial years is on record"
	case over+may == 0:
		p.Finding = counted(len(rows), "enterprise", "enterprises") + " with assistance, all within the limit"
	case over == 0:
		p.Finding = "No enterprise is over the limit for certain; " + counted(may, "may be", "may be")
	default:
		p.Finding = counted(over, "enterprise is", "enterprises are") + " over the limit, " + counted(may, "more may be", "more may be")
	}
}

func subsidyRow(x subsidy.Position) SubsidyRow {
	least, most := x.Headroom()
	row := SubsidyRow{Position: x, Path: orgPath(x.ID), Exact: x.Sure == x.Most,
		Sure: report.Figure{Text: subsidy.Pounds(x.Sure), Ref: x.Ref(subsidy.MeasureSure)},
		Most: report.Figure{Text: subsidy.Pounds(x.Most), Ref: x.Ref(subsidy.MeasureMost)},
		Room: report.Figure{Text: subsidy.Pounds(least), Ref: x.Ref(subsidy.MeasureHeadroom)}}
	if least != most {
		row.Room.Text += " to " + subsidy.Pounds(most)
	}
	for _, a := range x.Awards {
		row.Given = append(row.Given, givenRow(a))
	}
	return row
}

func givenRow(a subsidy.Counted) GivenRow {
	return GivenRow{Counted: a, OrgPath: orgPath(a.OrgID), Shown: report.Figure{Text: subsidy.Pounds(a.AmountP), Ref: a.Ref}}
}

// ask answers what giving a firm more would come to, where the address asks it.
func (p *SubsidiesPage) ask(r *http.Request, snap *live.Snapshot, book subsidy.Book, limits subsidy.Limits) error {
	f := &p.Form
	f.Org, f.Amount = strings.TrimSpace(r.URL.Query().Get("org")), strings.TrimSpace(r.URL.Query().Get("amount"))
	if f.Org == "" && f.Amount == "" {
		return nil
	}
	if f.Org == "" {
		f.Field, f.Error = "org", "Name the organisation."
		return nil
	}
	amount, err := parameter.ReadNumber(f.Amount)
	if err != nil || amount < 0.01 || amount > 1e12 || strings.Contains(f.Amount, "%") {
		f.Field, f.Error = "amount", "Give the amount in pounds, such as 60000."
		return nil
	}
	id, which, err := whichOrg(r.Context(), snap, f.Org)
	if err != nil {
		return err
	}
	if id == "" {
		f.Field, f.Error = "org", "No organisation is found by these words. Try fewer letters, or the number of the company."
		for _, c := range which {
			f.Error = "Which organisation is meant?"
			f.Which = append(f.Which, Choice{Label: c.Label, Path: withQuery("/subsidies", r.URL.Query(), "org", c.Value)})
		}
		return nil
	}
	o, err := snap.Orgs.Find(r.Context(), id)
	if err != nil {
		return err
	}
	a, err := book.WhatIf(id, o.Name, cash.FromPounds(amount), p.Day, limits)
	if err != nil {
		return err
	}
	p.Answer = answerOf(a, id, o.Name)
	return nil
}

func answerOf(a subsidy.Answer, id, name string) *SubsidyAnswer {
	return &SubsidyAnswer{Answer: a, Amount: subsidy.Pounds(a.AmountP), Name: name, Path: orgPath(id), Row: subsidyRow(a.Before), With: subsidyRow(a.After)}
}

func subsidyTable(all []subsidy.Position) [][]string {
	var out [][]string
	for _, p := range all {
		if len(p.Awards)+len(p.Large) == 0 {
			continue
		}
		large := cash.Pence(0)
		for _, a := range p.Large {
			large += a.AmountP
		}
		least, most := p.Headroom()
		unsure := map[string]bool{}
		for _, a := range p.Awards {
			if !a.Sure {
				unsure[a.ID+": "+a.Why] = true
			}
		}
		out = append(out, []string{p.ID, p.Name, strconv.Itoa(len(p.Members)), yesNo(p.Grouped), p.From, p.To, plainPounds(p.Sure), plainPounds(p.Most), plainPounds(p.Limit), plainPounds(least), plainPounds(most), subsidyStates[p.State],
			strconv.Itoa(len(p.Awards)), strings.Join(sortedNames(unsure), "; "), plainPounds(large)})
	}
	return out
}

func publishTable(all []subsidy.Position) [][]string {
	var out [][]string
	for _, p := range all {
		for _, u := range p.Unreported {
			year := ""
			if u.Year != 0 {
				year = strconv.Itoa(u.Year)
			}
			out = append(out, []string{u.ID, u.OrgID, p.Name, u.Granter, u.Award.Scheme, plainPounds(u.AmountP), u.Day, year, u.Basis, u.Published, yesNo(u.Sure), u.Why, u.Note, u.SourceURL})
		}
	}
	return out
}

// plainPounds is an amount for a spreadsheet.
func plainPounds(p cash.Pence) string { return strconv.FormatFloat(p.Pounds(), 'f', -1, 64) }
