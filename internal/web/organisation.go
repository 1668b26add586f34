package web

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/geo/proj"
	"milieu/internal/live"
	"milieu/internal/org"
	"milieu/internal/report"
)

// OrganisationPage is all that is known of one organisation.
type OrganisationPage struct {
	Base
	org.Organisation
	Sentence   report.Text
	Ref        string
	Facts      []Fact
	Differs    []Difference
	Places     []SiteView
	Works      []ActivityView
	Employees  []HeadcountView
	Trend      *chart.Chart
	TieGroups  []TieGroup
	Equipment  []FacilityView
	Locator    chart.Chart
	LocatorSay string
	MapPath    string
	History    []DecisionView // shown to those who may read decisions
	Records    []RecordView   // of which it is made, where it is made of several
	RecordsSay string
	OtherNames []NameView
	Awards     []AwardView // parts in projects, but for those that it pays for
	Gives      []AwardView // the newest of what it pays for
	GivesN     int
	AwardsSay  report.Text
	InGroup    *GroupView
	Sectors    []SectorMember // it is in, or kept out of
	Voices     OrgVoices
}

// Fact is one line of what is known, with the reference that opens its source.
type Fact struct {
	Label, Text, URL, Ref string
	Figure                *report.Figure
}

// Difference is something on which the team and a source do not agree.
type Difference struct {
	What, Team, Source string
	By                 string // decision, when it was one
}

// SiteView is a site in words.
type SiteView struct {
	org.Site
	Title, How string
	Grid       string // easting, northing and grid reference; empty off the British National Grid
}

// ActivityView is an industry or words on what an organisation does.
type ActivityView struct{ Scheme, Code, Label string }

// HeadcountView is the employees that one set of accounts states.
type HeadcountView struct {
	Period    string
	Employees report.Figure
}

// TieGroup is the ties of one kind and direction.
type TieGroup struct {
	Label string
	Ties  []TieView
}

// TieView is one tie seen from the page's organisation.
type TieView struct {
	Name, Path, When, Amount, Project, Ref, URL string
	Row                                         string // in the table of ties
}

// FacilityView is a facility with the reference of its record.
type FacilityView struct {
	org.Facility
	Ref string
}

func (s *Server) organisation(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	o, err := snap.Orgs.Find(r.Context(), r.PathValue("id"))
	if errors.Is(err, org.ErrNotFound) {
		// A record that was joined with another: its page is that of the organisation.
		if id, err := org.Whose(r.Context(), snap.DB, r.PathValue("id")); err == nil {
			http.Redirect(w, r, orgPath(id), http.StatusFound)
			return nil
		}
	}
	if err != nil {
		return err
	}
	if wantsCSV(r) && r.URL.Query().Get("table") == "awards" {
		return writeCSV(w, "awards-"+evidence.Slug(o.ID), awardColumns, awardsTable(o))
	}
	if wantsCSV(r) && r.URL.Query().Get("table") == "gives" {
		return s.givesCSV(w, r, snap, o)
	}
	if wantsCSV(r) {
		return writeCSV(w, "organisation-"+evidence.Slug(o.ID), []string{"what", "value", "detail", "source", "file", "line", "source_url"}, organisationTable(o))
	}
	p := OrganisationPage{Base: s.base(r, snap, o.Name, "/organisations"), Organisation: o, Ref: evidence.MakeRef("org", []string{o.ID})}
	p.describe()
	p.facts()
	p.sites()
	p.employees()
	p.ties()
	if err := p.linked(r, snap); err != nil {
		return err
	}
	if err := p.sectors(r, snap); err != nil {
		return err
	}
	for _, f := range o.Facilities {
		p.Equipment = append(p.Equipment, FacilityView{f, evidence.MakeRef("facility", []string{f.ID})})
	}
	if err := p.locate(r, snap); err != nil {
		return err
	}
	if err := p.decisions(r, snap); err != nil {
		return err
	}
	if err := p.voices(s, r, snap); err != nil {
		return err
	}
	if actorOf(r).May(auth.ReadDecisions) {
		about, err := s.cfg.Team.Book.About(r.Context(), actorOf(r), keysOf(o))
		if err != nil {
			return err
		}
		if p.History, err = s.viewDecisions(r.Context(), snap, about); err != nil {
			return err
		}
	}
	return s.render(w, r, "organisation", p)
}

