package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"milieu/internal/auth"
	"milieu/internal/bizcase"
	"milieu/internal/bizcase/casebook"
	"milieu/internal/bizcase/draft"
	"milieu/internal/bizcase/facts"
	"milieu/internal/bizcase/markup"
	"milieu/internal/entry"
	"milieu/internal/live"
	"milieu/internal/portfolio"
	"milieu/internal/report"
)

// OpenCase is the case that everybody may read, with the settings of its plan.
type OpenCase struct {
	Content bizcase.Content
	Made    bizcase.Made
	Query   string // settings of the plan, as they stand in an address; empty for the text of a file
	File    string // id of the workspace's file that holds the text; empty for a draft
}

// asksPlan says that an address holds settings of a plan. Other keys, such as those that links in letters carry, ask for none.
func asksPlan(q url.Values) bool {
	asks := false
	_, _ = portfolio.ParseAsk(func(name string) string { // for the names that it reads
		asks = asks || q.Has(name)
		return ""
	}, portfolio.Ask{})
	return asks
}

// openCase is the case of the address with the chains of its figures: without settings the first text that the workspace keeps as a
// file, else a draft for the plan that is asked for.
func (s *Server) openCase(r *http.Request, snap *live.Snapshot) (OpenCase, error) {
	return s.openCaseBy(r, snap, s.makeCase)
}

func (s *Server) openCaseBy(r *http.Request, snap *live.Snapshot, make caseMaker) (OpenCase, error) {
	if !asksPlan(r.URL.Query()) {
		files, err := s.caseFiles(snap)
		if err != nil {
			return OpenCase{}, err
		}
		if len(files) > 0 {
			c := files[0].Content
			made, err := make(r, snap, c, "/case")
			return OpenCase{Content: c, Made: made, File: files[0].ID}, err
		}
	}
	var out OpenCase
	err := snap.Cache.Slow(r.Context(), func() (err error) { // anybody may ask for any plan
		out, err = s.openDraft(r, snap, make)
		return err
	})
	return out, err
}

// openDraft is a draft for the plan of the address.
func (s *Server) openDraft(r *http.Request, snap *live.Snapshot, make caseMaker) (OpenCase, error) {
	all, err := readInterventions(r, snap)
	if err != nil {
		return OpenCase{}, err
	}
	ask, err := readAsk(r, snap, all)
	if err != nil {
		return OpenCase{}, faultOfAsk(err)
	}
	query := askQuery(ask)
	f, err := s.caseFacts(r, snap, ask)
	if err != nil {
		return OpenCase{}, err
	}
	c, err := draft.Write(context.WithoutCancel(r.Context()), f, draftOpts(snap, query, "", bizcase.Outline))
	if err != nil {
		return OpenCase{}, err
	}
	made, err := make(r, snap, c, "/case?"+query)
	if err == nil {
		made.Doc.Status = "A draft that nobody has edited"
	}
	return OpenCase{Content: c, Made: made, Query: query}, err
}

// factsOf are the facts for the plan of a case.
func (s *Server) factsOf(r *http.Request, snap *live.Snapshot, c bizcase.Content) (bizcase.Facts, error) {
	ask, err := s.caseAsk(r, snap, c.Plan)
	if err != nil {
		return nil, err
	}
	return s.caseFacts(r, snap, ask)
}

