package web

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/survey/fieldwork"
)

// heard is a shelf with a release of the example to which surveys gave lines.
func heard(lines []evidence.VoiceLine) func() (*live.Shelf, error) {
	return sync.OnceValues(func() (*live.Shelf, error) {
		dir, err := os.MkdirTemp("", "milieu-heard-")
		if err != nil {
			return nil, err
		}
		// What the example's build has kept makes this one short.
		if err := os.CopyFS(dir, os.DirFS(demo.dir)); err != nil {
			return nil, err
		}
		ws, err := evidence.OpenWorkspace(dir)
		if err != nil {
			return nil, err
		}
		stages, err := testStages(ws)
		if err != nil {
			return nil, err
		}
		ctx := context.Background() // it outlives the test that comes first
		if _, err := evidence.Build(ctx, ws, evidence.BuildOptions{Stages: stages, Now: testNow, MemoryMB: 512, Voices: lines}); err != nil {
			return nil, err
		}
		return live.New(ctx, ws, slog.New(slog.NewTextHandler(os.Stderr, nil)))
	})
}

const wantedTram = "rotherham-to-tinsley-cycle-route"

func demandLine(id, measure, group string, value float64, invented bool) evidence.VoiceLine {
	l := evidence.VoiceLine{Kind: evidence.VoiceDemand, ID: "v-" + id + measure + group, SurveyID: "s-1", Survey: "What firms <here> say", Wave: "2026", Day: "2026-11-20", Invented: invented, Subject: id, Measure: measure,
		Value: value, Lower: value - 0.1, Upper: value + 0.1, Level: 0.95, Base: 52}
	if group != "" {
		l.Grouping, l.Category = "Size", group
	}
	return l
}

var realVoices = heard([]evidence.VoiceLine{
	demandLine(wantedTram, evidence.DemandPoints, "", 0.6, false), demandLine(wantedTram, evidence.DemandPoints, "Small", 0.7, false), demandLine(wantedTram, evidence.DemandPoints, "Large", 0.4, false),
	demandLine("ferretworks-venture-de-risking", evidence.DemandPoints, "", 0.3, false),
	{Kind: evidence.VoiceSaid, ID: "v-said", SurveyID: "s-1", Survey: "What firms <here> say", Wave: "2026", Day: "2026-11-20", Key: hub, Subject: "budget", Topic: "demand", Question: "How would you share 100 points?", Text: "Rotherham to Tinsley cycle route: 100 points", Chose: wantedTram},
	{Kind: evidence.VoiceTie, ID: "v-tie", SurveyID: "s-1", Survey: "What firms <here> say", Wave: "2026", Day: "2026-11-20", Key: hub, Other: "university-of-sheffield", Relation: "works_with", Topic: "links", Question: "With whom?"},
	{Kind: evidence.VoiceNeed, ID: "v-need", SurveyID: "s-1", Survey: "What firms <here> say", Day: "2026-11-20", Key: hub, Subject: "welders", Topic: "skills", Question: "Which skills?", Text: "Which skills? Welders"},
})

var inventedVoices = heard([]evidence.VoiceLine{demandLine(wantedTram, evidence.DemandPoints, "", 0.6, true), demandLine(wantedTram, evidence.DemandPoints, "Small", 0.7, true), demandLine("ferretworks-venture-de-risking", evidence.DemandPoints, "", 0.3, true)})

// heardSite serves a release to which surveys gave lines.
func heardSite(t *testing.T, voices func() (*live.Shelf, error)) *teamWorld {
	t.Helper()
	demoSite(t)
	shelf, err := voices()
	if err != nil {
		t.Fatal(err)
	}
	return teamSiteOn(t, shelf)
}

