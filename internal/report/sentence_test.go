package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSentences(t *testing.T) {
	f := CountFigure(5, "x")
	got := []string{}
	for _, s := range Sentences(Say("Firms e.g. those of Dr. Smith cluster. They number %v. Is it so? “Yes.” See p. 3 of it. %v more (of them.) End", f, f)) {
		got = append(got, s.Plain())
	}
	want := []string{"Firms e.g. those of Dr. Smith cluster. ", "They number 5. ", "Is it so? ", "“Yes.” ", "See p. 3 of it. ", "5 more (of them.) ", "End"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A sentence ends where words in bold end it.
func TestSentences_bold(t *testing.T) {
	text := Text{{Words: "Ask first. "}, {Words: "Keep what runs.", Strong: true}, {Words: " Then decide, "}, {Words: "e.g.", Em: true}, {Words: " On paper."}}
	var got []string
	for _, s := range Sentences(text) {
		got = append(got, s.Plain())
	}
	if diff := cmp.Diff([]string{"Ask first. ", "Keep what runs. ", "Then decide, e.g. On paper."}, got); diff != "" {
		t.Error(diff)
	}
}
