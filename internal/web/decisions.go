package web

import (
	"context"
	"net/http"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"milieu/internal/auth"
	"milieu/internal/decision"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/store"
	"milieu/internal/typed"
)

// DecisionsPage lists what people have decided.
type DecisionsPage struct {
	Base
	Lede     string
	Kinds    []Choice
	Tables   []Choice
	States   []Choice
	People   []Choice
	Text     string
	Batch    string
	Narrowed bool
	Rows     []DecisionView
	Pager    Pager
	CSV      string
}

// DecisionView is a decision in words.
type DecisionView struct {
	decision.Decision
	What        string // what it speaks about
	WhatPath    string
	Path        string
	Who         string
	When        string
	State       string
	Waits       bool // the release does not have it yet
	Changes     []Change
	SourceIsWeb bool
	UndoneWho   string
	UndoneWhen  string
}

// Change is one field before and after.
type Change struct{ Field, Was, Is string }

func (s *Server) decisionRoutes() {
	s.get("/decisions", auth.ReadDecisions, s.decisions)
	s.get("/decisions/{id}", auth.ReadDecisions, s.decisionPage)
	s.post("/decisions/{id}/undo", auth.Decide, formMost, s.undoDecision)
	s.post("/decisions/{id}/redo", auth.Decide, formMost, s.redoDecision)
	s.post("/decisions/batch/{batch}/undo", auth.Decide, formMost, s.undoBatch)
}

const (
	formMost  = 512 << 10 // how much a form may bring
	mostWords = 200       // characters of a search; databases refuse very long patterns
)

func (s *Server) decisions(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	q := r.URL.Query()
	f := decision.Filter{Kind: decision.Kind(q.Get("kind")), Table: q.Get("table"), Subject: q.Get("subject"), By: q.Get("by"), State: q.Get("state"), Batch: q.Get("batch"),
		Text: strings.TrimSpace(q.Get("text")), Limit: pageRows}
	if utf8.RuneCountInString(f.Text) > mostWords {
		return badRequest("The words to look for are longer than %d characters; fewer find more.", mostWords)
	}
	page, err := pageNumber(q)
	if err != nil {
		return err
	}
	if f.Offset = (page - 1) * pageRows; wantsCSV(r) {
		f.Limit, f.Offset = csvMost, 0
	}
	ds, total, err := s.cfg.Team.Book.List(r.Context(), actorOf(r), f)
	if err != nil {
		return err
	}
	views, err := s.viewDecisions(r.Context(), snap, ds)
	if err != nil {
		return err
	}
	if wantsCSV(r) {
		if err := s.cfg.Team.Book.Exported(r.Context(), actorOf(r), auth.ReadDecisions, "decisions", "csv", len(views)); err != nil {
			return err
		}
		return decisionsCSV(w, views)
	}
	p := DecisionsPage{Base: s.base(r, snap, "Decisions", "/decisions"), Rows: views, Text: f.Text, Batch: f.Batch, CSV: withQuery("/decisions", q, "format", "csv", "said", ""),
		Lede:     "What people have added, corrected, joined, moved and left out. Sources stay as they are: a decision is applied by each build, and can be undone.",
		Narrowed: f.Kind != "" || f.Table != "" || f.Subject != "" || f.By != "" || f.State != "" || f.Batch != "" || f.Text != ""}
	for _, k := range decision.Kinds {
		p.Kinds = append(p.Kinds, Choice{Value: string(k.Kind), Label: k.Label, Current: k.Kind == f.Kind})
	}
	tables, err := evidence.TeamTables()
	if err != nil {
		return err
	}
	for _, t := range tables {
		p.Tables = append(p.Tables, Choice{Value: t.Name, Label: capital(t.Name), Current: t.Name == f.Table})
	}
	for _, t := range []string{decision.Sites, decision.Pairs, decision.Addresses} {
		p.Tables = append(p.Tables, Choice{Value: t, Label: capital(t), Current: t == f.Table})
	}
	for _, st := range [][2]string{{"holds", "Hold"}, {"undone", "Undone"}} {
		p.States = append(p.States, Choice{Value: st[0], Label: st[1], Current: st[0] == f.State})
	}
	q.Del("said")
	p.Pager = pager("/decisions", q, page, pageRows, total)
	return s.render(w, r, "decisions", p)
}

