package web

import (
	"errors"
	"net/http"
	"strings"

	"milieu/internal/evidence"
)

// WhyPage is the way from a figure back to its file and line.
type WhyPage struct {
	Base
	Ref   string
	Chain CitedChain
}

// CitedChain is a chain whose records have been looked up.
type CitedChain struct {
	evidence.Chain
	Cited []evidence.Cited
	Steps []CitedChain
}

func (s *Server) why(w http.ResponseWriter, r *http.Request, snap *snapshot) error {
	ref := strings.TrimSpace(r.URL.Query().Get("ref"))
	if ref == "" {
		return badRequest("No figure is named: open this page from the source mark of a figure.")
	}
	chain, err := s.cfg.Explainers.Explain(r.Context(), snap.db, ref)
	var bad *evidence.RefError
	if errors.As(err, &bad) {
		return badRequest("This reference cannot be read: %s.", bad.Msg)
	}
	if err != nil {
		return err
	}
	p := WhyPage{Base: s.base(r, snap, "Why: "+chain.Title, ""), Ref: ref, Chain: cite(snap, chain)}
	return s.render(w, r, "why", p)
}

func cite(snap *snapshot, c evidence.Chain) CitedChain {
	out := CitedChain{Chain: c}
	for _, rec := range c.Records {
		out.Cited = append(out.Cited, evidence.Cite(snap.ws, snap.rel.Manifest, rec, false))
	}
	for _, step := range c.Steps {
		out.Steps = append(out.Steps, cite(snap, step))
	}
	return out
}
