package web

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"milieu/internal/auth"
	"milieu/internal/decision"
	"milieu/internal/org"
)

// linked serves the valley of testdata/linked in the place of the example, to the same people.
func (w *teamWorld) linked() {
	w.t.Helper()
	cfg := w.site.cfg
	cfg.Shelf = linkedSite(w.t).cfg.Shelf
	var err error
	if w.site, err = New(cfg); err != nil {
		w.t.Fatal(err)
	}
}

func linkedTeam(t testing.TB, options ...teamOption) *teamWorld {
	return teamSiteOn(t, linkedSite(t).cfg.Shelf, options...)
}

// asks is the queue as somebody has it.
func (w *teamWorld) asks(role auth.Role) openQueue {
	w.t.Helper()
	r, err := w.site.identify(w.request(role, http.MethodGet, "/review", nil))
	if err != nil {
		w.t.Fatal(err)
	}
	q, err := w.site.openPairs(r, served(w.t, w.site), "")
	if err != nil {
		w.t.Fatal(err)
	}
	return q
}

// asksFirst is the pair about which somebody is asked first, on the linked site.
func (w *teamWorld) asksFirst(role auth.Role) queued {
	w.t.Helper()
	w.linked()
	q := w.asks(role)
	if len(q.pairs) == 0 {
		w.t.Fatal("nothing waits")
	}
	return q.pairs[0]
}

// verdictLetter says something of the pair that is asked about first.
func (w *teamWorld) verdictLetter(verdict string) letter {
	p := w.asksFirst(auth.Editor)
	return letter{path: "/review/decide", fields: fields("a", p.A, "b", p.B, "version", fmt.Sprint(w.asks(auth.Editor).versions[p.subject()]), "content", p.Content, "verdict", verdict, "reason", because)}
}

// bulkable is a pair that may be decided with others, as the list's form names it.
func (w *teamWorld) bulkable() string {
	w.t.Helper()
	q := w.asks(auth.Editor)
	for _, p := range q.pairs {
		if p.Probability >= bulkLeast {
			return fmt.Sprintf("%d|%s", q.versions[p.subject()], p.subject())
		}
	}
	w.t.Fatal("no pair is probable enough")
	return ""
}

func (w *teamWorld) lastDecision() decision.Decision {
	w.t.Helper()
	ds, _, err := w.book().List(w.t.Context(), w.people[auth.Owner], decision.Filter{Limit: 1})
	if err != nil || len(ds) == 0 {
		w.t.Fatal("no decision", err)
	}
	return ds[0]
}

// press posts what the page's form would for a button, and gives where that leads.
func (w *teamWorld) press(role auth.Role, page, verdict string) string {
	w.t.Helper()
	form := formTo(w.t, w.page(role, page), "/review/decide")
	form.Set("verdict", verdict)
	rec := w.send(role, "/review/decide", form)
	if rec.Code != http.StatusSeeOther {
		w.t.Fatalf("%s of %s: status %d\n%s", verdict, page, rec.Code, rec.Body)
	}
	return rec.Header().Get("Location")
}

// TestReview: who may not decide sees the queue and no buttons; the page is small.
func TestReview(t *testing.T) {
	w := linkedTeam(t)
	for _, role := range everyRole {
		body := w.page(role, "/review")
		if got := strings.Contains(body, `action="/review/decide"`); got != role.May(auth.Decide) {
			t.Errorf("%q is offered to decide: %v", role, got)
		}
		if len(body) > 30<<10 {
			t.Errorf("the page weighs %d bytes", len(body))
		}
	}
	n := len(w.asks(auth.Editor).pairs)
	w.says(w.get(auth.Nobody, "/review"), 200, fmt.Sprintf("1 of %d", n), "Are these one organisation?", "Weight of the evidence", "Score", "sign in", "/why?ref=link%2F")
	w.says(w.get(auth.Reader, "/review"), 200, "deciding takes the role editor")
	w.says(w.get(auth.Editor, "/review"), 200, `data-key="s"`, `data-key="d"`, `data-key="l"`, `data-key="j"`, `data-key="?"`, "Table behind the picture")
	w.says(w.post(auth.Reader, "/review/decide", "verdict", "same"), http.StatusForbidden)
	w.says(w.get(auth.Nobody, "/review?a=x&b=y"), http.StatusNotFound)
	// In order of the worth of an answer, and without scripts: next and previous are links.
	second := w.asks(auth.Editor).pairs[1]
	w.says(w.get(auth.Editor, reviewPath(second.A, second.B, "")), 200, fmt.Sprintf("2 of %d", n), `data-key="k"`)
	// A site without people can be looked at.
	if body := page(t, linkedSite(t), "/review"); strings.Contains(body, `action="/review/decide"`) || !strings.Contains(body, "This site can be read only") {
		t.Error("a site without accounts offers to decide")
	}
}

