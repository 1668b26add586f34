-- Of several recipients nobody says how much went to which.
with grants as (
  select file, line, id as grant_id, currency, case when second is null then round(amount * 100)::bigint end as amount_p,
    coalesce(planned_start, actual_start, awarded) as starts, coalesce(planned_end, actual_end) as ends, coalesce(url, data_source) as page
  from {{raw}}
), named as (
  select file, line, 'recipient' as role, recipient_id as id, recipient as name, recipient_postcode as postcode from {{raw}}
  union all
  select file, line, 'recipient' as role, second_id as id, second as name, null as postcode from {{raw}}
  union all
  select file, line, 'funder' as role, funder_id as id, funder as name, funder_postcode as postcode from {{raw}}
), keyed as (
  select file, line, role, '360g-' || regexp_replace(coalesce(id, lower(name) || ' ' || upper(coalesce(postcode, ''))), '[^A-Za-z0-9._-]+', '-', 'g') as key
  from named where name <> ''
), joined as (
  select k.file, k.line, k.role, k.key, '360g-' || regexp_replace(g.grant_id, '[^A-Za-z0-9._-]+', '-', 'g') as project_id,
    case when k.role = 'recipient' then g.amount_p end as amount_p, g.currency, g.starts, g.ends, g.page
  from keyed k join grants g using (file, line)
)
select file, line, project_id || ':' || role || ':' || key as participation_id, project_id, key, role, amount_p, null as cost_p, currency,
  starts as start_date, ends as end_date, page as source_url
from joined
qualify row_number() over (partition by project_id, role, key order by file, line) = 1
