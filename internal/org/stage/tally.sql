-- table: tally
-- inputs: organisation, site_area
-- grain: one row an area, role, section, origin, status and whether it is on the map, with how many organisations share them
-- check: organisations are counted once: select abs((select coalesce(sum(organisations), 0) from tally where area_set = '' and role = '') - (select count(*) from organisation))
-- The empty area set is the whole release and the empty role is any role, so that an organisation
-- with several roles or sites counts once in each sum. Pages read this instead of the organisations.
with counted as (
  select '' as area_set, '' as area_id, roles, coalesce(section, '') as section, origin, coalesce(status, '') as status, placed,
    count(*) as organisations, count(*) filter (where crowded) as crowded, count(employees) as counted, coalesce(sum(employees), 0) as employees,
    count(employees) filter (where crowded) as crowded_counted, coalesce(sum(employees) filter (where crowded), 0) as crowded_employees
  from organisation
  group by roles, coalesce(section, ''), origin, coalesce(status, ''), placed
  union all
  select p.area_set, p.area_id, o.roles, coalesce(o.section, ''), o.origin, coalesce(o.status, ''), o.placed,
    count(*), count(*) filter (where o.crowded), count(o.employees), coalesce(sum(o.employees), 0),
    count(o.employees) filter (where o.crowded), coalesce(sum(o.employees) filter (where o.crowded), 0)
  from (select distinct area_set, area_id, org_id from site_area) p
  join organisation o on o.org_id = p.org_id
  group by p.area_set, p.area_id, o.roles, coalesce(o.section, ''), o.origin, coalesce(o.status, ''), o.placed
),
held as (
  select area_set, area_id, unnest(list_distinct(list_prepend('', string_split(roles, ';')))) as role, section, origin, status, placed,
    organisations, crowded, counted, employees, crowded_counted, crowded_employees
  from counted
)
select area_set, area_id, role, section, origin, status, placed, sum(organisations)::bigint as organisations, sum(crowded)::bigint as crowded,
  sum(counted)::bigint as counted, sum(employees)::bigint as employees, sum(crowded_counted)::bigint as crowded_counted, sum(crowded_employees)::bigint as crowded_employees
from held
group by area_set, area_id, role, section, origin, status, placed
order by area_set, area_id, role, section, origin, status, placed
