-- table: organisation
-- inputs: ev_organisation, ev_role, alias, linked, headcount, ranking
-- grain: one row an organisation
-- key: org_id
-- sorted: org_id
-- An organisation made of several records has the name and facts of its main record (alias), the roles
-- of all, and status, founding and industry from its register entry. Those made of
-- one record, which nearly all are, are taken as they are. What only lists name has the role other
-- where they do not say. The register's codes for companies that do not trade (74990) and are dormant (99999) are no industries: they have no section.
-- check: every organisation has a name: select count(*) from organisation where name is null
with latest as (
  select org_id, arg_max(employees, (coalesce(period_end, date '1900-01-01') - date '1900-01-01') * 1000000000 + least(employees, 999999999)) as employees,
    max(period_end) as employees_at
  from headcount group by org_id
),
roles as (
  select org_id, string_agg(role, ';' order by first, role) as roles
  from (
    select coalesce(a.org_id, r.key) as org_id, r.role, min({'other': not coalesce(a.main, true), 'key': r.key, 'line': r.line}) as first
    from ev_role r left join alias a on a.key = r.key
    group by coalesce(a.org_id, r.key), r.role
  ) t
  group by org_id
),
alone as (
  select t.key as org_id, t.name, t.kind, t.status, t.founded, t.main_code, t.note, t.source_url, t.source_year,
    t.origin, coalesce(roles.roles, case when t.origin = 'list' then 'other' end) as roles, null as register_key, null as register_name,
    t.source, t.file, t.line, null as register_source, null as register_file, null as register_line
  from ev_organisation t
  anti join alias a on a.key = t.key
  left join roles on roles.org_id = t.key
  where t.origin <> 'register'
),
register as (
  select o.key as org_id, o.name, o.kind, o.status, o.founded, o.main_code, o.note, o.source_url, o.source_year,
    o.origin, 'firm' as roles, null as register_key, null as register_name,
    o.source, o.file, o.line, null as register_source, null as register_file, null as register_line
  from ev_organisation o
  anti join alias a on a.key = o.key
  where o.origin = 'register'
),
office as (
  select l.org_id, l.key, l.name, l.kind, l.status, l.founded, l.main_code, l.source, l.file, l.line
  from linked l
  where l.office and l.origin = 'register'
),
listed as (select org_id, bool_and(origin = 'list') as only from linked group by org_id),
joined as (
  select l.org_id, l.name, coalesce(l.kind, case when l.key = o.key then o.kind end) as kind,
    case when l.origin = 'register' then l.status else coalesce(o.status, l.status) end as status, case when l.origin = 'register' then l.founded else coalesce(o.founded, l.founded) end as founded,
    case when l.origin = 'register' then l.main_code else coalesce(o.main_code, l.main_code) end as main_code, l.note, l.source_url, l.source_year,
    l.origin, coalesce(roles.roles, case when n.only then 'other' end) as roles, case when l.origin <> 'register' then o.key end as register_key,
    case when l.origin <> 'register' then o.name end as register_name,
    l.source, l.file, l.line, case when l.origin <> 'register' then o.source end as register_source, case when l.origin <> 'register' then o.file end as register_file,
    case when l.origin <> 'register' then o.line end as register_line
  from linked l
  join listed n on n.org_id = l.org_id
  left join office o on o.org_id = l.org_id
  left join roles on roles.org_id = l.org_id
  where l.main
),
everyone as (
  select org_id, name, kind, status, founded, main_code, note, source_url, source_year, origin, roles, register_key, register_name,
    source, file, line, register_source, register_file, register_line from alone
  union all
  select org_id, name, kind, status, founded, main_code, note, source_url, source_year, origin, roles, register_key, register_name,
    source, file, line, register_source, register_file, register_line from joined
  union all
  select org_id, name, kind, status, founded, main_code, note, source_url, source_year, origin, roles, register_key, register_name,
    source, file, line, register_source, register_file, register_line from register
),
divided as (
  select org_id, name, kind, status, founded, main_code, case when main_code not in ('74990', '99999') then try_cast(left(main_code, 2) as integer) end as division, note, source_url, source_year,
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
