package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/decision"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/org"
)

// DecidePage is where people decide on an organisation: what it is, where it stands,
// which records are it.
type DecidePage struct {
	Base
	ID, Name string
	EditPath string // "" where no table and no register holds it
	AddPath  string // to the table, then
	Version  int64  // of its row
	Joined   []RecordVerdict
	Other    string // what was searched for
	Found    []RecordVerdict
	Searched bool
	Sites    []SiteVerdict
	History  []DecisionView
	Keys     []string
}

// RecordVerdict is a record that is, or may be, the same organisation.
type RecordVerdict struct {
	Key, Name, Path, Note string
	Version               int64 // of the pair
}

// SiteVerdict is a site with what can be decided on it.
type SiteVerdict struct {
	SiteView
	Subject        string
	Version        int64
	Lon, Lat       string
	Address        string // subject of the verdict on its address; empty where it is no registered office
	AddressWords   string
	AddressVersion int64
}

func (s *Server) organisationDecideRoutes() {
	s.get("/organisations/{id}/decide", auth.Decide, s.decidePage)
	s.post("/organisations/{id}/same", auth.Decide, formMost, s.verdict(decision.Same))
	s.post("/organisations/{id}/different", auth.Decide, formMost, s.verdict(decision.Different))
	s.post("/organisations/{id}/move", auth.Decide, formMost, s.moveSite)
	s.post("/organisations/{id}/address", auth.Decide, formMost, s.judgeAddress)
}

// recordKey is the key of the record that brought a site: sites of the first record of
// each kind carry the organisation's id, others their record's own key.
func recordKey(o org.Organisation, s org.Site) string {
	key := strings.TrimSuffix(strings.TrimSuffix(s.ID, ":ro"), ":site")
	if key == o.ID && s.Kind == "registered-office" && o.RegisterKey != "" {
		return o.RegisterKey
	}
	return key
}

func siteSubject(o org.Organisation, s org.Site) string {
	if s.Kind == "registered-office" {
		return recordKey(o, s) + ":ro"
	}
	return recordKey(o, s) + ":site"
}

