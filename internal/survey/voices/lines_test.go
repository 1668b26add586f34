package voices

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/auth"
	"milieu/internal/evidence"
	"milieu/internal/store"
	"milieu/internal/store/storetest"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/frame"
	"milieu/internal/survey/result"
)

var ctx = context.Background()

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// held is a survey that was held among firms o0, o1 …, and closed.
type held struct {
	fieldwork.Book
	id    string
	actor auth.Actor
}

// hold holds a survey of a level: n firms answer, all but the first five agree to be named and all but the first to their ties.
func hold(t testing.TB, db *store.DB, level survey.Level, n int) held {
	t.Helper()
	h := held{Book: fieldwork.Book{DB: db, Workspace: "amid", Now: storetest.Clock()}, actor: auth.Machine("amid")}
	var err error
	h.id, err = h.New(ctx, h.actor, fieldwork.Survey{Title: "What firms say", Wave: "2026", Level: level})
	must(t, err)
	in := survey.Instrument{ID: "test", Title: "A test", Sections: []survey.Section{{ID: "one", Title: "One", Questions: []survey.Question{
		budget(), {ID: "words", Kind: survey.Text, Text: "What else?"}, {ID: "sup", Kind: survey.Organisations, Text: "Suppliers?", Topic: "links", Relation: "<supplies"}}}}}
	_, err = h.Publish(ctx, h.actor, h.id, h.version(t), in, "")
	must(t, err)
	f := frame.Frame{ReleaseID: "r1", Strata: []frame.Stratum{{Key: "all", Label: "All", Units: n}}}
	for i := range n {
		f.Units = append(f.Units, frame.Unit{OrgID: fmt.Sprint("o", i), Name: fmt.Sprint("Firm ", i), Stratum: "all", Groups: map[string]string{}, Employees: -1, DistanceKM: -1})
	}
	must(t, h.Freeze(ctx, h.actor, h.id, h.version(t), f))
	must(t, h.Draw(ctx, h.actor, h.id, h.version(t), map[string]int{"all": n}, 7))
	must(t, h.Open(ctx, h.actor, h.id, h.version(t)))
	secrets := map[string]string{}
	_, err = h.Links(ctx, h.actor, h.id, "invite", fieldwork.SenderFunc(func(_ context.Context, to fieldwork.Addressee, secret string) error {
		secrets[to.OrgID] = secret
		return nil
	}))
	must(t, err)
	for i := range n {
		answers := survey.Answers{"budget": {State: survey.Answered, Points: []survey.Point{{Option: "tram", Points: float64(60 + i)}, {Option: "fund", Points: float64(40 - i)}}},
			"words": {State: survey.Answered, Text: fmt.Sprint("Words of ", i)}, "sup": {State: survey.Answered, Orgs: []survey.Named{{OrgID: fmt.Sprint("o", (i+1)%n), Name: "x"}}}}
		must(t, h.Submit(ctx, secrets[fmt.Sprint("o", i)], 0, answers, survey.Consent{Named: i >= 5, Ties: i >= 1}))
	}
	must(t, h.Close(ctx, h.actor, h.id, h.version(t)))
	return h
}

func (h held) version(t testing.TB) int64 {
	t.Helper()
	s, err := h.Survey(ctx, h.actor, h.id)
	must(t, err)
	return s.Version
}

// letIn lets releases take the survey.
func (h held) letIn(t testing.TB) {
	t.Helper()
	s, err := h.Survey(ctx, h.actor, h.id)
	must(t, err)
	set := s.Settings()
	set.Evidence = "2026-11-25"
	must(t, h.Change(ctx, h.actor, h.id, s.Version, set))
}

// lines are those of a build, counted by kind.
func (h held) lines(t testing.TB) ([]evidence.VoiceLine, map[string]int) {
	t.Helper()
	list, err := Lines(ctx, h.Book, func(context.Context, string) (result.Report, error) {
		return result.Report{Threshold: 5, Questions: []result.Question{{Question: budget(), Whole: result.Part{Items: []result.Item{item("tram", result.Points, 65, 60, 70)}}}}}, nil
	})
	must(t, err)
	n := map[string]int{}
	for _, l := range list {
		n[l.Kind]++
	}
	return list, n
}

// TestLines: what a build takes, before a survey is let in, after that, and after a firm had its answers erased.
func TestLines(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := hold(t, db, survey.Attributable, 12)
		if list, _ := h.lines(t); len(list) > 0 {
			t.Fatalf("a survey that was not let in gives %d lines", len(list))
		}
		h.letIn(t)
		list, n := h.lines(t)
		// Seven firms are named, each with its words and its supplier, and not with its budget, since totals over the other five would
		// tell too much; eleven let their ties in.
		if d := cmp.Diff(map[string]int{evidence.VoiceDemand: 1, evidence.VoiceSaid: 14, evidence.VoiceTie: 11}, n); d != "" {
			t.Fatalf("(-want +got)\n%s", d)
		}
		again, _ := h.lines(t)
		if d := cmp.Diff(list, again); d != "" {
			t.Errorf("the same answers give other lines\n%s", d)
		}
		ids := map[string]bool{}
		for _, l := range list {
			ids[l.ID] = true
			if l.Key == "o0" || l.Invented || l.SurveyID != h.id || l.Wave != "2026" {
				if l.Kind != evidence.VoiceTie || l.Key == "o0" && l.Other != "o11" && l.Other != "o1" {
					t.Errorf("%+v", l)
				}
			}
		}
		if len(ids) != len(list) {
			t.Errorf("%d ids of %d lines", len(ids), len(list))
		}
		if _, err := h.Erase(ctx, h.actor, "o7", "request"); err != nil {
			t.Fatal(err)
		}
		after, _ := h.lines(t)
		if slices.ContainsFunc(after, func(l evidence.VoiceLine) bool {
			return strings.Contains(l.Text, "Words of 7") || l.Key == "o7" && l.Kind != evidence.VoiceTie
		}) {
			t.Error("what was erased is in the next build")
		}
		must(t, h.Reopen(ctx, h.actor, h.id, h.version(t)))
		if list, _ := h.lines(t); len(list) > 0 {
			t.Errorf("a survey that takes answers gives %d lines", len(list))
		}
	})
}

// TestLines_levels: only what firms may be named for at the level.
func TestLines_levels(t *testing.T) {
	for level, want := range map[survey.Level]map[string]int{survey.Anonymous: {evidence.VoiceDemand: 1}, survey.Confidential: {evidence.VoiceDemand: 1}} {
		h := hold(t, storetest.Open(t), level, 12)
		h.letIn(t)
		if _, n := h.lines(t); !cmp.Equal(n, want) {
			t.Errorf("%s: %v", level, n)
		}
	}
}
