-- table: org_name
-- inputs: ev_name, alias, linked, organisation
-- grain: one row a further name of an organisation
-- sorted: org_id, name, kind, source, file, line
-- Those that sources list, and those of further records of it.
with said as (
  select coalesce(a.org_id, n.key) as org_id, n.name, n.kind, n.language, n.source, n.file, n.line from ev_name n left join alias a on a.key = n.key
  union all
  select org_id, name, 'record', null, source, file, line from linked where not main
),
first as (
  select org_id, name, kind, language, source, file, line from said where name is not null
  qualify row_number() over (partition by org_id, lower(name) order by kind = 'record', kind, source, file, line) = 1
)
select f.org_id, f.name, f.kind, f.language, f.source, f.file, f.line
from first f
join organisation o on o.org_id = f.org_id
where lower(o.name) <> lower(f.name)
