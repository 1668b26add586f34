package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"milieu/internal/decision"
	"milieu/internal/live"
	"milieu/internal/org"
	"milieu/internal/store"
)

// ReviewListPage is all pairs that wait, in order, for those who decide several at once.
type ReviewListPage struct {
	Base
	Rows     []QueuedView
	Choices  []Choice // of sources
	Source   string
	Total    int // left for this person
	Pager    Pager
	CSV      string
	Bulk     int // rows of this page that may be decided together
	BulkFrom string
	First    string
}

// QueuedView is a pair of the list.
type QueuedView struct {
	queued
	Path, PairPath, Chance, Words string
	ASourceName, BSourceName      string
	Version                       int64
	Bulk                          bool
}

// bulkLeast is the probability from which pairs may be decided together: below it each is
// worth a look.
const bulkLeast = 0.8

func (s *Server) reviewList(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	q := r.URL.Query()
	source := q.Get("source")
	open, err := s.openPairs(r, snap, source)
	if err != nil {
		return err
	}
	if wantsCSV(r) {
		return queueCSV(w, open.pairs)
	}
	page, err := pageNumber(q)
	if err != nil {
		return err
	}
	all, err := reviewQueue(r.Context(), snap)
	if err != nil {
		return err
	}
	titles := sourceTitles(snap)
	q.Del("said")
	p := ReviewListPage{Base: s.base(r, snap, "All pairs that wait for a decision", "/review"), Choices: sourcesOf(all, titles, source), Source: source, Total: len(open.pairs),
		Pager: pager("/review", q, page, pageRows, len(open.pairs)), CSV: withQuery("/review", q, "format", "csv", "page", ""), BulkFrom: chance(bulkLeast), First: reviewPath("", "", source)}
	from := min((page-1)*pageRows, len(open.pairs))
	for _, x := range open.pairs[from:min(from+pageRows, len(open.pairs))] {
		v := QueuedView{queued: x, Path: reviewPath(x.A, x.B, source), PairPath: pairPath(x.A, x.B), Chance: chance(x.Probability), Words: chanceWords(x.Probability),
			ASourceName: orText(titles[x.ASource], x.ASource), BSourceName: orText(titles[x.BSource], x.BSource), Version: open.versions[x.subject()], Bulk: x.Probability >= bulkLeast}
		if v.Bulk {
			p.Bulk++
		}
		p.Rows = append(p.Rows, v)
	}
	return s.render(w, r, "reviewlist", p)
}

func queueCSV(w http.ResponseWriter, pairs []queued) error {
	var rows [][]string
	for _, p := range pairs {
		rows = append(rows, []string{p.A, p.AName, p.ASource, p.AOrg, p.B, p.BName, p.BSource, p.BOrg, floatText(p.Probability), floatText(p.Effect)})
	}
	return writeCSV(w, "review", []string{"a", "a_name", "a_source", "a_org_id", "b", "b_name", "b_source", "b_org_id", "probability", "effect"}, rows)
}

func floatText(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// bulkReason is why a pair was taken as the same together with so many others: nobody need have
// looked at its records.
func bulkReason(others int) string {
	if others == 0 {
		return "Taken as the same from the list, at " + chance(bulkLeast) + " or more."
	}
	return fmt.Sprintf("Taken as the same with %s from the list, at %s or more.", counted(others, "other", "others"), chance(bulkLeast))
}

// reviewBulk says of several pairs that are probable that each is one organisation: all of
// them or none.
func (s *Server) reviewBulk(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	back := withQuery("/review", url.Values{}, "list", "1", "source", r.PostForm.Get("source"))
	chosen := r.PostForm["pair"]
	if len(chosen) == 0 {
		return see(w, r, back, "nothing")
	}
	if len(chosen) > pageRows {
		return badRequest("At most %d pairs are decided together.", pageRows)
	}
	batch := store.NewID("r")
	var drafts []decision.Draft
	for _, c := range chosen {
		version, subject, _ := strings.Cut(c, "|")
		a, b, _ := strings.Cut(subject, "|")
		v, err := strconv.ParseInt(version, 10, 64)
		if err != nil {
			return badRequest("The form cannot be read: open the list again.")
		}
		p, err := org.Pair(r.Context(), snap.DB, a, b)
		if err != nil {
			return err
		}
		if p.Probability < bulkLeast {
			return badRequest("%s and %s are the same with a probability of %s only: look at them by themselves.", p.AName, p.BName, chance(p.Probability))
		}
		d := verdictOn(p, decision.Same, v, orText(strings.TrimSpace(r.PostForm.Get("reason")), bulkReason(len(chosen)-1)))
		d.Batch, d.Source = batch, bulkSource
		drafts = append(drafts, d)
	}
	_, err := s.cfg.Team.Book.DecideAll(r.Context(), actorOf(r), drafts)
	var conflict *decision.ConflictError
	if errors.As(err, &conflict) {
		return see(w, r, back, "conflict")
	}
	if err != nil {
		return err
	}
	return see(w, r, back, "decided")
}
