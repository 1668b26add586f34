package predict

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"milieu/internal/lake"
	"milieu/internal/network"
)

// Queries for the input of predictions. A part without a date says nothing of when, and is left out.
const (
	nodesQuery = `select org_id, coalesce(main_role, '') from network_org order by org_id`
	partsQuery = `select project_id, org_id, min(year(start_date) + (dayofyear(start_date) - 1) / 366.0), bool_or(lower(coalesce(role, '')) like 'coord%' or lower(coalesce(role, '')) like 'lead%'),
  coalesce(min(programme), '')
from participation where project_id is not null and start_date is not null group by project_id, org_id order by project_id, org_id`
	recordsQuery = `select from_id, to_id, kind, first from network_record where first is not null order by from_id, to_id, kind, first`
)

// readInput reads who takes part in which project from when on, and the other dated ties. ids are the organisations by node.
func readInput(ctx context.Context, q lake.Querier) (in Input, ids []string, err error) {
	rows, err := q.QueryContext(ctx, nodesQuery)
	if err != nil {
		return in, nil, fmt.Errorf("predict: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, role string
		if err := rows.Scan(&id, &role); err != nil {
			return in, nil, fmt.Errorf("predict: %w", err)
		}
		ids, in.Roles = append(ids, id), append(in.Roles, role)
	}
	if err := rows.Err(); err != nil {
		return in, nil, fmt.Errorf("predict: %w", err)
	}
	in.Nodes = len(ids)
	if err := in.readProjects(ctx, q, ids); err != nil {
		return in, nil, fmt.Errorf("predict: %w", err)
	}
	if err := in.readRecords(ctx, q, ids); err != nil {
		return in, nil, fmt.Errorf("predict: %w", err)
	}
	return in, ids, nil
}

func nodeOf(ids []string, id string) (int32, bool) {
	v, ok := slices.BinarySearchFunc(ids, id, strings.Compare)
	return int32(v), ok
}

// readProjects makes an event of each project, at the time its first member begins.
func (in *Input) readProjects(ctx context.Context, q lake.Querier, ids []string) error {
	rows, err := q.QueryContext(ctx, partsQuery)
	if err != nil {
		return err
	}
	defer rows.Close()
	last := ""
	for rows.Next() {
		var project, id, programme string
		var at float64
		var lead bool
		if err := rows.Scan(&project, &id, &at, &lead, &programme); err != nil {
			return err
		}
		v, ok := nodeOf(ids, id)
		if !ok {
			continue
		}
		if project != last || len(in.Events) == 0 {
			in.Events = append(in.Events, Event{At: at, Lead: -1})
			if programme != "" {
				in.Events[len(in.Events)-1].Themes = []string{programme}
			}
			last = project
		}
		e := &in.Events[len(in.Events)-1]
		e.At = min(e.At, at)
		e.Members = append(e.Members, v)
		if lead {
			e.Lead = v
		}
	}
	return rows.Err()
}

// readRecords makes an event of each other dated tie, in the middle of its year. Joint projects are events already, so that a tie of partners is
// taken only where the two share none.
func (in *Input) readRecords(ctx context.Context, q lake.Querier, ids []string) error {
	joint := in.pairsBetween(0, 1e9)
	rows, err := q.QueryContext(ctx, recordsQuery)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var from, to, kind string
		var year int
		if err := rows.Scan(&from, &to, &kind, &year); err != nil {
			return err
		}
		a, okA := nodeOf(ids, from)
		b, okB := nodeOf(ids, to)
		if !okA || !okB || a == b || network.KindOf(kind).Family != network.FamilyTie || kind == "partner_in_project" && joint[keyOf(a, b)] {
			continue
		}
		in.Events = append(in.Events, Event{At: float64(year) + 0.5, Members: []int32{a, b}, Lead: -1})
	}
	return rows.Err()
}
