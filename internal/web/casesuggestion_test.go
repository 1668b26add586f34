package web

import (
	"net/http"
	"strings"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/bizcase/compare"
	"milieu/internal/report"
)

// TestChangedSentences keeps what differs and leaves out the sentences in which nothing does.
func TestChangedSentences(t *testing.T) {
	was := report.Text{{Words: "One stays. Two goes. Three "}, {Figure: &report.Figure{Text: "3"}}, {Words: " stays."}}
	now := report.Text{{Words: "One stays. Two comes. Three "}, {Figure: &report.Figure{Text: "3"}}, {Words: " stays."}}
	w, n := changedSentences(was, now)
	if got := marked(w); got != "… Two [goes. ] …" {
		t.Errorf("was %q", got)
	}
	if got := marked(n); got != "… Two [comes. ] …" {
		t.Errorf("now %q", got)
	}
	if w, n = changedSentences(was, was); len(w)+len(n) != 0 {
		t.Errorf("nothing differs, yet %q and %q", marked(w), marked(n))
	}
}

func marked(all []compare.Piece) string {
	var b strings.Builder
	for _, p := range all {
		if p.Differs {
			b.WriteString("[" + p.Plain() + "]")
		} else {
			b.WriteString(p.Plain())
		}
	}
	return b.String()
}

// TestCaseSuggestion_brings says before and after a suggestion is accepted that it brings what has to be mended.
func TestCaseSuggestion_brings(t *testing.T) {
	w := teamSite(t)
	at := w.keptCase()
	w.sentTo(w.post(auth.Reader, at+"/suggest", "part", "strategic", "from", "Said by Ada.", "to", "Said by **Ada** to 999 firms.", "n", "2"), at+"/review?said=suggested#su-")
	body := w.shows(w.get(auth.Editor, at+"/review"), http.StatusOK, "Once it is accepted", "Number without a source", "999")
	if strings.Contains(body, "**") {
		t.Error("the page shows marks of the text as it is typed")
	}
	w.sent(w.post(auth.Editor, at+"/accept", "suggestion", idOf(t, body, "su"), "version", "1", "n", "2"), at+"/review?said=accepted-flawed#strategic")
}