// roleNames are the roles in the singular, for the sentence.
var roleNames = map[string]string{"firm": "firm", "driver": "driver of innovation", "cultivator": "cultivator", "funder": "funder", "agency": "agency",
	"intermediary": "intermediary", "education": "provider of education", "amenity": "amenity"}

// roleShort are the roles of one organisation in a list.
var roleShort = map[string]string{"firm": "firm", "driver": "driver", "cultivator": "cultivator", "funder": "funder", "agency": "agency",
	"intermediary": "intermediary", "education": "education", "amenity": "amenity"}

// describe says what it is in one sentence made from the evidence.
func (p *OrganisationPage) describe() {
	o := p.Organisation
	var roles []string
	for _, r := range o.Roles {
		if n := roleNames[r]; n != "" {
			roles = append(roles, n)
		}
	}
	is := andList(roles)
	if is == "" {
		is = "organisation"
	}
	words := withArticle(is)
	if o.Section != "" {
		words += " in " + strings.ToLower(org.SectionLabel(o.Section))
	}
	for _, s := range o.Sites {
		if at := orText(s.Label, orText(s.Town, s.Postcode)); at != "" && s.Kind != "registered-office" && s.Lon.Valid {
			words += ", at " + at
			break
		} else if at != "" && len(o.Sites) == 1 {
			words += ", registered at " + at
		}
	}
	say := report.Text{{Words: capitalise(words)}}
	if o.Employees.Valid {
		f := report.CountFigure(o.Employees.Int64, evidence.MakeRef("employees", []string{o.ID}))
		say = append(say, report.Span{Words: "; its latest accounts state "}, report.Span{Figure: &f}, report.Span{Words: " employees"})
	}
	if n := len(o.Ties); n > 0 {
		say = append(say, report.Span{Words: "; " + counted(n, "tie is", "ties are") + " on record with its evidence"})
	}
	if n := len(o.Facilities); n > 0 {
		say = append(say, report.Span{Words: "; it runs " + counted(n, "facility", "facilities")})
	}
	p.Sentence = append(say, report.Span{Words: "."})
}

func withArticle(s string) string {
	if s != "" && strings.ContainsRune("aeiou", rune(s[0])) {
		return "an " + s
	}
	return "a " + s
}

