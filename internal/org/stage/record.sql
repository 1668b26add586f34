-- table: record
-- inputs: linked, alias, edge
-- grain: one row a record of an organisation that is made of several
-- sorted: org_id, joined_by, key, origin, source, file, line
with joined as (
  select a.org_id, l.key, l.origin, l.name, l.source, l.file, l.line,
    l.key = a.org_id and (l.origin = 'team' or l.key not in (select key from linked where origin = 'team')) as own
  from linked l
  join alias a on a.key = l.key
),
-- The pair that joins a record: one with the organisation's own record before others, the company
-- number before a decision.
way as (
  select p.key, (min({'far': p.other <> a.org_id, 'decided': p.joined_by <> 'company number', 'by': p.joined_by})).by as joined_by
  from (select a as key, b as other, joined_by from edge where a <> b union all select b, a, joined_by from edge where a <> b) p
  join alias a on a.key = p.key
  join alias b on b.key = p.other and b.org_id = a.org_id
  group by p.key
)
select j.org_id, j.key, j.origin, j.name,
  case when j.own then 'own' when j.key = j.org_id then 'company number' else w.joined_by end as joined_by, j.source, j.file, j.line
from joined j
left join way w on w.key = j.key
where j.org_id in (select org_id from joined group by org_id having count(*) > 1)
