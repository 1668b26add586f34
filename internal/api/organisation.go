package api

import (
	"strings"

	"milieu/internal/org"
)

// organisationAnswer is one organisation.
type organisationAnswer struct {
	Release      string             `json:"release"`
	Organisation organisationDetail `json:"organisation"`
}

// organisationDetail is everything that the release holds on one organisation.
type organisationDetail struct {
	ID          string           `json:"id"`
	Name        string           `json:"name"`
	Kind        *string          `json:"kind"`
	Roles       []string         `json:"roles"`
	Section     *string          `json:"section"`
	MainCode    *string          `json:"main_code"`
	Status      *string          `json:"status"`
	Founded     *string          `json:"founded"`
	Employees   *int64           `json:"employees"`
	EmployeesAt *string          `json:"employees_at"`
	Note        *string          `json:"note"`
	Origin      string           `json:"origin"`
	SourceURL   *string          `json:"source_url"`
	SourceYear  *int64           `json:"source_year"`
	Record      record           `json:"record"`
	Register    *registerEntry   `json:"register"`
	Records     []recordItem     `json:"records"`
	Identifiers []identifierItem `json:"identifiers"`
	Sites       []siteItem       `json:"sites"`
	Activities  []activityItem   `json:"activities"`
	Headcounts  []headcountItem  `json:"headcounts"`
	Ties        []tieItem        `json:"ties"`
	Facilities  []facilityItem   `json:"facilities"`
	Names       []nameItem       `json:"names"`
	// Participations are those of the organisation, the newest first.
	Participations []participationItem `json:"participations"`
	Group          *groupItem          `json:"group"`
	URL            string              `json:"url"`
}

// registerEntry is the entry of a public register that is the organisation.
type registerEntry struct {
	Key    string `json:"key"`
	Name   string `json:"name"`
	Record record `json:"record"`
}

// recordItem is one of several records that are one organisation.
type recordItem struct {
	Key         string   `json:"key"`
	Origin      string   `json:"origin"`
	Name        string   `json:"name"`
	JoinedBy    string   `json:"joined_by"`
	With        *string  `json:"with"`
	Weight      *float64 `json:"weight"`
	Probability *float64 `json:"probability"`
	Record      record   `json:"record"`
}

type identifierItem struct {
	Scheme    string  `json:"scheme"`
	Value     string  `json:"value"`
	SourceURL *string `json:"source_url"`
	Record    record  `json:"record"`
}

type siteItem struct {
	ID               string    `json:"id"`
	Kind             string    `json:"kind"`
	Label            *string   `json:"label"`
	Address          *string   `json:"address"`
	Town             *string   `json:"town"`
	Postcode         *string   `json:"postcode"`
	Lon              *float64  `json:"lon"`
	Lat              *float64  `json:"lat"`
	LocatedBy        *string   `json:"located_by"`
	PrecisionM       *float64  `json:"precision_m"`
	MassRegistration bool      `json:"mass_registration"`
	RegisteredHere   *int64    `json:"registered_here"`
	Areas            []areaRef `json:"areas"`
	Record           record    `json:"record"`
}

// areaRef names an area.
type areaRef struct {
	Set  string `json:"set"`
	ID   string `json:"id"`
	Name string `json:"name"`
	URL  string `json:"url"`
}

type activityItem struct {
	Scheme *string `json:"scheme"`
	Code   *string `json:"code"`
	Label  *string `json:"label"`
	Record record  `json:"record"`
}

type headcountItem struct {
	PeriodEnd *string `json:"period_end"`
	Employees int64   `json:"employees"`
	Record    record  `json:"record"`
}

type facilityItem struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Place       *string  `json:"place"`
	Tags        []string `json:"tags"`
	Description *string  `json:"description"`
	Access      *string  `json:"access"`
	Lon         *float64 `json:"lon"`
	Lat         *float64 `json:"lat"`
	LocatedBy   *string  `json:"located_by"`
	PrecisionM  *float64 `json:"precision_m"`
	SourceURL   *string  `json:"source_url"`
	Record      record   `json:"record"`
}

