-- What has an id of the workspace is there already. The first line of an organisation gives its name.
with named as (
  select file, line, 0 as side, from_id as id, "from" as name from {{raw}}
  union all
  select file, line, 1 as side, to_id as id, "to" as name from {{raw}}
),
keyed as (
  select file, line, side, name,
    case when id is not null then case when {{option.ids}} = 'own' then 'edge-' || {{source}} || '-' || id else id end
      when name is not null then 'edge-' || {{source}} || '-' || trim(regexp_replace(lower(strip_accents(name)), '[^\p{L}\p{N}]+', '-', 'g'), '-') end as key
  from named
  where name is not null and (id is null or {{option.ids}} = 'own')
)
select file, line, key, 'list' as origin, name, null as kind, null as status, null as founded, null as main_code, null as note, null as source_url, null as source_year
from keyed
qualify row_number() over (partition by key order by file, line, side) = 1
