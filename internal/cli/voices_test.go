package cli

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/store"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/frame"
)

// heldSurvey is a survey of the firms of the example, answered by all of them, closed and let into releases.
type heldSurvey struct {
	fieldwork.Book
	id    string
	actor auth.Actor
	firms []frame.Unit
}

// words that a firm said, and nobody else.
func sentenceOf(i int) string { return fmt.Sprintf("Sentence number %d that only this firm wrote", i) }

func (h *heldSurvey) now(t *testing.T) fieldwork.Survey {
	t.Helper()
	s, err := h.Survey(t.Context(), h.actor, h.id)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// holdSurvey holds it: firms in threes agree to be named, and to their ties, or not.
func holdSurvey(t *testing.T, ws *evidence.Workspace, db *store.DB, level survey.Level) *heldSurvey {
	t.Helper()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	rel, err := evidence.Current(ws)
	must(err)
	lk, err := rel.Open(ctx, lake.Options{TempDir: t.TempDir()})
	must(err)
	defer lk.Close()
	in, err := inventedInstrument(ctx, ws, lk)
	must(err)
	f, err := frame.Read(ctx, lk, rel.ID, frame.Query{Role: "firm", Least: frame.LeastAnonymous})
	must(err)
	p := testProgram(io.Discard, os.Stderr)
	h := &heldSurvey{Book: fieldwork.Book{DB: db, Workspace: ws.ID, Now: p.Now}, actor: auth.Machine(ws.ID), firms: f.Units}
	h.id, err = h.New(ctx, h.actor, fieldwork.Survey{Title: "What firms say", Wave: "2026", Level: level})
	must(err)
	_, err = h.Publish(ctx, h.actor, h.id, h.now(t).Version, in, "")
	must(err)
	must(h.Freeze(ctx, h.actor, h.id, h.now(t).Version, f))
	must(h.Draw(ctx, h.actor, h.id, h.now(t).Version, f.ByStratum(), 7))
	must(h.Open(ctx, h.actor, h.id, h.now(t).Version))
	secrets := map[string]string{}
	_, err = h.Links(ctx, h.actor, h.id, "invite", fieldwork.SenderFunc(func(_ context.Context, to fieldwork.Addressee, secret string) error {
		secrets[to.OrgID] = secret
		return nil
	}))
	must(err)
	var offers []survey.Option
	if q, ok := in.Find("budget"); ok {
		offers = q.Options
	}
	for i, u := range f.Units {
		a := survey.Answers{"words": {State: survey.Answered, Text: sentenceOf(i)}, "suppliers": {State: survey.Answered, Orgs: []survey.Named{{OrgID: f.Units[(i+1)%len(f.Units)].OrgID, Name: "x"}}},
			"budget": {State: survey.Answered, Points: []survey.Point{{Option: offers[0].ID, Points: 70}, {Option: offers[1+i%2].ID, Points: 30}}}}
		must(h.Submit(ctx, secrets[u.OrgID], 0, a, survey.Consent{Named: i%3 > 0, Ties: i%3 > 0}))
	}
	must(h.Close(ctx, h.actor, h.id, h.now(t).Version))
	set := h.now(t).Settings()
	set.Evidence = "2026-11-26"
	must(h.Change(ctx, h.actor, h.id, h.now(t).Version, set))
	return h
}

// TestVoices_endToEnd: a survey enters a release, and what a firm has had erased is in no file of the workspace after the next build.
func TestVoices_endToEnd(t *testing.T) {
	t.Setenv(databaseEnv, "")
	ws := testPlace(t)
	dir := ws.Dir
	p := testProgram(io.Discard, os.Stderr)
	db, err := p.openStore(t.Context(), ws)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	h := holdSurvey(t, ws, db, survey.Attributable)
	first := buildAgain(t, p, ws)
	for table, least := range map[string]int64{"voice": 40, "demand": 2} {
		if n := first.Release.Manifest.Rows(table); n < least {
			t.Errorf("%d rows of %s", n, table)
		}
	}
	gone := h.firms[1]
	said := sentenceOf(1)
	if len(filesWith(t, dir, said)) == 0 {
		t.Fatal("what a firm agreed to have said is in no release")
	}
	if len(filesWith(t, filepath.Join(dir, evidence.Derived, evidence.Voices), sentenceOf(0))) > 0 {
		t.Error("a firm that did not agree is named")
	}
	if _, err := h.Erase(t.Context(), h.actor, gone.OrgID, "request"); err != nil {
		t.Fatal(err)
	}
	second := buildAgain(t, p, ws)
	if second.Release.ID == first.Release.ID {
		t.Fatal("the release stays the same")
	}
	if found := filesWith(t, dir, said); len(found) > 0 {
		t.Errorf("what was erased stands in %v", found)
	}
	if _, err := os.Stat(first.Release.Dir); !os.IsNotExist(err) {
		t.Errorf("the older release is still there: %v", err)
	}
	lk, err := second.Release.Open(t.Context(), lake.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer lk.Close()
	var n, ties int
	if err := lk.QueryRowContext(t.Context(), "select (select count(org_id) from voice where org_id = $1), (select count(tie_id) from tie where source = 'voices' and (from_id = $1 or to_id = $1))", gone.OrgID).Scan(&n, &ties); err != nil {
		t.Fatal(err)
	}
	// Another firm has named it, which is that firm's own word: at most that tie stays.
	if n != 0 || ties > 1 {
		t.Errorf("the release has %d answers and %d ties of the firm that had its answers erased", n, ties)
	}
}

// TestVoices_anonymous: nothing that a build takes from an anonymous survey names a firm.
func TestVoices_anonymous(t *testing.T) {
	t.Setenv(databaseEnv, "")
	ws := testPlace(t)
	dir := ws.Dir
	p := testProgram(io.Discard, os.Stderr)
	db, err := p.openStore(t.Context(), ws)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	h := holdSurvey(t, ws, db, survey.Anonymous)
	m := buildAgain(t, p, ws).Release.Manifest
	if m.Rows("voice") != 0 || m.Rows("demand") == 0 {
		t.Errorf("%d answers and %d totals", m.Rows("voice"), m.Rows("demand"))
	}
	files, err := filepath.Glob(filepath.Join(dir, evidence.Derived, evidence.Voices, "*.csv"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files of voices: %v %v", files, err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	if i := slices.IndexFunc(h.firms, func(u frame.Unit) bool { return strings.Contains(string(text), ","+u.OrgID+",") }); i >= 0 {
		t.Errorf("the file names %s", h.firms[i].OrgID)
	}
}

func buildAgain(t *testing.T, p *Program, ws *evidence.Workspace) *evidence.Result {
	t.Helper()
	res, err := p.build(t.Context(), ws, nil, 512)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// filesWith are the files below a folder, but for the store, that hold some words.
func filesWith(t *testing.T, dir, words string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(filepath.Base(path), "workspace.db") {
			return err
		}
		text, err := os.ReadFile(path)
		if strings.Contains(string(text), words) {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