// bindCase puts the figures of the release that is being served into a case, without their chains, once for a release, a text and the
// parameters in force. Path is where the document has its page.
func (s *Server) bindCase(r *http.Request, snap *live.Snapshot, c bizcase.Content, path string) (bizcase.Made, bizcase.Facts, error) {
	ask, err := s.caseAsk(r, snap, c.Plan)
	if err != nil {
		return bizcase.Made{}, nil, err
	}
	f, err := s.caseFacts(r, snap, ask)
	if err != nil {
		return bizcase.Made{}, nil, err
	}
	make := func() (bizcase.Made, error) {
		return bizcase.Make(context.WithoutCancel(r.Context()), c, bizcase.Unproved{Facts: f})
	}
	plan, err := s.solvePlan(r, snap, ask)
	if err != nil {
		return bizcase.Made{}, nil, err
	}
	key, keep, err := s.planKey(ask)
	if err != nil {
		return bizcase.Made{}, nil, err
	}
	var made bizcase.Made
	if plan.Stopped || !keep || hangsOnReader(c) { // not kept, as the plan is not
		made, err = make()
	} else {
		made, err = live.Remember(&snap.Cache, fmt.Sprintf("case/%s/%s/%d/%t/%s", textKey(c), key, ask.Draws, actorOf(r).May(auth.ReadDecisions), s.today()), make)
	}
	made.Doc.Address, made.Doc.Path = siteAddress(s, r), path
	return made, f, err
}

// readMade is a case to be read on a page: bindCase without the facts.
func (s *Server) readMade(r *http.Request, snap *live.Snapshot, c bizcase.Content, path string) (bizcase.Made, error) {
	made, _, err := s.bindCase(r, snap, c, path)
	return made, err
}

// makeCase is bindCase with the chains of all figures, as files and what is kept need them.
func (s *Server) makeCase(r *http.Request, snap *live.Snapshot, c bizcase.Content, path string) (bizcase.Made, error) {
	made, f, err := s.bindCase(r, snap, c, path)
	if err != nil {
		return bizcase.Made{}, err
	}
	made.Doc.Proofs, err = f.Proofs(context.WithoutCancel(r.Context()), made.Doc.Refs())
	return made, err
}

// caseMaker is readMade or makeCase.
type caseMaker func(*http.Request, *live.Snapshot, bizcase.Content, string) (bizcase.Made, error)

// warmCase reckons ahead what the first visitor of the case would wait for.
func (s *Server) warmCase(snap *live.Snapshot) {
	r := (&http.Request{Method: http.MethodGet, URL: &url.URL{Path: "/case"}, Header: http.Header{}}).WithContext(context.Background())
	_, _ = s.openCaseBy(r, snap, s.readMade) // a fault is not kept: who asks for the page sees it
}

// hangsOnReader says that a case stands on what not everybody may see: what firms said, and weights of a workshop.
func hangsOnReader(c bizcase.Content) bool {
	return slices.ContainsFunc(c.Insertions(), func(in markup.Insert) bool { return facts.HangsOnReader(in.Words) })
}

// documentToKeep is the document that is kept with a text; none where it hangs on who reads it, since others will read what is kept.
func documentToKeep(c bizcase.Content, made bizcase.Made) *report.Document {
	if hangsOnReader(c) {
		return nil
	}
	return &made.Doc
}

// textOf is a text as it is kept.
func textOf(c bizcase.Content) []byte {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // strings and lists of strings are always written
	}
	return text
}

// textKey names a text in the memo of a release.
func textKey(c bizcase.Content) string {
	sum := sha256.Sum256(textOf(c))
	return hex.EncodeToString(sum[:])
}

// storedCase reads a case that is kept and puts the figures of the release that is being served into it, with their chains.
func (s *Server) storedCase(r *http.Request, snap *live.Snapshot, id string) (casebook.Case, bizcase.Made, error) {
	return s.storedCaseBy(r, snap, id, s.makeCase)
}

func (s *Server) storedCaseBy(r *http.Request, snap *live.Snapshot, id string, make caseMaker) (casebook.Case, bizcase.Made, error) {
	c, standing, err := s.caseBook().Standing(r.Context(), actorOf(r), id)
	if err != nil {
		return c, bizcase.Made{}, err
	}
	made, err := make(r, snap, c.Content, casePath(c.ID))
	made.Doc.Status = standing.Status(c, snap.Rel.ID)
	return c, made, err
}

// siteAddress is the address of this site, without a slash at the end.
func siteAddress(s *Server, r *http.Request) string {
	if s.cfg.Team != nil {
		return s.absolute(r, "")
	}
	scheme := "http"
	if entry.Secure(r) {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}
