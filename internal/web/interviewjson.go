package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"milieu/internal/live"
	"milieu/internal/store"
	"milieu/internal/survey/interview"
	"milieu/internal/typed"
)

// savedAnswer is what the script of the form is told.
type savedAnswer struct {
	ID      string      `json:"id,omitempty"`
	Version int64       `json:"version,omitempty"`
	At      string      `json:"at,omitempty"` // RFC 3339
	Firm    string      `json:"firm,omitempty"`
	Known   bool        `json:"known"` // the firm is one of the register
	Faults  []FaultLink `json:"faults,omitempty"`
	Clash   []Clash     `json:"clash,omitempty"`
	By      string      `json:"by,omitempty"` // who changed it meanwhile
	Erased  bool        `json:"erased,omitempty"`
}

// savedJSON answers the script: 200 with the version that is kept, 409 with what the server has instead, 422 with what
// cannot be kept, 410 where the interview was erased. Anything else is an error as on every page.
func (s *Server) savedJSON(w http.ResponseWriter, r *http.Request, d interview.Draft, i interview.Interview, err error) error {
	var input *typed.InputError
	var conflict *interview.ConflictError
	status, answer := http.StatusOK, savedAnswer{ID: i.ID, Version: i.Version, Firm: i.OrgName, Known: i.OrgID != ""}
	switch {
	case errors.As(err, &input):
		p := InterviewFormPage{}
		p.fault(input.Fields)
		status, answer = http.StatusUnprocessableEntity, savedAnswer{Faults: p.FaultList}
	case errors.As(err, &conflict) && i.ID != "":
		status = http.StatusConflict
		if answer.Clash, err = s.clashes(r, d, i); err == nil {
			answer.By, err = s.personName(r, i.By)
		}
		if err != nil {
			return err
		}
	case errors.Is(err, interview.ErrErased):
		status, answer = http.StatusGone, savedAnswer{Erased: true}
	case err != nil:
		return err
	default:
		answer.At = store.ParseTime(i.Changed).UTC().Format("2006-01-02T15:04:05Z")
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	return json.NewEncoder(w).Encode(answer)
}

// interviewNames finds organisations by the letters of their names, for the fields in which they are named.
func (s *Server) interviewNames(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	type found struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	list := []found{}
	q := strings.TrimSpace(r.URL.Query().Get("q"))
	if n := len([]rune(q)); n >= leastTyped && n <= mostLetters {
		list = append(list, namesLike(snap, q, func(id, name string) found { return found{id, name} })...)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	return json.NewEncoder(w).Encode(list)
}
