package web

import (
	"encoding/json"
	"fmt"
	"net/http"

	"milieu/internal/auth"
	"milieu/internal/job"
	"milieu/internal/live"
	"milieu/internal/store"
)

// BuildJob is the kind of job that builds the workspace.
const BuildJob = "build"

// BuildsPage lists builds that people asked for.
type BuildsPage struct {
	Base
	Rows    []BuildView
	May     bool
	Waiting int // decisions that the release does not have yet
}

// BuildPage is one build with its progress and its log.
type BuildPage struct {
	Base
	B       BuildView
	Lines   []BuildLine
	May     bool
	Refresh bool // it is not over: the page shows it again by itself
}

// BuildView is a build in words.
type BuildView struct {
	ID, Path string
	State    string
	Wrong    bool
	Over     bool
	Who      string
	Asked    string
	Took     string
	Message  string
	Release  string
	Percent  int
	Known    bool // how much there is to do is known
	Attempts int64
}

// BuildLine is one line of the log.
type BuildLine struct{ At, Text string }

func (s *Server) buildRoutes() {
	s.get("/builds", auth.ReadJobs, s.builds)
	s.post("/builds", auth.RunBuild, formMost, s.askBuild)
	s.get("/builds/{id}", auth.ReadJobs, s.buildPage)
	s.get("/builds/{id}/log.txt", auth.ReadJobs, s.buildLog)
	s.post("/builds/{id}/cancel", auth.RunBuild, formMost, s.cancelBuild)
}

// stateWords say a state of a job for people.
var stateWords = map[string]string{job.Queued: "waiting for its turn", job.Running: "running", job.Done: "done", job.Failed: "failed", job.Cancelled: "cancelled"}

func viewBuild(j job.Job, names map[string]string) BuildView {
	v := BuildView{ID: j.ID, Path: "/builds/" + j.ID, State: orText(stateWords[j.State], j.State), Wrong: j.State == job.Failed, Who: nameOf(j.AskedBy, names), Asked: dayTime(j.AskedAt),
		Message: j.Message, Attempts: j.Attempts, Over: j.State != job.Queued && j.State != job.Running}
	if j.State == job.Done {
		v.Release = j.Result
	}
	if j.Total > 0 && !v.Over {
		v.Known, v.Percent = true, int(100*min(j.Done, j.Total)/j.Total)
	}
	if start, end := store.ParseTime(j.StartedAt), store.ParseTime(j.EndedAt); v.Over && !start.IsZero() && end.After(start) {
		v.Took = fmt.Sprintf("%.1f s", end.Sub(start).Seconds())
	}
	return v
}

// buildsShown is how many builds the page lists.
const buildsShown = 50

func (s *Server) builds(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	jobs, err := s.cfg.Team.Jobs.List(r.Context(), actorOf(r), buildsShown)
	if err != nil {
		return err
	}
	ids := map[string]bool{}
	for _, j := range jobs {
		ids[j.AskedBy] = true
	}
	names, err := s.cfg.Team.Auth.Names(r.Context(), sortedNames(ids))
	if err != nil {
		return err
	}
	p := BuildsPage{Base: s.base(r, snap, "Builds", "/builds"), May: actorOf(r).May(auth.RunBuild)}
	for _, j := range jobs {
		p.Rows = append(p.Rows, viewBuild(j, names))
	}
	if p.Waiting, err = s.waiting(r, snap); err != nil {
		return err
	}
	return s.render(w, r, "builds", p)
}

// waiting is how many decisions, made or undone, the next build will take up.
func (s *Server) waiting(r *http.Request, snap *live.Snapshot) (int, error) {
	lines, err := s.cfg.Team.Book.Lines(r.Context())
	if err != nil {
		return 0, err
	}
	states, err := decisionStates(r.Context(), snap)
	if err != nil {
		return 0, err
	}
	hold := map[string]bool{}
	n := 0
	for _, l := range lines {
		if _, in := states[l.ID]; !in && !hold[l.ID] {
			n++
		}
		hold[l.ID] = true
	}
	for id := range states {
		if !hold[id] {
			n++
		}
	}
	return n, nil
}

func (s *Server) askBuild(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	j, _, err := s.cfg.Team.Jobs.Ask(r.Context(), actorOf(r), BuildJob)
	if err != nil {
		return err
	}
	return see(w, r, "/builds/"+j.ID, "asked")
}

func (s *Server) cancelBuild(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	if err := s.cfg.Team.Jobs.Cancel(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	return see(w, r, "/builds/"+r.PathValue("id"), "cancelled")
}

// readBuild finds a build with its log.
func (s *Server) readBuild(r *http.Request) (BuildView, []BuildLine, error) {
	j, err := s.cfg.Team.Jobs.Find(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return BuildView{}, nil, err
	}
	log, err := s.cfg.Team.Jobs.Lines(r.Context(), actorOf(r), j.ID, 0)
	if err != nil {
		return BuildView{}, nil, err
	}
	names, err := s.cfg.Team.Auth.Names(r.Context(), []string{j.AskedBy})
	if err != nil {
		return BuildView{}, nil, err
	}
	var lines []BuildLine
	for _, l := range log {
		lines = append(lines, BuildLine{store.ParseTime(l.At).Format("15:04:05"), l.Text})
	}
	return viewBuild(j, names), lines, nil
}

func (s *Server) buildPage(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	v, lines, err := s.readBuild(r)
	if err != nil {
		return err
	}
	p := BuildPage{Base: s.base(r, snap, "Build "+v.Asked, "/builds"), B: v, Lines: lines, May: actorOf(r).May(auth.RunBuild), Refresh: !v.Over}
	if r.URL.Query().Get("format") == "json" {
		w.Header().Set("Content-Type", "application/json")
		return json.NewEncoder(w).Encode(v)
	}
	return s.render(w, r, "build", p)
}

func (s *Server) buildLog(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	_, lines, err := s.readBuild(r)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	for _, l := range lines {
		if _, err := w.Write([]byte(l.At + " " + l.Text + "\n")); err != nil {
			return err
		}
	}
	return nil
}
