package web

import (
	"errors"
	"net/http"

	"milieu/internal/auth"
	"milieu/internal/sheet"
	"milieu/internal/survey/fieldwork"
)

// voiceRoutes lists the addresses of surveys: whom they ask and how far they have come.
func (s *Server) voiceRoutes() {
	s.get("/voices", auth.ReadPublic, s.listVoices)
	s.get("/voices/{id}", auth.ReadPublic, s.voice)
	if s.cfg.Team == nil {
		return
	}
	s.get("/voices/new", auth.RunSurvey, s.newVoice)
	s.post("/voices/new", auth.RunSurvey, voiceNewMost, s.makeVoice)
	s.get("/voices/erase", auth.EraseAnswers, s.eraseVoice)
	s.post("/voices/erase", auth.EraseAnswers, formMost, s.doErase)
	s.post("/voices/{id}/settings", auth.RunSurvey, formMost, s.changeVoice)
	s.post("/voices/{id}/open", auth.RunSurvey, formMost, s.turnVoice(openVoice, "voice-open"))
	s.post("/voices/{id}/close", auth.RunSurvey, formMost, s.turnVoice(closeVoice, "voice-closed"))
	s.post("/voices/{id}/share", auth.RunSurvey, formMost, s.shareVoice)
	s.get("/voices/{id}/instrument", auth.ReadSurveys, s.voiceInstrument)
	s.get("/voices/{id}/instrument.toml", auth.ReadSurveys, s.instrumentText)
	s.post("/voices/{id}/instrument", auth.RunSurvey, voiceTextMost, s.saveInstrument)
	s.post("/voices/{id}/instrument/publish", auth.RunSurvey, voiceTextMost, s.publishInstrument)
	s.get("/voices/{id}/frame", auth.ReadSurveys, s.voiceFrame)
	s.post("/voices/{id}/frame", auth.RunSurvey, formMost, s.freezeFrame)
	s.post("/voices/{id}/draw", auth.RunSurvey, drawMost, s.drawFirms)
	s.get("/voices/{id}/people", auth.ReadSurveys, s.voicePeople)
	s.post("/voices/{id}/links", auth.RunSurvey, formMost, s.makeLinks)
	s.post("/voices/{id}/contacts", auth.RunSurvey, sheet.MostBytes+(1<<20), s.importContacts)
	s.post("/voices/{id}/people/{unit}/contact", auth.RunSurvey, formMost, s.setContact)
	s.post("/voices/{id}/people/{unit}/mark", auth.RunSurvey, formMost, s.markUnit)
}

// drawMost is how much the form of a draw may bring: it has a field for each stratum.
const drawMost = 256 << 10

// voices is the surveys of the workspace; false on a site to be read only.
func (s *Server) voices() (fieldwork.Book, bool) {
	if s.cfg.Team == nil {
		return fieldwork.Book{}, false
	}
	b := s.cfg.Team.Book
	return fieldwork.Book{DB: b.DB, Workspace: b.Workspace, Now: b.Now}, true
}

// readsVoices is the surveys for somebody who may see whom they ask; false for everybody else.
func (s *Server) readsVoices(r *http.Request) (fieldwork.Book, bool) {
	b, ok := s.voices()
	return b, ok && actorOf(r).May(auth.ReadSurveys)
}

// failVoices maps the errors of surveys to pages; false when it knows nothing of err.
func failVoices(p *ErrorPage, err error) bool {
	var conflict *fieldwork.ConflictError
	switch {
	case errors.As(err, &conflict):
		p.Status, p.Message = http.StatusConflict, capital(conflict.Error())+". Nothing was changed."
		p.Next = "Go back and load the page again to see what they did."
	case errors.Is(err, fieldwork.ErrNotFound):
		p.Status, p.Message, p.Next = http.StatusNotFound, "There is nothing at this address in this workspace.", "Check the address, or go to the list of surveys."
	case errors.Is(err, fieldwork.ErrClosed):
		p.Status, p.Message, p.Next = http.StatusConflict, capital(err.Error())+".", "Ask those who sent you the link."
	case errors.Is(err, fieldwork.ErrDone), errors.Is(err, fieldwork.ErrAnonymous):
		p.Status, p.Message, p.Next = http.StatusConflict, capital(err.Error())+".", "Nothing was changed."
	default:
		return false
	}
	return true
}
