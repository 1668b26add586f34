package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/chart"
	"milieu/internal/decision"
	"milieu/internal/live"
	"milieu/internal/org"
)

// ReviewPage is the queue of pairs that wait for a decision, one at a time.
type ReviewPage struct {
	Base
	Pair       *PairView // nil when nothing waits
	Held       *DecisionView
	Said       string // what has just been done
	Position   string // "3 of 212"
	Next, Prev string
	List       string
	Source     string
	SourceName string
	Total      int // in the release
	Decided    int
	Implied    int
	Later      int
	Undo       *UndoView
	Verdict    VerdictForm
}

// UndoView is what the button that takes back takes back.
type UndoView struct {
	What, Subject string // D17 or later
	Says          string
}

// What shows a decision that was made in the queue, by which it is told from others: on one
// pair, or on several of the list.
const (
	reviewSource = "Both records side by side, in the review queue"
	bulkSource   = "The list of the review queue"
)

// fromReview says whether a decision was made in the queue.
func fromReview(d decision.Decision) bool { return d.Source == reviewSource || d.Source == bulkSource }

func (s *Server) reviewRoutes() {
	s.post("/review/decide", auth.Decide, formMost, s.reviewDecide)
	s.post("/review/undo", auth.Decide, formMost, s.reviewUndo)
	s.post("/review/bulk", auth.Decide, formMost, s.reviewBulk)
}

// reviewPath is the address of a pair in the queue; of the queue's first where a is "".
func reviewPath(a, b, source string) string {
	q := url.Values{}
	if a != "" {
		q.Set("a", a)
		q.Set("b", b)
	}
	if source != "" {
		q.Set("source", source)
	}
	if len(q) == 0 {
		return "/review"
	}
	return "/review?" + q.Encode()
}

func (s *Server) review(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	q := r.URL.Query()
	if q.Get("list") != "" || wantsCSV(r) {
		return s.reviewList(w, r, snap)
	}
	source := q.Get("source")
	open, err := s.openPairs(r, snap, source)
	if err != nil {
		return err
	}
	p := ReviewPage{Base: s.base(r, snap, "Review", "/review"), Source: source, SourceName: orText(sourceTitles(snap)[source], source), Total: open.total, Decided: open.decided, Implied: open.implied, Later: open.later,
		List: withQuery("/review", url.Values{}, "list", "1", "source", source)}
	if quiet[q.Get("said")] {
		p.Said, p.Notice = p.Notice, "" // who goes through hundreds wants no page that jumps
	}
	if p.Undo, err = undoView(snap, r, open); err != nil {
		return err
	}
	a, b := q.Get("a"), q.Get("b")
	if a == "" && len(open.pairs) > 0 {
		a, b = open.pairs[0].A, open.pairs[0].B
	}
	if a != "" {
		if err := s.reviewed(r, snap, &p, open, a, b); err != nil {
			return err
		}
	}
	return s.render(w, r, "review", p)
}

// quiet are notices that stand in the page's line of state.
var quiet = map[string]bool{"kept": true, "later": true, "asked-again": true, "undone": true}

// reviewed fills the page with one pair.
func (s *Server) reviewed(r *http.Request, snap *live.Snapshot, p *ReviewPage, open openQueue, a, b string) error {
	pair, err := org.Pair(r.Context(), snap.DB, a, b)
	if err != nil {
		return err
	}
	v := viewPair(snap, pair)
	subject := decision.PairSubject(pair.A, pair.B)
	v.Version = open.versions[subject]
	p.Pair, p.Title = &v, "Review: "+pair.AName+" and "+pair.BName
	p.Verdict = VerdictForm{A: pair.A, B: pair.B, Version: v.Version, Content: v.Content, Source: p.Source}
	if d, ok := open.held[subject]; ok {
		views, err := s.viewDecisions(r.Context(), snap, []decision.Decision{d})
		if err != nil {
			return err
		}
		p.Held = &views[0]
	}
	k, in := open.place(subject)
	if in {
		p.Position = fmt.Sprintf("%s of %s", chart.Number(float64(k+1), 0), chart.Number(float64(len(open.pairs)), 0))
	} else {
		k = -1
	}
	if k+1 < len(open.pairs) {
		next := open.pairs[k+1]
		p.Next = reviewPath(next.A, next.B, p.Source)
	}
	if k > 0 {
		prev := open.pairs[k-1]
		p.Prev = reviewPath(prev.A, prev.B, p.Source)
	}
	return nil
}

// undoView says what this person would take back.
func undoView(snap *live.Snapshot, r *http.Request, open openQueue) (*UndoView, error) {
	if open.undo.Subject == "" || !actorOf(r).May(auth.Decide) {
		return nil, nil
	}
	q, err := reviewQueue(r.Context(), snap)
	if err != nil {
		return nil, err
	}
	pair := q.pairs[q.at[open.undo.Subject]]
	names := pair.AName + " and " + pair.BName
	if open.undo.Decision.Seq == 0 {
		return &UndoView{"later", open.undo.Subject, "later: " + names}, nil
	}
	d := open.undo.Decision
	says := d.ID() + ", " + strings.ToLower(d.Kind.Label()) + ": " + names
	if d.Batch != "" {
		says = "all that were decided together with " + d.ID()
	}
	return &UndoView{d.ID(), open.undo.Subject, says}, nil
}

