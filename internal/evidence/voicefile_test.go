package evidence_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// hear builds the workspace in dir with what surveys say.
func hear(t *testing.T, dir string, lines ...evidence.VoiceLine) *evidence.Result {
	t.Helper()
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	var stages []lake.Stage
	for _, n := range evidence.Nouns {
		if n.Name == "tie" || n.Name == "need" || n.Name == "voice" {
			stages = append(stages, lake.Stage{Name: n.Name, Inputs: []string{"ev_" + n.Name}, Grain: "one row a " + n.Name,
				SQL: "select source, " + strings.Join(columns(n), ", ") + " from ev_" + n.Name + " order by source, file, line"})
		}
	}
	res, err := evidence.Build(t.Context(), ws, evidence.BuildOptions{Stages: stages, Now: clock, Voices: lines})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func said(id, org, words string) evidence.VoiceLine {
	return evidence.VoiceLine{Kind: evidence.VoiceSaid, ID: id, SurveyID: "s1", Survey: "What firms say", Day: "2026-11-20", Key: org, Subject: "q1", Topic: "reason", Question: "Why here?", Text: words}
}

func wanted(survey string, invented bool, value float64) evidence.VoiceLine {
	return evidence.VoiceLine{Kind: evidence.VoiceDemand, ID: survey + "-d", SurveyID: survey, Survey: "What firms want", Day: "2026-11-21", Invented: invented, Subject: "tram", Text: "A tram",
		Measure: evidence.DemandPoints, Value: value, Lower: value - 0.1, Upper: value + 0.1, Level: 0.9, Base: 40}
}

// TestBuild_voices: what surveys say is a source like the others; what is invented is another one.
func TestBuild_voices(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, kept)
	res := hear(t, dir, said("v1", "hub", "The labs,\nthe people \"here\""), wanted("s1", false, 0.3), wanted("s9", true, 0.6))
	db := open(t, res)
	for query, want := range map[string][]string{
		"select voice_id, key, answer, source from voice":                                         {`v1|hub|The labs, the people "here"|voices`},
		"select survey_id, value, lower, invented, source, day::varchar from demand order by all": {"s1|0.3|0.19999999999999998|false|voices|2026-11-21", "s9|0.6|0.5|true|voices-invented|2026-11-21"},
	} {
		if d := cmp.Diff(want, ask(t, db, query)); d != "" {
			t.Errorf("%s (-want +got)\n%s", query, d)
		}
	}
	m := res.Release.Manifest
	s, ok := m.Source(evidence.InventedVoices)
	if real, found := m.Source(evidence.Voices); !ok || !found || s.Title != evidence.InventedNote || real.Title == s.Title || len(evidence.Concerns(s)) > 0 || real.Retrieved != "2026-11-21" {
		t.Errorf("sources %+v, %+v", real, s)
	}
	again := hear(t, dir, said("v1", "hub", "The labs,\nthe people \"here\""), wanted("s1", false, 0.3), wanted("s9", true, 0.6))
	if !again.Unchanged {
		t.Error("the same lines give another release")
	}
	if none := hear(t, dir); len(none.Release.Manifest.Sources) != len(m.Sources)-2 {
		t.Error("without lines there is a source of them")
	}
}

// TestBuild_inventedVoices: an invented answer is never a firm's.
func TestBuild_inventedVoices(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, kept)
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	l := said("v1", "hub", "Invented")
	l.Invented = true
	if _, err := evidence.Build(t.Context(), ws, evidence.BuildOptions{Now: clock, Voices: []evidence.VoiceLine{l}}); err == nil || !strings.Contains(err.Error(), "no firm's") {
		t.Errorf("error %v", err)
	}
}

// TestBuild_erasedVoices: what no longer stands is in no release, no file of voices and no cache after the next build.
func TestBuild_erasedVoices(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, kept)
	secret := "We are leaving for Derby"
	first := hear(t, dir, said("v1", "hub", secret), wanted("s1", false, 0.3))
	invented := hear(t, dir, said("v1", "hub", secret), wanted("s1", false, 0.3), wanted("s9", true, 0.6))
	if _, err := os.Stat(first.Release.Dir); err != nil {
		t.Fatalf("a release whose lines all stand is gone: %v", err)
	}
	if found := holding(t, dir, secret); len(found) == 0 {
		t.Fatal("the search finds nothing where there is something")
	}
	last := hear(t, dir, wanted("s1", false, 0.3), wanted("s9", true, 0.7))
	for _, old := range []*evidence.Result{first, invented} {
		if _, err := os.Stat(old.Release.Dir); !os.IsNotExist(err) {
			t.Errorf("release %s still holds what was erased (%v)", old.Release.ID, err)
		}
	}
	if found := holding(t, dir, secret); len(found) > 0 {
		t.Errorf("erased words stand in %v", found)
	}
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := evidence.Previous(ws, last.Release.ID); ok {
		t.Error("the history names a release that is gone")
	}
	// What a model invented is nobody's: releases stay that differ in it alone.
	hear(t, dir, wanted("s1", false, 0.3))
	if _, err := os.Stat(last.Release.Dir); err != nil {
		t.Errorf("a release was removed for its invented lines: %v", err)
	}
}

// holding are the files below dir that hold the words; Parquet keeps short texts as they are.
func holding(t *testing.T, dir, words string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if strings.Contains(string(b), words) {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
