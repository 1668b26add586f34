package org

import (
	"context"
	"database/sql"
	"fmt"

	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// OriginList is the origin of an organisation that neither the team nor a register keeps, but
// the list of some other source names.
const OriginList = "list"

// Band is how many pairs there are within bounds of probability.
type Band struct {
	From, To                float64
	Joined, Waiting, Others int64 // by evidence or decision; waiting for one; kept apart
}

// ProbabilityBands counts the pairs that were compared by probability, the least first. Pairs
// that are kept apart and hardly probable are not all kept, so the first bands are not whole.
func ProbabilityBands(ctx context.Context, q lake.Querier) ([]Band, error) {
	var out []Band
	for k := range bands[:len(bands)-1] {
		out = append(out, Band{From: bands[k], To: bands[k+1]})
	}
	err := each(ctx, q, "select probability, verdict, count(*) from link_pair group by probability, verdict", func(r *sql.Rows) error {
		var p float64
		var verdict string
		var n int64
		err := r.Scan(&p, &verdict, &n)
		b := &out[bandOf(p)]
		switch verdict {
		case VerdictJoined, VerdictSame:
			b.Joined += n
		case VerdictReview:
			b.Waiting += n
		default:
			b.Others += n
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("probabilities of pairs: %w", err)
	}
	return out, nil
}

// Verdicts are all that may come of a pair.
var Verdicts = []string{VerdictJoined, VerdictReview, VerdictApart, VerdictRefused, VerdictSame, VerdictDifferent}

// Pairs reads the pairs of one verdict, or all where it is "", the most probable first.
func Pairs(ctx context.Context, q lake.Querier, verdict string, limit, offset int) ([]LinkPair, error) {
	return pairs(ctx, q, "where $1 = '' or verdict = $1 order by probability desc, weight desc, a, b limit $2 offset $3", verdict, limit, offset)
}

// CountPairs counts the pairs of one verdict, or all where it is "".
func CountPairs(ctx context.Context, q lake.Querier, verdict string) (n int, err error) {
	if err = q.QueryRowContext(ctx, "select count(*) from link_pair where $1 = '' or verdict = $1", verdict).Scan(&n); err != nil {
		err = fmt.Errorf("number of pairs: %w", err)
	}
	return n, err
}

// CountClusters counts the organisations that are made of several records, and those of them
// that are odd.
func CountClusters(ctx context.Context, q lake.Querier) (all, flagged int, err error) {
	if err = q.QueryRowContext(ctx, "select count(*), count(*) filter (where flag <> '') from link_cluster").Scan(&all, &flagged); err != nil {
		err = fmt.Errorf("number of organisations of several records: %w", err)
	}
	return all, flagged, err
}

// AwardFilter narrows a list of participations. Empty fields do not narrow.
type AwardFilter struct {
	OrgID, ProjectID, Role, Source string
	FunderID                       string // who pays; without the funder's own part
}

const awardCondition = `where ($1 = '' or org_id = $1) and ($2 = '' or project_id = $2) and ($3 = '' or role = $3) and ($4 = '' or source = $4)
  and ($5 = '' or funder_id = $5 and role is distinct from 'funder')`

func (f AwardFilter) args() []any { return []any{f.OrgID, f.ProjectID, f.Role, f.Source, f.FunderID} }

// Award is a participation with the organisation that takes part.
type Award struct {
	Participation
	OrgID, OrgName string
}

const awardColumns = `select participation_id, project_id, coalesce(title, ''), coalesce(programme, ''), coalesce(role, ''), coalesce(funder, ''), coalesce(funder_id, ''), amount_p, cost_p,
  coalesce(currency, ''), start_date, end_date, coalesce(status, ''), coalesce(reference, ''), coalesce(source_url, ''), key, source, file, line, org_id, org_name from participation `

// Awards reads the parts that organisations take in projects, by id.
func Awards(ctx context.Context, q lake.Querier, f AwardFilter, limit, offset int) ([]Award, error) {
	return awards(ctx, q, f, "participation_id", limit, offset)
}

// NewestAwards reads them by when they begin, the newest first.
func NewestAwards(ctx context.Context, q lake.Querier, f AwardFilter, limit, offset int) ([]Award, error) {
	return awards(ctx, q, f, "start_date desc nulls last, participation_id", limit, offset)
}

func awards(ctx context.Context, q lake.Querier, f AwardFilter, order string, limit, offset int) ([]Award, error) {
	var out []Award
	err := each(ctx, q, awardColumns+awardCondition+" order by "+order+" limit $6 offset $7", func(r *sql.Rows) error {
		var a Award
		p := &a.Participation
		err := r.Scan(&p.ID, &p.ProjectID, &p.Title, &p.Programme, &p.Role, &p.Funder, &p.FunderID, &p.Amount, &p.Cost, &p.Currency, &p.Start, &p.End,
			&p.Status, &p.Reference, &p.SourceURL, &p.Key, &p.Record.Source, &p.Record.File, &p.Record.Line, &a.OrgID, &a.OrgName)
		out = append(out, a)
		return err
	}, append(f.args(), limit, offset)...)
	if err != nil {
		return nil, fmt.Errorf("participations: %w", err)
	}
	return out, nil
}

// CountAwards counts the participations that pass a filter.
func CountAwards(ctx context.Context, q lake.Querier, f AwardFilter) (n int, err error) {
	if err = q.QueryRowContext(ctx, "select count(*) from participation "+awardCondition, f.args()...).Scan(&n); err != nil {
		err = fmt.Errorf("number of participations: %w", err)
	}
	return n, err
}

// Project is a project that was paid for.
type Project struct {
	ID, Title, Programme, Funder, FunderID string
	Reference, Status, Currency, SourceURL string
	Start, End                             sql.NullTime
	Amount, Cost                           sql.NullInt64 // in the minor unit of Currency
	Record                                 evidence.Record
}

const (
	projectCondition = `where ($1 = '' or contains(lower(coalesce(title, '')), lower($1))) and ($2 = '' or source = $2)`
	projectColumns   = `select project_id, coalesce(title, ''), coalesce(programme, ''), coalesce(funder, ''), coalesce(funder_id, ''), coalesce(reference, ''), coalesce(status, ''),
  coalesce(currency, ''), coalesce(source_url, ''), start_date, end_date, amount_p, cost_p, source, file, line from project `
)

// Projects reads projects by id; words, where they are given, stand in the title.
func Projects(ctx context.Context, q lake.Querier, words, source string, limit, offset int) ([]Project, error) {
	var out []Project
	err := each(ctx, q, projectColumns+projectCondition+" order by project_id limit $3 offset $4", func(r *sql.Rows) error {
		var p Project
		err := r.Scan(&p.ID, &p.Title, &p.Programme, &p.Funder, &p.FunderID, &p.Reference, &p.Status, &p.Currency, &p.SourceURL, &p.Start, &p.End, &p.Amount, &p.Cost,
			&p.Record.Source, &p.Record.File, &p.Record.Line)
		out = append(out, p)
		return err
	}, words, source, limit, offset)
	if err != nil {
		return nil, fmt.Errorf("projects: %w", err)
	}
	return out, nil
}

// CountProjects counts the projects that Projects reads.
func CountProjects(ctx context.Context, q lake.Querier, words, source string) (n int, err error) {
	if err = q.QueryRowContext(ctx, "select count(*) from project "+projectCondition, words, source).Scan(&n); err != nil {
		err = fmt.Errorf("number of projects: %w", err)
	}
	return n, err
}
