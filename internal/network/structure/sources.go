package structure

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"milieu/internal/lake"
	"milieu/internal/network"
)

// Sources are the records behind the ties of a view, by pair of organisations and kind.
type Sources map[sourceKey]source

type sourceKey struct {
	a, b int32 // numbers in the book, a < b
	kind string
}

type source struct {
	records, urls []string
	more          int
}

// mostSources is how many records of one tie are written beside it.
const mostSources = 5

// mostSourced is up to how many pairs records are written beside the ties.
const mostSourced = 200_000

// ReadSources reads the records of the pairs of a view; nil where it has more than 200,000 pairs, whose records the reference of
// each tie leads to.
func ReadSources(ctx context.Context, q lake.Querier, v *network.View) (Sources, error) {
	if len(v.Pairs) > mostSourced {
		return nil, nil
	}
	out := Sources{}
	for _, p := range v.Pairs {
		a, b := v.Nodes[p.A], v.Nodes[p.B]
		for i, k := range v.Book.Kinds() {
			if p.Kinds>>i&1 == 1 {
				out[sourceKey{a, b, k.Key}] = source{}
			}
		}
	}
	rows, err := q.QueryContext(ctx, sourceQuery)
	if err != nil {
		return nil, fmt.Errorf("records of ties: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var lower, higher, kind, from, file, url string
		var line int
		if err := rows.Scan(&lower, &higher, &kind, &from, &file, &line, &url); err != nil {
			return nil, fmt.Errorf("records of ties: %w", err)
		}
		a, okA := v.Book.Find(lower)
		b, okB := v.Book.Find(higher)
		key := sourceKey{int32(a), int32(b), kind}
		if s, ok := out[key]; ok && okA && okB {
			out[key] = s.with(from+":"+file+":"+strconv.Itoa(line), url)
		}
	}
	return out, rows.Err()
}

// sourceQuery reads every record by the lower and the higher id of the two and by kind; a joint project has the rows of both.
const sourceQuery = `
with part as (select project_id, org_id, source, file, line, source_url from participation where project_id is not null),
pair as (select distinct a.org_id as x, b.org_id as y, a.project_id from part a join part b on b.project_id = a.project_id and b.org_id > a.org_id),
record as (
  select least(from_id, to_id) as x, greatest(from_id, to_id) as y, kind, source, file, line, source_url from tie where from_id <> to_id
  union all
  select r.x, r.y, 'partner_in_project', p.source, p.file, p.line, p.source_url from pair r join part p on p.project_id = r.project_id and p.org_id in (r.x, r.y)
  union all
  select least(org_id, funder_id), greatest(org_id, funder_id), 'funded_by', source, file, line, source_url from participation where funder_id <> org_id
)
select x, y, kind, source, file, line, coalesce(source_url, '') from record order by x, y, kind, source, file, line`

// with adds a record, or counts it where there are enough.
func (s source) with(record, url string) source {
	switch {
	case slices.Contains(s.records, record):
	case len(s.records) == mostSources:
		s.more++
	default:
		s.records = append(s.records, record)
		if url != "" && !slices.Contains(s.urls, url) {
			s.urls = append(s.urls, url)
		}
	}
	return s
}
