// Package facts answers what the insertions of a case stand for: figures, tables and charts of one release, one plan and the
// parameters in force, each with the reference that opens its source, and the chains of those references. It joins what the
// analyses found; it finds nothing itself, keeps nothing beyond its own value and draws no page.
package facts

import (
	"context"
	"fmt"
	"sync"

	"milieu/internal/bizcase"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/appraisal"
	"milieu/internal/portfolio/parameter"
	"milieu/internal/portfolio/sequence"
	"milieu/internal/portfolio/worth"
	"milieu/internal/report"
)

// Sources is where the facts of a case are read from. All is of one release; nothing is read before it is asked for.
type Sources struct {
	Q          lake.Querier // the release; network.With where its network is open
	Workspace  *evidence.Workspace
	Release    evidence.Release
	Ask        portfolio.Ask // settings of the plan
	Params     func() (parameter.Set, error)
	Worth      worth.Input                          // of what interventions are worth
	Explainers evidence.Explainers                  // of all kinds that milieu why knows
	Decisions  bool                                 // the reader may read decisions; else who decided and why is withheld from proofs
	Cite       func(evidence.Record) evidence.Cited // nil: evidence.Cite

	// What somebody keeps already; nil: made here.
	Plan     func(context.Context) (portfolio.Plan, error)
	Appraise func(context.Context, appraisal.Settings) (appraisal.Result, error)
	Sequence func(context.Context, sequence.Setting) (sequence.Sequence, error)
}

// Facts is a bizcase.Facts. It is safe for many goroutines; each part is reckoned once, when it is first asked for. What failed is
// reckoned again.
type Facts struct {
	s         Sources
	params    part[parameter.Set]
	input     part[portfolio.Input]
	plan      part[portfolio.Plan]
	appraised part[appraisal.Result]
	sequence  part[sequence.Sequence]
	profile   part[place]
	groups    map[string]*part[[]entry]        // by name of the group
	blocks    map[string]*part[[]report.Block] // by kind and name
	totals    sync.Map                         // of the ids of a set to *part[appraisal.Total]
	chains    sync.Map                         // of a reference to evidence.Chain
	proofs    sync.Map                         // of a reference to report.Proof
}

var _ bizcase.Facts = (*Facts)(nil)

// New are the facts of the sources.
func New(s Sources) *Facts {
	f := &Facts{s: s, groups: map[string]*part[[]entry]{}, blocks: map[string]*part[[]report.Block]{}}
	for _, b := range shown {
		f.blocks[b.kind+" "+b.name] = &part[[]report.Block]{}
	}
	for _, g := range groups {
		f.groups[g.name] = &part[[]entry]{}
	}
	return f
}

// Sources are those that the facts are read from.
func (f *Facts) Sources() Sources { return f.s }

// part is something that is reckoned once. Errors are not kept: what failed for one reader, who left, need not fail for the next.
type part[T any] struct {
	mu   sync.Mutex
	done bool
	v    T
}

func (p *part[T]) get(ctx context.Context, make func(context.Context) (T, error)) (T, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.done {
		return p.v, nil
	}
	v, err := make(ctx)
	if err != nil {
		var zero T
		return zero, err
	}
	p.v, p.done = v, true
	return v, nil
}

// Params are the parameters in force, with those that the settings of the plan change.
func (f *Facts) Params(ctx context.Context) (parameter.Set, error) {
	return f.params.get(ctx, func(context.Context) (parameter.Set, error) { return f.s.Params() })
}

// Input is what the plan is made from: all interventions, the register, what they are worth and how money is counted.
func (f *Facts) Input(ctx context.Context) (portfolio.Input, error) {
	return f.input.get(ctx, func(ctx context.Context) (portfolio.Input, error) { return f.s.Worth.Plan(ctx, f.s.Ask) })
}

// Plan is the best set of interventions for the settings.
func (f *Facts) Plan(ctx context.Context) (portfolio.Plan, error) {
	return f.plan.get(ctx, func(ctx context.Context) (portfolio.Plan, error) {
		if f.s.Plan != nil {
			return f.s.Plan(ctx)
		}
		in, err := f.Input(ctx)
		if err != nil {
			return portfolio.Plan{}, err
		}
		return portfolio.Solve(ctx, in, f.s.Ask)
	})
}

// Appraised are the appraisals of all interventions, with the settings of the plan.
func (f *Facts) Appraised(ctx context.Context) (appraisal.Result, error) {
	return f.appraised.get(ctx, func(ctx context.Context) (appraisal.Result, error) {
		set := appraisal.Of(f.s.Ask)
		if f.s.Appraise != nil {
			return f.s.Appraise(ctx, set)
		}
		params, err := f.Params(ctx)
		if err != nil {
			return appraisal.Result{}, err
		}
		in, err := f.Input(ctx)
		if err != nil {
			return appraisal.Result{}, err
		}
		return appraisal.Appraise(ctx, appraisal.Make(in.All, in.Register, params), set)
	})
}

// Total is what the chosen interventions come to together.
func (f *Facts) Total(ctx context.Context) (appraisal.Total, error) {
	p, err := f.Plan(ctx)
	if err != nil {
		return appraisal.Total{}, err
	}
	return f.totalOf(ctx, idsOf(p.Chosen))
}

// totalOf adds a set, once.
func (f *Facts) totalOf(ctx context.Context, ids []string) (appraisal.Total, error) {
	kept, _ := f.totals.LoadOrStore(joined(ids), &part[appraisal.Total]{})
	return kept.(*part[appraisal.Total]).get(ctx, func(ctx context.Context) (appraisal.Total, error) {
		res, err := f.Appraised(ctx)
		if err != nil {
			return appraisal.Total{}, err
		}
		return res.Total(ids)
	})
}

// setting is how the plan is put in time: by the defaults, at the discount rate in force.
func (f *Facts) setting(ctx context.Context) (sequence.Setting, error) {
	set := sequence.Default(f.s.Ask.Now + 1)
	if f.s.Ask.Now == 0 {
		in, err := f.Input(ctx)
		if err != nil {
			return set, err
		}
		var days []string
		for _, src := range f.s.Release.Manifest.Sources {
			days = append(days, src.Retrieved)
		}
		set = sequence.Default(sequence.FirstYear(days, in.All))
	}
	params, err := f.Params(ctx)
	if err != nil {
		return set, err
	}
	if set.Rate, _, err = sequence.RateOf(params); err != nil {
		return set, fmt.Errorf("the rate by which a later value counts less: %w", err)
	}
	return set, nil
}

// Sequence is the plan put in time.
func (f *Facts) Sequence(ctx context.Context) (sequence.Sequence, error) {
	return f.sequence.get(ctx, func(ctx context.Context) (sequence.Sequence, error) {
		set, err := f.setting(ctx)
		if err != nil {
			return sequence.Sequence{}, err
		}
		if f.s.Sequence != nil {
			return f.s.Sequence(ctx, set)
		}
		in, err := f.Input(ctx)
		if err != nil {
			return sequence.Sequence{}, err
		}
		p, err := f.Plan(ctx)
		if err != nil {
			return sequence.Sequence{}, err
		}
		if len(f.s.Ask.Starts) > 0 { // the plan that is put in time is that without moved beginnings
			s, _, err := sequence.Find(ctx, f.s.Worth, f.s.Ask, set)
			return s, err
		}
		return sequence.Of(ctx, in, p, f.s.Ask, set)
	})
}

func idsOf(list []portfolio.Intervention) []string {
	var out []string
	for _, i := range list {
		out = append(out, i.ID)
	}
	return out
}