// TestReview_decide goes through the queue: each answer leads to the next pair at once, and what
// is answered is not asked again.
func TestReview_decide(t *testing.T) {
	w := linkedTeam(t)
	before := w.asks(auth.Editor)
	first, second, third := before.pairs[0], before.pairs[1], before.pairs[2]
	if to := w.press(auth.Editor, "/review", "different"); to != reviewPath(second.A, second.B, "")+"&said=kept" {
		t.Errorf("deciding leads to %s", to)
	}
	d := w.lastDecision()
	if d.Kind != decision.Different || d.Subject != first.subject() || d.Source != reviewSource || !strings.Contains(d.Reason, "not the same") || d.By != w.people[auth.Editor].PersonID {
		t.Errorf("%+v", d)
	}
	w.says(w.get(auth.Manager, "/review"), 200, second.AName, fmt.Sprintf("1 of %d", len(before.pairs)-1), "1 decided")
	// Later is for one person.
	w.later(time.Minute)
	if to := w.press(auth.Editor, reviewPath(second.A, second.B, ""), "later"); to != reviewPath(third.A, third.B, "")+"&said=later" {
		t.Errorf("later leads to %s", to)
	}
	if got, others := w.asks(auth.Editor), w.asks(auth.Manager); got.later != 1 || got.pairs[0] != third || others.pairs[0] != second {
		t.Errorf("after later the editor is asked %v, the manager %v", got.pairs[0], others.pairs[0])
	}
	// Undo takes back the last first: the pair that was put off, then the decision, and no more.
	for _, want := range []struct {
		what string
		to   queued
		said string
	}{{"later", second, "asked-again"}, {d.ID(), first, "undone"}} {
		form := formTo(t, w.page(auth.Editor, "/review"), "/review/undo")
		if form.Get("what") != want.what {
			t.Errorf("undo would take back %v, want %s", form, want.what)
		}
		w.sent(w.send(auth.Editor, "/review/undo", form), reviewPath(want.to.A, want.to.B, "")+"&said="+want.said)
	}
	// Whoever has put much off can have it all back.
	w.press(auth.Editor, "/review", "later")
	w.press(auth.Editor, "/review", "later")
	w.sent(w.post(auth.Editor, "/review/undo", "what", "all-later"), "/review?said=asked-again")
	if now := w.asks(auth.Editor); len(now.pairs) != len(before.pairs) || now.undo.Subject != "" {
		t.Errorf("%d pairs after undoing all, %d before; undo %+v", len(now.pairs), len(before.pairs), now.undo)
	}
	if strings.Contains(w.page(auth.Editor, "/review"), `action="/review/undo"`) {
		t.Error("there is nothing to undo, and it is offered")
	}
}

