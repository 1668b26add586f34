package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"milieu/internal/live"
	"milieu/internal/network/ledger"
	"milieu/internal/typed"
)

// ConsentRow is a recorded answer.
type ConsentRow struct {
	ledger.Consent
	Who, When, Ended, EndedWho string
	Path, ListedSay            string
}

// answers are what organisations said when they were asked, by organisation.
type answers struct {
	yes   map[string]ConsentRow
	no    map[string]bool
	order []string // those that agreed, in the order in which they did
}

// championAnswers reads what the visitor may know: the organisations that agreed to be named to
// everybody, or for people of the workspace every answer with who gave it.
func (s *Server) championAnswers(r *http.Request, p *ChampionsPage) (answers, error) {
	out := answers{yes: map[string]ConsentRow{}, no: map[string]bool{}}
	b, ok := s.readsLedger(r)
	if !ok {
		b, ok = s.ledger()
		if !ok {
			return out, nil
		}
		list, err := b.Listed(r.Context())
		for _, l := range list {
			out.yes[l.Org] = ConsentRow{Consent: ledger.Consent{Org: l.Org, OrgName: l.OrgName, RecordedAt: l.Since}}
			out.order = append(out.order, l.Org)
		}
		return out, err
	}
	p.Team = true
	list, err := b.Consents(r.Context(), actorOf(r))
	if err != nil {
		return out, err
	}
	var ids []string
	for _, c := range list {
		ids = append(ids, c.RecordedBy, c.WithdrawnBy)
	}
	names, err := s.peopleNames(r, ids...)
	if err != nil {
		return out, err
	}
	for _, c := range list {
		row := consentRow(c, names)
		if c.Holds() {
			delete(out.no, c.Org)
			out.yes[c.Org] = row
			out.order = append(out.order, c.Org)
			continue
		}
		if _, again := out.yes[c.Org]; !again && (c.Listed == ledger.Refused && c.Stands() || c.Listed != ledger.Refused) {
			out.no[c.Org] = true
		}
		p.Asked = append(p.Asked, row)
	}
	slices.Reverse(p.Asked)
	return out, nil
}

func consentRow(c ledger.Consent, names map[string]string) ConsentRow {
	row := ConsentRow{Consent: c, Who: nameOf(c.RecordedBy, names), When: dayTime(c.RecordedAt), Ended: dayTime(c.WithdrawnAt), Path: "/champions/" + url.PathEscape(c.ID)}
	if c.WithdrawnBy != "" {
		row.EndedWho = nameOf(c.WithdrawnBy, names)
	}
	switch c.Listed {
	case ledger.ListedPublic:
		row.ListedSay = "Named to everybody"
	case ledger.ListedTeam:
		row.ListedSay = "Named to the team only"
	default:
		row.ListedSay = "Said no"
	}
	return row
}

// recordConsent keeps what an organisation said when it was asked.
func (s *Server) recordConsent(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	f := r.PostForm
	id, which, err := whichOrg(r.Context(), snap, strings.TrimSpace(f.Get("organisation")))
	if err != nil {
		return err
	}
	if id == "" {
		return &typed.InputError{Fields: map[string]string{"organisation": "is not sure: " + whichWords(which)}}
	}
	o, err := snap.Orgs.Find(r.Context(), id)
	if err != nil {
		return err
	}
	b, _ := s.ledger()
	if _, err := b.Consent(r.Context(), actorOf(r), ledger.Consent{Org: o.ID, OrgName: o.Name, Listed: f.Get("listed"), Scope: f.Get("scope"), Contact: f.Get("contact")}); err != nil {
		return err
	}
	return see(w, r, "/champions", "champion")
}

func (s *Server) withdrawConsent(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	b, _ := s.ledger()
	if err := b.Withdraw(r.Context(), actorOf(r), r.PathValue("id"), r.PostForm.Get("reason")); err != nil {
		return err
	}
	return see(w, r, "/champions", "champion-ended")
}

func (s *Server) eraseConsent(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	b, _ := s.ledger()
	if err := b.Erase(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	return see(w, r, "/champions", "erased")
}
