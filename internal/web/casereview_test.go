package web

import (
	"html"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/bizcase/casebook"
)

// idOf is the last id of a kind on a page.
func idOf(t *testing.T, body, prefix string) string {
	t.Helper()
	all := regexp.MustCompile(`"(`+prefix+`-[0-9a-z]+)"`).FindAllStringSubmatch(body, -1)
	if len(all) == 0 {
		t.Fatalf("no id %s on the page\n%s", prefix, mainOf(body))
	}
	return all[len(all)-1][1]
}

// sentTo wants an answer that sends the browser to an address that begins so.
func (w *teamWorld) sentTo(rec *httptest.ResponseRecorder, prefix string) {
	w.t.Helper()
	if to := rec.Header().Get("Location"); rec.Code != http.StatusSeeOther || !strings.HasPrefix(to, prefix) {
		w.t.Errorf("status %d to %q, want 303 to %q…", rec.Code, to, prefix)
	}
}

// TestCaseReview comments on a case, suggests a change and takes it up.
func TestCaseReview(t *testing.T) {
	w := teamSite(t)
	at := w.keptCase()
	w.says(w.get(auth.Reader, at+"/review"), http.StatusOK, "No comment or suggestion waits", "183 organisations here", "Nobody has been asked to approve it", "Goals")
	w.says(w.get(auth.Reader, at+"/review?show=x"), http.StatusBadRequest, "is not known")
	w.says(w.get(auth.Reader, at+"/review?at=strategic.1"), http.StatusOK, "Send the comment", "Send the suggestion", ">Said by Ada.</textarea>")

	w.sentTo(w.post(auth.Reader, at+"/comment", "part", "summary", "sentence", "There are 183 organisations here.", "n", "2", "text", "Since when?"), at+"/review?said=commented#co-")
	page := w.page(auth.Editor, at+"/review")
	comment := idOf(t, page, "co")
	w.sent(w.post(auth.Editor, at+"/comment", "reply", comment, "text", "Since 2020."), at+"/review?said=commented#"+comment)
	w.says(w.get(auth.Reader, at+"/review"), http.StatusOK, "1 comment or suggestion is to answer", "Since when?", "Since 2020.")
	w.says(w.post(auth.Reader, at+"/comment", "part", "summary", "text", ""), http.StatusUnprocessableEntity, "text is empty")
	w.sent(w.post(auth.Reader, at+"/resolve", "comment", comment, "version", "1", "part", "summary"), at+"/review?said=resolved#summary")
	w.says(w.post(auth.Reader, at+"/resolve", "comment", comment, "version", "1", "part", "summary"), http.StatusConflict, "Somebody else has changed this case")
	w.says(w.get(auth.Reader, at+"/review"), http.StatusOK, "1 is dealt with")
	w.says(w.get(auth.Reader, at+"/review?show=all"), http.StatusOK, "Since when?", "Open again")

	w.sentTo(w.post(auth.Reader, at+"/suggest", "part", "strategic", "from", "Said by Ada.", "to", "Said by Eve.", "n", "2", "reason", "She did."), at+"/review?said=suggested#su-")
	page = w.page(auth.Editor, at+"/review")
	suggestion := idOf(t, page, "su")
	if !strings.Contains(page, "<del>Ada.</del>") || !strings.Contains(page, "<ins>Eve.</ins>") {
		t.Error("the difference is not marked")
	}
	w.says(w.post(auth.Reader, at+"/accept", "suggestion", suggestion, "version", "1", "n", "2"), http.StatusForbidden)
	w.sent(w.post(auth.Editor, at+"/accept", "suggestion", suggestion, "version", "1", "n", "2"), at+"/review?said=accepted#strategic")
	w.says(w.get(auth.Reader, at+"/review"), http.StatusOK, "Said by Eve.", "Version 3")
	w.says(w.post(auth.Reader, at+"/suggest", "part", "strategic", "from", "Said by Ada.", "to", "x", "n", "2"), http.StatusConflict, "no longer stand in the text")
	w.says(w.get(auth.Reader, at+"/review?show=all"), http.StatusOK, "it made version 3")
	w.says(w.get(auth.Nobody, at+"/review"), http.StatusUnauthorized)
}

