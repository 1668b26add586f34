-- table: ranking
-- inputs: ev_organisation, alias, linked, headcount, site
-- grain: one row an organisation
-- order: any
-- kind: private
-- The team's own come first, then the largest employers, then by name. The position, doc, is the
-- document number in the search index and in the map index. It is worked out here, on few
-- columns, because sorting whole organisations would take many times as long.
with latest as (
  select org_id, arg_max(employees, (coalesce(period_end, date '1900-01-01') - date '1900-01-01') * 1000000000 + least(employees, 999999999)) as employees
  from headcount group by org_id
),
sites as (select org_id, bool_or(lon is not null) as placed, bool_and(mass_registration) as crowded from site group by org_id),
everyone as (
  select o.key as org_id, case when o.origin = 'team' then 0 else 1 end as rank, o.name from ev_organisation o anti join alias a on a.key = o.key
  union all
  select l.org_id, case when l.origin = 'team' then 0 else 1 end, l.name from linked l where l.main
)
select row_number() over (order by e.rank, l.employees desc nulls last, e.name, e.org_id) - 1 as doc,
  e.org_id, coalesce(s.placed, false) as placed, coalesce(s.crowded, false) as crowded
from everyone e
left join latest l on l.org_id = e.org_id
left join sites s on s.org_id = e.org_id
