-- table: alias
-- inputs: edge, linked
-- grain: one row a record that is joined with others, or whose company is
-- key: key
-- kind: private
-- An organisation is all records that pairs connect. Its id is the least key of the team's
-- records, a company's id on which the team says something coming after ids of the team's
-- own, and the least key of the register's where the team has none. Its office is that of the
-- register company of the same id, or else of the one whose number the record of that id
-- gives, or else of the least: the column office marks it.
with recursive known as (
  select key, min(case when origin = 'register' then 2 when starts_with(key, 'GB-COH-') then 1 else 0 end) as rank, bool_or(origin = 'register') as registered
  from linked group by key
),
step as (
  select e.a as key, e.b as next from edge e
  where e.joined_by in ('company number', 'own') or e.a in (select key from known) and e.b in (select key from known)
),
reach as (
  select key, key as root from (select key from step union select next from step) t
  union
  select s.next, r.root from reach r join (select key, next from step union all select next, key from step) s on s.key = r.key
),
named as (
  select r.key, (min({'rank': coalesce(k.rank, 3), 'key': r.root})).key as org_id
  from reach r left join known k on k.key = r.root
  group by r.key
),
numbered as (
  select a, b from edge where joined_by = 'company number' union all select b, a from edge where joined_by = 'company number'
),
office as (
  select n.org_id, (min({'other': n.key <> n.org_id, 'far': d.a is null, 'key': n.key})).key as key
  from named n join known k on k.key = n.key
  left join numbered d on d.a = n.org_id and d.b = n.key
  where k.registered group by n.org_id
)
select n.key, n.org_id, coalesce(o.key = n.key, false) as office
from named n
left join office o on o.org_id = n.org_id
order by n.key
