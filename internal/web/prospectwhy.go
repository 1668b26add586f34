package web

import (
	"context"
	"fmt"

	"milieu/internal/auth"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/survey/prospect"
)

// References of what is reckoned from the store and not from the release: prospects/attract, prospects/deter, prospects/ended
// and named/SURVEY.
const (
	prospectsRef = "prospects"
	namedRef     = "named"
)

// askerIn is who asks for an explanation, in the workspace of the site.
func (s *Server) askerIn(ctx context.Context) (auth.Actor, bool) {
	a, _ := ctx.Value(actorKey{}).(auth.Actor)
	if s.cfg.Team == nil {
		return a, false
	}
	a.Workspace = s.cfg.Team.Book.Workspace
	return a, true
}

// explainProspects says how a figure of prospects was reckoned, for people of the workspace.
func (s *Server) explainProspects(ctx context.Context, _ lake.Querier, ref evidence.Ref) (evidence.Chain, error) {
	a, ok := s.askerIn(ctx)
	if !ok || len(ref.Args) != 1 {
		return evidence.Chain{}, evidence.BadRef("write it as prospects/attract, prospects/deter or prospects/ended")
	}
	all, err := s.prospectBook().All(ctx, a)
	if err != nil {
		return evidence.Chain{}, err
	}
	count := prospect.Count(all)
	const how = "counted over the prospects that people of this workspace have written down (page Prospects); intervals are Wilson's at 95 % and take them for a sample of the firms that might come"
	c := evidence.Chain{How: how, Method: "prospects"}
	list := count.Attract
	switch ref.Args[0] {
	case "ended":
		c.Title, c.Value = "Prospects that landed, of those that have come to an end", fmt.Sprintf("%d of %d: %s", count.Ended.K, count.Ended.N, percentRange(count.Ended))
		return c, nil
	case prospect.Attract:
		c.Title, c.Value = "What draws prospects", counted(count.Attracts, "prospect gave", "prospects gave")+" such a reason"
	case prospect.Deter:
		list = count.Deter
		c.Title, c.Value = "What keeps prospects away", counted(count.Deters, "prospect gave", "prospects gave")+" such a reason"
	default:
		return c, fmt.Errorf("%s/%s: %w", ref.Kind, ref.Args[0], evidence.ErrNoFigure)
	}
	for _, x := range list {
		c.Steps = append(c.Steps, evidence.Chain{Title: x.Label, Value: fmt.Sprintf("%d of %d: %s", x.All.K, x.All.N, percentRange(x.All)), How: fmt.Sprintf("%d landed, %d went elsewhere or were lost, %d are on their way", x.Landed, x.Gone, x.StillOpen)})
	}
	return c, nil
}

// explainNamed says how the agreement of named ties was reckoned, for those who may read single answers.
func (s *Server) explainNamed(ctx context.Context, _ lake.Querier, ref evidence.Ref) (evidence.Chain, error) {
	a, ok := s.askerIn(ctx)
	if !ok || len(ref.Args) != 1 {
		return evidence.Chain{}, evidence.BadRef("write it as named/SURVEY")
	}
	b, _ := s.voices()
	v, err := b.Survey(ctx, a, ref.Args[0])
	if err != nil {
		return evidence.Chain{}, err
	}
	r, err := namedReport(ctx, a, b, v.ID)
	if err != nil {
		return evidence.Chain{}, err
	}
	c := evidence.Chain{Title: "Ties named in “" + v.Title + "”", Value: fmt.Sprintf("%d ties by %d firms", len(r.Ties), r.Answered), Method: "named ties",
		How: "agreement is of the ties that both ends answered a question about; Wilson's interval at 95 %, which takes ties for independent of each other. " + pairsSay(r)}
	if v.Invented {
		c.How = evidence.InventedNote + " " + c.How
	}
	for _, k := range r.Kinds {
		c.Steps = append(c.Steps, evidence.Chain{Title: k.Label, Value: fmt.Sprintf("%d of %d agreed", k.Agreed.K, k.Agreed.N), How: fmt.Sprintf("%d ties; interval %.0f–%.0f %%", k.Ties, 100*k.Agreed.Lo, 100*k.Agreed.Hi)})
	}
	return c, nil
}
