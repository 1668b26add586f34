package web

import (
	"net/http"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/live"
)

// AuditPage is the log of who did what.
type AuditPage struct {
	Base
	Rows     []AuditView
	Actions  []Choice
	People   []Choice
	Subject  string
	From, To string
	Narrowed bool
	Older    string // address of the page with what came before
	Report   *audit.Report
	CSV      string
}

// AuditView is one event in words.
type AuditView struct {
	audit.Event
	When, Who string
	On        string // what it was done to, a person by name
	Path      string // of what it was done to
	Details   []Change
	Short     string // of the hash
}

func (s *Server) auditRoutes() {
	s.get("/audit", auth.ReadAudit, s.auditPage)
	s.get("/audit.jsonl", auth.ReadAudit, s.auditExport)
}

var dayForm = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

// auditShown is how many events a page shows.
const auditShown = 100

func (s *Server) auditPage(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	q, book, a := r.URL.Query(), s.cfg.Team.Book, actorOf(r)
	f := audit.Filter{Actor: q.Get("actor"), Action: q.Get("action"), Subject: strings.TrimSpace(q.Get("subject")), From: q.Get("from"), To: dayEnd(q.Get("to")), Limit: auditShown + 1}
	if wantsCSV(r) {
		f.Limit = csvMost
	}
	if b := q.Get("before"); b != "" {
		n, err := strconv.ParseInt(b, 10, 64)
		if err != nil || n < 1 {
			return badRequest("The log is read from the number of an event, not from %q.", b)
		}
		f.BeforeSeq = n
	}
	for _, day := range []string{q.Get("from"), q.Get("to")} {
		if day != "" && !dayForm.MatchString(day) {
			return badRequest("Day %q is not written as 2026-11-26.", day)
		}
	}
	events, actions, people, err := audit.Page(r.Context(), book.DB, book.Workspace, auth.Permitting(book.Workspace, a, auth.ReadAudit), f)
	if err != nil {
		return err
	}
	p := AuditPage{Base: s.base(r, snap, "Audit", "/audit"), Subject: f.Subject, From: q.Get("from"), To: q.Get("to"), CSV: withQuery("/audit", q, "format", "csv", "before", "", "verify", ""),
		Narrowed: f.Actor != "" || f.Action != "" || f.Subject != "" || f.From != "" || f.To != ""}
	if len(events) > auditShown && !wantsCSV(r) {
		events = events[:auditShown]
		p.Older = withQuery("/audit", q, "before", strconv.FormatInt(events[len(events)-1].Seq, 10), "verify", "")
	}
	names, err := s.cfg.Team.Auth.Names(r.Context(), people)
	if err != nil {
		return err
	}
	for _, e := range events {
		p.Rows = append(p.Rows, viewEvent(e, names))
	}
	if wantsCSV(r) {
		if err := book.Exported(r.Context(), a, auth.ReadAudit, "audit", "csv", len(p.Rows)); err != nil {
			return err
		}
		return auditCSV(w, p.Rows)
	}
	for _, action := range actions {
		p.Actions = append(p.Actions, Choice{Value: action, Label: words(strings.ReplaceAll(action, ".", ": ")), Current: action == f.Action})
	}
	for _, id := range people {
		p.People = append(p.People, Choice{Value: id, Label: orText(nameOf(id, names), "visitors"), Current: id == f.Actor})
	}
	if q.Get("verify") != "" {
		report, err := audit.Verify(r.Context(), book.DB, book.Workspace)
		if err != nil {
			return err
		}
		p.Report = &report
	}
	return s.render(w, r, "audit", p)
}

// dayEnd is the last moment of a day, so that a filter to a day takes all of it.
func dayEnd(day string) string {
	if day == "" {
		return ""
	}
	return day + "T24"
}

func viewEvent(e audit.Event, names map[string]string) AuditView {
	v := AuditView{Event: e, On: e.Subject, When: dayTime(e.At), Who: orText(nameOf(e.Actor, names), "a visitor"), Short: e.Hash[:min(12, len(e.Hash))]}
	if e.Via == auth.ViaJob {
		v.Who = "the program"
	}
	switch {
	case strings.HasPrefix(e.Action, "decision."):
		v.Path = "/decisions/" + e.Subject
	case strings.HasPrefix(e.Action, "job."):
		v.Path = "/builds/" + e.Subject
	case strings.HasPrefix(e.Action, "introduction."):
		v.Path = introPath(e.Subject)
	case strings.HasPrefix(e.Action, "consortium."):
		v.Path = consortiumPath(e.Subject)
	}
	if n := names[e.Subject]; n != "" {
		v.On = n
	}
	var keys []string
	for k := range e.Detail {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		if e.Detail[k] != "" {
			v.Details = append(v.Details, Change{Field: k, Is: e.Detail[k]})
		}
	}
	return v
}

func auditCSV(w http.ResponseWriter, views []AuditView) error {
	var rows [][]string
	for _, v := range views {
		var details []string
		for _, d := range v.Details {
			details = append(details, d.Field+"="+d.Is)
		}
		rows = append(rows, []string{strconv.FormatInt(v.Seq, 10), v.At, v.Event.Actor, v.Who, v.Via, v.Action, v.Event.Subject, strings.Join(details, "; "), v.Hash})
	}
	return writeCSV(w, "audit", []string{"seq", "at", "actor", "name", "via", "action", "subject", "detail", "hash"}, rows)
}

func (s *Server) auditExport(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	book, a := s.cfg.Team.Book, actorOf(r)
	out := &lateFile{w: w}
	err := audit.Export(r.Context(), book.DB, book.Workspace, auth.PermittingWrite(book.Workspace, a, auth.ReadAudit), audit.Event{Actor: a.PersonID, Via: a.Via}, book.Now(), out)
	if err != nil && out.begun {
		// As with streamCSV: half a file is never taken for a whole one.
		if r.Context().Err() == nil {
			s.cfg.Log.Error("audit log ended early", "err", err)
		}
		panic(http.ErrAbortHandler)
	}
	return err
}

// lateFile says that an answer is the log only when its first bytes come, so that a
// fault before them still has a page.
type lateFile struct {
	w     http.ResponseWriter
	begun bool
}

func (f *lateFile) Write(p []byte) (int, error) {
	if !f.begun {
		f.begun = true
		f.w.Header().Set("Content-Type", "application/jsonl; charset=utf-8")
		f.w.Header().Set("Content-Disposition", `attachment; filename="audit.jsonl"`)
	}
	return f.w.Write(p)
}
