package org

import (
	"context"
	"database/sql"
	"fmt"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
)

const whyAwardsQuery = `select org_name, coalesce(title, project_id), amount_p, source, file, line from participation
where org_id = $1 and currency = $2 and amount_p is not null and role is distinct from 'funder' order by amount_p desc, participation_id`

// whyAwards explains what an organisation was given in one currency: the sum of its awards,
// without what it gives itself.
func whyAwards(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) != 2 || r.Args[0] == "" || r.Args[1] == "" {
		return evidence.Chain{}, evidence.BadRef("write it as awards/ID/CURRENCY")
	}
	c := evidence.Chain{}
	sum, n := int64(0), 0
	err := each(ctx, q, whyAwardsQuery, func(rows *sql.Rows) error {
		var name, title string
		var amount int64
		var rec evidence.Record
		if err := rows.Scan(&name, &title, &amount, &rec.Source, &rec.File, &rec.Line); err != nil {
			return err
		}
		c.Title = "Awards to " + name + " in " + r.Args[1]
		sum, n = sum+amount, n+1
		if n > mostCited {
			c.More++
			return nil
		}
		c.Steps = append(c.Steps, evidence.Chain{Title: title, Value: amountText(r.Args[1], amount), Records: []evidence.Record{rec}})
		return nil
	}, r.Args[0], r.Args[1])
	if err == nil && n == 0 {
		err = fmt.Errorf("no award to %q in %q: %w", r.Args[0], r.Args[1], evidence.ErrNoFigure)
	}
	c.Value = amountText(r.Args[1], sum)
	c.How = fmt.Sprintf("the sum of %d awards as their sources state them; what the organisation gives as a funder is not in it", n)
	if c.More > 0 {
		c.How += fmt.Sprintf("; the %d largest follow", mostCited)
	}
	return c, err
}

// amountText is an amount in the minor unit of its currency.
func amountText(currency string, amount int64) string {
	return currency + " " + chart.Number(float64(amount)/100, 2)
}

const whyGroupQuery = `select org_name, coalesce(parent_name, ''), via, share_low, group_name, source, file, line from org_group where org_id = $1
order by via <> 'head', parent_name, share_low desc nulls last, source, file, line`

// whyGroup explains of which group an organisation is part.
func whyGroup(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	id, err := one(r)
	if err != nil {
		return evidence.Chain{}, err
	}
	c := evidence.Chain{How: "ownership and control as the sources state them, followed up to a head that nobody owns"}
	err = each(ctx, q, whyGroupQuery, func(rows *sql.Rows) error {
		var name, parent, via, group string
		var share sql.NullInt64
		var rec evidence.Record
		if err := rows.Scan(&name, &parent, &via, &share, &group, &rec.Source, &rec.File, &rec.Line); err != nil {
			return err
		}
		c.Title, c.Value = "Group of "+name, group
		step := evidence.Chain{Title: name + " is the head of the group", Records: []evidence.Record{rec}}
		if parent != "" {
			step.Title = viaWords(via) + " " + parent
		}
		if share.Valid {
			step.Value = fmt.Sprintf("at least %d %%", share.Int64)
		}
		c.Steps = append(c.Steps, step)
		return nil
	}, id)
	if err == nil && len(c.Steps) == 0 {
		err = fmt.Errorf("%q is in no group: %w", id, evidence.ErrNoFigure)
	}
	return c, err
}

// viaWords say how a member of a group hangs on the one above it.
func viaWords(via string) string {
	switch via {
	case "control":
		return "Controlled by"
	case "part_of":
		return "Part of"
	case "subsidiary_of":
		return "Subsidiary of"
	case "owned_by":
		return "Owned by"
	}
	return "Under"
}
