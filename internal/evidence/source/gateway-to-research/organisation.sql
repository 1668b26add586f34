-- An organisation's own record comes before the projects that name it.
with named as (
  select file, line, 0 as nth, id, name from {{raw}} where name is not null
  union all
  select file, line, 1 as nth, r.id as id, r.name as name from (select file, line, unnest(from_json(lead, '[{"id":"VARCHAR","name":"VARCHAR"}]')) as r from {{raw}}) t
  union all
  select file, line, 2 as nth, r.id as id, r.name as name from (select file, line, unnest(from_json(roles, '[{"id":"VARCHAR","name":"VARCHAR"}]')) as r from {{raw}}) t
  union all
  select file, line, 3 as nth, r.organisationId as id, r.organisationName as name
  from (select file, line, unnest(from_json(participants, '[{"organisationId":"VARCHAR","organisationName":"VARCHAR"}]')) as r from {{raw}}) t
  union all
  select file, line, 4 as nth, funder_id as id, funder as name from {{raw}} where funder_id is not null
), keyed as (
  select file, line, nth, name, 'gtr-' || regexp_replace(coalesce(id, lower(name)), '[^A-Za-z0-9._-]+', '-', 'g') as key, id from named where name <> ''
)
select file, line, key, 'list' as origin, name, null as kind, null as status, null as founded, null as main_code, null as note,
  case when id is not null then 'https://gtr.ukri.org/organisation/' || url_encode(id) end as source_url, null as source_year
from keyed
qualify row_number() over (partition by key order by nth, file, line, name) = 1