// A comment stays beside its sentence when a figure in it changes, and is kept with the part when the sentence goes.
func TestCaseReview_anchors(t *testing.T) {
	w := teamSite(t)
	at := w.keptCase()
	w.sentTo(w.post(auth.Reader, at+"/comment", "part", "summary", "sentence", "There are 7 (6–8) organisations here.", "text", "Of another release."), at+"/review?said=commented#co-")
	w.sentTo(w.post(auth.Reader, at+"/comment", "part", "summary", "sentence", "It went.", "text", "Of a sentence that went."), at+"/review?said=commented#co-")
	page := readable(w.page(auth.Reader, at+"/review"))
	whole, beside, ok := strings.Cut(page, "There are 183 organisations here.")
	if !ok || !strings.Contains(beside, "Of another release.") || !strings.Contains(whole, "Of a sentence that went.") || !strings.Contains(whole, "no longer there: <q>It went.") {
		t.Errorf("comments are not where they belong\n%s", page)
	}
}

// TestCaseApproval asks a reader to approve a case; a later version needs a new approval.
func TestCaseApproval(t *testing.T) {
	w := teamSite(t)
	at := w.keptCase()
	reader := w.people[auth.Reader].PersonID
	w.says(w.get(auth.Manager, at+"/review"), http.StatusOK, "Who must approve")
	w.sent(w.post(auth.Manager, at+"/approvers", "version", "2", "role", "Finance director", "person", reader, "role", "", "person", ""), at+"/review?said=kept#standing")
	w.says(w.post(auth.Manager, at+"/approvers", "version", "3", "role", "Chair", "person", ""), http.StatusUnprocessableEntity, "Nobody is named")
	w.says(w.post(auth.Editor, at+"/approve", "n", "2", "role", "Finance director"), http.StatusUnprocessableEntity, "You are not asked to approve")
	w.says(w.get(auth.Reader, at+"/review"), http.StatusOK, "Draft, version 2", "Finance director", "Has not approved it yet", "Approve version 2")
	w.sent(w.post(auth.Reader, at+"/approve", "n", "2", "role", "Finance director", "words", "Fine with me."), at+"/review?said=approved#standing")
	w.says(w.get(auth.Reader, at+"/review"), http.StatusOK, "Approved as version 2 on", "Fine with me.", "Withdraw my approval")
	w.sent(w.post(auth.Editor, at+"/back", "version", "2", "to", "1"), at+"/versions?said=case-back")
	w.says(w.get(auth.Reader, at+"/review"), http.StatusOK, "Draft, version 3", "version 3 is in force now")
	w.says(w.post(auth.Reader, at+"/approve", "n", "2", "role", "Finance director"), http.StatusConflict)
}

// TestCaseVersions lists, reads and compares versions.
func TestCaseVersions(t *testing.T) {
	w := teamSite(t)
	at := w.keptCase()
	w.says(w.get(auth.Reader, at+"/versions"), http.StatusOK, "2 versions of Trial case", because, "not made when it was kept", "in force")
	w.says(w.get(auth.Reader, at+"/versions?format=csv"), http.StatusOK, "version,made_from,title")
	w.says(w.get(auth.Reader, at+"/versions/1"), http.StatusOK, "Said first.", "shown on today’s evidence")
	w.says(w.get(auth.Reader, at+"/versions/9"), http.StatusNotFound)
	w.says(w.get(auth.Reader, at+"/versions/x"), http.StatusNotFound)
	w.says(w.get(auth.Reader, at+"/compare?from=1&to=2"), http.StatusOK, "Sentences", "first.", "Said by Ada.", "Tables")
	w.says(w.get(auth.Reader, at+"/compare?from=1&to=2&format=csv"), http.StatusOK, "what,kind,where", "sentence,")
	w.says(w.get(auth.Reader, at+"/compare"), http.StatusOK, "The two read the same")
	w.says(w.get(auth.Reader, at+"/compare?from=x"), http.StatusBadRequest, "not a version of this case")
	w.says(w.get(auth.Reader, at+"/compare?from=9"), http.StatusNotFound)
}

