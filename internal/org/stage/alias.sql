-- table: alias
-- inputs: cluster, identity_now, node, edge
-- grain: one row a record that is joined with others, whose company is, or whose organisation has kept another id
-- key: key
-- kind: private
-- The id of an organisation is the key of its main record, unless it kept one of the release
-- before (identity_now). Its office is that of the register company of the same id, or else of its main
-- record, or else of the one whose number the main record gives, or else of the least: the column
-- office marks it.
with kept as (select key, org_id, registered from identity_now where kind = 'id'),
member as (
  select c.key, coalesce(i.org_id, c.main_key) as org_id, c.main_key, n.registered
  from cluster c
  left join kept i on i.key = c.main_key
  left join node n on n.key = c.key
  union all
  select i.key, i.org_id, i.key, i.registered from kept i anti join cluster c on c.key = i.key
),
numbered as (
  select a, b from edge where joined_by = 'company number' union all select b, a from edge where joined_by = 'company number'
),
office as (
  select m.org_id, (min({'other': m.key <> m.org_id, 'apart': m.key <> m.main_key, 'far': d.a is null, 'key': m.key})).key as key
  from member m
  left join numbered d on d.a = m.main_key and d.b = m.key
  where m.registered group by m.org_id
)
select m.key, m.org_id, m.key = m.main_key as main, coalesce(o.key = m.key, false) as office
from member m
left join office o on o.org_id = m.org_id
order by m.key
