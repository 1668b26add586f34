-- A tie of an organisation with itself is none. A line that names one end only is found in the table unresolved. The id says where the line stands.
with keyed as (
  select file, line, case when from_id is not null then case when {{option.ids}} = 'own' then 'edge-' || {{source}} || '-' || from_id else from_id end
      when "from" is not null then 'edge-' || {{source}} || '-' || trim(regexp_replace(lower(strip_accents("from")), '[^\p{L}\p{N}]+', '-', 'g'), '-') end as from_key,
    case when to_id is not null then case when {{option.ids}} = 'own' then 'edge-' || {{source}} || '-' || to_id else to_id end
      when "to" is not null then 'edge-' || {{source}} || '-' || trim(regexp_replace(lower(strip_accents("to")), '[^\p{L}\p{N}]+', '-', 'g'), '-') end as to_key,
    coalesce(kind, {{option.kind}}) as kind, year, end_year, weight, source_url
  from {{raw}}
)
select file, line, 'edge-' || {{source}} || '-' || regexp_replace(lower(file), '[^a-z0-9]+', '-', 'g') || '-' || line as tie_id, from_key, to_key, kind,
  year as start_year, end_year, null as amount_p, null as project, source_url, null as source_year, nullif(weight, 0) as weight
from keyed
where from_key is distinct from to_key