func capitalise(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func orText(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// counted is a number with its noun: 1 tie, 2 ties.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return chart.Number(float64(n), 0) + " " + many
}

func (p *OrganisationPage) facts() {
	o := p.Organisation
	add := func(label, text, url string) {
		if text != "" {
			p.Facts = append(p.Facts, Fact{Label: label, Text: text, URL: url, Ref: p.Ref})
		}
	}
	add("Kind", capitalise(strings.NewReplacer("_", " ", "-", " ").Replace(o.Kind)), "")
	add("Status", capitalise(o.Status), "")
	if o.Founded.Valid {
		add("Founded", o.Founded.Time.Format("2 January 2006"), "")
	}
	for _, i := range o.Identifiers {
		add(identifierLabel(i.Scheme), i.Value, i.URL())
	}
	for _, a := range o.Activities {
		if n := len(p.Works); n > 0 && a.Code == "" && p.Works[n-1].Code == "" {
			p.Works[n-1].Label += ", " + a.Label
			continue
		}
		p.Works = append(p.Works, ActivityView{a.Scheme, a.Code, a.Label})
	}
	if o.SourceURL != "" {
		p.Facts = append(p.Facts, Fact{Label: "Page cited", Text: hostOf(o.SourceURL), URL: o.SourceURL, Ref: p.Ref})
	}
	if o.Origin == "team" && o.Register.Source != "" {
		if !strings.EqualFold(strings.TrimSpace(o.Name), strings.TrimSpace(o.RegisterName)) {
			p.Differs = append(p.Differs, Difference{What: "Name", Team: o.Name, Source: o.RegisterName})
		}
		if o.Status != "" && !strings.EqualFold(o.Status, "active") {
			p.Differs = append(p.Differs, Difference{What: "Status", Team: "on the team's list", Source: o.Status})
		}
	}
}

// identifierLabel is how a scheme is called.
func identifierLabel(scheme string) string {
	switch scheme {
	case "GB-COH":
		return "Company number"
	case "ROR":
		return "Research organisation (ROR)"
	case "GB-CHC":
		return "Charity number"
	case "UKPRN":
		return "Learning provider (UKPRN)"
	case "EU-PIC":
		return "Participant number (EU PIC)"
	case "GB-SC":
		return "Scottish charity number"
	case "GB-NIC":
		return "Northern Irish charity number"
	}
	return scheme
}

// gridPosition writes a position in metres on the British National Grid, and as
// a grid reference to a hundred metres, which is as exact as a postcode is.
func gridPosition(lon, lat float64) string {
	e, n := proj.ToGrid(lon, lat)
	if !proj.OnGrid(e, n) {
		return ""
	}
	ref, err := proj.GridRef(e, n, 3)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%s m east, %s m north (%s)", chart.Number(e, 0), chart.Number(n, 0), ref)
}

// sites says of each site how it was placed and how exactly.
func (p *OrganisationPage) sites() {
	for _, s := range p.Sites {
		v := SiteView{Site: s, Title: "Place of work"}
		if s.Kind == "registered-office" {
			v.Title = "Registered office"
		}
		within := ""
		if s.PrecisionM.Valid && s.PrecisionM.Float64 > 0 {
			within = fmt.Sprintf(", right to within about %s m", chart.Number(s.PrecisionM.Float64, 0))
		}
		if s.Lon.Valid {
			v.Grid = gridPosition(s.Lon.Float64, s.Lat.Float64)
		}
		switch {
		case !s.Lon.Valid:
			v.How = "Not on the map: no source places it."
		case s.LocatedBy == "postcode":
			v.How = "On the map by its postcode" + within + "."
		case s.LocatedBy == "hand":
			v.How = "Placed on the map by hand" + within + "."
		case s.LocatedBy == "decision":
			v.How = "Placed on the map by a decision of the team" + within + "."
		default:
			v.How = "On the map where its source puts it" + within + "."
		}
		p.Places = append(p.Places, v)
		if s.Lon.Valid && p.MapPath == "" {
			p.MapPath = fmt.Sprintf("/map?at=15/%.4f/%.4f", s.Lat.Float64, s.Lon.Float64)
			if s.MassRegistration {
				p.MapPath += "&mass=1"
			}
		}
	}
}

const (
	leastSteps = 3 // accounts from which their employees are drawn
	leastYears = 1.9
)

func (p *OrganisationPage) employees() {
	ref := evidence.MakeRef("employees", []string{p.ID})
	series := chart.Series{Label: "in accounts"}
	for _, h := range p.Headcounts {
		v := HeadcountView{Period: "not dated", Employees: report.CountFigure(h.Employees, ref)}
		if h.PeriodEnd.Valid {
			v.Period = h.PeriodEnd.Time.Format("2 January 2006")
			t := h.PeriodEnd.Time
			series.Steps = append([]chart.Step{{X: float64(t.Year()) + (float64(t.YearDay())-1)/365.25, Y: float64(h.Employees)}}, series.Steps...)
		}
		p.Employees = append(p.Employees, v)
	}
	// Two values are read faster than drawn, and parts of a year mean nothing on the axis.
	if n := len(series.Steps); n >= leastSteps && series.Steps[n-1].X-series.Steps[0].X > leastYears {
		top := 1.0
		for _, st := range series.Steps {
			top = math.Max(top, st.Y)
		}
		c := chart.Line(chart.LineSpec{Title: "Employees stated in accounts of " + p.Name, Series: []chart.Series{series}, PlainX: true, Width: 420, Height: 180, X: chart.Axis{Label: "year"}, Y: chart.Axis{Label: "employees", Min: 0, Max: top * 1.1}})
		p.Trend = &c
	}
}

// otherSide is how a kind of tie is called from the organisation at which it ends.
var otherSide = map[string]string{
	"member_of": "Members", "part_of": "Parts", "tenant_of": "Tenants", "funded_by": "Funds", "spin_out_of": "Spin-outs", "supplies": "Supplied by", "supplier_of": "Supplied by",
	"located_in": "Located here", "owned_by": "Owns", "subsidiary_of": "Subsidiaries", "trains_for": "Trained by", "customer_of": "Customers", "founded_by": "Founded", "run_by": "Runs", "managed_by": "Manages",
}

// twoSided are kinds of ties that are the same from both ends.
var twoSided = map[string]bool{"related_to": true, "partner_in_project": true, "partner": true, "partner_of": true, "collaborates_with": true, "works_with": true}

// tieWords say a kind of tie from the side of who it goes out from, or from the other.
func tieWords(kind string, out bool) string {
	words := capitalise(strings.ReplaceAll(kind, "_", " "))
	if out || twoSided[kind] {
		return words
	}
	if other := otherSide[kind]; other != "" {
		return other
	}
	return words + " (named by the other)"
}

func (p *OrganisationPage) ties() {
	at := map[string]int{}
	for _, t := range p.Ties {
		out := t.FromID == p.ID
		label := tieWords(t.Kind, out)
		k, ok := at[label]
		if !ok {
			k = len(p.TieGroups)
			at[label] = k
			p.TieGroups = append(p.TieGroups, TieGroup{Label: label})
		}
		v := TieView{Name: t.ToName, Path: orgPath(t.ToID), Project: t.Project, Ref: evidence.MakeRef("tie", []string{t.ID}), URL: t.SourceURL, Row: rowPath("ties", t.ID)}
		if !out {
			v.Name, v.Path = t.FromName, orgPath(t.FromID)
		}
		switch {
		case t.Start.Valid && t.End.Valid && t.Start.Int64 != t.End.Int64:
			v.When = fmt.Sprintf("%d to %d", t.Start.Int64, t.End.Int64)
		case t.Start.Valid && t.End.Valid:
			v.When = strconv.FormatInt(t.Start.Int64, 10)
		case t.Start.Valid:
			v.When = fmt.Sprintf("since %d", t.Start.Int64)
		case t.End.Valid:
			v.When = fmt.Sprintf("until %d", t.End.Int64)
		}
		if t.AmountP.Valid {
			v.Amount = chart.Money(t.AmountP.Int64)
		}
		p.TieGroups[k].Ties = append(p.TieGroups[k].Ties, v)
	}
}

// organisationTable is every record of the page as rows.
func organisationTable(o org.Organisation) [][]string {
	var rows [][]string
	add := func(what, value, detail string, r evidence.Record, url string) {
		rows = append(rows, []string{what, value, detail, r.Source, r.File, strconv.FormatInt(int64(r.Line), 10), url})
	}
	add("name", o.Name, o.Kind, o.Record, o.SourceURL)
	for _, r := range o.Roles {
		add("role", r, "", o.Record, o.SourceURL)
	}
	if o.Status != "" {
		add("status", o.Status, "", o.Record, "")
	}
	if o.Register.Source != "" && o.Origin == "team" {
		add("register name", o.RegisterName, o.RegisterKey, o.Register, "")
	}
	for _, i := range o.Identifiers {
		add("identifier", i.Value, i.Scheme, i.Record, i.URL())
	}
	for _, s := range o.Sites {
		detail := strings.Trim(strings.Join([]string{s.Kind, s.Label, s.Address, s.Town, s.Postcode}, "; "), "; ")
		at := ""
		if s.Lon.Valid {
			at = fmt.Sprintf("%v %v", s.Lon.Float64, s.Lat.Float64)
		}
		add("site", at, detail, s.Record, "")
		if s.Lon.Valid {
			add("site, British National Grid", gridPosition(s.Lon.Float64, s.Lat.Float64), detail, s.Record, "")
		}
	}
	for _, a := range o.Activities {
		add("activity", orText(a.Code, a.Label), strings.TrimSpace(a.Scheme+" "+a.Label), a.Record, "")
	}
	for _, h := range o.Headcounts {
		when := ""
		if h.PeriodEnd.Valid {
			when = h.PeriodEnd.Time.Format("2006-01-02")
		}
		add("employees", strconv.FormatInt(h.Employees, 10), when, h.Record, "")
	}
	for _, t := range o.Ties {
		add("tie "+t.Kind, t.FromName+" to "+t.ToName, t.Project, t.Record, t.SourceURL)
	}
	for _, j := range o.Joined {
		add("record", j.Name, strings.TrimSpace(j.Key+"; "+j.JoinedBy), j.Record, "")
	}
	for _, n := range o.Names {
		add("name", n.Name, strings.Trim(n.Kind+"; "+n.Language, "; "), n.Record, "")
	}
	for _, x := range o.Projects {
		add("award "+x.Role, wholeText(x.Amount), strings.Trim(x.Currency+"; "+orText(x.Title, x.ProjectID), "; "), x.Record, x.SourceURL)
	}
	for _, t := range o.Group.Parents {
		add("group "+t.Via, t.ParentName, wholeText(t.ShareLow), t.Record, "")
	}
	for _, f := range o.Facilities {
		add("facility", f.Name, f.Description, f.Record, f.SourceURL)
	}
	return rows
}