// TestCasePublish: a link opens the case as it was frozen for everybody, also where a workspace is closed, until it is withdrawn;
// it shows nothing else and changes nothing.
func TestCasePublish(t *testing.T) {
	for _, closed := range []bool{false, true} {
		var options []teamOption
		if closed {
			options = append(options, closedSite)
		}
		w := teamSite(t, options...)
		at := w.keptCase()
		w.says(w.get(auth.Editor, at+"/publish"), http.StatusForbidden)
		w.says(w.get(auth.Manager, at+"/publish"), http.StatusOK, "Version 2 on release", "Nothing has been published of it")
		rec := w.post(auth.Manager, at+"/publish", "version", "2", "note", "to the board")
		_, link, ok := strings.Cut(rec.Body.String(), publishedPath)
		if !ok {
			t.Fatalf("no link: %s", mainOf(rec.Body.String()))
		}
		link, _, _ = strings.Cut(link, "<")
		link = publishedPath + html.UnescapeString(link)
		w.sent(w.post(auth.Editor, at+"/back", "version", "2", "to", "1"), at+"/versions?said=case-back")

		rec = w.get(auth.Nobody, link)
		w.says(rec, http.StatusOK, "Trial case", "183", "Said by Ada.", "frozen then", "Draft, version 2")
		if h := rec.Header(); h.Get("Cache-Control") != "no-store" || h.Get("X-Robots-Tag") == "" {
			t.Errorf("headers %v", h)
		}
		body := mainOf(rec.Body.String())
		for _, never := range []string{`method="post"`, "/cases/", "/why?", teamEmail(auth.Editor), "to the board", "Said first."} {
			if strings.Contains(body, never) {
				t.Errorf("the published page shows %s\n%s", never, body)
			}
		}
		w.says(w.get(auth.Nobody, link+"?figure=1"), http.StatusOK, "Back to the case", "tables/organisations.csv")
		w.says(w.get(auth.Nobody, link+"?figure=0"), http.StatusBadRequest)
		w.says(w.get(auth.Nobody, link+"?figure=99999"), http.StatusBadRequest)
		w.says(w.get(auth.Nobody, link+"/case.md"), http.StatusOK, "Said by Ada.")
		w.says(w.get(auth.Nobody, at), http.StatusUnauthorized)

		page := w.page(auth.Manager, at+"/publish")
		if !strings.Contains(page, "to the board") || strings.Contains(page, strings.TrimPrefix(link, publishedPath)) {
			t.Error("the page Publish does not list it, or shows the secret")
		}
		w.sent(w.post(auth.Manager, at+"/unpublish", "publication", idOf(t, page, "pu"), "version", "1"), at+"/publish?said=unshared")
		w.says(w.get(auth.Nobody, link), http.StatusNotFound, "the link that led here was withdrawn")
		w.says(w.get(auth.Nobody, link+"/case.md"), http.StatusNotFound)
	}
}

// A case with a figure that names nothing is not published.
func TestCasePublish_broken(t *testing.T) {
	w := teamSite(t)
	c := trialCase()
	c.Sections[0].Text = "There are {{no such figure}}."
	id, err := w.site.caseBook().Start(t.Context(), w.people[auth.Editor], casebook.Draft{Content: c})
	w.must(err)
	w.says(w.get(auth.Manager, casePath(id)+"/publish"), http.StatusOK, "It cannot be published yet", "no such figure")
	w.says(w.post(auth.Manager, casePath(id)+"/publish", "version", "1"), http.StatusBadRequest, "not published")
}
