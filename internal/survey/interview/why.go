package interview

import (
	"context"
	"fmt"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/stat"
	"milieu/internal/store"
)

// References of figures: agreement/CODE and agreement/all; interviews/all and interviews/excerpts; coded/CODE.
const (
	AgreementRef  = "agreement/all"
	InterviewsRef = "interviews/all"
	ExcerptsRef   = "interviews/excerpts"
)

// CodeRef is the reference of the agreement on a code.
func CodeRef(id string) string { return evidence.MakeRef("agreement", []string{id}) }

// CodedRef is the reference of how many excerpts have a code.
func CodedRef(id string) string { return evidence.MakeRef("coded", []string{id}) }

// Explainers explain the figures of interviews and coding. They read the store, not a release, and say counts only: no
// words, firms or people.
func (b Book) Explainers() evidence.Explainers {
	return evidence.Explainers{"agreement": b.whyAgreement, "interviews": b.whyInterviews, "coded": b.whyCoded}
}

const agreementMethod = "doc/METHODS.md, agreement of coders"

func (b Book) whyAgreement(ctx context.Context, _ lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) != 1 {
		return evidence.Chain{}, evidence.BadRef("write it as agreement/CODE or agreement/all")
	}
	var a Agreement
	err := b.DB.View(ctx, func(q store.Querier) (err error) {
		a, err = b.agreement(ctx, q)
		return err
	})
	if err != nil {
		return evidence.Chain{}, err
	}
	base := evidence.Chain{Title: "Excerpts that two people or more have coded", Value: chart.Number(float64(a.Excerpts), 0),
		How: fmt.Sprintf("By %d people in all. What counts is what each gave an excerpt before the codes of others could be seen; an excerpt that one person coded says nothing of agreement (%d), and neither does one that nobody coded (%d).", len(a.Coders), a.Once, a.Uncoded)}
	if r.Args[0] == "all" {
		return evidence.Chain{Title: "Agreement of coders over all codes", Value: alphaText(a.Together), How: "Each excerpt by each code is one thing that coders judge alike or not. " + howAlpha(a.Together), Method: agreementMethod, Steps: []evidence.Chain{base}}, nil
	}
	for _, c := range a.Codes {
		if c.Code.ID == r.Args[0] {
			base.Steps = []evidence.Chain{{Title: "Of these, coded while this code was in the book", Value: chart.Number(float64(c.Excerpts), 0), How: fmt.Sprintf("At least one coder gave the code to %d of them, and all who coded gave it to %d.", c.Given, c.All)}}
			return evidence.Chain{Title: fmt.Sprintf("Agreement of coders on “%s”", c.Code.Label), Value: alphaText(c.Alpha), How: howAlpha(c.Alpha), Method: agreementMethod, Steps: []evidence.Chain{base}}, nil
		}
	}
	return evidence.Chain{}, fmt.Errorf("no code %q has been given to an excerpt that two people coded: %w", r.Args[0], evidence.ErrNoFigure)
}

func alphaText(a stat.Agreement) string {
	if !a.Defined {
		return "not defined"
	}
	if !(a.Lo <= a.Hi) {
		return chart.Number(a.Value, 2)
	}
	return fmt.Sprintf("%s (%s to %s)", chart.Number(a.Value, 2), chart.Number(a.Lo, 2), chart.Number(a.Hi, 2))
}

func howAlpha(a stat.Agreement) string {
	if !a.Defined {
		return "Krippendorff’s alpha compares how often coders differ with how often they would by chance; where everybody chose the same throughout it is not defined."
	}
	return fmt.Sprintf("Krippendorff’s alpha for nominal data: 1 − (observed disagreement / disagreement by chance) = 1 − %s / %s. The interval holds 95 %% of %d bootstrap samples of the excerpts.",
		chart.Number(1-a.Observed, 3), chart.Number(1-a.Expected, 3), resampling.Draws)
}

const (
	countInterviews = `select count(interview_id) from interview where workspace = $1 and erased_at = ''`
	countExcerpts   = `select count(excerpt_id) from excerpt where workspace = $1 and erased_at = ''`
	countErased     = `select count(interview_id) from interview where workspace = $1 and erased_at <> ''`
)

func (b Book) whyInterviews(ctx context.Context, _ lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	query, title, how := countInterviews, "Interviews that are kept", "Counted in the workspace’s own records, open and finished ones; those that were erased on request are left out"
	if len(r.Args) == 1 && r.Args[0] == "excerpts" {
		query, title, how = countExcerpts, "Excerpts that are kept", "Counted in the workspace’s own records; those that were removed or erased are left out, with the interviews that were"
	} else if len(r.Args) != 1 || r.Args[0] != "all" {
		return evidence.Chain{}, evidence.BadRef("write it as interviews/all or interviews/excerpts")
	}
	var n, erased int64
	err := b.DB.View(ctx, func(q store.Querier) error {
		if err := q.QueryRowContext(ctx, query, b.Workspace).Scan(&n); err != nil {
			return err
		}
		return q.QueryRowContext(ctx, countErased, b.Workspace).Scan(&erased)
	})
	return evidence.Chain{Title: title, Value: chart.Number(float64(n), 0), How: fmt.Sprintf("%s (%d).", how, erased)}, err
}

func (b Book) whyCoded(ctx context.Context, _ lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) != 1 {
		return evidence.Chain{}, evidence.BadRef("write it as coded/CODE")
	}
	var all []Code
	err := b.DB.View(ctx, func(q store.Querier) (err error) {
		all, err = b.codesGiven(ctx, q)
		return err
	})
	if err != nil {
		return evidence.Chain{}, err
	}
	for _, c := range all {
		if c.ID == r.Args[0] {
			return evidence.Chain{Title: fmt.Sprintf("Excerpts with the code “%s”", c.Label), Value: chart.Number(float64(c.Given), 0),
				How: "Excerpts to which at least one of those who coded gives it now. It says how often something was spoken of in the interviews that were held, and not how many firms think so: whom to talk to was not drawn by chance."}, nil
		}
	}
	return evidence.Chain{}, fmt.Errorf("there is no code %q: %w", r.Args[0], evidence.ErrNoFigure)
}
