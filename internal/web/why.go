package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/network"
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

func (s *Server) why(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	ref := strings.TrimSpace(r.URL.Query().Get("ref"))
	if ref == "" {
		return badRequest("No figure is named: open this page from the source mark of a figure.")
	}
	chain, err := s.explain(r.Context(), snap, ref)
	var bad *evidence.RefError
	if errors.As(err, &bad) {
		return badRequest("This reference cannot be read: %s.", bad.Msg)
	}
	if err != nil {
		return err
	}
	all := actorOf(r).May(auth.ReadDecisions)
	p := WhyPage{Base: s.base(r, snap, "Why: "+chain.Title, ""), Ref: ref, Chain: cite(snap, chain, all)}
	return s.render(w, r, "why", p)
}

// slowKinds are the kinds of references whose figures are reckoned again to be explained.
var slowKinds = []string{"appraised", "atlas", "complexity", "concentration", "moran", "potential", "profile", "shift", "similar"}

// explain follows a reference; what takes seconds takes its turn.
func (s *Server) explain(ctx context.Context, snap *live.Snapshot, ref string) (chain evidence.Chain, err error) {
	kind, _, _ := strings.Cut(ref, "/")
	if !slices.Contains(slowKinds, kind) {
		return s.cfg.Explainers.Explain(ctx, network.With(snap.DB, snap.Network), ref)
	}
	err = snap.Cache.Slow(ctx, func() error {
		chain, err = s.cfg.Explainers.Explain(ctx, network.With(snap.DB, snap.Network), ref)
		return err
	})
	return chain, err
}

// cite looks the records of a chain up; of decisions, only those who may read all of
// them are shown who decided and why.
func cite(snap *live.Snapshot, c evidence.Chain, all bool) CitedChain {
	if !all {
		c.Withhold()
	}
	out := CitedChain{Chain: c}
	for _, rec := range c.Records {
		cited := evidence.Cite(snap.WS, snap.Rel.Manifest, rec, false)
		if !all {
			cited.Withhold(snap.Rel.Manifest)
		}
		out.Cited = append(out.Cited, cited)
	}
	for _, step := range c.Steps {
		out.Steps = append(out.Steps, cite(snap, step, all))
	}
	return out
}
