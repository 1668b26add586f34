package web

import (
	"errors"
	"net/http"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/entry"
	"milieu/internal/live"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/typed"
)

// answerMost is how much a form with answers may bring.
const answerMost = 2 * fieldwork.MostAnswers

// answerRoutes lists the addresses of answering a survey, and of looking at its questions. The secret in the address is the
// right to answer; nobody signs in.
func (s *Server) answerRoutes() {
	if s.cfg.Team == nil {
		return
	}
	s.get("/voices/{id}/preview", auth.ReadSurveys, s.voicePreview)
	at := func(rest string, page, act answerHandler) {
		pattern := "/answer/{secret}" + rest
		if page != nil {
			s.get(pattern, auth.AnswerSurvey, s.answering(page))
		}
		if act != nil {
			s.post(pattern, auth.AnswerSurvey, answerMost, s.answering(act))
		}
	}
	at("", s.answerPage, nil)
	at("/part/{section}", s.answerPart, s.keepPart)
	at("/save", nil, s.saveAnswers)
	at("/check", s.answerCheck, s.submitAnswers)
	at("/refuse", s.answerRefuse, s.refuseToAnswer)
	at("/copy", s.answerCopy, s.answerCopy)
	at("/names", s.answerNames, nil)
	s.get("/answer/", auth.AnswerSurvey, s.answering(s.answerNowhere))
}

// answerVisit is a request of somebody who follows a link.
type answerVisit struct {
	fieldwork.Visit
	book   fieldwork.Book
	secret string // with that of the device, where there is one
	path   string // of the first page
	bound  bool   // answers that are being given are kept for this device alone
	snap   *live.Snapshot
}

// answerHandler serves a request of somebody who follows a link.
type answerHandler func(w http.ResponseWriter, r *http.Request, v answerVisit) error

// answering opens the link, tells browsers and searchers to keep it to themselves, and turns errors into pages that
// are for those who answer. What it writes down names no link.
func (s *Server) answering(h answerHandler) handler {
	return func(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
		// The address goes to no other site. With no-referrer browsers would also send "Origin: null" with the forms, and on
		// a way that is not encrypted nothing else tells package entry that they are this site's own.
		w.Header().Set("Referrer-Policy", "same-origin")
		w.Header().Set("X-Robots-Tag", "noindex, nofollow")
		w.Header().Set("Cache-Control", "no-store")
		v := answerVisit{snap: snap, path: "/answer/" + r.PathValue("secret")}
		v.book, _ = s.voices()
		v.secret = r.PathValue("secret")
		if device, ok := deviceOf(r); ok {
			v.secret, v.bound = fieldwork.Bind(v.secret, device), true
		}
		var err error
		v.Visit, err = v.book.Enter(r.Context(), v.secret)
		if err == nil {
			err = h(w, r, v)
		}
		if err != nil {
			return s.failAnswer(w, r, v, err)
		}
		return nil
	}
}

// failAnswer shows somebody who answers what is the matter.
func (s *Server) failAnswer(w http.ResponseWriter, r *http.Request, v answerVisit, err error) error {
	p := AnswerEndPage{AnswerBase: s.answerBase(r, v, "")}
	status := http.StatusOK
	var input *typed.InputError
	var told statusError
	switch {
	case errors.Is(err, fieldwork.ErrNotFound):
		status, p.Finding, p.Says = http.StatusNotFound, "This link leads nowhere", "It may have been cut when it was copied, or the survey has ended. Open it again from the message, or ask those who sent it for another."
	case errors.Is(err, fieldwork.ErrClosed):
		p.Finding, p.Says = "This survey takes no answers now", "It has been closed, or has not begun. Ask those who sent you the link."
	case errors.Is(err, fieldwork.ErrDone):
		p.Finding, p.Says = "Your answers are in", "They have been given by this link already, and each link counts once. Thank you."
	case errors.As(err, &input):
		status, p.Finding, p.Says = http.StatusUnprocessableEntity, "This could not be kept", capital(input.Error())+"."
	case errors.As(err, &told):
		status, p.Finding, p.Says = told.status, "This could not be done", told.msg
	case r.Context().Err() != nil:
		return nil // the visitor has left
	default:
		s.cfg.Log.Error("answering failed", "page", r.Pattern, "err", err)
		status, p.Finding, p.Says = http.StatusInternalServerError, "Something went wrong on this side", "It has been written down. What you had saved is still there; open your link again in a while."
	}
	p.Title = p.Finding
	p.Contact = v.Survey.Contact
	s.write(w, r, status, "answerend", p)
	return nil
}

// answerNowhere answers addresses below a link that have no page.
func (s *Server) answerNowhere(http.ResponseWriter, *http.Request, answerVisit) error {
	return fieldwork.ErrNotFound
}

// deviceCookie keeps, in an anonymous survey, answers that are being given for the device on which they are given.
func deviceCookie(r *http.Request) string { return "milieu-answer-" + actorOf(r).Workspace }

func deviceOf(r *http.Request) (string, bool) {
	c, err := r.Cookie(deviceCookie(r))
	if err != nil {
		return "", false
	}
	return c.Value, c.Value != ""
}

// giveDevice gives the browser a secret of its own when somebody opens a link of an anonymous survey for the first time. A
// browser that keeps no cookies saves under the link alone, and goes on so.
func giveDevice(w http.ResponseWriter, r *http.Request, v answerVisit) {
	if v.bound || v.Version > 0 || v.Survey.Level != survey.Anonymous {
		return
	}
	http.SetCookie(w, &http.Cookie{Name: deviceCookie(r), Value: fieldwork.NewSecret(), Path: "/answer/", HttpOnly: true, Secure: entry.Secure(r), SameSite: http.SameSiteLaxMode, MaxAge: 180 * 24 * 3600})
}

// loggedPath is the address of a request as it may be written down: links by which somebody answers, opens a scenario or reads a published case are secrets.
func loggedPath(r *http.Request) string {
	if strings.HasPrefix(r.URL.Path, "/answer/") || strings.HasPrefix(r.URL.Path, sharedPath) || strings.HasPrefix(r.URL.Path, publishedPath) {
		return r.Pattern
	}
	return r.URL.Path
}