// pageNumber reads the page of a long list from the address.
func pageNumber(q url.Values) (int, error) {
	p := q.Get("page")
	if p == "" {
		return 1, nil
	}
	n, err := strconv.Atoi(p)
	if err != nil || n < 1 || n > pagesMost {
		return 0, badRequest("Page %q is not one of 1 to %d; narrow the list instead.", p, pagesMost)
	}
	return n, nil
}

// viewDecisions puts decisions into words, with the names of those who made them and
// what the release that is being served has made of each.
func (s *Server) viewDecisions(ctx context.Context, snap *live.Snapshot, ds []decision.Decision) ([]DecisionView, error) {
	states, err := decisionStates(ctx, snap)
	if err != nil {
		return nil, err
	}
	ids := map[string]bool{}
	for _, d := range ds {
		ids[d.By], ids[d.UndoneBy] = true, true
	}
	names, err := s.cfg.Team.Auth.Names(ctx, sortedNames(ids))
	if err != nil {
		return nil, err
	}
	out := make([]DecisionView, len(ds))
	for i, d := range ds {
		out[i] = viewDecision(d, states, names)
	}
	return out, nil
}

func sortedNames(set map[string]bool) []string {
	var out []string
	for k := range set {
		if k != "" {
			out = append(out, k)
		}
	}
	sort.Strings(out)
	return out
}

func decisionStates(ctx context.Context, snap *live.Snapshot) (map[string]evidence.DecisionState, error) {
	return live.Remember(&snap.Cache, "decisions/states", func() (map[string]evidence.DecisionState, error) {
		return evidence.DecisionStates(ctx, snap.DB)
	})
}

// changedFields are the fields that decisions changed in the release that is being served.
func changedFields(ctx context.Context, snap *live.Snapshot) (map[evidence.Subject][]evidence.DecidedField, error) {
	return live.Remember(&snap.Cache, "decisions/changed", func() (map[evidence.Subject][]evidence.DecidedField, error) {
		return evidence.Decided(ctx, snap.DB)
	})
}

func viewDecision(d decision.Decision, states map[string]evidence.DecisionState, names map[string]string) DecisionView {
	v := DecisionView{Decision: d, Path: "/decisions/" + d.ID(), Who: nameOf(d.By, names), When: dayTime(d.At), SourceIsWeb: typed.IsWeb(d.Source)}
	v.What, v.WhatPath = subjectOf(d)
	v.State, v.Waits = stateOf(d, states)
	if !d.Holds() {
		v.UndoneWho, v.UndoneWhen = nameOf(d.UndoneBy, names), dayTime(d.UndoneAt)
	}
	switch d.Kind {
	case decision.Add, decision.Set, decision.Move:
		var fields []string
		for f := range d.Fields {
			fields = append(fields, f)
		}
		sort.Strings(fields)
		for _, f := range fields {
			if d.Kind == decision.Add && d.Fields[f] == "" {
				continue
			}
			v.Changes = append(v.Changes, Change{f, d.Before[f], d.Fields[f]})
		}
	case decision.Agent:
		v.Changes = []Change{{"address of mass registration", d.Before["agent"], d.Fields["agent"]}}
	}
	return v
}

// nameOf is the name of a person, or what stands for one.
func nameOf(id string, names map[string]string) string {
	if n := names[id]; n != "" {
		return n
	}
	if id == auth.Machine("").PersonID {
		return auth.Machine("").Name
	}
	return id
}

// dayTime writes a moment of the store for people.
func dayTime(at string) string {
	t := store.ParseTime(at)
	if t.IsZero() {
		return ""
	}
	return t.Format("2 Jan 2006, 15:04") + " UTC"
}

