package web

import (
	"errors"
	"net/http"

	"milieu/internal/auth"
	"milieu/internal/bizcase/casebook"
	"milieu/internal/report/format"
)

// caseReviewRoutes lists the addresses at which a case is reviewed, compared and published.
func (s *Server) caseReviewRoutes() {
	if s.cfg.Team == nil {
		return
	}
	s.get("/cases/{id}/review", auth.ReadCases, s.caseReview)
	s.get("/cases/{id}/versions", auth.ReadCases, s.caseVersions)
	s.get("/cases/{id}/versions/{n}", auth.ReadCases, s.caseVersion)
	s.get("/cases/{id}/compare", auth.ReadCases, s.caseCompare)
	s.get("/cases/{id}/publish", auth.PublishCase, s.casePublish)
	s.get("/published/{secret}", auth.OpenPublished, s.publishedCase)
	for _, f := range format.All {
		s.get("/published/{secret}/case."+f.Name, auth.OpenPublished, s.exportPublished(f))
	}
	s.post("/cases/{id}/comment", auth.CommentCase, formMost, s.commentCase)
	s.post("/cases/{id}/resolve", auth.CommentCase, formMost, s.turnComment(casebook.Book.Resolve, "resolved"))
	s.post("/cases/{id}/reopen", auth.CommentCase, formMost, s.turnComment(casebook.Book.Reopen, "reopened"))
	s.post("/cases/{id}/erase", auth.CommentCase, formMost, s.turnComment(casebook.Book.Erase, "erased"))
	s.post("/cases/{id}/suggest", auth.CommentCase, formMost, s.suggestCase)
	s.post("/cases/{id}/withdraw", auth.CommentCase, formMost, s.withdrawSuggestion)
	s.post("/cases/{id}/accept", auth.WriteCase, formMost, s.acceptSuggestion)
	s.post("/cases/{id}/reject", auth.WriteCase, formMost, s.rejectSuggestion)
	s.post("/cases/{id}/approve", auth.ApproveCase, formMost, s.approveCase)
	s.post("/cases/{id}/unapprove", auth.ApproveCase, formMost, s.unapproveCase)
	s.post("/cases/{id}/approvers", auth.PublishCase, formMost, s.setApprovers)
	s.post("/cases/{id}/back", auth.WriteCase, formMost, s.backCase)
	s.post("/cases/{id}/publish", auth.PublishCase, formMost, s.publishCase)
	s.post("/cases/{id}/unpublish", auth.PublishCase, formMost, s.unpublishCase)
}

// publishedPath begins the addresses of published cases; what follows is a secret.
const publishedPath = "/published/"

// caseBook is the cases that people write.
func (s *Server) caseBook() casebook.Book {
	b := s.cfg.Team.Book
	return casebook.Book{DB: b.DB, Workspace: b.Workspace, Now: b.Now}
}

// failCase maps the errors of cases to pages; false when it knows nothing of err.
func failCase(p *ErrorPage, err error) bool {
	var conflict *casebook.ConflictError
	var stale *casebook.StaleError
	switch {
	case errors.As(err, &conflict):
		p.Status, p.Message = http.StatusConflict, "Somebody else has changed this case since you opened the page. Nothing was changed."
		p.Next = "Go back and load the page again to see what they did, then send yours again if it is still needed."
	case errors.As(err, &stale):
		p.Status, p.Message, p.Next = http.StatusConflict, errSentence(stale), "Nothing was changed."
	case errors.Is(err, casebook.ErrNotFound):
		p.Status, p.Message, p.Next = http.StatusNotFound, "There is no case at this address.", "It may be of another workspace, or the link that led here was withdrawn: ask those who sent it."
	default:
		return false
	}
	return true
}
