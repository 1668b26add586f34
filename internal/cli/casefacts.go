package cli

import (
	"context"
	"maps"
	"net/url"

	"milieu/internal/bizcase/facts"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/appraisal"
	"milieu/internal/portfolio/parameter"
	"milieu/internal/portfolio/sequence"
	"milieu/internal/portfolio/subsidy"
	"milieu/internal/portfolio/worth"
	"milieu/internal/survey/telling"
)

// caseFacts are the facts of a case for the settings of a plan, as they stand in the address of /plan; empty stands for the workspace's
// own. Who decided and why is shown: the command runs on the machine that keeps the decisions.
func (p *Program) caseFacts(ctx context.Context, ws *evidence.Workspace, rel evidence.Release, db lake.Querier, settings string) (*facts.Facts, error) {
	q, err := url.ParseQuery(settings)
	if err != nil {
		return nil, usagef("the settings of the plan, %q, cannot be read: %v", settings, err)
	}
	base, err := askNow(ctx, ws, rel, db)
	if err != nil {
		return nil, err
	}
	ask, err := portfolio.ReadAsk(q, base)
	if err != nil {
		return nil, usagef("%v", err)
	}
	if _, _, weighed := ask.Workshop(); weighed {
		return nil, usagef("a plan by somebody's weights is made in the browser: choose another measure with worth=growth, demand, jobs or npsv")
	}
	set, err := p.parametersOf(ws)()
	if err != nil {
		return nil, err
	}
	params := func() (parameter.Set, error) { return set, nil }
	in := worth.Input{DB: db, Params: params}
	return facts.New(facts.Sources{Q: db, Workspace: ws, Release: rel, Ask: ask, Params: params, Worth: in, Explainers: p.allExplainers(ws, rel, params), Decisions: true}), nil
}

// allExplainers are those of a release, of the parameters and of the results of surveys.
func (p *Program) allExplainers(ws *evidence.Workspace, rel evidence.Release, params func() (parameter.Set, error)) evidence.Explainers {
	from := func(_ context.Context, q lake.Querier) worth.Input { return worth.Input{DB: q, Params: params} }
	all := explainers()
	for _, more := range []evidence.Explainers{parameter.Explainers(params), appraisal.Explainers(params), worth.Explainers(from), sequence.Explainers(from),
		subsidy.Explainers(func() (parameter.Set, evidence.Manifest, error) {
			set, err := params()
			return set, rel.Manifest, err
		})} {
		maps.Copy(all, more)
	}
	all[telling.Kind] = func(ctx context.Context, _ lake.Querier, r evidence.Ref) (evidence.Chain, error) {
		var settings []string
		for k := range r.Set {
			settings = append(settings, k, r.Set.Get(k))
		}
		return p.voiceChain(ctx, ws, evidence.MakeRef(r.Kind, r.Args, settings...))
	}
	return all
}
