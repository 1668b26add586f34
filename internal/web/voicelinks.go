package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"milieu/internal/live"
	"milieu/internal/mail"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
)

// canMail says that links can be sent by e-mail from here.
func (s *Server) canMail() bool { return s.cfg.Team != nil && s.cfg.Team.Mail.Check() == nil }

// makeLinks makes a round of links: sends them, or gives the file from which letters are printed. What is in that file is shown once and
// kept nowhere here.
func (s *Server) makeLinks(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	b, _ := s.voices()
	v, err := b.Survey(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	kind, how := r.PostForm.Get("kind"), r.PostForm.Get("how")
	switch {
	case v.Invented:
		return statusError{http.StatusConflict, "The answers of this survey are invented, so nobody is written to."}
	case kind != fieldwork.Invite && kind != fieldwork.Remind:
		return badRequest("Say to whom links are to go: to those who have none, or again to those who have one.")
	case how != "mail" && how != "file":
		return badRequest("Say how links are to go: by e-mail, or in a file.")
	case how == "mail" && !s.canMail():
		return statusError{http.StatusConflict, "No mail server is set here: take the file for letters."}
	}
	in, _, err := b.Instrument(r.Context(), v.ID, 0)
	if errors.Is(err, fieldwork.ErrNotFound) {
		return statusError{http.StatusConflict, "No version of the questions is published: publish one first."}
	}
	if err != nil {
		return err
	}
	// Who leaves the page in the middle must not leave some firms with a link and others without.
	ctx := context.WithoutCancel(r.Context())
	var file []byte
	var round fieldwork.Round
	if how == "file" {
		file, round, err = linkFile(ctx, b, r, kind, s.absolute(r, ""), v, in)
	} else {
		_ = http.NewResponseController(w).SetWriteDeadline(time.Time{}) // a round by mail takes as long as it takes; where it cannot be set, the page is cut and the round is not
		round, err = s.mailLinks(ctx, b, r, kind, v, in)
	}
	if err != nil {
		return err
	}
	if how == "file" && round.Sent > 0 {
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", "letters-"+kind+".csv"))
		w.Header().Set("Cache-Control", "no-store")
		_, err := w.Write(file)
		return err
	}
	p, _, err := s.peoplePage(r, snap)
	if err != nil {
		return err
	}
	p.Round = &round
	if round.Sent == 0 && len(round.Unsent) == 0 {
		p.RoundFailed = "Nobody was due one."
	}
	return s.render(w, r, "voicepeople", p)
}

// linkFile makes a round of links into a file for letters. It is whole before any of it leaves.
func linkFile(ctx context.Context, b fieldwork.Book, r *http.Request, kind, base string, v fieldwork.Survey, in survey.Instrument) ([]byte, fieldwork.Round, error) {
	var file bytes.Buffer
	m, err := fieldwork.NewMerge(&file, base, v, in)
	if err != nil {
		return nil, fieldwork.Round{}, err
	}
	round, err := b.Links(ctx, actorOf(r), v.ID, kind, m)
	if err := errors.Join(err, m.Flush()); err != nil {
		return nil, round, err
	}
	return file.Bytes(), round, nil
}

// mailLinks makes a round of links and writes to the firms.
func (s *Server) mailLinks(ctx context.Context, b fieldwork.Book, r *http.Request, kind string, v fieldwork.Survey, in survey.Instrument) (fieldwork.Round, error) {
	post, err := mail.Open(s.cfg.Team.Mail)
	if err != nil {
		return fieldwork.Round{}, statusError{http.StatusConflict, "The mail server cannot be used: " + err.Error() + "."}
	}
	round, err := b.Links(ctx, actorOf(r), v.ID, kind, fieldwork.Letters{Post: post, Base: s.absolute(r, ""), Survey: v, Instrument: in})
	if closed := post.Close(); closed != nil {
		s.cfg.Log.Warn("the mail server did not take its leave", "err", closed) // what was sent is sent
	}
	return round, err
}
