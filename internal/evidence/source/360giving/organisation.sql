-- Organisations are named by funders, the same one on many grants: its first line counts.
with named as (
  select file, line, 0 as giver, unnest(from_json(recipients, '[{"id":"VARCHAR","name":"VARCHAR","organisationType":"VARCHAR","postalCode":"VARCHAR"}]')) as r from {{raw}}
  union all
  select file, line, 1 as giver, unnest(from_json(funders, '[{"id":"VARCHAR","name":"VARCHAR","organisationType":"VARCHAR","postalCode":"VARCHAR"}]')) as r from {{raw}}
), keyed as (
  select file, line, giver, r,
    '360g-' || regexp_replace(coalesce(r.id, lower(r.name) || ' ' || upper(coalesce(r.postalCode, ''))), '[^A-Za-z0-9._-]+', '-', 'g') as key
  from named
)
select file, line, key, 'list' as origin, r.name as name, nullif(r.organisationType, '') as kind, null as status, null as founded, null as main_code, null as note,
  null as source_url, null as source_year
from keyed where r.name <> ''
qualify row_number() over (partition by key order by file, line, giver, r.name) = 1
