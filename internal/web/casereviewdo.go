package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"milieu/internal/auth"
	"milieu/internal/bizcase"
	"milieu/internal/bizcase/casebook"
	"milieu/internal/live"
)

// reviewAt is the review page at a place on it.
func reviewAt(id, at string) string { return casePath(id) + "/review#" + url.PathEscape(at) }

func (s *Server) commentCase(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	f, id := r.PostForm, r.PathValue("id")
	c := casebook.Comment{ReplyTo: f.Get("reply"), Part: f.Get("part"), Sentence: f.Get("sentence"), Text: f.Get("text")}
	c.N, _ = strconv.ParseInt(f.Get("n"), 10, 64) // a number that is none is that of the text in force
	comment, err := s.caseBook().Comment(r.Context(), actorOf(r), id, c)
	if err != nil {
		return err
	}
	if c.ReplyTo != "" {
		comment = c.ReplyTo
	}
	return see(w, r, reviewAt(id, comment), "commented")
}

// turnComment is a change of a comment that takes nothing but the version that was shown.
func (s *Server) turnComment(turn func(casebook.Book, context.Context, auth.Actor, string, string, int64) error, said string) handler {
	return func(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
		version, err := formVersion(r)
		if err != nil {
			return err
		}
		id := r.PathValue("id")
		if err := turn(s.caseBook(), r.Context(), actorOf(r), id, r.PostForm.Get("comment"), version); err != nil {
			return err
		}
		return see(w, r, reviewAt(id, r.PostForm.Get("part")), said)
	}
}

func (s *Server) suggestCase(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	f, id := r.PostForm, r.PathValue("id")
	x := casebook.Suggestion{Part: f.Get("part"), From: f.Get("from"), To: f.Get("to"), Reason: f.Get("reason")}
	x.N, _ = strconv.ParseInt(f.Get("n"), 10, 64)
	suggestion, err := s.caseBook().Suggest(r.Context(), actorOf(r), id, x)
	if err != nil {
		return err
	}
	return see(w, r, reviewAt(id, suggestion), "suggested")
}

// acceptSuggestion keeps the text with the suggestion in it, and what it comes to on the release that is being served.
func (s *Server) acceptSuggestion(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	version, err := formVersion(r)
	if err != nil {
		return err
	}
	n, err := formNumber(r, "n")
	if err != nil {
		return err
	}
	b, a, id := s.caseBook(), actorOf(r), r.PathValue("id")
	x, c, err := s.suggestionOf(r, id)
	if err != nil {
		return err
	}
	content, err := casebook.Apply(c.Content, x)
	if err != nil {
		return err
	}
	made, err := s.makeCase(r, snap, content, casePath(id))
	if err != nil {
		return err
	}
	said := "accepted"
	if flawed, err := s.bringsProblems(r, snap, c, x); err != nil {
		return err
	} else if flawed {
		said = "accepted-flawed"
	}
	if _, err := b.Accept(r.Context(), a, id, x.ID, version, n, documentToKeep(content, made)); err != nil {
		return err
	}
	return see(w, r, reviewAt(id, x.Part), said)
}

// bringsProblems says whether a suggestion brings what has to be mended, as a number without a source.
func (s *Server) bringsProblems(r *http.Request, snap *live.Snapshot, c casebook.Case, x casebook.Suggestion) (bool, error) {
	f, err := s.factsOf(r, snap, c.Content)
	if err != nil {
		return false, err
	}
	_, before, err := bizcase.Text(r.Context(), c.Content, f, x.Part, x.From)
	if err != nil {
		return false, err
	}
	_, after, err := bizcase.Text(r.Context(), c.Content, f, x.Part, x.To)
	return len(newProblems(before, after)) > 0, err
}

// suggestionOf is the suggestion that a form names, and the case as it is.
func (s *Server) suggestionOf(r *http.Request, id string) (casebook.Suggestion, casebook.Case, error) {
	c, err := s.caseBook().Read(r.Context(), actorOf(r), id)
	if err != nil {
		return casebook.Suggestion{}, c, err
	}
	all, err := s.caseBook().Suggestions(r.Context(), actorOf(r), id)
	if err != nil {
		return casebook.Suggestion{}, c, err
	}
	for _, x := range all {
		if x.ID == r.PostForm.Get("suggestion") {
			return x, c, nil
		}
	}
	return casebook.Suggestion{}, c, casebook.ErrNotFound
}

func (s *Server) rejectSuggestion(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	version, err := formVersion(r)
	if err != nil {
		return err
	}
	f, id := r.PostForm, r.PathValue("id")
	if err := s.caseBook().Reject(r.Context(), actorOf(r), id, f.Get("suggestion"), version, f.Get("answer")); err != nil {
		return err
	}
	return see(w, r, reviewAt(id, f.Get("part")), "rejected")
}

func (s *Server) withdrawSuggestion(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	version, err := formVersion(r)
	if err != nil {
		return err
	}
	f, id := r.PostForm, r.PathValue("id")
	if err := s.caseBook().Withdraw(r.Context(), actorOf(r), id, f.Get("suggestion"), version); err != nil {
		return err
	}
	return see(w, r, reviewAt(id, f.Get("part")), "taken-back")
}

func (s *Server) approveCase(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	n, err := formNumber(r, "n")
	if err != nil {
		return err
	}
	f, id := r.PostForm, r.PathValue("id")
	if _, err := s.caseBook().Approve(r.Context(), actorOf(r), id, n, casebook.Approval{Role: f.Get("role"), Words: f.Get("words"), Release: snap.Rel.ID}); err != nil {
		return err
	}
	return see(w, r, reviewAt(id, "standing"), "approved")
}

func (s *Server) unapproveCase(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	id := r.PathValue("id")
	if err := s.caseBook().Unapprove(r.Context(), actorOf(r), id, r.PostForm.Get("approval")); err != nil {
		return err
	}
	return see(w, r, reviewAt(id, "standing"), "unapproved")
}

func (s *Server) setApprovers(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	version, err := formVersion(r)
	if err != nil {
		return err
	}
	f, id := r.PostForm, r.PathValue("id")
	if len(f["role"]) != len(f["person"]) || len(f["role"]) > 2*casebook.MostApprovers {
		return badRequest("The form cannot be read: open it again from its page.")
	}
	var list []casebook.Approver
	for k, role := range f["role"] {
		list = append(list, casebook.Approver{Role: role, Person: f["person"][k]})
	}
	if err := s.caseBook().SetApprovers(r.Context(), actorOf(r), id, version, list); err != nil {
		return err
	}
	return see(w, r, reviewAt(id, "standing"), "kept")
}
