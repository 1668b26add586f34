package telling_test

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"milieu/internal/auth"
	"milieu/internal/evidence"
	"milieu/internal/store"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/invent"
	"milieu/internal/survey/result"
	"milieu/internal/survey/telling"
	"milieu/internal/survey/telling/tellingtest"
)

const workspace = "w"

func book(t *testing.T) fieldwork.Book {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }
	db, err := store.Open(t.Context(), store.Options{File: filepath.Join(t.TempDir(), "workspace.db"), Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return fieldwork.Book{DB: db, Workspace: workspace, Now: now}
}

var (
	visitor = auth.Actor{Workspace: workspace}
	owner   = auth.Machine(workspace)
)

// Results of an anonymous survey are seen by nobody while answers come in, and by visitors only once they are public.
func TestRead_whoAndWhen(t *testing.T) {
	b := book(t)
	ctx := t.Context()
	id := tellingtest.Make(t, b, tellingtest.Survey{Title: "Ours", StayOpen: true})
	if _, err := telling.Read(ctx, b, owner, id); !errors.Is(err, telling.ErrNotYet) {
		t.Errorf("an open anonymous survey gave its owner %v", err)
	}
	named := tellingtest.Make(t, b, tellingtest.Survey{Title: "Named", Level: survey.Confidential, StayOpen: true})
	if _, err := telling.Read(ctx, b, owner, named); err != nil {
		t.Errorf("who may read single answers cannot see the results of an open confidential survey: %v", err)
	}
	closed := tellingtest.Make(t, b, tellingtest.Survey{Title: "Closed"})
	got, err := telling.Read(ctx, b, owner, closed)
	if err != nil || got.Report.Answers.N < 20 || len(got.Report.Questions) == 0 {
		t.Errorf("a closed survey gave %d answers and %v", got.Report.Answers.N, err)
	}
	if _, err := telling.Read(ctx, b, visitor, closed); !errors.Is(err, fieldwork.ErrNotFound) {
		t.Errorf("a visitor got results for the team: %v", err)
	}
	public := tellingtest.Make(t, b, tellingtest.Survey{Title: "Public", Public: true})
	if _, err := telling.Read(ctx, b, visitor, public); err != nil {
		t.Errorf("a visitor did not get public results: %v", err)
	}
	list, err := telling.Published(ctx, b)
	if err != nil || len(list) != 1 || list[0].ID != public {
		t.Errorf("published are %d surveys (%v), want the one", len(list), err)
	}
	draft, err := b.New(ctx, owner, fieldwork.Survey{Title: "Draft", Level: survey.Anonymous})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := telling.Read(ctx, b, owner, draft); !errors.Is(err, telling.ErrDraft) {
		t.Errorf("a draft gave %v", err)
	}
}

// Results that were public are held back while so few answers have come since that the difference would tell them.
func TestRead_withheld(t *testing.T) {
	b := book(t)
	ctx := t.Context()
	id := tellingtest.Make(t, b, tellingtest.Survey{Title: "Ours", Level: survey.Confidential, Real: true, Public: true})
	if _, err := telling.Read(ctx, b, visitor, id); err != nil {
		t.Fatal(err)
	}
	units, err := b.Units(ctx, owner, id, fieldwork.UnitFilter{})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(units, func(u fieldwork.Unit) bool { return u.State != fieldwork.UnitDone })
	for _, do := range []func(version int64) error{
		func(v int64) error { return b.Reopen(ctx, owner, id, v) },
		func(int64) error {
			_, err := b.AddResponse(ctx, owner, id, units[i].OrgID, units[i].Name, units[i].Stratum, fieldwork.ModePaper, survey.Answers{"stay": {State: survey.Answered, Number: 3}}, survey.Consent{})
			return err
		},
		func(v int64) error { return b.Close(ctx, owner, id, v) },
	} {
		s, err := b.Survey(ctx, owner, id)
		if err == nil {
			err = do(s.Version)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := telling.Read(ctx, b, visitor, id); !errors.Is(err, fieldwork.ErrWithheld) || !telling.Untold(err) {
		t.Errorf("after one answer more a visitor got %v", err)
	}
	if list, err := telling.Published(ctx, b); err != nil || len(list) != 0 {
		t.Errorf("%d surveys are published (%v), want none", len(list), err)
	}
}

// A chain leads from a figure to how it was reckoned and to no single answer, and says that answers are invented.
func TestExplain(t *testing.T) {
	b := book(t)
	id := tellingtest.Make(t, b, tellingtest.Survey{Title: "Ours", Public: true})
	for ref, want := range map[string]string{
		telling.Ref(id, "", ""):             "firms that were asked",
		telling.Ref(id, "barriers", ""):     "interval",
		telling.Ref(id, "barriers", "size"): "10 to 49",
		telling.Ref(id, "stay", ""):         "Mean",
	} {
		parsed, err := evidence.ParseRef(ref)
		if err != nil {
			t.Fatal(err)
		}
		c, err := telling.Explain(t.Context(), b, visitor, parsed)
		if err != nil {
			t.Errorf("%s: %v", ref, err)
			continue
		}
		text := flat(c)
		if !strings.Contains(text, want) || !strings.Contains(text, invent.Note) {
			t.Errorf("%s lacks %q or that it is invented:\n%s", ref, want, text)
		}
		if strings.Contains(text, "firm-0") || strings.Contains(text, "Firm ") {
			t.Errorf("%s names a firm:\n%s", ref, text)
		}
	}
	for ref, want := range map[string]error{"voice/nosuch": evidence.ErrNoFigure, telling.Ref(id, "nosuch", ""): evidence.ErrNoFigure, telling.Ref(id, "barriers", "weather"): evidence.ErrNoFigure} {
		parsed, err := evidence.ParseRef(ref)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := telling.Explain(t.Context(), b, visitor, parsed); !errors.Is(err, want) {
			t.Errorf("%s gave %v, want %v", ref, err, want)
		}
	}
	var bad *evidence.RefError
	if _, err := telling.Explain(t.Context(), b, visitor, evidence.Ref{Kind: telling.Kind}); !errors.As(err, &bad) {
		t.Errorf("a reference without a survey gave %v", err)
	}
}

func flat(c evidence.Chain) string {
	s := c.Title + " = " + c.Value + ": " + c.How + "\n"
	for _, step := range c.Steps {
		s += flat(step)
	}
	return s
}

// item is a share with the places that its interval allows.
func item(label string, value float64, low, high int) result.Item {
	return result.Item{Option: strings.ToLower(label), Label: label, Measure: result.Share, Estimate: result.Estimate{Value: value, Lower: value - 0.1, Upper: value + 0.1, N: 50}, RankLow: low, RankHigh: high}
}

// A headline says that an answer comes first only where the intervals allow no other to.
func TestHeadlines_order(t *testing.T) {
	question := func(items ...result.Item) result.Report {
		q := result.Question{Question: survey.Question{ID: "why", Kind: survey.Multi, Text: "Why?", Topic: "reason"}, Section: "a", Whole: result.Part{Base: result.Count{N: 50}, Items: items}}
		return result.Report{SurveyID: "s", Questions: []result.Question{q}}
	}
	hidden := result.Item{Option: "h", Label: "H", Measure: result.Share, Estimate: result.Estimate{Hidden: true}}
	for name, x := range map[string]struct {
		report result.Report
		want   string
		first  bool
	}{
		"one":   {question(item("A", 0.64, 1, 1), item("B", 0.3, 2, 3), item("C", 0.2, 2, 3)), "“A” comes first, 64 % (54–74) of firms. 50 answers.", true},
		"two":   {question(item("A", 0.64, 1, 2), item("B", 0.6, 1, 2), item("C", 0.2, 3, 3)), "“A” (64 % (54–74)) or “B” (60 % (50–70)) comes first; the intervals do not say which. 50 answers.", false},
		"four":  {question(item("A", 0.64, 1, 4), item("B", 0.6, 1, 4), item("C", 0.5, 1, 4), item("D", 0.5, 1, 4)), "“A” has the highest figure, 64 % (54–74) of firms; by their intervals 3 others may come before it. 50 answers.", false},
		"plain": {question(item("A", 0.64, 0, 0), hidden), "“A” has the highest figure, 64 % (54–74) of firms. 50 answers.", false},
	} {
		got := telling.Headlines(x.report)
		if len(got) != 1 || got[0].Text.Plain() != x.want || got[0].First != x.first {
			t.Errorf("%s: %+v, want %q", name, got, x.want)
		}
	}
	if got := telling.Headlines(question(hidden)); len(got) != 0 {
		t.Errorf("a headline is made of what is hidden: %v", got[0].Text.Plain())
	}
}

func TestFigure(t *testing.T) {
	e := result.Estimate{Value: 0.64, Lower: 0.503, Upper: 0.764, N: 50, Worst: 0.2, Best: 0.9}
	f := telling.Figure(result.Share, e, "voice/s/q")
	if f.Text != "64" || f.Range != "50–76" || f.Unit != "%" || f.Ref != "voice/s/q" {
		t.Errorf("a share is %+v", f)
	}
	if got := telling.Bounds(result.Share, e); got != "20–90" {
		t.Errorf("bounds are %q", got)
	}
	if f := telling.Figure(result.Mean, result.Estimate{Hidden: true}, "x"); f.Text != telling.HiddenText || f.Range != "" {
		t.Errorf("a hidden figure is %+v", f)
	}
	if f := telling.CountFigure(result.Count{Hidden: true, N: 3}, "x"); strings.Contains(f.Text, "3") {
		t.Errorf("a hidden count is %+v", f)
	}
}

// The sentence is the same wherever invented answers are shown, and in releases.
func TestNote(t *testing.T) {
	if invent.Note != evidence.InventedNote {
		t.Errorf("%q is not %q", invent.Note, evidence.InventedNote)
	}
}
