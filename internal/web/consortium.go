package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/live"
	"milieu/internal/network/consortium"
	"milieu/internal/network/ledger"
)

// ConsortiumPage is a consortium that is kept, judged by the release that is served.
type ConsortiumPage struct {
	Base
	Kept     ledger.Consortium
	Finding  string
	Set      PartnerSet
	Gaps     []GapView
	Gone     []string // partners that the release does not have
	Fault    string   // why the call cannot be judged
	Swap     *SwapView
	Waiting  bool // it is being judged
	WhatIf   string
	When     string
	By       string
	CSV      string
	EditPath string
	TOML     string
}

func consortiumPath(id string) string { return "/consortia/" + url.PathEscape(id) }

// savedConsortia lists what is kept, for those who may see it.
func (s *Server) savedConsortia(r *http.Request, p *ConsortiaPage) error {
	b, ok := s.readsLedger(r)
	if !ok {
		return nil
	}
	all, err := b.Consortia(r.Context(), actorOf(r), true)
	if err != nil {
		return err
	}
	var ids []string
	for _, c := range all {
		ids = append(ids, c.By)
	}
	names, err := s.peopleNames(r, ids...)
	if err != nil {
		return err
	}
	for _, c := range all {
		row := SavedRow{Consortium: c, Path: consortiumPath(c.ID), When: dayTime(c.Changed), Who: nameOf(c.By, names), N: len(c.Members)}
		if c.Deleted != "" {
			p.Deleted = append(p.Deleted, row)
		} else {
			p.Saved = append(p.Saved, row)
		}
	}
	return nil
}

func (s *Server) consortium(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	b, _ := s.ledger()
	c, err := b.Consortium(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	names, err := s.peopleNames(r, c.By)
	if err != nil {
		return err
	}
	p := ConsortiumPage{Base: s.base(r, snap, c.Name, "/consortia"), Kept: c, Finding: c.Name, When: dayTime(c.Changed), By: nameOf(c.By, names), CSV: consortiumPath(c.ID) + "?format=csv", EditPath: consortiumPath(c.ID), TOML: c.Call}
	p.Method = "consortium"
	var ids []string
	for _, m := range c.Members {
		if _, ok := snap.Network.Find(m.Org); ok {
			ids = append(ids, m.Org)
		} else {
			p.Gone = append(p.Gone, orText(m.Name, m.Org))
		}
	}
	if err := s.judgeKept(r, snap, &p, ids); err != nil {
		return err
	}
	if wantsCSV(r) {
		if err := s.cfg.Team.Book.Exported(r.Context(), actorOf(r), auth.ReadDecisions, "consortium", "csv", len(c.Members)); err != nil {
			return err
		}
		return setsCSV(w, []PartnerSet{p.Set})
	}
	return s.render(w, r, "consortium", p)
}

// judgeKept judges the partners by the call; a call that cannot be read is shown with what is wrong.
func (s *Server) judgeKept(r *http.Request, snap *live.Snapshot, p *ConsortiumPage, ids []string) error {
	call, err := consortium.ParseCall([]byte(p.Kept.Call))
	if err != nil {
		p.Fault = err.Error()
		for _, m := range p.Kept.Members {
			p.Set.Members = append(p.Set.Members, MemberView{ID: m.Org, Name: m.Name})
		}
		return nil
	}
	q := r.URL.Query()
	j, ok, err := s.judge(r, snap, call, ids, q.Has("swap"), q.Get("swap"))
	var said statusError
	switch {
	case errors.As(err, &said) && !q.Has("swap"):
		p.Fault = said.msg
		return nil
	case err != nil:
		return err
	case !ok:
		p.Waiting = true
		return nil
	}
	p.Set, p.Gaps = partnerSet(snap.Network, p.Kept.Name, call, j.set, p.Kept.Call, requirements(j.set)), gapViews(j.gaps)
	p.WhatIf = p.Set.With
	for i := range p.Set.Members {
		p.Set.Members[i].SwapPath = p.EditPath + "?" + url.Values{"swap": {p.Set.Members[i].ID}}.Encode() + "#swap"
	}
	if len(ids) > 0 {
		p.Finding = judgedWords(j.set, j.gaps)
	}
	if q.Has("swap") {
		p.Swap = swapView(j, q.Get("swap"), p.Kept.Call)
	}
	return nil
}

// sentConsortium is what a form sent, with the names of the partners as the release has them.
func (s *Server) sentConsortium(r *http.Request, snap *live.Snapshot) (ledger.Consortium, error) {
	f := r.PostForm
	c := ledger.Consortium{Name: f.Get("name"), Call: strings.ReplaceAll(f.Get("call"), "\r\n", "\n"), Notes: f.Get("notes")}
	if _, err := consortium.ParseCall([]byte(c.Call)); err != nil {
		return c, badRequest("The call cannot be used: %s.", strings.TrimSuffix(err.Error(), "."))
	}
	for _, id := range partners(f) {
		v, ok := snap.Network.Find(id)
		if !ok {
			return c, badRequest("There is no organisation %.60q in the network of the release that is being served.", id)
		}
		c.Members = append(c.Members, ledger.Partner{Org: id, Name: snap.Network.Node(v).Name})
	}
	return c, nil
}

func (s *Server) saveConsortium(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	c, err := s.sentConsortium(r, snap)
	if err != nil {
		return err
	}
	b, _ := s.ledger()
	id, err := b.Save(r.Context(), actorOf(r), c)
	if err != nil {
		return err
	}
	return see(w, r, consortiumPath(id), "kept")
}

// changeConsortium renames a consortium or puts other partners into it; what the form does not
// send stays as it is.
func (s *Server) changeConsortium(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	version, err := formVersion(r)
	if err != nil {
		return err
	}
	b, _ := s.ledger()
	c, err := b.Consortium(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	c.Version = version
	f := r.PostForm
	if f.Has("name") {
		c.Name = f.Get("name")
	}
	if f.Has("notes") {
		c.Notes = f.Get("notes")
	}
	if f.Has("with") {
		f.Set("call", c.Call)
		sent, err := s.sentConsortium(r, snap)
		if err != nil {
			return err
		}
		c.Members = sent.Members
	}
	if _, err := b.Save(r.Context(), actorOf(r), c); err != nil {
		return err
	}
	return see(w, r, consortiumPath(c.ID), "kept")
}

func (s *Server) deleteConsortium(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	version, err := formVersion(r)
	if err != nil {
		return err
	}
	b, _ := s.ledger()
	if err := b.Delete(r.Context(), actorOf(r), r.PathValue("id"), version); err != nil {
		return err
	}
	return see(w, r, "/consortia", "deleted")
}

func (s *Server) restoreConsortium(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	version, err := formVersion(r)
	if err != nil {
		return err
	}
	b, _ := s.ledger()
	if err := b.Restore(r.Context(), actorOf(r), r.PathValue("id"), version); err != nil {
		return err
	}
	return see(w, r, consortiumPath(r.PathValue("id")), "restored")
}