func (s *Server) decidePage(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	o, err := snap.Orgs.Find(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	p := DecidePage{Base: s.base(r, snap, "Decide on "+o.Name, "/organisations"), ID: o.ID, Name: o.Name, EditPath: rowPath(decision.Organisations, o.ID) + "/edit", Keys: keysOf(o)}
	if o.Origin == org.OriginList {
		p.EditPath, p.AddPath = "", "/tables/organisations/new?"+url.Values{"name": {o.Name}}.Encode()
	}
	if p.Version, err = s.versionOf(r, decision.Organisations, o.ID); err != nil {
		return err
	}
	for _, step := range []func(*http.Request, *live.Snapshot, org.Organisation, *DecidePage) error{s.decideJoined, s.decideOther, s.decideSites} {
		if err := step(r, snap, o, &p); err != nil {
			return err
		}
	}
	about, err := s.cfg.Team.Book.About(r.Context(), actorOf(r), p.Keys)
	if err != nil {
		return err
	}
	if p.History, err = s.viewDecisions(r.Context(), snap, about); err != nil {
		return err
	}
	return s.render(w, r, "decide", p)
}

func (s *Server) versionOf(r *http.Request, table, subject string) (int64, error) {
	_, v, err := s.cfg.Team.Book.On(r.Context(), actorOf(r), table, subject)
	return v, err
}

// decideJoined lists the records of which the organisation is made, to be parted.
func (s *Server) decideJoined(r *http.Request, snap *live.Snapshot, o org.Organisation, p *DecidePage) error {
	for _, j := range o.Joined {
		if j.Key == o.ID {
			continue
		}
		v, err := s.versionOf(r, decision.Pairs, decision.PairSubject(o.ID, j.Key))
		if err != nil {
			return err
		}
		p.Joined = append(p.Joined, RecordVerdict{Key: j.Key, Name: j.Name, Note: "joined by " + j.JoinedBy, Version: v})
	}
	return nil
}

// candidates is how many organisations a search for the other record shows.
const candidates = 8

// decideOther finds organisations by name or id that may be the same.
func (s *Server) decideOther(r *http.Request, snap *live.Snapshot, o org.Organisation, p *DecidePage) error {
	p.Other = strings.TrimSpace(r.URL.Query().Get("other"))
	if p.Other == "" {
		return nil
	}
	p.Searched = true
	var ids []string
	if other, err := snap.Orgs.Find(r.Context(), p.Other); err == nil {
		ids = append(ids, other.ID)
	}
	for _, h := range snap.Search.Search(p.Other, candidates+1).Hits {
		if !slices.Contains(ids, h.Key) {
			ids = append(ids, h.Key)
		}
	}
	for _, id := range ids {
		if id == o.ID || len(p.Found) == candidates {
			continue
		}
		other, err := snap.Orgs.Find(r.Context(), id)
		if err != nil {
			return err
		}
		v, err := s.versionOf(r, decision.Pairs, decision.PairSubject(o.ID, id))
		if err != nil {
			return err
		}
		note := id
		if len(other.Sites) > 0 {
			note = strings.Trim(strings.Join([]string{id, other.Sites[0].Town, other.Sites[0].Postcode}, ", "), ", ")
		}
		p.Found = append(p.Found, RecordVerdict{id, other.Name, orgPath(id), note, v})
	}
	return nil
}

// decideSites lists the sites with their points and addresses.
func (s *Server) decideSites(r *http.Request, snap *live.Snapshot, o org.Organisation, p *DecidePage) error {
	view := OrganisationPage{Organisation: o}
	view.sites()
	for _, site := range view.Places {
		v := SiteVerdict{SiteView: site, Subject: siteSubject(o, site.Site)}
		if site.Lon.Valid {
			v.Lon, v.Lat = strconv.FormatFloat(site.Lon.Float64, 'f', 6, 64), strconv.FormatFloat(site.Lat.Float64, 'f', 6, 64)
		}
		var err error
		if v.Version, err = s.versionOf(r, decision.Sites, v.Subject); err != nil {
			return err
		}
		if site.Kind == "registered-office" && site.Postcode != "" {
			v.Address = site.Postcode + "|" + site.Site.Address
			v.AddressWords = strings.Trim(site.Site.Address+", "+site.Postcode, ", ")
			if v.AddressVersion, err = s.versionOf(r, decision.Addresses, v.Address); err != nil {
				return err
			}
		}
		p.Sites = append(p.Sites, v)
	}
	return nil
}

// decided makes a decision that a form of an organisation's page sent.
func (s *Server) decided(w http.ResponseWriter, r *http.Request, d decision.Draft) error {
	version, err := strconv.ParseInt(r.PostForm.Get("version"), 10, 64)
	if err != nil {
		return badRequest("The form cannot be read: open it again from the page of the organisation.")
	}
	d.Version, d.Reason, d.Source = version, r.PostForm.Get("reason"), r.PostForm.Get("source")
	if _, err := s.cfg.Team.Book.Decide(r.Context(), actorOf(r), d); err != nil {
		return err
	}
	return see(w, r, orgPath(r.PathValue("id"))+"/decide", "decided")
}

// verdict says that two records are one organisation, or that they are not.
func (s *Server) verdict(kind decision.Kind) handler {
	return func(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
		o, err := snap.Orgs.Find(r.Context(), r.PathValue("id"))
		if err != nil {
			return err
		}
		one, other := o.ID, strings.TrimSpace(r.PostForm.Get("other"))
		if !slices.Contains(keysOf(o), other) {
			if _, err := snap.Orgs.Find(r.Context(), other); err != nil {
				return &decision.InputError{Fields: map[string]string{"": fmt.Sprintf("there is no organisation %q in the release that is being served", other)}}
			}
		}
		return s.decided(w, r, decision.Draft{Kind: kind, Table: decision.Pairs, Subject: decision.PairSubject(one, other), Fields: map[string]string{"one": one, "other": other}})
	}
}

func (s *Server) moveSite(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	o, err := snap.Orgs.Find(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	subject := r.PostForm.Get("site")
	before := map[string]string{}
	own := subject == o.ID+":site"
	for _, site := range o.Sites {
		if siteSubject(o, site) == subject {
			own = true
			if site.Lon.Valid {
				before["lon"], before["lat"] = strconv.FormatFloat(site.Lon.Float64, 'f', 6, 64), strconv.FormatFloat(site.Lat.Float64, 'f', 6, 64)
			}
		}
	}
	if !own {
		return badRequest("This organisation has no site %q.", subject)
	}
	f := r.PostForm
	return s.decided(w, r, decision.Draft{Kind: decision.Move, Table: decision.Sites, Subject: subject, Before: before,
		Fields: map[string]string{"lon": f.Get("lon"), "lat": f.Get("lat"), "precision_m": f.Get("precision_m")}})
}

func (s *Server) judgeAddress(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	if _, err := snap.Orgs.Find(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	return s.decided(w, r, decision.Draft{Kind: decision.Agent, Table: decision.Addresses, Subject: r.PostForm.Get("address"), Fields: map[string]string{"agent": r.PostForm.Get("agent")}})
}

// decisions puts what the release's decisions changed beside what the sources say.
func (p *OrganisationPage) decisions(r *http.Request, snap *live.Snapshot) error {
	if len(snap.Rel.Manifest.Decisions) == 0 {
		return nil
	}
	changed, err := changedFields(r.Context(), snap)
	if err != nil {
		return err
	}
	var on []evidence.Subject
	for _, k := range keysOf(p.Organisation) {
		on = append(on, evidence.Subject{Table: decision.Organisations, ID: k})
	}
	for _, site := range p.Organisation.Sites {
		on = append(on, evidence.Subject{Table: decision.Sites, ID: siteSubject(p.Organisation, site)})
	}
	for _, subject := range on {
		for _, f := range changed[subject] {
			p.Differs = append(p.Differs, Difference{capital(columnLabel(f.Field)), f.TeamValue, f.SourceValue, f.DecisionID})
		}
	}
	return nil
}
