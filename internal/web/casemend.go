package web

import (
	"net/http"

	"milieu/internal/bizcase"
	"milieu/internal/bizcase/casebook"
	"milieu/internal/live"
)

// CaseMendPage lists the parts of a case and what is to be mended in them.
type CaseMendPage struct {
	Base
	ID        string
	CaseTitle string
	Tabs      []Choice
	Parts     []Choice
	Stops     []ProblemView // while these stand, every file is one of a draft, or there is none
	Look      []ProblemView // numbers in words
	Changed   []ProblemView
	Forbidden bool
	Version   int64
	Deleted   bool
	Blank     bool // nothing has been written yet
}

// isBlank says that a case holds headings alone.
func isBlank(c bizcase.Content) bool {
	for _, s := range c.Sections {
		if s.Text != "" {
			return false
		}
	}
	return c.Vision == "" && len(c.Goals)+len(c.Logic)+len(c.Messages)+len(c.Claims) == 0
}

// mendCase is where writing begins.
func (s *Server) mendCase(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	c, made, err := s.storedCaseBy(r, snap, r.PathValue("id"), s.readMade)
	if err != nil {
		return err
	}
	p := CaseMendPage{Base: s.base(r, snap, "Write: "+c.Content.Title, "/cases"), ID: c.ID, CaseTitle: c.Content.Title, Tabs: caseTabs(actorOf(r), c.ID, "write"),
		Parts: partChoices(c, made.Problems, ""), Forbidden: made.Forbidden(), Version: c.Version, Deleted: c.Deleted != "", Blank: isBlank(c.Content)}
	for _, v := range problemViews(c.Content, made.Problems, func(p bizcase.Problem) string { return writePath(c.ID, p.Part) }) {
		switch v.Kind {
		case bizcase.Changed:
			p.Changed = append(p.Changed, v)
		case bizcase.Spelled:
			p.Look = append(p.Look, v)
		default:
			p.Stops = append(p.Stops, v)
		}
	}
	return s.render(w, r, "casemend", p)
}

// readCase takes figures that changed as read. Each is sent with what it came to when it was shown: one that has changed again
// since stays marked.
func (s *Server) readCase(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	c, made, err := s.storedCase(r, snap, r.PathValue("id"))
	if err != nil {
		return err
	}
	sources, shown := r.PostForm["source"], r.PostForm["now"]
	if len(sources) == 0 || len(sources) != len(shown) {
		return badRequest("The form cannot be read: open it again from its page.")
	}
	content := c.Content
	content.Seen = readSeen(c.Content.Seen, made.Bound)
	said := "nothing"
	for k, source := range sources {
		if f, ok := made.Bound[source]; ok && f.Plain() == shown[k] && content.Seen[source] != shown[k] {
			content.Seen[source], said = shown[k], "kept"
		}
	}
	if said == "kept" {
		if _, err := s.caseBook().Keep(r.Context(), actorOf(r), c.ID, c.N, casebook.Draft{Content: content, Note: "Figures that changed were taken as read.", Made: documentToKeep(content, made)}); err != nil {
			return err
		}
	}
	if part := r.PostForm.Get("part"); part != "" {
		if _, ok := formOf(part, c.Content); ok {
			return see(w, r, writePath(c.ID, part), said)
		}
	}
	return see(w, r, casePath(c.ID)+"/write", said)
}
