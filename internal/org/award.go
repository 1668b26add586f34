package org

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// Name is a further name of an organisation.
type Name struct {
	Name, Kind, Language string // Kind: alias, acronym, label, former, trading, or record for the name of another record
	Record               evidence.Record
}

// Participation is the part that an organisation takes in a project.
type Participation struct {
	ID, ProjectID, Title, Programme, Role string
	Funder, FunderID                      string // FunderID is "" where the funder is no organisation of the release
	Amount, Cost                          sql.NullInt64
	Currency                              string // amounts are in its minor unit
	Start, End                            sql.NullTime
	Status, Reference, SourceURL          string
	Key                                   string // record that takes part
	Record                                evidence.Record
}

// roleFunder is the role of those who give money in a project.
const roleFunder = "funder"

// Received is what the organisation was given, by currency, the largest sum first.
func (o Organisation) Received() []Money {
	at := map[string]Money{}
	for _, p := range o.Projects {
		if p.Role != roleFunder && p.Amount.Valid {
			m := at[p.Currency]
			at[p.Currency] = Money{p.Currency, m.Amount + p.Amount.Int64, m.Awards + 1}
		}
	}
	var out []Money
	for _, m := range at {
		out = append(out, m)
	}
	slices.SortFunc(out, func(x, y Money) int {
		return cmp.Or(cmp.Compare(y.Amount, x.Amount), cmp.Compare(x.Currency, y.Currency))
	})
	return out
}

// Group is the group of organisations that one head owns or controls.
type Group struct {
	ID, Name string     // of the head; ID is "" where no source holds it, both where there is no group
	Parents  []GroupTie // who owns or controls this organisation
	Members  []GroupTie // the group's other members, each with who owns or controls it
}

// GroupTie is who owns or controls a member of a group.
type GroupTie struct {
	OrgID, Name, ParentID, ParentName string
	Via                               string // control, part_of, subsidiary_of, owned_by; head for the head itself
	ShareLow                          sql.NullInt64
	Record                            evidence.Record
}

const participationColumns = `select participation_id, project_id, coalesce(title, ''), coalesce(programme, ''), coalesce(role, ''), coalesce(funder, ''), coalesce(funder_id, ''), amount_p, cost_p,
  coalesce(currency, ''), start_date, end_date, coalesce(status, ''), coalesce(reference, ''), coalesce(source_url, ''), key, source, file, line from participation `

func scanParticipation(r interface{ Scan(...any) error }) (Participation, error) {
	var p Participation
	err := r.Scan(&p.ID, &p.ProjectID, &p.Title, &p.Programme, &p.Role, &p.Funder, &p.FunderID, &p.Amount, &p.Cost, &p.Currency, &p.Start, &p.End,
		&p.Status, &p.Reference, &p.SourceURL, &p.Key, &p.Record.Source, &p.Record.File, &p.Record.Line)
	return p, err
}

func findProjects(ctx context.Context, q lake.Querier, o *Organisation) error {
	return each(ctx, q, participationColumns+"where org_id = $1 order by start_date desc nulls last, participation_id", func(r *sql.Rows) error {
		p, err := scanParticipation(r)
		o.Projects = append(o.Projects, p)
		return err
	}, o.ID)
}

func findNames(ctx context.Context, q lake.Querier, o *Organisation) error {
	return each(ctx, q, "select name, kind, coalesce(language, ''), source, file, line from org_name where org_id = $1 order by kind = 'record', lower(name), source, file, line", func(r *sql.Rows) error {
		var n Name
		err := r.Scan(&n.Name, &n.Kind, &n.Language, &n.Record.Source, &n.Record.File, &n.Record.Line)
		o.Names = append(o.Names, n)
		return err
	}, o.ID)
}

// groupQuery reads the group by its id, or by its head's name where no source holds
// the head.
const groupQuery = `with own as (select coalesce(group_id, '') as id, group_name as name from org_group where org_id = $1 limit 1)
select coalesce(g.group_id, ''), g.group_name, g.org_id, g.org_name, coalesce(g.parent_id, ''), coalesce(g.parent_name, ''), g.via, g.share_low, g.source, g.file, g.line
from org_group g join own on coalesce(g.group_id, '') = own.id and g.group_name = own.name
order by g.via <> 'head', g.org_name, g.org_id, g.share_low desc nulls last, g.source, g.file, g.line`

func findGroup(ctx context.Context, q lake.Querier, o *Organisation) error {
	return each(ctx, q, groupQuery, func(r *sql.Rows) error {
		var t GroupTie
		err := r.Scan(&o.Group.ID, &o.Group.Name, &t.OrgID, &t.Name, &t.ParentID, &t.ParentName, &t.Via, &t.ShareLow, &t.Record.Source, &t.Record.File, &t.Record.Line)
		switch {
		case t.OrgID != o.ID:
			o.Group.Members = append(o.Group.Members, t)
		case t.Via != "head":
			o.Group.Parents = append(o.Group.Parents, t)
		}
		return err
	}, o.ID)
}