// What is put off comes back after a month, and somebody else's decisions are not to be undone here.
func TestReview_later(t *testing.T) {
	w := linkedTeam(t)
	first := w.asks(auth.Editor).pairs[0]
	w.press(auth.Editor, "/review", "later")
	w.later(31 * 24 * time.Hour)
	if err := func() (err error) {
		w.secret[auth.Editor], _, err = w.auth.SignIn(t.Context(), teamEmail(auth.Editor), teamPassword, "", "")
		return err
	}(); err != nil {
		t.Fatal(err)
	}
	if got := w.asks(auth.Editor).pairs[0]; got != first {
		t.Errorf("after a month %v is asked first", got)
	}
	w.press(auth.Editor, "/review", "same")
	w.says(w.post(auth.Manager, "/review/undo", "what", w.lastDecision().ID()), http.StatusUnauthorized)
	w.renew(auth.Manager)
	w.says(w.post(auth.Manager, "/review/undo", "what", w.lastDecision().ID()), http.StatusBadRequest, "was not made by you")
	w.says(w.post(auth.Editor, "/review/undo", "what", "x"), http.StatusBadRequest)
	w.says(w.post(auth.Editor, "/review/decide", "a", first.A, "b", first.B, "version", "0", "content", first.Content, "verdict", "perhaps"), http.StatusBadRequest, "choose one of the buttons")
}

// TestReview_conflict: two look at one pair, and both answer.
func TestReview_conflict(t *testing.T) {
	w := linkedTeam(t)
	first := w.asks(auth.Editor).pairs[0]
	mine := formTo(t, w.page(auth.Editor, "/review"), "/review/decide")
	w.press(auth.Manager, "/review", "same")
	mine.Set("verdict", "different")
	rec := w.send(auth.Editor, "/review/decide", mine)
	w.sent(rec, reviewPath(first.A, first.B, "")+"&said=conflict")
	w.says(w.get(auth.Editor, rec.Header().Get("Location")), 200, "Somebody else has decided on this meanwhile", "Person of manager")
	if w.lastDecision().Kind != decision.Same {
		t.Error("the second answer was kept")
	}
}

// TestReview_changed: the release that is served when somebody answers says something else of the
// pair than the one that they saw.
func TestReview_changed(t *testing.T) {
	w := linkedTeam(t)
	first := w.asks(auth.Editor).pairs[0]
	for _, verdict := range []string{"same", "later"} {
		form := formTo(t, w.page(auth.Editor, "/review"), "/review/decide")
		if form.Get("content") != first.Content {
			t.Fatalf("the form is of %q, the pair has %q", form.Get("content"), first.Content)
		}
		form.Set("verdict", verdict)
		form.Set("content", "0123456789abcdef")
		rec := w.send(auth.Editor, "/review/decide", form)
		w.sent(rec, reviewPath(first.A, first.B, "")+"&said=changed")
		w.says(w.get(auth.Editor, rec.Header().Get("Location")), 200, "A new release says something else", first.AName)
	}
	if now := w.asks(auth.Editor); now.decided+now.later != 0 {
		t.Error("the answer was kept")
	}
	if one, many := bulkReason(1), bulkReason(1200); !strings.Contains(one, "with 1 other from") || !strings.Contains(many, "others from") {
		t.Errorf("%s %s", one, many)
	}
}

// A pair whose organisations other answers have made one is not asked about.
func TestReview_implied(t *testing.T) {
	w := linkedTeam(t)
	q := w.asks(auth.Editor)
	var pair [2]queued
	for _, x := range q.pairs {
		for _, y := range q.pairs {
			if x != y && x.AOrg != x.BOrg && (x.AOrg == y.AOrg || x.AOrg == y.BOrg || x.BOrg == y.AOrg || x.BOrg == y.BOrg) {
				pair = [2]queued{x, y}
			}
		}
	}
	if pair[0].A == "" {
		t.Fatal("no two questions have an organisation in common")
	}
	one := joined{}
	one.join("a", "b")
	one.join("c", "b")
	if one.find("a") != one.find("c") || one.find("d") == one.find("a") {
		t.Errorf("%v", one)
	}
	for _, p := range pair {
		w.decide(decision.Draft{Kind: decision.Same, Table: decision.Pairs, Subject: p.subject(), Fields: map[string]string{"one": p.A, "other": p.B}, Reason: because, Source: reviewSource})
	}
	if now := w.asks(auth.Editor); now.decided != 2 || now.decided+now.implied+len(now.pairs) != len(q.pairs) {
		t.Errorf("%d decided, %d implied, %d left of %d", now.decided, now.implied, len(now.pairs), len(q.pairs))
	}
}

