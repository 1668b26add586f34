package web

import (
	"context"
	"errors"
	"maps"
	"net/http"

	"milieu/internal/auth"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/link/name"
	"milieu/internal/live"
	"milieu/internal/survey/interview"
	"milieu/internal/typed"
)

// interviewMost is how much the form of an interview may bring: notes of 100,000 characters and answers, encoded.
const interviewMost = 2 << 20

// interviewRoutes lists the addresses of interviews, excerpts and codes.
func (s *Server) interviewRoutes() {
	b, ok := s.interviewBook()
	if !ok {
		return
	}
	s.cfg.Explainers = joinExplainers(s.cfg.Explainers, guarded(auth.ReadAnswers, b.Explainers()))
	s.get("/interviews", auth.ReadAnswers, s.interviews)
	s.get("/interviews/new", auth.RunSurvey, s.newInterview)
	s.get("/interviews/names", auth.RunSurvey, s.interviewNames)
	s.get("/interviews/agreement", auth.ReadAnswers, s.agreementPage)
	s.get("/interviews/{id}", auth.ReadAnswers, s.interview)
	s.get("/codebook", auth.ReadAnswers, s.codebook)
	s.post("/interviews", auth.RunSurvey, interviewMost, s.saveInterview)
	s.post("/interviews/{id}/erase", auth.EraseAnswers, formMost, s.eraseInterview)
	s.post("/interviews/{id}/excerpts", auth.RunSurvey, formMost, s.addExcerpt)
	s.post("/excerpts/{id}/permit", auth.RunSurvey, formMost, s.permitExcerpt)
	s.post("/excerpts/{id}/remove", auth.RunSurvey, formMost, s.removeExcerpt)
	s.post("/excerpts/{id}/code", auth.RunSurvey, formMost, s.codeExcerpt)
	s.post("/codebook", auth.RunSurvey, formMost, s.saveCode)
	s.post("/codebook/start", auth.RunSurvey, formMost, s.startCodes)
	s.post("/codebook/{id}/retire", auth.RunSurvey, formMost, s.retireCode)
}

// joinExplainers are those of both, in a map of their own.
func joinExplainers(one, other evidence.Explainers) evidence.Explainers {
	all := maps.Clone(one)
	if all == nil {
		all = evidence.Explainers{}
	}
	maps.Copy(all, other)
	return all
}

// guarded are explainers that answer those who may do the action.
func guarded(action auth.Action, all evidence.Explainers) evidence.Explainers {
	out := evidence.Explainers{}
	for kind, explain := range all {
		out[kind] = func(ctx context.Context, q lake.Querier, ref evidence.Ref) (evidence.Chain, error) {
			a, _ := ctx.Value(actorKey{}).(auth.Actor)
			if least, _ := auth.Least(action); !a.May(action) {
				return evidence.Chain{}, &auth.DeniedError{Action: action, Least: least, Signed: a.SignedIn()}
			}
			return explain(ctx, q, ref)
		}
	}
	return out
}

// interviewBook is the interviews of the workspace; false on a site to be read only.
func (s *Server) interviewBook() (interview.Book, bool) {
	if s.cfg.Team == nil {
		return interview.Book{}, false
	}
	b := s.cfg.Team.Book
	return interview.Book{DB: b.DB, Workspace: b.Workspace, Now: b.Now, Telling: tellingWords}, true
}

// tellingWords are the words of a firm's name that tell it from others: the rarest of it.
func tellingWords(orgName string) []string {
	n := name.Parse(orgName)
	return n.RareWords(1)
}

// failInterview maps the errors of interviews to pages; false when it knows nothing of err.
func failInterview(p *ErrorPage, err error) bool {
	var conflict *interview.ConflictError
	switch {
	case errors.As(err, &conflict):
		p.Status, p.Message = http.StatusConflict, capital(conflict.Error())+". Nothing was changed."
		p.Next = "Go back and load the page again."
	case errors.Is(err, interview.ErrErased):
		p.Status, p.Message, p.Next = http.StatusGone, capital(err.Error())+".", "That there was one, and who erased it, stays on record."
	case errors.Is(err, interview.ErrNotFound):
		p.Status, p.Message, p.Next = http.StatusNotFound, "There is nothing at this address in this workspace.", "Check the address, or go to the list of interviews."
	default:
		return false
	}
	return true
}

func (s *Server) eraseInterview(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	b, _ := s.interviewBook()
	if err := b.Erase(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	return see(w, r, interviewPath(r.PathValue("id")), "erased")
}

func (s *Server) addExcerpt(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	b, _ := s.interviewBook()
	id := r.PathValue("id")
	_, err := b.AddExcerpt(r.Context(), actorOf(r), id, r.PostForm.Get("text"), interview.Permission(r.PostForm.Get("permission")))
	var input *typed.InputError
	if errors.As(err, &input) {
		return s.showInterview(w, r, snap, id, func(p *ExcerptsView) {
			p.Text, p.Permission, p.Faults = r.PostForm.Get("text"), r.PostForm.Get("permission"), input.Fields
		})
	}
	if err != nil {
		return err
	}
	return see(w, r, interviewPath(id)+"#excerpts", "kept")
}

// onExcerpt runs a change of an excerpt that a form sent, and goes back to where the form stood.
func (s *Server) onExcerpt(w http.ResponseWriter, r *http.Request, change func(b interview.Book, id string) error) error {
	b, _ := s.interviewBook()
	if err := change(b, r.PathValue("id")); err != nil {
		return err
	}
	back := interviewPath(r.PostForm.Get("interview")) + "#x-" + r.PathValue("id")
	return see(w, r, back, "kept")
}

func (s *Server) permitExcerpt(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	version, err := formVersion(r)
	if err != nil {
		return err
	}
	return s.onExcerpt(w, r, func(b interview.Book, id string) error {
		return b.PermitExcerpt(r.Context(), actorOf(r), id, version, interview.Permission(r.PostForm.Get("permission")))
	})
}

func (s *Server) removeExcerpt(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	version, err := formVersion(r)
	if err != nil {
		return err
	}
	return s.onExcerpt(w, r, func(b interview.Book, id string) error {
		return b.RemoveExcerpt(r.Context(), actorOf(r), id, version)
	})
}

func (s *Server) codeExcerpt(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	return s.onExcerpt(w, r, func(b interview.Book, id string) error {
		return b.Code(r.Context(), actorOf(r), id, r.PostForm["code"])
	})
}
