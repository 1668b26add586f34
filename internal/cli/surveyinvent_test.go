package cli

import (
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/auth"
	"milieu/internal/evidence"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/invent"
	"milieu/internal/survey/telling"
)

// The demo gets its invented survey once, public, closed and anonymous, in two waves, and every figure says that it is invented.
func TestDemoVoices_once(t *testing.T) {
	ws := testPlace(t)
	p := testProgram(io.Discard, io.Discard)
	rel, err := evidence.Current(ws)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []bool{true, false} {
		if made, err := p.demoVoices(t.Context(), ws, rel); err != nil || made != want {
			t.Fatalf("time %d: made %v (%v), want %v", i+1, made, err, want)
		}
	}
	db, err := p.openStore(t.Context(), ws)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	b := fieldwork.Book{DB: db, Workspace: ws.ID, Now: p.Now}
	list, err := telling.Published(t.Context(), b)
	if err != nil || len(list) != 2 {
		t.Fatalf("%d surveys have public results (%v), want two waves", len(list), err)
	}
	for _, s := range list {
		if !s.Invented || s.Level != survey.Confidential || s.State != fieldwork.Closed {
			t.Errorf("a survey of the demo is %+v", s)
		}
		got, err := telling.Read(t.Context(), b, auth.Actor{Workspace: ws.ID}, s.ID)
		if err != nil {
			t.Fatal(err)
		}
		if n := got.Report.Answers.N; n < 30 || len(telling.Headlines(got.Report)) < 8 {
			t.Errorf("wave %s: %d answers and %d findings", s.Wave, n, len(telling.Headlines(got.Report)))
		}
		c, err := p.voiceChain(t.Context(), ws, telling.Ref(s.ID, "barriers", ""))
		if err != nil || len(c.Steps) < 5 || c.How[:len(invent.Note)] != invent.Note {
			t.Errorf("a figure of the demo is explained by %+v (%v)", c, err)
		}
	}
}

// The same seed makes the same figures in two places, whatever the ids.
func TestInventSurvey_seed(t *testing.T) {
	ws := testPlace(t)
	p := testProgram(io.Discard, io.Discard)
	rel, err := evidence.Current(ws)
	if err != nil {
		t.Fatal(err)
	}
	db, err := p.openStore(t.Context(), ws)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	model, err := inventModel("")
	if err != nil {
		t.Fatal(err)
	}
	var tables [][][]string
	for _, seed := range []uint64{5, 5, 6} {
		made, err := p.inventSurvey(t.Context(), ws, rel, db, inventOptions{title: "Ours", level: survey.Anonymous, seed: seed, model: model, most: 60})
		if err != nil {
			t.Fatal(err)
		}
		if made.Asked != 60 || made.Responses < 20 {
			t.Errorf("%+v", made)
		}
		got, err := telling.Read(t.Context(), fieldwork.Book{DB: db, Workspace: ws.ID, Now: p.Now}, auth.Machine(ws.ID), made.Survey)
		if err != nil {
			t.Fatal(err)
		}
		var rows [][]string
		for _, row := range got.Report.Table()[1:] {
			rows = append(rows, row[1:]) // without the id
		}
		tables = append(tables, rows)
	}
	if diff := cmp.Diff(tables[0], tables[1]); diff != "" {
		t.Errorf("the same seed made other figures:\n%.2000s", diff)
	}
	if cmp.Equal(tables[0], tables[2]) {
		t.Error("another seed made the same figures")
	}
}