// subjectOf says what a decision is about, with its page.
func subjectOf(d decision.Decision) (words, path string) {
	switch d.Table {
	case decision.Organisations:
		return d.Subject, rowPath(d.Table, d.Subject)
	case decision.Pairs:
		return d.Fields["one"] + " and " + d.Fields["other"], orgPath(d.Fields["one"])
	case decision.Sites:
		key, which := d.Subject, "site of "
		if k, ok := strings.CutSuffix(key, ":ro"); ok {
			key, which = k, "registered office of "
		}
		key = strings.TrimSuffix(key, ":site")
		return which + key, orgPath(key)
	case decision.Addresses:
		postcode, address, _ := strings.Cut(d.Subject, "|")
		if address == "" {
			return "the whole of " + postcode, ""
		}
		return address + ", " + postcode, ""
	}
	return d.Table + ": " + d.Subject, rowPath(d.Table, d.Subject)
}

// stateOf says whether a decision counts in the release that is being served.
func stateOf(d decision.Decision, states map[string]evidence.DecisionState) (words string, waits bool) {
	st, in := states[d.ID()]
	switch {
	case !d.Holds() && in:
		return "undone; leaves with the next build", true
	case !d.Holds():
		return "undone", false
	case !in:
		return "waits for the next build", true
	case st.State == "applied":
		return "in force", false
	}
	return orText(st.WhyNot, st.State), false
}

func decisionsCSV(w http.ResponseWriter, views []DecisionView) error {
	var rows [][]string
	for _, v := range views {
		base := []string{v.ID(), v.At, v.Who, string(v.Kind), v.Table, v.Subject}
		end := []string{v.Reason, v.Source, v.State, v.UndoneAt, v.UndoneWho, v.UndoneReason}
		if len(v.Changes) == 0 {
			rows = append(rows, append(append(append([]string{}, base...), "", "", ""), end...))
		}
		for _, c := range v.Changes {
			rows = append(rows, append(append(append([]string{}, base...), c.Field, c.Was, c.Is), end...))
		}
	}
	return writeCSV(w, "decisions", []string{"decision", "at", "by", "kind", "table", "subject", "field", "was", "is", "reason", "source", "state", "undone_at", "undone_by", "undone_reason"}, rows)
}

// DecisionPage is one decision with what became of it.
type DecisionPage struct {
	Base
	D       DecisionView
	May     bool
	InBatch int
	Ref     string // of its line in the release
}

func (s *Server) decisionPage(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	seq, err := decision.ParseID(r.PathValue("id"))
	if err != nil {
		return notFound("%s.", capital(err.Error()))
	}
	d, err := s.cfg.Team.Book.One(r.Context(), actorOf(r), seq)
	if err != nil {
		return err
	}
	views, err := s.viewDecisions(r.Context(), snap, []decision.Decision{d})
	if err != nil {
		return err
	}
	p := DecisionPage{Base: s.base(r, snap, "Decision "+d.ID(), "/decisions"), D: views[0], May: actorOf(r).May(auth.Decide)}
	if d.Batch != "" {
		if _, p.InBatch, err = s.cfg.Team.Book.List(r.Context(), actorOf(r), decision.Filter{Batch: d.Batch, State: "holds", Limit: 1}); err != nil {
			return err
		}
	}
	return s.render(w, r, "decision", p)
}

func (s *Server) undoDecision(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	return s.turnDecision(w, r, "undone", s.cfg.Team.Book.Undo)
}

func (s *Server) redoDecision(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	return s.turnDecision(w, r, "redone", s.cfg.Team.Book.Redo)
}

func (s *Server) turnDecision(w http.ResponseWriter, r *http.Request, said string, turn func(context.Context, auth.Actor, int64, string) error) error {
	seq, err := decision.ParseID(r.PathValue("id"))
	if err != nil {
		return notFound("%s.", capital(err.Error()))
	}
	if err := turn(r.Context(), actorOf(r), seq, r.PostForm.Get("reason")); err != nil {
		return err
	}
	return see(w, r, "/decisions/"+r.PathValue("id"), said)
}

func (s *Server) undoBatch(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	batch := r.PathValue("batch")
	if _, err := s.cfg.Team.Book.UndoBatch(r.Context(), actorOf(r), batch, r.PostForm.Get("reason")); err != nil {
		return err
	}
	return see(w, r, "/decisions?batch="+url.QueryEscape(batch), "undone")
}
