package org

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"milieu/internal/lake"
)

// leastShare is the share of a company from which its owner's group holds it: the least of
// the register's bands that is more than half.
const leastShare = 50

// controlQuery gives who owns or controls whom. Ties of the team say so in words;
// statements on persons with significant control give bands of shares. Only
// companies and other legal persons lead a group; of private people nothing is kept.
var controlQuery = fmt.Sprintf(`with control as (
  select coalesce(a.org_id, c.key) as child, coalesce(b.org_id, p.org_id, '') as parent, coalesce(c.controller_name, '') as name, coalesce(c.controller_key, '') as given,
    'control' as via, c.share_low, c.source, c.file, c.line
  from ev_control c
  left join alias a on a.key = c.key
  left join alias b on b.key = c.controller_key
  left join (select org_id from organisation where org_id in (select controller_key from ev_control)) p on p.org_id = c.controller_key
  where c.controller_kind in ('corporate', 'legal-person') and c.ceased is null and c.share_low >= %d
),
tied as (
  select from_id as child, to_id as parent, to_name as name, '' as given, kind as via, null as share_low, source, file, line
  from tie where kind in ('part_of', 'subsidiary_of', 'owned_by')
)
select t.child, o.name, t.parent, coalesce(p.name, t.name), t.given, t.via, t.share_low, t.source, t.file, t.line
from (select child, parent, name, given, via, share_low, source, file, line from control union all select child, parent, name, given, via, share_low, source, file, line from tied) t
join organisation o on o.org_id = t.child
left join organisation p on p.org_id = t.parent
where t.child <> t.parent and (t.parent <> '' or t.name <> '')
order by t.child, t.share_low desc nulls last, t.via, t.parent, t.name, t.source, t.file, t.line`, leastShare)

const groupColumns = "group_id varchar, group_name varchar, org_id varchar, org_name varchar, parent_id varchar, parent_name varchar, via varchar, share_low bigint, source varchar, file varchar, line bigint"

// groupStage makes the groups: organisations that one head owns or controls, directly
// or through others. A group is no organisation: its members stay what they are.
func groupStage() lake.Stage {
	return lake.Stage{Name: "org_group", Inputs: []string{"ev_control", "alias", "organisation", "tie"}, Grain: "one row a member of a group and who owns or controls it",
		Version: "1 " + controlQuery, Run: func(ctx context.Context, w lake.Work) error {
			var holds []hold
			err := each(ctx, w.DB, controlQuery, func(r *sql.Rows) error {
				var h hold
				err := r.Scan(&h.child, &h.childName, &h.parent, &h.parentName, &h.given, &h.via, &h.share, &h.source, &h.file, &h.line)
				holds = append(holds, h)
				return err
			})
			if err != nil {
				return err
			}
			return writeTable(ctx, w, groupColumns, "group_id, group_name, org_id, share_low desc nulls last, via, parent_id, parent_name, source, file, line", false, func(r *rowWriter) error {
				writeGroups(holds, r)
				return nil
			})
		}}
}

// hold says that one organisation is held by another.
type hold struct {
	child, childName   string
	parent, parentName string
	given              string // number of a parent that no source holds
	via                string
	share              sql.NullInt64
	source, file       string
	line               int64
}

// node names the parent in the tree of holders: its id, or its number or name where no source
// holds it.
func (h hold) node() string {
	switch {
	case h.parent != "":
		return h.parent
	case h.given != "":
		return "\x00" + h.given
	}
	return "\x00" + strings.Join(strings.Fields(strings.ToLower(h.parentName)), " ")
}

// writeGroups finds the head of each: from holder to holder, the one of the largest share
// first, until there is none or the way comes back, when the least of the circle heads.
func writeGroups(holds []hold, r *rowWriter) {
	up, name := map[string]string{}, map[string]string{}
	for _, h := range holds {
		name[h.child] = h.childName
		if name[h.node()] == "" {
			name[h.node()] = h.parentName
		}
		if up[h.child] == "" {
			up[h.child] = h.node()
		}
	}
	written := map[string]bool{}
	sorted := slices.Clone(holds)
	slices.SortStableFunc(sorted, func(x, y hold) int { return cmp.Compare(x.child, y.child) })
	for _, h := range sorted {
		head := headOf(up, h.child)
		var id any = head
		if strings.HasPrefix(head, "\x00") {
			id = nil
		}
		var parent, share any
		if h.parent != "" {
			parent = h.parent
		}
		if h.share.Valid {
			share = h.share.Int64
		}
		r.row(id, name[head], h.child, h.childName, parent, h.parentName, h.via, share, h.source, h.file, h.line)
		if id != nil && !written[head] && up[head] == "" {
			written[head] = true
			r.row(head, name[head], head, name[head], nil, nil, "head", nil, h.source, h.file, h.line)
		}
	}
}

func headOf(up map[string]string, from string) string {
	seen := map[string]bool{}
	at := from
	for up[at] != "" && !seen[at] {
		seen[at] = true
		at = up[at]
	}
	if up[at] == "" {
		return at
	}
	least := at
	for next := up[at]; next != at; next = up[next] {
		least = min(least, next)
	}
	return least
}