// onPair is the pair that a form is about.
func onPair(r *http.Request, snap *live.Snapshot) (org.LinkPair, error) {
	a, b := r.PostForm.Get("a"), r.PostForm.Get("b")
	if a == "" || b == "" {
		return org.LinkPair{}, badRequest("The form cannot be read: open it again from the review.")
	}
	return org.Pair(r.Context(), snap.DB, a, b)
}

// reviewDecide keeps what was said of a pair and goes on to the next one.
func (s *Server) reviewDecide(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	pair, err := onPair(r, snap)
	if err != nil {
		return err
	}
	f := r.PostForm
	version, err := strconv.ParseInt(f.Get("version"), 10, 64)
	if err != nil {
		return badRequest("The form cannot be read: open it again from the review.")
	}
	here := reviewPath(pair.A, pair.B, f.Get("source"))
	if f.Get("back") == "pair" {
		here = pairPath(pair.A, pair.B)
	}
	if f.Get("content") != contentOf(pair) {
		return see(w, r, here, "changed")
	}
	// The next one is that of the queue as the person saw it.
	open, err := s.openPairs(r, snap, f.Get("source"))
	if err != nil {
		return err
	}
	subject, said := decision.PairSubject(pair.A, pair.B), "kept"
	switch kind := decision.Kind(f.Get("verdict")); kind {
	case decision.Same, decision.Different:
		_, err = s.cfg.Team.Book.Decide(r.Context(), actorOf(r), verdictOn(pair, kind, version, f.Get("reason")))
	case "later":
		said, err = "later", s.cfg.Team.Book.PutOff(r.Context(), actorOf(r), subject, contentOf(pair))
	default:
		return badRequest("A pair is the same, not the same, or left for later: choose one of the buttons.")
	}
	var conflict *decision.ConflictError
	if errors.As(err, &conflict) {
		return see(w, r, here, "conflict")
	}
	if err != nil {
		return err
	}
	if f.Get("back") == "pair" {
		return see(w, r, here, said)
	}
	return see(w, r, open.after(subject, f.Get("source")), said)
}

// after is the address of the pair that comes after one; that of the queue's first after the last.
func (o openQueue) after(subject, source string) string {
	k, in := o.place(subject)
	if !in || k+1 == len(o.pairs) {
		return reviewPath("", "", source)
	}
	return reviewPath(o.pairs[k+1].A, o.pairs[k+1].B, source)
}

// verdictOn is the decision on a pair. Whoever goes through hundreds gives a reason where it
// needs one; what stands in the records is the reason otherwise.
func verdictOn(p org.LinkPair, kind decision.Kind, version int64, reason string) decision.Draft {
	if strings.TrimSpace(reason) == "" {
		said := "not the same"
		if kind == decision.Same {
			said = "the same"
		}
		reason = fmt.Sprintf("Looked at both records and found them %s; the evidence gave %s.", said, chance(p.Probability))
	}
	return decision.Draft{Kind: kind, Table: decision.Pairs, Subject: decision.PairSubject(p.A, p.B), Fields: map[string]string{"one": p.A, "other": p.B},
		Reason: reason, Source: reviewSource, Version: version}
}

// reviewUndo takes back what this person did last in the queue.
func (s *Server) reviewUndo(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	f, a, book := r.PostForm, actorOf(r), s.cfg.Team.Book
	subject := f.Get("subject")
	if f.Get("what") == "all-later" {
		return s.askAllAgain(w, r, snap)
	}
	if f.Get("what") == "later" {
		if err := book.AskAgain(r.Context(), a, subject); err != nil {
			return err
		}
		return s.backTo(w, r, snap, subject, "asked-again")
	}
	seq, err := decision.ParseID(f.Get("what"))
	if err != nil {
		return badRequest("There is nothing to take back: open the review again.")
	}
	d, err := book.One(r.Context(), a, seq)
	if err != nil {
		return err
	}
	if d.By != a.PersonID || d.Table != decision.Pairs || !fromReview(d) {
		return badRequest("%s was not made by you in the review: undo it on its own page.", d.ID())
	}
	const reason = "Taken back in the review queue by who had decided it."
	if d.Batch != "" {
		_, err = book.UndoBatch(r.Context(), a, d.Batch, reason)
	} else {
		err = book.Undo(r.Context(), a, seq, reason)
	}
	if err != nil {
		return err
	}
	return s.backTo(w, r, snap, d.Subject, "undone")
}

// askAllAgain takes back everything that this person has put off.
func (s *Server) askAllAgain(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	all, err := s.cfg.Team.Book.PuttingOff(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	for _, p := range all {
		if err := s.cfg.Team.Book.AskAgain(r.Context(), actorOf(r), p.Subject); err != nil {
			return err
		}
	}
	return s.backTo(w, r, snap, "", "asked-again")
}

// backTo leads to a pair of the queue, or to the queue where it is no longer in it.
func (s *Server) backTo(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, subject, said string) error {
	q, err := reviewQueue(r.Context(), snap)
	if err != nil {
		return err
	}
	path, source := reviewPath("", "", r.PostForm.Get("source")), r.PostForm.Get("source")
	if k, in := q.at[subject]; in {
		path = reviewPath(q.pairs[k].A, q.pairs[k].B, source)
	}
	return see(w, r, path, said)
}
