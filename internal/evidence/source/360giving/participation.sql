-- Of several recipients nobody says how much went to which.
with named as (
  select file, line, id, currency, amount, starts, awarded, ends, url, 'recipient' as role, json_array_length(recipients) as several,
    unnest(from_json(recipients, '[{"id":"VARCHAR","name":"VARCHAR","postalCode":"VARCHAR"}]')) as r from {{raw}}
  union all
  select file, line, id, currency, null, starts, awarded, ends, url, 'funder' as role, 1 as several,
    unnest(from_json(funders, '[{"id":"VARCHAR","name":"VARCHAR","postalCode":"VARCHAR"}]')) as r from {{raw}}
), keyed as (
  select file, line, role, currency, starts, awarded, ends, url, case when several = 1 then round(amount * 100)::bigint end as amount_p, r.name as name,
    '360g-' || regexp_replace(id, '[^A-Za-z0-9._-]+', '-', 'g') as project_id,
    '360g-' || regexp_replace(coalesce(r.id, lower(r.name) || ' ' || upper(coalesce(r.postalCode, ''))), '[^A-Za-z0-9._-]+', '-', 'g') as key
  from named
)
select file, line, project_id || ':' || role || ':' || key as participation_id, project_id, key, role, amount_p, null as cost_p, currency,
  coalesce(starts, awarded) as start_date, ends as end_date, url as source_url
from keyed where name <> ''
qualify row_number() over (partition by project_id, role, key order by file, line) = 1
