-- Organisations are named by funders, the same one on many grants: its first line counts.
with named as (
  select file, line, 0 as giver, recipient_id as id, recipient as name, recipient_postcode as postcode, recipient_kind as kind from {{raw}}
  union all
  select file, line, 0 as giver, second_id as id, second as name, null as postcode, null as kind from {{raw}}
  union all
  select file, line, 1 as giver, funder_id as id, funder as name, funder_postcode as postcode, funder_kind as kind from {{raw}}
), keyed as (
  select file, line, giver, id, name, postcode, kind,
    '360g-' || regexp_replace(coalesce(id, lower(name) || ' ' || upper(coalesce(postcode, ''))), '[^A-Za-z0-9._-]+', '-', 'g') as key
  from named where name <> ''
)
select file, line, key, 'list' as origin, name, kind, null as status, null as founded, null as main_code, null as note,
  null as source_url, null as source_year
from keyed
qualify row_number() over (partition by key order by file, line, giver, name) = 1