// TestReview_list: the whole queue, by source, and what is probable decided together.
func TestReview_list(t *testing.T) {
	w := linkedTeam(t)
	n := len(w.asks(auth.Editor).pairs)
	w.says(w.get(auth.Editor, "/review?list=1"), 200, fmt.Sprintf("%d pairs wait for a decision", n), `type="checkbox"`, "The chosen are the same")
	if body := w.page(auth.Nobody, "/review?list=1"); strings.Contains(body, `type="checkbox"`) {
		t.Error("a visitor can choose")
	}
	w.says(w.get(auth.Editor, "/review?list=1&source=participants"), 200, "BUILDWAS TOOLING LIMITED", `<option value="participants" selected>`)
	w.says(w.get(auth.Editor, "/review?list=1&source=nowhere"), 200, "No pair with this source waits")
	w.says(w.get(auth.Editor, "/review?list=1&page=x"), http.StatusBadRequest)
	rows, err := csv.NewReader(w.get(auth.Editor, "/review?list=1&format=csv").Body).ReadAll()
	if err != nil || len(rows) != n+1 || rows[0][0] != "a" {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	w.sent(w.post(auth.Editor, "/review/bulk"), "/review?list=1&said=nothing")
	doubtful := w.asks(auth.Editor).pairs[0]
	w.says(w.post(auth.Editor, "/review/bulk", "pair", "0|"+doubtful.subject()), http.StatusBadRequest, "look at them by themselves")
	chosen := w.bulkable()
	w.sent(w.post(auth.Editor, "/review/bulk", "pair", chosen), "/review?list=1&said=decided")
	if d := w.lastDecision(); d.Kind != decision.Same || d.Batch == "" || d.Source != bulkSource || d.Reason != "Taken as the same from the list, at 80 % or more." {
		t.Errorf("%+v", d)
	}
	w.sent(w.post(auth.Editor, "/review/bulk", "pair", chosen), "/review?list=1&said=conflict")
	w.says(w.post(auth.Editor, "/review/bulk", "pair", "x"), http.StatusBadRequest)
	form := formTo(t, w.page(auth.Editor, "/review"), "/review/undo")
	w.says(w.send(auth.Editor, "/review/undo", form), http.StatusSeeOther)
	if len(w.asks(auth.Editor).pairs) != n {
		t.Error("what was decided together is not undone together")
	}
}

// What was decided in the queue is in the next release: the pages say so, and nothing of it is
// asked again.
func TestReview_rebuilt(t *testing.T) {
	w, dir := linkedTeam(t), t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "linked"))); err != nil {
		t.Fatal(err)
	}
	w.serveBuild(dir)
	q := w.asks(auth.Editor)
	probable := strings.SplitN(w.bulkable(), "|", 3)
	w.press(auth.Editor, reviewPath(probable[1], probable[2], ""), "same")
	made := w.lastDecision()
	w.press(auth.Editor, "/review", "different")
	apart := q.pairs[0]
	w.serveBuild(dir)
	p, err := org.Pair(t.Context(), served(t, w.site).DB, probable[1], probable[2])
	if err != nil || p.Verdict != org.VerdictSame || p.AOrg != p.BOrg {
		t.Fatalf("%+v %v", p, err)
	}
	w.says(w.get(auth.Reader, orgPath(p.AOrg)), 200, "Joined by decision", `href="/decisions/`+made.ID()+`"`, "Records that are one organisation")
	w.says(w.get(auth.Editor, pairPath(apart.A, apart.B)), 200, "kept apart by a decision", "Decisions on it", "in force")
	w.says(w.get(auth.Nobody, "/linkage"), 200, "Whether that holds", "1 pair", "Since the release of", "merged")
	for _, left := range w.asks(auth.Editor).pairs {
		if left.subject() == apart.subject() || left.subject() == made.Subject {
			t.Errorf("%s is asked again", left.subject())
		}
	}
}
