-- table: organisation
-- inputs: ev_organisation, ev_role, alias, headcount, ranking
-- grain: one row an organisation
-- key: org_id
-- sorted: org_id
-- check: every organisation has a name: select count(*) from organisation where name is null
with latest as (
  select org_id, arg_max(employees, coalesce(period_end, date '1900-01-01')) as employees,
    max(period_end) as employees_at
  from headcount group by org_id
),
roles as (
  select key, string_agg(role, ';' order by line, role) as roles from (select distinct key, role, line from ev_role) group by key
),
team as (
  select t.key as org_id, t.name, t.kind, r.status, r.founded, r.main_code, t.note, t.source_url, t.source_year,
    'team' as origin, roles.roles, r.key as register_key, r.name as register_name,
    t.source, t.file, t.line, r.source as register_source, r.file as register_file, r.line as register_line
  from ev_organisation t
  left join roles on roles.key = t.key
  left join alias a on a.org_id = t.key
  left join (select key, name, status, founded, main_code, source, file, line from ev_organisation where origin = 'register') r on r.key = a.key
  where t.origin = 'team'
),
register as (
  select o.key as org_id, o.name, o.kind, o.status, o.founded, o.main_code, o.note, o.source_url, o.source_year,
    'register' as origin, 'firm' as roles, null as register_key, null as register_name,
    o.source, o.file, o.line, null as register_source, null as register_file, null as register_line
  from ev_organisation o
  anti join alias a on a.key = o.key
  where o.origin = 'register'
),
everyone as (
  select org_id, name, kind, status, founded, main_code, note, source_url, source_year, origin, roles, register_key, register_name,
    source, file, line, register_source, register_file, register_line from team
  union all
  select org_id, name, kind, status, founded, main_code, note, source_url, source_year, origin, roles, register_key, register_name,
    source, file, line, register_source, register_file, register_line from register
),
divided as (
  select org_id, name, kind, status, founded, main_code, try_cast(left(main_code, 2) as integer) as division, note, source_url, source_year,
    origin, roles, register_key, register_name, source, file, line, register_source, register_file, register_line from everyone
)
select e.org_id, e.name, e.kind, e.status, e.founded, e.main_code,
  case
    when e.division between 1 and 3 then 'A' when e.division between 5 and 9 then 'B' when e.division between 10 and 33 then 'C'
    when e.division = 35 then 'D' when e.division between 36 and 39 then 'E' when e.division between 41 and 43 then 'F'
    when e.division between 45 and 47 then 'G' when e.division between 49 and 53 then 'H' when e.division between 55 and 56 then 'I'
    when e.division between 58 and 63 then 'J' when e.division between 64 and 66 then 'K' when e.division = 68 then 'L'
    when e.division between 69 and 75 then 'M' when e.division between 77 and 82 then 'N' when e.division = 84 then 'O'
    when e.division = 85 then 'P' when e.division between 86 and 88 then 'Q' when e.division between 90 and 93 then 'R'
    when e.division between 94 and 96 then 'S' when e.division between 97 and 98 then 'T' when e.division = 99 then 'U'
  end as section,
  latest.employees, latest.employees_at,
  e.note, e.source_url, e.source_year, e.origin, coalesce(e.roles, 'firm') as roles,
  split_part(coalesce(e.roles, 'firm'), ';', 1) as main_role,
  e.register_key, e.register_name, e.source, e.file, e.line, e.register_source, e.register_file, e.register_line,
  r.placed, r.crowded, r.doc
from divided e
left join latest on latest.org_id = e.org_id
join ranking r on r.org_id = e.org_id
