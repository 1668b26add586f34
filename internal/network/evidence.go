package network

import (
	"context"
	"database/sql"
	"fmt"

	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// Proof is one record that ties two organisations.
type Proof struct {
	Kind      string // key
	FromID    string // who the tie is read from, where its kind is directed
	ToID      string
	Start     sql.NullInt64 // years
	End       sql.NullInt64
	Project   string
	Role      string // of the two in a project, or ""
	AmountP   sql.NullInt64
	Currency  string
	SourceURL string
	Ref       string // of the row: tie/ID, or award/ID of a part in a project
	Record    evidence.Record
}

// proofQuery reads the records of the two organisations $1 and $2: ties on record, joint projects (the row of each of the two) and
// what one paid the other.
const proofQuery = `
select 0 as part, t.kind, t.from_id, t.to_id, t.start_year, t.end_year, coalesce(t.project, '') as project, '' as role, t.amount_p, 'GBP' as currency, coalesce(t.source_url, '') as url, 'tie/' || t.tie_id as ref, t.source, t.file, t.line
from tie_end t where t.org_id = $1 and t.other_id = $2
union all
select 1, 'partner_in_project', p.org_id, case when p.org_id = $1 then $2 else $1 end, year(p.start_date), year(p.end_date), coalesce(p.title, p.project_id), coalesce(p.role, ''), p.amount_p, coalesce(p.currency, 'GBP'),
  coalesce(p.source_url, ''), 'award/' || p.participation_id, p.source, p.file, p.line
from participation p
where p.org_id in ($1, $2) and p.project_id in (select project_id from participation where org_id = $1 intersect select project_id from participation where org_id = $2)
union all
select 2, 'funded_by', p.org_id, p.funder_id, year(p.start_date), year(p.end_date), coalesce(p.title, p.project_id), coalesce(p.role, ''), p.amount_p, coalesce(p.currency, 'GBP'),
  coalesce(p.source_url, ''), 'award/' || p.participation_id, p.source, p.file, p.line
from participation p
where p.org_id in ($1, $2) and p.funder_id in ($1, $2) and p.funder_id <> p.org_id
order by part, start_year nulls last, project, from_id, ref`

// Evidence reads every record that ties two organisations; none is no error.
func Evidence(ctx context.Context, q lake.Querier, aID, bID string) ([]Proof, error) {
	rows, err := q.QueryContext(ctx, proofQuery, aID, bID)
	if err != nil {
		return nil, fmt.Errorf("ties of %s and %s: %w", aID, bID, err)
	}
	defer rows.Close()
	var out []Proof
	for rows.Next() {
		var p Proof
		var part int
		if err := rows.Scan(&part, &p.Kind, &p.FromID, &p.ToID, &p.Start, &p.End, &p.Project, &p.Role, &p.AmountP, &p.Currency, &p.SourceURL, &p.Ref, &p.Record.Source, &p.Record.File, &p.Record.Line); err != nil {
			return nil, fmt.Errorf("ties of %s and %s: %w", aID, bID, err)
		}
		out = append(out, p)
	}
	return out, rows.Err()
}
