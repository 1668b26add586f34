package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"milieu/internal/auth"
	"milieu/internal/bizcase"
	"milieu/internal/bizcase/facts"
	"milieu/internal/live"
	"milieu/internal/network"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/appraisal"
	"milieu/internal/portfolio/parameter"
	"milieu/internal/portfolio/sequence"
)

// caseFacts are the facts of a case for the settings of a plan, once for a release, the parameters in force and what the reader may
// see. A plan whose proof ran out of time, or that stands on the weights of a workshop, is not kept, and so are not its facts.
func (s *Server) caseFacts(r *http.Request, snap *live.Snapshot, ask portfolio.Ask) (bizcase.Facts, error) {
	plan, err := s.solvePlan(r, snap, ask)
	if err != nil {
		return nil, faultOfAsk(err)
	}
	key, keep, err := s.planKey(ask)
	if err != nil {
		return nil, err
	}
	make := func() (*facts.Facts, error) { return s.newFacts(r, snap, ask, plan) }
	if plan.Stopped || !keep {
		return make()
	}
	return live.Remember(&snap.Cache, fmt.Sprintf("facts of a case/%s/%d/%t/%s", key, ask.Draws, actorOf(r).May(auth.ReadDecisions), s.today()), make)
}

func (s *Server) newFacts(r *http.Request, snap *live.Snapshot, ask portfolio.Ask, plan portfolio.Plan) (*facts.Facts, error) {
	r = r.WithContext(context.WithoutCancel(r.Context())) // what is remembered must not hang on this visitor's staying
	set, err := s.parameters()
	if err != nil {
		return nil, err
	}
	params := func() (parameter.Set, error) { return set, nil }
	in := s.planInput(r.Context(), snap.DB)
	in.Params = params
	return facts.New(facts.Sources{
		Q: network.With(snap.DB, snap.Network), Workspace: snap.WS, Release: snap.Rel, Ask: ask, Params: params, Worth: in,
		Explainers: s.cfg.Explainers, Decisions: actorOf(r).May(auth.ReadDecisions),
		Plan: func(context.Context) (portfolio.Plan, error) { return plan, nil },
		Appraise: func(ctx context.Context, set appraisal.Settings) (appraisal.Result, error) {
			res, _, err := s.appraiseWith(ctx, snap, set)
			return res, err
		},
		Sequence: func(ctx context.Context, set sequence.Setting) (sequence.Sequence, error) {
			seq, _, err := s.makeSequence(r, snap, ask, set)
			return seq, err
		},
	}), nil
}

// caseAsk reads the settings of a plan as a case holds them; empty stands for the workspace's own.
func (s *Server) caseAsk(r *http.Request, snap *live.Snapshot, settings string) (portfolio.Ask, error) {
	v, err := url.ParseQuery(settings)
	if err != nil {
		return portfolio.Ask{}, badRequest("The settings of the plan cannot be read: open the plan and start again from there.")
	}
	at := r.Clone(r.Context())
	at.URL = &url.URL{Path: "/plan", RawQuery: v.Encode()}
	all, err := readInterventions(at, snap)
	if err != nil {
		return portfolio.Ask{}, err
	}
	ask, err := readAsk(at, snap, all)
	return ask, faultOfAsk(err)
}

// caseFiles are the cases that the workspace keeps as files and that can be read; the page of cases names the others.
func (s *Server) caseFiles(snap *live.Snapshot) ([]bizcase.Filed, error) {
	all, err := bizcase.ReadFiles(snap.WS.Dir)
	return slices.DeleteFunc(all, func(f bizcase.Filed) bool { return f.Err != nil }), err
}
