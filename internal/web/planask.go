package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"milieu/internal/auth"
	"milieu/internal/lake"
	"milieu/internal/live"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/workshop"
	"milieu/internal/portfolio/worth"
)

// planTime is how long a page waits for a proof.
const planTime = time.Second

// defaultAsk is the question of the workspace.
func defaultAsk(snap *live.Snapshot) portfolio.Ask { return portfolio.DefaultAsk(snap.WS.Plan) }

// askNow is the question of the workspace in the financial year of the release's sources.
func askNow(snap *live.Snapshot, all []portfolio.Intervention) portfolio.Ask {
	ask := defaultAsk(snap)
	ask.Now = firstYear(snap, all) - 1
	return ask
}

// readAsk reads the question of an address. A field that is not there keeps the
// workspace's default; regions or stages that are there and empty stand for all.
func readAsk(r *http.Request, snap *live.Snapshot, all []portfolio.Intervention) (portfolio.Ask, error) {
	q := r.URL.Query()
	ask, err := portfolio.ReadAsk(q, askNow(snap, all))
	if err != nil {
		return ask, err
	}
	if v, ok := stranger(ask.Regions, listed(q, "regions"), portfolio.Values(all, region)); ok {
		return ask, portfolio.FieldError{Field: "regions", Message: fmt.Sprintf("No intervention has the region %q.", v)}
	}
	if v, ok := stranger(ask.Stages, listed(q, "stages"), portfolio.Values(all, stage)); ok {
		return ask, portfolio.FieldError{Field: "stages", Message: fmt.Sprintf("No intervention has the stage %q.", v)}
	}
	return ask, nil
}

func region(i portfolio.Intervention) string { return i.Region }
func stage(i portfolio.Intervention) string  { return i.Stage }

// listed is the values of a field: boxes send one each, links join them with commas.
func listed(q url.Values, name string) []string {
	var out []string
	for _, v := range strings.Split(strings.Join(q[name], ","), ",") {
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, v)
		}
	}
	return out
}

// stranger finds a value that was asked for and is not known. Those of the
// workspace's defaults may be unknown: a table need not use them all.
func stranger(ask, asked, known []string) (string, bool) {
	if len(asked) == 0 {
		return "", false
	}
	for _, v := range ask {
		if !slices.Contains(known, v) {
			return v, true
		}
	}
	return "", false
}

// askQuery is the settings of an ask as a query: the same for the same question.
func askQuery(a portfolio.Ask) string { return a.Query().Encode() }

// planInput is where what interventions are worth is read from, for whoever asks.
func (s *Server) planInput(ctx context.Context, q lake.Querier) worth.Input {
	in := worth.Input{DB: q, Params: s.parameters}
	if s.cfg.Team == nil {
		return in
	}
	a, _ := ctx.Value(actorKey{}).(auth.Actor)
	a.Workspace = s.workshopBook().Workspace
	if a.May(auth.ReadWeights) {
		in.Workshop = func(ctx context.Context, f workshop.Facts, id, who string) (workshop.Worth, error) {
			return s.workshopBook().Worth(ctx, a, f, id, who)
		}
	}
	return in
}

// planKey names a plan in the memo of a release. What comes from the store is never kept: it may change, and not
// everybody may see it.
func (s *Server) planKey(ask portfolio.Ask) (key string, keep bool, err error) {
	if _, _, weighed := ask.Workshop(); weighed {
		return "", false, nil
	}
	set, err := s.parameters()
	if err != nil {
		return "", false, err
	}
	ask.Draws = 0 // the plan itself does not hang on how often it is drawn
	return "plan/" + set.Hash() + "?" + askQuery(ask), true, nil
}

// solvePlan finds the plan for an ask, once for a release. A plan whose proof
// ran out of time is not kept: the next visitor may find a quieter machine.
func (s *Server) solvePlan(r *http.Request, snap *live.Snapshot, ask portfolio.Ask) (portfolio.Plan, error) {
	solve := func() (portfolio.Plan, error) {
		// What is remembered must not hang on this visitor's staying.
		ctx := context.WithoutCancel(r.Context())
		in, err := s.planInput(ctx, snap.DB).Plan(ctx, ask)
		if err != nil {
			return portfolio.Plan{}, err
		}
		ctx, cancel := context.WithTimeout(ctx, planTime)
		defer cancel()
		return portfolio.Solve(ctx, in, ask)
	}
	key, keep, err := s.planKey(ask)
	if err != nil {
		return portfolio.Plan{}, err
	}
	if !keep {
		return solve()
	}
	p, err := live.Remember(&snap.Cache, key, solve)
	if p.Stopped {
		snap.Cache.Forget(key)
	}
	p.Ask = ask
	return p, err
}