// TestDemand: where firms have been asked the lens of demand is what they said, on every page, with the way back to its line.
func TestDemand(t *testing.T) {
	w := heardSite(t, realVoices)
	for path, wants := range map[string][]string{
		"/priorities?lens=demand":       {"Share of budget, %", "95 % interval", "52 answers to the survey “What firms <here> say, 2026”", "60", "did not ask about it"},
		"/priorities":                   {"90 % interval", "Share of budget: 95 %"},
		"/priorities/" + wantedTram:     {"Who asked for it", "is the share of a budget that firms would give it", "Small", "Large", "Firms that agreed to be named", "Advanced Manufacturing Research Centre", "100 points of 100", "The interval is 95 %"},
		"/plan?lens=demand":             {"the share of a budget that firms would give to the chosen interventions"},
		"/case?lens=demand":             {"what firms want, read from 52 answers"},
		"/organisations/" + hub:         {"What it said", "How would you share 100 points?", "cycle route: 100 points", "Works with"},
		"/sources/voices":               {"What firms said in surveys"},
		"/why?ref=demand/" + wantedTram: {"60 % (50–70, 95 % interval)", "weighted to the frame"},
		"/why?ref=said/v-said":          {"agreed that its answers are shown with its name", "cycle route: 100 points"},
		"/why?ref=asked/" + wantedTram + "/s-1/points%3Fcategory%3DSmall%26grouping%3DSize": {"Size: Small", "70.0 %"},
	} {
		body := readable(w.page(auth.Nobody, path))
		for _, says := range wants {
			if !strings.Contains(body, says) {
				t.Errorf("%s does not say %q\n%s", path, says, mainOf(body))
			}
		}
		if strings.Contains(body, "Invented") {
			t.Errorf("%s speaks of invented answers", path)
		}
		if len(body) > mostBytes && !strings.HasPrefix(path, "/case") { // which TestDecidePages weighs
			t.Errorf("%s weighs %d bytes", path, len(body))
		}
	}
	if rec := w.do(w.request(auth.Nobody, http.MethodGet, "/priorities?lens=invented", nil)); rec.Code != http.StatusNotFound {
		t.Errorf("a lens of invented answers beside real ones: status %d", rec.Code)
	}
}

// TestDemand_invented: every page that uses invented answers says so; plan, case and the lens of demand do not use them.
func TestDemand_invented(t *testing.T) {
	w := heardSite(t, inventedVoices)
	for _, path := range []string{"/priorities?lens=invented", "/priorities/" + wantedTram, "/sources/voices-invented", "/why?ref=invented/" + wantedTram, "/priorities?format=csv"} {
		if body := readable(w.text(auth.Nobody, path)); !strings.Contains(body, evidence.InventedNote) {
			t.Errorf("%s does not say that the answers are invented\n%s", path, mainOf(body))
		}
	}
	for _, path := range []string{"/priorities", "/priorities?lens=demand", "/plan", "/plan?lens=demand", "/case", "/"} {
		if body := readable(w.page(auth.Nobody, path)); strings.Contains(body, "answers to the survey") || strings.Contains(body, "Share of budget") {
			t.Errorf("%s is read from invented answers\n%s", path, mainOf(body))
		}
	}
	if body := readable(w.page(auth.Nobody, "/case")); strings.Contains(body, "nvented") {
		t.Error("the case names invented answers among its sources")
	}
	if rec := w.do(w.request(auth.Nobody, http.MethodGet, "/plan?lens=invented", nil)); !strings.Contains(rec.Body.String(), "neither growth nor demand") {
		t.Error("a plan is made of invented answers")
	}
}

// text is what an address gives, a page or a file.
func (w *teamWorld) text(role auth.Role, path string) string {
	w.t.Helper()
	rec := w.do(w.request(role, http.MethodGet, path, nil))
	if rec.Code != http.StatusOK {
		w.t.Fatalf("%s: status %d\n%s", path, rec.Code, mainOf(rec.Body.String()))
	}
	return rec.Body.String()
}

// TestVoiceTies: who may see which ties firms named.
func TestVoiceTies(t *testing.T) {
	w := teamSite(t)
	b := fieldwork.Book{DB: w.db, Workspace: teamWorkspace, Now: w.clock}
	id, err := b.New(t.Context(), w.people[auth.Editor], fieldwork.Survey{Title: "Firms", Level: "attributable"})
	if err != nil {
		t.Fatal(err)
	}
	if body := readable(w.page(auth.Analyst, "/voices/"+id+"/ties")); !strings.Contains(body, "No answers yet") {
		t.Error(mainOf(body))
	}
	if rec := w.do(w.request(auth.Reader, http.MethodGet, "/voices/"+id+"/ties", nil)); rec.Code != http.StatusForbidden {
		t.Errorf("a reader: status %d", rec.Code)
	}
	secret, err := b.New(t.Context(), w.people[auth.Editor], fieldwork.Survey{Title: "Secret", Level: "anonymous"})
	if err != nil {
		t.Fatal(err)
	}
	if rec := w.do(w.request(auth.Owner, http.MethodGet, "/voices/"+secret+"/ties", nil)); rec.Code != http.StatusNotFound {
		t.Errorf("ties of an anonymous survey: status %d", rec.Code)
	}
}