func (s *Server) organisation(a *ask) error {
	o, err := a.snap.Orgs.Find(a.r.Context(), a.r.PathValue("id"))
	if err != nil {
		return err
	}
	return a.send(organisationAnswer{a.snap.Rel.ID, detailOf(o)})
}

func detailOf(o org.Organisation) organisationDetail {
	d := organisationDetail{ID: o.ID, Name: o.Name, Kind: optText(o.Kind), Roles: words(o.Roles), Section: optText(o.Section), MainCode: optText(o.MainCode), Status: optText(o.Status),
		Founded: optDay(o.Founded), Employees: optInt(o.Employees), EmployeesAt: optDay(o.EmployeesAt), Note: optText(o.Note), Origin: o.Origin, SourceURL: optText(o.SourceURL),
		SourceYear: optInt(o.SourceYear), Record: from(o.Record), Records: []recordItem{}, Identifiers: []identifierItem{}, Sites: []siteItem{}, Activities: []activityItem{},
		Headcounts: []headcountItem{}, Ties: []tieItem{}, Facilities: []facilityItem{}, Names: []nameItem{}, Participations: []participationItem{}, Group: groupOf(o.Group), URL: at("organisations", o.ID)}
	if o.RegisterKey != "" {
		d.Register = &registerEntry{o.RegisterKey, o.RegisterName, from(o.Register)}
	}
	for _, j := range o.Joined {
		d.Records = append(d.Records, recordItem{j.Key, j.Origin, j.Name, j.JoinedBy, optText(j.With), optFloat(j.Weight), optFloat(j.Probability), from(j.Record)})
	}
	for _, i := range o.Identifiers {
		d.Identifiers = append(d.Identifiers, identifierItem{i.Scheme, i.Value, optText(i.URL()), from(i.Record)})
	}
	for _, s := range o.Sites {
		d.Sites = append(d.Sites, siteOf(s))
	}
	for _, v := range o.Activities {
		d.Activities = append(d.Activities, activityItem{optText(v.Scheme), optText(v.Code), optText(v.Label), from(v.Record)})
	}
	for _, h := range o.Headcounts {
		d.Headcounts = append(d.Headcounts, headcountItem{optDay(h.PeriodEnd), h.Employees, from(h.Record)})
	}
	for _, t := range o.Ties {
		d.Ties = append(d.Ties, tieOf(t))
	}
	for _, f := range o.Facilities {
		d.Facilities = append(d.Facilities, facilityOf(f))
	}
	for _, n := range o.Names {
		d.Names = append(d.Names, nameItem{n.Name, n.Kind, optText(n.Language), from(n.Record)})
	}
	for _, p := range o.Projects {
		d.Participations = append(d.Participations, participationOf(p, named{o.ID, o.Name}))
	}
	return d
}

func siteOf(s org.Site) siteItem {
	out := siteItem{ID: s.ID, Kind: s.Kind, Label: optText(s.Label), Address: optText(s.Address), Town: optText(s.Town), Postcode: optText(s.Postcode), Lon: optFloat(s.Lon), Lat: optFloat(s.Lat),
		LocatedBy: optText(s.LocatedBy), PrecisionM: optFloat(s.PrecisionM), MassRegistration: s.MassRegistration, RegisteredHere: optInt(s.RegisteredHere), Areas: []areaRef{}, Record: from(s.Record)}
	for _, r := range s.Areas {
		out.Areas = append(out.Areas, areaRef{r.Set, r.ID, r.Name, at("areas", r.Set, r.ID)})
	}
	return out
}

func facilityOf(f org.Facility) facilityItem {
	return facilityItem{ID: f.ID, Name: f.Name, Place: optText(f.Place), Tags: words(strings.Split(f.Tags, ";")), Description: optText(f.Description), Access: optText(f.Access),
		Lon: optFloat(f.Lon), Lat: optFloat(f.Lat), LocatedBy: optText(f.LocatedBy), PrecisionM: optFloat(f.PrecisionM), SourceURL: optText(f.SourceURL), Record: from(f.Record)}
}
