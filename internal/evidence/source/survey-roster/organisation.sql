-- Of an organisation that answered, its own line gives the name.
with said as (
  select file, line, 0 as side, respondent_id as id, respondent as name from {{raw}}
  union all
  select file, line, 1 as side, named_id as id, named as name from {{raw}}
),
keyed as (
  select file, line, side, name,
    case when id is not null then case when {{option.ids}} = 'own' then 'edge-' || {{source}} || '-' || id else id end
      when name is not null then 'edge-' || {{source}} || '-' || trim(regexp_replace(lower(strip_accents(name)), '[^\p{L}\p{N}]+', '-', 'g'), '-') end as key
  from said
  where name is not null and (id is null or {{option.ids}} = 'own')
)
select file, line, key, 'list' as origin, name, null as kind, null as status, null as founded, null as main_code,
  case when side = 1 then 'named in the survey and did not answer it' end as note, null as source_url, null as source_year
from keyed
qualify row_number() over (partition by key order by side, file, line) = 1
